"""How a table, a chip and a paragraph become HTML that is safe to forward and plain text for a terminal.

A cell is a text, which is escaped, or `markupsafe.Markup`, which is taken as it is; only this module makes tags, and
knows the pages and raw rows that links lead to. Styles are inline, because an untrusted notebook in JupyterLab drops
style sheets; classes let the page's own style sheet refine what a notebook cannot: stacking on narrow screens, the dark
scheme, print.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat, zip_longest
from pathlib import PurePosixPath
from typing import Final

import markupsafe
import pandas as pd
from markdown_it import MarkdownIt
from markupsafe import Markup

from analysis import text as words
from analysis.records.strategy import Strategy

Cell = str | Markup

DATA_PAGE: Final = "datagrunnlag.html"  # to whose rows every number leads
# half-transparent greys are seen on light paper and on dark: a notebook's scheme is not known here
_RULE: Final = "border-bottom:1px solid rgba(127,127,127,.35)"
_HEAD: Final = "font-weight:600;border-bottom:2px solid currentColor;vertical-align:bottom;"
_CAPTION: Final = "caption-side:top;text-align:left;font-weight:600;padding:.25rem .75rem .5rem;"
# browsers leave backgrounds out of print unless asked
_PRINTED: Final = "print-color-adjust:exact;-webkit-print-color-adjust:exact;"
_CHIP: Final = "display:inline-block;padding:.05rem .5rem;white-space:nowrap;"
_SIGN: Final = "display:inline-block;padding:0 .25rem;border:1px solid #212121;border-radius:.2rem;font-size:.8em;"
_TILE: Final = (
    "display:block;margin:0 0 .375rem;padding:.25rem .5rem;font-size:.8125rem;line-height:1.35;text-decoration:none;"
    "color:inherit;"
)
# a frame of its own for every state, so that they differ in black and white too
_STATE: Final = {
    "colour_lost": "border:2px dotted #767676;",
    "ambition_not_obtained": "border:1px dashed #767676;",
    "one_figure": "border:1px solid #767676;border-left-width:6px;background:rgba(127,127,127,.12);",
    "not_measured": "border:1px dashed #767676;",
}
_UNBROKEN: Final = "white-space:nowrap"
_TEXT: Final = "max-width:45rem"
_LARGE: Final = "clamp(1.375rem,1rem + 1.5vw,1.75rem)"  # of a key figure among others
_LARGEST: Final = "clamp(1.375rem,1rem + 1.9vw,2.5rem)"  # of a single one
_GRID: Final = "display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,{width}rem),1fr));gap:{gap};"
_TERM: Final = "float:none;width:auto;"  # JupyterLab would set a term beside its description
_SLIM: Final = 4  # columns that fit beside each other on a tablet whatever is in them
_TERMINAL: Final = 38  # characters of a column in a terminal
# in Norwegian and English alike a single letter before a hyphen belongs to the word after it
_E_WORD: Final = re.compile(r"\b\w-\w+")
_SPACES: Final = "\n\t\u00a0\u202f\u2009"
# no attribute holds a closing bracket: `escape` has written it as an entity
_TAG: Final = re.compile(r"<[^>]*>")
_TO_A_PAGE: Final = re.compile(r'(<a\b[^>]*\s)href="(?=[a-z0-9-]+\.html)')
# addresses come from delivered files: no scheme but these, so that none of them runs a script
_SAFE_LINK: Final = re.compile(r"(https?://|#|[a-z0-9-]+\.html(#|$))[^\s\"'<>]*", re.IGNORECASE)


def escape(text: object) -> Markup:
    """Return text as HTML: what is `Markup` as it is, else escaped and without control characters."""
    if isinstance(text, Markup):
        return text
    text = str(text)
    if not text.isprintable():
        # a mark that turns the direction of writing could make one file name read as another
        text = "".join(c for c in text if c.isprintable() or c in _SPACES)
    return markupsafe.escape(text)


def plain(cell: Cell) -> str:
    """Return a cell as text: without tags, its lines divided by a slash."""
    if not isinstance(cell, Markup):
        return str(cell)
    # not `Markup.striptags`, which also turns the no-break space between a number and its unit into one that breaks
    marked = str(cell).replace("<sup>", "[").replace("</sup>", "]")
    divided = marked.replace("<br>", " / ").replace("</div><div", "</div> / <div")
    return Markup(_TAG.sub("", divided)).unescape()


def tag(name: str, content: Cell | None = "", **attributes: str) -> Markup:
    """Return an element.

    Parameters
    ----------
    name : str
        Name of the element.
    content : str or Markup, optional
        Text, which is escaped, or HTML; None for an element that has no end, as ``img``.
    **attributes
        Empty ones are left out; ``class_`` and ``aria_label`` are named as HTML does.

    Returns
    -------
    Markup

    """
    written = (f' {key.strip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items() if value)
    start = f"<{name}{''.join(written)}>"
    return Markup(start if content is None else f"{start}{escape(content)}</{name}>")


@dataclass(frozen=True, repr=False)
class Block:
    """A piece of the page: HTML for a browser, plain text for a terminal.

    In a notebook there are no pages to lead to: links to them wait as ``data-page`` until a report is written.
    """

    html: Markup
    text: str

    # a pattern on the finished HTML, as links come from Markdown as well as from `link`
    def _repr_html_(self) -> str:
        return _TO_A_PAGE.sub(r'\1data-page="', str(self.html))

    def __repr__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        """Return whether there is anything to show."""
        return bool(self.html)

    def __add__(self, other: "Block") -> "Block":
        """Return this block followed by another."""
        parts = [block for block in (self, other) if block]
        return Block(Markup("\n").join(p.html for p in parts), "\n\n".join(p.text for p in parts if p.text))


EMPTY: Final = Block(Markup(), "")


def together(blocks: Iterable[Block]) -> Block:
    """Return blocks one after the other as one."""
    return sum(blocks, start=EMPTY)


# --- cells --------------------------------------------------------------------------


def small(text: Cell, language: str = "") -> Cell:
    """Return small print; `language` is named where it is not the page's."""
    style = "font-size:.875em;font-weight:400"
    return tag("span", text, class_="small", lang=language, style=style) if text else ""


