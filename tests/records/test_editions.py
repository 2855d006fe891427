"""Editions of a quarter's report: what is published first, corrected later, and published again."""

import pandas as pd
import pytest

from analysis import tables
from analysis.records.judgements import edition_of
from projects import make_project

COLUMNS = ["quarter", "made_in", "item", "date"]
FIRST = ("2024Q2", "2024Q4", "1.1", "2025-01-20")
SECOND = ("2024Q2", "2025Q1", "1.2", "")
OTHER = ("2024Q1", "2024Q4", "1.1", "2025-01-20")


@pytest.mark.parametrize(
    ("published", "known", "edition"),
    [
        ([], [FIRST], (1, "")),  # nothing to be a later edition of
        ([0], [], (1, "")),
        ([0], [OTHER], (1, "")),
        ([0], [FIRST], (2, "2025-01-20")),  # not published yet
        ([0, 1], [FIRST], (2, "2025-01-20")),
        ([0, 1], [FIRST, SECOND], (3, "2025-03-31")),  # no day typed: the end of the quarter that corrects
        ([1], [FIRST], (1, "")),  # known when it was first published
        ([0, 1], [], (1, "")),  # as known before any correction
    ],
)
def test_corrections_make_numbered_editions(tmp_path, published, known, edition):
    for number, count in enumerate(published, start=1):
        place = tmp_path / ("2024Q2" if number == 1 else f"2024Q2-{number}")
        place.mkdir()
        rows = pd.DataFrame([FIRST, SECOND][:count], columns=COLUMNS)
        rows.to_csv(place / "corrections.csv", index=False)
    assert edition_of("2024Q2", pd.DataFrame(known, columns=COLUMNS), tmp_path) == edition


def test_a_later_edition_is_named_in_the_title(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    corrections = pd.DataFrame([FIRST], columns=COLUMNS)
    assert "Edition" not in tables.title("A", "2024Q2", language="en", corrections=corrections).text  # not published
    place = tmp_path / "data" / "processed" / "published" / "2024Q2"
    place.mkdir(parents=True)
    corrections.iloc[:0].to_csv(place / "corrections.csv", index=False)
    title = tables.title("A", "2024Q2", language="en", corrections=corrections).text
    assert " ".join(title.split()).endswith("and including 30 June 2024. Edition 2, corrected 20 January 2025.")
