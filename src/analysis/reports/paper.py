"""The council's copy: the whole and every goal of a language as one PDF, printed from the pages themselves."""

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from analysis.exports import PrintError, print_pdf
from analysis.reports import inputs, publish
from analysis.reports.plan import Job
from analysis.reports.render import RULE, Renderer
from analysis.reports.run import Run

NOTHING: Final = {"keys": {}, "files": [], "left_out": []}
_PRINTED: Final = ("strategi", "maal")  # an indicator's page is for the screen, where its rows can be followed
_MAIN: Final = re.compile(r"<main[^>]*>(.*?)</main>", re.DOTALL)
_LINK: Final = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
_HREF: Final = re.compile(r'\bhref="([^"]*)"')
_LOOK: Final = re.compile(r'\s(?:class|style)="[^"]*"')  # what a link without its address still looks like
_NAMED: Final = re.compile(r'(?<=\s)(id|for|headers|aria-labelledby|aria-describedby)="([^"]*)"')


def print_whole(run: Run, renderer: Renderer, jobs: Sequence[Job], keys: Mapping[str, str]) -> dict[str, Any]:
    """Print the pages of each language into the downloads; return what the manifest says of it.

    That is ``keys`` (what each file is made of), ``files`` (as `analysis.reports.handed_on` describes them) and
    ``left_out`` (why a file is missing). A file whose pages are all unchanged is taken from the last release.
    """
    said: dict[str, Any] = {"keys": {}, "files": [], "left_out": []}
    for language in run.ask.languages if run.ask.whole else ():
        printed = [job for job in jobs if job.language == language and job.template in _PRINTED]
        key = inputs.digest_of([keys[job.html] for job in printed])
        file = run.workplace / publish.DOWNLOADS / f"status-{run.ask.quarter}-{language}.pdf"
        try:
            if not _used_again(run, language, key, file):
                _print(run, renderer, printed, file)
        except PrintError as error:
            said["left_out"].append(f"no PDF in {language}: {error}")
            continue
        said["keys"][language] = key
        said["files"].append({"kind": "paper", "language": language, "name": file.name, "size": file.stat().st_size})
    return said


def _used_again(run: Run, language: str, key: str, file: Path) -> bool:
    last = (run.previous or {}).get("paper", NOTHING)
    if last["keys"].get(language) != key:
        return False
    shutil.copyfile(run.shelf.current / publish.DOWNLOADS / file.name, file)
    return True


def _print(run: Run, renderer: Renderer, jobs: Sequence[Job], file: Path) -> None:
    scratch = publish.scratch_of(run.workplace)
    pages = {job.page: (run.workplace / job.html).read_text(encoding="utf-8") for job in jobs}
    rules = "".join(sorted({rule for html in pages.values() for rule in RULE.findall(html)}))
    together = scratch / f"{file.stem}.html"
    together.write_text(renderer.paper(jobs[0], joined(pages), rules), encoding="utf-8")
    print_pdf(together, file, scratch)


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
