"""What was promised: goals, indicators, sub-goals and the measures that indicators are judged by.

``data/raw/strategy.toml`` is the promise as typed; `read_strategy` checks it whole and returns it as frames. Order in
the file is order in the report.
"""

import html
import tomllib
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from analysis.core import paths
from analysis.core.names import UnknownNameError, listing, nearest
from analysis.core.periods import decimal_year, normalise

Period = Annotated[str, AfterValidator(normalise)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class StrategyError(ValueError):
    """The promise cannot be read as it stands; the message lists every fault with its place and remedy."""


class _Typed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Text(_Typed):
    """A text in Norwegian bokmål and English."""

    nb: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Point(_Typed):
    """A value by a date, and where it is written: a milestone, or with a status, a target."""

    period: Period
    value: float = Field(allow_inf_nan=False)
    source: str = Field(min_length=1)
    note: Text | None = None


class Target(Point):
    """A promised value: `adopted` by an authority, `interpreted` from its words, or a `working` figure of our own."""

    status: Literal["adopted", "interpreted", "working"]


class Baseline(_Typed):
    """Where the path starts; the value is that of the observations unless it is stated here."""

    period: Period
    value: float | None = Field(default=None, allow_inf_nan=False)


class Break(_Typed):
    """From this period on values compare not (`break`), hardly (`suspected`) or nearly (`minor`) with earlier ones."""

    period: Period
    kind: Literal["break", "suspected", "minor"]
    note: Text


class Measure(_Typed):
    """One series of figures. `role` says whether its colour counts in the indicator's (method, section 1)."""

    slug: Slug
    name: Text
    unit: str = Field(min_length=1)
    role: Literal["assessed", "context"] = "assessed"
    direction: Literal[-1, 0, 1]
    kind: Literal["reach", "hold", "direction"] = "direction"
    timing: Literal["average", "stock"]
    scale: Literal["linear", "log"] = "linear"
    cadence: float = Field(gt=0, le=10, description="years between measurements")
    epsilon: float = Field(ge=0, description="minimum relevant change, in the unit")
    rounding: float = Field(default=0, ge=0, description="rounding step of published values, in the unit")
    basis: Literal["register", "census", "survey", "survey-low-response", "self-report", "judgement"]
    survey: str | None = None
    deff: float = Field(default=1.0, ge=1.0, description="design effect; 1 where none is published")
    population: int | None = Field(default=None, gt=0, description="only where the population is finite and small")
    counts: str | None = Field(default=None, description="what a count counts; `personer` are protected when few")
    minimum: float | None = None
    maximum: float | None = None
    baseline: Baseline | None = None
    target: Target | None = None
    milestones: tuple[Point, ...] = ()
    breaks: tuple[Break, ...] = ()
    unmeasured: Text | None = Field(default=None, description="why no figure exists")
    note: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.role == "assessed" and self.direction == 0:
            raise ValueError("direction: an assessed measure needs 1 (higher is better) or -1 (lower is better)")
        if self.kind == "direction" and self.target is not None:
            raise ValueError("target: kind 'direction' promises no value; use 'reach' or 'hold', or drop the target")
        if self.basis.startswith("survey") and self.survey is None:
            raise ValueError("survey: a measure from a survey names the survey it is asked in")
        path = [p for p in (self.baseline, *self.milestones, self.target) if p is not None]
        times = [decimal_year(p.period, self.timing) for p in path]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError("target: baseline, milestones and target must follow each other in time")
        if self.scale == "log" and any(p.value is not None and p.value <= 0 for p in path):
            raise ValueError("scale: a log scale has no place for zero or negative values")
        return self


class ContextMeasure(Measure):
    """A series shown beside the indicators (neighbours, respondents, use), never part of a colour."""

    role: Literal["context"] = "context"
    goal: int = Field(ge=1)
    indicators: tuple[str, ...] = Field(default=(), description="ids of the indicators whose page shows it")


class Indicator(_Typed):
    """An indicator of the strategy with its measures."""

    id: str = Field(pattern=r"^\d+\.\d+$")
    slug: Slug
    name: Text
    critical: bool = Field(default=False, description="red here keeps its goal from green (method, section 9)")
    measures: tuple[Measure, ...] = Field(min_length=1, alias="measure")


class Subgoal(_Typed):
    """A sub-goal, judged by experts without figures of its own."""

    id: str = Field(pattern=r"^\d+[A-Z]$")
    slug: Slug
    name: Text


class Candidate(_Typed):
    """Something proposed as a future indicator or sub-goal."""

    id: str = Field(pattern=r"^\d+\.[a-z]+\d+$")
    slug: Slug
    name: Text
    note: Text | None = None


class Goal(_Typed):
    """One of the strategy's goals."""

    number: int = Field(ge=1)
    slug: Slug
    name: Text
    indicators: tuple[Indicator, ...] = Field(min_length=1, alias="indicator")
    subgoals: tuple[Subgoal, ...] = Field(alias="subgoal")
    candidate_indicators: tuple[Candidate, ...] = Field(default=(), alias="candidate_indicator")
    candidate_subgoals: tuple[Candidate, ...] = Field(default=(), alias="candidate_subgoal")


class Survey(_Typed):
    """A recurring survey: which measure carries its respondents, and which breakdown key its groups."""

    slug: Slug
    name: Text
    respondents: str
    group: str | None = None
    design: Text


class _Document(_Typed):
    name: Text
    slug: Slug
    year: int
    goals: tuple[Goal, ...] = Field(alias="goal")
    surveys: tuple[Survey, ...] = Field(default=(), alias="survey")
    context: tuple[ContextMeasure, ...] = ()


@dataclass(frozen=True, repr=False)
class Strategy:
    """The promise as frames, in report order.

    ``goals`` (goal, slug, name_nb, name_en), ``indicators`` (+ indicator, goal, critical), ``subgoals`` (+ subgoal,
    goal), ``candidates`` (+ candidate, kind, goal), ``measures`` (index measure; one column a field of `Measure`, with
    baseline_*, target_* flattened, and ``indicators``: the ids it is shown under), ``points`` (measure, point
    baseline/milestone/target, period, value, time, status, source), ``breaks`` (measure, period, time, kind, note_*),
    ``surveys`` (index survey), and ``items``: every row of the report that carries a colour (index item: ``strategy``,
    ``goal-1`` …, ``1.1`` …, ``1A`` …; columns kind, goal, slug, name_nb, name_en).
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

    def __repr__(self) -> str:
        """Return one line: what the frames are called and how many rows each holds."""
        return f"<Strategy {self.name['nb']} ({self.year}): {sizes(self)}>"

    def _repr_html_(self) -> str:
        return f"<p><strong>{html.escape(self.name['nb'])} ({self.year})</strong></p>{listed(self)}"

    def __getitem__(self, slug: str) -> pd.Series:
        """Return one measure's row, as `measure` does; a notebook completes the slug after the first quotation mark."""
        return self.measure(slug)

    def _ipython_key_completions_(self) -> list[str]:
        return self.measures.index.tolist()

    def item(self, name: str | int) -> str:
        """Return the item id for an id (``1.2``, ``1A``, ``goal-2``), a goal number or a slug.

        >>> read_strategy().item("velferdsteknologi"), read_strategy().item(4)
        ('1.6', 'goal-4')

        Raises:
            UnknownNameError: naming the nearest spelling.

        """
        text = str(name)
        candidates = {**{item: item for item in self.items.index}, **{s: i for i, s in self.items["slug"].items()}}
        candidates |= {str(goal): f"goal-{goal}" for goal in self.goals["goal"]}
        if text not in candidates:
            raise UnknownNameError(f"'{text}' is no item of the strategy{nearest(text, candidates)}")
        return candidates[text]

    def measures_of(self, item: str | int, role: str | None = None) -> pd.DataFrame:
        """Return the measures shown under an indicator, all of a goal, or all of the strategy, in report order.

        >>> read_strategy().measures_of(1.2, role="assessed").index.tolist()
        ['digihelsestasjon-kommuner', 'ungdomslosning-helsestasjon']

        Raises:
            UnknownNameError: when the item is none of the strategy's.

        """
        item = self.item(item)
        if item == "strategy":
            chosen = self.measures
        elif item.startswith("goal-"):
            chosen = self.measures[self.measures["goal"] == int(item.removeprefix("goal-"))]
        else:
            chosen = self.measures[[item in shown for shown in self.measures["indicators"]]]
        return chosen if role is None else chosen[chosen["role"] == role]

    def measure(self, slug: str) -> pd.Series:
        """Return one measure's row.

        >>> read_strategy().measure("dho-helsefellesskap")["unit"]
        'helsefellesskap'

        Raises:
            UnknownNameError: naming the nearest slug.

        """
        if slug not in self.measures.index:
            raise UnknownNameError(f"'{slug}' is no measure of the strategy{self._meant(slug)}")
        return self.measures.loc[slug]

    def _meant(self, slug: str) -> str:
        """Return which measure may have been meant: those shown under an item, or else the nearest spelling."""
        try:
            item = self.item(slug)
        except UnknownNameError:
            return nearest(slug, self.measures.index)
        shown = self.measures_of(item).sort_values("role", kind="stable").index  # assessed before context
        return f" but an item with the measures {listing(shown)}" if len(shown) else " but an item without measures"


def contents(held: object) -> pd.DataFrame:
    """Return the frames of a data class: index frame; rows, and the names of its index and columns in one text."""
    frames = {f.name: getattr(held, f.name) for f in fields(held)}
    frames = {name: frame for name, frame in frames.items() if isinstance(frame, pd.DataFrame)}
    columns = [", ".join([*filter(None, frame.index.names), *frame.columns]) for frame in frames.values()]
    rows = [len(frame) for frame in frames.values()]
    return pd.DataFrame({"rows": rows, "columns": columns}, index=pd.Index(frames, name="frame"))


def listed(held: object) -> str:
    """Return the frames of a data class as an HTML table, every column named."""
    with pd.option_context("display.max_colwidth", None):
        return contents(held).to_html(justify="left").replace("<td>", '<td style="text-align:left">')


def sizes(held: object) -> str:
    """Return the frames of a data class and how many rows each holds, in one line."""
    return ", ".join(f"{rows} {frame}" for frame, rows in contents(held)["rows"].items())


def read_strategy(file: Path | None = None) -> Strategy:
    """Return the strategy of ``data/raw/strategy.toml``, or of `file`.

    >>> read_strategy()
    <Strategy Nasjonal e-helsestrategi (2025): 5 goals, 15 indicators, ...>

    Raises:
        StrategyError: listing every fault, each with its place in the file, the value found and what was expected.

    """
    file = file or paths.raw_folder() / "strategy.toml"
    try:
        document = _Document.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise StrategyError(f"{file.name}: no such file in {file.parent.name}/") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StrategyError(f"{file.name}: cannot be read as TOML: {error}") from error
    except ValidationError as error:
        raise StrategyError("\n".join(_explain(file.name, fault) for fault in innermost(error))) from error
    if faults := _faults(document):
        raise StrategyError("\n".join(f"{file.name}: {fault}" for fault in faults))
    return _as_frames(document)


def innermost(error: ValidationError) -> list[dict]:
    """Return pydantic's faults less those that only follow from a fault further in (an emptied list)."""
    places = [fault["loc"] for fault in error.errors()]
    return [
        fault
        for fault in error.errors()
        if not any(len(place) > len(fault["loc"]) and place[: len(fault["loc"])] == fault["loc"] for place in places)
    ]


def _explain(name: str, fault: dict) -> str:
    place = " > ".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
    found = "" if isinstance(fault["input"], dict | list) else f" (found {fault['input']!r})"
    return f"{name}: {place}: {fault['msg']}{found}"


def _faults(document: _Document) -> list[str]:
    indicators = [i for g in document.goals for i in g.indicators]
    measures = [m for i in indicators for m in i.measures] + list(document.context)
    subgoals = [s for g in document.goals for s in g.subgoals]
    groups = {
        "goal number": [g.number for g in document.goals],
        "id": [i.id for i in indicators] + [s.id for s in subgoals],
        "item slug": [x.slug for x in (*document.goals, *indicators, *subgoals)],
        "measure slug": [m.slug for m in measures],
        "survey slug": [s.slug for s in document.surveys],
    }
    faults = [
        f"{kind} '{value}' stands twice"
        for kind, values in groups.items()
        for value in dict.fromkeys(values)
        if values.count(value) > 1
    ]
    surveys, slugs = [s.slug for s in document.surveys], groups["measure slug"]
    faults += [
        f"measure '{m.slug}': survey '{m.survey}' is not described{nearest(m.survey, surveys)}"
        for m in measures
        if m.survey is not None and m.survey not in surveys
    ]
    faults += [
        f"survey '{s.slug}': respondents '{s.respondents}' is no measure{nearest(s.respondents, slugs)}"
        for s in document.surveys
        if s.respondents not in slugs
    ]
    faults += [
        f"measure '{m.slug}': indicator '{shown}' does not exist{nearest(shown, groups['id'])}"
        for m in document.context
        for shown in m.indicators
        if shown not in groups["id"]
    ]
    faults += [
        f"'{item.id}' stands under goal {goal.number}"
        for goal in document.goals
        for item in (*goal.indicators, *goal.subgoals, *goal.candidate_indicators, *goal.candidate_subgoals)
        if not item.id.startswith(str(goal.number))
    ]
    return faults


def _names(text: Text | None, prefix: str) -> dict[str, str]:
    return {f"{prefix}_nb": text.nb if text else "", f"{prefix}_en": text.en if text else ""}


def _as_frames(document: _Document) -> Strategy:
    goals = pd.DataFrame([{"goal": g.number, "slug": g.slug, **_names(g.name, "name")} for g in document.goals])
    indicators = pd.DataFrame(
        [
            {"indicator": i.id, "goal": g.number, "slug": i.slug, **_names(i.name, "name"), "critical": i.critical}
            for g in document.goals
            for i in g.indicators
        ]
    )
    subgoals = pd.DataFrame(
        [
            {"subgoal": s.id, "goal": g.number, "slug": s.slug, **_names(s.name, "name")}
            for g in document.goals
            for s in g.subgoals
        ]
    )
    candidates = pd.DataFrame(
        [
            {"candidate": c.id, "kind": kind, "goal": g.number, "slug": c.slug}
            | _names(c.name, "name")
            | _names(c.note, "note")
            for g in document.goals
            for kind, group in (("indicator", g.candidate_indicators), ("subgoal", g.candidate_subgoals))
            for c in group
        ],
        columns=["candidate", "kind", "goal", "slug", "name_nb", "name_en", "note_nb", "note_en"],
    )
    placed = [(m, g.number, (i.id,)) for g in document.goals for i in g.indicators for m in i.measures]
    placed += [(m, m.goal, m.indicators) for m in document.context]
    measures = pd.DataFrame([_measure_row(*place) for place in placed]).set_index("measure")
    return Strategy(
        name={"nb": document.name.nb, "en": document.name.en},
        slug=document.slug,
        year=document.year,
        goals=goals,
        indicators=indicators,
        subgoals=subgoals,
        candidates=candidates,
        measures=measures,
        points=pd.DataFrame([row for m, *_ in placed for row in _point_rows(m)], columns=_POINT_COLUMNS),
        breaks=pd.DataFrame([row for m, *_ in placed for row in _break_rows(m)], columns=_BREAK_COLUMNS),
        surveys=pd.DataFrame(
            [
                {"survey": s.slug, **_names(s.name, "name"), "respondents": s.respondents, "group": s.group or ""}
                | _names(s.design, "design")
                for s in document.surveys
            ],
            columns=["survey", "name_nb", "name_en", "respondents", "group", "design_nb", "design_en"],
        ).set_index("survey"),
        items=_items(document, goals, indicators, subgoals),
    )


_POINT_COLUMNS = ["measure", "point", "period", "value", "time", "status", "source", "note_nb", "note_en"]
_BREAK_COLUMNS = ["measure", "period", "time", "kind", "note_nb", "note_en"]


def _measure_row(measure: Measure, goal: int, shown: tuple[str, ...]) -> dict:
    nested = {"name", "baseline", "target", "milestones", "breaks", "unmeasured", "note", "goal", "indicators", "slug"}
    return {
        "measure": measure.slug,
        "indicator": "" if isinstance(measure, ContextMeasure) else shown[0],
        "indicators": shown,
        "goal": goal,
        **_names(measure.name, "name"),
        **{name: value for name, value in measure.model_dump(exclude=nested).items()},
        "baseline_period": measure.baseline.period if measure.baseline else None,
        "target_period": measure.target.period if measure.target else None,
        "target_value": measure.target.value if measure.target else float("nan"),
        "target_status": measure.target.status if measure.target else "none",
        **_names(measure.unmeasured, "unmeasured"),
        **_names(measure.note, "note"),
    }


def _point_rows(measure: Measure) -> list[dict]:
    stated = [
        ("baseline", measure.baseline),
        *(("milestone", m) for m in measure.milestones),
        ("target", measure.target),
    ]
    return [
        {
            "measure": measure.slug,
            "point": name,
            "period": point.period,
            "value": float("nan") if point.value is None else point.value,
            "time": decimal_year(point.period, measure.timing),
            "status": getattr(point, "status", ""),
            "source": getattr(point, "source", ""),
            **_names(getattr(point, "note", None), "note"),
        }
        for name, point in stated
        if point is not None
    ]


def _break_rows(measure: Measure) -> list[dict]:
    return [
        {
            "measure": measure.slug,
            "period": b.period,
            "time": decimal_year(b.period, measure.timing),
            "kind": b.kind,
            **_names(b.note, "note"),
        }
        for b in measure.breaks
    ]


def _items(document: _Document, goals: pd.DataFrame, indicators: pd.DataFrame, subgoals: pd.DataFrame) -> pd.DataFrame:
    whole = pd.DataFrame([{"item": "strategy", "kind": "strategy", "goal": 0, "slug": document.slug}])
    whole = whole.assign(**_names(document.name, "name"))
    frames = [
        goals.assign(item=[f"goal-{g}" for g in goals["goal"]], kind="goal"),
        indicators.assign(item=indicators["indicator"], kind="indicator"),
        subgoals.assign(item=subgoals["subgoal"], kind="subgoal"),
    ]
    order = {"strategy": 0, "goal": 1, "indicator": 2, "subgoal": 3}
    items = pd.concat([whole, *frames], ignore_index=True)[["item", "kind", "goal", "slug", "name_nb", "name_en"]]
    items = items.assign(order=items["kind"].map(order)).sort_values(["goal", "order"], kind="stable")
    return items.drop(columns="order").set_index("item")
