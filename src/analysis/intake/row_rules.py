"""What rows of figures must fulfil: each by itself, and all of a table together."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

import pandas as pd

from analysis.core.faults import REJECT, WARN, Fault, RawDataError, rejections
from analysis.core.periods import first_day
from analysis.core.small_counts import BASE, THRESHOLD, is_small_count
from analysis.core.units import SHARE_UNIT
from analysis.intake import RECOGNISED
from analysis.intake import cells as one
from analysis.intake.forbidden_text import text_faults

FINEST: Final = 0.05  # percentage points: no source prints more than a tenth, so half of that is rounding
ROUNDING: Final = 1e-9  # of floating point, in sums and ratios of figures that are exact
_NAN: Final = float("nan")
# What a row is compared with where its measure does not exist: nothing, so that only the name is a fault.
_ANY: Final = {"measure": None, "unit": None, "form": "", **dict.fromkeys(("whole", "log", "persons"), False)}
_ANY |= dict.fromkeys(("low", "high", "population"), _NAN)


def register_of(measures: pd.DataFrame) -> pd.DataFrame:
    """Return what the rules need to know of each measure.

    Parameters
    ----------
    measures : DataFrame
        ``Strategy.measures``, or a frame with its index and columns unit, minimum, maximum and counts, and scale,
        population and form where there are any.

    Returns
    -------
    DataFrame
        Index measure. unit; low and high (bounds of a value: as declared, else 0 to 100 for shares and from 0 for
        counts); whole (a count); log (compared by ratio, where zero has no place); persons (counts persons);
        population (of a survey, where it is finite and small); form (the only form of period allowed, else "").

    """
    share = measures["unit"] == SHARE_UNIT
    minimum, maximum = (pd.to_numeric(measures[name]).astype(float) for name in ("minimum", "maximum"))
    words = measures["unit"].str.lower().str.split()
    # any other word is what is counted: kommuner, innlogginger; "x per y" is a rate
    measured = words.map(lambda unit: bool(unit) and (unit[0] in RECOGNISED["measured_units"] or "per" in unit))
    whole = ~measured.astype(bool)
    return pd.DataFrame(
        {
            "unit": measures["unit"],
            "low": minimum.mask(minimum.isna() & (share | whole), 0.0),
            # growth: what may fall below 0 per cent may also pass 100
            "high": maximum.mask(maximum.isna() & share & ~(minimum < 0), 100.0),
            "whole": whole,
            "log": measures.get("scale", "linear") == "log",
            "persons": measures["counts"] == "personer",
            "population": pd.to_numeric(measures.get("population", pd.Series(_NAN, measures.index))).astype(float),
            "form": measures.get("form", ""),
        },
        index=measures.index,
    )


def typed_rows(
    cells: pd.DataFrame,
    register: pd.DataFrame,
    sources: Iterable[str] | None = None,
    limits: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return rows of figures with their types, and every fault of every cell and row.

    Parameters
    ----------
    cells : DataFrame
        Text: measure, period, value, unit, source, further columns of observations, and file, sheet and line.
    register : DataFrame
        As `register_of` returns it.
    sources : iterable of str, optional
        The sources that a row may name; any text passes unless given.
    limits : DataFrame, optional
        Index source; threshold and base, below which its counts of persons are withheld, as
        `analysis.records.disclosure.Limits.of` returns them. The default limits hold for every other source.

    Returns
    -------
    rows : DataFrame
        The rows without a rejection. Columns as in `cells`, with value, numerator, denominator and n as floats (NaN
        where absent), published as a date, and step: the size of the last digit of value.
    faults : list of Fault

    """
    readers = _column_readers(register.to_dict("index"), None if sources is None else list(sources))
    owners = {} if limits is None else limits[["threshold", "base"]].T.to_dict("list")
    rows, faults = [], []
    columns = [cells[name].to_numpy(dtype=object) for name in cells]  # far quicker than `to_dict` on texts
    for values in zip(*columns, strict=True):
        cell = dict(zip(cells.columns, values, strict=True))
        row, row_faults = _typed_row(cell, readers)
        # what a row says as a whole is asked only of cells that can be read
        if not rejections(row_faults):
            row_faults += _ratio_faults(row)
            if "published" in row and first_day(row["period"]) > row["published"]:
                problem = f"begins after the figure was published ({row['published']:%Y-%m-%d})"
                remedy = "correct the period or the date"
                row_faults.append(Fault("period", problem, remedy, column="period", value=row["period"]))
            threshold, base = owners.get(row["source"], (THRESHOLD, BASE))
            # a share is no count, whatever its size
            count = _NAN if row["unit"] == SHARE_UNIT else row["value"]
            parts, wholes = [row.get("numerator", _NAN), count], [row.get("denominator", _NAN), _NAN]
            # a small count of persons in a small area is no slip: its page withholds it
            if row["persons"] and not row.get("area") and is_small_count(parts, wholes, threshold, base).any():
                problem = f"rests on fewer than {threshold} persons; it must not be shown as such"
                remedy = "pool it with its neighbours"
                row_faults.append(Fault("small_cell", problem, remedy, column="value", severity=WARN))
        faults += [fault.in_row(cell) for fault in row_faults]
        if not rejections(row_faults):
            rows.append(row)
    return pd.DataFrame(rows, columns=[*cells.columns, "step"]), faults


