"""Notebooks that end badly: kept aside, named with the cause, never published."""

import os
import sys
import time
from pathlib import Path

import pytest
from commands import fails, folder_of

from projects import write_template

pytestmark = pytest.mark.slow

LIMITED = (
    "import sys; from analysis.reports.request import Limits, Request; from analysis.reports.run import report\n"
    "report(Request('2024Q1', ('nb',), indicator='foerste'), limits=Limits(cell=60, run=int(sys.argv[1])))"
)


def test_a_failing_notebook_is_kept_and_never_published(project):
    write_template(project, "indikator", ["import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
    page, cell, *_ = fails(project, "killed (signal 9)").splitlines()
    assert page == "notebook: nb-indikator-foerste"
    assert cell.startswith("cell: 4: ")
    (kept,) = folder_of(project).failed.iterdir()
    assert (kept / "nb-indikator-foerste.ipynb").is_file()


@pytest.fixture
def small_group(tmp_path):
    """Return the file that takes a process into a control group with 700 MB of memory."""
    first = Path("/sys/fs/cgroup/memory")  # of the first version of control groups; the second has one tree for all
    root, limit = (first, "memory.limit_in_bytes") if first.is_dir() else (first.parent, "memory.max")
    group = root / f"ehelse-{tmp_path.name}-{os.getpid()}"
    try:
        group.mkdir()
        (group / limit).write_text(str(700_000_000))
    except OSError:
        pytest.skip("this user may not make control groups; tests/reports/test_execute.py has the limit on a notebook")
    yield group / "cgroup.procs"
    group.rmdir()


def test_a_kernel_that_exhausted_memory_is_reported_as_such(project, small_group):
    write_template(project, "indikator", ["x = b'x' * (2 << 30)"])
    fails(project, "ran out of memory", preexec_fn=lambda: small_group.write_text(str(os.getpid())))


def test_a_run_that_takes_too_long_is_stopped(project):
    write_template(project, "indikator", ["import time; time.sleep(50)"])
    began = time.monotonic()
    fails(project, "the run took longer than its 15 seconds", "15", command=[sys.executable, "-c", LIMITED])
    assert time.monotonic() - began < 45
