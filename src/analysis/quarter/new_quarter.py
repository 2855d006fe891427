"""A new quarter's folder, laid out: every row to judge with what was said last, every text to write with its heading.

What is laid out is open: a row without a colour and a section without text leave the figures' proposals standing and
say so. Nothing that exists is ever written over.
"""

import math
import os
import re
import shutil
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis import text as words
from analysis.core import paths
from analysis.core.periods import as_of_date, decimal_year, quarter_of
from analysis.records.judgements import judged_quarters, later_corrections
from analysis.records.strategy import Strategy
from analysis.views.status import Status, read_status

WIDTH: Final = 116  # of a comment's words; with its mark a line stays within the project's 120
TOLERANCE: Final = 1e-9  # a decimal year plus a cadence must reach the quarter's end after arithmetic in binary
DUE: Final = ("measure", "item", "role", "latest_period", "latest_value", "unit", "age", "cadence", "expected", "state")
STATES: Final = ("new", "overdue", "due", "fresh", "never")
_FIXED: Final = {
    "strategi": ("summary-1", "summary-2", "summary-3", "movements", "status", "follow-up", "insight"),
    "maal": ("status", "note", "insight", "theme-1"),
}


class QuarterError(ValueError):
    """A quarter that cannot be laid out; the message says what stands in the way."""


def lay_out(quarter: str) -> list[Path]:
    """Write ``lights.toml`` and the prose files of a new quarter, and return them; all or nothing.

    Rows and sections carry, as comments, what the last judged quarter said, what the figures propose now and what may
    be said of them.

    Raises:
        PeriodError: when `quarter` is none.
        QuarterError: when the quarter has a folder already, or later ones are judged.

    """
    quarter, folder = str(quarter_of(quarter)), paths.raw_folder() / "judgements"
    place, known = folder / quarter, judged_quarters(folder)
    if place.exists():
        raise QuarterError(f"judgements/{quarter} exists already; nothing in it is written over")
    if any(later > quarter for later in known):
        raise QuarterError(f"{quarter} comes before {known[-1]}, which has its judgements; earlier quarters stay as is")
    laid = skeleton(quarter)
    written = Path(tempfile.mkdtemp(prefix=f".{quarter}-", dir=folder))
    try:
        for name, text in laid.items():
            (written / name).write_text(text, encoding="utf-8")
        written.chmod(0o755)
        os.rename(written, place)
    except OSError:
        shutil.rmtree(written, ignore_errors=True)
        raise
    return [place / name for name in laid]


def skeleton(quarter: str) -> dict[str, str]:
    """Return the files of a new quarter by name, from what is known on its last day and what the last one said."""
    now = {language: read_status(quarter, language) for language in words.LANGUAGES}
    previous = now["nb"].judgements["previous_quarter"].iloc[0]
    then = {language: read_status(previous, language) if previous else None for language in words.LANGUAGES}
    files = {"lights.toml": lights_text(now["nb"], then["nb"])}
    for page in ("strategi", *(f"maal-{goal}" for goal in now["nb"].strategy.goals["goal"])):
        for language in words.LANGUAGES:
            files[f"{page}.{language}.md"] = prose_text(page, now[language], then[language])
    return files


# --- lights ---------------------------------------------------------------------------


def lights_text(now: Status, then: Status | None) -> str:
    """Return the text of ``lights.toml``: one open row for every item, what is known about it above it."""
    rows = "\n".join(_light(item, now, then) for item in now.lights.index)
    day = as_of_date(now.quarter).date()
    return _HEAD.format(quarter=now.quarter, earlier=then.quarter if then else "2024Q1", day=day) + "\n" + rows


