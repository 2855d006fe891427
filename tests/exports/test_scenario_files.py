"""Files of a scenario: every slide, sheet and page says what it is, and no file of a report does."""

import json
import zipfile

import docx
import openpyxl
import pptx
import pytest

from analysis.exports import write_exports
from analysis.views.status import read_status

BANNER = "Scenario «eksempel», ikke kvartalets rapport"


@pytest.fixture(scope="module")
def folders(tmp_path_factory, reported):
    """Return the files of a scenario, and those of the report of the same quarter."""
    folder = tmp_path_factory.mktemp("scenario")
    write_exports({"nb": read_status("2024Q1", "nb", ambitions="eksempel")}, folder)
    return folder, reported / "data" / "processed" / "2024Q1" / "downloads"


def texts_of_slides(file):
    slides = pptx.Presentation(file).slides
    return [" ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame) for slide in slides]


def test_files_carry_the_name_of_the_set(folders):
    names = {file.name for file in folders[0].iterdir() if file.is_file()}
    assert names == {f"status-2024Q1-eksempel-nb.{form}" for form in ("xlsx", "pptx", "docx")} | {"datapackage.zip"}
    assert (folders[1] / "status-2024Q1-nb.xlsx").is_file()


def test_every_slide_has_the_banner(folders):
    slides = texts_of_slides(folders[0] / "status-2024Q1-eksempel-nb.pptx")
    assert len(slides) >= 8
    assert all(BANNER in text for text in slides)
    assert not any("Scenario" in text for text in texts_of_slides(folders[1] / "status-2024Q1-nb.pptx"))


def test_every_sheet_begins_with_the_banner(folders):
    book = openpyxl.load_workbook(folders[0] / "status-2024Q1-eksempel-nb.xlsx")
    assert all(BANNER in sheet["A1"].value for sheet in book)
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert table.ref.startswith("A2:")
        assert table.ref.endswith(str(sheet.max_row))
        assert sheet.freeze_panes.endswith("3")
        assert sheet.print_title_rows == "$1:$2"


def test_the_sheets_of_a_report_have_none(folders):
    book = openpyxl.load_workbook(folders[1] / "status-2024Q1-nb.xlsx")
    assert not any(
        "Scenario" in str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    )
    assert all(table.ref.startswith("A1:") for sheet in book.worksheets[1:] for table in sheet.tables.values())


def test_every_page_of_the_document_has_the_banner(folders):
    document = docx.Document(folders[0] / "status-2024Q1-eksempel-nb.docx")
    assert document.sections[0].header.paragraphs[0].text == BANNER
    assert "Det er ingens ambisjon." in " ".join(paragraph.text for paragraph in document.paragraphs[:4])
    assert docx.Document(folders[1] / "status-2024Q1-nb.docx").sections[0].header.paragraphs[0].text == ""


def test_the_data_package_says_what_it_is(folders):
    packages = [zipfile.ZipFile(folder / "datapackage.zip") for folder in folders]
    titles = [json.loads(package.read("datapackage.json"))["title"] for package in packages]
    assert titles[0].endswith("– Scenario “example”, not the quarter’s report")
    assert "Scenario" not in titles[1]
