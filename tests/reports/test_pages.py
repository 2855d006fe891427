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
from matplotlib.image import imread

from accessible import SETTINGS, browser_only, opened, violations
from analysis.records.strategy import read_strategy
from analysis.reports.releases import read_manifest
from analysis.text import file_size

LANGUAGES = ("nb", "en")
COLOUR_WORDS = {"nb": {"grønn", "gul", "rød"}, "en": {"green", "yellow", "red"}}
TELEPHONE = [setting for setting in SETTINGS if setting[1] == 320]
MEGABYTES = 19  # a third of it when packed
SHOWS_FOCUS = """e => {
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  return style.outlineStyle === "solid" && parseInt(style.outlineWidth) >= 2 && box.width > 0 && box.right > 0;
}"""


@pytest.fixture(scope="module")
def report(reported) -> Path:
    return reported / "data" / "processed" / "2024Q1"


@cache
def parsed(file: Path) -> lxml.html.HtmlElement:
    return lxml.html.parse(file).getroot()


def pages(report: Path) -> list[Path]:
    files = [report / "index.html", *sorted(report.glob("nb/*.html")), *sorted(report.glob("en/*.html"))]
    assert len(files) == 1 + 2 * (22 + 1)  # with the statement of accessibility
    return files


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def language_of(element: lxml.html.HtmlElement) -> str:
    return element.xpath("string(ancestor-or-self::*[@lang][1]/@lang)")


def test_the_report_in_two_languages_is_small_enough_to_mail(report):
    size = sum(file.stat().st_size for file in report.resolve().rglob("*") if file.is_file())
    assert size <= MEGABYTES * 1_000_000


OPEN = {".pdf": pikepdf.open, ".xlsx": openpyxl.load_workbook, ".pptx": pptx.Presentation, ".docx": docx.Document}
OPEN |= {".zip": zipfile.ZipFile, ".csv": lambda file: file.read_text(encoding="utf-8").splitlines()[1]}


def test_every_download_has_the_size_it_states_and_opens(report):
    offered = {}
    outputs = read_manifest(report)["outputs"]
    for link in parsed(report / "index.html").xpath("//a[starts-with(@href, 'downloads/')]"):
        file = report / link.get("href")
        language = language_of(link)
        assert OPEN[file.suffix](file)
        assert link.get("href") in outputs
        assert file_size(file.stat().st_size, language) in words(link.getnext()), file.name
        offered.setdefault(language, set()).add(file.name)
    made = {file.name for file in (report / "downloads").iterdir()}
    assert offered["nb"] | offered["en"] == made
    assert all(
        {f"status-2024Q1-{spoken}{form}" for form in (".xlsx", ".pptx", ".docx")} <= offered[spoken]
        for spoken in offered
    )


def test_every_page_says_its_language_and_has_a_title_of_its_own(report):
    for language in LANGUAGES:
        roots = [parsed(page) for page in sorted(report.glob(f"{language}/*.html"))]
        assert {root.get("lang") for root in roots} == {language}
        titles = [words(root.find(".//title")) for root in roots]
        assert all(titles) and len(set(titles)) == len(titles)
    assert parsed(report / "index.html").get("lang") == "nb"
    assert parsed(report / "index.html").xpath("//section[@lang='en']")


def test_pages_and_notebooks_state_quarter_day_and_version(report):
    stated = {"nb": ("1. kvartal 2024", "31. mars 2024"), "en": ("Q1 2024", "31 March 2024")}
    for page in sorted([*report.glob("nb/*.html"), *report.glob("en/*.html")]):
        foot = words(parsed(page).find(".//footer"))
        assert f"ehelse-status {version('ehelse-status')}" in foot
        assert all(text in foot for text in stated[page.parent.name]), foot
        downloads = f"//footer//a[@href='../index.html#downloads-{page.parent.name}']"
        assert parsed(page).xpath(downloads) or page.stem == "tilgjengelighet", page.name
    for notebook in report.glob("notebooks/**/*.ipynb"):
        assert json.loads(notebook.read_text(encoding="utf-8"))["metadata"]["ehelse-status"] == version("ehelse-status")


def test_texts_for_analysts_are_in_notebooks_and_on_no_page(report):
    starts = {"nb": "cellene med merkelappen `analyst`", "en": "cells tagged `analyst`"}
    for language in LANGUAGES:
        for file in report.glob(f"notebooks/{language}/*.ipynb"):
            cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
            text = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown").lower()
            found = {code: start in " ".join(text.split()) for code, start in starts.items()}
            assert found == {code: code == language for code in starts}, file.name
            frames = [cell for cell in cells if cell["cell_type"] == "code" and "analyst" in cell["metadata"]["tags"]]
            assert frames and all(cell["outputs"] for cell in frames), file.name
        for page in report.glob(f"{language}/*.html"):
            assert "analyst" not in page.read_text(encoding="utf-8").replace("analysts", ""), page.name


