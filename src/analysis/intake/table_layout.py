"""From a grid of cells to a table with known columns: the header and the shape of the rows."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from analysis.core.faults import WARN, Fault, RawDataError, refusal, rejections
from analysis.core.names import suggest
from analysis.intake.files import EDGES, Grid, name_in, read_bytes, read_rows, read_text
from analysis.intake.forbidden_text import invisible

TEXT_EXTENSIONS: Final = (".csv", ".tsv", ".txt")
_LINE_END: Final = re.compile("[\r\n]")
_BREAK: Final = re.compile(r"\s*[\r\n]\s*")
_CUT_NUMBER: Final = re.compile(r"\d\s*[\r\n]\s*\d")  # one number or two
_SHAPE: Final = "a separator inside a field needs quotation marks around it; or the file was cut off"


@dataclass(frozen=True)
class Layout:
    """The columns of a table.

    Parameters
    ----------
    names : tuple of str
        Columns that must be there.
    optional : tuple of str
        Columns that may be absent, and are then read as empty.
    long : tuple of str
        Columns whose texts may run over several lines.

    """

    names: tuple[str, ...]
    optional: tuple[str, ...] = ()
    long: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Return required and optional names, in order."""
        return self.names + self.optional


class Table(NamedTuple):
    """A delivery as text.

    Parameters
    ----------
    cells : DataFrame
        The layout's columns, trimmed, and line, file and sheet; no rows where the form cannot be trusted.
    faults : tuple of Fault
        What is wrong with the form of the file.

    """

    cells: pd.DataFrame
    faults: tuple[Fault, ...]


def read_table(path: Path, layout: Layout, folder: Path) -> Table:
    """Return the table in a .csv, .tsv, .txt or .xlsx file.

    Parameters
    ----------
    path : Path
        The file, inside `folder`.
    layout : Layout
        Its columns.
    folder : Path
        The folder that deliveries may be read from.

    Returns
    -------
    Table

    """
    name, kind, columns = name_in(folder, path), path.suffix.lower(), frozenset(layout.all)
    try:
        data = read_bytes(path, folder)
        if marks := invisible(name):
            raise refusal("file", f"has a name with marks that cannot be seen ({', '.join(marks)})", "rename it")
        if kind == ".xlsx":
            from analysis.intake.workbooks import read_sheet  # imports openpyxl: a quarter second no text need wait

            grid = read_sheet(name, data, columns)
        elif kind in TEXT_EXTENSIONS:
            text, warnings = read_text(data)
            grid = read_rows(name, text, columns)
            grid.faults += [fault.at(file=name) for fault in warnings]
        else:
            raise refusal("extension", f"'{kind}' files are not read here", "deliver .csv (UTF-8) or .xlsx")
    except RawDataError as error:
        grid = Grid(name, faults=list(error.at(file=name).faults))
    cells, faults = read_cells(grid, layout)
    rows = cells.assign(line=cells.index, file=name, sheet=grid.sheet).reset_index(drop=True)
    return Table(rows, faults)


def read_cells(grid: Grid, layout: Layout) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """Return the layout's columns of a grid, by line, and every fault; no column is added to them.

    Parameters
    ----------
    grid : Grid
        Cells; the first row is the header.
    layout : Layout
        The columns that are read.

    Returns
    -------
    cells : DataFrame
        Index: the line. Columns of `layout`, trimmed; no rows where the form cannot be trusted.
    faults : tuple of Fault

    """
    nothing = pd.DataFrame(columns=list(layout.all))
    if not grid.rows:
        return nothing, tuple(grid.faults)
    rows = [(line, [cell.strip(EDGES) for cell in cells]) for line, cells in grid.rows]
    while len(rows) > 1 and len(rows[-1][1]) <= 1 and not any(rows[-1][1]):  # newlines at the file's end are no rows
        rows.pop()
    (line, names), rows = rows[0], rows[1:]
    place = {"file": grid.file, "sheet": grid.sheet}
    faults = [fault.at(**place, line=line) for fault in _header_faults(names, grid.rows[0][1], layout)]
    if rejections(faults):
        return nothing, (*grid.faults, *faults)
    lengths = {len(cells) for _, cells in rows if any(cells)}
    body: dict[int, list[str]] = {}
    if len(lengths) == 1 and len(rows) > 1 and lengths != {len(names)}:
        # a separator too many in the header, or in every row: one fault says more than a thousand
        problem = f"every row has {lengths.pop()} fields, the header has {len(names)}"
        faults.append(Fault("row_shape", problem, _SHAPE, **place, line=rows[0][0]))
        rows = []
    elif not rows:
        faults.append(Fault("empty", "holds a header and no rows", "deliver the rows, or remove the file", **place))
    for line, cells in rows:
        row_faults = _row_faults(names, cells)
        if _LINE_END.search("".join(cells)):
            row_faults += _break_faults(names, cells, layout, grid.separator)
            pairs = zip(names, cells, strict=False)
            cells = [cell if name in layout.long else _BREAK.sub(" ", cell) for name, cell in pairs]
        faults += [fault.at(**place, line=line) for fault in row_faults]
        if any(cells) and not rejections(row_faults):
            body[line] = cells
    positions = [names.index(name) if name in names else -1 for name in layout.all]
    ordered = [["" if position < 0 else cells[position] for position in positions] for cells in body.values()]
    return pd.DataFrame(ordered, index=list(body), columns=list(layout.all)), (*grid.faults, *faults)


