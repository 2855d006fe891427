"""How a table, a chip and a paragraph become HTML that is safe to forward and plain text for a terminal.

All text is escaped here and nowhere else: `Cell` and `Block` are the only ways to the page, and only this module
writes tags. Styles are inline, because an untrusted notebook in JupyterLab drops style sheets; classes let the page's
own style sheet refine what a notebook cannot: stacking on narrow screens, the dark scheme, print.
"""

import html
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markdown_it import MarkdownIt

from analysis import text as words

_CELL: Final = "padding:.5rem .75rem;text-align:{align};vertical-align:top;"
_LINE: Final = "border-bottom:1px solid rgba(127,127,127,.35)"
_HEAD: Final = "font-weight:600;border-bottom:2px solid currentColor;vertical-align:bottom;"
_CAPTION: Final = "caption-side:top;text-align:left;font-weight:600;padding:.25rem .75rem .5rem;"
_CHIP: Final = (
    "display:inline-block;padding:.05rem .5rem;border-radius:.25rem;border:1px solid #212121;font-weight:600;"
    "white-space:nowrap;background:{background};color:{ink};print-color-adjust:exact;-webkit-print-color-adjust:exact;"
)
_SIGN: Final = (
    "display:inline-block;padding:0 .25rem;border:1px solid #212121;border-radius:.2rem;font-size:.8em;"
    "background:{background};color:{ink};print-color-adjust:exact;-webkit-print-color-adjust:exact;"
)
_TILE: Final = (
    "display:inline-block;min-width:3.1rem;margin:0 .25rem .25rem 0;padding:.1rem .3rem;border:{frame};"
    "border-radius:.25rem;font-size:.8125rem;line-height:1.4;text-align:center;text-decoration:none;white-space:nowrap;"
    "background:{background};color:{ink};print-color-adjust:exact;-webkit-print-color-adjust:exact;"
)
_KEY: Final = (
    "display:flex;flex-direction:column-reverse;justify-content:flex-end;border-top:3px solid currentColor;"
    "padding:.375rem 0 .5rem"
)
_GREY: Final = "rgba(127,127,127,.16)"  # of a light without colour, on light paper and on dark
_LARGE: Final = "clamp(1.375rem,1rem + 1.5vw,1.75rem)"  # of a key figure among others
_LARGEST: Final = "clamp(1.375rem,1rem + 1.9vw,2.5rem)"  # of one that stands alone
_BESIDE: Final = "display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,{width}rem),1fr));gap:{gap};"
_TERM: Final = "float:none;width:auto;"  # JupyterLab would set it beside what is said of it, and across
_FEW: Final = 4  # columns that stand side by side on a tablet whatever is in them
_E_WORD: Final = re.compile(r"\b\w-\w+")
_SPACES: Final = "\n\t\u00a0\u202f\u2009"
_TO_A_PAGE: Final = re.compile(r'(<a\b[^>]*\s)href="(?=[a-z0-9-]+\.html)')
_SAFE_LINK: Final = re.compile(r"(https?://|#|[a-z0-9-]+\.html(#|$))[^\s\"'<>]*", re.IGNORECASE)


def escape(text: object) -> str:
    """Return text with every character that means something to HTML made harmless, control characters dropped."""
    readable = "".join(c for c in str(text) if c.isprintable() or c in _SPACES)
    return html.escape(readable, quote=True)


@dataclass(frozen=True, repr=False)
class Block:
    """A piece of the page: HTML for a browser, plain text for a terminal.

    In a notebook there are no pages to lead to: links to them wait as ``data-page`` until a report is written.
    """

    html: str
    text: str

    def _repr_html_(self) -> str:
        return _TO_A_PAGE.sub(r'\1data-page="', self.html)

    def __repr__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        """Return whether there is anything to show."""
        return bool(self.html)

    def __add__(self, other: "Block") -> "Block":
        """Return this block followed by another."""
        return Block(
            "\n".join(filter(None, (self.html, other.html))), "\n\n".join(filter(None, (self.text, other.text)))
        )


EMPTY: Final = Block("", "")


def together(blocks: Iterable[Block]) -> Block:
    """Return blocks one after the other as one."""
    return sum(blocks, start=EMPTY)


