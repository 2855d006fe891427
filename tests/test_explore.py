"""The analyst's notebooks and their start page: thin, stored without outputs, and running in a real kernel."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
START = ROOT / "notebooks" / "start.ipynb"
EXPLORING = sorted((ROOT / "notebooks" / "utforsk").glob("*.ipynb"))
NOTEBOOKS = [START, *EXPLORING]
TEMPLATES = [ROOT / "notebooks" / f"{name}.ipynb" for name in ("strategi", "maal", "indikator", "datagrunnlag")]
SECONDS = 15  # of the processor: ten on a free machine; beside other tests the same work counts half as much again
LINK = re.compile(r"\]\(([^)#]+)\)")


def cells(file, kind):
    found = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == kind]


def sources(file, kind):
    return ["".join(cell["source"]) for cell in cells(file, kind)]


def test_there_is_a_notebook_for_every_question():
    names = {"ambisjon", "boelger", "hva-om", "lange-serier", "metodefoelsomhet", "naboland"}
    assert {file.stem for file in EXPLORING} == names


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_notebooks_have_no_outputs_and_start_with_parameters(file):
    found = cells(file, "code")
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in found)
    assert found[0]["metadata"].get("tags") == ["parameters"]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_every_parameter_is_typed_and_explained(file):
    for line in sources(file, "code")[0].split("\n"):
        assert isinstance(ast.parse(line).body[0], ast.AnnAssign)
        assert "  # " in line


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_holds_calls_and_narrative_only(file):
    logic = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try, ast.With, ast.ListComp)
    for source in sources(file, "code"):
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, logic)]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_has_a_title_and_words_before_it_has_code(file):
    titles = [text for text in sources(file, "markdown") if text.startswith("# ")]
    assert len(titles) == 1
    assert len(titles[0].split()) > 20
    assert len(cells(file, "markdown")) >= 3


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_every_link_of_a_notebook_leads_somewhere(file):
    for text in sources(file, "markdown"):
        for place in LINK.findall(text):
            assert (file.parent / place).is_file(), place


def test_the_start_page_leads_to_every_notebook():
    linked = {(START.parent / place).resolve() for text in sources(START, "markdown") for place in LINK.findall(text)}
    passing = {".ipynb_checkpoints", "kladd"}
    kept = [file for file in (ROOT / "notebooks").rglob("*.ipynb") if not passing & {*file.parts}]
    assert {file.resolve() for file in kept} - {START} <= linked


def test_make_lab_opens_the_start_page():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^lab:.*\n\t.*jupyter lab (.*\\\n)?.*notebooks/start\.ipynb$", makefile, flags=re.MULTILINE)


def test_the_ambition_explorer_has_answers_below_it():
    code = "\n".join(sources(ROOT / "notebooks" / "utforsk" / "ambisjon.ipynb", "code"))
    assert (
        code.index("ambition_explorer(*material")
        < code.index("explored.grid(")
        < code.index("answer(*material, measure, 35")
    )


@pytest.mark.slow
@pytest.mark.parametrize("file", [*NOTEBOOKS, *TEMPLATES], ids=lambda file: file.stem)
def test_a_notebook_runs_in_a_real_kernel_within_seconds(file):
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import time; print(time.process_time())"))
    place = {"metadata": {"path": file.parent}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=place).execute()
    *shown, used = [output for cell in notebook.cells if cell["cell_type"] == "code" for output in cell.outputs]
    assert shown
    assert not [output for output in shown if output.get("name") == "stderr"]
    assert float(used["text"]) < SECONDS
