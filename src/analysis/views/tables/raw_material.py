"""Tables of the raw material: sources, conflicts, revisions, and known issues."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

import pandas as pd

from analysis import text as words
from analysis.intake.jumps import FIELDS, revised_fields
from analysis.records.strategy import Strategy
from analysis.text import label, look_up
from analysis.views.tables import markup
from analysis.views.tables.markup import Block, Cell, Column, Row

_KEY: Final = ["measure", "period", "breakdown"]


def sources(
    sources: pd.DataFrame,
    observations: pd.DataFrame,
    language: str = "nb",
    *,
    issues: pd.DataFrame | None = None,
    places: bool = True,
) -> Block:
    """Return the sources of the observations.

    Parameters
    ----------
    sources : DataFrame
        As `read_sources` returns them.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    issues : DataFrame, optional
        Known issues, whose sources are there too, also those that gave no row.
    places : bool, optional
        Whether each row gets the place that links to a source lead to.

    Returns
    -------
    Block
        A row a source: title and note, publisher, licence, dates, how many rows it gave.

    """
    named = set() if issues is None else set(issues["sources"].explode())
    counts = observations["source"].value_counts().reindex(sources.index, fill_value=0)
    rows = []
    # a source without rows that no issue speaks of is no source of this report
    for slug, row in sources[(counts > 0) | sources.index.isin(named)].iterrows():
        days = ("" if pd.isna(day) else words.date(day, language) for day in row[["published", "accessed"]])
        note = markup.small(*words.note(row, language))
        cells = (
            markup.lines([markup.link(row["address"], row["title"]), note]),
            row["publisher"],
            words.licence(row, language),
            *days,
            words.number(int(counts[slug]), language),
        )
        rows.append(Row(cells, markup.source_id(slug) if places else ""))
    names = ("source", "publisher", "licence", "published", "accessed", "rows")
    heads = [Column(label(n, language), numeric=n == "rows") for n in names]
    return markup.table(label("sources_caption", language), heads, rows, empty=label("none", language))


def sources_of(
    strategy: Strategy, every: pd.DataFrame, observations: pd.DataFrame, indicator: str, language: str = "nb"
) -> Block:
    """Return the sources of an indicator's figures, as `sources` does for all.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    every : DataFrame
        All sources, as `read_sources` returns them.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    indicator : str
        Id or slug of the indicator.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    measures = strategy.measures_of(indicator).index
    return sources(every, observations[observations["measure"].isin(measures)], language, places=False)


def conflicts(strategy: Strategy, observations: pd.DataFrame, language: str = "nb") -> Block:
    """Return the values that another source contradicts or that are held out, beside the one the series uses.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a value that is not used.

    """
    unused = observations[observations["standing"] != ""]
    # rows are sorted by edition, so the last of a key is the current one
    used = observations[observations["standing"] == ""].groupby(_KEY, sort=False).tail(1).set_index(_KEY)
    any_used, rows = pd.MultiIndex.from_frame(unused[_KEY]).isin(used.index).any(), []
    for row in unused.to_dict("records"):
        key = tuple(row[name] for name in _KEY)
        in_use = _value_and_row(used.loc[key], language) if key in used.index else label("none_used", language)
        rows.append(
            {
                "measure": markup.named_measure(strategy, row["measure"], language),
                "period": _when(row, language),
                "conflict_value": _value_and_row(row, language),
                **({"used_value": in_use} if any_used else {}),
                "note": standing(row, language),
            }
        )
    note = "" if any_used else "none_used_in_any"
    return markup.labelled("conflicts_caption", rows, language, empty="none", note=note)


def standing(row: dict, language: str) -> Cell:
    """Return why a value is not used, if it is not, and the note of its raw row."""
    why = markup.small(words.look_up("codes.standings", row["standing"], language)) if row["standing"] else ""
    if row["standing"] == "withheld":  # its note says the same, in English
        return why
    return markup.lines([why, markup.small(*words.note(row, language))])


