"""The last look before figures are handed on: no file may tell about so few people that they could be known.

Intake refuses few persons already; this asks again, of the frames that are about to be written, by code of its own.
"""

from typing import Final

import pandas as pd

from analysis.status import Status

LEAST_PEOPLE: Final = 5  # of whom something is said, or of whom its opposite is
LEAST_ASKED: Final = 10  # below it even 0 or 100 % tells about each who answered


class FewPersonsError(ValueError):
    """Figures about too few people; the message names measure, period and raw row, and does not repeat the figure."""


def refuse_few_persons(status: Status) -> None:
    """Refuse figures that count fewer than five people, all but fewer than five, or answers of fewer than ten.

    Counts of projects, municipalities or initiatives are not people.

    Raises:
        FewPersonsError: listing every such row by measure, period, file and line.

    """
    promises, rows = status.strategy.measures, status.observations
    counts_people = promises["counts"].eq("personer") | promises["basis"].str.startswith("survey")
    of_people = rows["measure"].map(counts_people).astype(bool)  # of no rows, the map is of texts
    counted = rows["value"].where(rows["measure"].map(promises["unit"]) == "personer")
    few = [_few(counted), _few(rows["numerator"]), _few(rows["denominator"] - rows["numerator"])]
    few.append(rows["n"] < LEAST_ASKED)
    found = rows[of_people.eq(True) & pd.concat(few, axis=1).any(axis=1)]
    if len(found):
        places = (f"{r.measure}, {r.period} ({r.file}:{r.line})" for r in found.itertuples())
        raise FewPersonsError("too few people to be told about; suppress them in the raw data: " + "; ".join(places))


def _few(counts: pd.Series) -> pd.Series:
    return (counts > 0) & (counts < LEAST_PEOPLE)
