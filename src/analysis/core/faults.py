"""What is wrong with raw material: where, by which rule, and what to do about it."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal, Self

import pandas as pd

from analysis.core.explained import ExplainedError

REJECT: Final = "reject"
WARN: Final = "warn"

# Every rule by its id: what holds for material that is used. `Fault` refuses an id that is missing here, so that a
# misspelt one never reaches an author, and a test can ask for words for each warning in every language.
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
    "duplicate_column": "each column name is there once",
    "extra_column": "every column is one that is read",
    "row_shape": "every row has as many fields as the header",
    "blank_row": "no blank rows between the rows",
    "quotes": "only a note, or a value that is clear, may run over several lines",
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
    "ratio_incomplete": "a numerator comes with its denominator",
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
    "gap": "a series has a figure for every period of its rhythm",
    "stale": "new figures are not all copies of the last ones",
    "jump": "a figure is of the size of the one before it",
    "scale_jump": "a figure is not a hundred or a thousand times off the one before it",
    "revision": "a figure that differs from the published one says why",
    "small_cell": "counts of persons below the limit of their owner are not shown as such",
    "text": "text carries no markup, formula, secret or invisible mark",
    "pii": "no national id, e-mail address or telephone number",
    "category_sum": "the categories of a question add up",
    "outside_groups": "the share of a whole lies between those of the groups that part it",
    "weight": "a weight is a finite number, not negative, and no respondent carries the survey",
    "answer_code": "an answer is one of the question's codes",
    "strategy": "the strategy can be read",
    "ambitions": "a set of ambitions can be read, and fits the strategy",
    "sources": "the list of sources can be read",
    "known_issues": "the list of known issues can be read",
    "disclosure": "the limits that protect persons can be read",
    "judgements": "judgements and texts agree with the strategy and the figures",
    "published": "what is published is as it was written, and would be published so again",
    "name": "names fit the slides and documents they are shown in",
    "page": "every page of the report can be made",
    "format": "a data file has the form its name promises",
}

SHOWN_LENGTH: Final = 60  # characters of a value that a message repeats: more would hide the sentence around it
LISTED: Final = 200  # faults a message lists, for a file in the wrong form has one in every row; the frame holds all
WITHHELD: Final = "(withheld)"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with raw material, in parts that nobody needs to read out of a sentence.

    Parameters
    ----------
    rule : str
        Id of the rule, a key of `RULES`.
    problem : str
        What is wrong, as the rest of a sentence that begins with the value.
    remedy : str
        What the author can do about it.
    file, sheet : str
        Where; a file's path is relative to the folder of the raw material.
    line : int or None
        The row as a text editor or spreadsheet numbers it, the header being 1; None for a fault of the whole file.
    column : str
        The column, or the field of a TOML file.
    value : str
        The text met there.
    nearest : str
        The right name that is nearest to `value`, where a name is wrong and one is near.
    severity : {"reject", "warn"}
        ``reject``: nothing of the file is used. ``warn``: it is used, and the reader of the report sees the warning.

    """

    rule: str
    problem: str
    remedy: str = ""
    file: str = ""
    sheet: str = ""
    line: int | None = None
    column: str = ""
    value: str = ""
    nearest: str = ""
    severity: Literal["reject", "warn"] = REJECT

    def __post_init__(self) -> None:
        """Refuse a rule that is not declared."""
        if self.rule not in RULES:
            raise KeyError(f"'{self.rule}' is no rule of the raw material")

    def at(self, **place: object) -> Self:
        """Return the same fault with its place (file, sheet, line, column, value) filled in."""
        return replace(self, **place)

    def in_row(self, row: Mapping[str, Any], **place: object) -> Self:
        """Return the same fault at the file, sheet and line of a row, and further parts of its place by name."""
        return replace(self, file=row["file"], sheet=row["sheet"], line=row["line"], **place)

    def __str__(self) -> str:
        """Return the fault as one sentence a person can act on."""
        unit = "row" if self.sheet else "line"  # as a spreadsheet, and as an editor, calls it
        places = [self.file, self.sheet and f"sheet {self.sheet}", self.line and f"{unit} {self.line}"]
        places.append(self.column and f"{'field' if self.file.endswith('.toml') else 'column'} {self.column}")
        place = ", ".join(str(part) for part in places if part)
        place += ": " if place else ""
        value = f"'{shown(self.value)}': " if self.value else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        word = "warning: " if self.severity == WARN else ""
        sentence = f"{place}{word}{value}{self.problem}{remedy} [{self.rule}]"
        # a name or a word of the file must not write the line anew where it is listed
        marks = {c for c in sentence if c != "\n" and unicodedata.category(c)[0] == "C"}
        return sentence.translate({ord(c): f"<U+{ord(c):04X}>" for c in marks})


class RawDataError(ExplainedError, ValueError):
    """Raw material that cannot be used as it is; `faults` holds every fault, the message lists them.

    Parameters
    ----------
    faults : iterable of Fault
        All that was wrong, in the order of the message.

    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        """Return every fault on a line of its own."""
        return listing(self.faults)

    def at(self, **place: object) -> Self:
        """Return the same error with the place of its faults filled in, for whoever knows it."""
        return type(self)(fault.at(**place) for fault in self.faults)


def refusal(rule: str, problem: str, remedy: str = "", **parts: object) -> RawDataError:
    """Return an error of one fault, to be raised; `parts` are further parts of a `Fault`, by name."""
    return RawDataError([Fault(rule, problem, remedy, **parts)])


def shown(text: str) -> str:
    """Return `text` fit for a message: cut to a line, with marks that cannot be seen written as code points."""
    cut = text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}… ({len(text)} characters)"
    return "".join(c if c == " " or unicodedata.category(c)[0] not in "CZM" else f"<U+{ord(c):04X}>" for c in cut)


def as_frame(faults: Iterable[Fault]) -> pd.DataFrame:
    """Return faults as a table, rejections first; within a severity the order is file, sheet, line.

    ``frame.to_json(orient="records")`` is the machine-readable form.

    Parameters
    ----------
    faults : iterable of Fault

    Returns
    -------
    pandas.DataFrame
        One row a fault: severity, file, sheet, line (Int64), column, value, rule, problem, remedy, nearest.

    """
    columns = ["severity", "file", "sheet", "line", "column", "value", "rule", "problem", "remedy", "nearest"]
    rows = pd.DataFrame([asdict(fault) for fault in faults], columns=[f.name for f in fields(Fault)])
    rows = rows.assign(line=rows["line"].astype("Int64"), value=[shown(text) for text in rows["value"]])
    return rows.sort_values(["severity", "file", "sheet", "line"], kind="stable", ignore_index=True)[columns]


def rejections(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return the faults that keep a file out."""
    return tuple(fault for fault in faults if fault.severity == REJECT)


def listing(faults: Iterable[Fault]) -> str:
    """Return every fault as a sentence on a line of its own; beyond `LISTED` of them, how many more there are."""
    sentences = [str(fault) for fault in faults]
    more = [f"… and {len(sentences) - LISTED:,} more"] if len(sentences) > LISTED else []
    return "\n".join([*sentences[:LISTED], *more])
