import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, false_discovery_control, norm
from scipy.stats import t as student
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis import surveys
from analysis.statistics.surveys import Design, SurveyError
from typed_cases import cases, read_cases

FOLDER = Path(__file__).parent

# Helsepersonellundersøkelsen 2022 and 2023 (table 2.1 of the 2023 edition) and the share with access in practice
ACCESS = (0.26, 0.28, 4997, 4505)
shares = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
sizes = st.integers(2, 100_000)


def test_the_standard_error_follows_design_and_rounding():
    assert surveys.share_se(0.5, 101) == pytest.approx(0.05)
    assert surveys.share_se(0.5, 101, deff=4) == pytest.approx(0.10)
    assert surveys.share_se(0.5, 101, population=202) == pytest.approx(0.05 * 0.5**0.5)
    assert surveys.share_se(0.5, 101, rounding=0.01) == pytest.approx((0.0025 + 0.0001 / 12) ** 0.5)
    for share, moved in ((0.0, 0.5 / 11), (1.0, 10.5 / 11)):  # a share of none or all is not certain
        assert surveys.share_se(share, 10) == pytest.approx((moved * (1 - moved) / 9) ** 0.5)


def test_a_standard_error_takes_a_share_and_two_respondents():
    assert surveys.share_se(0.5, [np.nan, 0, 1, 2]) == pytest.approx([np.nan, np.nan, np.nan, 0.5], nan_ok=True)
    assert np.isnan(surveys.share_se([np.nan, -0.5, 1.5], 100)).all()


def test_a_population_counted_in_full_has_no_error_or_test():
    """One smaller than the sample was counted in full, one of nobody or fewer is none."""
    assert surveys.share_se(0.5, [17, 18], population=17).tolist() == [0, 0]
    assert np.isnan(surveys.change_between_waves(0.2, 0.4, 17, 17, population=17).p_value)
    assert surveys.share_se(0.5, 2, population=[-0.5, 0, 0.5]) == pytest.approx([np.nan, np.nan, 0], nan_ok=True)
    needed = surveys.required_respondents(0.26, 0.28, population=[-0.5, 0, 0.5])
    assert np.isnan(needed).tolist() == [True, True, False]


@pytest.mark.parametrize("n", [0.0, -0.5])
def test_without_respondents_there_is_no_interval(n):
    """Without respondents there is no effective n and no interval."""
    assert np.isnan(surveys.effective_n(n))
    assert np.isnan([surveys.wilson(1.0, n), surveys.newcombe(0.3, 9, 0.4, n), surveys.newcombe(0.3, n, 0.4, 9)]).all()


def test_a_design_may_leave_less_than_one_effective_respondent():
    # Wilson's limits of a share of one: n / (n + z²) and 1
    z_square, n = 1.959964**2, 0.75
    assert surveys.effective_n(1.5, deff=2) == surveys.effective_n(n) == n
    least = n / (n + z_square)
    assert surveys.wilson(1.0, n) == pytest.approx((least, 1.0), abs=1e-6)
    assert surveys.newcombe(0.0, n, 1.0, n) == pytest.approx((1 - 2**0.5 * (1 - least), 1.0), abs=1e-6)
    assert surveys.newcombe(1.0, n, 0.0, n) == pytest.approx((-1.0, 2**0.5 * (1 - least) - 1), abs=1e-6)


@pytest.mark.parametrize("pair", [(-0.5, 0.6), (0.6, -0.5), (0.4, 1.5), (1.5, 0.4)])
def test_what_is_no_share_has_no_test_and_no_size(pair):
    assert np.isnan(surveys.change_between_waves(*pair, 100, 100).z)
    assert np.isnan(surveys.required_respondents(*pair))


