"""Commands that write, killed at any moment: what they leave is cleared, and the same command gives the same files."""

import json
import os
import random
import shutil
import subprocess
import sys

import pytest

from analysis.reports import releases
from analysis.text import LANGUAGES
from projects import make_project
from quarters import light

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("KILLS", "10"))  # moments for each command; `make test-slow` takes 30
PLACE = ("--measure", "andel-foerste", "--published", "2024-02-01", "--source", "kilde")
ANSWERS = ("--respondent", "id", "--question", "svar", "--code", "1", "--code", "2", "--counting", "1")
COMMANDS = {
    "new-quarter": ("new-quarter", "2024Q2"),
    "from-table": ("from-table", "table.json", "--where", "geo", "DK", *PLACE, "--to", "rows.csv"),
    "from-respondents": ("from-respondents", "svar.csv", *ANSWERS, "--period", "2023", *PLACE, "--to", "rows.csv"),
    "publish": ("publish", "2024Q1"),
    "site": ("site", "site"),
    "diff": ("diff", "2023Q1", "2024Q1", "--html", "changes.html"),
}
TABLE = {
    "version": "2.0",
    "class": "dataset",
    "id": ["geo", "time"],
    "size": [2, 2],
    "role": {"time": ["time"]},
    "dimension": {
        "geo": {"category": {"index": ["DK", "SE"]}},
        "time": {"category": {"index": ["2022", "2023"]}},
    },
    "value": [30.5, 31, 22.2, 23],
}
# Runs a command in a process forked from one that has imported everything. Kills it after so many seconds, or as it is
# about to write for the n-th time, or lets no file grow beyond a size, as a full disk does. Each answer is the exit
# code, the seconds and the number of writes.
DRIVER = """
import json, os, resource, signal, sys, time
import analysis, analysis.__main__, analysis.quarter.published_lights
import analysis.reports.pages.site, analysis.reports.check
for name in analysis.__all__:
    getattr(analysis, name)
answers = os.fdopen(os.dup(1), "w")

def command(folder, arguments, write, size, counter):
    os.chdir(folder)
    os.environ["EHELSE_ROOT"] = folder
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    writes = 0

    def hook(event, values):
        nonlocal writes
        opened = event == "open" and isinstance(values[2], int) and values[2] & (os.O_WRONLY | os.O_RDWR)
        if opened or event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir"):
            if os.path.abspath(os.fsdecode(values[0])).startswith(folder):
                writes += 1
                os.pwrite(counter, str(writes).encode(), 0)
                if writes == write:
                    os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    if size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        analysis.__main__.main(arguments, prog_name="ehelse-status")
    except SystemExit as end:
        os._exit(end.code or 0)

for line in sys.stdin:
    folder, arguments, seconds, write, size = json.loads(line)
    counter, began = os.memfd_create("writes"), time.monotonic()
    child = os.fork()
    if not child:
        command(folder, arguments, write, size, counter)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps([code, time.monotonic() - began, int(os.pread(counter, 9, 0) or 0)]), file=answers, flush=True)
    os.close(counter)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project that every command can be run on: judged, delivered, and with a report for the site."""
    root = make_project(tmp_path_factory.mktemp("project"))
    judged = root / "data" / "raw" / "judgements" / "2024Q1"
    judged.mkdir()
    items = ("strategy", "goal-1", "goal-2", "1.1", "1.2", "2.1", "1A", "2A")
    (judged / "lights.toml").write_text('quarter = "2024Q1"\n' + "".join(map(light, items)), encoding="utf-8")
    for name in ("strategi", "maal-1", "maal-2"):
        for language in LANGUAGES:
            (judged / f"{name}.{language}.md").write_text("", encoding="utf-8")
    (root / "table.json").write_text(json.dumps(TABLE), encoding="utf-8")
    answers = "".join(f"r{number:03},{number % 2 + 1}\n" for number in range(100))
    (root / "svar.csv").write_text(f"id,svar\n{answers}", encoding="utf-8")
    folder = releases.ReportFolder(root / "data" / "processed", "2024Q1")
    work_folder = releases.work_folder_of(folder, releases.new_id())
    with releases.lock_report(folder):
        (work_folder / "nb").mkdir(parents=True)
        pages = [f"nb/indikator-{slug}.html" for slug in ("foerste", "andre", "tredje")]
        for page in pages:
            (work_folder / page).write_text("<html><body><!-- quarters --></body></html>", encoding="utf-8")
        releases.publish(folder, work_folder, {"state": "COMPLETE"}, pages, {})
    return root


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a function that runs a command in a folder: whole, killed after some seconds or at a write, or cut."""
    log = tmp_path_factory.mktemp("driver") / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )

    def call(folder, arguments, seconds=None, write=None, size=None):
        process.stdin.write(json.dumps([str(folder), arguments, seconds, write, size]) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, log.read_text()
        return json.loads(answer)

    yield call
    process.stdin.close()
    process.wait(30)
    process.stdout.close()


def files(folder):
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_on_a_full_disk_leaves_nothing_of_it(project, run, tmp_path, name):
    before = files(project)
    for size in (16, 60):  # bytes
        root = shutil.copytree(project, tmp_path / str(size), symlinks=True)
        assert run(root, COMMANDS[name], size=size)[0] == 1
        assert files(root) == before
        shutil.rmtree(root)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_gives_the_same_when_it_is_repeated(project, run, tmp_path, name):
    whole = shutil.copytree(project, tmp_path / "whole", symlinks=True)
    code, seconds, writes = run(whole, COMMANDS[name])
    assert code == 0 and writes
    expected, before = files(whole), files(project)
    assert expected != before
    chance = random.Random(name)
    for kill in range(KILLS):
        root = shutil.copytree(project, tmp_path / str(kill), symlinks=True)
        # half of them anywhere, half where something is written
        moment = {"seconds": seconds * chance.random()} if kill % 2 else {"write": chance.randint(1, writes)}
        run(root, COMMANDS[name], **moment)
        for left in files(root).keys() - before.keys():
            if any(part.startswith(".") for part in left.parts):
                os.truncate(root / left, len((root / left).read_bytes()) // 2)
            else:  # what has its name is whole
                assert (root / left).read_bytes() == expected[left], (moment, left)
        code, _, _ = run(root, COMMANDS[name])
        assert files(root) == expected, (moment, code)
        # killed after its last write it says that what it would write exists, or is published, already
        assert code == 0 or name in ("from-table", "from-respondents", "new-quarter", "publish"), moment
        shutil.rmtree(root)
