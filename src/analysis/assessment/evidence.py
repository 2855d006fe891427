"""How well founded a colour is: the worst of six lines decides."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from analysis.assessment.cases import rows_of
from analysis.assessment.limits import (
    AGE_GRADES,
    HALF_WIDTH_Z,
    POINTS_GRADES,
    PRECISION_GRADES,
    SOURCE_GRADES,
    TARGET_GRADES,
    TOLERANCE,
)
from analysis.records.strategy import Strategy

EVIDENCE_LINES: Final = ("points", "age", "precision", "source", "comparability", "target")


def evidence(strategy: Strategy, trends: pd.DataFrame) -> pd.DataFrame:
    """Return the evidence grade of every assessed measure, line by line.

    Returns
    -------
    DataFrame
        Index measure; points, age, precision, source, comparability, target (A to D; empty where not asked of the
        measure), grade (the worst) and grade_reasons (the lines that are worst; none for A). Nothing measured: no
        grade.

    Raises
    ------
    UnknownNameError
        When promise and trends do not hold the same measures.

    References
    ----------
    docs/method.md, section 8.

    """
    return evidence_of(rows_of(strategy, trends))


def evidence_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `evidence` of promise and trends side by side (`cases.rows_of`)."""
    number = {name: rows[name].to_numpy(dtype=float) for name in ("n_points", "age", "cadence")}
    breaks = [rows[name].to_numpy(dtype=bool) for name in ("break_after_baseline", "suspected_break", "minor_break")]
    lines = pd.DataFrame(
        {
            "points": _letters(-number["n_points"], [-limit for limit in POINTS_GRADES]),
            "age": _letters(number["age"] / number["cadence"], AGE_GRADES),
            "precision": _precision(rows),
            "source": rows["basis"].map(SOURCE_GRADES).to_numpy(dtype=object),
            "comparability": np.select(breaks, ["D", "C", "B"], "A").astype(object),
            "target": np.where(rows["kind"] == "direction", "", rows["target_status"].map(TARGET_GRADES)),
        },
        index=rows.index,
    )
    lines[number["n_points"] < 1] = ""  # what is not measured has no evidence to grade
    grade = lines.max(axis=1)
    reasons = [
        tuple(line for line in EVIDENCE_LINES if row[line] == worst and worst != "A" and worst)
        for row, worst in zip(lines.to_dict("records"), grade, strict=True)
    ]
    return lines.assign(grade=grade, grade_reasons=pd.Series(reasons, index=rows.index, dtype=object))


def _letters(values: np.ndarray, limits: Iterable[float]) -> np.ndarray:
    return np.select([values <= limit + TOLERANCE for limit in limits], ["A", "B", "C"], "D").astype(object)


def _precision(rows: pd.DataFrame) -> np.ndarray:
    """Return the grade of the latest value's margin against the way from baseline to target; not asked without one.

    A level to hold has no way to go: there the drawn colours alone tell how sure it is.
    """
    error, target, baseline = (
        rows[name].to_numpy(dtype=float) for name in ("latest_se", "target_value", "baseline_value")
    )
    sampled = rows["basis"].str.startswith("survey").to_numpy(dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        letters = _letters(HALF_WIDTH_Z * error / np.abs(target - baseline), PRECISION_GRADES)
    has_way = (rows["kind"] == "reach").to_numpy() & ~np.isnan(target)
    return np.select([~has_way, sampled], ["", letters], "A").astype(object)
