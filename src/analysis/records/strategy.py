"""What was promised: goals, indicators, sub-goals and the measures that indicators are judged by.

`read_strategy` checks ``data/raw/strategy.toml`` as a whole and returns it as frames. Order in the file is order in the
report. A quarter knows what had been decided by its as-of day, whatever is typed later: decisions count from their day,
entries while they are in force, with the names they had then.
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, Self

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from analysis.core import paths
from analysis.core.cache import between_pages
from analysis.core.faults import Fault, RawDataError
from analysis.core.names import UnknownNameError, listing, nearest, suggest
from analysis.core.periods import day_of, decimal_year, first_day, last_day, normalise
from analysis.intake.cells import outside_bounds
from analysis.intake.row_rules import register_of
from analysis.records import documents
from analysis.records.documents import Quantity, Slug, Text, Typed, as_row, by_language, line_of, misfit
from analysis.records.sources import inspect_sources

# One spelling for each period, so that periods can be compared and joined as text.
Period = Annotated[str, AfterValidator(normalise)]
# a quarter or a day; TOML may have the day as a date of its own
Moment = Annotated[str, BeforeValidator(str), AfterValidator(normalise)]
ALWAYS: Final = date.min
_NAMES: Final = ["slug", "name_nb", "name_en"]
_NOTES: Final = ["note_nb", "note_en"]


class StrategyError(RawDataError):
    """The strategy cannot be read."""


class Decided(Typed):
    """Something that counts from the day it was decided; without one, from its source's publication if known."""

    decided: date | None = None


class FormerName(Text):
    """A name that was used until the end of a quarter, or a day."""

    until: Moment


class InForce(Typed):
    """An entry that counts `from` a quarter or day `until` another, both included, with the names it had before."""

    name: Text
    start: Moment | None = Field(default=None, alias="from")
    until: Moment | None = None
    former_names: tuple[FormerName, ...] = Field(default=(), alias="former_name")


class Point(Decided):
    """A value by a date, and where it is written: a milestone, or with a status, a target."""

    period: Period
    value: Quantity
    source: str = Field(min_length=1)
    note: Text | None = None


class Target(Point):
    """A promised value: `adopted` by an authority, `interpreted` from its words, or a `working` figure of our own."""

    status: Literal["adopted", "interpreted", "working"]
    kind: Literal["reach", "hold"] | None = Field(
        default=None, description="the kind of the measure once the target is decided; that of the measure unless given"
    )


class Baseline(Decided):
    """Where the path starts; the value is that of the observations unless it is stated here."""

    period: Period
    value: Quantity | None = None


class Break(Decided):
    """From this period on values compare not (`break`), hardly (`suspected`) or nearly (`minor`) with earlier ones."""

    period: Period
    kind: Literal["break", "suspected", "minor"]
    note: Text


