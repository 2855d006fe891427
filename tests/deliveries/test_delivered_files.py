"""Deliveries with known verdicts, read by the readers and judged by the rules of real deliveries.

``DELIVERIES`` names another folder with an ``index.csv`` (file, kind, expected, also_ok), a ``truth.csv`` (the figures
of files that are let in) and a ``context``. Only here are its own column names known.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.core import periods
from analysis.core.faults import REJECT, WARN, Fault, listing, rejections
from analysis.intake import jumps, row_rules, table_layout
from analysis.intake.respondents import Questionnaire, read_respondents

KEPT = Path(__file__).parent / "files"
FOLDER = Path(os.environ.get("DELIVERIES", KEPT))
QUARTER, TODAY, BEFORE = "2024Q1", "2024-02-15", "2023-03-31"
LAYOUT = table_layout.Layout(("indicator_id", "period", "value", "unit", "numerator", "denominator", "source"))
QUESTIONNAIRE = Questionnaire(
    "respondent_id", "wave", "weight", ("group",), {"answer": frozenset({1.0, 2.0, 3.0, 4.0, 5.0})}
)


def read_rows(path: Path, folder: Path, register: pd.DataFrame, published: str) -> tuple[pd.DataFrame, list[Fault]]:
    table = table_layout.read_table(path, LAYOUT, folder)
    cells = table.cells.rename(columns={"indicator_id": "measure"}).assign(published=published)
    rows, faults = row_rules.typed_rows(cells, register)
    return rows, [*table.faults, *row_rules.drop_repeated(faults, table.faults)]


def read_observations(path: Path, folder: Path) -> tuple[pd.DataFrame, list[Fault]]:
    measures = pd.read_csv(folder / "context" / "registry.csv").set_index("indicator_id").assign(form="quarter")
    register = row_rules.register_of(measures.rename(columns={"min": "minimum", "max": "maximum"}))
    rows, faults = read_rows(path, folder, register, TODAY)
    earlier, _ = read_rows(folder / "context" / "published_2023Q1.csv", folder, register, BEFORE)
    faults += row_rules.duplicate_faults(rows, ("measure", "period"))
    both = pd.concat([earlier, rows], ignore_index=True).assign(
        breakdown="", note="", standing="", n=np.nan, qualifier=""
    )
    both = both.assign(time=[periods.decimal_year(period, "average") for period in both["period"]])
    name = path.relative_to(folder).as_posix()
    faults += [fault for fault in jumps.edition_faults(both) if fault.file == name]
    if len(rows) and not rejections(faults):
        faults += jumps.missing_faults(rows, register.index)
        if QUARTER not in rows["period"].to_numpy():
            faults.append(Fault("stale", f"holds no figure for {QUARTER}", file=name, severity=WARN))
    return rows, faults


def judge(folder: Path, delivery: dict) -> tuple[str, pd.DataFrame, list[Fault]]:
    """Return the verdict on a delivery, its figures and its faults."""
    path = folder / delivery["file"]
    if delivery["kind"] == "microdata":
        rows, faults = pd.DataFrame(), list(read_respondents(path, QUESTIONNAIRE, folder).faults)
    else:
        rows, faults = read_observations(path, folder)
    return REJECT if rejections(faults) else WARN if faults else "accept", rows, faults


def check(folder: Path, delivery: dict, truth: pd.DataFrame) -> None:
    verdict, rows, faults = judge(folder, delivery)
    assert verdict in (delivery["expected"], *delivery["also_ok"].split("|")), listing(faults)
    own = truth[truth["file"] == delivery["file"]].set_index(["indicator_id", "period"])["value"]
    if verdict != REJECT and len(own):
        figures = rows.set_index(["measure", "period"])["value"].astype(float)
        pd.testing.assert_series_equal(figures, own, check_names=False, check_like=True, rtol=0, atol=1e-9)


def read_index(folder: Path) -> tuple[list[dict], pd.DataFrame]:
    index = pd.read_csv(folder / "index.csv", dtype=str, keep_default_na=False)
    truth = pd.read_csv(folder / "truth.csv", dtype={"value": float}, keep_default_na=False)
    return index[index["kind"].isin(KINDS)].to_dict("records"), truth


KINDS = {"observations", "observations_xlsx", "microdata"}  # another folder may have kinds that no command reads
DELIVERIES, TRUTH = read_index(FOLDER)


@pytest.mark.parametrize("delivery", DELIVERIES, ids=[delivery["file"] for delivery in DELIVERIES])
def test_delivery_gets_its_verdict(delivery):
    check(FOLDER, delivery, TRUTH)


def test_all_deliveries_are_read_and_a_wrong_verdict_fails():
    deliveries, truth = read_index(KEPT)
    assert len(deliveries) == 163
    assert {delivery["kind"] for delivery in deliveries} == KINDS
    good = deliveries[0]
    assert good["file"] == "observations/good_baseline.csv"
    with pytest.raises(AssertionError, match="assert 'accept' in"):
        check(KEPT, good | {"expected": REJECT}, truth)
    with pytest.raises(AssertionError, match="values are different"):
        check(KEPT, good, truth.assign(value=truth["value"] + 1))
