"""Areas: the register, codes that change, and figures that are carried or summed only where nothing is lost."""

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.core.paths import raw_folder
from analysis.records.areas import KINDS, AreaError, carried, read_areas, within
from analysis.records.observations import ObservationError, check, read_area_observations, read_observations
from analysis.records.sources import read_sources
from countries import HEADER, write
from projects import make_project
from typed_cases import listed

REGISTER = Path(__file__).with_name("register")
# A renumbered (1 -> 11), a merger (2 + 3 -> 12), a split (4 -> 13 and 14), and one that takes in a part of a split
# (5, and a part of 6 -> 15; the rest of 6 -> 16). 7 stays as it is.
AREAS = (REGISTER / "areas.csv").read_text(encoding="utf-8")
CHANGES = (REGISTER / "changes.csv").read_text(encoding="utf-8")
DAY = pd.Timestamp("2024-12-31")


@pytest.fixture
def areas(tmp_path):
    return read_areas(write(tmp_path, AREAS, CHANGES))


def figures(*rows, whole=False):
    """Typed rows: area, period, numerator, denominator (shares) or area, period, value (counts)."""
    made = [
        {"measure": "m", "area": area, "period": period, "numerator": n, "denominator": d}
        | {"value": n if whole else 100 * n / d, "unit": "personer" if whole else "prosent", "whole": whole}
        for area, period, n, d in rows
    ]
    return pd.DataFrame(made).assign(published=pd.Timestamp("2024-02-01"), source="kilde")


def shown(rows):
    return {(row.area, row.period): (row.value, row.parts) for row in rows.itertuples()}


def test_the_register_is_that_of_statistics_norway():
    register = read_areas()
    before, after = (register.in_force("kommune", pd.Timestamp(day)) for day in ("2023-12-31", "2024-01-01"))
    assert (len(before), len(after)) == (356, 357)  # SSB, 2020-2023 and from 2024
    assert [len(register.in_force(kind, DAY)) for kind in KINDS[:2]] == [4, 19]
    assert after.loc[["3101", "1508", "1580", "5501"], "name"].tolist() == ["Halden", "Ålesund", "Haram", "Tromsø"]
    assert set(after["within"]) == set(register.in_force("helsefellesskap", DAY).index)
    # the reform of 2020 made 43 of 109, and split Tysfjord and Snillfjord
    change = register.changes[lambda c: c["date"] == "2020-01-01"]
    merged = change[change["new"].duplicated(keep=False)]
    assert (merged["new"].nunique(), merged["old"].nunique()) == (43, 109)
    assert set(change.loc[change["old"].duplicated(), "old"]) == {"1850", "5012"}
    cited = set(read_sources(raw_folder() / "areas").index)
    for name in ("areas.csv", "changes.csv"):
        assert set(pd.read_csv(raw_folder() / "areas" / name, dtype=str)["source"]) <= cited


def test_renumbered_and_merged_have_successors_split_has_none(areas):
    successors = areas.successors(DAY)
    assert successors[["1", "2", "3", "7", "12"]].tolist() == ["11", "12", "12", "7", "12"]
    assert successors[["4", "5", "6"]].tolist() == ["", "", ""]  # 15 took in a part of 6: before, it is not all of it
    assert areas.successors(pd.Timestamp("2023-12-31"))[["1", "4", "5"]].tolist() == ["1", "4", "5"]


def test_an_area_that_took_in_a_part_of_another_starts_anew(tmp_path):
    changes = "date,old,new,source\n2023-01-01,1,7,kilde\n2024-01-01,6,7,kilde\n2024-01-01,6,16,kilde\n"
    successors = read_areas(write(tmp_path, AREAS, changes)).successors(DAY)
    assert successors[["1", "6", "7"]].tolist() == ["", "", "7"]


def test_a_renumbered_series_goes_on_under_the_new_code():
    rows = figures(("3001", "2023", 20, 100), ("3101", "2024", 30, 100))
    assert shown(carried(rows, read_areas(), DAY)) == {
        ("3101", "2023"): (20.0, "3001"),
        ("3101", "2024"): (30.0, "3101"),
    }


