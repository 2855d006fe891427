"""The parts of a slide: lines of text, native tables and native charts, each in the report's look.

Text is measured before it is placed, so that nothing runs off a slide: Arial was drawn to the widths of Helvetica,
whose metrics Adobe publishes and matplotlib ships. Lengths are inches, sizes points. What python-pptx has no word for
(borders, languages, alternative texts, error bars) is written into the file's XML here.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from fontTools.afmLib import AFM
from fontTools.agl import toUnicode
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.table import _Cell
from pptx.text.text import TextFrame
from pptx.util import Inches, Pt

from analysis.exports.content import Bars, readable
from analysis.exports.look import ACCENT, EDGE, FONT, FRAME, HAIRLINE, INK, LANGUAGE_TAG, QUIET, TINT

Place = tuple[float, float, float, float]  # left, top, width and height in inches
EARLIER: Final = "56779A"  # bars before the latest
_SIDE, _ABOVE = 0.08, 0.04  # inside a table's cell
_NO_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's own name for a table without a style
_EMU: Final = 12_700  # in a point
_BULLET: Final = 12  # points that an item of a list is set in by
LEADING: Final = 1.17  # line height against size: Arial's own 1.15 and what programs round up
_SLACK: Final = 1.03  # programs break lines a little earlier than the widths say
_UNKNOWN: Final = 1000  # arrows and the symbols of colours, which Helvetica has not: none is wider in Arial


@dataclass(frozen=True)
class Line:
    """A paragraph of a text: its words, size in points, weight, colour, and whether it is an item of a list."""

    text: str
    size: float = 11.0
    bold: bool = False
    ink: str = INK
    bullet: bool = False
    runs: tuple[tuple[str, bool], ...] = ()
    before: float = 0.0


@dataclass(frozen=True)
class TableCell:
    """A cell: its lines, and the look (`analysis.exports.look`) whose fill and edge it has, if any."""

    lines: tuple[Line, ...]
    look: str = ""

    def sized(self, size: float) -> "TableCell":
        """Return the cell with its text in another size; smaller lines stay as much smaller."""
        largest = max(line.size for line in self.lines)
        return replace(self, lines=tuple(replace(line, size=line.size - largest + size) for line in self.lines))


@dataclass(frozen=True)
class TableData:
    """A table: heads, rows of cells, widths of the columns in inches, and what it shows in words."""

    heads: Sequence[str]
    rows: Sequence[Sequence[TableCell]]
    widths: Sequence[float]
    alt: str = ""
    head_size: float = 11.0

    def sized(self, size: float) -> "TableData":
        """Return the table with its text in another size."""
        return replace(self, rows=[[cell.sized(size) for cell in row] for row in self.rows])

    @property
    def all_rows(self) -> Sequence[Sequence[TableCell]]:
        """The head as cells, white and bold, and the rows below it."""
        return [[TableCell((Line(text, self.head_size, True, "FFFFFF"),)) for text in self.heads], *self.rows]

    def heights(self) -> list[float]:
        """Return the height each row needs, its head's first, in inches."""
        return [
            max(lines_height(cell.lines, width - 2 * _SIDE) for cell, width in zip(row, self.widths, strict=True))
            + 2 * _ABOVE
            for row in self.all_rows
        ]


# --- how much space a text takes -------------------------------------------


