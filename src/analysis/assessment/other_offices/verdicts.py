"""Every office's rule on every measure, and how far a colour depends on the method."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.assessment.other_offices.charts import INTERVAL, MARKER_POINTS, fingertips_trend
from analysis.assessment.other_offices.growth import canada_growth_ratio, eustat_growth
from analysis.assessment.other_offices.weather import POINTS, destatis_weather
from analysis.assessment.rule_inputs import latest_points
from analysis.assessment.trends import PROCESS_POINTS
from analysis.core.units import SHARE_UNIT
from analysis.records.strategy import Strategy

COLOURS: Final = {
    # growth ratio: where the method of this project draws its own limits
    "target_achieved": "green",
    "substantial_progress": "green",
    "moderate_progress": "yellow",
    "limited_progress": "red",
    "deterioration": "red",
    "significant_progress": "green",
    "no_progress": "yellow",
    "insufficient_progress": "red",
    "moderate_deterioration": "red",
    "significant_deterioration": "red",
    # weather
    "sun": "green",
    "slightly_cloudy": "yellow",
    "cloud": "red",  # off track, if the right way: `TOWARDS`
    "thunderstorm": "red",
    # markers
    "increasing_and_getting_better": "green",
    "decreasing_and_getting_better": "green",
    "no_change": "yellow",
    "increasing_and_getting_worse": "red",
    "decreasing_and_getting_worse": "red",
    # icons
    "improvement": "green",
    "common_cause": "yellow",
    "concern": "red",
    "consistent_pass": "green",
    "inconsistent": "yellow",
    "consistent_fail": "red",
}
TOWARDS: Final = {"cloud": "yellow"}  # the colours that a verdict's own points to


def verdicts(strategy: Strategy, trends: pd.DataFrame) -> pd.DataFrame:
    """Return what each office's rule would say of each measure of `trends`.

    Parameters
    ----------
    strategy : Strategy
    trends : DataFrame
        As `find_trends` gives them.

    Returns
    -------
    DataFrame
        One row a measure and method: measure, office, method, verdict (the office's word, "" where its rule does not
        apply; EUSTAT's is insufficient_progress where growth has the right sign and its draft says deterioration),
        colour (nearest colour of this report, grey where there is no verdict; a convention, `COLOURS`), towards (the
        colour it points to, "" for none; `TOWARDS`) and reason (why there is no verdict): unmeasured, no_observation,
        no_direction, bound, one_point, break, few_points, zero_base, at_target, no_sampling_error, extreme_share or
        no_target.

    References
    ----------
    docs/published-methods.md.

    Examples
    --------
    >>> answers = verdicts(strategy, trends).set_index(["measure", "office"])
    >>> answers.loc[("dho-helsefellesskap", "eustat"), ["verdict", "colour"]].tolist()
    ['moderate_progress', 'yellow']

    """
    cases = _cases(strategy, trends)
    bound = cases["latest_qualifier"].isin(["over", "under"])
    hindered = [cases["missing"] != "", cases["direction"] == 0, bound, cases["n_points"] < 2]
    hindrance = np.select(hindered, [cases["missing"], "no_direction", "bound", "one_point"], "")
    answers = []
    for (office, method), rule in _RULES.items():
        verdict, why = rule(cases)
        reason = np.where(hindrance != "", hindrance, why)
        verdict = pd.Series(np.where(reason == "", verdict, ""), cases.index, dtype=object)
        answer = {"measure": cases.index, "office": office, "method": method, "verdict": verdict.array}
        colours = {"colour": verdict.map(COLOURS).fillna("grey"), "towards": verdict.map(TOWARDS).fillna("")}
        answer |= {name: column.array for name, column in colours.items()} | {"reason": reason}
        answers.append(pd.DataFrame(answer))
    return pd.concat(answers).sort_index(kind="stable").reset_index(drop=True)


def sensitivity(answers: pd.DataFrame, proposals: pd.DataFrame) -> pd.DataFrame:
    """Return how far each measure's colour depends on the method: one row a measure of `proposals`, in its order.

    Parameters
    ----------
    answers : DataFrame
        As `verdicts` gives them.
    proposals : DataFrame
        This project's own: proposed and direction_colour (what the direction alone gives where no target is known).

    Returns
    -------
    DataFrame
        ``proposed``, ``direction``, one column for each method (the colour it comes nearest to), ``answering`` (how
        many methods give a colour) and ``agreeing`` (how many of those give the proposed one, or the direction's where
        the proposal is grey).

    """
    named = answers["office"] + " " + answers["method"]
    wide = answers.assign(named=pd.Categorical(named, named.unique()))
    wide = wide.pivot(index="measure", columns="named", values="colour").reindex(proposals.index)
    wide.columns = wide.columns.astype(str)
    own = proposals["proposed"].where(proposals["proposed"] != "grey", proposals["direction_colour"])
    has_colour = wide.notna() & (wide != "grey")
    counts = {"answering": has_colour.sum(axis=1), "agreeing": (has_colour & wide.eq(own, axis=0)).sum(axis=1)}
    first = pd.DataFrame({"proposed": proposals["proposed"], "direction": proposals["direction_colour"]})
    return pd.concat([first, wide.assign(**counts)], axis=1)


def _cases(strategy: Strategy, trends: pd.DataFrame) -> pd.DataFrame:
    """Return the measures of `trends` as the rules take them; ``points`` stays, oldest first."""
    promised = strategy.measures.reindex(trends.index)
    end = strategy.points[strategy.points["point"] == "target"].set_index("measure")["time"]
    names = {"baseline_time": "base_time", "baseline_value": "base_value"}
    return trends.rename(columns=names).assign(
        target_value=promised["target_value"],
        target_time=end.reindex(trends.index),
        limit=promised["maximum"],
    )


# A rule takes the cases, and returns its verdicts and why there is none.
_Rule = Callable[[pd.DataFrame], tuple[ArrayLike, NDArray]]


def _grown(method: Callable[[pd.DataFrame], pd.DataFrame]) -> _Rule:
    def rule(cases: pd.DataFrame) -> tuple[pd.Series, NDArray]:
        growth = method(cases)
        # EUSTAT's draft calls a rise that is too slow a deterioration, which no reader should take for a fall
        slow = (growth["verdict"] == "moderate_deterioration") & (growth["progress"] >= 0)
        verdict = growth["verdict"].mask(slow, "insufficient_progress")
        lacking = [cases["break_after_baseline"].astype(bool), verdict != "not_available", ~(cases["base_value"] > 0)]
        return verdict, np.select(lacking, ["break", "", "zero_base"], "at_target")

    return rule


def _weather_rule(cases: pd.DataFrame) -> tuple[NDArray, NDArray]:
    drawn = latest_points(cases["points"], POINTS)
    with_target = cases["target_value"].notna()
    # the office's letters: a direction, a level to hold, a value by a year
    kind = np.where(~with_target, "R", np.where(cases["kind"] == "hold", "J", "K"))
    symbol = destatis_weather(
        drawn[..., 0], drawn[..., 1], cases["direction"], kind, cases["target_value"], cases["target_time"]
    )
    return symbol, np.where(symbol == "", "few_points", "")


def _marker_rule(cases: pd.DataFrame) -> tuple[NDArray, NDArray]:
    drawn = latest_points(cases["points"], MARKER_POINTS)
    values, se = drawn[..., 1], drawn[..., 2]
    half = se * INTERVAL / 2
    marker = fingertips_trend(values, values - half, values + half, cases["direction"])
    # the office calculates no marker where a share is none or all: its interval has no width
    share = cases["unit"].eq(SHARE_UNIT).to_numpy()[:, None]
    extreme = (share & ((values == 0) | (values == 100))).any(axis=1)
    lacking = [cases["n_points"] < MARKER_POINTS, extreme, ~(se > 0).all(axis=1)]
    return marker, np.select(lacking, ["few_points", "extreme_share", "no_sampling_error"], "")


def _icon_rule(icon: str) -> _Rule:
    def rule(cases: pd.DataFrame) -> tuple[pd.Series, NDArray]:
        icons, few = cases[icon], cases["n_points"] < PROCESS_POINTS
        return icons, np.select([few, icons == "", icons == "none"], ["few_points", "bound", "no_target"], "")

    return rule


_RULES: Final[dict[tuple[str, str], _Rule]] = {
    ("statistics_canada", "growth_ratio"): _grown(canada_growth_ratio),
    ("eustat", "growth_ratio"): _grown(eustat_growth),
    ("destatis", "weather"): _weather_rule,
    ("fingertips", "trend_marker"): _marker_rule,
    ("nhs_england", "variation"): _icon_rule("variation"),
    ("nhs_england", "assurance"): _icon_rule("assurance"),
}
