import io
import struct
import zipfile
from datetime import date

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from analysis.core.faults import rejections
from analysis.intake.formulas import result_of
from analysis.intake.table_layout import Layout, read_table

LAYOUT = Layout(("measure", "period", "value", "numerator", "denominator"))
A_DAY = "2024-01-01 (a date cell, format "
ROWS = [["tilgang", "2022", 26, 260, 1000], ["tilgang", "2023", 28, 308, 1100]]


@pytest.fixture
def read(tmp_path):
    """Read a workbook of `ROWS` after `change(book, sheet)`: its cells, its faults as (rule, severity, line)."""

    def with_change(change=lambda book, sheet: None):
        book = openpyxl.Workbook()
        sheet = book.active
        for row in (LAYOUT.names, *ROWS):
            sheet.append(row)
        change(book, sheet)
        book.save(tmp_path / "bok.xlsx")
        table = read_table(tmp_path / "bok.xlsx", LAYOUT, tmp_path)
        return table.cells, [(fault.rule, fault.severity, fault.line) for fault in table.faults]

    return with_change


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


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (cell("C3", 0.28, number_format="0 %"), "28 %"),
        (cell("C3", 0.284, number_format="0.0%"), "28.4 %"),
        (cell("C3", 4.125), "4.1250"),  # a number cell has one reading, and keeps it
        (cell("C3", 28.4567, number_format="0"), "28.4567"),
        (cell("C3", "28,4"), "28,4"),
        (cell("C3", True), "TRUE"),
        (cell("C3", date(2024, 1, 28), number_format="yyyy-mm-dd"), "2024-01-28"),
        (cell("C3", date(2024, 1, 1), number_format="yyyy"), "2024-01-01 (a date cell, format yyyy)"),
        (cell("C3", 22900, number_format='#,##0 "stk"'), "22900"),
        (cell("C3", 0.5, number_format='0.0"%"'), "0.5 %"),
        (cell("C3", 0.5, number_format="0.0\\%"), "0.5 %"),
        (cell("C3", 0.5, number_format='0.0" %";-0.0" %"'), "0.5 %"),
        (cell("C3", 0.5, number_format="[Blue][<1]0.0%;0"), "50 %"),
        (cell("C3", 28, number_format="[Blue][<1]0.0%;0"), "28"),
        (cell("C3", 0.28, number_format="_-* 0%_-;-* 0%_-"), "28 %"),
        (cell("C3", 28, number_format='[>=1000000]0.0,,"M";0'), "28"),
        (cell("C3", 28.5, number_format="[$-da-DK]0.0"), "28.5"),
        (cell("C3", 22900, number_format="[$kr-414] #,##0"), "22900"),
        (cell("C3", date(2024, 1, 1), number_format="[$-da-DK]mmmm yyyy;@"), f"{A_DAY}[$-da-DK]mmmm yyyy;@)"),
        (cell("C3", date(2024, 1, 1), number_format="[$-414]mmmm yyyy;@"), f"{A_DAY}[$-414]mmmm yyyy;@)"),
        (cell("C3", date(2024, 1, 1), number_format='mmmm" (den første) "yyyy'), f'{A_DAY}mmmm" (den første) "yyyy)'),
        (cell("C3", date(2024, 1, 1), number_format="[Red]yyyy"), f"{A_DAY}[Red]yyyy)"),
        (cell("C3", date(2024, 1, 1), number_format="dddd yyyy"), f"{A_DAY}dddd yyyy)"),
        (cell("C3", date(2024, 1, 28), number_format="[$-414]d. mmmm yyyy;@"), "2024-01-28"),
    ],
)
def test_a_cell_becomes_the_text_that_says_what_it_holds(read, change, text):
    cells, faults = read(change)
    assert (cells["value"].iloc[1], faults) == (text, [])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (cell("C3", "=D3/E3*100"), ("formula", "reject", 3)),  # openpyxl stores no result: never calculated
        (cell("C3", "='[annen.xlsx]Ark'!A1"), ("formula", "reject", 3)),
        (cell("C3", "#DIV/0!"), ("excel_error", "reject", 3)),
        (cell("C3", 22900, number_format="#,##0,"), ("cell_format", "reject", 3)),
        (cell("C3", 22900, number_format='0.0," mill."'), ("cell_format", "reject", 3)),
        (cell("C3", 22900, number_format="[Red]#,##0,;-#,##0,"), ("cell_format", "reject", 3)),
        (cell("C3", 22900, number_format='[>=1000]0.0,"k";0'), ("cell_format", "reject", 3)),
        (cell("C3", 22900, number_format="#,##0,.0"), ("cell_format", "reject", 3)),
        (cell("C3", 22900, number_format="0\\m"), ("cell_format", "reject", 3)),
        (cell("C3", 0, number_format='0;-0;"ukjent"'), ("cell_format", "reject", 3)),
        (cell("C3", 0, number_format="0;-0;"), ("hidden", "warn", 3)),
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
    ],
)
def test_what_the_figures_alone_do_not_tell_is_told(read, change, fault):
    assert fault in read(change)[1]


