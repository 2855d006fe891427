"""TOML files of the raw material: read whole, checked against a model, every fault with its field and remedy."""

import math
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, ClassVar, Final, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from analysis.core.faults import Fault
from analysis.core.names import suggest
from analysis.core.periods import PeriodError
from analysis.intake.forbidden_text import mark_faults, private_faults

Place = tuple[str | int, ...]  # of a field in a document: names, and positions in lists, from 0
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class Typed(BaseModel):
    """A table of a TOML file: no field but those declared, none changed after reading."""

    # a misspelt optional field would otherwise be ignored, and its default used
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)
    hints: ClassVar[dict[str, str]] = {}  # what to write in place of a field that begins so


class Text(Typed):
    """A text in Norwegian bokmål and English."""

    nb: str = Field(min_length=1)
    en: str = Field(min_length=1)


_REMEDIES: Final = tomllib.loads(Path(__file__).with_name("remedies.toml").read_text(encoding="utf-8"))
LONGEST: Final = 500  # lines of a value; what comes after a longer one is named without its line
LARGEST: Final = 1e12  # a thousand billions: no figure of a strategy is of that size
SMALLEST: Final = 1e-6  # finer than any figure is given
NAME_LIMIT: Final = 200  # characters of a name in captions and headings


def misfit(problem: str, remedy: str, field: str = "") -> PydanticCustomError:
    """Return the error to raise for a value, or where a field of a table does not fit the others."""
    return PydanticCustomError("misfit", "{problem}", {"field": field, "problem": problem, "remedy": remedy})


def _printable(value: float) -> float:
    if value == 0 and math.copysign(1.0, value) < 0:
        raise misfit("is zero with a sign", "write 0")
    if value != 0 and not SMALLEST <= abs(value) < LARGEST:
        raise misfit("cannot be shown as a figure", f"write one of less than {LARGEST:g}, or 0")
    return value


Quantity = Annotated[float, AfterValidator(_printable)]

Model = TypeVar("Model", bound=Typed)


def by_language(text: Text | None, name: str) -> dict[str, str]:
    """Return a text as two cells of a row, ``name_nb`` and ``name_en``; empty where there is no text."""
    return {f"{name}_nb": text.nb if text else "", f"{name}_en": text.en if text else ""}


def as_row(entry: Typed) -> dict:
    """Return the fields of a table as cells of a row; each text is two, ``name_nb`` and ``name_en``."""
    row = {}
    for name, declared in type(entry).model_fields.items():
        is_text = Text in (declared.annotation, *get_args(declared.annotation))
        row |= by_language(getattr(entry, name), name) if is_text else {name: getattr(entry, name)}
    return row


def read_document(file: Path, model: type[Model], rule: str, name: str = "") -> tuple[Model | None, list[Fault]]:
    """Return a TOML file as a model, or None and every fault of it.

    Parameters
    ----------
    file : Path
        The file.
    model : type
        What it must hold.
    rule : str
        The rule that a fault offends, of `analysis.core.faults.RULES`.
    name : str
        The file's path below ``data/raw``; its own name unless given.

    Returns
    -------
    tuple of (model or None, list of Fault)

    """
    name = name or file.name
    try:
        text = file.read_text(encoding="utf-8-sig")  # without the mark that Windows editors put before it
        if faults := mark_faults(text, rule):
            return None, [fault.at(file=name) for fault in faults]
        typed = tomllib.loads(text)
    except FileNotFoundError:
        return None, [Fault(rule, "no such file", f"it belongs in {file.parent.name}/", name)]
    except OSError as error:
        return None, [Fault(rule, f"cannot be opened ({error.strerror})", "let it be read", name)]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return None, [Fault(rule, f"cannot be read as TOML: {error}", "correct it", name)]
    place = Fault(rule, "", file=name)
    if faults := _value_faults(typed, file, place):
        return None, faults
    document, errors = _errors(model, typed)
    return document, [_fault(each, model, place, typed).at(line=line_of(file, each["loc"])) for each in errors]


