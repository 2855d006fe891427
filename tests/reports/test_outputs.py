"""What a page makes of a notebook's outputs: links to its pages, sections, and cells that share their styles."""

import re
import tomllib
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest

from analysis.reports.pages.render import adapt_outputs, draw_plainly
from analysis.reports.pages.site import development_of, lead_to_quarters
from analysis.views.tables import markup

TYPED = tomllib.loads(Path(__file__).with_name("outputs.toml").read_text(encoding="utf-8"))


def showing(*outputs: str) -> nbformat.NotebookNode:
    """Return a notebook whose one cell shows these outputs."""
    shown = [nbformat.v4.new_output("display_data", {"text/html": html, "text/plain": "x"}) for html in outputs]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=shown)])


def test_outputs_of_a_notebook_fit_a_page():
    notebook = showing(TYPED["shown"]["in_notebook"])
    parts = adapt_outputs(notebook, {"maal-1.html"})
    assert parts.sections == [{"place": "a", "title": "Tall &amp; <em>ord</em>"}]
    (rule,) = parts.rules
    name = rule.partition("{")[0].removeprefix(".")
    assert rule == f".{name}{{color:red}}"
    shown = parts.notebook.cells[0].outputs[0].data["text/html"]
    assert shown == TYPED["shown"]["on_page"].replace("RED", name)
    assert notebook.cells[0].outputs[0].data["text/html"] == TYPED["shown"]["in_notebook"]


def test_a_figure_has_its_data_and_picture_beside_the_page():
    html = '<figure lang="en" data-csv="a,b&#10;1,2&#10;"><img alt="x" src="data:image/svg+xml,%3Csvg/%3E"></figure>'
    parts = adapt_outputs(showing(html, html), set(), "maal-1")
    names = [f"figures/maal-1-{number}.{form}" for number in (1, 2) for form in ("csv", "svg")]
    assert list(parts.files) == names
    assert (parts.files[names[0]], parts.files[names[1]]) == ("a,b\n1,2\n", "<svg/>")
    shown = parts.notebook.cells[0].outputs[0].data["text/html"]
    assert re.findall('href="([^"]+)"', shown) == names[:2]
    assert "data-csv" not in shown


@pytest.mark.parametrize(
    ("width", "content", "drawn"),
    [("9pt", "", True), ("9999pt", "", False), ("9pt", "<image href='/etc/logo.png'/>", False), ("9pt", "<g>", False)],
)
def test_a_drawing_of_limited_size_is_beside_the_page_as_png(width, content, drawn):
    svg = quote(f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='9pt'>{content}</svg>")
    html = f'<figure lang="en" data-csv="a"><img src="data:image/svg+xml,{svg}"></figure>'
    assert ("figures/maal-1-1.png" in adapt_outputs(showing(html), set(), "maal-1").files) is drawn
    # where the language is no language, or the picture of another kind, there are no files
    for old, new in (("en", ""), ("en", "../.."), ("svg+xml", "png")):
        assert adapt_outputs(showing(html.replace(old, new, 1)), set(), "maal-1").files == {}


def test_a_picture_beside_a_page_needs_no_variables_and_no_order_of_painting():
    assert draw_plainly(TYPED["drawing"]["on_page"]) == TYPED["drawing"]["beside"]


def test_the_development_is_moved_with_links_and_styles():
    html, rules = development_of(TYPED["development"]["page"], "2024Q1/nb")
    assert rules == ".s00000001{color:red}"
    assert re.findall('href="([^"]*)"', html) == TYPED["development"]["links"]
    assert "bilde" in html and "annet" not in html
    assert development_of("<h2>Neste</h2>", "2024Q1/nb") == ("", "")


@pytest.mark.parametrize(
    ("quarter", "page", "language"),
    [
        ("2023Q1", "indikator-a.html", "nb"),
        ("2024Q1", "indikator-a.html", "en"),
        pytest.param("2023Q1", "indikator-a.html", "en", id="not in this language"),
        pytest.param("2023Q2", "indikator-a.html", "nb", id="no such quarter"),
        pytest.param("2024Q1", "indikator-b.html", "nb", id="no such indicator then"),
    ],
)
def test_a_field_leads_to_a_page_only_where_there_is_one(quarter, page, language):
    pages = {"2024Q1": ["nb/indikator-a.html", "en/indikator-a.html"], "2023Q1": ["nb/indikator-a.html"]}
    field = lead_to_quarters(markup.in_quarter(quarter, page, "uendret"), language, pages)
    links = [f"../../{quarter}/{language}/{page}"] if f"{language}/{page}" in pages.get(quarter, ()) else []
    assert re.findall('href="([^"]*)"', field) == links