def test_a_formatted_cell_far_below_is_nothing(read):
    assert read(cell("A1048576", font=Font(bold=True)))[1] == []


def test_the_one_sheet_with_the_table_is_read_others_named(read):
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


def test_two_sheets_with_a_table_are_refused(read):
    def again(book, sheet):
        book.create_sheet("to").append(LAYOUT.names)

    cells, faults = read(again)
    assert cells.empty and faults == [("sheet", "reject", None)]


def with_result(data: bytes, result: str) -> bytes:
    """Put a stored result beside a formula, as a spreadsheet program does."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b"<v />", result.encode()).replace(b"<v></v>", result.encode()))
    return out.getvalue()


@pytest.mark.parametrize(
    ("result", "faults"),
    [
        ("<v>28</v>", []),
        ("<v>61</v>", [("formula", "reject")]),
    ],
)
def test_a_stored_result_that_the_formula_does_not_give_is_stale(tmp_path, result, faults):
    book = openpyxl.Workbook()
    for row in (LAYOUT.names, *ROWS):
        book.active.append(row)
    book.active["C3"] = "=D3/E3*100"
    stream = io.BytesIO()
    book.save(stream)
    (tmp_path / "bok.xlsx").write_bytes(with_result(stream.getvalue(), result))
    table = read_table(tmp_path / "bok.xlsx", LAYOUT, tmp_path)
    assert [(fault.rule, fault.severity) for fault in table.faults] == faults


def values(cells: dict) -> object:
    return lambda letters, row: cells.get(f"{letters}{row}")


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("=E9/F9*100", 28.0),
        ("=$E$9/F9", 0.28),
        ("=SUM(E9:E11)", 311.0),
        ("=ROUND(E9/F9*100;0)", 28.0),
        ("=AVERAGE(E10:E11)*2", 3.0),
        ("=-(E9-F9)", 792.0),
        ("=28%", 0.28),
        ("=E9/G9", None),
        ("=E9/0", None),
        ("=VLOOKUP(A1,B:C,2)", None),
        ("=Ark2!A1", None),
        ("=__import__('os')", None),
        ("=9**9**9", None),
        ("=" + "(" * 150 + "1" + ")" * 150, None),
    ],
)
def test_a_formula_of_plain_arithmetic_is_worked_out(formula, result):
    cells = {"E9": 308.0, "F9": 1100.0, "E10": 1.0, "E11": 2.0}
    found = result_of(formula, values(cells))
    assert found is None if result is None else found == pytest.approx(result)


def package(*parts: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts:
            book.writestr(name, content)
    return stream.getvalue()


BOMB = package(("xl/workbook.xml", b""), ("xl/worksheets/sheet1.xml", b"0" * 30_000_000))


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"navn,verdi\n", "not_xlsx"),
        (b"\xd0\xcf\x11\xe0", "not_xlsx"),
        (b"", "not_xlsx"),
        (package(("a.txt", b"x")), "not_xlsx"),
        (package(("xl/workbook.xml", b"<workbook/>")), "not_xlsx"),
        (package(("xl/workbook.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>")), "not_xlsx"),
        (package(("xl/workbook.xml", b""), ("xl/vbaProject.bin", b"")), "not_xlsx"),
        (BOMB, "size"),
        (BOMB.replace(struct.pack("<I", 30_000_000), struct.pack("<I", 1000)), "not_xlsx"),  # a bomb that lies
    ],
)
def test_what_is_no_sound_workbook_is_refused_by_name(tmp_path, content, rule):
    (tmp_path / "bok.xlsx").write_bytes(content)
    table = read_table(tmp_path / "bok.xlsx", LAYOUT, tmp_path)
    assert [fault.rule for fault in rejections(table.faults)] == [rule]
    assert table.cells.empty


def test_a_workbook_damaged_anywhere_never_crashes(tmp_path):
    book = openpyxl.Workbook()
    for row in (LAYOUT.names, *ROWS):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    whole = stream.getvalue()
    for place in range(0, len(whole), len(whole) // 60):
        for damaged in (
            whole[:place],
            whole[:place] + b"\xff" + whole[place + 1 :],
            whole[:place] + whole[place + 5 :],
        ):
            (tmp_path / "bok.xlsx").write_bytes(damaged)
            table = read_table(tmp_path / "bok.xlsx", LAYOUT, tmp_path)
            values = table.cells["value"].tolist()
            assert rejections(table.faults) or values == ["26", "28"]
