"""Every row of the report: what the figures propose, what the experts judged, and the colour it gets."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.assessment import limits
from analysis.assessment.proposals import assess_measures, blank
from analysis.assessment.trends import find_trends
from analysis.core.cache import between_pages
from analysis.core.faults import Fault, RawDataError
from analysis.core.names import require_known
from analysis.core.periods import as_of_date, quarter_of
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
    critical = strategy.indicators.set_index("indicator")["critical"].reindex(decided.index).eq(True)
    parts, rows = chips(decided), {}
    for goal in strategy.goals["goal"]:
        own = {kind: (decided["goal"] == goal) & (decided["kind"] == kind) for kind in ("indicator", "subgoal")}
        (indicators, outlined), (subgoals, _) = (roll_up(parts[row], critical[row]) for row in own.values())
        rows[f"goal-{goal}"] = _rolled_up(overall(indicators, subgoals), outlined, decided[own["indicator"]])
    goals = _decide(strategy, _rows(rows, blanks), judgements)
    indicators = decided[decided["kind"] == "indicator"]
    whole = _rolled_up(*roll_up(chips(goals)), indicators)  # of goals none is critical
    whole = _decide(strategy, _rows({"strategy": whole}, blanks), judgements)
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
    order = {light: place for place, light in enumerate(limits.GOAL_SCORES)}
    place = [order.get(light, len(order)) for light in zip(colours, towards, strict=True)]
    without = measures["proposed_reason"].isin(["unmeasured", "no_observation", "withheld"])
    ranked = measures.assign(place=place, without=without).sort_values(["place", "without"], kind="stable")
    weakest = ranked.drop(columns=["place", "without", "goal"]).reset_index(names="measure")
    weakest = weakest.groupby("indicator", sort=False).head(1).set_index("indicator")

    # one measure without a target makes the whole chip outlined
    mixed = weakest.index.isin(measures["indicator"][outlined]) & (weakest["figures_state"] == "filled")
    for name, own in (("direction_colour", "proposed"), ("direction_towards", "proposed_towards")):
        weakest[name] = weakest[name].mask(mixed, weakest[own])
    weakest.loc[mixed, ["proposed", "proposed_towards", "proposed_weak"]] = ["grey", "", False]
    weakest.loc[mixed, ["proposed_reason", "figures_state"]] = ["no_target", "outlined"]

    pairs = measures.assign(pair=list(zip(measures.index, measures["proposed"], strict=True)))
    weakest["components"] = pairs.groupby("indicator")["pair"].agg(tuple)
    return weakest.reindex(strategy.indicators["indicator"])


@between_pages.shared  # by the languages
def development(strategy: Strategy, observations: pd.DataFrame, quarter: str, as_of: str = "") -> pd.DataFrame:
    """Return what the figures said of every indicator at the end of each quarter, whether it was judged or not.

    Only what was published by then counts. The first quarter is that of the first figure of an assessed measure.

    Parameters
    ----------
    strategy : Strategy
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    quarter : str
        The last quarter, as ``2024Q1``.
    as_of : str, optional
        ISO date up to which publications count in the last quarter; its last day where it is left out.

    Returns
    -------
    DataFrame
        Index quarter and indicator, in order; columns as `assess_indicators`.

    """
    assessed = strategy.measures.index[strategy.measures["role"] == "assessed"]
    published = observations.loc[observations["measure"].isin(assessed), "published"]
    last = quarter_of(quarter)
    first = min(last, pd.Period(published.min(), "Q")) if len(published) else last
    quarters = pd.period_range(first, last, freq="Q")
    days = {str(each): as_of_date(str(each), (as_of or None) if each == last else None) for each in quarters}
    # all quarters in one pass: each measure, its survey and its rows once a quarter, by names of the quarter's own
    own = strategy.measures[strategy.measures.index.isin({*assessed, *strategy.surveys["respondents"]})]
    measures = _each_quarter(days, own.reset_index(), "measure", "survey", "indicator").set_index("measure")
    rows = _each_quarter(days, observations[observations["measure"].isin(own.index)], "measure")
    surveys = _each_quarter(days, strategy.surveys.reset_index(), "survey", "respondents").set_index("survey")
    points, breaks = (_each_quarter(days, frame, "measure") for frame in (strategy.points, strategy.breaks))
    indicators = _each_quarter(days, strategy.indicators, "indicator")
    frames = {"measures": measures, "points": points, "breaks": breaks, "surveys": surveys, "indicators": indicators}
    repeated = replace(strategy, **frames)
    rows = rows[rows["published"] <= rows["quarter"].map(days)]
    states = assess_indicators(repeated, find_trends(repeated, rows, measures["quarter"].map(days)))
    start = len(f"{last} ")
    states["measure"] = states["measure"].str[start:]
    states["components"] = [tuple((name[start:], colour) for name, colour in pairs) for pairs in states["components"]]
    places = pd.MultiIndex.from_product([days, strategy.indicators["indicator"]], names=["quarter", "indicator"])
    return states.set_index(places)


def _each_quarter(days: Iterable[str], frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return a frame's rows once for each quarter, which stands before the names in some columns."""
    rows = pd.DataFrame({"quarter": list(days)}).merge(frame, how="cross")
    return rows.assign(**{name: rows["quarter"] + " " + rows[name].astype("str") for name in names})


