"""Alternative texts: what each picture shows, composed from the data it is drawn from."""

import numpy as np
import pandas as pd

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.views.figures.bars import divided
from analysis.views.figures.series import countries, points

_EVERY_POINT = 6  # more are summed up: a text that is listened to has an end


def alt_trend(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> str:
    """Return what `trend` shows: values with uncertainty, breaks, promise, and values shown but not used.

    Raises:
        UnknownNameError: for a measure the strategy does not hold.

    """
    promise, drawn = strategy.measure(measure), points(strategy, observations, measure)
    if drawn.empty:
        return _said("nothing", language, name=promise[f"name_{language}"])
    used = drawn[drawn["standing"] == ""]
    named = {"name": promise[f"name_{language}"], "unit": words.unit(promise["unit"], language)}
    parts = [_said("one-point" if len(used) == 1 else "line", language, **named)]
    parts += _values(used, promise["unit"], language)
    parts += _breaks(strategy, measure, used, language)
    parts += _promises(strategy, measure, promise["unit"], language)
    parts += _unused(drawn[drawn["standing"] != ""], promise["unit"], language)
    return " ".join(parts)


def alt_neighbours(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> str:
    """Return what `neighbours` shows: each country's first and latest value, and breaks.

    Raises:
        UnknownNameError: for a measure the strategy does not hold.

    """
    promise, lines = strategy.measure(measure), countries(strategy, observations, measure)
    if not lines:
        return _said("nothing", language, name=promise[f"name_{language}"])
    unit = words.unit(promise["unit"], language)
    parts = [_said("neighbours", language, name=promise[f"name_{language}"], unit=unit)]
    for code, line in lines.items():
        ends = line.iloc[[0, -1]].drop_duplicates("period").to_dict("records")
        series = ", ".join(
            _said("in-year", language, value=words.number(end["value"], language, 1), period=_when(end, language))
            for end in ends
        )
        name = words.breakdown_value(f"land={code}", language)
        parts.append(_said("country", language, country=name, series=series))
    return " ".join([*parts, *_breaks(strategy, measure, pd.concat(lines.values()), language)])


def alt_breakdown(
    strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb", key: str | None = None
) -> str:
    """Return what `breakdown` shows: each group with its value.

    Raises:
        UnknownNameError: for a measure the strategy does not hold.

    """
    promise, rows = strategy.measure(measure), divided(observations, measure, key)
    if rows.empty:
        return _said("nothing", language, name=promise[f"name_{language}"])
    unit = words.unit(promise["unit"], language)
    when = words.period(rows["period"].iloc[0], language)
    groups = "; ".join(
        f"{words.breakdown_value(row.breakdown, language)} {words.number(row.value, language)}"
        for row in rows.itertuples()
    )
    return f"{_said('bars', language, name=promise[f'name_{language}'], period=when, unit=unit)} {_sentence(groups)}"


def alt_ambition(bands: pd.DataFrame, name: str, period: str, unit: str, language: str = "nb") -> str:
    """Return what `ambition_curve` shows, from `analysis.ambition_bands`: the targets of each colour."""
    said = [_band(band, unit, language) for band in bands.to_dict("records")]
    start = _said("ambition", language, name=name, period=words.period(period, language))
    return f"{start} {_sentence('; '.join(said))}"


def alt_probability(chances: pd.Series, language: str = "nb") -> str:
    """Return what `probability` shows."""
    shares = ", ".join(
        f"{words.colour(colour, language)} {words.probability(chances[f'p_{colour}'], language)}"
        for colour in ("green", "yellow", "red")
    )
    return _said("chances", language, shares=shares)


def alt_overview(lights: pd.DataFrame, quarter: str, language: str = "nb") -> str:
    """Return what `overview` shows: each goal's colour, earlier and now."""
    goals = lights[lights["kind"] == "goal"].to_dict("records")
    earlier = next((goal["previous_quarter"] for goal in goals if goal["previous_quarter"]), None)
    quarters = [words.period(name, language) for name in (earlier, quarter) if name]
    parts = [_said("overview", language, quarters=", ".join(quarters))]
    for goal in goals:
        lights_ = [words.light(goal["colour"], language, goal["towards"])]
        if earlier:
            lights_.insert(0, words.light(goal["previous_colour"], language, goal["previous_towards"]))
        shown = "; ".join(
            _said("light-in", language, light=light, quarter=name)
            for light, name in zip(lights_, quarters, strict=True)
        )
        parts.append(_said("goal", language, number=goal["goal"], name=goal[f"name_{language}"], lights=shown))
    return " ".join(parts)


def _said(key: str, language: str, **filled: object) -> str:
    return words.look_up("pages.pictures", key, language, **filled)


def _sentence(text: str) -> str:
    return words.sentence(text)


def _when(row: dict, language: str) -> str:
    return words.period(row["period"], language)


def _values(used: pd.DataFrame, unit: str, language: str) -> list[str]:
    rows = used.to_dict("records")
    if len(rows) <= _EVERY_POINT:
        said = [(_when(row, language), _exact(row, unit, language)) for row in rows]
        return [_said("point", language, period=period, value=value) for period, value in said]
    low, high = (used.loc[used["value"].agg(end)].to_dict() for end in ("idxmin", "idxmax"))
    return [
        _said(
            "between",
            language,
            count=len(rows),
            first=words.number(rows[0]["value"], language),
            start=_when(rows[0], language),
            latest=_exact(rows[-1], unit, language),
            end=_when(rows[-1], language),
            low=words.number(low["value"], language),
            low_when=_when(low, language),
            high=words.number(high["value"], language),
            high_when=_when(high, language),
        )
    ]


def _exact(row: dict, unit: str, language: str) -> str:
    """Return a value with unit, and in brackets its interval and number of answers where they are known."""
    value = words.quantity(row["value"], unit, language, row["qualifier"])
    notes = []
    if not np.isnan(row["half"]):
        notes.append(words.interval(row["value"] - row["half"], row["value"] + row["half"], language))
        notes.append(words.sample(row["n"], language))
    return f"{value} ({', '.join(notes)})" if notes else value


def _breaks(strategy: Strategy, measure: str, drawn: pd.DataFrame, language: str) -> list[str]:
    rows = strategy.breaks[strategy.breaks["measure"] == measure]
    inside = rows[rows["time"] > drawn["time"].min()]
    return [
        _sentence(
            _said(
                "at-break",
                language,
                kind=words.look_up("codes.breaks", row["kind"], language),
                period=words.period(row["period"], language),
                note=row[f"note_{language}"],
            )
        )
        for row in inside.to_dict("records")
    ]


def _promises(strategy: Strategy, measure: str, unit: str, language: str) -> list[str]:
    rows = strategy.points[(strategy.points["measure"] == measure) & (strategy.points["point"] != "baseline")]
    keys = {"target": "promised", "milestone": "passing"}
    said = [(keys[row["point"]], row, words.quantity(row["value"], unit, language)) for row in rows.to_dict("records")]
    return [_said(key, language, value=value, period=_when(row, language)) for key, row, value in said]


def _unused(rows: pd.DataFrame, unit: str, language: str) -> list[str]:
    keys = {"conflict": "crossed", "excluded": "hollow"}
    return [
        _said(
            keys[row["standing"]],
            language,
            value=words.quantity(row["value"], unit, language),
            period=_when(row, language),
        )
        for row in rows.to_dict("records")
    ]


def _band(band: dict, unit: str, language: str) -> str:
    low, high = sorted((band["easiest"], band["hardest"]))
    ends = {"low": low, "high": high}
    shown = {
        name: words.quantity(float(np.round(end, 1)), unit, language) for name, end in ends.items() if np.isfinite(end)
    }
    key = "band-inside" if len(shown) == 2 else "band-below" if "high" in shown else "band-above"
    return _said(key, language, colour=words.colour(band["colour"], language), **shown)
