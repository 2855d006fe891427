"""The benchmark in its smallest form: one page, one round, ours and a peer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_benchmark_takes_an_interpreter_by_a_relative_path(tmp_path):
    """As `make benchmark` names it; the peer is papermill under the name of one that is not installed."""
    (tmp_path / "ploomber_engine.py").write_text("from papermill import execute_notebook\n", encoding="utf-8")
    peers = os.path.relpath(sys.executable, ROOT)
    ways = ("ours", "ploomber-engine, one process without kernels")
    script = "benchmarks/run_quarter.py"
    command = [sys.executable, script, "--peers", peers, "--indicator", "helseregistre", "--only", *ways]
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{tmp_path}"}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 notebooks, ")
    lines = [line.split(" | ")[0].removeprefix("| ") for line in done.stdout.splitlines() if line.startswith("|")]
    assert lines[2:] == [*ways, "the limit: imports once + reading once + the cells' own CPU / cores"]
