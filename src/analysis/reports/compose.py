"""Compose every page of a report in this process, without kernels, and say what would stop the report.

The cells of each notebook are run as a kernel would run them and verified as a run verifies them, so that a fault has
the same name here and there. Pictures are left out unless they are asked for; their data, captions and alternative
texts are made all the same.
"""

import ast
import io
import sys
import tempfile
import warnings
from contextlib import nullcontext, redirect_stderr, redirect_stdout, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from analysis.core import paths
from analysis.core.cache import between_pages
from analysis.core.clock import today
from analysis.core.faults import Fault, RawDataError, rejections
from analysis.core.periods import as_of_date, quarter_of
from analysis.exports import write_exports
from analysis.municipal.status import cache as areas_cache
from analysis.municipal.status import read_panel
from analysis.records.areas import AreaError
from analysis.records.judgements import judged_quarters
from analysis.records.observations import read_area_observations, read_observations
from analysis.records.strategy import read_strategy
from analysis.reports.check import check
from analysis.reports.execute import find_fault
from analysis.reports.leaks import find_leaks
from analysis.reports.plan import ANALYST_TAG, Job, in_language, plan_request
from analysis.reports.prepare import prepare
from analysis.reports.releases import PREPARED
from analysis.reports.request import AREA_KINDS, Progress, RefusedError, Request, check_request
from analysis.reports.run import private_folders, read_answer
from analysis.text import LANGUAGES
from analysis.views.figures.canvas import without_drawing
from analysis.views.status import cache, read_status

_REMEDY: Final = "correct what is new in the raw material or the notebooks; the report would end in the same way"
# what Python itself shows nobody but the author of a script
_SILENT: Final = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


# of frames this small a text each costs less than Arrow's, whether that extra is there or not
_SMALL: Final = pd.option_context("mode.string_storage", "python")


@_SMALL
def check_report(
    quarter: str = "", *, draw: bool = False, ambitions: str = "", progress: Progress = lambda *_: None
) -> tuple[tuple[str, ...], list[Fault]]:
    """Check all raw material, and that every page of a quarter's report and of the next can be made from it.

    Parameters
    ----------
    quarter : str
        As in ``2024Q1``; the newest that has judgements, else that of the newest figure, unless given.
    draw : bool
        Whether pictures are drawn, too.
    ambitions : str
        A set of ambitions whose targets are used, too; empty: none.
    progress : callable
        Called before a report is composed with the number of those composed, the number of all, and which it is.

    Returns
    -------
    tuple of tuple and list
        The quarters, none where the raw material is rejected; and the faults, of the raw material and of the pages.

    Raises
    ------
    RefusedError
        When `quarter` is none.

    """
    faults = check(ambitions=ambitions)
    if rejections(faults):
        return (), faults
    if quarter:
        check_request(Request(quarter, ambitions=ambitions), paths.project_root())
    judged = judged_quarters()
    newest = judged[-1] if judged else str(read_observations()["published"].max().to_period("Q"))
    first = quarter or newest
    quarters = first, str(pd.Period(first, "Q") + 1)
    quarters = tuple(each for each in quarters if quarter_of(each).start_time.date() <= today())
    with cache.keeping(), areas_cache.keeping(), between_pages.keeping():
        reports = [(each, areas) for each in quarters for areas in ("", *kinds_of_areas(each))]
        for number, (each, areas) in enumerate(reports):
            progress(number, len(reports), f"Composing every page of {each}{areas and f', {areas}'}")
            # the files of the next quarter say nothing that its pages do not
            parts = {"downloads": not areas and (draw or each == first), "ambitions": ambitions, "areas": areas}
            with tempfile.TemporaryDirectory() as folder:
                faults += compose_report(each, Path(folder), draw=draw, **parts)
    return quarters, list(dict.fromkeys(faults))


def kinds_of_areas(quarter: str) -> list[str]:
    """Return the kinds of areas of which the raw material has a figure at the end of a quarter."""
    kinds, day = [], as_of_date(quarter)
    if (paths.raw_folder() / "areas" / "areas.csv").is_file():
        figures = read_area_observations(day.date().isoformat(), strategy=read_strategy().at(day))
        for kind in AREA_KINDS if len(figures) else ():
            with suppress(AreaError):  # none of this kind; the files themselves have been checked
                read_panel(quarter, kind)
                kinds.append(kind)
    return kinds


