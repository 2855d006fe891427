"""Typed rows of the trends, promises of one measure, tables of cases, and what the figures propose for them.

Tables of cases are CSV files beside the tests, with one row a case: ``about`` says in words what the row shows, and
names its test. Cells of input hold settings (``epsilon=0.9 target=2024:1``), points (``2022.5:26:0.62``: time, value
and, where there is one, standard error) or observations (``2022:26/4997``: period, value and respondents). ``expected``
holds columns of the answer, numbers with as many decimals as count: 0.67 is any number that rounds to it, ``-`` is an
empty text.
"""

import json
import math
import re
from functools import cache, partial

import pandas as pd

from analysis.assessment.direction import Compared
from analysis.assessment.evidence import evidence
from analysis.assessment.lights import assess
from analysis.assessment.proposals import assess_measures
from analysis.assessment.trends import find_trends
from small import judgements, observations, small_strategy
from typed_cases import rows_of

NAN = math.nan
EDGE = 2e-9  # just outside the tolerance of 1e-9

read_cases = partial(rows_of, __file__)  # of a table of this folder


def trend(points=(), baseline=None, missing="", age=0.0, kind_of_break="", qualifier="", n=NAN, of=NAN, mix_shift=NAN):
    """One row of the trends, typed: points are (time, value) or (time, value, standard error).

    `n` respondents asked each time; or `of` things in all, of which the values are per cent. A break begins after the
    latest point; of the baseline one counts as stated.
    """
    points, nothing = tuple((*p, 0.0)[:3] for p in points), (NAN, NAN, NAN)
    latest = points[-1] if points else nothing
    previous = points[-2] if len(points) > 1 else nothing
    first = (*baseline, 0.0) if baseline else (points[0] if points else nothing)
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
        "mix_shift": mix_shift,
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
CHECK = {"slug": "m", "target": {"period": "2025", "value": 35}}
FIGURES = {"green": 1.5, "yellow>green": 0.9, "yellow": 0.8, "red>yellow": 0.55, "red": 0.0}  # half-way on the road
SAMPLE = {"slug": "m", "target": {"period": "2026", "value": 19.6}}
MEASURES = {"road": ROAD, "rise": RISE, "level": LEVEL, "check": CHECK, "sample": SAMPLE, "survey": {"slug": "m"}}


def half_way(value, error=0.0):
    return [(2022.5, 0, 0.0), (2024.5, value, error)]


def settings(cell):
    """Fields by name; of ``target``, ``baseline``, ``milestones`` and ``breaks`` as `small_strategy` takes them."""
    return {name: setting(name, text) for name, text in (part.split("=", 1) for part in cell.split())}


def setting(name, text):
    if name in ("milestones", "breaks"):
        return [setting(name[:-1], each) for each in text.split(";")]
    if name in ("target", "baseline", "milestone"):
        stated = dict(zip(("period", "value", "status"), text.split(":"), strict=False))
        return stated | {name: float(stated[name]) for name in ("value",) if name in stated}
    if name == "break":
        return dict(zip(("period", "kind"), text.split(":"), strict=True))
    return json.loads(text) if text.strip("-")[0].isdigit() else text


def points(cell):
    return [tuple(map(float, point.split(":"))) for point in cell.split()]


def typed(case):
    """The promise of a case and its row of the trends."""
    measure = MEASURES[case["measure"]] | settings(case["promise"])
    return measure, trend(points(case["points"]), *points(case.get("baseline", "")), **settings(case["figures"]))


def measured(cases, measures, as_of=None):
    """The strategy and the trends of cases with observations; settings of `first` and `latest` are of that row."""
    strategy = small_strategy([measures[case["measure"]] | settings(case["promise"]) for case in cases])
    rows = [row for place, case in enumerate(cases, start=1) for row in observed(f"measure-{place}", case)]
    frame, stated = observations(rows, strategy), pd.DataFrame(rows, columns=["low", "high"], dtype=float)
    frame = frame.assign(**{end: frame["line"].sub(2).map(stated[end]) for end in stated})
    return strategy, find_trends(strategy, frame, as_of)


def observed(slug, case):
    rows = []
    for cell in case["rows"].split():
        period, value, *n = re.split("[:/]", cell)
        row = {"measure": slug, "period": period, "value": float(value), "n": float(n[0]) if n else NAN}
        if case["measure"] == "few":  # k of N things
            k, of = row["value"], row["n"]
            row |= {"value": round(100 * k / of), "numerator": k, "denominator": of, "n": NAN}
        rows.append(row)
    for end, given in ((rows[:1], case["first"]), (rows[-1:], case["latest"])):
        for row in end:
            row |= settings(given)
    return rows


def differing(row, expected):
    """What a row of answers has where a cell such as ``light=green R=0.95`` expects something else."""
    pairs = (part.split("=") for part in expected.split())
    return {name: row[name] for name, text in pairs if written(row[name], text) != text}


def written(value, like):
    """A value as a table writes it: a number with as many decimals as another."""
    if isinstance(value, float):
        return f"{value:.{len(like.partition('.')[2])}f}"
    return ("+".join(value) if isinstance(value, tuple) else str(value)) or "-"


@cache
def promised(measures):
    return small_strategy(json.loads(measures))


def named(measures, rows):
    """A strategy of some measures, renamed m-0, m-1 …, and a row of the trends for each."""
    strategy = promised(json.dumps([measure | {"slug": f"m-{place}"} for place, measure in enumerate(measures)]))
    return strategy, trends_of(strategy, {f"m-{place}": row for place, row in enumerate(rows)})


def propose_all(measures, rows):
    return assess_measures(*named(measures, rows))


def graded(measures, rows):
    return evidence(*named(measures, rows))


def propose_cases(cases):
    """What the figures propose for the cases of a table, in its names."""
    rows = propose_all(*zip(*map(typed, cases), strict=True))
    towards = ">" + rows["proposed_towards"]
    rows["light"] = rows["proposed"] + towards.where(rows["proposed_towards"] != "", "")
    return rows.rename(columns=lambda name: name.removeprefix("proposed_"))


def propose(measure, points, **more):
    return propose_all([measure], [trend(points, **more)]).iloc[0]


def share_error(percentage, n):
    return math.sqrt(percentage * (100 - percentage) / (n - 1))


def waves(n):
    return [(2022.5, 26, share_error(26, n)), (2024.5, 30, share_error(30, n))]


def small(values, subgoals=("1A",)):
    """A strategy of one measure an indicator (id -> name in `FIGURES`, or None) and its trends."""
    measures = [ROAD | {"slug": f"m-{place}", "indicator": item.split("/")[0]} for place, item in enumerate(values)]
    strategy = small_strategy(measures, subgoals)
    rows = [trend(half_way(FIGURES[name])) if name else trend() for name in values.values()]
    return strategy, trends_of(strategy, {f"m-{place}": row for place, row in enumerate(rows)})


def lights_of(values, subgoals=("1A",), **judged):
    strategy, trends = small(values, subgoals)
    return assess(strategy, trends, judgements(strategy, **judged))
