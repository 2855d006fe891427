"""A user id without a name or a home folder, as containers have, and what it can read."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from commands import COMMAND, NAME

from projects import make_project, write_template

pytestmark = pytest.mark.slow
SECRET = "planted-9fK2xQ7mZ"
SEARCH = f"""\
from pathlib import Path
found = []
for process in Path('/proc').glob('[0-9]*'):
    try:
        found += [process.name] if {SECRET[::-1]!r}[::-1].encode() in (process / 'environ').read_bytes() else []
    except OSError:
        pass
print('found', len(found))
"""


def run(cell):
    """Return the outcome of a run as such a user, and its project; only root can be another user."""
    root = Path(tempfile.mkdtemp(prefix="ehelse-test-"))
    make_project(root)
    write_template(root, "indikator", [cell])
    user = []
    if os.geteuid() == 0:
        # it may read every file, for Python may be installed in root's home
        capable = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        user = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", *capable]
        for place in (root, *root.rglob("*")):
            os.chown(place, 54321, 54321)
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    environment |= {"EHELSE_ROOT": str(root), "PYTHONDONTWRITEBYTECODE": "1", "DB_PASSWORD": SECRET}
    options = {"env": environment, "cwd": root, "capture_output": True, "text": True, "check": False}
    done = subprocess.run([*user, *COMMAND], **options)
    return done, root


def test_a_user_without_a_home_reads_no_environment_of_the_run():
    done, root = run(SEARCH)
    assert (done.returncode, done.stderr) == (0, "")
    notebook = root / "data" / "processed" / NAME / "notebooks" / "nb" / "indikator-foerste.ipynb"
    outputs = [output for cell in json.loads(notebook.read_text())["cells"] for output in cell.get("outputs", [])]
    shutil.rmtree(root)
    assert [output["text"] for output in outputs] == [["found 0\n"]]


def test_a_secret_of_the_environment_is_not_published():
    done, root = run(f"print({SECRET[:5]!r} + {SECRET[5:]!r})")
    kept = list((root / "data" / "processed").glob("20*"))
    shutil.rmtree(root)
    assert done.returncode == 1
    assert "indikator-foerste.ipynb: the value of DB_PASSWORD in the environment" in done.stderr
    assert SECRET not in done.stderr
    assert kept == []