def test_intervals_of_any_table_are_those_of_statsmodels():
    n = np.array([1, 2, 5, 17, 100, 1524, 4997, 2_000_000])[:, None]
    yes = np.round(n * np.linspace(0, 1, 13))
    np.testing.assert_allclose(surveys.wilson(yes / n, n), proportion_confint(yes, n, method="wilson"), atol=1e-14)
    other, many = yes[::-1], np.broadcast_to(n[::-1], yes.shape)
    ours = surveys.newcombe(other / many, many, yes / n, n, level=0.9)
    theirs = confint_proportions_2indep(yes, n, other, many, compare="diff", method="newcomb", alpha=0.1)
    np.testing.assert_allclose(ours, theirs, atol=1e-14)
    # an error as of a simple sample of as many, and endlessly many degrees of freedom: Clopper and Pearson's own limits
    share, degrees = yes[3:] / n[3:], 10**9
    se, large = np.sqrt(share * (1 - share) / n[3:]), student.ppf(0.975, n[3:] - 1) / norm.ppf(0.975)
    exact = proportion_confint(share * n[3:] * large**2, n[3:] * large**2, method="beta")
    np.testing.assert_allclose(surveys.korn_graubard(share, se, n[3:], degrees), exact, rtol=1e-7)


@pytest.mark.parametrize("case", read_cases(FOLDER / "waves.csv"), ids=lambda case: case["about"])
def test_waves_of_the_source_surveys_test_as_their_pages_say(case):
    wave = [float(case[name]) for name in ("before", "after", "n_before", "n_after")]
    change = surveys.change_between_waves(*wave)
    assert change.z == pytest.approx(float(case["z"]), abs=0.005)
    assert str(change.significant) == case["significant"]


def test_26_to_28_per_cent_needs_3787_respondents_a_wave():
    """The pooled test is passed from 3786, where Newcombe's interval still holds zero."""
    assert surveys.change_between_waves(*ACCESS).p_value == pytest.approx(0.028, abs=5e-4)
    assert surveys.required_respondents(0.26, 0.28) == 3787
    short, enough = (surveys.change_between_waves(0.26, 0.28, n, n) for n in (3786, 3787))
    assert short.p_value < 0.05 and short.low < 0 < enough.low


def test_a_counted_population_lets_a_change_bear_more_design():
    # 40 to 43 %, two thirds of 1500 asked: n counts three times; z = 0.03 / sqrt(0.415 * 0.585 * 2 / 3000) = 2.358
    assert surveys.vanishing_deff(0.40, 0.43, 1000, 1000, population=1500) == pytest.approx(1.45, abs=0.005)
    assert surveys.vanishing_deff(0.40, 0.43, 1000, 1000) == pytest.approx(0.48, abs=0.005)


@pytest.mark.parametrize(("deff", "significant"), [(1.24, True), (1.26, False)])
def test_a_design_effect_of_a_quarter_makes_26_to_28_vanish(deff, significant):
    assert surveys.vanishing_deff(*ACCESS) == pytest.approx(1.25, abs=0.005)
    assert surveys.change_between_waves(*ACCESS, deff=deff).significant == significant


def test_required_respondents_are_just_enough():
    """By both tests of the rule, for shares at most ten points apart and for rare ones."""
    drawn = np.random.default_rng(5).integers(0, [1001, 101], (2000, 2)) / 1000
    before, after = drawn[:, 0], (drawn[:, 0] + drawn[:, 1] + 0.001).clip(0, 1)
    before, after = before[after > before], after[after > before]
    needed = surveys.required_respondents(before, after)
    assert surveys.change_between_waves(before, after, needed, needed).significant.all()
    assert not surveys.change_between_waves(before, after, needed - 1, needed - 1).significant.any()


def test_required_respondents_depend_on_design_and_population():
    """Required respondents grow with the design and shrink in a small population; no number finds a change of none."""
    assert surveys.required_respondents(0.26, 0.28, deff=2) == pytest.approx(2 * 3787, abs=1)
    assert surveys.required_respondents(0.26, 0.28, population=3787) == pytest.approx(3787 / 2, abs=1)
    assert np.isnan(surveys.required_respondents(0.5, [0.5, 0.5 + 0.5e-9, 0.5 + 2e-9])).tolist() == [True, True, False]


