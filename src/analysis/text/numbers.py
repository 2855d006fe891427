"""Numbers, quantities, dates and statistics as people write them."""

import math
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from analysis.core.names import nearest
from analysis.core.periods import form_of
from analysis.text.books import (
    COUNTING,
    DIFFERENCE,
    MINUS,
    MONTHS,
    QUALIFIERS,
    SPACE,
    UNITS,
    WITHHELD,
    Both,
    WordError,
    known,
    say,
)


def file_size(size: int, language: str) -> str:
    """Return the size of a file in bytes as readers know it, in thousands or millions of bytes.

    >>> file_size(80483, "en"), file_size(2_400_000, "nb")
    ('80 kB', '2,4 MB')

    """
    if size < 1_000_000:
        return f"{number(max(1, round(size / 1000)), language)} kB"
    return f"{number(size / 1_000_000, language, 1)} MB"


def number(value: float, language: str, decimals: int | None = None) -> str:
    """Return a number as people write it: ``22 200`` and ``28,4`` in Norwegian, ``22,200`` and ``28.4`` in English.

    Rounded half away from zero to `decimals`; left out, whole numbers show none, others one, and two below one.

    >>> number(22200, "nb"), number(-1.25, "en"), number(0.5, "nb", 2)
    ('22\\xa0200', '−1.3', '0,50')

    Raises:
        ValueError: for a missing or infinite value, which has a reason but no number.

    """
    if not math.isfinite(value):
        raise ValueError("a missing value has no number to print; say why it is missing")
    exact = Decimal(repr(float(value)))
    if decimals is None:
        decimals = 0 if exact == exact.to_integral_value() else 1 if abs(exact) >= 1 else 2
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    whole, _, part = f"{abs(rounded):,}".partition(".")
    thousands, point = {"nb": (SPACE, ","), "en": (",", ".")}[known(language)]
    return (MINUS if rounded < 0 else "") + whole.replace(",", thousands) + (point + part if part else "")


def unit(name: str, language: str, count: float = 2) -> str:
    """Return a unit's name in a language, singular when `count` is one.

    Raises:
        WordError: for a unit nobody has named.

    """
    if name not in UNITS:
        raise WordError(f"units: nobody has put '{name}' into words{nearest(name, UNITS)}")
    return getattr(UNITS[name], f"{known(language)}_{'one' if abs(count) == 1 else 'many'}")


def difference_unit(name: str) -> str:
    """Return the unit in which two values differ: percentage points for per cent, else the unit itself."""
    return DIFFERENCE.get(name, name)


def quantity(value: float, unit_name: str, language: str, qualifier: str = "", decimals: int | None = None) -> str:
    """Return a value with its unit and, where it is a bound or approximate, the word that says so.

    >>> quantity(300, "kommuner", "nb", "over")
    'over 300\\xa0kommuner'
    >>> quantity(float("nan"), "kommuner", "nb")
    'holdt tilbake'

    Only a figure that is withheld has no value.
    """
    if math.isnan(value):
        return getattr(WITHHELD, known(language))
    shown = f"{number(value, language, decimals)}{SPACE}{unit(unit_name, language, value)}"
    return qualified(shown, qualifier, language)


def qualified(shown: str, qualifier: str, language: str) -> str:
    """Return a printed value with the word that says it is a bound, approximate or derived."""
    return say(QUALIFIERS, qualifier, language, "qualifiers").format(shown)


def spelled(value: float, unit_name: str, language: str) -> str:
    """Return a quantity with whole numbers up to twelve in letters, as in running text: ``to prosentpoeng``."""
    words = getattr(COUNTING, known(language)).split()
    size = abs(value)
    if size != int(size) or size >= len(words):
        return quantity(size, unit_name, language)
    word = UNITS[unit_name].one if language == "nb" and size == 1 and unit_name in UNITS else words[int(size)]
    return f"{word} {unit(unit_name, language, size)}"


