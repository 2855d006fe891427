"""Changes, levels and ambitions of figures without a target, in the method's own numbers."""

import math

import pytest

from analysis import words
from blocks import plain

NAN, INF = float("nan"), math.inf
SHARE = {"unit": "prosent", "direction": 1, "basis": "survey"}
# 26 to 28 per cent, n = 4 997 and 4 505: 0.2 to 3.8 points; green up to 32.3 %, yellow up to 36 % (the method)
RISE = {
    "direction_change": 2.0, "direction_low": 0.213, "direction_high": 3.789, "direction_basis": "survey",
    "direction_first_period": "2022", "latest_period": "2023", "break_even_green": 32.316, "break_even_yellow": 36.0,
}  # fmt: skip
# 5 of 17: 29 %, Wilson 13.3 to 53.1 (the arithmetic checks of the source report)
DELAYS = {"latest_value": 29.0, "latest_period": "2024Q1", "latest_qualifier": ""}
DELAYS |= {"level_low": 13.28, "level_high": 53.13}
ROADMAP = {"unit": "prosent", "direction": -1, "basis": "census"}


STOCK = dict.fromkeys(("direction_change", "direction_low", "direction_high"), 5756.0) | {"direction_basis": "stock"}
EVENTS = {"direction_change": 39.0, "direction_low": -10.7, "direction_high": 88.3, "direction_basis": "events"}
UNSTATED = {"direction_low": NAN, "direction_high": NAN, "direction_basis": "survey_unknown_n"}
AT_LEAST, AT_MOST = (
    {"direction_high": INF, "direction_basis": "bound"},
    {"direction_low": -INF, "direction_basis": "bound"},
)


@pytest.mark.parametrize(
    ("cells", "unit", "text"),
    [
        ({}, "prosent", "+2 prosentpoeng fra 2022 til 2023 (95 % KI 0,2 til 3,8)"),
        (STOCK, "personer", "+5 756 personer fra 2022 til 2023 (opptelling, uten utvalgsfeil)"),
        (EVENTS, "søknader", "+39 søknader fra 2022 til 2023 (95 % KI −10,7 til 88,3)"),
        (UNSTATED, "prosent", "+2 prosentpoeng fra 2022 til 2023 (usikkerheten er ikke oppgitt)"),
        (AT_LEAST, "prosent", "+2 prosentpoeng fra 2022 til 2023 (minst 0,2)"),
        (AT_MOST, "prosent", "+2 prosentpoeng fra 2022 til 2023 (høyst 3,8)"),
        ({"direction_change": NAN}, "prosent", ""),
    ],
)
def test_a_change_has_its_interval_or_why_none(cells, unit, text):
    assert plain(words.change_since_first(RISE | cells, unit, "nb")) == text


def test_few_of_few_are_worded_as_if_chance_decided():
    row = RISE | {"direction_basis": "k_of_n"}
    assert "as if chance decided" in words.change_since_first(row, "prosent", "en")
    assert "as if chance decided" not in words.change_since_first(RISE, "prosent", "en")
    assert "as if chance decided" in words.level(DELAYS, ROADMAP, "en")
    assert "as if chance decided" not in words.level(DELAYS, SHARE, "en")


PEOPLE = {"break_even_green": 40679.79, "break_even_yellow": 54817.33}


@pytest.mark.parametrize(
    ("cells", "promise", "language", "text"),
    [
        ({}, {}, "en", "Green if the ambition for 2025 is at most 32.3%, yellow up to 36%."),
        ({}, {}, "nb", "Grønn om ambisjonen for 2025 er høyst 32,3 %, gul opp til 36 %."),
        ({}, {"direction": -1}, "nb", "Grønn om ambisjonen for 2025 er minst 32,3 %, gul ned til 36 %."),
        # a large one has no tenths
        (PEOPLE, {"unit": "personer"}, "nb",
         "Grønn om ambisjonen for 2025 er høyst 40 680 personer, gul opp til 54 817 personer."),
        ({"break_even_green": NAN}, {}, "nb", ""),
        ({"break_even_yellow": NAN}, {}, "nb", ""),
    ],
)  # fmt: skip
def test_a_break_even_names_both_limits_or_nothing(cells, promise, language, text):
    assert plain(words.break_even(RISE | cells, SHARE | promise, 2025, language)) == text


def test_a_single_figure_says_level_and_the_ambition_met():
    assert plain(words.level(DELAYS, ROADMAP, "nb")) == (
        "29 prosent i 1. kvartal 2024 (95 % KI 13,3 til 53,1, regnet som om tilfeldigheter avgjør). "
        "En ambisjon på 29 prosent eller mer ville vært nådd."
    )


@pytest.mark.parametrize(
    ("qualifier", "direction", "met"),
    [("over", 1, True), ("under", 1, False), ("over", -1, False), ("under", -1, True)],
)
def test_a_bound_meets_an_ambition_on_one_side_only(qualifier, direction, met):
    row = DELAYS | {"latest_qualifier": qualifier, "level_high": INF}
    said = words.level(row, ROADMAP | {"direction": direction}, "en")
    assert said.startswith(f"{qualifier} 29")
    assert ("would be met" in said) == met


def test_a_base_counts_every_indicator_once():
    bases = {"base_parts": 1, "base_target": 0, "base_direction": 1, "base_one_figure": 0, "base_none": 0}
    assert words.base(bases, "nb") == "målets ene indikator har en retning"
    # the first quarter of 2024 (the method, section 4b)
    bases = {"base_parts": 15, "base_target": 1, "base_direction": 5, "base_one_figure": 6, "base_none": 3}
    assert words.base(bases, "en") == "of 15 indicators, 1 has a target, 5 a direction, 6 one figure only, 3 none"