def test_p_below_5_per_cent_needs_an_interval_without_zero():
    """A p below five per cent is not enough when the interval holds zero."""
    # 2 of 5 against 0 of 9: z = -0.4 / sqrt(1/7 * 6/7 * (1/5 + 1/9)); Wilson's limits (.1176, .7693) and (0, .2991)
    change = surveys.change_between_waves(2 / 5, 0, 5, 9)
    assert change.z == pytest.approx(-2.049, abs=5e-4) and change.p_value < 0.05
    assert change.high == pytest.approx(-0.4 + ((0.4 - 0.1176) ** 2 + 0.2991**2) ** 0.5, abs=1e-4)
    assert change.high > 0 and not change.significant


def test_an_interval_without_zero_needs_p_below_5_per_cent():
    """An interval without zero is not enough when p is above five per cent."""
    # 3 of 4 against 2 of 10: z = -0.55 / sqrt(5/14 * 9/14 * (1/4 + 1/10)); Wilson (.3006, .9544) and (.0567, .5098)
    change = surveys.change_between_waves(3 / 4, 2 / 10, 4, 10)
    assert change.z == pytest.approx(-1.940, abs=5e-4) and change.p_value > 0.05
    assert change.high == pytest.approx(-0.55 + ((0.75 - 0.3006) ** 2 + (0.5098 - 0.2) ** 2) ** 0.5, abs=1e-4)
    assert change.high < 0 and not change.significant


def test_two_waves_in_which_nobody_said_yes_do_not_differ():
    change = surveys.change_between_waves(0, 0, 100, 100)
    assert (change.z, change.p_value, change.significant) == (0, 1, False)


@cases(__file__, "rounded.csv")
@pytest.mark.parametrize("sizes", [(4997, 4505), (400, 400)])
def test_p_over_rounding_spans_the_corners_of_what_was_rounded(before, after, far, near, sizes):
    """No share lies below none or above all."""
    corners = [surveys.change_between_waves(*map(float, pair.split()), *sizes).p_value for pair in (far, near)]
    found = surveys.p_over_rounding(float(before), float(after), *sizes, rounding=0.01)
    assert found == pytest.approx(corners)


def test_shares_that_may_be_equal_have_a_highest_p_of_one():
    """Shares that may have been equal before rounding may have moved either way."""
    either = [surveys.change_between_waves(*pair, 100, 5000).p_value for pair in ((0.295, 0.305), (0.305, 0.295))]
    assert surveys.p_over_rounding(0.3, 0.3, 100, 5000, rounding=0.01) == (pytest.approx(min(either)), 1)
    assert min(either) < max(either)  # the waves are of different size
    assert surveys.p_over_rounding([0.26, 0.27], [0.265, 0.262], 4997, 4505, rounding=0.01)[1].tolist() == [1, 1]


def test_benjamini_and_hochberg_flag_up_to_the_last_p():
    """Benjamini and hochberg flag up to the last p under its line."""
    # lines at q = 0.10 and four tests: 0.025, 0.050, 0.075, 0.100; the missing one is no test
    flags = surveys.discoveries([0.030, 0.045, 0.20, np.nan, 0.012])
    assert flags.tolist() == [True, True, False, False, True]
    assert not surveys.discoveries([np.nan, np.nan]).any()
    assert [bool(surveys.discoveries([p])[0]) for p in (0.0995, 0.10, 0.1005)] == [True, True, False]  # one alone


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.01, 0.5))
def test_the_flags_are_those_of_p_values_adjusted_by_scipy(p_values, rate):
    adjusted = false_discovery_control(p_values)
    clear = np.abs(adjusted - rate) > 1e-12
    assert (surveys.discoveries(p_values, rate) == (adjusted <= rate))[clear].all()


