"""Whatever is missing is a state with a sentence: every state on every page, composed as a report would be."""

import os
from pathlib import Path
from unittest.mock import patch

import pytest

from analysis.reports.check import check
from analysis.text import LANGUAGES
from composed import compose_small, missing_values, small_project
from countries import project
from projects import make_project, write_template
from real_project import called
from typed_cases import read_cases

STATES = {state["name"]: state for state in read_cases(Path(__file__).with_name("composed_states.toml"))}
# the states of all measures of a project
PROJECTS = {
    "a measure in every state": list(STATES),
    "nothing but a conflict": ["all in conflict"],
    "indicators without a measure": [],
    "before the first figure": ["not published yet", "a country without a series"],
}


def project_of(folder, states):
    """Return a project with a measure in each of some states; without any, with nothing but how many were asked."""
    measures = [{"slug": f"andel-{number}", **STATES[state]} for number, state in enumerate(states, start=1)]
    rows = [] if states else [{"measure": "respondents", "period": "2023", "value": 900}]
    for measure in measures:
        for series in measure.pop("rows"):
            cells = {"measure": measure["slug"], **series}
            rows += [cells | dict(zip(("period", "value", "n"), point, strict=False)) for point in cells.pop("points")]
    return small_project(folder, measures, rows)


# in the default suite those with most pages and with least, in Norwegian and with the data of pictures alone
COMPOSED = [("a measure in every state", False), ("before the first figure", False)]
DRAWN = [pytest.param(name, True, marks=pytest.mark.slow) for name in PROJECTS]


@pytest.mark.parametrize(("name", "drawn"), [*COMPOSED, *DRAWN])
def test_every_page_of_a_state_is_composed(tmp_path, name, drawn):
    """And no page shows what Python writes for nothing; drawn also in English, and written to files."""
    root = project_of(tmp_path, PROJECTS[name])
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


def test_check_names_every_page_that_cannot_be_made(tmp_path, monkeypatch):
    """Of both languages and of this quarter and the next, those of the brief and of areas, too."""
    project(tmp_path, monkeypatch)
    write_template(tmp_path, "maal", ["quarter", "1 / (goal - 2)"])
    write_template(tmp_path, "kort", ["{}['front page']"])
    write_template(tmp_path, "omraade", ["1 / 0"], {"area": ("str", "1"), "kind": ("str", "kommune")})
    assert called(tmp_path, "check", "--quick").exit_code == 0
    ended = called(tmp_path, "check", "2024Q1")
    assert (ended.exit_code, ended.stdout) == (1, "")
    named = [line.partition(": cannot be made: cell ")[0] for line in ended.stderr.splitlines()]
    pages = ["maal-2", "kort", *(f"omraade-{code}" for code in "12345FGR")]  # municipalities, and what they are within
    wanted = [f"'2024Q{n}, {language}/{page}'" for n in (1, 2) for language in LANGUAGES for page in pages]
    assert sorted(named) == sorted(wanted)
    error = "cannot be made: cell 5: 1 / (goal - 2): ZeroDivisionError: division by zero; "
    assert f"'2024Q1, nb/maal-2': {error}" in ended.stderr


def test_a_quarter_without_a_figure_is_named(tmp_path):
    faults, pages = compose_small(make_project(tmp_path), "2019Q4")
    assert [str(fault) for fault in faults] == [
        "'2019Q4': 2019Q4: no figure was published by 2019-12-31, and there are no judgements of it [page]"
    ]
    assert pages == {}
