"""What a quarter is, and what a period of measurement is.

A report has a *quarter*, written ``2024Q1``. A measurement has a *period* in one of four normal forms, from long to
short: ``2023`` (year), ``2024Q1`` (quarter), ``2023-12`` (month), ``2023-12-31`` (day). Time on an axis or in a rate is
in decimal years, see `decimal_year`.
"""

import re
from functools import lru_cache
from typing import Final

import pandas as pd

from analysis.core.clock import today
from analysis.core.errors import ExplainedError

QUARTER: Final = re.compile(r"(?P<year>\d{4})Q(?P<quarter>[1-4])")
EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2060  # targets lie ahead of us; measurements later than the report are refused elsewhere

_FORMS: Final = {
    "year": re.compile(r"(?P<year>\d{4})"),
    "quarter": QUARTER,
    "month": re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])"),
    "day": re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>\d{2})"),
}
_FREQUENCY: Final = {"year": "Y", "quarter": "Q", "month": "M", "day": "D"}

# Spellings of a quarter with one reading only: Statistics Norway's K, Norwegian words, the quarter first. Dates such as
# 01.02.2024 are left out, for in other countries the month comes first.
_QUARTER_SPELLINGS: Final = (
    re.compile(r"(?P<year>\d{4})[\s-]*[QqKk](?P<quarter>[1-4])"),
    re.compile(r"[QqKk](?P<quarter>[1-4])[\s-]*(?P<year>\d{4})"),
    re.compile(r"(?P<quarter>[1-4])\.\s*kvartal\s+(?P<year>\d{4})", re.IGNORECASE),
)


class PeriodError(ExplainedError, ValueError):
    """A text that is no quarter or period in a form with one reading.

    Parameters
    ----------
    text : str
        The text as written.
    problem : str
        What is wrong with it, as the rest of a sentence that begins with the text.
    remedy : str
        What to write instead.

    """

    def __init__(self, text: str, problem: str, remedy: str) -> None:
        self.text, self.problem, self.remedy = text, problem, remedy
        super().__init__(text, problem, remedy)

    def __str__(self) -> str:
        """Return the problem and its remedy in one sentence."""
        return f"'{self.text}' {self.problem}; {self.remedy}"


def form_of(period: str) -> str:
    """Return ``year``, ``quarter``, ``month`` or ``day``: the normal form in which `period` is written.

    Raises
    ------
    PeriodError
        For any other text.

    Examples
    --------
    >>> form_of("2023"), form_of("2024Q1"), form_of("2023-12"), form_of("2023-12-31")
    ('year', 'quarter', 'month', 'day')

    """
    for form, pattern in _FORMS.items():
        if pattern.fullmatch(period):
            return form
    raise PeriodError(period, "is no period", "write 2023, 2024Q1, 2023-12 or 2023-12-31")


def normalise(text: str) -> str:
    """Return the normal form of a period as people write it; the spelling must have one reading.

    Parameters
    ----------
    text : str
        A normal form, or a quarter as in the examples; blanks around it are left out.

    Returns
    -------
    str
        The period in normal form.

    Raises
    ------
    PeriodError
        For texts with none or several readings, impossible dates, and years outside 2000-2060.

    Examples
    --------
    >>> normalise("Q1 2024"), normalise("2024K1"), normalise("1. kvartal 2024"), normalise(" 2023 ")
    ('2024Q1', '2024Q1', '2024Q1', '2023')

    """
    period = text.strip(" \t\u00a0\u202f")
    for spelling in _QUARTER_SPELLINGS:
        if match := spelling.fullmatch(period):
            period = f"{match['year']}Q{match['quarter']}"
    form = form_of(period)
    try:
        year = pd.Period(period, freq=_FREQUENCY[form]).year
    except ValueError as error:
        raise PeriodError(text, "is not a date of the calendar", "check it") from error
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise PeriodError(text, f"lies outside {EARLIEST_YEAR}-{LATEST_YEAR}", "is the year right?")
    return period