@_SMALL
def compose_report(
    quarter: str, folder: Path, *, draw: bool = False, downloads: bool = True, ambitions: str = "", areas: str = ""
) -> list[Fault]:
    """Compose every page and file of a quarter's report, its brief too; return what would stop it.

    Parameters
    ----------
    quarter : str
    folder : Path
        An empty folder, for the texts of the pages, as ``nb/strategi.html``, the tables and the downloads.
    draw : bool
        Whether pictures are drawn, too.
    downloads : bool
        Whether the files beside the pages are written, too.
    ambitions : str
        A set of ambitions whose targets are used, too; empty: none.
    areas : {"", "kommune", "helsefellesskap", "region"}
        The kind of areas whose pages are composed instead, or none.

    Returns
    -------
    list of Fault
        Each once, though it be on many pages.

    """
    request = Request(quarter, ambitions=ambitions, areas=areas)
    prepare(quarter, "", list(LANGUAGES), str(folder), areas, ambitions)
    try:
        contents = read_answer(folder / PREPARED, 0, "validation of the raw material", "tables")
        if "failed" in contents:
            problem = f"the raw material breaks the library: {contents['failed'].splitlines()[-1]}"
            return [Fault("page", problem, _REMEDY)]
        templates, jobs = plan_request(request, contents, paths.notebooks_folder())
        if request.whole:
            brief, sheets = plan_request(replace(request, brief=True), contents, paths.notebooks_folder())
            templates, jobs = {**templates, **brief}, [*jobs, *sheets]
    except RefusedError as error:
        return [Fault("page", line, value=quarter) for line in str(error).splitlines()]
    with nullcontext() if draw else without_drawing():
        faults = [fault for job in jobs for fault in _compose_page(job, templates[job.template], folder)]
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                # in one language: what differs between the languages is on the pages, too
                if downloads:
                    write_exports({"nb": read_status(quarter, ambitions=ambitions)}, folder / "downloads")
        except Exception as error:
            problem = f"downloads cannot be written: {type(error).__name__}: {error}"
            faults.append(Fault("page", problem, _REMEDY, value=quarter))
    remedy = "take it out of the raw material; it would not be published"
    leaks = find_leaks(folder, private_folders(folder))
    faults += [Fault("page", f"holds {leak}", remedy, value=quarter) for leak in leaks]
    return list(dict.fromkeys(faults))


def _compose_page(job: Job, template: NotebookNode, folder: Path) -> list[Fault]:
    """Write the texts of a page, and of its notebook for analysts, into a folder; return what would stop it."""
    notebook, error = compose(job, template)
    # frames for analysts are in the notebook only
    for name, for_analysts in ((job.html, False), (f"{job.html}.txt", True)):
        cells = [cell for cell in notebook.cells if (ANALYST_TAG in cell.metadata.get("tags", [])) == for_analysts]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        texts = [text for output in outputs for text in (output.get("text", ""), *output.get("data", {}).values())]
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("\n".join(texts), encoding="utf-8")
    if isinstance(error, RawDataError):
        return list(error.faults)
    fault = find_fault(notebook, job.parameters, private_folders(folder))
    page = f"{job.parameters['quarter']}, {job.language}/{job.page}"
    return [Fault("page", f"cannot be made: cell {': '.join(fault)}", _REMEDY, value=page)] if fault else []


def compose(job: Job, template: NotebookNode) -> tuple[NotebookNode, Exception | None]:
    """Run the cells of a job's notebook in this process, as a kernel would, up to the first that raises.

    Parameters
    ----------
    job : Job
    template : NotebookNode
        The job's; it is not changed.

    Returns
    -------
    tuple of NotebookNode and Exception or None
        The executed notebook, and what was raised.

    """
    notebook, namespace = in_language(template, job.language), {"__name__": "__main__"}
    injected = "\n".join(f"{name} = {value!r}" for name, value in job.parameters.items())
    # as papermill does it: after the cell that declares the parameters, which is the first with code
    place = next(place for place, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    notebook.cells.insert(place + 1, new_code_cell(injected, metadata={"tags": ["injected-parameters"]}))
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for order, cell in enumerate(code, start=1):
        cell.execution_count, cell.outputs = order, []
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            error = _run_cell(cell, namespace)
        cell.outputs += [
            NotebookNode(output_type="stream", name=name, text=stream.getvalue())
            for name, stream in (("stdout", out), ("stderr", err))
            if stream.getvalue()
        ]
        if error is not None:
            return notebook, error
    return notebook, None


def _run_cell(cell: NotebookNode, namespace: dict[str, Any]) -> Exception | None:
    """Run a cell, with what its last line shows among its outputs; return what it raises."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for category in _SILENT:
            warnings.simplefilter("ignore", category)
        try:
            statements = ast.parse(cell.source).body
            last = statements.pop() if isinstance(statements[-1], ast.Expr) else None
            exec(compile(ast.Module(statements, []), "<cell>", "exec"), namespace)
            value = last and eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
            if value is not None:
                html = {"text/html": value._repr_html_()} if hasattr(value, "_repr_html_") else {}
                cell.outputs.append(
                    NotebookNode(output_type="execute_result", data=html or {"text/plain": repr(value)})
                )
        except (Exception, SystemExit) as error:
            cell.outputs.append(NotebookNode(output_type="error", ename=type(error).__name__, evalue=str(error)))
            return error if isinstance(error, Exception) else RuntimeError(f"SystemExit: {error}")
    for each in warned:
        sys.stderr.write(warnings.formatwarning(each.message, each.category, Path(each.filename).name, each.lineno, ""))
    return None
