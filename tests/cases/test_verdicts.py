"""Published verdicts come out, a wrong one does not, and a wrong path says so."""

import shutil
from pathlib import Path

from verdicts import main

from typed_cases import cases

DATA = Path(__file__).parent / "data"
CANADA, EUSTAT = "statcan_progress_series.csv", "eustat_eurostat_style.csv"


def changed(folder, name, right, wrong):
    """Write a table into a folder with a text in it replaced once."""
    text = (DATA / name).read_text(encoding="utf-8")
    assert right in text
    (folder / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")


def test_published_verdicts_come_out(capsys):
    """1 198 rows less 45 of methods the library does not have; 28 cannot be reproduced."""
    status = main([str(DATA)])
    printed = capsys.readouterr().out
    assert status == 0, printed
    assert "1153 rows  1125 reproduced  28 not expected to   0 failed" in printed


def test_each_table_has_a_line_and_exceptions_a_reason(tmp_path, capsys):
    for name in (CANADA, EUSTAT):
        shutil.copy(DATA / name, tmp_path)
    assert main([str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-11:] for line in lines[:3]] == [
        [CANADA, "379", "rows", "379", "reproduced", "0", "not", "expected", "to", "0", "failed"],
        [EUSTAT, "49", "rows", "47", "reproduced", "2", "not", "expected", "to", "0", "failed"],
        ["tables", "428", "rows", "426", "reproduced", "2", "not", "expected", "to", "0", "failed"],
    ]
    assert any(line.startswith("  EUS-5-5-1a: NO") for line in lines)
    assert lines[-1].startswith("Not in the folder: statcan_indicator_aggregate.csv")


@cases(__file__, "wrong_rows.csv")
def test_a_wrong_row_of_any_table_fails(tmp_path, capsys, name, right, wrong):
    for sample in DATA.glob("api_*.csv"):
        shutil.copy(sample, tmp_path)
    shutil.copy(DATA / "trend_mk360.csv", tmp_path)
    changed(tmp_path, name, right, wrong)
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.count(f"  {name} ") == 1  # listed as failed, with what was expected and found


def test_a_wrong_path_says_what_was_looked_for(tmp_path, capsys):
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "nowhere' is no folder" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 2
    assert "holds none of the case tables: statcan_progress_series.csv" in capsys.readouterr().err
    assert main([]) == 2
    assert "make conformance CASES=folder" in capsys.readouterr().err


def test_a_table_without_a_column_or_sample_names_it(tmp_path, capsys):
    changed(tmp_path, CANADA, "base_value", "value")
    assert main([str(tmp_path)]) == 2
    assert "statcan_progress_series.csv: column 'base_value' is missing" in capsys.readouterr().err
    (tmp_path / CANADA).unlink()
    shutil.copy(DATA / "survey_r_reference.csv", tmp_path)
    assert main([str(tmp_path)]) == 2
    assert "survey_r_reference.csv: needs api_apistrat.csv beside it" in capsys.readouterr().err
