"""One row a measure: where it started, where it is now, and what the way between allows to be said."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.assessment.comparisons import mix_changes, share_changes
from analysis.assessment.direction import COUNTED, Compared, comparison_of, direction_of
from analysis.core import periods
from analysis.core.names import UnknownNameError, nearest
from analysis.core.units import SHARE_UNIT
from analysis.records.observations import known_at
from analysis.records.strategy import Strategy
from analysis.statistics.process_charts import PROCESS_POINTS, assurance, variation, xmr_limits
from analysis.statistics.surveys import discoveries, poisson_change, required_respondents, share_se
from analysis.statistics.trend_tests import mann_kendall, weighted_slope

PACE_POINTS: Final = 6  # the pace of the last five yearly changes: long enough to be one, recent enough to be now's
SLOPE_POINTS: Final = 5  # the latest five, as Fingertips; four can never show a trend at 5 %
BOUNDS: Final = ("over", "under")  # qualifiers of values that only bound the true one

_POINTS: Final = ("baseline", "previous", "latest")
_PLACE: Final = ("period", "value", "time", "se", "n", "bound", "qualifier", "source", "published")
_PROMISE: Final = ("indicator", "goal", "role", "unit", "direction", "kind", "name_nb", "name_en")
COLUMNS: Final = (
    *(*_PROMISE[:-2], "n_points", "missing", "word"),
    *(f"{point}_{part}" for point in _POINTS for part in _PLACE[:5]),
    *("previous_qualifier", "latest_qualifier", "latest_published", "latest_source"),
    *("change", "change_low", "change_high", "z", "p_value", "p_low", "p_high", "significant", "bh_flag", "poisson_p"),
    *("slope", "slope_points", "slope_sign_stable", "slope_chi2_p", "mk_tau", "mk_p", "variation", "assurance"),
    *("age", "break_after_baseline", "suspected_break", "minor_break", "required_n", "deff", "points"),
    *("baseline_stated", "break_after_latest", "direction_points", "compared"),
    *("name_nb", "name_en", "significant_if_rounded", "mix_shift", "mix_effect"),
)


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


def find_trends(
    strategy: Strategy, observations: pd.DataFrame, as_of: str | date | pd.Series | None = None
) -> pd.DataFrame:
    """Return how each measure of the strategy moves: one row a measure, in the strategy's order.

    Of what was published by `as_of` the latest edition of standing "" without breakdown counts. Points before the last
    break are no part of the series, though a stated baseline may be one. Values, changes, standard errors and slopes
    are in the measure's unit (percentage points for prosent; slope a year).

    Parameters
    ----------
    strategy : Strategy
    observations : DataFrame
        As `read_observations` gives them.
    as_of : str, date or Series, optional
        Quarter, ISO date or date, or a day for each measure; by default the latest publication.

    Returns
    -------
    DataFrame
        Index measure, columns `COLUMNS`, missing where unknown. Among them:

        - ``n_points`` comparable points, ``word`` what so many allow (none, point, change, direction, slope, process),
          ``missing`` why there is none.
        - ``baseline_…``, ``previous_…``, ``latest_…``: period, value, time, standard error, respondents; of the latter
          two the qualifier.
        - ``compared``: what rule 6 compares, as three `Compared` (first, last but one, latest) of ``direction_points``
          points: the last at most six, below a yearly cadence those of the latest one's season.
        - ``change`` from previous to latest, tested only for survey shares with n on both sides and neither value a
          bound; ``significant`` is False where nothing was tested, and ``bh_flag`` looks at
          the tests of all assessed measures together, one change each, from first to latest. ``p_low`` and ``p_high``
          are the least and largest p-value that the unrounded values could have given: where 0.05 lies between them,
          rounding hides the answer, and ``significant_if_rounded`` is False. ``poisson_p`` compares counts of events of
          periods of equal length.
        - ``slope``: mean yearly change over the last ``slope_points`` points (at most 6); ``slope_chi2_p`` and
          ``slope_sign_stable`` of the weighted line through the last five, ``mk_…`` over all points (from 5).
        - ``mix_shift``, ``mix_effect``: how the sample's mix moved from the first to the latest of the points compared,
          as `comparisons.mix_changes` gives them.
        - ``required_n``: respondents each wave would need. ``points``: the series as a tuple of (time, value, se).

    Raises
    ------
    UnknownNameError
        For observations of measures that the strategy does not hold.
    PeriodError
        When `as_of` is neither quarter nor date.

    References
    ----------
    docs/method.md, sections 2, 3 and 6.

    Examples
    --------
    >>> trends = find_trends(strategy, observations)
    >>> trends.loc["tilgang-pasientinformasjon", ["previous_period", "latest_period"]].tolist()
    ['2022', '2023']

    """
    promise = strategy.measures
    if as_of is None:
        as_of = observations["published"].max()  # missing where nothing was published
    day = periods.day_of(as_of) if isinstance(as_of, str) else as_of
    day = day if isinstance(day, pd.Series) else pd.Timestamp(day).floor("D")  # NaT as well
    observations = known_at(observations, day, strategy)
    series = series_of(strategy, observations)
    n_points = series.end - series.comparable
    reasons = [series.withheld, n_points > 0, promise["unmeasured_nb"] != ""]
    steps = [n_points >= PROCESS_POINTS, n_points >= SLOPE_POINTS, n_points >= 3, n_points == 2, n_points == 1]
    columns = {
        **{name: promise[name] for name in _PROMISE},
        "deff": promise["deff"].astype(float),
        "n_points": n_points,
        "missing": np.select(reasons, ["withheld", "", "unmeasured"], "no_observation"),
        "word": np.select(steps, ["process", "slope", "direction", "change", "point"], "none"),
        **_places(strategy, series),
        **_ends(strategy, series),
        **_movement(strategy, series),
    }
    days = day if isinstance(day, pd.Series) else pd.Series(day, promise.index, "datetime64[us]")
    columns |= _change(strategy, columns) | _breaks(strategy, columns, days)
    waves = [(first.period, latest.period) for first, _, latest in columns["compared"]]
    columns |= mix_changes(strategy, observations, pd.DataFrame(waves, promise.index, ["first", "latest"]))
    today = days.map({day: periods.decimal_year(f"{day:%Y-%m-%d}", "stock") for day in days.dropna().unique()})
    columns["age"] = np.maximum(today - columns["latest_time"], 0.0)  # a quarter's last day is not before its end
    points = list(series.points[["time", "value", "se"]].itertuples(index=False, name=None))
    # tuples: a frame's cell must not be changed by who reads it
    columns["points"] = [tuple(points[s:e]) for s, e in zip(series.comparable, series.end, strict=True)]
    trends = pd.DataFrame(columns, index=promise.index)
    rows = promise.join(trends[trends.columns.difference(promise.columns)])
    # one test a measure that is assessed; all of them are looked at together
    tested = (promise["role"] == "assessed") & (trends["direction_points"] >= 2)
    trends["bh_flag"] = discoveries(np.where(tested, direction_of(comparison_of(rows))["p"], np.nan))
    return trends[list(COLUMNS)]


def _ends(strategy: Strategy, series: Series) -> dict[str, Any]:
    """Return the columns of the points that rule 6 compares: first, last but one and latest."""
    code, time = series.points["code"].to_numpy(), series.points["time"].to_numpy(dtype=float)
    cadence = strategy.measures["cadence"].to_numpy(dtype=float)[code]
    years = time[(series.end - 1)[code]] - time
    in_season = (cadence >= 1) | (np.abs(years - np.round(years)) < cadence / 2)
    compared = np.flatnonzero((np.arange(len(code)) >= series.comparable[code]) & in_season)
    measures = np.arange(len(strategy.measures))
    begin, end = (np.searchsorted(code[compared], measures, side) for side in ("left", "right"))
    compared = np.append(compared, -1)
    first = np.where(end > begin, compared[np.maximum(begin, end - PACE_POINTS)], -1)
    before = np.where(end > begin + 1, compared[np.maximum(end - 2, 0)], -1)
    latest = np.where(end > begin, compared[end - 1], -1)
    points = series.points.reindex(columns=list(Compared._fields)).astype(object)
    ends = list(map(Compared._make, points.where(points.notna(), None).itertuples(index=False)))
    ends.append(Compared._make([None] * len(Compared._fields)))
    compared = [tuple(ends[row] for row in rows) for rows in zip(first, before, latest, strict=True)]
    return {"direction_points": np.minimum(end - begin, PACE_POINTS), "compared": compared}


def _places(strategy: Strategy, series: Series) -> dict[str, pd.Series]:
    """Return the columns of baseline, previous and latest point."""
    first, last, measures = series.comparable, series.end - 1, strategy.measures.index
    # the baseline is the one stated, with standard error and n of the observation of that time, or else the first point
    stated = strategy.points[strategy.points["point"] == "baseline"].set_index("measure")
    stated = stated[["period", "time", "value"]].reindex(measures).astype({"time": float, "value": float})
    is_stated = stated["time"].notna()
    observed = pd.MultiIndex.from_frame(series.points[["code", "time"]])
    at = observed.get_indexer(pd.MultiIndex.from_arrays([np.arange(len(stated)), stated["time"]]))
    rows = {
        "baseline": np.where(is_stated, at, np.where(last >= first, first, -1)),
        "previous": np.where(last > first, last - 1, -1),
        "latest": np.where(last >= first, last, -1),
    }
    parts = series.points[list(_PLACE)]
    # there is no row -1: its cells are missing
    points = {name: parts.reindex(row).set_axis(measures) for name, row in rows.items()}
    points["baseline"] = stated.fillna(points["baseline"]).join(points["baseline"][["se", "n"]])
    columns = {f"{name}_{part}": column for name, frame in points.items() for part, column in frame.items()}
    texts = ("previous_qualifier", "latest_qualifier", "latest_source")
    return columns | {name: columns[name].fillna("") for name in texts} | {"baseline_stated": is_stated}


def _change(strategy: Strategy, columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of the change from previous to latest value, and of its tests."""
    promise, (before, after) = strategy.measures, (columns[f"{point}_value"] for point in ("previous", "latest"))
    exact = ~(columns["previous_bound"].eq(True) | columns["latest_bound"].eq(True))
    is_share = promise["unit"] == SHARE_UNIT
    sampled = exact & is_share & ~promise["basis"].isin(COUNTED)
    shares = before.where(sampled), after.where(sampled)
    tested = share_changes(promise, (*shares, columns["previous_n"], columns["latest_n"]))
    # only where the promise says so: a stock at two dates is mostly the same persons twice
    lengths = [columns[f"{point}_period"].str.len() for point in ("previous", "latest")]
    comparable = exact & ~is_share & (promise["counting"] == "events") & (lengths[0] == lengths[1])
    return {
        **tested.rename(columns={"low": "change_low", "high": "change_high"}),
        "change": after - before,
        "poisson_p": np.where(comparable, poisson_change(before, after).p_value, np.nan),
        "required_n": required_respondents(shares[0] / 100, shares[1] / 100, promise["deff"], promise["population"]),
    }