def test_every_page_has_headings_landmarks_and_a_skip_link(report):
    for page in pages(report):
        root = parsed(page)
        assert len(list(root.iter("h1"))) == 1, page.name
        inside = [int(heading.tag[1]) for heading in root.find(".//main").iter("h1", "h2", "h3", "h4")]
        assert inside[0] == 1, page.name
        assert all(later - earlier <= 1 for earlier, later in pairwise(inside)), f"{page.name}: {inside}"
        around = 0 if page.name == "index.html" else 1
        assert [len(root.findall(f".//{tag}")) for tag in ("header", "main", "footer")] == [around, 1, around]
        first = next(root.find(".//body").iter("a"))
        assert root.get_element_by_id(first.get("href").removeprefix("#")).tag == "main", page.name


def test_every_table_has_a_caption_and_every_header_its_scope(report):
    count = 0
    for page in pages(report):
        for table in parsed(page).iter("table"):
            count += 1
            assert words(table.find("caption")), page.name
            headers = list(table.iter("th"))
            assert headers and all(header.get("scope") in ("col", "row", "colgroup", "rowgroup") for header in headers)
            assert all(words(header) for header in headers), page.name
    assert count > 200


def test_every_picture_is_described_with_a_number_of_the_data(report):
    names = read_strategy().measures
    titles = {"nb": list(names["name_nb"]), "en": list(names["name_en"])}
    count = 0
    for page in pages(report):
        for picture in parsed(page).iter("img"):
            count += 1
            described = picture.get("alt", "")
            for title in titles[language_of(picture)]:
                described = described.replace(title, "")  # a number in a name is none of the data
            assert re.search(r"\d", described), f"{page.name}: {picture.get('alt')!r}"
    assert count > 100


def test_every_figure_has_its_numbers_and_picture_beside_it(report):
    beside = set()
    for page in sorted([*report.glob("nb/*.html"), *report.glob("en/*.html")]):
        for figure in parsed(page).iter("figure"):
            files = [page.parent / link for link in figure.xpath(".//p[@class='figure-files']/a/@href")]
            table, picture, points = files
            assert len(table.read_text(encoding="utf-8").splitlines()) > 1, table.name
            assert lxml.etree.parse(picture).getroot().tag == "{http://www.w3.org/2000/svg}svg"
            assert imread(points).shape[1] == 691, points.name
            beside |= {*files}
    assert beside == {*report.glob("*/figures/*")} and len(beside) > 3 * 100


def test_no_page_runs_a_script_or_loads_from_elsewhere(report):
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    for page in pages(report):
        root = parsed(page)
        policies = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policies == [policy], page.name
        assert not root.xpath("//script | //iframe | //object | //embed | //link | //base | //form"), page.name
        assert not root.xpath("//@*[starts-with(name(), 'on')]"), page.name
        sources = root.xpath("//@src | //@srcset | //@poster | //@background | //@data")
        assert all(source.startswith("data:image/svg+xml") for source in sources), page.name
        assert not re.search(r"url\(|@import", " ".join(root.xpath("//style/text() | //@style"))), page.name


@pytest.mark.slow
def test_no_link_leads_nowhere(report):
    for page in pages(report):
        root = parsed(page)
        places = root.xpath("//@id")
        assert len(places) == len(set(places)), page.name
        for href in root.xpath("//a/@href"):
            if href.startswith(("https:", "http:")):
                continue
            file, _, place = href.partition("#")
            target = (page.parent / file) if file else page
            assert target.is_file(), f"{page.name} -> {href}"
            assert not place or parsed(target.resolve()).xpath("//*[@id=$place]", place=place), f"{page.name} -> {href}"


def test_every_page_shows_its_place_and_leads_to_the_next(report):
    for language in LANGUAGES:
        steps, onward, seen = {}, parsed(report / language / "strategi.html"), ["strategi.html"]
        while after := onward.xpath("//nav[@class='turn']/a[@class='after']/@href"):
            seen.append(after[0].split("/")[-1])
            onward = parsed(report / language / seen[-1])
            steps[seen[-1]] = len(onward.xpath("//nav[@class='trail']//li"))
        assert len(seen) == 22
        assert steps["maal-4.html"] == 2 and steps["indikator-tilgang-pasientinformasjon.html"] == 3


