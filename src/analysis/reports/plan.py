"""What is run: which template with which parameters makes which page.

Templates come from a fixed list, parameters are checked against what each notebook itself declares, and every name of a
file is built from ids that the strategy holds. Whatever is wrong is reported before anything starts.
"""

import ast
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import nbformat
import papermill

from analysis.core.names import nearest
from analysis.reports.input_hashes import Inputs, digest_of
from analysis.reports.request import RefusedError, Request

LANGUAGES: Final = ("nb", "en")
TEMPLATES: Final = ("strategi", "maal", "indikator", "datagrunnlag")
AREA_TEMPLATE: Final = "omraade"
BRIEF_TEMPLATE: Final = "kort"
END_TAG: Final = "end"
ANALYST_TAG: Final = "analyst"  # cells that notebooks keep and pages leave out
_LANGUAGE_TAG: Final = "lang:"
Templates = Mapping[str, nbformat.NotebookNode]
_TYPES: Final = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "True or False"}
# raw files of which a page depends on the rows it shows alone; every other one reaches every page
_READ_BY_ROW: Final = ("observations/", "judgements/")
# with these a cell that fails, or does not run, would go unnoticed; the last is papermill's own
_FORBIDDEN_TAGS: Final = {"raises-exception", "skip-execution", "injected-parameters"}


class PlanError(RefusedError):
    """What was asked for cannot be run; the message lists every fault with its place and the nearest right spelling."""


@dataclass(frozen=True)
class Job:
    """One page in one language: which template is run with which parameters."""

    template: Literal["strategi", "maal", "indikator", "datagrunnlag", "omraade", "kort"]
    page: str
    language: str
    parameters: Mapping[str, str | int]

    @property
    def html(self) -> str:
        """The page's place in the report's folder."""
        return f"{self.language}/{self.page}.html"

    @property
    def notebook(self) -> str:
        """The executed notebook's place in the report's folder."""
        return f"notebooks/{self.language}/{self.page}.ipynb"

    @property
    def name(self) -> str:
        """A short name for logs and temporary files."""
        return f"{self.language}-{self.page}"


def plan_request(request: Request, contents: Mapping[str, Any], folder: Path) -> tuple[Templates, list[Job]]:
    """Return the templates and jobs of a request.

    Parameters
    ----------
    request : Request
    contents : mapping
        The answer of `analysis.reports.prepare.prepare`.
    folder : Path
        Where the templates are.

    Returns
    -------
    tuple of dict and list
        Notebooks by name, and the jobs in the order of the table of contents.

    Raises
    ------
    PlanError
        For templates that are not fit to run unattended, names that do not exist and parameters that do not fit.

    """
    single = AREA_TEMPLATE if request.areas else BRIEF_TEMPLATE if request.brief else ""
    templates = read_templates(folder, (single,) if single else TEMPLATES)
    if request.areas:
        jobs = area_plan(request, [area["code"] for area in contents["areas"]])
    else:
        jobs = plan(request, [(indicator["slug"], indicator["goal"]) for indicator in contents["indicators"]])
        if request.brief:  # in the place of the strategy's page, alone
            jobs = [replace(job, template=single, page=single) for job in jobs if job.template == "strategi"]
    # of hundreds of areas one is checked: names and types are the same
    alike = {(job.template, *((key, type(value)) for key, value in job.parameters.items())): job for job in jobs}
    for job in alike.values():
        check_parameters(job.template, templates[job.template], job.parameters)
    return templates, jobs


def page_key(job: Job, inputs: Inputs, digests: Mapping[str, Mapping[str, str]]) -> str:
    """Return the hash of all that a page is made of: rows, files every page reads, template, parameters, code, lock.

    Parameters
    ----------
    job : Job
    inputs : Inputs
    digests : mapping
        By language, as `analysis.reports.prepare.page_digests` returns them.

    """
    rows = digests[job.language].get(job.page, digests[job.language][""])
    shared = {name: file for name, file in inputs.raw.items() if not name.startswith(_READ_BY_ROW)}
    made_by = {"library": inputs.library, "lock": inputs.lock, "packages": inputs.packages, "python": inputs.python}
    own = {"template": inputs.templates[job.template], "parameters": dict(job.parameters)}
    return digest_of({"rows": rows, "files": shared, **made_by, **own})


def plan(request: Request, indicators: Iterable[tuple[str, int]]) -> list[Job]:
    """Return the jobs of a report, in the order of its table of contents, one language after the other.

    Parameters
    ----------
    request : Request
        Of a whole quarter, of one goal and its indicators, or of one indicator.
    indicators : iterable of (str, int)
        The strategy's, as (slug, goal) in report order.

    Raises
    ------
    PlanError
        For a language, goal or indicator that does not exist.

    """
    goals = dict(indicators)
    _check("language", request.languages, LANGUAGES)
    _check("goal", [request.goal] if request.goal is not None else [], goals.values())
    _check("indicator", [request.indicator] if request.indicator is not None else [], goals)
    pages = []  # template, page, own parameters, and the goal that the page belongs to
    for goal in dict.fromkeys(goals.values()):
        own = [slug for slug in goals if goals[slug] == goal]
        pages.append(("maal", f"maal-{goal}", {"goal": goal}, goal))
        pages += [("indikator", f"indikator-{slug}", {"indicator": slug}, goal) for slug in own]
    if request.indicator is not None:
        pages = [page for page in pages if page[2] == {"indicator": request.indicator}]
    elif request.goal is not None:
        pages = [page for page in pages if page[3] == request.goal]
    else:
        pages = [("strategi", "strategi", {}, None), *pages, ("datagrunnlag", "datagrunnlag", {}, None)]
    shared = {name: value for name, value in request.reading.items() if value or name != "ambitions"}
    return [
        Job(template, page, language, {**shared, "language": language, **own})
        for language, (template, page, own, _) in itertools.product(request.languages, pages)
    ]


