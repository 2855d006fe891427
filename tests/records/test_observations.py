import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.core.names import UnknownNameError
from analysis.core.periods import PeriodError
from analysis.records.observations import (
    COLUMNS,
    ObservationError,
    check,
    current,
    find_observations,
    inspect,
    read_observations,
    read_with_warnings,
)
from analysis.records.sources import read_sources
from projects import SOURCES
from small import read_small, strategy_text
from typed_cases import listed, rows_of

HEADER = "measure,period,breakdown,value,unit,numerator,denominator,n,qualifier,standing,published,source,note"
TILGANG = {"slug": "tilgang", "indicator": "1.1", "epsilon": 1}
MOTTAKERE = TILGANG | {"slug": "mottakere", "unit": "personer", "timing": "stock", "basis": "register"}
RAPPORT = SOURCES.replace("kilde", "rapport", 1)
REGISTER = SOURCES.replace("kilde", "register", 1) + "published = 2023-06-30\n"
GOOD = (
    "tilgang,2022,,26,prosent,,,4997,,,2024-03-31,rapport,",
    "tilgang,2023,,28,prosent,,,4505,,,2024-03-31,rapport,",
    "mottakere,2021,,22200,personer,,,,,,2023-06-30,register,",
)


@pytest.fixture
def raw(tmp_path):
    """A folder like data/raw; call it with rows (below the header), whole files by name, and other promises."""

    def lay(*rows: str, tilgang=(), mottakere=(), **files: str) -> Path:
        (tmp_path / "observations").mkdir(exist_ok=True)
        promise = strategy_text([TILGANG | dict(tilgang), MOTTAKERE | {"counts": "personer"} | dict(mottakere)])
        (tmp_path / "strategy.toml").write_text(promise, encoding="utf-8")
        (tmp_path / "sources.toml").write_text(RAPPORT + REGISTER, encoding="utf-8")
        for name, text in (files or {"a": "\n".join([HEADER, *rows, ""])}).items():
            (tmp_path / "observations" / f"{name}.csv").write_text(text, encoding="utf-8")
        return tmp_path

    return lay


def faults(folder: Path) -> list[tuple]:
    with pytest.raises(ObservationError) as caught:
        read_observations(folder=folder)
    return [(fault.rule, fault.line, fault.column) for fault in caught.value.faults]


def test_rows_are_typed_sorted_with_file_and_line(raw):
    read = read_observations(folder=raw(*GOOD))
    assert tuple(read.columns) == COLUMNS
    assert read[["measure", "period", "value", "line"]].to_numpy().tolist() == [
        ["mottakere", "2021", 22200.0, 4],
        ["tilgang", "2022", 26.0, 2],
        ["tilgang", "2023", 28.0, 3],
    ]
    assert read["time"].tolist() == [2022.0, 2022.5, 2023.5]  # a stock sits at the year's end, a survey at its middle
    assert read["n"].tolist()[1:] == [4997.0, 4505.0]
    assert pd.isna(read["n"][0]) and read["numerator"].isna().all()
    assert set(read["file"]) == {"observations/a.csv"}
    assert read["published"].dtype.kind == "M"


def test_as_of_cuts_off_and_a_quarter_is_its_last_day(raw):
    folder = raw(*GOOD)
    assert read_observations("2023Q2", folder=folder)["measure"].tolist() == ["mottakere"]
    assert read_observations("2023-06-29", folder=folder).empty
    assert len(read_observations("2024Q1", folder=folder)) == 3
    with pytest.raises(PeriodError):
        read_observations("spring", folder=folder)


def test_respondents_are_known_with_their_waves_first_figure(raw):
    later = "respondents,2022,,4997,respondenter,,,,,,2024-03-31,rapport,"
    other = "respondents,2021,,4000,respondenter,,,,,,2024-03-31,rapport,"
    first = "tilgang,2022,,26,prosent,,,,,,2023-03-31,rapport,"
    folder = raw(first, later, other)
    known = read_observations("2023Q1", folder=folder)
    assert known[["measure", "period"]].to_numpy().tolist() == [["respondents", "2022"], ["tilgang", "2022"]]
    assert read_observations("2022Q4", folder=folder).empty


def test_editions_replace_conflicts_and_exclusions_never_count(raw):
    folder = raw(
        "mottakere,2019,,9000,personer,,,,,excluded,2023-06-30,register,underrapportert",
        "mottakere,2020,,21000,personer,,,,,conflict,2023-06-30,register,",
        "mottakere,2021,,22200,personer,,,,,,2023-06-30,register,",
        "mottakere,2021,,22900,personer,,,,,,2024-03-31,register,rettet",
        "mottakere,2021,,25000,personer,,,,,conflict,2024-03-31,rapport,",
    )
    read = read_observations(folder=folder)
    assert len(read) == 5
    assert current(read)["value"].tolist() == [22900.0]
    assert current(read_observations("2023Q4", folder=folder))["value"].tolist() == [22200.0]


