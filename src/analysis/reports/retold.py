"""Whether any finished file tells a figure that the tables withhold, in the place where it would stand.

The figure is known from the raw material as typed, the place by what a reader would go by: the names of the measure and
its indicator or the raw row it leads to, the period, and the group. The figure itself is never repeated.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from analysis import text as words
from analysis.reports.finished import Line, lines_of
from analysis.reports.protected import Row
from analysis.text import LANGUAGES

_LONG: Final = 100  # a whole number from here on is told by its digits alone; a smaller one needs its unit beside it


class _Withheld(NamedTuple):
    """How a withheld figure would be told: beside a name, a period and its group, in `words` or `alone` in a cell."""

    place: str
    names: tuple[str, ...]
    periods: tuple[str, ...]
    group: tuple[str, ...]
    others: tuple[str, ...]
    words: re.Pattern[str]
    alone: frozenset[str]


def find_retold(folder: Path, raw: Path, rows: Iterable[Row]) -> list[str]:
    """Return the finished files in which a figure is told that `rows`, those of a table, withhold.

    Each as ``measure period group: file``. `raw` holds the figures, the strategy and its names.
    """
    rows = list(rows)
    hidden = [row for row in rows if row["standing"] == "withheld" and row["file"]]
    if not hidden:
        return []
    groups: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        groups[row["measure"]].add(row["breakdown"])
    figures, names = _figures(raw, {row["file"] for row in hidden}), names_of(raw)
    wanted = [
        _withheld(row, figures[row["file"], row["line"]], names[row["measure"]], groups[row["measure"]])
        for row in hidden
        if (row["file"], row["line"]) in figures
    ]
    found: dict[str, None] = {}
    for line in lines_of(folder):
        told = f"{line.around} {line.text}"
        if any(character.isdigit() for character in line.text):
            found |= dict.fromkeys(f"{each.place}: {line.file}" for each in wanted if _tells(line, told, each))
    return [f"{entry} tells the figure that the tables withhold" for entry in found]


def _figures(raw: Path, files: set[str]) -> dict[tuple[str, str], Mapping[str, str]]:
    """Return the raw rows of files, by file and line, as typed."""
    from analysis.intake.tables import read_table  # with what it rests on, large: needed only where one is withheld
    from analysis.records.observations import LAYOUT

    tables = [read_table(raw / file, LAYOUT, raw).cells for file in sorted(files)]
    return {(row["file"], str(row["line"])): row for table in tables for row in table.to_dict("records")}


def names_of(raw: Path) -> dict[str, tuple[str, ...]]:
    """Return what each measure is known by: its slug, its names, and those of the indicator it belongs to."""
    found: dict[str, tuple[str, ...]] = {}

    def walk(node: object, above: tuple[str, ...]) -> None:
        if isinstance(node, dict):
            own = (node.get("slug", ""), *node["name"].values()) if isinstance(node.get("name"), dict) else ()
            if "basis" in node:
                found[node["slug"]] = tuple(filter(None, [node["slug"], *own, *above]))
            for key, inner in node.items():
                walk(inner, own if key == "indicator" or "measure" in node else ())
        elif isinstance(node, list):
            for inner in node:
                walk(inner, above)

    walk(tomllib.loads((raw / "strategy.toml").read_text(encoding="utf-8")), ())
    return found


def _withheld(row: Row, typed: Mapping[str, str], names: tuple[str, ...], groups: set[str]) -> _Withheld:
    file = Path(row["file"]).stem
    others = groups - {row["breakdown"], ""}
    said, alone = _told_as(row["unit"], typed)
    return _Withheld(
        " ".join(filter(None, [row["measure"], row["period"], row["breakdown"]])),
        (*names, f"#{file}-{row['line']}"),
        (row["period"], f"#{file}-{row['line']}", *(words.period(row["period"], language) for language in LANGUAGES)),
        _group(row["breakdown"]),
        tuple(name for other in others for name in _group(other)),
        re.compile(rf"(?<![\w,.])(?:{'|'.join(map(re.escape, said))})(?!\w|[.,]\d)"),
        frozenset(alone),
    )


def _group(breakdown: str) -> tuple[str, ...]:
    return (breakdown, *(words.breakdown(breakdown, language) for language in LANGUAGES)) if breakdown else ()


def _told_as(unit: str, typed: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Return how the figures of a row may be told in running words, and alone in a cell."""
    said, alone = set(), set()
    for name in ("value", "numerator"):
        if not typed.get(name):
            continue
        value = float(typed[name].replace(",", "."))
        bare = f"{value:.15g}"
        numbers = {bare, bare.replace(".", ","), *(plain(words.number(value, language)) for language in LANGUAGES)}
        alone |= numbers
        said |= numbers if value >= _LONG or not value.is_integer() else set()
        units = {words.unit(unit, language, value) for language in LANGUAGES} | ({"%"} if unit == "prosent" else set())
        said |= {f"{number} {each}" for number in numbers for each in units} if name == "value" else set()
        if name == "numerator" and typed.get("denominator"):
            whole = float(typed["denominator"])
            wholes = [plain(words.number(whole, language)) for language in LANGUAGES]
            said |= {f"{number} {of} {each}" for number in numbers for each in wholes for of in ("av", "of")}
    return said, alone


def plain(text: str) -> str:
    """Return a text with ordinary spaces, as lines are read."""
    return " ".join(text.split())


def _tells(line: Line, told: str, each: _Withheld) -> bool:
    if not any(name in told for name in each.names) or not any(period in told for period in each.periods):
        return False
    if each.group and not any(name in told for name in each.group):
        return False
    if not each.group and any(name in line.text for name in each.others):
        return False
    return bool(each.words.search(line.text)) or not each.alone.isdisjoint(line.cells[1:])