def _value_faults(document: object, file: Path, place: Fault) -> list[Fault]:
    """Return what `mark_faults` and `private_faults` do, for the values of a TOML document and not its comments."""
    rule = place.rule
    values = [(place, value) for place, value in _places(document) if isinstance(value, str)]
    whole = "\n".join(value for _, value in values)
    if not mark_faults(whole, rule) and not private_faults([whole], rule):
        return []
    faults = []
    for loc, value in values:
        # entries of lists are counted from 1, as people do
        column = " > ".join(str(part + 1) if isinstance(part, int) else part for part in loc)
        own = (*mark_faults(value, rule), *private_faults([value], rule))
        faults += dict.fromkeys(each.at(file=place.file, column=column, line=line_of(file, loc)) for each in own)
    return faults


def line_of(file: Path, place: Place) -> int | None:
    """Return the line of a TOML file where a field begins, or else of the table or list it belongs in.

    Parameters
    ----------
    file : Path
        The file.
    place : tuple of str and int
        Names of tables and fields, and positions in lists, counted from 0.

    Returns
    -------
    int or None
        None for a field that is missing outside all tables.

    """
    lines = _lines(file.read_text(encoding="utf-8-sig") if file.is_file() else "")
    return next((lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in lines), None)


@lru_cache(maxsize=8)
def _lines(text: str) -> dict[Place, int]:
    """Return where each field and table of a TOML text begins; Python's parser, which keeps no lines, reads each."""
    lines: dict[Place, int] = {}
    table: Place = ()
    statement, start = "", 1
    for number, line in enumerate(text.split("\n"), start=1):
        start = start if statement else number
        statement += f"{line}\n"
        if number - start > LONGEST:
            break
        for end in ("", "]"):  # of a list that goes on in the next line, what there is of it
            try:
                typed = tomllib.loads(statement + end)
            except tomllib.TOMLDecodeError:
                continue
            if statement.lstrip().startswith("["):
                table = _table_of(typed, lines)
                lines[table] = number
            else:
                goes_on = end or any((*table, name) in lines for name in typed)
                for place, _ in _places(typed):
                    lines.setdefault((*table, *place), number if goes_on else start)
            statement = statement if end else ""
            break
    return lines


def _table_of(header: object, lines: Iterable[Place]) -> Place:
    """Return the place of the table that a header begins, each of its names being the last entry of its list."""
    place: Place = ()
    while header and isinstance(header, dict):
        [(name, header)] = header.items()
        place += (name,)
        count = sum(other[:-1] == place and isinstance(other[-1], int) for other in lines)
        if isinstance(header, list) or count:
            place += (count if isinstance(header, list) else count - 1,)
    return place


def place_of(document: Typed, entry: Typed) -> Place:
    """Return the place of an entry of a document that has been read, as `line_of` takes it."""
    return next(place for place, each in _places(document) if each is entry)


