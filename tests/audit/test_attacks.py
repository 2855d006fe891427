"""Attacks in every text field of a project, and the whole report made of it: they come out as the text they are."""

import csv
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import lxml.html
import openpyxl
import pytest

from analysis.core.faults import rejections
from analysis.reports.check import check
from projects import make_project
from real_project import ROOT, run
from small import toml

ATTACKS = (Path(__file__).parent / "attacks.txt").read_text(encoding="utf-8").splitlines()
ATTACKS += ["\t=1+1"]
MARKED = "\u202egpj.exe\u202c\u200b"  # refused but in notes of observations
LETTERS = "ABCDEF"  # of the sub-goals
ALL = " ".join(ATTACKS)
FILE = "\"><iframe x='{{ 7*7 }}'>=1+1.csv"
ALIVE = re.compile(r"evil\.example|alert\(|javascript:", re.IGNORECASE)
WORDS = {"alt", "title", "aria-label", "content", "value", "placeholder", "abbr", "summary"}  # attributes that are read


def both(text: str) -> dict:
    return {"nb": text, "en": text}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    root = make_project(tmp_path_factory.mktemp("attacked"))
    raw = root / "data" / "raw"
    for name in ("strategi", "maal", "indikator", "datagrunnlag"):
        (root / "notebooks" / f"{name}.ipynb").write_bytes((ROOT / "notebooks" / f"{name}.ipynb").read_bytes())
    for file, document in {
        "strategy.toml": _strategy(raw / "strategy.toml"),
        "sources.toml": {"source": [_source(number, attack) for number, attack in enumerate(ATTACKS)]},
        "known_issues.toml": {"issue": [_issue(number, attack) for number, attack in enumerate(ATTACKS)]},
        "judgements/2024Q1/lights.toml": _lights(),
        "disclosure.toml": {
            "default": {"threshold": 5, "base": 10, "rule": ALL, "persons": ["personer"]},
            "owner": [{"name": attack, "threshold": 5, "base": 10, "rule": ALL} for attack in ATTACKS],
        },
    }.items():
        (raw / file).parent.mkdir(exist_ok=True)
        written = "\n".join(f"{key} = {toml(value)}" for key, value in document.items())
        (raw / file).write_text(written, encoding="utf-8")
    _write_observations(raw / "observations" / "maalt.csv")
    (raw / "observations" / "maalt.csv").rename(raw / "observations" / FILE)
    for language in ("nb", "en"):
        for page, keys in {
            "strategi": ("summary-1", "movements", "status", "follow-up", "insight"),
            "maal-1": ("1.1", "1.2", "1A", "status", "note", "insight", "theme-1"),
            "maal-2": ("2.1", "2A", "status", "note", "insight"),
        }.items():
            attacks = cycle(_written())  # a part of a slide holds five
            sections = "\n\n".join(f"## {key}\n\n" + "\n\n".join(islice(attacks, 5)) for key in keys)
            (raw / "judgements" / "2024Q1" / f"{page}.{language}.md").write_text(sections, encoding="utf-8")
    return root


def _written() -> list[str]:
    """Return the attacks without numbers and braces, which no text of the experts may hold."""
    return [re.sub(r"\d", "x", attack.replace("{", "(").replace("}", ")")) for attack in ATTACKS]


def _strategy(file: Path) -> dict:
    """Return the strategy with an attack for each name in a title, which can hold no more."""
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    attacks = cycle(ATTACKS)
    document["name"] = both(next(attacks))
    for goal in document["goal"]:
        goal["name"] = both(next(attacks))
        number = goal["number"]
        named = [{"slug": f"nr-{number}-{place}", "name": both(attack)} for place, attack in enumerate(ATTACKS)]
        goal["subgoal"] = [
            {"id": f"{number}{letter}", "slug": f"del-{number}{letter.lower()}", "name": both(next(attacks))}
            for letter in LETTERS
        ]
        goal["candidate_indicator"] = [
            {"id": f"{number}.k{place}", **each, "note": both(ALL)} for place, each in enumerate(named)
        ]
        for indicator in goal["indicator"]:
            indicator["name"] = both(next(attacks))
            for measure in indicator["measure"]:
                measure |= {"name": both(next(attacks)), "note": both(ALL)}
                measure["breaks"] = [{"period": "2023Q1", "kind": "minor", "note": both(ALL)}]
    return document


def _source(number: int, attack: str) -> dict:
    texts = dict.fromkeys(("title", "publisher", "address", "licence", "note"), attack)
    return {"slug": f"kilde-{number}", **texts, "accessed": "2024-04-01"}


def _issue(number: int, attack: str) -> dict:
    texts = {"title": both(attack), "text": both(ALL)}
    return {"id": f"forhold-{number}", "kind": "report", **texts, "items": ["1.1"], "sources": ["kilde-0"]}


def _lights() -> dict:
    items = ["strategy", "goal-1", "goal-2", "1.1", "1.2", "2.1"]
    items += [f"{goal}{letter}" for goal in (1, 2) for letter in LETTERS]
    judged = {"reason_code": "other", "reason": both(ALL), "by": ALL, "second": ALL, "date": "2024-04-01"}
    return {"quarter": "2024Q1", "by": ALL, "light": [{"item": item, "colour": "yellow", **judged} for item in items]}


