"""The last look at finished files for small counts of persons, as somebody would look who wants to know them.

It reads the tables as they lie in the folder about to be published and in every release before, the workbooks and the
data package, and the settings and the promise as typed; none of the code that withholds is used. What is found is named
by measure, period and group; the figure itself is never repeated.
"""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, Final, NamedTuple

from openpyxl import load_workbook

from analysis import text as words
from analysis.reports.protected import Row, Rules, counts, is_few, read_rules
from analysis.reports.retold import find_retold
from analysis.text.phrases import phrase

_PACKAGE: Final = "downloads/datapackage.zip"
_TABLES: Final = ("tables/observations.csv", "figures.csv")  # of a release; of a published quarter
_TRENDS: Final = (("latest_period", "latest_value", "latest_n"), ("previous_period", "previous_value", "previous_n"))
_UNTOLD: Final = {"numerator": "", "denominator": "", "standing": "", "file": "", "line": ""}
_FIGURES: Final = ("value", "numerator", "denominator", "n")
_HIDDEN: Final = "withheld"
_ROUNDED: Final = 1e-6


class _Sum(NamedTuple):
    """Figures that are unknown, with the sign they count by, and what they come to; `named` is one that is told.

    ``slack`` is what rounding may do to it; ``open``, whether persons are left over of whom no figure tells.
    """

    unknown: Mapping[frozenset, float]
    comes_to: float
    slack: float
    named: frozenset
    open: bool = False


def find_disclosures(folder: Path, raw: Path, earlier: Iterable[Path] = ()) -> list[str]:
    """Return where the files of `folder`, alone or beside those of `earlier`, tell of few persons; none, all is well.

    `raw` is the folder of ``strategy.toml``, ``sources.toml``, ``disclosure.toml`` and the figures as delivered.
    """
    rules = read_rules(raw)
    tables = [[row for row in rows if row["measure"] in rules.persons] for rows in _tables(folder)]
    own = [row for rows in tables for row in rows]
    own += [row for row in _in_workbooks(folder, own) if row["measure"] in rules.persons]
    before = [row for place in earlier for rows in _tables(place) for row in rows if row["measure"] in rules.persons]
    found = dict.fromkeys(f"{_place(row)}: few persons are shown" for row in own if is_few(row, rules))
    hidden = [row for row in own if row["standing"] == _HIDDEN]
    for rows, where in ((before, "in an earlier release"), (own, "in another file")):
        shown = {_edition(row) for row in rows if any(row[name] for name in _FIGURES)}
        again = (row for row in hidden if _edition(row) in shown)
        found |= dict.fromkeys(f"{_place(row)}: withheld here, and shown {where}" for row in again)
    found |= dict.fromkeys([*_in_trends(folder, own), *find_retold(folder, raw, tables[0] if tables else [])])
    groups: dict[tuple, list[Row]] = defaultdict(list)
    for row in [*before, *own]:  # a later row of the same edition stands before an earlier one
        groups[row["measure"], row["period"]].append(row)
    for rows in groups.values():
        found |= dict.fromkeys(_worked_out(rows, rules))
    return list(found)


def _tables(folder: Path) -> Iterator[list[Row]]:
    for file in filter(Path.is_file, (folder / name for name in _TABLES)):
        yield _rows(file.read_text(encoding="utf-8"))
    yield from _of_package(folder, "observations.csv")


def _of_package(folder: Path, name: str) -> Iterator[list[Row]]:
    """Yield a table of the data package, from its folder and from its archive."""
    if (folder / _PACKAGE).with_suffix("").joinpath(name).is_file():
        yield _rows((folder / _PACKAGE).with_suffix("").joinpath(name).read_text(encoding="utf-8"))
    if (folder / _PACKAGE).is_file():
        with zipfile.ZipFile(folder / _PACKAGE) as archive:
            if name in archive.namelist():
                yield _rows(archive.read(name).decode("utf-8"))


def _rows(text: str) -> list[Row]:
    return [_UNTOLD | row for row in csv.DictReader(io.StringIO(text))]


def _in_workbooks(folder: Path, known: Iterable[Row]) -> Iterator[Row]:
    """Yield the figures of the workbooks, each as the row of the tables that names the same raw file and line."""
    places = {(row["file"], row["line"]): row for row in known if row["file"]}
    for told in _sheets(folder, "sheet_observations", {name: name for name in (*_FIGURES, "file", "line")}):
        if row := places.get((told["file"], told["line"])):
            figures = {name: told[name] for name in _FIGURES if _is_number(told[name])}
            yield row | dict.fromkeys(_FIGURES, "") | figures | {"standing": "" if figures else row["standing"]}


