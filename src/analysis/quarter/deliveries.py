"""From tables and respondents to rows of observations, in the project's own columns.

Nothing is written into ``data/raw``. The rows come back as text, already checked by the rules of every delivery, and
the caller decides where they go.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis.core import paths
from analysis.core.faults import Fault, RawDataError, refusal, rejections
from analysis.core.names import plain_name, suggest
from analysis.core.small_counts import is_small_count
from analysis.core.units import SHARE_UNIT
from analysis.intake import RECOGNISED, numerals
from analysis.intake.cells import group_name, read_name
from analysis.intake.jsonstat import JsonStat
from analysis.intake.respondents import Questionnaire, Respondents, listed_codes
from analysis.records import disclosure
from analysis.records.areas import read_areas
from analysis.records.observations import LAYOUT, ObservationError, judged, read_sources
from analysis.records.strategy import read_strategy
from analysis.statistics.surveys import Design, share_se, weighted_mean
from analysis.text import look_up, number

SHOWN: Final = 12  # codes of a dimension that a description lists
_SHARE: Final = re.compile("|".join(RECOGNISED["share_units"]))
DECIMALS: Final = 1  # of a share in per cent: no sample tells less than a tenth apart


@dataclass(frozen=True)
class Provenance:
    """Whose figure it is.

    Parameters
    ----------
    measure : str
        The measure's slug in the strategy.
    published : str
        The day it was published, as 2024-03-31.
    source : str
        The source's slug in ``sources.toml``.

    """

    measure: str
    published: str
    source: str


@dataclass(frozen=True)
class Share:
    """Which share of respondents is computed.

    Parameters
    ----------
    counting : frozenset of float
        The codes of the answers that count.
    by : str
        A column; a row for each of its groups, too.
    breakdown : str
        What the breakdown of those rows is called; "": as the column.
    strata : str
        The column of strata that respondents were drawn from.
    period : str
        The period of a file without a column of waves.

    """

    counting: frozenset[float]
    by: str = ""
    strata: str = ""
    period: str = ""
    breakdown: str = ""


@dataclass(frozen=True)
class Rows:
    """Rows of observations as text (columns of `observations.LAYOUT`); `notes` name what did not become a row."""

    cells: pd.DataFrame
    notes: tuple[str, ...]

    def csv(self) -> str:
        """Return the rows as a delivery has them; an optional column is there where a row has something in it."""
        columns = [name for name in LAYOUT.all if name not in LAYOUT.optional or (self.cells[name] != "").any()]
        return self.cells[columns].to_csv(index=False, lineterminator="\n")


def describe(table: JsonStat) -> str:
    """Return the title of a table, and its dimensions with their codes and words: what there is to choose from."""
    lines = [f"{table.title or 'A table without a title'}, updated {table.updated or 'on an unknown day'}"]
    for name in table.dimensions:
        codes, words = table.codes[name].unique(), table.labels.get(name, {})
        listed = [f"{code} ({words[code]})" if words.get(code, code) != code else code for code in codes[:SHOWN]]
        more = [f"… {len(codes):,} in all"] if len(codes) > SHOWN else []
        lines.append(f"  {name}: {', '.join([*listed, *more])}")
    return "\n".join(lines)


def convert_units(table: JsonStat, factors: Mapping[str, float]) -> JsonStat:
    """Return a table with its figures in the unit of a measure.

    Parameters
    ----------
    table : JsonStat
        The table.
    factors : mapping of str to float
        How many of the measure's unit one of the table's is, by the latter as the table states it: 1 where they are
        the same in other words.

    Returns
    -------
    JsonStat
        With "" as the unit of the cells that are converted.

    Raises
    ------
    RawDataError
        For a unit that the table does not have.

    """
    rows = table.rows
    for unit, factor in factors.items():
        if unit not in (stated := rows["unit"].unique()):
            raise refusal("unit_mismatch", "is no unit of the table", value=unit, **suggest(unit, filter(None, stated)))
        own = rows["unit"] == unit
        # as decimals, for 1.1 * 1000 is 1100.0000000000002 as a float
        figures = [float(Decimal(repr(value)) * Decimal(repr(factor))) for value in rows.loc[own, "value"]]
        converted = rows["value"].mask(own, pd.Series(figures, rows.index[own]))
        rows = rows.assign(value=converted, unit=rows["unit"].mask(own, ""))
    return replace(table, rows=rows)


def from_table(
    table: JsonStat,
    provenance: Provenance,
    where: Mapping[str, str],
    breakdown: Mapping[str, str],
    area: str = "",
    folder: Path | None = None,
) -> Rows:
    """Return the cells of a table as rows of one measure.

    Parameters
    ----------
    table : JsonStat
        The table.
    provenance : Provenance
        Whose figures they are.
    where : mapping of str to str
        The one code of a dimension that is kept.
    breakdown : mapping of str to str
        The dimension that tells rows apart, by the name of the breakdown.
    area : str
        The dimension that holds codes of areas.
    folder : Path, optional
        The folder of the raw material; ``data/raw`` unless given.

    Returns
    -------
    Rows
        A status that came with a figure is in its note; a cell without a figure is no row, and named in `notes`.

    Raises
    ------
    RawDataError
        For a dimension or code that does not exist, a dimension with several codes of which none is chosen, and a
        cell among those chosen whose period or figure has no reading.
    ObservationError
        Listing every rule that a row breaks.

    """
    codes = _choose(table, where, [*breakdown.values(), *([area] if area else [])])
    rows = table.rows.loc[codes.index]
    if unread := dict.fromkeys(rows["fault"].dropna()):
        raise RawDataError(unread)
    empty = rows["value"].isna()
    notes = [
        f"no figure: {', '.join(cell)}{f' ({status})' if status else ''}"
        for *cell, status in codes.assign(**{"": rows["status"]})[empty].itertuples(index=False)
    ]
    codes, rows = codes[~empty], rows[~empty]
    for name, dimension in breakdown.items():
        notes += _renamed_groups(name, codes[dimension].unique())
    pairs = [f"{name}=" + codes[dimension].map(group_name) for name, dimension in breakdown.items()]
    cells = pd.DataFrame(
        {
            "period": rows["period"],
            "breakdown": [";".join(row) for row in zip(*pairs, strict=True)] if pairs else "",
            "value": rows["value"].map(numerals.written),
            "unit": rows["unit"],
            "area": codes[area] if area else "",
            **_noted("status", [{"status": status} if status else {} for status in rows["status"]]),
        }
    )
    return _checked(cells, provenance, notes, folder)


def _choose(table: JsonStat, where: Mapping[str, str], kept: list[str]) -> pd.DataFrame:
    for name in (*where, *kept):
        if name not in table.dimensions:
            choices = suggest(name, table.dimensions)
            raise refusal("missing_column", "is no dimension of the table", value=name, **choices)
    cells = table.codes
    for name, code in where.items():
        codes = cells[name].unique()
        if code not in codes:
            choices = suggest(code, codes)
            raise refusal("closed_list", "is no code of the dimension", column=name, value=code, **choices)
        cells = cells[cells[name] == code]
    for name in table.dimensions:
        if name not in (*where, *kept, table.time) and cells[name].nunique() > 1:
            problem = f"has {cells[name].nunique()} codes, and nothing says which is meant"
            raise refusal("duplicate_key", problem, "choose one, or make it a breakdown", column=name)
    return cells


def read_owner_limits(source: str, folder: Path | None = None) -> tuple[int, int]:
    """Return the limits of small counts of the owner of a source.

    Parameters
    ----------
    source : str
        A source's slug; for one that does not exist the default limits are returned.
    folder : Path, optional
        The folder of the raw material; ``data/raw`` unless given.

    Returns
    -------
    tuple of int
        threshold (the smallest count shown) and base (the smallest group a share may be of).

    Raises
    ------
    RawDataError
        When ``sources.toml`` or ``disclosure.toml`` cannot be read.

    """
    folder = folder or paths.raw_folder()
    publisher = read_sources(folder)["publisher"].reindex([source])
    threshold, base = disclosure.read_limits(folder).of(publisher).loc[source, ["threshold", "base"]]
    return int(threshold), int(base)


def from_respondents(
    respondents: Respondents,
    questionnaire: Questionnaire,
    share: Share,
    provenance: Provenance,
    folder: Path | None = None,
) -> Rows:
    """Return a weighted share of respondents as rows, one for each wave and group.

    Parameters
    ----------
    respondents : Respondents
        As `read_respondents` returns them.
    questionnaire : Questionnaire
        Their columns, with one question.
    share : Share
        The answers that count, and the groups.
    provenance : Provenance
        Whose figures they are.
    folder : Path, optional
        The folder of the raw material; ``data/raw`` unless given.

    Returns
    -------
    Rows
        The base is those who answered and have a weight; n is their number. Small counts, by the limits of the
        source's owner, are no rows, and named in `notes`; so are answers and weights declared missing. The standard
        error in the note of a share of 0 or 100 % is that of (x + ½) / (n + 1).

    Raises
    ------
    ObservationError
        Listing every fault of the file, and every rule that a row breaks.
    RawDataError
        For a code that is to count and is none of the question's.

    References
    ----------
    docs/method.md, section 6.

    """
    if faults := rejections(respondents.faults):
        raise ObservationError(faults)
    name = share.breakdown or share.by
    if name and not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        plain = plain_name(name).strip("-0123456789") or "gruppe"
        remedy = f"name it in plain letters, as in --by {plain}={share.by}"
        raise refusal("breakdown", "is no name of a breakdown", remedy, value=name)
    for question, codes in respondents.codes.items():
        if others := share.counting - codes:
            problem = f"is none of the codes {listed_codes(codes)}, and cannot be counted"
            place = {"column": question, "value": listed_codes(others)}
            raise refusal("answer_code", problem, "count one that is", **place)
    shares = _estimate(respondents.rows, questionnaire, share)
    threshold, base = read_owner_limits(provenance.source, folder)
    # a group in which nobody answered has no share at all
    small = is_small_count(shares["counted"], shares["n"], threshold, base) | (shares["n"] == 0)
    notes = _notes(respondents, questionnaire, share)
    notes += [f"too few to be shown: {row.wave} {row.breakdown}".rstrip() for row in shares[small].itertuples()]
    shares = shares[~small]
    (question,) = questionnaire.answers
    parts = {"answers": " ".join(f"{code:g}" for code in sorted(share.counting)), "question": question}
    parts |= {"weight": questionnaire.weight} if questionnaire.weight else {}
    cells = pd.DataFrame(
        {
            "period": shares["wave"],
            "breakdown": shares["breakdown"],
            "value": [numerals.written(round(100 * estimate, DECIMALS)) for estimate in shares["estimate"]],
            "n": shares["n"].astype(int).astype(str),
            **_noted("weighted" if questionnaire.weight else "unweighted", [parts | {"se": se} for se in shares["se"]]),
        }
    )
    return _checked(cells.assign(area=""), provenance, notes, folder)


def _estimate(rows: pd.DataFrame, questionnaire: Questionnaire, share: Share) -> pd.DataFrame:
    """Return the columns of `weighted_mean` for each wave and group, and wave, breakdown and counted (unweighted)."""
    (question,) = questionnaire.answers
    answers = rows[question]
    # columns get names by what they are used for, so that none of the file's can be taken for one of ours
    sample = pd.DataFrame(
        {
            "wave": rows[questionnaire.wave].astype(str) if questionnaire.wave else share.period,
            "weight": rows[questionnaire.weight] if questionnaire.weight else 1.0,
            "strata": rows[share.strata] if share.strata else "",
            "counts": answers.isin(share.counting).where(answers.notna()).astype(float),
        }
    )
    sample["seen"] = sample["counts"].where(sample["weight"] > 0, 0)
    if share.by:
        # who is in no group is left out of the groups, and not of the sample they are compared with
        sample["group"] = rows[share.by].where(rows[share.by] != "")
    design, frames = Design("weight", "strata"), []
    for wave, persons in sample[sample["weight"].notna()].groupby("wave"):
        whole = weighted_mean(persons, "counts", design)
        frames.append(whole.assign(wave=wave, counted=persons["seen"].sum(), breakdown=""))
        if share.by:
            groups = weighted_mean(persons, "counts", design, "group")
            counted = persons.groupby("group", observed=True)["seen"].sum()
            names = [f"{share.breakdown or share.by}={group_name(name)}" for name in groups.index]
            frames.append(groups.assign(wave=wave, counted=counted, breakdown=names))
    shares = pd.concat(frames, ignore_index=True)
    extreme = shares["estimate"].isin([0, 1])
    # none or all of a sample have no spread to take an error from
    return shares.assign(se=shares["se"].mask(extreme, share_se(shares["estimate"], shares["n"])))


def _notes(respondents: Respondents, questionnaire: Questionnaire, share: Share) -> list[str]:
    """Return what was odd, who is not in the base or in no group, and what the file calls its codes."""
    notes = [str(fault) for fault in respondents.faults]
    (question,) = questionnaire.answers
    for column, have in ((question, "answered"), (questionnaire.weight, "have the weight")):
        if column in respondents.missing:
            labels = respondents.labels.get(column, {})
            for code, count in respondents.missing[column].value_counts().sort_index().items():
                label = f" ({labels[code]})" if code in labels else ""
                notes.append(f"not in the base: {count:,} {have} {listed_codes([code])}{label}")
    if share.by:
        groups, name = respondents.rows[share.by], share.breakdown or share.by
        labels = {listed_codes([code]): label for code, label in respondents.labels.get(share.by, {}).items()}
        notes += [f"{name}={code} is '{label}' in the file" for code, label in labels.items() if code in set(groups)]
        notes += _renamed_groups(name, [group for group in groups.unique() if group])
        if outside := (groups == "").sum():
            notes.append(f"in no group: {outside:,} respondents")
    return notes


def _renamed_groups(breakdown: str, texts: Iterable[str]) -> list[str]:
    """Return what the file calls the groups that a breakdown cannot name so; two that become one are refused."""
    renamed: dict[str, str] = {}
    for text in texts:
        name = group_name(text)
        if name in renamed:
            problem = f"and '{renamed[name]}' would both be called {breakdown}={name}"
            raise refusal("breakdown", problem, "give them other names in the file", value=text)
        renamed[name] = text
    return [f"{breakdown}={name} is '{text}' in the file" for name, text in renamed.items() if name != text]


def _noted(key: str, rows: list[dict]) -> dict[str, list[str]]:
    """Return the columns ``note`` and ``note_nb``: a text of the catalogue with each row's places, "" without any."""
    columns = {}
    for column, language in (("note", "en"), ("note_nb", "nb")):
        written = [row | ({"se": number(100 * row["se"], language, 2)} if "se" in row else {}) for row in rows]
        columns[column] = [look_up("quarter.delivered", key, language, **row) if row else "" for row in written]
    return columns