def _rows(cells: dict[str, dict[str, Any]], blanks: dict[str, Any]) -> pd.DataFrame:
    """Return rows whose proposal does not come from figures of their own: blank but for their cells."""
    return pd.DataFrame([blanks | row for row in cells.values()], index=list(cells))


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
    reason = np.select([lost, grey], ["not_on_record", "not_judged"], frame["proposed_reason"])
    frame["reason"] = np.where(frame["colour"] == "grey", reason, "")
    pairs = zip(judgements["components"], frame["components"], strict=True)
    frame["components"] = [own or proposed for own, proposed in pairs]
    steps = (frame["judged"].map(limits.RANK) - frame["proposed"].map(limits.RANK)).fillna(0).astype(int)
    # an earlier colour called wrong without another being named is nothing to have moved from
    corrected = frame["previous_corrected"].where(frame["previous_corrected"] != "", frame["previous_colour"])
    uncertain = (frame["previous_correction"] != "") & (frame["previous_corrected"] == "")
    change = (frame["colour"].map(limits.RANK) - corrected.map(limits.RANK)).mask(uncertain)
    movement = np.select([change > 0, change < 0, change == 0], ["up", "down", "unchanged"], "")
    movement = frame["movement"].where(frame["movement"] != "", movement)
    return frame.assign(steps=steps, override=steps != 0, better_than_figures=steps > 0, movement=movement)


def _refuse_unexplained(lights: pd.DataFrame) -> None:
    far, alone = lights["steps"].abs() >= 2, (lights["second"] == "") | (lights["second"] == lights["by"])
    unexplained = lights["override"] & (lights["reason_code"] == "")
    explain = 'write reason_code = "context" (or another) and reason = { nb = "…", en = "…" }'
    faults = []
    confirm = "give second, another name than by"
    for wrong, steps, remedy in ((unexplained, "", explain), (far & alone, ", two steps", confirm)):
        for row in lights[wrong].itertuples():
            difference = f"item '{row.Index}': judged {row.judged}, but the figures propose {row.proposed}"
            faults.append(Fault("judgements", f"{difference}{steps}", remedy))
    if faults:
        raise JudgementDiffersError(faults)


# --- how the colours of a goal's parts propose one together ---------------------------


