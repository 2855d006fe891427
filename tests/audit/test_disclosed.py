"""The attacker at the door: finished tables, laid beside earlier ones; what they tell of few persons is found."""

import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_disclosure import CELLS, DAYS, SUMS, counted, hidden

from analysis.records import disclosure
from analysis.reports import disclosed
from analysis.reports.disclosed import find_disclosures
from projects import make_project

_COLUMNS = ("measure", "period", "breakdown", "value", "unit", "numerator", "denominator", "n", "standing", "published")
_RAW = {
    "strategy": '[[context]]\nslug = "brukere"\nbasis = "register"\ncounts = "personer"\n'
    '[[context]]\nslug = "prosjekter"\nbasis = "register"\ncounts = "prosjekter"\n'
    '[[context]]\nslug = "svar"\nbasis = "survey"\n',
    "sources": '[[source]]\nslug = "kilde"\npublisher = "The owner"\n',
}
GONE = ""  # how the tables write a withheld figure


def write_raw(folder: Path) -> Path:
    (folder / "raw").mkdir()
    for name, text in _RAW.items():
        (folder / "raw" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder / "raw"


@pytest.fixture
def raw(tmp_path) -> Path:
    return write_raw(tmp_path)


def release(folder: Path, *rows: tuple, measure: str = "brukere", day: str = "2024-01-01") -> Path:
    """Return `folder` with a table of rows typed as (breakdown, value) or (breakdown, value, day)."""
    (folder / "tables").mkdir(parents=True)
    with (folder / "tables" / "observations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*_COLUMNS, "source"], restval="")
        writer.writeheader()
        for breakdown, value, *known in rows:
            writer.writerow(
                {"measure": measure, "period": "2023", "breakdown": breakdown, "value": value, "unit": "personer"}
                | {"standing": "" if value != GONE else "withheld", "source": "kilde"}
                | {"published": known[0] if known else day}
            )
    return folder


def test_tables_that_tell_of_nobody_few_pass(tmp_path, raw):
    rows = ("", 100), ("kjonn=kvinner", 50), ("kjonn=menn", 50)
    assert find_disclosures(release(tmp_path / "a", *rows), raw) == []


def test_few_persons_shown_are_found_and_few_projects_are_left_alone(tmp_path, raw):
    assert find_disclosures(release(tmp_path / "a", ("", 3)), raw) == ["brukere 2023: few persons are shown"]
    assert find_disclosures(release(tmp_path / "b", ("", 3), measure="prosjekter"), raw) == []


def test_an_owner_s_limit_is_read_from_the_settings(tmp_path, raw):
    rule = '[[owner]]\nname = "The owner"\nthreshold = 11\nbase = 20\nrule = "Their terms"\n'
    assert find_disclosures(release(tmp_path / "a", ("", 10)), raw) == []
    (raw / disclosure.FILE).write_text(rule, encoding="utf-8")
    assert find_disclosures(tmp_path / "a", raw) == ["brukere 2023: few persons are shown"]


def test_a_remainder_of_few_is_found(tmp_path, raw):
    found = find_disclosures(release(tmp_path / "a", ("", 100), ("kjonn=kvinner", 50), ("kjonn=menn", 47)), raw)
    assert found == ["brukere 2023 kjonn=kvinner: the total less what is shown leaves few persons"]


def test_one_withheld_part_alone_is_worked_out(tmp_path, raw):
    rows = ("", 100), ("alder=a", 60), ("alder=b", 37), ("alder=c", GONE)
    found = find_disclosures(release(tmp_path / "a", *rows), raw)
    assert found == ["brukere 2023 alder=c: withheld, and can be worked out from what is shown"]


def test_two_withheld_parts_that_come_to_few_are_worked_out_nearly(tmp_path, raw):
    rows = ("", 100), ("alder=a", 96), ("alder=b", GONE), ("alder=c", GONE)
    assert len(find_disclosures(release(tmp_path / "a", *rows), raw)) == 2


def test_two_withheld_parts_that_come_to_many_are_safe(tmp_path, raw):
    rows = ("", 100), ("alder=a", 60), ("alder=b", GONE), ("alder=c", GONE)
    assert find_disclosures(release(tmp_path / "a", *rows), raw) == []


def test_a_withheld_corner_of_a_table_of_two_ways_is_worked_out_through_the_other_way(tmp_path, raw):
    rows = [("", 103), ("alder=a", 53), ("alder=b", 50), ("kjonn=x", GONE), ("kjonn=y", GONE)]
    rows += [("alder=a;kjonn=x", GONE), ("alder=a;kjonn=y", 50), ("alder=b;kjonn=x", 30), ("alder=b;kjonn=y", 20)]
    found = find_disclosures(release(tmp_path / "a", *rows), raw)
    assert "brukere 2023 alder=a;kjonn=x: withheld, and can be worked out from what is shown" in found


def test_a_withheld_cell_is_worked_out_from_the_total_and_cells_of_an_earlier_release_without_subtotals(tmp_path, raw):
    cells = ("alder=a;kjonn=x", GONE), ("alder=a;kjonn=y", 50), ("alder=b;kjonn=x", 30), ("alder=b;kjonn=y", 20)
    earlier = release(tmp_path / "a", *cells)
    found = find_disclosures(release(tmp_path / "b", ("", 103, "2024-04-01")), raw, [earlier])
    assert found == ["brukere 2023 alder=a;kjonn=x: withheld, and can be worked out from what is shown"]


AX, AY, BX, BY = (f"alder={a};kjonn={k}" for a in "ab" for k in "xy")
UNTOLD = "no row tells of it, and few persons can be worked out from what is shown"
LEAKS = [
    ([("", 74), (AX, GONE), (AY, 20), ("alder=b", 51)], AX),
    ([("alder=a", 60), ("alder=b", 43), ("kjonn=x", 100), ("kjonn=y", GONE)], "kjonn=y"),
    ([("", 62), ("alder=a", 30), ("kjonn=x", 20), (AX, GONE), (BY, 15)], AX),
]


@pytest.mark.parametrize(("rows", "found"), LEAKS)
def test_a_withheld_count_is_worked_out_through_what_no_row_gives_in_one_release_and_across_two(
    tmp_path, raw, rows, found
):
    told = f"brukere 2023 {found}: withheld, and can be worked out from what is shown"
    assert told in find_disclosures(release(tmp_path / "all", *rows), raw)
    first, second = release(tmp_path / "first", *rows[1:]), release(tmp_path / "second", rows[0])
    assert told in find_disclosures(second, raw, [first])


def test_few_in_a_cell_that_no_row_gives_are_worked_out(tmp_path, raw):
    found = find_disclosures(release(tmp_path / "a", ("alder=a", 100), (AX, 97), (BY, 30)), raw)
    assert found == [f"brukere 2023 {AY}: {UNTOLD}"]


def test_few_beyond_all_cells_of_a_table_are_worked_out_where_no_subtotal_has_a_row(tmp_path, raw):
    found = find_disclosures(release(tmp_path / "a", ("", 101), (AX, 30), (AY, 31), (BX, 20), (BY, 17)), raw)
    assert found == ["brukere 2023: the total less what is shown leaves few persons"]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 8), min_size=4, max_size=4),
    st.dictionaries(st.sampled_from(list(SUMS)), st.sampled_from(DAYS), min_size=5),
)
def test_the_attacker_finds_what_trying_every_table_finds_and_nothing_once_it_is_protected(
    tmp_path_factory, cells, given_on
):
    assume(all(any(group in name for name in given_on) for group in ("=a", "=b", "=x", "=y")))
    folder = tmp_path_factory.mktemp("attacked")
    raw = write_raw(folder)
    counts = {name: sum(cells[place] for place in SUMS[name]) for name in given_on}
    few = {name for name, count in counts.items() if 0 < count < 5}
    withheld = hidden(counted(*((name, counts[name], day) for name, day in given_on.items())))
    leaky, safe = (
        find_disclosures(
            release(folder / kind, *((n, GONE if n in gone else counts[n], day) for n, day in given_on.items())), raw
        )
        for kind, gone in (("leaky", few), ("safe", withheld))
    )
    assert safe == []
    every = {name: CELLS[SUMS[name]].sum(axis=0) for name in counts}
    fitting = np.all([every[name] == counts[name] for name in counts.keys() - few], axis=0)
    for name in few:
        if 0 < every[name][fitting].max() < 5:
            assert any(entry.startswith(f"brukere 2023 {name}:".replace(" :", ":")) for entry in leaky), name


