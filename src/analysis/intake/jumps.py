"""Figures compared with those before them: the last period, and the last edition of the same period."""

import re
from typing import Final

import numpy as np
import pandas as pd

from analysis.core.faults import WARN, Fault

JUMP: Final = 5.0  # a figure five times, or a fifth of, the one before it is asked about
SCALE: Final = 50.0  # beyond this, a slip of a hundred or a thousand is likelier than the movement
SMALL: Final = 20.0  # of figures below this, small moves are many times the whole
COPIES: Final = 3  # so many series, all equal to the last ones to the digit, are a copied file
FIGURES: Final = ("value", "numerator", "denominator", "n")
FIELDS: Final = (*FIGURES, "qualifier", "unit")  # a change of any is a revision
_SERIES: Final = ["measure", "breakdown"]
_DAY_LENGTH: Final = 10  # characters of 2023-12-31: days on which something was counted have no rhythm


def edition_faults(rows: pd.DataFrame) -> list[Fault]:
    """Return warnings on figures that sit oddly with those before them; a note on the row is taken as the explanation.

    Parameters
    ----------
    rows : DataFrame
        measure, breakdown, period, value, numerator, published, source, note, file, sheet, line, time (decimal year),
        standing, and those of `FIELDS`.

    Returns
    -------
    list of Fault
        Revisions of any of `FIELDS`, or of the standing, without a note; jumps beyond `JUMP`, and beyond `SCALE` as a
        slip of scale; files whose newest figures all equal the ones before.

    """
    every = rows.sort_values([*_SERIES, "time", "published"], kind="stable")
    ordered = every[every["standing"] == ""]
    faults = _revision_faults(ordered, list(FIELDS), [])
    faults += _revision_faults(every, ["standing"], ["source"])  # another source has a standing of its own
    newest = ordered.drop_duplicates([*_SERIES, "period"], keep="last")
    before = newest.groupby(_SERIES, sort=False)[["value", "period", "file"]].shift()
    pairs = newest.join(before.add_prefix("previous_")).dropna(subset="previous_value")
    compared = pairs[["value", "previous_value"]]
    larger, smaller = compared.max(axis=1), compared.min(axis=1)
    factor = larger / smaller.where(smaller > 0)
    for _, row in pairs.assign(factor=factor)[(factor >= JUMP) & (larger >= SMALL)].iterrows():
        problem = f"is {row['factor']:.3g} times off the {row['previous_value']:.15g} of {row['previous_period']}"
        jump = Fault("jump", problem, "check the digits; say why in the note if it is so", severity=WARN)
        explained = row["note"] != ""
        if row["factor"] >= SCALE:
            remedy = "is it a fraction, or in thousands? if it is so, name the earlier figure in the note"
            jump = Fault("scale_jump", problem, remedy, severity=WARN)
            # most rows have a note on something else: of a slip of scale it must name the earlier figure
            figures = re.sub(r"(?<=\d)[ \u00a0](?=\d{3})", "", row["note"]).replace(",", ".")
            earlier = re.escape(f"{row['previous_value']:.15g}")
            explained = re.search(rf"(?<![\d.]){earlier}(?!\d)", figures) is not None
        if not explained:
            faults.append(jump.in_row(row, column="value", value=f"{row['value']:.15g}"))
    last = pairs.drop_duplicates(_SERIES, keep="last")
    for file, group in last[last["file"] == last["previous_file"]].groupby("file"):
        if len(group) >= COPIES and (group["value"] == group["previous_value"]).all():
            problem = f"the newest figures of all {len(group)} series equal the ones before to the digit"
            faults.append(Fault("stale", problem, "is it last period's file?", file, severity=WARN))
    return faults


def revised_fields(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Return which columns of editions, in frames of one index, differ; rows without an earlier edition do not."""
    same = (earlier == later) | (earlier.isna() & later.isna())
    return ~same & earlier["value"].notna().to_numpy()[:, None]


def _revision_faults(rows: pd.DataFrame, fields: list[str], by: list[str]) -> list[Fault]:
    compared = list(dict.fromkeys(["value", *fields]))
    earlier = rows.groupby([*_SERIES, "period", *by], sort=False)[compared].shift()
    changed = revised_fields(earlier, rows[compared])[fields]
    faults = []
    for place, row in rows[changed.any(axis=1) & (rows["note"] == "")].iterrows():
        for field in changed.columns[changed.loc[place]]:
            cells = earlier.at[place, field], row[field]
            then, now = (f"{cell:.15g}" if isinstance(cell, float) else cell for cell in cells)
            problem = f"was {then or 'empty'} in the edition before"
            fault = Fault("revision", problem, "say why in the note", column=field, value=now, severity=WARN)
            faults.append(fault.in_row(row))
    return faults


def missing_faults(rows: pd.DataFrame, measures: pd.Index) -> list[Fault]:
    """Return a warning for each of `measures` that has no row."""
    missing = measures[~measures.isin(rows["measure"])]
    remedy = "add its figure, or say in the strategy why it is unmeasured"
    return [Fault("missing_indicator", "has no figure", remedy, value=name, severity=WARN) for name in missing]


def gap_faults(rows: pd.DataFrame) -> list[Fault]:
    """Return a warning of each period missing between two of a series; a note on the later one is its explanation.

    The rhythm of a series is the shortest step between its periods, of which it must have three.

    Parameters
    ----------
    rows : DataFrame
        measure, breakdown, period, note, standing, file, sheet, line and time (decimal year).

    Returns
    -------
    list of Fault

    """
    form = rows["period"].str.len()  # a year between quarters is no period of theirs
    counted = rows[rows["standing"] == ""].assign(form=form).sort_values("time", kind="stable")
    latest = counted.drop_duplicates([*_SERIES, "form", "period"], keep="last")
    faults = []
    for (measure, breakdown, length), series in latest.groupby([*_SERIES, "form"], sort=False):
        if len(series) < 3 or length == _DAY_LENGTH:
            continue
        periods = pd.PeriodIndex(series["period"].map(pd.Period))
        steps = np.diff(periods.asi8)
        for place in np.flatnonzero(steps >= 2 * steps.min()):
            row = series.iloc[place + 1]
            if row["note"] == "":
                missing = [str(periods[place] + ahead) for ahead in range(steps.min(), steps[place], steps.min())]
                named = ", ".join(missing[:3])
                problem = f"{measure}{f' ({breakdown})' if breakdown else ''} has no figure for {named}"
                problem += f" and {len(missing) - 3} more periods" if len(missing) > 3 else ""
                remedy = "deliver it, or say in the note of this row why there is none"
                faults.append(Fault("gap", problem, remedy, column="period", severity=WARN).in_row(row))
    return faults
