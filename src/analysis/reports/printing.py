"""The council's copy: the whole and every goal of a language as one PDF, printed from the pages themselves."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

from analysis.core.writing import digest
from analysis.exports import Print, PrintError
from analysis.reports import input_hashes, releases
from analysis.reports.pages.render import Renderer, parse
from analysis.reports.plan import BRIEF_TEMPLATE, Job
from analysis.reports.request import Run

NOTHING: Final = {"keys": {}, "files": [], "left_out": []}
# an indicator's page is for the screen, where its rows can be followed
PRINTED: Final = ("strategi", "maal", BRIEF_TEMPLATE)
_REFERRING: Final = ("id", "for", "headers", "aria-labelledby", "aria-describedby")


class Printer:
    """Prints the pages of each language as soon as the last of them is written, while other notebooks still run.

    What is being printed is ended when the block this is used in is left.

    Parameters
    ----------
    run
        The run; a part of a report is not printed.
    renderer
        Makes the printed page of the pages.
    jobs
        Every page of the report.
    keys
        What each page is made of, by its place; a PDF whose pages are all unchanged is taken from the last release.
    changed
        The jobs that are yet to be written.
    """

    def __init__(
        self, run: Run, renderer: Renderer, jobs: Sequence[Job], keys: Mapping[str, str], changed: Sequence[Job]
    ):
        self._run, self._renderer = run, renderer
        self._stack = ExitStack()
        self._under_way: dict[str, Print] = {}
        self._left_out: dict[str, str] = {}
        languages = run.request.languages if run.request.printed else ()
        # in the order of the jobs, which is that of reading
        self._pages = {code: [j for j in jobs if j.language == code and j.template in PRINTED] for code in languages}
        self._keys = {
            code: input_hashes.digest_of([keys[j.html] for j in pages]) for code, pages in self._pages.items()
        }
        # read before any notebook runs, or as they are made: a cell may put a pipe in their place, which waits for ever
        again = [j for pages in self._pages.values() for j in pages if j not in changed]
        self._texts = {j.html: (run.work_folder / j.html).read_text(encoding="utf-8") for j in again}
        # a folder whose name no notebook knows beforehand
        self._unfinished = Path(self._stack.enter_context(TemporaryDirectory(dir=run.work_folder)))

    def __enter__(self) -> Self:
        """Begin with what waits for no page."""
        for language in self._pages:
            self._begin(language)
        return self

    def __exit__(self, *_: object) -> None:
        """End what is being printed."""
        self._stack.close()

    def add_page(self, job: Job, text: str) -> None:
        """Note that the page of a job is written; print those of its language when it was the last."""
        if job in self._pages.get(job.language, []):
            self._texts[job.html] = text
            self._begin(job.language)

    def finish(self) -> dict[str, Any]:
        """Wait for the files, and put them among the downloads.

        Returns
        -------
        dict
            For the manifest: ``keys`` (what each file is made of), ``files`` (as `analysis.reports.prepare` describes
            them) and ``left_out`` (why a file is missing).
        """
        files = []
        for language in self._pages:
            file = self._file(language)
            try:
                if language in self._under_way:
                    most = int(self._run.request.brief)
                    printed = self._under_way[language].finish(self._unfinished / file.name, most)
                    self._run.written[f"{releases.DOWNLOADS}/{file.name}"] = digest(printed)
                    file.parent.mkdir(exist_ok=True)
                    printed.replace(file)
            except PrintError as error:
                self._leave_out(language, error)
            if language not in self._left_out:
                files.append({"kind": "paper", "language": language, "name": file.name, "size": file.stat().st_size})
        keys = {code: key for code, key in self._keys.items() if code not in self._left_out}
        return {"keys": keys, "files": files, "left_out": list(self._left_out.values())}

    def _begin(self, language: str) -> None:
        """Print the pages of a language, unless some are yet to be written."""
        jobs = self._pages[language]
        if any(job.html not in self._texts for job in jobs):
            return
        run, file = self._run, self._file(language)
        last, name = (run.previous or {}).get("paper", NOTHING), f"{releases.DOWNLOADS}/{file.name}"
        if last["keys"].get(language) == self._keys[language] and run.copy_again(name):
            return
        pages = {job.page: self._texts[job.html] for job in jobs}
        whole = self._unfinished / f"{file.stem}.html"
        releases.write_new(whole, self._renderer.paper(jobs[0], *join_pages(pages)))
        try:
            self._under_way[language] = self._stack.enter_context(Print(whole, releases.scratch_of(run.work_folder)))
        except PrintError as error:
            self._leave_out(language, error)

    def _leave_out(self, language: str, error: PrintError) -> None:
        self._left_out[language] = f"no PDF in {language}: {error}"

    def _file(self, language: str) -> Path:
        request = self._run.request
        brief = BRIEF_TEMPLATE if request.brief else ""
        name = "-".join(filter(None, ["status", request.quarter, request.ambitions, brief, language]))
        return self._run.work_folder / releases.DOWNLOADS / f"{name}.pdf"


def join_pages(pages: Mapping[str, str]) -> tuple[list[dict[str, str]], str]:
    """Return pages as sections of one page, whose names differ and whose links lead within it.

    Parameters
    ----------
    pages
        HTML by the page's name, in reading order.

    Returns
    -------
    tuple
        Of each page its ``place`` in the whole and its ``content``; and the styles of the cells of all. A link to a
        page that is not among them is its words, which look as before: its address would name a folder of this machine.
    """
    sections, rules = [], {}  # equal rules of several pages are one
    for page, html in pages.items():
        tree = parse(html)
        for style in tree.find_all("style", id="cell-styles"):
            rules |= dict.fromkeys(style.get_text().splitlines(keepends=True))
        for link in tree.main.find_all("a"):
            address = link.get("href", "")
            if address.startswith(("https://", "http://")):
                continue
            other, _, place = address.partition("#")
            other = other.removesuffix(".html") or page
            if address and other in pages:
                link["href"] = f"#{other}-{place}" if place else f"#{other}"
            else:
                link.name = "span"
                link.attrs = {name: value for name, value in link.attrs.items() if name in ("class", "style")}
        for name in _REFERRING:
            for element in tree.main.find_all(attrs={name: True}):
                element[name] = " ".join(f"{page}-{each}" for each in element[name].split())
        sections.append({"place": page, "content": tree.main.decode_contents()})
    return sections, "".join(rules)