def test_what_an_earlier_release_showed_and_this_one_withholds_is_found(tmp_path, raw):
    earlier = release(tmp_path / "a", ("", 100), ("alder=a", 50), ("alder=b", 40))
    now = release(tmp_path / "b", ("", 100), ("alder=a", GONE), ("alder=b", 40))
    assert find_disclosures(now, raw, [earlier]) == [
        "brukere 2023 alder=a: withheld here, and shown in an earlier release"
    ]


def test_a_total_here_and_parts_in_an_earlier_release_are_laid_together(tmp_path, raw):
    earlier = release(tmp_path / "a", ("alder=a", 50), ("alder=b", 47))
    now = release(tmp_path / "b", ("", 100, "2024-04-01"))
    assert find_disclosures(now, raw) == []
    assert find_disclosures(now, raw, [earlier]) == [
        "brukere 2023 alder=a: the total less what is shown leaves few persons"
    ]


def test_the_data_package_is_opened_too(tmp_path, raw):
    table = release(tmp_path / "a", ("", 3)) / "tables" / "observations.csv"
    packed = tmp_path / "b" / "downloads" / "datapackage.zip"
    packed.parent.mkdir(parents=True)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(table, "observations.csv")
    assert find_disclosures(tmp_path / "b", raw) == ["brukere 2023: few persons are shown"]


