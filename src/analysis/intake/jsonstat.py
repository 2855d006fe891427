"""Tables in JSON-stat 2, as Statistics Norway and Eurostat deliver them, saved as files.

References
----------
JSON-stat 2.0 format: https://json-stat.org/full/

"""

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.core.faults import Fault, RawDataError, refusal
from analysis.intake.cells import read_period
from analysis.intake.files import name_in, read_bytes
from analysis.intake.numerals import EXACT
from analysis.intake.table_layout import TEXT_EXTENSIONS

CELL_LIMIT: Final = 1_000_000
DIMENSION_LIMIT: Final = 50  # each is a column of the table of cells

# "Not possible", "not available", "confidential", "not applicable", of Statistics Norway and Eurostat.
_NO_FIGURE: Final = (".", "..", "...", ":", "c", ":c", "z", ":z", "m")
_HALF_LETTER: Final = re.compile(  # of the two that make up a rare letter
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)
_MONTH = re.compile(r"(\d{4})M(\d{2})")  # Statistics Norway's 2024M01
_TIME_NAMES: Final = ("tid", "time", "time_period", "ar", "år")
_UNIT_NAMES: Final = ("unit", "enhet", "måleenhet", "maaleenhet")  # Eurostat gives units as a dimension of their own


@dataclass(frozen=True)
class JsonStat:
    """A table of cells.

    Parameters
    ----------
    codes : DataFrame
        One row a cell: one column a dimension, and no other.
    rows : DataFrame
        Index as `codes`: period, value (NaN: none), status and unit (as delivered), and fault, the `Fault` of a cell
        that must not be used: its period or value has no reading. Only who asks for the cell needs to hear of it.
    dimensions : tuple of str
        In the sender's order, `time` among them.
    time : str
        The dimension that is time.
    labels : dict
        The words of every dimension's codes.
    title, updated : str
        What the sender says of the table.

    """

    codes: pd.DataFrame
    rows: pd.DataFrame
    dimensions: tuple[str, ...]
    time: str
    labels: dict[str, dict[str, str]]
    title: str
    updated: str


def read_jsonstat(path: Path, folder: Path) -> JsonStat:
    """Return the table of a saved JSON-stat 2 file.

    Parameters
    ----------
    path : Path
        The file, inside `folder`.
    folder : Path
        The folder that deliveries may be read from.

    Returns
    -------
    JsonStat
        Periods are in normal form (``2024K1`` -> ``2024Q1``, ``2024M01`` -> ``2024-01``). A cell without a figure stays
        a row, with NaN and the sender's status; nothing is filled in. Where the status says that there is no figure,
        or a confidential one, a value beside it is none.

    Raises
    ------
    RawDataError
        With the one fault that keeps the file out.

    """

    def refuse_constant(text: str) -> None:
        raise refusal("finite", f"holds {text}, which is no figure", "save it anew", value=text)

    def unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if repeated := [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]:
            raise refusal("format", "is there twice in one object", "save it anew", value=repeated[0])
        return dict(pairs)

    try:
        if path.suffix.lower() in (*TEXT_EXTENSIONS, ".xlsx"):
            remedy = "put it in data/raw/observations as it is; check says what it lacks"
            raise refusal("format", "is a table already, and no JSON-stat file", remedy)
        data = read_bytes(path, folder)
        try:
            # Python's reader lets NaN, Infinity and the last of repeated names in
            text = data.decode("utf-8-sig")
            if _HALF_LETTER.search(text):
                raise refusal("format", "holds half of a letter (\\ud800 to \\udfff)", "save it anew")
            document = json.loads(text, parse_constant=refuse_constant, object_pairs_hook=unrepeated)
        except RawDataError:
            raise
        except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, or a number of thousands of digits
            raise refusal("format", f"is no JSON ({error})", "save it anew") from error
        kind = document.get("class") if isinstance(document, dict) else None
        if kind != "dataset" or not str(document.get("version", "")).startswith("2"):
            raise refusal("format", "is no JSON-stat 2 dataset", "ask the interface for json-stat2")
        return _as_table(document)
    except RawDataError as error:
        raise error.at(file=name_in(folder, path)) from error


