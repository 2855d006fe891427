"""Put a finished report in place, whole or not at all, and keep the books of every run.

``data/processed/releases/<name>/<id>`` holds the last releases of a report, ``data/processed/<name>`` is a symbolic
link to the newest; readers see only whole releases. A run works in a private folder beside them. What failed is kept
aside in ``data/processed/failed/<name>/<id>``. ``data/processed/runs.jsonl`` has one line for each start and end.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from analysis.reports.inputs import digest

KEPT: Final = 5
MANIFEST: Final = "manifest.json"
ANSWER: Final = "prepared.json"  # of validation, on its way from the process that gave it
HANDED_ON: Final = "handed_on.json"  # of the process that writes the downloads, likewise
DOWNLOADS: Final = "downloads"
NO_ROOM: Final = 74  # that process's exit code when there is no room even for the answer; EX_IOERR of sysexits.h
SUMMARY: Final = "summary.txt"
_PRIVATE: Final = ".tmp-"
_SCRATCH: Final = "scratch"
_ID: Final = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{6}")


class BusyError(RuntimeError):
    """Another run is writing the same report."""


class PublishError(RuntimeError):
    """The report cannot be put in place; the message says what stands in the way."""


@dataclass(frozen=True)
class Shelf:
    """Where one report's releases stand: `name` is its quarter, with its part when it is not the whole."""

    processed: Path
    name: str

    @property
    def current(self) -> Path:
        """The link that readers follow."""
        return self.processed / self.name

    @property
    def releases(self) -> Path:
        """The folder of this report's releases."""
        return self.processed / "releases" / self.name

    @property
    def failed(self) -> Path:
        """The folder of this report's failed runs."""
        return self.processed / "failed" / self.name

    def current_id(self) -> str:
        """Return the id of the current release, empty when there is none."""
        return self.current.readlink().name if self.current.is_symlink() else ""


def new_id() -> str:
    """Return a new run's id; ids sort by time, also within a second: the oldest releases go first."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(3)}"


@contextmanager
def claimed(shelf: Shelf) -> Iterator[list[str]]:
    """Hold the report's lock; the value is the ids of runs that died on this report, cleaned up after.

    The lock is on the folder itself, and the operating system lets go of it when the process ends, however it ends.

    Raises:
        BusyError: when another run holds it.
        PublishError: when nothing can be written here.

    """
    try:
        shelf.releases.mkdir(parents=True, exist_ok=True)
        folder = os.open(shelf.releases, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise PublishError(f"data/processed cannot be written to: {error.strerror}") from error
    try:
        _lock(folder, shelf)
        yield _clear(shelf)
        _drop_if_empty(shelf)
    except BaseException:
        _drop_if_empty(shelf)
        raise
    finally:
        os.close(folder)


def _lock(folder: int, shelf: Shelf) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        same = os.path.samestat(os.fstat(folder), shelf.releases.stat())  # an empty one may just have been dropped
    except (BlockingIOError, FileNotFoundError):
        same = False
    if not same:
        raise BusyError(f"another run is writing {shelf.name}; try again when it is done")


def _drop_if_empty(shelf: Shelf) -> None:
    """Remove the folders made for the lock when nothing came of the run."""
    with suppress(OSError):
        shelf.releases.rmdir()
        shelf.releases.parent.rmdir()


def _clear(shelf: Shelf) -> list[str]:
    """Remove what dead runs left behind (a living one would hold the lock); return their ids."""
    died = []
    for left in sorted(shelf.releases.glob(f"{_PRIVATE}*")):
        if left.is_symlink():
            left.unlink()
        else:
            died.append(left.name.removeprefix(_PRIVATE))
            _end_remains(left)
            remove_workplace(left)
    return died


def _end_remains(workplace: Path) -> None:
    """End what a dead run's notebooks had started: kernels died with the run, processes of their own did not.

    They are known by the run's temporary folder in their environment, which no other process has.
    """
    with suppress(OSError):
        mark = f"TMPDIR={scratch_of(workplace)}\0".encode()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (process / "environ").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)


def workplace_of(shelf: Shelf, run: str) -> Path:
    """Return where a run works: a private folder beside the releases, on the same file system."""
    return shelf.releases / f"{_PRIVATE}{run}"


def make_workplace(workplace: Path, run: str) -> None:
    """Make a run's private folder, with a link ``scratch`` to a short-named temporary folder of its own.

    Raises:
        PublishError: when it cannot be written.

    """
    scratch = Path(tempfile.gettempdir()) / f"ehelse-{run}"
    try:
        workplace.mkdir()
        (workplace / _SCRATCH).symlink_to(scratch)  # before it exists, so that no moment leaves it unnamed
        scratch.mkdir(mode=0o700)
    except OSError as error:
        raise PublishError(f"no working folder can be made: {error.strerror}") from error


def scratch_of(workplace: Path) -> Path:
    """Return the temporary folder of a run; unix sockets need its name to be short."""
    return (workplace / _SCRATCH).readlink()


def remove_workplace(workplace: Path) -> None:
    """Remove a run's private folder and its temporary folder; what is gone already is no matter."""
    _remove_scratch(workplace)
    shutil.rmtree(workplace, ignore_errors=True)


