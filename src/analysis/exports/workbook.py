"""Figures and lights as an Excel workbook: real numbers and dates, words where something is missing, no formulas."""

import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from analysis import text as words
from analysis.exports import packing, said, texts
from analysis.exports.said import ACCENT, EDGE, INK, TINT, Light
from analysis.text.phrases import phrase
from analysis.views.status import Status

LONGEST: Final = 32_767  # characters Excel holds in a cell; it cuts the rest without a word
_FORMATS: Final = {"number": "#,##0.###", "whole": "#,##0", "share": "0 %", "date": "yyyy-mm-dd", "text": "@"}
_FONT: Final = "Arial"
_CHARACTERS_ACROSS: Final = 190  # on a wide page of A4, at a size that can be read
_LINE: Final = 13.5  # points
_HAIRLINE: Final = Side("thin", color="D9DEE4")


class WorkbookError(ValueError):
    """A text that a cell cannot hold; the message names sheet, row and column."""


@dataclass(frozen=True)
class Column:
    """A column: the key of its head, what its cells hold, and its width in characters."""

    head: str
    kind: Literal["text", "number", "whole", "share", "date"] = "text"
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """A sheet: the key of its name, the ASCII name of its table, its columns and its rows, one value a column."""

    key: str
    table: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


def write_workbook(status: Status, file: Path) -> Path:
    """Write the workbook of a status: what to know first, lights, trends, observations, sources, known issues.

    The same status gives the same bytes.

    Raises:
        WorkbookError: for a text longer than a cell holds.

    """
    book = Workbook()
    for style in _styles():
        book.add_named_style(style)
    _read_first(book.active, status)
    for sheet in (_lights(status), _trends(status), _observations(status), _sources(status), _issues(status)):
        _fill(book.create_sheet(phrase(sheet.key, status.language)), sheet, status.language)
    book.properties.title = said.title(status)
    book.properties.creator = book.properties.lastModifiedBy = said.whole(status)
    book.properties.language = {"nb": "nb-NO", "en": "en-GB"}[status.language]
    with io.BytesIO() as saved:
        book.save(saved)
        return packing.write(file, packing.still(saved.getvalue(), said.edition(status).to_pydatetime()))


# --- sheets ---------------------------------------------------------------


def _lights(status: Status) -> Sheet:
    language = status.language
    fields: dict[Column, Callable[[Light], Any]] = {
        Column("item", width=10): lambda r: r["item"],
        Column("kind", width=18): lambda r: phrase(f"kind_{r['kind']}", language),
        Column("name", width=46): lambda r: r[f"name_{language}"],
        Column("status", width=12): lambda r: said.colour(r["colour"], language),
        Column("tendency", width=26): lambda r: "; ".join(said.tendency(r, language)),
        Column("reason", width=34): lambda r: said.why_grey(r, language) or _absent("not_applicable", language),
        Column("colour_source", width=22): lambda r: phrase(
            "judged" if r["colour_source"] == "judgement" else "proposed", language
        ),
        Column("record", width=34): lambda r: words.record(r["record"], language),
        Column("proposal", width=24): lambda r: said.light(
            r["proposed"], language, r["proposed_towards"], r["proposed_weak"]
        ),
        Column("proposal_reason", width=34): lambda r: (
            words.reason(r["proposed_reason"], language)
            or (words.reason(r["rule"], language) if r["rule"] in words.read_table("codes.reasons") else "")
            or _absent("not_stated", language)
        ),
        Column("certainty", width=20): lambda r: words.certainty(r["certainty"], language),
        Column("p_green", "share", 14): lambda r: _or(r["p_green"], "not_calculated", language),
        Column("p_yellow", "share", 14): lambda r: _or(r["p_yellow"], "not_calculated", language),
        Column("p_red", "share", 14): lambda r: _or(r["p_red"], "not_calculated", language),
        Column("p_target", "share", 16): lambda r: _or(r["p_target"], "not_calculated", language),
        Column("grade", width=16): lambda r: words.grade(r["grade"], language),
        Column("grade_reasons", width=40): lambda r: (
            "; ".join(words.grade_reason(code, language) for code in r["grade_reasons"])
            or _absent("not_applicable", language)
        ),
        Column("override", width=28): lambda r: _override(r, language),
        Column("previous_quarter", width=16): lambda r: (
            words.period(r["previous_quarter"], language) if r["previous_quarter"] else _absent("no_earlier", language)
        ),
        Column("previous", width=32): lambda r: said.previous(r, language),
        Column("corrected", width=26): lambda r: said.correction(r, language) or _absent("no_correction", language),
        Column("comment", width=80): lambda r: (
            texts.plain(
                texts.written(status.prose, r["item"], "status" if r["kind"] in ("goal", "strategy") else "comment")
            )
            or _absent("no_text", language)
        ),
    }
    rows = said.rows(status, "strategy", "goal", "indicator", "subgoal")
    return Sheet("sheet_lights", "lights", list(fields), [[cell(row) for cell in fields.values()] for row in rows])


