import re
from pathlib import Path

import pytest

from analysis.records.observations import ISSUE_COLUMNS, KnownIssueError, read_known_issues
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


def test_an_issue_has_both_languages_and_its_names(read):
    issues = read(ISSUE)
    assert list(issues.index) == ["two-figures"]
    assert tuple(issues.columns) == ISSUE_COLUMNS
    row = issues.loc["two-figures"]
    assert (row["kind"], row["title_nb"], row["title_en"]) == ("public-source", "To tall", "Two figures")
    assert (row["measures"], row["items"], row["sources"]) == (("helsedata-soknader",), ("3.1",), ("status-2024q1",))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '"helsedata-soknader"',
            '"helsedata-soknad"',
            "'helsedata-soknad': is no measure of the strategy; did you",
        ),
        ('"3.1"', '"3.9"', "'3.9': is no item of the strategy"),
        ('["status-2024q1"]', "[]", "known_issues.toml, line 9, field issue 'two-figures' > sources: "),
        ('"public-source"', '"rumour"', "issue 'two-figures' > kind: 'rumour': is not among"),
        (ISSUE, ISSUE + ISSUE, "'two-figures': stands twice"),
        (ISSUE, "[[issue]", "cannot be read as TOML"),
    ],
)
def test_a_faulty_issue_is_refused_with_its_place(read, old, new, message):
    with pytest.raises(KnownIssueError, match=re.escape(message)):
        read(ISSUE.replace(old, new))


def test_a_missing_file_is_named(tmp_path, strategy):
    with pytest.raises(KnownIssueError, match=r"known_issues\.toml: no such file"):
        read_known_issues(tmp_path, strategy=strategy)


def test_a_byte_order_mark_is_left_out(read):
    assert list(read("\ufeff" + ISSUE).index) == ["two-figures"]


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        ("\x02", "U+0002"),
        ("\uffff", "U+FFFF"),
        ("\U0010ffff", "U+10FFFF"),
        ("\u202e", "U+202E"),
        (r"\u0002", "U+0002"),
        (r"\U0000202E", "U+202E"),
        (r"\f", "U+000C"),
        ("&#x202e;", "U+202E"),
    ],
)
def test_marks_that_cannot_be_seen_are_refused(read, mark, shown):
    with pytest.raises(KnownIssueError) as refused:
        read(ISSUE.replace("To tall", f"To{mark} tall"))
    (fault,) = refused.value.faults
    assert (fault.file, fault.line) == ("known_issues.toml", 5)
    assert f"<{shown}>" in str(fault) and "delete it" in fault.remedy


def test_an_address_is_refused_where_it_is_shown(read):
    read(ISSUE + "# ola@example.no keeps this list\n")
    with pytest.raises(KnownIssueError) as refused:
        read(ISSUE.replace("Det ene og", "Spør kari@example.no om"))
    (fault,) = refused.value.faults
    assert (fault.line, fault.column) == (6, "issue > 1 > text > nb")
    assert "an e-mail address" in str(fault) and "kari" not in str(fault)
