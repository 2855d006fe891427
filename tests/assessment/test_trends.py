import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import find_trends
from analysis.assessment.trends import COLUMNS
from analysis.core.names import UnknownNameError
from analysis.records.observations import read_observations
from analysis.records.strategy import read_strategy
from small import observations, small_strategy

SHARE = small_strategy([{"slug": "share", "rounding": 1}])
COUNT = small_strategy([{"slug": "count", "unit": "søknader", "basis": "register", "counting": "events"}])
ACCESS = [("share", "2022", 26, 4997), ("share", "2023", 28, 4505)]  # Helsepersonellundersøkelsen 2022 and 2023


def yearly(slug, values, first=2001, n=1000):
    return [(slug, str(year), value, n) for year, value in enumerate(values, start=first)]


def trend(strategy, rows, as_of=None):
    return find_trends(strategy, observations(rows, strategy), as_of).iloc[0]


def test_every_measure_has_a_row_missing_where_unknown():
    """Every measure has a row and what is not known is missing never zero."""
    strategy = small_strategy([{"slug": "a"}, {"slug": "b", "unmeasured": "never asked"}])
    found = find_trends(strategy, observations([("a", "2023", 1.0)]).iloc[:0])
    assert found.index.tolist() == ["a", "b", "respondents"]
    assert found.columns.tolist() == list(COLUMNS)
    assert found["missing"].tolist() == ["no_observation", "unmeasured", "no_observation"]
    assert found["word"].unique().tolist() == ["none"] and found["n_points"].eq(0).all()
    unknown = [
        "baseline_value",
        "latest_value",
        "latest_se",
        "change",
        "z",
        "p_value",
        "slope",
        "mk_p",
        "age",
        "required_n",
    ]
    assert found[unknown].isna().all(axis=None)
    assert not found[["significant", "bh_flag", "break_after_baseline"]].any(axis=None)
    assert found["points"].tolist() == [(), (), ()]


def test_a_measure_without_figures_takes_none_from_others():
    """A measure without figures takes none from the measures beside it."""
    strategy = small_strategy([{"slug": "a"}, {"slug": "b"}])
    found = find_trends(strategy, observations(yearly("a", [10]), strategy))
    assert found.loc[["a", "b"], "missing"].tolist() == ["", "no_observation"]
    assert found.loc["a", ["latest_value", "latest_source", "slope_points"]].tolist() == [10, "source", 0]
    empty = [f"{point}_{name}" for point in ("baseline", "previous", "latest") for name in ("value", "time", "period")]
    assert found.loc["b", empty].isna().all()
    assert (found.loc["b", "latest_source"], found.loc["b", "latest_qualifier"]) == ("", "")
    assert pd.isna(found.loc["b", "latest_published"])


def test_numbers_are_numbers_where_nothing_is_measured():
    """A column of Python's objects would compare with a warning, which stops a report."""
    trends = find_trends(SHARE, observations([], SHARE), "2024Q1")
    places = [
        f"{point}_{part}" for point in ("baseline", "previous", "latest") for part in ("time", "value", "se", "n")
    ]
    assert trends[places].dtypes.unique().tolist() == [np.dtype(float)]


def test_26_to_28_per_cent_is_significant_unless_rounded():
    """26 to 28 per cent is a significant change that rounding can undo."""
    row = trend(SHARE, ACCESS)
    assert (row["word"], row["change"], row["n_points"]) == ("change", 2, 2)
    assert (row["z"], row["p_value"]) == (pytest.approx(2.19, abs=0.005), pytest.approx(0.028, abs=5e-4))
    assert row["significant"] and row["bh_flag"]
    # near 2 ± 1.96 * 100 * sqrt(.26 * .74 / 4997 + .28 * .72 / 4505)
    assert (row["change_low"], row["change_high"]) == pytest.approx((0.212, 3.788), abs=0.005)
    # Newcombe's own, by hand: Wilson 24.803 to 27.234 and 26.708 to 29.329 per cent; 2 - sqrt(1.292² + 1.234²), and
    # 2 + sqrt(1.197² + 1.329²)
    assert (row["change_low"], row["change_high"]) == pytest.approx((0.2132, 3.7892), abs=5e-4)
    # 25.5 to 28.5 and 26.5 to 27.5: z 3.29 and 1.10
    assert (row["p_low"], row["p_high"]) == pytest.approx((0.0010, 0.273), abs=5e-4)
    assert row["required_n"] == 3787
    assert (row["previous_n"], row["latest_n"]) == (4997, 4505)
    # 100 * sqrt(.28 * .72 / 4504 + .01² / 12)
    assert row["latest_se"] == pytest.approx(0.7287, abs=5e-5)


