"""Run the jobs of a plan at once: in threads of this machine, or wherever an executor of another kind sends them."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, Final, Protocol

import nbformat

from analysis.reports.execute import NotebookFailed, execute
from analysis.reports.kernels.pool import Kernels
from analysis.reports.plan import Job, Templates

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


class NotebooksFailed(RuntimeError):
    """Some notebooks did not run whole; `failures` has one NotebookFailed for each."""

    def __init__(self, failures: Sequence[NotebookFailed]):
        super().__init__("\n".join(str(failed.failure) for failed in failures))
        self.failures = failures


class OutOfTimeError(RuntimeError):
    """Not all notebooks were done by the deadline."""


def run_jobs(
    executor: Executor, jobs: Sequence[Job], deadline: float, progress: Callable[[int, int, str], None]
) -> Iterator[tuple[Job, nbformat.NotebookNode]]:
    """Yield each job with its executed notebook as soon as it is done.

    Parameters
    ----------
    executor : Executor
    jobs : sequence of Job
        In the order they are begun.
    deadline : float
        On the clock of `time.monotonic`.
    progress : callable
        Called with the number of jobs done, the number of all, and the executor's description.

    Raises
    ------
    NotebooksFailed
        After the first failure no job is begun; it is raised when those under way have ended.
    OutOfTimeError
        When a job is not done by the deadline.

    """
    failures: list[NotebookFailed] = []
    progress(0, len(jobs), executor.description)
    running = {executor.submit(job): job for job in jobs}
    done = as_completed(list(running), timeout=max(0.0, deadline - time.monotonic()))
    while running:
        try:
            future = next(done)
        except TimeoutError as error:
            raise OutOfTimeError from error
        if job := running.pop(future, None):  # None: cancelled
            try:
                notebook = executor.result(future)
            except NotebookFailed as error:
                failures.append(error)
            else:
                yield job, notebook
            progress(len(jobs) - len(running), len(jobs), executor.description)
        if failures:
            executor.cancel()
            # a pool of threads never reports the futures it has cancelled as done: waiting for them would not end
            running = {future: job for future, job in running.items() if not future.cancelled()}
    if failures:
        raise NotebooksFailed(failures)


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
