"""Slopes and exact tests of order against calculated examples; printed ones are in tests/cases."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from analysis.statistics import trend_tests


def test_a_slope_that_one_point_carries_is_not_stable():
    assert not trend_tests.weighted_slope(np.arange(5), [1, 1.1, 1, 0.9, 9], 1.0).sign_stable
    assert trend_tests.weighted_slope(np.arange(5), [1, 2, 1.9, 3, 4], 1.0).sign_stable
    assert not trend_tests.weighted_slope(np.arange(5), [1, 1, 1, 1, 1], 1.0).sign_stable
    for se in (0.1, 10.0):  # how heavy the points are changes no sign
        assert trend_tests.weighted_slope(np.arange(5), [1, 2, 3, 4, 5], se).sign_stable


def test_a_weighted_slope_by_hand():
    # weights 1, 1, 4: mean time 9/6 and value 11/6; slope 7.5/5.5 of sums of products around them
    line = trend_tests.weighted_slope([0, 1, 2], [0, 3, 2], [1, 1, 0.5])
    assert (line.slope, line.se, line.intercept) == pytest.approx((2.5 / 3.5, 3.5**-0.5, 11 / 6 - 2.5 / 3.5 * 1.5))


def test_an_impossible_s_is_as_rare_as_the_next_possible():
    """An s that no order has is as rare as the next that one has."""
    assert trend_tests.mann_kendall_tail(4, 5) == pytest.approx(1 / 24)  # one of 24 orders reaches 6, the largest
    assert (trend_tests.mann_kendall_tail(4, 8), trend_tests.mann_kendall_tail(4, 10)) == (0, 0)


def test_ties_are_exact_too():
    # of the 6 orders of 1 1 2 2, S (largest 4) is 4 2 0 0 -2 -4
    assert trend_tests.mann_kendall([1, 1, 2, 2]).p_value == pytest.approx(2 / 6)
    assert trend_tests.mann_kendall([1, 2, 1, 2]).p_value == pytest.approx(4 / 6)
    for points in (5, 12):
        equal = trend_tests.mann_kendall([7.0] * points)
        assert (equal.s, equal.z, equal.p_value) == (0, 0, 1)


def test_twelve_points_use_the_normal_approximation():
    """Twelve points use the normal approximation corrected for ties."""
    # 12 points, one pair tied, S = 65: var = (12 * 11 * 29 - 2 * 1 * 9) / 18, z = 64 / sqrt(var)
    found = trend_tests.mann_kendall([1, 1, *range(2, 12)])
    assert (found.s, found.var_s) == (65, pytest.approx(3810 / 18))
    assert found.z == pytest.approx(64 / math.sqrt(3810 / 18))
    assert found.p_value == pytest.approx(math.erfc(found.z / math.sqrt(2)))


@given(st.integers(9, 11).flatmap(lambda points: st.permutations(range(points))))
@settings(max_examples=40, deadline=None)
def test_exact_p_is_scipy_s_where_scipy_has_one(values):
    expected = kendalltau(range(len(values)), values, method="exact")
    found = trend_tests.mann_kendall(values)
    assert (found.tau, found.p_value) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue))
