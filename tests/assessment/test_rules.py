"""The rules of a colour, with verdicts worked out by hand from the limits; published figures carry their source."""

import math

import pytest
from typed_trends import (
    EDGE,
    LEVEL,
    NAN,
    RISE,
    ROAD,
    half_way,
    light,
    propose,
)

from analysis.assessment.cases import LightsError
from analysis.assessment.ratios import path_value


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (1.0700, "green"),
        (1.0200, "green>yellow"),
        (1.0200 + EDGE, "green"),
        (0.9500, "green>yellow"),
        (0.95 - 0.9e-9, "green>yellow"),
        (0.95 - EDGE, "yellow>green"),
        (0.8800, "yellow>green"),
        (0.88 - EDGE, "yellow"),
        (0.67 + EDGE, "yellow"),
        (0.6700, "yellow>red"),
        (0.6000, "yellow>red"),
        (0.60 - 0.9e-9, "yellow>red"),
        (0.60 - EDGE, "red>yellow"),
        (0.5300, "red>yellow"),
        (0.53 - EDGE, "red"),
        (0.0001, "red"),
        (-0.500, "red"),
    ],
)
def test_progress_decides_colour_and_tendency_of_two_points(ratio, expected):
    """Progress decides colour and with two points its nearness the tendency."""
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
    ("epsilon", "more", "error", "weak"),
    [
        (0.65 - EDGE, {}, 0.0, False),
        (0.65, {}, 0.0, True),
        (0.0, {"z": 1.9, "significant": False}, 0.1, True),
        (0.0, {"z": 2.1, "significant": True}, 0.1, False),
        (0.0, {}, NAN, True),
    ],
)
def test_a_tendency_is_weak_by_a_small_or_untested_change(epsilon, more, error, weak):
    """A tendency is weak when the last change is within epsilon or not significant."""
    row = propose(ROAD | {"epsilon": epsilon}, half_way(0.65, error), **more)
    assert (light(row), row["proposed_weak"]) == ("yellow>red", weak)


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


def test_one_point_has_a_colour_only_after_the_deadline():
    """A single measurement after the deadline is a missed deadline but before it no colour."""
    late = propose(ROAD | {"target": {"period": "2023", "value": 1}}, [(2024.5, 0)])
    early = propose(ROAD, [(2024.5, 0)])
    assert (light(late), light(early), early["proposed_reason"]) == ("red", "grey", "one_point")


def test_a_series_not_past_its_baseline_is_one_point():
    """A series that has not moved past its baseline is one point."""
    row = propose(ROAD, half_way(0.9), baseline=(2024.5, 0.9, 0))
    assert (light(row), row["proposed_reason"]) == ("grey", "one_point")


def test_without_a_baseline_value_there_is_no_progress():
    """Without a value at the baseline there is no progress to measure."""
    row = propose(ROAD, half_way(0.9), baseline=(2021.5, NAN, NAN))
    assert (light(row), row["proposed_reason"]) == ("grey", "no_baseline")


def test_a_target_met_by_one_point_is_no_green():
    """A target met by a single measurement is met though one point is too thin for green."""
    row = propose(ROAD, [(2024.5, 2)])
    assert (row["rule"], row["proposed"]) == ("grade_d", "grey")


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(2023.5, 3), (2024.5, 3)], "green"),
        ([(2023.5, 3), (2024.5, 3 - 0.9e-9)], "green"),
        ([(2023.5, 3), (2024.5, 3 - EDGE)], "red"),
        ([(2023.5, 5), (2024.5, 4)], "green"),  # down by epsilon
        ([(2023.5, 5), (2024.5, 4 - EDGE)], "green>yellow"),
        ([(2023.5, 1), (2024.5, 2)], "red"),  # up by epsilon
        ([(2023.5, 1), (2024.5, 2 + EDGE)], "yellow"),
    ],
)
def test_a_level_to_hold_is_met_or_approached_or_not(points, expected):
    assert light(propose(LEVEL, points)) == expected


@pytest.mark.parametrize(("z", "expected"), [(-1.28155156554, "green"), (-1.28155157, "green>yellow")])
def test_a_tested_fall_is_adverse_below_ten_per_cent_one_sided(z, expected):  # 10 % one-sided lies at z = -1.28155
    points = [(2023.5, 5, 0.1), (2024.5, 4.5, 0.1)]
    assert light(propose(LEVEL, points, z=z)) == expected


def test_an_untested_fall_within_epsilon_is_not_adverse():
    """An untested fall within epsilon is not adverse whatever its z."""
    assert light(propose(LEVEL, [(2023.5, 5), (2024.5, 4.5)], z=-5.0)) == "green"


