"""Commands on a small project, and what they leave: processes, temporary files, the published report, the log."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from analysis.__main__ import main
from analysis.reports.releases import ReportFolder, read_manifest
from waiting import until

NAME = "2024Q1-indikator-foerste-nb"
COMMAND = [sys.executable, "-m", "analysis", "report", "2024Q1", "--indicator", "foerste", "--language", "nb"]


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
    mark, processes = f"EHELSE_ROOT={root}\0".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes():
                processes.append(int(process.name))
        except OSError:
            continue
    return processes


def none_lives(root):
    return until(lambda: not living(root), 5)


def folder_of(root, name=NAME):
    return ReportFolder(root / "data" / "processed", name)


def states(root):
    lines = (root / "data" / "processed" / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def left_behind(root):
    runs = {line["run"] for line in states(root)}
    scratch = [p for p in Path(os.environ.get("TMPDIR", "/tmp")).glob("ehelse-*") if p.name[7:] in runs]
    return [*scratch, *(root / "data" / "processed").rglob(".tmp-*")]


def fails(root, message, *arguments, **options):
    """Return what a run says that must fail with a message, leave the report as it was, and nothing else."""
    before = folder_of(root).current_id()
    code, _, err = finish(start(root, *arguments, **options))
    assert code == 1, err
    assert message in err
    assert folder_of(root).current_id() == before
    assert read_manifest(folder_of(root).current) is not None
    assert states(root)[-1]["state"] == "FAIL"
    assert none_lives(root)
    assert left_behind(root) == []
    return err


def change(root, value):
    """Change a figure, so that the next run has something to do."""
    file = root / "data" / "raw" / "observations" / "maalt.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[1] = f"andel-foerste,2022,,{value},prosent,,,,,,2023-02-01,kilde,"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_timed(folder, arguments, times, size, moments):
    """Be a command in a folder, and note when it writes; no file of it may grow beyond a size, if there is one.

    A moment is the number of a write, and seconds. Before that write the process is forked, and the other killed so
    many seconds later. What the folder then holds is moved beside it, to a folder with the moment's number.
    """
    os.chdir(folder)
    os.environ["EHELSE_ROOT"] = folder
    for stream in (1, 2):  # a message is no file of the command
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    count, is_noting, is_forked = 0, True, False

    def hook(event, values):
        nonlocal count, is_noting, is_forked
        opened = event == "open" and isinstance(values[2], int) and values[2] & (os.O_WRONLY | os.O_RDWR)
        changes = opened or event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir")
        # a whole path: what is removed of a folder held open cannot be undone
        if not is_noting or not changes or not os.fsdecode(values[0]).startswith(f"{folder}/"):
            return
        if is_forked:  # it has come to the next write sooner than the first time
            os.kill(os.getpid(), signal.SIGKILL)
        times[count] = time.monotonic()
        count += 1
        for number, (write, seconds) in enumerate(moments):
            if write == count:
                is_noting = False
                is_forked = _fork(folder, f"{folder}-{number}")
                is_noting = True
                if is_forked:  # as nobody handles this signal, it ends the process at once
                    signal.setitimer(signal.ITIMER_REAL, seconds)
                    return

    sys.addaudithook(hook)
    if size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    main(arguments, prog_name="ehelse-status")


def _fork(folder, after):
    """Return True in a process forked; in this one, when that has ended, move what it left and undo what it did."""
    before = shutil.copytree(folder, f"{after}-before", symlinks=True)
    if (process := os.fork()) == 0:
        return True
    os.waitpid(process, 0)
    os.mkdir(after)
    for entry in os.listdir(folder):
        os.rename(f"{folder}/{entry}", f"{after}/{entry}")
    shutil.copytree(before, folder, symlinks=True, dirs_exist_ok=True)
    return False
