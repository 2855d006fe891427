"""The pictures of a page: which of an indicator's figures are drawn, each with its words and caption."""

import pandas as pd

from analysis import words
from analysis.figures.bars import breakdown, divided
from analysis.figures.canvas import picture
from analysis.figures.colours import ambition_curve, overview
from analysis.figures.described import alt_ambition, alt_breakdown, alt_neighbours, alt_overview, alt_trend
from analysis.figures.series import countries, neighbours, points, trend
from analysis.lights import ambition_bands
from analysis.lights import ambition_curve as curve_of
from analysis.strategy import Strategy
from analysis.tables.markup import Block, together
from analysis.words.pictures import PICTURES

_BESIDE_FROM = 3  # points of a series beside the indicators: two are told as well in a table


def indicator_pictures(strategy: Strategy, observations: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return each assessed measure of an indicator as a picture over time, and by group where it is divided.

    A single value without a promise is no picture over time; without any figure there is none at all.

    Raises:
        UnknownNameError: when the indicator is none of the strategy's.

    """
    drawn = []
    for measure in strategy.measures_of(indicator, role="assessed").index:
        promised = (strategy.points["measure"] == measure).any()
        if len(known := points(strategy, observations, measure)) > 1 or (len(known) and promised):
            drawn.append(_over_time(strategy, observations, measure, language))
        if len(divided(observations, measure)) > 1:
            drawn.append(_by_group(strategy, observations, measure, language))
    return together(drawn)


def beside_pictures(strategy: Strategy, observations: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return what is shown beside an indicator: neighbouring countries, and related series of three points or more.

    Raises:
        UnknownNameError: when the indicator is none of the strategy's.

    """
    drawn = []
    for measure in strategy.measures_of(indicator, role="context").index:
        if countries(strategy, observations, measure):
            drawn.append(_countries(strategy, observations, measure, language))
        elif len(points(strategy, observations, measure)) >= _BESIDE_FROM:
            drawn.append(_over_time(strategy, observations, measure, language))
    return together(drawn)


def ambition_pictures(strategy: Strategy, trends: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return, for each measure of an indicator that has moved but has no public target, which ambition gives what.

    Raises:
        UnknownNameError: when the indicator is none of the strategy's.

    """
    chosen = strategy.measures_of(indicator, role="assessed")
    rows = trends.loc[chosen.index]
    asked = (chosen["kind"] == "reach") & chosen["target_value"].isna() & (rows["n_points"] >= 2)
    return together(_ambition(strategy, rows.loc[measure], measure, language) for measure in chosen.index[asked])


def overview_picture(lights: pd.DataFrame, quarter: str, language: str = "nb") -> Block:
    """Return the strategy's goals by quarter as a picture."""
    drawn = overview(lights, quarter, language)
    return picture(drawn, alt_overview(lights, quarter, language), _caption("caption-overview", language), language)


def _over_time(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str) -> Block:
    caption = _caption("caption-series", language, name=_name(strategy, measure, language))
    alt = alt_trend(strategy, observations, measure, language)
    return picture(trend(strategy, observations, measure, language), alt, caption, language)


def _by_group(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str) -> Block:
    caption = _caption("caption-groups", language, name=_name(strategy, measure, language))
    alt = alt_breakdown(strategy, observations, measure, language)
    return picture(breakdown(strategy, observations, measure, language), alt, caption, language)


def _countries(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str) -> Block:
    caption = _caption("caption-countries", language, name=_name(strategy, measure, language))
    alt = alt_neighbours(strategy, observations, measure, language)
    return picture(neighbours(strategy, observations, measure, language), alt, caption, language)


def _ambition(strategy: Strategy, row: pd.Series, measure: str, language: str) -> Block:
    promise, year = strategy.measure(measure), str(strategy.year)
    name, unit = _name(strategy, measure, language), promise["unit"]
    drawn = ambition_curve(curve_of(row, year, promise), year, unit, row["latest_value"], language)
    alt = alt_ambition(ambition_bands(row, year, promise), name, year, unit, language)
    return picture(drawn, alt, _caption("caption-ambition", language, name=name, year=year), language)


def _name(strategy: Strategy, measure: str, language: str) -> str:
    return strategy.measure(measure)[f"name_{language}"]


def _caption(key: str, language: str, **filled: str) -> str:
    return words.say(PICTURES, key, language, "pictures").format(**filled)
