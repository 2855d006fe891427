"""Whatever is missing is a state with a sentence: every state on every page, composed as a report would be."""

import os
from unittest.mock import patch

import pytest

from analysis.reports.check import check
from analysis.reports.compose import check_report
from analysis.text import LANGUAGES
from composed import compose_small, missing_values, small_project
from countries import project
from projects import make_project, write_template

REGISTER = {"basis": "register"}
PERSONS = REGISTER | {"unit": "personer", "counts": "personer"}
TARGET = {"target": {"period": "2025", "value": 40}}
QUARTERLY = REGISTER | {"cadence": 0.25}
WAVES = [("2022", 26, 900), ("2023", 28, 800)]
YEARS = [("2022", 26), ("2023", 28)]
QUARTERS = [(f"{2020 + q // 4}Q{q % 4 + 1}", 20 + q) for q in range(16)]

# the state of a measure: its fields, its points as (period, value) or (period, value, n), and further cells of its rows
STATES = {
    "two waves": ({}, WAVES, {}),
    "no n": ({}, YEARS, {}),
    "n of the first wave only": ({}, [WAVES[0], YEARS[1]], {}),
    "no second point": ({}, WAVES[1:], {}),
    "one point without n, with a target": (TARGET, YEARS[1:], {}),
    "all in conflict": ({}, WAVES, {"standing": "conflict"}),
    "all excluded": ({}, WAVES, {"standing": "excluded"}),
    "all withheld": (PERSONS, [("2022", 2), ("2023", 3)], {}),
    "a value and a withheld one": (PERSONS, [("2022", 20), ("2023", 3)], {}),
    "zero": ({}, [("2022", 0, 900), ("2023", 0, 800)], {}),
    "zero without tolerance": (REGISTER, [("2021", 0), ("2022", 0), ("2023", 0)], {}),
    "one hundred": ({}, [("2022", 100, 900), ("2023", 100, 800)], {}),
    "from zero to one hundred": ({}, [("2022", 0, 900), ("2023", 100, 800)], {}),
    "a lower bound": (REGISTER, YEARS, {"qualifier": "over"}),
    "an upper bound": (REGISTER, YEARS, {"qualifier": "under"}),
    "fourteen quarters": (QUARTERLY, QUARTERS[2:], {}),
    # without a figure of the last three quarters: no ambition gives a colour
    "a series that has ended": (QUARTERLY, QUARTERS[:14], {}),
    # the strategy ends in 2025: no path leads from its baseline to an ambition
    "a baseline after the strategy": (REGISTER | {"baseline": {"period": "2031", "value": 40}}, YEARS, {}),
    "a group without a whole": (REGISTER, YEARS[1:], {"breakdown": "kjonn=menn"}),
}
MEASURES = [{"slug": f"andel-{n}", "name": state, **STATES[state][0]} for n, state in enumerate(STATES, start=1)]


def rows(measure: str, points: list[tuple], **cells: str) -> list[dict]:
    """Return a row for each point, with the same further cells."""
    return [dict(zip(("period", "value", "n"), point, strict=False), measure=measure, **cells) for point in points]


def country(code: str, **cells: str) -> list[dict]:
    return rows("naboland", [("2022", 40), ("2023", 45)], breakdown=f"land={code}", **cells)


A = {"slug": "andel"} | REGISTER
NEIGHBOURS = {"slug": "naboland", "role": "context", "basis": "register", "goal": 1, "indicators": ["1.1"]}
# measures and rows of a project
PROJECTS = {
    "a measure in every state": (
        MEASURES,
        [row for n, (_, points, cells) in enumerate(STATES.values(), 1) for row in rows(f"andel-{n}", points, **cells)],
    ),
    "nothing but a conflict": ([{"slug": "andel"}], rows("andel", WAVES, standing="conflict")),
    "a country without a series": ([A, NEIGHBOURS], country("NO") + country("DK", standing="conflict")),
    "countries without any series": ([A, NEIGHBOURS], country("DK", standing="conflict")),
    "a goal whose indicators are not measured": ([], rows("respondents", [("2023", 900)])),
    "before the first figure": (
        [A, NEIGHBOURS],
        country("NO") + rows("andel", [("2023", 28)], published="2024-06-01"),
    ),
    "groups in conflict": (
        [A],
        rows("andel", [("2023", 28)], breakdown="kjonn=menn", standing="conflict") + rows("andel", [("2023", 30)]),
    ),
}


# in the default suite in Norwegian and with the data of pictures alone
@pytest.mark.parametrize("drawn", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["composed", "drawn"])
@pytest.mark.parametrize("name", PROJECTS)
def test_every_page_of_a_state_is_composed(tmp_path, name, drawn):
    """And no page shows what Python writes for nothing; drawn also in English, and written to files."""
    root = small_project(tmp_path, *PROJECTS[name])
    with patch.dict(os.environ, EHELSE_ROOT=str(root)):
        assert [str(fault) for fault in check() if fault.severity == "reject"] == []
    languages = LANGUAGES if drawn else ("nb",)
    faults, pages = compose_small(root, "2024Q1", languages, downloads=drawn, draw=drawn)
    assert [str(fault) for fault in faults] == []
    places = [page.partition("/") for page in pages]
    kinds = {place.partition("-")[0].removesuffix(".html") for _, _, place in places}
    assert kinds == {"strategi", "maal", "indikator", "datagrunnlag", "kort"}
    assert {language for language, _, _ in places} == {*languages}
    assert missing_values(pages) == {}


def test_a_warning_and_a_leak_on_a_page_are_named(tmp_path):
    root = make_project(tmp_path)
    write_template(root, "maal", ["import warnings\nwarnings.warn('the scale ends')", "print('kari@example.org')"])
    faults, _ = compose_small(root, "2024Q1", ("nb",), downloads=False)
    texts = [str(fault) for fault in faults]
    assert len(texts) == 4  # two of each of two goals
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
    pages = ["kort", *(f"omraade-{n}" for n in range(1, 6))]  # areas 1 to 5 have a figure of 2024Q1
    assert {f"2024Q1, {language}/{page}" for page in pages for language in ("nb", "en")} <= set(values)
    assert len(values) == len(set(values))


def test_a_quarter_without_a_figure_is_named(tmp_path):
    faults, pages = compose_small(make_project(tmp_path), "2019Q4")
    assert [str(fault) for fault in faults] == [
        "'2019Q4': 2019Q4: no figure was published by 2019-12-31, and there are no judgements of it [page]"
    ]
    assert pages == {}
