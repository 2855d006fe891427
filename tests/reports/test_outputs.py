"""What a page makes of a notebook's outputs: links to its pages, sections, and cells that share their styles."""

import re
from urllib.parse import quote

import nbformat
import pytest

from analysis.reports.pages.render import adapt_outputs, draw_plainly
from analysis.reports.pages.site import development_of, lead_to_quarters
from analysis.views.tables import markup

HTML = (
    '<h2 id="a">Tall &amp; <em>ord</em></h2><table><tr><td style="color:red">1</td>'
    '<td class="x" style="color:red">2</td></tr></table>'
    '<a class="to" data-page="maal-1.html#b">målet</a> <a data-page="maal-2.html">et <em>annet</em></a>'
    '<a class="tile filled" data-page="maal-3.html" style="color:red">felt</a>'
)


def showing(*outputs: str) -> nbformat.NotebookNode:
    """Return a notebook whose one cell shows these outputs."""
    shown = [nbformat.v4.new_output("display_data", {"text/html": html, "text/plain": "x"}) for html in outputs]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=shown)])


def test_outputs_of_a_notebook_fit_a_page():
    notebook = showing(HTML)
    parts = adapt_outputs(notebook, {"maal-1.html"})
    assert parts.sections == [{"place": "a", "title": "Tall &amp; <em>ord</em>"}]
    (rule,) = parts.rules
    name = rule.partition("{")[0].removeprefix(".")
    assert rule == f".{name}{{color:red}}"
    shown = parts.notebook.cells[0].outputs[0].data["text/html"]
    assert f'<td class="{name}">1</td><td class="x {name}">2</td>' in shown
    assert '<a class="to" href="maal-1.html#b">målet</a> et <em>annet</em>' in shown
    # a field of the board keeps its frame where the page it leads to is not there
    assert shown.endswith('<span class="tile filled" style="color:red">felt</span>')
    assert notebook.cells[0].outputs[0].data["text/html"] == HTML


def test_cells_for_analysts_stay_in_the_notebook_alone():
    shown, explained = nbformat.v4.new_code_cell("1"), nbformat.v4.new_markdown_cell("why")
    explained.metadata.tags = ["analyst", "lang:en"]
    notebook = nbformat.v4.new_notebook(cells=[explained, shown])
    assert [cell.source for cell in adapt_outputs(notebook, set()).notebook.cells] == ["1"]
    assert [cell.source for cell in notebook.cells] == ["why", "1"]


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


def test_a_picture_beside_a_page_needs_no_variables_and_no_order_of_painting():
    svg = (
        "<svg><style>:root{--a:#1F2933;--b:#FFFFFF;}@media(prefers-color-scheme:dark){:root{--a:#E9EDF1;--b:#161C23;}}"
        ".m0{fill:var(--a)}.m1{fill:var(--a);stroke:var(--b);paint-order:stroke}</style>"
        "<path class='m0' d='m1 1h2'/><path d='m3 3h2' class='m1'/><g transform='scale(2)'></g></svg>"
    )
    assert draw_plainly(svg) == (
        "<svg><style>.black{fill:#000000}.m0{fill:#1F2933}.m1{fill:#1F2933;stroke:#FFFFFF;paint-order:stroke}</style>"
        "<path class='m0' d='m1 1h2'/>"
        "<path d='m3 3h2' class='m1'/><path d='m3 3h2' class='m1' style='stroke:none'/>"
        "<g transform='scale(2)' class='black'></g></svg>"
    )


@pytest.mark.parametrize(
    "html",
    [
        '<figure lang="en" data-csv="a"></figure>',
        '<figure data-csv="a"><img src="data:image/svg+xml,%3Csvg/%3E"></figure>',
        '<figure lang="../.." data-csv="a"><img src="data:image/svg+xml,%3Csvg/%3E"></figure>',
        '<figure lang="en" data-csv="a"><img src="data:image/png;base64,AAAA"></figure>',
    ],
)
def test_a_figure_of_another_kind_has_no_files(html):
    assert adapt_outputs(showing(html), set(), "maal-1").files == {}


def test_the_development_is_moved_with_links_and_styles():
    page = """<style>
.s00000001{color:red}
.s00000002{color:blue}
</style>
<h2 id="development-heading">Utvikling</h2><figure>bilde</figure>
<table><td class="s00000001"><a href="indikator-a.html">nå</a> <a href="../../2023Q1/nb/indikator-a.html">da</a>
<a href="https://example.org/">kilde</a></td></table><h2>Neste</h2><p class="s00000002">annet</p>"""
    html, rules = development_of(page, "2024Q1/nb")
    assert rules == ".s00000001{color:red}"
    links = re.findall('href="([^"]*)"', html)
    assert links == ["2024Q1/nb/indikator-a.html", "2023Q1/nb/indikator-a.html", "https://example.org/"]
    assert "bilde" in html and "annet" not in html
    assert development_of("<h2>Neste</h2>", "2024Q1/nb") == ("", "")


QUARTERS = {"2024Q1": ["nb/indikator-a.html", "en/indikator-a.html"], "2023Q1": ["nb/indikator-a.html"]}


@pytest.mark.parametrize(
    ("quarter", "page", "language", "address"),
    [
        ("2023Q1", "indikator-a.html", "nb", "../../2023Q1/nb/indikator-a.html"),
        ("2024Q1", "indikator-a.html", "en", "../../2024Q1/en/indikator-a.html"),
        ("2023Q1", "indikator-a.html", "en", ""),  # not in this language
        ("2023Q2", "indikator-a.html", "nb", ""),  # no such quarter
        ("2024Q1", "indikator-b.html", "nb", ""),  # no such indicator then
    ],
)
def test_a_field_leads_to_a_page_only_where_there_is_one(quarter, page, language, address):
    field = lead_to_quarters(markup.in_quarter(quarter, page, "uendret"), language, QUARTERS)
    assert field.count("href=") == bool(address)
    assert f'href="{address}"' in field or not address
