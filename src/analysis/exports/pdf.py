"""A rendered page on paper: PDF through Chromium, with tags, outline, language and alternative texts kept."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final, Self

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECONDS: Final = 90  # a page takes two; a browser that hangs is ended
# of the environment outside; a notebook of the same user could read whatever else Chromium had, as a secret
_PASSED_ON: Final = ("PATH", "LD_LIBRARY_PATH", "HOME", "LANG", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "FONTCONFIG_FILE")
_OPTIONS: Final = (
    "--headless",
    "--disable-gpu",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--export-tagged-pdf",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # a page asks nothing of the network
    "--disable-background-networking",
    "--no-first-run",
    "--force-color-profile=srgb",
)


class PrintError(RuntimeError):
    """A page that could not be printed; the message says why and what to do."""


def browser() -> Path | None:
    """Return where Chromium is, or None where there is none. ``CHROMIUM`` in the environment names another."""
    program = next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *BROWSERS))), None)
    return Path(program) if program else None


class Print:
    """A page of the report being printed by a Chromium of its own: tagged, with outline, language and texts kept.

    The same page and browser give the same bytes. Leaving the block it is used in ends Chromium.

    Parameters
    ----------
    html_file
        The page.
    scratch
        The folder for Chromium's own files; the system's temporary folder where none is named.

    Raises
    ------
    PrintError
        When Chromium is absent, or the page does not exist.
    """

    def __init__(self, html_file: Path, scratch: Path | None = None):
        if (program := browser()) is None:
            raise PrintError("no Chromium was found, so no PDF is written; on Debian: apt-get install chromium")
        if not html_file.is_file():
            raise PrintError(f"{html_file.name}: no such page to print")
        self._folder = tempfile.TemporaryDirectory(dir=scratch)
        self._printed = Path(self._folder.name, "page.pdf")
        self._errors = Path(self._folder.name, "stderr")
        options = [*_OPTIONS, f"--user-data-dir={self._folder.name}/profile", f"--print-to-pdf={self._printed}"]
        # Chromium refuses its own sandbox to root, as in containers; the page is one of our own, without scripts
        options += ["--no-sandbox"] if os.geteuid() == 0 else []
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [str(program), *options, html_file.resolve().as_uri()],
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ}
                | ({"TMPDIR": str(scratch)} if scratch else {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )

    def __enter__(self) -> Self:
        """Return the print under way."""
        return self

    def __exit__(self, *_: object) -> None:
        """End Chromium, and remove its folder."""
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def finish(self, pdf_file: Path, most: int = 0) -> Path:
        """Wait for the page, write it as `pdf_file` and return that.

        Parameters
        ----------
        pdf_file
            Where to write; the folder around it must exist.
        most
            How many sheets it may take; 0: as many as it needs.

        Raises
        ------
        PrintError
            When printing fails, is not whole, takes longer than 90 seconds from now, or more sheets than it may.
        """
        try:
            code = self._process.wait(SECONDS)
        except subprocess.TimeoutExpired as error:
            raise PrintError(f"Chromium did not finish within {SECONDS} seconds") from error
        if code or not self._printed.is_file():
            last = self._errors.read_text(errors="replace").strip().splitlines()
            raise PrintError(f"Chromium ended with code {code}: {last[-1] if last else 'no message'}")
        if not self._printed.read_bytes().rstrip().endswith(b"%%EOF"):  # of a full disk Chromium says nothing
            raise PrintError("Chromium wrote a part of the PDF only, as when the temporary folder is full")
        _write_stable(self._printed, pdf_file, most)
        return pdf_file


def _write_stable(printed: Path, pdf_file: Path, most: int) -> None:
    """Write a PDF again without what differs between two prints of one page.

    That is the clock, the order of its objects, which follows Chromium's threads, and the names by which cells of
    tables refer to their heads, which count all that this Chromium has drawn.
    """
    import pikepdf  # for those who print only

    with pikepdf.open(printed) as document:
        if most and len(document.pages) > most:
            problem = f"the page takes {len(document.pages)} sheets, and may take {most}"
            raise PrintError(f"{problem}; shorten what is written on it")
        for stamp in {"/CreationDate", "/ModDate"} & set(document.docinfo.keys()):
            del document.docinfo[stamp]
        elements = [each for each in document.objects if isinstance(each, pikepdf.Dictionary)]
        named = [each for each in elements if "/ID" in each]
        new = {name: f"node{number:08}" for number, name in enumerate(sorted(str(each.ID) for each in named), start=1)}
        for each in named:
            each.ID = new[str(each.ID)]
        # heads that a cell refers to, and the list in which a reader looks the names up
        attributes = [part for each in elements if isinstance(each.get("/A"), pikepdf.Array) for part in each.A]
        for holder in (*elements, *attributes):
            for key in {"/Headers", "/Names", "/Limits"} & set(holder.keys()):
                if isinstance(holder[key], pikepdf.Array):
                    parts = [
                        new.get(str(part), part) if isinstance(part, pikepdf.String) else part for part in holder[key]
                    ]
                    holder[key] = pikepdf.Array(parts)
        document.save(pdf_file, deterministic_id=True)
