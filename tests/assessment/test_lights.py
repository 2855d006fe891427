"""Typed trends, expected verdicts worked out by hand from the limits; published figures carry their source."""

import json
import math
import warnings
from functools import cache
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from analysis.assessment.ambition import ambition_bands, ambition_curve
from analysis.assessment.cases import LightsError
from analysis.assessment.certainty import band, flag
from analysis.assessment.evidence import evidence
from analysis.assessment.goals import distributions, overall, summarise
from analysis.assessment.lights import JudgementDiffersError, assess, better_than_figures, override_rate
from analysis.assessment.limits import LIMITS
from analysis.assessment.proposals import assess_measures, sensitivity
from analysis.assessment.ratios import path_value
from analysis.core.names import UnknownNameError
from analysis.records.strategy import StrategyError
from small import judgements, small_strategy

NAN = math.nan
EDGE = 2e-9  # just outside the tolerance of 1e-9


def trend(points=(), baseline=None, missing="", age=0.0, kind_of_break="", qualifier="", z=NAN, significant=False):
    """One row of the trends, typed: points are (time, value) or (time, value, standard error)."""
    points = tuple((*p, 0.0)[:3] for p in points)
    nothing = (NAN, NAN, NAN)
    latest = points[-1] if points else nothing
    previous = points[-2] if len(points) > 1 else nothing
    first = baseline or (points[0] if points else nothing)
    named = {
        f"{name}_{part}": point[place]
        for name, point in (("baseline", first), ("previous", previous), ("latest", latest))
        for place, part in enumerate(("time", "value", "se"))
    }
    return named | {
        "n_points": len(points),
        "missing": missing or ("" if points else "no_observation"),
        "latest_qualifier": qualifier,
        "z": z,
        "significant": significant,
        "age": age if points else NAN,
        "break_after_baseline": kind_of_break == "break",
        "suspected_break": kind_of_break == "suspected",
        "minor_break": kind_of_break == "minor",
        "points": points,
    }


def trends_of(strategy, rows):
    frame = pd.DataFrame([rows.get(measure, trend()) for measure in strategy.measures.index], strategy.measures.index)
    return frame.join(strategy.measures[["direction", "unit", "kind"]])


# A register measured twice on its way from 0 in mid-2022 to 2 in mid-2026: half-way there the path stands at 1, so that
# the latest value is R itself.
ROAD = {"slug": "m", "basis": "register", "epsilon": 0.0, "target": {"period": "2026", "value": 2}}
RISE = {"slug": "m", "basis": "register", "epsilon": 0.0, "kind": "direction"}
LEVEL = {"slug": "m", "basis": "register", "epsilon": 1.0, "kind": "hold", "target": {"period": "2026", "value": 3}}


def half_way(value, error=0.0):
    return [(2022.5, 0, 0.0), (2024.5, value, error)]


@cache
def promised(measures):
    return small_strategy(json.loads(measures))


def propose_all(measures, rows):
    """What the figures propose for some measures, renamed m-0, m-1 …, with a row of the trends each."""
    named = [measure | {"slug": f"m-{place}"} for place, measure in enumerate(measures)]
    strategy = promised(json.dumps(named))
    return assess_measures(strategy, trends_of(strategy, {f"m-{place}": row for place, row in enumerate(rows)}))


def propose(measure, points, **more):
    return propose_all([measure], [trend(points, **more)]).iloc[0]


def light(row):
    return row["proposed"] + (f">{row['proposed_towards']}" if row["proposed_towards"] else "")


# --- the table of limits ------------------------------------------------------------


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


# --- grey, with its reason ----------------------------------------------------------


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


# --- scale and path -----------------------------------------------------------------


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


# --- certainty ----------------------------------------------------------------------


def share_error(percentage, n):
    return math.sqrt(percentage * (100 - percentage) / (n - 1))


def waves(n):
    return [(2022.5, 26, share_error(26, n)), (2024.5, 30, share_error(30, n))]


CHECK = {"slug": "m", "target": {"period": "2025", "value": 35}}


