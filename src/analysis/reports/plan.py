"""What is run: which template with which parameters makes which page.

Templates come from a fixed list, parameters are checked against what each notebook itself declares, and every name of a
file is built from ids that the strategy holds. Whatever is wrong is said before anything starts.
"""

import ast
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import nbformat
import papermill
from pydantic import ConfigDict, ValidationError, create_model

from analysis.core.names import nearest

LANGUAGES: Final = ("nb", "en")
TEMPLATES: Final = ("strategi", "maal", "indikator", "datagrunnlag")
AREA_TEMPLATE: Final = "omraade"
END_TAG: Final = "end"
_TYPES: Final = {"str": str, "int": int, "float": float, "bool": bool}
_FORBIDDEN_TAGS: Final = {"raises-exception", "skip-execution", "injected-parameters"}


class PlanError(ValueError):
    """What was asked for cannot be run; the message lists every fault with its place and the nearest right spelling."""


@dataclass(frozen=True)
class Job:
    """One page in one language: which template is run with which parameters."""

    template: Literal["strategi", "maal", "indikator", "datagrunnlag", "omraade"]
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


def plan(
    quarter: str,
    indicators: Iterable[tuple[str, int]],
    *,
    languages: Iterable[str] = LANGUAGES,
    as_of: str = "",
    goal: int | None = None,
    indicator: str | None = None,
) -> list[Job]:
    """Return the jobs of a report, in the order of its table of contents, one language after the other.

    `indicators` are the strategy's, as (slug, goal) in report order. All goals and indicators are taken unless `goal`
    (that goal and its indicators) or `indicator` (that one alone) names a part.

    Raises:
        PlanError: for a language, goal or indicator that does not exist.

    """
    goals = {slug: number for slug, number in indicators}
    _check("language", languages, LANGUAGES)
    _check("goal", [goal] if goal is not None else [], dict.fromkeys(goals.values()))
    _check("indicator", [indicator] if indicator is not None else [], goals)
    pages = _whole(goals) if goal is None and indicator is None else _part(goals, goal, indicator)
    return [
        Job(template, page, language, {"quarter": quarter, "language": language, "as_of": as_of, **own})
        for language, (template, page, own) in itertools.product(languages, pages)
    ]


def area_plan(quarter: str, kind: str, areas: Iterable[str], languages: Iterable[str], as_of: str = "") -> list[Job]:
    """Return the jobs of a report on every area of a kind, in the order of `areas` (codes), language by language.

    Raises:
        PlanError: for a language that does not exist.

    """
    _check("language", languages, LANGUAGES)
    areas = list(areas)
    shared = {"quarter": quarter, "kind": kind, "as_of": as_of}
    return [
        Job(AREA_TEMPLATE, f"{AREA_TEMPLATE}-{code}", language, {**shared, "language": language, "area": code})
        for language, code in itertools.product(languages, areas)
    ]


def _check(kind: str, asked: Iterable[Any], known: Iterable[Any]) -> None:
    known = list(known)
    for value in asked:
        if value not in known:
            raise PlanError(f"'{value}' is no {kind} of the report{nearest(str(value), map(str, known))}")


def _whole(goals: Mapping[str, int]) -> list[tuple[str, str, dict]]:
    inner = [page for number in dict.fromkeys(goals.values()) for page in _part(goals, number, None)]
    return [("strategi", "strategi", {}), *inner, ("datagrunnlag", "datagrunnlag", {})]


def _part(goals: Mapping[str, int], goal: int | None, indicator: str | None) -> list[tuple[str, str, dict]]:
    chosen = [slug for slug, number in goals.items() if slug == indicator or (indicator is None and number == goal)]
    pages = [("indikator", f"indikator-{slug}", {"indicator": slug}) for slug in chosen]
    return pages if indicator is not None else [("maal", f"maal-{goal}", {"goal": goal}), *pages]


def read_templates(folder: Path, names: Iterable[str] = TEMPLATES) -> dict[str, nbformat.NotebookNode]:
    """Return the templates by name, read from `folder` and found fit to run unattended.

    Raises:
        PlanError: listing every fault of every notebook: missing, not a notebook, no or several ``parameters`` cells, a
            tag that lets errors pass, shell or magic commands, no end mark, another language than Python.

    """
    found = {name: _read(folder / f"{name}.ipynb") for name in names}
    faults = [
        f"notebooks/{name}.ipynb: {fault}"
        for name, notebook in found.items()
        for fault in ([notebook] if isinstance(notebook, str) else _faults(notebook))
    ]
    if faults:
        raise PlanError("\n".join(faults))
    return found


def _read(file: Path) -> nbformat.NotebookNode | str:
    try:
        notebook = nbformat.reads(file.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
    except FileNotFoundError:
        return "no such notebook"
    except (ValueError, nbformat.ValidationError, AttributeError, KeyError) as error:
        return f"cannot be read as a notebook: {str(error).splitlines()[0]}"
    return notebook


def _faults(notebook: nbformat.NotebookNode) -> list[str]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    tags = [cell.metadata.get("tags", []) for cell in code]
    parameters = sum("parameters" in t for t in tags)
    faults = [f"cell tagged '{tag}'; reports do not allow it" for t in tags for tag in t if tag in _FORBIDDEN_TAGS]
    if parameters != 1:
        faults.append(f"{parameters} cells tagged 'parameters'; exactly one is needed")
    elif "parameters" not in tags[0]:
        faults.append("the cell tagged 'parameters' is not the first; what stands before it cannot know them")
    if not tags or END_TAG not in tags[-1]:
        faults.append(f"the last code cell is not tagged '{END_TAG}': a run that stopped short could not be told")
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        faults.append("its kernel is not python3")
    faults += [
        f"'{line.strip()}' is a command of the notebook, not Python; failures in it go unseen"
        for cell in code
        for line in cell.source.splitlines()
        if line.lstrip().startswith(("!", "%"))
    ]
    return faults


def check_parameters(name: str, template: nbformat.NotebookNode, parameters: Mapping[str, Any]) -> None:
    """Check the parameters for one run against the template's own declaration: names, and types without conversion.

    Raises:
        PlanError: naming the template, the parameter, the value and what was expected.

    """
    declared = papermill.inspect_notebook(template)
    fields = {key: _field(name, entry) for key, entry in declared.items()}
    model = create_model(f"Parameters of {name}", __config__=ConfigDict(extra="forbid", strict=True), **fields)
    try:
        model.model_validate(dict(parameters))
    except ValidationError as error:
        raise PlanError("\n".join(_explain(name, fault, declared) for fault in error.errors())) from error


def _field(name: str, entry: Mapping[str, str]) -> tuple[type, Any]:
    kind = _TYPES.get(entry["inferred_type_name"])
    if kind is None:
        known = ", ".join(_TYPES)
        raise PlanError(f"notebooks/{name}.ipynb: parameter '{entry['name']}' declares no type; write one of {known}")
    try:
        return kind, ast.literal_eval(entry["default"])
    except (ValueError, SyntaxError) as error:
        found = f"parameter '{entry['name']}' has the default {entry['default']}"
        raise PlanError(f"notebooks/{name}.ipynb: {found}; only a plain value can be checked") from error


def _explain(name: str, fault: Mapping[str, Any], declared: Iterable[str]) -> str:
    parameter = str(fault["loc"][0])
    if fault["type"] == "extra_forbidden":
        return f"notebooks/{name}.ipynb has no parameter '{parameter}'{nearest(parameter, declared)}"
    return f"notebooks/{name}.ipynb: parameter '{parameter}': {fault['msg']} (found {fault['input']!r})"
