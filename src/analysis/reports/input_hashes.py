"""What a report is built from, as hashes: raw files, published quarters, templates, library, lock and packages.

Only the standard library is used, so that a run with nothing to do ends before anything large is imported.
"""

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import unicodedata
from dataclasses import asdict, dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from analysis.core.writing import digest

RENAME: Final = "the name of this file is not UTF-8, or holds marks that cannot be seen; rename it"
LARGEST: Final = 1_000_000_000  # bytes: five times the largest file that is read
_SOURCES: Final = (".py", ".j2", ".css", ".toml")
_IGNORED: Final = ("__pycache__", ".ipynb_checkpoints")


@dataclass(frozen=True)
class Inputs:
    """The hashes of everything a report depends on; equal inputs and parameters give equal reports, byte for byte."""

    raw: dict[str, dict[str, Any]]
    published: dict[str, str]
    templates: dict[str, str]
    library: str
    lock: str
    packages: str
    python: str

    def key(self, **request: Any) -> str:
        """Return the hash of these inputs together with what was asked for."""
        return digest_of({"inputs": asdict(self), "asked": request})


def misnamed(folder: Path) -> list[str]:
    """Return the files of a folder whose names no text can hold: not UTF-8, or with marks that cannot be seen."""
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*"))
    unseen = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # a byte that is not UTF-8 is a surrogate (Cs) here
    return [ascii(name)[1:-1] for name in names if unseen & set(map(unicodedata.category, name))]


def unusable(folder: Path) -> list[tuple[str, str]]:
    """Return the files of a folder that keep a report from being made, each with why: its name, or its size."""
    large = [name for name, file in _files(folder).items() if file.stat().st_size > LARGEST]
    problem = f"is larger than {LARGEST:,} bytes, and nothing in it is read; move it away"
    return [*((name, RENAME) for name in misnamed(folder)), *((name, problem) for name in large)]


def read_inputs(root: Path) -> Inputs:
    """Return the hashes of the project in `root` and of the Python that runs it."""
    lock, library, purelib = root / "requirements.lock", Path(__file__).parents[1], Path(sysconfig.get_path("purelib"))
    raw = {}
    for name, file in _files(root / "data" / "raw").items():
        raw[name] = {"size": file.stat().st_size, "sha256": digest(file)}
        if file.suffix == ".csv":
            raw[name]["rows"] = max(0, file.read_bytes().count(b"\n") - 1)
    sources = {name: digest(file) for name, file in _files(library).items() if file.suffix in _SOURCES}
    return Inputs(
        raw=raw,
        published={name: digest(file) for name, file in _files(root / "data" / "processed" / "published").items()},
        templates={file.stem: digest(file) for file in sorted((root / "notebooks").glob("*.ipynb"))},
        library=digest_of(sources),
        lock=digest(lock) if lock.is_file() else "",
        # the folders' names carry the versions, and are quick to list
        packages=digest_of(sorted(entry.name for entry in purelib.glob("*.dist-info"))),
        python=sys.version,
    )


def digest_of(value: Any) -> str:
    """Return the SHA-256 of a value that JSON can carry."""
    # sorted, so that equal mappings have equal hashes, however they were put together
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def packages() -> dict[str, str]:
    """Return the installed packages and their versions."""
    return dict(sorted((str(package.metadata["Name"]).lower(), package.version) for package in distributions()))


def commit(root: Path) -> dict[str, Any]:
    """Return the git commit of the project and whether files differ from it.

    Parameters
    ----------
    root : Path
        The project's folder.

    Returns
    -------
    dict
        ``commit`` and ``dirty``; "unknown" and None where there is no git or no repository.

    """

    # what a notebook has left running can read the environment of git; a variable of git's own could name another place
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "XDG_CONFIG_HOME") if name in os.environ}

    def git(*arguments: str) -> str:
        options = {"env": environment, "check": True, "text": True, "stdin": subprocess.DEVNULL}
        return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, **options).stdout

    try:
        head = git("rev-parse", "HEAD").strip()
        dirty = bool(git("status", "--porcelain", "--", "src", "notebooks", "data/raw", "requirements.lock"))
    except (OSError, subprocess.CalledProcessError):
        return {"commit": "unknown", "dirty": None}
    return {"commit": head, "dirty": dirty}


def _files(folder: Path) -> dict[str, Path]:
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not set(_IGNORED) & set(file.parts))
    return {file.relative_to(folder).as_posix(): file for file in files}
