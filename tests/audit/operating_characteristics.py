"""How often the mark "direction only" is wrong: rule 6 of the method applied to simulated figures.

``python tests/audit/operating_characteristics.py [DRAWS]`` prints the tables of docs/method.md, "How often the mark is
wrong". The rule is read from the method's text and written here anew; nothing is imported from `analysis`. Higher is
better in all of it.
"""

import sys
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

DRAWS: Final = 200_000
SEED: Final = 20_261_130
Z: Final = float(ndtri(0.975))
CHANGES: Final = (0, 1, 2, 3, 5)  # true changes, percentage points
STRESS: Final = 1.5  # design effect that a firm answer bears
MINIMUM: Final = 1.0  # minimum relevant change of the surveys, percentage points


class Survey(NamedTuple):
    """Two waves of a survey: respondents each, share before in per cent, design effect that the rule is not given."""

    n: int
    share: float
    deff: float


class Answer(NamedTuple):
    """Which draws rule 6 calls better and worse, and which of the better are firm."""

    better: NDArray
    worse: NDArray
    firm: NDArray


SURVEYS: Final = tuple(Survey(n, share, deff) for n, share in ((1500, 46.0), (4500, 26.0)) for deff in (1.0, 1.5))


def wilson(p: NDArray, n: float) -> tuple[NDArray, NDArray]:
    """Return the ends of Wilson's 95 % interval of shares p of n."""
    middle, reach = p + Z**2 / (2 * n), Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return (middle - reach) / (1 + Z**2 / n), (middle + reach) / (1 + Z**2 / n)


def newcombe(p0: NDArray, n0: float, p1: NDArray, n1: float) -> tuple[NDArray, NDArray]:
    """Return the ends of Newcombe's interval (method 10) of p1 - p0."""
    (low0, high0), (low1, high1) = wilson(p0, n0), wilson(p1, n1)
    return p1 - p0 - np.hypot(p1 - low1, high0 - p0), p1 - p0 + np.hypot(high1 - p1, p0 - low0)


def survey_signs(p0: NDArray, p1: NDArray, n: float) -> NDArray:
    """Return 1, -1 or 0 where interval and pooled test agree that a share rose, fell, or neither."""
    low, high = newcombe(p0, n, p1, n)
    pooled = (p0 + p1) / 2
    error = np.sqrt(2 * pooled * (1 - pooled) / n)
    beyond = np.abs(p1 - p0) > Z * error
    return np.where(beyond & (low > 0), 1, np.where(beyond & (high < 0), -1, 0))


def ask_survey(before: NDArray, after: NDArray, n: int, step: float) -> Answer:
    """Answer for shares in per cent as printed in steps of `step`, by n alone."""
    change = after - before
    sign = survey_signs(before / 100, after / 100, n)
    better, worse = (sign > 0) & (change > MINIMUM + 1e-9), (sign < 0) & (change < -MINIMUM - 1e-9)
    moved = survey_signs((before + step / 2) / 100, (after - step / 2) / 100, n) > 0
    moved &= change - step > MINIMUM + 1e-9
    stressed = survey_signs(before / 100, after / 100, n / STRESS) > 0
    return Answer(better, worse, better & moved & stressed)


def draw_survey(rng: np.random.Generator, survey: Survey, change: float, draws: int, step: float = 1.0) -> Answer:
    """Answer for `draws` pairs of waves whose true share changes by `change` percentage points."""
    size = round(survey.n / survey.deff)  # a sample with this design effect varies as a simple one of this size
    shares = [100 * rng.binomial(size, p / 100, draws) / size for p in (survey.share, survey.share + change)]
    if step:
        shares = [step * np.floor(share / step + 0.5) for share in shares]
    return ask_survey(*shares, survey.n, step)


def events_ends(y0: NDArray, y1: NDArray) -> tuple[NDArray, NDArray]:
    """Return the interval of y1 - y0, of two periods equally long, by Clopper and Pearson's bounds of y1 in y0 + y1."""
    low, high = betaincinv(np.maximum(y1, 1e-9), y0 + 1, 0.025), betaincinv(y1 + 1, np.maximum(y0, 1e-9), 0.975)
    low, high = np.where(y1 > 0, low, 0.0), np.where(y0 > 0, high, 1.0)
    return (2 * low - 1) * (y0 + y1), (2 * high - 1) * (y0 + y1)


