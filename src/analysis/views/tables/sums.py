"""The sum behind a colour or direction, in one line that a reader can do again."""

import numpy as np
import pandas as pd

from analysis import text as words
from analysis.assessment.limits import LIMITS
from analysis.text import label


def sum_line(promise: pd.Series, trend: pd.Series, light: pd.Series, language: str) -> str:
    """Return how an indicator's figures come to their colour or direction.

    Parameters
    ----------
    promise : Series
        The deciding measure's row of ``strategy.measures``.
    trend : Series
        Its row of the trends.
    light : Series
        The indicator's row of the lights.
    language : {"nb", "en"}
        Language of the words and numbers.

    Returns
    -------
    str
        Against a path the share of the planned way that is covered, and from where it is yellow and green; without a
        target the change with its interval, and what rounding allows. Empty for a level that is to hold, a path on a
        log scale, a bound, and where there is no change.

    """
    if light["figures_state"] == "filled" and pd.notna(light["R"]) and light["R"] and promise["scale"] == "linear":
        done = trend["latest_value"] - trend["baseline_value"]
        cells = {
            "baseline": words.number(trend["baseline_value"], language),
            "first": words.period(trend["baseline_period"], language),
            "path": _short(trend["baseline_value"] + done / light["R"], language),
            "latest": words.period(trend["latest_period"], language),
            "value": words.number(trend["latest_value"], language),
            "done": _short(done, language),
            "planned": _short(done / light["R"], language),
            "ratio": words.number(light["R"], language, 2),
        }
        limits = {name: words.number(getattr(LIMITS, name), language, 2) for name in ("yellow", "green")}
        return label("sum_of_path", language, **cells, **limits)
    figures = light[["latest_value", "direction_first_value", "direction_change"]].astype(float)
    bounds = np.isinf(light[["direction_low", "direction_high"]].astype(float)).any()
    if light["figures_state"] != "outlined" or bounds or not np.isfinite(figures).all():
        return ""
    change, step = light["direction_change"], promise["rounding"]
    cells = {
        "value": words.number(light["latest_value"], language),
        "first": words.number(light["direction_first_value"], language),
        "start": words.period(light["direction_first_period"], language),
        "end": words.period(trend["latest_period"], language),
        "change": words.quantity(change, words.difference_unit(promise["unit"]), language, decimals=1),
        "answer": words.answer(light["direction_answer"], light["direction_fragile"], language),
    }
    if pd.notna(light["direction_low"]):
        interval = words.interval(light["direction_low"], light["direction_high"], language)
        cells["answer"] = f"{interval}: {cells['answer']}"
    # each of two rounded figures may be half a step to either side
    ends = {name: words.number(change + sign * step, language, 1) for name, sign in (("low", -1), ("high", 1))}
    return label("sum_of_change", language, **cells) + (label("sum_rounded", language, **ends) if step else "")


def _short(value: float, language: str) -> str:
    return words.number(round(value, 1), language)
