"""A small country for tests of areas: five municipalities in two health communities, in a small project of its own.

>>> project(tmp_path, monkeypatch, latest={"1": (20, 100), "2": (40, 100)})
>>> areas = read_areas(write(tmp_path))
"""

from pathlib import Path

import pandas as pd

from projects import make_project

AREAS = Path(__file__).with_name("areas.csv").read_text(encoding="utf-8")
# Area 3 counts three persons, too small a number to show. Area 1 has the smallest count beside it.
LATEST = {"1": (20, 100), "2": (40, 100), "3": (3, 50), "4": (30, 100), "5": (90, 100)}
HEADER = "measure,area,period,breakdown,value,unit,numerator,denominator,n,qualifier,standing,published,source,note\n"


def write(folder: Path, areas: str = AREAS, changes: str = "") -> Path:
    """Write a register of areas, and changes if any, into `folder`, and return `folder`."""
    (folder / "areas").mkdir(exist_ok=True)
    (folder / "areas" / "areas.csv").write_text(areas, encoding="utf-8")
    if changes:
        (folder / "areas" / "changes.csv").write_text(changes, encoding="utf-8")
    return folder


def project(root, monkeypatch, latest=LATEST, counts="personer", more=()):
    """Write the country into `root` and make it the project in use.

    `latest` holds (numerator, denominator) by area, `more` rows of (area, period, numerator, denominator).
    """
    raw = make_project(root) / "data" / "raw"
    write(raw)
    strategy = (raw / "strategy.toml").read_text(encoding="utf-8")
    strategy = strategy.replace('basis = "register"\n', f'basis = "register"\ncounts = "{counts}"\n')
    (raw / "strategy.toml").write_text(strategy, encoding="utf-8")
    rows = [(code, "2024Q1", *pair) for code, pair in latest.items()] + list(more)
    lines = [
        f"andel-foerste,{code},{period},,{round(100 * part / whole, 2)},prosent,{part},{whole},,,,2024-03-15,kilde,"
        for code, period, part, whole in rows
    ]
    (raw / "observations" / "omraader.csv").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setenv("EHELSE_ROOT", str(root))


def history():
    """Return rows where area 4 steps down in 2023 and lacks one quarter, and area 5 is steady."""
    spans = [str(span) for span in pd.period_range("2022Q1", "2023Q4", freq="Q")]
    rows = [("4", span, 60 if span < "2023Q1" else 30, 100) for span in spans if span != "2022Q3"]
    return rows + [("5", span, 90, 100) for span in spans]