def quarter_of(text: str) -> pd.Period:
    """Return the quarter of a report, written as ``2024Q1``.

    Raises
    ------
    PeriodError
        Unless `text` is exactly four digits, Q and 1-4, within 2000-2060.

    Examples
    --------
    >>> quarter_of("2024Q1").end_time.date()
    datetime.date(2024, 3, 31)

    """
    if not QUARTER.fullmatch(str(text)):
        raise PeriodError(str(text), "is no quarter", "write the year, Q and 1-4, as in 2024Q1")
    return pd.Period(normalise(str(text)), freq="Q")


def begun(quarter: str) -> pd.Period:
    """Return a quarter that has begun.

    Raises
    ------
    PeriodError
        When it is no quarter, or its first day is after today.

    """
    period = quarter_of(quarter)
    if period.start_time.date() > today():
        raise PeriodError(str(quarter), f"begins on {period.start_time.date()}", "name a quarter that has begun")
    return period


@lru_cache(maxsize=1024)  # figures by the hundred thousand have a few hundred periods
def first_day(period: str) -> pd.Timestamp:
    """Return the first day of a period in normal form, at midnight.

    Examples
    --------
    >>> first_day("2024Q1"), first_day("2023")
    (Timestamp('2024-01-01 00:00:00'), Timestamp('2023-01-01 00:00:00'))

    """
    return pd.Period(period, freq=_FREQUENCY[form_of(period)]).start_time


def last_day(period: str) -> pd.Timestamp:
    """Return the last day of a period in normal form, at midnight.

    Examples
    --------
    >>> last_day("2024Q1"), last_day("2023-02")
    (Timestamp('2024-03-31 00:00:00'), Timestamp('2023-02-28 00:00:00'))

    """
    return pd.Period(period, freq=_FREQUENCY[form_of(period)]).end_time.normalize()


def as_of_date(quarter: str, as_of: str | None = None) -> pd.Timestamp:
    """Return the day up to which publications count.

    Parameters
    ----------
    quarter : str
        The quarter of the report; its last day counts unless `as_of` is there.
    as_of : str, optional
        An ISO date.

    Returns
    -------
    pandas.Timestamp
        Midnight of the day.

    Raises
    ------
    PeriodError
        When `as_of` is no ISO date, or `quarter` no quarter.

    """
    if as_of is None:
        return quarter_of(quarter).end_time.normalize()
    if form_of(as_of) != "day":
        raise PeriodError(as_of, "is no date", "write it as 2024-03-31")
    return last_day(normalise(as_of))


def day_of(as_of: str) -> pd.Timestamp:
    """Return the day that a quarter (its last) or an ISO date names; raises PeriodError as `as_of_date` does."""
    return as_of_date(as_of) if QUARTER.fullmatch(as_of) else as_of_date("", as_of)


def decimal_year(period: str, timing: str) -> float:
    """Return a period's place on the time axis, see docs/method.md, "What is compared with what".

    Parameters
    ----------
    period : str
        A period in normal form.
    timing : {"average", "stock"}
        Surveys and flows are averages, and their years sit at the middle; the years of stocks sit at the end. Shorter
        periods sit at their end either way.

    Returns
    -------
    float
        Decimal year: the end of 2023 is 2024.0.

    Examples
    --------
    >>> decimal_year("2022", "average"), decimal_year("2022", "stock"), decimal_year("2024Q1", "average")
    (2022.5, 2023.0, 2024.25)

    """
    form = form_of(period)
    year = int(period[:4])
    if form == "year":
        return year + {"average": 0.5, "stock": 1.0}[timing]
    if form == "quarter":
        return year + int(period[-1]) / 4
    if form == "month":
        return year + int(period[5:]) / 12
    day = last_day(period)
    return year + day.day_of_year / (366 if day.is_leap_year else 365)
