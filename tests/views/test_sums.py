"""The sum in one line, and any two waves: figures of the published report, and sums done by hand."""

from pathlib import Path

import pytest

from analysis import tables
from analysis.views.tables.light_tables import sum_line
from blocks import plain
from quarters import status
from small import observations, small_strategy
from typed_cases import read_cases


def test_a_direction_has_its_sum(english):
    """26 of 4 997 and 28 of 4 505, in whole per cent: each may be half a point more or less."""
    row = english.lights.loc["4.1"]
    line = sum_line(english.strategy.measure(row["measure"]), english.trends.loc[row["measure"]], row, "en")
    assert plain(line) == (
        "From 2022 to 2023: 28 − 26 = 2.0 percentage points, 95% CI 0.2 to 3.8: better, fragile"
        " (rounded figures allow 1.0 to 3.0)"
    )
    page = tables.standing(english.strategy, english.trends, english.lights, "tilgang-pasientinformasjon", "en").text
    assert page.count("28 − 26") == page.count("0.2 to 3.8") == 1  # the change is not repeated
    trend = english.trends.loc[row["measure"]]
    assert trend["name_en"] == english.strategy[row["measure"]]["name_en"]
    assert trend[["significant", "significant_if_rounded"]].tolist() == [True, False]  # p from 0.03 to 0.27


@pytest.mark.parametrize("case", read_cases(Path(__file__).with_name("sums.toml")))
def test_sums_done_by_hand(case, tmp_path):
    strategy = small_strategy([{"slug": "m"} | case["measure"]])
    now = status("2024Q1", strategy, observations(map(tuple, case["rows"]), strategy), tmp_path)
    line = sum_line(strategy.measure("m"), now.trends.loc["m"], now.lights.loc["1.1"], "en")
    assert plain(line) == plain(case["line"])