def _places(document: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """Yield everything within a document with its place, what is around before what is inside."""
    if isinstance(document, Typed):
        fields = type(document).model_fields.items()
        document = {field.alias or name: getattr(document, name) for name, field in fields}
    if isinstance(document, dict | list | tuple):
        for name, value in document.items() if isinstance(document, dict) else enumerate(document):
            yield (*place, name), value
            yield from _places(value, (*place, name))


def validated(
    model: type[Model], kind: str, tables: Iterable[dict], names: Iterable[str], file: Path, place: Fault
) -> tuple[list[Model | None], list[Fault]]:
    """Return tables of a TOML file as models, None for each that has faults, and every fault of them.

    Parameters
    ----------
    model : type
        What a table must hold.
    kind : str
        The name of the tables in the file, as in ``[[source]]``.
    tables : iterable of dict
        The tables as read.
    names : iterable of str
        What a fault calls each of them.
    file : Path
        The file, to find lines in.
    place : Fault
        The rule that a fault offends, and the file as it is named there.

    Returns
    -------
    tuple of (list of (model or None), list of Fault)

    """
    entries, faults = [], []
    for number, (table, name) in enumerate(zip(tables, names, strict=True)):
        entry, errors = _errors(model, table)
        entries.append(entry)
        for each in errors:
            line = line_of(file, (kind, number, *each["loc"]))
            faults.append(_fault(each, model, place.at(column=name, line=line), table))
    return entries, faults


def _errors(model: type[Model], typed: object) -> tuple[Model | None, list[dict]]:
    try:
        return model.model_validate(typed), []
    except ValidationError as error:
        errors = error.errors()
        for each in errors:
            each["loc"] += tuple(filter(None, [each.get("ctx", {}).get("field")]))
    # a list that lacks an entry because that entry is at fault is no fault of its own
    deeper = {each["loc"][:depth] for each in errors for depth in range(len(each["loc"]))}
    return None, [each for each in errors if each["loc"] not in deeper]


def _named_parts(loc: tuple[str | int, ...], typed: object) -> list[str]:
    """Return a place in a document: entries of lists by slug or id, else counted from 1, as people do."""
    parts: list[str] = []
    for part in loc:
        inner = isinstance(typed, dict | list) and (isinstance(part, int) or part in typed)
        typed = typed[part] if inner else None
        name = next((typed[key] for key in ("slug", "id") if key in typed), None) if isinstance(typed, dict) else None
        if isinstance(part, int) and isinstance(name, str) and parts:
            parts[-1] += f" '{name}'"
        else:
            parts.append(str(part + 1) if isinstance(part, int) else part)
    return parts


def _fault(error: dict, model: type[Typed], place: Fault, typed: object) -> Fault:
    """Return one of pydantic's errors as a fault."""
    parts = _named_parts(error["loc"], typed)
    value, cause = error["input"], error.get("ctx", {}).get("error")
    place = place.at(column=" > ".join([*filter(None, [place.column]), *parts]))
    if error["type"] == "missing":
        return place.at(problem="is missing", remedy=f"write {parts[-1]} = …")
    if error["type"] == "extra_forbidden":
        for part in error["loc"][:-1]:  # to the model of the table that the field is in
            fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            kinds = [fields.get(part), *get_args(fields.get(part))]
            model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Typed)), model)
        hint = next((text for name, text in model.hints.items() if parts[-1].startswith(name)), "")
        near = suggest(parts[-1], [field.alias or name for name, field in model.model_fields.items()])
        return place.at(problem="no such field", **({"remedy": hint} if hint else near))
    place = place.at(value="" if isinstance(value, dict | list) else str(value))
    if error["type"] == "model_type":
        both = error["ctx"]["class_name"] == "Text"
        return place.at(problem="is not a table", remedy='write { nb = "…", en = "…" }' if both else "write { … = … }")
    if error["type"] == "literal_error":
        # pydantic has the words of the list as one text only
        words = [word for each in re.split(r", | or ", error["ctx"]["expected"]) if (word := each.strip("'"))]
        near = suggest(place.value.casefold(), words)  # the words are listed, so only a near one helps
        return place.at(problem=f"is not among {', '.join(words)}", **(near if near["nearest"] else {}))
    if isinstance(cause, PeriodError):
        return place.at(problem=cause.problem, remedy=cause.remedy)
    remedy = error.get("ctx", {}).get("remedy") or _REMEDIES.get(error["type"], "correct it")
    return place.at(problem=str(cause or error["msg"]), remedy=remedy)


def twice_faults(file: Path, rule: str, kind: str, key: str, names: list[str | None]) -> list[Fault]:
    """Return a fault for each table of a kind whose name, in the field `key`, an earlier one has; None is no name."""
    fault = Fault(rule, "stands twice", "keep one", file.name, column=f"{kind} > {key}")
    again = {number: name for number, name in enumerate(names) if name is not None and name in names[:number]}
    return [fault.at(value=name, line=line_of(file, (kind, number, key))) for number, name in again.items()]


def repeated(names: Iterable[str]) -> list[str]:
    """Return the names that occur more than once, in their order."""
    names = list(names)
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]
