"""What the figures alone propose for every measure."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.assessment.cases import Case, case_of, rows_of
from analysis.assessment.certainty import chance_of_target, chances_of_colours
from analysis.assessment.evidence import evidence_of
from analysis.assessment.limits import GREEN_FROM, LIMITS, SENSITIVITY, TOLERANCE, YELLOW_FROM, Limits
from analysis.assessment.ratios import progress, progress_error, required_pace
from analysis.assessment.rules import light
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
        - direction_colour and direction_towards (what the direction alone would give, target or not).

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
    case, grades = case_of(rows), evidence_of(rows)
    proposals = rows[["indicator", "goal"]].assign(**_proposal(case, grades["grade"].to_numpy(), rows))
    proposals = proposals.assign(**chances_of_colours(case, proposals["proposed"].to_numpy()), **chance_of_target(case))
    # a missing target is no reason to be grey where only the direction is looked at
    reason = np.where(case.reason == "no_target", "", case.reason)
    _, colours, towards = light(replace(case, reason=reason, kind=np.full_like(case.kind, "direction")))
    return proposals.join(grades[["grade", "grade_reasons"]]).assign(
        direction_colour=colours, direction_towards=towards
    )


def _proposal(case: Case, grade: np.ndarray, rows: pd.DataFrame, limits: Limits = LIMITS) -> dict[str, np.ndarray]:
    names, colours, towards = light(case, limits)
    unfounded = np.select([(colours == "green") & (grade == "D"), _is_open(rows, colours)], ["grade_d", "bound"], "")
    names, grey = np.where(unfounded != "", unfounded, names), (colours == "grey") | (unfounded != "")
    with np.errstate(divide="ignore", invalid="ignore"):
        numbers = {"R": progress(case), "R_se": progress_error(case), "F": required_pace(case)}
    computable = case.reason[:, 0] == ""

    # the last change is weak when within epsilon, not significant, or not to be tested
    within, clear = np.abs(case.change) <= case.epsilon + TOLERANCE, ~case.tested | case.significant
    weak = (within | ~clear | np.isnan(case.s))[:, 0]
    gain = case.d * case.change
    better, worse = clear & (gain > case.epsilon + TOLERANCE), clear & (gain < -case.epsilon - TOLERANCE)
    return {
        "proposed": np.where(grey, "grey", colours),
        "proposed_towards": np.where(grey, "", towards),
        "proposed_weak": ~grey & (towards != "") & weak,
        "proposed_reason": np.where(grey | np.isin(names, ["too_slow", "wrong_way"]), names, ""),
        "rule": names,
        "proposed_movement": np.select([case.n < 2, better, worse], ["", "up", "down"], "unchanged")[:, 0],
        **{name: np.where(computable, values[:, 0], np.nan) for name, values in numbers.items()},
    }


def _is_open(rows: pd.DataFrame, colours: np.ndarray) -> np.ndarray:
    """Return where "over" or "under" leaves the colour open: the true value may be better, or worse, than shown."""
    higher = rows["direction"].eq(1).to_numpy(dtype=bool)
    over, under = (rows["latest_qualifier"].eq(word).to_numpy(dtype=bool) for word in ("over", "under"))
    at_least, at_most = np.where(higher, over, under), np.where(higher, under, over)
    return (at_least & (colours != "green") | at_most & (colours != "red")) & (colours != "grey")


def sensitivity(strategy: Strategy, trends: pd.DataFrame, shift: float = SENSITIVITY) -> pd.DataFrame:
    """Return each measure's proposed colour with the limits of progress moved down, as they are, and moved up.

    Parameters
    ----------
    strategy, trends
        As in `assess_measures`.
    shift : float
        Added to both limits, 0.95 and 0.60.

    Returns
    -------
    DataFrame
        Index measure; lower, proposed, higher (colours) and stable (whether all three agree).

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
    case, grade = case_of(rows), evidence_of(rows)["grade"].to_numpy()
    shifts = {"lower": -shift, "proposed": 0.0, "higher": shift}
    colours = {
        name: _proposal(case, grade, rows, Limits(GREEN_FROM + by, YELLOW_FROM + by))["proposed"]
        for name, by in shifts.items()
    }
    frame = pd.DataFrame(colours, index=rows.index)
    return frame.assign(stable=frame.nunique(axis=1) == 1)
