"""Run notebooks, several at once, and let none through that did not run whole.

papermill runs them. What papermill and the notebook's metadata say about success is not relied on (a killed kernel
leaves every cell "completed"): the executed notebook itself is verified. Then what differs from run to run is removed.
"""

import ast
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from analysis.reports.kernels.pool import INLINE, Kernels
from analysis.reports.leaks import PASSWORD, find_live
from analysis.reports.plan import END_TAG, Job, Templates, in_language
from analysis.reports.request import Deadline, FailedError, NotebooksFailed, Progress

AT_ONCE: Final = 3  # one more than the cores of a small machine: while one kernel starts or ends, two compute
OUTPUT_LIMIT: Final = 20_000_000  # characters: more than anybody reads, as of a loop that prints
_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")
_COLOUR_CODES: Final = re.compile(r"\x1b\[[0-9;]*m")


class NotebookFailed(RuntimeError):
    """A notebook did not run whole: which, where in it, what happened; `notebook` is what there is of it."""

    def __init__(self, page: str, cell: str, error: str, notebook: nbformat.NotebookNode | None):
        super().__init__(f"notebook: {page}\ncell: {cell}\nerror: {error}")
        self.page, self.cell, self.error, self.notebook = page, cell, error, notebook


def execute(
    job: Job, template: nbformat.NotebookNode, kernels: Kernels, private: tuple[str, ...] = ()
) -> nbformat.NotebookNode:
    """Return the executed notebook of a job: run, verified, and free of times, paths and random ids.

    Parameters
    ----------
    job : Job
    template : NotebookNode
        The job's; it is not changed.
    kernels : ForkedKernels or OrdinaryKernels
    private : tuple of str
        Texts (folders of this machine) that must not be in what is published.

    Returns
    -------
    NotebookNode

    Raises
    ------
    NotebookFailed
        When a cell raised, wrote to stderr, ran too long, ended the kernel, or did not run.

    """
    # what went wrong is reported once, by the run; papermill and nbclient would log it as well
    for logger in ("papermill", "traitlets"):
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    logging.getLogger("asyncio").addFilter(_is_not_of_nbclient)
    begun: list[tuple[int, nbformat.NotebookNode]] = []
    notebooks: list[nbformat.NotebookNode] = []
    try:
        notebook = papermill.execute_notebook(
            in_language(template, job.language),
            None,
            dict(job.parameters),
            progress_bar=False,
            execution_timeout=kernels.limits.cell,
            kernel_manager_class=kernels.manager(job.name),
            extra_arguments=[INLINE],
            record_timing=False,  # equal inputs must give equal notebooks
            store_widget_state=False,
            shutdown_kernel="immediate",  # it has nothing to save
            # papermill raises without what it has run so far
            on_notebook_start=lambda notebook: notebooks.append(notebook),
            on_cell_execute=lambda cell, cell_index: begun.append((cell_index, cell)),
        )
    except Exception as error:
        cell = _name_cell(*begun[-1]) if begun else "none: the kernel did not start"
        notebook = notebooks[0] if notebooks else None
        raise NotebookFailed(job.name, cell, _explain(error, job.name, kernels), notebook) from error
    remove_traces(notebook)
    if fault := find_fault(notebook, job.parameters, private):
        raise NotebookFailed(job.name, *fault, notebook)
    return notebook


def _is_not_of_nbclient(record: logging.LogRecord) -> bool:
    """Return whether a record is no complaint that nbclient left a task unfinished, as it does when time is up."""
    return "NotebookClient." not in record.getMessage()


def _explain(error: Exception, name: str, kernels: Kernels) -> str:
    """Return in words why papermill could not run the notebook called `name`."""
    if isinstance(error, PapermillExecutionError):
        hint = f"; a notebook may use {kernels.limits.memory >> 20} MiB" if error.ename == "MemoryError" else ""
        return _describe_error(error.ename, error.evalue) + hint
    if isinstance(error, CellTimeoutError):
        return f"ran longer than the {kernels.limits.cell} seconds a cell may take"
    if isinstance(error, DeadKernelError):
        return kernels.describe_death(name)
    return _describe_error(type(error).__name__, str(error))


def _describe_error(name: str, value: str) -> str:
    text = " ".join(_COLOUR_CODES.sub("", value).split())
    return f"{name}: {text}"[:500] if text else name


def _name_cell(index: int, cell: nbformat.NotebookNode) -> str:
    """Return a cell's place in the notebook, counted from 1, and its first line."""
    return f"{index + 1}: {cell.source.strip().splitlines()[0][:100]}"


def find_fault(
    notebook: nbformat.NotebookNode, parameters: Mapping[str, Any], private: tuple[str, ...] = ()
) -> tuple[str, str] | None:
    """Return why an executed notebook must not be published.

    Every code cell has run, in order and once; none raised or wrote to stderr; the end mark is reached; the injected
    parameters are those asked for; nothing private, nothing live, and no more than can be read, is in the outputs.

    Parameters
    ----------
    notebook : NotebookNode
    parameters : mapping
        What it was to be run with.
    private : tuple of str
        Texts that its outputs must not hold.

    Returns
    -------
    tuple of (str, str) or None
        The cell and the fault; None when there is none.

    """
    code = [(n, c) for n, c in enumerate(notebook.cells) if c.cell_type == "code" and c.source.strip()]
    for order, (index, cell) in enumerate(code, start=1):
        if fault := _fault_of_cell(cell, order, private):
            return _name_cell(index, cell), fault
    if not code or END_TAG not in code[-1][1].metadata.get("tags", []):
        return "last", "the end mark was not reached"
    # without a tagged cell the notebook's defaults overwrite what is injected, and papermill reports success
    injected = [c.source for _, c in code if "injected-parameters" in c.metadata.get("tags", [])]
    values = {}
    for statement in ast.parse("\n".join(injected)).body:
        if isinstance(statement, ast.Assign):
            values[statement.targets[0].id] = ast.literal_eval(statement.value)
    if len(injected) != 1 or values != dict(parameters):
        return "parameters", f"ran with {injected or 'defaults'}, asked for {dict(parameters)}"
    if len(json.dumps(notebook, ensure_ascii=False)) > OUTPUT_LIMIT:
        return "all", f"the notebook has more than {OUTPUT_LIMIT // 1_000_000} MB of output"
    return None