def test_each_rule_names_its_line_and_column(raw):
    """Each row of rows.csv is a file of its own; those without a rule are read."""
    texts, expected = {}, {}
    for number, row in enumerate(rows_of(__file__, "rows.csv")):
        line = ",".join(f'"{row[name]}"' for name in HEADER.split(","))
        if row["rule"]:
            texts[f"{number:02}"] = f"{HEADER}\n{line}\n"
            expected[f"observations/{number:02}.csv"] = (row["rule"], 2, row["column"])
        else:
            assert len(read_observations(folder=raw(line))) == 1
    with pytest.raises(ObservationError) as caught:
        read_observations(folder=raw(**texts))
    assert len(caught.value.faults) == len(expected)
    assert {f.file: (f.rule, f.line, f.column) for f in caught.value.faults} == expected


@listed(__file__, "observations.toml", "files")
def test_faults_of_rows_beside_each_other_name_their_place(raw, rows, faults):
    found = [str(fault) for fault in inspect(raw(*rows))[2] if fault.rule != "missing_indicator"]
    pairs = zip(sorted(found), sorted(faults), strict=True)
    assert [text[: len(start)] for text, start in pairs] == sorted(faults)


def test_one_figure_may_not_stand_in_two_files(raw):
    same = f"{HEADER}\n{GOOD[0]}\n"
    with pytest.raises(ObservationError, match=r"b.csv, line 2.*observations/a.csv, line 2 already"):
        read_observations(folder=raw(a=same, b=same))


@pytest.mark.filterwarnings("error")
def test_a_faulty_list_of_sources_is_a_fault_of_all(raw):
    folder = raw(*GOOD)
    sources = read_sources(folder)
    assert sources.index.tolist() == ["rapport", "register"]
    assert sources.loc["register", "published"] == pd.Timestamp("2023-06-30")
    assert pd.isna(sources.loc["rapport", "published"])
    (folder / "sources.toml").write_text(RAPPORT + RAPPORT, encoding="utf-8")
    with pytest.raises(ObservationError, match="stands twice"):
        read_observations(folder=folder)
    assert "stands twice" in check(folder)["problem"].tolist()


def test_check_lists_rejections_and_warnings(raw):
    folder = raw(
        "tilgang,2022,,2b,prosent,,,,,,2024-03-31,rapport,",
        "mottakere,2020,,22200,personer,,,,,,2023-06-30,register,",
        "mottakere,2021,,2220,personer,,,,,,2023-06-30,register,",
    )
    (folder / "sources.toml").write_text(RAPPORT + REGISTER + '[[source]]\nslug = "ny"\n', encoding="utf-8")
    found = check(folder)[["severity", "file", "rule"]].drop_duplicates().to_numpy().tolist()
    assert found == [
        ["reject", "observations/a.csv", "number"],
        ["reject", "sources.toml", "sources"],
        ["warn", "observations/a.csv", "jump"],
    ]


def test_a_measure_without_figures_is_reported_unless_explained(raw):
    folder = raw(*GOOD)
    assert check(folder)[["rule", "value"]].to_numpy().tolist() == [["missing_indicator", "respondents"]]
    strategy = folder / "strategy.toml"
    explained = 'slug = "respondents", unmeasured = { nb = "ukjent", en = "n/a" }, unit'
    text = strategy.read_text(encoding="utf-8")
    strategy.write_text(text.replace('slug = "respondents", unit', explained), encoding="utf-8")
    assert check(folder).empty
    strategy.write_text("name = 1", encoding="utf-8")
    assert set(check(folder)["rule"]) == {"strategy"}


def test_a_zero_on_a_log_scale_is_refused(raw):
    row = "mottakere,2022,,0,personer,,,,,,2024-03-31,rapport,"
    assert read_observations(folder=raw(row))["value"].tolist() == [0]
    assert faults(raw(row, mottakere={"scale": "log"})) == [("log_scale", 2, "value")]


# --- selection -----------------------------------------------------------------------

LAID, ROWS = read_small(__file__, "observations.toml")


@listed(__file__, "observations.toml", "found")
def test_find_observations_by_every_condition(asked, values):
    found = find_observations(LAID, ROWS, **asked)
    assert sorted(found["value"]) == sorted(values)
    assert list(found.index) == [label for label in ROWS.index if label in set(found.index)]


@listed(__file__, "observations.toml", "refused")
def test_unknown_conditions_are_refused_with_the_nearest(asked, message):
    with pytest.raises(UnknownNameError, match=message):
        find_observations(LAID, ROWS, **asked)


# the first figure of `tilgang` in `GOOD` is of 2022
EARLY = {"kind": "reach", "target": {"period": "2021", "value": 30, "status": "working", "source": "rapport"}}


