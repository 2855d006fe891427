"""Small valid strategies and deliveries at random: a clean check means a report, and a fault has a name and a place."""

import itertools
import os
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from analysis.core.faults import rejections
from analysis.core.periods import last_day
from analysis.records.observations import LAYOUT
from analysis.reports.check import check
from analysis.text import LANGUAGES
from composed import compose_small, missing_values, small_project

GROUPS = ("kjonn=menn", "kjonn=kvinner", "alder=60+", "malgruppe=kommuner", "malgruppe=leger", "ny-gruppe=ny-verdi")
COUNTRIES = ("NO", "DK", "SE", "DE")
UNITS = ("prosent", "personer", "kommuner", "millioner kroner", "årsverk")
# legal names that a reader, a file or a number could be mistaken for
NAMES = ("Andelen", "None", "Æ & Ø < Å", "100 % «sikker»", "a" * 120, "2024", "{sted}", "nan ikke", "*fet* _kursiv_")
PERIODS = {
    "year": [str(year) for year in range(2010, 2024)],
    "quarter": [f"{year}Q{quarter}" for year in (2020, 2021, 2022, 2023) for quarter in (1, 2, 3, 4)][:14],
    "month": [f"2023-{month:02}" for month in range(1, 13)],
}
COLUMNS = [name for name in LAYOUT.names if name not in ("breakdown", "note")]
# what no cell of these may hold
REFUSED = ("abc", "NaN", "1e400", "½", "2023Q5", "<b>", "-5")
HIGHEST = {"prosent": 100, "personer": 60, "kommuner": 357}


@st.composite
def measure(draw, slug: str) -> dict:
    """Return the fields of an assessed measure."""
    unit = draw(st.sampled_from(UNITS))
    fields = {
        "slug": slug,
        "name": draw(st.sampled_from(NAMES)),
        "unit": unit,
        "direction": draw(st.sampled_from([1, -1])),
        "timing": draw(st.sampled_from(["average", "stock"])),
        "cadence": draw(st.sampled_from([0.25, 1.0, 2.0])),
        "epsilon": draw(st.sampled_from([0.0, 1.0])),
        "basis": draw(st.sampled_from(["survey", "survey-low-response", "register", "self-report", "judgement"])),
    }
    if unit == "personer" or (unit == "prosent" and draw(st.booleans())):
        fields["counts"] = "personer"
    if draw(st.booleans()):
        kind, value = draw(st.sampled_from(["reach", "hold"])), draw(st.integers(0, 100))
        period = draw(st.sampled_from(["2021", "2025", "2030"]))  # one of them lies behind
        fields |= {"kind": kind, "target": {"period": period, "value": value}}
        if period > "2024" and draw(st.booleans()):
            fields["milestones"] = [{"period": "2024", "value": draw(st.integers(0, 100))}]
    if draw(st.integers(0, 3)) == 0:
        fields["baseline"] = {"period": "2018", "value": draw(st.integers(0, 100))}
    if draw(st.integers(0, 3)) == 0:
        kind = draw(st.sampled_from(["break", "suspected", "minor"]))
        fields["breaks"] = [{"period": draw(st.sampled_from(["2019", "2022", "2023"])), "kind": kind}]
    return fields


@st.composite
def series(draw, slug: str, unit: str, breakdown: str = "") -> list[dict]:
    """Return the rows of one series: one to fourteen periods, with gaps, conflicts, bounds, and extreme values."""
    form = draw(st.sampled_from(sorted(PERIODS)))
    count, gaps = draw(st.integers(1, len(PERIODS[form]))), draw(st.booleans())
    periods = [p for p in PERIODS[form][-count:] if not gaps or draw(st.integers(0, 4)) > 0] or PERIODS[form][-1:]
    highest = HIGHEST.get(unit, 1000)
    value = st.one_of(st.sampled_from([0, highest, 3]), st.integers(0, highest))
    value |= st.just(2.5 if unit in ("prosent", "millioner kroner") else 3)
    # a series of one value, and of one standing throughout, are states of their own
    same, standing = draw(st.none() | value), draw(st.sampled_from(["", "", "", "conflict", "excluded"]))
    with_n, later = draw(st.sampled_from(["all", "none", "some"])), draw(st.integers(0, 5)) == 0
    whole = draw(st.sampled_from([None, None, 8, 400])) if unit == "prosent" else None
    rows = []
    for period in periods:
        row = {"measure": slug, "period": period, "value": draw(value) if same is None else same, "unit": unit}
        row |= {"breakdown": breakdown, "standing": standing or draw(st.sampled_from(["", "", "", "conflict"]))}
        row["qualifier"] = draw(st.sampled_from(["", "", "", "over", "under", "circa", "derived"]))
        if whole:
            row |= {"numerator": (part := draw(st.integers(0, whole))), "denominator": whole, "qualifier": ""}
            row["value"] = 100 * part / whole
        elif unit == "prosent" and (with_n == "all" or (with_n == "some" and draw(st.booleans()))):
            row["n"] = draw(st.sampled_from([1, 12, 900]))
        rows.append(row)
    if draw(st.integers(0, 5)) == 0:  # revised before the quarter ended
        revised = {"value": rows[-1]["value"] + 1} if rows[-1]["value"] < highest and not whole else {}
        rows.append(rows[-1] | revised | {"published": "2024-03-11"})
    if later:  # not yet known in the quarter
        rows[-1]["published"] = "2024-05-02"
    return rows


