"""Indicators from their measures, and judgements beside proposals."""

import math
from itertools import pairwise

import pytest
from typed_trends import (
    GREEN,
    RED,
    RED_UP,
    RISE,
    ROAD,
    YELLOW,
    YELLOW_UP,
    half_way,
    lights_of,
    small,
    trend,
    trends_of,
)

from analysis.assessment.lights import JudgementDiffersError, assess, better_than_figures, override_rate
from analysis.core.names import UnknownNameError
from analysis.records.strategy import StrategyError
from small import judgements, small_strategy


def test_an_indicator_is_its_weakest_assessed_measure():
    order = [RED, RED_UP, YELLOW_UP, GREEN]
    for weaker, better in pairwise(order):
        lights = lights_of({"1.1/a": better, "1.1/b": weaker})
        assert lights.loc["1.1", "measure"] == "m-1"


def test_one_measure_without_a_target_makes_the_chip_outlined():
    """A measure by direction among those against a target makes the indicator's chip outlined."""
    strategy = small_strategy(
        [ROAD | {"slug": "aimed", "indicator": "1.1"}, RISE | {"slug": "aimless", "indicator": "1.1"}]
    )
    columns = ["measure", "figures_state", "proposed", "proposed_reason", "direction_colour"]
    for aimed, measure, colour in ((RED, "aimed", "red"), (GREEN, "aimed", "green"), (YELLOW_UP, "aimed", "yellow")):
        trends = trends_of(strategy, {"aimed": trend(half_way(aimed)), "aimless": trend(half_way(1))})
        row = assess(strategy, trends, judgements(strategy)).loc["1.1"]
        assert row[columns].tolist() == [measure, "outlined", "grey", "no_target", colour]
        assert row["components"] == (("aimed", "green" if aimed == GREEN else colour), ("aimless", "grey"))
    falling = trends_of(strategy, {"aimed": trend(half_way(GREEN)), "aimless": trend(half_way(-1))})
    row = assess(strategy, falling, judgements(strategy)).loc["1.1"]
    assert row[columns].tolist() == ["aimless", "outlined", "grey", "direction_only", "red"]


def test_of_two_equally_weak_measures_the_first_decides():
    assert lights_of({"1.1/a": YELLOW, "1.1/b": YELLOW}).loc["1.1", "measure"] == "m-0"


def test_an_unassessed_measure_is_listed_and_never_counted():
    lights = lights_of({"1.1/a": None, "1.1/b": GREEN})
    assert lights.loc["1.1", "proposed"] == "green"
    assert lights.loc["1.1", "components"] == (("m-0", "grey"), ("m-1", "green"))


def test_a_grey_indicator_takes_the_reason_of_a_measured_one():
    """An indicator without any colour takes the reason of a measure that has figures."""
    strategy = small_strategy(
        [
            {"slug": "a", "indicator": "1.1", "unmeasured": "not yet"},
            {"slug": "b", "indicator": "1.1", "kind": "reach"},
        ]
    )
    trends = trends_of(strategy, {"a": trend(missing="unmeasured"), "b": trend(half_way(1))})
    lights = assess(strategy, trends, judgements(strategy))
    assert lights.loc["1.1", ["measure", "proposed", "reason"]].tolist() == ["b", "grey", "no_target"]


def test_every_row_is_in_report_order_with_a_colour():
    """Every row of the report comes out in report order with a colour."""
    lights = lights_of({"1.1": GREEN, "2.1": None}, subgoals=("1A", "2A"))
    assert lights.index.tolist() == ["strategy", "goal-1", "1.1", "1A", "goal-2", "2.1", "2A"]
    assert lights["colour"].tolist() == ["grey", "green", "green", "grey", "grey", "grey", "grey"]
    assert lights["reason"].tolist() == [
        *("thin_basis", "", "", "no_figures", "thin_basis", "no_observation", "no_figures")
    ]


