"""One quarter in one object: every frame a report's page is made of, read and checked once."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Final

import pandas as pd

from analysis import text as words
from analysis.assessment import comparisons
from analysis.assessment.lights import JudgementDiffersError, assess, development
from analysis.assessment.other_offices import verdicts
from analysis.assessment.proposals import ambition_bands, ambition_curve
from analysis.assessment.trends import find_trends
from analysis.core.cache import Cache, between_pages
from analysis.core.clock import today
from analysis.core.periods import as_of_date
from analysis.records.ambitions import with_ambitions
from analysis.records.judgements import before_corrections, made_after, read_corrections, read_judgements
from analysis.records.observations import read_known_issues, read_sources, read_with_warnings
from analysis.records.strategy import Strategy, listed, read_strategy, sizes
from analysis.text import label
from analysis.text.prose import read_prose
from analysis.views import figures, tables
from analysis.views.figures.bars import changes_data, counted_data, divided, groups_data
from analysis.views.figures.series import countries, scaled, trend_data
from analysis.views.tables.markup import EMPTY, Block, beside, together

cache: Final = Cache()  # of `read_status`; the kernel server turns it on
# of a measure: how it is drawn, described, and given as a table
_DRAWINGS: Final = {
    "trend": (figures.trend, figures.alt_trend, trend_data),
    "breakdown": (figures.breakdown, figures.alt_breakdown, groups_data),
    "counted": (figures.counted, figures.alt_counted, counted_data),
    "neighbours": (figures.neighbours, figures.alt_neighbours, countries),
}
_PICTURE: Final = 24  # rem: narrower, the writing on a picture could not be read


@dataclass(frozen=True, repr=False)
class Status:
    """What was promised, measured, judged and written for a quarter, as known at a day.

    Attributes
    ----------
    observations, trends, lights : DataFrame
        As `read_observations`, `find_trends` and `assess` return them.
    judgements, prose : DataFrame
        What the experts judged and wrote, as `read_judgements` and `read_prose` return them.
    verdicts : DataFrame
        What other offices' published rules say, as `published_methods.verdicts` returns it.
    noticed : DataFrame
        What looked odd when the observations were read, as `read_with_warnings` returns it.
    issues : DataFrame
        What is known not to add up, as `read_known_issues` returns it.
    corrections : DataFrame
        What later reports correct in this one (as known on the day `as_of`, if any), and this one in earlier ones, as
        `read_corrections` returns it.

    """

    quarter: str
    as_of: str
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

    def __getattr__(self, name: str) -> Callable:
        """Return a function of `analysis.tables` that takes from the status what it holds: frames, quarter, language.

        ``status.measures("kjernejournal")`` is ``tables.measures(status.strategy, status.trends, "kjernejournal",
        status.language)``. What is given by name is used instead of what the status holds.
        """
        if name.startswith("_"):  # asked for while copying, when there are no frames yet
            raise AttributeError(name)
        function = getattr(tables, name)
        signature = inspect.signature(function)

        @wraps(function)
        def call(*arguments: object, **named: object) -> Block:
            own = signature.parameters.keys() & self.__dataclass_fields__.keys() - named.keys()
            others = [place for key, place in signature.parameters.items() if key not in own]
            bound = signature.replace(parameters=others).bind(*arguments, **named)
            return function(**{key: getattr(self, key) for key in own}, **bound.arguments)

        return call

    def __dir__(self) -> list[str]:
        """Return the names of what the status holds and shows."""
        return sorted({*super().__dir__(), *tables.__all__})

    def __repr__(self) -> str:
        """Return one line: the quarter and how many rows each frame holds."""
        return f"<Status {self.quarter} ({self.language}): {sizes(self)}>"

    def _repr_html_(self) -> str:
        return f"<p><strong>{self.quarter} ({self.language})</strong></p>{listed(self)}"

    def in_language(self, language: str) -> "Status":
        """Return the same in another language: only the prose is read anew."""
        # the frames hold names in both languages; judgements and figures have none
        prose = read_prose(self.quarter, language, self.observations, self.strategy)
        return replace(self, language=language, prose=prose)

    def pictures(self, indicator: str) -> Block:
        """Return each assessed measure of an indicator as a picture of its series, and of its latest breakdown."""
        blocks = []
        for measure in self.strategy.measures_of(indicator, role="assessed").index:
            blocks.append(self._series(measure))
            if not divided(self.observations, measure).empty:
                caption = label("groups_caption", self.language, measure=self._name(measure))
                # few enough to be counted are not shown as shares
                parts = counted_data(self.strategy, self.observations, measure)
                blocks.append(self._picture("breakdown" if parts.empty else "counted", measure, caption))
        return beside(filter(None, blocks), _PICTURE)

    def certainty(self, indicator: str) -> Block:
        """Return the chance of each colour as a picture; nothing where there is no sampling error."""
        light = self.lights.loc[self.strategy.item(indicator)]
        if not light["certainty"]:
            return EMPTY
        caption = label("certainty_caption", self.language, measure=self._name(light["measure"]))
        alt = figures.alt_probability(light, self.language)
        drawn, data = figures.probability(light, self.language), light[["p_green", "p_yellow", "p_red"]].to_frame().T
        return figures.picture(drawn, alt, caption, self.language, data=data)

    def development(self) -> Block:
        """Return what the figures said of every indicator at the end of each quarter, as a picture and a table."""
        states = development(self.strategy, self.observations, self.quarter, self.as_of)
        drawn, alt = figures.development(states, self.language), figures.alt_development(states, self.language)
        caption, note = label("development_caption", self.language), label("development_note", self.language)
        data = states.reset_index()[["quarter", "indicator", "figures_state", "proposed", "direction_colour"]]
        block = figures.picture(drawn, alt, caption, self.language, source=note, data=data)
        return block + tables.quarters(self.lights, states, self.language)

    def tested_changes(self) -> Block:
        """Return every tested change with its interval as a picture and a table; nothing where none was tested."""
        data = changes_data(self.strategy, self.trends).reset_index()
        if data.empty:
            return EMPTY
        arguments = self.strategy, self.trends, self.language
        caption, note = label("changes_figure_caption", self.language), label("changes_figure_note", self.language)
        drawn, alt = figures.changes(*arguments), figures.alt_changes(*arguments)
        tested = comparisons.tested(self.trends)[["change", "low", "high", "p_value"]]
        table = tables.explored.shown(tested, "tested", self.strategy, self.language)
        return figures.picture(drawn, alt, caption, self.language, source=note, data=data) + table

    def multiples(self, goal: int) -> Block:
        """Return a goal's measures as small pictures on one scale; nothing where fewer than two have a value on it."""
        arguments = self.strategy, self.observations, goal, self.language
        data = scaled(*arguments[:-1])
        if data["measure"].nunique() < 2:
            return EMPTY
        caption, note = label("multiples_caption", self.language), label("multiples_note", self.language)
        grid, alt = figures.multiples(*arguments), figures.alt_multiples(*arguments)
        return figures.picture(grid and grid.figure, alt, caption, self.language, source=note, data=data)

    def ambitions(self, indicator: str) -> Block:
        """Return which ambition would give an indicator's measures which colour, as pictures and a table."""
        assessed = self.strategy.measures_of(indicator, role="assessed").join(self.trends["n_points"])
        period, blocks = str(self.strategy.year), []
        # with a public target the question is answered; with one point there is no way to continue
        for measure, promise in assessed[assessed["target_value"].isna() & (assessed["n_points"] >= 2)].iterrows():
            bands, curve = _bands_and_curve(self.strategy, self.trends, measure)
            # no colour for an ended series or a baseline of a later year; zeros have no other ambition to compare with
            if (bands["colour"] == "grey").any() or curve["target"].nunique() < 2:
                continue
            unit, latest = promise["unit"], self.trends.at[measure, "latest_value"]
            drawn = figures.ambition_curve(curve, period, unit, latest, self.language)
            alt = figures.alt_ambition(bands, self._name(measure), period, unit, self.language)
            sampled = curve["p_green"].notna().any()
            caption = label("curve_caption_sampled" if sampled else "curve_caption", self.language)
            note = label("curve_note", self.language) if sampled else ""
            blocks.append(figures.picture(drawn, alt, caption, self.language, source=note, data=curve))
        return together(blocks) + tables.ambition(self.strategy, self.trends, indicator, self.language)

    def beside(self, indicator: str) -> Block:
        """Return the series shown beside an indicator as pictures: several countries, or at least two points."""
        blocks, grouped = [], set(self.observations.loc[self.observations["breakdown"] != "", "measure"])
        for measure in self.strategy.measures_of(indicator, role="context").index:
            if measure in grouped and len(countries(self.strategy, self.observations, measure)):
                blocks.append(self._picture("neighbours", measure, self._name(measure)))
            else:
                blocks.append(self._series(measure, least=2))
        return beside(filter(None, blocks), _PICTURE)

    def _series(self, measure: str, least: int = 1) -> Block:
        """Return a measure's series as a picture; nothing below `least` periods."""
        chosen = (self.observations["measure"] == measure) & (self.observations["breakdown"] == "")
        if self.observations.loc[chosen, "period"].nunique() < least:
            return EMPTY
        finding = words.finding(self.trends.loc[measure], self.language)
        return self._picture("trend", measure, f"{finding}\n{self._name(measure)}".strip())

    def _picture(self, kind: str, measure: str, caption: str) -> Block:
        """Return a drawing of a measure by its name, with the titles of the sources of its values."""
        draw, describe, tabulate = _DRAWINGS[kind]
        arguments = self.strategy, self.observations, measure, self.language
        slugs = self.observations.loc[self.observations["measure"] == measure, "source"].unique()
        titles = "; ".join(dict.fromkeys(self.sources.loc[slugs, "title"]))
        source, data = label("picture_source", self.language, sources=titles), tabulate(*arguments[:-1])
        return figures.picture(draw(*arguments), describe(*arguments), caption, self.language, source=source, data=data)

    def _name(self, measure: str) -> str:
        return self.strategy.measure(measure)[f"name_{self.language}"]