@pytest.mark.parametrize("row", [
    GOOD[2],
    "tilgang,2020,alder=unge,20,prosent,,,400,,,2024-03-31,rapport,",  # a breakdown is no baseline
    "tilgang,2020,,20,prosent,,,400,,conflict,2024-03-31,rapport,another count",  # nor is a conflict
])  # fmt: skip
def test_a_target_before_the_first_figure_needs_a_baseline(raw, row):
    folder = raw(*GOOD[:2], row, tilgang=EARLY)
    assert faults(folder) == [("strategy", 4, "target")]
    with pytest.raises(ObservationError, match=r"(?s)tilgang.*2022, is from after its target.*state its baseline"):
        read_observations("2024Q1", folder=folder)
    rejected = check(folder).query("severity == 'reject'")
    assert rejected[["rule", "file", "value"]].values.tolist() == [["strategy", "strategy.toml", "2021"]]


@pytest.mark.parametrize("promise", [
    EARLY | {"target": EARLY["target"] | {"period": "2022"}},  # first measured when it was to be reached
    EARLY | {"baseline": {"period": "2020", "value": 20}},
    EARLY | {"kind": "hold"},  # a level to hold lasts
])  # fmt: skip
def test_a_target_that_the_first_figure_can_answer_is_taken(raw, promise):
    assert len(read_observations(folder=raw(*GOOD, tilgang=promise))) == 3


@pytest.mark.parametrize("source, remedy", [
    ("rapporten", "did you mean 'rapport'?"),
    ("stortinget-2024", "write a [[source]] with slug = 'stortinget-2024' there"),
])  # fmt: skip
def test_a_source_of_a_target_that_no_list_has(raw, source, remedy):
    target = EARLY["target"] | {"period": "2025", "source": source}
    found = inspect(raw(*GOOD, tilgang=EARLY | {"target": target}))[2]
    (fault,) = [fault for fault in found if fault.severity == "reject"]
    assert (fault.file, fault.column) == ("strategy.toml", "measure 'tilgang' > target > source")
    assert (fault.line, fault.value, fault.remedy) == (4, source, remedy)


def test_a_warning_is_known_when_its_row_is(raw):
    folder = raw(
        "mottakere,2020,,22200,personer,,,,,,2023-06-30,register,",
        "mottakere,2021,,2.29E+04,personer,,,,,,2023-06-30,register,",
        "mottakere,2021,,22800,personer,,,,,,2024-03-31,register,",
        "mottakere,2022,,2290,personer,,,,,,2024-03-31,register,",
    )
    late = f"{HEADER}\ntilgang,2023,,28,prosent,,,,,,2024-03-31,rapport,Tromsø\n"
    (folder / "observations" / "sen.csv").write_bytes(late.encode("cp1252"))
    rows, early = read_with_warnings("2023Q4", folder=folder)
    assert early[["file", "line", "rule"]].to_numpy().tolist() == [["observations/a.csv", 3, "number"]]
    assert len(rows) == 2
    _, all_of_it = read_with_warnings("2024Q1", folder=folder)
    assert all_of_it[["file", "line", "rule"]].fillna(0).to_numpy().tolist() == [
        ["observations/a.csv", 3, "number"],
        ["observations/a.csv", 4, "revision"],
        ["observations/a.csv", 5, "jump"],
        ["observations/sen.csv", 0, "encoding"],
    ]


# Saved by LibreOffice with the locale nb-NO: typed with decimal commas, spaces between thousands, days as 31.03.2024
WORKBOOKS = Path(__file__).parent / "workbooks"


@pytest.mark.parametrize("name", ["libreoffice-nb.xlsx", "libreoffice-nb.csv"])
def test_norwegian_libreoffice_files_are_read_as_typed(raw, name):
    folder = raw(*GOOD)
    (folder / "observations" / "a.csv").unlink()
    (folder / "observations" / "~$a.xlsx").write_text("locked")  # as a program leaves beside an open file
    shutil.copy(WORKBOOKS / name, folder / "observations")
    read = read_observations(folder=folder)
    assert read[["measure", "period", "value", "n", "published", "note"]].fillna(0).to_numpy().tolist() == [
        ["mottakere", "2021", 22200, 0, pd.Timestamp("2023-06-30"), ""],
        ["mottakere", "2022", 1022900, 0, pd.Timestamp("2024-03-31"), "Nytt register"],
        ["tilgang", "2022", 26.4, 4997, pd.Timestamp("2024-03-31"), ""],
        ["tilgang", "2023", 28, 4505, pd.Timestamp("2024-03-31"), "Måling etter påske"],
    ]


def test_three_mistakes_in_a_workbook_are_all_reported(raw):
    folder = raw(*GOOD)
    shutil.copy(WORKBOOKS / "libreoffice-nb-wrong.xlsx", folder / "observations")
    warnings = check(folder).query("severity == 'reject'")
    assert warnings[["line", "column", "value", "rule"]].to_numpy().tolist() == [
        [2, "value", "264", "range"],
        [3, "published", "31.02.2024", "date"],
        [4, "measure", "motakere", "unknown_id"],
    ]
    assert warnings["remedy"].tolist()[2] == "did you mean 'mottakere'?"
