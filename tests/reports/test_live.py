"""What of a cell's output would run or load something in a browser, and what would not."""

from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest

from analysis.reports.leaks import find_live

HERE = Path(__file__).parent
LIVE = (HERE / "live.txt").read_text(encoding="utf-8").splitlines()
LIVE += ["<style>p { background: u\\72\r\nl(//evil.example) }</style>"]
LIVE += ["<img src=x onerror=alert(1) ", "<img title='a>b onerror=alert(1) "]  # cut off before their end
DEAD = (HERE / "dead.txt").read_text(encoding="utf-8").splitlines()
FIGURE = (HERE / "matplotlib.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml"])
@pytest.mark.parametrize("content", LIVE)
def test_what_runs_or_loads_is_found(content, kind):
    assert find_live({"text/plain": "1", kind: f"<p>before</p>{content}"})


@pytest.mark.parametrize("content", DEAD)
def test_what_only_looks_so_is_left_alone(content):
    assert find_live({"text/html": content}) == ""


def test_a_figure_of_matplotlib_is_left_alone():
    assert find_live({"image/svg+xml": FIGURE}) == ""
    assert find_live({"image/svg+xml": FIGURE.replace('11.dtd"', '11.dtd" [<!ENTITY x "y">]')}) == "a declaration"


@pytest.mark.parametrize("kind", ["application/javascript", "text/markdown", "text/latex", "application/pdf"])
def test_kinds_that_a_browser_would_interpret_are_refused(kind):
    assert find_live({kind: "1"}) == f"content of the kind {kind}"


def beside_a_page(drawing: str, table: str = "group,value\nja,-3.5\n") -> str:
    """Return a figure whose data and drawing a page has as files."""
    return f'<figure data-csv="{escape(table)}"><img src="data:image/svg+xml,{quote(drawing)}"></figure>'


@pytest.mark.parametrize("drawing", (HERE / "live_drawings.txt").read_text(encoding="utf-8").splitlines())
def test_a_drawing_beside_a_page_is_dead_too(drawing):
    whole = f"<svg xmlns='http://www.w3.org/2000/svg'>{drawing}</svg>"
    assert find_live({"text/html": beside_a_page(whole)})
    # in a picture it is dead: only a file is opened by itself
    assert find_live({"text/html": beside_a_page(whole).replace("data-csv", "title")}) == ""


def test_what_comes_before_a_drawing_is_refused():
    for before in ("<?xml-stylesheet href='https://evil.example/x.css'?>", "<!DOCTYPE svg [<!ENTITY x 'y'>]>"):
        assert find_live({"text/html": beside_a_page(f"{before}<svg/>")}) == "a declaration"
        assert find_live({"image/svg+xml": f"{before}<svg></svg>"}) == "a declaration"


def test_our_own_drawings_and_tables_are_left_alone():
    drawing = "<svg xmlns='http://www.w3.org/2000/svg'><style>*{fill:red}</style><defs><style/></defs></svg>"
    assert find_live({"text/html": beside_a_page(drawing)}) == ""


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|x", "-2+3", '"\t=1"', "a\r=1", "＝1+1", '"\n=1"'])
def test_a_formula_in_a_table_beside_a_page_is_refused(cell):
    assert find_live({"text/html": beside_a_page("<svg/>", f"group,value\n{cell},1\n")})