def revisions(strategy: Strategy, observations: pd.DataFrame, language: str = "nb") -> Block:
    """Return the figures that a later edition changed: the earlier and the later, each with its raw row.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a revised value.

    """
    counted = observations[observations["standing"] == ""].sort_values([*_KEY, "published"], kind="stable")
    earlier = counted.groupby(_KEY, sort=False)[[*FIELDS, "published", "source", "file", "line"]].shift()
    # the same figure printed again is no revision
    changed = revised_fields(earlier[list(FIELDS)], counted[list(FIELDS)])
    revised = changed.any(axis=1)
    named = changed.drop(columns=["value", "unit", "qualifier"])  # these are seen in the value
    rows = []
    for place, later in counted[revised].iterrows():
        others = named.columns[named.loc[place]]
        rows.append(
            {
                "measure": markup.named_measure(strategy, later["measure"], language),
                "period": _when(later, language),
                "earlier_value": _value_and_row(earlier.loc[place], language, others),
                "later_value": _value_and_row(later, language, others),
            }
        )
    return markup.labelled("revisions_caption", rows, language, empty="none")


def noticed(strategy: Strategy, observations: pd.DataFrame, warnings: pd.DataFrame, language: str = "nb") -> Block:
    """Return the intake's warnings: what, the value, and where.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    warnings : DataFrame
        The warnings, as `read_with_warnings` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a warning.

    """
    measures = observations.set_index(["file", "line"])["measure"]
    rows = []
    for warning in warnings.to_dict("records"):
        file, line = warning["file"], warning["line"]
        measure = measures.get((file, line))
        # a row that was left out has no measure, and no place on the data page to lead to
        place, name = PurePosixPath(file).name, ""
        if measure is not None:
            place = markup.value_link(file, line)
            name = markup.named_measure(strategy, measure, language)
        rule = words.noticed(warning["rule"], language)
        rows.append({"noticed": rule, "found": warning["value"], "measure": name, "row": place})
    return markup.labelled("noticed_caption", rows, language, empty="none", note="noticed_note")


def _value_and_row(row: dict | pd.Series, language: str, others: Iterable[str] = ()) -> Cell:
    value = words.quantity(row["value"], row["unit"], language, row["qualifier"])
    more = [
        f"{look_up('codes.corrected', name, language)}: "
        + (label("missing_value", language) if pd.isna(row[name]) else words.number(row[name], language))
        for name in others
    ]
    return markup.lines([value, *more, markup.origin(row, language)])


def _when(row: dict, language: str) -> str:
    period = words.period(row["period"], language)
    return f"{period} ({words.breakdown(row['breakdown'], language)})" if row["breakdown"] else period


def known_issues(strategy: Strategy, issues: pd.DataFrame, language: str = "nb") -> Block:
    """Return what is known not to add up, numbered: what it is, what it concerns and which sources.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    issues : DataFrame
        As `read_known_issues` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row an issue.

    """
    rows = []
    for number, (slug, issue) in enumerate(issues.iterrows(), start=1):
        items = [markup.link_to(strategy, item, language) for item in issue["items"]]
        measures = [markup.named_measure(strategy, measure, language) for measure in issue["measures"]]
        cells = (
            f"{number}. {issue[f'title_{language}']}",
            issue[f"text_{language}"],
            markup.lines(items or measures),  # an item's page names its measures
            markup.lines(markup.source_link(source) for source in issue["sources"]),
        )
        rows.append(Row(cells, f"forhold-{slug}"))
    heads = [label(n, language) for n in ("issue", "description", "concerns", "source")]
    return markup.table(label("issues_caption", language), heads, rows)


def issues_of(strategy: Strategy, issues: pd.DataFrame, item: str | int, language: str = "nb") -> Block:
    """Return the known issues that concern an indicator or its measures, or any of a goal's.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    issues : DataFrame
        As `read_known_issues` returns them.
    item : str or int
        Id, a goal's number or a slug.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A list, or a sentence that there are none.

    """
    items, measures = set(markup.below(strategy, item)), set(strategy.measures_of(item).index)
    concerned = [bool(items & set(i["items"]) or measures & set(i["measures"])) for _, i in issues.iterrows()]
    entries = (
        markup.spaced(markup.strong(f"{issue[f'title_{language}']}."), issue[f"text_{language}"])
        for _, issue in issues[concerned].iterrows()
    )
    return markup.bullets(entries) or markup.paragraph(words.sentence(label("none", language)))


