"""Names as people type them: the nearest known spelling, and the refusal of names nobody knows."""

import difflib
from collections.abc import Iterable, Sequence


class UnknownNameError(LookupError):
    """A goal, indicator, measure or sub-goal that the strategy does not hold; the message names the nearest."""


def suggest(text: str, names: Iterable[str]) -> dict[str, str]:
    """Return what helps whoever wrote a name that nobody knows, as the parts `nearest` and `remedy` of a Fault.

    Parameters
    ----------
    text : str
        The name as written.
    names : iterable of str
        The names there are.

    Returns
    -------
    dict
        ``nearest``: the closest name, or "" where none is near; ``remedy``: the question whether it was meant, or else
        some names there are to choose from.

    Examples
    --------
    >>> suggest("gren", ["green", "grey"])
    {'nearest': 'green', 'remedy': "did you mean 'green'?"}

    """
    names = list(names)
    close = difflib.get_close_matches(text, names, n=1, cutoff=0.5)
    if close:
        return {"nearest": close[0], "remedy": f"did you mean '{close[0]}'?"}
    return {"nearest": "", "remedy": f"known: {listing(names)}" if names else "there is none to choose from"}


def nearest(text: str, names: Iterable[str]) -> str:
    """Return the remedy of `suggest` as the end of a message: "; did you mean …?"."""
    return f"; {suggest(text, names)['remedy']}"


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
