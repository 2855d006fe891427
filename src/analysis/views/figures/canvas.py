"""Paper, ink and frame of every figure, and how a figure becomes a picture that is described in words.

A figure is drawn and saved within `theme`, which is seaborn's with our inks; no setting outlives it. Type is DejaVu
Sans, which comes with matplotlib, drawn as outlines: the same bytes on every machine.
"""

import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Final

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis import text as words
from analysis.core.spreadsheets import to_csv
from analysis.statistics import surveys
from analysis.statistics.surveys import PRINTED_Z
from analysis.views.figures import vector
from analysis.views.tables.markup import Block, Markup, lines, strong, tag

WIDTH: Final = 4.8  # inches; on a telephone of 320 px the type is then still 10 px high
HEIGHT: Final = 2.9
TYPE: Final = 13.0  # points
INK: Final = "#1F2933"
QUIET: Final = "#52606D"  # 6.5 to 1 on white
GRID: Final = "#D9DEE4"
LINE: Final = "#1F4E79"  # no colour of a light: a series has no verdict
PAPER: Final = "#FFFFFF"
EDGE: Final = "#212121"  # around fields of a light's colour
WHITE: Final = "#FEFEFE"  # writing on a light's colour: white in either scheme, so it must not be the paper's
DARK: Final = {INK: "#E9EDF1", QUIET: "#B4BFCA", GRID: "#3A4753", LINE: "#93C8F4", PAPER: "#161C23", EDGE: "#CFD6DD"}
HALO: Final = (withStroke(linewidth=3, foreground=PAPER),)  # keeps writing legible across lines

STYLE: Final = {
    "font.family": "DejaVu Sans",
    "font.size": TYPE,
    "text.color": INK,
    "text.parse_math": False,
    "text.usetex": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.prop_cycle": mpl.cycler(color=[LINE]),
    "figure.dpi": 96,
    "lines.linewidth": 2.2,
    "svg.fonttype": "path",
    "svg.hashsalt": "status",
    "savefig.facecolor": PAPER,
    "path.simplify": False,
    "patch.force_edgecolor": False,  # seaborn's theme has white edges around bars
}


_draws: Final = ContextVar("draws", default=True)


@contextmanager
def without_drawing() -> Iterator[None]:
    """Leave pictures out until the block ends; their data, captions and alternative texts are made all the same."""
    before = _draws.set(False)
    try:
        yield
    finally:
        _draws.reset(before)


def draws(function: Callable[..., Axes]) -> Callable[..., Axes | None]:
    """Have a function that draws return None where pictures are left out, see `without_drawing`."""

    @wraps(function)
    def draw(*arguments: object, **named: object) -> Axes | None:
        return function(*arguments, **named) if _draws.get() else None

    return draw


@contextmanager
def theme() -> Iterator[None]:
    """Put the style of every picture in force until the block ends."""
    # seaborn's two take of `STYLE` what is theirs; what neither knows is left to matplotlib
    with sns.axes_style("white", STYLE), sns.plotting_context("paper", rc=STYLE), mpl.rc_context(STYLE):
        yield


def layout() -> ConstrainedLayoutEngine:
    """Return what keeps writing within a figure."""
    return ConstrainedLayoutEngine(w_pad=0.07, h_pad=0.07)


@contextmanager
def drawing(ax: Axes | None, height: float = HEIGHT) -> Iterator[Axes]:
    """Give the axes to draw on, with the style in force until the block ends.

    Parameters
    ----------
    ax : Axes
        Where to draw; on a new figure where it is left out.
    height : float, optional
        Inches of a new figure.

    Returns
    -------
    iterator of Axes

    """
    with theme():
        if ax is None:
            ax = plt.figure(figsize=(WIDTH, height), layout=layout()).add_subplot()
        yield ax


