"""What is wrong with a delivery: where, by which rule, and what to do about it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Final, Literal

import pandas as pd

REJECT: Final = "reject"
WARN: Final = "warn"

# The rules by id: what holds for material that is let in. `Fault` refuses an id that does not stand here.
RULES: Final = {
    "file": "a delivery is a regular file inside its folder",
    "size": "a delivery keeps within the limits of size, rows, columns and unpacking",
    "extension": "a delivery is a .csv, .tsv, .txt, .xlsx, .json or .sav file",
    "not_text": "a text file holds text",
    "not_csv": "a .csv file holds a table, not a page or a pointer",
    "not_xlsx": "an .xlsx file is a whole workbook",
    "encoding": "text is UTF-8, or cp1252 throughout with letters that make sense",
    "control_chars": "text holds no control marks",
    "empty": "a file holds at least one row of figures",
    "dialect": "columns are separated by comma, semicolon or tab",
    "header": "the first row holds the column names, once",
    "missing_column": "every required column is there",
    "duplicate_column": "no column name stands twice",
    "extra_column": "every column is one that is read",
    "row_shape": "every row has as many fields as the header",
    "blank_row": "no blank rows between the rows",
    "quotes": "only a note may run over several lines",
    "sheet": "one visible sheet holds the table",
    "hidden": "nothing hidden travels along",
    "merged": "no merged cells inside the table",
    "formula": "a formula carries a calculated result",
    "excel_error": "no cell holds a spreadsheet error",
    "cell_format": "a cell shows the figure it holds",
    "crossed_out": "no cell is struck through or marked as not for publication",
    "number": "a figure is written in a form with one reading",
    "number_ambiguous": "a figure has one reading only",
    "finite": "a figure is finite",
    "integer": "a count is whole",
    "range": "a figure lies within what the measure can be",
    "log_scale": "a figure on a logarithmic scale is above zero",
    "missing_value": "a figure is there",
    "numerator_gt_denominator": "a part is not greater than its whole",
    "denominator_zero": "a base is at least one",
    "ratio_mismatch": "a share agrees with its numerator and denominator within rounding",
    "ratio_incomplete": "numerator and denominator stand together",
    "period": "a period has one reading, is one the measure knows, and is not ahead of its publication",
    "date": "a date is written as 2024-03-31",
    "unit_mismatch": "the unit is the measure's",
    "unknown_id": "the name is one that the strategy holds",
    "unknown_source": "the source is one of sources.toml",
    "closed_list": "the word is one of the list",
    "breakdown": "a breakdown is key=value, in plain letters",
    "area": "an area is one of the register, and in force in the period",
    "areas": "the register of areas agrees with itself",
    "duplicate_key": "one figure for each measure, area, period, breakdown and edition",
    "missing_indicator": "every measure that had a figure has one",
    "stale": "new figures are not all copies of the last ones",
    "jump": "a figure is of the size of the one before it",
    "scale_jump": "a figure is not a hundred or a thousand times off the one before it",
    "revision": "a figure that differs from the published one says why",
    "small_cell": "fewer than five persons are not shown as such",
    "text": "text carries no markup, formula, secret or invisible mark",
    "pii": "no national id, e-mail address or telephone number",
    "category_sum": "the categories of a question add up",
    "category_set": "the categories of a question are those of the wave before",
    "wording_change": "a question keeps its wording, or the series is broken",
    "weight": "a weight is a finite number, not negative, and no respondent carries the survey",
    "answer_code": "an answer is one of the question's codes",
    "colour": "a colour is one of the words of the list",
    "override": "a colour that differs from the rule's says why",
    "registry": "the register of measures agrees with itself",
    "strategy": "the strategy can be read",
    "sources": "the list of sources can be read",
    "known_issues": "the list of known issues can be read",
    "disclosure": "the limits that protect persons can be read",
    "judgements": "judgements and texts agree with the strategy and the figures",
    "format": "a data file has the form its name promises",
}

SHOWN_LENGTH: Final = 60  # characters of a found text that a message repeats
LISTED: Final = 200  # faults a message lists; the frame holds all
WITHHELD: Final = "(withheld)"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: place, text found, rule, what was met, and the remedy.

    `severity` is ``reject`` (nothing of the file is used) or ``warn`` (used, and the report's reader is told). `line`
    is the row as a text editor or spreadsheet numbers it, the header being 1; None where the fault is the whole file's.
    """

    rule: str
    problem: str
    remedy: str = ""
    file: str = ""
    sheet: str = ""
    line: int | None = None
    column: str = ""
    found: str = ""
    severity: Literal["reject", "warn"] = REJECT

    def __post_init__(self) -> None:
        """Refuse a rule that is not declared."""
        if self.rule not in RULES:
            raise KeyError(f"'{self.rule}' is no rule of the intake")

    def at(self, **place: object) -> "Fault":
        """Return the same fault with its place (file, sheet, line, column, found) filled in."""
        return replace(self, **place)

    def __str__(self) -> str:
        """Return the fault as one sentence a person can act on."""
        unit = "row" if self.sheet else "line"  # as a spreadsheet, and as an editor, calls it
        places = [self.file, self.sheet and f"sheet {self.sheet}", self.line and f"{unit} {self.line}"]
        places.append(self.column and f"column {self.column}")
        place = ", ".join(str(part) for part in places if part)
        place += ": " if place else ""
        found = f"'{shown(self.found)}': " if self.found else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        word = "warning: " if self.severity == WARN else ""
        return f"{place}{word}{found}{self.problem}{remedy} [{self.rule}]"


class Refused(ValueError):
    """A text or file that cannot be taken; `fault` says why, its place to be filled in by whoever knows it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def shown(text: str) -> str:
    """Return `text` fit for a message: cut to a line, with marks that cannot be seen written as code points."""
    cut = text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}… ({len(text)} characters)"
    return "".join(c if _visible(c) else f"<U+{ord(c):04X}>" for c in cut)


def _visible(character: str) -> bool:
    return character == " " or unicodedata.category(character)[0] not in "CZM"


def as_frame(faults: Iterable[Fault]) -> pd.DataFrame:
    """Return one row a fault: severity, file, sheet, line (Int64), column, found, rule, problem, remedy.

    Rejections come first; within a severity the order is file, sheet, line. ``frame.to_json(orient="records")`` is the
    machine-readable form.
    """
    columns = ["severity", "file", "sheet", "line", "column", "found", "rule", "problem", "remedy"]
    rows = pd.DataFrame([asdict(fault) for fault in faults], columns=[f.name for f in fields(Fault)])
    rows = rows.assign(line=rows["line"].astype("Int64"), found=[shown(text) for text in rows["found"]])
    return rows.sort_values(["severity", "file", "sheet", "line"], kind="stable", ignore_index=True)[columns]


def rejections(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return the faults that keep a file out."""
    return tuple(fault for fault in faults if fault.severity == REJECT)


def listing(faults: Iterable[Fault]) -> str:
    """Return every fault as a sentence on a line of its own; beyond `LISTED` of them, how many more there are."""
    sentences = [str(fault) for fault in faults]
    more = [f"… and {len(sentences) - LISTED:,} more"] if len(sentences) > LISTED else []
    return "\n".join([*sentences[:LISTED], *more])
