"""The status as slides in the form the council uses: a front page, one slide a goal, and what is to be discussed.

Tables and charts are native, so that they can be edited; text is measured before it is placed, and takes a smaller size
or a further slide before it runs off.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Inches, Pt

from analysis import text as words
from analysis.exports import packing, said, texts
from analysis.exports.charted import Bars, charts_of, notes_of
from analysis.exports.said import ACCENT, INK, QUIET, Light
from analysis.exports.slide_parts import (
    SPOKEN,
    ChartData,
    Line,
    TableCell,
    TableData,
    box,
    chart,
    field_of,
    footer,
    lines_height,
    panel,
    table,
)
from analysis.exports.typeset import FONT, lines, width
from analysis.text.phrases import phrase
from analysis.views.status import Status

WIDTH, HEIGHT = 13.333, 7.5
EDGE, TOP, FOOT = 0.5, 1.14, 7.12  # the left edge of everything, where the body starts, where the foot stands
BODY: Final = FOOT - TOP - 0.2
SIZES: Final = (16.0, 15.0, 14.0, 13.0, 12.0, *(quarters / 4 for quarters in range(47, 35, -1)))
_LEFTS, _GAP = (9.1, 9.8), 0.3  # how wide a goal's tables are, and where they then would be hard to read
_READABLE: Final = 11.0
_LEAST_CHART: Final = 2.1
_COLOURS: Final = {"dk2": ACCENT, "accent1": ACCENT, "accent2": "00695C", "accent3": "FFC107", "accent4": "B3261E"}


class SlidesError(ValueError):
    """A text that fits no slide in the smallest size that can be read; the message names the row."""


def write_slides(status: Status, file: Path) -> Path:
    """Write the slides of a status: goals then and now, assessment, summary, a slide a goal, themes, how to read.

    16:9; every text in the status's language. The same status gives the same bytes.

    Raises:
        SlidesError: for a single row longer than a slide.

    """
    deck = _deck(status)
    _front(deck, status)
    _assessment(deck, status)
    _summary(deck, status)
    for goal in status.strategy.goals["goal"]:
        _goal(deck, status, int(goal))
    _discussion(deck, status)
    _reading(deck, status)
    with io.BytesIO() as saved:
        deck.save(saved)
        return packing.write(file, packing.still(saved.getvalue(), said.edition(status).to_pydatetime()))


# --- the deck -------------------------------------------------------------


def _deck(status: Status) -> Deck:
    """Return an empty deck in the report's look: 16:9, Arial, one layout with a title, the properties filled."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    for layout in [layout for layout in deck.slide_layouts if layout.name != "Title Only"]:
        deck.slide_layouts.remove(layout)
    for part in (deck.slide_master, deck.slide_layouts[0]):
        for shape in list(part.placeholders):
            if shape.placeholder_format.type == 1 or shape.placeholder_format.idx == 0:
                _place_title(shape)
            else:
                shape._element.getparent().remove(shape._element)
    _theme(deck)
    name = said.whole(status)
    properties = deck.core_properties
    properties.title, properties.author, properties.last_modified_by = said.title(status), name, name
    properties.language, properties.created = SPOKEN[status.language], said.edition(status).to_pydatetime()
    properties.modified, properties.revision = properties.created, 1
    return deck


def _place_title(shape: Any) -> None:
    shape.left, shape.top, shape.width, shape.height = (Inches(x) for x in (EDGE, 0.5, WIDTH - 2 * EDGE, 0.55))
    shape.text_frame.margin_left = shape.text_frame.margin_right = 0


def _theme(deck: Deck) -> None:
    """Set the theme's letters and colours, so that what is added later by hand has the same look."""
    part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = part.blob.decode("utf-8")
    theme = re.sub(r'(<a:latin typeface=")[^"]+', rf"\g<1>{FONT}", theme)
    for name, value in _COLOURS.items():
        theme = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf'\g<1><a:srgbClr val="{value}"/>\g<2>', theme, flags=re.S)
    part._blob = theme.encode("utf-8")


def _slide(deck: Deck, status: Status, eyebrow: str, title: str) -> Slide:
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    size = next((size for size in (26.0, 24.0, 22.0, 20.0) if lines(title, size, (WIDTH - 1.1) * 72, True) == 1), 18.0)
    frame = slide.shapes.title.text_frame
    frame.text = texts.readable(title)
    run = frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), True, RGBColor.from_string(INK)
    run._r.get_or_add_rPr().set("lang", SPOKEN[status.language])
    frame.paragraphs[0]._p.get_or_add_pPr().set("algn", "l")
    field_of(slide, (0, 0, WIDTH, 0.12), ACCENT)
    box(slide, (EDGE, 0.28, 9, 0.2), [Line(eyebrow, 11.0, True, ACCENT)], status.language)
    footer(slide, f"{said.title(status)} · {said.published_by(status)}", WIDTH, FOOT, status.language)
    return slide


