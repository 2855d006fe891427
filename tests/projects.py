"""A whole small project in a folder, for tests that run real notebooks: two goals, three indicators, four templates.

>>> root = make_project(tmp_path)
>>> write_template(root, "maal", ["1 / 0"])
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

_STRATEGY = """\
name = { nb = "Liten strategi", en = "Small strategy" }
slug = "liten-strategi"
year = 2025
"""
_GOAL = """
[[goal]]
number = {number}
slug = "maal-nummer-{number}"
name = {{ nb = "Målet {number}", en = "The goal {number}" }}
"""
_INDICATOR = """
[[goal.indicator]]
id = "{id}"
slug = "{slug}"
name = {{ nb = "Indikatoren {id}", en = "The indicator {id}" }}

[[goal.indicator.measure]]
slug = "andel-{slug}"
name = {{ nb = "Andelen", en = "The share" }}
unit = "prosent"
direction = 1
timing = "average"
cadence = 1.0
epsilon = 1.0
basis = "register"
"""
_SUBGOAL = """
[[goal.subgoal]]
id = "{number}A"
slug = "delmaal-{number}a"
name = {{ nb = "Delmålet {number}A", en = "The sub-goal {number}A" }}
"""
SOURCES = """\
[[source]]
slug = "kilde"
title = "A typed source"
publisher = "The test"
address = "https://example.org/kilde"
accessed = 2024-04-01
licence = "NLOD"
"""
_OBSERVATIONS = """\
measure,period,breakdown,value,unit,numerator,denominator,n,qualifier,standing,published,source,note
andel-foerste,2022,,26,prosent,,,,,,2023-02-01,kilde,
andel-foerste,2023,,28,prosent,,,,,,2024-02-01,kilde,
andel-andre,2023,,40,prosent,,,,,,2024-02-01,kilde,
andel-tredje,2023,,50,prosent,,,,,,2024-02-01,kilde,
"""
INDICATORS = {"foerste": "1.1", "andre": "1.2", "tredje": "2.1"}
PARAMETERS = {
    "strategi": {},
    "maal": {"goal": ("int", 1)},
    "indikator": {"indicator": ("str", "foerste")},
    "datagrunnlag": {},
    "kort": {},
}


def make_project(root: Path) -> Path:
    """Return `root` with a project in it: raw material without judgements, and one template of each kind."""
    raw = root / "data" / "raw"
    (raw / "observations").mkdir(parents=True)
    (raw / "judgements").mkdir()
    (root / "data" / "processed").mkdir()
    (root / "notebooks").mkdir()
    (raw / "strategy.toml").write_text(_strategy(), encoding="utf-8")
    (raw / "known_issues.toml").write_text("issue = []\n", encoding="utf-8")
    (raw / "sources.toml").write_text(SOURCES, encoding="utf-8")
    (raw / "observations" / "maalt.csv").write_text(_OBSERVATIONS, encoding="utf-8")
    for name in PARAMETERS:
        write_template(root, name, ["print(quarter, language)"])
    return root


def _strategy() -> str:
    parts = [_STRATEGY]
    for number in (1, 2):
        parts.append(_GOAL.format(number=number))
        parts += [_INDICATOR.format(id=i, slug=s) for s, i in INDICATORS.items() if i.startswith(f"{number}.")]
        parts.append(_SUBGOAL.format(number=number))
    return "".join(parts)


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
