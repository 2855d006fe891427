"""The picture of changes: what moved beyond chance between the two latest waves of every survey."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.views.figures import canvas
from analysis.views.figures.canvas import GRID, INK, LINE, PAPER, QUIET, TYPE, picture_text


def changes_data(strategy: Strategy, trends: pd.DataFrame) -> pd.DataFrame:
    """Return what `changes` draws: every change between waves that could be tested.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.

    Returns
    -------
    DataFrame
        Index measure, largest change first: name_nb, name_en, previous_period, latest_period; change, change_low and
        change_high (its 95 % interval) and epsilon (the least change that matters), in percentage points; beyond
        (whether the interval leaves out zero).

    """
    rows = trends[trends["p_value"].notna()].join(strategy.measures["epsilon"])
    rows = rows.rename(columns={"significant": "beyond"}).sort_values("change", ascending=False, kind="stable")
    names = ["name_nb", "name_en", "previous_period", "latest_period"]
    return rows[[*names, "change", "change_low", "change_high", "epsilon", "beyond"]]


@canvas.draws
def changes(strategy: Strategy, trends: pd.DataFrame, language: str = "nb", ax: Axes | None = None) -> Axes:
    """Draw every tested change as a dot with its interval, against zero and the least change that matters.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    ax : Axes, optional
        Where to draw; on a new figure where it is left out.

    Returns
    -------
    Axes

    Examples
    --------
    >>> drawn = changes(strategy, trends, "en")
    >>> [text.get_text() for text in drawn.texts][:2]
    ['+6', '+4']

    """
    rows = changes_data(strategy, trends)
    with canvas.drawing(ax, height=0.68 * max(len(rows), 2) + 0.6) as ax:
        canvas.bare(ax)
        if rows.empty:
            return canvas.mark_empty(ax, language)
        places = np.arange(len(rows))
        ax.set_yticks(places)  # of which seaborn makes the limits
        ax.barh(places, 2 * rows["epsilon"], left=-rows["epsilon"], height=0.8, color=GRID, zorder=0)
        ax.axvline(0, color=QUIET, linewidth=1, zorder=1)
        # our own intervals, which are not symmetrical: seaborn would make others from the dots
        sides = [rows["change"] - rows["change_low"], rows["change_high"] - rows["change"]]
        ax.errorbar(rows["change"], places, xerr=sides, fmt="none", ecolor=LINE, elinewidth=1.6, capsize=5, zorder=2)
        sns.stripplot(
            rows.reset_index(), x="change", y="measure", hue="beyond", palette={False: PAPER, True: LINE}, size=10,
            jitter=False, edgecolor=LINE, linewidth=2, legend=False, ax=ax, zorder=3,
        )  # fmt: skip
        for place, row in zip(places, rows.itertuples(), strict=True):
            style = {"va": "center", "weight": "bold" if row.beyond else "normal", "color": LINE}
            canvas.write(ax, _signed(row.change, language), (row.change_high, place), (8, 0), **style)
        names = [canvas.wrapped(name, 28) for name in rows[f"name_{language}"]]
        ax.set_yticks(places, labels=names, parse_math=False)
        ax.tick_params(axis="y", labelsize=TYPE - 1, labelcolor=INK, length=0, labelfontfamily="DejaVu Sans")
        low, high = rows["change_low"].min(), rows["change_high"].max()
        # the change at the end of the longest interval must fit inside the frame
        ax.set(xlabel="", ylabel="", xlim=(low - 0.5, high + 0.25 * (high - low)), ylim=(len(rows) - 0.4, -0.6))
        ax.set_title(words.unit("prosentpoeng", language), loc="left", fontsize=TYPE, color=QUIET, pad=8)
    return ax


def alt_changes(strategy: Strategy, trends: pd.DataFrame, language: str = "nb") -> str:
    """Return what `changes` shows: how many changes there are, which are beyond chance, and each with its interval.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    str

    """
    rows = changes_data(strategy, trends)
    sentences = [picture_text("changes", language, count=len(rows), beyond=int(rows["beyond"].sum()))]
    for row in rows.to_dict("records"):
        periods = {end: words.period(row[f"{end}_period"], language) for end in ("previous", "latest")}
        interval = words.interval(row["change_low"], row["change_high"], language)
        change = _signed(row["change"], language)
        name = row[f"name_{language}"]
        sentences.append(picture_text("change", language, name=name, change=change, interval=interval, **periods))
    return " ".join(sentences)


def _signed(change: float, language: str) -> str:
    return f"{'+' if change > 0 else ''}{words.number(change, language)}"
