"""What holds for figures: each cell, each row, and the table as a whole."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.core import periods
from analysis.core.faults import REJECT, WARN, Fault, RawDataError
from analysis.core.names import suggest
from analysis.core.units import SHARE_UNIT
from analysis.intake import numerals, texts
from analysis.intake.numerals import NumeralError, read_figure

QUALIFIERS: Final = ("", "over", "under", "circa", "derived")
STANDINGS: Final = ("", "conflict", "excluded")
FINEST: Final = 0.05  # percentage points: no share is told apart by less than a tenth, so half of that is rounding
FEW: Final = 5  # persons: fewer than this are not shown as such (reliability of small numbers)

_UNIT_ALIASES: Final = {
    "%": SHARE_UNIT,
    "pst": SHARE_UNIT,
    "pst.": SHARE_UNIT,
    "per cent": SHARE_UNIT,
    "percent": SHARE_UNIT,
}
_MEASURED_UNITS: Final = re.compile(
    r"andel|dager|døgn|grad|indeks|kr|kroner|mill\.|milliarder|millioner|minutter|mrd\.|måneder|poeng|promille|prosent|"
    r"prosentpoeng|score|skala|skår|snitt|timer|tusen|uker|år"
)
_DAY_FIRST = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})")
_BREAKDOWN = re.compile(r"[a-z][a-z0-9-]*=[A-Za-z0-9][A-Za-z0-9_+.-]*(;[a-z][a-z0-9-]*=[A-Za-z0-9][A-Za-z0-9_+.-]*)*")


def register_of(measures: pd.DataFrame) -> pd.DataFrame:
    """Return what the rules need to know of each measure (index measure).

    Columns: unit; low and high (bounds of a value: as declared, else 0-100 for shares, from 0 for counts); whole (a
    count); log (compared by ratio, where zero has no place); persons (counts persons, so that few are protected); form
    (``quarter`` where only one form of period is taken, else ""). `measures` is ``Strategy.measures`` or a frame with
    the same columns.
    """
    share = measures["unit"] == SHARE_UNIT
    growth = pd.to_numeric(measures["minimum"]).astype(float) < 0  # a share that may fall below 0 may pass 100
    whole = ~measures["unit"].map(_is_measured).astype(bool)
    low = pd.to_numeric(measures["minimum"]).astype(float)
    return pd.DataFrame(
        {
            "unit": measures["unit"],
            "low": low.mask(low.isna() & (share | whole), 0.0),
            "high": pd.to_numeric(measures["maximum"])
            .astype(float)
            .mask(lambda high: high.isna() & share & ~growth, 100.0),
            "whole": whole,
            "log": measures.get("scale", "linear") == "log",
            "persons": measures["counts"] == "personer",
            "form": measures.get("form", ""),
        },
        index=measures.index,
    )


def _is_measured(unit: str) -> bool:
    words = unit.lower().split()
    return bool(words) and (_MEASURED_UNITS.fullmatch(words[0]) is not None or "per" in words)


def typed_rows(
    cells: pd.DataFrame, register: pd.DataFrame, sources: Iterable[str] | None = None
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows of `cells` (all text) as typed rows, and every fault of every cell and row.

    A row with a rejected cell is not among the rows. `sources` lists the allowed sources; None lets any text pass.
    Columns as in `cells`, with value, numerator, denominator and n as floats (NaN where absent), published as a date,
    and `step`: the size of the value's last digit.
    """
    readers = _readers(register.to_dict("index"), None if sources is None else list(sources))
    rows, faults = [], []
    columns = [cells[name].to_numpy(dtype=object) for name in cells]  # far quicker than `to_dict` on texts
    for values in zip(*columns, strict=True):
        cell = dict(zip(cells.columns, values, strict=True))
        row, row_faults = _typed_row(cell, readers)
        place = {"file": cell["file"], "sheet": cell["sheet"], "line": cell["line"]}
        faults += [fault.at(**place) for fault in row_faults]
        if not any(fault.severity == REJECT for fault in row_faults):
            rows.append(row)
    return pd.DataFrame(rows, columns=[*cells.columns, "step"]), faults


