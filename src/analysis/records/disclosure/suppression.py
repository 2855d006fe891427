"""Which figures of a table to withhold: small counts (primary), and what would give them away (complementary).

The rules are those of docs/disclosure.md, section "What is withheld". What to withhold beside small counts is decided
by the sums that somebody could calculate them from: the parts of a breakdown, their total, and what remains of it.

References
----------
Hundepool et al., Statistical Disclosure Control (2012), chapter 4: primary and secondary cell suppression, and the
feasibility interval within which a suppressed cell can be located from the cells that are published.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from math import isnan, nan
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.small_counts import is_small_count
from analysis.records.disclosure.settings import Limits

KEY: Final = ["measure", "period", "breakdown"]
QUANTITIES: Final = ("part", "rest")
# One person counted twice costs as much as ten that remain: a sum has gaps rather than parts that overlap.
_OVERLAP: Final = 10.0
# The standing of a row that is not shown. Small counts and what protects them have the same: the difference would be
# disclosive too.
WITHHELD: Final = "withheld"
WHY: Final = "Withheld: tells of few persons, or would give such a figure away"
DISCLOSIVE: Final = ("value", "numerator", "denominator", "n")
_TOLERANCE: Final = 1e-6  # of the solver and of sums of floats, in persons


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
    numbers = [number for number, each in enumerate(sums) if each.members & implied and not isnan(constants[number])]
    if not numbers:
        return figures, remainders
    from scipy.optimize import linprog  # large, and needed only where a table has gaps

    # Unknowns: the implied cells, then for each sum how far its parts fall short of the total, and exceed it.
    cells, used = sorted(implied), [sums[number] for number in numbers]
    signs = [[float(row in each.parts) - float(row == each.total) for row in cells] for each in used]
    gaps = np.kron(np.eye(len(used)), [1.0, -1.0])
    weights = [2.0 if each.total in implied else 1.0 for each in used]
    costs = np.concatenate([np.zeros(len(cells)), np.kron(weights, [1.0, _OVERLAP])])
    left = [constants[number] for number in numbers]
    solution = linprog(costs, A_eq=np.hstack([signs, gaps]), b_eq=left, bounds=(0, None)).x.round(6)
    for number, gap in zip(numbers, gaps @ solution[len(cells) :], strict=True):
        remainders[number] = gap
    return figures.fillna(pd.Series(solution[: len(cells)], cells)), remainders


def withhold(rows: pd.DataFrame, measures: pd.DataFrame, publishers: pd.Series, limits: Limits) -> pd.DataFrame:
    """Return observations in which what must not be shown has no figures, and the standing ``withheld``.

    Parameters
    ----------
    rows : DataFrame
        Every edition of national figures, as `read_observations` returns them.
    measures : DataFrame
        ``Strategy.measures``.
    publishers : Series
        The owner of each source (index source).
    limits : Limits
        As `read_limits` returns them.

    Returns
    -------
    DataFrame
        The rows; those withheld have no figures, and a note that says why in place of one that might repeat them.

    """
    disclosive = find_disclosive(rows, measures, publishers, limits)
    if not disclosive.any():
        return rows
    blank = {name: rows[name].mask(disclosive) for name in DISCLOSIVE}
    # a note may repeat the figure, in any language
    notes = {"note": rows["note"].mask(disclosive, WHY), "note_nb": rows["note_nb"].mask(disclosive, "")}
    return rows.assign(**blank, standing=rows["standing"].mask(disclosive, WITHHELD), **notes)


def find_disclosive(rows: pd.DataFrame, measures: pd.DataFrame, publishers: pd.Series, limits: Limits) -> pd.Series:
    """Return of each row whether it must be withheld: a small count, or one that would give such a figure away.

    Parameters and their columns are those of `withhold`.
    """
    disclosive = pd.Series(False, index=rows.index)
    persons = rows["measure"].map(limits.counts_persons(measures)).astype(bool)
    own = rows[persons]
    counts = pd.concat([own[[*KEY, "published", "standing"]], counts_of(own)], axis=1)
    counts = counts.join(limits.of(own["source"].map(publishers)))
    counts["small"] = is_small_count(*(counts[name] for name in ("part", "whole", "threshold", "base")))
    counts["telling"] = counts["small"] | (counts["breakdown"] != "")
    # of the editions in use the latest counts, else the latest of all
    counts = counts.assign(used=counts["standing"] == "").sort_values(["used", "published"], kind="stable")
    telling = counts.groupby(KEY[:2])["telling"].transform("any")
    for _, table in counts[telling].groupby(KEY[:2], sort=False):
        # what is released cannot be taken back, and what is withheld once stays withheld in every later edition;
        # otherwise two releases side by side would give away what each of them protects (docs/disclosure.md, across
        # releases)
        suppressed: set[str] = set()  # breakdowns
        released: set[str] = set()
        for day, new in table.groupby("published", sort=True):
            editions = table[table["published"] <= day].drop_duplicates("breakdown", keep="last", ignore_index=True)
            suppressed |= set(new.loc[new["small"], "breakdown"])
            suppressed |= find_complementary(editions, suppressed, released - suppressed)
            disclosive.loc[new.index[new["breakdown"].isin(suppressed)]] = True
            released |= set(new["breakdown"]) - suppressed
    return disclosive


def find_complementary(rows: pd.DataFrame, suppressed: set[str], released: set[str]) -> set[str]:
    """Return `suppressed` and the further breakdowns to suppress, so that none of them can be calculated.

    Parameters
    ----------
    rows : DataFrame
        One row for each breakdown of a measure and period, index 0, 1, …: breakdown, part, whole, slack, threshold and
        base.
    suppressed : set of str
        The breakdowns that must not be known.
    released : set of str
        The breakdowns that are published already and cannot be suppressed any more.

    Returns
    -------
    set of str

    """
    rows, sums = find_sums(with_implied_cells(rows))
    names, implied = rows["breakdown"], set(rows.index[rows["implied"]])
    chosen = set(names.index[names.isin(suppressed)]) - implied
    fixed = set(names.index[names.isin(released)])
    while exposed := _exposing_sums(rows, sums, chosen, implied):
        choice = _next_to_suppress(rows, exposed, chosen | implied, fixed)
        if choice is None:
            break  # everything that is new is suppressed already: this day tells no more than the day before
        chosen.add(choice)
    return set(names[list(chosen)])


def _next_to_suppress(rows: pd.DataFrame, exposed: list[list[Sum]], unknown: set[int], fixed: set[int]) -> int | None:
    """Return the smallest part of the sum with the fewest unknowns, of the nearest sums first; a total only at last.

    Small parts lose readers least, zeros protect nobody, and a total is what most readers come for.
    """
    for totals in (False, True):
        for sums in exposed:
            options = [
                (len(unknown & each.members), rows.at[row, "part"] == 0, rows.at[row, "part"], row)
                for each in sums
                for row in ((each.members - {*each.parts}) if totals else each.parts)
                if row not in unknown | fixed
            ]
            if options:
                return min(options)[-1]
    return None


def _exposing_sums(rows: pd.DataFrame, sums: list[Sum], suppressed: set[int], implied: set[int]) -> list[list[Sum]]:
    """Return the sums from which a suppressed row, or a small count that no row gives, can be calculated.

    First those that locate it too closely, then those that these lead to through implied totals, step by step.
    """
    # sums over figures of several owners keep to the strictest limit
    threshold, base = rows[["threshold", "base"]].max()

    def is_protected(part: float, rest: float) -> bool:
        return part > 0 and bool(is_small_count(part, part + rest, threshold, base))

    protected = suppressed | {each for each in sums if each.remainder[0] > each.slack and is_protected(*each.remainder)}
    protected |= {row for row in implied if is_protected(*rows.loc[row, list(QUANTITIES)])}
    exposed = set()
    # an interval narrower than the threshold tells the count as well as the count itself would
    for quantity in QUANTITIES:
        intervals = feasibility_intervals(rows, sums, suppressed | implied, quantity, protected)
        exposed |= {name for name, (low, high) in intervals.items() if high - low < threshold - _TOLERANCE}
    steps, other = [], sums
    near = [each for each in sums if each in exposed or each.members & exposed]
    while near:
        steps.append(near)
        other = [each for each in other if each not in near]
        bridges = {row for each in near for row in each.members & implied}
        near = [each for each in other if each.members & bridges]
    return steps


def feasibility_intervals(
    rows: pd.DataFrame, sums: list[Sum], unknown: set[int], quantity: str, wanted: set[int | Sum]
) -> dict[int | Sum, tuple[float, float]]:
    """Return between what bounds each wanted row, or remainder of a sum, must lie, by linear programming.

    Whoever calculates knows every figure shown, and that no count is negative; what no row gives is unknown to them.

    Parameters
    ----------
    rows : DataFrame
        As `find_sums` returns it.
    sums : list of Sum
        The sums of these rows.
    unknown : set of int
        The rows whose figures are suppressed or implied.
    quantity : {"part", "rest"}
        Persons counted, or the others.
    wanted : set
        Rows, and sums whose remainder is meant.

    Returns
    -------
    dict
        (low, high) for each wanted row or sum; those in no sum can be anything, and are left out.

    """
    at, figures = QUANTITIES.index(quantity), rows[quantity]
    sums = [each for each in sums if each.remainder[at] >= -each.slack and (each.members & unknown or each in wanted)]
    names = [*sorted({row for each in sums for row in each.members & unknown})]
    names += [each for each in sums if each.remainder[at] > each.slack]  # a remainder is one more unknown
    column = {name: number for number, name in enumerate(names)}
    if not wanted & column.keys():
        return {}
    from scipy.optimize import linprog  # large, and needed only where something is withheld

    matrix, constants = np.zeros((len(sums), len(names))), np.zeros(len(sums))
    for number, each in enumerate(sums):
        for row in each.members & unknown:
            matrix[number, column[row]] = 1.0 if row in each.parts else -1.0
            constants[number] += matrix[number, column[row]] * figures[row]
        if each in column:
            matrix[number, column[each]] = 1.0
            constants[number] += each.remainder[at]
    intervals = {}
    for name in wanted & column.keys():
        aim = np.zeros(len(names))
        aim[column[name]] = 1.0
        ends = [linprog(sign * aim, A_eq=matrix, b_eq=constants, bounds=(0, None)) for sign in (1.0, -1.0)]
        low, high = (end.fun if end.status == 0 else np.nan for end in ends)
        intervals[name] = low, np.inf if np.isnan(high) else -high
    return intervals


# --- sums within sums, as those of areas --------------------------------------------
#
# Between what bounds a suppressed figure must lie is found by passing bounds from sum to sum until none gets closer.
# Where each figure is part of one sum and total of another, no calculation finds closer ones, and a hundred thousand
# figures take a moment; linear programming (`feasibility_intervals`) would take minutes. See docs/disclosure.md, "What
# is withheld", on areas.

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
    own = {name: cells[name].to_numpy(dtype=float)[counted["place"]] for name in ("part", "whole", "rest", "slack")}
    # a missing whole leaves the remainder of the wholes missing
    remainder = {quantity: np.bincount(numbers, sign * own[quantity]) for quantity in ("part", "whole", "rest")}
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
