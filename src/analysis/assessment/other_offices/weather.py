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
    """Return the German weather symbol of each series.

    Destatis averages the last five yearly changes; where years lack, the change from first to last is divided by the
    years between them. Its indicator reports do not say what a value that has arrived and is projected to leave again
    gets; here it is slightly_cloudy, as under J.

    Parameters
    ----------
    times, values : array_like
        Rows of the latest six points or fewer, the latest last, missing points first.
    direction : array_like of int
        1 where higher is better, -1 where lower is.
    rule : array_like of str
        K (a value by `target_time`), J (a level to hold every year) or R (a direction).
    target, target_time : array_like
        Value and decimal year, missing where there is none.

    Returns
    -------
    ndarray of str
        sun, slightly_cloudy, cloud, thunderstorm, or "" below 4 points.

    References
    ----------
    Destatis, Sustainable Development in Germany: Indicator Report.

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
        arrived, rising = gap <= 0, pace > 0
        on_time = np.where(arrived, miss <= 0, miss < _NEARLY * gap)
        nearly = arrived | (miss <= _PARTLY * gap)
    sky = {
        "K": np.select([on_time, nearly, rising], ["sun", "slightly_cloudy", "cloud"], "thunderstorm"),
        "J": _two_conditions(arrived, rising),
        "R": _two_conditions(rising, last > 0),
    }
    symbols = np.select([np.asarray(rule) == letter for letter in sky], list(sky.values()), "")
    return np.where(enough, symbols, "")


def _two_conditions(first: NDArray, second: NDArray) -> NDArray:
    return np.select([first & second, first, second], ["sun", "slightly_cloudy", "cloud"], "thunderstorm")
