"""What a spreadsheet program does with the text files it opens."""

from typing import Final

# The characters by which Excel and LibreOffice take a cell of a .csv file for a formula, and run it.
FORMULA_MARKS: Final = ("=", "+", "-", "@", "\t", "\r")


def guard_formula(text: str) -> str:
    """Return a text for a .csv file; an apostrophe before it keeps what looks like a formula from being run.

    References
    ----------
    OWASP, CSV Injection: https://owasp.org/www-community/attacks/CSV_Injection

    Examples
    --------
    >>> guard_formula("=1+1"), guard_formula("28 per cent")
    ("'=1+1", '28 per cent')

    """
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text
