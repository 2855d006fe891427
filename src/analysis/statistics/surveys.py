"""Survey statistics: how sure a share is, whether two waves differ, and whether the difference could be something else.

Counts of events are here too, as Poisson variables: how sure one is, and whether two of them differ.

Shares are fractions in 0-1 here; callers turn per cent into fractions and back. Everything down to `standardise` works
elementwise on arrays of waves; from `Design` on, on one frame with a row a respondent.

Where a value cannot be had (no number of respondents, a share outside 0-1, a population counted in full) the answer is
missing, never zero and never infinite. Distributions are ``scipy.special``'s; the intervals and the rule of false
discoveries are a line or two each and written out, for ``scipy.stats`` takes two seconds to import, which every check
and every kernel would wait for. Tests hold them against SciPy and statsmodels.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.core.names import nearest

SIGNIFICANCE: Final = 0.05  # two-sided, the level the source surveys state for themselves
CRITICAL_Z: Final = float(special.ndtri(1 - SIGNIFICANCE / 2))
PRINTED_Z: Final = 1.96  # half a 95 % interval in standard errors, as the surveys print their margins
LEVEL: Final = 0.95
_SEARCHED: Final = 16  # times the pooled test's size: more than Newcombe's limits ask for of any two shares
_HALVINGS: Final = 80  # halvings of that span, after which nothing of a respondent is left
NO_CHANGE: Final = 1e-9  # of a share: below it lies only what a float loses
DISCOVERY_RATE: Final = 0.10  # share of flagged changes that may be chance: a report warns more than it proves


class SurveyError(ValueError):
    """A sample or a set of groups that cannot be computed on; the message names what stands in the way."""


class WaveChange(NamedTuple):
    """The change of a share between two waves, as arrays; `change`, `low` and `high` as fractions."""

    change: NDArray
    low: NDArray
    high: NDArray
    z: NDArray
    p_value: NDArray
    significant: NDArray


class CountChange(NamedTuple):
    """The change of a count between two periods of equal length, as arrays."""

    change: NDArray
    z: NDArray
    p_value: NDArray


class TestedChange(NamedTuple):
    """A difference with its interval, as arrays; `p_value` is two-sided, `p_fall` and `p_rise` are one-sided."""

    change: NDArray
    low: NDArray
    high: NDArray
    p_fall: NDArray
    p_rise: NDArray
    p_value: NDArray


@np.errstate(all="ignore")
def effective_n(n: ArrayLike, deff: ArrayLike = 1.0, population: ArrayLike = np.nan) -> NDArray:
    """Return the respondents a simple random sample of an endless population would need to be as precise.

    Parameters
    ----------
    n, deff : array_like
        Respondents, and the design effect of the sample.
    population : array_like
        Persons asked among, missing where that is not finite.

    Returns
    -------
    ndarray
        ``n / (deff * (1 - n / population))``. Missing where there are no respondents, and where everybody answered:
        nothing is left to chance then.

    """
    n, deff, population = _arrays(n, deff, population)
    unasked = _share_not_asked(n, population)
    return np.where((n > 0) & (unasked > 0), n / (deff * unasked), np.nan)


@np.errstate(all="ignore")
def share_se(
    share: ArrayLike, n: ArrayLike, deff: ArrayLike = 1.0, population: ArrayLike = np.nan, rounding: ArrayLike = 0.0
) -> NDArray:
    """Return the standard error of a survey share, as a fraction.

    ``sqrt(deff * p (1 - p) / (n - 1) * (1 - n / population) + rounding² / 12)``, the last term being the variance of a
    figure printed in steps of `rounding`.

    Parameters
    ----------
    share, n : array_like
        Share (0-1) and respondents.
    deff, population : array_like
        As in `effective_n`.
    rounding : array_like
        Step in which the share is printed, a fraction too: whole per cent is 0.01.

    Returns
    -------
    ndarray
        Missing without at least two respondents.

    References
    ----------
    docs/method.md, section 2.

    """
    share, n, deff, population, rounding = _arrays(share, n, deff, population, rounding)
    # none or all of a sample would claim to be certain: half a respondent is added to either side
    p = np.where((share == 0) | (share == 1), (share * n + 0.5) / (n + 1), share)
    variance = deff * p * (1 - p) / (n - 1) * _share_not_asked(n, population) + rounding**2 / 12
    return np.where(_is_share(share) & (n > 1), np.sqrt(variance), np.nan)


@np.errstate(all="ignore")
def wilson(share: ArrayLike, n: ArrayLike, level: float = LEVEL) -> tuple[NDArray, NDArray]:
    """Return low and high of Wilson's score interval of a share on `n` (effective) respondents.

    Parameters
    ----------
    share, n : array_like
        Share (0-1) and effective respondents.
    level : float
        Confidence level.

    Returns
    -------
    low, high : ndarray
        Fractions; missing where the share or the respondents are.

    Raises
    ------
    ValueError
        For a level that is not between 0 and 1.

    References
    ----------
    Wilson, Journal of the American Statistical Association 22 (1927) 209-212.

    """
    if not 0 < level < 1:
        raise ValueError(f"level: {level} is no share between 0 and 1; write 0.95 for 95 per cent")
    share, n = _arrays(share, n)
    square = special.ndtri((1 + level) / 2) ** 2
    middle = (share + square / (2 * n)) / (1 + square / n)
    reach = np.sqrt(square * (share * (1 - share) / n + square / (4 * n**2))) / (1 + square / n)
    middle = np.where(_is_share(share) & (n > 0), middle, np.nan)
    return np.clip(middle - reach, 0, 1), np.clip(middle + reach, 0, 1)


def newcombe(
    before: ArrayLike, n_before: ArrayLike, after: ArrayLike, n_after: ArrayLike, level: float = LEVEL
) -> tuple[NDArray, NDArray]:
    """Return low and high of ``after - before``: Newcombe's hybrid of Wilson's intervals (his method 10).

    Parameters
    ----------
    before, n_before, after, n_after : array_like
        Share (0-1) and effective respondents of each wave.
    level : float
        Confidence level.

    Returns
    -------
    low, high : ndarray
        Fractions.

    References
    ----------
    Newcombe, Statistics in Medicine 17 (1998) 873-890.

    """
    before, n_before, after, n_after = _arrays(before, n_before, after, n_after)
    low_before, high_before = wilson(before, n_before, level)
    low_after, high_after = wilson(after, n_after, level)
    low = after - before - np.hypot(after - low_after, high_before - before)
    return low, after - before + np.hypot(high_after - after, before - low_before)


def change_between_waves(
    before: ArrayLike,
    after: ArrayLike,
    n_before: ArrayLike,
    n_after: ArrayLike,
    deff: ArrayLike = 1.0,
    population: ArrayLike = np.nan,
) -> WaveChange:
    """Return the change of a share between two independent waves, with interval and test, elementwise.

    Parameters
    ----------
    before, after, n_before, n_after : array_like
        Share (0-1) and respondents of each wave.
    deff, population : array_like
        Of both waves, as in `effective_n`.

    Returns
    -------
    WaveChange
        z is the pooled two-proportion test, the interval Newcombe's, both on `effective_n`. Significant means p below
        0.05 and an interval without zero. All but the change is missing where a wave has no effective n.

    References
    ----------
    docs/method.md, section 6; `newcombe`.

    Examples
    --------
    >>> change_between_waves(0.26, 0.28, 4997, 4505).z.round(2)
    np.float64(2.19)

    """
    before, after = _arrays(before, after)
    sizes = effective_n(n_before, deff, population), effective_n(n_after, deff, population)
    z = _pooled_z(before, after, *sizes)
    p_value = 2 * special.ndtr(-np.abs(z))
    low, high = newcombe(before, sizes[0], after, sizes[1])
    # test and interval part where waves are small: a change must pass both
    return WaveChange(after - before, low, high, z, p_value, (p_value < SIGNIFICANCE) & ((low > 0) | (high < 0)))


def p_over_rounding(
    before: ArrayLike, after: ArrayLike, n_before: ArrayLike, n_after: ArrayLike, rounding: ArrayLike
) -> tuple[NDArray, NDArray]:
    """Return the lowest and highest p of the pooled test that the unrounded shares could have given.

    Parameters
    ----------
    before, after, n_before, n_after : array_like
        Share (0-1) as printed and effective respondents of each wave.
    rounding : array_like
        Step in which shares are printed, as a fraction: each may lie half a step to either side.

    Returns
    -------
    low, high : ndarray
        p is 1 where the shares change places between the corners, as they can meet.

    """
    before, after, step = _arrays(before, after, rounding)
    # the test moves one way with each share, so the ends are the corners where one is lower and the other higher
    low, high = ([np.clip(share + end * step / 2, 0, 1) for share in (before, after)] for end in (-1, 1))
    corners = _pooled_z(low[0], high[1], n_before, n_after), _pooled_z(high[0], low[1], n_before, n_after)
    far, near = np.maximum(*np.abs(corners)), np.minimum(*np.abs(corners))
    return 2 * special.ndtr(-far), 2 * special.ndtr(-np.where(corners[0] * corners[1] < 0, 0.0, near))


@np.errstate(all="ignore")
def required_respondents(
    before: ArrayLike, after: ArrayLike, deff: ArrayLike = 1.0, population: ArrayLike = np.nan
) -> NDArray:
    """Return the respondents each of two equal waves needs for this very change to come out significant (5 %).

    This is the size from which `change_between_waves` calls it significant by both its tests, not the larger size that
    a study plans for in order to find such a change most of the times.

    Parameters
    ----------
    before, after : array_like
        Share (0-1) of each wave.
    deff, population : array_like
        Of both waves, as in `effective_n`.

    Returns
    -------
    ndarray
        Whole numbers; missing where there is no change.

    Examples
    --------
    >>> required_respondents(0.26, 0.28)
    np.float64(3787.0)

    """
    before, after, deff, population = _arrays(before, after, deff, population)
    pooled, change = (before + after) / 2, after - before
    # the pooled test's own size; Newcombe's limits, which have no such formula, ask for as many or more
    least = 2 * pooled * (1 - pooled) * (CRITICAL_Z / change) ** 2
    most = _SEARCHED * (least + 1)
    for _ in range(_HALVINGS):
        middle = (least + most) / 2
        low, high = newcombe(before, middle, after, middle)
        enough = (low > 0) | (high < 0)
        least, most = np.where(enough, least, middle), np.where(enough, middle, most)
    needed = deff * most
    part = np.where(np.isnan(population), 0.0, np.where(population > 0, needed / population, np.nan))
    testable = _is_share(before) & _is_share(after) & (np.abs(change) > NO_CHANGE)
    # a whole number that a float has made a hair larger is that number
    return np.ceil(np.where(testable, needed / (1 + part), np.nan) - 1e-9)


def vanishing_deff(
    before: ArrayLike, after: ArrayLike, n_before: ArrayLike, n_after: ArrayLike, population: ArrayLike = np.nan
) -> NDArray:
    """Return the design effect above which the pooled test no longer finds the change; below 1 it never did.

    Parameters
    ----------
    before, after, n_before, n_after : array_like
        Share (0-1) and respondents of each wave.
    population : array_like
        Of both waves, as in `effective_n`.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> vanishing_deff(0.26, 0.28, 4997, 4505).round(2)
    np.float64(1.25)

    """
    return (change_between_waves(before, after, n_before, n_after, population=population).z / CRITICAL_Z) ** 2


def discoveries(p_values: ArrayLike, rate: float = DISCOVERY_RATE) -> NDArray:
    """Return which tests stay flagged when all are looked at together.

    Parameters
    ----------
    p_values : array_like
        Missing ones are no tests, and never flagged.
    rate : float
        Share of the flagged that may be chance.

    Returns
    -------
    ndarray of bool
        The largest of m values of p that is within its rank's share of the rate, ``rank / m * rate``, and every
        smaller one.

    References
    ----------
    Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300.

    """
    p_values = np.asarray(p_values, dtype=float)
    ordered = np.sort(p_values[~np.isnan(p_values)])
    within = ordered[ordered <= np.arange(1, len(ordered) + 1) / max(len(ordered), 1) * rate]
    return p_values <= within.max(initial=-1.0)


@np.errstate(all="ignore")
def poisson_change(before: ArrayLike, after: ArrayLike) -> CountChange:
    """Return the change of a count with the score test of two equal Poisson rates over periods of equal length.

    Parameters
    ----------
    before, after : array_like
        Counts of independent events.

    Returns
    -------
    CountChange
        ``z = (after - before) / sqrt(after + before)``. Two zeros do not differ; negative counts are missing.

    Examples
    --------
    >>> poisson_change(289, 328).p_value.round(2)
    np.float64(0.12)

    """
    before, after = _arrays(before, after)
    both = before + after
    z = np.where(both > 0, (after - before) / np.sqrt(both), 0.0)
    z = np.where((before >= 0) & (after >= 0), z, np.nan)
    return CountChange(after - before, z, 2 * special.ndtr(-np.abs(z)))


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
    low = np.where(count > 0, special.gammaincinv(np.where(count > 0, count, np.nan), tail), 0.0)
    high = special.gammainccinv(count + 1, tail)
    return np.where(count >= 0, low, np.nan), np.where(count >= 0, high, np.nan)


@np.errstate(all="ignore")
def event_change(
    before: ArrayLike,
    after: ArrayLike,
    exposure_before: ArrayLike = 1.0,
    exposure_after: ArrayLike = 1.0,
    level: float = LEVEL,
) -> TestedChange:
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
    TestedChange
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
    before, after, exposure_before, exposure_after = _arrays(before, after, exposure_before, exposure_after)
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
    return TestedChange(*(np.where(counted, part, np.nan) for part in (change, *ends, fall, rise, both)))


def mix_shift(before: pd.Series, after: pd.Series) -> pd.Series:
    """Return by how many percentage points each group's share of the sample moved between two waves.

    Parameters
    ----------
    before, after : Series
        Respondents of each group (index group).

    Returns
    -------
    Series
        Index group; the points sum to zero, and half the sum of their sizes is the part of the sample that another
        group has taken over.

    Raises
    ------
    SurveyError
        When the waves do not hold the same groups, or a wave is empty.

    Examples
    --------
    >>> mix_shift(pd.Series({"a": 30, "b": 70}), pd.Series({"a": 20, "b": 80})).round(1).to_dict()
    {'a': -10.0, 'b': 10.0}

    """
    _require_same_groups(("before", before.index), ("after", after.index))
    return (_mix(after) - _mix(before)) * 100


def composition_gaps(before: pd.Series, after: pd.Series, change: float, whole: float = 100.0) -> pd.DataFrame:
    """Return, for each group of the sample, the gap to all others that would explain a whole change between two waves.

    Parameters
    ----------
    before, after : Series
        Respondents of each group (index group).
    change : float
        In the measure's unit.
    whole : float
        How much anybody can differ by at most, in that unit.

    Returns
    -------
    DataFrame
        Index group. share_before, share_after (per cent), shift (percentage points), gap (unit: how much higher than
        the group all the others would have to lie in both waves, nobody changing their answer; negative: lower; missing
        where the share did not shift) and possible (the gap is within `whole`).

    Raises
    ------
    SurveyError
        When the waves do not hold the same groups, or a wave is empty.

    """
    shift = mix_shift(before, after)
    shares = pd.DataFrame({"share_before": _mix(before), "share_after": _mix(after)}) * 100
    gap = (change * 100 / -shift).where(shift != 0)
    return shares.assign(shift=shift, gap=gap, possible=gap.abs() <= whole).rename_axis("group")


def standardise(values: pd.Series | pd.DataFrame, composition: pd.Series) -> float | pd.Series:
    """Return what a sample with a fixed mix of groups would have shown: direct standardisation.

    Parameters
    ----------
    values : Series or DataFrame
        A row a group, and a column a wave when there are several.
    composition : Series
        The groups' sizes in the mix, in any unit.

    Returns
    -------
    float or Series
        Of several waves a Series. A group without a value leaves the answer missing.

    Raises
    ------
    SurveyError
        When values and composition do not hold the same groups.

    """
    _require_same_groups(("the values", values.index), ("the composition", composition.index))
    weights = _mix(composition).reindex(values.index)
    return values.mul(weights, axis=0).sum(skipna=False)


@dataclass(frozen=True)
class Design:
    """How respondents were drawn, by the names of the columns that say it.

    Attributes
    ----------
    weight : str, optional
        How many each respondent stands for.
    strata : str, optional
        Drawn separately.
    clusters : tuple of str
        The units drawn at each stage, outermost first; without them each respondent was drawn alone.
    populations : tuple of str
        How many units there were to draw among, a column a stage; without them drawing counts as with replacement,
        and only the first stage matters.

    """

    weight: str | None = None
    strata: str | None = None
    clusters: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()


def weighted_mean(sample: pd.DataFrame, value: str, design: Design, by: str | None = None) -> pd.DataFrame:
    """Return the mean of a column in the population, for everybody or for each group of column `by`.

    Who has not answered is left out of the group but not of the design, as R's survey package does with subsets.

    Parameters
    ----------
    sample : DataFrame
        A row a respondent.
    value, by : str
        Columns of numbers and of groups.
    design : Design

    Returns
    -------
    DataFrame
        Index group ("" for everybody); estimate, se (linearised by Taylor series), low and high (95 %, Student's t),
        deff (against drawing with replacement), n (answers) and population (the weights' sum). Degrees of freedom are
        those of the group: the units with a weighted answer of it, less the strata they lie in. Without any the
        interval is missing, and the error too unless all units were drawn. A group that was counted in full has an
        error of zero and an interval of no width.

    Raises
    ------
    SurveyError
        For missing or negative weights, unknown columns, and strata with a single unit.

    """
    rows = _means(sample[value].to_numpy(dtype=float), *_prepare(sample, design, by))
    return rows.drop(columns=["degrees", "census"])


def weighted_share(sample: pd.DataFrame, answers: str, design: Design, by: str | None = None) -> pd.DataFrame:
    """Return the share of each answer in a column, with the interval of `korn_graubard`.

    Parameters
    ----------
    sample, design, by
        As in `weighted_mean`.
    answers : str
        Column of answers.

    Returns
    -------
    DataFrame
        Index group and answer; columns as `weighted_mean`.

    Raises
    ------
    SurveyError
        As `weighted_mean`.

    """
    drawn = _prepare(sample, design, by)
    codes, names = pd.factorize(sample[answers], sort=True)
    frames = {}
    for code, answer in enumerate(names):
        rows = _means(np.where(codes < 0, np.nan, codes == code), *drawn)
        limits = korn_graubard(rows["estimate"], rows["se"], rows["n"], rows["degrees"])
        low, high = (np.where(rows["census"], rows["estimate"], limit) for limit in limits)
        frames[answer] = rows.assign(low=low, high=high).drop(columns=["degrees", "census"])
    return pd.concat(frames, names=["answer", "group"]).swaplevel().sort_index()


@np.errstate(all="ignore")
def korn_graubard(share: ArrayLike, se: ArrayLike, n: ArrayLike, degrees: ArrayLike) -> tuple[NDArray, NDArray]:
    """Return low and high of a share from a complex sample: Clopper and Pearson's limits on the effective n.

    They hold for small shares too, where a normal interval reaches below none.

    Parameters
    ----------
    share, se, n : array_like
        Share (0-1), its standard error, respondents. A share of 0 or 1 has no standard error to take the effective n
        from, and uses `n`.
    degrees : array_like
        Degrees of freedom: units less strata, of both those that the respondents lie in.

    Returns
    -------
    low, high : ndarray
        Of 95 %; missing without a degree of freedom.

    References
    ----------
    Korn and Graubard, Survey Methodology 24 (1998) 193-201; Clopper and Pearson, Biometrika 26 (1934) 404-413.

    """
    share, se, n, degrees = _arrays(share, se, n, degrees)
    share = np.where(degrees > 0, share, np.nan)
    tail = (1 + LEVEL) / 2
    size = np.where(se > 0, share * (1 - share) / se**2, n)
    size = size * (special.stdtrit(n - 1, tail) / special.stdtrit(degrees, tail)) ** 2
    yes, no = share * size, (1 - share) * size
    low = np.where(share == 0, 0.0, special.betaincinv(yes, no + 1, 1 - tail))
    return low, np.where(share == 1, 1.0, special.betainccinv(yes + 1, no, 1 - tail))


class _Stage(NamedTuple):
    """The units drawn at one stage: of each respondent the unit (None: each is one), of each unit the place.

    `n` is how many units each place has, `factor` what the variance between them counts for.
    """

    unit: NDArray | None
    place: NDArray
    n: NDArray
    factor: NDArray


def _prepare(sample: pd.DataFrame, design: Design, by: str | None) -> tuple[NDArray, dict, list[_Stage]]:
    """Return a sample made ready: weights, the rows of each group, the stages of drawing."""
    weight = np.ones(len(sample))
    if design.weight is not None:
        weight = _column(sample, design.weight).to_numpy(dtype=float)
        if not (weight >= 0).all():
            raise SurveyError(f"'{design.weight}': {(~(weight >= 0)).sum()} weights are missing or negative")
    groups = {"": np.arange(len(sample))}
    if by is not None:
        codes, names = pd.factorize(_column(sample, by), sort=True)
        # one sort for all groups, so that many small ones take no longer than one
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes + 1, minlength=len(names) + 1))  # those without a group come first
        groups = {name: order[ends[code] : ends[code + 1]] for code, name in enumerate(names)}
    return weight, groups, _stages(sample, design)


def _means(values: NDArray, weights: NDArray, groups: dict, stages: list[_Stage]) -> pd.DataFrame:
    """Return the frame of `weighted_mean` for the values of a prepared sample, with degrees and census."""
    rows = {}
    for group, members in groups.items():
        answered = members[~np.isnan(values[members])]
        value, weight = values[answered], weights[answered]
        n, population = int((weight > 0).sum()), weight.sum()
        mean = (weight * value).sum() / population if population > 0 else np.nan
        simple = (weight * (value - mean) ** 2).sum() / population / (n - 1) if n > 1 else np.nan
        # a mean is a ratio of two sums; to first order it varies as the sum of these scores (Taylor)
        scores = weight * (value - mean) / population
        se = np.sqrt(float(sum((stage.factor * _spread(scores, answered, stage)).sum() for stage in stages)))
        deff = se**2 / simple if simple > 0 else np.nan
        # units less strata of the first stage where the group lies, as R's survey package counts a subset
        rows_of_group = answered[weight > 0]
        units = [rows_of_group if stage.unit is None else np.unique(stage.unit[rows_of_group]) for stage in stages]
        places = [np.unique(stage.place[unit]) for stage, unit in zip(stages, units, strict=True)]
        factors = [stage.factor[place].max(initial=0.0) for stage, place in zip(stages, places, strict=True)]
        degrees = len(units[0]) - len(places[0])
        if degrees == 0 and factors[0] > 0:
            se = deff = np.nan  # one unit says nothing of the spread between units
        census = not any(factors)
        spread = 0.0 if census else special.stdtrit(degrees, (1 + LEVEL) / 2)  # missing at no degree
        rows[group] = (mean, se, mean - spread * se, mean + spread * se, deff, n, population, degrees, census)
    columns = ["estimate", "se", "low", "high", "deff", "n", "population", "degrees", "census"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("group")


def _spread(scores: NDArray, rows: NDArray, stage: _Stage) -> NDArray:
    """Return the sum of squares about their mean of each place's units; respondents outside `rows` score zero."""
    if stage.unit is None:
        sums, place = scores, stage.place[rows]
    else:
        sums, place = np.bincount(stage.unit[rows], scores, len(stage.place)), stage.place
    mean = np.bincount(place, sums, len(stage.n)) / stage.n
    silent = stage.n - np.bincount(place, minlength=len(stage.n))
    return np.bincount(place, (sums - mean[place]) ** 2, len(stage.n)) + silent * mean**2


def _stages(sample: pd.DataFrame, design: Design) -> list[_Stage]:
    place, reached, stages = _codes(sample, design.strata), np.ones(1), []
    for number in range(max(len(design.populations), 1)):
        unit, places = None, place
        if number < len(design.clusters):
            # a cluster's number may return in another place, where it is another cluster
            clusters = _codes(sample, design.clusters[number])
            width = int(clusters.max(initial=0)) + 1
            unit, pairs = pd.factorize(place * width + clusters)
            places = pairs // width
        n = np.bincount(places)
        share = np.zeros(len(n))  # of a place's units that was drawn: none of endlessly many, when with replacement
        if number < len(design.populations):
            population = _column(sample, design.populations[number]).astype(float).groupby(place).first().to_numpy()
            if not (population >= n).all():
                name = design.populations[number]
                raise SurveyError(f"'{name}': a population is missing, or smaller than what was drawn")
            share = n / population
        single = (n == 1) & (share < 1)
        if single.any():
            where = f"strata '{design.strata}'" if design.strata and number == 0 else f"stage {number + 1}"
            remedy = "with a single unit drawn, which says nothing of the spread; join some"
            raise SurveyError(f"{where}: {single.sum()} {remedy}")
        reached = np.broadcast_to(reached, n.shape)
        stages.append(_Stage(unit, places, n, reached * (1 - share) * n / np.maximum(n - 1, 1)))
        # what varies within a unit counts by the share of units that the stages above have drawn
        place, reached = np.arange(len(sample)) if unit is None else unit, (reached * share)[places]
    return stages


def _column(sample: pd.DataFrame, name: str) -> pd.Series:
    if name not in sample:
        raise SurveyError(f"the sample has no column '{name}'{nearest(name, sample.columns)}")
    return sample[name]


def _codes(sample: pd.DataFrame, name: str | None) -> NDArray:
    """Return a number for each different text of a column, a missing one among them; 0 throughout without a column."""
    if name is None:
        return np.zeros(len(sample), dtype=np.int64)
    return pd.factorize(_column(sample, name), use_na_sentinel=False)[0].astype(np.int64)


def _mix(sizes: pd.Series) -> pd.Series:
    if not (sizes >= 0).all() or not sizes.sum() > 0:
        raise SurveyError("a mix of groups needs sizes of zero or more, and somebody in it")
    return sizes / sizes.sum()


def _require_same_groups(left: tuple[str, pd.Index], right: tuple[str, pd.Index]) -> None:
    for (name, here), (_, there) in ((left, right), (right, left)):
        if len(alone := here.difference(there)):
            raise SurveyError(f"only {name} has group '{alone[0]}'{nearest(str(alone[0]), map(str, there))}")


@np.errstate(all="ignore")
def _pooled_z(before: NDArray, after: NDArray, n_before: ArrayLike, n_after: ArrayLike) -> NDArray:
    """Return z of the pooled two-proportion test; 0 where nobody, or everybody, said yes in both waves."""
    before, after, n_before, n_after = _arrays(before, after, n_before, n_after)
    pooled = (before * n_before + after * n_after) / (n_before + n_after)
    variance = pooled * (1 - pooled) * (1 / n_before + 1 / n_after)
    testable = _is_share(before) & _is_share(after) & (n_before > 0) & (n_after > 0)
    return np.where(testable, np.where(variance > 0, (after - before) / np.sqrt(variance), 0.0), np.nan)


def _share_not_asked(n: NDArray, population: NDArray) -> NDArray:
    """Return the share of a population that was not asked; all of one that is not finite."""
    unasked = np.where(population > 0, np.clip(1 - n / population, 0.0, None), np.nan)
    return np.where(np.isnan(population), 1.0, unasked)


def _is_share(share: NDArray) -> NDArray:
    return (share >= 0) & (share <= 1)


def _arrays(*values: ArrayLike) -> list[NDArray]:
    return np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values))
