"""What was judged: the colours the experts set, quarter by quarter, and how later quarters corrected them.

Each quarter has a folder ``data/raw/judgements/<quarter>`` with ``lights.toml``, never edited after publication. A
colour that nobody wrote down is ``grey``: not on record, which says nothing about how the work stands. Such a cell may
still hold what *was* written: the colour it points towards, or how it moved since the previous report. A row whose
colour is left empty is *open*: nobody has judged it yet, and the proposal of the figures stands alone.
"""

import datetime
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationError

from analysis.core import paths
from analysis.core.names import nearest
from analysis.core.periods import QUARTER, as_of_date, normalise, quarter_of
from analysis.records.strategy import Strategy, Text, read_strategy

Set = Literal["green", "yellow", "red"]
Colour = Literal["green", "yellow", "red", "grey"]
Movement = Literal["up", "down", "unchanged", "split"]
Record = Literal["explicit", "tendency", "change", "narrative", "none"]
ReasonCode = Literal["data-error", "known-event", "definition", "context", "other"]
Quarter = Annotated[str, AfterValidator(lambda text: str(quarter_of(text)))]

_NEIGHBOURS: Final = {
    "green": ("yellow",),
    "yellow": ("green", "red"),
    "red": ("yellow",),
    "grey": get_args(Set),  # a colour that is not on record may have pointed anywhere
}


class JudgementError(ValueError):
    """Judgements that cannot stand as typed; the message lists every fault with file, item, field, value and remedy."""


class _Typed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Component(_Typed):
    """The colour named for one measure of a composite indicator."""

    measure: str
    colour: Set


class Light(_Typed):
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


class Correction(_Typed):
    """What this quarter says about a colour set in an earlier one."""

    quarter: Quarter
    item: str
    direction: Literal["down", "up"]
    colour: Literal["", Set] = ""
    note: Text


class _Head(_Typed):
    quarter: Quarter
    by: str = ""
    date: datetime.date | None = None
    light: tuple[dict, ...] = Field(min_length=1)
    correction: tuple[dict, ...] = ()


class _Judgements(_Typed):
    quarter: str
    lights: tuple[Light, ...]
    corrections: tuple[Correction, ...]


def read_judgements(quarter: str, *, strategy: Strategy | None = None, folder: Path | None = None) -> pd.DataFrame:
    """Return what was judged in a quarter, one row for each item of the strategy, in report order (index item).

    Columns: colour (missing where nobody judged: the proposal stands alone), towards, weak, movement, record,
    components (tuple of (measure, colour)), reason_code, reason_nb, reason_en, by, date (ISO or empty), second; from
    the latest earlier quarter with judgements previous_quarter, previous_colour, previous_towards; and, as this quarter
    corrects that one, previous_correction (``up`` or ``down``), previous_corrected_colour, previous_note_nb,
    previous_note_en. A quarter without a folder has no colours, but still its predecessor's.

    >>> read_judgements("2024Q1").loc["goal-5", ["colour", "towards", "previous_quarter"]].tolist()
    ['yellow', 'green', '2023Q1']

    Raises:
        PeriodError: when `quarter` is no quarter.
        JudgementError: listing every fault of the files read.

    """
    quarter, strategy, folder = str(quarter_of(quarter)), strategy or read_strategy(), folder or _folder()
    known = judged_quarters(folder)
    judged = _read(folder, quarter, strategy) if quarter in known else None
    earlier = (_read(folder, q, strategy) for q in reversed(known) if q < quarter)
    previous = next((each for each in earlier if each.lights), None)  # a quarter still open is nobody's predecessor
    frame = pd.DataFrame([_light_row(light) for light in judged.lights] if judged else [], columns=_LIGHT_COLUMNS)
    frame = frame.set_index("item").reindex(strategy.items.index)
    frame = frame.join(_previous(previous, judged)).assign(previous_quarter=previous.quarter if previous else "")
    return _filled(frame)


