"""Which figures add up to which: the parts of a breakdown, their total, and what remains of the total.

These sums are what somebody could calculate withheld figures from; `analysis.records.disclosure.suppression` decides by
them what else to withhold.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from math import isnan, nan
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

KEY: Final = ["measure", "period", "breakdown"]
QUANTITIES: Final = ("part", "rest")
# One person counted twice costs as much as ten that remain: a sum has gaps rather than parts that overlap.
_OVERLAP: Final = 10.0


@dataclass(frozen=True)
class Sum:
    """Parts (rows of a frame) that add up to `total`, a row or, where `total` is None, to a known number.

    `remainder` is the total less its parts, which no row gives: a pair of part and rest, as in the frame's columns.
    `slack` is how far rounding alone may take the remainder from zero.
    """

    parts: tuple[int, ...]
    total: int | None
    remainder: tuple[float, float]
    slack: float

    @property
    def members(self) -> set[int]:
        """The rows it is about: parts, and the total where that is a row."""
        return {*self.parts} if self.total is None else {*self.parts, self.total}


class Counts(NamedTuple):
    """What one row gives: persons counted (`part`), persons in all (`whole`), and how inexactly (`slack`)."""

    part: float
    whole: float
    slack: float


def counts_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many persons each row counts, and of how many.

    Parameters
    ----------
    rows : DataFrame
        Observations: value, unit, numerator, denominator and n.

    Returns
    -------
    DataFrame
        Index as `rows`. part: persons counted, given as a count, as numerator or as a share of n. whole: persons in
        all. Both are missing where unknown. slack: how inexact rounding of the share makes part, in persons.

    """
    # a count is given as such, as numerator and denominator, or as a share of those who answered
    share = rows["unit"] == "prosent"
    based = rows["numerator"].notna()
    sampled = ~based & share & rows["n"].notna()
    whole_number = rows["value"] == rows["value"].round()
    part = rows["numerator"].mask(~based & ~share & whole_number, rows["value"])
    part = part.mask(sampled, (rows["value"] * rows["n"] / 100).round())
    step = np.where(whole_number, 1.0, 0.1)  # shares are published in whole per cent or with one decimal
    return pd.DataFrame(
        {
            "part": part,
            "whole": rows["denominator"].fillna(rows["n"].where(~based & (share | part.isna()))),
            "slack": (rows["n"] * step / 200).where(sampled, 0.0),
        }
    )


