"""Markdown of the experts' texts as paragraphs and runs, for files that know neither Markdown nor HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd
from markdown_it import MarkdownIt
from markdown_it.token import Token

# what XML 1.0, and so every office format, has no place for; and marks unseen that turn the order of letters round
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its runs as (text, strong), and whether it is an item of a list."""

    runs: tuple[tuple[str, bool], ...]
    bullet: bool = False

    @property
    def text(self) -> str:
        """Return the paragraph without emphasis."""
        return "".join(text for text, _ in self.runs)


def readable(text: object) -> str:
    """Return a text without the characters that no office file can or should hold."""
    return _FORBIDDEN.sub("", str(text))


def paragraphs(markdown: str) -> list[Paragraph]:
    """Return the paragraphs of a Markdown text; links become their words, HTML stays the text it is."""
    found, lists = [], 0
    for token in MarkdownIt("commonmark", {"html": False}).parse(readable(markdown)):
        lists += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type in ("inline", "fence", "code_block"):
            found.append(Paragraph(tuple(_runs(token)), bullet=lists > 0))
    return found


def plain(markdown: str) -> str:
    """Return a Markdown text as lines of plain text, list items marked by a dot."""
    return "\n".join(("• " if p.bullet else "") + p.text for p in paragraphs(markdown))


def _runs(token: Token) -> Iterator[tuple[str, bool]]:
    strong = 0
    for child in token.children or [token]:
        strong += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
        text = " " if child.type in ("softbreak", "hardbreak") else child.content
        if text:
            yield text, strong > 0


def written(prose: pd.DataFrame, item: str, key: str = "comment") -> str:
    """Return what was written for an item under a key, as Markdown; empty where nothing was."""
    return prose.at[(item, key), "text"] if (item, key) in prose.index else ""


def keys(prose: pd.DataFrame, item: str, start: str) -> list[str]:
    """Return the keys of an item that start so (``theme-1``, ``theme-2`` …), in the order written."""
    return [key for owner, key in prose.index if owner == item and key.startswith(start)]
