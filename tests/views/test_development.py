"""What the figures said at the end of each quarter: nothing from later, and the same in picture and table."""

import matplotlib.colors
import pytest
from matplotlib.patches import Rectangle

from analysis import tables, words
from analysis.assessment.lights import assess, development
from analysis.assessment.trends import find_trends
from analysis.views import figures
from blocks import read
from blocks import rows as cells_of
from small import judgements, read_small

STRATEGY, ROWS = read_small(__file__, "development.toml")


@pytest.fixture(scope="module")
def quarters():
    return development(STRATEGY, ROWS, "2024Q1")


@pytest.fixture(scope="module")
def lights():
    return assess(STRATEGY, find_trends(STRATEGY, ROWS, "2024Q1"), judgements(STRATEGY))


def states(quarters):
    return {quarter: list(quarters.loc[quarter, "figures_state"]) for quarter in quarters.index.unique("quarter")}


def test_a_quarter_knows_only_what_was_published_by_its_end(quarters):
    seen = states(quarters)
    # from the first figure that is assessed
    assert list(seen) == ["2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1"]
    assert list(states(development(STRATEGY, ROWS.iloc[:0], "2024Q1"))) == ["2024Q1"]
    assert seen["2023Q1"] == ["not_measured", "one_figure", "not_measured"]
    assert seen["2023Q2"] == seen["2023Q4"] == ["one_figure", "one_figure", "not_measured"]
    assert seen["2024Q1"] == ["outlined", "filled", "not_measured"]
    # a day before the later share was published
    assert states(development(STRATEGY, ROWS, "2024Q1", "2024-01-31"))["2024Q1"][0] == "one_figure"


def test_the_last_quarter_is_what_the_report_shows(quarters, lights):
    columns = ["figures_state", "proposed", "direction_colour", "direction_answer"]
    last = quarters.loc["2024Q1", columns]
    assert last.to_numpy().tolist() == lights.loc[last.index, columns].to_numpy().tolist()


def test_a_direction_is_a_frame_and_a_colour_is_a_fill(quarters):
    ax = figures.development(quarters, "en")
    frames = [patch for patch in ax.patches if isinstance(patch, Rectangle) and not patch.get_fill()]
    assert [matplotlib.colors.to_hex(frame.get_edgecolor()).upper() for frame in frames] == [words.FRAME["green"]]
    assert frames[0].get_xy()[0] > 4  # in the last of five quarters
    signs = {tuple(int(place) for place in text.get_position()): text.get_text() for text in ax.texts}
    grid = ["".join(signs[across, down] for across in range(5)) for down in range(3)]
    # 10 to 13 of 19 municipalities, with 0.75 of 2.75 years gone: R = (3 / 9) / 0.273 = 1.2
    assert grid == ["–①①①○", "①①①①●", "–––––"]
    # the year is written once
    assert [label.get_text() for label in ax.get_xticklabels()] == ["Q1\n2023", "Q2\n", "Q3\n", "Q4\n", "Q1\n2024"]


def test_picture_and_table_say_the_same_in_words(quarters, lights):
    text = figures.alt_development(quarters, "en")
    assert text.startswith("Heat map of 3 indicators and 5 quarters.")
    assert "Q1 2023: 1 one figure only, 2 not measured." in text
    assert "Q1 2024: 1 against a target, 1 direction only, 1 not measured." in text
    block = tables.quarters(lights, quarters)
    first, *_, last = cells_of(block)[0][1:]
    assert (first, last) == ("– ikke målt", "○ bare retning: bedre, skjør")
    waiting = read(block).xpath("//a/@data-quarter-page")
    assert waiting[:2] == ["2023Q1/indikator-indicator-1-1.html", "2023Q2/indikator-indicator-1-1.html"]
    assert len(waiting) == 15
    # until there is such a page there is nothing to follow
    assert not read(block).xpath("//a[@data-quarter-page]/@href")
