import shutil
from pathlib import Path

import openpyxl
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
from small import observations, small_strategy

HEADER = "measure,period,breakdown,value,unit,numerator,denominator,n,qualifier,standing,published,source,note"
STRATEGY = """
name = { nb = "Strategi", en = "Strategy" }
slug = "strategi"
year = 2025

[[goal]]
number = 1
slug = "medvirkning"
name = { nb = "Medvirkning", en = "Participation" }
subgoal = [{ id = "1A", slug = "dialog", name = { nb = "Dialog", en = "Dialogue" } }]

[[goal.indicator]]
id = "1.1"
slug = "tilgang"
name = { nb = "Tilgang", en = "Access" }

[[goal.indicator.measure]]
slug = "tilgang"
name = { nb = "Tilgang", en = "Access" }
unit = "prosent"
direction = 1
timing = "average"
cadence = 1
epsilon = 1
basis = "survey"
survey = "undersokelsen"

[[goal.indicator.measure]]
slug = "mottakere"
name = { nb = "Mottakere", en = "Recipients" }
unit = "personer"
direction = 1
timing = "stock"
cadence = 1
epsilon = 1
basis = "register"
counts = "personer"

[[survey]]
slug = "undersokelsen"
name = { nb = "Undersøkelsen", en = "The survey" }
respondents = "respondenter"
design = { nb = "Uveid utvalg", en = "Unweighted sample" }

[[context]]
goal = 1
slug = "respondenter"
name = { nb = "Respondenter", en = "Respondents" }
unit = "personer"
direction = 0
timing = "average"
cadence = 1
epsilon = 0
basis = "register"
"""
SOURCES = """
[[source]]
slug = "rapport"
title = "Status"
publisher = "Direktoratet"
address = "https://example.org/status"
accessed = 2024-04-02
licence = "NLOD 2.0"

[[source]]
slug = "register"
title = "Registeret"
publisher = "Direktoratet"
address = "https://example.org/register"
accessed = 2024-04-02
licence = "NLOD 2.0"
published = 2023-06-30
"""
GOOD = (
    "tilgang,2022,,26,prosent,,,4997,,,2024-03-31,rapport,",
    "tilgang,2023,,28,prosent,,,4505,,,2024-03-31,rapport,",
    "mottakere,2021,,22200,personer,,,,,,2023-06-30,register,",
)