def frame(ax: Axes, language: str, unit: str = "") -> None:
    """Leave of the frame what helps: quiet horizontal lines, numbers as the language writes them, the unit on top."""
    for side in ("left", "top", "right"):
        ax.spines[side].set_visible(False)
    ax.tick_params(labelsize=TYPE, labelcolor=QUIET, length=0, labelfontfamily="DejaVu Sans")
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    # rounded, as a tick at 0.1 + 0.2 would be written with seventeen digits
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(round(value, 9), language)))
    if unit:
        ax.set_title(unit, loc="left", fontsize=TYPE, color=QUIET, pad=10)


def bare(ax: Axes) -> None:
    """Leave nothing of the frame."""
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xticks([])
    ax.set_yticks([])


def years(ax: Axes, times: pd.Series, periods: pd.Series, language: str, steps: int = 4) -> None:
    """Name the years below the axis.

    They are named at the values where all are yearly, else in the middle of each calendar year: five at most, which fit
    beside what is written at the ends. A single value has its period written below it in full.

    Parameters
    ----------
    ax : Axes
        Where to draw; on a new figure where it is left out.
    times : Series
        Decimal years of the values.
    periods : Series
        Periods of the values.
    language : {"nb", "en"}
        Language of the words and numbers.
    steps : int, optional
        Most steps between the names; fewer where more is written at the ends.

    """
    yearly = periods.str.fullmatch(r"\d{4}").all()
    if times.nunique() == 1:
        ax.set_xticks([times.iloc[0]], labels=[words.period(periods.iloc[0], language)])
        return
    offset = (times - periods.str[:4].astype(int)).iloc[0] if yearly else 0.5
    # halves are rounded down, as the end of a year belongs to it
    start, end = (int(np.ceil(time - offset - 0.5 - 1e-9)) for time in (times.min(), times.max()))
    every = next(step for step in (1, 2, 5, 10) if (end - start) / step <= steps)
    named = [year for year in range(start, end + 1) if (end - year) % every == 0]
    ax.set_xticks([year + offset for year in named], labels=[str(year) for year in named])
    if not yearly:
        ax.set_xticks(range(start, end + 2), minor=True)
        ax.tick_params(axis="x", pad=8)  # below the marks between the years
        ax.tick_params(axis="x", which="minor", length=5, width=0.8, color=QUIET)


def widen(ax: Axes, first: float, last: float, left: str = "", right: str = "", size: float = TYPE) -> None:
    """Widen the time axis so that texts fit beside the outermost values.

    Parameters
    ----------
    ax : Axes
        Where to draw; on a new figure where it is left out.
    first : float
        Decimal year of the first value.
    last : float
        Decimal year of the last value.
    left : str, optional
        Text before the first value.
    right : str, optional
        Text after the last value.
    size : float, optional
        Size of the texts in points.

    """
    width = ax.get_position().width * ax.get_figure(root=True).get_figwidth() * 72
    # a character of DejaVu Sans is 0.62 of its size wide on average; 14 points for the mark and the gap beside it
    before, after = ((0.62 * size * len(text) + 14) / width for text in (left, right))
    span = max(last - first, 0.5) / max(1 - before - after, 0.3)
    middle = 0.0 if last > first else 0.25  # a single value is in the middle
    ax.set_xlim(first - (before + middle) * span, last + (after + middle) * span)


def write(ax: Axes, text: str, place: tuple[float, float], offset: tuple[float, float], **style: object) -> None:
    """Write a text with a halo beside a place.

    Parameters
    ----------
    ax : Axes
        Where to draw; on a new figure where it is left out.
    text : str
        What to write.
    place : tuple of float
        Place in data coordinates, unless ``xycoords`` is among the styles.
    offset : tuple of float
        Points to the right of the place and above it.
    **style
        Passed on to `Axes.annotate`.

    """
    style = {"path_effects": HALO, "annotation_clip": False, "zorder": 6} | style
    ax.annotate(text, place, xytext=offset, textcoords="offset points", **style)


