"""Outputs that would do more than be read: scripts, event handlers, addresses that load. No page or notebook has them.

A page's own policy blocks scripts and other sites, but the notebook beside it has none. HTML is read as a browser does;
what browsers and this parser read differently is refused as well, so that nothing is hidden in the difference.
"""

import csv
import html
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import unquote
from xml.etree import ElementTree

from analysis.core.spreadsheets import guard_formula

DRAWING: Final = "data:image/svg+xml,"  # the address of what a page has as a file of its own

# text, pictures, and the place of a control, which is nothing without its state
_DEAD: Final = ("text/plain", "image/png", "image/jpeg", "image/gif", "application/vnd.jupyter.widget-view+json")
_MARKUP: Final = ("text/html", "image/svg+xml")
_ELEMENTS: Final = re.compile(
    # run, load, or send
    r"script|i?frame|frameset|object|embed|applet|base|meta|link|form|portal|handler|listener"
    # change an address later
    r"|animate|animatemotion|animatetransform|set"
    # hold what one parser takes for text and another for elements
    r"|noscript|template|textarea|xmp|noembed|noframes|plaintext|listing|math|foreignobject|annotation-xml"
)
_LOADING: Final = re.compile(
    r"src|srcset|imagesrcset|attributionsrc|poster|background|data|action|formaction|ping|srcdoc|href"
)
_STYLING: Final = re.compile(r"style|fill|stroke|filter|mask|clip-path|cursor|marker(-start|-mid|-end)?")
_INERT: Final = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp|svg\+xml)[;,])", re.IGNORECASE)
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):")
_FOLLOWED: Final = ("http", "https", "mailto")  # where a reader may follow a link
_UNSEEN: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]")
_CSS_ESCAPE: Final = re.compile(r"\\(?:([0-9a-f]{1,6})(?:\r\n|\s)?|(.))", re.IGNORECASE | re.DOTALL)
_CSS: Final = re.compile(
    r"(?:url|src)\(\s*[\"']?(?!\s*(?:#|data:image/))|@import|image-set\(|expression\(|-moz-binding|behavior\s*:|<",
    re.IGNORECASE,
)
_COMMENT: Final = re.compile(r"<!--(?!-?>)(?:(?!--!?>).)*-->", re.DOTALL)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|inf)")
_PROLOGUE: Final = re.compile(r"\s*(?:<\?xml\s[^<>?]*\?>)?\s*(?:<!DOCTYPE svg\b[^<>\[]*>)?", re.IGNORECASE)


def find_live(data: Mapping[str, Any]) -> str:
    """Return what of an output, by its kinds of content, would run or load something; empty where nothing would.

    Parameters
    ----------
    data : mapping
        Of a notebook's output: content by kind, as ``text/html``.

    Returns
    -------
    str
        The first such thing, in words.

    """
    for kind, content in data.items():
        if kind in _MARKUP:
            if live := next(_live_parts(content, kind), ""):
                return live
        elif kind not in _DEAD:
            return f"content of the kind {kind}"
    return ""


def _live_parts(content: str, kind: str) -> Iterator[str]:
    rest = _COMMENT.sub("", _PROLOGUE.sub("", content, count=1) if kind != "text/html" else content)
    if "<!" in rest or "<?" in rest:
        yield "a declaration"
    parser = _Parser(convert_charrefs=True)
    parser.feed(f"{content}<wbr>")  # in a page, other elements follow
    if parser.rawdata or parser.cdata_elem or parser.last != "wbr":
        yield "an unfinished element"
    yield from parser.live


def _live_file(address: str) -> Iterator[str]:
    """Yield what is live in a drawing that becomes a file: opened by itself it is XML, and no page's policy holds."""
    text = unquote(address.removeprefix(DRAWING))
    if "<!" in text or "<?" in text:
        yield "a declaration"
        return
    try:
        elements = list(ElementTree.fromstring(text).iter())
    except ElementTree.ParseError:
        yield "a drawing that is no SVG"
        return
    for element in elements:
        name = element.tag.rpartition("}")[2].lower()
        if _ELEMENTS.fullmatch(name) or (name == "style" and _is_live_css("".join(element.itertext()))):
            yield f"<{name}> in a drawing"
        for attribute, value in element.items():
            if _is_live(name, attribute.rpartition("}")[2].lower(), value):
                yield f"<{name} {attribute}> in a drawing"


def _has_formula(table: str) -> bool:
    try:
        cells = [cell for row in csv.reader(re.split("[\r\n]+", table)) for cell in row]
    except csv.Error:  # who knows what a spreadsheet makes of it
        return True
    return any(guard_formula(cell) != cell and not _NUMBER.fullmatch(cell) for cell in cells)


class _Parser(HTMLParser):
    """Notes in `live` what would run or load something."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.live: list[str] = []
        self._open: list[str] = []
        self._styles = self.last = ""
        self._has_files = False

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element that ends at once; browsers do not end a style sheet so."""
        super().handle_startendtag(tag, attrs)
        if tag == "style":
            self.live.append("<style/>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element and its attributes."""
        self.last, name = tag, tag.rpartition(":")[2]
        if _ELEMENTS.fullmatch(name) or (name == "title" and "svg" not in self._open):
            self.live.append(f"<{tag}>")
        if name in ("svg", "style"):
            self._open.append(name)
        for attribute, value in attrs:
            if _is_live(name, attribute.rpartition(":")[2], value or ""):
                self.live.append(f"<{tag} {attribute}>")
            if attribute == "data-csv":
                self._has_files = True
                self.live += [f"a formula in <{tag} {attribute}>"] * _has_formula(value or "")
            if self._has_files and attribute == "src" and (value or "").startswith(DRAWING):
                self.live += _live_file(value)

    def handle_endtag(self, tag: str) -> None:
        """Leave an SVG or a style sheet."""
        if tag in self._open:
            self._open.remove(tag)
        # within SVG a browser decodes references in style sheets, elsewhere it does not
        if tag == "style" and any(map(_is_live_css, (self._styles, html.unescape(self._styles)))):
            self.live.append("<style>")

    def handle_data(self, data: str) -> None:
        """Gather what style sheets hold."""
        if "style" in self._open:
            self._styles += data


def _is_live(element: str, attribute: str, value: str) -> bool:
    if attribute.startswith("on"):
        return True
    if _STYLING.fullmatch(attribute):
        return _is_live_css(value)
    if attribute == "href" and element in ("a", "area"):
        scheme = _SCHEME.match(_UNSEEN.sub("", value).lower())
        return scheme is not None and scheme[1] not in _FOLLOWED
    # a drawing in an address is a picture everywhere but in <use>, where older browsers take its elements over
    inert = value.lstrip().startswith("#") if element == "use" else _INERT.match(value)
    return _LOADING.fullmatch(attribute) is not None and not inert


def _is_live_css(text: str) -> bool:
    def character(escape: re.Match[str]) -> str:
        return chr(min(int(escape[1], 16), 0x10FFFF)) if escape[1] else escape[2]

    return _CSS.search(_CSS_ESCAPE.sub(character, text)) is not None
