"""Vintages: each quarter's lights, figures and method as they were published, against which a recomputation is checked.

``data/processed/published/<quarter>`` has four tables: ``lights.csv`` (what each row of the report showed),
``figures.csv`` (the figures known then), ``method.csv`` (strategy and limits then) and ``corrections.csv``; and their
hashes in ``hashes.csv``, which what earlier versions published does not have. They are written by `publish_quarter`
alone and never written over: a corrected quarter gets a numbered edition, as in ``2024Q1-2``. A revised figure is a new
row with a later publication and cannot reach back; what can (a row edited in its file, a judgement changed, another
limit) is an error, unless a later quarter records a correction of that field.

Before that `prepare` asks what a careful editor would, and `close_rows` closes the rows that stay open.
"""

import json
import re
import tomllib
from dataclasses import dataclass, fields
from itertools import permutations
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.assessment import limits
from analysis.core import paths
from analysis.core.periods import QUARTER, quarter_of
from analysis.core.writing import digests, whole_folder, write_file
from analysis.intake.jumps import FIELDS
from analysis.records.judgements import CORRECTIONS, editions, later_corrections, published_folder
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.text import LANGUAGES

JUDGED: Final = ("colour", "towards", "weak", "colour_source", "reason", "movement")
PROPOSED: Final = (
    *("proposed", "proposed_towards", "proposed_weak", "proposed_reason", "certainty", "grade"),
    *("figures_state", "direction_colour"),
)
LIGHTS: Final = (*JUDGED, *PROPOSED, "measure")
FIGURES: Final = ("measure", "period", "breakdown", *FIELDS, "published", "source")
HASHES: Final = "hashes.csv"
KEY: Final = ["measure", "period", "breakdown"]
_CORRECT: Final = (
    "; undo it, or record a [[correction]] of {quarter} with %s, field, old and new value in a later quarter's "
    "lights.toml"
)
_REMEDIES: Final = {  # by what differs; what is missing follows from a row, or states its remedy itself
    "row": _CORRECT % "measure, period",
    "judgement": _CORRECT % "item",
    "strategy": "; write decided = and its day beside it, or from = or until = and a quarter; or undo it",
    "limits": "; undo it, or make it part of the method's next edition, as METHOD_EDITION",
    "code": "; undo it, or make it part of the method's next edition, as METHOD_EDITION",
}


class VintageError(ValueError):
    """A published quarter would be published otherwise; the message names each light: published, now, why."""


@dataclass(frozen=True)
class Vintage:
    """A quarter as it is published; every cell is text, so that it survives being written.

    Parameters
    ----------
    lights : DataFrame
        Index item; `LIGHTS`.
    figures : DataFrame
        `FIGURES`.
    method : DataFrame
        subject (a measure, or ``limits``), field, value.
    corrections : DataFrame
        Those of the quarter recorded by then, as `later_corrections` returns them.

    """

    lights: pd.DataFrame
    figures: pd.DataFrame
    method: pd.DataFrame
    corrections: pd.DataFrame


def vintage_of(
    strategy: Strategy, observations: pd.DataFrame, lights: pd.DataFrame, corrections: pd.DataFrame | None = None
) -> Vintage:
    """Return what would be published of a quarter's frames.

    Parameters
    ----------
    strategy : Strategy
        The strategy.
    observations : DataFrame
        As known in the quarter, from `read_observations`.
    lights : DataFrame
        As `assess` returns them.
    corrections : DataFrame, optional
        Of the quarter, as `later_corrections` returns them.

    Returns
    -------
    Vintage

    """
    if corrections is None:
        corrections = pd.DataFrame(columns=list(CORRECTIONS), dtype=object)
    figures = current(observations)[list(FIGURES)].assign(published=lambda f: f["published"].dt.strftime("%Y-%m-%d"))
    return Vintage(_as_texts(lights[list(LIGHTS)]), _as_texts(figures), method_of(strategy), _as_texts(corrections))


