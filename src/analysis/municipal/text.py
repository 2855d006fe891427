"""What the pages of areas say: kinds of areas, where they stand, how they move, what is missing or withheld."""

from analysis.text.catalogues import look_up
from analysis.text.dates import period


def area_word(key: str, language: str, **places: object) -> str:
    """Return a set text of the pages of areas, its places filled."""
    return look_up("areas.phrases", key, language, **places)


def area_name(kind: str, name: str, language: str) -> str:
    """Return an area's name with its kind, as a title.

    Parameters
    ----------
    kind : {"kommune", "helsefellesskap", "region"}
        What the area is.
    name : str
        Its name.
    language : str
        One of `LANGUAGES`.

    Examples
    --------
    >>> area_name("kommune", "Halden", "nb"), area_name("kommune", "Halden", "en")
    ('Halden kommune', 'Halden municipality')
    """
    return look_up("areas.phrases", f"title_{kind}", language, name=name)


def position_name(zone: int, language: str) -> str:
    """Return where a figure stands in the funnel, -2 to 2."""
    return look_up("areas.zones", int(zone), language)


def movement_text(kind: str, way: int, since: str, language: str) -> str:
    """Return how a series moves.

    Parameters
    ----------
    kind : {"", "trend", "step"}
        Empty for nothing beyond chance.
    way : {-1, 0, 1}
        Falling, neither, rising.
    since : str
        The period since which it has stepped; empty for the others.
    language : str
        One of `LANGUAGES`.
    """
    key = f"{kind}_{'up' if way > 0 else 'down'}" if kind else "none"
    return look_up("areas.moves", key, language, since=period(since, language) if since else "")
