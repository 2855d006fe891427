"""Figures and lights as an Excel workbook: real numbers and dates, words where something is missing, no formulas."""

import math
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from typing import Any, Final, Literal, NamedTuple

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
from analysis.exports.content import Row, items_of
from analysis.exports.look import ACCENT, EDGE, FONT, FRAME, INK, LANGUAGE_TAG, TINT, WARNING
from analysis.exports.paragraphs import plain, readable
from analysis.text.phrases import phrase
from analysis.views.status import Status

LONGEST: Final = 32_767  # characters Excel holds in a cell; it cuts the rest without a word
_DECIMALS: Final = 3  # of the format of numbers
_FORMATS: Final = {"number": "#,##0.###", "whole": "#,##0", "share": "0 %", "date": "yyyy-mm-dd", "text": "@"}
_CHARACTERS_ACROSS: Final = 190  # on a wide page of A4, at a size that can be read
_LINE: Final = 13.5  # points
_TALLEST: Final = 400  # points of a row: Excel refuses more than 409
_HAIRLINE: Final = Side("thin", color="D9DEE4")
_LOOKS: Final = (
    {symbol: colour for colour, symbol in words.SYMBOL.items()}
    | {symbol: f"outlined_{colour}" for colour, symbol in words.HOLLOW.items()}
    | {symbol: "state" for symbol in words.STATE_SYMBOL.values() if symbol}
)


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


class Column(NamedTuple):
    """A column: the key of its head, its width in characters, its cell of a row, and what its cells hold."""

    head: str
    width: int
    cell: Callable[[Row], Any]
    kind: Literal["text", "number", "whole", "share", "date"] = "text"


def _value(column: str, why: str = "not_stated") -> Callable[[Row], Any]:
    """Return a cell that holds a value, or the words that say why there is none."""
    # of a half-line the open end is no number
    return lambda r: r.say(why) if pd.isna(r[column]) or r[column] in (-math.inf, math.inf) else r[column]


def _period(column: str, why: str) -> Callable[[Row], str]:
    return lambda r: words.period(r[column], r.language) if isinstance(r[column], str) and r[column] else r.say(why)


def _qualifier(column: str) -> Callable[[Row], str]:
    return lambda r: words.qualified("", r[column], r.language).strip(" ") or r.say("not_applicable")


def _respondents(column: str) -> Callable[[Row], Any]:
    return lambda r: (
        int(r[column])
        if pd.notna(r[column])
        else r.say("not_stated" if r["basis"].startswith("survey") else "not_applicable")
    )


def _source(row: Row, column: str) -> str:
    """Return the title of the source that a column names; empty where it names none."""
    return row.status.sources.at[row[column], "title"] if row[column] else ""