@pytest.mark.parametrize(
    ("n", "expected", "certainty"),
    [(1000, (0.13, 0.46, 0.41), "borderline"), (4000, (0.01, 0.67, 0.32), "uncertain")],
)
def test_drawn_colours_agree_with_the_method_s_values(n, expected, certainty):
    """The drawn colours agree with the check values of the method."""
    # method, section 7: 26 -> 30 % towards 35 %, 2022 -> 2024 -> 2025
    row = propose(CHECK, waves(n), z=2.0, significant=True)
    assert row["R"] == pytest.approx(0.67, abs=0.005)
    assert row[["p_green", "p_yellow", "p_red"]].tolist() == pytest.approx(expected, abs=0.01)
    assert (row["proposed"], row["certainty"]) == ("yellow", certainty)


def test_error_of_progress_agrees_with_the_method_s_value():
    """The standard error of progress agrees with the check value of the method."""
    assert propose(CHECK, waves(1000))["R_se"] == pytest.approx(0.27, abs=0.005)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (CHECK | {"milestones": [{"period": "2023", "value": 30}]}, (1 / 6.5, 1 / 6.5 * (1 - 4 / 6.5))),
        (CHECK | {"target": {"period": "2024", "value": 34}}, (1 / 8, 1 / 8 * (1 - 4 / 8))),
    ],
)
def test_a_path_past_a_milestone_ignores_baseline_error(measure, expected):
    """Past a milestone and after the deadline the path no longer moves with the baseline."""
    # milestone 30 in 2023.5, target 35 in 2025.5: the path stands at 32.5 in 2024.5, 6.5 above the baseline
    row = propose(measure, [(2022.5, 26, 1.0), (2024.5, 30, 1.0)])
    assert row["R_se"] == pytest.approx(math.hypot(*expected))


def test_the_same_figures_give_the_same_chances_every_time():
    first, second = propose(CHECK, waves(1000)), propose(CHECK, waves(1000))
    assert first[["p_green", "p_yellow", "p_red"]].tolist() == second[["p_green", "p_yellow", "p_red"]].tolist()


def test_the_draws_are_those_of_the_stated_seed_and_number():
    # 26 -> 30 % towards 35 %, two of three years gone: 10 000 draws and their mirror images, counted here anew
    drawn = np.random.default_rng(2025).standard_normal((2, 10_000))
    drawn = np.concatenate([drawn, -drawn], axis=1)
    start, latest = (share + share_error(share, 1000) * z for share, z in zip((26, 30), drawn, strict=True))
    ratio = (latest - start) / (2 / 3 * (35 - start))
    row = propose(CHECK, waves(1000))
    assert (row["p_green"], row["p_red"]) == ((ratio >= 0.95).mean(), (ratio < 0.60).mean())


def test_where_nothing_is_sampled_nothing_is_uncertain():
    row = propose(ROAD, half_way(0.8))
    assert (row["certainty"], math.isnan(row["p_green"])) == ("", True)


def test_an_error_in_the_baseline_alone_makes_a_colour_uncertain():
    row = propose(ROAD, [(2022.5, 0, 0.3), (2024.5, 0.95)])
    assert 0 < row["p_green"] < 1
    assert math.isnan(propose(ROAD, [(2022.5, 0, 0.3), (2024.5, 0.95, NAN)])["p_green"])


def test_a_level_is_held_as_surely_as_the_normal_says():
    """A level is held as surely as the normal distribution says."""
    row = propose(LEVEL | {"target": {"period": "2026", "value": 50}}, [(2023.5, 50, 1.0), (2024.5, 51, 1.0)])
    assert row["p_green"] == pytest.approx(NormalDist().cdf(1), abs=0.01)


def test_the_draws_of_direction_ask_for_significance_too():
    # 26 -> 28 % with standard error 0.91 of the change: significant from 1.79, so in the draws with 59 %
    points = [(2022.5, 26, 0.62), (2023.5, 28, 0.67)]
    row = propose({"slug": "m", "kind": "direction"}, points, z=2.19, significant=True)
    error = math.hypot(0.62, 0.67)
    assert row["p_green"] == pytest.approx(1 - NormalDist(2, error).cdf(1.959964 * error), abs=0.01)
    assert row["p_red"] == pytest.approx(1 - row["p_green"], abs=1e-9)


