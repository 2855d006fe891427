"""Process charts: limits that a steady process stays within, and NHS England's rules for what falls outside them.

A point's mark says which way it departs: 1 high or rising, -1 low or falling, 0 not at all. The last axis is time.

A steady process gets such marks too. Of series of independent normal values, 1.4 to 1.6 % have one on their latest
point, which the variation icon shows; 7 % of 12 points and 19 % of 24 have one somewhere.

References
----------
NHS England, "Making data count", with the choices of NHSRplotthedots where the guidance is silent; Provost and
Murray, The Health Care Data Guide, 2011.

"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

NATURAL_LIMIT: Final = 2.66  # moving ranges to three sigma: 3 / d2, d2 = 1.128 for ranges of two
RANGE_LIMIT: Final = 3.267  # D4 of ranges of two: moving ranges of this many means or more are outliers
PROCESS_POINTS: Final = 12  # fewer make limits that move with every new point
RUN: Final = 7  # points on one side, or steadily rising
CLOSE: Final = 2 / 3  # the outer third lies beyond two of three sigma
_SAME: Final = 1e-12  # part of a series' largest value: values nearer each other are equal but for their binary form


class Limits(NamedTuple):
    """Mean and process limits of a series, and where the outer thirds begin."""

    mean: NDArray
    lower: NDArray
    upper: NDArray
    inner_lower: NDArray
    inner_upper: NDArray


class Rules(NamedTuple):
    """Each point's mark under each rule, in the order in which a point is named after them."""

    outside: NDArray
    trend: NDArray
    two_of_three: NDArray
    shift: NDArray

    @property
    def special(self) -> NDArray:
        """Return each point's mark under the first rule that it falls under."""
        return np.select([rule != 0 for rule in self], list(self))


def xmr_limits(values: ArrayLike, screen_outliers: bool = True) -> Limits:
    """Return the limits of individual values: mean ± 2.66 mean moving ranges.

    Parameters
    ----------
    values : array_like
    screen_outliers : bool
        Leave moving ranges of 3.267 times their mean or more out of the mean, once.

    Returns
    -------
    Limits

    """
    values = np.asarray(values, dtype=float)
    ranges = np.abs(np.diff(values, axis=-1))
    kept = (ranges < RANGE_LIMIT * ranges.mean(axis=-1, keepdims=True)) | (ranges == 0) | (not screen_outliers)
    mean_range = (ranges * kept).sum(axis=-1) / kept.sum(axis=-1)
    mean, reach = values.mean(axis=-1), NATURAL_LIMIT * mean_range
    return Limits(mean, mean - reach, mean + reach, mean - CLOSE * reach, mean + CLOSE * reach)


def xmr_rules(values: ArrayLike, limits: Limits | None = None) -> Rules:
    """Return each point's marks under the four rules.

    Outside the limits; part of seven points steadily rising or falling; in the outer third with another of three
    neighbours on the same side there (a point outside is not in the third); part of seven points on one side of the
    mean. Two of three and the run mark only points that lie there themselves.

    Parameters
    ----------
    values : array_like
    limits : Limits, optional
        Those of the values themselves unless given.

    Returns
    -------
    Rules

    """
    values = np.asarray(values, dtype=float)
    mean, lower, upper, inner_lower, inner_upper = (a[..., None] for a in limits or xmr_limits(values))
    size = _size(values)
    side = _sign(values - mean, size)
    outside = _marks(values, lower, upper, size)
    outer = np.where(outside == 0, _marks(values, inner_lower, inner_upper, size), 0)
    close = two_of_three(outer, side) * (outer != 0)
    return Rules(outside, backfill(trend_ends(values)), close, backfill(run_ends(side)))


def run_ends(sides: ArrayLike, length: int = RUN) -> NDArray:
    """Return the side of each point that ends a run of `length` points on one side, else 0."""
    sides = np.asarray(sides, dtype=int)
    if sides.shape[-1] < length:
        return np.zeros_like(sides)
    windows = np.lib.stride_tricks.sliding_window_view(sides, length, axis=-1)
    ends = np.where((windows == windows[..., -1:]).all(axis=-1), windows[..., -1], 0)
    return np.concatenate([np.zeros_like(sides[..., : length - 1]), ends], axis=-1)


def trend_ends(values: ArrayLike, length: int = RUN) -> NDArray:
    """Return 1 or -1 for each point that ends `length` points each above, or below, the one before; else 0."""
    values = np.asarray(values, dtype=float)
    steps = _sign(np.diff(values, axis=-1), _size(values))
    return np.concatenate([np.zeros_like(values[..., :1], dtype=int), run_ends(steps, length - 1)], axis=-1)


