"""Controls of the exploring notebooks, and the same answers without them."""

import nbformat
from nbconvert import HTMLExporter

from analysis import find_trends
from analysis.views.desk import ambition_explorer, answer, neighbours, series
from small import observations, small_strategy

STRATEGY = small_strategy([{"slug": "tilgang", "epsilon": 1, "minimum": 0, "maximum": 100}])
TRENDS = find_trends(STRATEGY, observations([("tilgang", "2022", 26, 4997), ("tilgang", "2023", 28, 4505)], STRATEGY))


def test_the_answer_is_a_sentence_with_symbol_and_word():
    # 26 to 60 by 2025 asks for 11.3 points in the year that gave 2: far behind
    sentence = repr(answer(STRATEGY, TRENDS, "tilgang", 60))
    assert "60\u00a0prosent for 2025" in sentence
    assert "28\u00a0prosent i 2023" in sentence
    assert sentence.endswith("■ rød")
    assert repr(answer(STRATEGY, TRENDS, "tilgang", 60, language="en")).endswith("■ red")


def test_moving_the_ambition_or_a_limit_changes_the_colour():
    target, green, yellow, answered = ambition_explorer(STRATEGY, TRENDS, "tilgang").children
    assert (target.min, target.max) == (0, 100)
    for ambition, colour in ((29, "grønn"), (60, "rød"), (34, "gul")):  # R = 2 / (8 / 3) = 0.75 for 34
        target.value = ambition
        assert colour in answered.value
    green.value = 0.7
    assert "grønn" in answered.value
    yellow.value = 0.9
    assert "Flytt én av grensene" in answered.value


def test_the_ambition_stays_on_the_scale_of_the_measure():
    open_ended = small_strategy([{"slug": "soknader", "basis": "register", "unit": "søknader"}])
    rows = observations([("soknader", "2022", 289), ("soknader", "2023", 328)], open_ended)
    target = ambition_explorer(open_ended, find_trends(open_ended, rows), "soknader").children[0]
    assert (target.min, target.max) == (0, 984)


def test_without_a_kernel_the_answer_replaces_the_sliders():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("explorer")])
    bundle = ambition_explorer(STRATEGY, TRENDS, "tilgang")._repr_mimebundle_()
    notebook.cells[0].outputs = [nbformat.v4.new_output("execute_result", bundle, execution_count=1)]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert "35\u00a0prosent for 2025" in page
    assert "FloatSlider" not in page


def test_series_and_neighbours_are_pictures_with_words():
    country = {"measure": "tilgang", "period": "2022"}
    countries = [country | {"breakdown": "land=NO", "value": 50}, country | {"breakdown": "land=DK", "value": 66}]
    rows = observations([("tilgang", "2022", 26, 4997), *countries], STRATEGY)
    assert "26\u00a0prosent" in repr(series(STRATEGY, rows, "tilgang"))
    assert "Danmark" in repr(neighbours(STRATEGY, rows, "tilgang"))
    assert "<figcaption" in series(STRATEGY, rows, "tilgang").html