def test_in_longer_series_the_points_between_are_not_drawn():
    points = [(2021.5, 26, 0.0), (2022.5, 27, 0.0), (2023.5, 30, 1.0)]
    row = propose({"slug": "m", "kind": "direction"}, points, z=3.0, significant=True)
    # mean: 30 - 26 beyond 1.96; last: 30 - 27 beyond 1.96
    assert row["p_green"] == pytest.approx(1 - NormalDist(4, 1).cdf(1.96), abs=0.01)
    # mean: 27 - 26 beyond 1.96; last: 27 - 24 beyond 1.96; one without the other is yellow
    fallen = [(2021.5, 26, 0.0), (2022.5, 24, 0.0), (2023.5, 27, 1.0)]
    row = propose({"slug": "m", "kind": "direction"}, fallen, z=3.0, significant=True)
    either, both = (1 - NormalDist(27, 1).cdf(start + 1.96) for start in (24, 26))
    assert row["p_yellow"] == pytest.approx(either - both, abs=0.01)


def test_the_baseline_is_drawn_where_the_mean_starts():
    """In longer series the baseline is drawn where the mean starts."""
    points = [(2021.5, 26, 1.0), (2022.5, 27, 0.0), (2023.5, 30, 1.0)]
    row = propose({"slug": "m", "kind": "direction"}, points, z=3.0, significant=True)
    # mean: 30 - 26 with standard error 1.414, beyond 1.96 of them
    assert row["p_green"] == pytest.approx(1 - NormalDist(4, math.sqrt(2)).cdf(1.96 * math.sqrt(2)), abs=0.01)


def test_one_point_is_drawn_once_as_baseline_and_latest():
    """A single measurement is drawn once as baseline and latest."""
    measure = ROAD | {"target": {"period": "2023", "value": 1}}  # deadline passed, not met, nothing closed
    row = propose(measure, [(2024.5, 0, 1.0)])
    assert row["p_yellow"] == 0


def test_on_a_log_scale_values_are_drawn_in_proportion():
    measure = ROAD | {"scale": "log", "target": {"period": "2026", "value": 400}}
    row = propose(measure, [(2022.5, 100, 0.0), (2024.5, 200 * 2**-0.05, 20.0)])  # R = 0.95
    assert row["p_green"] == pytest.approx(0.5, abs=0.01)
    slow = propose(measure, [(2022.5, 100, 0.0), (2024.5, 100 * 2**0.5, 20.0)])  # R = 0.5; log error 0.1414, 0.1 away
    assert slow["p_red"] == pytest.approx(NormalDist().cdf(0.1 * math.log(2) / (20 / (100 * 2**0.5))), abs=0.01)


def test_the_flag_follows_the_chance_of_the_colour_shown():
    chances = np.array([1.0, 0.80, 0.80 - EDGE, 0.50, 0.50 - EDGE, 0.0, NAN])
    expected = ["robust", "robust", "uncertain", "uncertain", "borderline", "borderline", ""]
    assert flag(chances).tolist() == expected


def test_chances_fall_in_five_bands():
    edges = [0.10 - EDGE, 0.10, 0.33 - EDGE, 0.33, 0.66 - EDGE, 0.66, 0.90 - EDGE, 0.90, NAN]
    names = ["very_unlikely", "unlikely", "about_even", "likely", "very_likely"]
    assert band(np.array(edges)).tolist() == [*[name for name in names for _ in range(2)][1:-1], ""]


def test_two_survey_waves_give_an_indicative_chance():
    """Two survey waves give an indicative chance of the target."""
    # 30 + 2 a year for a year = 32; error of the ends: sqrt((1.5 * 1.4499)^2 + (0.5 * 1.3878)^2) = 2.283
    row = propose(CHECK, waves(1000))
    assert row["projected"] == pytest.approx(32)
    assert row["p_target"] == pytest.approx(
        NormalDist(32, 2.2829).cdf(math.inf) - NormalDist(32, 2.2829).cdf(35), abs=1e-4
    )
    assert (row["p_target_band"], row["p_target_indicative"]) == ("very_unlikely", True)


def test_a_chance_is_given_however_small_the_sampling_error():
    # 10 + 2 a year for a year = 12; error of the ends: 0.2 * sqrt(1.5^2 + 0.5^2) = 0.3162; 12.3 lies 0.9487 of it off
    points = [(2022.5, 6, 0.2), (2024.5, 10, 0.2)]
    row = propose(ROAD | {"basis": "survey", "target": {"period": "2025", "value": 12.3}}, points)
    assert row["p_target"] == pytest.approx(1 - NormalDist().cdf(0.3 / (0.2 * math.sqrt(2.5))))


FOUR = [(2021.5, 0), (2022.5, 1), (2023.5, 3), (2024.5, 4)]


