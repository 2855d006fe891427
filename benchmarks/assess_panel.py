"""How fast the engine is: a synthetic panel against a plain loop, and a real quarter with all its draws.

    python benchmarks/assess_panel.py [--measures 10000] [--periods 20] [--rounds 3]

The panel is made up, from a fixed seed: measures named ``synthetic-00000`` and so on, each with a yearly random walk
and a promise of one of three kinds. It is assessed twice in one run, in turn: by `find_trends` and `assess_measures`,
and by a loop over rows and measures in plain Python that decides colour and tendency by the same rules and nothing else
(the engine also tests slopes, draws process limits and grades the evidence). The colours must agree, or the run fails.
The second part assesses all measures of 2024Q1, and a made-up quarter in which all are drawn 20 000 times.

Set OPENBLAS_NUM_THREADS=1 and pin the process (taskset -c 0) to see one core.
"""

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd

from analysis.assessment.proposals import assess_measures
from analysis.assessment.trends import find_trends
from analysis.records.observations import read_observations
from analysis.records.strategy import Strategy, read_strategy

SEED = 20240331
LAST_YEAR = 2023
TARGET_YEAR = 2030
KINDS = ("reach", "hold", "direction")
PROMISE = """
name = {{ nb = "Syntetisk", en = "Synthetic" }}
slug = "synthetic"
year = 2030
[[goal]]
number = 1
slug = "synthetic-goal"
name = {{ nb = "Syntetisk", en = "Synthetic" }}
[[goal.subgoal]]
id = "1A"
slug = "synthetic-subgoal"
name = {{ nb = "Syntetisk", en = "Synthetic" }}
[[goal.indicator]]
id = "1.1"
slug = "synthetic-indicator"
name = {{ nb = "Syntetisk", en = "Synthetic" }}
{measures}
"""
MEASURE = """
[[goal.indicator.measure]]
slug = "{kind}"
name = {{ nb = "Syntetisk", en = "Synthetic" }}
unit = "poeng"
direction = 1
kind = "{kind}"
timing = "average"
cadence = 1
epsilon = 0.5
basis = "register"
{target}
"""
TARGET = 'target = {{ period = "{year}", value = 100, status = "adopted", source = "synthetic" }}'


def synthetic_panel(measures: int, periods: int) -> tuple[Strategy, pd.DataFrame]:
    """Return a made-up strategy of many measures and a yearly observation of each in every period."""
    names = [f"synthetic-{number:05d}" for number in range(measures)]
    draw = np.random.default_rng(SEED)
    drift, start = draw.normal(1.0, 1.5, (measures, 1)), draw.uniform(20, 90, (measures, 1))
    values = (start + np.cumsum(drift + draw.normal(0, 2, (measures, periods)), axis=1)).round(2)
    targets = (start[:, 0] + draw.uniform(5, 60, measures)).round(1)
    return _strategy(names, targets), _observations(names, values)


def _strategy(names: list[str], targets: np.ndarray) -> Strategy:
    """Return the three kinds of promise as the reader gives them, repeated under the names."""
    target = TARGET.format(year=TARGET_YEAR)
    texts = [MEASURE.format(kind=kind, target="" if kind == "direction" else target) for kind in KINDS]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "strategy.toml")
        file.write_text(PROMISE.format(measures="\n".join(texts)))
        pattern = read_strategy(file)
    kinds = np.resize(np.array(KINDS), len(names))
    frame = pattern.measures.loc[kinds].set_axis(pd.Index(names, name="measure"))
    promised = frame["kind"] != "direction"
    frame["target_value"] = np.where(promised, targets, np.nan)
    points = pattern.points.iloc[[0] * int(promised.sum())].assign(
        measure=frame.index[promised], value=targets[promised.to_numpy()]
    )
    return replace(pattern, measures=frame, points=points.reset_index(drop=True))


def _observations(names: list[str], values: np.ndarray) -> pd.DataFrame:
    measures, periods = values.shape
    years = np.tile(np.arange(LAST_YEAR - periods + 1, LAST_YEAR + 1), measures)
    frame = pd.DataFrame({"measure": np.repeat(names, periods), "period": years.astype(str), "value": values.ravel()})
    texts = dict.fromkeys(("breakdown", "qualifier", "standing", "note"), "")
    missing = dict.fromkeys(("numerator", "denominator", "n"), np.nan)
    return frame.assign(
        **texts,
        **missing,
        unit="poeng",
        source="synthetic",
        published=pd.to_datetime(years.astype(str)) + pd.offsets.YearEnd(),
        time=years + 0.5,
        file="synthetic",
        line=range(len(years)),
    )


