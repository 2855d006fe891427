"""What the rules ask about one measure, and how it is taken from the promise and the trends."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Final, get_origin, get_type_hints

import numpy as np
import pandas as pd

from analysis.assessment.direction import Columns, Comparison, comparison_of
from analysis.assessment.limits import STALE_AFTER, TOLERANCE
from analysis.assessment.trends import PACE_POINTS
from analysis.core.names import require_known
from analysis.records.strategy import Strategy


class LightsError(ValueError):
    """Figures that no rule can be applied to; the message names the measures and the remedy."""


@dataclass(frozen=True)
class Case(Columns):
    """What the rules ask about, one row a measure: columns (m, 1), or (m, draws) where values were drawn.

    Names follow docs/method.md: `y0`, `y` and `first` are the baseline, latest and sixth value from the end (or the
    first), in the measure's unit, with times `t…` and standard errors `s…`; `d` is the better
    direction. `left` and `right` are the points of the path around the latest measurement, `left` missing where that is
    the baseline. Numbers name the column that they come from.
    """

    reason: np.ndarray
    direction_reason: np.ndarray
    kind: np.ndarray
    log: np.ndarray
    d: Annotated[np.ndarray, "direction"]
    n: Annotated[np.ndarray, "n_points"]
    epsilon: Annotated[np.ndarray, "epsilon"]
    t0: Annotated[np.ndarray, "baseline_time"]
    y0: Annotated[np.ndarray, "baseline_value"]
    s0: Annotated[np.ndarray, "baseline_se"]
    t: Annotated[np.ndarray, "latest_time"]
    y: Annotated[np.ndarray, "latest_value"]
    s: Annotated[np.ndarray, "latest_se"]
    target_time: Annotated[np.ndarray, "target_time"]
    target: Annotated[np.ndarray, "target_value"]
    left_time: Annotated[np.ndarray, "left_time"]
    left: Annotated[np.ndarray, "left_value"]
    right_time: Annotated[np.ndarray, "right_time"]
    right: Annotated[np.ndarray, "right_value"]
    t_first: np.ndarray
    first: np.ndarray
    s_first: np.ndarray
    unsteadiness: np.ndarray
    freedom: np.ndarray
    t_start: np.ndarray
    comparison: Comparison

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


_FIELDS: Final = get_type_hints(Case, include_extras=True)


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
    # the points of the path before and after the latest measurement; before it may be none but the baseline, and past
    # the target there is its value at the measurement itself
    ahead = strategy.points[strategy.points["point"] != "baseline"]
    ahead = ahead.join(rows[["latest_time", "baseline_time"]], on="measure").sort_values("time", kind="stable")
    ahead = ahead[ahead["time"] > ahead["baseline_time"] + TOLERANCE]
    behind = ahead["time"] < ahead["latest_time"]
    rows = rows.join(ahead[behind].groupby("measure")[["time", "value"]].last().add_prefix("left_"))
    rows = rows.join(ahead[~behind].groupby("measure")[["time", "value"]].first().add_prefix("right_"))
    rows = rows.fillna({"right_time": rows["latest_time"], "right_value": rows["target_value"]})
    not_positive = rows[["baseline_value", "previous_value", "latest_value"]].le(0).any(axis=1)
    faulty = rows.index[(rows["scale"] == "log") & not_positive]
    if len(faulty):
        raise LightsError(
            f"scale: a log scale has no place for zero or negative values (measured for {', '.join(faulty)}); "
            "say scale = 'linear' in strategy.toml"
        )
    return rows


def latest_points(points: Iterable[tuple], width: int) -> np.ndarray:
    """Return the last `width` points of series as (measure, point, (time, value, se)), missing ones first."""
    window = np.full((len(points), width, 3), np.nan)
    for row, series in zip(window, points, strict=True):
        if latest := series[-width:]:
            row[-len(latest) :] = latest
    return window


def case_of(rows: pd.DataFrame) -> Case:
    """Return the case of rows as `rows_of` gives them."""
    window = latest_points(rows["points"], PACE_POINTS)
    # the pace runs from the sixth point from the end, or the first
    first = window[np.arange(len(rows)), np.argmax(~np.isnan(window[:, :, 0]), axis=1)]
    log, reason = (rows["scale"] == "log").to_numpy(), _why_grey(rows)
    turned = np.where(np.isin(reason, WITHOUT_TARGET), "", reason)  # a missing target does not matter to rule 6
    single = (turned == "") & (rows["direction_points"] < 2).to_numpy()
    # how much the yearly changes vary around their mean pace, in scale space, and on how many degrees of freedom
    years, changes = np.diff(window[:, :, 0], axis=1), np.diff(_scaled(window[:, :, 1], log[:, None]), axis=1)
    freedom = np.sum(~np.isnan(years), axis=1) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = np.nansum(changes, axis=1) / np.nansum(years, axis=1)
        variance = np.nansum((changes - pace[:, None] * years) ** 2 / years, axis=1) / freedom
    numbers = {name: hint.__metadata__[0] for name, hint in _FIELDS.items() if get_origin(hint) is Annotated}
    columns = {name: rows[column].to_numpy(dtype=float) for name, column in numbers.items()} | {
        "reason": reason,
        "direction_reason": np.where(single, "one_point", turned),
        "kind": rows["kind"].to_numpy(dtype=object),
        "log": log,
        "t_first": first[:, 0],
        "first": first[:, 1],
        "s_first": first[:, 2],
        "t_start": np.array([first.time for first, *_ in rows["compared"]], dtype=float),
        "unsteadiness": variance,
        "freedom": freedom,
    }
    return Case(**{name: column[:, None] for name, column in columns.items()}, comparison=comparison_of(rows))


WITHOUT_TARGET: Final = ("no_target", "direction_only")  # reasons that rule 6 does not mind


def is_aimed(rows: pd.DataFrame) -> np.ndarray:
    """Return where a colour is against a target; elsewhere it is by direction."""
    return (rows["kind"] != "direction").to_numpy() & rows["target_value"].notna().to_numpy()


def needs_one_point(rows: pd.DataFrame) -> np.ndarray:
    """Return where one point answers what is asked: whether a level is held, or a value reached already."""
    met = (rows["kind"] == "reach") & (rows["direction"] * (rows["latest_value"] - rows["target_value"]) >= -TOLERANCE)
    return is_aimed(rows) & (met | (rows["kind"] == "hold")).to_numpy()


def _why_grey(rows: pd.DataFrame) -> np.ndarray:
    """Return the first reason why no colour against a target can be had, or nothing (method, section 4, rule 1)."""
    aimed = is_aimed(rows)
    stale = rows["age"] > STALE_AFTER * rows["cadence"] + TOLERANCE
    not_past = aimed & (rows["kind"] == "reach") & (rows["latest_time"] <= rows["baseline_time"] + TOLERANCE)
    points = rows["n_points"].where(aimed, rows["direction_points"])
    single = ((points < 2) | not_past) & ~needs_one_point(rows)
    aimless = np.where(rows["kind"] == "direction", "direction_only", "no_target")
    reasons = [rows["missing"], "break", "stale", "one_point", aimless]
    return np.select([rows["missing"] != "", is_broken(rows), stale, single, ~aimed], reasons, "").astype(object)


def is_broken(rows: pd.DataFrame) -> np.ndarray:
    """Return where a break lies between what a colour compares: after the latest, or on the way from a baseline.

    A baseline that is not stated is the first value after the last break, so only a stated one can lie before it.
    """
    latest, baseline, stated = (
        rows[name].to_numpy(dtype=bool) for name in ("break_after_latest", "break_after_baseline", "baseline_stated")
    )
    return latest | is_aimed(rows) & rows["kind"].eq("reach").to_numpy() & stated & baseline


def _scaled(values: np.ndarray, log: np.ndarray) -> np.ndarray:
    if not log.any():
        return values
    return np.where(log, np.log(np.where(log, values, 1.0)), values)
