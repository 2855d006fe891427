"""What is said of one light or one measure, in short words that fit a cell of a sheet, a slide or a document."""

from typing import Any, Final

import pandas as pd

from analysis import text as words
from analysis.core.periods import as_of_date
from analysis.exports import texts
from analysis.text.phrases import phrase
from analysis.views.status import Status

Light = dict[str, Any]  # one row of lights with its item

# The fill of a cell that holds a colour's word in dark ink, and the ink of its symbol: at least 3 to 1 on that fill.
TINT: Final = {"green": "CDE7E2", "yellow": "FFE7A0", "red": "F7D4D1", "grey": "E5E8EC"}
EDGE: Final = {"green": "00695C", "yellow": "7A5600", "red": "B3261E", "grey": "52606D"}
INK: Final = "1F2933"
QUIET: Final = "52606D"
ACCENT: Final = "1F4E79"


def rows(status: Status, *kinds: str, goal: int | None = None) -> list[Light]:
    """Return the lights of these kinds, of one goal where it is named, in report order."""
    lights = status.lights
    chosen = lights[lights["kind"].isin(kinds) & ((goal is None) | (lights["goal"] == goal))]
    return chosen.reset_index().to_dict("records")


def colour(name: str, language: str) -> str:
    """Return a colour as symbol and word."""
    return f"{words.SYMBOL[name]} {words.colour(name, language)}"


def light(name: str, language: str, towards: str = "", weak: bool = False) -> str:
    """Return a colour as symbol and word with where it points."""
    return f"{words.SYMBOL[name]} {words.light(name, language, towards, weak)}"


def now(row: Light, language: str) -> str:
    """Return a light as decided, with where it points."""
    return light(row["colour"], language, row["towards"], row["weak"])


def tendency(row: Light, language: str) -> list[str]:
    """Return where a light points and how it has moved; that neither is known is said."""
    pointing = [words.pointing(row["towards"], row["weak"], language)] if row["towards"] else []
    moved = [moves(row, language)] if row["movement"] else []
    return pointing + moved or [phrase("no_movement", language)]


def moves(row: Light, language: str) -> str:
    """Return how a light has moved, with its arrow."""
    return f"{words.MOVEMENT_SYMBOL[row['movement']]} {words.movement(row['movement'], language)}".strip()


def figures(row: Light, language: str) -> str:
    """Return the colour the figures propose beside a judgement; empty where they propose none or nobody judged."""
    if row["proposed"] == "grey" or row["colour_source"] == "proposal":
        return ""
    return phrase("figures_say", language, light=colour(row["proposed"], language))


def previous(row: Light, language: str) -> str:
    """Return the light of the previous report as published; that none was or that it is unknown is said."""
    if not row["previous_quarter"] or not row["previous_colour"]:
        return phrase("no_earlier" if not row["previous_quarter"] else "not_stated", language)
    said = light(row["previous_colour"], language, row["previous_towards"])
    grey = f" ({words.reason('not_on_record', language)})" if row["previous_colour"] == "grey" else ""
    return said + grey


def correction(row: Light, language: str) -> str:
    """Return how the previous light is seen now; empty where nothing was corrected."""
    if not row["previous_correction"]:
        return ""
    said = phrase(f"corrected_{row['previous_correction']}", language)
    seen = f" ({colour(row['previous_corrected'], language)})" if row["previous_corrected"] else ""
    return said + seen


def why_grey(row: Light, language: str) -> str:
    """Return why a light has no colour; empty for one that has."""
    return words.reason(row["reason"], language) if row["colour"] == "grey" else ""


def name(row: Light, language: str) -> str:
    """Return an item's number and name."""
    if row["kind"] == "strategy":
        return phrase("the_whole", language)
    if row["kind"] == "goal":
        return phrase("goal_title", language, number=str(row["goal"]), name=row[f"name_{language}"])
    return f"{row['item']} {row[f'name_{language}']}"


def latest(trend: pd.Series, language: str) -> str:
    """Return a measure's latest value with its period and, where known, its sample; or why there is none."""
    if trend["missing"]:
        return words.sentence(words.reason(trend["missing"], language))
    value = words.quantity(trend["latest_value"], trend["unit"], language, trend["latest_qualifier"])
    size = f", {words.sample(trend['latest_n'], language)}" if pd.notna(trend["latest_n"]) else ""
    return f"{value} ({words.period(trend['latest_period'], language)}{size})"


def source(status: Status, slug: str) -> str:
    """Return a source's publisher and title."""
    found = status.sources.loc[slug]
    return f"{found['publisher']}: {found['title']}"


def sources_of(status: Status, measure: str) -> list[str]:
    """Return the sources of the comparable points of a measure, oldest first, each once."""
    chosen = status.observations[
        (status.observations["measure"] == measure)
        & (status.observations["standing"] == "")
        & (status.observations["breakdown"] == "")
    ]
    return [source(status, slug) for slug in dict.fromkeys(chosen["source"])]


def edition(status: Status) -> pd.Timestamp:
    """Return the day the youngest figure of a status was published; without figures the quarter's last.

    Sample sizes may be printed later than the figures they belong to, and do not make an edition.
    """
    published = status.observations.loc[status.observations["unit"] != "respondenter", "published"]
    return published.max() if len(published) else as_of_date(status.quarter, None)


def title(status: Status) -> str:
    """Return what a file is called: the strategy's name and the quarter."""
    return phrase("title", status.language, name=whole(status), quarter=_quarter(status))


def whole(status: Status) -> str:
    """Return the strategy's name, as the properties of a file can hold it."""
    return texts.readable(status.lights.at["strategy", f"name_{status.language}"])


def published_by(status: Status) -> str:
    """Return until when figures are counted in."""
    return phrase("published_by", status.language, day=words.date(edition(status), status.language))


def _quarter(status: Status) -> str:
    return words.period(status.quarter, status.language)
