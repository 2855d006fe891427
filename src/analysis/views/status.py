"""One quarter in one hand: every frame a report's page is made of, read and checked once."""

from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from analysis import text as words
from analysis.assessment.ambition import ambition_bands, ambition_curve
from analysis.assessment.lights import assess
from analysis.assessment.published import verdicts
from analysis.assessment.trends import find_trends
from analysis.core.cache import Cache
from analysis.core.periods import as_of_date
from analysis.records.judgements import later_corrections, read_judgements
from analysis.records.known_issues import read_known_issues
from analysis.records.observations import read_sources, read_with_warnings
from analysis.records.strategy import Strategy, listed, read_strategy, sizes
from analysis.text import label
from analysis.text.prose import read_prose
from analysis.views import figures, tables
from analysis.views.figures.bars import divided
from analysis.views.figures.series import countries
from analysis.views.tables.markup import EMPTY, Block, beside, together

_PICTURE: Final = 24  # rem that a picture needs to stand beside another
cache: Final = Cache()  # of `read_status`; the kernel server turns it on


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
    noticed: pd.DataFrame
    issues: pd.DataFrame
    corrections: pd.DataFrame

    def __repr__(self) -> str:
        """Return one line: the quarter and how many rows each frame holds."""
        return f"<Status {self.quarter} ({self.language}): {sizes(self)}>"

    def _repr_html_(self) -> str:
        return f"<p><strong>{self.quarter} ({self.language})</strong></p>{listed(self)}"

    def in_language(self, language: str) -> "Status":
        """Return the same in another language: only the prose is read anew."""
        prose = read_prose(self.quarter, language, self.observations, self.strategy)
        return replace(self, language=language, prose=prose)

    def pictures(self, indicator: str) -> Block:
        """Return each assessed measure of an indicator as a picture of its series, and of its latest breakdown."""
        shown = self.strategy.measures_of(indicator, role="assessed").index
        drawn = [picture for measure in shown for picture in (self._series(measure), self._groups(measure))]
        return beside(filter(None, drawn), _PICTURE)

    def certainty(self, indicator: str) -> Block:
        """Return the chance of each colour as a picture; nothing where there is no sampling error."""
        light = self.lights.loc[self.strategy.item(indicator)]
        if not light["certainty"]:
            return EMPTY
        caption = label("certainty_caption", self.language, measure=self._name(light["measure"]))
        alt = figures.alt_probability(light, self.language)
        return figures.picture(figures.probability(light, self.language), alt, caption, self.language)

    def ambitions(self, indicator: str) -> Block:
        """Return which ambition would give an indicator's measures which colour, as pictures and a table."""
        chosen = self.strategy.measures_of(indicator, role="assessed")
        points = self.trends["n_points"].reindex(chosen.index)
        open_ = chosen.index[chosen["target_value"].isna() & (points >= 2)]
        table = tables.ambition(self.strategy, self.trends, indicator, self.language)
        return together(self._ambition(measure) for measure in open_) + table

    def beside(self, indicator: str) -> Block:
        """Return the series shown beside an indicator as pictures: several countries, or at least two points."""
        shown = self.strategy.measures_of(indicator, role="context").index
        drawn = (self._neighbours(measure) or self._series(measure, least=2) for measure in shown)
        return beside(filter(None, drawn), _PICTURE)

    def _series(self, measure: str, least: int = 1) -> Block:
        drawn = self.observations[self.observations["measure"] == measure]
        if drawn[drawn["breakdown"] == ""]["period"].nunique() < least:
            return EMPTY
        asked = self.strategy, self.observations, measure, self.language
        return figures.picture(
            figures.trend(*asked),
            figures.alt_trend(*asked),
            self._name(measure),
            self.language,
            finding=words.finding(self.trends.loc[measure], self.language),
            source=self._source(measure),
        )

    def _groups(self, measure: str) -> Block:
        if divided(self.observations, measure).empty:
            return EMPTY
        asked = self.strategy, self.observations, measure, self.language
        alt, caption = (
            figures.alt_breakdown(*asked),
            label("groups_caption", self.language, measure=self._name(measure)),
        )
        drawn, source = figures.breakdown(*asked), self._source(measure)
        return figures.picture(drawn, alt, caption, self.language, source=source)

    def _neighbours(self, measure: str) -> Block:
        if not countries(self.strategy, self.observations, measure):
            return EMPTY
        asked = self.strategy, self.observations, measure, self.language
        alt, drawn, source = figures.alt_neighbours(*asked), figures.neighbours(*asked), self._source(measure)
        return figures.picture(drawn, alt, self._name(measure), self.language, source=source)

    def _ambition(self, measure: str) -> Block:
        row, promise = self.trends.loc[measure], self.strategy.measure(measure)
        period, unit = str(self.strategy.year), promise["unit"]
        curve = ambition_curve(row, period, promise)
        drawn = figures.ambition_curve(curve, period, unit, row["latest_value"], self.language)
        bands = ambition_bands(row, period, promise)
        alt = figures.alt_ambition(bands, self._name(measure), period, unit, self.language)
        sampled = curve["p_green"].notna().any()
        caption = label("curve_caption_sampled" if sampled else "curve_caption", self.language)
        return figures.picture(drawn, alt, caption, self.language)

    def _name(self, measure: str) -> str:
        return self.strategy.measure(measure)[f"name_{self.language}"]

    def _source(self, measure: str) -> str:
        """Return the titles of the sources that a measure's values come from."""
        slugs = self.observations.loc[self.observations["measure"] == measure, "source"].unique()
        titles = dict.fromkeys(self.sources.loc[slugs, "title"])
        return label("picture_source", self.language, sources="; ".join(titles))


def read_status(quarter: str, language: str = "nb", as_of: str = "") -> Status:
    """Return everything a report of `quarter` shows, from what was published by its last day or by `as_of`.

    >>> read_status("2024Q1", "en")
    <Status 2024Q1 (en): ... trends, 37 judgements, 37 lights, ...>

    Raises:
        PeriodError: when `quarter` or `as_of` is none.
        StrategyError, ObservationError, JudgementError, ProseError, KnownIssueError: listing what is wrong in the raw
            material.
        JudgementDiffersError: when a judgement differs from its figures without a reason.

    """
    status = cache.read((quarter, as_of), lambda: _read_status(quarter, language, as_of))
    if status.language == language:
        return status
    return cache.read((quarter, as_of, language), lambda: status.in_language(language))


def _read_status(quarter: str, language: str, as_of: str) -> Status:
    strategy, day = read_strategy(), as_of_date(quarter, as_of or None)
    observations, noticed = read_with_warnings(as_of=day.date().isoformat(), strategy=strategy)
    judgements = read_judgements(quarter, strategy=strategy)
    trends = find_trends(strategy, observations, day)
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
        noticed=noticed,
        issues=read_known_issues(strategy=strategy),
        corrections=later_corrections(quarter, strategy=strategy, as_of=day),
    )
