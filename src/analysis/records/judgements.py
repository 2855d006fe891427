"""What was judged: the colours the experts set, quarter by quarter, and how later quarters corrected them.

Each quarter has a folder ``data/raw/judgements/<quarter>`` with ``lights.toml``, never edited after publication. A
colour that nobody wrote down is ``grey``: not on record, which says nothing about how the work stands. Such a cell may
still hold what *was* written: the colour it points towards, or how it moved since the previous report. A row whose
colour is left empty is *open*: nobody has judged it yet, and the proposal of the figures stands alone. A quarter that
is corrected after its publication gets a new edition.
"""

import datetime
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, Self, get_args

import pandas as pd
from pandas.api.types import is_numeric_dtype
from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, model_validator

from analysis.core import paths
from analysis.core.faults import Fault, RawDataError
from analysis.core.names import suggest
from analysis.core.periods import QUARTER, PeriodError, as_of_date, normalise, quarter_of
from analysis.intake.files import is_left_behind
from analysis.intake.jumps import FIELDS, FIGURES
from analysis.records import documents
from analysis.records.documents import Place, Text, Typed, as_row, line_of, misfit, repeated
from analysis.records.strategy import Strategy, read_strategy

Set = Literal["green", "yellow", "red"]
Colour = Literal["green", "yellow", "red", "grey"]
Movement = Literal["up", "down", "unchanged", "split"]
Record = Literal["explicit", "tendency", "change", "narrative", "none"]
ReasonCode = Literal["data-error", "known-event", "definition", "context", "other"]
Quarter = Annotated[str, AfterValidator(lambda text: str(quarter_of(text)))]

# A tendency is a step on the way: nothing that is green heads for red without being yellow first.
_NEIGHBOURS: Final = {
    "green": ("yellow",),
    "yellow": ("green", "red"),
    "red": ("yellow",),
    "grey": get_args(Set),  # a colour that is not on record may have pointed anywhere
}


JUDGED_FIELDS: Final = ("colour", "towards", "movement")
# as published cells are written, so that both can be compared
Value = Annotated[str, BeforeValidator(lambda v: f"{v:.15g}" if isinstance(v, float | int) else v)]


class JudgementError(RawDataError):
    """Judgements that cannot be used."""


class Component(Typed):
    """The colour named for one measure of a composite indicator."""

    measure: str
    colour: Set


class Light(Typed):
    """One judged cell. `weak` qualifies `towards`; `record` says what kind of words the judgement rests on."""

    item: str
    colour: Literal["", Colour]
    towards: Literal["", Set] = ""
    weak: StrictBool = False
    movement: Literal["", Movement] = ""
    record: Record = "explicit"
    components: tuple[Component, ...] = ()
    reason_code: Literal["", ReasonCode] = ""
    reason: Text | None = None
    by: str = ""
    date: datetime.date | None = None
    second: str = ""

    @model_validator(mode="before")
    @classmethod
    def _grey_without_record(cls, row: Any) -> Any:
        # grey that rests on no words needs none about them
        grey = isinstance(row, dict) and row.get("colour") == "grey"
        return {"record": "none", **row} if grey else row

    @property
    def without_colour(self) -> bool:
        """Whether it is grey by choice, with a reason; other grey was a colour once, and is not on record."""
        return self.colour == "grey" and bool(self.reason_code) and not self.towards


