"""What a spreadsheet program would do to a text that it opens."""

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula


def guard_formula(text: str) -> str:
    """Return a text with an apostrophe before what a spreadsheet would take for a formula.

    Examples
    --------
    >>> guard_formula("=1+1"), guard_formula("28")
    ("'=1+1", '28')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