@st.composite
def project(draw) -> tuple[list[dict], list[dict], str]:
    """Return measures, rows and a quarter."""
    measures, rows = [], []
    for number in range(1, draw(st.integers(1, 2)) + 1):
        fields = draw(measure(f"andel-{number}"))
        measures.append(fields)
        if draw(st.integers(0, 5)) == 0:
            fields["unmeasured"] = "Ingen måler det."
        else:
            rows += draw(series(fields["slug"], fields["unit"]))
        for group in draw(st.lists(st.sampled_from(GROUPS), max_size=2, unique=True)):
            rows += draw(series(fields["slug"], fields["unit"], group))
    if draw(st.booleans()):
        beside = {"slug": "naboland", "role": "context", "basis": "register", "goal": 1, "indicators": ["1.1"]}
        measures.append(beside)
        for code in draw(st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=3, unique=True)):
            rows += draw(series("naboland", "prosent", f"land={code}"))
    if draw(st.booleans()) or not rows:
        rows += [{"measure": "respondents", "period": "2023", "value": draw(st.sampled_from([0, 40, 900]))}]
    quarter = draw(st.sampled_from(["2024Q1", "2024Q2", "2019Q4"]))
    # each quarter since the first publication is assessed: all at one date is one or two, and a fifth of the time
    if draw(st.integers(0, 7)) > 0:
        earliest = "2019-10-15" if quarter == "2019Q4" else "2024-01-15"
        for row in rows:
            row.setdefault("published", max(earliest, last_day(row["period"]).date().isoformat()))
    return measures, rows, quarter


def judge(case: tuple[list[dict], list[dict], str], languages: tuple[str, ...], **parts: bool):
    """Assert that a clean check means a report, and that everything else is a fault with a name and a place.

    `parts` says whether pictures are drawn (draw) and files for sharing are written (downloads).
    """
    measures, rows, quarter = case
    note(f"{quarter}, {languages}: {measures} {rows}")
    with tempfile.TemporaryDirectory() as folder:
        root = small_project(Path(folder), measures, rows)
        with patch.dict(os.environ, EHELSE_ROOT=str(root)):
            rejected = rejections(check())
        if rejected:
            assert all(fault.file and fault.problem for fault in rejected), rejected
            return
        faults, pages = compose_small(root, quarter, languages, **parts)
    unknown = [str(fault) for fault in faults if fault.rule != "word" or not fault.file]
    # before the first figure there is no report, and that has a name
    assert [text for text in unknown if "no figure was published by" not in text] == []
    # what people have typed is shown as they have typed it
    typed = {name for name in NAMES if missing_values({"nb": name})}
    if not faults and not typed & {measure.get("name") for measure in measures}:
        assert missing_values(pages) == {}


# a page takes as long in each language, and rarely breaks in one only: both in one case of four
ASKED = st.sampled_from([("nb",), ("en",), ("nb",), tuple(LANGUAGES)])
CASES = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)


@settings(CASES, max_examples=6)
@given(project(), ASKED)
def test_a_clean_check_means_a_report(case, languages):
    judge(case, languages, downloads=False)


@pytest.mark.parametrize("column", COLUMNS)
@settings(CASES, max_examples=2)
@given(project(), st.sampled_from(REFUSED), st.integers(0, 99))
def test_a_faulty_cell_is_refused_with_its_place(column, case, cell, number):
    measures, rows, _ = case
    place = number % len(rows)
    note(f"{measures} {rows}")
    rows[place] = {"published": "2024-03-31"} | rows[place] | {column: cell}
    with tempfile.TemporaryDirectory() as folder:
        root = small_project(Path(folder), measures, rows)
        rejected = rejections(check(root / "data" / "raw"))
    places = {(fault.file, fault.line, fault.column) for fault in rejected if fault.problem}
    assert ("observations/small.csv", place + 2, column) in places, rejected


@pytest.mark.slow
@pytest.mark.parametrize("part", range(2), ids=["beside-0", "beside-1"])
def test_a_clean_check_means_a_report_many_times(part):
    """As many cases as begin within `RANDOM_SECONDS`, the same ones each time; `RANDOM_SEED` asks for others."""
    end, judged, failed = time.monotonic() + float(os.environ.get("RANDOM_SECONDS", "120")), 0, False
    rounds = itertools.count(1_000_000 * int(os.environ.get("RANDOM_SEED", "0")) + part, 2)
    while time.monotonic() < end:

        @seed(next(rounds))
        @settings(CASES, derandomize=False, max_examples=50)
        @given(project(), ASKED, st.integers(0, 19), st.integers(0, 4))
        def judge_some(case, languages, drawn, downloaded):
            nonlocal judged, failed
            # what has failed once is made smaller, however long that takes
            if time.monotonic() < end or failed:
                judged += not failed
                failed = True
                judge(case, languages, draw=drawn == 0, downloads=downloaded == 0)
                failed = False

        judge_some()
    print(f"{judged} random reports")
    assert judged
