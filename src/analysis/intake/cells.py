"""What one cell of a table of figures may hold: a reader for each column, which gives the value or refuses the text."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from analysis.core import periods
from analysis.core.faults import RawDataError, refusal
from analysis.core.names import plain_name, suggest
from analysis.core.units import SHARE_UNIT
from analysis.intake.numerals import Figure, NumeralError, read_figure

QUALIFIERS: Final = ("", "over", "under", "circa", "derived")
STANDINGS: Final = ("", "conflict", "excluded")
_SHARES: Final = ("%", "pst", "pst.", "per cent", "percent")
_DAY_FIRST: Final = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})")
_SLASHED: Final = re.compile(r"(\d\d?)[/-](\d\d?)[/-](\d{4})")
BREAKDOWN_LIMIT: Final = 200  # characters: it is part of file names, captions and alternative texts
_GROUP: Final = "[A-Za-z0-9][A-Za-z0-9_+.-]*"
_PAIR: Final = f"[a-z][a-z0-9-]*={_GROUP}"
_BREAKDOWN: Final = re.compile(f"{_PAIR}(;{_PAIR})*")


def read_name(text: str, names: Iterable[str]) -> str:
    """Return a measure's name, which must be written as in the register.

    Parameters
    ----------
    text : str
        The cell.
    names : iterable of str
        The measures.

    Returns
    -------
    str

    Raises
    ------
    RawDataError
        For any other text, look-alike letters and invisible marks among them.

    """
    if text in names:
        return text
    if not text:
        raise refusal("unknown_id", "no measure is named here", "write its name in every row")
    strange = sorted({f"U+{ord(c):04X}" for c in text if ord(c) > 126 or ord(c) < 32})
    marks = f" (it holds {', '.join(strange)})" if strange else ""
    raise refusal("unknown_id", f"is no measure{marks}", **suggest(text, names))


def read_period(text: str, form: str = "") -> str:
    """Return a period in normal form.

    Parameters
    ----------
    text : str
        The cell.
    form : {"", "year", "quarter", "month", "day"}
        The only form allowed; "" allows any.

    Returns
    -------
    str

    Raises
    ------
    RawDataError
        For a text that is no period, or one of another form.

    """
    try:
        period = periods.normalise(text)
    except periods.PeriodError as error:
        raise refusal("period", error.problem, error.remedy) from error
    if form and periods.form_of(period) != form:
        raise refusal("period", f"is a {periods.form_of(period)}, not a {form}", "write it as 2024Q1")
    return period


def read_unit(text: str, expected: str | None) -> str:
    """Return the unit of a figure; `expected` is its measure's (None: the measure is not known, and any unit passes).

    Raises
    ------
    RawDataError
        For another unit than the measure's.

    """
    if expected is not None and _unit(text) != expected.lower():
        raise refusal("unit_mismatch", f"the measure's unit is '{expected}'", "convert the figure or correct the unit")
    return expected or _unit(text)


def _unit(text: str) -> str:
    return SHARE_UNIT if text.lower() in _SHARES else text.lower()


def read_value(text: str, unit: str, measure: Mapping) -> Figure:
    """Return the figure of a measure.

    Parameters
    ----------
    text, unit : str
        The cell, and the one with its unit.
    measure : mapping
        low, high, whole, log and unit, as in a row of `rules.register_of`.

    Returns
    -------
    Figure

    Raises
    ------
    RawDataError
        For a text without exactly one reading, and for a figure that the measure cannot have.

    """
    figure = read_within(text, measure["low"], measure["high"])
    if figure.percent and _unit(unit) != SHARE_UNIT:
        raise refusal("number", f"is in per cent, the unit is '{unit}'", "write the level, not its growth")
    if measure["whole"] and figure.value != round(figure.value):
        remedy = "check the thousands and decimal marks"
        raise refusal("integer", f"a count of {measure['unit']} is whole", remedy)
    if measure["log"] and figure.value <= 0:
        remedy = "check the figure, or let the strategy give the measure a linear scale"
        raise refusal("log_scale", "has no place on the logarithmic scale of its measure", remedy)
    return figure


def read_within(text: str, low: float, high: float) -> Figure:
    """Return the figure in a text, which must lie within bounds.

    Parameters
    ----------
    text : str
        The cell.
    low, high : float
        The bounds, themselves allowed; NaN where there is none.

    Returns
    -------
    Figure
        Of two readings the one with decimals, where the bound `high` makes the other impossible.

    Raises
    ------
    RawDataError
        When the text has no reading, two possible ones, or lies outside.

    """
    try:
        figure = read_figure(text)
    except NumeralError as error:
        if not error.readings or not error.readings[1].value > high or error.readings[0].value > high:
            raise
        figure = error.readings[0]
    if problem := outside_bounds(figure.value, low, high):
        raise refusal("range", problem, "check the figure")
    return figure


def outside_bounds(value: float, low: float, high: float) -> str:
    """Return what is wrong with a value outside bounds, NaN where there is none; "" for one within them."""
    if not (value < low or value > high):
        return ""
    bounds = f"from {low:g} to {high:g}" if high == high else f"{low:g} or more"
    return f"is outside what the measure can be ({bounds if low == low else f'{high:g} or less'})"


def read_count(text: str, name: str) -> float:
    """Return the count of a column called `name` (numerator, denominator or n), NaN where the cell is empty.

    Raises
    ------
    RawDataError
        For a figure that is negative or no whole number, and for a denominator or n of zero.

    """
    if text == "":
        return float("nan")
    count = read_within(text, 0.0, float("nan")).value
    if count != round(count):
        raise refusal("integer", f"{name} counts, and is whole", "write the unweighted count")
    if count == 0 and name != "numerator":
        raise refusal("denominator_zero", "a share or mean of nobody has no value", "leave the row out")
    return count


def read_word(text: str, words: tuple[str, ...]) -> str:
    """Return a word of a closed list; "" is one of them.

    Raises
    ------
    RawDataError
        For any other text.

    """
    if text in words:
        return text
    choices = [word for word in words if word]
    raise refusal("closed_list", f"is none of: empty, {', '.join(choices)}", **suggest(text, choices))


def read_date(text: str) -> pd.Timestamp:
    """Return the day of publication, written as 2024-03-31 or, as Norwegian spreadsheets do, 31.03.2024.

    Between slashes or hyphens the day comes first in some countries and the month in others: no such date is read.

    Raises
    ------
    RawDataError
        For any other text.

    """
    if norwegian := _DAY_FIRST.fullmatch(text):  # with points between them, the day is first everywhere
        day, month, year = norwegian.groups()
        text = f"{year}-{month:0>2}-{day:0>2}"
    try:
        return periods.last_day(read_period(text, "day"))
    except RawDataError as error:
        remedy = "write it as 2024-03-31"
        if slashed := _SLASHED.fullmatch(text):
            one, other, year = slashed.groups()
            days = [f"{year}-{month:0>2}-{day:0>2}" for day, month in ((one, other), (other, one)) if int(month) <= 12]
            remedy = f"write {' or '.join(dict.fromkeys(days)) or '2024-03-31'}: countries differ in what comes first"
        raise refusal("date", "is no date", remedy) from error


def read_breakdown(text: str) -> str:
    """Return a breakdown, ``key=value`` pairs with semicolons between; "" is the whole.

    Raises
    ------
    RawDataError
        For any other text.

    """
    if len(text) > BREAKDOWN_LIMIT:
        raise refusal("breakdown", f"is longer than {BREAKDOWN_LIMIT} characters", "shorten the names of its groups")
    if text and not _BREAKDOWN.fullmatch(text):
        pairs = [pair.partition("=") for pair in text.split(";")]
        plain = ";".join(f"{plain_name(key)}={group_name(value.strip())}" for key, _, value in pairs)
        example = plain if _BREAKDOWN.fullmatch(plain) else "malgruppe=leger or land=NO"
        raise refusal("breakdown", "is no breakdown", f"write key=value, as in {example}")
    return text


def group_name(text: str) -> str:
    """Return a group as a breakdown names it: as it is written where that can be read, else in plain letters.

    Examples
    --------
    >>> group_name("16-24"), group_name("Nord Norge"), group_name("-1")
    ('16-24', 'nord-norge', '-1')

    """
    # a number is a code, and would be another one without its sign
    return text if re.fullmatch(rf"{_GROUP}|[-+]?[0-9.,]+", text) else plain_name(text)


def read_source(text: str, sources: Iterable[str] | None) -> str:
    """Return the source of a figure, which must be one of `sources`; None lets any text pass.

    Raises
    ------
    RawDataError
        For any other text.

    """
    if sources is not None and text not in sources:
        raise refusal("unknown_source", "is not in sources.toml", **suggest(text, sources))
    return text
