"""Pictures of colours: how likely each is, and which ambitions would give which.

A colour never stands alone: every field carries its symbol and its word too.
"""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis import text as words
from analysis.text.numbers import short
from analysis.views.figures import canvas
from analysis.views.figures.canvas import EDGE, INK, LINE, QUIET, TYPE, WHITE, picture_text

_COLOURS: Final = ("green", "yellow", "red")
_LETTER: Final = 0.03  # of the width that a letter of a field takes


def _write_in_field(ax: Axes, place: tuple[float, float], texts: tuple[str, str], colour: str, share: float) -> None:
    """Write in a field of a colour the first text that fits it: it takes `share` of the width of the picture."""
    text, shorter = texts
    text = text if share >= _LETTER * len(text) else shorter
    ink = "#000000" if colour == "yellow" else WHITE
    if text:
        ax.text(*place, text, color=ink, ha="center", va="center", weight="bold", fontsize=TYPE + 1, zorder=3)


def _named(colour: str, language: str) -> str:
    return f"{words.SYMBOL[colour]} {words.colour(colour, language)}"


@canvas.draws
def probability(chances: pd.Series, language: str = "nb", ax: Axes | None = None) -> Axes:
    """Draw one bar of the chances of green, yellow and red.

    Parameters
    ----------
    chances : Series
        With p_green, p_yellow and p_red, in 0-1.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    ax : Axes, optional
        Where to draw; on a new figure where it is left out.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        When a chance is missing: a colour without sampling error has none.

    Examples
    --------
    >>> drawn = probability(pd.Series({"p_green": 0.13, "p_yellow": 0.46, "p_red": 0.41}), "en")
    >>> [text.get_text() for text in drawn.texts[-3:]]
    ['▲ yellow 46%', '■ 41%', '■ red 41%']

    """
    shares = [float(chances[f"p_{colour}"]) for colour in _COLOURS]
    if np.isnan(shares).any():
        raise ValueError("a colour without sampling error has no probability to draw")
    with canvas.drawing(ax, height=1.3) as ax:
        canvas.bare(ax)
        ax.set_xlim(0, 1)
        ax.set_ylim(-0.9, 0.55)
        # one bar, so that the three chances are seen to add up
        starts = np.concatenate([[0], np.cumsum(shares)[:-1]])
        ax.barh([0] * 3, shares, left=starts, height=0.9, color=[words.HEX[c] for c in _COLOURS], edgecolor=EDGE, lw=1)
        aligned = zip((0.0, 0.5, 1.0), ("left", "center", "right"), strict=True)
        for colour, share, start, (place, align) in zip(_COLOURS, shares, starts, aligned, strict=True):
            chance = words.probability(share, language)
            _write_in_field(ax, (start + share / 2, 0), (f"{words.SYMBOL[colour]} {chance}", ""), colour, share)
            # every colour is named below the bar, as the narrow ones have no text in it
            ax.text(place, -0.85, f"{_named(colour, language)} {chance}", ha=align, va="bottom", color=INK)
    return ax


def alt_probability(chances: pd.Series, language: str = "nb") -> str:
    """Return what `probability` shows.

    Parameters
    ----------
    chances : Series
        With p_green, p_yellow and p_red, in 0-1.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    str

    """
    shares = ", ".join(
        f"{words.colour(colour, language)} {words.probability(chances[f'p_{colour}'], language)}" for colour in _COLOURS
    )
    return picture_text("chances", language, shares=shares)