def test_the_attacker_uses_nothing_of_what_withholds():
    assert "disclosure" not in {line.split()[1] for line in _imports()}


def _imports() -> list[str]:
    lines = Path(disclosed.__file__).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip().startswith(("from ", "import "))]


_TABLE = """\
measure,period,breakdown,value,unit,numerator,denominator,n,qualifier,standing,published,source,note
andel-foerste,2022,,26,prosent,260,1000,,,,2023-02-01,kilde,
andel-foerste,2023,,0.3,prosent,3,1000,,,,2024-02-01,kilde,only three of them
andel-andre,2023,,40,prosent,,,,,,2024-02-01,kilde,
andel-tredje,2023,,50,prosent,,,,,,2024-02-01,kilde,
"""


def project_of_few(root: Path) -> Path:
    """Return the small project, of persons now, of whom one figure tells of three."""
    raw = make_project(root) / "data" / "raw"
    strategy = raw / "strategy.toml"
    text = strategy.read_text(encoding="utf-8").replace('basis = "register"', 'basis = "register"\ncounts = "personer"')
    strategy.write_text(text, encoding="utf-8")
    (raw / "observations" / "maalt.csv").write_text(_TABLE, encoding="utf-8")
    return root


def _report(root: Path) -> subprocess.CompletedProcess:
    environment = {**os.environ, "EHELSE_ROOT": str(root)}
    command = [sys.executable, "-m", "analysis", "report", "2024Q1"]
    return subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.slow
def test_a_report_withholds_says_why_and_stops_when_an_earlier_one_told(tmp_path):
    root = project_of_few(tmp_path)
    made = _report(root)
    assert made.returncode == 0, made.stderr
    processed = root / "data" / "processed"
    rows = list(csv.DictReader((processed / "2024Q1" / "tables" / "observations.csv").open(encoding="utf-8")))
    row = next(row for row in rows if (row["measure"], row["period"]) == ("andel-foerste", "2023"))
    assert (row["value"], row["numerator"], row["denominator"], row["standing"]) == ("", "", "", "withheld")
    assert "three" not in row["note"]
    lights = list(csv.DictReader((processed / "2024Q1" / "tables" / "lights.csv").open(encoding="utf-8")))
    assert [light["proposed_reason"] for light in lights if light["item"] == "1.1"] == ["withheld"]
    table = processed / "2024Q1" / "tables" / "observations.csv"
    told = table.read_text(encoding="utf-8").replace("2023,,,prosent,,,,,withheld", "2023,,0.3,prosent,3,1000,,,")
    table.write_text(told, encoding="utf-8")  # as if it had been published before anybody protected it
    stopped = _report(root)
    assert stopped.returncode == 1
    assert "andel-foerste 2023: withheld here, and shown in an earlier release" in stopped.stderr
    assert "0.3" not in stopped.stderr
    log = [json.loads(line)["state"] for line in (processed / "runs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert log == ["START", "COMPLETE", "START", "FAIL"]