def _fault_of_cell(cell: nbformat.NotebookNode, order: int, private: tuple[str, ...]) -> str:
    for output in cell.outputs:
        if output.output_type == "error":
            return _describe_error(output.ename, output.evalue)
        if output.output_type == "stream" and output.name == "stderr":
            lines = _COLOUR_CODES.sub("", output.text).strip().splitlines() or [""]
            return f"wrote to stderr: {lines[-1][:300]}"
    # a killed kernel leaves every cell marked as completed, but one that did not run has no count
    if cell.execution_count != order:
        return f"did not run in its turn (execution count {cell.execution_count}, expected {order})"
    for output in cell.outputs:
        if live := find_live(output.get("data", {})):
            return f"shows what a published page must not hold: {live}"
    texts = [output.text for output in cell.outputs if output.output_type == "stream"]
    texts += [value for output in cell.outputs for value in output.get("data", {}).values() if isinstance(value, str)]
    text = "\n".join(texts)
    for number, folder in enumerate(private, start=1):
        if folder in text:  # named by its number: the message itself goes to logs that others read
            return f"shows a folder of this machine, number {number} of those kept private"
    return "shows an address with a password" if PASSWORD.search(text) else ""


def remove_traces(notebook: nbformat.NotebookNode) -> None:
    """Remove from an executed notebook what differs from run to run, and what it holds twice; add the version.

    The first are times, paths, random ids and memory addresses, the second plain texts beside HTML of the same.
    """
    notebook.metadata.papermill = {"parameters": notebook.metadata.papermill["parameters"]}
    notebook.metadata["ehelse-status"] = version("ehelse-status")
    notebook.metadata.pop("widgets", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03}"
        for timed in ("papermill", "execution"):
            cell.metadata.pop(timed, None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                data.pop("text/plain", None)  # the same again, and nobody shows it: a tenth of the notebook
            if "text/plain" in data:
                data["text/plain"] = _ADDRESS.sub("", data["text/plain"])


@dataclass(frozen=True)
class Executor:
    """Runs jobs: how one is begun, how no more are, and where they run, in words; nothing for threads of this machine.

    `result` returns the executed notebook of a job that is done, or raises NotebookFailed or FailedError.
    """

    submit: Callable[[Job], "Future[Any]"]
    cancel: Callable[[], None]
    result: Callable[["Future[Any]"], nbformat.NotebookNode] = Future.result
    description: str = ""


def run_jobs(
    executor: Executor, jobs: Sequence[Job], deadline: Deadline, progress: Progress
) -> Iterator[tuple[Job, nbformat.NotebookNode]]:
    """Yield each job with its executed notebook as soon as it is done.

    Parameters
    ----------
    executor : Executor
    jobs : sequence of Job
        In the order they are begun.
    deadline : Deadline
    progress : callable
        Called with the number of jobs done, the number of all, and the executor's description.

    Raises
    ------
    NotebooksFailed
        After the first failure no job is begun; it is raised when those under way have ended.
    FailedError
        When a job is not done by the deadline.

    """
    failed: list[NotebookFailed] = []
    progress(0, len(jobs), executor.description)
    running = {executor.submit(job): job for job in jobs}
    done = as_completed(list(running), timeout=deadline.left())
    while running:
        try:
            future = next(done)
        except TimeoutError as error:
            raise FailedError(f"the run took longer than its {deadline.seconds} seconds") from error
        if job := running.pop(future, None):  # None: cancelled
            try:
                yield job, executor.result(future)
            except NotebookFailed as error:
                failed.append(error)
            progress(len(jobs) - len(running), len(jobs), executor.description)
        if failed:
            executor.cancel()
            # a pool of threads never reports the futures it has cancelled as done: waiting for them would not end
            running = {future: job for future, job in running.items() if not future.cancelled()}
    if failed:
        texts = {f"{e.page}.ipynb": nbformat.writes(e.notebook) for e in failed if e.notebook is not None}
        raise NotebooksFailed("\n".join(str(error) for error in failed), texts)


@contextmanager
def start_threads(templates: Templates, kernels: Kernels, private: tuple[str, ...]) -> Iterator[Executor]:
    """Give an executor that runs jobs in threads of this machine; on an error whatever is still running is ended.

    Parameters
    ----------
    templates : mapping of str to NotebookNode
    kernels : ForkedKernels or OrdinaryKernels
    private : tuple of str
        Texts that no executed notebook may show.

    Yields
    ------
    Executor

    """
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notebook") as pool:

        def submit(job: Job) -> "Future[Any]":
            return pool.submit(execute, job, templates[job.template], kernels, private)

        def cancel() -> None:
            pool.shutdown(wait=False, cancel_futures=True)

        try:
            yield Executor(submit, cancel)
        except BaseException:
            cancel()
            kernels.kill()  # the pool waits for what is running
            raise
