"""Sets of ambitions: targets that a run is asked to use beside those of ``strategy.toml``.

A set is a file ``data/raw/ambitions/<name>.toml``. `with_ambitions` gives the strategy with a set's targets in place of
its own. A set that holds anything but adopted targets makes a *scenario*: a report of its own name, with a banner, that
is never published as the quarter's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

import pandas as pd
from pydantic import Field

from analysis.core import paths
from analysis.core.faults import Fault, RawDataError
from analysis.core.names import suggest
from analysis.core.periods import decimal_year
from analysis.intake.cells import outside_bounds
from analysis.intake.row_rules import register_of
from analysis.records.documents import NAME_LIMIT, Quantity, Text, Typed, by_language, line_of, read_document, validated
from analysis.records.sources import inspect_sources, suggest_source
from analysis.records.strategy import Ambitions, Period, Strategy

FOLDER: Final = "ambitions"
_SLUG: Final = re.compile("(?=.{1,80}$)[a-z0-9]+(-[a-z0-9]+)*")  # folders and addresses of its report are named so


class AmbitionError(RawDataError):
    """A set of ambitions that cannot be used."""


class _Milestone(Typed):
    period: Period
    value: Quantity


class _Target(_Milestone):
    """What one measure is to reach or hold. `decided` is the day it was; a working figure has none."""

    measure: str
    kind: Literal["reach", "hold"]
    status: Literal["adopted", "interpreted", "working"]
    decided: date | None = None
    source: str = ""
    reason: Text | None = None
    scale: Literal["linear", "log"] | None = None
    milestones: tuple[_Milestone, ...] = ()


class _Name(Text):
    """A name as captions and the report's banner have it."""

    nb: str = Field(min_length=1, max_length=NAME_LIMIT)
    en: str = Field(min_length=1, max_length=NAME_LIMIT)


class _Document(Typed):
    name: _Name
    note: Text
    target: tuple[dict, ...] = Field(min_length=1)


def with_ambitions(
    strategy: Strategy, name: str, day: pd.Timestamp | None = None, *, folder: Path | None = None
) -> Strategy:
    """Return the strategy with the targets of a set of ambitions.

    A target of the set replaces kind, target and milestones of its measure together. Baseline, breaks and everything
    else are the strategy's.

    Parameters
    ----------
    strategy : Strategy
        The strategy as `read_strategy` returns it.
    name : str
        A file of ``ambitions`` without its ending; empty: the strategy as it is.
    day : Timestamp, optional
        Targets decided later than this day are left out, as nobody could know them; all count unless given. A working
        target was decided by nobody and always counts.
    folder : Path, optional
        The folder of the raw material; ``data/raw`` unless given.

    Returns
    -------
    Strategy
        Its field ``ambitions`` names the set and says whether it makes a scenario.

    Raises
    ------
    AmbitionError
        For a set that does not exist, with the nearest that does, or listing every fault of the file.

    References
    ----------
    docs/method.md, section 4b.

    Examples
    --------
    >>> scenario = with_ambitions(strategy, "eksempel")
    >>> scenario.measure("forsinkelser-utvikling")[["kind", "target_period", "target_status"]].tolist()
    ['hold', '2025', 'working']

    """
    if not name:
        return strategy
    folder = folder or paths.raw_folder()
    if name not in (sets := ambition_sets(folder)):
        unknown = Fault("ambitions", "is no set of ambitions", file=FOLDER, value=name, **suggest(name, sets))
        raise AmbitionError([unknown])
    document, targets, faults = _read(folder, name, strategy.complete)
    if document is None or faults:
        raise AmbitionError(faults)
    chosen = [target for target in targets if target.measure in strategy.measures.index]
    chosen = [target for target in chosen if day is None or not target.decided or target.decided <= day.date()]
    measures, points, rows = strategy.measures.copy(), strategy.points, []
    for target in chosen:
        promise = measures.loc[target.measure].copy()
        fields = ["kind", "target_period", "target_value", "target_status", "scale"]
        scale = target.scale or promise["scale"]
        measures.loc[target.measure, fields] = [target.kind, target.period, target.value, target.status, scale]
        row = dict.fromkeys(points.columns, "") | {"measure": target.measure, "source": target.source}
        for entry in (*target.milestones, target):
            time = decimal_year(entry.period, promise["timing"])
            rows.append(row | {"point": "milestone", "period": entry.period, "value": entry.value, "time": time})
        rows[-1] |= {"point": "target", "status": target.status, **by_language(target.reason, "note")}
    replaced = points["measure"].isin([target.measure for target in chosen]) & (points["point"] != "baseline")
    points = pd.concat([points[~replaced], pd.DataFrame(rows)], ignore_index=True)
    ambitions = Ambitions(
        slug=name,
        name=document.name.model_dump(),
        note=document.note.model_dump(),
        measures=tuple(target.measure for target in chosen),
        places={target.measure: number for number, target in enumerate(targets)},
        # of the whole file: what a report is called must not depend on its day
        scenario=any(target.status != "adopted" for target in targets),
    )
    return replace(strategy, measures=measures, points=points, ambitions=ambitions)