def _override(row: Light, language: str) -> str:
    if not row["reason_code"]:
        return _absent("not_applicable", language)
    said_why = row[f"reason_{language}"]
    return words.override(row["reason_code"], language) + (f": {said_why}" if said_why else "")


def _trends(status: Status) -> Sheet:
    language, titles = status.language, status.sources["title"].to_dict()
    missing, earlier = "no_figure", "no_earlier"
    fields: dict[Column, Callable[[dict, dict], Any]] = {
        Column("measure", width=46): lambda r, p: p[f"name_{language}"],
        Column("indicator", width=12): lambda r, p: r["indicator"] or _absent("not_applicable", language),
        Column("role", width=30): lambda r, p: phrase(f"role_{r['role']}", language),
        Column("unit", width=16): lambda r, p: words.unit(r["unit"], language),
        Column("direction", width=20): lambda r, p: words.look_up("codes.directions", r["direction"], language),
        Column("latest_period", width=16): lambda r, p: _when(r["latest_period"], language, missing),
        Column("latest", "number", 13): lambda r, p: _or(r["latest_value"], missing, language),
        Column("qualifier", width=13): lambda r, p: _qualifier(r["latest_qualifier"], language),
        Column("latest_n", "whole", 14): lambda r, p: _respondents(r["latest_n"], r["latest_value"], p, language),
        Column("latest_published", "date", 14): lambda r, p: _or(r["latest_published"], missing, language),
        Column("latest_source", width=36): lambda r, p: titles.get(r["latest_source"]) or _absent(missing, language),
        Column("previous_period", width=16): lambda r, p: _when(r["previous_period"], language, earlier),
        Column("previous_value", "number", 13): lambda r, p: _or(r["previous_value"], earlier, language),
        Column("previous_n", "whole", 14): lambda r, p: _respondents(r["previous_n"], r["previous_value"], p, language),
        Column("change", "number", 12): lambda r, p: _or(r["change"], "not_calculated", language),
        Column("change_low", "number", 14): lambda r, p: _or(r["change_low"], "not_calculated", language),
        Column("change_high", "number", 14): lambda r, p: _or(r["change_high"], "not_calculated", language),
        Column("p_value", "number", 14): lambda r, p: _or(r["p_value"], "not_tested", language),
        Column("significant", width=14): lambda r, p: phrase(
            "not_tested" if pd.isna(r["p_value"]) else "yes" if r["significant"] else "no", language
        ),
        Column("points", "whole", 14): lambda r, p: r["n_points"],
        Column("target_value", "number", 14): lambda r, p: (
            _or(p["target_value"], "not_public", language)
            if p["kind"] != "direction"
            else _absent("not_applicable", language)
        ),
        Column("target_period", width=16): lambda r, p: _when(p["target_period"], language, "not_applicable"),
        Column("age", "number", 10): lambda r, p: _or(round(r["age"], 2), missing, language),
        Column("sentence", width=80): lambda r, p: words.change_sentence(r, language),
        Column("code", width=32): lambda r, p: r["measure"],
    }
    rows = _promised(status, status.trends.reset_index(), fields.values())
    return Sheet("sheet_trends", "trends", list(fields), rows)


