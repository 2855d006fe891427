"""What a changed mix of the sample may have done to a change; the other lines of the evidence are in evidence.csv."""

import math
from pathlib import Path

import pytest

from analysis.assessment.evidence import evidence
from analysis.assessment.trends import find_trends
from small import mixed_waves, observations, small_strategy
from typed_cases import read_cases


@pytest.mark.parametrize("case", read_cases(Path(__file__).with_name("mixes.toml")))
def test_another_mix_may_alone_have_made_a_change(case):
    strategy = small_strategy([{"slug": "andel", "epsilon": 1.0}])
    rows = mixed_waves(case["figures"], case["sizes"], case.get("own", {}))
    trends = find_trends(strategy, observations(rows, strategy))
    found = trends.loc["andel", ["mix_shift", "mix_effect"]].astype(float).tolist()
    assert found == pytest.approx([case["shift"], case.get("effect", math.nan)], nan_ok=True)
    assert evidence(strategy, trends).loc["andel", "comparability"] == case["grade"]