@pytest.fixture
def raw(tmp_path):
    """A folder like data/raw; call it with rows (below the header) or with whole files by name."""

    def lay(*rows: str, **files: str) -> Path:
        (tmp_path / "observations").mkdir(exist_ok=True)
        (tmp_path / "strategy.toml").write_text(STRATEGY, encoding="utf-8")
        (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
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
    later = "respondenter,2022,,4997,personer,,,,,,2024-03-31,rapport,"
    other = "respondenter,2021,,4000,personer,,,,,,2024-03-31,rapport,"
    first = "tilgang,2022,,26,prosent,,,,,,2023-03-31,rapport,"
    folder = raw(first, later, other)
    known = read_observations("2023Q1", folder=folder)
    assert known[["measure", "period"]].to_numpy().tolist() == [["respondenter", "2022"], ["tilgang", "2022"]]
    assert read_observations("2022Q4", folder=folder).empty


def test_a_later_edition_replaces_and_both_are_kept(raw):
    folder = raw(
        "mottakere,2021,,22200,personer,,,,,,2023-06-30,register,",
        "mottakere,2021,,22900,personer,,,,,,2024-03-31,register,rettet",
        "mottakere,2021,,25000,personer,,,,,conflict,2024-03-31,rapport,",
    )
    read = read_observations(folder=folder)
    assert len(read) == 3
    assert current(read)["value"].tolist() == [22900.0]
    assert current(read_observations("2023Q4", folder=folder))["value"].tolist() == [22200.0]


def test_conflicting_and_excluded_figures_never_enter_the_series(raw):
    folder = raw(
        "mottakere,2019,,9000,personer,,,,,excluded,2023-06-30,register,underrapportert",
        "mottakere,2020,,21000,personer,,,,,conflict,2023-06-30,register,",
    )
    assert current(read_observations(folder=folder)).empty


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        # 22 200 per cent cannot be: one reading is left
        ("tilgang,2022,,22.200,prosent,,,,,,2024-03-31,rapport,", None),
        ("mottakere,2022,,22.200,personer,,,,,,2024-03-31,rapport,", ("number_ambiguous", 2, "value")),
        ('mottakere,2022,,"22,200",personer,,,,,,2024-03-31,rapport,', ("number_ambiguous", 2, "value")),
        ("mottakere,2022,,22200.5,personer,,,,,,2024-03-31,rapport,", ("integer", 2, "value")),
        ("mottakere,2022,,-1,personer,,,,,,2024-03-31,rapport,", ("range", 2, "value")),
        ("tilgang,2022,,100.4,prosent,,,,,,2024-03-31,rapport,", ("range", 2, "value")),
        ("tilgang,2022,,,prosent,,,,,,2024-03-31,rapport,", ("missing_value", 2, "value")),
        ("tilgang,2022,,nan,prosent,,,,,,2024-03-31,rapport,", ("missing_value", 2, "value")),
        ("tilgangen,2022,,26,prosent,,,,,,2024-03-31,rapport,", ("unknown_id", 2, "measure")),
        ("tilgang,2022,,26,personer,,,,,,2024-03-31,rapport,", ("unit_mismatch", 2, "unit")),
        ("tilgang,2022Q5,,26,prosent,,,,,,2024-03-31,rapport,", ("period", 2, "period")),
        ("tilgang,2025,,26,prosent,,,,,,2024-03-31,rapport,", ("period", 2, "period")),
        ("tilgang,2022,legene,26,prosent,,,,,,2024-03-31,rapport,", ("breakdown", 2, "breakdown")),
        ("tilgang,2022,,26,prosent,,,,cirka,,2024-03-31,rapport,", ("closed_list", 2, "qualifier")),
        ("tilgang,2022,,26,prosent,,,,,feil,2024-03-31,rapport,", ("closed_list", 2, "standing")),
        ("tilgang,2022,,26,prosent,,,,,,31.02.2024,rapport,", ("date", 2, "published")),
        ("tilgang,2022,,26,prosent,,,,,,2024-03-31,raport,", ("unknown_source", 2, "source")),
        ("tilgang,2022,,26,prosent,,,0,,,2024-03-31,rapport,", ("denominator_zero", 2, "n")),
        ("tilgang,2022,,26,prosent,0,0,,,,2024-03-31,rapport,", ("denominator_zero", 2, "denominator")),
        ("tilgang,2022,,26,prosent,5.5,17,,,,2024-03-31,rapport,", ("integer", 2, "numerator")),
        ("tilgang,2022,,26,prosent,17,5,,,,2024-03-31,rapport,", ("numerator_gt_denominator", 2, "numerator")),
        ("tilgang,2022,,26,prosent,5,17,,,,2024-03-31,rapport,", ("ratio_mismatch", 2, "value")),
        ("tilgang,2022,,29,prosent,5,17,,,,2024-03-31,rapport,", None),  # 29.41 rounds to 29
        ("tilgang,2022,,26,prosent,,,,,,2024-03-31,rapport", ("row_shape", 2, "")),
        ("tilgang,2022,,26,prosent,,,,,,2024-03-31,rapport,Pasient 01859010071", ("pii", 2, "note")),
    ],
)
def test_each_rule_names_its_line_and_column(raw, row, fault):
    folder = raw(row)
    if fault is None:
        assert len(read_observations(folder=folder)) == 1
    else:
        assert faults(folder) == [fault]


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


def test_the_same_key_twice_names_both_lines(raw):
    row = "tilgang,2022,,26,prosent,,,,,,2024-03-31,rapport,"
    same = f"{HEADER}\n{row}\n{row}\n"
    with pytest.raises(ObservationError, match=r"a.csv, line 3.*line 2 already"):
        read_observations(folder=raw(a=same))
    with pytest.raises(ObservationError, match=r"b.csv, line 2.*observations/a.csv, line 2 already"):
        read_observations(folder=raw(a=f"{HEADER}\n{row}\n", b=f"{HEADER}\n{row}\n"))


def test_two_sources_may_not_both_count_in_one_edition(raw):
    one = "tilgang,2022,,26,prosent,,,,,,2024-03-31,rapport,"
    other = "tilgang,2022,,27,prosent,,,,,,2024-03-31,register,"
    assert [fault[0] for fault in faults(raw(one, other))] == ["duplicate_key"]
    assert len(read_observations(folder=raw(one, other.replace(",,,2024-03-31", ",,conflict,2024-03-31")))) == 2


def test_another_spelling_of_a_period_is_the_same_period(raw):
    row = "tilgang,{},,26,prosent,,,,,,2024-03-31,rapport,"
    read = read_observations(folder=raw(row.format("Q1 2023")))
    assert read["period"].tolist() == ["2023Q1"]
    assert [fault[0] for fault in faults(raw(row.format("2023K1"), row.format("2023Q1")))] == ["duplicate_key"]


