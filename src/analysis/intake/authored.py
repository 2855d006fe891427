"""Texts that people type in TOML and Markdown: what must not be in them, named with its line."""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from analysis.core.faults import WITHHELD, Fault
from analysis.intake.forbidden_text import private_kinds

# Controls, separators that are no line ends to an editor, overrides of the direction of writing, and noncharacters.
_MARKS: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef"
    + "".join(chr((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_ESCAPES: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([bf]))")
_UNSEEN: Final = "delete it, and type the words around it anew"


def read_authored(file: Path) -> str:
    """Return the text of a UTF-8 file; the mark that Windows editors put before it is left out.

    Raises
    ------
    OSError
        When it cannot be opened.
    UnicodeDecodeError
        When it is not UTF-8.

    """
    return file.read_text(encoding="utf-8-sig")


def mark_faults(text: str, rule: str) -> list[Fault]:
    """Return a rejection of each line with marks that cannot be seen: controls, noncharacters, overrides of direction.

    Parameters
    ----------
    text : str
        A whole file.
    rule : str
        The rule that is offended.

    Returns
    -------
    list of Fault
        With line and value.

    """
    return _by_line(text.split("\n"), rule, _mark_faults)


def private_faults(lines: Iterable[str], rule: str) -> list[Fault]:
    """Return a rejection of each line with what no report may be published with, such as an e-mail address.

    Parameters
    ----------
    lines : iterable of str
        The lines of a file that are shown.
    rule : str
        The rule that is offended.

    Returns
    -------
    list of Fault
        With the line; the datum itself is withheld.

    """
    return _by_line(lines, rule, _private_faults)


def _by_line(lines: Iterable[str], rule: str, find: Callable[[str, str], list[Fault]]) -> list[Fault]:
    numbered = enumerate(lines, start=1)
    return [fault.at(line=number) for number, line in numbered for fault in find(html.unescape(line), rule)]


def value_faults(document: object, text: str, rule: str) -> list[Fault]:
    """Return what `mark_faults` and `private_faults` do, for the values of a TOML document and not its comments.

    Parameters
    ----------
    document : object
        The document as read.
    text : str
        As typed.
    rule : str
        The rule that is offended.

    Returns
    -------
    list of Fault
        With the field, and the line of the first place where such a thing is typed.

    """
    lines = [_ESCAPES.sub(_typed_mark, line) for line in text.split("\n")]
    whole = "\n".join(lines)
    if not _MARKS.search(whole) and next(private_kinds(html.unescape(whole)), None) is None:
        return []
    faults = []
    for place, value in _values(document):
        for fault in _faults_in(value, rule):
            same = (number for number, line in enumerate(lines, start=1) if fault in _faults_in(line, rule))
            faults.append(fault.at(column=" > ".join(place), line=next(same, None)))
    return faults


def _values(document: object, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every text of a document with its place; entries of lists are counted from 1, as people do."""
    if isinstance(document, str):
        yield place, document
    elif isinstance(document, dict):
        for name, value in document.items():
            yield from _values(value, (*place, name))
    elif isinstance(document, list):
        for number, value in enumerate(document, start=1):
            yield from _values(value, (*place, str(number)))


def _faults_in(line: str, rule: str) -> list[Fault]:
    return [*_mark_faults(html.unescape(line), rule), *_private_faults(html.unescape(line), rule)]


def _mark_faults(text: str, rule: str) -> list[Fault]:
    marks = list(dict.fromkeys(_MARKS.findall(text)))
    return [Fault(rule, "holds a mark that cannot be seen", _UNSEEN, value=mark) for mark in marks]


def _private_faults(text: str, rule: str) -> list[Fault]:
    fault = Fault(rule, "", "take it out: no report is published with it", value=WITHHELD)
    return [fault.at(problem=f"holds {kind}") for kind in dict.fromkeys(private_kinds(text))]


def _typed_mark(escape: re.Match) -> str:
    """Return the character that an escape of TOML is read as."""
    if escape[3]:
        return {"b": "\b", "f": "\f"}[escape[3]]
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code < 0x110000 else escape[0]
