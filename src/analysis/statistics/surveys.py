"""Survey statistics: how sure a share is, whether two waves differ, and whether the difference could be something else.

Shares are fractions in 0-1 here; the rooms above turn per cent into fractions and back. Everything down to
`standardise` works elementwise on arrays of waves; from `Design` on, on one frame with a row a respondent.

Where a value cannot be had (no number of respondents, a share outside 0-1, a population counted in full) the answer is
missing, never zero and never infinite. Distributions are ``scipy.special``'s; the intervals and the rule of false
discoveries are a line or two each and written out, for ``scipy.stats`` and statsmodels take two seconds to import,
which every check and every kernel would wait for. Tests hold them against both. Not used for another reason:
``confint_proportions_2indep(method="score", compare="diff")`` of statsmodels 0.14-0.15, which raises on small tables
(9 of 10 against 3 of 10) and on plain ones is off in the third decimal from Miettinen and Nurminen's printed limits
(`miettinen_nurminen` gives those); ``proportions_ztest``, which compares one pair at a time.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.core.names import nearest

SIGNIFICANCE: Final = 0.05  # two-sided, the level the source surveys state for themselves
LEVEL: Final = 0.95
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


class Standardised(NamedTuple):
    """A value for a fixed mix of groups, and its standard error (missing when those of the groups are not given)."""

    value: float | pd.Series
    se: float | pd.Series


def effective_n(n: ArrayLike, deff: ArrayLike = 1.0, population: ArrayLike = np.nan) -> NDArray:
    """Return the respondents a simple random sample of an endless population would need to be as precise.

    ``n / (deff * (1 - n / population))``; `population` missing where it is not finite. Missing where there are no
    respondents, and where everybody answered: nothing is left to chance then.
    """
    n, deff, population = _arrays(n, deff, population)
    left = _left_to_chance(n, population)
    return _where((n > 0) & (left > 0), lambda: n / (deff * left))


def share_se(
    share: ArrayLike, n: ArrayLike, deff: ArrayLike = 1.0, population: ArrayLike = np.nan, rounding: ArrayLike = 0.0
) -> NDArray:
    """Return the standard error of a survey share, as a fraction.

    ``sqrt(deff * p (1 - p) / (n - 1) * (1 - n / population) + rounding² / 12)``, the last term being the variance of a
    figure printed in steps of `rounding` (a fraction too: whole per cent is 0.01). A share of 0 or 1 enters as
    ``(x + 1/2) / (n + 1)``, else it would claim to be certain. Missing without at least two respondents.
    """
    share, n, deff, population, rounding = _arrays(share, n, deff, population, rounding)
    extreme = (share == 0) | (share == 1)
    p = _quietly(lambda: np.where(extreme, (share * n + 0.5) / (n + 1), share))
    left = _left_to_chance(n, population)
    return _where(_is_share(share) & (n > 1), lambda: np.sqrt(deff * p * (1 - p) / (n - 1) * left + rounding**2 / 12))


def wilson(share: ArrayLike, n: ArrayLike, level: float = LEVEL) -> tuple[NDArray, NDArray]:
    """Return low and high of Wilson's score interval of a share on `n` (effective) respondents (JASA 1927;22:209)."""
    share, n = _arrays(share, n)
    known, square = _is_share(share) & (n > 0), special.ndtri((1 + level) / 2) ** 2
    middle = _where(known, lambda: (share + square / (2 * n)) / (1 + square / n))
    reach = _where(known, lambda: np.sqrt(square * (share * (1 - share) / n + square / (4 * n**2))) / (1 + square / n))
    return np.clip(middle - reach, 0, 1), np.clip(middle + reach, 0, 1)


