"""The rules of a colour in their order, the colour it is heading for, and the progress and pace that they ask about."""

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from analysis.assessment.direction import Comparison, End, answers, interval, is_adverse, level_interval
from analysis.assessment.limits import LIMITS, NEAR, TOLERANCE, UNDEFINED_WITHIN, Limits
from analysis.assessment.rule_inputs import Case


class Rule(NamedTuple):
    """One rule: its name, the colour and tendency it gives, and where it applies."""

    name: str
    colour: str
    towards: str
    applies: np.ndarray


def _rules(case: Case, limits: Limits) -> list[Rule]:
    """Return the rules of a colour in their order; the first that applies decides (method, section 4)."""
    passed = case.t >= case.target_time - TOLERANCE
    holding, level, met = held_level(case)
    ratio, change = progress(case), interval(case.comparison)
    better = answers(case.comparison, change) == "better"
    low, high = level_interval(case.comparison.method, case.comparison.latest)
    near = case.d * (level - case.y) <= case.epsilon + TOLERANCE
    near |= (low - TOLERANCE <= level) & (level <= high + TOLERANCE)
    return [
        Rule("grey", "grey", "", case.reason != ""),
        Rule("met", "green", "", holding & met & ~is_adverse(case.comparison, change)),
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


def decide(case: Case, limits: Limits = LIMITS) -> tuple[list[Rule], np.ndarray]:
    """Return the rules and the place of the one that decides.

    Returns
    -------
    rules : list of Rule
    which : ndarray of int
        In the shape of the case's values.

    """
    if _rows_are_equal(case.comparison):  # of one measure under a hundred ambitions: its change is one
        case = replace(case, comparison=case.comparison[:1])
    with np.errstate(divide="ignore", invalid="ignore"):
        rules = _rules(case, limits)
        return rules, np.select([rule.applies for rule in rules], list(range(len(rules))))


def _rows_are_equal(columns: Comparison | End) -> bool:
    return all(
        _rows_are_equal(part)
        if isinstance(part, End)
        else np.array_equal(part[1:], part[:-1], equal_nan=part.dtype.kind == "f")
        for part in vars(columns).values()
    )


def _tendency(case: Case, colours: np.ndarray, limits: Limits) -> np.ndarray:
    """Return the neighbouring colour that a colour on its path is heading for, or nothing (method, section 5)."""
    pace, change = required_pace(case), interval(case.comparison)
    enough, half = pace >= limits.green - TOLERANCE, pace >= limits.yellow - TOLERANCE
    red, yellow, green = (colours == name for name in ("red", "yellow", "green"))
    three, two = ~np.isnan(pace), case.n == 2
    better = two & (answers(case.comparison, change) == "better")
    worse = two & is_adverse(case.comparison, change)
    return np.select(
        [
            (three & red & half) | (better & red),
            (three & yellow & enough) | (better & yellow),
            (three & yellow & ~half) | (worse & yellow),
            (three & green & ~enough) | (worse & green),
        ],
        ["yellow", "green", "red", "yellow"],
        "",
    )


def is_weak(case: Case, colours: np.ndarray, towards: np.ndarray, fragile: np.ndarray) -> np.ndarray:
    """Return where a tendency of two points is weak (m,): far from the limit ahead, or resting on a fragile change."""
    ahead = np.select([colours == "green", colours == "red"], [LIMITS.green, LIMITS.yellow], np.nan)
    ahead = np.where(colours == "yellow", np.where(towards == "green", LIMITS.green, LIMITS.yellow), ahead)
    far = np.abs(progress(case)[:, 0] - ahead) > NEAR + TOLERANCE
    return (case.n[:, 0] == 2) & (towards != "") & (far | fragile)


ON_PATH: Final = ("on_path", "behind_path", "too_slow", "wrong_way")


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
    with np.errstate(divide="ignore", invalid="ignore"):
        heading = np.where(np.isin(names, ON_PATH), _tendency(case, colours, limits), towards)
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


def meets(case: Case, values: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Return where values are at the level or on its good side."""
    return case.d * (values - level) >= -TOLERANCE


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
    now, before = meets(case, case.y, case.target), meets(case, case.y0, case.target)
    near = too_near_to_tell(case)
    flat = reach & ~near & ~before & ~now & (case.t > case.t0 + TOLERANCE) & (case.d * planned <= TOLERANCE)
    path = case.scaled(case.y0) + planned
    level = np.where(flat, np.where(case.log, np.exp(np.where(case.log, path, 0.0)), path), case.target)
    on_path = case.d * (case.scaled(case.y) - path) >= -TOLERANCE
    holding = (case.kind == "hold") | reach & (now | before | near | flat)
    return holding, level, np.where(flat, on_path, now)
