"""Weather symbols: the indicator reports on the German sustainable development strategy (Destatis)."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

POINTS: Final = 6  # five yearly changes
_LEAST: Final = 4
_NEARLY: Final = 0.05  # part of the remaining gap that a sun may miss
_PARTLY: Final = 0.20  # and a sun with a cloud


def destatis_weather(
    times: ArrayLike,
    values: ArrayLike,
    direction: ArrayLike,
    rule: ArrayLike,
    target: ArrayLike = np.nan,
    target_time: ArrayLike = np.nan,
) -> NDArray:
    """Return the German weather symbol of each series: sun, slightly_cloudy, cloud, thunderstorm, or "" below 4 points.

    `times` and `values` are rows of the latest six points or fewer, the latest last, missing points first. `rule` is K
    (a value by `target_time`), J (a level to hold every year) or R (a direction). Destatis averages the last five
    yearly changes; where years lack, the change from first to last is divided by the years between them.

    Its indicator reports do not say what a value that has arrived and is projected to leave again gets; here it is
    slightly_cloudy, as under J.
    """
    times, values = np.atleast_2d(np.asarray(times, dtype=float)), np.atleast_2d(np.asarray(values, dtype=float))
    direction, target = np.asarray(direction, dtype=float), np.asarray(target, dtype=float)
    enough = np.isfinite(values).sum(axis=1) >= _LEAST
    first = np.argmax(np.isfinite(values), axis=1)[:, None]
    start_time, start = (np.take_along_axis(a, first, axis=1)[:, 0] for a in (times, values))
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = direction * (values[:, -1] - start) / (times[:, -1] - start_time)
        last = direction * (values[:, -1] - values[:, -2])
        gap = direction * (target - values[:, -1])
        miss = gap - pace * np.maximum(np.asarray(target_time, dtype=float) - times[:, -1], 0)
        sky = {"K": _by_year(gap, miss, pace), "J": _to_hold(gap, pace), "R": _by_direction(pace, last)}
    symbols = np.select([np.asarray(rule) == letter for letter in sky], list(sky.values()), "")
    return np.where(enough, symbols, "")


def _by_year(gap: NDArray, miss: NDArray, pace: NDArray) -> NDArray:
    arrived, moving_on = gap <= 0, pace > 0
    sun = np.where(arrived, miss <= 0, miss < _NEARLY * gap)
    nearly = np.where(arrived, True, miss <= _PARTLY * gap)
    return np.select([sun, nearly, moving_on], ["sun", "slightly_cloudy", "cloud"], "thunderstorm")


def _to_hold(gap: NDArray, pace: NDArray) -> NDArray:
    arrived, right = gap <= 0, pace > 0
    return np.select([arrived & right, arrived, right], ["sun", "slightly_cloudy", "cloud"], "thunderstorm")


def _by_direction(pace: NDArray, last: NDArray) -> NDArray:
    right, lately = pace > 0, last > 0
    return np.select([right & lately, right, lately], ["sun", "slightly_cloudy", "cloud"], "thunderstorm")
