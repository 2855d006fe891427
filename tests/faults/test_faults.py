"""What a machine can do to a run: the published report stays readable and true, and the next run finds a clean house.

`make test-faults` runs these; each case is a real command on a small project with real notebooks.
"""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from analysis.reports import publish
from analysis.reports.publish import Shelf
from projects import make_project, write_template

pytestmark = pytest.mark.slow

NAME = "2024Q1-indikator-foerste-nb"
COMMAND = [sys.executable, "-m", "analysis", "report", "2024Q1", "--indicator", "foerste", "--language", "nb"]
LIMITED = (
    "import sys; from analysis.reports.kernels import Limits; from analysis.reports.run import Ask, report\n"
    "report(Ask('2024Q1', ('nb',), indicator='foerste'), limits=Limits(cell=60, run=int(sys.argv[1])))"
)


def start(root, *arguments, command=None, **options):
    return subprocess.Popen(
        [*(command or COMMAND), *arguments],
        # a limit on the size of files must not leave cut-off bytecode behind in the installed package
        env={**os.environ, "EHELSE_ROOT": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finish(process, timeout=180):
    out, err = process.communicate(timeout=timeout)
    return process.returncode, out, err


def living(root):
    """Return the processes that run for this project, by the folder in their environment."""
    mark, found = f"EHELSE_ROOT={root}\0".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def none_lives(root, seconds=5):
    deadline = time.monotonic() + seconds
    while living(root) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not living(root)


def shelf(root):
    return Shelf(root / "data" / "processed", NAME)


def states(root):
    lines = (root / "data" / "processed" / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def left_behind(root):
    runs = {line["run"] for line in states(root)}
    scratch = [p for p in Path(os.environ.get("TMPDIR", "/tmp")).glob("ehelse-*") if p.name[7:] in runs]
    return [*scratch, *(root / "data" / "processed").rglob(".tmp-*")]


@pytest.fixture
def project(tmp_path):
    """Return a project whose report is published."""
    root = make_project(tmp_path)
    code, _, err = finish(start(root))
    assert code == 0, err
    yield root
    for workplace in shelf(root).releases.glob(".tmp-*"):  # of a run that a test killed and let no other follow
        publish.remove_workplace(workplace)


def change(root, value):
    """Change a figure, so that the next run has something to do."""
    file = root / "data" / "raw" / "observations" / "maalt.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[1] = f"andel-foerste,2022,,{value},prosent,,,,,,2023-02-01,kilde,"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_killed_at_random_moments_the_report_stays_true_and_the_next_run_cleans_up(project, number):
    began = time.monotonic()
    change(project, 20)
    assert finish(start(project))[0] == 0
    whole = time.monotonic() - began
    moments = random.Random(number).sample(range(1000), 17)
    for turn, moment in enumerate(moments):
        change(project, 30 + turn)
        process = start(project)
        time.sleep(whole * moment / 1000)
        process.send_signal(number)
        code, _, err = finish(process)
        assert code in (0, -number, 128 + number, 1), err
        assert publish.read_manifest(shelf(project).current) is not None, f"after {moment} of 1000"
        assert none_lives(project), f"after {moment} of 1000"
    change(project, 99)
    code, _, err = finish(start(project))
    assert code == 0, err
    assert publish.read_manifest(shelf(project).current)["key"]
    assert left_behind(project) == []
    for run in {line["run"] for line in states(project)}:
        assert next(line["state"] for line in states(project) if line["run"] == run) == "START"
        assert len([line for line in states(project) if line["run"] == run]) == 2, run


@pytest.mark.parametrize(
    "cell",
    [
        "import time; time.sleep(120)",
        "import re; re.match('(a+)+b', 'a' * 64)",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(120)",
    ],
    ids=["sleeping", "holding the lock in C", "ignoring signals"],
)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda n: n.name)
def test_kernels_die_with_the_run_whatever_they_are_doing(project, cell, number):
    mark = project / "begun"
    write_template(project, "indikator", [f"from pathlib import Path; Path({str(mark)!r}).touch()", cell])
    process = start(project)
    wait_for(mark)
    process.send_signal(number)
    finish(process)
    assert none_lives(project)
    assert publish.read_manifest(shelf(project).current) is not None


def wait_for(file, seconds=120):
    deadline = time.monotonic() + seconds
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert file.exists()


def test_what_a_notebook_started_in_a_killed_run_is_ended_by_the_next(project):
    mark = project / "begun"
    cell = f"import subprocess, time\nsubprocess.Popen(['sleep', '300'])\nopen({str(mark)!r}, 'w')\ntime.sleep(60)"
    write_template(project, "indikator", [cell])
    process = start(project)
    wait_for(mark)
    process.kill()
    finish(process)
    write_template(project, "indikator", ["print(1)"])
    assert finish(start(project))[0] == 0
    assert none_lives(project)
    assert left_behind(project) == []


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "killed (signal 9)"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("import os; os._exit(0)", "exit code 0"),
        ("import threading; t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()", "ZeroDivisionError"),
        ("x = bytearray(8 << 30)", "MemoryError; a notebook may use 4096 MiB"),
        ("raise ValueError('no')", "ValueError: no"),
    ],
)
def test_a_failing_notebook_is_kept_aside_named_and_never_published(project, cell, said):
    before = shelf(project).current_id()
    write_template(project, "indikator", [cell])
    code, _, err = finish(start(project))
    assert code == 1
    assert err.splitlines()[0] == "notebook: nb-indikator-foerste"
    assert err.splitlines()[1].startswith("cell: 4: ")
    assert said in err
    assert shelf(project).current_id() == before
    assert publish.read_manifest(shelf(project).current) is not None
    (kept,) = shelf(project).failed.iterdir()
    assert (kept / "nb-indikator-foerste.ipynb").is_file()
    assert states(project)[-1]["state"] == "FAIL"
    assert none_lives(project)
    assert left_behind(project) == []