def _readers(entries: dict[str, dict], sources: list[str] | None) -> dict[str, Callable]:
    """Return what reads each column; a text met before is not read again."""
    readers = {
        "measure": lambda text: entries[read_name(text, entries)] | {"measure": text},
        "period": read_period,
        "unit": _unit,
        "source": (lambda text: text) if sources is None else (lambda text: _source(text, sources)),
        **{name: _base(name) for name in ("numerator", "denominator", "n")},
        **_WORDS,
        "text": texts.text_faults,
    }
    return {"value": _value} | {column: _remembering(reader) for column, reader in readers.items()}


def _remembering(reader: Callable) -> Callable:
    results: dict[tuple, object] = {}

    def read(*given: str) -> object:
        if given not in results:
            try:
                results[given] = reader(*given)
            except RawDataError as refused:
                results[given] = refused
        if isinstance(results[given], RawDataError):
            raise results[given]
        return results[given]

    return read


class _Cells:
    """One row's cells, read one by one; what is refused is kept with its column."""

    def __init__(self, cell: dict[str, str]) -> None:
        self.cell = cell
        self.faults: list[Fault] = []

    def read(self, column: str, reader: Callable, *more: object) -> object:
        """Return what `reader` makes of the column's text; None, and a fault, where it refuses."""
        text = self.cell.get(column, "")
        try:
            return reader(text, *more)
        except RawDataError as refused:
            self.faults.append(refused.faults[0].at(column=column, value=refused.faults[0].value or text))
            return None

    def warn(self, column: str, fault: Fault) -> None:
        """Keep a fault with its column and the text found."""
        self.faults.append(fault.at(column=column, value=fault.value or self.cell.get(column, "")))


def _typed_row(cell: dict, readers: dict[str, Callable]) -> tuple[dict, list[Fault]]:
    cells = _Cells(cell)
    entry = cells.read("measure", readers["measure"]) or _ANY
    figure = cells.read("value", readers["value"], cell["unit"], entry)
    row = {
        **cell,
        "measure": entry["measure"],
        "period": cells.read("period", readers["period"], entry["form"]),
        "value": figure.value if figure else _NOTHING,
        "step": figure.step if figure else _NOTHING,
        "unit": cells.read("unit", readers["unit"], entry["unit"]),
        **{name: cells.read(name, readers[name]) for name in _PLAIN if name in cell},
    }
    for column in ("source", "note", "note_nb"):
        for fault in readers["text"](cell.get(column, "")):
            cells.warn(column, fault)
    if figure and figure.scientific:
        remedy = "write all digits"
        cells.warn("value", Fault("number", "is in scientific notation: perhaps rounded", remedy, severity=WARN))
    if not any(fault.severity == REJECT for fault in cells.faults):
        cells.faults.extend(row_faults(row, bool(entry["persons"])))
    return row, cells.faults


_NOTHING: Final = float("nan")
_PLAIN: Final = ("numerator", "denominator", "n", "breakdown", "qualifier", "standing", "published", "source")
# What is held against a row whose measure is not known: nothing.
_ANY: Final = {
    "measure": None,
    "unit": None,
    "form": "",
    "low": _NOTHING,
    "high": _NOTHING,
    "whole": False,
    "log": False,
}


def read_name(text: str, known: Iterable[str]) -> str:
    """Return a measure's name as the register writes it; look-alike letters and invisible marks are not forgiven."""
    if text in known:
        return text
    if not text:
        raise RawDataError([Fault("unknown_id", "no measure is named here", "write its name in every row")])
    strange = sorted({f"U+{ord(c):04X}" for c in text if ord(c) > 126 or ord(c) < 32})
    marks = f" (it holds {', '.join(strange)})" if strange else ""
    raise RawDataError([Fault("unknown_id", f"is no measure{marks}", **suggest(text, known))])


def read_period(text: str, form: str = "") -> str:
    """Return a period's normal form; `form` names the only one taken ("": any)."""
    try:
        period = periods.normalise(text)
    except periods.PeriodError as error:
        raise RawDataError([Fault("period", error.problem, error.remedy)]) from error
    if form and periods.form_of(period) != form:
        raise RawDataError([Fault("period", f"is a {periods.form_of(period)}, not a {form}", "write it as 2024Q1")])
    return period


def _unit(text: str, expected: str | None) -> str:
    unit = _UNIT_ALIASES.get(text.lower(), text.lower())
    if expected is not None and unit != expected.lower():
        raise RawDataError(
            [Fault("unit_mismatch", f"the measure's unit is '{expected}'", "convert the figure or mend the unit")]
        )
    return expected or unit