def test_46_to_49_per_cent_is_not_significant():
    """46 to 49 per cent is not significant though described as a rise."""
    row = trend(SHARE, [("share", "2022", 46, 1524), ("share", "2023", 49, 1608)])
    assert row["p_value"] == pytest.approx(0.09, abs=0.005) and not row["significant"]


def test_289_to_328_applications_have_a_poisson_comparison():
    """289 to 328 applications have no sampling error but a poisson comparison."""
    row = trend(COUNT, [("count", "2022", 289), ("count", "2023", 328)])
    assert (row["change"], row["latest_se"], row["significant"]) == (39, 0, False)
    assert np.isnan(row["p_value"]) and np.isnan(row["change_low"]) and np.isnan(row["required_n"])
    assert row["poisson_p"] == pytest.approx(0.116, abs=5e-4)


@pytest.mark.parametrize(
    "strategy",
    [
        small_strategy(
            [{"slug": "count", "unit": "brukere", "basis": "register", "counts": "brukere", "timing": "average"}]
        ),
        small_strategy([{"slug": "count", "unit": "prosent", "basis": "register", "counting": "events"}]),
        small_strategy([{"slug": "count", "unit": "timer", "basis": "register"}]),
    ],
    ids=["a stock", "a share", "no count"],
)
def test_only_counts_of_what_happened_are_compared_as_counts(strategy):
    assert np.isnan(trend(strategy, [("count", "2022", 28), ("count", "2023", 32)])["poisson_p"])


def test_counts_of_periods_of_different_length_are_not_compared():
    assert np.isnan(trend(COUNT, [("count", "2022", 289), ("count", "2023Q3", 80)])["poisson_p"])


@pytest.mark.parametrize("qualifier", ["over", "under"])
def test_a_bound_is_shown_but_nothing_is_tested_on_it(qualifier):
    rows = [ACCESS[0], {"measure": "share", "period": "2023", "value": 28, "n": 4505, "qualifier": qualifier}]
    row = trend(SHARE, rows)
    assert (row["latest_value"], row["latest_qualifier"], row["change"]) == (28, qualifier, 2)
    assert np.isnan(row[["p_value", "change_low", "latest_se", "required_n", "p_high"]].astype(float)).all()
    assert not row["significant"]
    row = trend(
        COUNT, [("count", "2022", 289), {"measure": "count", "period": "2023", "value": 328, "qualifier": qualifier}]
    )
    assert np.isnan(row["poisson_p"])


def test_a_bound_in_a_long_series_leaves_its_tests_out():
    rows = yearly("share", range(10, 22))
    row = trend(
        SHARE,
        [*rows[:-3], {"measure": "share", "period": "2010", "value": 19, "n": 1000, "qualifier": "over"}, *rows[-2:]],
    )
    assert row["word"] == "process" and row["variation"] == "" and np.isnan(row["mk_p"])
    assert np.isnan(row["slope_chi2_p"]) and not row["slope_sign_stable"]


def test_a_bound_before_the_latest_five_leaves_their_slope_in():
    bound = {"measure": "share", "period": "2000", "value": 5, "n": 1000, "qualifier": "under"}
    row = trend(SHARE, [bound, *yearly("share", [10, 14, 19, 23, 28])])
    assert row["slope_chi2_p"] < 0.002 and row["slope_sign_stable"] and np.isnan(row["mk_p"])


