"""Slopes and exact tests of order against printed and calculated examples."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from analysis.statistics import trend_tests
from analysis.statistics.funnels import linear_trend

FINGERTIPS = {  # ukhsa-collaboration/fingertips-open, TrendMarkerCalculatorTest.cs, set 1
    "value": [24.67, 24.6, 28, 30.2, 30.6],
    "low": [23.16, 23.15, 26.44, 28.63, 28.98],
    "high": [26.25, 26.19, 29.64, 31.9, 32.25],
    "count": [994, 1023, 1199, 1332, 1367],
    "of": [40299, 41527, 42811, 44064, 44701],
}


def test_the_weighted_slope_has_fingertips_chi_square():
    se = (np.array(FINGERTIPS["high"]) - FINGERTIPS["low"]) / 3.92
    line = trend_tests.weighted_slope(np.arange(5), FINGERTIPS["value"], se)
    assert line.chi2 == pytest.approx(46.77, abs=0.005) and line.sign_stable
    assert pytest.approx(9.5495, abs=5e-5) == trend_tests.CHI_SQUARE


def test_a_trend_in_shares_has_the_printed_chi_squares():
    # both sources take (N - 1) r² for the N r² of Cochran and Armitage
    square, sign = linear_trend(np.array(FINGERTIPS["count"]), np.array(FINGERTIPS["of"]))
    assert square * (1 - 1 / sum(FINGERTIPS["of"])) == pytest.approx(47.90, abs=0.005) and sign > 0
    # MRC CBU statswiki, chi-square for trend: 3/12, 6/12, 10/12 has linear-by-linear association 7.96
    assert linear_trend(np.array([3, 6, 10]), np.full(3, 12))[0] * 35 / 36 == pytest.approx(7.96, abs=0.005)


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


@pytest.mark.parametrize(
    ("values", "tau", "p_value"),
    [  # R cor.test(method = "kendall", exact = TRUE), in scipy's TestKendallTau and issue 8456
        ([0, 2, 1, 3, 4, 6, 5, 7, 8, 9], 0.9111111111111111, 2.97619047619e-05),
        ([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], -1, 5.511463844797e-07),
        ([3, 2, 0, 4, 1], -0.2, 0.8167),
    ],
)
def test_mann_kendall_gives_r_s_exact_p(values, tau, p_value):
    found = trend_tests.mann_kendall(values)
    assert (found.tau, found.p_value) == (pytest.approx(tau), pytest.approx(p_value, abs=6e-5, rel=1e-9))


@pytest.mark.parametrize(
    ("points", "s", "p_value"),
    [(4, 6, 0.042), (4, 0, 0.625), (5, 8, 0.042), (5, 10, 0.0083), (8, 16, 0.031), (8, 20, 0.0071)],
)
def test_the_tail_of_s_is_that_of_kendall_s_table(points, s, p_value):
    # Kendall 1975; Gilbert 1987, table A18
    assert trend_tests.mann_kendall_tail(points, s) == pytest.approx(p_value, abs=6e-4)


def test_an_impossible_s_is_as_rare_as_the_next_possible():
    """An s that no order has is as rare as the next that one has."""
    assert trend_tests.mann_kendall_tail(4, 5) == pytest.approx(1 / 24)  # one of 24 orders reaches 6, the largest
    assert (trend_tests.mann_kendall_tail(4, 8), trend_tests.mann_kendall_tail(4, 10)) == (0, 0)


def test_ties_are_exact_too():
    # of the 6 orders of 1 1 2 2, S (largest 4) is 4 2 0 0 -2 -4
    assert trend_tests.mann_kendall([1, 1, 2, 2]).p_value == pytest.approx(2 / 6)
    assert trend_tests.mann_kendall([1, 2, 1, 2]).p_value == pytest.approx(4 / 6)
    assert trend_tests.mann_kendall([7, 7, 7, 7, 7]).p_value == 1


def test_eleven_points_are_still_exact():
    values = [3, 1, 2, 5, 4, 7, 6, 9, 8, 11, 10]
    found, expected = trend_tests.mann_kendall(values), kendalltau(range(11), values, method="exact")
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)


def test_twelve_equal_values_have_no_trend():
    found = trend_tests.mann_kendall([5.0] * 12)
    assert (found.s, found.z, found.p_value) == (0, 0, 1)


def test_twelve_points_use_the_normal_approximation():
    """Twelve points use the normal approximation corrected for ties."""
    # 12 points, one pair tied, S = 65: var = (12 * 11 * 29 - 2 * 1 * 9) / 18, z = 64 / sqrt(var)
    found = trend_tests.mann_kendall([1, 1, *range(2, 12)])
    assert (found.s, found.var_s) == (65, pytest.approx(3810 / 18))
    assert found.z == pytest.approx(64 / math.sqrt(3810 / 18))
    assert found.p_value == pytest.approx(math.erfc(found.z / math.sqrt(2)))


@given(st.permutations(range(9)))
@settings(max_examples=40, deadline=None)
def test_exact_p_is_scipy_s_where_scipy_has_one(values):
    expected = kendalltau(range(9), values, method="exact")
    found = trend_tests.mann_kendall(values)
    assert (found.tau, found.p_value) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue))
