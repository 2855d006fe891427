"""The parts a slide is put together from: lines of text, native tables and native charts, each in the report's look.

Lengths are inches, sizes points. What python-pptx has no word for (borders, languages, alternative texts, error bars)
is written into the file's XML here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from lxml import etree
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.table import _Cell
from pptx.text.text import TextFrame
from pptx.util import Inches, Pt

from analysis.exports import paragraphs, typeset
from analysis.exports.wording import ACCENT, EDGE, INK, TINT

SPOKEN: Final = {"nb": "nb-NO", "en": "en-GB"}
HAIRLINE: Final = "C5CCD3"
EARLIER: Final = "56779A"  # bars before the latest
_SIDE, _ABOVE = 0.08, 0.04  # inside a table's cell
_NO_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_EMU: Final = 12_700  # in a point


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
    """A cell: its lines, and the colour whose fill and edge it has, if any."""

    lines: tuple[Line, ...]
    colour: str = ""

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
    alt: str
    head_size: float = 10.0

    def sized(self, size: float) -> "TableData":
        """Return the table with its text in another size."""
        return replace(self, rows=[[cell.sized(size) for cell in row] for row in self.rows])

    def heights(self) -> list[float]:
        """Return the height each row needs, its head's first, in inches."""
        rows = [[TableCell((Line(text, self.head_size, True),)) for text in self.heads], *self.rows]
        return [max(_cell_height(cell, room) for cell, room in zip(row, self.widths, strict=True)) for row in rows]


def _cell_height(cell: TableCell, room: float) -> float:
    inside = (room - 2 * _SIDE) * 72
    return typeset.height([(x.text, x.size, x.bold) for x in cell.lines], inside) / 72 + 2 * _ABOVE


# --- text -----------------------------------------------------------------


def write(frame: TextFrame, lines: Iterable[Line], language: str) -> None:
    """Write lines into a text frame, in a language that screen readers and spelling checkers are told."""
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_before = Pt(line.before)
        if line.bullet:
            _bullet(paragraph._p.get_or_add_pPr(), line.size)
        for text, strong in line.runs or ((line.text, False),):
            run = paragraph.add_run()
            run.text = paragraphs.readable(text).replace("\n", "\v")
            run.font.size, run.font.bold = Pt(line.size), line.bold or strong
            run.font.color.rgb = RGBColor.from_string(line.ink)
            run._r.get_or_add_rPr().set("lang", SPOKEN[language])


def _bullet(properties: Any, size: float) -> None:
    indent = int(size * 0.9 * _EMU)
    properties.set("marL", str(indent))
    properties.set("indent", str(-indent))
    etree.SubElement(properties, qn("a:buChar")).set("char", "•")


def box(slide: Slide, place: tuple[float, float, float, float], lines: Iterable[Line], language: str) -> Any:
    """Put a text at (left, top, width, height); return the shape."""
    shape = slide.shapes.add_textbox(*(Inches(length) for length in place))
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    write(frame, lines, language)
    return shape


def lines_height(lines: Iterable[Line], room: float) -> float:
    """Return the height in inches of lines in a column of `room` inches."""
    kept = list(lines)
    tall = typeset.height([(x.text, x.size, x.bold) for x in kept if not x.bullet], room * 72)
    listed = typeset.height([(x.text, x.size, x.bold) for x in kept if x.bullet], room * 72 - 12)
    return (tall + listed + sum(line.before for line in kept)) / 72


def panel(
    slide: Slide, place: tuple[float, float, float, float], lines: Iterable[Line], colour: str, language: str
) -> None:
    """Put a text on a field of a colour's fill, with the colour at its left edge."""
    left, top, width, height = place
    field_of(slide, place, TINT[colour])
    field_of(slide, (left, top, 0.07, height), EDGE[colour])
    box(slide, (left + 0.2, top + 0.1, width - 0.3, height - 0.2), lines, language)


