"""Markdown of the experts' texts as paragraphs and runs, for file formats that know neither Markdown nor HTML."""

import re
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt

# what XML 1.0, and so every office format, has no place for; and unseen marks that turn the order of letters round
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its runs as (text, strong), and whether it is an item of a list."""

    runs: tuple[tuple[str, bool], ...]
    bullet: bool = False

    @property
    def text(self) -> str:
        """The paragraph without emphasis."""
        return "".join(text for text, _ in self.runs)


def readable(text: object) -> str:
    """Return a text without the characters that no office file can or should hold."""
    return _FORBIDDEN.sub("", str(text))


def parse(markdown: str) -> list[Paragraph]:
    """Return the paragraphs of a Markdown text; links become their words, HTML stays the text it is.

    Examples
    --------
    >>> parse("**Fet** tekst")
    [Paragraph(runs=(('Fet', True), (' tekst', False)), bullet=False)]
    """
    parsed, lists = [], 0
    # without HTML: what looks like a tag is the text that somebody wrote
    for token in MarkdownIt("commonmark", {"html": False}).parse(readable(markdown)):
        lists += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type not in ("inline", "fence", "code_block"):
            continue
        runs, strong = [], 0
        for child in token.children or [token]:
            strong += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
            text = " " if child.type in ("softbreak", "hardbreak") else child.content
            runs += [(text, strong > 0)] if text else []
        parsed.append(Paragraph(tuple(runs), bullet=lists > 0))
    return parsed


def plain(markdown: str) -> str:
    """Return a Markdown text as lines of plain text, list items marked by a dot."""
    return "\n".join(("• " if each.bullet else "") + each.text for each in parse(markdown))