def method_of(strategy: Strategy) -> pd.DataFrame:
    """Return strategy and limits as one table of text: subject (a measure, or ``limits``), field, value."""
    # texts may be reworded: they decide no light
    names = {"name_nb", "name_en", "note_nb", "note_en", "unmeasured_nb", "unmeasured_en", "indicators"}
    measures = strategy.measures.drop(columns=[n for n in strategy.measures if n in names])
    rows = [(measure, field, value) for measure, row in measures.iterrows() for field, value in row.items()]
    rows += [(p.measure, f"{p.point} {p.period}", p.value) for p in strategy.points.itertuples()]
    rows += [(b.measure, f"break {b.period}", b.kind) for b in strategy.breaks.itertuples()]
    constants = {name: value for name, value in vars(limits).items() if name.isupper()}
    rows += [("limits", name, value) for name, value in sorted(constants.items())]
    return _as_texts(pd.DataFrame(rows, columns=["subject", "field", "value"]))


def refuse_scenario(quarter: str, strategy: Strategy) -> None:
    """Do nothing for a quarter that has ended, and a strategy whose targets are its own or adopted.

    Raises
    ------
    VintageError
        For a draft, and for a scenario, which is nobody's assessment of the quarter.

    """
    if strategy.draft:
        ended = (pd.Period(quarter) + 1).start_time.date()
        raise VintageError(f"{quarter} has not ended: its report is a draft; publish it from {ended} on")
    if strategy.ambitions.scenario:
        raise VintageError(
            f"the set of ambitions '{strategy.ambitions.slug}' holds targets that nobody has adopted, so it makes a "
            f"scenario, which is never published as the report of {quarter}; publish without --ambitions"
        )


def publish_quarter(quarter: str, vintage: Vintage, folder: Path | None = None) -> Path:
    """Write a quarter's vintage to a folder of its own, whole and once; with new corrections, as its next edition.

    Parameters
    ----------
    quarter : str
        As in ``2024Q1``.
    vintage : Vintage
        As `vintage_of` returns it.
    folder : Path, optional
        Where the quarter's folder is written; ``data/processed/published`` unless given.

    Returns
    -------
    Path
        The edition's folder.

    Raises
    ------
    VintageError
        When the quarter is published already and nothing in it is corrected since, or rows are open.

    """
    earlier, place = editions(quarter, folder), (folder or published_folder()) / str(quarter_of(quarter))
    if earlier:
        recorded = read_published(quarter, folder).corrections  # where it is damaged, that is said
        if recorded.to_dict("list") == vintage.corrections.to_dict("list"):
            raise VintageError(
                f"{quarter} is published already, and no later quarter corrects it since; what is published is never "
                "written over"
            )
        place = place.with_name(f"{quarter}-{len(earlier) + 1}")
    # a proposal nobody has judged would stand as the authors' own colour for ever
    open_rows = vintage.lights.index[vintage.lights["colour_source"] != "judgement"]
    if len(open_rows):
        raise VintageError(
            f"{quarter}: nobody has judged {', '.join(open_rows)}; give each a colour in "
            f"data/raw/judgements/{quarter}/lights.toml (grey when none is to be given)"
        )
    with whole_folder(place) as unfinished:
        for name, table in vars(vintage).items():
            table.to_csv(unfinished / f"{name}.csv", index=name == "lights", lineterminator="\n")
        hashes = pd.Series(digests(unfinished), name="sha256").rename_axis("file").sort_index()
        hashes.to_csv(unfinished / HASHES, lineterminator="\n")
    return place


def read_published(quarter: str, folder: Path | None = None, edition: int = 0) -> Vintage | None:
    """Return a quarter as published, None when it is not.

    Parameters
    ----------
    quarter, folder
        As in `publish_quarter`.
    edition : int, optional
        Which edition, counted from 1; the latest unless given.

    Returns
    -------
    Vintage or None

    Raises
    ------
    VintageError
        When its folder, or that of another of its editions, is not as it was written.

    """
    places = editions(quarter, folder)
    if not places:
        return None
    place = places[edition - 1]
    # as text: a code that looks like a number keeps its zeros
    try:
        files = [place / f"{field.name}.csv" for field in fields(Vintage)]
        if pipes := [file.name for file in files if file.exists() and not file.is_file()]:  # read for ever
            raise OSError(f"no regular file: {', '.join(pipes)}")
        lights, figures, method, corrections = (
            pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8") for file in files
        )
        if lights["item"].duplicated().any() or figures.duplicated(KEY).any() or method.empty:
            raise ValueError("rows are there twice, or none is")
        frames = lights.set_index("item")[list(LIGHTS)], figures[list(FIGURES)], method, corrections[list(CORRECTIONS)]
        changed = [f"published/{each.name}/{name}" for each in places for name in changed_files(each)]
    except (OSError, KeyError, ValueError) as error:
        raise VintageError(f"published/{quarter} cannot be read ({error}); restore it from version control") from error
    if changed:
        remedy = "and record what is wrong in it as a [[correction]] in a later quarter's lights.toml"
        raise VintageError(
            "\n".join(
                f"{name} is not as it was published; type git restore data/processed/{name}, {remedy}"
                for name in changed
            )
        )
    return Vintage(*(frame.astype(object) for frame in frames))


