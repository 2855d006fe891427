"""Pictures of values over time: one measure's trend, the same small enough for a table, and neighbouring countries."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import text as words
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.text.numbers import short
from analysis.views.figures.canvas import (
    HALO,
    INK,
    LINE,
    PAPER,
    QUIET,
    TYPE,
    bare,
    drawing,
    frame,
    half_width,
    nothing,
    room,
    years,
)

_RIBBON_FROM: Final = 7  # points from which bars would crowd each other


def points(strategy: Strategy, observations: pd.DataFrame, measure: str, breakdown: str = "") -> pd.DataFrame:
    """Return what is drawn of a measure, in time order: time, period, value, half, qualifier, standing, n, piece.

    The latest edition of every period; ``half`` is half the 95 % interval of survey shares (missing elsewhere),
    ``piece`` counts up at every break, so that no line crosses one.
    """
    rows = observations[(observations["measure"] == measure) & (observations["breakdown"] == breakdown)]
    left_out = rows[rows["standing"] == "excluded"].drop_duplicates("period", keep="last")
    doubted = rows[rows["standing"] == "conflict"].drop_duplicates(["period", "source"], keep="last")
    beside = pd.concat([left_out, doubted])
    rows = pd.concat([current(rows), beside]).sort_values(["time", "published"], kind="stable", ignore_index=True)
    breaks = strategy.breaks[(strategy.breaks["measure"] == measure) & (strategy.breaks["kind"] == "break")]
    piece = np.searchsorted(np.sort(breaks["time"].to_numpy()), rows["time"].to_numpy(), side="right")
    names = ["time", "period", "value", "qualifier", "standing", "n", "source"]
    return rows[names].assign(half=half_width(rows, strategy.measure(measure)), piece=piece)


def trend(
    strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb", ax: Axes | None = None
) -> Axes:
    """Draw a measure's series with its uncertainty, breaks, doubtful values and promised path; return the axes.

    >>> trend(strategy, observations, "helsenorge-besok", "en").get_title(loc="left")
    'million visits'

    Raises:
        UnknownNameError: for a measure the strategy does not hold.

    """
    promise = strategy.measure(measure)
    drawn = points(strategy, observations, measure)
    path = strategy.points[(strategy.points["measure"] == measure) & strategy.points["value"].notna()]
    with drawing(ax) as ax:
        frame(ax, language, _unit(promise["unit"], drawn, language))
        if drawn.empty:
            return nothing(ax, language)
        _limits(ax, drawn, path, promise, language)
        _series(ax, drawn[drawn["standing"] == ""])
        _beside(ax, drawn, promise["unit"], language)
        _path(ax, drawn, path, promise["unit"], language)
        _ends(ax, drawn[drawn["standing"] == ""], promise["unit"], language)
        _breaks(ax, strategy.breaks[strategy.breaks["measure"] == measure], drawn, language)
    return ax


def spark(strategy: Strategy, observations: pd.DataFrame, measure: str, ax: Axes | None = None) -> Axes:
    """Draw the comparable course of a measure as a line without words, the latest value as a dot; return the axes.

    >>> spark(strategy, observations, "helsenorge-besok").get_title()
    ''
    """
    drawn = points(strategy, observations, measure)
    drawn = drawn[drawn["standing"] == ""]
    with drawing(ax, width=1.6, height=0.5) as ax:
        bare(ax)
        for _, piece in drawn.groupby("piece"):
            ax.plot(piece["time"], piece["value"], color=QUIET, linewidth=1.6)
        if len(drawn):
            latest = drawn.iloc[-1]
            ax.plot(latest["time"], latest["value"], "o", color=LINE, markersize=6)
            # at least a fifth of the level, so that a ripple is not drawn as a wave
            room = max(np.ptp(drawn["value"]), abs(drawn["value"]).max() / 5, 1e-9)
            middle = (drawn["value"].max() + drawn["value"].min()) / 2
            ax.set_ylim(middle - 0.7 * room, middle + 0.7 * room)
        ax.margins(x=0.1)
    return ax


def neighbours(
    strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb", ax: Axes | None = None
) -> Axes:
    """Draw a measure in Norway and the countries it is compared with, each line named where it ends; return the axes.

    >>> neighbours(strategy, observations, "eurostat-time-paa-nett").get_title(loc="left")
    'prosent'

    Raises:
        UnknownNameError: for a measure the strategy does not hold.

    """
    promise = strategy.measure(measure)
    lines = countries(strategy, observations, measure)
    with drawing(ax) as ax:
        frame(ax, language, words.unit(promise["unit"], language))
        if not lines:
            return nothing(ax, language)
        for style, (country, line) in zip(_styles(lines), lines.items(), strict=True):
            for _, piece in line.groupby("piece"):
                ax.plot(piece["time"], piece["value"], **style, label=country)
        together = pd.concat(lines.values())
        years(ax, together["time"], together["period"], language, steps=3)  # the names of countries take half
        longest = max((words.breakdown_value(f"land={code}", language) for code in lines), key=len)
        room(ax, together["time"].min(), together["time"].max(), right=f"{longest} 100")
        ax.set_ylim(0, _top(together["value"].max(), promise))
        _name_lines(ax, lines, language)
        _breaks(ax, strategy.breaks[strategy.breaks["measure"] == measure], together, language)
    return ax


def countries(strategy: Strategy, observations: pd.DataFrame, measure: str) -> dict[str, pd.DataFrame]:
    """Return the points of each country of a measure (breakdown ``land=``), Norway first, then by name."""
    rows = observations[(observations["measure"] == measure) & observations["breakdown"].str.startswith("land=")]
    codes = sorted({code.removeprefix("land=") for code in rows["breakdown"]}, key=lambda c: (c != "NO", c))
    found = {code: points(strategy, rows, measure, f"land={code}") for code in codes}
    return {code: line[line["standing"] == ""] for code, line in found.items()}


def _styles(lines: dict[str, pd.DataFrame]) -> list[dict]:
    others = [
        {"color": QUIET, "linestyle": dash, "marker": marker, "linewidth": 1.5, "markersize": 5}
        for dash, marker in (("--", "s"), (":", "^"), ("-.", "D"), ((0, (6, 1.5)), "v"), ((0, (1, 1)), "P"))
    ]
    norway = {"color": LINE, "marker": "o", "linewidth": 3, "markersize": 7, "zorder": 3}
    rest = iter(others * (1 + len(lines) // len(others)))
    return [norway if code == "NO" else next(rest) for code in lines]


def _name_lines(ax: Axes, lines: dict[str, pd.DataFrame], language: str) -> None:
    """Write each line's name and last value to its right, moved apart where they would touch."""
    ends = pd.DataFrame({code: line.iloc[-1] for code, line in lines.items()}).T.sort_values("value")
    bottom, top = ax.get_ylim()
    placed = _apart(ends["value"].astype(float).to_numpy(), 0.08 * (top - bottom))
    edge = max(line["time"].max() for line in lines.values())
    for (code, end), height in zip(ends.iterrows(), placed, strict=True):
        name = words.breakdown_value(f"land={code}", language)
        ax.annotate(
            f"{name} {words.number(end['value'], language, 0)}",
            (edge, height),
            xytext=(14, 0),
            textcoords="offset points",
            va="center",
            color=LINE if code == "NO" else INK,
            weight="bold" if code == "NO" else "normal",
            annotation_clip=False,
        )


