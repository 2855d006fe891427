"""Publish a finished report, whole or not at all, and log every run.

``data/processed/releases/<name>/<id>`` holds the last releases of a report, ``data/processed/<name>`` is a symbolic
link to the newest; readers see only whole releases. A run works in a private folder beside them. What failed is kept
in ``data/processed/failed/<name>/<id>``. ``data/processed/runs.jsonl`` has one line for each start and end.
"""

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import stat
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, Final

from analysis.core.writing import clear_leftovers, digest, digests, sync

RELEASES_KEPT: Final = 5
MANIFEST: Final = "manifest.json"
DOWNLOADS: Final = "downloads"
SUMMARY: Final = "summary.txt"
# How processes that a run starts answer: a file in its private folder, or this exit code when the disk is full even
# for that; EX_IOERR of sysexits.h
PREPARED: Final = "prepared.json"
WRITTEN: Final = "downloads.json"
DISK_FULL: Final = 74
ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the signals that ask for an end
_PRIVATE: Final = ".tmp-"
_LOCK: Final = ".lock"
_OWNER: Final = "owner"
_UNPUBLISHED: Final = re.compile(r"\.(?P<quarter>\d{4}Q[1-4](?:-\d+)?)\.\d+\.(?:new|old)", re.ASCII)
_ID: Final = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{6}")


class BusyError(RuntimeError):
    """Another run is writing the same report."""


class PublishError(RuntimeError):
    """The report cannot be published; the message says what is in the way."""


@dataclass(frozen=True)
class ReportFolder:
    """The folders of one report: `name` is its quarter, with its part when it is not the whole."""

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
        """Return the id of the current release, empty when there is none; a link to elsewhere is none."""
        run = self.current.readlink().name if self.current.is_symlink() else ""
        is_own = _ID.fullmatch(run) and self.current.readlink() == Path("releases", self.name, run)
        return run if is_own and not (self.releases / run).is_symlink() else ""


def new_id(last: str = "") -> str:
    """Return a new run's id, its time; it sorts behind the `last` release's, for the first are removed first."""
    # the clock may have been set back since
    now = max(f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}", f"{last[:9]}{int(last[9:21] or 0) + 1:012}")
    return f"{now}Z-{secrets.token_hex(3)}"


@contextmanager
def lock_report(folder: ReportFolder) -> Iterator[list[str]]:
    """Hold the report's lock, and remove what killed runs of this report left.

    The lock is on a file that only its owner can open, so that no other reader of the folder can hold it; the operating
    system releases it when the process ends, however it ends.

    Parameters
    ----------
    folder : ReportFolder

    Yields
    ------
    list of str
        The ids of the killed runs.

    Raises
    ------
    BusyError
        When another run holds the lock.
    PublishError
        When nothing can be written here.

    """
    lock = folder.releases / _LOCK
    busy = BusyError(f"another run is writing {folder.name}; try again when it is done")
    try:
        folder.releases.mkdir(parents=True, exist_ok=True)
        opened = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        if error.filename == str(lock) and isinstance(error, FileNotFoundError):
            raise busy from error  # the run that held the lock has removed the empty folder in between
        raise PublishError(f"data/processed cannot be written to: {error.strerror}") from error
    with os.fdopen(opened, "r+b"):
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # the file may have been removed by the run that held the lock: then this is another one's inode
            locked = os.path.samestat(os.fstat(opened), lock.stat())
        except (BlockingIOError, FileNotFoundError):
            locked = False
        if not locked:
            raise busy
        try:
            killed = []
            for left in sorted(folder.releases.glob(f"{_PRIVATE}*")):  # a living run would hold the lock
                if left.is_symlink():  # a link that was to become the current one
                    left.unlink()
                # what another user, or nobody's run, has put there is left alone
                elif _ID.fullmatch(run := left.name.removeprefix(_PRIVATE)) and left.stat().st_uid == os.geteuid():
                    killed.append(run)
                    remove_work_folder(left)
            yield killed
        finally:
            # the folders were made for the lock: where nothing was published they are empty, and go
            with suppress(OSError):
                lock.unlink()
                folder.releases.rmdir()
                folder.releases.parent.rmdir()


def clear_publications(published: Path) -> None:
    """Remove what a killed `publish` left beside the published quarters.

    Parameters
    ----------
    published : Path
        Their folder. What has another name, is a link or another user's, or is being written, is left alone.

    """
    for left in published.glob(".*"):
        if named := _UNPUBLISHED.fullmatch(left.name):
            with suppress(OSError):
                clear_leftovers(published / named["quarter"])


def work_folder_of(folder: ReportFolder, run: str) -> Path:
    """Return where a run works: a private folder beside the releases, on the same file system."""
    return folder.releases / f"{_PRIVATE}{run}"


