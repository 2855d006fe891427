"""The catalogues of texts: TOML files with one entry a key, and its languages beside each other.

A table is named by its file and its heading: ``codes.colours`` is ``[colours]`` in ``catalogues/codes.toml``. Code
chooses a key and fills the places of its text, as ``{quarter}``; how it is said stands in the catalogue only.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from analysis.core.errors import ExplainedError
from analysis.core.names import nearest

_FOLDER: Final = Path(__file__).with_name("catalogues")


class WordError(ExplainedError, LookupError):
    """A code or language without a text; the message names the table, the key and the nearest there is."""


@cache  # the largest file takes a hundredth of a second
def read_table(name: str) -> dict[str, Any]:
    """Return a table of the catalogues; its file is read when one of its tables is first asked for.

    Parameters
    ----------
    name : str
        File and heading, as ``codes.colours``; of a whole catalogue its file alone.

    Returns
    -------
    dict
        Key to its text in each language: ``{"green": {"nb": "grønn", "en": "green"}, …}``.

    Raises
    ------
    WordError
        When there is no such catalogue or table.
    """
    catalogue, _, heading = name.rpartition(".")
    if catalogue:
        table = read_table(catalogue)
        if heading not in table:
            raise WordError(f"{name}: there is no table '{heading}'{nearest(heading, table)}")
        return table[heading]
    path = _FOLDER / f"{name}.toml"
    if not path.is_file():
        files = sorted(file.stem for file in _FOLDER.glob("*.toml"))
        raise WordError(f"there is no catalogue '{name}'{nearest(name, files)}")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def read_catalogues() -> dict[str, dict[str, Any]]:
    """Return every catalogue by its name; a process that will be forked reads them once for all its children."""
    return {file.stem: read_table(file.stem) for file in sorted(_FOLDER.glob("*.toml"))}


# The languages are the columns of the catalogues: a third one is added there, and a test holds all entries to it.
LANGUAGES: Final = tuple(read_table("numbers.formats")["decimal"])


def check_language(language: str) -> str:
    """Return the language if the report has it.

    Raises
    ------
    WordError
        For any other; the message names those there are.
    """
    if language not in LANGUAGES:
        raise WordError(f"'{language}' is no language of the report; write {' or '.join(LANGUAGES)}")
    return language


def look_up(table: str, key: object, /, language: str, **places: object) -> str:
    """Return the text of a key in a language, its places filled.

    Parameters
    ----------
    table : str
        File and heading, as ``pages.labels``.
    key : object
        What the entry is called; numbers are written as digits.
    language : str
        One of `LANGUAGES`.
    **places : object
        What to write in the text's places, by their names.

    Raises
    ------
    WordError
        For a key, a language or a place that is not there; the message names table, key and the nearest there is.

    Examples
    --------
    >>> look_up("pages.labels", "of", "en", part=3, whole=5)
    '3 of 5'
    """
    entries = read_table(table)
    if str(key) not in entries:
        raise WordError(f"{table}: there is no text for '{key}'{nearest(str(key), entries)}")
    try:
        # also a text that nothing is given for is filled, so that no place is ever printed unfilled
        return entries[str(key)][check_language(language)].format(**places)
    except KeyError as error:
        raise WordError(f"{table}: the text for '{key}' has a place {error} that was not filled") from error


def look_up_or_typed(table: str, key: str, language: str, typed: str) -> str:
    """Return the text of a key, or the word that was typed where the table has none: data may bring new words.

    Parameters
    ----------
    table, key, language : str
        As in `look_up`.
    typed : str
        What stands in for a text.

    Returns
    -------
    str

    Examples
    --------
    >>> look_up_or_typed("codes.breakdown_keys", "skonummer", "en", "skonummer")
    'skonummer'
    """
    return look_up(table, key, language) if key in read_table(table) else typed
