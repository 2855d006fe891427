"""What an analyst works with in a notebook: pictures ready to show, and controls whose answer also stands alone."""

from typing import Any, Final

import ipywidgets
import pandas as pd

from analysis import text as words
from analysis.assessment.limits import GREEN_FROM, YELLOW_FROM
from analysis.records.strategy import Strategy
from analysis.views import figures
from analysis.views.tables import markup
from analysis.views.tables.markup import Block
from analysis.views.what_if import colours_over

_LOOK: Final = {"style": {"description_width": "11rem"}, "layout": {"width": "min(36rem, 100%)"}}


def series(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> Block:
    """Return a measure's series as a picture with its name and its alternative text.

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
    Block

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    Examples
    --------
    >>> series(strategy, observations, "raadsmodell-effekt", "en")
    Participants who see a positive effect of the council model
    Chart with one measurement: ...

    """
    arguments = strategy, observations, measure, language
    name = strategy.measure(measure)[f"name_{language}"]
    return figures.picture(figures.trend(*arguments), figures.alt_trend(*arguments), name, language)


def neighbours(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> Block:
    """Return a measure in Norway and the countries it is compared with as a picture.

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
    Block

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    """
    arguments = strategy, observations, measure, language
    name = strategy.measure(measure)[f"name_{language}"]
    return figures.picture(figures.neighbours(*arguments), figures.alt_neighbours(*arguments), name, language)


def answer(
    strategy: Strategy,
    trends: pd.DataFrame,
    measure: str,
    target: float,
    limits: tuple[float, float] = (GREEN_FROM, YELLOW_FROM),
    language: str = "nb",
) -> Block:
    """Return the colour that an ambition for the strategy's last year would give a measure, in one sentence.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    measure : str
        Slug of the measure.
    target : float
        The ambition for the strategy's last year, in the measure's unit.
    limits : tuple of float, optional
        Share of the planned way from which a measure is green, and from which it is yellow.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A sentence with a colour; where the limits are the wrong way round, a sentence that says so.

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    Examples
    --------
    >>> answer(strategy, trends, "tilgang-pasientinformasjon", 35, language="en").text.replace("\u00a0", " ")
    'With an ambition of 35 per cent for 2025, 28 per cent in 2023 gives: ▲ yellow'

    """
    if limits[1] > limits[0]:
        return markup.paragraph(_text("swapped", language))
    period, row, unit = str(strategy.year), trends.loc[measure], strategy.measure(measure)["unit"]
    colour = colours_over(strategy, trends, measure, period, [target], [limits]).iloc[0, 0]
    target, latest = (words.quantity(value, unit, language) for value in (target, row["latest_value"]))
    when = words.period(row["latest_period"], language)
    sentence = _text("answer", language, target=target, period=period, latest=latest, when=when)
    return markup.paragraph(markup.spaced(sentence, markup.chip(colour, language)))


class _Explorer(ipywidgets.VBox):
    """Controls above their answer; on a page without a kernel, the answer alone."""

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return super()._repr_mimebundle_(**kwargs) | {"text/html": self.children[-1].value}


def ambition_explorer(strategy: Strategy, trends: pd.DataFrame, measure: str, language: str = "nb") -> ipywidgets.VBox:
    """Return sliders for the ambition and both limits, and the colour they give, which follows them.

    The ambition runs over the measure's whole scale, or to three times the latest value where the scale has no top. On
    a page without a kernel only the answer to the starting values is seen: put `tables.explored.grid` below.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    measure : str
        Slug of the measure.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    ipywidgets.VBox
        Sliders for ambition, green limit and yellow limit, and the answer as HTML.

    Raises
    ------
    UnknownNameError
        For a measure the strategy does not hold.

    Examples
    --------
    >>> ambition, green, yellow, colour = ambition_explorer(strategy, trends, "tilgang-pasientinformasjon").children
    >>> ambition.value, green.value, yellow.value
    (35.0, 0.95, 0.6)

    """
    promise, latest = strategy.measure(measure), trends.at[measure, "latest_value"]
    low = 0.0 if pd.isna(promise["minimum"]) else promise["minimum"]
    high = 3 * abs(latest) if pd.isna(promise["maximum"]) else promise["maximum"]
    target = ipywidgets.FloatSlider(
        # a quarter better than today: near enough to be thought of, far enough to be no foregone green
        value=round(latest * (1 + 0.25 * promise["direction"])),
        min=low,
        max=high,
        step=max(1.0, (high - low) // 200),
        readout_format="d",
        description=_text("target", language, period=strategy.year),
        **_LOOK,
    )
    green, yellow = (
        ipywidgets.FloatSlider(value=value, min=0.3, max=1.2, step=0.05, description=_text(name, language), **_LOOK)
        for name, value in (("green", GREEN_FROM), ("yellow", YELLOW_FROM))
    )
    colour = ipywidgets.HTML()

    def update(_: object = None) -> None:
        colour.value = answer(strategy, trends, measure, target.value, (green.value, yellow.value), language).html

    for control in (target, green, yellow):
        control.observe(update, names="value")
    update()
    # the answer last: `_Explorer` shows it alone where no kernel is
    return _Explorer([target, green, yellow, colour])


def _text(key: str, language: str, **places: object) -> str:
    return words.look_up("exploring.controls", key, language, **places)
