"""Git leaves outputs of notebooks out of commits and shows their changes cell by cell; tested with git itself."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PLACE = "notebooks/start.ipynb"


@pytest.fixture
def git(tmp_path):
    """Return a function that runs git in a new repository, set up as by `make`, with the start page as only commit."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "git config include.path ../.gitconfig" in makefile
    (tmp_path / "notebooks").mkdir()
    for name in (".gitattributes", ".gitconfig", PLACE):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    names = {f"GIT_{role}_{part}": "somebody" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}

    def run(*words: str) -> str:
        command = ["git", *words]
        done = subprocess.run(command, cwd=tmp_path, env=os.environ | names, check=True, capture_output=True, text=True)
        return done.stdout

    run("init", "-q")
    run("config", "include.path", "../.gitconfig")
    run("add", ".gitattributes", ".gitconfig", PLACE)
    run("commit", "-qm", "Add the page")
    return run


def edited(folder: Path, change) -> str:
    file = folder / PLACE
    notebook = json.loads(file.read_text(encoding="utf-8"))
    change(notebook)
    file.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return file.read_text(encoding="utf-8")


def run_in_lab(notebook: dict) -> None:
    """Change a notebook as JupyterLab does when the page is run and saved."""
    notebook["metadata"]["language_info"] |= {"version": "3.12.1", "mimetype": "text/x-python"}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 7
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["a secret\n"]}]


@pytest.mark.slow
def test_a_commit_holds_the_changed_cell_and_no_output(git, tmp_path):
    stored = json.loads((tmp_path / PLACE).read_text(encoding="utf-8"))
    assert json.loads(git("show", f"HEAD:{PLACE}")) == stored  # names of cells too, or every run would be a change
    assert "a secret" in edited(tmp_path, run_in_lab)
    git("add", PLACE)
    assert git("diff", "--cached", "--name-only") == ""
    edited(tmp_path, lambda notebook: notebook["cells"][0].update(source=["# Et annet spørsmål\n"]))
    difference = git("diff")  # by cell, and not as JSON
    assert all(part in difference for part in ("nbdiff", "cells/0", "Et annet spørsmål"))
    assert '"cell_type"' not in difference
    git("commit", "-qam", "Ask another question")
    committed = git("show", f"HEAD:{PLACE}")
    assert "Et annet spørsmål" in committed
    assert "a secret" not in committed
    assert json.loads(committed)["metadata"]["language_info"] == {"name": "python"}