def changed_files(place: Path) -> list[str]:
    """Return the files of a published edition that do not have their hash; none for one without a list of hashes."""
    if not (place / HASHES).is_file():
        return []
    listed = pd.read_csv(place / HASHES, index_col="file", dtype=str)["sha256"]
    now, names = digests(place), [f"{field.name}.csv" for field in fields(Vintage)]
    return [name for name in names if now.get(name) != listed.get(name)]


def published_quarters(folder: Path | None = None) -> list[str]:
    """Return the quarters that are published, earliest first."""
    folder = folder or published_folder()
    places = folder.iterdir() if folder.is_dir() else ()
    return sorted(place.name for place in places if QUARTER.fullmatch(place.name))


def differences(published: Vintage, now: Vintage, strategy: Strategy) -> pd.DataFrame:
    """Return where a recomputation differs from what was published.

    Parameters
    ----------
    published, now : Vintage
        As `read_published` and `vintage_of` return them.
    strategy : Strategy
        Says which measures decide which item.

    Returns
    -------
    DataFrame
        One row a light and field: item, field, published, now, cause (``scope``, ``judgement``, ``figure``,
        ``strategy``, ``limits`` or ``code``) and why, the cause in words.

    """
    items = published.lights.index.union(now.lights.index, sort=False)
    then, here = (v.lights.reindex(items).fillna("(absent)") for v in (published, now))
    both = published.lights.index.intersection(now.lights.index)
    rows = [
        (item, field, then.at[item, field], here.at[item, field], *_why(item, field, published, now, strategy))
        for item in items
        for field in ((*JUDGED, *PROPOSED) if item in both else ("colour",))  # it is or is not there, as a whole
        if then.at[item, field] != here.at[item, field]
    ]
    return pd.DataFrame(rows, columns=["item", "field", "published", "now", "cause", "why"])


def figure_changes(published: Vintage, now: Vintage) -> pd.DataFrame:
    """Return the figures that differ between two vintages.

    Returns
    -------
    DataFrame
        measure, period, breakdown, field, published and now; of a figure that only one of them has, its value alone.

    """
    then, here = (vintage.figures.set_index(KEY)[list(FIELDS)].stack() for vintage in (published, now))
    changed = _changed(then.rename_axis([*KEY, "field"]), here.rename_axis([*KEY, "field"]))
    values = changed["field"] == "value"
    alone = changed[values & ((changed["published"] == "") | (changed["now"] == ""))][KEY]
    whole = pd.MultiIndex.from_frame(changed[KEY]).isin(pd.MultiIndex.from_frame(alone))
    return changed[values | ~whole].reset_index(drop=True)


def method_changes(published: Vintage, now: Vintage) -> pd.DataFrame:
    """Return the parts of strategy and limits that differ between two vintages: subject, field, published, now."""
    return _changed(*(vintage.method.set_index(["subject", "field"])["value"] for vintage in (published, now)))


def _changed(published: pd.Series, now: pd.Series) -> pd.DataFrame:
    both = pd.DataFrame({"published": published, "now": now}).fillna("")
    return both[both["published"] != both["now"]].reset_index()


