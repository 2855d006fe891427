"""The one strict parser of figures: Norwegian and international habits, one reading or none.

`float`, `int` and guessing readers take ``22_900``, Arabic digits and ``22.200`` without a word. Here a text has
exactly one reading and that number comes out, or it is refused and both readings are named.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from analysis.core.faults import Fault, RawDataError
from analysis.intake import RECOGNISED

SPACES: Final = "\u0020\u00a0\u202f\u2009"  # plain, no-break, narrow no-break, thin: all are used between thousands
LONGEST_POWER: Final = 300  # of ten; beyond this not even the step of a last digit can be held
EXACT: Final = 2**53  # whole numbers beyond this are not exact in floating point

_SIGN = r"(?P<sign>[+-]?)"
_PLAIN = re.compile(rf"{_SIGN}(?P<whole>0|[1-9][0-9]*)(?:[.,](?P<part>[0-9]+))?")
_GROUPED = re.compile(  # by one kind of blank, or by points before a decimal comma, or the reverse
    rf"{_SIGN}(?P<whole>[1-9][0-9]{{0,2}}(?P<between>[{SPACES}.,])[0-9]{{3}}(?:(?P=between)[0-9]{{3}})*)"
    r"(?:(?!(?P=between))[.,](?P<part>[0-9]+))?"
)
_SCIENTIFIC = re.compile(rf"{_SIGN}(?P<whole>[0-9])(?:[.,](?P<part>[0-9]+))?[eE](?P<power>[+-]?[0-9]{{1,3}})")
# One mark with three digits after it: 22.200 is 22.2 in English and 22 200 in Norwegian, and 22,200 the reverse.
_TWO_READINGS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_PERCENT = re.compile(rf"[{SPACES}]?%\Z")

_MISSING = {"", "na", "n/a", "n.a.", "null", "none", "nan", "mangler", "ukjent", "ikke svar"}
_SIGNS = RECOGNISED["no_figure"]
_NO_FIGURES = [(re.compile(pattern, re.IGNORECASE), *words) for pattern, *words in RECOGNISED["no_figures"]]


@dataclass(frozen=True)
class Figure:
    """The one reading of a text.

    Parameters
    ----------
    value : float
        The number.
    step : float
        The size of its last digit: 0.1 for 28.4.
    percent : bool
        Whether a % sign was behind it.
    scientific : bool
        Whether it was written as a power of ten.

    """

    value: float
    step: float
    percent: bool = False
    scientific: bool = False


class NumeralError(RawDataError):
    """A text that is no figure, or several; `readings` has both where there are two."""

    def __init__(self, faults: Iterable[Fault], readings: tuple[Figure, ...] = ()) -> None:
        super().__init__(faults)
        self.readings = readings


def read_figure(text: str) -> Figure:
    """Return the one number that a text can mean.

    Parameters
    ----------
    text : str
        Digits with a point or comma as decimal mark, blanks (or the other mark, twice or with decimals) between
        thousands, a sign, a power of ten, a % sign.

    Returns
    -------
    Figure

    Raises
    ------
    NumeralError
        For everything else; for ``22.200`` and ``22,200`` with both readings.

    Examples
    --------
    >>> read_figure("28,4").value, read_figure("22 900").value, read_figure("1.022.900").value
    (28.4, 22900.0, 1022900.0)

    """
    stripped = text.strip(f"{SPACES}\t\r\n")
    body = _PERCENT.sub("", stripped)
    percent = body != stripped
    if _TWO_READINGS.fullmatch(body):
        whole, part = re.split("[.,]", body)
        small, large = float(f"{whole}.{part}"), float(f"{whole}{part}")
        problem = f"has two readings, {small:g} and {int(large)}"
        remedy = f"write {int(large)} without a mark, or {body.replace(',', '.')}0 with another decimal"
        fault = Fault("number_ambiguous", problem, remedy, value=text)
        raise NumeralError([fault], (Figure(small, 0.001, percent), Figure(large, 1.0, percent)))
    for pattern in (_PLAIN, _GROUPED):
        if match := pattern.fullmatch(body):
            whole, part = re.sub(r"[^0-9]", "", match["whole"]), match["part"] or ""
            value = float(f"{match['sign']}{whole}.{part or '0'}")
            if abs(value) >= EXACT:
                fault = Fault("range", "is beyond what can be held exactly", "check the figure", value=text)
                raise NumeralError([fault])
            return Figure(value, 10.0 ** -len(part), percent)
    if match := _SCIENTIFIC.fullmatch(body):
        part, power = match["part"] or "", int(match["power"])
        value = float(f"{match['sign']}{match['whole']}.{part or '0'}e{power}")
        vanished = value == 0 and (match["whole"] + part).strip("0")  # too small for a float, and read as zero
        if abs(value) >= EXACT or power > LONGEST_POWER or vanished:
            fault = Fault("finite", "is no finite figure that can be held exactly", "check it", value=text)
            raise NumeralError([fault])
        return Figure(value, 10.0 ** (power - len(part)), percent, scientific=True)
    raise NumeralError([_explain(text, stripped)])


def is_missing(text: str) -> bool:
    """Return whether `text` is empty or a word for missing (NA, null, nan …): never a number, never zero."""
    return text.strip(f"{SPACES}\t\r\n").lower() in _MISSING


def written(value: float) -> str:
    """Return a number as a text with exactly one reading, for figures that arrive as numbers (Excel, SPSS).

    Examples
    --------
    >>> written(22900.0), written(28.4), written(4.125)
    ('22900', '28.4', '4.1250')

    """
    if abs(value) < EXACT and value == int(value):
        return str(int(value))
    text = f"{Decimal(repr(value)):f}" if 1e-9 < abs(value) < EXACT else repr(value)
    return f"{text}0" if _TWO_READINGS.fullmatch(text) else text


def _explain(text: str, stripped: str) -> Fault:
    """Return why a text is no figure: the commonest causes have remedies of their own."""
    if is_missing(stripped):
        return Fault("missing_value", "no figure is here", "write the figure, or leave the row out", value=text)
    if stripped.lower() in _SIGNS:
        meaning = _SIGNS[stripped.lower()]
        return Fault("number", f"is a sign ({meaning} in some tables) and no figure", "leave the row out", value=text)
    explained = (words for pattern, *words in _NO_FIGURES if pattern.fullmatch(stripped))
    rule, problem, remedy = next(explained)  # the last pattern fits any text
    return Fault(rule, problem, remedy, value=text)
