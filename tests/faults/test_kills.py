"""A run killed at any moment: the published report stays true, no process is left, the next run cleans up."""

import os
import random
import signal
import time

import pytest
from commands import change, finish, folder_of, left_behind, none_lives, start, states, wait_for

from analysis.reports import releases
from projects import write_template

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("KILLS", "10")) // 2  # moments for each signal; `make test-slow` takes 15


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_a_run_killed_at_random_leaves_a_true_report(project, number):
    began = time.monotonic()
    change(project, 20)
    assert finish(start(project))[0] == 0
    whole, chance = time.monotonic() - began, random.Random(number)
    for turn in range(KILLS):
        change(project, 30 + turn)
        process = start(project)
        moment = (turn + chance.random()) / KILLS  # one in each part of the run
        time.sleep(whole * moment)
        process.send_signal(number)
        code, _, err = finish(process)
        assert code in (0, -number, 128 + number, 1), err
        assert releases.read_manifest(folder_of(project).current) is not None, moment
        assert none_lives(project), moment
    change(project, 99)
    code, _, err = finish(start(project))
    assert code == 0, err
    assert releases.read_manifest(folder_of(project).current)["key"]
    assert left_behind(project) == []
    for run in {line["run"] for line in states(project)}:
        assert next(line["state"] for line in states(project) if line["run"] == run) == "START"
        assert len([line for line in states(project) if line["run"] == run]) == 2, run


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda n: n.name)
def test_a_kernel_busy_in_c_that_ignores_signals_ends_too(project, number):
    mark = project / "begun"
    cell = (
        "import re, signal; from pathlib import Path\n"
        f"signal.signal(signal.SIGTERM, signal.SIG_IGN); Path({str(mark)!r}).touch()\n"
        "re.match('(a+)+b', 'a' * 64)"
    )
    write_template(project, "indikator", [cell])
    process = start(project)
    wait_for(mark)
    process.send_signal(number)
    finish(process)
    assert none_lives(project)
    assert releases.read_manifest(folder_of(project).current) is not None


def test_the_next_run_ends_what_a_killed_runs_notebooks_started(project):
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