_SHEETS: Final[dict[str, tuple[Column, ...]]] = {
    "lights": (
        Column("item", 10, lambda r: r["item"]),
        Column("kind", 18, lambda r: r.say(f"kind_{r['kind']}")),
        Column("name", 46, lambda r: r[f"name_{r.language}"]),
        Column("experts", 28, lambda r: r.experts),
        Column("movement", 22, lambda r: r.movement),
        Column("record", 34, lambda r: words.record(r["record"], r.language)),
        Column("by_figures", 34, lambda r: r.figures),
        Column("proposal_reason", 34, lambda r: r.figures_why or r.say("not_applicable")),
        Column("answer", 22, lambda r: (
            words.answer(r["direction_answer"], r["direction_fragile"], r.language)
            if r["direction_answer"]
            else r.say("not_applicable")
        )),
        Column("since", 16, _period("direction_first_period", "not_applicable")),
        *(
            Column(name, 14, _value(name, "not_applicable"), "number")
            for name in (
                *("direction_change", "direction_low", "direction_high", "level_low", "level_high"),
                *("break_even_green", "break_even_yellow"),
            )
        ),
        Column("certainty", 20, lambda r: words.certainty(r["certainty"], r.language)),
        Column("p_green", 14, _value("p_green", "not_calculated"), "share"),
        Column("p_yellow", 14, _value("p_yellow", "not_calculated"), "share"),
        Column("p_red", 14, _value("p_red", "not_calculated"), "share"),
        Column("p_target", 16, _value("p_target", "not_calculated"), "share"),
        Column("grade", 16, lambda r: words.grade(r["grade"], r.language)),
        Column("grade_reasons", 40, lambda r: (
            "; ".join(words.grade_reason(code, r.language) for code in r["grade_reasons"]) or r.say("not_applicable")
        )),
        Column("override", 28, lambda r: (
            ": ".join(filter(None, [words.override(r["reason_code"], r.language), r[f"reason_{r.language}"]]))
            if r["reason_code"]
            else r.say("not_applicable")
        )),
        Column("previous_quarter", 16, _period("previous_quarter", "no_earlier")),
        Column("previous", 32, lambda r: r.previous),
        Column("corrected", 26, lambda r: "\n".join(r.corrections) or r.say("no_correction")),
        Column("comment", 80, lambda r: (
            plain(r.text("status" if r["kind"] in ("goal", "strategy") else "comment")) or r.say("no_text")
        )),
    ),
    "trends": (
        Column("measure", 46, lambda r: r[f"name_{r.language}"]),
        Column("indicator", 12, lambda r: r["indicator"] or r.say("not_applicable")),
        Column("role", 30, lambda r: r.say(f"role_{r['role']}")),
        Column("unit", 16, lambda r: words.unit(r["unit"], r.language)),
        Column("direction", 20, lambda r: words.look_up("codes.directions", r["direction"], r.language)),
        Column("latest_period", 16, _period("latest_period", "no_figure")),
        Column("latest", 13, _value("latest_value", "no_figure"), "number"),
        Column("qualifier", 13, _qualifier("latest_qualifier")),
        Column("latest_n", 14, _respondents("latest_n"), "whole"),
        Column("latest_published", 14, _value("latest_published", "no_figure"), "date"),
        Column("latest_source", 36, lambda r: _source(r, "latest_source") or r.say("no_figure")),
        Column("previous_period", 16, _period("previous_period", "no_earlier")),
        Column("previous_value", 13, _value("previous_value", "no_earlier"), "number"),
        Column("previous_n", 14, _respondents("previous_n"), "whole"),
        Column("change", 12, _value("change", "not_calculated"), "number"),
        Column("change_low", 14, _value("change_low", "not_calculated"), "number"),
        Column("change_high", 14, _value("change_high", "not_calculated"), "number"),
        Column("p_value", 14, _value("p_value", "not_tested"), "number"),
        Column("significant", 14, lambda r: (
            r.say("not_tested" if pd.isna(r["p_value"]) else "yes" if r["significant"] else "no")
        )),
        Column("points", 14, lambda r: r["n_points"], "whole"),
        Column("target_value", 14, lambda r: (
            r.say("not_applicable") if r["kind"] == "direction" else _value("target_value", "not_obtained")(r)
        ), "number"),
        Column("target_period", 16, _period("target_period", "not_applicable")),
        Column("age", 10, lambda r: r.say("no_figure") if pd.isna(r["age"]) else round(r["age"], 2), "number"),
        Column("sentence", 80, lambda r: words.change_sentence(r.values, r.language)),
        Column("code", 32, lambda r: r["measure"]),
    ),
    "observations": (
        Column("measure", 46, lambda r: r[f"name_{r.language}"]),
        Column("period", 18, lambda r: words.period(r["period"], r.language)),
        Column("breakdown", 24, lambda r: (
            words.breakdown(r["breakdown"], r.language) if r["breakdown"] else r.say("total")
        )),
        Column("value", 12, _value("value", "withheld"), "number"),
        Column("unit", 16, lambda r: words.unit(r["unit"], r.language)),
        Column("qualifier", 13, _qualifier("qualifier")),
        Column("standing", 30, lambda r: words.look_up("codes.standings", r["standing"], r.language)),
        Column("n", 13, _respondents("n"), "whole"),
        Column("numerator", 13, _value("numerator"), "number"),
        Column("denominator", 13, _value("denominator"), "number"),
        Column("published", 13, lambda r: r["published"], "date"),
        Column("source", 44, lambda r: _source(r, "source")),
        Column("file", 40, lambda r: r["file"]),
        Column("line", 8, lambda r: r["line"], "whole"),
        Column("note", 60, lambda r: r["note"]),
        Column("code", 32, lambda r: r["measure"]),
        Column("period_code", 13, lambda r: r["period"]),
        Column("source_code", 32, lambda r: r["source"]),
    ),
    "sources": (
        Column("title_column", 56, _value("title")),
        Column("publisher", 32, _value("publisher")),
        Column("address", 60, _value("address")),
        Column("licence", 22, lambda r: r.say("not_stated") if r["licence"] == "not stated" else r["licence"]),
        Column("published", 13, _value("published"), "date"),
        Column("accessed", 13, _value("accessed"), "date"),
        Column("rows", 14, lambda r: r["rows"], "whole"),
        Column("note", 70, _value("note")),
        Column("source_code", 34, lambda r: r["source"]),
    ),
    "corrections": (
        Column("corrected_quarter", 16, lambda r: words.period(r["quarter"], r.language)),
        Column("corrected_in", 16, lambda r: words.period(r["made_in"], r.language)),
        Column("item", 10, lambda r: r["item"]),
        Column("measure", 46, lambda r: r[f"name_{r.language}"] or r.say("not_applicable")),
        Column("period", 16, _period("period", "not_applicable")),
        Column("breakdown", 24, lambda r: (
            words.breakdown(r["breakdown"], r.language)
            if r["breakdown"]
            else r.say("total" if r["measure"] else "not_applicable")
        )),
        Column("field", 20, lambda r: words.look_up("codes.corrected", r["field"], r.language)),
        Column("old", 16, lambda r: r["old"] or r.say("not_stated")),
        Column("new", 16, lambda r: r["new"] or r.say("not_stated")),
        Column("corrected", 40, lambda r: words.sentence(words.correction(r.values, r.language))),
        Column("correction_reason", 70, lambda r: r[f"note_{r.language}"]),
        Column("corrected_by", 34, lambda r: r["by"] or r.say("not_stated")),
        Column("corrected_on", 16, lambda r: words.date(r["date"], r.language) if r["date"] else r.say("not_stated")),
    ),
    "issues": (
        Column("issue", 44, lambda r: r[f"title_{r.language}"]),
        Column("description", 90, lambda r: r[f"text_{r.language}"]),
        Column("kind", 24, lambda r: r.say(f"issue_{r['kind']}")),
        Column("items", 20, lambda r: ", ".join(r["items"]) or r.say("not_applicable")),
        Column("measures", 50, lambda r: (
            "; ".join(r.status.strategy.measures.loc[list(r["measures"]), f"name_{r.language}"])
            or r.say("not_applicable")
        )),
        Column("sources", 60, lambda r: "; ".join(r.status.sources.loc[list(r["sources"]), "title"])),
    ),
}  # fmt: skip


