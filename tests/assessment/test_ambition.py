"""What moving a limit or a target would change."""

import warnings
from statistics import NormalDist

import pytest
from typed_trends import ROAD, half_way, points, read_cases, settings, trend, trends_of

from analysis.assessment.proposals import ambition_bands, ambition_curve, sensitivity
from analysis.assessment.trends import find_trends
from small import observations, small_strategy

MOVED = read_cases("moved_limits.csv")


def test_moving_the_limits_shows_what_depends_on_them():
    """The colour with the limits five hundredths down, as they are, and up; a hair below a limit is below it."""
    strategy = small_strategy([ROAD | {"slug": f"m-{place}"} for place in range(len(MOVED))])
    rows = {f"m-{place}": trend(half_way(float(case["R"]))) for place, case in enumerate(MOVED)}
    found = sensitivity(strategy, trends_of(strategy, rows))[["lower", "proposed", "higher", "stable"]]
    assert found.astype(str).to_numpy().tolist() == [list(case.values())[1:] for case in MOVED]


def test_half_and_double_epsilon_and_design_undo_a_change():
    strategy = small_strategy([{"slug": "m", "kind": "reach", "epsilon": 1.5, "rounding": 1.0}])
    rows = observations([("m", "2022", 26, 4997), ("m", "2023", 28, 4505)], strategy)
    moved = sensitivity(strategy, find_trends(strategy, rows)).loc["m"]
    assert moved["undoing_deff"] == pytest.approx(1.25, abs=0.005)
    assert moved[["half_epsilon", "direction_colour", "double_epsilon"]].tolist() == ["green", "green", "yellow"]


ACCESS = {"slug": "m", "kind": "reach", "epsilon": 1.0, "minimum": 0, "maximum": 100}


def ambition(of, measure, series, target_period="2025", baseline=None, **more):
    strategy = small_strategy([measure])
    trends = trends_of(strategy, {"m": trend(series, baseline)})
    return of(trends.loc["m"], target_period, strategy.measure("m"), **more)


@pytest.mark.parametrize("case", read_cases("ambitions.csv"), ids=lambda case: case["about"])
def test_ambitions_for_2025_that_would_be_green_yellow_and_red(case):
    measure, limits = {"slug": "m", "kind": "reach", "epsilon": 1.0}, [float(end) for end in case["limits"].split()]
    bands = ambition(ambition_bands, measure | settings(case["promise"]), points(case["points"]))
    assert bands["colour"].tolist() == ["green", "yellow", "red"]
    assert bands["easiest"].tolist() == pytest.approx(limits[:3])
    assert bands["hardest"].tolist() == pytest.approx(limits[1:])


@pytest.mark.parametrize("period", ["2023", "2023Q1"])
def test_a_deadline_already_passed_makes_the_closed_share_decide(period):
    bands = ambition(ambition_bands, ACCESS | {"epsilon": 0}, [(2022.5, 26), (2023.5, 28)], period)
    assert bands["colour"].tolist() == ["green", "yellow", "red"]
    assert bands["hardest"].tolist() == pytest.approx([28, 26 + 2 / 0.60, 100])


@pytest.mark.parametrize("baseline", [None, (2023.5, 26, 0.0)])
@pytest.mark.parametrize("series", [[], [(2023.5, 28)]])
def test_without_two_points_no_ambition_has_a_colour(series, baseline):
    """Without two measurements no ambition above them has a colour."""
    with warnings.catch_warnings(action="error"):
        bands = ambition(ambition_bands, ACCESS, series, baseline=baseline)
    assert bands["colour"].iloc[-1] == "grey"


def test_a_curve_has_colour_progress_and_chances():
    """The ambition curve has colour progress and chances for every target."""
    waves = [(2022.5, 26, 0.62), (2023.5, 28, 0.67)]
    curve = ambition(ambition_curve, ACCESS, waves, targets=[27, 32, 35, 40])
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
