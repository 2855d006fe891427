"""What is withheld of areas: typed countries to check by eye, and an attacker who calculates."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.municipal.disclosure import find_revealing_areas
from analysis.records.areas import read_areas
from countries import AREAS, write
from typed_cases import cases

MERGED = AREAS + "6,kommune,Zeta,G,2024-01-01,,kilde\n"
CHANGES = "date,old,new,source\n2024-01-01,7,6,kilde\n2024-01-01,8,6,kilde\n"
DAY, EARLY = pd.Timestamp("2024-12-31"), "2023-06-01"


@pytest.fixture
def areas(tmp_path):
    return read_areas(write(tmp_path))


@pytest.fixture
def merging(tmp_path):
    return read_areas(write(tmp_path, MERGED, CHANGES))


def counted(*rows, period="2024Q1", whole=1000) -> pd.DataFrame:
    """Return shares typed as (area, how many of `whole`) or (area, how many, day of publication)."""
    made = [
        {"measure": "m", "area": area, "period": period, "numerator": float(part), "denominator": float(whole)}
        | {"value": 100 * part / whole, "unit": "prosent", "n": np.nan, "whole": False, "source": "kilde"}
        | {"published": pd.Timestamp(known[0] if known else "2024-05-01"), "threshold": 5, "base": 10}
        for area, part, *known in rows
    ]
    return pd.DataFrame(made)


def hidden(rows: pd.DataFrame, areas, day=DAY) -> set[str]:
    return {codes for _, _, codes in find_revealing_areas(rows, areas, day)}


@cases(__file__, "withheld.csv")
def test_small_counts_and_what_gives_them_away_are_withheld(areas, about, counts, withheld):
    rows = [(area, int(n)) for area, n in zip("12345", counts.split(), strict=True) if n != "-"]
    assert hidden(counted(*rows), areas) == set(withheld)


def test_a_total_few_above_its_parts_takes_a_part(areas):
    """A delivered total with few beyond what is known takes a part with it."""
    rows = counted(("1", 20), ("2", 40), ("3", 30), ("4", 50), ("5", 60))
    larger = counted(("F", 93), whole=4000)  # three of a place that did not report
    assert hidden(pd.concat([rows, larger], ignore_index=True), areas) == {"1"}


def test_a_small_larger_area_takes_another_with_it(areas):
    """A larger area of few takes another larger one and its smallest with it."""
    rows = counted(("1", 0), ("2", 0), ("3", 3), ("4", 50), ("5", 60))
    assert hidden(rows, areas) >= {"3", "F", "G"}


def test_a_merger_is_a_sum_that_gives_no_part_away(merging):
    rows = counted(("7", 3), ("8", 40), period="2023Q1")
    assert hidden(rows.assign(published=pd.Timestamp(EARLY)), merging, pd.Timestamp("2023-12-31")) == {"7"}
    # 8 was out before the merger: what was merged gives way
    assert hidden(rows.assign(published=pd.Timestamp(EARLY)), merging) == {"7", "7+8"}


def test_a_later_total_is_withheld_and_stays_so(areas):
    """A total that comes after its parts gives way and what is withheld stays so."""
    rows = counted(("1", 20, EARLY), ("2", 40, EARLY), ("4", 50, EARLY), ("5", 60, EARLY), ("3", 3, "2024-01-01"))
    found = hidden(rows.assign(period="2023Q1"), areas)
    assert found >= {"3", "F"} and not found & {"1", "2", "4", "5"}
    later = counted(("3", 30, "2024-02-01")).assign(period="2023Q1")
    assert hidden(pd.concat([rows.assign(period="2023Q1"), later], ignore_index=True), areas) >= {"3", "F"}


def test_what_comes_later_gives_nothing_withheld_away(areas):
    rows = counted(("3", 3, EARLY), ("3", 30, "2024-02-01"), *((area, 40, "2024-02-01") for area in "1245"))
    assert hidden(rows.assign(period="2023Q1"), areas) == {"1", "3"}


def attacked(table: dict[str, float], shown: set[str]) -> dict[str, tuple[float, float]]:
    """Return between what limits one who knows every sum can put what is not shown."""
    places = {code: place for place, code in enumerate(table)}
    sums = {"F": "123", "G": "45", "R": "FG"}
    matrix = [[float(code in parts) - float(code == total) for code in table] for total, parts in sums.items()]
    bounds = [(value, value) if code in shown else (0, None) for code, value in table.items()]
    found = {}
    for code in table.keys() - shown:
        aim = np.eye(len(places))[places[code]]
        low, high = (linprog(sign * aim, A_eq=matrix, b_eq=np.zeros(3), bounds=bounds) for sign in (1, -1))
        found[code] = (low.fun, -high.fun if high.status == 0 else np.inf)
    return found


@settings(max_examples=12, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 6), st.integers(0, 60)), min_size=5, max_size=5))
def test_no_attacker_finds_what_is_withheld_of_areas(tmp_path_factory, sizes):
    areas = read_areas(write(tmp_path_factory.mktemp("areas"), MERGED.replace("6,kommune", "9,kommune")))
    rows = counted(*zip("12345", sizes, strict=True)).assign(period="2023Q4")
    withheld = hidden(rows, areas)
    table = dict(zip("12345", sizes, strict=True))
    table |= {"F": sum(sizes[:3]), "G": sum(sizes[3:]), "R": sum(sizes)}
    assert {code for code, size in table.items() if 0 < size < 5} <= withheld
    for code, (low, high) in attacked(table, table.keys() - withheld).items():
        assert high - low >= 5 - 1e-6, (code, withheld)
