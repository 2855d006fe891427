"""Tables of the exploring notebooks: frames of `comparisons` and `what_if` in words, numbers and colours."""

from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.views.tables import markup
from analysis.views.tables.markup import NOTHING, Block, Cell, Column

_COLOURED: Final = ("proposed", "proposed_towards", "colour", "towards")


def shown(frame: pd.DataFrame, caption: str, strategy: Strategy, language: str = "nb", measure: str = "") -> Block:
    """Return a frame as a table: each column with its heading and its kind of number; `caption` is a key of the words.

    Missing values are left empty. `measure` is named in captions that speak of one, and gives columns of values their
    unit.
    """
    rows = frame.reset_index() if frame.index.name else frame
    unit = strategy.measure(measure)["unit"] if measure else ""
    heads = [Column(words.look_up("exploring.headings", n, language), n not in _TEXTS) for n in rows.columns]
    cells = [
        tuple(_cell(name, value, strategy, unit, language) for name, value in row.items())
        for row in rows.to_dict("records")
    ]
    return markup.table(_caption(caption, strategy, language, measure), heads, cells, empty=_said("nothing", language))


def by_country(table: pd.DataFrame, strategy: Strategy, measure: str, language: str = "nb") -> Block:
    """Return a measure by period and country, as `comparisons.countries` gives it."""
    heads = [words.look_up("exploring.headings", "period", language)]
    heads += [Column(_country(code, "", language), True) for code in table.columns]
    rows = [
        (
            markup.text(words.period(period, language)),
            *(NOTHING if pd.isna(v) else markup.text(words.number(v, language, 1)) for v in row),
        )
        for period, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    caption = _caption("by-country", strategy, language, measure)
    return markup.table(caption, heads, rows, empty=_said("nothing", language))


def moved(changes: pd.DataFrame, language: str = "nb") -> Block:
    """Return the lights that move, as `what_if.lights_moved` gives them: before and after as colours and words."""
    names = ("item", "name", "field", "before", "after")
    rows = [
        (
            markup.text(row["item"]),
            markup.text(row[f"name_{language}"]),
            markup.text(words.look_up("exploring.fields", row["field"], language)),
            *(_state(row["field"], row[end], language) for end in ("before", "after")),
        )
        for row in changes.to_dict("records")
    ]
    heads = [words.look_up("exploring.headings", name, language) for name in names]
    return markup.table(_said("moved", language), heads, rows, empty=_said("nothing", language))


def grid(colours: pd.DataFrame, strategy: Strategy, measure: str, language: str = "nb") -> Block:
    """Return the colours of `what_if.colours_over`: limits down, ambitions across."""
    unit = strategy.measure(measure)["unit"]
    heads = [words.look_up("exploring.headings", "limits", language)]
    heads += [words.quantity(target, unit, language) for target in colours.columns]
    rows = [
        (
            markup.text(" / ".join(words.number(limit, language, 2) for limit in pair)),
            *(markup.chip(colour, language) for colour in row),
        )
        for pair, row in zip(colours.index, colours.to_numpy(), strict=True)
    ]
    return markup.table(_caption("grid", strategy, language, measure), heads, rows)


def _state(field: str, value: str, language: str) -> Cell:
    if not value:
        return NOTHING
    if field in _COLOURED:
        return markup.chip(value, language)
    return markup.text((words.certainty if field == "certainty" else words.movement)(value, language))


def _caption(key: str, strategy: Strategy, language: str, measure: str) -> str:
    name = strategy.measure(measure)[f"name_{language}"] if measure else ""
    return _said(key, language, measure=name)


def _said(key: str, language: str, **places: object) -> str:
    return words.look_up("exploring.captions", key, language, **places)


def _cell(name: str, value: Any, strategy: Strategy, unit: str, language: str) -> Cell:
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return NOTHING
    if name == "measure":
        return markup.text(strategy.measure(value)[f"name_{language}"])
    return markup.text(_PRINTED[name](value, unit, language))


def _share(value: float, _: str, language: str) -> str:
    return words.percent_sign(100 * value, language, 1)


def _points(value: float, _: str, language: str) -> str:
    return _signed(100 * value, "prosent", language)


def _whole(value: float, _: str, language: str) -> str:
    return words.number(value, language, 0)


def _two(value: float, _: str, language: str) -> str:
    return words.number(value, language, 2)


def _p(value: float, _: str, language: str) -> str:
    return words.p_value(value, language)


def _yes(value: bool, _: str, language: str) -> str:
    return _said("yes" if value else "no", language)


def _value(value: float, unit: str, language: str) -> str:
    return words.quantity(value, unit, language, decimals=1)


def _difference(value: float, unit: str, language: str) -> str:
    return _signed(value, unit, language)


def _signed(value: float, unit: str, language: str) -> str:
    shown = words.quantity(value, words.difference_unit(unit), language, decimals=1)
    return f"+{shown}" if round(value, 1) > 0 else shown


def _period(value: str, _: str, language: str) -> str:
    return words.period(value, language)


def _country(value: str, _: str, language: str) -> str:
    return words.breakdown_value(f"land={value}", language)


def _allows(value: str, _: str, language: str) -> str:
    return words.look_up("exploring.allowed", value, language)


_TEXTS: Final = ("measure", "period", "country", "word", "indicator", "flagged", "significant", "broken")
_PRINTED: Final[dict[str, Callable[[Any, str, str], str]]] = {
    **dict.fromkeys(("share", "share_low", "share_high", "before", "after", "power"), _share),
    **dict.fromkeys(("low", "high", "change"), _points),
    **dict.fromkeys(("n", "needed", "n_points", "lacking"), _whole),
    **dict.fromkeys(("deff_limit", "z", "deff"), _two),
    **dict.fromkeys(("p_value", "p_low", "p_high", "mk_p"), _p),
    **dict.fromkeys(("significant", "flagged", "broken"), _yes),
    **dict.fromkeys(("own", "other"), _value),
    **dict.fromkeys(("gap", "from_mix", "remaining", "difference"), _difference),
    "period": _period,
    "country": _country,
    "word": _allows,
    "indicator": lambda value, _, __: value,
}
