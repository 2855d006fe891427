"""A rendered page on paper: PDF through Chromium, with tags, outline, language and alternative texts kept."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final, Self

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECONDS: Final = 90  # a page takes two; a browser that hangs is ended
_STAMP: Final = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}[^)]*\)")
_NODE: Final = re.compile(rb"node\d{8}")  # how Chromium names what a table's cells refer to, counting all it has drawn
_DAY: Final = b"19800101000000"


class PrintError(RuntimeError):
    """A page that could not be printed; the message says why and what to do."""


def browser() -> Path | None:
    """Return where Chromium is, or None where there is none. ``CHROMIUM`` in the environment names another."""
    found = next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *BROWSERS))), None)
    return Path(found) if found else None


class Print:
    """A page of the report being printed by a Chromium of its own: tagged, with outline, language and texts kept.

    The same page and browser give the same bytes: the clock in the file is set still, its parts are put in order and
    named anew. Chromium works in a folder of its own in `scratch`, or in the system's temporary folder. Leaving the
    block it is used in ends it.

    Raises:
        PrintError: when Chromium is absent, or the page does not exist.

    """

    def __init__(self, html_file: Path, scratch: Path | None = None):
        program = browser()
        if program is None:
            raise PrintError("no Chromium was found, so no PDF is written; on Debian: apt-get install chromium")
        if not html_file.is_file():
            raise PrintError(f"{html_file.name}: no such page to print")
        self._folder = tempfile.TemporaryDirectory(dir=scratch)
        self._printed = Path(self._folder.name, "page.pdf")
        self._said = Path(self._folder.name, "stderr")
        page = html_file.resolve().as_uri()
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [str(program), *_options(self._folder.name), f"--print-to-pdf={self._printed}", page],
                env={**os.environ, "TMPDIR": str(scratch)} if scratch else None,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )

    def __enter__(self) -> Self:
        """Return the print under way."""
        return self

    def __exit__(self, *_: object) -> None:
        """End Chromium, and remove its folder."""
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def finish(self, pdf_file: Path) -> Path:
        """Wait for the page, write it as `pdf_file` and return that.

        Raises:
            PrintError: when printing fails, or takes longer than 90 seconds from now.

        """
        try:
            code = self._process.wait(SECONDS)
        except subprocess.TimeoutExpired as error:
            raise PrintError(f"Chromium did not finish within {SECONDS} seconds") from error
        if code or not self._printed.is_file():
            last = self._said.read_text(errors="replace").strip().splitlines()
            raise PrintError(f"Chromium ended with code {code}: {last[-1] if last else 'no message'}")
        pdf_file.parent.mkdir(parents=True, exist_ok=True)
        pdf_file.write_bytes(_in_order(_named_anew(_STAMP.sub(_still, self._printed.read_bytes()))))
        return pdf_file


def print_pdf(html_file: Path, pdf_file: Path) -> Path:
    """Print a page as `analysis.exports.Print` does, wait for it, and return the file.

    Raises:
        PrintError: when Chromium is absent, the page does not exist, or printing fails.

    """
    with Print(html_file) as under_way:
        return under_way.finish(pdf_file)


def _options(folder: str) -> list[str]:
    """Return how Chromium is started: without a window, a network, or anything of the user's."""
    fixed = ["--headless", "--disable-gpu", "--no-pdf-header-footer", "--generate-pdf-document-outline"]
    fixed += ["--export-tagged-pdf", "--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking"]
    fixed += [f"--user-data-dir={folder}/profile", "--no-first-run", "--force-color-profile=srgb"]
    # Chromium refuses its own sandbox to root, as in containers; the page is one of our own, without scripts
    return [*fixed, "--no-sandbox"] if os.geteuid() == 0 else fixed


def _still(match: re.Match[bytes]) -> bytes:
    """Return a date of the same length, so that the places the file refers to stay right."""
    rest = len(match[0]) - len(match[1]) - len(_DAY) - 1
    return match[1] + _DAY + b"+00'00'"[:rest].ljust(rest, b" ") + b")"


def _named_anew(content: bytes) -> bytes:
    """Return a PDF whose named elements are counted from one; their order, which lists of names rely on, is kept."""
    names = {name: b"node%08d" % number for number, name in enumerate(sorted(set(_NODE.findall(content))), start=1)}
    return _NODE.sub(lambda found: names[found[0]], content)


def _in_order(content: bytes) -> bytes:
    """Return a PDF with its objects in the order of their numbers; Chromium writes them as its threads finish.

    The table at the end, of one part as Chromium writes it, tells where each object starts.
    """
    table = int(content[content.rindex(b"startxref") :].split()[1])
    rows, trailer = content[table : content.rindex(b"trailer")].splitlines()[2:], content[content.rindex(b"trailer") :]
    starts = [int(row.split()[0]) for row in rows[1:]]
    ends = dict(zip(sorted(starts), [*sorted(starts)[1:], table], strict=True))
    whole, places = bytearray(content[: min(starts)]), []
    for start in starts:
        places.append(len(whole))
        whole += content[start : ends[start]]
    listed = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    return bytes(whole) + head + listed + trailer.replace(b"startxref\n%d" % table, b"startxref\n%d" % len(whole))