def _observations(status: Status) -> Sheet:
    language, titles = status.language, status.sources["title"].to_dict()
    fields: dict[Column, Callable[[dict, dict], Any]] = {
        Column("measure", width=46): lambda r, p: p[f"name_{language}"],
        Column("period", width=18): lambda r, p: words.period(r["period"], language),
        Column("breakdown", width=24): lambda r, p: (
            words.breakdown(r["breakdown"], language) if r["breakdown"] else phrase("total", language)
        ),
        Column("value", "number", 12): lambda r, p: _or(r["value"], "withheld", language),
        Column("unit", width=16): lambda r, p: words.unit(r["unit"], language),
        Column("qualifier", width=13): lambda r, p: _qualifier(r["qualifier"], language),
        Column("standing", width=30): lambda r, p: words.look_up("codes.standings", r["standing"], language),
        Column("n", "whole", 13): lambda r, p: _respondents(r["n"], r["value"], p, language),
        Column("numerator", "number", 13): lambda r, p: _or(r["numerator"], "not_stated", language),
        Column("denominator", "number", 13): lambda r, p: _or(r["denominator"], "not_stated", language),
        Column("published", "date", 13): lambda r, p: r["published"],
        Column("source", width=44): lambda r, p: titles[r["source"]],
        Column("file", width=40): lambda r, p: r["file"],
        Column("line", "whole", 8): lambda r, p: r["line"],
        Column("note", width=60): lambda r, p: r["note"],
        Column("code", width=32): lambda r, p: r["measure"],
        Column("period_code", width=13): lambda r, p: r["period"],
        Column("source_code", width=32): lambda r, p: r["source"],
    }
    rows = _promised(status, status.observations, fields.values())
    return Sheet("sheet_observations", "observations", list(fields), rows)


def _promised(status: Status, frame: pd.DataFrame, cells: Iterable[Callable[[dict, dict], Any]]) -> list[list[Any]]:
    """Return a row of values for each row of a frame about measures, given what is promised of its measure."""
    promises = status.strategy.measures.to_dict("index")
    return [[cell(row, promises[row["measure"]]) for cell in cells] for row in frame.to_dict("records")]


def _sources(status: Status) -> Sheet:
    language, counts = status.language, status.observations["source"].value_counts()
    columns = [
        Column("title_column", width=56),
        Column("publisher", width=32),
        Column("address", width=60),
        Column("licence", width=22),
        Column("published", "date", 13),
        Column("accessed", "date", 13),
        Column("rows", "whole", 14),
        Column("note", width=70),
        Column("source_code", width=34),
    ]
    rows = [
        [
            *(row["title"], row["publisher"], row["address"]),
            _absent("not_stated", language) if row["licence"] == "not stated" else row["licence"],
            _or(row["published"], "not_stated", language),
            _or(row["accessed"], "not_stated", language),
            *(int(counts.get(slug, 0)), row["note"], slug),
        ]
        for slug, row in status.sources.iterrows()
    ]
    return Sheet("sheet_sources", "sources", columns, rows)


def _issues(status: Status) -> Sheet:
    language = status.language
    columns = [Column("issue", width=44), Column("description", width=90), Column("kind", width=24)]
    columns += [Column("items", width=20), Column("measures", width=50), Column("sources", width=60)]
    names, titles = status.strategy.measures[f"name_{language}"], status.sources["title"]
    rows = [
        [
            *(row[f"title_{language}"], row[f"text_{language}"], phrase(f"issue_{row['kind']}", language)),
            ", ".join(row["items"]) or _absent("not_applicable", language),
            "; ".join(names[m] for m in row["measures"]) or _absent("not_applicable", language),
            "; ".join(titles[s] for s in row["sources"]),
        ]
        for _, row in status.issues.iterrows()
    ]
    return Sheet("sheet_issues", "issues", columns, rows)


