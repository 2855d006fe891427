"""SPSS files, opened in a process of their own.

The C library behind pyreadstat can be brought down by a damaged file. A child reads the file and writes what it found
as JSON; if the child dies, runs out of memory or time, the file is refused and nobody else notices.
"""

import json
import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import pyreadstat

from analysis.core.faults import Fault, RawDataError

MEMORY: Final = 2_000_000_000  # bytes of address space
TIME: Final = 60.0  # seconds
MARK: Final = b"$FL2"  # compressed .zsav ($FL3) tells nothing of its size before it is unpacked, and is not read


@dataclass(frozen=True)
class SpssTable:
    """An SPSS file's cells (texts, and numbers as floats), the words of codes, and the ranges declared missing."""

    cells: pd.DataFrame
    labels: dict[str, dict[float, str]]
    missing: dict[str, list[tuple[float, float]]]


def read_spss(path: Path, rows: int, columns: int) -> SpssTable:
    """Return the table in a .sav file of at most `rows` rows and `columns` columns.

    Raises:
        RawDataError: when it is larger, or cannot be read.

    """
    command = [sys.executable, "-m", "analysis.intake.spss", str(path), str(rows), str(columns)]
    try:
        child = subprocess.run(command, capture_output=True, timeout=TIME, check=False)
    except subprocess.TimeoutExpired as error:
        raise RawDataError(
            [Fault("size", f"takes more than {TIME:g} seconds to read", "deliver a smaller extract")]
        ) from error
    if child.returncode != 0:
        reason = child.stderr.decode(errors="replace").strip().splitlines() or [f"ended with {child.returncode}"]
        raise RawDataError([Fault("format", f"cannot be read as SPSS ({reason[-1][:120]})", "save it anew as .sav")])
    found = json.loads(child.stdout)
    if "size" in found:
        raise RawDataError([Fault("size", found["size"], "deliver the columns and rows that are read")])
    return SpssTable(
        pd.DataFrame(found["cells"]),
        {name: {float(code): word for code, word in words} for name, words in found["labels"].items()},
        {name: [(low, high) for low, high in spans] for name, spans in found["missing"].items()},
    )


def _found(path: str, rows: int, columns: int) -> dict:
    _, about = pyreadstat.read_sav(path, metadataonly=True)
    if (about.number_rows or 0) > rows or about.number_columns > columns:
        return {"size": f"has {about.number_rows:,} rows and {about.number_columns:,} columns"}
    frame, about = pyreadstat.read_sav(path, user_missing=True, disable_datetime_conversion=True, row_limit=rows)
    return {
        "cells": {name: _plain(frame[name]) for name in frame},
        "labels": {name: _words(words) for name, words in about.variable_value_labels.items()},
        "missing": {name: _spans(spans) for name, spans in about.missing_ranges.items()},
    }


def _plain(column: pd.Series) -> list:
    if column.dtype.kind in "iuf":
        return [None if math.isnan(value) else float(value) for value in column]
    return ["" if pd.isna(value) else str(value) for value in column]


def _words(words: dict) -> list[list]:
    return [[code, word] for code, word in words.items() if isinstance(code, int | float)]


def _spans(spans: list[dict]) -> list[list[float]]:
    return [[span["lo"], span["hi"]] for span in spans if isinstance(span["lo"], int | float)]


def main(arguments: list[str]) -> int:
    """Write the table of the file named in `arguments` to standard output as JSON; return the exit code."""
    import resource  # Unix only, and needed only here

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        print(json.dumps(_found(arguments[0], *map(int, arguments[1:]))))
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, MemoryError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
