"""Quarters for tests of judgements and texts: the frames of a `Status`, from typed rows, without files of figures.

And quarters of the small project of `projects.make_project`, judged and published.
"""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from analysis.assessment.lights import assess
from analysis.assessment.trends import find_trends
from analysis.core.periods import as_of_date
from analysis.quarter.published_lights import publish_quarter, vintage_of
from analysis.records.judgements import later_corrections, read_judgements
from analysis.records.observations import known_at
from analysis.text.prose import read_prose
from analysis.views.status import read_status
from small import toml

ITEMS = ["strategy", "goal-1", "goal-2", "1.1", "1.2", "2.1", "1A", "2A"]  # of the small project


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


def correction(place: str, old: object, new: object, quarter: str = "2024Q1") -> str:
    """Return a correction of the colour of an item ("1A"), or of a field of a figure ("andel-foerste 2023 n")."""
    words = place.split()
    where = dict(zip(("measure", "period", "field"), words, strict=True)) if words[1:] else {"item": place}
    cells = {"quarter": quarter, **where, "old": old, "new": new, "note": {"nb": "Feil", "en": "Wrong"}}
    return "[[correction]]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in cells.items())


def judge(root: Path, quarter: str, colours: dict | None = None, more: str = "") -> Path:
    """Write a quarter's lights in a project and return its folder: grey but for `colours`; None leaves an item out."""
    chosen = dict.fromkeys(ITEMS, "grey") | (colours or {})
    rows = "".join(light(item, colour) for item, colour in chosen.items() if colour is not None)
    return write(root / "data" / "raw" / "judgements", quarter, rows + more) / quarter


def record(quarter: str):
    """Return what would be published now of a quarter of the project in use."""
    now = read_status(quarter)
    return vintage_of(now.strategy, now.observations, now.lights, later_corrections(quarter, strategy=now.strategy))


def publish(root: Path, quarter: str, colours: dict | None = None, more: str = "") -> None:
    """Judge a quarter and publish it as the command does, without its questions."""
    judge(root, quarter, colours, more)
    publish_quarter(quarter, record(quarter))