def refuse_rewriting(
    quarter: str, now: Vintage, strategy: Strategy, *, folder: Path | None = None, judgements: Path | None = None
) -> None:
    """Do nothing for a quarter that is not published, or is recomputed as it was published.

    The field of a light or figure that a later quarter corrects may differ, from the old value stated there to the new
    one; so may what follows from it.

    Parameters
    ----------
    quarter, folder
        As in `publish_quarter`.
    now : Vintage
        The recomputation, as `vintage_of` returns it.
    strategy : Strategy
        Says which measures decide which item.
    judgements : Path, optional
        The folder of all judgements; ``data/raw/judgements`` unless given.

    Raises
    ------
    VintageError
        Naming every light that differs, with what was published, what it is now, and why.

    """
    published = read_published(quarter, folder)
    if published is None:
        return
    # what may differ, and from what to what, by the item it belongs to
    corrected = {}
    for row in later_corrections(quarter, judgements, strategy=strategy).itertuples():
        place = (row.measure, row.period, row.breakdown) if row.measure else (row.item,)
        corrected[(*place, row.field, row.old, row.new)] = row.item
    faults, followers, later_edition = [], set(), edition_of(now) > edition_of(published)
    for row in figure_changes(published, now).itertuples(index=False):
        if item := corrected.get(tuple(row)):
            followers |= {item, *_above(item, strategy)}
            continue
        place = f"the figure {row.measure} {row.period}{f' [{row.breakdown}]' if row.breakdown else ''}"
        faults.append((place, *row[3:], "its row was added, edited or removed", _REMEDIES["row"]))
    lights = differences(published, now, strategy)
    colours = {row.item for row in lights.itertuples(index=False) if row[:4] in corrected}
    followers = followers.union(*(_above(item, strategy) for item in colours))
    for row in lights.itertuples(index=False):
        follows = row.item in followers and row.field in PROPOSED
        # a movement is one from colour to colour, and the reason is that of a grey one
        follows |= row.item in colours and row.field in ("movement", "reason")
        # a later edition of the method has proposals of its own, which are shown beside the published ones
        follows |= later_edition and row.field in PROPOSED and row.cause in ("limits", "code")
        if row[:4] not in corrected and not follows:
            faults.append((f"item '{row.item}'", *row[1:4], row.why, _REMEDIES.get(row.cause, "")))
    if faults:
        raise VintageError(
            "\n".join(
                f"{quarter} is published; {what}, {field}: published '{then}', now '{here}' ({why})"
                f"{remedy.format(quarter=quarter)}"
                for what, field, then, here, why, remedy in faults
            )
        )


def _above(item: str, strategy: Strategy) -> set[str]:
    """Return the goal of an item and the whole, whose proposals follow from their parts."""
    return {"strategy"} | ({f"goal-{strategy.items.at[item, 'goal']}"} if item != "strategy" else set())


def edition_of(vintage: Vintage) -> int:
    """Return the edition of the method that a vintage was made with; 0 where its record does not state it."""
    limit = vintage.method[(vintage.method["subject"] == "limits") & (vintage.method["field"] == "METHOD_EDITION")]
    return int(limit["value"].max()) if len(limit) else 0


def _why(item: str, field: str, published: Vintage, now: Vintage, strategy: Strategy) -> tuple[str, str]:
    """Return the first thing that could explain why a light differs: its kind, and in words."""
    if item not in published.lights.index:
        return "scope", "strategy.toml has it in force then; write from = and its first quarter, or the day of decision"
    if item not in now.lights.index:
        return "scope", "strategy.toml no longer has it in force then; keep it, and write until = and its last quarter"
    # a judged colour follows the people who set it, whatever the figures did meanwhile
    sources = {vintage.lights["colour_source"].get(item) for vintage in (now, published)}
    if field in JUDGED and "judgement" in sources:
        return "judgement", "the judgement was changed"
    measures = strategy.measures_of(item, role="assessed").index if item in strategy.items.index else []
    figures = figure_changes(published, now)
    for row in figures[figures["measure"].isin(measures)].itertuples():
        place = f"{row.measure} {row.period}{f' [{row.breakdown}]' if row.breakdown else ''}"
        return "figure", f"{row.field} of {place} was {row.published or 'absent'}, is {row.now or 'absent'}"
    method = method_changes(published, now)
    for row in method[method["subject"].isin([*measures, "limits"])].itertuples():
        cause = "limits" if row.subject == "limits" else "strategy"
        return cause, f"{row.subject}: {row.field} was {row.published or 'absent'}, is {row.now or 'absent'}"
    return "code", "the code"


