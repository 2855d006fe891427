"""Commands on a small project, and what they leave: processes, temporary files, the published report, the log."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from analysis.__main__ import main
from analysis.reports.releases import ReportFolder, read_manifest

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


def none_lives(root, seconds=5):
    deadline = time.monotonic() + seconds
    while living(root) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not living(root)


def folder_of(root):
    return ReportFolder(root / "data" / "processed", NAME)


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


def wait_for(file, seconds=120):
    deadline = time.monotonic() + seconds
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert file.exists()


def write_counted(folder, arguments, kill_at, size, writes):
    """Be a command in a folder that counts its writes; it may be killed at one, or let no file grow beyond a size."""
    os.chdir(folder)
    os.environ["EHELSE_ROOT"] = folder
    for stream in (1, 2):  # a message is no file of the command
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)

    def hook(event, values):
        opened = event == "open" and isinstance(values[2], int) and values[2] & (os.O_WRONLY | os.O_RDWR)
        changes = opened or event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir")
        if changes and os.path.abspath(os.fsdecode(values[0])).startswith(folder):
            writes.value += 1
            if writes.value == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    if size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    main(arguments, prog_name="ehelse-status")
