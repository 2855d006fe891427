"""What the figures alone propose for every measure, and what other limits or another target would make of it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.assessment import rules
from analysis.assessment.direction import direction_of, level_interval, undoing_deff
from analysis.assessment.evidence import chance_of_target, chances_of_colours, evidence_of
from analysis.assessment.limits import LIMITS, SENSITIVITY, TOLERANCE, UNDEFINED_WITHIN, Limits
from analysis.assessment.rules import WITHOUT_TARGET, Case, case_of, rows_of
from analysis.core.periods import decimal_year
from analysis.records.strategy import Strategy


def assess_measures(strategy: Strategy, trends: pd.DataFrame) -> pd.DataFrame:
    """Return what the figures alone propose for every assessed measure, in report order.

    Parameters
    ----------
    strategy : Strategy
    trends : DataFrame
        As `find_trends` gives them.

    Returns
    -------
    DataFrame
        Index measure. Columns:

        - indicator, goal; proposed (green, yellow, red, grey), proposed_towards, proposed_weak, proposed_reason (why
          grey, or how a red came about), rule (the rule that decided), proposed_movement (up, down, unchanged or empty:
          the last change, better or worse).
        - R, its standard error R_se, F; certainty, p_green, p_yellow, p_red (where there is sampling error).
        - projected (the value by the target date if the pace continues), p_target, p_target_band, p_target_indicative
          (few points).
        - grade, grade_reasons (the lines that decide it).
        - figures_state: ``filled`` (a colour against a target), ``outlined`` (rule 6's colour, no target),
          ``one_figure``, ``not_measured``, ``ambition_not_obtained``.
        - of rule 6, target or not: direction_answer (better, worse, unchanged, cannot_tell or empty),
          direction_fragile, direction_colour, direction_towards, direction_basis (survey, survey_unknown_n, events,
          k_of_n, stock, bound), direction_change (latest less first) with its 95 % interval direction_low to
          direction_high, direction_first_period, direction_first_value, latest_period, latest_value, direction_p.
        - level_low, level_high: 95 % interval of the latest value. break_even_green, break_even_yellow: the ambition
          for the strategy's year up to which the change for the better would be green, or yellow.

    Raises
    ------
    UnknownNameError
        When promise and trends do not hold the same measures.
    LightsError
        For values that a log scale has no place for.

    References
    ----------
    docs/method.md, sections 3 to 8.

    Examples
    --------
    >>> assess_measures(strategy, trends).loc["dho-helsefellesskap", ["proposed", "grade"]].tolist()
    ['yellow', 'C']

    """
    rows = rows_of(strategy, trends)
    case = case_of(rows)
    grades = evidence_of(rows, case.comparison)
    grade = grades["grade"].to_numpy()
    direction = direction_of(case.comparison)
    proposals = rows[["indicator", "goal", "latest_period", "latest_value"]]
    proposals = proposals.assign(**_proposal(case, direction, grade, rows))
    answered = case.direction_reason[:, 0] == ""
    first = [end for end, *_ in rows["compared"]]
    direction["first_period"] = [end.period for end in first]
    direction["first_value"] = np.array([end.value for end in first], dtype=float)
    direction = direction.drop(columns="recent").set_index(rows.index).add_prefix("direction_")
    proposals = proposals.join(direction.apply(lambda column: column.where(answered, blank(column))))
    proposals = proposals.assign(**_outline(proposals, grade, rows), **_levels(case, rows, strategy.year))
    proposals = proposals.assign(**chances_of_colours(case, proposals["proposed"].to_numpy()), **chance_of_target(case))
    return proposals.join(grades[["grade", "grade_reasons"]])


def _proposal(
    case: Case, direction: pd.DataFrame, grade: np.ndarray, rows: pd.DataFrame, limits: Limits = LIMITS
) -> dict[str, np.ndarray]:
    names, colours, towards = rules.light(case, limits)
    # "over" and "under" leave open whether the true value is better, or worse, than the colour
    better_word, worse_word = np.where(case.d[:, 0] > 0, "over", "under"), np.where(case.d[:, 0] > 0, "under", "over")
    qualifier = rows["latest_qualifier"].to_numpy(dtype=object)
    is_open = (qualifier == better_word) & (colours != "green") | (qualifier == worse_word) & (colours != "red")
    weak_green = (colours == "green") & (grade == "D")
    unfounded = np.select([weak_green, is_open & (colours != "grey")], ["grade_d", "bound"], "")
    names, grey = np.where(unfounded != "", unfounded, names), (colours == "grey") | (unfounded != "")
    with np.errstate(divide="ignore", invalid="ignore"):
        numbers = {"R": rules.progress(case), "R_se": rules.progress_error(case), "F": rules.required_pace(case)}
        weak = rules.is_weak(case, colours, towards, direction["fragile"].to_numpy()) & np.isin(names, rules.ON_PATH)
    computable = case.reason[:, 0] == ""
    recent = [direction["recent"] == "better", direction["recent"] == "worse"]
    return {
        "proposed": np.where(grey, "grey", colours),
        "proposed_towards": np.where(grey, "", towards),
        "proposed_weak": ~grey & weak,
        "proposed_reason": np.where(grey | np.isin(names, ["too_slow", "wrong_way"]), names, ""),
        "rule": names,
        "proposed_movement": np.select([case.comparison.n[:, 0] < 2, *recent], ["", "up", "down"], "unchanged"),
        **{name: np.where(computable, values[:, 0], np.nan) for name, values in numbers.items()},
    }


def blank(column: pd.Series) -> Any:
    """Return what a column holds where it has nothing to say."""
    return {"b": False, "f": np.nan}.get(column.dtype.kind, "")


def _outline(proposals: pd.DataFrame, grade: np.ndarray, rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return what the figures' place draws, and rule 6's chip without a green that the evidence is too weak for."""
    reason = proposals["proposed_reason"].to_numpy(dtype=object)
    aimless = np.isin(reason, WITHOUT_TARGET)
    weak = aimless & (proposals["direction_colour"] == "green").to_numpy() & (grade == "D")
    colour = np.where(weak, "", proposals["direction_colour"])
    reason = np.where(weak, "grade_d", reason)
    single = (reason == "one_point") | (np.isin(reason, ["grade_d", "bound"]) & (rows["n_points"] == 1).to_numpy())
    names = ["filled", "outlined", "one_figure", "not_measured"]
    states = [proposals["proposed"] != "grey", aimless & (colour != ""), single, ~np.isin(reason, WITHOUT_TARGET)]
    return {
        "proposed_reason": reason,
        "direction_colour": colour,
        "direction_towards": np.where(weak, "", proposals["direction_towards"]),
        "figures_state": np.select(states, names, "ambition_not_obtained"),
    }


def _levels(case: Case, rows: pd.DataFrame, year: int) -> dict[str, np.ndarray]:
    """Return the interval of the latest level, and the ambitions for a year up to which the path would be kept."""
    least, most = (rows[name].to_numpy(dtype=float) for name in ("minimum", "maximum"))
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (end[:, 0] for end in level_interval(case.comparison.method, case.comparison.latest))
        # neither a bound nor an ambition reaches further than the measure can; some have no such end
        columns = {
            "level_low": np.where(np.isnan(low), np.nan, np.fmax(low, least)),
            "level_high": np.where(np.isnan(high), np.nan, np.fmin(high, most)),
        }
        end = rows["timing"].map(lambda timing: decimal_year(str(year), timing)).to_numpy(dtype=float)[:, None]
        gained = (case.d * (case.y - case.y0) > TOLERANCE) & (case.t > case.t0)
        open_ = (case.kind == "reach") & (case.reason == "no_target") & gained
        for name, limit in zip(("green", "yellow"), LIMITS, strict=True):
            ambition = case.d * np.fmin(case.d * rules.kept_ambition(case, end, limit), case.d * case.comparison.best)
            exists = open_ & ~rules.too_near_to_tell(replace(case, target=ambition))
            columns[f"break_even_{name}"] = np.where(exists, ambition, np.nan)[:, 0]
    return columns


def sensitivity(strategy: Strategy, trends: pd.DataFrame, shift: float = SENSITIVITY) -> pd.DataFrame:
    """Return each measure's colours with the limits of the rules moved.

    Parameters
    ----------
    strategy, trends
        As in `assess_measures`.
    shift : float
        Added to both limits, 0.95 and 0.60.

    Returns
    -------
    DataFrame
        Index measure. lower, proposed, higher: colours against a target with both limits of progress moved down, as
        they are, and moved up; stable: whether all three agree. half_epsilon, direction_colour, double_epsilon: colours
        by direction at half, once and twice the smallest change that matters. undoing_deff: the design effect that
        undoes better or worse; missing for others.

    Raises
    ------
    UnknownNameError
        When promise and trends do not hold the same measures.

    Examples
    --------
    >>> sensitivity(strategy, trends).loc["dho-helsefellesskap", ["lower", "proposed", "higher"]].tolist()
    ['yellow', 'yellow', 'yellow']

    """
    rows = rows_of(strategy, trends)
    case = case_of(rows)
    grade = evidence_of(rows, case.comparison)["grade"].to_numpy()
    direction = direction_of(case.comparison)
    shifts = {"lower": -shift, "proposed": 0.0, "higher": shift}
    colours = {
        name: _proposal(case, direction, grade, rows, Limits(LIMITS.green + by, LIMITS.yellow + by))["proposed"]
        for name, by in shifts.items()
    }
    frame = pd.DataFrame(colours, index=rows.index)
    frame["stable"] = frame.nunique(axis=1) == 1
    for name, factor in (("half_epsilon", 0.5), ("direction_colour", 1.0), ("double_epsilon", 2.0)):
        by_direction = direction_of(replace(case.comparison, epsilon=factor * case.comparison.epsilon))
        frame[name] = np.where(case.direction_reason[:, 0] == "", by_direction["colour"], "")
    return frame.assign(undoing_deff=undoing_deff(case.comparison))


# --- which target would give which colour ---------------------------------------------


def ambition_curve(
    trend_row: pd.Series, target_period: str, promise: pd.Series, targets: Iterable[float] | None = None
) -> pd.DataFrame:
    """Return the colour a measure would have under each target a reader might set.

    The evidence is not asked: a target of one's own is no evidence.

    Parameters
    ----------
    trend_row : Series
        The measure's row of the trends.
    target_period : str
        When the target is to be met.
    promise : Series
        The measure's row of ``strategy.measures``.
    targets : iterable of float, optional
        Left out, 101 from the easier of baseline and latest value until well into red, from 0 to 1.5 where nothing is
        measured.

    Returns
    -------
    DataFrame
        One row a target, from easy to hard: target, R, colour, towards, reason (why grey), p_green, p_yellow, p_red.

    Examples
    --------
    >>> row, promise = trends.loc["tilgang-pasientinformasjon"], strategy["tilgang-pasientinformasjon"]
    >>> ambition_curve(row, "2025", promise, [30, 34, 38])["colour"].tolist()
    ['green', 'yellow', 'red']

    """
    if targets is None:
        edges = _edges(trend_row, target_period, promise)
        start, stop = (edges[0], edges[-1]) if len(edges) else (0.0, 1.0)
        targets = np.linspace(start, stop + (stop - start) / 2, 101)
    targets = np.asarray(list(targets), dtype=float)
    case = _aimed_at(trend_row, target_period, promise, targets)
    names, colours, towards = rules.light(case)
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = pd.DataFrame({"target": targets, "R": rules.progress(case)[:, 0]})
    curve = curve.assign(colour=colours, towards=towards, reason=np.where(colours == "grey", names, ""))
    return curve.assign(**chances_of_colours(case, colours)).drop(columns="certainty")


def ambition_bands(trend_row: pd.Series, target_period: str, promise: pd.Series) -> pd.DataFrame:
    """Return which targets would make a measure green, yellow or red: exact limits, easy to hard.

    The limits are where R crosses 0.95 and 0.60: T = y0 + (y - y0) / (limit * share of the time gone), in scale space.

    Parameters
    ----------
    trend_row, target_period, promise
        As in `ambition_curve`.

    Returns
    -------
    DataFrame
        One row a band: colour, easiest, hardest (the targets between which it holds; infinite where nothing bounds it).

    Examples
    --------
    >>> row, promise = trends.loc["tilgang-pasientinformasjon"], strategy["tilgang-pasientinformasjon"]
    >>> ambition_bands(row, "2025", promise).round(1)
       colour  easiest  hardest
    0   green      0.0     32.3
    1  yellow     32.3     36.0
    2     red     36.0    100.0

    """
    d, edges = trend_row["direction"], _edges(trend_row, target_period, promise)
    if not len(edges):
        return pd.DataFrame([("grey", -d * np.inf, d * np.inf)], columns=["colour", "easiest", "hardest"])
    # between two edges one rule decides, so the middle of each band stands for all of it
    span = max(np.ptp(edges), 1.0)
    middles = np.concatenate([[edges[0] - d * span], (edges[1:] + edges[:-1]) / 2, [edges[-1] + d * span]])
    _, colours, _ = rules.light(_aimed_at(trend_row, target_period, promise, middles))
    bands = pd.DataFrame({"colour": colours, "easiest": [-d * np.inf, *edges], "hardest": [*edges, d * np.inf]})
    run = bands["colour"].ne(bands["colour"].shift()).cumsum()
    bands = bands.groupby(run, as_index=False).agg({"colour": "first", "easiest": "first", "hardest": "last"})
    # no ambition lies beyond what the measure can be
    ends = bands[["easiest", "hardest"]]
    bands[["easiest", "hardest"]] = ends.clip(promise["minimum"], promise["maximum"])  # a missing one clips nothing
    return bands[bands["easiest"] != bands["hardest"]].reset_index(drop=True)


def _aimed_at(trend_row: pd.Series, target_period: str, promise: pd.Series, targets: np.ndarray) -> Case:
    """Return the case of a measure with each target; the path is straight, with nothing between baseline and target."""
    end = decimal_year(target_period, promise["timing"])
    row = pd.concat([promise, trend_row[trend_row.index.difference(promise.index)]])
    rows = pd.DataFrame([row]).iloc[np.zeros(len(targets), dtype=int)].reset_index(drop=True)
    rows = rows.assign(kind="reach", target_time=end)
    path = {"left_time": np.nan, "left_value": np.nan, "right_time": max(end, row["latest_time"])}
    return case_of(rows.assign(target_value=targets, right_value=targets, **path))


def _edges(trend_row: pd.Series, target_period: str, promise: pd.Series) -> np.ndarray:
    """Return the targets at which the rule that applies may change, from easy to hard."""
    case = _aimed_at(trend_row, target_period, promise, np.array([np.nan]))
    short = np.fmax(case.epsilon, UNDEFINED_WITHIN * np.nan_to_num(case.s0))
    edges = [case.y, case.y0, case.y0 + case.d * short, case.y + case.d * case.epsilon]
    edges += level_interval(case.comparison.method, case.comparison.latest)
    if (case.t > case.t0).all():
        edges += [rules.kept_ambition(case, case.target_time, limit) for limit in LIMITS]
    d, edges = case.d[0, 0], np.concatenate(edges)[:, 0]
    return d * np.unique(d * edges[np.isfinite(edges)])
