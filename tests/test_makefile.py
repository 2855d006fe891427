"""What is typed after `make` reaches the command as the text it is; nothing in it is run."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = tomllib.loads(Path(__file__).with_name("hostile.toml").read_text(encoding="utf-8"))["typed"]


@pytest.fixture
def project(tmp_path):
    """Return a folder with the Makefile, and in place of Python a program that notes its arguments."""
    program = tmp_path / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.lock", "pyproject.toml", ".venv/.ready"):
        (tmp_path / name).touch()
    program.write_text('#!/bin/sh\nprintf "%s\\0" "$@" > arguments\nprintf "%s" "$DELIVERIES" > deliveries\n')
    program.chmod(0o755)
    return tmp_path


def make(project, *arguments, **environment):
    # in the environment of the test nothing else may name a quarter
    options = {"cwd": project, "env": {"PATH": "/usr/bin:/bin", **environment}, "capture_output": True, "text": True}
    done = subprocess.run(["make", *arguments], check=False, timeout=60, **options)
    return done, (project / "arguments").read_text().split("\0")[:-1]


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_that_is_typed_is_run(project, value):
    """Of a quarter, as an argument or in the environment, and of the folders of a conformance test."""
    for typed, environment in (([f"QUARTER={value}"], {}), ([], {"QUARTER": value})):
        done, arguments = make(project, "report", *typed, **environment)
        assert done.returncode == 0, done.stderr
        assert arguments == ["-P", "-m", "analysis", "report", "--", value]
    done, _ = make(project, "conformance", f"CASES={value}", f"DELIVERIES={value}")
    assert done.returncode == 0, done.stderr
    assert (project / "deliveries").read_text() == value
    assert not (project / "ran").exists()


def test_the_quarter_is_the_first_of_2024_unless_named(project):
    assert make(project, "report")[1][-1] == "2024Q1"
    assert make(project, "report", "QUARTER=2023Q1")[1][-1] == "2023Q1"