class Correction(Typed):
    """What this quarter corrects in an earlier one: a field of a light, or of the figure of a measure and period.

    A `direction` stands in place of the values where nobody stated them; `note` is the reason.
    """

    quarter: Quarter
    item: str = ""
    measure: str = ""
    period: str = ""
    breakdown: str = ""
    field: Literal[*JUDGED_FIELDS, *FIELDS] = "colour"
    old: Value | None = None
    new: Value | None = None
    direction: Literal["", "down", "up"] = ""
    note: Text
    by: str = ""
    date: datetime.date | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.field in FIELDS and not (self.measure and self.period):
            raise misfit(f"'{self.field}' is a figure's", "write its measure = … and period = …", "field")
        if self.field in JUDGED_FIELDS and (self.measure or not self.item):
            raise misfit(f"'{self.field}' is a judgement's", "write its item = …, and no measure", "field")
        if (self.old is None or self.new is None) and not self.direction:
            remedy = "write old = … and new = …; direction = 'down' or 'up' where nobody states them"
            raise misfit("is not stated, or new is not", remedy, "old")
        for name in ("old", "new") if self.field in FIGURES else ():
            if not re.fullmatch(r"(-?\d+(\.\d+)?(e[+-]\d+)?)?", getattr(self, name) or ""):
                raise misfit("is no figure", "write it as 28.4 or 22900", name)
        return self


class _Head(Typed):
    quarter: Quarter
    by: str = ""
    date: datetime.date | None = None
    light: tuple[dict, ...] = Field(min_length=1)
    correction: tuple[dict, ...] = ()


class _Judgements(NamedTuple):
    quarter: str
    lights: dict[int, Light]  # by their number in the file, from 0
    corrections: list[Correction]


def read_judgements(quarter: str, *, strategy: Strategy | None = None, folder: Path | None = None) -> pd.DataFrame:
    """Return what was judged in a quarter, one row for each item of the strategy, in report order.

    A quarter without a folder has no colours, but still its predecessor's.

    Parameters
    ----------
    quarter : str
        As in ``2024Q1``.
    strategy : Strategy, optional
        The strategy that is judged; that of ``data/raw`` unless given.
    folder : Path, optional
        The folder of all judgements; ``data/raw/judgements`` unless given.

    Returns
    -------
    DataFrame
        Index item; colour (missing where nobody judged: the proposal stands alone), towards, weak, movement, record,
        components (tuple of (measure, colour)), reason_code, reason_nb, reason_en, by, date (ISO or empty), second;
        from the latest earlier quarter with judgements previous_quarter, previous_colour, previous_towards,
        previous_weak (``weak`` where it points only slightly); and, as this quarter corrects that one,
        previous_correction (``up`` or ``down``), previous_corrected_colour, previous_note_nb, previous_note_en.

    Raises
    ------
    PeriodError
        When `quarter` is no quarter.
    JudgementError
        Listing every fault of the files read.

    Examples
    --------
    >>> read_judgements("2024Q1").loc["goal-5", ["colour", "towards", "previous_quarter"]].tolist()
    ['yellow', 'green', '2023Q1']

    """
    quarter, strategy, folder = str(quarter_of(quarter)), strategy or read_strategy(as_of=quarter), folder or _folder()
    quarters = judged_quarters(folder)
    judged = _read(folder, quarter, strategy.complete) if quarter in quarters else _Judgements(quarter, {}, [])
    if absent := [n for n, light in judged.lights.items() if light.item not in strategy.items.index]:
        file, remedy = folder / quarter / "lights.toml", "remove its row, or correct from and until in strategy.toml"
        fault = Fault("judgements", f"is not in force in {quarter}", remedy, f"judgements/{quarter}/{file.name}")
        places = [{"value": judged.lights[n].item, "line": line_of(file, ("light", n, "item"))} for n in absent]
        raise JudgementError(fault.at(column="item", **place) for place in places)
    earlier = (_read(folder, q, strategy.complete) for q in reversed(quarters) if q < quarter)
    # a quarter that is still open throughout is nobody's predecessor
    previous = next((each for each in earlier if each.lights), _Judgements("", {}, []))
    by_item = {light.item: light for light in judged.lights.values()}
    unjudged = Light.model_construct(item="", colour=None, record="")
    lights = [
        as_row(light)
        | {"components": tuple((c.measure, c.colour) for c in light.components)}
        | {"date": light.date.isoformat() if light.date else ""}
        | ({"record": ""} if light.without_colour and light.record == "none" else {})
        for light in (by_item.get(item, unjudged) for item in strategy.items.index)
    ]
    frame = pd.DataFrame(lights, index=strategy.items.index).drop(columns="item")
    # only what corrects the predecessor is shown beside it; other corrections are for `later_corrections`
    # a corrected row has its new colour by now: what was judged then is the first old one that a correction states
    judged_then: dict[str, str] = {}
    for each in (judged, *(_read(folder, q, strategy.complete) for q in quarters if q > quarter)):
        for correction in each.corrections:
            if (correction.quarter, correction.field) == (previous.quarter, "colour") and correction.old:
                judged_then.setdefault(correction.item, correction.old)
    colours = []
    for light in previous.lights.values():
        colour = judged_then.get(light.item, "" if light.without_colour else light.colour)
        colours.append((light.item, colour, light.towards, "weak" * light.weak))
    then = pd.DataFrame(colours, columns=["item", "previous_colour", "previous_towards", "previous_weak"])
    own = [each for each in judged.corrections if each.quarter == previous.quarter and each.field == "colour"]
    corrected = pd.DataFrame([_correction_row(each, quarter) for each in own], columns=list(CORRECTIONS))
    corrected = corrected[["item", *_CORRECTION_COLUMNS]].rename(columns=_CORRECTION_COLUMNS)
    frame = frame.join(then.merge(corrected, on="item", how="outer").set_index("item"))
    frame = frame.assign(previous_quarter=previous.quarter)
    # a text that nobody wrote is empty, but a colour nobody set is missing: no colour is not a colour
    missing = ["colour", "previous_colour"]
    texts = frame.columns.difference([*missing, "weak", "components"])
    frame[texts] = frame[texts].astype(object).fillna("")
    frame[missing] = frame[missing].astype(object).where(frame[missing].notna(), None)
    return frame