def series(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> Block:
    """Return every observation of a measure, newest first.

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
    Block
        A row an observation: value, n, edition, source and its raw row.

    """
    promise = strategy.measure(measure)
    chosen = observations[observations["measure"] == measure].sort_values(
        ["time", "published", "breakdown"], ascending=[False, False, True], kind="stable"
    )
    caption = label("series_caption", language, measure=promise[f"name_{language}"])
    heads, rows = _heads_and_rows(chosen, language, linked=True)
    return markup.table(caption, heads, rows, empty=_why_empty(promise, language), note=promise[f"note_{language}"])


def series_of(
    strategy: Strategy, observations: pd.DataFrame, indicator: str, role: str | None = None, language: str = "nb"
) -> Block:
    """Return the whole series of every measure shown under an indicator, one table each.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    indicator : str
        Id or slug of the indicator.
    role : {"assessed", "context"}, optional
        Only measures that decide it (``assessed``) or are shown beside it (``context``).
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    measures = strategy.measures_of(indicator, role).index
    tables = markup.together(series(strategy, observations, measure, language) for measure in measures)
    return tables or markup.paragraph(words.sentence(label("none", language)))


def raw_rows(
    strategy: Strategy, observations: pd.DataFrame, language: str = "nb", *, prose: pd.DataFrame | None = None
) -> Block:
    """Return every raw row of every measure, each at the place that links lead to, with the pages that use it.

    A measure of an indicator that has no row is there too, with why: pages lead to it all the same.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    prose : DataFrame, optional
        Texts of the quarter: pages whose texts use a measure are named too.

    Returns
    -------
    Block
        A table a measure.

    """
    in_texts = {} if prose is None else _pages_by_measure(strategy, prose)
    by_measure = dict(list(observations.groupby("measure", sort=False)))
    blocks = []
    for slug, promise in strategy.measures.iterrows():
        if slug not in by_measure and pd.isna(promise["indicator"]):
            continue
        blocks.append(markup.heading(promise[f"name_{language}"], 3, slug))
        items = [*promise["indicators"], *in_texts.get(slug, [])]
        # what is shown beside an indicator is on that indicator's page alone
        if not items or promise["role"] != "context":
            items.append(f"goal-{promise['goal']}")
        # what is assessed colours its goal and the whole
        if promise["role"] == "assessed":
            items.append("strategy")
        pages = markup.Markup(", ").join(markup.link_to(strategy, item, language) for item in dict.fromkeys(items))
        blocks.append(markup.paragraph(markup.spaced(f"{label('pages', language)}:", pages)))
        if slug not in by_measure:
            blocks.append(markup.paragraph(_why_empty(promise, language)))
            continue
        heads, rows = _heads_and_rows(by_measure[slug], language, linked=False)
        blocks.append(markup.table(label("raw_caption", language, measure=slug), heads, rows))
    return markup.together(blocks)


def _pages_by_measure(strategy: Strategy, prose: pd.DataFrame) -> dict[str, list[str]]:
    """Return the items whose pages mention each measure; an indicator's comment is on its goal's page too."""
    pages: dict[str, list[str]] = {}
    for (item, _), references in prose["references"].items():
        kind, goal = strategy.items.loc[item, ["kind", "goal"]]
        items = [item, f"goal-{goal}"] if kind == "indicator" else [f"goal-{goal}" if kind == "subgoal" else item]
        for reference in references:
            pages.setdefault(reference.measure, []).extend(items)
    return pages


def _why_empty(promise: pd.Series, language: str) -> str:
    """Return why a measure has no row, in the strategy's words where it has some."""
    return promise[f"unmeasured_{language}"] or words.sentence(words.reason("no_observation", language))


def _heads_and_rows(rows: pd.DataFrame, language: str, *, linked: bool) -> tuple[list[Column], list[Row]]:
    """Return the columns and rows of a table of raw rows; columns that would be empty throughout are left out.

    Where a raw row is not `linked` it is on the data page itself, and has its place there.
    """
    divided, table = rows["breakdown"].ne("").any(), []
    for row in rows.to_dict("records"):
        part, whole = (words.number(row[n], language) if pd.notna(row[n]) else "" for n in ("numerator", "denominator"))
        cells = {
            "period": words.period(row["period"], language),
            "breakdown": words.breakdown(row["breakdown"], language) if divided else "",
            "value": words.quantity(row["value"], row["unit"], language, row["qualifier"]),
            "share": label("of", language, part=part, whole=whole) if part and whole else part or whole,
            "n": words.number(row["n"], language, 0) if pd.notna(row["n"]) else "",
            "source": markup.origin(row, language, linked=linked),
            "note": standing(row, language),
        }
        table.append((cells, "" if linked else markup.row_id(row["file"], row["line"])))
    # most series have no groups, numerators or notes, and a page is narrow
    names = [name for name in table[0][0] if any(cells[name] for cells, _ in table)] if table else []
    heads = [Column(label(name, language), numeric=name in ("value", "n")) for name in names]
    return heads, [Row([cells[name] for name in names], place) for cells, place in table]