def _spoken(slide: Slide, status: Status, notes: Sequence[str]) -> None:
    """Write the speaker's notes, in the language that a screen reader is told."""
    frame = slide.notes_slide.notes_text_frame
    frame.text = texts.readable("\n".join(notes))
    for run in (run for paragraph in frame.paragraphs for run in paragraph.runs):
        run._r.get_or_add_rPr().set("lang", SPOKEN[status.language])


def _eyebrow(status: Status) -> str:
    return phrase("status_of", status.language, quarter=words.period(status.quarter, status.language))


# --- fitting --------------------------------------------------------------


def _fitted(given: Sequence[TableData], room: float) -> list[TableData] | None:
    """Return tables in the largest size in which they fit below each other in `room` inches, or None."""
    for size in SIZES:
        tables = [data.sized(size) for data in given]
        if sum(sum(data.heights()) for data in tables) + 0.14 * (len(tables) - 1) <= room:
            return tables
    return None


def _pages(data: TableData, room: float, size: float = 11.0) -> Iterator[TableData]:
    """Yield a table in parts that each fit, for one too long for a slide."""
    data = data.sized(size)
    head, *heights = data.heights()
    start, used = 0, head
    for number, height in enumerate(heights):
        if head + height > room:
            raise SlidesError(f"'{data.rows[number][0].lines[0].text}' is too long for a slide; shorten its text")
        if used + height > room:
            yield replace(data, rows=data.rows[start:number])
            start, used = number, head
        used += height
    yield replace(data, rows=data.rows[start:])


def _one_table(deck: Deck, status: Status, eyebrow: str, title: str, data: TableData, notes: Sequence[str]) -> None:
    """Put a table on a slide of its own, or on as many as it needs."""
    fitted = _fitted([data], BODY)
    for number, part in enumerate(fitted or _pages(data, BODY)):
        named = title if number == 0 else phrase("continued", status.language, title=title)
        slide = _slide(deck, status, eyebrow, named)
        table(slide, EDGE, TOP, part, status.language)
        _spoken(slide, status, notes)


# --- cells ----------------------------------------------------------------


def _text(markdown: str, absent: str, size: float = 11.0) -> TableCell:
    found = [Line(p.text, size, bullet=p.bullet, runs=p.runs) for p in texts.paragraphs(markdown)]
    return TableCell(tuple(found) or (Line(absent, size, ink=QUIET),))


def _chip(row: Light, language: str, size: float = 11.0) -> TableCell:
    below = [*said.tendency(row, language), said.figures(row, language)]
    if row["colour"] == "grey" and row["reason"] != "not_on_record":
        below.append(said.why_grey(row, language))
    small = tuple(Line(text, size - 1) for text in below if text)
    return TableCell((Line(said.colour(row["colour"], language), size, True), *small), row["colour"])


def _previous(row: Light, language: str, size: float = 11.0) -> TableCell:
    colour = row["previous_colour"] or ""
    corrected = said.correction(row, language)
    kept = [Line(said.previous(row, language), size, bool(colour))]
    kept += [Line(phrase("corrected_is", language, correction=corrected), size - 1)] if corrected else []
    return TableCell(tuple(kept), colour)


def _earlier_quarter(status: Status) -> str:
    quarters = [quarter for quarter in status.lights["previous_quarter"] if quarter]
    return words.period(quarters[0], status.language) if quarters else phrase("previous_quarter", status.language)


# --- slides ---------------------------------------------------------------


def _front(deck: Deck, status: Status) -> None:
    language, rows = status.language, said.rows(status, "goal") + said.rows(status, "strategy")
    heads = [
        phrase("goal", language),
        _earlier_quarter(status),
        words.period(status.quarter, language),
        phrase("comment", language),
    ]
    cells = [
        [
            TableCell((Line(said.name(row, language), bold=True),)),
            _previous(row, language),
            _chip(row, language),
            _text(texts.written(status.prose, row["item"], "status"), phrase("no_goal_status", language)),
        ]
        for row in rows
    ]
    name = said.whole(status)
    title = phrase("front", language)
    data = TableData(heads, cells, (4.0, 2.4, 2.1, 3.83), phrase("table_of", language, title=title), 11.0)
    notes = [_eyebrow(status), *_grey_notes(rows, language), said.published_by(status)]
    _one_table(deck, status, f"{name} · {_eyebrow(status)}", title, data, notes)


