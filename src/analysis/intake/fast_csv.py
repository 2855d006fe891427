"""Large CSV files that are plain: what their bytes prove once, nobody needs to ask of a million cells.

A plain file has commas, no quotation marks, no loose blanks, rows of equal length, and nothing that could be personal
data. Arrow reads it in a third of the time that pandas needs, and pandas reads it where Arrow is not installed. Every
other file is left to the readers that go cell by cell.
"""

import io
import re
from typing import Final

import numpy as np
import pandas as pd

from analysis.intake.numerals import EXACT

_BLOCK: Final = 1 << 24  # bytes that Arrow reads at once; a row must not be longer
_ODD: Final = (b'"', b";", b"@", b"+47", b"\xc2\xa0", b"\xef\xbb\xbf")
_PHONE_WORDS: Final = (b"tlf", b"telefon", b"mob", b"phone")
# Eleven digits as in a national id (twelve: a telephone number after 0047), but not the decimals of a figure.
_LONG_NUMBER: Final = re.compile(rb"(?<![0-9.])[0-9]{11,12}(?![0-9])")
# `bytes.translate` and `in` take a tenth of the time of a regular expression over as many bytes.
_ALL_BUT_SHAPE: Final = bytes(code for code in range(256) if code not in b",\n")
_CONTROLS: Final = bytes([*range(32), 127])
_DIGITS_AS_ZERO: Final = bytes.maketrans(b"123456789", b"000000000")
_LOOSE_BLANKS: Final = (b"  ", b" ,", b", ", b" \n", b"\n ", b"0 0")  # at the edge of a cell, or between digits
_DIGITS: Final = r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
_TWO_READINGS: Final = r"[1-9][0-9]{0,2}\.[0-9]{3}"
DECIMALS: Final = r"0[.,]\d+|\d+[.,](\d{1,2}|\d{4,})|\d{4,}[.,]\d{3}"  # none of these marks can part thousands


def plain_columns(data: bytes, limit: int) -> list[str]:
    """Return the names of the columns of a plain file.

    Parameters
    ----------
    data : bytes
        The file.
    limit : int
        The most rows, header not included.

    Returns
    -------
    list of str
        Empty where the file is not proved plain, or may hold personal data.

    """
    rows = data.count(b"\n")
    names = data.partition(b"\n")[0].decode("ascii", errors="replace").split(",")
    if not 1 < rows <= limit + 1 or not data.endswith(b"\n") or len(set(names)) < len(names) or "" in names:
        return []
    if data.translate(None, _ALL_BUT_SHAPE) != (b"," * (len(names) - 1) + b"\n") * rows:
        return []
    if any(mark in data for mark in _ODD) or len(data) - len(data.translate(None, _CONTROLS)) != rows:
        return []
    digits = data.translate(_DIGITS_AS_ZERO)
    if data.startswith(b" ") or any(blank in digits for blank in _LOOSE_BLANKS):
        return []
    try:
        data.decode()
    except UnicodeDecodeError:
        return []
    # without eight digits in a row there is no telephone number (and no national id); ASCII has no other digits
    if not data.isascii() or b"0" * 8 in digits:
        lower = data.lower()
        if any(word in lower for word in _PHONE_WORDS):
            return []
        if b"0" * 11 in digits and _LONG_NUMBER.search(data):
            return []
    return names


def read_columns(data: bytes, columns: list[str], key: str) -> pd.DataFrame:
    """Return columns of a plain file.

    Parameters
    ----------
    data : bytes
        The file, of which `plain_columns` has returned the names.
    columns : list of str
        The columns to read.
    key : str
        The one of them whose texts are not repeated.

    Returns
    -------
    DataFrame
        `key` as text, all others as categories in alphabetical order.

    """
    others = [name for name in columns if name != key]
    try:
        import pyarrow
        import pyarrow.csv
    except ImportError:
        frame = pd.read_csv(io.BytesIO(data), usecols=columns, dtype=str, keep_default_na=False, na_filter=False)
        return frame[columns].astype(dict.fromkeys(others, "category"))  # asked for at once, it would turn 01 into 1
    listed = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    types = {name: pyarrow.string() if name == key else listed for name in columns}
    table = pyarrow.csv.read_csv(
        pyarrow.py_buffer(data),
        convert_options=pyarrow.csv.ConvertOptions(include_columns=columns, column_types=types),
        read_options=pyarrow.csv.ReadOptions(block_size=_BLOCK),
    )
    frame = table.to_pandas()
    ordered = {name: frame[name].cat.reorder_categories(sorted(frame[name].cat.categories)) for name in others}
    return pd.DataFrame({key: frame[key], **ordered})[columns]


def plain_numbers(texts: pd.Series) -> np.ndarray | None:
    """Return the numbers of texts that are all digits with at most a decimal point; None where one is not.

    None also where the point may part thousands: where every text with a point has two readings.
    """
    if not texts.str.fullmatch(_DIGITS).all():
        return None
    if texts.str.fullmatch(_TWO_READINGS).any() and not texts.str.fullmatch(DECIMALS).any():
        return None
    numbers = texts.astype(float).to_numpy()
    return None if (numbers >= EXACT).any() else numbers
