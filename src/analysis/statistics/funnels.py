"""Which areas differ from the others beyond chance, and which series move beyond it: funnels, trends and steps.

An area is compared with all areas together, given how many persons its share is of; small areas differ much by chance,
and no area is ranked. The last axis of a series is time. Shares of areas also differ, and move, by more than the
binomial distribution allows without anything remarkable behind it: both comparisons are widened by how much they do.

References
----------
Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005) 1185-1202, with
exact binomial limits; Laney, Improved control charts for attributes, Quality Engineering 14 (2002) 531-537.

"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc
from scipy.stats import binom, chi2

from analysis.statistics.process_charts import RANGE_LIMIT
from analysis.statistics.surveys import PRINTED_Z

INNER: Final = 0.95  # beyond it lies one area in twenty by chance: shown, never claimed
OUTER: Final = 0.998  # beyond it lies one in five hundred: claimed; the level of Fingertips' trend markers, too
INNER_Z: Final = PRINTED_Z  # the same two limits in standard errors
OUTER_Z: Final = 3.09
SETTLES: Final = 20  # rounds of leaving out; a handful does unless areas differ by far more than chance
LEAST_POINTS: Final = 5  # below it a series has no slope to speak of (method, section 6)
LEAST_SIDE: Final = 2  # points on either side of a step
LEAST_EXPECTED: Final = 5.0  # persons expected in each cell, below which chi-square is no guide (Cochran)
LEAST_AREAS: Final = 10  # below it no tenth of them can be drawn in
LEAST_RANGES: Final = 8  # moving ranges, below which a series says too little of its own spread
WINSORISED: Final = 0.10  # part of the areas at either end that is drawn in to the rest (Spiegelhalter)
WINSORISED_VARIANCE: Final = 0.679  # of a standard normal whose outer tenths are drawn in: 0.8 - 2 a f(a) + 0.2 a²
RANGE_OF_TWO: Final = 1.128  # d2: the mean range of two values of a standard normal


class Position(NamedTuple):
    """Where shares lie in the funnel: `zone` is 0 within the inner limits, ±1 beyond them, ±2 beyond the outer.

    ``p_value`` is twice the smaller exact tail (at most 1), ``z`` the distance from the centre in standard errors; both
    are of the distance divided by the square root of the dispersion.
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


