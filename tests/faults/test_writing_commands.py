"""Commands that write, killed at any moment: what they leave is cleared, and the same command gives the same files."""

import multiprocessing
import os
import random
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from commands import write_timed

from analysis.reports import releases
from projects import make_project
from quarters import judge

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("KILLS", "4"))  # moments for each command; `make test-slow` takes 30
PLACE = ("--measure", "andel-foerste", "--published", "2024-02-01", "--source", "kilde")
ANSWERS = ("--respondent", "id", "--question", "svar", "--code", "1", "--code", "2", "--counting", "1")
COMMANDS = {
    "new-quarter": ("new-quarter", "2024Q2"),
    "from-table": ("from-table", "table.json", "--where", "geo", "DK", *PLACE, "--to", "rows.csv"),
    "from-respondents": ("from-respondents", "svar.csv", *ANSWERS, "--period", "2023", *PLACE, "--to", "rows.csv"),
    "publish": ("publish", "2024Q1", "--rest", "grey", "Ikke vurdert | Not judged"),
    "site": ("site", "site"),
    "diff": ("diff", "2023Q1", "2024Q1", "--html", "changes.html"),
}
# processes are forked from one that has imported what commands import when they run
PRELOADED = ("__main__", "quarter.changes", "quarter.published_lights", "quarter.templates", "reports.check")
PRELOADED += ("reports.pages.site", "views.desk", "views.figures", "views.what_if")
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([f"analysis.{name}" for name in PRELOADED])


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project that every command can be run on: judged but for a row, delivered, with a report and a site."""
    root = make_project(tmp_path_factory.mktemp("project"))
    judge(root, "2024Q1", {"2A": ""})
    shutil.copy(Path(__file__).with_name("table.json"), root)
    answers = "".join(f"r{number:03},{number % 2 + 1}\n" for number in range(100))
    (root / "svar.csv").write_text(f"id,svar\n{answers}", encoding="utf-8")
    (root / "site").mkdir()
    for page in ("site/index.html", "changes.html"):
        (root / page).write_text('earlier <meta name="generator" content="ehelse-status site">', encoding="utf-8")
    folder = releases.ReportFolder(root / "data" / "processed", "2024Q1")
    work_folder = releases.work_folder_of(folder, releases.new_id())
    with releases.lock_report(folder):
        (work_folder / "nb").mkdir(parents=True)
        pages = [f"nb/indikator-{slug}.html" for slug in ("foerste", "andre", "tredje")]
        for page in pages:
            (work_folder / page).write_text("<html><body><!-- quarters --></body></html>", encoding="utf-8")
        releases.publish(folder, work_folder, {"state": "COMPLETE"}, pages, {})
    return root


def run(folder, name, size=0, moments=()):
    """Return a command's exit code, and when it wrote; `write_timed` says what may happen to it."""
    times = PROCESSES.RawArray("d", 100)
    process = PROCESSES.Process(target=write_timed, args=(str(folder), COMMANDS[name], times, size, moments))
    process.start()
    process.join()
    return process.exitcode, [time for time in times if time]


def files(folder):
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_on_a_full_disk_leaves_nothing_of_it(project, tmp_path, name):
    root = shutil.copytree(project, tmp_path / "full", symlinks=True)
    assert run(root, name, size=60)[0] == 1  # bytes
    assert files(root) == files(project)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_gives_the_same_when_it_is_repeated(project, tmp_path, name):
    whole = shutil.copytree(project, tmp_path / "whole", symlinks=True)
    code, times = run(whole, name)
    assert code == 0 and times
    expected, before = files(whole), files(project)
    assert expected != before
    # one in each part of what it does from its first write on
    chance = random.Random(name)
    places = [(len(times) * (kill + chance.random())) / KILLS for kill in range(KILLS)]
    lengths = [end - begin for begin, end in pairwise([*times, times[-1] + 0.01])]
    moments = [(int(place) + 1, max(place % 1 * lengths[int(place)], 1e-6)) for place in places]
    killed = shutil.copytree(project, tmp_path / "killed", symlinks=True)
    assert run(killed, name, moments=moments)[0] == 0
    assert files(killed) == expected
    seen = []
    for number, moment in enumerate(moments):
        root = tmp_path / f"killed-{number}"
        after = files(root)
        for left in [left for left, content in after.items() if before.get(left) != content]:
            hidden = [part for part in left.parts if part.startswith(".")]
            if hidden and hidden[0].endswith(".old"):  # what was there, moved away for the time of a renaming
                assert after[left] in before.values()
            elif hidden:
                os.truncate(root / left, len(after[left]) // 2)
            else:  # what has its name is whole
                assert after[left] == expected[left], (moment, left)
        # a repetition for each list of leftovers, cut as they are, and each state of what has its name
        names = {re.sub(r"\.\d+\.", ".process.", str(left)): left for left in after}
        state = {name: "" if "/." in f"/{name}" else after[left] for name, left in names.items()}
        if state in seen:
            continue
        seen.append(state)
        code, _ = run(root, name)
        assert files(root) == expected, (moment, code)
        # killed after its last write it says that what it would write exists, or is published, already
        assert code == 0 or name in ("from-table", "from-respondents", "new-quarter", "publish"), moment
