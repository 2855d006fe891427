"""The rules of a colour, with verdicts worked out by hand from the limits; published figures carry their source."""

import math

import pytest
from typed_trends import (
    CHECK,
    EDGE,
    LEVEL,
    NAN,
    RISE,
    ROAD,
    half_way,
    light,
    propose,
)

from analysis.assessment.rules import LightsError, path_value


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (1.0200, "green"),
        (0.9500, "green"),
        (0.95 - 0.9e-9, "green"),
        (0.95 - EDGE, "yellow>green"),
        (0.6000, "yellow>green"),
        (0.60 - 0.9e-9, "yellow>green"),
        (0.60 - EDGE, "red>yellow"),
        (0.0001, "red>yellow"),
        (0.0, "red"),
        (-0.500, "red"),
    ],
)
def test_progress_decides_colour_and_tendency_of_two_points(ratio, expected):
    """Progress decides the colour, and a change for the better the tendency of two points."""
    row = propose(ROAD, half_way(ratio))
    assert light(row) == expected
    assert row["R"] == pytest.approx(ratio, abs=1e-12)


@pytest.mark.parametrize(
    ("ratio", "reason"), [(0.59, "too_slow"), (0.0, "too_slow"), (-0.9e-9, "too_slow"), (-EDGE, "wrong_way")]
)
def test_a_red_says_whether_it_is_slow_or_the_wrong_way(ratio, reason):
    """A red on its way says whether it is too slow or going the wrong way."""
    assert propose(ROAD, half_way(ratio))["proposed_reason"] == reason


@pytest.mark.parametrize(
    ("latest", "first", "expected"),
    [  # F = pace of one year * 2 years left / (2 - latest), with the baseline of the path before the points
        (0.5, 0.05, "red>yellow"),  # 0.45 * 2 / 1.5 = 0.60
        (0.5, 0.05 + EDGE, "red"),
        (0.8, 0.23, "yellow>green"),  # 0.57 * 2 / 1.2 = 0.95
        (0.8, 0.23 + EDGE, "yellow"),
        (0.8, 0.44, "yellow"),  # 0.36 * 2 / 1.2 = 0.60
        (0.8, 0.44 + EDGE, "yellow>red"),
        (1.0, 0.525, "green"),  # 0.475 * 2 / 1.0 = 0.95
        (1.0, 0.525 + EDGE, "green>yellow"),
    ],
)
def test_from_three_points_the_pace_is_the_tendency(latest, first, expected):
    """From three points the pace against the pace required is the tendency."""
    points = [(2023.5, first), (2024.0, 0.7), (2024.5, latest)]
    row = propose(ROAD, points, baseline=(2022.5, 0, 0))
    assert light(row) == expected
    assert row["F"] == pytest.approx((latest - first) * 2 / (2 - latest))


def test_two_points_have_no_pace_and_a_met_target_requires_none():
    assert math.isnan(propose(ROAD, half_way(0.8))["F"])
    assert math.isnan(propose(ROAD, [(2022.5, 0), (2023.5, 1), (2024.5, 2)])["F"])


def test_the_pace_is_that_of_the_last_six_points():
    points = [(2018.5, 0), (2019.5, 0.7), *((2020.5 + year, 0.7) for year in range(4)), (2024.5, 0.8)]
    assert propose(ROAD, points, baseline=(2022.5, 0, 0))["F"] == pytest.approx(0.1 / 5 * 2 / 1.2)


def test_two_points_that_fall_head_for_worse():
    """Two points that fall after a better start head for worse."""
    points = [(2023.5, 1.5), (2024.5, 0.8)]
    assert light(propose(ROAD, points, baseline=(2022.5, 0, 0))) == "yellow>red"
    assert light(propose(ROAD, [(2023.5, 1.9), (2024.5, 1.1)], baseline=(2022.5, 0, 0))) == "green>yellow"


def test_two_points_head_for_better_only_by_a_good_change():
    assert light(propose(ROAD | {"epsilon": 0.89}, half_way(0.9))) == "yellow>green"
    assert light(propose(ROAD | {"epsilon": 0.90}, half_way(0.9))) == "yellow"


