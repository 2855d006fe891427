"""What a page makes of the HTML that notebooks put out: its links, its sections, and the styles of its cells."""

import copy
import re
from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import unquote

import nbformat
from bs4 import BeautifulSoup, Tag

from analysis.reports.input_hashes import digest_of
from analysis.reports.live import DRAWING
from analysis.reports.plan import ANALYST_TAG, LANGUAGES
from analysis.text import label
from analysis.views.tables.markup import spaced, tag

_PAGE = re.compile(r"^[a-z0-9-]+\.html")


@dataclass(frozen=True)
class PageParts:
    """A notebook whose outputs fit a page, the page's sections as place and title in HTML, and its cells' styles.

    ``files`` are those beside the page, by name: of every figure its data as CSV and its picture as SVG.
    """

    notebook: nbformat.NotebookNode
    sections: list[dict[str, str]]
    rules: list[str]
    files: dict[str, str]


def parse(html: str) -> BeautifulSoup:
    """Return HTML as a tree in which every attribute is a text."""
    return BeautifulSoup(html, "html.parser", multi_valued_attributes=None)


def adapt_outputs(notebook: nbformat.NotebookNode, pages: Container[str], page: str = "") -> PageParts:
    """Return what an executed notebook shows as parts of a page; the notebook itself is not changed.

    Parameters
    ----------
    notebook
        Its tables name pages in ``data-page``, as there are none beside a notebook. Cells with the tag ``analyst`` are
        left out: they explain how the figures came about to those who open the notebook.
    pages
        File names of the pages that the report has. A link to another one becomes its words.
    page
        Name of this page, with which the names of the files beside it begin.

    Returns
    -------
    PageParts
        Cells of tables name their style instead of repeating it; in a notebook they repeat it, as JupyterLab drops
        style sheets. A quarter of a page of tables was styles.
    """
    # the notebook as it was executed is published beside the page
    notebook, sections, rules, files = copy.deepcopy(notebook), [], {}, {}
    notebook.cells = [cell for cell in notebook.cells if ANALYST_TAG not in cell.metadata.get("tags", [])]
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        data = output.get("data", {})
        if "text/html" not in data:
            continue
        tree = parse(data["text/html"])
        for heading in tree.find_all("h2", id=True):
            sections.append({"place": heading["id"], "title": heading.decode_contents()})
        for link in tree.find_all("a", attrs={"data-page": True}):
            address = link.attrs.pop("data-page")
            if address.partition("#")[0] in pages:
                link["href"] = address
            else:
                _unlink(link)
        for link in tree.find_all("a", href=_PAGE):  # a notebook may link to a page without a table, too
            if link["href"].partition("#")[0] not in pages:
                _unlink(link)
        for figure in tree.find_all("figure", attrs={"data-csv": True, "lang": LANGUAGES}):
            if (drawing := figure.find("img", src=_is_drawing)) is None:
                continue
            name, language = f"figures/{page}-{len(files) // 2 + 1}", figure["lang"]
            files[f"{name}.csv"] = figure.attrs.pop("data-csv")
            files[f"{name}.svg"] = unquote(drawing["src"].removeprefix(DRAWING))
            links = (
                tag("a", label(f"download_figure_{form}", language), href=f"{name}.{form}") for form in ("csv", "svg")
            )
            figure.append(parse(tag("p", spaced(*links), class_="figure-files")))
        for cell in tree.find_all(["td", "th", "tr"], style=True):
            style = cell.attrs.pop("style")
            # named by its text, so that equal pages are equal bytes
            name = rules.setdefault(style, f"s{digest_of(style)[:8]}")
            cell["class"] = f"{cell['class']} {name}" if "class" in cell.attrs else name
        data["text/html"] = str(tree)
    return PageParts(notebook, sections, [f".{name}{{{style}}}" for style, name in sorted(rules.items())], files)


def _is_drawing(address: str | None) -> bool:
    return address is not None and address.startswith(DRAWING)


def _unlink(link: Tag) -> None:
    """Make a link its words; a field of the board stays a field."""
    if "tile" in link.get("class", "").split():
        link.name, link.attrs = "span", {name: link[name] for name in ("class", "style")}
    else:
        link.unwrap()
