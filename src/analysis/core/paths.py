"""Where the project's files are; nothing else builds a path to the raw or processed material."""

import os
from pathlib import Path


def project_root() -> Path:
    """Return the folder that holds ``data/raw/strategy.toml``.

    The environment variable ``EHELSE_ROOT`` names it outright; otherwise it is the nearest folder upwards from the
    working directory (a notebook runs in ``notebooks/``), and last the checkout this package is installed from.

    Raises
    ------
    FileNotFoundError
        When none of these holds the raw material.

    """
    named = os.environ.get("EHELSE_ROOT")
    places = [Path(named)] if named else [*[Path.cwd(), *Path.cwd().parents], Path(__file__).resolve().parents[3]]
    for place in places:
        if (place / "data" / "raw" / "strategy.toml").is_file():
            return place.resolve()
    searched = f"in EHELSE_ROOT={named}" if named else f"upwards from {Path.cwd()}"
    raise FileNotFoundError(
        f"data/raw/strategy.toml was not found {searched}: start from the project's folder, or set EHELSE_ROOT to it"
    )


def raw_folder() -> Path:
    """Return ``data/raw``: what was typed or delivered, never written by code."""
    return project_root() / "data" / "raw"


def processed_folder() -> Path:
    """Return ``data/processed``: written by the runner only."""
    return project_root() / "data" / "processed"


def notebooks_folder() -> Path:
    """Return ``notebooks``: the parameterised templates."""
    return project_root() / "notebooks"
