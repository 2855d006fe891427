"""Names as people type them: the nearest right spelling, and the refusal of names that do not exist."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from analysis.core.errors import ExplainedError

# Letters without a plain one inside them, and signs that change what a group is.
_PLAIN: Final = str.maketrans(
    {"æ": "ae", "ø": "o", "ð": "d", "đ": "d", "ŋ": "n", "ŧ": "t", "þ": "th", "ß": "ss"}
    | {"<": " under ", ">": " over ", "≤": " maks ", "≥": " minst "}
)


class UnknownNameError(ExplainedError, LookupError):
    """A goal, indicator, measure or sub-goal that the strategy does not have; the message names the nearest."""


def suggest(text: str, names: Iterable[str]) -> dict[str, str]:
    """Return what helps whoever wrote a name that does not exist, as the parts `nearest` and `remedy` of a Fault.

    Parameters
    ----------
    text : str
        The name as written.
    names : iterable of str
        The names that exist.

    Returns
    -------
    dict
        ``nearest``: the closest name, or "" where none is near; ``remedy``: the question whether it was meant, or else
        some names to choose from.

    Examples
    --------
    >>> suggest("gren", ["green", "grey"])
    {'nearest': 'green', 'remedy': "did you mean 'green'?"}

    Spreadsheets take leading zeros off a code, and a code that differs in them is meant before any other:

    >>> suggest("301", ["3901", "0301"])["nearest"]
    '0301'

    """
    names = list(names)
    # half alike is enough for a question: a wrong guess costs a glance, a missing one costs a search
    same_number = [name for name in names if text.isdigit() and str(name).lstrip("0") == text.lstrip("0")]
    close = same_number or difflib.get_close_matches(text, names, n=1, cutoff=0.5)
    if close:
        return {"nearest": close[0], "remedy": f"did you mean '{close[0]}'?"}
    return {"nearest": "", "remedy": f"known: {listing(names)}" if names else "there is none to choose from"}


def plain_name(text: str) -> str:
    """Return a text in plain letters, digits and hyphens, as names of groups are written; "" where none is left.

    Examples
    --------
    >>> plain_name("Møre og Romsdal"), plain_name("67 år/eldre"), plain_name("***")
    ('more-og-romsdal', '67-ar-eldre', '')

    """
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).lower().translate(_PLAIN))
    return re.sub(r"[^a-z0-9]+", "-", re.sub("[\u0300-\u036f]", "", letters)).strip("-")


def nearest(text: str, names: Iterable[str]) -> str:
    """Return the remedy of `suggest` as the end of a message: "; did you mean …?"."""
    return f"; {suggest(text, names)['remedy']}"


def listing(names: Sequence[str]) -> str:
    """Return the first eight names, and an ellipsis where there are more."""
    return ", ".join(map(str, names[:8])) + " …" * (len(names) > 8)


def require_known(table: str, names: Iterable[str], other: str, other_names: Iterable[str]) -> None:
    """Refuse names of one table that another does not have.

    Parameters
    ----------
    table, other : str
        What the messages call the two tables.
    names, other_names : iterable of str
        The names in each.

    Raises
    ------
    UnknownNameError
        One line for each name that only `table` has, with the nearest that `other` has.

    """
    other_names = dict.fromkeys(other_names)
    lines = [
        f"'{name}' stands in {table} but not in {other}{nearest(str(name), other_names)}"
        for name in names
        if name not in other_names
    ]
    if lines:
        raise UnknownNameError("\n".join(lines))
