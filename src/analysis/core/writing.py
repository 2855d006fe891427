"""Files and folders that are there as a whole or not at all, also when the machine stops in the middle.

What is written lies beside its place, under a hidden name with the number of the process, until one renaming puts it
there. What a process that has ended left behind is cleared the next time the same place is written. By its hash a later
reader sees that a file is as it was written.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path


def write_file(place: Path, text: str, replace: bool = False) -> None:
    """Write a file, whole or not at all.

    Parameters
    ----------
    place : Path
        The file; the folder around it must exist.
    text : str
        Its text; line ends are written as they are.
    replace : bool
        Whether a file that is there is replaced.

    Raises
    ------
    FileExistsError
        When it is there, and not to be replaced.
    OSError
        When it cannot be written; nothing is left of it.

    """
    place = place.resolve()
    clear_leftovers(place)
    unfinished = _beside(place, "new")
    try:
        with unfinished.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not replace and place.exists():
            raise FileExistsError(f"{place} exists already; nothing in it is written over")
        unfinished.replace(place)
        sync(place.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write_folder(place: Path, files: Mapping[str, str]) -> list[Path]:
    """Write files into a new folder, whole or not at all.

    Parameters
    ----------
    place : Path
        The folder, which must not exist yet; the folder around it is created where it is missing.
    files : mapping of str to str
        The text of each file by name.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    OSError
        When the files cannot be written; nothing is left of them.

    """
    with whole_folder(place) as folder:
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [place / name for name in files]


@contextmanager
def whole_folder(place: Path, replace: bool = False) -> Iterator[Path]:
    """Give a folder to write into, which takes its place when all is written.

    Parameters
    ----------
    place : Path
        The folder; the folder around it is created where it is missing.
    replace : bool
        Whether a folder that is there, and not empty, is replaced.

    Yields
    ------
    Path
        An empty folder beside it. After an error within nothing is left of it, and the earlier folder is as it was.

    Raises
    ------
    FileExistsError
        When it is there, and not to be replaced.
    OSError
        When it cannot be written.

    """
    place = place.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(place)
    made, earlier = _beside(place, "new"), _beside(place, "old")
    made.mkdir()
    try:
        yield made
        for folder, _, names in os.walk(made):
            for name in (*names, "."):
                sync(Path(folder, name))
        if place.exists() and not (place.is_dir() and not any(place.iterdir())):
            if not replace:
                raise FileExistsError(f"{place} exists already; nothing in it is written over")
            place.rename(earlier)
        try:
            made.rename(place)  # onto an empty folder, too
        except OSError:
            if earlier.exists():
                earlier.rename(place)
            raise
        sync(place.parent)
    finally:
        shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(earlier, ignore_errors=True)


def clear_leftovers(place: Path) -> None:
    """Remove what processes that have ended left beside a place; a folder that they had moved away comes back.

    A link, and what is another user's, is nothing that they left.
    """
    place = place.resolve()
    for left in place.parent.glob(".*"):  # the place's own name may hold marks of a pattern
        named = re.fullmatch(rf"\.{re.escape(place.name)}\.(?P<process>\d+)\.(?P<state>new|old)", left.name)
        if named is None or _is_running(int(named["process"])):
            continue
        with suppress(FileNotFoundError):  # another process clears the same at the same time
            own = not left.is_symlink() and left.lstat().st_uid == os.geteuid()
            if own and named["state"] == "old" and not place.exists():
                left.rename(place)
            elif own and left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            elif own:
                left.unlink()


def _beside(place: Path, state: str) -> Path:
    return place.with_name(f".{place.name}.{os.getpid()}.{state}")


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):  # a number that no process can have
        return False
    except PermissionError:  # another user's
        return True
    return process != os.getpid()


def sync(path: Path) -> None:
    """Wait until a file, or the list of a folder's files, is on disk.

    Parameters
    ----------
    path : Path

    Raises
    ------
    OSError
        When it cannot be opened or written.

    """
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


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