def test_a_run_that_takes_too_long_as_a_whole_is_stopped(project):
    write_template(project, "indikator", ["import time; time.sleep(50)"])
    began = time.monotonic()
    code, _, err = finish(start(project, "15", command=[sys.executable, "-c", LIMITED]))
    assert time.monotonic() - began < 45
    assert code == 1
    assert "the run took longer than its 15 seconds" in err
    assert none_lives(project)
    assert left_behind(project) == []


@pytest.mark.parametrize("size", [0, 1, 10, 100, 1000, 2000, 3000, 4000, 5000, 7000])
def test_a_file_that_cannot_be_written_whole_leaves_the_report_as_it_was(project, size):
    """A full disk cuts a file short; a limit on the size of files does the same without a disk to fill."""
    before = shelf(project).current_id()
    change(project, 31)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    code, _, err = finish(start(project, preexec_fn=limit))
    assert code == 1, err
    assert "Traceback" not in err
    assert "written" in err or "File too large" in err, err
    assert shelf(project).current_id() == before
    assert publish.read_manifest(shelf(project).current) is not None
    assert none_lives(project)
    assert finish(start(project))[0] == 0
    assert left_behind(project) == []


def test_a_place_that_cannot_be_written_to_is_said_at_once(tmp_path):
    root = make_project(tmp_path)
    (root / "data" / "processed").rmdir()
    (root / "data" / "processed").symlink_to("/proc/sys")
    code, _, err = finish(start(root))
    assert code == 1
    assert "data/processed cannot be written to" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("count", [2, 10])
def test_of_many_runs_at_once_one_publishes_and_the_others_are_busy(project, count):
    change(project, 40 + count)
    ended = [finish(process) for process in [start(project) for _ in range(count)]]
    codes = sorted(code for code, _, _ in ended)
    assert set(codes) <= {0, 75}, ended
    assert 0 in codes
    assert all("another run is writing" in err for code, _, err in ended if code == 75)
    assert publish.read_manifest(shelf(project).current) is not None
    assert none_lives(project)
    assert left_behind(project) == []


def test_two_reports_at_once_are_both_published(project):
    other = [*COMMAND[:-1], "en"]
    change(project, 55)
    processes = [start(project), start(project, command=other)]
    assert [finish(process)[0] for process in processes] == [0, 0]
    assert none_lives(project)


def test_a_reader_during_twenty_publishes_never_sees_a_broken_report(tmp_path):
    (tmp_path / "processed").mkdir()
    place = Shelf(tmp_path / "processed", "2024Q1")
    seen, done = [], threading.Event()

    def publish_one(number):
        run = publish.new_id()
        workplace = publish.workplace_of(place, run)
        with publish.claimed(place):
            publish.make_workplace(workplace, run)
            for page in range(20):
                (workplace / f"{page}.html").write_text(f"{number} " * 20_000, encoding="utf-8")
            publish.publish(place, workplace, run, {"number": number})

    def read():
        while not done.is_set():
            manifest = publish.read_manifest(place.current.resolve())
            seen.append(None if manifest is None else manifest["number"])

    publish_one(0)
    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 21):
        publish_one(number)
        time.sleep(0.05)
    done.set()
    reader.join()
    assert None not in seen
    assert seen == sorted(seen)
    assert len(set(seen)) > 5