# --- values ---------------------------------------------------------------


def _absent(why: str, language: str) -> str:
    return phrase(why, language)


def _or(value: Any, why: str, language: str) -> Any:
    """Return a value, or the words that say why there is none."""
    return _absent(why, language) if pd.isna(value) else value


def _when(period: Any, language: str, why: str) -> str:
    given = isinstance(period, str) and period
    return words.period(period, language) if given else _absent(why, language)


def _qualifier(code: str, language: str) -> str:
    return words.qualified("", code, language).strip(" ") or _absent("not_applicable", language)


def _respondents(n: Any, value: Any, promise: dict, language: str) -> Any:
    if pd.notna(n):
        return int(n)
    return _absent("not_stated" if promise["basis"].startswith("survey") else "not_applicable", language)


# --- cells ----------------------------------------------------------------


def _fill(place: Worksheet, sheet: Sheet, language: str) -> None:
    heads = [phrase(column.head, language) for column in sheet.columns]
    for across, head in enumerate(heads, start=1):
        put(place.cell(1, across), head, "text", place.title)
        place.cell(1, across).style = "head"
        place.column_dimensions[get_column_letter(across)].width = sheet.columns[across - 1].width
    for down, row in enumerate(sheet.rows, start=2):
        for across, (column, value) in enumerate(zip(sheet.columns, row, strict=True), start=1):
            where = f"{place.title}, row {down}, column '{heads[across - 1]}'"
            put(place.cell(down, across), value, column.kind, where)
        place.row_dimensions[down].height = _height(sheet.columns, row)
    _colour_in(place, sheet)
    _frame(place, sheet)


def _height(columns: Sequence[Column], row: Sequence[Any]) -> float:
    """Return the height in points that the longest text of a row needs; programs differ in whether they find it."""
    lines = (
        sum(math.ceil(max(len(part), 1) / column.width) for part in value.split("\n"))
        for column, value in zip(columns, row, strict=True)
        if isinstance(value, str)
    )
    return min(_LINE * max(lines, default=1) + 4, 400)


def put(cell: Cell, value: Any, kind: str, where: str) -> None:
    """Put a value into a cell as what it is; a text stays text whatever it starts with.

    Raises:
        WorkbookError: for a text longer than a cell holds.

    """
    written = isinstance(value, str)
    if written and len(value) > LONGEST:
        raise WorkbookError(f"{where}: {len(value)} characters, and a cell holds {LONGEST}; shorten the text")
    cell.value = (
        value.to_pydatetime() if isinstance(value, pd.Timestamp) else texts.readable(value) if written else value
    )
    cell.style = "text" if written else kind
    if written:
        cell.data_type, cell.quotePrefix = "s", True


def _styles() -> Iterable[NamedStyle]:
    """Return the styles of cells by name; a style is made once and named, not made anew for every cell."""
    top = Alignment(vertical="top", wrap_text=True, horizontal="left")
    ink = Font(name=_FONT, size=10, color=INK)
    strong = Font(name=_FONT, size=10, bold=True, color=INK)
    for kind, form in _FORMATS.items():
        place = top if kind == "text" else Alignment(vertical="top")
        yield NamedStyle(kind, font=ink, alignment=place, number_format=form, border=Border(bottom=_HAIRLINE))
    white, blue = Font(name=_FONT, size=10, bold=True, color="FFFFFF"), PatternFill("solid", fgColor=ACCENT)
    yield NamedStyle("head", font=white, fill=blue, alignment=Alignment(vertical="center", wrap_text=True))
    yield NamedStyle("topic", font=strong, alignment=top)
    yield NamedStyle("name", font=Font(name=_FONT, size=16, bold=True, color=ACCENT))
    for colour, tint in TINT.items():
        edge = Border(left=Side("thick", color=EDGE[colour]), bottom=_HAIRLINE)
        yield NamedStyle(colour, font=strong, fill=PatternFill("solid", fgColor=tint), border=edge, alignment=top)


