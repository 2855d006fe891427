"""Published verdicts come out, a wrong one does not, and a wrong path says so."""

import shutil
from pathlib import Path

import pytest
from verdicts import main

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


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        (CANADA, "substantial_progress,lower", "moderate_progress,lower"),
        (CANADA, "2.5185563910306596", "2.5188563910306596"),
        (CANADA, "0.9525901792032172", "0.9525901692032172"),
        (EUSTAT, "-0.02098521874625286", "-0.02098521774625286"),
        ("statcan_indicator_aggregate.csv", "-0.9229165765750275", "-0.9229185765750275"),
        ("statcan_raw_series.csv", "2015:14.5;", "2015:14.6;"),
        ("destatis_weather.csv", ",sun,", ",cloud,"),
        ("proportion_tests.csv", "0.3339", "0.3341"),
        ("proportion_tests.csv", "0.00533824886503131", "0.0053382498"),
        ("survey_r_reference.csv", ",662.29,", ",662.30,"),
        ("nhs_assurance_icon.csv", "inconsistent", "consistent_pass"),
        ("trend_tests.csv", "0.042", "0.043"),
        ("spc_rules.csv", "0, -1]", "0, 0]"),
        ("spc_limits.csv", "0.1416238", "0.1416538"),
        ("who_billionaire_trajectory.csv", "65.96", "65.97"),
        ("fingertips_trend.csv", "46.77", "46.78"),
        ("fingertips_trend.csv", "CannotBeCalculated", "NoChange"),
    ],
)
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
