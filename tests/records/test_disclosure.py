"""What is withheld so that nobody can be known: typed tables to check by eye, and an attacker who may calculate."""

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis import read_sources
from analysis.core import paths
from analysis.records import disclosure
from analysis.records.disclosure import SettingsError, read_limits
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
DEFAULT = read_limits(paths.raw_folder().parent)  # no file there: the default limits


def counted(*rows, measure="brukere") -> pd.DataFrame:
    """Return counts typed as (breakdown, value) or (breakdown, value, day of publication)."""
    names = ("breakdown", "value", "published")
    return observations(
        [{"measure": measure, "period": "2023"} | dict(zip(names, row, strict=False)) for row in rows], STRATEGY
    )


def shared(*rows, measure="andel", **more) -> pd.DataFrame:
    """Return shares typed as (breakdown, numerator, denominator)."""
    return observations(
        [
            {"measure": measure, "period": "2023", "breakdown": b, "value": 100 * part / whole}
            | {"numerator": part, "denominator": whole}
            | more
            for b, part, whole in rows
        ],
        STRATEGY,
    )


def hidden(rows: pd.DataFrame, limits=DEFAULT) -> set[str]:
    """Return the breakdowns withheld; those of a later edition with the year and month of it."""
    shown = disclosure.withhold(rows, STRATEGY.measures, OWNERS, limits)
    own = shown[shown["standing"] == "withheld"]
    return set(own["breakdown"])


@pytest.mark.parametrize(("count", "withheld"), [(0, False), (1, True), (4, True), (5, False), (100, False)])
def test_a_count_of_persons_below_five_is_withheld_and_nobody_is_no_person(count, withheld):
    assert hidden(counted(("", count))) == ({""} if withheld else set())


def test_projects_are_no_persons():
    assert hidden(counted(("", 3), measure="prosjekter")) == set()


@pytest.mark.parametrize(
    ("part", "whole", "withheld"),
    [(4, 100, True), (96, 100, True), (95, 100, False), (0, 9, True), (0, 10, False), (10, 10, False), (5, 10, False)],
)
def test_a_share_is_withheld_for_few_few_others_and_few_asked(part, whole, withheld):
    assert hidden(shared(("", part, whole))) == ({""} if withheld else set())


@pytest.mark.parametrize(("value", "n", "withheld"), [(1, 300, True), (99, 300, True), (2, 300, False), (50, 9, True)])
def test_a_share_of_respondents_is_withheld_when_it_comes_to_few_of_them(value, n, withheld):
    rows = observations([("svar", "2023", value, n)], STRATEGY)
    assert hidden(rows) == ({""} if withheld else set())


def test_what_is_withheld_has_no_figure_in_any_column_and_says_why_while_the_rest_is_untouched():
    rows = shared(("", 3, 100), ("", 40, 100), note="three of them").assign(period=["2022", "2023"])
    shown = disclosure.withhold(rows, STRATEGY.measures, OWNERS, DEFAULT)
    assert shown.loc[0, ["value", "numerator", "denominator", "n"]].isna().all()
    assert (shown.loc[0, "standing"], "three" in shown.loc[0, "note"]) == ("withheld", False)
    pd.testing.assert_frame_equal(shown[1:], rows[1:])
    assert rows.loc[0, "value"] == 3


def test_the_last_three_of_a_hundred_cannot_be_had_by_subtraction():
    rows = counted(("", 100), ("kjonn=kvinner", 50), ("kjonn=menn", 47))
    assert hidden(rows) == {"kjonn=menn"}


def test_one_few_among_parts_takes_the_next_smallest_with_it():
    rows = counted(("", 100), ("alder=a", 60), ("alder=b", 37), ("alder=c", 3))
    assert hidden(rows) == {"alder=b", "alder=c"}


def test_two_few_that_add_up_to_few_take_a_third_with_them():
    rows = counted(("", 100), ("alder=a", 60), ("alder=b", 36), ("alder=c", 3), ("alder=d", 1))
    assert hidden(rows) == {"alder=b", "alder=c", "alder=d"}


def test_nobody_is_no_shelter():
    rows = counted(("", 100), ("alder=a", 60), ("alder=b", 37), ("alder=c", 3), ("alder=d", 0))
    assert hidden(rows) == {"alder=b", "alder=c"}


def test_a_few_in_a_table_of_two_ways_takes_a_rectangle_with_it():
    cells = {("a", "x"): 3, ("a", "y"): 20, ("a", "z"): 50, ("b", "x"): 30, ("b", "y"): 21, ("b", "z"): 51}
    rows = [(f"alder={a};kjonn={k}", value) for (a, k), value in cells.items()]
    rows += [(f"alder={a}", sum(v for (b, _), v in cells.items() if b == a)) for a in "ab"]
    rows += [(f"kjonn={k}", sum(v for (_, b), v in cells.items() if b == k)) for k in "xyz"]
    found = hidden(counted(*rows, ("", 175)))
    assert found == {"alder=a;kjonn=x", "alder=a;kjonn=y", "alder=b;kjonn=x", "alder=b;kjonn=y"}


