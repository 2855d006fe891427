"""Tables of the raw material: sources, conflicts, revisions, known issues, and what other offices would say."""

from pathlib import PurePosixPath

import pandas as pd

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.text import label
from analysis.views.tables import markup
from analysis.views.tables.links import link_to, measure_link, origin, row_link, source_id, source_link
from analysis.views.tables.markup import Block, Cell, Column, Row

_KEY = ["measure", "period", "breakdown"]


def sources(
    sources: pd.DataFrame,
    observations: pd.DataFrame,
    language: str = "nb",
    *,
    issues: pd.DataFrame | None = None,
    places: bool = True,
) -> Block:
    """Return the sources of the observations: title and note, publisher, licence, dates, how many rows each gave.

    With `issues`, the sources that known issues speak of are there too, also those that gave no row.
    """
    named = set() if issues is None else set(issues["sources"].explode())
    counts = observations["source"].value_counts()
    rows = [
        Row(
            (
                markup.lines([markup.link(row["address"], row["title"]), markup.small(*words.note(row, language))]),
                markup.text(row["publisher"]),
                markup.text(words.licence(row, language)),
                markup.text(_day(row["published"], language)),
                markup.text(_day(row["accessed"], language)),
                markup.text(words.number(int(counts.get(slug, 0)), language)),
            ),
            source_id(slug) if places else "",
        )
        for slug, row in sources.iterrows()
        if counts.get(slug, 0) or slug in named
    ]
    names = ("source", "publisher", "licence", "published", "accessed", "rows")
    heads = [Column(label(n, language), numeric=n == "rows") for n in names]
    return markup.table(label("sources_caption", language), heads, rows, empty=label("none", language))


def sources_of(
    strategy: Strategy, known: pd.DataFrame, observations: pd.DataFrame, indicator: str, language: str = "nb"
) -> Block:
    """Return the sources of an indicator's figures, as `sources` does for all."""
    shown = strategy.measures_of(indicator).index
    return sources(known, observations[observations["measure"].isin(shown)], language, places=False)


def conflicts(strategy: Strategy, observations: pd.DataFrame, language: str = "nb") -> Block:
    """Return the values that another source contradicts or that are held out, beside the one the series uses."""
    chosen = observations[observations["standing"] != ""]
    used = observations[observations["standing"] == ""].groupby(_KEY, sort=False).tail(1).set_index(_KEY)
    rows = [
        (
            measure_link(row["measure"], strategy.measure(row["measure"])[f"name_{language}"]),
            markup.text(_when(row, language)),
            _value_and_row(row, language),
            _used(used, row, language),
            _why_unused(row, language),
        )
        for row in chosen.to_dict("records")
    ]
    names = ("measure", "period", "conflict_value", "used_value", "note")
    caption = label("conflicts_caption", language)
    return markup.table(caption, [label(n, language) for n in names], rows, empty=label("none", language))


def revisions(strategy: Strategy, observations: pd.DataFrame, language: str = "nb") -> Block:
    """Return the values that a later edition changed: the earlier and the later, each with its raw row."""
    counted = observations[observations["standing"] == ""].sort_values([*_KEY, "published"], kind="stable")
    earlier = counted.groupby(_KEY, sort=False)[
        ["value", "unit", "qualifier", "published", "source", "file", "line"]
    ].shift()
    revised = counted.assign(**{f"earlier_{name}": earlier[name] for name in earlier})
    revised = revised[revised["earlier_value"].notna() & (revised["earlier_value"] != revised["value"])]
    rows = [
        (
            measure_link(row["measure"], strategy.measure(row["measure"])[f"name_{language}"]),
            markup.text(_when(row, language)),
            _value_and_row({name: row[f"earlier_{name}"] for name in earlier}, language),
            _value_and_row(row, language),
        )
        for row in revised.to_dict("records")
    ]
    names = ("measure", "period", "earlier_value", "later_value")
    caption = label("revisions_caption", language)
    return markup.table(caption, [label(n, language) for n in names], rows, empty=label("none", language))