@pytest.mark.parametrize(
    ("value", "first", "expected", "weak"),
    [  # up to 0.07 below the limit ahead, or above the limit behind, a tendency is not weak
        (0.88, 0, "yellow>green", False),
        (0.88 - EDGE, 0, "yellow>green", True),
        (0.53, 0, "red>yellow", False),
        (0.53 - EDGE, 0, "red>yellow", True),
        (0.67, 1.9, "yellow>red", False),
        (0.67 + EDGE, 1.9, "yellow>red", True),
        (1.02, 1.9, "green>yellow", False),
        (1.02 + EDGE, 1.9, "green>yellow", True),
    ],
)
def test_a_tendency_is_weak_far_from_the_limit_ahead(value, first, expected, weak):
    row = propose(ROAD, [(2023.5, first), (2024.5, value)], baseline=(2022.5, 0, 0))
    assert (light(row), row["proposed_weak"]) == (expected, weak)


def test_a_tendency_is_weak_by_a_fragile_change():
    """A tendency that rounding could undo is weak, however near its limit."""
    assert not propose(ROAD | {"rounding": 0.89}, half_way(0.9))["proposed_weak"]
    assert propose(ROAD | {"rounding": 0.9}, half_way(0.9))["proposed_weak"]


def test_a_pace_is_never_weak():
    points = [(2023.5, 0.05), (2024.0, 0.7), (2024.5, 0.5)]
    row = propose(ROAD, points, baseline=(2022.5, 0, 0))
    assert (light(row), row["proposed_weak"]) == ("red>yellow", False)


def test_the_words_of_the_source_under_an_ambition():
    # method, section 12: 26 to 28 % towards 44.5 % in 2025 is "red, weakly to yellow", as the source report put it
    measure = CHECK | {"epsilon": 1.0, "rounding": 1.0, "target": {"period": "2025", "value": 44.5}}
    row = propose(measure, [(2022.5, 26, 0.62), (2023.5, 28, 0.67)], n=4700)
    assert row["R"] == pytest.approx(0.324, abs=5e-4)
    assert (light(row), row["proposed_weak"]) == ("red>yellow", True)


def test_a_steady_colour_is_never_weak():
    assert not propose(ROAD | {"epsilon": 0.75}, half_way(0.75))["proposed_weak"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, "green"),
        (1 - 0.9e-9, "green"),
        (1 - EDGE, "yellow>green"),
        (0.95, "yellow>green"),
        (0.95 - EDGE, "yellow"),
        (0.60, "yellow"),
        (0.60 - EDGE, "red"),
        (-1.0, "red"),
    ],
)
@pytest.mark.parametrize("deadline", ["2024", "2023Q4"])
def test_after_the_deadline_the_closed_share_decides(value, expected, deadline):
    measure = ROAD | {"target": {"period": deadline, "value": 1}}
    assert light(propose(measure, half_way(value))) == expected


def test_before_the_deadline_the_path_decides():
    measure = ROAD | {"target": {"period": "2024-07-02", "value": 1}}  # a day after mid-2024
    assert propose(measure, half_way(0.98))["rule"] == "on_path"


def test_one_point_has_no_colour_on_a_way():
    """A single measurement is grey before its deadline and after it."""
    # found in the audit: 99.9 of 100, one figure, after the deadline, was red
    late = propose(ROAD | {"target": {"period": "2024", "value": 100}}, [(2024.5, 99.9)])
    early = propose(ROAD, [(2024.5, 0)])
    for row in (late, early):
        assert row[["proposed", "proposed_reason", "figures_state"]].tolist() == ["grey", "one_point", "one_figure"]


def test_a_series_not_past_its_baseline_is_one_point():
    """A series that has not moved past its baseline is one point."""
    row = propose(ROAD, half_way(0.9), baseline=(2024.5, 0.9, 0))
    assert (light(row), row["proposed_reason"]) == ("grey", "one_point")


def test_without_a_baseline_value_there_is_no_progress():
    """Without a value at the baseline there is no progress to measure."""
    row = propose(ROAD, half_way(0.9), baseline=(2021.5, NAN, NAN))
    assert (light(row), row["proposed_reason"]) == ("grey", "no_baseline")


def test_one_point_says_whether_a_target_is_met():
    """A target met already needs one point, which is evidence C."""
    row = propose(ROAD, [(2024.5, 2)])
    assert row[["rule", "proposed", "grade", "figures_state"]].tolist() == ["met", "green", "C", "filled"]
    assert propose(ROAD, [(2024.5, 2 - EDGE)])["proposed"] == "grey"
    assert propose(LEVEL, [(2024.5, 3)])["proposed"] == "green"
    assert propose(LEVEL, [(2024.5, 0)])["proposed"] == "red"


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(2023.5, 3), (2024.5, 3)], "green"),
        ([(2023.5, 3), (2024.5, 3 - 0.9e-9)], "green"),
        ([(2023.5, 3), (2024.5, 3 - EDGE)], "yellow"),  # missed by no more than epsilon
        ([(2023.5, 2), (2024.5, 2)], "yellow"),
        ([(2023.5, 2), (2024.5, 2 - EDGE)], "red"),
        ([(2023.5, 5), (2024.5, 4)], "green"),  # down by epsilon
        ([(2023.5, 5), (2024.5, 4 - EDGE)], "green>yellow"),
        ([(2023.5, 0), (2024.5, 1)], "red"),  # up by epsilon
        ([(2023.5, 0), (2024.5, 1 + EDGE)], "yellow"),
    ],
)
def test_a_level_to_hold_is_met_or_approached_or_not(points, expected):
    assert light(propose(LEVEL, points)) == expected


