"""As an analyst would: figures typed in a Norwegian LibreOffice, three mistakes, the check, the page."""

import csv
import json

import pytest

from libreoffice import type_into
from real_project import copy_project, run

pytestmark = [pytest.mark.slow, pytest.mark.libreoffice]
FIGURES = ("value", "numerator", "denominator", "n")


def as_typed_in_norwegian(column: str, text: str) -> str:
    """Return a cell of a .csv file as a Norwegian types it: 11,8 and 31.03.2024."""
    if column == "published" and text != column:
        return ".".join(reversed(text.split("-")))
    return text.replace(".", ",") if column in FIGURES else text


def cells_of(file) -> dict[str, str]:
    with file.open(encoding="utf-8", newline="") as opened:
        header, *rows = csv.reader(opened)
    return {
        f"{'ABCDEFGHIJKLMN'[place]}{line}": as_typed_in_norwegian(column, row[place])
        for line, row in enumerate([header, *rows], start=1)
        for place, column in enumerate(header)
        if row[place]
    }


def test_a_workbook_typed_in_norwegian_is_checked_and_shown(tmp_path):
    root, profile = copy_project(tmp_path / "clone"), tmp_path / "profile"
    delivered = root / "data" / "raw" / "observations" / "status-2024q1.csv"
    book = delivered.with_suffix(".xlsx")
    type_into(book, cells_of(delivered), profile)
    delivered.unlink()  # the workbook takes its place, with the same figures
    ended = run(root, "check", "--quick")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "Every raw file is as it should be.\n", "")

    # a slug with a letter too few, two digits that changed places, and a point where Norwegian has a comma
    type_into(book, {"A14": "tilgang-pasientinformasjn", "D16": "92", "D17": "11.8"}, profile)
    ended = run(root, "check")
    assert (ended.returncode, ended.stdout) == (1, "")
    place = "observations/status-2024q1.xlsx, sheet Sheet1, row"
    slug, swapped, date = ended.stderr.splitlines()
    assert slug == (
        f"{place} 14, column measure: 'tilgang-pasientinformasjn': "
        "is no measure; did you mean 'tilgang-pasientinformasjon'? [unknown_id]"
    )
    assert swapped.startswith(f"{place} 16, column value: '92': 5 of 17 is 29.41; ")
    assert swapped.endswith("the value or its base [ratio_mismatch]")
    assert date.startswith(f"{place} 17, column value: '") and "-08-11': is a date" in date  # of the year of today
    assert "make the cell a number and write it anew, with a comma" in date
    faults = json.loads(run(root, "check", "--json").stdout)
    assert [(fault["line"], fault["rule"]) for fault in faults["faults"]] == [
        (14, "unknown_id"),
        (16, "ratio_mismatch"),
        (17, "number"),
    ]
    refused = run(root, "report", "2024Q1", "--indicator", "tilgang-pasientinformasjon", "--language", "nb")
    assert (refused.returncode, refused.stderr) == (2, ended.stderr)

    type_into(book, {"A14": "tilgang-pasientinformasjon", "D16": "29", "D17": "11,8"}, profile)
    assert run(root, "check", "--quick").returncode == 0
    ended = run(root, "report", "2024Q1", "--indicator", "tilgang-pasientinformasjon", "--language", "nb")
    assert ended.returncode == 0, ended.stderr
    page = (root / "data/processed/2024Q1-indikator-tilgang-pasientinformasjon-nb/nb").glob("*.html")
    text = "".join(file.read_text(encoding="utf-8") for file in page)
    assert "28 prosent" in text.replace("\u00a0", " ")
    assert "status-2024q1.xlsx" in text
