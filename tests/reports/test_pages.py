"""The pages of a real report: as a reader without eyes, without colours, without a mouse or on a telephone meets them.

What can be known from the page alone is held without a browser; the rest is asked of Chromium, with axe-core in it.
"""

import json
import re
import zipfile
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import docx
import lxml.etree
import lxml.html
import openpyxl
import pikepdf
import pptx
import pytest
from PIL import Image

from accessible import CONTRAST, SETTINGS, STRUCTURE, browser_only, opened, violations
from analysis.records.strategy import read_strategy
from analysis.reports.releases import read_manifest
from analysis.text import file_size
from blocks import needs_no_scrolling

pytestmark = pytest.mark.slow
LANGUAGES = ("nb", "en")
COLOUR_WORDS = {"nb": {"grønn", "gul", "rød"}, "en": {"green", "yellow", "red"}}
SCHEMES = ("light", "dark")
OPENED = {"strategi", "maal-1", "indikator-tilgang-pasientinformasjon", "datagrunnlag"}  # what the templates are of
MEGABYTES = 19  # a third of it when packed
SHOWS_FOCUS = """e => {
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  return style.outlineStyle === "solid" && parseInt(style.outlineWidth) >= 2 && box.width > 0 && box.right > 0;
}"""

MOVING = """[...document.querySelectorAll('*')].filter(e => {
  const style = getComputedStyle(e);
  return style.animationName !== 'none' || !/^0s(, 0s)*$/.test(style.transitionDuration);
}).length"""


@cache
def parsed(file: Path) -> lxml.html.HtmlElement:
    return lxml.html.parse(file).getroot()


def pages(release: Path) -> dict[Path, lxml.html.HtmlElement]:
    """Return every page by its file, the front page first."""
    files = [release / "index.html", *sorted(release.glob("nb/*.html")), *sorted(release.glob("en/*.html"))]
    assert len(files) == 1 + 2 * (22 + 1)  # with the statement of accessibility
    return {file: parsed(file) for file in files}


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def language_of(element: lxml.html.HtmlElement) -> str:
    return element.xpath("string(ancestor-or-self::*[@lang][1]/@lang)")


OPEN = {".pdf": pikepdf.open, ".xlsx": openpyxl.load_workbook, ".pptx": pptx.Presentation, ".docx": docx.Document}
OPEN |= {".zip": zipfile.ZipFile, ".csv": lambda file: file.read_text(encoding="utf-8").splitlines()[1]}


def test_every_download_has_the_size_it_states_and_opens(release):
    """And the whole report is small enough to mail."""
    assert sum(file.stat().st_size for file in release.resolve().rglob("*") if file.is_file()) <= MEGABYTES * 1_000_000
    offered = {}
    outputs = read_manifest(release)["outputs"]
    for link in parsed(release / "index.html").xpath("//a[starts-with(@href, 'downloads/')]"):
        file = release / link.get("href")
        language = language_of(link)
        assert OPEN[file.suffix](file)
        assert link.get("href") in outputs
        assert file_size(file.stat().st_size, language) in words(link.getnext()), file.name
        offered.setdefault(language, set()).add(file.name)
    assert offered["nb"] | offered["en"] == {file.name for file in (release / "downloads").iterdir()}
    for spoken, names in offered.items():
        assert {f"status-2024Q1-{spoken}{form}" for form in (".xlsx", ".pptx", ".docx")} <= names


def test_every_page_states_its_language_title_quarter_and_version(release):
    stated = {"nb": ("1. kvartal 2024", "31. mars 2024"), "en": ("Q1 2024", "31 March 2024")}
    (front, own), *others = pages(release).items()
    assert own.get("lang") == "nb" and own.xpath("//section[@lang='en']"), front
    for page, root in others:
        language = page.parent.name
        assert root.get("lang") == language
        foot = words(root.find(".//footer"))
        assert f"ehelse-status {version('ehelse-status')}" in foot
        assert all(text in foot for text in stated[language]), foot
        links = root.xpath("//a/@href")
        assert f"../index.html#downloads-{language}" in links or page.stem == "tilgjengelighet", page.name
        assert f"../{'en' if language == 'nb' else 'nb'}/{page.name}" in links, page.name
    titles = [(page.parent.name, words(root.find(".//title"))) for page, root in others]
    assert all(title for _, title in titles) and len(set(titles)) == len(titles)
    for notebook in release.glob("notebooks/**/*.ipynb"):
        assert json.loads(notebook.read_text(encoding="utf-8"))["metadata"]["ehelse-status"] == version("ehelse-status")