def position(numerators: ArrayLike, denominators: ArrayLike, centre: ArrayLike, dispersion: float = 1.0) -> Position:
    """Return where shares lie beside a centre, by the exact binomial tails.

    Parameters
    ----------
    numerators, denominators : array_like
        Persons counted, and persons they are of.
    centre : array_like
        The share to compare with (0-1).
    dispersion : float
        As `dispersion` gives it: each share counts as nearer the centre by its square root.

    Returns
    -------
    Position
        Missing counts lie at zone 0, without p-value and z.

    Examples
    --------
    >>> position([2, 11], [20, 20], 0.2).zone.tolist()
    [0, 2]

    """
    numbers = (np.asarray(a, dtype=float) for a in (numerators, denominators, centre))
    counts, sizes, centre = np.broadcast_arrays(*numbers)
    valid = np.isfinite(counts) & np.isfinite(centre) & (sizes > 0)
    x, n, p = (np.where(valid, a, fill) for a, fill in ((counts, 0.0), (sizes, 1.0), (centre, 0.5)))
    x = n * p + (x - n * p) / np.sqrt(dispersion) if dispersion > 1 else x
    # the binomial tails, continued between whole counts
    above = np.where(x > 0, betainc(np.maximum(x, 1e-9), n - x + 1, p), 1.0)
    below = np.where(x < n, betainc(np.maximum(n - x, 1e-9), x + 1, 1 - p), 1.0)
    tail = np.minimum(above, below)
    beyond = (tail <= (1 - INNER) / 2).astype(int) + (tail <= (1 - OUTER) / 2)
    zone = np.where(valid, np.where(above < below, beyond, -beyond), 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (x / n - p) / np.sqrt(p * (1 - p) / n)
    return Position(zone, np.where(valid, np.minimum(1.0, 2 * tail), np.nan), np.where(valid, z, np.nan))


def centre(numerators: ArrayLike, denominators: ArrayLike) -> float:
    """Return the share that most areas have in common: of all together but those beyond the outer limits around it.

    One large area far from the others would draw the mean towards itself and push others beyond the limits. So the
    share starts from the median area and is calculated anew without the areas beyond until it settles.

    Parameters
    ----------
    numerators, denominators : array_like
        One of each for every area.

    Returns
    -------
    float
        Missing without any area.

    Examples
    --------
    >>> round(centre([20, 19, 21, 900], [100, 100, 100, 1000]), 2)
    0.2

    """
    counts, sizes = (np.asarray(a, dtype=float) for a in (numerators, denominators))
    valid = np.isfinite(counts) & (sizes > 0)
    if not valid.any():
        return float("nan")
    counts, sizes = counts[valid], sizes[valid]
    share = float(np.median(counts / sizes))
    for _ in range(SETTLES):
        kept = np.abs(position(counts, sizes, share).zone) < 2
        if not kept.any():
            break
        before, share = share, counts[kept].sum() / sizes[kept].sum()
        if share == before:
            break
    return float(share)


def dispersion(numerators: ArrayLike, denominators: ArrayLike, centre: float) -> float:
    """Return how much more shares vary around a centre than chance alone lets them: Spiegelhalter's φ, winsorised.

    Parameters
    ----------
    numerators, denominators : array_like
        One of each for every area.
    centre : float
        Their common share (0-1).

    Returns
    -------
    float
        Mean square of the distances in standard errors, those of the outermost tenths drawn in to the rest, over what
        it is of a standard normal. 1 where it is within two standard errors of 1, and below `LEAST_AREAS` areas.

    References
    ----------
    Spiegelhalter (see above), section 5.3 and appendix A.3.1; the division is ours, without which φ is too small by a
    third.

    Examples
    --------
    >>> dispersion([20, 19, 21, 22, 18] * 4, [100] * 20, 0.2)
    1.0

    """
    z = position(numerators, denominators, centre).z
    z = z[np.isfinite(z)]
    if len(z) < LEAST_AREAS:
        return 1.0
    drawn_in = np.clip(z, *np.quantile(z, (WINSORISED, 1 - WINSORISED)))
    excess = float((drawn_in**2).mean()) / WINSORISED_VARIANCE
    return excess if excess > 1 + 2 * np.sqrt(2 / len(z)) else 1.0


def limits(sizes: ArrayLike, centre: float, level: float, dispersion: float = 1.0) -> tuple[NDArray, NDArray]:
    """Return the lower and upper limit of shares of so many persons.

    Interpolated between whole counts, so that the lines are smooth; `position`, which decides, is exact.

    Parameters
    ----------
    sizes : array_like
        Persons.
    centre : float
        The common share (0-1).
    level : float
        How much lies between the limits by chance: `INNER` or `OUTER`.
    dispersion : float
        As in `position`.

    Returns
    -------
    low, high : ndarray
        Missing where not even a share of 0 or 1 lies beyond.

    References
    ----------
    Spiegelhalter (see above), appendix A.1.1.

    """
    n = np.asarray(sizes, dtype=float)
    p = np.reshape([(1 - level) / 2, (1 + level) / 2], (2, *[1] * n.ndim))  # both ends, by all sizes
    r = binom.ppf(p, n, centre)
    part = (binom.cdf(r, n, centre) - p) / binom.pmf(r, n, centre)
    low, high = centre + ((r - part) / n - centre) * np.sqrt(dispersion)
    return np.where(low > 0, low, np.nan), np.where(high < 1, high, np.nan)


def movement(numerators: ArrayLike, denominators: ArrayLike) -> Movement:
    """Return how shares move over time: a trend (Cochran and Armitage's chi-square) or a step.

    Parameters
    ----------
    numerators, denominators : array_like
        Series of counts and of the persons they are of. Missing points are left out, not filled.

    Returns
    -------
    Movement
        Of trend and step the larger chi-square names the kind. Both are divided by the square of Laney's sigma, the
        spread of neighbouring points over the binomial one, where it is above 1: that of all series together or, if
        larger, the series' own. Of steady series with nothing but binomial noise at most one in five hundred is then
        claimed to move, and as few of those whose points all vary twice as much. Where only one series in ten varies
        so, two in a hundred of these are, and with fewer than nine points, which say nothing of their own spread, one
        in eight.

    References
    ----------
    Armitage, Biometrics 11 (1955) 375-386; Cochran, Biometrics 10 (1954) 417-451; Laney (see above).

    Examples
    --------
    >>> steady, step = [50] * 8, [50] * 4 + [80] * 4
    >>> movement([steady, step], [[200] * 8] * 2).kind.tolist()
    ['', 'step']

    """
    counts, sizes = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (numerators, denominators)))
    valid = np.isfinite(counts) & (sizes > 0)
    x, n = np.where(valid, counts, 0.0), np.where(valid, sizes, 0.0)
    if x.shape[-1] < LEAST_POINTS:
        none = np.zeros(x.shape[:-1], dtype=int)
        return Movement(np.full(none.shape, ""), none, none - 1, np.full(none.shape, np.nan))
    excess = _laney_sigma(x, n, valid) ** 2
    trend, slope = linear_trend(x, n)
    steps, differences = _steps(x, n, valid)
    trend, steps = trend / excess, steps / excess[..., None]
    at = np.argmax(steps, axis=-1)
    step, way = (np.take_along_axis(a, at[..., None], axis=-1)[..., 0] for a in (steps, differences))
    # two kinds were looked for, and the largest of several steps was taken: each costs its factor (Bonferroni)
    p_trend = np.minimum(1.0, 2 * chi2.sf(trend, df=1))
    p_step = np.minimum(1.0, 2 * np.maximum((steps > 0).sum(axis=-1), 1) * chi2.sf(step, df=1))
    enough = valid.sum(axis=-1) >= LEAST_POINTS
    is_step = enough & (p_step <= 1 - OUTER) & (step > trend)
    is_trend = enough & (p_trend <= 1 - OUTER) & ~is_step
    kind = np.where(is_step, "step", np.where(is_trend, "trend", ""))
    sign = np.where(is_step, np.sign(way), np.where(is_trend, np.sign(slope), 0)).astype(int)
    return Movement(kind, sign, np.where(is_step, at + 1, -1), np.where(is_step, p_step, p_trend))


