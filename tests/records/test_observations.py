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
    read_observations,
    read_with_warnings,
)
from analysis.records.sources import SourceError, read_sources
from projects import SOURCES
from small import observations, small_strategy, strategy_text
from typed_cases import rows_of

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


def test_all_faults_of_all_files_come_at_once(raw):
    first = f"{HEADER}\ntilgangg,2022,,26,prosent,,,,,,2024-03-31,rapport,\n"
    second = f"{HEADER}\ntilgang,2022,,26,prosent,,,,,,2024-03-31,rapport,\ntilgang,2O23,,2b,prosent,,,,,,,raport,\n"
    with pytest.raises(ObservationError) as caught:
        read_observations(folder=raw(a=first, b=second))
    message = str(caught.value)
    assert [fault.column for fault in caught.value.faults] == ["measure", "value", "period", "published", "source"]
    assert "observations/a.csv, line 2, column measure: 'tilgangg'" in message
    assert "did you mean 'tilgang'?" in message
    assert "observations/b.csv, line 3, column value: '2b'" in message
    assert "did you mean 'rapport'?" in message


def test_one_figure_may_not_stand_twice(raw):
    row = "tilgang,2022,,26,prosent,,,,,,2024-03-31,rapport,"
    same = f"{HEADER}\n{row}\n"
    with pytest.raises(ObservationError, match=r"a.csv, line 3.*line 2 already"):
        read_observations(folder=raw(row, row))
    with pytest.raises(ObservationError, match=r"b.csv, line 2.*observations/a.csv, line 2 already"):
        read_observations(folder=raw(a=same, b=same))
    (raw() / "observations" / "b.csv").unlink()
    other = row.replace("26", "27").replace("rapport", "register")
    assert faults(raw(row, other)) == [("duplicate_key", 3, "")]  # two sources in one edition
    assert len(read_observations(folder=raw(row, other.replace(",,,2024", ",,conflict,2024")))) == 2
    quarter = row.replace("2022", "Q1 2023", 1)  # another spelling of a period
    assert read_observations(folder=raw(quarter))["period"].tolist() == ["2023Q1"]
    assert faults(raw(quarter, quarter.replace("Q1 2023", "2023K1"))) == [("duplicate_key", 3, "")]


@pytest.mark.parametrize(
    ("text", "rule"),
    [("1,2,3\n4,5,6\n", "header"), (f"{HEADER}\n", "empty"), (HEADER.replace("unit,", "") + "\n", "missing_column")],
)
def test_a_file_without_the_header_or_without_rows_is_refused(raw, text, rule):
    assert [fault[0] for fault in faults(raw(a=text))] == [rule]


@pytest.mark.filterwarnings("error")
def test_a_faulty_list_of_sources_names_source_and_field(raw):
    folder = raw(*GOOD)
    sources = read_sources(folder)
    assert sources.index.tolist() == ["rapport", "register"]
    assert sources.loc["register", "published"] == pd.Timestamp("2023-06-30")
    assert pd.isna(sources.loc["rapport", "published"])
    (folder / "sources.toml").write_text(RAPPORT.replace('licence = "NLOD"', ""), encoding="utf-8")
    with pytest.raises(SourceError, match=r"sources.toml, line 1, field source 'rapport' > licence: is missing"):
        read_sources(folder)
    (folder / "sources.toml").write_text(RAPPORT + RAPPORT, encoding="utf-8")
    with pytest.raises(ObservationError, match="stands twice"):
        read_observations(folder=folder)
    assert "stands twice" in check(folder)["problem"].tolist()


DATED = "tilgang,{},,26,prosent,,,,,,{},rapport,"


def test_dates_are_read_in_one_order_only(raw):
    """With points the day is first; not where another date of the file has the month first, nor between slashes."""
    dates = ("03/31/2025", "2025-03-31", "31.03.2025", "03.04.2025", "03/04/2025")
    single = read_observations(folder=raw(DATED.format(2022, "03.04.2025")))
    assert single["published"].tolist() == [pd.Timestamp("2025-04-03")]
    found = check(raw(*map(DATED.format, range(2019, 2024), dates))).query("rule == 'date'")
    assert found[["severity", "line", "value"]].values.tolist() == [
        ["reject", 2, "03/31/2025"],
        ["reject", 5, "03.04.2025"],
        ["reject", 6, "03/04/2025"],
        ["warn", 3, "2025-03-31"],
    ]
    assert found["problem"].iloc[1] == "can have its month first, as '03/31/2025' of line 2 has"
    assert found["remedy"].str.partition(":")[0].tolist()[::2] == ["write 2025-03-31", "write 2025-04-03 or 2025-03-04"]
    found = check(raw(DATED.format(2022, "2025-03-31"), DATED.format(2023, "31.03.2025"))).query("rule == 'date'")
    assert found[["severity", "line", "problem"]].values.tolist() == [
        ["warn", 3, "is written otherwise than the dates above"]
    ]


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


def test_the_answers_of_a_question_may_not_pass_all(raw):
    rows = [f"tilgang,2022,svar={a},{v},prosent,,,,,,2024-03-31,rapport," for a, v in (("ja", 70), ("nei", 40))]
    assert [fault[0] for fault in faults(raw(*rows))] == ["category_sum"]


