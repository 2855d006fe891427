"""The council's copy: the whole and every goal of a language as one PDF, printed from the pages themselves."""

import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

from analysis.exports import Print, PrintError
from analysis.reports import inputs, publish
from analysis.reports.pages.render import RULE, Renderer
from analysis.reports.plan import Job
from analysis.reports.request import Run

NOTHING: Final = {"keys": {}, "files": [], "left_out": []}
PRINTED: Final = ("strategi", "maal")  # an indicator's page is for the screen, where its rows can be followed
_MAIN: Final = re.compile(r"<main[^>]*>(.*?)</main>", re.DOTALL)
_LINK: Final = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
_HREF: Final = re.compile(r'\bhref="([^"]*)"')
_LOOK: Final = re.compile(r'\s(?:class|style)="[^"]*"')  # what a link without its address still looks like
_NAMED: Final = re.compile(r'(?<=\s)(id|for|headers|aria-labelledby|aria-describedby)="([^"]*)"')


class Press:
    """Prints the pages of each language as soon as the last of them is written, while other notebooks still run.

    `changed` are the jobs that are yet to be written. A file whose pages are all unchanged is taken from the last
    release. What is being printed is ended when the block this is used in is left.
    """

    def __init__(
        self, run: Run, renderer: Renderer, jobs: Sequence[Job], keys: Mapping[str, str], changed: Sequence[Job]
    ):
        self._run, self._renderer = run, renderer
        self._stack = ExitStack()
        self._under_way: dict[str, Print] = {}
        self._left_out: dict[str, str] = {}
        languages = run.request.languages if run.request.whole else ()
        self._pages = {code: [j for j in jobs if j.language == code and j.template in PRINTED] for code in languages}
        self._keys = {code: inputs.digest_of([keys[j.html] for j in pages]) for code, pages in self._pages.items()}
        self._awaited = {code: [j for j in pages if j in changed] for code, pages in self._pages.items()}

    def __enter__(self) -> Self:
        """Begin with what waits for no page."""
        for language, awaited in self._awaited.items():
            if not awaited:
                self._begin(language)
        return self

    def __exit__(self, *_: object) -> None:
        """End what is being printed."""
        self._stack.close()

    def written(self, job: Job) -> None:
        """Note that the page of a job is written; print those of its language when it was the last."""
        awaited = self._awaited.get(job.language, [])
        if job in awaited:
            awaited.remove(job)
            if not awaited:
                self._begin(job.language)

    def finish(self) -> dict[str, Any]:
        """Wait for the files, put them among the downloads, and return what the manifest says of them.

        That is ``keys`` (what each file is made of), ``files`` (as `analysis.reports.downloads` describes them) and
        ``left_out`` (why a file is missing).
        """
        files = []
        for language in self._pages:
            file = self._file(language)
            try:
                if language in self._under_way:
                    self._under_way[language].finish(file)
            except PrintError as error:
                self._left_out[language] = f"no PDF in {language}: {error}"
            if language not in self._left_out:
                files.append({"kind": "paper", "language": language, "name": file.name, "size": file.stat().st_size})
        keys = {code: key for code, key in self._keys.items() if code not in self._left_out}
        return {"keys": keys, "files": files, "left_out": list(self._left_out.values())}

    def _begin(self, language: str) -> None:
        file, last = self._file(language), (self._run.previous or {}).get("paper", NOTHING)
        if last["keys"].get(language) == self._keys[language]:
            file.parent.mkdir(exist_ok=True)
            shutil.copyfile(self._run.folder.current / publish.DOWNLOADS / file.name, file)
            return
        scratch = publish.scratch_of(self._run.work_folder)
        together = scratch / f"{file.stem}.html"
        together.write_text(self._together(self._pages[language]), encoding="utf-8")
        try:
            self._under_way[language] = self._stack.enter_context(Print(together, scratch))
        except PrintError as error:
            self._left_out[language] = f"no PDF in {language}: {error}"

    def _together(self, jobs: Sequence[Job]) -> str:
        pages = {job.page: (self._run.work_folder / job.html).read_text(encoding="utf-8") for job in jobs}
        rules = "".join(sorted({rule for html in pages.values() for rule in RULE.findall(html)}))
        return self._renderer.paper(jobs[0], joined(pages), rules)

    def _file(self, language: str) -> Path:
        return self._run.work_folder / publish.DOWNLOADS / f"status-{self._run.request.quarter}-{language}.pdf"


def joined(pages: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the main part of each page with its place in the whole; names are made different, links lead within.

    A link to a page that is not among them becomes its words, which look as before: its address would name a folder of
    this machine.
    """
    return [{"place": page, "content": _placed(_MAIN.search(html)[1], page, pages)} for page, html in pages.items()]


def _placed(content: str, page: str, held: Mapping[str, str]) -> str:
    content = _LINK.sub(lambda link: _linked(link, page, held), content)
    return _NAMED.sub(lambda name: f'{name[1]}="{" ".join(f"{page}-{each}" for each in name[2].split())}"', content)


def _linked(link: re.Match[str], page: str, held: Mapping[str, str]) -> str:
    found = _HREF.search(link[1])
    address = found[1] if found else ""
    if address.startswith(("https://", "http://")):
        return link[0]
    other, _, place = address.partition("#")
    other = other.removesuffix(".html") or page
    if not address or other not in held:
        return f"<span{''.join(_LOOK.findall(link[1]))}>{link[2]}</span>"
    within = f'href="#{other}-{place}"' if place else f'href="#{other}"'
    return f"<a{link[1].replace(found[0], within)}>{link[2]}</a>"
