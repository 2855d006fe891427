"""The method's sections 3, 4, 4b, 5 and 8 for one measure, read anew and written in plain Python.

Nothing is imported from `analysis`: this is what the library's rules are compared with. Where the text leaves a choice,
a comment says which one was made.
"""

import math
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from statistics import NormalDist
from typing import Any, Final, NamedTuple

import pandas as pd
from operating_characteristics import events_ends, newcombe, wilson
from scipy.special import betainc, gammaincinv

Z: Final = NormalDist().inv_cdf(0.975)
HAIR: Final = 1e-9
COUNTED: Final = ("register", "census")
LETTERS: Final = "ABCD"
NEXT: Final = {"red": "yellow", "yellow": "green", "green": ""}  # one step up
BELOW: Final = {"green": "yellow", "yellow": "red", "red": ""}  # one step down


class Figure(NamedTuple):
    """One row of a series: period, value in the unit, respondents, k of N, how it is stated, and when published."""

    period: str
    value: float
    published: date
    n: float = math.nan
    numerator: float = math.nan
    denominator: float = math.nan
    qualifier: str = ""
    standing: str = ""


class Promise(NamedTuple):
    """What is promised of one measure, under the names that a strategy has for it."""

    direction: int
    kind: str
    unit: str
    basis: str
    cadence: float
    epsilon: float
    timing: str = "average"
    scale: str = "linear"
    counting: str = "stock"
    rounding: float = 0.0
    deff: float = 1.0
    population: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    baseline: dict[str, Any] | None = None  # of the path: period and value, as milestones
    target: dict[str, Any] | None = None  # with a status
    milestones: tuple[dict[str, Any], ...] = ()
    breaks: tuple[dict[str, str], ...] = ()  # period and kind


class Interval(NamedTuple):
    """A change or a level with its 95 % interval, the one-sided p of a fall, and whether section 6's test is passed."""

    value: float
    low: float
    high: float
    p_worse: float = math.nan
    tested: bool = True


class Colour(NamedTuple):
    """A colour, the neighbouring one it points to, and its reason."""

    colour: str
    towards: str = ""
    reason: str = ""
    weak: bool = False
    ratio: float = math.nan  # R, where rule 5 decides


class Six(NamedTuple):
    """Rule 6: the answer in one word, whether it is fragile, its colour, and the change for the better."""

    answer: str
    fragile: bool
    colour: Colour
    change: Interval
    basis: str


class Verdict(NamedTuple):
    """What the figures' place shows of one measure."""

    state: str
    filled: Colour
    six: Six | None = None
    grade: str = ""


def bounds_of(period: str) -> tuple[date, date]:
    """Return first and last day of a year or quarter."""
    span = pd.Period(period)
    return span.start_time.date(), span.end_time.date()


def time_of(period: str, timing: str) -> float:
    """Return a year or quarter as a decimal year: a year's middle for averages, all else at its end."""
    if len(period) == 4:
        return int(period) + (0.5 if timing == "average" else 1.0)
    return int(period[:4]) + int(period[-1]) / 4


def time_of_day(day: date) -> float:
    """Return the end of a day as a decimal year."""
    return day.year + day.timetuple().tm_yday / date(day.year, 12, 31).timetuple().tm_yday


# -- section 2


def known(figures: list[Figure], as_of: date, timing: str) -> list[Figure]:
    """Return what counts on a day, in order of time: published, in use, the latest edition of each moment."""
    usable = [f for f in figures if f.published <= as_of and f.standing == ""]
    latest: dict[float, Figure] = {}
    for figure in sorted(usable, key=lambda f: f.published):
        latest[time_of(figure.period, timing)] = figure
    return [latest[time] for time in sorted(latest)]


