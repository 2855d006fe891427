"""Blocks of pages, their texts and their colours, as tests read them."""

import re
from itertools import zip_longest

import lxml.html


def read(block):
    """Return a block's HTML as a tree."""
    return lxml.html.fromstring(f"<div>{block.html}</div>")


def rows(block):
    """Return the cells of a block's tables as texts, the lines of a cell divided by a slash."""
    page = read(block)
    for line in page.iter("br"):
        line.tail = f" / {line.tail or ''}"
    return [[" ".join(cell.text_content().split()) for cell in row] for row in page.xpath("//tbody/tr")]


def plain(text):
    """Return a text with ordinary blanks, of which several or a new line count as one."""
    return " ".join(text.split())


def contrast(one, other):
    """Return the contrast of two colours, written as #RRGGBB, by WCAG 2.2."""

    def luminance(colour):
        channels = [channel / 255 for channel in bytes.fromhex(colour[1:])]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def needs_no_scrolling(frame):
    """Say whether JupyterLab shows a frame whole: twelve rows, 720 pixels beside the prompts of a window of 900.

    Letters take 7 pixels, bold ones 8, and a cell 12 around them. Words are broken at hyphens and spaces, so that the
    longest part of a column counts.
    """
    rows = [[cell for cell in row if cell.tag in ("th", "td")] for row in lxml.html.fromstring(frame).iter("tr")]
    parts = [
        [(8 if cell.tag == "th" else 7) * max(map(len, re.split("(?<=-)| ", cell.text_content()))) for cell in row]
        for row in rows
    ]
    # from the right: a cell of an index may stand beside several rows
    width = sum(12 + max(column) for column in zip_longest(*map(reversed, parts), fillvalue=0))
    return len(rows) <= 14 and width <= 720  # with its names
