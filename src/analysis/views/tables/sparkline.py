"""A measure's course as a picture small enough for a table's cell."""

import base64
from typing import Final

import numpy as np
import pandas as pd

from analysis import text as words
from analysis.statistics.surveys import PRINTED_Z
from analysis.text import label
from analysis.views.tables.markup import Cell, Markup, tag

_COLOUR: Final = "#3B7EA6"  # stands out from white and from black alike: a picture cannot know the page's scheme
_WIDTH, _HEIGHT, _MARGIN = 96, 32, 5


def sparkline(promise: pd.Series, row: pd.Series, language: str) -> Cell:
    """Return a small picture of a measure's comparable points with their uncertainty.

    Parameters
    ----------
    promise : Series
        The measure's row of ``strategy.measures``.
    row : Series
        The measure's row of the trends.
    language : {"nb", "en"}
        Language of the words and numbers.

    Returns
    -------
    str or Markup
        Nothing below two points.

    """
    if row["n_points"] < 2:
        return ""
    times, values, errors = (np.array(column, dtype=float) for column in zip(*row["points"], strict=True))
    halves = PRINTED_Z * np.nan_to_num(errors)
    count = words.number(len(values), language)
    first, latest = (words.quantity(float(values[place]), row["unit"], language) for place in (0, -1))
    alt = label("spark_alt", language, measure=promise[f"name_{language}"], count=count, first=first, latest=latest)
    if halves.any():
        alt += f" {label('spark_interval', language)}"
    picture = base64.b64encode(_drawing(times, values, halves).encode()).decode()
    size = {"width": str(_WIDTH), "height": str(_HEIGHT)}
    return tag("img", None, class_="spark", src=f"data:image/svg+xml;base64,{picture}", **size, alt=alt)


def _drawing(times: np.ndarray, values: np.ndarray, halves: np.ndarray) -> str:
    """Return a line, a stroke for each interval (`halves` is half their width) and the latest value as a dot, as SVG.

    Written directly, because a page holds many and matplotlib would take longer over each than over its whole table.
    """
    low, high = (values - halves).min(), (values + halves).max()
    span = max(high - low, np.abs(values).max() / 5) or 1  # so that a small change is not drawn as a large one
    scale = (_HEIGHT - 2 * _MARGIN) / span
    across = _MARGIN + (times - times[0]) / (times[-1] - times[0]) * (_WIDTH - 2 * _MARGIN)
    down = _HEIGHT / 2 - (values - (high + low) / 2) * scale
    line = tag("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True)))
    strokes = Markup().join(
        tag("path", d=f"M{x:.1f} {y - half:.1f}V{y + half:.1f}", stroke_width="1.5")
        for x, y, half in zip(across, down, halves * scale, strict=True)
        if half
    )
    course = tag("g", line + strokes, fill="none", stroke=_COLOUR, stroke_width="2", stroke_linejoin="round")
    dot = tag("circle", cx=f"{across[-1]:.1f}", cy=f"{down[-1]:.1f}", r="3.5", fill=_COLOUR)
    return tag("svg", course + dot, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {_WIDTH} {_HEIGHT}")
