"""What finished files tell, line by line, as a reader meets it: rows of tables, paragraphs, alternative texts, bars.

Pages, notebooks, documents, slides and the data behind their charts are opened and taken apart with nothing but the
standard library, openpyxl and pypdf; how they were made is not known here.
"""

import io
import json
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree

from analysis.reports.finished_paper import tagged_lines

_BLOCKS: Final = {"p", "li", "tr", "caption", "figcaption", "h1", "h2", "h3", "h4", "div", "dd", "dt"}
_HEADINGS: Final = {"h2", "h3", "h4", "caption"}
_OFFICE: Final = re.compile(r"word/document\.xml|ppt/slides/slide\d+\.xml|ppt/notesSlides/\w+\.xml")
_CHART: Final = re.compile(r"ppt/charts/(chart\w+)\.xml")
_EMBEDDED: Final = re.compile(r'Target="\.\./(embeddings/[^"]+\.xlsx)"')
_NEAR: Final = 2  # paragraphs before a row that say what it is about


class Line(NamedTuple):
    """One line: the file it stands in, what stands around it (headings, captions, places linked to), and its cells."""

    file: str
    around: str
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """All its cells, in order."""
        return " | ".join(self.cells)


def lines_of(folder: Path, pattern: str = "*") -> Iterator[Line]:
    """Yield every line of the pages, notebooks, documents, slides and paper in `folder` whose names are like that."""
    for file in sorted(file for file in folder.rglob(pattern) if file.is_file()):
        name = file.relative_to(folder).as_posix()
        if file.suffix == ".html":
            yield from _of_page(name, file.read_text(encoding="utf-8"))
        elif file.suffix == ".ipynb":
            yield from _of_notebook(name, json.loads(file.read_text(encoding="utf-8")))
        elif file.suffix in (".docx", ".pptx"):
            with zipfile.ZipFile(file) as archive:
                yield from _of_office(name, archive)
        elif file.suffix == ".pdf":
            yield from (Line(name, around, cells) for around, cells in tagged_lines(file))


class _Reader(HTMLParser):
    """Reads a page into lines; a heading or caption goes with all that follows it, until the next."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.lines = name, list[Line]()
        self.heads = dict[str, str]()
        self.cells, self.places, self.in_row = [""], list[str](), False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.begin_or_end(tag)
        self.in_row |= tag == "tr"
        if tag in ("td", "th"):
            self.cells.append("")
        given = dict(attrs)
        self.places += [f"#{(given.get(key) or '').rpartition('#')[2]}" for key in ("id", "href") if given.get(key)]
        if given.get("alt"):
            self.lines.append(Line(self.name, self.around(), (_even(given["alt"] or ""),)))

    def handle_data(self, data: str) -> None:
        self.cells[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS:
            self.heads[tag] = _even(" ".join(self.cells))
            for lower in ("h3", "h4", "caption"):
                if tag < lower and tag != "caption":
                    self.heads.pop(lower, None)
        self.in_row &= tag != "tr"
        self.begin_or_end(tag)

    def begin_or_end(self, tag: str) -> None:
        if self.in_row and tag != "tr":
            self.cells[-1] += " " if tag in _BLOCKS else ""  # paragraphs of a cell stay in the row they stand in
        elif tag in _BLOCKS:
            self.flush()

    def around(self) -> str:
        return " ".join([*self.heads.values(), *self.places])

    def flush(self) -> None:
        cells = tuple(filter(None, map(_even, self.cells)))
        if cells:
            self.lines.append(Line(self.name, self.around(), cells))
        self.cells, self.places = [""], []


def _even(text: str) -> str:
    return " ".join(text.split())


def _of_page(name: str, html: str) -> list[Line]:
    reader = _Reader(name)
    reader.feed(html)
    reader.flush()
    return reader.lines


def _of_notebook(name: str, notebook: dict) -> Iterator[Line]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            for form, data in (output.get("data") or {"text/plain": output.get("text", "")}).items():
                told = "".join(data) if isinstance(data, str | list) else ""
                if form == "text/html":
                    yield from _of_page(name, told)
                elif form.startswith("text/"):
                    yield from (Line(name, "", (_even(line),)) for line in told.splitlines() if line.strip())


def _of_office(name: str, archive: zipfile.ZipFile) -> Iterator[Line]:
    for entry in archive.namelist():
        if _OFFICE.fullmatch(entry):
            yield from _of_markup(name, ElementTree.fromstring(archive.read(entry)))
        elif found := _CHART.fullmatch(entry):
            yield from _of_chart(name, archive, found[1])


def _of_markup(name: str, root: ElementTree.Element) -> Iterator[Line]:
    """Yield rows of tables and other paragraphs, each with the paragraphs just before it, and alternative texts."""
    near: deque[str] = deque(maxlen=_NEAR)
    inside = {paragraph for row in root.iter() if _is(row, "tr") for paragraph in row.iter() if _is(paragraph, "p")}
    for element in root.iter():
        if element.get("descr"):
            yield Line(name, " ".join(near), (_even(element.get("descr", "")),))
        if _is(element, "tr"):
            cells = tuple(_text(cell) for cell in element if _is(cell, "tc"))
            yield Line(name, " ".join(near), cells)
        elif _is(element, "p") and element not in inside and (told := _text(element)):
            yield Line(name, " ".join(near), (told,))
            near.append(told)


def _of_chart(name: str, archive: zipfile.ZipFile, chart: str) -> Iterator[Line]:
    """Yield each bar of a chart, as drawn and as it stands in the workbook behind it."""
    root = ElementTree.fromstring(archive.read(f"ppt/charts/{chart}.xml"))
    title = _even(" ".join(_text(element) for element in root.iter() if _is(element, "title")))
    for series in (element for element in root.iter() if _is(element, "ser")):
        parts = {part: [_text(point) for point in _under(series, part)] for part in ("tx", "cat", "val")}
        around = " ".join([title, *parts["tx"]])
        for category, value in zip(parts["cat"], parts["val"], strict=False):
            yield Line(name, around, (category, value))
    links = f"ppt/charts/_rels/{chart}.xml.rels"
    if links in archive.namelist() and (found := _EMBEDDED.search(archive.read(links).decode())):
        from openpyxl import load_workbook  # large, and needed only where something is withheld

        for sheet in load_workbook(io.BytesIO(archive.read(f"ppt/{found[1]}")), read_only=True):
            rows = [tuple(str(cell) for cell in row if cell is not None) for row in sheet.iter_rows(values_only=True)]
            yield from (Line(name, " ".join([title, *rows[0]]), row) for row in rows[1:])


def _under(series: ElementTree.Element, part: str) -> Iterator[ElementTree.Element]:
    return (point for held in series if _is(held, part) for point in held.iter() if _is(point, "pt"))


def _is(element: ElementTree.Element, name: str) -> bool:
    return str(element.tag).rpartition("}")[2] == name


def _text(element: ElementTree.Element) -> str:
    return _even("".join(part.text or "" for part in element.iter() if _is(part, "t") or _is(part, "v")))
