"""What a series allows to be said, for any rows; trends worked out by hand are in trends.csv."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import find_trends
from analysis.assessment.trends import COLUMNS
from analysis.core.names import UnknownNameError
from small import observations, small_strategy

EVENTS = {"unit": "søknader", "basis": "register", "counting": "events"}
SHARE = small_strategy([{"slug": "share", "rounding": 1}])
COUNT = small_strategy([{"slug": "count"} | EVENTS])
ACCESS = [("share", "2022", 26, 4997), ("share", "2023", 28, 4505)]  # Helsepersonellundersøkelsen 2022 and 2023


def yearly(slug, values, first=2001, n=1000):
    return [(slug, str(year), value, n) for year, value in enumerate(values, start=first)]


def trend(strategy, rows, as_of=None):
    return find_trends(strategy, observations(rows, strategy), as_of).iloc[0]


def test_a_measure_without_figures_has_a_row_and_takes_none():
    """What is not known is missing, never zero, whether others have figures or not."""
    strategy = small_strategy([{"slug": "a"}, {"slug": "b", "unmeasured": "never asked"}, {"slug": "c"}])
    rows = observations(yearly("a", [10]), strategy)
    found, empty = find_trends(strategy, rows), find_trends(strategy, rows.iloc[:0])
    assert found.columns.tolist() == list(COLUMNS)
    assert found.index.tolist() == ["a", "b", "c", "respondents"]
    assert found["missing"].tolist() == ["", "unmeasured", "no_observation", "no_observation"]
    assert found.loc["a", ["latest_value", "latest_source", "slope_points"]].tolist() == [10, "source", 0]
    ends, parts = ("baseline", "previous", "latest"), ("time", "value", "se", "n")
    numbers = [f"{end}_{part}" for end in ends for part in parts]
    assert empty[numbers].dtypes.unique().tolist() == [np.dtype(float)]  # objects would compare with a warning
    unknown = [*numbers, "change", "z", "p_value", "slope", "mk_p", "age", "required_n", "latest_published"]
    for missing in (found.drop("a"), empty):
        assert missing["word"].unique().tolist() == ["none"] and missing["n_points"].eq(0).all()
        assert missing[[*unknown, *(f"{end}_period" for end in ends)]].isna().all(axis=None)
        assert missing[["latest_source", "latest_qualifier"]].eq("").all(axis=None)
        assert not missing[["significant", "bh_flag", "break_after_baseline"]].any(axis=None)
        assert missing["points"].tolist() == [()] * len(missing)


def test_a_bound_in_a_long_series_leaves_its_tests_out():
    rows = yearly("share", range(10, 22))
    rows[9] = {"measure": "share", "period": "2010", "value": 19, "n": 1000, "qualifier": "over"}
    row = trend(SHARE, rows)
    assert row["word"] == "process" and row["variation"] == "" and np.isnan(row["mk_p"])
    assert np.isnan(row["slope_chi2_p"]) and not row["slope_sign_stable"]


def test_the_latest_edition_known_then_is_the_one_that_counts():
    first = {"measure": "share", "period": "2022", "value": 26, "n": 4997, "published": "2023-01-31", "source": "early"}
    revised = first | {"value": 25, "published": "2023-05-31", "source": "late"}
    early = trend(SHARE, [revised, first], as_of="2023Q1")
    assert early[["latest_value", "latest_source"]].tolist() == [26, "early"]
    assert early["latest_published"] == pd.Timestamp("2023-01-31")
    late = trend(SHARE, [revised, first], as_of="2023-05-31")
    assert (late["latest_value"], late["n_points"]) == (25, 1)


def test_two_periods_at_one_moment_are_one_point():
    stock = small_strategy([{"slug": "share", "timing": "stock"}])
    row = trend(stock, [("share", "2022", 1.0), ("share", "2023", 2.0), ("share", "2023-12", 3.0)])
    assert row["n_points"] == 2 and np.isfinite(row["slope"])


def test_age_counts_from_mid_year_to_the_day_of_the_report():
    """Age counts from the middle of the year measured to the day of the report."""
    assert trend(SHARE, ACCESS, as_of="2024Q1")["age"] == pytest.approx(2024 + 91 / 366 - 2023.5)
    assert trend(SHARE, ACCESS, as_of=pd.Timestamp("2023-12-31"))["age"] == pytest.approx(0.5)
    assert trend(SHARE, [("share", "2024Q1", 26, 100)], as_of="2024Q1")["age"] == 0


@pytest.mark.parametrize(("as_of", "known"), [("2023Q1", True), ("2023-01-01", True), ("2022-12-31", False)])
def test_a_break_without_values_after_it_counts_from_its_day(as_of, known):
    """A break that no value has followed yet is known from its day on."""
    strategy = small_strategy([{"slug": "share", "breaks": [{"period": "2023", "kind": "break"}]}])
    row = trend(strategy, yearly("share", [10, 20], first=2021), as_of)
    assert row[["break_after_baseline", "n_points"]].tolist() == [known, 2]


def test_design_effect_and_population_of_the_promise_are_used():
    strategy = small_strategy([{"slug": "share", "deff": 1.3}])
    assert not trend(strategy, ACCESS)["significant"]
    assert trend(strategy, ACCESS)["required_n"] == pytest.approx(1.3 * 3787, abs=1.3)
    finite = trend(small_strategy([{"slug": "share", "population": 10000}]), ACCESS)
    assert finite["z"] > 2.19 * 1.3 and finite["required_n"] < 3787


def test_tests_are_looked_at_together():
    slugs = [f"m{place}" for place in range(40)]
    strategy = small_strategy([{"slug": slug} for slug in slugs])
    rows = [row for slug in slugs for row in yearly(slug, [50, 50 if slug != "m0" else 54.5])]
    found = find_trends(strategy, observations(rows, strategy))
    # one p of 0.044 among forty: its line is 0.10 / 40
    assert found.loc["m0", "significant"] and not found.loc["m0", "bh_flag"]
    assert trend(SHARE, ACCESS)["bh_flag"]  # alone


def test_an_observed_measure_that_nobody_promised_is_named():
    with pytest.raises(UnknownNameError, match=r"'shares'; did you mean 'share'"):
        find_trends(SHARE, observations([("share", "2023", 1.0), ("shares", "2023", 1.0)]))


SHARES, COUNTS = ([f"{kind}-{place}" for place in range(10)] for kind in ("share", "count"))
BROKEN = {"rounding": 1, "population": 4997, "breaks": [{"period": "2012", "kind": "break"}]}
MANY = small_strategy(
    [{"slug": slug} | BROKEN for slug in SHARES] + [{"slug": slug, "direction": -1} | EVENTS for slug in COUNTS]
)
row = st.fixed_dictionaries(
    {
        "measure": st.sampled_from(SHARES + COUNTS),
        "period": st.sampled_from([*map(str, range(2008, 2024)), "2023Q2", "2022-12-31"]),
        "value": st.sampled_from([np.nan, -1.0, 0.0, 26.0, 28.0, 99.9, 100.0, 1e6]),
        "n": st.sampled_from([np.nan, 0.0, 1.0, 2.0, 4997.0]),
        "qualifier": st.sampled_from(["", "over", "circa"]),
        "standing": st.sampled_from(["", "", "excluded"]),
    }
)
rows = st.lists(row, min_size=100, max_size=200)


def many_trends(slugs, many):
    typed = [row for slug, values in zip(slugs, many, strict=True) for row in yearly(slug, values)]
    return find_trends(MANY, observations(typed, MANY)).loc[slugs]


@given(rows)
@settings(max_examples=4, deadline=None)
def test_every_input_gives_a_row_and_never_an_infinity(typed):
    found = find_trends(MANY, observations(typed, MANY))
    assert found.index.tolist() == [*SHARES, *COUNTS, "respondents"]
    assert not np.isinf(found.select_dtypes("number").to_numpy(dtype=float)).any()


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=3, deadline=None)
def test_the_order_of_rows_means_nothing(typed, shuffler):
    frame = observations(typed, MANY).drop_duplicates(["measure", "time"], keep=False)
    shuffled = frame.iloc[shuffler.sample(range(len(frame)), len(frame))].drop(columns="line")
    columns = [name for name in COLUMNS if name not in ("latest_qualifier", "points", "compared")]
    pd.testing.assert_frame_equal(find_trends(MANY, frame)[columns], find_trends(MANY, shuffled)[columns])


@given(rows, st.sampled_from(["2010-12-31", "2016Q2", "2020Q4"]))
@settings(max_examples=3, deadline=None)
def test_what_is_published_later_never_changes_what_was_known(typed, as_of):
    frame = observations(typed, MANY)
    day = pd.Period(as_of, freq="Q" if "Q" in as_of else "D").end_time
    known = frame[frame["published"] <= day]
    pd.testing.assert_frame_equal(find_trends(MANY, frame, as_of), find_trends(MANY, known, as_of))


def ten(low, high, longest):
    return st.lists(st.lists(st.integers(low, high), min_size=2, max_size=longest), min_size=10, max_size=10)


@given(ten(1, 1000, 14), st.sampled_from([2.0, 100.0, 1000.0]))
@settings(max_examples=3, deadline=None)
def test_another_unit_changes_no_word_and_scales_every_value(many, factor):
    here = many_trends(COUNTS, many)
    there = many_trends(COUNTS, [[value * factor for value in values] for values in many])
    same = ["word", "slope_sign_stable", "mk_p", "variation", "n_points"]
    pd.testing.assert_frame_equal(there[same], here[same])
    scaled = ["change", "slope", "baseline_value", "latest_value"]
    pd.testing.assert_frame_equal(there[scaled], here[scaled] * factor)


@given(ten(0, 100, 8))
@settings(max_examples=3, deadline=None)
def test_the_share_that_said_no_moves_as_much_the_other_way(many):
    yes, no = (many_trends(SHARES, answers) for answers in (many, [[100 - v for v in values] for values in many]))
    assert no["change"].tolist() == (-yes["change"]).tolist()
    same = ["significant", "p_value", "latest_se", "mk_p"]
    pd.testing.assert_frame_equal(no[same], yes[same])


def test_respondents_of_a_wave_are_known_with_its_first_figure():
    """The respondents of a wave are known with its first figure though printed later."""
    printed_later = {"measure": "respondents", "period": "2023", "value": 4505, "published": "2024-06-30"}
    then = find_trends(SHARE, observations([*ACCESS, printed_later], SHARE), "2024Q1").loc["respondents"]
    assert (then["latest_period"], then["latest_value"]) == ("2023", 4505)