@pytest.mark.parametrize("standing", ["conflict", "excluded"])
def test_excluded_rows_and_breakdowns_are_no_points(standing):
    """Rows that do not count and breakdowns are no part of the series."""
    rows = [
        *ACCESS,
        {"measure": "share", "period": "2024", "value": 99, "n": 9, "standing": standing},
        {"measure": "share", "period": "2024", "value": 98, "n": 9, "breakdown": "kjoenn=kvinne"},
    ]
    assert trend(SHARE, rows)["latest_period"] == "2023"


def test_a_withheld_row_is_passed_over_and_no_more():
    """The figures before it and after it count; withheld is what has none else."""
    hidden = [{"measure": "count", "period": "2023", "value": np.nan, "standing": "withheld"}]
    shown = [("count", "2021", 20), ("count", "2022", 22)]
    row = trend(COUNT, shown + hidden)
    assert (row["latest_period"], row["latest_value"], row["n_points"], row["missing"]) == ("2022", 22, 2, "")
    assert trend(COUNT, [*hidden, ("count", "2024", 25)])["latest_value"] == 25
    assert (trend(COUNT, hidden)["missing"], trend(COUNT, [])["missing"]) == ("withheld", "no_observation")


def test_the_latest_edition_known_then_is_the_one_that_counts():
    first = {"measure": "share", "period": "2022", "value": 26, "n": 4997, "published": "2023-01-31", "source": "early"}
    revised = first | {"value": 25, "published": "2023-05-31", "source": "late"}
    early = trend(SHARE, [revised, first], as_of="2023Q1")
    assert (early["latest_value"], early["latest_source"], early["latest_published"]) == (
        26,
        "early",
        pd.Timestamp("2023-01-31"),
    )
    late = trend(SHARE, [revised, first], as_of="2023-05-31")
    assert (late["latest_value"], late["n_points"]) == (25, 1)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_row_without_a_number_is_no_point(value):
    row = trend(SHARE, [*ACCESS, ("share", "2024", value, 1000)])
    assert (row["n_points"], row["latest_period"]) == (2, "2023")


def test_two_periods_at_one_moment_are_one_point():
    stock = small_strategy([{"slug": "share", "timing": "stock"}])
    row = trend(stock, [("share", "2022", 1.0), ("share", "2023", 2.0), ("share", "2023-12", 3.0)])
    assert row["n_points"] == 2 and np.isfinite(row["slope"])


def test_age_counts_from_mid_year_to_the_day_of_the_report():
    """Age counts from the middle of the year measured to the day of the report."""
    assert trend(SHARE, ACCESS, as_of="2024Q1")["age"] == pytest.approx(2024 + 91 / 366 - 2023.5)
    assert trend(SHARE, ACCESS, as_of=pd.Timestamp("2023-12-31"))["age"] == pytest.approx(0.5)
    assert trend(SHARE, [("share", "2024Q1", 26, 100)], as_of="2024Q1")["age"] == 0


def broken(kind, period="2022"):
    return small_strategy([{"slug": "share", "breaks": [{"period": period, "kind": kind}]}])


def test_a_series_is_never_joined_across_a_break():
    row = trend(broken("break"), yearly("share", [10, 20, 30, 40], first=2020))
    assert (row["n_points"], row["baseline_period"], row["previous_value"]) == (2, "2022", 30)
    assert not row["break_after_baseline"]
    assert [value for _, value, _ in row["points"]] == [30, 40]


def test_the_first_value_after_a_break_is_one_point():
    row = trend(broken("break", "2023"), yearly("share", [10, 20], first=2022))
    assert (row["word"], row["n_points"]) == ("point", 1) and np.isnan(row["change"])


def test_a_break_after_a_stated_baseline_keeps_the_baseline():
    """A break after the stated baseline is known and the baseline kept."""
    strategy = small_strategy(
        [{"slug": "share", "baseline": {"period": "2020"}, "breaks": [{"period": "2022", "kind": "break"}]}]
    )
    row = trend(strategy, yearly("share", [10, 20, 30, 40], first=2020))
    assert row["break_after_baseline"] and (row["baseline_value"], row["baseline_n"]) == (10, 1000)


