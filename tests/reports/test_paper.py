"""The council's copy: printed from the real report's pages, and opened again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from analysis.reports.printing import join_pages
from projects import make_project

TITLES = {"nb": ["Nasjonal e-helsestrategi", "Mål 1:", "Mål 2:", "Mål 3:", "Mål 4:", "Mål 5:"]}
TITLES["en"] = ["National e-health strategy", "Goal 1:", "Goal 2:", "Goal 3:", "Goal 4:", "Goal 5:"]


@pytest.fixture(scope="module", params=["nb", "en"])
def paper(request, reported):
    file = reported / "data" / "processed" / "2024Q1" / "downloads" / f"status-2024Q1-{request.param}.pdf"
    with pikepdf.open(file) as opened:
        yield request.param, opened


class TestPrinted:
    pytestmark = pytest.mark.browser

    def test_it_names_its_language_and_title_and_is_tagged(self, paper):
        language, opened = paper
        assert str(opened.Root.Lang) == language
        assert opened.Root.MarkInfo.Marked
        assert str(opened.docinfo["/Title"]).startswith(TITLES[language][0])

    def test_its_outline_leads_to_the_whole_and_every_goal(self, paper):
        language, opened = paper
        with opened.open_outline() as outline:
            titles = [entry.title for entry in outline.root]
        assert len(titles) == 6
        assert all(title.startswith(start) for title, start in zip(titles, TITLES[language], strict=True))

    def test_tables_keep_their_heads_and_pictures_their_words(self, paper, tags):
        elements = tags(paper[1])
        names = [name for name, _ in elements]
        # indicators and sub-goals of five goals, at least
        assert names.count("/Table") >= 10 and names.count("/TH") > 40
        assert all(len(alt) > 20 for name, alt in elements if name == "/Figure")

    def test_no_link_names_a_folder_of_the_machine(self, paper):
        notes = [note for page in paper[1].pages for note in page.get("/Annots", [])]
        addresses = [str(note.A.URI) for note in notes if "/A" in note and "/URI" in note.A]
        assert all(address.startswith("https://") for address in addresses)

    def test_the_front_page_of_the_quarter_offers_it(self, reported, paper):
        index = (reported / "data" / "processed" / "2024Q1" / "index.html").read_text(encoding="utf-8")
        assert f'href="downloads/status-2024Q1-{paper[0]}.pdf"' in index


def test_joined_pages_have_names_of_their_own_and_inner_links():
    whole = (
        '<main id="main"><h1 id="a">W</h1><a href="maal-1.html#a">goal</a> '
        '<a class="t" href="indikator-x.html" style="color:red">x</a> '
        '<a class="k" href="https://example.no/">out</a> <a href="../data.csv">raw</a> <a href="#a">up</a></main>'
    )
    goal = '<main id="main"><h1 id="a">G</h1><td headers="a b">1</td><a href="strategi.html">whole</a></main>'
    style = '<style id="cell-styles">\n.s1{color:red}\n</style>'
    (first, second), rules = join_pages({"strategi": style + whole, "maal-1": style + goal})
    assert rules.strip() == ".s1{color:red}"
    assert first == {
        "place": "strategi",
        "content": '<h1 id="strategi-a">W</h1><a href="#maal-1-a">goal</a> <span class="t" style="color:red">x</span> '
        '<a class="k" href="https://example.no/">out</a> <span>raw</span> <a href="#strategi-a">up</a>',
    }
    assert second["content"] == (
        '<h1 id="maal-1-a">G</h1><td headers="maal-1-a maal-1-b">1</td><a href="#strategi">whole</a>'
    )


@pytest.mark.slow
def test_without_chromium_the_report_states_what_is_missing(tmp_path):
    root = make_project(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-m", "analysis", "report", "2024Q1", "--json"],
        env={**os.environ, "EHELSE_ROOT": str(root), "PATH": str(Path(sys.executable).parent), "CHROMIUM": ""},
        cwd=root,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    notes = json.loads(ended.stdout)["notes"]
    assert [note for note in notes if "no PDF in nb" in note and "apt-get install chromium" in note]
    assert not list((root / "data" / "processed" / "2024Q1" / "downloads").glob("*.pdf"))