@canvas.draws
def ambition_curve(
    curve: pd.DataFrame, period: str, unit: str, latest: float, language: str = "nb", ax: Axes | None = None
) -> Axes:
    """Draw which ambitions would give which colour.

    Where there is sampling error, the chance of each colour is drawn below the band as areas.

    Parameters
    ----------
    curve : DataFrame
        As `analysis.ambition_curve` returns it: target, colour, p_green, p_yellow, p_red.
    period : str
        When the ambition is to be met.
    unit : str
        Unit of the measure, as the strategy names it.
    latest : float
        The latest value, in `unit`.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    ax : Axes, optional
        Where to draw; on a new figure where it is left out.

    Returns
    -------
    Axes

    Examples
    --------
    >>> curve = pd.DataFrame({"target": [30.0, 34.0, 38.0], "colour": ["green", "yellow", "red"]})
    >>> curve = curve.assign(p_green=float("nan"), p_yellow=float("nan"), p_red=float("nan"))
    >>> ambition_curve(curve, "2025", "prosent", 31.0, "en").get_xlabel()
    'ambition for 2025 (per cent)'

    """
    # given from easy to hard, which is downwards where less is better
    curve = curve.sort_values("target", ignore_index=True)
    sampled = curve[[f"p_{colour}" for colour in _COLOURS]].notna().all(axis=1).any()
    with canvas.drawing(ax, height=2.9 if sampled else 1.5) as ax:
        canvas.bare(ax)
        ax.spines["bottom"].set_visible(True)
        targets = curve["target"].to_numpy()
        ax.set_xlim(targets.min(), targets.max())
        ax.set_ylim(0 if sampled else 1.04, 1.5)
        if sampled:
            # the chance of each colour at every ambition, one above the other
            drawn = curve.dropna(subset="p_green")
            shares = drawn[[f"p_{colour}" for colour in _COLOURS]].T
            colours = [words.HEX[colour] for colour in _COLOURS]
            ax.stackplot(drawn["target"], shares, colors=colours, alpha=0.30, linewidth=0)
            ax.plot(drawn["target"], shares.cumsum().T, color=EDGE, linewidth=0.6, alpha=0.6)
            ax.set_yticks([0, 0.5, 1], labels=[words.percent_sign(share, language) for share in (0, 50, 100)])
            ax.set_ylabel(picture_text("probability-axis", language), fontsize=TYPE, color=QUIET, y=0.33)
        # each stretch of one colour is a field; two meet halfway between the targets of a change
        run = curve["colour"].ne(curve["colour"].shift()).cumsum()
        limits = curve["target"].rolling(2).mean()[run.diff() == 1]
        edges = [targets[0], *limits, targets[-1]]
        for colour, low, high in zip(curve.groupby(run)["colour"].first(), edges[:-1], edges[1:], strict=True):
            ax.fill_between([low, high], 1.12, 1.32, facecolor=words.HEX[colour], edgecolor=EDGE, linewidth=1, zorder=2)
            share = (high - low) / np.ptp(targets)
            symbol = words.SYMBOL[colour] if share >= 0.05 else ""
            _write_in_field(ax, ((low + high) / 2, 1.22), (_named(colour, language), symbol), colour, share)
        ax.plot([latest], [1.34], "v", color=LINE, markersize=9, clip_on=False, zorder=5)
        # written on the side of the mark that has more space
        align = "left" if latest - targets.min() < np.ptp(targets) / 2 else "right"
        text = picture_text("latest", language, value=short(latest, unit, language))
        ax.text(latest, 1.40, text, ha=align, va="bottom", color=LINE, clip_on=False)
        ax.tick_params(labelsize=TYPE, labelcolor=QUIET, length=4, labelfontfamily="DejaVu Sans")
        ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(round(value, 9), language)))
        axis = picture_text(
            "ambition-axis", language, period=words.period(period, language), unit=words.unit(unit, language)
        )
        ax.set_xlabel(axis, fontsize=TYPE, color=QUIET)
    return ax


def alt_ambition(bands: pd.DataFrame, name: str, period: str, unit: str, language: str = "nb") -> str:
    """Return what `ambition_curve` shows: the targets of each colour.

    Parameters
    ----------
    bands : DataFrame
        As `analysis.ambition_bands` returns them.
    name : str
        Name of the measure.
    period : str
        When the ambition is to be met.
    unit : str
        Unit of the measure, as the strategy names it.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    str

    """
    parts = []
    for band in bands.to_dict("records"):
        sides = zip(("low", "high"), sorted((band["easiest"], band["hardest"])), strict=True)
        ends = {side: words.quantity(np.round(end, 1), unit, language) for side, end in sides if np.isfinite(end)}
        key = "band-inside" if len(ends) == 2 else "band-below" if "high" in ends else "band-above"
        parts.append(picture_text(key, language, colour=words.colour(band["colour"], language), **ends))
    start = picture_text("ambition", language, name=name, period=words.period(period, language))
    return f"{start} {words.sentence('; '.join(parts))}"