def test_four_register_points_give_a_chance_by_their_pace():
    """Four register points give a chance by their unsteady pace."""
    # pace 4/3, variance of the changes 1/3, over one year 1/3 * (1 + 1/3) = (2/3)^2; 16/3 misses 6 by one of these;
    # Student's t with 2 degrees of freedom: 1/2 - 1 / (2 sqrt 3)
    row = propose(ROAD | {"target": {"period": "2025", "value": 6}}, FOUR)
    assert row["p_target"] == pytest.approx(0.5 - 1 / (2 * math.sqrt(3)))
    assert (row["p_target_band"], row["p_target_indicative"]) == ("unlikely", False)


def test_the_larger_of_sampling_and_unsteadiness_is_the_error():
    # sampling: (4/3 * 3)^2 + 0 = 4^2, above (2/3)^2: one sixth of a standard error away
    points = [*FOUR[:3], (2024.5, 4, 3.0)]
    row = propose(ROAD | {"target": {"period": "2025", "value": 6}}, points)
    t = -(2 / 3) / 4
    assert row["p_target"] == pytest.approx(0.5 + t / (2 * math.sqrt(2 + t * t)))


def test_chances_of_registers_need_four_points():
    """Registers below four points give no chance and a steady pace a certain one."""
    assert math.isnan(propose(ROAD, FOUR[1:])["p_target"])
    assert propose(ROAD, FOUR[1:])["p_target_band"] == ""
    steady = [(2021.5 + year, year / 2) for year in range(4)]
    reached, missed = (ROAD | {"target": {"period": "2025", "value": value}} for value in (2, 2.1))
    assert (propose(reached, steady)["p_target"], propose(missed, steady)["p_target"]) == (1, 0)


@pytest.mark.parametrize(
    ("measure", "points", "more"),
    [
        (LEVEL, FOUR, {}),
        (ROAD | {"target": {"period": "2024", "value": 9}}, FOUR, {}),
        (ROAD, FOUR, {"age": 3.0}),
        (ROAD, [(2024.5, 1, 1.0)], {}),
    ],
)
def test_without_target_ahead_or_pace_there_is_no_chance(measure, points, more):
    """Without a target ahead or a pace there is no chance to give."""
    row = propose(measure, points, **more)
    assert math.isnan(row["p_target"])
    assert math.isnan(row["projected"])


# --- sensitivity and ambition -------------------------------------------------------


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (0.90, ["green", "yellow", "yellow", False]),
        (0.90 - EDGE, ["yellow", "yellow", "yellow", True]),
        (0.95, ["green", "green", "yellow", False]),
        (0.95 - EDGE, ["green", "yellow", "yellow", False]),
        (0.60, ["yellow", "yellow", "red", False]),
        (0.60 - EDGE, ["yellow", "red", "red", False]),
        (1.00, ["green", "green", "green", True]),
        (1.00 - EDGE, ["green", "green", "yellow", False]),
        (0.65, ["yellow", "yellow", "yellow", True]),
        (0.65 - EDGE, ["yellow", "yellow", "red", False]),
        (0.55, ["yellow", "red", "red", False]),
        (0.55 - EDGE, ["red", "red", "red", True]),
    ],
)
def test_moving_the_limits_shows_what_depends_on_them(ratio, expected):
    """Moving the limits by five hundredths shows what hangs on them."""
    strategy = small_strategy([ROAD])
    row = sensitivity(strategy, trends_of(strategy, {"m": trend(half_way(ratio))})).loc["m"]
    assert row[["lower", "proposed", "higher", "stable"]].tolist() == expected


ACCESS = {"slug": "m", "kind": "reach", "epsilon": 1.0, "minimum": 0, "maximum": 100}


def ambition(of, measure, points, target_period="2025", baseline=None, **more):
    strategy = small_strategy([measure])
    trends = trends_of(strategy, {"m": trend(points, baseline)})
    return of(trends.loc["m"], target_period, strategy.measure("m"), **more)


def test_ambitions_for_2025_of_26_to_28_per_cent():
    """The ambitions for 2025 that make 26 to 28 per cent green yellow and red."""
    # a third of the way from 2022 to 2025 is gone: 26 + 2 / (0.95 / 3) = 32.3 and 26 + 2 / (0.60 / 3) = 36
    bands = ambition(ambition_bands, ACCESS, [(2022.5, 26, 0.62), (2023.5, 28, 0.67)])
    assert bands["colour"].tolist() == ["green", "yellow", "red"]
    assert bands["easiest"].tolist() == pytest.approx([0, 26 + 6 / 0.95, 36])
    assert bands["hardest"].tolist() == pytest.approx([26 + 6 / 0.95, 36, 100])


