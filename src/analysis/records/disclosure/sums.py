"""Which figures add up to which: the parts of a breakdown, their total, and what is left when parts are not told."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from math import isnan, nan
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

KEY: Final = ["measure", "period", "breakdown"]
LAYERS: Final = ("part", "rest")
_DOUBLE: Final = 10.0  # sooner than one person is counted twice, so many are left over


@dataclass(frozen=True)
class Sum:
    """Parts (rows of a frame) that add up to `total`, a row or, where `total` is None, to a known number.

    `left` is the total less its parts, of which no row tells: a pair of part and rest, as in the frame's columns.
    `slack` is how far rounding alone may take `left` from nothing.
    """

    parts: tuple[int, ...]
    total: int | None
    left: tuple[float, float]
    slack: float

    @property
    def members(self) -> set[int]:
        """The rows it is about: parts, and the total where that is a row."""
        return {*self.parts} if self.total is None else {*self.parts, self.total}


def counts_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many persons each row tells of, and of how many: part, whole (missing where unknown) and slack.

    A count is told as such, as numerator and denominator, or as a share of n, which rounding makes inexact by `slack`.
    """
    share = rows["unit"] == "prosent"
    based = rows["numerator"].notna()
    sampled = ~based & share & rows["n"].notna()
    whole_number = rows["value"] == rows["value"].round()
    part = rows["numerator"].mask(~based & ~share & whole_number, rows["value"])
    part = part.mask(sampled, (rows["value"] * rows["n"] / 100).round())
    step = np.where(whole_number, 1.0, 0.1)
    return pd.DataFrame(
        {
            "part": part,
            "whole": rows["denominator"].fillna(rows["n"].where(~based & (share | part.isna()))),
            "slack": (rows["n"] * step / 200).where(sampled, 0.0),
        }
    )


class Told(NamedTuple):
    """What one row tells: of how many persons (`part`), of how many all told (`whole`), and how inexactly."""

    part: float
    whole: float
    slack: float


def with_implied(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one measure and period, and after them, `implied`, every cell and total of theirs without one.

    Where groups of two kinds or more are told of, a reader knows that these cells and totals exist.
    """
    told = {_keys(breakdown) for breakdown in rows["breakdown"]}
    groups: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for kind, name in chain.from_iterable(told):
        groups[kind].add((kind, name))
    tables = {frozenset(kind for kind, _ in key) for key in told} if len(groups) > 1 else set()
    ways = {some for kinds in tables for size in range(len(kinds) + 1) for some in combinations(sorted(kinds), size)}
    cells = {frozenset(cell) for kinds in ways for cell in product(*(groups[kind] for kind in kinds))}
    implied = sorted(";".join(f"{kind}={name}" for kind, name in sorted(key)) for key in cells - told)
    rows = rows.assign(implied=False, rest=rows["whole"] - rows["part"])
    return rows.reindex(range(len(rows) + len(implied))).assign(
        breakdown=[*rows["breakdown"], *implied], implied=[*rows["implied"], *(True for _ in implied)]
    )


def sums_of(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Sum]]:
    """Return the rows of `with_implied` with a figure for each, and every sum among them.

    Rows are read so that as few persons as possible are left over: what a breakdown lacks is in its implied cells, and
    an implied total is what the fullest of its breakdowns adds up to. Parts that come to more than their total overlap.
    """
    place = {_keys(breakdown): row for row, breakdown in rows["breakdown"].items()}
    families: dict[tuple, list[int]] = defaultdict(list)
    for key, row in place.items():
        for pair in sorted(key):
            families[pair[0], key - {pair}].append(row)
    told = {row: Told(*each) for row, *each in rows[list(Told._fields)].itertuples(name=None)}
    implied = set(rows.index[rows["implied"]])
    sums = [s for (_, around), parts in families.items() for s in _sums(told, parts, place.get(around), implied)]
    figures, lefts = zip(*(_read(rows[layer], sums, layer, implied) for layer in LAYERS), strict=True)
    sums = [replace(each, left=left) for each, left in zip(sums, zip(*lefts, strict=True), strict=True)]
    return rows.assign(**dict(zip(LAYERS, figures, strict=True))), [s for s in sums if s.left[0] >= -s.slack]


def _read(figures: pd.Series, sums: list[Sum], layer: str, implied: set[int]) -> tuple[pd.Series, list[float]]:
    """Return the figures, implied ones with them, and of each sum what its total has beyond its parts."""
    constants, lefts = [], []
    for each in sums:
        above = each.left[LAYERS.index(layer)] if each.total is None else 0.0
        known = [figures[row] if row in each.parts else -figures[row] for row in each.members - implied]
        constants.append(above - sum(known))
    lefts = list(constants)
    used = [number for number, each in enumerate(sums) if each.members & implied and not isnan(constants[number])]
    if not used:
        return figures, lefts
    from scipy.optimize import linprog  # large, and needed only where a table has gaps

    column = {row: number for number, row in enumerate(sorted(implied))}
    matrix = np.zeros((len(used), len(column) + 2 * len(used)))
    costs = np.zeros(matrix.shape[1])
    for line, number in enumerate(used):
        for row in sums[number].members & implied:
            matrix[line, column[row]] = 1.0 if row in sums[number].parts else -1.0
        over = len(column) + 2 * line
        matrix[line, over : over + 2] = 1.0, -1.0
        costs[over : over + 2] = (1.0, _DOUBLE) if sums[number].total not in implied else (2.0, 2 * _DOUBLE)
    found = linprog(costs, A_eq=matrix, b_eq=[constants[number] for number in used], bounds=(0, None)).x.round(6)
    for line, number in enumerate(used):
        over, short = found[len(column) + 2 * line :][:2]
        lefts[number] = over - short
    return figures.fillna({row: found[number] for row, number in column.items()}), lefts


def _keys(breakdown: str) -> frozenset[tuple[str, str]]:
    return frozenset(tuple(pair.partition("=")[::2]) for pair in breakdown.split(";") if pair)


def _sums(told: dict[int, Told], parts: list[int], total: int | None, implied: set[int]) -> Iterator[Sum]:
    above = Told(nan, nan, 0.0) if total is None else told[total]
    around = () if total is None or (isnan(above.part) and total not in implied) else (total,)
    if any(isnan(told[row].part) for row in {*parts} - implied):
        return
    wholes, slack = {told[row].whole for row in parts}, sum(told[row].slack for row in {*parts} - implied)
    asked = wholes.pop() if len(wholes) == 1 else nan  # answers of one question are of the same persons
    if above.whole == asked and around:
        yield Sum(tuple(parts), None, (asked, nan), slack)
        yield Sum((*parts, *around), None, (asked, nan), slack + above.slack)  # the total may be one answer more
        return
    if not isnan(asked) and isnan(above.whole):
        yield Sum(tuple(parts), None, (asked, nan), slack)
    if around:
        yield Sum(tuple(parts), total, (0.0, 0.0), slack + (0.0 if total in implied else above.slack))