def _sheets(folder: Path, sheet: str, heads: Mapping[str, str]) -> Iterator[Row]:
    """Yield the rows of a sheet of every workbook, as text; `heads` says by which head each column is known."""
    for file in sorted(folder.glob("downloads/*.xlsx")):
        language = file.stem.rpartition("-")[2]
        book = load_workbook(file, read_only=True)
        rows = book[phrase(sheet, language)].iter_rows(values_only=True)
        top = list(next(rows))
        at = {name: top.index(phrase(head, language)) for name, head in heads.items()}
        for cells in rows:
            told = {name: cells[place] for name, place in at.items()}
            yield {name: f"{cell:.15g}" if isinstance(cell, float) else str(cell or "") for name, cell in told.items()}
        book.close()


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdigit()


def _in_trends(folder: Path, own: Iterable[Row]) -> Iterator[str]:
    """Yield the withheld totals that a table of trends tells as the latest or the previous figure."""
    totals: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in own:
        if not row["breakdown"]:
            for when in (row["period"], *(words.period(row["period"], language) for language in words.LANGUAGES)):
                totals[row["measure"], when].add(row["standing"])
    file = folder / "tables" / "trends.csv"
    tables = [_rows(file.read_text(encoding="utf-8"))] if file.is_file() else []
    heads = {name: name for names in _TRENDS for name in names} | {"measure": "code", "latest_value": "latest"}
    for rows in [*tables, *_of_package(folder, "trends.csv"), _sheets(folder, "sheet_trends", heads)]:
        for row, (period, *figures) in product(rows, _TRENDS):
            told = any(_is_number(row[name]) for name in figures)
            if told and totals.get((row["measure"], row[period])) == {_HIDDEN}:
                yield f"{row['measure']} {row[period]}: withheld here, and shown among the trends"


def _place(row: Row) -> str:
    return " ".join(filter(None, [row["measure"], row["period"], row["breakdown"]]))


def _edition(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("measure", "period", "breakdown", "published", "source"))


def _worked_out(rows: list[Row], rules: Rules) -> Iterator[str]:
    """Yield what can be worked out of one measure and period: a hidden row, or few of whom no row tells."""
    cells: dict[frozenset, Row] = {}
    for row in sorted(rows, key=lambda row: (row["standing"] in ("", _HIDDEN), row["published"])):
        cells[frozenset(filter(None, row["breakdown"].split(";")))] = row
    least = max(rules.least(row)[0] for row in rows)
    for layer in range(3):
        sums = _read(list(_sums(cells, _gaps(cells), layer)))
        for number, each in enumerate(sums):
            if each.open and _are_few(*_between(sums, number), least):
                yield f"{_place(cells[each.named])}: the total less what is shown leaves few persons"
        for cell in sorted({cell for each in sums for cell in each.unknown}, key=sorted):
            low, high = _between(sums, cell)
            if cell not in cells and _are_few(low, high, least):
                place = _place(rows[0] | {"breakdown": ";".join(sorted(cell))})
                yield f"{place}: no row tells of it, and few persons can be worked out from what is shown"
            elif cell in cells and low < least and high - low < least - _ROUNDED and high > _ROUNDED:
                yield f"{_place(cells[cell])}: withheld, and can be worked out from what is shown"


def _are_few(low: float, high: float, least: int) -> bool:
    return low > _ROUNDED and high < least - _ROUNDED


def _figure(row: Row, layer: int) -> float | None:
    """Return what a row tells of one kind: the part, the whole, or the others."""
    part, whole, _ = counts(row)
    if layer == 2:
        return None if part is None or whole is None else whole - part
    return (part, whole)[layer]


def _gaps(cells: Iterable[frozenset]) -> set[frozenset]:
    """Return what no row tells of in the tables that rows are taken from: each mix of their groups, and all totals."""
    groups: dict[str, set[str | None]] = defaultdict(lambda: {None})
    for pair in (pair for cell in cells for pair in cell):
        groups[pair.partition("=")[0]].add(pair)
    tables = {tuple(sorted(pair.partition("=")[0] for pair in cell)) for cell in cells}
    every = (frozenset(filter(None, mix)) for kinds in tables for mix in product(*(groups[kind] for kind in kinds)))
    return {*every} - {*cells} if len(groups) > 1 else set()


