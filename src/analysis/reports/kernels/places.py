"""Where notebooks are run: threads of this machine unless a run asks for Dask's workers. The plan is the same."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, Protocol

import nbformat

from analysis.reports.execute import execute
from analysis.reports.kernels.pool import ForkedKernels, OrdinaryKernels
from analysis.reports.plan import Job
from analysis.reports.run import Run

AT_ONCE: Final = 3  # one more than the cores of a small machine: while one kernel starts or ends, two compute
Templates = Mapping[str, nbformat.NotebookNode]


class Place(Protocol):
    """Where jobs are run; ``told`` says where, for the reader of the progress, empty on this machine's threads."""

    told: str

    def submit(self, job: Job) -> "Future[Any]":
        """Have a job run."""

    def read(self, future: "Future[Any]") -> nbformat.NotebookNode:
        """Return the executed notebook of a job that is done, or raise NotebookFailed or FailedError."""

    def stop(self) -> None:
        """Begin no more jobs."""


@contextmanager
def place_of(
    run: Run, templates: Templates, kernels: ForkedKernels | OrdinaryKernels, private: tuple[str, ...]
) -> Iterator[Place]:
    """Give the place where the jobs of a run are run; whatever is still running is ended when something goes wrong.

    A run without `templates` has nothing to do elsewhere.

    Raises:
        RefusedError: when Dask's workers cannot be had, or are not as this machine is.

    """
    if run.where.elsewhere and templates:
        from analysis.reports.kernels.cluster import on_workers  # Dask is large, and an extra

        with on_workers(run, templates, kernels.limits) as workers:
            yield workers
        return
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notebook") as pool:
        threads = _Threads(templates, kernels, private, pool)
        try:
            yield threads
        except BaseException:
            threads.stop()
            kernels.kill()  # the pool waits for what is running
            raise


class _Threads:
    told = ""

    def __init__(
        self,
        templates: Templates,
        kernels: ForkedKernels | OrdinaryKernels,
        private: tuple[str, ...],
        pool: ThreadPoolExecutor,
    ):
        self._templates, self._kernels, self._private, self._pool = templates, kernels, private, pool

    def submit(self, job: Job) -> "Future[nbformat.NotebookNode]":
        return self._pool.submit(execute, job, self._templates[job.template], self._kernels, self._private)

    def read(self, future: "Future[nbformat.NotebookNode]") -> nbformat.NotebookNode:
        return future.result()

    def stop(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
