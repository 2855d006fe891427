"""Tables of the exploring notebooks: frames of `comparisons` and `what_if` in words, numbers and colours."""

from typing import Any, Final

import pandas as pd

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.views.tables import markup
from analysis.views.tables.markup import Block, Column

_SHOWN: Final = {
    "figures_state": words.state,
    "direction_answer": lambda change, language: words.answer(change, False, language),
    "direction_colour": markup.hollow,
    "certainty": words.certainty,
    "movement": words.movement,
}
# the kind of number of each column that has numbers, by which it is printed
_NUMERIC: Final = {
    **dict.fromkeys(("share", "share_low", "share_high", "before", "after", "power"), "fraction"),
    **dict.fromkeys(("low", "high", "change"), "change of fraction"),
    **dict.fromkeys(("n", "needed", "n_points", "lacking"), "count"),
    **dict.fromkeys(("deff_limit", "z", "deff"), "ratio"),
    **dict.fromkeys(("p_value", "p_low", "p_high", "mk_p"), "probability"),
    **dict.fromkeys(("own", "other"), "value"),
    **dict.fromkeys(("gap", "from_mix", "remaining", "difference"), "difference"),
}
# how a value of each kind of number, and of each column of words, is written
_WRITTEN: Final = {
    "fraction": lambda value, unit, language: words.percent_sign(100 * value, language, 1),
    "change of fraction": lambda value, unit, language: words.signed(100 * value, "prosent", language, decimals=1),
    "count": lambda value, unit, language: words.number(value, language, 0),
    # design effects are distinguished by their second decimal
    "ratio": lambda value, unit, language: words.number(value, language, 2),
    "probability": lambda value, unit, language: words.p_value(value, language),
    "value": lambda value, unit, language: words.quantity(value, unit, language, decimals=1),
    "difference": lambda value, unit, language: words.signed(value, unit, language, decimals=1),
    **dict.fromkeys(
        ("significant", "flagged", "broken"),
        lambda value, unit, language: _caption("yes" if value else "no", language),
    ),
    "period": lambda value, unit, language: words.period(value, language),
    "country": lambda value, unit, language: words.breakdown_value(f"land={value}", language),
    "word": lambda value, unit, language: words.look_up("exploring.allowed", value, language),
}


def shown(frame: pd.DataFrame, caption: str, strategy: Strategy, language: str = "nb", measure: str = "") -> Block:
    """Return a frame of `comparisons` as a table: each column with its heading and its kind of number.

    Parameters
    ----------
    frame : DataFrame
        Missing values are left empty.
    caption : str
        Key of the catalogue `exploring.captions`.
    strategy : Strategy
        What was promised.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    measure : str, optional
        Slug of the measure that the caption names, and whose unit the values have.

    Returns
    -------
    Block

    """
    # an unnamed index only counts the rows
    rows = frame.reset_index() if frame.index.name else frame
    unit = strategy.measure(measure)["unit"] if measure else ""
    heads = [Column(_heading(name, language), numeric=name in _NUMERIC) for name in rows.columns]
    cells = [
        tuple(_cell(name, value, strategy, unit, language) for name, value in row.items())
        for row in rows.to_dict("records")
    ]
    title, empty = _caption(caption, language, strategy, measure), _caption("nothing", language)
    return markup.table(title, heads, cells, empty=empty)


def by_country(table: pd.DataFrame, strategy: Strategy, measure: str, language: str = "nb") -> Block:
    """Return a measure by period and country.

    Parameters
    ----------
    table : DataFrame
        As `comparisons.countries` returns it.
    strategy : Strategy
        What was promised.
    measure : str
        Slug of the measure.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    heads = [_heading("period", language)]
    heads += [Column(words.breakdown_value(f"land={code}", language), True) for code in table.columns]
    cells = table.map(lambda value: "" if pd.isna(value) else words.number(value, language, 1))
    rows = [(words.period(period, language), *values) for period, *values in cells.itertuples(name=None)]
    caption = _caption("by-country", language, strategy, measure)
    return markup.table(caption, heads, rows, empty=_caption("nothing", language))


def moved(changes: pd.DataFrame, language: str = "nb") -> Block:
    """Return the lights that move: before and after as colours and words.

    Parameters
    ----------
    changes : DataFrame
        As `what_if.lights_moved` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    rows = []
    for row in changes.to_dict("records"):
        show = _SHOWN.get(row["field"], markup.chip)
        ends = (show(row[end], language) if row[end] else "" for end in ("before", "after"))
        field = words.look_up("exploring.fields", row["field"], language)
        rows.append((row["item"], row[f"name_{language}"], field, *ends))
    heads = [_heading(name, language) for name in ("item", "name", "field", "before", "after")]
    return markup.table(_caption("moved", language), heads, rows, empty=_caption("nothing", language))


def grid(colours: pd.DataFrame, strategy: Strategy, measure: str, language: str = "nb") -> Block:
    """Return the colours of a measure: limits down, ambitions across.

    Parameters
    ----------
    colours : DataFrame
        As `what_if.colours_over` returns them.
    strategy : Strategy
        What was promised.
    measure : str
        Slug of the measure.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    unit = strategy.measure(measure)["unit"]
    heads = [_heading("limits", language)]
    heads += [words.quantity(target, unit, language) for target in colours.columns]
    rows = [
        (
            " / ".join(words.number(limit, language, 2) for limit in limits),
            *(markup.chip(colour, language) for colour in row),
        )
        for limits, row in zip(colours.index, colours.to_numpy(), strict=True)
    ]
    return markup.table(_caption("grid", language, strategy, measure), heads, rows)


def _heading(name: str, language: str) -> str:
    return words.look_up("exploring.headings", name, language)


def _caption(key: str, language: str, strategy: Strategy | None = None, measure: str = "") -> str:
    name = strategy.measure(measure)[f"name_{language}"] if measure else ""
    return words.look_up("exploring.captions", key, language, measure=name)


def _cell(name: str, value: Any, strategy: Strategy, unit: str, language: str) -> str:
    """Return a value of the column `name` in words and numbers; `unit` is the measure's."""
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    if name == "measure":
        return strategy.measure(value)[f"name_{language}"]
    write = _WRITTEN.get(_NUMERIC.get(name, name))
    return write(value, unit, language) if write else value
