"""Excel packages before any library opens them: what they would unpack to, and what of them would have to be built.

The libraries build a cell for each one of a merged range, and one grid from the first value to the last. A package of
some kilobytes can so take all memory, or end the process; its parts are therefore counted first.
"""

import io
import struct
import zipfile
import zlib
from collections import Counter
from contextlib import suppress
from typing import Final
from xml.parsers import expat

from openpyxl.utils import range_boundaries

from analysis.core.faults import RawDataError, refusal

UNPACKED_LIMIT: Final = 40_000_000
RATIO_LIMIT: Final = 200  # unpacked to packed; a sheet of equal rows reaches about 60
PART_LIMIT: Final = 1_000
ROW_LIMIT: Final = 20_000  # a workbook takes twenty times the memory of text
GRID_LIMIT: Final = 4_000_000  # cells from A1 to the last value of a sheet, blanks among them
# Far more than tables of figures have, and what can be built within ten seconds and 500 MB.
LIMITS: Final = {
    "cells": 400_000,
    "texts": 500_000,
    "rows": 200_000,
    "merged cells": 100_000,
    "further elements": 200_000,
}
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
        self._root, self._row, self._column, self._last = "", 0, 0, (0, 0)

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
