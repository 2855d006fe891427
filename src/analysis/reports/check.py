"""Check everything typed or delivered: figures, sources, known issues, judgements and texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pandas as pd

from analysis import text as words
from analysis.assessment.lights import JudgementDiffersError, assess
from analysis.assessment.trends import find_trends
from analysis.core import paths
from analysis.core.faults import WARN, Fault, RawDataError, rejections
from analysis.core.periods import as_of_date
from analysis.quarter.published_lights import VintageError, published_quarters, refuse_rewriting, vintage_of
from analysis.records import disclosure
from analysis.records.ambitions import ambition_sets, with_ambitions
from analysis.records.judgements import judged_quarters, read_judgements
from analysis.records.observations import inspect, known_at, read_known_issues, read_observations, target_faults
from analysis.records.strategy import Strategy
from analysis.reports.input_hashes import unusable
from analysis.text.prose import read_prose

# a name stands alone on a slide, and with the quarter in a property of the workbook, which may have 255 characters
NAME_LIMIT: Final = 200


def check(folder: Path | None = None, *, ambitions: str = "") -> list[Fault]:
    """Return every fault of the raw material.

    Judgements and texts are compared with the figures, so they are checked only once the figures can be read.

    Parameters
    ----------
    folder : Path, optional
        The raw material, ``data/raw`` of the project unless another is named.
    ambitions : str, optional
        A set of ambitions to assess each quarter with; every set is validated in any case.

    Returns
    -------
    list of Fault
        Rejections first; empty when there is none.

    """
    folder = folder or paths.raw_folder()
    if files := unusable(folder):  # nor can anything else be said of such a file
        return [Fault("file", problem, file=name) for name, problem in files]
    strategy, observations, faults = inspect(folder)
    faults += long_names(strategy) if strategy is not None else []
    with _gather(faults):
        disclosure.read_limits(folder)
    if strategy is not None and not rejections(faults):
        with _gather(faults):
            read_known_issues(folder, strategy=strategy)
        with _gather(faults):
            judged_quarters(folder / "judgements")
        for name in dict.fromkeys([*ambition_sets(folder), *filter(None, [ambitions])]):
            with _gather(faults):
                faults += target_faults(observations, with_ambitions(strategy, name, folder=folder), folder)
    if strategy is not None and not rejections(faults):
        faults += wordless(strategy, observations)
        for quarter in judged_quarters(folder / "judgements"):
            day = as_of_date(quarter)
            judged_by = with_ambitions(strategy.at(day), ambitions, day, folder=folder)
            faults += _check_quarter(quarter, judged_by, observations, folder / "judgements")
    if strategy is not None and not rejections(faults):
        faults += published_faults(strategy, folder)
    faults = list(dict.fromkeys(faults))
    return sorted(faults, key=lambda fault: (fault.severity == WARN, fault.file, fault.sheet, fault.line or 0))


@contextmanager
def _gather(faults: list[Fault]) -> Iterator[None]:
    """Add the faults that are raised within to those that there are."""
    try:
        yield
    except RawDataError as error:
        faults += error.faults


def long_names(strategy: Strategy) -> list[Fault]:
    """Return the names of a strategy, its goals, indicators and sub-goals that slides and documents cannot hold."""
    names = [*strategy.name.values(), *strategy.items[["name_nb", "name_en"]].to_numpy().ravel()]
    problem, remedy = f"is longer than {NAME_LIMIT} characters", "shorten it; a note holds more"
    long = dict.fromkeys(name for name in names if len(name) > NAME_LIMIT)
    return [Fault("name", problem, remedy, "strategy.toml", value=name) for name in long]


def published_faults(strategy: Strategy, folder: Path) -> list[Fault]:
    """Return how the published quarters are damaged, or would be published otherwise now: a report refuses both."""
    published, judgements, faults = folder.parent / "processed" / "published", folder / "judgements", []
    for quarter in published_quarters(published):
        day = as_of_date(quarter)
        then = strategy.at(day)
        figures = read_observations(day.date().isoformat(), strategy=then, folder=folder)
        judged = read_judgements(quarter, strategy=then, folder=judgements)
        now = vintage_of(then, figures, assess(then, find_trends(then, figures, day), judged))
        try:
            refuse_rewriting(quarter, now, then, folder=published, judgements=judgements)
        except VintageError as error:
            faults += [Fault("published", line, file=f"published/{quarter}") for line in str(error).splitlines()]
    return faults


def wordless(strategy: Strategy, observations: pd.DataFrame) -> list[Fault]:
    """Return warnings of what the catalogues have no words for, once each: pages show it as it is typed."""
    faults = []

    def warn(table: str, key: str, place: Fault) -> None:
        if key not in words.read_table(table):
            file, _, heading = table.partition(".")
            quoted = f'"{key}" = {{ {", ".join(f"{language} = …" for language in words.LANGUAGES)} }}'
            remedy = f"write {quoted} under [{heading}] in src/analysis/text/catalogues/{file}.toml"
            faults.append(place.at(problem="has no words, and is shown as typed", remedy=remedy, value=key))

    for text, rows in observations[observations["breakdown"] != ""].groupby("breakdown", sort=False):
        first = rows.iloc[0]
        place = Fault("breakdown", "", "", first["file"], line=int(first["line"]), column="breakdown", severity=WARN)
        for pair in text.split(";"):
            warn("codes.breakdown_keys", pair.partition("=")[0], place)
            warn("codes.breakdown_values", pair, place)
    for slug, unit in strategy.measures["unit"].items():
        place = Fault("unit_mismatch", "", "", "strategy.toml", column=f"{slug} > unit", severity=WARN)
        for table in ("numbers.units.one", "numbers.units.many"):
            warn(table, unit, place)
    return list({(fault.remedy, fault.value): fault for fault in reversed(faults)}.values())[::-1]


def _check_quarter(quarter: str, strategy: Strategy, observations: pd.DataFrame, folder: Path) -> list[Fault]:
    day, faults = as_of_date(quarter), []
    figures = known_at(observations, day, strategy)
    with _gather(faults):
        judgements = read_judgements(quarter, strategy=strategy, folder=folder)
        try:
            assess(strategy, find_trends(strategy, figures, day), judgements)
        except JudgementDiffersError as error:  # only here is it known which file the judgements come from
            raise error.at(file=f"judgements/{quarter}/lights.toml") from error
    for language in words.LANGUAGES:
        with _gather(faults):
            read_prose(quarter, language, figures, strategy, folder)
    return list(dict.fromkeys(faults))  # reading either language reports a fault that is in both
