"""Complementary suppression where sums lie within sums, as those of areas do.

Between what bounds a suppressed figure must lie is found by passing bounds from sum to sum until none gets closer.
Where each figure is part of one sum and total of another, no calculation finds closer ones, and a hundred thousand
figures take a moment; linear programming (`suppression.feasibility_intervals`) would take minutes.

See docs/disclosure.md, "What is withheld", on areas.
"""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.small_counts import is_small_count

QUANTITIES: Final = ("part", "whole", "rest")
_TOLERANCE: Final = 1e-6  # of sums of floats, in persons
_ROUNDS: Final = 50  # bounds pass one sum a round; sums within sums are a handful deep


class Sums(NamedTuple):
    """Members of sums, one entry each: parts, and a total that they add up to or fall short of.

    ``number`` of the sum, ``place`` of the member among the cells, whether it is the ``total``; the smallest part of a
    sum comes first, zeros after all others, the total last. ``remainder`` is by quantity what each sum's total has
    beyond its parts (missing where unknown), ``slack`` how far rounding alone may take it from zero.
    """

    number: NDArray
    place: NDArray
    total: NDArray
    remainder: dict[str, NDArray]
    slack: NDArray


def sums_of_members(cells: pd.DataFrame, members: pd.DataFrame) -> Sums:
    """Return the sums among cells.

    Sums whose total gives no count, and parts that add up to more than their total (they overlap), are no sums; a part
    that gives no count belongs to the remainder.

    Parameters
    ----------
    cells : DataFrame
        Index 0, 1, …: part, whole, rest and slack of each figure.
    members : DataFrame
        One row for each member of a sum: sum (its number), place (the cell's row), total (whether it is the total).

    Returns
    -------
    Sums

    """
    counted = members[cells["part"].notna().to_numpy()[members["place"]]]
    numbers = pd.factorize(counted["sum"])[0]
    sign = np.where(counted["total"], 1.0, -1.0)
    own = {name: cells[name].to_numpy(dtype=float)[counted["place"]] for name in (*QUANTITIES, "slack")}
    # a missing whole leaves the remainder of the wholes missing
    remainder = {quantity: np.bincount(numbers, sign * own[quantity]) for quantity in QUANTITIES}
    slack = np.bincount(numbers, own["slack"])
    is_sum = (np.bincount(numbers, counted["total"]) == 1) & (remainder["part"] >= -slack)
    order = np.lexsort((own["part"], own["part"] == 0, counted["total"], numbers))
    order = order[is_sum[numbers[order]]]
    renumbered = np.cumsum(is_sum) - 1
    place, total = counted["place"].to_numpy()[order], counted["total"].to_numpy()[order]
    remainder = {quantity: figures[is_sum] for quantity, figures in remainder.items()}
    return Sums(renumbered[numbers[order]], place, total, remainder, slack[is_sum])


def suppress_complementary(cells: pd.DataFrame, sums: Sums, suppressed: NDArray, released: NDArray) -> NDArray:
    """Return of each cell whether it must be suppressed so that no suppressed one can be calculated.

    In each round, for every cell that is known too closely, the smallest part of the sum with the fewest suppressed
    members is suppressed as well; so is one of every sum whose remainder is a small count.

    Parameters
    ----------
    cells : DataFrame
        As in `sums_of_members`, with the threshold and base that hold for the cell's table.
    sums : Sums
        The sums among the cells.
    suppressed, released : ndarray of bool
        The cells that must not be known, and those that are published already and cannot be suppressed any more.

    Returns
    -------
    ndarray of bool

    """
    suppressed = suppressed.copy()
    part, whole = sums.remainder["part"], sums.remainder["whole"]
    limits = cells[["threshold", "base"]].to_numpy(dtype=float)[sums.place[sums.total]]
    small_remainder = (part > sums.slack) & is_small_count(part, whole, *limits[np.argsort(sums.number[sums.total])].T)
    while True:
        # of each sum, the first member that can still be suppressed: parts come before totals, small ones first
        open_sums, first = np.unique(np.where(~(suppressed | released)[sums.place], sums.number, -1), return_index=True)
        option = np.full(len(small_remainder), -1)
        option[open_sums[open_sums >= 0]] = sums.place[first[open_sums >= 0]]
        # of each exposed cell, the sum with the fewest suppressed members
        members = np.bincount(sums.number, suppressed[sums.place])
        exposed = find_exposed(cells, sums, suppressed)
        of_exposed = np.flatnonzero(exposed[sums.place] & (option[sums.number] >= 0))
        of_exposed = of_exposed[np.argsort(members[sums.number[of_exposed]], kind="stable")]
        _, barest = np.unique(sums.place[of_exposed], return_index=True)
        # a small remainder is protected by any one member that is suppressed
        bare = np.flatnonzero((members == 0) & small_remainder & (option >= 0))
        chosen = [*sums.number[of_exposed[barest]], *bare]
        if not chosen:
            return suppressed
        suppressed[option[chosen]] = True


def find_exposed(cells: pd.DataFrame, sums: Sums, suppressed: NDArray) -> NDArray:
    """Return of each suppressed cell whether its sums locate it within an interval narrower than its threshold.

    Parameters are those of `suppress_complementary`. Persons counted, the others and all of them are looked at, each
    by itself.
    """
    exposed = np.zeros(len(cells), dtype=bool)
    for quantity, remainder in sums.remainder.items():
        # a count is never negative, and what no row gives is unknown
        figures = cells[quantity].to_numpy(dtype=float)
        low, high = np.where(suppressed, 0.0, figures), np.where(suppressed, np.inf, figures)
        # sums without a suppressed member tell nothing new
        used = ((np.bincount(sums.number, suppressed[sums.place]) > 0) & np.isfinite(remainder))[sums.number]
        number, place, total = sums.number[used], sums.place[used], sums.total[used]
        least, most = (np.where(remainder > sums.slack, end, remainder)[number] for end in (0.0, np.inf))
        for _ in range(_ROUNDS):
            # parts + remainder - total = 0: each member is what the others leave of it
            at_most = -_others(np.where(total, -high[place], low[place]), number) - least
            at_least = -_others(np.where(total, -low[place], high[place]), number) - most
            before = low.copy(), high.copy()
            np.maximum.at(low, place, np.where(total, -at_most, at_least))
            np.minimum.at(high, place, np.where(total, -at_least, at_most))
            low, high = np.where(suppressed, low, before[0]), np.where(suppressed, high, before[1])
            if np.array_equal(low, before[0], equal_nan=True) and np.array_equal(high, before[1], equal_nan=True):
                break
        exposed |= suppressed & (high - low < cells["threshold"].to_numpy() - _TOLERANCE)
    return exposed


def _others(terms: NDArray, number: NDArray) -> NDArray:
    """Return for each member the sum of the other members' terms; infinite where one of them is."""
    infinite = np.isinf(terms)
    finite = np.where(infinite, 0.0, terms)
    sums = np.bincount(number, finite)[number] - finite
    more = np.bincount(number, infinite)[number] - infinite
    sign = np.sign(terms[infinite][0]) if infinite.any() else 1.0
    return np.where(more > 0, sign * np.inf, sums)
