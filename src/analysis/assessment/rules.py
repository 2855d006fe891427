"""The rules of a colour in their order, and the colour it is heading for."""

from typing import Final, NamedTuple

import numpy as np

from analysis.assessment.cases import Case
from analysis.assessment.limits import LIMITS, NEAR, TOLERANCE, Limits
from analysis.assessment.ratios import (
    flat_path,
    good_changes,
    is_adverse,
    meets,
    progress,
    required_pace,
    too_near_to_tell,
)


class Rule(NamedTuple):
    """One rule: its name, the colour and tendency it gives, and where it applies."""

    name: str
    colour: str
    towards: str
    applies: np.ndarray


def _rules(case: Case, limits: Limits) -> list[Rule]:
    """Return the rules of a colour in their order; the first that applies decides (method, section 4)."""
    reach = case.kind == "reach"
    passed = reach & (case.t >= case.target_time - TOLERANCE)
    flat, on_flat = flat_path(case)
    met = np.where(flat, on_flat, meets(case, case.y, case.target))
    at_target = met | meets(case, case.y0, case.target) | too_near_to_tell(case)
    held = (case.kind == "hold") | (reach & (flat | at_target))
    moving = case.d * case.pace > case.epsilon + TOLERANCE
    single = (case.n < 2) | (reach & (case.t <= case.t0 + TOLERANCE))
    ratio, adverse, (mean, last) = progress(case), is_adverse(case), good_changes(case)
    return [
        Rule("grey", "grey", "", case.reason != ""),
        Rule("met", "green", "", held & met & ~adverse),
        Rule("met_adverse", "green", "yellow", held & met),
        Rule("approaching", "yellow", "", held & moving),
        Rule("not_met", "red", "", held),
        Rule("no_baseline", "grey", "", reach & np.isnan(case.y0)),
        Rule("deadline_near", "yellow", "green", passed & (ratio >= limits.green - TOLERANCE)),
        Rule("deadline_part", "yellow", "", passed & (ratio >= limits.yellow - TOLERANCE)),
        Rule("deadline_missed", "red", "", passed),
        Rule("one_point", "grey", "", single),
        Rule("on_path", "green", "", reach & (ratio >= limits.green - TOLERANCE)),
        Rule("behind_path", "yellow", "", reach & (ratio >= limits.yellow - TOLERANCE)),
        Rule("too_slow", "red", "", reach & (ratio >= -TOLERANCE)),
        Rule("wrong_way", "red", "", reach),
        Rule("improving", "green", "", mean & last),
        Rule("improving_stalled", "green", "yellow", mean & (case.n >= 3)),
        Rule("mixed", "yellow", "", mean | last),
        Rule("not_improving", "red", "", np.full_like(mean, True)),
    ]


def decide(case: Case, limits: Limits = LIMITS) -> tuple[list[Rule], np.ndarray]:
    """Return the rules and the place of the one that decides.

    Returns
    -------
    rules : list of Rule
    which : ndarray of int
        In the shape of the case's values.

    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rules = _rules(case, limits)
        return rules, np.select([rule.applies for rule in rules], list(range(len(rules))))


def _tendency(case: Case, colours: np.ndarray, limits: Limits) -> np.ndarray:
    """Return the neighbouring colour that a colour on its path is heading for, or nothing (method, section 5)."""
    ratio, pace, adverse, (_, good) = progress(case), required_pace(case), is_adverse(case), good_changes(case)
    enough, half = pace >= limits.green - TOLERANCE, pace >= limits.yellow - TOLERANCE
    red, yellow, green = (colours == name for name in ("red", "yellow", "green"))
    three, two = ~np.isnan(pace), case.n == 2
    below = np.select([red, yellow], [limits.yellow, limits.green], np.nan) - ratio
    above = ratio - np.select([yellow, green], [limits.yellow, limits.green], np.nan)
    better, worse = two & good & (below <= NEAR + TOLERANCE), two & (adverse | (above <= NEAR + TOLERANCE))
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