def _remove_scratch(workplace: Path) -> None:
    with suppress(OSError):
        shutil.rmtree(scratch_of(workplace), ignore_errors=True)
        (workplace / _SCRATCH).unlink()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back the signals that ask for an end until what is inside is done, then let them through."""
    held: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    if threading.current_thread() is not threading.main_thread():  # signals never interrupt another thread
        yield
        return
    before = {number: signal.signal(number, lambda number, _: held.append(number)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in held[:1]:
            signal.raise_signal(number)


def publish(shelf: Shelf, workplace: Path, run: str, manifest: dict[str, Any]) -> Path:
    """Return the release made of a run's private folder: hashed, on disk, renamed, and only then linked as current.

    Raises:
        PublishError: when the place of the link is taken by something that is none.

    """
    if shelf.current.exists() and not shelf.current.is_symlink():
        raise PublishError(f"data/processed/{shelf.name} is not a link; move it away, the report needs its place")
    _remove_scratch(workplace)
    files = sorted(file for file in workplace.rglob("*") if file.is_file())
    outputs = {file.relative_to(workplace).as_posix(): digest(file) for file in files}
    write_json(workplace / MANIFEST, {**manifest, "run": run, "replaces": shelf.current_id(), "outputs": outputs})
    _sync_tree(workplace)
    release = shelf.releases / run
    workplace.rename(release)
    _sync(shelf.releases)
    link = shelf.releases / f"{_PRIVATE}{run}"
    link.symlink_to(Path("releases", shelf.name, run))
    os.replace(link, shelf.current)
    _sync(shelf.processed)
    _forget_old(shelf)
    return release


def _sync_tree(folder: Path) -> None:
    for place in (folder, *folder.rglob("*")):
        _sync(place)


def _sync(place: Path) -> None:
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _forget_old(shelf: Shelf) -> None:
    current = shelf.current_id()
    releases = sorted(entry.name for entry in shelf.releases.iterdir() if _ID.fullmatch(entry.name))
    for old in [name for name in releases if name != current][: -(KEPT - 1)]:
        shutil.rmtree(shelf.releases / old, ignore_errors=True)
    if shelf.failed.is_dir():
        for old in sorted(shelf.failed.iterdir())[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)


def read_manifest(release: Path) -> dict[str, Any] | None:
    """Return a release's manifest when every file it names is there with the bytes it names, else None."""
    try:
        manifest = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
        intact = all(digest(release / name) == known for name, known in manifest["outputs"].items())
    except (OSError, ValueError, KeyError):
        return None
    return manifest if intact else None


def write_json(file: Path, value: Any) -> None:
    """Write a value as readable JSON, keys sorted."""
    file.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def set_aside(shelf: Shelf, run: str, summary: str, notebooks: dict[str, str]) -> str:
    """Keep a failed run's summary and its notebooks as far as they came; return a sentence on where they are."""
    folder = shelf.failed / run
    try:
        for name, text in {SUMMARY: f"{summary}\n", **notebooks}.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:  # a full disk must not hide why the run failed
        return f"nothing of it could be kept: {error.strerror}"
    return f"kept in data/processed/{folder.relative_to(shelf.processed)}"


class Log:
    """The lines of one run in ``runs.jsonl``: START, then one of COMPLETE, FAIL and ABORT."""

    def __init__(self, shelf: Shelf, run: str):
        """Write nothing yet."""
        self._file, self._run, self._report = shelf.processed / "runs.jsonl", run, shelf.name
        self._started = self._ended = False

    def start(self, **facts: Any) -> None:
        """Write that the run has started."""
        self._started = True
        self._write("START", facts)

    def end(self, state: str, **facts: Any) -> None:
        """Write how the run ended, once, as far as the disk allows: a full one must not hide why it did."""
        if self._ended:
            return
        with suppress(OSError):
            if not self._started:
                self.start()
            self._write(state, facts)
            self._ended = True

    def bury(self) -> None:
        """Write that a run ended which started and never said so."""
        lines = self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []
        if any(f'"run": "{self._run}"' in line for line in lines):
            self._write("ABORT", {"reason": "died without a word; the next run cleaned up after it"})

    def _write(self, state: str, facts: dict[str, Any]) -> None:
        """Append one line in one go, so that lines of several runs never mix."""
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        entry = {"time": now, "run": self._run, "report": self._report, "state": state, **facts}
        opened = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(opened, (json.dumps(entry, ensure_ascii=False) + "\n").encode())
        finally:
            os.close(opened)
