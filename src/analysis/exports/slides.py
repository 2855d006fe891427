"""The status as slides in the form the council uses: a front page, one slide a goal, and what is to be discussed.

Tables and charts are native, so that they can be edited; text is measured before it is placed, and takes a smaller size
or a further slide before it runs off.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.presentation import Presentation as PptxFile
from pptx.slide import Slide
from pptx.util import Inches, Pt

from analysis import text as words
from analysis.exports import content, slide_parts
from analysis.exports.content import Cell, Item, Paragraph, charts_of, items_of, parse, plain, readable
from analysis.exports.look import ACCENT, FILL, FONT, INK, LANGUAGE_TAG, QUIET, WARNING
from analysis.exports.slide_parts import Line, TableCell, TableData, count_lines, lines_height, text_width
from analysis.text.phrases import phrase
from analysis.views.status import Status
from analysis.views.tables.front_page import ANSWERS, answered

WIDTH, HEIGHT = 13.333, 7.5
EDGE, TOP, FOOT = 0.5, 1.14, 7.12  # the left edge of everything, where the body starts, where the foot is
ACROSS: Final = WIDTH - 2 * EDGE
BODY: Final = FOOT - TOP - 0.2
SIZES: Final = (16.0, 15.0, 14.0, 13.0, 12.0, *(quarters / 4 for quarters in range(47, 35, -1)))
_BETWEEN: Final = 0.14  # tables below each other
_LEFTS, _GAP = (9.1, 9.8), 0.3  # how wide a goal's tables are, and where they then would be hard to read
_READABLE: Final = 11.0
_LEAST_CHART: Final = 2.1
_COLOURS = {"dk2": ACCENT, "accent1": ACCENT}
_COLOURS |= {"accent2": FILL["green"], "accent3": FILL["yellow"], "accent4": FILL["red"]}


class SlidesError(ValueError):
    """A text that fits no slide in the smallest size that can be read; the message names the row."""


def make_slides(status: Status) -> PptxFile:
    """Return the slides of a status: goals then and now, what has moved, assessment, a slide a goal, how to read.

    16:9; every text in the status's language.

    Raises
    ------
    SlidesError
        For a single row longer than a slide.
    """
    deck, language = _Deck(_empty_file(status), status), status.language
    heads, rows = content.then_and_now(status, "goal", "strategy")
    notes = [deck.eyebrow, *deck.caveats]
    eyebrow = f"{content.strategy_name(status)} · {deck.eyebrow}"
    data = TableData(heads, _cells(rows), (2.9, 1.9, 1.9, 2.3, 3.33))
    deck.add_table(phrase("front", language), data, notes, eyebrow)
    _add_board(deck)
    (strategy,) = items_of(status, "strategy")
    movement = phrase("movement_is", language, movement=strategy.movement)
    notes = [strategy.experts_say, strategy.figures_say, movement]
    _add_columns(deck, phrase("assessment", language), content.assessment(status), notes)
    themes = [parse(text) for text in strategy.texts("summary-")]
    if themes:
        parts = [(head.text, "\n\n".join(each.text for each in rest)) for head, *rest in themes]
        _add_columns(deck, phrase("summary", language), parts, [content.published_by(status)])
    goals = items_of(status, "goal")
    for goal in goals:
        _add_goal(deck, goal)
    # what is to be discussed, where that was written, and how to read the report
    used = content.used_sources(status)
    rows = [[goal.head, parse(text) or phrase("no_text", language)] for goal in goals for text in goal.texts("theme-")]
    if rows:
        _add_pairs(deck, "discussion", ("goal", "theme"), rows, [content.published_by(status)])
    texts = [*content.reading(status), (phrase("sources", language), "; ".join(sorted(set(used["publisher"]))))]
    rows = [[("", [head]), [Paragraph(((text, False),))]] for head, text in texts]
    notes = [f"{row['publisher']}: {row['title']} ({row['licence']})" for _, row in used.iterrows()]
    _add_pairs(deck, "reading", ("topic", "description"), rows, notes)
    return deck.file


# --- the deck -------------------------------------------------------------


def _empty_file(status: Status) -> PptxFile:
    """Return an empty presentation in the report's look: 16:9, Arial, one layout with a title, the properties set."""
    file = Presentation()
    file.slide_width, file.slide_height = Inches(WIDTH), Inches(HEIGHT)
    # one layout is left, so that a slide added by hand looks like the others
    for layout in [layout for layout in file.slide_layouts if layout.name != "Title Only"]:
        file.slide_layouts.remove(layout)
    for part in (file.slide_master, file.slide_layouts[0]):
        for shape in list(part.placeholders):
            if shape.placeholder_format.type != 1 and shape.placeholder_format.idx != 0:
                shape._element.getparent().remove(shape._element)
                continue
            shape.left, shape.top, shape.width, shape.height = (Inches(x) for x in (EDGE, 0.5, ACROSS, 0.55))
            shape.text_frame.margin_left = shape.text_frame.margin_right = 0
    # the theme's letters and colours, so that what is added later by hand has the same look
    part = file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = re.sub(r'(<a:latin typeface=")[^"]+', rf"\g<1>{FONT}", part.blob.decode("utf-8"))
    for name, value in _COLOURS.items():
        theme = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf'\g<1><a:srgbClr val="{value}"/>\g<2>', theme, flags=re.S)
    part._blob = theme.encode("utf-8")
    content.set_properties(file.core_properties, status)
    return file


