"""The front page at one look: key figures, every light of the strategy in one table, each reason said once below."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from analysis import text as words
from analysis.text import label
from analysis.text.phrases import front_text
from analysis.views.tables import markup
from analysis.views.tables.links import item_link, page_of, records
from analysis.views.tables.markup import Block, Cell, Column, Notes

COLOURS: Final = ("green", "yellow", "red", "grey")
_KINDS: Final = {"goals": "goal", "indicators": "indicator", "subgoals": "subgoal"}
_ON_RECORD: Final = ("explicit", "tendency", "change")


def key_figures(lights: pd.DataFrame, trends: pd.DataFrame, language: str = "nb") -> Block:
    """Return how many goals and indicators moved, and how many rows are judged, on record and measured."""
    goals, indicators = (lights[lights["kind"] == kind] for kind in ("goal", "indicator"))
    rows = lights[lights["kind"] != "strategy"]
    judged = (rows["colour_source"] == "judgement").sum()
    known = trends[(trends["role"] == "assessed") & (trends["missing"] == "")]["indicator"]
    proposed = (indicators["proposed"] != "grey").sum()
    moved = {code: int((indicators["movement"] == code).sum()) for code in ("down", "split", "unchanged")}
    cards = [
        (_share(goals["movement"] == "up", language), front_text("goals_better", language)),
        (_share(indicators["movement"] == "up", language), front_text("indicators_better", language, **moved)),
        (_share((rows["colour_source"] == "judgement") & (rows["colour"] != "grey"), language),
         front_text("documented", language))
        if judged
        else (_share(rows["colour_source"] == "judgement", language), front_text("judged_rows", language)),
        (_share(indicators.index.isin(known), language), front_text("measured", language, proposed=proposed)),
    ]  # fmt: skip
    return markup.keys(cards)


def _share(held: Iterable[bool], language: str) -> Cell:
    held = list(held)
    return markup.text(front_text("share", language, part=sum(held), whole=len(held)))


def overview(lights: pd.DataFrame, quarter: str, language: str = "nb") -> Block:
    """Return the whole and its goals then and now, each with the lights of its indicators and sub-goals as tiles.

    Colours as published then, as corrected since and as decided now; movement; what the figures suggest and how sure
    that is. Why a field is grey or empty is a numbered note below the table, said once.
    """
    chosen = lights[lights["kind"].isin(["strategy", "goal"])].sort_values("kind", ascending=False, kind="stable")
    notes = Notes("oversikt", lambda number: front_text("note", language, number=number))
    earlier = chosen["previous_quarter"].max()
    then = words.period(earlier, language) if earlier else label("previous_report", language)
    widths = {label("goal", language): 20, then: 14, words.period(quarter, language): 15}
    widths |= {label("movement", language): 10, front_text("figures", language): 11, front_text("parts", language): 30}
    rows = [
        (
            item_link(row, language, numbered=True),
            _then(row, notes, language),
            markup.large(_now(row, notes, language)),
            movement(row, language),
            _proposal(lights, row, notes, language),
            _tiles(lights, row, language),
        )
        for row in records(chosen)
    ]
    columns = [Column(name, width=width) for name, width in widths.items()]
    board = markup.table(front_text("caption", language), columns, rows, slim=True)
    return board + notes.block() + markup.paragraph(front_text("tiles-note", language), "note")


def _then(row: dict, notes: Notes, language: str) -> Cell:
    if not row["previous_quarter"] or not row["previous_colour"]:
        return notes.mark(front_text("first_report", language))
    grey = row["previous_colour"] == "grey"
    mark = notes.mark(front_text("not_on_record", language)) if grey else markup.NOTHING
    shown = markup.light(row["previous_colour"], language, row["previous_towards"], mark=mark)
    if not row["previous_correction"]:
        return shown
    corrected = markup.chip(row["previous_corrected"], language) if row["previous_corrected"] else markup.NOTHING
    said = markup.small(label(f"corrected_{row['previous_correction']}", language))
    return markup.lines([shown, said, corrected])


def _now(row: dict, notes: Notes, language: str) -> Cell:
    reasons = [_because(row["reason"], language)] if row["colour"] == "grey" else []
    reasons += [words.sentence(text)] if (text := unjudged(row, language)) else []
    return markup.light(row["colour"], language, row["towards"], row["weak"], mark=notes.mark(*reasons))


def unjudged(row: dict | pd.Series, language: str) -> str:
    """Return that nobody has judged a row, and that its colour, if it has one, is the figures'; else nothing."""
    if row["colour_source"] != "proposal":
        return ""
    return words.record("", language) if row["colour"] == "grey" else label("proposed", language)


