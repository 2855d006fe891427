"""Small projects with the real notebooks, and what composing their report gives.

>>> root = small_project(tmp_path, [{"slug": "tilgang"}], [("tilgang", "2022", 26), ("tilgang", "2023", 28)])
>>> faults, pages = compose_small(root, "2024Q1")
"""

import csv
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from analysis.core.faults import Fault
from analysis.core.periods import last_day
from analysis.records.observations import LAYOUT
from analysis.reports.compose import compose_report
from analysis.reports.request import Request
from analysis.text import LANGUAGES
from analysis.views.status import cache
from projects import SOURCES
from small import strategy_text

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
# what Python writes for a value that is missing; "None" is a word in English, and what is on one page is on both
_MISSING = {"nb": r"(?<![\w-])(?:nan|NaN|NaT|inf|None)(?![\w-])", "en": r"(?<![\w-])(?:nan|NaN|NaT|inf)(?![\w-])"}


def small_project(
    root: Path,
    measures: Iterable[Mapping[str, Any]],
    rows: Iterable[tuple | Mapping[str, Any]],
    subgoals: Iterable[str] = ("1A",),
) -> Path:
    """Return `root` with these measures, as `small_strategy` takes them, and rows, as `observations` takes them."""
    measures = list(measures)
    raw = root / "data" / "raw"
    (raw / "observations").mkdir(parents=True)
    (raw / "judgements").mkdir()
    (root / "notebooks").symlink_to(NOTEBOOKS)
    (raw / "strategy.toml").write_text(strategy_text(measures, subgoals), encoding="utf-8")
    # the source of the figures, and that of targets in `small_strategy`
    sources = SOURCES + SOURCES.replace('slug = "kilde"', 'slug = "typed"')
    (raw / "sources.toml").write_text(sources, encoding="utf-8")
    (raw / "known_issues.toml").write_text("issue = []\n", encoding="utf-8")
    units = {measure["slug"]: measure.get("unit", "prosent") for measure in measures} | {"respondents": "respondenter"}
    with (raw / "observations" / "small.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, LAYOUT.names, restval="")
        writer.writeheader()
        for row in rows:
            cells = (
                row if isinstance(row, Mapping) else dict(zip(("measure", "period", "value", "n"), row, strict=False))
            )
            defaults = {"unit": units.get(cells["measure"], "prosent"), "source": "kilde"}
            if "published" not in cells:
                defaults["published"] = last_day(cells["period"]).date().isoformat()
            writer.writerow(defaults | cells)
    return root


def compose_small(
    root: Path, quarter: str, languages: Iterable[str] = LANGUAGES, **parts: bool
) -> tuple[list[Fault], dict[str, str]]:
    """Return the faults of the report of a quarter, and its pages as HTML by their places, as ``nb/strategi.html``."""
    with patch.dict(os.environ, EHELSE_ROOT=str(root)), cache.keeping(), tempfile.TemporaryDirectory() as folder:
        asked = {"LANGUAGES": tuple(languages), "Request": partial(Request, languages=tuple(languages))}
        with patch.multiple("analysis.reports.compose", **asked):
            faults = compose_report(quarter, Path(folder), **parts)
        files = Path(folder).glob("*/*.html")
        return faults, {f"{f.parent.name}/{f.name}": f.read_text(encoding="utf-8") for f in files}


def missing_values(pages: dict[str, str]) -> dict[str, list[str]]:
    """Return what pages show of values that are missing as Python writes them, with the text around it."""
    found = {
        name: [page[max(0, m.start() - 40) : m.end() + 20] for m in re.finditer(_MISSING[name[:2]], page)]
        for name, page in pages.items()
    }
    return {name: texts for name, texts in found.items() if texts}
