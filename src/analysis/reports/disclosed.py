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
from typing import Final

from openpyxl import load_workbook

from analysis import words
from analysis.reports.protected import Row, Rules, counts, is_few, read_rules
from analysis.reports.retold import find_retold
from analysis.words.files import phrase

_PACKAGE: Final = "downloads/datapackage.zip"
_TABLES: Final = ("tables/observations.csv", "figures.csv")  # of a release; of a published quarter
_TRENDS: Final = (("latest_period", "latest_value", "latest_n"), ("previous_period", "previous_value", "previous_n"))
_UNTOLD: Final = {"numerator": "", "denominator": "", "standing": "", "file": "", "line": ""}
_FIGURES: Final = ("value", "numerator", "denominator", "n")
_HIDDEN: Final = "withheld"


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
    """Yield what can be worked out of one measure and period: a hidden row, or those of whom no row tells."""
    cells: dict[frozenset, Row] = {}
    for row in sorted(rows, key=lambda row: (row["standing"] in ("", _HIDDEN), row["published"])):
        cells[frozenset(filter(None, row["breakdown"].split(";")))] = row
    least = max(rules.least(row)[0] for row in rows)
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
    part, whole, _ = counts(row)
    if layer == 2:
        return None if part is None or whole is None else whole - part
    return (part, whole)[layer]


def _equations(cells: Mapping[frozenset, Row], layer: int) -> Iterator[tuple[list, float, float, list[frozenset]]]:
    """Yield for each total shown with parts: the hidden parts, what they add up to, the rounding, and all parts."""
    families: dict[tuple, list[frozenset]] = defaultdict(list)
    for cell in cells:
        for pair in cell:
            families[pair.partition("=")[0], cell - {pair}].append(cell)
    for (_, around), parts in [*families.items(), *_across(cells)]:
        for total, extra in _totals(cells, around, parts, layer):
            names = [*parts, *extra]
            known = [_figure(cells[name], layer) for name in names]
            unknown = [n for n, figure in zip(names, known, strict=True) if figure is None]
            if any(cells[name]["standing"] != _HIDDEN for name in unknown):
                continue  # a part that is told in another form
            slack = sum(counts(cells[name])[2] for name in names)
            constant = total - sum(figure for figure in known if figure is not None)
            if constant >= -slack:  # else the parts overlap
                yield [(layer, name) for name in unknown], constant, slack, names


def _across(cells: Mapping[frozenset, Row]) -> Iterator[tuple[tuple, list[frozenset]]]:
    """Yield each figure with all cells of a table two ways or more below it, where a subtotal between has no row."""
    tables: dict[frozenset, list[frozenset]] = defaultdict(list)
    for cell in cells:
        tables[frozenset(pair.partition("=")[0] for pair in cell)].append(cell)
    for (ways, inside), around in product(tables.items(), cells):
        parts = [cell for cell in inside if around < cell]
        between = {cell - {pair} for cell in parts for pair in cell - around}
        if len(ways) >= len(around) + 2 and not between <= cells.keys():
            yield ("", around), parts


def _totals(
    cells: Mapping[frozenset, Row], around: frozenset, parts: list[frozenset], layer: int
) -> Iterator[tuple[float, list[frozenset]]]:
    """Yield what parts may add up to: the row around them, and of answers to one question those who were asked."""
    above = cells.get(around)
    wholes = {whole for name in parts if (whole := counts(cells[name])[1]) is not None}
    asked = wholes.pop() if len(wholes) == 1 else None
    around_whole = counts(above)[1] if above else None
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
