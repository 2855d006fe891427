"""What if a figure, a promise or a judgement were another: every light that would move, and no file touched.

Each ``with_…`` returns a changed copy of one frame; `lights_moved` puts the copies through the report's own rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from analysis.assessment.lights import assess
from analysis.assessment.limits import LIMITS, Limits
from analysis.assessment.rules import case_of, light, rows_of
from analysis.assessment.trends import find_trends
from analysis.core.names import UnknownNameError, nearest
from analysis.core.periods import as_of_date, decimal_year, normalise
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.views.status import Status

FIELDS: Final = (
    *("figures_state", "proposed", "proposed_towards", "direction_answer", "direction_colour"),
    *("colour", "towards", "certainty", "movement"),
)
_WHY: Final = {"reason_code": "other", "reason_nb": "hva om", "reason_en": "what if", "second": "what if"}


def with_figure(
    strategy: Strategy,
    observations: pd.DataFrame,
    measure: str,
    period: str,
    value: float | tuple[float, float],
    published: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Return the observations with a later edition of one figure, or with a period more.

    The row comes last.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    measure : str
        Slug of the measure.
    period : str
        A year, quarter, month or day.
    value : float or tuple of float
        The value, or (value, n); without n it is as before where the period had a figure.
    published : Timestamp, optional
        Day of the edition; the latest of the observations where it is left out.

    Returns
    -------
    DataFrame
        Columns as `observations`.

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.
    PeriodError
        For a text that is no period.

    """
    promise, period = strategy.measure(measure), normalise(str(period))
    value, n = value if isinstance(value, tuple) else (value, np.nan)
    same = current(observations).query("measure == @measure and period == @period and breakdown == ''")
    row = {name: "" for name in ("breakdown", "qualifier", "standing", "source", "note", "note_nb", "file")}
    row |= {"measure": measure, "period": period, "value": float(value), "unit": promise["unit"], "line": 0}
    row |= {"n": n if np.isfinite(n) or same.empty else same["n"].iloc[-1], "note": "what if"}
    row |= {"time": decimal_year(period, promise["timing"]), "published": published or observations["published"].max()}
    # an edition of the same day would be as current as this one, so it gives way
    keys = ["measure", "period", "breakdown", "published"]
    same_edition = (observations[keys] == pd.Series(row)[keys]).all(axis=1)
    new = pd.DataFrame([row]).reindex(columns=observations.columns).astype(observations.dtypes)
    return pd.concat([observations[~same_edition], new], ignore_index=True)


def with_target(strategy: Strategy, measure: str, period: str, value: float) -> Strategy:
    """Return the strategy with a target for one measure, instead of the one it had.

    The target is a working one, to be reached; milestones of the earlier promise are dropped with it.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    measure : str
        Slug of the measure.
    period : str
        When it is to be reached.
    value : float
        In the measure's unit.

    Returns
    -------
    Strategy

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.
    PeriodError
        For a text that is no period.

    """
    promise, period = strategy.measure(measure), normalise(str(period))
    measures = strategy.measures.copy()
    names = ["target_period", "target_value", "target_status", "kind"]
    measures.loc[measure, names] = [period, float(value), "working", "reach"]
    # the baseline stays: where a measure started is no part of the promise
    ahead = (strategy.points["measure"] == measure) & (strategy.points["point"] != "baseline")
    point = dict.fromkeys(strategy.points.columns, "")
    point |= {"measure": measure, "point": "target", "period": period, "value": float(value), "status": "working"}
    point |= {"time": decimal_year(period, promise["timing"])}
    points = pd.concat([strategy.points[~ahead], pd.DataFrame([point])], ignore_index=True)
    return replace(strategy, measures=measures, points=points)


def with_judgement(judgements: pd.DataFrame, item: str, colour: str, towards: str = "") -> pd.DataFrame:
    """Return the judgements with another colour, and tendency, for one item.

    Parameters
    ----------
    judgements : DataFrame
        As `read_judgements` returns them.
    item : str
        Id of an item that is judged.
    colour : str
        ``green``, ``yellow``, ``red``, ``grey`` or empty for none.
    towards : str, optional
        Colour it points to, or empty.

    Returns
    -------
    DataFrame
        Columns as `judgements`.

    Raises
    ------
    UnknownNameError
        For an item that is not judged, or a colour that is none.

    """
    if item not in judgements.index:
        raise UnknownNameError(f"'{item}' is no item of the report{nearest(item, judgements.index)}")
    colours = ("green", "yellow", "red", "grey", "")
    wrong = [name for name in (colour, towards) if name not in colours]
    if wrong:
        raise UnknownNameError(f"'{wrong[0]}' is no colour{nearest(wrong[0], colours[:-1])}")
    changed = judgements.copy()
    changed.loc[item, ["colour", "towards"]] = colour, towards
    return changed


