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
from real_project import copy_project

SHOW = [
    "from analysis import read_status\nstatus = read_status(quarter, language, as_of)",
    "import matplotlib.pyplot as plt\nplt.plot(status.observations['time'], status.observations['value']);",
    "import os, time\nopen(os.environ['EHELSE_ROOT'] + '/day', 'w').write(time.strftime('%Y-%m-%d'));",
]
PAGES = ["strategi", "maal-1", "indikator-foerste", "indikator-andre", "maal-2", "indikator-tredje", "datagrunnlag"]


FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
FORMS = ("docx", "pptx", "xlsx", "pdf") if browser() else ("docx", "pptx", "xlsx")
DOWNLOADS = ["datapackage.zip"]
DOWNLOADS += [f"status-2024Q1-{language}.{form}" for language in ("nb", "en") for form in FORMS]


def run(root, *arguments, command=("-m", "analysis"), **environment):
    """Return the command's outcome, as JSON; the project is in `root`."""
    ended = subprocess.run(
        [sys.executable, *command, "report", "2024Q1", "--json", *arguments],
        env={**os.environ, "EHELSE_ROOT": str(root), **environment},
        cwd=root,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
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
    run(root, TZ="Europe/Oslo", LC_ALL="C.UTF-8")
    return root


def current(root, name="2024Q1"):
    return root / "data" / "processed" / name


def files(folder):
    folder = folder.resolve()
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_release_holds_every_file_and_names_its_inputs(first):
    wanted = {f"{language}/{page}.html" for language in ("nb", "en") for page in (*PAGES, "tilgjengelighet")}
    wanted |= {f"notebooks/{language}/{page}.ipynb" for language in ("nb", "en") for page in PAGES}
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


def differing(first, other):
    """Return the files of two reports that differ."""
    one, another = files(current(first)), files(current(other))
    assert set(one) == set(another)
    return {name for name in one if one[name] != another[name]}


@pytest.mark.slow
def test_the_same_bytes_in_another_folder_zone_and_locale(first, tmp_path):
    (tmp_path / "home").mkdir()
    other = showing(tmp_path / "a longer place æøå")
    run(other, TZ="America/New_York", LC_ALL="C", LANG="nb_NO.UTF-8", HOME=str(tmp_path / "home"))
    assert differing(first, other) <= {"manifest.json"}


@pytest.mark.slow
@pytest.mark.skipif(not FAKETIME and not os.environ.get("CI"), reason="libfaketime is not installed")
def test_the_same_bytes_on_another_day(first, tmp_path):
    """The clock of every process, kernels too, is 400 days ahead: each loads libfaketime, set by a file at home."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".faketimerc").write_text("+400d\n", encoding="utf-8")
    other = showing(tmp_path / "later")
    # kernels are given LD_PRELOAD in this run alone
    settings = tmp_path / "environment.toml"
    settings.write_text(_ENVIRONMENT.read_text(encoding="utf-8").replace('"PATH"', '"PATH", "LD_PRELOAD"'), "utf-8")
    passing = (
        f"from pathlib import Path; from analysis.reports import request; request._ENVIRONMENT = Path('{settings}')\n"
        "from analysis.__main__ import main; main(prog_name='ehelse-status')"
    )
    run(other, command=["-c", passing], HOME=str(tmp_path / "home"), LD_PRELOAD=str(FAKETIME[0]))
    days = [date.fromisoformat((root / "day").read_text(encoding="utf-8")) for root in (first, other)]
    assert (days[1] - days[0]).days >= 399
    assert differing(first, other) == {"manifest.json"}


def check_links(release):
    for page in release.rglob("*.html"):
        for link in re.findall(r'href="([^"#]+)', page.read_text(encoding="utf-8")):
            assert (page.parent / link).is_file(), f"{page.name} -> {link}"


def test_pages_need_nothing_but_the_report_and_link_languages(first):
    check_links(current(first))
    for page in current(first).rglob("*.html"):
        assert not re.search(r'<script|(?:src|href)="https?:', page.read_text(encoding="utf-8")), page.name
    for language, other, name in (("nb", "en", "Målet 1"), ("en", "nb", "The goal 1")):
        page = (current(first) / language / "maal-1.html").read_text(encoding="utf-8")
        for text in (f'<html lang="{language}">', f'href="../{other}/maal-1.html"', name, "data:image/png"):
            assert text in page


def test_a_changed_figure_remakes_only_pages_that_show_it(first):
    before = files(current(first))
    release = current(first).resolve().name
    file = first / "data" / "raw" / "observations" / "maalt.csv"
    file.write_text(file.read_text().replace("andel-tredje,2023,,50", "andel-tredje,2023,,51"), encoding="utf-8")
    outcome = run(first)
    changed = {"strategi", "maal-2", "indikator-tredje", "datagrunnlag"}
    assert (outcome["made"], outcome["reused"]) == (2 * len(changed), 2 * (len(PAGES) - len(changed)))
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
    link = '<a href="maal-2.html#x">here</a> <a class="c" href="strategi.html#status">the <b>whole</b></a>'
    write_template(first, "maal", [f"from IPython.display import HTML\nHTML({link!r})"])
    run(first, "--goal", "2", "--language", "en", "--as-of", "2024-03-31")
    part = current(first, "2024Q1-maal-2-en")
    assert not (part / "downloads").exists()
    assert "downloads" not in (part / "en" / "maal-2.html").read_text(encoding="utf-8")
    written = sorted(page.name for page in (part / "en").iterdir())
    assert written == ["indikator-tredje.html", "maal-2.html", "tilgjengelighet.html"]
    assert current(first).resolve() == before
    page = (part / "en" / "maal-2.html").read_text(encoding="utf-8")
    assert '<a href="maal-2.html#x">here</a> the <b>whole</b>' in page
    check_links(part)


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
    assert run(first)["made"] == 2  # the data page, which is not printed, in two languages
    after = {name: (current(first) / "downloads" / name).read_bytes() for name in DOWNLOADS}
    assert after == before | {"datapackage.zip": before["datapackage.zip"] + b"mark"}


@pytest.mark.slow
def test_what_a_missing_extra_leaves_out_is_noted_each_time(tmp_path):
    showing(tmp_path)
    (tmp_path / "absent").mkdir()
    without = "import sys; sys.modules['pptx'] = None\n"
    (tmp_path / "absent" / "sitecustomize.py").write_text(without, encoding="utf-8")
    # processes of kernels begin with it in these runs alone
    passing = (
        "import analysis.reports.run as run\n"
        "given = run.kernel_environment\n"
        f"path = {str(tmp_path / 'absent')!r} + ':'\n"
        "run.kernel_environment = lambda *a: (e := given(*a)) | {'PYTHONPATH': path + e.get('PYTHONPATH', '')}\n"
        "from analysis.__main__ import main; main(prog_name='ehelse-status')"
    )
    for state in ("COMPLETE", "UNCHANGED"):
        outcome = run(tmp_path, "--language", "en", command=["-c", passing])
        assert outcome["state"] == state
        assert outcome["notes"] == [
            "no slides in en: python-pptx is not installed; install the extra with: pip install 'ehelse-status[office]'"
        ]
    written = {file.name for file in (current(tmp_path, "2024Q1-en") / "downloads").iterdir()}
    assert written == {"datapackage.zip", *(f"status-2024Q1-en.{form}" for form in FORMS if form != "pptx")}


@pytest.mark.slow
def test_the_incremental_report_equals_the_forced_one(tmp_path):
    """Each page that is used again must be the page that would have been made."""
    copy_project(tmp_path)
    run(tmp_path, "--language", "nb")
    before = files(current(tmp_path, "2024Q1-nb"))
    file = tmp_path / "data" / "raw" / "observations" / "status-2024q1.csv"
    row = "dho-samarbeidsprosjekter,2024Q1,,16,"
    text = file.read_text(encoding="utf-8")
    assert text.count(row) == 1
    file.write_text(text.replace(row, row.replace(",16,", ",17,")), encoding="utf-8")
    outcome = run(tmp_path, "--language", "nb")
    after = files(current(tmp_path, "2024Q1-nb"))
    changed = {"maal-1", "indikator-digital-hjemmeoppfolging", "datagrunnlag"}
    assert outcome["made"] == len(changed) + 1  # the front page reads the figure, but does not show it
    pages = {name for name in after if re.fullmatch(r"nb/[^/]+", name)}
    assert {Path(name).stem for name in pages if after[name] != before[name]} == changed
    run(tmp_path, "--language", "nb", "--force")
    forced = files(current(tmp_path, "2024Q1-nb"))
    assert [name for name in forced if forced[name] != after[name]] == ["manifest.json"]
