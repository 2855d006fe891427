import os
import socket
from pathlib import Path

import pytest

from analysis.core.faults import Fault, RawDataError, as_frame, listing, rejections, shown
from analysis.intake.files import COLUMN_LIMIT, SIZE_LIMIT, read_bytes
from analysis.intake.table_layout import Layout, read_table
from typed_cases import listed

LAYOUT = Layout(("navn", "verdi"), optional=("merknad",), long=("merknad",))
TEXT = "navn,verdi,merknad\nTromsø,28,–\nÅs,31,æøå\n"
CELLS = [["Tromsø", "28", "–"], ["Ås", "31", "æøå"]]


def read(tmp_path: Path, content: bytes | str, name: str = "fil.csv"):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    table = read_table(file, LAYOUT, tmp_path)
    return table.cells[["navn", "verdi", "merknad"]].to_numpy().tolist(), [f.rule for f in table.faults], table


def changed(text, changes, end, encoding) -> bytes:
    text = TEXT if text is None else text
    for old, new in changes or ():
        assert old in text
        text = text.replace(old, new)
    return f"{text}{end or ''}".encode(encoding or "utf-8")


@listed(__file__, "files.toml", "dialects")
def test_the_dialects_people_have_give_the_same_cells(tmp_path, changes, end, encoding):
    cells, rules, _ = read(tmp_path, changed(None, changes, end, encoding))
    assert (cells, rules) == (CELLS, [])


@listed(__file__, "files.toml", "forms")
def test_a_file_of_another_form_is_refused_whole_and_named(tmp_path, text, changes, end, encoding, rule):
    cells, _, table = read(tmp_path, changed(text, changes, end, encoding))
    assert cells == []
    assert rule in [fault.rule for fault in rejections(table.faults)]


@listed(__file__, "files.toml", "rows")
def test_a_row_that_does_not_fit_is_refused_with_its_line(tmp_path, changes, end, fault):
    _, _, table = read(tmp_path, changed(None, changes, end, None))
    assert [[f.rule, f.line] for f in rejections(table.faults)] == [fault]


@listed(__file__, "files.toml", "warned")
def test_what_is_left_out_or_mended_is_told(tmp_path, changes, end, encoding, rules):
    cells, found, table = read(tmp_path, changed(None, changes, end, encoding))
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
    (tmp_path / "sløyfe.csv").symlink_to(tmp_path / "sløyfe.csv")
    (tmp_path / "mappe.csv").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.csv"))
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