@pytest.mark.parametrize(
    ("to", "n", "expected"),
    [  # 60 to 57 %, pooled: 1 - Phi(3 / (100 sqrt(0.585 * 0.415 * 2 / n))) is 0.10 at n = 886
        (57, 880, "green"),
        (57, 892, "green>yellow"),
        (59, 100_000, "green"),  # down by epsilon
        (58.9, 100_000, "green>yellow"),
        (40, NAN, "grey"),  # nothing is known of chance, and evidence D never gives green
    ],
)
def test_a_fall_of_a_survey_is_adverse_by_size_and_by_test(to, n, expected):
    measure = LEVEL | {"basis": "survey", "target": {"period": "2026", "value": 30}}
    error = NAN if math.isnan(n) else 0.1
    row = propose(measure, [(2023.5, 60, error), (2024.5, to, error)], n=n)
    assert light(row) == expected
    assert row["rule"] == {"green": "met", "green>yellow": "met_adverse", "grey": "grade_d"}[expected]


@pytest.mark.parametrize(("to", "expected"), [(270, "green"), (268, "green>yellow")])
def test_a_fall_of_events_is_adverse_by_the_exact_test(to, expected):
    # binomtest(270, 570, alternative="less"): p = 0.112; 268 of 568: p = 0.097
    measure = LEVEL | {"counting": "events", "unit": "vedtak", "target": {"period": "2026", "value": 100}}
    assert light(propose(measure, [(2023.5, 300), (2024.5, to)])) == expected


def test_a_level_within_its_interval_is_no_failure():
    # 2 of 17: 3 to 34 %; 5 of 17: 13 to 53 %, against at most one in ten (method, section 12)
    measure = LEVEL | {"basis": "census", "direction": -1, "target": {"period": "2025", "value": 10}}
    assert light(propose(measure, [(2024.5, 100 * 2 / 17)], of=17)) == "yellow"
    assert light(propose(measure, [(2024.5, 100 * 5 / 17)], of=17)) == "red"


@pytest.mark.parametrize(
    ("epsilon", "error", "rule"),
    [
        (2.0, 0.0, "on_path"),
        (2 + EDGE, 0.0, "nearly_met"),
        (0.0, 1.0, "on_path"),
        (0.0, 1 + EDGE, "approaching"),
        (0.0, NAN, "on_path"),  # an unknown error is no length
    ],
)
def test_a_way_within_epsilon_or_two_errors_is_no_way(epsilon, error, rule):
    """A way shorter than epsilon or two standard errors is no way."""
    row = propose(ROAD | {"epsilon": epsilon}, [(2022.5, 0, error), (2024.5, 1)])
    assert row["rule"] == rule
    assert math.isnan(row["R"]) == (rule != "on_path")


def test_a_target_met_at_the_baseline_is_held():
    assert light(propose(ROAD, [(2022.5, 2.5), (2024.5, 1.9)])) == "red"
    assert light(propose(ROAD, [(2022.5, 2), (2023.5, 1), (2024.5, 1.9)], baseline=(2022.5, 2, 0))) == "red"
    assert light(propose(ROAD, [(2023.5, 1), (2024.5, 1.9)], baseline=(2022.5, 2, 0))) == "yellow"


@pytest.mark.parametrize(
    ("milestone", "points", "expected"),
    [
        (0, [(2022.5, 0), (2024.5, 0)], "green"),
        (0, [(2022.5, 0), (2024.5, -EDGE)], "red"),
        (0, [(2023.5, -2), (2024.5, -1)], "yellow"),
        (-1, [(2022.5, 0), (2024.5, -0.9)], "green>yellow"),
        (-1, [(2022.5, 0), (2024.5, -1.1)], "red"),
    ],
)
def test_a_plan_that_asks_for_no_progress_yet_asks_for_its_level(milestone, points, expected):
    measure = ROAD | {"milestones": [{"period": "2024", "value": milestone}]}
    assert light(propose(measure, points, baseline=(2022.5, 0, 0))) == expected


