"""Which areas stand apart beyond chance, and which series move beyond it: funnels, trends and steps of shares.

An area is held against all areas together, given how many persons its share is of; small areas differ much by chance,
and no area is ranked. Source of the funnel: Spiegelhalter, Funnel plots for comparing institutional performance,
Statistics in Medicine 24 (2005) 1185-1202, with exact binomial limits. The last axis of a series is time.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, chi2

INNER: Final = 0.95  # beyond it lies one area in twenty by chance: shown, never claimed
OUTER: Final = 0.998  # beyond it lies one in five hundred: claimed; the level of Fingertips' trend markers, too
SETTLES: Final = 20  # rounds of leaving out; a few are enough unless areas differ by far more than chance
LEAST_POINTS: Final = 5  # below it a series has no slope to speak of (method, section 6)
LEAST_SIDE: Final = 2  # points on either side of a step
LEAST_EXPECTED: Final = 5.0  # persons expected in each cell, below which chi-square is no guide (Cochran)


class Position(NamedTuple):
    """Where shares stand in the funnel: `zone` is 0 within the inner limits, ±1 beyond them, ±2 beyond the outer.

    ``p_value`` is twice the smaller exact tail (at most 1), ``z`` the distance from the centre in standard errors.
    """

    zone: NDArray
    p_value: NDArray
    z: NDArray


class Movement(NamedTuple):
    """How series move: `kind` is "" (nothing beyond chance), "trend" or "step"; `way` is 1 up, -1 down, 0.

    `at` is the place of the first point after the step, -1 without one; `p_value` that of the kind claimed, doubled for
    the choice between two and, for a step, multiplied by the places it could have had (Bonferroni).
    """

    kind: NDArray
    way: NDArray
    at: NDArray
    p_value: NDArray


def position(numerators: ArrayLike, denominators: ArrayLike, centre: ArrayLike) -> Position:
    """Return where shares stand beside `centre`, by the exact binomial tails; missing counts stand at zone 0.

    >>> position([2, 11], [20, 20], 0.2).zone.tolist()
    [0, 2]
    """
    counts, sizes, centre = np.broadcast_arrays(
        *(np.asarray(a, dtype=float) for a in (numerators, denominators, centre))
    )
    known = np.isfinite(counts) & np.isfinite(centre) & (sizes > 0)
    x, n, p = (np.where(known, a, fill) for a, fill in ((counts, 0.0), (sizes, 1.0), (centre, 0.5)))
    above, below = binom.sf(x - 1, n, p), binom.cdf(x, n, p)
    tail = np.minimum(above, below)
    beyond = (tail <= (1 - INNER) / 2).astype(int) + (tail <= (1 - OUTER) / 2)
    zone = np.where(known, np.where(above < below, beyond, -beyond), 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (x / n - p) / np.sqrt(p * (1 - p) / n)
    return Position(zone, np.where(known, np.minimum(1.0, 2 * tail), np.nan), np.where(known, z, np.nan))


def centre(numerators: ArrayLike, denominators: ArrayLike) -> float:
    """Return the share that most areas have in common: of all together but those beyond the outer limits around it.

    One large area that stands apart would draw the mean towards itself and push others beyond the limits. Found from
    the median area by leaving out and taking in again until it settles; missing without any area.

    >>> round(centre([20, 19, 21, 900], [100, 100, 100, 1000]), 2)
    0.2
    """
    counts, sizes = (np.asarray(a, dtype=float) for a in (numerators, denominators))
    known = np.isfinite(counts) & (sizes > 0)
    if not known.any():
        return float("nan")
    counts, sizes = counts[known], sizes[known]
    found = float(np.median(counts / sizes))
    for _ in range(SETTLES):
        kept = np.abs(position(counts, sizes, found).zone) < 2
        if not kept.any():
            break
        before, found = found, counts[kept].sum() / sizes[kept].sum()
        if found == before:
            break
    return float(found)


def limits(sizes: ArrayLike, centre: float, level: float) -> tuple[NDArray, NDArray]:
    """Return the lower and upper limit of shares of so many persons; missing where not even 0 or all lies beyond.

    Interpolated between whole counts (Spiegelhalter, appendix A.1.1), so that the lines are smooth; `position`, which
    decides, is exact.
    """
    n = np.asarray(sizes, dtype=float)
    ends = []
    for p in ((1 - level) / 2, (1 + level) / 2):
        r = binom.ppf(p, n, centre)
        part = (binom.cdf(r, n, centre) - p) / binom.pmf(r, n, centre)
        ends.append((r - part) / n)
    low, high = ends
    return np.where(low > 0, low, np.nan), np.where(high < 1, high, np.nan)


def movement(numerators: ArrayLike, denominators: ArrayLike) -> Movement:
    """Return how shares move over time; points that are missing (NaN) are left out, not filled.

    A trend is Cochran and Armitage's chi-square, a step the largest chi-square of before against after. The larger of
    the two names the kind; both together claim something of one steady series in five hundred at most.

    >>> steady, step = [50] * 8, [50] * 4 + [80] * 4
    >>> movement([steady, step], [[200] * 8] * 2).kind.tolist()
    ['', 'step']
    """
    counts, sizes = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (numerators, denominators)))
    known = np.isfinite(counts) & (sizes > 0)
    x, n = np.where(known, counts, 0.0), np.where(known, sizes, 0.0)
    if x.shape[-1] < LEAST_POINTS:
        none = np.zeros(x.shape[:-1], dtype=int)
        return Movement(np.full(none.shape, ""), none, none - 1, np.full(none.shape, np.nan))
    trend, slope = linear_trend(x, n)
    steps, differences = _steps(x, n, known)
    at = np.argmax(steps, axis=-1)
    step, way = (np.take_along_axis(a, at[..., None], axis=-1)[..., 0] for a in (steps, differences))
    p_trend = np.minimum(1.0, 2 * chi2.sf(trend, df=1))
    p_step = np.minimum(1.0, 2 * np.maximum((steps > 0).sum(axis=-1), 1) * chi2.sf(step, df=1))
    enough = known.sum(axis=-1) >= LEAST_POINTS
    is_step = enough & (p_step <= 1 - OUTER) & (step > trend)
    is_trend = enough & (p_trend <= 1 - OUTER) & ~is_step
    kind = np.where(is_step, "step", np.where(is_trend, "trend", ""))
    sign = np.where(is_step, np.sign(way), np.where(is_trend, np.sign(slope), 0)).astype(int)
    return Movement(kind, sign, np.where(is_step, at + 1, -1), np.where(is_step, p_step, p_trend))


def linear_trend(x: NDArray, n: NDArray) -> tuple[NDArray, NDArray]:
    """Return the chi-square of a linear trend, 0 where too few are expected, and the sum that has its sign."""
    times = np.arange(x.shape[-1], dtype=float)
    total = n.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = x.sum(axis=-1) / total
        lead = (times * (x - n * share[..., None])).sum(axis=-1)
        spread = (n * times**2).sum(axis=-1) - (n * times).sum(axis=-1) ** 2 / total
        square = lead**2 / (share * (1 - share) * spread)
        enough = total * np.minimum(share, 1 - share) >= 2 * LEAST_EXPECTED
    return np.where(enough & np.isfinite(square), square, 0.0), lead


def _steps(x: NDArray, n: NDArray, known: NDArray) -> tuple[NDArray, NDArray]:
    """Return, for a step after each point, its chi-square (0 where too few are expected) and after less before."""
    before, sizes = x.cumsum(axis=-1)[..., :-1], n.cumsum(axis=-1)[..., :-1]
    total, whole = x.sum(axis=-1, keepdims=True), n.sum(axis=-1, keepdims=True)
    points = known.cumsum(axis=-1)[..., :-1]
    sided = (points >= LEAST_SIDE) & (known.sum(axis=-1, keepdims=True) - points >= LEAST_SIDE)
    sided &= known[..., 1:]  # a step begins at a point that is there
    with np.errstate(divide="ignore", invalid="ignore"):
        share = total / whole
        difference = (total - before) / (whole - sizes) - before / sizes
        square = difference**2 / (share * (1 - share) * (1 / sizes + 1 / (whole - sizes)))
        expected = np.minimum(sizes, whole - sizes) * np.minimum(share, 1 - share)
    enough = sided & (expected >= LEAST_EXPECTED) & np.isfinite(square)
    return np.where(enough, square, 0.0), np.where(enough, difference, 0.0)
