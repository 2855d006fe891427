"""What moving a limit or a target would change."""

import math
import warnings
from statistics import NormalDist

import pytest
from typed_trends import EDGE, ROAD, half_way, trend, trends_of

from analysis.assessment.proposals import ambition_bands, ambition_curve, sensitivity
from small import small_strategy

MOVED = {  # by R: the colour with the limits five hundredths down, as they are, and up
    0.90: "green yellow yellow",
    0.90 - EDGE: "yellow yellow yellow",
    0.95: "green green yellow",
    0.95 - EDGE: "green yellow yellow",
    0.60: "yellow yellow red",
    0.60 - EDGE: "yellow red red",
    1.00: "green green green",
    1.00 - EDGE: "green green yellow",
    0.65: "yellow yellow yellow",
    0.65 - EDGE: "yellow yellow red",
    0.55: "yellow red red",
    0.55 - EDGE: "red red red",
}


def test_moving_the_limits_shows_what_depends_on_them():
    """Moving the limits by five hundredths shows what hangs on them."""
    strategy = small_strategy([ROAD | {"slug": f"m-{place}"} for place in range(len(MOVED))])
    rows = {f"m-{place}": trend(half_way(ratio)) for place, ratio in enumerate(MOVED)}
    colours = sensitivity(strategy, trends_of(strategy, rows))
    assert (colours["lower"] + " " + colours["proposed"] + " " + colours["higher"]).tolist() == list(MOVED.values())
    assert colours["stable"].tolist() == [len(set(moved.split())) == 1 for moved in MOVED.values()]


ACCESS = {"slug": "m", "kind": "reach", "epsilon": 1.0, "minimum": 0, "maximum": 100}


def ambition(of, measure, points, target_period="2025", baseline=None, **more):
    strategy = small_strategy([measure])
    trends = trends_of(strategy, {"m": trend(points, baseline)})
    return of(trends.loc["m"], target_period, strategy.measure("m"), **more)


LOG = {"scale": "log", "minimum": None, "maximum": None, "basis": "register"}


@pytest.mark.parametrize(
    ("promise", "points", "limits"),
    [
        # a third of the way from 2022 to 2025 is gone: 26 + 2 / (0.95 / 3) = 32.3 and 26 + 2 / (0.60 / 3) = 36
        ({}, [(2022.5, 26, 0.62), (2023.5, 28, 0.67)], [0, 26 + 6 / 0.95, 36, 100]),
        ({"direction": -1}, [(2022.5, 74), (2023.5, 72)], [100, 74 - 6 / 0.95, 64, 0]),  # lower is better
        # on a log scale they multiply
        (LOG, [(2022.5, 100), (2023.5, 200)], [-math.inf, 100 * 2 ** (3 / 0.95), 100 * 2**5, math.inf]),
        ({}, [(2022.5, 28), (2023.5, 26)], [0, 26, 27, 100]),  # the wrong way: missed by more than epsilon is red
    ],
)
def test_ambitions_for_2025_that_would_be_green_yellow_and_red(promise, points, limits):
    bands = ambition(ambition_bands, ACCESS | promise, points)
    assert bands["colour"].tolist() == ["green", "yellow", "red"]
    assert bands["easiest"].tolist() == pytest.approx(limits[:3])
    assert bands["hardest"].tolist() == pytest.approx(limits[1:])


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


def test_the_chance_of_green_dips_between_two_rules():
    """docs/method.md, section 7: too near the baseline an ambition must be reached now, farther off a third of it.

    By hand for a latest value of 28 with error 0.7287: at 26.25 the chance of reaching it is that of a standard normal
    below 2.402, 0.992. A baseline without error has its two rules apart: from 27 on, R must be 0.95.
    """
    waves = [(2022.5, 26, 0.6844), (2023.5, 28, 0.7287)]
    near, dip, after, far = ambition(ambition_curve, ACCESS, waves, targets=[26.25, 27.75, 28.5, 30])["p_green"]
    assert near == pytest.approx(NormalDist().cdf(1.75 / 0.7287), abs=0.005)
    assert (dip, after, far) == pytest.approx((0.88, 0.90, 0.80), abs=0.01)
    assert dip < after
    known = [(2022.5, 26, 0.0), (2023.5, 28, 0.7287)]
    below, above = ambition(ambition_curve, ACCESS, known, targets=[26.99, 27.0])["p_green"]
    assert below == pytest.approx(NormalDist().cdf(1.01 / 0.7287), abs=0.005)
    assert above == pytest.approx(NormalDist().cdf((2 - 0.95 / 3) / 0.7287), abs=0.005)
