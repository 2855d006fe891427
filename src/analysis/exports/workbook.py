"""Figures and lights as an Excel workbook: real numbers and dates, words where something is missing, no formulas."""

import math
import tomllib
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from analysis import text as words
from analysis.assessment.limits import METHOD_EDITION
from analysis.exports import content
from analysis.exports.content import Row, items_of, plain, readable
from analysis.exports.look import ACCENT, EDGE, FONT, FRAME, INK, LANGUAGE_TAG, TINT, WARNING
from analysis.text.phrases import phrase
from analysis.views.status import Status

# of each sheet its columns, by the keys of their heads
_SHEETS: Final = tomllib.loads(Path(__file__).with_name("sheets.toml").read_text(encoding="utf-8"))
LONGEST: Final = 32_767  # characters Excel holds in a cell; it cuts the rest without a word
_DECIMALS: Final = 3  # of the format of numbers
_FORMATS: Final = {"number": "#,##0.###", "whole": "#,##0", "share": "0 %", "date": "yyyy-mm-dd", "text": "@"}
_CHARACTERS_ACROSS: Final = 190  # on a wide page of A4, at a size that can be read
_LINE: Final = 13.5  # points
_TALLEST: Final = 400  # points of a row: Excel refuses more than 409
_HAIRLINE: Final = Side("thin", color="D9DEE4")


class WorkbookError(ValueError):
    """A text that a cell cannot hold; the message names sheet, row and column."""


def make_workbook(status: Status) -> Workbook:
    """Return the workbook of a status: what to know first, lights, trends, observations, sources, known issues.

    Raises
    ------
    WorkbookError
        For a text longer than a cell holds.
    """
    book = Workbook()
    for style in _styles():
        book.add_named_style(style)
    _write_notes(book.active, status)
    promises, used = status.strategy.measures.to_dict("index"), status.observations["source"].value_counts()
    frames = {
        "trends": status.trends.reset_index(),
        "observations": status.observations,
        "sources": status.sources.assign(rows=used.reindex(status.sources.index, fill_value=0)).reset_index(),
        "issues": status.issues.reset_index(),
    } | ({"corrections": status.corrections} if len(status.corrections) else {})
    sheets = {"lights": items_of(status, "strategy", "goal", "indicator", "subgoal")}
    for name, frame in frames.items():
        # a row about a measure has what is promised of it, too
        sheets[name] = [Row(promises.get(row.get("measure"), {}) | row, status) for row in frame.to_dict("records")]
    for name, rows in sheets.items():
        _fill(book.create_sheet(phrase(f"sheet_{name}", status.language)), name, rows, status)
    book.properties.title = content.title(status)
    book.properties.creator = book.properties.lastModifiedBy = content.strategy_name(status)
    book.properties.language = LANGUAGE_TAG[status.language]
    return book


# --- sheets ---------------------------------------------------------------


def _value(row: Row, head: str, column: dict[str, Any]) -> Any:
    """Return what a cell holds, or the words that say why it holds nothing."""
    name = column.get("from", head).format(language=row.language)
    value = _READERS[column["read"]](row, name) if "read" in column else row[name]
    # of a half-line the open end is no number
    missing = value == "" or pd.isna(value) or value in (-math.inf, math.inf)
    return row.say(column["absent"]) if missing and "absent" in column else value


