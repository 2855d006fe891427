"""Indicators from their measures, and judgements beside proposals."""

import math

import pytest
from typed_trends import FIGURES, RISE, ROAD, half_way, lights_of, propose, small, trend, trends_of

from analysis.assessment.lights import JudgementDiffersError, assess, better_than_figures, override_rate
from analysis.assessment.rules import LightsError
from analysis.core.names import UnknownNameError
from small import judgements, small_strategy
from typed_cases import cases


def test_an_indicator_is_its_weakest_assessed_measure():
    """Of equally weak ones it is the first; one that is not assessed is listed and never counted."""
    values = {"1.1/a": "red>yellow", "1.1/b": "red", "1.2/a": "yellow>green", "1.2/b": "red>yellow"}
    values |= {"1.3/a": "green", "1.3/b": "yellow>green", "1.4/a": "yellow", "1.4/b": "yellow"}
    parts = (("m-10", "green"), ("m-11", "yellow"))
    judged = {"1.6": {"colour": "yellow", "components": parts}}
    lights = lights_of(values | {"1.5/a": None, "1.5/b": "green", "1.6/a": None, "1.6/b": None}, **judged)
    assert lights.loc[["1.1", "1.2", "1.3", "1.4"], "measure"].tolist() == ["m-1", "m-3", "m-5", "m-6"]
    assert lights.loc["1.5", ["proposed", "components"]].tolist() == ["green", (("m-8", "grey"), ("m-9", "green"))]
    assert lights.loc["1.6", "components"] == parts  # as judged


@cases(__file__, "outlined.csv")
def test_one_measure_without_a_target_makes_the_chip_outlined(aimed, aimless, decides, reason, colour):
    """A measure by direction among those against a target makes the indicator's chip outlined."""
    measures = [measure | {"slug": slug, "indicator": "1.1"} for measure, slug in ((ROAD, "aimed"), (RISE, "aimless"))]
    strategy = small_strategy(measures)
    trends = trends_of(strategy, {"aimed": trend(half_way(FIGURES[aimed])), "aimless": trend(half_way(int(aimless)))})
    row = assess(strategy, trends, judgements(strategy)).loc["1.1"]
    columns = ["measure", "figures_state", "proposed", "proposed_reason", "direction_colour"]
    assert row[columns].tolist() == [decides, "outlined", "grey", reason, colour]
    assert row["components"] == (("aimed", aimed.partition(">")[0]), ("aimless", "grey"))


def test_a_grey_indicator_takes_the_reason_of_a_measured_one():
    """An indicator without any colour takes the reason of a measure that has figures."""
    unmeasured = {"slug": "a", "indicator": "1.1", "unmeasured": "not yet"}
    strategy = small_strategy([unmeasured, {"slug": "b", "indicator": "1.1", "kind": "reach"}])
    trends = trends_of(strategy, {"a": trend(missing="unmeasured"), "b": trend(half_way(1))})
    lights = assess(strategy, trends, judgements(strategy))
    assert lights.loc["1.1", ["measure", "proposed", "reason"]].tolist() == ["b", "grey", "no_target"]


def test_every_row_is_in_report_order_with_a_colour():
    """Every row of the report comes out in report order with a colour."""
    lights = lights_of({"1.1": "green", "2.1": None}, subgoals=("1A", "2A"))
    assert lights.index.tolist() == ["strategy", "goal-1", "1.1", "1A", "goal-2", "2.1", "2A"]
    assert lights["colour"].tolist() == ["grey", "green", "green", "grey", "grey", "grey", "grey"]
    reasons = ["thin_basis", "", "", "no_figures", "thin_basis", "no_observation", "no_figures"]
    assert lights["reason"].tolist() == reasons


def test_names_that_only_one_table_knows_are_refused():
    strategy, trends = small({"1.1": "green"})
    with pytest.raises(UnknownNameError, match="'m-0' stands in the strategy but not in the trends"):
        assess(strategy, trends.drop("m-0"), judgements(strategy))
    with pytest.raises(UnknownNameError, match=r"'m-9' stands in the trends but not in the strategy.*'m-0'"):
        assess(strategy, trends.rename({"respondents": "m-9"}), judgements(strategy))
    with pytest.raises(UnknownNameError, match="'1A' stands in the strategy but not in the judgements"):
        assess(strategy, trends, judgements(strategy).drop("1A"))
    with pytest.raises(UnknownNameError, match="'1B' stands in the judgements but not in the strategy"):
        assess(strategy, trends, judgements(strategy).rename({"1A": "1B"}))


def test_differing_without_a_reason_names_every_item():
    cells = {"1.1": {"colour": "yellow"}, "1.2": {"colour": "yellow"}}
    with pytest.raises(JudgementDiffersError) as caught:
        lights_of({"1.1": "green", "1.2": "red", "1.3": "green"}, **cells, **{"1.3": {"colour": "green"}})
    message = str(caught.value)
    remedy = 'write reason_code = "context" (or another) and reason = { nb = "…", en = "…" }'
    assert message.splitlines() == [
        f"item '1.1': judged yellow, but the figures propose green; {remedy} [judgements]",
        f"item '1.2': judged yellow, but the figures propose red; {remedy} [judgements]",
    ]


@pytest.mark.parametrize("second", ["", "Kari"])
@pytest.mark.parametrize(("proposed", "judged"), [("red", "green"), ("green", "red")])
def test_two_steps_take_a_second_name_other_than_the_first(proposed, judged, second):
    cells = {"colour": judged, "reason_code": "data-error", "by": "Kari", "second": second}
    message = rf"item '1\.1': judged {judged}, but the figures propose {proposed}, two steps"
    with pytest.raises(JudgementDiffersError, match=message):
        lights_of({"1.1": proposed}, **{"1.1": cells})


def test_the_override_rate_counts_both_ways():
    """The override rate counts both ways among items that have both colours; the better judged ones are listed."""
    cells = {
        "1.1": {"colour": "yellow", "reason_code": "definition"},
        "1.2": {"colour": "yellow", "reason_code": "context"},
        "1.3": {"colour": "yellow"},
        "1.4": {"colour": "green"},
    }
    lights = lights_of({"1.1": "green", "1.2": "red", "1.3": "yellow", "1.4": None, "1.5": "red"}, **cells)
    assert override_rate(lights).tolist() == [3, 2, 1, 1, 2 / 3]
    assert override_rate(lights).index.tolist() == ["comparable", "overrides", "better", "worse", "rate"]
    listed = better_than_figures(lights)
    assert listed.index.tolist() == ["1.2"]
    assert listed.loc["1.2", ["proposed", "judged", "reason_code"]].tolist() == ["red", "yellow", "context"]
    nothing = override_rate(lights_of({"1.1": "green"}))
    assert (nothing["overrides"], math.isnan(nothing["rate"])) == (0, True)


@pytest.mark.parametrize("values", [(0, 1), (1, 0), (2, -1)])
def test_zero_on_a_log_scale_is_a_named_error(values):
    with pytest.raises(LightsError, match=r"log scale has no place for zero or negative values \(measured for m-0\)"):
        propose(ROAD | {"scale": "log"}, [(2022.5, values[0]), (2024.5, values[1])])