def test_cells_and_their_total_alone_make_a_sum_though_no_subtotal_has_a_row():
    cells = {"alder=a;kjonn=x": 3, "alder=a;kjonn=y": 20, "alder=b;kjonn=x": 30, "alder=b;kjonn=y": 21}
    assert hidden(counted(*cells.items(), ("", 74))) == {"alder=a;kjonn=x", "alder=a;kjonn=y"}
    assert hidden(counted(*cells.items())) == {"alder=a;kjonn=x"}


def test_cells_of_one_subtotal_without_a_row_and_another_subtotal_without_its_cells_make_a_sum():
    assert hidden(counted(("", 74), ("alder=a;kjonn=x", 3), ("alder=a;kjonn=y", 20), ("alder=b", 51))) == {
        "alder=a;kjonn=x",
        "alder=a;kjonn=y",
    }


def test_two_breakdowns_of_a_total_that_has_no_row_give_nobody_away():
    rows = counted(("alder=a", 60), ("alder=b", 43), ("kjonn=x", 100), ("kjonn=y", 3))
    assert hidden(rows) == {"kjonn=x", "kjonn=y"}


def test_a_cell_that_no_row_tells_of_is_no_shelter_where_it_stands_in_two_sums():
    rows = counted(("", 62), ("alder=a", 30), ("kjonn=x", 20), ("alder=a;kjonn=x", 3), ("alder=b;kjonn=y", 15))
    assert hidden(rows) > {"alder=a;kjonn=x"}


def test_few_in_a_cell_that_no_row_tells_of_are_protected_where_its_row_of_the_table_is_told():
    assert hidden(counted(("alder=a", 100), ("alder=a;kjonn=x", 97), ("alder=b;kjonn=y", 30))) == {"alder=a;kjonn=x"}


def test_few_beyond_all_cells_of_a_table_are_protected_by_the_smallest_cell_where_no_subtotal_has_a_row():
    cells = {"alder=a;kjonn=x": 30, "alder=a;kjonn=y": 31, "alder=b;kjonn=x": 20, "alder=b;kjonn=y": 17}
    assert hidden(counted(*cells.items(), ("", 101))) == {"alder=b;kjonn=y"}


def test_few_others_of_two_groups_take_a_third_with_them():
    rows = shared(("", 245, 299), ("kjonn=x", 97, 100), ("kjonn=y", 98, 99), ("kjonn=z", 50, 100))
    assert hidden(rows) == {"kjonn=x", "kjonn=y", "kjonn=z"}


def test_answers_to_one_question_leave_nobody_few():
    rows = shared(("svar=ja", 60, 100), ("svar=nei", 37, 100))  # three answered otherwise
    assert hidden(rows) == {"svar=nei"}


def test_the_others_of_two_groups_are_no_way_to_the_few():
    rows = shared(("", 147, 200), ("kjonn=kvinner", 50, 100), ("kjonn=menn", 97, 100))
    assert hidden(rows) == {"kjonn=kvinner", "kjonn=menn"}


def test_parts_that_overlap_are_no_sum():
    assert hidden(counted(("", 100), ("type=a", 60), ("type=b", 80))) == set()


def test_shares_in_whole_per_cent_do_not_tell_of_those_lost_in_rounding():
    answers = [{"measure": "svar", "period": "2023", "breakdown": f"svar={a}", "value": 33, "n": 400} for a in "abc"]
    assert hidden(observations(answers, STRATEGY)) == set()


def test_a_total_that_comes_after_its_parts_gives_way_to_what_is_out_already():
    rows = counted(("kjonn=kvinner", 50, "2024-01-01"), ("kjonn=menn", 47, "2024-01-01"), ("", 100, "2024-06-01"))
    assert hidden(rows) == {""}


def test_a_part_that_comes_after_its_total_gives_way_to_what_is_out_already():
    rows = counted(("", 100, "2024-01-01"), ("kjonn=kvinner", 50, "2024-01-01"), ("kjonn=menn", 47, "2024-06-01"))
    assert hidden(rows) == {"kjonn=menn"}


def test_a_revision_does_not_bring_back_what_was_withheld_and_leaves_what_was_out():
    rows = counted(("", 3, "2024-01-01"), ("", 6, "2024-06-01"))
    shown = disclosure.withhold(rows, STRATEGY.measures, OWNERS, DEFAULT)
    assert shown["standing"].tolist() == ["withheld", "withheld"]
    rows = counted(("", 12, "2024-01-01"), ("", 3, "2024-06-01"))
    shown = disclosure.withhold(rows, STRATEGY.measures, OWNERS, DEFAULT)
    assert shown["standing"].tolist() == ["", "withheld"]