def test_a_break_without_values_after_it_counts_from_its_day():
    """A break that no value has followed yet is known from its day on."""
    rows = yearly("share", [10, 20], first=2021)
    assert trend(broken("break", "2023"), rows, as_of="2023Q1")["break_after_baseline"]
    assert not trend(broken("break", "2023"), rows, as_of="2022-12-31")["break_after_baseline"]
    assert trend(broken("break", "2023"), rows, as_of="2023-01-01")["break_after_baseline"]
    assert trend(broken("break", "2023"), rows, as_of="2023Q1")["n_points"] == 2


@pytest.mark.parametrize(("kind", "column"), [("suspected", "suspected_break"), ("minor", "minor_break")])
def test_lesser_breaks_cut_nothing_off_but_are_flagged(kind, column):
    row = trend(broken(kind), yearly("share", [10, 20, 30], first=2020))
    assert row["n_points"] == 3 and row[column] and not row["break_after_baseline"]
    assert not trend(broken(kind, "2023"), yearly("share", [10, 20, 30], first=2020))[column]
    assert not trend(broken(kind, "2020"), yearly("share", [10, 20, 30], first=2020))[column]


def test_a_break_counts_from_the_first_period_not_before_it():
    """A break within a year holds from the first period that starts with it or later."""
    rows = [("share", "2022Q4", 1.0, 100), ("share", "2023Q1", 2.0, 100), ("share", "2023Q2", 3.0, 100)]
    assert trend(broken("break", "2023"), rows)["n_points"] == 2


def test_a_stated_baseline_value_comes_before_the_observed():
    """A stated baseline value stands and without one the observation is used."""
    stated = small_strategy([{"slug": "share", "baseline": {"period": "2021", "value": 25.0}}])
    row = trend(stated, yearly("share", [10, 20, 30], first=2020))
    assert (row["baseline_period"], row["baseline_value"], row["baseline_time"]) == ("2021", 25, 2021.5)
    unstated = small_strategy([{"slug": "share", "baseline": {"period": "2021"}}])
    assert trend(unstated, yearly("share", [10, 20, 30], first=2020))["baseline_value"] == 20
    unseen = trend(unstated, yearly("share", [10], first=2022))
    assert unseen["baseline_period"] == "2021" and np.isnan(unseen["baseline_value"])
    assert trend(SHARE, yearly("share", [10, 20], first=2020))["baseline_value"] == 10


@pytest.mark.parametrize(
    ("points", "word"),
    [(1, "point"), (2, "change"), (3, "direction"), (4, "direction"), (5, "slope"), (11, "slope"), (12, "process")],
)
def test_the_word_follows_the_number_of_points(points, word):
    row = trend(SHARE, yearly("share", [10, 12] * 6)[:points])
    assert (row["word"], row["n_points"]) == (word, points)
    assert (row["variation"] == "") == (points < 12) == (row["assurance"] == "")
    assert np.isnan(row["mk_p"]) == np.isnan(row["slope_chi2_p"]) == (points < 5)


def test_the_slope_is_the_mean_change_of_the_last_six_points():
    """The slope is the mean yearly change over the last six points."""
    row = trend(SHARE, yearly("share", [90, 10, 20, 20, 20, 20, 35]))
    assert (row["slope"], row["slope_points"]) == (5, 6)
    row = trend(SHARE, [("share", "2020", 10, 100), ("share", "2023", 16, 100)])
    assert (row["slope"], row["slope_points"]) == (2, 2)


def test_a_rise_of_five_points_has_p_one_in_sixty():
    """A rise seen in five points is a trend for a survey and its order has p one in sixty."""
    row = trend(SHARE, yearly("share", [10, 14, 19, 23, 28]))
    assert row["slope_chi2_p"] < 0.002 and row["slope_sign_stable"]
    assert (row["mk_tau"], row["mk_p"]) == (1, pytest.approx(2 / 120))