def test_names_that_only_one_table_knows_are_refused():
    strategy, trends = small({"1.1": GREEN})
    with pytest.raises(UnknownNameError, match="'m-0' stands in the strategy but not in the trends"):
        assess(strategy, trends.drop("m-0"), judgements(strategy))
    with pytest.raises(UnknownNameError, match=r"'m-9' stands in the trends but not in the strategy.*'m-0'"):
        assess(strategy, trends.rename({"respondents": "m-9"}), judgements(strategy))
    with pytest.raises(UnknownNameError, match="'1A' stands in the strategy but not in the judgements"):
        assess(strategy, trends, judgements(strategy).drop("1A"))
    with pytest.raises(UnknownNameError, match="'1B' stands in the judgements but not in the strategy"):
        assess(strategy, trends, judgements(strategy).rename({"1A": "1B"}))


def test_a_judgement_takes_the_place_of_the_proposal():
    """The judgement is shown beside the proposal and takes its place."""
    cells = {
        "colour": "yellow",
        "towards": "red",
        "weak": True,
        "movement": "down",
        "record": "explicit",
        "reason_code": "context",
    }
    row = lights_of({"1.1": GREEN}, **{"1.1": cells}).loc["1.1"]
    assert row[["proposed", "judged", "colour", "towards", "weak"]].tolist() == [
        "green",
        "yellow",
        "yellow",
        "red",
        True,
    ]
    assert row[["colour_source", "movement", "record", "override", "steps"]].tolist() == [
        *("judgement", "down", "explicit", True, -1)
    ]
    assert not row["better_than_figures"]


def test_without_a_judgement_the_proposal_stands():
    row = lights_of({"1.1": YELLOW_UP}).loc["1.1"]
    assert row[["judged", "colour", "towards", "colour_source", "override", "steps"]].tolist() == [
        *("", "yellow", "green", "proposal", False, 0)
    ]


def test_the_weakness_of_a_judgement_is_the_judgements_own():
    lights = lights_of({"1.1": YELLOW}, **{"1.1": {"colour": "yellow", "towards": "red"}})
    assert not lights.loc["1.1", "weak"]


def test_differing_without_a_reason_names_every_item():
    cells = {"1.1": {"colour": "yellow"}, "1.2": {"colour": "yellow"}}
    with pytest.raises(JudgementDiffersError) as caught:
        lights_of({"1.1": GREEN, "1.2": RED, "1.3": GREEN}, **cells, **{"1.3": {"colour": "green"}})
    message = str(caught.value)
    remedy = 'write reason_code = "context" (or another) and reason = { nb = "…", en = "…" }'
    assert message.splitlines() == [
        f"item '1.1': judged yellow, but the figures propose green; {remedy} [judgements]",
        f"item '1.2': judged yellow, but the figures propose red; {remedy} [judgements]",
    ]


@pytest.mark.parametrize("second", ["", "Kari"])
def test_two_steps_take_a_second_name_other_than_the_first(second):
    cells = {"colour": "green", "reason_code": "data-error", "by": "Kari", "second": second}
    with pytest.raises(
        JudgementDiffersError, match=r"item '1\.1': judged green, but the figures propose red, two steps"
    ):
        lights_of({"1.1": RED}, **{"1.1": cells})
    assert lights_of({"1.1": RED}, **{"1.1": cells | {"second": "Ola"}}).loc["1.1", "steps"] == 2
    down = {"colour": "red", "reason_code": "data-error", "by": "Kari", "second": second}
    with pytest.raises(JudgementDiffersError, match="two steps"):
        lights_of({"1.1": GREEN}, **{"1.1": down})
    assert lights_of({"1.1": RED}, **{"1.1": cells | {"colour": "yellow"}}).loc["1.1", "steps"] == 1


def test_another_tendency_is_no_override():
    assert not lights_of({"1.1": YELLOW_UP}, **{"1.1": {"colour": "yellow", "towards": "red"}}).loc["1.1", "override"]


