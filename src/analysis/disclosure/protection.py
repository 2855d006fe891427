"""Which figures to withhold, so that no withheld one can be worked out from those that are shown."""

from typing import Final

import numpy as np
import pandas as pd

from analysis.disclosure.settings import Limits
from analysis.disclosure.sums import KEY, Sum, counts_of, sums_of

WITHHELD: Final = "withheld"  # the standing of a row that is not shown; why is not told apart, for that tells too
WHY: Final = "Withheld: tells of few persons, or would give such a figure away"
REVEALING: Final = ("value", "numerator", "denominator", "n")
_ROUNDED: Final = 1e-6


def withhold(rows: pd.DataFrame, measures: pd.DataFrame, publishers: pd.Series, limits: Limits) -> pd.DataFrame:
    """Return rows of observations in which what must not be shown has no figures, and the standing withheld.

    The note says why, in place of one that might repeat the figure. `publishers` gives the owner of each source,
    `measures` is ``Strategy.measures``. Nothing else is changed.
    """
    hidden = find_revealing(rows, measures, publishers, limits)
    if not hidden.any():
        return rows
    blank = {name: rows[name].mask(hidden) for name in REVEALING}
    return rows.assign(**blank, standing=rows["standing"].mask(hidden, WITHHELD), note=rows["note"].mask(hidden, WHY))


def find_revealing(rows: pd.DataFrame, measures: pd.DataFrame, publishers: pd.Series, limits: Limits) -> pd.Series:
    """Return of each row whether it must be withheld: it tells of few persons, or would give such a figure away."""
    hidden = pd.Series(False, index=rows.index)
    persons = rows["measure"].map(limits.counts_persons(measures)).astype(bool)
    own = rows[persons]
    told = pd.concat([own[[*KEY, "published", "standing"]], counts_of(own)], axis=1)
    told = told.join(limits.of(own["source"].map(publishers)))
    told["few"] = few(told)
    for _, group in told.groupby(KEY[:2], sort=False):
        if group["few"].any() or (group["breakdown"] != "").any():
            hidden.loc[_withheld_of(group)] = True
    return hidden


def few(told: pd.DataFrame) -> pd.Series:
    """Return of each row whether part, the others of whole, or whole itself is a count below its limit.

    >>> frame = pd.DataFrame({"part": [4, 5, 96], "whole": [90, 90, 100], "threshold": 5, "base": 10})
    >>> few(frame).tolist()
    [True, False, True]
    """
    rest = told["whole"] - told["part"]
    small = [told["part"].between(0, told["threshold"], "neither"), rest.between(0, told["threshold"], "neither")]
    return small[0] | small[1] | told["whole"].between(0, told["base"], "neither")


def _withheld_of(group: pd.DataFrame) -> pd.Index:
    """Return the rows of one measure and period to withhold, taken by the days on which they became known."""
    hidden: set[str] = set()  # breakdowns, in this and every later edition
    shown: set[str] = set()
    rows: list[int] = []
    for _, new in group.groupby("published", sort=True):
        known = group[group["published"] <= new["published"].iloc[0]]
        hidden |= set(new.loc[new["few"], "breakdown"])
        hidden |= _given_away(_latest(known), hidden, shown - hidden)
        rows += new.index[new["breakdown"].isin(hidden)].tolist()
        shown |= set(new["breakdown"]) - hidden
    return pd.Index(rows)


def _latest(known: pd.DataFrame) -> pd.DataFrame:
    """Return one row a breakdown: of the editions in use the latest, else the latest of all."""
    ranked = known.assign(used=known["standing"] == "").sort_values(["used", "published"], kind="stable")
    return ranked.drop_duplicates("breakdown", keep="last").reset_index(drop=True)


