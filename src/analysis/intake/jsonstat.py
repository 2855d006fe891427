"""Tables in JSON-stat 2, as the interfaces of Statistics Norway and Eurostat deliver them."""

import http.client
import json
import math
import queue
import re
import threading
import urllib.request
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import IO, Final

import pandas as pd

from analysis.core.faults import Fault, RawDataError
from analysis.intake.files import SIZE_LIMIT, read_bytes
from analysis.intake.numerals import EXACT
from analysis.intake.rules import read_period

CELL_LIMIT: Final = 1_000_000
WAIT: Final = 30.0  # seconds for an interface to answer, and between any two pieces of its answer
TOTAL: Final = 120.0  # seconds for the whole of it: a trickle of bytes would otherwise never end

_MONTH = re.compile(r"(\d{4})M(\d{2})")  # Statistics Norway's 2024M01
_AS_THEY_ARE: Final = (".csv", ".tsv", ".txt", ".xlsx")  # what `analysis.intake.tables` reads
_TIME_NAMES: Final = ("tid", "time", "time_period", "ar", "år")


@dataclass(frozen=True)
class JsonStat:
    """A table of cells: `rows` has one column a dimension (codes), period, value (NaN: none) and status (as delivered).

    `dimensions` in the sender's order, `time` among them; `labels` holds the words of every dimension's codes, `title`
    and `updated` what the sender says of the table.
    """

    rows: pd.DataFrame
    dimensions: tuple[str, ...]
    time: str
    labels: dict[str, dict[str, str]]
    title: str
    updated: str


def read_jsonstat(path: Path, folder: Path) -> JsonStat:
    """Return the table of a saved JSON-stat 2 file.

    A period comes out in normal form (``2024K1`` -> ``2024Q1``, ``2024M01`` -> ``2024-01``). A cell without a figure
    stays a row, with NaN and the sender's status; nothing is filled in.

    Raises:
        RawDataError: with the one fault that keeps the file out.

    """
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    try:
        if path.suffix.lower() in _AS_THEY_ARE:
            remedy = "put it in data/raw/observations as it is; check says what it lacks"
            raise RawDataError([Fault("format", "is a table already, and no JSON-stat file", remedy)])
        return _table(_document(read_bytes(path, folder)))
    except RawDataError as refused:
        raise refused.at(file=name) from refused


def save_jsonstat(address: str, path: Path) -> Path:
    """Fetch a table from an https address into a new file at `path`, and return `path`.

    Raises:
        RawDataError: when the address is none or leads on to one that is not https, when it does not answer in `WAIT`
            seconds or is not done in `TOTAL`, when it sends more than the size limit, or anything but a table.
        FileExistsError: when the file is there already; what was delivered is never overwritten.

    """
    if path.exists():
        raise FileExistsError(f"'{path}' is there already; what was delivered is never overwritten")
    try:
        data = _fetched(address)
        _table(_document(data))
    except RawDataError as refused:
        raise refused.at(value=refused.faults[0].value or address) from refused
    with path.open("xb") as file:
        file.write(data)
    return path


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    """Follows an address that leads on, but never out of https."""

    def redirect_request(
        self, request: urllib.request.Request, answer: IO[bytes], code: int, word: str, headers: Message, address: str
    ) -> urllib.request.Request | None:
        _refuse_unless_https(address)
        return super().redirect_request(request, answer, code, word, headers, address)


def _refuse_unless_https(address: str) -> None:
    if not address.lower().startswith("https://"):
        raise RawDataError([Fault("file", "is no https address", "copy the address of the saved query", value=address)])


def _fetched(address: str) -> bytes:
    """Return what the address sends; the reading has a thread of its own, which is left behind when time is up."""
    _refuse_unless_https(address)
    answers: queue.SimpleQueue[bytes | Exception] = queue.SimpleQueue()

    def fetch() -> None:
        try:
            with urllib.request.build_opener(_OnlyHttps).open(address, timeout=WAIT) as answer:
                answers.put(answer.read(SIZE_LIMIT + 1))
        except Exception as error:  # handed over, and judged by whoever waits
            answers.put(error)

    threading.Thread(target=fetch, daemon=True).start()
    try:
        answer = answers.get(timeout=TOTAL)
    except queue.Empty:
        raise RawDataError(
            [Fault("size", f"is not done in {TOTAL:g} seconds", "ask for less, or save it by hand")]
        ) from None
    if isinstance(answer, OSError | http.client.HTTPException | ValueError) and not isinstance(answer, RawDataError):
        raise RawDataError([Fault("file", f"does not answer ({answer})", "save the file by hand")]) from answer
    if isinstance(answer, Exception):
        raise answer
    if len(answer) > SIZE_LIMIT:
        raise RawDataError([Fault("size", f"sends more than {SIZE_LIMIT:,} bytes", "ask for less")])
    return answer


