"""Which figures to withhold, so that no withheld one can be worked out from those that are shown."""

from typing import Final

import numpy as np
import pandas as pd

from analysis.records.disclosure.settings import Limits
from analysis.records.disclosure.sums import KEY, LAYERS, Sum, counts_of, sums_of, with_implied

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
    rows, sums = sums_of(with_implied(rows))
    names, implied = rows["breakdown"], set(rows.index[rows["implied"]])
    wanted = set(names.index[names.isin(hidden)]) - implied
    out = set(names.index[names.isin(shown)])
    while exposed := _exposed(rows, sums, wanted, implied):
        choice = _choice(rows, exposed, wanted | implied, out)
        if choice is None:
            break  # everything that is new is hidden already: this day tells no more than the day before
        wanted.add(choice)
    return set(names[list(wanted)])


def _choice(rows: pd.DataFrame, exposed: list[list[Sum]], unknown: set[int], out: set[int]) -> int | None:
    """Return the row to hide next: the smallest part of the barest sum, of the nearest first; a total only at last."""
    for total in (False, True):
        for sums in exposed:
            options = [
                (len(unknown & each.members), rows.at[row, "part"] == 0, rows.at[row, "part"], row)
                for each in sums
                for row in ((each.members - {*each.parts}) if total else each.parts)
                if row not in unknown | out
            ]
            if options:
                return min(options)[-1]
    return None


def _exposed(rows: pd.DataFrame, sums: list[Sum], hidden: set[int], implied: set[int]) -> list[list[Sum]]:
    """Return the sums through which a hidden row, or few persons of whom no row tells, can be worked out.

    First those that tell of it, then those that these lead to through totals without a row, step by step.
    """
    limit, base = rows[["threshold", "base"]].max()
    wanted = hidden | {each for each in sums if each.left[0] > each.slack and _is_few(*each.left, limit, base)}
    wanted |= {row for row in implied if _is_few(*rows.loc[row, list(LAYERS)], limit, base)}
    narrow = set()
    for layer in LAYERS:
        between = reach(rows, sums, hidden | implied, layer, wanted).items()
        narrow |= {name for name, (low, high) in between if high - low < limit - _ROUNDED}
    steps, left = [], sums
    near = [each for each in sums if each in narrow or each.members & narrow]
    while near:
        steps.append(near)
        left = [each for each in left if each not in near]
        bridges = {row for each in near for row in each.members & implied}
        near = [each for each in left if each.members & bridges]
    return steps


def _is_few(part: float, rest: float, threshold: float, base: float) -> bool:
    """Return whether those of whom no row tells are few: they, the others, or all of them."""
    return part > 0 and (part < threshold or 0 < rest < threshold or part + rest < base)


def reach(
    rows: pd.DataFrame, sums: list[Sum], unknown: set[int], layer: str, wanted: set[int | Sum]
) -> dict[int | Sum, tuple[float, float]]:
    """Return between what limits each `wanted` row, and what is left of each `wanted` sum, must lie.

    `layer` is one of `LAYERS`: persons counted, or the others. Whoever calculates knows every figure shown, and that no
    count is negative; what no row tells of is unknown to them. Rows that stand in no sum can be anything, and are left
    out.
    """
    at, figures = LAYERS.index(layer), rows[layer]
    sums = [each for each in sums if each.left[at] >= -each.slack and (each.members & unknown or each in wanted)]
    names = [*sorted({row for each in sums for row in each.members & unknown})]
    names += [each for each in sums if each.left[at] > each.slack]  # what is left is one more unknown
    column = {name: number for number, name in enumerate(names)}
    matrix, constants = np.zeros((len(sums), len(names))), np.zeros(len(sums))
    for number, each in enumerate(sums):
        for row in each.members & unknown:
            matrix[number, column[row]] = 1.0 if row in each.parts else -1.0
            constants[number] += matrix[number, column[row]] * figures[row]
        if each in column:
            matrix[number, column[each]] = 1.0
            constants[number] += each.left[at]
    return {name: _between(matrix, constants, column[name]) for name in wanted & column.keys()}


def _between(matrix: np.ndarray, constants: np.ndarray, place: int) -> tuple[float, float]:
    from scipy.optimize import linprog  # large, and needed only where something is withheld

    aim = np.zeros(matrix.shape[1])
    aim[place] = 1.0
    ends = [linprog(sign * aim, A_eq=matrix, b_eq=constants, bounds=(0, None)) for sign in (1.0, -1.0)]
    low, high = (end.fun if end.status == 0 else np.nan for end in ends)
    return low, np.inf if np.isnan(high) else -high