def test_a_whole_outside_its_groups_is_warned_of(raw):
    rows = [
        f"tilgang,2022,{b},{v},prosent,,,,,,2024-03-31,rapport," for b, v in (("kjonn=menn", 40), ("kjonn=kvinner", 45))
    ]
    folder = raw("tilgang,2022,,28,prosent,,,,,,2024-03-31,rapport,", *rows)
    warnings = check(folder).query("rule == 'outside_groups'")
    assert warnings[["severity", "line", "value"]].to_numpy().tolist() == [["warn", 2, "28"]]
    read_observations(folder=folder)


def test_a_zero_on_a_log_scale_is_refused(raw):
    row = "mottakere,2022,,0,personer,,,,,,2024-03-31,rapport,"
    assert read_observations(folder=raw(row))["value"].tolist() == [0]
    assert faults(raw(row, mottakere={"scale": "log"})) == [("log_scale", 2, "value")]


# --- selection -----------------------------------------------------------------------

LAID = small_strategy(
    [{"slug": "tilgang", "indicator": "1.1"}, {"slug": "soknader", "indicator": "2.1", "basis": "register"}],
    subgoals=("1A", "2A"),
)
ROWS = observations(
    [
        ("tilgang", "2022", 26, 4997),
        ("tilgang", "2023", 28, 4505),
        {"measure": "tilgang", "period": "2023", "breakdown": "malgruppe=kommuner", "value": 25},
        {"measure": "tilgang", "period": "2023", "breakdown": "malgruppe=fastleger", "value": 31},
        {"measure": "tilgang", "period": "2023", "breakdown": "land=DK", "value": 40},
        {"measure": "soknader", "period": "2023", "value": 328, "source": "et-register"},
    ],
    LAID,
)


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        ({}, [26, 28, 25, 31, 40, 328]),
        ({"item": "soknader"}, [328]),
        ({"item": 1, "breakdown": ""}, [26, 28]),
        ({"item": "2.1"}, [328]),
        ({"item": "goal-2"}, [328]),
        ({"source": "et-register"}, [328]),
        ({"breakdown": "malgruppe"}, [25, 31]),
        ({"breakdown": "malgruppe=kommuner"}, [25]),
        ({"country": "DK"}, [40]),
    ],
)
def test_find_observations_by_every_condition(asked, values):
    found = find_observations(LAID, ROWS, **asked)
    assert sorted(found["value"]) == sorted(values)
    assert list(found.index) == [label for label in ROWS.index if label in set(found.index)]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"item": "tilgagn"}, "did you mean 'tilgang'"),
        ({"source": "register"}, "source 'register'; did you mean 'et-register'"),
        ({"breakdown": "malgrupe"}, "did you mean 'malgruppe'"),
        ({"breakdown": "malgruppe=kommune"}, "did you mean 'malgruppe=kommuner'"),
        ({"country": "dk"}, "did you mean 'land=DK'"),
    ],
)
def test_unknown_conditions_are_refused_with_the_nearest(asked, message):
    with pytest.raises(UnknownNameError, match=message):
        find_observations(LAID, ROWS, **asked)


# the first figure of `tilgang` in `GOOD` is of 2022
EARLY = {"kind": "reach", "target": {"period": "2021", "value": 30, "status": "working", "source": "rapport"}}


@pytest.mark.parametrize(
    "row",
    [
        GOOD[2],
        "tilgang,2020,alder=unge,20,prosent,,,400,,,2024-03-31,rapport,",  # a breakdown is no baseline
        "tilgang,2020,,20,prosent,,,400,,conflict,2024-03-31,rapport,another count",  # nor is a conflict
    ],
)
def test_a_target_before_the_first_figure_needs_a_baseline(raw, row):
    folder = raw(*GOOD[:2], row, tilgang=EARLY)
    assert faults(folder) == [("strategy", 4, "target")]
    with pytest.raises(ObservationError, match=r"(?s)tilgang.*2022, is from after its target.*state its baseline"):
        read_observations("2024Q1", folder=folder)
    rejected = check(folder).query("severity == 'reject'")
    assert rejected[["rule", "file", "value"]].values.tolist() == [["strategy", "strategy.toml", "2021"]]


@pytest.mark.parametrize(
    "promise",
    [
        EARLY | {"target": EARLY["target"] | {"period": "2022"}},  # first measured when it was to be reached
        EARLY | {"baseline": {"period": "2020", "value": 20}},
        EARLY | {"kind": "hold"},  # a level to hold lasts
    ],
)
def test_a_target_that_the_first_figure_can_answer_is_taken(raw, promise):
    assert len(read_observations(folder=raw(*GOOD, tilgang=promise))) == 3


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


def test_a_large_figure_is_shown_with_all_its_digits(raw):
    folder = raw(
        "mottakere,2020,,25000,personer,,,,,,2023-06-30,register,",
        "mottakere,2021,,1022900,personer,,,,,,2023-06-30,register,",
        "mottakere,2021,,1022901,personer,,,,,,2024-03-31,register,",
    )
    warnings = check(folder).query("rule != 'missing_indicator'")
    assert warnings[["rule", "value", "problem"]].to_numpy().tolist() == [
        ["revision", "1022901", "was 1022900 in the edition before"],
        ["jump", "1022901", "is 40.9 times off the 25000 of 2020"],
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
