"""Check everything typed or delivered: figures, sources, known issues, judgements and texts."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from analysis import text as words
from analysis.assessment.lights import JudgementDiffersError, assess
from analysis.assessment.trends import find_trends
from analysis.core import paths
from analysis.core.faults import WARN, Fault, RawDataError, rejections
from analysis.core.periods import as_of_date
from analysis.quarter.vintages import VintageError, published_quarters, refuse_rewriting, vintage_of
from analysis.records import disclosure
from analysis.records.judgements import judged_quarters, read_judgements
from analysis.records.known_issues import read_known_issues
from analysis.records.observations import inspect, known_at, read_observations
from analysis.records.strategy import Strategy
from analysis.reports.inputs import RENAME, misnamed
from analysis.text.prose import read_prose

# a name stands alone on a slide, and with the quarter in a property of the workbook, which may have 255 characters
NAME_LIMIT: Final = 200


def check(folder: Path | None = None) -> list[Fault]:
    """Return every fault of the raw material.

    Judgements and texts are compared with the figures, so they are checked only once the figures can be read.

    Parameters
    ----------
    folder : Path, optional
        The raw material, ``data/raw`` of the project unless another is named.

    Returns
    -------
    list of Fault
        Rejections first; empty when there is none.

    """
    folder = folder or paths.raw_folder()
    if names := misnamed(folder):  # nor can anything else be said of such a file
        return [Fault("file", RENAME, file=name) for name in names]
    strategy, observations, faults = inspect(folder)
    faults += long_names(strategy) if strategy is not None else []
    faults += _faults_of(lambda: disclosure.read_limits(folder))
    if strategy is not None and not rejections(faults):
        faults += _faults_of(lambda: read_known_issues(folder, strategy=strategy))
        faults += _faults_of(lambda: judged_quarters(folder / "judgements"))
    if strategy is not None and not rejections(faults):
        for quarter in judged_quarters(folder / "judgements"):
            faults += _check_quarter(quarter, strategy, observations, folder / "judgements")
    if strategy is not None and not rejections(faults):
        faults += _check_published(strategy, folder)
    return sorted(faults, key=lambda fault: (fault.severity == WARN, fault.file, fault.sheet, fault.line or 0))


def long_names(strategy: Strategy) -> list[Fault]:
    """Return the names of a strategy, its goals, indicators and sub-goals that slides and documents cannot hold."""
    names = [*strategy.name.values(), *strategy.items[["name_nb", "name_en"]].to_numpy().ravel()]
    problem, remedy = f"is longer than {NAME_LIMIT} characters", "shorten it; a note holds more"
    long = dict.fromkeys(name for name in names if len(name) > NAME_LIMIT)
    return [Fault("name", problem, remedy, "strategy.toml", value=name) for name in long]


def _check_published(strategy: Strategy, folder: Path) -> list[Fault]:
    """Return how the published quarters are damaged, or would be published otherwise now: a report refuses both."""
    published, judgements, faults = folder.parent / "processed" / "published", folder / "judgements", []
    for quarter in published_quarters(published):
        day = as_of_date(quarter)
        figures = read_observations(day.date().isoformat(), strategy=strategy, folder=folder)
        judged = read_judgements(quarter, strategy=strategy, folder=judgements)
        now = vintage_of(strategy, figures, assess(strategy, find_trends(strategy, figures, day), judged))
        try:
            refuse_rewriting(quarter, now, strategy, folder=published, judgements=judgements)
        except VintageError as error:
            faults += [Fault("published", line, file=f"published/{quarter}") for line in str(error).splitlines()]
    return faults


def _check_quarter(quarter: str, strategy: Strategy, observations: pd.DataFrame, folder: Path) -> list[Fault]:
    day = as_of_date(quarter)
    figures = known_at(observations, day, strategy)

    def judge() -> None:
        judgements = read_judgements(quarter, strategy=strategy, folder=folder)
        try:
            assess(strategy, find_trends(strategy, figures, day), judgements)
        except JudgementDiffersError as error:  # only here is it known which file the judgements come from
            raise error.at(file=f"judgements/{quarter}/lights.toml") from error

    faults = _faults_of(judge)
    for language in words.LANGUAGES:
        texts = _faults_of(lambda code=language: read_prose(quarter, code, figures, strategy, folder))
        faults += texts
    return list(dict.fromkeys(faults))  # reading either language reports a fault that is in both


def _faults_of(read: Callable[[], object]) -> list[Fault]:
    try:
        read()
    except RawDataError as error:
        return list(error.faults)
    return []
