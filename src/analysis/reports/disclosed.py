"""The last look at finished files for small counts of persons, as somebody would look who wants to know them.

It reads the tables as they lie in the folder about to be published and in every release before, and the settings and
the promise as typed; none of the code that withholds is used. What is found is named by measure, period and group; the
figure itself is never repeated.
"""

import csv
import io
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_PACKAGE: Final = "downloads/datapackage.zip"
_TABLES: Final = ("tables/observations.csv", "figures.csv")  # of a release; of a published quarter
_UNTOLD: Final = {"numerator": "", "denominator": "", "standing": ""}
_HIDDEN: Final = "withheld"
_HOUSE: Final = {"threshold": 5, "base": 10, "persons": ["personer"]}
Row = dict[str, str]


@dataclass(frozen=True)
class Rules:
    """Which measures count persons, and below what each source's counts must not be shown."""

    persons: frozenset[str]
    threshold: Mapping[str, int]
    base: Mapping[str, int]


def find_disclosures(folder: Path, raw: Path, earlier: Iterable[Path] = ()) -> list[str]:
    """Return where the files of `folder`, alone or beside those of `earlier`, tell of few persons; none, all is well.

    `raw` is the folder of ``strategy.toml``, ``sources.toml`` and ``disclosure.toml``.
    """
    rules = _rules(raw)
    own = [row for rows in _tables(folder) for row in rows if row["measure"] in rules.persons]
    before = [row for place in earlier for rows in _tables(place) for row in rows if row["measure"] in rules.persons]
    found = dict.fromkeys(f"{_place(row)}: few persons are shown" for row in own if _is_few(row, rules))
    shown = {_edition(row) for row in before if row["value"]}
    again = (row for row in own if row["standing"] == _HIDDEN and _edition(row) in shown)
    found |= dict.fromkeys(f"{_place(row)}: withheld here, and shown in an earlier release" for row in again)
    groups: dict[tuple, list[Row]] = defaultdict(list)
    for row in [*before, *own]:  # a later row of the same edition stands before an earlier one
        groups[row["measure"], row["period"]].append(row)
    for rows in groups.values():
        found |= dict.fromkeys(_worked_out(rows, rules))
    return list(found)


def _rules(raw: Path) -> Rules:
    documents = {name: _toml(raw / f"{name}.toml") for name in ("strategy", "sources", "disclosure")}
    house = _HOUSE | documents["disclosure"].get("house", {})
    owners = {owner["name"]: house | owner for owner in documents["disclosure"].get("owner", ())}
    sources = {s["slug"]: owners.get(s["publisher"], house) for s in documents["sources"].get("source", ())}
    measures = list(_measures(documents["strategy"]))
    persons = [m["slug"] for m in measures if m.get("counts") in house["persons"]]
    asked = [m["slug"] for m in measures if "counts" not in m and m["basis"].startswith("survey")]
    limits = {kind: {source: limit[kind] for source, limit in sources.items()} for kind in ("threshold", "base")}
    return Rules(frozenset([*persons, *asked]), **limits)


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _measures(node: Any) -> Iterator[dict[str, Any]]:
    """Yield everything in a document that has a slug and a basis: measures, wherever they stand."""
    if isinstance(node, dict):
        if "slug" in node and "basis" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _measures(each)


def _tables(folder: Path) -> Iterator[list[Row]]:
    for file in filter(Path.is_file, (folder / name for name in _TABLES)):
        yield _rows(file.read_text(encoding="utf-8"))
    if (folder / _PACKAGE).is_file():
        with zipfile.ZipFile(folder / _PACKAGE) as archive:
            yield _rows(archive.read("observations.csv").decode("utf-8"))


def _rows(text: str) -> list[Row]:
    return [_UNTOLD | row for row in csv.DictReader(io.StringIO(text))]


def _place(row: Row) -> str:
    return " ".join(filter(None, [row["measure"], row["period"], row["breakdown"]]))


def _edition(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("measure", "period", "breakdown", "published", "source"))


def _counts(row: Row) -> tuple[float | None, float | None, float]:
    """Return how many persons a row tells of and of how many, None where it does not, and how inexactly."""
    part, whole, value, n = (float(row[c]) if row[c] else None for c in ("numerator", "denominator", "value", "n"))
    if part is not None:
        return part, whole, 0.0
    if row["unit"] == "prosent":
        if value is None or n is None:
            return None, whole if n is None else n, 0.0
        return float(round(value * n / 100)), n, n * (1.0 if value.is_integer() else 0.1) / 200
    return (value, whole, 0.0) if value is not None and value.is_integer() else (None, n, 0.0)


