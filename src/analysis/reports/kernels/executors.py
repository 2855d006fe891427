"""Run the jobs of a plan at once: in threads of this machine, or wherever an executor of another kind sends them."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, Final, Protocol

import nbformat

from analysis.reports.execute import NotebookFailed, execute
from analysis.reports.kernels.pool import Kernels
from analysis.reports.plan import Job, Templates
from analysis.reports.request import Deadline, FailedError, NotebooksFailed, Progress

AT_ONCE: Final = 3  # one more than the cores of a small machine: while one kernel starts or ends, two compute


class Executor(Protocol):
    """Runs jobs; `description` says where, for the reader of the progress, empty for threads of this machine."""

    description: str

    def submit(self, job: Job) -> "Future[Any]":
        """Have a job run."""

    def result(self, future: "Future[Any]") -> nbformat.NotebookNode:
        """Return the executed notebook of a job that is done, or raise NotebookFailed or FailedError."""

    def cancel(self) -> None:
        """Begin no more jobs."""


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
        texts = {f"{e.failure.page}.ipynb": nbformat.writes(e.notebook) for e in failed if e.notebook is not None}
        raise NotebooksFailed("\n".join(str(error.failure) for error in failed), texts)


@contextmanager
def start_threads(templates: Templates, kernels: Kernels, private: tuple[str, ...]) -> Iterator["ThreadExecutor"]:
    """Give an executor that runs jobs in threads of this machine; on an error whatever is still running is ended.

    Parameters
    ----------
    templates : mapping of str to NotebookNode
    kernels : ForkedKernels or OrdinaryKernels
    private : tuple of str
        Texts that no executed notebook may show.

    Yields
    ------
    ThreadExecutor

    """
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notebook") as pool:
        executor = ThreadExecutor(templates, kernels, private, pool)
        try:
            yield executor
        except BaseException:
            executor.cancel()
            kernels.kill()  # the pool waits for what is running
            raise


class ThreadExecutor:
    """Runs each job in a thread that waits for the job's kernel."""

    description = ""

    def __init__(self, templates: Templates, kernels: Kernels, private: tuple[str, ...], pool: ThreadPoolExecutor):
        self._templates, self._kernels, self._private, self._pool = templates, kernels, private, pool

    def submit(self, job: Job) -> "Future[nbformat.NotebookNode]":
        """Have a job run in the next thread that is free."""
        return self._pool.submit(execute, job, self._templates[job.template], self._kernels, self._private)

    def result(self, future: "Future[nbformat.NotebookNode]") -> nbformat.NotebookNode:
        """Return the executed notebook, or raise NotebookFailed."""
        return future.result()

    def cancel(self) -> None:
        """Begin no more jobs."""
        self._pool.shutdown(wait=False, cancel_futures=True)