def _document(data: bytes | Fault) -> dict:
    if isinstance(data, Fault):
        raise RawDataError([data])
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except RawDataError:
        raise
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, or a number of thousands of digits
        raise RawDataError([Fault("format", f"is no JSON ({error})", "save it anew")]) from error
    kind = document.get("class") if isinstance(document, dict) else None
    if kind != "dataset" or not str(document.get("version", "")).startswith("2"):
        raise RawDataError([Fault("format", "is no JSON-stat 2 dataset", "ask the interface for json-stat2")])
    return document


def _no_constant(text: str) -> None:
    raise RawDataError([Fault("finite", f"holds {text}, which is no figure", "save it anew", value=text)])


def _table(document: dict) -> JsonStat:
    try:
        names, sizes = document["id"], document["size"]
        codes = {
            name: _codes(document["dimension"][name]["category"], size) for name, size in zip(names, sizes, strict=True)
        }
        labels = {name: dict(document["dimension"][name]["category"].get("label", {})) for name in names}
        count = math.prod(sizes)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RawDataError(
            [Fault("format", f"its dimensions do not hold together ({error!r})", "save it anew")]
        ) from error
    if count > CELL_LIMIT:
        raise RawDataError([Fault("size", f"has {count:,} cells, the limit is {CELL_LIMIT:,}", "ask for less")])
    time = _time_dimension(document, names)
    if taken := {"period", "value", "status"} & {*names} - {time}:
        raise RawDataError(
            [Fault("format", f"a dimension is named '{taken.pop()}'", "save it with another name of it")]
        )
    cells = pd.MultiIndex.from_product(codes.values(), names=names).to_frame(index=False)
    periods = {code: _period(code, time) for code in codes[time]}
    values = [_number(value, place) for place, value in enumerate(_spread(document.get("value"), count, "value"))]
    statuses = ["" if status is None else str(status) for status in _spread(document.get("status"), count, "status")]
    rows = cells.assign(period=cells[time].map(periods), value=pd.Series(values, dtype=float), status=statuses)
    return JsonStat(rows, tuple(names), time, labels, str(document.get("label", "")), str(document.get("updated", "")))


def _codes(category: dict, size: int) -> list[str]:
    index = category.get("index", list(category.get("label", {})))
    ordered = index if isinstance(index, list) else sorted(index, key=index.get)
    if type(size) is not int or len(ordered) != size or len(set(ordered)) != size:
        raise ValueError(f"{len(ordered)} codes for a size of {size}")
    if isinstance(index, dict) and sorted(index.values()) != list(range(size)):
        raise ValueError("the places of the codes have gaps")
    return ordered


def _time_dimension(document: dict, names: list[str]) -> str:
    role = document.get("role")
    given = role.get("time") if isinstance(role, dict) else None
    named = [name for name in names if name in given] if isinstance(given, list) else []
    likely = named or [name for name in names if name.lower() in _TIME_NAMES]
    if len(likely) != 1:
        raise RawDataError([Fault("period", f"{len(likely)} of its dimensions are time", "ask for a table with one")])
    return likely[0]


def _period(code: str, dimension: str) -> str:
    month = _MONTH.fullmatch(code)
    try:
        return read_period(f"{month[1]}-{month[2]}" if month else code)
    except RawDataError as refused:
        raise refused.at(column=dimension, value=code) from refused


def _spread(given: object, count: int, name: str) -> list:
    """Return one entry a cell from JSON-stat's three ways: a list, a mapping by place, or one for all."""
    if given is None and name == "value":
        raise RawDataError([Fault("format", "has no values", "save it anew")])
    if isinstance(given, dict):
        entries = [given.get(str(place)) for place in range(count)]
        strangers = [place for place in given if not (place.isdigit() and int(place) < count)]
    else:
        entries = given if isinstance(given, list) else [given] * count
        strangers = [] if len(entries) == count or (name == "status" and not entries) else [f"{len(entries)} entries"]
        entries = entries or [None] * count
    if strangers:
        problem = f"its {name} does not fit {count} cells ({', '.join(strangers[:3])})"
        raise RawDataError([Fault("format", problem, "save it anew")])
    return entries


def _number(value: object, place: int) -> float:
    if value is None:
        return float("nan")
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < EXACT:
        problem = f"is no figure that can be held exactly (cell {place})"
        raise RawDataError([Fault("number", problem, "figures are numbers or null", column="value", value=str(value))])
    return float(value)
