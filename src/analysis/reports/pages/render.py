"""Turn executed notebooks into pages: one exporter for all, code hidden, and a way from every page to the others.

What a page makes of the HTML that notebooks put out: its links, its sections, the styles of its cells, and the files
beside it.
"""

import copy
import json
import re
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from itertools import count, groupby
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import nbformat
import resvg_py
from bs4 import BeautifulSoup
from jinja2 import Environment, FileSystemLoader
from nbconvert.exporters import HTMLExporter

from analysis.assessment.limits import METHOD_EDITION
from analysis.reports.input_hashes import digest_of
from analysis.reports.leaks import DRAWING
from analysis.reports.plan import ANALYST_TAG, AREA_TEMPLATE, BRIEF_TEMPLATE, LANGUAGES, Job
from analysis.text import date, file_size, label, period, site_text, statement
from analysis.views.tables.markup import spaced, tag, unparted

STATEMENT: Final = "tilgjengelighet.html"
FOLDER: Final = Path(__file__).parent
BRIEF: Final = FOLDER / "brief.css"  # a rule a line: pages that are printed as one share equal lines
STYLE: Final = (FOLDER / "page.css").read_text(encoding="utf-8")
TEXTS: Final = {"label": label, "site_text": site_text, "statement": statement, "unparted": unparted, "period": period}
# not the exporter's environment: there, the name of the index is taken by nbconvert's own page
TEMPLATES: Final = Environment(loader=FileSystemLoader(FOLDER), autoescape=False)
TEMPLATES.globals |= TEXTS
_SCHEMES: Final = re.compile(r":root\{(.*?)\}@media\(prefers-color-scheme:dark\)\{:root\{.*?\}\}")
_PAGE: Final = re.compile(r"^[a-z0-9-]+\.html")
_DRAWING: Final = re.compile(f"^{re.escape(DRAWING)}")
# how a drawing of the report begins: its size is limited, for its points take memory
_SIZED: Final = re.compile(r"<svg xmlns='[^']+' width='\d{1,3}(\.\d+)?pt' height='\d{1,3}(\.\d+)?pt'")
_DOTS: Final = 144  # an inch: twice what a screen showed for long
Link = dict[str, Any]  # where it leads (href), its title, and more for some


@dataclass(frozen=True)
class PageParts:
    """A notebook whose outputs fit a page, the page's sections as place and title in HTML, and its cells' styles.

    ``files`` are those beside the page, by name: of every figure its data as CSV, its picture as SVG and PNG.
    """

    notebook: nbformat.NotebookNode
    sections: list[dict[str, str]]
    rules: list[str]
    files: dict[str, str | bytes]


def parse(html: str) -> BeautifulSoup:
    """Return HTML as a tree in which every attribute is a text."""
    return BeautifulSoup(html, "html.parser", multi_valued_attributes=None)


