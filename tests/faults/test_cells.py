"""Notebooks that write beside what they show, or end badly: kept aside, named with the cause, never published."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from commands import COMMAND, fails, finish, start

from projects import write_template

pytestmark = pytest.mark.slow
PLACES = (
    "import os; from pathlib import Path\n"
    "(place,) = Path(os.environ['EHELSE_ROOT'], 'data/processed/releases').glob('*/.tmp-*')\n"
)
OTHERS = (
    "(place / 'evil.html').write_text('<p>1</p>')\n"
    "(place / 'folder').mkdir()\n"
    "(place / 'link').symlink_to('/etc/hostname')\n"
    "(place / 'link to a folder').symlink_to('/etc')\n"
    "os.link(place / 'tables' / 'trends.csv', Path(os.environ['EHELSE_ROOT'], 'a second name'))\n"
    "(place / 'tables' / 'lights.csv').unlink()"
)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (OTHERS, "planned: evil.html, folder, link, link to a folder, tables/lights.csv, tables/trends.csv"),
        ("os.mkfifo(place / 'index.html')", "index.html was written by something else"),
    ],
    ids=["other files", "a pipe in place of a page"],
)
def test_a_cell_publishes_nothing_but_what_it_shows(project, cell, message):
    write_template(project, "indikator", [PLACES + cell])
    fails(project, message)


def test_a_cell_that_kills_the_server_publishes_nothing(project):
    cell = (
        "import os, subprocess\n"
        "subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
        f"os.kill(os.getppid(), {int(signal.SIGKILL)})"
    )
    write_template(project, "indikator", [cell])
    fails(project, "was killed")


def test_a_cell_changes_neither_tables_nor_the_page_of_another_language(project):
    cell = (
        f"{PLACES}import time\n"
        "page, end = place / 'nb' / 'indikator-foerste.html', time.monotonic() + 100\n"
        "while language == 'en' and time.monotonic() < end and not page.exists():\n"
        "    time.sleep(0.05)\n"
        "if language == 'en':\n"
        "    (place / 'tables' / 'lights.csv').write_text('item')\n"
        "    page.write_text(page.read_text() + '<script>alert(1)</script>');"
    )
    write_template(project, "indikator", [cell])
    code, _, err = finish(start(project, command=COMMAND[:-2]))
    assert code == 1, err
    assert "changed after they were written: nb/indikator-foerste.html, tables/lights.csv" in err


def test_a_cell_changes_no_download_and_leads_printing_nowhere(project, tmp_path):
    (tmp_path / "outside").write_text("mine")
    cell = (
        f"{PLACES}import time\n"
        f"Path(os.environ['TMPDIR'], 'status-2024Q1-nb.html').symlink_to({str(tmp_path / 'outside')!r})\n"
        "file, end = place / 'downloads' / 'datapackage.zip', time.monotonic() + 100\n"
        "while time.monotonic() < end and not file.exists():\n"
        "    time.sleep(0.05)\n"
        "with file.open('ab') as opened: opened.write(b' ');"
    )
    write_template(project, "strategi", [cell])
    code, _, err = finish(start(project, command=[*COMMAND[:-4], "--language", "nb"]))
    assert (code, (tmp_path / "outside").read_text()) == (1, "mine"), err
    assert "changed after they were written: downloads/datapackage.zip" in err


LIMITED = (
    "import sys; from analysis.reports.request import Limits, Request; from analysis.reports.run import report\n"
    "report(Request('2024Q1', ('nb',), indicator='foerste'), limits=Limits(cell=60, run=int(sys.argv[1])))"
)


def test_a_failing_notebook_is_named_in_three_lines_and_kept(project):
    cell = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    write_template(project, "indikator", ["print('before')", cell])
    err = fails(project, "killed (signal 9)", "--on-failure", f"cat > '{project}/summary.txt'")
    assert (project / "summary.txt").read_text(encoding="utf-8") == err
    page, place, _, kept = err.splitlines()
    assert (page, place) == ("notebook: nb-indikator-foerste", f"cell: 5: {cell}")
    names = {file.name for file in (project / kept.removeprefix("kept in ")).iterdir()}
    assert names == {"nb-indikator-foerste.ipynb", "summary.txt"}


@pytest.fixture
def small_group(tmp_path):
    """Return the file that takes a process into a control group with 700 MB of memory."""
    first = Path("/sys/fs/cgroup/memory")  # of the first version of control groups; the second has one tree for all
    root, limit = (first, "memory.limit_in_bytes") if first.is_dir() else (first.parent, "memory.max")
    group = root / f"ehelse-{tmp_path.name}-{os.getpid()}"
    try:
        group.mkdir()
        (group / limit).write_text(str(700_000_000))
    except OSError:
        pytest.skip("this user may not make control groups; tests/reports/test_execute.py has the limit on a notebook")
    yield group / "cgroup.procs"
    group.rmdir()


def test_a_kernel_that_exhausted_memory_is_reported_as_such(project, small_group):
    write_template(project, "indikator", ["x = b'x' * (2 << 30)"])
    fails(project, "ran out of memory", preexec_fn=lambda: small_group.write_text(str(os.getpid())))


def test_a_run_that_takes_too_long_is_stopped(project):
    write_template(project, "indikator", ["import time; time.sleep(50)"])
    began = time.monotonic()
    fails(project, "the run took longer than its 15 seconds", "15", command=[sys.executable, "-c", LIMITED])
    assert time.monotonic() - began < 45
