"""What is withheld so that nobody can be known: typed tables to check by eye, and an attacker who may calculate."""

import tomllib
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis import read_sources
from analysis.core import paths
from analysis.records import disclosure
from analysis.records.disclosure import read_limits
from small import observations, small_strategy

STRATEGY = small_strategy(
    [
        {"slug": "brukere", "unit": "personer", "counts": "personer", "basis": "register"},
        {"slug": "andel", "unit": "prosent", "counts": "personer", "basis": "register"},
        {"slug": "svar", "unit": "prosent", "basis": "survey"},
        {"slug": "prosjekter", "unit": "prosjekter", "counts": "prosjekter", "basis": "register"},
    ]
)
OWNERS = pd.Series({"source": "The owner", "other": "Another"})
CASES = tomllib.loads(Path(__file__).with_name("withheld.toml").read_text(encoding="utf-8"))
DEFAULT = read_limits(paths.raw_folder().parent)  # no file there: the default limits


def counted(*rows, measure="brukere") -> pd.DataFrame:
    """Return counts typed as (breakdown, value) or (breakdown, value, day of publication)."""
    names = ("measure", "period", "breakdown", "value", "published")
    return observations([dict(zip(names, (measure, "2023", *row), strict=False)) for row in rows], STRATEGY)


def shared(*rows, measure="andel", **more) -> pd.DataFrame:
    """Return shares typed as (breakdown, numerator, denominator)."""
    names = ("breakdown", "numerator", "denominator")
    cells = {"measure": measure, "period": "2023"} | more
    typed = [cells | dict(zip(names, row, strict=True)) | {"value": 100 * row[1] / row[2]} for row in rows]
    return observations(typed, STRATEGY)


def hidden(rows: pd.DataFrame, limits=DEFAULT) -> set[str]:
    """Return the breakdowns withheld; those of a later edition with the year and month of it."""
    shown = disclosure.withhold(rows, STRATEGY.measures, OWNERS, limits)
    own = shown[shown["standing"] == "withheld"]
    return set(own["breakdown"])


@pytest.mark.parametrize("case", CASES["counts"])
def test_counts_that_could_be_of_few_persons_are_withheld(case):
    assert hidden(counted(*case["cells"].items())) == set(case["withheld"])


def test_an_implied_cell_in_two_sums_protects_nobody():
    rows = counted(("", 62), ("alder=a", 30), ("kjonn=x", 20), ("alder=a;kjonn=x", 3), ("alder=b;kjonn=y", 15))
    assert hidden(rows) > {"alder=a;kjonn=x"}


@pytest.mark.parametrize("case", CASES["shares"])
def test_a_share_of_small_part_rest_or_base_is_withheld(case):
    assert hidden(shared(*((group, *counts) for group, counts in case["cells"].items()))) == set(case["withheld"])


@pytest.mark.parametrize(("value", "n", "withheld"), [(1, 300, True), (99, 300, True), (2, 300, False), (50, 9, True)])
def test_a_share_of_few_respondents_is_withheld(value, n, withheld):
    rows = observations([("svar", "2023", value, n)], STRATEGY)
    assert hidden(rows) == ({""} if withheld else set())


def test_projects_and_rounded_shares_disclose_nobody():
    assert hidden(counted(("", 3), measure="prosjekter")) == set()
    answers = [{"measure": "svar", "period": "2023", "breakdown": f"svar={a}", "value": 33, "n": 400} for a in "abc"]
    assert hidden(observations(answers, STRATEGY)) == set()


def test_a_withheld_row_has_no_figure_and_says_why():
    rows = shared(("", 3, 100), ("", 40, 100), note="three of them").assign(period=["2022", "2023"])
    shown = disclosure.withhold(rows, STRATEGY.measures, OWNERS, DEFAULT)
    assert shown.loc[0, ["value", "numerator", "denominator", "n"]].isna().all()
    assert (shown.loc[0, "standing"], "three" in shown.loc[0, "note"]) == ("withheld", False)
    pd.testing.assert_frame_equal(shown[1:], rows[1:])
    assert rows.loc[0, "value"] == 3


def test_what_is_published_later_is_withheld():
    rows = counted(("kjonn=kvinner", 50, "2024-01-01"), ("kjonn=menn", 47, "2024-01-01"), ("", 100, "2024-06-01"))
    assert hidden(rows) == {""}
    # what an earlier release showed a later one shows too
    early = rows[rows["published"] < "2024-03-31"]
    both = [disclosure.find_disclosive(each, STRATEGY.measures, OWNERS, DEFAULT) for each in (early, rows)]
    assert both[0].tolist() == both[1].reindex(early.index).tolist() == [False, False]
    rows = counted(("", 100, "2024-01-01"), ("kjonn=kvinner", 50, "2024-01-01"), ("kjonn=menn", 47, "2024-06-01"))
    assert hidden(rows) == {"kjonn=menn"}


@pytest.mark.parametrize(("first", "second", "standing"), [(3, 6, "withheld"), (12, 3, "")])
def test_a_revision_neither_returns_nor_withdraws_figures(first, second, standing):
    rows = counted(("", first, "2024-01-01"), ("", second, "2024-06-01"))
    shown = disclosure.withhold(rows, STRATEGY.measures, OWNERS, DEFAULT)
    assert shown["standing"].tolist() == [standing, "withheld"]


