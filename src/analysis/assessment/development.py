"""What the figures said of every indicator at the end of each quarter."""

import pandas as pd

from analysis.assessment.lights import assess_indicators
from analysis.assessment.trends import find_trends
from analysis.core.periods import as_of_date, quarter_of
from analysis.records.strategy import Strategy


def development(strategy: Strategy, observations: pd.DataFrame, quarter: str, as_of: str = "") -> pd.DataFrame:
    """Return what the figures said of every indicator at the end of each quarter, whether it was judged or not.

    Only what was published by then counts. The first quarter is that of the first figure of an assessed measure.

    Parameters
    ----------
    strategy : Strategy
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    quarter : str
        The last quarter, as ``2024Q1``.
    as_of : str, optional
        ISO date up to which publications count in the last quarter; its last day where it is left out.

    Returns
    -------
    DataFrame
        Index quarter and indicator, in order; columns as `assess_indicators`.

    """
    assessed = strategy.measures.index[strategy.measures["role"] == "assessed"]
    published = observations.loc[observations["measure"].isin(assessed), "published"]
    last = quarter_of(quarter)
    first = min(last, pd.Period(published.min(), "Q")) if len(published) else last
    frames = {}
    for period in pd.period_range(first, last, freq="Q"):
        day = as_of_date(str(period), (as_of or None) if period == last else None)
        published = observations[observations["published"] <= day]
        frames[str(period)] = assess_indicators(strategy, find_trends(strategy, published, day))
    return pd.concat(frames, names=["quarter", "indicator"])
