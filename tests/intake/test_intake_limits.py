"""Large and odd files end within ten seconds and 500 MB, with the cause named, in whichever reader they meet."""

import json
import multiprocessing
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from packages import package

from analysis.core.faults import RawDataError
from analysis.intake import row_rules
from analysis.intake.jsonstat import read_jsonstat
from analysis.intake.respondents import Questionnaire, read_respondents
from analysis.intake.table_layout import Layout, read_table
from typed_cases import listed

pytestmark = pytest.mark.slow

SECONDS, MEGABYTES = 10.0, 500
LAYOUT = Layout(("measure", "period", "value", "note"), long=("note",))
HEADER = b"measure,period,value,note\n"
LARGE = 19_000_000  # bytes: within the limit of size, so that it is read


def read(path: Path) -> list[str]:
    """Return the rules that a file offends, read as its name asks for."""
    if path.suffix == ".json":
        try:
            read_jsonstat(path, path.parent)
        except RawDataError as refused:
            return [refused.faults[0].rule]
        return []
    if path.stem.startswith("svar"):
        asked = Questionnaire("id", answers={"svar": frozenset({1.0, 2.0})})
        return [fault.rule for fault in read_respondents(path, asked, path.parent).faults]
    return [fault.rule for fault in read_table(path, LAYOUT, path.parent).faults]


def judged(path: Path, answers) -> None:
    offended = read(path)
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent = sum(used.ru_utime + used.ru_stime for used in (own, children))  # a busy machine is not the file's fault
    answers.put((offended, max(own.ru_maxrss, children.ru_maxrss) / 1000, spent))


def bomb(size: int) -> bytes:
    return package({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * size})


def lying_bomb() -> bytes:
    """Return a package whose part says it is small: the sizes stand in two headers, four bytes each."""
    true, said = (90_000_000).to_bytes(4, "little"), (900).to_bytes(4, "little")
    return bomb(90_000_000).replace(true, said)


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    return package({"xl/workbook.xml": f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><x>&a11;</x>'.encode()})


def jsonstat(**changes) -> bytes:
    dimension = {"category": {"index": ["2024"]}}
    document = {"version": "2.0", "class": "dataset", "id": ["tid"], "size": [1], "dimension": {"tid": dimension}}
    return json.dumps(document | {"value": [1]} | changes).encode()


BYTES: dict[str, tuple[Callable[[], bytes], str]] = {
    "a-million-columns.csv": (lambda: b",".join(b"k%d" % i for i in range(10**6)) + b"\n", "size"),
    "a-million-fields-in-a-row.csv": (lambda: HEADER + b"1," * 10**6 + b"\n", "row_shape"),
    "noise.csv": (lambda: os.urandom(LARGE), "encoding"),
    "zip-bomb.xlsx": (lambda: bomb(400_000_000), "size"),
    "lying-zip-bomb.xlsx": (lying_bomb, "not_xlsx"),
    "laughs.xlsx": (laughs, "not_xlsx"),
    "parts.xlsx": (lambda: package({f"xl/{i}.xml": b"" for i in range(5000)}), "size"),
    "cells.json": (lambda: jsonstat(size=[10**18]), "format"),
    "more-cells.json": (
        lambda: jsonstat(
            id=["tid", "a", "b"],
            size=[1, 2000, 2000],
            dimension={"tid": {"category": {"index": ["2024"]}}}
            | {name: {"category": {"index": [str(i) for i in range(2000)]}} for name in "ab"},
        ),
        "size",
    ),
    "digits.json": (lambda: jsonstat().replace(b"[1]}", b"[" + b"9" * LARGE + b"]}"), "format"),
    "svar-columns.csv": (lambda: b",".join(b"k%d" % i for i in range(10**6)) + b"\n", "size"),
    "svar-noise.sav": (lambda: b"$FL2" + os.urandom(LARGE), "format"),
}


def ends(path: Path, judge: Callable = judged) -> tuple[list[str], float, float]:
    """Return the rules offended, the megabytes and the seconds it took, in a process of its own."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["test_intake_limits"])
    answers = context.SimpleQueue()
    child = context.Process(target=judge, args=(path, answers))
    child.start()
    child.join(12 * SECONDS)
    child.kill()
    assert not answers.empty(), f"{path.name}: no answer, exit code {child.exitcode}"
    return answers.get()


def hold(path: Path, rule: str) -> None:
    offended, megabytes, seconds = ends(path)
    print(f"{path.name}: {offended[:3]} {seconds:.1f} s {megabytes:.0f} MB")
    assert rule in offended, offended[:5]
    assert seconds < SECONDS, seconds
    assert megabytes < MEGABYTES, megabytes


@listed(__file__, "large.toml", "files")
def test_a_file_of_one_thing_many_times_is_refused(tmp_path, name, start, part, times, end, rule):
    content = (start or "") + part * (times or 1) + (end or "")
    (tmp_path / name).write_bytes(content.encode("latin-1"))
    hold(tmp_path / name, rule)


@pytest.mark.parametrize("name", BYTES)
def test_a_large_or_odd_file_is_refused_in_time_and_memory(tmp_path, name):
    make, rule = BYTES[name]
    (tmp_path / name).write_bytes(make())
    hold(tmp_path / name, rule)


@pytest.mark.parametrize("name", ["figures.csv", "figures.xlsx", "svar.csv", "svar.sav", "table.json"])
def test_no_reader_waits_for_a_pipe(tmp_path, name):
    os.mkfifo(tmp_path / name)
    hold(tmp_path / name, "file")


def areas_judged(path: Path, answers) -> None:
    """Read and judge a file of figures as observations are; answer as `judged` does."""
    measure = {"unit": "prosent", "minimum": 0.0, "maximum": 100.0, "counts": "personer"}
    register = row_rules.register_of(pd.DataFrame([measure], index=["andel"]))
    table = read_table(path, AREAS, path.parent)
    rows, faults = row_rules.typed_rows(table.cells, register)
    found = [f"{len(rows)} rows", *(fault.rule for fault in (*table.faults, *faults))]
    used = resource.getrusage(resource.RUSAGE_SELF)
    answers.put((found, used.ru_maxrss / 1000, used.ru_utime + used.ru_stime))


AREAS = Layout(("measure", "area", "period", "value", "unit", "numerator", "denominator", "source"))


def test_all_figures_of_all_municipalities_fit_into_one_file(tmp_path):
    rows = [
        f"andel,{1000 + area},{2019 + quarter // 4}Q{1 + quarter % 4},25.0,prosent,{area + number},"
        f"{4 * (area + number)},kilde"
        for area in range(10, 367)
        for quarter in range(20)
        for number in range(15)
    ]
    path = tmp_path / "areas.csv"
    path.write_text("\n".join([",".join(AREAS.names), *rows, ""]))
    found, megabytes, seconds = ends(path, areas_judged)
    print(f"{len(rows)} rows: {seconds:.1f} s {megabytes:.0f} MB")
    assert found == ["107100 rows"]
    assert seconds < 3 * SECONDS
    assert megabytes < MEGABYTES
