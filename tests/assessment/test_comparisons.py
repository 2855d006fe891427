"""Side by side: waves, countries and series, against printed tables, hand calculations and the sources' own figures."""

import numpy as np
import pandas as pd
import pytest

from analysis import comparisons
from analysis.assessment.comparisons import find_changes
from analysis.assessment.trends import find_trends
from analysis.core.names import UnknownNameError
from small import observations, small_strategy

SURVEY = {"slug": "andel"}  # a yearly survey share in per cent
RESPONDENTS_2022 = pd.Series({"fastleger": 119, "helseforetak": 3294, "kommuner": 1584})
RESPONDENTS_2023 = pd.Series({"fastleger": 118, "helseforetak": 3633, "kommuner": 750})  # n = 4501 state their group


def test_fleiss_example_needs_356_in_each_group():
    """Sixty against seventy per cent; a design effect of two doubles the size, and no change needs none."""
    # Fleiss, Levin, Paik 2003, section 4.2, without continuity correction: (1.3221 + 0.5646)^2 / 0.01 = 355.9
    assert comparisons.respondents_for(0.6, 0.7) == 356
    assert comparisons.respondents_for(0.6, 0.7, deff=2) == pytest.approx(2 * 355.95, abs=1)
    assert np.isnan(comparisons.respondents_for(0.3, 0.3))


@pytest.mark.parametrize(
    ("before", "after", "n", "power"),
    [
        (0.6, 0.7, 356, 0.80),  # Fleiss
        (0.3, 0.3, 4000, 0.05),  # no change is found as often as chance allows
        (0.26, 0.28, 3786, 0.50),  # where the pooled test reaches p = 0.05
    ],
)
def test_a_change_at_the_limit_is_found_half_of_the_times(before, after, n, power):
    assert comparisons.power(before, after, n, n) == pytest.approx(power, abs=0.002)


def test_rounding_alone_takes_p_from_0_001_to_0_27():
    """Rounding alone can take the rise of 4.1 from p 0.001 to p 0.27; of a fall it brings the shares together first."""
    table = comparisons.over_rounding(0.26, 0.28, 4997, 4505)
    assert table["change"].tolist() == pytest.approx([0.01, 0.02, 0.03])
    assert table["p_value"].tolist() == pytest.approx([0.273, 0.028, 0.001], abs=0.0006)
    assert table["significant"].tolist() == [False, True, True]
    assert comparisons.over_rounding(0.28, 0.26, 4505, 4997)["change"].tolist() == pytest.approx([-0.01, -0.02, -0.03])


def test_a_design_effect_of_1_5_undoes_the_rise():
    """A design effect of one and a half undoes the rise and leaves its size."""
    table = comparisons.over_design(0.26, 0.28, 4997, 4505, [1, 1.5])
    assert table["deff"].tolist() == [1, 1.5]
    assert table["change"].tolist() == pytest.approx([0.02, 0.02])
    assert table["significant"].tolist() == [True, False]


def test_a_gap_of_13_points_explains_the_whole_rise():
    """A gap of thirteen points makes the mix explain the whole rise."""
    # municipal staff were 31.70 per cent of those with a group in 2022 and 16.66 in 2023: 15.04 points fewer
    table = comparisons.over_mix(RESPONDENTS_2022, RESPONDENTS_2023, "kommuner", [0, 10, 13.3], 2)
    assert table["from_mix"].tolist() == pytest.approx([0, 1.504, 2.0], abs=0.001)
    assert table["remaining"].tolist() == pytest.approx([2, 0.496, 0], abs=0.001)


def test_a_next_wave_s_power_is_calculated():
    table = comparisons.next_wave(0.28, 4505, [0.02, 0.03])
    assert (table["power"].diff().dropna() > 0).all()
    assert (table["needed"].diff().dropna() < 0).all()
    assert table["power"].between(0, 1).all()


def test_waves_come_in_time_order_with_wilsons_interval():
    strategy = small_strategy([SURVEY])
    rows = observations([_row("2023", 50, n=100), _row("2022", 26, n=float("nan"))], strategy)
    table = comparisons.waves(strategy, rows, "andel")
    assert table.index.tolist() == ["2022", "2023"]
    assert table.loc["2022", ["share_low", "share_high"]].isna().all()
    # 50 of 100: Wilson 0.4038 to 0.5962 (Newcombe 1998 gives the formula; (p + z²/2n ± …) / (1 + z²/n) by hand)
    assert table.loc["2023", ["share_low", "share_high"]].tolist() == pytest.approx([0.4038, 0.5962], abs=5e-5)


def _row(period, value, breakdown="", n=float("nan")):
    return {"measure": "andel", "period": period, "value": value, "breakdown": breakdown, "unit": "prosent", "n": n}