def test_a_file_without_the_header_or_without_rows_is_refused(raw):
    assert [fault[0] for fault in faults(raw(a="1,2,3\n4,5,6\n"))] == ["header"]
    assert [fault[0] for fault in faults(raw(a=f"{HEADER}\n"))] == ["empty"]
    assert [fault[0] for fault in faults(raw(a=HEADER.replace("unit,", "") + "\n"))] == ["missing_column"]


def test_a_faulty_list_of_sources_names_source_and_field(raw):
    folder = raw(*GOOD)
    sources = read_sources(folder)
    assert sources.index.tolist() == ["rapport", "register"]
    assert sources.loc["register", "published"] == pd.Timestamp("2023-06-30")
    assert pd.isna(sources.loc["rapport", "published"])
    (folder / "sources.toml").write_text(SOURCES.replace('licence = "NLOD 2.0"', "", 1), encoding="utf-8")
    with pytest.raises(SourceError, match=r"sources.toml, line 2, field source 'rapport' > licence: is missing"):
        read_sources(folder)
    (folder / "sources.toml").write_text(SOURCES.replace('"register"', '"rapport"'), encoding="utf-8")
    with pytest.raises(ObservationError, match="stands twice"):
        read_observations(folder=folder)


DATED = "tilgang,{},,26,prosent,,,,,,{},rapport,"


def test_dates_are_read_in_one_order_only(raw):
    """With points the day is first; not where another date of the file has the month first, nor between slashes."""
    years, dates = (
        (2019, 2020, 2021, 2022, 2023),
        ("03/31/2025", "2025-03-31", "31.03.2025", "03.04.2025", "03/04/2025"),
    )
    assert read_observations(folder=raw(DATED.format(2022, "03.04.2025")))["published"].tolist() == [
        pd.Timestamp("2025-04-03")
    ]
    found = check(raw(*(DATED.format(*row) for row in zip(years, dates, strict=True))))
    found = found[found["rule"] == "date"]
    assert found[["severity", "line", "value"]].values.tolist() == [
        ["reject", 2, "03/31/2025"],
        ["reject", 5, "03.04.2025"],
        ["reject", 6, "03/04/2025"],
        ["warn", 3, "2025-03-31"],
    ]
    assert found["problem"].iloc[1] == "can have its month first, as '03/31/2025' of line 2 has"
    assert found["remedy"].str.partition(":")[0].tolist()[::2] == ["write 2025-03-31", "write 2025-04-03 or 2025-03-04"]


def test_two_forms_of_a_date_in_a_file_are_warned_of(raw):
    found = check(raw(DATED.format(2022, "2025-03-31"), DATED.format(2023, "31.03.2025")))
    assert found[found["rule"] == "date"][["severity", "line", "problem"]].values.tolist() == [
        ["warn", 3, "is written otherwise than the dates above"]
    ]


@pytest.mark.filterwarnings("error")
def test_checking_a_source_that_stands_twice_warns_of_nothing_else(raw):
    folder = raw(*GOOD)
    (folder / "sources.toml").write_text(SOURCES.replace('"register"', '"rapport"'), encoding="utf-8")
    assert "stands twice" in check(folder)["problem"].tolist()


def test_checking_sound_material_finds_nothing(raw):
    assert check(raw(*GOOD, "respondenter,2022,,4997,personer,,,,,,2024-03-31,rapport,")).empty


def test_check_lists_rejections_and_warnings(raw):
    folder = raw(
        "tilgang,2022,,2b,prosent,,,,,,2024-03-31,rapport,",
        "mottakere,2020,,22200,personer,,,,,,2023-06-30,register,",
        "mottakere,2021,,2220,personer,,,,,,2023-06-30,register,",
    )
    extra = SOURCES + '[[source]]\nslug = "ny"\n'
    (folder / "sources.toml").write_text(extra, encoding="utf-8")
    found = check(folder)[["severity", "file", "rule"]].drop_duplicates().to_numpy().tolist()
    assert found == [
        ["reject", "observations/a.csv", "number"],
        ["reject", "sources.toml", "sources"],
        ["warn", "observations/a.csv", "jump"],
    ]


def test_checking_a_strategy_that_cannot_be_read_says_so(raw):
    folder = raw(*GOOD)
    (folder / "strategy.toml").write_text("name = 1", encoding="utf-8")
    assert set(check(folder)["rule"]) == {"strategy"}


