"""What always holds, whatever is measured and promised."""

import warnings

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw
from typed_trends import (
    CHECK,
    GREEN,
    LEVEL,
    NAN,
    RED,
    ROAD,
    YELLOW_UP,
    half_way,
    propose,
    propose_all,
    small,
    trend,
    trends_of,
    waves,
)

from analysis.assessment.limits import LIMITS
from analysis.assessment.proposals import assess_measures
from small import small_strategy

value = draw.integers(-40, 40).map(lambda number: number / 4)
series = draw.lists(value, min_size=1, max_size=8)
error = draw.sampled_from([0.0, 0.5, 1.5])
measure = draw.fixed_dictionaries(
    {
        "slug": draw.just("m"),
        "basis": draw.just("register"),
        "kind": draw.sampled_from(["reach", "hold", "direction"]),
        "direction": draw.sampled_from([1, -1]),
        "epsilon": draw.sampled_from([0.0, 0.25, 1.0]),
    }
)
target = draw.tuples(draw.sampled_from(["2023", "2025", "2026", "2030"]), value)


def promise(measure, target, shift=0.0, flip=1):
    if measure["kind"] == "direction":
        return measure | {"direction": measure["direction"] * flip}
    given = {"period": target[0], "value": flip * target[1] + shift}
    return measure | {"direction": measure["direction"] * flip, "target": given}


def yearly(values, error):
    return [(2024.5 - len(values) + place, value, error) for place, value in enumerate(values, start=1)]


@settings(max_examples=50, deadline=None)
@given(measure, target, series, error, draw.sampled_from([7.0, -13.0, 100.0]), draw.sampled_from([1, -1]))
def test_shifts_and_complements_change_no_colour(measure, target, values, error, shift, flip):
    """Shifts and complements change neither progress nor colour."""
    points = yearly(values, error), yearly([flip * v + shift for v in values], error)
    measures = promise(measure, target), promise(measure, target, shift, flip)
    _, (plain, moved) = zip(*propose_all(measures, [trend(p) for p in points]).iterrows(), strict=True)
    same = ["proposed", "proposed_towards", "proposed_reason", "proposed_movement", "certainty", "grade"]
    assert plain[same].tolist() == moved[same].tolist()
    assert plain[["R", "F"]].tolist() == pytest.approx(moved[["R", "F"]].tolist(), nan_ok=True)


@settings(max_examples=50, deadline=None)
@given(measure, target, series, error, draw.integers(1, 40).map(lambda number: number / 4))
def test_a_better_latest_value_never_worsens_a_colour(measure, target, values, error, gain):
    better = [*values[:-1], values[-1] + measure["direction"] * gain]
    start = (2024.5 - len(values), values[0], error)  # stated, so that the latest value is not the baseline too
    points = yearly(values, error), yearly(better, error)
    rows = [trend(p, baseline=start) for p in points]
    _, (before, after) = zip(*propose_all([promise(measure, target)] * 2, rows).iterrows(), strict=True)
    ranks = {"red": 0, "yellow": 1, "green": 2}
    if before["proposed"] in ranks and after["proposed"] != "grey":
        assert ranks[after["proposed"]] >= ranks[before["proposed"]]
    if before["proposed"] == "green":
        assert after["proposed"] == "green"


@settings(max_examples=50, deadline=None)
@given(
    measure,
    target,
    draw.lists(value, max_size=8),
    draw.sampled_from([0.0, 0.5, NAN]),
    draw.sampled_from(["", "unmeasured"]),
    draw.sampled_from([0.0, 1.2, 3.0]),
    draw.sampled_from(["", "break", "minor"]),
    draw.sampled_from(["", "over", "under", "circa"]),
)
def test_every_input_gives_a_colour_or_an_explained_grey(measure, target, values, error, missing, age, breaks, bound):
    more = {"missing": missing, "age": age, "kind_of_break": breaks, "qualifier": bound}
    row = propose(promise(measure, target), yearly(values, error), **more)
    assert row["proposed"] in {"green", "yellow", "red", "grey"}
    assert (row["proposed_reason"] != "") >= (row["proposed"] == "grey")
    assert row["direction_colour"] in {"green", "yellow", "red", ""}
    assert (row["direction_answer"] == "") >= (row["direction_colour"] == "")
    states = {"filled", "outlined", "one_figure", "not_measured", "ambition_not_obtained"}
    assert row["figures_state"] in states
    assert (row["figures_state"] == "filled") == (row["proposed"] != "grey")
    assert (row["figures_state"] == "outlined") <= (row["direction_colour"] != "")
    assert row["certainty"] in {"", "robust", "uncertain", "borderline"}


method = draw.sampled_from(
    [
        {"basis": "survey"},
        {"basis": "register"},
        {"basis": "register", "unit": "vedtak", "counting": "events"},
        {"basis": "census", "of": 17},
    ]
)
whole = draw.lists(draw.integers(0, 100), min_size=2, max_size=4)
asked = draw.sampled_from([50, 400, 5000])
step = draw.sampled_from([0.0, 1.0, 4.0])