def strong(text: Cell) -> Markup:
    """Return strong text."""
    return tag("strong", text)


def figure(cell: Cell) -> Markup:
    """Return a cell as the figure the eye should find first."""
    return tag("strong", cell, class_="figure", style="font-variant-numeric:tabular-nums")


def link(address: str, text: Cell) -> Cell:
    """Return a link.

    Parameters
    ----------
    address : str
        Any but a web address, page of the report or place on the page leaves plain text.
    text : str or Markup
        What is clicked.

    Returns
    -------
    str or Markup

    """
    return tag("a", text, href=address) if _SAFE_LINK.fullmatch(address) else text


def in_quarter(quarter: str, page: str, cell: Cell) -> Markup:
    """Return a cell that leads to a page of another quarter's report once there is one beside this report."""
    return tag("a", cell, data_quarter_page=f"{quarter}/{page}")


def spaced(*cells: Cell) -> Markup:
    """Return cells on one line, empty ones left out."""
    return Markup(" ").join(escape(cell) for cell in cells if cell)


def lines(cells: Iterable[Cell]) -> Markup:
    """Return cells below each other in one, empty ones left out."""
    return Markup("<br>").join(escape(cell) for cell in cells if cell)


def within(cell: Cell, note: str) -> Markup:
    """Return a cell with a line of small print below; without a note the cell itself."""
    return lines((cell, small(note)))


def large(cell: Cell) -> Markup:
    """Return a cell that is read before its neighbours."""
    return tag("span", cell, style="font-size:1.125em")


def parts(cells: Iterable[Cell]) -> Markup:
    """Return cells below each other with space between them, empty ones left out."""
    return Markup().join(tag("div", cell, style="margin-bottom:.5rem") for cell in cells if cell)


def _on(colour: str) -> str:
    """Return the style of writing on a colour."""
    return f"background:{words.HEX[colour]};color:{'#000000' if colour == 'yellow' else '#FFFFFF'};{_PRINTED}"