def test_289_to_328_applications_could_be_chance_as_counts():
    change = surveys.poisson_change([289, 0, 0, 1, -0.5, 5], [328, 0, 1, 0, 5, -0.5])
    assert change.change[0] == 39
    assert change.z.round(2).tolist() == pytest.approx([1.57, 0, 1, -1, np.nan, np.nan], nan_ok=True)
    assert change.p_value.round(2).tolist() == pytest.approx([0.12, 1, 0.32, 0.32, np.nan, np.nan], nan_ok=True)


RESPONDENTS_2022 = pd.Series({"kommuner": 1584, "andre": 4997 - 1584})
RESPONDENTS_2023 = pd.Series({"kommuner": 750, "andre": 4505 - 750})


def test_a_gap_of_13_points_would_explain_two_points():
    """A gap of 13 points between municipalities and others would explain two points."""
    gaps = surveys.composition_gaps(RESPONDENTS_2022, RESPONDENTS_2023, change=2)
    assert gaps.loc["kommuner", ["share_before", "share_after"]].round().tolist() == [32, 17]
    assert gaps.loc[["kommuner", "andre"], "gap"].tolist() == pytest.approx([13.3, -13.3], abs=0.05)
    assert gaps["possible"].all()
    # municipalities at 20, all others 13.288 higher: the mix alone moves the total by 2
    values = pd.Series({"kommuner": 20.0, "andre": 20.0 + gaps.loc["kommuner", "gap"]})
    before, after = (surveys.standardise(values, mix) for mix in (RESPONDENTS_2022, RESPONDENTS_2023))
    assert after - before == pytest.approx(2)


@cases(__file__, "gaps.csv")
def test_groups_can_lie_a_whole_apart_and_no_further(a, b, change, gap, possible):
    """Sizes were 50 and 50 before; a share that did not shift explains nothing, a small shift not everything."""
    before, after = pd.Series({"a": 50, "b": 50}), pd.Series({"a": int(a), "b": int(b)})
    row = surveys.composition_gaps(before, after, float(change)).loc["b"]
    assert row[["gap", "possible"]].tolist() == pytest.approx([float(gap), possible == "yes"], nan_ok=True)


def test_standardising_weighs_groups_by_the_mix():
    values = pd.DataFrame({2022: {"a": 10.0, "b": 20.0}, 2023: {"a": 12.0, "b": np.nan}})
    found = surveys.standardise(values, pd.Series({"b": 3, "a": 1}))
    assert found[2022] == pytest.approx(0.25 * 10 + 0.75 * 20)
    assert np.isnan(found[2023])


def test_a_mix_may_have_an_empty_group_but_not_nobody():
    """A mix may be given in shares and hold an empty group but not nobody or less."""
    values = pd.Series({"a": 10.0, "b": 20.0})
    assert surveys.standardise(values, pd.Series({"a": 0.0, "b": 0.5})) == 20
    for sizes in ((0, 0), (-0.5, 1)):
        with pytest.raises(SurveyError, match="sizes of zero or more, and somebody in it"):
            surveys.standardise(values, pd.Series(dict(zip("ab", sizes, strict=True))))


def test_groups_that_only_one_side_holds_are_named():
    with pytest.raises(SurveyError, match=r"kommune.*did you mean 'kommuner'"):
        surveys.standardise(pd.Series({"kommune": 1.0, "andre": 2.0}), RESPONDENTS_2022)


def drawn(design):
    """Return a design as typed, of which lists are the stages."""
    return Design(**{name: tuple(cell) if isinstance(cell, list) else cell for name, cell in design.items()})


@pytest.mark.parametrize("case", read_cases(FOLDER / "designs.toml"), ids=lambda case: case["about"])
def test_a_mean_has_the_error_worked_out_by_hand(case):
    """And Student's limits, at the degrees of freedom of the design or the group."""
    found = surveys.weighted_mean(pd.DataFrame(case["sample"]), "y", drawn(case["design"]), by=case.get("by"))
    row = found.loc[case.get("group", "")]
    assert (row["estimate"], row["se"] ** 2) == pytest.approx((case["estimate"], case["variance"]), nan_ok=True)
    if "student" in case:
        limits = [row["estimate"] + way * case["student"] * row["se"] for way in (-1, 1)]
        assert row[["low", "high"]].tolist() == pytest.approx(limits, nan_ok=True)


