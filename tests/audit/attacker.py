"""An attacker who holds finished releases and wants to know figures of few persons.

It opens every format, searches for what should be withheld, and calculates by linear programming what the figures
shown give away. It uses nothing of the library: only raw files and settings as typed, and the releases.

>>> attack(root / "data/processed/2024Q1", root / "data/raw")
[]
"""

import csv
import io
import json
import re
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import lxml.etree
import lxml.html
import openpyxl
import pypdf
from scipy.optimize import linprog

Row = dict[str, str]
OTHERS = "others"  # the group of those in none of the groups that a table names
NEAR = 1500  # characters before a figure in which a reader finds what it is about
EXACT, EVERYBODY = 1e-6, 1e9
UNITS = r" ?(?:%|prosent|per ?cent|person|people)"


def attack(release: Path, raw: Path, *earlier: Path) -> list[str]:
    """Return what a release, beside earlier ones, gives away of few persons; `raw` is its folder ``data/raw``."""
    limits = Limits(raw)
    rows = [row for folder in (release, *earlier) for row in read_tables(folder)]
    hidden = {key(row) for row in rows if is_hidden(row)}
    sought = [row for row in delivered(raw) if key(row) in hidden or limits.is_small(row)]
    register = raw / "areas" / "areas.csv"
    within = {area["code"]: area["within"] for area in read_csv(register.read_text())} if register.is_file() else {}
    return [*find_shown(rows, limits), *find_worked_out(rows, limits, within), *find_written(release, sought, limits)]


# --- what is protected ------------------------------------------------------


class Limits:
    """Which measures count persons, what they are called, and the smallest count and group that may be shown."""

    def __init__(self, raw: Path):
        files = {name: raw / f"{name}.toml" for name in ("strategy", "sources", "disclosure")}
        typed = {name: tomllib.loads(file.read_text()) if file.is_file() else {} for name, file in files.items()}
        owners = {owner["name"]: owner for owner in typed["disclosure"].pop("owner", ())}
        general = {"threshold": 5, "base": 10, "persons": ["personer"]}
        for table in typed["disclosure"].values():
            general |= table
        self.rules = {
            source["slug"]: general | owners.get(source["publisher"], {}) for source in typed["sources"]["source"]
        }
        self.names: dict[str, set[str]] = {}
        self.persons: set[str] = set()
        self._read_measures(typed["strategy"], set(), general["persons"])

    def _read_measures(self, node: object, above: set[str], persons: list[str]) -> None:
        if isinstance(node, dict):
            own = {node.get("slug", ""), *node["name"].values()} if isinstance(node.get("name"), dict) else set()
            if "basis" in node:
                self.names[node["slug"]] = ({node["slug"]} | own | above) - {""}
                counted = node.get("counts", persons[0] if node["basis"].startswith("survey") else "")
                self.persons |= {node["slug"]} if counted in persons else set()
            above, node = own if "measure" in node else set(), list(node.values())
        for inner in node if isinstance(node, list) else ():
            self._read_measures(inner, above, persons)

    def of(self, row: Row) -> tuple[int, int]:
        """Return the smallest count and group that a row may show; of several sources the strictest."""
        rules = [self.rules[source] for source in row["source"].split("+")]
        return max(rule["threshold"] for rule in rules), max(rule["base"] for rule in rules)

    def is_small(self, row: Row) -> bool:
        """Return whether a row tells of few persons: those counted, the others, or all of them."""
        (least, base), (part, whole, others, _) = self.of(row), counts(row)
        return row["measure"] in self.persons and any(
            count is not None and 0 < count < limit for count, limit in ((part, least), (others, least), (whole, base))
        )


def counts(row: Row) -> tuple[float | None, float | None, float | None, float]:
    """Return persons counted, all, and the others (None where a row does not tell), and how inexact rounding is."""
    part, whole, value, n = (number(row.get(name)) for name in ("numerator", "denominator", "value", "n"))
    slack = 0.0
    if part is None and row["unit"] == "prosent":
        whole = n if whole is None else whole
        if value is not None and n is not None:
            part, slack = float(round(value * n / 100)), n * (1.0 if value.is_integer() else 0.1) / 200
    elif part is None and value is not None and value.is_integer():
        part = value
    return part, whole, None if part is None or whole is None else whole - part, slack


def number(typed: str | None) -> float | None:
    return float(typed.replace(",", ".")) if typed else None


# --- tables -----------------------------------------------------------------


def read_csv(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text)))


def delivered(raw: Path) -> list[Row]:
    return [row for file in sorted(raw.glob("observations/*.csv")) for row in read_csv(file.read_text())]


