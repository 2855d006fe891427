"""Opening a delivery: limits first, then bytes, then text, then rows of cells."""

import csv
import itertools
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from analysis.core.faults import WARN, Fault, refusal
from analysis.intake import RECOGNISED

SIZE_LIMIT: Final = 20_000_000  # bytes: five times what fills `ROW_LIMIT` rows, and read within 500 MB of memory
COLUMN_LIMIT: Final = 200
ROW_LIMIT: Final = 150_000  # 357 municipalities, 20 quarters and 15 indicators are 107,100; respondents have their own
SEPARATORS: Final = (",", ";", "\t")
LOCKS: Final = ("~$", ".~lock.")  # Excel's and LibreOffice's
_LEFT_BEHIND: Final = ("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx")  # Windows' and macOS's
EDGES: Final = " \t\r\n\u00a0\u202f\u2009"

_FORMS: Final = [(mark.encode("latin-1"), name) for mark, name in RECOGNISED["first_bytes"]]
_PAGES: Final = [(re.compile(pattern), name) for pattern, name in RECOGNISED["pages"]]
_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]++")
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LETTERS: Final = frozenset(RECOGNISED["letters"])
_BROKEN: Final = re.compile("|".join(RECOGNISED["broken_letters"]), re.IGNORECASE)


@dataclass
class Grid:
    """A sheet of cells as text.

    Parameters
    ----------
    file, sheet : str
        Where the cells are from; a text file has no sheet.
    rows : list of (int, list of str)
        The line of each row and its cells; the first is the header.
    faults : list of Fault
        What was wrong on the way.
    separator : str
        What separates the cells of a text file.

    """

    file: str
    sheet: str = ""
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    separator: str = ""


def is_left_behind(name: str) -> bool:
    """Return whether a file or folder is what systems and editors leave (Thumbs.db, .gitkeep, ~$lock, #autosave)."""
    return name.startswith((".", "~$", "#")) or name.lower() in _LEFT_BEHIND


