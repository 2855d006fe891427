"""What the change of a measure says where no target is asked: better, worse, or no established change.

One change decides: from the first to the latest of the last comparable points, with a 95 % interval found in the way
its figures came about (docs/method.md, rule 6).
"""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from analysis.assessment.limits import (
    ADVERSE_P,
    DIRECTION_SPAN,
    FIRM_DEFF,
    SMALL_WHOLE,
    TOLERANCE,
    UNCHANGED_WITHIN,
)
from analysis.core.periods import form_of
from analysis.core.units import SHARE_UNIT
from analysis.statistics.counts import event_change, poisson_interval
from analysis.statistics.surveys import SIGNIFICANCE, change_between_waves, effective_n, wilson

COUNTED: Final = ("register", "census")  # bases without sampling error
SHARES: Final = ("survey", "k_of_n")  # methods on a share of persons or things
_ESTABLISHED: Final = ("better", "worse")
_MOST_DEFF: Final = 1e4  # nothing is found above
_HALVINGS: Final = 50  # of the logarithm: as near as a float tells
_LENGTHS: Final = {"year": 1.0, "quarter": 1 / 4, "month": 1 / 12, "day": 1 / 365}  # of periods, in years
_NUMBERS: Final = ("value", "n", "low", "high", "numerator", "denominator")
_EVERYBODY: Final = 1e18  # effective respondents where all were asked: nothing is left to chance


class Compared(NamedTuple):
    """A point that rule 6 compares, as observed; `low` and `high` are the range that a circa or derived value has."""

    period: str | None
    time: float | None
    value: float | None
    n: float | None
    qualifier: str | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True)
class End:
    """One end of a change, a row a measure: value in the unit, how much lower or higher the true one may be, and size.

    `size` is the effective respondents of a survey share, N of k of N, the length of the period of a count of events.
    """

    value: np.ndarray
    below: np.ndarray
    above: np.ndarray
    size: np.ndarray

    def __getitem__(self, chosen: np.ndarray) -> "End":
        """Return the end of some of the measures."""
        return End(self.value[chosen], self.below[chosen], self.above[chosen], self.size[chosen])


class Interval(NamedTuple):
    """A change with its 95 % interval in the unit, and p: two-sided, and of a fall and a rise one-sided."""

    change: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p_value: np.ndarray
    p_fall: np.ndarray
    p_rise: np.ndarray


@dataclass(frozen=True)
class Comparison:
    """What rule 6 asks about, one row a measure: columns (m, 1), or (m, draws) where values were drawn.

    `method` is ``survey``, ``survey_unknown_n``, ``events``, ``k_of_n`` or ``stock``; `first`, `before` and `latest`
    are the first, the last but one and the last of the points compared, `n` of them over `years`.
    """

    method: np.ndarray
    d: np.ndarray
    epsilon: np.ndarray
    rounding: np.ndarray
    deff: np.ndarray
    cadence: np.ndarray
    best: np.ndarray
    hold: np.ndarray
    n: np.ndarray
    years: np.ndarray
    first: End
    before: End
    latest: End

    def __getitem__(self, chosen: np.ndarray) -> "Comparison":
        """Return the comparison of some of the measures."""
        return Comparison(**{name: column[chosen] for name, column in vars(self).items()})


def comparison_of(rows: pd.DataFrame) -> Comparison:
    """Return what rule 6 asks about, from rows with the columns of promise and trends (m rows)."""
    number = {
        name: rows[name].to_numpy(dtype=float)
        for name in ("direction", "epsilon", "rounding", "deff", "cadence", "minimum", "maximum", "direction_points")
    }
    ends = [pd.DataFrame(list(end), columns=Compared._fields) for end in zip(*rows["compared"], strict=True)]
    first, before, latest = ends or [pd.DataFrame(columns=Compared._fields)] * 3
    method = _methods(rows, first, latest)
    columns = {
        "method": method,
        "d": number["direction"],
        "epsilon": number["epsilon"],
        "rounding": np.where(method == "k_of_n", 0.0, number["rounding"]),  # k and N are known exactly
        "deff": number["deff"],
        "cadence": number["cadence"],
        "best": np.where(number["direction"] > 0, number["maximum"], number["minimum"]),
        "hold": rows["kind"].eq("hold").to_numpy(),
        "n": number["direction_points"],
        "years": latest["time"].to_numpy(dtype=float) - first["time"].to_numpy(dtype=float),
    }
    columns = {name: column[:, None] for name, column in columns.items()}
    length = _lengths(latest)
    named = {"first": first, "before": before, "latest": latest}
    return Comparison(**columns, **{name: _end(end, rows, method, length) for name, end in named.items()})


