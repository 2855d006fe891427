"""Results of survey questions as agencies deliver them: one row a category, with count, share and base."""

import difflib
import itertools
import math
from typing import Final

import pandas as pd

from analysis.core.faults import REJECT, WARN, Fault, RawDataError
from analysis.intake import texts
from analysis.intake.rules import FEW, FINEST, duplicate_faults, read_period, read_within
from analysis.intake.tables import Layout

LAYOUT: Final = Layout(("survey", "wave", "question", "wording", "category", "count", "share", "n"))
SAME_QUESTION: Final = 0.5  # likeness of two wordings below which they are two questions
_QUESTION: Final = ["survey", "question"]
_NOTHING: Final = float("nan")


def survey_rows(cells: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows of a table with `LAYOUT` as typed rows (count, share and n as floats), and every fault.

    Counts, shares and bases must agree, categories must add up, and a question must keep its wording and categories
    from wave to wave.
    """
    rows, faults, torn = [], [], set()
    for cell in cells.to_dict("records"):
        row, found = _typed(cell)
        place = {"file": cell["file"], "sheet": cell["sheet"], "line": cell["line"]}
        faults += [fault.at(**place) for fault in found]
        if not any(fault.severity == REJECT for fault in found):
            rows.append(row)
        else:
            torn.add((row["survey"], row["question"]))
    typed = pd.DataFrame(rows, columns=[*cells.columns, "step"])
    faults += duplicate_faults(typed, ("survey", "wave", "question", "category"))
    for name, question in typed.groupby(_QUESTION, sort=False):
        if name not in torn:  # sums without the refused rows would only repeat what is told already
            faults += _wave_faults(question)
    return typed, faults


def _typed(cell: dict) -> tuple[dict, list[Fault]]:
    faults: list[Fault] = []

    def read(column: str, low: float, high: float) -> float:
        try:
            return read_within(cell[column], low, high).value
        except RawDataError as refused:
            faults.append(refused.faults[0].at(column=column, value=cell[column]))
            return _NOTHING

    row = dict(cell)
    try:
        row["wave"] = read_period(cell["wave"])
    except RawDataError as refused:
        faults.append(refused.faults[0].at(column="wave", value=cell["wave"]))
    faults += [
        Fault("missing_value", f"no {column} stands here", "fill it in every row", column=column)
        for column in ("survey", "question", "category")
        if not cell[column]
    ]
    for column in ("wording", "category"):
        faults += [fault.at(column=column) for fault in texts.text_faults(cell[column])]
    row |= {"count": read("count", 0, _NOTHING), "share": read("share", 0, 100)}
    row["n"] = read("n", 0, _NOTHING) if cell["n"] else _NOTHING
    row["step"] = _step(cell["share"])
    return row, [*faults, *_base_faults(row)]


def _step(text: str) -> float:
    try:
        return read_within(text, 0, 100).step
    except RawDataError:
        return 1.0


def _base_faults(row: dict) -> list[Fault]:
    count, n, share = row["count"], row["n"], row["share"]
    if math.isnan(n):
        return [Fault("missing_value", "no base stands here: significance cannot be said", column="n", severity=WARN)]
    if n == 0:
        return [Fault("denominator_zero", "a share of nobody has no value", "leave the row out", column="n")]
    if math.isnan(count) or math.isnan(share):
        return []
    faults = []
    if count > n:
        faults.append(Fault("numerator_gt_denominator", f"{count:.15g} of {n:.15g} is more than all", column="count"))
    elif abs(share - 100 * count / n) > max(row["step"] / 2, FINEST) + 1e-9:
        faults.append(
            Fault("ratio_mismatch", f"{count:.15g} of {n:.15g} is {round(100 * count / n, 2):.15g}", column="share")
        )
    if count != round(count):
        faults.append(Fault("integer", "a count of persons is whole: weighted?", column="count", severity=WARN))
    if 0 < count < FEW or 0 < n - count < FEW or n < 2 * FEW:
        problem = f"tells of fewer than {FEW} persons; it must not be shown as such"
        faults.append(Fault("small_cell", problem, "pool it with its neighbours", column="count", severity=WARN))
    return [fault.at(value=f"{row[fault.column]:.15g}") for fault in faults]


def _sum_faults(wave: pd.DataFrame) -> list[Fault]:
    row = wave.iloc[0]
    place = {"file": row["file"], "sheet": row["sheet"], "line": int(row["line"])}
    faults = []
    total, allowed = wave["share"].sum(), (wave["step"] / 2).sum()
    if abs(total - 100) > allowed + 1e-9:
        faults.append(
            Fault("category_sum", f"the shares add up to {total:.15g}", "is a category missing?", column="share")
        )
    bases = wave["n"].dropna()
    if bases.nunique() > 1:
        faults.append(Fault("category_sum", "the base differs between categories", "mend n", column="n"))
    elif len(bases) and abs(wave["count"].sum() - bases.iloc[0]) > _whole(wave["count"]):
        problem = f"the counts add up to {wave['count'].sum():.15g}, the base is {bases.iloc[0]:.15g}"
        faults.append(Fault("category_sum", problem, "is a category missing, or n another base?", column="n"))
    found = f"{row['question']} {row['wave']}"
    return [fault.at(**place, value=found) for fault in faults]


def _whole(counts: pd.Series) -> float:
    """Return how far a sum of counts may lie from its base: nothing when whole, half a person each when weighted."""
    return 1e-9 if (counts == counts.round()).all() else len(counts) / 2


def _wave_faults(question: pd.DataFrame) -> list[Fault]:
    waves = [wave for _, wave in question.groupby("wave")]
    faults = [fault for wave in waves for fault in _sum_faults(wave)]
    for earlier, later in itertools.pairwise(waves):
        row = later.iloc[0]
        place = {"file": row["file"], "sheet": row["sheet"], "line": int(row["line"])}
        faults += [fault.at(**place) for fault in _change_faults(earlier, later)]
    return faults


def _change_faults(earlier: pd.DataFrame, later: pd.DataFrame) -> list[Fault]:
    was, now = earlier["wording"].iloc[0], later["wording"].iloc[0]
    before, after = set(earlier["category"]), set(later["category"])
    likeness = difflib.SequenceMatcher(None, was.lower(), now.lower()).ratio()
    if was != now and (likeness < SAME_QUESTION or not before & after):
        remedy = "give the new question a name of its own"
        return [Fault("wording_change", f"is another question than '{was}'", remedy, column="wording", value=now)]
    faults = []
    if was != now:
        problem = f"was worded '{was}': the series is broken here"
        faults.append(Fault("wording_change", problem, column="wording", value=now, severity=WARN))
    if before != after:
        lost, new = ", ".join(sorted(before - after)) or "none", ", ".join(sorted(after - before)) or "none"
        problem = f"the categories differ from the wave before (gone: {lost}; new: {new})"
        faults.append(Fault("category_set", problem, "keep the categories, or rename the question", column="category"))
    return faults
