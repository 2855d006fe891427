"""Blocks of pages, their texts and their colours, as tests read them."""

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
