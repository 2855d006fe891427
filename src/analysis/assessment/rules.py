"""What the rules of a colour ask about a measure, the rules in their order, and the colour it is heading for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Final, NamedTuple, get_origin, get_type_hints

import numpy as np
import pandas as pd

from analysis.assessment import direction
from analysis.assessment.limits import LIMITS, NEAR, STALE_AFTER, TOLERANCE, UNDEFINED_WITHIN, Limits
from analysis.assessment.trends import PACE_POINTS
from analysis.core.names import require_known
from analysis.records.strategy import Strategy

WITHOUT_TARGET: Final = ("no_target", "direction_only")  # reasons that rule 6 does not mind
ON_PATH: Final = ("on_path", "behind_path", "too_slow", "wrong_way")


class LightsError(ValueError):
    """Figures that no rule can be applied to; the message names the measures and the remedy."""


@dataclass(frozen=True)
class Case(direction.Columns):
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
    comparison: direction.Comparison

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
    return Case(**{name: column[:, None] for name, column in columns.items()}, comparison=direction.comparison_of(rows))


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
    columns = ("break_after_latest", "break_after_baseline", "baseline_stated")
    latest, baseline, stated = (rows[name].to_numpy(dtype=bool) for name in columns)
    return latest | is_aimed(rows) & rows["kind"].eq("reach").to_numpy() & stated & baseline


def _scaled(values: np.ndarray, log: np.ndarray) -> np.ndarray:
    if not log.any():
        return values
    return np.where(log, np.log(np.where(log, values, 1.0)), values)


# --- the rules in their order ----------------------------------------------------------


class Rule(NamedTuple):
    """One rule: its name, the colour and tendency it gives, and where it applies."""

    name: str
    colour: str
    towards: str
    applies: np.ndarray


@np.errstate(divide="ignore", invalid="ignore")
def decide(case: Case, limits: Limits = LIMITS) -> tuple[list[Rule], np.ndarray]:
    """Return the rules of a colour in their order, and the place of the first that applies, which decides.

    Returns
    -------
    rules : list of Rule
    which : ndarray of int
        In the shape of the case's values.

    References
    ----------
    docs/method.md, section 4.

    """
    if _rows_are_equal(case.comparison):  # of one measure under a hundred ambitions: its change is one
        case = replace(case, comparison=case.comparison[:1])
    passed = case.t >= case.target_time - TOLERANCE
    holding, level, met = held_level(case)
    ratio, change = progress(case), direction.interval(case.comparison)
    better = direction.answers(case.comparison, change) == "better"
    low, high = direction.level_interval(case.comparison.method, case.comparison.latest)
    near = case.d * (level - case.y) <= case.epsilon + TOLERANCE
    near |= (low - TOLERANCE <= level) & (level <= high + TOLERANCE)
    rules = [
        Rule("grey", "grey", "", case.reason != ""),
        Rule("met", "green", "", holding & met & ~direction.is_adverse(case.comparison, change)),
        Rule("met_adverse", "green", "yellow", holding & met),
        Rule("approaching", "yellow", "", holding & better),
        Rule("nearly_met", "yellow", "", holding & near),
        Rule("not_met", "red", "", holding),
        Rule("no_baseline", "grey", "", np.isnan(case.y0)),
        Rule("deadline_near", "yellow", "green", passed & (ratio >= limits.green - TOLERANCE)),
        Rule("deadline_part", "yellow", "", passed & (ratio >= limits.yellow - TOLERANCE)),
        Rule("deadline_missed", "red", "", passed),
        Rule("on_path", "green", "", ratio >= limits.green - TOLERANCE),
        Rule("behind_path", "yellow", "", ratio >= limits.yellow - TOLERANCE),
        Rule("too_slow", "red", "", ratio >= -TOLERANCE),
        Rule("wrong_way", "red", "", np.full_like(holding, True)),
    ]
    return rules, np.select([rule.applies for rule in rules], list(range(len(rules))))


def _rows_are_equal(columns: direction.Comparison | direction.End) -> bool:
    return all(
        _rows_are_equal(part)
        if isinstance(part, direction.End)
        else np.array_equal(part[1:], part[:-1], equal_nan=part.dtype.kind == "f")
        for part in vars(columns).values()
    )


def is_weak(case: Case, colours: np.ndarray, towards: np.ndarray, fragile: np.ndarray) -> np.ndarray:
    """Return where a tendency of two points is weak (m,): far from the limit ahead, or resting on a fragile change."""
    ahead = np.where((colours == "green") | (towards == "green"), LIMITS.green, LIMITS.yellow)
    far = np.abs(progress(case)[:, 0] - ahead) > NEAR + TOLERANCE
    return (case.n[:, 0] == 2) & (towards != "") & (far | fragile)


@np.errstate(divide="ignore", invalid="ignore")
def light(case: Case, limits: Limits = LIMITS) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rule that decides each measure, before the evidence is asked.

    Returns
    -------
    names, colours, towards : ndarray of str
        Rule (or why there is none), colour and tendency (m,).

    References
    ----------
    docs/method.md, sections 4 and 5.

    """
    rules, which = decide(case, limits)
    names, colours, towards = (np.array([rule[part] for rule in rules], dtype=object)[which] for part in range(3))
    # what is on its path heads for the neighbouring colour that its pace, or the change of two points, leads to
    pace, change = required_pace(case), direction.interval(case.comparison)
    enough, half = pace >= limits.green - TOLERANCE, pace >= limits.yellow - TOLERANCE
    red, yellow, green = (colours == name for name in ("red", "yellow", "green"))
    three, two = ~np.isnan(pace), case.n == 2
    better = two & (direction.answers(case.comparison, change) == "better")
    worse = two & direction.is_adverse(case.comparison, change)
    heading = np.select(
        [
            (three & red & half) | (better & red),
            (three & yellow & enough) | (better & yellow),
            (three & yellow & ~half) | (worse & yellow),
            (three & green & ~enough) | (worse & green),
        ],
        ["yellow", "green", "red", "yellow"],
        "",
    )
    heading = np.where(np.isin(names, ON_PATH), heading, towards)
    names = np.where(names == "grey", case.reason, names)
    return names[:, 0], colours[:, 0], heading[:, 0]