def test_where_lower_is_better_easy_ambitions_are_the_high_ones():
    measure = ACCESS | {"direction": -1}
    bands = ambition(ambition_bands, measure, [(2022.5, 74), (2023.5, 72)])
    assert bands["easiest"].tolist() == pytest.approx([100, 74 - 6 / 0.95, 64])
    assert bands["hardest"].tolist() == pytest.approx([74 - 6 / 0.95, 64, 0])


def test_on_a_log_scale_the_ambitions_multiply():
    measure = ACCESS | {"scale": "log", "minimum": None, "maximum": None, "basis": "register"}
    bands = ambition(ambition_bands, measure, [(2022.5, 100), (2023.5, 200)])
    assert bands["hardest"].tolist()[:2] == pytest.approx([100 * 2 ** (3 / 0.95), 100 * 2**5])
    assert bands["hardest"].iloc[-1] == math.inf


def test_the_wrong_way_is_red_for_every_ambition_ahead():
    """A figure that went the wrong way is red for every ambition above the baseline."""
    bands = ambition(ambition_bands, ACCESS, [(2022.5, 28), (2023.5, 26)])
    assert list(bands.itertuples(index=False, name=None)) == [("green", 0, 26), ("red", 26, 100)]


@pytest.mark.parametrize("period", ["2023", "2023Q1"])
def test_a_deadline_already_passed_makes_the_closed_share_decide(period):
    bands = ambition(ambition_bands, ACCESS | {"epsilon": 0}, [(2022.5, 26), (2023.5, 28)], period)
    assert bands["colour"].tolist() == ["green", "yellow", "red"]
    assert bands["hardest"].tolist() == pytest.approx([28, 26 + 2 / 0.60, 100])


@pytest.mark.parametrize(
    ("points", "baseline"), [([], None), ([(2023.5, 28)], None), ([(2023.5, 28)], (2023.5, 26, 0.0))]
)
def test_without_two_points_no_ambition_has_a_colour(points, baseline):
    """Without two measurements no ambition above them has a colour."""
    with warnings.catch_warnings(action="error"):
        bands = ambition(ambition_bands, ACCESS, points, baseline=baseline)
    assert bands["colour"].iloc[-1] == "grey"


def test_a_curve_has_colour_progress_and_chances():
    """The ambition curve has colour progress and chances for every target."""
    points = [(2022.5, 26, 0.62), (2023.5, 28, 0.67)]
    curve = ambition(ambition_curve, ACCESS, points, targets=[27, 32, 35, 40])
    assert curve["colour"].tolist() == ["green", "green", "yellow", "red"]
    assert curve["R"].iloc[1:].tolist() == pytest.approx([1.0, 2 / 3, 2 / 4.666667], abs=1e-6)
    assert curve[["p_green", "p_yellow", "p_red"]].sum(axis=1).tolist() == pytest.approx([1] * 4)
    assert curve["p_red"].is_monotonic_increasing


def test_by_default_a_curve_runs_from_baseline_into_red():
    """Left to itself the ambition curve runs from the baseline well into red."""
    curve = ambition(ambition_curve, ACCESS, [(2022.5, 26), (2023.5, 28)])
    assert (curve["target"].iloc[0], curve["target"].iloc[-1], len(curve)) == (26, 41, 101)
    assert [colour for colour, _ in curve.groupby("colour", sort=False)] == ["green", "yellow", "red"]


def test_an_ambition_without_figures_is_grey_with_the_reason():
    nothing = ambition(ambition_curve, ACCESS, [])
    assert (set(nothing["reason"]), nothing["target"].min(), nothing["target"].max()) == ({"no_observation"}, 0, 1.5)
    assert set(ambition(ambition_curve, ACCESS, [(2023.5, 28)], targets=[40])["reason"]) == {"one_point"}


# --- evidence -----------------------------------------------------------------------

SAMPLE = {"slug": "m", "target": {"period": "2026", "value": 19.6}}


def line(name, measure=SAMPLE, points=None, **more):
    strategy = small_strategy([measure])
    points = half_way(5, 1.0) if points is None else points
    return evidence(strategy, trends_of(strategy, {"m": trend(points, **more)})).loc["m", name]


