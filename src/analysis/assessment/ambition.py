"""Which target would make a measure green, yellow or red, where none is public."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.assessment.cases import case_of
from analysis.assessment.certainty import chances_of_colours
from analysis.assessment.limits import LIMITS, UNDEFINED_WITHIN
from analysis.assessment.ratios import progress
from analysis.assessment.rules import light
from analysis.core.periods import decimal_year


def ambition_curve(
    trend_row: pd.Series, target_period: str, promise: pd.Series, targets: Iterable[float] | None = None
) -> pd.DataFrame:
    """Return the colour a measure would have under each target a reader might set for `target_period`.

    `trend_row` is the measure's row of the trends, `promise` its row of ``strategy.measures``. One row a target, from
    easy to hard: target, colour, towards, reason (why grey), R, p_green, p_yellow, p_red. Left out, 101 `targets` run
    from the easier of baseline and latest value until well into red, from 0 to 1.5 where nothing is measured. The
    evidence is not asked: a target of one's own is no evidence.

    >>> row, promise = trends.loc["tilgang-pasientinformasjon"], strategy["tilgang-pasientinformasjon"]
    >>> ambition_curve(row, "2025", promise, [30, 34, 38])["colour"].tolist()
    ['green', 'yellow', 'red']
    """
    rows = _ambitions(trend_row, target_period, promise, targets)
    case = case_of(rows)
    names, colours, towards = light(case)
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = pd.DataFrame({"target": rows["target_value"].to_numpy(), "R": progress(case)[:, 0]})
    chances = chances_of_colours(case, colours)
    del chances["certainty"]
    return curve.assign(colour=colours, towards=towards, reason=np.where(colours == "grey", names, ""), **chances)


def ambition_bands(trend_row: pd.Series, target_period: str, promise: pd.Series) -> pd.DataFrame:
    """Return which targets for `target_period` would make a measure green, yellow or red: exact limits, easy to hard.

    One row a band: colour, easiest, hardest (the targets between which it holds; infinite where nothing bounds it). The
    limits are where R crosses 0.95 and 0.60: T = y0 + (y - y0) / (limit * share of the time gone), in scale space.

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
    span = max(np.ptp(edges), 1.0)
    middles = np.concatenate([[edges[0] - d * span], (edges[1:] + edges[:-1]) / 2, [edges[-1] + d * span]])
    colours = ambition_curve(trend_row, target_period, promise, middles)["colour"]
    bands = pd.DataFrame({"colour": colours, "easiest": [-d * np.inf, *edges], "hardest": [*edges, d * np.inf]})
    run = bands["colour"].ne(bands["colour"].shift()).cumsum()
    bands = bands.groupby(run, as_index=False).agg(
        colour=("colour", "first"), easiest=("easiest", "first"), hardest=("hardest", "last")
    )
    low, high = promise["minimum"], promise["maximum"]
    bands[["easiest", "hardest"]] = bands[["easiest", "hardest"]].clip(
        -np.inf if pd.isna(low) else low, np.inf if pd.isna(high) else high
    )
    return bands[bands["easiest"] != bands["hardest"]].reset_index(drop=True)


def _ambitions(
    trend_row: pd.Series, target_period: str, promise: pd.Series, targets: Iterable[float] | None
) -> pd.DataFrame:
    end = decimal_year(target_period, promise["timing"])
    if targets is None:
        edges = _edges(trend_row, target_period, promise)
        start, stop = (edges[0], edges[-1]) if len(edges) else (0.0, 1.0)
        targets = np.linspace(start, stop + (stop - start) / 2, 101)
    given = np.asarray(list(targets), dtype=float)
    row = pd.concat([promise, trend_row[trend_row.index.difference(promise.index)]])
    row = row.copy()
    row["kind"], row["target_time"] = "reach", end
    rows = pd.DataFrame([row] * len(given)).reset_index(drop=True)
    path = {"left_time": np.nan, "left_value": np.nan, "right_time": max(end, row["latest_time"]), "right_value": given}
    return rows.assign(target_value=given, **path)


def _edges(trend_row: pd.Series, target_period: str, promise: pd.Series) -> np.ndarray:
    """Return the targets at which the rule that applies may change, from easy to hard."""
    y0, y, s0, d = (trend_row[name] for name in ("baseline_value", "latest_value", "baseline_se", "direction"))
    gone, whole = (
        t - trend_row["baseline_time"]
        for t in (trend_row["latest_time"], decimal_year(target_period, promise["timing"]))
    )
    short = max(promise["epsilon"], UNDEFINED_WITHIN * np.nan_to_num(s0))
    edges = [y, y0, y0 + d * short]
    if gone > 0:
        share = min(gone / whole, 1.0)
        log = promise["scale"] == "log"
        edges += [y0 * (y / y0) ** (1 / (r * share)) if log else y0 + (y - y0) / (r * share) for r in LIMITS]
    return d * np.unique(d * np.array([edge for edge in edges if not pd.isna(edge)]))
