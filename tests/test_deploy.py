"""The files that run the report unattended agree, their next times are right, and the command works."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from analysis.__main__ import BUSY
from analysis.reports.request import Limits
from projects import make_project
from typed_cases import cases

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
sys.path.insert(0, str(DEPLOY))

import next_times as deploy  # noqa: E402

WITHOUT_SYSTEMD = shutil.which("systemd-analyze") is None
systemd = pytest.mark.skipif(WITHOUT_SYSTEMD and not os.environ.get("CI"), reason="systemd is not installed here")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=deploy.OSLO)


def formatted(times):
    return [f"{time:%a %Y-%m-%d %H:%M %Z}" for time in times]


# from a calendar: the nights of 28 March 2027 and 25 October 2026 move the clock
@cases(__file__, "next_times.csv")
def test_crontab_and_workflow_run_on_working_mornings_in_oslo(after, first, second):
    for schedule, _, _ in (deploy.crontab(), deploy.workflow()):
        assert formatted(deploy.next_times(schedule, at(after), 2)) == [first, second]


@systemd
@cases(__file__, "next_times.csv")
def test_systemd_runs_the_timer_when_the_crontab_runs(after, first, second):
    elapses = deploy.next_elapses(deploy.setting(deploy.TIMER, "OnCalendar"), at(after), 2)
    assert formatted(elapses) == [first, second]


@pytest.mark.parametrize("path", [os.environ["PATH"], "/nowhere"])
def test_dry_run_lists_times_also_without_systemd(path):
    command = [sys.executable, str(DEPLOY / "next_times.py"), "--after", "2026-11-27T12:00", "--count", "1"]
    output = subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, check=True).stdout
    assert output.count("Mon 2026-11-30 05:30 CET") == (2 if path == "/nowhere" or WITHOUT_SYSTEMD else 3)
    assert ("systemd-analyze is not installed here" in output) == (path == "/nowhere" or WITHOUT_SYSTEMD)
    assert output.endswith("each runs\n  .venv/bin/ehelse-status report 2024Q1 --json --on-failure …\n")


def test_every_file_runs_the_same_command_on_a_fixed_quarter():
    commands = deploy.commands("2024Q1")
    assert set(commands) == {deploy.SERVICE, deploy.CRONTAB, deploy.WORKFLOW}
    wanted = [".venv/bin/ehelse-status", "report", "2024Q1", "--json", "--on-failure"]
    assert list(commands.values()) == [wanted] * 3
    (quarter,) = {variables["QUARTER"] for _, _, variables in (deploy.crontab(), deploy.workflow())}
    assert re.fullmatch(r"\d{4}Q[1-4]", quarter)
    assert "date" not in "".join(command for _, command, _ in (deploy.crontab(), deploy.workflow()))


@pytest.mark.slow
def test_the_workflow_follows_its_schema(tmp_path):
    file, faulty = DEPLOY / deploy.WORKFLOW, tmp_path / "faulty.yml"
    faulty.write_text(file.read_text(encoding="utf-8").replace("runs-on", "run-on"), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, str(file), str(faulty)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "faulty.yml" in done.stdout
    assert file.name not in done.stdout


def test_actions_of_the_workflow_are_pinned_by_digest():
    uses = re.findall(r"uses: (\S+)", (DEPLOY / deploy.WORKFLOW).read_text(encoding="utf-8"))
    assert len(uses) == 3
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action) for action in uses)


@systemd
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    for name in (deploy.SERVICE, deploy.TIMER):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        installed = text.replace("/opt/ehelse-status/.venv/bin/ehelse-status", sys.executable)
        (tmp_path / name.replace("@", "@2024Q1")).write_text(installed, encoding="utf-8")
    command = ["systemd-analyze", "verify", *sorted(str(file) for file in tmp_path.iterdir())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_service_outwaits_a_run_and_accepts_busy():
    assert 60 * int(deploy.setting(deploy.SERVICE, "TimeoutStartSec").removesuffix("min")) > Limits().run
    assert deploy.setting(deploy.SERVICE, "SuccessExitStatus") == str(BUSY)
    assert int(deploy.setting(deploy.SERVICE, "MemoryMax").removesuffix("G")) << 30 > Limits().memory


def run_as(name: str, user: str, root: Path) -> subprocess.CompletedProcess:
    """Run the command of a file as its program does, with what it sets for a user and next to nothing else."""
    home = root.parent / f"home-of-{user}"
    home.mkdir(exist_ok=True)
    environment = {"LOGNAME": user, "USER": user, "HOME": str(home), "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
    environment["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
    if name == deploy.SERVICE:  # systemd starts no shell, and puts each variable in as one word
        command = deploy.setting(name, "ExecStart").replace("%i", "2024Q1").replace("${ON_FAILURE}", "'cat >&2'")
    else:
        _, command, variables = deploy.crontab() if name == deploy.CRONTAB else deploy.workflow()
        environment |= variables | {"ON_FAILURE": f"cat > '{root}/failure.txt'"}
    command = command.replace("/opt/ehelse-status", str(root)).replace("logger -t ehelse-status", "cat")
    started = shlex.split(command) if name == deploy.SERVICE else ["/bin/sh", "-c", command]
    return subprocess.run(started, cwd=root, env=environment, capture_output=True, text=True, check=False)


USER = deploy.setting(deploy.SERVICE, "User")
USERS = [(deploy.SERVICE, "status"), (deploy.CRONTAB, USER), (deploy.WORKFLOW, "runner")]


# a user may have the name of a word that pages have
@pytest.mark.slow
@pytest.mark.parametrize(("name", "user"), [(deploy.SERVICE, USER), *USERS])
def test_each_command_publishes_as_its_user(tmp_path, name, user):
    """In a small project with the command in it, as the files of deploy/ expect it under /opt."""
    root = make_project(tmp_path / "opt")
    program = root / ".venv" / "bin" / "ehelse-status"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m analysis "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    done = run_as(name, user, root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["state"] == "COMPLETE"
    assert (root / "data" / "processed" / "2024Q1" / "index.html").is_file()
    if name == deploy.CRONTAB:  # which reports a failure
        (root / "notebooks" / "maal.ipynb").write_text("{", encoding="utf-8")
        outcome = json.loads(run_as(name, user, root).stdout)
        assert (outcome["state"], outcome["exit_code"]) == ("REFUSED", 2)
        assert "notebooks/maal.ipynb" in outcome["message"]
        assert (root / "failure.txt").read_text(encoding="utf-8") == outcome["message"] + "\n"