class Measure(InForce):
    """One series of figures. `role` says whether its colour counts in the indicator's."""

    hints: ClassVar[dict[str, str]] = {
        "target": "write a milestone: milestones = [{ period = …, value = …, source = … }]; a target that was replaced "
        "is an earlier_target",
    }

    slug: Slug
    unit: str = Field(min_length=1)
    role: Literal["assessed", "context"] = "assessed"
    direction: Literal[-1, 0, 1]
    kind: Literal["reach", "hold", "direction"] = "direction"
    timing: Literal["average", "stock"]
    scale: Literal["linear", "log"] = "linear"
    cadence: float = Field(gt=0, le=10, description="years between measurements; no default")
    epsilon: Quantity = Field(ge=0, description="minimum relevant change, in the unit")
    rounding: Quantity = Field(default=0, ge=0, description="rounding step of published values, in the unit")
    basis: Literal["register", "census", "survey", "survey-low-response", "self-report", "judgement"]
    survey: str | None = None
    deff: float = Field(default=1.0, ge=1.0, description="design effect; 1 where none is published")
    population: int | None = Field(default=None, gt=0, description="only where the population is finite and small")
    counting: Literal["stock", "events"] = Field(
        default="stock",
        description="`events` happen within a period by chance, such as applications; a stock is what is there",
    )
    counts: str | None = Field(default=None, description="what a count counts; small counts of `personer` are withheld")
    minimum: Quantity | None = None
    maximum: Quantity | None = None
    baseline: Baseline | None = None
    target: Target | None = None
    earlier_targets: tuple[Target, ...] = Field(default=(), alias="earlier_target")
    milestones: tuple[Point, ...] = ()
    breaks: tuple[Break, ...] = ()
    unmeasured: Text | None = Field(default=None, description="why no figure exists")
    note: Text | None = None

    @property
    def promised(self) -> list[Point]:
        """Return its milestones, and its target with those before it."""
        return [*self.milestones, *self.earlier_targets, *([self.target] if self.target else [])]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        # a colour says better or worse, so an assessed measure must say which way is better
        if self.role == "assessed" and self.direction == 0:
            problem = "an assessed measure needs 1 (higher is better) or -1 (lower is better)"
            raise misfit(problem, "write direction = 1 or direction = -1", "direction")
        targets = [target for target in (*self.earlier_targets, self.target) if target is not None]
        if self.kind == "direction" and any(target.kind is None for target in targets):
            remedy = "write kind = 'reach' or 'hold' in the target, from whose decision on it holds; or drop the target"
            raise misfit("kind 'direction' promises no value", remedy, "target")
        if any(target.decided is None for target in targets) and self.earlier_targets:
            raise misfit("of several targets each needs the day it was decided", "write decided = …", "earlier_target")
        if self.basis.startswith("survey") and self.survey is None:
            raise misfit("a measure from a survey names the survey it is asked in", "write survey = …", "survey")
        # the path is a curve through these points: two of one time, or one that goes back, have no pace between them
        path = [p for p in (self.baseline, *self.milestones, self.target) if p is not None]
        times = [decimal_year(p.period, self.timing) for p in path]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise misfit("baseline, milestones and target must follow each other in time", "correct a period", "target")
        path += self.earlier_targets
        if self.scale == "log" and any(p.value is not None and p.value <= 0 for p in path):
            raise misfit("a log scale has no place for zero or negative values", "write scale = 'linear'", "scale")
        return self


class ContextMeasure(Measure):
    """A series shown beside the indicators (neighbours, respondents, use), never part of a colour."""

    role: Literal["context"] = "context"
    goal: int = Field(ge=1)
    indicators: tuple[str, ...] = Field(default=(), description="ids of the indicators whose page shows it")


class Indicator(InForce):
    """An indicator of the strategy with its measures."""

    id: str = Field(pattern=r"^\d+\.\d+$")
    slug: Slug
    critical: bool = Field(default=False, description="red here keeps its goal from green (docs/method.md)")
    measures: tuple[Measure, ...] = Field(min_length=1, alias="measure")


class Subgoal(InForce):
    """A sub-goal, judged by experts without figures of its own."""

    id: str = Field(pattern=r"^\d+[A-Z]$")
    slug: Slug


class Candidate(InForce):
    """Something proposed as a future indicator or sub-goal."""

    id: str = Field(pattern=r"^\d+\.[a-z]+\d+$")
    slug: Slug
    note: Text | None = None


class Goal(Typed):
    """One of the strategy's goals."""

    number: int = Field(ge=1)
    slug: Slug
    name: Text
    indicators: tuple[Indicator, ...] = Field(min_length=1, alias="indicator")
    subgoals: tuple[Subgoal, ...] = Field(alias="subgoal")
    candidate_indicators: tuple[Candidate, ...] = Field(default=(), alias="candidate_indicator")
    candidate_subgoals: tuple[Candidate, ...] = Field(default=(), alias="candidate_subgoal")


class Survey(Typed):
    """A recurring survey: which measure carries its respondents, and which breakdown key its groups."""

    slug: Slug
    name: Text
    respondents: str
    group: str | None = None
    design: Text


