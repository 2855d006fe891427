"""Pictures of how a value is divided: one bar a group."""

from typing import Final

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from analysis import text as words
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.text.numbers import short
from analysis.views.figures import canvas
from analysis.views.figures.canvas import GRID, INK, LINE, QUIET, TYPE

_UNANSWERED: Final = "svar=ikke-svart"  # no answer is not one of the answers


def divided(observations: pd.DataFrame, measure: str, key: str | None = None) -> pd.DataFrame:
    """Return the latest values by group of one breakdown of a measure.

    Parameters
    ----------
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    measure : str
        Slug of the measure.
    key : str, optional
        Name of the breakdown (``svar``); left out, the one with the latest period, of these the one with most groups.

    Returns
    -------
    DataFrame
        Rows of the observations, largest value first, no answer last, with ``key`` and ``last`` (whether it is no
        answer).

    """
    rows = current(observations[observations["measure"] == measure])
    # groups of two breakdowns at once (women under 30) are parts of both
    rows = rows[rows["breakdown"].str.count("=") == 1]
    rows = rows.assign(key=[text.partition("=")[0] for text in rows["breakdown"]])
    # countries are no parts of Norway: `neighbours` draws them
    rows = rows[rows["key"] != "land"] if key is None else rows[rows["key"] == key]
    if rows.empty:
        return rows
    sizes = rows.groupby(["time", "key"], sort=False).size().reset_index(name="groups")
    chosen = sizes.sort_values(["time", "groups"], kind="stable").iloc[-1]
    rows = rows[(rows["time"] == chosen["time"]) & (rows["key"] == chosen["key"])]
    rows = rows.assign(last=rows["breakdown"] == _UNANSWERED)
    return rows.sort_values(["last", "value", "breakdown"], ascending=[True, False, True], ignore_index=True)


def groups_data(strategy: Strategy, observations: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return what `breakdown` draws, as a table to calculate with.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    measure : str
        Slug of the measure.

    Returns
    -------
    DataFrame
        breakdown, period, value, low and high (its 95 % interval), n, source.

    """
    rows = canvas.with_interval(divided(observations, measure), strategy.measure(measure))
    return rows[["breakdown", "period", "value", "low", "high", "n", "source"]]


@canvas.draws
def breakdown(
    strategy: Strategy,
    observations: pd.DataFrame,
    measure: str,
    language: str = "nb",
    ax: Axes | None = None,
    key: str | None = None,
) -> Axes:
    """Draw the latest values of a measure by group as bars with their values, the whole as a line.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    measure : str
        Slug of the measure.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    ax : Axes, optional
        Where to draw; on a new figure where it is left out.
    key : str, optional
        Name of the breakdown; as in `divided`.

    Returns
    -------
    Axes

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    Examples
    --------
    >>> breakdown(strategy, observations, "nytteoppfolging").get_title(loc="left")
    'prosent, 1. kvartal 2024'

    """
    promise = strategy.measure(measure)
    rows = canvas.with_interval(divided(observations, measure, key), promise)
    with canvas.drawing(ax, height=0.5 * max(len(rows), 2) + 0.7) as ax:
        canvas.bare(ax)
        if rows.empty:
            return canvas.mark_empty(ax, language)
        period = rows["period"].iloc[0]
        title = f"{words.unit(promise['unit'], language)}, {words.period(period, language)}"
        ax.set_title(title, loc="left", fontsize=TYPE, color=QUIET, pad=8)
        places = np.arange(len(rows))
        ax.set_yticks(places)  # of which seaborn makes the limits
        sns.barplot(
            rows, x="value", y="breakdown", hue="last", palette={False: LINE, True: QUIET}, dodge=False, width=0.62,
            saturation=1, errorbar=None, legend=False, ax=ax, zorder=2,
        )  # fmt: skip
        ax.set(xlabel="", ylabel="")
        ax.errorbar(
            rows["value"], places, xerr=rows["half"], fmt="none", ecolor=INK, elinewidth=1.3, capsize=4, zorder=3
        )
        ends = rows["high"].fillna(rows["value"])
        values = [short(value, promise["unit"], language) for value in rows["value"]]
        for place, value, end in zip(places, values, ends, strict=True):
            canvas.write(ax, value, (end, place), (6, 0), va="center", weight="bold", zorder=4)
        names = [canvas.wrapped(words.breakdown_value(text, language), 18) for text in rows["breakdown"]]
        ax.set_yticks(places, labels=names, parse_math=False)
        ax.tick_params(axis="y", labelsize=TYPE, labelcolor=INK, length=0, labelfontfamily="DejaVu Sans")
        ax.axvline(0, color=QUIET, linewidth=1)
        # the value at the end of the longest bar must fit inside the frame
        ax.set_xlim(0, (1.1 + 0.03 * max(map(len, values))) * max(ends.max(), 1e-9))
        ax.set_ylim(len(rows) - 0.5, -0.5)
        total = current(observations[observations["measure"] == measure])
        total = total.loc[(total["breakdown"] == "") & (total["period"] == period), "value"]
        # where the whole lies outside the groups' values, they are parts that add up to it, and a line says nothing
        if len(total) and rows["value"].min() < total.iloc[-1] < rows["value"].max():
            value = total.iloc[-1]
            ax.axvline(value, color=GRID, linewidth=2.5, zorder=1)
            text = canvas.picture_text("total", language, value=short(value, promise["unit"], language))
            style = {"ha": "center", "va": "bottom", "color": QUIET, "fontsize": TYPE - 1, "path_effects": ()}
            canvas.write(ax, text, (value, 1), (0, 2), xycoords=("data", "axes fraction"), **style)
    return ax


def alt_breakdown(
    strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb", key: str | None = None
) -> str:
    """Return what `breakdown` shows: each group with its value.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    measure : str
        Slug of the measure.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    key : str, optional
        Name of the breakdown; as in `breakdown`.

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    """
    promise, rows = strategy.measure(measure), divided(observations, measure, key)
    if rows.empty:
        return canvas.start("nothing", promise, language)
    start = canvas.start("bars", promise, language, period=words.period(rows["period"].iloc[0], language))
    groups = [
        f"{words.breakdown_value(row.breakdown, language)} {words.number(row.value, language)}"
        for row in rows.itertuples()
    ]
    return f"{start} {words.sentence('; '.join(groups))}"
