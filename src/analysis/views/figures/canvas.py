"""Paper, ink and frame of every figure, and how a figure becomes a picture that is described in words.

A figure is drawn under `STYLE` and saved under it; matplotlib's own settings are never touched. Type is DejaVu Sans,
which comes with matplotlib, drawn as outlines: the same bytes on every machine.
"""

import io
import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import quote

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis import text as words
from analysis.statistics import surveys
from analysis.views.tables.markup import Block, escape

WIDTH: Final = 4.8  # inches; on a telephone of 320 px the type is then still 10 px high
HEIGHT: Final = 2.9
TYPE: Final = 13.0  # points
INK: Final = "#1F2933"
QUIET: Final = "#52606D"  # 6.5 to 1 on white
NORMAL: Final = 1.96  # half a 95 % interval in standard errors, as the surveys print their margins
GRID: Final = "#D9DEE4"
LINE: Final = "#1F4E79"  # no colour of a light: a series has no verdict
PAPER: Final = "#FFFFFF"
EDGE: Final = "#212121"  # around fields of a light's colour
WHITE: Final = "#FEFEFE"  # writing on a light's colour: white in either scheme, so it must not be the paper's
DARK: Final = {INK: "#E9EDF1", QUIET: "#B4BFCA", GRID: "#3A4753", LINE: "#93C8F4", PAPER: "#161C23", EDGE: "#CFD6DD"}
HALO: Final = (withStroke(linewidth=3, foreground=PAPER),)  # keeps writing legible across lines

_UNSEEN: Final = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_ROOT: Final = re.compile(r"<svg\b[^>]*>")
_SCALED: Final = re.compile(r"(scale\([^)]*\))|\d+\.\d{3,}")  # a hundredth of a point is enough, but not of a scale
_FEW_MARKS: Final = 3
_MANNER: Final = re.compile(r' style="([^"]+)"')
_GAPS: Final = re.compile(r"(?<=[MLQCz>]) +| +(?=[MLQCz<])")
_PLAIN: Final = " '=:;/,()-+*!?@$~|[]{}^"  # what stands in an attribute and in an address as it is

STYLE: Final = {
    "font.family": "DejaVu Sans",
    "font.size": TYPE,
    "text.color": INK,
    "text.parse_math": False,
    "text.usetex": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.facecolor": PAPER,
    "axes.linewidth": 0.8,
    "axes.prop_cycle": mpl.cycler(color=[LINE]),
    "axes.unicode_minus": True,
    "figure.facecolor": PAPER,
    "figure.dpi": 96,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "lines.solid_joinstyle": "round",
    "svg.fonttype": "path",
    "svg.hashsalt": "status",
    "savefig.bbox": None,
    "savefig.facecolor": PAPER,
    "savefig.transparent": False,
    "path.simplify": False,
}


@contextmanager
def drawing(ax: Axes | None, width: float = WIDTH, height: float = HEIGHT) -> Iterator[Axes]:
    """Give the axes to draw on, a fresh figure's when `ax` is None, with the style in force until the block ends."""
    with mpl.rc_context(STYLE):
        if ax is None:
            layout = ConstrainedLayoutEngine(w_pad=0.07, h_pad=0.07)
            ax = plt.figure(figsize=(width, height), layout=layout).add_subplot()
        yield ax


def frame(ax: Axes, language: str, unit: str = "") -> None:
    """Leave of the frame what helps: quiet horizontal lines, numbers as the language writes them, the unit on top."""
    for side in ("left", "top", "right"):
        ax.spines[side].set_visible(False)
    ax.tick_params(labelsize=TYPE, labelcolor=QUIET, length=0, labelfontfamily="DejaVu Sans")
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
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
    """Name the years below the axis: at the values where all are yearly, else in the middle of each calendar year.

    Five are named at most, which fit beside what is written at the ends; `steps` is the number of steps between them,
    fewer where more is written there. A single value has its period written below it in full.
    """
    yearly = periods.str.fullmatch(r"\d{4}").all()
    if times.nunique() == 1:
        ax.set_xticks([times.iloc[0]], labels=[words.period(periods.iloc[0], language)])
        return
    offset = (times - periods.str[:4].astype(int)).iloc[0] if yearly else 0.5
    if yearly:
        start, end = round(times.min() - offset), round(times.max() - offset)
    else:  # the end of a year belongs to it
        start, end = (int(np.ceil(time - 1e-9)) - 1 for time in (times.min(), times.max()))
    every = next(step for step in (1, 2, 5, 10) if (end - start) / step <= steps)
    named = [year for year in range(start, end + 1) if (end - year) % every == 0]
    ax.set_xticks([year + offset for year in named], labels=[str(year) for year in named])
    if not yearly:
        ax.set_xticks(range(start, end + 2), minor=True)
        ax.tick_params(axis="x", pad=8)  # below the marks between the years
        ax.tick_params(axis="x", which="minor", length=5, width=0.8, color=QUIET)