class _Document(Typed):
    name: Text
    slug: Slug
    year: int
    goals: tuple[Goal, ...] = Field(alias="goal")
    surveys: tuple[Survey, ...] = Field(default=(), alias="survey")
    context: tuple[ContextMeasure, ...] = ()

    @property
    def measures(self) -> list[Measure]:
        """Return all measures: those of the indicators first, in report order, then the context."""
        return [m for goal in self.goals for indicator in goal.indicators for m in indicator.measures] + [*self.context]


@dataclass(frozen=True)
class Ambitions:
    """The set of ambitions a strategy was given: its file's name, its name and note by language, and its measures.

    `places` has the number of each measure's target in the file, from 0. `scenario` says whether it holds anything but
    adopted targets. Without a set `slug` is empty.
    """

    slug: str = ""
    name: dict[str, str] = field(default_factory=dict)
    note: dict[str, str] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    places: dict[str, int] = field(default_factory=dict)
    scenario: bool = False


@dataclass(frozen=True, repr=False)
class Strategy:
    """The strategy as frames, in report order.

    Parameters
    ----------
    name : dict
        The strategy's name by language, ``nb`` and ``en``.
    slug : str
        The strategy's name in addresses.
    year : int
        The year it is from.
    goals : DataFrame
        goal (number), slug, name_nb, name_en.
    indicators : DataFrame
        indicator (id), goal, slug, name_nb, name_en, critical.
    subgoals : DataFrame
        subgoal (id), goal, slug, name_nb, name_en.
    candidates : DataFrame
        candidate (id), kind, goal, slug, name_nb, name_en, note_nb, note_en.
    measures : DataFrame
        Index measure (slug); one column a field of `Measure`, with baseline_* and target_* flattened, and indicators:
        the ids it is shown under.
    points : DataFrame
        measure, point (``baseline``, ``milestone``, ``target``), period, value, time (decimal year), status, source,
        note_nb, note_en.
    breaks : DataFrame
        measure, period, time, kind, note_nb, note_en.
    surveys : DataFrame
        Index survey (slug); name_nb, name_en, respondents, group, design_nb, design_en.
    items : DataFrame
        Every row of the report that has a colour. Index item: ``strategy``, ``goal-1`` …, ``1.1`` …, ``1A`` …; kind,
        goal, slug, name_nb, name_en.
    ambitions : Ambitions
        The set of ambitions whose targets the frames hold; its slug is empty where there is none.
    draft
        The quarter whose status is read before it has ended; empty for others.
    document, published
        The strategy as it is typed, and the publication day of each source, for `at`.

    """

    name: dict[str, str]
    slug: str
    year: int
    goals: pd.DataFrame
    indicators: pd.DataFrame
    subgoals: pd.DataFrame
    candidates: pd.DataFrame
    measures: pd.DataFrame
    points: pd.DataFrame
    breaks: pd.DataFrame
    surveys: pd.DataFrame
    items: pd.DataFrame
    document: _Document
    published: Mapping[str, date]
    ambitions: Ambitions = Ambitions()
    draft: str = ""

    def at(self, day: pd.Timestamp | None) -> "Strategy":
        """Return the strategy as it was known on a day; None: all that was ever typed, with the newest targets.

        Examples
        --------
        >>> read_strategy().at(pd.Timestamp("2022-01-01"))["dho-helsefellesskap"]["target_status"]
        'none'

        """
        return _as_frames(on_day(self.document, day, self.published), self.document, self.published)

    @cached_property
    def complete(self) -> "Strategy":
        """Everything that was ever typed: what names in files of any quarter may refer to."""
        return self.at(None)

    def __repr__(self) -> str:
        """Return one line: what the frames are called and how many rows each has."""
        return f"<Strategy {self.name['nb']} ({self.year}): {sizes(self)}>"

    def _repr_html_(self) -> str:
        return f"<p><strong>{html.escape(self.name['nb'])} ({self.year})</strong></p>{listed(self)}"

    def __getitem__(self, slug: str) -> pd.Series:
        """Return one measure's row, as `measure` does; a notebook completes the slug after the first quotation mark."""
        return self.measure(slug)

    def _ipython_key_completions_(self) -> list[str]:
        return self.measures.index.tolist()

    def item(self, name: str | int) -> str:
        """Return the id of an item.

        Parameters
        ----------
        name : str or int
            An id (``1.2``, ``1A``, ``goal-2``), a goal's number, or a slug.

        Returns
        -------
        str

        Raises
        ------
        UnknownNameError
            Naming the nearest spelling.

        Examples
        --------
        >>> read_strategy().item("velferdsteknologi"), read_strategy().item(4)
        ('1.6', 'goal-4')

        """
        if str(name) not in self._ids:
            raise UnknownNameError(f"'{name}' is no item of the strategy{nearest(str(name), self._ids)}")
        return self._ids[str(name)]

    @cached_property
    def _ids(self) -> dict[str, str]:
        # goals by number last: no slug is a number
        ids = {item: item for item in self.items.index} | {slug: item for item, slug in self.items["slug"].items()}
        return ids | {str(goal): f"goal-{goal}" for goal in self.goals["goal"]}

    @between_pages.shared  # each several times
    def measures_of(self, item: str | int, role: str | None = None) -> pd.DataFrame:
        """Return the measures shown under an indicator, all of a goal, or all of the strategy, in report order.

        Parameters
        ----------
        item : str or int
            As `item` takes it.
        role : {"assessed", "context"}, optional
            Only measures of this role.

        Returns
        -------
        DataFrame
            Rows of ``measures``.

        Raises
        ------
        UnknownNameError
            When the strategy has no such item.

        Examples
        --------
        >>> read_strategy().measures_of(1.2, role="assessed").index.tolist()
        ['digihelsestasjon-kommuner', 'ungdomslosning-helsestasjon']

        """
        item = self.item(item)
        if item == "strategy":
            measures = self.measures
        elif item.startswith("goal-"):
            measures = self.measures[self.measures["goal"] == int(item.removeprefix("goal-"))]
        else:
            measures = self.measures[[item in indicators for indicators in self.measures["indicators"]]]
        return measures if role is None else measures[measures["role"] == role]

    @between_pages.shared
    def measure(self, slug: str) -> pd.Series:
        """Return one measure's row of ``measures``.

        Raises
        ------
        UnknownNameError
            Naming the nearest slug, or of an item its measures.

        Examples
        --------
        >>> read_strategy().measure("dho-helsefellesskap")["unit"]
        'helsefellesskap'

        """
        if slug in self.measures.index:
            return self.measures.loc[slug]
        # an item's name is often typed where one of its measures is meant
        try:
            measures = self.measures_of(slug).sort_values("role", kind="stable").index  # assessed before context
        except UnknownNameError:
            remedy = nearest(slug, self.measures.index)
        else:
            remedy = f" but an item with{f' the measures {listing(measures)}' if len(measures) else 'out measures'}"
        raise UnknownNameError(f"'{slug}' is no measure of the strategy{remedy}")


