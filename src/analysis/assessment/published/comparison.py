"""Every office's rule on every measure, and how far a colour depends on the method."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.assessment.published.charts import INTERVAL, MARKER_POINTS, fingertips_trend, nhs_plot_the_dots
from analysis.assessment.published.growth import canada_growth_ratio, eurostat_growth
from analysis.assessment.published.weather import POINTS, destatis_weather
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
    "moderate_deterioration": "red",
    "significant_deterioration": "red",
    # weather
    "sun": "green",
    "slightly_cloudy": "yellow",
    "cloud": "yellow",
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


def verdicts(strategy: Strategy, trends: pd.DataFrame) -> pd.DataFrame:
    """Return what each office's rule would say of each measure of `trends`, one row a measure and method.

    Columns measure, office, method, verdict (the office's word, "" where its rule does not apply), colour (nearest
    colour of this report, grey where there is no verdict; a convention, `COLOURS`) and reason (why there is none):
    unmeasured, no_observation, no_direction, bound, one_point, break, few_points, zero_base, at_target,
    no_sampling_error, extreme_share or no_target.

    >>> answers = verdicts(strategy, trends).set_index(["measure", "office"])
    >>> answers.loc[("dho-helsefellesskap", "eurostat"), ["verdict", "colour"]].tolist()
    ['moderate_progress', 'yellow']
    """
    cases = _cases(strategy, trends)
    common = _hindrance(cases)
    answers = [_answer(cases, common, office, method, *rule(cases)) for (office, method), rule in _RULES.items()]
    return pd.concat(answers).sort_index(kind="stable").droplevel("row").reset_index()


def sensitivity(answers: pd.DataFrame, proposals: pd.DataFrame) -> pd.DataFrame:
    """Return how far each measure's colour depends on the method: one row a measure of `proposals`, in its order.

    `answers` are `verdicts`, `proposals` this project's own (columns proposed and direction_colour, the latter what the
    direction alone would say where no target is known). Columns ``proposed``, ``direction``, one for each method (the
    colour it comes nearest to), ``answering`` (how many methods give a colour) and ``agreeing`` (how many of those give
    the proposed one, or the direction's where the proposal is grey).
    """
    named = answers["office"] + " " + answers["method"]
    wide = answers.assign(named=pd.Categorical(named, named.unique()))
    wide = wide.pivot(index="measure", columns="named", values="colour").reindex(proposals.index)
    wide.columns = wide.columns.astype(str)
    own = proposals["proposed"].where(proposals["proposed"] != "grey", proposals["direction_colour"])
    given = wide.notna() & (wide != "grey")
    counts = {"answering": given.sum(axis=1), "agreeing": (given & wide.eq(own, axis=0)).sum(axis=1)}
    first = pd.DataFrame({"proposed": proposals["proposed"], "direction": proposals["direction_colour"]})
    return pd.concat([first, wide.assign(**counts)], axis=1)


def _cases(strategy: Strategy, trends: pd.DataFrame) -> pd.DataFrame:
    """Return the measures of `trends` as the rules take them; ``points`` stays, oldest first."""
    promised = strategy.measures.reindex(trends.index)
    end = strategy.points[strategy.points["point"] == "target"].set_index("measure")["time"]
    names = {f"{point}_{what}": f"{new}_{what}" for point, new in (("baseline", "base"), ("latest", "latest"))
             for what in ("time", "value")}  # fmt: skip
    return trends.rename(columns=names).assign(
        row=range(len(trends)),
        kind=promised["kind"],
        unit=promised["unit"],
        target_value=promised["target_value"],
        target_time=end.reindex(trends.index),
        limit=promised["maximum"],
    )


def _hindrance(cases: pd.DataFrame) -> pd.Series:
    """Return why no rule applies to a measure, "" where one may."""
    bound = cases["latest_qualifier"].isin(["over", "under"])
    conditions = [cases["missing"] != "", cases["direction"] == 0, bound, cases["n_points"] < 2]
    reasons = np.select(conditions, [cases["missing"], "no_direction", "bound", "one_point"], "")
    return pd.Series(reasons, cases.index, dtype=object)


def _answer(
    cases: pd.DataFrame, common: pd.Series, office: str, method: str, said: pd.Series, why: pd.Series
) -> pd.DataFrame:
    reason = common.where(common != "", why)
    verdict = said.where(reason == "", "")
    return pd.DataFrame(
        {
            "office": office,
            "method": method,
            "verdict": verdict,
            "colour": verdict.map(COLOURS).fillna("grey"),
            "reason": reason,
        },
        index=pd.MultiIndex.from_arrays([cases["row"], cases.index], names=["row", "measure"]),
    )


_Rule = Callable[[pd.DataFrame], tuple[pd.Series, pd.Series]]


def _grown(method: Callable[[pd.DataFrame], pd.DataFrame]) -> _Rule:
    def rule(cases: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
        said = method(cases)["verdict"]
        lacking = [cases["break_after_baseline"].astype(bool), said != "not_available", ~(cases["base_value"] > 0)]
        why = np.select(lacking, ["break", "", "zero_base"], "at_target")
        return said, pd.Series(why, cases.index, dtype=object)

    return rule


def _weather_rule(cases: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    drawn = _latest_points(cases, POINTS)
    with_target = cases["target_value"].notna()
    letter = np.where(~with_target, "R", np.where(cases["kind"] == "hold", "J", "K"))
    said = destatis_weather(
        drawn[..., 0], drawn[..., 1], cases["direction"], letter, cases["target_value"], cases["target_time"]
    )
    said = pd.Series(said, cases.index, dtype=object)
    return said, said.eq("").map({True: "few_points", False: ""})


def _marker_rule(cases: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    drawn = _latest_points(cases, MARKER_POINTS)
    values, se = drawn[..., 1], drawn[..., 2]
    half = se * INTERVAL / 2
    said = fingertips_trend(values, values - half, values + half, cases["direction"])
    share = cases["unit"].eq("prosent").to_numpy()[:, None]
    extreme = (share & ((values == 0) | (values == 100))).any(axis=1)
    lacking = [cases["n_points"] < MARKER_POINTS, extreme, ~(se > 0).all(axis=1)]
    why = np.select(lacking, ["few_points", "extreme_share", "no_sampling_error"], "")
    return pd.Series(said, cases.index, dtype=object), pd.Series(why, cases.index, dtype=object)


def _icon_rule(icon: int) -> _Rule:
    def rule(cases: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
        series = [[value for _, value, _ in points] for points in cases["points"]]
        icons = [
            nhs_plot_the_dots(*case)[icon]
            for case in zip(series, cases["direction"], cases["target_value"], strict=True)
        ]
        said = pd.Series(icons, cases.index, dtype=object)
        return said, said.map({"": "few_points", "none": "no_target"}).fillna("")

    return rule


def _latest_points(cases: pd.DataFrame, width: int) -> NDArray:
    """Return the last `width` points of each measure as (measure, point, (time, value, se)), missing ones first."""
    drawn = np.full((len(cases), width, 3), np.nan)
    for row, points in enumerate(cases["points"]):
        if latest := points[-width:]:
            drawn[row, width - len(latest) :] = latest
    return drawn


_RULES: Final[dict[tuple[str, str], _Rule]] = {
    ("statistics_canada", "growth_ratio"): _grown(canada_growth_ratio),
    ("eurostat", "growth_ratio"): _grown(eurostat_growth),
    ("destatis", "weather"): _weather_rule,
    ("fingertips", "trend_marker"): _marker_rule,
    ("nhs_england", "variation"): _icon_rule(0),
    ("nhs_england", "assurance"): _icon_rule(1),
}
