"""What figures without a target allow to be said: a change with its interval, a level, and the ambitions they meet."""

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import pandas as pd

from analysis.text.catalogues import look_up
from analysis.text.dates import period
from analysis.text.numbers import interval, number, percent_sign, qualified, quantity, signed

Row = Mapping[str, Any] | pd.Series
_text = partial(look_up, "sentences.direction")

LARGE: Final = 1000  # from here on a tenth says nothing


def change_since_first(row: Row, unit: str, language: str) -> str:
    """Return the change that decides a direction, with its 95 % interval or why there is none.

    Parameters
    ----------
    row : mapping or Series
        A row of `assess` or `assess_measures` with a direction.
    unit : str
        Unit of the measure, as the strategy names it.
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    str
        ``+2 prosentpoeng fra 2022 til 2023 (95 % KI 0,2 til 3,8)``; empty without a change.
    """
    if pd.isna(row["direction_change"]):
        return ""
    ends = row["direction_low"], row["direction_high"]
    return _text(
        "change",
        language,
        size=signed(row["direction_change"], unit, language),
        first=period(row["direction_first_period"], language),
        latest=period(row["latest_period"], language),
        detail=_uncertainty(*ends, row["direction_basis"] == "k_of_n", language),
    )


def level(row: Row, promise: Row, language: str) -> str:
    """Return a single figure with its 95 % interval, and from which ambition it would be met.

    Parameters
    ----------
    row : mapping or Series
        A row of `assess` or `assess_measures` joined to the measure's trend.
    promise : mapping or Series
        The measure's row of ``strategy.measures``.
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    str
        Empty without a figure.
    """
    if pd.isna(row["latest_value"]):
        return ""
    direction, qualifier = promise["direction"], row["latest_qualifier"]
    exact = quantity(row["latest_value"], promise["unit"], language)
    detail = _uncertainty(row["level_low"], row["level_high"], not promise["basis"].startswith("survey"), language)
    value, when = qualified(exact, qualifier, language), period(row["latest_period"], language)
    sentences = [_text("level", language, value=value, period=when, detail=detail)]
    # a bound on the wrong side leaves open whether any ambition is met
    if direction and qualifier != ("under" if direction > 0 else "over"):
        sentences.append(_text("met_up" if direction > 0 else "met_down", language, value=exact))
    return " ".join(sentences)


def break_even(row: Row, promise: Row, year: int, language: str) -> str:
    """Return up to which ambition for the strategy's year a change would be green, and yellow.

    Parameters
    ----------
    row : mapping or Series
        A row of `assess` or `assess_measures`, with break_even_green and break_even_yellow.
    promise : mapping or Series
        The measure's row of ``strategy.measures``.
    year : int
        The strategy's last year.
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    str
        ``Grønn om ambisjonen for 2025 er høyst 32,3 %, gul opp til 36 %.``; empty where there is no such ambition.

    References
    ----------
    docs/method.md, section 7.
    """
    ends = [row["break_even_green"], row["break_even_yellow"]]
    if any(pd.isna(ends)):
        return ""
    unit, rounded = promise["unit"], [round(end, 1 if abs(end) < LARGE else 0) for end in ends]
    green, yellow = (percent_sign(e, language) if unit == "prosent" else quantity(e, unit, language) for e in rounded)
    key = "break_even_up" if promise["direction"] > 0 else "break_even_down"
    return _text(key, language, year=year, green=green, yellow=yellow)


def base(row: Row, language: str) -> str:
    """Return what the figures of a goal or the strategy rest on: how many of its indicators have a target, and so on.

    Parameters
    ----------
    row : mapping or Series
        A row of `assess` with base_parts, base_target, base_direction, base_one_figure and base_none.
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    str
        ``av 15 indikatorer har 1 et mål, 5 en retning, 6 bare én måling, 3 ingen av delene``; of none nothing is said.
    """
    whole = int(row["base_parts"])
    numbers = {part: int(row[f"base_{part}"]) for part in ("target", "direction", "one_figure", "none")}
    if whole == 1:
        return "".join(_text(f"one_{part}", language) for part, n in numbers.items() if n)
    counted = (_text(f"base_{part}", language, count=number(n, language)) for part, n in numbers.items() if n)
    return _text("base", language, parts=number(whole, language), counts=", ".join(counted))


def _uncertainty(low: float, high: float, by_chance: bool, language: str) -> str:
    """Return an interval in words, or why there is none; `by_chance` where no sample was drawn."""
    ends = [end for end in (low, high) if math.isfinite(end)]
    if pd.isna(low) or pd.isna(high) or not ends:
        return _text("unknown", language)
    if low == high:
        return look_up("sentences.change", "no-sampling", language)
    if len(ends) == 1:
        return _text("at_least" if ends == [low] else "at_most", language, end=number(ends[0], language, 1))
    stated = interval(low, high, language)
    return _text("as_if_chance", language, interval=stated) if by_chance else stated
