"""What people wrote: comments and blocks of prose, with every inserted number leading to its raw row."""

import pandas as pd

from analysis import text as words
from analysis.core.periods import as_of_date
from analysis.records.strategy import Strategy
from analysis.text import label
from analysis.views.tables import markup
from analysis.views.tables.links import DATA_PAGE, row_id
from analysis.views.tables.markup import Block, Cell


def comment(prose: pd.DataFrame, item: str, language: str) -> Cell:
    """Return the comment on an indicator or sub-goal; without one, that none was written."""
    if (item, "comment") not in prose.index:
        return markup.small(label("no_comment", language))
    row = prose.loc[(item, "comment")]
    return markup.inline(_linked(row), row["text"])


def comment_block(prose: pd.DataFrame, item: str, language: str = "nb") -> Block:
    """Return the comment on an item as a paragraph of its own."""
    return prose_block(prose, item, "comment", language)


def prose_note(prose: pd.DataFrame, item: str, key: str, language: str = "nb") -> Block:
    """Return a block of prose that not every item has: nothing where it was not written."""
    return prose_block(prose, item, key, language) if (item, key) in prose.index else markup.EMPTY


def prose_block(prose: pd.DataFrame, item: str, key: str, language: str = "nb") -> Block:
    """Return one block of prose; where nobody wrote it, a sentence that says so."""
    if (item, key) not in prose.index:
        status = "no_judged_status" if prose.empty else "no_status"
        return markup.paragraph(label(status if key == "status" else "no_prose", language))
    return _block(prose.loc[(item, key)])


def standfirst(prose: pd.DataFrame, item: str, language: str = "nb") -> Block:
    """Return what the experts say of an item's status, in the size that is read first; unwritten, that it is not."""
    said = prose_block(prose, item, "status", language)
    return markup.standfirst(said) if (item, "status") in prose.index else said


def prose_blocks(prose: pd.DataFrame, item: str, key: str, language: str = "nb") -> Block:
    """Return every block of an item whose key starts with `key` (theme-1 …), each in a frame, beside each other."""
    keys = [name for owner, name in prose.index if owner == item and name.startswith(f"{key}-")]
    if not keys:
        return markup.paragraph(label("no_prose", language))
    return markup.beside(markup.card(_block(prose.loc[(item, name)])) for name in keys)


def _block(row: pd.Series) -> Block:
    return markup.markdown(_linked(row), row["text"])


def _linked(row: pd.Series) -> str:
    """Return Markdown with each inserted number as a link to the raw row it came from."""
    before, rest = "", row["text"]
    for reference in row["references"]:
        head, found, rest = rest.partition(reference.words)
        before += f"{head}[{found}]({DATA_PAGE}#{row_id(reference.file, reference.line)})" if found else head
    return before + rest


def title(name: str, quarter: str, as_of: str = "", language: str = "nb") -> Block:
    """Return the page's one heading of level 1, and below it the quarter and the day its figures were known by."""
    day = as_of_date(quarter, as_of or None)
    known = label("known_by", language, quarter=words.period(quarter, language), day=words.date(day, language))
    return markup.heading(name, 1) + markup.paragraph(known, "lead")


def page_title(key: str, quarter: str, as_of: str = "", language: str = "nb") -> Block:
    """Return the title of a page that is no item's; `key` is one of `pages.labels`."""
    return title(label(key, language), quarter, as_of, language)


def item_title(strategy: Strategy, item: str | int, quarter: str, as_of: str = "", language: str = "nb") -> Block:
    """Return the title of a goal's or an indicator's page; `item` is an id, a goal's number or a slug."""
    item = strategy.item(item)
    row = strategy.items.loc[item]
    number = label("goal_number", language, number=str(row["goal"])) if row["kind"] == "goal" else item
    return title(f"{number} {row[f'name_{language}']}", quarter, as_of, language)


def heading(key: str, language: str = "nb", level: int = 2) -> Block:
    """Return a heading in the report's language; `key` is one of `pages.labels`, and the place that links lead to."""
    return markup.heading(label(key, language), level, key.replace("_", "-"))


def section(key: str, block: Block, language: str = "nb", level: int = 2) -> Block:
    """Return a heading with what stands under it; where that is nothing, a sentence that says so."""
    absent = f"no_{key}" if f"no_{key}" in words.read_table("pages.labels") else "not_here"
    return heading(key, language, level) + (block or markup.paragraph(label(absent, language)))


def text(key: str, language: str = "nb") -> Block:
    """Return a set paragraph in the report's language."""
    return markup.paragraph(label(key, language))


def end_of_report() -> Block:
    """Return nothing to see: the mark that a notebook has run to its end."""
    return markup.EMPTY
