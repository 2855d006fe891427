"""Published verdicts come out, a wrong one does not, and a wrong path says so."""

from pathlib import Path

import cells
import pytest
import verdicts
from verdicts import main

DATA = Path(__file__).parent / "data"

# Statistics Canada 1-2-1 and 1-3-1, EUSTAT 5-5-1a (whose published status its own limits do not give)
CANADA = """\
case_id,series,base_year,base_value,current_year,current_value,direction,target,target_year,limit,\
exp_progress_value,exp_score,exp_status,edge,source,reproduced
A-1,1-2-1,2015,14.5,2023,10.2,-1,7.25,2030,,0.9525901792032172,2.5185563910306596,substantial_progress,,typed,yes
A-2,1-3-1,2021,59.9,2021,59.9,1,,2030,100,,,not_available,,typed,yes
"""
EUSTAT = """\
case_id,base_year,base_value,current_year,current_value,direction,target,target_year,limit,\
exp_progress_value,exp_score,exp_status,source,reproduced
E-1,2015,34.13,2024,35.32,1,,2030,,0.003815327994563189,0.9538319986407973,moderate_progress,typed,yes
E-2,2015,48.1,2025,44.4,1,,2030,50,-0.007972,-1.99308,significant_deterioration,typed,NO (status differs)
"""
# Destatis 4.1.a in 2017; Newcombe 1998, table II, (a); NHS icon at the target; Kendall's table
OTHERS = {
    "destatis_weather.csv": """\
case_id,indicator,rule,direction,target,target_year,series,published_symbol,reproduced
D-1,4.1.a,K,-1,9.5,2030,2012:10.4;2013:9.8;2014:9.5;2015:9.8;2016:10.3;2017:10.1,sun,yes
""",
    "proportion_tests.csv": """\
case_id,kind,x1,n1,x2,n2,alpha,exp_low,exp_high,tol,reproduced
P-1,newcombe_diff,56,70,48,80,0.05,0.0524,0.3339,6e-5,yes
P-2,two_proportion_z_pvalue,73,86,90,93,0.05,0.00533824886503131,,1e-10,yes
""",
    "nhs_assurance_icon.csv": """\
case_id,lpl,upl,target,improvement_direction,exp_assurance,reproduced
N-1,0,10,10,increase,inconsistent,yes
N-2,1,3,4,decrease,consistent_pass,yes
""",
    "trend_tests.csv": """\
case_id,kind,x,y,expected,tol,reproduced
T-1,theil_sen,0;1;2,0;1;1,"{""slope"": 0.5, ""intercept"": 0.5}",1e-9,yes
T-2,"mann_kendall exact P(S>=6), n=4",4,6,"{""p"": 0.042}",0.0006,yes
""",
    "spc_rules.csv": """\
case_id,rule,input,expected,reproduced
S-1,nhsr_seven_point_trend(y),"[7, 6, 5, 4, 3, 2, 1]","[0, 0, 0, 0, 0, 0, -1]",yes
S-2,powerbi_shift n=3 (centre 5),"[5, 6, 6, 6, 5]","[""none"", ""upper"", ""upper"", ""upper"", ""none""]",yes
""",
    "who_billionaire_trajectory.csv": """\
case_id,kind,inputs,year,expected,reproduced
W-1,linear trajectory to fixed target,base 68 in 2018; target 99 in 2025,2021,81.2857142857,yes
W-2,percent change from baseline over the period,68 (2018) -3%,2025,65.96,yes
""",
    "fingertips_trend.csv": """\
case_id,indicator,value_type,polarity,points,exp_trend,exp_chi2,reproduced
F-1,set1 WLS,Proportion,,2014: value=24.67 lo=23.16 hi=26.25; 2015: value=24.6 lo=23.15 hi=26.19; \
2016: value=28 lo=26.44 hi=29.64; 2017: value=30.2 lo=28.63 hi=31.9; 2018: value=30.6 lo=28.98 hi=32.25,\
significant,46.77,yes
F-2,one year full,Proportion,,2012: count=5 denom=5; 2013: 3/5; 2014: 1/5; 2015: 1/4; 2016: 2/4,\
CannotBeCalculated,0,yes
""",
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "statcan_progress_series.csv").write_text(CANADA)
    (tmp_path / "eustat_eurostat_style.csv").write_text(EUSTAT)
    return tmp_path


