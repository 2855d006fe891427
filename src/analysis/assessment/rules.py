"""The rules of a colour in their order, and the colour it is heading for."""

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from analysis.assessment.direction import Comparison, End, answers, interval, is_adverse, level_interval
from analysis.assessment.limits import LIMITS, NEAR, TOLERANCE, Limits
from analysis.assessment.progress import held_level, progress, required_pace
from analysis.assessment.rule_inputs import Case


class Rule(NamedTuple):
    """One rule: its name, the colour and tendency it gives, and where it applies."""

    name: str
    colour: str
    towards: str
    applies: np.ndarray


def _rules(case: Case, limits: Limits) -> list[Rule]:
    """Return the rules of a colour in their order; the first that applies decides (method, section 4)."""
    passed = case.t >= case.target_time - TOLERANCE
    held, level, met = held_level(case)
    ratio, change = progress(case), interval(case.comparison.method, case.comparison.first, case.comparison.latest)
    better = answers(case.comparison, change) == "better"
    low, high = level_interval(case.comparison.method, case.comparison.latest)
    near = case.d * (level - case.y) <= case.epsilon + TOLERANCE
    near |= (low - TOLERANCE <= level) & (level <= high + TOLERANCE)
    return [
        Rule("grey", "grey", "", case.reason != ""),
        Rule("met", "green", "", held & met & ~is_adverse(case.comparison, change)),
        Rule("met_adverse", "green", "yellow", held & met),
        Rule("approaching", "yellow", "", held & better),
        Rule("nearly_met", "yellow", "", held & near),
        Rule("not_met", "red", "", held),
        Rule("no_baseline", "grey", "", np.isnan(case.y0)),
        Rule("deadline_near", "yellow", "green", passed & (ratio >= limits.green - TOLERANCE)),
        Rule("deadline_part", "yellow", "", passed & (ratio >= limits.yellow - TOLERANCE)),
        Rule("deadline_missed", "red", "", passed),
        Rule("on_path", "green", "", ratio >= limits.green - TOLERANCE),
        Rule("behind_path", "yellow", "", ratio >= limits.yellow - TOLERANCE),
        Rule("too_slow", "red", "", ratio >= -TOLERANCE),
        Rule("wrong_way", "red", "", np.full_like(held, True)),
    ]


def decide(case: Case, limits: Limits = LIMITS) -> tuple[list[Rule], np.ndarray]:
    """Return the rules and the place of the one that decides.

    Returns
    -------
    rules : list of Rule
    which : ndarray of int
        In the shape of the case's values.

    """
    if _rows_are_equal(case.comparison):  # of one measure under a hundred ambitions: its change is one
        case = replace(case, comparison=case.comparison[:1])
    with np.errstate(divide="ignore", invalid="ignore"):
        rules = _rules(case, limits)
        return rules, np.select([rule.applies for rule in rules], list(range(len(rules))))


def _rows_are_equal(columns: Comparison | End) -> bool:
    return all(
        _rows_are_equal(part)
        if isinstance(part, End)
        else np.array_equal(part[1:], part[:-1], equal_nan=part.dtype.kind == "f")
        for part in vars(columns).values()
    )


def _tendency(case: Case, colours: np.ndarray, limits: Limits) -> np.ndarray:
    """Return the neighbouring colour that a colour on its path is heading for, or nothing (method, section 5)."""
    pace, change = required_pace(case), interval(case.comparison.method, case.comparison.first, case.comparison.latest)
    enough, half = pace >= limits.green - TOLERANCE, pace >= limits.yellow - TOLERANCE
    red, yellow, green = (colours == name for name in ("red", "yellow", "green"))
    three, two = ~np.isnan(pace), case.n == 2
    better = two & (answers(case.comparison, change) == "better")
    worse = two & is_adverse(case.comparison, change)
    return np.select(
        [
            (three & red & half) | (better & red),
            (three & yellow & enough) | (better & yellow),
            (three & yellow & ~half) | (worse & yellow),
            (three & green & ~enough) | (worse & green),
        ],
        ["yellow", "green", "red", "yellow"],
        "",
    )


def is_weak(case: Case, colours: np.ndarray, towards: np.ndarray, fragile: np.ndarray) -> np.ndarray:
    """Return where a tendency of two points is weak (m,): far from the limit ahead, or resting on a fragile change."""
    ahead = np.select([colours == "green", colours == "red"], [LIMITS.green, LIMITS.yellow], np.nan)
    ahead = np.where(colours == "yellow", np.where(towards == "green", LIMITS.green, LIMITS.yellow), ahead)
    far = np.abs(progress(case)[:, 0] - ahead) > NEAR + TOLERANCE
    return (case.n[:, 0] == 2) & (towards != "") & (far | fragile)


ON_PATH: Final = ("on_path", "behind_path", "too_slow", "wrong_way")


def light(case: Case, limits: Limits = LIMITS) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rule that decides each measure, before the evidence is asked.

    Returns
    -------
    names, colours, towards : ndarray of str
        Rule (or why there is none), colour and tendency (m,).

    References
    ----------
    docs/method.md, sections 4 and 5.

    """
    rules, which = decide(case, limits)
    names, colours, towards = (np.array([rule[part] for rule in rules], dtype=object)[which] for part in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        heading = np.where(np.isin(names, ON_PATH), _tendency(case, colours, limits), towards)
    names = np.where(names == "grey", case.reason, names)
    return names[:, 0], colours[:, 0], heading[:, 0]