def _given_away(rows: pd.DataFrame, hidden: set[str], shown: set[str]) -> set[str]:
    """Return the further breakdowns to hide, so that nothing hidden can be worked out; what is out cannot be hidden."""
    sums = sums_of(rows)
    names = rows["breakdown"]
    wanted = set(names.index[names.isin(hidden)])
    out = set(names.index[names.isin(shown)])
    while exposed := _exposed(rows, sums, wanted):
        choice = _choice(rows, exposed, wanted | out)
        if choice is None:
            break  # everything that is new is hidden already: this day tells no more than the day before
        wanted.add(choice)
    return set(names[list(wanted)])


def _choice(rows: pd.DataFrame, exposed: list[Sum], closed: set[int]) -> int | None:
    """Return the part to hide next in the first sum that can still be helped: the smallest, a total only at last."""
    for parts_only in (True, False):
        for each in exposed:
            options = [*each.parts] if parts_only or each.total is None else [each.total]
            if options := [row for row in options if row not in closed]:
                return min(options, key=lambda row: (rows.at[row, "part"] == 0, rows.at[row, "part"], row))
    return None


def _exposed(rows: pd.DataFrame, sums: list[Sum], hidden: set[int]) -> list[Sum]:
    """Return the sums through which a hidden row, or few persons of whom no row tells, can be worked out."""
    limit = int(rows["threshold"].max())
    found = [each for each in sums if _tells_left(each, rows, hidden)]
    touched = [each for each in sums if hidden & {*each.parts, each.total}]
    for layer in ("part", "whole"):
        between = reach(rows, touched, hidden, layer).items()
        narrow = {row for row, (low, high) in between if high - low < limit - _ROUNDED}
        found += [each for each in touched if narrow & {*each.parts, each.total} and each not in found]
    return sorted(found, key=lambda each: len(hidden & {*each.parts, each.total}))  # the barest first


def _tells_left(each: Sum, rows: pd.DataFrame, hidden: set[int]) -> bool:
    """Return whether a sum without anything hidden tells of few persons whom no row tells of."""
    if hidden & {*each.parts, each.total}:
        return False
    part, whole = each.left
    threshold, base = rows.loc[list(each.parts), ["threshold", "base"]].max()
    small = 0 < part < threshold or 0 < whole - part < threshold or 0 < whole < base
    return part > each.slack and small


def reach(rows: pd.DataFrame, sums: list[Sum], hidden: set[int], layer: str) -> dict[int, tuple[float, float]]:
    """Return between what limits each hidden row must lie, by the sums it stands in and what is shown of them.

    `layer` is ``part`` or ``whole``. Whoever calculates knows every figure shown, and that no count is negative; what
    no row tells of is unknown to them. Rows that stand in no sum can be anything, and are left out.
    """
    sums = [each for each in sums if layer == "part" or (each.total is not None and pd.notna(each.left[1]))]
    places = sorted({row for each in sums for row in {*each.parts, each.total} & hidden})
    if not places:
        return {}
    column = {row: number for number, row in enumerate(places)}
    matrix = np.zeros((len(sums), len(places) + len(sums)))
    constants = np.zeros(len(sums))
    for number, each in enumerate(sums):
        signs = dict.fromkeys(each.parts, 1.0) | ({} if each.total is None else {each.total: -1.0})
        for row in signs.keys() & column.keys():
            matrix[number, column[row]] = signs[row]
            constants[number] += signs[row] * rows.at[row, layer]
        left = each.left[0 if layer == "part" else 1]
        if left > each.slack:  # the rest is one more unknown
            matrix[number, len(places) + number] = 1.0
            constants[number] += left
    return {row: _between(matrix, constants, column[row]) for row in places}


def _between(matrix: np.ndarray, constants: np.ndarray, place: int) -> tuple[float, float]:
    from scipy.optimize import linprog  # large, and needed only where something is withheld

    aim = np.zeros(matrix.shape[1])
    aim[place] = 1.0
    ends = [linprog(sign * aim, A_eq=matrix, b_eq=constants, bounds=(0, None)) for sign in (1.0, -1.0)]
    low, high = (end.fun if end.status == 0 else np.nan for end in ends)
    return low, np.inf if np.isnan(high) else -high
