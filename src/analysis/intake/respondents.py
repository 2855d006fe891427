"""Respondent files: one row a person, from CSV or SPSS, with weights and codes; never with who the person is.

Of a large CSV file that is plain, what its bytes prove once is not asked of a million cells. A plain file has commas,
no quotation marks, no loose blanks, rows of equal length, and nothing that could be personal data. Arrow reads it in a
third of the time that pandas needs, and pandas reads it where Arrow is not installed. Every other file is left to the
readers that go cell by cell.
"""

import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis.core.faults import WARN, WITHHELD, Fault, RawDataError, refusal
from analysis.core.small_counts import THRESHOLD
from analysis.intake import RECOGNISED, forbidden_text, numerals
from analysis.intake.cells import read_period
from analysis.intake.files import EDGES, name_in, read_bytes, read_rows, read_text
from analysis.intake.spss import MARK, SpssTable, read_spss
from analysis.intake.table_layout import TEXT_EXTENSIONS, Layout, read_cells

SIZE_LIMIT: Final = 200_000_000  # a million respondents with forty answers
CELLWISE_LIMIT: Final = 12_000_000  # bytes of a file that is not plain: cell by cell it takes ten times its size
ROW_LIMIT: Final = 2_000_000
VARIABLE_LIMIT: Final = 2_000  # an SPSS file carries a whole questionnaire
HEAVY: Final = 20.0  # times the median weight: one respondent then speaks for a score of others
LISTED: Final = 5  # rows named in a message that concerns many

_PERSONAL_NAMES = re.compile("|".join(RECOGNISED["personal_columns"]), re.IGNORECASE)
_MOBILE = r"[49]\d{7}"
_SUSPECT = re.compile(r"\d{6} ?\d{5}|@|\+47|\b0047|\d[ \u00a0]\d|tlf|telefon|mob|phone", re.IGNORECASE)

# For plain files, read without a look at each cell:
_BLOCK: Final = 1 << 24  # bytes that Arrow reads at once; a row must not be longer
_ODD: Final = (b'"', b";", b"@", b"+47", b"\xc2\xa0", b"\xef\xbb\xbf")
_PHONE_WORDS: Final = (b"tlf", b"telefon", b"mob", b"phone")
# Eleven digits as in a national id (twelve: a telephone number after 0047), but not the decimals of a figure.
_LONG_NUMBER: Final = re.compile(rb"(?<![0-9.])[0-9]{11,12}(?![0-9])")
# `bytes.translate` and `in` take a tenth of the time of a regular expression over as many bytes.
_ALL_BUT_SHAPE: Final = bytes(code for code in range(256) if code not in b",\n")
_CONTROLS: Final = bytes([*range(32), 127])
_DIGITS_AS_ZERO: Final = bytes.maketrans(b"123456789", b"000000000")
_LOOSE_BLANKS: Final = (b"  ", b" ,", b", ", b" \n", b"\n ", b"0 0")  # at the edge of a cell, or between digits
_DIGITS: Final = r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
_TWO_READINGS: Final = r"[1-9][0-9]{0,2}\.[0-9]{3}"
DECIMALS: Final = r"0[.,]\d+|\d+[.,](\d{1,2}|\d{4,})|\d{4,}[.,]\d{3}"  # none of these marks can part thousands


