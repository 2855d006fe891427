"""Words: numbers, dates, colours, and sentences about change that never say more than the method allows."""

import math
from decimal import ROUND_HALF_UP, Decimal

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

NB = "\u00a0"
NAN = float("nan")

# 26 -> 28 per cent, n = 4 997 and 4 505: z = 2.19, p = 0.028 (arithmetic checks of the source report)
RISE = {
    "missing": "", "unit": "prosent", "word": "change", "n_points": 2, "break_after_baseline": False,
    "latest_value": 28.0, "latest_qualifier": "", "latest_period": "2023", "latest_se": 0.67, "latest_n": 4505.0,
    "previous_value": 26.0, "previous_period": "2022", "previous_se": 0.62, "previous_n": 4997.0,
    "change": 2.0, "change_low": 0.21, "change_high": 3.79, "p_value": 0.0284, "p_low": 0.001, "p_high": 0.01,
    "significant": True, "poisson_p": NAN, "slope": 2.0, "slope_chi2_p": NAN, "slope_sign_stable": False,
}  # fmt: skip
COUNT = RISE | {
    "unit": "søknader", "latest_value": 328.0, "previous_value": 289.0, "change": 39.0, "latest_se": 0.0,
    "previous_se": 0.0, "latest_n": NAN, "previous_n": NAN, "change_low": NAN, "change_high": NAN, "p_value": NAN,
    "p_low": NAN, "p_high": NAN, "significant": False, "poisson_p": 0.12,
}  # fmt: skip
ALONE = RISE | {"n_points": 1, "word": "point", "previous_value": NAN, "previous_period": None, "change": NAN}
AT_YEAR_END = COUNT | {"latest_period": "2023-12-31", "poisson_p": NAN}
NOT_SIGNIFICANT = RISE | {"significant": False, "p_value": 0.09}
TREND = NOT_SIGNIFICANT | {"n_points": 6, "word": "slope", "slope_chi2_p": 0.001, "slope_sign_stable": True}


@pytest.mark.parametrize(
    ("write", "value", "norwegian", "english"),
    [
        (words.number, 22200, f"22{NB}200", "22,200"),
        (words.number, 28.45, "28,5", "28.5"),
        (words.number, -1.25, "−1,3", "−1.3"),
        (words.number, 0.044, "0,04", "0.04"),
        (words.number, 76.0, "76", "76"),
        (words.number, -0.004, "0,00", "0.00"),  # what rounds to zero has no minus
        (words.number, 1022900, f"1{NB}022{NB}900", "1,022,900"),
        (words.number, 1.4 - 0.4, "1", "1"),  # 0.9999999999999999 in a float
        (words.number, 0.1 + 0.2, "0,30", "0.30"),
        (words.period, "2023", "2023", "2023"),
        (words.period, "2024Q1", "1. kvartal 2024", "Q1 2024"),
        (words.period, "2023-12", "desember 2023", "December 2023"),
        (words.period, "2023-03-05", f"5.{NB}mars 2023", f"5{NB}March 2023"),
    ],
)
def test_numbers_and_periods_follow_the_language(write, value, norwegian, english):
    assert write(value, "nb") == norwegian
    assert write(value, "en") == english


@pytest.mark.parametrize("change", [0.04, -0.04, 0.0, 1e-17])
def test_a_change_printed_as_zero_has_no_sign(change):
    assert words.signed(change, "prosent", "nb", decimals=1) == f"0,0{NB}prosentpoeng"
    assert words.signed(0.05, "prosent", "nb", decimals=1) == f"+0,1{NB}prosentpoeng"


@settings(max_examples=60, deadline=None)
@given(value=st.decimals(min_value=-(10**7), max_value=10**7, places=3), decimals=st.integers(0, 2))
def test_halves_round_away_from_zero_and_can_be_read_back(value, decimals):
    shown = words.number(float(value), "nb", decimals)
    back = Decimal(shown.replace(NB, "").replace(",", ".").replace("−", "-"))
    assert back == value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def test_what_is_no_number_is_refused_instead_of_printed():
    for value in (NAN, math.inf, -math.inf):
        with pytest.raises(ValueError, match="say why it is missing"):
            words.number(value, "nb")
    with pytest.raises(ValueError, match="zero"):
        words.percent_change(0, 5, "nb")


