"""Blocks of pages as tests read them."""

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
