"""What an analyst compares: two waves of a survey, neighbouring countries, and series of unequal length.

Shares are fractions in 0-1 and changes of shares fractions too, as in `surveys`, unless a docstring says otherwise.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.core.cache import between_pages
from analysis.core.names import UnknownNameError, nearest
from analysis.core.units import SHARE_UNIT
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.statistics import surveys
from analysis.statistics.process_charts import PROCESS_POINTS

PLANNED_POWER: Final = 0.80  # the customary chance of finding a change that is there


def waves(strategy: Strategy, observations: pd.DataFrame, measure: str, level: float = surveys.LEVEL) -> pd.DataFrame:
    """Return each wave of a survey share with its interval.

    Parameters
    ----------
    strategy : Strategy
    observations : DataFrame
        As `read_observations` gives them.
    measure : str
    level : float
        Confidence level.

    Returns
    -------
    DataFrame
        Index period, in time order; n, share, share_low and share_high (Wilson's interval, missing where the
        respondents are not known; the share itself where the whole population answered). A count has no shares.

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    Examples
    --------
    >>> waves(strategy, observations, "tilgang-pasientinformasjon").round(3)
                 n  share  share_low  share_high
    period
    2022    4997.0   0.26      0.248       0.272
    2023    4505.0   0.28      0.267       0.293

    """
    promise, rows = strategy.measure(measure), current(observations)
    rows = rows[(rows["measure"] == measure) & (rows["breakdown"] == "")].set_index("period")
    # a count is no share, and has no interval
    share = rows["value"] / 100 if promise["unit"] == "prosent" else rows["value"] * np.nan
    counted = rows["n"] >= promise["population"]
    ends = surveys.wilson(share, surveys.effective_n(rows["n"], promise["deff"], promise["population"]), level)
    low, high = (np.where(counted, share, end) for end in ends)
    return pd.DataFrame({"n": rows["n"], "share": share, "share_low": low, "share_high": high}, index=rows.index)


def tested(trends: pd.DataFrame) -> pd.DataFrame:
    """Return the latest changes that could be tested, the surest first.

    Returns
    -------
    DataFrame
        Index measure; change, low, high (fractions), p_value, p_low and p_high (over rounding), deff_limit (the design
        effect above which the change is no longer significant), needed (respondents a wave for the change to be
        significant), flagged (holds when all are looked at together).

    Examples
    --------
    >>> tested(trends).index[0]
    'videokonsultasjon-erfaring'

    """
    rows = trends[trends["p_value"].notna()].sort_values("p_value", kind="stable")
    change = rows[["change", "change_low", "change_high"]].set_axis(["change", "low", "high"], axis=1) / 100
    # `vanishing_deff`: z holds the design and the population
    limit = rows["deff"] * (rows["z"] / surveys.CRITICAL_Z) ** 2
    changes = change.join(rows[["p_value", "p_low", "p_high"]])
    return changes.assign(deff_limit=limit, needed=rows["required_n"], flagged=rows["bh_flag"])


def over_rounding(before: float, after: float, n_before: float, n_after: float, rounding: float = 0.01) -> pd.DataFrame:
    """Return the test of a change for the unrounded shares nearest each other, as printed, and farthest apart.

    Parameters
    ----------
    before, after, n_before, n_after : float
        Share (0-1) as printed and respondents of each wave.
    rounding : float
        Step in which shares are printed: each may lie half a step to either side.

    Returns
    -------
    DataFrame
        Three rows: before, after, change, low, high, z, p_value, significant.

    Examples
    --------
    >>> over_rounding(0.26, 0.28, 4997, 4505)["significant"].tolist()
    [False, True, True]

    """
    half = np.copysign(rounding / 2, after - before) * np.array([1, 0, -1])
    before, after = before + half, after - half
    change = surveys.change_between_waves(before, after, n_before, n_after)
    return pd.DataFrame({"before": before, "after": after, **change._asdict()})


def over_design(before: float, after: float, n_before: float, n_after: float, deffs: Iterable[float]) -> pd.DataFrame:
    """Return the test of a change under each design effect.

    Parameters
    ----------
    before, after, n_before, n_after : float
        Share (0-1) and respondents of each wave.
    deffs : iterable of float

    Returns
    -------
    DataFrame
        One row a design effect: deff, before, after, change, low, high, z, p_value, significant.

    Examples
    --------
    >>> over_design(0.26, 0.28, 4997, 4505, [1, 1.3])["significant"].tolist()
    [True, False]

    """
    deff = np.array(list(deffs), dtype=float)
    change = surveys.change_between_waves(before, after, n_before, n_after, deff)
    return pd.DataFrame({"deff": deff, "before": before, "after": after, **change._asdict()})


def over_mix(before: pd.Series, after: pd.Series, group: str, gaps: Iterable[float], change: float) -> pd.DataFrame:
    """Return what of a change is left when one group lies below all others and only the mix has changed.

    Parameters
    ----------
    before, after : Series
        Respondents of each group.
    group : str
        The group that lies below all others.
    gaps : iterable of float
        How far, in the unit of `change`.
    change : float

    Returns
    -------
    DataFrame
        One row a gap: gap, from_mix (the change that the mix alone would have made) and remaining (the change in a
        sample with the earlier wave's mix: direct standardisation), all in the unit of `change`.

    Raises
    ------
    SurveyError
        When the waves do not hold the same groups.

    Examples
    --------
    >>> before, after = pd.Series({"a": 30, "b": 70}), pd.Series({"a": 20, "b": 80})
    >>> over_mix(before, after, "a", [0, 10, 20], change=2)["remaining"].round(1).tolist()
    [2.0, 1.0, 0.0]

    """
    gap = np.array(list(gaps), dtype=float)
    values = pd.DataFrame(np.outer(before.index != group, gap), index=before.index)
    from_mix = (surveys.standardise(values, after) - surveys.standardise(values, before)).to_numpy()
    return pd.DataFrame({"gap": gap, "from_mix": from_mix, "remaining": change - from_mix})


def power(
    before: ArrayLike, after: ArrayLike, n_before: ArrayLike, n_after: ArrayLike, deff: ArrayLike = 1.0
) -> NDArray:
    """Return the chance that a wave finds a change that is there: the pooled two-sided test at 5 %, elementwise.

    Parameters
    ----------
    before, after, n_before, n_after : array_like
        Share (0-1) and respondents of each wave.
    deff : array_like
        Design effect of both.

    Returns
    -------
    ndarray

    References
    ----------
    Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, section 4.2 (normal approximation).

    Examples
    --------
    >>> power(0.6, 0.7, 356, 356).round(2)
    np.float64(0.8)

    """
    before, after = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    sizes = surveys.effective_n(n_before, deff), surveys.effective_n(n_after, deff)
    pooled = (before * sizes[0] + after * sizes[1]) / (sizes[0] + sizes[1])
    supposed = np.sqrt(pooled * (1 - pooled) * (1 / sizes[0] + 1 / sizes[1]))
    actual = np.sqrt(before * (1 - before) / sizes[0] + after * (1 - after) / sizes[1])
    change = np.abs(after - before)
    return sum(special.ndtr((size - surveys.CRITICAL_Z * supposed) / actual) for size in (change, -change))


def respondents_for(
    before: ArrayLike, after: ArrayLike, chance: float = PLANNED_POWER, deff: ArrayLike = 1.0
) -> NDArray:
    """Return the respondents each of two equal waves needs to find a change with the given chance.

    Parameters
    ----------
    before, after : array_like
        Share (0-1) of each wave.
    chance : float
        Power.
    deff : array_like
        Design effect of both.

    Returns
    -------
    ndarray
        Whole numbers; missing where there is no change.

    References
    ----------
    As `power`.

    Examples
    --------
    >>> respondents_for(0.6, 0.7)
    np.float64(356.0)

    """
    before, after, deff = (np.asarray(a, dtype=float) for a in (before, after, deff))
    pooled = (before + after) / 2
    supposed = surveys.CRITICAL_Z * np.sqrt(2 * pooled * (1 - pooled))
    actual = special.ndtri(chance) * np.sqrt(before * (1 - before) + after * (1 - after))
    with np.errstate(divide="ignore"):
        needed = deff * ((supposed + actual) / (after - before)) ** 2
    return np.ceil(np.where(np.isfinite(needed), needed, np.nan))


def next_wave(share: float, n: float, changes: Iterable[float], deff: float = 1.0) -> pd.DataFrame:
    """Return what a next wave as large as this one can find.

    Parameters
    ----------
    share, n : float
        Share (0-1) and respondents of this wave.
    changes : iterable of float
        Changes from `share`, as fractions.
    deff : float
        Design effect of both waves.

    Returns
    -------
    DataFrame
        One row a change: change, power and needed (respondents a wave for 80 %).

    Examples
    --------
    >>> next_wave(0.28, 4505, [0.01, 0.02])["power"].round(2).tolist()
    [0.18, 0.55]

    """
    change = np.array(list(changes), dtype=float)
    chances = power(share, share + change, n, n, deff)
    needed = respondents_for(share, share + change, deff=deff)
    return pd.DataFrame({"change": change, "power": chances, "needed": needed})


def lengths(strategy: Strategy, trends: pd.DataFrame, least: int = 4) -> pd.DataFrame:
    """Return the series of at least `least` comparable points, the longest first.

    Returns
    -------
    DataFrame
        Index measure; indicator (the first it is shown under), n_points, word (what that length allows), lacking
        (points until a process chart may be drawn) and mk_p (Mann and Kendall's test of a steady course; missing below
        five).

    Examples
    --------
    >>> lengths(strategy, trends)["n_points"].head(1).to_dict()
    {'helsenorge-besok': 8}

    """
    rows = trends[trends["n_points"] >= least].sort_values("n_points", ascending=False, kind="stable")
    first = strategy.measures["indicators"].str.get(0).fillna("").astype(str)  # by measure
    rows = rows.assign(indicator=first, lacking=(PROCESS_POINTS - rows["n_points"]).clip(lower=0))
    return rows[["indicator", "n_points", "word", "lacking", "mk_p"]]


def countries(observations: pd.DataFrame, measure: str, home: str = "NO") -> pd.DataFrame:
    """Return a measure by period (index) and country (columns, `home` first, then by code), in the measure's unit.

    Examples
    --------
    >>> countries(observations, "eurostat-time-paa-nett").loc["2022", ["NO", "DK"]].tolist()
    [51.93, 66.44]

    """
    rows = current(observations)
    rows = rows[(rows["measure"] == measure) & rows["breakdown"].str.fullmatch("land=[A-Z0-9]+")]
    table = rows.assign(land=rows["breakdown"].str.removeprefix("land="))
    table = table.pivot(index="period", columns="land", values="value").rename_axis(columns=None)
    return table[sorted(table.columns, key=lambda code: (code != home, code))]


def beside_neighbours(strategy: Strategy, observations: pd.DataFrame, measure: str, home: str = "NO") -> pd.DataFrame:
    """Return how far a country lies from each neighbour by period, and where its series breaks.

    Parameters
    ----------
    strategy : Strategy
    observations : DataFrame
        As `read_observations` gives them.
    measure, home : str
        Measure, and the country's code.

    Returns
    -------
    DataFrame
        One row a period and neighbour: period, country, own, other, difference (own less other, in the unit) and broken
        (a break of the series begins with the period). Periods without the home country are left out.

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    Examples
    --------
    >>> beside_neighbours(strategy, observations, "eurostat-time-paa-nett")["difference"].round(1).head(2).tolist()
    [-4.1, 12.7]

    """
    strategy.measure(measure)  # refuses an unknown name
    columns = ["period", "country", "own", "other", "difference", "broken"]
    table = countries(observations, measure, home)
    if home not in table:
        return pd.DataFrame(columns=columns)
    long = table.dropna(subset=[home]).reset_index().melt(["period", home], var_name="country", value_name="other")
    long = long.rename(columns={home: "own"}).dropna(subset=["other"]).sort_values(["period", "country"])
    breaks = strategy.breaks[(strategy.breaks["measure"] == measure) & (strategy.breaks["kind"] == "break")]
    long = long.assign(difference=long["own"] - long["other"], broken=long["period"].isin(breaks["period"]))
    return long[columns].reset_index(drop=True)


# --- all surveys at once, and what the mix of their samples did ------------------------


def find_changes(
    strategy: Strategy, observations: pd.DataFrame, between: tuple[str, str], level: float = surveys.LEVEL
) -> pd.DataFrame:
    """Return how every share from a survey changed between two waves, each tested, and all looked at together.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        As `read_observations` gives them.
    between : tuple of str
        The periods of the earlier and the later wave, as ``("2022", "2023")``.
    level : float, optional
        Confidence level of the intervals, 0.95 as in the report unless given; each test is at one less it.

    Returns
    -------
    DataFrame
        Index measure, those that have a figure in both waves, in the strategy's order: name_nb, name_en, role, before,
        after, n_before, n_after, change with its interval low to high (percentage points), p_value, significant (at
        5 %, or one less `level`), significant_if_rounded (whatever the rounding hides) and bh_flag (at a false
        discovery rate of 10 % among these tests, at any level).

    Raises
    ------
    UnknownNameError
        For a period without any such figure.
    ValueError
        For a level that is not between 0 and 1.

    References
    ----------
    docs/method.md, section 6.

    Examples
    --------
    >>> changes = find_changes(strategy, observations, between=("2022", "2023"))
    >>> changes.loc[["tilgang-pasientinformasjon"], ["before", "after", "significant"]].values.tolist()
    [[26.0, 28.0, True]]

    """
    measures = strategy.measures
    surveyed = measures[measures["basis"].str.startswith("survey") & (measures["unit"] == SHARE_UNIT)]
    rows = current(observations)
    rows = rows[(rows["breakdown"] == "") & (rows["qualifier"] == "") & rows["measure"].isin(surveyed.index)]
    waves, periods = [], set(rows["period"])
    for end, period in zip(("before", "after"), map(str, between), strict=True):  # a year may be a number
        if period not in periods:
            raise UnknownNameError(f"no share of a survey has the period '{period}'{nearest(period, periods)}")
        own = rows[rows["period"] == period].set_index("measure")
        waves.append(own[["value", "n"]].set_axis([end, f"n_{end}"], axis=1))
    both = waves[0].join(waves[1], how="inner")
    promise = surveyed[surveyed.index.isin(both.index)]
    ends = both.loc[promise.index, ["before", "after", "n_before", "n_after"]]
    changes = share_changes(promise, tuple(ends[end] for end in ends), level)
    changes["bh_flag"] = surveys.discoveries(changes["p_value"])
    names = promise[["name_nb", "name_en", "role"]]
    return names.join([ends, changes.drop(columns=["z", "p_low", "p_high"])])


def share_changes(
    promise: pd.DataFrame, waves: tuple[pd.Series, pd.Series, pd.Series, pd.Series], level: float = surveys.LEVEL
) -> pd.DataFrame:
    """Return the change of survey shares between two waves, tested as `change_between_waves` tests.

    Parameters
    ----------
    promise : DataFrame
        The measures' rows of ``strategy.measures``.
    waves : tuple of Series
        Shares (per cent) before and after, and respondents before and after, a row a measure.
    level : float, optional
        As in `find_changes`.

    Returns
    -------
    DataFrame
        Index measure; change with its interval low to high (percentage points), z, p_value, p_low and p_high (over
        rounding), significant, significant_if_rounded.

    Examples
    --------
    >>> promise = strategy.measures.loc[["tilgang-pasientinformasjon"]]
    >>> waves = tuple(pd.Series(end) for end in ([26], [28], [4997], [4505]))
    >>> share_changes(promise, waves)["change"].round(1).tolist()
    [2.0]

    """
    deff, population, rounding = (promise[name].to_numpy(dtype=float) for name in ("deff", "population", "rounding"))
    shares = waves[0] / 100, waves[1] / 100
    sizes = [surveys.effective_n(n, deff, population) for n in waves[2:]]
    wave = surveys.change_between_waves(*shares, *waves[2:], deff, population)
    low, high = surveys.newcombe(shares[0], sizes[0], shares[1], sizes[1], level)
    significant = (wave.p_value < 1 - level) & ((low > 0) | (high < 0))
    p_low, p_high = surveys.p_over_rounding(*shares, *sizes, rounding / 100)
    columns = {
        "change": wave.change * 100,
        "low": low * 100,
        "high": high * 100,
        "z": wave.z,
        "p_value": wave.p_value,
        "p_low": p_low,
        "p_high": p_high,
        "significant": significant,
        "significant_if_rounded": significant & (p_high < 1 - level),
    }
    return pd.DataFrame(columns, index=promise.index)


def group_sizes(
    strategy: Strategy, observations: pd.DataFrame, measure: str, before: str | None, after: str | None
) -> tuple[pd.Series, pd.Series] | None:
    """Return the respondents of each group in two waves of a measure's survey.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    measure : str
        Slug of the measure.
    before : str
        Period of the earlier wave.
    after : str
        Period of the later wave.

    Returns
    -------
    tuple of Series, or None
        Counts by breakdown, before and after; None where they are not published.

    Examples
    --------
    >>> before, after = group_sizes(strategy, observations, "tilgang-pasientinformasjon", "2022", "2023")
    >>> before["malgruppe=kommuner"], after["malgruppe=kommuner"]
    (np.float64(1584.0), np.float64(750.0))

    """
    survey, sizes = strategy.measure(measure)["survey"], _sizes(strategy, observations)
    return _comparable(sizes.get((survey, before)), sizes.get((survey, after)))


def _comparable(before: pd.Series | None, after: pd.Series | None) -> tuple[pd.Series, pd.Series] | None:
    # groups named otherwise in one of the waves cannot be compared
    return None if before is None or after is None or set(before.index) != set(after.index) else (before, after)


@between_pages.shared  # by all measures
def _sizes(strategy: Strategy, observations: pd.DataFrame) -> dict[tuple[str, str], pd.Series]:
    """Return the respondents of each group, by breakdown, for each survey and period."""
    respondents = observations["measure"].isin(strategy.surveys["respondents"])
    rows = current(observations[respondents & (observations["breakdown"] != "")])
    rows = rows.assign(group=rows["breakdown"].str.replace("=.*", "", regex=True))
    surveys = strategy.surveys[["respondents", "group"]].reset_index()
    rows = surveys.merge(rows, left_on=["respondents", "group"], right_on=["measure", "group"])
    return {place: wave.set_index("breakdown")["value"] for place, wave in rows.groupby(["survey", "period"])}


def mix_changes(strategy: Strategy, observations: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    """Return how the mix of groups in the sample moved between two waves, and what that alone did to the figure.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        As `read_observations` gives them.
    ends : DataFrame
        Index measure; first and latest, the periods of the two waves.

    Returns
    -------
    DataFrame
        Index measure. mix_shift: the part of the sample, in per cent, that another group has taken over, half the sum
        of what the groups' shares moved; missing where they are not published for both waves. mix_effect: the points
        of the change that came from it, each group's move times its own figure, the mean of the two waves (or the one
        that is published); missing where a group has none.

    References
    ----------
    Kitagawa, Components of a difference between two rates, Journal of the American Statistical Association 50 (1955)
    1168-1194; docs/method.md, section 8.

    Examples
    --------
    >>> ends = pd.DataFrame({"first": "2022", "latest": "2023"}, index=["tilgang-pasientinformasjon"])
    >>> mix_changes(strategy, observations, ends)["mix_shift"].round(1).tolist()
    [15.0]

    """
    changes = pd.DataFrame(np.nan, index=ends.index, columns=["mix_shift", "mix_effect"])
    sizes, surveyed = _sizes(strategy, observations), ends.join(strategy.measures["survey"])
    own = observations[observations["standing"] == ""]
    for measure, first, latest, survey in surveyed[ends["first"] != ends["latest"]].itertuples():
        waves = _comparable(sizes.get((survey, first)), sizes.get((survey, latest)))
        if waves is None:
            continue
        shift = surveys.mix_shift(*waves)
        figures = current(own[(own["measure"] == measure) & own["breakdown"].isin(shift.index)])
        figures = figures.pivot(index="breakdown", columns="period", values="value").reindex(columns=[first, latest])
        effect = (shift / 100 * figures.mean(axis=1).reindex(shift.index)).sum(skipna=False)
        changes.loc[measure] = [shift.abs().sum() / 2, effect]
    return changes
