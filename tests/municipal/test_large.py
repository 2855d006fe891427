"""Respondents and areas beyond memory: the same verdicts and the same numbers as in memory, part by part."""

import sys

import numpy as np
import pandas as pd
import pytest

from analysis.intake.respondents import Questionnaire, read_respondents
from analysis.municipal import status as area_status
from analysis.municipal import storage as large
from analysis.municipal.panels import read_panel
from analysis.municipal.storage import store_areas, store_respondents, stored_panel, stored_share
from analysis.records.areas import AreaError
from analysis.records.observations import ObservationError
from analysis.statistics.surveys import Design, SurveyError, weighted_share
from countries import history, project
from typed_cases import cases

ASKED = Questionnaire("id", "bolge", "vekt", ("gruppe", "region"), {"svar": frozenset({1.0, 2.0, 3.0})})
DESIGN = Design(weight="vekt", strata="region")


def sample(rows=600):
    drawn = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "id": [f"r{n}" for n in range(rows)],
            "bolge": "2024Q1",
            "gruppe": drawn.choice(["lege", "sykepleier", "andre"], rows),
            "region": drawn.choice(["nord", "sør", "vest"], rows),
            "vekt": drawn.uniform(0.5, 2.0, rows).round(3),
            "svar": drawn.choice(["1", "2", "3", ""], rows),
        }
    )


@pytest.fixture(autouse=True)
def parts_of_a_hundred_rows(monkeypatch):
    monkeypatch.setattr(large, "PART", 3_000)
    monkeypatch.setattr(large, "PART_ROWS", 100)


def stored(tmp_path, text):
    (tmp_path / "svar.csv").write_text(text, encoding="utf-8")
    return store_respondents(tmp_path / "svar.csv", ASKED, tmp_path, tmp_path / "svar.parquet")


@pytest.mark.slow
@pytest.mark.parametrize("by", [None, "gruppe"])
@pytest.mark.parametrize("design", [DESIGN, Design(weight="vekt"), Design()], ids=["strata", "weights", "plain"])
def test_shares_from_the_file_are_those_from_memory(tmp_path, design, by):
    assert stored(tmp_path, sample().to_csv(index=False)) == ()
    rows = read_respondents(tmp_path / "svar.csv", ASKED, tmp_path).rows
    found = stored_share(tmp_path / "svar.parquet", "svar", design, by)
    wanted = weighted_share(rows, "svar", design, by)
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False, check_index_type=False, rtol=1e-9)


@pytest.mark.slow
@cases(__file__, "bad_rows.csv")
def test_one_bad_row_is_found_where_it_stands_as_in_memory(tmp_path, case, row, rule, severity, column):
    lines = sample().to_csv(index=False).splitlines()
    at = 450
    lines.insert(at - 1, row.format(n=9999))
    found = stored(tmp_path, "\n".join(lines) + "\n")
    places = [(fault.rule, fault.severity, fault.line, fault.column) for fault in found]
    assert places == [(rule, severity, at, column)], case
    whole = read_respondents(tmp_path / "svar.csv", ASKED, tmp_path).faults
    assert {fault.rule for fault in whole} == {fault.rule for fault in found}
    assert (tmp_path / "svar.parquet").exists() == (severity == "warn")


@pytest.mark.parametrize(
    ("column", "none", "one", "rule"), [("vekt", 0, 1, "weight"), ("svar", "", "1", "missing_value")]
)
def test_a_column_without_anything_is_refused_by_the_whole(tmp_path, column, none, one, rule):
    """Not by a part, which may well hold nothing."""
    rows = sample().assign(**{column: none})
    assert [(fault.rule, fault.line) for fault in stored(tmp_path, rows.to_csv(index=False))] == [(rule, None)]
    rows.loc[0, column] = one
    assert stored(tmp_path, rows.to_csv(index=False)) == ()
    assert len(pd.read_parquet(tmp_path / "svar.parquet")) == len(rows)


