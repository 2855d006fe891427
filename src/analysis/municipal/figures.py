"""Pictures of an area beside the others: its distance from all on every measure, and the funnel of one measure."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import text as words
from analysis.core.units import SHARE_UNIT
from analysis.municipal.tables import area_word
from analysis.statistics import funnels
from analysis.views.figures.canvas import HALO, INK, LINE, PAPER, QUIET, TYPE, bare, drawing, draws, frame, wrapped

_FARTHEST: Final = 6.0  # what lies farther is drawn here, with a mark that points on
_BAND: Final = 0.08  # of the line's colour, twice where the bands lie on each other


@draws
def distances(own: pd.DataFrame, peers: pd.DataFrame, names: pd.Series, language: str = "nb") -> Axes:
    """Draw how far an area lies from all together on each measure, with its peers as small dots.

    Parameters
    ----------
    own : DataFrame
        Index measure; z (missing where it has no place) and zone.
    peers : DataFrame
        measure and z.
    names : Series
        The measures' names.
    language : str

    Returns
    -------
    Axes

    """
    rows = own[own["z"].notna()]
    with drawing(None, height=0.42 * max(len(rows), 2) + 0.9) as ax:
        bare(ax)
        # the bands lie on each other, so the inner one is twice as dark
        for end in (funnels.OUTER_Z, funnels.INNER_Z):
            ax.axvspan(-end, end, color=LINE, alpha=_BAND, lw=0, zorder=0)
        ax.axvline(0, color=QUIET, linewidth=1, zorder=1)
        places = pd.Series(np.arange(len(rows)), index=rows.index)
        near = peers[peers["measure"].isin(rows.index) & peers["z"].notna()]
        ax.plot(_clipped(near["z"]), near["measure"].map(places), ".", color=QUIET, alpha=0.5, ms=5, zorder=2)
        zones = rows["zone"].abs()
        # filled: beyond the outer limits, the only places that are claimed
        for chosen, style in ((zones < 2, {"mfc": PAPER}), (zones == 2, {"mfc": LINE})):
            ax.plot(_clipped(rows["z"][chosen]), places[chosen], "o", ms=9, mec=LINE, mew=2, zorder=3, **style)
        for measure, z in rows["z"][rows["z"].abs() > _FARTHEST].items():
            mark, at = ("»", _FARTHEST + 0.5) if z > 0 else ("«", -_FARTHEST - 0.5)
            ax.text(at, places[measure], mark, ha="center", va="center", color=LINE, fontsize=TYPE)
        ax.set_yticks(places, labels=[wrapped(names[m], 34) for m in rows.index], parse_math=False)
        ax.tick_params(axis="y", labelsize=TYPE - 2, labelcolor=INK, length=0, labelfontfamily="DejaVu Sans")
        ax.set_xlim(-_FARTHEST - 0.9, _FARTHEST + 0.9)
        ax.set_ylim(len(rows) - 0.4, -0.6)  # the first measure on top, as in the table below
        for key, x, side in (
            ("picture_low", -_FARTHEST, "left"),
            ("picture_all", 0, "center"),
            ("picture_high", _FARTHEST, "right"),
        ):
            ax.annotate(
                area_word(key, language), (x, 1), xycoords=("data", "axes fraction"), xytext=(0, 4),
                textcoords="offset points", ha=side, color=QUIET, fontsize=TYPE - 1,
            )  # fmt: skip
    return ax


def _clipped(z: pd.Series) -> pd.Series:
    return z.clip(-_FARTHEST, _FARTHEST)


@draws
def funnel(rows: pd.DataFrame, area: str, name: str, language: str = "nb") -> Axes:
    """Draw one measure's funnel: all areas by size and share, the limits of chance, and one area by name.

    Parameters
    ----------
    rows : DataFrame
        Index area; value, denominator, centre, dispersion and around (the larger area each lies in).
    area, name : str
        Code and name of the area to point out.
    language : str

    Returns
    -------
    Axes

    """
    drawn = rows[rows["value"].notna() & (rows["denominator"] > 0)]
    centre = drawn["centre"].iloc[0]
    near = drawn["around"] == rows.at[area, "around"]
    with drawing(None) as ax:
        sizes = np.geomspace(max(10, drawn["denominator"].min()), drawn["denominator"].max() * 1.1, 160)
        for level, width in ((funnels.INNER, 0.9), (funnels.OUTER, 1.4)):
            for end in funnels.limits(np.round(sizes), centre / 100, level, drawn["dispersion"].iloc[0]):
                ax.plot(sizes, 100 * end, color=QUIET, linewidth=width, linestyle="--" if width < 1 else "-", zorder=2)
        ax.axhline(centre, color=QUIET, linewidth=1, zorder=1)
        ax.plot(drawn["denominator"], drawn["value"], ".", color=QUIET, alpha=0.35, ms=5, zorder=2)
        ax.plot(drawn.loc[near, "denominator"], drawn.loc[near, "value"], ".", color=INK, ms=6, zorder=3)
        x, y = drawn.loc[area, ["denominator", "value"]]
        ax.plot([x], [y], "o", color=LINE, ms=10, zorder=4)
        # the name is written towards the middle of the picture, where it stays within
        left = x > np.sqrt(sizes[0] * sizes[-1])
        ax.annotate(
            name, (x, y), xytext=(-9 if left else 9, 0), textcoords="offset points", ha="right" if left else "left",
            va="center", weight="bold", color=LINE, path_effects=HALO, zorder=5,
        )  # fmt: skip
        ax.set_xscale("log")  # the largest areas are a thousand times the smallest
        low, high = drawn["value"].min(), drawn["value"].max()
        ax.set_ylim(max(0, low - 5), min(100, high + 5))
        frame(ax, language, words.unit(SHARE_UNIT, language))
        ticks = [tick for tick in (10, 100, 1000, 10_000, 100_000, 1_000_000) if sizes[0] <= tick <= sizes[-1]]
        ax.set_xticks(ticks, labels=[words.number(tick, language) for tick in ticks])
        ax.set_xticks([], minor=True)
        ax.set_xlabel(area_word("funnel_x", language), fontsize=TYPE - 1)
    return ax
