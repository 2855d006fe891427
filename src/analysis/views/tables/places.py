"""The two places of every row, never merged: what the experts judged, and what the figures say."""

from typing import Final

import pandas as pd

from analysis import text as words
from analysis.text import label
from analysis.views.tables import markup
from analysis.views.tables.markup import Block, Cell

# where the ambitions are published that could not be obtained
AMBITIONS: Final = "https://www.ehelse.no/publikasjoner/strategiske-e-helseindikatorer"


def judged(row: dict | pd.Series, language: str) -> Cell:
    """Return the experts' place: a filled colour with its tendency, that the colour is lost, or that none was given."""
    if row["judgement_state"] == "not_judged":
        return markup.state("not_judged", language)
    colour = row["judged"] if row["judgement_state"] == "judged" else row["judgement_state"]
    return markup.light(colour, language, row["towards"], row["weak"])


def figures(row: dict | pd.Series, language: str) -> Cell:
    """Return the figures' place: a colour against a target, a direction in its frame, or the state that it is in.

    Where a direction points is said in words; the sign of a colour would be taken for a judgement's.
    """
    kind = row["figures_state"]
    if kind == "filled":
        return markup.light(row["proposed"], language, row["proposed_towards"], row["proposed_weak"])
    if kind == "outlined":
        change = row["direction_answer"], row["direction_fragile"]
        hollow = markup.hollow(row["direction_colour"], language, *change)
        if not row["direction_towards"]:
            return hollow
        pointing = words.pointing(row["direction_towards"], False, language)
        return markup.spaced(hollow, markup.tag("span", pointing, class_="towards"))
    return markup.state(kind, language)


def why(row: dict | pd.Series, language: str) -> str:
    """Return what explains the figures' place of a row: its rule, its base, or a reason.

    What a state's own word says already is left out, as is what holds for a whole table.
    """
    kind = row["figures_state"]
    if kind == "filled":
        return words.reason(row["proposed_reason"] or row["rule"], language)
    if kind == "outlined":
        return ""
    if kind == "thin_basis":
        return words.base(row, language)
    # that it is not measured is the state; that it is too old, broken or withheld is not
    stated = ("", "unmeasured", "no_observation", "no_target", "one_point", "no_figures", "direction_only")
    return "" if row["proposed_reason"] in stated else words.reason(row["proposed_reason"], language)


def movement(code: str, language: str) -> Cell:
    """Return a movement since the previous report as arrow and word; without one, that none is stated."""
    return markup.signed(words.MOVEMENT_SYMBOL[code], words.movement(code, language))


def previous(row: dict | pd.Series, language: str) -> Cell:
    """Return the experts' place in the previous report as published; that there was none is stated."""
    if not row["previous_quarter"] or not row["previous_colour"]:
        return label("no_previous" if not row["previous_quarter"] else "missing_value", language)
    grey = row["previous_colour"] == "grey"
    return markup.light(
        "colour_lost" if grey else row["previous_colour"], language, row["previous_towards"], bool(row["previous_weak"])
    )


def correction(row: dict | pd.Series, language: str) -> list[Cell]:
    """Return how the light of the previous report has been corrected since; nothing where it has not."""
    if not row["previous_correction"]:
        return []
    corrected = row["previous_corrected"]
    direction = markup.small(label(f"corrected_{row['previous_correction']}", language))
    return [direction, markup.chip(corrected, language) if corrected else ""]


def ambitions_note(lights: pd.DataFrame, language: str) -> Block:
    """Return once for all rows of a table that ambitions were not obtained, and where they are; else nothing."""
    without = lights["figures_state"].isin(["outlined", "one_figure", "ambition_not_obtained"])
    if not (without & (lights["kind"] == "indicator")).any():
        return markup.EMPTY
    text = markup.escape(label("ambitions_not_obtained", language, document="{}"))
    return markup.paragraph(text.format(markup.link(AMBITIONS, label("ambitions_document", language))), "note")
