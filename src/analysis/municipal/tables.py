"""Tables and words of one area: where it stands, how it moves, which codes its figures came from, their sources."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.statistics.funnels import LEAST_POINTS
from analysis.views.tables import markup
from analysis.views.tables.markup import Block, Cell, Column

_NUMERIC: Final = ("own", "all", "peers", "year_before", "latest")


def area_word(key: str, language: str, **places: object) -> str:
    """Return a set text of the pages of areas, its places filled."""
    return words.look_up("areas.phrases", key, language, **places)


def area_name(kind: str, name: str, language: str) -> str:
    """Return an area's name with its kind, as a title.

    Parameters
    ----------
    kind : {"kommune", "helsefellesskap", "region"}
        What the area is.
    name : str
        Its name.
    language : str
        One of `LANGUAGES`.

    Examples
    --------
    >>> area_name("kommune", "Halden", "nb"), area_name("kommune", "Halden", "en")
    ('Halden kommune', 'Halden municipality')
    """
    return words.look_up("areas.phrases", f"title_{kind}", language, name=name)


def position_name(zone: int, language: str) -> str:
    """Return where a figure stands in the funnel, -2 to 2."""
    return words.look_up("areas.zones", int(zone), language)


def movement_text(kind: str, way: int, since: str, language: str) -> str:
    """Return how a series moves.

    Parameters
    ----------
    kind : {"", "trend", "step"}
        Empty for nothing beyond chance.
    way : {-1, 0, 1}
        Falling, neither, rising.
    since : str
        The period since which it has stepped; empty for the others.
    language : str
        One of `LANGUAGES`.
    """
    key = f"{kind}_{'up' if way > 0 else 'down'}" if kind else "none"
    return words.look_up("areas.moves", key, language, since=words.period(since, language) if since else "")


def stand(own: pd.DataFrame, strategy: Strategy, kind: str, language: str = "nb") -> Block:
    """Return each measure of an area beside all areas and its peers; `own` is its `panels.standing` (index measure)."""
    texts = {"kind": area_word(kind, language), "around": area_word(f"around_{kind}", language)}
    rows, names = [], strategy.measures[f"name_{language}"]
    for measure, row in own.to_dict("index").items():
        if row["withheld"]:
            position = ""
        elif pd.isna(row["p_value"]):
            position = markup.small(area_word("no_base", language))
        else:
            position = position_name(row["zone"], language)
            position = markup.strong(position) if abs(row["zone"]) == 2 else position
        cells = (
            names[measure],
            _own(row, strategy, measure, language),
            _pooled(row["all"], row["reported"], language),
            _pooled(row["peers"], row["peers_n"], language),
            position,
        )
        rows.append(cells)
    columns = ("measure", "own", "all", "peers", "position")
    return _table(("standing_caption", "standing_note"), columns, rows, language, slim=True, **texts)


def moves(own: pd.DataFrame, figures: pd.DataFrame, strategy: Strategy, language: str = "nb") -> Block:
    """Return how each measure of an area moves, with the value a year before, and the periods without a figure."""
    rows, names = [], strategy.measures[f"name_{language}"]
    figures = figures.set_index(["measure", "period"])[["value", "withheld"]].to_dict("index")
    for measure, row in own.to_dict("index").items():
        year_before, key = "", (measure, f"{int(row['period'][:4]) - 1}{row['period'][4:]}")
        if figure := figures.get(key):
            year_before = _quantity(figure["value"], strategy, measure, language)
            if figure["withheld"]:
                year_before = markup.small(area_word(figure["withheld"], language))
        movement = movement_text(row["kind"], row["way"], row["since"], language)
        if row["kind"]:
            movement = markup.strong(movement)
        elif row["points"] < LEAST_POINTS:  # that a short series does not move says nothing
            movement = markup.small(area_word("short", language, count=words.number(int(row["points"]), language)))
        cells = (
            names[measure],
            year_before,
            _own(row, strategy, measure, language),
            movement,
            ", ".join(words.period(span, language) for span in row["missing"]) if row["missing"] else "",
        )
        rows.append(cells)
    columns = ("measure", "year_before", "latest", "movement", "gaps")
    return _table(("movement_caption", "movement_note"), columns, rows, language, slim=True)


def joined(figures: pd.DataFrame, language: str = "nb") -> Block:
    """Return the periods whose figures were delivered under other codes than the area's own, and those codes."""
    other = figures[figures["parts"] != figures["area"]].drop_duplicates(["period", "parts"]).sort_values("time")
    spans = other.groupby("parts", sort=False)["period"].agg(["first", "last"])
    rows = []
    for codes, row in spans.iterrows():
        ends = dict.fromkeys(words.period(row[end], language) for end in ("first", "last"))  # one where they are equal
        rows.append((codes.replace("+", ", "), "–".join(ends)))
    return _table(("joined_caption", "joined_note"), ("codes", "period"), rows, language)


def origins(sources: pd.DataFrame, language: str = "nb") -> Block:
    """Return the sources of the figures of areas: title, publisher, licence."""
    heads = [area_word(name, language) for name in ("source", "publisher", "licence")]
    rows = [(markup.link(row.address, row.title), row.publisher, row.licence) for row in sources.itertuples()]
    return markup.table(area_word("sources_caption", language), heads, rows)


def _table(
    titles: tuple[str, str], columns: Sequence[str], rows: list, language: str, slim: bool = False, **texts: str
) -> Block:
    """Return rows as a table, its caption and note (`titles`) and columns by their keys; `texts` fill the columns."""
    caption, note = (area_word(key, language) for key in titles)
    heads = [Column(area_word(key, language, **texts), numeric=key in _NUMERIC) for key in columns]
    return markup.table(caption, heads, rows, note=note, slim=slim)


def _own(row: dict, strategy: Strategy, measure: str, language: str) -> Cell:
    if row["withheld"]:
        return markup.small(area_word(row["withheld"], language, period=words.period(row["period"], language)))
    value = markup.figure(_quantity(row["value"], strategy, measure, language))
    if pd.isna(row["denominator"]):
        return value
    part, whole = (words.number(row[name], language) for name in ("numerator", "denominator"))
    return markup.within(value, area_word("count_of", language, part=part, whole=whole))


def _pooled(share: float, count: int, language: str) -> Cell:
    if pd.isna(share):
        return ""
    areas = area_word("of_areas", language, count=words.number(int(count), language))
    return markup.within(words.percent(share, language, 1), areas)


def _quantity(value: float, strategy: Strategy, measure: str, language: str) -> str:
    unit = strategy.measures.at[measure, "unit"]
    return words.quantity(value, unit, language, decimals=1 if unit == "prosent" else None)
