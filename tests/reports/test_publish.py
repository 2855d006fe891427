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
from analysis.reports.publish import BusyError, PublishError, ReportFolder, lock_report


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "processed").mkdir()
    return ReportFolder(tmp_path / "processed", "2024Q1")


def publish_one(folder, text="page"):
    run = publish.new_id()
    work_folder = publish.work_folder_of(folder, run)
    with lock_report(folder):
        publish.make_work_folder(work_folder, run)
        (work_folder / "nb").mkdir()
        (work_folder / "nb" / "strategi.html").write_text(text, encoding="utf-8")
        try:
            publish.publish(folder, work_folder, run, {"state": "COMPLETE"})
        finally:
            publish.remove_work_folder(work_folder)
    return run


def test_the_manifest_names_every_file_of_a_release(folder):
    run = publish_one(folder)
    manifest = publish.read_manifest(folder.current)
    assert manifest["run"] == run == folder.current_id()
    assert manifest["outputs"] == {"nb/strategi.html": sha256(b"page")}
    assert not (folder.current / "scratch").exists()


def sha256(data):
    return subprocess.run(["sha256sum"], input=data, capture_output=True, check=True).stdout.decode().split()[0]


def test_a_release_with_a_changed_file_has_no_manifest(folder):
    publish_one(folder)
    (folder.current / "nb" / "strategi.html").write_text("other", encoding="utf-8")
    assert publish.read_manifest(folder.current) is None


def test_a_new_release_names_the_one_it_replaces(folder):
    first = publish_one(folder)
    publish_one(folder, "corrected")
    assert publish.read_manifest(folder.current)["replaces"] == first


def test_the_five_newest_releases_are_kept(folder):
    runs = [publish_one(folder, str(number)) for number in range(7)]
    assert sorted(entry.name for entry in folder.releases.iterdir()) == runs[-5:]
    assert folder.current_id() == runs[-1]


def test_a_folder_that_is_no_link_is_never_replaced(folder):
    folder.current.mkdir()
    with pytest.raises(PublishError, match="is not a link"):
        publish_one(folder)
    assert list(folder.current.iterdir()) == []


def test_a_second_run_of_the_same_report_is_busy(folder):
    with lock_report(folder):
        with pytest.raises(BusyError, match="another run is writing 2024Q1"), lock_report(folder):
            pass
        with lock_report(ReportFolder(folder.processed, "2023Q1")):
            pass


def test_a_lock_without_a_release_leaves_no_folder(folder):
    with lock_report(folder):
        pass
    assert list(folder.processed.iterdir()) == []


def test_what_a_killed_run_left_is_removed_and_logged(folder):
    run = publish.new_id()
    work_folder = publish.work_folder_of(folder, run)
    with lock_report(folder):
        publish.make_work_folder(work_folder, run)
    scratch = publish.scratch_of(work_folder)
    (scratch / "kernel.json").write_text("{}", encoding="utf-8")
    (folder.releases / f".tmp-{run}x").symlink_to("nowhere")
    publish.Log(folder, run).start()
    with lock_report(folder) as died:
        assert died == [run]
        publish.Log(folder, run).end_killed()
    assert not scratch.exists()
    assert not folder.releases.exists()
    states = [json.loads(line)["state"] for line in (folder.processed / "runs.jsonl").read_text().splitlines()]
    assert states == ["START", "ABORT"]


def test_the_lock_is_released_when_its_holder_is_killed(folder):
    code = (
        "import sys, time; from pathlib import Path; from analysis.reports.publish import ReportFolder, lock_report\n"
        "with lock_report(ReportFolder(Path(sys.argv[1]), '2024Q1')): print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(folder.processed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError), lock_report(folder):
            pass
        holder.kill()
        holder.wait()
    with lock_report(folder):
        pass


def test_every_run_has_one_start_and_one_end_in_the_log(folder):
    log = publish.Log(folder, "run-1")
    log.start(asked={"quarter": "2024Q1"})
    log.end("COMPLETE", made=3)
    publish.Log(folder, "run-2").end("FAIL", reason="before it started")
    lines = [json.loads(line) for line in (folder.processed / "runs.jsonl").read_text().splitlines()]
    assert [(line["run"], line["state"]) for line in lines] == [
        ("run-1", "START"),
        ("run-1", "COMPLETE"),
        ("run-2", "START"),
        ("run-2", "FAIL"),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["time"]) for line in lines)


def test_a_failed_run_is_kept_with_its_summary(folder):
    sentence = publish.keep_failed(folder, "run-1", "notebook: a\ncell: 3\nerror: b", {"nb-maal-1.ipynb": "{}"})
    assert sentence == "kept in data/processed/failed/2024Q1/run-1"
    kept = folder.processed / "failed" / "2024Q1" / "run-1"
    assert (kept / "summary.txt").read_text().splitlines() == ["notebook: a", "cell: 3", "error: b"]
    assert (kept / "nb-maal-1.ipynb").read_text() == "{}"


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


def test_inputs_change_with_raw_material_and_templates_only(tmp_path):
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


def test_the_commit_is_unknown_without_git(tmp_path):
    assert inputs.commit(tmp_path) == {"commit": "unknown", "dirty": None}
    root = Path(__file__).resolve().parents[2]
    assert re.fullmatch(r"[0-9a-f]{40}|unknown", inputs.commit(root)["commit"])
