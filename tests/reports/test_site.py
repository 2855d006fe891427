"""All quarters in one folder: every page leads to itself in the others, and nothing else is overwritten."""

import base64
import hashlib
import shutil

import lxml.html
import pytest

from accessible import violations
from projects import make_project
from real_project import called

pytestmark = pytest.mark.slow  # two whole reports before the first page is looked at


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    root = make_project(tmp_path_factory.mktemp("published"))
    for quarter in ("2023Q1", "2024Q1"):
        done = called(root, "report", quarter)
        assert done.exit_code == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def site(published):
    done = called(published, "site", "site")
    assert done.stdout == "Wrote 2024Q1, 2023Q1. Open site/index.html\n", done.stderr
    return published / "site"


def test_every_link_of_the_site_leads_to_a_page_in_it(site):
    """And the only script is the search, whose hash the policy names."""
    pages = sorted(site.rglob("*.html"))
    assert len(pages) == 1 + 2 * (1 + 2 * 8)
    for page in pages:
        root = lxml.html.parse(page).getroot()
        for href in root.xpath("//a/@href"):
            target = (page.parent / href.partition("#")[0]).resolve()
            assert href.startswith(("#", "https:")) or target.is_file(), f"{page} -> {href}"
            assert target.is_relative_to(site), href
        policy = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
        scripts = [script.text for script in root.iter("script")]
        assert len(scripts) == (page == site / "index.html")
        for script in scripts:
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert policy.endswith(f"script-src 'sha256-{digest}'")


def test_a_page_leads_to_itself_in_every_other_quarter(site):
    page = lxml.html.parse(site / "2023Q1" / "en" / "maal-1.html").getroot()
    anchors = page.xpath("//nav[@class='quarters']//a")
    assert [(a.get("href"), a.text, a.get("aria-current")) for a in anchors] == [
        ("../../index.html", "All quarters", None),
        ("../../2024Q1/en/maal-1.html", "Q1 2024", None),
        ("../../2023Q1/en/maal-1.html", "Q1 2023", "page"),
    ]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "2023Q1/index.html", "2023Q1/nb/maal-1.html"])
def test_axe_finds_nothing_on_pages_of_the_site(browser, site, name):
    assert violations(browser, site / name) == []


def test_every_indicator_is_listed_with_its_page_a_quarter(site):
    front = lxml.html.parse(site / "index.html").getroot()
    for language in ("nb", "en"):
        rows = front.xpath(f"//ul[@id='indicators-{language}']/li")
        assert [len(row.findall("a")) for row in rows] == [2, 2, 2]


def test_the_site_is_replaced_whole_and_nothing_else_is(published, site, tmp_path):
    (site / "left-over.txt").write_text("from before", encoding="utf-8")
    assert called(published, "site", "site").exit_code == 0
    assert not (site / "left-over.txt").exists()
    (tmp_path / "chapter-1.txt").write_text("years of work", encoding="utf-8")
    done = called(published, "site", str(tmp_path))
    assert (done.exit_code, "holds something else than an earlier site" in done.stderr) == (2, True)
    assert [file.name for file in tmp_path.iterdir()] == ["chapter-1.txt"]


def test_without_a_published_quarter_there_is_no_site(tmp_path):
    root = make_project(tmp_path)
    done = called(root, "site", "site")
    assert (done.exit_code, "make one: ehelse-status report 2024Q1" in done.stderr) == (2, True)
    assert not (root / "site").exists()


@pytest.mark.parametrize("kind", ["page is a link", "release is a link", "page is cut"])
def test_a_damaged_release_is_named_and_not_spread(published, tmp_path, kind):
    elsewhere, release = tmp_path / "elsewhere", (published / "data" / "processed" / "2023Q1").resolve()
    place = release if kind == "release is a link" else release / "nb" / "maal-1.html"
    place.parent.chmod(0o755)
    shutil.move(place, elsewhere)
    if kind == "page is cut":
        place.write_bytes(elsewhere.read_bytes()[:-10])
    else:
        place.symlink_to(elsewhere)  # the same bytes, where they may be changed
    try:
        done = called(published, "site", str(tmp_path / "site"))
    finally:
        place.unlink()
        shutil.move(elsewhere, place)
    assert (done.exit_code, "the release of 2023Q1 is damaged" in done.stderr) == (2, True)
    assert not (tmp_path / "site").exists()