def test_texts_and_frames_for_analysts_are_in_notebooks_alone(release):
    starts = {"nb": "cellene med merkelappen `analyst`", "en": "cells tagged `analyst`"}
    for language in LANGUAGES:
        for file in release.glob(f"notebooks/{language}/*.ipynb"):
            cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
            text = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown").lower()
            found = {code: start in " ".join(text.split()) for code, start in starts.items()}
            assert found == {code: code == language for code in starts}, file.name
            analysing = [cell for cell in cells if "analyst" in cell["metadata"].get("tags", [])]
            outputs = [output for cell in analysing if cell["cell_type"] == "code" for (output,) in [cell["outputs"]]]
            frames = ["".join(output["data"]["text/html"]) for output in outputs]
            assert frames and (file.stem not in OPENED or all(map(needs_no_scrolling, frames))), file.name
        for page in release.glob(f"{language}/*.html"):
            assert "analyst" not in page.read_text(encoding="utf-8").replace("analysts", ""), page.name


def test_every_page_has_headings_landmarks_and_a_skip_link(release):
    for page, root in pages(release).items():
        assert len(list(root.iter("h1"))) == 1, page.name
        inside = [int(heading.tag[1]) for heading in root.find(".//main").iter("h1", "h2", "h3", "h4")]
        assert inside[0] == 1, page.name
        assert all(later - earlier <= 1 for earlier, later in pairwise(inside)), f"{page.name}: {inside}"
        around = 0 if page.name == "index.html" else 1
        assert [len(root.findall(f".//{tag}")) for tag in ("header", "main", "footer")] == [around, 1, around]
        first = next(root.find(".//body").iter("a"))
        assert root.get_element_by_id(first.get("href").removeprefix("#")).tag == "main", page.name


def test_every_table_has_a_caption_and_every_header_its_scope(release):
    count = 0
    for page, root in pages(release).items():
        for table in root.iter("table"):
            count += 1
            assert words(table.find("caption")), page.name
            headers = list(table.iter("th"))
            assert headers and all(header.get("scope") in ("col", "row", "colgroup", "rowgroup") for header in headers)
            assert all(words(header) for header in headers), page.name
    assert count > 200


def test_every_picture_is_described_with_a_number_of_the_data(release):
    names = read_strategy().measures
    titles = {"nb": list(names["name_nb"]), "en": list(names["name_en"])}
    count = 0
    for page, root in pages(release).items():
        for picture in root.iter("img"):
            count += 1
            described = picture.get("alt", "")
            for title in titles[language_of(picture)]:
                described = described.replace(title, "")  # a number in a name is none of the data
            assert re.search(r"\d", described), f"{page.name}: {picture.get('alt')!r}"
    assert count > 100


def test_every_figure_has_its_numbers_and_picture_beside_it(release):
    beside = set()
    for page in sorted([*release.glob("nb/*.html"), *release.glob("en/*.html")]):
        for figure in parsed(page).iter("figure"):
            files = [page.parent / link for link in figure.xpath(".//p[@class='figure-files']/a/@href")]
            table, picture, points = files
            assert len(table.read_text(encoding="utf-8").splitlines()) > 1, table.name
            assert lxml.etree.parse(picture).getroot().tag == "{http://www.w3.org/2000/svg}svg"
            with Image.open(points) as drawing:
                assert drawing.size[0] == 691, points.name
            beside |= {*files}
    assert beside == {*release.glob("*/figures/*")} and len(beside) > 3 * 100


def test_no_page_runs_a_script_or_loads_from_elsewhere(release):
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    for page, root in pages(release).items():
        policies = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policies == [policy], page.name
        assert not root.xpath("//script | //iframe | //object | //embed | //link | //base | //form"), page.name
        assert not root.xpath("//@*[starts-with(name(), 'on')]"), page.name
        sources = root.xpath("//@src | //@srcset | //@poster | //@background | //@data")
        assert all(source.startswith("data:image/svg+xml") for source in sources), page.name
        assert not re.search(r"url\(|@import", " ".join(root.xpath("//style/text() | //@style"))), page.name


def test_no_link_leads_nowhere(release):
    places = {page.resolve(): root.xpath("//@id") for page, root in pages(release).items()}
    for page, root in pages(release).items():
        assert len(places[page.resolve()]) == len(set(places[page.resolve()])), page.name
        for href in root.xpath("//a/@href[not(starts-with(., 'http'))]"):
            file, _, place = href.partition("#")
            target = (page.parent / file if file else page).resolve()
            assert target.is_file() and (not place or place in places[target]), f"{page.name} -> {href}"


