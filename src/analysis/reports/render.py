"""Turn executed notebooks into pages: one exporter for all, code hidden, and a way from every page to the others."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import nbformat
from jinja2 import Environment, FileSystemLoader
from nbconvert.exporters import HTMLExporter

from analysis.reports.plan import AREA_TEMPLATE, LANGUAGES, Job
from analysis.words import file_size, label, period

_HOME: Final = Path(__file__).parent
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

    def page(self, job: Job, notebook: nbformat.NotebookNode) -> str:
        """Return the HTML page of an executed notebook; it loads nothing from elsewhere."""
        report = {
            "title": self.title(job),
            "site": self._contents["strategy"][job.language],
            "when": period(self._quarter, job.language),
            "label": label,
            "quarter": self._quarter,
            "language": job.language,
            "style": self._style,
            "groups": self._navigation(job),
            "switch": self._switch(job),
            "notebook": f"../{job.notebook}",
            "index": "../index.html",
            "downloads": f"../index.html#downloads-{job.language}" if self._whole else "",
        }
        self._exporter.language_code = job.language
        html, _ = self._exporter.from_notebook_node(notebook, {"report": report, "metadata": {"name": report["title"]}})
        return _tidy(self._without_dead_links(html, job.language))

    def _without_dead_links(self, html: str, language: str) -> str:
        """Keep the words but not the link where a part of a report speaks of a page that only the whole has."""
        return _LINK.sub(
            lambda link: link[0] if (language, link["page"].removesuffix(".html")) in self._pages else link["words"],
            html,
        )

    def index(self, facts: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> str:
        """Return the front page: the languages, every page and file of each, and what the report is built from.

        `files` are those handed on, as `analysis.reports.handed_on` describes them.
        """
        # not the exporter's environment: there, the name is taken by nbconvert's own page
        template = Environment(loader=FileSystemLoader(_HOME)).get_template("index.html.j2")
        languages = [
            {
                "language": language,
                "groups": self._groups([j for j in self._jobs if j.language == language], ""),
                "files": [file for file in files if file["language"] in ("", language)],
            }
            for language in LANGUAGES
            if any(j.language == language for j in self._jobs)
        ]
        named = {
            "names": self._contents["strategy"],
            "when": {language: period(self._quarter, language) for language in LANGUAGES},
        }
        return _tidy(
            template.render(**named, style=self._style, languages=languages, facts=facts, label=label, size=file_size)
        )

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

    def _navigation(self, current: Job) -> list[dict[str, Any]]:
        jobs = [job for job in self._jobs if job.language == current.language]
        if current.template == AREA_TEMPLATE:  # hundreds would drown the page: those of the same larger area
            jobs = [job for job in jobs if self._around(job) == self._around(current)]
        return self._groups(jobs, "../", current)

    def _around(self, job: Job) -> str:
        return self._areas[job.parameters["area"]]["around"]

    def _groups(self, jobs: Sequence[Job], up: str, current: Job | None = None) -> list[dict[str, Any]]:
        """Return the pages in groups: the whole, each goal with its indicators, the data; or areas by larger ones."""
        if self._areas:
            held = sorted(jobs, key=lambda job: (self._around(job), self.title(job)))
            return [
                {"heading": around, "pages": [self._page(job, up, current) for job in group]}
                for around, group in groupby(held, key=self._around)
            ]
        goals = {i["slug"]: i["goal"] for i in self._contents["indicators"]}
        place = {job.page: job.parameters.get("goal", goals.get(job.parameters.get("indicator"), 0)) for job in jobs}
        grouped = groupby(jobs, key=lambda job: (job.template == "datagrunnlag", place[job.page]))
        return [
            {
                "pages": [self._page(job, up, current) for job in group],
            }
            for _, group in grouped
        ]

    def _page(self, job: Job, up: str, current: Job | None) -> dict[str, Any]:
        return {"title": self.title(job), "href": f"{up}{job.html}", "current": job == current}

    def _switch(self, current: Job) -> dict[str, str] | None:
        """Return where the same page stands in the other language, None when it is not part of this report."""
        for language in LANGUAGES:
            job = self._pages.get((language, current.page))
            if job and language != current.language:
                return {"language": language, "href": f"../{job.html}", "title": self.title(job)}
        return None


def _tidy(html: str) -> str:
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"
