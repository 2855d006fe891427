"""Any two waves of all survey measures at once."""

import numpy as np
import pandas as pd

from analysis.core.names import UnknownNameError, nearest
from analysis.core.units import SHARE_UNIT
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.statistics.surveys import (
    LEVEL,
    change_between_waves,
    discoveries,
    effective_n,
    mix_shift,
    newcombe,
    p_over_rounding,
)


def find_changes(
    strategy: Strategy, observations: pd.DataFrame, between: tuple[str, str], level: float = LEVEL
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
    if not 0 < level < 1:
        raise ValueError(f"level: {level} is no share between 0 and 1; write 0.95 for 95 per cent")
    measures = strategy.measures
    surveyed = measures[measures["basis"].str.startswith("survey") & (measures["unit"] == SHARE_UNIT)]
    rows = current(observations)
    rows = rows[(rows["breakdown"] == "") & (rows["qualifier"] == "") & rows["measure"].isin(surveyed.index)]
    waves, periods = [], set(rows["period"])
    for period in between:
        if period not in periods:
            raise UnknownNameError(f"no share of a survey has the period '{period}'{nearest(period, periods)}")
        waves.append(rows[rows["period"] == period].set_index("measure")[["value", "n"]])
    both = waves[0].add_suffix("_before").join(waves[1].add_suffix("_after"), how="inner")
    both = both.reindex([slug for slug in surveyed.index if slug in both.index])
    ends = both["value_before"], both["value_after"], both["n_before"], both["n_after"]
    changes = share_changes(surveyed.loc[both.index], ends, level)
    return surveyed.loc[both.index, ["name_nb", "name_en", "role"]].assign(
        before=ends[0],
        after=ends[1],
        n_before=ends[2],
        n_after=ends[3],
        **changes[["change", "low", "high", "p_value", "significant", "significant_if_rounded"]],
        bh_flag=discoveries(changes["p_value"]),
    )


def share_changes(
    promise: pd.DataFrame, waves: tuple[pd.Series, pd.Series, pd.Series, pd.Series], level: float = LEVEL
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

    """
    deff, population, rounding = (promise[name].to_numpy(dtype=float) for name in ("deff", "population", "rounding"))
    shares = waves[0] / 100, waves[1] / 100
    sizes = [effective_n(n, deff, population) for n in waves[2:]]
    wave = change_between_waves(*shares, *waves[2:], deff, population)
    low, high = newcombe(shares[0], sizes[0], shares[1], sizes[1], level)
    significant = (wave.p_value < 1 - level) & ((low > 0) | (high < 0))
    p_low, p_high = p_over_rounding(*shares, *sizes, rounding / 100)
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

    """
    survey = strategy.measure(measure)["survey"]
    if survey is None or pd.isna(survey) or not strategy.surveys.at[survey, "group"]:
        return None
    rows = observations[observations["measure"] == strategy.surveys.at[survey, "respondents"]]
    rows = current(rows[rows["breakdown"].str.startswith(f"{strategy.surveys.at[survey, 'group']}=")])
    waves = [rows[rows["period"] == period].set_index("breakdown")["value"] for period in (before, after)]
    # groups named otherwise in one of the waves cannot be compared
    return (waves[0], waves[1]) if len(waves[0]) and set(waves[0].index) == set(waves[1].index) else None


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

    """
    changes = pd.DataFrame(np.nan, index=ends.index, columns=["mix_shift", "mix_effect"])
    own = observations[observations["standing"] == ""]
    for measure, first, latest in ends[ends["first"] != ends["latest"]].itertuples():
        waves = group_sizes(strategy, observations, measure, first, latest)
        if waves is None:
            continue
        shift = mix_shift(*waves)
        figures = current(own[(own["measure"] == measure) & own["breakdown"].isin(shift.index)])
        figures = figures.pivot(index="breakdown", columns="period", values="value").reindex(columns=[first, latest])
        effect = (shift / 100 * figures.mean(axis=1).reindex(shift.index)).sum(skipna=False)
        changes.loc[measure] = [shift.abs().sum() / 2, effect]
    return changes
