"""Words: numbers, dates, colours, and sentences about change that never say more than the method allows."""

import math
import tomllib
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import words
from analysis.assessment.limits import BAND_NAMES, COLOURS
from analysis.assessment.other_offices import COLOURS as VERDICT_COLOURS
from analysis.records.observations import read_observations, read_sources
from analysis.statistics.surveys import DISCOVERY_RATE
from blocks import contrast, plain
from typed_cases import cases, read_cases

NB = "\u00a0"
NAN = float("nan")
FOLDER = Path(__file__).parent
TYPED = tomllib.loads((FOLDER / "sentences.toml").read_text(encoding="utf-8").replace("~", NB))
# 5 of 17: 29 %, Wilson 13.3 to 53.1 (the arithmetic checks of the source report)
DELAYS = {"latest_value": 29.0, "latest_period": "2024Q1", "latest_qualifier": ""}
DELAYS |= {"level_low": 13.28, "level_high": 53.13}
ROADMAP = {"unit": "prosent", "direction": -1, "basis": "census"}


def row(name, **changed):
    """Return a typed row with some columns changed; it may be another one with changes itself."""
    typed = TYPED["rows"][name] | changed
    return row(typed.pop("of"), **typed) if "of" in typed else typed


def typed(kind):
    """Return the cases of a kind, each as its row and its texts."""
    pairs = []
    for case in TYPED["cases"][kind]:
        texts = {key: case[key] for key in ("text", "has", "lacks") if key in case}
        cells = {key: value for key, value in case.items() if key not in texts}
        pairs.append((row(cells.pop("row"), **cells) if "row" in cells else cells, *texts.values()))
    return pairs


RISE = row("rise")


@pytest.mark.parametrize("case", read_cases(FOLDER / "numbers.csv"), ids=lambda case: case["value"])
def test_numbers_and_periods_follow_the_language(case):
    """What rounds to zero has no minus; 1.4 - 0.4 is 0.9999999999999999 in a float."""
    value = float(case["value"]) if case["kind"] == "number" else case["value"]
    written = [getattr(words, case["kind"])(value, language) for language in ("nb", "en")]
    assert written == [case[name].replace("~", NB) for name in ("norwegian", "english")]


@pytest.mark.parametrize("change", [0.04, -0.04, 0.0, 1e-17])
def test_a_change_printed_as_zero_has_no_sign(change):
    assert words.signed(change, "prosent", "nb", decimals=1) == f"0,0{NB}prosentpoeng"
    assert words.signed(0.05, "prosent", "nb", decimals=1) == f"+0,1{NB}prosentpoeng"


@settings(max_examples=60, deadline=None)
@given(value=st.decimals(min_value=-(10**7), max_value=10**7, places=3), decimals=st.integers(0, 2))
def test_halves_round_away_from_zero_and_can_be_read_back(value, decimals):
    written = words.number(float(value), "nb", decimals)
    back = Decimal(written.replace(NB, "").replace(",", ".").replace("−", "-"))
    assert back == value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def test_what_is_no_number_is_refused_instead_of_printed():
    for value in (NAN, math.inf, -math.inf):
        with pytest.raises(ValueError, match="say why it is missing"):
            words.number(value, "nb")
    with pytest.raises(ValueError, match="zero"):
        words.percent_change(0, 5, "nb")


@pytest.mark.parametrize("case", read_cases(FOLDER / "quantities.csv"), ids=lambda case: case["text"])
def test_quantities_agree_with_their_words(case):
    value, way = float(case["value"]), [case[name] for name in ("unit", "language", "qualifier") if name in case]
    assert getattr(words, case["function"])(value, *way) == case["text"].replace("~", NB)


def test_colours_and_limits_have_their_words():
    assert words.percent_change(289, 328, "nb") == f"13,5{NB}prosent"
    assert words.light("yellow", "nb", "green") == "gul, peker mot grønt"
    assert words.light("yellow", "nb", "green", weak=True) == "gul, peker svakt mot grønt"
    assert words.light("red", "en", "yellow") == "red, pointing to yellow"
    limits = words.break_even(RISE, {"unit": "prosent", "direction": 1, "basis": "survey"}, 2025, "en")
    assert limits == "Green if the ambition for 2025 is at most 32.3%, yellow up to 36%."
    lost = {"judgement_state": "colour_lost", "towards": "", "weak": False}
    assert words.experts_place(lost, "en") == "◌ colour lost"


