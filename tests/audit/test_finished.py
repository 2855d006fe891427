"""What the tables withhold, planted in every other finished file: it is found there, and never repeated."""

import csv
import json
import zipfile

import docx
import openpyxl
import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from accessible import browser_only
from analysis.exports.pdf import print_pdf
from analysis.reports.disclosed import find_disclosures
from analysis.text import period
from analysis.text.phrases import phrase
from small import toml

_MEASURE = {
    "slug": "brukere",
    "name": {"nb": "Brukere av tjenesten", "en": "Users of the service"},
    "basis": "register",
    "counts": "personer",
}
_INDICATOR = {
    "id": "1.1",
    "slug": "tjenesten",
    "name": {"nb": "Tjenesten i bruk", "en": "The service in use"},
    "measure": [_MEASURE],
}
_GOAL = {"slug": "maalet", "name": {"nb": "Målet", "en": "The goal"}, "indicator": [_INDICATOR]}
_SOURCES = '[[source]]\nslug = "kilde"\npublisher = "The owner"\n'
_DELIVERED = """\
measure,period,breakdown,value,unit,numerator,denominator,n,qualifier,standing,published,source,note
brukere,2022,,52,personer,,,,,,2023-02-01,kilde,
brukere,2023,,4,personer,,,,,,2024-02-01,kilde,
brukere,2023Q4,kjonn=menn,47,personer,,,,,,2024-02-01,kilde,
"""
FEW, GONE = "4 personer", "holdt tilbake"


@pytest.fixture
def raw(tmp_path):
    folder = tmp_path / "raw"
    (folder / "observations").mkdir(parents=True)
    (folder / "strategy.toml").write_text(f"goal = [{toml(_GOAL)}]\n", encoding="utf-8")
    (folder / "sources.toml").write_text(_SOURCES, encoding="utf-8")
    (folder / "observations" / "maalt.csv").write_text(_DELIVERED, encoding="utf-8")
    return folder


def rows(told: str = "") -> list[dict]:
    """Return the rows of the tables, in which the two last figures are withheld; or `told` for the first of them."""
    found = list(csv.DictReader(_DELIVERED.splitlines()))
    for line, row in enumerate(found, start=2):
        row |= {"file": "observations/maalt.csv", "line": line}
        if line > 2:
            row |= {"value": "", "standing": "withheld"}
    return found if not told else [*found[:1], found[1] | {"value": told, "standing": ""}, found[2]]


def table(file, content: list[dict]):
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(content[0]))
        writer.writeheader()
        writer.writerows(content)


@pytest.fixture
def release(tmp_path):
    folder = tmp_path / "release"
    table(folder / "tables" / "observations.csv", rows())
    return folder


def page(shown: str) -> str:
    return (
        "<h2>1.1 Tjenesten i bruk</h2><p>8 andre ord.</p><table><caption>Brukere av tjenesten</caption>"
        f'<tr><th scope="row">2022</th><td>52 personer</td></tr>'
        f'<tr id="maalt-3"><td>2023</td><td>{shown}</td></tr></table>'
    )


def in_page(folder, shown):
    (folder / "nb").mkdir()
    (folder / "nb" / "side.html").write_text(page(shown), encoding="utf-8")
    return "nb/side.html"


def in_paragraphs_of_a_row(folder, shown):
    cells = f"<th><div>Brukere av tjenesten</div></th><td><p>{shown}</p><p>2023</p></td>"
    (folder / "rad.html").write_text(f"<table><tr>{cells}</tr></table><p>7 andre</p>", encoding="utf-8")
    return "rad.html"


def in_link(folder, shown):
    text = f'<p>Det er <a href="datagrunnlag.html#maalt-3">{shown}</a> nå, av 12.</p>'
    (folder / "maal.html").write_text(text, encoding="utf-8")
    return "maal.html"


def in_words_of_a_picture(folder, shown):
    text = f'<h2>x</h2><img alt="Brukere av tjenesten: 2022: 52 personer; 2023: {shown}">'
    (folder / "bilde.html").write_text(text, encoding="utf-8")
    return "bilde.html"


