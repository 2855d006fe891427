"""Every row of the report: what the figures propose, what the experts judged, and the colour it gets."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from analysis.assessment.goals import bases, chips, overall, roll_up, rows_of_goals
from analysis.assessment.limits import RANK, WEAKEST_FIRST
from analysis.assessment.proposals import assess_measures
from analysis.core.faults import Fault, RawDataError
from analysis.core.names import require_known
from analysis.records.strategy import Strategy


class JudgementDiffersError(RawDataError):
    """Judgements that differ from the figures without the reason or the second name that this takes."""


_NO_FIGURES: Final = {
    **dict.fromkeys(("measure", "proposed_towards", "rule", "proposed_movement", "certainty", "grade"), ""),
    **dict.fromkeys(("p_target_band", "latest_period", "figures_state"), ""),
    **{f"direction_{name}": "" for name in ("answer", "colour", "towards", "basis", "first_period")},
    **{f"direction_{name}": np.nan for name in ("change", "low", "high", "p", "first_value")},
    **dict.fromkeys(("R", "R_se", "F", "p_green", "p_yellow", "p_red", "projected", "p_target"), np.nan),
    **dict.fromkeys(("latest_value", "level_low", "level_high", "break_even_green", "break_even_yellow"), np.nan),
    **dict.fromkeys(("proposed_weak", "p_target_indicative", "direction_fragile"), False),
    **dict.fromkeys(("grade_reasons", "components"), ()),
}
_BASES: Final = [f"base_{name}" for name in ("parts", "target", "direction", "one_figure", "none")]
_JUDGED_TEXTS: Final = [
    *("colour", "towards", "movement", "record", "reason_code", "reason_nb", "reason_en", "by", "date", "second"),
    *("previous_quarter", "previous_colour", "previous_towards", "previous_weak"),
    *("previous_correction", "previous_corrected_colour"),
]


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
    subgoals = _without_figures(strategy.subgoals["subgoal"]).assign(
        proposed_reason="no_figures", figures_state="no_figures"
    )
    parts = pd.concat([assess_indicators(strategy, trends), subgoals])
    decided = _decide(strategy, parts, judgements)
    goals = _decide(strategy, _goals(strategy, decided), judgements)
    whole = _decide(strategy, _strategy(goals, decided), judgements)
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
    order = {light: place for place, light in enumerate(WEAKEST_FIRST)}
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


def _without_figures(items: Iterable[str]) -> pd.DataFrame:
    """Return rows whose proposal, grey unless given, does not come from figures of their own."""
    index = pd.Index(items)
    frame = pd.DataFrame({name: [value] * len(index) for name, value in _NO_FIGURES.items()}, index=index)
    return frame.assign(proposed="grey")


def _goals(strategy: Strategy, decided: pd.DataFrame) -> pd.DataFrame:
    """Return what the parts of every goal propose for it, and on what that rests."""
    rows = rows_of_goals(strategy, decided)
    frame = _without_figures([f"goal-{goal}" for goal in strategy.goals["goal"]])
    for goal in frame.index:
        (indicators, outlined), (subgoals, _) = rows[goal, "indicators"], rows[goal, "subgoals"]
        own = decided[(decided["kind"] == "indicator") & (decided["goal"] == int(goal.removeprefix("goal-")))]
        frame = _with_roll_up(frame, goal, overall(indicators, subgoals), outlined, own)
    return frame


def _strategy(goals: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """Return what the goals propose for the strategy; of goals none is critical."""
    whole, outlined = roll_up(chips(goals))
    indicators = decided[decided["kind"] == "indicator"]
    frame = _without_figures(["strategy"])
    return _with_roll_up(frame, "strategy", (whole.proposed, whole.reason), outlined, indicators)


def _with_roll_up(
    frame: pd.DataFrame, item: str, proposal: tuple[str, str], outlined: str, indicators: pd.DataFrame
) -> pd.DataFrame:
    state = "filled" if proposal[0] != "grey" else "outlined" if outlined else "thin_basis"
    cells = {"proposed": proposal[0], "proposed_reason": proposal[1], "direction_colour": outlined}
    cells |= {"figures_state": state} | bases(indicators)
    for name, cell in cells.items():
        frame.loc[item, name] = cell
    return frame


def _decide(strategy: Strategy, proposals: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """Return proposals and judgements of some items side by side, with the colour each gets."""
    items, judgements = strategy.items.loc[proposals.index], judgements.loc[proposals.index]
    text = judgements[_JUDGED_TEXTS].fillna("").rename(columns={"colour": "judged"})
    text = text.rename(columns={"previous_corrected_colour": "previous_corrected"})
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