def make_work_folder(work_folder: Path) -> None:
    """Make a run's private folder, and a short-named temporary folder of its own that says whose it is.

    Parameters
    ----------
    work_folder : Path
        As `work_folder_of` names it.

    Raises
    ------
    PublishError
        When it cannot be written.

    """
    scratch = scratch_of(work_folder)
    try:
        work_folder.mkdir()
        scratch.mkdir(mode=0o700)
        # a link is made in one step: no moment leaves half a sentence
        (scratch / _OWNER).symlink_to(f"{_boot()}:{_started_at(os.getpid())}:{work_folder.absolute()}")
    except OSError as error:
        raise PublishError(f"no working folder can be made: {error.strerror}") from error


def scratch_of(work_folder: Path) -> Path:
    """Return the temporary folder of a run; unix sockets need its name to be short."""
    return Path(tempfile.gettempdir(), f"ehelse-{work_folder.name.removeprefix(_PRIVATE)}")


def remove_work_folder(work_folder: Path) -> None:
    """End what a run's notebooks have started, and remove its private folder and its temporary folder."""
    remove_scratch(work_folder)
    remove_tree(work_folder)


def remove_scratch(work_folder: Path) -> None:
    """Remove a run's temporary folder, and end the processes that were started with it; leave any other alone.

    Its name follows from the run, no link is followed, it must be this user's, and the note in it must name the run's
    own folder: only the run itself could write there. Of processes, those go that have it in their environment, belong
    to this user and started after the run.
    """
    with suppress(OSError):
        scratch = scratch_of(work_folder)  # where nothing can be written, no folder counts as a temporary one
        status = scratch.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            return
        note = scratch / _OWNER
        boot, since, place = note.readlink().as_posix().split(":", 2) if note.is_symlink() else ("", "0", "")
        if place != str(work_folder.absolute()):
            scratch.rmdir()  # a run killed before it could write the note left it empty
            return
        mark = f"TMPDIR={scratch}\0".encode()
        for process in Path("/proc").glob("[0-9]*") if boot == _boot() else ():
            with suppress(OSError, ValueError):
                pid = int(process.name)
                is_own = process.stat().st_uid == os.geteuid() and pid != os.getpid()
                if is_own and mark in (process / "environ").read_bytes() and _started_at(pid) >= int(since):
                    os.kill(pid, signal.SIGKILL)
        remove_tree(scratch)


def _boot() -> str:
    """Return which start of the machine this is; empty where the system does not tell."""
    file = Path("/proc/sys/kernel/random/boot_id")
    return file.read_text(encoding="ascii").strip() if file.exists() else ""


def _started_at(pid: int) -> int:
    """Return when a process started, in ticks since the machine did; 0 where the system does not tell."""
    file = Path(f"/proc/{pid}/stat")
    # field 22; the second, the program's name, may hold blanks and brackets
    return int(file.read_bytes().rpartition(b")")[2].split()[19]) if file.exists() else 0


def remove_tree(folder: Path) -> None:
    """Remove a folder, also where it is read-only, as far as that is possible."""
    with suppress(OSError):
        for place, _, _ in os.walk(folder):
            os.chmod(place, 0o700)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def catching_signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Have the signals that ask for an end call a function, until what is inside is done."""
    before = {number: signal.signal(number, handler) for number in ENDING}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back the signals that ask for an end until what is inside is done, then let them through."""
    if threading.current_thread() is not threading.main_thread():  # signals never interrupt another thread
        yield
        return
    arrived: list[int] = []
    try:
        with catching_signals(lambda number, _: arrived.append(number)):
            yield
    finally:
        for number in arrived[:1]:
            signal.raise_signal(number)


def write_new(file: Path, content: str | bytes) -> str:
    """Write a file of the run and return its hash; what a notebook has put in its place is never written through.

    Raises
    ------
    PublishError
        When something is there: a link leads to another file, and a pipe waits for ever.

    """
    content = content.encode() if isinstance(content, str) else content
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("xb") as opened:
            opened.write(content)
    except FileExistsError:
        raise PublishError(f"{file.parent.name}/{file.name} was written by something else than the report") from None
    return hashlib.sha256(content).hexdigest()


def check_files(work_folder: Path, planned: Collection[str], written: Mapping[str, str]) -> dict[str, str]:
    """Return the hashes of a run's files, once they are those planned, as they were written, and known nowhere else.

    Parameters
    ----------
    work_folder : Path
    planned : collection of str
        The name of every file within it.
    written : mapping of str to str
        The hashes that some of them had when they were written: a notebook may have changed them since.

    Raises
    ------
    PublishError
        Naming the others.

    """
    outputs = digests(work_folder)
    # a file with a second name is somewhere else, too
    faults = {name for name, own in outputs.items() if not own or (work_folder / name).lstat().st_nlink > 1}
    if faults := sorted(faults | outputs.keys() ^ set(planned)):
        raise PublishError(f"not published: these are not the regular files that were planned: {', '.join(faults)}")
    if changed := sorted(name for name in written if outputs.get(name) != written[name]):
        raise PublishError(f"not published: these files were changed after they were written: {', '.join(changed)}")
    return outputs