def _as_table(document: dict) -> JsonStat:
    try:
        names, sizes = document["id"], document["size"]
        categories = {name: document["dimension"][name]["category"] for name in names}
        codes = {name: _codes(categories[name], size) for name, size in zip(names, sizes, strict=True)}
        labels = {name: dict(category.get("label", {})) for name, category in categories.items()}
        count = math.prod(sizes)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise refusal("format", f"its dimensions do not hold together ({error!r})", "save it anew") from error
    if len(names) > DIMENSION_LIMIT:
        raise refusal("size", f"has {len(names):,} dimensions, the limit is {DIMENSION_LIMIT}", "ask for less")
    if count > CELL_LIMIT:
        raise refusal("size", f"has {count:,} cells, the limit is {CELL_LIMIT:,}", "ask for less")
    stated = _inner(document, "role", "time")
    named = [name for name in names if name in stated] if isinstance(stated, list) else []
    times = named or [name for name in names if name.lower() in _TIME_NAMES]
    if len(times) != 1:
        raise refusal("period", f"{len(times)} of its dimensions are time", "ask for a table with one")
    time = times[0]
    values, statuses = _entries(document, "value", count), _entries(document, "status", count)
    faults: dict[int, Fault] = {}
    for position, value in enumerate(values):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is not None and not (is_number and abs(value) < EXACT):
            problem = f"is no figure that can be held exactly (cell {position})"
            fault = Fault("number", problem, "figures are numbers or null", column="value", value=str(value))
            faults[position], values[position] = fault, None
    cells = pd.MultiIndex.from_product(codes.values(), names=names).to_frame(index=False)
    periods = cells[time].map({code: _period_or_fault(code, time) for code in codes[time]})
    is_late = periods.map(lambda period: isinstance(period, Fault))
    words = _inner(document, "extension", "status", "label")
    words = {str(code): f"{code} ({word})" for code, word in words.items()} if isinstance(words, dict) else {}
    statuses = pd.Series(["" if status is None else str(status) for status in statuses])
    rows = pd.DataFrame(
        {
            "period": periods.mask(is_late, ""),
            "value": pd.Series(values, dtype=float).mask(statuses.str.lower().isin(_NO_FIGURE)),
            "status": statuses.replace(words),
            "unit": _units(categories, cells, labels),
            "fault": pd.Series(faults, index=cells.index, dtype=object).where(~is_late, periods),
        }
    )
    title, updated = str(document.get("label", "")), str(document.get("updated", ""))
    return JsonStat(cells, rows, tuple(names), time, labels, title, updated)


def _inner(document: object, *names: str) -> object:
    """Return what lies within a document under one name after the other; None where it has other parts."""
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _period_or_fault(code: str, time: str) -> str | Fault:
    try:
        return read_period(_MONTH.sub(r"\1-\2", code) if _MONTH.fullmatch(code) else code)
    except RawDataError as error:
        return error.at(column=time, value=code).faults[0]


def _units(categories: dict[str, dict], cells: pd.DataFrame, labels: dict[str, dict[str, str]]) -> pd.Series:
    """Return the unit of each cell as the table states it, "" where it does not."""
    units = pd.Series("", index=cells.index)
    for name in cells:
        stated = categories[name].get("unit")
        words = labels[name] if name.lower() in _UNIT_NAMES else {}
        if isinstance(stated, dict):
            words = {}
            for code, unit in ((code, unit) for code, unit in stated.items() if isinstance(unit, dict)):
                text = next((str(unit[part]) for part in ("base", "label", "symbol") if unit.get(part)), "")
                # the power of ten that a unit is multiplied by comes before it
                words[code] = f"10^{unit['multiplier']} {text}".rstrip() if unit.get("multiplier") else text
        units = units.where(units != "", [words.get(code, "") for code in cells[name]])
    return units


def _codes(category: dict, size: int) -> list[str]:
    """Return the codes of a dimension in order: given as a list, by position, or as the keys of its labels."""
    index = category.get("index", list(category.get("label", {})))
    ordered = index if isinstance(index, list) else sorted(index, key=index.get)
    if not all(isinstance(code, str) for code in ordered):
        raise ValueError("a code is no text")
    if type(size) is not int or len(ordered) != size or len(set(ordered)) != size:
        raise ValueError(f"{len(ordered)} codes for a size of {size}")
    if isinstance(index, dict) and sorted(index.values()) != list(range(size)):
        raise ValueError("the places of the codes have gaps")
    return ordered


def _entries(document: dict, name: str, count: int) -> list:
    """Return one entry a cell from JSON-stat's three ways: a list, a mapping by position, or one for all."""
    stored = document.get(name)
    if stored is None and name == "value":
        raise refusal("format", "has no values", "save it anew")
    if isinstance(stored, dict):
        entries = [stored.get(str(position)) for position in range(count)]
        misplaced = stored.keys() - {str(position) for position in range(count)}
    else:
        entries = stored if isinstance(stored, list) else [stored] * count
        if name == "status" and not entries:
            entries = [None] * count
        misplaced = [] if len(entries) == count else [f"{len(entries)} entries"]
    if misplaced:
        problem = f"its {name} does not fit {count} cells ({', '.join(sorted(misplaced)[:3])})"
        raise refusal("format", problem, "save it anew")
    return entries
