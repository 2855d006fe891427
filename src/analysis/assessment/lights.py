"""Every row of the report: what the figures propose, what the experts judged, and the colour it gets."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from analysis.assessment.goals import overall, parts_of_goals, summary
from analysis.assessment.limits import RANK, WEAKEST_FIRST
from analysis.assessment.proposals import assess_measures
from analysis.core.faults import Fault, RawDataError
from analysis.core.names import require_known
from analysis.records.strategy import Strategy


class JudgementDiffersError(RawDataError):
    """Judgements that differ from the figures without the reason or the second name that this takes."""


_NO_FIGURES: Final = {
    **dict.fromkeys(("measure", "proposed_towards", "rule", "proposed_movement", "certainty", "grade"), ""),
    **dict.fromkeys(("p_target_band", "direction_colour", "direction_towards"), ""),
    **dict.fromkeys(("R", "R_se", "F", "p_green", "p_yellow", "p_red", "projected", "p_target"), np.nan),
    **dict.fromkeys(("proposed_weak", "p_target_indicative"), False),
    **dict.fromkeys(("grade_reasons", "components"), ()),
}


def _indicators(strategy: Strategy, measures: pd.DataFrame) -> pd.DataFrame:
    """Return one row an indicator: its weakest measure that has a colour, and every measure with its own."""
    order = {light: place for place, light in enumerate(WEAKEST_FIRST)}
    place = [
        order.get(light, len(order)) for light in zip(measures["proposed"], measures["proposed_towards"], strict=True)
    ]
    unfigured = measures["proposed_reason"].isin(["unmeasured", "no_observation", "withheld"])
    ranked = measures.assign(place=place, unfigured=unfigured).sort_values(["place", "unfigured"], kind="stable")
    weakest = ranked.drop(columns=["place", "unfigured", "goal"]).reset_index(names="measure")
    weakest = weakest.groupby("indicator", sort=False).head(1).set_index("indicator")
    pairs = measures.assign(pair=list(zip(measures.index, measures["proposed"], strict=True)))
    weakest["components"] = pairs.groupby("indicator")["pair"].agg(tuple)
    return weakest.reindex(strategy.indicators["indicator"])


def _subgoals(strategy: Strategy) -> pd.DataFrame:
    return _unfigured(strategy.subgoals["subgoal"], "grey", "no_figures")


def _unfigured(items: Iterable[str], proposed: Iterable[str] | str, reason: Iterable[str] | str) -> pd.DataFrame:
    """Return rows whose proposal does not come from figures of their own."""
    index = pd.Index(items)
    frame = pd.DataFrame({name: [value] * len(index) for name, value in _NO_FIGURES.items()}, index=index)
    return frame.assign(proposed=proposed, proposed_reason=reason)


def assess(strategy: Strategy, trends: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """Return every row of the report with what the figures propose, what the experts judged, and the colour it gets.

    Index item, in report order: the strategy, its goals, indicators and sub-goals. Beside kind, goal, slug and names:
    measure (the one that decides an indicator), the columns of `assess_measures`, components ((measure, colour) pairs,
    judged or else proposed), judged, colour, towards, weak, colour_source (``judgement`` or ``proposal``), reason (why
    colour is grey), movement, record, reason_code, reason_nb, reason_en, override, steps (judged better than proposed:
    above zero), better_than_figures, by, date, second, and the previous quarter: previous_quarter, previous_colour,
    previous_towards, previous_correction, previous_corrected. A goal's proposal follows from its parts as decided.

    >>> assess(strategy, trends, judgements).loc["goal-5", ["proposed", "colour", "towards", "colour_source"]].tolist()
    ['grey', 'yellow', 'green', 'judgement']

    Raises:
        UnknownNameError: when the tables do not hold the same measures or items.
        JudgementDiffersError: listing the items that differ from their figures without a reason, or by two steps
            without a second name.

    """
    require_known("the judgements", judgements.index, "the strategy", strategy.items.index)
    require_known("the strategy", strategy.items.index, "the judgements", judgements.index)
    parts = pd.concat([_indicators(strategy, assess_measures(strategy, trends)), _subgoals(strategy)])
    decided = _judged(strategy, parts, judgements)
    rows = parts_of_goals(strategy, decided)
    goals = [f"goal-{goal}" for goal in strategy.goals["goal"]]
    proposals = [overall(rows[goal, "indicators"], rows[goal, "subgoals"]) for goal in goals]
    decided_goals = _judged(strategy, _unfigured(goals, *map(list, zip(*proposals, strict=True))), judgements)
    whole = summary(decided_goals)
    decided_whole = _judged(strategy, _unfigured(["strategy"], whole.proposed, whole.reason), judgements)
    lights = pd.concat([decided_whole, decided_goals, decided]).reindex(strategy.items.index)
    _refuse_unexplained(lights)
    return lights


def _judged(strategy: Strategy, proposals: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """Return proposals and judgements of some items side by side, with the colour each gets."""
    items, given = strategy.items.loc[proposals.index], judgements.loc[proposals.index]
    text = given[_JUDGED_TEXTS].fillna("").rename(columns={"colour": "judged"})
    text = text.rename(columns={"previous_corrected_colour": "previous_corrected"})
    frame = items.join(proposals).join(text.drop(columns="towards"))
    judged = frame["judged"] != ""
    frame["colour"] = frame["judged"].where(judged, frame["proposed"])
    frame["towards"] = text["towards"].where(judged, frame["proposed_towards"])
    frame["weak"] = given["weak"].eq(True).where(judged, frame["proposed_weak"])
    frame["colour_source"] = np.where(judged, "judgement", "proposal")
    reason = np.where(frame["judged"] == "grey", "not_on_record", frame["proposed_reason"])
    frame["reason"] = np.where(frame["colour"] == "grey", reason, "")
    frame["components"] = [own or found for own, found in zip(given["components"], frame["components"], strict=True)]
    steps = (frame["judged"].map(RANK) - frame["proposed"].map(RANK)).fillna(0).astype(int)
    frame = frame.assign(steps=steps, override=steps != 0, better_than_figures=steps > 0)
    return frame.assign(movement=_movement(frame))


_JUDGED_TEXTS: Final = [
    *("colour", "towards", "movement", "record", "reason_code", "reason_nb", "reason_en", "by", "date", "second"),
    *("previous_quarter", "previous_colour", "previous_towards", "previous_correction", "previous_corrected_colour"),
]


def _movement(frame: pd.DataFrame) -> pd.Series:
    """Return the movement as judged, or else from the previous colour (as corrected) where both are known."""
    corrected = frame["previous_corrected"].where(frame["previous_corrected"] != "", frame["previous_colour"])
    uncertain = (frame["previous_correction"] != "") & (frame["previous_corrected"] == "")
    change = (frame["colour"].map(RANK) - corrected.map(RANK)).mask(uncertain)
    words = np.select([change > 0, change < 0, change == 0], ["up", "down", "unchanged"], "")
    return frame["movement"].where(frame["movement"] != "", words)


def _refuse_unexplained(lights: pd.DataFrame) -> None:
    unexplained = lights[lights["override"] & (lights["reason_code"] == "")]
    far = lights[(lights["steps"].abs() >= 2) & ((lights["second"] == "") | (lights["second"] == lights["by"]))]
    explain, sign = "give reason_code and reason", "give second, another name than by"
    faults = [Fault("judgements", _difference(row), explain) for row in unexplained.itertuples()]
    faults += [Fault("judgements", f"{_difference(row)}, two steps", sign) for row in far.itertuples()]
    if faults:
        raise JudgementDiffersError(faults)


def _difference(row: tuple) -> str:
    return f"item '{row.Index}': judged {row.judged}, but the figures propose {row.proposed}"


def override_rate(lights: pd.DataFrame) -> pd.Series:
    """Return how often judgement differs from figures, and which way.

    comparable (items with both colours), overrides, better, worse (judged better or worse than proposed), rate (a
    share; missing where nothing is comparable).
    """
    comparable = lights["judged"].isin(RANK) & lights["proposed"].isin(RANK)
    better, worse = int((lights["steps"] > 0).sum()), int((lights["steps"] < 0).sum())
    total = int(comparable.sum())
    rate = (better + worse) / total if total else np.nan
    return pd.Series(
        {"comparable": total, "overrides": better + worse, "better": better, "worse": worse, "rate": rate}, dtype=object
    )


def better_than_figures(lights: pd.DataFrame) -> pd.DataFrame:
    """Return the items judged better than their figures, in report order, with what is needed to ask why.

    >>> better_than_figures(lights).empty
    True
    """
    columns = [
        "name_nb",
        "name_en",
        "proposed",
        "judged",
        "steps",
        "reason_code",
        "reason_nb",
        "reason_en",
        "by",
        "second",
    ]
    return lights.loc[lights["better_than_figures"], columns]
