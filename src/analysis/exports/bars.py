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
    measures, groups, once = status.strategy.measures, [], []
    for slug in measures.index[(measures["goal"] == goal) & (measures["role"] == "assessed")]:
        rows = points(status.strategy, status.observations, slug).assign(measure=slug)
        # a bound is no value, so that a bar of it would mislead
        rows = rows[(rows["standing"] == "") & ~rows["qualifier"].isin(["over", "under"])]
        # no bar is shown beside one from before a break in the series
        rows = rows[rows["piece"] == rows["piece"].max()].tail(MOST_BARS)
        if len(rows) >= 2:
            groups.append(rows)
        # a share measured once has no course, but can be compared with the others
        elif measures.at[slug, "unit"] == "prosent":
            once.append(rows)
    if sum(map(len, once)) >= 2:
        groups.append(pd.concat(once))
    return [_bars(status, rows) for rows in groups]


def _bars(status: Status, rows: pd.DataFrame) -> Bars:
    """Return the bars of one measure over time, or of the latest values of several."""
    language, promises = status.language, status.strategy.measures.loc[rows["measure"].unique()]
    ids, lower = list(promises["indicator"]), list(promises.loc[promises["direction"] < 0, "indicator"])
    names, alike = [words.period(period, language) for period in rows["period"]], len(ids) > 1
    notes, sizes = [], _sizes(rows, promises["basis"], language)
    if alike:
        title = phrase("latest_bars", language, items=_listed(ids, language))
        names = list(map("{}\n{}".format, ids, names))
        notes += [phrase("lower_better_of", language, items=_listed(lower, language))] if lower else []
        notes += sizes
    else:
        title = f"{ids[0]} {promises[f'name_{language}'].iat[0]}"
        derived = [name for name, how in zip(names, rows["qualifier"], strict=True) if how == "derived"]
        notes += [phrase("lower_better", language)] if lower else []
        notes += [phrase("derived_note", language, periods=", ".join(derived))] if derived else []
        notes += sizes
        notes += [phrase("interval_note", language)] if rows["half"].notna().any() else []
    unit, described = promises["unit"].iat[0], []
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