def field_of(slide: Slide, place: tuple[float, float, float, float], fill: str) -> None:
    """Put a plain field of one colour on a slide, without line or shadow, which screen readers pass by."""
    shape = slide.shapes.add_shape(1, *(Inches(length) for length in place))
    shape._element.remove(shape._element.find(qn("p:style")))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(fill)
    shape.line.fill.background()
    decorative(shape)


def describe(shape: Any, text: str) -> None:
    """Give a shape its alternative text."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", paragraphs.readable(text))


def decorative(shape: Any) -> None:
    """Tell screen readers to pass a shape by that says nothing."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    space = "http://schemas.microsoft.com/office/drawing/2017/decorative"
    extension = etree.SubElement(etree.SubElement(properties, qn("a:extLst")), qn("a:ext"))
    extension.set("uri", "{C183D7F6-B498-43B3-948B-1728B52AA6E4}")
    etree.SubElement(extension, f"{{{space}}}decorative", nsmap={"adec": space}).set("val", "1")


# --- tables ---------------------------------------------------------------


def table(slide: Slide, left: float, top: float, data: TableData, language: str) -> GraphicFrame:
    """Put a native table on a slide; its rows are as high as their text needs."""
    heights = data.heights()
    place = (Inches(left), Inches(top), Inches(sum(data.widths)), Inches(sum(heights)))
    frame = slide.shapes.add_table(len(data.rows) + 1, len(data.heads), *place)
    describe(frame, data.alt)
    frame.table._tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
    frame.table.horz_banding = False
    for column, width in zip(frame.table.columns, data.widths, strict=True):
        column.width = Inches(width)
    for row, height in zip(frame.table.rows, heights, strict=True):
        row.height = Inches(height)
    for across, head in enumerate(data.heads):
        _fill_cell(frame.table.cell(0, across), TableCell((Line(head, data.head_size, True, "FFFFFF"),)), language)
        _paint(frame.table.cell(0, across), ACCENT, edge="", below=ACCENT)
    for down, row in enumerate(data.rows, start=1):
        for across, cell in enumerate(row):
            _fill_cell(frame.table.cell(down, across), cell, language)
            _paint(frame.table.cell(down, across), TINT.get(cell.colour, ""), EDGE.get(cell.colour, ""), HAIRLINE)
    return frame


def _fill_cell(cell: _Cell, content: TableCell, language: str) -> None:
    cell.margin_left = cell.margin_right = Inches(_SIDE)
    cell.margin_top = cell.margin_bottom = Inches(_ABOVE)
    cell.vertical_anchor = MSO_ANCHOR.TOP
    write(cell.text_frame, content.lines, language)


def _paint(cell: _Cell, fill: str, edge: str, below: str) -> None:
    """Give a cell its fill, a thick left edge and a thin line below; the order of the elements is the format's."""
    properties = cell._tc.get_or_add_tcPr()
    for side, colour, points in (("L", edge, 4.5), ("R", "", 0), ("T", "", 0), ("B", below, 0.75)):
        line = etree.SubElement(properties, qn(f"a:ln{side}"))
        if not colour:
            etree.SubElement(line, qn("a:noFill"))
            continue
        line.set("w", str(int(points * _EMU)))
        _solid(line, colour)
    if fill:
        _solid(properties, fill)
    else:
        etree.SubElement(properties, qn("a:noFill"))


def _solid(parent: Any, colour: str) -> None:
    etree.SubElement(etree.SubElement(parent, qn("a:solidFill")), qn("a:srgbClr")).set("val", colour)


# --- charts ---------------------------------------------------------------


@dataclass(frozen=True)
class ChartData:
    """A bar chart: what it shows, what each bar is, its value and half its 95 % interval (missing where none)."""

    title: str
    series: str
    categories: Sequence[str]
    values: Sequence[float]
    halves: Sequence[float]
    alt: str
    notes: Sequence[str] = field(default_factory=tuple)
    alike: bool = False  # bars of one kind, none the latest