@pytest.mark.parametrize(("count", "grade"), [(5, "A"), (4, "A"), (3, "B"), (2, "C"), (1, "D")])
def test_evidence_by_number_of_comparable_points(count, grade):
    assert line("points", points=[(2020.5 + year, 5, 1.0) for year in range(count)]) == grade


@pytest.mark.parametrize(
    ("age", "grade"),
    [(0, "A"), (1, "A"), (1 + EDGE, "B"), (1.5, "B"), (1.5 + EDGE, "C"), (2.5, "C"), (2.5 + EDGE, "D"), (9, "D")],
)
def test_evidence_by_age_in_cadences(age, grade):
    assert line("age", age=age) == grade
    assert line("age", SAMPLE | {"cadence": 2.0}, age=2 * age) == grade


@pytest.mark.parametrize(
    ("error", "grade"),
    [(2.5, "A"), (2.5 + 1e-7, "B"), (5, "B"), (5 + 1e-7, "C"), (10, "C"), (10 + 1e-7, "D"), (NAN, "D")],
)
def test_evidence_by_the_margin_against_the_way_to_go(error, grade):  # 1.96 * error against 19.6
    assert line("precision", points=half_way(5, error)) == grade


def test_the_way_to_go_is_asked_of_samples_on_their_way_only():
    assert line("precision", SAMPLE | {"basis": "register"}, half_way(5)) == "A"
    assert line("precision", SAMPLE | {"kind": "hold"}) == ""
    assert line("precision", {"slug": "m", "kind": "direction"}) == ""
    assert line("precision", {"slug": "m", "kind": "reach"}) == ""


@pytest.mark.parametrize(
    ("basis", "grade"),
    [
        *(("register", "A"), ("census", "A"), ("survey", "A")),
        *(("survey-low-response", "B"), ("self-report", "C"), ("judgement", "D")),
    ],
)
def test_evidence_by_source(basis, grade):
    assert line("source", SAMPLE | {"basis": basis}) == grade


@pytest.mark.parametrize(("kind", "grade"), [("", "A"), ("minor", "B"), ("suspected", "C"), ("break", "D")])
def test_evidence_by_comparability(kind, grade):
    assert line("comparability", kind_of_break=kind) == grade


@pytest.mark.parametrize(("status", "grade"), [("adopted", "A"), ("interpreted", "B"), ("working", "C")])
def test_evidence_by_the_standing_of_the_target(status, grade):
    assert line("target", SAMPLE | {"target": {"period": "2026", "value": 19.6, "status": status}}) == grade


def test_a_target_is_asked_of_all_but_direction():
    assert line("target", {"slug": "m", "kind": "reach"}) == "D"
    assert line("target", {"slug": "m", "kind": "direction"}) == ""


def test_the_worst_line_decides_and_is_named():
    measure = SAMPLE | {"basis": "survey-low-response"}
    four = [(2021.5 + year, 5, 1.0) for year in range(4)]
    assert (line("grade", points=four), line("grade_reasons", points=four)) == ("A", ())
    assert (line("grade", measure, four), line("grade_reasons", measure, four)) == ("B", ("source",))
    assert line("grade_reasons", measure, half_way(5, 7.0)) == ("points", "precision")


def test_nothing_measured_has_no_grade():
    assert (line("grade", points=[]), line("grade_reasons", points=[])) == ("", ())


def test_grade_d_never_gives_green_but_other_colours():
    """Grade d never gives an automatic green but leaves other colours."""
    judged = ROAD | {"basis": "judgement"}
    row = propose(judged, half_way(1))
    assert row[["proposed", "proposed_towards", "proposed_reason", "grade"]].tolist() == ["grey", "", "grade_d", "D"]
    assert [propose(judged, half_way(value))["proposed"] for value in (0.8, 0.1)] == ["yellow", "red"]


# --- indicators ---------------------------------------------------------------------


def small(values, subgoals=("1A",), **shared):
    """A strategy of one measure an indicator (id -> value half-way, or None) and its trends."""
    measures = [
        ROAD | {"slug": f"m-{place}", "indicator": item.split("/")[0]} | shared for place, item in enumerate(values)
    ]
    strategy = small_strategy(measures, subgoals)
    rows = {f"m-{place}": trend(half_way(value)) for place, value in enumerate(values.values()) if value is not None}
    return strategy, trends_of(strategy, rows)