@dataclass(frozen=True)
class Cell:
    """What stands in one cell: safe HTML and the same as text; made by `text`, `chip`, `link`, `lines`."""

    html: str
    text: str

    def __add__(self, other: "Cell") -> "Cell":
        """Return both on one line."""
        return Cell(" ".join(filter(None, (self.html, other.html))), " ".join(filter(None, (self.text, other.text))))


NOTHING: Final = Cell("", "")


def text(value: object) -> Cell:
    """Return a cell of plain text, escaped."""
    return Cell(escape(value), str(value))


def small(value: object, language: str = "") -> Cell:
    """Return a cell of small print, escaped; `language` is named where it is not the page's."""
    if not value:
        return NOTHING
    spoken = f' lang="{escape(language)}"' if language else ""
    return Cell(
        f'<span class="small"{spoken} style="font-size:.875em;font-weight:400">{escape(value)}</span>', str(value)
    )


def strong(value: object) -> Cell:
    """Return a cell of strong text, escaped."""
    return Cell(f"<strong>{escape(value)}</strong>", str(value))


def figure(cell: Cell) -> Cell:
    """Return a cell as the figure the eye should find first."""
    return Cell(f'<strong class="figure" style="font-variant-numeric:tabular-nums">{cell.html}</strong>', cell.text)


def link(address: str, shown: object) -> Cell:
    """Return a link; an address that is no web address, page of the report or place on the page stays plain text."""
    if not _SAFE_LINK.fullmatch(address):
        return text(shown)
    return Cell(f'<a href="{escape(address)}">{escape(shown)}</a>', str(shown))


def lines(cells: Iterable[Cell]) -> Cell:
    """Return cells below each other in one, empty ones left out."""
    kept = [cell for cell in cells if cell.html]
    return Cell("<br>".join(cell.html for cell in kept), " / ".join(cell.text for cell in kept))


def abreast(cells: Iterable[Cell]) -> Cell:
    """Return cells beside each other in one, wrapping where there is no room."""
    kept = [cell for cell in cells if cell.html]
    inner = "".join(cell.html for cell in kept)
    return Cell(f'<span class="abreast">{inner}</span>' if kept else "", " ".join(cell.text for cell in kept))


def large(cell: Cell) -> Cell:
    """Return a cell that is read before its neighbours."""
    return Cell(f'<span style="font-size:1.125em">{cell.html}</span>', cell.text)


def parts(cells: Iterable[Cell]) -> Cell:
    """Return cells below each other with room between them, empty ones left out."""
    kept = [cell for cell in cells if cell.html]
    return Cell(
        "".join(f'<div style="margin-bottom:.5rem">{cell.html}</div>' for cell in kept),
        " / ".join(cell.text for cell in kept),
    )


def chip(colour: str, language: str) -> Cell:
    """Return a colour as symbol, word and colour, with a dark border; the symbol is hidden from screen readers."""
    word = words.colour(colour, language)
    ink = {"yellow": "#000000", "grey": "inherit"}.get(colour, "#FFFFFF")
    style = _CHIP.format(background=_GREY if colour == "grey" else words.HEX[colour], ink=ink)
    symbol = f'<span aria-hidden="true">{words.SYMBOL[colour]}</span>'
    return Cell(
        f'<span class="chip chip-{colour}" style="{style}">{symbol} {escape(word)}</span>',
        f"{words.SYMBOL[colour]} {word}",
    )


def tile(address: str, shown: str, signs: str, colour: str, said: str, known: bool) -> Cell:
    """Return a small linked field in a light's colour: a name and its signs; `said` is what they mean in words.

    Fields of which nothing is `known` have a dashed frame.
    """
    ink = {"yellow": "#000000", "grey": "inherit"}.get(colour, "#FFFFFF")
    style = _TILE.format(
        background=_GREY if colour == "grey" else words.HEX[colour],
        ink=ink,
        frame="1px solid #212121" if colour != "grey" else f"1px {'solid' if known else 'dashed'} #767676",
    )
    inner = f'{escape(shown)} <span aria-hidden="true">{escape(signs)}</span>'
    return Cell(
        f'<a class="tile tile-{colour}" href="{escape(address)}" aria-label="{escape(said)}" title="{escape(said)}" '
        f'style="{style}">{inner}</a>',
        f"{shown}{signs}",
    )


