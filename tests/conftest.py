"""Invariants are searched anew on every desk, and the same way every time in CI: a failure there must be repeatable."""

import fcntl
import os

import pytest
from hypothesis import settings

from real_project import copy_project, run

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def reported(tmp_path_factory):
    """Return a copy of the project with the whole report of 2024Q1 in it, made once for all tests that read it.

    Test processes that run side by side share it: the first makes it, the others wait.
    """
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    base = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    root = base / "reported"
    with (base / "reported.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            done = run(copy_project(root), "report", "2024Q1")
            assert done.returncode == 0, done.stderr
    return root