def _is_few(row: Row, rules: Rules) -> bool:
    part, whole, _ = _counts(row)
    least, base = rules.threshold[row["source"]], rules.base[row["source"]]
    small = part is not None and 0 < part < least
    rest = part is not None and whole is not None and 0 < whole - part < least
    return small or rest or (whole is not None and 0 < whole < base)


def _worked_out(rows: list[Row], rules: Rules) -> Iterator[str]:
    """Yield what can be worked out of one measure and period: a hidden row, or those of whom no row tells."""
    cells: dict[frozenset, Row] = {}
    for row in sorted(rows, key=lambda row: (row["standing"] in ("", _HIDDEN), row["published"])):
        cells[frozenset(filter(None, row["breakdown"].split(";")))] = row
    least = max(rules.threshold[row["source"]] for row in rows)
    equations = [found for layer in (0, 1, 2) for found in _equations(cells, layer)]
    for unknown, constant, slack, names in equations:
        if not unknown and slack < constant < least:
            yield f"{_place(cells[names[0]])}: the total less what is shown leaves few persons"
    hidden = {cell for unknown, *_ in equations for cell in unknown}
    for layer, cell in sorted(hidden, key=lambda each: (each[0], sorted(each[1]))):
        low, high = _between([e for e in equations if any(u[0] == layer for u in e[0])], (layer, cell))
        if low < least and high - low < least - 1e-6 and high > 1e-6:
            yield f"{_place(cells[cell])}: withheld, and can be worked out from what is shown"


def _figure(row: Row, layer: int) -> float | None:
    """Return what a row tells of one kind: the part, the whole, or the others."""
    part, whole, _ = _counts(row)
    if layer == 2:
        return None if part is None or whole is None else whole - part
    return (part, whole)[layer]


def _equations(cells: Mapping[frozenset, Row], layer: int) -> Iterator[tuple[list, float, float, list[frozenset]]]:
    """Yield for each total shown with parts: the hidden parts, what they add up to, the rounding, and all parts."""
    families: dict[tuple, list[frozenset]] = defaultdict(list)
    for cell in cells:
        for pair in cell:
            families[pair.partition("=")[0], cell - {pair}].append(cell)
    for (_, around), parts in families.items():
        for total, extra in _totals(cells, around, parts, layer):
            names = [*parts, *extra]
            known = [_figure(cells[name], layer) for name in names]
            unknown = [n for n, figure in zip(names, known, strict=True) if figure is None]
            if any(cells[name]["standing"] != _HIDDEN for name in unknown):
                continue  # a part that is told in another form
            slack = sum(_counts(cells[name])[2] for name in names)
            constant = total - sum(figure for figure in known if figure is not None)
            if constant >= -slack:  # else the parts overlap
                yield [(layer, name) for name in unknown], constant, slack, names


def _totals(
    cells: Mapping[frozenset, Row], around: frozenset, parts: list[frozenset], layer: int
) -> Iterator[tuple[float, list[frozenset]]]:
    """Yield what parts may add up to: the row around them, and of answers to one question those who were asked."""
    above = cells.get(around)
    wholes = {whole for name in parts if (whole := _counts(cells[name])[1]) is not None}
    asked = wholes.pop() if len(wholes) == 1 else None
    around_whole = _counts(above)[1] if above else None
    if asked is not None and around_whole == asked:
        if layer == 0:
            yield asked, []
            yield asked, [around]
        return
    if asked is not None and around_whole is None and layer == 0 and (len(parts) > 1 or above is not None):
        yield asked, []
    if above and (total := _figure(above, layer)) is not None:
        yield total, []


def _between(equations: list[tuple], wanted: tuple) -> tuple[float, float]:
    """Return between what limits a hidden figure lies: exactly where the sums agree, else as far as they allow."""
    from scipy.optimize import linprog  # large, and needed only where something is withheld

    place = {
        cell: number for number, cell in enumerate(dict.fromkeys(cell for unknown, *_ in equations for cell in unknown))
    }
    matrix = [[1.0 if cell in unknown else 0.0 for cell in place] for unknown, *_ in equations]
    constants = [max(constant, 0.0) for _, constant, *_ in equations]
    aim = [1.0 if cell == wanted else 0.0 for cell in place]
    for exactly in ({"A_eq": matrix, "b_eq": constants}, {"A_ub": matrix, "b_ub": constants}):
        low, high = (linprog([sign * a for a in aim], **exactly, bounds=(0, None)) for sign in (1, -1))
        if low.status == 0:
            return low.fun, -high.fun if high.status == 0 else float("inf")
    return 0.0, float("inf")
