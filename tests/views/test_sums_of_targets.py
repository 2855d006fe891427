"""The sum in one line against targets of each kind, done by hand."""

import pytest

from analysis.views.tables.light_tables import sum_line
from quarters import status
from small import observations, small_strategy

TARGET = {"period": "2025", "value": 400}
LIMITS = "Yellow from 0.60, green from 0.95."


@pytest.mark.parametrize(("measure", "rows", "said"), [
    # from 100 to 400 in three years is × 4^(1/3) = × 1.587 a year: ln 1.587 = 0.462, ln 1.3 = 0.262, and 0.57 of it
    ({"scale": "log", "unit": "personer", "target": TARGET}, [("m", "2022", 100), ("m", "2023", 130)],
     f"The sum: 100 (2022) → path 158.7 in 2023; ln(130/100) = 0.262 of ln(158.7/100) = 0.462 is 0.57. {LIMITS}"),
    ({"unit": "personer", "target": TARGET}, [("m", "2022", 100), ("m", "2023", 100)],
     f"The sum: 100 (2022) → 100 in 2023: nothing of the planned way = 0.00. {LIMITS}"),
    ({"kind": "hold", "target": {"period": "2025", "value": 45}}, [("m", "2022", 42), ("m", "2023", 40)],
     "The sum: 40 (2023) − the level of 45 = −5 percentage points. Green when the level holds; yellow when at most "
     "1 percentage point is missing, when the uncertainty covers the level, or when the change is for the better."),
])  # fmt: skip
def test_sums_against_targets(measure, rows, said, tmp_path):
    strategy = small_strategy([{"slug": "m", "basis": "register", "epsilon": 1} | measure])
    now = status("2024Q1", strategy, observations(rows, strategy), tmp_path)
    line = sum_line(strategy.measure("m"), now.trends.loc["m"], now.lights.loc["1.1"], "en")
    assert line.replace("\u00a0", " ") == said