def test_a_parquet_file_is_judged_as_its_csv_would_be(tmp_path):
    sample().to_parquet(tmp_path / "levert.parquet")
    assert store_respondents(tmp_path / "levert.parquet", ASKED, tmp_path, tmp_path / "svar.parquet") == ()
    assert len(pd.read_parquet(tmp_path / "svar.parquet")) == 600
    sample().assign(svar="9").to_parquet(tmp_path / "levert.parquet")
    found = store_respondents(tmp_path / "levert.parquet", ASKED, tmp_path, tmp_path / "other.parquet")
    assert {fault.rule for fault in found} == {"answer_code"}
    assert not (tmp_path / "other.parquet").exists()


def test_a_file_outside_its_folder_and_an_empty_one_are_refused(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "out.csv").write_text("id\n", encoding="utf-8")
    (tmp_path / "in" / "link.csv").symlink_to(tmp_path / "out.csv")
    (tmp_path / "in" / "empty.csv").touch()
    for name, rule in (("link.csv", "file"), ("empty.csv", "empty")):
        found = store_respondents(tmp_path / "in" / name, ASKED, tmp_path / "in", tmp_path / "x.parquet")
        assert [fault.rule for fault in found] == [rule]


def test_a_design_that_needs_the_rows_is_refused(tmp_path):
    stored(tmp_path, sample().to_csv(index=False))
    with pytest.raises(SurveyError, match="need the rows"):
        stored_share(tmp_path / "svar.parquet", "svar", Design(weight="vekt", clusters=("region",)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kommune", "helsefellesskap"])
def test_the_panel_from_the_file_is_that_from_memory(tmp_path, monkeypatch, kind):
    project(tmp_path, monkeypatch, more=history())
    assert store_areas(tmp_path / "areas.parquet") == 20
    found, wanted = stored_panel(tmp_path / "areas.parquet", "2024Q1", kind), read_panel("2024Q1", kind)
    for name in ("figures", "standing", "areas", "sources"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(wanted, name), check_dtype=False)
    assert stored_panel(tmp_path / "areas.parquet", "2024Q1", kind, "2024-03-15").day == pd.Timestamp("2024-03-15")


def test_large_deliveries_are_read_through_the_file(tmp_path, monkeypatch):
    """The report of an area takes the file when more is delivered than memory takes."""
    project(tmp_path, monkeypatch, more=history())
    wanted = area_status.read_panel("2024Q1", "kommune")
    taken = []
    monkeypatch.setattr(large, "stored_panel", lambda *asked: taken.append(asked) or stored_panel(*asked))
    monkeypatch.setattr(area_status, "IN_MEMORY", 0)
    found = area_status.read_panel("2024Q1", "kommune")
    assert len(taken) == 1
    pd.testing.assert_frame_equal(found.standing, wanted.standing, check_dtype=False)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.delitem(sys.modules, "analysis.municipal.storage")
    with pytest.raises(AreaError, match=r"needs? the extra: pip install 'ehelse-status\[large\]'"):
        area_status.read_panel("2024Q1", "kommune")


def test_faults_of_every_file_are_listed_and_nothing_stored(tmp_path, monkeypatch):
    project(tmp_path, monkeypatch)
    deliveries = tmp_path / "data" / "raw" / "observations"
    text = (deliveries / "omraader.csv").read_text(encoding="utf-8")
    (deliveries / "flere.csv").write_text(text, encoding="utf-8")
    (deliveries / "feil.csv").write_text(text.replace("andel-foerste,1,", "andel-foerste,99,"), encoding="utf-8")
    with pytest.raises(ObservationError, match="99") as refused:
        store_areas(tmp_path / "areas.parquet")
    assert {(fault.rule, fault.file) for fault in refused.value.faults} == {
        ("area", "observations/feil.csv"),
        ("duplicate_key", "observations/omraader.csv"),
    }
    assert not (tmp_path / "areas.parquet").exists()
