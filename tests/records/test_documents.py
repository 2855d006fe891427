"""Lists typed in TOML: where something is wrong in them, in lines counted by hand, and what the known issues say."""

import re
from datetime import date
from pathlib import Path

import pytest

from analysis.core.faults import RawDataError
from analysis.records.disclosure import read_limits
from analysis.records.documents import Typed, line_of, read_document
from analysis.records.observations import ISSUE_COLUMNS, KnownIssueError, read_known_issues
from analysis.records.sources import read_sources
from projects import SOURCES
from small import small_strategy
from typed_cases import cases, listed


@cases(__file__, "lines.csv")
def test_a_field_is_found_however_it_is_written(place, line):
    """Lines of lines.toml; a field that is missing is at its table."""
    path = tuple(int(part) if part.isdigit() else part for part in place.split("."))
    assert line_of(Path(__file__).with_name("lines.toml"), path) == (int(line) if line else None)


def test_lines_are_not_looked_for_behind_a_giant_text(tmp_path):
    file = tmp_path / "a.toml"
    file.write_text('name = 1\nnote = """\n' + "a\n" * 600 + '"""\nlast = 1\n', encoding="utf-8")
    assert [line_of(file, (name,)) for name in ("name", "last")] == [1, None]


ISSUE = """\
[[issue]]
id = "a"
kind = "report"
title = { nb = "To tall", en = "Two figures" }
text = { nb = "Det ene og det andre.", en = "The one and the other." }
measures = ["andel"]
items = ["1.1"]
sources = ["kilde"]
"""
TYPED = {"sources": SOURCES.replace("kilde", "a", 1), "known_issues": ISSUE, "disclosure": '[[owner]]\nname = "A"\n'}
READERS = {
    "sources": read_sources,
    "known_issues": lambda folder: read_known_issues(folder, strategy=small_strategy([{"slug": "andel"}])),
    "disclosure": read_limits,
}


@listed(__file__, "faulty_documents.toml", "cases")
def test_a_fault_names_file_line_field_and_remedy(tmp_path, name, entries, old, new, message):
    text = TYPED[name] * (entries or 1)
    (tmp_path / f"{name}.toml").write_text(text.replace(old or "", new or "", 1), encoding="utf-8")
    with pytest.raises(RawDataError, match=re.escape(f"{name}.toml, {message}")) as refused:
        READERS[name](tmp_path)
    assert all(fault.remedy for fault in refused.value.faults)


class Dated(Typed):
    day: date
    word: str
    is_so: bool


def test_every_kind_of_error_has_a_remedy(tmp_path):
    (tmp_path / "a.toml").write_text('day = "mars"\nword = 1\nis_so = "ja"\n', encoding="utf-8")
    _, faults = read_document(tmp_path / "a.toml", Dated, "sources")
    assert [(fault.line, fault.remedy) for fault in faults] == [
        (1, "write a day as 2024-03-31"),
        (2, "write it in quotation marks"),
        (3, "write true or false"),
    ]


# --- known issues ---------------------------------------------------------------------


@pytest.fixture
def issues(tmp_path):
    def from_text(text: str):
        (tmp_path / "known_issues.toml").write_text(text, encoding="utf-8")
        return READERS["known_issues"](tmp_path)

    return from_text


def test_an_issue_has_both_languages_and_its_names(issues):
    read = issues("\ufeff" + ISSUE)  # a byte order mark is left out
    assert tuple(read.columns) == ISSUE_COLUMNS
    columns = ["kind", "title_nb", "title_en", "measures", "items", "sources"]
    assert read.loc["a", columns].tolist() == ["report", "To tall", "Two figures", ("andel",), ("1.1",), ("kilde",)]


@listed(__file__, "faulty_documents.toml", "marks")
def test_marks_that_cannot_be_seen_are_refused(issues, mark, shown):
    with pytest.raises(KnownIssueError) as refused:
        issues(ISSUE.replace("To tall", f"To{mark} tall"))
    (fault,) = refused.value.faults
    assert (fault.file, fault.line) == ("known_issues.toml", 4)
    assert f"<{shown}>" in str(fault) and "delete it" in fault.remedy


def test_an_address_is_refused_where_it_is_shown(issues):
    issues(ISSUE + "# ola@example.no keeps this list\n")
    with pytest.raises(KnownIssueError) as refused:
        issues(ISSUE.replace("Det ene og", "Spør kari@example.no om"))
    (fault,) = refused.value.faults
    assert (fault.line, fault.column) == (5, "issue > 1 > text > nb")
    assert "an e-mail address" in str(fault) and "kari" not in str(fault)
