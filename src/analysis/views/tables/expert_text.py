"""What people wrote: comments and blocks of prose, with every inserted number leading to its raw row."""

import textwrap
from collections.abc import Collection
from typing import Final

import pandas as pd

from analysis import text as words
from analysis.core.periods import as_of_date
from analysis.records.judgements import edition_of
from analysis.records.strategy import Strategy
from analysis.text import label, scenario_text
from analysis.views.tables import markup
from analysis.views.tables.markup import DATA_PAGE, Block, Cell, row_id

_FRAME: Final = "border:.1875rem solid #6b2c91;padding:.5rem .875rem;margin:1rem 0;"


def comments(prose: pd.DataFrame, items: Collection[str], language: str) -> dict[str, dict[str, Cell]]:
    """Return the column of comments on indicators or sub-goals, by item; no column where none was written.

    Parameters
    ----------
    prose : DataFrame
        The quarter's texts, as `read_prose` returns them.
    items : collection of str
        Ids of the items.
    language : {"nb", "en"}
        Language of the words and numbers.

    Returns
    -------
    dict
        For each item the cell of the column ``comment``, or nothing.

    """
    written = {
        item: markup.inline(_linked(prose.loc[(item, "comment")])) for item in items if (item, "comment") in prose.index
    }
    absent = markup.small(label("no_comment", language))
    return {item: {"comment": written.get(item, absent)} if written else {} for item in items}


def comment_block(prose: pd.DataFrame, item: str, language: str = "nb") -> Block:
    """Return the comment on an item as a paragraph of its own.

    Parameters
    ----------
    prose : DataFrame
        The quarter's texts, as `read_prose` returns them.
    item : str
        Id of the item.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    return prose_block(prose, item, "comment", language)


def prose_note(prose: pd.DataFrame, item: str, key: str, language: str = "nb") -> Block:
    """Return a block of prose that not every item has: nothing where it was not written.

    Parameters
    ----------
    prose : DataFrame
        The quarter's texts, as `read_prose` returns them.
    item : str
        Id of the item.
    key : str
        Which text of the item's.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    return prose_block(prose, item, key, language)


def prose_block(prose: pd.DataFrame, item: str, key: str, language: str = "nb") -> Block:
    """Return one block of prose; nothing where nobody wrote it, but that a status is missing is stated.

    Parameters
    ----------
    prose : DataFrame
        The quarter's texts, as `read_prose` returns them.
    item : str
        Id of the item.
    key : str
        Which text of the item's: ``status``, ``comment`` and the like.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    if (item, key) not in prose.index:
        # in a quarter with texts a status that is not among them is missed
        is_missed = key == "status" and len(prose)
        return markup.paragraph(label("no_status", language)) if is_missed else markup.EMPTY
    row = prose.loc[(item, key)]
    return markup.markdown(_linked(row), row["text"])


def standfirst(prose: pd.DataFrame, item: str, language: str = "nb") -> Block:
    """Return what the experts say of an item's status, in the size that is read first; unwritten, that it is not.

    Parameters
    ----------
    prose : DataFrame
        The quarter's texts, as `read_prose` returns them.
    item : str
        Id of the item.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    block = prose_block(prose, item, "status", language)
    return markup.standfirst(block) if (item, "status") in prose.index else block


