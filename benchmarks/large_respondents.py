"""Respondent files of growing size: in memory, and by way of Parquet and DuckDB; seconds, and memory at the most.

    python benchmarks/large_respondents.py [--millions 1 2 5 10 20]

Each reading is a process of its own: strict reading with every check, then weighted shares by group with design-based
errors, as in `respondents.py`; `again` is those shares anew from the Parquet file. In memory no more than two million
rows are taken.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from respondents import DESIGN, QUESTIONNAIRE, ours, write_file

from analysis.core.faults import rejections
from analysis.intake.respondents import ROW_LIMIT
from analysis.municipal.storage import store_respondents, stored_share


def stored(file: Path) -> None:
    """Compute the shares by way of a Parquet file."""
    into = file.with_suffix(".parquet")
    if found := rejections(store_respondents(file, QUESTIONNAIRE, file.parent, into)):
        raise SystemExit("\n".join(map(str, found)))
    began = time.monotonic()
    stored_share(into, "enig", DESIGN, by="malgruppe")
    print(json.dumps({"again": time.monotonic() - began}))


WAYS = {"memory": ours, "stored": stored}


def _most_memory() -> int:
    """Return the MiB this process has held at the most; `getrusage` counts what its parent held, too."""
    said = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    return int(said["VmHWM"].split()[0]) >> 10


def main() -> None:
    """Measure every size in every way that takes it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--millions", type=float, nargs="+", default=[1, 2, 5, 10, 20])
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--file", type=Path)
    asked = parser.parse_args()
    if asked.way:
        began = time.monotonic()
        WAYS[asked.way](asked.file)
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu = used.ru_utime + used.ru_stime
        print(json.dumps({"seconds": time.monotonic() - began, "cpu": cpu, "memory": _most_memory()}))
        return
    print("| respondents | file, MB | way | s | CPU, s | MiB at the most | again, s |\n|---|---|---|---|---|---|---|")
    for millions in asked.millions:
        rows = round(millions * 1_000_000)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "respondenter.csv")
            write_file(file, rows)
            for way in WAYS if rows <= ROW_LIMIT else ["stored"]:
                command = [sys.executable, __file__, "--way", way, "--file", str(file)]
                said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
                found = {name: value for line in said for name, value in json.loads(line).items()}
                again = f"{found['again']:.2f}" if "again" in found else ""
                size, times = file.stat().st_size / 1e6, f"{found['seconds']:.1f} | {found['cpu']:.1f}"
                print(f"| {rows:,} | {size:.0f} | {way} | {times} | {found['memory']} | {again} |", flush=True)


if __name__ == "__main__":
    main()