@pytest.mark.parametrize("name", verdicts.TABLES)
def test_published_verdicts_come_out(name):
    outcome = verdicts.recalculate(DATA / name)
    assert outcome.loc[outcome["failed"], ["case", "expected", "found"]].values.tolist() == []


def test_the_tables_hold_as_many_verdicts_as_stated(capsys):
    """1 198 rows less 45 of methods the library does not have; 28 cannot be reproduced."""
    assert main([str(DATA)]) == 0
    assert "1153 rows  1125 reproduced  28 not expected to   0 failed" in capsys.readouterr().out


def test_each_table_has_a_line_and_exceptions_a_reason(folder, capsys):
    assert main([str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [
        *("statcan_progress_series.csv", "2", "rows", "2", "reproduced", "0", "not", "expected", "to", "0", "failed")
    ]
    assert "eustat_eurostat_style.csv" in lines[1]
    assert "1 reproduced   1 not expected to   0 failed" in lines[1]
    assert "4 rows     3 reproduced   1 not expected to   0 failed" in lines[2]
    assert "  E-2: NO (status differs)" in lines


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("substantial_progress", "moderate_progress"),
        ("2.5185563910306596", "2.5188563910306596"),
        ("0.9525901792032172", "0.9525901692032172"),
    ],
)
def test_a_wrong_status_score_or_ratio_fails(folder, capsys, right, wrong):
    (folder / "statcan_progress_series.csv").write_text(CANADA.replace(right, wrong))
    assert main([str(folder)]) == 1
    assert "  statcan_progress_series.csv A-1: expected" in capsys.readouterr().out


@pytest.mark.parametrize("name", OTHERS)
def test_every_kind_of_table_is_recalculated(tmp_path, capsys, name):
    (tmp_path / name).write_text(OTHERS[name])
    assert main([str(tmp_path)]) == 0
    rows = OTHERS[name].count(",yes") - OTHERS[name].count("theil_sen")
    assert f"{rows} rows     {rows} reproduced" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("destatis_weather.csv", ",sun,", ",cloud,"),
        ("proportion_tests.csv", "0.3339", "0.3341"),
        ("proportion_tests.csv", "0.00533824886503131", "0.0053382498"),
        ("nhs_assurance_icon.csv", "inconsistent", "consistent_pass"),
        ("trend_tests.csv", "0.042", "0.043"),
        ("spc_rules.csv", "0, -1]", "0, 0]"),
        ("who_billionaire_trajectory.csv", "65.96", "65.97"),
        ("fingertips_trend.csv", "46.77", "46.78"),
        ("fingertips_trend.csv", "CannotBeCalculated", "NoChange"),
    ],
)
def test_a_wrong_row_of_any_table_fails(tmp_path, name, right, wrong):
    assert right in OTHERS[name]
    (tmp_path / name).write_text(OTHERS[name].replace(right, wrong))
    assert main([str(tmp_path)]) == 1


def test_a_wrong_path_says_what_was_looked_for(tmp_path, capsys):
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "nowhere' is no folder" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 2
    assert "holds none of the case tables: statcan_progress_series.csv" in capsys.readouterr().err
    assert main([]) == 2
    assert "make conformance CASES=folder" in capsys.readouterr().err


def test_a_table_without_a_column_names_it(folder, capsys):
    (folder / "statcan_progress_series.csv").write_text(CANADA.replace("base_value", "value"))
    assert main([str(folder)]) == 2
    assert "statcan_progress_series.csv: column 'base_value' is missing" in capsys.readouterr().err


def test_tables_the_folder_lacks_are_named(folder, capsys):
    main([str(folder)])
    assert "Not in the folder: statcan_indicator_aggregate.csv" in capsys.readouterr().out


def test_points_of_a_cell_are_read_as_named_numbers():
    points = cells.points("2020: value=7.08 lo=None hi=7.1 count=3455176.0 denom=48783947.0; 2021: 3/12")
    assert points["value"].tolist()[0] == 7.08
    assert points["count"].tolist() == [3455176.0, 3.0]
    assert points["denom"].tolist() == [48783947.0, 12.0]
    assert str(points["lo"].tolist()) == "[nan, nan]"