def contents(data: object) -> pd.DataFrame:
    """Return what frames a data class has.

    Parameters
    ----------
    data : dataclass
        `Strategy`, `Status` and the like; fields that are no frames are left out.

    Returns
    -------
    DataFrame
        Index frame (the field's name); rows, and columns: the names of index and columns in one text.

    """
    frames = {name: frame for name, frame in vars(data).items() if isinstance(frame, pd.DataFrame)}
    columns = [", ".join([*filter(None, frame.index.names), *frame.columns]) for frame in frames.values()]
    rows = [len(frame) for frame in frames.values()]
    return pd.DataFrame({"rows": rows, "columns": columns}, index=pd.Index(frames, name="frame"))


def listed(data: object) -> str:
    """Return the frames of a data class as an HTML table, every column named."""
    with pd.option_context("display.max_colwidth", None):
        return contents(data).to_html(justify="left").replace("<td>", '<td style="text-align:left">')


def sizes(data: object) -> str:
    """Return the frames of a data class and how many rows each has, in one line."""
    return ", ".join(f"{rows} {frame}" for frame, rows in contents(data)["rows"].items())


def read_strategy(file: Path | None = None, *, as_of: str | None = None) -> Strategy:
    """Return the strategy of a file, as it was known at a time.

    Parameters
    ----------
    file : Path, optional
        ``data/raw/strategy.toml`` unless given.
    as_of : str, optional
        A quarter or ISO date: entries in force then, with the targets decided and the names used by that day (a
        quarter's last). All that was ever typed, with the newest targets and names, unless given.

    Returns
    -------
    Strategy

    Raises
    ------
    StrategyError
        Listing every fault, each with its field in the file, the value there and what was expected.

    Examples
    --------
    >>> read_strategy()
    <Strategy Nasjonal e-helsestrategi (2025): 5 goals, 15 indicators, ...>

    """
    file = file or paths.raw_folder() / "strategy.toml"
    document, faults = documents.read_document(file, _Document, "strategy")
    if document is not None:
        for entry, key, fault in _faults(document):
            line = line_of(file, (*documents.place_of(document, entry), key))
            faults.append(fault.at(file=file.name, line=line))
    if faults:
        raise StrategyError(faults)
    days = inspect_sources(file.parent)[0]["published"].dropna()  # the list of sources is checked by itself
    published = {source: day.date() for source, day in days.items()}
    day = None if as_of is None else day_of(as_of)
    return _as_frames(on_day(document, day, published), document, published)


