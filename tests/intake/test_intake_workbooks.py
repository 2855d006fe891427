import io
import re
import struct
import tomllib
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font
from packages import package, parts_of

from analysis.core.faults import rejections
from analysis.intake.formulas import result_of
from analysis.intake.table_layout import Layout, read_table
from typed_cases import cases

LAYOUT = Layout(("measure", "period", "value", "numerator", "denominator"))
CELLS = tomllib.loads(Path(__file__).with_name("cells.toml").read_text(encoding="utf-8"))
ROWS = [["tilgang", "2022", 26, 260, 1000], ["tilgang", "2023", 28, 308, 1100]]


@pytest.fixture
def read(tmp_path):
    """Read a workbook of `ROWS` after `change(book, sheet)`: its cells, its faults as (rule, severity, line)."""

    def with_change(change=lambda book, sheet: None):
        (tmp_path / "bok.xlsx").write_bytes(saved(change))
        table = read_table(tmp_path / "bok.xlsx", LAYOUT, tmp_path)
        return table.cells, [(fault.rule, fault.severity, fault.line) for fault in table.faults]

    return with_change


def saved(change=lambda book, sheet: None):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in (LAYOUT.names, *ROWS):
        book.active.append(row)
    change(book, book.active)
    book.save(stream)
    return stream.getvalue()


def cell(place, value=None, **looks):
    def change(book, sheet):
        if value is not None:
            sheet[place] = value
        for name, look in looks.items():
            setattr(sheet[place], name, look)

    return change


def test_a_plain_workbook_comes_out_with_its_sheet_and_lines(read):
    cells, faults = read()
    assert faults == []
    assert cells[["value", "line", "sheet"]].to_numpy().tolist() == [["26", 2, "Sheet"], ["28", 3, "Sheet"]]


@pytest.mark.parametrize("case", CELLS["read"])
def test_a_cell_becomes_the_text_that_says_what_it_holds(read, case):
    cells, faults = read(cell("C3", case["value"], number_format=case.get("format", "General")))
    assert (cells["value"].iloc[1], faults) == (case["text"], [])


@pytest.mark.parametrize("case", CELLS["refused"])
def test_a_number_that_its_format_shows_as_another_is_refused(read, case):
    _, faults = read(cell("C3", case["value"], number_format=case["format"]))
    assert (case["rule"], case["severity"], 3) in faults


@pytest.mark.parametrize("change, fault", [
    (cell("C3", "=D3/E3*100"), ("formula", "reject", 3)),  # openpyxl stores no result: never calculated
    (cell("C3", "='[annen.xlsx]Ark'!A1"), ("formula", "reject", 3)),
    (cell("C3", "#DIV/0!"), ("excel_error", "reject", 3)),
    (cell("C3", number_format=";;;"), ("hidden", "warn", 3)),
    (cell("C3", font=Font(strike=True)), ("crossed_out", "warn", 3)),
    (cell("C3", comment=Comment("ikke publiser", "redaktør")), ("crossed_out", "warn", 3)),
    (lambda book, sheet: sheet.merge_cells("A2:A3"), ("merged", "reject", 2)),
    (lambda book, sheet: setattr(sheet.row_dimensions[3], "hidden", True), ("hidden", "warn", 3)),
    (lambda book, sheet: setattr(sheet.column_dimensions["D"], "hidden", True), ("hidden", "warn", None)),
    (lambda book, sheet: sheet.insert_rows(1), ("header", "reject", 2)),
    (lambda book, sheet: sheet.insert_cols(1), ("header", "reject", 1)),
    (lambda book, sheet: sheet.append(LAYOUT.names), ("header", "reject", 4)),
    (cell("A9", "=1+1"), ("formula", "reject", 9)),
    (cell("A1048576", "x"), ("size", "reject", None)),
    (cell("XFD1", "x"), ("size", "reject", None)),
])  # fmt: skip
def test_what_the_figures_alone_do_not_tell_is_told(read, change, fault):
    assert fault in read(change)[1]


