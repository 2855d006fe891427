"""Excel workbooks: the figures by python-calamine, and by openpyxl what figures alone do not tell."""

import io
import math
import re
import struct
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from analysis.core.faults import WARN, Fault, shown
from analysis.intake.files import COLUMN_LIMIT, EDGES, Grid
from analysis.intake.formulas import result_of
from analysis.intake.numerals import read_figure, written

UNPACKED_LIMIT: Final = 40_000_000
RATIO_LIMIT: Final = 200  # unpacked to packed; a sheet of equal rows reaches about 60
PART_LIMIT: Final = 1_000
ROW_LIMIT: Final = 20_000  # a workbook takes twenty times the room of text; `_FAR_CELL` finds what lies beyond
CELL_LIMIT: Final = 400_000

_SCALED = re.compile(r"[0#],+($|[^0#,.])|mill|mrd|tusen|\"[kKmM]\"|\\[kKmM]")
_FAR_CELL = re.compile(
    rb'<c r="[A-Z]+((?:[2-9][0-9]|1[0-9]{2,})[0-9]{3,})"[^/>]*>\s*<(?:v|f|is)\b'
)  # from row 20,000 on
_ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def read_sheet(name: str, data: bytes, columns: frozenset[str]) -> Grid:
    """Return the cells of the one visible sheet whose first row holds `columns`, as text, with what was wrong.

    Numbers come out in a form with one reading, a cell shown in per cent as ``28 %``, a date as ``2024-01-31``.
    """
    grid = Grid(name)
    if faults := _package_faults(data):
        grid.faults = [fault.at(file=name) for fault in faults]
        return grid
    try:
        values = CalamineWorkbook.from_filelike(io.BytesIO(data))
        formulas = openpyxl.load_workbook(io.BytesIO(data), keep_links=True, rich_text=False)
        grid = _chosen(grid, values, columns)
        if grid.sheet:
            _look_closer(grid, data, formulas)
    except _BROKEN_WORKBOOK as error:
        grid.rows = []
        grid.faults.append(Fault("not_xlsx", f"is no workbook that can be read ({type(error).__name__})", _ANEW, name))
    return grid


_ANEW = "save it anew as .xlsx"
# What zipfile raises on damaged packages.
_BROKEN_PACKAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError),
    *(ValueError, RuntimeError, NotImplementedError, OverflowError),
)
# What the two libraries raise on packages that are zip files but no sound workbooks.
_BROKEN_WORKBOOK = (
    *(CalamineError, zipfile.BadZipFile, OSError, SyntaxError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError),
)


def _package_faults(data: bytes) -> list[Fault]:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return [
            Fault("not_xlsx", "is an old (.xls) or a password-protected workbook", "save it as .xlsx without password")
        ]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _part_faults(package, len(data))
    except _BROKEN_PACKAGE as error:
        return [Fault("not_xlsx", f"is no whole workbook ({error})", _ANEW)]


def _part_faults(package: zipfile.ZipFile, size: int) -> list[Fault]:
    parts = package.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > PART_LIMIT or unpacked > UNPACKED_LIMIT or unpacked > RATIO_LIMIT * size:
        problem = f"unpacks to {unpacked:,} bytes in {len(parts)} parts, {unpacked / max(size, 1):.0f} times its size"
        return [Fault("size", problem, "deliver the figures alone, in a new workbook")]
    if "xl/workbook.xml" not in package.namelist():
        return [Fault("not_xlsx", "is a zip file but no workbook", _ANEW)]
    for part in parts:
        content = _content(package, part)
        if part.filename.endswith((".xml", ".rels")) and _ENTITY.search(content):
            return [Fault("not_xlsx", "declares XML entities", _ANEW)]
        if part.filename.startswith("xl/worksheets/") and (far := _FAR_CELL.search(content)):
            problem = f"holds a value in row {far[1].decode()}, the limit is {ROW_LIMIT:,} rows"
            return [Fault("size", problem, "remove what stands outside the table, or deliver .csv")]
    macros = any(part.filename.endswith("vbaProject.bin") for part in parts)
    return [Fault("not_xlsx", "holds macros", "save it as .xlsx without macros")] if macros else []