def ambition_sets(folder: Path | None = None) -> list[str]:
    """Return the names of the sets of ambitions in a folder of raw material, ``data/raw`` unless given."""
    return sorted(file.stem for file in ((folder or paths.raw_folder()) / FOLDER).glob("*.toml"))


def _read(folder: Path, name: str, strategy: Strategy) -> tuple[_Document | None, list[_Target], list[Fault]]:
    """Return a file's head, its targets, and every fault of it, each with its line."""
    file = folder / FOLDER / f"{name}.toml"
    path = f"{FOLDER}/{file.name}"
    document, faults = read_document(file, _Document, "ambitions", path)
    if document is None:
        return None, [], faults
    if not _SLUG.fullmatch(name):
        remedy = "name the file in small letters, digits and hyphens, at most 80 of them"
        faults.append(Fault("ambitions", "is no name of a set", remedy, FOLDER, value=name))
    sources, _ = inspect_sources(folder)  # the list of sources is checked by itself
    names = [f"target '{entry.get('measure', number)}'" for number, entry in enumerate(document.target, start=1)]
    place = Fault("ambitions", "", file=path)
    entries, target_faults = validated(_Target, "target", document.target, names, file, place)
    faults += target_faults
    targets: list[_Target] = []
    for number, (target, name) in enumerate(zip(entries, names, strict=True)):
        if target is None:
            continue
        own = [*_target_faults(target, strategy, sources.index)]
        if target.measure in [earlier.measure for earlier in targets]:
            remedy = "keep one target a measure; put what is due earlier among its milestones"
            own.append(_fault("measure", "occurs twice", remedy, target.measure))
        for fault in own:
            line = line_of(file, ("target", number, fault.column))
            faults.append(fault.at(file=path, column=f"{name} > {fault.column}", line=line))
        targets.append(target)
    return document, targets, faults


def _target_faults(target: _Target, strategy: Strategy, sources: Iterable[str]) -> Iterator[Fault]:
    """Yield what a target lacks of where it comes from, and what is wrong between it and the strategy."""
    source, is_working = target.source, target.status == "working"
    needs = f"{'a' if is_working else 'an'} {target.status} target needs"
    if source and source not in sources:
        yield _fault("source", "is not in sources.toml", value=source, **suggest_source(source, sources))
    if is_working and not (source or target.reason):
        yield _fault("reason", f"{needs} a reason", "write reason = …")
    if not is_working and not source:
        remedy = "name the document that holds it, a slug of sources.toml; or write status = 'working' and a reason"
        yield _fault("source", f"{needs} its source", remedy)
    if not is_working and target.decided is None:
        yield _fault("decided", f"{needs} its day", "write decided = and the day the document was published")
    assessed = strategy.measures.index[strategy.measures["role"] == "assessed"]
    if target.measure not in assessed:
        yield _fault("measure", "is no assessed measure", value=target.measure, **suggest(target.measure, assessed))
        return
    promise = strategy.measure(target.measure)
    if promise["target_status"] == "adopted":
        problem = "the strategy has an adopted target, which no set replaces"
        yield _fault("measure", problem, "remove it here", target.measure)
    values = [point.value for point in (*target.milestones, target)]
    bounds = register_of(strategy.measures.loc[[target.measure]]).loc[target.measure]
    for value in values:
        if problem := outside_bounds(value, bounds["low"], bounds["high"]):
            yield _fault("value", problem, "correct the value", f"{value:g}")
    scale = target.scale or promise["scale"]
    if scale == "log" and min(values) <= 0:
        problem = "a log scale has no place for zero or negative values"
        yield _fault("scale", problem, "write scale = 'linear'", scale)
    periods = [promise["baseline_period"], *(each.period for each in target.milestones), target.period]
    times = [decimal_year(period, promise["timing"]) for period in periods if pd.notna(period)]
    if target.kind == "reach" and any(later <= earlier for earlier, later in pairwise(times)):
        problem = "baseline, milestones and target must follow each other in time"
        yield _fault("period", problem, "correct its period", target.period)


def _fault(field: str, problem: str, remedy: str = "", value: str = "", nearest: str = "") -> Fault:
    return Fault("ambitions", problem, remedy, column=field, value=value, nearest=nearest)