def _colour_in(place: Worksheet, sheet: Sheet) -> None:
    """Give cells that hold a colour's symbol and word its fill too."""
    symbols = {f"{symbol} ": colour for colour, symbol in words.SYMBOL.items()}
    shown = [n for n, column in enumerate(sheet.columns, start=1) if column.head in ("status", "proposal", "previous")]
    for row in place.iter_rows(min_row=2):
        for across in shown:
            cell = row[across - 1]
            colour = symbols.get(str(cell.value)[:2])
            if colour:
                cell.style, cell.quotePrefix = colour, True


def _frame(place: Worksheet, sheet: Sheet) -> None:
    """Make the rows a named table with filters, keep its head in sight, and let it print on wide paper."""
    end = f"{get_column_letter(len(sheet.columns))}{max(len(sheet.rows), 1) + 1}"
    table = Table(displayName=sheet.table, ref=f"A1:{end}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    place.add_table(table)
    place.row_dimensions[1].height = 32
    place.freeze_panes = "B2" if sheet.key != "sheet_lights" else "D2"
    place.sheet_view.showGridLines = False
    _print(place, "landscape", across=math.ceil(sum(column.width for column in sheet.columns) / _CHARACTERS_ACROSS))
    place.print_title_rows, place.print_title_cols = "1:1", "A:C" if sheet.key == "sheet_lights" else "A:A"


def _print(place: Worksheet, orientation: str, across: int) -> None:
    place.page_setup.orientation = orientation
    place.page_setup.paperSize = place.PAPERSIZE_A4
    place.page_setup.fitToWidth, place.page_setup.fitToHeight = across, 0
    place.sheet_properties.pageSetUpPr.fitToPage = True
    place.oddFooter.center.text = "&A – &P/&N"


def _read_first(place: Worksheet, status: Status) -> None:
    """Write the sheet of what to know first: what this is, edition, colours, method, licence, how sheets are built."""
    language = status.language
    place.title = phrase("sheet_notes", language)
    place.column_dimensions["A"].width, place.column_dimensions["B"].width = 30, 100
    put(place.cell(1, 1), said.title(status), "text", place.title)
    place.cell(1, 1).style = "name"
    place.row_dimensions[1].height = 28
    for down, (head, text) in enumerate(_notes(status), start=3):
        put(place.cell(down, 1), head, "text", place.title)
        put(place.cell(down, 2), text, "text", place.title)
        place.cell(down, 1).style = "topic"
        place.row_dimensions[down].height = _LINE * math.ceil(len(text) / 100) + 8
    place.sheet_view.showGridLines = False
    _print(place, "portrait", across=1)


def _notes(status: Status) -> Iterable[tuple[str, str]]:
    language = status.language
    quarter = words.period(status.quarter, language)
    yield phrase("about", language), phrase("about_text", language, quarter=quarter)
    made = phrase("made_with", language, version=version("ehelse-status"))
    yield phrase("edition", language), f"{said.published_by(status)}. {made}"
    for head, text in (
        ("colours", "colours_text"),
        ("grey_is", "grey_text"),
        ("ambition_head", "not_public_text"),
        ("method", "method_text"),
        ("licence_head", "licence_text"),
        ("raw_head", "raw_text"),
        ("columns_head", "columns_text"),
    ):
        yield phrase(head, language), phrase(text, language)
    publishers = sorted(set(status.sources.loc[status.observations["source"].unique(), "publisher"]))
    yield phrase("sources", language), "; ".join(publishers)
