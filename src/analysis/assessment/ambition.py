"""Which target would make a measure green, yellow or red, where none is known."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.assessment.certainty import chances_of_colours
from analysis.assessment.direction import level_interval
from analysis.assessment.limits import LIMITS, UNDEFINED_WITHIN
from analysis.assessment.progress import kept_ambition, progress
from analysis.assessment.rule_inputs import Case, case_of
from analysis.assessment.rules import light
from analysis.core.periods import decimal_year


def ambition_curve(
    trend_row: pd.Series, target_period: str, promise: pd.Series, targets: Iterable[float] | None = None
) -> pd.DataFrame:
    """Return the colour a measure would have under each target a reader might set.

    The evidence is not asked: a target of one's own is no evidence.

    Parameters
    ----------
    trend_row : Series
        The measure's row of the trends.
    target_period : str
        When the target is to be met.
    promise : Series
        The measure's row of ``strategy.measures``.
    targets : iterable of float, optional
        Left out, 101 from the easier of baseline and latest value until well into red, from 0 to 1.5 where nothing is
        measured.

    Returns
    -------
    DataFrame
        One row a target, from easy to hard: target, R, colour, towards, reason (why grey), p_green, p_yellow, p_red.

    Examples
    --------
    >>> row, promise = trends.loc["tilgang-pasientinformasjon"], strategy["tilgang-pasientinformasjon"]
    >>> ambition_curve(row, "2025", promise, [30, 34, 38])["colour"].tolist()
    ['green', 'yellow', 'red']

    """
    if targets is None:
        edges = _edges(trend_row, target_period, promise)
        start, stop = (edges[0], edges[-1]) if len(edges) else (0.0, 1.0)
        targets = np.linspace(start, stop + (stop - start) / 2, 101)
    targets = np.asarray(list(targets), dtype=float)
    case = _aimed_at(trend_row, target_period, promise, targets)
    names, colours, towards = light(case)
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = pd.DataFrame({"target": targets, "R": progress(case)[:, 0]})
    chances = chances_of_colours(case, colours)
    del chances["certainty"]
    return curve.assign(colour=colours, towards=towards, reason=np.where(colours == "grey", names, ""), **chances)


def ambition_bands(trend_row: pd.Series, target_period: str, promise: pd.Series) -> pd.DataFrame:
    """Return which targets would make a measure green, yellow or red: exact limits, easy to hard.

    The limits are where R crosses 0.95 and 0.60: T = y0 + (y - y0) / (limit * share of the time gone), in scale space.

    Parameters
    ----------
    trend_row, target_period, promise
        As in `ambition_curve`.

    Returns
    -------
    DataFrame
        One row a band: colour, easiest, hardest (the targets between which it holds; infinite where nothing bounds it).

    Examples
    --------
    >>> row, promise = trends.loc["tilgang-pasientinformasjon"], strategy["tilgang-pasientinformasjon"]
    >>> ambition_bands(row, "2025", promise).round(1)
       colour  easiest  hardest
    0   green      0.0     32.3
    1  yellow     32.3     36.0
    2     red     36.0    100.0

    """
    d, edges = trend_row["direction"], _edges(trend_row, target_period, promise)
    if not len(edges):
        return pd.DataFrame([("grey", -d * np.inf, d * np.inf)], columns=["colour", "easiest", "hardest"])
    # between two edges one rule decides, so the middle of each band stands for all of it
    span = max(np.ptp(edges), 1.0)
    middles = np.concatenate([[edges[0] - d * span], (edges[1:] + edges[:-1]) / 2, [edges[-1] + d * span]])
    _, colours, _ = light(_aimed_at(trend_row, target_period, promise, middles))
    bands = pd.DataFrame({"colour": colours, "easiest": [-d * np.inf, *edges], "hardest": [*edges, d * np.inf]})
    run = bands["colour"].ne(bands["colour"].shift()).cumsum()
    bands = bands.groupby(run, as_index=False).agg({"colour": "first", "easiest": "first", "hardest": "last"})
    # no ambition lies beyond what the measure can be
    low, high = promise["minimum"], promise["maximum"]
    bands[["easiest", "hardest"]] = bands[["easiest", "hardest"]].clip(
        -np.inf if pd.isna(low) else low, np.inf if pd.isna(high) else high
    )
    return bands[bands["easiest"] != bands["hardest"]].reset_index(drop=True)


def _aimed_at(trend_row: pd.Series, target_period: str, promise: pd.Series, targets: np.ndarray) -> Case:
    """Return the case of a measure with each target; the path is straight, with nothing between baseline and target."""
    end = decimal_year(target_period, promise["timing"])
    row = pd.concat([promise, trend_row[trend_row.index.difference(promise.index)]])
    rows = pd.DataFrame([row] * len(targets)).reset_index(drop=True).assign(kind="reach", target_time=end)
    path = {"left_time": np.nan, "left_value": np.nan, "right_time": max(end, row["latest_time"])}
    return case_of(rows.assign(target_value=targets, right_value=targets, **path))


def _edges(trend_row: pd.Series, target_period: str, promise: pd.Series) -> np.ndarray:
    """Return the targets at which the rule that applies may change, from easy to hard."""
    case = _aimed_at(trend_row, target_period, promise, np.array([np.nan]))
    short = np.fmax(case.epsilon, UNDEFINED_WITHIN * np.nan_to_num(case.s0))
    edges = [case.y, case.y0, case.y0 + case.d * short, case.y + case.d * case.epsilon]
    edges += level_interval(case.comparison.method, case.comparison.latest)
    if (case.t > case.t0).all():
        edges += [kept_ambition(case, case.target_time, limit) for limit in LIMITS]
    d, edges = case.d[0, 0], np.concatenate(edges)[:, 0]
    return d * np.unique(d * edges[np.isfinite(edges)])
