"""Tables of growth ratios, weather symbols and trajectories: Statistics Canada, EUSTAT, Destatis, WHO."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from cells import close, numbers, outcome, padded, series

from analysis.assessment import other_offices as published_methods
from analysis.assessment.rules import path_value

RATIO_TOLERANCE: Final = 1e-9  # relative, on a growth ratio
SCORE_TOLERANCE: Final = 2e-4  # absolute, on a score: the published formula has rounded coefficients
DIGITS_TOLERANCE: Final = 1e-9  # absolute, on growth from a raw series that was printed with ten digits
PRINTED_TOLERANCE: Final = 1e-6  # absolute, on a mean score printed with six decimals
OURS: Final = {
    "base_year": "base_time",
    "current_year": "latest_time",
    "current_value": "latest_value",
    "target": "target_value",
    "target_year": "target_time",
}


def _progress_series(method: Callable[[pd.DataFrame], pd.DataFrame], cases: pd.DataFrame) -> pd.DataFrame:
    found = method(cases.rename(columns=OURS))
    same = close(found["progress"], cases["exp_progress_value"], relative=RATIO_TOLERANCE)
    same &= close(found["score"], cases["exp_score"], absolute=SCORE_TOLERANCE)
    return outcome(cases["exp_status"], found["verdict"], same & (found["verdict"] == cases["exp_status"]))


def canada_series(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate ratio, score and status of each of Statistics Canada's series."""
    return _progress_series(published_methods.canada_growth_ratio, cases)


def eustat_series(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate ratio, score and status of each of EUSTAT's series."""
    return _progress_series(published_methods.eustat_growth, cases)


def canada_indicators(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate the status of indicators from the mean score of their series."""
    mean = cases["series_scores"].fillna("").map(lambda text: pd.Series(numbers(text)).mean())
    found = published_methods.canada_verdict(mean)
    same = close(mean, cases["exp_mean_score"], absolute=PRINTED_TOLERANCE) & (found == cases["exp_status"])
    return outcome(cases["exp_status"], found, same)


def canada_raw(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate base year and value, latest year and value, ratio and status from raw series."""
    ends = []
    for text, requested in zip(cases["years_values"], cases["requested_base_year"], strict=True):
        years, values = series(text)
        first = np.argmax(years >= requested)  # Statistics Canada starts from it, or the first after it with a value
        ends.append((years[first], values[first], years[-1], values[-1]))
    ends = pd.DataFrame(ends, columns=["base_year", "base_value", "current_year", "current_value"])
    found = published_methods.canada_growth_ratio(cases.join(ends).rename(columns=OURS))
    same = close(found["progress"], cases["exp_progress_value"], DIGITS_TOLERANCE, RATIO_TOLERANCE)
    same &= close(ends, cases[[f"exp_{name}" for name in ends]], relative=RATIO_TOLERANCE).all(axis=1)
    return outcome(cases["exp_status"], found["verdict"], same & (found["verdict"] == cases["exp_status"]))


def weather(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate the weather symbol of each indicator and year."""
    drawn = [series(text) for text in cases["series"]]
    times, values = (padded(list(part), width=6) for part in zip(*drawn, strict=True))
    found = published_methods.destatis_weather(
        times, values, cases["direction"], cases["rule"], cases["target"], cases["target_year"]
    )
    return outcome(cases["published_symbol"], pd.Series(found), found == cases["published_symbol"])


def who_trajectories(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate the World Health Organization's trajectories: straight, of constant growth, and in per cent."""
    found = pd.Series([_who_value(row) for row in cases.itertuples()], index=cases.index)
    return outcome(cases["expected"], found, close(found, cases["expected"], absolute=DIGITS_TOLERANCE))


def _who_value(row: tuple) -> float:
    inputs = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", row.inputs)]
    if row.kind.startswith(("latest", "compound")):
        return float(published_methods.who_growth_path(*inputs[:4], row.year))
    if row.kind.startswith("linear"):
        base, start, target, end = inputs
        return float(path_value(np.array(row.year), (start, base), (end, target)))
    base, start, percent = inputs
    end = (row.year, base * (1 + percent / 100))
    return float(path_value(np.array(row.year), (start, base), end))