def _faults(document: _Document) -> Iterator[tuple[Typed, str, Fault]]:
    """Yield what is wrong between the entries, with entry and field: names, references, and values out of bounds."""
    indicators = [i for g in document.goals for i in g.indicators]
    measures = document.measures
    subgoals = [s for g in document.goals for s in g.subgoals]
    # names are the keys of frames, pages and texts: one that occurs twice would mean two things
    named: dict[str, tuple[str, Sequence[Typed]]] = {
        "goal number": ("number", document.goals),
        "id": ("id", [*indicators, *subgoals]),
        "item slug": ("slug", [*document.goals, *indicators, *subgoals]),
        "measure slug": ("slug", measures),
        "survey slug": ("slug", document.surveys),
    }
    names = {kind: [getattr(entry, key) for entry in entries] for kind, (key, entries) in named.items()}
    for kind, (key, entries) in named.items():
        twice = Fault("strategy", "stands twice", "give one of them another", column=kind)
        for number, (name, entry) in enumerate(zip(names[kind], entries, strict=True)):
            if name in names[kind][:number]:
                yield entry, key, twice.at(value=str(name))
    # a name that leads nowhere would drop a row where two frames are joined
    references = [(m, "measure", "survey", m.survey, "survey slug") for m in measures if m.survey is not None]
    references += [(s, "survey", "respondents", s.respondents, "measure slug") for s in document.surveys]
    references += [(m, "measure", "indicators", i, "id") for m in document.context for i in m.indicators]
    for entry, what, key, name, kind in references:
        if name not in names[kind]:
            fault = Fault("strategy", f"is no {kind} of this file", value=name, **suggest(name, names[kind]))
            yield entry, key, fault.at(column=f"{what} '{entry.slug}' > {key}")
    bounds = register_of(_measures(document)[0])[["low", "high"]].groupby(level=0).first().T.to_dict("list")
    for measure in measures:
        stated = [each for each in (measure.baseline, *measure.promised) if each and each.value is not None]
        for point in stated:
            if problem := outside_bounds(point.value, *bounds[measure.slug]):
                fault = Fault("strategy", problem, "correct it, or the unit, minimum or maximum of its measure")
                yield point, "value", fault.at(value=f"{point.value:g}", column=f"measure '{measure.slug}' > value")
    for goal in document.goals:
        for part in (*goal.indicators, *goal.subgoals, *goal.candidate_indicators, *goal.candidate_subgoals):
            if not part.id.startswith(str(goal.number)):
                fault = Fault("strategy", f"stands under goal {goal.number}", "move it to its own goal", column="id")
                yield part, "id", fault.at(value=part.id)


