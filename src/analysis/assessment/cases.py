"""What the rules ask about one measure, and how it is taken from the promise and the trends."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis.assessment.limits import STALE_AFTER, TOLERANCE
from analysis.assessment.trends import PACE_POINTS
from analysis.core.names import require_known
from analysis.records.strategy import Strategy


class LightsError(ValueError):
    """Figures that no rule can be applied to; the message names the measures and the remedy."""


@dataclass(frozen=True)
class Case:
    """What the rules ask about, one row a measure: columns (m, 1), or (m, draws) where values were drawn.

    Names follow docs/method.md: `y0`, `y`, `previous` and `first` are the baseline, latest, previous and sixth value
    from the end (or the first), in the measure's unit, with times `t…` and standard errors `s…`; `d` is the better
    direction. `left` and `right` are the points of the path around the latest measurement, `left` missing where that is
    the baseline.
    """

    reason: np.ndarray
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
    t_previous: np.ndarray
    previous: np.ndarray
    s_previous: np.ndarray
    t_first: np.ndarray
    first: np.ndarray
    s_first: np.ndarray
    target_time: np.ndarray
    target: np.ndarray
    left_time: np.ndarray
    left: np.ndarray
    right_time: np.ndarray
    right: np.ndarray
    z: np.ndarray
    tested: np.ndarray
    significant: np.ndarray
    unsteadiness: np.ndarray
    freedom: np.ndarray

    def rows(self, chosen: np.ndarray) -> "Case":
        """Return the case of some of the measures."""
        return Case(**{name: column[chosen] for name, column in vars(self).items()})

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Return values in scale space: as they are, or their logarithm where the scale is one."""
        return _scaled(values, self.log)

    @property
    def pace(self) -> np.ndarray:
        """Return the recent pace in the unit: mean yearly change since the sixth point from the end, or the first."""
        return (self.y - self.first) / (self.t - self.t_first)

    @property
    def change(self) -> np.ndarray:
        """Return the change since the previous point."""
        return self.y - self.previous


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
    "z": "z",
    "t0": "baseline_time",
    "y0": "baseline_value",
    "s0": "baseline_se",
    "t": "latest_time",
    "y": "latest_value",
    "s": "latest_se",
    "t_previous": "previous_time",
    "previous": "previous_value",
    "s_previous": "previous_se",
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
    columns |= {
        "reason": _why_grey(rows),
        "kind": rows["kind"].to_numpy(dtype=object),
        "log": (rows["scale"] == "log").to_numpy(),
        "tested": (columns["s"] > 0) & ~np.isnan(columns["z"]),
        "significant": rows["significant"].to_numpy(dtype=bool),
    }
    columns |= _unsteadiness(window[:, :, 0], _scaled(window[:, :, 1], columns["log"][:, None]))
    return Case(**{name: column[:, None] for name, column in columns.items()})


def _why_grey(rows: pd.DataFrame) -> np.ndarray:
    """Return why no colour can be had at all, or nothing (rule 1 of method, section 4)."""
    missing = rows["missing"].to_numpy(dtype=object)
    promised = rows["kind"].isin(["reach", "hold"]).to_numpy()
    stale = rows["age"].to_numpy(dtype=float) > STALE_AFTER * rows["cadence"].to_numpy(dtype=float) + TOLERANCE
    without = promised & rows["target_value"].isna().to_numpy()
    broken = rows["break_after_baseline"].to_numpy(dtype=bool)
    reasons = [missing, "no_target", "break", "stale"]
    return np.select([missing != "", without, broken, stale], reasons, "").astype(object)


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