def _content(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Return a part's bytes; read in pieces, it ends at the stated size and fails where size or checksum is a lie."""
    pieces = []
    with package.open(part) as stream:
        while piece := stream.read(1 << 16):
            pieces.append(piece)
    return b"".join(pieces)


def _chosen(grid: Grid, values: CalamineWorkbook, columns: frozenset[str]) -> Grid:
    found, others = [], []
    for sheet in values.sheets_metadata:
        if sheet.visible != SheetVisibleEnum.Visible:
            problem = f"sheet '{sheet.name}' is hidden and not read"
            grid.faults.append(Fault("hidden", problem, "remove it, or show it", grid.file, severity=WARN))
            continue
        if (size := _too_large(values, sheet.name)) is not None:
            grid.faults.append(size.at(file=grid.file, sheet=sheet.name))
            continue
        rows = values.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        place = _header_place(rows, columns)
        if place is not None:
            found.append((sheet.name, rows, place))
        elif rows:  # new workbooks come with empty sheets: nothing is left unread there
            others.append(sheet.name)
    return _with_rows(grid, found, others, columns)


def _too_large(values: CalamineWorkbook, name: str) -> Fault | None:
    end = values.get_sheet_by_name(name).end
    rows, width = (0, 0) if end is None else (end[0] + 1, end[1] + 1)
    if width > COLUMN_LIMIT or rows * width > CELL_LIMIT:
        problem = f"reaches row {rows:,} and column {width:,}"
        return Fault("size", problem, f"remove what stands outside the table ({COLUMN_LIMIT} columns are the limit)")
    return None


def _header_place(rows: list[list], columns: frozenset[str]) -> tuple[int, int] | None:
    for line, cells in enumerate(rows[:50]):
        hits = [place for place, cell in enumerate(cells) if isinstance(cell, str) and cell.strip(EDGES) in columns]
        if len(hits) >= max(2, len(columns) // 3):
            return line, hits[0]
    return None


def _with_rows(grid: Grid, found: list[tuple], others: list[str], columns: frozenset[str]) -> Grid:
    if len(found) != 1:
        names = ", ".join(name for name, *_ in found) or "none"
        problem = f"{len(found) or 'no'} visible sheets hold a table with {', '.join(sorted(columns)[:4])} … ({names})"
        grid.faults.append(Fault("sheet", problem, "keep one sheet with the table", grid.file))
        return grid
    name, rows, (line, column) = found[0]
    grid.sheet = name
    if others:
        problem = f"sheets that are not read: {', '.join(others)}"
        grid.faults.append(Fault("sheet", problem, "", grid.file, severity=WARN))
    if (line, column) != (0, 0):
        problem = f"the table starts in cell {get_column_letter(column + 1)}{line + 1}"
        remedy = "remove what stands above and to the left of it, so that it starts in A1"
        grid.faults.append(Fault("header", problem, remedy, grid.file, name, line + 1))
        return grid
    grid.rows = list(enumerate(rows, start=1))
    return grid


def _look_closer(grid: Grid, data: bytes, book: openpyxl.Workbook) -> None:
    """Turn the grid's values into text by their formats, and add what formulas, merges and hiding tell."""
    sheet = book[grid.sheet]
    closer = _Closer(dict(grid.rows), data, grid.sheet, manual=book.calculation.calcMode == "manual")
    found = _sheet_faults(sheet)
    cells = sorted(
        sheet._cells.values(), key=lambda cell: (cell.row, cell.column)
    )  # iter_rows would fill in all blanks
    for cell in cells:
        found += closer.faults(cell)
    grid.faults += [fault.at(file=grid.file, sheet=grid.sheet) for fault in found]
    grid.rows = _trimmed([(line, [_text(v, sheet, line, i) for i, v in enumerate(cells)]) for line, cells in grid.rows])


def _sheet_faults(sheet: Worksheet) -> list[Fault]:
    faults = [
        Fault("merged", f"cells {merged.coord} are merged: only the first holds the text", "unmerge and fill each cell",
              line=merged.min_row)
        for merged in sheet.merged_cells.ranges
    ]  # fmt: skip
    hidden_rows = [n for n, row in sheet.row_dimensions.items() if row.hidden and any(c.value for c in sheet[n])]
    faults += [
        Fault("hidden", "the row is hidden, and read", "show or remove it", line=number, severity=WARN)
        for number in hidden_rows
    ]
    faults += [
        Fault("hidden", f"column {letter} is hidden, and read", "show or remove it", severity=WARN)
        for letter, column in sheet.column_dimensions.items()
        if column.hidden
    ]
    return faults


class _Closer:
    """Looks at one cell after another: format, comment, formula. `raw` holds the stored values by line."""

    def __init__(self, raw: dict[int, list], data: bytes, sheet: str, *, manual: bool) -> None:
        self.raw, self.data, self.sheet, self.manual = raw, data, sheet, manual
        self.names = [str(cell).strip(EDGES) for cell in raw.get(1, [])]
        self._stored: Worksheet | None = None

    def faults(self, cell: openpyxl.cell.Cell) -> list[Fault]:
        """Return what is wrong with a cell that the stored values do not tell."""
        if cell.value is None and not cell.comment:
            return []
        faults = [*_look_faults(cell), *(self._formula_faults(cell) if cell.data_type == "f" else ())]
        if cell.data_type == "e":
            faults.append(Fault("excel_error", "is a spreadsheet error", "mend the cell"))
        name = self.names[cell.column - 1] if cell.column <= len(self.names) else ""
        found = "" if cell.value is None else str(getattr(cell.value, "text", cell.value))
        place = {"line": cell.row, "column": name or get_column_letter(cell.column), "value": found}
        return [fault.at(**place) for fault in faults]

    def _formula_faults(self, cell: openpyxl.cell.Cell) -> list[Fault]:
        formula = str(getattr(cell.value, "text", cell.value))
        if "[" in formula:
            return [Fault("formula", "draws on another workbook", "paste the value")]
        stored = self._at(cell.row, cell.column)
        if stored in ("", None):
            return [self._without_result(cell)]
        given = result_of(formula, lambda letters, row: _number(self._at(row, column_index_from_string(letters))))
        if given is not None and isinstance(stored, int | float) and not math.isclose(given, stored, rel_tol=1e-6):
            problem = f"stores {stored:.15g} and gives {given:.15g}: the stored result is stale"
            return [Fault("formula", problem, "recalculate and save")]
        if given is None or self.manual:
            return [Fault("formula", f"its stored result {stored} is taken as it is", "paste the value", severity=WARN)]
        return []

    def _without_result(self, cell: openpyxl.cell.Cell) -> Fault:
        # calamine gives errors as empty; only a second reading by openpyxl tells the two apart, so only then
        if self._stored is None:
            self._stored = openpyxl.load_workbook(io.BytesIO(self.data), data_only=True)[self.sheet]
        stored = self._stored.cell(cell.row, cell.column).value
        if stored is None:
            return Fault("formula", "was never calculated", "open it in Excel or LibreOffice, recalculate and save")
        return Fault("excel_error", f"gives {stored}", "mend the formula")

    def _at(self, row: int, column: int) -> object:
        cells = self.raw.get(row, [])
        return cells[column - 1] if column <= len(cells) else None


def _look_faults(cell: openpyxl.cell.Cell) -> list[Fault]:
    faults = []
    if cell.font and cell.font.strike:
        remedy = "remove it, or the line through"
        faults.append(Fault("crossed_out", "is struck through, and read", remedy, severity=WARN))
    if cell.comment:
        problem = f"carries a comment: '{shown(cell.comment.text.strip())}'"
        faults.append(Fault("crossed_out", problem, "heed it and remove it", severity=WARN))
    if isinstance(cell.value, int | float) and not cell.is_date and _SCALED.search(cell.number_format):
        problem = f"holds {cell.value:.15g} and shows another figure (format {cell.number_format})"
        faults.append(Fault("cell_format", problem, "write the whole figure in the cell"))
    if cell.number_format == ";;;":
        faults.append(Fault("hidden", "is formatted to show nothing, and read", "show or remove it", severity=WARN))
    return faults


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return read_figure(value).value if isinstance(value, str) else None
    except ValueError:
        return None


def _text(value: object, sheet: Worksheet, line: int, place: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        shown = sheet.cell(line, place + 1).number_format
        if "%" in shown:
            return f"{written(float(Decimal(repr(value)) * 100))} %"
        return written(float(value))
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        shown = sheet.cell(line, place + 1).number_format
        return value.isoformat() if "d" in shown.lower() else f"{value.isoformat()} (a date cell, format {shown})"
    return str(value) if isinstance(value, datetime | time | timedelta) else ""


def _trimmed(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Return the rows without empty rows below and empty columns to the right."""
    while rows and not any(cell.strip(EDGES) for cell in rows[-1][1]):
        rows.pop()
    width = max((i + 1 for _, cells in rows for i, cell in enumerate(cells) if cell.strip(EDGES)), default=0)
    return [(line, cells[:width]) for line, cells in rows]
