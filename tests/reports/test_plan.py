"""What is run: the pages of a report, the templates that are fit for it, the parameters they take."""

import nbformat
import pytest

from analysis.reports.plan import PlanError, check_parameters, plan, read_templates
from analysis.reports.request import Request
from projects import make_project, template

INDICATORS = [("foerste", 1), ("andre", 1), ("tredje", 2)]
COMMON = 'quarter: str = "2024Q1"  # which\nlanguage: str = "nb"\nas_of: str = ""'


def pages(jobs):
    return [(job.language, job.page) for job in jobs]


def test_a_whole_report_has_every_page_in_both_languages():
    one = ["strategi", "maal-1", "indikator-foerste", "indikator-andre", "maal-2", "indikator-tredje", "datagrunnlag"]
    jobs = plan(Request("2024Q1"), INDICATORS)
    assert pages(jobs) == [("nb", page) for page in one] + [("en", page) for page in one]


def test_five_goals_and_fifteen_indicators_make_22_pages():
    indicators = [(f"indikator-{number}", number % 5 + 1) for number in range(15)]
    assert len(plan(Request("2024Q1", ("nb",)), indicators)) == 22


def test_a_goal_is_its_own_page_and_its_indicators():
    assert pages(plan(Request("2024Q1", ("en",), goal=1), INDICATORS)) == [
        ("en", "maal-1"),
        ("en", "indikator-foerste"),
        ("en", "indikator-andre"),
    ]


def test_an_indicator_is_one_page():
    (job,) = plan(Request("2024Q1", ("nb",), indicator="tredje", as_of="2024-05-01"), INDICATORS)
    assert job.template == "indikator"
    assert job.parameters == {
        "quarter": "2024Q1",
        "language": "nb",
        "as_of": "2024-05-01",
        "indicator": "tredje",
    }
    assert (job.html, job.notebook) == ("nb/indikator-tredje.html", "notebooks/nb/indikator-tredje.ipynb")


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"goal": 3}, "'3' is no goal"),
        ({"indicator": "foreste"}, "did you mean 'foerste'?"),
        ({"indicator": "../../etc/passwd"}, "is no indicator"),
        ({"languages": ("no",)}, "'no' is no language"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(part, message):
    with pytest.raises(PlanError, match=message):
        plan(Request("2024Q1", **part), INDICATORS)


def test_the_templates_of_a_project_are_read(tmp_path):
    assert set(read_templates(make_project(tmp_path) / "notebooks")) == {
        "strategi",
        "maal",
        "indikator",
        "datagrunnlag",
    }


def tagged(cell, *tags):
    cell.metadata.tags = list(tags)
    return cell


def change_first(notebook, *tags):
    tagged(notebook.cells[1], *tags)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda nb: change_first(nb), "0 cells tagged 'parameters'"),
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


GOAL = template([f"{COMMON}\ngoal: int = 1"])
ASKED = {"quarter": "2024Q1", "language": "nb", "as_of": "", "goal": 2}


def test_parameters_that_the_notebook_declares_are_accepted():
    check_parameters("maal", GOAL, ASKED)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"quartre": "2024Q1"}, "has no parameter 'quartre'; did you mean 'quarter'?"),
        ({"goal": "2"}, r"'goal' should be a whole number \(found '2'\)"),
        ({"goal": 2.0}, r"'goal' should be a whole number \(found 2.0\)"),
        ({"goal": True}, r"'goal' should be a whole number \(found True\)"),
        ({"quarter": 20241}, "'quarter' should be a text"),
        ({"x=1;import os": 1}, "has no parameter 'x=1;import os'"),
        ({"goal": None}, "'goal' should be a whole number"),
    ],
)
def test_unknown_and_mistyped_parameters_are_refused(wrong, message):
    with pytest.raises(PlanError, match=message):
        check_parameters("maal", GOAL, ASKED | wrong)


def test_a_parameter_without_a_type_is_refused():
    with pytest.raises(PlanError, match="'goal' declares no type"):
        check_parameters("maal", template([f"{COMMON}\ngoal = 1"]), ASKED)


def test_a_computed_default_is_refused():
    with pytest.raises(PlanError, match="only a plain value"):
        check_parameters("maal", template([f"{COMMON}\ngoal: int = 1 + 1"]), ASKED)


def test_a_parameter_hidden_from_inspection_is_unknown():
    hidden = template([COMMON + "\ngoal: int = 1  # second = sign hides it"])
    with pytest.raises(PlanError, match="has no parameter 'goal'"):
        check_parameters("maal", hidden, ASKED)