_HEAD: Final = """\
# Colours of {quarter}. Give each row a colour: green, yellow, red, or grey where none is to be given.
#
# A row whose colour is "" is open: the figures' proposal stands alone, and the report says so. Further fields of a row:
#   towards = "green"        the neighbouring colour it is heading for; weak = true when only slightly
#   movement = "up"          up, down, unchanged or split since the previous report
#   record = "change"        for grey only: tendency, change, narrative or none, by what the words rest on
#   components = [{{ measure = "…", colour = "green" }}]
#   reason_code = "context"  needed where the colour differs from the proposal: data-error, known-event, definition,
#   reason = {{ nb = "…", en = "…" }}    context or other
#   second = "…"             needed where it differs by two steps
# An earlier quarter is never edited; what was wrong in it is corrected at the foot of this file:
#   [[correction]]
#   quarter = "{earlier}"
#   item = "1.1"
#   direction = "down"
#   note = {{ nb = "…", en = "…" }}

quarter = "{quarter}"
by = ""
# date = {day}
"""


def _light(item: str, now: Status, then: Status | None) -> str:
    row = now.lights.loc[item]
    name = row["name_nb"] if item == "strategy" else f"{item} {row['name_nb']}"
    notes = [name, *_remembered(item, then), *_proposed(row), *_comment(item, then)]
    return "\n".join([*(_commented(note) for note in notes), "[[light]]", f'item = "{item}"', 'colour = ""', ""])


def _remembered(item: str, then: Status | None) -> Iterator[str]:
    """Yield what the last judged quarter said of an item, and what has been corrected in it since."""
    if then is None:
        return
    row = then.lights.loc[item]
    if row["colour_source"] != "judgement":
        yield f"{then.quarter}: ikke vurdert"
        return
    moved = f", bevegelse: {words.movement(row['movement'], 'nb')}" if row["movement"] else ""
    yield f"{then.quarter}: {words.light(row['colour'], 'nb', row['towards'], row['weak'])}{moved}"
    if row["reason_code"]:
        yield f"{then.quarter}, begrunnelse: {row['reason_nb']}"
    corrected = later_corrections(then.quarter, strategy=then.strategy)
    for correction in corrected[corrected["item"] == item].itertuples():
        yield f"Rettet i {correction.made_in}: {correction.note_nb}"


def _proposed(row: Any) -> Iterator[str]:
    because = f" ({words.reason(row['proposed_reason'], 'nb')})" if row["proposed_reason"] else ""
    light = words.light(row["proposed"], "nb", row["proposed_towards"], row["proposed_weak"])
    yield f"Tallene tilsier: {light}{because}"
    if row["proposed"] == "grey" and row["direction_colour"] not in ("", "grey"):
        yield f"Retningen alene: {words.colour(row['direction_colour'], 'nb')}"


def _comment(item: str, then: Status | None) -> Iterator[str]:
    if then is None:
        return
    for key in ("comment", "status"):
        if (item, key) in then.prose.index:
            yield f"Kommentar {then.quarter}: {then.prose.at[(item, key), 'text']}"


def _commented(text: str) -> str:
    """Return a text as comment lines; nothing of it can end the comment, for every line has its mark."""
    readable = re.sub(r"[^\S ]+|[\x00-\x1f\x7f]+", " ", text)
    return "\n".join(f"# {line}" for line in textwrap.wrap(readable, WIDTH) or [""])


# --- prose ----------------------------------------------------------------------------


def prose_text(page: str, now: Status, then: Status | None) -> str:
    """Return the text of one page's file in one language: a heading for every section, a comment under each."""
    item = "strategy" if page == "strategi" else page.replace("maal-", "goal-")
    sections = [_section(key, item, now, then) for key in _keys(item, now, then)]
    return "\n".join(sections)


def _keys(item: str, now: Status, then: Status | None) -> list[str]:
    """Return the sections of a page: a goal's comments between its status and the rest, and the blocks it had then."""
    had = [] if then is None else [key for place, key in then.prose.index if place == item]
    fixed = [*_FIXED["strategi" if item == "strategy" else "maal"]]
    blocks = [*fixed, *(key for key in had if key not in fixed)]
    if item == "strategy":
        return blocks
    goal = now.strategy.items["goal"] == int(item.removeprefix("goal-"))
    inner = now.strategy.items.index[goal & now.strategy.items["kind"].isin(["indicator", "subgoal"])]
    return ["status", *inner, *(key for key in blocks if key != "status")]


