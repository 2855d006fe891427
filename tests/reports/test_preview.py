"""The preview: what it answers and to whom, what a save changes, and what it leaves."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from functools import partial, reduce
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil
import pytest
from websocket import WebSocketBadStatusException, create_connection

from accessible import browser_only
from projects import make_project, write_template
from real_project import ROOT, called, copy_project
from typed_cases import read_cases
from waiting import until

PATIENCE = 120  # seconds, on a machine that does other things
FIGURES = "data/raw/observations/maalt.csv"


class Preview:
    """A preview that runs: its address, and what one can ask of it."""

    def __init__(self, root, process, temporary):
        self.root, self.process, self.temporary = root, process, temporary
        self.address = process.stdout.readline().strip()
        self.host, self.token = urlsplit(self.address).netloc, urlsplit(self.address).path.strip("/")

    def get(self, name, **headers):
        """Return the status and text of what has a name."""
        try:
            with urllib.request.urlopen(urllib.request.Request(self.address + name, headers=headers)) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def page(self, name, text):
        """Return a page as soon as it holds a text."""
        return until(lambda: (page := self.get(name)[1]) and text in page and page)

    def feed(self, **headers):
        return create_connection(
            f"ws://{self.host}/{self.token}/feed", header=headers, origin=f"http://{self.host}", timeout=PATIENCE
        )

    def fault(self, page="nb/strategi.html"):
        """Yield the fault that a browser is told of, with each state it is sent."""
        feed = self.feed()
        feed.send(page)
        while True:
            yield json.loads(feed.recv())["fault"]

    def save(self, name, text):
        (self.root / name).write_text(text, encoding="utf-8")


@contextmanager
def previewing(root, library=ROOT / "src", number=signal.SIGTERM):
    """Give a preview of a project; ended by a signal it leaves no process, no file and no message."""
    temporary = Path(tempfile.mkdtemp(prefix="p"))  # short, as sockets need it
    messages = temporary.with_suffix(".log")
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis", "preview", "2024Q1", "--language", "nb"],
        env=os.environ | {"EHELSE_ROOT": str(root), "TMPDIR": str(temporary), "PYTHONPATH": str(library)},
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=messages.open("w"),
        text=True,
    )
    preview = Preview(root, process, temporary)
    try:
        yield preview
    finally:
        everything = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.send_signal(number)
        process.wait(PATIENCE)
        process.stdout.close()
        assert messages.read_text() == ""
        messages.unlink()
        assert psutil.wait_procs(everything, 20)[1] == []
        assert list(temporary.iterdir()) == []
        temporary.rmdir()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return a preview of the small project, its pages made; in the end it is killed."""
    with previewing(make_project(tmp_path_factory.mktemp("small")), number=signal.SIGKILL) as preview:
        preview.page("", "<h1>Arbeidsliste</h1>")
        preview.page("nb/strategi.html", "2024Q1 nb")
        yield preview


def test_a_save_becomes_a_new_page(small):
    write_template(small.root, "maal", ["print('skrevet nettopp')"])
    assert "Målet 1" in small.page("nb/maal-1.html", "skrevet nettopp")


def test_files_of_a_figure_are_no_pages(small):
    svg = quote("<svg xmlns='http://www.w3.org/2000/svg' width='9pt' height='9pt'/>")
    drawing = f'<img src="data:image/svg+xml,{svg}">'
    html = f"<figure lang='nb' data-csv='&lt;script&gt;alert(1)&lt;/script&gt;'>{drawing}</figure>"
    write_template(small.root, "indikator", [f"from IPython.display import HTML\nHTML({html!r})"])
    small.page("nb/indikator-foerste.html", "figures/indikator-foerste-1.csv")
    for form, kind in (("csv", "text/csv"), ("svg", "image/svg+xml"), ("png", "image/png")):
        with urllib.request.urlopen(f"{small.address}nb/figures/indikator-foerste-1.{form}") as answer:
            assert answer.headers.get_content_type() == kind
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_fault_is_sent_with_its_place_and_remedy(small):
    good = (small.root / FIGURES).read_text(encoding="utf-8")
    faults = small.fault()
    assert next(faults) == ""
    small.save(FIGURES, good.replace(",28,", ",28x,"))
    fault = next(fault for fault in faults if fault)
    assert "observations/maalt.csv, line 3, column value: '28x'" in fault
    assert "; " in fault  # what to do about it
    assert "2024Q1 nb" in small.get("nb/strategi.html")[1]
    small.save(FIGURES, good)
    assert next(fault for fault in faults if not fault) == ""