def test_measures_among_the_raw_rows_name_pages_using_them(report):
    measures = read_strategy().measures
    seen = 0
    for language in LANGUAGES:
        data = parsed(report / language / "datagrunnlag.html")
        for slug in measures.index[measures["indicator"].notna()]:
            for place in data.xpath("//h3[@id=$slug]", slug=slug):
                seen += 1
                assert place.getnext().xpath(".//a[starts-with(@href, 'indikator-') or starts-with(@href, 'maal-')]"), (
                    slug
                )
    assert seen > 2 * 20


def test_rows_link_back_to_the_numbers_that_link_to_them(report):
    count = 0
    for language in LANGUAGES:
        used, section = {}, None
        for element in parsed(report / language / "datagrunnlag.html").find(".//main").iter("h2", "h3", "tr"):
            section = None if element.tag == "h2" else element if element.tag == "h3" else section
            if section is not None and element.get("id"):
                used[element.get("id")] = set(section.getnext().xpath(".//a/@href"))
        for page in sorted(report.glob(f"{language}/*.html")):
            for href in parsed(page).xpath("//main//a[starts-with(@href, 'datagrunnlag.html#')]/@href"):
                place = href.partition("#")[2]
                if page.name != "datagrunnlag.html" and not place.startswith("kilde-"):
                    count += 1
                    assert page.name in used[place], f"{language}/{page.name} -> {place}"
    assert count > 2 * 300


def test_no_colour_direction_or_state_is_shown_by_looks_alone(report):
    chips, frames = 0, 0
    for page in pages(report):
        for chip in parsed(page).xpath("//*[contains(concat(' ', @class, ' '), ' chip ')]"):
            chips += 1
            symbol = words(chip.xpath(".//*[@aria-hidden='true']")[0])
            assert symbol in {"●", "▲", "■"}, page.name
            word, *_ = words(chip).removeprefix(symbol).split()
            assert word in COLOUR_WORDS[language_of(chip)], f"{page.name}: {word}"
        for mark in parsed(page).xpath("//span[@class='hollow' or starts-with(@class, 'state ')]"):
            frames += 1
            for sign in mark.xpath(".//*[@aria-hidden='true']"):
                sign.text = ""
            text = words(mark).strip()
            assert len(text) > 8, page.name
            assert mark.get("class") != "hollow" or text.startswith(("bare retning", "direction only"))
    assert chips > 80 and frames > 100


def beside(*values) -> list:
    """Return parameters whose tests run beside each other, not one after another as those of a file do."""
    return [pytest.param(value, id=f"beside-{value}") for value in values]


class TestInChromium:
    pytestmark = browser_only

    @pytest.mark.parametrize("language", beside("nb", "en"))
    def test_axe_finds_nothing_and_no_page_scrolls_sideways(self, browser, report, language):
        # pages of one kind share their layout in both languages: in Norwegian one of each kind is opened in every
        # setting, each other page on a telephone, in one scheme or the other
        seen, faults = set(), []
        for number, file in enumerate(pages(report)):
            kind = file.stem.partition("-")[0]
            if (file.parent.name == "en") == (language == "en"):
                every = language == "nb" and kind not in seen
                faults += violations(browser, file, SETTINGS if every else [TELEPHONE[number % 2]])
                seen.add(kind)
        assert faults == []

    @pytest.mark.parametrize("name", ["index.html", "nb/strategi.html", "en/indikator-tilgang-pasientinformasjon.html"])
    def test_tab_reaches_every_link_in_order_and_shows_focus(self, browser, report, name):
        context, page = opened(browser, report / name, viewport={"width": 1280, "height": 900})
        links = "[...document.querySelectorAll('a[href], summary, input')].filter(e => e.checkVisibility())"
        wanted = page.evaluate(f"{links}.map(e => [e.outerHTML, true])")
        reached = []
        for _ in wanted:
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate(f"[document.activeElement.outerHTML, ({SHOWS_FOCUS})(document.activeElement)]")
            )
        context.close()
        assert reached == wanted

    def test_nothing_moves_where_reduced_motion_is_preferred(self, browser, report):
        how = "getComputedStyle(document.documentElement).scrollBehavior"
        moving = "[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
        moving += " return s.animationName !== 'none' || !/^0s(, 0s)*$/.test(s.transitionDuration) }).length"
        for asked, scrolls in (("reduce", "auto"), ("no-preference", "smooth")):
            context, page = opened(browser, report / "nb" / "strategi.html", reduced_motion=asked)
            assert page.evaluate(how) == scrolls
            assert page.evaluate(moving) == 0
            context.close()
