"""The front page at one look: key figures, and every light in one table with each reason once below it."""

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
# how a judgement may rest on the sources without naming a colour
_ON_RECORD: Final = ("explicit", "tendency", "change")


def key_figures(lights: pd.DataFrame, trends: pd.DataFrame, language: str = "nb") -> Block:
    """Return how many goals and indicators moved, and how many rows are judged, on record and measured.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        Figures beside each other, each with what it counts.

    """
    goals, indicators = (lights[lights["kind"] == kind] for kind in ("goal", "indicator"))
    rows = lights[lights["kind"] != "strategy"]
    judged = rows["colour_source"] == "judgement"
    # a quarter that nobody has judged has no documented colour to count, so it counts the judgements themselves
    documented = judged & (rows["colour"] != "grey") if judged.any() else judged
    measured = trends.loc[(trends["role"] == "assessed") & (trends["missing"] == ""), "indicator"]
    moved = {code: int((indicators["movement"] == code).sum()) for code in ("down", "split", "unchanged")}
    proposed = (indicators["proposed"] != "grey").sum()
    cards = [
        (goals["movement"] == "up", front_text("goals_better", language)),
        (indicators["movement"] == "up", front_text("indicators_better", language, **moved)),
        (documented, front_text("documented" if judged.any() else "judged_rows", language)),
        (indicators.index.isin(measured), front_text("measured", language, proposed=proposed)),
    ]
    return markup.keys(
        (front_text("share", language, part=sum(counted), whole=len(counted)), caption) for counted, caption in cards
    )


def overview(lights: pd.DataFrame, quarter: str, language: str = "nb") -> Block:
    """Return the whole and its goals then and now, with their indicators and sub-goals as tiles.

    Colours as published then, as corrected since and as decided now; movement; what the figures suggest and how sure
    that is. Why a field is grey or empty is a numbered note below the table, written once.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    quarter : str
        The quarter reported, as ``2024Q1``.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    # the whole first: descending, as goal comes before strategy in the alphabet
    chosen = lights[lights["kind"].isin(["strategy", "goal"])].sort_values("kind", ascending=False, kind="stable")
    notes = Notes("oversikt", lambda number: front_text("note", language, number=number))
    earlier = chosen["previous_quarter"].max()
    then = words.period(earlier, language) if earlier else label("previous_report", language)
    widths = {label("goal", language): 20, then: 14, words.period(quarter, language): 15}
    widths |= {label("movement", language): 10, front_text("figures", language): 11, front_text("parts", language): 30}
    rows = []
    for row in records(chosen):
        before = _then(row, notes, language)
        reasons = [_why_grey(row["reason"], language)] if row["colour"] == "grey" else []
        reasons += [words.sentence(text)] if (text := unjudged(row, language)) else []
        now = markup.light(row["colour"], language, row["towards"], row["weak"], mark=notes.mark(*reasons))
        rows.append(
            (
                item_link(row, language, numbered=True),
                before,
                markup.large(now),
                movement(row["movement"], language),
                _proposal(lights, row, notes, language),
                _tiles(lights, row, language),
            )
        )
    columns = [Column(name, width=width) for name, width in widths.items()]
    table = markup.table(front_text("caption", language), columns, rows, slim=True)
    return table + notes.block() + markup.paragraph(front_text("tiles-note", language), "note")


def _then(row: dict, notes: Notes, language: str) -> Cell:
    """Return the light of the previous report as published, and how it has been corrected since."""
    if not row["previous_quarter"] or not row["previous_colour"]:
        return notes.mark(front_text("first_report", language))
    mark = notes.mark(front_text("not_on_record", language)) if row["previous_colour"] == "grey" else ""
    light = markup.light(row["previous_colour"], language, row["previous_towards"], mark=mark)
    return markup.lines([light, *correction(row, language)])


def correction(row: dict | pd.Series, language: str) -> list[Cell]:
    """Return how the light of the previous report has been corrected since; nothing where it has not."""
    if not row["previous_correction"]:
        return []
    corrected = row["previous_corrected"]
    direction = markup.small(label(f"corrected_{row['previous_correction']}", language))
    return [direction, markup.chip(corrected, language) if corrected else ""]


def unjudged(row: dict | pd.Series, language: str) -> str:
    """Return that nobody has judged a row, and that its colour, if it has one, is the figures'; else nothing."""
    if row["colour_source"] != "proposal":
        return ""
    return words.record("", language) if row["colour"] == "grey" else label("proposed", language)


