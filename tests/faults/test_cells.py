"""What a cell does beside showing something: files in the report's folder, live outputs, processes left running."""

import json
import signal
from pathlib import Path

import pytest
from commands import COMMAND, fails, finish, folder_of, left_behind, start

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
CHANGED = "(place / 'tables' / 'lights.csv').write_text('item');"
LIVE = "from IPython.display import HTML\nHTML('<script>alert(1)</script>')"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (OTHERS, "planned: evil.html, folder, link, link to a folder, tables/lights.csv, tables/trends.csv"),
        (CHANGED, "after they were written: tables/lights.csv"),
        ("os.mkfifo(place / 'index.html')", "index.html was written by something else"),
        (LIVE, "must not hold: <script>"),
    ],
    ids=["other files", "a changed file", "a pipe in place of a page", "a live output"],
)
def test_a_cell_publishes_nothing_but_what_it_shows(project, cell, message):
    write_template(project, "indikator", [PLACES + cell])
    fails(project, message)


def test_what_a_cell_leaves_running_is_ended_before_publishing(project):
    cell = (
        "import subprocess\n"
        "print(subprocess.Popen(['sleep', '60'], env={}, start_new_session=True, stdout=-3, stderr=-3).pid)"
    )
    write_template(project, "indikator", [cell])
    code, _, err = finish(start(project))
    assert code == 0, err
    notebook = folder_of(project).current / "notebooks" / "nb" / "indikator-foerste.ipynb"
    (output,) = (o for cell in json.loads(notebook.read_text())["cells"] for o in cell.get("outputs", []))
    assert not Path("/proc", "".join(output["text"]).strip()).exists()
    assert left_behind(project) == []


def test_a_cell_that_kills_the_server_publishes_nothing(project):
    cell = (
        "import os, subprocess\n"
        "subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
        f"os.kill(os.getppid(), {int(signal.SIGKILL)})"
    )
    write_template(project, "indikator", [cell])
    fails(project, "was killed")


def test_a_cell_cannot_change_the_page_of_another_language(project):
    cell = (
        f"{PLACES}import time\n"
        "page, end = place / 'nb' / 'indikator-foerste.html', time.monotonic() + 100\n"
        "while language == 'en' and time.monotonic() < end and not page.exists():\n"
        "    time.sleep(0.05)\n"
        "if language == 'en':\n"
        "    page.write_text(page.read_text() + '<script>alert(1)</script>');"
    )
    write_template(project, "indikator", [cell])
    code, _, err = finish(start(project, command=COMMAND[:-2]))
    assert code == 1, err
    assert "changed after they were written: nb/indikator-foerste.html" in err


def test_the_printed_page_is_not_written_through_a_link(project, tmp_path):
    (tmp_path / "outside").write_text("mine")
    link = f"Path(os.environ['TMPDIR'], 'status-2024Q1-nb.html').symlink_to({str(tmp_path / 'outside')!r})"
    write_template(project, "strategi", [PLACES + link])
    code, _, err = finish(start(project, command=[*COMMAND[:-4], "--language", "nb"]))
    assert (code, (tmp_path / "outside").read_text()) == (0, "mine"), err
