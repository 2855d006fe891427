import gzip
import os
from pathlib import Path

import pytest

from analysis.core.faults import Fault, RawDataError, as_frame, listing, rejections, shown
from analysis.intake.files import COLUMN_LIMIT, SIZE_LIMIT, read_bytes
from analysis.intake.table_layout import Layout, read_table

LAYOUT = Layout(("navn", "verdi"), optional=("merknad",), long=("merknad",))
TEXT = "navn,verdi,merknad\nTromsø,28,–\nÅs,31,æøå\n"
CELLS = [["Tromsø", "28", "–"], ["Ås", "31", "æøå"]]


def read(tmp_path: Path, content: bytes | str, name: str = "fil.csv"):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    table = read_table(file, LAYOUT, tmp_path)
    return table.cells[["navn", "verdi", "merknad"]].to_numpy().tolist(), [f.rule for f in table.faults], table


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.rstrip("\n"),
        TEXT + "\n\n",
        TEXT.replace(",", ";"),
        TEXT.replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig"),  # what Norwegian Excel calls CSV UTF-8
        TEXT.replace(",", "\t"),
        "sep=;\r\n" + TEXT.replace(",", ";"),
        TEXT.replace("Tromsø,28,–", '"Tromsø","28","–"'),
        TEXT.replace(",28,", ", 28\u00a0,"),
    ],
)
def test_the_dialects_people_have_give_the_same_cells(tmp_path, content):
    cells, rules, _ = read(tmp_path, content)
    assert (cells, rules) == (CELLS, [])


def test_cp1252_is_read_strictly_and_told(tmp_path):
    cells, rules, table = read(tmp_path, TEXT.encode("cp1252"))
    assert (cells, rules) == (CELLS, ["encoding"])
    assert not rejections(table.faults)


@pytest.mark.parametrize(
    "content",
    [
        *(TEXT.replace("–", "-").encode(code_page) for code_page in ("cp865", "cp850", "mac_roman")),
        TEXT.encode() + "Bodø,3,\n".encode("cp1252"),  # one row of another encoding
    ],
)
def test_letters_of_another_code_page_are_refused_not_garbled(tmp_path, content):
    assert read(tmp_path, content)[:2] == ([], ["encoding"])


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \n\n ", "empty"),
        (gzip.compress(TEXT.encode(), mtime=0), "not_text"),
        (b"\x89PNG\r\n\x1a\n", "not_text"),
        (b"PK\x03\x04", "not_text"),
        (TEXT.encode("utf-16"), "not_text"),
        ("<!DOCTYPE html><html>", "not_csv"),
        ("version https://git-lfs.github.com/spec/v1\n", "not_csv"),
        (TEXT + "<<<<<<< HEAD\n", "not_csv"),
        ('{"a": 1}', "not_csv"),
        (TEXT.replace("28", "2\x008"), "control_chars"),
        (TEXT + "\0\0", "control_chars"),
        (TEXT.replace(",", "|"), "dialect"),
        ("Tabell 1\n\n" + TEXT, "header"),
        ("Tromsø,28,–\nÅs,31,æøå\n", "header"),
        ("navn,verdi\n", "empty"),
        (TEXT.replace("verdi", "Verdi"), "missing_column"),
        (TEXT.replace("verdi", "navn"), "duplicate_column"),
    ],
)
def test_a_file_of_another_form_is_refused_whole_and_named(tmp_path, content, rule):
    cells, _, table = read(tmp_path, content)
    assert cells == []
    assert rule in [fault.rule for fault in rejections(table.faults)]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (TEXT.replace("Ås,31,æøå", "Ås,31"), ("row_shape", 3)),
        (TEXT.replace("Ås,31,", "Ås,31,4,"), ("row_shape", 3)),
        (TEXT.replace("Ås,31", "Ås;31"), ("row_shape", 3)),
        (TEXT.replace("Ås,31", 'Ås,"3\n1"'), ("quotes", 3)),
        (TEXT.replace("Ås,31", '"Ås,31\nTromsø",31'), ("quotes", 3)),
        (TEXT.replace("Ås", '"Ås'), ("quotes", 3)),
        (TEXT + TEXT, ("header", 4)),
        (TEXT.replace("\n", ",\n").replace("merknad,", "merknad"), ("row_shape", 2)),  # every row, and said once
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_line(tmp_path, content, fault):
    _, _, table = read(tmp_path, content)
    assert [(f.rule, f.line) for f in rejections(table.faults)] == [fault]


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        (TEXT + ",,\n,,\n", ["blank_row", "blank_row"]),
        (TEXT.replace("\n", ",\n"), ["extra_column"]),
        (TEXT.replace("\n", ",x\n").replace("merknad,x", "merknad,kilde"), ["extra_column"]),
        (TEXT.replace("verdi", "verdi\u00a0", 1), ["header"]),
    ],
)
def test_what_is_left_out_or_mended_is_told(tmp_path, content, rules):
    cells, found, table = read(tmp_path, content)
    assert (cells, found) == (CELLS, rules)
    assert not rejections(table.faults)