def lights_of(values, subgoals=("1A",), **judged):
    strategy, trends = small(values, subgoals)
    return assess(strategy, trends, judgements(strategy, **judged))


GREEN, GREEN_DOWN, YELLOW_UP, YELLOW, YELLOW_DOWN, RED_UP, RED = 1.5, 1.0, 0.9, 0.8, 0.65, 0.55, 0.1


def test_an_indicator_is_its_weakest_assessed_measure():
    order = [RED, RED_UP, YELLOW_DOWN, YELLOW, YELLOW_UP, GREEN_DOWN, GREEN]
    for weaker, better in pairwise(order):
        lights = lights_of({"1.1/a": better, "1.1/b": weaker})
        assert lights.loc["1.1", "measure"] == "m-1"


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


def test_strangers_are_named_where_two_tables_meet():
    strategy, trends = small({"1.1": GREEN})
    with pytest.raises(UnknownNameError, match="'m-0' stands in the strategy but not in the trends"):
        assess(strategy, trends.drop("m-0"), judgements(strategy))
    with pytest.raises(UnknownNameError, match=r"'m-9' stands in the trends but not in the strategy.*'m-0'"):
        assess(strategy, trends.rename({"respondents": "m-9"}), judgements(strategy))
    with pytest.raises(UnknownNameError, match="'1A' stands in the strategy but not in the judgements"):
        assess(strategy, trends, judgements(strategy).drop("1A"))
    with pytest.raises(UnknownNameError, match="'1B' stands in the judgements but not in the strategy"):
        assess(strategy, trends, judgements(strategy).rename({"1A": "1B"}))


# --- goals --------------------------------------------------------------------------


def propose_goal(*lights, critical=()):
    pairs = [(*light.split(">"), "")[:2] for light in lights]
    return summarise([colour for colour, _ in pairs], [towards for _, towards in pairs], critical)


@pytest.mark.parametrize(
    ("light", "score"),
    [
        *(("green", 5), ("green>yellow", 2.5), ("yellow>green", 1.25), ("yellow", 0.5)),
        *(("yellow>red", 0.5), ("red>yellow", -4), ("red", -4)),
    ],
)
def test_each_light_has_its_score(light, score):
    assert propose_goal(light).score == score


@pytest.mark.parametrize(
    ("lights", "score", "expected"),
    [
        (["green>yellow"], 2.5, "green"),
        (["green", "yellow>green", "yellow>green"], 2.5, "green"),
        (["green", "green>yellow", "yellow"], 8 / 3, "green"),
        (["green", "yellow>green", "yellow"], 2.25, "yellow"),
        (["green", "red", "yellow"], 0.5, "yellow"),
        (["yellow", "yellow", "green>yellow", "yellow", "red"], 0.0, "yellow"),
        (["yellow", "yellow", "yellow", "yellow>green", "red"], -0.25, "red"),
    ],
)
def test_the_mean_score_proposes_the_goals_colour(lights, score, expected):
    summary = propose_goal(*lights)
    assert (summary.score, summary.proposed) == (pytest.approx(score), expected)


def test_just_below_a_limit_a_goal_is_not_as_good():
    # means of 2.49375 and -0.25 / 34; 25 of 42 assessed; 60 of 121 red
    assert propose_goal(*["green>yellow"] * 199, "yellow>green").proposed == "yellow"
    assert propose_goal(*["yellow"] * 29, "yellow>green", *["red"] * 4).proposed == "red"
    assert propose_goal(*["green"] * 25, *["grey"] * 17).proposed == "grey"
    assert propose_goal(*["green"] * 61, *["red"] * 60).proposed == "yellow"


def test_half_red_is_red_however_green_the_rest():
    assert propose_goal("red", "green").proposed == "red"
    assert propose_goal("red", "green", "green").proposed == "yellow"
    assert propose_goal("red", "green", "grey").proposed == "red"


def test_a_critical_red_leaves_at_most_yellow():
    lights = ["red", *["green"] * 5]  # (25 - 4) / 6 = 3.5
    assert propose_goal(*lights).proposed == "green"
    assert propose_goal(*lights, critical=[True] + [False] * 5).proposed == "yellow"
    assert propose_goal(*lights, critical=[False] + [True] * 5).proposed == "green"
    assert propose_goal("red", "red", critical=[True, False]).proposed == "red"


