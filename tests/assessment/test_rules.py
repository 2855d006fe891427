"""The rules of a colour, with verdicts worked out by hand from the limits; published figures carry their source."""

import pytest
from typed_trends import ROAD, differing, half_way, propose, propose_cases, read_cases

from analysis.assessment.rules import LightsError

CASES = read_cases("rules.csv")


@pytest.fixture(scope="module")
def rows():
    return propose_cases(CASES)


@pytest.mark.parametrize("place", range(len(CASES)), ids=[case["about"] for case in CASES])
def test_each_case_has_its_colour_by_its_rule(rows, place):
    row = rows.iloc[place]
    assert differing(row, CASES[place]["expected"]) == {}
    assert row["proposed"] != "grey" or row["certainty"] == ""


def test_direction_alone_is_said_beside_a_target_too():
    row = propose(ROAD, [(2022.5, 0), (2023.5, 0.5), (2024.5, 0.4)])
    columns = ["direction_answer", "direction_colour", "direction_towards", "figures_state"]
    assert row[columns].tolist() == ["better", "green", "yellow", "filled"]
    for grey in (propose(ROAD, half_way(1), age=3.0), propose(ROAD, [(2024.5, 1)])):
        assert grey[columns[:3]].tolist() == ["", "", ""]


@pytest.mark.parametrize("values", [(0, 1), (1, 0), (2, -1)])
def test_zero_on_a_log_scale_is_a_named_error(values):
    with pytest.raises(LightsError, match=r"log scale has no place for zero or negative values \(measured for m-0\)"):
        propose(ROAD | {"scale": "log"}, [(2022.5, values[0]), (2024.5, values[1])])