def _look(kind: str, colour: str = "") -> str:
    """Return the style that tells a colour, a direction and each state apart, with and without colours.

    A colour fills a square field; a direction is paper in a thick, round frame, whatever the reader's scheme.
    """
    if kind == "filled":
        return f"border:1px solid #212121;border-radius:.25rem;font-weight:600;{_on(colour)}"
    if kind == "outlined":
        return f"border:3px solid {words.FRAME[colour]};border-radius:.875rem;font-weight:600;"
    return f"border-radius:.25rem;{_STATE.get(kind, 'padding:0;')}"


def _silent(sign: str, style: str = "") -> Markup:
    """Return a sign that screen readers leave out, as the word for it stands beside it."""
    return tag("span", sign, aria_hidden="true", style=style)


def chip(colour: str, language: str) -> Markup:
    """Return a colour as symbol, word and colour, with a dark border; nothing for ``grey``, which is no colour."""
    if colour == "grey":
        return Markup()
    # the word says it already: a screen reader would read the symbol as "black circle"
    content = signed(words.SYMBOL[colour], words.colour(colour, language))
    return tag("span", content, class_=f"chip chip-{colour}", style=_CHIP + _look("filled", colour))


def hollow(colour: str, language: str, change: str = "", fragile: bool = False) -> Markup:
    """Return a direction without a target as a frame: that it is one, its own symbol, colour's word and answer.

    Parameters
    ----------
    colour : {"green", "yellow", "red"}
        Its colour.
    language : {"nb", "en"}
        Language of the words.
    change : {"", "better", "worse", "unchanged", "cannot_tell"}, optional
        What the change says; empty for goals, which have no change of their own.
    fragile : bool, optional
        Whether rounding or the design of the sample could undo it.

    Returns
    -------
    Markup

    """
    name, _, answer = words.direction(colour, language, change, fragile).partition(": ")
    content = lines((small(name), signed(words.HOLLOW[colour], answer)))
    style = "display:inline-block;padding:0 .625rem .0625rem;line-height:1.3;"
    return tag("span", content, class_="hollow", style=style + _look("outlined", colour))


def state(code: str, language: str) -> Markup:
    """Return why a place has no colour as sign and word, in the state's own frame."""
    content = signed(words.STATE_SYMBOL[code], words.state(code, language))
    return tag("span", content, class_=f"state {code}", style=_CHIP + "white-space:normal;" + _look(code))


def signed(sign: str, word: str) -> Markup:
    """Return a sign, hidden from screen readers, and its word; without a sign the word alone."""
    return spaced(_silent(sign) if sign else "", word)


def tile(address: str, cells: Iterable[Cell], kind: str, colour: str = "") -> Markup:
    """Return a linked field whose frame and fill show its kind at a glance.

    Parameters
    ----------
    address : str
        The page it leads to.
    cells : iterable of str or Markup
        Its lines, the first one heavy.
    kind : str
        ``filled``, ``outlined`` or a state.
    colour : str, optional
        Colour of what is filled or outlined.

    Returns
    -------
    Markup

    """
    first, *rest = cells
    content = lines((strong(first), *(tag("span", cell, style="font-weight:400") for cell in rest if cell)))
    return tag("a", content, class_=f"tile {kind}", href=address, style=_TILE + _look(kind, colour))


def light(colour: str, language: str, towards: str = "", weak: bool = False) -> Markup:
    """Return a colour and, where it has one, its tendency.

    Parameters
    ----------
    colour : str
        Colour of the light, or ``colour_lost`` where only its tendency is on record.
    language : {"nb", "en"}
        Language of the words and numbers.
    towards : str, optional
        Colour it points to, or empty.
    weak : bool, optional
        Whether it points only weakly.

    Returns
    -------
    Markup

    """
    light = chip(colour, language) if colour in words.SYMBOL else state(colour, language)
    if not towards:
        return light
    # the catalogue has the sentence around the colour, in whose place its sign and word are put
    sign = _silent(words.SYMBOL[towards], _SIGN + _on(towards))
    aim = tag("span", spaced(sign, words.hue(towards, language)), style=_UNBROKEN)
    pointing = escape(words.pointing(towards, weak, language, "{}")).format(aim)
    return spaced(light, tag("span", pointing, class_="towards"))