def test_every_page_shows_its_place_and_leads_to_the_next(release):
    for language in LANGUAGES:
        steps, onward, seen = {}, parsed(release / language / "strategi.html"), ["strategi.html"]
        while after := onward.xpath("//nav[@class='turn']/a[@class='after']/@href"):
            seen.append(after[0].split("/")[-1])
            onward = parsed(release / language / seen[-1])
            steps[seen[-1]] = len(onward.xpath("//nav[@class='trail']//li"))
        assert len(seen) == 22
        assert steps["maal-4.html"] == 2 and steps["indikator-tilgang-pasientinformasjon.html"] == 3


def test_rows_link_back_to_the_numbers_that_link_to_them(release):
    """And measures among them name the pages using them."""
    measures = read_strategy().measures
    count, seen = 0, 0
    for language in LANGUAGES:
        data = parsed(release / language / "datagrunnlag.html")
        for slug in measures.index[measures["indicator"].notna()]:
            for place in data.xpath("//h3[@id=$slug]", slug=slug):
                seen += 1
                users = ".//a[starts-with(@href, 'indikator-') or starts-with(@href, 'maal-')]"
                assert place.getnext().xpath(users), slug
        used, section = {}, None
        for element in data.find(".//main").iter("h2", "h3", "tr"):
            section = None if element.tag == "h2" else element if element.tag == "h3" else section
            if section is not None and element.get("id"):
                used[element.get("id")] = set(section.getnext().xpath(".//a/@href"))
        for page in sorted(release.glob(f"{language}/*.html")):
            for href in parsed(page).xpath("//main//a[starts-with(@href, 'datagrunnlag.html#')]/@href"):
                place = href.partition("#")[2]
                if page.name != "datagrunnlag.html" and not place.startswith("kilde-"):
                    count += 1
                    assert page.name in used[place], f"{language}/{page.name} -> {place}"
    assert count > 2 * 300 and seen > 2 * 20


def test_no_colour_direction_or_state_is_shown_by_looks_alone(release):
    chips, frames = 0, 0
    for page, root in pages(release).items():
        for chip in root.xpath("//*[contains(concat(' ', @class, ' '), ' chip ')]"):
            chips += 1
            symbol = words(chip.xpath(".//*[@aria-hidden='true']")[0])
            assert symbol in {"●", "▲", "■"}, page.name
            word, *_ = words(chip).removeprefix(symbol).split()
            assert word in COLOUR_WORDS[language_of(chip)], f"{page.name}: {word}"
        for mark in root.xpath("//span[@class='hollow' or starts-with(@class, 'state ')]"):
            frames += 1
            for sign in mark.xpath(".//*[@aria-hidden='true']"):
                sign.text = ""
            text = words(mark).strip()
            assert len(text) > 8, page.name
            assert mark.get("class") != "hollow" or text.startswith(("bare retning", "direction only"))
    assert chips > 80 and frames > 100


class TestInChromium:
    pytestmark = browser_only

    @pytest.mark.parametrize("language", [pytest.param(each, id=f"beside-{each}") for each in LANGUAGES])
    def test_axe_finds_nothing_and_no_page_scrolls_sideways(self, browser, release, language):
        # pages of one kind share their layout, and their colours in both languages: one of each kind is opened in
        # both settings, each other page on a telephone; contrast is measured on the Norwegian ones
        seen, faults = set(), []
        checks = (STRUCTURE, CONTRAST) if language == "nb" else (STRUCTURE,)
        for number, file in enumerate(pages(release)):
            kind = file.stem.partition("-")[0]
            if (file.parent.name == "en") == (language == "en"):
                settings = SETTINGS if language == "nb" and kind not in seen else [(SCHEMES[number % 2], 320)]
                faults += violations(browser, file, settings, checks)
                seen.add(kind)
        assert faults == []

    @pytest.mark.parametrize("name", ["index.html", "nb/strategi.html", "en/indikator-tilgang-pasientinformasjon.html"])
    def test_tab_reaches_every_link_in_order_and_shows_focus(self, browser, release, name):
        """And nothing moves where reduced motion is preferred."""
        context, page = opened(browser, release / name, viewport={"width": 1280, "height": 900})
        links = "[...document.querySelectorAll('a[href], summary, input')].filter(e => e.checkVisibility())"
        wanted = page.evaluate(f"{links}.map(e => [e.outerHTML, true])")
        focus = f"[document.activeElement.outerHTML, ({SHOWS_FOCUS})(document.activeElement)]"
        reached = []
        for _ in wanted:
            page.keyboard.press("Tab")
            reached.append(page.evaluate(focus))
        assert reached == wanted
        for asked, scrolls in (("reduce", "auto"), ("no-preference", "smooth")):
            page.emulate_media(reduced_motion=asked)
            assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == scrolls
            assert page.evaluate(MOVING) == 0
        context.close()