def noticed(strategy: Strategy, observations: pd.DataFrame, found: pd.DataFrame, language: str = "nb") -> Block:
    """Return the intake's warnings, `found` as `read_with_warnings` gives it: what, as it stands, and where."""
    measures = observations.set_index(["file", "line"])["measure"]
    rows = []
    for warning in found.to_dict("records"):
        place = (warning["file"], warning["line"])
        measure = measures.get(place)
        rows.append(
            (
                markup.text(words.noticed(warning["rule"], language)),
                markup.text(warning["value"]),
                markup.NOTHING
                if measure is None
                else measure_link(measure, strategy.measure(measure)[f"name_{language}"]),
                markup.text(PurePosixPath(place[0]).name) if measure is None else row_link(*place),
            )
        )
    heads = [label(name, language) for name in ("noticed", "found", "measure", "row")]
    note = label("noticed_note", language) if rows else ""
    return markup.table(label("noticed_caption", language), heads, rows, empty=label("none", language), note=note)


def _value_and_row(row: dict, language: str) -> Cell:
    value = words.quantity(row["value"], row["unit"], language, row["qualifier"])
    return markup.lines([markup.text(value), origin(row, language)])


def _why_unused(row: dict, language: str) -> Cell:
    standing = markup.small(words.look_up("codes.standings", row["standing"], language))
    if row["standing"] == "withheld":  # its note says the same, in English
        return standing
    return markup.lines([standing, markup.small(*words.note(row, language))])


def _used(used: pd.DataFrame, row: dict, language: str) -> Cell:
    key = tuple(row[name] for name in _KEY)
    return (
        _value_and_row(used.loc[key].to_dict(), language)
        if key in used.index
        else markup.text(label("none_used", language))
    )


def _when(row: dict, language: str) -> str:
    period = words.period(row["period"], language)
    return f"{period} ({words.breakdown(row['breakdown'], language)})" if row["breakdown"] else period


def _day(day: pd.Timestamp, language: str) -> str:
    return "" if pd.isna(day) else words.date(day, language)


def known_issues(strategy: Strategy, issues: pd.DataFrame, language: str = "nb") -> Block:
    """Return what is known not to add up, numbered: what it is, what it concerns and which sources."""
    rows = [
        Row(
            (
                markup.text(f"{number}. {issue[f'title_{language}']}"),
                markup.text(issue[f"text_{language}"]),
                _concerned(strategy, issue, language),
                markup.lines(source_link(source) for source in issue["sources"]),
            ),
            f"forhold-{slug}",
        )
        for number, (slug, issue) in enumerate(issues.iterrows(), start=1)
    ]
    names = ("issue", "description", "concerns", "source")
    return markup.table(label("issues_caption", language), [label(n, language) for n in names], rows)


def issues_of(strategy: Strategy, issues: pd.DataFrame, item: str | int, language: str = "nb") -> Block:
    """Return the known issues that concern an indicator or its measures, or any of a goal's."""
    item = strategy.item(item)
    measures = set(strategy.measures_of(item).index)
    items = strategy.items[strategy.items["goal"] == strategy.items.at[item, "goal"]].index
    wanted = {item} if strategy.items.at[item, "kind"] == "indicator" else set(items)
    chosen = issues[[bool(wanted & set(i["items"]) or measures & set(i["measures"])) for _, i in issues.iterrows()]]
    return markup.bullets(
        markup.strong(f"{issue[f'title_{language}']}.") + markup.text(issue[f"text_{language}"])
        for _, issue in chosen.iterrows()
    ) or markup.paragraph(words.sentence(label("none", language)))


def _concerned(strategy: Strategy, issue: pd.Series, language: str) -> Cell:
    items = [link_to(strategy, item, language) for item in issue["items"]]
    return markup.lines(items or [measure_link(m, strategy.measure(m)[f"name_{language}"]) for m in issue["measures"]])
