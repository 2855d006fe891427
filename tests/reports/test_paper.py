"""The council's copy: printed from the real report's pages, and opened again."""

import json
import os
import tomllib
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest

from analysis.core.writing import digest
from analysis.reports.plan import Job
from analysis.reports.prepare import write_downloads
from analysis.reports.printing import Printer, join_pages
from analysis.reports.releases import WRITTEN
from analysis.reports.request import Request
from projects import make_project

TITLES = {"nb": ["Nasjonal e-helsestrategi", "Mål 1:", "Mål 2:", "Mål 3:", "Mål 4:", "Mål 5:"]}
TITLES["en"] = ["National e-health strategy", "Goal 1:", "Goal 2:", "Goal 3:", "Goal 4:", "Goal 5:"]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_copy_is_tagged_outlined_and_offered(release, tags, language):
    place, titles = f"downloads/status-2024Q1-{language}.pdf", TITLES[language]
    assert f'href="{place}"' in (release / "index.html").read_text(encoding="utf-8")
    with pikepdf.open(release / place) as paper:
        assert str(paper.Root.Lang) == language
        assert paper.Root.MarkInfo.Marked
        assert str(paper.docinfo["/Title"]).startswith(titles[0])
        with paper.open_outline() as outline:  # the whole and every goal
            assert [str(entry.title)[: len(start)] for entry, start in zip(outline.root, titles, strict=True)] == titles
        elements = tags(paper)
        names = [name for name, _ in elements]
        # indicators and sub-goals of five goals, at least
        assert names.count("/Table") >= 10 and names.count("/TH") > 40
        assert all(len(alt) > 20 for name, alt in elements if name == "/Figure")
        notes = [note for page in paper.pages for note in page.get("/Annots", [])]
        addresses = [str(note.A.URI) for note in notes if "/A" in note and "/URI" in note.A]
        assert all(address.startswith("https://") for address in addresses)  # none names a folder of the machine


def test_joined_pages_have_names_of_their_own_and_inner_links():
    pages = tomllib.loads(Path(__file__).with_name("joined_pages.toml").read_text(encoding="utf-8"))
    sections, rules = join_pages({name: page["alone"] for name, page in pages.items()})
    assert rules.strip() == ".s1{color:red}"
    assert sections == [{"place": name, "content": page["joined"]} for name, page in pages.items()]


class Printed(AbstractContextManager):
    """What Chromium would print, at once."""

    def __init__(self, page, scratch):
        assert "26 per cent" in page.read_text(encoding="utf-8")

    def __exit__(self, *_):
        pass

    def finish(self, file, most):
        file.write_bytes(b"%PDF")
        return file


@pytest.mark.usefixtures("at_most_a_minute")
def test_pipes_in_the_place_of_page_and_pdf_stop_no_printing(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.reports.printing.Print", Printed)
    run = SimpleNamespace(request=Request("2024Q1", ("nb",)), work_folder=tmp_path, previous=None, written={})
    renderer = SimpleNamespace(paper=lambda first, sections, rules: sections[0]["content"])
    page = Job("strategi", "strategi", "nb", {})
    with Printer(run, renderer, [page], {page.html: "key"}, [page]) as printer:
        for place in (tmp_path / page.html, tmp_path / "downloads" / "status-2024Q1-nb.pdf"):
            place.parent.mkdir()
            os.mkfifo(place)
        printer.add_page(page, "<main><p>26 per cent</p></main>")
        assert [file["size"] for file in printer.finish()["files"]] == [4]
    assert (tmp_path / "downloads" / "status-2024Q1-nb.pdf").read_bytes() == b"%PDF"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["downloads", "nb"]


@pytest.mark.usefixtures("at_most_a_minute")
def test_pipes_in_the_place_of_downloads_are_replaced(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path / "project")))
    files = [tmp_path / "downloads" / f"status-2024Q1-en.{kind}" for kind in ("xlsx", "pptx", "docx")]
    files += [tmp_path / "downloads" / "datapackage.zip", tmp_path / WRITTEN]
    (tmp_path / "downloads").mkdir()
    for file in files:
        os.mkfifo(file)
    write_downloads("2024Q1", "", ["en"], str(tmp_path))
    assert all(file.is_file() for file in files)
    answer = json.loads((tmp_path / WRITTEN).read_text(encoding="utf-8"))
    assert {each["name"]: each["sha256"] for each in answer["files"]} == {f.name: digest(f) for f in files[:-1]}
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["downloads", WRITTEN, "project"]