def read_tables(release: Path) -> list[Row]:
    """Return the figures of a release: its tables, those of its data package, and those of areas."""
    texts = [file.read_text() for name in ("observations", "figures") for file in release.glob(f"tables/{name}.csv")]
    for file in release.glob("downloads/*.zip"):
        with zipfile.ZipFile(file) as archive:
            texts.append(archive.read("observations.csv").decode())
    return [row for text in texts for row in read_csv(text)]


def is_hidden(row: Row) -> bool:
    return "withheld" in (row.get("standing"), row.get("withheld"))


def key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("measure", "period", "breakdown", "area") if row.get(name))


def find_shown(rows: list[Row], limits: Limits) -> list[str]:
    """Return the rows that show few persons, or what another table withholds of the same edition."""
    hidden = {(*key(row), row["published"]) for row in rows if is_hidden(row)}
    small = [row for row in rows if limits.is_small(row)]
    small += [row for row in rows if (*key(row), row["published"]) in hidden and (row["value"] or row["numerator"])]
    return list(dict.fromkeys(f"{' '.join(key(row))}: shown" for row in small))


# --- calculation ------------------------------------------------------------


def find_worked_out(rows: list[Row], limits: Limits, within: dict[str, str] | None = None) -> list[str]:
    """Return the cells of few persons that the figures shown give away.

    Every row is a sum over the smallest groups there are: mixes of all breakdowns, or areas, each `within` another.
    """
    tables: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    in_areas = any("area" in row for row in rows)
    for row in sorted(rows, key=lambda row: (row.get("standing", "") in ("", "withheld"), row["published"])):
        if row["measure"] in limits.persons and not (in_areas and row.get("breakdown")):
            tables[row["measure"], row["period"]][row.get("area", row.get("breakdown", ""))] = row
    leaks: dict[str, None] = {}
    for (measure, period), table in tables.items():
        cells = cells_of_areas(table, within) if in_areas else cells_of_breakdowns(list(table))
        least = max(limits.of(row)[0] for row in table.values())
        for layer in range(3):
            for cell in worked_out_cells(table, cells, layer, least):
                leaks[f"{' '.join(filter(None, (measure, period, cell)))}: worked out"] = None
    return list(leaks)


def cells_of_breakdowns(names: list[str]) -> dict[str, frozenset]:
    """Return the mixes of groups that each cell covers: those with a row, and the sums and mixes that these imply."""
    cells = {frozenset(filter(None, name.split(";"))): name for name in names}
    groups: dict[str, list[str]] = defaultdict(list)
    for pair in sorted(frozenset().union(*cells)):
        groups[pair.partition("=")[0]].append(pair)
    for kinds in {frozenset(pair.partition("=")[0] for pair in cell) for cell in cells} if len(groups) > 1 else ():
        for mix in product(*([None, *groups[kind]] for kind in sorted(kinds))):
            cell = frozenset(filter(None, mix))
            cells.setdefault(cell, ";".join(sorted(cell)))
    mixes = [frozenset(mix) for mix in product(*([*pairs, f"{kind}={OTHERS}"] for kind, pairs in groups.items()))]
    return {name: frozenset(mix for mix in mixes if cell <= mix) for cell, name in cells.items()}


def cells_of_areas(table: dict[str, Row], within: dict[str, str]) -> dict[str, frozenset]:
    """Return the smallest areas that each area covers; one that is no sum of others has persons of its own as well."""

    def smallest(code: str) -> frozenset:
        parts = table[code].get("parts", code).split("+") if code in table else [code]
        parts = [inner for inner in within if within[inner] == code] if parts == [code] else parts
        return frozenset().union(*map(smallest, parts)) if parts else frozenset([code])

    alone = {code for code, row in table.items() if row.get("parts", code) == code and code in within.values()}
    return {code: smallest(code) | ({f"{code} alone"} if code in alone else set()) for code in table}


