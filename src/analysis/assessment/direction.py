"""What the change of a measure says where no target is asked: better, worse, or no established change.

One change decides: from the first to the latest of the last comparable points, with a 95 % interval found in the way
its figures came about (docs/method.md, rule 6).
"""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Self

import numpy as np
import pandas as pd
from scipy.special import ndtr

from analysis.assessment import limits
from analysis.core.periods import form_of
from analysis.core.units import SHARE_UNIT
from analysis.statistics import surveys

COUNTED: Final = ("register", "census")  # bases without sampling error
SHARES: Final = ("survey", "k_of_n")  # methods on a share of persons or things
_ESTABLISHED: Final = ("better", "worse")
_MOST_DEFF: Final = 1e4  # nothing is found above
_HALVINGS: Final = 50  # of the logarithm: as near as a float tells
_LENGTHS: Final = {"year": 1.0, "quarter": 1 / 4, "month": 1 / 12, "day": 1 / 365}  # of periods, in years
_TEXTS: Final = ("period", "qualifier")  # of `Compared`; the others are numbers
_PROMISED: Final = ("direction", "epsilon", "rounding", "deff", "cadence", "minimum", "maximum", "population")
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
class Columns:
    """Arrays with a row a measure."""

    def __getitem__(self, chosen: np.ndarray) -> Self:
        """Return the columns of some of the measures."""
        return type(self)(**{name: column[chosen] for name, column in vars(self).items()})


@dataclass(frozen=True)
class End(Columns):
    """One end of a change, a row a measure: value in the unit, how much lower or higher the true one may be, and size.

    `size` is the effective respondents of a survey share, N of k of N, the length of the period of a count of events.
    """

    value: np.ndarray
    below: np.ndarray
    above: np.ndarray
    size: np.ndarray


@dataclass(frozen=True)
class Comparison(Columns):
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