# how a cell is read from a row and the name of a column, where it is not the value itself; by the names in `_SHEETS`
_READERS: Final[dict[str, Callable[[Any, str], Any]]] = {
    "property": lambda r, c: getattr(r, c),
    "word": lambda r, c: getattr(words, c)(r[c], r.language),
    "period": lambda r, c: words.period(r[c], r.language) if isinstance(r[c], str) and r[c] else "",
    "day": lambda r, c: words.date(r[c], r.language) if r[c] else "",
    "phrase": lambda r, c: r.say(f"{c}_{r[c]}"),
    "code": lambda r, c: words.look_up(f"codes.{c}s", r[c], r.language),
    "field": lambda r, c: words.look_up("codes.corrected", r[c], r.language),
    "qualifier": lambda r, c: words.qualified("", r[c], r.language).strip(" "),
    "respondents": lambda r, c: (
        int(r[c]) if pd.notna(r[c]) else r.say("not_stated" if r["basis"].startswith("survey") else "not_applicable")
    ),
    "breakdown": lambda r, c: (
        words.breakdown(r[c], r.language) if r[c] else r.say("total" if r["measure"] else "not_applicable")
    ),
    "source": lambda r, c: r.status.sources.at[r[c], "title"] if r[c] else "",
    "grade_reasons": lambda r, c: "; ".join(words.grade_reason(code, r.language) for code in r[c]),
    "answer": lambda r, c: words.answer(r[c], r["direction_fragile"], r.language) if r[c] else "",
    "corrections": lambda r, _: "\n".join(r.corrections),
    "correction": lambda r, _: words.sentence(words.correction(r.values, r.language)),
    "comment": lambda r, _: plain(r.text("status" if r["kind"] in ("goal", "strategy") else "comment")),
    "significant": lambda r, c: r.say("not_tested" if pd.isna(r["p_value"]) else "yes" if r[c] else "no"),
    "target": lambda r, c: r.say("not_applicable") if r["kind"] == "direction" else r[c],
    "rounded": lambda r, c: round(r[c], 2),
    "sentence": lambda r, _: words.change_sentence(r.values, r.language),
    "licence": lambda r, c: "" if r[c] == "not stated" else r[c],
    "items": lambda r, c: ", ".join(r[c]),
    "measures": lambda r, c: "; ".join(r.status.strategy.measures.loc[list(r[c]), f"name_{r.language}"]),
    "sources": lambda r, c: "; ".join(r.status.sources.loc[list(r[c]), "title"]),
}


# --- cells ----------------------------------------------------------------


