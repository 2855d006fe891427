from pathlib import Path

import pytest

from analysis.records.known_issues import COLUMNS, KnownIssueError, read_known_issues
from analysis.records.strategy import read_strategy

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"

ISSUE = """
[[issue]]
id = "two-figures"
kind = "public-source"
title = { nb = "To tall", en = "Two figures" }
text = { nb = "Det ene og det andre.", en = "The one and the other." }
measures = ["helsedata-soknader"]
items = ["3.1"]
sources = ["status-2024q1"]
"""


@pytest.fixture(scope="module")
def strategy():
    return read_strategy(RAW / "strategy.toml")


@pytest.fixture
def read(tmp_path, strategy):
    def from_text(text: str):
        (tmp_path / "known_issues.toml").write_text(text, encoding="utf-8")
        return read_known_issues(tmp_path, strategy=strategy)

    return from_text


def test_an_issue_comes_out_with_both_languages_and_the_names_it_concerns(read):
    issues = read(ISSUE)
    assert list(issues.index) == ["two-figures"]
    assert tuple(issues.columns) == COLUMNS
    row = issues.loc["two-figures"]
    assert (row["kind"], row["title_nb"], row["title_en"]) == ("public-source", "To tall", "Two figures")
    assert (row["measures"], row["items"], row["sources"]) == (("helsedata-soknader",), ("3.1",), ("status-2024q1",))


def test_a_misspelt_measure_and_item_are_both_named_with_the_nearest_spelling(read):
    wrong = ISSUE.replace('["helsedata-soknader"]', '["helsedata-soknad"]').replace('["3.1"]', '["3.9"]')
    with pytest.raises(KnownIssueError) as error:
        read(wrong)
    assert "'helsedata-soknad': is no measure of the strategy; did you mean 'helsedata-soknader'?" in str(error.value)
    assert "'3.9': is no item of the strategy" in str(error.value)


def test_an_id_that_stands_twice_is_refused(read):
    with pytest.raises(KnownIssueError, match="'two-figures': stands twice"):
        read(ISSUE + ISSUE)


def test_an_issue_without_a_source_is_refused_with_its_place(read):
    with pytest.raises(KnownIssueError, match=r"known_issues.toml, field issue > 1 > sources"):
        read(ISSUE.replace('sources = ["status-2024q1"]', "sources = []"))


def test_an_issue_of_another_kind_is_refused(read):
    with pytest.raises(KnownIssueError, match="issue > 1 > kind"):
        read(ISSUE.replace('"public-source"', '"rumour"'))


def test_a_file_that_is_not_toml_and_a_missing_file_are_told_apart(read, tmp_path, strategy):
    with pytest.raises(KnownIssueError, match="cannot be read as TOML"):
        read("[[issue]")
    with pytest.raises(KnownIssueError, match="no such file"):
        read_known_issues(tmp_path / "elsewhere", strategy=strategy)
