"""Progress against the path and pace against what is required, and what counts as met."""

import numpy as np

from analysis.assessment.limits import TOLERANCE, UNDEFINED_WITHIN
from analysis.assessment.rule_inputs import Case


def path_value(
    time: np.ndarray,
    left: tuple[np.ndarray, np.ndarray],
    right: tuple[np.ndarray, np.ndarray],
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
