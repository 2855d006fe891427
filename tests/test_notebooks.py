"""The notebooks of the report and of the analysts: thin, stored clean, and fit to be run."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from analysis.reports.compose import compose
from analysis.reports.plan import Job, in_language, read_templates
from blocks import needs_no_scrolling
from countries import project

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
OF_EVERY_PAGE = {"quarter": "str", "language": "str", "as_of": "str"}
NATIONAL = OF_EVERY_PAGE | {"ambitions": "str"}
PARAMETERS = dict.fromkeys(["strategi", "datagrunnlag", "kort"], NATIONAL)
PARAMETERS |= {"maal": NATIONAL | {"goal": "int"}, "indikator": NATIONAL | {"indicator": "str"}}
PARAMETERS |= {"omraade": OF_EVERY_PAGE | {"area": "str", "kind": "str"}}
EXPLORING = ["ambisjon", "boelger", "hva-om", "lange-serier", "metodefoelsomhet", "naboland"]
ANALYSTS = ["start", *(f"utforsk/{name}" for name in EXPLORING)]
LINK = re.compile(r"\]\(([^)#]+)\)")
STATEMENTS = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try, ast.With, ast.ListComp)
EXPRESSIONS = (ast.IfExp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.BoolOp, ast.BinOp)


def every_cell(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells


def tags_of(cell):
    return cell.metadata.get("tags", [])


def cells(name):
    """Return the cells that the page is made of."""
    return [cell for cell in every_cell(name) if "analyst" not in tags_of(cell)]


def sources(name, kind):
    return [cell.source for cell in every_cell(name) if cell.cell_type == kind]


def is_code(cell):
    return cell.cell_type == "code"


def test_templates_start_page_and_explorations_are_all_notebooks():
    passing = {".ipynb_checkpoints", "kladd"}
    kept = {file.resolve() for file in FOLDER.rglob("*.ipynb") if not passing & {*file.parts}}
    assert kept == {FOLDER / f"{name}.ipynb" for name in (*PARAMETERS, *ANALYSTS)}
    links = [place for text in sources("start", "markdown") for place in LINK.findall(text)]
    assert kept <= {FOLDER / "start.ipynb", *((FOLDER / place).resolve() for place in links)}


@pytest.mark.parametrize("name", [*PARAMETERS, *ANALYSTS])
def test_a_notebook_is_stored_clean_with_parameters_first(name):
    notebook = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert all(set(cell["metadata"]) <= {"tags"} for cell in notebook["cells"])
    first, *rest = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in (first, *rest))
    assert first["metadata"]["tags"] == ["parameters"]
    assert not [cell for cell in rest if "parameters" in cell["metadata"].get("tags", [])]
    lines = "".join(first["source"]).split("\n")
    declared = [ast.parse(line).body[0] for line in lines]
    assert all(isinstance(parameter, ast.AnnAssign) for parameter in declared)
    assert all("  # " in line for line in lines)
    if name in PARAMETERS:
        assert {parameter.target.id: parameter.annotation.id for parameter in declared} == PARAMETERS[name]
        # papermill reads the comment as help, and a second equals sign would hide the parameter
        assert all(line.count("#") == 1 and line.count("=") == 1 for line in lines)


@pytest.mark.parametrize("name", [*PARAMETERS, *ANALYSTS])
def test_a_notebook_holds_calls_and_no_logic(name):
    for tree in [ast.parse(source) for source in sources(name, "code")[1:]]:
        for node in ast.walk(tree):
            adding = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)  # one block after another
            logic = STATEMENTS if name in ANALYSTS else STATEMENTS + EXPRESSIONS
            assert adding or not isinstance(node, logic), ast.unparse(node)


# --- of the report ------------------------------------------------------------------


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_notebook_explains_itself_in_each_language(name):
    template = read_templates(FOLDER, [name])[name]
    tags = [tags_of(cell) for cell in every_cell(name) if cell.cell_type == "markdown"]
    assert tags == [["analyst", "lang:nb"], ["analyst", "lang:en"]] * (len(tags) // 2)
    for language, other in (("nb", "lang:en"), ("en", "lang:nb")):
        kept = in_language(template, language).cells
        text = [cell.source for cell in kept if cell.cell_type == "markdown"]
        assert sum(len(source.split()) for source in text) >= 200
        assert text[0].startswith("# ")
        assert not [cell for cell in kept if other in tags_of(cell)]


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_cell_of_a_page_is_one_call_until_its_end_mark(name):
    """And a page needs no cell for analysts."""
    lines = [cell.source.split("\n") for cell in every_cell(name)]
    assert max(map(len, lines)) <= 8  # no cell needs scrolling
    assert max(len(line) for cell in lines for line in cell) <= 120
    assert all(is_code(cell) for cell in cells(name))  # headings are calls, so that they follow the language
    trees = [ast.parse(cell.source) for cell in cells(name)]
    imports = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert [(n.module, n.level) for n in imports] == [("analysis", 0)]
    for cell, tree in zip(cells(name)[2:-1], trees[2:-1], strict=True):
        assert cell.source.startswith("# ")
        assert [type(statement) for statement in tree.body] == [ast.Expr]
    assert [cell for cell in cells(name) if "end" in tags_of(cell)] == [cells(name)[-1]]
    assert cells(name)[-1].source.endswith(".end_of_report()")
    if "ambitions" in PARAMETERS[name]:  # it begins with the banner of a scenario
        second = cells(name)[1].source
        assert "read_status(quarter, language, as_of, ambitions)" in second and second.endswith("status.scenario()")
    frames = [ast.parse(cell.source) for cell in every_cell(name) if "analyst" in tags_of(cell) and is_code(cell)]
    bound = {node.id for node in names_in(frames) if isinstance(node.ctx, ast.Store)}
    assert frames and not bound & {node.id for node in names_in(trees)}


def names_in(trees):
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)]


@pytest.mark.parametrize("name", ["kort", "omraade"])
def test_a_frame_for_analysts_needs_no_scrolling(name, tmp_path, monkeypatch):
    """Those of other notebooks are in the report, whose own test has them all."""
    project(tmp_path, monkeypatch)
    parameters = {"quarter": "2024Q1"} | ({"area": "1", "kind": "kommune"} if name == "omraade" else {})
    template = read_templates(FOLDER, [name])[name]
    # no page: the cell that declares the parameters, the one that reads, and those for analysts
    first, reading = cells(name)[:2]
    template.cells = [cell for cell in template.cells if cell in (first, reading) or "analyst" in tags_of(cell)]
    notebook, error = compose(Job(name, name, "nb", parameters), template)
    outputs = [cell.outputs for cell in notebook.cells if is_code(cell) and "analyst" in tags_of(cell)]
    assert error is None
    assert outputs and all(needs_no_scrolling(output.data["text/html"]) for (output,) in outputs)


def proposed(language):
    """Return the code that the texts of an indicator's notebook propose to try."""
    texts = [cell.source for cell in every_cell("indikator") if f"lang:{language}" in tags_of(cell)]
    return [code for text in texts for code in re.findall(r"```python\n(.*?)\n```", text, re.DOTALL)]


