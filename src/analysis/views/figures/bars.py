"""Pictures of groups and counts, of changes between waves of a survey, and of colours and what would give which.

A colour never stands alone: every field carries its symbol, and its word where there is space for it.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis import text as words
from analysis.core.cache import between_pages
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.text.numbers import short
from analysis.views.figures import canvas
from analysis.views.figures.canvas import EDGE, GRID, INK, LINE, PAPER, QUIET, TYPE, WHITE, picture_text

_FILLS: Final = {**words.HEX, "one_figure": GRID, "paper": PAPER}
_KINDS: Final = ("filled", "outlined", "one_figure", "ambition_not_obtained", "not_measured")
_COLOURS: Final = ("green", "yellow", "red")
_LETTER: Final = 0.03  # of the width of a picture that a letter in a field takes
_UNANSWERED: Final = "svar=ikke-svart"  # no answer is not one of the answers


@between_pages.shared
def divided(observations: pd.DataFrame, measure: str, key: str | None = None) -> pd.DataFrame:
    """Return the latest values by group of one breakdown of a measure.

    Parameters
    ----------
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    measure : str
        Slug of the measure.
    key : str, optional
        Name of the breakdown (``svar``); left out, the one with the latest period, of these the one with most groups.

    Returns
    -------
    DataFrame
        Rows of the observations, largest value first, no answer last, with ``key`` and ``last`` (whether it is no
        answer).

    """
    rows = current(observations[observations["measure"] == measure])
    # groups of two breakdowns at once (women under 30) are parts of both
    rows = rows[rows["breakdown"].str.count("=") == 1]
    rows = rows.assign(key=[text.partition("=")[0] for text in rows["breakdown"]])
    # countries are no parts of Norway: `neighbours` draws them
    rows = rows[rows["key"] != "land"] if key is None else rows[rows["key"] == key]
    if rows.empty:
        return rows
    sizes = rows.groupby(["time", "key"], sort=False).size().reset_index(name="groups")
    chosen = sizes.sort_values(["time", "groups"], kind="stable").iloc[-1]
    rows = rows[(rows["time"] == chosen["time"]) & (rows["key"] == chosen["key"])]
    rows = rows.assign(last=rows["breakdown"] == _UNANSWERED)
    return rows.sort_values(["last", "value", "breakdown"], ascending=[True, False, True], ignore_index=True)


def groups_data(strategy: Strategy, observations: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return what `breakdown` draws, as a table to calculate with.

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
        breakdown, period, value, low and high (its 95 % interval), n, source.

    """
    rows = canvas.with_interval(divided(observations, measure), strategy.measure(measure))
    return rows[["breakdown", "period", "value", "low", "high", "n", "source"]]


@canvas.draws
def breakdown(
    strategy: Strategy,
    observations: pd.DataFrame,
    measure: str,
    language: str = "nb",
    ax: Axes | None = None,
    key: str | None = None,
) -> Axes:
    """Draw the latest values of a measure by group as bars with their values, the whole as a line.

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
    key : str, optional
        Name of the breakdown; as in `divided`.

    Returns
    -------
    Axes

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    Examples
    --------
    >>> breakdown(strategy, observations, "nytteoppfolging").get_title(loc="left")
    'prosent, 1. kvartal 2024'

    """
    promise = strategy.measure(measure)
    rows = canvas.with_interval(divided(observations, measure, key), promise)
    with canvas.drawing(ax, height=0.5 * max(len(rows), 2) + 0.7) as ax:
        canvas.bare(ax)
        if rows.empty:
            return canvas.mark_empty(ax, language)
        period = rows["period"].iloc[0]
        title = f"{words.unit(promise['unit'], language)}, {words.period(period, language)}"
        ax.set_title(title, loc="left", fontsize=TYPE, color=QUIET, pad=8)
        places = np.arange(len(rows))
        ax.set_yticks(places)  # of which seaborn makes the limits
        sns.barplot(
            rows, x="value", y="breakdown", hue="last", palette={False: LINE, True: QUIET}, dodge=False, width=0.62,
            saturation=1, errorbar=None, legend=False, ax=ax, zorder=2,
        )  # fmt: skip
        ax.set(xlabel="", ylabel="")
        ax.errorbar(
            rows["value"], places, xerr=rows["half"], fmt="none", ecolor=INK, elinewidth=1.3, capsize=4, zorder=3
        )
        ends = rows["high"].fillna(rows["value"])
        values = [short(value, promise["unit"], language) for value in rows["value"]]
        for place, value, end in zip(places, values, ends, strict=True):
            canvas.write(ax, value, (end, place), (6, 0), va="center", weight="bold", zorder=4)
        _name_rows(ax, [words.breakdown_value(text, language) for text in rows["breakdown"]], 18, TYPE)
        ax.axvline(0, color=QUIET, linewidth=1)
        # the value at the end of the longest bar must fit inside the frame
        ax.set_xlim(0, (1.1 + 0.03 * max(map(len, values))) * max(ends.max(), 1e-9))
        ax.set_ylim(len(rows) - 0.5, -0.5)
        total = current(observations[observations["measure"] == measure])
        total = total.loc[(total["breakdown"] == "") & (total["period"] == period), "value"]
        # where the whole lies outside the groups' values, they are parts that add up to it, and a line says nothing
        if len(total) and rows["value"].min() < total.iloc[-1] < rows["value"].max():
            value = total.iloc[-1]
            ax.axvline(value, color=GRID, linewidth=2.5, zorder=1)
            text = picture_text("total", language, value=short(value, promise["unit"], language))
            style = {"ha": "center", "va": "bottom", "color": QUIET, "fontsize": TYPE - 1, "path_effects": ()}
            canvas.write(ax, text, (value, 1), (0, 2), xycoords=("data", "axes fraction"), **style)
    return ax