def _as_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return every cell as text: missing as empty, whole numbers without decimals."""

    def text(value: Any) -> str:
        if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NaT:
            return ""
        # 19 and 19.0 are the same figure, whichever a column of floats makes of it
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    return frame.map(text).astype(object)


# --- before a quarter is published ------------------------------------------------------


class OpenRowsError(ValueError):
    """Rows that cannot be closed as was asked."""


def prepare(quarter: str, ambitions: str = "") -> tuple[Strategy, Vintage, list[str]]:
    """Return the strategy and vintage of a quarter to be published, and what should be answered before, a line each.

    Parameters
    ----------
    quarter : str
        As in ``2024Q1``.
    ambitions : str
        A set of ambitions that is used, too.

    Returns
    -------
    tuple of Strategy, Vintage and list of str

    Raises
    ------
    PeriodError, RawDataError
        When quarter or raw material is not right.
    VintageError
        For a draft and a scenario, which are never published.

    """
    # `check --quick` reads what is published, too, and waits for no statistics
    from analysis.quarter.claims import read_claims, untraced
    from analysis.views.status import read_status

    statuses = {code: read_status(quarter, code, ambitions=ambitions) for code in LANGUAGES}
    status, questions = statuses[LANGUAGES[0]], []
    refuse_scenario(quarter, status.strategy)
    file, lights = f"data/raw/judgements/{status.quarter}/lights.toml", status.lights
    judged = lights["colour_source"] == "judgement"
    if not judged.all():
        rest = f'ehelse-status publish {status.quarter} --rest grey "… | …"'
        questions.append(f"nobody has judged {_listed(lights.index, ~judged)}: judge them, or close them by {rest}")
    for field, name in (("by", "who judged"), ("date", "the day of judging")):
        empty = judged & (lights[field] == "")
        if empty.any():
            remedy = f"write {field} = … at its head, or in the row"
            questions.append(f"{file} does not state {name} {_listed(lights.index, empty)}: {remedy}")
    for (code, one), (other_code, other) in permutations(statuses.items(), 2):
        for item, key in one.prose.index.difference(other.prose.index, sort=False):
            questions.append(f"the text '{key}' of {item} is there in {code} only: translate it into {other_code}")
    checked = read_claims(quarter)
    for code in checked.languages:
        own = checked.of(code)
        wrong = own.claims[own.claims["verdict"] == "contradicted"].itertuples()
        questions += [f"{row.place}: “{row.sentence}” is contradicted by the figures: {row.trend}" for row in wrong]
        missing = untraced(own.numbers).itertuples()
        questions += [f"{row.place}: the number “{row.text}” is in no row" for row in missing]
    corrections = later_corrections(quarter, strategy=status.strategy)
    vintage = vintage_of(status.strategy, status.observations, status.lights, corrections)
    return status.strategy, vintage, list(dict.fromkeys(questions))  # a sentence may be contradicted twice


def _listed(items: pd.Index, chosen: pd.Series) -> str:
    """Return the chosen items with commas between them; all of them in two words."""
    return f"any of the {len(items)} rows" if chosen.all() else ", ".join(items[chosen])


def close_rows(quarter: str, colour: str, reason: str, folder: Path | None = None) -> int:
    """Give every open row of a quarter the colour grey with a reason, in its ``lights.toml``.

    Parameters
    ----------
    quarter : str
        As in ``2024Q1``.
    colour : str
        ``grey``: any other colour is a judgement, to be made row by row.
    reason : str
        Norwegian and English, with ``|`` between them.
    folder : Path, optional
        The folder of all judgements; ``data/raw/judgements`` unless given.

    Returns
    -------
    int
        How many rows were closed.

    Raises
    ------
    OpenRowsError
        For another colour, a reason in one language, or an open row with a reason already.

    """
    texts = [text.strip() for text in reason.split("|")]
    if colour != "grey":
        raise OpenRowsError(f"--rest {colour}: the rest can only be grey; judge a row to give it another colour")
    if len(texts) != len(LANGUAGES) or not all(texts):
        raise OpenRowsError("--rest: write the reason in Norwegian and English, as in 'Ikke vurdert | Not judged'")
    file = (folder or paths.raw_folder() / "judgements") / str(quarter_of(quarter)) / "lights.toml"
    typed = file.read_text(encoding="utf-8")
    rows = tomllib.loads(typed).get("light", [])
    half = [row.get("item", "") for row in rows if row.get("colour") == "" and row.keys() & {"reason", "reason_code"}]
    if half:
        problem = f"{', '.join(half)} has a reason but no colour; write the colour, or remove the reason"
        raise OpenRowsError(f"judgements/{quarter}/lights.toml: {problem}")
    by_language = zip(LANGUAGES, texts, strict=True)
    words = ", ".join(f"{code} = {json.dumps(text, ensure_ascii=False)}" for code, text in by_language)
    closed = f'colour = "grey"\nreason_code = "other"\nreason = {{ {words} }}'
    text, count = re.subn(r'^colour[ \t]*=[ \t]*""', lambda _: closed, typed, flags=re.M)
    write_file(file, text, replace=True)
    return count
