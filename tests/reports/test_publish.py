"""Releases appear whole or not at all; readers, locks, old releases, dead runs, tables that no spreadsheet runs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis.reports import inputs, publish
from analysis.reports.prepare import write_table
from analysis.reports.publish import BusyError, PublishError, Shelf, claimed


@pytest.fixture
def shelf(tmp_path):
    (tmp_path / "processed").mkdir()
    return Shelf(tmp_path / "processed", "2024Q1")


def publish_one(shelf, text="page"):
    run = publish.new_id()
    workplace = publish.workplace_of(shelf, run)
    with claimed(shelf):
        publish.make_workplace(workplace, run)
        (workplace / "nb").mkdir()
        (workplace / "nb" / "strategi.html").write_text(text, encoding="utf-8")
        try:
            publish.publish(shelf, workplace, run, {"state": "COMPLETE"})
        finally:
            publish.remove_workplace(workplace)
    return run


def test_a_release_is_read_through_the_link_and_its_manifest_names_every_file_with_its_hash(shelf):
    run = publish_one(shelf)
    manifest = publish.read_manifest(shelf.current)
    assert manifest["run"] == run == shelf.current_id()
    assert manifest["outputs"] == {"nb/strategi.html": sha256(b"page")}
    assert not (shelf.current / "scratch").exists()


def sha256(data):
    return subprocess.run(["sha256sum"], input=data, capture_output=True, check=True).stdout.decode().split()[0]


def test_a_changed_file_makes_a_release_untrue(shelf):
    publish_one(shelf)
    (shelf.current / "nb" / "strategi.html").write_text("other", encoding="utf-8")
    assert publish.read_manifest(shelf.current) is None


def test_a_new_release_names_the_one_it_replaces(shelf):
    first = publish_one(shelf)
    publish_one(shelf, "corrected")
    assert publish.read_manifest(shelf.current)["replaces"] == first


def test_the_five_newest_releases_are_kept(shelf):
    runs = [publish_one(shelf, str(number)) for number in range(7)]
    assert sorted(entry.name for entry in shelf.releases.iterdir()) == runs[-5:]
    assert shelf.current_id() == runs[-1]


def test_a_release_never_takes_the_place_of_a_folder_that_is_no_link(shelf):
    shelf.current.mkdir()
    with pytest.raises(PublishError, match="is not a link"):
        publish_one(shelf)
    assert list(shelf.current.iterdir()) == []


def test_a_second_run_of_the_same_report_is_busy_and_of_another_is_not(shelf):
    with claimed(shelf):
        with pytest.raises(BusyError, match="another run is writing 2024Q1"), claimed(shelf):
            pass
        with claimed(Shelf(shelf.processed, "2023Q1")):
            pass


def test_a_claim_that_came_to_nothing_leaves_no_folder(shelf):
    with claimed(shelf):
        pass
    assert list(shelf.processed.iterdir()) == []


def test_what_a_dead_run_left_is_removed_and_its_end_is_logged(shelf):
    run = publish.new_id()
    workplace = publish.workplace_of(shelf, run)
    with claimed(shelf):
        publish.make_workplace(workplace, run)
    scratch = publish.scratch_of(workplace)
    (scratch / "kernel.json").write_text("{}", encoding="utf-8")
    (shelf.releases / f".tmp-{run}x").symlink_to("nowhere")
    publish.Log(shelf, run).start()
    with claimed(shelf) as died:
        assert died == [run]
        publish.Log(shelf, run).bury()
    assert not scratch.exists()
    assert not shelf.releases.exists()
    states = [json.loads(line)["state"] for line in (shelf.processed / "runs.jsonl").read_text().splitlines()]
    assert states == ["START", "ABORT"]


def test_the_lock_is_let_go_when_its_holder_is_killed(shelf):
    code = (
        "import sys, time; from pathlib import Path; from analysis.reports.publish import Shelf, claimed\n"
        "with claimed(Shelf(Path(sys.argv[1]), '2024Q1')): print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(shelf.processed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError), claimed(shelf):
            pass
        holder.kill()
        holder.wait()
    with claimed(shelf):
        pass


def test_every_run_has_one_start_and_one_end_in_the_log(shelf):
    log = publish.Log(shelf, "run-1")
    log.start(asked={"quarter": "2024Q1"})
    log.end("COMPLETE", made=3)
    publish.Log(shelf, "run-2").end("FAIL", reason="before it started")
    lines = [json.loads(line) for line in (shelf.processed / "runs.jsonl").read_text().splitlines()]
    assert [(line["run"], line["state"]) for line in lines] == [
        ("run-1", "START"),
        ("run-1", "COMPLETE"),
        ("run-2", "START"),
        ("run-2", "FAIL"),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["time"]) for line in lines)


def test_a_failed_run_is_kept_aside_with_its_summary(shelf):
    said = publish.set_aside(shelf, "run-1", "notebook: a\ncell: 3\nerror: b", {"nb-maal-1.ipynb": "{}"})
    assert said == "kept in data/processed/failed/2024Q1/run-1"
    folder = shelf.processed / "failed" / "2024Q1" / "run-1"
    assert (folder / "summary.txt").read_text().splitlines() == ["notebook: a", "cell: 3", "error: b"]
    assert (folder / "nb-maal-1.ipynb").read_text() == "{}"


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_in_a_table_is_run_by_a_spreadsheet(tmp_path, text):
    write_table(pd.DataFrame({"note": [text], "value": [-2.5]}), tmp_path / "t.csv")
    read = pd.read_csv(tmp_path / "t.csv", dtype=str, keep_default_na=False)
    assert read["note"][0] == f"'{text}".replace("\r", "\n")
    assert read["value"][0] == "-2.5"


def test_lists_in_a_table_are_json_and_missing_is_empty(tmp_path):
    frame = pd.DataFrame({"points": [((2022.5, 26.0, None),), ()], "n": [1.0, float("nan")], "word": ["æ", None]})
    write_table(frame, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == 'points,n,word\n"[[2022.5, 26.0, null]]",1.0,æ\n[],,\n'


def test_inputs_change_with_raw_material_template_and_library_and_with_nothing_else(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    raw, template = tmp_path / "data" / "raw" / "a.csv", tmp_path / "notebooks" / "maal.ipynb"
    raw.write_text("h\n1\n2\n", encoding="utf-8")
    template.write_text("{}", encoding="utf-8")
    before = inputs.read_inputs(tmp_path)
    assert before.raw["a.csv"]["rows"] == 2
    (tmp_path / "data" / "raw" / "__pycache__").mkdir()
    (tmp_path / "data" / "raw" / "__pycache__" / "x.pyc").write_bytes(b"x")
    os.utime(raw, (0, 0))
    assert inputs.read_inputs(tmp_path).key() == before.key()
    raw.write_text("h\n1\n3\n", encoding="utf-8")
    assert inputs.read_inputs(tmp_path).key() != before.key()
    raw.write_text("h\n1\n2\n", encoding="utf-8")
    template.write_text("{} ", encoding="utf-8")
    assert inputs.read_inputs(tmp_path).key() != before.key()


def test_the_manifest_can_name_the_commit_and_does_without_git(tmp_path):
    assert inputs.commit(tmp_path) == {"commit": "unknown", "dirty": None}
    root = Path(__file__).resolve().parents[2]
    assert re.fullmatch(r"[0-9a-f]{40}|unknown", inputs.commit(root)["commit"])
