"""Files made to harm: each is refused by name before a library builds what it asks for."""

import io
import json
import re
import zipfile

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from packages import package, parts_of

from analysis.core.faults import RawDataError
from analysis.intake.jsonstat import read_jsonstat
from analysis.intake.respondents import Questionnaire, read_respondents
from analysis.intake.spss import read_spss
from analysis.intake.table_layout import Layout, read_table

LAYOUT = Layout(("measure", "period", "value"))
SHEET = "xl/worksheets/sheet1.xml"


def row(number: int, *texts: str) -> str:
    cells = zip("ABC", texts, strict=True)
    inner = "".join(f'<c r="{c}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for c, text in cells)
    return f'<row r="{number}">{inner}</row>'


def workbook(rows: str = "", after: str = "", sheets: str = r"\g<0>", **parts: str) -> bytes:
    """Return a workbook of a header, one figure, and `rows`, with what comes `after` them, and its list of `sheets`."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for cells in (LAYOUT.names, ("andel", "2024", "28")):
        book.active.append(cells)
    book.save(stream)
    plain = {name: content.decode() for name, content in parts_of(stream.getvalue()).items()}
    plain[SHEET] = plain[SHEET].replace("</sheetData>", f"{rows}</sheetData>{after}")
    listed = re.sub(r"<calcPr[^>]*>", "", plain["xl/workbook.xml"])
    plain["xl/workbook.xml"] = re.sub(r"<sheet [^>]*>", sheets, listed)
    return package(plain | parts, zipfile.ZIP_STORED)  # not packed, so that no ratio tells


def test_a_workbook_without_calculation_settings_is_read(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(workbook())
    table = read_table(tmp_path / "a.xlsx", LAYOUT, tmp_path)
    assert table.faults == ()
    assert table.cells[list(LAYOUT.names)].to_numpy().tolist() == [["andel", "2024", "28"]]


MERGED = "holds more than 100,000 merged cells"
FAR = "holds a value in row 1048576, the limit is 20,000 rows"
SUMS = "+".join(f"SUM(A1:A{9000 + number})" for number in range(9))
FORMULAS = "".join(f'<row r="{n}"><c r="A{n}"><f>{SUMS}</f><v>1</v></c></row>' for n in range(3, 20))


@pytest.mark.parametrize("content, rule, problem", [
    (workbook(after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "size", MERGED),
    (workbook(after="<mergeCells>" + '<mergeCell ref="A4:B4"/>' * 1001 + "</mergeCells>"), "size", MERGED),
    (workbook('<row r="19999"><c r="XFD19999"><v>1</v></c></row>'), "size", "reaches row 19,999 and column 16,384"),
    (workbook("<row r='1048576'><c s='0' r='A1048576'><v>1</v></c></row>"), "size", FAR),
    (workbook("<row/>" * 200_000), "size", "holds more than 200,000 rows"),
    (workbook(after="<x/>" * 200_001), "size", "holds more than 200,000 further elements"),
    (workbook(row(2, "andel", "2024", "29")), "not_xlsx", "holds row 2 after row 2"),
    (workbook(sheets=r"\g<0>\g<0>"), "not_xlsx", "lists one sheet under several names"),
    (workbook(**{"xl/a.dat": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "not_xlsx", "declares XML entities"),
    (workbook(row(3, "andel", "2025", "2_x0007_9")), "control_chars", "holds control marks"),
    (workbook(FORMULAS), "formula", "is one of formulas that draw on more than 1,000,000 cells"),
])  # fmt: skip
def test_a_hostile_workbook_is_refused_by_name(tmp_path, content, rule, problem):
    (tmp_path / "a.xlsx").write_bytes(content)
    faults = read_table(tmp_path / "a.xlsx", LAYOUT, tmp_path).faults
    assert (rule, problem) in {(fault.rule, fault.problem) for fault in faults if fault.severity == "reject"}


TABLE = {"version": "2.0", "class": "dataset", "id": ["tid"], "size": [1], "value": [1]}
TABLE["dimension"] = {"tid": {"category": {"index": ["2024"]}}}
MANY = {f"d{number}": {"category": {"index": ["a"]}} for number in range(50)} | TABLE["dimension"]
WIDE = TABLE | {"id": [*MANY], "size": [1] * 51, "dimension": MANY}
NUMBER = TABLE | {"dimension": {"tid": {"category": {"index": [2024]}}}}


@pytest.mark.parametrize("document, problem", [
    (json.dumps(TABLE)[:-1] + ', "value": [2]}', "is there twice in one object"),
    (json.dumps(TABLE | {"value": {"\u00b2": 1}}), "its value does not fit 1 cells (\u00b2)"),
    (json.dumps(TABLE | {"label": "\ud800"}), "holds half of a letter (\\ud800 to \\udfff)"),
    (json.dumps(NUMBER), "its dimensions do not hold together (ValueError('a code is no text'))"),
    (json.dumps(WIDE), "has 51 dimensions, the limit is 50"),
])  # fmt: skip
def test_a_hostile_table_is_refused_by_name(tmp_path, document, problem):
    (tmp_path / "a.json").write_text(document, encoding="utf-8")
    with pytest.raises(RawDataError) as caught:
        read_jsonstat(tmp_path / "a.json", tmp_path)
    assert [fault.problem for fault in caught.value.faults] == [problem]


def test_a_damaged_spss_file_is_refused(tmp_path, monkeypatch):
    """As one whose header states fewer rows than there are: they would be lost."""
    file, asked = tmp_path / "svar.sav", Questionnaire("id", answers={"q": frozenset({1.0, 2.0})})
    pyreadstat.write_sav(pd.DataFrame({"id": ["a", "b", "c"], "q": [1.0, 2.0, 1.0]}), file)
    whole = file.read_bytes()
    unstated, fewer = (whole[:80] + rows.to_bytes(4, "little", signed=True) + whole[84:] for rows in (-1, 2))
    for content, rule, problem in (
        (fewer, "format", "its header states 2 rows, and it holds 3"),
        (whole[: len(whole) // 2], "format", "cannot be read as SPSS"),
        (b"navn,verdi\n", "format", "is no SPSS .sav file"),
        (unstated, "", ""),
    ):
        file.write_bytes(content)
        read = read_respondents(file, asked, tmp_path)
        assert [fault.rule for fault in read.faults] == [rule] * bool(rule)
        assert problem in "".join(map(str, read.faults))
    assert len(read.rows) == 3
    with pytest.raises(RawDataError, match="has 3 rows and 2 columns"):
        read_spss(file, 2, 10)  # of an unknown number of rows, too
    monkeypatch.setattr("analysis.intake.spss.TIME", 0.01)  # a file that brings down the reader
    assert [fault.rule for fault in read_respondents(file, asked, tmp_path).faults] == ["size"]


def test_a_file_name_cannot_write_its_message_anew(tmp_path):
    file = tmp_path / "a\u202evsc.csv"
    file.write_text("measure,period,value\nandel,2024,28\n")
    (fault,) = read_table(file, LAYOUT, tmp_path).faults
    assert str(fault) == ("a<U+202E>vsc.csv: has a name with marks that cannot be seen (U+202E); rename it [file]")
