"""Random measures with their figures: surveys with and without n, events, stocks, k of N, bounds, breaks, targets."""

import math
import random
from datetime import date, timedelta
from typing import Any

from recomputed_rules import Figure, Promise, bounds_of, time_of

AS_OF = date(2024, 6, 30)
KINDS = {"survey": 34, "unknown_n": 8, "stock": 20, "log": 8, "events": 12, "k_of_n": 12, "bound": 6}


def drawn(rng: random.Random) -> tuple[Promise, list[Figure]]:
    """Return one measure and its figures."""
    sort = rng.choices(list(KINDS), list(KINDS.values()))[0]
    cadence = rng.choices([1.0, 2.0, 0.25], [75, 10, 15])[0] if sort != "events" else 1.0
    periods = _periods(rng, cadence)
    figures = _figures(rng, sort, periods)
    promise = _promised(rng, sort, cadence, figures)
    if promise.target is not None and promise.kind == "reach" and sort in ("survey", "stock") and rng.random() < 0.1:
        figures = _nearly(promise, figures)
    if rng.random() < 0.15:  # a row in conflict, excluded or withheld, or a later edition
        figures = _disturbed(rng, figures)
    return promise, figures


def _periods(rng: random.Random, cadence: float) -> list[str]:
    count = rng.choices(range(1, 10), [8, 28, 18, 14, 10, 7, 5, 5, 5])[0]
    if cadence < 1:
        last = 2024 * 4 + 2 - rng.choices(range(5), [50, 30, 12, 5, 3])[0]
        return [f"{q // 4}Q{q % 4 + 1}" for q in range(last - count, last)]
    step = 1 if cadence > 1 and rng.random() < 0.5 else int(cadence)  # some are measured more often than promised
    last = 2023 - rng.choices(range(4), [72, 20, 6, 2])[0]
    return [str(last - step * i) for i in reversed(range(count))]


def _figures(rng: random.Random, sort: str, periods: list[str]) -> list[Figure]:
    value, pace, noise = _start(rng, sort)
    whole = float(rng.randint(8, 60) if rng.random() < 0.85 else rng.choice([99, 100, 357]))
    n = float(rng.choice([15, 150, 400, 1000, 1500, 4500]))
    rounding = rng.choice([0, 1])
    figures = []
    for period in periods:
        published = bounds_of(period)[1] + timedelta(days=rng.choices([0, 40, 200], [70, 20, 10])[0])
        extra: dict[str, Any] = {}
        if sort in ("survey", "unknown_n"):
            shown = round(min(max(value, 0), 100), 0 if rounding else 1)
            if sort == "survey" or rng.random() < 0.4:
                extra["n"] = float(round(n * rng.choice([rng.uniform(0.9, 1.1), rng.uniform(0.4, 1.6)])))
        elif sort == "k_of_n":
            part = float(round(min(max(value / 100, 0), 1) * whole))
            shown, extra = 100 * part / whole, {"numerator": part, "denominator": whole}
        elif sort == "log":
            shown = max(round(value, 1), 0.5)
        else:
            shown = float(max(round(value), 0))
        figures.append(Figure(period, shown, published, **extra))
        value += pace * value if sort == "log" else pace
        value += rng.gauss(0, noise)
    if sort == "bound":
        place = rng.choice([0, -1, -1, -1])
        figures[place] = figures[place]._replace(qualifier=rng.choice(["over", "under"]))
    return figures


def _start(rng: random.Random, sort: str) -> tuple[float, float, float]:
    if sort in ("survey", "unknown_n"):
        start = rng.choices([rng.uniform(3, 97), rng.uniform(96, 100), rng.uniform(0, 4)], [80, 10, 10])[0]
        return start, rng.gauss(0, rng.choice([0.5, 2.5, 2.5])), rng.choice([0.3, 1.5])
    if sort == "k_of_n":
        return rng.uniform(0, 100), rng.gauss(0, 12), 8
    if sort == "log":
        return rng.uniform(20, 2000), rng.gauss(0.03, 0.15), 3
    if sort == "events":
        return rng.uniform(5, 500), rng.gauss(0, 25), 12
    return rng.uniform(20, 200), rng.gauss(0, rng.choice([1, 5, 5])), rng.choice([0, 2])