def prose_blocks(prose: pd.DataFrame, item: str, key: str, language: str = "nb") -> Block:
    """Return the texts of an item that are numbered, each in a frame, beside each other.

    Parameters
    ----------
    prose : DataFrame
        The quarter's texts, as `read_prose` returns them.
    item : str
        Id of the item.
    key : str
        What their keys start with: ``theme`` for theme-1, theme-2 …
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    keys = [name for owner, name in prose.index if owner == item and name.startswith(f"{key}-")]
    return markup.beside(markup.card(prose_block(prose, item, name, language)) for name in keys)


def _linked(row: pd.Series) -> str:
    """Return Markdown with each inserted number as a link to the raw row it came from."""
    # in the order of the text, as the same number may be inserted twice
    before, rest = "", row["text"]
    for reference in row["references"]:
        head, number, rest = rest.partition(reference.words)
        before += f"{head}[{number}]({DATA_PAGE}#{row_id(reference.file, reference.line)})" if number else head
    return before + rest


def title(
    name: str, quarter: str, as_of: str = "", language: str = "nb", corrections: pd.DataFrame | None = None
) -> Block:
    """Return the page's one heading of level 1, and below it the quarter, the closing day and a later edition's number.

    Parameters
    ----------
    name : str
        What the page is called.
    quarter : str
        The quarter reported, as ``2024Q1``.
    as_of : str, optional
        ISO date by which the figures were known; empty for the quarter's last day.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    corrections : DataFrame, optional
        As `read_corrections` returns them; those of the quarter make a later edition of it.

    Returns
    -------
    Block

    """
    day = as_of_date(quarter, as_of or None)
    closing = label("closing_day", language, day=words.date(day, language))
    lead = label("known_by", language, quarter=words.period(quarter, language), closing=closing)
    number, corrected = (1, "") if corrections is None else edition_of(quarter, corrections)
    if number > 1:
        lead += " " + label("later_edition", language, number=number, day=words.date(corrected, language))
    return markup.heading(name, 1) + markup.paragraph(lead, "lead")


def page_title(
    key: str, quarter: str, as_of: str = "", language: str = "nb", corrections: pd.DataFrame | None = None
) -> Block:
    """Return the title of a page that is no item's.

    Parameters
    ----------
    key : str
        Key of the catalogue `pages.labels`.
    quarter : str
        The quarter reported, as ``2024Q1``.
    as_of : str, optional
        ISO date by which the figures were known; empty for the quarter's last day.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    corrections : DataFrame, optional
        As `read_corrections` returns them; those of the quarter make a later edition of it.

    Returns
    -------
    Block

    """
    return title(label(key, language), quarter, as_of, language, corrections)


def item_title(
    strategy: Strategy,
    item: str | int,
    quarter: str,
    as_of: str = "",
    language: str = "nb",
    corrections: pd.DataFrame | None = None,
) -> Block:
    """Return the title of a goal's or an indicator's page.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    item : str or int
        Id, a goal's number or a slug.
    quarter : str
        The quarter reported, as ``2024Q1``.
    as_of : str, optional
        ISO date by which the figures were known; empty for the quarter's last day.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    corrections : DataFrame, optional
        As `read_corrections` returns them; those of the quarter make a later edition of it.

    Returns
    -------
    Block

    """
    item = strategy.item(item)
    row = strategy.items.loc[item]
    number = label("goal_number", language, number=str(row["goal"])) if row["kind"] == "goal" else item
    return title(f"{number} {row[f'name_{language}']}", quarter, as_of, language, corrections)


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


def heading(key: str, language: str = "nb", level: int = 2) -> Block:
    """Return a heading in the report's language.

    Parameters
    ----------
    key : str
        Key of the catalogue `pages.labels`, and the place that links lead to.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    level : int, optional
        Level of the heading, 1 to 4.

    Returns
    -------
    Block

    """
    return markup.heading(label(key, language), level, key.replace("_", "-"))


def section(key: str, block: Block, language: str = "nb", level: int = 2) -> Block:
    """Return a heading with a block below it; nothing where the block is empty.

    Parameters
    ----------
    key : str
        Key of the catalogue `pages.labels`.
    block : Block
        What is below the heading.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    level : int, optional
        Level of the heading, 1 to 4.

    Returns
    -------
    Block

    """
    return heading(key, language, level) + block if block else markup.EMPTY


def end_of_report() -> Block:
    """Return an empty block: the mark that a notebook has run to its end."""
    return markup.EMPTY