@dataclass(frozen=True)
class _Deck:
    """The presentation being written, and the status it shows."""

    file: PptxFile
    status: Status

    @property
    def language(self) -> str:
        """The language of the status."""
        return self.status.language

    @property
    def eyebrow(self) -> str:
        """The small line above a title."""
        return phrase("status_of", self.language, quarter=content.quarter(self.status))

    @property
    def caveats(self) -> list[str]:
        """What is not known of ambitions and colours, if anything, and until when figures are counted in."""
        return list(filter(None, [content.absent_text(self.status), content.published_by(self.status)]))

    def add_slide(self, eyebrow: str, title: str, notes: Sequence[str]) -> Slide:
        """Add a slide with its title and the speaker's notes, whose languages a screen reader can read off them."""
        slide, tag = self.file.slides.add_slide(self.file.slide_layouts[0]), LANGUAGE_TAG[self.language]
        sizes = (size for size in (26.0, 24.0, 22.0, 20.0) if count_lines(title, size, (WIDTH - 1.1) * 72, True) == 1)
        frame, spoken = slide.shapes.title.text_frame, slide.notes_slide.notes_text_frame
        frame.text, spoken.text = readable(title), readable("\n".join(notes))
        run = frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold, run.font.color.rgb = Pt(next(sizes, 18.0)), True, RGBColor.from_string(INK)
        frame.paragraphs[0]._p.get_or_add_pPr().set("algn", "l")
        for paragraph in (*frame.paragraphs, *spoken.paragraphs):
            for run in paragraph.runs:
                run._r.get_or_add_rPr().set("lang", tag)
        slide_parts.rectangle(slide, (0, 0, WIDTH, 0.12), ACCENT)
        slide_parts.box(slide, (EDGE, 0.28, 9, 0.2), [Line(eyebrow, 11.0, True, ACCENT)], self.language)
        if banner := words.scenario_text(self.status.strategy, self.language, short=True):
            slide_parts.rectangle(slide, (0, 0, WIDTH, 0.26), WARNING)
            slide_parts.box(slide, (EDGE, 0.03, ACROSS, 0.2), [Line(banner, 12.0, True, "FFFFFF")], self.language)
        foot = f"{content.title(self.status)} · {content.published_by(self.status)}"
        slide_parts.footer(slide, foot, (EDGE, FOOT, ACROSS, 0.25), self.language)
        return slide

    def add_table(self, title: str, data: TableData, notes: Sequence[str], eyebrow: str = "") -> None:
        """Put a table on a slide of its own, or on as many as it needs; its alternative text is its title."""
        data = replace(data, alt=phrase("table_of", self.language, title=title))
        for number, part in enumerate(_fitted([data]) or _pages(data)):
            slide = self.add_slide(eyebrow or self.eyebrow, self.continued(title, number), notes)
            slide_parts.table(slide, EDGE, TOP, part, self.language)

    def continued(self, title: str, number: int) -> str:
        """Return the title of the slide of that number of those with one title."""
        return phrase("continued", self.language, title=title) if number else title


# --- fitting --------------------------------------------------------------


