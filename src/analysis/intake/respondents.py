"""Respondent files: one row a person, from CSV or SPSS, with weights and codes; never with who the person is."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyreadstat

from analysis.intake import numerals, texts
from analysis.intake.faults import WARN, WITHHELD, Fault, Refused
from analysis.intake.files import COLUMN_LIMIT, EDGES, read_bytes, read_rows, read_text
from analysis.intake.rules import FEW, read_period
from analysis.intake.tables import Layout, as_table

SIZE_LIMIT: Final = 200_000_000  # a million respondents with forty answers
ROW_LIMIT: Final = 2_000_000
HEAVY: Final = 20.0  # times the median weight: one respondent then speaks for a score of others
LISTED: Final = 5  # rows named in a message that concerns many

_PERSONAL_NAMES = re.compile(
    r"(f(ø|o|oe)dselsn(r|ummer)|fnr|d-?nummer|personn(r|ummer)|ssn|e-?post|e-?mail|telefon|tlf|mobil|phone|etternavn|"
    r"fornavn|fullt_?navn|adresse|ip_?adresse)(_?\w{0,3})?",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"[49]\d{7}")


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

    `rows`: respondent, wave and groups as text, weight and answers as floats, with the file's line. Answers missing by
    the respondent's own choice are NaN there, their codes in `missing` (same shape as the answers). `labels`: the words
    of codes, by question. `faults`: what is wrong; with a rejection `rows` must not be used.
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
    text, faults = read_text(data)
    faults = [fault.at(file=name) for fault in faults]
    if not text:
        return _refused(faults, questionnaire)
    cells = _plain_cells(text, questionnaire)
    if cells is None:
        grid = read_rows(name, text, frozenset(questionnaire.columns), ROW_LIMIT)
        table = as_table(grid, Layout(questionnaire.columns)) if grid.rows else None
        faults += grid.faults if table is None else table.faults
        if table is None or table.cells.empty:
            return _refused(faults, questionnaire)
        cells = table.cells
        others = [pd.Series([c[i] for _, c in grid.rows[1:] if i < len(c)], name=n.strip(EDGES))
                  for i, n in enumerate(grid.rows[0][1])]  # fmt: skip
    else:
        others = [cells[column] for column in cells]
    faults += [fault.at(file=name) for column in others for fault in _personal_faults(column, questionnaire)]
    return _typed(name, cells[[*questionnaire.columns, "line"]], questionnaire, faults)


def _plain_cells(text: str, questionnaire: Questionnaire) -> pd.DataFrame | None:
    """Return the cells of a file without quotes and uneven rows in one quick pass; None where it is not so plain.

    This is the road of large files; what it cannot prove plain takes the slow one and is judged cell by cell.
    """
    head, _, body = text.partition("\n")
    names = head.rstrip("\r").split(",")
    plain = '"' not in text and " " not in head and "\r" not in head and len(set(names)) == len(names)
    if not plain or not set(questionnaire.columns) <= set(names) or len(names) > COLUMN_LIMIT or ";" in head:
        return None
    raw = np.frombuffer(body.encode(), np.uint8)
    ends = np.flatnonzero(raw == ord("\n"))
    if not len(ends) or ends[-1] != len(raw) - 1 or len(ends) > ROW_LIMIT or (raw == ord("\r")).any():
        return None
    commas = np.searchsorted(np.flatnonzero(raw == ord(",")), ends)
    if (np.diff(commas, prepend=0) != len(names) - 1).any():
        return None
    cells = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, na_filter=False, index_col=False)
    return cells.assign(line=np.arange(2, len(cells) + 2))


def _from_spss(name: str, path: Path, data: bytes, questionnaire: Questionnaire) -> Respondents:
    if not data.startswith(b"$FL2"):
        problem = "is no SPSS .sav file that is read here (compressed .zsav, or another kind)"
        return _refused([Fault("format", problem, "save it as .sav", name)], questionnaire)
    try:
        _, about = pyreadstat.read_sav(path, metadataonly=True)
        if (about.number_rows or 0) > ROW_LIMIT or about.number_columns > COLUMN_LIMIT * 10:
            problem = f"has {about.number_rows:,} rows and {about.number_columns:,} columns"
            return _refused([Fault("size", problem, "deliver the columns that are read", name)], questionnaire)
        frame, about = pyreadstat.read_sav(path, user_missing=True, disable_datetime_conversion=True)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, MemoryError) as error:
        return _refused([Fault("format", f"cannot be read as SPSS ({error})", "save it anew", name)], questionnaire)
    missing_columns = [column for column in questionnaire.columns if column not in frame]
    if missing_columns or frame.empty:
        faults = [Fault("missing_column", f"variable '{c}' is missing", f"add '{c}'", name) for c in missing_columns]
        return _refused(faults or [Fault("empty", "holds no respondents", "", name)], questionnaire)
    as_text = pd.DataFrame({column: _spss_text(frame[column]) for column in frame}).assign(
        line=range(1, len(frame) + 1)
    )
    faults = [f.at(file=name) for column in frame for f in _personal_faults(as_text[column], questionnaire)]
    labels = {column: dict(about.variable_value_labels.get(column, {})) for column in questionnaire.answers}
    chosen = as_text[[*questionnaire.columns, "line"]]
    return _typed(name, chosen, questionnaire, faults, labels, {c: about.missing_ranges.get(c, []) for c in labels})


def _spss_text(column: pd.Series) -> pd.Series:
    if column.dtype.kind in "if":
        return column.map(lambda value: "" if np.isnan(value) else numerals.written(float(value))).astype(str)
    return column.fillna("").astype(str)


def _personal_faults(column: pd.Series, questionnaire: Questionnaire) -> list[Fault]:
    """Return a rejection where a column's name or any of its texts is a person's; weights and answers are figures."""
    name = str(column.name)
    if name == "line":
        return []
    if _PERSONAL_NAMES.fullmatch(name):
        return [Fault("pii", "is a column of personal data", "take the column out", line=1, column=name)]
    if name in (questionnaire.weight, *questionnaire.answers):
        return []
    found = _first_personal(column)
    return [] if found is None else [found.at(column=name, found=WITHHELD)]


def _first_personal(column: pd.Series) -> Fault | None:
    suspects = column.drop_duplicates()
    # one pass over all texts decides whether a closer look is needed: eleven digits, an @, or digits set apart
    joined = "\n".join(suspects)
    if re.search(r"\d{6} ?\d{5}|@|\+47|\b0047|\d[ \u00a0]\d", joined):
        for place, text in suspects.items():
            if found := texts.personal(text):
                problem = f"holds {found}"
                return Fault("pii", problem, "take it out, and deliver ids without meaning", line=int(place) + 2)
    if len(suspects) >= 3 and all(_MOBILE.fullmatch(text) for text in suspects.head(100)):
        return Fault("pii", "looks like a column of telephone numbers", "deliver ids without meaning")
    return None


def _typed(
    name: str,
    cells: pd.DataFrame,
    questionnaire: Questionnaire,
    faults: list[Fault],
    labels: Mapping[str, Mapping[float, str]] | None = None,
    user_missing: Mapping[str, list[dict]] | None = None,
) -> Respondents:
    labels, user_missing = labels or {}, user_missing or {}
    rows = cells.copy()
    found: list[Fault] = []
    missing = pd.DataFrame(index=rows.index)
    if questionnaire.wave:
        rows[questionnaire.wave], problems = _mapped(cells, questionnaire.wave, read_period)
        found += problems
    if questionnaire.weight:
        rows[questionnaire.weight], problems = _weights(cells, questionnaire.weight)
        found += problems
    for question, codes in questionnaire.answers.items():
        allowed = codes if codes is not None else frozenset(labels.get(question, {}))
        answers, problems = _answers(cells, question, allowed, user_missing.get(question, []))
        rows[question], missing[question] = answers["answer"], answers["missing"]
        found += problems
    found += _person_faults(rows, questionnaire)
    return Respondents(rows, missing, labels, (*faults, *(fault.at(file=name) for fault in found)))


def _mapped(cells: pd.DataFrame, column: str, reader) -> tuple[pd.Series, list[Fault]]:
    """Return a column with each of its texts read once; a refused text is NaN and named with its lines."""
    read, faults = {}, []
    for text, lines in cells.groupby(column, sort=False)["line"]:
        try:
            read[text] = reader(text)
        except Refused as refused:
            read[text] = np.nan
            faults.append(_many(refused.fault.at(column=column, found=text), lines))
    return cells[column].map(read), faults


def _many(fault: Fault, lines: pd.Series) -> Fault:
    more = f" (lines {', '.join(map(str, lines.head(LISTED)))}{' …' if len(lines) > LISTED else ''})"
    return fault.at(line=int(lines.iloc[0]), problem=fault.problem + (more if len(lines) > 1 else ""))


def _weights(cells: pd.DataFrame, column: str) -> tuple[pd.Series, list[Fault]]:
    weights, faults = _quick_weights(cells[column]), []
    if weights is None:
        weights, faults = _mapped(cells, column, _weight_reader(cells[column]))
        faults = [
            f if f.rule != "missing_value" else f.at(rule="weight", problem="no weight stands here") for f in faults
        ]
        weights = weights.astype(float)
    negative = cells.loc[weights < 0, "line"]
    if len(negative):
        fault = Fault("weight", "is a negative weight", "mend it", column=column)
        faults.append(_many(fault.at(found=cells.loc[negative.index[0], column]), negative))
    if len(weights) and (weights == 0).all():
        faults.append(Fault("weight", "all weights are zero", "deliver the weights", column=column))
    median = weights[weights > 0].median()
    heavy = cells.loc[weights > HEAVY * median, "line"]
    if len(heavy):
        problem = f"is more than {HEAVY:g} times the median weight: few respondents carry the survey"
        fault = Fault("weight", problem, "trim it, or say why", column=column, severity=WARN)
        faults.append(_many(fault.at(found=cells.loc[heavy.index[0], column]), heavy))
    return weights, faults


def _quick_weights(texts_of: pd.Series) -> pd.Series | None:
    """Return weights written plainly with a decimal point and beyond doubt; None sends them to the strict parser."""
    joined = ",".join(texts_of)
    if not re.fullmatch(r"[0-9.,]*", joined) or re.search(r"(?:^|,)(?:0[0-9]|\.|,)|\.(?:,|$)|,$|\.[0-9]*\.", joined):
        return None
    if not re.search(r"(?:^|,)(?:0\.|[0-9]+\.(?:[0-9]{1,2}(?:,|$)|[0-9]{4}))", joined) and "." in joined:
        return None  # every mark has three digits after it: it may part thousands
    return texts_of.astype(float)


def _weight_reader(column: pd.Series):
    """Return a reader that takes three digits after a mark as decimals once another weight has proved the mark one."""
    proof = re.compile(r"0[.,]\d+|\d+[.,](\d{1,2}|\d{4,})")
    decimal = {mark for mark in ".," if any(mark in text and proof.fullmatch(text.strip()) for text in column.unique())}

    def read(text: str) -> float:
        try:
            return numerals.read_figure(text).value
        except numerals.NumeralError as error:
            if error.readings and len(decimal) == 1 and decimal & set(text):
                return error.readings[0].value
            raise

    return read


def _answers(
    cells: pd.DataFrame, question: str, allowed: frozenset[float], user_missing: list[dict]
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the answers (code or NaN) and the codes that stand for missing, with what is no code of the question."""

    def is_missing(code: float) -> bool:
        return any(span["lo"] <= code <= span["hi"] for span in user_missing)

    def read(text: str) -> float:
        if numerals.is_missing(text):
            return np.nan
        code = numerals.read_figure(text).value
        if not is_missing(code) and allowed and code not in allowed:
            expected = ", ".join(f"{value:g}" for value in sorted(allowed))
            raise Refused(Fault("answer_code", f"is none of the codes {expected}", "mend it or declare it missing"))
        return code

    codes, faults = _mapped(cells, question, read)
    codes = codes.astype(float)
    gone = codes.map(is_missing)
    faults = [f if f.rule != "number" else f.at(rule="answer_code", problem="is a word among codes") for f in faults]
    return pd.DataFrame({"answer": codes.mask(gone), "missing": codes.where(gone)}), faults


def _person_faults(rows: pd.DataFrame, questionnaire: Questionnaire) -> list[Fault]:
    key = [name for name in (questionnaire.respondent, questionnaire.wave) if name]
    faults = []
    for text, lines in rows.loc[rows[questionnaire.respondent] == ""].groupby(questionnaire.respondent)["line"]:
        problem = "no respondent id stands here"
        faults.append(
            _many(Fault("unknown_id", problem, "fill it in", column=questionnaire.respondent, found=text), lines)
        )
    twice = rows.loc[rows.duplicated(key), "line"]
    if len(twice):
        fault = Fault("duplicate_key", "the same respondent stands there already", "keep one", column=key[0])
        faults.append(_many(fault, twice))
    for group in questionnaire.groups:
        sizes = rows.groupby([*key[1:], group], sort=False)["line"].agg(["size", "first"])
        for place, size in sizes[sizes["size"] < FEW].iterrows():
            found = place[-1] if isinstance(place, tuple) else place
            problem = f"has fewer than {FEW} respondents; its figures must not be shown"
            fault = Fault("small_cell", problem, "pool it with another group", column=group, severity=WARN)
            faults.append(fault.at(line=int(size["first"]), found=str(found)))
    return faults
