"""Which figures of a table to withhold: small counts (primary), and what would give them away (complementary).

The rules are those of docs/disclosure.md, section "What is withheld".

References
----------
Hundepool et al., Statistical Disclosure Control (2012), chapter 4: primary and secondary cell suppression, and the
feasibility interval within which a suppressed cell can be located from the cells that are published.
"""

from typing import Final

import numpy as np
import pandas as pd

from analysis.core.small_counts import is_small_count
from analysis.records.disclosure.settings import Limits
from analysis.records.disclosure.sums import KEY, QUANTITIES, Sum, counts_of, find_sums, with_implied_cells

# The standing of a row that is not shown. Small counts and what protects them have the same: the difference would be
# disclosive too.
WITHHELD: Final = "withheld"
WHY: Final = "Withheld: tells of few persons, or would give such a figure away"
DISCLOSIVE: Final = ("value", "numerator", "denominator", "n")
_TOLERANCE: Final = 1e-6  # of the solver, in persons


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
    for _, table in counts.groupby(KEY[:2], sort=False):
        if not table["small"].any() and (table["breakdown"] == "").all():
            continue
        # what is released cannot be taken back, and what is withheld once stays withheld in every later edition;
        # otherwise two releases side by side would give away what each of them protects (docs/disclosure.md, across
        # releases)
        suppressed: set[str] = set()  # breakdowns
        released: set[str] = set()
        for day, new in table.groupby("published", sort=True):
            # of the editions in use the latest counts, else the latest of all
            editions = table[table["published"] <= day].assign(used=lambda known: known["standing"] == "")
            editions = editions.sort_values(["used", "published"], kind="stable")
            editions = editions.drop_duplicates("breakdown", keep="last").reset_index(drop=True)
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
