"""Numbers, quantities and statistics as people write them."""

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from analysis.text.catalogues import check_language, look_up, look_up_or_typed, read_table

SPACE: Final = "\u00a0"  # no line ends between a number and its unit
MINUS: Final = "\u2212"

LEAST_P: Final = 0.001  # the smallest printed: smaller ones say more of the model than of the data
_EXACT: Final = 9  # decimals, further than any figure is given

# what two values of a unit differ in; all other units differ in themselves
_DIFFERENCE_UNITS: Final = {"prosent": "prosentpoeng", "skår": "poeng"}
_SIGNS: Final = {"over": "> ", "under": "< ", "circa": "≈ "}


def number(value: float, language: str, decimals: int | None = None) -> str:
    """Return a number as people write it: ``22 200`` and ``28,4`` in Norwegian, ``22,200`` and ``28.4`` in English.

    Parameters
    ----------
    value : float
        Any finite number; halves are rounded away from zero.
    language : str
        One of `LANGUAGES`.
    decimals : int, optional
        Left out, whole numbers show none, others one, and two below one.

    Raises
    ------
    ValueError
        For a missing or infinite value, which has a reason but no number.

    Examples
    --------
    >>> number(22200, "nb"), number(-1.25, "en"), number(0.5, "nb", 2)
    ('22\\xa0200', '−1.3', '0,50')
    """
    if not math.isfinite(value):
        raise ValueError("a missing value has no number to print; say why it is missing")
    # the digits as typed, without what a sum of floats has lost: the binary value of 28.45 lies below it and would be
    # rounded down, and 1.4 - 0.4 is no more than 0.9999999999999999
    exact = Decimal(repr(round(float(value), _EXACT)))
    if decimals is None:
        decimals = 0 if exact == exact.to_integral_value() else 1 if abs(exact) >= 1 else 2
    # Python's own rounding takes halves to the even digit, which readers of statistics do not expect
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{abs(rounded):,}".partition(".")
    thousands, decimal = (look_up("numbers.formats", mark, language) for mark in ("thousands", "decimal"))
    return (MINUS if rounded < 0 else "") + whole.replace(",", thousands) + (decimal + fraction if fraction else "")


def file_size(size: int, language: str) -> str:
    """Return the size of a file in bytes as readers know it, in thousands or millions of bytes.

    Examples
    --------
    >>> file_size(80483, "en"), file_size(2_400_000, "nb")
    ('80 kB', '2,4 MB')
    """
    if size < 1_000_000:
        return f"{number(max(1, round(size / 1000)), language)} kB"
    return f"{number(size / 1_000_000, language, 1)} MB"


def unit(name: str, language: str, count: float = 2) -> str:
    """Return a unit's name in a language.

    Parameters
    ----------
    name : str
        The unit as the data name it, in Norwegian.
    language : str
        One of `LANGUAGES`.
    count : float
        How many there are of it; one takes the singular.

    Returns
    -------
    str
        A unit that has no name is written as typed; `ehelse-status check` lists it.
    """
    table = "numbers.units.one" if abs(count) == 1 else "numbers.units.many"
    return look_up_or_typed(table, name, language, name)


def difference_unit(name: str) -> str:
    """Return the unit in which two values differ: percentage points for per cent, else the unit itself."""
    return _DIFFERENCE_UNITS.get(name, name)


def quantity(value: float, unit_name: str, language: str, qualifier: str = "", decimals: int | None = None) -> str:
    """Return a value with its unit and, where it is a bound or approximate, the word that says so.

    Parameters
    ----------
    value : float
        NaN for a figure that is withheld; no other figure is without a value.
    unit_name : str
        The unit as the data name it, in Norwegian.
    language : str
        One of `LANGUAGES`.
    qualifier : {"", "over", "under", "circa", "derived"}
        How the source states the value.
    decimals : int, optional
        As for `number`.

    Examples
    --------
    >>> quantity(300, "kommuner", "nb", "over")
    'over 300\\xa0kommuner'
    >>> quantity(float("nan"), "kommuner", "nb")
    'holdt tilbake'
    """
    if math.isnan(value):
        return look_up("numbers.formats", "withheld", language)
    written = f"{number(value, language, decimals)}{SPACE}{unit(unit_name, language, value)}"
    return qualified(written, qualifier, language)


