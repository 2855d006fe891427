"""From tables and respondents to rows of observations, in the project's own columns.

Nothing is written into ``data/raw``. The rows come back as text, already checked by the rules of every delivery, and
the caller decides where they go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis.core import paths
from analysis.core.faults import Fault, RawDataError, refusal, rejections
from analysis.core.names import suggest
from analysis.core.small_counts import is_small_count
from analysis.intake import numerals
from analysis.intake.cells import read_name
from analysis.intake.jsonstat import JsonStat
from analysis.intake.respondents import Questionnaire, Respondents
from analysis.records import disclosure
from analysis.records.areas import read_areas
from analysis.records.observations import LAYOUT, ObservationError, judged, read_sources
from analysis.records.strategy import read_strategy
from analysis.statistics.surveys import Design, weighted_mean

SHOWN: Final = 12  # codes of a dimension that a description lists
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
    strata : str
        The column of strata that respondents were drawn from.
    period : str
        The period of a file without a column of waves.

    """

    counting: frozenset[float]
    by: str = ""
    strata: str = ""
    period: str = ""


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
        For a dimension or code that does not exist, and a dimension with several codes of which none is chosen.
    ObservationError
        Listing every rule that a row breaks.

    """
    rows = _choose(table, where, [*breakdown.values(), *([area] if area else [])])
    empty = rows["value"].isna()
    notes = [
        f"no figure: {', '.join(row[name] for name in table.dimensions)}{f' ({status})' if status else ''}"
        for row, status in zip(rows[empty].to_dict("records"), rows.loc[empty, "status"], strict=True)
    ]
    rows = rows[~empty]
    pairs = [f"{name}=" + rows[dimension] for name, dimension in breakdown.items()]
    cells = pd.DataFrame(
        {
            "period": rows["period"],
            "breakdown": [";".join(row) for row in zip(*pairs, strict=True)] if pairs else "",
            "value": rows["value"].map(numerals.written),
            "area": rows[area] if area else "",
            "note": ("Status as delivered: " + rows["status"]).where(rows["status"] != "", ""),
        }
    )
    return _checked(cells, provenance, notes, folder)


def _choose(table: JsonStat, where: Mapping[str, str], kept: list[str]) -> pd.DataFrame:
    for name in (*where, *kept):
        if name not in table.dimensions:
            choices = suggest(name, table.dimensions)
            raise refusal("missing_column", "is no dimension of the table", value=name, **choices)
    rows = table.rows
    for name, code in where.items():
        codes = rows[name].unique()
        if code not in codes:
            choices = suggest(code, codes)
            raise refusal("closed_list", "is no code of the dimension", column=name, value=code, **choices)
        rows = rows[rows[name] == code]
    for name in table.dimensions:
        if name not in (*where, *kept, table.time) and rows[name].nunique() > 1:
            problem = f"has {rows[name].nunique()} codes, and nothing says which is meant"
            raise refusal("duplicate_key", problem, "choose one, or make it a breakdown", column=name)
    return rows


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
        The base is those who answered; n is their number. Small counts, by the limits of the source's owner, are no
        rows, and named in `notes`; so are answers declared missing.

    Raises
    ------
    ObservationError
        Listing every fault of the file, and every rule that a row breaks.

    """
    if faults := rejections(respondents.faults):
        raise ObservationError(faults)
    shares = _estimate(respondents.rows, questionnaire, share)
    threshold, base = read_owner_limits(provenance.source, folder)
    # a group in which nobody answered has no share at all
    small = is_small_count(shares["counted"], shares["n"], threshold, base) | (shares["n"] == 0)
    (question,) = questionnaire.answers
    words = respondents.labels.get(question, {})
    notes = [
        *map(str, respondents.faults),
        *(
            f"not in the base: {count:,} answered {code:g}{f' ({words[code]})' if code in words else ''}"
            for code, count in respondents.missing[question].value_counts().sort_index().items()
        ),
        *(f"too few to be shown: {row.wave} {row.breakdown}".rstrip() for row in shares[small].itertuples()),
    ]
    shares = shares[~small]
    weighed = f"weighted by {questionnaire.weight}" if questionnaire.weight else "unweighted"
    how = f"answers {' '.join(f'{code:g}' for code in sorted(share.counting))} to {question}, {weighed}"
    cells = pd.DataFrame(
        {
            "period": shares["wave"],
            "breakdown": shares["breakdown"],
            "value": [numerals.written(round(100 * estimate, DECIMALS)) for estimate in shares["estimate"]],
            "n": shares["n"].astype(int).astype(str),
            "note": [f"Computed from respondents: {how}, standard error {100 * se:.2f} points" for se in shares["se"]],
        }
    )
    return _checked(cells.assign(area=""), provenance, notes, folder)


def _estimate(rows: pd.DataFrame, questionnaire: Questionnaire, share: Share) -> pd.DataFrame:
    """Return the columns of `weighted_mean` for each wave and group, and wave, breakdown and counted (unweighted)."""
    (question,) = questionnaire.answers
    waves = rows[questionnaire.wave] if questionnaire.wave else pd.Series(share.period, index=rows.index)
    answers = rows[question]
    sample = rows.assign(counts=answers.isin(share.counting).where(answers.notna()).astype(float))
    design, frames = Design(questionnaire.weight or None, share.strata or None), []
    for wave, persons in sample.groupby(waves.astype(str), sort=True):
        for group in ("", share.by) if share.by else ("",):
            shares = weighted_mean(persons, "counts", design, group or None)
            counted = persons.groupby(group, observed=True)["counts"].sum() if group else persons["counts"].sum()
            names = [f"{group}={name}" if group else "" for name in shares.index]
            frames.append(shares.assign(wave=wave, counted=counted, breakdown=names))
    return pd.concat(frames, ignore_index=True)


def _checked(cells: pd.DataFrame, provenance: Provenance, notes: list[str], folder: Path | None) -> Rows:
    """Return the rows once no rule of deliveries keeps them out; they have the measure's unit."""
    folder = folder or paths.raw_folder()
    strategy, sources = read_strategy(folder / "strategy.toml"), read_sources(folder)
    try:
        measure = read_name(provenance.measure, strategy.measures.index)
    except RawDataError as error:
        raise error.at(column="measure", value=provenance.measure) from error
    same = {"measure": measure, "published": provenance.published, "source": provenance.source}
    cells = cells.assign(**same, unit=strategy.measures.at[measure, "unit"]).reset_index(drop=True)
    cells = cells.reindex(columns=list(LAYOUT.all), fill_value="")
    placed = cells.assign(file="the new rows", sheet="", line=np.arange(2, len(cells) + 2))
    limits = disclosure.read_limits(folder).of(sources["publisher"])
    _, faults = judged(placed, strategy, read_areas(folder), sources.index, limits)
    if not len(cells):
        faults.append(Fault("empty", "there is no figure among what was asked for", "choose other codes"))
    if rejected := rejections(faults):
        # what all rows have in common, a wrong date or source, is one fault: that of the first row
        once = {(fault.rule, fault.column, fault.value): fault for fault in reversed(rejected)}
        raise ObservationError(reversed(once.values()))
    return Rows(cells, (*notes, *map(str, faults)))
