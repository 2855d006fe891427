"""Releases appear whole or not at all; readers, locks, old releases, dead runs, tables that no spreadsheet runs."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from analysis.reports import input_hashes, releases
from analysis.reports.releases import BusyError, PublishError, ReportFolder, lock_report
from projects import make_project


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "processed").mkdir()
    return ReportFolder(tmp_path / "processed", "2024Q1")


def publish_one(folder, text="page", add=lambda work_folder: None, written=None, run=""):
    run = run or releases.new_id(folder.current_id())
    work_folder = releases.work_folder_of(folder, run)
    with lock_report(folder):
        releases.make_work_folder(work_folder)
        (work_folder / "nb").mkdir()
        (work_folder / "nb" / "strategi.html").write_text(text, encoding="utf-8")
        try:
            add(work_folder)
            releases.publish(folder, work_folder, {"state": "COMPLETE"}, ["nb/strategi.html"], written or {})
        finally:
            releases.remove_work_folder(work_folder)
    return run


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def states(folder):
    return [json.loads(line) for line in (folder.processed / "runs.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_release_is_read_only_and_names_its_files_and_the_last(folder):
    first = publish_one(folder)
    run = publish_one(folder, "corrected")
    manifest = releases.read_manifest(folder.current)
    assert manifest["run"] == run == folder.current_id()
    assert manifest["replaces"] == first
    assert manifest["outputs"] == {"nb/strategi.html": sha256(b"corrected")}
    places = [folder.current.resolve(), *folder.current.resolve().rglob("*")]
    assert {oct(place.stat().st_mode & 0o777) for place in places} == {"0o555", "0o444"}


@pytest.fixture
def writable(folder):
    """Return a published release that may be written to."""
    publish_one(folder)
    release = folder.current.resolve()
    for place in (release, *release.rglob("*")):
        place.chmod(0o755)
    return release


def replace_by_link(page, elsewhere):
    page.rename(elsewhere)
    page.symlink_to(elsewhere)  # the same bytes


def replace_by_pipe(file, _):
    file.unlink()
    os.mkfifo(file)


def write(text):
    return lambda file, _: file.write_text(text, encoding="utf-8")


DAMAGES = [("nb/strategi.html", write("other")), ("nb/evil.html", write("evil")), ("nb/strategi.html", replace_by_link)]
DAMAGES += [("manifest.json", write(text)) for text in ("[]", "null", "1", '"x"', "[" * 9000, "")]


@pytest.mark.usefixtures("at_most_a_minute")
@pytest.mark.parametrize(("name", "damage"), [*DAMAGES, ("manifest.json", replace_by_pipe)])
def test_a_damaged_release_has_no_manifest(writable, tmp_path, name, damage):
    assert releases.read_manifest(writable) is not None
    damage(writable / name, tmp_path / "elsewhere")
    assert releases.read_manifest(writable) is None


def test_the_five_newest_releases_are_kept(folder):
    publish_one(folder, run="29991231T235959999999Z-ffffff")  # the clock has been set back since
    runs = [publish_one(folder, str(number)) for number in range(7)]
    assert sorted(entry.name for entry in folder.releases.iterdir()) == runs[-5:]
    assert folder.current_id() == runs[-1]


def test_only_a_link_to_an_own_release_is_current(folder, tmp_path):
    folder.current.mkdir()
    with pytest.raises(PublishError, match="is not a link"):
        publish_one(folder)
    assert list(folder.current.iterdir()) == []
    folder.current.rmdir()
    run = publish_one(folder)
    (tmp_path / "elsewhere").mkdir()
    folder.releases.rename(tmp_path / "elsewhere" / "2024Q1")
    folder.current.unlink()
    folder.current.symlink_to(tmp_path / "elsewhere" / "2024Q1" / run)
    assert folder.current_id() == ""


def test_what_a_killed_run_left_is_removed_and_logged(folder):
    run = releases.new_id()
    work_folder = releases.work_folder_of(folder, run)
    with lock_report(folder):
        releases.make_work_folder(work_folder)
    scratch = releases.scratch_of(work_folder)
    (scratch / "kernel.json").write_text("{}", encoding="utf-8")
    (folder.releases / f".tmp-{run}x").symlink_to("nowhere")
    releases.Log(folder, run).start()
    with lock_report(folder) as died:
        assert died == [run]
        releases.Log(folder, run).end_killed()
    assert not scratch.exists()
    assert not folder.releases.exists()
    assert [line["state"] for line in states(folder)] == ["START", "ABORT"]


def test_a_report_is_locked_until_its_run_ends_or_is_killed(folder):
    code = (
        "import sys, time; from pathlib import Path; from analysis.reports.releases import ReportFolder, lock_report\n"
        "with lock_report(ReportFolder(Path(sys.argv[1]), '2024Q1')): print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(folder.processed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match="another run is writing 2024Q1"), lock_report(folder):
            pass
        with lock_report(ReportFolder(folder.processed, "2023Q1")):  # another report
            pass
        holder.kill()
        holder.wait()
    with lock_report(folder):
        pass
    assert list(folder.processed.iterdir()) == []  # without a release


def test_every_run_has_one_start_and_one_end_in_the_log(folder):
    log = releases.Log(folder, "run-1")
    log.start(asked={"quarter": "2024Q1"})
    log.end("COMPLETE", made=3)
    releases.Log(folder, "run-2").end("FAIL", reason="before it started")
    logged = ["run-1 START", "run-1 COMPLETE", "run-2 START", "run-2 FAIL"]
    assert [f"{line['run']} {line['state']}" for line in states(folder)] == logged
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["time"]) for line in states(folder))


@pytest.mark.parametrize(
    ("name", "spoil", "named"),
    [
        ("evil.html", write("evil"), "nb/evil.html"),
        ("evil.html", lambda page, _: page.symlink_to("/etc/hostname"), "nb/evil.html"),
        ("evil.html", lambda page, _: page.mkdir(), "nb/evil.html"),
        ("strategi.html", lambda page, _: page.unlink(), "nb, nb/strategi.html"),
        ("strategi.html", replace_by_link, "nb/strategi.html"),
        # making it read-only would make the other so, too
        ("strategi.html", lambda page, outside: outside.hardlink_to(page), "nb/strategi.html"),
    ],
    ids=["file", "link", "folder", "no page", "page as a link", "second name"],
)
def test_what_was_not_planned_stops_the_release(folder, tmp_path, name, spoil, named):
    with pytest.raises(PublishError, match=f"not the regular files that were planned: {re.escape(named)}$"):
        publish_one(folder, add=lambda work_folder: spoil(work_folder / "nb" / name, tmp_path / "outside"))
    assert not folder.current.exists()


def test_a_file_changed_after_it_was_written_stops_the_release(folder):
    with pytest.raises(PublishError, match=r"changed after they were written: nb/strategi\.html"):
        publish_one(folder, "other", written={"nb/strategi.html": sha256(b"page")})
    publish_one(folder, written={"nb/strategi.html": sha256(b"page")})


def test_nothing_is_written_through_a_link(tmp_path):
    (tmp_path / "outside").write_text("mine", encoding="utf-8")
    (tmp_path / "page.html").symlink_to(tmp_path / "outside")
    with pytest.raises(PublishError, match=r"page\.html was written by something else"):
        releases.write_new(tmp_path / "page.html", "page")
    assert (tmp_path / "outside").read_text(encoding="utf-8") == "mine"
    assert releases.write_new(tmp_path / "nb" / "page.html", "page") == sha256(b"page")


@pytest.mark.parametrize(("damage", "whole"), [(None, True), (write("other"), False), (replace_by_link, False)])
def test_a_copy_of_a_published_file_is_verified(writable, tmp_path, damage, whole):
    if damage:
        damage(writable / "nb" / "strategi.html", tmp_path / "elsewhere")
    copied = releases.copy_published(writable, "nb/strategi.html", tmp_path / "copy", sha256(b"page"))
    assert copied == whole
    assert [file.name for file in (tmp_path / "copy" / "nb").iterdir()] == (["strategi.html"] if copied else [])
    assert damage is not replace_by_link or (tmp_path / "elsewhere").read_bytes() == b"page"


@contextmanager
def sleeping_in(scratch):
    """Give a process whose temporary folder is `scratch`."""
    with subprocess.Popen(["sleep", "60"], env={"TMPDIR": str(scratch), "PATH": os.environ["PATH"]}) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("kind", ["no run's name", "link", "folder of somebody", "note of another run"])
def test_what_is_not_the_runs_own_is_never_deleted_or_killed(folder, tmp_path, monkeypatch, kind):
    """A folder unpacked from an archive, or made by whoever may write there, leads to files and processes of others."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    run = "x" if kind == "no run's name" else releases.new_id()
    left = releases.work_folder_of(folder, run)
    left.mkdir(parents=True)
    scratch = releases.scratch_of(left)
    own = tmp_path / "own" if kind in ("no run's name", "link") else scratch
    own.mkdir()
    (own / "thesis.txt").write_text("years of work", encoding="utf-8")
    if own != scratch:
        (left / "scratch").symlink_to(own)
        scratch.symlink_to(own)
    if kind == "note of another run":
        (scratch / "owner").symlink_to(f"{releases._boot()}:0:{releases.work_folder_of(folder, releases.new_id())}")
    with sleeping_in(own) as process:
        with lock_report(folder):
            pass
        assert process.poll() is None
        assert (own / "thesis.txt").read_text(encoding="utf-8") == "years of work"
        assert left.exists() == (kind == "no run's name")


