"""What the rules ask about one measure, and how it is taken from the promise and the trends."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from analysis.assessment.direction import Comparison, comparison_of
from analysis.assessment.limits import STALE_AFTER, TOLERANCE
from analysis.assessment.trends import PACE_POINTS
from analysis.core.names import require_known
from analysis.records.strategy import Strategy


class LightsError(ValueError):
    """Figures that no rule can be applied to; the message names the measures and the remedy."""


@dataclass(frozen=True)
class Case:
    """What the rules ask about, one row a measure: columns (m, 1), or (m, draws) where values were drawn.

    Names follow docs/method.md: `y0`, `y` and `first` are the baseline, latest and sixth value from the end (or the
    first), in the measure's unit, with times `t…` and standard errors `s…`; `d` is the better
    direction. `left` and `right` are the points of the path around the latest measurement, `left` missing where that is
    the baseline.
    """

    reason: np.ndarray
    direction_reason: np.ndarray
    kind: np.ndarray
    log: np.ndarray
    d: np.ndarray
    n: np.ndarray
    epsilon: np.ndarray
    t0: np.ndarray
    y0: np.ndarray
    s0: np.ndarray
    t: np.ndarray
    y: np.ndarray
    s: np.ndarray
    t_first: np.ndarray
    first: np.ndarray
    s_first: np.ndarray
    target_time: np.ndarray
    target: np.ndarray
    left_time: np.ndarray
    left: np.ndarray
    right_time: np.ndarray
    right: np.ndarray
    unsteadiness: np.ndarray
    freedom: np.ndarray
    t_start: np.ndarray
    comparison: Comparison

    def rows(self, chosen: np.ndarray) -> "Case":
        """Return the case of some of the measures."""
        return Case(**{name: column[chosen] for name, column in vars(self).items()})

    def drawn(self, y0: np.ndarray, y: np.ndarray) -> "Case":
        """Return the case with other values at the baseline and now, and at every point that is one of them."""
        ends = self.comparison
        first = replace(ends.first, value=ends.first.value + np.where(self.t_start == self.t0, y0 - self.y0, 0.0))
        latest = replace(ends.latest, value=ends.latest.value + y - self.y)
        start = np.where(self.t_first == self.t0, y0, self.first)
        return replace(self, y0=y0, y=y, first=start, comparison=replace(ends, first=first, latest=latest))

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Return values in scale space: as they are, or their logarithm where the scale is one."""
        return _scaled(values, self.log)


def rows_of(strategy: Strategy, trends: pd.DataFrame) -> pd.DataFrame:
    """Return promise, path and trend side by side, one row an assessed measure.

    Raises
    ------
    UnknownNameError
        When a measure of one table is missing in the other.
    LightsError
        For values that a log scale has no place for.

    """
    # a join would drop a misspelt measure in silence
    require_known("the trends", trends.index, "the strategy", strategy.measures.index)
    promise = strategy.measures[strategy.measures["role"] == "assessed"]
    require_known("the strategy", promise.index, "the trends", trends.index)
    rows = promise.join(trends[trends.columns.difference(promise.columns)])
    rows["scenario"] = strategy.ambitions.scenario
    target = strategy.points[strategy.points["point"] == "target"].set_index("measure")
    rows["target_time"] = target["time"].reindex(rows.index)
    rows = rows.join(_around(strategy.points, rows))
    not_positive = rows[["baseline_value", "previous_value", "latest_value"]].le(0).any(axis=1)
    faulty = rows.index[(rows["scale"] == "log") & not_positive]
    if len(faulty):
        raise LightsError(
            f"scale: a log scale has no place for zero or negative values (measured for {', '.join(faulty)}); "
            "say scale = 'linear' in strategy.toml"
        )
    return rows