def error_of(promise: Promise, figure: Figure) -> float:
    """Return the standard error in the unit; nan where it is unknown."""
    if promise.basis in COUNTED:
        return 0.0
    if promise.unit != "prosent" or not figure.n > 1 or figure.qualifier in ("over", "under"):
        return math.nan
    p, n = figure.value / 100, figure.n
    if p in (0, 1):
        p = (p * n + 0.5) / (n + 1)
    sampled = promise.deff * p * (1 - p) / (n - 1) * unasked(promise, n)
    return 100 * math.sqrt(sampled + (promise.rounding / 100) ** 2 / 12)


# -- section 6's building stones


def unasked(promise: Promise, n: float) -> float:
    """Return the part of a finite population that was not asked; one of an endless one."""
    return 1 - n / promise.population if promise.population else 1.0


def effective(promise: Promise, n: float, deff: float) -> float:
    """Return the effective n: by the design effect and the population."""
    return n / (deff * unasked(promise, n))


def pooled_z(p0: float, n0: float, p1: float, n1: float) -> float:
    """Return z of the pooled test of two shares."""
    p = (p0 * n0 + p1 * n1) / (n0 + n1)
    variance = p * (1 - p) * (1 / n0 + 1 / n1)
    return (p1 - p0) / math.sqrt(variance) if variance > 0 else 0.0


def binomial_tail(y: float, m: float) -> float:
    """Return P(X <= y) of m fair throws."""
    return float(betainc(m - y, y + 1, 0.5)) if y < m else 1.0


# -- section 4, rule 6


def basis_of(promise: Promise, first: Figure, last: Figure) -> str:
    """Return how the change from first to last gets its interval."""
    if "over" in (first.qualifier, last.qualifier) or "under" in (first.qualifier, last.qualifier):
        return "bound"
    if promise.basis not in COUNTED and promise.unit == "prosent":
        return "survey" if first.n > 0 and last.n > 0 else "survey_unknown_n"
    if promise.counting == "events":
        return "events"
    if first.denominator < 100 and last.denominator < 100 and promise.unit == "prosent":
        return "k_of_n"
    return "stock"


def change_of(promise: Promise, first: Figure, last: Figure, moved: float = 0.0, stress: bool = False) -> Interval:
    """Return the change for the better from first to last; `moved` towards each other, or under `stress`."""
    d, basis = promise.direction, basis_of(promise, first, last)
    y0, y1 = first.value + moved, last.value - moved
    if basis == "events" and stress:
        y0, y1 = y0 / 2, y1 / 2
    change = y1 - y0
    low, high, p_worse, tested = change, change, math.nan, True
    if basis in ("survey", "k_of_n"):
        deff = max(promise.deff, 1.5) if stress else promise.deff
        if basis == "survey":
            n0, n1 = effective(promise, first.n, deff), effective(promise, last.n, deff)
        else:
            n0, n1 = (n / (1.5 if stress else 1.0) for n in (first.denominator, last.denominator))
        p0, p1 = (min(max(y / 100, 0.0), 1.0) for y in (y0, y1))
        low, high = (100 * end for end in newcombe(p0, n0, p1, n1))
        z = pooled_z(p0, n0, p1, n1)
        p_worse = NormalDist().cdf(d * z)
        tested = basis == "k_of_n" or 2 * NormalDist().cdf(-abs(z)) < 0.05
    elif basis == "events":
        low, high = events_ends(y0, y1)
        if not stress:
            worse = y1 if d > 0 else y0  # the fewer of these among all, the worse
            p_worse = binomial_tail(worse, y0 + y1)
    elif basis == "bound":
        if last.qualifier == "over" or first.qualifier == "under":
            high = math.inf
        if last.qualifier == "under" or first.qualifier == "over":
            low = -math.inf
    elif basis == "survey_unknown_n":
        low, high = math.nan, math.nan
    low, high = (low, high) if d > 0 else (-high, -low)
    return Interval(d * change, low, high, p_worse, tested)


