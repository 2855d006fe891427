"""Pictures of values over time: one measure's trend, neighbouring countries, and the measures of a goal.

Countries and the measures of a goal are drawn by seaborn. A single series is not: its pieces, its own asymmetric
intervals and the marks of bounds would each be a call of their own, and a call of seaborn's takes forty times as long
as one of matplotlib's.
"""

import itertools
from typing import Final

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from scipy.optimize import isotonic_regression
from seaborn import FacetGrid

from analysis import text as words
from analysis.core.cache import between_pages
from analysis.core.units import SHARE_UNIT
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.text.numbers import short
from analysis.views.figures import canvas
from analysis.views.figures.canvas import INK, LINE, PAPER, QUIET, TYPE, WIDTH, picture_text

_EVERY_POINT: Final = 6  # more are summed up: a text that is listened to has an end
_SENTENCES: Final = {"target": "promised", "milestone": "passing", "conflict": "crossed", "excluded": "hollow"}
_RIBBON_FROM: Final = 7  # points from which bars would crowd each other
_DASHES: Final = (((4, 1.5), "s"), ((1, 1.5), "^"), ((6, 1.5, 1, 1.5), "D"), ((6, 1.5), "v"), ((1, 1), "P"))


@between_pages.shared
def points(strategy: Strategy, observations: pd.DataFrame, measure: str, breakdown: str = "") -> pd.DataFrame:
    """Return what is drawn of a measure: the latest edition of every period.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    measure : str
        Slug of the measure.
    breakdown : str, optional
        Group to draw, as ``land=NO``; empty for the whole.

    Returns
    -------
    DataFrame
        In time order: time, period, value, qualifier, standing, n, source; half, low and high (the 95 % interval of
        survey shares, missing elsewhere); piece (counts up at every break, so that no line crosses one).

    """
    rows = observations[(observations["measure"] == measure) & (observations["breakdown"] == breakdown)]
    return _points_of(strategy, rows, measure).drop(columns="breakdown")


