"""Whether the page of an area tells a figure of it that the tables withhold: the latest, or that of a year before.

Whoever looks knows how such a page is read: it is about one area, a line of it about the measure it names, and a cell
that says of how many areas it is, about those. The figure is known from the raw material as typed, and never repeated.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from analysis import text as words
from analysis.municipal.text import area_word
from analysis.reports.finished import Line, lines_of
from analysis.reports.protected import Row
from analysis.reports.retold import names_of, plain
from analysis.text import LANGUAGES

_OF_MANY: Final = re.compile(r"\b(områder|areas)\b")
_MOVING: Final = tuple(area_word("movement_caption", language) for language in LANGUAGES)
Key = tuple[str, str, str]  # measure, code of an area, period


class _Withheld(NamedTuple):
    """How a withheld figure of a measure would be told: in the words of a line that names it, as `latest` or before."""

    place: str
    named: re.Pattern[str]
    latest: bool
    told: re.Pattern[str]


def find_retold_areas(folder: Path, raw: Path, rows: Iterable[Row]) -> list[str]:
    """Return the finished pages of areas that tell a figure which `rows`, of persons in the table of areas, withhold.

    Each as ``measure period area: file``. `raw` holds the figures, the strategy and its names.
    """
    shown: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in rows:
        shown[row["area"], row["measure"]][row["period"]] = row
    hidden = [row for spans in shown.values() for row in _on_page(spans) if row["withheld"]]
    if not hidden:
        return []
    typed, names = _typed(raw, hidden), names_of(raw)
    wanted: dict[str, list[_Withheld]] = defaultdict(list)
    for row in hidden:
        if figures := _figures(row, typed):
            latest = row["period"] == max(shown[row["area"], row["measure"]])
            wanted[row["area"]].append(_withheld(row, names[row["measure"]], latest, *figures))
    found: dict[str, None] = {}
    for area, sought in wanted.items():
        for line in lines_of(folder, f"*-{area}.*"):
            found |= dict.fromkeys(f"{each.place}: {line.file}" for each in sought if _tells(line, each))
    return [f"{entry} tells the figure that the tables withhold" for entry in found]


def _on_page(spans: dict[str, Row]) -> Iterator[Row]:
    """Yield the rows of an area's measure that its page shows: the latest, and that of a year before."""
    latest = max(spans)
    before = f"{int(latest[:4]) - 1}{latest[4:]}"
    yield from (spans[period] for period in (latest, before) if period in spans)


def _typed(raw: Path, hidden: Iterable[Row]) -> dict[Key, list[Row]]:
    """Return the raw rows behind withheld figures, the earliest published first."""
    from analysis.intake.tables import read_table  # with what it rests on, large: needed only where one is withheld
    from analysis.records.observations import LAYOUT, delivered_files

    behind = {(row["measure"], code, row["period"]) for row in hidden for code in row["parts"].split("+")}
    found: dict[Key, list[Row]] = defaultdict(list)
    for file in delivered_files(raw):
        for row in read_table(file, LAYOUT, raw).cells.to_dict("records"):
            key = row["measure"], row.get("area", ""), row["period"]
            if key in behind and not row["breakdown"] and not row["standing"]:
                found[key].append(row)
    return {key: sorted(rows, key=lambda row: row["published"]) for key, rows in found.items()}


def _figures(row: Row, typed: dict[Key, list[Row]]) -> tuple[float | None, float | None, float] | None:
    """Return numerator and denominator (None where not delivered) and value of a withheld row, None if not typed."""
    editions = [typed.get((row["measure"], code, row["period"]), []) for code in row["parts"].split("+")]
    known = [[each for each in rows if each["published"] <= row["published"]] for rows in editions]
    if not all(known):
        return None
    last = [rows[-1] for rows in known]
    if all(each["numerator"] and each["denominator"] for each in last):
        part, whole = (sum(_number(each[name]) for each in last) for name in ("numerator", "denominator"))
        return part, whole, 100 * part / whole if row["unit"] == "prosent" else part
    return None, None, sum(_number(each["value"]) for each in last)


def _number(typed: str) -> float:
    return float(typed.replace(",", "."))


def _withheld(
    row: Row, names: tuple[str, ...], latest: bool, part: float | None, whole: float | None, value: float
) -> _Withheld:
    unit, told = row["unit"], set()
    for language in LANGUAGES:
        told |= {words.quantity(value, unit, language, decimals=1 if unit == "prosent" else None)}
        if part is not None and whole is not None:
            counts = {"part": words.number(part, language), "whole": words.number(whole, language)}
            told |= {area_word("count_of", language, **counts)}
    said = "|".join(re.escape(plain(each)) for each in sorted(told))
    return _Withheld(
        " ".join((row["measure"], row["period"], row["area"])),
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)"),
        latest,
        re.compile(rf"(?<![\w,.])(?:{said})(?!\w|[.,]\d)"),
    )


def _tells(line: Line, each: _Withheld) -> bool:
    moving = any(caption in line.around for caption in _MOVING) and len(line.cells) > 1
    cells = [cell for cell in line.cells if not _OF_MANY.search(cell)]
    if moving:  # name, the year before, the latest
        cells = line.cells[2:] if each.latest else line.cells[1:2]
    elif not each.latest:
        return False  # nowhere else is an earlier figure told
    return bool(each.named.search(line.text)) and any(each.told.search(cell) for cell in cells)