def limits(tmp_path, text: str) -> disclosure.Limits:
    (tmp_path / disclosure.FILE).write_text(text, encoding="utf-8")
    sources = (Path(__file__).parents[1] / "small_project/data/raw/sources.toml").read_text(encoding="utf-8")
    (tmp_path / "sources.toml").write_text(sources.replace("The test", "The owner"), encoding="utf-8")
    return read_limits(tmp_path)


def test_an_owners_rule_holds_for_its_own_figures_only(tmp_path):
    rule = 'threshold = 11\nbase = 20\nrule = "Their terms, section 4"\n'
    own = limits(tmp_path, f'[[owner]]\nname = "The owner"\n{rule}')
    assert own.owners.loc["The owner"].tolist() == [11, 20, "Their terms, section 4"]
    assert hidden(counted(("", 10)), own) == {""}
    assert hidden(counted(("", 10)).assign(source="other"), own) == set()
    default = limits(tmp_path, '[default]\nthreshold = 5\nrule = "Ours"\n[[owner]]\nname = "The owner"\n').owners
    assert default.loc["The owner"].tolist() == [5, 10, "Ours"]
    # the project's own owners are publishers of its sources
    assert set(read_limits(paths.raw_folder()).owners.index) <= set(read_sources()["publisher"])


@st.composite
def tables(draw) -> dict[str, int]:
    """Return a table of two ways with its sums, all of it: cells a-c by x-z, and any sums left out or none."""
    first, second = draw(st.integers(1, 3)), draw(st.integers(2, 3))
    sizes = st.one_of(st.integers(0, 6), st.integers(0, 60))
    cells = {(a, k): draw(sizes) for a in "abc"[:first] for k in "xyz"[:second]}
    table = {f"alder={a};kjonn={k}": value for (a, k), value in cells.items()}
    table |= {f"alder={a}": sum(v for (b, _), v in cells.items() if b == a) for a in "abc"[:first]}
    table |= {f"kjonn={k}": sum(v for (_, b), v in cells.items() if b == k) for k in "xyz"[:second]}
    return table | {"": sum(cells.values())}


def attacked(table: dict[str, int], shown: set[str]) -> dict[str, tuple[float, float]]:
    """Return between what limits one who knows the table's form can put each cell that is not shown."""
    places = {name: number for number, name in enumerate(table)}
    sums = defaultdict(list)
    for name in table:
        pairs = [pair for pair in name.split(";") if pair]
        for pair in pairs:
            rest = ";".join(p for p in pairs if p != pair)
            sums[rest, pair.split("=")[0]].append(name)
    rows, ends = [], []
    for (total, _), parts in sums.items():
        row = np.zeros(len(places))
        row[[places[part] for part in parts]] = 1
        row[places[total]] = -1
        rows.append(row)
        ends.append(0.0)
    bounds = [(value, value) if name in shown else (0, None) for name, value in table.items()]
    found = {}
    for name in table.keys() - shown:
        aim = np.eye(len(places))[places[name]]
        low, high = (linprog(sign * aim, A_eq=rows, b_eq=ends, bounds=bounds) for sign in (1, -1))
        found[name] = (low.fun, -high.fun if high.status == 0 else np.inf)
    return found


@pytest.mark.slow
@settings(max_examples=60)
@given(tables())
def test_no_attacker_calculates_withheld_cells_of_a_table(table):
    withheld = hidden(counted(*table.items()))
    few = {name for name, value in table.items() if 0 < value < 5}
    assert few <= withheld
    for name, (low, high) in attacked(table, table.keys() - withheld).items():
        assert high - low >= 5 - 1e-6, name


DAYS = ("2024-01-01", "2024-04-01", "2024-07-01")
CELLS = np.indices((15,) * 4).reshape(4, -1)  # every table of a, b by x, y with at most 14 in a cell
SUMS = {"": [0, 1, 2, 3], "alder=a": [0, 1], "alder=b": [2, 3], "kjonn=x": [0, 2], "kjonn=y": [1, 3]}
SUMS |= {"alder=a;kjonn=x": [0], "alder=a;kjonn=y": [1], "alder=b;kjonn=x": [2], "alder=b;kjonn=y": [3]}


@settings(max_examples=20)
@given(
    st.lists(st.integers(0, 8), min_size=4, max_size=4),
    st.dictionaries(st.sampled_from(list(SUMS)), st.sampled_from(DAYS), min_size=4),
)
def test_no_table_consistent_with_releases_discloses(cells, given_on):
    counts = {name: sum(cells[place] for place in SUMS[name]) for name in given_on}
    withheld = hidden(counted(*((name, counts[name], day) for name, day in given_on.items())))
    every = {name: CELLS[SUMS[name]].sum(axis=0) for name in counts}
    fitting = np.all([every[name] == counts[name] for name in counts.keys() - withheld] or [CELLS[0] >= 0], axis=0)
    assert {name for name, count in counts.items() if 0 < count < 5} <= withheld
    for name in withheld:
        if 0 < counts[name] < 5:
            assert np.ptp(every[name][fitting]) >= 5, name