def _points_of(strategy: Strategy, rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return the columns of `points` and breakdown, from all rows of a measure that are drawn."""
    excluded = rows[rows["standing"] == "excluded"].drop_duplicates(["breakdown", "period"], keep="last")
    contradicting = rows[rows["standing"] == "conflict"]
    contradicting = contradicting.drop_duplicates(["breakdown", "period", "source"], keep="last")
    rows = pd.concat([current(rows), excluded, contradicting])
    rows = rows.sort_values(["time", "published"], kind="stable", ignore_index=True)
    breaks = strategy.breaks[(strategy.breaks["measure"] == measure) & (strategy.breaks["kind"] == "break")]
    piece = np.searchsorted(np.sort(breaks["time"].to_numpy()), rows["time"].to_numpy(), side="right")
    names = ["time", "period", "value", "qualifier", "standing", "n", "source", "breakdown"]
    return canvas.with_interval(rows[names], strategy.measure(measure)).assign(piece=piece)


def path_points(strategy: Strategy, measure: str) -> pd.DataFrame:
    """Return the points of a measure's promised path that have a value."""
    return strategy.points[(strategy.points["measure"] == measure) & strategy.points["value"].notna()]


@between_pages.shared
def trend_data(strategy: Strategy, observations: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return all that `trend` draws, as a table to calculate with.

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
        point (value, or baseline, milestone or target of the promise), period, time, value, low and high (its 95 %
        interval), n, qualifier, standing, source.

    """
    rows = points(strategy, observations, measure).assign(point="value")
    names = ["point", "period", "time", "value", "low", "high", "n", "qualifier", "standing", "source"]
    return pd.concat([rows, path_points(strategy, measure)])[names]


@canvas.draws
def trend(
    strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb", ax: Axes | None = None
) -> Axes:
    """Draw a measure's series with its uncertainty, breaks, doubtful values and promised path.

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

    Returns
    -------
    Axes

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    Examples
    --------
    >>> trend(strategy, observations, "helsenorge-besok", "en").get_title(loc="left")
    'million visits'

    """
    promise = strategy.measure(measure)
    drawn = points(strategy, observations, measure)
    used = drawn[drawn["standing"] == ""]
    path = path_points(strategy, measure)
    unit = words.unit(promise["unit"], language)
    if drawn["half"].notna().any():
        unit = picture_text("with-interval", language, unit=unit)
    with canvas.drawing(ax) as ax:
        canvas.frame(ax, language, unit)
        if drawn.empty:
            return canvas.mark_empty(ax, language)
        times = pd.concat([drawn["time"], path["time"]])
        canvas.years(ax, times, pd.concat([drawn["period"], path["period"]]), language)
        # the first value is written above its own point, the latest to the right of it
        first, latest = (short(drawn["value"].iloc[place], promise["unit"], language) for place in (0, -1))
        canvas.widen(ax, times.min(), times.max(), first[: len(first) // 2], f"{latest} ", TYPE + 3)
        values = pd.concat([drawn["high"].fillna(drawn["value"]), path["value"]])
        if len(drawn) == 2 and path.empty and drawn["low"].notna().all():
            # two points are a slope: whether their intervals part is seen, which on an axis from zero it is not
            low, high = drawn["low"].min(), values.max()
            ax.set_ylim(max(2 * low - high, 0.0), 2 * high - low)
        else:
            ax.set_ylim(min(0.0, drawn["value"].min()), _top(values.max(), promise))
        _course(ax, used)
        _unused(ax, drawn, promise["unit"], language)
        _path(ax, used, path, promise["unit"], language)
        _ends(ax, used, promise["unit"], language)
        _draw_breaks(ax, strategy.breaks[strategy.breaks["measure"] == measure], drawn, language)
    return ax


def alt_trend(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> str:
    """Return what `trend` shows: values with uncertainty, breaks, promise, and values shown but not used.

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

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    """
    promise, drawn = strategy.measure(measure), points(strategy, observations, measure)
    if drawn.empty:
        return canvas.start("nothing", promise, language)
    unit, used = promise["unit"], drawn[drawn["standing"] == ""]
    parts = [canvas.start("one-point" if len(used) == 1 else "line", promise, language)]
    values = []
    for row in used.to_dict("records"):
        exact = words.quantity(row["value"], unit, language, row["qualifier"])
        if not np.isnan(row["half"]):  # not of counts, nor of surveys whose respondents are not published
            interval = words.interval(row["low"], row["high"], language)
            exact += f" ({interval}, {words.sample(row['n'], language)})"
        number, period = words.number(row["value"], language), words.period(row["period"], language)
        values.append({"exact": exact, "number": number, "period": period})
    if len(values) <= _EVERY_POINT:
        parts += [picture_text("point", language, **value) for value in values]
    else:
        # many values: first and latest say the way, lowest and highest whether it was straight
        places = {"first": 0, "latest": -1, "low": used["value"].argmin(), "high": used["value"].argmax()}
        ends = {name: values[place] for name, place in places.items()}
        parts.append(picture_text("between", language, count=len(values), **ends))
    parts += _describe_breaks(strategy, measure, used, language)
    ahead = strategy.points[(strategy.points["measure"] == measure) & (strategy.points["point"] != "baseline")]
    unused = drawn[drawn["standing"] != ""]
    for rows, column in ((ahead, "point"), (unused, "standing")):
        for row in rows.to_dict("records"):
            value = words.quantity(row["value"], unit, language)
            period = words.period(row["period"], language)
            parts.append(picture_text(_SENTENCES[row[column]], language, value=value, period=period))
    return " ".join(parts)


@canvas.draws
def neighbours(
    strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb", ax: Axes | None = None
) -> Axes:
    """Draw a measure in Norway and the countries it is compared with, each line named where it ends.

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

    Returns
    -------
    Axes

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    Examples
    --------
    >>> neighbours(strategy, observations, "eurostat-time-paa-nett").get_title(loc="left")
    'prosent'

    """
    promise = strategy.measure(measure)
    lines = countries(strategy, observations, measure)
    codes = lines["country"].unique()
    with canvas.drawing(ax) as ax:
        canvas.frame(ax, language, words.unit(promise["unit"], language))
        if lines.empty:
            return canvas.mark_empty(ax, language)
        # distinguished without colour, as the colours that are left would be those of lights
        styles = {"NO": ("", "o")} | dict(zip(codes[codes != "NO"], itertools.cycle(_DASHES)))
        sns.lineplot(
            lines, x="time", y="value", units="piece", estimator=None, ax=ax, legend=False,
            style="country", dashes={country: dash for country, (dash, _) in styles.items()},
            markers={country: marker for country, (_, marker) in styles.items()}, markeredgewidth=0,
            hue="country", palette={country: LINE if country == "NO" else QUIET for country in styles},
            size="country", sizes={country: 3 if country == "NO" else 1.5 for country in styles},
        )  # fmt: skip
        ax.set(xlabel="", ylabel="")
        canvas.years(ax, lines["time"], lines["period"], language, steps=3)  # the names of countries take half
        names = {code: words.breakdown_value(f"land={code}", language) for code in codes}
        canvas.widen(ax, lines["time"].min(), lines["time"].max(), right=f"{max(names.values(), key=len)} 100")
        ax.set_ylim(0, _top(lines["value"].max(), promise))
        # names are moved apart where they would touch
        ends = lines.groupby("country", sort=False)["value"].last().sort_values()
        heights = apart(ends.to_numpy(dtype=float), 0.08 * np.ptp(ax.get_ylim()))
        for (code, value), height in zip(ends.items(), heights, strict=True):
            emphasis = {"color": LINE, "weight": "bold"} if code == "NO" else {"color": INK, "weight": "normal"}
            text = f"{names[code]} {words.number(value, language, 0)}"
            canvas.write(ax, text, (lines["time"].max(), height), (14, 0), va="center", path_effects=(), **emphasis)
        _draw_breaks(ax, strategy.breaks[strategy.breaks["measure"] == measure], lines, language)
    return ax


def alt_neighbours(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> str:
    """Return what `neighbours` shows: each country's first and latest value, and breaks.

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

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    """
    promise, lines = strategy.measure(measure), countries(strategy, observations, measure)
    if lines.empty:
        return canvas.start("nothing", promise, language)
    parts = [canvas.start("neighbours", promise, language)]
    for code, line in lines.groupby("country", sort=False):
        values = []
        for end in line.iloc[[0, -1]].drop_duplicates("period").itertuples():
            value, period = words.number(end.value, language, 1), words.period(end.period, language)
            values.append(picture_text("in-year", language, value=value, period=period))
        country = words.breakdown_value(f"land={code}", language)
        parts.append(picture_text("country", language, country=country, series=", ".join(values)))
    return " ".join([*parts, *_describe_breaks(strategy, measure, lines, language)])


@between_pages.shared
def countries(strategy: Strategy, observations: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return the points in use of each country of a measure (breakdown ``land=``).

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
        Columns as `points` returns them, and country; Norway first, then by code.

    """
    rows = observations[(observations["measure"] == measure) & observations["breakdown"].str.startswith("land=")]
    lines = _points_of(strategy, rows, measure)
    lines = lines[lines["standing"] == ""]
    lines = lines.assign(country=lines["breakdown"].str.removeprefix("land=")).drop(columns="breakdown")
    return lines.sort_values("country", key=lambda codes: codes.mask(codes == "NO", ""), kind="stable")


def scaled(strategy: Strategy, observations: pd.DataFrame, goal: int) -> pd.DataFrame:
    """Return the values of a goal's assessed measures as shares of what is possible.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    goal : int
        Number of the goal.

    Returns
    -------
    DataFrame
        measure, time, period, value and qualifier, in the measure's unit; share, share_low and share_high, in per cent
        of the way from the least possible value to the greatest (the latter two the 95 % interval of survey shares);
        piece, as `points` returns it. Counts without a greatest value have no rows.

    """
    assessed = strategy.measures_of(goal, role="assessed")
    series = [points(strategy, observations, measure).assign(measure=measure) for measure in assessed.index]
    rows = pd.concat(series).join(assessed[["minimum", "maximum"]], on="measure")
    rows = rows[(rows["standing"] == "") & rows["minimum"].notna() & rows["maximum"].notna()]
    way = (rows["maximum"] - rows["minimum"]) / 100
    ends = {"share": "value", "share_low": "low", "share_high": "high"}
    rows = rows.assign(**{name: (rows[end] - rows["minimum"]) / way for name, end in ends.items()})
    return rows[["measure", "time", "period", "value", "qualifier", *ends, "piece"]].reset_index(drop=True)


@canvas.draws
def multiples(strategy: Strategy, observations: pd.DataFrame, goal: int, language: str = "nb") -> FacetGrid:
    """Draw the measures of a goal that have a greatest possible value as small pictures on one scale.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    goal : int
        Number of the goal.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    FacetGrid
        One small picture a measure that has a value.

    Raises
    ------
    UnknownNameError
        For a goal the strategy does not hold.
    ValueError
        Where there is nothing to draw.

    Examples
    --------
    >>> list(multiples(strategy, observations, 5, "en").axes_dict)[:2]
    ['raadsmodell-effekt', 'forsinkelser-utvikling']

    """
    rows = scaled(strategy, observations, goal)
    if rows.empty:
        raise ValueError(f"no measure of goal {goal} has both a value and a greatest possible one")
    with canvas.theme():
        grid = sns.relplot(
            rows, x="time", y="share", col="measure", col_wrap=2, kind="line", units="piece", estimator=None,
            color=LINE, marker="o", markersize=8, markeredgewidth=0, height=2.3, aspect=WIDTH / 4.6,
        )  # fmt: skip
        grid.figure.set_layout_engine(canvas.layout())
        grid.set(xlabel="", ylabel="", ylim=(0, 100)).set_titles("")
        for measure, ax in grid.axes_dict.items():
            own, promise = rows[rows["measure"] == measure], strategy.measure(measure)
            canvas.frame(ax, language)
            ax.set_yticks([0, 50, 100], labels=[words.percent_sign(share, language) for share in (0, 50, 100)])
            sides = [own["share"] - own["share_low"], own["share_high"] - own["share"]]
            ax.errorbar(own["time"], own["share"], yerr=sides, fmt="none", ecolor=LINE, elinewidth=1.4, capsize=4)
            latest = own.iloc[-1]
            text = short(latest["value"], promise["unit"], language, latest["qualifier"])
            if promise["unit"] != SHARE_UNIT:
                text = words.label("of", language, part=text, whole=words.number(promise["maximum"], language))
            canvas.write(ax, text, (latest["time"], latest["share"]), (9, 0), va="center", weight="bold", color=LINE)
            name = canvas.wrapped(_name(promise, language), 22)
            ax.set_title(name, loc="left", fontsize=TYPE - 1, color=INK, parse_math=False)
        canvas.years(ax, rows["time"], rows["period"], language, steps=1)
        canvas.widen(ax, rows["time"].min(), rows["time"].max(), right="18 of 19")
    return grid


def alt_multiples(strategy: Strategy, observations: pd.DataFrame, goal: int, language: str = "nb") -> str:
    """Return what `multiples` shows: every measure with its values.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    goal : int
        Number of the goal.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    str

    """
    rows = scaled(strategy, observations, goal)
    sentences = [picture_text("multiples", language, count=rows["measure"].nunique())]
    for measure, own in rows.groupby("measure", sort=False):
        shares = [words.percent_sign(share, language) for share in own["share"]]
        periods = [words.period(period, language) for period in own["period"]]
        series = ", ".join(map("{} ({})".format, shares, periods))
        name = _name(strategy.measure(measure), language)
        sentences.append(picture_text("country", language, country=name, series=series))
    return " ".join(sentences)


def _name(promise: pd.Series, language: str) -> str:
    name = promise[f"name_{language}"]
    return picture_text("lower-better", language, name=name) if promise["direction"] < 0 else name


def apart(heights: np.ndarray, least: float) -> np.ndarray:
    """Return heights moved as little as needed (in squares) to be `least` apart.

    Parameters
    ----------
    heights : ndarray
        Ascending.
    least : float
        Least distance between two.

    Returns
    -------
    ndarray

    """
    spread = least * np.arange(len(heights))
    # where the distances are taken off, what must stay apart must only not decrease
    return isotonic_regression(heights - spread).x + spread


def _top(highest: float, promise: pd.Series) -> float:
    """Return the top of the value axis: a fifth above the highest value, but hardly above what the scale allows."""
    top = 1.22 * highest if highest > 0 else 1.0
    return top if pd.isna(promise["maximum"]) else min(top, max(1.04 * promise["maximum"], 1.02 * highest))


def _course(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw the comparable pieces of a series with their intervals, bounds as open triangles."""
    for _, piece in rows.groupby("piece"):
        if len(piece) >= _RIBBON_FROM and piece["half"].notna().all():
            ax.fill_between(piece["time"], piece["low"], piece["high"], color=LINE, alpha=0.18, linewidth=0)
        else:
            sampled = piece.dropna(subset="half")
            bars = sampled["time"], sampled["value"], sampled["half"]
            ax.errorbar(*bars, fmt="none", ecolor=LINE, elinewidth=1.4, capsize=5)
        ax.plot(piece["time"], piece["value"], color=LINE, zorder=3)
    for marker, group in rows.groupby(rows["qualifier"].map({"over": "^", "under": "v"}).fillna("o")):
        inside, size = (LINE, 8) if marker == "o" else (PAPER, 10)
        ax.plot(group["time"], group["value"], marker, color=LINE, mfc=inside, markersize=size, mew=1.8, zorder=4)


def _unused(ax: Axes, drawn: pd.DataFrame, unit: str, language: str) -> None:
    """Mark values that are shown but not used: a cross for another source's, a hollow circle for what is left out."""
    used = drawn[drawn["standing"] == ""]
    for row in drawn[drawn["standing"] != ""].itertuples():
        marker = "x" if row.standing == "conflict" else "o"
        ax.plot(row.time, row.value, marker, color=QUIET, mfc=PAPER, markersize=7, mew=1.8, zorder=4)
        text = picture_text(row.standing, language, value=short(row.value, unit, language))
        above = True
        if len(used):
            distance = row.value - np.interp(row.time, used["time"], used["value"])
            before = used.loc[used["time"] < row.time, "value"]
            above = distance > 0
            # too near the line for a text between them: on the side that the line does not come from
            if abs(distance) <= 0.08 * np.ptp(ax.get_ylim()):
                above = before.empty or before.iloc[-1] <= row.value
        _write_near(ax, text, (row.time, row.value), above, fontsize=TYPE - 1, color=QUIET)


def _write_near(ax: Axes, text: str, place: tuple[float, float], above: bool, **style: object) -> None:
    offset, align = ((0, 10), "bottom") if above else ((0, -10), "top")
    canvas.write(ax, text, place, offset, ha="center", va=align, **({"color": INK, "fontsize": TYPE} | style))


def _path(ax: Axes, used: pd.DataFrame, path: pd.DataFrame, unit: str, language: str) -> None:
    """Draw the promised path from the baseline, else from the first value, through milestones to the target."""
    promised = path[path["point"] != "baseline"]
    if promised.empty:
        return
    # without a baseline in the strategy the path starts where measuring did
    start = pd.concat([path[path["point"] == "baseline"], used])[["time", "value"]].head(1)
    line = pd.concat([start, promised[["time", "value"]]]).sort_values("time")
    ax.plot(line["time"], line["value"], "--", color=QUIET, linewidth=1.3, zorder=2)
    for row in promised.itertuples():
        ax.plot(row.time, row.value, "D", color=INK, mfc=PAPER, mew=1.8, markersize=8, zorder=4)
        text = picture_text(row.point, language, value=short(row.value, unit, language))
        _write_near(ax, text, (row.time, row.value), above=True)


def _ends(ax: Axes, rows: pd.DataFrame, unit: str, language: str) -> None:
    """Write the latest value, heavy, to the right of its point and the first where the line leaves space for it."""
    if rows.empty:
        return
    latest, first = rows.iloc[-1], rows.iloc[0]
    text = short(latest["value"], unit, language, latest["qualifier"])
    style = {"va": "center", "fontsize": TYPE + 3, "weight": "bold", "color": LINE}
    canvas.write(ax, text, (latest["time"], latest["value"]), (12, 0), **style)
    if len(rows) > 1:
        low, high = ax.get_ylim()
        # on the side the line does not leave by, unless that would be on the axis
        above = rows.iloc[1]["value"] < first["value"] or first["value"] < low + 0.15 * (high - low)
        edge = first["value"] + (1 if above else -1) * np.nan_to_num(first["half"])
        _write_near(ax, short(first["value"], unit, language, first["qualifier"]), (first["time"], edge), above)


def _draw_breaks(ax: Axes, breaks: pd.DataFrame, drawn: pd.DataFrame, language: str) -> None:
    """Draw each break between the last value before it and the first after it, and name its kind."""
    times = np.unique(drawn["time"])
    for row in breaks.itertuples():
        after = np.searchsorted(times, row.time)
        if not 0 < after < len(times):  # no value yet on one of its sides: nothing to tell apart
            continue
        where = (times[after - 1] + times[after]) / 2
        ax.axvline(where, color=INK, linestyle=":", linewidth=1.6, zorder=1)
        text = words.look_up("codes.breaks", row.kind, language)
        style = {"ha": "left", "va": "top", "fontsize": TYPE - 1, "color": INK}
        canvas.write(ax, text, (where, 1.0), (5, -1), xycoords=("data", "axes fraction"), **style)


def _describe_breaks(strategy: Strategy, measure: str, drawn: pd.DataFrame, language: str) -> list[str]:
    """Return each break of a measure later than its first drawn value, in a sentence."""
    rows = strategy.breaks[strategy.breaks["measure"] == measure]
    sentences = []
    for row in rows[rows["time"] > drawn["time"].min()].to_dict("records"):
        kind = words.look_up("codes.breaks", row["kind"], language)
        period, note = words.period(row["period"], language), row[f"note_{language}"]
        sentences.append(words.sentence(picture_text("at-break", language, kind=kind, period=period, note=note)))
    return sentences
