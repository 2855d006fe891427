"""The texts of the first quarter of 2024 on the real figures: complete, alike in both languages, numbers by reference.

Counts are those of the published status report: 15 indicators and 16 sub-goals with a comment each, eight themes, a
line on the status of every goal but the first, and a qualitative block everywhere but under the first goal.
"""

import re
from functools import cache

import pytest

from analysis.core import paths
from analysis.records.observations import read_observations
from analysis.text.prose import read_prose

LANGUAGES = ("nb", "en")
FOLDER = paths.raw_folder() / "judgements" / "2024Q1"

# What the report prints: (item, key, measure, period, breakdown, aspect) -> value.
PRINTED = {
    ("strategy", "movements", "pll-innbyggere", "2023-12", "", "value"): 25000,
    ("strategy", "movements", "velferdsteknologi-kommuner", "2024Q1", "", "value"): 300,
    ("1.5", "comment", "dho-samarbeidsprosjekter", "2024Q1", "", "value"): 16,
    ("1.5", "comment", "dho-helsefellesskap", "2024Q1", "", "value"): 18,
    ("1.5", "comment", "dho-kommuner", "2024Q1", "", "value"): 166,
    ("1.5", "comment", "dho-prosjekter-med-tilbud", "2024Q1", "", "value"): 13,
    ("1.6", "comment", "velferdsteknologi-uten-alarm", "2022", "", "value"): 22200,
    ("1.6", "comment", "velferdsteknologi-uten-alarm-endring", "2022", "", ""): 35,
    ("1B", "comment", "velferdsteknologi-kommuner", "2024Q1", "", "value"): 300,
    ("2.3", "comment", "digitale-ferdigheter", "2023", "", ""): 76,
    ("2.3", "comment", "digitale-ferdigheter", "2022", "", ""): 76,
    ("3.1", "comment", "helsedata-soknader", "2023", "", "value"): 328,
    ("3.1", "comment", "helsedata-soknader", "2022", "", "value"): 289,
    ("4.1", "comment", "tilgang-pasientinformasjon", "2023", "", ""): 28,
    ("4.1", "comment", "tilgang-pasientinformasjon", "2022", "", ""): 26,
    ("4.1", "comment", "tilgang-pasientinformasjon", "2023", "", "change"): 2,
    ("5.1", "comment", "raadsmodell-effekt", "2023Q1", "", ""): 76,
    ("5.2", "comment", "forsinkelser-utvikling", "2024Q1", "", "denominator"): 17,
    ("5.2", "comment", "forsinkelser-utvikling", "2024Q1", "", "numerator"): 5,
    ("5.2", "comment", "forsinkelser-utvikling", "2024Q1", "", ""): 29,
    ("5.2", "comment", "forsinkelser-utvikling", "2024Q1", "aarsak=regelverk", "numerator"): 2,
    ("5.2", "comment", "forsinkelser-utvikling", "2024Q1", "aarsak=finansiering", "numerator"): 2,
    ("5.2", "comment", "forsinkelser-utvikling", "2024Q1", "aarsak=leverandoer", "numerator"): 1,
    ("5.3", "comment", "forsinkelser-innforing", "2024Q1", "", "denominator"): 17,
    ("5.3", "comment", "forsinkelser-innforing", "2024Q1", "", "numerator"): 2,
    ("5.3", "comment", "forsinkelser-innforing", "2024Q1", "", ""): 12,
    ("5.3", "comment", "forsinkelser-innforing", "2024Q1", "aarsak=andre", "numerator"): 2,
    ("5.4", "comment", "nytteoppfolging", "2024Q1", "svar=ja", ""): 63,
    ("5.4", "comment", "nytteoppfolging", "2024Q1", "svar=nei", ""): 21,
    ("5.4", "comment", "nytteoppfolging", "2024Q1", "svar=ikke-svart", ""): 16,
}


@cache
def prose(language):
    return read_prose("2024Q1", language, read_observations("2024Q1"))


def keys(language):
    return list(prose(language).index)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_indicator_and_sub_goal_has_its_comment(language):
    indicators = {1: 6, 2: 3, 3: 1, 4: 1, 5: 4}
    subgoals = {1: "ABCD", 2: "ABC", 3: "ABC", 4: "ABC", 5: "ABC"}
    wanted = {f"{goal}.{n}" for goal, count in indicators.items() for n in range(1, count + 1)}
    wanted |= {f"{goal}{letter}" for goal, letters in subgoals.items() for letter in letters}
    commented = [item for item, key in keys(language) if key == "comment"]
    assert len(commented) == 31
    assert set(commented) == wanted


def test_both_languages_hold_the_same_texts_in_the_same_order():
    assert keys("nb") == keys("en")


def test_all_blocks_are_there_and_none_that_the_report_lacks():
    blocks = {item: [key for place, key in keys("nb") if place == item] for item, key in keys("nb") if key != "comment"}
    assert blocks == {
        "strategy": ["summary-1", "summary-2", "summary-3", "movements", "status", "follow-up", "insight"],
        "goal-1": ["note", "theme-1"],
        "goal-2": ["status", "insight", "theme-1", "theme-2"],
        "goal-3": ["status", "insight", "theme-1"],
        "goal-4": ["status", "insight", "theme-1", "theme-2", "theme-3"],
        "goal-5": ["status", "insight", "theme-1"],
    }
    assert sum(key.startswith("theme-") for _, key in keys("nb")) == 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_summaries_open_with_titles_and_movements_are_eight(language):
    texts = prose(language)["text"]
    for number in (1, 2, 3):
        assert re.match(r"\*\*[^*\n]+\*\*\n\n\S", texts[("strategy", f"summary-{number}")])
    assert len(re.findall(r"^- ", texts[("strategy", "movements")], flags=re.MULTILINE)) == 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_printed_number_is_inserted_from_the_data(language):
    inserted = {
        (item, key, r.measure, r.period, r.breakdown, r.aspect): r.value
        for (item, key), references in prose(language)["references"].items()
        for r in references
    }
    assert inserted == PRINTED


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_inserted_number_leads_to_its_line(language):
    for references in prose(language)["references"]:
        for reference in references:
            for file, line in reference.origins:
                row = (paths.raw_folder() / file).read_text(encoding="utf-8").splitlines()[line - 1]
                assert row.startswith(f"{reference.measure},")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_digit_is_typed_outside_a_reference_but_in_years(language):
    for file in sorted(FOLDER.glob(f"*.{language}.md")):
        for line in file.read_text(encoding="utf-8").splitlines():
            rest = "" if line.startswith("## ") else re.sub(r"\{[^{}]*\}|\b20\d\d\b", "", line)
            assert not re.search(r"\d", rest), (file.name, line)


@pytest.mark.parametrize(
    ("item", "key", "norwegian", "english"),
    [
        ("1.6", "comment", "en økning på 35\u00a0prosent", "an increase of 35\u00a0per cent"),
        ("1B", "comment", "i over 300 kommuner", "in over 300 municipalities"),
        ("4.1", "comment", "økningen på 2\u00a0prosentpoeng", "the increase of 2\u00a0percentage points"),
        ("strategy", "movements", "25\u00a0000 innbyggere", "25,000 people"),
    ],
)
def test_numbers_read_as_prose_in_both_languages(item, key, norwegian, english):
    assert norwegian in prose("nb").loc[(item, key), "text"]
    assert english in prose("en").loc[(item, key), "text"]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("quarter", ["2023Q1", "2024Q4"])
def test_quarters_without_texts_on_record_are_empty(quarter, language):
    assert read_prose(quarter, language, read_observations(quarter)).empty