def directed(method, values, n, epsilon, direction=1, rounding=0.0):
    """What rule 6 says of yearly values; of few things the values are how many in seventeen, modulo eighteen."""
    measure = {"slug": "m", "kind": "direction", "epsilon": epsilon, "direction": direction, "rounding": rounding}
    of = method.get("of", NAN)
    values = [100 * (value % 18) / of for value in values] if of == of else values
    points = [(2024.5 - len(values) + place, value, 0.0) for place, value in enumerate(values, start=1)]
    return propose(measure | {k: v for k, v in method.items() if k != "of"}, points, n=n, of=of)


@settings(max_examples=30, deadline=None)
@given(method, whole, asked, step, draw.sampled_from([1, -1]))
def test_an_established_change_has_no_zero_in_its_interval(method, values, n, epsilon, direction):
    row = directed(method, values, n, epsilon, direction)
    change = direction * row["direction_change"]
    ends = direction * row["direction_low"], direction * row["direction_high"]
    assert min(ends) - 1e-9 <= change <= max(ends) + 1e-9
    if row["direction_answer"] == "better":
        assert min(ends) > 0
        assert change > epsilon
        assert row["direction_colour"] == "green"
    elif row["direction_answer"] == "worse":
        assert max(ends) < 0
        assert change < -epsilon
        assert row["direction_colour"] in {"red", "yellow"}
    else:
        assert row["direction_colour"] == "yellow"
        assert not row["direction_fragile"]
        assert (row["direction_answer"] == "unchanged") == (max(map(abs, ends)) <= 2 * epsilon + 1e-9)


@settings(max_examples=20, deadline=None)
@given(method, whole, asked, step)
def test_the_other_direction_gives_the_mirrored_answer(method, values, n, epsilon):
    up, down = (directed(method, values, n, epsilon, direction) for direction in (1, -1))
    mirror = {"better": "worse", "worse": "better"}
    assert down["direction_answer"] == mirror.get(up["direction_answer"], up["direction_answer"])
    same = ["direction_fragile", "direction_low", "direction_high", "direction_p", "level_low", "level_high"]
    assert down[same].tolist() == pytest.approx(up[same].tolist(), nan_ok=True)


@settings(max_examples=20, deadline=None)
@given(whole, step, draw.sampled_from([1, -1]))
def test_unknown_respondents_never_give_green_or_red(values, epsilon, direction):
    row = directed({"basis": "survey"}, values, NAN, epsilon, direction)
    assert (row["direction_colour"], row["direction_answer"], row["grade"]) == ("yellow", "cannot_tell", "D")
    assert row["direction_towards"] == ""


@settings(max_examples=20, deadline=None)
@given(whole, step, step, draw.sampled_from([0.001, 12.0, 1e6]))
def test_another_unit_gives_a_stock_the_same_answer(values, epsilon, rounding, factor):
    there = [factor * value for value in values]
    row = directed({"basis": "register"}, values, NAN, epsilon, rounding=rounding)
    scaled = directed({"basis": "register"}, there, NAN, factor * epsilon, rounding=factor * rounding)
    same = ["direction_answer", "direction_fragile", "direction_colour", "direction_towards"]
    assert scaled[same].tolist() == row[same].tolist()


@settings(max_examples=20, deadline=None)
@given(whole, step, draw.sampled_from([2, 10]))
def test_more_respondents_never_undo_an_established_change(values, epsilon, times):
    few, many = (directed({"basis": "survey"}, values, n, epsilon) for n in (200, 200 * times))
    if few["direction_answer"] in {"better", "worse"}:
        assert many["direction_answer"] == few["direction_answer"]
        assert many["direction_fragile"] <= few["direction_fragile"]


@settings(max_examples=20, deadline=None)
@given(draw.permutations(range(4)))
def test_row_order_is_irrelevant(order):
    strategy, trends = small(
        {f"1.{place}": value for place, value in enumerate([GREEN, YELLOW_UP, RED, None], start=1)}
    )
    expected = assess_measures(strategy, trends)
    shuffled = trends.iloc[[*order, 4]]
    pd.testing.assert_frame_equal(assess_measures(strategy, shuffled), expected)


def test_measures_of_different_scales_raise_no_warning():
    """Measures of different scales stand side by side in silence."""
    doubling = ROAD | {"scale": "log", "target": {"period": "2026", "value": 400}}
    measures = [doubling, ROAD, ROAD | {"target": {"period": "2026", "value": 2000}}, LEVEL]
    points = [[(2022.5, 100, 0.0), (2024.5, 150, 20.0)], half_way(0, 0.3), [], half_way(-4)]
    with warnings.catch_warnings(action="error"):
        among = propose_all(measures, [trend(given) for given in points])
    alone = [propose(*given) for given in zip(measures, points, strict=True)]
    assert among["p_red"].tolist() == pytest.approx([row["p_red"] for row in alone], nan_ok=True)


def test_a_measure_alone_and_among_others_has_the_same_chances():
    strategy = small_strategy([CHECK | {"slug": f"m-{place}"} for place in range(60)])
    rows = {f"m-{place}": trend(waves(1000 + place)) for place in range(60)}
    among = assess_measures(strategy, trends_of(strategy, rows))
    for place in (0, 59):
        alone = propose(CHECK, waves(1000 + place))
        assert among.loc[f"m-{place}", "p_red"] == alone["p_red"]


def test_the_limits_are_those_of_the_method():
    assert LIMITS == (0.95, 0.60)
