"""What the codes of the data are called: colours, states, movements, reasons, grades, verdicts, breakdowns."""

import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.text.catalogues import look_up, look_up_or_typed

_SIGNS: Final = tomllib.loads(Path(__file__).with_name("signs.toml").read_text(encoding="utf-8"))
SYMBOL: Final[dict[str, str]] = _SIGNS["symbol"]
HEX: Final[dict[str, str]] = _SIGNS["hex"]
HOLLOW: Final[dict[str, str]] = _SIGNS["hollow"]
FRAME: Final[dict[str, str]] = _SIGNS["frame"]
STATE_SYMBOL: Final[dict[str, str]] = _SIGNS["state"]
MOVEMENT_SYMBOL: Final[dict[str, str]] = _SIGNS["movement"]

# Each of these takes a code and a language, and returns the words of its table.
colour = partial(look_up, "codes.colours")
hue = partial(look_up, "codes.hues")  # a colour as a noun: "grønt"
state = partial(look_up, "codes.states")  # of a place without a colour: "bare én måling"
band = partial(look_up, "codes.bands")  # of a probability (docs/method.md, section 7)
movement = partial(look_up, "codes.movements")  # since the previous report
certainty = partial(look_up, "codes.certainties")  # how sure a proposed colour is
reason = partial(look_up, "codes.reasons")  # why a light has no colour, or which rule gave it
override = partial(look_up, "codes.overrides")  # why experts differ from the figures
record = partial(look_up, "codes.records")  # what the record holds about a judged colour
grade = partial(look_up, "codes.grades")  # of evidence
grade_reason = partial(look_up, "codes.grade_reasons")  # which line of the evidence pulls a grade down
verdict = partial(look_up, "codes.verdicts")  # of another office's rule
hindrance = partial(look_up, "codes.hindrances")  # why another office's rule says nothing
noticed = partial(look_up, "codes.remarks")  # by a rule of the intake about what it let in


def pointing(towards: str, weak: bool, language: str, written: str | None = None) -> str:
    """Return where a colour points: ``peker svakt mot grønt``.

    Parameters
    ----------
    towards : {"green", "yellow", "red"}
        The colour that it points to.
    weak : bool
        Whether it does so weakly.
    language : str
        One of `LANGUAGES`.
    written : str, optional
        What stands in for the colour's own word.
    """
    return look_up("codes.tendencies", "weak" if weak else "plain", language, hue=written or hue(towards, language))


def light(name: str, language: str, towards: str = "", weak: bool = False) -> str:
    """Return a colour with its tendency: ``gul, peker mot grønt``.

    Parameters
    ----------
    name : {"green", "yellow", "red"}
        The colour.
    language : str
        One of `LANGUAGES`.
    towards : {"", "green", "yellow", "red"}
        The colour that it points to, if any.
    weak : bool
        Whether it does so weakly.
    """
    word = colour(name, language)
    return f"{word}, {pointing(towards, weak, language)}" if towards else word


def answer(code: str, fragile: bool, language: str) -> str:
    """Return what a change alone says: ``bedre, skjør``.

    Parameters
    ----------
    code : {"better", "worse", "unchanged", "cannot_tell"}
        The answer of the method's rule 6.
    fragile : bool
        Whether rounding or the design of the sample could undo it.
    language : str
        One of `LANGUAGES`.
    """
    word = look_up("codes.answers", code, language)
    return look_up("codes.answers", "fragile", language, answer=word) if fragile else word


def direction(name: str, language: str, change: str = "", fragile: bool = False) -> str:
    """Return a direction without a target in words: ``bare retning: grønn (bedre, skjør)``.

    Parameters
    ----------
    name : {"green", "yellow", "red"}
        Its colour.
    language : str
        One of `LANGUAGES`.
    change : {"", "better", "worse", "unchanged", "cannot_tell"}
        What the change says; empty for goals, which have no change of their own.
    fragile : bool
        Whether rounding or the design of the sample could undo it.
    """
    details = f" ({answer(change, fragile, language)})" if change else ""
    return f"{state('outlined', language)}: {colour(name, language)}{details}"


def experts_place(row: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Return what the experts judged of a row of `assess`: ``▲ gul, peker mot grønt``, or that the colour is lost."""
    kind = row["judgement_state"]
    if kind == "judged":
        return f"{SYMBOL[row['judged']]} {light(row['judged'], language, row['towards'], row['weak'])}"
    words = f"{STATE_SYMBOL[kind]} {state(kind, language)}".strip()
    # of a lost colour its tendency may be on record; of a row nobody judged it would be the figures'
    pointed = kind == "colour_lost" and row["towards"]
    return f"{words}, {pointing(row['towards'], row['weak'], language)}" if pointed else words


def figures_place(row: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Return what the figures of a row of `assess` say: ``▲ gul``, ``△ bare retning: gul (uendret)``, or a state."""
    kind = row["figures_state"]
    if kind == "filled":
        colours = row["proposed"], language, row["proposed_towards"], row["proposed_weak"]
        return f"{SYMBOL[row['proposed']]} {light(*colours)}"
    if kind == "outlined":
        name, change, fragile = row["direction_colour"], row["direction_answer"], row["direction_fragile"]
        towards = f", {pointing(row['direction_towards'], False, language)}" if row["direction_towards"] else ""
        return f"{HOLLOW[name]} {direction(name, language, change, fragile)}{towards}"
    return f"{STATE_SYMBOL[kind]} {state(kind, language)}".strip()


def office(name: str, method: str, language: str) -> str:
    """Return what another statistical office's method is called."""
    return look_up("codes.offices", f"{name}.{method}", language)


def breakdown(text: str, language: str) -> str:
    """Return a breakdown as people say it, ``årsak: finansiering``; the whole is ``i alt``.

    Parameters
    ----------
    text : str
        Slugs as the data have them, ``aarsak=finansiering``; several are parted by semicolons; empty for the whole.
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    str
        Keys and values that have no name are written as typed; `ehelse-status check` lists them.
    """
    if not text:
        return look_up("pages.labels", "total", language)
    pairs = {pair: pair.partition("=")[0] for pair in text.split(";")}
    names = {pair: look_up_or_typed("codes.breakdown_keys", key, language, key) for pair, key in pairs.items()}
    return "; ".join(f"{name}: {breakdown_value(pair, language)}" for pair, name in names.items())


def breakdown_value(pair: str, language: str) -> str:
    """Return what the value of one key and value is called: ``finansiering`` for ``aarsak=finansiering``."""
    return look_up_or_typed("codes.breakdown_values", pair, language, pair.partition("=")[2])
