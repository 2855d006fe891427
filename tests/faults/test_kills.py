"""A run killed at any moment: the published report stays true, no process is left, the next run cleans up."""

import json
import os
import random
import signal
import time
from pathlib import Path

import pytest
from commands import change, finish, folder_of, left_behind, none_lives, start, states

from analysis.reports import releases
from projects import write_template
from waiting import until

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("KILLS", "6"))  # moments, with each signal in turn; `make test-slow` takes 30
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def test_a_run_killed_at_random_leaves_a_true_report(project):
    began = time.monotonic()
    change(project, 20)
    assert finish(start(project))[0] == 0
    whole, chance = time.monotonic() - began, random.Random(1)
    for turn in range(KILLS):
        number = SIGNALS[turn % 3]
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
        first, *others = [line["state"] for line in states(project) if line["run"] == run]
        assert (first, len(others)) == ("START", 1), run


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
    until(mark.exists)
    process.send_signal(number)
    finish(process)
    assert none_lives(project)
    assert releases.read_manifest(folder_of(project).current) is not None


def test_no_run_leaves_what_notebooks_started_running(project):
    """The next run ends what a killed one left; a whole one ends before publishing what left its session and parent."""
    mark = project / "begun"
    cell = f"import subprocess, time\nsubprocess.Popen(['sleep', '300'])\nopen({str(mark)!r}, 'w')\ntime.sleep(60)"
    write_template(project, "indikator", [cell])
    process = start(project)
    until(mark.exists)
    process.kill()
    finish(process)
    options = "env={}, start_new_session=True, stdout=-3, stderr=-3"
    write_template(
        project, "indikator", [f"import subprocess\nprint(subprocess.Popen(['sleep', '60'], {options}).pid)"]
    )
    code, _, err = finish(start(project))
    assert code == 0, err
    notebook = folder_of(project).current / "notebooks" / "nb" / "indikator-foerste.ipynb"
    (output,) = (o for cell in json.loads(notebook.read_text())["cells"] for o in cell.get("outputs", []))
    assert not Path("/proc", "".join(output["text"]).strip()).exists()
    assert none_lives(project)
    assert left_behind(project) == []