# --- progress against the path, pace against what is required, and what counts as met ---


def path_value(
    time: np.ndarray, left: tuple[np.ndarray, np.ndarray], right: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Return the value at a time on the straight line between two points, in scale space.

    A path through baseline, milestones and target is this line piece by piece.

    Parameters
    ----------
    time : ndarray
        Decimal years.
    left, right : tuple of ndarray
        Time and value of each point.

    Returns
    -------
    ndarray

    """
    return left[1] + (time - left[0]) / (right[0] - left[0]) * (right[1] - left[1])


def planned_progress(case: Case) -> np.ndarray:
    """Return the progress the path asks for by now, in scale space (denominator of R; docs/method.md, section 3)."""
    from_baseline = np.isnan(case.left)
    left = np.where(from_baseline, case.y0, case.left)
    left_time = np.where(from_baseline, case.t0, case.left_time)
    now = path_value(case.t, (left_time, case.scaled(left)), (case.right_time, case.scaled(case.right)))
    return now - case.scaled(case.y0)


def progress(case: Case) -> np.ndarray:
    """Return R: the share of the planned progress that is covered; missing where it is undefined."""
    planned = planned_progress(case)
    usable = (case.kind == "reach") & ~too_near_to_tell(case) & (case.d * planned > TOLERANCE)
    done = case.scaled(case.y) - case.scaled(case.y0)
    return np.where(usable, done / np.where(usable, planned, 1.0), np.nan)


def progress_error(case: Case) -> np.ndarray:
    """Return the standard error of R by the delta method: of the latest value, and of the baseline it starts from."""
    planned, ratio = planned_progress(case), progress(case)
    along = np.where(np.isnan(case.left), (case.t - case.t0) / (case.right_time - case.t0), 1.0)
    unit = np.where(case.log, case.y, 1.0), np.where(case.log, case.y0, 1.0)
    latest = case.s / unit[0] / planned
    return np.hypot(latest, np.nan_to_num(case.s0) / unit[1] * (1 - ratio * along) / planned)


def required_pace(case: Case) -> np.ndarray:
    """Return F: the recent pace against the pace now required; missing below three points and once met."""
    pace = (case.scaled(case.y) - case.scaled(case.first)) / (case.t - case.t_first)
    left = case.d * (case.scaled(case.target) - case.scaled(case.y))
    usable = (case.kind == "reach") & (case.n >= 3) & (left > TOLERANCE)
    return np.where(usable, case.d * pace * (case.target_time - case.t) / np.where(usable, left, 1.0), np.nan)


def kept_ambition(case: Case, end: np.ndarray, limit: float) -> np.ndarray:
    """Return the ambition for a date, in decimal years, at which R would be at a limit on a straight path.

    ``T = y0 + (y - y0) / (limit * share of the time gone)``, in scale space.
    """
    share = np.minimum((case.t - case.t0) / (end - case.t0), 1.0)
    start = case.scaled(case.y0)
    ambition = start + (case.scaled(case.y) - start) / (limit * share)
    return np.where(case.log, np.exp(np.where(case.log, ambition, 0.0)), ambition)


def too_near_to_tell(case: Case) -> np.ndarray:
    """Return where the way from baseline to target is too short to measure progress along it."""
    least = np.maximum(case.epsilon, UNDEFINED_WITHIN * np.nan_to_num(case.s0))
    return np.abs(case.target - case.y0) < least - TOLERANCE


def held_level(case: Case) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where a measure is to hold a level, that level in the unit, and whether the latest value holds it.

    Held is what promises so, what has reached its target now or had at the baseline, and what has no progress to
    measure: too short a way to the target, or a path that asks for none yet, whose own level then counts.
    """
    reach, planned = case.kind == "reach", planned_progress(case)
    now, before = (case.d * (value - case.target) >= -TOLERANCE for value in (case.y, case.y0))
    near = too_near_to_tell(case)
    flat = reach & ~near & ~before & ~now & (case.t > case.t0 + TOLERANCE) & (case.d * planned <= TOLERANCE)
    path = case.scaled(case.y0) + planned
    level = np.where(flat, np.where(case.log, np.exp(np.where(case.log, path, 0.0)), path), case.target)
    on_path = case.d * (case.scaled(case.y) - path) >= -TOLERANCE
    holding = (case.kind == "hold") | reach & (now | before | near | flat)
    return holding, level, np.where(flat, on_path, now)