def adapt_outputs(notebook: nbformat.NotebookNode, pages: Container[str], page: str = "") -> PageParts:
    """Return what an executed notebook shows as parts of a page; the notebook itself is not changed.

    Parameters
    ----------
    notebook
        Its tables name pages in ``data-page``, as there are none beside a notebook. Cells with the tag ``analyst`` are
        left out: they explain how the figures came about to those who open the notebook.
    pages
        File names of the pages that the report has. A link to another one becomes its words.
    page
        Name of this page, with which the names of the files beside it begin.

    Returns
    -------
    PageParts
        Cells of tables name their style instead of repeating it; in a notebook they repeat it, as JupyterLab drops
        style sheets. A quarter of a page of tables was styles.
    """
    # the notebook as it was executed is published beside the page
    notebook, sections, rules, files, numbers = copy.deepcopy(notebook), [], {}, {}, count(1)
    notebook.cells = [cell for cell in notebook.cells if ANALYST_TAG not in cell.metadata.get("tags", [])]
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        data = output.get("data", {})
        if "text/html" not in data:
            continue
        tree = parse(data["text/html"])
        for heading in tree.find_all("h2", id=True):
            sections.append({"place": heading["id"], "title": heading.decode_contents()})
        for link in tree.find_all("a", attrs={"data-page": True}):
            link["href"] = link.attrs.pop("data-page")
        for link in tree.find_all("a", href=_PAGE):  # a notebook may link to a page without a table, too
            if link["href"].partition("#")[0] in pages:
                continue
            if "tile" in link.get("class", "").split():  # a field of the board stays a field
                link.name, link.attrs = "span", {name: link[name] for name in ("class", "style")}
            else:
                link.unwrap()
        for figure in tree.find_all("figure", attrs={"data-csv": True, "lang": LANGUAGES}):
            if (drawing := figure.find("img", src=_DRAWING)) is None:
                continue
            name, svg = f"figures/{page}-{next(numbers)}", draw_plainly(unquote(drawing["src"].removeprefix(DRAWING)))
            forms, language = {"csv": figure.attrs.pop("data-csv"), "svg": svg}, figure["lang"]
            if _SIZED.match(svg) and "<image" not in svg:  # a picture within it could be a file of this machine
                with suppress(ValueError):  # a notebook's own drawing may be none
                    forms["png"] = bytes(resvg_py.svg_to_bytes(svg_string=svg, dpi=_DOTS, skip_system_fonts=True))
            files |= {f"{name}.{form}": content for form, content in forms.items()}
            links = (tag("a", label(f"download_figure_{form}", language), href=f"{name}.{form}") for form in forms)
            figure.append(parse(tag("p", spaced(*links), class_="figure-files")))
        for cell in tree.find_all(["td", "th", "tr"], style=True):
            style = cell.attrs.pop("style")
            # named by its text, so that equal pages are equal bytes
            name = rules.setdefault(style, f"s{digest_of(style)[:8]}")
            cell["class"] = f"{cell['class']} {name}" if "class" in cell.attrs else name
        data["text/html"] = str(tree)
    return PageParts(notebook, sections, [f".{name}{{{style}}}" for style, name in sorted(rules.items())], files)


def draw_plainly(svg: str) -> str:
    """Return a picture of a page as programs read it that know CSS in part: on light, halos below their texts.

    Office programs know no variables, and paint all of it black; nor do they know an order of painting. LibreOffice
    moves letters to their place only where they have a style, which those in black have not.
    """
    if schemes := _SCHEMES.search(svg):
        inks = dict(re.findall(r"(--\w+):(#\w+)", schemes[1]))
        svg = re.sub(r"var\((--\w+)\)", lambda use: inks[use[1]], svg.replace(schemes[0], ""))
    for halo in re.findall(r"\.(\w+)\{[^}]*paint-order:stroke[^}]*\}", svg):
        svg = re.sub(rf"(<path [^>]*class='{halo}'[^>]*)/>", r"\1/>\1 style='stroke:none'/>", svg)
    svg = svg.replace("<style>", "<style>.black{fill:#000000}")
    return re.sub(r"(<g transform='[^']*')>", r"\1 class='black'>", svg)


class _PageExporter(HTMLExporter):
    """nbconvert's exporter without its second reading of every page, half of the work.

    It parses what it has just written to look for pictures without alternative text; ours have it, and a test looks.
    """

    def from_notebook_node(self, nb: nbformat.NotebookNode, resources: dict | None = None, **kw: Any) -> tuple:
        """Return the page and its resources."""
        return super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)


