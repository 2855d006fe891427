"""Turn executed notebooks into pages: one exporter for all, code hidden, and a way from every page to the others."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import nbformat
from jinja2 import Environment, FileSystemLoader
from nbconvert.exporters import HTMLExporter

from analysis.reports.inputs import digest_of
from analysis.reports.plan import AREA_TEMPLATE, LANGUAGES, Job
from analysis.text import date, file_size, label, period, site_text, statement
from analysis.views.tables.markup import unparted

STATEMENT: Final = "tilgjengelighet.html"
_HOME: Final = Path(__file__).parent
SPEAKERS: Final = {"label": label, "site_text": site_text, "statement": statement, "unparted": unparted}
_SECTION: Final = re.compile(r'<h2 id="(?P<place>[a-z0-9-]+)"[^>]*>(?P<title>.*?)</h2>', re.DOTALL)
_WAITING: Final = re.compile(r"(<a\b[^>]*\s)data-page=(?=\"[a-z0-9-]+\.html)")
_CELL: Final = re.compile(r'(<t[dhr]\b[^<>]*?) style="(?P<style>[^"]*)"(?=[^<>]*>)')
RULE: Final = re.compile(r"\.s[0-9a-f]{8}\{[^{}]*\}")  # what `_shared` adds to a page's style sheet
_LINK: Final = re.compile(r'<a\b[^>]*\bhref="(?P<page>[a-z0-9-]+\.html)[^>]*>(?P<words>.*?)</a>', re.DOTALL)


class _PageExporter(HTMLExporter):
    """nbconvert's exporter without its second reading of every page, half of the work.

    It parses what it has just written to look for pictures without alternative text; ours have it, and a test looks.
    """

    def from_notebook_node(self, nb: nbformat.NotebookNode, resources: dict | None = None, **kw: Any) -> tuple:
        """Return the page and its resources."""
        return super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)


class Renderer:
    """The shared exporter, and the titles of every page of one report."""

    def __init__(self, quarter: str, contents: Mapping[str, Any], jobs: Sequence[Job], *, whole: bool):
        """Take the names of the strategy's goals and indicators as `analysis.reports.prepare` gives them."""
        self._whole = whole
        self._quarter, self._contents, self._jobs = quarter, contents, list(jobs)
        self._areas = {area["code"]: area for area in contents.get("areas", ())}
        self._pages = {(job.language, job.page): job for job in jobs}
        self._in_order = {language: [job for job in jobs if job.language == language] for language in LANGUAGES}
        self._neighbours = {
            (job.language, job.page): (before, after)
            for own in self._in_order.values()
            for before, job, after in zip([None, *own], own, [*own[1:], None], strict=False)
        }
        self._near = defaultdict(list)  # looked up for each of hundreds of areas
        for job in jobs if self._areas else ():
            self._near[job.language, self._larger(job)].append(job)
        self._style = (_HOME / "page.css").read_text(encoding="utf-8")
        self._exporter = _PageExporter(
            template_name="basic",
            extra_template_paths=[str(_HOME)],
            template_file="page.html.j2",
            exclude_input=True,
            exclude_input_prompt=True,
            exclude_output_prompt=True,
            exclude_anchor_links=True,
            mathjax_url="",
            require_js_url="",
        )
        self._exporter.environment.globals |= SPEAKERS
        # not the exporter's environment: there, the name of the index is taken by nbconvert's own page
        self._plain = Environment(loader=FileSystemLoader(_HOME), autoescape=False)
        self._plain.globals |= SPEAKERS

    def page(self, job: Job, notebook: nbformat.NotebookNode) -> str:
        """Return the HTML page of an executed notebook; it loads nothing from elsewhere."""
        before, after = self._beside(job)
        report = self._around(job.language, job) | {
            "title": self.title(job),
            "switch": self._switch(job),
            "notebook": f"../{job.notebook}",
            "trail": self._trail(job),
            "sections": _sections(notebook),
            "before": before,
            "after": after,
        }
        self._exporter.language_code = job.language
        html, _ = self._exporter.from_notebook_node(notebook, {"report": report, "metadata": {"name": report["title"]}})
        return tidy(_shared(self._without_dead_links(_WAITING.sub(r"\1href=", html), job.language)))

    def statement(self, language: str) -> str:
        """Return the page that says who can use the report, how that was tested, and what was not."""
        others = [other for other in self._languages() if other != language]
        report = self._around(language) | {
            "title": site_text("accessibility", language),
            "switch": {"language": others[0], "href": f"../{others[0]}/{STATEMENT}"} if others else None,
            "trail": [{"href": "../index.html", "title": site_text("home", language)}],
        }
        return tidy(self._plain.get_template("statement.html.j2").render(report=report))

    def paper(self, first: Job, pages: Sequence[Mapping[str, str]], rules: str) -> str:
        """Return pages of one language, as `analysis.reports.printing.joined` gives them, as one page to print.

        `rules` are those that `RULE` finds in them.
        """
        title = f"{self.title(first)} – {period(self._quarter, first.language)}"
        named = {"language": first.language, "title": title, "style": self._style + rules, "pages": pages}
        return tidy(self._plain.get_template("paper.html.j2").render(named))

    def _around(self, language: str, current: Job | None = None) -> dict[str, Any]:
        """Return what stands around every page of a language: names, dates, and the way to the others."""
        return {
            "site": self._contents["strategy"][language],
            "when": period(self._quarter, language),
            "version": version("ehelse-status"),
            "known": date(self._contents["as_of"], language),
            "language": language,
            "style": self._style,
            "home": "../index.html",
            "groups": self._navigation(language, current),
            "data": "datagrunnlag.html" if (language, "datagrunnlag") in self._pages else "",
            "downloads": f"../index.html#downloads-{language}" if self._whole else "",
            "statement": STATEMENT,
        }

    def _languages(self) -> list[str]:
        return [language for language, jobs in self._in_order.items() if jobs]

    def _trail(self, job: Job) -> list[dict[str, str]]:
        """Return the steps from the strategy down to a page, without the page itself."""
        if job.template == AREA_TEMPLATE:
            return [{"href": "../index.html", "title": site_text("home", job.language)}]
        above = {"indikator": ["strategi", f"maal-{self._goal(job)}"], "strategi": []}.get(job.template, ["strategi"])
        held = [self._pages[job.language, page] for page in above if (job.language, page) in self._pages]
        return [{"href": f"../{page.html}", "title": self.title(page)} for page in held]

    def _beside(self, job: Job) -> list[dict[str, str] | None]:
        """Return the pages before and after a page in reading order, None where there is none."""
        return [
            other and {"href": f"../{other.html}", "title": self.title(other)}
            for other in self._neighbours[job.language, job.page]
        ]

    def _without_dead_links(self, html: str, language: str) -> str:
        """Keep the words but not the link where a part of a report speaks of a page that only the whole has."""

        def kept(link: re.Match[str]) -> str:
            held = link["page"] == STATEMENT or (language, link["page"].removesuffix(".html")) in self._pages
            return link[0] if held else link["words"]

        return _LINK.sub(kept, html)

    def index(self, facts: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> str:
        """Return the front page: the languages, every page and file of each, and what the report is built from.

        `files` are those handed on, as `analysis.reports.handed_on` describes them.
        """
        languages = [
            {
                "language": language,
                "groups": self._groups(self._in_order[language], ""),
                "files": [file for file in files if file["language"] in ("", language)],
                "statement": f"{language}/{STATEMENT}",
                "door": f"#contents-{language}" if self._areas else self._in_order[language][0].html,
            }
            for language in self._languages()
        ]
        named = {
            "names": self._contents["strategy"],
            "when": {language: period(self._quarter, language) for language in LANGUAGES},
        }
        template = self._plain.get_template("index.html.j2")
        return tidy(template.render(**named, style=self._style, languages=languages, facts=facts, size=file_size))

    def title(self, job: Job) -> str:
        """Return a page's title in its language."""
        name = f"name_{job.language}"
        if job.template == "maal":
            goal = next(g for g in self._contents["goals"] if g["goal"] == job.parameters["goal"])
            return f"{label('goal', job.language)} {goal['goal']}: {goal[name]}"
        if job.template == "indikator":
            found = next(i for i in self._contents["indicators"] if i["slug"] == job.parameters["indicator"])
            return f"{found['indicator']} {found[name]}"
        if job.template == "datagrunnlag":
            return label("data_title", job.language)
        if job.template == AREA_TEMPLATE:
            return self._areas[job.parameters["area"]][name]
        return self._contents["strategy"][job.language]

    def _goal(self, job: Job) -> int:
        """Return the number of the goal that a page belongs to, 0 for a page of the whole."""
        goals = {i["slug"]: i["goal"] for i in self._contents["indicators"]}
        return job.parameters.get("goal", goals.get(job.parameters.get("indicator"), 0))

    def _navigation(self, language: str, current: Job | None) -> list[dict[str, Any]]:
        jobs = self._in_order[language]
        if current and current.template == AREA_TEMPLATE:  # hundreds would drown the page
            jobs = self._near[language, self._larger(current)]
        return self._groups(jobs, "../", current)

    def _larger(self, job: Job) -> str:
        return self._areas[job.parameters["area"]]["around"]

    def _groups(self, jobs: Sequence[Job], up: str, current: Job | None = None) -> list[dict[str, Any]]:
        """Return the pages in groups: the whole, each goal with its indicators, the data; or areas by larger ones."""
        if self._areas:
            held = sorted(jobs, key=lambda job: (self._larger(job), self.title(job)))
            return [
                {"heading": larger, "pages": [self._page(job, up, current) for job in group]}
                for larger, group in groupby(held, key=self._larger)
            ]
        grouped = groupby(jobs, key=lambda job: (job.template == "datagrunnlag", self._goal(job)))
        return [{"pages": [self._page(job, up, current) for job in group]} for _, group in grouped]

    def _page(self, job: Job, up: str, current: Job | None) -> dict[str, Any]:
        return {"title": self.title(job), "href": f"{up}{job.html}", "current": job == current}

    def _switch(self, current: Job) -> dict[str, str] | None:
        """Return where the same page stands in the other language, None when it is not part of this report."""
        for language in LANGUAGES:
            job = self._pages.get((language, current.page))
            if job and language != current.language:
                return {"language": language, "href": f"../{job.html}"}
        return None


def _sections(notebook: nbformat.NotebookNode) -> list[dict[str, str]]:
    """Return the place and title, as HTML, of every heading of level 2 that the outputs hold."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    pages = (output.get("data", {}).get("text/html", "") for output in outputs)
    return [found.groupdict() for page in pages for found in _SECTION.finditer(page)]


def _shared(html: str) -> str:
    """Return a page whose cells name their style instead of repeating it; a quarter of a page of tables is styles.

    In the notebook they are repeated, as JupyterLab drops style sheets. What the page's style sheet overrides stays so.
    """
    styles = {style: f"s{digest_of(style)[:8]}" for style in sorted({cell["style"] for cell in _CELL.finditer(html)})}
    rules = "".join(f".{name}{{{style}}}" for style, name in styles.items())
    named = _CELL.sub(lambda cell: f'{cell[1]} class="{styles[cell["style"]]}"', html)
    return named.replace("</style>", f"{rules}</style>", 1)


def tidy(html: str) -> str:
    """Return a page without the empty lines and trailing blanks that templates leave."""
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"
