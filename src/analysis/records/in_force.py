"""What of the strategy counts on a day: decisions from their day, entries while in force, names as they were then.

So a quarter knows what had been decided by its as-of day, whatever is typed later.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field

from analysis.core.periods import first_day, last_day, normalise
from analysis.records.documents import Text, Typed

# a quarter or a day; TOML may have the day as a date of its own
Moment = Annotated[str, BeforeValidator(str), AfterValidator(normalise)]
ALWAYS: Final = date.min


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


def on_day(document: Any, day: pd.Timestamp | None, published: Mapping[str, date]) -> Any:
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
    goals = []
    for goal in document.goals:
        indicators = [
            each.model_copy(update={"measures": measures, "name": _name(each, day)})
            for each in goal.indicators
            if _in_force(each, day) and (measures := _measures(each.measures, day, published))
        ]
        others = {
            kind: tuple(each.model_copy(update={"name": _name(each, day)}) for each in group if _in_force(each, day))
            for kind in ("subgoals", "candidate_indicators", "candidate_subgoals")
            for group in (getattr(goal, kind),)
        }
        goals.append(goal.model_copy(update={"indicators": tuple(indicators), **others}))
    ids = {entry.id for goal in goals for entry in (*goal.indicators, *goal.subgoals)}
    context = [
        each.model_copy(update={"indicators": tuple(i for i in each.indicators if i in ids)})
        for each in _measures(document.context, day, published)
    ]
    return document.model_copy(update={"goals": tuple(goals), "context": tuple(context)})


def _in_force(entry: InForce, day: pd.Timestamp | None) -> bool:
    if day is None:
        return True
    begun = entry.start is None or first_day(entry.start) <= day
    return begun and (entry.until is None or day <= last_day(entry.until))


def _name(entry: InForce, day: pd.Timestamp | None) -> Text:
    former = sorted(entry.former_names, key=lambda name: last_day(name.until))
    return next((name for name in former if day is not None and day <= last_day(name.until)), entry.name)


def _measures(measures: tuple, day: pd.Timestamp | None, published: Mapping[str, date]) -> tuple:
    def since(entry: Any, otherwise: date = ALWAYS) -> date:
        return entry.decided or published.get(getattr(entry, "source", ""), otherwise)

    last = date.max if day is None else day.date()
    changed = []
    for measure in measures:
        if not _in_force(measure, day):
            continue
        targets = [each for each in (*measure.earlier_targets, measure.target) if each and since(each) <= last]
        target = max(targets, key=since) if targets else None
        # a milestone without a day of its own was decided with its target
        origin = since(measure.target) if measure.target else ALWAYS
        milestones = [m for m in measure.milestones if since(m, origin) <= last]
        if target is not measure.target:
            milestones = [m for m in milestones if target and last_day(m.period) < last_day(target.period)]
        baseline = measure.baseline
        changes = {
            "name": _name(measure, day),
            "kind": (target.kind if target else None) or measure.kind,
            "target": target,
            "milestones": tuple(milestones),
            "baseline": baseline if baseline and since(baseline) <= last else None,
            "breaks": tuple(each for each in measure.breaks if since(each) <= last),
        }
        changed.append(measure.model_copy(update=changes))
    return tuple(changed)
