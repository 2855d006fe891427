"""A new quarter's files: a row for every item to judge, with last time's colour, and a heading for every text to write.

What is created is open: a row without a colour and a section without text leave the proposals of the figures alone, and
the report says so. Nothing that exists is ever written over.
"""

import math
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis import text as words
from analysis.core import paths
from analysis.core.periods import as_of_date, decimal_year, quarter_of
from analysis.core.writing import write_folder
from analysis.quarter.templates import fill
from analysis.records.judgements import judged_quarters, later_corrections
from analysis.records.strategy import Strategy
from analysis.views.status import Status, read_status
from analysis.views.tables.light_tables import why

WIDTH: Final = 116  # of a comment's words; with its mark a line stays within the project's 120
TOLERANCE: Final = 1e-9  # a decimal year plus a cadence must reach the quarter's end after arithmetic in binary
DUE: Final = ("measure", "item", "role", "latest_period", "latest_value", "unit", "age", "cadence", "expected", "state")
STATES: Final = {
    "new": "New this quarter",
    "overdue": "Overdue: expected before the quarter began",
    "due": "Due within the quarter",
    "fresh": "Not yet due",
    "never": "Never measured, or not published",
}
_SECTIONS: Final = {
    "strategy": ("summary-1", "summary-2", "summary-3", "movements", "status", "follow-up", "insight"),
    "goal": ("status", "note", "insight", "theme-1"),
}


class QuarterError(ValueError):
    """A quarter that cannot be created; the message says why."""


def create_quarter(quarter: str) -> list[Path]:
    """Write ``lights.toml`` and the prose files of a new quarter, and return them; all or nothing.

    Rows and sections have as comments what the last judged quarter says, what the figures propose now and what may be
    said of them.

    Parameters
    ----------
    quarter : str
        As in ``2024Q2``.

    Returns
    -------
    list of Path

    Raises
    ------
    PeriodError
        When `quarter` is none.
    QuarterError
        When the quarter has a folder already, or later ones are judged.

    """
    quarter, folder = str(quarter_of(quarter)), paths.raw_folder() / "judgements"
    if (folder / quarter).exists():
        raise QuarterError(f"judgements/{quarter} exists already; nothing in it is written over")
    # a quarter before a judged one would become the predecessor that its report did not have
    last = max(judged_quarters(folder), default="")
    if last > quarter:
        raise QuarterError(f"{quarter} comes before {last}, which has its judgements; earlier quarters stay as is")
    return write_folder(folder / quarter, draft_files(quarter))


def draft_files(quarter: str) -> dict[str, str]:
    """Return the files of a new quarter by name, from what is known on its last day and what the last one says."""
    now = {language: read_status(quarter, language) for language in words.LANGUAGES}
    previous = now["nb"].judgements["previous_quarter"].iloc[0]
    then = {language: read_status(previous, language) if previous else None for language in words.LANGUAGES}
    items = now["nb"].lights.index
    open_rows = [("\n".join(map(as_comment, _notes(item, now["nb"], then["nb"]))), item) for item in items]
    places = {"quarter": now["nb"].quarter, "earlier": previous or "2024Q1", "day": as_of_date(quarter).date()}
    files = {"lights.toml": fill("lights.toml.j2", rows=open_rows, **places)}
    for page in ("strategi", *(f"maal-{goal}" for goal in now["nb"].strategy.goals["goal"])):
        for language in words.LANGUAGES:
            files[f"{page}.{language}.md"] = draft_prose(page, now[language], then[language])
    return files


def _notes(item: str, now: Status, then: Status | None) -> Iterator[str]:
    """Yield an item's name, its last colour and what has been corrected in it since, its proposal and last comment."""
    row = now.lights.loc[item]
    then = then if then is not None and item in then.lights.index else None
    yield row["name_nb"] if item == "strategy" else f"{item} {row['name_nb']}"
    if then is not None:
        last = then.lights.loc[item]
        if last["judgement_state"] == "not_judged":
            yield f"{then.quarter}: ikke vurdert"
        else:
            moved = f", bevegelse: {words.movement(last['movement'], 'nb')}" if last["movement"] else ""
            yield f"{then.quarter}: {words.experts_place(last, 'nb')}{moved}"
        if last["reason_code"]:
            yield f"{then.quarter}, begrunnelse: {last['reason_nb']}"
        corrected = later_corrections(then.quarter, strategy=then.strategy)
        for correction in corrected[corrected["item"] == item].itertuples():
            yield f"Rettet i {correction.made_in}: {correction.note_nb}"
    because = why(row, "nb")
    yield f"Tallene: {words.figures_place(row, 'nb')}{f' ({because})' if because else ''}"
    if then is not None:
        for key in ("comment", "status"):
            if (item, key) in then.prose.index:
                yield f"Kommentar {then.quarter}: {then.prose.at[(item, key), 'text']}"


def as_comment(text: str) -> str:
    """Return a text as comment lines of TOML; nothing in it can end the comment, for every line has its mark."""
    readable = re.sub(r"[^\S ]+|[\x00-\x1f\x7f]+", " ", text)
    return "\n".join(f"# {line}" for line in textwrap.wrap(readable, WIDTH) or [""])


