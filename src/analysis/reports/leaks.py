"""Finished files are searched before they are published: nothing of this machine, of persons, or secret.

Every file is opened as a reader would: archives, workbooks, slides and documents down to the texts inside them, also
where markup divides a text. A leak is named by file and kind; the value itself is never repeated.
"""

import getpass
import html
import io
import json
import re
import socket
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import analysis
from analysis.intake.forbidden_text import private_kinds

_PACKED: Final = (".zip", ".xlsx", ".docx", ".pptx")
_MARKED: Final = (".html", ".xml", ".rels", ".ipynb", ".svg")
_UNREADABLE: Final = (".png", ".pdf")  # pictures; and paper, printed from pages that are read here themselves
_TAG: Final = re.compile(r"<[^<>]*>")
# what parts texts from each other instead of dividing one: of pages, documents (w:), slides (a:) and sheets (c, si)
_BLOCK: Final = re.compile(r"</?(?:td|th|tr|p|div|li|h[1-6]|br|caption|w:p|w:tc|w:br|a:p|a:tc|a:br|c|si)\b[^<>]*>")
_SECRET_NAME: Final = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|KEY", re.IGNORECASE)
_LEAST_SECRET: Final = 12  # characters: a shorter value may be in any text
_WORDS_OR_PLACE: Final = re.compile(
    r"[^\W\d_]+(?:[ ._-][^\W\d_]+)*|(?:[~.]{0,2}/|[A-Za-z]:\\|file:|https?://(?!.*@)).*", re.DOTALL
)
_COMMON: Final = {"root", "user", "users", "admin", "analyst", "runner", "jupyter", "debian", "ubuntu", "localhost"}
# months come from a library that writes dates; August, September and November are the same in English
_MONTHS: Final = {
    *("januar", "februar", "mars", "april", "juni", "juli", "august", "september", "oktober", "november", "desember"),
    *("january", "february", "march", "june", "july", "october", "december"),
}
_LEAST: Final = 4  # letters of a name: a shorter one is part of ordinary words
_SOURCES: Final = frozenset((".py", ".toml", ".css", ".js", ".html", ".j2", ".ipynb", ".csv", ".md"))


def own_names(root: Path) -> tuple[str, ...]:
    """Return the names of this machine and its user that no file may hold.

    A report consists of words of its code, its notebooks and its raw material. A name that is such a word (``helse``,
    ``ehelse-status``) tells nothing when it is found in a page, whoever made it; any other, a person's or a host's,
    can only come from the machine. Names that many machines share, and those of fewer than four letters,
    are left out too. Home folders are searched for as folders, by `find_leaks`, whatever their user is called.

    Parameters
    ----------
    root : Path
        The project.

    Returns
    -------
    tuple of str

    """
    host = socket.gethostname()
    names = {host, host.partition(".")[0]}
    with suppress(KeyError, OSError):  # a user without a name
        names.add(getpass.getuser())
    private = [name for name in names if len(name) >= _LEAST and name.lower() not in _COMMON | _MONTHS]
    for folder in (Path(analysis.__file__).parent, root / "notebooks", root / "data" / "raw"):
        for file in folder.rglob("*"):
            if private and file.suffix in _SOURCES and file.is_file():
                text = file.read_text(encoding="utf-8", errors="replace")
                private = [name for name in private if not _as_words([name]).search(text)]
    return tuple(sorted(private))


def _as_words(names: Iterable[str]) -> re.Pattern[str]:
    """Return what finds names as words of their own: within a longer word or a slug it is another name."""
    either = "|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names)
    return re.compile(either or r"(?!)", re.IGNORECASE)


def own_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the values of an environment that are secret, with the names of their variables.

    Those are values of 12 characters and more of a variable whose name holds token, secret, password or key, other than
    words, paths and addresses: ``KEYMAP=no`` and ``SSH_KEY=~/.ssh/id`` are no secrets.
    """
    lines = {name: max(value.splitlines(), key=len, default="") for name, value in environment.items()}
    return {
        written: name
        for name, value in lines.items()
        if _SECRET_NAME.search(name) and len(value) >= _LEAST_SECRET
        # one in 64 keys in base64 begins with a slash, too, but no folder of this machine has the name that follows
        if not _WORDS_OR_PLACE.fullmatch(value) or (value[0] == "/" and not Path("/", *value.split("/")[1:2]).exists())
        # as it is, as a notebook writes it, and as JSON of ASCII does
        for written in (value, json.dumps(value, ensure_ascii=False)[1:-1], json.dumps(value)[1:-1])
    }


def find_leaks(
    folder: Path,
    private: Iterable[str] = (),
    names: Iterable[str] = (),
    secrets: Mapping[str, str] | None = None,
) -> list[str]:
    """Return where a finished file holds what must not be published.

    Parameters
    ----------
    folder
        The report, not yet published.
    private
        Texts such as folders of this machine, searched for anywhere.
    names
        Names of this machine and its user, searched for as words of their own.
    secrets
        Secret values, searched for anywhere, with what each is called.

    Returns
    -------
    list of str
        ``file: kind``, in the order of files; the place within an archive is part of the file. Without an entry, all is
        well.
    """
    private = tuple(private)
    words = _as_words(names)
    leaks: dict[str, None] = {}
    for file in sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()):
        for name, text in _texts(file.relative_to(folder).as_posix(), file.read_bytes()):
            own = (called for value, called in (secrets or {}).items() if value in text)
            kinds = [f"the value of {called} in the environment" for called in own]
            kinds += ["a folder of this machine"] * any(place in text for place in private)
            kinds += ["the name of this machine or its user"] * bool(words.search(text))
            leaks |= dict.fromkeys(f"{name}: {kind}" for kind in (*kinds, *private_kinds(text)))
    return list(leaks)


def _texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file with their place: as written, and where markup may divide them, without it."""
    suffix = Path(name).suffix
    if suffix in _PACKED:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.namelist():
                yield from _texts(f"{name} > {entry}", archive.read(entry))
        return
    if suffix in _UNREADABLE:
        return
    text = content.decode("utf-8", errors="replace")
    yield name, text
    if suffix in _MARKED:
        yield name, html.unescape(_TAG.sub("", _BLOCK.sub("\n", text)))
