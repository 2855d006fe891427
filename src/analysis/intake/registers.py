"""A register of measures kept as a table: ids, units, bounds and thresholds, held against itself."""

from typing import Final

import pandas as pd

from analysis.core.faults import REJECT, WARN, Fault, RawDataError
from analysis.intake.rules import duplicate_faults, read_period, read_within
from analysis.intake.tables import Layout

LAYOUT: Final = Layout(
    names=("measure", "unit", "direction", "minimum", "maximum", "green_from", "yellow_from", "valid_from"),
    optional=("goal", "name", "frequency", "counts"),
)
_FIGURES: Final = ("minimum", "maximum", "green_from", "yellow_from")
_UNBOUNDED: Final = float("nan")


def register_rows(cells: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows of a table with `LAYOUT` as typed rows (bounds and thresholds as floats), and every fault."""
    rows, faults = [], []
    for cell in cells.to_dict("records"):
        row, found = _typed(cell)
        place = {"file": cell["file"], "sheet": cell["sheet"], "line": cell["line"]}
        faults += [fault.at(**place) for fault in found]
        if not any(fault.severity == REJECT for fault in found):
            rows.append(row)
    typed = pd.DataFrame(rows, columns=cells.columns)
    return typed, [*faults, *duplicate_faults(typed, ("measure",))]


def _typed(cell: dict) -> tuple[dict, list[Fault]]:
    row, faults = dict(cell), []
    for column in ("measure", "unit", "direction"):
        if not cell[column]:
            faults.append(Fault("registry", f"no {column} stands here", "fill it in", column=column))
    if cell["direction"] and cell["direction"] not in ("up", "down"):
        faults.append(
            Fault("registry", "is no direction", "write up or down", column="direction", value=cell["direction"])
        )
    for column in _FIGURES:
        try:
            row[column] = read_within(cell[column], _UNBOUNDED, _UNBOUNDED).value if cell[column] else _UNBOUNDED
        except RawDataError as refused:
            faults.append(refused.faults[0].at(column=column, value=cell[column]))
    try:
        row["valid_from"] = read_period(cell["valid_from"])
    except RawDataError as refused:
        faults.append(refused.faults[0].at(column="valid_from", value=cell["valid_from"]))
    return row, faults or _order_faults(row)


def _order_faults(row: dict) -> list[Fault]:
    low, high, green, yellow = (row[column] for column in _FIGURES)
    faults = []
    if low > high:
        faults.append(
            Fault("registry", f"is above the maximum {high:g}", "swap them", column="minimum", value=f"{low:g}")
        )
    better, worse = (green, yellow) if row["direction"] == "up" else (yellow, green)
    if better < worse:
        problem = f"lies on the wrong side of yellow_from {yellow:g} for direction '{row['direction']}'"
        faults.append(Fault("registry", problem, "swap them", column="green_from", value=f"{green:g}"))
    if green == yellow:
        problem = "equals yellow_from: nothing can be yellow"
        faults.append(Fault("registry", problem, column="green_from", value=f"{green:g}", severity=WARN))
    for column in ("green_from", "yellow_from"):
        if row[column] > high or row[column] < low:
            problem = f"lies outside {low:g} to {high:g}: it can never be reached"
            faults.append(Fault("registry", problem, "mend it", column=column, value=f"{row[column]:g}"))
    return faults
