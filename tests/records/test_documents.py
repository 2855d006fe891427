"""Where in a TOML file something is wrong: lines of lines.toml, counted by hand."""

import re
from datetime import date
from pathlib import Path

import pytest

from analysis.core.faults import RawDataError
from analysis.records.disclosure import read_limits
from analysis.records.documents import Typed, line_of, read_document
from analysis.records.observations import read_known_issues
from analysis.records.sources import read_sources
from projects import SOURCES
from small import small_strategy
from typed_cases import cases


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
title = { nb = "A", en = "A" }
text = { nb = "A", en = "A" }
measures = ["andel"]
items = ["1.1"]
sources = ["a"]
"""
SOURCE = SOURCES.replace("kilde", "a", 1)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("sources", SOURCE + SOURCE, "line 9, field source > slug: 'a': stands twice; keep one"),
        ("sources", SOURCE.replace("2024-04-01", '"mars"'), "line 6, field source 'a' > accessed: 'mars': "),
        ("sources", SOURCE.replace('licence = "NLOD"\n', ""), "line 1, field source 'a' > licence: is missing; write"),
        ("sources", SOURCE.replace('"NLOD"', "0"), "line 7, field source 'a' > licence: '0': Input should be a valid"),
        ("known_issues", ISSUE + ISSUE, "line 10, field issue > id: 'a': stands twice; keep one"),
        ("known_issues", ISSUE.replace("andel", "andl"), "line 6, field issue 'a' > measures: 'andl': is no measure"),
        ("known_issues", ISSUE.replace("1.1", "1.9"), "line 7, field issue 'a' > items: '1.9': is no item of the"),
        ("known_issues", ISSUE.replace('["a"]', "[]"), "line 8, field issue 'a' > sources: "),
        ("known_issues", ISSUE.replace("report", "rumour"), "line 3, field issue 'a' > kind: 'rumour': is not among"),
        ("disclosure", '[[owner]]\nname = "A"\n' * 2, "line 4, field owner > name: 'A': stands twice; keep one"),
        ("disclosure", '[[owner]]\nname = "A"\nbase = 3\n', "line 2, field owner > 1 > name: an owner's rule has"),
        ("disclosure", '[[owner]]\nname = "A"\nthreshold = 3\n', "line 2, field owner > 1 > name: an owner's rule has"),
        ("disclosure", "[default]\n\nbase = 1\n", "line 3, field default > base: '1': Input should be greater than"),
        ("disclosure", "[default]\nthreshold = 1\n", "line 2, field default > threshold: '1': Input should be greater"),
        ("disclosure", "[house]\nthreshold = 6\n", "line 1, field house: no such field; "),
    ],
)
def test_a_fault_names_file_line_field_and_remedy(tmp_path, name, text, message):
    (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    readers = {
        "sources": read_sources,
        "known_issues": lambda folder: read_known_issues(folder, strategy=small_strategy([{"slug": "andel"}])),
        "disclosure": read_limits,
    }
    with pytest.raises(RawDataError, match=re.escape(f"{name}.toml, {message}")) as refused:
        readers[name](tmp_path)
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