def area_plan(request: Request, areas: Iterable[str]) -> list[Job]:
    """Return the jobs of a report on every area of a kind, one language after the other.

    Parameters
    ----------
    request : Request
    areas : iterable of str
        Codes, in the order of the report.

    Raises
    ------
    PlanError
        For a language that does not exist.

    """
    _check("language", request.languages, LANGUAGES)
    shared = {"quarter": request.quarter, "kind": request.areas, "as_of": request.as_of}
    return [
        Job(AREA_TEMPLATE, f"{AREA_TEMPLATE}-{code}", language, {**shared, "language": language, "area": code})
        for language, code in itertools.product(request.languages, areas)
    ]


def _check(kind: str, wanted: Iterable[Any], existing: Iterable[Any]) -> None:
    names = list(dict.fromkeys(existing))
    for value in wanted:
        if value not in names:
            raise PlanError(f"'{value}' is no {kind} of the report{nearest(str(value), map(str, names))}")


def read_templates(folder: Path, names: Iterable[str] = TEMPLATES) -> dict[str, nbformat.NotebookNode]:
    """Return the templates by name, read from `folder` and checked that they are fit to run unattended.

    Raises
    ------
    PlanError
        Listing every fault of every notebook: missing, not a notebook, no or several ``parameters`` cells, a tag that
        lets errors pass, shell or magic commands, no end mark, another language than Python.

    """
    templates, faults = {}, []
    for name in names:
        try:
            notebook = nbformat.reads((folder / f"{name}.ipynb").read_text(encoding="utf-8"), as_version=4)
            nbformat.validate(notebook)
        except FileNotFoundError:  # not raised at once: every faulty notebook is to be listed
            own = ["no such notebook"]
        except (ValueError, nbformat.ValidationError, AttributeError, KeyError) as error:
            own = [f"cannot be read as a notebook: {str(error).splitlines()[0]}"]
        else:
            templates[name], own = notebook, _faults_of(notebook)
        faults += [f"notebooks/{name}.ipynb: {fault}" for fault in own]
    if faults:
        raise PlanError("\n".join(faults))
    return templates


def _faults_of(notebook: nbformat.NotebookNode) -> list[str]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    tags = [cell.metadata.get("tags", []) for cell in code]
    parameters = sum("parameters" in t for t in tags)
    faults = [f"cell tagged '{tag}'; reports do not allow it" for t in tags for tag in t if tag in _FORBIDDEN_TAGS]
    # without its cell papermill only warns, and the defaults overwrite what was asked for
    if parameters != 1:
        faults.append(f"{parameters} cells tagged 'parameters'; exactly one is needed")
    elif "parameters" not in tags[0]:
        faults.append("the cell tagged 'parameters' is not the first; what stands before it cannot know them")
    if not tags or END_TAG not in tags[-1]:
        faults.append(f"the last code cell is not tagged '{END_TAG}': a run that stopped short would not be noticed")
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        faults.append("its kernel is not python3")
    lines = [line for cell in code for line in cell.source.splitlines() if line.lstrip().startswith(("!", "%"))]
    command = "is a command of the notebook, not Python; failures in it go unseen"
    return [*faults, *(f"'{line.strip()}' {command}" for line in lines)]


def in_language(template: nbformat.NotebookNode, language: str) -> nbformat.NotebookNode:
    """Return a template without the texts for analysts in other languages, which have a tag as ``lang:nb``.

    Parameters
    ----------
    template : NotebookNode
        It is not changed.
    language : {"nb", "en"}

    Returns
    -------
    NotebookNode

    """
    others = {f"{_LANGUAGE_TAG}{code}" for code in LANGUAGES if code != language}
    cells = [cell for cell in template.cells if others.isdisjoint(cell.metadata.get("tags", []))]
    return nbformat.from_dict({**template, "cells": cells})


def check_parameters(name: str, template: nbformat.NotebookNode, parameters: Mapping[str, Any]) -> None:
    """Check the parameters for one run against the template's own declaration: names, and types without conversion.

    papermill itself only warns of an unknown parameter, and converts or quotes what is of another type.

    Parameters
    ----------
    name : str
        The template's, for messages.
    template : NotebookNode
    parameters : mapping

    Raises
    ------
    PlanError
        Naming the template, the parameter, the value and what was expected.

    """
    declared, place = papermill.inspect_notebook(template), f"notebooks/{name}.ipynb"
    for entry in declared.values():
        declaration, default = f"{place}: parameter '{entry['name']}'", entry["default"]
        if entry["inferred_type_name"] not in _TYPES:
            raise PlanError(f"{declaration} declares no type; write one of {', '.join(_TYPES)}")
        try:
            ast.literal_eval(default)
        except (ValueError, SyntaxError) as error:
            problem = f"has the default {default}; only a plain value can be checked"
            raise PlanError(f"{declaration} {problem}") from error
    faults = []
    for key, value in parameters.items():
        if key not in declared:
            faults.append(f"{place} has no parameter '{key}'{nearest(key, declared)}")
        # neither "2" nor 2.0 nor True passes for a number of a goal
        elif type(value).__name__ != (kind := declared[key]["inferred_type_name"]):
            faults.append(f"{place}: parameter '{key}' should be {_TYPES[kind]} (found {value!r})")
    if faults:
        raise PlanError("\n".join(faults))
