"""Large plain tables, judged in a few passes over their bytes.

A million rows cannot be judged cell by cell in a second. A file that is proved plain (one separator, no quotation
marks, every row as long as the header, figures in digits with at most a point) is read from here; whatever cannot be
proved so is left to the strict readers, cell by cell.
"""

import io
import re
from typing import Final

import numpy as np
import pandas as pd

COMMA, POINT, NEWLINE, SPACE, ZERO = (ord(mark) for mark in ",.\n 0")
LONGEST: Final = 16  # bytes of a figure: fifteen digits and a point are exact in floating point
_BLOCK: Final = 1 << 24  # bytes that Arrow reads at once; a row must not be longer
_ODD: Final = (b'"', b";", b"@", b"+47", b"\xc2\xa0", b"\xef\xbb\xbf")
_PHONE_WORDS: Final = (b"tlf", b"telefon", b"mob", b"phone")
# Eleven digits as in a national id (twelve: a telephone number after 0047), but not the decimals of a figure.
_LONG_NUMBER: Final = re.compile(rb"(?<![0-9.])[0-9]{11,12}(?![0-9])")
_DIGITS_AS_ZERO: Final = bytes(ZERO if ZERO <= code <= ZERO + 9 else SPACE for code in range(256))
_PHONE_DIGITS: Final = b"0" * 8  # of a Norwegian number; an id has eleven
_KEPT: Final = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)  # masks of a word's first bytes
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)  # 2 ** 64 over the golden ratio, odd: no two words give the same product


class PlainTable:
    """A proved plain table: column names, number of rows, and where in the bytes each cell ends, header included."""

    def __init__(self, data: bytes, names: list[str], ends: np.ndarray) -> None:
        self.names = names
        self.rows = len(ends) - 1
        self._data, self._ends = data, ends
        self._raw = np.frombuffer(data, np.uint8)

    def texts(self, columns: list[str], repeated: list[str]) -> pd.DataFrame:
        """Return columns as text; those in `repeated`, of few distinct texts, as categories in alphabetical order.

        Arrow does it in a third of the time; without it pandas does.
        """
        try:
            import pyarrow as arrow
            import pyarrow.csv as arrow_csv
        except ImportError:
            source = io.BytesIO(self._data)
            frame = pd.read_csv(source, usecols=columns, dtype=str, keep_default_na=False, na_filter=False)[columns]
            return frame.astype(dict.fromkeys(repeated, "category"))  # asked for at once, it would turn 01 into 1
        text, listed = arrow.string(), arrow.dictionary(arrow.int32(), arrow.string())
        kept = arrow_csv.ConvertOptions(
            include_columns=columns, column_types={name: listed if name in repeated else text for name in columns}
        )
        read = arrow_csv.ReadOptions(block_size=_BLOCK)
        frame = arrow_csv.read_csv(arrow.py_buffer(self._data), convert_options=kept, read_options=read).to_pandas()
        ordered = {name: frame[name].cat.reorder_categories(sorted(frame[name].cat.categories)) for name in repeated}
        return frame.assign(**ordered)

    def figures(self, column: str) -> np.ndarray | None:
        """Return a column as the exact numbers its texts say; None where one is not plain digits with a point.

        Where every marked figure has three decimals and no leading 0 the point may part thousands: that is not plain.
        """
        start, length = self._places(column)
        if length.min() < 1 or length.max() > LONGEST:
            return None
        digits, decimals = np.zeros(self.rows, np.int64), np.full(self.rows, -1, np.int8)
        for offset in range(int(length.max())):
            inside = length > offset
            byte = self._raw.take(start + offset, mode="clip")
            value = byte - np.uint8(ZERO)  # below "0" it wraps round to something large
            point, digit = inside & (byte == POINT), inside & (value < 10)
            if (inside ^ point ^ digit).any() or (point & (decimals >= 0)).any() or (point & (offset == 0)).any():
                return None
            digits = np.where(digit, digits * 10 + value, digits)
            decimals += digit & (decimals >= 0)
            decimals[point] = 0
        return None if self._doubtful(start, length, decimals) else digits / 10.0 ** np.maximum(decimals, 0)

    def are_distinct(self, column: str) -> bool:
        """Return whether a column's texts are proved all different, by 64 bits made of each; False proves nothing."""
        start, length = self._places(column)
        padded = self._data + bytes(8)
        words = np.ndarray(len(padded) - 7, np.uint64, padded, strides=(1,))  # the eight bytes from each place on
        marks = np.zeros(self.rows, np.uint64)
        for offset in range(0, int(length.max()), 8):
            word = words[np.minimum(start + offset, len(words) - 1)] & _KEPT[np.clip(length - offset, 0, 8)]
            marks = (marks ^ (marks >> np.uint64(32)) ^ word) * _SPREAD
        marks.sort()
        return bool((marks[1:] != marks[:-1]).all())

    def _places(self, column: str) -> tuple[np.ndarray, np.ndarray]:
        """Return where each cell of a column starts, and its length."""
        place = self.names.index(column)
        start = (self._ends[1:, place - 1] if place else self._ends[:-1, -1]) + 1
        return start, self._ends[1:, place] - start

    def _doubtful(self, start: np.ndarray, length: np.ndarray, decimals: np.ndarray) -> bool:
        whole = length - np.where(decimals >= 0, decimals + 1, 0)
        zero = self._raw[start] == ZERO
        marked = decimals >= 0
        thousands = marked.any() and not ((decimals[marked] != 3) | zero[marked] | (whole[marked] > 3)).any()
        return bool((decimals == 0).any() or (zero & (whole > 1)).any() or thousands)


