"""Typed rows of the trends, promises of one measure, and what the figures propose for them."""

import json
import math
from functools import cache

import pandas as pd

from analysis.assessment.direction import Compared
from analysis.assessment.lights import assess
from analysis.assessment.proposals import assess_measures
from small import judgements, small_strategy

NAN = math.nan
EDGE = 2e-9  # just outside the tolerance of 1e-9


def trend(points=(), baseline=None, missing="", age=0.0, kind_of_break="", qualifier="", n=NAN, of=NAN):
    """One row of the trends, typed: points are (time, value) or (time, value, standard error).

    `n` respondents asked each time; or `of` things in all, of which the values are per cent. A break begins after the
    latest point; of the baseline one counts as stated.
    """
    points = tuple((*p, 0.0)[:3] for p in points)
    nothing = (NAN, NAN, NAN)
    latest = points[-1] if points else nothing
    previous = points[-2] if len(points) > 1 else nothing
    first = baseline or (points[0] if points else nothing)
    named = {
        f"{name}_{part}": point[place]
        for name, point in (("baseline", first), ("previous", previous), ("latest", latest))
        for place, part in enumerate(("time", "value", "se"))
    }
    ends = (points[-6:][0] if points else nothing, previous, latest)
    return named | {
        "n_points": len(points),
        "missing": missing or ("" if points else "no_observation"),
        "latest_qualifier": qualifier,
        "latest_period": year(latest[0]),
        "age": age if points else NAN,
        "baseline_stated": baseline is not None,
        "break_after_baseline": kind_of_break == "break",
        "break_after_latest": kind_of_break == "break",
        "suspected_break": kind_of_break == "suspected",
        "minor_break": kind_of_break == "minor",
        "mix_shift": NAN,
        "mix_effect": NAN,
        "direction_points": min(len(points), 6),
        "points": points,
        "compared": tuple(
            Compared(year(t), t, y, n, qualifier if end == 2 else "", NAN, NAN, y * of / 100, of)
            for end, (t, y, _) in enumerate(ends)
        ),
    }


def year(time):
    return None if math.isnan(time) else str(int(time))


def trends_of(strategy, rows):
    frame = pd.DataFrame([rows.get(measure, trend()) for measure in strategy.measures.index], strategy.measures.index)
    return frame.join(strategy.measures[["direction", "unit", "kind"]])


# A register measured twice on its way from 0 in mid-2022 to 2 in mid-2026: half-way there the path stands at 1, so that
# the latest value is R itself.
ROAD = {"slug": "m", "basis": "register", "epsilon": 0.0, "target": {"period": "2026", "value": 2}}
RISE = {"slug": "m", "basis": "register", "epsilon": 0.0, "kind": "direction"}
LEVEL = {"slug": "m", "basis": "register", "epsilon": 1.0, "kind": "hold", "target": {"period": "2026", "value": 3}}


def half_way(value, error=0.0):
    return [(2022.5, 0, 0.0), (2024.5, value, error)]


@cache
def promised(measures):
    return small_strategy(json.loads(measures))


def propose_all(measures, rows):
    """What the figures propose for some measures, renamed m-0, m-1 …, with a row of the trends each."""
    named = [measure | {"slug": f"m-{place}"} for place, measure in enumerate(measures)]
    strategy = promised(json.dumps(named))
    return assess_measures(strategy, trends_of(strategy, {f"m-{place}": row for place, row in enumerate(rows)}))


def propose(measure, points, **more):
    return propose_all([measure], [trend(points, **more)]).iloc[0]


def light(row):
    return row["proposed"] + (f">{row['proposed_towards']}" if row["proposed_towards"] else "")


def share_error(percentage, n):
    return math.sqrt(percentage * (100 - percentage) / (n - 1))


def waves(n):
    return [(2022.5, 26, share_error(26, n)), (2024.5, 30, share_error(30, n))]


CHECK = {"slug": "m", "target": {"period": "2025", "value": 35}}


def small(values, subgoals=("1A",), **shared):
    """A strategy of one measure an indicator (id -> value half-way, or None) and its trends."""
    measures = [
        ROAD | {"slug": f"m-{place}", "indicator": item.split("/")[0]} | shared for place, item in enumerate(values)
    ]
    strategy = small_strategy(measures, subgoals)
    rows = {f"m-{place}": trend(half_way(value)) for place, value in enumerate(values.values()) if value is not None}
    return strategy, trends_of(strategy, rows)


def lights_of(values, subgoals=("1A",), **judged):
    strategy, trends = small(values, subgoals)
    return assess(strategy, trends, judgements(strategy, **judged))


GREEN, YELLOW_UP, YELLOW, RED_UP, RED = 1.5, 0.9, 0.8, 0.55, 0.0