def _around(points: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the points of each path before and after the latest measurement.

    Left is missing where that is the baseline; past the target, right is the target's value at the measurement itself.
    """
    ahead = points[points["point"] != "baseline"].join(rows[["latest_time", "baseline_time"]], on="measure")
    ahead = ahead[ahead["time"] > ahead["baseline_time"] + TOLERANCE].sort_values("time", kind="stable")
    behind = ahead["time"] < ahead["latest_time"]
    left = ahead[behind].groupby("measure")[["time", "value"]].last().add_prefix("left_")
    right = ahead[~behind].groupby("measure")[["time", "value"]].first().add_prefix("right_")
    around = pd.concat([left.reindex(rows.index), right.reindex(rows.index)], axis=1)
    return around.fillna({"right_time": rows["latest_time"], "right_value": rows["target_value"]})


_NUMBERS: Final = {  # of a case, and the columns they come from
    "d": "direction",
    "n": "n_points",
    "epsilon": "epsilon",
    "t0": "baseline_time",
    "y0": "baseline_value",
    "s0": "baseline_se",
    "t": "latest_time",
    "y": "latest_value",
    "s": "latest_se",
    "target_time": "target_time",
    "target": "target_value",
    "left_time": "left_time",
    "left": "left_value",
    "right_time": "right_time",
    "right": "right_value",
}


def case_of(rows: pd.DataFrame) -> Case:
    """Return the case of rows as `rows_of` gives them."""
    window = np.full((len(rows), PACE_POINTS, 3), np.nan)  # time, value, standard error; missing in front
    for row, points in zip(window, rows["points"], strict=True):
        if latest := points[-PACE_POINTS:]:
            row[-len(latest) :] = latest
    first = window[np.arange(len(rows)), np.argmax(~np.isnan(window[:, :, 0]), axis=1)]
    columns = {field: rows[name].to_numpy(dtype=float) for field, name in _NUMBERS.items()}
    # the pace runs from the sixth point from the end, or the first
    columns |= {"t_first": first[:, 0], "first": first[:, 1], "s_first": first[:, 2]}
    columns |= {"kind": rows["kind"].to_numpy(dtype=object), "log": (rows["scale"] == "log").to_numpy()}
    columns["t_start"] = np.array([first.time for first, *_ in rows["compared"]], dtype=float)
    columns["reason"] = _why_grey(rows)
    columns["direction_reason"] = _why_no_direction(rows, columns["reason"])
    columns |= _unsteadiness(window[:, :, 0], _scaled(window[:, :, 1], columns["log"][:, None]))
    return Case(**{name: column[:, None] for name, column in columns.items()}, comparison=comparison_of(rows))


WITHOUT_TARGET: Final = ("no_target", "direction_only")  # reasons that rule 6 does not mind


def is_aimed(rows: pd.DataFrame) -> np.ndarray:
    """Return where a colour is against a target; elsewhere it is by direction."""
    return (rows["kind"] != "direction").to_numpy() & rows["target_value"].notna().to_numpy()


def needs_one_point(rows: pd.DataFrame) -> np.ndarray:
    """Return where one point answers what is asked: whether a level is held, or a value reached already."""
    margin = (rows["direction"] * (rows["latest_value"] - rows["target_value"])).to_numpy(dtype=float)
    met = (rows["kind"] == "reach").to_numpy() & (margin >= -TOLERANCE)
    return is_aimed(rows) & (met | (rows["kind"] == "hold").to_numpy())


def _why_grey(rows: pd.DataFrame) -> np.ndarray:
    """Return the first reason why no colour against a target can be had, or nothing (method, section 4, rule 1)."""
    number = {name: rows[name].to_numpy(dtype=float) for name in ("age", "cadence", "latest_time", "baseline_time")}
    missing, aimed = rows["missing"].to_numpy(dtype=object), is_aimed(rows)
    stale = number["age"] > STALE_AFTER * number["cadence"] + TOLERANCE
    on_way = aimed & (rows["kind"] == "reach").to_numpy()
    not_past = on_way & (number["latest_time"] <= number["baseline_time"] + TOLERANCE)
    points = np.where(aimed, rows["n_points"], rows["direction_points"])
    single = ((points < 2) | not_past) & ~needs_one_point(rows)
    untold = np.where(rows["kind"] == "direction", "direction_only", "no_target")
    reasons = [missing, "break", "stale", "one_point", untold]
    return np.select([missing != "", is_broken(rows), stale, single, ~aimed], reasons, "").astype(object)


def is_broken(rows: pd.DataFrame) -> np.ndarray:
    """Return where a break lies between what a colour compares: after the latest, or on the way from a baseline.

    A baseline that is not stated is the first value after the last break, so only a stated one can lie before it.
    """
    latest, baseline, stated = (
        rows[name].to_numpy(dtype=bool) for name in ("break_after_latest", "break_after_baseline", "baseline_stated")
    )
    return latest | is_aimed(rows) & (rows["kind"] == "reach").to_numpy() & stated & baseline


def _why_no_direction(rows: pd.DataFrame, reason: np.ndarray) -> np.ndarray:
    """Return why rule 6 has no answer, or nothing."""
    reason = np.where(np.isin(reason, WITHOUT_TARGET), "", reason)
    return np.where((reason == "") & (rows["direction_points"] < 2).to_numpy(), "one_point", reason)


def _unsteadiness(times: np.ndarray, values: np.ndarray) -> dict[str, np.ndarray]:
    """Return the yearly variance of the changes around their mean pace, in scale space, and its degrees of freedom."""
    years, changes = np.diff(times, axis=1), np.diff(values, axis=1)
    freedom = np.sum(~np.isnan(years), axis=1) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = np.nansum(changes, axis=1) / np.nansum(years, axis=1)
        variance = np.nansum((changes - pace[:, None] * years) ** 2 / years, axis=1) / freedom
    return {"unsteadiness": variance, "freedom": freedom}


def _scaled(values: np.ndarray, log: np.ndarray) -> np.ndarray:
    if not log.any():
        return values
    return np.where(log, np.log(np.where(log, values, 1.0)), values)