def later_corrections(quarter: str, folder: Path | None = None, *, strategy: Strategy | None = None) -> pd.DataFrame:
    """Return what later quarters correct in a quarter, to be shown beside the original.

    Parameters
    ----------
    quarter : str
        The quarter that is corrected.
    folder, strategy
        As in `read_judgements`.

    Returns
    -------
    DataFrame
        One row a correction, earliest first, all texts, empty where nothing is stated: quarter (corrected), made_in
        (the correcting quarter), item; measure, period and breakdown of a figure; field, old, new; direction (``up``,
        ``down``); note_nb, note_en, by, date.

    Raises
    ------
    PeriodError
        When `quarter` is no quarter.
    JudgementError
        Listing every fault of the files read.

    """
    corrections = read_corrections(folder, strategy=strategy)
    return corrections[corrections["quarter"] == str(quarter_of(quarter))].reset_index(drop=True)


def read_corrections(folder: Path | None = None, *, strategy: Strategy | None = None) -> pd.DataFrame:
    """Return what any quarter corrects in an earlier one.

    Parameters
    ----------
    folder, strategy
        As in `read_judgements`.

    Returns
    -------
    DataFrame
        As `later_corrections`.

    Raises
    ------
    JudgementError
        Listing every fault of the files read.

    """
    strategy, folder = strategy or read_strategy(), folder or _folder()
    rows = [
        _correction_row(correction, made_in)
        for made_in in judged_quarters(folder)
        for correction in _read(folder, made_in, strategy.complete).corrections
    ]
    return pd.DataFrame(rows, columns=list(CORRECTIONS), dtype=object)


def made_after(corrections: pd.DataFrame, quarter: str, day: pd.Timestamp) -> pd.DataFrame:
    """Return the corrections that a quarter's report of a day does not know: those of quarters that end later.

    A correction is known from the last day of the quarter that makes it, as that quarter's own colours are.
    """
    return corrections.loc[[made != quarter and as_of_date(made) > day for made in corrections["made_in"]]]


