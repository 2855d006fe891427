"""Pictures of colours: how likely each is, which ambitions would give which, and goals by quarter.

A colour never stands alone: every field carries its symbol and its word too.
"""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis import text as words
from analysis.text.numbers import short
from analysis.views.figures.canvas import EDGE, INK, LINE, QUIET, TYPE, WHITE, bare, drawing, wrapped

LIT: Final = ("green", "yellow", "red")
_LETTER: Final = 0.03  # of the width that a letter of a field takes


def ink(colour: str) -> str:
    """Return the colour of writing on a field: black on yellow, else white."""
    return "#000000" if colour == "yellow" else WHITE


def named(colour: str, language: str) -> str:
    """Return a colour's symbol and word."""
    return f"{words.SYMBOL[colour]} {words.colour(colour, language)}"


def _fits(text: str, share: float) -> bool:
    return share >= _LETTER * len(text)


def probability(chances: pd.Series, language: str = "nb", ax: Axes | None = None) -> Axes:
    """Draw one bar of the chances of green, yellow and red (`chances` has p_green, p_yellow, p_red); return the axes.

    >>> drawn = probability(pd.Series({"p_green": 0.13, "p_yellow": 0.46, "p_red": 0.41}), "en")
    >>> [text.get_text() for text in drawn.texts[-3:]]
    ['▲ yellow 46%', '■ 41%', '■ red 41%']

    Raises:
        ValueError: when a chance is missing: a colour without sampling error has none.

    """
    shares = [float(chances[f"p_{colour}"]) for colour in LIT]
    if np.isnan(shares).any():
        raise ValueError("a colour without sampling error has no probability to draw")
    with drawing(ax, height=1.3) as ax:
        bare(ax)
        ax.set_xlim(0, 1)
        ax.set_ylim(-0.9, 0.55)
        starts = np.concatenate([[0], np.cumsum(shares)[:-1]])
        ax.barh([0] * 3, shares, left=starts, height=0.9, color=[words.HEX[c] for c in LIT], edgecolor=EDGE, lw=1)
        for colour, share, start, place in zip(LIT, shares, starts, (0.0, 0.5, 1.0), strict=True):
            text = f"{words.SYMBOL[colour]} {words.probability(share, language)}"
            if _fits(text, share):
                ax.text(start + share / 2, 0, text, color=ink(colour), **_MIDDLE)
            said = f"{named(colour, language)} {words.probability(share, language)}"
            ax.text(place, -0.85, said, ha=("left", "center", "right")[round(2 * place)], va="bottom", color=INK)
    return ax


_MIDDLE: Final = {"ha": "center", "va": "center", "weight": "bold", "fontsize": TYPE + 1}


def ambition_curve(
    curve: pd.DataFrame, period: str, unit: str, latest: float, language: str = "nb", ax: Axes | None = None
) -> Axes:
    """Draw which ambitions for `period` would give which colour; return the axes.

    `curve` is `analysis.ambition_curve`: target and colour, and p_green, p_yellow, p_red where there is sampling
    error, which are then drawn below the band as areas. `latest` is the value today, in `unit`.

    >>> curve = pd.DataFrame({"target": [30.0, 34.0, 38.0], "colour": ["green", "yellow", "red"]})
    >>> curve = curve.assign(p_green=float("nan"), p_yellow=float("nan"), p_red=float("nan"))
    >>> ambition_curve(curve, "2025", "prosent", 31.0, "en").get_xlabel()
    'ambition for 2025 (per cent)'
    """
    sampled = curve[[f"p_{colour}" for colour in LIT]].notna().all(axis=1).any()
    with drawing(ax, height=2.9 if sampled else 1.5) as ax:
        bare(ax)
        ax.spines["bottom"].set_visible(True)
        targets = curve["target"].to_numpy(dtype=float)
        ax.set_xlim(targets.min(), targets.max())
        ax.set_ylim(0 if sampled else 1.04, 1.5)
        if sampled:
            _areas(ax, curve, language)
        for colour, low, high in _runs(curve):
            _field(ax, colour, low, high, language)
        _today(ax, latest, unit, language)
        ax.tick_params(labelsize=TYPE, labelcolor=QUIET, length=4, labelfontfamily="DejaVu Sans")
        ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(round(value, 9), language)))
        when, what = words.period(period, language), words.unit(unit, language)
        axis = words.look_up("pages.pictures", "ambition-axis", language, period=when, unit=what)
        ax.set_xlabel(axis, fontsize=TYPE, color=QUIET)
    return ax


