"""Measure how long after a save the page is new in a real browser, beside the whole run.

    python benchmarks/preview.py [--saves 20] [--rounds 3] [--quarter 2024Q1] [--language nb]

A comment on the first goal is changed again and again while that goal's page is shown; then one figure while its
indicator's page is. The whole report is made before, between and after the saves, by the command and from nothing.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright
from run_quarter import copy_project

Change = Callable[[str, int], str]
GOAL, INDICATOR = "maal-1", "indikator-digital-hjemmeoppfolging"
FIGURE = re.compile(r"(?<=dho-samarbeidsprosjekter,2024Q1,,)1[67]")


@contextmanager
def preview(project: Path, quarter: str, language: str) -> Iterator[tuple[str, psutil.Process]]:
    """Give the address and the process of a preview of a project."""
    command = [sys.executable, "-m", "analysis", "preview", quarter, "--language", language]
    process = subprocess.Popen(command, env=_environment(project), cwd=project, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip(), psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def whole_run(project: Path, quarter: str, language: str) -> float:
    """Return the seconds that the whole report takes."""
    command = [sys.executable, "-m", "analysis", "report", quarter, "--language", language, "--force", "--json"]
    started = time.monotonic()
    subprocess.run(command, env=_environment(project), cwd=project, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def _environment(project: Path) -> dict[str, str]:
    return os.environ | {"EHELSE_ROOT": str(project)}


def rest(process: psutil.Process) -> None:
    """Wait until nothing is being made: what cleans up, the worker and two servers are left."""
    while len(process.children(recursive=True)) > 4:
        time.sleep(0.5)


def latencies(page: Page, process: psutil.Process, file: Path, change: Change, saves: int) -> list[float]:
    """Return the seconds from each save of a file until the page that is shown is another one."""
    good, seconds = file.read_text(encoding="utf-8"), []
    for number in range(saves):
        rest(process)
        time.sleep(1)
        before = page.evaluate("document.querySelector('script[data-version]').dataset.version")
        started = time.monotonic()
        file.write_text(change(good, number), encoding="utf-8")
        page.wait_for_function(
            "before => { const now = document.querySelector('script[data-version]');"
            " return document.readyState == 'complete' && now && now.dataset.version != before; }",
            arg=before,
            timeout=300_000,
        )
        seconds.append(time.monotonic() - started)
        print(f"{file.name}: {seconds[-1]:.2f} s", file=sys.stderr)
    file.write_text(good, encoding="utf-8")
    return seconds


def with_comment(text: str, number: int) -> str:
    """Return the comments on a goal, the first of which begins with a sentence of its own."""
    heading, _, rest = text.partition("\n\n")
    return f"{heading}\n\nLagring {chr(ord('a') + number)}. {rest}"


def with_figure(text: str, number: int) -> str:
    """Return the observations with one figure changed, otherwise each time."""
    return FIGURE.sub("15" if number % 2 == 0 else "18", text)


def main() -> None:
    """Print the latencies, their distribution and their ratio to the whole run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quarter", default="2024Q1")
    parser.add_argument("--language", default="nb")
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    whole, measured = [], {"one comment": [], "one figure": []}
    shares = [asked.saves // asked.rounds + (r < asked.saves % asked.rounds) for r in range(asked.rounds)]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        project = copy_project(Path(folder))
        raw = project / "data" / "raw"
        comments = raw / "judgements" / asked.quarter / f"{GOAL}.{asked.language}.md"
        browser = playwright.chromium.launch(executable_path=chromium)
        for saves in shares:
            whole.append(whole_run(project, asked.quarter, asked.language))
            with preview(project, asked.quarter, asked.language) as (address, process):
                for kind, name, file, change in (
                    ("one comment", GOAL, comments, with_comment),
                    ("one figure", INDICATOR, raw / "observations" / "status-2024q1.csv", with_figure),
                ):
                    page = browser.new_page()
                    page.goto(f"{address}{asked.language}/{name}.html")
                    page.wait_for_selector("main", timeout=300_000)
                    measured[kind] += latencies(page, process, file, change, saves)
                    page.close()
        browser.close()
    run = statistics.median(whole)
    print(f"the whole run: {run:.1f} s (median of {', '.join(f'{each:.1f}' for each in whole)})")
    for kind, seconds in measured.items():
        low, middle, high = statistics.quantiles(seconds, n=4)
        print(f"{kind}: {middle:.2f} s (median of {len(seconds)} saves) = {middle / run:.3f} × the whole run")
        print(f"  from {min(seconds):.2f} to {max(seconds):.2f} s, half of them from {low:.2f} to {high:.2f} s")


if __name__ == "__main__":
    main()
