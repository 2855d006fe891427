"""A user id without a name or a home folder, as containers have, and what it can read."""

import json
import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

import pytest
from commands import COMMAND, NAME

from projects import make_project, write_template

pytestmark = pytest.mark.slow
SECRET = f"planted-{uuid.uuid4().hex}"  # of this process: what runs beside it has another
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


@pytest.fixture
def root():
    """Return a project in a folder that every user may enter."""
    root = Path(tempfile.mkdtemp(prefix="ehelse-test-"))
    yield make_project(root)
    shutil.rmtree(root)


def run(root, cell):
    """Return the outcome of a run as such a user; only root can be another user."""
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
    return subprocess.run([*user, *COMMAND], env=environment, cwd=root, capture_output=True, text=True, check=False)


def test_a_user_without_a_home_publishes_no_secret_of_the_run(root):
    """What a notebook shows of the environment is refused, and it can read the environment of no process of the run."""
    done = run(root, f"print({SECRET[:9]!r} + {SECRET[9:]!r})")
    assert done.returncode == 1
    assert "indikator-foerste.ipynb: the value of DB_PASSWORD in the environment" in done.stderr
    texts = [file.read_bytes() for file in (root / "data" / "processed").rglob("*") if file.is_file()]
    assert texts and not [text for text in (done.stderr.encode(), *texts) if SECRET.encode() in text]
    assert list((root / "data" / "processed").glob("20*")) == []
    done = run(root, SEARCH)
    assert (done.returncode, done.stderr) == (0, "")
    notebook = root / "data" / "processed" / NAME / "notebooks" / "nb" / "indikator-foerste.ipynb"
    outputs = [output for cell in json.loads(notebook.read_text())["cells"] for output in cell.get("outputs", [])]
    assert [output["text"] for output in outputs] == [["found 0\n"]]