def _grey_notes(rows: Sequence[Light], language: str) -> list[str]:
    """Return what grey stands for in these rows, each reason once."""
    reasons = dict.fromkeys(said.why_grey(row, language) for row in rows if row["colour"] == "grey")
    return [phrase("grey_means", language, reason="; ".join(reasons))] if reasons else []


def _columns(deck: Deck, status: Status, title: str, parts: Sequence[tuple[str, str]], notes: Sequence[str]) -> None:
    """Put texts side by side under their heads, as a table of one row; no column is narrower than its longest word."""
    language = status.language
    cells = [_text(text, phrase("no_text", language)) for _, text in parts]
    alt = phrase("table_of", language, title=title)
    data = TableData([head for head, _ in parts], [cells], _widths(parts), alt, 12.0)
    _one_table(deck, status, _eyebrow(status), title, data, notes)


def _widths(parts: Sequence[tuple[str, str]]) -> list[float]:
    """Return a width for each text by its length, but none narrower than its longest word in the largest size."""
    room, lengths = WIDTH - 2 * EDGE, [max(len(text), 300) for _, text in parts]
    words_ = [max(width(word, SIZES[0], True) for word in f"{head} {text}".split()) for head, text in parts]
    least = [min((word + 18) / 72, room / len(parts)) for word in words_]
    over = room - sum(least)
    more = [max(room * length / sum(lengths) - need, 0.0) for length, need in zip(lengths, least, strict=True)]
    return [need + over * wish / (sum(more) or 1.0) for need, wish in zip(least, more, strict=True)]


def _assessment(deck: Deck, status: Status) -> None:
    language = status.language
    parts = [
        (phrase(f"part_{key}", language), texts.written(status.prose, "strategy", key))
        for key in ("status", "movements", "follow-up", "insight")
    ]
    row = said.rows(status, "strategy")[0]
    notes = [phrase("now", language, light=said.now(row, language)), *_grey_notes([row], language)]
    notes += [phrase("movement_is", language, movement=said.moves(row, language))]
    _columns(deck, status, phrase("assessment", language), parts, notes)


def _summary(deck: Deck, status: Status) -> None:
    found = [texts.written(status.prose, "strategy", key) for key in texts.keys(status.prose, "strategy", "summary-")]
    parts = [texts.paragraphs(text) for text in found]
    named = [(head.text, "\n\n".join(p.text for p in rest)) for head, *rest in parts]
    if named:
        _columns(deck, status, phrase("summary", status.language), named, [said.published_by(status)])


def _goal(deck: Deck, status: Status, goal: int) -> None:
    """Make a goal's slide: indicators and sub-goals to the left, status and charts to the right."""
    language, row = status.language, said.rows(status, "goal", goal=goal)[0]
    title = said.name(row, language)
    left, parts = _goal_parts(status, goal)
    eyebrow = f"{phrase('goal_of', language, number=goal, count=len(status.strategy.goals))} · {_eyebrow(status)}"
    for number, tables in enumerate(parts):
        named = title if number == 0 else phrase("continued", language, title=title)
        slide, top = _slide(deck, status, eyebrow, named), TOP
        for data in tables:
            table(slide, EDGE, top, data, language)
            top += sum(data.heights()) + 0.14
        if number == 0:
            _beside(slide, status, row, charts_of(status, goal), EDGE + left + _GAP)
        _spoken(slide, status, _goal_notes(status, row))


def _goal_parts(status: Status, goal: int) -> tuple[float, list[list[TableData]]]:
    """Return how wide the tables of a goal are, and the tables of each slide: of one, if they fit."""
    for left in _LEFTS:
        tables = _goal_tables(status, goal, left)
        fitted = _fitted(tables, BODY)
        if fitted and fitted[0].rows[0][-1].lines[0].size >= _READABLE:
            break
    return left, [fitted] if fitted else [[part] for data in tables for part in _pages(data, BODY, 10.0)]


def _goal_tables(status: Status, goal: int, left: float) -> list[TableData]:
    language, tables = status.language, []
    for kind in ("indicator", "subgoal"):
        rows = said.rows(status, kind, goal=goal)
        heads = [phrase(kind, language), phrase("status", language), phrase("comment", language)]
        cells = [
            [
                TableCell((Line(said.name(row, language), bold=True),)),
                _chip(row, language),
                _text(texts.written(status.prose, row["item"]), phrase("no_comment", language)),
            ]
            for row in rows
        ]
        alt = phrase("table_of", language, title=phrase(f"{kind}s_of", language, goal=str(goal)))
        tables.append(TableData(heads, cells, (2.4, 1.3, left - 3.7), alt))
    return tables