@cache
def _widths(bold: bool) -> dict[str, float]:
    """Return the width of every letter that Helvetica has, in thousandths of the size."""
    font = AFM(Path(mpl.get_data_path(), "fonts", "afm", "phvb8a.afm" if bold else "phvr8a.afm"))
    widths = {toUnicode(name): width for name in font.chars() for _, width, _ in [font[name]]}
    return widths | {"\u00a0": widths[" "]}


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a line of text in points, at a size in points.

    Examples
    --------
    >>> round(text_width("Status", 10), 2)
    28.35
    """
    widths = _widths(bold)
    return sum(widths.get(letter, _UNKNOWN) for letter in text) / 1000 * size


def count_lines(text: str, size: float, column: float, bold: bool = False) -> int:
    """Return how many lines a text breaks into in a column of so many points.

    A word wider than the column breaks within itself.
    """
    count, space = 0, text_width(" ", size, bold)
    for paragraph in text.split("\n"):
        count, used = count + 1, 0.0
        for word in paragraph.split(" "):
            need = text_width(word, size, bold) * _SLACK
            if used and used + space + need > column:
                count, used = count + 1, 0.0
            if need > column:
                count, need = count + math.ceil(need / column) - 1, need % column
            used += need + (space if used else 0.0)
    return count


def lines_height(lines: Sequence[Line], column: float) -> float:
    """Return the height in inches of lines in a column of so many inches."""
    tall = sum(line.before for line in lines)
    for line in lines:
        across = column * 72 - (_BULLET if line.bullet else 0)
        tall += count_lines(line.text, line.size, across, line.bold) * line.size * LEADING
    return tall / 72


# --- text -----------------------------------------------------------------


def write(frame: TextFrame, lines: Iterable[Line], language: str) -> None:
    """Write lines into a text frame, in a language that screen readers and spelling checkers can read off it."""
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_before = Pt(line.before)
        if line.bullet:
            properties, indent = paragraph._p.get_or_add_pPr(), int(line.size * 0.9 * _EMU)
            properties.set("marL", str(indent))
            properties.set("indent", str(-indent))
            etree.SubElement(properties, qn("a:buChar")).set("char", "•")
        for text, strong in line.runs or ((line.text, False),):
            run = paragraph.add_run()
            run.text = readable(text).replace("\n", "\v")  # a break within the paragraph
            run.font.size, run.font.bold = Pt(line.size), line.bold or strong
            run.font.color.rgb = RGBColor.from_string(line.ink)
            run._r.get_or_add_rPr().set("lang", LANGUAGE_TAG[language])


def box(slide: Slide, place: Place, lines: Iterable[Line], language: str) -> Any:
    """Put a text on a slide; return the shape."""
    shape = slide.shapes.add_textbox(*(Inches(length) for length in place))
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    write(frame, lines, language)
    return shape


def panel(slide: Slide, place: Place, lines: Iterable[Line], look: str, language: str) -> None:
    """Put a text on a field of a look's fill, with its edge at the left."""
    left, top, width, height = place
    rectangle(slide, place, TINT[look])
    rectangle(slide, (left, top, 0.07, height), EDGE[look])
    box(slide, (left + 0.2, top + 0.1, width - 0.3, height - 0.2), lines, language)


def rectangle(slide: Slide, place: Place, fill: str) -> None:
    """Put a plain field of one colour on a slide, without line or shadow, which screen readers pass by."""
    shape = slide.shapes.add_shape(1, *(Inches(length) for length in place))
    shape._element.remove(shape._element.find(qn("p:style")))  # which brings a shadow
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(fill)
    shape.line.fill.background()
    # a mark of PowerPoint's for shapes that say nothing; without it a screen reader reads "rectangle"
    space = "http://schemas.microsoft.com/office/drawing/2017/decorative"
    extensions = etree.SubElement(shape._element.xpath(".//p:cNvPr")[0], qn("a:extLst"))
    extension = etree.SubElement(extensions, qn("a:ext"), uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}")
    etree.SubElement(extension, f"{{{space}}}decorative", nsmap={"adec": space}).set("val", "1")


