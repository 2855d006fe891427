"""Alternative texts: what each picture shows, composed from the data it is drawn from."""

from typing import Final

import numpy as np
import pandas as pd

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.views.figures.bars import divided
from analysis.views.figures.canvas import group_name, picture_text
from analysis.views.figures.series import countries, points

_EVERY_POINT: Final = 6  # more are summed up: a text that is listened to has an end


def alt_trend(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> str:
    """Return what `trend` shows: values with uncertainty, breaks, promise, and values shown but not used.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    measure : str
        Slug of the measure.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    """
    promise, drawn = strategy.measure(measure), points(strategy, observations, measure)
    name, unit = promise[f"name_{language}"], promise["unit"]
    if drawn.empty:
        return picture_text("nothing", language, name=name)
    used = drawn[drawn["standing"] == ""]
    kind = "one-point" if len(used) == 1 else "line"
    parts = [picture_text(kind, language, name=name, unit=words.unit(unit, language))]
    parts += _values(used, unit, language)
    parts += _breaks(strategy, measure, used, language)
    ahead = strategy.points[(strategy.points["measure"] == measure) & (strategy.points["point"] != "baseline")]
    unused = drawn[drawn["standing"] != ""]
    for rows, column in ((ahead, "point"), (unused, "standing")):
        for row in rows.to_dict("records"):
            value = words.quantity(row["value"], unit, language)
            period = words.period(row["period"], language)
            parts.append(picture_text(_SENTENCES[row[column]], language, value=value, period=period))
    return " ".join(parts)


_SENTENCES: Final = {"target": "promised", "milestone": "passing", "conflict": "crossed", "excluded": "hollow"}


def alt_neighbours(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> str:
    """Return what `neighbours` shows: each country's first and latest value, and breaks.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    measure : str
        Slug of the measure.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    """
    promise, lines = strategy.measure(measure), countries(strategy, observations, measure)
    name = promise[f"name_{language}"]
    if not lines:
        return picture_text("nothing", language, name=name)
    parts = [picture_text("neighbours", language, name=name, unit=words.unit(promise["unit"], language))]
    for code, line in lines.items():
        ends = line.iloc[[0, -1]].drop_duplicates("period").to_dict("records")
        series = ", ".join(
            picture_text(
                "in-year",
                language,
                value=words.number(end["value"], language, 1),
                period=words.period(end["period"], language),
            )
            for end in ends
        )
        country = group_name(f"land={code}", language)
        parts.append(picture_text("country", language, country=country, series=series))
    return " ".join([*parts, *_breaks(strategy, measure, pd.concat(lines.values()), language)])


def alt_breakdown(
    strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb", key: str | None = None
) -> str:
    """Return what `breakdown` shows: each group with its value.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    measure : str
        Slug of the measure.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    key : str, optional
        Name of the breakdown; as in `breakdown`.

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    """
    promise, rows = strategy.measure(measure), divided(observations, measure, key)
    name = promise[f"name_{language}"]
    if rows.empty:
        return picture_text("nothing", language, name=name)
    unit, period = words.unit(promise["unit"], language), words.period(rows["period"].iloc[0], language)
    groups = "; ".join(
        f"{group_name(row.breakdown, language)} {words.number(row.value, language)}" for row in rows.itertuples()
    )
    return f"{picture_text('bars', language, name=name, period=period, unit=unit)} {words.sentence(groups)}"


def alt_ambition(bands: pd.DataFrame, name: str, period: str, unit: str, language: str = "nb") -> str:
    """Return what `ambition_curve` shows: the targets of each colour.

    Parameters
    ----------
    bands : DataFrame
        As `analysis.ambition_bands` returns them.
    name : str
        Name of the measure.
    period : str
        When the ambition is to be met.
    unit : str
        Unit of the measure, as the strategy names it.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    str

    """
    parts = []
    for band in bands.to_dict("records"):
        low, high = sorted((band["easiest"], band["hardest"]))
        ends = {
            side: words.quantity(float(np.round(end, 1)), unit, language)
            for side, end in (("low", low), ("high", high))
            if np.isfinite(end)
        }
        key = "band-inside" if len(ends) == 2 else "band-below" if "high" in ends else "band-above"
        parts.append(picture_text(key, language, colour=words.colour(band["colour"], language), **ends))
    start = picture_text("ambition", language, name=name, period=words.period(period, language))
    return f"{start} {words.sentence('; '.join(parts))}"


def alt_probability(chances: pd.Series, language: str = "nb") -> str:
    """Return what `probability` shows.

    Parameters
    ----------
    chances : Series
        With p_green, p_yellow and p_red, in 0-1.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    str

    """
    shares = ", ".join(
        f"{words.colour(colour, language)} {words.probability(chances[f'p_{colour}'], language)}"
        for colour in ("green", "yellow", "red")
    )
    return picture_text("chances", language, shares=shares)


def _values(used: pd.DataFrame, unit: str, language: str) -> list[str]:
    """Return every value in a sentence; of many, the ends and extremes in one."""
    rows = used.to_dict("records")
    if len(rows) <= _EVERY_POINT:
        return [
            picture_text(
                "point", language, period=words.period(row["period"], language), value=_exact(row, unit, language)
            )
            for row in rows
        ]
    # many values: first and latest say the way, lowest and highest whether it was straight
    low, high = (used.loc[used["value"].agg(end)].to_dict() for end in ("idxmin", "idxmax"))
    first, latest = rows[0], rows[-1]
    return [
        picture_text(
            "between",
            language,
            count=len(rows),
            first=words.number(first["value"], language),
            start=words.period(first["period"], language),
            latest=_exact(latest, unit, language),
            end=words.period(latest["period"], language),
            low=words.number(low["value"], language),
            low_when=words.period(low["period"], language),
            high=words.number(high["value"], language),
            high_when=words.period(high["period"], language),
        )
    ]


def _exact(row: dict, unit: str, language: str) -> str:
    """Return a value with unit, and in brackets its interval and number of answers where they are known."""
    value = words.quantity(row["value"], unit, language, row["qualifier"])
    if np.isnan(row["half"]):  # counts, and surveys whose respondents are not published
        return value
    interval = words.interval(row["value"] - row["half"], row["value"] + row["half"], language)
    return f"{value} ({interval}, {words.sample(row['n'], language)})"


def _breaks(strategy: Strategy, measure: str, drawn: pd.DataFrame, language: str) -> list[str]:
    """Return each break of a measure later than its first drawn value, in a sentence."""
    rows = strategy.breaks[strategy.breaks["measure"] == measure]
    sentences = []
    for row in rows[rows["time"] > drawn["time"].min()].to_dict("records"):
        kind = words.look_up("codes.breaks", row["kind"], language)
        period, note = words.period(row["period"], language), row[f"note_{language}"]
        sentences.append(words.sentence(picture_text("at-break", language, kind=kind, period=period, note=note)))
    return sentences
