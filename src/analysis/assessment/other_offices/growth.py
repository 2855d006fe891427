"""Growth ratios: the compound yearly growth seen over the growth required, as Statistics Canada and EUSTAT score it.

EUSTAT's limits are those of its draft data file, and are not Eurostat's present method, which they are modelled on.
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
_CANADA_ZERO: Final = 0.001  # what stands for a base or target of zero
_TOLERANCE: Final = 1e-9  # a score that rounding has left a hair below a limit is at it
_LIMITS: Final = (-2.5, 0.0, 2.5)  # of the score
_LIMITS_WITHOUT_TARGET: Final = (-2.5, -0.25, 0.25, 2.5)  # EUSTAT's: a tenth of a per cent a year is no progress
_CANADA_WORDS: Final = ("deterioration", "limited_progress", "moderate_progress", "substantial_progress")
_EUSTAT_FALLS: Final = ("significant_deterioration", "moderate_deterioration")
_EUSTAT_RISES: Final = ("moderate_progress", "significant_progress")


def annual_growth(first: ArrayLike, latest: ArrayLike, years: ArrayLike) -> NDArray:
    """Return the compound yearly growth from `first` to `latest`, as a share.

    Parameters
    ----------
    first, latest, years : array_like

    Returns
    -------
    ndarray
        Missing where no time has passed, where the first value is not positive, or where the latest is negative.

    """
    first, latest, years = (np.asarray(a, dtype=float) for a in (first, latest, years))
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = (latest / first) ** (1 / years) - 1
    return np.where((years > 0) & (first > 0) & (latest >= 0), growth, np.nan)


def natural_limit_damping(first: ArrayLike, limit: ArrayLike) -> NDArray:
    """Return Statistics Canada's factor C in 0-1: how much growth is still asked for as a natural limit draws near.

    Parameters
    ----------
    first, limit : array_like
        Value at the base, and the natural limit of the measure (missing where there is none).

    Returns
    -------
    ndarray
        One far from the limit (or without a limit), zero at it; symmetrical on both sides of it.

    """
    first, limit = np.asarray(first, dtype=float), np.asarray(limit, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        nearness = np.maximum(1 - np.abs(first - limit) / limit, 0.0)
        return np.where(limit > 0, 1 - nearness**_DAMPING_POWER, 1.0)


def growth_ratio(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the two measures of progress that the growth ratios score.

    Parameters
    ----------
    cases : DataFrame
        One row a case: base_value, base_time, latest_value, latest_time, direction (1, -1), target_value, target_time
        and limit (natural maximum; target and limit missing where there is none); times in years.

    Returns
    -------
    DataFrame
        ``progress``: observed over required yearly growth where there is a target (negative when moving away, also from
        a target that the base had reached), else the yearly growth in the good direction. ``damped``: growth without
        target, over `natural_limit_damping` unless negative or lower is better: a maximum is no end of a fall.
        ``met``, ``with_target``: bool.

    References
    ----------
    Statistics Canada and EUSTAT, indicator_calculation_components.yml of their data for the sustainable development
    goals, which name Eurostat's monitoring report (annex on method) as their model.

    """
    observed = cases["direction"] * annual_growth(
        cases["base_value"], cases["latest_value"], cases["latest_time"] - cases["base_time"]
    )
    required = annual_growth(cases["base_value"], cases["target_value"], cases["target_time"] - cases["base_time"])
    damping = natural_limit_damping(cases["base_value"], cases["limit"].where(cases["direction"] > 0))
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
    """Return Statistics Canada's verdict on each case; a base or target of zero counts as 0.001.

    Parameters
    ----------
    cases : DataFrame
        As in `growth_ratio`.

    Returns
    -------
    DataFrame
        progress, score (-5 to 5) and verdict: target_achieved, substantial_progress, moderate_progress,
        limited_progress, deterioration, not_available.

    """
    ends = ["base_value", "target_value"]
    growth = growth_ratio(cases.assign(**cases[ends].replace(0, _CANADA_ZERO)))
    growth["met"] = growth_ratio(cases)["met"]
    score = _target_score(growth).where(growth["with_target"], np.interp(growth["damped"], *_GROWTH_KNOTS))
    verdict = canada_verdict(score)
    verdict[growth["met"]] = "target_achieved"
    return pd.DataFrame({"progress": growth["progress"], "score": score, "verdict": verdict}, index=cases.index)


def canada_verdict(scores: pd.Series) -> pd.Series:
    """Return Statistics Canada's verdict on each score, as for the mean score of an indicator's series."""
    return _words(scores, _LIMITS, _CANADA_WORDS)


def eustat_growth(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the verdict on each case under the limits of EUSTAT's draft data file, in its own words.

    With a target the limits are 95, 60 and 0 per cent of the required growth; without, one and a tenth of a per cent a
    year either way. A rise of less than 60 per cent of the required growth is called ``moderate_deterioration`` there.

    Parameters
    ----------
    cases : DataFrame
        As in `growth_ratio`.

    Returns
    -------
    DataFrame
        progress, score (-5 to 5) and verdict: significant_progress, moderate_progress, no_progress (without target
        only), moderate_deterioration, significant_deterioration, not_available.

    """
    growth = growth_ratio(cases)
    has_target, with_target = growth["with_target"], _target_score(growth)
    without = (growth["damped"] * _EUSTAT_SCORE).clip(-5.0, 5.0)
    verdict = _words(without, _LIMITS_WITHOUT_TARGET, (*_EUSTAT_FALLS, "no_progress", *_EUSTAT_RISES))
    verdict = verdict.where(~has_target, _words(with_target, _LIMITS, (*_EUSTAT_FALLS, *_EUSTAT_RISES)))
    score = with_target.where(has_target, without)
    return pd.DataFrame({"progress": growth["progress"], "score": score, "verdict": verdict}, index=cases.index)


def who_growth_path(base: float, base_time: float, later: float, later_time: float, time: ArrayLike) -> NDArray:
    """Return the World Health Organization's trajectory of constant yearly growth through two points.

    Parameters
    ----------
    base, base_time, later, later_time : float
        Value in per cent and decimal year of each point.
    time : array_like
        When to take its value.

    Returns
    -------
    ndarray
        Per cent, at most 100.

    """
    growth = annual_growth(base, later, later_time - base_time)
    return np.minimum(base * (1 + growth) ** (np.asarray(time, dtype=float) - base_time), 100)


def _target_score(growth: pd.DataFrame) -> pd.Series:
    score = pd.Series(np.interp(growth["progress"], *_RATIO_KNOTS), index=growth.index)
    return score.mask(growth["met"], _RATIO_KNOTS[1][-1])


def _words(scores: pd.Series, limits: tuple[float, ...], words: tuple[str, ...]) -> pd.Series:
    """Return the word of each score; there is one more than limits, and a limit belongs to the word above it."""
    place = np.searchsorted(limits, scores.fillna(0) + _TOLERANCE, side="right")
    return pd.Series(np.array(words, dtype=object)[place], scores.index).mask(scores.isna(), "not_available")