def backfill(ends: ArrayLike, length: int = RUN) -> NDArray:
    """Return the marks of runs' ends spread over all `length` points of each run; where runs meet, the later's."""
    ends = np.asarray(ends, dtype=int)
    marks = ends.copy()
    for back in range(1, min(length, ends.shape[-1])):
        later = ends[..., back:]
        marks[..., :-back] = np.where(later != 0, later, marks[..., :-back])
    return marks


def two_of_three(outer: ArrayLike, side: ArrayLike | None = None) -> NDArray:
    """Return the mark of every point in a window of three that holds two `outer` marks of one sign.

    Parameters
    ----------
    outer : array_like of int
        1 or -1 for points in the outer third, else 0.
    side : array_like of int, optional
        Side of the mean; if given, all three must lie on one side.

    Returns
    -------
    ndarray of int
        Where windows of both signs overlap, a point keeps its own.

    """
    outer = np.asarray(outer, dtype=int)
    if outer.shape[-1] < 3:
        return np.zeros_like(outer)
    windows = np.lib.stride_tricks.sliding_window_view(outer, 3, axis=-1)
    together = np.ones(windows.shape[:-1], dtype=bool)
    if side is not None:
        sides = np.lib.stride_tricks.sliding_window_view(np.asarray(side, dtype=int), 3, axis=-1)
        together = np.abs(sides.sum(axis=-1)) == 3
    covered = []
    for sign in (1, -1):
        marked = ((windows == sign).sum(axis=-1) >= 2) & together
        # a window is marked at its last point, and the mark is spread over all three
        covered.append(backfill(np.pad(marked, [*[(0, 0)] * (outer.ndim - 1), (2, 0)]), length=3) > 0)
    high, low = covered
    return np.where(high & low, outer, high.astype(int) - low.astype(int))


def variation(values: ArrayLike, direction: ArrayLike) -> NDArray:
    """Return what the latest point shows: the variation icon, as text.

    Parameters
    ----------
    values : array_like
    direction : array_like of int
        1 where higher is better, -1 where lower is, 0 where neither.

    Returns
    -------
    ndarray of str
        ``common_cause``; ``improvement`` or ``concern`` by `direction`; ``neutral_high`` or ``neutral_low`` where
        neither way is better. A steady fall is a fall also while above the mean.

    """
    mark = xmr_rules(values).special[..., -1]
    direction = np.asarray(direction)
    neutral = np.where(mark > 0, "neutral_high", "neutral_low")
    judged = np.where(mark == np.sign(direction), "improvement", "concern")
    return np.where(mark == 0, "common_cause", np.where(direction == 0, neutral, judged))


def assurance(lower: ArrayLike, upper: ArrayLike, target: ArrayLike, direction: ArrayLike) -> NDArray:
    """Return whether the process can be relied on to meet its target: the assurance icon, as text.

    Parameters
    ----------
    lower, upper : array_like
        Process limits.
    target, direction : array_like
        Target (missing where there is none) and better direction, as in `variation`.

    Returns
    -------
    ndarray of str
        ``consistent_pass``, ``consistent_fail`` or, with the target within or on the limits, ``inconsistent``; ``none``
        without a target or a better direction.

    """
    lower, upper, target, direction = (np.asarray(a, dtype=float) for a in (lower, upper, target, direction))
    side = _marks(target, lower, upper, np.maximum(np.maximum(np.abs(lower), np.abs(upper)), np.abs(target)))
    missed = np.where(side * direction > 0, "consistent_fail", "inconsistent")
    answer = np.where(side * direction < 0, "consistent_pass", missed)
    return np.where(np.isnan(target) | np.isnan(lower) | (direction == 0), "none", answer)


def _marks(values: NDArray, lower: NDArray, upper: NDArray, size: NDArray) -> NDArray:
    return (_sign(values - upper, size) > 0).astype(int) - (_sign(values - lower, size) < 0)


def _size(values: NDArray) -> NDArray:
    return np.abs(values).max(axis=-1, keepdims=True)


def _sign(difference: NDArray, size: NDArray) -> NDArray:
    """Return 1, -1, or 0 for what is no more than the rounding of values of that size; 0 for a missing one, too."""
    return (difference > _SAME * size).astype(int) - (difference < -_SAME * size)
