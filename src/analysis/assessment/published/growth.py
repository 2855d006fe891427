"""Growth ratios: Eurostat's monitoring of the sustainable development goals, scored by Statistics Canada and by EUSTAT.

Also the World Health Organization's growth trajectory, which is built on the same yearly growth.
"""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

# Growth ratio. Knots of the piecewise straight scores, as (measured, score); the scores 2.5, 0 and -2.5 are the limits
# between the four verdicts, so the knots carry the limits 0.95, 0.60 and 0 of the ratio.
_RATIO_KNOTS: Final = ((-0.6, 0.0, 0.6, 0.95, 1.3), (-5.0, -2.5, 0.0, 2.5, 5.0))
# Yearly growth, as part of the damping, or decline, which is not damped.
_GROWTH_KNOTS: Final = ((-0.02, 0.0, 0.005, 0.015, 0.02), (-5.0, -2.5, 0.0, 2.5, 5.0))
_EUSTAT_SCORE: Final = 250.0  # score a unit of yearly growth: two per cent a year is the full five
_DAMPING_POWER: Final = 4.44
_ROOM_FOR_ROUNDING: Final = 1e-9


def annual_growth(first: ArrayLike, latest: ArrayLike, years: ArrayLike) -> NDArray:
    """Return the compound yearly growth from `first` to `latest`, as a share; elementwise.

    Missing where no time has passed, where the first value is not positive, or where the latest is negative.
    """
    first, latest, years = (np.asarray(a, dtype=float) for a in (first, latest, years))
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = (latest / first) ** (1 / years) - 1
    return np.where((years > 0) & (first > 0) & (latest >= 0), growth, np.nan)


def natural_limit_damping(first: ArrayLike, limit: ArrayLike) -> NDArray:
    """Return Statistics Canada's factor C in 0-1: how much growth is still asked for as a natural limit draws near.

    One far from the limit (or without a limit), zero at it; symmetrical on both sides of it.
    """
    first, limit = np.asarray(first, dtype=float), np.asarray(limit, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        nearness = np.maximum(1 - np.abs(first - limit) / limit, 0.0)
        return np.where(limit > 0, 1 - nearness**_DAMPING_POWER, 1.0)


def growth_ratio(cases: pd.DataFrame) -> pd.DataFrame:
    """Return Eurostat's two measures of progress, one row a case: ``progress``, ``damped``, ``met``, ``with_target``.

    `cases` has base_value, base_time, latest_value, latest_time, direction (1, -1), target_value, target_time and limit
    (target and limit missing where there is none); times in years. ``progress`` is observed over required yearly growth
    where there is a target (negative when moving away, also from a target that the base had reached), else the yearly
    growth in the good direction. ``damped`` is growth without target, over `natural_limit_damping` unless negative.
    """
    observed = cases["direction"] * annual_growth(
        cases["base_value"], cases["latest_value"], cases["latest_time"] - cases["base_time"]
    )
    required = annual_growth(cases["base_value"], cases["target_value"], cases["target_time"] - cases["base_time"])
    damping = natural_limit_damping(cases["base_value"], cases["limit"])
    with_target = cases["target_value"].notna()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (observed / np.abs(required)).where(required != 0)
        damped = np.where(observed < 0, observed, np.where(damping > 0, observed / damping, np.inf))
    past = cases["direction"] * (cases["latest_value"] - cases["target_value"]) >= 0
    measured = observed.notna() | (past & (cases["latest_time"] > cases["base_time"]))
    return pd.DataFrame(
        {
            "progress": ratio.where(with_target, observed),
            "damped": pd.Series(damped, index=cases.index).where(observed.notna() & ~with_target),
            "met": past & with_target & measured,
            "with_target": with_target,
        },
        index=cases.index,
    )


def canada_growth_ratio(cases: pd.DataFrame) -> pd.DataFrame:
    """Return Statistics Canada's ``progress``, ``score`` (-5 to 5) and ``verdict`` of each case of `growth_ratio`.

    Verdicts: target_achieved, substantial_progress, moderate_progress, limited_progress, deterioration, not_available.
    """
    growth = growth_ratio(cases)
    score = _target_score(growth).where(growth["with_target"], np.interp(growth["damped"], *_GROWTH_KNOTS))
    verdict = canada_verdict(score)
    verdict[growth["met"]] = "target_achieved"
    return pd.DataFrame({"progress": growth["progress"], "score": score, "verdict": verdict}, index=cases.index)


def canada_verdict(scores: pd.Series) -> pd.Series:
    """Return Statistics Canada's verdict on each score, as for the mean score of an indicator's series."""
    return _words(
        scores,
        [
            (2.5, "substantial_progress"),
            (0.0, "moderate_progress"),
            (-2.5, "limited_progress"),
            (-np.inf, "deterioration"),
        ],
    )


def canada_base(years: ArrayLike, values: ArrayLike, requested: float) -> tuple[float, float]:
    """Return year and value that Statistics Canada starts from: the requested year, or the first after it with a value.

    Both missing when the series holds none so late.
    """
    years, values = np.asarray(years, dtype=float), np.asarray(values, dtype=float)
    usable = np.flatnonzero((years >= requested) & np.isfinite(values))
    if not usable.size:
        return float("nan"), float("nan")
    start = usable[np.argmin(years[usable])]
    return float(years[start]), float(values[start])


def eurostat_growth(cases: pd.DataFrame) -> pd.DataFrame:
    """Return ``progress``, ``score`` and ``verdict`` of each case under Eurostat's limits as EUSTAT applies them.

    With a target the limits are 95, 60 and 0 per cent of the required growth; without, one and a tenth of a per cent a
    year either way. Verdicts: significant_progress, moderate_progress, no_progress (without target only),
    moderate_deterioration, significant_deterioration, not_available.
    """
    growth = growth_ratio(cases)
    with_target = _target_score(growth)
    without = (growth["damped"] * _EUSTAT_SCORE).clip(-5.0, 5.0)
    steps = [(2.5, "significant_progress"), (0.0, "moderate_progress"), (-2.5, "moderate_deterioration")]
    verdict = _words(with_target, [*steps, (-np.inf, "significant_deterioration")])
    steps = [(2.5, "significant_progress"), (0.25, "moderate_progress"), (-0.25, "no_progress")]
    steps += [(-2.5, "moderate_deterioration"), (-np.inf, "significant_deterioration")]
    return pd.DataFrame(
        {
            "progress": growth["progress"],
            "score": with_target.where(growth["with_target"], without),
            "verdict": verdict.where(growth["with_target"], _words(without, steps)),
        },
        index=cases.index,
    )


def who_growth_path(base: float, base_time: float, later: float, later_time: float, time: ArrayLike) -> NDArray:
    """Return the trajectory of constant yearly growth through two points at each `time`, in per cent: at most 100."""
    growth = annual_growth(base, later, later_time - base_time)
    return np.minimum(base * (1 + growth) ** (np.asarray(time, dtype=float) - base_time), 100)


def _target_score(growth: pd.DataFrame) -> pd.Series:
    score = pd.Series(np.interp(growth["progress"], *_RATIO_KNOTS), index=growth.index)
    return score.mask(growth["met"], _RATIO_KNOTS[1][-1])


def _words(scores: pd.Series, steps: list[tuple[float, str]]) -> pd.Series:
    reached = [scores >= limit - _ROOM_FOR_ROUNDING for limit, _ in steps]
    return pd.Series(np.select(reached, [word for _, word in steps], "not_available"), scores.index, dtype=object)