def _write_observations(file: Path) -> None:
    """Write 25 quarters of each measure, every row with one attack for a note and a source of its own."""
    with file.open("a", encoding="utf-8", newline="") as opened:
        opened.truncate(len(file.read_text(encoding="utf-8").splitlines()[0].encode()) + 1)
        rows = csv.writer(opened, lineterminator="\n")
        for slug in ("foerste", "andre", "tredje"):
            for number, attack in enumerate(ATTACKS):
                year = 2017 + number // 4
                row = [f"andel-{slug}", f"{year}Q{number % 4 + 1}", "", 20 + number, "prosent", "", "", "", "", ""]
                rows.writerow([*row, f"{year + 1}-02-01", f"kilde-{number}", attack + MARKED])


@pytest.fixture(scope="module")
def release(project) -> Path:
    done = run(project, "report", "2024Q1")
    assert done.returncode == 0, done.stdout + done.stderr
    return project / "data" / "processed" / "2024Q1"


def live(html: str) -> Iterator[str]:
    """Yield what of a page an attack has become: a tag, an attribute, a script, a style or a comment of its own.

    Experts may link to the web in their texts; a reader has to follow such a link for it to be fetched.
    """
    for element in lxml.html.fromstring(html).iter():
        if not isinstance(element.tag, str):
            yield from ALIVE.findall(str(element))
            continue
        if element.tag in {"script", "style"} and ALIVE.search(element.text or ""):
            yield f"<{element.tag}> {element.text[:80]}"
        if element.tag in {"iframe", "base", "form", "math", "svg", "object", "embed"} or element.get("id") == "taken":
            yield f"<{element.tag}>"
        for name, value in element.items():
            linked = element.tag == "a" and name == "href" and value.startswith("https://evil.example/")
            if name.startswith("on") or (ALIVE.search(value) and name not in WORDS and not linked):
                yield f"{name}={value[:80]}"


def without_signs(text: str) -> str:
    return re.sub(r"[\s\u202e\u202c\u200b]+", " ", text)


@pytest.mark.slow
def test_no_attack_comes_alive_on_a_page_and_all_are_shown(release):
    shown = ""
    for file in release.rglob("*.html"):
        html = file.read_text(encoding="utf-8")
        assert not list(live(html)), file.name
        shown += without_signs(lxml.html.fromstring(html).text_content())
    assert [attack for attack in ATTACKS if without_signs(attack).strip() not in shown] == []


@pytest.mark.slow
def test_no_attack_comes_alive_in_an_executed_notebook(release):
    for file in release.rglob("*.ipynb"):
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        assert not [cell for cell in cells if cell["cell_type"] == "markdown" and ALIVE.search(str(cell["source"]))]
        outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
        assert not {kind for data in outputs for kind in data} - {"text/html", "text/plain", "image/png"}
        for html in ("".join(data["text/html"]) for data in outputs if "text/html" in data):
            assert not list(live(f"<div>{html}</div>")), file.name


@pytest.mark.slow
def test_no_cell_of_a_table_is_a_formula(release):
    with zipfile.ZipFile(release / "downloads" / "datapackage.zip") as archive:
        tables = [archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".csv")]
        described = json.loads(archive.read("datapackage.json"))
    assert not [source["path"] for source in described["sources"] if "path" in source]
    tables += [file.read_text(encoding="utf-8") for file in (release / "tables").glob("*.csv")]
    cells = [cell for table in tables for row in csv.reader(io.StringIO(table)) for cell in row]
    formulas = [c for c in cells if c[:1] in set("=+-@\t\r") and not re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?|-?inf", c)]
    assert not formulas
    for file in (release / "downloads").glob("*.xlsx"):
        sheets = openpyxl.load_workbook(file).worksheets
        written = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in written} <= {"s", "n", "d"}
        assert not [cell for cell in written if cell.hyperlink and ALIVE.search(str(cell.hyperlink.target))]


@pytest.mark.slow
def test_no_attack_comes_alive_in_an_office_file(release):
    """And no unseen mark turns the order of reading round."""
    files = [file for form in ("xlsx", "docx", "pptx") for file in (release / "downloads").glob(f"*.{form}")]
    assert len(files) == 6
    for file in files:
        with zipfile.ZipFile(file) as archive:
            parts = {name: archive.read(name).decode("utf-8") for name in archive.namelist() if ".xml" in name}
            links = [archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".rels")]
        assert ALIVE.search("".join(parts.values())), "the attacks are in the file as words"
        assert not [name for name, text in parts.items() if "\u202e" in text], file.name
        assert not [link for link in links if ALIVE.search(link) or 'TargetMode="External"' in link]
        fields = [field for text in parts.values() for field in re.findall(r"<w:instrText[^>]*>([^<]*)", text)]
        assert not [field for field in fields if field.strip() not in {"PAGE", "NUMPAGES"}]
        assert "hlinkClick" not in "".join(parts.values())


def test_a_breakdown_holds_no_markup(tmp_path):
    raw = make_project(tmp_path) / "data" / "raw"
    attacks = ("<script>", "a=<img src=x>", "a='x", "=1+1", "a=b\u202ec", "a=[x](javascript:1)")
    with (raw / "observations" / "maalt.csv").open("a", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened, lineterminator="\n")
        for attack in attacks:
            rows.writerow(["andel-foerste", "2023", attack, 27, "prosent", *[""] * 5, "2024-02-01", "kilde", ""])
    assert {(fault.column, fault.line) for fault in rejections(check(raw))} == {("breakdown", n) for n in range(6, 12)}
