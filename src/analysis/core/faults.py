"""What is wrong with raw material: where, by which rule, and what to do about it."""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, Self

import pandas as pd

from analysis.core.errors import ExplainedError

REJECT: Final = "reject"
WARN: Final = "warn"

# Each id with what holds for material that is used; `Fault` refuses an id that is missing there.
RULES: Final = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))

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
    rows = pd.DataFrame([asdict(fault) for fault in faults], columns=columns)
    rows = rows.assign(line=rows["line"].astype("Int64"), value=[shown(text) for text in rows["value"]])
    return rows.sort_values(["severity", "file", "sheet", "line"], kind="stable", ignore_index=True)


def rejections(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return the faults that keep a file out."""
    return tuple(fault for fault in faults if fault.severity == REJECT)


def listing(faults: Iterable[Fault]) -> str:
    """Return every fault as a sentence on a line of its own; beyond `LISTED` of them, how many more there are."""
    sentences = [str(fault) for fault in faults]
    more = [f"… and {len(sentences) - LISTED:,} more"] if len(sentences) > LISTED else []
    return "\n".join([*sentences[:LISTED], *more])
