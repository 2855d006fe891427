"""Figures and lights as an Excel workbook: real numbers and dates, words where something is missing, no formulas."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
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
from analysis.assessment.limits import METHOD_EDITION
from analysis.exports import archives, content
from analysis.exports.content import READING, Item, items_of
from analysis.exports.look import ACCENT, EDGE, FONT, FRAME, INK, LANGUAGE_TAG, TINT, WARNING
from analysis.exports.paragraphs import plain, readable
from analysis.text.phrases import phrase
from analysis.views.status import Status

LONGEST: Final = 32_767  # characters Excel holds in a cell; it cuts the rest without a word
_DECIMALS: Final = 3  # of the format of numbers
_FORMATS: Final = {"number": "#,##0.###", "whole": "#,##0", "share": "0 %", "date": "yyyy-mm-dd", "text": "@"}
_NUMBERS: Final = (
    *("direction_change", "direction_low", "direction_high", "level_low", "level_high"),
    *("break_even_green", "break_even_yellow"),
)
_CHARACTERS_ACROSS: Final = 190  # on a wide page of A4, at a size that can be read
_LINE: Final = 13.5  # points
_TALLEST: Final = 400  # points of a row: Excel refuses more than 409
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
    """A sheet: the key of its name, its columns and its rows, one value a column."""

    key: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


def write_workbook(status: Status, file: Path) -> Path:
    """Write the workbook of a status: what to know first, lights, trends, observations, sources, known issues.

    The same status gives the same bytes.

    Parameters
    ----------
    status
        The quarter, in the language of the workbook.
    file
        Where to write; its folder is made where needed.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    WorkbookError
        For a text longer than a cell holds.
    """
    book = Workbook()
    for style in _styles():
        book.add_named_style(style)
    _write_notes(book.active, status)
    for sheet in (_lights(status), _trends(status), _observations(status), _sources(status), _issues(status)):
        _fill(book.create_sheet(phrase(f"sheet_{sheet.key}", status.language)), sheet, status)
    book.properties.title = content.title(status)
    book.properties.creator = book.properties.lastModifiedBy = content.strategy_name(status)
    book.properties.language = LANGUAGE_TAG[status.language]
    return archives.save(book, file, content.edition(status).to_pydatetime())


# --- sheets ---------------------------------------------------------------


def _lights(status: Status) -> Sheet:
    language, say = status.language, partial(phrase, language=status.language)

    def share(column: str) -> Callable[[Item], Any]:
        return lambda i: _or(i[column], "not_calculated", language)

    def number(column: str) -> Callable[[Item], Any]:
        # a half-line has no number at its open end
        return lambda i: _or(i[column] if math.isfinite(i[column]) else math.nan, "not_applicable", language)

    fields: dict[Column, Callable[[Item], Any]] = {
        Column("item", width=10): lambda i: i["item"],
        Column("kind", width=18): lambda i: say(f"kind_{i['kind']}"),
        Column("name", width=46): lambda i: i[f"name_{language}"],
        Column("experts", width=28): lambda i: i.experts,
        Column("movement", width=22): lambda i: i.movement,
        Column("record", width=34): lambda i: words.record(i["record"], language),
        Column("by_figures", width=34): lambda i: i.figures,
        Column("proposal_reason", width=34): lambda i: i.figures_why or say("not_applicable"),
        Column("answer", width=22): lambda i: (
            words.answer(i["direction_answer"], i["direction_fragile"], language)
            if i["direction_answer"]
            else say("not_applicable")
        ),
        Column("since", width=16): lambda i: _when(i["direction_first_period"], "not_applicable", language),
        **{Column(name, "number", 14): number(name) for name in _NUMBERS},
        Column("certainty", width=20): lambda i: words.certainty(i["certainty"], language),
        Column("p_green", "share", 14): share("p_green"),
        Column("p_yellow", "share", 14): share("p_yellow"),
        Column("p_red", "share", 14): share("p_red"),
        Column("p_target", "share", 16): share("p_target"),
        Column("grade", width=16): lambda i: words.grade(i["grade"], language),
        Column("grade_reasons", width=40): lambda i: (
            "; ".join(words.grade_reason(code, language) for code in i["grade_reasons"]) or say("not_applicable")
        ),
        Column("override", width=28): _override,
        Column("previous_quarter", width=16): lambda i: _when(i["previous_quarter"], "no_earlier", language),
        Column("previous", width=32): lambda i: i.previous,
        Column("corrected", width=26): lambda i: "\n".join(i.corrections) or say("no_correction"),
        Column("comment", width=80): lambda i: (
            plain(i.text("status" if i["kind"] in ("goal", "strategy") else "comment")) or say("no_text")
        ),
    }
    items = items_of(status, "strategy", "goal", "indicator", "subgoal")
    return Sheet("lights", list(fields), [[cell(item) for cell in fields.values()] for item in items])


def _override(item: Item) -> str:
    if not item["reason_code"]:
        return phrase("not_applicable", item.language)
    why = item[f"reason_{item.language}"]
    return words.override(item["reason_code"], item.language) + (f": {why}" if why else "")


def _trends(status: Status) -> Sheet:
    language, titles = status.language, status.sources["title"].to_dict()

    def cell(column: str, why: str = "no_figure") -> Callable[[dict, dict], Any]:
        return lambda r, p: _or(r[column], why, language)

    def period(column: str, why: str) -> Callable[[dict, dict], str]:
        return lambda r, p: _when((r if column in r else p)[column], why, language)

    fields: dict[Column, Callable[[dict, dict], Any]] = {
        Column("measure", width=46): lambda r, p: p[f"name_{language}"],
        Column("indicator", width=12): lambda r, p: r["indicator"] or phrase("not_applicable", language),
        Column("role", width=30): lambda r, p: phrase(f"role_{r['role']}", language),
        Column("unit", width=16): lambda r, p: words.unit(r["unit"], language),
        Column("direction", width=20): lambda r, p: words.look_up("codes.directions", r["direction"], language),
        Column("latest_period", width=16): period("latest_period", "no_figure"),
        Column("latest", "number", 13): cell("latest_value"),
        Column("qualifier", width=13): lambda r, p: _qualifier(r["latest_qualifier"], language),
        Column("latest_n", "whole", 14): lambda r, p: _respondents(r["latest_n"], p, language),
        Column("latest_published", "date", 14): cell("latest_published"),
        Column("latest_source", width=36): lambda r, p: titles.get(r["latest_source"]) or phrase("no_figure", language),
        Column("previous_period", width=16): period("previous_period", "no_earlier"),
        Column("previous_value", "number", 13): cell("previous_value", "no_earlier"),
        Column("previous_n", "whole", 14): lambda r, p: _respondents(r["previous_n"], p, language),
        Column("change", "number", 12): cell("change", "not_calculated"),
        Column("change_low", "number", 14): cell("change_low", "not_calculated"),
        Column("change_high", "number", 14): cell("change_high", "not_calculated"),
        Column("p_value", "number", 14): cell("p_value", "not_tested"),
        Column("significant", width=14): lambda r, p: phrase(
            "not_tested" if pd.isna(r["p_value"]) else "yes" if r["significant"] else "no", language
        ),
        Column("points", "whole", 14): lambda r, p: r["n_points"],
        Column("target_value", "number", 14): lambda r, p: (
            phrase("not_applicable", language)
            if p["kind"] == "direction"
            else _or(p["target_value"], "not_obtained", language)
        ),
        Column("target_period", width=16): period("target_period", "not_applicable"),
        Column("age", "number", 10): lambda r, p: _or(round(r["age"], 2), "no_figure", language),
        Column("sentence", width=80): lambda r, p: words.change_sentence(r, language),
        Column("code", width=32): lambda r, p: r["measure"],
    }
    return Sheet("trends", list(fields), _promised(status, status.trends.reset_index(), fields.values()))


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
        Column("n", "whole", 13): lambda r, p: _respondents(r["n"], p, language),
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
    return Sheet("observations", list(fields), _promised(status, status.observations, fields.values()))


def _promised(status: Status, frame: pd.DataFrame, cells: Iterable[Callable[[dict, dict], Any]]) -> list[list[Any]]:
    """Return a row of values for each row of a frame about measures, given what is promised of its measure."""
    promises = status.strategy.measures.to_dict("index")
    return [[cell(row, promises[row["measure"]]) for cell in cells] for row in frame.to_dict("records")]


def _sources(status: Status) -> Sheet:
    say, used = partial(phrase, language=status.language), status.observations["source"].value_counts()
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
    table = status.sources.assign(
        licence=status.sources["licence"].replace("not stated", say("not_stated")),
        rows=used.reindex(status.sources.index, fill_value=0),
    )
    cells = table[["title", "publisher", "address", "licence", "published", "accessed", "rows", "note"]].astype(object)
    # a blank cell could be read as nothing to say
    cells = cells.where(cells.notna(), say("not_stated"))
    return Sheet("sources", columns, [[*row[1:], row[0]] for row in cells.itertuples()])


def _issues(status: Status) -> Sheet:
    language, absent = status.language, phrase("not_applicable", status.language)
    columns = [Column("issue", width=44), Column("description", width=90), Column("kind", width=24)]
    columns += [Column("items", width=20), Column("measures", width=50), Column("sources", width=60)]
    names, titles = status.strategy.measures[f"name_{language}"], status.sources["title"]
    rows = [
        [
            issue[f"title_{language}"],
            issue[f"text_{language}"],
            phrase(f"issue_{issue['kind']}", language),
            ", ".join(issue["items"]) or absent,
            "; ".join(names[list(issue["measures"])]) or absent,
            "; ".join(titles[list(issue["sources"])]),
        ]
        for _, issue in status.issues.iterrows()
    ]
    return Sheet("issues", columns, rows)


# --- values ---------------------------------------------------------------


def _or(value: Any, why: str, language: str) -> Any:
    """Return a value, or the words that say why there is none."""
    return phrase(why, language) if pd.isna(value) else value


def _when(period: Any, why: str, language: str) -> str:
    return words.period(period, language) if isinstance(period, str) and period else phrase(why, language)


def _qualifier(code: str, language: str) -> str:
    qualifier = words.qualified("", code, language).strip(" ")
    return qualifier or phrase("not_applicable", language)


def _respondents(n: Any, promise: dict, language: str) -> Any:
    if pd.notna(n):
        return int(n)
    return phrase("not_stated" if promise["basis"].startswith("survey") else "not_applicable", language)


# --- cells ----------------------------------------------------------------


def _fill(place: Worksheet, sheet: Sheet, status: Status) -> None:
    heads = [phrase(column.head, status.language) for column in sheet.columns]
    top = 1
    if banner := words.scenario_text(status.strategy, status.language, short=True):
        put(place.cell(1, 1), banner, "text", place.title)
        place.cell(1, 1).style, top = "banner", 2
    for across, (head, column) in enumerate(zip(heads, sheet.columns, strict=True), start=1):
        put(place.cell(top, across), head, "text", place.title)
        place.cell(top, across).style = "head"
        place.column_dimensions[get_column_letter(across)].width = column.width
    looks = {symbol: colour for colour, symbol in words.SYMBOL.items()}
    looks |= {symbol: f"outlined_{colour}" for colour, symbol in words.HOLLOW.items()}
    looks |= {symbol: "state" for symbol in words.STATE_SYMBOL.values() if symbol}
    for down, row in enumerate(sheet.rows, start=top + 1):
        for across, (column, value) in enumerate(zip(sheet.columns, row, strict=True), start=1):
            cell = place.cell(down, across)
            put(cell, value, column.kind, f"{place.title}, row {down}, column '{heads[across - 1]}'")
            # a symbol and its word get their fill or frame too
            symbol, space, _ = str(cell.value).partition(" ")
            if column.head in ("experts", "by_figures", "previous") and space and symbol in looks:
                cell.style, cell.quotePrefix = looks[symbol], True
        # the height that the longest text needs; programs differ in whether they measure it
        texts = [
            (value, column.width) for value, column in zip(row, sheet.columns, strict=True) if isinstance(value, str)
        ]
        lines = [sum(math.ceil(max(len(part), 1) / wide) for part in text.split("\n")) for text, wide in texts]
        place.row_dimensions[down].height = min(_LINE * max(lines, default=1) + 4, _TALLEST)
    _frame(place, sheet, top)


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


def _frame(place: Worksheet, sheet: Sheet, top: int) -> None:
    """Make the rows a named table with filters, keep its head in sight, and let it print on wide paper."""
    end = f"{get_column_letter(len(sheet.columns))}{max(len(sheet.rows), 1) + top}"
    table = Table(displayName=sheet.key, ref=f"A{top}:{end}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    place.add_table(table)
    place.row_dimensions[top].height = 32
    # what a row is about stays in sight; of lights that is number, kind and name
    place.freeze_panes = f"{'D' if sheet.key == 'lights' else 'B'}{top + 1}"
    place.print_title_rows, place.print_title_cols = f"1:{top}", "A:C" if sheet.key == "lights" else "A:A"
    _set_paper(place, "landscape", math.ceil(sum(column.width for column in sheet.columns) / _CHARACTERS_ACROSS))


def _set_paper(place: Worksheet, orientation: str, across: int) -> None:
    place.sheet_view.showGridLines = False
    place.page_setup.orientation, place.page_setup.paperSize = orientation, place.PAPERSIZE_A4
    place.page_setup.fitToWidth, place.page_setup.fitToHeight = across, 0  # 0: as many sheets down as it takes
    place.sheet_properties.pageSetUpPr.fitToPage = True
    place.oddFooter.center.text = "&A – &P/&N"


def _write_notes(place: Worksheet, status: Status) -> None:
    """Write the sheet of what to know first: what this is, edition, colours, method, licence, how sheets are built."""
    say = partial(phrase, language=status.language)
    publishers = sorted(set(status.sources.loc[status.observations["source"].unique(), "publisher"]))
    made = say("made_with", version=version("ehelse-status"), edition=METHOD_EDITION)
    notes = [
        (say("about"), say("about_text", quarter=content.quarter(status))),
        (say("edition"), f"{content.published_by(status)}. {made}"),
        *(
            (say(head), say(text))
            for head, text in (*READING, ("raw_head", "raw_text"), ("columns_head", "columns_text"))
        ),
        (say("sources"), "; ".join(publishers)),
    ]
    place.title = say("sheet_notes")
    place.column_dimensions["A"].width, place.column_dimensions["B"].width = 30, 100
    put(place.cell(1, 1), content.title(status), "text", place.title)
    place.cell(1, 1).style = "name"
    place.row_dimensions[1].height = 28
    if banner := words.scenario_text(status.strategy, status.language):
        put(place.cell(2, 1), banner, "text", place.title)
        place.cell(2, 1).style = "banner"
    for down, (head, text) in enumerate(notes, start=3):
        put(place.cell(down, 1), head, "text", place.title)
        put(place.cell(down, 2), text, "text", place.title)
        place.cell(down, 1).style = "topic"
        place.row_dimensions[down].height = _LINE * math.ceil(len(text) / 100) + 8
    _set_paper(place, "portrait", across=1)