def test_an_unexplained_measure_without_figures_is_reported(raw):
    folder = raw(*GOOD)
    assert check(folder)[["rule", "value"]].to_numpy().tolist() == [["missing_indicator", "respondenter"]]
    text = STRATEGY.replace(
        'slug = "respondenter"', 'slug = "respondenter"\nunmeasured = { nb = "ukjent", en = "n/a" }'
    )
    (folder / "strategy.toml").write_text(text, encoding="utf-8")
    assert check(folder).empty


def test_workbook_and_norwegian_csv_are_read_as_delivered(raw, tmp_path):
    folder = raw(*GOOD)
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["tilgang", "2021", None, 24.5, "prosent", *[None] * 5, "2024-03-31", "rapport", None])
    book.save(folder / "observations" / "bok.xlsx")
    semicolons = f"{HEADER}\ntilgang,2020,,23;5,prosent,,,,,,2024-03-31,rapport,\n"
    text = "\ufeff" + semicolons.replace(";", "|").replace(",", ";").replace("|", ",").replace("\n", "\r\n")
    (folder / "observations" / "excel.csv").write_text(text, encoding="utf-8", newline="")
    (folder / "observations" / "~$bok.xlsx").write_text("locked")
    read = read_observations(folder=folder).set_index(["measure", "period"])["value"]
    assert read["tilgang"].to_dict() == {"2020": 23.5, "2021": 24.5, "2022": 26.0, "2023": 28.0}


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
    folder = raw("mottakere,2022,,0,personer,,,,,,2024-03-31,rapport,")
    assert read_observations(folder=folder)["value"].tolist() == [0]
    strategy = folder / "strategy.toml"
    text = strategy.read_text(encoding="utf-8").replace('counts = "personer"', 'counts = "personer"\nscale = "log"', 1)
    strategy.write_text(text, encoding="utf-8")
    assert faults(folder) == [("log_scale", 2, "value")]


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


PROMISE = 'kind = "reach"\ntarget = { period = "%s", value = 30, status = "working", source = "rapport" }\n'


def promising(folder: Path, promise: str) -> Path:
    """Put a promise under the first measure, `tilgang`, whose first figure in `GOOD` is of 2022."""
    place = 'survey = "undersokelsen"\n'
    (folder / "strategy.toml").write_text(STRATEGY.replace(place, place + promise, 1), encoding="utf-8")
    return folder


def test_a_target_before_the_first_figure_needs_a_baseline(raw):
    folder = promising(raw(*GOOD), PROMISE % "2021")
    assert faults(folder) == [("strategy", 28, "target")]
    with pytest.raises(ObservationError, match=r"(?s)tilgang.*2022, is from after its target.*state its baseline"):
        read_observations("2024Q1", folder=folder)
    assert check(folder).query("severity == 'reject'")[["rule", "file", "value"]].values.tolist() == [
        ["strategy", "strategy.toml", "2021"]
    ]


@pytest.mark.parametrize(
    "promise",
    [
        PROMISE % "2022",  # measured for the first time when it was to be reached
        PROMISE % "2021" + 'baseline = { period = "2020", value = 20 }\n',
        (PROMISE % "2021").replace("reach", "hold"),  # a level to hold lasts
    ],
)
def test_a_target_that_the_first_figure_can_answer_is_taken(raw, promise):
    assert len(read_observations(folder=promising(raw(*GOOD), promise))) == 3


@pytest.mark.parametrize(
    "row",
    [
        "tilgang,2020,alder=unge,20,prosent,,,400,,,2024-03-31,rapport,",
        "tilgang,2020,,20,prosent,,,400,,conflict,2024-03-31,rapport,another count",
    ],
)
def test_breakdown_or_conflict_is_no_baseline(raw, row):
    assert faults(promising(raw(*GOOD, row), PROMISE % "2021")) == [("strategy", 28, "target")]


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
    warnings = check(folder).query("rule != 'missing_indicator'")[["rule", "value", "problem"]].to_numpy().tolist()
    assert warnings == [
        ["revision", "1022901", "was 1022900 in the edition before"],
        ["jump", "1022901", "is 40.9 times off the 25000 of 2020"],
    ]


# Saved by LibreOffice with the locale nb-NO: typed with decimal commas, spaces between thousands, days as 31.03.2024
WORKBOOKS = Path(__file__).parent / "workbooks"


@pytest.mark.parametrize("name", ["libreoffice-nb.xlsx", "libreoffice-nb.csv"])
def test_norwegian_libreoffice_files_are_read_as_typed(raw, name):
    folder = raw(*GOOD)
    (folder / "observations" / "a.csv").unlink()
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
