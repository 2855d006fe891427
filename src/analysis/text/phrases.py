"""Set phrases of pages, files and pictures, and the remarks that stand with rows of the raw data."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import pandas as pd

from analysis.records.strategy import Strategy
from analysis.text.catalogues import look_up
from analysis.text.dates import period

_TYPED: Final = "en"  # notes and licences are typed in English; what they are elsewhere stands in columns beside them

# Each of these takes a key, a language and the places of the text by name, and returns it with its places filled.
label = partial(look_up, "pages.labels")  # headings, column names and set phrases of the pages
front_text = partial(look_up, "pages.front_page")
site_text = partial(look_up, "pages.site")  # navigation and footer around the pages
statement = partial(look_up, "pages.statement")  # of accessibility
phrase = partial(look_up, "files.phrases")  # set phrases of workbook, slides and document


def scenario_text(strategy: Strategy, language: str, *, short: bool = False) -> str:
    """Return what marks a scenario or a draft wherever it is shown, in full or in one short line; empty for others."""
    ambitions = strategy.ambitions
    if ambitions.scenario:
        places = {"name": ambitions.name[language], "note": ambitions.note[language]}
        return look_up("pages.scenario", "short" if short else "banner", language, **places)
    if strategy.draft:
        quarter = period(strategy.draft, language)
        return look_up("pages.scenario", "draft_short" if short else "draft", language, quarter=quarter)
    return ""


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
