"""Run the jobs of a plan at once: in threads of this machine, or wherever an executor of another kind sends them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import nbformat

from analysis.reports.execute import NotebookFailed, execute
from analysis.reports.kernels.pool import Kernels
from analysis.reports.plan import Job, Templates
from analysis.reports.request import Deadline, FailedError, NotebooksFailed, Progress

AT_ONCE: Final = 3  # one more than the cores of a small machine: while one kernel starts or ends, two compute


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
        texts = {f"{e.failure.page}.ipynb": nbformat.writes(e.notebook) for e in failed if e.notebook is not None}
        raise NotebooksFailed("\n".join(str(error.failure) for error in failed), texts)


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