# --- cells ----------------------------------------------------------------


def _fill(place: Worksheet, name: str, rows: Sequence[Row], status: Status) -> None:
    """Write a sheet as a named table with filters, its head kept in sight, that prints on wide paper."""
    columns, top = _SHEETS[name], 1
    if banner := words.scenario_text(status.strategy, status.language, short=True):
        _put_styled(place.cell(1, 1), banner, "banner")
        top = 2
    heads = [phrase(column.head, status.language) for column in columns]
    for across, (head, column) in enumerate(zip(heads, columns, strict=True), start=1):
        _put_styled(place.cell(top, across), head, "head")
        place.column_dimensions[get_column_letter(across)].width = column.width
    for down, row in enumerate(rows, start=top + 1):
        values = [column.cell(row) for column in columns]
        for across, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
            cell = place.cell(down, across)
            put(cell, value, column.kind, f"{place.title}, row {down}, column '{heads[across - 1]}'")
            # a symbol and its word get their fill or frame too
            symbol, space, _ = str(cell.value).partition(" ")
            if column.head in ("experts", "by_figures", "previous") and space and symbol in _LOOKS:
                cell.style, cell.quotePrefix = _LOOKS[symbol], True
        # the height that the longest text needs; programs differ in whether they measure it
        texts = [(text, column.width) for text, column in zip(values, columns, strict=True) if isinstance(text, str)]
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
    _set_paper(place, "landscape", math.ceil(sum(column.width for column in columns) / _CHARACTERS_ACROSS))


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