def holds(promise: Promise, change: Interval, sign: int) -> bool:
    """Return whether a change is better (sign 1) or worse (-1) by its interval, its test and ε."""
    nearest = change.low if sign > 0 else -change.high
    return change.tested and nearest > 0 and sign * change.value > promise.epsilon + HAIR


def season_of(promise: Promise, points: list[Figure]) -> list[Figure]:
    """Return the points; of a cadence below a year those of the latest point's season. Rule 6 takes the last six."""
    if promise.cadence >= 1:
        return points
    part = time_of(points[-1].period, promise.timing) % 1
    return [p for p in points if abs(time_of(p.period, promise.timing) % 1 - part) < 1e-6]


def rule_six(promise: Promise, points: list[Figure]) -> Six | None:
    """Return what rule 6 says of the comparable points; None with a single one."""
    points = season_of(promise, points)[-6:]
    if len(points) < 2:
        return None
    first, last = points[0], points[-1]
    change, basis, eps = change_of(promise, first, last), basis_of(promise, first, last), promise.epsilon
    if basis == "survey_unknown_n":
        return Six("cannot_tell", False, Colour("yellow"), change, basis)
    for sign, word in ((1, "better"), (-1, "worse")):
        if not holds(promise, change, sign):
            continue
        # against the change, in the unit: a rise of the figure is moved down, a fall up
        against = math.copysign(promise.rounding / 2, last.value - first.value)
        stressed = [change_of(promise, first, last, against), change_of(promise, first, last, stress=True)]
        fragile = not all(holds(promise, s, sign) for s in stressed)
        recent = change_of(promise, points[-2], last)
        turned = len(points) >= 3 and holds(promise, recent, -sign)
        if sign < 0 and turned:  # "red (yellow when on the last two it says better)": taken as the colour itself
            colour = Colour("yellow")
        else:
            colour = Colour("green" if sign > 0 else "red", "yellow" if turned or fragile else "")
        return Six(word, fragile, colour, change, basis)
    unchanged = -2 * eps - HAIR <= change.low and change.high <= 2 * eps + HAIR
    answer = "unchanged" if unchanged else "cannot_tell"
    if promise.kind == "hold" and unchanged:
        return Six(answer, False, Colour("green"), change, basis)
    best = promise.maximum if promise.direction > 0 else promise.minimum
    near_best = best is not None and abs(best - last.value) <= eps + HAIR
    times = [time_of(p.period, promise.timing) for p in points]
    long = len(points) >= 3 and times[-1] - times[0] >= 2 * promise.cadence - HAIR
    falls_short = long and change.high < eps - HAIR and promise.kind != "hold" and not near_best
    return Six(answer, False, Colour("yellow", "red" if falls_short else ""), change, basis)


def adverse(promise: Promise, points: list[Figure]) -> bool:
    """Return whether rule 6's change is for the worse by more than ε, and with p below 0.10 where it has a test."""
    six = rule_six(promise, points)
    if six is None or six.basis == "survey_unknown_n" or not six.change.value < -promise.epsilon - HAIR:
        return False
    if six.basis == "bound":  # least favourable end: what may be better beyond its bound is not known to be worse
        return six.change.high < -promise.epsilon - HAIR
    return math.isnan(six.change.p_worse) or six.change.p_worse < 0.10


# -- section 3


def scaled(promise: Promise) -> Callable[[float], float]:
    """Return g."""
    return math.log if promise.scale == "log" else float


def base_of(promise: Promise, points: list[Figure]) -> tuple[float, float, float]:
    """Return time, value and standard error (unknown: 0) of the baseline: the one stated, else the first point."""
    first = points[0]
    time, value, figure = time_of(first.period, promise.timing), first.value, first
    if promise.baseline is not None:
        stated, time = promise.baseline["value"], time_of(promise.baseline["period"], promise.timing)
        same = [p for p in points if time_of(p.period, promise.timing) == time]
        figure = same[0] if same else None
        value = stated if stated is not None else figure.value if figure else math.nan
    error = error_of(promise, figure) if figure else math.nan
    return time, value, 0.0 if math.isnan(error) else error


