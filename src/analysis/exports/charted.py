"""Which series of a goal are drawn as bars, and what is said of each: title, values, intervals, sources, words."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import text as words
from analysis.exports import said
from analysis.text.phrases import phrase
from analysis.views.figures.series import points
from analysis.views.status import Status

MOST_BARS = 8


@dataclass(frozen=True)
class Bars:
    """Bars of one unit: a title, what each bar is, its value and half its 95 % interval, notes below, and the words."""

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
    chosen = measures[(measures["goal"] == goal) & (measures["role"] == "assessed")]
    series = {slug: _comparable(status, slug) for slug in chosen.index}
    found = [_over_time(status, slug, rows) for slug, rows in series.items() if len(rows) >= 2]
    once = [slug for slug, rows in series.items() if len(rows) == 1 and measures.at[slug, "unit"] == "prosent"]
    return found + ([_side_by_side(status, once, series)] if len(once) >= 2 else [])


def _comparable(status: Status, measure: str) -> pd.DataFrame:
    """Return the latest comparable values of a measure; a bound is no value, so bars of it would mislead."""
    rows = points(status.strategy, status.observations, measure)
    rows = rows[(rows["standing"] == "") & ~rows["qualifier"].isin(["over", "under"])]
    return rows[rows["piece"] == rows["piece"].max()].tail(MOST_BARS) if len(rows) else rows


def _over_time(status: Status, measure: str, rows: pd.DataFrame) -> Bars:
    language, promise = status.language, status.strategy.measure(measure)
    periods = tuple(words.period(period, language) for period in rows["period"])
    name = f"{promise['indicator']} {promise[f'name_{language}']}"
    return Bars(
        title=name,
        unit=words.unit(promise["unit"], language),
        categories=periods,
        values=tuple(rows["value"]),
        halves=tuple(rows["half"]),
        notes=tuple(_notes(status, promise, rows, periods)),
        alt=_alt(name, promise["unit"], periods, rows, language),
    )


def _side_by_side(status: Status, measures: list[str], series: dict[str, pd.DataFrame]) -> Bars:
    language, promises = status.language, status.strategy.measures.loc[measures]
    rows = pd.concat([series[measure] for measure in measures])
    ids = list(promises["indicator"])
    named = tuple(f"{i}\n{words.period(period, language)}" for i, period in zip(ids, rows["period"], strict=True))
    lower = [i for i, direction in zip(ids, promises["direction"], strict=True) if direction < 0]
    title = phrase("latest_bars", language, items=_listed(ids, language))
    notes = [phrase("lower_better_of", language, items=_listed(lower, language))] if lower else []
    return Bars(
        title=title,
        unit=words.unit("prosent", language),
        categories=named,
        values=tuple(rows["value"]),
        halves=tuple(rows["half"]),
        notes=tuple([*notes, *_sizes(rows, promises["basis"].tolist(), language), _sources(status, rows)]),
        alt=_alt(title, "prosent", named, rows, language),
        alike=True,
    )


def _notes(status: Status, promise: pd.Series, rows: pd.DataFrame, periods: tuple[str, ...]) -> Iterator[str]:
    language = status.language
    if promise["direction"] < 0:
        yield phrase("lower_better", language)
    derived = [period for period, how in zip(periods, rows["qualifier"], strict=True) if how == "derived"]
    if derived:
        yield phrase("derived_note", language, periods=", ".join(derived))
    yield from _sizes(rows, [promise["basis"]] * len(rows), language)
    if rows["half"].notna().any():
        yield phrase("interval_note", language)
    yield _sources(status, rows)


def _sizes(rows: pd.DataFrame, bases: list[str], language: str) -> Iterator[str]:
    """Return the sample sizes, or that they are not stated where a sample was drawn."""
    asked = [basis.startswith("survey") for basis in bases]
    if rows["n"].notna().any():
        known = [words.number(n, language, 0) if pd.notna(n) else phrase("not_stated", language) for n in rows["n"]]
        yield phrase("n_is", language, n=_listed(known, language))
    elif any(asked):
        yield phrase("n_missing", language)


def _sources(status: Status, rows: pd.DataFrame) -> str:
    titles = list(dict.fromkeys(status.sources.at[slug, "title"] for slug in rows["source"]))
    key = "source_is" if len(titles) == 1 else "sources_are"
    return phrase(key, status.language, source=titles[0], sources="; ".join(titles))


def _alt(name: str, unit: str, categories: tuple[str, ...], rows: pd.DataFrame, language: str) -> str:
    values = [
        phrase("bar", language, period=category.replace("\n", ", "), value=words.quantity(value, unit, language, how))
        + ("" if np.isnan(half) else _interval(value, half, language))
        for category, value, half, how in zip(categories, rows["value"], rows["half"], rows["qualifier"], strict=True)
    ]
    return phrase("bars", language, name=name, unit=words.unit(unit, language), values="; ".join(values))


def _interval(value: float, half: float, language: str) -> str:
    low, high = (words.number(end, language, 1) for end in (value - half, value + half))
    return phrase("bar_interval", language, low=low, high=high)


def _listed(names: list[str], language: str) -> str:
    """Return names with commas and an ``and`` before the last."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {phrase('and', language)} {names[-1]}"


def notes_of(status: Status, goal: int) -> list[str]:
    """Return what a speaker needs beside a goal's slide: each figure in words with n and source, and the proposal."""
    language, said_lines = status.language, []
    for row in said.rows(status, "indicator", goal=goal):
        said_lines.append(said.name(row, language))
        proposed = said.colour(row["proposed"], language)
        why = words.reason(row["proposed_reason"], language) if row["proposed_reason"] else ""
        said_lines.append(
            f"– {phrase('proposal', language)}: {proposed}{f' ({why})' if why else ''}. "
            f"{phrase('grade', language)}: {words.grade(row['grade'], language)}."
        )
        for slug, promise in status.strategy.measures_of(row["item"], role="assessed").iterrows():
            trend = status.trends.loc[slug]
            said_lines.append(f"– {promise[f'name_{language}']}: {words.change_sentence(trend, language)}")
            sources = said.sources_of(status, slug)
            if sources:
                key = "source_is" if len(sources) == 1 else "sources_are"
                said_lines.append("  " + phrase(key, language, source=sources[0], sources="; ".join(sources)))
    return said_lines