def _sums(cells: Mapping[frozenset, Row], gaps: set[frozenset], layer: int) -> Iterator[_Sum]:
    """Yield for each total with parts: what is unknown of them, and what that comes to by what is shown."""
    families: dict[tuple, list[frozenset]] = defaultdict(list)
    for cell in [*cells, *gaps]:
        for pair in cell:
            families[pair.partition("=")[0], cell - {pair}].append(cell)
    for (_, around), parts in families.items():
        for total, extra in _totals(cells, gaps, around, parts, layer):
            names = [*parts, *extra]
            signs = dict.fromkeys(names, 1.0) | ({around: -1.0} if total is None else {})
            told = [name for name in dict.fromkeys([*names, around]) if name in cells]
            unknown = {name: sign for name, sign in signs.items() if name in gaps or not _tells(cells[name], layer)}
            if any(cells[name]["standing"] != _HIDDEN for name in unknown.keys() - gaps):
                continue  # a part that is told in another form
            known = sum(_figure(cells[name], layer) or 0.0 for name in parts + extra if name not in unknown)
            slack = sum(counts(cells[name])[2] for name in told)
            if told:
                yield _Sum(unknown, (total or 0.0) - known, slack, told[0])


def _tells(row: Row, layer: int) -> bool:
    return _figure(row, layer) is not None


def _totals(
    cells: Mapping[frozenset, Row], gaps: set[frozenset], around: frozenset, parts: list[frozenset], layer: int
) -> Iterator[tuple[float | None, list[frozenset]]]:
    """Yield what parts may add up to: the figure around them, None where it is unknown, or those asked one question."""
    above = cells.get(around)
    wholes = {whole for name in parts if name in cells and (whole := counts(cells[name])[1]) is not None}
    asked = wholes.pop() if len(wholes) == 1 and gaps.isdisjoint(parts) else None
    around_whole = counts(above)[1] if above else None
    if asked is not None and around_whole == asked:
        if layer == 0:
            yield asked, []
            yield asked, [around]
        return
    if asked is not None and around_whole is None and layer == 0 and (len(parts) > 1 or above is not None):
        yield asked, []
    if around in gaps or (above and above["standing"] == _HIDDEN):
        yield None, []
    elif above and (total := _figure(above, layer)) is not None:
        yield total, []


def _read(sums: list[_Sum]) -> list[_Sum]:
    """Return the sums as somebody reads them who takes as few persons as can be to be left over, or counted twice.

    Where some must be left over, how many is `open`; where parts must overlap, there is no sum.
    """
    if not any(each.unknown for each in sums):
        over = [each.comes_to for each in sums]
    else:
        place, matrix = _matrix(sums)
        ends = [each.comes_to for each in sums]
        each_sum = [[float(row == line) for row in range(len(sums))] for line in range(len(sums))]
        rows = [[*row, *own, *(-one for one in own)] for row, own in zip(matrix, each_sum, strict=True)]
        dear = [2.0 if min(each.unknown.values(), default=1.0) < 0 else 1.0 for each in sums]  # of an unknown total
        found = _solved([*(0.0 for _ in place), *dear, *(20 * cost for cost in dear)], rows, ends).x
        over = [found[len(place) + n] - found[len(place) + len(sums) + n] for n in range(len(sums))]
    return [
        each._replace(open=True) if left > each.slack + _ROUNDED else each._replace(comes_to=each.comes_to - left)
        for each, left in zip(sums, over, strict=True)
        if left >= -each.slack - _ROUNDED
    ]


def _matrix(sums: list[_Sum]) -> tuple[dict[frozenset, int], list[list[float]]]:
    place = {cell: number for number, cell in enumerate(dict.fromkeys(cell for each in sums for cell in each.unknown))}
    return place, [[each.unknown.get(cell, 0.0) for cell in place] for each in sums]


def _between(sums: list[_Sum], wanted: frozenset | int) -> tuple[float, float]:
    """Return between what limits a hidden figure lies, or what is left over of an open sum, by its number."""
    if isinstance(wanted, int) and not sums[wanted].unknown:
        return sums[wanted].comes_to, sums[wanted].comes_to
    place, matrix = _matrix(sums)
    rows = [
        [*row, *(float(each.open and line == other) for other in range(len(sums)))]
        for line, (row, each) in enumerate(zip(matrix, sums, strict=True))
    ]
    at = len(place) + wanted if isinstance(wanted, int) else place[wanted]
    aim = [float(number == at) for number in range(len(place) + len(sums))]
    low, high = (_solved([sign * each for each in aim], rows, [each.comes_to for each in sums]) for sign in (1, -1))
    return (low.fun if low.status == 0 else 0.0), (-high.fun if high.status == 0 else float("inf"))


def _solved(costs: list[float], rows: list[list[float]], ends: list[float]) -> Any:
    from scipy.optimize import linprog  # large, and needed only where something is withheld

    return linprog(costs, A_eq=rows, b_eq=ends, bounds=(0, None))
