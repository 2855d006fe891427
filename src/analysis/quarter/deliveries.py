"""From tables and respondents to rows of observations: what others' files say, in the project's own columns.

Nothing is written into ``data/raw``. The rows come back as text, already held against the rules that every delivery is
held against, and whoever asked decides where they go.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis.core import paths
from analysis.core.faults import Fault, RawDataError, rejections
from analysis.core.names import suggest
from analysis.core.small_counts import is_small_count
from analysis.intake import numerals
from analysis.intake.cells import read_name
from analysis.intake.jsonstat import JsonStat
from analysis.intake.respondents import Questionnaire, Respondents
from analysis.records.areas import read_areas
from analysis.records.observations import LAYOUT, ObservationError, judged, read_sources
from analysis.records.strategy import read_strategy
from analysis.statistics.surveys import Design, weighted_mean

SHOWN: Final = 12  # codes of a dimension that a description lists
DECIMALS: Final = 1  # of a share in per cent: no sample tells less than a tenth apart


@dataclass(frozen=True)
class Provenance:
    """What a row says of its figure: the measure's slug, the day it was published, the source's slug."""

    measure: str
    published: str
    source: str


@dataclass(frozen=True)
class Rows:
    """Rows of observations as text (columns of `observations.LAYOUT`); `notes` tell what did not become a row."""

    cells: pd.DataFrame
    notes: tuple[str, ...]

    def csv(self) -> str:
        """Return the rows as a delivery has them; an optional column is there where a row has something in it."""
        columns = [name for name in LAYOUT.all if name not in LAYOUT.optional or (self.cells[name] != "").any()]
        return self.cells[columns].to_csv(index=False, lineterminator="\n")


def described(table: JsonStat) -> str:
    """Return the title of a table, and its dimensions with their codes and words: what there is to choose from."""
    lines = [f"{table.title or 'A table without a title'}, updated {table.updated or 'on an unknown day'}"]
    for name in table.dimensions:
        codes, words = table.rows[name].unique(), table.labels.get(name, {})
        listed = [f"{code} ({words[code]})" if words.get(code, code) != code else code for code in codes[:SHOWN]]
        more = [f"… {len(codes):,} in all"] if len(codes) > SHOWN else []
        lines.append(f"  {name}: {', '.join([*listed, *more])}")
    return "\n".join(lines)


def from_table(
    table: JsonStat,
    provenance: Provenance,
    where: Mapping[str, str],
    breakdown: Mapping[str, str],
    area: str = "",
    folder: Path | None = None,
) -> Rows:
    """Return the cells of a table as rows of one measure.

    `where` keeps one code of a dimension; `breakdown` (name to dimension) and `area` (a dimension) tell rows apart. A
    status that came with a figure stands in the note; a cell without a figure is no row, and told among the notes.

    Raises:
        RawDataError: for a dimension or code that is not there, and for one with several codes that is not spoken for.
        ObservationError: listing every rule that a row offends.

    """
    rows = _chosen(table, where, [*breakdown.values(), *([area] if area else [])])
    empty = rows["value"].isna()
    notes = [
        f"no figure: {', '.join(row[name] for name in table.dimensions)}{f' ({status})' if status else ''}"
        for row, status in zip(rows[empty].to_dict("records"), rows.loc[empty, "status"], strict=True)
    ]
    rows = rows[~empty]
    parts = [f"{name}=" + rows[dimension] for name, dimension in breakdown.items()]
    cells = pd.DataFrame(
        {
            "period": rows["period"],
            "breakdown": [";".join(row) for row in zip(*parts, strict=True)] if parts else "",
            "value": rows["value"].map(numerals.written),
            "area": rows[area] if area else "",
            "note": ("Status as delivered: " + rows["status"]).where(rows["status"] != "", ""),
        }
    )
    return _held(cells, provenance, notes, folder)


def _chosen(table: JsonStat, where: Mapping[str, str], spread: list[str]) -> pd.DataFrame:
    for name in (*where, *spread):
        if name not in table.dimensions:
            choices = suggest(name, table.dimensions)
            raise RawDataError([Fault("missing_column", "is no dimension of the table", value=name, **choices)])
    rows = table.rows
    for name, code in where.items():
        known = rows[name].unique()
        if code not in known:
            choices = suggest(code, known)
            raise RawDataError(
                [Fault("closed_list", "is no code of the dimension", column=name, value=code, **choices)]
            )
        rows = rows[rows[name] == code]
    for name in table.dimensions:
        if name not in (*where, *spread, table.time) and rows[name].nunique() > 1:
            problem = f"has {rows[name].nunique()} codes, and nothing says which is meant"
            raise RawDataError([Fault("duplicate_key", problem, "choose one, or make it a breakdown", column=name)])
    return rows


def from_respondents(
    read: Respondents,
    asked: Questionnaire,
    counting: frozenset[float],
    provenance: Provenance,
    *,
    by: str = "",
    strata: str = "",
    period: str = "",
    folder: Path | None = None,
) -> Rows:
    """Return the weighted share of those who gave one of the `counting` answers, a row for each wave and group.

    The base is those who answered; the row's n is their number. `period` is the wave of a file without such a column.
    Groups of so few that they could be known are no rows, and told among the notes; so are answers declared missing.

    Raises:
        ObservationError: listing every fault of the file, and every rule that a row offends.

    """
    if refused := rejections(read.faults):
        raise ObservationError(refused)
    (question,) = asked.answers
    waves = read.rows[asked.wave] if asked.wave else pd.Series(period, index=read.rows.index)
    notes = [str(fault) for fault in read.faults] + list(_user_missing(read, question))
    answers = read.rows[question]
    sample = read.rows.assign(counted=answers.isin(counting).where(answers.notna()).astype(float))
    design, found = Design(asked.weight or None, strata or None), []
    for wave, persons in sample.groupby(waves.astype(str), sort=True):
        for group in ("", by) if by else ("",):
            shares = weighted_mean(persons, "counted", design, group or None)
            given = persons.groupby(group, observed=True)["counted"].sum() if group else persons["counted"].sum()
            shares = shares.assign(wave=wave, given=given, few=is_small_count(given, shares["n"]) | (shares["n"] == 0))
            shares["breakdown"] = [f"{group}={place}" if group else "" for place in shares.index]
            found.append(shares)
    shares = pd.concat(found, ignore_index=True)
    notes += [f"too few to be shown: {row.wave} {row.breakdown}".rstrip() for row in shares[shares["few"]].itertuples()]
    listed = " ".join(f"{code:g}" for code in sorted(counting))
    shares = shares[~shares["few"]]
    cells = pd.DataFrame(
        {
            "period": shares["wave"],
            "breakdown": shares["breakdown"],
            "value": [numerals.written(round(100 * share, DECIMALS)) for share in shares["estimate"]],
            "n": shares["n"].astype(int).astype(str),
            "note": [_how(question, listed, asked.weight, 100 * se) for se in shares["se"]],
        }
    )
    return _held(cells.assign(area=""), provenance, notes, folder)


def _how(question: str, counting: str, weight: str, error: float) -> str:
    weighed = f"weighted by {weight}" if weight else "unweighted"
    return f"Computed from respondents: answers {counting} to {question}, {weighed}, standard error {error:.2f} points"


def _user_missing(read: Respondents, question: str) -> Iterator[str]:
    words = read.labels.get(question, {})
    for code, count in read.missing[question].value_counts().sort_index().items():
        yield f"not in the base: {count:,} answered {code:g}{f' ({words[code]})' if code in words else ''}"


def _held(cells: pd.DataFrame, provenance: Provenance, notes: list[str], folder: Path | None) -> Rows:
    """Return the rows once no rule of the intake keeps them out; the measure's unit is theirs."""
    folder = folder or paths.raw_folder()
    strategy = read_strategy(folder / "strategy.toml")
    try:
        measure = read_name(provenance.measure, strategy.measures.index)
    except RawDataError as refused:
        raise refused.at(column="measure", value=provenance.measure) from refused
    same = {"measure": measure, "published": provenance.published, "source": provenance.source}
    cells = cells.assign(**same, unit=strategy.measures.at[measure, "unit"]).reset_index(drop=True)
    cells = cells.reindex(columns=list(LAYOUT.all), fill_value="")
    placed = cells.assign(file="the new rows", sheet="", line=np.arange(2, len(cells) + 2))
    _, faults = judged(placed, strategy, read_areas(folder), read_sources(folder).index)
    if not len(cells):
        faults.append(Fault("empty", "there is no figure among what was asked for", "choose other codes"))
    if refused := rejections(faults):
        once = {(fault.rule, fault.column, fault.value): fault for fault in reversed(refused)}
        raise ObservationError(reversed(once.values()))
    return Rows(cells, (*notes, *map(str, faults)))