def _beside(slide: Slide, status: Status, row: Light, charts: Sequence[Bars], left: float) -> None:
    language, right = status.language, WIDTH - EDGE - left
    lines_ = _goal_lines(status, row)
    tall = lines_height(lines_, right - 0.3) + 0.24
    panel(slide, (left, TOP, right, tall), lines_, row["colour"], language)
    top = TOP + tall + 0.15
    fitting = charts[: max(1, int((FOOT - 0.1 - top) / _LEAST_CHART))]
    if not fitting:
        box(slide, (left, top, right, 0.5), [Line(phrase("no_chart", language), 10.0, ink=QUIET)], language)
        return
    each = min((FOOT - 0.1 - top) / len(fitting), 3.2)
    for number, bars in enumerate(fitting):
        _chart(slide, (left, top + number * each, right, each - 0.12), bars, language)


def _goal_lines(status: Status, row: Light) -> list[Line]:
    language = status.language
    lines_ = [
        Line(words.period(status.quarter, language), 10.0, ink=INK),
        Line(said.now(row, language), 15.0, True),
        *(Line(text, 10.5) for text in (said.moves(row, language) if row["movement"] else "",) if text),
        *(Line(words.sentence(text), 9.5) for text in (said.why_grey(row, language),) if text),
    ]
    earlier = phrase("then_short", language, quarter=_earlier_quarter(status), light=said.previous(row, language))
    lines_.append(Line(words.sentence(earlier), 9.5, before=4))
    corrected = said.correction(row, language)
    if corrected:
        lines_.append(Line(phrase("corrected_is", language, correction=corrected), 9.5))
    for key in ("status", "note"):
        lines_ += [
            Line(p.text, 10.0, before=4, runs=p.runs)
            for p in texts.paragraphs(texts.written(status.prose, row["item"], key))
        ]
    return lines_


def _chart(slide: Slide, place: tuple[float, float, float, float], bars: Bars, language: str) -> None:
    left, top, width, height = place
    above = [Line(f"{bars.title} ({bars.unit})", 10.0, True)]
    below = [Line(" · ".join(bars.notes), 9.0, ink=QUIET)]
    high, low = lines_height(above, width), lines_height(below, width)
    box(slide, (left, top, width, high), above, language)
    data = ChartData(bars.title, bars.unit, bars.categories, bars.values, bars.halves, bars.alt, alike=bars.alike)
    chart(slide, (left, top + high, width, height - high - low), data)
    box(slide, (left, top + height - low, width, low), below, language)


def _goal_notes(status: Status, row: Light) -> list[str]:
    language = status.language
    notes = [said.name(row, language), phrase("now", language, light=said.now(row, language))]
    notes += _grey_notes(said.rows(status, "goal", "indicator", "subgoal", goal=row["goal"]), language)
    notes += ["", phrase("figures", language).upper(), *notes_of(status, row["goal"])]
    insight = texts.written(status.prose, row["item"], "insight")
    notes += ["", phrase("insight", language).upper(), texts.plain(insight)] if insight else []
    return [*notes, "", said.published_by(status)]


def _discussion(deck: Deck, status: Status) -> None:
    language = status.language
    rows = [
        [
            TableCell((Line(said.name(row, language), bold=True),)),
            _text(texts.written(status.prose, row["item"], key), phrase("no_text", language)),
        ]
        for row in said.rows(status, "goal")
        for key in texts.keys(status.prose, row["item"], "theme-")
    ]
    if rows:
        title = phrase("discussion", language)
        heads, widths = [phrase("goal", language), phrase("theme", language)], (3.2, WIDTH - 2 * EDGE - 3.2)
        data = TableData(heads, rows, widths, phrase("table_of", language, title=title), 11.0)
        _one_table(deck, status, _eyebrow(status), title, data, [said.published_by(status)])


def _reading(deck: Deck, status: Status) -> None:
    language = status.language
    pairs = ("colours", "grey_is", "ambition_head", "method", "licence_head")
    bodies = ("colours_text", "grey_text", "not_public_text", "method_text", "licence_text")
    rows = [
        [TableCell((Line(phrase(head, language), bold=True),)), TableCell((Line(phrase(text, language)),))]
        for head, text in zip(pairs, bodies, strict=True)
    ]
    used = status.sources.loc[sorted(set(status.observations["source"]))]
    rows.append(
        [
            TableCell((Line(phrase("sources", language), bold=True),)),
            TableCell((Line("; ".join(sorted(set(used["publisher"])))),)),
        ]
    )
    title = phrase("reading", language)
    heads = [phrase("topic", language), phrase("description", language)]
    data = TableData(heads, rows, (3.2, WIDTH - 2 * EDGE - 3.2), phrase("table_of", language, title=title), 11.0)
    notes = [f"{row['publisher']}: {row['title']} ({row['licence']})" for _, row in used.iterrows()]
    _one_table(deck, status, _eyebrow(status), title, data, notes)