def test_twelve_points_answer_for_variation_and_target():
    values = [10, 12, 11, 13, 10, 12, 11, 13, 10, 12, 11, 30]
    strategy = small_strategy([{"slug": "share", "direction": -1, "target": {"period": "2025", "value": 40}}])
    row = trend(strategy, yearly("share", values))
    assert (row["variation"], row["assurance"]) == ("concern", "consistent_pass")
    assert trend(SHARE, yearly("share", values))[["variation", "assurance"]].tolist() == ["improvement", "none"]


def test_registers_show_the_order_of_points_but_no_chi_square():
    row = trend(COUNT, yearly("count", [1, 2, 3, 4, 5], n=np.nan))
    assert np.isnan(row["slope_chi2_p"]) and row["slope_sign_stable"] and row["mk_p"] == pytest.approx(2 / 120)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"n": np.nan}, np.nan),
        ({"value": 128.0}, np.nan),
        ({"value": 0.0}, 100 * math.sqrt(0.5 / 101 * 100.5 / 101 / 99 + 1e-4 / 12)),
    ],
)
def test_a_share_without_n_or_above_100_has_no_error(changed, expected):
    """A share without n or beyond a hundred has no error and zero is not certain."""
    row = {"measure": "share", "period": "2023", "value": 28.0, "n": 100} | changed
    assert trend(SHARE, [row])["latest_se"] == pytest.approx(expected, nan_ok=True)


def test_a_survey_mean_and_a_census_share_are_not_tested():
    """A mean from a survey and a census share are not tested as survey shares."""
    rows = [("share", "2022", 26, 4997), ("share", "2023", 28, 4505)]
    index = trend(small_strategy([{"slug": "share", "unit": "indeks"}]), rows)
    census = trend(small_strategy([{"slug": "share", "basis": "census"}]), rows)
    assert np.isnan([index["p_value"], census["p_value"], index["latest_se"]]).all() and census["latest_se"] == 0


def test_design_effect_and_population_of_the_promise_are_used():
    strategy = small_strategy([{"slug": "share", "deff": 1.3}])
    assert not trend(strategy, ACCESS)["significant"]
    assert trend(strategy, ACCESS)["required_n"] == pytest.approx(1.3 * 3787, abs=1.3)
    finite = trend(small_strategy([{"slug": "share", "population": 10000}]), ACCESS)
    assert finite["z"] > 2.19 * 1.3 and finite["required_n"] < 3787


def test_tests_are_looked_at_together():
    slugs = [f"m{i}" for i in range(40)]
    strategy = small_strategy([{"slug": slug} for slug in slugs])
    rows = [
        (s, year, 50 if s != "m0" else value, 1000) for s in slugs for year, value in (("2022", 50), ("2023", 54.5))
    ]
    found = find_trends(strategy, observations(rows, strategy))
    # one p of 0.044 among forty: its line is 0.10 / 40
    assert found.loc["m0", "significant"] and not found.loc["m0", "bh_flag"]


def test_an_observed_measure_that_nobody_promised_is_named():
    with pytest.raises(UnknownNameError, match=r"'shares'; did you mean 'share'"):
        find_trends(SHARE, observations([("share", "2023", 1.0), ("shares", "2023", 1.0)]))


YEARS = [str(year) for year in range(2008, 2024)]
rows = st.lists(
    st.fixed_dictionaries(
        {
            "measure": st.sampled_from(["share", "count"]),
            "period": st.sampled_from([*YEARS, "2023Q2", "2022-12-31"]),
            "value": st.sampled_from([np.nan, -1.0, 0.0, 26.0, 28.0, 99.9, 100.0, 1e6]),
            "n": st.sampled_from([np.nan, 0.0, 1.0, 2.0, 4997.0]),
            "qualifier": st.sampled_from(["", "over", "circa"]),
            "standing": st.sampled_from(["", "", "excluded"]),
        }
    ),
    max_size=30,
)
BOTH = small_strategy(
    [
        {"slug": "share", "rounding": 1, "population": 4997, "breaks": [{"period": "2012", "kind": "break"}]},
        {"slug": "count", "unit": "søknader", "basis": "register", "counting": "events", "direction": -1},
    ]
)


