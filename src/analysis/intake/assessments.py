"""Colours as experts write them in spreadsheets, brought to the closed list or refused."""

import unicodedata
from typing import Final

from analysis.core.faults import WARN, Fault, RawDataError
from analysis.core.names import nearest
from analysis.intake.texts import invisible

_WORDS: Final = {
    **dict.fromkeys(("grønn", "grønt", "grønne", "green"), "green"),
    **dict.fromkeys(("gul", "gult", "gule", "yellow"), "yellow"),
    **dict.fromkeys(("rød", "rødt", "røde", "red"), "red"),
    **dict.fromkeys(("grå", "grått", "gråe", "grey", "gray"), "grey"),
}
_WITHOUT_LETTERS: Final = {
    **dict.fromkeys(("gronn", "groenn", "gront", "groent"), "green"),
    **dict.fromkeys(("rod", "roed", "rodt", "roedt"), "red"),
    **dict.fromkeys(("gra", "graa", "gratt", "graatt"), "grey"),
}


def read_colour(text: str) -> tuple[str, Fault | None]:
    """Return ``green``, ``yellow``, ``red`` or ``grey`` for a colour word, and a warning where the spelling is odd.

    >>> read_colour(" GRØNN ")[0], read_colour("gult")[0]
    ('green', 'yellow')

    Raises:
        RawDataError: for no colour, several, a letter, a picture, a code or a sentence.

    """
    word = text.strip().lower()
    if word in _WORDS:
        return _WORDS[word], None
    joined = unicodedata.normalize("NFC", word.replace("o\u0338", "ø"))
    if joined in _WORDS or word in _WITHOUT_LETTERS:
        colour = _WORDS.get(joined) or _WITHOUT_LETTERS[word]
        return colour, Fault(
            "colour", f"is read as {colour}", "write grønn, gul, rød or grå", value=text, severity=WARN
        )
    if not word:
        problem = "no colour stands here; a cell's fill is not read"
        raise RawDataError([Fault("colour", problem, "write grønn, gul, rød or grå")])
    strange = sorted({f"U+{ord(c):04X}" for c in word if ord(c) > 255} | set(invisible(word)))
    marks = f" (it holds {', '.join(strange)})" if strange else ""
    remedy = f"write grønn, gul, rød or grå alone{nearest(word, ('grønn', 'gul', 'rød', 'grå'))}"
    raise RawDataError([Fault("colour", f"is no colour of the list{marks}", remedy, value=text)])