def ask_events(before: NDArray, after: NDArray, minimum: float) -> Answer:
    """Answer for counts of events in two equally long periods."""
    low, high = events_ends(before, after)
    change = after - before
    better, worse = (low > 0) & (change > minimum), (high < 0) & (change < -minimum)
    return Answer(better, worse, better & (events_ends(before / 2, after / 2)[0] > 0))


def draw_events(rng: np.random.Generator, rate: float, growth: float, draws: int, minimum: float = 15.0) -> Answer:
    """Answer for pairs of Poisson counts, the latter with a mean `growth` times the former's `rate`."""
    return ask_events(*(rng.poisson(mean, draws).astype(float) for mean in (rate, rate * growth)), minimum)


def draw_few(
    rng: np.random.Generator, k: int, whole: int, draws: int, minimum: float = 10.0
) -> tuple[NDArray, NDArray]:
    """Return which draws of k of N without any change are called changed: taken as a stock, and by Newcombe on N."""
    before, after = (rng.binomial(whole, k / whole, draws) / whole for _ in range(2))
    beyond = np.abs(after - before) * 100 > minimum
    low, high = newcombe(before, whole, after, whole)
    return beyond, beyond & ((low > 0) | (high < 0))


def draw_goal(rng: np.random.Generator, survey: Survey, draws: int) -> NDArray:
    """Return which goals of two unchanged parts are red: two red parts or more, and at least half of the coloured."""
    parts = [draw_survey(rng, survey, 0, draws).worse for _ in range(2)]
    return parts[0] & parts[1]


def three(answer: Answer) -> str:
    """Return per cent green, yellow, red with one decimal."""
    better, worse = answer.better.mean(), answer.worse.mean()
    return " / ".join(f"{100 * share:.1f}" for share in (better, 1 - better - worse, worse))


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def survey_table(rng: np.random.Generator, draws: int) -> str:
    """Return green / yellow / red by true change, a column a survey."""
    head = [f"n = {s.n} at {s.share:.0f} %, design effect {s.deff:g}" for s in SURVEYS]
    rows = [[f"{change:+d}" if change else "0", *(three(draw_survey(rng, s, change, draws)) for s in SURVEYS)]
            for change in CHANGES]  # fmt: skip
    return table(["true change (points)", *head], rows)


def false_table(rng: np.random.Generator, draws: int) -> str:
    """Return, without any change, how often the mark is green: as printed, firm, and of unrounded figures."""
    rows = []
    for survey in SURVEYS:
        printed, exact = (draw_survey(rng, survey, 0, draws, step) for step in (1.0, 0.0))
        cells = [f"{100 * marks.mean():.1f}" for marks in (printed.better, printed.firm, exact.better)]
        rows.append([f"n = {survey.n} at {survey.share:.0f} %, design effect {survey.deff:g}", *cells])
    return table(["no true change", "green", "green and firm", "green, had the figures not been rounded"], rows)


def other_table(rng: np.random.Generator, draws: int) -> str:
    """Return what else is drawn: events, few of few, goals."""
    stock, interval = draw_few(rng, 5, 17, draws)
    goal = draw_goal(rng, SURVEYS[2], draws)
    rows = [
        *([f"300 events a year, ε 15, true growth {100 * (growth - 1):.0f} %: green / yellow / red",
           three(draw_events(rng, 300, growth, draws))] for growth in (1.0, 1.1, 1.2)),
        ["5 of 17, ε 10 points, no change, taken as a stock: green or red", f"{100 * stock.mean():.1f}"],
        ["5 of 17, ε 10 points, no change, by its interval: green or red", f"{100 * interval.mean():.1f}"],
        ["goal of two outlined parts, n = 4500 at 26 %, no change: red", f"{100 * goal.mean():.1f}"],
    ]  # fmt: skip
    return table(["case", "per cent"], rows)


def tables(draws: int = DRAWS, seed: int = SEED) -> list[str]:
    """Return the three tables in Markdown."""
    rng = np.random.default_rng(seed)
    return [make(rng, draws) for make in (survey_table, false_table, other_table)]


if __name__ == "__main__":
    print("\n\n".join(tables(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS)))
