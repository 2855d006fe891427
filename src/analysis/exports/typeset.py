"""How much room a text takes, so that nothing runs off a slide: widths of letters, and lines broken at words.

Arial has the widths of Helvetica, whose metrics Adobe publishes; both are on every machine that shows slides.
"""

import math
from collections.abc import Iterable
from typing import Final

FONT: Final = "Arial"
LEADING: Final = 1.17  # line height against size: Arial's own 1.15 and what programs round up
_SLACK: Final = 1.03  # programs break lines a little earlier than the widths say
# thousandths of the size, for what is not the usual 556
_WIDTHS: Final = {
    191: "'", 222: "ijl‘’", 260: "|", 278: " \u00a0!,./:;I[\\]ft·", 333: "()-`r“”", 334: "{}", 350: "•", 355: '"',
    389: "*", 469: "^", 500: "Jcksvxyz", 584: "+<=>~×−±", 604: "●■", 611: "FTZø", 667: "&ABEKPSVXYÅÄ",
    722: "CDHNRUwÜ", 778: "GOQØÖ", 833: "Mm", 889: "%æ", 944: "W", 990: "▲", 1000: "Æ—…→←↑↓↕", 1015: "@",
}  # fmt: skip
_WIDTH_OF: Final = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_BOLD: Final = 1.08  # the most that a line of bold letters is wider than a plain one


def width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a line of text in points."""
    thousandths = sum(_WIDTH_OF.get(letter, 556) for letter in text)
    return thousandths / 1000 * size * (_BOLD if bold else 1.0)


def lines(text: str, size: float, room: float, bold: bool = False) -> int:
    """Return how many lines a text breaks into in `room` points; a word wider than a line breaks within itself."""
    return sum(_lines_of(paragraph, size, room, bold) for paragraph in text.split("\n"))


def _lines_of(paragraph: str, size: float, room: float, bold: bool) -> int:
    count, used, space = 1, 0.0, width(" ", size, bold)
    for word in paragraph.split(" "):
        need = width(word, size, bold) * _SLACK
        if used and used + space + need > room:
            count, used = count + 1, 0.0
        if need > room:
            count, need = count + math.ceil(need / room) - 1, need % room
        used += need + (space if used else 0.0)
    return count


def height(texts: Iterable[tuple[str, float, bool]], room: float) -> float:
    """Return the height in points of texts of (text, size, bold) below each other in a column of `room` points."""
    return sum(lines(text, size, room, bold) * size * LEADING for text, size, bold in texts)
