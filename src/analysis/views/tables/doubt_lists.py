"""What a reader should not rely on, as short lists that lead to the pages: uncertain, overdue, missing, in conflict."""

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
    """Return four lists beside each other, each with its heading; an empty one says that there is nothing in it.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    lights : DataFrame
        One row an item, as `assess` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
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
    cells = []
    for row in records(chosen):
        chances = ", ".join(
            f"{words.colour(colour, language)} {words.probability(row[f'p_{colour}'], language)}"
            for colour in words.SYMBOL
        )
        certainty = f"{words.certainty(row['certainty'], language)} ({chances})"
        proposed = markup.spaced(markup.chip(row["proposed"], language), certainty)
        cells.append(markup.lines([link_to(strategy, row["item"], language), proposed]))
    return cells


def _overdue(strategy: Strategy, assessed: pd.DataFrame, language: str) -> list[Cell]:
    cells = []
    for measure in overdue(strategy, assessed):  # the longest overdue first
        row = assessed.loc[measure]
        sentence = front_text(
            "overdue_by",
            language,
            period=words.period(row["latest_period"], language),
            age=words.number(row["age"], language, 1),
            cadence=cadence(strategy.measures.at[measure, "cadence"], language),
        )
        cells.append(markup.lines([link_to(strategy, row["indicator"], language), sentence]))
    return cells


def _unmeasured(strategy: Strategy, assessed: pd.DataFrame, language: str) -> list[Cell]:
    """Return one entry a reason: the indicators it holds for, and which of their measures where others have figures."""
    missing = assessed[assessed["missing"] != ""]
    reasons = {slug: why_missing(strategy.measure(slug), row["missing"], language) for slug, row in missing.iterrows()}
    measured = set(assessed.loc[assessed["missing"] == "", "indicator"])
    entries = []
    for reason in dict.fromkeys(reasons.values()):
        slugs = missing.loc[[slug for slug, why in reasons.items() if why == reason], "indicator"]
        cells = []
        for item, own in slugs.groupby(slugs, sort=False):
            # named only where the indicator has another measure with a figure: else all of it is missing
            names = "; ".join(strategy.measure(slug)[f"name_{language}"] for slug in own.index)
            cells.append(markup.spaced(link_to(strategy, item, language), f"({names})" if item in measured else ""))
        entries.append(markup.lines([*cells, reason]))
    return entries


def _conflicts(strategy: Strategy, observations: pd.DataFrame, assessed: pd.DataFrame, language: str) -> list[Cell]:
    # figures withheld are not in doubt, so they are not here
    contradicted = observations["standing"].isin(["conflict", "excluded"])
    chosen = observations[contradicted & observations["measure"].isin(assessed.index)]
    cells = []
    for row in chosen.to_dict("records"):
        used, key = assessed.loc[row["measure"]], f"said_{row['standing']}"
        places = {
            "value": words.quantity(row["value"], row["unit"], language, row["qualifier"]),
            "period": words.period(row["period"], language),
        }
        if not used["missing"]:
            places["used"] = words.quantity(used["latest_value"], row["unit"], language)
            places["latest"] = words.period(used["latest_period"], language)
        sentence = front_text(f"{key}_alone" if used["missing"] else key, language, **places)
        with_row = markup.spaced(sentence, value_link(row["file"], row["line"], label("row", language)))
        cells.append(markup.lines([link_to(strategy, used["indicator"], language), with_row]))
    return cells
