"""The status as a Word document: headings, real tables whose head repeats, pictures with alternative texts."""

import io
from collections.abc import Sequence
from typing import Any, Final

import matplotlib.pyplot as plt
from docx import Document
from docx.document import Document as DocxFile
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from analysis import text as words
from analysis.exports import content
from analysis.exports.content import Cell, Item, Paragraph, items_of, parse, readable
from analysis.exports.look import ACCENT, EDGE, FONT, FRAME, HAIRLINE, INK, LANGUAGE_TAG, QUIET, TINT
from analysis.text.phrases import phrase
from analysis.views import figures
from analysis.views.figures.canvas import drawing
from analysis.views.status import Status

_ACROSS: Final = 25.2  # centimetres between the margins of a wide page
_CURVE: Final = 8.4  # centimetres of it that a picture of a series takes
_LOW: Final = 2.2  # inches of a picture before it is scaled: three rows with pictures fit on a page
_DOTS: Final = 200  # of a picture, to the inch
_STYLES: Final = {  # size, bold, ink, space before and after
    "Normal": (10, False, INK, 0, 4),
    "Title": (24, True, ACCENT, 0, 4),
    "Subtitle": (11, False, QUIET, 0, 12),
    "Heading 1": (18, True, ACCENT, 30, 6),
    "Heading 2": (13, True, INK, 14, 4),
    "Heading 3": (11, True, INK, 10, 2),
    "Caption": (9, True, INK, 6, 3),
    "List Bullet": (10, False, INK, 0, 2),
}
_SIDES: Final = ("top", "left", "bottom", "right")


def make_document(status: Status) -> DocxFile:
    """Return the document of a status: goals then and now, assessment, each goal with its figures, sources."""
    document = _empty_document(status)
    language = status.language
    document.add_paragraph(readable(content.title(status)), style="Title")
    document.add_paragraph(content.published_by(status), style="Subtitle")
    if banner := words.scenario_text(status.strategy, language):
        document.add_paragraph(readable(banner), style="Heading 3")
    heads, rows = content.then_and_now(status, "strategy", "goal")
    _table(document, phrase("front", language), heads, rows, (5.2, 3.9, 3.9, 4.6, 7.6))
    if absent := content.absent_text(status):
        document.add_paragraph(absent, style="Small")
    document.add_heading(phrase("assessment", language), 1)
    for head, text in content.assessment(status):
        document.add_heading(head, 2)
        _add_prose(document, text, phrase("no_text", language))
    document.add_heading(phrase("summary", language), 2)
    (strategy,) = items_of(status, "strategy")
    for text in strategy.texts("summary-"):
        _add_prose(document, text, phrase("no_text", language))
    for goal in items_of(status, "goal"):
        _add_goal(document, goal)
    _add_reading(document, status)
    return document


# --- the paper ------------------------------------------------------------


def _empty_document(status: Status) -> DocxFile:
    """Return an empty document on wide paper, in the report's look, with a numbered foot and its properties set."""
    document = Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm((29.7 - _ACROSS) / 2)
    section.top_margin = section.bottom_margin = Cm(2)
    _set_styles(document, LANGUAGE_TAG[status.language])
    section.header.paragraphs[0].text = words.scenario_text(status.strategy, status.language, short=True)
    foot = section.footer.paragraphs[0]
    foot.style = document.styles["Small"]
    text = f"{content.title(status)} · {content.published_by(status)} · {phrase('page', status.language)} "
    foot.add_run(readable(text))
    number, run = _element("fldSimple", instr="PAGE"), _element("r")
    number.append(run)
    run.append(_element("t"))
    run[0].text = "1"  # until the program that opens it counts the pages
    foot._p.append(number)
    content.set_properties(document.core_properties, status)
    document.core_properties.comments = ""
    return document


def _element(name: str, **attributes: str) -> Any:
    """Return an element of the format, for what python-docx has no word for."""
    element = OxmlElement(f"w:{name}")
    for attribute, value in attributes.items():
        element.set(qn(f"w:{attribute}"), value)
    return element


