"""The attacker finds what typed tables give away, and nothing in what the library makes of the same figures."""

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from attacker import Limits, find_shown, find_worked_out
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.records.disclosure import read_limits, withhold
from countries import AREAS
from small import observations, small_strategy

STRATEGY = """
context = [
  { slug = "brukere", basis = "register", counts = "personer" },
  { slug = "prosjekter", basis = "register", counts = "prosjekter" },
]
"""
SOURCES = '[[source]]\nslug = "kilde"\npublisher = "The owner"\n'
OWNER = '[[owner]]\nname = "The owner"\nthreshold = 11\nbase = 20\nrule = "Their terms"\n'
GONE = ""  # how tables write a withheld figure
AX, AY, BX, BY = (f"alder={a};kjonn={k}" for a in "ab" for k in "xy")
TYPED = tomllib.loads(Path(__file__).with_name("attacked_tables.toml").read_text(encoding="utf-8"))
WITHIN = {line.split(",")[0]: line.split(",")[3] for line in AREAS.splitlines()[1:]}


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    (folder / "strategy.toml").write_text(STRATEGY, encoding="utf-8")
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def limits(raw):
    return Limits(raw)


def table(*rows, measure="brukere", day="2024-01-01") -> list[dict]:
    """Return rows typed as (breakdown, value) or (breakdown, value, day)."""
    same = dict.fromkeys(("numerator", "denominator", "n"), "") | {"measure": measure, "period": "2023"}
    return [
        same
        | {"breakdown": breakdown, "value": str(value), "unit": "personer", "source": "kilde"}
        | {"standing": "" if value != GONE else "withheld", "published": known[0] if known else day}
        for breakdown, value, *known in rows
    ]


def areas(*rows) -> list[dict]:
    """Return rows typed as (area, how many of 1000), or (area, how many, whose sum it is)."""
    return [
        {"measure": "brukere", "period": "2023", "area": area, "unit": "prosent", "source": "kilde"}
        | {"published": "2024-01-01", "withheld": "" if part != GONE else "withheld", "value": "", "n": ""}
        | {"numerator": str(part), "denominator": "" if part == GONE else "1000", "parts": parts[0] if parts else area}
        for area, part, *parts in rows
    ]


def test_small_counts_of_persons_are_found(limits):
    assert find_shown(table(("", 3)), limits) == ["brukere 2023: shown"]
    assert find_shown(table(("", 3), measure="prosjekter"), limits) == []
    assert find_shown(areas(("1", 3), ("2", 998), ("3", 50)), limits) == [f"brukere 2023 {n}: shown" for n in "12"]


def test_the_limit_of_an_owner_is_read(raw, limits):
    assert find_shown(table(("", 10)), limits) == []
    (raw / "disclosure.toml").write_text(OWNER, encoding="utf-8")
    strict = Limits(raw)
    (raw / "disclosure.toml").unlink()
    assert find_shown(table(("", 10)), strict) == ["brukere 2023: shown"]


def test_what_one_table_withholds_and_another_shows(limits):
    now, earlier = table(("", 100), ("alder=a", GONE)), table(("", 100), ("alder=a", 50))
    assert find_shown([*now, *earlier], limits) == ["brukere 2023 alder=a: shown"]


@pytest.mark.parametrize("case", TYPED["groups"])
def test_cells_worked_out_of_a_table(limits, case):
    found = find_worked_out(table(*case["rows"]), limits)
    assert {f"brukere 2023 {cell}: worked out" for cell in case["cells"]} <= set(found)
    assert bool(found) == bool(case["cells"])


@pytest.mark.parametrize("case", TYPED["areas"])
def test_areas_worked_out_of_larger_ones(limits, case):
    found = find_worked_out(areas(*case["rows"]), limits, WITHIN)
    assert {f"brukere 2023 {code}: worked out" for code in case["cells"]} <= set(found)
    assert bool(found) == bool(case["cells"])


DAYS = ("2024-01-01", "2024-04-01", "2024-07-01")
CELLS = np.indices((15,) * 4).reshape(4, -1)  # every table of a, b by x, y with at most 14 in a cell
SUMS = {"": [0, 1, 2, 3], "alder=a": [0, 1], "alder=b": [2, 3], "kjonn=x": [0, 2], "kjonn=y": [1, 3]}
SUMS |= {AX: [0], AY: [1], BX: [2], BY: [3]}


def withheld(rows: list[dict]) -> list[dict]:
    """Return rows as the library shows them."""
    promise = small_strategy([{"slug": "brukere", "unit": "personer", "counts": "personer", "basis": "register"}])
    names = ("measure", "period", "breakdown", "published")
    frame = observations(
        [{name: row[name] for name in names} | {"value": float(row["value"])} for row in rows], promise
    )
    shown = withhold(frame, promise.measures, pd.Series({"source": "The owner"}), read_limits(Path("nowhere")))
    return table(*((r.breakdown, GONE if r.standing else r.value, str(r.published)) for r in shown.itertuples()))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 8), min_size=4, max_size=4),
    st.dictionaries(st.sampled_from(list(SUMS)), st.sampled_from(DAYS), min_size=5),
)
def test_the_attacker_is_as_good_as_trying_every_table(limits, cells, given_on):
    """It finds all that can be known of a small count, and nothing in what the library makes of the table."""
    assume(all(any(group in name for name in given_on) for group in ("=a", "=b", "=x", "=y")))
    counts = {name: sum(cells[place] for place in SUMS[name]) for name in given_on}
    few = {name for name, count in counts.items() if 0 < count < 5}
    assert find_worked_out(withheld(table(*((n, counts[n], day) for n, day in given_on.items()))), limits) == []
    leaky = find_worked_out(table(*((n, GONE if n in few else counts[n], day) for n, day in given_on.items())), limits)
    every = {name: CELLS[SUMS[name]].sum(axis=0) for name in counts}
    fitting = np.all([every[name] == counts[name] for name in counts.keys() - few], axis=0)
    for name in few:
        if 0 < every[name][fitting].max() < 5:
            assert f"brukere 2023 {name}: worked out".replace("  ", " ").replace(" :", ":") in leaky