@given(rows)
@settings(max_examples=40, deadline=None)
def test_every_input_gives_a_row_and_never_an_infinity(typed):
    found = find_trends(BOTH, observations(typed, BOTH))
    assert found.index.tolist() == ["share", "count", "respondents"]
    assert not np.isinf(found.select_dtypes("number").to_numpy(dtype=float)).any()


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_means_nothing(typed, shuffler):
    frame = observations(typed, BOTH)
    order = list(range(len(frame)))
    shuffler.shuffle(order)
    shuffled = frame.iloc[order].drop(columns="line")
    columns = [name for name in COLUMNS if name not in ("latest_qualifier", "points", "compared")]
    frame = frame.drop_duplicates(["measure", "time"], keep=False)
    shuffled = shuffled.loc[shuffled.index.isin(frame.index)]
    pd.testing.assert_frame_equal(find_trends(BOTH, frame)[columns], find_trends(BOTH, shuffled)[columns])


@given(rows, st.sampled_from(["2010-12-31", "2016Q2", "2020Q4"]))
@settings(max_examples=20, deadline=None)
def test_what_is_published_later_never_changes_what_was_known(typed, as_of):
    frame = observations(typed, BOTH)
    day = pd.Period(as_of, freq="Q" if "Q" in as_of else "D").end_time
    known = frame[frame["published"] <= day]
    pd.testing.assert_frame_equal(find_trends(BOTH, frame, as_of), find_trends(BOTH, known, as_of))


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=14), st.sampled_from([2.0, 100.0, 1000.0]))
@settings(max_examples=20, deadline=None)
def test_another_unit_changes_no_word_and_scales_every_value(values, factor):
    here = trend(COUNT, yearly("count", values))
    there = trend(COUNT, yearly("count", [value * factor for value in values]))
    same = ["word", "slope_sign_stable", "mk_p", "variation", "n_points"]
    pd.testing.assert_series_equal(there[same], here[same], check_names=False)
    scaled = ["change", "slope", "baseline_value", "latest_value"]
    assert there[scaled].tolist() == pytest.approx([value * factor for value in here[scaled]])


@given(st.lists(st.integers(0, 100), min_size=2, max_size=8))
@settings(max_examples=20, deadline=None)
def test_the_share_that_said_no_moves_as_much_the_other_way(values):
    yes, no = (trend(SHARE, yearly("share", answer)) for answer in (values, [100 - value for value in values]))
    assert no["change"] == -yes["change"] and no["significant"] == yes["significant"]
    assert no["p_value"] == pytest.approx(yes["p_value"]) and no["latest_se"] == pytest.approx(yes["latest_se"])
    assert no["mk_p"] == pytest.approx(yes["mk_p"], nan_ok=True)


def test_a_measure_s_trend_does_not_depend_on_the_others():
    strategy = small_strategy([{"slug": "share", "rounding": 1}, {"slug": "other", "rounding": 1}])
    alone = dataclasses.replace(strategy, measures=strategy.measures.loc[["share"]])
    typed = [*yearly("share", [10, 12, 11, 15, 14, 18]), *yearly("other", [50, 40])]
    frame = observations(typed, strategy)
    together = find_trends(strategy, frame, "2006Q4").loc["share"]
    single = find_trends(alone, frame[frame["measure"] == "share"], "2006Q4").loc["share"]
    pd.testing.assert_series_equal(together.drop("bh_flag"), single.drop("bh_flag"))


def test_respondents_of_a_wave_are_known_with_its_first_figure():
    """The respondents of a wave are known with its first figure though printed later."""
    strategy, measure = read_strategy(), "helsepersonellundersokelsen-respondenter"
    then = find_trends(strategy, read_observations(as_of="2024Q1"), "2024Q1").loc[measure]
    assert (then["latest_period"], then["latest_value"]) == ("2023", 4505)