def path_at(promise: Promise, base: tuple[float, float, float], time: float) -> float:
    """Return the path's value at a time, in the unit, straight in g between its points."""
    g, undo = scaled(promise), math.exp if promise.scale == "log" else float
    ahead = [(time_of(p["period"], promise.timing), p["value"]) for p in (*promise.milestones, promise.target)]
    # a milestone that is not after the baseline lies on no path from it
    knots = [(base[0], base[1]), *(knot for knot in ahead if knot[0] > base[0])]
    if time >= knots[-1][0]:
        return knots[-1][1]
    for (t0, y0), (t1, y1) in pairwise(knots):
        if t0 <= time <= t1:
            return undo(g(y0) + (g(y1) - g(y0)) * (time - t0) / (t1 - t0))
    return base[1]


def pace_ratio(promise: Promise, points: list[Figure]) -> float:
    """Return F; nan with fewer than 3 points."""
    if len(points) < 3:
        return math.nan
    g, d, window = scaled(promise), promise.direction, points[-6:]
    times = [time_of(p.period, promise.timing) for p in window]
    pace = (g(window[-1].value) - g(window[0].value)) / (times[-1] - times[0])
    ahead = d * (g(promise.target["value"]) - g(window[-1].value))
    left = time_of(promise.target["period"], promise.timing) - times[-1]
    return d * pace * left / ahead if ahead else math.inf


# -- section 4, rules 2, 3 and 5


def level_of(promise: Promise, figure: Figure) -> Interval:
    """Return the 95 % interval of a level; without ends where it is unknown."""
    value = figure.value
    if promise.basis not in COUNTED and promise.unit == "prosent":
        if not figure.n > 0:
            return Interval(value, math.nan, math.nan)
        low, high = wilson(value / 100, effective(promise, figure.n, promise.deff))
        return Interval(value, 100 * low, 100 * high)
    if promise.counting == "events":
        low = float(gammaincinv(value, 0.025)) if value > 0 else 0.0
        return Interval(value, low, float(gammaincinv(value + 1, 0.975)))
    if figure.denominator < 100 and promise.unit == "prosent":
        low, high = wilson(value / 100, figure.denominator)
        return Interval(value, 100 * low, 100 * high)
    return Interval(value, value, value)


def rule_two(promise: Promise, points: list[Figure], level: float) -> Colour:
    """Return the colour of a level to hold."""
    last, d = points[-1], promise.direction
    if d * (last.value - level) >= -HAIR:
        return Colour("green", "yellow", "met_adverse") if adverse(promise, points) else Colour("green", "", "met")
    six, interval = rule_six(promise, points), level_of(promise, last)
    if six is not None and six.answer == "better":
        return Colour("yellow", "", "approaching")
    if abs(last.value - level) <= promise.epsilon + HAIR or interval.low <= level <= interval.high:
        return Colour("yellow", "", "nearly_met")
    return Colour("red", "", "not_met")


def rule_three(promise: Promise, points: list[Figure], base: tuple[float, float, float]) -> Colour:
    """Return the colour after the deadline, of a target that is not met."""
    g = scaled(promise)
    closed = (g(points[-1].value) - g(base[1])) / (g(promise.target["value"]) - g(base[1]))
    if closed >= 0.95 - HAIR:
        return Colour("yellow", "green", "deadline_near")
    return Colour("yellow", "", "deadline_part") if closed >= 0.60 - HAIR else Colour("red", "", "deadline_missed")


def rule_five(promise: Promise, points: list[Figure], base: tuple[float, float, float]) -> Colour:
    """Return the colour on the way, with its tendency."""
    g, time = scaled(promise), time_of(points[-1].period, promise.timing)
    r = (g(points[-1].value) - g(base[1])) / (g(path_at(promise, base, time)) - g(base[1]))
    if r >= 0.95 - HAIR:
        colour, reason = "green", "on_path"
    elif r >= 0.60 - HAIR:
        colour, reason = "yellow", "behind_path"
    else:
        colour, reason = "red", "too_slow" if r >= -HAIR else "wrong_way"
    towards, weak = tendency(promise, points, colour, r)
    return Colour(colour, towards, reason, weak, r)