def _runs(curve: pd.DataFrame) -> list[tuple[str, float, float]]:
    """Return (colour, from, to) of each stretch of one colour, meeting halfway between the targets of a change."""
    drawn = curve.sort_values("target", ignore_index=True)
    run = drawn["colour"].ne(drawn["colour"].shift()).cumsum()
    starts = drawn.groupby(run).first()
    limits = drawn["target"].rolling(2).mean()[run.diff() == 1].to_numpy()
    edges = np.concatenate([[drawn["target"].iloc[0]], limits, [drawn["target"].iloc[-1]]])
    return list(zip(starts["colour"], edges[:-1], edges[1:], strict=True))


def _field(ax: Axes, colour: str, low: float, high: float, language: str) -> None:
    left, right = ax.get_xlim()
    ax.fill_between([low, high], 1.12, 1.32, facecolor=words.HEX[colour], edgecolor=EDGE, linewidth=1, zorder=2)
    share = (high - low) / (right - left)
    if share >= 0.05:
        text = name if _fits(name := named(colour, language), share) else words.SYMBOL[colour]
        ax.text((low + high) / 2, 1.22, text, color=ink(colour), **_MIDDLE, zorder=3)


def _areas(ax: Axes, curve: pd.DataFrame, language: str) -> None:
    """Draw the chance of each colour at every ambition, one above the other, and name each where it is widest."""
    drawn = curve.sort_values("target").dropna(subset=["p_green"])
    floor = np.zeros(len(drawn))
    for colour in LIT:
        roof = floor + drawn[f"p_{colour}"].to_numpy()
        ax.fill_between(drawn["target"], floor, roof, color=words.HEX[colour], alpha=0.30, linewidth=0)
        ax.plot(drawn["target"], roof, color=EDGE, linewidth=0.6, alpha=0.6)
        floor = roof
    ax.set_yticks([0, 0.5, 1], labels=[words.percent_sign(share, language) for share in (0, 50, 100)])
    ax.set_ylabel(words.look_up("pages.pictures", "probability-axis", language), fontsize=TYPE, color=QUIET, y=0.33)


def _today(ax: Axes, latest: float, unit: str, language: str) -> None:
    left, right = ax.get_xlim()
    text = words.look_up("pages.pictures", "latest", language, value=short(latest, unit, language))
    ax.plot([latest], [1.34], "v", color=LINE, markersize=9, clip_on=False, zorder=5)
    share = (latest - left) / (right - left)
    ax.text(latest, 1.40, text, ha="left" if share < 0.5 else "right", va="bottom", color=LINE, clip_on=False)


def overview(lights: pd.DataFrame, quarter: str, language: str = "nb", ax: Axes | None = None) -> Axes:
    """Draw the strategy's goals down and the quarters across, each with its colour, symbol and word; return the axes.

    `lights` is `analysis.assessment.lights.assess`; the earlier quarter is drawn as it was published then.

    >>> overview(lights, "2024Q1", "en").texts[0].get_text()
    'Q1 2023'
    """
    goals = lights[lights["kind"] == "goal"]
    earlier = [text for text in goals["previous_quarter"].dropna().unique() if text]
    columns = [*earlier[:1], quarter]
    with drawing(ax, height=0.62 * len(goals) + 0.5) as ax:
        bare(ax)
        ax.set_xlim(0, 1)
        ax.set_ylim(len(goals) - 0.4, -1.0)
        for column, (name, left) in enumerate(zip(columns, _LEFT[-len(columns) :], strict=True)):
            ax.text(left, -0.65, words.period(name, language), va="center", color=QUIET)
            before = column == 0 and len(columns) == 2
            for row, goal in enumerate(goals.to_dict("records")):
                colour, towards = (goal[f"previous_{part}" if before else part] for part in ("colour", "towards"))
                _chip(ax, left, row, colour, towards, language)
        for row, goal in enumerate(goals.to_dict("records")):
            title = wrapped(f"{goal['goal']}. {goal[f'name_{language}']}", 36)
            ax.text(0.005, row, title, va="center", fontsize=TYPE - 1, linespacing=1.15)
    return ax


_LEFT: Final = (0.53, 0.775)


def _chip(ax: Axes, left: float, row: int, colour: str, towards: str, language: str) -> None:
    box = FancyBboxPatch(
        (left, row - 0.36), 0.215, 0.72, boxstyle="round,pad=0,rounding_size=0.02", facecolor=words.HEX[colour],
        edgecolor=EDGE, linewidth=1, mutation_aspect=12,
    )  # fmt: skip
    ax.add_patch(box)
    middle = left + 0.1075
    ax.text(middle, row - (0.16 if towards else 0), named(colour, language), color=ink(colour), **_CHIP)
    if towards:
        ax.text(
            middle, row + 0.18, f"→ {named(towards, language)}", color=ink(colour), **(_CHIP | {"fontsize": TYPE - 2})
        )


_CHIP: Final = {"ha": "center", "va": "center", "fontsize": TYPE - 1, "weight": "bold"}