def test_below_sixty_per_cent_assessed_the_basis_is_thin():
    assert propose_goal("green", "green", "green", "grey", "grey").proposed == "green"
    thin = propose_goal("green", "green", "green", "green", "grey", "grey", "grey")  # 57 %
    assert (thin.proposed, thin.reason, thin.score) == ("grey", "thin_basis", 5)
    assert propose_goal().proposed == "grey"


def test_the_distribution_comes_first():
    summary = propose_goal("green", "green>yellow", "red", "grey", "yellow")
    assert summary[:5] == (2, 1, 1, 1, "red")
    assert propose_goal("grey").worst == ""


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


def test_distributions_show_goals_and_the_strategy():
    """Distributions show both rows of every goal and the goals of the strategy."""
    strategy, trends = small({"1.1": GREEN, "1.2": RED, "1.3": None}, ("1A", "1B"))
    lights = assess(strategy, trends, judgements(strategy, **{"1A": {"colour": "yellow", "towards": "green"}}))
    rows = distributions(strategy, lights)
    assert rows.loc[("goal-1", "indicators"), ["green", "yellow", "red", "grey"]].tolist() == [1, 0, 1, 1]
    assert rows.loc[("goal-1", "indicators"), ["worst", "score", "proposed"]].tolist() == ["red", 0.5, "red"]
    assert rows.loc[("goal-1", "subgoals"), ["yellow", "grey", "score", "reason"]].tolist() == [
        1,
        1,
        1.25,
        "thin_basis",
    ]
    assert rows.loc[("strategy", "goals"), ["red", "worst"]].tolist() == [1, "red"]


# --- judgement ----------------------------------------------------------------------


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
    lights = lights_of({"1.1": YELLOW_DOWN}, **{"1.1": {"colour": "yellow", "towards": "red"}})
    assert not lights.loc["1.1", "weak"]


def test_differing_without_a_reason_names_every_item():
    cells = {"1.1": {"colour": "yellow"}, "1.2": {"colour": "yellow"}}
    with pytest.raises(JudgementDiffersError) as caught:
        lights_of({"1.1": GREEN, "1.2": RED, "1.3": GREEN}, **cells, **{"1.3": {"colour": "green"}})
    message = str(caught.value)
    assert message.splitlines() == [
        "item '1.1': judged yellow, but the figures propose green; give reason_code and reason [judgements]",
        "item '1.2': judged yellow, but the figures propose red; give reason_code and reason [judgements]",
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


# --- bad promises are refused at load -----------------------------------------------


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (ROAD | {"direction": None}, "direction: is missing"),
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


# --- what always holds --------------------------------------------------------------

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


def examined(points):
    """Say of the last change what the test of a survey would: z and whether it is significant."""
    spread = math.hypot(points[-1][2], points[-2][2]) if len(points) > 1 else 0.0
    if not spread:
        return {}
    z = (points[-1][1] - points[-2][1]) / spread
    return {"z": z, "significant": abs(z) >= 1.959964}


@settings(max_examples=50, deadline=None)
@given(measure, target, series, error, draw.sampled_from([7.0, -13.0, 100.0]), draw.sampled_from([1, -1]))
def test_shifts_and_complements_change_no_colour(measure, target, values, error, shift, flip):
    """Shifts and complements change neither progress nor colour."""
    points = yearly(values, error), yearly([flip * v + shift for v in values], error)
    measures = promise(measure, target), promise(measure, target, shift, flip)
    _, (plain, moved) = zip(*propose_all(measures, [trend(p, **examined(p)) for p in points]).iterrows(), strict=True)
    same = ["proposed", "proposed_towards", "proposed_reason", "proposed_movement", "certainty", "grade"]
    assert plain[same].tolist() == moved[same].tolist()
    assert plain[["R", "F"]].tolist() == pytest.approx(moved[["R", "F"]].tolist(), nan_ok=True)


@settings(max_examples=50, deadline=None)
@given(measure, target, series, error, draw.integers(1, 40).map(lambda number: number / 4))
def test_a_better_latest_value_never_worsens_a_colour(measure, target, values, error, gain):
    better = [*values[:-1], values[-1] + measure["direction"] * gain]
    start = (2024.5 - len(values), values[0], error)  # stated, so that the latest value is not the baseline too
    points = yearly(values, error), yearly(better, error)
    rows = [trend(p, baseline=start, **examined(p)) for p in points]
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
    assert row["direction_colour"] in {"green", "yellow", "red", "grey"}
    assert row["certainty"] in {"", "robust", "uncertain", "borderline"}


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
