"""Dask workers as processes of their own that share no folder: lost midway, or not as this machine is."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import finish, folder_of, start, states

import analysis
from analysis.reports.releases import read_manifest
from projects import make_project, write_template
from waiting import until

pytestmark = pytest.mark.slow
COMMAND = [sys.executable, "-m", "analysis", "report", "2024Q1", "--language", "nb"]
GOAL, THREE = [*COMMAND, "--goal", "1"], "2024Q1-maal-1-nb"  # three pages, and where they are published
SOURCE = Path(analysis.__file__).parents[1]


class Cluster:
    """A scheduler and its workers; each worker has a folder, a home and a temporary folder of its own."""

    def __init__(self, folder):
        self.folder, self.workers = folder, []
        file = folder / "scheduler.json"
        options = ("--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0")
        self.scheduler = self._begin("scheduler", SOURCE, *options, "--scheduler-file", str(file))
        until(file.exists)
        time.sleep(0.5)
        self.address = next(part for part in file.read_text().split('"') if part.startswith("tcp://"))

    def _begin(self, kind, source, *options):
        own = self.folder / f"{kind}-{len(self.workers)}"
        (own / "home").mkdir(parents=True)
        (own / "tmp").mkdir()
        places = {"HOME": str(own / "home"), "TMPDIR": str(own / "tmp"), "PYTHONPATH": str(source)}
        with (own / "log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", kind, *options],
                env={"PATH": os.environ["PATH"], **places},
                cwd=own,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def add_worker(self, source=SOURCE):
        options = ("--no-nanny", "--nthreads", "2", "--no-dashboard", "--host", "127.0.0.1")
        self.workers.append(self._begin("worker", source, self.address, *options))

    def left_behind(self):
        return list(self.folder.glob("worker-*/tmp/**/ehelse-*"))


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path / "cluster")
    yield made
    for process in (*made.workers, made.scheduler):
        process.kill()
        process.wait()


@pytest.fixture
def country(tmp_path):
    """Return a project whose notebooks take a while."""
    root = make_project(tmp_path / "project")
    for name in ("maal", "indikator"):
        write_template(root, name, ["import time; time.sleep(2)", "print(quarter, language)"])
    return root


def begun(root, pages):
    """Wait until a run has written so many notebooks."""
    written = "releases/*/.tmp-*/notebooks/*/*.ipynb"
    until(lambda: len(list((root / "data" / "processed").glob(written))) >= pages, 240)


def release(root, name):
    """Return every file of the current release by name, but the manifest, which knows its run."""
    current = folder_of(root, name).current
    files = (file for file in current.rglob("*") if file.is_file() and file.name != "manifest.json")
    return {file.relative_to(current).as_posix(): file.read_bytes() for file in files}


def test_lost_workers_cost_time_and_not_a_byte(cluster, country):
    """One of three is killed, another loses the server that its kernels are forked from, and leaves."""
    for _ in range(3):
        cluster.add_worker()
    killed, serverless, _ = cluster.workers
    there = shutil.copytree(country, country.with_name("threads"))
    process = start(country, "--scheduler", cluster.address, command=COMMAND)
    begun(country, 1)
    killed.send_signal(signal.SIGKILL)
    (children,) = Path(f"/proc/{serverless.pid}/task").glob(f"{serverless.pid}/children")
    for child in children.read_text().split():
        if b"analysis.reports.kernels.server" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)
    code, out, err = finish(process, 300)
    assert code == 0, err
    assert "7 made" in out
    assert "Running on " in err
    assert "/status" in err
    assert serverless.wait(60) is not None
    assert finish(start(there, command=COMMAND))[0] == 0
    assert release(country, "2024Q1-nb") == release(there, "2024Q1-nb")
    assert len([name for name in release(country, "2024Q1-nb") if name.endswith(".ipynb")]) == 7
    assert read_manifest(folder_of(country, "2024Q1-nb").current) is not None
    assert [line["state"] for line in states(country)] == ["START", "COMPLETE"]
    assert [place for place in cluster.left_behind() if "worker-2" in place.parts] == []


def test_a_killed_run_and_a_lost_scheduler_leave_a_true_report(cluster, country):
    """The next run removes what the killed one left on workers; one whose scheduler is lost fails."""
    cluster.add_worker()
    process = start(country, "--scheduler", cluster.address, command=GOAL)
    begun(country, 1)
    process.kill()
    finish(process)
    code, out, err = finish(start(country, "--scheduler", cluster.address, command=GOAL), 300)
    assert code == 0, err
    assert "3 made" in out
    assert cluster.left_behind() == []
    before, published = release(country, THREE), folder_of(country, THREE).current_id()
    process = start(country, "--force", "--scheduler", cluster.address, command=GOAL)
    begun(country, 1)
    cluster.scheduler.kill()
    code, _, err = finish(process, 200)
    assert code == 1, err
    assert "the scheduler was lost" in err
    assert (release(country, THREE), folder_of(country, THREE).current_id()) == (before, published)
    assert [line["state"] for line in states(country)] == ["START", "ABORT", "START", "COMPLETE", "START", "FAIL"]
    assert list(folder_of(country, THREE).releases.glob(".tmp-*")) == []


def test_a_notebook_that_fails_on_a_worker_is_not_tried_again(cluster, country, tmp_path):
    """And then no worker is left but one with another library, which is refused before anything is written."""
    mark = tmp_path / "tried"
    write_template(country, "indikator", [f"open({str(mark)!r}, 'a').write(indicator + ' ')", "1 / 0"])
    cluster.add_worker()
    code, _, err = finish(start(country, "--scheduler", cluster.address, command=GOAL), 200)
    assert code == 1
    assert "error: ZeroDivisionError: division by zero" in err
    tried, before = mark.read_text().split(), states(country)
    assert len(tried) == len(set(tried)) > 0
    cluster.workers[0].kill()
    source = shutil.copytree(SOURCE, tmp_path / "other", ignore=shutil.ignore_patterns("__pycache__"))
    with (source / "analysis" / "core" / "periods.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    cluster.add_worker(source)
    code, _, err = finish(start(country, "--scheduler", cluster.address, command=GOAL))
    assert code == 2, err
    assert "has another version of this project's library" in err
    assert states(country) == before


def test_a_notebook_that_ends_its_worker_is_tried_four_times(country, tmp_path, monkeypatch):
    """And it sees no secret of the run in what helps Python start the workers."""
    mark, secret = tmp_path / "tried", f"planted-9fK2:{tmp_path}"
    monkeypatch.setenv("DB_PASSWORD", secret)
    kill = [
        "import psutil",
        "worker = psutil.Process().parent().parent()  # the server's parent",
        "helpers = [each for each in worker.parent().children() if 'resource_tracker' in ' '.join(each.cmdline())]",
        f"assert helpers and {secret!r} not in [helper.environ().get('DB_PASSWORD') for helper in helpers]",
        f"with open({str(mark)!r}, 'a') as tried: tried.write('x')",
        "worker.kill()",
    ]
    write_template(country, "indikator", kill)
    options = ("--workers", "2", "--indicator", "tredje")
    code, _, err = finish(start(country, *options, command=COMMAND), 300)
    assert code == 1, err
    assert "a notebook found no worker that could run it" in err
    assert mark.read_text() == "xxxx"
    assert [line["state"] for line in states(country)] == ["START", "FAIL"]
    assert not list((country / "data" / "processed").glob("2024Q1*"))
