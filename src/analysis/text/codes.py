"""What the codes of the data are called: colours, movements, reasons, grades, verdicts, breakdowns."""

from typing import Final

from analysis.text.catalogues import look_up, look_up_or_typed

# Colour never stands alone: each has a sign, too, and white or black text on it is legible (4.5 : 1, tested).
SYMBOL: Final = {"green": "●", "yellow": "▲", "red": "■", "grey": "–"}
HEX: Final = {"green": "#00695C", "yellow": "#FFC107", "red": "#B3261E", "grey": "#616161"}
MOVEMENT_SYMBOL: Final = {"up": "↑", "down": "↓", "unchanged": "→", "split": "↕", "": ""}


def colour(name: str, language: str) -> str:
    """Return the word for a colour: ``grønn``."""
    return look_up("codes.colours", name, language)


def hue(name: str, language: str) -> str:
    """Return the word for a colour as a noun: ``grønt``."""
    return look_up("codes.hues", name, language)


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
    name : {"green", "yellow", "red", "grey"}
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


def band(code: str, language: str) -> str:
    """Return the words for a probability in the five bands of the method (section 7)."""
    return look_up("codes.bands", code, language)


def movement(code: str, language: str) -> str:
    """Return the word for a movement since the previous report."""
    return look_up("codes.movements", code, language)


def certainty(code: str, language: str) -> str:
    """Return the word for how sure a proposed colour is."""
    return look_up("codes.certainties", code, language)


def reason(code: str, language: str) -> str:
    """Return why a light has no colour, or which rule gave it."""
    return look_up("codes.reasons", code, language)


def override(code: str, language: str) -> str:
    """Return the reason experts gave for differing from the figures."""
    return look_up("codes.overrides", code, language)


def record(code: str, language: str) -> str:
    """Return what the record holds about a judged colour."""
    return look_up("codes.records", code, language)


def grade(code: str, language: str) -> str:
    """Return an evidence grade with its word."""
    return look_up("codes.grades", code, language)


def grade_reason(code: str, language: str) -> str:
    """Return which line of the evidence table pulls a grade down."""
    return look_up("codes.grade_reasons", code, language)


def office(name: str, method: str, language: str) -> str:
    """Return what another statistical office's method is called."""
    return look_up("codes.offices", f"{name}.{method}", language)


def verdict(code: str, language: str) -> str:
    """Return what another office's verdict means."""
    return look_up("codes.verdicts", code, language)


def hindrance(code: str, language: str) -> str:
    """Return why another office's rule says nothing about a measure."""
    return look_up("codes.hindrances", code, language)


def noticed(rule: str, language: str) -> str:
    """Return what a rule of the intake noticed about a figure or file that it let in, as one sentence."""
    return look_up("codes.remarks", rule, language)


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
    names = []
    for pair in text.split(";"):
        key = pair.partition("=")[0]
        names.append((look_up_or_typed("codes.breakdown_keys", key, language, key), breakdown_value(pair, language)))
    return "; ".join(f"{key}: {value}" for key, value in names)


def breakdown_value(pair: str, language: str) -> str:
    """Return what the value of one key and value is called: ``finansiering`` for ``aarsak=finansiering``."""
    return look_up_or_typed("codes.breakdown_values", pair, language, pair.partition("=")[2])