def _value(text: str, unit: str, entry: dict) -> numerals.Figure:
    figure = read_within(text, entry["low"], entry["high"])
    if figure.percent and _UNIT_ALIASES.get(unit.lower(), unit.lower()) != SHARE_UNIT:
        raise RawDataError(
            [Fault("number", f"is in per cent, the unit is '{unit}'", "write the level, not its growth")]
        )
    if entry["whole"] and figure.value != round(figure.value):
        raise RawDataError(
            [Fault("integer", f"a count of {entry['unit']} is whole", "check the thousands and decimal marks")]
        )
    if entry["log"] and figure.value <= 0:
        remedy = "check the figure, or let the strategy give the measure a linear scale"
        raise RawDataError([Fault("log_scale", "has no place on the logarithmic scale of its measure", remedy)])
    return figure


def read_within(text: str, low: float, high: float) -> numerals.Figure:
    """Return the figure in `text`, which must lie from `low` to `high` (NaN: no bound).

    Of two readings the one with decimals is taken if the bound `high` makes the other impossible.

    Raises:
        RawDataError: when the text has no reading, two possible ones, or lies outside.

    """
    try:
        figure = read_figure(text)
    except NumeralError as error:
        if not error.readings or not error.readings[1].value > high or error.readings[0].value > high:
            raise
        figure = error.readings[0]
    if figure.value < low or figure.value > high:
        bounds = f"from {low:g} to {high:g}" if high == high else f"{low:g} or more"
        raise RawDataError([Fault("range", f"is outside what the measure can be ({bounds})", "check the figure")])
    return figure


def _base(name: str) -> Callable[[str], float]:
    def read(text: str) -> float:
        if text == "":
            return float("nan")
        figure = read_within(text, 0.0, float("nan"))
        if figure.value != round(figure.value):
            raise RawDataError([Fault("integer", f"{name} counts, and is whole", "write the unweighted count")])
        if figure.value == 0 and name != "numerator":
            raise RawDataError(
                [Fault("denominator_zero", "a share or mean of nobody has no value", "leave the row out")]
            )
        return figure.value

    return read