def worked_out_cells(table: dict[str, Row], cells: dict[str, frozenset], layer: int, least: int) -> Iterator[str]:
    """Yield the cells that must be of few persons, or are withheld though known to within the limit.

    As few persons as possible are taken to be in groups that no row names. `layer` is 0 for those counted, 1 for all,
    2 for the others.
    """
    figures = {name: counts(row) for name, row in table.items() if not is_hidden(row)}
    shown = [(cells[name], figure[layer], figure[3]) for name, figure in figures.items() if figure[layer] is not None]
    if not shown:
        return
    atoms = sorted(frozenset().union(*cells.values()), key=sorted)
    asked = {figure[1] for name, figure in figures.items() if "=" in name and figure[1] is not None}
    if layer == 0 and len(asked) == 1 and len(shown) > 1 and "" not in figures:  # answers to one question
        shown.append((frozenset(atoms), *asked, sum(slack for _, _, slack in shown)))
    matrix = [[float(atom in covered) for atom in atoms] for covered, _, _ in shown]
    low, high = ([figure + way * slack for _, figure, slack in shown] for way in (-1, 1))

    def solved(covered: Iterable, way: int, bound: float) -> float | None:
        aim = [way * float(atom in covered) for atom in atoms]
        rows = [*matrix, *([-one for one in row] for row in matrix), unnamed]
        ends = [*high, *(-end for end in low), bound + EXACT / 10]
        found = linprog(aim, A_ub=rows, b_ub=ends, bounds=(0, None))
        return way * found.fun if found.status == 0 else None

    others = [atom for atom in atoms if isinstance(atom, frozenset) and any(p.endswith(f"={OTHERS}") for p in atom)]
    unnamed = [float(atom in others) for atom in atoms]
    fewest = solved(others, 1, EVERYBODY)
    if fewest is None:
        return  # groups overlap: nothing adds up
    if EXACT < fewest < least - EXACT:
        yield OTHERS
    for name, covered in cells.items():
        if name not in figures:
            least_of, most_of = solved(covered, 1, fewest), solved(covered, -1, fewest)
            most_of = EVERYBODY if most_of is None else most_of
            narrow = name in table and least_of < least and most_of - least_of < least - EXACT
            if most_of > EXACT and (narrow or (least_of > EXACT and most_of < least - EXACT)):
                yield name


# --- every format -----------------------------------------------------------


def find_written(release: Path, figures: list[Row], limits: Limits) -> list[str]:
    """Return the files in which a figure, as delivered, is written near the names of its measure and period."""
    wordings = [(row, wording(row), limits.names[row["measure"]], spoken(row["period"])) for row in figures]
    files: dict[str, None] = {}
    for file, text in read_texts(release):
        for row, pattern, names, periods in wordings:
            if row.get("area") and not Path(file).stem.endswith(f"-{row['area']}"):
                continue  # the page of another area
            for match in pattern.finditer(text):
                near = text[max(0, match.start() - NEAR) : match.end() + 200]
                if any(name in near for name in names) and any(period in near for period in periods):
                    files[f"{' '.join(key(row))}: {file}"] = None
    return list(files)


def wording(row: Row) -> re.Pattern[str]:
    """Return how a figure may be written in either language: alone, with its unit, or as part of a whole."""
    value, part, whole = (number(row[name]) for name in ("value", "numerator", "denominator"))
    exact, rounded = {f"{value:.15g}", f"{value:.2f}"}, {f"{value:.15g}", f"{value:.1f}"}
    ways = [] if value.is_integer() and value < 100 else [either(text) for text in exact]
    ways += [either(text) + UNITS for text in rounded]
    if part is not None and whole is not None:
        ways.append(rf"{part:.0f} (?:av|of|/) " + f"{whole:,.0f}".replace(",", "[ ,]?"))
    return re.compile(rf"(?<![\w,.])(?:{'|'.join(ways)})(?!\w|[.,]\d)")


def either(text: str) -> str:
    return text.replace(".", "[.,]")


def spoken(period: str) -> list[str]:
    year, _, quarter = period.partition("Q")
    return [period, f"{quarter}. kvartal {year}", f"Q{quarter} {year}"]


def read_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file, in which a space is a space."""
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        yield file.relative_to(folder).as_posix(), " ".join(text_of(file.name, file.read_bytes()).split())


def text_of(name: str, content: bytes) -> str:
    suffix = Path(name).suffix
    if suffix in (".zip", ".docx", ".pptx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(text_of(entry, archive.read(entry)) for entry in archive.namelist())
    if suffix == ".html":
        return text_of_page(content.decode())
    if suffix == ".ipynb":
        outputs = [output for cell in json.loads(content)["cells"] for output in cell.get("outputs", ())]
        data = [
            data for output in outputs for data in (output.get("data") or {"text": output.get("text", "")}).values()
        ]
        return "\n".join(text_of_page("".join(each)) for each in data if each and isinstance(each, str | list))
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
        return "\n".join(" | ".join(str(cell) for cell in row if cell is not None) for row in rows)
    if suffix == ".xml":
        return " ".join(lxml.etree.fromstring(content).xpath("//text() | //@descr"))
    if suffix == ".pdf":
        reader = pypdf.PdfReader(io.BytesIO(content))
        objects = [reader.get_object(number) for number in range(1, reader.trailer["/Size"])]
        alternative = [str(each["/Alt"]) for each in objects if isinstance(each, dict) and "/Alt" in each]
        return "\n".join([*(page.extract_text() for page in reader.pages), *alternative])
    return content.decode(errors="ignore") if suffix in (".csv", ".json") else ""


def text_of_page(html: str) -> str:
    """Return the words of a page in their order, alternative texts among them."""
    words = lxml.html.fromstring(f"<div>{html}</div>").xpath("//text()[not(ancestor::style)] | //@alt")
    return " ".join(words)
