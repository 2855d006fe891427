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
from analysis.records.documents import Text, Typed, by_language, line_of, read_document, repeated, validated
from analysis.records.sources import inspect_sources
from analysis.records.strategy import Ambitions, Period, Strategy

FOLDER: Final = "ambitions"
NAME_LIMIT: Final = 200  # characters, as of a name in the strategy
_SLUG: Final = re.compile("(?=.{1,80}$)[a-z0-9]+(-[a-z0-9]+)*")  # folders and addresses of its report are named so


class AmbitionError(RawDataError):
    """A set of ambitions that cannot be used."""


class _Milestone(Typed):
    period: Period
    value: float = Field(allow_inf_nan=False)


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
    ambitions = Ambitions(
        slug=name,
        name=document.name.model_dump(),
        note=document.note.model_dump(),
        measures=tuple(target.measure for target in chosen),
        # of the whole file: what a report is called must not depend on its day
        scenario=any(target.status != "adopted" for target in targets),
    )
    return replace(_replaced(strategy, chosen), ambitions=ambitions)


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
    targets, text = [], file.read_text(encoding="utf-8")
    for number, entry in enumerate(document.target):
        item = f"target '{entry.get('measure', number + 1)}'"
        [target], own = validated(_Target, [entry], [Fault("ambitions", "")])
        if target is not None:
            targets.append(target)
            own = _target_faults(target, strategy, sources.index)
        for fault in own:
            place = {"file": path, "line": line_of(text, ("target", number, fault.column))}
            faults.append(fault.at(column=f"{item} > {fault.column}", **place))
    remedy = "keep one target a measure; put what is due earlier among its milestones"
    twice = repeated([target.measure for target in targets])
    faults += [Fault("ambitions", "occurs twice", remedy, path, column="target", value=measure) for measure in twice]
    return document, targets, faults


def _target_faults(target: _Target, strategy: Strategy, sources: Iterable[str]) -> Iterator[Fault]:
    """Yield what a target lacks of where it comes from, and what is wrong between it and the strategy."""
    source, is_working = target.source, target.status == "working"
    needs = f"{'a' if is_working else 'an'} {target.status} target needs"
    if source and source not in sources:
        yield _fault("source", "is not in sources.toml", value=source, **suggest(source, sources))
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
    for value in values:
        if value < promise["minimum"] or value > promise["maximum"]:
            problem = f"is outside {promise['minimum']:g} to {promise['maximum']:g}, the bounds of the measure"
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


def _replaced(strategy: Strategy, targets: list[_Target]) -> Strategy:
    """Return the strategy with these targets in its frames `measures` and `points`."""
    measures, points = strategy.measures.copy(), strategy.points
    rows = []
    for target in targets:
        promise = measures.loc[target.measure].copy()
        fields = ["kind", "target_period", "target_value", "target_status", "scale"]
        scale = target.scale or promise["scale"]
        measures.loc[target.measure, fields] = [target.kind, target.period, target.value, target.status, scale]
        for entry in (*target.milestones, target):
            is_target = entry is target
            rows.append(
                {"measure": target.measure, "point": "target" if is_target else "milestone"}
                | {"period": entry.period, "value": entry.value, "time": decimal_year(entry.period, promise["timing"])}
                | {"status": target.status if is_target else "", "source": target.source}
                | by_language(target.reason if is_target else None, "note")
            )
    replaced = points["measure"].isin([target.measure for target in targets]) & (points["point"] != "baseline")
    points = pd.concat([points[~replaced], pd.DataFrame(rows)], ignore_index=True)
    return replace(strategy, measures=measures, points=points)