def by_engine(strategy: Strategy, observations: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return colour and tendency of every measure as the report gets them."""
    proposals = assess_measures(strategy, find_trends(strategy, observations))
    return dict(
        zip(proposals.index, zip(proposals["proposed"], proposals["proposed_towards"], strict=True), strict=True)
    )


def by_loop(strategy: Strategy, observations: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return the same by a loop over rows, then measures, one number at a time."""
    series: dict[str, dict[float, tuple]] = {}
    for row in observations.itertuples():
        if row.standing == "" and row.breakdown == "":
            kept = series.setdefault(row.measure, {})
            if row.time not in kept or row.published >= kept[row.time][1]:
                kept[row.time] = (row.value, row.published)
    end = {row.measure: row.time for row in strategy.points.itertuples() if row.point == "target"}
    answers = {}
    for promise in strategy.measures.itertuples():
        points = sorted((time, value) for time, (value, _) in series[promise.Index].items())
        answers[promise.Index] = _colour(points, promise, end.get(promise.Index))
    return answers


def _colour(points: list[tuple[float, float]], promise: tuple, end: float | None) -> tuple[str, str]:
    """Return colour and tendency of one register series with three points or more (method, sections 3 to 5)."""
    (t0, y0), (_, previous), (t, y) = points[0], points[-2], points[-1]
    (start, first), direction, epsilon = points[-6:][0], promise.direction, promise.epsilon
    pace, last = direction * (y - first) / (t - start), direction * (y - previous)
    if promise.kind == "direction":
        if pace > epsilon:
            return ("green", "") if last > epsilon else ("green", "yellow")
        return ("yellow", "") if last > epsilon else ("red", "")
    gap, way = direction * (promise.target_value - y), direction * (promise.target_value - y0)
    if promise.kind == "hold" or gap <= 0 or way <= 0 or abs(way) < epsilon:
        if gap <= 0:
            return ("green", "yellow") if pace < -epsilon else ("green", "")
        return ("yellow", "") if pace > epsilon else ("red", "")
    share = direction * (y - y0) / (way * (t - t0) / (end - t0))
    speed = pace * (end - t) / gap
    if share >= 0.95:
        return "green", "yellow" if speed < 0.95 else ""
    if share >= 0.60:
        return "yellow", "green" if speed >= 0.95 else "red" if speed < 0.60 else ""
    return "red", "yellow" if speed >= 0.60 else ""


def timed(function, *arguments) -> tuple[float, object]:
    """Return wall seconds and the answer."""
    start = perf_counter()
    answer = function(*arguments)
    return perf_counter() - start, answer


def assess_quarter(strategy: Strategy, observations: pd.DataFrame) -> pd.DataFrame:
    """Return the proposals of 2024Q1, with their draws."""
    return assess_measures(strategy, find_trends(strategy, observations, "2024Q1"))


def everything_drawn(measures: int) -> tuple[Strategy, pd.DataFrame]:
    """Return a made-up quarter in which every measure is a survey share on its way to a target, so that all draw."""
    strategy, observations = synthetic_panel(3 * measures, 4)
    chosen = strategy.measures.index[strategy.measures["kind"] == "reach"]
    promised = strategy.measures.loc[chosen].assign(unit="prosent", basis="survey", target_value=70.0)
    rows = observations[observations["measure"].isin(chosen)]
    shares = rows.assign(value=(30 + rows["value"] % 20).round(), n=1000.0, unit="prosent")
    points = strategy.points[strategy.points["measure"].isin(chosen)].assign(value=70.0)
    return replace(strategy, measures=promised, points=points.reset_index(drop=True)), shares


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("--measures", 10_000), ("--periods", 20), ("--rounds", 3)):
        parser.add_argument(name, type=int, default=default)
    wanted = parser.parse_args()
    panel = synthetic_panel(wanted.measures, wanted.periods)
    engine, loop = [], []
    for _ in range(wanted.rounds):
        seconds, fast = timed(by_engine, *panel)
        engine.append(seconds)
        seconds, plain = timed(by_loop, *panel)
        loop.append(seconds)
        if fast != plain:
            different = [name for name in plain if fast[name] != plain[name]]
            print(f"{len(different)} colours differ, first {different[0]}: {fast[different[0]]} {plain[different[0]]}")
            return 1
    print(f"synthetic panel, {wanted.measures} measures x {wanted.periods} periods, {wanted.rounds} rounds in turn")
    print(f"  engine  median {median(engine):6.2f} s  ({min(engine):.2f}-{max(engine):.2f})")
    print(f"  loop    median {median(loop):6.2f} s  ({min(loop):.2f}-{max(loop):.2f})")
    print(f"  engine / loop  {median(engine) / median(loop):.2f}; all {len(fast)} colours and tendencies agree")
    strategy = read_strategy()
    quarter = strategy, read_observations(strategy=strategy)
    for title, material in (
        (f"2024Q1, {(strategy.measures['role'] == 'assessed').sum()} assessed measures", quarter),
        ("made-up quarter, 19 survey shares on their way to a target", everything_drawn(19)),
    ):
        runs = [timed(assess_quarter, *material) for _ in range(wanted.rounds)]
        walls, drawn = [seconds for seconds, _ in runs], runs[0][1]["p_green"].notna().sum()
        print(f"{title}: median {median(walls):.2f} s ({min(walls):.2f}-{max(walls):.2f}), {drawn} with draws")
    return 0


if __name__ == "__main__":
    sys.exit(main())