def with_implied_cells(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table's rows and, after them, the cells and totals that they imply and no row gives.

    Where groups of two kinds or more have figures, a reader knows that their cells and totals exist.

    Parameters
    ----------
    rows : DataFrame
        The rows of one measure and period, index 0, 1, …: breakdown, part and whole.

    Returns
    -------
    DataFrame
        Also rest (the others of whole) and implied (whether no row gives the cell).

    """
    breakdowns = {_pairs(breakdown) for breakdown in rows["breakdown"]}
    groups: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for kind, name in chain.from_iterable(breakdowns):
        groups[kind].add((kind, name))
    tables = {frozenset(kind for kind, _ in pairs) for pairs in breakdowns} if len(groups) > 1 else set()
    margins = {some for kinds in tables for size in range(len(kinds) + 1) for some in combinations(sorted(kinds), size)}
    cells = {frozenset(cell) for kinds in margins for cell in product(*(groups[kind] for kind in kinds))}
    implied = sorted(";".join(f"{kind}={name}" for kind, name in sorted(pairs)) for pairs in cells - breakdowns)
    rows = rows.assign(implied=False, rest=rows["whole"] - rows["part"])
    return rows.reindex(range(len(rows) + len(implied))).assign(
        breakdown=[*rows["breakdown"], *implied], implied=[*rows["implied"], *(True for _ in implied)]
    )


def find_sums(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Sum]]:
    """Return the rows of `with_implied_cells` with a figure for each, and every sum among them.

    Rows are read so that as few persons as possible remain: what a breakdown lacks is in its implied cells, and an
    implied total is what the fullest of its breakdowns adds up to. Parts that come to more than their total overlap,
    and are no sum.
    """
    place = {_pairs(breakdown): row for row, breakdown in rows["breakdown"].items()}
    families: dict[tuple, list[int]] = defaultdict(list)
    for pairs, row in place.items():
        for pair in sorted(pairs):
            families[pair[0], pairs - {pair}].append(row)
    counts = {row: Counts(*each) for row, *each in rows[list(Counts._fields)].itertuples(name=None)}
    implied = set(rows.index[rows["implied"]])
    sums = [s for (_, around), parts in families.items() for s in _sums(counts, parts, place.get(around), implied)]
    figures, remainders = zip(*(_with_implied_figures(rows[q], sums, q, implied) for q in QUANTITIES), strict=True)
    sums = [replace(each, remainder=pair) for each, pair in zip(sums, zip(*remainders, strict=True), strict=True)]
    rows = rows.assign(**dict(zip(QUANTITIES, figures, strict=True)))
    return rows, [each for each in sums if each.remainder[0] >= -each.slack]


def _pairs(breakdown: str) -> frozenset[tuple[str, str]]:
    return frozenset(tuple(pair.partition("=")[::2]) for pair in breakdown.split(";") if pair)


def _sums(counts: dict[int, Counts], parts: list[int], total: int | None, implied: set[int]) -> Iterator[Sum]:
    """Yield the sums that the parts of one breakdown make, with their total's row or with the number it must be."""
    above = Counts(nan, nan, 0.0) if total is None else counts[total]
    around = () if total is None or (isnan(above.part) and total not in implied) else (total,)
    if any(isnan(counts[row].part) for row in {*parts} - implied):
        return
    wholes, slack = {counts[row].whole for row in parts}, sum(counts[row].slack for row in {*parts} - implied)
    # parts of one and the same whole are answers to one question: the persons asked are their total
    respondents = wholes.pop() if len(wholes) == 1 else nan
    if above.whole == respondents and around:
        yield Sum(tuple(parts), None, (respondents, nan), slack)
        # the row without a breakdown may be one answer more
        yield Sum((*parts, *around), None, (respondents, nan), slack + above.slack)
        return
    if not isnan(respondents) and isnan(above.whole):
        yield Sum(tuple(parts), None, (respondents, nan), slack)
    if around:
        yield Sum(tuple(parts), total, (0.0, 0.0), slack + (0.0 if total in implied else above.slack))


def _with_implied_figures(
    figures: pd.Series, sums: list[Sum], quantity: str, implied: set[int]
) -> tuple[pd.Series, list[float]]:
    """Return the figures, those of implied cells among them, and of each sum what remains of its total."""
    constants = []
    for each in sums:
        above = each.remainder[QUANTITIES.index(quantity)] if each.total is None else 0.0
        terms = [figures[row] if row in each.parts else -figures[row] for row in each.members - implied]
        constants.append(above - sum(terms))
    remainders = list(constants)
    used = [number for number, each in enumerate(sums) if each.members & implied and not isnan(constants[number])]
    if not used:
        return figures, remainders
    from scipy.optimize import linprog  # large, and needed only where a table has gaps

    # Unknowns: the implied cells, then for each sum how far its parts fall short of the total, and exceed it.
    column = {row: number for number, row in enumerate(sorted(implied))}
    matrix = np.zeros((len(used), len(column) + 2 * len(used)))
    costs = np.zeros(matrix.shape[1])
    for line, number in enumerate(used):
        for row in sums[number].members & implied:
            matrix[line, column[row]] = 1.0 if row in sums[number].parts else -1.0
        short = len(column) + 2 * line
        matrix[line, short : short + 2] = 1.0, -1.0
        weight = 1.0 if sums[number].total not in implied else 2.0
        costs[short : short + 2] = weight, weight * _OVERLAP
    solution = linprog(costs, A_eq=matrix, b_eq=[constants[number] for number in used], bounds=(0, None)).x.round(6)
    for line, number in enumerate(used):
        short, over = solution[len(column) + 2 * line :][:2]
        remainders[number] = short - over
    return figures.fillna({row: solution[number] for row, number in column.items()}), remainders
