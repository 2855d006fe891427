import pandas as pd
import pytest

from analysis.core.faults import RawDataError
from analysis.core.periods import decimal_year
from analysis.intake import cells, jumps, row_rules, table_layout
from analysis.intake.files import Grid
from typed_cases import listed, rows_of

MEASURES = pd.DataFrame(
    {
        "measure": ["andel", "vekst", "personer", "kommuner", "mill-besok"],
        "unit": ["prosent", "prosent", "personer", "kommuner", "mill. besøk"],
        "minimum": [None, -100, None, 0, None],
        "maximum": [None, None, None, 357, None],
        "counts": ["personer", None, "personer", "kommuner", None],
        "population": [None, 17, None, None, None],
    }
).set_index("measure")
REGISTER = row_rules.register_of(MEASURES)
NAMES = ("measure", "period", "value", "unit", "numerator", "denominator", "n", "source")


def typed(*rows: str, sources=None, limits=None):
    """Type rows of `NAMES`; gives the rows, and the faults as (rule, severity, line, column)."""
    lines = [(line, row.split(";")) for line, row in enumerate((";".join(NAMES), *rows), start=1)]
    cells, faults = table_layout.read_cells(Grid("a.csv", rows=lines), table_layout.Layout(NAMES))
    assert not faults
    cells = cells.assign(line=cells.index, file="a.csv", sheet="")
    rows, faults = row_rules.typed_rows(cells, REGISTER, sources, limits)
    return rows, [(fault.rule, fault.severity, fault.line, fault.column) for fault in faults]


def test_a_measure_has_declared_bounds_or_those_of_its_unit():
    bounds = REGISTER[["low", "high", "whole", "persons"]].astype(object).fillna("")
    assert bounds.T.to_dict("list") == {
        "andel": [0, 100, False, True],
        "vekst": [-100, "", False, False],
        "personer": [0, "", True, True],
        "kommuner": [0, 357, True, False],
        "mill-besok": ["", "", False, False],
    }


# a share of 5 in 17 is 29.41 and rounds to 29; 28 125 per cent cannot be; growth has no upper bound to decide by;
# three of 1 100 did not; the first letter of one measure is Cyrillic
@pytest.mark.parametrize("row", rows_of(__file__, "rows.csv"))
def test_a_row_is_read_or_refused_by_its_rule(row):
    """Each row of rows.csv alone: as what number it is read, or the rule that it breaks."""
    rows, faults = typed(";".join(row[name] for name in NAMES))
    assert [fault[:3] for fault in faults] == ([(row["rule"], row["severity"], 2)] if row["rule"] else [])
    assert not row["column"] or faults[0][3] == row["column"]
    assert rows["value"].tolist() == ([float(row["read"])] if row["read"] else [])


def test_small_counts_of_municipalities_need_no_protection():
    assert typed("kommuner;2023;2;kommuner;;;;")[1] == []


@pytest.mark.parametrize(("source", "warned"), [("streng", True), ("mild", False), ("annen", False)])
def test_small_counts_are_those_below_the_limit_of_their_owner(source, warned):
    limits = pd.DataFrame({"threshold": [10, 3], "base": [20, 3]}, index=["streng", "mild"])
    for row in ("andel;2023;50;prosent;9;18;;", "personer;2023;9;personer;;;;"):
        assert [fault[0] for fault in typed(row + source, limits=limits)[1]] == ["small_cell"] * warned
    below_default = [fault[0] for fault in typed("personer;2023;4;personer;;;;" + source, limits=limits)[1]]
    assert below_default == ["small_cell"] * (source != "mild")


def test_a_look_alike_name_shows_code_points_and_nearest_name():
    with pytest.raises(RawDataError) as caught:
        cells.read_name("аndel", REGISTER.index)
    assert "U+0430" in str(caught.value.faults[0]) and "did you mean 'andel'" in str(caught.value.faults[0])


def series(*rows: tuple) -> pd.DataFrame:
    """Rows of (measure, period, value, published, note) as typed rows."""
    frame = pd.DataFrame(rows, columns=["measure", "period", "value", "published", "note"])
    return frame.assign(
        **dict.fromkeys(("breakdown", "qualifier", "standing", "source"), ""),
        **dict.fromkeys(("numerator", "denominator", "n"), float("nan")),
        unit="prosent",
        published=pd.to_datetime(frame["published"]),
        time=frame["period"].astype(float),
        file="a.csv",
        sheet="",
        line=range(2, len(frame) + 2),
    )


def told(frame: pd.DataFrame) -> list[tuple]:
    return [(fault.rule, fault.line, fault.severity) for fault in jumps.edition_faults(frame)]


def test_a_revised_figure_says_why_or_is_asked():
    first, later = ("m", "2022", 26, "2023-03-31", ""), ("m", "2022", 27, "2024-03-31", "")
    assert told(series(first, later)) == [("revision", 3, "warn")]
    assert told(series(first, (*later[:4], "telt på nytt"))) == []
    assert told(series(first, ("m", "2022", 26, "2024-03-31", ""))) == []