def _set_styles(document: DocxFile, language: str) -> None:
    for name, (size, bold, ink, before, after) in _STYLES.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
        style.font.color.rgb = RGBColor.from_string(ink)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)  # a theme's font goes before a named one
        for kind in ("eastAsia", "cs"):
            fonts.set(qn(f"w:{kind}"), FONT)
    small = document.styles.add_style("Small", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style, small.font.size = document.styles["Normal"], Pt(8.5)
    small.font.color.rgb, small.paragraph_format.space_after = RGBColor.from_string(QUIET), Pt(6)
    for spoken in document.styles.element.iter(qn("w:lang")):
        for kind in ("val", "eastAsia", "bidi"):
            spoken.set(qn(f"w:{kind}"), language)
    # the subtitle's spacing of letters goes, that of its paragraphs stays
    for style, ornament in (("Title", "//w:pBdr"), ("Subtitle", "/w:rPr/w:spacing")):
        for element in document.styles[style].element.xpath(f".{ornament}"):
            element.getparent().remove(element)


# --- parts ----------------------------------------------------------------


def _add_prose(document: DocxFile, markdown: str, absent: str, *, kept: bool = False) -> None:
    """Add what was written, or that nothing was; `kept` on the page of what follows."""
    parsed = parse(markdown)
    added = [document.add_paragraph(style="List Bullet" if each.bullet else "Normal") for each in parsed]
    for paragraph, each in zip(added, parsed, strict=True):
        _add_runs(paragraph, each)
    for paragraph in added or [document.add_paragraph(absent, style="Small")]:
        paragraph.paragraph_format.keep_with_next = kept or None


def _add_runs(paragraph: DocxParagraph, each: Paragraph) -> None:
    for text, strong in each.runs:
        paragraph.add_run(readable(text)).bold = strong or None


def _table(
    document: DocxFile, caption: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], widths: Sequence[float]
) -> Table:
    """Add a table below its caption: a head that repeats on every page, rows that stay whole, thin lines between."""
    document.add_paragraph(readable(caption), style="Caption").paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(heads))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    borders, margins = _element("tblBorders"), _element("tblCellMar")
    borders.extend(_line(side, HAIRLINE, 4) for side in ("bottom", "insideH"))
    for side, twips in (("top", 50), ("left", 90), ("bottom", 50), ("right", 90)):
        margins.append(_element(side, w=str(twips), type="dxa"))
    # the format wants its elements in this order: borders, layout, margins, look, caption
    properties = table._tbl.tblPr
    properties.find(qn("w:tblLayout")).addprevious(borders)
    properties.find(qn("w:tblLook")).addprevious(margins)
    properties.append(_element("tblCaption", val=readable(caption)))
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _fill_cell(cell, ("", [head]), "FFFFFF")
        _shade(cell, ACCENT)
        cell.paragraphs[0].paragraph_format.keep_with_next = True  # a head is never alone at the foot of a page
    table.rows[0]._tr.get_or_add_trPr().append(_element("tblHeader", val="true"))
    for row in rows:
        added = table.add_row()
        added._tr.get_or_add_trPr().append(_element("cantSplit", val="true"))
        for cell, value in zip(added.cells, row, strict=True):
            _fill_cell(cell, value)
    # Word goes by the cells, LibreOffice by the columns
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    # without a paragraph between them, Word makes one table of two
    document.add_paragraph(style="Small").paragraph_format.space_after = Pt(0)
    return table


def _fill_cell(cell: _Cell, value: Cell | list[str], ink: str = INK) -> None:
    """Write a value into a cell, of lines the first bold and the others small, and give it its fill and frame."""
    first_bold = isinstance(value, tuple)
    look, lines = value if first_bold else ("", [value] if isinstance(value, str) else value)
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        if isinstance(line, Paragraph):
            paragraph.paragraph_format.space_after = Pt(2)
            _add_runs(paragraph, line)
            continue
        paragraph.paragraph_format.space_after = Pt(1)
        run = paragraph.add_run(readable(line))
        run.bold = (first_bold and number == 0) or None
        run.font.size, run.font.color.rgb = Pt(8.5 if first_bold and number else 9.5), RGBColor.from_string(ink)
    if look in TINT:
        _shade(cell, TINT[look])
    if look:
        borders = _element("tcBorders")
        sides, colour, width = (("left",), EDGE[look], 36) if look in TINT else (_SIDES, FRAME[look], 18)
        borders.extend(_line(side, colour, width) for side in sides)
        cell._tc.get_or_add_tcPr().insert_element_before(borders, "w:shd", "w:noWrap", "w:tcMar", "w:vAlign")


def _line(side: str, colour: str, eighths: int) -> Any:
    return _element(side, val="single", sz=str(eighths), space="0", color=colour)


def _shade(cell: _Cell, colour: str) -> None:
    cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", color="auto", fill=colour))


