"""Whatever is missing is a state with a sentence: every state on every page, composed as a report would be."""

import os
from unittest.mock import patch

import pytest

from analysis.reports.check import check
from analysis.reports.compose import check_report
from composed import compose_small, missing_values, small_project
from countries import project
from projects import make_project, write_template

A = {"slug": "andel"}
REGISTER = A | {"basis": "register"}
PERSONS = REGISTER | {"unit": "personer", "counts": "personer"}
NEIGHBOURS = {
    "slug": "naboland",
    "role": "context",
    "basis": "register",
    "goal": 1,
    "indicators": ["1.1"],
}
LATER = "2024-06-01"


def rows(*values: tuple, **cells: object) -> list[dict]:
    """Return a row for each (period, value) or (period, value, n), with the same further cells."""
    return [dict(zip(("period", "value", "n"), each, strict=False)) | {"measure": "andel"} | cells for each in values]


def country(code: str, **cells: object) -> list[dict]:
    return rows(("2022", 40), ("2023", 45), breakdown=f"land={code}", **{"measure": "naboland"} | cells)


# state: measures, rows, quarter
STATES = {
    "two waves": ([A], rows(("2022", 26, 900), ("2023", 28, 800)), "2024Q1"),
    "no n": ([A], rows(("2022", 26), ("2023", 28)), "2024Q1"),
    "n of the first wave only": ([A], rows(("2022", 26, 900), ("2023", 28)), "2024Q1"),
    "no second point": ([A], rows(("2023", 28, 800)), "2024Q1"),
    "one point without n, with a target": (
        [A | {"target": {"period": "2025", "value": 40}}],
        rows(("2023", 28)),
        "2024Q1",
    ),
    "all in conflict": ([A], rows(("2022", 26, 900), ("2023", 28, 800), standing="conflict"), "2024Q1"),
    "all excluded": ([A], rows(("2022", 26, 900), ("2023", 28, 800), standing="excluded"), "2024Q1"),
    "all withheld": ([PERSONS], rows(("2022", 2), ("2023", 3)), "2024Q1"),
    "a value and a withheld one": ([PERSONS], rows(("2022", 20), ("2023", 3)), "2024Q1"),
    "zero": ([A], rows(("2022", 0, 900), ("2023", 0, 800)), "2024Q1"),
    "zero without tolerance": ([REGISTER], rows(("2021", 0), ("2022", 0), ("2023", 0)), "2024Q1"),
    "one hundred": ([A], rows(("2022", 100, 900), ("2023", 100, 800)), "2024Q1"),
    "from zero to one hundred": ([A], rows(("2022", 0, 900), ("2023", 100, 800)), "2024Q1"),
    "a lower bound": ([REGISTER], rows(("2022", 26), ("2023", 28), qualifier="over"), "2024Q1"),
    "an upper bound": ([REGISTER], rows(("2022", 26), ("2023", 28), qualifier="under"), "2024Q1"),
    "fourteen quarters": (
        [REGISTER | {"cadence": 0.25}],
        rows(*((f"{2020 + q // 4}Q{q % 4 + 1}", 20 + q) for q in range(2, 16))),
        "2024Q1",
    ),
    # a quarterly series without a figure of the last three quarters: no ambition gives a colour
    "a series that has ended": (
        [REGISTER | {"cadence": 0.25}],
        rows(*((f"{2020 + q // 4}Q{q % 4 + 1}", 20 + q) for q in range(14))),
        "2024Q1",
    ),
    # the strategy ends in 2025: no path leads from its baseline to an ambition
    "a baseline after the strategy": (
        [REGISTER | {"baseline": {"period": "2031", "value": 40}}],
        rows(("2022", 26), ("2023", 28)),
        "2024Q1",
    ),
    "a country without a series": (
        [REGISTER, NEIGHBOURS],
        country("NO") + country("DK", standing="conflict"),
        "2024Q1",
    ),
    "countries without any series": ([REGISTER, NEIGHBOURS], country("DK", standing="conflict"), "2024Q1"),
    "a goal whose indicators are not measured": ([], rows(("2023", 900), measure="respondents"), "2024Q1"),
    "a quarter before the first figure": (
        [REGISTER, NEIGHBOURS],
        country("NO") + rows(("2023", 28), published=LATER),
        "2024Q1",
    ),
    "a group without a whole": ([REGISTER], rows(("2023", 28), breakdown="kjonn=menn"), "2024Q1"),
    "groups in conflict": (
        [REGISTER],
        rows(("2023", 28), breakdown="kjonn=menn", standing="conflict") + rows(("2023", 30)),
        "2024Q1",
    ),
}


@pytest.fixture(scope="module", params=STATES)
def state(request, tmp_path_factory):
    measures, figures, quarter = STATES[request.param]
    root = small_project(tmp_path_factory.mktemp("state"), measures, figures)
    with patch.dict(os.environ, EHELSE_ROOT=str(root)):
        assert [str(fault) for fault in check() if fault.severity == "reject"] == []
    return compose_small(root, quarter, downloads=False)


def test_a_state_is_composed_on_every_page(state):
    faults, pages = state
    assert [str(fault) for fault in faults] == []
    kinds = {name.partition("/")[2].partition("-")[0].removesuffix(".html") for name in pages}
    assert kinds == {"strategi", "maal", "indikator", "datagrunnlag", "kort"}
    assert {name.partition("/")[0] for name in pages} == {"nb", "en"}


def test_no_page_shows_what_python_writes_for_nothing(state):
    assert missing_values(state[1]) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", STATES)
def test_a_state_is_drawn_and_written_to_files(tmp_path, name):
    measures, figures, quarter = STATES[name]
    faults, _ = compose_small(small_project(tmp_path, measures, figures), quarter, draw=True)
    assert [str(fault) for fault in faults] == []


def test_a_warning_and_a_leak_on_a_page_are_named(tmp_path):
    root = make_project(tmp_path)
    write_template(root, "maal", ["import warnings\nwarnings.warn('the scale ends')", "print('kari@example.org')"])
    faults, _ = compose_small(root, "2024Q1", downloads=False)
    texts = [str(fault) for fault in faults]
    assert len(texts) == 8  # two goals in two languages
    assert "cannot be made: cell 4: import warnings: wrote to stderr: " in texts[0] and "the scale ends" in texts[0]
    assert "nb/maal-2.html: an e-mail address" in texts[-1]


def test_a_check_composes_the_brief_and_every_page_of_areas(tmp_path, monkeypatch):
    project(tmp_path, monkeypatch)
    area = {"area": ("str", "1"), "kind": ("str", "kommune")}
    write_template(tmp_path, "omraade", ["from analysis import read_area_status", "1 / 0"], area)
    write_template(tmp_path, "kort", ["{}['front page']"])
    quarters, faults = check_report("2024Q1")
    assert quarters == ("2024Q1", "2024Q2")
    values = [fault.value for fault in faults]
    # areas 1 to 5 have a figure of 2024Q1
    pages = [
        f"{language}/{page}" for page in ("kort", *(f"omraade-{n}" for n in range(1, 6))) for language in ("nb", "en")
    ]
    assert {f"2024Q1, {page}" for page in pages} <= set(values)
    assert len(values) == len(set(values))


def test_a_quarter_without_a_figure_is_named(tmp_path):
    faults, pages = compose_small(make_project(tmp_path), "2019Q4")
    assert [str(fault) for fault in faults] == [
        "'2019Q4': 2019Q4: no figure was published by 2019-12-31, and there are no judgements of it [page]"
    ]
    assert pages == {}