def test_what_the_texts_propose_to_try_answers(quarter):
    """Another level gives 2 ± 1.645 standard errors of 0.91; 35 lies between the limits 32.3 and 36 of yellow."""
    assert len(proposed("en")) == 2
    assert proposed("nb") == proposed("en")
    names = {"status": quarter, "measures": ["tilgang-pasientinformasjon"]}
    exec(proposed("en")[0], names)
    changes = names["changes"]
    exec(proposed("en")[1], names)
    light = names["moved"].query("item == '4.1'").set_index("field")
    assert changes.loc["tilgang-pasientinformasjon", ["low", "high"]].round(1).tolist() == [0.5, 3.5]
    assert light.loc["proposed", ["before", "after"]].tolist() == ["grey", "yellow"]


# --- of the analysts ----------------------------------------------------------------


@pytest.mark.parametrize("name", ANALYSTS)
def test_an_exploring_notebook_has_a_title_words_and_live_links(name):
    texts = sources(name, "markdown")
    (title,) = [text for text in texts if text.startswith("# ")]
    assert len(title.split()) > 20
    assert len(texts) >= 3
    for place in (place for text in texts for place in LINK.findall(text)):
        assert (FOLDER / name).parent.joinpath(place).is_file(), place


def test_make_lab_opens_the_start_page():
    makefile = (FOLDER.parent / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^lab:.*\n\t.*jupyter lab (.*\\\n)?.*notebooks/start\.ipynb$", makefile, flags=re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ANALYSTS, "strategi", "maal", "indikator", "datagrunnlag"])
def test_a_notebook_runs_in_a_real_kernel(name):
    file = FOLDER / f"{name}.ipynb"
    notebook = nbformat.read(file, as_version=4)
    place = {"metadata": {"path": file.parent}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=place).execute()
    outputs = [output for cell in notebook.cells if cell["cell_type"] == "code" for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.get("name") == "stderr"]
