"""Tables of trend tests, trend markers and process charts: SciPy and R, Fingertips, NHS England."""

import json
import re
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from cells import close, fractions, numbers, outcome, points, within
from numpy.typing import NDArray
from scipy.stats import chi2

from analysis.assessment.other_offices import fingertips_trend
from analysis.statistics import process_charts
from analysis.statistics.funnels import linear_trend
from analysis.statistics.trend_tests import CHI_SQUARE, mann_kendall, mann_kendall_tail, weighted_slope

CHI_TOLERANCE: Final = 0.006  # absolute, on a chi-square printed with two decimals
MARKED: Final = ("Proportion", "Crude rate", "Directly standardised rate")  # value types that Fingertips marks
POLARITY: Final = {"High is good": 1, "Low is good": -1}
DIRECTION: Final = {"increase": 1, "decrease": -1, "neutral": 0}
BESIDE: Final = {"sen", "icpt", "r2", "se_slope", "se_intercept"}  # printed beside a test or line, and not ours
SIDES: Final = {1: "upper", -1: "lower", 0: "none"}


def trend_markers(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate Fingertips' markers, and chi-squares where they are printed."""
    found = pd.DataFrame([_marker(row) for row in cases.itertuples()], cases.index, ["word", "square"])
    printed = cases["exp_chi2"].where(cases["exp_chi2"] > 0)
    same = close(found["square"].where(printed.notna()), printed, absolute=CHI_TOLERANCE)
    return outcome(cases["exp_trend"], found["word"], same & (found["word"] == cases["exp_trend"]))


def _marker(row: tuple) -> tuple[str, float]:
    """Return the printed word for a row, and the chi-square its table shows."""
    series = points(row.points)
    if row.value_type not in MARKED or (series["count"] == series["denom"]).any():
        return "CannotBeCalculated", np.nan
    # the office takes (N - 1) r² for the test's chi-square, we N r²
    total = series["denom"].sum()
    share = float(linear_trend(series["count"], series["denom"])[0] * (total - 1) / total)
    if "linear-by-linear" in row.indicator:
        p = chi2.sf(share, df=1)
        return f"{'significant' if p < 0.05 else 'not significant'} p={p:.3f}".replace("0.", "."), share
    if "Cochran" in row.indicator:
        return "significant" if share > CHI_SQUARE else "not significant", share
    low, value, high = series["lo"], series["value"], series["hi"]
    word = fingertips_trend(value, low, high, POLARITY.get(row.polarity, 0))[0]
    square = float(weighted_slope(np.arange(len(value)), value, (high - low) / 3.92).chi2)
    if "WLS" in row.indicator:
        return "not significant" if word == "no_change" else "significant", square
    return "".join(part.capitalize() for part in word.split("_")), square


def assurance_icons(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate whether a process passes or fails its target consistently."""
    direction = cases["improvement_direction"].map(DIRECTION)
    found = process_charts.assurance(cases["lpl"], cases["upl"], cases["target"], direction)
    return outcome(cases["exp_assurance"], pd.Series(found), found == cases["exp_assurance"])


def chart_rules(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate which points of a chart each rule marks."""
    expected = cases["expected"].map(json.loads)
    found = pd.Series([_marks(row.rule, json.loads(row.input)) for row in cases.itertuples()], index=cases.index)
    return outcome(expected, found, found == expected)


def _marks(rule: str, values: list) -> list:
    length = int((re.search(r"n=(\d+)", rule) or [0, 7])[1])
    if rule.startswith("nhsr_seven_one_side"):
        marks = np.abs(process_charts.run_ends(values))
    elif rule.startswith("nhsr_backfill"):
        marks = np.abs(process_charts.backfill(values))
    elif rule.startswith("nhsr_seven_point_trend"):
        marks = process_charts.trend_ends(values)
    elif rule.startswith("nhsr_two_in_three"):
        marks = np.abs(process_charts.two_of_three(np.multiply(*values), values[1]))
    elif rule.startswith("powerbi_trend"):
        marks = process_charts.backfill(process_charts.trend_ends(values, length), length)
    elif rule.startswith("powerbi_shift"):
        marks = process_charts.backfill(process_charts.run_ends(np.sign(np.array(values) - 5), length), length)
    else:
        marks = _two_of_three_within_ten(np.array(values), whole_window=rule.endswith("=1"))
    return [SIDES[mark] for mark in marks.tolist()] if rule.startswith("powerbi") else marks.tolist()


def _two_of_three_within_ten(values: NDArray, whole_window: bool) -> NDArray:
    outer = (values > 10).astype(int) - (values < 0).astype(int)
    marks = process_charts.two_of_three(outer)
    return marks if whole_window else np.where(outer == marks, marks, 0)


def chart_limits(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate mean and limits of charts of single values."""
    found = [_limits(row) for row in cases.itertuples()]
    return within(pd.DataFrame(found, cases.index, ["mean", "lpl", "upl"], dtype=float), cases)


def _limits(row: tuple) -> tuple[float, float, float]:
    values = np.divide(*fractions(row.values)) if "/" in row.values else numbers(row.values)
    limits = process_charts.xmr_limits(values, screen_outliers=str(row.screen_outliers) == "True")
    return limits.mean, limits.lower, limits.upper


def trend_tests(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate Mann-Kendall tests and a least-squares line; what else is printed beside them is not ours."""
    expected, found = cases["expected"].map(json.loads), [_statistics(row, folder) for row in cases.itertuples()]
    same = [
        all(abs(answer[name] - wanted[name]) <= tolerance for name in wanted.keys() - BESIDE)
        for answer, wanted, tolerance in zip(found, expected, cases["tol"], strict=True)
    ]
    return outcome(expected, pd.Series(found, dtype=object), same)


def _statistics(row: tuple, folder: Path) -> dict[str, float]:
    if "P(S>=" in row.kind:
        return {"p": mann_kendall_tail(int(row.x), float(row.y))}
    if row.x.startswith("file "):
        test = mann_kendall(pd.read_csv(folder / row.x.removeprefix("file "))["y"].dropna())
        named = {"p": test.p_value, "z": test.z, "tau": test.tau, "s": test.s, "var_s": test.var_s}
        return {name: float(value) for name, value in named.items()}
    times, values = numbers(row.x), numbers(row.y)
    if row.kind.startswith("mann_kendall"):
        test = mann_kendall(values[np.argsort(times)])
        return {"tau": float(test.tau), "p": float(test.p_value)}
    line = weighted_slope(times, values)
    return {"slope": float(line.slope), "intercept": float(line.intercept)}
