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
from pydantic import ConfigDict, ValidationError, create_model

from analysis.core.names import nearest
from analysis.reports.input_hashes import Inputs, digest_of
from analysis.reports.request import Request

LANGUAGES: Final = ("nb", "en")
TEMPLATES: Final = ("strategi", "maal", "indikator", "datagrunnlag")
AREA_TEMPLATE: Final = "omraade"
BRIEF_TEMPLATE: Final = "kort"
END_TAG: Final = "end"
ANALYST_TAG: Final = "analyst"  # cells that notebooks keep and pages leave out
_LANGUAGE_TAG: Final = "lang:"
Templates = Mapping[str, nbformat.NotebookNode]
_TYPES: Final = {"str": str, "int": int, "float": float, "bool": bool}
# raw files of which a page depends on the rows it shows alone; every other one reaches every page
_READ_BY_ROW: Final = ("observations/", "judgements/")
# with these a cell that fails, or does not run, would go unnoticed; the last is papermill's own
_FORBIDDEN_TAGS: Final = {"raises-exception", "skip-execution", "injected-parameters"}


class PlanError(ValueError):
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
        areas = [area["code"] for area in contents["areas"]]
        jobs = area_plan(request.quarter, request.areas, areas, request.languages, request.as_of)
    else:
        indicators = [(indicator["slug"], indicator["goal"]) for indicator in contents["indicators"]]
        jobs = plan(
            request.quarter,
            indicators,
            languages=request.languages,
            as_of=request.as_of,
            ambitions=request.ambitions,
            goal=request.goal,
            indicator=request.indicator,
        )
        if request.brief:  # in the place of the strategy's page, alone
            jobs = [replace(job, template=single, page=single) for job in jobs if job.template == "strategi"]
    for job in jobs:
        check_parameters(job.template, templates[job.template], job.parameters)
    return templates, jobs


def page_key(job: Job, inputs: Inputs, digests: Mapping[str, Mapping[str, str]]) -> str:
    """Return the hash of all that a page is made of: rows, files every page reads, template, parameters, code, lock.

    Parameters
    ----------
    job : Job
    inputs : Inputs
    digests : mapping
        By language, as `analysis.reports.page_hashes.page_digests` returns them.

    """
    rows = digests[job.language].get(job.page, digests[job.language][""])
    shared = {name: file for name, file in inputs.raw.items() if not name.startswith(_READ_BY_ROW)}
    made_by = {"library": inputs.library, "lock": inputs.lock, "packages": inputs.packages, "python": inputs.python}
    own = {"template": inputs.templates[job.template], "parameters": dict(job.parameters)}
    return digest_of({"rows": rows, "files": shared, **made_by, **own})


def plan(
    quarter: str,
    indicators: Iterable[tuple[str, int]],
    *,
    languages: Iterable[str] = LANGUAGES,
    as_of: str = "",
    ambitions: str = "",
    goal: int | None = None,
    indicator: str | None = None,
) -> list[Job]:
    """Return the jobs of a report, in the order of its table of contents, one language after the other.

    Parameters
    ----------
    quarter : str
        As in ``2024Q1``.
    indicators : iterable of (str, int)
        The strategy's, as (slug, goal) in report order.
    languages : iterable of {"nb", "en"}
    as_of : str
        A day as in ``2024-03-31``; empty: the quarter's last.
    ambitions : str
        A set of ambitions whose targets are used, too; empty: none.
    goal : int, optional
        That goal and its indicators alone.
    indicator : str, optional
        That indicator alone.

    Raises
    ------
    PlanError
        For a language, goal or indicator that does not exist.

    """
    goals = {slug: number for slug, number in indicators}
    _check("language", languages, LANGUAGES)
    _check("goal", [goal] if goal is not None else [], dict.fromkeys(goals.values()))
    _check("indicator", [indicator] if indicator is not None else [], goals)

    def page_of(slug: str) -> tuple[str, str, dict]:
        return "indikator", f"indikator-{slug}", {"indicator": slug}

    def pages_of(number: int) -> list[tuple[str, str, dict]]:
        own = [page_of(slug) for slug in goals if goals[slug] == number]
        return [("maal", f"maal-{number}", {"goal": number}), *own]

    if indicator is not None:
        pages = [page_of(indicator)]
    elif goal is not None:
        pages = pages_of(goal)
    else:
        # in the order of the table of contents
        inner = [page for number in dict.fromkeys(goals.values()) for page in pages_of(number)]
        pages = [("strategi", "strategi", {}), *inner, ("datagrunnlag", "datagrunnlag", {})]
    shared = {"quarter": quarter, "as_of": as_of} | ({"ambitions": ambitions} if ambitions else {})
    return [
        Job(template, page, language, {**shared, "language": language, **own})
        for language, (template, page, own) in itertools.product(languages, pages)
    ]


def area_plan(quarter: str, kind: str, areas: Iterable[str], languages: Iterable[str], as_of: str = "") -> list[Job]:
    """Return the jobs of a report on every area of a kind.

    Parameters
    ----------
    quarter : str
    kind : {"kommune", "helsefellesskap", "region"}
    areas : iterable of str
        Codes, in the order of the report.
    languages : iterable of {"nb", "en"}
        One after the other.
    as_of : str
        A day; empty: the quarter's last.

    Raises
    ------
    PlanError
        For a language that does not exist.

    """
    _check("language", languages, LANGUAGES)
    areas = list(areas)
    shared = {"quarter": quarter, "kind": kind, "as_of": as_of}
    return [
        Job(AREA_TEMPLATE, f"{AREA_TEMPLATE}-{code}", language, {**shared, "language": language, "area": code})
        for language, code in itertools.product(languages, areas)
    ]


def _check(kind: str, wanted: Iterable[Any], known: Iterable[Any]) -> None:
    names = list(known)
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
    own = f"{_LANGUAGE_TAG}{language}"

    def is_kept(cell: nbformat.NotebookNode) -> bool:
        languages = [tag for tag in cell.metadata.get("tags", []) if tag.startswith(_LANGUAGE_TAG)]
        return not languages or own in languages

    return nbformat.from_dict({**template, "cells": [cell for cell in template.cells if is_kept(cell)]})


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
    declared, fields = papermill.inspect_notebook(template), {}
    for key, entry in declared.items():
        declaration = f"notebooks/{name}.ipynb: parameter '{entry['name']}'"
        kind, default = _TYPES.get(entry["inferred_type_name"]), entry["default"]
        if kind is None:
            raise PlanError(f"{declaration} declares no type; write one of {', '.join(_TYPES)}")
        try:
            fields[key] = kind, ast.literal_eval(default)
        except (ValueError, SyntaxError) as error:
            problem = f"has the default {default}; only a plain value can be checked"
            raise PlanError(f"{declaration} {problem}") from error
    # strict, so that neither "2" nor 2.0 nor True passes for a number of a goal
    model = create_model(f"Parameters of {name}", __config__=ConfigDict(extra="forbid", strict=True), **fields)
    try:
        model.model_validate(dict(parameters))
    except ValidationError as error:
        faults = []
        for fault in error.errors():
            parameter = str(fault["loc"][0])
            if fault["type"] == "extra_forbidden":
                faults.append(f"notebooks/{name}.ipynb has no parameter '{parameter}'{nearest(parameter, declared)}")
            else:
                problem = f"{fault['msg']} (found {fault['input']!r})"
                faults.append(f"notebooks/{name}.ipynb: parameter '{parameter}': {problem}")
        raise PlanError("\n".join(faults)) from error
