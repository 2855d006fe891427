"""The status as a Word document: headings, real tables whose head repeats, pictures with alternative texts."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib.pyplot as plt
from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from analysis import text as words
from analysis.exports import packing, said, texts
from analysis.exports.said import ACCENT, EDGE, INK, QUIET, TINT, Light
from analysis.text.phrases import phrase
from analysis.views import figures
from analysis.views.figures.canvas import STYLE
from analysis.views.status import Status

SPOKEN: Final = {"nb": "nb-NO", "en": "en-GB"}
_FONT: Final = "Arial"
_ACROSS: Final = 25.2  # centimetres between the margins of a wide page
_CURVE: Final = 8.4  # centimetres of it that a picture of a series takes
_HAIRLINE: Final = "C5CCD3"
_DOTS: Final = 200  # of a picture, to the inch


def write_document(status: Status, file: Path) -> Path:
    """Write the document of a status: goals then and now, assessment, each goal with its figures, sources.

    The same status gives the same bytes.
    """
    paper = _paper(status)
    _front(paper, status)
    for goal in status.strategy.goals["goal"]:
        _goal(paper, status, int(goal))
    _reading(paper, status)
    _sources(paper, status)
    with io.BytesIO() as saved:
        paper.save(saved)
        return packing.write(file, packing.still(saved.getvalue(), said.edition(status).to_pydatetime()))


# --- the paper ------------------------------------------------------------


def _paper(status: Status) -> Paper:
    paper = Document()
    section = paper.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm((29.7 - _ACROSS) / 2)
    section.top_margin = section.bottom_margin = Cm(2)
    _styles(paper, status.language)
    _foot(paper, status)
    name, day = said.whole(status), said.edition(status).to_pydatetime()
    properties = paper.core_properties
    properties.title, properties.author, properties.last_modified_by = said.title(status), name, name
    properties.language, properties.created, properties.modified = SPOKEN[status.language], day, day
    properties.revision, properties.comments = 1, ""
    return paper


def _styles(paper: Paper, language: str) -> None:
    looks = {
        "Normal": (10, False, INK, 0, 4),
        "Title": (24, True, ACCENT, 0, 4),
        "Subtitle": (11, False, QUIET, 0, 12),
        "Heading 1": (18, True, ACCENT, 30, 6),
        "Heading 2": (13, True, INK, 14, 4),
        "Heading 3": (11, True, INK, 10, 2),
        "Caption": (9, True, INK, 6, 3),
        "List Bullet": (10, False, INK, 0, 2),
    }
    for name, (size, bold, ink, before, after) in looks.items():
        style = paper.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.italic = _FONT, Pt(size), bold, False
        style.font.color.rgb = RGBColor.from_string(ink)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        for kind in ("eastAsia", "cs"):
            fonts.set(qn(f"w:{kind}"), _FONT)
    small = paper.styles.add_style("Small", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style, small.font.size = paper.styles["Normal"], Pt(8.5)
    small.font.color.rgb, small.paragraph_format.space_after = RGBColor.from_string(QUIET), Pt(6)
    for spoken in paper.styles.element.iter(qn("w:lang")):
        for kind in ("val", "eastAsia", "bidi"):
            spoken.set(qn(f"w:{kind}"), SPOKEN[language])
    for style, ornament in (("Title", "w:pBdr"), ("Subtitle", "w:spacing")):
        for element in list(paper.styles[style].element.iter(qn(ornament))):
            if element.getparent().tag != qn("w:pPr") or ornament == "w:pBdr":
                element.getparent().remove(element)


def _foot(paper: Paper, status: Status) -> None:
    paragraph = paper.sections[0].footer.paragraphs[0]
    paragraph.style = paper.styles["Small"]
    shown = f"{said.title(status)} · {said.published_by(status)} · {phrase('page', status.language)} "
    paragraph.add_run(texts.readable(shown))
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


# --- parts ----------------------------------------------------------------


def _prose(paper: Paper, markdown: str, absent: str, *, kept: bool = False) -> None:
    """Add what was written, or that nothing was; `kept` on the page of what follows."""
    found = texts.paragraphs(markdown)
    added = [paper.add_paragraph(style="List Bullet" if each.bullet else "Normal") for each in found]
    for paragraph, each in zip(added, found, strict=True):
        _runs(paragraph, each)
    for paragraph in added or [paper.add_paragraph(absent, style="Small")]:
        paragraph.paragraph_format.keep_with_next = kept or None


def _runs(paragraph: Paragraph, each: texts.Paragraph) -> None:
    for text, strong in each.runs:
        paragraph.add_run(texts.readable(text)).bold = strong or None


def _table(
    paper: Paper, caption: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[float]
) -> Table:
    """Add a table below its caption: a head that repeats on every page, rows that stay whole, thin lines between.

    A cell is a text, a list of lines, or (colour, lines), which has the colour's fill and edge and its first line bold.
    """
    paper.add_paragraph(texts.readable(caption), style="Caption").paragraph_format.keep_with_next = True
    table = paper.add_table(rows=1, cols=len(heads))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _frame(table, caption)
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _put(cell, [head], bold=True, ink="FFFFFF")
        _shade(cell, ACCENT)
    table.rows[0]._tr.get_or_add_trPr().append(_flag("w:tblHeader"))
    for cell in table.rows[0].cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    for row in rows:
        added = table.add_row()
        added._tr.get_or_add_trPr().append(_flag("w:cantSplit"))
        for cell, content in zip(added.cells, row, strict=True):
            _fill(cell, content)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    paper.add_paragraph(style="Small").paragraph_format.space_after = Pt(0)
    return table


def _fill(cell: _Cell, content: Any) -> None:
    if isinstance(content, tuple):
        colour, lines = content
        _put(cell, lines, first_bold=True)
        if colour:
            _shade(cell, TINT[colour])
            _edge(cell, EDGE[colour])
    elif isinstance(content, list) and content and isinstance(content[0], texts.Paragraph):
        for number, each in enumerate(content):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            _runs(paragraph, each)
    else:
        _put(cell, [content] if isinstance(content, str) else content)


def _put(cell: _Cell, lines: Sequence[str], bold: bool = False, first_bold: bool = False, ink: str = INK) -> None:
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(1)
        run = paragraph.add_run(texts.readable(line))
        run.bold = bold or (first_bold and number == 0) or None
        run.font.size, run.font.color.rgb = Pt(8.5 if first_bold and number else 9.5), RGBColor.from_string(ink)


def _flag(name: str) -> Any:
    flag = OxmlElement(name)
    flag.set(qn("w:val"), "true")
    return flag


def _frame(table: Table, caption: str) -> None:
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        borders.append(_line(side, _HAIRLINE, 4))
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 50), ("left", 90), ("bottom", 50), ("right", 90)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    described = OxmlElement("w:tblCaption")
    described.set(qn("w:val"), texts.readable(caption))
    # the format wants its elements in this order: borders, layout, margins, look, caption
    properties.find(qn("w:tblLayout")).addprevious(borders)
    properties.find(qn("w:tblLook")).addprevious(margins)
    properties.append(described)


def _line(side: str, colour: str, eighths: int) -> Any:
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "0"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    return line


def _shade(cell: _Cell, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _edge(cell: _Cell, colour: str) -> None:
    borders = OxmlElement("w:tcBorders")
    borders.append(_line("left", colour, 36))
    cell._tc.get_or_add_tcPr().insert_element_before(borders, "w:shd", "w:noWrap", "w:tcMar", "w:vAlign")


def _picture(cell: _Cell, status: Status, measure: str) -> None:
    """Put the trend of a measure into a cell as a picture with its alternative text, its sources below."""
    language = status.language
    axes = figures.trend(status.strategy, status.observations, measure, language)
    figure = axes.get_figure(root=True)
    with io.BytesIO() as drawn, plt.rc_context(STYLE):
        figure.savefig(drawn, format="png", dpi=_DOTS, metadata={"Software": None})
        drawn.seek(0)
        cell.paragraphs[0].clear()
        added = cell.paragraphs[0].add_run().add_picture(drawn, width=Cm(_CURVE - 0.5))
    plt.close(figure)
    described = figures.alt_trend(status.strategy, status.observations, measure, language)
    added._inline.docPr.set("descr", texts.readable(described))
    sources = said.sources_of(status, measure)
    key = "source_is" if len(sources) == 1 else "sources_are"
    shown = phrase(key, language, source=sources[0], sources="; ".join(sources))
    cell.add_paragraph(texts.readable(shown), style="Small").paragraph_format.space_after = Pt(0)


# --- pages ----------------------------------------------------------------


def _front(paper: Paper, status: Status) -> None:
    language = status.language
    paper.add_paragraph(texts.readable(said.title(status)), style="Title")
    paper.add_paragraph(said.published_by(status), style="Subtitle")
    rows = said.rows(status, "strategy") + said.rows(status, "goal")
    earlier = next((row["previous_quarter"] for row in rows if row["previous_quarter"]), "")
    then = words.period(earlier, language) if earlier else phrase("previous_quarter", language)
    heads = [phrase("goal", language), then, words.period(status.quarter, language), phrase("comment", language)]
    cells = [
        [
            (("", [said.name(row, language)])),
            (row["previous_colour"], [said.previous(row, language), *_corrected(row, language)]),
            _chip(row, language),
            _written(status, row, "status", "no_goal_status"),
        ]
        for row in rows
    ]
    _table(paper, phrase("front", language), heads, cells, (6.5, 4.7, 4.2, 9.8))
    paper.add_heading(phrase("assessment", language), 1)
    for key in ("status", "movements", "follow-up", "insight"):
        paper.add_heading(phrase(f"part_{key}", language), 2)
        _prose(paper, texts.written(status.prose, "strategy", key), phrase("no_text", language))
    paper.add_heading(phrase("summary", language), 2)
    for key in texts.keys(status.prose, "strategy", "summary-"):
        _prose(paper, texts.written(status.prose, "strategy", key), phrase("no_text", language))


def _corrected(row: Light, language: str) -> list[str]:
    corrected = said.correction(row, language)
    return [phrase("corrected_is", language, correction=corrected)] if corrected else []


def _chip(row: Light, language: str) -> tuple[str, list[str]]:
    below = [*said.tendency(row, language), said.why_grey(row, language), said.figures(row, language)]
    return row["colour"], [said.colour(row["colour"], language), *(text for text in below if text)]


def _written(status: Status, row: Light, key: str, absent: str) -> Any:
    found = texts.paragraphs(texts.written(status.prose, row["item"], key))
    return found or [phrase(absent, status.language)]


def _goal(paper: Paper, status: Status, goal: int) -> None:
    language, row = status.language, said.rows(status, "goal", goal=goal)[0]
    paper.add_heading(texts.readable(said.name(row, language)), 1)
    now = paper.add_paragraph()
    now.add_run(words.sentence(phrase("now", language, light=said.now(row, language)))).bold = True
    now.paragraph_format.keep_with_next = True
    _prose(paper, texts.written(status.prose, row["item"], "status"), phrase("no_goal_status", language), kept=True)
    _indicators(paper, status, goal)
    _subgoals(paper, status, goal)
    _figures(paper, status, goal)
    for heading, keys in (
        ("insight", ["note", "insight"]),
        ("discussion", texts.keys(status.prose, row["item"], "theme-")),
    ):
        found = [text for key in keys if (text := texts.written(status.prose, row["item"], key))]
        if found:
            paper.add_heading(phrase(heading, language), 2)
        for text in found:
            _prose(paper, text, "")


def _indicators(paper: Paper, status: Status, goal: int) -> None:
    language = status.language
    heads = [phrase(key, language) for key in ("indicator", "status", "known_figures", "comment")]
    rows = [
        [
            ("", [said.name(row, language)]),
            _chip(row, language),
            [
                f"{promise[f'name_{language}']}: {said.latest(status.trends.loc[slug], language)}"
                for slug, promise in status.strategy.measures_of(row["item"], role="assessed").iterrows()
            ],
            _written(status, row, "comment", "no_comment"),
        ]
        for row in said.rows(status, "indicator", goal=goal)
    ]
    caption = phrase("indicators_of", language, goal=str(goal))
    _table(paper, caption, heads, rows, (5.2, 4.2, 5.6, 10.2))


def _subgoals(paper: Paper, status: Status, goal: int) -> None:
    language = status.language
    rows = [
        [("", [said.name(row, language)]), _chip(row, language), _written(status, row, "comment", "no_comment")]
        for row in said.rows(status, "subgoal", goal=goal)
    ]
    heads = [phrase(key, language) for key in ("subgoal", "status", "comment")]
    caption = phrase("subgoals_of", language, goal=str(goal))
    _table(paper, caption, heads, rows, (6.5, 4.2, 14.5))


def _figures(paper: Paper, status: Status, goal: int) -> None:
    """Add what may be said of each measure's change, beside a picture of every series of at least two values."""
    language, trends = status.language, status.trends
    chosen = trends[(trends["goal"] == goal) & (trends["role"] == "assessed")]
    names = status.strategy.measures[f"name_{language}"]
    paper.add_heading(phrase("figures", language), 2)
    drawn = chosen["n_points"] >= 2
    rows = [
        [("", [f"{trend['indicator']} {names[slug]}"]), words.change_sentence(trend, language), "–"]
        for slug, trend in chosen.iterrows()
    ]
    heads = [phrase(key, language) for key in ("measure", "sentence", "course")]
    held = 3 if drawn.any() else 2  # without a picture there is no column for them
    widths = (6.2, _ACROSS - 6.2 - _CURVE, _CURVE) if drawn.any() else (8.0, _ACROSS - 8.0)
    table = _table(paper, phrase("changes_of", language), heads[:held], [row[:held] for row in rows], widths)
    for row, slug in zip(table.rows[1:], chosen.index, strict=True):
        if drawn[slug]:
            _picture(row.cells[2], status, slug)


