"""Where every number leads: the pages of the report, and the place of each raw row on the data page."""

from pathlib import PurePosixPath
from typing import Final

import pandas as pd

from analysis.records.strategy import Strategy
from analysis.text import date, label
from analysis.views.tables.markup import Cell, Markup, lines, link, small

DATA_PAGE: Final = "datagrunnlag.html"


def page_of(kind: str, goal: int, slug: str) -> str:
    """Return the file name of the page that an item of the strategy has; a sub-goal's is its goal's."""
    # bokmål in either language, so that the switch of languages only changes the folder
    return {"strategy": "strategi.html", "indicator": f"indikator-{slug}.html"}.get(kind, f"maal-{goal}.html")


def item_link(row: dict | pd.Series, language: str, numbered: bool = False) -> Cell:
    """Return an item's name as a link to its page.

    Parameters
    ----------
    row : dict or Series
        A row of the lights or of ``strategy.items``, with its id as ``item``.
    language : {"nb", "en"}
        Language of the words and numbers.
    numbered : bool, optional
        Whether its number is before the name.

    Returns
    -------
    str or Markup

    """
    number = {"goal": f"{label('goal', language)} {row['goal']}:", "strategy": ""}.get(row["kind"], row["item"])
    name = label("the_whole", language) if row["kind"] == "strategy" else row[f"name_{language}"]
    text = f"{number} {name}".strip() if numbered else name
    return link(page_of(row["kind"], row["goal"], row["slug"]), text)


def link_to(strategy: Strategy, item: str, language: str) -> Cell:
    """Return an item's number and name as a link to its page."""
    return item_link({**strategy.items.loc[item].to_dict(), "item": item}, language, numbered=True)


def below(strategy: Strategy, item: str | int) -> list[str]:
    """Return the items that an item's page answers for: those of a goal, all of the strategy, else itself."""
    item, goals = strategy.item(item), strategy.items["goal"]
    if item.startswith("goal-"):
        return list(goals.index[goals == goals[item]])
    return list(goals.index) if item == "strategy" else [item]


def row_id(file: str, line: int) -> str:
    """Return the place of a raw row on the data page."""
    return f"{PurePosixPath(file).stem}-{int(line)}"


def row_name(file: str, line: int) -> str:
    """Return ``file:line`` of a raw row."""
    return f"{PurePosixPath(file).name}:{int(line)}"


def value_link(file: str, line: int, text: str = "") -> Cell:
    """Return a text, or else the row's ``file:line``, as a link to the raw row it is from."""
    return link(f"{DATA_PAGE}#{row_id(file, line)}", text or row_name(file, line))


def measure_link(measure: str, text: str) -> Cell:
    """Return a text as a link to a measure's rows on the data page."""
    return link(f"{DATA_PAGE}#{measure}", text)


def named_measure(strategy: Strategy, measure: str, language: str) -> Cell:
    """Return a measure's name as a link to its rows on the data page."""
    return measure_link(measure, strategy.measure(measure)[f"name_{language}"])


def source_id(source: str) -> str:
    """Return the place of a source on the data page."""
    return f"kilde-{source}"


def source_link(source: str) -> Cell:
    """Return a source's short name as a link to its place on the data page."""
    return link(f"{DATA_PAGE}#{source_id(source)}", source)


def origin(row: dict, language: str, *, linked: bool = True) -> Markup:
    """Return where a figure is from: its source, the raw row and its edition.

    Parameters
    ----------
    row : dict
        A row of the observations.
    language : {"nb", "en"}
        Language of the words and numbers.
    linked : bool, optional
        Whether the raw row is a link: everywhere but on the data page itself.

    Returns
    -------
    Markup

    """
    edition = label("edition", language, date=date(row["published"], language))
    raw_row = (value_link if linked else row_name)(row["file"], row["line"])
    return lines([source_link(row["source"]), raw_row, small(edition)])


def records(lights: pd.DataFrame) -> list[dict]:
    """Return a frame of lights as one record a row, its index as ``item``, as `item_link` takes them."""
    return lights.reset_index(names="item").to_dict("records")
