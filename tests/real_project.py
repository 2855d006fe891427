"""Copy the project to another folder, and run its command there."""

import os
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

from click.testing import CliRunner, Result

from analysis.__main__ import main

ROOT = Path(__file__).resolve().parents[1]


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "EHELSE_ROOT": str(root)}
    command = [sys.executable, "-m", "analysis", *arguments]
    return subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)


def called(root: Path, *arguments: str) -> Result:
    """Return what its command says, run in this process."""
    with chdir(root):
        return CliRunner(env={"EHELSE_ROOT": str(root)}).invoke(main, arguments)


def copy_project(root: Path) -> Path:
    for part in ("data/raw", "notebooks"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for file in ("requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / file, root / file)
    return root
