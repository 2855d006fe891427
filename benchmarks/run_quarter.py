"""Measure our runner against the ways others run notebooks, on the project's own quarter, side by side.

    make benchmark
    python benchmarks/run_quarter.py [--peers PYTHON] [--quarter 2024Q1] [--language nb] [--indicator SLUG] [--rounds 1]
                                     [--only NAME ...]

All ways run the same notebooks with the same parameters, one after the other in every round. `PYTHON` is that of an
environment with the packages of `peers.txt` beside the project's own; a peer it has not is named as missing. Ours does
more than the others (validates, verifies, renders pages, writes tables, workbook, slides and document, and publishes);
it gets no allowance for that.
"""

import argparse
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
import papermill

from analysis.records.strategy import read_strategy
from analysis.reports.plan import Job, plan
from analysis.reports.request import Request

ROOT = Path(__file__).resolve().parents[1]
TWO = 2
PLAIN, OURS = "papermill, one process each", "ours"


def copy_project(folder: Path) -> Path:
    """Return a copy of raw material and notebooks, so that nothing of the real project is written to."""
    for part in ("data/raw", "notebooks"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    (folder / "data" / "processed").mkdir(parents=True)
    return folder


def prepared(jobs: Sequence[Job], project: Path) -> list[Path]:
    """Return notebooks with their parameters put in, for the ways that take none."""
    files = []
    for job in jobs:
        file = project / "notebooks" / f"prepared-{job.name}.ipynb"
        source = str(project / "notebooks" / f"{job.template}.ipynb")
        papermill.execute_notebook(source, str(file), dict(job.parameters), prepare_only=True, progress_bar=False)
        notebook = nbformat.read(file, as_version=4)
        notebook.metadata.pop("papermill")
        nbformat.write(notebook, file)
        files.append(file)
    return files


def ours(jobs: Sequence[Job], project: Path, python: str) -> None:
    """Run the whole of our runner, pages and publishing included."""
    _report(jobs, project, python, "--force")


def nothing_changed(jobs: Sequence[Job], project: Path, python: str) -> None:
    """Run our runner where the report is already published."""
    _report(jobs, project, python)


def figure_changed(jobs: Sequence[Job], project: Path, python: str) -> None:
    """Run our runner where the report is published and the newest figure of one series has changed since."""
    file = project / "data" / "raw" / "observations" / "status-2024q1.csv"
    text = file.read_text(encoding="utf-8")
    other = {"16": "17", "17": "16"}
    changed = re.sub(r"(?<=dho-samarbeidsprosjekter,2024Q1,,)1[67]", lambda found: other[found[0]], text)
    if changed == text:
        raise SystemExit(f"{file.name} has no longer the row that is changed here")
    file.write_text(changed, encoding="utf-8")
    _report(jobs, project, python)


def _report(jobs: Sequence[Job], project: Path, python: str, *options: str) -> None:
    quarter, language = str(jobs[0].parameters["quarter"]), jobs[0].language
    part = ["--indicator", str(jobs[0].parameters["indicator"])] if len(jobs) == 1 else []
    _run([python, "-m", "analysis", "report", quarter, "--language", language, *part, *options], project)


def papermill_commands(jobs: Sequence[Job], project: Path, python: str) -> None:
    """Run papermill's command line, one process for each notebook."""
    for job in jobs:
        _run([python, *_papermill(job, project)], project)


def papermill_two(jobs: Sequence[Job], project: Path, python: str) -> None:
    """Run papermill's interface in two processes."""
    code = (
        "import sys, json, papermill\n"
        "for source, target, parameters in json.loads(sys.argv[1]):\n"
        "    papermill.execute_notebook(source, target, parameters, progress_bar=False)"
    )
    asked = [
        [str(project / "notebooks" / f"{job.template}.ipynb"), str(project / f"{job.name}.ipynb"), dict(job.parameters)]
        for job in jobs
    ]
    halves = [json.dumps(asked[turn::TWO]) for turn in range(TWO)]
    _together([[python, "-c", code, half] for half in halves], project)


def nbmake_two(jobs: Sequence[Job], project: Path, python: str) -> None:
    """Run nbmake with two workers of pytest-xdist."""
    files = [str(file) for file in prepared(jobs, project)]
    _run([python, "-m", "pytest", "-q", "--nbmake", "-n", str(TWO), "-p", "no:cacheprovider", *files], project)


def jupyter_cache_two(jobs: Sequence[Job], project: Path, python: str) -> None:
    """Run jupyter-cache with its parallel executor."""
    files = [str(file) for file in prepared(jobs, project)]
    code = (
        "import sys; from jupyter_cache import get_cache; from jupyter_cache.executors import load_executor\n"
        "cache = get_cache(sys.argv[1])\n"
        "[cache.add_nb_to_project(file) for file in sys.argv[2:]]\n"
        "done = load_executor('local-parallel', cache=cache).run_and_cache(timeout=600)\n"
        "sys.exit(bool(done.errored or done.excepted))"
    )
    with tempfile.TemporaryDirectory() as cache:
        _run([python, "-c", code, cache, *files], project)


def ploomber_engine(jobs: Sequence[Job], project: Path, python: str) -> None:
    """Run ploomber-engine: all notebooks in one process, without kernels."""
    files = [str(file) for file in prepared(jobs, project)]
    code = (
        "import sys; from ploomber_engine import execute_notebook\n"
        "for file in sys.argv[1:]: execute_notebook(file, file + '.out', progress_bar=False)"
    )
    _run([python, "-c", code, *files], project)


Way = Callable[[Sequence[Job], Path, str], None]
WAYS: dict[str, tuple[Way, str]] = {
    OURS: (ours, ""),
    "ours, one figure changed": (figure_changed, ""),
    "ours, nothing changed": (nothing_changed, ""),
    "ploomber-engine, one process without kernels": (ploomber_engine, "ploomber_engine"),
    "papermill, two processes": (papermill_two, ""),
    "nbmake -n 2": (nbmake_two, "nbmake"),
    "jupyter-cache, parallel": (jupyter_cache_two, "jupyter_cache"),
    PLAIN: (papermill_commands, ""),
}


def limit(jobs: Sequence[Job], project: Path) -> tuple[float, float, float]:
    """Return the seconds of CPU to import everything, to read the quarter, and of the cells, in one bare process."""
    code = (
        "import ast, json, sys, time\n"
        "import numpy, pandas, matplotlib, seaborn, IPython.display\n"
        "matplotlib.use('agg')\n"
        "from analysis import figures, read_status, tables\n"
        "from analysis.views.status import cache\n"
        "imported = time.process_time()\n"
        "cache.keep()\n"
        "read_status(sys.argv[2], sys.argv[3])\n"
        "read = time.process_time()\n"
        "for cells in json.load(open(sys.argv[1])):\n"
        "    names = {}\n"
        "    for cell in cells:\n"
        "        *body, last = ast.parse(cell).body\n"
        "        body += [] if isinstance(last, ast.Expr) else [last]\n"
        "        exec(compile(ast.Module(body, []), 'cell', 'exec'), names)\n"
        "        if isinstance(last, ast.Expr):\n"
        "            shown = eval(compile(ast.Expression(last.value), 'cell', 'eval'), names)\n"
        "            getattr(shown, '_repr_html_', str)()\n"
        "print(imported, read - imported, time.process_time() - read)"
    )
    cells = [
        [cell.source for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"]
        for file in prepared(jobs, project)
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as given:
        json.dump(cells, given)
        given.flush()
        said = subprocess.run(
            [sys.executable, "-c", code, given.name, str(jobs[0].parameters["quarter"]), jobs[0].language],
            env=_environment(project),
            check=True,
            capture_output=True,
        )
    imports, reading, own = map(float, said.stdout.split()[-3:])
    return imports, reading, own


def _papermill(job: Job, project: Path) -> list[str]:
    source, target = project / "notebooks" / f"{job.template}.ipynb", project / f"{job.name}.ipynb"
    given = [part for name, value in job.parameters.items() for part in ("-y", json.dumps({name: value}))]
    return ["-m", "papermill", "--no-progress-bar", str(source), str(target), *given]


def _environment(project: Path) -> dict[str, str]:
    return {**os.environ, "EHELSE_ROOT": str(project), "OPENBLAS_NUM_THREADS": "1"}


def _run(command: Sequence[str], project: Path) -> None:
    _together([command], project)


def _together(commands: Sequence[Sequence[str]], project: Path) -> None:
    started = [
        subprocess.Popen(
            command, env=_environment(project), cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for command in commands
    ]
    said = [process.communicate()[0] for process in started]
    if any(process.returncode for process in started):
        raise SystemExit("\n".join(said)[-4000:])


def measure(way: Way, jobs: Sequence[Job], project: Path, python: str) -> dict[str, float]:
    """Return the wall and CPU seconds of one way; CPU includes every process it started and waited for."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    way(jobs, project, python)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": time.monotonic() - began, "cpu": cpu}


def table(measured: dict[str, list[dict[str, float]]], bounds: Sequence[float]) -> str:
    """Return the medians as a Markdown table, with each way's ratio to plain papermill and to the limit."""
    wall = {name: statistics.median(m["wall"] for m in rounds) for name, rounds in measured.items()}
    bound = statistics.median(bounds)
    lines = ["| way | wall, s: median (min–max) | CPU, s | × plain papermill | × the limit |", "|---|---|---|---|---|"]
    for name, rounds in measured.items():
        walls, cpu = [m["wall"] for m in rounds], statistics.median(m["cpu"] for m in rounds)
        spread = f"{wall[name]:.1f} ({min(walls):.1f}–{max(walls):.1f})"
        lines.append(
            f"| {name} | {spread} | {cpu:.1f} | {_times(wall[name], wall.get(PLAIN))} | {wall[name] / bound:.2f} |"
        )
    spread = f"{bound:.1f} ({min(bounds):.1f}–{max(bounds):.1f})"
    parts = "imports once + reading once + the cells' own CPU / cores"
    lines.append(f"| the limit: {parts} | {spread} | | {_times(bound, wall.get(PLAIN))} | 1 |")
    return "\n".join(lines)


def _times(seconds: float, other: float | None) -> str:
    return f"{seconds / other:.2f}" if other else ""


def missing(module: str, python: str) -> bool:
    """Say whether an interpreter does not find a module."""
    asked = f"import sys, importlib.util as u; sys.exit(u.find_spec({module!r}) is None)"
    return bool(module) and subprocess.run([python, "-c", asked], check=False).returncode != 0


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--quarter", default="2024Q1")
    parser.add_argument("--language", default="nb")
    parser.add_argument("--indicator", help="the page of one indicator alone")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=WAYS, default=list(WAYS))
    asked = parser.parse_args()
    strategy = read_strategy()
    indicators = list(zip(strategy.indicators["slug"], strategy.indicators["goal"].tolist(), strict=True))
    jobs = plan(Request(asked.quarter, (asked.language,), indicator=asked.indicator), indicators)
    peers = os.path.abspath(asked.peers)  # processes are started in other folders; a link stays one, as of a venv
    python = {name: peers if module else sys.executable for name, (_, module) in WAYS.items()}
    ways = [name for name in asked.only if not missing(WAYS[name][1], python[name])]
    for name in sorted(set(asked.only) - set(ways)):
        print(f"{name}: not installed", file=sys.stderr)
    measured: dict[str, list[dict[str, float]]] = {}
    bounds = []
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder))
        for number in range(asked.rounds):
            for name in ways:
                measured.setdefault(name, []).append(measure(WAYS[name][0], jobs, project, python[name]))
                print(f"round {number + 1}: {name}: {measured[name][-1]['wall']:.1f} s", file=sys.stderr)
            imports, reading, own = limit(jobs, project)
            bounds.append(imports + reading + own / (os.cpu_count() or 1))
    once = f"imports {imports:.1f} s, reading {reading:.1f} s, cells {own:.1f} s of CPU"
    print(f"{len(jobs)} notebooks, {os.cpu_count()} cores; {once}\n")
    print(table(measured, bounds))


if __name__ == "__main__":
    main()
