"""The picture of quarters: what the figures said of every indicator at the end of each."""

from typing import Final

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from analysis import text as words
from analysis.views.figures.canvas import GRID, INK, PAPER, QUIET, TYPE, WHITE, drawing, picture_text

_FILLS: Final = {**words.HEX, "one_figure": GRID, "paper": PAPER}
_KINDS: Final = ("filled", "outlined", "one_figure", "ambition_not_obtained", "not_measured")
_ROW: Final = 0.3  # inches


def development(found: pd.DataFrame, language: str = "nb", ax: Axes | None = None) -> Axes:
    """Draw a field for every indicator and quarter: filled against a target, framed for a direction, else its state.

    Parameters
    ----------
    found : DataFrame
        As `analysis.assessment.development.development` returns it.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    ax : Axes, optional
        Where to draw; on a new figure where it is left out.

    Returns
    -------
    Axes

    Examples
    --------
    >>> from analysis.assessment.development import development as find_development
    >>> drawn = development(find_development(strategy, observations, "2024Q1"))
    >>> len(drawn.get_yticklabels())
    15

    """
    fills = found.apply(_fill, axis=1).map(list(_FILLS).index).unstack("quarter")
    fills = fills.reindex(found.index.unique("indicator"))
    with drawing(ax, height=_ROW * len(fills) + 0.6) as ax:
        colours = ListedColormap(list(_FILLS.values()))
        sns.heatmap(
            fills, ax=ax, cmap=colours, vmin=-0.5, vmax=len(_FILLS) - 0.5, cbar=False, linewidths=2.5, linecolor=PAPER
        )
        for (quarter, indicator), row in found.iterrows():
            place = fills.columns.get_loc(quarter), fills.index.get_loc(indicator)
            _mark(ax, place, row)
        quarters = pd.PeriodIndex(fills.columns, freq="Q")
        # the year stands once, below its first quarter
        years = [str(q.year) if place == 0 or q.quarter == 1 else "" for place, q in enumerate(quarters)]
        names = [picture_text("quarter", language, number=q.quarter) for q in quarters]
        ax.set_xticks(
            [place + 0.5 for place in range(len(quarters))],
            labels=[f"{name}\n{year}" for name, year in zip(names, years, strict=True)],
            rotation=0,
        )
        ax.tick_params(labelsize=TYPE - 2, labelcolor=QUIET, length=0, rotation=0)
        ax.set(xlabel="", ylabel="")
        # a line between goals
        goals = [indicator.partition(".")[0] for indicator in fills.index]
        ax.hlines([n for n in range(1, len(goals)) if goals[n] != goals[n - 1]], *ax.get_xlim(), color=QUIET, lw=0.8)
    return ax


def _fill(row: pd.Series) -> str:
    """Return which fill a field has; only a colour against a target and a single figure have one."""
    filled = row["proposed"] if row["figures_state"] == "filled" else row["figures_state"]
    return filled if filled in _FILLS else "paper"


def _mark(ax: Axes, place: tuple[int, int], row: pd.Series) -> None:
    """Write the sign of a field, and draw the frame of a direction."""
    across, down = place
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


def alt_development(found: pd.DataFrame, language: str = "nb") -> str:
    """Return what `development` shows: how many indicators are of each kind in the first quarter and in the last.

    Parameters
    ----------
    found : DataFrame
        As `analysis.assessment.development.development` returns it.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    str

    """
    quarters = found.index.unique("quarter")
    sentences = [picture_text("development", language, rows=len(found.loc[quarters[0]]), quarters=len(quarters))]
    for quarter in dict.fromkeys((quarters[0], quarters[-1])):
        counts = found.loc[quarter, "figures_state"].value_counts()
        counted = (f"{int(counts[kind])} {words.state(kind, language)}" for kind in _KINDS if kind in counts)
        sentences.append(f"{words.period(quarter, language)}: {', '.join(counted)}.")
    return " ".join(sentences)
