"""Run one notebook after the other, and let none through that did not run whole.

papermill runs them. What it and the notebook's metadata say about success is not relied on (a killed kernel leaves
every cell "completed"): the executed notebook itself is verified. Then what tells runs apart is taken out of it.
"""

import ast
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from analysis.reports.kernels.pool import INLINE, ForkedKernels, OrdinaryKernels
from analysis.reports.plan import END_TAG, Job

OUTPUT_LIMIT: Final = 20_000_000
_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")
_PASSWORD: Final = re.compile(r"://[^/\s:@]+:[^/\s:@]+@")
_COLOUR_CODES: Final = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Failure:
    """Why a notebook is not published, in three parts: which, where in it, what happened."""

    page: str
    cell: str
    error: str

    def __str__(self) -> str:
        """Return the three lines."""
        return f"notebook: {self.page}\ncell: {self.cell}\nerror: {self.error}"


class NotebookFailed(RuntimeError):
    """A notebook did not run whole; `notebook` is what there is of it."""

    def __init__(self, failure: Failure, notebook: nbformat.NotebookNode | None):
        """Keep the summary and the notebook as far as it came."""
        super().__init__(str(failure))
        self.failure, self.notebook = failure, notebook


def execute(
    job: Job,
    template: nbformat.NotebookNode,
    kernels: ForkedKernels | OrdinaryKernels,
    private: tuple[str, ...] = (),
) -> nbformat.NotebookNode:
    """Return the executed notebook of a job: run, verified, and free of times, paths and random ids.

    `private` are texts (folders of this machine) that must not stand in what is published.

    Raises:
        NotebookFailed: when a cell raised, wrote to stderr, ran too long, took the kernel with it, or did not run.

    """
    seen: list[nbformat.NotebookNode] = []
    begun: list[tuple[int, nbformat.NotebookNode]] = []
    try:
        notebook = papermill.execute_notebook(
            template,
            None,
            dict(job.parameters),
            progress_bar=False,
            execution_timeout=kernels.limits.cell,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            kernel_manager_class=kernels.manager(job.name),
            extra_arguments=[INLINE],
            record_timing=False,
            store_widget_state=False,
            shutdown_kernel="immediate",
            on_notebook_start=lambda notebook: seen.append(notebook),
            on_cell_execute=lambda cell, cell_index: begun.append((cell_index, cell)),
        )
    except Exception as error:
        place = _place(begun[-1] if begun else None)
        raise NotebookFailed(_failure(job, place, error, kernels), seen[0] if seen else None) from error
    still(notebook)
    if fault := find_fault(notebook, job.parameters, private):
        raise NotebookFailed(Failure(job.name, *fault), notebook)
    return notebook


def quiet() -> None:
    """Have papermill and nbclient say nothing of their own: what went wrong is told once, by the runner."""
    logging.getLogger("papermill").setLevel(logging.CRITICAL + 1)
    logging.getLogger("traitlets").setLevel(logging.CRITICAL + 1)


def _failure(job: Job, place: str, error: Exception, kernels: ForkedKernels | OrdinaryKernels) -> Failure:
    if isinstance(error, PapermillExecutionError):
        hint = f"; a notebook may use {kernels.limits.memory >> 20} MiB" if error.ename == "MemoryError" else ""
        return Failure(job.name, place, _named(error.ename, error.evalue) + hint)
    if isinstance(error, CellTimeoutError):
        return Failure(job.name, place, f"ran longer than the {kernels.limits.cell} seconds a cell may take")
    if isinstance(error, DeadKernelError):
        return Failure(job.name, place, _cause_of_death(job.name, kernels))
    return Failure(job.name, place, _named(type(error).__name__, str(error)))


def _named(name: str, value: str) -> str:
    text = " ".join(_COLOUR_CODES.sub("", value).split())
    return f"{name}: {text}"[:500] if text else name


def _cause_of_death(name: str, kernels: ForkedKernels | OrdinaryKernels) -> str:
    code, words = kernels.exit_code(name), kernels.last_words(name)
    if code == -9 and kernels.memory_ran_out():
        return "the kernel was killed (signal 9): the machine, or the control group of this run, ran out of memory"
    if code == -9:
        return "the kernel was killed (signal 9), and not for want of memory, as far as the system tells"
    told = {None: "the kernel died"}.get(code, f"the kernel ended in the middle of a cell with exit code {code}")
    return f"{told}: {words}" if words else told