@pytest.mark.parametrize(
    ("period", "value", "planned"),
    [("2023", 1.5, 5 / 3), ("2024", 1.25, 1.25), ("2025", 0.75, 0.5), ("2022", 1.7, 1.0)],
)
def test_the_path_runs_through_milestones_after_baseline(period, value, planned):
    """The path runs piece by piece through milestones after the baseline."""
    # mid-2024 on 0 (2022.5) .. milestone .. 2 (2026.5): 1.5 + 0.5 / 3; on the milestone; 0.75 * 2 / 3; not on it
    measure = ROAD | {"milestones": [{"period": period, "value": value}]}
    assert propose(measure, half_way(0.4))["R"] == pytest.approx(0.4 / planned)


def test_between_two_milestones_the_baseline_no_longer_matters():
    measure = ROAD | {"milestones": [{"period": "2023", "value": 0.4}, {"period": "2025", "value": 1.6}]}
    assert propose(measure, half_way(0.5))["R"] == pytest.approx(0.5 / 1.0)


@pytest.mark.parametrize(
    ("measure", "points", "more", "reason"),
    [
        (ROAD, [], {"missing": "unmeasured"}, "unmeasured"),
        (ROAD, [], {}, "no_observation"),
        ({"slug": "m", "kind": "reach"}, half_way(1), {}, "no_target"),
        ({"slug": "m", "kind": "hold"}, half_way(1), {}, "no_target"),
        (ROAD, half_way(1), {"kind_of_break": "break"}, "break"),
        (ROAD, half_way(1), {"age": 2.5 + EDGE}, "stale"),
        (ROAD | {"cadence": 2.0}, half_way(1), {"age": 5 + EDGE}, "stale"),
        ({"slug": "m", "kind": "reach"}, half_way(1), {"age": 9.0, "kind_of_break": "break"}, "break"),
        ({"slug": "m", "kind": "reach"}, half_way(1), {"age": 9.0}, "stale"),
        ({"slug": "m", "kind": "reach"}, [(2024.5, 1)], {"age": 9.0}, "stale"),
        ({"slug": "m", "kind": "reach"}, [(2024.5, 1)], {}, "one_point"),
        (RISE, half_way(1), {}, "direction_only"),
        (RISE, [(2024.5, 1)], {}, "one_point"),
        (ROAD, half_way(1), {"age": 9.0, "kind_of_break": "break"}, "break"),
    ],
)
def test_grey_says_why_and_the_first_reason_counts(measure, points, more, reason):
    row = propose(measure, points, **more)
    assert (row["proposed"], row["proposed_reason"], row["proposed_towards"]) == ("grey", reason, "")
    assert math.isnan(row["R"])
    assert math.isnan(row["F"])
    assert not row["certainty"]


@pytest.mark.parametrize("more", [{"age": 2.5}, {"kind_of_break": "suspected"}, {"kind_of_break": "minor"}])
def test_late_or_nearly_comparable_figures_still_have_a_colour(more):
    assert propose(ROAD, half_way(1), **more)["proposed"] == "green"


def test_age_is_counted_in_the_measures_own_cadence():
    assert propose(ROAD | {"cadence": 2.0}, half_way(1), age=5.0)["proposed"] == "green"


@pytest.mark.parametrize(
    ("direction", "qualifier", "value", "expected"),
    [
        (1, "over", 1.5, "green"),  # the truth is better than a green
        (1, "over", 0.8, "grey"),
        (1, "over", 0.1, "grey"),
        (1, "under", 1.5, "grey"),
        (1, "under", 0.8, "grey"),
        (1, "under", 0.1, "red"),  # the truth is worse than a red
        (-1, "under", 1.5, "green"),
        (-1, "over", 1.5, "grey"),
        (-1, "over", 0.1, "red"),
        (1, "circa", 0.8, "yellow"),
    ],
)
def test_a_bound_gives_a_colour_it_cannot_change(direction, qualifier, value, expected):
    """A bound gives a colour only when the truth beyond it cannot change it."""
    measure = ROAD | {"direction": direction, "target": {"period": "2026", "value": 2 * direction}}
    row = propose(measure, half_way(direction * value), qualifier=qualifier)
    assert (row["proposed"], row["proposed_reason"] == "bound") == (expected, expected == "grey")


def test_a_bound_on_a_figure_too_old_is_too_old():
    assert propose(ROAD, half_way(0.8), age=3.0, qualifier="over")["proposed_reason"] == "stale"