def test_grey_is_no_override_either_way():
    """A grey proposal cannot be overridden and a grey judgement is not on record."""
    lights = lights_of({"1.1": None, "1.2": RED}, **{"1.1": {"colour": "green"}, "1.2": {"colour": "grey"}})
    assert lights.loc[["1.1", "1.2"], "override"].tolist() == [False, False]
    assert lights.loc["1.1", ["colour", "reason"]].tolist() == ["green", ""]
    assert lights.loc["1.2", ["proposed", "colour", "reason"]].tolist() == ["red", "grey", "not_on_record"]


def test_colours_judged_for_the_parts_of_an_indicator_are_kept():
    parts = (("m-0", "green"), ("m-1", "yellow"))
    lights = lights_of({"1.1/a": None, "1.1/b": None}, **{"1.1": {"colour": "yellow", "components": parts}})
    assert lights.loc["1.1", "components"] == parts


def overridden():
    return lights_of(
        {"1.1": GREEN, "1.2": RED, "1.3": YELLOW, "1.4": None, "1.5": RED},
        **{
            "1.1": {"colour": "yellow", "reason_code": "definition"},
            "1.2": {"colour": "yellow", "reason_code": "context"},
            "1.3": {"colour": "yellow"},
            "1.4": {"colour": "green"},
        },
    )


def test_the_override_rate_counts_both_ways():
    """The override rate counts both ways among items that have both colours."""
    assert override_rate(overridden()).to_dict() == {
        "comparable": 3,
        "overrides": 2,
        "better": 1,
        "worse": 1,
        "rate": 2 / 3,
    }
    worse = lights_of({"1.1": GREEN}, **{"1.1": {"colour": "yellow", "reason_code": "definition"}})
    assert override_rate(worse)[["better", "worse"]].tolist() == [0, 1]
    nothing = override_rate(lights_of({"1.1": GREEN}))
    assert nothing["overrides"] == 0
    assert math.isnan(nothing["rate"])


def test_judgements_better_than_their_figures_are_listed():
    listed = better_than_figures(overridden())
    assert listed.index.tolist() == ["1.2"]
    assert listed.loc["1.2", ["proposed", "judged", "reason_code"]].tolist() == ["red", "yellow", "context"]


@pytest.mark.parametrize(
    ("cells", "movement"),
    [
        ({"previous_colour": "yellow"}, "up"),
        ({"previous_colour": "green"}, "unchanged"),
        ({"previous_colour": "grey"}, ""),
        ({}, ""),
        (
            {"previous_colour": "yellow", "previous_correction": "down", "previous_corrected_colour": "green"},
            "unchanged",
        ),
        ({"previous_colour": "yellow", "previous_correction": "down"}, ""),
        ({"previous_colour": "yellow", "movement": "split"}, "split"),
    ],
)
def test_movement_is_judged_or_from_the_previous_colour(cells, movement):
    """Movement is the judged one or from the previous colour as corrected."""
    row = lights_of({"1.1": GREEN}, **{"1.1": cells}).loc["1.1"]
    assert row["movement"] == movement
    assert row["previous_colour"] == cells.get("previous_colour", "")
    assert row["previous_corrected"] == cells.get("previous_corrected_colour", "")
    assert lights_of({"1.1": RED}, **{"1.1": {"previous_colour": "yellow"}}).loc["1.1", "movement"] == "down"


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (ROAD | {"direction": None}, "direction: is missing"),
        (ROAD | {"cadence": None}, "cadence: is missing"),
        (ROAD | {"counting": "visits"}, "counting: .*is not among stock, events"),
        (ROAD | {"kind": "approach"}, "kind: .*is not among reach, hold, direction"),
        (ROAD | {"baseline": {"period": "2027"}}, "must follow each other in time"),
        (ROAD | {"scale": "log", "baseline": {"period": "2022", "value": 0}}, "log scale has no place for zero"),
        (ROAD | {"scale": "log", "target": {"period": "2026", "value": 0}}, "log scale has no place for zero"),
    ],
)
def test_a_promise_that_cannot_be_measured_is_refused(measure, message):
    """A promise that cannot be measured against is refused at load."""
    with pytest.raises(StrategyError, match=message):
        small_strategy([measure])
