"""The sum in one line, and any two waves: figures of the published report, and sums done by hand."""

import pytest

from analysis import find_changes, tables
from analysis.core.names import UnknownNameError
from analysis.views.tables.light_tables import sum_line
from quarters import status
from small import observations, small_strategy


def test_a_direction_has_its_sum(english):
    """26 of 4 997 and 28 of 4 505, in whole per cent: each may be half a point more or less."""
    row = english.lights.loc["4.1"]
    line = sum_line(english.strategy.measure(row["measure"]), english.trends.loc[row["measure"]], row, "en")
    assert line.replace("\u00a0", " ") == (
        "From 2022 to 2023: 28 − 26 = 2.0 percentage points, 95% CI 0.2 to 3.8: better, fragile"
        " (rounded figures allow 1.0 to 3.0)"
    )
    page = tables.standing(english.strategy, english.trends, english.lights, "tilgang-pasientinformasjon", "en").text
    assert page.count("28 − 26") == page.count("0.2 to 3.8") == 1  # the change is not repeated


def test_a_path_has_its_sum(tmp_path):
    """From 26 in 2022 to 35 in 2025 is 3 a year; 28 in 2023 is 2 of these 3."""
    target = {"period": "2025", "value": 35}
    strategy = small_strategy([{"slug": "m", "basis": "register", "target": target}])
    now = status("2024Q1", strategy, observations([("m", "2022", 26), ("m", "2023", 28)], strategy), tmp_path)
    line = sum_line(strategy.measure("m"), now.trends.loc["m"], now.lights.loc["1.1"], "en")
    assert line.replace("\u00a0", " ") == (
        "The sum: 26 (2022) → path 29 in 2023; 28 closes 2 of 3 = 0.67. Yellow from 0.60, green from 0.95."
    )


@pytest.mark.parametrize(
    ("measure", "rows", "said"),
    [
        (  # a count of everybody: its 22 200 is printed in hundreds, 16 444 to the unit, and no sample was drawn
            {"unit": "personer", "basis": "register", "timing": "stock", "rounding": 100},
            [("m", "2021", 16444), ("m", "2022", 22200)],
            "From 2021 to 2022: 22,200 − 16,444 = 5,756 people, better (rounded figures allow 5,706 to 5,806)",
        ),
        (  # Wilson: 43.6 to 48.4 and 46.6 to 51.4; Newcombe: from 3 − √(2.44² + 2.45²) to 3 + √(2.44² + 2.43²)
            {"rounding": 1},
            [("m", "2022", 46, 1600), ("m", "2023", 49, 1608)],
            "From 2022 to 2023: 49 − 46 = 3.0 percentage points, 95% CI −0.5 to 6.4: cannot tell"
            " (rounded figures allow 2.0 to 4.0)",
        ),
        (  # 17 of 19 in mid-2022 is to be 19 at the end of 2024: 2 in 2.5 years, 1.4 of them by the end of March 2024
            {"unit": "helsefellesskap", "basis": "census", "timing": "stock", "maximum": 19,
             "target": {"period": "2024-12-31", "value": 19}},
            [("m", "2022-06-30", 17), ("m", "2024Q1", 18)],
            "The sum: 17 (30 June 2022) → path 18.4 in Q1 2024; 18 closes 1 of 1.4 = 0.71."
            " Yellow from 0.60, green from 0.95.",
        ),
    ],
)  # fmt: skip
def test_sums_done_by_hand(measure, rows, said, tmp_path):
    strategy = small_strategy([{"slug": "m"} | measure])
    now = status("2024Q1", strategy, observations(rows, strategy), tmp_path)
    line = sum_line(strategy.measure("m"), now.trends.loc["m"], now.lights.loc["1.1"], "en")
    assert line.replace("\u00a0", " ") == said


def test_trends_have_names_and_say_what_rounding_hides(english):
    row = english.trends.loc["tilgang-pasientinformasjon"]
    assert row["name_en"] == english.strategy["tilgang-pasientinformasjon"]["name_en"]
    assert row[["significant", "significant_if_rounded"]].tolist() == [True, False]  # p from 0.03 to 0.27


def test_any_two_waves_are_compared(english):
    changes = find_changes(english.strategy, english.observations, between=("2022", "2023"))
    row = changes.loc["tilgang-pasientinformasjon"]
    assert row[["before", "after", "n_before", "n_after"]].tolist() == [26, 28, 4997, 4505]
    assert [round(row[name], 1) for name in ("change", "low", "high")] == [2.0, 0.2, 3.8]
    assert round(row["p_value"], 2) == 0.03
    assert find_changes(english.strategy, english.observations, between=(2022, 2023)).equals(changes)
    with pytest.raises(UnknownNameError, match="'2031'"):
        find_changes(english.strategy, english.observations, between=("2022", "2031"))