def before_corrections(rows: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """Return figures, or a quarter's judgements, with the old value wherever a correction's new one stands.

    Parameters
    ----------
    rows : DataFrame
        As `read_observations` or `read_judgements` returns them.
    corrections : DataFrame
        As `read_corrections` returns them; for judgements, those of their quarter.

    Returns
    -------
    DataFrame

    """
    rows = rows.copy()
    named = rows.reset_index()
    for each in reversed(corrections.to_dict("records")):  # the first correction states what was published
        field, key = each["field"], ["measure", "period", "breakdown"] if each["measure"] else ["item"]
        if not {field, *key} <= set(named) or each["old"] == each["new"]:
            continue
        ends = pd.Series([each["new"], each["old"]])
        new, old = ends.replace("", "nan").astype(float) if is_numeric_dtype(rows[field]) else ends
        corrected = (rows[field] == new) | (rows[field].isna() & pd.isna(new))
        rows.loc[corrected & (named[key] == [each[name] for name in key]).all(axis=1).to_numpy(), field] = old
    return rows


def judged_quarters(folder: Path | None = None) -> list[str]:
    """Return the quarters that have a folder of judgements, earliest first.

    Raises
    ------
    JudgementError
        When a folder is not named as a quarter.

    """
    folder = folder or _folder()
    names = [place.name for place in folder.iterdir() if place.is_dir() and not is_left_behind(place.name)]
    remedy, faults = "a folder of judgements is named as 2024Q1", []
    for name in names:
        if not QUARTER.fullmatch(name):
            faults.append(Fault("judgements", "is no quarter", remedy, f"judgements/{name}"))
            with suppress(PeriodError):
                faults[-1] = faults[-1].at(nearest=normalise(name), remedy=f"did you mean '{normalise(name)}'?")
    if faults:
        raise JudgementError(faults)
    return sorted(names)


def published_folder() -> Path:
    """Return ``data/processed/published``, the one part of the processed material that is never deleted."""
    return paths.processed_folder() / "published"


def editions(quarter: str, folder: Path | None = None) -> list[Path]:
    """Return the folders of a quarter's published editions, the first one first."""
    first = (folder or published_folder()) / str(quarter_of(quarter))
    later = first.parent.glob(f"{first.name}-*") if first.exists() else ()
    return [*([first] if first.exists() else []), *sorted(later, key=lambda place: int(place.name.partition("-")[2]))]


def edition_of(quarter: str, corrections: pd.DataFrame, folder: Path | None = None) -> tuple[int, str]:
    """Return the number of the edition that a quarter's corrections make, and the day of the last of them.

    Parameters
    ----------
    quarter : str
        As in ``2024Q1``.
    corrections : DataFrame
        As `read_corrections` returns them; those of other quarters do not count.
    folder : Path, optional
        Where quarters are published; ``data/processed/published`` unless given.

    Returns
    -------
    tuple of int and str
        1 and an empty text for a quarter that is not published or not corrected since; an edition that is not
        published yet has the next number. The day is ISO; where none is typed, the last of the quarter that corrects.

    """
    own = corrections[corrections["quarter"] == quarter]
    published = editions(quarter, folder)
    if not published or own.empty:
        return 1, ""
    recorded = [len(pd.read_csv(place / "corrections.csv", dtype=str)) for place in published]
    number = recorded.index(len(own)) if len(own) in recorded else len(recorded)
    days = own["date"].where(own["date"] != "", own["made_in"].map(lambda made: as_of_date(made).date().isoformat()))
    return number + 1, days.max() if number else ""


def _folder() -> Path:
    return paths.raw_folder() / "judgements"


# --- reading one quarter ------------------------------------------------------------


def _read(folder: Path, quarter: str, strategy: Strategy) -> _Judgements:
    """Return one quarter's judgements, each signed; open rows are left out.

    Raises JudgementError with every fault of the file.
    """
    path, file = folder / quarter / "lights.toml", f"judgements/{quarter}/lights.toml"
    head, faults = documents.read_document(path, _Head, "judgements", file)
    if head is None:
        raise JudgementError(faults)
    if head.quarter != quarter:
        problem, remedy = f"stands in the folder of {quarter}", "move the file or correct the quarter"
        fault = Fault("judgements", problem, remedy, column="quarter", value=head.quarter)
        faults.append(fault.at(line=line_of(path, ("quarter",))))
    lights, light_faults = _entries(Light, "light", head.light, path)
    corrections, correction_faults = _entries(Correction, "correction", head.correction, path)
    # a figure's correction is shown with the first indicator that shows its measure, else with the strategy
    indicators = strategy.measures["indicators"]
    for number, each in corrections.items():
        if each.measure:
            item = next(iter(indicators.get(each.measure, ())), "strategy")
            corrections[number] = each.model_copy(update={"item": item})
    faults += [*light_faults, *correction_faults]
    located = [*_item_faults(head, corrections, strategy)]
    for number, light in lights.items():
        located += [(("light", number, field), fault) for field, fault in _light_faults(light, strategy)]
    # what has not been judged cannot have been judged wrongly
    earlier = [q for q in judged_quarters(folder) if q < quarter]
    remedy = f"it can be {', '.join(earlier)}" if earlier else f"none comes before {quarter}"
    for number, each in corrections.items():
        column = f"correction of '{each.item}' > "
        if each.quarter not in earlier:
            fault = Fault("judgements", "is no earlier quarter with judgements", remedy, value=each.quarter)
            located.append((("correction", number, "quarter"), fault.at(column=f"{column}quarter")))
        if each.measure and each.measure not in indicators.index:
            near = suggest(each.measure, indicators.index)
            fault = Fault("judgements", "is no measure of the strategy", value=each.measure, **near)
            located.append((("correction", number, "measure"), fault.at(column=f"{column}measure")))
    faults += [fault.at(line=line_of(path, place)) for place, fault in located]
    if faults:
        raise JudgementError(fault.at(file=file) for fault in faults)
    judged = {number: _signed(light, head) for number, light in lights.items() if light.colour}
    return _Judgements(quarter, judged, [_signed(each, head) for each in corrections.values()])


def _entries(
    model: type[Light | Correction], kind: str, tables: tuple[dict, ...], file: Path
) -> tuple[dict[int, Any], list[Fault]]:
    """Return the tables of a kind that can be read, by their number from 0, and every fault of the others."""
    items = [f"item '{table['item']}'" if "item" in table else "no item" for table in tables]
    names = [f"{kind} {number}, {item}" for number, item in enumerate(items, start=1)]
    entries, faults = documents.validated(model, kind, tables, names, file, Fault("judgements", ""))
    return {number: entry for number, entry in enumerate(entries) if entry}, faults


def _signed(entry: Light | Correction, head: _Head) -> Light | Correction:
    """Return a row signed by the head of its file, where it names nobody else."""
    return entry.model_copy(update={"by": entry.by or head.by, "date": entry.date or head.date})


def _item_faults(head: _Head, corrections: dict[int, Correction], strategy: Strategy) -> Iterator[tuple[Place, Fault]]:
    """Yield the items that the strategy does not have, and those judged or corrected twice, with their places."""
    index = strategy.items.index
    spellings = {item.casefold(): item for item in index} | {slug: i for i, slug in strategy.items["slug"].items()}
    lights = [(("light", number, "item"), table.get("item")) for number, table in enumerate(head.light)]
    lights = [(place, item) for place, item in lights if isinstance(item, str)]
    others = [(("correction", number, "item"), correction.item) for number, correction in corrections.items()]
    unknown = {item: place for place, item in reversed([*lights, *others]) if item not in index}
    for item, place in reversed(unknown.items()):
        # an id in another case, or a slug, is that item, however near another id is spelled
        meant = spellings.get(item.casefold())
        near = {"nearest": meant, "remedy": f"did you mean '{meant}'?"} if meant else suggest(item, index)
        yield place, Fault("judgements", "is no item of the strategy", column="item", value=item, **near)
    items = [item for _, item in lights]
    last = {item: place for place, item in lights}
    for item in repeated(items):
        fault = Fault("judgements", f"stands {items.count(item)} times", "keep one", column="item", value=item)
        yield last[item], fault
    keys = [(c.item, c.quarter, c.field, c.measure, c.period, c.breakdown) for c in corrections.values()]
    numbers = dict(zip(keys, corrections, strict=True))
    for key in repeated(keys):
        fault = Fault("judgements", f"is corrected {keys.count(key)} times", "keep one", value=key[1])
        yield ("correction", numbers[key]), fault.at(column=f"correction of '{key[0]}'")


def _light_faults(light: Light, strategy: Strategy) -> Iterator[tuple[str, Fault]]:
    """Yield what is wrong between the fields of one judged cell, with the field."""

    def fault(field: str, problem: str, remedy: str) -> tuple[str, Fault]:
        value = getattr(light, field)
        value = value if isinstance(value, str) else ""
        return field, Fault("judgements", problem, remedy, column=f"item '{light.item}' > {field}", value=value)

    if not light.colour:
        if filled := [name for name in sorted(light.model_fields_set - {"item"}) if getattr(light, name)]:
            yield fault("colour", f"is empty, which leaves the row open, but {', '.join(filled)} is filled in",
                        "give the colour too")  # fmt: skip
        return
    neighbours = _NEIGHBOURS[light.colour]
    on_record = "grey is a colour not on record, and a colour that is on record is explicit"
    rules = [
        (light.towards and light.towards not in neighbours, "towards", f"is no neighbour of {light.colour}",
         f"it can point to {' or '.join(neighbours)}"),
        (light.weak and not light.towards, "weak", "true qualifies a tendency",
         "name the colour it points to in towards, or drop it"),
        ((light.colour == "grey") == (light.record == "explicit"), "record",
         f"does not go with colour '{light.colour}'", on_record),
        (light.record == "tendency" and not light.towards, "towards", "is empty, but record is 'tendency'",
         "name the colour it points to"),
        (light.record == "change" and not light.movement, "movement", "is empty, but record is 'change'",
         "say up, down, unchanged or split"),
        (light.reason_code and light.reason is None, "reason", "is missing",
         f"reason_code '{light.reason_code}' needs its words in nb and en"),
        (light.reason and not light.reason_code, "reason_code", "is missing",
         f"choose among {', '.join(get_args(ReasonCode))}"),
    ]  # fmt: skip
    yield from (fault(field, problem, remedy) for is_broken, field, problem, remedy in rules if is_broken)
    if light.components and light.item in strategy.items.index:
        measures = strategy.measures_of(light.item).index
        for component in light.components:
            if component.measure not in measures:
                near = suggest(component.measure, measures)
                field, unknown = fault("components", f"is no measure of '{light.item}'", "")
                yield field, unknown.at(value=component.measure, **near)


# --- frames -------------------------------------------------------------------------

_CORRECTION_COLUMNS: Final = {
    "direction": "previous_correction",
    "new": "previous_corrected_colour",
    "note_nb": "previous_note_nb",
    "note_en": "previous_note_en",
}
CORRECTIONS: Final = (
    *("quarter", "made_in", "item", "measure", "period", "breakdown", "field", "old", "new", "direction"),
    *("note_nb", "note_en", "by", "date"),
)


def _correction_row(correction: Correction, made_in: str) -> dict[str, Any]:
    row = as_row(correction) | {"made_in": made_in, "date": correction.date.isoformat() if correction.date else ""}
    row |= {name: row[name] or "" for name in ("old", "new")}
    order = get_args(Set)  # from best to worst
    if correction.field == "colour" and not row["direction"] and {row["old"], row["new"]} <= set(order):
        row["direction"] = "down" if order.index(row["new"]) > order.index(row["old"]) else "up"
    return row