# --- prose ----------------------------------------------------------------------------


def draft_prose(page: str, now: Status, then: Status | None) -> str:
    """Return the text of one page's file in one language: a heading for every section, a comment under each.

    A goal's comments come between its status and the rest; blocks of the last judged quarter are kept.

    Parameters
    ----------
    page : str
        ``strategi`` or ``maal-1`` …
    now : Status
        The new quarter, in the language.
    then : Status or None
        The last judged quarter, in the language.

    Returns
    -------
    str

    """
    item, items = "strategy" if page == "strategi" else page.replace("maal-", "goal-"), now.strategy.items
    keys = list(_SECTIONS["strategy" if item == "strategy" else "goal"])
    keys += [key for place, key in (then.prose.index if then else ()) if place == item and key not in keys]
    if item != "strategy":
        goal = items["goal"] == int(item.removeprefix("goal-"))
        inner = items.index[goal & items["kind"].isin(["indicator", "subgoal"])]
        keys = ["status", *inner, *(key for key in keys if key != "status")]
    sections = []
    for key in keys:
        is_comment = key[0].isdigit()
        place = (key, "comment") if is_comment else (item, key)
        notes = [items.at[key, f"name_{now.language}"]] if is_comment else []
        if then is not None and place in then.prose.index:
            notes.append(f"{then.quarter}: {then.prose.at[place, 'text']}")
        # what the figures allow to be said, with the reference to each
        for measure in now.strategy.measures_of(key, role="assessed").index if is_comment else ():
            row = now.trends.loc[measure]
            reference = measure if row["missing"] else f"{{{measure}@{row['latest_period']}}}"
            notes.append(f"{reference}: {words.change_sentence(row, now.language)}")
        comment = "\n".join(within_comment(note) for note in notes or ["…"])
        sections.append(f"## {key}\n\n<!--\n{comment}\n-->\n")
    return "\n".join(sections)


def within_comment(text: str) -> str:
    """Return a text that cannot end the comment of Markdown it is put in."""
    return re.sub(r"--+", "–", text.replace("<!", "< !"))


# --- what is due ----------------------------------------------------------------------


def find_due(strategy: Strategy, trends: pd.DataFrame, observations: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """Return what to expect of every measure in a quarter, the most pressing state first.

    Parameters
    ----------
    strategy : Strategy
        The strategy, with the cadence of each measure.
    trends : DataFrame
        As `find_trends` returns them for the quarter.
    observations : DataFrame
        As known in the quarter, from `read_observations`.
    quarter : str
        As in ``2024Q2``.

    Returns
    -------
    DataFrame
        `DUE`: age in years; expected, the decimal year of the next measurement (latest plus cadence); state: ``new`` (a
        period was first published within the quarter), ``overdue`` (expected before the quarter began), ``due`` (within
        it), ``fresh`` (later), ``never`` (no figure yet).

    Raises
    ------
    PeriodError
        When `quarter` is none.

    """
    measures, period = strategy.measures, quarter_of(quarter)
    end = decimal_year(str(period), "stock")
    expected = trends["latest_time"] + measures["cadence"]
    # a period printed again is not new: its first edition counts
    totals = observations[(observations["standing"] == "") & (observations["breakdown"] == "")]
    first = totals.groupby(["measure", "period"])["published"].min()
    new = first[first > as_of_date(str(period - 1))].index.get_level_values("measure")
    reached = [expected <= end - 0.25 + TOLERANCE, expected <= end + TOLERANCE]
    states = [trends.index.isin(new), trends["missing"] != "", *reached]
    state = np.select(states, ["new", "never", "overdue", "due"], "fresh")
    item = measures["indicator"].where(measures["indicator"] != "", measures["indicators"].str[0].fillna(""))
    due = trends.assign(item=item, cadence=measures["cadence"], expected=expected, state=state).reset_index()
    order = due["state"].map(list(STATES).index).sort_values(kind="stable").index
    return due.loc[order, list(DUE)].reset_index(drop=True)


def describe_due(due: pd.DataFrame) -> str:
    """Return the assessed measures of `find_due` by state, for a terminal; of the others only how many."""
    lines = []
    for state, own in due.groupby("state", sort=False):
        assessed = own[own["role"] == "assessed"]
        lines.append(f"{STATES[state]}: {len(assessed)} assessed, {len(own) - len(assessed)} beside")
        for row in assessed.itertuples():
            latest = ""
            if state != "never" and pd.isna(row.expected):  # of few persons, or in conflict
                latest = ": no figure that can be used"
            elif state != "never":
                ends = math.ceil(row.expected * 4 - TOLERANCE) - 1  # the quarter that ends then, or first after
                expected = f"{ends // 4}Q{ends % 4 + 1}"
                latest = f": latest {row.latest_value:g} {row.unit} in {row.latest_period}, next expected by {expected}"
            lines.append(f"  {row.item:4} {row.measure}{latest}")
    return "\n".join(lines)
