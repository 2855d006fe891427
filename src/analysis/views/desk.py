"""What lies on the analyst's desk: pictures ready for a notebook, and controls with the same answers without them."""

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

_WIDE: Final = {"description_width": "11rem"}
_LAYOUT: Final = {"width": "min(36rem, 100%)"}


def series(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> Block:
    """Return a measure's series as a picture with its name and its alternative text.

    >>> series(strategy, observations, "raadsmodell-effekt", "en")
    Participants who see a positive effect of the council model
    Chart with one measurement: ...

    Raises:
        UnknownNameError: for a measure the strategy does not hold.

    """
    asked = strategy, observations, measure, language
    name = strategy.measure(measure)[f"name_{language}"]
    return figures.picture(figures.trend(*asked), figures.alt_trend(*asked), name, language)


def neighbours(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> Block:
    """Return a measure in Norway and the countries it is compared with as a picture; otherwise as `series`."""
    asked = strategy, observations, measure, language
    name = strategy.measure(measure)[f"name_{language}"]
    return figures.picture(figures.neighbours(*asked), figures.alt_neighbours(*asked), name, language)


def answer(
    strategy: Strategy,
    trends: pd.DataFrame,
    measure: str,
    target: float,
    limits: tuple[float, float] = (GREEN_FROM, YELLOW_FROM),
    language: str = "nb",
) -> Block:
    """Return the colour that an ambition for the strategy's last year would give a measure, in one sentence.

    >>> answer(strategy, trends, "tilgang-pasientinformasjon", 35, language="en").text.replace("\u00a0", " ")
    'With an ambition of 35 per cent for 2025, 28 per cent in 2023 gives: ▲ yellow'

    Raises:
        UnknownNameError: for a measure the strategy does not hold.

    """
    if limits[1] > limits[0]:
        return markup.paragraph(_said("swapped", language))
    period, row, unit = str(strategy.year), trends.loc[measure], strategy.measure(measure)["unit"]
    colour = colours_over(strategy, trends, measure, period, [target], [limits]).iloc[0, 0]
    sentence = _said(
        "answer",
        language,
        target=words.quantity(target, unit, language),
        period=period,
        latest=words.quantity(row["latest_value"], unit, language),
        when=words.period(row["latest_period"], language),
    )
    return markup.cell_block(markup.text(sentence) + markup.chip(colour, language))


class _Explorer(ipywidgets.VBox):
    """Controls above their answer; where no kernel stands behind the page, the answer alone."""

    def _repr_mimebundle_(self, **asked: Any) -> dict[str, Any]:
        return super()._repr_mimebundle_(**asked) | {"text/html": self.children[-1].value}


def ambition_explorer(strategy: Strategy, trends: pd.DataFrame, measure: str, language: str = "nb") -> ipywidgets.VBox:
    """Return sliders for the ambition and both limits, and the colour they give, which follows them.

    The ambition runs over the measure's whole scale, or to three times the latest value where the scale has no top.
    Without a kernel behind it the page shows the answer to the values it starts with: put `tables.explored.grid` below.

    >>> ambition, green, yellow, shown = ambition_explorer(strategy, trends, "tilgang-pasientinformasjon").children
    >>> ambition.value, green.value, yellow.value
    (35.0, 0.95, 0.6)

    Raises:
        UnknownNameError: for a measure the strategy does not hold.

    """
    controls = [_ambition(strategy, trends, measure, language), *_limits(language)]
    target, green, yellow = controls
    shown = ipywidgets.HTML()

    def show(_: object = None) -> None:
        shown.value = answer(strategy, trends, measure, target.value, (green.value, yellow.value), language).html

    for control in controls:
        control.observe(show, names="value")
    show()
    return _Explorer([*controls, shown])


def _ambition(strategy: Strategy, trends: pd.DataFrame, measure: str, language: str) -> ipywidgets.FloatSlider:
    promise, latest = strategy.measure(measure), trends.at[measure, "latest_value"]
    low = 0.0 if pd.isna(promise["minimum"]) else promise["minimum"]
    high = 3 * abs(latest) if pd.isna(promise["maximum"]) else promise["maximum"]
    return ipywidgets.FloatSlider(
        value=round(latest * (1 + 0.25 * promise["direction"])),
        min=low,
        max=high,
        step=max(1.0, (high - low) // 200),
        readout_format="d",
        description=_said("target", language, period=strategy.year),
        style=_WIDE,
        layout=_LAYOUT,
    )


def _limits(language: str) -> list[ipywidgets.FloatSlider]:
    starts = {"green": GREEN_FROM, "yellow": YELLOW_FROM}
    return [
        ipywidgets.FloatSlider(
            value=value, min=0.3, max=1.2, step=0.05, description=_said(name, language), style=_WIDE, layout=_LAYOUT
        )
        for name, value in starts.items()
    ]


def _said(key: str, language: str, **places: object) -> str:
    return words.look_up("exploring.controls", key, language, **places)