def _proposal(lights: pd.DataFrame, row: dict, notes: Notes, language: str) -> Cell:
    """Return what the figures suggest, and how sure the colours of the indicators below it are."""
    own = lights[(lights["kind"] == "indicator") & ((lights["goal"] == row["goal"]) | (row["kind"] == "strategy"))]
    counts = own["certainty"].value_counts()
    sure = [
        f"{words.number(int(counts[code]), language)} {words.certainty(code, language)}"
        for code in ("robust", "uncertain", "borderline")
        if code in counts
    ]
    reason = front_text("not_calculated", language)
    if row["proposed"] == "grey":
        reason = _because(row["proposed_reason"], language)
    mark = notes.mark(reason) if row["proposed"] == "grey" or not sure else markup.NOTHING
    shown = markup.light(row["proposed"], language, row["proposed_towards"], row["proposed_weak"], mark=mark)
    return markup.within(shown, ", ".join(sure))


def _because(code: str, language: str) -> str:
    said = words.reason(code, language)
    return front_text(code, language) if code in ("not_on_record", "thin_basis") else words.sentence(said)


def _tiles(lights: pd.DataFrame, row: dict, language: str) -> Cell:
    """Return the indicators of a goal as small tiles, below them its sub-goals; those of the whole are its goals'."""
    if row["kind"] != "goal":
        return markup.NOTHING
    own = lights[lights["goal"] == row["goal"]]
    kinds = (own[own["kind"] == kind] for kind in ("indicator", "subgoal"))
    return markup.lines(markup.abreast(_tile(part, language) for part in records(kind)) for kind in kinds)


def _tile(row: dict, language: str) -> Cell:
    said = front_text(
        "tile",
        language,
        item=row["item"],
        name=row[f"name_{language}"],
        light=words.light(row["colour"], language, row["towards"], row["weak"]),
        movement=words.movement(row["movement"], language),
    )
    signs = " ".join(filter(None, (words.SYMBOL[row["colour"]], words.MOVEMENT_SYMBOL[row["movement"]])))
    known = row["colour"] != "grey" or row["record"] in _ON_RECORD
    return markup.tile(page_of(row["kind"], row["goal"], row["slug"]), row["item"], signs, row["colour"], said, known)


def movement(row: dict | pd.Series, language: str) -> Cell:
    """Return the movement since the previous report as arrow and word; without one, that none is stated."""
    symbol, word = words.MOVEMENT_SYMBOL[row["movement"]], words.movement(row["movement"], language)
    if not symbol:
        return markup.text(word)
    return Cell(f'<span aria-hidden="true">{symbol}</span> {markup.escape(word)}', f"{symbol} {word}")


def distribution(lights: pd.DataFrame, language: str = "nb") -> Block:
    """Return how many goals, indicators and sub-goals have each colour, as decided and as the figures suggest, and how
    many have each movement.
    """
    indicators = lights[lights["kind"] == "indicator"]
    colours = {front_text(name, language): lights[lights["kind"] == kind]["colour"] for name, kind in _KINDS.items()}
    colours[front_text("by_figures", language)] = indicators["proposed"]
    movements = {
        front_text(name, language): lights[lights["kind"] == kind]["movement"] for name, kind in _KINDS.items()
    }
    signs = {code: f"{words.SYMBOL[code]} {words.colour(code, language)}" for code in COLOURS}
    arrows = {
        code: f"{words.MOVEMENT_SYMBOL[code]} {words.movement(code, language).partition(':')[0]}".strip()
        for code in ("up", "unchanged", "down", "split", "")
    }
    tables = [
        _counts(front_text("colours_caption", language), signs, colours, language),
        _counts(front_text("movements_caption", language), arrows, movements, language),
    ]
    return markup.together(tables)


def _counts(caption: str, heads: dict[str, str], groups: dict[str, pd.Series], language: str) -> Block:
    rows = [
        (markup.text(name), *(markup.text(words.number(int((codes == code).sum()), language)) for code in heads))
        for name, codes in groups.items()
    ]
    columns = [Column(front_text("rows", language)), *(Column(head, numeric=True) for head in heads.values())]
    return markup.table(caption, columns, rows, slim=True)
