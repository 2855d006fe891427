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

import pytest

from analysis.reports import input_hashes, releases
from analysis.reports.releases import BusyError, PublishError, ReportFolder, lock_report


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


@pytest.mark.parametrize("text", ["[]", "null", "1", '"x"', "[" * 9000, ""])
def test_a_manifest_of_another_form_is_none(writable, text):
    (writable / releases.MANIFEST).write_text(text, encoding="utf-8")
    assert releases.read_manifest(writable) is None


def replace_by_link(page, elsewhere):
    page.rename(elsewhere)
    page.symlink_to(elsewhere)  # the same bytes


@pytest.mark.parametrize(
    "damage",
    [
        lambda page, _: page.write_text("other", encoding="utf-8"),
        lambda page, _: page.with_name("evil.html").write_text("evil", encoding="utf-8"),
        replace_by_link,
    ],
    ids=["a changed file", "a file more", "a link"],
)
def test_a_release_with_other_files_has_no_manifest(writable, tmp_path, damage):
    assert releases.read_manifest(writable) is not None
    damage(writable / "nb" / "strategi.html", tmp_path / "elsewhere")
    assert releases.read_manifest(writable) is None


@pytest.mark.usefixtures("at_most_a_minute")
def test_a_pipe_in_place_of_a_manifest_is_not_read(writable):
    (writable / releases.MANIFEST).unlink()
    os.mkfifo(writable / releases.MANIFEST)
    assert releases.read_manifest(writable) is None


def test_the_five_newest_releases_are_kept(folder):
    publish_one(folder, run="29991231T235959999999Z-ffffff")  # the clock has been set back since
    runs = [publish_one(folder, str(number)) for number in range(7)]
    assert sorted(entry.name for entry in folder.releases.iterdir()) == runs[-5:]
    assert folder.current_id() == runs[-1]


def test_a_folder_that_is_no_link_is_never_replaced(folder):
    folder.current.mkdir()
    with pytest.raises(PublishError, match="is not a link"):
        publish_one(folder)
    assert list(folder.current.iterdir()) == []


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
    ("spoil", "name"),
    [
        (lambda nb, _: (nb / "evil.html").write_text("evil", encoding="utf-8"), "nb/evil.html"),
        (lambda nb, outside: (nb / "evil.html").symlink_to(outside / "secret"), "nb/evil.html"),
        (lambda nb, _: (nb / "evil.html").mkdir(), "nb/evil.html"),
        (lambda nb, _: (nb / "strategi.html").unlink(), "nb, nb/strategi.html"),
        (lambda nb, outside: replace_by_link(nb / "strategi.html", outside / "page"), "nb/strategi.html"),
        # making it read-only would make the other so, too
        (lambda nb, outside: (outside / "second name").hardlink_to(nb / "strategi.html"), "nb/strategi.html"),
    ],
    ids=["file", "link", "folder", "no page", "page as a link", "second name"],
)
def test_what_was_not_planned_stops_the_release(folder, tmp_path, spoil, name):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("page", encoding="utf-8")
    with pytest.raises(PublishError, match=f"not the regular files that were planned: {re.escape(name)}$"):
        publish_one(folder, add=lambda work_folder: spoil(work_folder / "nb", tmp_path / "outside"))
    assert not folder.current.exists()
    assert (tmp_path / "outside" / "secret").is_file()


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


@pytest.mark.parametrize("kind", ["whole", "changed", "link"])
def test_a_copy_of_a_published_file_is_verified(writable, tmp_path, kind):
    page = writable / "nb" / "strategi.html"
    if kind == "link":
        replace_by_link(page, tmp_path / "elsewhere")
    elif kind == "changed":
        page.write_bytes(b"other")
    copied = releases.copy_published(writable, "nb/strategi.html", tmp_path / "copy", sha256(b"page"))
    assert copied == (kind == "whole")
    assert [file.name for file in (tmp_path / "copy" / "nb").iterdir()] == (["strategi.html"] if copied else [])
    assert kind != "link" or (tmp_path / "elsewhere").read_bytes() == b"page"


