"""How well founded a colour is, how sure under sampling error, and how likely the target if the pace continues."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtr

from analysis.assessment import limits
from analysis.assessment.direction import Comparison, comparison_of, interval, level_interval
from analysis.assessment.rules import Case, decide, is_aimed, is_broken, needs_one_point, rows_of
from analysis.core.cache import between_pages
from analysis.records.strategy import Strategy
from analysis.statistics.surveys import PRINTED_Z

_FEWEST: Final = [-limit for limit in limits.POINTS_GRADES]
EVIDENCE_LINES: Final = ("points", "age", "precision", "source", "comparability", "target")


@between_pages.shared
def evidence(strategy: Strategy, trends: pd.DataFrame) -> pd.DataFrame:
    """Return the evidence grade of every assessed measure, line by line.

    Returns
    -------
    DataFrame
        Index measure; points, age, precision, source, comparability, target (A to D; empty where not asked of the
        measure), grade (the worst) and grade_reasons (the lines that are worst; none for A). Nothing measured: no
        grade.

    Raises
    ------
    UnknownNameError
        When promise and trends do not hold the same measures.

    References
    ----------
    docs/method.md, section 8.

    """
    rows = rows_of(strategy, trends)
    return evidence_of(rows, comparison_of(rows))


def evidence_of(rows: pd.DataFrame, case: Comparison) -> pd.DataFrame:
    """Return `evidence` of promise and trends side by side (`rows_of`)."""
    number = {name: rows[name].to_numpy(dtype=float) for name in ("n_points", "age", "cadence")}
    aimed = is_aimed(rows)
    points = np.where(aimed, number["n_points"], rows["direction_points"])
    suspected = rows["suspected_break"].to_numpy(dtype=bool) | _may_be_mix(rows, case)
    breaks = [is_broken(rows), suspected, rows["minor_break"].to_numpy(dtype=bool)]
    lines = pd.DataFrame(
        {
            "points": np.where((points == 1) & needs_one_point(rows), "C", _letters(-points, _FEWEST)),
            "age": _letters(number["age"] / number["cadence"], limits.AGE_GRADES),
            "precision": _precision(rows, case),
            "source": rows["basis"].map(limits.SOURCE_GRADES).to_numpy(dtype=object),
            "comparability": np.select(breaks, ["D", "C", "B"], "A").astype(object),
            "target": np.where(aimed, rows["target_status"].map(limits.TARGET_GRADES), ""),
        },
        index=rows.index,
    )
    # of a scenario no colour is better founded than a target of our own
    lines["target"] = lines["target"].mask(rows["scenario"] & (lines["target"] < "C"), "C")
    lines[number["n_points"] < 1] = ""  # what is not measured has no evidence to grade
    grade = lines.max(axis=1)
    reasons = [
        tuple(line for line in EVIDENCE_LINES if row[line] == worst and worst != "A" and worst)
        for row, worst in zip(lines.to_dict("records"), grade, strict=True)
    ]
    return lines.assign(grade=grade, grade_reasons=pd.Series(reasons, index=rows.index, dtype=object))


def _letters(values: np.ndarray, steps: Iterable[float]) -> np.ndarray:
    return np.select([values <= limit + limits.TOLERANCE for limit in steps], ["A", "B", "C"], "D").astype(object)


def _precision(rows: pd.DataFrame, case: Comparison) -> np.ndarray:
    """Return the grade of the 95 % half-width against what a colour is read from.

    That is the way from baseline to target, the distance from a level to hold, or the change itself; a change within
    epsilon counts as epsilon. What is counted in full passes.
    """
    columns = ("target_value", "baseline_value", "latest_value", "latest_se")
    target, baseline, latest, error = (rows[name].to_numpy(dtype=float) for name in columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = interval(case)
        low, high = (end[:, 0] for end in level_interval(case.method, case.latest))
        surveyed = np.isin(case.method[:, 0], ("survey", "survey_unknown_n"))
        width = np.where(surveyed, PRINTED_Z * error, (high - low) / 2)
        start = np.where((rows["kind"] == "hold").to_numpy(), latest, baseline)
        against_target = width / np.abs(target - start)
        against_change = (change.high - change.low)[:, 0] / 2 / np.fmax(np.abs(change.change)[:, 0], case.epsilon[:, 0])
        letters = _letters(np.where(is_aimed(rows), against_target, against_change), limits.PRECISION_GRADES)
    return np.where(case.method[:, 0] == "stock", "A", letters).astype(object)


def _may_be_mix(rows: pd.DataFrame, case: Comparison) -> np.ndarray:
    """Return where another mix of the sample could alone have made, or hidden, the change that a colour is read from.

    Where groups' own figures are unknown they may differ by `MIX_GAP`: the mix can then move the figure by that much
    of the part of the sample that another group has taken over. Where they are known, what is left of the change at a
    fixed mix shows it: it must lie on the same side of epsilon.
    """
    change, epsilon = (case.latest.value - case.first.value)[:, 0], case.epsilon[:, 0]
    shift, effect = (rows[name].to_numpy(dtype=float) for name in ("mix_shift", "mix_effect"))
    could_be = shift / 100 * limits.MIX_GAP >= np.fmax(np.abs(change), epsilon) - limits.TOLERANCE
    sides = [np.sign(size) * (np.abs(size) > epsilon + limits.TOLERANCE) for size in (change, change - effect)]
    return (shift > 0) & np.where(np.isnan(effect), could_be, sides[0] != sides[1])


# --- certainty ------------------------------------------------------------------------


def chances_of_colours(case: Case, colours: np.ndarray) -> dict[str, np.ndarray]:
    """Return the chance of each colour under sampling error and the flag of the one shown.

    Parameters
    ----------
    case : Case
    colours : ndarray of str
        The colours shown (m,).

    Returns
    -------
    dict of ndarray
        certainty (`flag`), p_green, p_yellow, p_red; missing where nothing was sampled, or the colour is grey.

    References
    ----------
    docs/method.md, section 7.

    """
    chances = np.full((len(colours), 3), np.nan)
    # a count of events varies as a Poisson variable
    events = case.comparison.method == "events"
    s0, s = (np.where(events, np.sqrt(np.maximum(y, 0)), s) for y, s in ((case.y0, case.s0), (case.y, case.s)))
    complete = ~np.isnan(np.where(case.kind == "hold", s + case.s_first, s + s0))
    rows = np.flatnonzero(((s > 0) | (s0 > 0))[:, 0] & complete[:, 0] & (colours != "grey"))
    half = np.random.default_rng(limits.SEED).standard_normal((2, 1, limits.DRAWS // 2))
    normal = np.concatenate([half, -half], axis=2)  # in pairs, so that a share and its complement are equally sure
    for chosen in np.array_split(rows, -(-len(rows) // 50) or 1):  # 50 measures of drawn values fit in 100 MB
        part = case[chosen]
        y0 = _spread(part, part.y0, s0[chosen], normal[0])
        y = _spread(part, part.y, s[chosen], np.where(part.t == part.t0, normal[0], normal[1]))
        rules, which = decide(part.drawn(y0, y))
        drawn = np.array([limits.COLOURS.index(rule.colour) for rule in rules])[which]
        chances[chosen] = np.stack([(drawn == colour).mean(axis=1) for colour in range(3)], axis=1)
    own = np.select([colours == colour for colour in limits.COLOURS[:3]], list(chances.T), np.nan)
    return {"certainty": flag(own), **dict(zip(("p_green", "p_yellow", "p_red"), chances.T, strict=True))}


def flag(chance: np.ndarray) -> np.ndarray:
    """Return the flag of a colour's own chance: below one half another colour, or the rest together, is likelier."""
    at_least = chance + limits.TOLERANCE
    flags = [at_least >= limits.ROBUST_FROM, at_least >= limits.UNCERTAIN_FROM, ~np.isnan(chance)]
    return np.select(flags, ["robust", "uncertain", "borderline"], "")