def lights_moved(
    status: Status,
    *,
    figures: Mapping[tuple[str, str], float | tuple[float, float]] | None = None,
    targets: Mapping[tuple[str, str], float] | None = None,
    judgements: Mapping[str, str] | None = None,
    as_of: str = "",
) -> pd.DataFrame:
    """Return every light that would move; nothing in `status` changes.

    A judgement that comes to differ from its figures is taken as explained, which a report would refuse.

    Parameters
    ----------
    status : Status
        As `read_status` returns it.
    figures : mapping, optional
        A value, or (value, n), for each (measure, period).
    targets : mapping, optional
        A value for each (measure, period).
    judgements : mapping, optional
        A colour for each item; an empty one withdraws the judgement and leaves the figures' proposal.
    as_of : str, optional
        That of `status`.

    Returns
    -------
    DataFrame
        One row a field that moves, in report order: item, name_nb, name_en, field (one of `FIELDS`), before, after.

    Raises
    ------
    UnknownNameError
        Naming the nearest measure, item or colour.
    PeriodError
        For a text that is no period.

    Examples
    --------
    >>> moved = lights_moved(status, figures={("dho-helsefellesskap", "2024Q1"): 19})
    >>> moved[["item", "field", "before", "after"]].values.tolist()
    [['1.5', 'proposed', 'yellow', 'green'], ['1.5', 'proposed_towards', 'green', '']]

    """
    strategy, observations, judged = status.strategy, status.observations, status.judgements
    day = as_of_date(status.quarter, as_of or None)
    for (measure, period), value in (targets or {}).items():
        strategy = with_target(strategy, measure, period, value)
    for (measure, period), value in (figures or {}).items():
        observations = with_figure(strategy, observations, measure, period, value, day)
    for item, colour in (judgements or {}).items():
        judged = with_judgement(judged, item, colour)
    # `assess` refuses a judgement that differs from its figures without a reason
    unexplained = judged["reason_code"].fillna("") == ""
    judged = judged.assign(**{name: judged[name].mask(unexplained, reason) for name, reason in _WHY.items()})
    return moved(status.lights, assess(strategy, find_trends(strategy, observations, day), judged))


def moved(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the fields in which two frames of lights differ.

    Parameters
    ----------
    before : DataFrame
        Lights, as `assess` returns them.
    after : DataFrame
        Lights of the same items.

    Returns
    -------
    DataFrame
        One row a field; columns as `lights_moved`.

    """
    # a missing colour and an empty one are the same to a reader
    then, now = (frame[list(FIELDS)].fillna("") for frame in (before, after))
    both = pd.DataFrame({"before": then.stack(), "after": now.stack()}).rename_axis(["item", "field"])
    differing = both[both["before"] != both["after"]].reset_index().join(before[["name_nb", "name_en"]], on="item")
    return differing[["item", "name_nb", "name_en", "field", "before", "after"]]


def colours_over(
    strategy: Strategy,
    trends: pd.DataFrame,
    measure: str,
    period: str,
    targets: Iterable[float],
    limits: Iterable[tuple[float, float]] = (LIMITS,),
) -> pd.DataFrame:
    """Return the colour a measure would have for each ambition under each pair of limits.

    The evidence is not asked, as in `ambition_curve`.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    measure : str
        Slug of the measure.
    period : str
        When the ambition is to be met.
    targets : iterable of float
        Ambitions, in the measure's unit.
    limits : iterable of tuple of float, optional
        Pairs of the progress R, the share of the planned way that is gone, from which a measure is green and from which
        it is yellow.

    Returns
    -------
    DataFrame
        Colours: columns are the ambitions, the index (green, yellow) the limits.

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.
    ValueError
        When a yellow limit lies above its green one.

    """
    chosen, pairs = list(targets), [Limits(*pair) for pair in limits]
    if any(pair.yellow > pair.green for pair in pairs):
        raise ValueError("the limit of yellow cannot lie above the limit of green")
    rows = [rows_of(with_target(strategy, measure, period, target), trends).loc[[measure]] for target in chosen]
    case = case_of(pd.concat(rows))
    colours = [light(case, pair)[1] for pair in pairs]
    return pd.DataFrame(colours, index=pd.MultiIndex.from_tuples(pairs, names=["green", "yellow"]), columns=chosen)
