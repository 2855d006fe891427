"""What a report of every municipality costs, from 10 to 1 000 of them, beside plain papermill on a sample.

    make benchmark-areas
    python benchmarks/area_reports.py [--areas 10 100 357 1000] [--sample 4] [--workers 0]

Each size is a synthetic country of its own (`area_panel.py`: 20 quarters, 15 indicators; beyond 357 municipalities some
are invented), reported in one command in Norwegian; that of 357 in two languages as well, which makes twice the reports
of the same country. Papermill runs the first notebooks of the country of 357, two at
once, one process each; it reads all figures anew in every one, and makes neither pages nor a release. `memory` is what
all processes of the run hold together, what they share counted once: the most in the first and in the last third.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import psutil
from area_panel import LAST, make_country
from run_quarter import papermill_commands

from analysis.records.areas import read_areas
from analysis.reports.plan import area_plan
from analysis.reports.request import Request

QUARTERS, INDICATORS = 20, 15
COUNTRY = 357
EVERY = 2.0  # seconds between two looks at the memory


def report(project: Path, options: Sequence[str]) -> dict[str, float]:
    """Return the seconds of one command that reports every municipality, its pages, and MiB early and late."""
    command = [sys.executable, "-m", "analysis", "report", LAST, "--areas", "kommune", "--json"]
    began, before = time.monotonic(), _cpu()
    run = subprocess.Popen(
        [*command, *options], env={**os.environ, "EHELSE_ROOT": str(project)}, stdout=subprocess.PIPE, text=True
    )
    seen = []
    while run.poll() is None:
        seen.append(_memory(psutil.Process(run.pid)))
        time.sleep(EVERY)
    said = json.loads(run.stdout.read())
    if run.returncode:
        raise SystemExit(said["message"])
    third = max(1, len(seen) // 3)
    early, late = max(seen[:third]), max(seen[-third:])
    seconds, cpu = time.monotonic() - began, _cpu() - before
    return {"seconds": seconds, "cpu": cpu, "pages": said["made"], "early": early, "late": late}


def _cpu() -> float:
    """Return the CPU seconds of every process that was started and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory(run: psutil.Process) -> int:
    """Return the MiB of a process and all it has started, what they share counted once."""
    held = 0
    try:
        for process in (run, *run.children(recursive=True)):
            try:
                held += process.memory_full_info().pss
            except psutil.Error:  # it has just ended
                continue
    except psutil.Error:
        return 0
    return held >> 20


def papermill(project: Path, sample: int) -> dict[str, float]:
    """Return the seconds papermill takes for the first municipalities, two processes at once."""
    day = pd.Period(LAST, "Q").end_time.normalize()
    codes = read_areas(project / "data" / "raw").in_force("kommune", day).index[:sample]
    jobs = area_plan(Request(LAST, ("nb",), areas="kommune"), codes)
    began, before = time.monotonic(), _cpu()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: papermill_commands([job], project, sys.executable), jobs))
    return {"pages": sample, "seconds": time.monotonic() - began, "cpu": _cpu() - before}


def table(measured: Sequence[dict[str, float]], sample: dict[str, float] | None) -> str:
    """Return what was measured as a Markdown table; `more` is the CPU of each beyond the country before."""
    lines = [
        "| reports | wall, s | a minute | CPU, s each | CPU, s each more | MiB early, late |",
        "|---|---|---|---|---|---|",
    ]
    before = None
    for m in measured:
        more = f"{(m['cpu'] - before['cpu']) / (m['pages'] - before['pages']):.2f}" if before else ""
        lines.append(f"{_row('', m)} {more} | {m['early']}, {m['late']} |")
        before = before if m["pages"] == 2 * COUNTRY else m
    return "\n".join([*lines, *([f"{_row('papermill, ', sample)} | |"] if sample else [])])


def _row(way: str, m: dict[str, float]) -> str:
    minute, each = 60 * m["pages"] / m["seconds"], m["cpu"] / m["pages"]
    return f"| {way}{m['pages']} | {m['seconds']:.0f} | {minute:.1f} | {each:.2f} |"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--areas", type=int, nargs="+", default=[10, 100, COUNTRY, 1000])
    parser.add_argument("--sample", type=int, default=4)
    parser.add_argument("--workers", type=int, default=0, help="run on so many Dask workers instead of threads")
    asked = parser.parse_args()
    options = ["--workers", str(asked.workers)] if asked.workers else []
    measured, sample = [], None
    for number in sorted(asked.areas):
        with tempfile.TemporaryDirectory() as folder:
            make_country(Path(folder), number, QUARTERS, INDICATORS)
            measured.append(report(Path(folder), [*options, "--language", "nb"]))
            if number == COUNTRY:
                measured.append(report(Path(folder), [*options, "--force"]))
                sample = papermill(Path(folder), asked.sample) if asked.sample else None
        print(table(measured, sample), end="\n\n", file=sys.stderr)
    print(table(measured, sample))


if __name__ == "__main__":
    main()
