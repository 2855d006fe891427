"""The long tests use the small projects of the short ones."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from commands import finish, folder_of, start

from analysis.reports import releases
from projects import make_project


@pytest.fixture(scope="session")
def published(make_once):
    """Return a project whose report is published, for copies to be made of it."""

    def publish(root):
        code, _, err = finish(start(make_project(root)))
        assert code == 0, err

    return make_once("published", publish)


@pytest.fixture
def project(published, tmp_path):
    """Return a project of its own whose report is published."""
    root = tmp_path / "project"
    shutil.copytree(published, root, symlinks=True)
    yield root
    for work_folder in folder_of(root).releases.glob(".tmp-*"):  # of a run that a test killed and let no other follow
        releases.remove_work_folder(work_folder)