def _fitted(unsized: Sequence[TableData]) -> list[TableData] | None:
    """Return tables in the largest size in which they fit below each other on a slide, or None."""
    for size in SIZES:
        tables = [data.sized(size) for data in unsized]
        if sum(sum(data.heights()) for data in tables) + _BETWEEN * (len(tables) - 1) <= BODY:
            return tables
    return None


def _pages(data: TableData, size: float = 11.0) -> Iterator[TableData]:
    """Yield a table in parts that each fit, for one too long for a slide."""
    data = data.sized(size)
    head, *heights = data.heights()
    start, used = 0, head
    for number, height in enumerate(heights):
        if head + height > BODY:
            raise SlidesError(f"'{data.rows[number][0].lines[0].text}' is too long for a slide; shorten its text")
        if used + height > BODY:
            yield replace(data, rows=data.rows[start:number])
            start, used = number, head
        used += height
    yield replace(data, rows=data.rows[start:])


# --- cells ----------------------------------------------------------------


def _cells(rows: Iterable[Iterable[Cell]]) -> list[list[TableCell]]:
    """Return cells as lines: the first of a look bold and the others small, paragraphs as written, the rest quiet."""

    def lines(cell: Cell) -> list[Line]:
        match cell:
            case (_, [first, *others]):
                return [Line(first, bold=True), *(Line(text, 10.0) for text in others)]
            case str():
                return [Line(cell, ink=QUIET)]
        return [Line(each.text, bullet=each.bullet, runs=each.runs) for each in cell]

    return [[TableCell(tuple(lines(cell)), cell[0] if isinstance(cell, tuple) else "") for cell in row] for row in rows]


# --- slides ---------------------------------------------------------------


def _add_board(deck: _Deck) -> None:
    """Add what has moved, what has not and what nobody can know: a row a goal, each indicator with its figures."""
    status, language = deck.status, deck.language
    answers, rows = answered(status.lights), []
    for goal in items_of(status, "goal"):
        own = items_of(status, "indicator", goal=goal["goal"])
        (row,) = _cells([[goal.head]])
        for answer in ANSWERS:
            chosen = [item for item in own if answers[item["item"]] == answer]
            lines = [line for item in chosen for line in (Line(item.name), Line(item.figures, bold=True))]
            row.append(TableCell(tuple(lines) or (Line("–", ink=QUIET),)))
        rows.append(row)
    heads = [phrase("goal", language), *(words.front_text(answer, language) for answer in ANSWERS)]
    title = words.front_text("caption", language, quarter=content.quarter(status))
    deck.add_table(title, TableData(heads, rows, (2.6, 3.24, 3.24, 3.25)), deck.caveats)


def _add_columns(deck: _Deck, title: str, parts: Sequence[tuple[str, str]], notes: Sequence[str]) -> None:
    """Put Markdown texts side by side under their heads, as a table of one row.

    A text gets width by its length, but none less than its longest word takes in the largest size.
    """
    cells = _cells([[parse(text) or phrase("no_text", deck.language) for _, text in parts]])
    # a word that is wider than its column would break within itself
    longest = [max(text_width(word, SIZES[0], True) for word in f"{head} {text}".split()) for head, text in parts]
    least = [min((word + 18) / 72, ACROSS / len(parts)) for word in longest]
    lengths = [max(len(text), 300) for _, text in parts]
    more = [max(ACROSS * length / sum(lengths) - need, 0.0) for length, need in zip(lengths, least, strict=True)]
    share = (ACROSS - sum(least)) / (sum(more) or 1.0)
    widths = [need + share * wish for need, wish in zip(least, more, strict=True)]
    deck.add_table(title, TableData([head for head, _ in parts], cells, widths, head_size=12.0), notes)


