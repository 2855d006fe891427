"""The colours of goals and of the strategy from their parts."""

import pandas as pd
import pytest
from typed_trends import GREEN, RED, RISE, ROAD, half_way, lights_of, small, trend, trends_of

from analysis.assessment.lights import assess, overall, roll_up, summarise
from small import judgements, small_strategy


def propose_goal(*lights, critical=()):
    pairs = [(*light.split(">"), "")[:2] for light in lights]
    return summarise([colour for colour, _ in pairs], [towards for _, towards in pairs], critical)


@pytest.mark.parametrize(
    ("lights", "expected"),
    [
        (["green>yellow"], "green"),  # 2.5
        (["green", "yellow>green", "yellow>green"], "green"),  # (5 + 1.25 + 1.25) / 3 = 2.5
        (["green", "green>yellow", "yellow"], "green"),  # 8 / 3
        (["green", "yellow>green", "yellow"], "yellow"),  # 2.25
        (["green", "yellow>green", "yellow>red"], "yellow"),  # 2.25
        (["green", "red", "yellow"], "yellow"),  # 0.5
        (["yellow", "yellow", "green>yellow", "yellow", "red"], "yellow"),  # 0
        (["yellow", "yellow", "green>yellow", "yellow>red", "red>yellow"], "yellow"),  # 0
        (["yellow", "yellow", "yellow", "yellow>green", "red"], "red"),  # -0.25
    ],
)
def test_the_mean_score_proposes_the_goals_colour(lights, expected):
    assert propose_goal(*lights) == (expected, "")


def test_just_below_a_limit_a_goal_is_not_as_good():
    # means of 2.49375 and -0.25 / 34; 25 of 42 assessed; 60 of 121 red
    assert propose_goal(*["green>yellow"] * 199, "yellow>green")[0] == "yellow"
    assert propose_goal(*["yellow"] * 29, "yellow>green", *["red"] * 4)[0] == "red"
    assert propose_goal(*["green"] * 25, *["grey"] * 17)[0] == "grey"
    assert propose_goal(*["green"] * 61, *["red"] * 60)[0] == "yellow"


def test_half_red_is_red_however_green_the_rest():
    assert propose_goal("red", "green")[0] == "red"
    assert propose_goal("red", "green", "green")[0] == "yellow"
    assert propose_goal("red", "green", "grey")[0] == "red"


def test_a_critical_red_leaves_at_most_yellow():
    lights = ["red", *["green"] * 5]  # (25 - 4) / 6 = 3.5
    assert propose_goal(*lights)[0] == "green"
    assert propose_goal(*lights, critical=[True] + [False] * 5)[0] == "yellow"
    assert propose_goal(*lights, critical=[False] + [True] * 5)[0] == "green"
    assert propose_goal("red", "red", critical=[True, False])[0] == "red"


def test_below_sixty_per_cent_assessed_the_basis_is_thin():
    assert propose_goal("green", "green", "green", "grey", "grey")[0] == "green"
    thin = propose_goal("green", "green", "green", "green", "grey", "grey", "grey")  # 57 %
    assert thin == ("grey", "thin_basis")
    assert propose_goal()[0] == propose_goal("grey")[0] == "grey"


@pytest.mark.parametrize(
    ("indicators", "subgoals", "expected"),
    [
        *(("green", "green", "green"), ("green", "yellow", "yellow"), ("green", "red", "yellow")),
        *(("yellow", "red", "red"), ("red", "green", "yellow"), ("red", "red", "red"), ("yellow", "grey", "yellow")),
        *(("grey", "green", "grey"), ("grey", "grey", "grey")),
    ],
)
def test_the_worse_row_counts_at_most_a_step_below_the_better(indicators, subgoals, expected):
    """The overall status is the worse row at most a step below the better."""
    colour, reason = overall(propose_goal(indicators), propose_goal(subgoals))
    assert (colour, reason) == (expected, "thin_basis" if expected == "grey" else "")


def test_a_goal_follows_from_its_parts_as_decided():
    lights = lights_of(
        {"1.1": GREEN, "1.2": GREEN}, **{"1A": {"colour": "red"}, "1.1": {"colour": "yellow", "reason_code": "context"}}
    )
    # indicators: (0.5 + 5) / 2 = 2.75 green; sub-goals red
    assert lights.loc["goal-1", "proposed"] == "yellow"
    assert lights.loc["strategy", "proposed"] == "yellow"


