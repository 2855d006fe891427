"""The tables of codes by the names other packages use."""

from typing import Any, Final

from analysis.core.names import nearest
from analysis.text.catalogues import LANGUAGES, WordError, check_language, read_table
from analysis.text.codes import HEX, MOVEMENT_SYMBOL, SYMBOL

__all__ = ["HEX", "LANGUAGES", "MOVEMENT_SYMBOL", "SYMBOL", "WordError", "known", "say"]

BASES: Final = read_table("codes.bases")
BREAKS: Final = read_table("codes.breaks")
DIRECTIONS: Final = read_table("codes.directions")
QUALIFIERS: Final = read_table("numbers.qualifiers")
STANDINGS: Final = read_table("codes.standings")
TARGETS: Final = read_table("codes.targets")
UNITS: Final = read_table("numbers.units.many")

known = check_language


def say(table: dict[str, Any], code: Any, language: str, name: str = "words") -> str:
    """Return the text of a code in a language, its places unfilled."""
    if str(code) not in table:
        raise WordError(f"{name}: there is no text for '{code}'{nearest(str(code), table)}")
    return table[str(code)][check_language(language)]
