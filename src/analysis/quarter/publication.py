"""What a careful editor asks before a quarter is published, and how the rows that stay open are closed."""

import json
import re
from pathlib import Path

from analysis.core import paths
from analysis.core.periods import quarter_of
from analysis.core.writing import write_file
from analysis.quarter.claims import TextClaims, untraced
from analysis.text import LANGUAGES
from analysis.views.status import Status


class OpenRowsError(ValueError):
    """Rows that cannot be closed as was asked."""


def questions(statuses: dict[str, Status], checked: TextClaims) -> list[str]:
    """Return what should be answered before a quarter is published, a line each; empty when nothing is.

    Parameters
    ----------
    statuses : dict
        The quarter in each language, as `read_status` returns it.
    checked : TextClaims
        What its texts claim, as `read_claims` returns it.

    Returns
    -------
    list of str

    """
    status, asked = statuses[LANGUAGES[0]], []
    file = f"data/raw/judgements/{status.quarter}/lights.toml"
    judged = status.lights["colour_source"] == "judgement"
    if not judged.all():
        rest = f'ehelse-status publish {status.quarter} --rest grey "… | …"'
        asked.append(
            f"nobody has judged {', '.join(status.lights.index[~judged])}: judge them, or close them by {rest}"
        )
    for field, name in (("by", "who judged"), ("date", "the day of judging")):
        if empty := list(status.lights.index[judged & (status.lights[field] == "")]):
            asked.append(
                f"{file} does not state {name} {', '.join(empty)}: write {field} = … at its head, or in the row"
            )
    for code, one in statuses.items():
        for other_code, other in statuses.items():
            for item, key in one.prose.index.difference(other.prose.index, sort=False):
                asked.append(f"the text '{key}' of {item} is there in {code} only: translate it into {other_code}")
    for code in checked.languages:
        own = checked.of(code)
        wrong = own.claims[own.claims["verdict"] == "contradicted"]
        asked += [f"{row.place}: “{row.sentence}” is contradicted by the figures" for row in wrong.itertuples()]
        asked += [f"{row.place}: the number “{row.text}” is in no row" for row in untraced(own.numbers).itertuples()]
    return asked


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
        For another colour, or a reason in one language.

    """
    texts = [text.strip() for text in reason.split("|")]
    if colour != "grey":
        raise OpenRowsError(f"--rest {colour}: the rest can only be grey; judge a row to give it another colour")
    if len(texts) != len(LANGUAGES) or not all(texts):
        raise OpenRowsError("--rest: write the reason in Norwegian and English, as in 'Ikke vurdert | Not judged'")
    file = (folder or paths.raw_folder() / "judgements") / str(quarter_of(quarter)) / "lights.toml"
    words = ", ".join(
        f"{code} = {json.dumps(text, ensure_ascii=False)}" for code, text in zip(LANGUAGES, texts, strict=True)
    )
    closed = f'colour = "grey"\nreason_code = "other"\nreason = {{ {words} }}'
    text, count = re.subn(r'^colour[ \t]*=[ \t]*""', lambda _: closed, file.read_text(encoding="utf-8"), flags=re.M)
    write_file(file, text, replace=True)
    return count