def linear_trend(numerators: NDArray, denominators: NDArray) -> tuple[NDArray, NDArray]:
    """Return the chi-square (one degree of freedom) of a linear trend in shares, and a sum that has its sign.

    Parameters
    ----------
    numerators, denominators : ndarray
        Series of counts and of the persons they are of, both zero where a point is missing.

    Returns
    -------
    square, lead : ndarray
        Cochran and Armitage's N r², 0 where fewer than twice `LEAST_EXPECTED` are on the smaller side; and the sum of
        products of times and differences from the common share.

    References
    ----------
    As `movement`.

    """
    x, n = numerators, denominators
    times = np.arange(x.shape[-1], dtype=float)
    total = n.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = x.sum(axis=-1) / total
        lead = (times * (x - n * share[..., None])).sum(axis=-1)
        spread = (n * times**2).sum(axis=-1) - (n * times).sum(axis=-1) ** 2 / total
        square = lead**2 / (share * (1 - share) * spread)
        enough = total * np.minimum(share, 1 - share) >= 2 * LEAST_EXPECTED
    return np.where(enough & np.isfinite(square), square, 0.0), lead


def _laney_sigma(x: NDArray, n: NDArray, valid: NDArray) -> NDArray:
    """Return, for each series, how many times its neighbouring points vary more than by binomial chance; 1 at least."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = x.sum(axis=-1, keepdims=True) / n.sum(axis=-1, keepdims=True)
        z = (x / n - share) / np.sqrt(share * (1 - share) / n)
    ranges = np.abs(np.diff(z, axis=-1))
    paired = valid[..., 1:] & valid[..., :-1] & np.isfinite(ranges)
    ranges, count = np.where(paired, ranges, 0.0), np.maximum(paired.sum(axis=-1, keepdims=True), 1)
    # a step is one large range, which is no noise
    kept = paired & (ranges <= RANGE_LIMIT * ranges.sum(axis=-1, keepdims=True) / count)
    ranges = np.where(kept, ranges, 0.0)
    together = ranges.sum() / max(kept.sum(), 1)
    own = ranges.sum(axis=-1) / np.maximum(kept.sum(axis=-1), 1)
    own = np.where(kept.sum(axis=-1) >= LEAST_RANGES, own, 0.0)
    return np.maximum(np.maximum(own, together) / RANGE_OF_TWO, 1.0)


def _steps(x: NDArray, n: NDArray, valid: NDArray) -> tuple[NDArray, NDArray]:
    """Return, for a step after each point, its chi-square (0 where too few are expected) and after less before."""
    before, sizes = x.cumsum(axis=-1)[..., :-1], n.cumsum(axis=-1)[..., :-1]
    total, whole = x.sum(axis=-1, keepdims=True), n.sum(axis=-1, keepdims=True)
    points = valid.cumsum(axis=-1)[..., :-1]
    enough = (points >= LEAST_SIDE) & (valid.sum(axis=-1, keepdims=True) - points >= LEAST_SIDE)
    enough &= valid[..., 1:]  # a step begins at a point that is there
    with np.errstate(divide="ignore", invalid="ignore"):
        share = total / whole
        difference = (total - before) / (whole - sizes) - before / sizes
        square = difference**2 / (share * (1 - share) * (1 / sizes + 1 / (whole - sizes)))
        expected = np.minimum(sizes, whole - sizes) * np.minimum(share, 1 - share)
    enough &= (expected >= LEAST_EXPECTED) & np.isfinite(square)
    return np.where(enough, square, 0.0), np.where(enough, difference, 0.0)