def later_corrections(
    quarter: str, folder: Path | None = None, *, strategy: Strategy | None = None, as_of: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Return what later quarters correct in this quarter's colours, to be shown beside the original.

    A correction is known from the last day of the quarter that makes it, as that quarter's own colours are; those not
    known at `as_of` are left out.

    One row a correction, earliest first: made_in (the correcting quarter), item, direction (``up`` or ``down``), colour
    (empty where the correction names none), note_nb, note_en.

    Raises:
        PeriodError: when `quarter` is no quarter.
        JudgementError: listing every fault of the files read.

    """
    quarter, strategy, folder = str(quarter_of(quarter)), strategy or read_strategy(), folder or _folder()
    known = [q for q in judged_quarters(folder) if as_of is None or as_of_date(q) <= as_of]
    later = [_read(folder, q, strategy) for q in known if q > quarter]
    rows = [
        {"made_in": judged.quarter, **_correction_row(correction)}
        for judged in later
        for correction in judged.corrections
        if correction.quarter == quarter
    ]
    return pd.DataFrame(rows, columns=["made_in", "item", "direction", "colour", "note_nb", "note_en"])


def judged_quarters(folder: Path | None = None) -> list[str]:
    """Return the quarters that have a folder of judgements, earliest first.

    Raises:
        JudgementError: when a folder is not named as a quarter.

    """
    folder = folder or _folder()
    names = [place.name for place in folder.iterdir() if place.is_dir() and not place.name.startswith(".")]
    strangers = [name for name in names if not QUARTER.fullmatch(name)]
    if strangers:
        raise JudgementError("\n".join(f"{folder.name}/{name}: {_quarter_remedy(name)}" for name in strangers))
    return sorted(names)


def _quarter_remedy(name: str) -> str:
    try:
        return f"is no quarter; did you mean '{normalise(name)}'?"
    except ValueError:
        return "is no quarter; a folder of judgements is named as 2024Q1"


def _folder() -> Path:
    return paths.raw_folder() / "judgements"


# --- reading one quarter ------------------------------------------------------------


def _read(folder: Path, quarter: str, strategy: Strategy) -> _Judgements:
    place = f"{quarter}/lights.toml"
    head = _head(folder / quarter / "lights.toml", place)
    lights, light_faults = _entries(Light, "light", head.light)
    corrections, correction_faults = _entries(Correction, "correction", head.correction)
    faults = [
        *([f"quarter: '{head.quarter}' stands in the folder of {quarter}"] if head.quarter != quarter else []),
        *light_faults,
        *correction_faults,
        *_item_faults(_typed_items(head.light), [(c.quarter, c.item) for c in corrections], strategy),
        *(f"item '{light.item}', {fault}" for light in lights for fault in _light_faults(light, strategy)),
        *(f"correction of '{c.item}', {f}" for c in corrections for f in _correction_faults(c, quarter, folder)),
    ]
    if faults:
        raise JudgementError("\n".join(f"{place}: {fault}" for fault in faults))
    unsaid = {"by": head.by, "date": head.date}
    signed = [
        light.model_copy(update={k: v for k, v in unsaid.items() if not getattr(light, k)})
        for light in lights
        if light.colour
    ]
    return _Judgements(quarter=quarter, lights=signed, corrections=corrections)


def _head(file: Path, place: str) -> _Head:
    try:
        return _Head.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise JudgementError(f"{place}: no such file; a quarter that was judged has its colours there") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise JudgementError(f"{place}: cannot be read as TOML: {error}") from error
    except ValidationError as error:
        faults = (_explain(fault, _Head) for fault in error.errors())
        raise JudgementError("\n".join(f"{place}: {fault}" for fault in faults)) from error


def _entries(model: type[BaseModel], name: str, tables: Iterable[dict]) -> tuple[list, list[str]]:
    entries, faults = [], []
    for number, table in enumerate(tables, start=1):
        try:
            entries.append(model.model_validate(table))
        except ValidationError as error:
            item = f"item '{table['item']}'" if "item" in table else "no item"
            faults += [f"[[{name}]] {number}, {item}, {_explain(fault, model)}" for fault in error.errors()]
    return entries, faults


def _explain(fault: dict, model: type[BaseModel]) -> str:
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
    found = fault["input"]
    if fault["type"] == "missing":
        return f"{place}: is missing"
    if fault["type"] == "extra_forbidden":
        return f"{place}: no such field{nearest(str(fault['loc'][-1]), model.model_fields)}"
    if fault["type"] == "literal_error":
        words = [word for word in re.findall(r"'([^']*)'", fault["ctx"]["expected"]) if word]
        return f"{place}: {found!r} is not among {', '.join(words)}{_spelt(str(found), words)}"
    return f"{place}: {fault['msg']} (found {found!r})"


def _spelt(text: str, known: Iterable[str]) -> str:
    """Return the remedy for a word of a closed list, nothing when none is near: the list was just printed."""
    remedy = nearest(text.casefold(), known)
    return remedy if "did you mean" in remedy else ""


def _typed_items(tables: Iterable[dict]) -> list[str]:
    return [table["item"] for table in tables if isinstance(table.get("item"), str)]


def _item_faults(items: list[str], corrected: list[tuple[str, str]], strategy: Strategy) -> Iterator[str]:
    known = strategy.items.index
    spellings = {item.casefold(): item for item in known} | {slug: i for i, slug in strategy.items["slug"].items()}
    for item in dict.fromkeys([*items, *(item for _, item in corrected)]):
        if item not in known:
            meant = spellings.get(item.casefold())
            remedy = f"; did you mean '{meant}'?" if meant else nearest(item, known)
            yield f"item: '{item}' is no item of the strategy{remedy}"
    for item in dict.fromkeys(items):
        if items.count(item) > 1:
            yield f"item '{item}': stands {items.count(item)} times"
    for quarter, item in dict.fromkeys(corrected):
        if corrected.count((quarter, item)) > 1:
            yield f"correction of '{item}': {quarter} is corrected {corrected.count((quarter, item))} times"


def _light_faults(light: Light, strategy: Strategy) -> Iterator[str]:
    if not light.colour:
        said = [name for name in sorted(light.model_fields_set - {"item"}) if getattr(light, name)]
        if said:
            yield f"colour: '' leaves the row open, but {', '.join(said)} is filled in; give the colour too"
        return
    neighbours = _NEIGHBOURS[light.colour]
    if light.towards and light.towards not in neighbours:
        yield f"towards: '{light.towards}' is no neighbour of {light.colour}; it can point to {' or '.join(neighbours)}"
    if light.weak and not light.towards:
        yield "weak: true qualifies a tendency; name the colour it points to in towards, or drop it"
    if (light.colour == "grey") == (light.record == "explicit"):
        yield (
            f"record: '{light.record}' does not go with colour '{light.colour}'; grey is a colour not on record, and a "
            "colour that is on record is explicit"
        )
    if light.record == "tendency" and not light.towards:
        yield "towards: '' is empty, but record is 'tendency'; name the colour it points to"
    if light.record == "change" and not light.movement:
        yield "movement: '' is empty, but record is 'change'; say up, down, unchanged or split"
    if light.reason_code and light.reason is None:
        yield f"reason: is missing; reason_code '{light.reason_code}' needs its words in nb and en"
    if light.reason and not light.reason_code:
        yield f"reason_code: is missing; choose among {', '.join(get_args(ReasonCode))}"
    yield from _component_faults(light, strategy)


def _component_faults(light: Light, strategy: Strategy) -> Iterator[str]:
    if not light.components or light.item not in strategy.items.index:
        return
    measures = strategy.measures_of(light.item).index
    for component in light.components:
        if component.measure not in measures:
            remedy = nearest(component.measure, measures) if len(measures) else ""
            yield f"components: '{component.measure}' is no measure of '{light.item}'{remedy}"


def _correction_faults(correction: Correction, quarter: str, folder: Path) -> Iterator[str]:
    earlier = [known for known in judged_quarters(folder) if known < quarter]
    if correction.quarter not in earlier:
        remedy = f"it can be {', '.join(earlier)}" if earlier else f"none comes before {quarter}"
        yield f"quarter: '{correction.quarter}' is no earlier quarter with judgements; {remedy}"


# --- frames -------------------------------------------------------------------------

_LIGHT_COLUMNS: Final = [
    *("item", "colour", "towards", "weak", "movement", "record", "components"),
    *("reason_code", "reason_nb", "reason_en", "by", "date", "second"),
]
_PREVIOUS_COLUMNS: Final = ["item", "previous_colour", "previous_towards"]
_CORRECTION_COLUMNS: Final = {
    "direction": "previous_correction",
    "colour": "previous_corrected_colour",
    "note_nb": "previous_note_nb",
    "note_en": "previous_note_en",
}


def _light_row(light: Light) -> dict:
    reason = light.reason
    return light.model_dump(exclude={"reason", "components", "date"}) | {
        "components": tuple((c.measure, c.colour) for c in light.components),
        "reason_nb": reason.nb if reason else "",
        "reason_en": reason.en if reason else "",
        "date": light.date.isoformat() if light.date else "",
    }


def _correction_row(correction: Correction) -> dict:
    row = correction.model_dump(include={"item", "direction", "colour"})
    return row | {"note_nb": correction.note.nb, "note_en": correction.note.en}


def _previous(previous: _Judgements | None, judged: _Judgements | None) -> pd.DataFrame:
    lights = [
        {"item": light.item, "previous_colour": light.colour, "previous_towards": light.towards}
        for light in (previous.lights if previous else ())
    ]
    corrections = [
        _correction_row(correction)
        for correction in (judged.corrections if judged else ())
        if previous and correction.quarter == previous.quarter
    ]
    corrected = pd.DataFrame(corrections, columns=["item", *_CORRECTION_COLUMNS]).rename(columns=_CORRECTION_COLUMNS)
    frame = pd.DataFrame(lights, columns=_PREVIOUS_COLUMNS)
    return frame.merge(corrected, on="item", how="outer").set_index("item")


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Give unsaid texts as empty and leave unsaid colours missing: no colour is not a colour."""
    colours = ["colour", "previous_colour"]
    texts = frame.columns.difference([*colours, "weak", "components"])
    frame[texts] = frame[texts].astype(object).fillna("")
    frame["weak"] = frame["weak"].eq(True)
    frame["components"] = pd.Series([c if isinstance(c, tuple) else () for c in frame["components"]], frame.index)
    frame[colours] = frame[colours].astype(object).where(frame[colours].notna(), None)
    return frame
