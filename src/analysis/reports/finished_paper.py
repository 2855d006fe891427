"""What a finished PDF tells, line by line: read by its tags, as a screen reader does; how it was printed is not known.

Rows of tables, paragraphs, items of lists and alternative texts are lines; headings and captions go with what follows.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_LINES: Final = {"/P", "/LI"}
_HEADINGS: Final = ("/H1", "/H2", "/H3", "/H4", "/Caption")  # each ends those after it
_Texts = dict[tuple[int, int], str]  # by page and mark


def tagged_lines(file: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what stands around each line of a PDF (its headings), and its cells."""
    from pypdf import PdfReader  # needed only where something is withheld

    reader, heads = PdfReader(file), dict[str, str]()
    texts: _Texts = defaultdict(str)
    for page in reader.pages:
        _gather(page, texts)
    for tag, cells in _walk(reader.root_object["/StructTreeRoot"]["/K"], 0, texts):
        if tag in _HEADINGS:
            heads = {each: heads[each] for each in _HEADINGS[: _HEADINGS.index(tag)] if each in heads} | {tag: cells[0]}
        yield " ".join(heads.values()), cells


def _gather(page: Any, texts: _Texts) -> None:
    """Add the text of each mark of a page; what is marked within a mark, such as a ligature, belongs to the outer."""
    number, marks = page.indirect_reference.idnum, [-1]

    def before(operator: bytes, operands: Any, *_: object) -> None:
        if operator in (b"BDC", b"BMC"):
            held = operands[1] if operator == b"BDC" else {}
            marks.append(held.get("/MCID", marks[-1]) if hasattr(held, "get") else marks[-1])
        elif operator == b"EMC":
            marks.pop()

    def told(text: str, *_: object) -> None:
        texts[number, marks[-1]] += text

    page.extract_text(visitor_operand_before=before, visitor_text=told)


def _walk(node: Any, page: int, texts: _Texts) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the tag and the cells of each line at or below a node of the tree of tags."""
    page = _page(node, page)
    kids = _kids(node)
    tag = node.get("/S", "") if hasattr(node, "get") else ""
    if hasattr(node, "get") and node.get("/Alt"):
        yield tag, (_even(str(node["/Alt"])),)
    if tag == "/TR":
        yield tag, tuple(_even(_inside(cell, page, texts)) for cell in kids)
    elif tag in _LINES or tag in _HEADINGS:
        yield tag, (_even(_inside(node, page, texts)),)
    else:
        own = [kid for kid in kids if isinstance(kid, int) or "/MCID" in kid]
        if text := _even(" ".join(_inside(kid, page, texts) for kid in own)):
            yield tag, (text,)
        for kid in kids:
            if kid not in own:
                yield from _walk(kid, page, texts)


def _inside(node: Any, page: int, texts: _Texts) -> str:
    page = _page(node, page)
    if isinstance(node, int):
        return texts.get((page, node), "")
    if "/MCID" in node:
        return texts.get((page, node["/MCID"]), "")
    return " ".join(_inside(kid, page, texts) for kid in _kids(node))


def _page(node: Any, around: int) -> int:
    return node.raw_get("/Pg").idnum if hasattr(node, "raw_get") and "/Pg" in node else around


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", []) if hasattr(node, "get") else node if isinstance(node, list) else []
    return [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]


def _even(text: str) -> str:
    """Return a text on one line, ligatures as letters; a word parted after its hyphen is put together."""
    return " ".join(unicodedata.normalize("NFKC", text.replace("-\n", "-")).split())