# --- what of the strategy counts on a day -------------------------------------------


def on_day(document: _Document, day: pd.Timestamp | None, published: Mapping[str, date]) -> _Document:
    """Return the strategy's document as it was known on a day.

    Parameters
    ----------
    document : model
        The strategy as it is typed.
    day : Timestamp or None
        The day; None: every entry, with its newest target and name.
    published : mapping
        The publication day of each source that has one.

    Returns
    -------
    model

    """
    kinds, goals = ("indicators", "subgoals", "candidate_indicators", "candidate_subgoals"), []
    for goal in document.goals:
        parts = {kind: _in_force(getattr(goal, kind), day) for kind in kinds}
        measures = [_measures_on(each.measures, day, published) for each in parts["indicators"]]
        indicators = zip(parts["indicators"], measures, strict=True)
        # an indicator without measures would be judged by nothing
        parts["indicators"] = tuple(each.model_copy(update={"measures": own}) for each, own in indicators if own)
        goals.append(goal.model_copy(update=parts))
    ids = {entry.id for goal in goals for entry in (*goal.indicators, *goal.subgoals)}
    context = [
        each.model_copy(update={"indicators": tuple(i for i in each.indicators if i in ids)})
        for each in _measures_on(document.context, day, published)
    ]
    return document.model_copy(update={"goals": tuple(goals), "context": tuple(context)})


def _in_force(entries: tuple, day: pd.Timestamp | None) -> tuple:
    """Return the entries in force on a day, by the names they had then; None: all of them, by their newest."""
    if day is None:
        return entries
    current = []
    for entry in entries:
        begun = entry.start is None or first_day(entry.start) <= day
        if begun and (entry.until is None or day <= last_day(entry.until)):
            former = [name for name in entry.former_names if day <= last_day(name.until)]
            name = min(former, key=lambda name: last_day(name.until), default=entry.name)
            current.append(entry.model_copy(update={"name": name}))
    return tuple(current)


def _measures_on(measures: tuple, day: pd.Timestamp | None, published: Mapping[str, date]) -> tuple:
    def since(entry: Any, otherwise: date = ALWAYS) -> date:
        return entry.decided or published.get(getattr(entry, "source", ""), otherwise)

    last = date.max if day is None else day.date()
    changed = []
    for measure in _in_force(measures, day):
        targets = [each for each in (*measure.earlier_targets, measure.target) if each and since(each) <= last]
        target = max(targets, key=since) if targets else None
        # a milestone without a day of its own was decided with its target
        origin = since(measure.target) if measure.target else ALWAYS
        milestones = [m for m in measure.milestones if since(m, origin) <= last]
        if target is not measure.target:
            milestones = [m for m in milestones if target and last_day(m.period) < last_day(target.period)]
        baseline = measure.baseline
        changes = {
            "kind": (target.kind if target else None) or measure.kind,
            "target": target,
            "milestones": tuple(milestones),
            "baseline": baseline if baseline and since(baseline) <= last else None,
            "breaks": tuple(each for each in measure.breaks if since(each) <= last),
        }
        changed.append(measure.model_copy(update=changes))
    return tuple(changed)


# --- the strategy as frames ---------------------------------------------------------


