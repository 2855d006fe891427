"""Say when each file of this folder would run the report next, and with which command; run nothing.

    make schedule-dry-run
    python deploy/next_times.py [--count 5] [--after 2026-01-01T00:00]

Times are Oslo's. Those of crontab and workflow are worked out here, the timer's are what systemd itself says; where it
is not installed, that is said instead.
"""

import argparse
import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from croniter import croniter

HOME = Path(__file__).parent
OSLO = ZoneInfo("Europe/Oslo")
TIMER, SERVICE = "ehelse-status@.timer", "ehelse-status@.service"
CRONTAB, WORKFLOW = "crontab", "github-workflow.yml"


def setting(unit: str, key: str) -> str:
    """Return the one value of a key in a systemd unit."""
    (value,) = re.findall(rf"^{key}=(.*)$", (HOME / unit).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return value


def crontab() -> tuple[str, str, dict[str, str]]:
    """Return the schedule, the command and the variables of the crontab."""
    lines = [line for line in (HOME / CRONTAB).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    *assigned, job = lines
    minute, hour, day, month, weekday, command = job.split(maxsplit=5)
    return f"{minute} {hour} {day} {month} {weekday}", command, dict(line.split("=", 1) for line in assigned)


def workflow() -> tuple[str, str, dict[str, str]]:
    """Return the schedule, the command and the variables of the workflow."""
    told = yaml.load((HOME / WORKFLOW).read_text(encoding="utf-8"), yaml.BaseLoader)
    (schedule,) = told["on"]["schedule"]
    if schedule["timezone"] != OSLO.key:
        raise SystemExit(f"{WORKFLOW} counts the hours of {schedule['timezone']}, not of {OSLO.key}")
    (command,) = (step["run"] for step in told["jobs"]["report"]["steps"] if "report" in step.get("run", ""))
    return schedule["cron"], command, told["env"]


def commands(quarter: str) -> dict[str, list[str]]:
    """Return the arguments each file runs the report of `quarter` with, without what it does when that fails."""
    started = {SERVICE: setting(SERVICE, "ExecStart"), CRONTAB: crontab()[1], WORKFLOW: workflow()[1]}
    return {name: _arguments(re.sub(r"%i|\$QUARTER", quarter, command)) for name, command in started.items()}


def _arguments(command: str) -> list[str]:
    words = shlex.split(re.sub(r".*&& |\|.*", "", command))
    return [re.sub(r".*/(?=\.venv/)", "", words[0]), *words[1:-1]]


def next_times(schedule: str, after: datetime, count: int) -> list[datetime]:
    """Return when a line of cron runs next in Oslo; counted on the wall clock, which is what cron looks at."""
    times = croniter(schedule, after.astimezone(OSLO).replace(tzinfo=None), ret_type=datetime)
    return [times.get_next().replace(tzinfo=OSLO) for _ in range(count)]


def next_elapses(calendar: str, after: datetime, count: int) -> list[datetime]:
    """Return when systemd itself says that a calendar expression elapses next; empty where it is not installed."""
    if shutil.which("systemd-analyze") is None:
        return []
    base = f"--base-time={after.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    command = ["systemd-analyze", "calendar", f"--iterations={count}", base, calendar]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env={"TZ": "UTC", "LC_ALL": "C"}).stdout
    found = re.findall(r"(?:Next elapse|Iter\. #\d+|\(in UTC\)): \w{3} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC", said)
    return [datetime.fromisoformat(f"{time}+00:00").astimezone(OSLO) for time in found]


def main() -> None:
    """Print the times and the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--after", type=datetime.fromisoformat, default=datetime.now(OSLO))
    asked = parser.parse_args()
    after = asked.after if asked.after.tzinfo else asked.after.replace(tzinfo=OSLO)
    calendar = setting(TIMER, "OnCalendar")
    found = {
        f"{TIMER} ({calendar})": next_elapses(calendar, after, asked.count),
        f"{CRONTAB} ({crontab()[0]})": next_times(crontab()[0], after, asked.count),
        f"{WORKFLOW} ({workflow()[0]})": next_times(workflow()[0], after, asked.count),
    }
    for name, times in found.items():
        print(f"deploy/{name}")
        for said in [f"{time:%a %Y-%m-%d %H:%M %Z}" for time in times] or ["systemd-analyze is not installed here"]:
            print(f"  {said}")
    quarter = crontab()[2]["QUARTER"]
    print(f"each runs\n  {shlex.join(commands(quarter)[CRONTAB])} …")


if __name__ == "__main__":
    main()