@between_pages.shared  # by the languages
def _bands_and_curve(strategy: Strategy, trends: pd.DataFrame, measure: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    arguments = trends.loc[measure], str(strategy.year), strategy.measure(measure)
    return ambition_bands(*arguments), ambition_curve(*arguments)


def read_status(quarter: str, language: str = "nb", as_of: str = "", ambitions: str = "") -> Status:
    """Return everything a report of a quarter shows, read and checked.

    Parameters
    ----------
    quarter : str
        The quarter reported, as ``2024Q1``.
    language : {"nb", "en"}, optional
        Language of the prose.
    as_of : str, optional
        ISO date up to which publications count; the quarter's last day where it is left out.
    ambitions : str, optional
        A set of ambitions of ``data/raw/ambitions`` whose targets are used, too.

    Returns
    -------
    Status
        What was promised, measured, judged and written for the quarter.

    Raises
    ------
    PeriodError, WordError
        When `quarter`, `as_of` or `language` is none.
    AmbitionError, StrategyError, ObservationError, JudgementError, ProseError, KnownIssueError
        Listing what is wrong in the raw material.
    JudgementDiffersError
        When a judgement differs from its figures without a reason.

    Examples
    --------
    >>> read_status("2024Q1", "en")
    <Status 2024Q1 (en): ... trends, 37 judgements, 37 lights, ...>

    """
    words.check_language(language)
    status = cache.read((quarter, as_of, ambitions), lambda: _read_status(quarter, language, as_of, ambitions))
    if status.language == language:
        return status
    return cache.read((quarter, as_of, ambitions, language), lambda: status.in_language(language))


def _read_status(quarter: str, language: str, as_of: str, ambitions: str) -> Status:
    day = as_of_date(quarter, as_of or None)
    strategy = with_ambitions(read_strategy(as_of=day.date().isoformat()), ambitions, day)
    if as_of_date(quarter).date() > today():
        strategy = replace(strategy, draft=quarter)
    corrections = read_corrections(strategy=strategy)
    undone = made_after(corrections, quarter, day) if as_of else corrections[:0]
    observations, noticed = read_with_warnings(as_of=day.date().isoformat(), strategy=strategy, undone=undone)
    judgements = read_judgements(quarter, strategy=strategy)
    judgements = before_corrections(judgements, undone[undone["quarter"] == quarter])
    trends = find_trends(strategy, observations, day)
    try:
        lights = assess(strategy, trends, judgements)
    except JudgementDiffersError as error:  # only here is it known which file the judgements come from
        raise error.at(file=f"judgements/{quarter}/lights.toml") from error
    later = corrections.drop(undone.index).query("quarter == @quarter")
    corrections = pd.concat([later, corrections.query("made_in == @quarter")])
    names = strategy.complete.measures[["name_nb", "name_en"]]
    corrections = corrections.join(names, on="measure").fillna({"name_nb": "", "name_en": ""})
    return Status(
        quarter=quarter,
        as_of=as_of,
        language=language,
        strategy=strategy,
        observations=observations,
        trends=trends,
        judgements=judgements,
        lights=lights,
        prose=read_prose(quarter, language, observations, strategy),
        verdicts=verdicts(strategy, trends),
        sources=read_sources(),
        noticed=noticed,
        issues=read_known_issues(strategy=strategy),
        corrections=corrections[corrections["item"].isin(strategy.items.index)].reset_index(drop=True),
    )