def signed(value: float, unit_name: str, language: str, decimals: int | None = None) -> str:
    """Return a change with its sign and the unit of a difference: ``+2 prosentpoeng``.

    >>> signed(0.23, "prosent", "nb", decimals=1)
    '+0,2\\xa0prosentpoeng'
    """
    return ("+" if value > 0 else "") + quantity(value, difference_unit(unit_name), language, decimals=decimals)


def percent(value: float, language: str, decimals: int | None = None) -> str:
    """Return a percentage in words: ``13,5 prosent``."""
    return quantity(value, "prosent", language, decimals=decimals)


def percent_sign(value: float, language: str, decimals: int | None = None) -> str:
    """Return a percentage as tables show it: ``28 %`` in Norwegian, ``28%`` in English."""
    return number(value, language, decimals) + {"nb": f"{SPACE}%", "en": "%"}[language]


def percent_change(old: float, new: float, language: str) -> str:
    """Return the relative change from old to new, with one decimal: ``13,5 prosent``; the sign is the caller's verb.

    Raises:
        ValueError: when the old value is zero, from which nothing grows in per cent.

    """
    if old == 0:
        raise ValueError("nothing grows in per cent from zero")
    return percent(abs(100 * (new - old) / old), language, 1)


def sample(n: float, language: str) -> str:
    """Return a sample size as ``n = 4 997``."""
    return f"n{SPACE}={SPACE}{number(n, language, 0)}"


def p_value(p: float, language: str) -> str:
    """Return a p-value with three decimals, or as below the smallest printed: ``p = 0,028``, ``p < 0,001``."""
    if p < 0.001:
        return f"p{SPACE}<{SPACE}{number(0.001, language, 3)}"
    return f"p{SPACE}={SPACE}{number(p, language, 3 if p < 0.1 else 2)}"


def interval(low: float, high: float, language: str) -> str:
    """Return a 95 % interval with one decimal: ``95 % KI 0,2 til 3,8``."""
    form = Both(f"95{SPACE}%{SPACE}KI {{}} til {{}}", f"95%{SPACE}CI {{}} to {{}}")
    return getattr(form, known(language)).format(number(low, language, 1), number(high, language, 1))


def probability(p: float, language: str) -> str:
    """Return a probability as a whole percentage, never 0 or 100."""
    bounded = min(max(p, 0.01), 0.99)
    sign = "<" if p < 0.01 else ">" if p > 0.99 else ""
    return sign + percent_sign(100 * bounded, language, 0)


def period(text: str, language: str) -> str:
    r"""Return a period of measurement as people say it.

    >>> period("2024Q1", "nb"), period("2023-12", "en"), period("2023-12-31", "nb"), period("2023", "en")
    ('1. kvartal 2024', 'December 2023', '31.\xa0desember 2023', '2023')
    """
    form, year = form_of(text), text[:4]
    if form == "year":
        return year
    if form == "quarter":
        return {"nb": f"{text[5]}. kvartal {year}", "en": f"Q{text[5]} {year}"}[known(language)]
    month = getattr(MONTHS, known(language)).split()[int(text[5:7]) - 1]
    if form == "month":
        return f"{month} {year}"
    return f"{int(text[8:])}{'.' if language == 'nb' else ''}{SPACE}{month} {year}"


def within(text: str, language: str) -> str:
    r"""Return when something was measured: in a year, quarter or month, but on a day.

    >>> within("2023", "nb"), within("2023-12-31", "nb"), within("2023-12-31", "en")
    ('i 2023', 'per 31.\xa0desember 2023', 'on 31\xa0December 2023')
    """
    before = Both("per", "on") if form_of(text) == "day" else Both("i", "in")
    return f"{getattr(before, known(language))} {period(text, language)}"


def date(day: pd.Timestamp | str, language: str) -> str:
    """Return a day as people write it, its number never parted from its month: ``31. mars 2024``."""
    return period(pd.Timestamp(day).date().isoformat(), language)