def test_quantities_and_colours_agree_with_their_words():
    assert words.quantity(1, "kommuner", "nb") == f"1{NB}kommune"
    assert words.quantity(300, "kommuner", "nb", "over") == f"over 300{NB}kommuner"
    assert words.quantity(50, "prosent", "en", "circa") == f"about 50{NB}per cent"
    assert words.quantity(16444, "personer", "nb", "derived") == f"16{NB}444{NB}personer (beregnet)"
    assert words.spelled(1, "prosentpoeng", "nb") == "ett prosentpoeng"
    assert words.spelled(1, "søknader", "nb") == "én søknad"
    assert words.spelled(-2, "prosentpoeng", "en") == "two percentage points"
    assert words.spelled(39, "søknader", "nb") == f"39{NB}søknader"
    assert words.percent_change(289, 328, "nb") == f"13,5{NB}prosent"
    assert words.light("yellow", "nb", "green") == "gul, peker mot grønt"
    assert words.light("yellow", "nb", "green", weak=True) == "gul, peker svakt mot grønt"
    assert words.light("red", "en", "yellow") == "red, pointing to yellow"


# --- change -------------------------------------------------------------------------


def test_a_significant_rise_has_size_interval_and_sample():
    assert words.change_sentence(RISE, "nb") == (
        f"Økte fra 26 til 28{NB}prosent mellom 2022 og 2023, en endring på to prosentpoeng "
        f"(95{NB}%{NB}KI 0,2 til 3,8; p{NB}={NB}0,028; n{NB}={NB}4{NB}997 og 4{NB}505). "
        "Endringen er statistisk signifikant."
    )


UNKNOWN = RISE | dict.fromkeys(("latest_se", "previous_se", "latest_n", "change_low", "change_high", "p_value"), NAN)
BOUND = "bare en grense"
CHANCE = f"forskjellen på 39{NB}søknader kan være tilfeldig (Poisson-test, p{NB}={NB}0,12)"
ROUNDING = "Men tallene er avrundet: uavrundet kunne p ha vært alt fra under 0,001 til 0,27."
EQUAL = {"latest_value": 76.0, "previous_value": 76.0, "change": 0.0, "significant": False}


@pytest.mark.parametrize(
    ("row", "has", "lacks"),
    [
        (RISE | {"latest_value": 24.0, "change": -2.0}, f"Falt fra 26 til 24{NB}prosent", "Økte"),
        (NOT_SIGNIFICANT, "ikke statistisk signifikant", "Økte"),
        (NOT_SIGNIFICANT, "kan ikke sies at nivået er endret", "avrundet"),
        (RISE | {"p_low": 0.0002, "p_high": 0.27}, ROUNDING, "Poisson"),
        (RISE | EQUAL, f"76{NB}prosent både i 2022 og i 2023: ingen målt endring", "Økte"),
        (UNKNOWN | {"significant": False}, "Usikkerheten er ikke oppgitt", "Økte"),
        (COUNT, CHANCE, "Økte"),
        (COUNT | {"poisson_p": 0.05}, "kan ikke sies at nivået er endret", "Økte"),
        (COUNT | {"poisson_p": 0.049}, f"Økte fra 289 til 328{NB}søknader", "kan være tilfeldig"),
        (COUNT | {"poisson_p": NAN}, f"13,5{NB}prosent; opptelling, uten utvalgsfeil", "signifikant"),
        (COUNT | {"direction": -1}, CHANCE, BOUND),
        (COUNT | {"direction": 0}, "Økte", "Poisson"),  # of what has no better way nothing is tested
        (COUNT | {"previous_qualifier": "derived"}, f"fra 289 (beregnet) til 328{NB}søknader", "Poisson"),
        (COUNT | {"latest_qualifier": "over"}, BOUND, "Økte"),
        (COUNT | {"previous_qualifier": "under"}, BOUND, "Økte"),
        ({"missing": "no_observation"}, "Ingen offentlig verdi på rapportdatoen.", "Økte"),
    ],
)
def test_a_sentence_claims_what_the_row_allows(row, has, lacks):
    text = words.change_sentence(row, "nb")
    assert words.change_sentence(pd.Series(row), "nb") == text
    assert has in text
    assert lacks not in text


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        (True, "It also holds when all tests of the report are looked at together, with at most 10 per cent chance"),
        (False, "Each change is tested by itself, at 5 per cent. When all tests of the report are looked at together"),
    ],
)
def test_a_significant_change_is_seen_among_all_tests(flag, expected):
    sentence = words.change_sentence(RISE | {"bh_flag": flag}, "en")
    assert f"statistically significant. {expected}" in sentence
    assert f"at most {100 * DISCOVERY_RATE:.0f} per cent" in sentence
    assert expected not in words.change_sentence(RISE | {"bh_flag": flag, "significant": False}, "en")


def test_one_point_has_no_change():
    assert words.change_sentence(ALONE, "nb") == (
        f"28{NB}prosent i 2023. Det finnes bare én sammenlignbar måling, så endringen kan ikke beregnes."
    )
    assert words.change_sentence(ALONE, "nb", brief=True) == ""  # the state beside it has the words


