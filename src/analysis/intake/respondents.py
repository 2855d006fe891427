"""Respondent files: one row a person, from CSV or SPSS, with weights and codes; never with who the person is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis.core.faults import WARN, WITHHELD, Fault, RawDataError
from analysis.intake import numerals, texts
from analysis.intake.files import EDGES, read_bytes, read_rows, read_text
from analysis.intake.plain import PlainTable, plain_table
from analysis.intake.rules import FEW, read_period
from analysis.intake.spss import MARK, read_spss
from analysis.intake.tables import Layout, as_table

SIZE_LIMIT: Final = 200_000_000  # a million respondents with forty answers
CELLWISE_LIMIT: Final = 12_000_000  # bytes of a file that is not plain: cell by cell it takes ten times its size
ROW_LIMIT: Final = 2_000_000
VARIABLE_LIMIT: Final = 2_000  # an SPSS file carries a whole questionnaire
HEAVY: Final = 20.0  # times the median weight: one respondent then speaks for a score of others
LISTED: Final = 5  # rows named in a message that concerns many

_PERSONAL_NAMES = re.compile(
    r"(f(ø|o|oe)dselsn(r|ummer)|fnr|d-?nummer|personn(r|ummer)|ssn|e-?post|e-?mail|telefon|tlf|mobil|phone|etternavn|"
    r"fornavn|fullt_?navn|adresse|ip_?adresse)(_?\w{0,3})?",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"[49]\d{7}")
_DECIMALS = re.compile(r"0[.,]\d+|\d+[.,](\d{1,2}|\d{4,})|\d{4,}[.,]\d{3}")  # none of these can part thousands
_SUSPECT = re.compile(r"\d{6} ?\d{5}|@|\+47|\b0047|\d[ \u00a0]\d|tlf|telefon|mob|phone", re.IGNORECASE)


@dataclass(frozen=True)
class Questionnaire:
    """Which columns are what. `answers` gives each question's codes; None: those the file itself has words for."""

    respondent: str
    wave: str = ""
    weight: str = ""
    groups: tuple[str, ...] = ()
    answers: Mapping[str, frozenset[float] | None] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that are read."""
        named = (self.respondent, self.wave, self.weight, *self.groups, *self.answers)
        return tuple(name for name in named if name)


@dataclass(frozen=True)
class Respondents:
    """A respondent file as read.

    `rows`: respondent, wave and groups as text (or categories of it), weight and answers as floats, with the file's
    line. Answers missing by the respondent's own choice are NaN there, their codes in `missing` (same index). `labels`:
    the words of codes, by question. `faults`: what is wrong; with a rejection `rows` must not be used.
    """

    rows: pd.DataFrame
    missing: pd.DataFrame
    labels: Mapping[str, Mapping[float, str]]
    faults: tuple[Fault, ...]


def read_respondents(path: Path, questionnaire: Questionnaire, folder: Path) -> Respondents:
    """Return the respondents in a .csv, .tsv, .txt or .sav file, with every fault of the file.

    A file that carries national id numbers, e-mail addresses or telephone numbers is refused, in whichever column; the
    datum is not repeated in any message.
    """
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    data = read_bytes(path, folder, SIZE_LIMIT)
    if isinstance(data, Fault):
        return _refused([data.at(file=name)], questionnaire)
    if path.suffix.lower() == ".sav":
        return _from_spss(name, path, data, questionnaire)
    if path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return _refused(
            [Fault("extension", "is of a kind that is not read here", "deliver .csv or .sav", name)], questionnaire
        )
    return _from_text(name, data, questionnaire)


def _refused(faults: list[Fault], questionnaire: Questionnaire) -> Respondents:
    nothing = pd.DataFrame(columns=[*questionnaire.columns, "line"])
    return Respondents(nothing, nothing[list(questionnaire.answers)], {}, tuple(faults))


def _from_text(name: str, data: bytes, questionnaire: Questionnaire) -> Respondents:
    table = plain_table(data, ROW_LIMIT)
    if table is not None and set(questionnaire.columns) <= set(table.names) and not _personal_names(table.names):
        return _from_plain(name, table, questionnaire)
    if len(data) > CELLWISE_LIMIT:
        problem = f"is {len(data):,} bytes, and not plain; the limit is {CELLWISE_LIMIT:,}"
        remedy = "export it with commas, decimal points and no quotation marks, or fewer columns"
        return _refused([Fault("size", problem, remedy, name)], questionnaire)
    text, faults = read_text(data)
    faults = [fault.at(file=name) for fault in faults]
    if not text:
        return _refused(faults, questionnaire)
    grid = read_rows(name, text, frozenset(questionnaire.columns), ROW_LIMIT)
    if not grid.rows:
        return _refused([*faults, *grid.faults], questionnaire)
    header = [cell.strip(EDGES) for cell in grid.rows[0][1]]
    others = tuple(dict.fromkeys(cell for cell in header if cell and cell not in questionnaire.columns))
    table = as_table(grid, Layout(questionnaire.columns, optional=others))
    faults += table.faults
    if table.cells.empty:
        return _refused(faults, questionnaire)
    for column in (*questionnaire.columns, *others):  # also columns that are not read may not tell who somebody is
        faults += [fault.at(file=name) for fault in _personal_faults(table.cells[column], questionnaire)]
    return _typed(name, table.cells[[*questionnaire.columns, "line"]], questionnaire, faults)


def _from_plain(name: str, table: PlainTable, questionnaire: Questionnaire) -> Respondents:
    figures = {column: table.figures(column) for column in (questionnaire.weight, *questionnaire.answers) if column}
    proved = {column: values for column, values in figures.items() if values is not None}
    others = [column for column in figures if column not in proved]
    unproved = [column for column in questionnaire.answers if column in others]  # answers have few texts, gaps too
    repeated = [column for column in (questionnaire.wave, *questionnaire.groups, *unproved) if column]
    others = [column for column in others if column not in repeated]
    cells = table.texts([questionnaire.respondent, *repeated, *others], repeated).assign(**proved)
    faults = [fault.at(file=name) for fault in _telephone_faults(cells[questionnaire.respondent])]
    distinct = table.are_distinct(questionnaire.respondent)
    return _typed(name, cells.assign(line=np.arange(2, table.rows + 2)), questionnaire, faults, distinct=distinct)


def _from_spss(name: str, path: Path, data: bytes, questionnaire: Questionnaire) -> Respondents:
    if not data.startswith(MARK):
        problem = "is no SPSS .sav file that is read here (compressed .zsav, or another kind)"
        return _refused([Fault("format", problem, "save it as .sav", name)], questionnaire)
    try:
        table = read_spss(path, ROW_LIMIT, VARIABLE_LIMIT)
    except RawDataError as refused:
        return _refused([refused.faults[0].at(file=name)], questionnaire)
    absent = [column for column in questionnaire.columns if column not in table.cells]
    faults = [Fault("missing_column", f"variable '{column}' is missing", f"add '{column}'", name) for column in absent]
    if absent or table.cells.empty:
        return _refused(faults or [Fault("empty", "holds no respondents", "deliver them", name)], questionnaire)
    cells = pd.DataFrame({column: _spss_text(table.cells[column]) for column in table.cells})
    faults += [fault.at(file=name) for column in cells for fault in _personal_faults(cells[column], questionnaire)]
    read = cells[list(questionnaire.columns)].assign(line=np.arange(1, len(cells) + 1))
    return _typed(name, read, questionnaire, faults, table.labels, table.missing)


def _spss_text(column: pd.Series) -> pd.Series:
    if column.dtype.kind == "f":
        return column.map(lambda value: "" if np.isnan(value) else numerals.written(value)).astype(str)
    return column.fillna("").astype(str).str.strip(EDGES)


def _personal_names(names: list[str]) -> list[str]:
    return [name for name in names if _PERSONAL_NAMES.fullmatch(name)]


def _personal_faults(column: pd.Series, questionnaire: Questionnaire) -> list[Fault]:
    """Return a rejection where a column's name or any of its texts is a person's; weights and answers are figures."""
    name = str(column.name)
    if _personal_names([name]):
        return [Fault("pii", "is a column of personal data", "take the column out", line=1, column=name)]
    if name in (questionnaire.weight, *questionnaire.answers):
        return []
    # one pass over all texts tells whether any needs a closer look
    if not _SUSPECT.search("\n".join(column)):
        return _telephone_faults(column)
    suspects = column.drop_duplicates()
    found = next(((line, datum) for line, text in suspects.items() if (datum := texts.personal(text))), None)
    if found is None:
        return []
    remedy = "take it out, and deliver ids without meaning"
    return [Fault("pii", f"holds {found[1]}", remedy, line=int(found[0]) + 2, column=name, value=WITHHELD)]


def _telephone_faults(column: pd.Series) -> list[Fault]:
    """Return a rejection where every text of a column is eight digits as mobile numbers are."""
    if len(column) < 3 or not _MOBILE.fullmatch(column.iloc[0]) or not column.str.fullmatch(_MOBILE.pattern).all():
        return []
    problem = "looks like telephone numbers throughout"
    return [Fault("pii", problem, "deliver ids without meaning", column=str(column.name), value=WITHHELD)]


def _typed(
    name: str,
    cells: pd.DataFrame,
    questionnaire: Questionnaire,
    faults: list[Fault],
    labels: Mapping[str, Mapping[float, str]] | None = None,
    user_missing: Mapping[str, list[tuple[float, float]]] | None = None,
    *,
    distinct: bool = False,
) -> Respondents:
    labels, user_missing = labels or {}, user_missing or {}
    read, missing, found = {}, {}, []
    if wave := questionnaire.wave:
        read[wave], problems = _mapped(cells, wave, read_period)
        found += problems
    if weight := questionnaire.weight:
        read[weight], problems = _weights(cells, weight)
        found += problems
    for question, codes in questionnaire.answers.items():
        allowed = frozenset(labels.get(question, {})) if codes is None else codes
        if not allowed:
            found.append(Fault("answer_code", "has no codes in the file", "say which codes it has", column=question))
        answers, problems = _mapped(cells, question, _answer_reader(allowed, user_missing.get(question, [])))
        gone = _within(answers, user_missing.get(question, []))
        read[question], missing[question] = answers.mask(gone), answers.where(gone)
        found += problems
    rows = cells.assign(**read)
    found += _person_faults(rows, questionnaire, distinct)
    missing = pd.DataFrame(missing, index=rows.index)
    return Respondents(rows, missing, labels, (*faults, *(fault.at(file=name) for fault in found)))


def _mapped(cells: pd.DataFrame, column: str, reader: Callable[[str], object]) -> tuple[pd.Series, list[Fault]]:
    """Return a column with each of its distinct texts read once; a refused one is NaN and named with its lines."""
    read, faults = {}, []
    for entry in cells[column].unique():
        text = entry if isinstance(entry, str) else numerals.written(float(entry))
        try:
            read[entry] = reader(text)
        except RawDataError as refused:
            read[entry] = np.nan
            faults.append(
                _many(refused.faults[0].at(column=column, value=text), cells.loc[cells[column] == entry, "line"])
            )
    if all(entry == value for entry, value in read.items()):
        return cells[column], faults
    mapped = cells[column].map(read)
    return (mapped if any(isinstance(value, str) for value in read.values()) else mapped.astype(float)), faults


def _many(fault: Fault, lines: pd.Series) -> Fault:
    """Return a fault of many rows at the first of them, the first few lines named."""
    named = f" (lines {', '.join(map(str, lines.head(LISTED)))}{' …' if len(lines) > LISTED else ''})"
    return fault.at(line=int(lines.iloc[0]), problem=fault.problem + (named if len(lines) > 1 else ""))


def _weights(cells: pd.DataFrame, column: str) -> tuple[pd.Series, list[Fault]]:
    weights, faults = cells[column], []
    if weights.dtype.kind != "f":
        weights, faults = _mapped(cells, column, _weight_reader(cells[column]))
    negative, heavy = weights < 0, weights > HEAVY * weights[weights > 0].median()
    if negative.any():
        faults.append(
            _many(Fault("weight", "is a negative weight", "mend it", column=column), cells.loc[negative, "line"])
        )
    if (weights == 0).all():
        faults.append(Fault("weight", "all weights are zero", "deliver the weights", column=column))
    if heavy.any():
        problem = f"is more than {HEAVY:g} times the median weight: few respondents carry the survey"
        fault = Fault("weight", problem, "trim it, or say why", column=column, severity=WARN)
        faults.append(_many(fault.at(value=f"{weights[heavy].iloc[0]:g}"), cells.loc[heavy, "line"]))
    return weights, faults


def _weight_reader(column: pd.Series) -> Callable[[str], float]:
    """Return a reader that takes three digits after a mark as decimals once another weight has proved the mark one."""
    distinct = column.unique()
    proved = {mark for mark in ".," for text in distinct if mark in text and _DECIMALS.fullmatch(text)}

    def read(text: str) -> float:
        if numerals.is_missing(text):
            raise RawDataError([Fault("weight", "no weight stands here", "deliver one for every respondent")])
        try:
            return numerals.read_figure(text).value
        except numerals.NumeralError as error:
            if error.readings and len(proved) == 1 and proved & set(text):
                return error.readings[0].value
            raise

    return read


def _answer_reader(allowed: frozenset[float], user_missing: list[tuple[float, float]]) -> Callable[[str], float]:
    expected = ", ".join(f"{value:g}" for value in sorted(allowed))

    def read(text: str) -> float:
        if numerals.is_missing(text):
            return np.nan
        try:
            code = numerals.read_figure(text).value
        except numerals.NumeralError as error:
            problem = f"is a word or mark among the codes {expected}"
            raise RawDataError([Fault("answer_code", problem, "write the code")]) from error
        if allowed and code not in allowed and not any(low <= code <= high for low, high in user_missing):
            raise RawDataError(
                [Fault("answer_code", f"is none of the codes {expected}", "mend it, or declare it missing")]
            )
        return code

    return read


def _within(answers: pd.Series, spans: list[tuple[float, float]]) -> pd.Series:
    gone = pd.Series(False, index=answers.index)
    for low, high in spans:
        gone |= answers.between(low, high)
    return gone


def _person_faults(rows: pd.DataFrame, questionnaire: Questionnaire, distinct: bool) -> list[Fault]:
    """Return what is wrong with who answered; `distinct`: it is proved already that nobody stands twice."""
    person, wave = questionnaire.respondent, [questionnaire.wave] if questionnaire.wave else []
    faults = []
    nameless, twice = rows[person] == "", pd.Series(False, index=rows.index)
    if not distinct and not rows[person].is_unique:  # far quicker than looking for duplicates where there are none
        twice = rows.duplicated([person, *wave]) & ~nameless
    if nameless.any():
        fault = Fault("unknown_id", "no respondent is named here", "fill it in", column=person)
        faults.append(_many(fault, rows.loc[nameless, "line"]))
    if twice.any():
        fault = Fault("duplicate_key", "the same respondent stands in the wave already", "keep one", column=person)
        faults.append(_many(fault, rows.loc[twice, "line"]))
    for group in questionnaire.groups:
        sizes = rows.groupby([*wave, group], observed=True)["line"].agg(["size", "first"])
        for place, size in sizes[sizes["size"] < FEW].iterrows():
            found = str(place[-1] if isinstance(place, tuple) else place)
            problem = f"has fewer than {FEW} respondents; its figures must not be shown"
            fault = Fault("small_cell", problem, "pool it with another group", column=group, severity=WARN)
            faults.append(fault.at(line=int(size["first"]), value=found))
    return faults