def plain_table(data: bytes, limit: int) -> PlainTable | None:
    """Return the table in `data`, or None where it is not proved plain, or may hold personal data."""
    head, _, _ = data.partition(b"\n")
    names = head.decode("ascii", errors="replace").split(",")
    rows = data.count(b"\n")
    if not 1 < rows <= limit + 1 or (not data.isascii() and not _is_utf8(data)):
        return None
    if not data.endswith(b"\n") or any(mark in data for mark in _ODD) or len(set(names)) < len(names) or "" in names:
        return None
    raw = np.frombuffer(data, np.uint8)
    if _has_controls(data, raw, rows) or _loose_spaces(data, raw) or _may_be_personal(data):
        return None
    marks = np.flatnonzero((raw == COMMA) | (raw == NEWLINE))
    if len(marks) != rows * len(names):
        return None
    ends = marks.reshape(rows, len(names))
    if (raw[ends[:, -1]] != NEWLINE).any():  # as many as there are, so that all others are commas
        return None
    return PlainTable(data, names, ends)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_controls(data: bytes, raw: np.ndarray, newlines: int) -> bool:
    return np.count_nonzero(raw < SPACE) != newlines or b"\x7f" in data


def _may_be_personal(data: bytes) -> bool:
    """Return whether a run of digits is as long as an id or telephone number, or a word for telephone stands there.

    Without eight digits in a row there is neither; spaces between digits have been refused before.
    """
    digits = data.translate(_DIGITS_AS_ZERO)  # quick; only where it hits are the exact searches worth their time
    if data.isascii() and _PHONE_DIGITS not in digits:
        return False
    lower = data.lower()
    long_run = b"0" * 11 in digits
    return (long_run and _LONG_NUMBER.search(data) is not None) or any(word in lower for word in _PHONE_WORDS)


def _loose_spaces(data: bytes, raw: np.ndarray) -> bool:
    """Return whether a space stands at the edge of a cell, or between digits."""
    if b" " not in data:
        return False
    spaces = np.flatnonzero(raw == SPACE)
    before, after = raw[np.maximum(spaces - 1, 0)], raw[np.minimum(spaces + 1, len(raw) - 1)]
    edge = np.isin(before, (COMMA, NEWLINE, SPACE)) | np.isin(after, (COMMA, NEWLINE))
    digits = (before >= ZERO) & (before <= ZERO + 9) & (after >= ZERO) & (after <= ZERO + 9)
    return bool((edge | digits).any())
