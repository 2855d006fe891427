"""How much space a text takes, so that nothing runs off a slide: widths of letters, and lines broken at words.

Arial was drawn to the widths of Helvetica, whose metrics Adobe publishes and matplotlib ships.
"""

import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

LEADING: Final = 1.17  # line height against size: Arial's own 1.15 and what programs round up
_SLACK: Final = 1.03  # programs break lines a little earlier than the widths say
_UNKNOWN: Final = 1000  # arrows and the symbols of colours, which Helvetica has not: none is wider in Arial


@cache
def _widths(bold: bool) -> dict[str, float]:
    """Return the width of every letter that Helvetica has, in thousandths of the size."""
    import matplotlib  # large, as is fontTools: for those who write slides only
    from fontTools.afmLib import AFM
    from fontTools.agl import toUnicode

    font = AFM(Path(matplotlib.get_data_path(), "fonts", "afm", "phvb8a.afm" if bold else "phvr8a.afm"))
    widths = {toUnicode(name): width for name in font.chars() for _, width, _ in [font[name]]}
    return widths | {"\u00a0": widths[" "]}


def width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a line of text in points, at a size in points.

    Examples
    --------
    >>> round(width("Status", 10), 2)
    28.35
    """
    widths = _widths(bold)
    return sum(widths.get(letter, _UNKNOWN) for letter in text) / 1000 * size


def lines(text: str, size: float, column: float, bold: bool = False) -> int:
    """Return how many lines a text breaks into in a column of so many points.

    A word wider than the column breaks within itself.
    """
    count, space = 0, width(" ", size, bold)
    for paragraph in text.split("\n"):
        count, used = count + 1, 0.0
        for word in paragraph.split(" "):
            need = width(word, size, bold) * _SLACK
            if used and used + space + need > column:
                count, used = count + 1, 0.0
            if need > column:
                count, need = count + math.ceil(need / column) - 1, need % column
            used += need + (space if used else 0.0)
    return count


def height(texts: Iterable[tuple[str, float, bool]], column: float) -> float:
    """Return the height in points of texts of (text, size, bold) below each other in a column of so many points."""
    return sum(lines(text, size, column, bold) * size * LEADING for text, size, bold in texts)