_Outcome = tuple[Any, Fault | None]
_OTHERS: Final = ("numerator", "denominator", "n", "breakdown", "qualifier", "standing", "published", "source")


def _column_readers(measures: dict[str, dict], sources: list[str] | None) -> dict[str, Callable[..., _Outcome]]:
    """Return what reads each column: a value, or None and a fault."""

    def outcome_of(reader: Callable) -> Callable[..., _Outcome]:
        def outcome(*texts: Any) -> _Outcome:
            try:
                return reader(*texts), None
            except RawDataError as error:
                return None, error.faults[0]

        return outcome

    readers = {
        "measure": lambda text: measures[one.read_name(text, measures)] | {"measure": text},
        "period": one.read_period,
        "unit": one.read_unit,
        "breakdown": one.read_breakdown,
        "qualifier": lambda text: one.read_word(text, one.QUALIFIERS),
        "standing": lambda text: one.read_word(text, one.STANDINGS),
        "published": one.read_date,
        "source": lambda text: one.read_source(text, sources),
        "text": text_faults,
        **{name: lambda text, name=name: one.read_count(text, name) for name in ("numerator", "denominator", "n")},
    }
    # columns other than values repeat their texts: each is read once
    return {"value": outcome_of(one.read_value)} | {name: cache(outcome_of(read)) for name, read in readers.items()}


def _typed_row(cell: dict, readers: dict[str, Callable[..., _Outcome]]) -> tuple[dict, list[Fault]]:
    """Return the row, with whether its measure counts persons, and the faults of its cells."""
    faults: list[Fault] = []

    def read(column: str, *more: Any) -> Any:
        value, fault = readers[column](cell[column], *more)
        if fault is not None:
            faults.append(fault.at(column=column, value=fault.value or cell[column]))
        return value

    measure = read("measure") or _ANY
    figure = read("value", cell["unit"], measure)
    row = cell | {
        "measure": measure["measure"],
        "persons": measure["persons"],
        "period": read("period", measure["form"]),
        "value": figure.value if figure else _NAN,
        "step": figure.step if figure else _NAN,
        "unit": read("unit", measure["unit"]),
        **{name: read(name) for name in _OTHERS if name in cell},
    }
    for column in ("source", "note", "note_nb"):
        text = cell.get(column, "")
        faults += [fault.at(column=column, value=fault.value or text) for fault in readers["text"](text)[0]]
    if (row.get("n") or 0) > measure["population"]:
        problem = f"is more than the population of {measure['population']:.15g}"
        remedy = "correct it, or the population in strategy.toml"
        faults.append(Fault("range", problem, remedy, column="n", value=cell["n"]))
    if figure and figure.scientific:
        problem = "is in scientific notation: perhaps rounded"
        place = {"column": "value", "value": cell["value"]}
        faults.append(Fault("number", problem, "write all digits", **place, severity=WARN))
    return row, faults