# --- where numbers and names lead ----------------------------------------------------


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
    number = {"goal": f"{words.label('goal', language)} {row['goal']}:", "strategy": ""}.get(row["kind"], row["item"])
    name = words.label("the_whole", language) if row["kind"] == "strategy" else row[f"name_{language}"]
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
    edition = words.label("edition", language, date=words.date(row["published"], language))
    raw_row = (value_link if linked else row_name)(row["file"], row["line"])
    return lines([source_link(row["source"]), raw_row, small(edition)])


def records(lights: pd.DataFrame) -> list[dict]:
    """Return a frame of lights as one record a row, its index as ``item``, as `item_link` takes them."""
    return lights.reset_index(names="item").to_dict("records")


# --- tables -------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column's heading, whether its cells are numbers, set to the right, and its share of the width in per cent."""

    name: str
    numeric: bool = False
    width: int = 0

    @property
    def style(self) -> str:
        """The style of its cells."""
        align, digits = ("right", "font-variant-numeric:tabular-nums;") if self.numeric else ("left", "")
        return f"padding:.5rem .75rem;text-align:{align};vertical-align:top;{digits}"

    @property
    def head(self) -> Markup:
        """Its heading."""
        width = f"width:{self.width}%;" if self.width else ""
        return tag("th", self.name, scope="col", role="columnheader", style=self.style + _HEAD + width)


@dataclass(frozen=True)
class Row:
    """The cells of one row, the first of which is its heading, and the row's place on the page if links lead to it."""

    cells: Sequence[Cell]
    id: str = ""


def table(
    caption: str,
    columns: Iterable[str | Column],
    rows: Iterable[Row | Sequence[Cell]],
    *,
    empty: str = "",
    note: str = "",
    slim: bool = False,
) -> Block:
    """Return a table with caption, scoped headings and one heading cell a row.

    On narrow screens each row becomes a card.

    Parameters
    ----------
    caption : str
        What the table shows.
    columns : iterable of Column or str
        Columns, or headings of columns of text.
    rows : iterable of Row or of sequences of cells
        Rows, or their cells.
    empty : str, optional
        What is said in a paragraph, under the caption's words, where there is no row.
    note : str, optional
        Small print below the table.
    slim : bool, optional
        Whether cells are so short that all columns fit beside each other on a tablet.

    Returns
    -------
    Block

    Raises
    ------
    ValueError
        When a row has not one cell a column, or a heading or the caption is empty.

    """
    heads = [Column(column) if isinstance(column, str) else column for column in columns]
    body = [row if isinstance(row, Row) else Row(row) for row in rows]
    if not caption or not all(head.name for head in heads) or any(len(row.cells) != len(heads) for row in body):
        raise ValueError(f"table '{caption}': every column has a heading and every row one cell for each")
    if not body:
        return paragraph(f"{caption}: {empty}") if empty else EMPTY
    # the page's style sheet makes cards of the rows of many columns sooner than of few
    kind = "few" if slim or len(heads) <= _SLIM else "many"
    text = "\n".join(filter(None, (_table_text(caption, heads, body), note)))
    return Block(_table_html(caption, heads, body, kind) + paragraph(note, "note").html, text)


def labelled(
    caption: str,
    rows: Iterable[dict[str, Cell]],
    language: str,
    *,
    widths: Iterable[int] = (),
    empty: str = "",
    note: str = "",
    **places: str,
) -> Block:
    """Return a `table` whose every word but its cells is a key of the catalogue `pages.labels`.

    Parameters
    ----------
    caption : str
        Key of what the table shows.
    rows : iterable of dict
        Cells by the key that names their column.
    language : {"nb", "en"}
        Language of the words and numbers.
    widths : iterable of int, optional
        Share of the width of each column in per cent.
    empty : str, optional
        Key of what is said where there is no row.
    note : str, optional
        Key of the small print below the table.
    **places : str
        What is put into the caption.

    Returns
    -------
    Block

    """
    rows = list(rows)
    names = [words.label(key, language) for row in rows[:1] for key in row]
    columns = [Column(name, width=width) for name, width in zip(names, widths or repeat(0), strict=False)]
    empty, note = (words.label(key, language) if key else "" for key in (empty, note))
    cells = [tuple(row.values()) for row in rows]
    return table(words.label(caption, language, **places), columns, cells, empty=empty, note=note)