def _proposal(lights: pd.DataFrame, row: dict, notes: Notes, language: str) -> Cell:
    """Return what the figures suggest, and how sure the colours of the indicators below it are."""
    own = lights[(lights["kind"] == "indicator") & ((lights["goal"] == row["goal"]) | (row["kind"] == "strategy"))]
    counts = own["certainty"].value_counts()
    certainties = [
        f"{words.number(int(counts[code]), language)} {words.certainty(code, language)}"
        for code in ("robust", "uncertain", "borderline")
        if code in counts
    ]
    mark = ""
    if row["proposed"] == "grey":
        mark = notes.mark(_why_grey(row["proposed_reason"], language))
    elif not certainties:
        mark = notes.mark(front_text("not_calculated", language))
    light = markup.light(row["proposed"], language, row["proposed_towards"], row["proposed_weak"], mark=mark)
    return markup.within(light, ", ".join(certainties))


def _why_grey(code: str, language: str) -> str:
    if code in ("not_on_record", "thin_basis"):  # a note has space for more than a table's cell
        return front_text(code, language)
    return words.sentence(words.reason(code, language))


def _tiles(lights: pd.DataFrame, row: dict, language: str) -> Cell:
    """Return the indicators of a goal as small tiles, below them its sub-goals; those of the whole are its goals'."""
    if row["kind"] != "goal":  # each would be there twice
        return ""
    tiles = {"indicator": [], "subgoal": []}
    for part in records(lights[(lights["goal"] == row["goal"]) & lights["kind"].isin(list(tiles))]):
        light = words.light(part["colour"], language, part["towards"], part["weak"])
        movement, name = words.movement(part["movement"], language), part[f"name_{language}"]
        in_words = front_text("tile", language, item=part["item"], name=name, light=light, movement=movement)
        # without a movement there is no sign for it
        signs = " ".join(filter(None, (words.SYMBOL[part["colour"]], words.MOVEMENT_SYMBOL[part["movement"]])))
        unknown = part["colour"] == "grey" and part["record"] not in _ON_RECORD
        page = page_of(part["kind"], part["goal"], part["slug"])
        tile = markup.tile(page, (part["item"], signs), part["colour"], in_words, dashed=unknown)
        tiles[part["kind"]].append(tile)
    return markup.lines(markup.abreast(row_of_tiles) for row_of_tiles in tiles.values())


def movement(code: str, language: str) -> Cell:
    """Return a movement since the previous report as arrow and word; without one, that none is stated."""
    return markup.signed(words.MOVEMENT_SYMBOL[code], words.movement(code, language))


def distribution(lights: pd.DataFrame, language: str = "nb") -> Block:
    """Return how many goals, indicators and sub-goals have each colour and each movement.

    The colours are counted as decided and, of the indicators, as the figures suggest.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        One table of colours and one of movements.

    """
    kinds = {front_text(name, language): lights[lights["kind"] == kind] for name, kind in _KINDS.items()}
    colours = {name: rows["colour"] for name, rows in kinds.items()}
    colours[front_text("by_figures", language)] = lights.loc[lights["kind"] == "indicator", "proposed"]
    movements = {name: rows["movement"] for name, rows in kinds.items()}
    signs = {code: f"{words.SYMBOL[code]} {words.colour(code, language)}" for code in COLOURS}
    # the word before the colon is the movement, the rest explains it: too long for the head of a narrow column
    arrows = {
        code: f"{words.MOVEMENT_SYMBOL[code]} {words.movement(code, language).partition(':')[0]}".strip()
        for code in ("up", "unchanged", "down", "split", "")
    }
    return _counts("colours_caption", signs, colours, language) + _counts(
        "movements_caption", arrows, movements, language
    )


def _counts(caption: str, heads: dict[str, str], groups: dict[str, pd.Series], language: str) -> Block:
    rows = [
        (name, *(words.number(int((codes == code).sum()), language) for code in heads))
        for name, codes in groups.items()
    ]
    columns = [Column(front_text("rows", language)), *(Column(head, numeric=True) for head in heads.values())]
    return markup.table(front_text(caption, language), columns, rows, slim=True)