def _ratio_faults(row: dict) -> list[Fault]:
    """Return what is wrong with a value against its numerator and denominator."""
    numerator, denominator = row.get("numerator", _NAN), row.get("denominator", _NAN)
    share = row["unit"] == SHARE_UNIT
    if denominator != denominator:
        problem = "a numerator is without its denominator"
        fault = Fault("ratio_incomplete", problem, "add the denominator", column="denominator", severity=WARN)
        return [fault] if numerator == numerator and share else []
    if numerator != numerator:
        return []
    if numerator > denominator and (share or numerator == row["value"]):
        problem, place = f"{numerator:.15g} of {denominator:.15g} is more than all", {"column": "numerator"}
        return [Fault("numerator_gt_denominator", problem, "are the two swapped?", value=f"{numerator:.15g}", **place)]
    # a count may have its denominator beside it, or be the rate of both
    expected = [100 * numerator / denominator] if share else [numerator, numerator / denominator]
    allowed = max(row["step"] / 2, FINEST if share else 0.0) + ROUNDING
    if any(abs(row["value"] - value) <= allowed for value in expected):
        return []
    problem, place = f"{numerator:.15g} of {denominator:.15g} is {round(expected[0], 2):.15g}", {"column": "value"}
    return [Fault("ratio_mismatch", problem, "correct the value or its base", value=f"{row['value']:.15g}", **place)]


def drop_repeated(faults: Iterable[Fault], earlier: Iterable[Fault]) -> list[Fault]:
    """Return the faults of cells that no `earlier` fault names: a formula without a result is not also empty."""
    cells = {(fault.file, fault.sheet, fault.line, fault.column) for fault in earlier if fault.column}
    return [fault for fault in faults if (fault.file, fault.sheet, fault.line, fault.column) not in cells]


def duplicate_faults(rows: pd.DataFrame, key: tuple[str, ...]) -> list[Fault]:
    """Return a rejection for every row that has the `key` of an earlier row; both places are named.

    Parameters
    ----------
    rows : DataFrame
        The columns of `key`, and file, sheet and line.
    key : tuple of str
        The columns that tell rows apart.

    Returns
    -------
    list of Fault

    """
    first = rows.groupby(list(key), dropna=False)[["file", "line"]].transform("first")
    faults = []
    for position in rows.index[rows.duplicated(list(key))]:
        row, earlier = rows.loc[position], first.loc[position]
        other = "" if row["file"] == earlier["file"] else f"{earlier['file']}, "
        problem = f"the same figure is on {other}line {earlier['line']} already"
        value = " ".join(str(row[name]) for name in key if row[name] not in ("", None) and name != "published")
        faults.append(Fault("duplicate_key", problem, "keep one, or say how they differ", value=value).in_row(row))
    return faults


def date_faults(cells: pd.DataFrame) -> list[Fault]:
    """Return what is wrong with the dates of a file together: which of day and month comes first, and their forms.

    Parameters
    ----------
    cells : DataFrame
        Text: published, file, sheet and line.

    Returns
    -------
    list of Fault
        A rejection of each date that could be read in two ways, where another of its file has the month first; a
        warning of the first date that is written otherwise than those above it.

    """
    parts = cells["published"].str.extract(r"^(\d\d?)([./-])(\d\d?)[./-]\d{4}$")
    first, second, mark = parts[0].astype(float), parts[2].astype(float), parts[1].fillna("")
    by_month = cells[(first <= 12) & (second > 12)].drop_duplicates("file").set_index("file")
    is_doubtful = (mark == ".") & (first <= 12) & (second <= 12) & (first != second)
    doubtful = Fault("date", "", "write it as 2024-03-31", column="published")
    faults = []
    for _, row in cells[is_doubtful & cells["file"].isin(by_month.index)].iterrows():
        other = by_month.loc[row["file"]]
        problem = f"can have its month first, as '{other['published']}' of line {other['line']} has"
        faults.append(doubtful.in_row(row, value=row["published"], problem=problem))
    problem, remedy = "is written otherwise than the dates above", "write all as 2024-03-31"
    differing = Fault("date", problem, remedy, column="published", severity=WARN)
    is_differing = mark != mark.groupby(cells["file"]).transform("first")
    for _, row in cells[is_differing].drop_duplicates("file").iterrows():
        faults.append(differing.in_row(row, value=row["published"]))
    return faults


def partition_faults(rows: pd.DataFrame) -> list[Fault]:
    """Return a rejection where the answers of one question (breakdown ``svar=…``) add up to more than all.

    Less than all is no fault: sources often print the answers of interest only.

    Parameters
    ----------
    rows : DataFrame
        Typed rows, as `typed_rows` returns them.

    Returns
    -------
    list of Fault

    """
    answers = rows["breakdown"].str.fullmatch(r"svar=[^;]+") & (rows["unit"] == SHARE_UNIT) & (rows["standing"] == "")
    faults = []
    for _, question in rows[answers].groupby(["measure", "period", "published", "source"], sort=False):
        total, allowed = question["value"].sum(), (question["step"] / 2).sum()
        if total > 100 + allowed + ROUNDING:
            row = question.iloc[-1]
            problem = f"the answers of {row['measure']} {row['period']} add up to {total:.15g} per cent"
            fault = Fault("category_sum", problem, "check each of them", column="value", value=f"{row['value']:.15g}")
            faults.append(fault.in_row(row))
    return faults


