"""What an analyst compares: two waves of a survey, neighbouring countries, and series of unequal length.

Shares are fractions in 0-1 and changes of shares fractions too, as in `surveys`, unless a docstring says otherwise.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.assessment.trends import PROCESS_POINTS
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.statistics.surveys import CRITICAL_Z, LEVEL, change_between_waves, effective_n, standardise, wilson

PLANNED_POWER: Final = 0.80  # the customary chance of finding a change that is there


def waves(strategy: Strategy, observations: pd.DataFrame, measure: str, level: float = LEVEL) -> pd.DataFrame:
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
    ends = wilson(share, effective_n(rows["n"], promise["deff"], promise["population"]), level)
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
    limit = rows["deff"] * (rows["z"] / CRITICAL_Z) ** 2  # `vanishing_deff`: z holds the design and the population
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
    change = change_between_waves(before, after, n_before, n_after)
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
    change = change_between_waves(before, after, n_before, n_after, deff)
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
    from_mix = (standardise(values, after).value - standardise(values, before).value).to_numpy()
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
    sizes = effective_n(n_before, deff), effective_n(n_after, deff)
    pooled = (before * sizes[0] + after * sizes[1]) / (sizes[0] + sizes[1])
    supposed = np.sqrt(pooled * (1 - pooled) * (1 / sizes[0] + 1 / sizes[1]))
    actual = np.sqrt(before * (1 - before) / sizes[0] + after * (1 - after) / sizes[1])
    change = np.abs(after - before)
    return sum(special.ndtr((size - CRITICAL_Z * supposed) / actual) for size in (change, -change))


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
    supposed = CRITICAL_Z * np.sqrt(2 * pooled * (1 - pooled))
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
    indicators = strategy.measures.loc[rows.index, "indicators"]
    rows = rows.assign(
        indicator=[next(iter(ids), "") for ids in indicators],
        lacking=(PROCESS_POINTS - rows["n_points"]).clip(lower=0),
    )
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
