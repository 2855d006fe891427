"""As an analyst would: figures typed in a Norwegian LibreOffice, three mistakes, the check, the page."""

import csv
import json

import pytest

from libreoffice import convert
from real_project import called, copy_project

pytestmark = [pytest.mark.slow, pytest.mark.libreoffice]
FIGURES = ("value", "numerator", "denominator", "n")


def as_typed_in_norwegian(row: dict[str, str]) -> dict[str, str]:
    """Return a row of a .csv file as a Norwegian types it: 11,8 and 31.03.2024."""
    figures = {column: row[column].replace(".", ",") for column in FIGURES}
    return row | figures | {"published": ".".join(reversed(row["published"].split("-")))}


def test_a_workbook_typed_in_norwegian_is_checked_and_shown(tmp_path):
    root, typed = copy_project(tmp_path / "clone"), tmp_path / "status-2024q1.csv"
    delivered = root / "data" / "raw" / "observations" / "status-2024q1.csv"
    with delivered.open(encoding="utf-8", newline="") as file:
        rows = [as_typed_in_norwegian(row) for row in csv.DictReader(file)]
    delivered.unlink()  # the workbook takes its place, with the same figures

    def save(**mistakes):
        """Type the figures, with mistakes as "row, column"."""
        for place, text in mistakes.items():
            row, column = place.split(", ")
            rows[int(row) - 2][column] = text
        with typed.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
        convert(typed, "xlsx", tmp_path, ";").replace(delivered.with_suffix(".xlsx"))

    save()
    ended = called(root, "check", "--quick")
    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "Every raw file is as it should be.\n", "")

    # a slug with a letter too few, two digits that changed places, and a point where Norwegian has a comma
    save(**{"14, measure": "tilgang-pasientinformasjn", "16, value": "92", "17, value": "11.8"})
    ended = called(root, "check")
    assert (ended.exit_code, ended.stdout) == (1, "")
    place = "observations/status-2024q1.xlsx, sheet status-2024q1, row"
    slug, swapped, date = ended.stderr.splitlines()
    assert slug == (
        f"{place} 14, column measure: 'tilgang-pasientinformasjn': "
        "is no measure; did you mean 'tilgang-pasientinformasjon'? [unknown_id]"
    )
    assert swapped.startswith(f"{place} 16, column value: '92': 5 of 17 is 29.41; ")
    assert swapped.endswith("the value or its base [ratio_mismatch]")
    assert date.startswith(f"{place} 17, column value: '") and "-08-11': is a date" in date  # of the year of today
    assert "make the cell a number and write it anew, with a comma" in date
    faults = json.loads(called(root, "check", "--json").stdout)["faults"]
    wanted = [(14, "unknown_id"), (16, "ratio_mismatch"), (17, "number")]
    assert [(fault["line"], fault["rule"]) for fault in faults] == wanted
    part = ("report", "2024Q1", "--indicator", "tilgang-pasientinformasjon", "--language", "nb")
    refused = called(root, *part)
    assert (refused.exit_code, refused.stderr) == (2, ended.stderr)

    save(**{"14, measure": "tilgang-pasientinformasjon", "16, value": "29", "17, value": "11,8"})
    ended = called(root, *part)
    assert ended.exit_code == 0, ended.stderr
    page = (root / "data/processed/2024Q1-indikator-tilgang-pasientinformasjon-nb/nb").glob("*.html")
    text = "".join(file.read_text(encoding="utf-8") for file in page)
    assert "28 prosent" in text.replace("\u00a0", " ")
    assert "status-2024q1.xlsx" in text
