"""Counts of events as Poisson variables: how sure one is, and whether two of them differ; elementwise on arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.statistics.surveys import LEVEL


class EventChange(NamedTuple):
    """The difference of two counts, as arrays; `p_fall` and `p_rise` are one-sided p-values."""

    change: NDArray
    low: NDArray
    high: NDArray
    p_fall: NDArray
    p_rise: NDArray
    p_value: NDArray


@np.errstate(all="ignore")
def poisson_interval(count: ArrayLike, level: float = LEVEL) -> tuple[NDArray, NDArray]:
    """Return low and high of the exact interval of a Poisson mean (Garwood).

    Parameters
    ----------
    count : array_like
        Events counted, zero or more.
    level : float
        Confidence level.

    Returns
    -------
    low, high : ndarray
        Missing for negative counts.

    References
    ----------
    Garwood, Biometrika 28 (1936) 437-442.

    Examples
    --------
    >>> [round(float(end), 2) for end in poisson_interval(10)]
    [4.8, 18.39]

    """
    count = np.asarray(count, dtype=float)
    tail = (1 - level) / 2
    low = np.where(count > 0, special.gammaincinv(np.where(count > 0, count, 1.0), tail), 0.0)
    high = special.gammainccinv(count + 1, tail)
    return np.where(count >= 0, low, np.nan), np.where(count >= 0, high, np.nan)


@np.errstate(all="ignore")
def event_change(
    before: ArrayLike,
    after: ArrayLike,
    exposure_before: ArrayLike = 1.0,
    exposure_after: ArrayLike = 1.0,
    level: float = LEVEL,
) -> EventChange:
    """Return the difference of two Poisson rates, with Clopper and Pearson's interval given the sum of the counts.

    Parameters
    ----------
    before, after : array_like
        Events counted, zero or more.
    exposure_before, exposure_after : array_like
        Length of the period of each count, in one unit.
    level : float
        Confidence level.

    Returns
    -------
    EventChange
        ``change = after / exposure_after - before / exposure_before``. With the bounds pi of the share of `after` in
        the sum m, low and high are ``m pi / exposure_after - m (1 - pi) / exposure_before``. The two-sided p is twice
        the smaller one-sided, at most 1, so that it and the interval give one answer.

    References
    ----------
    Clopper and Pearson, Biometrika 26 (1934) 404-413; Przyborowski and Wilenski, Biometrika 31 (1940) 313-323.

    Examples
    --------
    >>> change = event_change(289, 328)
    >>> [round(float(end), 1) for end in (change.low, change.high)]
    [-10.7, 88.3]

    """
    before, after, exposure_before, exposure_after = np.broadcast_arrays(
        *(np.asarray(value, dtype=float) for value in (before, after, exposure_before, exposure_after))
    )
    tail, counted = (1 - level) / 2, (before >= 0) & (after >= 0)
    whole = before + after
    low = np.where(after > 0, special.betaincinv(np.where(after > 0, after, 1.0), before + 1, tail), 0.0)
    high = np.where(before > 0, special.betainccinv(after + 1, np.where(before > 0, before, 1.0), tail), 1.0)
    ends = [whole * share / exposure_after - whole * (1 - share) / exposure_before for share in (low, high)]
    equal = exposure_after / (exposure_before + exposure_after)  # the share of `after` where the rates are one
    # P(X <= after) and P(X >= after) of a binomial variable X of `whole` trials
    fall = np.where(before > 0, special.betainc(np.where(before > 0, before, 1.0), after + 1, 1 - equal), 1.0)
    rise = np.where(after > 0, special.betainc(np.where(after > 0, after, 1.0), before + 1, equal), 1.0)
    both = np.minimum(1.0, 2 * np.minimum(fall, rise))
    change = after / exposure_after - before / exposure_before
    return EventChange(*(np.where(counted, part, np.nan) for part in (change, *ends, fall, rise, both)))