def _methods(rows: pd.DataFrame, first: pd.DataFrame, latest: pd.DataFrame) -> np.ndarray:
    """Return how the interval of each change is found."""
    share, counted = (rows["unit"] == SHARE_UNIT).to_numpy(), rows["basis"].isin(COUNTED).to_numpy()
    surveyed = rows["basis"].str.startswith("survey").to_numpy(dtype=bool)
    ends = [end.astype({"n": float, "numerator": float, "denominator": float}) for end in (first, latest)]
    small = np.all([(end["denominator"] < SMALL_WHOLE) & end["numerator"].notna() for end in ends], axis=0)
    known = np.all([end["n"] > 0 for end in ends], axis=0)
    sampled = share & ~counted | surveyed
    events = (rows["counting"] == "events").to_numpy()
    return np.select(
        [share & ~surveyed & small, sampled & share & known, sampled, events & ~share],
        ["k_of_n", "survey", "survey_unknown_n", "events"],
        "stock",
    ).astype(object)


def _lengths(end: pd.DataFrame) -> np.ndarray:
    """Return how many years each period is long."""
    return end["period"].map(lambda period: _LENGTHS[form_of(period)], na_action="ignore").to_numpy(dtype=float)


def _end(end: pd.DataFrame, rows: pd.DataFrame, method: np.ndarray, latest_length: np.ndarray) -> End:
    number = {part: end[part].to_numpy(dtype=float) for part in _NUMBERS}
    deff, population = (rows[name].to_numpy(dtype=float) for name in ("deff", "population"))
    asked = np.where(number["n"] >= population, _EVERYBODY, effective_n(number["n"], deff, population))
    asked = np.where(rows["unit"] == SHARE_UNIT, asked, np.nan)
    whole, given = number["denominator"], number["value"]
    with np.errstate(divide="ignore", invalid="ignore"):
        # lengths relative to the latest, so that a count of that length is its own rate
        size = np.select([method == "k_of_n", method == "events"], [whole, _lengths(end) / latest_length], asked)
        value = np.where(method == "k_of_n", 100 * number["numerator"] / whole, given)
    low, high = (np.where(np.isnan(number[part]), given, number[part]) for part in ("low", "high"))
    below = np.where((end["qualifier"] == "under").to_numpy(), np.inf, given - low)
    above = np.where((end["qualifier"] == "over").to_numpy(), np.inf, high - given)
    return End(*(column[:, None] for column in (value, below, above, size)))


def interval(method: np.ndarray, first: End, latest: End) -> Interval:
    """Return the change between two ends with its 95 % interval; missing where the respondents are unknown."""
    shape = np.broadcast_shapes(first.value.shape, latest.value.shape)
    parts = np.full((6, *shape), np.nan)
    parts[0] = latest.value - first.value
    for name in np.unique(method):
        rows = method[:, 0] == name
        before, after = first[rows], latest[rows]
        if name in SHARES:
            wave = change_between_waves(before.value / 100, after.value / 100, before.size, after.size)
            parts[1:, rows] = [100 * wave.low, 100 * wave.high, wave.p_value, ndtr(wave.z), ndtr(-wave.z)]
        elif name == "events":
            count = event_change(before.value, after.value, before.size, after.size)
            parts[:, rows] = [count.change, count.low, count.high, count.p_value, count.p_fall, count.p_rise]
        elif name == "stock":
            parts[1:3, rows] = parts[0, rows]
    # the least favourable of the values that the figures leave open
    parts[1] -= latest.below + first.above
    parts[2] += latest.above + first.below
    return Interval(*parts)


def answers(case: Comparison, change: Interval) -> np.ndarray:
    """Return ``better``, ``worse``, ``unchanged`` or ``cannot_tell`` for each change, seen in the better direction."""
    delta, low, high = _directed(case, change)
    # of a survey the pooled test must agree with the interval
    sure = (case.method != "survey") | (change.p_value < SIGNIFICANCE)
    better = sure & (low > TOLERANCE) & (delta > case.epsilon + TOLERANCE)
    worse = sure & (high < -TOLERANCE) & (delta < -case.epsilon - TOLERANCE)
    most = UNCHANGED_WITHIN * case.epsilon + TOLERANCE
    unchanged = (-most <= low) & (high <= most)
    return np.select([better, worse, unchanged], ["better", "worse", "unchanged"], "cannot_tell").astype(object)


def _directed(case: Comparison, change: Interval) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    up = case.d > 0
    low, high = np.where(up, change.low, -change.high), np.where(up, change.high, -change.low)
    return case.d * change.change, low, high


def is_adverse(case: Comparison, change: Interval) -> np.ndarray:
    """Return where a change is for the worse beyond epsilon, and a one-sided test, where there is one, agrees."""
    delta, _, high = _directed(case, change)
    p_worse = np.where(case.d > 0, change.p_fall, change.p_rise)
    tested = (case.method == "stock") & (high < np.inf) | (p_worse < ADVERSE_P)
    return (delta < -case.epsilon - TOLERANCE) & tested


