"""The texts of the first quarter of 2024 on the real figures: complete, alike in both languages, numbers by reference.

Counts are those of the published status report: 15 indicators and 16 sub-goals with a comment each, eight themes, a
line on the status of every goal but the first, and a qualitative block everywhere but under the first goal. The table
`printed_numbers.csv` has the numbers that it prints.
"""

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from analysis.core import paths

LANGUAGES = ("nb", "en")
FOLDER = paths.raw_folder() / "judgements" / "2024Q1"
PRINTED = pd.read_csv(Path(__file__).with_name("printed_numbers.csv"), keep_default_na=False)


@pytest.fixture(scope="module")
def prose(quarter, english):
    return {"nb": quarter.prose, "en": english.prose}


def test_both_languages_hold_every_comment_and_block(prose):
    keys = list(prose["nb"].index)
    assert keys == list(prose["en"].index)
    wanted = tomllib.loads(Path(__file__).with_name("published_blocks.toml").read_text(encoding="utf-8"))
    commented = [item for item, key in keys if key == "comment"]
    assert sorted(commented) == sorted(wanted["commented"])
    assert (len(commented), len(set(commented))) == (15 + 16, 31)
    assert {item: [key for place, key in keys if place == item] for item in wanted["blocks"]} == wanted["blocks"]
    assert {item for item, key in keys if key != "comment"} == {*wanted["blocks"]}


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