def test_a_formatted_cell_far_below_is_nothing(read):
    assert read(cell("A1048576", font=Font(bold=True)))[1] == []


def test_the_one_sheet_with_the_table_is_read_others_named(read):
    def again(book, sheet):
        book.create_sheet("to").append(LAYOUT.names)

    def cover(book, sheet):
        book.create_sheet("Forside", 0)["A1"] = "Rapport"

    def hidden(book, sheet):
        other = book.create_sheet("gammel", 0)
        other.append(LAYOUT.names)
        other.append(["tilgang", "2022", 1, 1, 1])
        other.sheet_state = "hidden"

    for change, rule in ((cover, "sheet"), (hidden, "hidden")):
        cells, faults = read(change)
        assert cells["value"].tolist() == ["26", "28"]
        assert faults == [(rule, "warn", None)]
    assert read(lambda book, sheet: book.create_sheet("Ark2"))[1] == []
    cells, faults = read(again)
    assert cells.empty and faults == [("sheet", "reject", None)]


@pytest.mark.parametrize(("result", "faults"), [(28, []), (61, [("formula", "reject")])])
def test_a_stored_result_that_the_formula_does_not_give_is_stale(tmp_path, result, faults):
    """openpyxl stores no result beside a formula, as a spreadsheet program does."""
    parts = parts_of(saved(cell("C3", "=D3/E3*100")))
    sheet = parts["xl/worksheets/sheet1.xml"]
    stored = re.sub(rb"<v ?/>|<v></v>", b"<v>%d</v>" % result, sheet)
    assert stored != sheet
    (tmp_path / "bok.xlsx").write_bytes(package(parts | {"xl/worksheets/sheet1.xml": stored}))
    table = read_table(tmp_path / "bok.xlsx", LAYOUT, tmp_path)
    assert [(fault.rule, fault.severity) for fault in table.faults] == faults


@cases(__file__, "formulas.csv")
def test_a_formula_of_plain_arithmetic_is_worked_out(formula, result):
    cells = {"E9": 308.0, "F9": 1100.0, "E10": 1.0, "E11": 2.0}
    worked_out = result_of(formula, lambda letters, row: cells.get(f"{letters}{row}"))
    assert worked_out is None if result == "" else worked_out == pytest.approx(float(result))


def test_a_formula_of_150_brackets_is_not_worked_out():
    assert result_of("=" + "(" * 150 + "1" + ")" * 150, lambda letters, row: 1.0) is None


BOMB = package({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": b"0" * 30_000_000})


@pytest.mark.parametrize("content, rule", [
    (b"navn,verdi\n", "not_xlsx"),
    (b"\xd0\xcf\x11\xe0", "not_xlsx"),
    (b"", "not_xlsx"),
    (package({"a.txt": b"x"}), "not_xlsx"),
    (package({"xl/workbook.xml": b"<workbook/>"}), "not_xlsx"),
    (package({"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "not_xlsx"),
    (package({"xl/workbook.xml": b"", "xl/vbaProject.bin": b""}), "not_xlsx"),
    (BOMB, "size"),
    (BOMB.replace(struct.pack("<I", 30_000_000), struct.pack("<I", 1000)), "not_xlsx"),  # a bomb that lies
])  # fmt: skip
def test_what_is_no_sound_workbook_is_refused_by_name(tmp_path, content, rule):
    (tmp_path / "bok.xlsx").write_bytes(content)
    table = read_table(tmp_path / "bok.xlsx", LAYOUT, tmp_path)
    assert [fault.rule for fault in rejections(table.faults)] == [rule]
    assert table.cells.empty


def test_a_workbook_damaged_anywhere_never_crashes(tmp_path):
    whole = saved()
    for place in range(0, len(whole), len(whole) // 60):
        before, after = whole[:place], whole[place:]
        for damaged in (before, before + b"\xff" + after[1:], before + after[5:]):
            (tmp_path / "bok.xlsx").write_bytes(damaged)
            table = read_table(tmp_path / "bok.xlsx", LAYOUT, tmp_path)
            assert rejections(table.faults) or table.cells["value"].tolist() == ["26", "28"]