def name_in(folder: Path, path: Path) -> str:
    """Return what messages call a file: its path within `folder`, or its name where it lies elsewhere."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def read_bytes(path: Path, folder: Path, limit: int = SIZE_LIMIT) -> bytes:
    """Return the bytes of a delivery.

    Parameters
    ----------
    path : Path
        The file; it must be a regular one (no pipe, no device) inside `folder`, and no link out of it.
    folder : Path
        The folder of deliveries.
    limit : int
        The largest size, in bytes.

    Returns
    -------
    bytes

    Raises
    ------
    RawDataError
        Of the one fault that forbids to open it.

    """
    if path.name.startswith(LOCKS):
        problem = "is the mark that an office program leaves while it has a file open, not the file"
        raise refusal("file", problem, "close the file there, and deliver the file itself")
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode) and not path.resolve().is_relative_to(folder.resolve()):
            raise refusal("file", "is a link to a place outside its folder", "copy the file itself into the folder")
        status = path.stat()
        # asked before it is opened: a pipe would be waited for, and a device never ends
        if not stat.S_ISREG(status.st_mode):
            raise refusal("file", "is no regular file (a pipe, device or folder)", "put the file itself there")
        if not path.resolve().is_relative_to(folder.resolve()):
            raise refusal("file", "lies outside its folder", "copy the file into the folder")
        if status.st_size > limit:
            raise refusal("size", f"is {status.st_size:,} bytes, the limit is {limit:,}", "deliver a smaller extract")
        return path.read_bytes()
    except (OSError, RuntimeError) as error:  # Python before 3.13 calls a link to itself a RuntimeError
        reason = getattr(error, "strerror", None) or "a link that leads to itself"
        raise refusal("file", f"cannot be read ({reason})", "check that it exists and may be read") from error


def read_text(data: bytes) -> tuple[str, list[Fault]]:
    """Return the text in the bytes of a file: strict UTF-8, or else strict cp1252 whose letters make sense.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    text : str
    warnings : list of Fault
        What is odd about the file as a text, its name not filled in.

    Raises
    ------
    RawDataError
        Of the one fault for which it cannot be read as a text.

    """
    for mark, name in _FORMS:
        if data.startswith(mark):
            raise refusal("not_text", f"is {name}, not a table in text", "export it as CSV UTF-8, or as .xlsx")
    warnings = []
    # guessers of encodings take Norwegian cp1252 for Turkish or Thai; two strict readings in turn are right or refuse
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, remedy = data.count(b"\n", 0, error.start) + 1, "save it as 'CSV UTF-8'"
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise refusal("encoding", "is neither UTF-8 nor cp1252 throughout", remedy, line=line) from error
        strange = sorted({c for c in text if ord(c) > 126} - _LETTERS)
        if strange or _BROKEN.search(text):
            letters = " ".join(strange) or "two encodings mixed"
            problem = f"read as cp1252 it holds letters that make no sense ({letters})"
            raise refusal("encoding", problem, remedy, line=line) from error
        warnings.append(Fault("encoding", "is cp1252, not UTF-8; read as such", remedy, severity=WARN))
    if control := CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise refusal("control_chars", "holds control marks", "export the file anew", line=line)
    for pattern, name in _PAGES:
        if pattern.match(text) or (pattern.flags & re.MULTILINE and pattern.search(text)):
            raise refusal("not_csv", f"is {name}", "fetch the table itself")
    if not text.strip():
        raise refusal("empty", "holds nothing", "deliver the table, or remove the file")
    return text, warnings


def read_rows(name: str, text: str, columns: frozenset[str], limit: int = ROW_LIMIT) -> Grid:
    """Return the cells of separated text.

    Parameters
    ----------
    name : str
        What messages call the file.
    text : str
        Its text; the separator is comma, semicolon or tab: the one that Excel's ``sep=`` line names, or else the one
        that finds most of `columns` in the first line.
    columns : frozenset of str
        Names that a header is expected to hold.
    limit : int
        The most rows, header included.

    Returns
    -------
    Grid

    """
    grid = Grid(name)
    lead = re.match(r'"?sep=(.)"?[ \t]*(\r\n|\n|\r)', text, re.IGNORECASE)
    if lead:
        separator = lead[1]
    else:
        start = next(_lines(text.lstrip("\r\n")), "")[:100_000]  # a line of a million columns need not be split
        names = {mark: {cell.strip(f'{EDGES}"') for cell in start.split(mark)} for mark in SEPARATORS}
        separator = max(SEPARATORS, key=lambda mark: len(columns & names[mark]))
        if "|" in start and not any(mark in start for mark in SEPARATORS):
            separator = "|"
    marks = next(_lines(text[lead.end() if lead else 0 :]), "").count(separator)
    if separator not in SEPARATORS:
        grid.faults.append(Fault("dialect", "is separated by none of comma, semicolon and tab", "export it anew", name))
    elif marks >= COLUMN_LIMIT:
        problem = f"has {marks + 1:,} columns, the limit is {COLUMN_LIMIT}"
        grid.faults.append(Fault("size", problem, "deliver the columns that are read", name))
    else:
        _split(grid, text, separator, skip=1 if lead else 0, limit=limit)
    return grid


def _split(grid: Grid, text: str, separator: str, skip: int, limit: int) -> None:
    """Fill the grid's rows from a text, or its faults; the first `skip` lines are no rows."""
    grid.separator = separator
    giant = Fault("size", f"has more than {limit:,} rows", "split it", grid.file)
    # without quotation marks every line is a row, so that they can be counted before any is split
    if '"' not in text and max(text.count("\n"), text.count("\r")) > limit + skip:
        grid.faults.append(giant)
        return
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if line > skip:
                grid.rows.append((line, cells))
            line = reader.line_num + 1
            if len(grid.rows) > limit:
                grid.rows = []
                grid.faults.append(giant)
                return
    except csv.Error as error:
        fault = Fault("quotes", f"the quotation marks do not close ({error})", "look for a stray quotation mark")
        rest = "".join(itertools.islice(_lines(text), line - 1, None))
        # an even number of marks closes them all: then it is one field of giant length that has no end in sight
        if "larger than field limit" in str(error) and rest.count('"') % 2 == 0:
            fault = Fault("size", f"a field has more than {csv.field_size_limit():,} characters", "shorten the text")
        grid.faults.append(fault.at(file=grid.file, line=line))


def _lines(text: str) -> Iterator[str]:
    """Return each line with its end, as editors count them; a text stream would take four times the memory."""
    return (line[0] for line in _LINE.finditer(text))