# --- change -------------------------------------------------------------------------


def test_a_significant_rise_has_size_interval_and_sample():
    assert words.change_sentence(RISE, "nb") == (
        f"Økte fra 26 til 28{NB}prosent mellom 2022 og 2023, en endring på to prosentpoeng "
        f"(95{NB}%{NB}KI 0,2 til 3,8; p{NB}={NB}0,028; n{NB}={NB}4{NB}997 og 4{NB}505). "
        "Endringen er statistisk signifikant."
    )


@pytest.mark.parametrize(("row", "has", "lacks"), typed("sentence"))
def test_a_sentence_claims_what_the_row_allows(row, has, lacks):
    text = words.change_sentence(row, "nb")
    assert words.change_sentence(pd.Series(row), "nb") == text
    assert has in text
    assert lacks not in text


@pytest.mark.parametrize(("flag", "expected"), [(True, "It also holds when all"), (False, "Each change is tested")])
def test_a_significant_change_is_seen_among_all_tests(flag, expected):
    sentence = words.change_sentence(RISE | {"bh_flag": flag}, "en")
    assert f"statistically significant. {expected}" in sentence
    assert f"at most {100 * DISCOVERY_RATE:.0f} per cent" in sentence
    assert expected not in words.change_sentence(RISE | {"bh_flag": flag, "significant": False}, "en")


def test_one_point_has_no_change():
    assert words.change_sentence(row("alone"), "nb") == (
        f"28{NB}prosent i 2023. Det finnes bare én sammenlignbar måling, så endringen kan ikke beregnes."
    )
    assert words.change_sentence(row("alone"), "nb", brief=True) == ""  # the state beside it has the words


@pytest.mark.parametrize(("row", "text"), typed("title"))
def test_the_title_of_a_picture_claims_only_real_changes(row, text):
    assert words.finding(row, "nb") == text


def test_a_trend_takes_both_conditions():
    text = words.trend_sentence(row("rise", n_points=3, word="direction"), "nb")
    assert text == "Over tre målinger er retningen stigende, men det er for få målinger til å påvise en trend."
    for chi2_p, stable in ((0.0021, True), (0.0001, False), (NAN, True)):
        unsure = row("trend", slope_chi2_p=chi2_p, slope_sign_stable=stable)
        assert "ingen sikker trend" in words.trend_sentence(unsure, "nb")
    text = words.trend_sentence(row("trend", slope_chi2_p=0.0019, slope=-1.0), "nb")
    assert text == "De siste fem målingene viser en fallende trend."


# --- without a target, in the method's own numbers ----------------------------------


@pytest.mark.parametrize(("row", "text"), typed("since_first"))
def test_a_change_has_its_interval_or_why_none(row, text):
    assert words.change_since_first(row, row["unit"], "nb") == text


def test_few_of_few_are_worded_as_if_chance_decided():
    few, survey = row("rise", direction_basis="k_of_n"), ROADMAP | {"basis": "survey"}
    assert "as if chance decided" in words.change_since_first(few, "prosent", "en")
    assert "as if chance decided" not in words.change_since_first(RISE, "prosent", "en")
    assert "as if chance decided" in words.level(DELAYS, ROADMAP, "en")
    assert "as if chance decided" not in words.level(DELAYS, survey, "en")


@pytest.mark.parametrize(("row", "text"), typed("break_even"))
def test_a_break_even_names_both_limits_or_nothing(row, text):
    promise = {"unit": row["unit"], "direction": row.get("direction", 1), "basis": "survey"}
    assert words.break_even(row, promise, 2025, "nb") == text


def test_a_level_says_which_ambition_is_met():
    assert plain(words.level(DELAYS, ROADMAP, "nb")) == (
        "29 prosent i 1. kvartal 2024 (95 % KI 13,3 til 53,1, regnet som om tilfeldigheter avgjør). "
        "En ambisjon på 29 prosent eller mer ville vært nådd."
    )
    # a bound meets an ambition on one side only
    for qualifier, direction, met in (("over", 1, True), ("under", 1, False), ("over", -1, False), ("under", -1, True)):
        bound = DELAYS | {"latest_qualifier": qualifier, "level_high": math.inf}
        text = words.level(bound, ROADMAP | {"direction": direction}, "en")
        assert text.startswith(f"{qualifier} 29")
        assert ("would be met" in text) == met