def _listed(words: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text in words:
            return text
        known = [word for word in words if word]
        raise RawDataError([Fault("closed_list", f"is none of: empty, {', '.join(known)}", **suggest(text, known))])

    return read


def _date(text: str) -> pd.Timestamp:
    if norwegian := _DAY_FIRST.fullmatch(text):  # points stand between day, month and year in no other order
        day, month, year = norwegian.groups()
        text = f"{year}-{month:0>2}-{day:0>2}"
    try:
        if periods.form_of(text) == "day":
            return periods.last_day(periods.normalise(text))
    except periods.PeriodError:
        pass
    raise RawDataError([Fault("date", "is no date", "write it as 2024-03-31")])


def _breakdown(text: str) -> str:
    if text and not _BREAKDOWN.fullmatch(text):
        raise RawDataError([Fault("breakdown", "is no breakdown", "write key=value, as in malgruppe=leger or land=NO")])
    return text


def _source(text: str, sources: list[str]) -> str:
    if text not in sources:
        raise RawDataError([Fault("unknown_source", "is not in sources.toml", **suggest(text, sources))])
    return text


_WORDS: Final = {
    "breakdown": _breakdown,
    "qualifier": _listed(QUALIFIERS),
    "standing": _listed(STANDINGS),
    "published": _date,
}


def row_faults(row: dict, persons: bool) -> list[Fault]:
    """Return what is wrong with a typed row as a whole: its share against its base, few persons, period and edition."""
    numerator, denominator = row.get("numerator", float("nan")), row.get("denominator", float("nan"))
    faults = [*_ratio_faults(row, numerator, denominator), *_edition_faults(row)]
    # few persons in a small area are no slip: its page withholds them
    if (
        persons
        and not row.get("area")
        and (few(numerator, denominator) or (row["unit"] != SHARE_UNIT and 0 < row["value"] < FEW))
    ):
        problem = f"rests on fewer than {FEW} persons; it must not be shown as such"
        faults.append(Fault("small_cell", problem, "pool it with its neighbours", column="value", severity=WARN))
    return faults


def few(numerator: ArrayLike, denominator: ArrayLike) -> NDArray:
    """Return whether a share tells about so few persons that they could be known; the one rule, elementwise.

    >>> few([4, 5, 0, 96, 5], [90, 90, 90, 100, 9]).tolist()
    [True, False, False, True, True]
    """
    part, whole = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    rest = whole - part
    return ((part > 0) & (part < FEW)) | ((rest > 0) & (rest < FEW)) | (whole < 2 * FEW)


def _ratio_faults(row: dict, numerator: float, denominator: float) -> list[Fault]:
    share = row["unit"] == SHARE_UNIT
    if denominator != denominator:
        missing = numerator == numerator and share
        problem = "a numerator stands without its denominator"
        fault = Fault("ratio_incomplete", problem, "add the denominator", column="denominator", severity=WARN)
        return [fault] if missing else []
    if numerator != numerator:
        return []
    if numerator > denominator and (share or numerator == row["value"]):
        problem = f"{numerator:.15g} of {denominator:.15g} is more than all"
        return [
            Fault(
                "numerator_gt_denominator",
                problem,
                "are the two swapped?",
                column="numerator",
                value=f"{numerator:.15g}",
            )
        ]
    expected = [100 * numerator / denominator] if share else [numerator, numerator / denominator]
    allowed = max(row["step"] / 2, FINEST if share else 0.0) + 1e-9
    if any(abs(row["value"] - value) <= allowed for value in expected):
        return []
    problem = f"{numerator:.15g} of {denominator:.15g} is {round(expected[0], 2):.15g}"
    return [
        Fault("ratio_mismatch", problem, "mend the value or its base", column="value", value=f"{row['value']:.15g}")
    ]


@lru_cache(maxsize=1024)
def _first_day(period: str) -> pd.Timestamp:
    return pd.Period(period).start_time


def _edition_faults(row: dict) -> list[Fault]:
    if "published" not in row:
        return []
    if _first_day(row["period"]) > row["published"]:
        problem = f"begins after the figure was published ({row['published']:%Y-%m-%d})"
        return [Fault("period", problem, "mend the period or the date", column="period", value=row["period"])]
    return []


def untold(faults: Iterable[Fault], told: Iterable[Fault]) -> list[Fault]:
    """Return the faults of cells that no fault in `told` names already: an uncalculated cell is not also empty."""
    known = {(fault.file, fault.sheet, fault.line, fault.column) for fault in told if fault.column}
    return [fault for fault in faults if (fault.file, fault.sheet, fault.line, fault.column) not in known]


def duplicate_faults(rows: pd.DataFrame, key: tuple[str, ...]) -> list[Fault]:
    """Return a rejection for every row whose `key` stands on an earlier row too; both places are named."""
    first = rows.groupby(list(key), dropna=False)[["file", "line"]].transform("first")
    faults = []
    for position in rows.index[rows.duplicated(list(key))]:
        row, earlier = rows.loc[position], first.loc[position]
        same = "" if row["file"] == earlier["file"] else f"{earlier['file']}, "
        problem = f"the same figure stands on {same}line {earlier['line']} already"
        found = " ".join(str(row[name]) for name in key if row[name] not in ("", None) and name != "published")
        place = {"file": row["file"], "sheet": row["sheet"], "line": row["line"], "value": found}
        faults.append(Fault("duplicate_key", problem, "keep one, or say how they differ", **place))
    return faults


def partition_faults(rows: pd.DataFrame) -> list[Fault]:
    """Return a rejection where the answers of one question (breakdown ``svar=…``) add up to more than all.

    Less than all is no fault: sources often print the answers of interest only.
    """
    answers = rows[
        rows["breakdown"].str.fullmatch(r"svar=[^;]+") & (rows["unit"] == SHARE_UNIT) & (rows["standing"] == "")
    ]
    faults = []
    for _, question in answers.groupby(["measure", "period", "published", "source"], sort=False):
        total, allowed = question["value"].sum(), (question["step"] / 2).sum()
        if total > 100 + allowed + 1e-9:
            row = question.iloc[-1]
            place = {"file": row["file"], "sheet": row["sheet"], "line": row["line"], "column": "value"}
            problem = f"the answers of {row['measure']} {row['period']} add up to {total:.15g} per cent"
            faults.append(Fault("category_sum", problem, "check each of them", value=f"{row['value']:.15g}", **place))
    return faults
