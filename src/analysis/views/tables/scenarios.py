"""What marks a report under ambitions that nobody has adopted, and what they give beside the report's own words."""

import textwrap
from typing import Final

import pandas as pd

from analysis.records.strategy import Strategy
from analysis.text import look_up, scenario_text
from analysis.views.tables import markup, places
from analysis.views.tables.links import link_to
from analysis.views.tables.markup import Block

_FRAME: Final = "border:.1875rem solid #6b2c91;padding:.5rem .875rem;margin:1rem 0;"


def scenario(strategy: Strategy, language: str = "nb") -> Block:
    """Return the banner of a page of a scenario; nothing on any other page.

    Parameters
    ----------
    strategy : Strategy
        What was promised, perhaps with a set of ambitions.
    language : {"nb", "en"}, optional
        Language of the words.

    Returns
    -------
    Block

    """
    banner = scenario_text(strategy, language)
    if not banner:
        return markup.EMPTY
    return Block(markup.tag("p", markup.strong(banner), class_="scenario", style=_FRAME), textwrap.fill(banner, 100))


def scenario_words(strategy: Strategy, lights: pd.DataFrame, language: str = "nb") -> Block:
    """Return where the report's words point, and what the set of ambitions gives; nothing outside a scenario.

    Parameters
    ----------
    strategy : Strategy
        What was promised, perhaps with a set of ambitions.
    lights : DataFrame
        One row an item, as `assess` returns them.
    language : {"nb", "en"}, optional
        Language of the words.

    Returns
    -------
    Block
        A table, a row an item whose colour the report's words point to.

    """
    pointed = lights[(lights["colour_source"] == "judgement") & (lights["towards"] != "")]
    if not strategy.ambitions.scenario or pointed.empty:
        return markup.EMPTY
    columns = [
        markup.Column(look_up("pages.scenario", head, language), width=width)
        for head, width in (("item", 40), ("words", 30), ("gives", 30))
    ]
    rows = []
    for item, row in pointed.iterrows():
        figures = markup.within(places.figures(row, language), places.why(row, language))
        rows.append((link_to(strategy, item, language), places.judged(row, language), figures))
    name = strategy.ambitions.name[language]
    return markup.table(look_up("pages.scenario", "caption", language, name=name), columns, rows)
