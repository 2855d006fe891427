"""Funnels and movements: what is claimed, and how often it is claimed of nothing."""

import numpy as np
import pytest
from scipy.stats import binomtest

from analysis.statistics.funnels import centre, dispersion, limits, movement, position
from typed_cases import cases


@cases(__file__, "positions.csv")
def test_a_share_of_0_2_is_placed_by_its_exact_binomial_tail(part, whole, zone, by_hand):
    """The probability of so many or more, or so few or fewer, is in the table."""
    part, whole = int(part), int(whole)
    found = position(part, whole, 0.2)
    tails = [binomtest(part, whole, 0.2, alternative=side).pvalue for side in ("greater", "less")]
    assert (found.zone, found.p_value) == (int(zone), pytest.approx(min(1.0, 2 * min(tails))))
    assert not by_hand or min(tails) == pytest.approx(float(by_hand), rel=0.02)


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


def noisy(rng, people, share, sigma, shape):
    """Draw counts whose variance is sigma² times the binomial: shares of areas or periods themselves vary (beta)."""
    alike = (people - 1) / (sigma**2 - 1) - 1
    return rng.binomial(people, rng.beta(share * alike, (1 - share) * alike, shape))


def test_dispersion_is_the_winsorised_mean_square():
    # 20 areas of 400 at 1/2, an error of 10 persons: distances -2 and 2 nine times each, -20 and 20 drawn in to 2;
    # mean square 4 over 0.679
    counts = [180, 220] * 9 + [0, 400]
    assert dispersion(counts, [400] * 20, 0.5) == pytest.approx(4 / 0.679)


def test_dispersion_within_chance_counts_as_none():
    # 50 areas at one standard error: 1 / 0.679 = 1.47, above 1 + 2 * sqrt(2 / 50) = 1.4; at 0.95 errors 1.33 is not
    assert dispersion([190, 210] * 25, [400] * 50, 0.5) == pytest.approx(1 / 0.679)
    assert dispersion([190.5, 209.5] * 25, [400] * 50, 0.5) == 1.0
    assert dispersion([100] * 9, [400] * 9, 0.5) == 1.0  # nine areas


def test_limits_widen_by_the_root_of_the_dispersion():
    narrow, wide = limits([1000], 0.2, 0.95), limits([1000], 0.2, 0.95, dispersion=4)
    assert [0.2 - end[0] for end in wide] == pytest.approx([2 * (0.2 - end[0]) for end in narrow])
    # 34 of 100 at 0.2 is beyond the outer limits; with a dispersion of 4 it counts as 27 of 100
    found, nearer = position(34, 100, 0.2, dispersion=4), position(27, 100, 0.2)
    assert (found.zone, found.p_value) == (nearer.zone, pytest.approx(nearer.p_value))
    assert found.z == pytest.approx(1.75)


@pytest.mark.parametrize("sigma", [1.5, 2.0])
def test_areas_that_vary_alike_are_rarely_claimed(sigma):
    people, zones = np.full(357, 1000), []
    for seed in range(40):
        counts = noisy(np.random.default_rng(seed), people, 0.3, sigma, 357)
        share = centre(counts, people)
        zones.append(position(counts, people, share, dispersion(counts, people, share)).zone)
    assert (np.abs(zones) == 2).mean() <= 0.002 + 0.001
    assert 0.035 <= (np.abs(zones) >= 1).mean() <= 0.06


def test_restless_series_are_claimed_no_more_than_stated():
    """Of all series restless alike one in five hundred, of one restless in ten series two in a hundred."""
    rng, people = np.random.default_rng(3), np.full((6000, 20), 1000)
    restless = noisy(rng, 1000, 0.3, 2.0, people.shape)
    assert (movement(restless, people).kind != "").mean() <= 0.002 + 0.001
    mixed = np.concatenate([restless[:600], rng.binomial(1000, 0.3, (5400, 20))])
    claimed = movement(mixed, people).kind != ""
    assert claimed[:600].mean() <= 0.03
    assert claimed[600:].mean() <= 0.002 + 0.0007


def test_a_step_is_no_noise_of_its_own_series():
    counts = [[200, 205] * 5 + [300, 305] * 5]
    assert movement(counts, [[1000] * 20]).kind.tolist() == ["step"]