@listed(__file__, "rules.toml", "revised")
def test_any_field_revised_is_asked_for_a_note(field, value, problem):
    """The sample typed as 4 800 and found to be 480 changes what may be concluded from the same 30 per cent."""
    first, later = ("m", "2022", 30, "2024-06-20", ""), ("m", "2022", 30, "2024-07-15", "")
    frame = series(first, later).assign(n=4800.0, denominator=18.0)
    frame[field] = [frame.at[0, field], value]
    (fault,) = jumps.edition_faults(frame)
    assert (fault.rule, fault.line, fault.column, fault.problem) == ("revision", 3, field, problem)
    assert jumps.edition_faults(frame.assign(note=["", "a digit too many"])) == []


@listed(__file__, "rules.toml", "gaps")
def test_a_gap_in_a_series_is_asked_about(periods, missing):
    frame = series(*[("m", "2020", 26, "2024-06-30", "")] * len(periods))
    frame = frame.assign(period=periods, time=[decimal_year(period, "average") for period in periods])
    faults = [(fault.rule, fault.line, fault.problem) for fault in jumps.gap_faults(frame)]
    assert faults == ([("gap", 4, f"m has no figure for {missing}")] if missing else [])
    assert jumps.gap_faults(frame.assign(note="not asked that year")) == []


@listed(__file__, "rules.toml", "breakdowns")
def test_an_odd_breakdown_is_refused_with_a_plain_one(text, remedy):
    with pytest.raises(RawDataError) as caught:
        cells.read_breakdown(text)
    assert caught.value.faults[0].remedy == remedy


@listed(__file__, "rules.toml", "jumps")
def test_a_figure_of_another_size_than_the_last_is_asked_about(before, now, rule):
    frame = series(("m", "2022", before, "2023-03-31", ""), ("m", "2023", now, "2024-03-31", ""))
    assert told(frame) == ([] if rule is None else [(rule, 3, "warn")])
    assert told(frame.assign(note="ny metode")) == ([(rule, 3, "warn")] if rule == "scale_jump" else [])
    assert told(frame.assign(note=f"opp fra {before}".replace(".", ","))) == []


def test_only_the_earlier_figure_explains_a_hundredfold():
    frame = series(("m", "2022", 250, "2023-03-31", ""), ("m", "2023", 22900, "2024-03-31", ""))
    for note in ("publisert 2024", "fra 2500", "fra 1250", "fra 3.250"):
        assert told(frame.assign(note=note)) == [("scale_jump", 3, "warn")], note
    assert told(frame.assign(note="250 kommuner i 2022, innbyggere fra 2023")) == []


def test_three_series_all_standing_still_are_a_copied_file():
    rows = [(m, p, v, "2024-03-31", "") for m, v in (("a", 26), ("b", 150), ("c", 76)) for p in ("2022", "2023")]
    assert told(series(*rows)) == [("stale", None, "warn")]
    assert told(series(*rows[:4])) == []
    assert told(series(*rows[:5], ("c", "2023", 77, "2024-03-31", ""))) == []


def shares(**columns) -> pd.DataFrame:
    """Return three shares of one measure and period in whole per cent, with these columns."""
    cells = {"measure": "q", "period": "2023", "source": "s", "standing": "", "unit": "prosent", "file": "a.csv"}
    cells |= {"published": pd.Timestamp("2024-03-31"), "step": 1.0, "sheet": "", "qualifier": "", "line": [2, 3, 4]}
    return pd.DataFrame(cells | {"denominator": float("nan")} | columns)


def test_answers_of_one_question_are_at_most_all():
    rows = shares(breakdown=["svar=ja", "svar=nei", "svar=ikke-svart"], value=[64.0, 21.0, 16.0])
    assert row_rules.partition_faults(rows) == []  # 101 by rounding of three
    assert row_rules.partition_faults(rows.iloc[:2]) == []
    (fault,) = row_rules.partition_faults(rows.assign(value=[64.0, 21.0, 17.0]))
    assert (fault.rule, fault.line) == ("category_sum", 4)
    groups = rows.assign(breakdown=["malgruppe=a", "malgruppe=b", "malgruppe=c"], value=90.0)
    assert row_rules.partition_faults(groups) == []


@listed(__file__, "rules.toml", "wholes")
def test_a_whole_lies_between_the_groups_that_part_it(groups, values, bases, side):
    rows = shares(breakdown=["", *groups], value=values, n=bases or [float("nan")] * 3)
    stated = [(fault.rule, fault.line, fault.problem.split()[-3]) for fault in row_rules.outside_faults(rows)]
    assert stated == ([("outside_groups", 2, side)] if side else [])


@pytest.mark.parametrize("later", [False, True])
@listed(__file__, "rules.toml", "samples")
def test_groups_have_no_more_answers_than_the_whole(whole, groups, fault, later):
    days = pd.to_datetime(["2024-03-31", *["2024-07-31" if later else "2024-03-31"] * len(groups)])
    counts = [float(whole or "nan"), *groups.values()]
    rows = shares(breakdown=["", *groups], n=counts, line=range(2, len(counts) + 2), published=days, value=20.0)
    found = [[each.severity, each.line, each.problem] for each in row_rules.sample_faults(rows)]
    # where group and whole are of different days, the whole may be revised
    assert found == ([["warn" if later else fault[0], *fault[1:]]] if fault else [])
    # what is in conflict with another source counts for nothing
    assert row_rules.sample_faults(rows.assign(standing="conflict")) == []