def newcombe(
    before: ArrayLike, n_before: ArrayLike, after: ArrayLike, n_after: ArrayLike, level: float = LEVEL
) -> tuple[NDArray, NDArray]:
    """Return low and high of ``after - before`` by Newcombe's method 10 (Statistics in Medicine 1998;17:873-890)."""
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

    z is the pooled two-proportion test, the interval Newcombe's, both on `effective_n`. Significant means p below 0.05
    and an interval without zero. All but the change is missing where a wave has no effective n.

    >>> change_between_waves(0.26, 0.28, 4997, 4505).z.round(2)
    np.float64(2.19)
    """
    before, after = _arrays(before, after)
    sizes = effective_n(n_before, deff, population), effective_n(n_after, deff, population)
    z = _pooled_z(before, after, *sizes)
    p_value = 2 * special.ndtr(-np.abs(z))
    low, high = newcombe(before, sizes[0], after, sizes[1])
    return WaveChange(after - before, low, high, z, p_value, (p_value < SIGNIFICANCE) & ((low > 0) | (high < 0)))


def p_over_rounding(
    before: ArrayLike,
    after: ArrayLike,
    n_before: ArrayLike,
    n_after: ArrayLike,
    rounding: ArrayLike,
    deff: ArrayLike = 1.0,
    population: ArrayLike = np.nan,
) -> tuple[NDArray, NDArray]:
    """Return the lowest and highest p of the pooled test that the unrounded shares could have given.

    Each share may lie half a step of `rounding` to either side of what is printed. The test moves one way with each
    share, so the ends are the two corners where one share is lower and the other higher than printed; p is 1 where the
    shares change places between them, as they can meet.
    """
    before, after, step = _arrays(before, after, rounding)
    sizes = effective_n(n_before, deff, population), effective_n(n_after, deff, population)
    low, high = ([np.clip(share + end * step / 2, 0, 1) for share in (before, after)] for end in (-1, 1))
    corners = _pooled_z(low[0], high[1], *sizes), _pooled_z(high[0], low[1], *sizes)
    far, near = np.maximum(*np.abs(corners)), np.minimum(*np.abs(corners))
    return 2 * special.ndtr(-far), 2 * special.ndtr(-np.where(corners[0] * corners[1] < 0, 0.0, near))


def required_respondents(
    before: ArrayLike, after: ArrayLike, deff: ArrayLike = 1.0, population: ArrayLike = np.nan
) -> NDArray:
    """Return the respondents each of two equal waves needs for this very change to come out significant (5 %).

    This is the size at which the pooled test reaches its limit, not the larger size that a study plans for in order to
    find such a change most of the times. Missing where there is no change.

    >>> required_respondents(0.26, 0.28)
    np.float64(3786.0)
    """
    before, after, deff, population = _arrays(before, after, deff, population)
    pooled, change = (before + after) / 2, after - before
    known = _is_share(before) & _is_share(after) & (np.abs(change) > NO_CHANGE)
    limit = special.ndtri(1 - SIGNIFICANCE / 2)
    needed = _where(known, lambda: deff * 2 * pooled * (1 - pooled) * (limit / change) ** 2)
    needed = needed / (1 + np.where(np.isnan(population), 0.0, _where(population > 0, lambda: needed / population)))
    return np.ceil(needed - 1e-9)


def vanishing_deff(before: ArrayLike, after: ArrayLike, n_before: ArrayLike, n_after: ArrayLike) -> NDArray:
    """Return the design effect above which the change is no longer significant; below 1 it never was.

    >>> vanishing_deff(0.26, 0.28, 4997, 4505).round(2)
    np.float64(1.25)
    """
    z = change_between_waves(before, after, n_before, n_after).z
    return (z / special.ndtri(1 - SIGNIFICANCE / 2)) ** 2


def discoveries(p_values: ArrayLike, rate: float = DISCOVERY_RATE) -> NDArray:
    """Return which tests stay flagged when all are looked at together; missing p never is.

    Benjamini and Hochberg (JRSS B 1995;57:289): the largest of m values of p that is within its rank's share of the
    rate, ``rank / m * rate``, and every smaller one.
    """
    p_values = np.asarray(p_values, dtype=float)
    ordered = np.sort(p_values[~np.isnan(p_values)])
    within = ordered[ordered <= np.arange(1, len(ordered) + 1) / len(ordered) * rate] if len(ordered) else ordered
    return p_values <= within.max(initial=-1.0)


def poisson_change(before: ArrayLike, after: ArrayLike) -> CountChange:
    """Return the change of a count with the score test of two equal Poisson rates over periods of equal length.

    ``z = (after - before) / sqrt(after + before)``: what chance alone would do to independent events. Two zeros do not
    differ; negative counts are missing.

    >>> poisson_change(289, 328).p_value.round(2)
    np.float64(0.12)
    """
    before, after = _arrays(before, after)
    both = before + after
    z = _where((before >= 0) & (after >= 0), lambda: np.where(both > 0, (after - before) / np.sqrt(both), 0.0))
    return CountChange(after - before, z, 2 * special.ndtr(-np.abs(z)))


def composition_gaps(before: pd.Series, after: pd.Series, change: float, whole: float = 100.0) -> pd.DataFrame:
    """Return, for each group of the sample, the gap to all others that would explain a whole change between two waves.

    `before` and `after` hold the respondents of each group (index group); `change` is in the measure's unit, of which
    nobody can differ by more than `whole`. Columns: share_before, share_after (per cent), shift (percentage points),
    gap (unit: how much higher than the group all the others would have to lie in both waves, nobody changing their
    answer; negative: lower; missing where the share did not shift) and possible (the gap is within `whole`).

    Raises:
        SurveyError: when the waves do not hold the same groups, or a wave is empty.

    """
    _require_known("before", before.index, "after", after.index)
    shares = pd.DataFrame({"share_before": _mix(before), "share_after": _mix(after)}) * 100
    shift = shares["share_after"] - shares["share_before"]
    gap = (change * 100 / -shift).where(shift != 0)
    return shares.assign(shift=shift, gap=gap, possible=gap.abs() <= whole).rename_axis("group")


def standardise(
    values: pd.Series | pd.DataFrame, composition: pd.Series, se: pd.Series | pd.DataFrame | None = None
) -> Standardised:
    """Return what a sample with a fixed mix of groups would have shown: direct standardisation.

    `values` (and their standard errors `se`) hold a row a group, and a column a wave when there are several;
    `composition` the groups' sizes in the mix, in any unit. A group without a value leaves the answer missing.

    Raises:
        SurveyError: when values and composition do not hold the same groups.

    """
    _require_known("the values", values.index, "the composition", composition.index)
    weights = _mix(composition).reindex(values.index)
    value = values.mul(weights, axis=0).sum(skipna=False)
    errors = values * np.nan if se is None else se
    return Standardised(value, (errors**2).mul(weights**2, axis=0).sum(skipna=False) ** 0.5)


@dataclass(frozen=True)
class Design:
    """How respondents were drawn, by the names of the columns that say it.

    `weight`: how many each respondent stands for. `strata`: drawn separately. `clusters`: the units drawn at each
    stage, outermost first; without them each respondent was drawn alone. `populations`: how many units there were to
    draw among, a column a stage; without them drawing counts as with replacement, and only the first stage matters.
    """

    weight: str | None = None
    strata: str | None = None
    clusters: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()


def weighted_mean(sample: pd.DataFrame, value: str, design: Design, by: str | None = None) -> pd.DataFrame:
    """Return the mean of a column in the population, for everybody or for each group of column `by`.

    Index group ("" for everybody); columns estimate, se (linearised by Taylor series), low and high (95 %, t on units
    less strata), deff (against drawing with replacement), n (answers) and population (the weights' sum). Who has not
    answered is left out of the group but not of the design, as R's survey package does with subsets.

    Raises:
        SurveyError: for missing or negative weights, unknown columns, and strata with a single unit.

    """
    return _estimates(_drawn(sample, design, by), sample[value].to_numpy(dtype=float), total=False)


def weighted_share(sample: pd.DataFrame, answers: str, design: Design, by: str | None = None) -> pd.DataFrame:
    """Return the share of each answer in a column; index group and answer, otherwise as `weighted_mean`.

    The interval is Korn and Graubard's: Clopper and Pearson's on the effective n, which holds for small shares too.
    """
    drawn = _drawn(sample, design, by)
    codes, known = pd.factorize(sample[answers], sort=True)
    frames = {}
    for code, answer in enumerate(known):
        rows = _estimates(drawn, np.where(codes < 0, np.nan, codes == code), total=False)
        low, high = korn_graubard(rows["estimate"], rows["se"], rows["n"], drawn.degrees)
        frames[answer] = rows.assign(low=low, high=high)
    return pd.concat(frames, names=["answer", "group"]).swaplevel().sort_index()


def korn_graubard(share: ArrayLike, se: ArrayLike, n: ArrayLike, degrees: int) -> tuple[NDArray, NDArray]:
    """Return low and high of a share from a complex sample with `degrees` of freedom (Survey Methodology 1998;24:193).

    Clopper and Pearson's limits (Biometrika 1934;26:404) on the effective n. A share of 0 or 1 has no standard error to
    take that from, and uses `n`.
    """
    share, se, n = _arrays(share, se, n)
    tail = (1 + LEVEL) / 2
    size = np.where(se > 0, _quietly(lambda: share * (1 - share) / se**2), n)
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


class _Drawn(NamedTuple):
    """A sample made ready: weights, the rows of each group, the stages of drawing, units less strata."""

    weight: NDArray
    groups: dict[Any, NDArray]
    stages: list[_Stage]
    degrees: int


def _drawn(sample: pd.DataFrame, design: Design, by: str | None) -> _Drawn:
    weight, stages = _weights(sample, design).to_numpy(), _stages(sample, design)
    groups = {"": np.arange(len(sample))} if by is None else _rows_of_groups(_column(sample, by))
    return _Drawn(weight, groups, stages, max(len(stages[0].place) - len(stages[0].n), 1))


def _rows_of_groups(column: pd.Series) -> dict[Any, NDArray]:
    codes, names = pd.factorize(column, sort=True)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes + 1, minlength=len(names) + 1))  # those without a group come first
    return {name: order[ends[code] : ends[code + 1]] for code, name in enumerate(names)}


def _estimates(drawn: _Drawn, value: NDArray, total: bool) -> pd.DataFrame:
    spread = special.stdtrit(drawn.degrees, (1 + LEVEL) / 2)
    rows = {}
    for group, members in drawn.groups.items():
        answered = members[~np.isnan(value[members])]
        scores, row = _linearised(value[answered], drawn.weight[answered], total)
        row["se"] = np.sqrt(_variance(scores, answered, drawn.stages))
        row |= {"low": row["estimate"] - spread * row["se"], "high": row["estimate"] + spread * row["se"]}
        rows[group] = row | {"deff": row["se"] ** 2 / row["deff"] if row["deff"] > 0 else np.nan}
    columns = ["estimate", "se", "low", "high", "deff", "n", "population"]
    return pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns).rename_axis("group")


def _linearised(value: NDArray, weight: NDArray, total: bool) -> tuple[NDArray, dict[str, float]]:
    """Return each respondent's score and the estimate; ``deff`` holds the variance under simple random sampling."""
    n, population = int((weight > 0).sum()), weight.sum()
    mean = (weight * value).sum() / population if population > 0 else np.nan
    plain = (weight * (value - mean) ** 2).sum() / population / (n - 1) if n > 1 else np.nan
    row = {"estimate": mean, "deff": plain, "n": n, "population": population}
    if total:
        return weight * value, row | {"estimate": population * mean, "deff": plain * population**2}
    return weight * (value - mean) / population, row


def _variance(scores: NDArray, rows: NDArray, stages: list[_Stage]) -> float:
    """Return the variance of the scores' sum, stage by stage; respondents outside `rows` have the score zero."""
    return float(sum((stage.factor * _spread(scores, rows, stage)).sum() for stage in stages))


def _spread(scores: NDArray, rows: NDArray, stage: _Stage) -> NDArray:
    """Return the sum of squares about their mean of each place's units."""
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
        unit, places = _units(sample, design, number, place)
        n = np.bincount(places)
        share = _share_drawn(sample, design, number, place, n)
        _refuse_lonely(n, share, design, number)
        reached = np.broadcast_to(reached, n.shape)
        stages.append(_Stage(unit, places, n, reached * (1 - share) * n / np.maximum(n - 1, 1)))
        place, reached = np.arange(len(sample)) if unit is None else unit, (reached * share)[places]
    return stages


def _units(sample: pd.DataFrame, design: Design, number: int, place: NDArray) -> tuple[NDArray | None, NDArray]:
    """Return each respondent's unit (None: each is one) and each unit's place; clusters differ from place to place."""
    if number >= len(design.clusters):
        return None, place
    clusters = _codes(sample, design.clusters[number])
    width = int(clusters.max(initial=0)) + 1
    unit, found = pd.factorize(place * width + clusters)
    return unit, found // width


def _share_drawn(sample: pd.DataFrame, design: Design, number: int, place: NDArray, n: NDArray) -> NDArray:
    """Return the share of each place's units that was drawn; 0 when drawn with replacement."""
    if number >= len(design.populations):
        return np.zeros(len(n))
    column = _column(sample, design.populations[number]).astype(float)
    population = column.groupby(place).first().to_numpy()
    if not (population >= n).all():
        raise SurveyError(f"'{design.populations[number]}': a population is missing, or smaller than what was drawn")
    return n / population


def _refuse_lonely(n: NDArray, share: NDArray, design: Design, number: int) -> None:
    lonely = (n == 1) & (share < 1)
    if lonely.any():
        where = f"strata '{design.strata}'" if design.strata and number == 0 else f"stage {number + 1}"
        raise SurveyError(
            f"{where}: {lonely.sum()} with a single unit drawn, which says nothing of the spread; join some"
        )


def _weights(sample: pd.DataFrame, design: Design) -> pd.Series:
    if design.weight is None:
        return pd.Series(1.0, index=sample.index)
    weight = _column(sample, design.weight).astype(float)
    if not (weight >= 0).all():
        raise SurveyError(f"'{design.weight}': {(~(weight >= 0)).sum()} weights are missing or negative")
    return weight


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


def _require_known(left: str, here: pd.Index, right: str, there: pd.Index) -> None:
    for name, strangers, known in ((left, here.difference(there), there), (right, there.difference(here), here)):
        if len(strangers):
            raise SurveyError(f"only {name} has group '{strangers[0]}'{nearest(str(strangers[0]), map(str, known))}")


def _pooled_z(before: NDArray, after: NDArray, n_before: NDArray, n_after: NDArray) -> NDArray:
    """Return z of the pooled two-proportion test; 0 where nobody, or everybody, said yes in both waves."""
    known = _is_share(before) & _is_share(after) & ~np.isnan(n_before) & ~np.isnan(n_after)
    pooled = (before * n_before + after * n_after) / (n_before + n_after)
    variance = pooled * (1 - pooled) * (1 / n_before + 1 / n_after)
    return _where(known, lambda: np.where(variance > 0, (after - before) / np.sqrt(variance), 0.0))


def _left_to_chance(n: NDArray, population: NDArray) -> NDArray:
    """Return the share of a population that was not asked; all of one that is not finite."""
    return np.where(np.isnan(population), 1.0, np.clip(1 - _where(population > 0, lambda: n / population), 0.0, None))


def _is_share(share: NDArray) -> NDArray:
    return (share >= 0) & (share <= 1)


def _arrays(*given: ArrayLike) -> list[NDArray]:
    return np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in given))


def _where(condition: NDArray, compute) -> NDArray:
    """Return what `compute` gives where `condition` holds, else missing, without warnings about the rest."""
    return np.where(condition, _quietly(compute), np.nan)


def _quietly(compute):
    with np.errstate(all="ignore"):
        return compute()
