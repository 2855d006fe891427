"""How well founded a colour is: the worst of six lines decides."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from analysis.assessment import limits
from analysis.assessment.direction import Comparison, comparison_of, interval, level_interval
from analysis.assessment.rule_inputs import is_aimed, is_broken, needs_one_point, rows_of
from analysis.records.strategy import Strategy
from analysis.statistics.surveys import PRINTED_Z

_FEWEST: Final = [-limit for limit in limits.POINTS_GRADES]
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
    rows = rows_of(strategy, trends)
    return evidence_of(rows, comparison_of(rows))


def evidence_of(rows: pd.DataFrame, case: Comparison) -> pd.DataFrame:
    """Return `evidence` of promise and trends side by side (`rows_of`)."""
    number = {name: rows[name].to_numpy(dtype=float) for name in ("n_points", "age", "cadence")}
    aimed = is_aimed(rows)
    points = np.where(aimed, number["n_points"], rows["direction_points"])
    suspected = rows["suspected_break"].to_numpy(dtype=bool) | _may_be_mix(rows, case)
    breaks = [is_broken(rows), suspected, rows["minor_break"].to_numpy(dtype=bool)]
    lines = pd.DataFrame(
        {
            "points": np.where((points == 1) & needs_one_point(rows), "C", _letters(-points, _FEWEST)),
            "age": _letters(number["age"] / number["cadence"], limits.AGE_GRADES),
            "precision": _precision(rows, case),
            "source": rows["basis"].map(limits.SOURCE_GRADES).to_numpy(dtype=object),
            "comparability": np.select(breaks, ["D", "C", "B"], "A").astype(object),
            "target": np.where(aimed, rows["target_status"].map(limits.TARGET_GRADES), ""),
        },
        index=rows.index,
    )
    # of a scenario no colour is better founded than a target of our own
    lines["target"] = lines["target"].mask(rows["scenario"] & (lines["target"] < "C"), "C")
    lines[number["n_points"] < 1] = ""  # what is not measured has no evidence to grade
    grade = lines.max(axis=1)
    reasons = [
        tuple(line for line in EVIDENCE_LINES if row[line] == worst and worst != "A" and worst)
        for row, worst in zip(lines.to_dict("records"), grade, strict=True)
    ]
    return lines.assign(grade=grade, grade_reasons=pd.Series(reasons, index=rows.index, dtype=object))


def _letters(values: np.ndarray, steps: Iterable[float]) -> np.ndarray:
    return np.select([values <= limit + limits.TOLERANCE for limit in steps], ["A", "B", "C"], "D").astype(object)


def _precision(rows: pd.DataFrame, case: Comparison) -> np.ndarray:
    """Return the grade of the 95 % half-width against what a colour is read from.

    That is the way from baseline to target, the distance from a level to hold, or the change itself; a change within
    epsilon counts as epsilon. What is counted in full passes.
    """
    target, baseline, latest, error = (
        rows[name].to_numpy(dtype=float) for name in ("target_value", "baseline_value", "latest_value", "latest_se")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        change = interval(case)
        low, high = (end[:, 0] for end in level_interval(case.method, case.latest))
        surveyed = np.isin(case.method[:, 0], ("survey", "survey_unknown_n"))
        width = np.where(surveyed, PRINTED_Z * error, (high - low) / 2)
        start = np.where((rows["kind"] == "hold").to_numpy(), latest, baseline)
        against_target = width / np.abs(target - start)
        against_change = (change.high - change.low)[:, 0] / 2 / np.fmax(np.abs(change.change)[:, 0], case.epsilon[:, 0])
        letters = _letters(np.where(is_aimed(rows), against_target, against_change), limits.PRECISION_GRADES)
    return np.where(case.method[:, 0] == "stock", "A", letters).astype(object)


def _may_be_mix(rows: pd.DataFrame, case: Comparison) -> np.ndarray:
    """Return where another mix of the sample could alone have made, or hidden, the change that a colour is read from.

    Where groups' own figures are unknown they may differ by `MIX_GAP`: the mix can then move the figure by that much
    of the part of the sample that another group has taken over. Where they are known, what is left of the change at a
    fixed mix shows it: it must lie on the same side of epsilon.
    """
    change, epsilon = (case.latest.value - case.first.value)[:, 0], case.epsilon[:, 0]
    shift, effect = (rows[name].to_numpy(dtype=float) for name in ("mix_shift", "mix_effect"))
    could_be = shift / 100 * limits.MIX_GAP >= np.fmax(np.abs(change), epsilon) - limits.TOLERANCE
    sides = [np.sign(size) * (np.abs(size) > epsilon + limits.TOLERANCE) for size in (change, change - effect)]
    return (shift > 0) & np.where(np.isnan(effect), could_be, sides[0] != sides[1])