def _section(key: str, item: str, now: Status, then: Status | None) -> str:
    comment = key[0].isdigit()
    place = (key, "comment") if comment else (item, key)
    notes = [now.strategy.items.at[key, f"name_{now.language}"]] if comment else []
    if then is not None and place in then.prose.index:
        notes.append(f"{then.quarter}: {then.prose.at[place, 'text']}")
    if comment:
        notes += [*_may_be_said(key, now)]
    return f"## {key}\n\n<!--\n{chr(10).join(_safe(note) for note in notes or ['…'])}\n-->\n"


def _may_be_said(item: str, now: Status) -> Iterator[str]:
    """Yield for each assessed measure of an item the reference to its figure and what the figures allow to be said."""
    for measure in now.strategy.measures_of(item, role="assessed").index:
        row = now.trends.loc[measure]
        reference = f"{measure}: " if row["missing"] else f"{{{measure}@{row['latest_period']}}}: "
        yield reference + words.change_sentence(row, now.language)


def _safe(text: str) -> str:
    """Return a text that cannot end the comment it is put in."""
    return re.sub(r"--+", "–", text.replace("<!", "< !"))


# --- what is due ----------------------------------------------------------------------


def due(strategy: Strategy, trends: pd.DataFrame, observations: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """Return what to expect of every measure in a quarter, the most pressing state first.

    Columns `DUE`: age in years; expected, the decimal year of its next measurement (latest plus cadence); state:
    ``new`` (a period was first published within the quarter), ``overdue`` (expected before the quarter began), ``due``
    (within it), ``fresh`` (later), ``never`` (no figure yet).

    Raises:
        PeriodError: when `quarter` is none.

    """
    end = decimal_year(str(quarter_of(quarter)), "stock")
    expected = trends["latest_time"] + strategy.measures["cadence"]
    state = pd.Series("fresh", index=trends.index)
    state[expected <= end + TOLERANCE] = "due"
    state[expected <= end - 0.25 + TOLERANCE] = "overdue"
    state[trends["missing"] != ""] = "never"
    state[trends.index.isin(_first_published(observations, quarter))] = "new"
    columns = trends[["role", "latest_period", "latest_value", "unit", "age"]]
    frame = columns.assign(item=_places(strategy), cadence=strategy.measures["cadence"], expected=expected, state=state)
    frame = frame.reset_index().assign(order=lambda f: f["state"].map(STATES.index))
    return frame.sort_values("order", kind="stable", ignore_index=True)[list(DUE)]


def _first_published(observations: pd.DataFrame, quarter: str) -> pd.Index:
    """Return the measures with a period whose first edition came within the quarter; an echo of a known one is none."""
    totals = observations[(observations["standing"] == "") & (observations["breakdown"] == "")]
    first = totals.groupby(["measure", "period"])["published"].min()
    return first[first > as_of_date(str(quarter_of(quarter) - 1))].index.get_level_values("measure")


def _places(strategy: Strategy) -> list[str]:
    measures = strategy.measures
    pairs = zip(measures["indicator"], measures["indicators"], strict=True)
    return [indicator or next(iter(shown), "") for indicator, shown in pairs]


def told(expected: pd.DataFrame) -> str:
    """Return the measures of the indicators by state, for a terminal; of those shown beside only how many."""
    lines = []
    for state, own in expected.groupby("state", sort=False):
        assessed = own[own["role"] == "assessed"]
        lines.append(f"{_SAID[state]}: {len(assessed)} assessed, {len(own) - len(assessed)} beside")
        lines += [f"  {row.item:4} {row.measure}{_latest(row)}" for row in assessed.itertuples()]
    return "\n".join(lines)


_SAID: Final = {
    "new": "New this quarter",
    "overdue": "Overdue: expected before the quarter began",
    "due": "Due within the quarter",
    "fresh": "Not yet due",
    "never": "Never measured, or not published",
}


def _latest(row: Any) -> str:
    if row.state == "never":
        return ""
    return f": latest {row.latest_value:g} {row.unit} in {row.latest_period}, next expected by {_quarter(row.expected)}"


def _quarter(time: float) -> str:
    """Return the quarter that ends at, or first after, a decimal year."""
    ends = math.ceil(time * 4 - TOLERANCE) - 1
    return f"{ends // 4}Q{ends % 4 + 1}"
