"""How the colours of a goal's parts are distributed, and what they propose for it together."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.assessment import limits


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
    counts = {colour: colours.count(colour) for colour in limits.COLOURS}
    worst = min((colour for colour, _ in lights), key=limits.RANK.__getitem__, default="")
    score = float(np.mean([limits.GOAL_SCORES[light] for light in lights])) if lights else np.nan
    if not lights or len(lights) / len(colours) < limits.ASSESSED_FROM - limits.TOLERANCE:
        return Summary(**counts, worst=worst, score=score, proposed="grey", reason="thin_basis")
    # the mean can hide what the whole goal depends on, so three rules come before it
    blocked = any(c == "red" and marked for c, marked in zip(colours, critical, strict=True))
    share_red, level = counts["red"] / len(lights), score + limits.TOLERANCE
    if share_red >= limits.RED_SHARE - limits.TOLERANCE or level < limits.GOAL_YELLOW_FROM:
        colour = "red"
    elif level < limits.GOAL_GREEN_FROM or blocked:
        colour = "yellow"
    else:
        colour = "green"
    return Summary(**counts, worst=worst, score=score, proposed=colour, reason="")


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


def roll_up(parts: pd.DataFrame, critical: Iterable[bool] = ()) -> tuple[Summary, str]:
    """Return the summary of some `chips`, and the colour of an outlined chip where too few of them are filled.

    With at least 60 % filled those decide. Else, with at least 60 % filled or outlined, the outlined chip is yellow,
    and red where at least two parts and at least half of the coloured ones are red.

    References
    ----------
    docs/method.md, section 4b.

    """
    filled = summarise(parts["colour"], parts["towards"], critical)
    colours = parts["outlined"].where(parts["colour"] == "grey", parts["colour"])
    coloured, red = int(colours.isin(limits.RANK).sum()), int((colours == "red").sum())
    if filled.proposed != "grey" or not coloured or coloured / len(parts) < limits.ASSESSED_FROM - limits.TOLERANCE:
        return filled, ""
    failing = red >= limits.RED_PARTS and red / coloured >= limits.RED_SHARE - limits.TOLERANCE
    return filled, "red" if failing else "yellow"


def bases(lights: pd.DataFrame) -> dict[str, int]:
    """Return on what the figures' place of some indicators rests: base_parts and how many of each kind."""
    states = lights["figures_state"].value_counts()
    kinds = {"target": "filled", "direction": "outlined", "one_figure": "one_figure"}
    counts = {f"base_{name}": int(states.get(state, 0)) for name, state in kinds.items()}
    return {"base_parts": len(lights), **counts, "base_none": len(lights) - sum(counts.values())}


def overall(indicators: Summary, subgoals: Summary) -> tuple[str, str]:
    """Return colour and reason of a goal from its two rows: the worse one, at most one step below the better.

    Without a colour on the indicators there is none for the goal; without one on the sub-goals the indicators decide.
    """
    if indicators.proposed == "grey" or subgoals.proposed == "grey":
        return indicators.proposed, indicators.reason
    ranks = sorted(limits.RANK[row.proposed] for row in (indicators, subgoals))
    rank = max(ranks[0], ranks[1] - 1)
    return next(colour for colour, place in limits.RANK.items() if place == rank), ""
