"""Where every number leads: the pages of the report, and the place of each raw row on the data page."""

from pathlib import PurePosixPath

import pandas as pd

from analysis.records.strategy import Strategy
from analysis.text import date, label
from analysis.views.tables import markup
from analysis.views.tables.markup import Cell

DATA_PAGE = "datagrunnlag.html"


def page_of(kind: str, goal: int, slug: str) -> str:
    """Return the file name of the page that an item of the strategy has; a sub-goal's is its goal's."""
    return {"strategy": "strategi.html", "indicator": f"indikator-{slug}.html"}.get(kind, f"maal-{goal}.html")


def item_link(row: dict | pd.Series, language: str, numbered: bool = False) -> Cell:
    """Return an item's name as a link to its page, with its number before it."""
    number = {"goal": f"{label('goal', language)} {row['goal']}:", "strategy": ""}.get(row["kind"], row["item"])
    name = label("the_whole", language) if row["kind"] == "strategy" else row[f"name_{language}"]
    shown = f"{number} {name}".strip() if numbered else name
    return markup.link(page_of(row["kind"], row["goal"], row["slug"]), shown)


def link_to(strategy: Strategy, item: str, language: str) -> Cell:
    """Return an item's number and name as a link to its page."""
    return item_link({**strategy.items.loc[item].to_dict(), "item": item}, language, numbered=True)


def row_id(file: str, line: int) -> str:
    """Return the place of a raw row on the data page."""
    return f"{PurePosixPath(file).stem}-{int(line)}"


def row_link(file: str, line: int) -> Cell:
    """Return ``file:line`` of a raw row as a link to its place on the data page."""
    return markup.link(f"{DATA_PAGE}#{row_id(file, line)}", f"{PurePosixPath(file).name}:{int(line)}")


def value_link(file: str, line: int, shown: str) -> Cell:
    """Return a figure as a link to the raw row it is from."""
    return markup.link(f"{DATA_PAGE}#{row_id(file, line)}", shown)


def measure_link(measure: str, shown: str) -> Cell:
    """Return a measure's name as a link to its rows on the data page."""
    return markup.link(f"{DATA_PAGE}#{measure}", shown)


def source_id(source: str) -> str:
    """Return the place of a source on the data page."""
    return f"kilde-{source}"


def source_link(source: str) -> Cell:
    """Return a source's short name as a link to its place on the data page."""
    return markup.link(f"{DATA_PAGE}#{source_id(source)}", source)


def origin(row: dict, language: str, *, here: bool = False) -> Cell:
    """Return where a figure is from: its source, the raw row, as words where the reader is `here`, and its edition."""
    stands = row_link(row["file"], row["line"])
    edition = label("edition", language, date=date(row["published"], language))
    return markup.lines(
        [source_link(row["source"]), markup.text(stands.text) if here else stands, markup.small(edition)]
    )


def records(lights: pd.DataFrame) -> list[dict]:
    """Return a frame of lights as one record a row, its index as ``item``, as `item_link` takes them."""
    return lights.reset_index(names="item").to_dict("records")
