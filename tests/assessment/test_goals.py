"""The colours of goals and of the strategy from their parts."""

import pandas as pd
import pytest
from typed_trends import FIGURES, RISE, ROAD, half_way, lights_of, read_cases, small, trend, trends_of

from analysis.assessment.lights import assess, overall, roll_up
from small import judgements, small_strategy
from typed_cases import cases


def propose(lights, critical=()):
    """Colour, reason and outlined colour of chips typed as colours; those in brackets are outlined."""
    rows = [
        ("grey", "", light[1:-1]) if light[0] == "(" else (*light.split(">"), "", "")[:3] for light in lights.split()
    ]
    filled, outline = roll_up(pd.DataFrame(rows, columns=["colour", "towards", "outlined"]), critical)
    return (*filled, outline)


@pytest.mark.parametrize("case", read_cases("goals.csv"), ids=lambda case: case["about"])
def test_the_parts_propose_the_goals_colour_together(case):
    reason = "thin_basis" if case["proposed"] == "grey" else ""
    critical = [mark == "1" for mark in case["critical"].split()]
    assert propose(case["parts"], critical) == (case["proposed"], reason, case["outline"])


def test_just_below_a_limit_a_goal_is_not_as_good():
    # means of 2.49375 and -0.25 / 34; 25 of 42 assessed; 60 of 121 red
    assert propose("green>yellow " * 199 + "yellow>green")[0] == "yellow"
    assert propose("yellow " * 29 + "yellow>green " + "red " * 4)[0] == "red"
    assert propose("green " * 25 + "grey " * 17)[0] == "grey"
    assert propose("green " * 61 + "red " * 60)[0] == "yellow"


@cases(__file__, "overall.csv")
def test_the_worse_row_counts_at_most_a_step_below_the_better(indicators, subgoals, expected):
    """The overall status is the worse row at most a step below the better."""
    colour, reason = overall(propose(indicators)[:2], propose(subgoals)[:2])
    assert (colour, reason) == (expected, "thin_basis" if expected == "grey" else "")


def test_goals_and_strategy_follow_from_their_parts_as_decided():
    judged = {"1A": {"colour": "red"}, "1.1": {"colour": "yellow", "reason_code": "context"}}
    lights = lights_of({"1.1": "green", "1.2": "green"}, **judged)
    # indicators: (0.5 + 5) / 2 = 2.75 green; sub-goals red
    assert lights.loc[["goal-1", "strategy"], "proposed"].tolist() == ["yellow", "yellow"]
    values = {f"{goal}.1": "green" for goal in range(1, 4)} | {"4.1": None, "5.1": None}
    lights = lights_of(values, **{"goal-1": {"colour": "yellow", "reason_code": "known-event"}})
    assert lights.loc["strategy", "proposed"] == "green"  # (0.5 + 5 + 5) / 3 of three goals in five
    thin = lights_of(values | {"3.1": None})
    assert thin.loc["strategy", ["proposed", "reason"]].tolist() == ["grey", "thin_basis"]


def test_a_critical_red_indicator_keeps_its_goal_from_green():
    """A red indicator marked critical keeps its goal from green."""
    values = {"1.1": "red"} | {f"1.{place}": "green" for place in range(2, 7)}
    strategy, trends = small(values)
    assert assess(strategy, trends, judgements(strategy)).loc["goal-1", "proposed"] == "green"
    strategy.indicators["critical"] = strategy.indicators["indicator"] == "1.1"
    assert assess(strategy, trends, judgements(strategy)).loc["goal-1", "proposed"] == "yellow"


def test_goals_and_strategy_state_on_what_they_rest():
    """Goals and the strategy say whether their chip is filled, and count the kinds of their indicators."""
    placed = {"1.1": ROAD, "1.2": RISE, "1.3": RISE, "2.1": RISE, "3.1": RISE}
    measures = [each | {"slug": f"m-{n}", "indicator": item} for n, (item, each) in enumerate(placed.items())]
    strategy = small_strategy(measures, ["1A", "1B", "2A", "3A"])
    points = [half_way(FIGURES["green"]), half_way(1), half_way(1), [(2024.5, 1)], []]
    trends = trends_of(strategy, {f"m-{place}": trend(each) for place, each in enumerate(points)})
    lights = assess(strategy, trends, judgements(strategy, **{"1A": {"colour": "red"}, "1B": {"colour": "red"}}))
    base = [f"base_{name}" for name in ("parts", "target", "direction", "one_figure", "none")]
    assert lights.loc["goal-1", base].tolist() == [3, 1, 2, 0, 0]
    assert lights.loc["strategy", base].tolist() == [5, 1, 2, 1, 1]
    states = lights.loc[["goal-1", "goal-2", "goal-3", "strategy"], "figures_state"]
    assert states.tolist() == ["outlined", "thin_basis", "thin_basis", "thin_basis"]
    # an outlined row of indicators is not moved by the sub-goals, nor moves them
    assert lights.loc["goal-1", ["proposed", "direction_colour"]].tolist() == ["grey", "yellow"]
    assert lights.loc["1A", "figures_state"] == "no_figures"
    assert lights.loc[["1.1", "1A", "goal-1"], "judgement_state"].tolist() == ["not_judged", "judged", "not_judged"]


def test_a_part_whose_colour_is_lost_counts_by_its_target():
    """A judged colour that is not on record leaves the part its colour against the target."""
    lights = lights_of({"1.1": "green", "1.2": "green"}, **{"1.1": {"colour": "grey"}, "1.2": {"colour": "grey"}})
    assert lights.loc["goal-1", ["proposed", "figures_state"]].tolist() == ["green", "filled"]
    assert lights.loc["1.1", "judgement_state"] == "colour_lost"
