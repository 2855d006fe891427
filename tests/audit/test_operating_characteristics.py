"""The printed error rates of the outlined mark agree with a smaller run of the script that computes them."""

import re
from pathlib import Path

import operating_characteristics as script
import pytest

METHOD = Path(__file__).parents[2] / "docs" / "method.md"
FEWER = 20_000


def rates(text: str) -> dict[str, list[float]]:
    """Return the per cents of each line of a table, by its first cell."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return {cells[0]: [float(rate) for rate in re.findall(r"\d+\.\d", " ".join(cells[1:]))] for cells in lines[2:]}


@pytest.fixture(scope="module")
def section() -> str:
    return METHOD.read_text(encoding="utf-8").partition("## How often the mark is wrong")[2]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_printed_error_rates_agree_with_the_script(section, number):
    """Within four standard errors of the smaller run, and the rounding of what is printed."""
    drawn = rates(script.tables(FEWER, seed=number)[number])
    printed = [rates(block) for block in re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)][number]
    assert printed.keys() == drawn.keys()
    for case, found in drawn.items():
        assert len(printed[case]) == len(found) > 0
        for stated, rate in zip(printed[case], found, strict=True):
            error = 100 * (max(stated, 0.1) * max(100 - stated, 0.1) / 1e4 / FEWER) ** 0.5
            assert rate == pytest.approx(stated, abs=4 * error + 0.1), case


def test_the_script_answers_the_pairs_of_the_method():
    """46 to 49 % of 1 500 and 26 to 28 % of 4 500 (5 of 17 and 289 to 328 events by hand elsewhere)."""
    small = script.ask_survey(46.0, 49.0, 1500, 1.0)
    assert not small.better and not small.worse
    rise = script.ask_survey(26.0, 28.0, 4500, 1.0)
    assert rise.better and not rise.firm
    assert script.ask_survey(26.0, 30.0, 4500, 1.0).firm
    few = script.ask_events(289.0, 328.0, 15.0)
    assert not few.better and not few.worse
