"""The library's rules agree with an independent reading of the method over thousands of random measures."""

import math
import random

import pandas as pd
import pytest
import recomputed_rules as reading
from random_measures import AS_OF, drawn

from analysis import assess_measures, find_trends
from analysis.assessment import limits
from small import observations, small_strategy

SEED = 17


def as_measure(slug: str, promise: reading.Promise) -> dict:
    return {"slug": slug} | {name: value for name, value in promise._asdict().items() if value not in (None, ())}


def as_frame(cases: list[tuple[reading.Promise, list[reading.Figure]]]) -> pd.DataFrame:
    """Return the figures as `read_observations` gives them."""
    rows = [
        figure._asdict()
        | {"measure": f"m{number}", "unit": promise.unit, "time": reading.time_of(figure.period, promise.timing)}
        for number, (promise, figures) in enumerate(cases)
        for figure in figures
    ]
    frame = observations(rows)
    return frame.assign(value=frame["value"].mask(frame["standing"] == "withheld"))


def compared(verdict: reading.Verdict, promise: reading.Promise) -> dict:
    """Return what the reading says, under the library's names."""
    cells = {"figures_state": verdict.state, "proposed": verdict.filled.colour, "rule": verdict.filled.reason}
    cells["proposed_towards"] = verdict.filled.towards
    if verdict.filled.colour != "grey":
        cells["proposed_weak"] = verdict.filled.weak
    if (verdict.state == "outlined" or verdict.filled.colour != "grey") and verdict.six is not None:
        six, d = verdict.six, promise.direction
        low, high = (six.change.low, six.change.high) if d > 0 else (-six.change.high, -six.change.low)
        cells |= {"direction_answer": six.answer, "direction_fragile": six.fragile}
        cells |= {"direction_colour": six.colour.colour, "direction_towards": six.colour.towards}
        cells |= {"direction_change": d * six.change.value, "direction_low": low, "direction_high": high}
        cells["direction_basis"] = six.basis
    if verdict.grade:
        cells["grade"] = verdict.grade
    if not math.isnan(verdict.filled.ratio):
        cells["R"] = verdict.filled.ratio
    return cells


def assessed(cases: list) -> pd.DataFrame:
    """Return the library's answers; section 7's draws are not compared, and a hundred are enough to make them."""
    strategy = small_strategy([as_measure(f"m{number}", promise) for number, (promise, _) in enumerate(cases)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "DRAWS", 100)
        return assess_measures(strategy, find_trends(strategy, as_frame(cases), as_of=AS_OF))


def same(value: object, other: object) -> bool:
    if isinstance(value, float):
        return other == pytest.approx(value, rel=1e-6, abs=1e-6, nan_ok=True)
    return value == other


def differences(cases: list, library: pd.DataFrame) -> list[tuple[str, str, object, object]]:
    """Return measure, column, what the reading says, and what the library says, where they differ."""
    answers = library.to_dict("index")
    return [
        (f"m{number}", column, value, answers[f"m{number}"][column])
        for number, (promise, figures) in enumerate(cases)
        for column, value in compared(reading.assess(promise, figures, AS_OF), promise).items()
        if not same(value, answers[f"m{number}"][column])
    ]


@pytest.mark.parametrize("measures", [430, pytest.param(4300, marks=pytest.mark.slow)])
def test_the_library_agrees_with_an_independent_reading(measures):
    rng = random.Random(SEED)
    cases = [drawn(rng) for _ in range(measures)]
    assert differences(cases, assessed(cases)) == []