def _promised(rng: random.Random, sort: str, cadence: float, figures: list[Figure]) -> Promise:
    share, direction = sort in ("survey", "unknown_n", "k_of_n"), rng.choice([1, -1])
    timing = rng.choice(["average", "stock"])
    surveyed = sort in ("survey", "unknown_n")
    basis = rng.choices(["survey", "survey-low-response", "self-report"], [70, 20, 10])[0] if surveyed else None
    fields: dict[str, Any] = {
        "direction": direction,
        "unit": "prosent" if share else "kommuner",
        "basis": basis or rng.choices(["register", "census", "register"], [60, 20, 20])[0],
        "cadence": cadence,
        "epsilon": rng.choice([0.0, 0.37, 1.03, 2.03, 4.03] if share else [0.0, 0.37, 4.51, 15.07]),
        "timing": timing,
        "scale": "log" if sort == "log" else "linear",
        "counting": "events" if sort == "events" else "stock",
        "rounding": rng.choice([0.0, 1.0]),
        "deff": rng.choice([1.0, 1.0, 1.2]) if surveyed else 1.0,
    }
    if surveyed and rng.random() < 0.1:
        fields["population"] = 8000
    if share and rng.random() < 0.5:
        fields |= {"minimum": 0.0, "maximum": 100.0}
    fields["kind"] = rng.choices(["reach", "hold", "direction"], [50, 18, 32])[0]
    fields["breaks"] = _breaks(rng, figures) if rng.random() < 0.2 else ()
    if fields["kind"] != "direction" and rng.random() < 0.75:
        fields |= _target(rng, fields, figures)
    return Promise(**fields)


def _breaks(rng: random.Random, figures: list[Figure]) -> tuple[dict[str, str], ...]:
    year = int(figures[-1].period[:4]) - rng.randint(-2, len(figures))
    return ({"period": str(year), "kind": rng.choice(["break", "break", "suspected", "minor"])},)


def _target(rng: random.Random, fields: dict[str, Any], figures: list[Figure]) -> dict[str, Any]:
    d, first, last = fields["direction"], figures[0].value, figures[-1].value
    year = int(figures[-1].period[:4]) + rng.choices([0, 1, 2, 4, 6], [15, 15, 25, 25, 20])[0]
    size = abs(last - first) + rng.choice([0.4, 4, 12])
    ways = [first + d * size, first + d * size * 1.7, last + d * size * 0.1, last - d * size * 0.3, first]
    ways += [last + (last - first) * rng.choice([0.03, 0.2, 0.5, 1, 2])] * 5  # on the figures' own way
    value = rng.choice(ways)
    start, end = time_of(figures[0].period, fields["timing"]), time_of(str(year), fields["timing"])
    now = time_of(figures[-1].period, fields["timing"])
    if start < now < end and rng.random() < 0.35:  # so that R is about as drawn
        ratio = rng.choice([rng.uniform(0.2, 1.3), 0.60 - rng.uniform(0, 0.15), 0.95 - rng.uniform(0, 0.15)])
        value = first + (last - first) * (end - start) / (now - start) / ratio
    value = round(value, 1) if fields["scale"] == "linear" else max(round(value, 1), 0.5)
    most = 100.0 if fields["unit"] == "prosent" else float("inf")
    value = min(max(0.0, value), most)  # in this order: a strategy may hold no zero with a sign
    if end <= start:
        year += 2
    status = rng.choice(["adopted", "adopted", "interpreted", "working"])
    promised: dict[str, Any] = {"target": {"period": str(year), "value": value, "status": status}}
    if fields["kind"] == "reach" and rng.random() < 0.25:
        earlier = str(int(figures[0].period[:4]) - rng.choice([1, 2]))
        stated = round(first - d * rng.choice([0, 3.2]), 1)
        stated = max(stated, 0.5) if fields["scale"] == "log" else stated
        promised["baseline"] = {"period": earlier, "value": min(max(0.0, stated), most)}
    between = [y for y in range(int(figures[-1].period[:4]) - 1, year) if time_of(str(y), fields["timing"]) > start]
    if fields["kind"] == "reach" and between and not fields["breaks"] and rng.random() < 0.35:
        on_way = round(first + (value - first) * rng.choice([0.0, 0.3, 0.6]), 1)
        on_way = max(on_way, 0.5) if fields["scale"] == "log" else on_way
        promised["milestones"] = ({"period": str(rng.choice(between)), "value": min(max(0.0, on_way), most)},)
    return promised


def _disturbed(rng: random.Random, figures: list[Figure]) -> list[Figure]:
    kind = rng.choice(["conflict", "excluded", "edition", "withheld", "all"])
    at = rng.randrange(len(figures))
    if kind == "all":
        return [figure._replace(standing=rng.choice(["conflict", "excluded"])) for figure in figures]
    if kind == "edition":
        later = figures[at]._replace(published=figures[at].published + timedelta(days=rng.choice([30, 900])))
        moved = later.value + 1 if later.value < 99 and math.isnan(later.denominator) else later.value
        return [*figures, later._replace(value=moved)]
    return [*figures[:at], figures[at]._replace(standing=kind), *figures[at + 1 :]]


def _nearly(promise: Promise, figures: list[Figure]) -> list[Figure]:
    """Return the figures with a latest one that lies a hundredth of the way before the target."""
    value = promise.target["value"] - 0.01 * (promise.target["value"] - figures[0].value)
    return [*figures[:-1], figures[-1]._replace(value=value)]
