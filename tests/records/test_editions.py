"""Editions of a quarter's report: what is published first, corrected later, and published again."""

import pandas as pd

from analysis.records.judgements import edition_of
from typed_cases import listed

COLUMNS = ["quarter", "made_in", "item", "date"]
CORRECTIONS = {
    "first": ("2024Q2", "2024Q4", "1.1", "2025-01-20"),
    "second": ("2024Q2", "2025Q1", "1.2", ""),
    "other": ("2024Q1", "2024Q4", "1.1", "2025-01-20"),
}


@listed(__file__, "editions.toml", "cases")
def test_corrections_make_numbered_editions(tmp_path, published, known, edition):
    for number, count in enumerate(published, start=1):
        place = tmp_path / ("2024Q2" if number == 1 else f"2024Q2-{number}")
        place.mkdir()
        recorded = pd.DataFrame([*CORRECTIONS.values()][:count], columns=COLUMNS)
        recorded.to_csv(place / "corrections.csv", index=False)
    corrections = pd.DataFrame([CORRECTIONS[name] for name in known], columns=COLUMNS)
    assert edition_of("2024Q2", corrections, tmp_path) == tuple(edition)
