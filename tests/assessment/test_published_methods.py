"""Limits and exceptions of other offices' rules, by hand; verdicts that the offices printed are in tests/cases."""

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typed_trends import read_cases

from analysis import published_methods as methods
from analysis.assessment.trends import find_trends
from analysis.text.catalogues import look_up
from small import observations, small_strategy

NONE = np.nan
GROWTH = pd.read_csv(Path(__file__).with_name("growth.csv"), index_col="about")


def case(base_time, base, latest_time, latest, direction, target=NONE, target_time=2030, limit=NONE) -> pd.DataFrame:
    values = [base_time, base, latest_time, latest, direction, target, target_time, limit]
    return pd.DataFrame([values], columns=GROWTH.columns[:8])


@pytest.mark.parametrize(
    ("office", "method"), [("canada", methods.canada_growth_ratio), ("eustat", methods.eustat_growth)]
)
def test_growth_ratios_have_their_limits_and_exceptions(office, method):
    expected = GROWTH[office].dropna()
    assert method(GROWTH)["verdict"][expected.index].to_dict() == expected.to_dict()


def test_zero_counts_as_a_thousandth_in_canada_alone():
    to_zero = case(2015, 10.0, 2023, 0.2, -1, 0.0)
    assert methods.canada_growth_ratio(to_zero)["progress"].tolist() == pytest.approx([0.843], abs=0.0005)
    assert methods.eustat_growth(to_zero)["progress"].tolist() == pytest.approx([0.387], abs=0.0005)


def test_damping_is_one_far_from_the_limit_and_zero_at_it():
    """Damping is one far from the limit nothing at it and alike on both sides."""
    # 1 - 0.9 ** 4.44, by hand: ln 0.9 = -0.1053605; times 4.44 = -0.4678007; exp = 0.626378
    damping = methods.natural_limit_damping([100, 90, 110, 200, 250], [100] * 5)
    assert damping == pytest.approx([0, 0.373622, 0.373622, 1, 1], abs=1e-6)
    assert methods.natural_limit_damping([0.9], [1.0]) == pytest.approx([0.373622], abs=1e-6)  # as a share of one
    assert methods.natural_limit_damping([5.0, 1.6, 0.0], [NONE, 0.0, 0.0]).tolist() == [1, 1, 1]


def test_an_indicator_gets_the_verdict_of_its_mean_score():
    """A score that rounding has left just below a limit is at it."""
    scores = pd.Series([-2.5 - 2e-9, 0.0, 2.5, 2.5 - 0.5e-9, 2.5 - 2e-9, NONE])
    verdicts = ["deterioration", "moderate_progress", "substantial_progress", "substantial_progress"]
    assert methods.canada_verdict(scores).tolist() == [*verdicts, "moderate_progress", "not_available"]


def test_growth_is_missing_where_a_ratio_means_nothing():
    assert np.isnan(methods.annual_growth([0.0, -3.0, 5.0, 5.0], [4.0, -2.0, -1.0, 6.0], [2, 2, 2, 0])).all()
    assert methods.annual_growth(100.0, 121.0, 2.0) == pytest.approx(0.10)
    assert np.isnan(methods.annual_growth([-0.5, 5.0], [-1.0, -0.5], [1, 1])).all()  # over one year a power exists
    assert methods.annual_growth(5.0, 0.0, 2.0) == -1  # all of it was lost


@pytest.mark.parametrize(("latest", "score"), [(110.0, 5.0), (90.0, -5.0), (101.9, 4.75), (98.1, -4.75)])
def test_eustat_s_score_ends_at_five_for_2_per_cent_a_year(latest, score):
    """Eustats score of growth alone ends at five for two per cent a year."""
    assert methods.eustat_growth(case(2020, 100.0, 2021, latest, 1)).iloc[0]["score"] == pytest.approx(score)


def test_doubling_or_losing_all_in_a_year_is_growth():
    """A target that doubles or ends all within a year is a growth as any other; one passed from nothing is met."""
    doubling, ending = case(2020, 10.0, 2021, 15.0, 1, 20.0, 2021), case(2020, 10.0, 2021, 5.0, -1, 0.0, 2021)
    assert methods.growth_ratio(pd.concat([doubling, ending]))["progress"].tolist() == [0.5, 0.5]
    from_nothing, first = case(2015, 0.0, 2023, 5.0, 1, 3.0), case(2021, 100.0, 2021, 100.0, 1, 100.0)
    assert methods.growth_ratio(pd.concat([from_nothing, first]))["met"].tolist() == [True, False]


