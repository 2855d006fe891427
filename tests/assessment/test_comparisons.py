"""Side by side: waves, countries and series, against printed tables, hand calculations and the sources' own figures."""

import numpy as np
import pandas as pd
import pytest

from analysis import comparisons
from analysis.assessment.comparisons import find_changes
from analysis.assessment.trends import find_trends
from analysis.core.names import UnknownNameError
from small import observations, small_strategy
from typed_cases import cases

SURVEY = {"slug": "andel"}  # a yearly survey share in per cent
RESPONDENTS_2022 = pd.Series({"fastleger": 119, "helseforetak": 3294, "kommuner": 1584})
RESPONDENTS_2023 = pd.Series({"fastleger": 118, "helseforetak": 3633, "kommuner": 750})  # n = 4501 state their group


def test_fleiss_example_needs_356_in_each_group():
    """Sixty against seventy per cent; a design effect of two doubles the size, and no change needs none."""
    # Fleiss, Levin, Paik 2003, section 4.2, without continuity correction: (1.3221 + 0.5646)^2 / 0.01 = 355.9
    assert comparisons.respondents_for(0.6, 0.7) == 356
    assert comparisons.respondents_for(0.6, 0.7, deff=2) == pytest.approx(2 * 355.95, abs=1)
    assert np.isnan(comparisons.respondents_for(0.3, 0.3))


@cases(__file__, "powers.csv")
def test_a_change_at_the_limit_is_found_half_of_the_times(about, before, after, n, power):
    assert comparisons.power(float(before), float(after), int(n), int(n)) == pytest.approx(float(power), abs=0.002)


def test_rounding_or_a_design_effect_of_1_5_undoes_the_rise():
    """Rounding alone can take the rise of 4.1 from p 0.001 to p 0.27; of a fall it brings the shares together first."""
    table = comparisons.over_rounding(0.26, 0.28, 4997, 4505)
    assert table["change"].tolist() == pytest.approx([0.01, 0.02, 0.03])
    assert table["p_value"].tolist() == pytest.approx([0.273, 0.028, 0.001], abs=0.0006)
    assert table["significant"].tolist() == [False, True, True]
    assert comparisons.over_rounding(0.28, 0.26, 4505, 4997)["change"].tolist() == pytest.approx([-0.01, -0.02, -0.03])
    table = comparisons.over_design(0.26, 0.28, 4997, 4505, [1, 1.5])
    assert table[["deff", "significant"]].to_numpy().tolist() == [[1, True], [1.5, False]]
    assert table["change"].tolist() == pytest.approx([0.02, 0.02])


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
    """None without respondents, and none of the whole population."""
    strategy = small_strategy([SURVEY, {"slug": "alle", "population": 1500}])
    rows = observations([("andel", "2023", 50, 100), ("andel", "2022", 26), ("alle", "2023", 43, 1500)], strategy)
    table = comparisons.waves(strategy, rows, "andel")
    assert table.index.tolist() == ["2022", "2023"]
    assert table.loc["2022", ["share_low", "share_high"]].isna().all()
    # 50 of 100: Wilson 0.4038 to 0.5962 (Newcombe 1998 gives the formula; (p + z²/2n ± …) / (1 + z²/n) by hand)
    assert table.loc["2023", ["share_low", "share_high"]].tolist() == pytest.approx([0.4038, 0.5962], abs=5e-5)
    assert comparisons.waves(strategy, rows, "alle")[["share_low", "share_high"]].to_numpy().tolist() == [[0.43, 0.43]]


def test_countries_stand_side_by_side_with_the_own_country_first():
    """A period that begins with a break is marked; 2020 has no Norwegian figure."""
    broken = SURVEY | {"breaks": [{"period": "2024", "kind": "break", "note": {"nb": "brudd", "en": "break"}}]}
    strategy = small_strategy([broken])
    cells = [("2022", 51.93, "NO"), ("2022", 66.44, "DK"), ("2020", 37.54, "DK"), ("2024", 33.38, "NO")]
    cells += [("2024", 73.56, "DK")]
    typed = [{"measure": "andel", "period": p, "value": v, "breakdown": f"land={code}"} for p, v, code in cells]
    rows = observations(typed, strategy)
    table = comparisons.countries(rows, "andel")
    assert table.columns.tolist() == ["NO", "DK"]
    assert table.loc["2022"].tolist() == [51.93, 66.44]
    assert np.isnan(table.at["2020", "NO"])
    gaps = comparisons.beside_neighbours(strategy, rows, "andel")
    assert gaps[["period", "broken"]].to_numpy().tolist() == [["2022", False], ["2024", True]]
    assert gaps["difference"].tolist() == pytest.approx([-14.51, -40.18])
    assert comparisons.beside_neighbours(strategy, rows[rows["breakdown"] != "land=NO"], "andel").empty


def test_the_design_a_change_bears_counts_the_population():
    # 40 to 43 %, 1000 of 1500 asked in both waves: by hand (0.03 / sqrt(0.415 * 0.585 * 2 / 3000) / 1.96)^2 = 1.45
    strategy = small_strategy([SURVEY | {"population": 1500}])
    rows = observations([("andel", "2022", 40, 1000), ("andel", "2023", 43, 1000)], strategy)
    found = comparisons.tested(find_trends(strategy, rows, as_of="2024Q1"))
    assert found["deff_limit"].tolist() == pytest.approx([1.45], abs=0.005)


@cases(__file__, "levels.csv")
def test_changes_are_found_at_another_level(level, access, contact, significant):
    """26 to 28 % of 4 997 and 4 505, and 46 to 49 % of 1 524 and 1 608.

    R's and statsmodels' intervals of Newcombe's method 10; p is 0.028 and 0.093.
    """
    strategy = small_strategy([{"slug": "access"}, {"slug": "contact"}])
    waves = [("access", "2022", 26, 4997), ("access", "2023", 28, 4505)]
    waves += [("contact", "2022", 46, 1524), ("contact", "2023", 49, 1608)]
    rows = observations(waves, strategy)
    changes = find_changes(strategy, rows, ("2022", "2023"), level=float(level))
    for slug, ends in (("access", access), ("contact", contact)):
        assert changes.loc[slug, ["low", "high"]].tolist() == pytest.approx([*map(float, ends.split())], abs=5e-4)
    assert changes["significant"].astype(str).tolist() == significant.split()
    assert changes["p_value"].tolist() == pytest.approx([0.02823, 0.09289], abs=5e-6)
    assert changes.loc["access", ["before", "after", "n_before", "n_after"]].tolist() == [26, 28, 4997, 4505]
    assert find_changes(strategy, rows, (2022, 2023), level=float(level)).equals(changes)
    with pytest.raises(UnknownNameError, match="'2031'"):
        find_changes(strategy, rows, ("2022", "2031"))


@pytest.mark.parametrize("level", [95, 1.0, 0.0])
def test_a_level_is_a_share(level):
    rows = observations([("andel", "2022", 26, 4997), ("andel", "2023", 28, 4505)])
    with pytest.raises(ValueError, match=r"write 0\.95 for 95 per cent"):
        find_changes(small_strategy([SURVEY]), rows, ("2022", "2023"), level=level)
