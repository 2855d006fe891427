"""Which figures add up to which: the parts of a breakdown, their total, and what is left when parts are not told."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import isnan, nan
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

KEY: Final = ["measure", "period", "breakdown"]


@dataclass(frozen=True)
class Sum:
    """Parts (rows of a frame) that add up to `total`, a row or, where `total` is None, to a known number.

    `left` is the total less its parts, of which no row tells: a pair of part and whole, as in the frame's columns.
    `slack` is how far rounding alone may take `left` from nothing.
    """

    parts: tuple[int, ...]
    total: int | None
    left: tuple[float, float]
    slack: float


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


def sums_of(rows: pd.DataFrame) -> list[Sum]:
    """Return every sum among the rows of one measure and period: columns breakdown, part, whole and slack.

    Parts that add up to more than the total overlap, and are no sum.
    """
    told = {row: Told(*each) for row, *each in rows[list(Told._fields)].itertuples(name=None)}
    place = {_keys(breakdown): row for row, breakdown in rows["breakdown"].items()}
    groups: dict[tuple, list[int]] = {}
    for key, row in place.items():
        for pair in key:
            groups.setdefault((pair[0], key - {pair}), []).append(row)
    found = [each for (_, around), parts in groups.items() for each in _sums(told, parts, place.get(around))]
    found += [_sum(told, parts, total, told[total]) for parts, total in _across(place, told)]
    return [each for each in found if each.left[0] >= -each.slack]


def _across(place: dict[frozenset, int], told: dict[int, Told]) -> Iterator[tuple[list[int], int]]:
    """Yield the cells of a table and a total two steps or more above them, where a subtotal between has no row."""
    tables: dict[frozenset, list[frozenset]] = {}
    for key in place:
        tables.setdefault(frozenset(kind for kind, _ in key), []).append(key)
    for (kinds, cells), total in product(tables.items(), place):
        within = [key for key in cells if total < key]
        if len(kinds) < len(total) + 2 or not within:
            continue
        complete = all(key - {pair} in place for key in within for pair in key - total)
        rows = [place[key] for key in within]
        if not complete and not any(isnan(told[row].part) for row in [*rows, place[total]]):
            yield rows, place[total]


def _keys(breakdown: str) -> frozenset[tuple[str, str]]:
    return frozenset(tuple(pair.partition("=")[::2]) for pair in breakdown.split(";") if pair)


def _sums(told: dict[int, Told], parts: list[int], total: int | None) -> Iterator[Sum]:
    wholes = {told[row].whole for row in parts}
    if any(isnan(told[row].part) for row in parts):
        return
    above = told[total] if total is not None else None
    asked = wholes.pop() if len(wholes) == 1 else nan  # answers of one question are of the same persons
    if above is not None and above.whole == asked and not isnan(above.part):
        yield _sum(told, parts, None, Told(asked, nan, 0.0))
        yield _sum(told, [*parts, total], None, Told(asked, nan, 0.0))  # the total may be one answer more
        return
    if not isnan(asked) and (above is None or isnan(above.whole)):
        yield _sum(told, parts, None, Told(asked, nan, 0.0))
    if above is not None and not isnan(above.part):
        yield _sum(told, parts, total, above)


def _sum(told: dict[int, Told], parts: list[int], total: int | None, above: Told) -> Sum:
    added = [sum(figures) for figures in zip(*(told[row] for row in parts), strict=True)]
    return Sum(tuple(parts), total, (above.part - added[0], above.whole - added[1]), above.slack + added[2])
