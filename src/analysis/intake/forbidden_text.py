"""What a text may not carry: persons, secrets, markup, formulas and marks that nobody sees."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from analysis.core.faults import WARN, WITHHELD, Fault
from analysis.intake import RECOGNISED

EXCEL_CELL: Final = 32_767  # characters an Excel cell can hold

_ELEVEN = re.compile(r"(?<!\d)(\d{6})[ \u00a0]?(\d{5})(?!\d)")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]+)+")  # possessive: linear also on very long texts
_PHONE = re.compile("|".join(RECOGNISED["phone"]), re.IGNORECASE)
_SECRET = re.compile("|".join(RECOGNISED["secret"]), re.IGNORECASE)
_MARKUP = [(re.compile(pattern), problem) for pattern, problem in RECOGNISED["markup"]]
_GROUPED: Final = re.compile(RECOGNISED["grouped_id"])
_BEFORE: Final = re.compile(r"[\w.,+-]")  # of longer numbers, fractions and hashes
_PRIVATE: Final = [(kind, re.compile(pattern), signs) for kind, pattern, signs in RECOGNISED["private"]]
# Weights of the digits in the two checks of a national id; each sum must be a multiple of eleven.
_FIRST: Final = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)

# Controls, separators that are no line ends to an editor, overrides of the direction of writing, and noncharacters.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef"
    + "".join(chr((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def personal(text: str) -> str:
    """Return what personal datum `text` carries (national id, e-mail address, telephone number), or ""."""
    if any(is_national_id(first + last) for first, last in _ELEVEN.findall(text)):
        return "a national id number"
    if _EMAIL.search(text):
        return "an e-mail address"
    return "a telephone number" if _PHONE.search(text) else ""


def private_kinds(text: str) -> Iterator[str]:
    """Yield the kinds of what a text holds and nothing may be published with: persons, secrets, places of a machine."""
    small = text.lower()
    for kind, pattern, signs in _PRIVATE:
        if any(sign in small for sign in signs) and pattern.search(text):
            yield kind
    for digits in _GROUPED.finditer(text):
        before = text[max(0, digits.start() - 1) : digits.start()]
        if not _BEFORE.match(before) and is_national_id(re.sub(r"\D", "", digits[0])):
            yield "a national id number"
            return


def is_national_id(digits: str) -> bool:
    """Return whether 11 digits are a Norwegian national id: birth number, D-number, or a synthetic one.

    References
    ----------
    Skatteetaten, Fødselsnummer: two control digits (modulus 11) and a date; D-numbers add 40 to the day, synthetic
    numbers 40, 65 or 80 to the month.

    """
    numbers = [int(digit) for digit in digits]
    checks = (
        sum(weight * number for weight, number in zip(weights, numbers, strict=False)) % 11
        for weights in (_FIRST, _SECOND)
    )
    day, month = int(digits[:2]) % 40, int(digits[2:4])
    months = {month - added for added in (0, 40, 65, 80)}
    return 1 <= day <= 31 and bool(months & set(range(1, 13))) and not any(checks)


def text_faults(text: str) -> list[Fault]:
    """Return what is wrong with a free text, its place not filled in.

    Parameters
    ----------
    text : str
        A cell of any length.

    Returns
    -------
    list of Fault
        A rejection for personal data and secrets, which are not repeated; else warnings.

    """
    if not text:
        return []
    if datum := personal(text):
        return [Fault("pii", f"holds {datum}", "take it out of the file", value=WITHHELD)]
    if _SECRET.search(text):
        return [Fault("text", "holds a password or key", "take it out, and change it", value=WITHHELD)]
    problems = [problem for pattern, problem in _MARKUP if pattern.search(text)]
    if marks := invisible(text):
        problems.append(f"holds marks that cannot be seen ({', '.join(marks)})")
    if len(text) > EXCEL_CELL:
        problems.append(f"is longer than a spreadsheet cell can hold ({EXCEL_CELL:,} characters)")
    odd = Fault("text", "", "write it plainly", value=text, severity=WARN)
    return [odd.at(problem=f"{problem}; shown as plain text") for problem in problems]


def invisible(text: str) -> list[str]:
    """Return the code points in `text` that are controls, format marks, private or unassigned, line ends apart."""
    return sorted({f"U+{ord(c):04X}" for c in set(text) - set("\r\n\t") if unicodedata.category(c)[0] == "C"})


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
    fault = Fault(rule, "holds a mark that cannot be seen", "delete it, and type the words around it anew")
    return [
        fault.at(line=number, value=mark)
        for number, line in enumerate(text.split("\n"), start=1)
        for mark in dict.fromkeys(_UNSEEN.findall(html.unescape(line)))
    ]


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
    fault = Fault(rule, "", "take it out: no report is published with it", value=WITHHELD)
    return [
        fault.at(line=number, problem=f"holds {kind}")
        for number, line in enumerate(lines, start=1)
        for kind in dict.fromkeys(private_kinds(html.unescape(line)))
    ]