def test_what_an_earlier_release_showed_a_later_one_shows_too():
    rows = counted(("kjonn=kvinner", 50, "2024-01-01"), ("kjonn=menn", 47, "2024-01-01"), ("", 100, "2024-06-01"))
    early = rows[rows["published"] < "2024-03-31"]
    both = [disclosure.find_disclosive(each, STRATEGY.measures, OWNERS, DEFAULT) for each in (early, rows)]
    assert both[0].tolist() == both[1].reindex(early.index).tolist() == [False, False]


def limits(tmp_path, text: str) -> disclosure.Limits:
    (tmp_path / disclosure.FILE).write_text(text, encoding="utf-8")
    return read_limits(tmp_path)


def test_an_owner_s_own_rule_goes_before_the_house_s_and_only_for_what_is_theirs(tmp_path):
    own = limits(
        tmp_path, '[[owner]]\nname = "The owner"\nthreshold = 11\nbase = 20\nrule = "Their terms, section 4"\n'
    )
    assert own.owners.loc["The owner"].tolist() == [11, 20, "Their terms, section 4"]
    assert hidden(counted(("", 10)), own) == {""}
    assert hidden(counted(("", 10)).assign(source="other"), own) == set()


def test_an_owner_who_has_stated_nothing_has_the_house_s_rule_and_it_is_said_so(tmp_path):
    own = limits(tmp_path, '[default]\nthreshold = 5\nrule = "Ours"\n[[owner]]\nname = "The owner"\n').owners
    assert own.loc["The owner"].tolist() == [5, 10, "Ours"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[owner]]\nname = "A"\nthreshold = 3\n', "give all, or none"),
        ('[[owner]]\nname = "A"\n[[owner]]\nname = "A"\n', "'A': stands twice"),
        ("[default]\nthreshold = 1\n", "default > threshold"),
        ("[default\n", "cannot be read"),
        ("[house]\nthreshold = 6\n", r"field house: no such field; .*belong in \[default\]"),  # its name until 2026
    ],
)
def test_settings_that_say_half_are_refused(tmp_path, text, told):
    with pytest.raises(SettingsError, match=told):
        limits(tmp_path, text)


def test_the_project_s_own_owners_are_publishers_of_its_sources():
    publishers = set(read_sources()["publisher"])
    assert set(read_limits(paths.raw_folder()).owners.index) <= publishers


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
@settings(max_examples=60, deadline=None)
@given(tables())
def test_no_attacker_finds_what_is_withheld_from_a_table_of_two_ways(table):
    withheld = hidden(counted(*table.items()))
    few = {name for name, value in table.items() if 0 < value < 5}
    assert few <= withheld
    for name, (low, high) in attacked(table, table.keys() - withheld).items():
        assert high - low >= 5 - 1e-6, name


DAYS = ("2024-01-01", "2024-04-01", "2024-07-01")
SIZES = st.one_of(st.integers(0, 6), st.integers(0, 60))


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(SIZES, st.sampled_from(DAYS)), min_size=2, max_size=4), st.sampled_from(DAYS))
def test_no_attacker_finds_a_few_in_releases_laid_together(parts, day):
    rows = [(f"alder={name}", size, known) for name, (size, known) in zip("abcd", parts, strict=False)]
    total = sum(size for size, _ in parts)
    withheld = hidden(counted(*rows, ("", total, day)))
    table = {name: size for name, size, _ in rows} | {"": total}
    for name, (low, high) in attacked(table, table.keys() - withheld).items():
        if 0 < table[name] < 5:
            assert high - low >= 5 - 1e-6, name


CELLS = np.indices((15,) * 4).reshape(4, -1)  # every table of a, b by x, y with at most 14 in a cell
SUMS = {"": [0, 1, 2, 3], "alder=a": [0, 1], "alder=b": [2, 3], "kjonn=x": [0, 2], "kjonn=y": [1, 3]}
SUMS |= {"alder=a;kjonn=x": [0], "alder=a;kjonn=y": [1], "alder=b;kjonn=x": [2], "alder=b;kjonn=y": [3]}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 8), min_size=4, max_size=4),
    st.dictionaries(st.sampled_from(list(SUMS)), st.sampled_from(DAYS), min_size=4),
)
def test_nobody_who_tries_every_table_there_is_finds_a_few_whatever_rows_were_given_and_when(cells, given_on):
    counts = {name: sum(cells[place] for place in SUMS[name]) for name in given_on}
    withheld = hidden(counted(*((name, counts[name], day) for name, day in given_on.items())))
    every = {name: CELLS[SUMS[name]].sum(axis=0) for name in counts}
    fitting = np.all([every[name] == counts[name] for name in counts.keys() - withheld] or [CELLS[0] >= 0], axis=0)
    assert {name for name, count in counts.items() if 0 < count < 5} <= withheld
    for name in withheld:
        if 0 < counts[name] < 5:
            assert np.ptp(every[name][fitting]) >= 5, name
