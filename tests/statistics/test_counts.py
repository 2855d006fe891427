"""Counts of events against scipy and printed tables."""

import numpy as np
import pytest
from scipy.stats import binomtest

from analysis.statistics.surveys import event_change, poisson_interval


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.69), (1, 0.0253, 5.57), (5, 1.62, 11.67), (10, 4.80, 18.39), (100, 81.36, 121.63)],
)
def test_poisson_intervals_are_those_of_garwood(count, low, high):  # Garwood (1936), table 1
    assert poisson_interval(count) == pytest.approx((low, high), abs=0.006)


@pytest.mark.parametrize(
    ("before", "after", "exposures"),
    [(289, 328, (1, 1)), (12, 5, (1, 1)), (0, 5, (1, 1)), (5, 0, (1, 1)), (7, 5, (1, 2)), (80, 289, (0.25, 1))],
)
def test_two_counts_are_compared_given_their_sum(before, after, exposures):
    found = event_change(before, after, *exposures)
    e0, e1 = exposures
    m, equal = before + after, e1 / (e0 + e1)
    share = binomtest(after, m, equal).proportion_ci(0.95, method="exact")
    ends = [m * pi / e1 - m * (1 - pi) / e0 for pi in (share.low, share.high)]
    assert (found.low, found.high) == pytest.approx(ends)
    assert found.change == after / e1 - before / e0
    one_sided = [binomtest(after, m, equal, alternative=side).pvalue for side in ("less", "greater")]
    assert (found.p_fall, found.p_rise) == pytest.approx(one_sided)
    assert found.p_value == pytest.approx(min(1, 2 * min(one_sided)))


@pytest.mark.parametrize("counts", [(3, 9), (9, 3), (60, 90), (90, 60), (10, 12)])
def test_interval_and_p_of_counts_give_one_answer(counts):
    found = event_change(*counts)
    assert bool(found.p_value < 0.05) == bool(found.low > 0 or found.high < 0)


def test_nothing_twice_has_not_changed():
    assert tuple(map(float, event_change(0, 0))) == (0, 0, 0, 1, 1, 1)


def test_a_negative_count_is_no_count():
    assert np.isnan(event_change(-1, 5)).all()
    assert np.isnan(poisson_interval(-1)).all()