def test_a_current_link_to_elsewhere_is_no_release(folder, tmp_path):
    run = publish_one(folder)
    (tmp_path / "elsewhere").mkdir()
    folder.releases.rename(tmp_path / "elsewhere" / "2024Q1")
    folder.current.unlink()
    folder.current.symlink_to(tmp_path / "elsewhere" / "2024Q1" / run)
    assert folder.current_id() == ""


def sleeping_in(scratch):
    """Return a process whose temporary folder is `scratch`."""
    return subprocess.Popen(["sleep", "60"], env={"TMPDIR": str(scratch), "PATH": os.environ["PATH"]})


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
    process = sleeping_in(own)
    try:
        with lock_report(folder):
            pass
        assert process.poll() is None
        assert (own / "thesis.txt").read_text(encoding="utf-8") == "years of work"
        assert left.exists() == (kind == "no run's name")
    finally:
        process.kill()
        process.wait()


def test_processes_of_a_killed_run_are_ended_unless_they_are_older(folder):
    run = releases.new_id()
    work_folder = releases.work_folder_of(folder, run)
    older = sleeping_in(releases.scratch_of(work_folder))
    code = (
        "import os, sys; from pathlib import Path; from analysis.reports import releases\n"
        "work_folder = Path(sys.argv[1]); work_folder.parent.mkdir(parents=True)\n"
        "releases.make_work_folder(work_folder); os._exit(9)"
    )
    time.sleep(0.05)  # five of the ticks in which the system gives the start of a process
    subprocess.run([sys.executable, "-c", code, str(work_folder)], check=False)
    newer = sleeping_in(releases.scratch_of(work_folder))
    try:
        with lock_report(folder) as died:
            assert died == [run]
        assert newer.wait(5) == -9
        assert older.poll() is None
        assert not releases.scratch_of(work_folder).exists()
    finally:
        older.kill()
        older.wait()


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
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    raw, template = tmp_path / "data" / "raw" / "a.csv", tmp_path / "notebooks" / "maal.ipynb"
    raw.write_text("h\n1\n2\n", encoding="utf-8")
    template.write_text("{}", encoding="utf-8")
    before = input_hashes.read_inputs(tmp_path)
    assert before.raw["a.csv"]["rows"] == 2
    (tmp_path / "data" / "raw" / "__pycache__").mkdir()
    (tmp_path / "data" / "raw" / "__pycache__" / "x.pyc").write_bytes(b"x")
    os.utime(raw, (0, 0))
    assert input_hashes.read_inputs(tmp_path).key() == before.key()
    for file, text in ((raw, "h\n1\n3\n"), (template, "{} ")):
        unchanged = file.read_text(encoding="utf-8")
        file.write_text(text, encoding="utf-8")
        assert input_hashes.read_inputs(tmp_path).key() != before.key()
        file.write_text(unchanged, encoding="utf-8")


def test_the_commit_is_that_of_git_or_unknown(tmp_path):
    assert input_hashes.commit(tmp_path) == {"commit": "unknown", "dirty": None}
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").touch()
    author = ("-c", "user.name=somebody", "-c", "user.email=somebody")
    for words in (("init", "-q"), ("add", "src"), (*author, "commit", "-qm", "Add a file")):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    described = input_hashes.commit(tmp_path)
    assert re.fullmatch(r"[0-9a-f]{40}", described["commit"]) and described["dirty"] is False
    (tmp_path / "src" / "a.py").write_text("changed = 1", encoding="utf-8")
    assert input_hashes.commit(tmp_path) == described | {"dirty": True}


def test_git_has_no_secret_of_the_environment(tmp_path, monkeypatch):
    (tmp_path / "git").write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n", encoding="utf-8")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DB_PASSWORD", "planted-9fK2xQ7mZ")
    input_hashes.commit(tmp_path)
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert "PATH=" in seen and "planted" not in seen
