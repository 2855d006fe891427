"""A withheld figure planted in what a real run has written, one format at a time: the run stops, and tells nobody."""

import json
import os
import zipfile

import docx
import nbformat
import openpyxl
import pptx
import pytest
from pptx.util import Inches
from test_disclosed import project_of_few

from analysis.exports.pdf import browser
from analysis.reports import work
from analysis.reports.printing import Press
from analysis.reports.run import Ask, FailedError, report
from analysis.text.phrases import phrase

pytestmark = pytest.mark.slow
ASK = Ask("2024Q1", ("nb",))
NAME, PERIOD, FIGURE = "Indikatoren 1.1", "2023", "0,3 prosent"
TOLD = f"<table><caption>{NAME}</caption><tr><th>{PERIOD}</th><td>{FIGURE}</td></tr></table>"
DOWNLOADS = "downloads/status-2024Q1-nb"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Return the project with one good release in it, made by a run that nobody tampers with."""
    root = project_of_few(tmp_path_factory.mktemp("planted"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHELSE_ROOT", str(root))
        assert report(ASK).state == "COMPLETE"
    return root


def in_table(folder):
    file = folder / "tables" / "observations.csv"
    told = file.read_text(encoding="utf-8").replace("2023,,,prosent,,,,,withheld", "2023,,0.3,prosent,3,1000,,,")
    file.write_text(told, encoding="utf-8")


def in_page(folder):
    file = folder / "nb" / "indikator-foerste.html"
    file.write_text(file.read_text(encoding="utf-8").replace("</main>", f"{TOLD}</main>"), encoding="utf-8")


def in_notebook(folder):
    (file,) = folder.rglob("indikator-foerste.ipynb")
    notebook = nbformat.read(file, 4)
    shown = nbformat.v4.new_output("display_data", {"text/html": TOLD})
    next(cell for cell in notebook.cells if cell.cell_type == "code").outputs.append(shown)
    nbformat.write(notebook, file)


def in_document(folder):
    made = docx.Document(folder / f"{DOWNLOADS}.docx")
    for cell, text in zip(made.add_table(1, 3).rows[0].cells, (NAME, PERIOD, FIGURE), strict=True):
        cell.text = text
    made.save(folder / f"{DOWNLOADS}.docx")


def in_slides(folder):
    made = pptx.Presentation(folder / f"{DOWNLOADS}.pptx")
    row = made.slides[0].shapes.add_table(1, 3, 0, 0, Inches(4), Inches(1)).table.rows[0].cells
    for cell, text in zip(row, (NAME, PERIOD, FIGURE), strict=True):
        cell.text = text
    made.save(folder / f"{DOWNLOADS}.pptx")


def in_workbook(folder):
    book = openpyxl.load_workbook(folder / f"{DOWNLOADS}.xlsx")
    sheet = book[phrase("sheet_observations", "nb")]
    at = {name: [cell.value for cell in sheet[1]].index(phrase(name, "nb")) for name in ("value", "line")}
    next(row for row in sheet if row[at["line"]].value == 3)[at["value"]].value = 0.3
    book.save(folder / f"{DOWNLOADS}.xlsx")


def in_data_package(folder):
    file = folder / "downloads" / "datapackage.zip"
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    head, *lines = parts["observations.csv"].decode().splitlines()
    at = head.split(",").index("value")
    told = [line.split(",") for line in lines]
    (few,) = (cells for cells in told if "withheld" in cells)
    few[at] = "0.3"
    parts["observations.csv"] = "\n".join([head, *map(",".join, told), ""]).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def refused(published, monkeypatch, capfd) -> str:
    """Return why a run that makes everything anew ends, after seeing that nothing of it is published or told."""
    processed = published / "data" / "processed"
    before = (processed / ASK.name).readlink()
    monkeypatch.setenv("EHELSE_ROOT", str(published))
    with pytest.raises(FailedError) as stopped:
        report(ASK, force=True)
    assert (processed / ASK.name).readlink() == before
    assert [entry.name for entry in (processed / "releases" / ASK.name).iterdir()] == [before.name]
    logged = (processed / "runs.jsonl").read_text(encoding="utf-8")
    assert json.loads(logged.splitlines()[-1])["state"] == "FAIL"
    told = f"{stopped.value}{logged}{capfd.readouterr()}"
    assert not [figure for figure in ("0.3", "0,3", "3 av", "1000") if figure in told]
    return str(stopped.value)


@pytest.mark.parametrize(
    "plant", [in_table, in_page, in_notebook, in_document, in_slides, in_workbook, in_data_package]
)
def test_a_run_whose_finished_files_tell_a_withheld_figure_is_stopped(published, monkeypatch, capfd, plant):
    look = work._refuse_disclosures

    def planted(run):
        plant(run.workplace)
        look(run)

    monkeypatch.setattr(work, "_refuse_disclosures", planted)
    assert "andel-foerste 2023: " in refused(published, monkeypatch, capfd)


@pytest.mark.browser
@pytest.mark.skipif(browser() is None and not os.environ.get("CI"), reason="Chromium is not installed")
def test_a_run_whose_paper_alone_tells_a_withheld_figure_is_stopped(published, monkeypatch, capfd):
    together = Press._together

    def planted(self, jobs):
        return together(self, jobs).replace("</body>", f"{TOLD}</body>")

    monkeypatch.setattr(Press, "_together", planted)
    told = f"andel-foerste 2023: {DOWNLOADS}.pdf tells the figure that the tables withhold"
    assert refused(published, monkeypatch, capfd).splitlines()[1:] == [told]
