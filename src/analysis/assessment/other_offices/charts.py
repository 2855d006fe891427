"""Trend markers of Fingertips (England)."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics import trend_tests
from analysis.statistics.surveys import PRINTED_Z

MARKER_POINTS: Final = 5  # Fingertips
INTERVAL: Final = 2 * PRINTED_Z  # a 95 % interval in standard errors, as Fingertips reads one back


def fingertips_trend(values: ArrayLike, low: ArrayLike, high: ArrayLike, direction: ArrayLike) -> NDArray:
    """Return Fingertips' trend marker of each row of five values.

    Parameters
    ----------
    values, low, high : array_like
        Values and their 95 % limits, oldest first.
    direction : array_like of int
        1 where higher is better, -1 where lower is, 0 where neither.

    Returns
    -------
    ndarray of str
        ``increasing`` or ``decreasing`` when the slope over the order of the points has a chi-square above 9.5495
        (99.8 %) and keeps its sign leaving out each point, with ``_and_getting_better`` or ``_and_getting_worse`` where
        there is a better direction; else ``no_change``, also where limits lack; ``cannot_be_calculated`` with fewer
        than five values.

    References
    ----------
    `trend_tests.weighted_slope`.

    """
    values, low, high = (np.atleast_2d(np.asarray(a, dtype=float)) for a in (values, low, high))
    if values.shape[-1] < MARKER_POINTS:
        return np.full(len(values), "cannot_be_calculated", dtype=object)
    latest = np.s_[..., -MARKER_POINTS:]
    line = trend_tests.weighted_slope(np.arange(MARKER_POINTS), values[latest], (high[latest] - low[latest]) / INTERVAL)
    way = np.sign(line.slope)
    judged = np.where(way == direction, "_and_getting_better", "_and_getting_worse").astype(object)
    moving = np.where(way > 0, "increasing", "decreasing").astype(object)
    moving = moving + np.where(np.asarray(direction) == 0, "", judged).astype(object)
    marker = np.where((line.chi2 > trend_tests.CHI_SQUARE) & line.sign_stable, moving, "no_change")
    return np.where(np.isfinite(values[latest]).all(axis=-1), marker, "cannot_be_calculated")
