"""How the colours of a goal's parts are distributed, and what they propose for it together."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.assessment.limits import (
    ASSESSED_FROM,
    COLOURS,
    GOAL_GREEN_FROM,
    GOAL_SCORES,
    GOAL_YELLOW_FROM,
    RANK,
    RED_SHARE,
    TOLERANCE,
)
from analysis.records.strategy import Strategy


class Summary(NamedTuple):
    """Some parts of a goal: how many of each colour, the worst, the mean score, and the colour that proposes."""

    green: int
    yellow: int
    red: int
    grey: int
    worst: str
    score: float
    proposed: str
    reason: str


def summarise(colours: Iterable[str], towards: Iterable[str], critical: Iterable[bool] = ()) -> Summary:
    """Return the distribution of some colours and the colour they propose together.

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
    Summary

    References
    ----------
    docs/method.md, section 9.

    """
    colours, towards = list(colours), list(towards)
    critical = list(critical) or [False] * len(colours)
    lights = [light for light in zip(colours, towards, strict=True) if light[0] != "grey"]
    counts = {colour: colours.count(colour) for colour in COLOURS}
    worst = min((colour for colour, _ in lights), key=RANK.__getitem__, default="")
    score = float(np.mean([GOAL_SCORES[light] for light in lights])) if lights else np.nan
    if not lights or len(lights) / len(colours) < ASSESSED_FROM - TOLERANCE:
        return Summary(**counts, worst=worst, score=score, proposed="grey", reason="thin_basis")
    # the mean can hide what the whole goal depends on, so three rules come before it
    blocked = any(c == "red" and marked for c, marked in zip(colours, critical, strict=True))
    if counts["red"] / len(lights) >= RED_SHARE - TOLERANCE or score < GOAL_YELLOW_FROM - TOLERANCE:
        colour = "red"
    elif score < GOAL_GREEN_FROM - TOLERANCE or blocked:
        colour = "yellow"
    else:
        colour = "green"
    return Summary(**counts, worst=worst, score=score, proposed=colour, reason="")


def overall(indicators: Summary, subgoals: Summary) -> tuple[str, str]:
    """Return colour and reason of a goal from its two rows: the worse one, at most one step below the better.

    Without a colour on the indicators there is none for the goal; without one on the sub-goals the indicators decide.
    """
    if indicators.proposed == "grey" or subgoals.proposed == "grey":
        return indicators.proposed, indicators.reason
    ranks = sorted(RANK[row.proposed] for row in (indicators, subgoals))
    rank = max(ranks[0], ranks[1] - 1)
    return next(colour for colour, place in RANK.items() if place == rank), ""


def distributions(strategy: Strategy, lights: pd.DataFrame) -> pd.DataFrame:
    """Return how the colours are distributed in every goal and in the strategy, from the colours as decided.

    Returns
    -------
    DataFrame
        Index item and row (``indicators``, ``subgoals``; ``goals`` for the strategy); columns as `Summary`.

    """
    parts = parts_of_goals(strategy, lights) | {("strategy", "goals"): summary(lights[lights["kind"] == "goal"])}
    index = pd.MultiIndex.from_tuples(parts, names=["item", "row"])
    return pd.DataFrame(list(parts.values()), index=index)


def parts_of_goals(strategy: Strategy, lights: pd.DataFrame) -> dict[tuple[str, str], Summary]:
    """Return the indicators and the sub-goals of every goal, each summarised."""
    critical = strategy.indicators.set_index("indicator")["critical"].reindex(lights.index).eq(True)
    lights = lights[["goal", "kind", "colour", "towards"]]  # of sixty columns
    return {
        (f"goal-{goal}", row): summary(part, critical[part.index])
        for goal in strategy.goals["goal"]
        for row, kind in (("indicators", "indicator"), ("subgoals", "subgoal"))
        for part in [lights[(lights["goal"] == goal) & (lights["kind"] == kind)]]
    }


def summary(lights: pd.DataFrame, critical: Iterable[bool] = ()) -> Summary:
    """Return some rows of the lights summarised from the colours as decided."""
    return summarise(lights["colour"], lights["towards"], critical)