def test_processes_of_a_killed_run_are_ended_unless_older(folder):
    run = releases.new_id()
    work_folder = releases.work_folder_of(folder, run)
    code = (
        "import os, sys; from pathlib import Path; from analysis.reports import releases\n"
        "work_folder = Path(sys.argv[1]); work_folder.parent.mkdir(parents=True)\n"
        "releases.make_work_folder(work_folder); os._exit(9)"
    )
    with sleeping_in(releases.scratch_of(work_folder)) as older:
        time.sleep(0.05)  # five of the ticks in which the system gives the start of a process
        subprocess.run([sys.executable, "-c", code, str(work_folder)], check=False)
        with sleeping_in(releases.scratch_of(work_folder)) as newer, lock_report(folder) as died:
            assert died == [run]
            assert newer.wait(5) == -9
        assert older.poll() is None
        assert not releases.scratch_of(work_folder).exists()


def test_no_reader_of_the_folder_can_hold_the_lock(folder):
    publish_one(folder)
    opened = os.open(folder.releases, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with lock_report(folder):
            assert (folder.releases / ".lock").stat().st_mode & 0o777 == 0o600
    finally:
        os.close(opened)


def test_a_processed_folder_removed_midway_leaves_no_temporary_folder(folder):
    work_folder = releases.work_folder_of(folder, releases.new_id())
    with lock_report(folder):
        releases.make_work_folder(work_folder)
        shutil.rmtree(folder.processed)
        releases.remove_work_folder(work_folder)
    assert not releases.scratch_of(work_folder).exists()


def test_inputs_change_with_raw_material_and_templates_only(tmp_path):
    root = make_project(tmp_path)
    before = input_hashes.read_inputs(root)
    assert before.raw["observations/maalt.csv"]["rows"] == 4
    figures = root / "data" / "raw" / "observations" / "maalt.csv"
    (figures.parent / "__pycache__").mkdir()
    (figures.parent / "__pycache__" / "x.pyc").write_bytes(b"x")
    os.utime(figures, (0, 0))
    assert input_hashes.read_inputs(root).key() == before.key()
    for file in (figures, root / "notebooks" / "maal.ipynb"):
        unchanged = file.read_bytes()
        file.write_bytes(unchanged + b" ")
        assert input_hashes.read_inputs(root).key() != before.key()
        file.write_bytes(unchanged)


def test_the_commit_is_that_of_git_or_unknown(tmp_path, monkeypatch):
    """And git gets no secret of the environment."""
    (tmp_path / "git").write_text(f'#!/bin/sh\nenv > {tmp_path}/seen\nexec {shutil.which("git")} "$@"\n', "utf-8")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DB_PASSWORD", "planted-9fK2xQ7mZ")
    assert input_hashes.commit(tmp_path) == {"commit": "unknown", "dirty": None}
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert "PATH=" in seen and "planted" not in seen
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").touch()
    author = ("-c", "user.name=somebody", "-c", "user.email=somebody")
    for words in (("init", "-q"), ("add", "src"), (*author, "commit", "-qm", "Add a file")):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    described = input_hashes.commit(tmp_path)
    assert re.fullmatch(r"[0-9a-f]{40}", described["commit"]) and described["dirty"] is False
    (tmp_path / "src" / "a.py").write_text("changed = 1", encoding="utf-8")
    assert input_hashes.commit(tmp_path) == described | {"dirty": True}
