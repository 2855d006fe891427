"""One quarter in one hand: every frame a report's page is made of, read and checked once."""

from dataclasses import dataclass, fields

import pandas as pd

from analysis import tables
from analysis.judgements import read_judgements
from analysis.known_issues import read_known_issues
from analysis.lights import assess
from analysis.observations import read_observations, read_sources
from analysis.periods import as_of_date
from analysis.prose import read_prose
from analysis.published_methods import verdicts
from analysis.strategy import Strategy, read_strategy
from analysis.tables.markup import EMPTY, Block
from analysis.trends import find_trends


@dataclass(frozen=True, repr=False)
class Status:
    """What was promised, measured, judged and written for a quarter, as known at a day."""

    quarter: str
    language: str
    strategy: Strategy
    observations: pd.DataFrame
    trends: pd.DataFrame
    judgements: pd.DataFrame
    lights: pd.DataFrame
    prose: pd.DataFrame
    verdicts: pd.DataFrame
    sources: pd.DataFrame
    issues: pd.DataFrame

    def __repr__(self) -> str:
        """Return one line: the quarter and how many rows each frame holds."""
        frames = ((f.name, getattr(self, f.name)) for f in fields(self))
        sizes = ", ".join(f"{len(frame)} {name}" for name, frame in frames if isinstance(frame, pd.DataFrame))
        return f"<Status {self.quarter} ({self.language}): {sizes}>"

    def pictures(self, indicator: str) -> Block:
        """Return the series of each assessed measure of an indicator as a picture."""
        return EMPTY

    def ambitions(self, indicator: str) -> Block:
        """Return which ambition would give an indicator's measures which colour."""
        return tables.ambition(self.strategy, self.trends, indicator, self.language)

    def neighbours(self, indicator: str) -> Block:
        """Return the series shown beside an indicator as pictures."""
        return EMPTY


def read_status(quarter: str, language: str = "nb", as_of: str = "") -> Status:
    """Return everything a report of `quarter` shows, from what was published by its last day or by `as_of`.

    Raises:
        PeriodError: when `quarter` or `as_of` is none.
        StrategyError, ObservationError, JudgementError, ProseError, KnownIssueError: listing what is wrong in the raw
            material.
        JudgementDiffersError: when a judgement differs from its figures without a reason.

    """
    strategy, day = read_strategy(), as_of_date(quarter, as_of or None)
    observations = read_observations(as_of=day.date().isoformat(), strategy=strategy)
    judgements, trends = read_judgements(quarter, strategy=strategy), find_trends(strategy, observations, day)
    return Status(
        quarter=quarter,
        language=language,
        strategy=strategy,
        observations=observations,
        trends=trends,
        judgements=judgements,
        lights=assess(strategy, trends, judgements),
        prose=read_prose(quarter, language, observations, strategy),
        verdicts=verdicts(strategy, trends),
        sources=read_sources(),
        issues=read_known_issues(strategy=strategy),
    )
