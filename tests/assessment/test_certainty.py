"""The chances of colours and targets, by hand and by the method's check values."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from typed_trends import (
    CHECK,
    EDGE,
    LEVEL,
    NAN,
    RISE,
    ROAD,
    half_way,
    propose,
    propose_all,
    share_error,
    trend,
    waves,
)

from analysis.assessment.evidence import band, flag


@pytest.mark.parametrize(
    ("n", "expected", "certainty"),
    [(1000, (0.13, 0.46, 0.41), "borderline"), (4000, (0.01, 0.67, 0.32), "uncertain")],
)
def test_drawn_colours_agree_with_the_method_s_values(n, expected, certainty):
    """The drawn colours agree with the check values of the method."""
    # method, section 7: 26 -> 30 % towards 35 %, 2022 -> 2024 -> 2025
    row = propose(CHECK, waves(n), n=n)
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


def test_measures_have_the_chances_that_each_has_alone():
    near = CHECK | {"target": {"period": "2025", "value": 29}}  # met by some draws and not by others
    rows = [(waves(1000), 1000), (waves(4000), 4000), ([(2022.5, 26, 1.0), (2024.5, 28.5, 1.5)], 900)]
    together = propose_all([near] * 3, [trend(points, n=n) for points, n in rows])
    for place, (points, n) in enumerate(rows):
        alone = propose(near, points, n=n)[["p_green", "p_yellow", "p_red"]]
        assert together.loc[f"m-{place}", alone.index].tolist() == alone.tolist() and 0 < alone["p_green"] < 1


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


def test_the_draws_of_a_level_ask_for_a_change_for_the_better():
    # missed by ten, so red, but where drawn values differ significantly: 26 to 28 % with 0.91, from 1.79, in 59 %
    measure = LEVEL | {"basis": "survey", "target": {"period": "2026", "value": 38}}
    row = propose(measure, [(2022.5, 26, 0.62), (2023.5, 28, 0.67)], n=4750)
    error = math.hypot(0.62, 0.67)
    assert row["p_yellow"] == pytest.approx(1 - NormalDist(2, error).cdf(1.785), abs=0.01)
    assert row["p_red"] == pytest.approx(1 - row["p_yellow"], abs=1e-9)


def test_events_are_drawn_with_their_poisson_error():
    # method, section 12: 289 to 328 towards 385 on a log scale, R 1.33: green, P(green) about 0.7
    measure = ROAD | {"unit": "vedtak", "counting": "events", "scale": "log", "epsilon": 15.0}
    row = propose(measure | {"target": {"period": "2025", "value": 385}}, [(2022.5, 289), (2023.5, 328)])
    assert row["R"] == pytest.approx(1.33, abs=0.01)
    # green from ln(y / y0) = 0.95 / 3 ln(385 / y0): a normal variable 0.0358 off with standard error 0.0683
    assert row["p_green"] == pytest.approx(NormalDist().cdf(0.0358 / 0.0683), abs=0.02)
    assert (row["proposed"], row["grade"]) == ("green", "C")
    assert not propose(ROAD, half_way(0.96))["certainty"]


def test_an_unknown_error_leaves_every_chance_missing():
    """Found in the audit: 88 without n to 90 with 100 gave the target a chance of 1."""
    measure = CHECK | {"target": {"period": "2030", "value": 97}}
    latest = share_error(90, 100)
    row = propose(measure, [(2023.5, 88, NAN), (2024.5, 90, latest)])
    assert row[["p_target", "p_green", "p_yellow", "p_red"]].isna().all()
    assert not row["certainty"]
    # 90 + 2 * 6 = 102; (7 * 3.015)^2 + (6 * 3.266)^2 = 28.8^2; 5 / 28.8 above 97
    known = propose(measure, [(2023.5, 88, share_error(88, 100)), (2024.5, 90, latest)])
    assert known["p_target"] == pytest.approx(0.57, abs=0.005)
    four = [(2021.5, 84, NAN), *((2022.5 + year, 86 + 2 * year, latest) for year in range(3))]
    assert math.isnan(propose(measure, four)["p_target"])


def test_an_outlined_chip_has_no_chances():
    row = propose(RISE | {"basis": "survey"}, [(2022.5, 26, 0.62), (2023.5, 28, 0.67)], n=4750)
    assert (row["certainty"], math.isnan(row["p_green"])) == ("", True)


def test_in_longer_series_the_points_between_are_not_drawn():
    # of three points the first and the latest are drawn: 28 must stay above 27, two errors off, whatever lies between
    measure = LEVEL | {"basis": "survey", "epsilon": 0.0, "target": {"period": "2026", "value": 27}}
    points = [(2021.5, 20, 0.0), (2022.5, 27, 0.0), (2023.5, 28, 0.5)]
    assert propose(measure, points, n=2000)["p_green"] == pytest.approx(NormalDist().cdf(2), abs=0.01)


def test_one_point_is_drawn_once_as_baseline_and_latest():
    """A single measurement is drawn once as baseline and latest."""
    # two errors of the baseline make any way too short: held, and met by half of the draws
    row = propose(ROAD | {"target": {"period": "2026", "value": 0.0}}, [(2024.5, 0.0, 1.0)])
    assert row["p_green"] == pytest.approx(0.5, abs=0.01)


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
