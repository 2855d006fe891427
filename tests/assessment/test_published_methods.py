"""Other offices' rules, held against verdicts those offices printed.

Statistics Canada: github sdg-data-canada-odd-donnees/sdg-data-donnees-odd, indicator_calculation_components.yml.
EUSTAT: github EUSTAT-DES/data, indicator_calculation_components.yml. Destatis: github
Nachhaltige-Entwicklung-Deutschland/open-sdg-data-starter, status of the named indicator and year. WHO: github
gpw13/billionaiRe, tests of its scenarios.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import published_methods as methods
from analysis.assessment.trends import find_trends
from analysis.text.catalogues import look_up
from small import observations, small_strategy

NONE = np.nan


def case(base_time, base, latest_time, latest, direction, target=NONE, target_time=2030, limit=NONE) -> pd.DataFrame:
    values = {"base_time": base_time, "base_value": base, "latest_time": latest_time, "latest_value": latest}
    values |= {"direction": direction, "target_value": target, "target_time": target_time, "limit": limit}
    return pd.DataFrame([values])


@pytest.mark.parametrize(
    ("given", "progress", "score", "verdict"),
    [
        # 1-2-1, poverty to be halved: just past 95 per cent of the required growth
        (case(2015, 14.5, 2023, 10.2, -1, 7.25), 0.9525901792032172, 2.5185563910306596, "substantial_progress"),
        # Canadian framework 1-1-1, a year's revision later: just short of it
        (case(2015, 14.5, 2023, 10.4, -1, 7.25), 0.9010899546976208, 2.1506954374096354, "moderate_progress"),
        # 3-4-1, cerebrovascular disease and atherosclerosis: on either side of 60 per cent
        (case(2015, 38.7, 2024, 33.2, -1, 25.67), 0.6255573087706661, 0.18259330081799074, "moderate_progress"),
        (case(2015, 1.6, 2024, 1.4, -1, 1.07), 0.5564514386709147, -0.18143379048989994, "limited_progress"),
        # 1-4-1, drinking water, moving away
        (case(2015, 92.0, 2023, 90.0, 1, 100.0), -0.49219025355461216, -4.5508091294860025, "deterioration"),
        # 3-1-1, maternal deaths far below the ceiling from the start: met, though growing
        (case(2015, 7.05, 2024, 12.58, -1, 70.0), -0.40189193878221646, 5.0, "target_achieved"),
        # 14-2-1, fish stocks that fell from above the target to below it
        (case(2015, 68.5534591194968, 2023, 46.7336683417085, 1, 55.0, 2026), -2.3587220377696703, -5, "deterioration"),
        # 7-1-1, all on the grid all the time: no growth is required, none is missing
        (case(2015, 100.0, 2023, 100.0, 1, 100.0), NONE, 5.0, "target_achieved"),
        # 1-3-1, one observation is no growth
        (case(2021, 59.9, 2021, 59.9, 1, NONE, 2030, 100), NONE, NONE, "not_available"),
    ],
)
def test_canada_scores_observed_against_required_growth(given, progress, score, verdict):
    """Statistics canada scores observed against required growth."""
    found = methods.canada_growth_ratio(given).iloc[0]
    assert found["progress"] == pytest.approx(progress, rel=1e-9, nan_ok=True)
    assert found["score"] == pytest.approx(score, abs=2e-4, nan_ok=True)
    assert found["verdict"] == verdict


@pytest.mark.parametrize(
    ("given", "score", "verdict"),
    [
        (case(2015, 9.5, 2024, 4.0, -1), 5.0, "substantial_progress"),  # 3-7-2, adolescent births
        (case(2015, 87.93, 2023, 77.78, -1), 2.6075756245539417, "substantial_progress"),  # 16-6-1: 1.52 % a year
        (case(2015, 1463.0, 2022, 1411.0, -1), 0.03918059688382103, "moderate_progress"),  # 3-10-1: 0.52 % a year
        (case(2015, 5.31, 2024, 5.27, -1), -2.0800946026235367, "limited_progress"),  # 10-5-1: 0.08 % a year
        (case(2021, 79.0, 2022, 79.0, 1, limit=100), -2.5, "limited_progress"),  # 16-1-4: standing still
        (case(2015, 0.0301738416160583, 2023, 0.0273307155637678, 1), -4.036790503525745, "deterioration"),  # 1-a-1
    ],
)
def test_statistics_canada_scores_growth_alone_without_a_target(given, score, verdict):
    found = methods.canada_growth_ratio(given).iloc[0]
    assert found["score"] == pytest.approx(score, abs=2e-4)
    assert found["verdict"] == verdict


def test_a_natural_limit_asks_for_less_growth_the_nearer_it_is():
    # 1-3-1, children covered: 0.58 per cent a year is substantial ten points from 100, limited growth far from it
    near, far = case(2015, 90.0, 2021, 93.2, 1, limit=100), case(2015, 90.0, 2021, 93.2, 1)
    assert methods.canada_growth_ratio(near).iloc[0]["score"] == pytest.approx(2.815386645395768, abs=2e-4)
    assert methods.canada_growth_ratio(near).iloc[0]["verdict"] == "substantial_progress"
    assert methods.canada_growth_ratio(far).iloc[0]["verdict"] == "moderate_progress"
    # 1-3-1, older persons: a decline is not damped
    down = case(2017, 93.4, 2021, 92.7, 1, limit=100)
    assert methods.canada_growth_ratio(down).iloc[0]["score"] == pytest.approx(-2.7348688404414103, abs=2e-4)


def test_a_maximum_is_no_limit_where_lower_is_better():
    # 95 to 94 in two years is 0.53 % a year the good way, which a maximum of 100 would make 2.6 %
    given = case(2022, 95.0, 2024, 94.0, -1, limit=100)
    assert methods.canada_growth_ratio(given).iloc[0]["verdict"] == "moderate_progress"


def test_statistics_canada_takes_zero_as_a_thousandth():
    # by hand: 0.02^(1/8) - 1 = -0.3868, of 0.0001^(1/15) - 1 = -0.4588
    found = methods.canada_growth_ratio(case(2015, 10.0, 2023, 0.2, -1, 0.0)).iloc[0]
    assert found["progress"] == pytest.approx(0.843, abs=0.0005)
    assert found["verdict"] == "moderate_progress"
    # 4 from 0.001 in one year is 400 000 per cent; a value that is nearly zero has not met zero
    assert methods.canada_growth_ratio(case(2022, 0.0, 2023, 4.0, 1)).iloc[0]["verdict"] == "substantial_progress"
    near = methods.canada_growth_ratio(case(2015, 10.0, 2023, 0.0005, -1, 0.0)).iloc[0]
    assert near["verdict"] == "substantial_progress"
    # EUSTAT's draft keeps the zero: -0.3868 of the whole
    assert methods.eustat_growth(case(2015, 10.0, 2023, 0.2, -1, 0.0)).iloc[0]["progress"] == pytest.approx(
        0.387, abs=5e-4
    )


def test_damping_is_one_far_from_the_limit_and_zero_at_it():
    """Damping is one far from the limit nothing at it and alike on both sides."""
    # 1 - 0.9 ** 4.44, by hand: ln 0.9 = -0.1053605; times 4.44 = -0.4678007; exp = 0.626378
    assert methods.natural_limit_damping([100, 90, 110, 250], [100, 100, 100, 100]) == pytest.approx(
        [0, 0.373622, 0.373622, 1], abs=1e-6
    )
    assert methods.natural_limit_damping([0.9], [1.0]) == pytest.approx([0.373622], abs=1e-6)  # as a share of one
    assert methods.natural_limit_damping([5.0, 1.6, 0.0], [NONE, 0.0, 0.0]).tolist() == [1, 1, 1]
    assert methods.natural_limit_damping([200.0, 250.0], [100.0, 100.0]).tolist() == [1, 1]


def test_an_indicator_gets_the_verdict_of_its_mean_score():
    """An indicator of several series gets the verdict of its mean score."""
    scores = pd.Series([-0.922917, -2.849941, 2.5, 0.0, NONE])  # 1-3-1 and 11-2-1, the two limits, and nothing
    verdicts = ["limited_progress", "deterioration", "substantial_progress", "moderate_progress", "not_available"]
    assert methods.canada_verdict(scores).tolist() == verdicts


@pytest.mark.parametrize(
    ("given", "score", "verdict"),
    [
        (case(2015, 99.6, 2023, 99.8, 1, 99.9), 4.64755558215275, "significant_progress"),  # 1-4-1a
        (case(2016, 16.4, 2022, 16.5, -1, 8.2), -2.58743841144272, "significant_deterioration"),  # 1-2-1
        (case(2016, 20.6, 2024, 20.6, -1, 20.5), -2.5, "moderate_deterioration"),  # 1-2-2: standing still
        (case(2015, 82.7, 2025, 82.4, 1), -0.09083762091008363, "no_progress"),  # 1-3-1a
        (case(2013, 35.6, 2023, 36.1, -1), -0.34892395654895214, "moderate_deterioration"),  # 2-2-2
        (case(2015, 34.13, 2024, 35.32, 1), 0.9538319986407973, "moderate_progress"),  # 1-5-4a
        (case(2015, 100.0, 2024, 100.0, 1, limit=100.0), 5.0, "significant_progress"),  # 1-5-4b: at the limit
    ],
)
def test_eustat_s_draft_has_its_own_limits(given, score, verdict):
    found = methods.eustat_growth(given).iloc[0]
    assert found["score"] == pytest.approx(score, abs=2e-4)
    assert found["verdict"] == verdict


def test_growth_is_missing_where_a_ratio_means_nothing():
    assert np.isnan(methods.annual_growth([0.0, -3.0, 5.0, 5.0], [4.0, -2.0, -1.0, 6.0], [2, 2, 2, 0])).all()
    assert methods.annual_growth(100.0, 121.0, 2.0) == pytest.approx(0.10)
    assert np.isnan(methods.annual_growth([-0.5, 5.0], [-1.0, -0.5], [1, 1])).all()  # over one year a power exists
    assert methods.annual_growth(5.0, 0.0, 2.0) == -1  # all of it was lost


TEN_PER_CENT = 100 * 1.1**10  # from 100 in ten years


@pytest.mark.parametrize(
    ("ratio", "canada", "eustat"),
    [  # of the growth required; the limits both offices state are 95, 60 and 0 per cent
        (0.951, "substantial_progress", "significant_progress"),
        (0.949, "moderate_progress", "moderate_progress"),
        (0.601, "moderate_progress", "moderate_progress"),
        (0.599, "limited_progress", "moderate_deterioration"),
        (0.001, "limited_progress", "moderate_deterioration"),
        (-0.001, "deterioration", "significant_deterioration"),
    ],
)
def test_growth_limits_with_a_target_are_95_60_and_0_per_cent(ratio, canada, eustat):
    """With a target the limits lie at 95 60 and 0 per cent of the growth required."""
    given = case(2020, 100.0, 2025, 100 * (1 + 0.1 * ratio) ** 5, 1, TEN_PER_CENT, 2030)
    assert methods.canada_growth_ratio(given).iloc[0][["progress", "verdict"]].tolist() == [
        pytest.approx(ratio),
        canada,
    ]
    assert methods.eustat_growth(given).iloc[0][["progress", "verdict"]].tolist() == [pytest.approx(ratio), eustat]


@pytest.mark.parametrize(
    ("growth", "verdict"),
    [  # per cent a year; the limits are one and a tenth of a per cent, either way
        (1.005, "significant_progress"),
        (0.995, "moderate_progress"),
        (0.1005, "moderate_progress"),
        (0.0995, "no_progress"),
        (-0.0995, "no_progress"),
        (-0.1005, "moderate_deterioration"),
        (-0.995, "moderate_deterioration"),
        (-1.005, "significant_deterioration"),
    ],
)
def test_growth_limits_without_a_target_are_1_and_0_1_per_cent(growth, verdict):
    """Without a target eustat draws its limits at one and a tenth of a per cent a year."""
    given = case(2020, 100.0, 2021, 100 + growth, 1)
    assert methods.eustat_growth(given).iloc[0]["verdict"] == verdict


@pytest.mark.parametrize(("latest", "score"), [(110.0, 5.0), (90.0, -5.0), (101.9, 4.75), (98.1, -4.75)])
def test_eustat_s_score_ends_at_five_for_2_per_cent_a_year(latest, score):
    """Eustats score of growth alone ends at five for two per cent a year."""
    assert methods.eustat_growth(case(2020, 100.0, 2021, latest, 1)).iloc[0]["score"] == pytest.approx(score)


def test_doubling_or_losing_all_in_a_year_is_growth():
    """A target that doubles or ends all within a year is a growth as any other."""
    doubling, ending = case(2020, 10.0, 2021, 15.0, 1, 20.0, 2021), case(2020, 10.0, 2021, 5.0, -1, 0.0, 2021)
    assert methods.growth_ratio(pd.concat([doubling, ending]))["progress"].tolist() == [0.5, 0.5]


def test_a_target_passed_from_zero_is_met():
    """A target passed from nothing is met and a first observation has met nothing yet."""
    from_nothing, first = case(2015, 0.0, 2023, 5.0, 1, 3.0), case(2021, 100.0, 2021, 100.0, 1, 100.0)
    assert methods.growth_ratio(pd.concat([from_nothing, first]))["met"].tolist() == [True, False]
    assert methods.canada_growth_ratio(first).iloc[0]["verdict"] == "not_available"


def weather(values, rule, direction, target=NONE, target_time=NONE, last=2020, times=None) -> str:
    times = times or range(last - len(values) + 1, last + 1)
    return methods.destatis_weather([list(times)], [values], [direction], [rule], [target], [target_time])[0]


@pytest.mark.parametrize(
    ("values", "year", "direction", "target", "by", "symbol"),
    [
        ([10.4, 9.8, 9.5, 9.8, 10.3, 10.1], 2017, -1, 9.5, 2030, "sun"),  # 4.1.a early leavers
        ([9.8, 9.5, 9.8, 10.3, 10.1, 10.3], 2018, -1, 9.5, 2030, "thunderstorm"),  # a year later
        ([27.5, 31.6, 31.8, 36.2, 37.9, 42.2], 2019, 1, 80, 2030, "slightly_cloudy"),  # 7.2.b: misses by 14 %
        ([44.404, 44.756, 45.509, 46.132, 47.178, 47.913], 2020, 1, 60, 2020, "cloud"),  # at the deadline, short
    ],
)
def test_destatis_projects_five_years_change_to_the_target_year(values, year, direction, target, by, symbol):
    assert weather(values, "K", direction, target, by, last=year) == symbol


@pytest.mark.parametrize(
    ("remaining", "by", "symbol"),
    [  # one a year for 20 years (19 in the third row): the miss is what remains less 20
        (21.05, 2040, "sun"),  # 4.99 per cent of it
        (21.06, 2040, "slightly_cloudy"),  # 5.03
        (20.0, 2039, "slightly_cloudy"),  # 5: less than that is asked for
        (25.0, 2040, "slightly_cloudy"),  # 20
        (25.05, 2040, "cloud"),  # 20.2
    ],
)
def test_weather_limits_are_5_and_20_per_cent_of_the_gap(remaining, by, symbol):
    """Destatis draws its limits at five and twenty per cent of the remaining gap."""
    assert weather([0, 1, 2, 3, 4, 5], "K", 1, 5 + remaining, by) == symbol


@pytest.mark.parametrize(
    ("values", "target", "by", "symbol"),
    [
        ([5, 5, 5, 5, 5, 5], 5, 2030, "sun"),  # arrived, and staying
        ([5, 5, 5, 5, 5, 5], 4.5, 2030, "sun"),
        ([5, 6, 7, 8, 9, 10], 8, 2030, "sun"),
        ([10, 9, 8, 7, 6, 5], 5, 2030, "slightly_cloudy"),  # arrived, and leaving
        ([10, 9, 8, 7, 6, 5], 4.5, 2021, "slightly_cloudy"),  # half below by then
        ([5, 5, 5, 5, 5, 5], 6, 2030, "thunderstorm"),  # short, and standing still
        ([7.5, 7, 6.5, 6, 5.5, 5], 6, 2030, "thunderstorm"),
    ],
)
def test_a_value_that_has_arrived_keeps_its_sun_if_it_stays(values, target, by, symbol):
    """A value that has arrived keeps its sun only while it stays."""
    assert weather(values, "K", 1, target, by) == symbol


@pytest.mark.parametrize(
    ("values", "target", "symbol"), [([0, 1, 2, 3, 4, 5], 6, "cloud"), ([10, 9, 8, 7, 6, 5], 6, "thunderstorm")]
)
def test_a_target_year_gone_by_leaves_no_years_to_project_over(values, target, symbol):
    assert weather(values, "K", 1, target, 2019) == symbol


def test_a_score_reaches_its_limit_when_only_rounding_is_missing():
    words = methods.canada_verdict(pd.Series([2.5 - 0.5e-9, 2.5 - 2e-9]))
    assert words.tolist() == ["substantial_progress", "moderate_progress"]


def test_a_level_just_held_by_a_falling_value_is_held():
    assert weather([10, 9, 8, 7, 6, 5], "J", 1, 5) == "slightly_cloudy"


def test_weather_takes_the_last_five_yearly_changes():
    """Destatis looks at five yearly changes of a longer series."""
    strategy = small_strategy([{"slug": "rise", "basis": "register"}])
    rows = [("rise", str(2016 + place), value) for place, value in enumerate([10, 1, 2, 3, 4, 5, 6])]
    answers = methods.verdicts(strategy, find_trends(strategy, observations(rows, strategy)))
    assert said(answers, "rise", "destatis", "weather")[0] == "sun"  # over six changes it fell


def test_destatis_divides_by_the_years_between_where_years_lack():
    # 4.3.a, six values over nine years: by points the pace would reach 65, by years it misses 21 per cent of the gap
    series = [45.4, 45, 50.2, 50, 52, 52]
    assert weather(series, "K", 1, 65, 2030, times=[2007, 2010, 2011, 2012, 2014, 2016]) == "cloud"
    assert weather(series, "K", 1, 65, 2030, last=2016) == "sun"


@pytest.mark.parametrize(
    ("values", "direction", "target", "symbol"),
    [
        ([2.82, 2.88, 2.88, 2.99, 3.05, 3.11], 1, 3.0, "sun"),  # 9.1.a research spending, 2019
        ([1.883, 1.327, -4.38, -3.167, -1.909, -2.494], 1, -3.0, "slightly_cloudy"),  # 8.2.a deficit, 2023
        ([3.05, 3.11, 3.09, 3.07, 3.04, 3.13], 1, 3.5, "cloud"),  # 9.1.a towards the higher target, 2023
        ([0.915, 1.134, 1.337, 1.883, 1.327, -4.38], 1, -3.0, "thunderstorm"),  # 8.2.a, 2020
    ],
)
def test_weather_of_a_level_takes_level_and_direction(values, direction, target, symbol):
    """Destatis asks of a level to hold both level and direction."""
    assert weather(values, "J", direction, target) == symbol


@pytest.mark.parametrize(
    ("values", "symbol"),
    [
        ([31, 34, 36, 36, 30, 34], "sun"),  # 16.3.b, 2023
        ([79, 81, 81, 81, 80, 80], "slightly_cloudy"),  # 16.3.a, 2019: the last year stood still
        ([90.232, 89.909, 89.773, 89.379, 89.095, 90.014], "cloud"),  # 11.1.c, 2022
        ([80, 80, 80, 79, 78, 75], "thunderstorm"),  # 16.3.a, 2024
    ],
)
def test_weather_of_a_direction_takes_mean_and_last_change(values, symbol):
    """Destatis asks of a direction both the mean and the last change."""
    assert weather(values, "R", 1) == symbol


def test_a_mean_change_of_nothing_is_no_right_direction():
    assert weather([5.0, 6.0, 6.0, 5.0, 4.0, 5.0], "R", 1) == "cloud"  # the last year alone rose
    assert weather([5.0, 6.0, 6.0, 5.0, 4.0, 5.0], "J", 1, 4.5) == "slightly_cloudy"


def test_three_points_carry_no_weather():
    assert weather([NONE, NONE, NONE, 1.0, 2.0, 3.0], "R", 1) == ""
    assert weather([NONE, NONE, 1.0, 2.0, 3.0, 4.0], "R", 1) == "sun"


def test_who_continues_the_latest_yearly_growth_within_bounds():
    assert methods.who_growth_path(87, 2017, 88, 2018, 2025) == pytest.approx(95.3293449649)
    assert methods.who_growth_path(93, 2017, 92, 2018, 2025) == pytest.approx(85.2946868133)
    assert methods.who_growth_path(68, 2018, 99, 2025, [2025, 2040]) == pytest.approx([99, 100])
    assert methods.who_growth_path(4, 2018, 2, 2019, [2020, 2022]) == pytest.approx([1, 0.25])  # halved every year


@settings(max_examples=60, deadline=None)
@given(base=st.floats(1, 1000), latest=st.floats(1, 1000), better=st.floats(0.1, 500), target=st.floats(1, 1000))
def test_a_better_value_never_lowers_a_growth_score(base, latest, better, target):
    pairs = [case(2015, base, 2023, value, 1, aim) for aim in (target, NONE) for value in (latest, latest + better)]
    for method in (methods.canada_growth_ratio, methods.eustat_growth):
        worse, higher, worse_free, higher_free = method(pd.concat(pairs, ignore_index=True))["score"]
        assert not higher < worse  # both are missing where the base stands at its target
        assert higher_free >= worse_free


# Fingertips: github dhsc-govuk/FingertipsNext, IndicatorTestData.cs; ukhsa-collaboration/fingertips-open, its
# TrendMarkerCalculatorTest.cs
MMR = ([92.6254, 92.3221, 90.8708, 90.017, 90.1013], [92.4168, 92.1072, 90.6358, 89.7694, 89.8578],
       [92.8288, 92.5315, 91.1004, 90.2594, 90.3396])  # fmt: skip
CANCER = ([126.9341, 125.829, 121.5234, 122.3782, 120.0], [125.9343, 124.8371, 120.5533, 121.4012, 119.8035],
          [127.94, 126.8268, 122.4993, 123.361, 121.7507])  # fmt: skip
SET_2 = ([20.5506, 19.5952, 19.0349, 21.3966, 18.4372], [18.1803, 17.3444, 16.8421, 19.0918, 16.2925],
         [23.1427, 22.0602, 21.4394, 23.8975, 20.7941])  # fmt: skip


@pytest.mark.parametrize(
    ("points", "direction", "marker"),
    [
        (MMR, 1, "decreasing_and_getting_worse"),
        (CANCER, -1, "decreasing_and_getting_better"),
        (CANCER, 0, "decreasing"),
        (SET_2, 1, "no_change"),
        ([row[:4] for row in CANCER], -1, "cannot_be_calculated"),
    ],
)
def test_markers_need_a_clear_trend_of_no_single_point(points, direction, marker):
    """Fingertips marks a clear trend that no single point carries."""
    assert methods.fingertips_trend(*points, direction).tolist() == [marker]


@pytest.mark.parametrize(("chi_square", "marker"), [(9.56, "increasing"), (9.54, "no_change")])
def test_fingertips_draws_its_limit_at_a_chi_square_of_9_5495(chi_square, marker):
    # on a straight line of five points with an error of one each, chi-square is ten times the square of the step
    values = (chi_square / 10) ** 0.5 * np.arange(5)
    assert methods.fingertips_trend(values, values - 1.96, values + 1.96, 0).tolist() == [marker]


def test_fingertips_marks_no_change_where_limits_lack():
    missing = [NONE] * 5  # practice populations in the published tests: values, but no limits
    assert methods.fingertips_trend([17.5144, 17.3646, 17.6087, 17.6782, 17.7872], missing, missing, 0) == ["no_change"]


PROMISES = [
    {"slug": "fall", "direction": -1, "basis": "register", "target": {"period": "2030", "value": 9.5}},
    {"slug": "rise", "direction": 1, "minimum": 0, "maximum": 100},
    {"slug": "one"},
    {"slug": "none", "unmeasured": "never asked"},
    {"slug": "least", "basis": "register"},
    {"slug": "joined", "breaks": [{"period": "2022", "kind": "break"}]},
    {"slug": "zero", "basis": "register"},
    {"slug": "beside", "role": "context", "direction": 0, "basis": "register"},
    {"slug": "left", "direction": -1, "basis": "register", "target": {"period": "2030", "value": 0.5}},
    {"slug": "long", "basis": "register", "target": {"period": "2030", "value": 15}},
    {"slug": "points", "basis": "register", "unit": "poeng"},
    *({"slug": slug} for slug in ("steep", "flat", "nobody", "everybody", "hardly", "nearly")),
]


@pytest.fixture(scope="module")
def answers():
    strategy = small_strategy(PROMISES)
    # Destatis 4.1.a, as of 2017 and 2018; MMR coverage with the numbers of children; and what no rule can take
    early = [10.4, 9.8, 9.5, 9.8, 10.3, 10.1]
    rows = [("fall", str(2012 + i), value) for i, value in enumerate(early)]
    shares = zip(MMR[0], (61834, 60511, 59074, 57508, 59028), strict=True)
    rows += [("rise", str(2016 + i), value, n) for i, (value, n) in enumerate(shares)]
    rows += [("one", "2022", 50, 900), ("joined", "2021", 50, 900), ("joined", "2022", 60, 900)]
    rows += [{"measure": "least", "period": p, "value": v, "qualifier": q} for p, v, q in _AT_LEAST]
    rows += [("zero", "2021", 0), ("zero", "2022", 4), ("beside", "2021", 1), ("beside", "2022", 2)]
    rows += [("left", "2021", 0.5), ("left", "2022", 0.6)]
    rows += [("long", str(2011 + i), value) for i, value in enumerate([10, 11] * 5 + [10, 19])]
    rows += [("points", str(2018 + i), value) for i, value in enumerate([0, 25, 50, 75, 100])]
    rows += [(slug, str(2018 + i), value, 1001) for slug, values in _FIVE.items() for i, value in enumerate(values)]
    trends = find_trends(strategy, observations(rows, strategy), as_of="2023Q1")
    return methods.verdicts(strategy, trends)


_FIVE = {  # of 1001 respondents, 1000 of whom count: an error of 1.58 near one half
    "steep": [46.6, 48.3, 50, 51.7, 53.4],
    "flat": [47.6, 48.8, 50, 51.2, 52.4],
    "nobody": [0, 1, 1, 1, 1],
    "everybody": [99, 99, 99, 99, 100],
    "hardly": [1, 1, 1, 1, 1],
    "nearly": [99, 99, 99, 99, 99],
}
_AT_LEAST = [("2021", 200, ""), ("2022", 300, "over")]


def said(answers, measure, office, method) -> tuple[str, str, str]:
    row = answers.set_index(["measure", "office", "method"]).loc[(measure, office, method)]
    return row["verdict"], row["colour"], row["reason"]


def test_every_office_answers_on_every_measure_or_says_why_not(answers):
    strategy = small_strategy(PROMISES)
    assert answers.groupby("measure", sort=False).size().to_dict() == dict.fromkeys(strategy.measures.index, 6)
    assert ((answers["verdict"] == "") == (answers["reason"] != "")).all()
    assert (answers.loc[answers["verdict"] == "", "colour"] == "grey").all()


def test_the_offices_may_differ_about_the_same_measure(answers):
    # the last value is on its way to 9.5 in 2030 by Destatis' count; by yearly growth it has covered 0.59 % a year of
    # the 0.50 % required ((10.1/10.4)**(1/5) - 1 and (9.5/10.4)**(1/18) - 1): a ratio of 1.16
    assert said(answers, "fall", "destatis", "weather") == ("sun", "green", "")
    assert said(answers, "fall", "statistics_canada", "growth_ratio") == ("substantial_progress", "green", "")
    # coverage falls from 92.6 to 90.1 per cent in four years: 0.69 % a year, the wrong way
    assert said(answers, "rise", "eustat", "growth_ratio") == ("moderate_deterioration", "red", "")
    assert said(answers, "rise", "statistics_canada", "growth_ratio") == ("deterioration", "red", "")
    assert said(answers, "rise", "fingertips", "trend_marker") == ("decreasing_and_getting_worse", "red", "")
    assert said(answers, "rise", "destatis", "weather") == ("cloud", "red", "")  # the last year rose


def test_a_rise_is_never_called_a_deterioration():
    # 50 to 53.4 towards 80 in 2030: 1.66 % a year of the 4.81 % required
    strategy = small_strategy([{"slug": "rise", "basis": "register", "target": {"period": "2030", "value": 80}}])
    rows = observations([("rise", "2020", 50), ("rise", "2024", 53.4)], strategy)
    answers = methods.verdicts(strategy, find_trends(strategy, rows, as_of="2024Q4"))
    assert said(answers, "rise", "eustat", "growth_ratio") == ("insufficient_progress", "red", "")
    assert look_up("codes.offices", "eustat.growth_ratio", "en") == "EUSTAT, draft: growth ratio"


def test_destatis_s_cloud_is_red_pointing_to_yellow(answers):
    rows = answers.set_index(["measure", "office"])
    assert rows.loc[("rise", "destatis"), ["verdict", "colour", "towards"]].tolist() == ["cloud", "red", "yellow"]
    assert rows.loc[("fall", "destatis"), "towards"] == ""


def test_each_icon_of_a_long_series_gets_its_own_answer(answers):
    assert said(answers, "long", "nhs_england", "variation") == ("improvement", "green", "")
    assert said(answers, "long", "nhs_england", "assurance") == ("consistent_fail", "red", "")


@pytest.mark.parametrize(
    ("measure", "verdict"),
    [  # chi-square is ten times the square of the step over that of the error, 2.5: 11.6 and 5.8 against 9.55
        ("steep", "increasing_and_getting_better"),
        ("flat", "no_change"),
        ("hardly", "no_change"),
        ("nearly", "no_change"),
    ],
)
def test_the_marker_of_a_survey_takes_its_sampling_error(answers, measure, verdict):
    """The trend marker of a survey takes the sampling error as it is."""
    assert said(answers, measure, "fingertips", "trend_marker")[0] == verdict


@pytest.mark.parametrize(
    ("measure", "office", "method", "reason"),
    [
        ("none", "destatis", "weather", "unmeasured"),
        ("one", "eustat", "growth_ratio", "one_point"),
        ("least", "eustat", "growth_ratio", "bound"),
        ("joined", "eustat", "growth_ratio", "one_point"),
        ("zero", "eustat", "growth_ratio", "zero_base"),
        ("beside", "nhs_england", "variation", "no_direction"),
        ("zero", "destatis", "weather", "few_points"),
        ("fall", "fingertips", "trend_marker", "no_sampling_error"),
        ("rise", "nhs_england", "assurance", "few_points"),
        ("left", "statistics_canada", "growth_ratio", "at_target"),
        ("nobody", "fingertips", "trend_marker", "extreme_share"),
        ("everybody", "fingertips", "trend_marker", "extreme_share"),
        ("points", "fingertips", "trend_marker", "no_sampling_error"),
    ],
)
def test_a_rule_that_does_not_apply_says_why(answers, measure, office, method, reason):
    assert said(answers, measure, office, method) == ("", "grey", reason)


def test_sensitivity_counts_who_answers_and_who_agrees(answers):
    own = pd.DataFrame(
        {"proposed": ["green", "grey", "grey"], "direction_colour": ["grey", "red", "grey"]},
        index=["fall", "rise", "none"],
    )
    wide = methods.sensitivity(answers, own)
    assert wide["answering"].tolist() == [3, 4, 0]  # two growth ratios and the weather; those and the marker
    assert wide["agreeing"].tolist() == [3, 4, 0]
    assert wide.loc["rise", "destatis weather"] == "red"
    assert wide.index.tolist() == ["fall", "rise", "none"]


def test_every_verdict_has_a_colour_of_the_report():
    assert set(methods.COLOURS.values()) == {"green", "yellow", "red"}
