"""Every row of the report: what the figures propose, what the experts judged, and the colour it gets."""

from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.assessment.goals import bases, chips, overall, roll_up
from analysis.assessment.limits import GOAL_SCORES, RANK
from analysis.assessment.proposals import assess_measures, blank
from analysis.core.faults import Fault, RawDataError
from analysis.core.names import require_known
from analysis.records.strategy import Strategy


class JudgementDiffersError(RawDataError):
    """Judgements that differ from the figures without the reason or the second name that this takes."""


_BASES: Final = [f"base_{name}" for name in ("parts", "target", "direction", "one_figure", "none")]


def assess(strategy: Strategy, trends: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """Return every row of the report with what the figures propose, what the experts judged, and the colour it gets.

    A goal's proposal follows from its parts: their judgement, or else their colour against a target.

    Parameters
    ----------
    strategy : Strategy
    trends : DataFrame
        As `find_trends` gives them.
    judgements : DataFrame
        As `read_judgements` gives them.

    Returns
    -------
    DataFrame
        Index item, in report order: the strategy, its goals, indicators and sub-goals. Columns:

        - kind, goal, slug and names; measure (the one that decides an indicator) and the columns of `assess_measures`;
          components ((measure, colour) pairs, judged or else proposed).
        - figures_state of goals and the strategy (``filled``, ``outlined``, ``thin_basis``), of sub-goals
          ``no_figures``; base_parts, base_target, base_direction, base_one_figure, base_none: on what the indicators
          below a goal, or the strategy, rest.
        - judgement_state: ``judged``, ``colour_lost`` (judged once, the icon did not survive) or ``not_judged`` (open,
          or grey with a reason).
        - judged, colour, towards, weak, colour_source (``judgement`` or ``proposal``), reason (why colour is grey),
          movement, record, reason_code, reason_nb, reason_en, by, date, second.
        - override, steps (judged better than proposed: above zero), better_than_figures.
        - of the previous quarter: previous_quarter, previous_colour, previous_towards, previous_weak,
          previous_correction, previous_corrected.

    Raises
    ------
    UnknownNameError
        When the tables do not hold the same measures or items.
    JudgementDiffersError
        Listing the items that differ from their figures without a reason, or by two steps without a second name.

    References
    ----------
    docs/method.md, section 9 and "Judgement".

    Examples
    --------
    >>> assess(strategy, trends, judgements).loc["goal-5", ["proposed", "colour", "towards", "colour_source"]].tolist()
    ['grey', 'yellow', 'green', 'judgement']

    """
    require_known("the judgements", judgements.index, "the strategy", strategy.items.index)
    require_known("the strategy", strategy.items.index, "the judgements", judgements.index)
    indicators = assess_indicators(strategy, trends)
    blanks = {name: blank(column) for name, column in indicators.items()}
    blanks |= {"proposed": "grey", "grade_reasons": (), "components": ()}
    nothing = {"proposed_reason": "no_figures", "figures_state": "no_figures"}
    subgoals = _rows(dict.fromkeys(strategy.subgoals["subgoal"], nothing), blanks)
    decided = _decide(strategy, pd.concat([indicators, subgoals]), judgements)
    goals = _decide(strategy, _rows(_goals(strategy, decided), blanks), judgements)
    indicators = decided[decided["kind"] == "indicator"]
    summary, outlined = roll_up(chips(goals))  # of goals none is critical
    proposal = _rolled_up((summary.proposed, summary.reason), outlined, indicators)
    whole = _decide(strategy, _rows({"strategy": proposal}, blanks), judgements)
    lights = pd.concat([whole, goals, decided]).reindex(strategy.items.index)
    lights = lights.astype(dict.fromkeys(_BASES, "Int64"))
    if not strategy.ambitions.scenario:  # nobody judged the quarter against a scenario
        _refuse_unexplained(lights)
    return lights


def assess_indicators(strategy: Strategy, trends: pd.DataFrame) -> pd.DataFrame:
    """Return what the figures alone propose for every indicator: its weakest measure's, and every measure's own.

    Parameters
    ----------
    strategy : Strategy
    trends : DataFrame
        As `find_trends` gives them.

    Returns
    -------
    DataFrame
        Index indicator; columns as `assess_measures`, measure (the one that decides) and components.

    """
    measures = assess_measures(strategy, trends)
    # the weakest colour decides; of measures without one that which says most about its figures
    outlined = measures["figures_state"] == "outlined"
    colours = measures["proposed"].mask(outlined, measures["direction_colour"])
    towards = measures["proposed_towards"].mask(outlined, measures["direction_towards"])
    order = {light: place for place, light in enumerate(GOAL_SCORES)}
    place = [order.get(light, len(order)) for light in zip(colours, towards, strict=True)]
    without = measures["proposed_reason"].isin(["unmeasured", "no_observation", "withheld"])
    ranked = measures.assign(place=place, without=without).sort_values(["place", "without"], kind="stable")
    weakest = ranked.drop(columns=["place", "without", "goal"]).reset_index(names="measure")
    weakest = weakest.groupby("indicator", sort=False).head(1).set_index("indicator")

    # one measure without a target makes the whole chip outlined
    mixed = weakest.index.isin(measures["indicator"][outlined]) & (weakest["figures_state"] == "filled")
    for name in ("colour", "towards"):
        own = weakest["proposed" if name == "colour" else "proposed_towards"]
        weakest[f"direction_{name}"] = weakest[f"direction_{name}"].mask(mixed, own)
    weakest.loc[mixed, ["proposed", "proposed_towards", "proposed_weak"]] = ["grey", "", False]
    weakest.loc[mixed, ["proposed_reason", "figures_state"]] = ["no_target", "outlined"]

    pairs = measures.assign(pair=list(zip(measures.index, measures["proposed"], strict=True)))
    weakest["components"] = pairs.groupby("indicator")["pair"].agg(tuple)
    return weakest.reindex(strategy.indicators["indicator"])


def _rows(cells: dict[str, dict[str, Any]], blanks: dict[str, Any]) -> pd.DataFrame:
    """Return rows whose proposal does not come from figures of their own: blank but for their cells."""
    return pd.DataFrame([blanks | row for row in cells.values()], index=list(cells))


def _goals(strategy: Strategy, decided: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return what the parts of every goal propose for it, and on what that rests."""
    critical = strategy.indicators.set_index("indicator")["critical"].reindex(decided.index).eq(True)
    parts, rows = chips(decided), {}
    for goal in strategy.goals["goal"]:
        own = {kind: (decided["goal"] == goal) & (decided["kind"] == kind) for kind in ("indicator", "subgoal")}
        (indicators, outlined), (subgoals, _) = (roll_up(parts[row], critical[row]) for row in own.values())
        rows[f"goal-{goal}"] = _rolled_up(overall(indicators, subgoals), outlined, decided[own["indicator"]])
    return rows


def _rolled_up(proposal: tuple[str, str], outlined: str, indicators: pd.DataFrame) -> dict[str, Any]:
    state = "filled" if proposal[0] != "grey" else "outlined" if outlined else "thin_basis"
    cells = {"proposed": proposal[0], "proposed_reason": proposal[1], "direction_colour": outlined}
    return cells | {"figures_state": state} | bases(indicators)


def _decide(strategy: Strategy, proposals: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """Return proposals and judgements of some items side by side, with the colour each gets."""
    items, judgements = strategy.items.loc[proposals.index], judgements.loc[proposals.index]
    text = judgements.drop(columns=["weak", "components", "previous_note_nb", "previous_note_en"]).fillna("")
    text = text.rename(columns={"colour": "judged", "previous_corrected_colour": "previous_corrected"})
    frame = items.join(proposals).join(text.drop(columns="towards"))
    judged = frame["judged"] != ""
    frame["colour"] = frame["judged"].where(judged, frame["proposed"])
    frame["towards"] = text["towards"].where(judged, frame["proposed_towards"])
    frame["weak"] = judgements["weak"].eq(True).where(judged, frame["proposed_weak"])
    frame["colour_source"] = np.where(judged, "judgement", "proposal")
    # grey without a reason stood in a report whose colours were lost; with one, it was chosen
    grey = frame["judged"] == "grey"
    lost = grey & ((frame["reason_code"] == "") | (text["towards"] != ""))
    frame["judgement_state"] = np.select([lost, judged & ~grey], ["colour_lost", "judged"], "not_judged")
    reason = np.where(frame["judged"] == "grey", "not_on_record", frame["proposed_reason"])
    frame["reason"] = np.where(frame["colour"] == "grey", reason, "")
    pairs = zip(judgements["components"], frame["components"], strict=True)
    frame["components"] = [own or proposed for own, proposed in pairs]
    steps = (frame["judged"].map(RANK) - frame["proposed"].map(RANK)).fillna(0).astype(int)
    # an earlier colour called wrong without another being named is nothing to have moved from
    corrected = frame["previous_corrected"].where(frame["previous_corrected"] != "", frame["previous_colour"])
    uncertain = (frame["previous_correction"] != "") & (frame["previous_corrected"] == "")
    change = (frame["colour"].map(RANK) - corrected.map(RANK)).mask(uncertain)
    movement = np.select([change > 0, change < 0, change == 0], ["up", "down", "unchanged"], "")
    movement = frame["movement"].where(frame["movement"] != "", movement)
    return frame.assign(steps=steps, override=steps != 0, better_than_figures=steps > 0, movement=movement)


def _refuse_unexplained(lights: pd.DataFrame) -> None:
    far, alone = lights["steps"].abs() >= 2, (lights["second"] == "") | (lights["second"] == lights["by"])
    faults = []
    for wrong, steps, remedy in (
        (lights["override"] & (lights["reason_code"] == ""), "", "give reason_code and reason"),
        (far & alone, ", two steps", "give second, another name than by"),
    ):
        for row in lights[wrong].itertuples():
            difference = f"item '{row.Index}': judged {row.judged}, but the figures propose {row.proposed}"
            faults.append(Fault("judgements", f"{difference}{steps}", remedy))
    if faults:
        raise JudgementDiffersError(faults)


def override_rate(lights: pd.DataFrame) -> pd.Series:
    """Return how often judgement differs from figures, and which way.

    Returns
    -------
    Series
        comparable (items with both colours), overrides, better, worse (judged better or worse than proposed), rate (a
        share; missing where nothing is comparable).

    """
    comparable = int((lights["judged"].isin(RANK) & lights["proposed"].isin(RANK)).sum())
    better, worse = int((lights["steps"] > 0).sum()), int((lights["steps"] < 0).sum())
    counts = {"comparable": comparable, "overrides": better + worse, "better": better, "worse": worse}
    return pd.Series(counts | {"rate": (better + worse) / comparable if comparable else np.nan}, dtype=object)


def better_than_figures(lights: pd.DataFrame) -> pd.DataFrame:
    """Return the items judged better than their figures, in report order, with what is needed to ask why.

    Examples
    --------
    >>> better_than_figures(lights).empty
    True

    """
    columns = ["name_nb", "name_en", "proposed", "judged", "steps"]
    columns += ["reason_code", "reason_nb", "reason_en", "by", "second"]
    return lights.loc[lights["better_than_figures"], columns]