def _header_faults(names: list[str], written: list[str], layout: Layout) -> list[Fault]:
    present = [name for name in names if name in layout.all]
    if not present:
        remedy = f"write {', '.join(layout.names)} in the first row, and nothing above"
        return [Fault("header", "the first row holds no column names", remedy, value=", ".join(names))]
    repeated = [name for name in dict.fromkeys(present) if present.count(name) > 1]
    faults = [Fault("duplicate_column", "is twice in the header", "keep one", value=name) for name in repeated]
    others = [name for name in names if name and name not in layout.all]
    absent = [name for name in layout.all if name not in present]
    header = f" (the header has {', '.join(map(repr, others[:5]))})" if others else ""
    required = [name for name in layout.names if name in absent]
    faults += [Fault("missing_column", f"column '{name}' is missing{header}", f"add '{name}'") for name in required]
    unread = Fault("extra_column", "is no column that is read", severity=WARN)
    # a column that is there already cannot have been meant
    faults += [unread.at(value=name, **(suggest(name, absent) if absent else {})) for name in others]
    if "" in names:
        faults.append(Fault("extra_column", "a column has no name", "remove it", severity=WARN))
    faults += [
        Fault("header", "has blanks around the name", "remove them", value=raw, severity=WARN)
        for raw, name in zip(written, names, strict=True)
        if raw != name and name in layout.all
    ]
    return faults


def _row_faults(names: list[str], cells: list[str]) -> list[Fault]:
    if not any(cells):
        return [Fault("blank_row", "is blank and left out", "remove it", severity=WARN)]
    row = " | ".join(cells)
    if len(cells) != len(names):
        return [Fault("row_shape", f"has {len(cells)} fields, the header has {len(names)}", _SHAPE, value=row)]
    # the quick question first: few rows have a cell that is the name of a column
    same = [] if set(cells).isdisjoint(names) else [n for n, cell in zip(names, cells, strict=True) if n == cell != ""]
    if len(same) > 1:
        return [Fault("header", "is the header again", "keep one table in the file", value=row)]
    nameless = Fault("extra_column", "is in a column without a name", "name the column or empty it")
    return [nameless.at(value=cell) for name, cell in zip(names, cells, strict=True) if cell and not name]


def _break_faults(names: list[str], cells: list[str], layout: Layout, separator: str) -> list[Fault]:
    """Return what is wrong with cells that run over several lines; a warning where the lines make one clear value."""
    faults = []
    for name, cell in zip(names, cells, strict=False):
        if name in layout.long or not _LINE_END.search(cell):
            continue
        where = {"column": name, "value": cell}
        # a quotation mark that is never closed swallows the rows below, which bring as many separators as a row has
        swallowed = separator and cell.count(separator) >= (len(names) - 1 if name not in layout.all else 1)
        if swallowed or (name in layout.all and _CUT_NUMBER.search(cell)):
            remedy = "look for a stray quotation mark, or write it in one line"
            faults.append(Fault("quotes", "runs over several lines", remedy, **where))
        elif name in layout.all:
            faults.append(Fault("quotes", "runs over several lines, and is read as one", severity=WARN, **where))
    return faults
