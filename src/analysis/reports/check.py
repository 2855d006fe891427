"""Everything typed or delivered, held against itself: figures, sources, known issues, judgements and texts."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from analysis import text as words
from analysis.assessment.lights import JudgementDiffersError, assess
from analysis.assessment.trends import find_trends
from analysis.core import paths
from analysis.core.faults import WARN, Fault, rejections
from analysis.core.periods import as_of_date
from analysis.records import disclosure
from analysis.records.judgements import JudgementError, judged_quarters, read_judgements
from analysis.records.known_issues import KnownIssueError, read_known_issues
from analysis.records.observations import inspect, known_at
from analysis.records.strategy import Strategy
from analysis.text.prose import ProseError, read_prose

# How judgements and texts name a place before what is wrong there: a file, then perhaps a line.
_PLACE: Final = re.compile(r"(?P<file>[^\s,:]+\.(?:md|toml))(?:, line (?P<line>\d+))?[:,] (?P<problem>.+)")


def check(folder: Path | None = None) -> list[Fault]:
    """Return every fault of the raw material in `folder` (``data/raw``), rejections first; none: all is well.

    Judgements and texts are held against the figures, so they are looked at only once the figures can be read.
    """
    folder = folder or paths.raw_folder()
    strategy, observations, faults = inspect(folder)
    faults += _refused("disclosure", lambda: disclosure.read_limits(folder), disclosure.FILE)
    if strategy is not None and not rejections(faults):
        faults += _refused("known_issues", lambda: read_known_issues(folder, strategy=strategy))
        faults += _refused("judgements", lambda: judged_quarters(folder / "judgements"))
    if strategy is not None and not rejections(faults):
        for quarter in judged_quarters(folder / "judgements"):
            faults += _quarter_faults(quarter, strategy, observations, folder / "judgements")
    return sorted(faults, key=lambda fault: (fault.severity == WARN, fault.file, fault.sheet, fault.line or 0))


def _quarter_faults(quarter: str, strategy: Strategy, observations: pd.DataFrame, folder: Path) -> list[Fault]:
    day = as_of_date(quarter)
    known = known_at(observations, day, strategy)

    def judge() -> None:
        judged = read_judgements(quarter, strategy=strategy, folder=folder)
        assess(strategy, find_trends(strategy, known, day), judged)

    faults = _refused("judgements", judge, f"judgements/{quarter}/lights.toml")
    for language in words.LANGUAGES:
        faults += _refused("judgements", lambda spoken=language: read_prose(quarter, spoken, known, strategy, folder))
    return list(dict.fromkeys(faults))  # what is wrong with both languages' files is told by each


def _refused(rule: str, read: Callable[[], object], file: str = "") -> list[Fault]:
    """Return what `read` refuses, one fault a line of its message; `file` is where a line names none."""
    try:
        read()
    except (JudgementError, JudgementDiffersError, ProseError, KnownIssueError, disclosure.SettingsError) as error:
        return [_placed(rule, line, file) for line in str(error).splitlines()]
    return []


def _placed(rule: str, line: str, file: str) -> Fault:
    place = _PLACE.fullmatch(line)
    if place is None:
        return Fault(rule, line, file=file)
    number = int(place["line"]) if place["line"] else None
    within = "judgements/" if "/" in place["file"] and not place["file"].startswith("judgements/") else ""
    return Fault(rule, place["problem"], file=within + place["file"], line=number)