def band(chance: np.ndarray) -> np.ndarray:
    """Return in which of five bands a chance lies; limits belong to the band above."""
    below = [chance < limit - limits.TOLERANCE for limit in limits.BANDS]
    bands = np.select(below, limits.BAND_NAMES[:-1], limits.BAND_NAMES[-1])
    return np.where(np.isnan(chance), "", bands)


def _spread(case: Case, values: np.ndarray, error: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Return drawn values; on a log scale drawn there, where no draw can leave it."""
    step = np.nan_to_num(error) * normal
    if not case.log.any():
        return values + step
    return np.where(case.log, values * np.exp(step / np.where(case.log, values, np.inf)), values + step)


def chance_of_target(case: Case) -> dict[str, np.ndarray]:
    """Return the chance that the target is met if the pace continues, its band, and whether it is indicative only.

    Returns
    -------
    dict of ndarray
        projected (the value by the target date: the latest plus the mean pace times the years left), p_target,
        p_target_band, p_target_indicative. Registers below 4 points show no unsteadiness, so they get no chance.

    References
    ----------
    docs/method.md, section 7.

    """
    with np.errstate(divide="ignore", invalid="ignore"):
        open_target = (case.kind == "reach") & (case.reason == "") & (case.target_time - case.t > limits.TOLERANCE)
        paced, now, ahead = case.n >= limits.CHANCE_POINTS, case.scaled(case.y), case.target_time - case.t
        ratio = ahead / (case.t - case.t_first)
        projected = now + (now - case.scaled(case.first)) / (case.t - case.t_first) * ahead
        # the error of both ends of the pace, on a log scale by the delta method …
        latest, first = np.where(case.log, case.y, 1.0), np.where(case.log, case.first, 1.0)
        sampling = ((1 + ratio) * case.s / latest) ** 2 + (ratio * case.s_first / first) ** 2
        # … or, if larger, what a random walk with drift as unsteady as the yearly changes adds until the target
        process = case.unsteadiness * ahead * (1 + ratio)
        spread = np.sqrt(np.where(paced, np.fmax(process, sampling), sampling))
        margin = case.d * (projected - case.scaled(case.target))
        distance = np.where(spread > 0, margin / spread, np.where(margin >= -limits.TOLERANCE, np.inf, -np.inf))
        chance = np.where(paced, stdtr(case.freedom, distance), ndtr(distance))
        # an unknown error is no error of zero
        sampled = (case.s > 0) | (case.s_first > 0)
        stated = open_target & (paced | sampled) & ~np.isnan(sampling)
        chance = np.where(stated, chance, np.nan)[:, 0]
        value = np.where(case.log, np.exp(np.where(case.log, projected, 0.0)), projected)
    return {
        "projected": np.where(open_target, value, np.nan)[:, 0],
        "p_target": chance,
        "p_target_band": band(chance),
        "p_target_indicative": ~np.isnan(chance) & ~paced[:, 0],
    }