def comparison_of(rows: pd.DataFrame) -> Comparison:
    """Return what rule 6 asks about, from rows with the columns of promise and trends (m rows)."""
    number = {name: rows[name].to_numpy(dtype=float) for name in _PROMISED}
    first, before, latest = (
        {
            name: np.array([points[place][part] for points in rows["compared"]], object if name in _TEXTS else float)
            for part, name in enumerate(Compared._fields)
        }
        for place in range(3)
    )
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
        "n": rows["direction_points"].to_numpy(dtype=float),
        "years": latest["time"] - first["time"],
    }
    columns = {name: column[:, None] for name, column in columns.items()}
    length, share = _lengths(latest), (rows["unit"] == SHARE_UNIT).to_numpy()
    ends = {}
    for name, end in (("first", first), ("before", before), ("latest", latest)):
        respondents = surveys.effective_n(end["n"], number["deff"], number["population"])
        respondents = np.where(end["n"] >= number["population"], _EVERYBODY, respondents)
        # relative to the latest one's, so that a count is its rate
        sizes = [end["denominator"], _lengths(end) / length, respondents]
        size = np.select([method == "k_of_n", method == "events", share], sizes, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(method == "k_of_n", 100 * end["numerator"] / end["denominator"], end["value"])
        # without a stated range both ends of it are missing
        below = np.where(end["qualifier"] == "under", np.inf, end["value"] - np.fmin(end["low"], end["value"]))
        above = np.where(end["qualifier"] == "over", np.inf, np.fmax(end["high"], end["value"]) - end["value"])
        ends[name] = End(*(column[:, None] for column in (value, below, above, size)))
    return Comparison(**columns, **ends)


def _methods(rows: pd.DataFrame, first: dict[str, np.ndarray], latest: dict[str, np.ndarray]) -> np.ndarray:
    """Return how the interval of each change is found."""
    share, counted = (rows["unit"] == SHARE_UNIT).to_numpy(), rows["basis"].isin(COUNTED).to_numpy()
    surveyed = rows["basis"].str.startswith("survey").to_numpy(dtype=bool)
    sampled = share & ~counted | surveyed
    few = [(end["denominator"] < limits.SMALL_WHOLE) & ~np.isnan(end["numerator"]) for end in (first, latest)]
    small = np.all(few, axis=0)
    answered = (first["n"] > 0) & (latest["n"] > 0)
    events = (rows["counting"] == "events").to_numpy() & ~share
    methods = ["k_of_n", "survey", "survey_unknown_n", "events"]
    return np.select([share & ~surveyed & small, sampled & share & answered, sampled, events], methods, "stock")


def _lengths(end: dict[str, np.ndarray]) -> np.ndarray:
    """Return how many years each period is long."""
    return np.array([np.nan if period is None else _LENGTHS[form_of(period)] for period in end["period"]])


def interval(case: Comparison) -> surveys.TestedChange:
    """Return the change from first to latest with its 95 % interval; missing where the respondents are unknown."""
    first, latest = case.first, case.latest
    shape = np.broadcast_shapes(first.value.shape, latest.value.shape)
    parts = np.full((6, *shape), np.nan)
    parts[0] = latest.value - first.value
    for name in np.unique(case.method):
        rows = case.method[:, 0] == name
        before, after = first[rows], latest[rows]
        if name in SHARES:
            wave = surveys.change_between_waves(before.value / 100, after.value / 100, before.size, after.size)
            parts[1:, rows] = [100 * wave.low, 100 * wave.high, ndtr(wave.z), ndtr(-wave.z), wave.p_value]
        elif name == "events":
            parts[:, rows] = surveys.event_change(before.value, after.value, before.size, after.size)
        elif name == "stock":
            parts[1:3, rows] = parts[0, rows]
    # the least favourable of the values that the figures leave open
    parts[1] -= latest.below + first.above
    parts[2] += latest.above + first.below
    return surveys.TestedChange(*parts)


def answers(case: Comparison, change: surveys.TestedChange) -> np.ndarray:
    """Return ``better``, ``worse``, ``unchanged`` or ``cannot_tell`` for each change, seen in the better direction."""
    delta, low, high = _directed(case, change)
    # of a survey the pooled test must agree with the interval
    sure = (case.method != "survey") | (change.p_value < surveys.SIGNIFICANCE)
    better = sure & (low > limits.TOLERANCE) & (delta > case.epsilon + limits.TOLERANCE)
    worse = sure & (high < -limits.TOLERANCE) & (delta < -case.epsilon - limits.TOLERANCE)
    most = limits.UNCHANGED_WITHIN * case.epsilon + limits.TOLERANCE
    unchanged = (-most <= low) & (high <= most)
    return np.select([better, worse, unchanged], ["better", "worse", "unchanged"], "cannot_tell")


def _directed(case: Comparison, change: surveys.TestedChange) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    up = case.d > 0
    low, high = np.where(up, change.low, -change.high), np.where(up, change.high, -change.low)
    return case.d * change.change, low, high


def is_adverse(case: Comparison, change: surveys.TestedChange) -> np.ndarray:
    """Return where a change is for the worse beyond epsilon, and a one-sided test, where there is one, agrees."""
    delta, _, high = _directed(case, change)
    p_worse = np.where(case.d > 0, change.p_fall, change.p_rise)
    tested = (case.method == "stock") & (high < np.inf) | (p_worse < limits.ADVERSE_P)
    return (delta < -case.epsilon - limits.TOLERANCE) & tested


def is_fragile(case: Comparison, answer: np.ndarray) -> np.ndarray:
    """Return where better or worse is undone by rounding, or by a design effect (of events, by halved counts)."""
    half, share = np.sign(case.latest.value - case.first.value) * case.rounding / 2, np.isin(case.method, SHARES)
    nearer = [
        replace(end, value=np.where(share, np.clip(end.value + step, 0, 100), end.value + step))
        for end, step in ((case.first, half), (case.latest, -half))
    ]
    halved = [replace(end, value=end.value / 2) for end in (case.first, case.latest)]
    rounded, scarce = (_answers_between(case, *ends) for ends in (nearer, halved))
    clustered = np.where(case.method == "events", scarce, _answers_at(case, limits.FIRM_DEFF))
    return np.isin(answer, _ESTABLISHED) & ((rounded != answer) | (clustered != answer))


def _answers_between(case: Comparison, first: End, latest: End) -> np.ndarray:
    """Return the answers had the two ends been others."""
    case = replace(case, first=first, latest=latest)
    return answers(case, interval(case))


def _answers_at(case: Comparison, deff: np.ndarray | float) -> np.ndarray:
    """Return the answers at another design effect, where that is larger than the measure's own."""
    shrink = np.where(np.isin(case.method, SHARES), case.deff / np.maximum(case.deff, deff), 1.0)
    return _answers_between(case, *(replace(end, size=end.size * shrink) for end in (case.first, case.latest)))


def undoing_deff(case: Comparison) -> np.ndarray:
    """Return the design effect that undoes better or worse of a share (m,); missing where there is none to undo."""
    with np.errstate(divide="ignore", invalid="ignore"):
        answer = answers(case, interval(case))
        low, high = case.deff, case.deff * _MOST_DEFF
        for _ in range(_HALVINGS):
            middle = np.sqrt(low * high)
            holds = _answers_at(case, middle) == answer
            low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    return np.where(np.isin(answer, _ESTABLISHED) & np.isin(case.method, SHARES), high, np.nan)[:, 0]


def direction_of(case: Comparison) -> pd.DataFrame:
    """Return what rule 6 answers for each measure, its chip, and the interval it rests on.

    Returns
    -------
    DataFrame
        One row a measure: answer, fragile, colour, towards, basis, change, low, high, p, recent (the answer on the last
        two points alone).

    References
    ----------
    docs/method.md, rule 6.

    """
    with np.errstate(divide="ignore", invalid="ignore"):
        change = interval(case)
        answer = answers(case, change)
        fragile = is_fragile(case, answer)
        recent = _answers_between(case, case.before, case.latest)
        _, _, high = _directed(case, change)
        turned = ((answer == "better") & (recent == "worse")) | ((answer == "worse") & (recent == "better"))
        at_best = np.abs(case.best - case.latest.value) <= case.epsilon + limits.TOLERANCE
        long = (case.n >= 3) & (case.years >= limits.DIRECTION_SPAN * case.cadence - limits.TOLERANCE)
        falling = long & (high < case.epsilon - limits.TOLERANCE) & ~case.hold & ~at_best
    better, worse, unknown = answer == "better", answer == "worse", case.method == "survey_unknown_n"
    level_held = case.hold & (answer == "unchanged")
    down = ~better & ~worse & ~level_held & falling
    heading = [better & (fragile | turned), worse & fragile & ~turned, down]
    bound = np.any([end.below + end.above > 0 for end in (case.first, case.latest)], axis=0)
    columns = {
        "answer": answer,
        "fragile": fragile,
        "colour": np.select([better | level_held, worse & ~turned], ["green", "red"], "yellow"),
        "towards": np.select(heading, ["yellow", "yellow", "red"], ""),
        "basis": np.where(bound & ~unknown, "bound", case.method),
        "change": change.change,
        "low": np.where(unknown, np.nan, change.low),
        "high": np.where(unknown, np.nan, change.high),
        "p": np.where(case.method == "k_of_n", np.nan, change.p_value),  # its interval is the only test asked of it
        "recent": recent,
    }
    return pd.DataFrame({name: column[:, 0] for name, column in columns.items()})


def level_interval(method: np.ndarray, latest: End) -> tuple[np.ndarray, np.ndarray]:
    """Return low and high of the 95 % interval of a level in the unit; a count in full is its own interval."""
    share = np.isin(method, (*SHARES, "survey_unknown_n"))  # of a change; the latest value may have respondents
    shares = surveys.wilson(np.where(share, latest.value / 100, np.nan), latest.size)
    counts = surveys.poisson_interval(np.where(method == "events", latest.value, np.nan))
    low, high = (
        np.select([share, method == "events"], [100 * of_share, of_count], latest.value)
        for of_share, of_count in zip(shares, counts, strict=True)
    )
    return low - latest.below, high + latest.above