def test_countries_stand_side_by_side_with_the_own_country_first():
    strategy = small_strategy([SURVEY])
    cells = [("2022", 51.93, "land=NO"), ("2022", 66.44, "land=DK"), ("2020", 37.54, "land=DK")]
    rows = observations([_row(*cell) for cell in cells], strategy)
    table = comparisons.countries(rows, "andel")
    assert table.columns.tolist() == ["NO", "DK"]
    assert table.loc["2022"].tolist() == [51.93, 66.44]
    assert np.isnan(table.at["2020", "NO"])
    gaps = comparisons.beside_neighbours(strategy, rows, "andel")
    assert gaps["period"].tolist() == ["2022"]  # 2020 has no Norwegian figure
    assert gaps["difference"].tolist() == pytest.approx([-14.51])
    foreign = rows[rows["breakdown"] != "land=NO"]
    assert comparisons.beside_neighbours(strategy, foreign, "andel").empty


def test_a_period_that_begins_with_a_break_is_marked():
    broken = SURVEY | {"breaks": [{"period": "2024", "kind": "break", "note": {"nb": "brudd", "en": "break"}}]}
    strategy = small_strategy([broken])
    cells = [("2022", 77.71, "land=NO"), ("2022", 78.68, "land=FI")]
    cells += [("2024", 33.38, "land=NO"), ("2024", 73.56, "land=FI")]
    gaps = comparisons.beside_neighbours(strategy, observations([_row(*c) for c in cells], strategy), "andel")
    assert gaps["broken"].tolist() == [False, True]


def test_an_unknown_measure_is_named_with_the_nearest():
    strategy = small_strategy([SURVEY])
    with pytest.raises(UnknownNameError, match="andel"):
        comparisons.waves(strategy, observations([], strategy), "andell")


def test_the_design_a_change_bears_counts_the_population():
    # 40 to 43 %, 1000 of 1500 asked in both waves: by hand (0.03 / sqrt(0.415 * 0.585 * 2 / 3000) / 1.96)^2 = 1.45
    strategy = small_strategy([SURVEY | {"population": 1500}])
    rows = observations([("andel", "2022", 40, 1000), ("andel", "2023", 43, 1000)], strategy)
    found = comparisons.tested(find_trends(strategy, rows, as_of="2024Q1"))
    assert found["deff_limit"].tolist() == pytest.approx([1.45], abs=0.005)


def test_a_wave_of_the_whole_population_has_no_interval():
    strategy = small_strategy([SURVEY | {"population": 1500}])
    rows = observations([("andel", "2022", 40, 1000), ("andel", "2023", 43, 1500)], strategy)
    found = comparisons.waves(strategy, rows, "andel")
    assert found.loc["2023", ["share_low", "share_high"]].tolist() == [0.43, 0.43]
    assert found.loc["2022", "share_low"] < 0.40 < found.loc["2022", "share_high"]


@pytest.mark.parametrize(
    ("level", "access", "contact", "significant"),
    [  # R's and statsmodels' intervals of Newcombe's method 10; p is 0.028 and 0.093
        (0.90, (0.5002, 3.5015), (0.0636, 5.9286), [True, True]),
        (0.95, (0.2132, 3.7892), (-0.4986, 6.4875), [True, False]),
        (0.99, (-0.3474, 4.3516), (-1.5961, 7.5771), [False, False]),
    ],
)
def test_changes_are_found_at_another_level(level, access, contact, significant):
    """26 to 28 % of 4 997 and 4 505, and 46 to 49 % of 1 524 and 1 608."""
    strategy = small_strategy([{"slug": "access"}, {"slug": "contact"}])
    waves = [("access", "2022", 26, 4997), ("access", "2023", 28, 4505)]
    waves += [("contact", "2022", 46, 1524), ("contact", "2023", 49, 1608)]
    changes = find_changes(strategy, observations(waves, strategy), ("2022", "2023"), level=level)
    assert changes.loc["access", ["low", "high"]].tolist() == pytest.approx(access, abs=5e-4)
    assert changes.loc["contact", ["low", "high"]].tolist() == pytest.approx(contact, abs=5e-4)
    assert changes["significant"].tolist() == significant
    assert changes["p_value"].tolist() == pytest.approx([0.02823, 0.09289], abs=5e-6)


@pytest.mark.parametrize("level", [95, 1.0, 0.0])
def test_a_level_is_a_share(level):
    rows = observations([("andel", "2022", 26, 4997), ("andel", "2023", 28, 4505)])
    with pytest.raises(ValueError, match=r"write 0\.95 for 95 per cent"):
        find_changes(small_strategy([SURVEY]), rows, ("2022", "2023"), level=level)