def _put_picture(cell: _Cell, status: Status, measure: str) -> None:
    """Put the trend of a measure into a cell as a picture with its alternative text, its sources below."""
    language, arguments = status.language, (status.strategy, status.observations, measure, status.language)
    with drawing(None, _LOW) as axes:
        if figures.trend(*arguments, ax=axes) is not None:  # a check of all texts leaves pictures out
            with io.BytesIO() as file:
                # matplotlib signs its pictures with its version, which is nothing of the report's
                axes.get_figure().savefig(file, format="png", dpi=_DOTS, metadata={"Software": None})
                file.seek(0)
                cell.paragraphs[0].clear()
                added = cell.paragraphs[0].add_run().add_picture(file, width=Cm(_CURVE - 0.5))
            added._inline.docPr.set("descr", readable(figures.alt_trend(*arguments)))
        plt.close(axes.get_figure())
    sources = content.sources_line(content.sources_of(status, measure), language)
    cell.add_paragraph(readable(sources), style="Small").paragraph_format.space_after = Pt(0)


# --- pages ----------------------------------------------------------------


def _add_goal(document: DocxFile, goal: Item) -> None:
    language, status, number = goal.language, goal.status, goal["goal"]
    document.add_heading(readable(goal.name), 1)
    now = document.add_paragraph()
    now.add_run(f"{goal.experts_say} {goal.figures_say}").bold = True
    now.paragraph_format.keep_with_next = True
    _add_prose(document, goal.text("status"), phrase("no_goal_status", language), kept=True)
    for kind, widths in (("indicator", (3.9, 3.3, 3.9, 7.0, 7.1)), ("subgoal", (6.5, 4.2, 14.5))):
        title, heads, rows = content.rows_of_goal(status, number, kind)
        if kind == "indicator":
            heads.insert(3, phrase("known_figures", language))
            for row, item in zip(rows, items_of(status, kind, goal=number), strict=True):
                row.insert(3, item.latest_values)
        _table(document, title, heads, rows, widths)
    _add_figures(document, status, number)
    insights = [text for key in ("note", "insight") if (text := goal.text(key))]
    for heading, texts in (("insight", insights), ("discussion", goal.texts("theme-"))):
        if any(texts):
            document.add_heading(phrase(heading, language), 2)
        for text in filter(None, texts):
            _add_prose(document, text, "")


def _add_figures(document: DocxFile, status: Status, goal: int) -> None:
    """Add what may be said of each measure's change, beside a picture of every series of at least two values."""
    language, trends = status.language, status.trends
    chosen = trends[(trends["goal"] == goal) & (trends["role"] == "assessed")]
    names = status.strategy.measures[f"name_{language}"]
    drawn = chosen["n_points"] >= 2
    heads = [phrase(key, language) for key in ("measure", "sentence", "course")]
    rows = [
        [("", [f"{trend['indicator']} {names[slug]}"]), words.change_sentence(trend, language), "–"]
        for slug, trend in chosen.iterrows()
    ]
    widths = [6.2, _ACROSS - 6.2 - _CURVE, _CURVE]
    if not drawn.any():  # there is no column for pictures
        heads, rows, widths = heads[:2], [row[:2] for row in rows], [8.0, _ACROSS - 8.0]
    document.add_heading(phrase("figures", language), 2)
    table = _table(document, phrase("changes_of", language), heads, rows, widths)
    for row, slug in zip(table.rows[1:], chosen.index, strict=True):
        if drawn[slug]:
            _put_picture(row.cells[2], status, slug)


def _add_reading(document: DocxFile, status: Status) -> None:
    """Add how to read the report, what is known not to add up, and the sources."""
    language = status.language
    document.add_heading(phrase("reading", language), 1)
    for head, text in content.reading(status):
        document.add_heading(head, 2)
        document.add_paragraph(text)
    document.add_heading(phrase("known_issues", language), 2)
    for _, issue in status.issues.iterrows():
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.add_run(readable(f"{issue[f'title_{language}']}. ")).bold = True
        paragraph.add_run(readable(issue[f"text_{language}"]))
    used = content.used_sources(status)
    licences = used["licence"].replace("not stated", phrase("not_stated", language))
    rows = used.assign(licence=licences)[["title", "publisher", "licence", "address"]].to_numpy().tolist()
    heads = [phrase(key, language) for key in ("title_column", "publisher", "licence", "address")]
    document.add_heading(phrase("sources", language), 1)
    _table(document, phrase("sources_of_figures", language), heads, rows, (7.2, 4.0, 2.4, 11.6))