def weather(values, rule="K", target=NONE, by=NONE, times=range(2015, 2021)):
    return methods.destatis_weather([list(times)], [values], [1], [rule], [target], [by])[0]


@pytest.mark.parametrize("sky", read_cases("weather.csv"), ids=lambda sky: sky["about"])
def test_weather_has_its_limits_and_exceptions(sky):
    """Destatis draws its limits at five and twenty per cent of the gap; one a year is projected to the target year."""
    values = [float(value) for value in sky["values"].split()]
    assert weather(values, sky["rule"], float(sky["target"] or NONE), float(sky["by"] or NONE)) == sky["symbol"]


def test_destatis_divides_by_the_years_between_where_years_lack():
    # 4.3.a, six values over nine years: by points the pace would reach 65, by years it misses 21 per cent of the gap
    series = [45.4, 45, 50.2, 50, 52, 52]
    assert weather(series, "K", 65, 2030, times=[2007, 2010, 2011, 2012, 2014, 2016]) == "cloud"
    assert weather(series, "K", 65, 2030, times=range(2011, 2017)) == "sun"


def test_who_continues_the_latest_yearly_growth_within_bounds():
    assert methods.who_growth_path(68, 2018, 99, 2025, [2025, 2040]) == pytest.approx([99, 100])
    assert methods.who_growth_path(4, 2018, 2, 2019, [2020, 2022]) == pytest.approx([1, 0.25])  # halved every year


sizes = st.floats(1, 1000)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(sizes, sizes, st.floats(0.1, 500), sizes), min_size=20, max_size=20))
def test_a_better_value_never_lowers_a_growth_score(drawn):
    base, latest, better, target = np.array(drawn).T
    cases = pd.DataFrame({"base_time": 2015, "base_value": base, "latest_time": 2023, "latest_value": latest})
    cases = cases.assign(direction=1, target_value=target, target_time=2030, limit=NONE)
    for method in (methods.canada_growth_ratio, methods.eustat_growth):
        for aimed in (cases, cases.assign(target_value=NONE)):
            score = method(aimed)["score"]
            higher = method(aimed.assign(latest_value=latest + better))["score"]
            assert not (higher < score).any()  # both are missing where the base stands at its target


@pytest.mark.parametrize(("chi_square", "marker"), [(9.56, "increasing"), (9.54, "no_change")])
def test_fingertips_draws_its_limit_at_a_chi_square_of_9_5495(chi_square, marker):
    # on a straight line of five points with an error of one each, chi-square is ten times the square of the step
    values = (chi_square / 10) ** 0.5 * np.arange(5)
    assert methods.fingertips_trend(values, values - 1.96, values + 1.96, 0).tolist() == [marker]
    assert methods.fingertips_trend(values[:4], values[:4] - 1, values[:4] + 1, 0) == ["cannot_be_calculated"]


TYPED = tomllib.loads(Path(__file__).with_name("offices.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answers():
    strategy = small_strategy(TYPED["measures"])
    rows = [tuple(row) if isinstance(row, list) else row for row in TYPED["rows"]]
    for series in TYPED["series"]:
        years = range(series["first"], series["first"] + len(series["values"]))
        rows += [
            (series["measure"], str(year), value, series.get("n", NONE))
            for year, value in zip(years, series["values"], strict=True)
        ]
    return methods.verdicts(strategy, find_trends(strategy, observations(rows, strategy), as_of="2023Q1"))


def test_offices_may_differ_or_say_why_a_rule_does_not_apply(answers):
    key = ["measure", "office", "method"]
    expected = pd.DataFrame(read_cases("offices.csv")).set_index(key)
    assert answers.set_index(key).loc[expected.index].to_dict("index") == expected.to_dict("index")


def test_every_office_answers_on_every_measure_or_says_why_not(answers):
    measures = ["respondents", *(measure["slug"] for measure in TYPED["measures"])]
    assert answers["measure"].value_counts().to_dict() == dict.fromkeys(measures, 6)
    assert ((answers["verdict"] == "") == (answers["reason"] != "")).all()
    assert (answers.loc[answers["verdict"] == "", "colour"] == "grey").all()
    assert set(methods.COLOURS.values()) == {"green", "yellow", "red"}
    assert look_up("codes.offices", "eustat.growth_ratio", "en") == "EUSTAT, draft: growth ratio"


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
