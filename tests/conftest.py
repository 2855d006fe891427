"""What all tests share. Hypothesis searches the same examples every time in CI: a failure there must be repeatable."""

import fcntl
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from hypothesis import settings
from playwright.sync_api import sync_playwright
from xdist.scheduler import LoadFileScheduling

from analysis import read_status
from analysis.exports.pdf import browser as chromium
from real_project import copy_project, run

# files whose tests read the whole report
REPORTED = {f"tests/reports/{name}.py" for name in ("test_pages", "test_paper", "test_report")}
# units of work are given out by their number of tests: what is one test, and long, would come last
LONG = {"tests/audit/test_small_reports.py"}

# by the marker of the tests that need it; looked for once, so that nothing installed meanwhile makes tests disagree
PROGRAMS = {"browser": chromium(), "libreoffice": shutil.which("soffice")}

# a deadline would measure the machine, which others use as well
settings.register_profile("local", deadline=None)
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


class Files(LoadFileScheduling):
    """Keep the tests of a file in one process, where they share fixtures.

    Tests in tests/faults have a project each, and those of `beside` take long: they may run in any process. What reads
    the whole report is kept together: while one process makes it, the other goes on with the rest.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/faults/") or "[beside" in nodeid:
            return nodeid
        file = super()._split_scope(nodeid)
        return "reported" if file in REPORTED | LONG else file


def pytest_runtest_setup(item):
    """Skip what needs a program that is not installed; in CI, where all are asked for, it fails instead."""
    for mark, program in PROGRAMS.items():
        if item.get_closest_marker(mark) and program is None and not os.environ.get("CI"):
            pytest.skip(f"the program for '{mark}' is not installed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    # not `--dist loadgroup`: with the node ids of pytest 9.2 the groups of xdist 3.8 are silently lost
    return Files(config, log)


@pytest.fixture(scope="session")
def make_once(tmp_path_factory):
    """Return a function that returns a folder made by another, once for all test processes that run side by side.

    The first makes it, the others wait. Commands of tests one after another share it in the folder that ``SHARED``
    names, if any.
    """
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    base = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    base = Path(os.environ.get("SHARED") or base)

    def making(name: str, make: Callable[[Path], object]) -> Path:
        with (base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (base / name).exists():
                unfinished = base / f"{name}.unfinished"  # where making fails, the others fail for that, too
                make(unfinished)
                unfinished.rename(base / name)
        return base / name

    return making


@pytest.fixture(scope="session")
def reported(make_once):
    """Return a copy of the project with the whole report of 2024Q1 in it, made once for all tests that read it."""

    def report(root: Path) -> None:
        done = run(copy_project(root), "report", "2024Q1")
        assert done.returncode == 0, done.stderr

    return make_once("reported", report)


@pytest.fixture(scope="session")
def release(reported) -> Path:
    """Return the folder of that report."""
    return reported / "data" / "processed" / "2024Q1"


@pytest.fixture(scope="session")
def quarter():
    """Return the first quarter of 2024 as it is on record, read once: reading takes longer than most tests of it."""
    return read_status("2024Q1")


@pytest.fixture(scope="session")
def english(quarter):
    return quarter.in_language("en")


@pytest.fixture(scope="session")
def scenario():
    """Return the same quarter under the example's ambitions."""
    return read_status("2024Q1", ambitions="eksempel")


@pytest.fixture(scope="module")
def browser():
    """Return a real Chromium; its event loop ends with the module, for kernels that others run have loops too."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=PROGRAMS["browser"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def tags() -> Callable[[pikepdf.Pdf], list[tuple[str, str]]]:
    """Return a function that lists the elements of a PDF's tree of tags as (name, alternative text)."""

    def elements(node: pikepdf.Object) -> list[tuple[str, str]]:
        if isinstance(node, pikepdf.Array):
            return [element for child in node for element in elements(child)]
        if isinstance(node, pikepdf.Dictionary) and "/S" in node:
            return [(str(node.S), str(node.get("/Alt", ""))), *(elements(node.K) if "/K" in node else [])]
        return []

    return lambda opened: elements(opened.Root.StructTreeRoot.K)


@pytest.fixture
def at_most_a_minute():
    """End a test that waits for a pipe."""

    def stop(*_):
        raise TimeoutError("a pipe is waited for")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