def qualified(value: str, qualifier: str, language: str) -> str:
    """Return a printed value with the word that says it is a bound, approximate or derived."""
    return look_up("numbers.qualifiers", qualifier, language, value=value)


def short(value: float, unit_name: str, language: str, qualifier: str = "") -> str:
    """Return a value as it is written beside a point of a picture, with a sign in place of words.

    Examples
    --------
    >>> short(28, "prosent", "en"), short(300, "kommuner", "nb", "over")
    ('28%', '> 300')
    """
    written = percent_sign(value, language) if unit_name == "prosent" else number(value, language)
    return _SIGNS.get(qualifier, "") + written


def spelled(value: float, unit_name: str, language: str) -> str:
    """Return the size of a quantity with whole numbers up to twelve in letters: ``to prosentpoeng``."""
    numerals = read_table("numbers.lists")["numerals"][check_language(language)]
    size = abs(value)
    # the list ends at twelve, as letters do in Norwegian and English running text
    if size != int(size) or size >= len(numerals):
        return quantity(size, unit_name, language)
    by_gender = read_table("numbers.units.numeral").get(unit_name) if size == 1 else None
    numeral = by_gender[language] if by_gender else numerals[int(size)]
    return f"{numeral} {unit(unit_name, language, size)}"


def signed(value: float, unit_name: str, language: str, decimals: int | None = None) -> str:
    """Return a change with its sign and the unit of a difference: ``+2 prosentpoeng``.

    Examples
    --------
    >>> signed(0.23, "prosent", "nb", decimals=1), signed(0.04, "prosent", "nb", decimals=1)
    ('+0,2\\xa0prosentpoeng', '0,0\\xa0prosentpoeng')
    """
    rises = value > 0 and number(value, language, decimals).strip("0.,")  # what is printed as zero has no sign
    return ("+" if rises else "") + quantity(value, difference_unit(unit_name), language, decimals=decimals)


def percent(value: float, language: str, decimals: int | None = None) -> str:
    """Return a percentage in words: ``13,5 prosent``."""
    return quantity(value, "prosent", language, decimals=decimals)


def percent_sign(value: float, language: str, decimals: int | None = None) -> str:
    """Return a percentage as tables show it: ``28 %`` in Norwegian, ``28%`` in English."""
    return look_up("numbers.formats", "percent", language, number=number(value, language, decimals))


def percent_change(old: float, new: float, language: str) -> str:
    """Return the size of a relative change with one decimal: ``13,5 prosent``; the caller's verb says which way.

    Raises
    ------
    ValueError
        When the old value is zero, from which nothing grows in per cent.
    """
    if old == 0:
        raise ValueError("nothing grows in per cent from zero")
    return percent(abs(100 * (new - old) / old), language, 1)


def sample(n: float, language: str) -> str:
    """Return a sample size as ``n = 4 997``."""
    return f"n{SPACE}={SPACE}{number(n, language, 0)}"


def p_value(p: float, language: str) -> str:
    """Return a p-value with three decimals, or as below the smallest printed: ``p = 0,028``, ``p < 0,001``."""
    return f"p{SPACE}{'<' if p < LEAST_P else '='}{SPACE}{p_number(p, language)}"


def p_number(p: float, language: str) -> str:
    """Return the number alone of a p-value: with three decimals, two from 0.1 on, at least the smallest printed."""
    return number(max(p, LEAST_P), language, 3 if p < 0.1 else 2)


def interval(low: float, high: float, language: str) -> str:
    """Return a 95 % interval with one decimal: ``95 % KI 0,2 til 3,8``."""
    ends = {"low": number(low, language, 1), "high": number(high, language, 1)}
    return look_up("numbers.formats", "interval", language, **ends)


def probability(p: float, language: str) -> str:
    """Return a probability as a whole percentage, never 0 or 100."""
    # no sample makes a colour certain or impossible
    sign = "<" if p < 0.01 else ">" if p > 0.99 else ""
    return sign + percent_sign(100 * min(max(p, 0.01), 0.99), language, 0)