def test_a_base_counts_every_indicator_once():
    bases = {"base_parts": 1, "base_target": 0, "base_direction": 1, "base_one_figure": 0, "base_none": 0}
    assert words.base(bases, "nb") == "målets ene indikator har en retning"
    # the first quarter of 2024 (the method, section 4b)
    bases = {"base_parts": 15, "base_target": 1, "base_direction": 5, "base_one_figure": 6, "base_none": 3}
    assert words.base(bases, "en") == "of 15 indicators, 1 has a target, 5 a direction, 6 one figure only, 3 none"


# --- codes --------------------------------------------------------------------------


@cases(__file__, "unknown_texts.csv")
def test_unknown_texts_are_refused_by_name(table, key, language, message):
    with pytest.raises(words.WordError, match=message):
        words.look_up(table, key, language, part=3)


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_code_has_words_and_every_mark_a_symbol_of_its_own(language):
    assert all(words.colour(colour, language) for colour in words.SYMBOL)
    assert all(words.band(band, language) for band in BAND_NAMES)
    assert all(words.verdict(verdict, language) for verdict in VERDICT_COLOURS)
    assert {*words.SYMBOL, "grey"} == {*words.HEX, "grey"} == {*words.HOLLOW, "grey"} == set(COLOURS)
    signs = [sign for signs in (words.SYMBOL, words.HOLLOW, words.STATE_SYMBOL) for sign in signs.values() if sign]
    assert len(set(signs)) == len(signs) == 11
    # what an arrow says is said by experts only
    assert not set(signs) & set(words.MOVEMENT_SYMBOL.values())
    states = [words.state(code, language) for code in ("filled", "outlined", *words.STATE_SYMBOL)]
    assert len(set(states)) == len(states)
    assert not any(word in state for state in states for word in ("grå", "grey", "offentlig", "public"))


@pytest.mark.parametrize(("row", "text"), typed("experts"))
def test_the_experts_place_says_what_is_on_record(row, text):
    assert words.experts_place(row | {"weak": False}, "nb") == text


@pytest.mark.parametrize(("row", "text"), typed("figures"))
def test_the_figures_place_never_looks_like_another(row, text):
    outlined = {"direction_colour": "green", "direction_fragile": False, "direction_towards": ""}
    assert words.figures_place(outlined | row, "nb") == text


def test_text_on_the_colours_is_legible():
    ink = {"green": "#FFFFFF", "yellow": "#000000", "red": "#FFFFFF"}
    assert all(contrast(words.HEX[colour], ink[colour]) >= 4.5 for colour in ink)
    # a frame is seen on the paper of either scheme
    assert all(contrast(frame, paper) >= 3 for frame in words.FRAME.values() for paper in ("#FFFFFF", "#12171d"))


# --- notes of raw rows --------------------------------------------------------------


def test_every_note_of_the_published_report_is_translated():
    for table in (read_observations(as_of="2024Q1"), read_sources()):
        assert (table["note"].eq("") == table["note_nb"].eq("")).all()
        assert not table["note_nb"].str.contains(r"\b(?:the|and|of|not|from)\b").any()


def test_an_untranslated_note_or_licence_stays_and_says_so():
    row = {"note": "Unweighted", "note_nb": ""}
    assert [words.note(row, language) for language in words.LANGUAGES] == [("Unweighted", "en"), ("Unweighted", "")]
    assert words.note(row | {"note_nb": "Uvektet."}, "nb") == ("Uvektet.", "")
    assert words.note({"note": "", "note_nb": ""}, "nb") == ("", "")
    row = {"licence": "not stated", "licence_nb": "ikke oppgitt"}
    assert [words.licence(row, language) for language in words.LANGUAGES] == ["ikke oppgitt", "not stated"]
    assert words.licence({"licence": "NLOD", "licence_nb": ""}, "nb") == "NLOD"
