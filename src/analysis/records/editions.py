"""Which edition of a quarter's report is shown: the one published first, or one made after corrections."""

from pathlib import Path

import pandas as pd

from analysis.core import paths
from analysis.core.periods import as_of_date, quarter_of


def published_folder() -> Path:
    """Return ``data/processed/published``, the one part of the processed material that is never deleted."""
    return paths.processed_folder() / "published"


def editions(quarter: str, folder: Path | None = None) -> list[Path]:
    """Return the folders of a quarter's published editions, the first one first."""
    first = (folder or published_folder()) / str(quarter_of(quarter))
    later = first.parent.glob(f"{first.name}-*") if first.exists() else ()
    return [*([first] if first.exists() else []), *sorted(later, key=lambda place: int(place.name.partition("-")[2]))]


def edition_of(quarter: str, corrections: pd.DataFrame, folder: Path | None = None) -> tuple[int, str]:
    """Return the number of the edition that a quarter's corrections make, and the day of the last of them.

    Parameters
    ----------
    quarter : str
        As in ``2024Q1``.
    corrections : DataFrame
        As `read_corrections` returns them; those of other quarters do not count.
    folder : Path, optional
        Where quarters are published; ``data/processed/published`` unless given.

    Returns
    -------
    tuple of int and str
        1 and an empty text for a quarter that is not published or not corrected since; an edition that is not
        published yet has the next number. The day is ISO; where none is typed, the last of the quarter that corrects.

    """
    own = corrections[corrections["quarter"] == quarter]
    published = editions(quarter, folder)
    if not published or own.empty:
        return 1, ""
    recorded = [len(pd.read_csv(place / "corrections.csv", dtype=str)) for place in published]
    number = recorded.index(len(own)) if len(own) in recorded else len(recorded)
    days = own["date"].where(own["date"] != "", own["made_in"].map(lambda made: as_of_date(made).date().isoformat()))
    return number + 1, days.max() if number else ""