def is_fragile(case: Comparison, found: np.ndarray) -> np.ndarray:
    """Return where better or worse is undone by rounding, or by a design effect (of events, by halved counts)."""
    sign = np.sign(case.latest.value - case.first.value)
    first, latest = (
        replace(end, value=_inside(case, end.value + by * sign * case.rounding / 2))
        for end, by in ((case.first, 1), (case.latest, -1))
    )
    rounded = answers(case, interval(case.method, first, latest))
    clustered = _answers_at(case, FIRM_DEFF)
    halved = [replace(end, value=end.value / 2) for end in (case.first, case.latest)]
    clustered = np.where(case.method == "events", answers(case, interval(case.method, *halved)), clustered)
    return np.isin(found, _ESTABLISHED) & ((rounded != found) | (clustered != found))


def _answers_at(case: Comparison, deff: np.ndarray | float) -> np.ndarray:
    """Return the answers at another design effect, where that is larger than the measure's own."""
    shrink = np.where(np.isin(case.method, SHARES), case.deff / np.maximum(case.deff, deff), 1.0)
    return answers(
        case, interval(case.method, *(replace(end, size=end.size * shrink) for end in (case.first, case.latest)))
    )


def undoing_deff(case: Comparison) -> np.ndarray:
    """Return the design effect that undoes better or worse of a share (m,); missing where there is none to undo."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = answers(case, interval(case.method, case.first, case.latest))
        low, high = case.deff, case.deff * _MOST_DEFF
        for _ in range(_HALVINGS):
            middle = np.sqrt(low * high)
            holds = _answers_at(case, middle) == found
            low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    return np.where(np.isin(found, _ESTABLISHED) & np.isin(case.method, SHARES), high, np.nan)[:, 0]


def _inside(case: Comparison, values: np.ndarray) -> np.ndarray:
    return np.where(np.isin(case.method, SHARES), np.clip(values, 0, 100), values)


class Direction(NamedTuple):
    """What rule 6 answers for each measure (m,): the answer, its chip, and the interval it rests on."""

    answer: np.ndarray
    fragile: np.ndarray
    colour: np.ndarray
    towards: np.ndarray
    basis: np.ndarray
    change: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    recent: np.ndarray


def direction_of(case: Comparison) -> Direction:
    """Return what rule 6 answers; `recent` is the answer on the last two points alone.

    References
    ----------
    docs/method.md, rule 6.

    """
    with np.errstate(divide="ignore", invalid="ignore"):
        change = interval(case.method, case.first, case.latest)
        found = answers(case, change)
        fragile = is_fragile(case, found)
        recent = answers(case, interval(case.method, case.before, case.latest))
        _, _, high = _directed(case, change)
        turned = ((found == "better") & (recent == "worse")) | ((found == "worse") & (recent == "better"))
        at_best = np.abs(case.best - case.latest.value) <= case.epsilon + TOLERANCE
        long = (case.n >= 3) & (case.years >= DIRECTION_SPAN * case.cadence - TOLERANCE)
        falling = long & (high < case.epsilon - TOLERANCE) & ~case.hold & ~at_best
    better, worse = found == "better", found == "worse"
    held = case.hold & (found == "unchanged")
    colour = np.select([better | held, worse & ~turned], ["green", "red"], "yellow").astype(object)
    towards = np.select(
        [better & (fragile | turned), worse & fragile & ~turned, ~better & ~worse & ~held & falling],
        ["yellow", "yellow", "red"],
        "",
    ).astype(object)
    bound = np.any([end.below + end.above > 0 for end in (case.first, case.latest)], axis=0)
    basis = np.where(bound & (case.method != "survey_unknown_n"), "bound", case.method)
    unknown = case.method == "survey_unknown_n"
    ends = (np.where(unknown, np.nan, end) for end in (change.low, change.high))
    p_value = np.where(case.method == "k_of_n", np.nan, change.p_value)  # its interval is the only test asked of it
    columns = (found, fragile, colour, towards, basis, change.change, *ends, p_value, recent)
    return Direction(*(column[:, 0] for column in columns))


def level_interval(method: np.ndarray, latest: End) -> tuple[np.ndarray, np.ndarray]:
    """Return low and high of the 95 % interval of a level in the unit; a count in full is its own interval."""
    share = np.isin(method, (*SHARES, "survey_unknown_n"))  # of a change; the latest value may have respondents
    shares = wilson(np.where(share, latest.value / 100, np.nan), latest.size)
    counts = poisson_interval(np.where(method == "events", latest.value, np.nan))
    ends = (
        np.select([share, method == "events"], [100 * of_share, of_count], latest.value)
        for of_share, of_count in zip(shares, counts, strict=True)
    )
    low, high = ends
    return low - latest.below, high + latest.above