def _reading(paper: Paper, status: Status) -> None:
    language = status.language
    paper.add_heading(phrase("reading", language), 1)
    for head, text in (
        ("colours", "colours_text"),
        ("grey_is", "grey_text"),
        ("ambition_head", "not_public_text"),
        ("method", "method_text"),
        ("licence_head", "licence_text"),
    ):
        paper.add_heading(phrase(head, language), 2)
        paper.add_paragraph(phrase(text, language))
    paper.add_heading(phrase("known_issues", language), 2)
    for _, issue in status.issues.iterrows():
        paragraph = paper.add_paragraph(style="List Bullet")
        paragraph.add_run(texts.readable(f"{issue[f'title_{language}']}. ")).bold = True
        paragraph.add_run(texts.readable(issue[f"text_{language}"]))


def _sources(paper: Paper, status: Status) -> None:
    language = status.language
    used = status.sources.loc[sorted(set(status.observations["source"]))]
    unknown = phrase("not_stated", language)
    rows = [
        [
            row["title"],
            row["publisher"],
            unknown if row["licence"] == "not stated" else row["licence"],
            row["address"],
        ]
        for _, row in used.iterrows()
    ]
    heads = [phrase(key, language) for key in ("title_column", "publisher", "licence", "address")]
    paper.add_heading(phrase("sources", language), 1)
    _table(paper, phrase("sources_of_figures", language), heads, rows, (7.2, 4.0, 2.4, 11.6))
