"""Whether a handful of points rises or falls: weighted slopes and the exact Mann-Kendall test.

Written here is what scipy's ``kendalltau`` lacks: many series at once, and the exact distribution when values are equal
(``kendalltau(method="exact")`` refuses ties, and normal approximations are wrong below ten points).
"""

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, chdtri, ndtr

CHI_SQUARE: Final = float(chdtri(1, 0.002))  # 9.5495: the level of Fingertips' trend markers
EXACT_UP_TO: Final = 11  # points; from twelve on the normal approximation is good to the second digit of p


class Slope(NamedTuple):
    """A straight line through points, as arrays: `slope` and its `se` in units a time step, `intercept` at time 0.

    `se`, `chi2` and `p_value` are missing where any point lacks a standard error above zero; the line is unweighted
    then. `sign_stable` says that leaving out any one point leaves the slope's sign as it is, and not zero.
    """

    slope: NDArray
    intercept: NDArray
    se: NDArray
    chi2: NDArray
    p_value: NDArray
    sign_stable: NDArray


class MannKendall(NamedTuple):
    """Kendall's S of values against time: `tau` is S over the pairs, `z` that of the normal approximation."""

    s: NDArray
    var_s: NDArray
    z: NDArray
    tau: NDArray
    p_value: NDArray


def weighted_slope(times: ArrayLike, values: ArrayLike, se: ArrayLike = np.nan) -> Slope:
    """Return the least-squares line through points weighted by ``1 / se²``; the last axis is time.

    Parameters
    ----------
    times, values, se : array_like
        Points and the standard errors of their values.

    Returns
    -------
    Slope
        ``chi2`` is (slope / se of the slope)² on one degree of freedom.

    References
    ----------
    Fingertips' trend markers (Office for Health Improvement and Disparities), where it counts as a trend above
    `CHI_SQUARE` when the sign is stable.

    """
    times, values, se = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (times, values, se)))
    complete = (se > 0).all(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(complete, 1 / se**2, 1.0)
        middle = (weights * times).sum(axis=-1, keepdims=True) / weights.sum(axis=-1, keepdims=True)
        ahead = times - middle
        moments = weights * np.stack([np.ones_like(times), ahead, values, ahead * values, ahead**2])
        slope = _line(moments.sum(axis=-1))
        # summed over the others rather than taken off the whole: one heavy point would drown the rest in rounding
        without = _line(moments @ (1 - np.eye(times.shape[-1])))
        weight, x, y, _, xx = moments.sum(axis=-1)
        error = np.where(complete[..., 0], 1 / np.sqrt(xx), np.nan)  # times run from their middle, so x is nothing
        square = (slope / error) ** 2
        intercept = (y - slope * x) / weight - slope * middle[..., 0]
    stable = (slope != 0) & (np.sign(without) == np.sign(slope)[..., None]).all(axis=-1)
    return Slope(slope, intercept, error, square, chdtrc(1, square), stable)


def mann_kendall(values: ArrayLike) -> MannKendall:
    """Return the two-sided test of no trend in values in order of time; the last axis is time.

    Parameters
    ----------
    values : array_like
        Leave gaps out first: the answer is missing where a value is.

    Returns
    -------
    MannKendall
        p is exact up to eleven points, ties included, and the normal approximation corrected for ties above; 1 where
        all values are equal.

    References
    ----------
    Mann, Econometrica 13 (1945) 245-259; Kendall, Rank Correlation Methods, 1970.

    """
    values = np.asarray(values, dtype=float)
    n = values.shape[-1]
    signs = np.sign(values[..., None, :] - values[..., :, None])
    s = np.triu(signs).sum(axis=(-1, -2))
    ties = (signs == 0).sum(axis=-1)  # of each value, how many equal it, itself among them
    # a group of t equal values has t times t in it: sums over values are sums over groups of t times as much
    var_s = (n * (n - 1) * (2 * n + 5) - ((ties - 1) * (2 * ties + 5)).sum(axis=-1)) / 18
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(var_s > 0, (s - np.sign(s)) / np.sqrt(var_s), 0.0)
        tau = s / (n * (n - 1) / 2)
    missing = np.isnan(values).any(axis=-1)
    exact = n <= EXACT_UP_TO
    p_value = _exact_p(np.where(missing, 0.0, s), np.sort(ties, axis=-1)) if exact else 2 * ndtr(-np.abs(z))
    return MannKendall(*(np.where(missing, np.nan, a) for a in (s, var_s, z, tau, p_value)))


def mann_kendall_tail(points: int, s: float, ties: tuple[int, ...] = ()) -> float:
    """Return the exact probability that Kendall's S is at least `s` when order means nothing.

    Parameters
    ----------
    points : int
    s : float
    ties : tuple of int
        Sizes of the groups of equal values (single values may be left out).

    Returns
    -------
    float

    Examples
    --------
    >>> round(mann_kendall_tail(4, 6), 3)
    0.042

    """
    ways = _ways(points, tuple(sorted(ties)))
    # with ties the pairs that can disagree are fewer; each disagreement takes 2 from the largest possible S
    disagreements = int((len(ways) - 1 - s) // 2)
    return sum(ways[: max(disagreements + 1, 0)]) / sum(ways)


def _line(moments: NDArray) -> NDArray:
    weight, x, y, xy, xx = moments
    return (weight * xy - x * y) / (weight * xx - x**2)


def _exact_p(s: NDArray, ties: NDArray) -> NDArray:
    # thousands of short series share a handful of patterns of S and ties: each is worked out once
    rows = np.column_stack([np.abs(s).ravel(), ties.reshape(-1, ties.shape[-1])])
    patterns, which = np.unique(rows, axis=0, return_inverse=True)
    p_values = []
    for s_pattern, *equals in patterns:
        sizes, values = np.unique(np.array(equals, dtype=int), return_counts=True)
        groups = np.repeat(sizes, values // sizes).tolist()
        p_values.append(min(1.0, 2 * mann_kendall_tail(len(equals), s_pattern, tuple(groups))))
    return np.array(p_values)[which].reshape(s.shape)


@cache
def _ways(points: int, ties: tuple[int, ...]) -> tuple[int, ...]:
    """Return, for 0, 1, 2 … disagreeing pairs, how many orders of the values have so many.

    The number of permutations by inversions is the product of ``1 + q + … + q^(k-1)`` for k up to the points; each
    group of ties divides by its own such product (the q-multinomial coefficient).
    """
    ways = np.array([1], dtype=object)  # Python's integers: the numbers outgrow 64 bits
    for k in range(2, points + 1):
        ways = np.convolve(ways, np.ones(k, dtype=object))
    for k in (k for size in ties for k in range(2, size + 1)):
        quotient = np.zeros(len(ways) - k + 1, dtype=object)
        for place in range(len(quotient)):
            quotient[place] = ways[place] - quotient[max(0, place - k + 1) : place].sum()
        ways = quotient
    return tuple(int(way) for way in ways)
