"""Quarters for tests of judgements and texts: the frames of a `Status`, from typed rows, without files of figures."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from analysis.assessment.lights import assess
from analysis.assessment.trends import find_trends
from analysis.core.periods import as_of_date
from analysis.records.judgements import read_judgements
from analysis.records.observations import known_at
from analysis.text.prose import read_prose


def status(quarter: str, strategy, rows: pd.DataFrame, folder: Path, language: str = "nb") -> SimpleNamespace:
    """Return what `read_status` would return for these rows, with judgements and texts in `folder`/quarter, if any."""
    day = as_of_date(quarter)
    published = known_at(rows, day, strategy)
    trends = find_trends(strategy, published, day)
    judgements = read_judgements(quarter, strategy=strategy, folder=folder)
    return SimpleNamespace(
        quarter=quarter,
        language=language,
        strategy=strategy,
        observations=published,
        trends=trends,
        judgements=judgements,
        lights=assess(strategy, trends, judgements),
        prose=read_prose(quarter, language, published, strategy, folder),
    )


def write(folder: Path, quarter: str, lights: str = "", nb: str = "", en: str = "") -> Path:
    """Write a quarter's lights (rows only) and the page of goal 1, and return `folder`."""
    place = folder / quarter
    place.mkdir(exist_ok=True)
    if lights:
        (place / "lights.toml").write_text(f'quarter = "{quarter}"\n{lights}', encoding="utf-8")
    for language, text in (("nb", nb), ("en", en or nb)):
        if text:
            (place / f"maal-1.{language}.md").write_text(text, encoding="utf-8")
    return folder


def light(item: str, colour: str = "grey", more: str = "") -> str:
    """Return one row of lights.toml; a grey row has the record "none" unless `more` gives another."""
    record = 'record = "none"\n' if colour == "grey" and "record" not in more else ""
    return f'[[light]]\nitem = "{item}"\ncolour = "{colour}"\n{record}{more}'