def test_the_list_names_what_is_not_judged(small):
    page = small.get("")[1]
    assert "Ikke vurdert ennå (8)" in page  # the strategy, two goals, three indicators, two sub-goals
    assert 'href="nb/indikator-foerste.html"' in page
    assert list((small.root / "data" / "processed").rglob("*")) == []  # nothing is published


@pytest.mark.parametrize("case", read_cases(Path(__file__).with_name("preview_requests.toml")), ids=str)
def test_other_hosts_and_sites_are_refused(small, case):
    assert small.get("nb/strategi.html", **case["headers"])[0] == case["status"]
    assert small.get("preview.js", **case["headers"])[0] == case["status"]


def test_a_wrong_token_and_what_is_no_page_are_refused(small):
    for token in ("", "x", small.token[:-1], f"{small.token}x"):
        for name in ("", "nb/strategi.html", "preview.js", "feed"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"http://{small.host}/{token}/{name}")
    for name in ("nb/", "nb", "tables/lights.csv", "prepared.json", "../../strategy.toml", "nb/%2e%2e/"):
        assert small.get(name)[0] == 404, name


def test_a_feed_is_for_its_own_pages_on_this_machine(small):
    address = f"ws://{small.host}/{small.token}/feed"
    for origin, host in (("https://status.example", small.host), (f"http://{small.host}", "status.example")):
        with pytest.raises(WebSocketBadStatusException, match="403"):
            create_connection(address, origin=origin, host=host)
    listening = [c.laddr for c in psutil.Process(small.process.pid).net_connections() if c.status == "LISTEN"]
    assert [(each.ip, str(each.port)) for each in listening] == [tuple(small.host.split(":"))]


def test_what_is_no_quarter_is_refused(small):
    ended = called(small.root, "preview", "2024")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "2024Q1" in ended.stderr


# --- in a real browser, on the real project ------------------------------------------

COMMENTS = "data/raw/judgements/2024Q1/maal-1.nb.md"
PAGE = "nb/maal-1.html"


