"""What is run: the pages of a report, the templates that are fit for it, the parameters they take."""

import re
from pathlib import Path

import nbformat
import pytest

from analysis.reports.plan import PlanError, check_parameters, plan, read_templates
from analysis.reports.request import RefusedError, Request, check_request
from projects import make_project, template
from real_project import ROOT
from typed_cases import read_cases

INDICATORS = [("foerste", 1), ("andre", 1), ("tredje", 2)]
WHOLE = ["strategi", "maal-1", "indikator-foerste", "indikator-andre", "maal-2", "indikator-tredje", "datagrunnlag"]
COMMON = 'quarter: str = "2024Q1"  # which\nlanguage: str = "nb"\nas_of: str = ""'


@pytest.mark.parametrize(
    ("request_", "languages", "pages"),
    [
        (Request("2024Q1"), ["nb", "en"], WHOLE),
        (Request("2024Q1", ("en",), goal=1), ["en"], ["maal-1", "indikator-foerste", "indikator-andre"]),
        (Request("2024Q1", ("nb",), indicator="tredje"), ["nb"], ["indikator-tredje"]),
    ],
)
def test_a_report_has_the_pages_of_its_part_in_its_languages(request_, languages, pages):
    jobs = plan(request_, INDICATORS)
    assert [(job.language, job.page) for job in jobs] == [(each, page) for each in languages for page in pages]


@pytest.mark.parametrize("ambitions", [{}, {"ambitions": "eksempel"}])
def test_a_page_has_a_template_parameters_and_places(ambitions):
    part = {"indicator": "tredje", "as_of": "2024-05-01", **ambitions}
    (job,) = plan(Request("2024Q1", ("nb",), **part), INDICATORS)
    assert job.template == "indikator"
    assert job.parameters == {"quarter": "2024Q1", "language": "nb", **part}
    assert (job.html, job.notebook) == ("nb/indikator-tredje.html", "notebooks/nb/indikator-tredje.ipynb")


@pytest.mark.parametrize("case", read_cases(Path(__file__).with_name("requests.toml")), ids=str)
def test_a_report_has_a_name_of_its_own_or_is_refused(case):
    request = Request("2024Q1", **case["asked"])
    if "name" in case:
        assert check_request(request, ROOT).name == case["name"]
    else:
        with pytest.raises(RefusedError, match=re.escape(case["refused"])):
            check_request(request, ROOT)


def test_unknown_names_are_refused_with_the_nearest():
    for part, message in (({"indicator": "foreste"}, "mean 'foerste'?"), ({"languages": ("no",)}, "no language")):
        with pytest.raises(PlanError, match=re.escape(message)):
            plan(Request("2024Q1", **part), INDICATORS)


def tagged(cell, *tags):
    cell.metadata.tags = list(tags)
    return cell


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda nb: tagged(nb.cells[1]), "0 cells tagged 'parameters'"),
        (lambda nb: nb.cells.append(tagged(nbformat.v4.new_code_cell("x = 1"), "parameters", "end")), "2 cells tagged"),
        (lambda nb: nb.cells.insert(1, nbformat.v4.new_code_cell("x = 1")), "is not the first"),
        (lambda nb: tagged(nb.cells[-1]), "not tagged 'end'"),
        (lambda nb: tagged(nb.cells[2], "raises-exception"), "'raises-exception'; reports do not allow it"),
        (lambda nb: tagged(nb.cells[2], "skip-execution"), "'skip-execution'; reports do not allow it"),
        (lambda nb: nb.cells[2].update(source="x = 1\n  !false"), "'!false' is a command"),
        (lambda nb: nb.cells[2].update(source="%run other.ipynb"), "'%run other.ipynb' is a command"),
        (lambda nb: nb.metadata.kernelspec.update(name="ir"), "its kernel is not python3"),
    ],
)
def test_a_template_that_could_fail_unseen_is_refused(tmp_path, spoil, message):
    notebook = template([COMMON, "print(quarter)"])
    spoil(notebook)
    root = make_project(tmp_path)
    (root / "notebooks" / "maal.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    with pytest.raises(PlanError, match=message):
        read_templates(root / "notebooks")


@pytest.mark.parametrize("content", ["", '{"cells": [', "not json", '{"nbformat": 4, "nbformat_minor": 5}', "\ufeff{}"])
def test_every_file_that_is_no_notebook_is_named(tmp_path, content):
    root = make_project(tmp_path)
    (root / "notebooks" / "maal.ipynb").write_text(content, encoding="utf-8")
    (root / "notebooks" / "indikator.ipynb").unlink()
    with pytest.raises(PlanError) as raised:
        read_templates(root / "notebooks")
    assert "notebooks/maal.ipynb: cannot be read as a notebook" in str(raised.value)
    assert "notebooks/indikator.ipynb: no such notebook" in str(raised.value)


ASKED = {"quarter": "2024Q1", "language": "nb", "as_of": "", "goal": 2}


@pytest.mark.parametrize("case", read_cases(Path(__file__).with_name("faulty_parameters.toml")), ids=str)
def test_unknown_mistyped_and_unchecked_parameters_are_refused(case):
    check_parameters("maal", template([f"{COMMON}\ngoal: int = 1"]), ASKED)  # those it declares are accepted
    notebook = template([f"{COMMON}\n{case.get('declared', 'goal: int = 1')}"])
    with pytest.raises(PlanError, match=re.escape(case["message"])):
        check_parameters("maal", notebook, ASKED | case.get("asked", {}))