def test_weights_of_zero_count_nobody():
    """Weights of nothing count nobody and without weights each stands for one."""
    sample = pd.DataFrame({"y": [1.0, 3.0, 9.0], "w": [0.25, 0.25, 0.0], "none": 0.0})
    some = surveys.weighted_mean(sample, "y", Design("w")).loc[""]
    assert some[["estimate", "n", "population"]].tolist() == [2, 2, 0.5]
    everybody = surveys.weighted_mean(sample, "y", Design()).loc[""]
    assert everybody[["n", "population"]].tolist() == [3, 3]
    with warnings.catch_warnings(action="error"):
        nobody = surveys.weighted_mean(sample, "y", Design("none")).loc[""]
    assert nobody[["n", "population"]].tolist() == [0, 0]
    assert nobody[["estimate", "se", "low", "high", "deff"]].isna().all()


def test_the_design_effect_takes_two_answers_that_differ():
    sample = pd.DataFrame({"y": [0.0, 1, 5, 7, 7], "group": list("ppoqq")})
    with warnings.catch_warnings(action="error"):
        rows = surveys.weighted_mean(sample, "y", Design(), by="group")
    assert rows["deff"].isna().to_dict() == {"o": True, "p": False, "q": True}
    assert surveys.weighted_mean(sample, "y", Design()).loc["", "deff"] == pytest.approx(1)  # drawn as compared with


def test_a_share_of_none_has_the_limits_of_a_simple_sample():
    """A share of none has the limits of a simple sample as large."""
    assert surveys.korn_graubard(0.0, 0.0, 100, 99) == pytest.approx((0, 1 - 0.025 ** (1 / 100)))  # exact binomial


def test_few_degrees_of_freedom_shrink_the_effective_n():
    # .5 * .5 / .1² = 25, times (1.98422 / 2.77645)² of Student's tables at 99 and 4 degrees: 12.768
    size = 25 * (1.98422 / 2.77645) ** 2
    low, high = surveys.korn_graubard(0.5, 0.1, 100, 4)
    assert low == pytest.approx(beta.ppf(0.025, size / 2, size / 2 + 1), abs=1e-5)
    assert high == pytest.approx(1 - low)


def test_shares_by_group_add_up_and_leave_out_who_did_not_answer():
    sample = pd.DataFrame({"answer": ["yes", "no", "yes", None], "kind": ["a", "a", "b", "b"], "w": [1, 3, 2, 2]})
    found = surveys.weighted_share(sample, "answer", Design("w"), by="kind")
    assert found.loc[("a", "yes"), "estimate"] == pytest.approx(0.25)
    assert found.loc[("b", "yes"), ["estimate", "n", "population"]].tolist() == [1.0, 1, 2]
    assert found.groupby("group")["estimate"].sum().tolist() == [1.0, 1.0]


@pytest.mark.parametrize("case", read_cases(FOLDER / "refused_designs.toml"), ids=lambda case: case["message"])
def test_an_impossible_design_is_refused_with_its_reason(case):
    """A design that cannot be computed on is refused with its reason."""
    with pytest.raises(SurveyError, match=case["message"]):
        surveys.weighted_mean(pd.DataFrame(case["sample"]), "y", drawn(case["design"]))


