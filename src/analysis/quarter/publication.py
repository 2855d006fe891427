"""What a careful editor asks before a quarter is published, and how the rows that stay open are closed."""

import json
import re
import tomllib
from itertools import permutations
from pathlib import Path

import pandas as pd

from analysis.core import paths
from analysis.core.periods import quarter_of
from analysis.core.writing import write_file
from analysis.quarter.claims import read_claims, untraced
from analysis.quarter.published_lights import Vintage, refuse_scenario, vintage_of
from analysis.records.judgements import later_corrections
from analysis.records.strategy import Strategy
from analysis.text import LANGUAGES
from analysis.views.status import read_status


class OpenRowsError(ValueError):
    """Rows that cannot be closed as was asked."""


def prepare(quarter: str, ambitions: str = "") -> tuple[Strategy, Vintage, list[str]]:
    """Return the strategy and vintage of a quarter to be published, and what should be answered before, a line each.

    Parameters
    ----------
    quarter : str
        As in ``2024Q1``.
    ambitions : str
        A set of ambitions that is used, too.

    Returns
    -------
    tuple of Strategy, Vintage and list of str

    Raises
    ------
    PeriodError, RawDataError
        When quarter or raw material is not right.
    VintageError
        For a draft and a scenario, which are never published.

    """
    statuses = {code: read_status(quarter, code, ambitions=ambitions) for code in LANGUAGES}
    status, questions = statuses[LANGUAGES[0]], []
    refuse_scenario(quarter, status.strategy)
    file, lights = f"data/raw/judgements/{status.quarter}/lights.toml", status.lights
    judged = lights["colour_source"] == "judgement"
    if not judged.all():
        rest = f'ehelse-status publish {status.quarter} --rest grey "… | …"'
        questions.append(f"nobody has judged {_listed(lights.index, ~judged)}: judge them, or close them by {rest}")
    for field, name in (("by", "who judged"), ("date", "the day of judging")):
        empty = judged & (lights[field] == "")
        if empty.any():
            remedy = f"write {field} = … at its head, or in the row"
            questions.append(f"{file} does not state {name} {_listed(lights.index, empty)}: {remedy}")
    for (code, one), (other_code, other) in permutations(statuses.items(), 2):
        for item, key in one.prose.index.difference(other.prose.index, sort=False):
            questions.append(f"the text '{key}' of {item} is there in {code} only: translate it into {other_code}")
    checked = read_claims(quarter)
    for code in checked.languages:
        own = checked.of(code)
        wrong = own.claims[own.claims["verdict"] == "contradicted"]
        questions += [
            f"{row.place}: “{row.sentence}” is contradicted by the figures: {row.trend}" for row in wrong.itertuples()
        ]
        questions += [
            f"{row.place}: the number “{row.text}” is in no row" for row in untraced(own.numbers).itertuples()
        ]
    corrections = later_corrections(quarter, strategy=status.strategy)
    vintage = vintage_of(status.strategy, status.observations, status.lights, corrections)
    return status.strategy, vintage, list(dict.fromkeys(questions))  # a sentence may be contradicted twice


def _listed(items: pd.Index, chosen: pd.Series) -> str:
    """Return the chosen items with commas between them; all of them in two words."""
    return f"any of the {len(items)} rows" if chosen.all() else ", ".join(items[chosen])


def close_rows(quarter: str, colour: str, reason: str, folder: Path | None = None) -> int:
    """Give every open row of a quarter the colour grey with a reason, in its ``lights.toml``.

    Parameters
    ----------
    quarter : str
        As in ``2024Q1``.
    colour : str
        ``grey``: any other colour is a judgement, to be made row by row.
    reason : str
        Norwegian and English, with ``|`` between them.
    folder : Path, optional
        The folder of all judgements; ``data/raw/judgements`` unless given.

    Returns
    -------
    int
        How many rows were closed.

    Raises
    ------
    OpenRowsError
        For another colour, a reason in one language, or an open row with a reason already.

    """
    texts = [text.strip() for text in reason.split("|")]
    if colour != "grey":
        raise OpenRowsError(f"--rest {colour}: the rest can only be grey; judge a row to give it another colour")
    if len(texts) != len(LANGUAGES) or not all(texts):
        raise OpenRowsError("--rest: write the reason in Norwegian and English, as in 'Ikke vurdert | Not judged'")
    file = (folder or paths.raw_folder() / "judgements") / str(quarter_of(quarter)) / "lights.toml"
    typed = file.read_text(encoding="utf-8")
    rows = tomllib.loads(typed).get("light", [])
    half = [row.get("item", "") for row in rows if row.get("colour") == "" and row.keys() & {"reason", "reason_code"}]
    if half:
        place = f"judgements/{quarter}/lights.toml"
        raise OpenRowsError(
            f"{place}: {', '.join(half)} has a reason but no colour; write the colour, or remove the reason"
        )
    words = ", ".join(
        f"{code} = {json.dumps(text, ensure_ascii=False)}" for code, text in zip(LANGUAGES, texts, strict=True)
    )
    closed = f'colour = "grey"\nreason_code = "other"\nreason = {{ {words} }}'
    text, count = re.subn(r'^colour[ \t]*=[ \t]*""', lambda _: closed, typed, flags=re.M)
    write_file(file, text, replace=True)
    return count