def light(colour: str, language: str, towards: str = "", weak: bool = False, mark: Cell = NOTHING) -> Cell:
    """Return a colour and, where it has one, its tendency: chip, the `mark` of a note, then where it points."""
    shown = chip(colour, language) + mark
    if mark.html:
        shown = replace(shown, html=f'<span style="white-space:nowrap">{shown.html}</span>')
    if not towards:
        return shown
    word = words.hue(towards, language)
    aim = f'<span style="white-space:nowrap">{_sign(towards)} {escape(word)}</span>'
    said = escape(words.pointing(towards, weak, language, "{}")).format(aim)
    text_ = words.pointing(towards, weak, language, f"{words.SYMBOL[towards]} {word}")
    return shown + Cell(f'<span class="towards">{said}</span>', text_)


def _sign(colour: str) -> str:
    """Return a colour's symbol on its colour, silent beside the word that names it."""
    style = _SIGN.format(background=words.HEX[colour], ink="#000000" if colour == "yellow" else "#FFFFFF")
    return f'<span aria-hidden="true" style="{style}">{words.SYMBOL[colour]}</span>'


@dataclass(frozen=True)
class Column:
    """A column's heading, whether its cells are numbers, set to the right, and its share of the width in per cent."""

    name: str
    numeric: bool = False
    width: int = 0


@dataclass(frozen=True)
class Row:
    """The cells of one row, the first of which is its heading, and the row's place on the page if links lead to it."""

    cells: tuple[Cell, ...]
    id: str = ""


@dataclass(frozen=True, repr=False)
class Table(Block):
    """A table with caption, scoped headings and one heading cell a row; on narrow screens each row becomes a card."""

    caption: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()


def table(
    caption: str,
    columns: Sequence[str | Column],
    rows: Iterable[Row | Sequence[Cell]],
    *,
    empty: str = "",
    note: str = "",
    slim: bool = False,
) -> Block:
    """Return a `Table`; without rows the paragraph `empty` under the caption's words instead of an empty table.

    The cells of a `slim` one are so short that all its columns stand side by side on a tablet.

    Raises:
        ValueError: when a row has not one cell a column, or a heading or the caption is empty.

    """
    headings = tuple(Column(c) if isinstance(c, str) else c for c in columns)
    filled = tuple(row if isinstance(row, Row) else Row(tuple(row)) for row in rows)
    if not caption or not all(c.name for c in headings) or any(len(r.cells) != len(headings) for r in filled):
        raise ValueError(f"table '{caption}': every column has a heading and every row one cell for each")
    if not filled:
        return paragraph(f"{caption}: {empty}") if empty else EMPTY
    html = _table_html(caption, headings, filled, few=slim or len(headings) <= _FEW)
    shown = html + (paragraph(note, "note").html if note else "")
    return Table(shown, _table_text(caption, headings, filled, note), caption, headings, filled)


