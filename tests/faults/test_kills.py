"""A run killed at any moment: the published report stays true, no process is left, the next run cleans up."""

import random
import signal
import time

import pytest
from commands import change, finish, folder_of, left_behind, none_lives, start, states, wait_for

from analysis.reports import releases
from projects import write_template

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_a_run_killed_at_random_leaves_a_true_report(project, number):
    began = time.monotonic()
    change(project, 20)
    assert finish(start(project))[0] == 0
    whole = time.monotonic() - began
    moments = random.Random(number).sample(range(1000), 10)
    for turn, moment in enumerate(moments):
        change(project, 30 + turn)
        process = start(project)
        time.sleep(whole * moment / 1000)
        process.send_signal(number)
        code, _, err = finish(process)
        assert code in (0, -number, 128 + number, 1), err
        assert releases.read_manifest(folder_of(project).current) is not None, f"after {moment} of 1000"
        assert none_lives(project), f"after {moment} of 1000"
    change(project, 99)
    code, _, err = finish(start(project))
    assert code == 0, err
    assert releases.read_manifest(folder_of(project).current)["key"]
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
def test_kernels_end_with_the_run_whatever_they_do(project, cell, number):
    mark = project / "begun"
    write_template(project, "indikator", [f"from pathlib import Path; Path({str(mark)!r}).touch()", cell])
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
