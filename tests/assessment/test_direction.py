"""Rule 6: what one change with its interval says, each comparison from both sides.

Intervals of shares and p-values are those of statsmodels (``confint_proportions_2indep(method="newcomb")`` and
``proportions_ztest``), of counts those of scipy's ``binomtest``; the pairs of the report are in docs/method.md.
"""

import pytest
from typed_trends import differing, measured, read_cases

from analysis.assessment.proposals import assess_measures, sensitivity
from analysis.assessment.trends import find_trends
from small import observations, small_strategy

SHARE = {"epsilon": 1.0, "rounding": 1.0, "minimum": 0, "maximum": 100}
STOCK = {"epsilon": 1.0, "basis": "register", "unit": "kommuner"}
MEASURES = {
    "share": SHARE,
    "stock": STOCK,
    "events": {"epsilon": 15.0, "basis": "register", "unit": "søknader", "counting": "events"},
    "few": {"epsilon": 6.0, "rounding": 1.0, "basis": "census"},  # k of N things, the share rounded to whole per cent
    "mean": {"unit": "skår", "epsilon": 1.0},
}
CASES = read_cases("direction.csv")


def answered(cases, as_of=None):
    found = assess_measures(*measured(cases, MEASURES, as_of)).drop(columns="proposed_towards")
    chip = found["direction_colour"] + (">" + found["direction_towards"]).where(found["direction_towards"] != "", "")
    prefixes = ("direction_", "proposed_")
    return found.assign(chip=chip).rename(columns=lambda name: name.removeprefix(prefixes[0]).removeprefix(prefixes[1]))


@pytest.fixture(scope="module")
def answers():
    return answered(CASES)


@pytest.mark.parametrize("place", range(len(CASES)), ids=[case["about"] for case in CASES])
def test_each_change_has_its_answer(answers, place):
    assert differing(answers.iloc[place], CASES[place]["expected"]) == {}


def test_half_and_double_epsilon_and_design_undo_a_change():
    strategy = small_strategy([SHARE | {"slug": "m", "kind": "reach"}])
    rows = observations([("m", "2022", 26, 4997), ("m", "2023", 28, 4505)], strategy)
    moved = sensitivity(strategy, find_trends(strategy, rows)).loc["m"]
    assert moved["undoing_deff"] == pytest.approx(1.25, abs=0.005)
    assert moved[["half_epsilon", "direction_colour", "double_epsilon"]].tolist() == ["green", "green", "yellow"]


@pytest.mark.parametrize(
    ("promise", "rows", "as_of", "reason", "state"),
    [
        ("kind=reach", "2018:40 2019:50", "2024-12-31", "stale", "not_measured"),  # found in the audit: green
        ("kind=reach", "2018:40 2019:50", "2021-12-31", "no_target", "outlined"),
        ("kind=reach", "2022:50", "2022-12-31", "one_point", "one_figure"),
        ("kind=reach breaks=2021:break", "2019:10 2020:12", "2020-12-31", "no_target", "outlined"),
        ("kind=reach breaks=2021:break", "2019:10 2020:12", "2021-12-31", "break", "not_measured"),
    ],
)
def test_every_earlier_reason_greys_the_direction_too(promise, rows, as_of, reason, state):
    case = {"measure": "stock", "promise": promise, "rows": rows, "first": "", "latest": ""}
    row = answered([case], as_of).iloc[0]
    assert row[["reason", "figures_state"]].tolist() == [reason, state]
    assert (row["colour"] == "") == (row["answer"] == "") == (reason != "no_target")
