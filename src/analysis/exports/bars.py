"""Which series of a goal are drawn as bars, and what is written about each: title, values, intervals, sources."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis import text as words
from analysis.exports.content import sources_line
from analysis.text.phrases import phrase
from analysis.views.figures.series import points
from analysis.views.status import Status

MOST_BARS = 8  # more of them, and the labels of periods run into each other


@dataclass(frozen=True)
class Bars:
    """A bar chart: title, unit, what each bar is, its value and half its 95 % interval (NaN where none), notes, words.

    ``alike`` bars are of one kind, none of them the latest.
    """

    title: str
    unit: str
    categories: tuple[str, ...]
    values: tuple[float, ...]
    halves: tuple[float, ...]
    notes: tuple[str, ...]
    alt: str
    alike: bool = False


def charts_of(status: Status, goal: int) -> list[Bars]:
    """Return a goal's series of at least two comparable values, then the shares measured once as one group of bars."""
    measures = status.strategy.measures
    chosen = measures.index[(measures["goal"] == goal) & (measures["role"] == "assessed")]
    series = {}
    for slug in chosen:
        rows = points(status.strategy, status.observations, slug).assign(unit=measures.at[slug, "unit"])
        # a bound is no value, so that a bar of it would mislead
        rows = rows[(rows["standing"] == "") & ~rows["qualifier"].isin(["over", "under"])]
        # no bar is shown beside one from before a break in the series
        series[slug] = rows[rows["piece"] == rows["piece"].max()].tail(MOST_BARS) if len(rows) else rows
    charts = [_over_time(status, slug, rows) for slug, rows in series.items() if len(rows) >= 2]
    # a share measured once has no course, but can be compared with the others
    once = [slug for slug, rows in series.items() if len(rows) == 1 and measures.at[slug, "unit"] == "prosent"]
    if len(once) >= 2:
        charts.append(_side_by_side(status, once, pd.concat([series[slug] for slug in once])))
    return charts


def _over_time(status: Status, measure: str, rows: pd.DataFrame) -> Bars:
    language, promise = status.language, status.strategy.measure(measure)
    periods = [words.period(period, language) for period in rows["period"]]
    derived = [period for period, how in zip(periods, rows["qualifier"], strict=True) if how == "derived"]
    notes = [phrase("lower_better", language)] if promise["direction"] < 0 else []
    notes += [phrase("derived_note", language, periods=", ".join(derived))] if derived else []
    notes += _sizes(rows, [promise["basis"]], language)
    notes += [phrase("interval_note", language)] if rows["half"].notna().any() else []
    name = f"{promise['indicator']} {promise[f'name_{language}']}"
    return _bars(status, name, periods, rows, notes, alike=False)


def _side_by_side(status: Status, measures: list[str], rows: pd.DataFrame) -> Bars:
    language, promises = status.language, status.strategy.measures.loc[measures]
    ids = list(promises["indicator"])
    names = [f"{i}\n{words.period(period, language)}" for i, period in zip(ids, rows["period"], strict=True)]
    lower = list(promises.loc[promises["direction"] < 0, "indicator"])
    notes = [phrase("lower_better_of", language, items=_listed(lower, language))] if lower else []
    notes += _sizes(rows, promises["basis"], language)
    title = phrase("latest_bars", language, items=_listed(ids, language))
    return _bars(status, title, names, rows, notes, alike=True)


def _bars(status: Status, title: str, names: list[str], rows: pd.DataFrame, notes: list[str], alike: bool) -> Bars:
    language, unit, described = status.language, rows["unit"].iat[0], []
    for name, value, half, how in zip(names, rows["value"], rows["half"], rows["qualifier"], strict=True):
        quantity = words.quantity(value, unit, language, how)
        bar = phrase("bar", language, period=name.replace("\n", ", "), value=quantity)
        if pd.notna(half):
            low, high = (words.number(end, language, 1) for end in (value - half, value + half))
            bar += phrase("bar_interval", language, low=low, high=high)
        described.append(bar)
    unit = words.unit(unit, language)
    return Bars(
        title=title,
        unit=unit,
        categories=tuple(names),
        values=tuple(rows["value"]),
        halves=tuple(rows["half"]),
        notes=(*notes, sources_line(dict.fromkeys(status.sources.loc[rows["source"], "title"]), language)),
        alt=phrase("bars", language, name=title, unit=unit, values="; ".join(described)),
        alike=alike,
    )


def _sizes(rows: pd.DataFrame, bases: Sequence[str], language: str) -> list[str]:
    """Return the sample sizes, or that they are not stated where a sample was drawn."""
    if rows["n"].notna().any():
        sizes = [words.number(n, language, 0) if pd.notna(n) else phrase("not_stated", language) for n in rows["n"]]
        return [phrase("n_is", language, n=_listed(sizes, language))]
    sampled = any(basis.startswith("survey") for basis in bases)
    return [phrase("n_missing", language)] if sampled else []


def _listed(names: list[str], language: str) -> str:
    """Return names with commas and an ``and`` before the last."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {phrase('and', language)} {names[-1]}"