def _add_goal(deck: _Deck, goal: Item) -> None:
    """Make a goal's slide: indicators and sub-goals to the left, status and charts to the right."""
    status, language = deck.status, deck.language
    kinds = {kind: content.rows_of_goal(status, goal["goal"], kind) for kind in ("indicator", "subgoal")}
    # wider tables leave less for the charts, and are tried only where the text would be too small to read
    for left in _LEFTS:
        tables = []
        for kind, (title, heads, rows) in kinds.items():
            narrow = (2.1, 1.35, 1.5) if kind == "indicator" else (2.1, 1.35)
            alt = phrase("table_of", language, title=title)
            tables.append(TableData(heads, _cells(rows), (*narrow, left - sum(narrow)), alt, 10.0))
        fitted = _fitted(tables)
        if fitted and fitted[0].rows[0][-1].lines[0].size >= _READABLE:
            break
    parts = [fitted] if fitted else [[part] for data in tables for part in _pages(data, 10.0)]
    place = phrase("goal_of", language, number=goal["goal"], count=len(status.strategy.goals))
    for number, part in enumerate(parts):
        slide = deck.add_slide(f"{place} · {deck.eyebrow}", deck.continued(goal.name, number), _goal_notes(goal))
        top = TOP
        for data in part:
            slide_parts.table(slide, EDGE, top, data, language)
            top += sum(data.heights()) + _BETWEEN
        if number == 0:
            _add_beside(slide, goal, EDGE + left + _GAP)


def _add_beside(slide: Slide, goal: Item, left: float) -> None:
    """Put a goal's light and text on a panel at the right, and as many charts below it as there is space for."""
    language, across = goal.language, WIDTH - EDGE - left
    earlier = phrase("then_short", language, quarter=content.earlier_quarter(goal.status), light=goal.previous)
    described = [
        Line(phrase("experts_in", language, quarter=content.quarter(goal.status)), 10.0),
        Line(goal.experts, 15.0, True),
        *(Line(text, 10.5) for text in [goal.movement] if goal["movement"]),
        Line(goal.figures_say, 10.5, before=4),
        Line(words.sentence(earlier), 9.5, before=4),
        *(Line(text, 9.5) for text in goal.corrections),
    ]
    for each in goal.paragraphs("status") + goal.paragraphs("note"):
        described.append(Line(each.text, 10.0, before=4, runs=each.runs))
    tall = lines_height(described, across - 0.3) + 0.24
    slide_parts.panel(slide, (left, TOP, across, tall), described, goal.experts_look or "state", language)
    top = TOP + tall + 0.15
    space = FOOT - 0.1 - top
    charts = charts_of(goal.status, goal["goal"])[: max(1, int(space / _LEAST_CHART))]
    if not charts:
        absent = Line(phrase("no_chart", language), 10.0, ink=QUIET)
        slide_parts.box(slide, (left, top, across, 0.5), [absent], language)
    each = min(space / max(len(charts), 1), 3.2)
    for number, bars in enumerate(charts):
        start, tall = top + number * each, each - 0.12
        above = [Line(f"{bars.title} ({bars.unit})", 10.0, True)]
        below = [Line(" · ".join(bars.notes), 9.0, ink=QUIET)]
        high, low = lines_height(above, across), lines_height(below, across)
        slide_parts.box(slide, (left, start, across, high), above, language)
        slide_parts.chart(slide, (left, start + high, across, tall - high - low), bars)
        slide_parts.box(slide, (left, start + tall - low, across, low), below, language)


def _goal_notes(goal: Item) -> list[str]:
    """Return what a speaker needs beside a goal's slide: each figure in words with n and source, and the proposal."""
    status, language = goal.status, goal.language
    notes = [goal.name, goal.experts_say, "", phrase("figures", language).upper()]
    for item in items_of(status, "indicator", goal=goal["goal"]):
        grade = f"{phrase('grade', language)}: {words.grade(item['grade'], language)}"
        notes += [item.name, f"– {item.figures}. {' '.join(filter(None, item.explained))} {grade}."]
        for slug, promise in status.strategy.measures_of(item["item"], role="assessed").iterrows():
            change = words.change_sentence(status.trends.loc[slug], language)
            notes.append(f"– {promise[f'name_{language}']}: {change}")
            if sources := content.sources_of(status, slug):
                notes.append(f"  {content.sources_line(sources, language)}")
    insight = goal.text("insight")
    notes += ["", phrase("insight", language).upper(), plain(insight)] if insight else []
    return [*notes, "", content.published_by(status)]


def _add_pairs(
    deck: _Deck, title: str, heads: tuple[str, str], rows: Sequence[Sequence[Cell]], notes: Sequence[str]
) -> None:
    """Put a narrow and a wide column on slides; title and heads are keys of phrases."""
    title, *columns = (phrase(key, deck.language) for key in (title, *heads))
    deck.add_table(title, TableData(columns, _cells(rows), (3.2, ACROSS - 3.2)), notes)