@dataclass(frozen=True)
class Questionnaire:
    """Which columns of a respondent file are what.

    Parameters
    ----------
    respondent : str
        The column of ids without meaning.
    wave, weight : str
        The columns of periods and of weights; "" where there is none.
    groups : tuple of str
        Columns that respondents are grouped by.
    answers : mapping of str to frozenset of float
        The codes of each question; None: those the file itself has words for.
    smallest_group : int
        The smallest count of persons that may be shown; smaller groups are warned of.

    """

    respondent: str
    wave: str = ""
    weight: str = ""
    groups: tuple[str, ...] = ()
    answers: Mapping[str, frozenset[float] | None] = field(default_factory=dict)
    smallest_group: int = THRESHOLD

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that are read."""
        named = (self.respondent, self.wave, self.weight, *self.groups, *self.answers)
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True)
class Respondents:
    """A respondent file as read.

    Parameters
    ----------
    rows : DataFrame
        Index: the line. The file's own columns and no other: respondent, wave and groups as text (or categories of
        it), weight and answers as floats. What the file declares missing is NaN, in a group "".
    missing : DataFrame
        Index as `rows`; the codes declared missing, by column.
    labels : mapping
        The words of codes, by column; where a column has texts for codes, those.
    faults : tuple of Fault
        What is wrong; with a rejection `rows` must not be used.
    codes : mapping
        The codes that an answer may have, by question, without those declared missing.

    """

    rows: pd.DataFrame
    missing: pd.DataFrame
    labels: Mapping[str, Mapping[float | str, str]]
    faults: tuple[Fault, ...]
    codes: Mapping[str, frozenset[float]] = field(default_factory=dict)


def read_respondents(path: Path, questionnaire: Questionnaire, folder: Path) -> Respondents:
    """Return the respondents in a .csv, .tsv, .txt or .sav file, with every fault of the file.

    A file that carries national id numbers, e-mail addresses or telephone numbers is refused, in whichever column; the
    datum is not repeated in any message.

    Parameters
    ----------
    path : Path
        The file, inside `folder`.
    questionnaire : Questionnaire
        Its columns.
    folder : Path
        The folder that deliveries may be read from.

    Returns
    -------
    Respondents

    """
    try:
        data = read_bytes(path, folder, SIZE_LIMIT)
        if path.suffix.lower() == ".sav":
            respondents = _from_spss(path, data, questionnaire)
        elif path.suffix.lower() in TEXT_EXTENSIONS:
            respondents = _from_text(data, questionnaire)
        else:
            raise refusal("extension", "is of a kind that is not read here", "deliver .csv or .sav")
    except RawDataError as error:
        nothing = pd.DataFrame(columns=list(questionnaire.columns))
        respondents = Respondents(nothing, nothing[list(questionnaire.answers)], {}, error.faults)
    name = name_in(folder, path)
    return replace(respondents, faults=tuple(fault.at(file=name) for fault in respondents.faults))


def _from_text(data: bytes, questionnaire: Questionnaire) -> Respondents:
    names = plain_columns(data, ROW_LIMIT)
    if names and set(questionnaire.columns) <= set(names) and not any(map(_PERSONAL_NAMES.fullmatch, names)):
        cells = read_columns(data, list(questionnaire.columns), questionnaire.respondent)
        faults = _telephone_faults(cells[questionnaire.respondent])
        return _typed(cells.set_axis(np.arange(2, len(cells) + 2)), questionnaire, faults)
    if len(data) > CELLWISE_LIMIT:
        problem = f"is {len(data):,} bytes, and not plain; the limit is {CELLWISE_LIMIT:,}"
        remedy = "export it with commas, decimal points and no quotation marks, or fewer columns"
        raise refusal("size", problem, remedy)
    text, faults = read_text(data)
    grid = read_rows("", text, frozenset(questionnaire.columns), ROW_LIMIT)
    header = [cell.strip(EDGES) for _, cells in grid.rows[:1] for cell in cells]
    others = tuple(dict.fromkeys(cell for cell in header if cell and cell not in questionnaire.columns))
    cells, shape_faults = read_cells(grid, Layout(questionnaire.columns, optional=others))
    faults += shape_faults
    if cells.empty:
        raise RawDataError(faults)
    # a column that is not read may not tell who somebody is either
    faults += [fault for column in cells for fault in _personal_faults(cells[column], questionnaire)]
    return _typed(cells[list(questionnaire.columns)], questionnaire, faults)


def _from_spss(path: Path, data: bytes, questionnaire: Questionnaire) -> Respondents:
    if not data.startswith(MARK):
        problem = "is no SPSS .sav file that is read here (compressed .zsav, or another kind)"
        raise refusal("format", problem, "save it as .sav")
    table = read_spss(path, ROW_LIMIT, VARIABLE_LIMIT)
    absent = [column for column in questionnaire.columns if column not in table.cells]
    faults = [Fault("missing_column", f"variable '{column}' is missing", f"add '{column}'") for column in absent]
    if absent or table.cells.empty:
        raise RawDataError(faults or [Fault("empty", "holds no respondents", "deliver them")])
    # numbers become text first, so that they pass the same reader as those of a text file
    cells = table.cells.astype(object).where(table.cells.notna(), "")
    cells = cells.map(lambda cell: numerals.written(cell) if isinstance(cell, float) else str(cell))
    cells = cells.apply(lambda column: column.str.strip(EDGES)).set_axis(np.arange(1, len(cells) + 1))
    faults += [fault for column in cells for fault in _personal_faults(cells[column], questionnaire)]
    return _typed(cells[list(questionnaire.columns)], questionnaire, faults, table)


def _personal_faults(column: pd.Series, questionnaire: Questionnaire) -> list[Fault]:
    """Return a rejection where a column's name or any of its texts is a person's; weights and answers are figures."""
    name = str(column.name)
    if _PERSONAL_NAMES.fullmatch(name):
        return [Fault("pii", "is a column of personal data", "take the column out", line=1, column=name)]
    if name in (questionnaire.weight, *questionnaire.answers):
        return []
    # one pass over all texts tells whether any needs a closer look
    if not _SUSPECT.search("\n".join(column)):
        return _telephone_faults(column)
    for line, text in column.drop_duplicates().items():
        if datum := forbidden_text.personal(text):
            remedy = "take it out, and deliver ids without meaning"
            place = {"line": int(line), "column": name, "value": WITHHELD}
            return [Fault("pii", f"holds {datum}", remedy, **place)]
    return []


def _telephone_faults(column: pd.Series) -> list[Fault]:
    """Return a rejection where every text of a column is eight digits as mobile numbers are."""
    if len(column) < 3 or not re.fullmatch(_MOBILE, column.iloc[0]) or not column.str.fullmatch(_MOBILE).all():
        return []
    problem = "looks like telephone numbers throughout"
    return [Fault("pii", problem, "deliver ids without meaning", column=str(column.name), value=WITHHELD)]


def _typed(
    cells: pd.DataFrame, questionnaire: Questionnaire, faults: list[Fault], spss: SpssTable | None = None
) -> Respondents:
    """Return cells (text, by line) with their types; `faults` are those of the file, `spss` has words of codes."""
    labels, declared = ({}, {}) if spss is None else (spss.labels, spss.missing)
    columns, codes = {}, {}
    faults = list(faults)
    # what is declared missing is empty from here on, whatever its column is used for
    absent = pd.DataFrame(index=cells.index)
    for name in cells.columns.intersection(list(declared)):
        codes_there = [text for text in cells[name].unique() if _within(text, declared[name])]
        absent[name] = cells[name].isin(codes_there)
    present = cells.assign(**{name: cells[name].mask(absent[name], "") for name in absent})
    if wave := questionnaire.wave:
        columns[wave], problems = _read_distinct(present[wave], partial(_read_wave, words=labels.get(wave, {})))
        faults += problems
    if weight := questionnaire.weight:
        own = present[weight] if weight not in absent else present.loc[~absent[weight], weight]
        weights, problems = _read_weights(own, labels.get(weight, {}))
        columns[weight] = weights.reindex(cells.index)
        faults += problems
    for group in questionnaire.groups:
        words, column = labels.get(group, {}), present[group]
        wordless = Fault("answer_code", "has no words, and other codes of the group have", column=group)
        for code in column.unique() if words else ():
            if code and code not in words and _as_code(code) not in words:
                fault = wordless.at(value=code, remedy="label it, or declare it missing")
                faults += _in_rows(fault, column == code)
    for question, named in questionnaire.answers.items():
        labelled = frozenset(map(_as_code, labels.get(question, {})))
        allowed = frozenset(code for code in labelled if isinstance(code, float)) if named is None else named
        if not allowed:
            remedy = "name each: --code 1 --code 2 …"
            faults.append(Fault("answer_code", "has no codes in the file", remedy, column=question))
        codes[question] = frozenset(code for code in allowed if not _within(code, declared.get(question, [])))
        columns[question], problems = _read_distinct(present[question], partial(_read_answer, allowed=allowed))
        faults += problems
        if not problems and columns[question].isna().all():
            problem = "nobody has answered: every answer is missing"
            faults.append(Fault("missing_value", problem, "deliver the answers", column=question))
    missing = {name: cells[name].where(absent[name]).map(_as_code) for name in absent}
    rows = present.assign(**columns)
    faults += _person_faults(rows, questionnaire)
    return Respondents(rows, pd.DataFrame(missing, index=cells.index), labels, tuple(faults), codes)


def _within(text: float | str, spans: list[tuple]) -> bool:
    """Return whether a code lies in one of the ranges that are declared missing; a text is equal or is not."""
    code = _as_code(text)
    return any(
        _as_code(low) == code if isinstance(low, str) else isinstance(code, float) and low <= code <= high
        for low, high in spans
    )


def _as_code(text: str | float) -> float | str:
    """Return a text as the number it is a code by, or as it is."""
    try:
        return float(text)
    except ValueError:
        return text


def _read_distinct(column: pd.Series, reader: Callable) -> tuple[pd.Series, list[Fault]]:
    """Return a column with each of its distinct texts read once; a refused one is NaN and named with its lines."""
    entries = column.astype("category")
    values, faults = {}, []
    for text in entries.unique():  # in the order of the file
        try:
            values[text] = reader(text)
        except RawDataError as error:
            values[text] = np.nan
            faults += _in_rows(error.faults[0].at(column=str(column.name), value=text), entries == text)
    if all(text == value for text, value in values.items()):
        return column, faults
    distinct = pd.Series([values[text] for text in entries.cat.categories]).to_numpy()
    return pd.Series(distinct[entries.cat.codes], index=column.index), faults


def _in_rows(fault: Fault, is_wrong: pd.Series) -> list[Fault]:
    """Return a fault at the first row that is wrong, the first few lines named; none where no row is."""
    lines = is_wrong.index[is_wrong]
    listed = f" (lines {', '.join(map(str, lines[:LISTED]))}{' …' if len(lines) > LISTED else ''})"
    problem = fault.problem + (listed if len(lines) > 1 else "")
    return [fault.at(line=int(line), problem=problem) for line in lines[:1]]


def _read_wave(text: str, words: Mapping[float | str, str]) -> str:
    """Return the period of a wave: as its code says, or else the words for the code (1: "2022")."""
    try:
        return read_period(text)
    except RawDataError:
        return read_period(words.get(text, words.get(_as_code(text), text)))


def _read_weights(column: pd.Series, labels: Mapping[float | str, str]) -> tuple[pd.Series, list[Fault]]:
    """Return the weights of those who have one, with what is wrong; `labels` are words of the file for codes."""
    entries, faults = column.astype("category"), []
    distinct = entries.cat.categories.to_series()
    numbers = plain_numbers(distinct)  # weights have many distinct texts, and one by one they would take a minute
    if numbers is None:
        # three digits after a mark are decimals once another weight has proved the mark one
        proved = {mark for text in distinct if re.fullmatch(DECIMALS, text) for mark in ".," if mark in text}
        weights, faults = _read_distinct(column, partial(_read_weight, proved=proved))
    else:
        weights = pd.Series(numbers[entries.cat.codes], index=column.index)
    wrong = Fault("weight", "is a negative weight", "correct it", column=str(column.name))
    faults += _in_rows(wrong, weights < 0)
    for code, words in labels.items():
        problem = f"is a code with words of its own ('{words}'), and no weight"
        remedy = "declare it missing, or take its words away"
        labelled = wrong.at(problem=problem, remedy=remedy, value=listed_codes([code]))
        faults += _in_rows(labelled, weights == _as_code(code))
    if (weights == 0).all():
        faults.append(wrong.at(problem="all weights are zero", remedy="deliver the weights"))
    is_heavy = weights > HEAVY * weights[weights > 0].median()
    problem = f"is more than {HEAVY:g} times the median weight: few respondents carry the survey"
    heavy = wrong.at(problem=problem, remedy="trim it, or say why", severity=WARN)
    faults += [each.at(value=f"{weights[each.line]:g}") for each in _in_rows(heavy, is_heavy)]
    return weights, faults


def _read_weight(text: str, proved: set[str]) -> float:
    if numerals.is_missing(text):
        raise refusal("weight", "no weight is here", "deliver one for every respondent")
    try:
        return numerals.read_figure(text).value
    except numerals.NumeralError as error:
        if error.readings and len(proved) == 1 and proved & set(text):
            return error.readings[0].value
        raise


def _read_answer(text: str, allowed: frozenset[float]) -> float:
    if numerals.is_missing(text):
        return np.nan
    try:
        code = numerals.read_figure(text).value
    except numerals.NumeralError as error:
        problem = f"is a word or mark among the codes {listed_codes(allowed)}"
        raise refusal("answer_code", problem, "write the code") from error
    if allowed and code not in allowed:
        problem = f"is none of the codes {listed_codes(allowed)}"
        raise refusal("answer_code", problem, "correct it, declare it missing, or name or label all codes there are")
    return code


def listed_codes(codes: Iterable[float]) -> str:
    """Return codes in order as messages name them."""
    return ", ".join(f"{code:g}" if isinstance(code, float) else str(code) for code in sorted(codes))


def _person_faults(rows: pd.DataFrame, questionnaire: Questionnaire) -> list[Fault]:
    """Return what is wrong with who answered, and warnings of groups of few persons."""
    person, wave = questionnaire.respondent, [questionnaire.wave] if questionnaire.wave else []
    nameless = rows[person] == ""
    faults = _in_rows(Fault("unknown_id", "no respondent is named here", "fill it in", column=person), nameless)
    if not rows[person].is_unique:  # far quicker than to look for duplicates where there are none
        again = Fault("duplicate_key", "the same respondent is in the wave already", "keep one", column=person)
        faults += _in_rows(again, rows.duplicated([person, *wave]) & ~nameless)
    for group in questionnaire.groups:
        lines = rows.index.to_series()[rows[group] != ""]  # who is in no group is in no small one either
        sizes = lines.groupby([rows[name] for name in (*wave, group)], observed=True).agg(["size", "first"])
        for place, size in sizes[sizes["size"] < questionnaire.smallest_group].iterrows():
            problem = f"has fewer than {questionnaire.smallest_group} respondents; its figures must not be shown"
            name = str(place[-1] if isinstance(place, tuple) else place)
            fault = Fault("small_cell", problem, "pool it with another group", column=group, severity=WARN)
            faults.append(fault.at(line=int(size["first"]), value=name))
    return faults


def plain_columns(data: bytes, limit: int) -> list[str]:
    """Return the names of the columns of a plain file.

    Parameters
    ----------
    data : bytes
        The file.
    limit : int
        The most rows, header not included.

    Returns
    -------
    list of str
        Empty where the file is not proved plain, or may hold personal data.

    """
    rows = data.count(b"\n")
    names = data.partition(b"\n")[0].decode("ascii", errors="replace").split(",")
    if not 1 < rows <= limit + 1 or not data.endswith(b"\n") or len(set(names)) < len(names) or "" in names:
        return []
    if data.translate(None, _ALL_BUT_SHAPE) != (b"," * (len(names) - 1) + b"\n") * rows:
        return []
    if any(mark in data for mark in _ODD) or len(data) - len(data.translate(None, _CONTROLS)) != rows:
        return []
    digits = data.translate(_DIGITS_AS_ZERO)
    if data.startswith(b" ") or any(blank in digits for blank in _LOOSE_BLANKS):
        return []
    try:
        data.decode()
    except UnicodeDecodeError:
        return []
    # without eight digits in a row there is no telephone number (and no national id); ASCII has no other digits
    if not data.isascii() or b"0" * 8 in digits:
        lower = data.lower()
        if any(word in lower for word in _PHONE_WORDS):
            return []
        if b"0" * 11 in digits and _LONG_NUMBER.search(data):
            return []
    return names


def read_columns(data: bytes, columns: list[str], key: str) -> pd.DataFrame:
    """Return columns of a plain file.

    Parameters
    ----------
    data : bytes
        The file, of which `plain_columns` has returned the names.
    columns : list of str
        The columns to read.
    key : str
        The one of them whose texts are not repeated.

    Returns
    -------
    DataFrame
        `key` as text, all others as categories in alphabetical order.

    """
    others = [name for name in columns if name != key]
    try:
        import pyarrow
        import pyarrow.csv
    except ImportError:
        frame = pd.read_csv(io.BytesIO(data), usecols=columns, dtype=str, keep_default_na=False, na_filter=False)
        return frame[columns].astype(dict.fromkeys(others, "category"))  # asked for at once, it would turn 01 into 1
    listed = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    types = {name: pyarrow.string() if name == key else listed for name in columns}
    table = pyarrow.csv.read_csv(
        pyarrow.py_buffer(data),
        convert_options=pyarrow.csv.ConvertOptions(include_columns=columns, column_types=types),
        read_options=pyarrow.csv.ReadOptions(block_size=_BLOCK),
    )
    frame = table.to_pandas()
    ordered = {name: frame[name].cat.reorder_categories(sorted(frame[name].cat.categories)) for name in others}
    return pd.DataFrame({key: frame[key], **ordered})[columns]


def plain_numbers(texts: pd.Series) -> np.ndarray | None:
    """Return the numbers of texts that are all digits with at most a decimal point; None where one is not.

    None also where the point may part thousands: where every text with a point has two readings.
    """
    if not texts.str.fullmatch(_DIGITS).all():
        return None
    if texts.str.fullmatch(_TWO_READINGS).any() and not texts.str.fullmatch(DECIMALS).any():
        return None
    numbers = texts.astype(float).to_numpy()
    return None if (numbers >= numerals.EXACT).any() else numbers
