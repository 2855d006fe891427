"""The texts of the first quarter of 2024 on the real figures: complete, alike in both languages, numbers by reference.

Counts are those of the published status report: 15 indicators and 16 sub-goals with a comment each, eight themes, a
line on the status of every goal but the first, and a qualitative block everywhere but under the first goal. The table
`printed_numbers.csv` has the numbers that it prints.
"""

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.core import paths
from analysis.records.observations import read_observations
from analysis.text.prose import read_prose

LANGUAGES = ("nb", "en")
FOLDER = paths.raw_folder() / "judgements" / "2024Q1"
PRINTED = pd.read_csv(Path(__file__).with_name("printed_numbers.csv"), keep_default_na=False)


@pytest.fixture(scope="module")
def prose(quarter, english):
    return {"nb": quarter.prose, "en": english.prose}


def test_both_languages_hold_every_comment_and_block(prose):
    keys = list(prose["nb"].index)
    assert keys == list(prose["en"].index)
    indicators = {1: 6, 2: 3, 3: 1, 4: 1, 5: 4}
    subgoals = {1: "ABCD", 2: "ABC", 3: "ABC", 4: "ABC", 5: "ABC"}
    wanted = {f"{goal}.{n}" for goal, count in indicators.items() for n in range(1, count + 1)}
    wanted |= {f"{goal}{letter}" for goal, letters in subgoals.items() for letter in letters}
    commented = [item for item, key in keys if key == "comment"]
    assert (len(commented), set(commented)) == (31, wanted)
    blocks = {item: [key for place, key in keys if place == item] for item, key in keys if key != "comment"}
    assert blocks == {
        "strategy": ["summary-1", "summary-2", "summary-3", "movements", "status", "follow-up", "insight"],
        "goal-1": ["note", "theme-1"],
        "goal-2": ["status", "insight", "theme-1", "theme-2"],
        "goal-3": ["status", "insight", "theme-1"],
        "goal-4": ["status", "insight", "theme-1", "theme-2", "theme-3"],
        "goal-5": ["status", "insight", "theme-1"],
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_summaries_open_with_titles_and_movements_are_eight(prose, language):
    texts = prose[language]["text"]
    for number in (1, 2, 3):
        assert re.match(r"\*\*[^*\n]+\*\*\n\n\S", texts[("strategy", f"summary-{number}")])
    assert len(re.findall(r"^- ", texts[("strategy", "movements")], flags=re.MULTILINE)) == 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_printed_number_is_inserted_from_its_line_of_data(prose, language):
    inserted = {
        (item, key, r.measure, r.period, r.breakdown, r.aspect): r
        for (item, key), references in prose[language]["references"].items()
        for r in references
    }
    printed = PRINTED.set_index(list(PRINTED.columns[:-1]))["value"].to_dict()
    assert {place: reference.value for place, reference in inserted.items()} == printed
    for reference in inserted.values():
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
    ("item", "key", "bokmaal", "translated"),
    [
        ("1.6", "comment", "en økning på 35\u00a0prosent", "an increase of 35\u00a0per cent"),
        ("1B", "comment", "i over 300 kommuner", "in over 300 municipalities"),
        ("4.1", "comment", "økningen på 2\u00a0prosentpoeng", "the increase of 2\u00a0percentage points"),
        ("strategy", "movements", "25\u00a0000 innbyggere", "25,000 people"),
    ],
)
def test_numbers_read_as_prose_in_both_languages(prose, item, key, bokmaal, translated):
    assert bokmaal in prose["nb"].loc[(item, key), "text"]
    assert translated in prose["en"].loc[(item, key), "text"]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bare", ["2023Q1", "2024Q4"])
def test_quarters_without_texts_on_record_are_empty(bare, language):
    assert read_prose(bare, language, read_observations(bare)).empty
