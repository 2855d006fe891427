"""Set phrases of pages, files and pictures, and the remarks that stand with rows of the raw data."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from analysis.records.strategy import Strategy
from analysis.text.catalogues import look_up
from analysis.text.dates import period

_TYPED: Final = "en"  # notes and licences are typed in English; what they are elsewhere stands in columns beside them


def label(key: str, language: str, **places: object) -> str:
    """Return a heading, column name or set phrase of the pages, its places filled."""
    return look_up("pages.labels", key, language, **places)


def front_text(key: str, language: str, **places: object) -> str:
    """Return a text of the front page, its places filled."""
    return look_up("pages.front_page", key, language, **places)


def site_text(key: str, language: str, **places: object) -> str:
    """Return a text of the site around the pages, as navigation and footer, its places filled."""
    return look_up("pages.site", key, language, **places)


def statement(key: str, language: str) -> str:
    """Return a heading or paragraph of the accessibility statement."""
    return look_up("pages.statement", key, language)


def phrase(key: str, language: str, **places: object) -> str:
    """Return a set phrase of workbook, slides and document, its places filled."""
    return look_up("files.phrases", key, language, **places)


def scenario_text(strategy: Strategy, language: str, *, short: bool = False) -> str:
    """Return what marks a scenario or a draft wherever it is shown, in full or in one short line; empty for others."""
    ambitions = strategy.ambitions
    if strategy.draft and not ambitions.scenario:
        quarter = period(strategy.draft, language)
        return look_up("pages.scenario", "draft_short" if short else "draft", language, quarter=quarter)
    if not ambitions.scenario:
        return ""
    name, note = ambitions.name[language], ambitions.note[language]
    if short:
        return look_up("pages.scenario", "short", language, name=name)
    return look_up("pages.scenario", "banner", language, name=name, note=note)


def note(row: Mapping[str, Any] | pd.Series, language: str) -> tuple[str, str]:
    """Return the note of a row of raw data, and the language it is in where that is another than asked for.

    Parameters
    ----------
    row : mapping
        With ``note``, in English, and ``note_nb`` and the like, empty where the note is not translated.
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    tuple of str
        The note; ``en`` where it is shown untranslated, else empty.

    Examples
    --------
    >>> note({"note": "Cumulative", "note_nb": "Akkumulert."}, "nb"), note({"note": "Cumulative", "note_nb": ""}, "nb")
    (('Akkumulert.', ''), ('Cumulative', 'en'))
    """
    typed, translated = row["note"], row.get(f"note_{language}", "")
    if translated:
        return translated, ""
    return typed, "" if not typed or language == _TYPED else _TYPED


def licence(row: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Return a source's licence; most names of licences are the same in all languages, and have no ``licence_nb``."""
    return row.get(f"licence_{language}", "") or row["licence"]