def _table_html(caption: str, columns: tuple[Column, ...], rows: tuple[Row, ...], *, few: bool) -> str:
    heads = "".join(
        f'<th scope="col" role="columnheader" style="{_style(c)}{_HEAD}{_width(c)}">{escape(c.name)}</th>'
        for c in columns
    )
    body = "\n".join(_row_html(row, columns) for row in rows)
    return (
        f'<div class="table {"few" if few else "many"}" style="overflow-x:auto;margin:1rem 0 1.5rem">'
        '<table role="table" style="border-collapse:collapse;table-layout:auto;width:100%;">'
        f'<caption style="{_CAPTION}">{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _row_html(row: Row, columns: tuple[Column, ...]) -> str:
    place = f' id="{escape(row.id)}"' if row.id else ""
    first, *rest = zip(columns, row.cells, strict=True)
    head = f'<th scope="row" role="rowheader" style="{_style(first[0])}font-weight:600;">{_content(first[1])}</th>'
    cells = "".join(
        f'<td role="cell" data-label="{escape(c.name)}" style="{_style(c)}">{_content(cell)}</td>' for c, cell in rest
    )
    return f'<tr role="row"{place} style="{_LINE}">{head}{cells}</tr>'


def _content(cell: Cell) -> str:
    return f"<div>{cell.html}</div>" if cell.html else "<div>–</div>"


def _style(column: Column) -> str:
    numeric = "font-variant-numeric:tabular-nums;" if column.numeric else ""
    return _CELL.format(align="right" if column.numeric else "left") + numeric


def _width(column: Column) -> str:
    return f"width:{column.width}%;" if column.width else ""


_WIDTH: Final = 38


def _table_text(caption: str, columns: tuple[Column, ...], rows: tuple[Row, ...], note: str) -> str:
    grid = [[c.name for c in columns], *([cell.text or "–" for cell in row.cells] for row in rows)]
    wrapped = [[textwrap.wrap(entry, _WIDTH) or [""] for entry in line] for line in grid]
    widths = [max(len(part) for line in wrapped for part in line[i]) for i in range(len(columns))]
    printed = ["\n".join(_text_row(line, widths, columns)) for line in wrapped]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([caption, "", printed[0], rule, *printed[1:], *([note] if note else [])])


def _text_row(line: list[list[str]], widths: list[int], columns: tuple[Column, ...]) -> Iterable[str]:
    for depth in range(max(len(parts) for parts in line)):
        entries = (parts[depth] if depth < len(parts) else "" for parts in line)
        placed = (e.rjust(w) if c.numeric else e.ljust(w) for e, w, c in zip(entries, widths, columns, strict=True))
        yield "  ".join(placed).rstrip()


def paragraph(words_: str, kind: str = "") -> Block:
    """Return a paragraph of plain text; `kind` (note, lead) names its class on the page."""
    style = "font-size:.875em;max-width:45rem;" if kind == "note" else "max-width:45rem;"
    named = f' class="{kind}"' if kind else ""
    return Block(f'<p{named} style="{style}">{escape(words_)}</p>', textwrap.fill(words_, 100)) if words_ else EMPTY


def cell_block(cell: Cell, kind: str = "") -> Block:
    """Return a paragraph of one cell's content."""
    named = f' class="{kind}"' if kind else ""
    return Block(f'<p{named} style="max-width:45rem;">{cell.html}</p>', cell.text) if cell.html else EMPTY


def heading(words_: str, level: int = 2, place: str = "") -> Block:
    """Return a heading of level 1 to 4, with a place that links can lead to.

    Raises:
        ValueError: for any other level.

    """
    if level not in (1, 2, 3, 4):
        raise ValueError(f"a heading has level 1 to 4, not {level}")
    placed = f' id="{escape(place)}"' if place else ""
    shown = unparted(words_) if level == 1 else escape(words_)
    return Block(f"<h{level}{placed}>{shown}</h{level}>", f"{'#' * level} {words_}")


def unparted(title: str) -> str:
    """Return a title as HTML in which no line ends after the letter of ``e-health``."""
    return _E_WORD.sub(r'<span style="white-space:nowrap">\g<0></span>', escape(title))


def bullets(cells: Iterable[Cell]) -> Block:
    """Return a list of cells."""
    cells = list(cells)
    items = "".join(f'<li style="margin:.25rem 0">{cell.html}</li>' for cell in cells)
    return (
        Block(f'<ul style="max-width:45rem">{items}</ul>', "\n".join(f"- {cell.text}" for cell in cells))
        if cells
        else EMPTY
    )


def facts(pairs: Iterable[tuple[str, Cell]], *, across: bool = False) -> Block:
    """Return a description list: a name and what is said of it, below each other or `across` the page."""
    pairs = [(name, cell) for name, cell in pairs if cell.html]
    placed = f' style="{_BESIDE.format(width=10, gap="0 1.5rem")}"' if across else ""
    one = "display:block;" if across else ""
    shown = "".join(
        f'<div style="{one}padding:.5rem 0;border-bottom:1px solid rgba(127,127,127,.35)">'
        f'<dt style="{_TERM}font-weight:600">{escape(name)}</dt><dd style="margin:.125rem 0 0">{cell.html}</dd></div>'
        for name, cell in pairs
    )
    return Block(f'<dl class="facts"{placed}>{shown}</dl>', "\n".join(f"{name}: {cell.text}" for name, cell in pairs))


def beside(blocks: Iterable[Block], width: float = 17) -> Block:
    """Return blocks beside each other where there is room for `width` rem each, else below each other."""
    blocks = list(blocks)
    inner = "".join(f"<div>{block.html}</div>" for block in blocks)
    shown = f'<div class="beside" style="{_BESIDE.format(width=width, gap="0 1.5rem")}">{inner}</div>'
    return Block(shown, together(blocks).text) if blocks else EMPTY


def keys(cards: Iterable[tuple[Cell, str]], width: float = 8) -> Block:
    """Return key figures beside each other, each a figure and what it counts in `width` rem; nothing without any."""
    cards = list(cards)
    if not cards:
        return EMPTY
    size = _LARGEST if len(cards) == 1 else _LARGE
    inner = "".join(
        f'<div style="{_KEY}">'
        f'<dt style="{_TERM}font-weight:400;font-size:.9375em;line-height:1.35">{escape(said)}</dt>'
        f'<dd style="margin:0 0 .25rem;font-size:{size};line-height:1.2;font-weight:700;white-space:nowrap">'
        f"{figure_.html}</dd></div>"
        for figure_, said in cards
    )
    style = _BESIDE.format(width=width, gap="1rem 1.5rem")
    return Block(
        f'<dl class="keys" style="{style}margin:1rem 0 1.5rem">{inner}</dl>',
        "\n".join(f"{figure_.text} {said}" for figure_, said in cards),
    )


def standfirst(block: Block) -> Block:
    """Return a block in the size that is read first: what a page has to say, in a few lines."""
    return Block(f'<div class="standfirst" style="font-size:1.1875em;line-height:1.5">{block.html}</div>', block.text)


def card(*blocks: Block) -> Block:
    """Return blocks in a frame of their own."""
    inner = together(blocks)
    style = "border-left:.25rem solid currentColor;padding:.25rem 1rem;margin:1rem 0;"
    return Block(f'<div class="card" style="{style}">{inner.html}</div>', textwrap.indent(inner.text, "| "))


class Notes:
    """Reasons said once: a text gets a number where it is first met, and the list of them stands below."""

    def __init__(self, place: str, named: Callable[[int], str]):
        """Take the prefix of the notes' places on the page, and what a note is called in words."""
        self._place, self._named, self._texts = place, named, []

    def mark(self, *texts: str) -> Cell:
        """Return the numbers of these texts as links to the list."""
        return sum((self._number(text_) for text_ in texts), start=NOTHING)

    def _number(self, said: str) -> Cell:
        if said not in self._texts:
            self._texts.append(said)
        number = self._texts.index(said) + 1
        name = escape(self._named(number))
        return Cell(f'<sup><a href="#{self._place}-{number}" aria-label="{name}">{number}</a></sup>', f"[{number}]")

    def block(self) -> Block:
        """Return the list of notes; nothing where none was marked."""
        places = (f"{self._place}-{number}" for number in range(1, len(self._texts) + 1))
        items = "".join(
            f'<li id="{place}" style="margin:.125rem 0">{escape(said)}</li>'
            for place, said in zip(places, self._texts, strict=True)
        )
        shown = f'<ol class="notes" style="font-size:.875em;padding-left:1.25rem;max-width:45rem">{items}</ol>'
        text_ = "\n".join(f"{number}. {said}" for number, said in enumerate(self._texts, start=1))
        return Block(shown, text_) if self._texts else EMPTY


def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")
    reader.validateLink = lambda address: bool(_SAFE_LINK.fullmatch(address))
    return reader


def markdown(source: str, plain: str = "") -> Block:
    """Return Markdown as HTML: paragraphs, lists, emphasis and safe links; tags and pictures stay the text they are.

    Headings become strong paragraphs, so that prose cannot disturb the order of the page's own headings.
    """
    shown = re.sub(r"<(/?)h[1-6]>", lambda m: "</strong></p>" if m[1] else "<p><strong>", _markdown().render(source))
    return Block(f'<div class="prose" style="max-width:45rem">{shown.strip()}</div>', (plain or source).strip())


def inline(source: str, plain: str = "") -> Cell:
    """Return one paragraph of Markdown for a cell: emphasis and safe links, nothing else; `plain` is its text."""
    return Cell(_markdown().renderInline(" ".join(source.split())), " ".join((plain or source).split()))


def within(cell: Cell, note: str) -> Cell:
    """Return a cell with a line of small print below; without a note the cell itself."""
    return lines((cell, small(note))) if note else replace(cell)
