"""Limits, rules and icons of process charts, by hand; the examples of NHS England are in tests/cases."""

import numpy as np
import pytest

from analysis.statistics import process_charts
from typed_cases import cases


def test_an_outlier_widens_the_limits_unless_screened():
    """An outlier widens the limits only when it is not screened; the outer thirds begin at two thirds of them."""
    # ranges 1 (six) and 20, 20: mean 5.75, twenty is above 3.267 of it; without them the mean range is 1
    values = [10, 11, 10, 11, 31, 11, 10, 11, 10]
    screened, plain = process_charts.xmr_limits(values), process_charts.xmr_limits(values, screen_outliers=False)
    assert (screened.upper - screened.mean, plain.upper - plain.mean) == pytest.approx((2.66, 2.66 * 46 / 8))
    thirds = screened.inner_upper - screened.mean, screened.mean - screened.inner_lower
    assert thirds == pytest.approx((2.66 * 2 / 3, 2.66 * 2 / 3))


@pytest.mark.parametrize(("jump", "mean_range"), [(4.36, (9 + 4.36) / 10), (4.38, 1.0)])
def test_a_moving_range_above_3_267_means_is_an_outlier(jump, mean_range):
    # nine ranges of one and a jump: 4.3672 is 3.267 times the mean of the ten
    values = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1 + jump]
    limits = process_charts.xmr_limits(values)
    assert limits.upper - limits.mean == pytest.approx(2.66 * mean_range)


def test_a_moving_range_of_just_3_267_means_is_an_outlier():
    # NHS England's own code keeps what is below it: eleven ranges with a mean of 1000, one of them 3267
    steps = [*[773] * 7, *[774] * 3, 3267]
    limits = process_charts.xmr_limits(np.cumsum([0, *(step * (-1) ** place for place, step in enumerate(steps))]))
    assert limits.upper - limits.mean == pytest.approx(2.66 * 773.3)


@pytest.mark.parametrize("points", [12, 13, 24])
def test_constant_series_are_common_cause(points):
    """All constant series of one decimal up to 200, whatever the binary form of their mean."""
    values = np.repeat(np.arange(0, 2000)[:, None] / 10, points, axis=1)
    assert set(process_charts.variation(values, 1)) == {"common_cause"}
    limits = process_charts.xmr_limits(values)
    assert set(process_charts.assurance(limits.lower, limits.upper, values[:, 0], 1)) == {"inconsistent"}


def test_equal_values_of_another_binary_form_are_constant():
    values = [0.3, 0.1 + 0.2] * 5 + [0.3, 0.1 + 0.2]  # the latter is 0.30000000000000004
    assert process_charts.variation(values, -1) == "common_cause"
    assert process_charts.trend_ends(np.cumsum([0.1] * 12) * 0 + 0.1 * 3).tolist() == [0] * 12


def test_a_change_in_the_last_decimal_is_no_rounding():
    assert process_charts.variation([1000.0] * 11 + [1000.1], 1) == "improvement"


def test_steady_processes_are_marked_as_often_as_stated():
    """Per cent of independent normal series: by the icon, and anywhere among 12 and 24 points."""
    drawn = np.random.default_rng(11).normal(size=(20_000, 24))
    found = [
        (process_charts.xmr_rules(drawn[:, :points]).special != 0, stated) for points, stated in ((12, 7), (24, 19))
    ]
    for marks, stated in found:
        assert 100 * marks.any(axis=1).mean() == pytest.approx(stated, abs=0.8)
        assert 1.2 <= 100 * marks[:, -1].mean() <= 1.8


def test_a_point_between_two_runs_goes_with_the_later():
    assert process_charts.backfill([0, 0, 1, 0, -1], length=3).tolist() == [1, 1, -1, -1, -1]


LIMITS = process_charts.Limits(*(np.array(float(x)) for x in (0, -3, 3, -2, 2)))


@cases(__file__, "chart_rules.csv")
def test_each_rule_marks_its_points(values, rule, marks):
    found = getattr(process_charts.xmr_rules([float(value) for value in values.split()], LIMITS), rule)
    assert found.tolist() == [int(mark) for mark in marks.split()]


@cases(__file__, "icons.csv")
def test_the_variation_icon_is_the_latest_point_s(latest, direction, icon):
    assert process_charts.variation([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, int(latest)], int(direction)) == icon


def test_a_steady_fall_is_a_fall_also_while_above_the_mean():
    assert process_charts.variation([*[0, 10] * 10, 20, 19, 18, 17, 16, 15, 14], 1) == "concern"


@cases(__file__, "targets.csv")
def test_the_icons_answer_movement_and_target_apart(direction, target, variation, assurance):
    # by hand: moving ranges ten times 1 and once 9, which is above 3.267 times their mean (19/11) and left out;
    # mean 11.25, limits 11.25 +- 2.66: 8.59 and 13.91, and the last value lies outside
    series = [10, 11] * 5 + [10, 19]
    limits = process_charts.xmr_limits(series)
    assert process_charts.assurance(limits.lower, limits.upper, float(target), int(direction)) == assurance
    assert process_charts.variation(series, int(direction)) == variation
    assert process_charts.variation([10, 11] * 6, int(direction)) == "common_cause"
