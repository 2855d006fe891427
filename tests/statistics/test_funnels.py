"""Funnels and movements: what is claimed, and how often it is claimed of nothing."""

import numpy as np
import pytest
from scipy.stats import binomtest

from analysis.statistics.funnels import limits, movement, position


@pytest.mark.parametrize(
    ("part", "whole", "centre", "zone"),
    [
        (20, 100, 0.2, 0),
        (28, 100, 0.2, 0),  # P(X >= 28) = 0.034: not one in forty
        (29, 100, 0.2, 1),  # 0.020
        (34, 100, 0.2, 2),  # 0.00069
        (12, 100, 0.2, 0),  # P(X <= 12) = 0.0253
        (11, 100, 0.2, -1),  # 0.0126
        (8, 100, 0.2, -2),  # 0.00086
        (0, 10, 0.2, 0),  # not even nobody of ten is beyond chance: 0.107
    ],
)
def test_a_share_is_placed_by_its_exact_binomial_tail(part, whole, centre, zone):
    assert position(part, whole, centre).zone == zone
    tails = [binomtest(part, whole, centre, alternative=side).pvalue for side in ("greater", "less")]
    assert position(part, whole, centre).p_value == pytest.approx(min(1.0, 2 * min(tails)))


def test_a_share_that_is_missing_has_no_place():
    found = position([np.nan, 5], [100, np.nan], 0.2)
    assert found.zone.tolist() == [0, 0]
    assert np.isnan(found.p_value).all()


def test_limits_narrow_with_size():
    """Limits narrow with size and are absent where no share lies beyond."""
    low, high = limits([10, 100, 1000], 0.2, 0.95)
    assert np.isnan(low[0])
    assert high[0] > high[1] > high[2] > 0.2 > low[2] > low[1]
    # normal limits for a thousand: 0.2 +- 1.96 * sqrt(0.16 / 1000)
    assert (low[2], high[2]) == pytest.approx((0.1752, 0.2248), abs=0.0007)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7])
@pytest.mark.parametrize("people", [30, 300, 3000])
def test_false_claims_are_no_more_than_stated(share, people):
    """Of areas and series without anything no more are claimed than is stated."""
    drawn = np.random.default_rng(7).binomial(people, share, (20_000, 20))
    zones = np.abs(position(drawn[:, 0], people, share).zone)
    assert (zones >= 1).mean() <= 0.05 + 0.003
    assert (zones == 2).mean() <= 0.002 + 0.001
    assert (movement(drawn, np.full(drawn.shape, people)).kind != "").mean() <= 0.002 + 0.0005


def test_a_step_is_no_trend_and_has_the_place_it_begins():
    people = np.full((2, 12), 1000.0)
    counts = np.array([[200] * 5 + [300] * 7, np.linspace(200, 300, 12)])
    found = movement(counts, people)
    assert found.kind.tolist() == ["step", "trend"]
    assert found.way.tolist() == [1, 1]
    assert found.at.tolist() == [5, -1]


def test_gaps_are_left_out_not_filled():
    counts = np.array([200.0] * 5 + [np.nan] * 2 + [300.0] * 5)
    found = movement([counts], [[1000.0] * 12])
    assert (found.kind[0], found.at[0]) == ("step", 7)
    assert movement([[np.nan] * 12], [[1000.0] * 12]).kind[0] == ""


def test_few_points_and_few_persons_claim_nothing():
    assert movement([[1, 99, 99, 99]], [[100] * 4]).kind[0] == ""
    assert movement([[0, 0, 0, 0, 2, 2, 2, 2]], [[3] * 8]).kind[0] == ""
