"""Which observations make a series: known at a date, counting, one a moment, and none from before a break."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.assessment.direction import COUNTED
from analysis.core import periods
from analysis.core.names import UnknownNameError, nearest
from analysis.core.units import SHARE_UNIT
from analysis.records.strategy import Strategy
from analysis.statistics.surveys import share_se

BOUNDS: Final = ("over", "under")  # qualifiers of values that only bound the true one


@dataclass(frozen=True)
class Series:
    """Points in order of measure and time, and where each measure's begin and end.

    Attributes
    ----------
    points : DataFrame
        The observations, with code (the place of the measure in the strategy), se (standard error in the measure's
        unit) and bound (whether the value only bounds the true one).
    withheld : ndarray of bool
        Of each measure whether it has no points, and figures that are withheld.
    begin, end : ndarray of int
        Of each measure of the strategy the places of its points (equal where it has none).
    comparable : ndarray of int
        Where its points after the last break begin.

    """

    points: pd.DataFrame
    withheld: NDArray
    begin: NDArray
    comparable: NDArray
    end: NDArray


def day_of(as_of: str | date | None, observations: pd.DataFrame) -> pd.Timestamp:
    """Return the day up to which publications count.

    Parameters
    ----------
    as_of : str or date, optional
        A quarter (its last day), an ISO date or a date; by default the latest publication of `observations`.

    Returns
    -------
    Timestamp
        NaT when nothing is given and nothing was published.

    Raises
    ------
    PeriodError
        For a text that is neither quarter nor date.

    """
    if as_of is None:
        return observations["published"].max()
    if isinstance(as_of, str):
        return periods.day_of(as_of)
    return pd.Timestamp(as_of).normalize()


def series_of(strategy: Strategy, observations: pd.DataFrame) -> Series:
    """Return the points of all measures in observations that are known: standing "", no breakdown, latest edition.

    Raises
    ------
    UnknownNameError
        For observations of measures that the strategy does not hold.

    """
    measures = strategy.measures.index
    code = measures.get_indexer(observations["measure"])
    if (code < 0).any():
        name = observations["measure"][code < 0].iloc[0]
        raise UnknownNameError(f"observed, but no measure of the strategy: '{name}'{nearest(name, measures)}")
    usable = (observations["standing"] == "") & (observations["breakdown"] == "") & np.isfinite(observations["value"])
    points = observations[usable].assign(code=code[usable.to_numpy()])
    points = points.sort_values(["code", "time", "published", "value"], kind="stable")
    # by time rather than period: 2023-12 and 2023 of a stock are one moment, and two points there have no pace
    points = points.drop_duplicates(["code", "time"], keep="last")
    points = points.reset_index(drop=True)

    code = points["code"].to_numpy()
    begin, end = (np.searchsorted(code, np.arange(len(measures)), side) for side in ("left", "right"))
    points = points.assign(bound=points["qualifier"].isin(BOUNDS)).astype(dict.fromkeys(("time", "value", "n"), float))
    # 0 for what is counted, of a share where n is known, else missing
    promise = strategy.measures.iloc[code].reset_index(drop=True)
    deff, population, rounding = (promise[name].astype(float) for name in ("deff", "population", "rounding"))
    share = (points["value"] / 100).where(promise["unit"] == SHARE_UNIT)
    sampled = pd.Series(100 * share_se(share, points["n"], deff, population, rounding / 100))
    points["se"] = sampled.mask(promise["basis"].isin(COUNTED), 0.0).mask(points["bound"])
    hidden = observations.loc[(observations["standing"] == "withheld") & (observations["breakdown"] == ""), "measure"]
    withheld = measures.isin(hidden) & (begin == end)
    # the points after the last break; a break without points since cuts nothing off
    comparable, starts = begin.copy(), starts_of(points["period"])
    breaks = strategy.breaks[strategy.breaks["kind"] == "break"]
    for measure, start in zip(measures.get_indexer(breaks["measure"]), starts_of(breaks["period"]), strict=True):
        since = np.flatnonzero((code == measure) & (starts >= start))
        if since.size:
            comparable[measure] = max(comparable[measure], since[0])
    return Series(points, withheld, begin, comparable, end)


def starts_of(names: pd.Series) -> NDArray:
    """Return the first day of periods in normal form, NaT for missing ones."""
    starts = {name: pd.Period(name).start_time for name in names.dropna().unique()}
    return names.map(starts).to_numpy(dtype="datetime64[us]")