def _apart(heights: np.ndarray, least: float) -> np.ndarray:
    """Return ascending heights moved as little as needed to stand `least` apart."""
    placed = heights.copy()
    for _ in range(20):
        for i in range(1, len(placed)):
            if (overlap := least - (placed[i] - placed[i - 1])) > 0:
                placed[i - 1] -= overlap / 2
                placed[i] += overlap / 2
    return placed


def _series(ax: Axes, rows: pd.DataFrame) -> None:
    for _, piece in rows.groupby("piece"):
        if len(piece) >= _RIBBON_FROM and piece["half"].notna().all():
            edges = piece["value"] - piece["half"], piece["value"] + piece["half"]
            ax.fill_between(piece["time"], *edges, color=LINE, alpha=0.18, linewidth=0)
        else:
            known = piece[piece["half"].notna()]
            ax.errorbar(
                known["time"], known["value"], known["half"], fmt="none", ecolor=LINE, elinewidth=1.4, capsize=5
            )
        ax.plot(piece["time"], piece["value"], color=LINE, zorder=3)
    bound = rows["qualifier"].map({"over": "^", "under": "v"}).fillna("o")
    for marker, group in rows.groupby(bound):
        inside = LINE if marker == "o" else PAPER
        ax.plot(
            group["time"], group["value"], marker, color=LINE, mfc=inside, markersize=8 if marker == "o" else 10,
            mew=1.8, zorder=4,
        )  # fmt: skip


def _beside(ax: Axes, drawn: pd.DataFrame, unit: str, language: str) -> None:
    """Mark values that are shown but not used: a cross for another source's, a hollow circle for what is left out."""
    used = drawn[drawn["standing"] == ""]
    for row in drawn[drawn["standing"] != ""].itertuples():
        crossed = row.standing == "conflict"
        ax.plot(row.time, row.value, "x" if crossed else "o", color=QUIET, mfc=PAPER, markersize=7, mew=1.8, zorder=4)
        text = words.look_up("pages.pictures", row.standing, language, value=short(row.value, unit, language))
        _write(ax, text, (row.time, row.value), _free_above(ax, used, row), size=TYPE - 1, color=QUIET)