def _table_html(caption: str, heads: list[Column], body: list[Row], kind: str) -> Markup:
    # every role is written out, because browsers drop those of a table whose rows the page's style sheet makes cards
    filled = []
    for row in body:
        # an empty cell would look forgotten; the inner element is what a card sets beside the heading
        first, *rest = (tag("div", escape(cell) or "–") for cell in row.cells)
        cells = tag("th", first, scope="row", role="rowheader", style=heads[0].style + "font-weight:600;")
        for head, cell in zip(heads[1:], rest, strict=True):
            cells += tag("td", cell, role="cell", data_label=head.name, style=head.style)
        filled.append(tag("tr", cells, role="row", id=row.id, style=_RULE))
    content = (
        tag("caption", caption, style=_CAPTION)
        + tag("thead", tag("tr", Markup().join(head.head for head in heads), role="row"), role="rowgroup")
        + "\n"
        + tag("tbody", Markup("\n").join(filled), role="rowgroup")
    )
    whole = tag("table", content, role="table", style="border-collapse:collapse;table-layout:auto;width:100%;")
    return tag("div", whole, class_=f"table {kind}", style="overflow-x:auto;margin:1rem 0 1.5rem")


def _table_text(caption: str, heads: list[Column], body: list[Row]) -> str:
    grid = [[head.name for head in heads], *([plain(cell) or "–" for cell in row.cells] for row in body)]
    wrapped = [[textwrap.wrap(entry, _TERMINAL) or [""] for entry in line] for line in grid]
    widths = [max(len(part) for line in wrapped for part in line[place]) for place in range(len(heads))]
    places = [f"{'>' if head.numeric else '<'}{width}" for head, width in zip(heads, widths, strict=True)]
    printed = []
    for line in wrapped:
        printed += ["  ".join(map(format, entries, places)).rstrip() for entries in zip_longest(*line, fillvalue="")]
        if line is wrapped[0]:
            printed.append("  ".join("-" * width for width in widths))
    return "\n".join([caption, "", *printed])


# --- blocks -------------------------------------------------------------------------


def paragraph(text: Cell, kind: str = "") -> Block:
    """Return a paragraph.

    Parameters
    ----------
    text : str or Markup
        Its content.
    kind : {"", "note", "lead"}, optional
        Its class on the page.

    Returns
    -------
    Block

    """
    # lines longer than 45 rem tire the eye
    style = f"font-size:.875em;{_TEXT};" if kind == "note" else f"{_TEXT};"
    return Block(tag("p", text, class_=kind, style=style), textwrap.fill(plain(text), 100)) if text else EMPTY


def heading(text: str, level: int = 2, place: str = "") -> Block:
    """Return a heading.

    Parameters
    ----------
    text : str
        Its words.
    level : int, optional
        Level of the heading, 1 to 4.
    place : str, optional
        Place on the page that links can lead to.

    Returns
    -------
    Block

    Raises
    ------
    ValueError
        For any other level.

    """
    if level not in (1, 2, 3, 4):
        raise ValueError(f"a heading has level 1 to 4, not {level}")
    return Block(tag(f"h{level}", unparted(text) if level == 1 else text, id=place), f"{'#' * level} {text}")


def unparted(title: str) -> Markup:
    """Return a title as HTML in which no line ends after the letter of ``e-health``."""
    return Markup(_E_WORD.sub(rf'<span style="{_UNBROKEN}">\g<0></span>', str(escape(title))))


def bullets(cells: Iterable[Cell]) -> Block:
    """Return a list of cells."""
    cells = list(cells)
    items = Markup().join(tag("li", cell, style="margin:.25rem 0") for cell in cells)
    return Block(tag("ul", items, style=_TEXT), "\n".join(f"- {plain(cell)}" for cell in cells)) if cells else EMPTY


def facts(pairs: Iterable[tuple[str, Cell]]) -> Block:
    """Return a description list across the page.

    Parameters
    ----------
    pairs : iterable of tuple
        Names and their descriptions; without a description both are left out.

    Returns
    -------
    Block

    """
    pairs = [(name, cell) for name, cell in pairs if cell]
    items = _described(pairs, "font-weight:600", "margin:.125rem 0 0", f"display:block;padding:.5rem 0;{_RULE}")
    html = tag("dl", items, class_="facts", style=_GRID.format(width=10, gap="0 1.5rem"))
    return Block(html, "\n".join(f"{name}: {plain(cell)}" for name, cell in pairs))