def in_browser(test):
    return reduce(lambda marked, mark: mark(marked), browser_only, test)


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Return a preview of a copy of the project, its page on the first goal made."""
    with previewing(copy_project(tmp_path_factory.mktemp("real"))) as preview:
        preview.page(PAGE, "<h1")
        yield preview


def comment(text, words):
    """Return the comments on the first goal, the first of which begins with some words."""
    heading, _, rest = text.partition("\n\n")
    return f"{heading}\n\n{words} {rest}"


@pytest.fixture
def comments(real):
    """Return the comments on the first goal as they are, and put them back in the end."""
    good = (real.root / COMMENTS).read_text(encoding="utf-8")
    yield good
    real.save(COMMENTS, good)


def shows(page, text):
    page.get_by_text(text).first.wait_for(timeout=PATIENCE * 1000)


def alert(page):
    return page.locator("section[role=alert]")


def open_page(browser, preview, name=PAGE):
    page = browser.new_context().new_page()
    page.goto(preview.address + name)
    page.wait_for_selector("main")
    return page


@in_browser
def test_ten_saves_half_of_them_faulty(real, comments, browser):
    """Two browsers are open, one is closed halfway; the page shown stays whole, and where it was scrolled to."""
    first, second = open_page(browser, real), open_page(browser, real)
    second.evaluate("scrollTo(0, 700)")
    for number in range(5):
        real.save(COMMENTS, comment(comments, "Et tall som {ikke-finnes@2023} viser."))
        alert(first).get_by_text("ikke-finnes").wait_for(timeout=PATIENCE * 1000)
        assert "maal-1.nb.md" in alert(first).inner_text()
        assert first.locator("main h1").count() == 1
        word = "abcde"[number]
        real.save(COMMENTS, comment(comments, f"Lagring {word}."))
        for page in (first, second):
            if not page.is_closed():
                shows(page, f"Lagring {word}.")
        alert(first).wait_for(state="hidden", timeout=PATIENCE * 1000)
        if number == 2:
            assert abs(second.evaluate("scrollY") - 700) < 2
            second.context.close()


@pytest.mark.slow
def test_a_save_while_pages_are_made_wins(real, comments):
    feed = real.feed()
    feed.send(PAGE)
    for word in "klmnopqrstuvw":
        real.save(COMMENTS, comment(comments, f"Lagring {word}."))
        time.sleep(0.3)
    assert "Lagring w." in real.page(PAGE, "Lagring w.")
    real.page("nb/strategi.html", "<h1")


@in_browser
def test_raw_material_moved_away_and_back(real, comments, browser):
    raw, away = real.root / "data" / "raw", real.root / "away"
    page = open_page(browser, real)
    raw.rename(away)
    alert(page).wait_for(timeout=PATIENCE * 1000)
    assert "data/raw" in alert(page).inner_text()
    assert page.locator("main h1").count() == 1
    away.rename(raw)
    alert(page).wait_for(state="hidden", timeout=PATIENCE * 1000)
    real.save(COMMENTS, comment(comments, "Tilbake igjen."))
    shows(page, "Tilbake igjen.")


@in_browser
def test_the_list_is_worked_down(real, comments, browser):
    """Two claims of the texts of 2024Q1 are contradicted, as `ehelse-status claims` says; one is taken out."""
    page = open_page(browser, real, "")
    assert page.get_by_role("heading", name="Utsagn som tallene motsier (2)").count() == 1
    claim = page.locator("li", has_text="Tilfredsheten er høyere enn i 2022.")
    assert "ikke statistisk signifikant" in claim.inner_text()
    real.save(COMMENTS, comments.replace("Tilfredsheten er høyere enn i 2022.", "Tilfredsheten er målt."))
    page.get_by_role("heading", name="Utsagn som tallene motsier (1)").wait_for(timeout=PATIENCE * 1000)
    assert claim.count() == 0
    page.locator("li", has_text="Meldt som uendret").get_by_role("link").click()
    page.wait_for_url("**/nb/indikator-*.html")
    page.get_by_role("link", name="Arbeidsliste").click()
    page.wait_for_url(real.address)


@pytest.mark.slow
def test_a_changed_library_is_taken_up(tmp_path):
    """A library that cannot be imported is a fault like any other; corrected, pages are made with it."""
    library = tmp_path / "src"
    shutil.copytree(ROOT / "src" / "analysis", library / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "project").mkdir()
    with previewing(make_project(tmp_path / "project"), library) as preview:
        preview.page("nb/strategi.html", "<h1")
        catalogue = library / "analysis" / "text" / "catalogues" / "pages.toml"
        good = catalogue.read_text(encoding="utf-8")
        faults = preview.fault()
        assert next(faults) == ""
        catalogue.write_text("[", encoding="utf-8")
        assert "TOMLDecodeError" in next(fault for fault in faults if fault)
        assert preview.get("nb/strategi.html")[0] == 200
        catalogue.write_text(good.replace("Sidene i rapporten", "Sidene som er lagd"), encoding="utf-8")
        assert next(fault for fault in faults if not fault) == ""
        preview.page("nb/strategi.html", "Sidene som er lagd")


@pytest.fixture
def neighbour(tmp_path):
    """Return the address of a page of another server of this machine, and the file it shows."""
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/page.html", tmp_path / "page.html"
        server.shutdown()


@in_browser
def test_another_site_may_show_it_and_reads_nothing(small, browser, neighbour):
    """As a page beside a notebook does; even with the token no other site reads it."""
    address, file = neighbour
    file.write_text(f'<iframe src="{small.address}nb/maal-2.html"></iframe>', encoding="utf-8")
    page = browser.new_page()
    page.goto(address)
    frame = page.frame_locator("iframe")
    frame.locator("main h1").wait_for(timeout=PATIENCE * 1000)
    write_template(small.root, "maal", ["print('ved siden av')"])
    frame.get_by_text("ved siden av").wait_for(timeout=PATIENCE * 1000)
    read = "address => fetch(address).then(answer => answer.text(), () => 'refused')"
    assert page.evaluate(read, f"{small.address}nb/strategi.html") == "refused"
    load = """address => new Promise(resolve => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = () => resolve("loaded");
        script.onerror = () => resolve("refused");
        document.body.append(script);
    })"""
    assert page.evaluate(load, f"{small.address}preview.js") == "refused"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGHUP])
def test_leaving_it_ends_what_notebooks_have_started(tmp_path, number):
    """A preview of its own: in one that has been used, an earlier save may still end what this notebook starts."""
    start = "import subprocess\nsubprocess.Popen(['sleep', '600'], start_new_session=True)"
    with previewing(make_project(tmp_path), number=number) as preview:
        preview.page("nb/strategi.html", "<h1")
        write_template(preview.root, "strategi", [start, "print('startet')"])
        preview.page("nb/strategi.html", "startet")
        sleeping = [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "600"]]
        own = [p for p in sleeping if p.environ().get("TMPDIR", "").startswith(str(preview.temporary))]
        assert own
    assert psutil.wait_procs(own, 20)[1] == []
