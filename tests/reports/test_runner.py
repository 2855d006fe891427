"""A run from end to end on a small project, with real notebooks: what lies there, and what a change remakes."""

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from analysis.exports.pdf import browser
from analysis.reports import releases
from analysis.reports.input_hashes import digest
from analysis.reports.request import _ENVIRONMENT
from projects import make_project, write_template
from real_project import called, copy_project

SHOW = [
    "from analysis import read_status\nstatus = read_status(quarter, language, as_of)",
    "import matplotlib.pyplot as plt\nplt.plot(status.observations['time'], status.observations['value']);",
    "import os, time\nopen(os.environ['EHELSE_ROOT'] + '/day', 'w').write(time.strftime('%Y-%m-%d'));",
]
PAGES = ["strategi", "maal-1", "indikator-foerste", "indikator-andre", "maal-2", "indikator-tredje", "datagrunnlag"]
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
FAKED = pytest.mark.skipif(not FAKETIME and not os.environ.get("CI"), reason="libfaketime is not installed")
FORMS = ("docx", "pptx", "xlsx", "pdf") if browser() else ("docx", "pptx", "xlsx")
DOWNLOADS = ["datapackage.zip", *(f"status-2024Q1-nb.{form}" for form in FORMS)]


def run(root, *arguments, command=("-m", "analysis"), language="nb", **environment):
    """Return the command's outcome, as JSON; the project is in `root`."""
    asked = [sys.executable, *command, "report", "2024Q1", "--json", "--language", language, *arguments]
    environment = {**os.environ, "EHELSE_ROOT": str(root), **environment}
    ended = subprocess.run(asked, env=environment, cwd=root, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return json.loads(ended.stdout)


def showing(root):
    make_project(root)
    for name in ("strategi", "maal", "indikator", "datagrunnlag"):
        write_template(root, name, SHOW if name == "maal" else SHOW[::2])
    return root


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    root = showing(tmp_path_factory.mktemp("first"))
    outcome = run(root, TZ="Europe/Oslo", LC_ALL="C.UTF-8")
    assert (outcome["state"], outcome["made"], outcome["reused"]) == ("COMPLETE", len(PAGES), 0)
    assert outcome["folder"] == str(current(root))
    return root


def current(root, name="2024Q1-nb"):
    return root / "data" / "processed" / name


def files(folder):
    folder = folder.resolve()
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_release_holds_every_file_and_names_its_inputs(first):
    wanted = {f"nb/{page}.html" for page in (*PAGES, "tilgjengelighet")}
    wanted |= {f"notebooks/nb/{page}.ipynb" for page in PAGES}
    wanted |= {"tables/lights.csv", "tables/trends.csv", "tables/observations.csv", "index.html"}
    wanted |= {f"downloads/{name}" for name in DOWNLOADS}
    assert set(files(current(first))) == wanted | {"manifest.json"}
    manifest = releases.read_manifest(current(first))
    assert manifest["state"] == "COMPLETE"
    assert manifest["inputs"]["raw"]["observations/maalt.csv"]["rows"] == 4
    assert manifest["rows"]["observations"] == 4
    assert manifest["packages"]["papermill"].startswith("2.")
    assert set(manifest["outputs"]) == wanted
    text = (current(first) / "manifest.json").read_text(encoding="utf-8")  # no place of this machine
    assert not any(place in text for place in (str(first), sys.prefix, os.uname().nodename + "/"))
    assert '<html lang="nb"' in (current(first) / "index.html").read_text(encoding="utf-8")  # of one language
    page = (current(first) / "nb" / "maal-1.html").read_text(encoding="utf-8")
    assert all(text in page for text in ('<html lang="nb">', "Målet 1", "data:image/png"))


@pytest.mark.slow
@pytest.mark.parametrize("days", [0, pytest.param(400, marks=FAKED)])
def test_the_same_bytes_in_another_folder_zone_and_day(first, tmp_path, days):
    """The clock of every process, kernels too, is so many days ahead: each loads libfaketime, set by a file at home."""
    other = showing(tmp_path / "a longer place æøå")
    (tmp_path / ".faketimerc").write_text(f"+{days}d\n", encoding="utf-8")
    # kernels are given LD_PRELOAD in this run alone
    settings = tmp_path / "environment.toml"
    settings.write_text(_ENVIRONMENT.read_text(encoding="utf-8").replace('"PATH"', '"PATH", "LD_PRELOAD"'), "utf-8")
    passing = (
        f"from pathlib import Path; from analysis.reports import request; request._ENVIRONMENT = Path('{settings}')\n"
        "from analysis.__main__ import main; main(prog_name='ehelse-status')"
    )
    place = {"TZ": "America/New_York", "LC_ALL": "C", "LANG": "nb_NO.UTF-8", "HOME": str(tmp_path)}
    run(other, command=["-c", passing], LD_PRELOAD=str(FAKETIME[0]) if days else "", **place)
    one, another = (date.fromisoformat((root / "day").read_text(encoding="utf-8")) for root in (first, other))
    assert (another - one).days >= days - 1
    one, another = files(current(first)), files(current(other))
    assert set(one) == set(another)
    assert {name for name in one if one[name] != another[name]} == {"manifest.json"}


def test_only_pages_that_show_a_change_are_made_anew(first):
    done = called(first, "report", "2024Q1", "--language", "nb")
    assert (done.exit_code, "Nothing has changed" in done.stdout) == (0, True)
    assert done.stdout.endswith("Open data/processed/2024Q1-nb/index.html\n")
    before = files(current(first))
    release = current(first).resolve().name
    file = first / "data" / "raw" / "observations" / "maalt.csv"
    file.write_text(file.read_text().replace("andel-tredje,2023,,50", "andel-tredje,2023,,51"), encoding="utf-8")
    outcome = run(first)
    changed = {"strategi", "maal-2", "indikator-tredje", "datagrunnlag"}
    assert (outcome["made"], outcome["reused"]) == (len(changed), len(PAGES) - len(changed))
    manifest = releases.read_manifest(current(first))
    assert manifest["replaces"] == release
    after = files(current(first))
    for page in set(PAGES) - changed:
        assert after[f"nb/{page}.html"] == before[f"nb/{page}.html"]
    log = [json.loads(line) for line in (first / "data/processed/runs.jsonl").read_text().splitlines()]
    assert [line["state"] for line in log] == ["START", "COMPLETE"] * 2
    assert not list((first / "data" / "processed").rglob(".tmp-*"))
    temporary = Path(os.environ.get("TMPDIR", "/tmp"))
    assert not [entry for entry in temporary.glob("ehelse-*") if any(line["run"] in entry.name for line in log)]


@pytest.mark.slow
def test_a_part_is_published_beside_the_whole(first):
    before = current(first).resolve()
    run(first, "--goal", "2", "--as-of", "2024-03-31", language="en")
    part = current(first, "2024Q1-maal-2-en")
    assert not (part / "downloads").exists()
    assert "downloads" not in (part / "en" / "maal-2.html").read_text(encoding="utf-8")
    written = sorted(page.name for page in (part / "en").iterdir())
    assert written == ["indikator-tredje.html", "maal-2.html", "tilgjengelighet.html"]
    assert current(first).resolve() == before
    for file in part.rglob("*.html"):
        for place in re.findall(r'href="([^"#]+)', file.read_text(encoding="utf-8")):
            assert (file.parent / place).is_file(), f"{file.name} -> {place}"


@pytest.mark.slow
def test_downloads_are_used_again_when_a_notebook_changed(first):
    run(first)  # with what other tests changed, if they were run
    before = {name: (current(first) / "downloads" / name).read_bytes() for name in DOWNLOADS}
    mark = current(first).resolve() / "downloads" / "datapackage.zip"
    manifest = json.loads((current(first) / "manifest.json").read_text(encoding="utf-8"))
    for file in (mark, current(first) / "manifest.json"):
        file.chmod(0o644)
    mark.write_bytes(before["datapackage.zip"] + b"mark")  # a file written anew would be without it
    manifest["outputs"]["downloads/datapackage.zip"] = digest(mark)
    (current(first) / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    write_template(first, "datagrunnlag", ["print('other')"])
    assert run(first)["made"] == 1  # the data page, which is not printed
    after = {name: (current(first) / "downloads" / name).read_bytes() for name in DOWNLOADS}
    assert after == before | {"datapackage.zip": before["datapackage.zip"] + b"mark"}


@pytest.mark.slow
def test_what_is_not_installed_is_noted_each_time(tmp_path):
    """Neither an extra nor Chromium."""
    showing(tmp_path)
    (tmp_path / "absent").mkdir()
    without = "import sys; sys.modules['pptx'] = None\n"
    (tmp_path / "absent" / "sitecustomize.py").write_text(without, encoding="utf-8")
    # processes of kernels begin with it in these runs alone
    passing = (
        "import analysis.reports.run as run\n"
        "ordinary = run.kernel_environment\n"
        f"path = {str(tmp_path / 'absent')!r} + ':'\n"
        "run.kernel_environment = lambda *a: (e := ordinary(*a)) | {'PYTHONPATH': path + e.get('PYTHONPATH', '')}\n"
        "from analysis.__main__ import main; main(prog_name='ehelse-status')"
    )
    for state in ("COMPLETE", "UNCHANGED"):
        outcome = run(tmp_path, command=["-c", passing], PATH=str(Path(sys.executable).parent), CHROMIUM="")
        assert outcome["state"] == state
        pdf, slides = sorted(outcome["notes"])
        assert pdf.startswith("no PDF in nb") and "apt-get install chromium" in pdf
        remedy = "install the extra with: pip install 'ehelse-status[office]'"
        assert slides == f"no slides in nb: python-pptx is not installed; {remedy}"
    written = {file.name for file in (current(tmp_path) / "downloads").iterdir()}
    assert written == {"datapackage.zip", "status-2024Q1-nb.xlsx", "status-2024Q1-nb.docx"}


@pytest.mark.slow
def test_the_incremental_report_equals_the_forced_one(tmp_path):
    """Each page that is used again must be the page that would have been made."""
    copy_project(tmp_path)
    run(tmp_path)
    before = files(current(tmp_path))
    file = tmp_path / "data" / "raw" / "observations" / "status-2024q1.csv"
    row = "dho-samarbeidsprosjekter,2024Q1,,16,"
    text = file.read_text(encoding="utf-8")
    assert text.count(row) == 1
    file.write_text(text.replace(row, row.replace(",16,", ",17,")), encoding="utf-8")
    outcome = run(tmp_path)
    after = files(current(tmp_path))
    changed = {"maal-1", "indikator-digital-hjemmeoppfolging", "datagrunnlag"}
    assert outcome["made"] == len(changed) + 1  # the front page reads the figure, but does not show it
    pages = {name for name in after if re.fullmatch(r"nb/[^/]+", name)}
    assert {Path(name).stem for name in pages if after[name] != before[name]} == changed
    run(tmp_path, "--force")
    forced = files(current(tmp_path))
    assert [name for name in forced if forced[name] != after[name]] == ["manifest.json"]