def describe(shape: Any, text: str) -> None:
    """Give a shape its alternative text."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", readable(text))


# --- tables ---------------------------------------------------------------


def table(slide: Slide, left: float, top: float, data: TableData, language: str) -> None:
    """Put a native table on a slide; its rows are as high as their text needs."""
    heights = data.heights()
    place = (Inches(left), Inches(top), Inches(sum(data.widths)), Inches(sum(heights)))
    frame = slide.shapes.add_table(len(data.rows) + 1, len(data.heads), *place)
    describe(frame, data.alt)
    frame.table._tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
    frame.table.horz_banding = False
    for column, width in zip(frame.table.columns, data.widths, strict=True):
        column.width = Inches(width)
    for number, (row, height) in enumerate(zip(frame.table.rows, heights, strict=True)):
        row.height = Inches(height)
        for cell, content in zip(row.cells, data.all_rows[number], strict=True):
            cell.margin_left = cell.margin_right = Inches(_SIDE)
            cell.margin_top = cell.margin_bottom = Inches(_ABOVE)
            cell.vertical_anchor = MSO_ANCHOR.TOP
            write(cell.text_frame, content.lines, language)
            edge = FRAME.get(content.look, "")
            painted = TINT.get(content.look, ""), EDGE.get(content.look, edge), edge or HAIRLINE
            _paint(cell, *(painted if number else (ACCENT, "", ACCENT)), around=bool(edge))


def _paint(cell: _Cell, fill: str, edge: str, below: str, around: bool = False) -> None:
    """Give a cell its fill, a thick left edge and a thin line below, or an edge all around.

    The order of the elements is the format's.
    """
    properties = cell._tc.get_or_add_tcPr()
    sides = [("L", edge, 4.5), ("B", below, 0.75)]
    for side, colour, points in [(side, edge, 2.25) for side in "LRTB"] if around else sides:
        # a line without a colour would take away the one that the neighbouring cell has drawn there
        if colour:
            _solid(etree.SubElement(properties, qn(f"a:ln{side}"), w=str(int(points * _EMU))), colour)
    _solid(properties, fill)


def _solid(parent: Any, colour: str) -> None:
    """Fill with a colour; "" is none at all."""
    if colour:
        etree.SubElement(etree.SubElement(parent, qn("a:solidFill")), qn("a:srgbClr")).set("val", colour)
    else:
        etree.SubElement(parent, qn("a:noFill"))


# --- charts ---------------------------------------------------------------


def chart(slide: Slide, place: Place, data: Bars) -> None:
    """Put a native chart on a slide, whose numbers can be edited there."""
    numbers = CategoryChartData(number_format="General")
    numbers.categories = [readable(category) for category in data.categories]
    numbers.add_series(readable(data.unit), [float(value) for value in data.values])
    lengths = (Inches(length) for length in place)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *lengths, numbers)
    describe(frame, data.alt)
    drawn = frame.chart
    drawn.has_legend = drawn.has_title = False  # a text above has the title, for it can wrap
    drawn.font.size, drawn.font.name = Pt(10), FONT
    drawn.font.color.rgb = RGBColor.from_string(INK)
    values, halves = np.array(data.values, dtype=float), np.array(data.halves, dtype=float)
    value, category = drawn.value_axis, drawn.category_axis
    exact = bool(np.isnan(halves).all())
    above = 1.35 if exact else 1.1  # the values stand above bars that carry no interval
    value.minimum_scale = min(0.0, float(values.min()))
    value.maximum_scale = float((values + np.nan_to_num(halves)).max()) * above or 1.0
    value.has_major_gridlines, value.visible = False, False
    category.tick_label_position, category.major_tick_mark = XL_TICK_LABEL_POSITION.LOW, XL_TICK_MARK.NONE
    category.format.line.color.rgb = RGBColor.from_string(QUIET)
    category.tick_labels.font.size = Pt(10)
    plot = drawn.plots[0]
    plot.gap_width, plot.has_data_labels = 55, True
    for number in range(len(values)):
        fill = plot.series[0].points[number].format.fill
        fill.solid()
        fill.fore_color.rgb = RGBColor.from_string(ACCENT if data.alike or number == len(values) - 1 else EARLIER)
    labels = plot.data_labels
    # as many decimals as any value needs, in every label: "28." stands where a format leaves them open
    decimals = next((places for places in (0, 1) if np.allclose(values, values.round(places), atol=1e-9)), 2)
    labels.number_format = f"#,##0.{decimals * '0'}".rstrip(".")
    labels.number_format_is_linked = False
    # where an interval is drawn, a label above the bar would lie across its line
    labels.position = XL_LABEL_POSITION.OUTSIDE_END if exact else XL_LABEL_POSITION.INSIDE_BASE
    labels.font.size, labels.font.bold = Pt(11), True
    labels.font.color.rgb = RGBColor.from_string(INK if exact else "FFFFFF")
    if not exact:
        _add_error_bars(plot.series[0]._element, halves)


def _add_error_bars(series: Any, halves: np.ndarray) -> None:
    """Draw each value's 95 % interval as a line over its bar."""
    bars = etree.Element(qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", value)
    for name in ("plus", "minus"):
        numbers = etree.SubElement(etree.SubElement(bars, qn(f"c:{name}")), qn("c:numLit"))
        etree.SubElement(numbers, qn("c:formatCode")).text = "General"
        etree.SubElement(numbers, qn("c:ptCount")).set("val", str(len(halves)))
        for number in np.flatnonzero(~np.isnan(halves)):
            point = etree.SubElement(numbers, qn("c:pt"), idx=str(number))
            etree.SubElement(point, qn("c:v")).text = repr(round(float(halves[number]), 4))
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"), w=str(int(1.5 * _EMU)))
    _solid(line, INK)
    series.find(qn("c:cat")).addprevious(bars)  # the format wants them before the categories


def footer(slide: Slide, text: str, place: Place, language: str) -> None:
    """Put a quiet line at the left of a place, and the slide's number at its right."""
    left, top, width, height = place
    box(slide, (left, top, width - 0.8, height), [Line(text, 9.0, ink=QUIET)], language)
    shape = box(slide, (left + width - 0.8, top, 0.8, height), [], language)
    paragraph = shape.text_frame.paragraphs[0]._p
    paragraph.get_or_add_pPr().set("algn", "r")
    number = etree.SubElement(paragraph, qn("a:fld"), id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", type="slidenum")
    properties = etree.SubElement(number, qn("a:rPr"), lang=LANGUAGE_TAG[language], sz="900")
    _solid(properties, QUIET)
    etree.SubElement(number, qn("a:t")).text = "‹#›"
