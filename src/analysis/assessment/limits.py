"""Every limit of the method in one place, each with its reason. None could be obtained for these indicators."""

from typing import Final, NamedTuple

METHOD_EDITION: Final = 2  # of docs/method.md; every report states it, CHANGELOG.md what each has moved

GREEN_FROM: Final = 0.95  # as EUSTAT, draft: one part in twenty behind the path is noise in planning, not delay
YELLOW_FROM: Final = 0.60  # as EUSTAT, draft: below, two fifths of what was planned by now is missing
NEAR: Final = 0.07  # two points have no pace; a fifth of the yellow band from a limit may cross it at the next wave
STALE_AFTER: Final = 2.5  # cadences: two measurements in a row are missing, and half a period for publishing
ADVERSE_P: Final = 0.10  # one-sided, looser than the test of a rise: a false warning costs less than a missed one
UNCHANGED_WITHIN: Final = 2.0  # epsilons: an interval no wider shows that no change worth a word was missed
FIRM_DEFF: Final = 1.5  # a usual design effect of weighted surveys; where none is published it may be as large
SMALL_WHOLE: Final = 100  # of fewer things one is more than a percentage point: their share moves by chance
DIRECTION_SPAN: Final = 2.0  # cadences, with three points: long enough for a rise to have shown
UNDEFINED_WITHIN: Final = 2.0  # standard errors of the baseline: a shorter way to go may as well be none
TOLERANCE: Final = 1e-9  # a figure typed as 0.95 must reach 0.95 after arithmetic in binary

DRAWS: Final = 20_000  # the error of a probability is then at most 0.0035
SEED: Final = 2025  # any fixed number; the same draws for every measure, so that no row depends on another
ROBUST_FROM: Final = 0.80  # four times in five the sample would have shown the same colour
UNCERTAIN_FROM: Final = 0.50  # below, another colour or the rest together is likelier than the one shown
BANDS: Final = (0.10, 0.33, 0.66, 0.90)  # five words are as many as a pace from a handful of points can carry
BAND_NAMES: Final = ("very_unlikely", "unlikely", "about_even", "likely", "very_likely")
CHANCE_POINTS: Final = 4  # three changes are the fewest that show how unsteady the pace is

POINTS_GRADES: Final = (4, 3, 2)  # comparable points for A, B, C: a pace, a direction, a change
AGE_GRADES: Final = (1.0, 1.5, STALE_AFTER)  # cadences: fresh, late, one missing, too old for a colour
MIX_GAP: Final = 20.0  # points: groups of staff differ by as much, and by more, on the pages of the surveys themselves
PRECISION_GRADES: Final = (1 / 4, 1 / 2, 1.0)  # 95 % half-width against the way to go: colours, halves, nothing shows

GOAL_SCORES: Final = {  # weakest first; red weighs almost as much as green, so that no mean hides it
    ("red", ""): -4.0,
    ("red", "yellow"): -4.0,
    ("yellow", "red"): 0.5,
    ("yellow", ""): 0.5,
    ("yellow", "green"): 1.25,
    ("green", "yellow"): 2.5,
    ("green", ""): 5.0,
}
GOAL_GREEN_FROM: Final = 2.5  # at least as good as all indicators green and pointing to yellow
GOAL_YELLOW_FROM: Final = 0.0  # what is green or yellow outweighs what is red
ASSESSED_FROM: Final = 0.60  # fewer than three of five of its parts do not stand for a goal
RED_PARTS: Final = 2  # one falling part, which may be chance, makes no goal red by direction alone
RED_SHARE: Final = 0.50  # when half is red the rest cannot carry the goal
SENSITIVITY: Final = 0.05  # how far the limits are moved to see whether a colour hangs on them


class Limits(NamedTuple):
    """The limits of progress R and pace F that a colour and its tendency depend on."""

    green: float = GREEN_FROM
    yellow: float = YELLOW_FROM


LIMITS: Final = Limits()
COLOURS: Final = ("green", "yellow", "red", "grey")
RANK: Final = {"red": 0, "yellow": 1, "green": 2}
SOURCE_GRADES: Final = {
    "register": "A",
    "census": "A",
    "survey": "A",
    "survey-low-response": "B",
    "self-report": "C",
    "judgement": "D",
}
TARGET_GRADES: Final = {"adopted": "A", "interpreted": "B", "working": "C", "none": "D"}