@pytest.mark.parametrize(
    ("epsilon", "error", "rule"),
    [
        (2.0, 0.0, "on_path"),
        (2 + EDGE, 0.0, "not_met"),
        (0.0, 1.0, "on_path"),
        (0.0, 1 + EDGE, "approaching"),
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
    ("values", "expected"),
    [
        ([0, 1], "red"),  # up by epsilon is not good
        ([0, 1 + EDGE], "green"),
        ([0, 5, 5], "green>yellow"),
        ([0, 3, 5], "green"),
        ([5, 0, 5], "yellow"),
        ([5, 5, 5], "red"),
        ([5, 4, 3], "red"),
    ],
)
def test_direction_asks_for_a_good_mean_and_a_good_last_change(values, expected):
    points = [(2024.5 - len(values) + place, value) for place, value in enumerate(values)]
    assert light(propose(RISE | {"epsilon": 1.0}, points)) == expected


def test_two_points_that_agree_only_by_half_are_yellow():
    fast_but_small = [(2024.0, 0), (2024.5, 0.9)]
    slow_but_large = [(2022.5, 0), (2024.5, 1.5)]
    assert {light(propose(RISE | {"epsilon": 1.0}, points)) for points in (fast_but_small, slow_but_large)} == {
        "yellow"
    }


@pytest.mark.parametrize(
    ("value", "significant", "expected"),
    [(9.7998199227, True, "green"), (9.7998199, True, "yellow"), (9.8, False, "green>yellow"), (9.79, False, "red")],
)
def test_for_survey_shares_good_is_also_significant(value, significant, expected):
    # the mean change from first to last of three points has standard error 5: 1.95996398454 of them are 9.7998199227
    points = [(2022.5, 0, 3.0), (2023.5, 5, 1.0), (2024.5, value, 4.0)]
    assert light(propose(RISE, points, z=2.0, significant=significant)) == expected


def test_two_survey_waves_are_good_by_their_own_test_alone():
    points = [(2022.5, 26, 3.0), (2023.5, 28, 4.0)]
    assert light(propose(RISE, points, z=2.19, significant=True)) == "green"
    assert light(propose(RISE, points, z=1.69, significant=False)) == "red"


def test_a_single_measurement_has_no_direction():
    row = propose(RISE, [(2024.5, 7)])
    assert (light(row), row["proposed_reason"]) == ("grey", "one_point")


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
        ({"slug": "m", "kind": "reach"}, half_way(1), {"age": 9.0, "kind_of_break": "break"}, "no_target"),
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


def test_without_a_target_grey_has_movement_and_direction():
    """Without a target the colour is grey but movement and direction are shown."""
    measure = {"slug": "m", "kind": "reach", "epsilon": 1.0}  # 26 -> 28 per cent, z = 2.19 (report of Q1 2024)
    row = propose(measure, [(2022.5, 26, 0.62), (2023.5, 28, 0.67)], z=2.19, significant=True)
    assert row[["proposed", "proposed_reason", "proposed_movement", "direction_colour"]].tolist() == [
        *("grey", "no_target", "up", "green")
    ]


@pytest.mark.parametrize(
    ("direction", "change", "significant", "movement"),
    [
        (1, 2.0, True, "up"),
        (-1, 2.0, True, "down"),
        (-1, -2.0, True, "up"),
        (1, 1.0, True, "unchanged"),
        (-1, 1.0, True, "unchanged"),
        (-1, 1 + EDGE, True, "down"),
        (1, 1 + EDGE, True, "up"),
        (1, 2.0, False, "unchanged"),
    ],
)
def test_figures_move_beyond_epsilon_and_beyond_chance(direction, change, significant, movement):
    """The figures move up or down beyond epsilon and beyond chance."""
    measure = RISE | {"epsilon": 1.0, "direction": direction}
    points = [(2022.5, 0, 1.0), (2023.5, change, 1.0)]
    assert propose(measure, points, z=2.0, significant=significant)["proposed_movement"] == movement
    assert propose(measure, points[1:])["proposed_movement"] == ""


def test_direction_alone_is_said_beside_a_target_too():
    row = propose(ROAD, [(2022.5, 0), (2023.5, 0.5), (2024.5, 0.5)])
    assert row[["direction_colour", "direction_towards"]].tolist() == ["green", "yellow"]
    for grey in (propose(ROAD, half_way(1), age=3.0), propose(ROAD, [(2024.5, 1)])):
        assert grey[["direction_colour", "direction_towards"]].tolist() == ["grey", ""]


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
