"""Whole releases attacked in every format: the real one, and made-up ones with small counts, protected and not."""

import re
import shutil
from dataclasses import fields, is_dataclass
from pathlib import Path

import pandas as pd
import pytest
from attacker import Limits, attack, delivered, find_written

from analysis import find_observations, find_trends, read_area_status, read_observations, read_status, read_strategy
from analysis.exports.pdf import browser
from analysis.municipal.panels import read_panel
from countries import project
from projects import make_project
from real_project import ROOT, run

pytestmark = pytest.mark.slow
PAPER = {".pdf"} if browser() else set()
WRITTEN = {".docx", ".html", ".ipynb", ".pptx"} | PAPER
SMALL = "andel-foerste,2023,,0.24,prosent,3,1237,,,,2024-02-01,kilde,only three"
FIGURE = re.compile(r"\b0\.24|1237|only three")
SMALL_AREA = re.compile(r"\b5\.66|\b53\.0|only three")


def suffixes(findings: list[str]) -> set[str]:
    return {Path(finding).suffix for finding in findings if "." in finding}


def has_notebooks(root: Path) -> Path:
    """Return a project with the real notebooks in it."""
    for name in ("strategi", "maal", "indikator", "datagrunnlag", "omraade"):
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", root / "notebooks")
    return root


@pytest.fixture(scope="module", params=["personer", "prosjekter"])
def nation(request, tmp_path_factory):
    """Return whether a project's figures are of persons, who are protected, and the project with its report."""
    root = has_notebooks(make_project(tmp_path_factory.mktemp("nation")))
    for file, old, new in (
        ("strategy.toml", 'basis = "register"', f'basis = "register"\ncounts = "{request.param}"'),
        ("observations/maalt.csv", "andel-foerste,2023,,28,prosent,,,,,,2024-02-01,kilde,", SMALL),
    ):
        place = root / "data" / "raw" / file
        place.write_text(place.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    done = run(root, "report", "2024Q1")
    assert done.returncode == 0, done.stderr
    return request.param == "personer", root


@pytest.fixture(scope="module", params=["personer", "prosjekter"])
def country(request, tmp_path_factory):
    """Return whether figures of areas are of persons, and the project with the report on them."""
    root = tmp_path_factory.mktemp("country")
    latest = {"1": (20, 100), "2": (40, 100), "3": (3, 53), "4": (30, 100), "5": (90, 100)}
    with pytest.MonkeyPatch.context() as patch:
        project(root, patch, latest, request.param, more=[("3", "2023Q1", 4, 47)])
    done = run(has_notebooks(root), "report", "2024Q1", "--areas", "kommune")
    assert done.returncode == 0, done.stderr
    return request.param == "personer", root


def test_the_real_report_gives_nobody_away(reported):
    release, raw = reported / "data" / "processed" / "2024Q1", reported / "data" / "raw"
    assert attack(release, raw) == []
    known = [row for row in delivered(raw) if row["measure"] == "tilgang-pasientinformasjon" and row["value"] == "28"]
    assert suffixes(find_written(release, known, Limits(raw))) >= WRITTEN  # the attacker reads what a reader reads


def test_a_small_count_is_in_no_format(nation):
    """The same figure, not of persons, is found in all of them: the attacker does read them."""
    protected, root = nation
    raw, release = root / "data" / "raw", root / "data" / "processed" / "2024Q1"
    if protected:
        assert attack(release, raw) == []
    small = [row for row in delivered(raw) if row["value"] == "0.24"]
    found = suffixes(find_written(release, small, Limits(raw)))
    assert found == (set() if protected else WRITTEN | {".csv", ".xlsx", ".zip"})


def test_a_small_count_of_an_area_is_on_no_page(country):
    protected, root = country
    raw, release = root / "data" / "raw", root / "data" / "processed" / "2024Q1-kommune"
    if protected:
        assert attack(release, raw) == []
    small = [row for row in delivered(raw) if row.get("area") == "3"]
    found = find_written(release, small, Limits(raw))
    pages = {f"{folder}/omraade-3.{form}" for folder, form in (("nb", "html"), ("en", "html"))}
    pages |= {f"notebooks/{language}/omraade-3.ipynb" for language in ("nb", "en")}
    assert {finding.partition(": ")[2] for finding in found} == (set() if protected else pages)


def text_of(value: object) -> str:
    """Return the text of a frame, or of those among the fields of what a reader returns."""
    if is_dataclass(value):
        return "\n".join(text_of(getattr(value, field.name)) for field in fields(value))
    return value.to_csv() if isinstance(value, pd.DataFrame) else ""


def test_no_reader_returns_a_withheld_figure(nation, monkeypatch):
    protected, root = nation
    monkeypatch.setenv("EHELSE_ROOT", str(root))
    strategy, observations = read_strategy(), read_observations()
    readers = {
        "read_observations": observations,
        "find_observations": find_observations(strategy, observations, "andel-foerste"),
        "find_trends": find_trends(strategy, read_observations(as_of="2024Q1")),
        "read_status": read_status("2024Q1"),
    }
    assert {name: bool(FIGURE.search(text_of(value))) for name, value in readers.items()} == dict.fromkeys(
        readers, not protected
    )


def test_no_reader_of_areas_returns_a_withheld_figure(country, monkeypatch):
    protected, root = country
    monkeypatch.setenv("EHELSE_ROOT", str(root))
    readers = {
        "read_panel": read_panel("2024Q1", "kommune"),
        "read_area_status": read_area_status("2024Q1", "3", "kommune"),
    }
    for value in readers.values():
        assert bool(SMALL_AREA.search(text_of(value))) is not protected