def _checked(cells: pd.DataFrame, provenance: Provenance, notes: list[str], folder: Path | None) -> Rows:
    """Return the rows once no rule of deliveries keeps them out; a unit that is stated must be the measure's."""
    folder = folder or paths.raw_folder()
    strategy, sources = read_strategy(folder / "strategy.toml"), read_sources(folder)
    try:
        measure = read_name(provenance.measure, strategy.measures.index)
    except RawDataError as error:
        raise error.at(column="measure", value=provenance.measure) from error
    same = {"measure": measure, "published": provenance.published, "source": provenance.source}
    unit = strategy.measures.at[measure, "unit"]
    faults = []
    for stated in cells["unit"].unique() if "unit" in cells else ():
        words = " ".join(stated.lower().split())
        counted = words.removeprefix("antall ").removeprefix("number of ")
        if stated and counted != unit.lower() and not (unit == SHARE_UNIT and _SHARE.fullmatch(words)):
            remedy = f"say how many of it one is: --unit '{stated}' FACTOR, which is 1 where they are the same"
            problem = f"is the unit of the table, and '{unit}' that of the measure"
            faults.append(Fault("unit_mismatch", problem, remedy, column="unit", value=stated))
    cells = cells.assign(**same, unit=unit).reset_index(drop=True)
    cells = cells.reindex(columns=list(LAYOUT.all), fill_value="")
    placed = cells.assign(file="the new rows", sheet="", line=np.arange(2, len(cells) + 2))
    limits = disclosure.read_limits(folder).of(sources["publisher"])
    faults += judged(placed, strategy, read_areas(folder), sources.index, limits)[1]
    if not len(cells):
        faults.append(Fault("empty", "there is no figure among what was asked for", "choose other codes"))
    if rejected := rejections(faults):
        # what all rows have in common, a wrong date or source, is one fault: that of the first row
        once = {(fault.rule, fault.column, fault.value): fault for fault in reversed(rejected)}
        raise ObservationError(reversed(once.values()))
    return Rows(cells, (*notes, *map(str, faults)))
