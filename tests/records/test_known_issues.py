import pytest

from analysis.records.observations import ISSUE_COLUMNS, KnownIssueError, read_known_issues
from small import small_strategy

ISSUE = """
[[issue]]
id = "two-figures"
kind = "public-source"
title = { nb = "To tall", en = "Two figures" }
text = { nb = "Det ene og det andre.", en = "The one and the other." }
measures = ["andel"]
items = ["1.1"]
sources = ["status-2024q1"]
"""
STRATEGY = small_strategy([{"slug": "andel"}])


@pytest.fixture
def read(tmp_path):
    def from_text(text: str):
        (tmp_path / "known_issues.toml").write_text(text, encoding="utf-8")
        return read_known_issues(tmp_path, strategy=STRATEGY)

    return from_text


def test_an_issue_has_both_languages_and_its_names(read):
    issues = read("\ufeff" + ISSUE)  # a byte order mark is left out
    assert tuple(issues.columns) == ISSUE_COLUMNS
    (row,) = issues.reset_index(names="id").to_dict("records")
    assert (row["id"], row["kind"]) == ("two-figures", "public-source")
    assert (row["title_nb"], row["title_en"]) == ("To tall", "Two figures")
    assert (row["measures"], row["items"], row["sources"]) == (("andel",), ("1.1",), ("status-2024q1",))


def test_a_missing_file_and_no_toml_are_named(tmp_path, read):
    with pytest.raises(KnownIssueError, match=r"known_issues\.toml: no such file"):
        read_known_issues(tmp_path, strategy=STRATEGY)
    with pytest.raises(KnownIssueError, match="cannot be read as TOML"):
        read("[[issue]")


@pytest.mark.parametrize(("mark", "shown"), [
    ("\x02", "U+0002"), ("\uffff", "U+FFFF"), ("\U0010ffff", "U+10FFFF"), ("\u202e", "U+202E"),
    (r"\u0002", "U+0002"), (r"\U0000202E", "U+202E"), (r"\f", "U+000C"), ("&#x202e;", "U+202E"),
])  # fmt: skip
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
