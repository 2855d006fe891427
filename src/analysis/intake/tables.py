"""From a grid of cells to a table with known columns: the header and the shape of the rows."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.core.faults import REJECT, WARN, Fault
from analysis.core.names import suggest
from analysis.intake.files import EDGES, Grid, read_bytes, read_rows, read_text

TEXT_EXTENSIONS: Final = (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class Layout:
    """A table's columns: `names` are required, `optional` may be absent (read as empty), `long` may run over lines."""

    names: tuple[str, ...]
    optional: tuple[str, ...] = ()
    long: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Return required and optional names, in order."""
        return self.names + self.optional


@dataclass(frozen=True)
class Table:
    """A delivery as text: `cells` has the layout's columns and file, sheet, line; `faults` what was wrong."""

    cells: pd.DataFrame
    faults: tuple[Fault, ...]


def read_table(path: Path, layout: Layout, folder: Path) -> Table:
    """Return the table in a .csv, .tsv, .txt or .xlsx file as trimmed text cells, with every fault of its form.

    Where the form itself cannot be trusted `cells` has no rows.
    """
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    grid = _grid(path, name, frozenset(layout.all), folder)
    return as_table(grid, layout) if grid.rows else Table(_no_cells(layout), tuple(grid.faults))


def _grid(path: Path, name: str, columns: frozenset[str], folder: Path) -> Grid:
    data, kind = read_bytes(path, folder), path.suffix.lower()
    if isinstance(data, Fault):
        return Grid(name, faults=[data.at(file=name)])
    if kind not in (*TEXT_EXTENSIONS, ".xlsx"):
        remedy = "deliver .csv (UTF-8) or .xlsx"
        return Grid(name, faults=[Fault("extension", f"'{kind}' files are not read here", remedy, name)])
    if kind == ".xlsx":
        from analysis.intake.workbooks import read_sheet  # imports openpyxl: a quarter second that a text need not wait

        return read_sheet(name, data, columns)
    text, faults = read_text(data)
    grid = read_rows(name, text, columns) if text else Grid(name)
    grid.faults.extend(fault.at(file=name) for fault in faults)
    return grid


def as_table(grid: Grid, layout: Layout) -> Table:
    """Return a grid as a table: header found and checked, every row of the header's length, blank rows named."""
    rows = [(line, [cell.strip(EDGES) for cell in cells]) for line, cells in grid.rows]
    while len(rows) > 1 and len(rows[-1][1]) <= 1 and not any(rows[-1][1]):  # newlines at the file's end are no rows
        rows.pop()
    place = {"file": grid.file, "sheet": grid.sheet}
    faults = [fault.at(**place) for fault in _header_faults(rows[0], grid.rows[0][1], layout)]
    if any(fault.severity == REJECT for fault in faults):
        return Table(_no_cells(layout), (*grid.faults, *faults))
    body, row_faults = _body(rows[0][1], rows[1:], layout)
    faults += [fault.at(**place) for fault in row_faults]
    if len(rows) == 1:
        faults.append(Fault("empty", "holds a header and no rows", "deliver the rows, or remove the file", **place))
    cells = pd.DataFrame(body, columns=[*layout.all, "line"]).assign(**place)
    return Table(cells, (*grid.faults, *faults))


def _header_faults(header: tuple[int, list[str]], raw: list[str], layout: Layout) -> list[Fault]:
    line, names = header
    known = [name for name in names if name in layout.all]
    if not known:
        remedy = f"write {', '.join(layout.names)} in the first row, and nothing above"
        return [Fault("header", "the first row holds no column names", remedy, line=line, value=", ".join(names))]
    faults = [
        Fault("duplicate_column", "stands twice in the header", "keep one", line=line, value=name)
        for name in dict.fromkeys(known)
        if known.count(name) > 1
    ]
    strangers = [name for name in names if name and name not in layout.all]
    absent = [name for name in layout.all if name not in known]
    faults += [
        Fault("missing_column", f"column '{name}' is missing{_like(name, strangers)}", f"add '{name}'", line=line)
        for name in layout.names
        if name not in known
    ]
    faults += [
        Fault("extra_column", "is no column that is read", line=line, value=name, severity=WARN, **_meant(name, absent))
        for name in strangers
    ]
    if "" in names:
        faults.append(Fault("extra_column", "a column has no name", "remove it", line=line, severity=WARN))
    faults += [
        Fault("header", "has blanks around the name", "remove them", line=line, value=written, severity=WARN)
        for written, name in zip(raw, names, strict=True)
        if written != name and name in layout.all
    ]
    return faults


def _meant(name: str, absent: list[str]) -> dict[str, str]:
    return suggest(name, absent) if absent else {}  # a name that is there already was not meant


def _like(name: str, strangers: list[str]) -> str:
    return f" (the header has {', '.join(repr(stranger) for stranger in strangers[:5])})" if strangers else ""


def _body(names: list[str], rows: list[tuple[int, list[str]]], layout: Layout) -> tuple[list[list], list[Fault]]:
    """Return the layout's cells and the line of every row of the header's length, and what is wrong with the others."""
    body, faults = [], []
    places = [names.index(name) if name in names else -1 for name in layout.all]
    widths = {len(cells) for _, cells in rows if any(cells)}
    if len(widths) == 1 and len(rows) > 1 and widths != {len(names)}:
        problem = f"every row has {widths.pop()} fields, the header has {len(names)}"
        return [], [Fault("row_shape", problem, _SHAPE, line=rows[0][0])]
    for line, cells in rows:
        if not any(cells):
            faults.append(Fault("blank_row", "is blank and left out", "remove it", line=line, severity=WARN))
            continue
        row_faults = _row_faults(names, cells, layout)
        faults += [fault.at(line=line) for fault in row_faults]
        if not any(fault.severity == REJECT for fault in row_faults):
            body.append([*("" if place < 0 else cells[place] for place in places), line])
    return body, faults


_LINE_END: Final = re.compile("[\r\n]")
_SHAPE: Final = "a separator inside a field needs quotation marks around it; or the file was cut off"


def _row_faults(names: list[str], cells: list[str], layout: Layout) -> list[Fault]:
    if len(cells) != len(names):
        problem = f"has {len(cells)} fields, the header has {len(names)}"
        return [Fault("row_shape", problem, _SHAPE, value=" | ".join(cells))]
    if (
        not set(cells).isdisjoint(names)
        and sum(cell == name != "" for cell, name in zip(cells, names, strict=True)) > 1
    ):
        return [Fault("header", "is the header again", "keep one table in the file", value=" | ".join(cells))]
    faults = []
    if _LINE_END.search("".join(cells)):
        faults += [
            Fault("quotes", "runs over several lines", "look for a stray quotation mark", column=name, value=cell)
            for name, cell in zip(names, cells, strict=True)
            if name not in layout.long and _LINE_END.search(cell)
        ]
    if "" not in names:
        return faults
    faults += [
        Fault("extra_column", "stands in a column without a name", "name the column or empty it", value=cell)
        for name, cell in zip(names, cells, strict=True)
        if not name and cell
    ]
    return faults


def _no_cells(layout: Layout) -> pd.DataFrame:
    return pd.DataFrame(columns=[*layout.all, "line", "file", "sheet"])