def _movement(strategy: Strategy, series: Series) -> dict[str, Any]:
    """Return the columns of slope, Mann-Kendall test and process chart."""
    size = len(strategy.measures)
    columns = {name: np.full(size, np.nan) for name in ("slope", "slope_chi2_p", "mk_tau", "mk_p")}
    columns |= {"slope_points": np.zeros(size, dtype=int), "slope_sign_stable": np.zeros(size, dtype=bool)}
    columns |= {name: np.full(size, "", dtype=object) for name in ("variation", "assurance")}
    count = series.end - series.comparable
    # series of one length are one rectangle: a pass a length, however many measures
    for length in np.unique(count[count > 1]):
        chosen = np.flatnonzero(count == length)
        window = series.comparable[chosen, None] + np.arange(length)
        time, value, se, bound = (series.points[name].to_numpy()[window] for name in ("time", "value", "se", "bound"))
        promise, pace = strategy.measures.iloc[chosen], min(length, PACE_POINTS)
        columns["slope"][chosen] = (value[:, -1] - value[:, -pace]) / (time[:, -1] - time[:, -pace])
        columns["slope_points"][chosen] = pace
        # a bound has its place in the series, but nothing is tested on it
        exact = ~bound.any(axis=1)
        if length >= SLOPE_POINTS:
            line = weighted_slope(*(column[:, -SLOPE_POINTS:] for column in (time, value, se)))
            order = mann_kendall(value)
            columns["slope_sign_stable"][chosen] = line.sign_stable & ~bound[:, -SLOPE_POINTS:].any(axis=1)
            columns["slope_chi2_p"][chosen] = line.p_value
            columns["mk_tau"][chosen] = np.where(exact, order.tau, np.nan)
            columns["mk_p"][chosen] = np.where(exact, order.p_value, np.nan)
        if length >= PROCESS_POINTS:
            limits = xmr_limits(value)
            answer = assurance(limits.lower, limits.upper, promise["target_value"], promise["direction"])
            columns["variation"][chosen] = np.where(exact, variation(value, promise["direction"]), "")
            columns["assurance"][chosen] = np.where(exact, answer, "")
    return columns


def _breaks(strategy: Strategy, columns: dict[str, Any], days: pd.Series) -> dict[str, NDArray]:
    """Return whether a break of each kind lies after the baseline, and begins by the measure's day.

    A `break` counts also before the first value after it: what is shown then is from before. The lesser kinds count
    only between the baseline and the latest value.
    """
    measure, kind, start = strategy.breaks["measure"], strategy.breaks["kind"], starts_of(strategy.breaks["period"])
    baseline, latest = (starts_of(columns[f"{point}_period"].reindex(measure)) for point in ("baseline", "latest"))
    day = days.reindex(measure).to_numpy()
    begun = start <= np.where(np.isnat(day), latest, day)
    between = (start > baseline) & (start <= latest)
    counted = {
        "break_after_baseline": (kind == "break") & begun & (start > baseline),
        "break_after_latest": (kind == "break") & begun & (start > latest),
        "suspected_break": (kind == "suspected") & between,
        "minor_break": (kind == "minor") & between,
    }
    return {name: strategy.measures.index.isin(measure[chosen]) for name, chosen in counted.items()}


# --- the points of each measure -------------------------------------------------------


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
    points = points.drop_duplicates(["code", "time"], keep="last", ignore_index=True)

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
