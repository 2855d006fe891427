"""Figures held against those before them: the last period, and the last edition of the same period."""

import re
from typing import Final

import pandas as pd

from analysis.core.faults import WARN, Fault

JUMP: Final = 5.0  # a figure five times, or a fifth of, the one before it is asked about
SCALE: Final = 50.0  # beyond this, a slip of a hundred or a thousand is likelier than the movement
SMALL: Final = 20.0  # of figures below this, small moves are many times the whole
COPIES: Final = 3  # so many series, all standing still to the digit, are a copied file
_SERIES: Final = ["measure", "breakdown"]


def edition_faults(rows: pd.DataFrame) -> list[Fault]:
    """Return warnings on figures that sit oddly with those before them; a note on the row is taken as the explanation.

    Not of a slip of scale: most rows have a note on something else, so there it must name the earlier figure.

    `rows` has measure, breakdown, period, value, numerator, published, note, file, sheet, line and time (decimal year).
    Revisions without a note; jumps beyond `JUMP`, and beyond `SCALE` as a slip of scale; files whose newest figures all
    equal the ones before.
    """
    ordered = rows.sort_values([*_SERIES, "time", "published"], kind="stable")
    newest = ordered.drop_duplicates([*_SERIES, "period"], keep="last")
    return [*_revisions(ordered), *_jumps(newest), *_copies(newest)]


def missing_faults(rows: pd.DataFrame, measures: pd.Index) -> list[Fault]:
    """Return a warning for each of `measures` without a single row."""
    missing = measures[~measures.isin(rows["measure"])]
    remedy = "add its figure, or say in the strategy why it is unmeasured"
    return [Fault("missing_indicator", "has no figure", remedy, value=name, severity=WARN) for name in missing]


def _place(row: pd.Series) -> dict:
    return {"file": row["file"], "sheet": row["sheet"], "line": row["line"], "column": "value"}


def _with_previous(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    before = rows.groupby(by, sort=False)[["value", "numerator", "period", "file", "line"]].shift()
    return rows.join(before.add_prefix("previous_")).dropna(subset="previous_value")


def _revisions(ordered: pd.DataFrame) -> list[Fault]:
    pairs = _with_previous(ordered, [*_SERIES, "period"])
    changed = pairs[(pairs["value"] != pairs["previous_value"]) & (pairs["note"] == "")]
    return [_revision(row) for _, row in changed.iterrows()]


def _revision(row: pd.Series) -> Fault:
    problem = f"was {row['previous_value']:.15g} in the edition before"
    fault = Fault("revision", problem, "say why in the note", severity=WARN)
    return fault.at(**_place(row), value=f"{row['value']:.15g}")


def _jumps(newest: pd.DataFrame) -> list[Fault]:
    pairs = _with_previous(newest, _SERIES)
    pairs = pairs[(pairs["value"] > 0) & (pairs["previous_value"] > 0)]
    largest = pairs[["value", "previous_value"]].max(axis=1)
    factor = largest / pairs[["value", "previous_value"]].min(axis=1)
    odd = pairs.assign(factor=factor)[(factor >= JUMP) & (largest >= SMALL)]
    return [_jump(row) for _, row in odd.iterrows() if not _explained(row)]


def _explained(row: pd.Series) -> bool:
    if row["factor"] < SCALE:
        return row["note"] != ""
    earlier, figures = f"{row['previous_value']:.15g}", re.sub(r"(?<=\d)[ \u00a0](?=\d{3})", "", row["note"])
    return re.search(rf"(?<![\d.]){re.escape(earlier)}(?!\d)", figures.replace(",", ".")) is not None


def _jump(row: pd.Series) -> Fault:
    rule, remedy = "jump", "check the digits; say why in the note if it is so"
    if row["factor"] >= SCALE:
        rule, remedy = (
            "scale_jump",
            "is it a fraction, or in thousands? if it is so, name the earlier figure in the note",
        )
    problem = f"is {row['factor']:.3g} times off the {row['previous_value']:.15g} of {row['previous_period']}"
    return Fault(rule, problem, remedy, severity=WARN).at(**_place(row), value=f"{row['value']:.15g}")


def _copies(newest: pd.DataFrame) -> list[Fault]:
    pairs = _with_previous(newest, _SERIES).drop_duplicates(_SERIES, keep="last")
    pairs = pairs[pairs["file"] == pairs["previous_file"]]
    faults = []
    for file, group in pairs.groupby("file"):
        if len(group) >= COPIES and (group["value"] == group["previous_value"]).all():
            problem = f"the newest figures of all {len(group)} series equal the ones before to the digit"
            faults.append(Fault("stale", problem, "is it last period's file?", file, severity=WARN))
    return faults