def room(ax: Axes, first: float, last: float, left: str = "", right: str = "", size: float = TYPE) -> None:
    """Widen the time axis around `first` and `last` so that texts of `size` points fit beside the outermost values."""
    width = ax.get_position().width * ax.get_figure(root=True).get_figwidth() * 72
    before, after = ((0.62 * size * len(text) + 14) / width for text in (left, right))
    span = max(last - first, 0.5) / max(1 - before - after, 0.3)
    middle = 0.0 if last > first else 0.25  # a single value stands in the middle
    ax.set_xlim(first - (before + middle) * span, last + (after + middle) * span)


def picture(
    drawn: Axes | Figure | SubFigure,
    alt: str,
    caption: str,
    language: str = "nb",
    *,
    finding: str = "",
    source: str = "",
) -> Block:
    """Return a drawing as a figure for a page: caption, scalable picture, alternative text; the drawing is closed.

    What is to be seen in it, its `finding`, stands above the caption; its `source` below the picture. The same drawing
    gives the same bytes, light on dark where the reader's scheme is dark. In a terminal the block reads as its words.

    Raises:
        ValueError: without alternative text or caption.

    """
    if not alt.strip() or not caption.strip():
        raise ValueError("a picture needs an alternative text and a caption")
    figure = drawn.get_figure(root=True)
    with mpl.rc_context(STYLE), io.BytesIO() as file:
        # not savefig, which draws everything twice, once to find out how large it gets; here the size is given
        FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None, "Creator": None})
        address = _address(file.getvalue().decode("utf-8"))
    plt.close(figure)
    title = f"<strong>{escape(finding)}</strong><br>" if finding else ""
    origin = f'<p class="note" style="margin:.25rem 0 0;font-size:.875em">{escape(source)}</p>' if source else ""
    return Block(
        f'<figure lang="{escape(language)}" style="margin:1rem 0 1.5rem;max-width:32rem">'
        f'<figcaption style="margin-bottom:.5rem;line-height:1.35">{title}{escape(caption)}</figcaption>'
        f'<img alt="{escape(alt)}" src="{address}" style="width:100%;height:auto">{origin}</figure>',
        "\n".join(filter(None, (finding, caption, alt, source))),
    )


def _in_both_schemes(svg: str) -> str:
    """Return a drawing whose paper and ink follow the reader's scheme, the colours of lights staying as they are."""
    names = {light: f"--{place}" for light, place in zip(DARK, "abcdef", strict=True)}
    light, dark = (
        ";".join(f"{names[colour]}:{shown}" for colour, shown in pairs)
        for pairs in (((colour, colour) for colour in DARK), DARK.items())
    )
    for colour, name in names.items():
        svg = svg.replace(colour.lower(), f"var({name})")
    rules = f"<style>:root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}</style>"
    return _ROOT.sub(lambda root: root[0] + rules, svg, count=1)


def _address(svg: str) -> str:
    """Return a drawing as an address that holds it: without what no eye sees, and a third shorter than as base64."""
    svg = _in_both_schemes(_said_once(svg))
    svg = _SCALED.sub(lambda found: found[1] or f"{float(found[0]):.2f}", _UNSEEN.sub("", svg))
    lean = _GAPS.sub("", " ".join(line.strip() for line in svg.splitlines())).replace('"', "'")
    return f"data:image/svg+xml,{quote(lean, safe=_PLAIN)}"


def _said_once(svg: str) -> str:
    """Return a drawing in which a manner that many marks share is a class: half the length, where dots are many."""
    shared = [manner for manner, marks in Counter(_MANNER.findall(svg)).items() if marks > _FEW_MARKS]
    for number, manner in enumerate(shared):
        svg = svg.replace(f' style="{manner}"', f' class="m{number}"')
    rules = "".join(f".m{number}{{{manner}}}" for number, manner in enumerate(shared))
    return _ROOT.sub(lambda root: f"{root[0]}<style>{rules}</style>" if rules else root[0], svg, count=1)


def half_width(rows: pd.DataFrame, promise: pd.Series) -> pd.Series:
    """Return half the 95 % interval of survey shares in per cent, missing where there is no sampling error to show."""
    if promise["unit"] != "prosent" or not promise["basis"].startswith("survey"):
        return pd.Series(np.nan, index=rows.index)
    known = promise["deff"], promise["population"], promise["rounding"] / 100
    return pd.Series(100 * NORMAL * surveys.share_se(rows["value"] / 100, rows["n"], *known), index=rows.index)


def nothing(ax: Axes, language: str) -> Axes:
    """Say that there is nothing to draw; return the axes."""
    bare(ax)
    ax.grid(visible=False)
    ax.text(
        0.5, 0.5, words.look_up("pages.pictures", "empty", language), ha="center", va="center",
        transform=ax.transAxes, color=QUIET, fontsize=TYPE + 2,
    )  # fmt: skip
    return ax


def wrapped(text: str, width: int) -> str:
    """Return text broken between words into lines of at most `width` characters, or of one longer word."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))