def in_notebook(folder, shown):
    cell = {"cell_type": "code", "outputs": [{"data": {"text/html": [page(shown)]}}]}
    (folder / "bok.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    return "bok.ipynb"


def in_document(folder, shown):
    made = docx.Document()
    made.add_paragraph("Mål 1")
    cells = made.add_table(1, 3).rows[0].cells
    for cell, text in zip(cells, ("1.1 Tjenesten i bruk", "2023", shown), strict=True):
        cell.text = text
    made.save(folder / "status.docx")
    return "status.docx"


def in_slides(folder, shown):
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    row = slide.shapes.add_table(1, 2, 0, 0, Inches(4), Inches(1)).table.rows[0].cells
    row[0].text, row[1].text = "1.1 Tjenesten i bruk", f"{shown} (2023)"
    made.save(folder / "status.pptx")
    return "status.pptx"


def in_chart(folder, shown):
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    data = CategoryChartData()
    data.categories = ["2022", "2023"]
    data.add_series("1.1 Tjenesten i bruk", (52, None if shown == GONE else 4))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "1.1 Tjenesten i bruk"
    made.save(folder / "status.pptx")
    return "status.pptx"


def in_the_workbook_behind_a_chart(folder, shown):
    in_chart(folder, shown)
    with zipfile.ZipFile(folder / "status.pptx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    (name,) = (name for name in parts if name.startswith("ppt/charts/chart"))
    parts[name] = parts[name].replace(b"<c:v>4</c:v>", b"<c:v></c:v>").replace(b"<c:v>4.0</c:v>", b"<c:v></c:v>")
    with zipfile.ZipFile(folder / "status.pptx", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return "status.pptx"


def on_paper(folder, shown):
    (folder.parent / "page.html").write_text(f'<html lang="nb"><title>Status</title>{page(shown)}', encoding="utf-8")
    print_pdf(folder.parent / "page.html", folder / "status.pdf")
    return "status.pdf"


def in_words_of_a_picture_on_paper(folder, shown):
    dot = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    text = f'<title>Status</title><h2>x</h2><img src="{dot}" alt="Brukere av tjenesten 2023: {shown}">'
    (folder.parent / "page.html").write_text(f'<html lang="nb">{text}', encoding="utf-8")
    print_pdf(folder.parent / "page.html", folder / "status.pdf")
    return "status.pdf"


WORDS = [
    *(pytest.param(each, marks=browser_only) for each in (on_paper, in_words_of_a_picture_on_paper)),
    *(in_page, in_paragraphs_of_a_row, in_link, in_words_of_a_picture, in_notebook, in_document, in_slides, in_chart),
    in_the_workbook_behind_a_chart,
]


@pytest.mark.parametrize("plant", WORDS)
def test_a_withheld_figure_told_in_a_finished_file_is_found_there_and_not_repeated(release, raw, plant):
    file = plant(release, FEW)
    assert find_disclosures(release, raw) == [f"brukere 2023: {file} tells the figure that the tables withhold"]


@pytest.mark.parametrize("plant", WORDS)
def test_a_finished_file_that_withholds_it_too_is_left_alone(release, raw, plant):
    plant(release, GONE)
    assert find_disclosures(release, raw) == []


def test_a_withheld_group_is_found_by_its_name_and_another_group_s_equal_figure_is_not_it(release, raw):
    known = [*rows(), rows()[0] | {"period": "2023Q4", "breakdown": "kjonn=kvinner", "value": "47", "line": 9}]
    table(release / "tables" / "observations.csv", known)
    head = "<table><caption>Brukere av tjenesten</caption>"
    told = f"{head}<tr><td>{period('2023Q4', 'nb')}</td><td>kjønn: kvinner</td><td>47 personer</td></tr></table>"
    (release / "side.html").write_text(told, encoding="utf-8")
    assert find_disclosures(release, raw) == []
    (release / "side.html").write_text(told.replace("kvinner", "menn"), encoding="utf-8")
    assert find_disclosures(release, raw) == [
        "brukere 2023Q4 kjonn=menn: side.html tells the figure that the tables withhold"
    ]


def book(folder, value, latest):
    made = openpyxl.Workbook()
    sheets = {
        "sheet_observations": {"value": value, "numerator": None, "denominator": None, "n": None}
        | {"file": "observations/maalt.csv", "line": 3},
        "sheet_trends": {"code": "brukere", "latest_period": "2023", "latest": latest, "latest_n": None}
        | {"previous_period": "2022", "previous_value": 52, "previous_n": None},
    }
    for name, cells in sheets.items():
        sheet = made.create_sheet(phrase(name, "nb"))
        sheet.append([phrase(head, "nb") for head in cells])
        sheet.append(list(cells.values()))
    (folder / "downloads").mkdir()
    made.save(folder / "downloads" / "status-2024Q1-nb.xlsx")


def test_a_workbook_is_read_as_the_tables_are(release, raw):
    book(release, 4, GONE)
    assert set(find_disclosures(release, raw)) >= {
        "brukere 2023: few persons are shown",
        "brukere 2023: withheld here, and shown in another file",
    }


def test_a_sheet_of_trends_is_read_too(release, raw):
    book(release, GONE, 4)
    assert find_disclosures(release, raw) == ["brukere 2023: withheld here, and shown among the trends"]


def test_a_workbook_that_withholds_as_the_tables_do_is_left_alone(release, raw):
    book(release, GONE, GONE)
    assert find_disclosures(release, raw) == []


@pytest.mark.parametrize("packed", [True, False])
def test_the_data_package_is_read_in_its_folder_and_in_its_archive(release, raw, tmp_path, packed):
    downloads = release / "downloads"
    told = downloads / "datapackage" / "observations.csv"
    table(told, rows(told="4"))
    if packed:
        with zipfile.ZipFile(downloads / "datapackage.zip", "w") as archive:
            archive.write(told, "observations.csv")
        told.unlink()
    assert "brukere 2023: withheld here, and shown in another file" in find_disclosures(release, raw)


def test_a_table_of_trends_that_tells_it_is_found(release, raw):
    trend = dict.fromkeys(("latest_n", "previous_value", "previous_n"), "") | {"previous_period": ""}
    table(
        release / "tables" / "trends.csv", [{"measure": "brukere", "latest_period": "2023", "latest_value": 4} | trend]
    )
    assert find_disclosures(release, raw) == ["brukere 2023: withheld here, and shown among the trends"]
