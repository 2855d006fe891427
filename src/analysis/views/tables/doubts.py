"""What a reader should not lean on, as short lists that lead to the pages: uncertain, overdue, missing, in conflict."""

from collections.abc import Iterable

import pandas as pd

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.text import label
from analysis.text.phrases import front_text
from analysis.views.tables import markup
from analysis.views.tables.links import link_to, records, value_link
from analysis.views.tables.markup import Block, Cell
from analysis.views.tables.measured import cadence, overdue, why_missing


def doubts(
    strategy: Strategy, observations: pd.DataFrame, trends: pd.DataFrame, lights: pd.DataFrame, language: str = "nb"
) -> Block:
    """Return four lists beside each other, each with its heading; an empty one says that there is nothing in it."""
    assessed = trends[trends["role"] == "assessed"]
    lists = {
        "uncertain": _uncertain(lights, strategy, language),
        "overdue": _overdue(strategy, assessed, language),
        "unmeasured": _unmeasured(strategy, assessed, language),
        "conflict": _conflicts(strategy, observations, assessed, language),
    }
    return markup.beside(
        (
            markup.heading(front_text(name, language), 3)
            + (markup.bullets(cells) or markup.paragraph(front_text(f"none_{name}", language)))
            for name, cells in lists.items()
        ),
        width=22,
    )


def _uncertain(lights: pd.DataFrame, strategy: Strategy, language: str) -> list[Cell]:
    chosen = lights[(lights["kind"] == "indicator") & lights["certainty"].isin(["uncertain", "borderline"])]
    return [
        _said(strategy, row["item"], language, markup.chip(row["proposed"], language), _chances(row, language))
        for row in records(chosen)
    ]


def _chances(row: dict, language: str) -> Cell:
    chances = (
        f"{words.colour(c, language)} {words.probability(row[f'p_{c}'], language)}" for c in ("green", "yellow", "red")
    )
    return markup.text(f"{words.certainty(row['certainty'], language)} ({', '.join(chances)})")


def _overdue(strategy: Strategy, assessed: pd.DataFrame, language: str) -> list[Cell]:
    return [
        _said(
            strategy,
            assessed.at[measure, "indicator"],
            language,
            markup.text(
                front_text(
                    "overdue_by",
                    language,
                    period=words.period(assessed.at[measure, "latest_period"], language),
                    age=words.number(assessed.at[measure, "age"], language, 1),
                    cadence=cadence(strategy.measures.at[measure, "cadence"], language),
                )
            ),
        )
        for measure in overdue(strategy, assessed)
    ]


def _unmeasured(strategy: Strategy, assessed: pd.DataFrame, language: str) -> list[Cell]:
    """Return one entry a reason: the indicators it holds for, and which of their measures where others have figures."""
    missing = assessed[assessed["missing"] != ""]
    reasons = {slug: why_missing(strategy.measure(slug), row["missing"], language) for slug, row in missing.iterrows()}
    entries = []
    for reason in dict.fromkeys(reasons.values()):
        slugs = [slug for slug, said in reasons.items() if said == reason]
        items = dict.fromkeys(missing.loc[slugs, "indicator"])
        named = [_named(strategy, assessed, item, slugs, language) for item in items]
        entries.append(markup.lines([*named, markup.text(reason)]))
    return entries


def _named(strategy: Strategy, assessed: pd.DataFrame, item: str, slugs: Iterable[str], language: str) -> Cell:
    own = assessed[assessed["indicator"] == item]
    if (own["missing"] != "").all():
        return link_to(strategy, item, language)
    names = [strategy.measure(slug)[f"name_{language}"] for slug in slugs if slug in own.index]
    return link_to(strategy, item, language) + markup.text(f"({'; '.join(names)})")


def _conflicts(strategy: Strategy, observations: pd.DataFrame, assessed: pd.DataFrame, language: str) -> list[Cell]:
    chosen = observations[
        observations["standing"].isin(["conflict", "excluded"]) & observations["measure"].isin(assessed.index)
    ]
    return [
        _said(
            strategy,
            assessed.at[row["measure"], "indicator"],
            language,
            markup.text(
                front_text(
                    f"said_{row['standing']}",
                    language,
                    value=words.quantity(row["value"], row["unit"], language, row["qualifier"]),
                    period=words.period(row["period"], language),
                    used=words.quantity(assessed.at[row["measure"], "latest_value"], row["unit"], language),
                    latest=words.period(assessed.at[row["measure"], "latest_period"], language),
                )
            ),
            value_link(row["file"], row["line"], label("row", language)),
        )
        for row in chosen.to_dict("records")
    ]


def _said(strategy: Strategy, item: str, language: str, *cells: Cell) -> Cell:
    return markup.lines([link_to(strategy, item, language), sum(cells, start=markup.NOTHING)])
