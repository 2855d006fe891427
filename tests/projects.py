"""A whole small project in a folder, for tests that run real notebooks: two goals, three indicators, four templates.

>>> root = make_project(tmp_path)
>>> write_template(root, "maal", ["1 / 0"])
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

PROJECT = Path(__file__).with_name("small_project")
SOURCES = (PROJECT / "data" / "raw" / "sources.toml").read_text(encoding="utf-8")
PARAMETERS = {
    "strategi": {},
    "maal": {"goal": ("int", 1)},
    "indikator": {"indicator": ("str", "foerste")},
    "datagrunnlag": {},
    "kort": {},
}


def make_project(root: Path) -> Path:
    """Return `root` with a project in it: raw material without judgements, and one template of each kind."""
    # as written anew: neither times nor rights of the files here
    shutil.copytree(PROJECT, root, copy_function=shutil.copyfile, dirs_exist_ok=True)
    for folder in ("data/raw/judgements", "data/processed", "notebooks"):
        (root / folder).mkdir()
    for name in PARAMETERS:
        write_template(root, name, ["print(quarter, language)"])
    return root


def write_template(root: Path, name: str, cells: Sequence[str], parameters: Mapping[str, tuple] | None = None) -> None:
    """Write the template `name`: its parameters, the given code cells, and an end mark."""
    common = {"quarter": ("str", "2024Q1"), "language": ("str", "nb"), "as_of": ("str", "")}
    declared = common | (PARAMETERS[name] if parameters is None else parameters)
    lines = [f"{key}: {kind} = {json.dumps(default)}  # typed" for key, (kind, default) in declared.items()]
    notebook = template(["\n".join(lines), *cells])
    (root / "notebooks" / f"{name}.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")


def template(cells: Sequence[str]) -> nbformat.NotebookNode:
    """Return a notebook of a heading and these code cells; the first holds the parameters, an end mark comes last."""
    code = [nbformat.v4.new_code_cell(source) for source in (*cells, "None")]
    code[0].metadata.tags = ["parameters"]
    code[-1].metadata.tags = ["end"]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Page"), *code], metadata=metadata)
