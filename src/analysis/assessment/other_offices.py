"""What other offices' published rules would say about the same series.

Each function takes frames or arrays and returns the office's own words (lower case, underscores), so that a verdict can
be compared with what the office printed. `verdicts` applies every rule to all measures; `sensitivity` shows the answers
side by side. None of these rules decides a colour in the report: they show how far a colour depends on the method.

Statistics Canada and EUSTAT score the compound yearly growth seen over the growth required. EUSTAT's limits are those
of its draft data file, and are not Eurostat's present method, which they are modelled on. The World Health
Organization's growth trajectory is built on the same yearly growth. Trend markers are those of Fingertips (England),
weather symbols those of the indicator reports on the German sustainable development strategy (Destatis).
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.assessment.rules import latest_points
from analysis.core.units import SHARE_UNIT
from analysis.records.strategy import Strategy
from analysis.statistics.process_charts import PROCESS_POINTS
from analysis.statistics.surveys import PRINTED_Z
from analysis.statistics.trend_tests import CHI_SQUARE, weighted_slope

_NEAREST: Final = tomllib.loads(Path(__file__).with_name("other_offices.toml").read_text(encoding="utf-8"))
COLOURS: Final[dict[str, str]] = _NEAREST["colours"]
TOWARDS: Final[dict[str, str]] = _NEAREST["towards"]

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
MARKER_POINTS: Final = 5  # of a trend marker
INTERVAL: Final = 2 * PRINTED_Z  # a 95 % interval in standard errors, as Fingertips reads one back
WEATHER_POINTS: Final = 6  # five yearly changes
_LEAST: Final = 4  # points of a weather symbol
_NEARLY: Final = 0.05  # part of the remaining gap that a sun may miss
_PARTLY: Final = 0.20  # and a sun with a cloud


def verdicts(strategy: Strategy, trends: pd.DataFrame) -> pd.DataFrame:
    """Return what each office's rule would say of each measure of `trends`.

    Parameters
    ----------
    strategy : Strategy
    trends : DataFrame
        As `find_trends` gives them.

    Returns
    -------
    DataFrame
        One row a measure and method: measure, office, method, verdict (the office's word, "" where its rule does not
        apply; EUSTAT's is insufficient_progress where growth has the right sign and its draft says deterioration),
        colour (nearest colour of this report, grey where there is no verdict; a convention, `COLOURS`), towards (the
        colour it points to, "" for none; `TOWARDS`) and reason (why there is no verdict): unmeasured, no_observation,
        no_direction, bound, one_point, break, few_points, zero_base, at_target, no_sampling_error, extreme_share or
        no_target.

    References
    ----------
    docs/published-methods.md.

    Examples
    --------
    >>> answers = verdicts(strategy, trends).set_index(["measure", "office"])
    >>> answers.loc[("dho-helsefellesskap", "eustat"), ["verdict", "colour"]].tolist()
    ['moderate_progress', 'yellow']

    """
    promised = strategy.measures.reindex(trends.index)
    end = strategy.points[strategy.points["point"] == "target"].set_index("measure")["time"]
    cases = trends.rename(columns={"baseline_time": "base_time", "baseline_value": "base_value"})
    cases = cases.assign(target_value=promised["target_value"], limit=promised["maximum"])
    cases = cases.assign(target_time=end.reindex(trends.index))
    bound = cases["latest_qualifier"].isin(["over", "under"])
    hindered = [cases["missing"] != "", cases["direction"] == 0, bound, cases["n_points"] < 2]
    hindrance = np.select(hindered, [cases["missing"], "no_direction", "bound", "one_point"], "")
    answers = []
    for (office, method), rule in _RULES.items():
        verdict, why = rule(cases)
        reason = np.where(hindrance != "", hindrance, why)
        verdict = pd.Series(np.where(reason == "", verdict, ""))
        answer = pd.DataFrame({"measure": cases.index, "office": office, "method": method, "verdict": verdict})
        colours = {"colour": verdict.map(COLOURS).fillna("grey"), "towards": verdict.map(TOWARDS).fillna("")}
        answers.append(answer.assign(**colours, reason=reason))
    return pd.concat(answers).sort_index(kind="stable").reset_index(drop=True)


def sensitivity(answers: pd.DataFrame, proposals: pd.DataFrame) -> pd.DataFrame:
    """Return how far each measure's colour depends on the method: one row a measure of `proposals`, in its order.

    Parameters
    ----------
    answers : DataFrame
        As `verdicts` gives them.
    proposals : DataFrame
        This project's own: proposed and direction_colour (what the direction alone gives where no target is known).

    Returns
    -------
    DataFrame
        ``proposed``, ``direction``, one column for each method (the colour it comes nearest to), ``answering`` (how
        many methods give a colour) and ``agreeing`` (how many of those give the proposed one, or the direction's where
        the proposal is grey).

    """
    named = answers["office"] + " " + answers["method"]
    wide = answers.assign(named=pd.Categorical(named, named.unique()))
    wide = wide.pivot(index="measure", columns="named", values="colour").reindex(proposals.index)
    wide.columns = wide.columns.astype(str)
    own = proposals["proposed"].where(proposals["proposed"] != "grey", proposals["direction_colour"])
    has_colour = wide.notna() & (wide != "grey")
    counts = {"answering": has_colour.sum(axis=1), "agreeing": (has_colour & wide.eq(own, axis=0)).sum(axis=1)}
    first = pd.DataFrame({"proposed": proposals["proposed"], "direction": proposals["direction_colour"]})
    return pd.concat([first, wide.assign(**counts)], axis=1)


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
    years = cases["latest_time"] - cases["base_time"]
    observed = cases["direction"] * annual_growth(cases["base_value"], cases["latest_value"], years)
    required = annual_growth(cases["base_value"], cases["target_value"], cases["target_time"] - cases["base_time"])
    damping = natural_limit_damping(cases["base_value"], cases["limit"].where(cases["direction"] > 0))
    with_target = cases["target_value"].notna()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (observed / np.abs(required)).where(required != 0)
        damped = np.where(observed < 0, observed, np.where(damping > 0, observed / damping, np.inf))
    past = cases["direction"] * (cases["latest_value"] - cases["target_value"]) >= 0
    measured = observed.notna() | (past & (years > 0))
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
    verdict = canada_verdict(score).mask(growth["met"], "target_achieved")
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


def fingertips_trend(values: ArrayLike, low: ArrayLike, high: ArrayLike, direction: ArrayLike) -> NDArray:
    """Return Fingertips' trend marker of each row of five values.

    Parameters
    ----------
    values, low, high : array_like
        Values and their 95 % limits, oldest first.
    direction : array_like of int
        1 where higher is better, -1 where lower is, 0 where neither.

    Returns
    -------
    ndarray of str
        ``increasing`` or ``decreasing`` when the slope over the order of the points has a chi-square above 9.5495
        (99.8 %) and keeps its sign leaving out each point, with ``_and_getting_better`` or ``_and_getting_worse`` where
        there is a better direction; else ``no_change``, also where limits lack; ``cannot_be_calculated`` with fewer
        than five values.

    References
    ----------
    `analysis.statistics.trend_tests.weighted_slope`.

    """
    values, low, high = (np.atleast_2d(np.asarray(a, dtype=float)) for a in (values, low, high))
    if values.shape[-1] < MARKER_POINTS:
        return np.full(len(values), "cannot_be_calculated", dtype=object)
    latest = np.s_[..., -MARKER_POINTS:]
    line = weighted_slope(np.arange(MARKER_POINTS), values[latest], (high[latest] - low[latest]) / INTERVAL)
    way = np.sign(line.slope)
    judged = np.where(way == direction, "_and_getting_better", "_and_getting_worse").astype(object)
    moving = np.where(way > 0, "increasing", "decreasing").astype(object)
    moving = moving + np.where(np.asarray(direction) == 0, "", judged).astype(object)
    marker = np.where((line.chi2 > CHI_SQUARE) & line.sign_stable, moving, "no_change")
    return np.where(np.isfinite(values[latest]).all(axis=-1), marker, "cannot_be_calculated")


def destatis_weather(
    times: ArrayLike,
    values: ArrayLike,
    direction: ArrayLike,
    rule: ArrayLike,
    target: ArrayLike = np.nan,
    target_time: ArrayLike = np.nan,
) -> NDArray:
    """Return the German weather symbol of each series.

    Destatis averages the last five yearly changes; where years lack, the change from first to last is divided by the
    years between them. Its indicator reports do not say what a value that has arrived and is projected to leave again
    gets; here it is slightly_cloudy, as under J.

    Parameters
    ----------
    times, values : array_like
        Rows of the latest six points or fewer, the latest last, missing points first.
    direction : array_like of int
        1 where higher is better, -1 where lower is.
    rule : array_like of str
        K (a value by `target_time`), J (a level to hold every year) or R (a direction).
    target, target_time : array_like
        Value and decimal year, missing where there is none.

    Returns
    -------
    ndarray of str
        sun, slightly_cloudy, cloud, thunderstorm, or "" below 4 points.

    References
    ----------
    Destatis, Sustainable Development in Germany: Indicator Report.

    """
    times, values = np.atleast_2d(np.asarray(times, dtype=float)), np.atleast_2d(np.asarray(values, dtype=float))
    direction, target = np.asarray(direction, dtype=float), np.asarray(target, dtype=float)
    enough = np.isfinite(values).sum(axis=1) >= _LEAST
    first = np.argmax(np.isfinite(values), axis=1)[:, None]
    start_time, start = (np.take_along_axis(a, first, axis=1)[:, 0] for a in (times, values))
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = direction * (values[:, -1] - start) / (times[:, -1] - start_time)
        last = direction * (values[:, -1] - values[:, -2])
        gap = direction * (target - values[:, -1])
        miss = gap - pace * np.maximum(np.asarray(target_time, dtype=float) - times[:, -1], 0)
        arrived, rising = gap <= 0, pace > 0
        on_time = np.where(arrived, miss <= 0, miss < _NEARLY * gap)
        nearly = arrived | (miss <= _PARTLY * gap)
    sky = {
        "K": np.select([on_time, nearly, rising], ["sun", "slightly_cloudy", "cloud"], "thunderstorm"),
        "J": _two_conditions(arrived, rising),
        "R": _two_conditions(rising, last > 0),
    }
    symbols = np.select([np.asarray(rule) == letter for letter in sky], list(sky.values()), "")
    return np.where(enough, symbols, "")


def _two_conditions(first: NDArray, second: NDArray) -> NDArray:
    return np.select([first & second, first, second], ["sun", "slightly_cloudy", "cloud"], "thunderstorm")


def _target_score(growth: pd.DataFrame) -> pd.Series:
    score = pd.Series(np.interp(growth["progress"], *_RATIO_KNOTS), index=growth.index)
    return score.mask(growth["met"], _RATIO_KNOTS[1][-1])


def _words(scores: pd.Series, limits: tuple[float, ...], words: tuple[str, ...]) -> pd.Series:
    """Return the word of each score; there is one more than limits, and a limit belongs to the word above it."""
    place = np.searchsorted(limits, scores.fillna(0) + _TOLERANCE, side="right")
    return pd.Series(np.array(words, dtype=object)[place], scores.index).mask(scores.isna(), "not_available")


# --- every rule on every measure -----------------------------------------------------


# A rule takes the cases, and returns its verdicts and why there is none.
_Rule = Callable[[pd.DataFrame], tuple[ArrayLike, NDArray]]


def _grown(method: Callable[[pd.DataFrame], pd.DataFrame]) -> _Rule:
    def rule(cases: pd.DataFrame) -> tuple[pd.Series, NDArray]:
        growth = method(cases)
        # EUSTAT's draft calls a rise that is too slow a deterioration, which no reader should take for a fall
        slow = (growth["verdict"] == "moderate_deterioration") & (growth["progress"] >= 0)
        verdict = growth["verdict"].mask(slow, "insufficient_progress")
        lacking = [cases["break_after_baseline"].astype(bool), verdict != "not_available", ~(cases["base_value"] > 0)]
        return verdict, np.select(lacking, ["break", "", "zero_base"], "at_target")

    return rule


def _weather_rule(cases: pd.DataFrame) -> tuple[NDArray, NDArray]:
    drawn = latest_points(cases["points"], WEATHER_POINTS)
    with_target = cases["target_value"].notna()
    # the office's letters: a direction, a level to hold, a value by a year
    kind = np.where(~with_target, "R", np.where(cases["kind"] == "hold", "J", "K"))
    target = cases["target_value"], cases["target_time"]
    symbol = destatis_weather(drawn[..., 0], drawn[..., 1], cases["direction"], kind, *target)
    return symbol, np.where(symbol == "", "few_points", "")


def _marker_rule(cases: pd.DataFrame) -> tuple[NDArray, NDArray]:
    drawn = latest_points(cases["points"], MARKER_POINTS)
    values, se = drawn[..., 1], drawn[..., 2]
    half = se * INTERVAL / 2
    marker = fingertips_trend(values, values - half, values + half, cases["direction"])
    # the office calculates no marker where a share is none or all: its interval has no width
    share = cases["unit"].eq(SHARE_UNIT).to_numpy()[:, None]
    extreme = (share & ((values == 0) | (values == 100))).any(axis=1)
    lacking = [cases["n_points"] < MARKER_POINTS, extreme, ~(se > 0).all(axis=1)]
    return marker, np.select(lacking, ["few_points", "extreme_share", "no_sampling_error"], "")


def _icon_rule(icon: str) -> _Rule:
    def rule(cases: pd.DataFrame) -> tuple[pd.Series, NDArray]:
        icons, few = cases[icon], cases["n_points"] < PROCESS_POINTS
        return icons, np.select([few, icons == "", icons == "none"], ["few_points", "bound", "no_target"], "")

    return rule


_RULES: Final[dict[tuple[str, str], _Rule]] = {
    ("statistics_canada", "growth_ratio"): _grown(canada_growth_ratio),
    ("eustat", "growth_ratio"): _grown(eustat_growth),
    ("destatis", "weather"): _weather_rule,
    ("fingertips", "trend_marker"): _marker_rule,
    ("nhs_england", "variation"): _icon_rule("variation"),
    ("nhs_england", "assurance"): _icon_rule("assurance"),
}
