"""The notebooks: thin, stored clean, and fit to be run with parameters."""

import ast
import json
import re
from itertools import zip_longest
from pathlib import Path

import lxml.html
import nbformat
import pytest

from analysis import read_status
from analysis.reports.compose import compose
from analysis.reports.plan import Job, in_language, read_templates

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
PARAMETERS = {
    "strategi": {"quarter": "str", "language": "str", "as_of": "str", "ambitions": "str"},
    "maal": {"quarter": "str", "goal": "int", "language": "str", "as_of": "str", "ambitions": "str"},
    "indikator": {"quarter": "str", "indicator": "str", "language": "str", "as_of": "str", "ambitions": "str"},
    "datagrunnlag": {"quarter": "str", "language": "str", "as_of": "str", "ambitions": "str"},
    "kort": {"quarter": "str", "language": "str", "as_of": "str", "ambitions": "str"},
    "omraade": {"quarter": "str", "area": "str", "kind": "str", "language": "str", "as_of": "str"},
}
LOGIC = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.IfExp, ast.Try),
    *(ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.BoolOp, ast.BinOp),
)


def every_cell(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells


def tags_of(cell):
    return cell.metadata.get("tags", [])


def cells(name):
    """Return the cells that the page is made of."""
    return [cell for cell in every_cell(name) if "analyst" not in tags_of(cell)]


def tagged(name, tag):
    return [cell for cell in cells(name) if tag in cell.metadata.get("tags", [])]


def is_code(cell):
    return cell.cell_type == "code"


def is_stored(node):
    return isinstance(node.ctx, ast.Store)


def code(name):
    return [ast.parse(cell.source) for cell in cells(name)]


def test_templates_and_start_page_are_all_notebooks():
    assert {file.stem for file in FOLDER.glob("*.ipynb")} == {*PARAMETERS, "start"}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_notebook_is_stored_without_traces_of_its_author(name):
    notebook = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@pytest.mark.parametrize("name", PARAMETERS)
def test_what_a_page_is_made_of_is_code(name):
    assert {cell.cell_type for cell in cells(name)} == {"code"}  # headings are calls, so that they follow the language


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_notebook_explains_itself_in_each_language(name, language):
    template = read_templates(FOLDER, [name])[name]
    text = [cell.source for cell in in_language(template, language).cells if cell.cell_type == "markdown"]
    assert sum(len(source.split()) for source in text) >= 200
    assert text[0].startswith("# ")
    other = {"nb": "lang:en", "en": "lang:nb"}[language]
    assert not [cell for cell in in_language(template, language).cells if other in tags_of(cell)]


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_text_for_analysts_has_its_language_and_a_twin(name):
    tags = [tags_of(cell) for cell in every_cell(name) if cell.cell_type == "markdown"]
    assert tags == [["analyst", "lang:nb"], ["analyst", "lang:en"]] * (len(tags) // 2)


@pytest.mark.parametrize("name", PARAMETERS)
def test_no_cell_is_longer_than_eight_lines(name):
    assert max(len(cell.source.split("\n")) for cell in every_cell(name)) <= 8


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_page_does_not_need_the_cells_for_analysts(name):
    frames = [ast.parse(cell.source) for cell in every_cell(name) if "analyst" in tags_of(cell) and is_code(cell)]
    bound = {node.id for tree in frames for node in ast.walk(tree) if isinstance(node, ast.Name) and is_stored(node)}
    used = {node.id for tree in code(name) for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert frames and not bound & used


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_first_cell_declares_typed_and_explained_parameters(name):
    first, *rest = cells(name)
    assert first.metadata["tags"] == ["parameters"]
    assert not [cell for cell in rest if "parameters" in cell.metadata.get("tags", [])]
    lines = first.source.split("\n")
    declared = [ast.parse(line).body[0] for line in lines]
    assert {d.target.id: d.annotation.id for d in declared} == PARAMETERS[name]
    # papermill reads the comment as help, and a second equals sign would hide the parameter
    assert all(line.count("#") == 1 and line.count("=") == 1 for line in lines)


@pytest.mark.parametrize("name", [name for name in PARAMETERS if "ambitions" in PARAMETERS[name]])
def test_a_notebook_begins_with_the_banner_of_a_scenario(name):
    second = cells(name)[1].source
    assert "read_status(quarter, language, as_of, ambitions)" in second
    assert second.endswith("status.scenario()")


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_last_cell_is_the_mark_that_the_end_was_reached(name):
    assert tagged(name, "end") == [cells(name)[-1]]
    assert cells(name)[-1].source.endswith(".end_of_report()")


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_notebook_imports_once_and_from_analysis(name):
    found = [n for tree in code(name) for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert [(n.module, n.level) for n in found] == [("analysis", 0)]


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_notebook_holds_calls_and_no_logic(name):
    for tree in [ast.parse(cell.source) for cell in every_cell(name)[1:] if is_code(cell)]:
        for node in ast.walk(tree):
            adding = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)  # one block after another
            assert adding or not isinstance(node, LOGIC), ast.unparse(node)


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_cell_asks_one_question_and_shows_one_answer(name):
    for cell, tree in zip(cells(name)[2:-1], code(name)[2:-1], strict=True):
        assert cell.source.startswith("# ")
        assert len(tree.body) == 1
        assert isinstance(tree.body[0], ast.Expr)


@pytest.mark.parametrize("name", PARAMETERS)
def test_no_line_of_a_notebook_needs_scrolling(name):
    assert max(len(line) for cell in every_cell(name) for line in cell.source.split("\n")) <= 120


def width_of(frame):
    """Return how many pixels JupyterLab needs for a frame: letters of 7, bold ones of 8, and 12 around a cell.

    Words are broken at hyphens and spaces, so that the longest part of a column counts.
    """
    rows = [[cell for cell in row if cell.tag in ("th", "td")] for row in lxml.html.fromstring(frame).iter("tr")]
    parts = [
        [(8 if cell.tag == "th" else 7) * max(map(len, re.split("(?<=-)| ", cell.text_content()))) for cell in row]
        for row in rows
    ]
    # from the right: a cell of an index may stand beside several rows
    return sum(12 + max(column) for column in zip_longest(*map(reversed, parts), fillvalue=0))


@pytest.mark.parametrize("name", ["strategi", "maal", "indikator", "datagrunnlag", "kort"])
def test_a_frame_for_analysts_is_short_and_needs_no_scrolling(name):
    """At most twelve rows, and 720 pixels: what JupyterLab has beside its prompts in a window of 900."""
    template = read_templates(FOLDER, [name])[name]
    # no page: the cell that declares the parameters, the one that reads, and those for analysts
    first, reading = cells(name)[:2]
    template.cells = [cell for cell in template.cells if cell in (first, reading) or "analyst" in tags_of(cell)]
    notebook, error = compose(Job(name, name, "nb", {"quarter": "2024Q1"}), template)
    outputs = [cell.outputs for cell in notebook.cells if is_code(cell) and "analyst" in tags_of(cell)]
    frames = [output.data["text/html"] for (output,) in outputs]
    assert error is None
    assert frames and max(frame.count("<tr") for frame in frames) <= 14  # with its names
    assert max(map(width_of, frames)) <= 720


def proposed(language):
    """Return the code that the texts of an indicator's notebook propose to try."""
    texts = [cell.source for cell in every_cell("indikator") if f"lang:{language}" in tags_of(cell)]
    return [code for text in texts for code in re.findall(r"```python\n(.*?)\n```", text, re.DOTALL)]


def test_what_the_texts_propose_to_try_answers():
    """Another level gives 2 ± 1.645 standard errors of 0.91; 35 lies between the limits 32.3 and 36 of yellow."""
    assert len(proposed("en")) == 2
    assert proposed("nb") == proposed("en")
    names = {"status": read_status("2024Q1"), "measures": ["tilgang-pasientinformasjon"]}
    exec(proposed("en")[0], names)
    changes = names["changes"]
    exec(proposed("en")[1], names)
    light = names["moved"].query("item == '4.1'").set_index("field")
    assert changes.loc["tilgang-pasientinformasjon", ["low", "high"]].round(1).tolist() == [0.5, 3.5]
    assert light.loc["proposed", ["before", "after"]].tolist() == ["grey", "yellow"]
