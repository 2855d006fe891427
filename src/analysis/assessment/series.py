"""Which observations make a series: known at a date, counting, one a moment, and none from before a break."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core import periods
from analysis.core.names import UnknownNameError, nearest
from analysis.records.observations import known_at
from analysis.records.strategy import Strategy
from analysis.statistics.surveys import share_se

SHARE_UNIT: Final = "prosent"  # the one unit that a survey's share comes in
BOUNDS: Final = ("over", "under")  # qualifiers of values that only bound what they stand for
COUNTED: Final = ("register", "census")  # bases without sampling error


@dataclass(frozen=True)
class Series:
    """Points in order of measure and time, as columns of equal length, and where each measure's begin and end.

    `begin` and `end` hold a place a measure of the strategy (equal where it has no points); `comparable` is where the
    points after the last break begin. `starts` is the day each point's period starts, `se` in the measure's unit;
    `withheld` says of each measure whether its latest figure is, so that it has no points: older ones are not the state
    of things.
    """

    points: pd.DataFrame
    time: NDArray
    value: NDArray
    se: NDArray
    n: NDArray
    starts: NDArray
    bound: NDArray
    withheld: NDArray
    begin: NDArray
    comparable: NDArray
    end: NDArray


def day_of(as_of: str | date | None, observations: pd.DataFrame) -> pd.Timestamp:
    """Return the day up to which publications count: of a quarter, an ISO date or a date; by default the latest.

    NaT when nothing is given and nothing was published.

    Raises:
        PeriodError: for a text that is neither quarter nor date.

    """
    if as_of is None:
        return observations["published"].max()
    if isinstance(as_of, str):
        return periods.as_of_date(as_of) if periods.QUARTER.fullmatch(as_of) else periods.as_of_date("", as_of)
    return pd.Timestamp(as_of).normalize()


def series_of(strategy: Strategy, observations: pd.DataFrame, day: pd.Timestamp) -> Series:
    """Return the points of all measures as known on `day`: standing "", no breakdown, the latest edition.

    Raises:
        UnknownNameError: for observations of measures that the strategy does not hold.

    """
    observations = known_at(observations, day, strategy)
    code = strategy.measures.index.get_indexer(observations["measure"])
    _require_known(strategy, observations, code)
    usable = (observations["standing"] == "") & (observations["breakdown"] == "") & np.isfinite(observations["value"])
    points = observations[usable].assign(code=code[usable.to_numpy()])
    points = points.sort_values(["code", "time", "published", "value"], kind="stable")
    # by time rather than period: 2023-12 and 2023 of a stock are one moment, and two points there have no pace
    points = points.drop_duplicates(["code", "time"], keep="last").reset_index(drop=True)
    withheld = _latest_withheld(strategy, observations, points)
    return _arranged(strategy, points[~withheld[points["code"]]].reset_index(drop=True), withheld)


def _latest_withheld(strategy: Strategy, observations: pd.DataFrame, points: pd.DataFrame) -> NDArray:
    totals = observations[(observations["standing"] == "withheld") & (observations["breakdown"] == "")]
    hidden = totals.groupby("measure")["time"].max().reindex(strategy.measures.index)
    known = points.groupby("measure")["time"].max().reindex(strategy.measures.index)
    return (hidden >= known.fillna(-np.inf)).to_numpy()


def starts_of(names: pd.Series) -> NDArray:
    """Return the first day of periods in normal form, NaT for missing ones."""
    known = {name: pd.Period(name).start_time for name in names.dropna().unique()}
    return names.map(known).to_numpy(dtype="datetime64[us]")


def _arranged(strategy: Strategy, points: pd.DataFrame, withheld: NDArray) -> Series:
    code, measures = points["code"].to_numpy(), np.arange(len(strategy.measures))
    begin, end = np.searchsorted(code, measures, "left"), np.searchsorted(code, measures, "right")
    starts = starts_of(points["period"])
    bound = points["qualifier"].isin(BOUNDS).to_numpy()
    return Series(
        points=points,
        time=points["time"].to_numpy(dtype=float),
        value=points["value"].to_numpy(dtype=float),
        se=np.where(bound, np.nan, _standard_errors(strategy, points)),
        n=points["n"].to_numpy(dtype=float),
        starts=starts,
        bound=bound,
        withheld=withheld,
        begin=begin,
        comparable=np.maximum(begin, _after_breaks(strategy, code, starts, begin)),
        end=end,
    )


def _standard_errors(strategy: Strategy, points: pd.DataFrame) -> NDArray:
    """Return each point's standard error in its unit: 0 for what is counted, of a share where n is known, else none."""
    promise = strategy.measures.iloc[points["code"].to_numpy()]
    deff, population, rounding = (promise[name].to_numpy(dtype=float) for name in ("deff", "population", "rounding"))
    share = np.where(promise["unit"] == SHARE_UNIT, points["value"].to_numpy(dtype=float) / 100, np.nan)
    sampled = 100 * share_se(share, points["n"].to_numpy(dtype=float), deff, population, rounding / 100)
    return np.where(promise["basis"].isin(COUNTED), 0.0, sampled)


def _after_breaks(strategy: Strategy, code: NDArray, starts: NDArray, begin: NDArray) -> NDArray:
    """Return where each measure's points after its last break begin; a break without points since cuts nothing off."""
    first = begin.copy()
    breaks = strategy.breaks[strategy.breaks["kind"] == "break"]
    broken = strategy.measures.index.get_indexer(breaks["measure"])
    for measure, start in zip(broken, starts_of(breaks["period"]), strict=True):
        since = np.flatnonzero((code == measure) & (starts >= start))
        if since.size:
            first[measure] = max(first[measure], since[0])
    return first


def _require_known(strategy: Strategy, observations: pd.DataFrame, code: NDArray) -> None:
    if (code < 0).any():
        name = observations["measure"][code < 0].iloc[0]
        raise UnknownNameError(
            f"observed, but no measure of the strategy: '{name}'{nearest(name, strategy.measures.index)}"
        )