def publish(
    folder: ReportFolder,
    work_folder: Path,
    manifest: dict[str, Any],
    planned: Collection[str],
    written: Mapping[str, str],
) -> Path:
    """Turn a run's private folder into the current release: hashed, read-only, on disk, renamed, and only then linked.

    Parameters
    ----------
    folder : ReportFolder
        Locked by the caller.
    work_folder : Path
        Holds the finished files; the run's id, a part of its name, becomes the release's.
    manifest : dict
        What the release is made of; run, replaced release and hashes of all files are added.
    planned, written
        As in `check_files`; a release holds these files and no others.

    Returns
    -------
    Path
        The release.

    Raises
    ------
    PublishError
        When something that is no link has the name of the link, or the files are not those planned.

    """
    if folder.current.exists() and not folder.current.is_symlink():
        raise PublishError(f"data/processed/{folder.name} is not a link; move it away, the report needs its place")
    run = work_folder.name.removeprefix(_PRIVATE)
    outputs = check_files(work_folder, planned, written)
    whole = {**manifest, "run": run, "replaces": folder.current_id(), "outputs": outputs}
    text = json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False)
    (work_folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
    # on disk before it is renamed: after a power cut the link must not lead to empty files
    for place in (work_folder, *work_folder.rglob("*")):
        place.chmod(0o555 if place.is_dir() else 0o444)
        sync(place)
    release = folder.releases / run
    work_folder.rename(release)
    sync(folder.releases)
    # a link cannot be overwritten in one step, but another can be renamed over it
    link = folder.releases / f"{_PRIVATE}{run}"
    link.symlink_to(Path("releases", folder.name, run))
    os.replace(link, folder.current)
    sync(folder.processed)
    releases = sorted(entry for entry in folder.releases.iterdir() if _ID.fullmatch(entry.name) and entry != release)
    for old in releases[: -(RELEASES_KEPT - 1)]:
        remove_tree(old)
    for old in sorted(folder.failed.glob("*"))[:-RELEASES_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return release


def read_manifest(release: Path) -> dict[str, Any] | None:
    """Return a release's manifest when its files are those it names, with the bytes it names, else None."""
    try:
        outputs = digests(release)
        if not outputs.pop(MANIFEST):  # a pipe in its place would be read for ever
            return None
        manifest = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
        intact = outputs == manifest["outputs"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return manifest if intact else None


def copy_published(release: Path, name: str, folder: Path, known: str) -> bool:
    """Copy a file of a release to its place in another folder, and verify the copy.

    Parameters
    ----------
    release : Path
    name : str
        The file's place in the release.
    folder : Path
    known : str
        Its hash, as the release's manifest has it.

    Returns
    -------
    bool
        Whether it is a regular file with that hash; a copy of anything else is removed.

    """
    copy = folder / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(release / name, copy, follow_symlinks=False)
    if not copy.is_symlink() and digest(copy) == known:
        return True
    copy.unlink()
    return False


def keep_failed(folder: ReportFolder, run: str, summary: str, notebooks: dict[str, str]) -> str:
    """Keep a failed run's summary and its notebooks as far as they came.

    Parameters
    ----------
    folder : ReportFolder
    run : str
        The run's id.
    summary : str
    notebooks : dict
        Text by file name.

    Returns
    -------
    str
        A sentence on where they are; or why not: a full disk must not hide why the run failed.

    """
    kept = folder.failed / run
    try:
        kept.mkdir(parents=True, exist_ok=True)
        for name, text in {SUMMARY: f"{summary}\n", **notebooks}.items():
            (kept / name).write_text(text, encoding="utf-8")
    except OSError as error:
        return f"nothing of it could be kept: {error.strerror}"
    return f"kept in data/processed/{kept.relative_to(folder.processed)}"


class Log:
    """The lines of one run in ``runs.jsonl``: START, then one of COMPLETE, FAIL and ABORT."""

    def __init__(self, folder: ReportFolder, run: str):
        self._file, self._run, self._report = folder.processed / "runs.jsonl", run, folder.name
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

    def end_killed(self) -> None:
        """Write the end of a run that was killed, where its start is in the log."""
        lines = self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []
        if any(f'"run": "{self._run}"' in line for line in lines):
            self._write("ABORT", {"reason": "died without a word; the next run cleaned up after it"})

    def _write(self, state: str, facts: dict[str, Any]) -> None:
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        entry = {"time": now, "run": self._run, "report": self._report, "state": state, **facts}
        # appended in one go, so that lines of several runs never mix
        with self._file.open("ab", buffering=0) as log:
            log.write((json.dumps(entry, ensure_ascii=False) + "\n").encode())
