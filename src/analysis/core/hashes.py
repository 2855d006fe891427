"""Hashes of files, by which a later reader sees that they are as they were written."""

import hashlib
from pathlib import Path


def digest(file: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def digests(folder: Path) -> dict[str, str]:
    """Return the hash of every file in a folder, empty for a link and what else is no regular file, or an empty folder.

    A folder with something in it is known by that.
    """
    return {
        entry.relative_to(folder).as_posix(): digest(entry) if entry.is_file() and not entry.is_symlink() else ""
        for entry in folder.rglob("*")
        if entry.is_symlink() or not entry.is_dir() or not any(entry.iterdir())
    }
