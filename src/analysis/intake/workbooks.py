"""Excel workbooks: the figures by python-calamine, and by openpyxl what figures alone do not tell.

The libraries build a cell for each one of a merged range, and one grid from the first value to the last. A package of
some kilobytes can so take all memory, or end the process; what its parts would unpack to is therefore counted before
any library opens it.
"""

import io
import math
import struct
import zipfile
import zlib
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from xml.parsers import expat

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from analysis.core.faults import WARN, Fault, RawDataError, refusal, shown
from analysis.intake import RECOGNISED
from analysis.intake.files import COLUMN_LIMIT, CONTROL, EDGES, Grid
from analysis.intake.formulas import result_of
from analysis.intake.number_formats import section_of
from analysis.intake.numerals import read_figure, written

CELL_LIMIT: Final = 400_000
LOOKUP_LIMIT: Final = 1_000_000  # cells that all formulas together are worked out from: some seconds
HEADER_ROWS: Final = 50  # rows in which a header is looked for, to say where it is; it must be in the first
UNPACKED_LIMIT: Final = 40_000_000
RATIO_LIMIT: Final = 200  # unpacked to packed; a sheet of equal rows reaches about 60
PART_LIMIT: Final = 1_000
ROW_LIMIT: Final = 20_000  # a workbook takes twenty times the memory of text
GRID_LIMIT: Final = 4_000_000  # cells from A1 to the last value of a sheet, blanks among them
LIMITS: Final = RECOGNISED["workbook_limits"]
_COUNTED: Final = {("worksheet", "c"): "cells", ("worksheet", "row"): "rows", ("sst", "si"): "texts"}
_PLAIN: Final = {"worksheet": ("v", "f", "is", "t"), "sst": ("t",), "calcChain": ("c",)}
_LEAST_MERGED: Final = 100  # cells that a merged range counts as: each range is compared with all others
_ANEW: Final = "save it anew as .xlsx"
# What zipfile raises on damaged packages: beside its own error those of the layers below, ValueError and OverflowError
# for places and sizes that cannot be, RuntimeError for parts that are encrypted or packed in a way it does not know.
_BROKEN_PACKAGE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError),
    *(ValueError, OverflowError, RuntimeError),
)
# What the two libraries raise on packages that are zip files but no sound workbooks.
_BROKEN_WORKBOOK = (
    *(CalamineError, zipfile.BadZipFile, OSError, SyntaxError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError),
)


def read_sheet(name: str, data: bytes, columns: frozenset[str]) -> Grid:
    """Return the cells of the one visible sheet with a table, as text, with what was wrong.

    Parameters
    ----------
    name : str
        What messages call the file.
    data : bytes
        The workbook.
    columns : frozenset of str
        Names that a header is expected to hold.

    Returns
    -------
    Grid
        Numbers are written so that they have one reading, a cell shown in per cent as ``28 %``, a date as
        ``2024-01-31``.

    Raises
    ------
    RawDataError
        For a file that must not be given to the libraries.

    """
    grid = Grid(name)
    check_package(data)
    try:
        values = CalamineWorkbook.from_filelike(io.BytesIO(data))
        book = openpyxl.load_workbook(io.BytesIO(data), keep_links=True, rich_text=False)
        _choose_sheet(grid, values, columns)
        if grid.sheet:
            _check_cells(grid, data, book)
    except _BROKEN_WORKBOOK as error:
        grid.rows = []
        problem = f"is no workbook that can be read ({type(error).__name__})"
        grid.faults.append(Fault("not_xlsx", problem, "save it anew as .xlsx", name))
    return grid