_WHOLE: Final = ("measure", "period", "source")


def _with_wholes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the latest counting row of each group with its key, and beside it the row of the whole, as ``_whole``."""
    by_date = rows[rows["standing"] == ""].sort_values("published", kind="stable")
    latest = by_date.drop_duplicates([*_WHOLE, "breakdown"], keep="last")
    groups = latest[latest["breakdown"].str.fullmatch("[^;]+")]
    groups = groups.assign(key=groups["breakdown"].map(lambda text: text.partition("=")[0]))
    return groups.merge(latest[latest["breakdown"] == ""], on=list(_WHOLE), suffixes=("", "_whole"))


def sample_faults(rows: pd.DataFrame) -> list[Fault]:
    """Return where a group has more answers than the whole, a rejection, and where all groups together have, a warning.

    Groups of one kind may overlap; countries are no groups of the whole, and one question's answers rest on one sample.

    Parameters
    ----------
    rows : DataFrame
        Typed rows, as `typed_rows` returns them. The latest edition of each is compared; where group and whole are of
        different days, one of them may be revised, and there is no rejection.

    Returns
    -------
    list of Fault
        Each on the row of the largest group.

    """
    pairs = _with_wholes(rows[rows["n"].notna()])
    faults = []
    for (*_, key), parts in pairs[pairs["key"] != "land"].groupby([*_WHOLE, "key"], sort=False):
        row, total = parts.loc[parts["n"].idxmax()], parts["n"].sum()
        alone = row["n"] > row["n_whole"]
        if not alone and (total <= row["n_whole"] or key == "svar"):
            continue
        file = "" if row["file"] == row["file_whole"] else f"{row['file_whole']}, "
        sizes = "is" if alone else f"with the other groups of {key} makes {total:.15g},"
        problem = f"{sizes} more than the {row['n_whole']:.15g} of all, on {file}line {row['line_whole']}"
        is_certain = alone and row["published"] == row["published_whole"]
        remedy = "correct one of them, if the groups do not overlap"
        fault = Fault("sample", problem, remedy, severity=REJECT if is_certain else WARN)
        faults.append(fault.in_row(row, column="n", value=f"{row['n']:.15g}"))
    return faults


def outside_faults(rows: pd.DataFrame) -> list[Fault]:
    """Return a warning where all groups of a breakdown are above, or all below, the share of the whole they part.

    The share of a whole is a weighted mean of those of its groups. Groups are known to part it when they are both
    sexes, or when their answers or denominators add up to those of the whole.

    Parameters
    ----------
    rows : DataFrame
        Typed rows, as `typed_rows` returns them. The latest edition of each is compared.

    Returns
    -------
    list of Fault
        Each on the row of the whole or the group that was published last.

    """
    pairs = _with_wholes(rows[(rows["unit"] == SHARE_UNIT) & rows["qualifier"].isin(["", "derived"])])
    distance = pairs["value"] - pairs["value_whole"]
    rounding = (pairs["step"] + pairs["step_whole"]) / 2 + ROUNDING
    pairs = pairs.assign(above=distance > rounding, below=distance < -rounding)
    faults = []
    for (_, period, _, key), parts in pairs.groupby([*_WHOLE, "key"], sort=False):
        side = next((side for side in ("above", "below") if parts[side].all()), None)
        bases = ((parts[name].astype(float), parts[f"{name}_whole"].astype(float)) for name in ("n", "denominator"))
        is_whole = {"kjonn=kvinner", "kjonn=menn"} <= set(parts["breakdown"]) or (
            len(parts) > 1 and any(groups.sum(skipna=False) == whole.iloc[0] for groups, whole in bases)
        )
        if side and is_whole:
            row = parts.iloc[-1]
            end = "" if row["published"] > row["published_whole"] else "_whole"
            place = {name: row[f"{name}{end}"] for name in ("file", "sheet", "line")}
            problem = f"all groups of {key} in {period} are {side} the whole"
            fault = Fault("outside_groups", problem, "check the whole and each group", column="value", severity=WARN)
            faults.append(fault.in_row(place, value=f"{row[f'value{end}']:.15g}"))
    return faults
