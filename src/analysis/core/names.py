"""Names as people type them: the nearest known spelling, and the refusal of names nobody knows."""

import difflib
from collections.abc import Iterable, Sequence


class UnknownNameError(LookupError):
    """A goal, indicator, measure or sub-goal that the strategy does not hold; the message names the nearest."""


def nearest(text: str, known: Iterable[str]) -> str:
    """Return "; did you mean …?" with the closest known spelling, or else some there are to choose from."""
    known = list(known)
    close = difflib.get_close_matches(text, known, n=1, cutoff=0.5)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known: {listing(known)}" if known else "; there is none to choose from"


def listing(known: Sequence[str]) -> str:
    """Return the first eight names, and an ellipsis where there are more."""
    return ", ".join(map(str, known[:8])) + " …" * (len(known) > 8)


def require_known(name: str, given: Iterable[str], other: str, known: Iterable[str]) -> None:
    """Raise UnknownNameError for names of one table that another does not hold, each with the nearest it does."""
    known = dict.fromkeys(known)
    unknown = [item for item in given if item not in known]
    if unknown:
        lines = [f"'{s}' stands in {name} but not in {other}{nearest(str(s), known)}" for s in unknown]
        raise UnknownNameError("\n".join(lines))