@pytest.mark.parametrize(
    ("direction", "to", "n", "movement"),
    [
        (1, 52, NAN, "unchanged"),
        (-1, 60, NAN, "unchanged"),
        (1, 51, 10**6, "unchanged"),
        (1, 51.1, 10**6, "up"),
        (-1, 51.1, 10**6, "down"),
        (-1, 48.9, 10**6, "up"),
        (1, 52, 100, "unchanged"),
    ],
)
def test_figures_move_as_the_last_two_points_say(direction, to, n, movement):
    """The figures move up or down beyond epsilon and beyond chance."""
    measure = RISE | {"epsilon": 1.0, "direction": direction, "basis": "survey"}
    points = [(2021.5, 90, 1.0), (2022.5, 50, 1.0), (2023.5, to, 1.0)]
    assert propose(measure, points, n=n)["proposed_movement"] == movement
    assert propose(measure, points[2:], n=n)["proposed_movement"] == ""


def test_direction_alone_is_said_beside_a_target_too():
    row = propose(ROAD, [(2022.5, 0), (2023.5, 0.5), (2024.5, 0.4)])
    columns = ["direction_answer", "direction_colour", "direction_towards", "figures_state"]
    assert row[columns].tolist() == ["better", "green", "yellow", "filled"]
    for grey in (propose(ROAD, half_way(1), age=3.0), propose(ROAD, [(2024.5, 1)])):
        assert grey[columns[:3]].tolist() == ["", "", ""]


@pytest.mark.parametrize(("value", "ratio"), [(200, 1.0), (100 * math.sqrt(2), 0.5), (50, -1.0)])
def test_on_a_log_scale_progress_is_in_doublings(value, ratio):
    measure = ROAD | {"scale": "log", "target": {"period": "2026", "value": 400}}
    assert propose(measure, [(2022.5, 100), (2024.5, value)])["R"] == pytest.approx(ratio)


def test_on_a_log_scale_the_pace_is_in_doublings():
    measure = ROAD | {"scale": "log", "target": {"period": "2026", "value": 800}}
    row = propose(measure, [(2022.5, 100), (2023.5, 150), (2024.5, 200)])
    assert row["F"] == pytest.approx(0.5 * 2 / 2)  # half a doubling a year; two to go in two years


def test_a_milestone_on_a_log_scale_is_reached_in_doublings():
    measure = ROAD | {
        "scale": "log",
        "target": {"period": "2026", "value": 6400},
        "milestones": [{"period": "2024", "value": 1600}],
    }
    assert propose(measure, [(2022.5, 100), (2024.5, 400)])["R"] == pytest.approx(0.5)


def test_a_log_scale_reaches_below_one():
    measure = ROAD | {"scale": "log", "target": {"period": "2026", "value": 0.8}}
    assert propose(measure, [(2022.5, 0.2), (2024.5, 0.4)])["R"] == pytest.approx(1.0)  # one doubling of two


def test_zero_on_a_log_scale_is_a_named_error():
    measure = ROAD | {"scale": "log"}
    for values in ([0, 1], [1, 0], [2, -1]):
        with pytest.raises(
            LightsError, match=r"log scale has no place for zero or negative values \(measured for m-0\)"
        ):
            propose(measure, [(2022.5, values[0]), (2024.5, values[1])])


def test_a_straight_path_agrees_with_the_who_trajectories():
    # WHO, billionaiRe, tests/testthat/test_target_scenarios.R at ecb82c4: seq(68, 99, length.out = 8), 2018-2025
    published = {2019: 72.4285714286, 2020: 76.8571428571, 2021: 81.2857142857, 2024: 94.5714285714, 2025: 99.0}
    for year, expected in published.items():
        assert path_value(year, (2018, 68.0), (2025, 99.0)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("values", "expected"), [((87, 88), 95.3293449649), ((93, 92), 85.2946868133)])
def test_a_pace_that_continues_agrees_with_the_who_projections(values, expected):
    # WHO, billionaiRe, tests/testthat/test_aroc_scenarios.R at ecb82c4: latest annual rate of change, 2017-2018 to 2025
    measure = ROAD | {"scale": "log", "target": {"period": "2025", "value": 99}}
    row = propose(measure, [(2017.5, values[0]), (2018.5, values[1])])
    assert row["projected"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("target", [99, 3])
def test_a_compound_path_ends_at_its_target(target):  # WHO-AROC-target-99 and -3: 68 in 2018, target in 2025
    assert math.exp(path_value(2025, (2018, math.log(68)), (2025, math.log(target)))) == pytest.approx(target)