def _as_frames(document: _Document, typed: _Document, published: Mapping[str, date]) -> Strategy:
    def part(entry: Indicator | Subgoal | Candidate, goal: Goal, kind: str, column: str) -> dict:
        return as_row(entry) | {column: entry.id, "kind": kind, "goal": goal.number}

    goals = [as_row(goal) | {"goal": goal.number} for goal in document.goals]
    indicators = [part(i, goal, "indicator", "indicator") for goal in document.goals for i in goal.indicators]
    subgoals = [part(s, goal, "subgoal", "subgoal") for goal in document.goals for s in goal.subgoals]
    candidates = [
        part(candidate, goal, kind, "candidate")
        for goal in document.goals
        for kind, group in (("indicator", goal.candidate_indicators), ("subgoal", goal.candidate_subgoals))
        for candidate in group
    ]
    surveys = [as_row(survey) | {"survey": survey.slug, "group": survey.group or ""} for survey in document.surveys]
    items = [as_row(document) | {"item": "strategy", "kind": "strategy", "goal": 0}]
    items += [goal | {"item": f"goal-{goal['goal']}", "kind": "goal"} for goal in goals]
    items += [entry | {"item": entry["id"]} for entry in (*indicators, *subgoals)]
    # goals by number, however they are ordered in the file; within a goal the order of the file is kept
    by_goal = pd.DataFrame(items, columns=["item", "kind", "goal", *_NAMES]).sort_values("goal", kind="stable")
    survey_columns = ["survey", *_NAMES[1:], "respondents", "group", "design_nb", "design_en"]
    measures, points, breaks = _measures(document)
    return Strategy(
        name=document.name.model_dump(),
        slug=document.slug,
        year=document.year,
        goals=pd.DataFrame(goals, columns=["goal", *_NAMES]),
        indicators=pd.DataFrame(indicators, columns=["indicator", "goal", *_NAMES, "critical"]),
        subgoals=pd.DataFrame(subgoals, columns=["subgoal", "goal", *_NAMES]),
        candidates=pd.DataFrame(candidates, columns=["candidate", "kind", "goal", *_NAMES, *_NOTES]),
        measures=measures,
        points=points,
        breaks=breaks,
        surveys=pd.DataFrame(surveys, columns=survey_columns).set_index("survey"),
        items=by_goal.set_index("item"),
        document=typed,
        published=published,
    )


def _measures(document: _Document) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return measures, points and breaks: those of the indicators first, in report order, then the context."""
    placed = [(m, g.number, (i.id,)) for g in document.goals for i in g.indicators for m in i.measures]
    placed += [(m, m.goal, m.indicators) for m in document.context]
    nested = {"name", "baseline", "target", "milestones", "breaks", "unmeasured", "note", "goal", "indicators", "slug"}
    nested |= {"start", "until", "former_names", "earlier_targets"}
    rows, points, breaks = [], [], []
    for measure, goal, indicators in placed:
        baseline, target = measure.baseline, measure.target
        place = {"measure": measure.slug, "indicator": "" if isinstance(measure, ContextMeasure) else indicators[0]}
        # a context measure may be shown under several indicators, and decides none
        place |= {"indicators": indicators, "goal": goal, **by_language(measure.name, "name")}
        rows.append(place | measure.model_dump(exclude=nested))
        rows[-1] |= {
            "baseline_period": baseline.period if baseline else None,
            "target_period": target.period if target else None,
            "target_value": target.value if target else float("nan"),
            "target_status": target.status if target else "none",
            **by_language(measure.unmeasured, "unmeasured"),
            **by_language(measure.note, "note"),
        }
        dated = [("baseline", baseline), *(("milestone", each) for each in measure.milestones), ("target", target)]
        points += [_dated(measure, point) | {"point": name} for name, point in dated if point is not None]
        breaks += [_dated(measure, each) for each in measure.breaks]
    columns = ["measure", "point", "period", "value", "time", "status", "source", *_NOTES]
    return (
        pd.DataFrame(rows).set_index("measure"),
        pd.DataFrame(points, columns=columns).astype({"time": float, "value": float}),
        pd.DataFrame(breaks, columns=["measure", "period", "time", "kind", *_NOTES]),
    )


def _dated(measure: Measure, entry: Baseline | Point | Break) -> dict:
    """Return what a baseline, milestone, target or break says, as a row; a text it does not have is empty."""
    place = {"measure": measure.slug, "time": decimal_year(entry.period, measure.timing)}
    return dict.fromkeys(("status", "source", *_NOTES), "") | as_row(entry) | place