def _described(pairs: Iterable[tuple[str, Cell]], term: str, description: str, around: str) -> Markup:
    """Return the members of a description list, each in an element of its own, by the styles of its parts."""
    return Markup().join(
        tag("div", tag("dt", name, style=_TERM + term) + tag("dd", cell, style=_TERM + description), style=around)
        for name, cell in pairs
    )


def beside(blocks: Iterable[Block], width: float = 17) -> Block:
    """Return blocks beside each other where they fit, else below each other.

    Parameters
    ----------
    blocks : iterable of Block
        The blocks.
    width : float, optional
        Least width of each, in rem.

    Returns
    -------
    Block

    """
    blocks = list(blocks)
    inner = Markup().join(tag("div", block.html) for block in blocks)
    html = tag("div", inner, class_="beside", style=_GRID.format(width=width, gap="0 1.5rem"))
    return Block(html, together(blocks).text) if blocks else EMPTY


def keys(cards: Iterable[tuple[Cell, str]], width: float = 8) -> Block:
    """Return key figures beside each other.

    Parameters
    ----------
    cards : iterable of tuple
        Each a figure and what it counts.
    width : float, optional
        Least width of each, in rem.

    Returns
    -------
    Block
        Nothing without any.

    """
    cards = list(cards)
    if not cards:
        return EMPTY
    size = _LARGEST if len(cards) == 1 else _LARGE
    term = "font-weight:400;font-size:.9375em;line-height:1.35"
    description = f"margin:0 0 .25rem;font-size:{size};line-height:1.2;font-weight:700;{_UNBROKEN}"
    # read aloud a term comes before its description, but the figure is what the eye should meet first: column-reverse
    around = "display:flex;flex-direction:column-reverse;justify-content:flex-end;"
    around += "border-top:3px solid currentColor;padding:.375rem 0 .5rem"
    inner = _described(((caption, value) for value, caption in cards), term, description, around)
    style = _GRID.format(width=width, gap="1rem 1.5rem") + "margin:1rem 0 1.5rem"
    text = "\n".join(f"{plain(value)} {caption}" for value, caption in cards)
    return Block(tag("dl", inner, class_="keys", style=style), text)


def standfirst(block: Block) -> Block:
    """Return a block in the size that is read first: what a page has to say, in a few lines."""
    return Block(tag("div", block.html, class_="standfirst", style="font-size:1.1875em;line-height:1.5"), block.text)


def card(block: Block) -> Block:
    """Return a block in a frame of its own."""
    style = "border-left:.25rem solid currentColor;padding:.25rem 1rem;margin:1rem 0;"
    return Block(tag("div", block.html, class_="card", style=style), textwrap.indent(block.text, "| "))


def _markdown() -> MarkdownIt:
    """Return a reader of Markdown without tags and pictures, whose links lead to safe addresses only."""
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")
    reader.validateLink = lambda address: bool(_SAFE_LINK.fullmatch(address))
    # strong paragraphs, so that prose cannot disturb the order of the page's own headings
    reader.add_render_rule("heading_open", lambda *_: "<p><strong>")
    reader.add_render_rule("heading_close", lambda *_: "</strong></p>\n")
    return reader


def markdown(source: str, text: str = "") -> Block:
    """Return Markdown as HTML: paragraphs, lists, emphasis and safe links.

    Tags and pictures stay the text they are.

    Parameters
    ----------
    source : str
        The Markdown.
    text : str, optional
        What a terminal shows; `source` where it is left out.

    Returns
    -------
    Block

    """
    # the reader has escaped every tag of the source, so that its result may be taken as it is
    html = Markup(_markdown().render(source).strip())
    return Block(tag("div", html, class_="prose", style=_TEXT), (text or source).strip())


def inline(source: str) -> Markup:
    """Return one paragraph of Markdown for a cell: emphasis and safe links, nothing else."""
    return Markup(_markdown().renderInline(" ".join(source.split())))
