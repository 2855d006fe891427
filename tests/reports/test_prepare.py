"""Validation before any notebook: the tables of a quarter, or what is wrong with the raw material."""

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.reports.prepare import prepare
from analysis.reports.releases import PREPARED
from projects import make_project
from quarters import light
from typed_cases import read_cases


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(tmp_path))
    return make_project(tmp_path)


def answer(project, quarter="2024Q1", as_of=""):
    folder = project / "work"
    folder.mkdir()
    prepare(quarter, as_of, ["nb", "en"], str(folder))
    return json.loads((folder / PREPARED).read_text(encoding="utf-8"))


def test_the_tables_hold_every_item_measure_and_figure(project):
    contents = answer(project)
    # the strategy, 2 goals, 3 indicators, 2 sub-goals; 3 measures; 4 typed rows
    assert contents["rows"] == {"lights": 8, "trends": 3, "observations": 4}
    assert [goal["goal"] for goal in contents["goals"]] == [1, 2]
    assert [row["indicator"] for row in contents["indicators"]] == ["1.1", "1.2", "2.1"]
    assert contents["as_of"] == "2024-03-31"
    for name, rows in contents["rows"].items():
        assert len(pd.read_csv(project / "work" / "tables" / f"{name}.csv")) == rows


@pytest.mark.parametrize(("as_of", "day", "rows"), [("", "2023-03-31", 1), ("2024-02-01", "2024-02-01", 4)])
def test_an_earlier_quarter_uses_what_was_published_by_a_day(project, as_of, day, rows):
    contents = answer(project, "2023Q1", as_of)
    assert (contents["as_of"], contents["rows"]["observations"]) == (day, rows)


def test_a_quarter_that_nothing_is_known_about_is_refused(project):
    message = "no figure was published by 2004-03-31, and there are no judgements of it"
    assert message in answer(project, "2004Q1")["refused"]


@pytest.mark.parametrize("case", read_cases(Path(__file__).with_name("refused_files.toml")), ids=str)
def test_faulty_raw_material_is_refused_with_file_and_place(project, case):
    place = project / "data" / "raw" / case["file"]
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    if place.suffix == ".md":
        (place.parent / "lights.toml").write_text(f'quarter = "2024Q1"\n{light("1.1")}', encoding="utf-8")
    if "text" in case:
        place.write_text(case["text"], encoding="utf-8")
    refused = answer(project)["refused"]
    assert all(part in refused for part in case["parts"]), refused