def tendency(promise: Promise, points: list[Figure], colour: str, r: float) -> tuple[str, bool]:
    """Return section 5's colour ahead, and whether it is weakly so."""
    f, six = pace_ratio(promise, points), rule_six(promise, points)
    if len(points) >= 3:
        if colour == "red":
            return ("yellow" if f >= 0.60 - HAIR else ""), False
        if colour == "green":
            return ("yellow" if f < 0.95 - HAIR else ""), False
        return ("green" if f >= 0.95 - HAIR else "red" if f < 0.60 - HAIR else ""), False
    if six is not None and six.answer == "better":
        towards = NEXT[colour]
    elif adverse(promise, points):
        towards = BELOW[colour]
    else:
        return "", False
    limit = 0.95 if "green" in (towards, colour) else 0.60
    return towards, bool(towards) and (abs(r - limit) > 0.07 + HAIR or (six is not None and six.fragile))


# -- section 4, in order


def assess(promise: Promise, figures: list[Figure], as_of: date) -> Verdict:
    """Return what the figures' place shows of a measure on a day."""
    points = known(figures, as_of, promise.timing)
    if not points:
        hidden = [f for f in figures if f.published <= as_of and f.standing == "withheld"]
        return Verdict("not_measured", Colour("grey", "", "withheld" if hidden else "no_observation"))
    breaks = [bounds_of(each["period"])[0] for each in promise.breaks if each["kind"] == "break"]
    begun = [start for start in breaks if start <= as_of]
    starts = [bounds_of(p.period)[0] for p in points]
    stated = promise.baseline is not None and promise.kind == "reach" and promise.target is not None
    if any(b > starts[-1] or (stated and b > bounds_of(promise.baseline["period"])[0]) for b in begun):
        return Verdict("not_measured", Colour("grey", "", "break"))
    time = time_of(points[-1].period, promise.timing)
    if time_of_day(as_of) - time > 2.5 * promise.cadence + HAIR:
        return Verdict("not_measured", Colour("grey", "", "stale"))
    since = max((b for b in begun), default=date.min)
    points = [p for p, start in zip(points, starts, strict=True) if start >= since]
    d, target = promise.direction, promise.target
    met = target is not None and d * (points[-1].value - target["value"]) >= -HAIR
    if len(points) == 1 and not (target is not None and (promise.kind == "hold" or met)):
        return Verdict("one_figure", Colour("grey", "", "one_point"))
    six = rule_six(promise, points)
    if target is None:
        if six is None:  # one point of its season: nothing is comparable with it
            return Verdict("one_figure", Colour("grey", "", "one_point"))
        reason = "direction_only" if promise.kind == "direction" else "no_target"
        grade = evidence(promise, points, as_of, six, None)
        if six.colour.colour == "green" and grade == "D":
            return Verdict("not_measured", Colour("grey", "", reason), None, grade)
        return Verdict("outlined", Colour("grey", "", reason), six, grade)
    base = base_of(promise, points)
    colour = decided(promise, points, base)
    grade = evidence(promise, points, as_of, None, base)
    colour = bounded(promise, points, colour)
    if colour.colour == "green" and grade == "D":
        colour = Colour("grey", "", "grade_d")
    state = "filled" if colour.colour != "grey" else "one_figure" if len(points) == 1 else "not_measured"
    return Verdict(state, colour, six, grade)


