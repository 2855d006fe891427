"""New folders of files that are there as a whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_folder(place: Path, files: Mapping[str, str]) -> list[Path]:
    """Write files into a new folder, and return them; all or nothing.

    Parameters
    ----------
    place : Path
        The folder, which must not exist yet; the folder around it is created where it is missing.
    files : mapping of str to str
        The text of each file by name.

    Returns
    -------
    list of Path

    Raises
    ------
    OSError
        When the files cannot be written; nothing is left of them.

    """
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        for name, text in files.items():
            (unfinished / name).write_text(text, encoding="utf-8", newline="\n")
        unfinished.chmod(0o755)  # a temporary folder is its owner's alone
        os.rename(unfinished, place)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return [place / name for name in files]
