"""A report under a set of ambitions: its own name, its parameter, its banner, and what refuses it."""

import json
from pathlib import Path

import pytest

from analysis.core.faults import WARN
from analysis.records.strategy import read_strategy
from analysis.reports.check import check
from analysis.reports.pages.render import Renderer
from analysis.reports.plan import plan
from analysis.reports.request import RefusedError, Request, check_request
from projects import make_project
from real_project import called

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "data" / "raw"
BANNER = {"banner": "Scenario «prøve», i sin helhet.", "short": "Scenario «prøve» <kort>"}


SET = """\
name = { nb = "prøve", en = "trial" }
note = { nb = "Et regneeksempel.", en = "A worked example." }
[[target]]
measure = "andel-foerste"
kind = "reach"
period = "2025"
value = 40
status = "working"
reason = { nb = "Et tall for prøver.", en = "A number for tests." }
"""


@pytest.fixture
def raw(tmp_path, monkeypatch):
    """Return the raw material of a small project with a set of ambitions."""
    monkeypatch.setenv("EHELSE_ROOT", str(tmp_path))
    raw = make_project(tmp_path) / "data" / "raw"
    (raw / "ambitions").mkdir()
    (raw / "ambitions" / "proeve.toml").write_text(SET, encoding="utf-8")
    return raw


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        (Request("2024Q1", ambitions="eksempel"), "2024Q1-eksempel"),
        (Request("2024Q1", ("nb",), 4, ambitions="eksempel"), "2024Q1-eksempel-maal-4-nb"),
        (Request("2024Q1"), "2024Q1"),
    ],
)
def test_a_set_gives_a_report_a_name_of_its_own(request_, name):
    assert request_.name == name


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request("2024Q1", ambitions="exempel"), "'exempel' is no set of ambitions; did you mean 'eksempel'?"),
        (Request("2024Q1", ambitions="../eksempel"), "'../eksempel' is no set of ambitions"),
        (Request("2024Q1", areas="kommune", ambitions="eksempel"), "leave out the set of ambitions"),
    ],
)
def test_an_unknown_set_is_refused_at_once(request_, message):
    with pytest.raises(RefusedError, match=message.replace("?", r"\?").replace("..", r"\.\.")):
        check_request(request_, ROOT)


def test_every_page_gets_the_name_of_the_set():
    jobs = plan(Request("2024Q1", ambitions="eksempel"), [("foerste", 1)])
    assert {job.parameters["ambitions"] for job in jobs} == {"eksempel"}
    assert not any("ambitions" in job.parameters for job in plan(Request("2024Q1"), [("foerste", 1)]))


@pytest.mark.parametrize("banner", [BANNER, {"banner": "", "short": ""}], ids=["a set", "no set"])
def test_front_page_statement_and_paper_have_the_banner(banner):
    strategy = read_strategy(RAW / "strategy.toml")
    jobs = plan(Request("2024Q1", ("nb",)), [("bruk-helsenorge-medvirkning", 1)])
    names = ["slug", "name_nb", "name_en"]
    contents = {
        "strategy": strategy.name,
        "goals": strategy.goals[["goal", *names]].to_dict("records"),
        "indicators": strategy.indicators[["indicator", "goal", *names]].to_dict("records"),
        "as_of": "2024-03-31",
        "scenario": {"nb": banner, "en": banner},
    }
    made = Renderer("2024Q1", contents, jobs, whole=True)
    for page in (made.index({}, []), made.statement("nb")):
        assert ('<p class="scenario"' in page) == bool(banner["banner"])
        assert banner["banner"] in page
    # on paper a box in the margin of every sheet
    paper = made.paper(jobs[0], [], "")
    assert ('@top-center { content: "Scenario «prøve» \\3c kort>"' in paper) == bool(banner["banner"])
    assert ("@top-center" in paper) == bool(banner["banner"])


def test_the_command_refuses_to_publish_and_writes_nothing(raw):
    ended = called(raw.parents[1], "publish", "2024Q1", "--ambitions", "proeve")
    assert ended.exit_code == 2
    assert "'proeve' holds targets that nobody has adopted" in ended.output
    assert "which is never published as the report of 2024Q1; publish without" in ended.output
    assert list((raw.parent / "processed").iterdir()) == []


@pytest.mark.parametrize(
    ("old", "new", "nearest"),
    [
        ('"andel-foerste"', "andel-forste", "andel-foerste"),
        ('"2025"', "2021", None),  # before its first figure
    ],
)
def test_check_finds_faults_of_every_set(raw, old, new, nearest):
    file = raw / "ambitions" / "proeve.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, f'"{new}"', 1), encoding="utf-8")
    (fault,) = [fault for fault in check(raw) if fault.severity != WARN]
    assert (fault.file, fault.value) == ("ambitions/proeve.toml", new)
    assert not nearest or fault.nearest == nearest


def test_check_accepts_a_set_and_names_the_nearest_of_others(raw):
    assert not [fault for fault in check(raw, ambitions="proeve") if fault.severity != WARN]
    ended = called(raw.parents[1], "check", "--ambitions", "prove", "--json")
    (fault,) = json.loads(ended.output)["faults"]
    assert (ended.exit_code, fault["value"], fault["nearest"]) == (1, "prove", "proeve")
