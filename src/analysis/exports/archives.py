"""The same content, the same bytes: office files are zip archives that carry the clock they were written by."""

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final

_MIDNIGHT: Final = (1980, 1, 1, 0, 0, 0)  # the earliest day a zip archive can hold
_STAMP: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def save(document: Any, file: Path, day: datetime) -> Path:
    """Write a workbook, presentation or document, every clock in it set to `day`, and return the file."""
    with io.BytesIO() as saved:
        document.save(saved)
        return write(file, without_clock(saved.getvalue(), day))


def without_clock(packed: bytes, day: datetime) -> bytes:
    """Return an office file with every clock in it set to `day`, or to the archive's first day for its entries.

    Workbooks inside it, which charts carry, are treated likewise. The order of the entries is kept: readers want the
    list of contents first.
    """
    stamp = day.strftime("%Y-%m-%dT00:00:00Z").encode()
    entries = []
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".xlsx"):
                content = without_clock(content, day)
            elif name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>" + stamp + rb"\g<3>", content)
            entries.append((name, content))
    return pack(entries)


def pack(entries: list[tuple[str, bytes]]) -> bytes:
    """Return a zip archive of named contents without a clock in it."""
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in entries:
                entry = zipfile.ZipInfo(name, _MIDNIGHT)
                # readable for everybody, whatever the umask of the machine that packs
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(entry, content)
        return file.getvalue()


def write(file: Path, content: bytes) -> Path:
    """Write a file whole, its folder made where needed, and return it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file