def test_the_strategy_follows_from_its_goals_as_decided():
    values = {f"{goal}.1": GREEN for goal in range(1, 4)} | {"4.1": None, "5.1": None}
    lights = lights_of(values, **{"goal-1": {"colour": "yellow", "reason_code": "known-event"}})
    assert lights.loc["strategy", "proposed"] == "green"  # (0.5 + 5 + 5) / 3 of three goals in five
    thin = lights_of(values | {"3.1": None})
    assert thin.loc["strategy", ["proposed", "reason"]].tolist() == ["grey", "thin_basis"]


def test_a_critical_red_indicator_keeps_its_goal_from_green():
    """A red indicator marked critical keeps its goal from green."""
    values = {"1.1": RED} | {f"1.{place}": GREEN for place in range(2, 7)}
    strategy, trends = small(values)
    assert assess(strategy, trends, judgements(strategy)).loc["goal-1", "proposed"] == "green"
    strategy.indicators["critical"] = strategy.indicators["indicator"] == "1.1"
    assert assess(strategy, trends, judgements(strategy)).loc["goal-1", "proposed"] == "yellow"


def outlined(*lights):
    """Chips typed as colours; those in brackets are outlined."""
    rows = [("grey", "", light.strip("()")) if "(" in light else (light, "", "") for light in lights]
    return pd.DataFrame(rows, columns=["colour", "towards", "outlined"])


@pytest.mark.parametrize(
    ("lights", "proposed", "outline"),
    [
        (["green", "green", "green", "(red)", "(red)"], "green", ""),  # 60 % filled decide alone
        (["green", "green", "(green)", "(green)", "grey"], "grey", "yellow"),
        (["(green)", "(green)", "(green)", "grey", "grey"], "grey", "yellow"),  # 60 % filled or outlined
        (["(green)", "(green)", "grey", "grey"], "grey", ""),
        (["(red)"], "grey", "yellow"),  # one part makes no goal red
        (["(red)", "(red)"], "grey", "red"),
        (["(red)", "(red)", "(green)", "(yellow)"], "grey", "red"),  # half of the coloured ones
        (["(red)", "(red)", "(green)", "(yellow)", "(yellow)"], "grey", "yellow"),
        (["red", "(red)", "(green)"], "grey", "red"),  # filled ones are among the coloured
        (["grey", "grey"], "grey", ""),
    ],
)
def test_too_few_filled_parts_give_an_outlined_chip(lights, proposed, outline):
    """Too few filled parts give an outlined chip where 60 per cent have a colour of either kind."""
    filled, colour = roll_up(outlined(*lights))
    assert (filled[0], colour) == (proposed, outline)


def test_goals_and_strategy_state_on_what_they_rest():
    """Goals and the strategy say whether their chip is filled, and count the kinds of their indicators."""
    measures = [
        ROAD | {"slug": "m-0", "indicator": "1.1"},
        RISE | {"slug": "m-1", "indicator": "1.2"},
        RISE | {"slug": "m-2", "indicator": "1.3"},
        RISE | {"slug": "m-3", "indicator": "2.1"},
        RISE | {"slug": "m-4", "indicator": "3.1"},
    ]
    strategy = small_strategy(measures, ["1A", "1B", "2A", "3A"])
    points = [half_way(GREEN), half_way(1), half_way(1), [(2024.5, 1)], []]
    trends = trends_of(strategy, {f"m-{place}": trend(each) for place, each in enumerate(points)})
    lights = assess(strategy, trends, judgements(strategy, **{"1A": {"colour": "red"}, "1B": {"colour": "red"}}))
    base = [f"base_{name}" for name in ("parts", "target", "direction", "one_figure", "none")]
    assert lights.loc["goal-1", base].tolist() == [3, 1, 2, 0, 0]
    assert lights.loc["strategy", base].tolist() == [5, 1, 2, 1, 1]
    assert lights.loc[["goal-1", "goal-2", "goal-3", "strategy"], "figures_state"].tolist() == [
        *("outlined", "thin_basis", "thin_basis", "thin_basis")
    ]
    # an outlined row of indicators is not moved by the sub-goals, nor moves them
    assert lights.loc["goal-1", ["proposed", "direction_colour"]].tolist() == ["grey", "yellow"]
    assert lights.loc["1A", "figures_state"] == "no_figures"
    assert lights.loc[["1.1", "1A", "goal-1"], "judgement_state"].tolist() == ["not_judged", "judged", "not_judged"]


def test_a_part_whose_colour_is_lost_counts_by_its_target():
    """A judged colour that is not on record leaves the part its colour against the target."""
    lights = lights_of({"1.1": GREEN, "1.2": GREEN}, **{"1.1": {"colour": "grey"}, "1.2": {"colour": "grey"}})
    assert lights.loc["goal-1", ["proposed", "figures_state"]].tolist() == ["green", "filled"]
    assert lights.loc["1.1", "judgement_state"] == "colour_lost"