def decided(promise: Promise, points: list[Figure], base: tuple[float, float, float]) -> Colour:
    """Return the colour of the first of rules 2, 3 and 5 that applies."""
    g, d, level = scaled(promise), promise.direction, promise.target["value"]
    time = time_of(points[-1].period, promise.timing)
    met_now, met_before = (d * (value - level) >= -HAIR for value in (points[-1].value, base[1]))
    if promise.kind == "hold" or met_now or met_before:
        return rule_two(promise, points, level)
    if abs(level - base[1]) < max(promise.epsilon, 2 * base[2]) - HAIR:
        return rule_two(promise, points, level)
    ahead = path_at(promise, base, time)
    if d * (g(ahead) - g(base[1])) <= HAIR:
        return rule_two(promise, points, ahead)
    if time >= time_of(promise.target["period"], promise.timing):
        return rule_three(promise, points, base)
    return rule_five(promise, points, base)


def bounded(promise: Promise, points: list[Figure], colour: Colour) -> Colour:
    """Return the colour that a bound leaves: green where the truth can only be better, red where only worse."""
    qualifier = points[-1].qualifier
    if qualifier not in ("over", "under"):
        return colour
    better = (qualifier == "over") == (promise.direction > 0)
    return colour if colour.colour == ("green" if better else "red") else Colour("grey", "", "bound")


# -- section 8


def step(value: float, limits: tuple[float, ...]) -> str:
    """Return A, B, C or D: the first limit that the value does not exceed."""
    return next((letter for letter, limit in zip(LETTERS, limits, strict=False) if value <= limit + HAIR), "D")


def evidence(
    promise: Promise, points: list[Figure], as_of: date, six: Six | None, base: tuple[float, float, float] | None
) -> str:
    """Return the grade, the worst of its lines; of rule 6 where `six` is given, else against the target."""
    last = points[-1]
    age = max(time_of_day(as_of) - time_of(last.period, promise.timing), 0.0)
    # what rule 6 compares are points of one season; a level needs no second point for C
    count = max(len(points), 2) if six is None else len(season_of(promise, points))
    kinds = [each["kind"] for each in promise.breaks if breaks_in(promise, each["period"], points, base)]
    lines = {
        "points": {1: "D", 2: "C", 3: "B"}.get(count, "A"),
        "age": step(age / promise.cadence, (1.0, 1.5, 2.5)),
        "precision": precision(promise, last, six, base),
        "source": {"survey-low-response": "B", "self-report": "C", "judgement": "D"}.get(promise.basis, "A"),
        "comparability": "C" if "suspected" in kinds else "B" if "minor" in kinds else "A",
    }
    if six is None:
        lines["target"] = {"adopted": "A", "interpreted": "B", "working": "C"}[promise.target["status"]]
    return max(lines.values())


def breaks_in(promise: Promise, period: str, points: list[Figure], base: tuple | None) -> bool:
    """Return whether a change of the series lies after the first of what is compared and not after the last."""
    start, first = bounds_of(period)[0], bounds_of(points[0].period)[0]
    if base is not None and promise.baseline is not None:
        first = min(first, bounds_of(promise.baseline["period"])[0])
    return first < start <= bounds_of(points[-1].period)[0]


def precision(promise: Promise, last: Figure, six: Six | None, base: tuple[float, float, float] | None) -> str:
    """Return the line of the 95 % half-width against the distance."""
    if six is not None:
        if six.basis in ("stock", "bound"):
            return "A"
        half, distance = (six.change.high - six.change.low) / 2, max(abs(six.change.value), promise.epsilon)
        if distance == 0:  # no event in either period, and ε 0: nothing is measured against nothing
            return "D"
    else:
        level = level_of(promise, last)
        half = (level.high - level.low) / 2
        if promise.basis not in COUNTED and promise.unit == "prosent":
            half = Z * error_of(promise, last)
        distance = abs(promise.target["value"] - (last.value if promise.kind == "hold" else base[1]))
    if math.isnan(half):
        return "D"
    if half <= HAIR:
        return "A"
    return step(half / distance if distance > 0 else math.inf, (1 / 4, 1 / 2, 1.0))