def _free_above(ax: Axes, used: pd.DataFrame, row: tuple) -> bool:
    """Return whether the place above a value is free: beside the series, the side it does not come from."""
    if used.empty:
        return True
    distance = row.value - np.interp(row.time, used["time"], used["value"])
    if abs(distance) > 0.08 * np.ptp(ax.get_ylim()):
        return distance > 0
    before = used.loc[used["time"] < row.time, "value"]
    return before.empty or before.iloc[-1] <= row.value


def _write(ax: Axes, text: str, place: tuple[float, float], above: bool, **style: object) -> None:
    size, weight, color = (style.get(k, v) for k, v in (("size", TYPE), ("weight", "normal"), ("color", INK)))
    ax.annotate(
        text, place, xytext=(0, 10 if above else -10), textcoords="offset points", ha="center",
        va="bottom" if above else "top", fontsize=size, weight=weight, color=color, path_effects=HALO, zorder=6,
        annotation_clip=False,
    )  # fmt: skip


def _path(ax: Axes, drawn: pd.DataFrame, path: pd.DataFrame, unit: str, language: str) -> None:
    promised = path[path["point"] != "baseline"]
    if promised.empty:
        return
    start = drawn[drawn["standing"] == ""].head(1)[["time", "value"]]
    line = pd.concat([path.loc[path["point"] == "baseline", ["time", "value"]], start]).head(1)
    line = pd.concat([line, promised[["time", "value"]]]).sort_values("time")
    ax.plot(line["time"], line["value"], "--", color=QUIET, linewidth=1.3, zorder=2)
    for row in promised.itertuples():
        ax.plot(row.time, row.value, "D", color=INK, mfc=PAPER, mew=1.8, markersize=8, zorder=4)
        text = words.look_up("pages.pictures", row.point, language, value=short(row.value, unit, language))
        _write(ax, text, (row.time, row.value), above=True)


def _unit(unit: str, drawn: pd.DataFrame, language: str) -> str:
    name = words.unit(unit, language)
    with_interval = words.look_up("pages.pictures", "with-interval", language, unit=name)
    return with_interval if drawn["half"].notna().any() else name


def _limits(ax: Axes, drawn: pd.DataFrame, path: pd.DataFrame, promise: pd.Series, language: str) -> None:
    """Start the value axis at zero, and leave room at both ends of time for what is written there."""
    times = pd.concat([drawn["time"], path["time"]])
    values = pd.concat([drawn["value"] + drawn["half"].fillna(0), path["value"]])
    years(ax, times, pd.concat([drawn["period"], path["period"]]), language)
    ends = [short(drawn["value"].iloc[place], promise["unit"], language) for place in (0, -1)]
    room(ax, times.min(), times.max(), ends[0][: len(ends[0]) // 2], ends[1] + " ", TYPE + 3)
    ax.set_ylim(min(0.0, drawn["value"].min()), _top(values.max(), promise))


def _top(highest: float, promise: pd.Series) -> float:
    top = 1.22 * highest if highest > 0 else 1.0
    return top if pd.isna(promise["maximum"]) else min(top, max(1.04 * promise["maximum"], 1.02 * highest))


def _ends(ax: Axes, rows: pd.DataFrame, unit: str, language: str) -> None:
    """Write the latest value, heavy, to the right of its point and the first where the line leaves room for it."""
    if rows.empty:
        return
    latest, first = rows.iloc[-1], rows.iloc[0]
    ax.annotate(
        short(latest["value"], unit, language, latest["qualifier"]), (latest["time"], latest["value"]),
        xytext=(12, 0), textcoords="offset points", va="center", fontsize=TYPE + 3, weight="bold", color=LINE,
        path_effects=HALO, zorder=6, annotation_clip=False,
    )  # fmt: skip
    if len(rows) > 1:
        low, high = ax.get_ylim()
        above = rows.iloc[1]["value"] < first["value"] or first["value"] < low + 0.15 * (high - low)
        edge = first["value"] + (1 if above else -1) * np.nan_to_num(first["half"])
        _write(ax, short(first["value"], unit, language, first["qualifier"]), (first["time"], edge), above)


def _breaks(ax: Axes, breaks: pd.DataFrame, drawn: pd.DataFrame, language: str) -> None:
    """Draw each break between the last value before it and the first after it, and name its kind."""
    times = np.unique(drawn["time"])
    for row in breaks.itertuples():
        after = np.searchsorted(times, row.time)
        if not 0 < after < len(times):  # no value yet on one of its sides: nothing to tell apart
            continue
        where = (times[after - 1] + times[after]) / 2
        ax.axvline(where, color=INK, linestyle=":", linewidth=1.6, zorder=1)
        ax.annotate(
            words.look_up("codes.breaks", row.kind, language), (where, 1.0), xycoords=("data", "axes fraction"),
            xytext=(5, -1), textcoords="offset points", ha="left", va="top", fontsize=TYPE - 1, color=INK,
            path_effects=HALO,
        )  # fmt: skip
