"""SPSS files, opened in a process of their own.

The C library behind pyreadstat can be brought down by a damaged file. A child reads the file and writes its content as
JSON; if the child dies, runs out of memory or time, the file is refused and nothing else is affected.
"""

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyreadstat

from analysis.core.faults import refusal

MEMORY: Final = 2_000_000_000  # bytes of address space
TIME: Final = 60.0  # seconds
MARK: Final = b"$FL2"  # compressed .zsav ($FL3) tells nothing of its size before it is unpacked, and is not read

_EPOCH: Final = np.datetime64("1582-10-14")  # SPSS counts the seconds from it
_DAYS: Final = re.compile("[AEJS]?DATE[0-9]+")  # formats of whole days
_LAYOUT, _ROWS = slice(64, 68), slice(80, 84)  # where the header has the order of bytes, and the number of rows


@dataclass(frozen=True)
class SpssTable:
    """The content of an SPSS file.

    Parameters
    ----------
    cells : DataFrame
        Texts, and numbers as floats; days as ``2024-03-31``.
    labels : dict
        The words of each variable's codes, which are floats, or texts where the variable has texts.
    missing : dict
        The ranges of each variable's codes that are declared missing; of a text both ends are the text.

    """

    cells: pd.DataFrame
    labels: dict[str, dict[float | str, str]]
    missing: dict[str, list[tuple[float | str, float | str]]]


def read_spss(path: Path, rows: int, columns: int) -> SpssTable:
    """Return the table in a .sav file.

    Parameters
    ----------
    path : Path
        The file.
    rows, columns : int
        The most there may be.

    Returns
    -------
    SpssTable

    Raises
    ------
    RawDataError
        When it is larger, or cannot be read.

    """
    command = [sys.executable, "-m", "analysis.intake.spss", str(path), str(rows), str(columns)]
    try:
        child = subprocess.run(command, capture_output=True, timeout=TIME, check=False)
    except subprocess.TimeoutExpired as error:
        raise refusal("size", f"takes more than {TIME:g} seconds to read", "deliver a smaller extract") from error
    if child.returncode != 0:
        reason = child.stderr.decode(errors="replace").strip().splitlines() or [f"ended with {child.returncode}"]
        raise refusal("format", f"cannot be read as SPSS ({reason[-1][:120]})", "save it anew as .sav")
    content = json.loads(child.stdout)
    if "size" in content:
        raise refusal("size", content["size"], "deliver the columns and rows that are read")
    return SpssTable(
        pd.DataFrame(content["cells"]),
        {name: {_code(code): word for code, word in words} for name, words in content["labels"].items()},
        {name: [(_code(low), _code(high)) for low, high in spans] for name, spans in content["missing"].items()},
    )


def _code(code: float | str) -> float | str:
    """Return a code as its cells are read: texts without the blanks that SPSS fills them up with."""
    return code.strip() if isinstance(code, str) else float(code)


def main(arguments: list[str]) -> int:
    """Write the table of the file named in `arguments` to standard output as JSON; return the exit code."""
    import resource  # Unix only, and needed only here

    path, rows, columns = arguments[0], *map(int, arguments[1:])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        data = bytearray(Path(path).read_bytes())
        order = "little" if data[_LAYOUT][:1] in (b"\2", b"\3") else "big"
        stated = int.from_bytes(data[_ROWS], order, signed=True)
        # the library stops at the stated number of rows, as if there were no more
        data[_ROWS] = (-1).to_bytes(4, order, signed=True)
        with tempfile.NamedTemporaryFile(suffix=".sav") as copy:
            copy.write(data)
            copy.flush()
            _, about = pyreadstat.read_sav(copy.name, metadataonly=True)
            options = {"user_missing": True, "disable_datetime_conversion": True, "row_limit": rows + 1}
            frame = pd.DataFrame()
            if stated <= rows and about.number_columns <= columns:
                frame, about = pyreadstat.read_sav(copy.name, **options)
        if max(stated, len(frame)) > rows or about.number_columns > columns:
            print(json.dumps({"size": f"has {max(stated, len(frame)):,} rows and {about.number_columns:,} columns"}))
            return 0
        if stated >= 0 and stated != len(frame):
            raise ValueError(f"its header states {stated:,} rows, and it holds {len(frame):,}")
        for name, form in about.original_variable_types.items():
            if _DAYS.fullmatch(form):
                days = pd.Series(_EPOCH + frame[name].to_numpy(dtype="timedelta64[s]"), frame.index)
                frame[name] = days.dt.strftime("%Y-%m-%d")
        texts = frame.astype(object).where(frame.notna(), None)
        content = {
            "cells": {name: column.tolist() for name, column in texts.items()},
            "labels": {name: list(words.items()) for name, words in about.variable_value_labels.items()},
            "missing": {name: [(s["lo"], s["hi"]) for s in spans] for name, spans in about.missing_ranges.items()},
        }
        print(json.dumps(content, default=str))
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, MemoryError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
