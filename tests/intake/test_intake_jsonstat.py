import json
from pathlib import Path

import pytest

from analysis.core.faults import RawDataError
from analysis.intake.jsonstat import read_jsonstat
from typed_cases import listed

# The shape Statistics Norway's interface gives: dimensions, their codes in order, cells in the last dimension's order.
TEXT = Path(__file__).with_name("table.json").read_text()


def read(tmp_path, document: str | dict):
    (tmp_path / "tabell.json").write_text(document if isinstance(document, str) else json.dumps(document))
    return read_jsonstat(tmp_path / "tabell.json", tmp_path)


def changed(**changes) -> dict:
    return json.loads(TEXT) | changes


def test_cells_come_out_one_a_row_with_period_and_status(tmp_path):
    table = read(tmp_path, TEXT)
    assert table.codes["Region"].tolist() == ["0301"] * 3 + ["1103"] * 3
    assert table.rows["period"].tolist() == ["2023Q4", "2024Q1", "2024Q2"] * 2
    assert table.rows["value"].fillna(-1).tolist() == [1, 2.5, -1, 4, 5, 6]
    assert table.rows["status"].tolist() == ["", "", ":", "", "", ""]
    assert table.labels["Region"]["0301"] == "Oslo"
    assert (table.title, table.updated) == ("07459: Brukere", "2024-02-21T07:00:00Z")


def test_sparse_values_and_statuses_of_every_form_are_understood(tmp_path):
    sparse = read(tmp_path, changed(value={"0": 1, "5": 6}, status=["", "e", "", "", "", "b"]))
    assert sparse.rows["value"].fillna(-1).tolist() == [1, -1, -1, -1, -1, 6]
    assert sparse.rows["status"].tolist() == ["", "e", "", "", "", "b"]
    assert set(read(tmp_path, changed(status="p")).rows["status"]) == {"p"}
    # a status without a figure leaves none
    extension = {"status": {"label": {"p": "provisional"}}}
    table = read(tmp_path, changed(value=[0, 2.5, 3, 4, 5, 6], status={"0": ":", "1": "p"}, extension=extension))
    assert table.rows["value"].fillna(-1).tolist() == [-1, 2.5, 3, 4, 5, 6]
    assert table.rows["status"].tolist()[:3] == [":", "p (provisional)", ""]


@pytest.mark.parametrize("codes, periods", [
    (["2023M11", "2023M12", "2024M01"], ["2023-11", "2023-12", "2024-01"]),
    (["2022", "2023", "2024"], ["2022", "2023", "2024"]),
    (["2023-Q4", "2024-Q1", "2024-Q2"], ["2023Q4", "2024Q1", "2024Q2"]),
])  # fmt: skip
def test_months_years_and_eurostats_spelling_are_periods_too(tmp_path, codes, periods):
    document = changed()
    document["dimension"]["Tid"]["category"]["index"] = codes
    assert read(tmp_path, document).rows["period"].tolist()[:3] == periods


@listed(__file__, "jsonstat.toml", "tables")
def test_a_table_that_contradicts_itself_is_refused(tmp_path, text, old, new, times, changes, rule):
    document = changed(**changes) if changes else text or TEXT.replace(old, new * (times or 1))
    with pytest.raises(RawDataError) as caught:
        read(tmp_path, document)
    assert (caught.value.faults[0].rule, caught.value.faults[0].file) == (rule, "tabell.json")


@pytest.mark.parametrize("name", ["tall.csv", "tall.xlsx"])
def test_a_workbook_or_csv_needs_no_command(tmp_path, name):
    (tmp_path / name).write_text("measure,period,value\n")
    with pytest.raises(RawDataError, match=f"{name}: is a table already.*put it in data/raw/observations"):
        read_jsonstat(tmp_path / name, tmp_path)


@listed(__file__, "jsonstat.toml", "cells")
def test_a_cell_without_a_reading_keeps_its_fault(tmp_path, old, new, times, rule):
    rows = read(tmp_path, TEXT.replace(old, new * (times or 1))).rows
    assert rows["fault"].map(lambda fault: getattr(fault, "rule", "")).tolist()[:3] == ["", rule, ""]


def test_units_stand_beside_their_cells(tmp_path):
    document = changed()
    document["dimension"]["Region"]["category"]["unit"] = {"0301": {"base": "1 000 personer", "decimals": 1}}
    assert read(tmp_path, document).rows["unit"].tolist() == ["1 000 personer"] * 3 + [""] * 3
    document["dimension"]["Region"]["category"]["unit"] = {"1103": {"label": "kr", "multiplier": 6}}
    assert read(tmp_path, document).rows["unit"].tolist() == [""] * 3 + ["10^6 kr"] * 3
