"""What always holds, whatever is measured and promised."""

import warnings

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw
from typed_trends import LEVEL, NAN, ROAD, half_way, propose, propose_all, small, trend

from analysis.assessment.proposals import assess_measures

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
RANKS = {"red": 0, "yellow": 1, "green": 2}


def many(*parts):
    """Draw twenty cases at once: a strategy of twenty measures is read and assessed as fast as one of one."""
    return given(draw.lists(draw.tuples(*parts), min_size=20, max_size=20))


def promise(measure, target, shift=0.0, flip=1):
    if measure["kind"] == "direction":
        return measure | {"direction": measure["direction"] * flip}
    aim = {"period": target[0], "value": flip * target[1] + shift}
    return measure | {"direction": measure["direction"] * flip, "target": aim}


def yearly(values, error):
    return [(2024.5 - len(values) + place, value, error) for place, value in enumerate(values, start=1)]


@settings(max_examples=5, deadline=None)
@many(measure, target, series, error, draw.sampled_from([7.0, -13.0, 100.0]), draw.sampled_from([1, -1]))
def test_shifts_and_complements_change_no_colour(cases):
    """Shifts and complements change neither progress nor colour."""
    plain = propose_all([promise(*case[:2]) for case in cases], [trend(yearly(*case[2:4])) for case in cases])
    moved = propose_all(
        [promise(measure, target, shift, flip) for measure, target, _, _, shift, flip in cases],
        [trend(yearly([flip * v + shift for v in values], error)) for _, _, values, error, shift, flip in cases],
    )
    same = ["proposed", "proposed_towards", "proposed_reason", "proposed_movement", "certainty", "grade"]
    pd.testing.assert_frame_equal(plain[same], moved[same])
    pd.testing.assert_frame_equal(plain[["R", "F"]], moved[["R", "F"]], rtol=1e-6)


@settings(max_examples=5, deadline=None)
@many(measure, target, series, error, draw.integers(1, 40).map(lambda number: number / 4))
def test_a_better_latest_value_never_worsens_a_colour(cases):
    measures, before, after = [promise(*case[:2]) for case in cases], [], []
    for measure, _, values, error, gain in cases:
        better = [*values[:-1], values[-1] + measure["direction"] * gain]
        start = (2024.5 - len(values), values[0], error)  # stated, so that the latest value is not the baseline too
        before.append(trend(yearly(values, error), baseline=start))
        after.append(trend(yearly(better, error), baseline=start))
    old, new = (propose_all(measures, rows)["proposed"] for rows in (before, after))
    assert not (new.map(RANKS) < old.map(RANKS)).any()
    assert (new[old == "green"] == "green").all()


@settings(max_examples=5, deadline=None)
@many(
    measure,
    target,
    draw.lists(value, max_size=8),
    draw.sampled_from([0.0, 0.5, NAN]),
    draw.fixed_dictionaries(
        {
            "missing": draw.sampled_from(["", "unmeasured"]),
            "age": draw.sampled_from([0.0, 1.2, 3.0]),
            "kind_of_break": draw.sampled_from(["", "break", "minor"]),
            "qualifier": draw.sampled_from(["", "over", "under", "circa"]),
        }
    ),
)
def test_every_input_gives_a_colour_or_an_explained_grey(cases):
    rows = [trend(yearly(values, error), **more) for _, _, values, error, more in cases]
    found = propose_all([promise(*case[:2]) for case in cases], rows)
    grey, coloured = found["proposed"] == "grey", found["direction_colour"] != ""
    assert set(found["proposed"]) <= {*RANKS, "grey"}
    assert (found["proposed_reason"] != "")[grey].all()
    assert set(found["direction_colour"]) <= {*RANKS, ""}
    assert ((found["direction_answer"] == "") >= ~coloured).all()
    states = {"filled", "outlined", "one_figure", "not_measured", "ambition_not_obtained"}
    assert set(found["figures_state"]) <= states
    assert ((found["figures_state"] == "filled") == ~grey).all()
    assert coloured[found["figures_state"] == "outlined"].all()
    assert set(found["certainty"]) <= {"", "robust", "uncertain", "borderline"}
    assert (found["certainty"] == "")[grey].all()


whole = draw.lists(draw.integers(0, 100), min_size=2, max_size=4)


@settings(max_examples=3, deadline=None)
@many(whole, draw.sampled_from([0.0, 1.0, 4.0]), draw.sampled_from([2, 10]))
def test_more_respondents_never_undo_an_established_change(cases):
    measures = [{"slug": "m", "kind": "direction", "epsilon": epsilon} for _, epsilon, _ in cases]
    few = propose_all(measures, [trend(yearly(values, 0.0), n=200) for values, _, _ in cases])
    more = propose_all(measures, [trend(yearly(values, 0.0), n=200 * times) for values, _, times in cases])
    established = few["direction_answer"].isin(["better", "worse"])
    assert (more["direction_answer"] == few["direction_answer"])[established].all()
    assert (more["direction_fragile"] <= few["direction_fragile"])[established].all()


def test_row_order_is_irrelevant():
    strategy, trends = small({"1.1": "green", "1.2": "yellow>green", "1.3": "red", "1.4": None})
    expected = assess_measures(strategy, trends)
    for order in ([4, 3, 2, 1, 0], [2, 0, 4, 3, 1]):
        pd.testing.assert_frame_equal(assess_measures(strategy, trends.iloc[order]), expected)


def test_measures_of_different_scales_raise_no_warning():
    """Measures of different scales stand side by side in silence."""
    doubling = ROAD | {"scale": "log", "target": {"period": "2026", "value": 400}}
    measures = [doubling, ROAD, ROAD | {"target": {"period": "2026", "value": 2000}}, LEVEL]
    points = [[(2022.5, 100, 0.0), (2024.5, 150, 20.0)], half_way(0, 0.3), [], half_way(-4)]
    with warnings.catch_warnings(action="error"):
        among = propose_all(measures, [trend(given) for given in points])
    alone = [propose(*given) for given in zip(measures, points, strict=True)]
    assert among["p_red"].tolist() == pytest.approx([row["p_red"] for row in alone], nan_ok=True)
