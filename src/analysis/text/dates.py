"""Periods of measurement and days as people write them."""

import pandas as pd

from analysis.core.periods import form_of
from analysis.text.catalogues import check_language, look_up, read_table


def period(text: str, language: str) -> str:
    r"""Return a period of measurement as people say it.

    Parameters
    ----------
    text : str
        Year, quarter, month or day: ``2023``, ``2024Q1``, ``2023-12``, ``2023-12-31``.
    language : str
        One of `LANGUAGES`.

    Raises
    ------
    PeriodError
        For a text that is no period.

    Examples
    --------
    >>> period("2024Q1", "nb"), period("2023-12", "en"), period("2023-12-31", "nb"), period("2023", "en")
    ('1. kvartal 2024', 'December 2023', '31.\xa0desember 2023', '2023')
    """
    form, year, rest = form_of(text), text[:4], text[5:]
    if form == "quarter":
        return look_up("numbers.formats", form, language, year=year, quarter=rest)
    month, _, day = rest.partition("-")
    months = read_table("numbers.lists")["months"][check_language(language)]
    name = months[int(month) - 1] if month else ""
    return look_up("numbers.formats", form, language, year=year, month=name, day=day.lstrip("0"))


def within(text: str, language: str) -> str:
    r"""Return when something was measured: in a year, quarter or month, but on a day.

    Parameters
    ----------
    text : str
        A period, as for `period`.
    language : str
        One of `LANGUAGES`.

    Examples
    --------
    >>> within("2023", "nb"), within("2023-12-31", "nb"), within("2023-12-31", "en")
    ('i 2023', 'per 31.\xa0desember 2023', 'on 31\xa0December 2023')
    """
    # a stock is of a day, an average of the time it was measured in
    key = "on_day" if form_of(text) == "day" else "in_period"
    return look_up("numbers.formats", key, language, period=period(text, language))


def date(day: pd.Timestamp | str, language: str) -> str:
    """Return a day as people write it, its number never parted from its month: ``31. mars 2024``."""
    return period(pd.Timestamp(day).date().isoformat(), language)