def alt_breakdown(
    strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb", key: str | None = None
) -> str:
    """Return what `breakdown` shows: each group with its value.

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
    key : str, optional
        Name of the breakdown; as in `breakdown`.

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    """
    promise, rows = strategy.measure(measure), divided(observations, measure, key)
    if rows.empty:
        return canvas.start("nothing", promise, language)
    start = canvas.start("bars", promise, language, period=words.period(rows["period"].iloc[0], language))
    groups = [
        f"{words.breakdown_value(row.breakdown, language)} {words.number(row.value, language)}"
        for row in rows.itertuples()
    ]
    return f"{start} {words.sentence('; '.join(groups))}"


def counted_data(strategy: Strategy, observations: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return what `counted` draws: the groups of a measure whose counts add up to that of the whole.

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
        breakdown, period, count, of (what is counted among), source; largest first. No rows where the counts of the
        latest breakdown are not known or are no parts of the whole.

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    """
    rows = divided(observations, strategy.measure(measure).name)
    whole = current(observations[(observations["measure"] == measure) & (observations["breakdown"] == "")])
    whole = whole[whole["period"].isin(rows["period"])]
    if rows["numerator"].sum(skipna=False) != whole["numerator"].sum(skipna=False):
        rows = rows[:0]
    rows = rows.rename(columns={"numerator": "count", "denominator": "of"})
    return rows[["breakdown", "period", "count", "of", "source"]]


@canvas.draws
def counted(
    strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb", ax: Axes | None = None
) -> Axes:
    """Draw the counts that make up a measure one after the other, on all that they are counted among.

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
    >>> drawn = counted(strategy, observations, "forsinkelser-utvikling", "en")
    >>> [text.get_text() for text in drawn.texts][:4]
    ['2', '2', '1', '5 of 17']

    """
    rows = counted_data(strategy, observations, measure)
    with canvas.drawing(ax, height=1.5) as ax:
        canvas.bare(ax)
        if rows.empty:
            return canvas.mark_empty(ax, language)
        among, counts = rows["of"].iloc[0], rows["count"]
        starts = counts.cumsum() - counts
        ax.barh(0, among, height=0.9, color=GRID, zorder=0)
        # seaborn stacks what it counts itself, not counts that are given
        ax.barh([0] * len(rows), counts, left=starts, height=0.9, color=LINE, edgecolor=PAPER, linewidth=2)
        for start, count in zip(starts, counts, strict=True):
            style = {"ha": "center", "va": "center", "color": PAPER, "weight": "bold", "fontsize": TYPE}
            ax.text(start + count / 2, 0, words.number(count, language), **style)
        style = {"va": "center", "color": INK, "weight": "bold", "path_effects": ()}
        canvas.write(ax, _of_all(rows, language), (counts.sum(), 0), (8, 0), **style)
        parts = ", ".join(_named_counts(rows, language))
        ax.text(0, -0.6, canvas.wrapped(parts, 46), ha="left", va="top", color=INK, fontsize=TYPE - 1)
        ax.set(xlim=(0, among), ylim=(-1.8, 0.5))
        title = words.period(rows["period"].iloc[0], language)
        ax.set_title(title, loc="left", fontsize=TYPE, color=QUIET, pad=8)
    return ax


def alt_counted(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> str:
    """Return what `counted` shows: the whole, and the count of each part.

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
    promise, rows = strategy.measure(measure), counted_data(strategy, observations, measure)
    if rows.empty:
        return canvas.start("nothing", promise, language)
    places = {"period": words.period(rows["period"].iloc[0], language), "whole": _of_all(rows, language)}
    parts = words.sentence("; ".join(_named_counts(rows, language)))
    return f"{canvas.start('counted', promise, language, **places)} {parts}"


def _of_all(rows: pd.DataFrame, language: str) -> str:
    part, whole = (words.number(count, language) for count in (rows["count"].sum(), rows["of"].iloc[0]))
    return words.label("of", language, part=part, whole=whole)


def _named_counts(rows: pd.DataFrame, language: str) -> list[str]:
    counts = (words.number(count, language) for count in rows["count"])
    names = (words.breakdown_value(text, language) for text in rows["breakdown"])
    return list(map("{} {}".format, counts, names))


def _name_rows(ax: Axes, names: Iterable[str], width: int, size: float) -> None:
    """Write each row's name before it, in lines of at most so many characters."""
    labels = [canvas.wrapped(name, width) for name in names]
    ax.set_yticks(range(len(labels)), labels=labels, parse_math=False)
    ax.tick_params(axis="y", labelsize=size, labelcolor=INK, length=0, labelfontfamily="DejaVu Sans")


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
        _name_rows(ax, rows[f"name_{language}"], 28, TYPE - 1)
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


@canvas.draws
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
    with canvas.drawing(ax, height=0.3 * len(fills) + 0.6) as ax:
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
        places = {"period": words.period(period, language), "unit": words.unit(unit, language)}
        ax.set_xlabel(picture_text("ambition-axis", language, **places), fontsize=TYPE, color=QUIET)
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