def test_a_merger_sums_its_parts_where_all_is_known(areas):
    rows = figures(("2", "2023", 10, 50), ("3", "2023", 60, 100))
    assert shown(carried(rows, areas, DAY)) == {("12", "2023"): (100 * 70 / 150, "2+3")}
    assert shown(carried(rows[:1], areas, DAY)) == {}
    assert shown(carried(rows.assign(numerator=float("nan")), areas, DAY)) == {}  # shares without their counts
    persons = figures(("2", "2023", 10, float("nan")), ("3", "2023", 60, float("nan")), whole=True)
    assert shown(carried(persons, areas, DAY)) == {("12", "2023"): (70.0, "2+3")}


def test_nothing_is_carried_across_a_split(areas):
    rows = figures(("4", "2023", 10, 50), ("5", "2023", 60, 100), ("13", "2024", 1, 4), ("15", "2024", 1, 2))
    assert shown(carried(rows, areas, DAY)) == {("13", "2024"): (25.0, "13"), ("15", "2024"): (50.0, "15")}


def test_a_larger_area_is_the_sum_of_all_within_it(areas):
    old = [(code, "2023", 1, 10) for code in "1234567"]
    new = [(code, "2024", 2, 10) for code in ("7", "11", "12", "13", "14", "15", "16")]
    communities = within(figures(*old, *new), areas, "helsefellesskap")
    assert [(r.area, r.period, r.numerator, r.value) for r in communities.itertuples()] == [
        ("F", "2023", 7, 10.0),
        ("F", "2024", 14, 20.0),
    ]
    regions = within(communities, areas, "region")
    assert [(r.area, r.period, r.numerator) for r in regions.itertuples()] == [("R", "2023", 7), ("R", "2024", 14)]
    assert within(figures(*old[:-1]), areas, "helsefellesskap").empty  # one part is silent


@listed(__file__, "faulty_areas.toml", "register")
def test_a_register_with_a_fault_is_refused(tmp_path, old, new, problem):
    with pytest.raises(AreaError, match=re.escape(problem)):
        read_areas(write(tmp_path, AREAS.replace(old, new, 1), CHANGES.replace(old, new)))


def test_an_area_not_in_force_is_named_with_its_successors(areas):
    assert areas.area("11", DAY)["name"] == "En"
    with pytest.raises(AreaError, match="not in force on 2024-12-31; from 2024-01-01 it is 13 and 14"):
        areas.area("4", DAY)
    with pytest.raises(AreaError, match="is the code of no area"):
        areas.area("99", DAY)
    with pytest.raises(AreaError, match="did you mean 'kommune'"):
        areas.in_force("komune", DAY)


@pytest.fixture
def project(tmp_path):
    root = make_project(tmp_path)
    write(root / "data" / "raw", AREAS, CHANGES)
    return root / "data" / "raw"


def deliver(raw, *rows):
    lines = "".join(f"andel-foerste,{area},{period},,{rest},kilde,\n" for area, period, rest in rows)
    (raw / "observations" / "omraader.csv").write_text(HEADER + lines, encoding="utf-8")


GOOD = "25,prosent,1,4,,,,2024-02-01"


def test_figures_of_areas_leave_the_national_ones_as_they_are(project):
    before = read_observations(folder=project)
    deliver(project, ("1", "2023", GOOD), ("7", "2023", GOOD))
    pd.testing.assert_frame_equal(read_observations(folder=project), before)
    rows = read_area_observations(folder=project)
    assert rows[["area", "period", "value"]].values.tolist() == [["1", "2023", 25.0], ["7", "2023", 25.0]]
    assert read_area_observations("2024-01-31", folder=project).empty  # published on 1 February
    deliver(project, ("1", "2023", GOOD), ("7", "2023", GOOD), ("7", "2023", GOOD))
    with pytest.raises(ObservationError, match=r"line 4.*is on line 3 already"):
        read_area_observations(folder=project)


@listed(__file__, "faulty_areas.toml", "figures")
def test_a_figure_of_an_area_not_in_force_names_the_code_to_use(project, area, period, message):
    deliver(project, (area, period, "25,prosent,1,4,,,,2024-05-01"))
    with pytest.raises(ObservationError, match=message):
        read_area_observations(folder=project)


def test_each_area_is_held_against_its_own_last_figure(project):
    deliver(project, ("1", "2022", "4,prosent,,,,,,2023-02-01"), ("7", "2023", "80,prosent,,,,,,2024-02-01"))
    assert check(project).empty
    deliver(project, ("7", "2022", "4,prosent,,,,,,2023-02-01"), ("7", "2023", "80,prosent,,,,,,2024-02-01"))
    assert check(project)["rule"].tolist() == ["jump"]