@pytest.mark.parametrize(
    ("row", "title"),
    [
        (RISE, "28 prosent i 2023, opp fra 26 i 2022"),
        (RISE | {"change": -2.0, "previous_value": 30.0}, "28 prosent i 2023, ned fra 30 i 2022"),
        (NOT_SIGNIFICANT, "28 prosent i 2023 og 26 i 2022: ingen påvist endring"),
        (RISE | {"significant": False, "p_value": NAN}, "28 prosent i 2023 og 26 i 2022: usikkerheten er ikke oppgitt"),
        (RISE | {"change": 0.0}, "28 prosent både i 2022 og i 2023"),
        (COUNT, "328 søknader i 2023 og 289 i 2022: ingen påvist endring"),
        (COUNT | {"poisson_p": 0.01}, "328 søknader i 2023, opp fra 289 i 2022"),
        (COUNT | {"previous_qualifier": "under"}, "328 søknader i 2023"),
        (AT_YEAR_END, "328 søknader per 31. desember 2023, opp fra 289 i 2022"),
        (ALONE, "28 prosent i 2023"),
        ({"missing": "no_observation"}, ""),
        (TREND, "28 prosent i 2023, stigende trend over de siste fem målingene"),
        (TREND | {"slope_chi2_p": 0.01}, "28 prosent i 2023 og 26 i 2022: ingen påvist endring"),
        (TREND | {"significant": True}, "28 prosent i 2023, opp fra 26 i 2022"),
    ],
)
def test_the_title_of_a_picture_claims_only_real_changes(row, title):
    assert plain(words.finding(row, "nb")) == title


def test_a_trend_takes_both_conditions():
    text = words.trend_sentence(RISE | {"n_points": 3, "word": "direction"}, "nb")
    assert text == "Over tre målinger er retningen stigende, men det er for få målinger til å påvise en trend."
    for chi2_p, stable in ((0.0021, True), (0.0001, False), (NAN, True)):
        unsure = TREND | {"slope_chi2_p": chi2_p, "slope_sign_stable": stable}
        assert "ingen sikker trend" in words.trend_sentence(unsure, "nb")
    text = words.trend_sentence(TREND | {"slope_chi2_p": 0.0019, "slope": -1.0}, "nb")
    assert text == "De siste fem målingene viser en fallende trend."


# --- codes --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "key", "language", "message"),
    [
        ("codes.colours", "yelow", "nb", r"codes\.colours: .* 'yelow'; did you mean 'yellow'"),
        ("codes.colours", "yellow", "sv", "'sv' is no language of the report; write nb or en"),
        ("pages.labels", "of", "nb", r"pages\.labels: .* 'of' has a place 'whole' that was not filled"),
        ("numbers.units.many", "komuner", "nb", "did you mean 'kommuner'"),
        ("codes.colors", "green", "nb", "there is no table 'colors'; did you mean 'colours'"),
        ("code.colours", "green", "nb", "there is no catalogue 'code'; did you mean 'codes'"),
    ],
)
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


@pytest.mark.parametrize(
    ("row", "language", "experts"),
    [
        ({"judgement_state": "judged", "judged": "yellow", "towards": "green"}, "nb", "▲ gul, peker mot grønt"),
        ({"judgement_state": "colour_lost", "towards": "red"}, "nb", "◌ fargen er gått tapt, peker mot rødt"),
        ({"judgement_state": "colour_lost", "towards": ""}, "en", "◌ colour lost"),
        # what nobody judged points where the figures do, which is no judgement
        ({"judgement_state": "not_judged", "towards": "green"}, "en", "not judged"),
    ],
)
def test_the_experts_place_says_what_is_on_record(row, language, experts):
    assert words.experts_place(row | {"weak": False}, language) == experts


OUTLINED = {"figures_state": "outlined", "direction_colour": "green", "direction_answer": "better"}
OUTLINED |= {"direction_fragile": False, "direction_towards": ""}
FRAGILE = OUTLINED | {"direction_fragile": True, "direction_towards": "yellow"}


@pytest.mark.parametrize(
    ("row", "figures"),
    [
        (FRAGILE, "○ bare retning: grønn (bedre, skjør), peker mot gult"),
        (OUTLINED, "○ bare retning: grønn (bedre)"),
        (OUTLINED | {"direction_answer": ""}, "○ bare retning: grønn"),
        ({"figures_state": "one_figure"}, "① bare én måling"),
        ({"figures_state": "not_measured"}, "– ikke målt"),
        ({"figures_state": "ambition_not_obtained"}, "? ambisjonen er ikke innhentet"),
    ],
)
def test_the_figures_place_never_looks_like_another(row, figures):
    assert words.figures_place(row, "nb") == figures


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