@pytest.mark.parametrize(
    ("written", "value"), [("mill.\nbesøk", "mill. besøk"), ("31\r\n %", "31 %"), ("\n31\n", "31"), ("a\n\nb", "a b")]
)
def test_a_clear_value_may_run_over_lines(tmp_path, written, value):
    cells, _, table = read(tmp_path, f'navn,verdi,merknad\nA,"{written}",\nB,2,\n')
    assert cells == [["A", value, ""], ["B", "2", ""]]
    assert not rejections(table.faults)


def test_notes_and_cells_that_are_not_read_may_run_over_lines(tmp_path):
    cells, _, table = read(tmp_path, 'navn,verdi,merknad\nA,1,"to\nlinjer"\nB,2\n')
    assert cells == [["A", "1", "to\nlinjer"]]
    assert [(f.rule, f.line) for f in table.faults] == [("row_shape", 4)]  # lines count as editors count
    cells, rules, _ = read(tmp_path, 'navn,verdi,annet\nA,1,"se notat,\nside 2"\nB,2,\n')
    assert (cells, rules) == ([["A", "1", ""], ["B", "2", ""]], ["extra_column"])
    swallowed = read(tmp_path, 'navn,verdi,annet\nA,1,"x\nB,2,y\nC,3,"\nD,4,\n')[2]
    assert [(f.rule, f.line) for f in rejections(swallowed.faults)] == [("quotes", 2)]


def test_only_known_kinds_of_file_are_opened(tmp_path):
    for name in ("fil.csv.exe", "fil.xls", "fil.ods", "fil", "fil.pkl"):
        assert read(tmp_path, TEXT, name)[:2] == ([], ["extension"])


def test_pipes_devices_folders_links_and_giants_are_not_opened(tmp_path):
    os.mkfifo(tmp_path / "fifo.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "passwd.csv").symlink_to("/etc/passwd")
    (tmp_path / "mappe.csv").mkdir()
    with (tmp_path / "stor.csv").open("wb") as file:
        file.truncate(SIZE_LIMIT + 1)
    for path in (*tmp_path.iterdir(), tmp_path / "borte.csv", Path(__file__)):
        with pytest.raises(RawDataError) as refused:
            read_bytes(path, tmp_path)
        assert refused.value.faults[0].rule == ("size" if path.stem == "stor" else "file"), path


def test_too_many_columns_or_rows_are_refused_before_reading(tmp_path):
    wide = ",".join(f"c{i}" for i in range(COLUMN_LIMIT + 1))
    assert read(tmp_path, f"{wide}\n")[1] == ["size"]
    assert read(tmp_path, "navn,verdi\n" + "a,1\n" * 150_001)[:2] == ([], ["size"])


def test_a_fault_is_a_sentence_and_a_row_of_a_frame():
    fault = Fault("number", "is no figure", "write digits", "a.csv", "Ark1", 5, "value", "28\u200b")
    assert str(fault) == "a.csv, sheet Ark1, row 5, column value: '28<U+200B>': is no figure; write digits [number]"
    frame = as_frame([Fault("stale", "is a copy", file="b.csv", severity="warn"), fault])
    assert frame["severity"].tolist() == ["reject", "warn"]
    assert frame.loc[0, ["line", "column", "value"]].tolist() == [5, "value", "28<U+200B>"]
    assert frame["line"].isna().tolist() == [False, True]
    assert as_frame([]).empty


def test_only_declared_rules_can_be_broken_and_messages_are_cut():
    with pytest.raises(KeyError, match="no rule of the raw material"):
        Fault("odd", "is odd")
    assert shown("a" * 5000).endswith("… (5000 characters)") and len(shown("a" * 5000)) < 100
    assert listing([Fault("number", "is no figure")] * 250).splitlines()[-1] == "… and 50 more"
