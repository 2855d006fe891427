"""Tables of raw rows: whole series, and every row of every measure at the place that links lead to."""

from collections.abc import Iterable

import pandas as pd

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.text import label
from analysis.views.tables import markup
from analysis.views.tables.links import link_to, origin, row_id
from analysis.views.tables.markup import Block, Column, Row
from analysis.views.tables.raw_material import standing


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
    chosen = strategy.measures_of(indicator, role)
    if chosen.empty:
        return markup.paragraph(words.sentence(label("none", language)))
    return markup.together(series(strategy, observations, measure, language) for measure in chosen.index)


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
        blocks.append(_used_on(strategy, slug, in_texts.get(slug, []), language))
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


def _used_on(strategy: Strategy, measure: str, in_texts: Iterable[str], language: str) -> Block:
    """Return the pages that show a measure or mention it; what is assessed colours its goal and the whole."""
    promise = strategy.measure(measure)
    items = [*promise["indicators"], *in_texts]
    # what is shown beside an indicator is on that indicator's page alone
    if not items or promise["role"] != "context":
        items.append(f"goal-{promise['goal']}")
    if promise["role"] == "assessed":
        items.append("strategy")
    pages = markup.Markup(", ").join(link_to(strategy, item, language) for item in dict.fromkeys(items))
    return markup.paragraph(markup.spaced(f"{label('pages', language)}:", pages))


def _why_empty(promise: pd.Series, language: str) -> str:
    """Return why a measure has no row, in the strategy's words where it has some."""
    return promise[f"unmeasured_{language}"] or words.sentence(words.reason("no_observation", language))


def _heads_and_rows(rows: pd.DataFrame, language: str, *, linked: bool) -> tuple[list[Column], list[Row]]:
    """Return the columns and rows of a table of raw rows; columns that would be empty throughout are left out.

    Where a raw row is not `linked` it is on the data page itself, and has its place there.
    """
    # most series have no groups, numerators or notes, and a page is narrow
    filled = {
        "period": True,
        "breakdown": rows["breakdown"].ne("").any(),
        "value": True,
        "share": rows["denominator"].notna().any() or rows["numerator"].notna().any(),
        "n": rows["n"].notna().any(),
        "source": True,
        "note": rows["note"].ne("").any() or rows["standing"].ne("").any(),
    }
    columns = [name for name, is_filled in filled.items() if is_filled]
    table_rows = []
    for row in rows.to_dict("records"):
        part, whole = (words.number(row[n], language) if pd.notna(row[n]) else "" for n in ("numerator", "denominator"))
        cells = {
            "period": words.period(row["period"], language),
            "breakdown": words.breakdown(row["breakdown"], language),
            "value": words.quantity(row["value"], row["unit"], language, row["qualifier"]),
            "share": label("of", language, part=part, whole=whole) if part and whole else part or whole,
            "n": words.number(row["n"], language, 0) if pd.notna(row["n"]) else "",
            "source": origin(row, language, linked=linked),
            "note": standing(row, language),
        }
        place = "" if linked else row_id(row["file"], row["line"])
        table_rows.append(Row([cells[name] for name in columns], place))
    return [Column(label(name, language), numeric=name in ("value", "n")) for name in columns], table_rows
