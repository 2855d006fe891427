"""A cell of a workbook that holds more decimals than it shows is read as it holds, and its column is named once."""

import openpyxl
import pytest

from analysis.intake.table_layout import Layout, read_table

LAYOUT = Layout(("measure", "period", "value"))


@pytest.mark.parametrize("number_format, held, shown", [
    ("0", 28.46, 28), ("#,##0.0", 28.46, 28.5), ("0%", 0.2846, 28), ('0.0" kr"', 28.46, 28.5),
    ("0.00", 28.46, None), ("General", 28.46, None), ("0.0", 28.0, None), ("0.0%", 0.284, None),
    ("0.0", 0.1 + 0.2, None), ("0.0E+00", 28.46, None), ("# ?/?", 28.46, None),
])  # fmt: skip
def test_hidden_decimals_are_warned_of(tmp_path, number_format, held, shown):
    book = openpyxl.Workbook()
    book.active.append(LAYOUT.names)
    for year in (2022, 2023):
        book.active.append(["andel", year, held])
        book.active.cell(book.active.max_row, 3).number_format = number_format
    book.save(tmp_path / "bok.xlsx")
    faults = read_table(tmp_path / "bok.xlsx", LAYOUT, tmp_path).faults
    percent = 100 if "%" in number_format else 1
    problem = f"holds {held * percent:.15g}, which is read, and shows {shown}; so may the cells below"
    expected = [("cell_format", "warn", 2, "value", problem)] if shown else []
    assert [(f.rule, f.severity, f.line, f.column, f.problem) for f in faults] == expected