class Renderer:
    """The shared exporter, and the titles of every page of one report.

    Parameters
    ----------
    quarter
        As ``2024Q1``.
    contents
        The names of the strategy's goals and indicators, or of areas, as `analysis.reports.prepare` gives them.
    jobs
        Every page, in reading order within each language.
    whole
        Whether the report is the whole of a quarter, in full or in brief, which has files to download.
    """

    def __init__(self, quarter: str, contents: Mapping[str, Any], jobs: Sequence[Job], *, whole: bool):
        self._quarter, self._contents, self._whole = quarter, contents, whole
        self._areas = {area["code"]: area for area in contents.get("areas", ())}
        self._pages = {(job.language, job.page): job for job in jobs}
        in_order = {language: [job for job in jobs if job.language == language] for language in LANGUAGES}
        self._in_order = {language: own for language, own in in_order.items() if own}
        self._exporter = _PageExporter(
            template_name="basic",
            extra_template_paths=[str(FOLDER)],
            template_file="page.html.j2",
            exclude_input=True,
            exclude_anchor_links=True,
        )
        self._exporter.environment.globals |= TEXTS

    def files(self, job: Job, notebook: nbformat.NotebookNode) -> dict[str, str | bytes]:
        """Return an executed notebook as text and as an HTML page, which loads nothing from elsewhere, and its files.

        Parameters
        ----------
        job
            The page.
        notebook
            What its template put out.

        Returns
        -------
        dict of str to str or bytes
            Content of each file by its place in the report's folder: texts, and pictures as PNG.
        """
        own = self._in_order[job.language]
        parts = adapt_outputs(notebook, {STATEMENT, *(f"{other.page}.html" for other in own)}, job.page)
        others = (self._pages.get((language, job.page)) for language in LANGUAGES if language != job.language)
        steps = {"indikator": ["strategi", f"maal-{self._goal(job)}"], "strategi": []}.get(job.template, ["strategi"])
        # a part of a report has not all the pages above
        trail = [self._link(self._pages[job.language, page]) for page in steps if (job.language, page) in self._pages]
        if job.template == AREA_TEMPLATE:
            trail = [{"href": "../index.html", "title": site_text("home", job.language)}]
        at = own.index(job)
        before, after = (other and self._link(other) for other in ([None, *own][at], [*own, None][at + 1]))
        report = self._frame(job.language, job) | {
            "title": self.title(job),
            "switch": next(({"language": j.language, "href": f"../{j.html}"} for j in others if j), None),
            "notebook": f"../{job.notebook}",
            "trail": trail,
            "sections": parts.sections,
            "rules": "\n".join(parts.rules + ([BRIEF.read_text("utf-8")] if job.template == BRIEF_TEMPLATE else [])),
            "before": before,
            "after": after,
        }
        self._exporter.language_code = job.language
        resources = {"report": report, "metadata": {"name": report["title"]}}
        html, _ = self._exporter.from_notebook_node(parts.notebook, resources)
        files = {f"{job.language}/{name}": text for name, text in parts.files.items()}
        return files | {job.html: tidy(html), job.notebook: nbformat.v4.writes(notebook) + "\n"}

    def statement(self, language: str) -> str:
        """Return the page that says who can use the report, how that was tested, and what was not."""
        others = [other for other in self._in_order if other != language]
        report = self._frame(language) | {
            "title": site_text("accessibility", language),
            "switch": {"language": others[0], "href": f"../{others[0]}/{STATEMENT}"} if others else None,
            "trail": [{"href": "../index.html", "title": site_text("home", language)}],
        }
        return tidy(TEMPLATES.get_template("statement.html.j2").render(report=report))

    def paper(self, first: Job, pages: Sequence[Mapping[str, str]], rules: str) -> str:
        """Return pages of one language as one page to print.

        Parameters
        ----------
        first
            The first of them, whose title is that of all.
        pages, rules
            As `analysis.reports.printing.join_pages` gives them.
        """
        title = f"{self.title(first)} – {period(self._quarter, first.language)}"
        named = {"language": first.language, "title": title, "style": STYLE + rules, "pages": pages}
        if scenario := self._contents["scenario"][first.language]["short"]:
            quoted = json.dumps(scenario, ensure_ascii=False).replace("<", "\\3c ")
            head = f"@top-center {{ content: {quoted}; font: bold 9pt sans-serif; color: #6b2c91; }}"
            named["style"] += f"@page {{ {head} }}"
        return tidy(TEMPLATES.get_template("paper.html.j2").render(named))

    def index(self, facts: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> str:
        """Return the front page: the languages, every page and file of each, and what the report is built from.

        Parameters
        ----------
        facts
            What the report is built from, by name.
        files
            The downloads, as `analysis.reports.prepare` describes them.
        """
        languages = [
            {
                "language": language,
                "groups": self._groups(own, ""),
                "files": [file for file in files if file["language"] in ("", language)],
                "statement": f"{language}/{STATEMENT}",
                "start": f"#contents-{language}" if self._areas else own[0].html,
            }
            for language, own in self._in_order.items()
        ]
        named = {
            "names": self._contents["strategy"],
            "when": {language: period(self._quarter, language) for language in LANGUAGES},
            "scenario": {language: self._contents["scenario"][language]["banner"] for language in LANGUAGES},
        }
        template = TEMPLATES.get_template("index.html.j2")
        return tidy(template.render(**named, style=STYLE, languages=languages, facts=facts, size=file_size))

    def title(self, job: Job) -> str:
        """Return a page's title in its language."""
        name = f"name_{job.language}"
        if job.template == "maal":
            goal = next(g for g in self._contents["goals"] if g["goal"] == job.parameters["goal"])
            return f"{label('goal', job.language)} {goal['goal']}: {goal[name]}"
        if job.template == "indikator":
            own = next(i for i in self._contents["indicators"] if i["slug"] == job.parameters["indicator"])
            return f"{own['indicator']} {own[name]}"
        if job.template == "datagrunnlag":
            return label("data_title", job.language)
        if job.template == AREA_TEMPLATE:
            return self._areas[job.parameters["area"]][name]
        return self._contents["strategy"][job.language]

    def _frame(self, language: str, current: Job | None = None) -> dict[str, Any]:
        """Return what is around every page of a language: names, dates, and the way to the others."""
        jobs = self._in_order[language]
        if current and current.template == AREA_TEMPLATE:  # hundreds would drown the page
            jobs = [job for job in jobs if self._larger_area(job) == self._larger_area(current)]
        return {
            "site": self._contents["strategy"][language],
            "when": period(self._quarter, language),
            "version": version("ehelse-status"),
            "edition": METHOD_EDITION,
            "closing_day": date(self._contents["as_of"], language),
            "scenario": self._contents["scenario"][language]["banner"],
            "language": language,
            "style": STYLE,
            "home": "../index.html",
            "groups": self._groups(jobs, "../", current),
            "data": "datagrunnlag.html" if (language, "datagrunnlag") in self._pages else "",
            "downloads": f"../index.html#downloads-{language}" if self._whole else "",
            "statement": STATEMENT,
        }

    def _groups(self, jobs: Sequence[Job], up: str, current: Job | None = None) -> list[dict[str, Any]]:
        """Return the pages in groups: the whole, each goal with its indicators, the data; or areas by larger ones."""

        def links(group: Sequence[Job]) -> list[Link]:
            return [self._link(job, up) | {"current": job == current} for job in group]

        if self._areas:
            by_name = sorted(jobs, key=lambda job: (self._larger_area(job), self.title(job)))
            return [{"heading": area, "pages": links(own)} for area, own in groupby(by_name, key=self._larger_area)]
        by_goal = groupby(jobs, key=lambda job: (job.template == "datagrunnlag", self._goal(job)))
        return [{"pages": links(own)} for _, own in by_goal]

    def _link(self, job: Job, up: str = "../") -> Link:
        return {"href": f"{up}{job.html}", "title": self.title(job)}

    def _goal(self, job: Job) -> int:
        """Return the number of the goal that a page belongs to, 0 for a page of the whole."""
        goals = {i["slug"]: i["goal"] for i in self._contents["indicators"]}
        return job.parameters.get("goal", goals.get(job.parameters.get("indicator"), 0))

    def _larger_area(self, job: Job) -> str:
        return self._areas[job.parameters["area"]]["around"]


def tidy(html: str) -> str:
    """Return a page without the empty lines and trailing blanks that templates leave."""
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"
