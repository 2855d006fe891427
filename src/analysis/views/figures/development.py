"""The picture of quarters: what the figures said of every indicator at the end of each."""

from typing import Final

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from analysis import text as words
from analysis.views.figures.canvas import GRID, INK, PAPER, QUIET, TYPE, WHITE, drawing, draws, picture_text

_FILLS: Final = {**words.HEX, "one_figure": GRID, "paper": PAPER}
_KINDS: Final = ("filled", "outlined", "one_figure", "ambition_not_obtained", "not_measured")
_ROW: Final = 0.3  # inches


@draws
def development(states: pd.DataFrame, language: str = "nb", ax: Axes | None = None) -> Axes:
    """Draw a field for every indicator and quarter: filled against a target, framed for a direction, else its state.

    Parameters
    ----------
    states : DataFrame
        As `analysis.assessment.lights.development` returns it.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    ax : Axes, optional
        Where to draw; on a new figure where it is left out.

    Returns
    -------
    Axes

    Examples
    --------
    >>> from analysis.assessment.lights import development as find_development
    >>> drawn = development(find_development(strategy, observations, "2024Q1"))
    >>> len(drawn.get_yticklabels())
    15

    """
    # only a colour against a target and a single figure have a fill
    names = states["proposed"].where(states["figures_state"] == "filled", states["figures_state"])
    fills = names.where(names.isin(_FILLS), "paper").map(list(_FILLS).index).unstack("quarter")
    fills = fills.reindex(states.index.unique("indicator"))
    with drawing(ax, height=_ROW * len(fills) + 0.6) as ax:
        colours = ListedColormap(list(_FILLS.values()))
        sns.heatmap(
            fills, ax=ax, cmap=colours, vmin=-0.5, vmax=len(_FILLS) - 0.5, cbar=False, linewidths=2.5, linecolor=PAPER
        )
        for (quarter, indicator), row in states.iterrows():
            across, down = fills.columns.get_loc(quarter), fills.index.get_loc(indicator)
            kind, ink = row["figures_state"], INK
            if kind == "filled":
                sign, ink = words.SYMBOL[row["proposed"]], "#000000" if row["proposed"] == "yellow" else WHITE
            elif kind == "outlined":
                sign, frame = words.HOLLOW[row["direction_colour"]], words.FRAME[row["direction_colour"]]
                corner = across + 0.1, down + 0.14
                ax.add_patch(Rectangle(corner, 0.8, 0.72, fill=False, edgecolor=frame, linewidth=2.4))
            else:
                sign = words.STATE_SYMBOL[kind]
            ax.text(across + 0.5, down + 0.5, sign, ha="center", va="center", color=ink, fontsize=TYPE - 1)
        quarters = pd.PeriodIndex(fills.columns, freq="Q")
        # the year stands once, below its first quarter
        years = quarters.year.astype(str).where((quarters.quarter == 1) | (quarters == quarters[0]), "")
        labels = [picture_text("quarter", language, number=q.quarter) for q in quarters]
        ax.set_xticks(np.arange(len(quarters)) + 0.5, labels=list(map("{}\n{}".format, labels, years)), rotation=0)
        ax.tick_params(labelsize=TYPE - 2, labelcolor=QUIET, length=0, rotation=0)
        ax.set(xlabel="", ylabel="")
        # a line between goals
        goals = [indicator.partition(".")[0] for indicator in fills.index]
        ax.hlines([n for n in range(1, len(goals)) if goals[n] != goals[n - 1]], *ax.get_xlim(), color=QUIET, lw=0.8)
    return ax


def alt_development(states: pd.DataFrame, language: str = "nb") -> str:
    """Return what `development` shows: how many indicators are of each kind in the first quarter and in the last.

    Parameters
    ----------
    states : DataFrame
        As `analysis.assessment.lights.development` returns it.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    str

    """
    quarters = states.index.unique("quarter")
    sentences = [picture_text("development", language, rows=len(states.loc[quarters[0]]), quarters=len(quarters))]
    for quarter in dict.fromkeys((quarters[0], quarters[-1])):
        counts = states.loc[quarter, "figures_state"].value_counts()
        counted = (f"{int(counts[kind])} {words.state(kind, language)}" for kind in _KINDS if kind in counts)
        sentences.append(f"{words.period(quarter, language)}: {', '.join(counted)}.")
    return " ".join(sentences)