def summarise(colours: Iterable[str], towards: Iterable[str], critical: Iterable[bool] = ()) -> tuple[str, str]:
    """Return the colour that the parts of a goal propose together, and why it is grey.

    Grey ones are counted but never scored; with fewer than 60 % scored the proposal is grey (``thin_basis``). Half or
    more red is red; a red one that is critical leaves at most yellow.

    Parameters
    ----------
    colours, towards : iterable of str
        Colour and tendency of each part.
    critical : iterable of bool
        Which parts are; left out, none is.

    Returns
    -------
    colour, reason : str

    References
    ----------
    docs/method.md, section 9.

    """
    colours, towards = list(colours), list(towards)
    critical = list(critical) or [False] * len(colours)
    lights = [light for light in zip(colours, towards, strict=True) if light[0] != "grey"]
    if not lights or len(lights) / len(colours) < limits.ASSESSED_FROM - limits.TOLERANCE:
        return "grey", "thin_basis"
    # the mean can hide what the whole goal depends on, so three rules come before it
    blocked = any(c == "red" and marked for c, marked in zip(colours, critical, strict=True))
    share_red = colours.count("red") / len(lights)
    level = np.mean([limits.GOAL_SCORES[light] for light in lights]) + limits.TOLERANCE
    if share_red >= limits.RED_SHARE - limits.TOLERANCE or level < limits.GOAL_YELLOW_FROM:
        return "red", ""
    return "yellow" if level < limits.GOAL_GREEN_FROM or blocked else "green", ""


def chips(lights: pd.DataFrame) -> pd.DataFrame:
    """Return the chip of every light that rolls up: filled by judgement or target, else outlined by direction.

    Returns
    -------
    DataFrame
        colour, towards (of filled ones; grey else), outlined (the outlined ones' colour, else empty).

    """
    judged = lights["judged"].isin(limits.RANK)
    colour, towards = lights["proposed"].where(~judged, lights["judged"]), lights["proposed_towards"]
    outlined = lights["direction_colour"].where((lights["figures_state"] == "outlined") & (colour == "grey"), "")
    return pd.DataFrame({"colour": colour, "towards": towards.where(~judged, lights["towards"]), "outlined": outlined})


def roll_up(parts: pd.DataFrame, critical: Iterable[bool] = ()) -> tuple[tuple[str, str], str]:
    """Return what some `chips` propose, and the colour of an outlined chip where too few of them are filled.

    With at least 60 % filled those decide. Else, with at least 60 % filled or outlined, the outlined chip is yellow,
    and red where at least two parts and at least half of the coloured ones are red.

    References
    ----------
    docs/method.md, section 4b.

    """
    filled = summarise(parts["colour"], parts["towards"], critical)
    colours = parts["outlined"].where(parts["colour"] == "grey", parts["colour"])
    coloured, red = int(colours.isin(limits.RANK).sum()), int((colours == "red").sum())
    if filled[0] != "grey" or not coloured or coloured / len(parts) < limits.ASSESSED_FROM - limits.TOLERANCE:
        return filled, ""
    failing = red >= limits.RED_PARTS and red / coloured >= limits.RED_SHARE - limits.TOLERANCE
    return filled, "red" if failing else "yellow"


def bases(lights: pd.DataFrame) -> dict[str, int]:
    """Return on what the figures' place of some indicators rests: base_parts and how many of each kind."""
    states = lights["figures_state"].value_counts()
    kinds = {"target": "filled", "direction": "outlined", "one_figure": "one_figure"}
    counts = {f"base_{name}": int(states.get(state, 0)) for name, state in kinds.items()}
    return {"base_parts": len(lights), **counts, "base_none": len(lights) - sum(counts.values())}


def overall(indicators: tuple[str, str], subgoals: tuple[str, str]) -> tuple[str, str]:
    """Return colour and reason of a goal from its two rows: the worse one, at most one step below the better.

    Without a colour on the indicators there is none for the goal; without one on the sub-goals the indicators decide.
    """
    if "grey" in (indicators[0], subgoals[0]):
        return indicators
    ranks = sorted(limits.RANK[colour] for colour, _ in (indicators, subgoals))
    rank = max(ranks[0], ranks[1] - 1)
    return next(colour for colour, place in limits.RANK.items() if place == rank), ""


# --- how judgements differ from figures ----------------------------------------------


def override_rate(lights: pd.DataFrame) -> pd.Series:
    """Return how often judgement differs from figures, and which way.

    Returns
    -------
    Series
        comparable (items with both colours), overrides, better, worse (judged better or worse than proposed), rate (a
        share; missing where nothing is comparable).

    """
    comparable = int((lights["judged"].isin(limits.RANK) & lights["proposed"].isin(limits.RANK)).sum())
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
