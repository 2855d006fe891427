"""The last look at finished figures of areas for small counts of persons, by who knows which areas lie within which.

It reads the tables of every release that has areas, the pages of this one, and the register as typed; none of the code
that withholds is used. What is found is named by measure, period and area; the figure itself is never repeated.
"""

import csv
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from analysis.reports.protected import Row, Rules, counts, read_rules
from analysis.reports.retold_areas import find_retold_areas

_TABLE: Final = "tables/figures.csv"
_NATIONAL: Final = "tables/observations.csv"
_ROUNDED: Final = 1e-6
Span = tuple[float, float]


class Figure(NamedTuple):
    """What is told of an area in a period: its codes joined by "+", the row, and whether it is the sum of others.

    ``told`` is of how many persons, of how many all told, and how many the others are; None where it is not told.
    """

    codes: str
    row: Row
    summed: bool
    told: tuple[float | None, float | None, float | None]


def find_area_disclosures(folder: Path, raw: Path, earlier: Iterable[Path] = ()) -> list[str]:
    """Return where the figures of areas of `folder`, alone or beside those of `earlier`, tell of few persons.

    `raw` is the folder of ``strategy.toml``, ``sources.toml``, ``disclosure.toml`` and ``areas``.
    """
    if not (folder / _TABLE).is_file():
        return []
    rules, around = read_rules(raw), _around(raw / "areas" / "areas.csv")
    own = list(_figures(folder / _TABLE, rules, around))
    before = [figure for place in earlier for figure in _figures(place / _TABLE, rules, around)]
    found = dict.fromkeys(f"{_place(f)}: few persons are shown" for f in own if _is_few(f, rules))
    shown = {_edition(figure) for figure in before if figure.row["value"]}
    again = (figure for figure in own if figure.row["withheld"] and _edition(figure) in shown)
    found |= dict.fromkeys(f"{_place(f)}: withheld here, and shown in an earlier release" for f in again)
    tables: dict[tuple[str, str], dict[str, Figure]] = defaultdict(dict)
    national = (figure for place in [*earlier, folder] for figure in _nation(place / _NATIONAL, rules))
    for figure in sorted([*national, *before, *own], key=lambda figure: figure.row["published"]):
        tables[figure.row["measure"], figure.row["period"]][figure.codes] = figure
    for table in tables.values():
        if any(figure.row["withheld"] for figure in table.values()):
            found |= dict.fromkeys(_worked_out(table, around, rules))
    return [*found, *find_retold_areas(folder, raw, (figure.row for figure in own))]


def _around(register: Path) -> dict[str, str]:
    """Return the code of the area around each; that of a region is the country, ""."""
    with register.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["within"] for row in csv.DictReader(file)}


def _figures(file: Path, rules: Rules, around: Mapping[str, str]) -> Iterator[Figure]:
    """Yield the figures of persons of a release's table of areas; nothing where the release has none."""
    if not file.is_file():
        return
    smallest = around.keys() - set(around.values())
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            if row["measure"] in rules.persons:
                larger = row["area"] in around and row["area"] not in smallest
                codes = row["area"] if larger else row["parts"]
                row["n"] = ""
                yield Figure(codes, row, row["parts"] != row["area"], _told(row))


def _nation(file: Path, rules: Rules) -> Iterator[Figure]:
    """Yield the totals of a national release, each as the figure of the area around all regions."""
    if file.is_file():
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                if row["measure"] in rules.persons and not row["breakdown"]:
                    held = {"area": "", "withheld": row["standing"] if row["standing"] == "withheld" else ""}
                    if row["standing"] in ("", "withheld"):
                        yield Figure("", row | held, summed=False, told=_told(row))


def _place(figure: Figure) -> str:
    return " ".join(filter(None, [figure.row["measure"], figure.row["period"], figure.codes]))


def _is_few(figure: Figure, rules: Rules) -> bool:
    """Return whether a figure tells of few persons: those counted, the others, or all of them."""
    part, whole, rest = figure.told
    least, base = rules.least(figure.row)
    return any(few is not None and 0 < few < limit for few, limit in ((part, least), (rest, least), (whole, base)))


def _edition(figure: Figure) -> tuple[str, str, str, str]:
    return figure.row["measure"], figure.row["period"], figure.codes, figure.row["published"]


def _worked_out(table: Mapping[str, Figure], around: Mapping[str, str], rules: Rules) -> Iterator[str]:
    """Yield what can be worked out of the withheld figures of one measure and period."""
    within = _within(table, around)
    order = [codes for codes in _upwards(table, within) if codes in within]
    sums = {codes for codes in order if _is_sum(table[codes], within[codes])}
    least = max(rules.least(figure.row)[0] for figure in table.values())
    hidden = [codes for codes, figure in table.items() if figure.row["withheld"]]
    for layer in range(3):
        spans = _spans({codes: figure.told[layer] for codes, figure in table.items()}, within, order, sums)
        for codes in hidden:
            low, high = spans[codes]
            if low < least and high - low < least - _ROUNDED and high > _ROUNDED:
                yield f"{_place(table[codes])}: withheld, and can be worked out from what is shown"


def _told(row: Row) -> tuple[float | None, float | None, float | None]:
    part, whole, _ = counts(row)
    return part, whole, None if part is None or whole is None else whole - part


def _within(table: Mapping[str, Figure], around: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the figures within each: codes within what they were merged into, areas within larger ones."""
    merged = {code: codes for codes in table if "+" in codes for code in codes.split("+")}
    found: dict[str, list[str]] = defaultdict(list)
    for codes in table:
        first, *others = codes.split("+")
        place = merged.get(codes) or around.get(first)
        if codes and place is not None and place in table and all(around.get(code) == place for code in others):
            found[place].append(codes)
    return found


def _spans(
    told: Mapping[str, float | None], within: Mapping[str, list[str]], order: Sequence[str], sums: Container[str]
) -> dict[str, Span]:
    """Return between what limits each figure lies: from the smallest areas up, then from the largest down."""
    endless = float("inf")
    spans = {codes: (0.0, endless) if figure is None else (figure, figure) for codes, figure in told.items()}
    for codes in order:
        if told[codes] is None:
            low, high = (sum(spans[each][end] for each in within[codes]) for end in (0, 1))
            spans[codes] = (low, high if codes in sums else endless)
    for codes in reversed(order):
        open_ = [each for each in within[codes] if told[each] is None]
        lowest, (low, high) = sum(spans[each][0] for each in within[codes]), spans[codes]
        if not open_ or lowest > high:
            continue  # all is shown, or the parts overlap
        unbound = [each for each in open_ if spans[each][1] == endless]
        highest = sum(spans[each][1] for each in within[codes] if each not in unbound)
        for each in open_:
            own_low, own_high = spans[each]
            others = unbound not in ([], [each]) or codes not in sums
            least = 0.0 if others else low - (highest - (0.0 if unbound else own_high))
            spans[each] = (max(own_low, least), min(own_high, high - (lowest - own_low)))
    return spans


def _is_sum(figure: Figure, inside: Sequence[str]) -> bool:
    """Return whether a figure is known to be the sum of those within it, all of which are there."""
    return figure.summed and {code for each in inside for code in each.split("+")} == set(
        figure.row["parts"].split("+")
    )


def _upwards(table: Mapping[str, Figure], within: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield every figure after those within it."""
    seen: set[str] = set()
    waiting = list(table)
    while waiting:
        codes = waiting.pop()
        if codes in seen:
            continue
        if missing := [each for each in within.get(codes, ()) if each not in seen]:
            waiting += [codes, *missing]
            continue
        seen.add(codes)
        yield codes