def chart(slide: Slide, place: tuple[float, float, float, float], data: ChartData) -> Chart:
    """Put a native chart on a slide, whose numbers can be edited there; return it."""
    numbers = CategoryChartData(number_format="General")
    numbers.categories = [paragraphs.readable(category) for category in data.categories]
    numbers.add_series(paragraphs.readable(data.series), [float(value) for value in data.values])
    lengths = (Inches(length) for length in place)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *lengths, numbers)
    describe(frame, data.alt)
    drawn = frame.chart
    drawn.has_legend = drawn.has_title = False
    drawn.font.size, drawn.font.name = Pt(10), typeset.FONT
    drawn.font.color.rgb = RGBColor.from_string(INK)
    _axes(drawn, data)
    _bars(drawn, data)
    return drawn


def _axes(drawn: Chart, data: ChartData) -> None:
    known = np.nan_to_num(np.asarray(data.halves, dtype=float))
    top = float(np.max(np.asarray(data.values, dtype=float) + known))
    value, category = drawn.value_axis, drawn.category_axis
    value.minimum_scale, value.maximum_scale = (
        min(0.0, float(min(data.values))),
        top * (1.35 if np.isnan(data.halves).all() else 1.1) or 1.0,
    )
    value.has_major_gridlines, value.visible = False, False
    category.tick_label_position, category.major_tick_mark = XL_TICK_LABEL_POSITION.LOW, XL_TICK_MARK.NONE
    category.format.line.color.rgb = RGBColor.from_string("52606D")
    category.tick_labels.font.size = Pt(10)


def _bars(drawn: Chart, data: ChartData) -> None:
    plot = drawn.plots[0]
    plot.gap_width, series = 55, plot.series[0]
    for number in range(len(data.values)):
        latest = data.alike or number == len(data.values) - 1
        fill = series.points[number].format.fill
        fill.solid()
        fill.fore_color.rgb = RGBColor.from_string(ACCENT if latest else EARLIER)
    sure = np.isnan(np.asarray(data.halves, dtype=float)).all()
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = "#,##0.##" if _broken(data.values) else "#,##0", False
    labels.position = XL_LABEL_POSITION.OUTSIDE_END if sure else XL_LABEL_POSITION.INSIDE_BASE
    labels.font.size, labels.font.bold = Pt(11), True
    labels.font.color.rgb = RGBColor.from_string(INK if sure else "FFFFFF")
    if not sure:
        _error_bars(series._element, data.halves)


def _broken(values: Sequence[float]) -> bool:
    return any(value != int(value) for value in values)


def _error_bars(series: Any, halves: Sequence[float]) -> None:
    """Draw each value's 95 % interval as a line over its bar; they stand before the categories in the file."""
    bars = etree.Element(qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", value)
    for name in ("plus", "minus"):
        numbers = etree.SubElement(etree.SubElement(bars, qn(f"c:{name}")), qn("c:numLit"))
        etree.SubElement(numbers, qn("c:formatCode")).text = "General"
        etree.SubElement(numbers, qn("c:ptCount")).set("val", str(len(halves)))
        for number, half in enumerate(halves):
            if not np.isnan(half):
                point = etree.SubElement(numbers, qn("c:pt"), idx=str(number))
                etree.SubElement(point, qn("c:v")).text = repr(round(float(half), 4))
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"))
    line.set("w", str(int(1.5 * _EMU)))
    _solid(line, INK)
    series.find(qn("c:cat")).addprevious(bars)


def footer(slide: Slide, left: str, width: float, top: float, language: str) -> None:
    """Put a quiet line and the slide's number at the foot."""
    box(slide, (0.5, top, width - 1.8, 0.25), [Line(left, 9.0, ink="52606D")], language)
    shape = box(slide, (width - 1.3, top, 0.8, 0.25), [Line("", 9.0)], language)
    paragraph = shape.text_frame.paragraphs[0]._p
    for run in paragraph.findall(qn("a:r")):
        paragraph.remove(run)
    paragraph.get_or_add_pPr().set("algn", "r")
    number = etree.SubElement(paragraph, qn("a:fld"), id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", type="slidenum")
    properties = etree.SubElement(number, qn("a:rPr"), lang=SPOKEN[language], sz="900")
    _solid(properties, "52606D")
    etree.SubElement(number, qn("a:t")).text = "‹#›"