def _fill(place: Worksheet, name: str, rows: Sequence[Row], status: Status) -> None:
    """Write a sheet as a named table with filters, its head kept in sight, that prints on wide paper."""
    columns, top = _SHEETS[name], 1
    if banner := words.scenario_text(status.strategy, status.language, short=True):
        _put_styled(place.cell(1, 1), banner, "banner")
        top = 2
    heads = {head: phrase(head, status.language) for head in columns}
    for across, (head, column) in enumerate(columns.items(), start=1):
        _put_styled(place.cell(top, across), heads[head], "head")
        place.column_dimensions[get_column_letter(across)].width = column["width"]
    for down, row in enumerate(rows, start=top + 1):
        texts = []
        for across, (head, column) in enumerate(columns.items(), start=1):
            cell, value = place.cell(down, across), _value(row, head, column)
            put(cell, value, column.get("format", "text"), f"{place.title}, row {down}, column '{heads[head]}'")
            # a symbol and its word get their fill or frame too
            if "look" in column and (look := getattr(row, column["look"])):
                cell.style, cell.quotePrefix = look, True
            texts += [(value, column["width"])] if isinstance(value, str) else []
        # the height that the longest text needs; programs differ in whether they measure it
        lines = [sum(math.ceil(max(len(part), 1) / wide) for part in text.split("\n")) for text, wide in texts]
        place.row_dimensions[down].height = min(_LINE * max(lines, default=1) + 4, _TALLEST)
    end = f"{get_column_letter(len(columns))}{max(len(rows), 1) + top}"
    table = Table(displayName=name, ref=f"A{top}:{end}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    place.add_table(table)
    place.row_dimensions[top].height = 32
    # what a row is about stays in sight; of lights that is number, kind and name
    last = "C" if name == "lights" else "A"
    place.freeze_panes = f"{chr(ord(last) + 1)}{top + 1}"
    place.print_title_rows, place.print_title_cols = f"1:{top}", f"A:{last}"
    _set_paper(place, "landscape", math.ceil(sum(column["width"] for column in columns.values()) / _CHARACTERS_ACROSS))


def _put_styled(cell: Cell, text: str, style: str) -> None:
    put(cell, text, "text", cell.parent.title)
    cell.style = style


def put(cell: Cell, value: Any, kind: str, where: str) -> None:
    """Put a value into a cell as what it is; a text stays text whatever it starts with.

    Raises
    ------
    WorkbookError
        For a text longer than a cell holds.
    """
    if not isinstance(value, str):
        cell.value = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
        # Excel shows a decimal mark without decimals behind a whole number in the format of the others
        is_whole = kind == "number" and value is not None and round(float(value), _DECIMALS).is_integer()
        cell.style = "whole" if is_whole else kind
        return
    if len(value) > LONGEST:
        raise WorkbookError(f"{where}: {len(value)} characters, and a cell holds {LONGEST}; shorten the text")
    cell.value, cell.style = readable(value), "text"
    cell.data_type, cell.quotePrefix = "s", True  # else Excel reads "=1+1" as a formula when somebody edits the cell


def _styles() -> Iterator[NamedStyle]:
    """Yield the styles of cells by name; a style is made once and named, not made anew for every cell."""
    top = Alignment(vertical="top", wrap_text=True, horizontal="left")
    ink = Font(name=FONT, size=10, color=INK)
    strong = Font(name=FONT, size=10, bold=True, color=INK)
    for kind, form in _FORMATS.items():
        place = top if kind == "text" else Alignment(vertical="top")
        yield NamedStyle(kind, font=ink, alignment=place, number_format=form, border=Border(bottom=_HAIRLINE))
    white, blue = Font(name=FONT, size=10, bold=True, color="FFFFFF"), PatternFill("solid", fgColor=ACCENT)
    yield NamedStyle("head", font=white, fill=blue, alignment=Alignment(vertical="center", wrap_text=True))
    yield NamedStyle("topic", font=strong, alignment=top)
    yield NamedStyle("banner", font=Font(name=FONT, size=12, bold=True, color=WARNING))
    yield NamedStyle("name", font=Font(name=FONT, size=16, bold=True, color=ACCENT))
    for colour, tint in TINT.items():
        edge = Border(left=Side("thick", color=EDGE[colour]), bottom=_HAIRLINE)
        yield NamedStyle(colour, font=strong, fill=PatternFill("solid", fgColor=tint), border=edge, alignment=top)
    for look, colour in FRAME.items():
        side = Side("mediumDashed", color=colour)
        yield NamedStyle(look, font=strong, border=Border(side, side, side, side), alignment=top)


def _set_paper(place: Worksheet, orientation: str, across: int) -> None:
    place.sheet_view.showGridLines = False
    place.page_setup.orientation, place.page_setup.paperSize = orientation, place.PAPERSIZE_A4
    place.page_setup.fitToWidth, place.page_setup.fitToHeight = across, 0  # 0: as many sheets down as it takes
    place.sheet_properties.pageSetUpPr.fitToPage = True
    place.oddFooter.center.text = "&A – &P/&N"


def _write_notes(place: Worksheet, status: Status) -> None:
    """Write the sheet of what to know first: what this is, edition, colours, method, licence, how sheets are built."""

    def say(key: str, **places: object) -> str:
        return phrase(key, status.language, **places)

    publishers = sorted(set(status.sources.loc[status.observations["source"].unique(), "publisher"]))
    made = say("made_with", version=version("ehelse-status"), edition=METHOD_EDITION)
    notes = [
        (say("about"), say("about_text", quarter=content.quarter(status))),
        (say("edition"), f"{content.published_by(status)}. {made}"),
        *content.reading(status),
        (say("raw_head"), say("raw_text")),
        (say("columns_head"), say("columns_text")),
        (say("sources"), "; ".join(publishers)),
    ]
    place.title = say("sheet_notes")
    place.column_dimensions["A"].width, place.column_dimensions["B"].width = 30, 100
    _put_styled(place.cell(1, 1), content.title(status), "name")
    place.row_dimensions[1].height = 28
    if banner := words.scenario_text(status.strategy, status.language):
        _put_styled(place.cell(2, 1), banner, "banner")
    for down, (head, text) in enumerate(notes, start=3):
        _put_styled(place.cell(down, 1), head, "topic")
        put(place.cell(down, 2), text, "text", place.title)
        place.row_dimensions[down].height = _LINE * math.ceil(len(text) / 100) + 8
    _set_paper(place, "portrait", across=1)
