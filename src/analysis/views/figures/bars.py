"""Pictures of how a value is divided: one bar a group."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import text as words
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.text.numbers import short
from analysis.views.figures.canvas import (
    GRID,
    HALO,
    INK,
    LINE,
    QUIET,
    TYPE,
    bare,
    drawing,
    half_width,
    nothing,
    wrapped,
)

_UNANSWERED = "svar=ikke-svart"  # no answer is not one of the answers


def divided(observations: pd.DataFrame, measure: str, key: str | None = None) -> pd.DataFrame:
    """Return the latest values by group of one breakdown of a measure, largest first, no answer last.

    `key` names the breakdown (``svar``); left out, the one with the latest period, of these the one with most groups.
    """
    rows = current(observations[observations["measure"] == measure])
    rows = rows[rows["breakdown"].str.count("=") == 1]
    rows = rows.assign(key=[text.partition("=")[0] for text in rows["breakdown"]])
    rows = rows[rows["key"] != "land"] if key is None else rows[rows["key"] == key]
    if rows.empty:
        return rows
    sizes = rows.groupby(["time", "key"], sort=False).size().reset_index(name="groups")
    chosen = sizes.sort_values(["time", "groups"], kind="stable").iloc[-1]
    rows = rows[(rows["time"] == chosen["time"]) & (rows["key"] == chosen["key"])]
    rows = rows.assign(last=rows["breakdown"] == _UNANSWERED)
    return rows.sort_values(["last", "value", "breakdown"], ascending=[True, False, True], ignore_index=True)


def breakdown(
    strategy: Strategy,
    observations: pd.DataFrame,
    measure: str,
    language: str = "nb",
    ax: Axes | None = None,
    key: str | None = None,
) -> Axes:
    """Draw the latest values of a measure by group as bars with their values, the whole as a line; return the axes.

    >>> breakdown(strategy, observations, "nytteoppfolging").get_title(loc="left")
    'prosent, 1. kvartal 2024'

    Raises:
        UnknownNameError: for a measure the strategy does not hold.

    """
    promise = strategy.measure(measure)
    rows = divided(observations, measure, key)
    with drawing(ax, height=0.5 * max(len(rows), 2) + 0.7) as ax:
        bare(ax)
        if rows.empty:
            return nothing(ax, language)
        ax.set_title(_heading(rows, promise["unit"], language), loc="left", fontsize=TYPE, color=QUIET, pad=8)
        _bars(ax, rows, promise, language)
        _whole(ax, current(observations[observations["measure"] == measure]), rows, promise["unit"], language)
    return ax


def _heading(rows: pd.DataFrame, unit: str, language: str) -> str:
    return f"{words.unit(unit, language)}, {words.period(rows['period'].iloc[0], language)}"


def _bars(ax: Axes, rows: pd.DataFrame, promise: pd.Series, language: str) -> None:
    places = np.arange(len(rows))
    colours = np.where(rows["last"], QUIET, LINE)
    half = half_width(rows, promise)
    ax.barh(places, rows["value"], height=0.62, color=colours, zorder=2)
    ax.errorbar(rows["value"], places, xerr=half, fmt="none", ecolor=INK, elinewidth=1.3, capsize=4, zorder=3)
    ends = rows["value"] + half.fillna(0)
    for place, value, end in zip(places, rows["value"], ends, strict=True):
        ax.annotate(
            short(value, promise["unit"], language), (end, place), xytext=(6, 0), textcoords="offset points",
            va="center", weight="bold", path_effects=HALO, zorder=4,
        )  # fmt: skip
    names = [wrapped(words.breakdown_value(text, language), 18) for text in rows["breakdown"]]
    ax.set_yticks(places, labels=names, parse_math=False)
    ax.tick_params(axis="y", labelsize=TYPE, labelcolor=INK, length=0, labelfontfamily="DejaVu Sans")
    ax.axvline(0, color=QUIET, linewidth=1)
    longest = max(len(short(value, promise["unit"], language)) for value in rows["value"])
    ax.set_xlim(0, (1.1 + 0.03 * longest) * max(ends.max(), 1e-9))
    ax.set_ylim(len(rows) - 0.5, -0.5)


def _whole(ax: Axes, known: pd.DataFrame, rows: pd.DataFrame, unit: str, language: str) -> None:
    """Draw the value of everybody as a line where it lies among the groups', which are then no parts that add up."""
    same = known[(known["breakdown"] == "") & (known["period"] == rows["period"].iloc[0])]
    if same.empty or not rows["value"].min() < same["value"].iloc[-1] < rows["value"].max():
        return
    value = same["value"].iloc[-1]
    ax.axvline(value, color=GRID, linewidth=2.5, zorder=1)
    text = words.look_up("pages.pictures", "total", language, value=short(value, unit, language))
    ax.annotate(
        text, (value, 1), xycoords=("data", "axes fraction"), xytext=(0, 2), textcoords="offset points", ha="center",
        va="bottom", color=QUIET, fontsize=TYPE - 1,
    )  # fmt: skip
