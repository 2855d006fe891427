"""What must not be published: outputs that are live, and traces of this machine, of persons, or of secrets.

No page or notebook has scripts, event handlers or addresses that load. A page's own policy blocks scripts and other
sites, but the notebook beside it has none. HTML is read as a browser does; what browsers and this parser read
differently is refused as well, so that nothing is hidden in the difference.

Finished files are searched before they are published. Each is opened as a reader would: archives, workbooks, slides and
documents down to the texts inside them, also where markup divides a text. A leak is named by file and kind; the value
itself is never repeated.
"""

import csv
import getpass
import html
import io
import json
import re
import socket
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote
from xml.etree import ElementTree

import analysis
from analysis.core.spreadsheets import guard_formula
from analysis.intake.forbidden_text import private_kinds
from analysis.text import read_table

_PACKED: Final = (".zip", ".xlsx", ".docx", ".pptx")
_MARKED: Final = (".html", ".xml", ".rels", ".ipynb", ".svg")
_UNREADABLE: Final = (".png", ".pdf")  # pictures; and paper, printed from pages that are read here themselves
_TAG: Final = re.compile(r"<[^<>]*>")
# what parts texts from each other instead of dividing one: of pages, documents (w:), slides (a:) and sheets (c, si)
_BLOCK: Final = re.compile(r"</?(?:td|th|tr|p|div|li|h[1-6]|br|caption|w:p|w:tc|w:br|a:p|a:tc|a:br|c|si)\b[^<>]*>")
_SECRET_NAME: Final = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|KEY", re.IGNORECASE)
PASSWORD: Final = re.compile(r"://[^/\s:@]+:[^/\s:@]+@")  # in an address
_LEAST_SECRET: Final = 12  # characters: a shorter value may be in any text
_WORDS_OR_PLACE: Final = re.compile(
    r"[^\W\d_]+(?:[ ._-][^\W\d_]+)*|(?:[~.]{0,2}/|[A-Za-z]:\\|file:|https?://(?!.*@)).*", re.DOTALL
)
_COMMON: Final = {"root", "user", "users", "admin", "analyst", "runner", "jupyter", "debian", "ubuntu", "localhost"}
_LEAST: Final = 4  # letters of a name: a shorter one is part of ordinary words
_SOURCES: Final = frozenset((".py", ".toml", ".css", ".js", ".html", ".j2", ".ipynb", ".csv", ".md"))

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


def own_names(root: Path) -> tuple[str, ...]:
    """Return the names of this machine and its user that no file may hold.

    A report consists of words of its code, its notebooks and its raw material. A name that is such a word (``helse``,
    ``ehelse-status``) tells nothing when it is found in a page, whoever made it; any other, a person's or a host's,
    can only come from the machine. Names that many machines share, and those of fewer than four letters,
    are left out too. Home folders are searched for as folders, by `find_leaks`, whatever their user is called.

    Parameters
    ----------
    root : Path
        The project.

    Returns
    -------
    tuple of str

    """
    host = socket.gethostname()
    names = {host, host.partition(".")[0]}
    with suppress(KeyError, OSError):  # a user without a name
        names.add(getpass.getuser())
    # months come from a library that writes dates
    months = {month for names_of_months in read_table("numbers.lists")["months"].values() for month in names_of_months}
    shared = _COMMON | {month.lower() for month in months}
    private = [name for name in names if len(name) >= _LEAST and name.lower() not in shared]
    for folder in (Path(analysis.__file__).parent, root / "notebooks", root / "data" / "raw"):
        for file in folder.rglob("*"):
            if private and file.suffix in _SOURCES and file.is_file():
                text = file.read_text(encoding="utf-8", errors="replace")
                private = [name for name in private if not _as_words([name]).search(text)]
    return tuple(sorted(private))


def _as_words(names: Iterable[str]) -> re.Pattern[str]:
    """Return what finds names as words of their own: within a longer word or a slug it is another name."""
    either = "|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names)
    return re.compile(either or r"(?!)", re.IGNORECASE)


def own_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the values of an environment that are secret, with the names of their variables.

    Those are values of 12 characters and more of a variable whose name holds token, secret, password or key, other than
    words, paths and addresses (``KEYMAP=no`` and ``SSH_KEY=~/.ssh/id`` are no secrets); and addresses with a password.
    """
    lines = {name: max(value.splitlines(), key=len, default="") for name, value in environment.items()}
    return {
        written: name
        for name, value in lines.items()
        if (_SECRET_NAME.search(name) or PASSWORD.search(value)) and len(value) >= _LEAST_SECRET
        # one in 64 keys in base64 begins with a slash, too, but no folder of this machine has the name that follows
        if not _WORDS_OR_PLACE.fullmatch(value) or (value[0] == "/" and not Path("/", *value.split("/")[1:2]).exists())
        # as it is, as a notebook writes it, and as JSON of ASCII does
        for written in (value, json.dumps(value, ensure_ascii=False)[1:-1], json.dumps(value)[1:-1])
    }


def find_leaks(
    folder: Path, private: Iterable[str] = (), names: Iterable[str] = (), secrets: Mapping[str, str] | None = None
) -> list[str]:
    """Return where a finished file holds what must not be published.

    Parameters
    ----------
    folder
        The report, not yet published.
    private
        Texts such as folders of this machine, searched for anywhere.
    names
        Names of this machine and its user, searched for as words of their own.
    secrets
        Secret values, searched for anywhere, with what each is called.

    Returns
    -------
    list of str
        ``file: kind``, in the order of files; the place within an archive is part of the file. Without an entry, all is
        well.
    """
    private = tuple(private)
    words = _as_words(names)
    leaks: dict[str, None] = {}
    for file in sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()):
        for name, text in _texts(file.relative_to(folder).as_posix(), file.read_bytes()):
            own = (called for value, called in (secrets or {}).items() if value in text)
            kinds = [f"the value of {called} in the environment" for called in own]
            kinds += ["a folder of this machine"] * any(place in text for place in private)
            kinds += ["the name of this machine or its user"] * bool(words.search(text))
            leaks |= dict.fromkeys(f"{name}: {kind}" for kind in (*kinds, *private_kinds(text)))
    return list(leaks)


def _texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file with their place: as written, and where markup may divide them, without it."""
    suffix = Path(name).suffix
    if suffix in _PACKED:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.namelist():
                yield from _texts(f"{name} > {entry}", archive.read(entry))
        return
    if suffix in _UNREADABLE:
        return
    text = content.decode("utf-8", errors="replace")
    yield name, text
    if suffix in _MARKED:
        yield name, html.unescape(_TAG.sub("", _BLOCK.sub("\n", text)))


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
        if kind in _DEAD:
            continue
        if kind not in _MARKUP:
            return f"content of the kind {kind}"
        rest = _COMMENT.sub("", _PROLOGUE.sub("", content, count=1) if kind != "text/html" else content)
        if "<!" in rest or "<?" in rest:
            return "a declaration"
        parser = _Parser(convert_charrefs=True)
        parser.feed(f"{content}<wbr>")  # in a page, other elements follow
        if parser.rawdata or parser.cdata_elem or parser.last != "wbr":
            return "an unfinished element"
        if parser.live:
            return parser.live[0]
    return ""


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


@lru_cache(maxsize=2000)  # the cells of all tables have a few styles
def _is_live_css(text: str) -> bool:
    def character(escape: re.Match[str]) -> str:
        return chr(min(int(escape[1], 16), 0x10FFFF)) if escape[1] else escape[2]

    return _CSS.search(_CSS_ESCAPE.sub(character, text)) is not None