def picture(
    drawn: Axes | Figure | SubFigure | None,
    alt: str,
    caption: str,
    language: str = "nb",
    *,
    source: str = "",
    data: pd.DataFrame | None = None,
) -> Block:
    """Return a drawing as a figure for a page: caption, scalable picture, alternative text.

    The drawing is closed. The same drawing gives the same bytes, light on dark where the reader's scheme is dark. In a
    terminal the block reads as its words.

    Parameters
    ----------
    drawn : Axes or Figure or None
        The drawing, or axes of it; None where pictures are left out.
    alt : str
        Alternative text: what it shows, in words.
    caption : str
        What it is a picture of; a line above, set in bold, may say what is to be seen.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    source : str, optional
        Where its values are from, below the picture.
    data : DataFrame, optional
        What is drawn. A page then has it as a file, and the picture as another, and leads to both.

    Returns
    -------
    Block

    Raises
    ------
    ValueError
        Without alternative text or caption.

    """
    # checked here, once: a picture that not everybody can see is no part of a report
    if not alt.strip() or not caption.strip():
        raise ValueError("a picture needs an alternative text and a caption")
    address = ""
    if drawn is not None:
        figure = drawn.get_figure(root=True)
        with theme():
            address = vector.address(figure, DARK)
        plt.close(figure)
    *finding, subject = caption.split("\n")
    title = lines([*map(strong, finding), subject])
    content = tag("figcaption", title, style="margin-bottom:.5rem;line-height:1.35")
    # marked as HTML: the address has no double quote or ampersand, and single quotes would swell by a fifth
    content += tag("img", None, alt=alt, src=Markup(address), style="width:100%;height:auto")
    if source:
        content += tag("p", source, class_="note", style="margin:.25rem 0 0;font-size:.875em")
    # on paper, the whole would be a picture without a text of its own; a group holds the described one
    csv = to_csv(data) if drawn is not None and data is not None else ""
    style = "margin:1rem 0 1.5rem;max-width:32rem"
    html = tag("figure", content, role="group", lang=language, style=style, data_csv=csv)
    return Block(html, "\n".join(filter(None, (caption, alt, source))))


def picture_text(key: str, language: str, **places: object) -> str:
    """Return what is written on pictures or said of them, its places filled."""
    return words.look_up("pages.pictures", key, language, **places)


def start(kind: str, promise: pd.Series, language: str, **places: object) -> str:
    """Return the first sentence of an alternative text: what kind of picture it is, of what, in which unit."""
    name, unit = promise[f"name_{language}"], words.unit(promise["unit"], language)
    return picture_text(kind, language, name=name, unit=unit, **places)


def with_interval(rows: pd.DataFrame, promise: pd.Series) -> pd.DataFrame:
    """Return rows with the 95 % interval of survey shares in per cent.

    Parameters
    ----------
    rows : DataFrame
        Rows with value, in per cent, and n.
    promise : Series
        The measure's row of ``strategy.measures``.

    Returns
    -------
    DataFrame
        With half, low and high (half its width, and its ends), missing where there is no sampling error to show.

    """
    half = pd.Series(np.nan, index=rows.index)
    if promise["unit"] == "prosent" and promise["basis"].startswith("survey"):
        design = promise["deff"], promise["population"], promise["rounding"] / 100
        half = 100 * PRINTED_Z * surveys.share_se(rows["value"] / 100, rows["n"], *design)
    return rows.assign(half=half, low=rows["value"] - half, high=rows["value"] + half)


def mark_empty(ax: Axes, language: str) -> Axes:
    """Write that there is nothing to draw; return the axes."""
    bare(ax)
    ax.grid(visible=False)
    style = {"ha": "center", "va": "center", "color": QUIET, "fontsize": TYPE + 2}
    ax.text(0.5, 0.5, picture_text("empty", language), transform=ax.transAxes, **style)
    return ax


def wrapped(text: str, width: int) -> str:
    """Return text broken between words into lines of at most `width` characters, or of one longer word."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))
