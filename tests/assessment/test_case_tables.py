"""Each row of the tables beside this file has the answer that was worked out by hand, limits from both sides.

In direction.csv intervals of shares and p-values are those of statsmodels (``confint_proportions_2indep`` with
``method="newcomb"``, and ``proportions_ztest``), of counts those of scipy's ``binomtest``; the pairs of the report are
in docs/method.md.
"""

import pandas as pd
import pytest
from typed_trends import differing, graded, lights_of, measured, propose_cases, read_cases, settings, typed

from analysis.assessment.proposals import assess_measures

EVENTS = {"basis": "register", "unit": "søknader", "counting": "events"}
SERIES = {"share": {}, "count": EVENTS}
CHANGES = {
    "share": {"epsilon": 1.0, "rounding": 1.0, "minimum": 0, "maximum": 100},
    "stock": {"epsilon": 1.0, "basis": "register", "unit": "kommuner"},
    "events": EVENTS | {"epsilon": 15.0},
    "few": {"epsilon": 6.0, "rounding": 1.0, "basis": "census"},  # k of N things, the share rounded to whole per cent
    "mean": {"unit": "skår", "epsilon": 1.0},
}


def directed(cases, as_of=None):
    found = assess_measures(*measured(cases, CHANGES, as_of)).drop(columns="proposed_towards")
    chip = found["direction_colour"] + (">" + found["direction_towards"]).where(found["direction_towards"] != "", "")
    names = {name: name.removeprefix("direction_").removeprefix("proposed_") for name in found}
    return found.assign(chip=chip).rename(columns=names)


def lit(cases):
    items = [f"1.{place}" for place in range(1, len(cases) + 1)]
    judged = {item: settings(case["judged"]) for item, case in zip(items, cases, strict=True)}
    figures = {item: case["figures"] for item, case in zip(items, cases, strict=True)}
    return lights_of(figures, **judged).loc[items]


ANSWERS = {
    "rules": propose_cases,
    "chances": propose_cases,
    "evidence": lambda cases: graded(*zip(*map(typed, cases), strict=True)),
    "trends": lambda cases: measured(cases, SERIES)[1],
    "direction": directed,
    "greyed": lambda cases: pd.concat([directed([case], case["as_of"]) for case in cases]),
    "lights": lit,
}
CASES = {name: read_cases(f"{name}.csv") for name in ANSWERS}
PLACES = [(name, place) for name, cases in CASES.items() for place in range(len(cases))]


@pytest.fixture(scope="module")
def answers():
    return {name: answer(CASES[name]) for name, answer in ANSWERS.items()}


@pytest.mark.parametrize(("table", "place"), PLACES, ids=[f"{name}-{CASES[name][n]['about']}" for name, n in PLACES])
def test_each_case_has_the_answer_worked_out_by_hand(answers, table, place):
    """What is `drawn` are chances of normal variables, counted in draws."""
    row, case = answers[table].iloc[place], CASES[table][place]
    assert differing(row, case["expected"]) == {}
    drawn = settings(case.get("drawn", ""))
    assert row[list(drawn)].to_dict() == pytest.approx(drawn, abs=0.01)
