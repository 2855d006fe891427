"""A report under a set of ambitions: its banner, and what refuses it."""

import json
import shutil
from pathlib import Path

import pytest

from analysis.core.faults import WARN
from analysis.records.strategy import read_strategy
from analysis.reports.check import check
from analysis.reports.pages.render import Renderer
from analysis.reports.plan import plan
from analysis.reports.request import Request
from projects import make_project
from real_project import ROOT, called

BANNER = {"banner": "Scenario «prøve», i sin helhet.", "short": "Scenario «prøve» <kort>"}


@pytest.fixture
def raw(tmp_path, monkeypatch):
    """Return the raw material of a small project with a set of ambitions."""
    monkeypatch.setenv("EHELSE_ROOT", str(tmp_path))
    raw = make_project(tmp_path) / "data" / "raw"
    (raw / "ambitions").mkdir()
    shutil.copy(Path(__file__).with_name("trial_ambitions.toml"), raw / "ambitions" / "proeve.toml")
    return raw


@pytest.mark.parametrize("banner", [BANNER, {"banner": "", "short": ""}], ids=["a set", "no set"])
def test_front_page_statement_and_paper_have_the_banner(banner):
    strategy = read_strategy(ROOT / "data" / "raw" / "strategy.toml")
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


def test_check_accepts_a_set_and_finds_faults_of_every_one(raw):
    def faults():
        return [(f.file, f.value, f.nearest) for f in check(raw, ambitions="proeve") if f.severity != WARN]

    assert faults() == []
    ended = called(raw.parents[1], "check", "--quick", "--ambitions", "prove", "--json")
    (fault,) = json.loads(ended.output)["faults"]
    assert (ended.exit_code, fault["value"], fault["nearest"]) == (1, "prove", "proeve")
    file = raw / "ambitions" / "proeve.toml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("andel-foerste", "andel-forste"), encoding="utf-8")
    assert faults() == [("ambitions/proeve.toml", "andel-forste", "andel-foerste")]
    file.write_text(good.replace("2025", "2021"), encoding="utf-8")  # before its first figure
    assert [(name, value) for name, value, _ in faults()] == [("ambitions/proeve.toml", "2021")]
