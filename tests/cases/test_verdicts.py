"""Published verdicts come out, a wrong one does not, and a wrong path or table is named."""

import shutil
from pathlib import Path

import pytest
from verdicts import main

from typed_cases import cases

DATA = Path(__file__).parent / "data"
CANADA, EUSTAT = "statcan_progress_series.csv", "eustat_eurostat_style.csv"


def changed(folder, name, right, wrong):
    """Write a table into a folder with a text in it replaced once."""
    text = (DATA / name).read_text(encoding="utf-8")
    assert right in text
    (folder / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")


def counts(printed):
    """Return the numbers of each table's line by its name: rows, reproduced, not expected to be, and failed."""
    _, *lines = printed.partition("\nNot ")[0].splitlines()
    return {line[0]: list(map(int, line[1:])) for line in (line.rsplit(maxsplit=4) for line in lines)}


def test_published_verdicts_come_out(capsys):
    """1 198 rows less 45 of methods the library does not have; 28 cannot be reproduced."""
    status = main([str(DATA)])
    printed = capsys.readouterr().out
    assert status == 0, printed
    found = counts(printed)
    assert found["all tables"] == [1153, 1125, 28, 0]
    assert (found[CANADA], found[EUSTAT]) == ([379, 379, 0, 0], [49, 47, 2, 0])
    assert "\nNot expected: EUS-5-5-1a: NO" in printed
    assert "Not in the folder" not in printed


@cases(__file__, "wrong_rows.csv")
def test_a_wrong_row_of_any_table_fails(tmp_path, capsys, name, right, wrong):
    for sample in DATA.glob("api_*.csv"):
        shutil.copy(sample, tmp_path)
    shutil.copy(DATA / "trend_mk360.csv", tmp_path)
    changed(tmp_path, name, right, wrong)
    assert main([str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert printed.count(f"\nFailed: {name} ") == 1
    assert "\nNot in the folder: " in printed


def test_what_is_no_case_table_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main([str(tmp_path)])
    assert "holds none of the case tables: statcan_progress_series.csv" in capsys.readouterr().err
    changed(tmp_path, CANADA, "base_value", "value")
    with pytest.raises(SystemExit, match=r"statcan_progress_series\.csv: cannot be read .*'base_value'"):
        main([str(tmp_path)])