@given(shares, shares, sizes, sizes)
@settings(max_examples=50, deadline=None)
def test_turning_the_question_round_turns_the_change_round(before, after, n_before, n_after):
    asked = surveys.change_between_waves(before, after, n_before, n_after)
    turned = surveys.change_between_waves(1 - before, 1 - after, n_before, n_after)
    assert turned.p_value == pytest.approx(asked.p_value, abs=1e-6)
    assert (turned.low, turned.high) == (pytest.approx(-asked.high, abs=1e-9), pytest.approx(-asked.low, abs=1e-9))
    assert surveys.share_se(1 - before, n_before) == pytest.approx(float(surveys.share_se(before, n_before)), abs=1e-9)


@given(shares, shares, sizes, sizes)
@settings(max_examples=50, deadline=None)
def test_the_interval_holds_the_change_and_rounding_its_p(before, after, n_before, n_after):
    """The interval holds the change and p lies within its rounding."""
    change = surveys.change_between_waves(before, after, n_before, n_after)
    low, high = surveys.p_over_rounding(before, after, n_before, n_after, 0.01)
    assert change.low - 1e-9 <= change.change <= change.high + 1e-9
    assert low - 1e-9 <= change.p_value <= high + 1e-9


DIRTY = [np.nan, -1.0, 0.0, 1e-12, 0.26, 0.28, 0.26 + 1e-16, 1.0, 1.5, 2.0, 1000.0, 1e12]


@given(st.lists(st.tuples(*[st.sampled_from(DIRTY)] * 6), min_size=1, max_size=40))
@settings(max_examples=20, deadline=None)
def test_no_input_gives_an_infinity_or_an_exception(rows):
    before, after, n_before, n_after, population, rounding = np.array(rows).T
    found = (
        *surveys.change_between_waves(before, after, n_before, n_after, population=population)[1:],
        surveys.share_se(before, n_before, population=population, rounding=rounding),
        surveys.required_respondents(before, after, population=population),
        *surveys.p_over_rounding(before, after, n_before, n_after, rounding),
        *surveys.poisson_change(before, after)[1:],
        *surveys.wilson(before, n_before),
    )
    assert not any(np.isinf(column).any() for column in found)


def share_of(sample, design, group, answer="yes"):
    return surveys.weighted_share(sample, "answer", design, by="group").loc[(group, answer)]


def test_a_group_has_the_degrees_of_its_own_units():
    # 2 of 3 beside 997: Clopper and Pearson's limits of 2 of 3, as R's svyciprop gives
    sample = pd.DataFrame({"answer": ["yes", "yes", "no"] + ["no"] * 997, "group": ["g"] * 3 + ["others"] * 997})
    row = share_of(sample, Design(), "g")
    assert row[["low", "high"]].tolist() == pytest.approx([0.094, 0.992], abs=0.0006)
    assert row[["low", "high"]].tolist() == pytest.approx([beta.ppf(0.025, 2, 2), beta.ppf(0.975, 3, 1)], abs=2e-3)


def test_units_without_weight_or_answer_give_no_degree():
    # units 1, 2 and 3 in one stratum: 2 degrees; 4 has no weight, 5 no answer, 6 another group
    sample = pd.DataFrame(
        {
            "answer": ["yes", "no", "yes", "no", None, "no"],
            "group": list("gggggo"),
            "unit": range(6),
            "w": [1, 1, 1, 0, 1, 1],
        }
    )
    row = share_of(sample, Design("w", clusters=("unit",)), "g")
    limits = surveys.korn_graubard(row["estimate"], row["se"], 3, 2)
    assert row[["low", "high"]].tolist() == pytest.approx(list(map(float, limits)))


@pytest.mark.parametrize(("yes", "share"), [(4, 4 / 6), (0, 0.0), (6, 1.0)])
def test_a_count_of_everybody_has_no_interval(yes, share):
    sample = pd.DataFrame({"answer": ["yes"] * yes + ["no"] * (6 - yes), "group": "g", "size": 6})
    answer = "yes" if yes else "no"
    row = share_of(sample, Design(populations=("size",)), "g", answer)
    share = share if yes else 1.0
    assert row[["estimate", "se", "low", "high"]].tolist() == pytest.approx([share, 0, share, share])
    assert row["se"] == 0
