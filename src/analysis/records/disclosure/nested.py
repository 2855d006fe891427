"""What else to withhold where many figures stand in sums within sums, as areas do.

Between what limits a withheld figure must lie is found by passing limits from sum to sum until none gets closer. Where
each figure is part of one sum and total of another, no calculation finds closer ones, and a hundred thousand figures
take a moment; linear programming (`protection.reach`) would take minutes.
"""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LAYERS: Final = ("part", "whole", "rest")
_ROUNDED: Final = 1e-6
_TURNS: Final = 50  # limits pass one sum a turn; sums within sums are a handful deep


class Sums(NamedTuple):
    """Members of sums, one entry each: parts and a total that they add up to, or fall short of.

    ``number`` of the sum, ``place`` of the member among the cells, whether it is the ``total``; the smallest part of a
    sum comes first, nobody (0) after all that are somebody, the total last. ``left`` is by layer what each sum's total
    has beyond its parts (missing where unknown), ``slack`` how far rounding alone may take it from nothing.
    """

    number: NDArray
    place: NDArray
    total: NDArray
    left: dict[str, NDArray]
    slack: NDArray


def sums_of_members(cells: pd.DataFrame, members: pd.DataFrame) -> Sums:
    """Return the sums among `cells` (part, whole, rest, slack), given as `members`: sum, place, total (whether it is).

    Sums whose total tells no part, and parts that add up to more than their total (they overlap), are no sums; a part
    that is not told is one of whom no row tells.
    """
    told = members[cells["part"].notna().to_numpy()[members["place"]]]
    numbers = pd.factorize(told["sum"])[0]
    sign = np.where(told["total"], 1.0, -1.0)
    own = {name: cells[name].to_numpy(dtype=float)[told["place"]] for name in (*LAYERS, "slack")}
    left = {layer: np.bincount(numbers, sign * own[layer]) for layer in LAYERS}  # a missing whole leaves it missing
    slack = np.bincount(numbers, own["slack"])
    held = (np.bincount(numbers, told["total"]) == 1) & (left["part"] >= -slack)
    order = np.lexsort((own["part"], own["part"] == 0, told["total"], numbers))
    order = order[held[numbers[order]]]
    renumbered = np.cumsum(held) - 1
    left = {layer: figures[held] for layer, figures in left.items()}
    place, total = told["place"].to_numpy()[order], told["total"].to_numpy()[order]
    return Sums(renumbered[numbers[order]], place, total, left, slack[held])


def hide_with(cells: pd.DataFrame, sums: Sums, hidden: NDArray, out: NDArray) -> NDArray:
    """Return of each cell whether it must be hidden so that no `hidden` one can be worked out; what is `out` cannot be.

    `cells` has part, whole, rest (the others of whole), slack, and the threshold and base that hold for its table.
    """
    hidden = hidden.copy()
    while len(chosen := _next(cells, sums, hidden, out)):
        hidden[chosen] = True
    return hidden


def _next(cells: pd.DataFrame, sums: Sums, hidden: NDArray, out: NDArray) -> NDArray:
    """Return the cells to hide next: for each that is known too closely, in the barest sum that can still be helped."""
    narrow = find_narrow(cells, sums, hidden)
    hiding = np.bincount(sums.number, hidden[sums.place])
    helped, first = np.unique(np.where(~(hidden | out)[sums.place], sums.number, -1), return_index=True)
    option = np.full(len(hiding), -1)
    option[helped[helped >= 0]] = sums.place[first[helped >= 0]]
    of_narrow = np.flatnonzero(narrow[sums.place] & (option[sums.number] >= 0))
    of_narrow = of_narrow[np.argsort(hiding[sums.number[of_narrow]], kind="stable")]
    _, barest = np.unique(sums.place[of_narrow], return_index=True)
    bare = np.flatnonzero((hiding == 0) & _leaves_few(cells, sums) & (option >= 0))
    return np.unique(option[[*sums.number[of_narrow[barest]], *bare]]) if len(barest) or len(bare) else barest


def _leaves_few(cells: pd.DataFrame, sums: Sums) -> NDArray:
    """Return of each sum whether its total, less all its parts, tells of few persons of whom no row tells."""
    part, whole = sums.left["part"], sums.left["whole"]
    limits = cells[["threshold", "base"]].to_numpy(dtype=float)[sums.place[sums.total]]
    threshold, base = limits[np.argsort(sums.number[sums.total])].T
    small = ((part > 0) & (part < threshold)) | ((whole > part) & (whole - part < threshold))
    return (part > sums.slack) & (small | ((whole > 0) & (whole < base)))


def find_narrow(cells: pd.DataFrame, sums: Sums, hidden: NDArray) -> NDArray:
    """Return of each hidden cell whether its sums tell part, whole or the others more closely than its threshold."""
    narrow = np.zeros(len(cells), dtype=bool)
    for layer in LAYERS:
        low, high = _limits(cells[layer].to_numpy(dtype=float), sums, hidden, layer)
        narrow |= hidden & (high - low < cells["threshold"].to_numpy() - _ROUNDED)
    return narrow


def _limits(figures: NDArray, sums: Sums, hidden: NDArray, layer: str) -> tuple[NDArray, NDArray]:
    """Return between what limits each cell must lie; a count is never negative, and what no row tells of is unknown."""
    low, high = np.where(hidden, 0.0, figures), np.where(hidden, np.inf, figures)
    touched = (np.bincount(sums.number, hidden[sums.place]) > 0) & np.isfinite(sums.left[layer])
    used = touched[sums.number]
    number, place, total = sums.number[used], sums.place[used], sums.total[used]
    open_ = sums.left[layer] > sums.slack
    least, most = (np.where(open_, end, sums.left[layer])[number] for end in (0.0, np.inf))
    for _ in range(_TURNS):
        # parts + what is left - total = 0: each member is what the others leave of it
        terms = np.where(total, -high[place], low[place]), np.where(total, -low[place], high[place])
        at_most, at_least = (-_others(term, number) - rest for term, rest in zip(terms, (least, most), strict=True))
        before = low.copy(), high.copy()
        np.maximum.at(low, place, np.where(total, -at_most, at_least))
        np.minimum.at(high, place, np.where(total, -at_least, at_most))
        low, high = np.where(hidden, low, before[0]), np.where(hidden, high, before[1])
        if np.array_equal(low, before[0], equal_nan=True) and np.array_equal(high, before[1], equal_nan=True):
            break
    return low, high


def _others(terms: NDArray, number: NDArray) -> NDArray:
    """Return for each member the sum of the other members' terms; endless where one of them is."""
    endless = np.isinf(terms)
    fixed = np.where(endless, 0.0, terms)
    sums = np.bincount(number, fixed)[number] - fixed
    more = np.bincount(number, endless)[number] - endless
    sign = np.sign(terms[endless][0]) if endless.any() else 1.0
    return np.where(more > 0, sign * np.inf, sums)