def _choose_sheet(grid: Grid, values: CalamineWorkbook, columns: frozenset[str]) -> None:
    """Fill the grid's sheet and rows from the one visible sheet that has a table."""
    sheets, others = [], []
    for sheet in values.sheets_metadata:
        if sheet.visible != SheetVisibleEnum.Visible:
            problem = f"sheet '{sheet.name}' is hidden and not read"
            grid.faults.append(Fault("hidden", problem, "remove it, or show it", grid.file, severity=WARN))
            continue
        cells = values.get_sheet_by_name(sheet.name)
        height, width = (0, 0) if cells.end is None else (cells.end[0] + 1, cells.end[1] + 1)
        if width > COLUMN_LIMIT or height * width > CELL_LIMIT:
            problem = f"reaches row {height:,} and column {width:,}"
            remedy = f"remove what is outside the table ({COLUMN_LIMIT} columns are the limit)"
            grid.faults.append(Fault("size", problem, remedy, grid.file, sheet.name))
            continue
        rows = cells.to_python(skip_empty_area=False)
        for line, row in enumerate(rows[:HEADER_ROWS]):
            hits = [place for place, cell in enumerate(row) if isinstance(cell, str) and cell.strip(EDGES) in columns]
            # a third of the columns is a header with faults, which are named; a word or two may be any text
            if len(hits) >= max(2, len(columns) // 3):
                sheets.append((sheet.name, rows, line, hits[0]))
                break
        else:
            others += [sheet.name] if rows else []  # new workbooks come with empty sheets: nothing is left unread there
    if len(sheets) != 1:
        names = ", ".join(name for name, *_ in sheets) or "none"
        problem = f"{len(sheets) or 'no'} visible sheets hold a table with {', '.join(sorted(columns)[:4])} … ({names})"
        grid.faults.append(Fault("sheet", problem, "keep one sheet with the table", grid.file))
        return
    grid.sheet, rows, line, column = sheets[0]
    if others:
        problem = f"sheets that are not read: {', '.join(others)}"
        grid.faults.append(Fault("sheet", problem, "", grid.file, severity=WARN))
    if (line, column) == (0, 0):
        grid.rows = list(enumerate(rows, start=1))
    else:
        problem = f"the table starts in cell {get_column_letter(column + 1)}{line + 1}"
        remedy = "remove what is above and to the left of it, so that it starts in A1"
        grid.faults.append(Fault("header", problem, remedy, grid.file, grid.sheet, line + 1))


def _check_cells(grid: Grid, data: bytes, book: openpyxl.Workbook) -> None:
    """Turn the grid's values into text by their formats, and add what formulas, merges and hiding tell."""
    sheet = book[grid.sheet]
    formulas = _Formulas(dict(grid.rows), data, book, grid.sheet)
    names = [str(cell).strip(EDGES) for cell in grid.rows[0][1]] if grid.rows else []
    faults = _sheet_faults(sheet)
    # `iter_rows` would fill in all blanks
    for cell in sorted(sheet._cells.values(), key=lambda cell: (cell.row, cell.column)):
        if cell.value is None and not cell.comment:
            continue
        content = formulas.value_at(cell.row, cell.column)
        cell_faults = _look_faults(cell, content)
        if isinstance(content, str) and CONTROL.search(content):
            cell_faults.append(Fault("control_chars", "holds control marks", "type the text anew"))
        if cell.data_type == "f":
            cell_faults += formulas.faults(cell)
        if cell.data_type == "e":
            cell_faults.append(Fault("excel_error", "is a spreadsheet error", "correct the cell"))
        name = names[cell.column - 1] if cell.column <= len(names) else ""
        value = "" if cell.value is None else str(getattr(cell.value, "text", cell.value))
        place = {"line": cell.row, "column": name or get_column_letter(cell.column), "value": value}
        faults += [fault.at(**place) for fault in cell_faults]
    grid.faults += [fault.at(file=grid.file, sheet=grid.sheet) for fault in faults]
    rows = [
        (line, [_as_text(value, sheet, line, column) for column, value in enumerate(cells, start=1)])
        for line, cells in grid.rows
    ]
    # empty rows below and empty columns to the right are no part of the table
    while rows and not any(cell.strip(EDGES) for cell in rows[-1][1]):
        rows.pop()
    width = max((i + 1 for _, cells in rows for i, cell in enumerate(cells) if cell.strip(EDGES)), default=0)
    grid.rows = [(line, cells[:width]) for line, cells in rows]


def _sheet_faults(sheet: Worksheet) -> list[Fault]:
    faults = []
    for merged in sheet.merged_cells.ranges:
        problem = f"cells {merged.coord} are merged: only the first holds the text"
        faults.append(Fault("merged", problem, "unmerge and fill each cell", line=merged.min_row))
    filled = {cell.row for cell in sheet._cells.values() if cell.value}  # a look at `sheet[row]` would make its cells
    faults += [
        Fault("hidden", "the row is hidden, and read", "show or remove it", line=number, severity=WARN)
        for number, row in sheet.row_dimensions.items()
        if row.hidden and number in filled
    ]
    faults += [
        Fault("hidden", f"column {letter} is hidden, and read", "show or remove it", severity=WARN)
        for letter, column in sheet.column_dimensions.items()
        if column.hidden
    ]
    return faults


class _Formulas:
    """Checks formulas against the results stored with them; `values` holds those by line."""

    def __init__(self, values: dict[int, list], data: bytes, book: openpyxl.Workbook, sheet: str) -> None:
        self.values, self.data, self.sheet = values, data, sheet
        self.manual = getattr(book.calculation, "calcMode", "") == "manual"  # not every program writes it
        self.lookups = 0
        self._stored: Worksheet | None = None

    def faults(self, cell: openpyxl.cell.Cell) -> list[Fault]:
        """Return what is wrong with a cell that holds a formula."""
        formula = str(getattr(cell.value, "text", cell.value))
        if "[" in formula:
            return [Fault("formula", "draws on another workbook", "paste the value")]
        if self.lookups > LOOKUP_LIMIT:
            problem = f"is one of formulas that draw on more than {LOOKUP_LIMIT:,} cells"
            return [Fault("formula", problem, "paste the values")]
        stored = self.value_at(cell.row, cell.column)
        if stored in ("", None):
            # calamine gives errors as empty; only a second reading by openpyxl tells the two apart, so only then
            if self._stored is None:
                self._stored = openpyxl.load_workbook(io.BytesIO(self.data), data_only=True)[self.sheet]
            stored = self._stored.cell(cell.row, cell.column).value
            if stored is not None:
                return [Fault("excel_error", f"gives {stored}", "correct the formula")]
            remedy = "open it in Excel or LibreOffice, recalculate and save"
            return [Fault("formula", "was never calculated", remedy)]
        result = result_of(formula, self._number_at)
        if result is not None and isinstance(stored, int | float) and not math.isclose(result, stored, rel_tol=1e-6):
            problem = f"stores {stored:.15g} and gives {result:.15g}: the stored result is stale"
            return [Fault("formula", problem, "recalculate and save")]
        if result is None or self.manual:
            return [Fault("formula", f"its stored result {stored} is taken as it is", "paste the value", severity=WARN)]
        return []

    def value_at(self, row: int, column: int) -> object:
        """Return the value of a cell, or the result stored with its formula; None beyond the table."""
        cells = self.values.get(row, [])
        return cells[column - 1] if column <= len(cells) else None

    def _number_at(self, letters: str, row: int) -> float | None:
        self.lookups += 1
        value = self.value_at(row, column_index_from_string(letters))
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        try:
            return read_figure(value).value if isinstance(value, str) else None
        except RawDataError:
            return None


def _look_faults(cell: openpyxl.cell.Cell, value: object) -> list[Fault]:
    """Return what is wrong with the look of a cell: what a reader of the sheet sees differs from its `value`."""
    faults = []
    if cell.font and cell.font.strike:
        remedy = "remove it, or the line through"
        faults.append(Fault("crossed_out", "is struck through, and read", remedy, severity=WARN))
    if cell.comment:
        problem = f"carries a comment: '{shown(cell.comment.text.strip())}'"
        faults.append(Fault("crossed_out", problem, "heed it and remove it", severity=WARN))
    is_hidden = cell.number_format == ";;;"
    if isinstance(value, int | float) and not isinstance(value, bool):
        section = section_of(cell.number_format, value)
        is_hidden = is_hidden or section.is_empty
        # a section without a place for digits shows a word in the figure's stead; a dash there is an accountant's zero
        if section.is_scaled or (not section.shows_number and any(map(str.isalnum, section.text))):
            problem = f"holds {value:.15g} and shows another figure (format {cell.number_format})"
            faults.append(Fault("cell_format", problem, "write the whole figure in the cell"))
    if is_hidden:
        faults.append(Fault("hidden", "is formatted to show nothing, and read", "show or remove it", severity=WARN))
    return faults


def _as_text(value: object, sheet: Worksheet, line: int, column: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        section = section_of(sheet.cell(line, column).number_format, value)
        shown_value = float(Decimal(repr(value)) * 100**section.percents)  # 0.07 * 100 is 7.000000000000001 as a float
        return f"{written(shown_value)} %" if section.percents or "%" in section.text else written(shown_value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        # a month shown as "jan. 24" is stored as a day: it is no date, and the reader of periods refuses it
        form = sheet.cell(line, column).number_format
        shows_day = section_of(form, 1.0).shows_day
        return value.isoformat() if shows_day else f"{value.isoformat()} (a date cell, format {form})"
    return str(value) if isinstance(value, datetime | time | timedelta) else ""


def check_package(data: bytes) -> None:
    """Refuse a workbook that must not be given to the libraries, which would unpack and build all of it.

    Parameters
    ----------
    data : bytes
        The file.

    Raises
    ------
    RawDataError
        Of one fault, its file not filled in.

    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        problem = "is an old (.xls) or a password-protected workbook"
        raise refusal("not_xlsx", problem, "save it as .xlsx without password")
    contents = _Contents()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            size, count = sum(part.file_size for part in parts), len(parts)
            if count > PART_LIMIT or size > UNPACKED_LIMIT or size > RATIO_LIMIT * len(data):
                problem = f"unpacks to {size:,} bytes in {count} parts, {size / max(len(data), 1):.0f} times its size"
                raise refusal("size", problem, "deliver the figures alone, in a new workbook")
            if "xl/workbook.xml" not in package.namelist():
                raise refusal("not_xlsx", "is a zip file but no workbook", _ANEW)
            for part in parts:
                # read in pieces, it ends at the stated size, and fails where size or checksum is a lie
                with package.open(part) as stream:
                    contents.add(b"".join(iter(lambda stream=stream: stream.read(1 << 16), b"")))
    except RawDataError:
        raise
    except _BROKEN_PACKAGE as error:
        raise refusal("not_xlsx", f"is no whole workbook ({error})", _ANEW) from error
    if len(contents.sheets) < contents.listed:
        raise refusal("not_xlsx", "lists one sheet under several names", _ANEW)
    if any(part.filename.endswith("vbaProject.bin") for part in parts):
        raise refusal("not_xlsx", "holds macros", "save it as .xlsx without macros")


class _Contents:
    """Counts the elements of the XML parts of a package, and refuses the first that is too much or not allowed."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.listed, self.sheets = 0, set()

    def add(self, content: bytes) -> None:
        """Count one part; what is no XML holds no elements, and where it is malformed the libraries refuse it."""
        self._root, self._row, self._column, self._last = "", 0, 0, (0, 0)
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.StartDoctypeDeclHandler = self._start, self._doctype
        with suppress(expat.ExpatError):
            parser.Parse(content, True)

    def _doctype(self, *_: object) -> None:
        raise refusal("not_xlsx", "declares XML entities", _ANEW)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._root = self._root or name
        if kind := _COUNTED.get((self._root, name)):
            self.counts[kind] += 1
        elif name not in _PLAIN.get(self._root, ()):
            kind = "further elements"
            self.counts[kind] += 1
        if self._root == "worksheet":
            kind = self._place(name, attributes) or kind
        elif self._root == "workbook":
            self.listed += name == "sheet"
        elif name == "Relationship" and attributes.get("Type", "").endswith("sheet"):
            self.sheets.add(attributes.get("Target"))
        if kind and self.counts[kind] > LIMITS[kind]:
            raise refusal("size", f"holds more than {LIMITS[kind]:,} {kind}", "deliver the figures alone, or .csv")

    def _place(self, name: str, attributes: dict[str, str]) -> str:
        """Follow the place of a worksheet's values; return what else an element counts as."""
        if name == "row":
            before, self._row, self._column = self._row, int(attributes.get("r", self._row + 1)), 0
            if self._row <= before:
                raise refusal("not_xlsx", f"holds row {self._row} after row {before}", _ANEW)
        elif name == "c":
            before, self._column = self._column, self._column + 1
            if "r" in attributes:
                self._column, self._row, *_ = range_boundaries(attributes["r"])
            if self._column <= before:
                raise refusal("not_xlsx", f"holds cell {attributes['r']} out of its place", _ANEW)
        elif name in ("v", "f", "is"):
            row, column = self._last = max(self._last[0], self._row), max(self._last[1], self._column)
            problem = f"reaches row {row:,} and column {column:,}"
            if self._row >= ROW_LIMIT:
                problem = f"holds a value in row {self._row}, the limit is {ROW_LIMIT:,} rows"
            if self._row >= ROW_LIMIT or row * column > GRID_LIMIT:
                raise refusal("size", problem, "remove what is outside the table, or deliver .csv")
        elif name == "mergeCell":
            left, top, right, bottom = range_boundaries(attributes["ref"])
            self.counts["merged cells"] += max(_LEAST_MERGED, (right - left + 1) * (bottom - top + 1))
            return "merged cells"
        return ""
