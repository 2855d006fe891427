"""Tables of the exploring notebooks: every column named and printed in both languages."""

import pandas as pd
import pytest

from analysis import comparisons, find_trends
from analysis.text import WordError, read_table
from analysis.views.tables import explored
from analysis.views.what_if import FIELDS, colours_over
from blocks import rows
from small import observations, small_strategy
from typed_cases import cases

STRATEGY = small_strategy([{"slug": "tilgang", "name": "Tilgang", "epsilon": 1, "rounding": 1}])
COUNTRY = {"measure": "tilgang", "period": "2022"}
COUNTRIES = [COUNTRY | {"breakdown": "land=NO", "value": 51.93}, COUNTRY | {"breakdown": "land=DK", "value": 66.44}]
ROWS = observations([("tilgang", "2022", 26, 4997), ("tilgang", "2023", 28, 4505), *COUNTRIES], STRATEGY)
TRENDS = find_trends(STRATEGY, ROWS)
FRAMES = {
    "waves": comparisons.waves(STRATEGY, ROWS, "tilgang"),
    "tested": comparisons.tested(TRENDS),
    "rounding": comparisons.over_rounding(0.26, 0.28, 4997, 4505),
    "design": comparisons.over_design(0.26, 0.28, 4997, 4505, [1, 2]),
    "next": comparisons.next_wave(0.28, 4505, [0.02]),
    "lengths": comparisons.lengths(STRATEGY, TRENDS, least=2),
}


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_of_comparisons_becomes_a_table(name, language):
    frame = FRAMES[name]
    table = explored.shown(frame, name, STRATEGY, language)
    assert len(rows(table)) == len(frame) > 0
    printed = [cell != "–" for cell in rows(table)[0]]
    assert printed[-len(frame.columns) :] == frame.iloc[0].notna().tolist()


def test_a_change_is_printed_with_sign_unit_and_one_decimal():
    (cells,) = rows(explored.shown(FRAMES["tested"], "tested", STRATEGY))
    # 2 points, Newcombe's interval 0.2 to 3.8, p = 0.028, survives a design effect of 1.25, 3787 a wave
    assert cells[:5] == ["Tilgang", "+2,0 prosentpoeng", "+0,2 prosentpoeng", "+3,8 prosentpoeng", "p = 0,028"]
    assert cells[7:] == ["1,25", "3 787", "ja"]
    gaps = comparisons.beside_neighbours(STRATEGY, ROWS, "tilgang")
    (cells,) = rows(explored.shown(gaps, "neighbours", STRATEGY, measure="tilgang"))
    assert {"−14,5 prosentpoeng", "Danmark"} <= {*cells}


def test_a_column_without_words_is_refused():
    with pytest.raises(WordError, match="ukjent"):
        explored.shown(pd.DataFrame({"ukjent": [1]}), "waves", STRATEGY)


def test_countries_without_a_figure_are_left_empty():
    table = pd.DataFrame({"NO": [51.93], "DK": [float("nan")]}, index=pd.Index(["2022"], name="period"))
    assert rows(explored.by_country(table, STRATEGY, "tilgang")) == [["2022", "51,9", "–"]]


@cases(__file__, "moved_lights.csv")
def test_a_light_that_moves_has_symbol_and_word(language, field, before, after, shown_before, shown_after):
    columns = ["item", "name_nb", "name_en", "field", "before", "after"]
    changes = pd.DataFrame([("1.1", "navn", "name", field, before, after)], columns=columns)
    assert rows(explored.moved(changes, language))[0][3:] == [shown_before, shown_after]


def test_no_light_that_moves_is_a_sentence_not_an_empty_table():
    assert repr(explored.moved(pd.DataFrame(columns=["item", "field"]))) == "Lys som flytter seg: ingen"


def test_the_grid_has_limits_down_and_ambitions_across():
    colours = colours_over(STRATEGY, TRENDS, "tilgang", "2025", [28, 60], [(0.95, 0.6)])
    assert rows(explored.grid(colours, STRATEGY, "tilgang")) == [["0,95 / 0,60", "● grønn", "■ rød"]]


def test_every_field_that_can_move_has_words():
    assert set(read_table("exploring.fields")) == set(FIELDS)