def _place(found: tuple[int, nbformat.NotebookNode] | None) -> str:
    """Return a cell's place in the notebook, counted from 1, and its first line."""
    if found is None:
        return "none: the kernel did not start"
    number, cell = found
    return f"{number + 1}: {cell.source.strip().splitlines()[0][:100]}"


def find_fault(
    notebook: nbformat.NotebookNode, parameters: Mapping[str, Any], private: tuple[str, ...] = ()
) -> tuple[str, str] | None:
    """Return the cell and the fault for which an executed notebook must not be published, None when there is none.

    Every code cell has run, in order and once; none raised or wrote to stderr; the end mark is reached; the injected
    parameters are those asked for; nothing private, and no more than can be read, stands in the outputs.
    """
    code = [(n, c) for n, c in enumerate(notebook.cells) if c.cell_type == "code" and c.source.strip()]
    for order, (number, cell) in enumerate(code, start=1):
        if fault := _cell_fault(cell, order, private):
            return _place((number, cell)), fault
    if not code or END_TAG not in code[-1][1].metadata.get("tags", []):
        return "last", "the end mark was not reached"
    injected = [c.source for _, c in code if "injected-parameters" in c.metadata.get("tags", [])]
    if [_assigned(source) for source in injected] != [dict(parameters)]:
        return "parameters", f"ran with {injected or 'defaults'}, asked for {dict(parameters)}"
    if len(nbformat.writes(notebook)) > OUTPUT_LIMIT:
        return "all", f"the notebook has more than {OUTPUT_LIMIT // 1_000_000} MB of output"
    return None


def _cell_fault(cell: nbformat.NotebookNode, order: int, private: tuple[str, ...]) -> str:
    for output in cell.outputs:
        if output.output_type == "error":
            return _named(output.ename, output.evalue)
        if output.output_type == "stream" and output.name == "stderr":
            return f"wrote to stderr: {_last_line(output.text)}"
    if cell.execution_count != order:
        return f"did not run in its turn (execution count {cell.execution_count}, expected {order})"
    text = "\n".join(_texts(cell))
    if leaked := [p for p in private if p in text]:
        return f"shows a folder of this machine, number {private.index(leaked[0]) + 1} of those kept private"
    return "shows an address with a password" if _PASSWORD.search(text) else ""


def _last_line(text: str) -> str:
    lines = _COLOUR_CODES.sub("", text).strip().splitlines() or [""]
    return lines[-1][:300]


def _texts(cell: nbformat.NotebookNode) -> list[str]:
    data = [value for o in cell.outputs for value in o.get("data", {}).values() if isinstance(value, str)]
    return [o.text for o in cell.outputs if o.output_type == "stream"] + data


def _assigned(source: str) -> dict[str, Any]:
    statements = ast.parse(source).body
    return {s.targets[0].id: ast.literal_eval(s.value) for s in statements if isinstance(s, ast.Assign)}


def still(notebook: nbformat.NotebookNode) -> None:
    """Take out of an executed notebook what differs from run to run, and what is said twice; name the version.

    The first are times, paths, random ids and memory addresses, the second plain texts beside pages of the same.
    """
    notebook.metadata.papermill = {"parameters": notebook.metadata.papermill["parameters"]}
    notebook.metadata["ehelse-status"] = version("ehelse-status")
    notebook.metadata.pop("widgets", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03}"
        for timed in ("papermill", "execution"):
            cell.metadata.pop(timed, None)
        for output in cell.get("outputs", []):
            _still_output(output)


def _still_output(output: nbformat.NotebookNode) -> None:
    data = output.get("data", {})
    if "text/html" in data:
        data.pop("text/plain", None)  # the same again, and nobody shows it: a tenth of the notebook
    if "text/plain" in data and _ADDRESS.search(data["text/plain"]):
        data["text/plain"] = _ADDRESS.sub("", data["text/plain"])
