"""Small promises and measurements for tests, typed so that they can be checked by eye.

>>> strategy = small_strategy([{"slug": "tilgang", "epsilon": 1.0}])
>>> rows = observations([("tilgang", "2022", 26, 4997), ("tilgang", "2023", 28, 4505)], strategy)

`small_strategy` writes a ``strategy.toml`` and reads it with `read_strategy`, so a test can only use promises that the
real reader accepts.
"""

import json
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.core.periods import decimal_year, last_day
from analysis.records.strategy import Strategy, read_strategy

COLUMNS = [
    *("measure", "period", "breakdown", "value", "unit", "numerator", "denominator", "n", "qualifier", "standing"),
    *("published", "source", "note", "note_nb", "time", "file", "line"),
]

_WAVES = ("2022", "2023")
_TEXT = ("name", "note", "unmeasured")
_MEASURE = {
    "unit": "prosent",
    "direction": 1,
    "timing": "average",
    "cadence": 1.0,
    "epsilon": 0.0,
    "basis": "survey",
}


def small_strategy(measures: Iterable[Mapping[str, Any]] = (), subgoals: Iterable[str] = ("1A",)) -> Strategy:
    """Return a strategy with these measures, each a mapping of the fields of `analysis.records.strategy.Measure`.

    Left out, a field is: slug ``measure-1``, ``measure-2`` …; a yearly survey share in per cent, higher is better, no
    minimum relevant change, no design effect (``basis="register"`` takes it off the survey); kind ``reach`` when there
    is a target, else ``direction``. Two more keys place it: ``indicator`` (id; default ``1.1``, ``1.2`` … in turn,
    several measures may share one) and, with ``role="context"``, ``goal`` (default 1). Texts may be given as one
    string. ``target`` and ``milestones`` get a source, ``target`` the status ``adopted``, when they name none. Goals
    follow from the ids of indicators and sub-goals; a goal without an indicator gets an unmeasured one.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "strategy.toml")
        file.write_text(strategy_text(measures, subgoals), encoding="utf-8")
        return read_strategy(file)


def strategy_text(measures: Iterable[Mapping[str, Any]] = (), subgoals: Iterable[str] = ("1A",)) -> str:
    """Return the ``strategy.toml`` that `small_strategy` reads."""
    measures = [_measure(number, dict(fields)) for number, fields in enumerate(measures, start=1)]
    indicators: dict[str, list[dict]] = {}
    for measure in measures:
        if "indicator" in measure:
            indicators.setdefault(measure.pop("indicator"), []).append(measure)
    subgoals = list(subgoals)
    numbers = sorted({int(i.split(".")[0]) for i in indicators} | {int(s[:-1]) for s in subgoals} | {1})
    document = {
        "name": _both("Liten strategi"),
        "slug": "liten-strategi",
        "year": 2025,
        "goal": [_goal(number, indicators, subgoals) for number in numbers],
        "survey": [
            {
                "slug": "survey",
                "name": _both("survey"),
                "respondents": "respondents",
                "group": "gruppe",
                "design": _both("probability"),
            }
        ],
        "context": [m for m in measures if m.get("role") == "context"] + [_RESPONDENTS],
    }
    return "\n".join(f"{key} = {toml(value)}" for key, value in document.items())


def observations(rows: Iterable[tuple | Mapping[str, Any]], strategy: Strategy | None = None) -> pd.DataFrame:
    """Return a frame as `read_observations` gives it.

    A row is ``(measure, period, value)`` or ``(measure, period, value, n)``, or a mapping with any of the columns. Left
    out: no breakdown, qualifier or standing; published on the period's last day; unit and timing those of the
    `strategy` (without one: prosent, average); source ``source``; file ``observations/small.csv`` and a running line.
    """
    cells = [
        dict(zip(("measure", "period", "value", "n"), r, strict=False)) if isinstance(r, tuple) else dict(r)
        for r in rows
    ]
    frame = pd.DataFrame([_row(line, row, strategy) for line, row in enumerate(cells, start=2)], columns=COLUMNS)
    floats = ["value", "numerator", "denominator", "n", "time"]
    frame = frame.astype({name: float for name in floats} | {"published": "datetime64[us]", "line": int})
    return frame.sort_values(["measure", "breakdown", "time", "published"], kind="stable", ignore_index=True)


def read_small(beside: str, name: str) -> tuple[Strategy, pd.DataFrame]:
    """Return the strategy and the rows of a document beside a test: its `measures`, `subgoals` and `rows`."""
    typed = tomllib.loads(Path(beside).with_name(name).read_text(encoding="utf-8"))
    strategy = small_strategy(typed["measures"], typed.get("subgoals", ["1A"]))
    return strategy, observations((tuple(row) if isinstance(row, list) else row for row in typed["rows"]), strategy)


def mixed_waves(shares: Iterable[float], sizes: Mapping[str, Iterable], own: Mapping[str, Iterable]) -> list:
    """Return rows of ``andel`` in 2022 and 2023, of 1000 asked, with respondents and shares (nan: none) by group."""
    rows: list = [("andel", year, share, 1000) for year, share in zip(_WAVES, shares, strict=True)]
    for slug, groups in (("respondents", sizes), ("andel", own)):
        rows += [
            {"measure": slug, "period": year, "breakdown": f"gruppe={group}", "value": value}
            for group, values in groups.items()
            for year, value in zip(_WAVES, values, strict=True)
            if value == value
        ]
    return rows


def judgements(strategy: Strategy, /, **judged: Mapping[str, Any]) -> pd.DataFrame:
    """Return a frame as `read_judgements` gives it; `judged` holds cells by item, the other items are not judged."""
    texts = ["towards", "movement", "record", "reason_code", "reason_nb", "reason_en", "by", "date", "second"]
    earlier = ["quarter", "towards", "weak", "correction", "corrected_colour", "note_nb", "note_en"]
    texts += [f"previous_{name}" for name in earlier]
    frame = pd.DataFrame("", index=strategy.items.index, columns=texts, dtype=object)
    frame = frame.assign(colour=None, previous_colour=None, weak=False, components=[()] * len(frame)).astype(object)
    for item, cells in judged.items():
        for column, value in cells.items():
            frame.at[item, column] = value
    return frame


def _row(line: int, cells: dict, strategy: Strategy | None) -> dict:
    promised = strategy is not None and cells["measure"] in strategy.measures.index
    unit, timing = strategy.measures.loc[cells["measure"], ["unit", "timing"]] if promised else ("prosent", "average")
    defaults = {
        **dict.fromkeys(("breakdown", "qualifier", "standing", "note", "note_nb"), ""),
        **dict.fromkeys(("numerator", "denominator", "n"), float("nan")),
        "unit": unit,
        "published": last_day(cells["period"]),
        "source": "source",
        "time": decimal_year(cells["period"], timing),
        "file": "observations/small.csv",
        "line": line,
    }
    row = defaults | cells
    return row | {"published": pd.Timestamp(row["published"])}


def _measure(number: int, fields: dict) -> dict:
    measure = {"slug": f"measure-{number}"} | _MEASURE | fields
    measure.setdefault("name", measure["slug"])
    measure.setdefault("kind", "reach" if "target" in measure else "direction")
    if measure["basis"].startswith("survey"):
        measure.setdefault("survey", "survey")
    if measure.get("role") == "context":
        measure.setdefault("goal", 1)
    else:
        measure.setdefault("indicator", f"1.{number}")
    if "target" in measure:
        measure["target"] = {"status": "adopted", "source": "typed"} | measure["target"]
    if "milestones" in measure:
        measure["milestones"] = [{"source": "typed"} | point for point in measure["milestones"]]
    points = [measure[key] for key in ("target", "baseline") if measure.get(key)] + measure.get("milestones", [])
    values = [point["value"] for point in points if point.get("value") is not None]
    # the rules are arithmetic for any number: a typed target no share or count can have gets a scale of its own
    if values and (min(values) < 0 or max(values) > 100):
        measure = {"minimum": -1e6, "maximum": 1e6} | measure
    if "breaks" in measure:
        measure["breaks"] = [{"note": _both("break")} | point for point in measure["breaks"]]
    return measure | {key: _both(measure[key]) for key in _TEXT if isinstance(measure.get(key), str)}


def _goal(number: int, indicators: Mapping[str, list[dict]], subgoals: list[str]) -> dict:
    own = {key: measures for key, measures in indicators.items() if key.startswith(f"{number}.")}
    own = own or {f"{number}.1": [_measure(0, {"slug": f"empty-{number}", "unmeasured": "typed without figures"})]}
    own = {key: [{k: v for k, v in m.items() if k != "indicator"} for m in measures] for key, measures in own.items()}
    return {
        "number": number,
        "slug": f"goal-slug-{number}",
        "name": _both(f"Goal {number}"),
        "indicator": [
            {"id": key, "slug": f"indicator-{key.replace('.', '-')}", "name": _both(key), "measure": measures}
            for key, measures in own.items()
        ],
        "subgoal": [
            {"id": s, "slug": f"subgoal-{s.lower()}", "name": _both(s)} for s in subgoals if int(s[:-1]) == number
        ],
    }


def _both(text: str) -> dict[str, str]:
    return {"nb": text, "en": text}


_RESPONDENTS = _measure(
    0, {"slug": "respondents", "role": "context", "basis": "register", "unit": "respondenter", "direction": 0}
)


def toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items() if inner is not None) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False)
