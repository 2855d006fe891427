"""The same plan on other machines: notebooks and inputs are sent to Dask's workers, executed notebooks come back.

No disk is shared. Each worker unpacks the raw material into a folder of its own, forks kernels from a server of its own
and answers with the text of the executed notebook; publishing stays with the run. Dask gives a lost worker's notebooks
to the others, a bounded number of times. Needs the extra ``cluster``.
"""

import io
import logging
import os
import re
import shutil
import socket
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

import nbformat
from distributed import Client, KilledWorker, LocalCluster, Worker, WorkerPlugin, get_worker

from analysis.core import paths
from analysis.reports import input_hashes
from analysis.reports.execute import AT_ONCE, Executor, NotebookFailed, execute
from analysis.reports.kernels.pool import KernelServerError, start_kernels
from analysis.reports.leaks import own_secrets
from analysis.reports.plan import Job, Templates
from analysis.reports.request import FailedError, Limits, RefusedError, Run, home_folder, kernel_environment

RETRIES: Final = 2  # of a notebook whose worker could not start kernels; one that itself fails is not tried again
ARRIVAL: Final = 60  # seconds to wait for the scheduler and its first worker
LISTED: Final = 3  # differences named of each worker
_LIBRARY: Final = "analysis"  # the name of its hash among the versions of packages
_SENT: Final = (("raw", "data/raw"), ("published", "data/processed/published"))  # what notebooks read, and where


@dataclass(eq=False)
class RunPlugin(WorkerPlugin):
    """What a worker has for one run: the raw material in a folder of its own, and kernels that have read it.

    It is named after the report, not the run: what a killed run left on a worker is removed when the next one comes.
    `bundle` is the zipped material, `sent` the hashes of what is in it, `required` what the worker must be like,
    `arguments` are those of `analysis.reports.prepare.prepare`.
    """

    name: str
    bundle: bytes
    sent: Mapping[str, Any]
    required: Mapping[str, str]
    arguments: Mapping[str, Any]
    limits: Limits
    ready: bool = False

    def setup(self, worker: Worker) -> None:
        """Check, unpack and start the server that kernels are forked from, which lives as long as the worker.

        Raises
        ------
        RuntimeError
            When the worker's environment, or what has arrived, is not the run's.

        """
        if differences := describe_differences(read_environment(), self.required):
            raise RuntimeError(f"it has {differences}")
        self._lock, self._prepared = threading.Lock(), False
        self._root = Path(worker.local_directory) / self.name
        for folder in ("notebooks", "scratch", "work"):
            (self._root / folder).mkdir(parents=True)
        with zipfile.ZipFile(io.BytesIO(self.bundle)) as bundle:
            bundle.extractall(self._root)
        arrived = input_hashes.read_inputs(self._root)
        if any(getattr(arrived, part) != hashes for part, hashes in self.sent.items()):
            raise RuntimeError("the raw material did not arrive as it was sent, or was changed meanwhile")
        environment = kernel_environment(self._root / "scratch", self.arguments["quarter"], self._root)
        self._kernels = start_kernels(self._root / "scratch", environment, self._root / "notebooks", self.limits)
        self._kernels.__enter__()
        self.ready = True

    def teardown(self, worker: Worker) -> None:
        """End every kernel and leave nothing behind."""
        if self.ready:
            self.ready = False
            self._kernels.__exit__()
        if hasattr(self, "_root"):
            shutil.rmtree(self._root, ignore_errors=True)

    def run(self, job: Job, template: nbformat.NotebookNode) -> dict[str, Any]:
        """Return ``notebook``, the text of a job's executed notebook; and ``failure``, when it did not run whole.

        Raises
        ------
        KernelServerError
            When this worker cannot run notebooks.

        """
        if not self.ready:
            raise KernelServerError("this worker is not as the run's machine is, or has been stopped")
        with self._lock:
            # once, and by the server: every kernel inherits what it has read
            if not self._prepared and self._kernels.prepare(**self.arguments, folder=str(self._root / "work")):
                raise KernelServerError("the raw material could not be read on this worker")
            self._prepared = True
        private = tuple(str(p) for p in (self._root, Path(sys.prefix), home_folder()) if p and len(p.parts) > 2)
        try:
            return {"notebook": nbformat.writes(execute(job, template, self._kernels, private))}
        except NotebookFailed as error:
            if self._kernels.gone:
                raise KernelServerError("the kernel server of this worker ended, and the notebook with it") from error
            text = None if error.notebook is None else nbformat.writes(error.notebook)
            return {"notebook": text, "failure": [error.page, error.cell, error.error]}


def run_on_worker(plugin: str, job: Mapping[str, Any], template: str) -> dict[str, Any]:
    """Run a job with this worker's plugin; this is what is sent. A worker that cannot run any leaves the cluster.

    Parameters
    ----------
    plugin : str
        Its name.
    job : mapping
        The fields of a `Job`.
    template : str
        The text of its notebook.

    Returns
    -------
    dict
        The answer of `RunPlugin.run`.

    Raises
    ------
    KernelServerError
        When it cannot; Dask then tries another worker.

    """
    worker = get_worker()
    try:
        if plugin not in worker.plugins:
            raise KernelServerError("this worker has no plugin of the run")
        return worker.plugins[plugin].run(Job(**job), nbformat.reads(template, as_version=4))
    except KernelServerError as error:
        worker.loop.add_callback(worker.close, nanny=False, reason=str(error))  # a nanny starts it anew
        raise


def read_environment() -> dict[str, str]:
    """Return what must be the same on every machine: Python, the installed packages, the hash of this library."""
    here = input_hashes.read_inputs(Path(__file__).parent)  # no project: only what is installed
    return {"Python": here.python, **input_hashes.packages(), _LIBRARY: here.library}


def describe_differences(environment: Mapping[str, str], required: Mapping[str, str]) -> str:
    """Return in words how a worker's environment differs from the one required, empty when it does not.

    Parameters
    ----------
    environment, required : mapping of str to str
        As `read_environment` returns them. Packages beyond those required do not matter.

    """
    differences = []
    for name in (name for name, version in required.items() if environment.get(name) != version):
        if name == _LIBRARY:
            differences.append("another version of this project's library")
        elif name in environment:
            versions = (each[name].split(" (")[0] for each in (environment, required))
            differences.append(f"{name} {' instead of '.join(versions)}")
        else:
            differences.append(f"no {name}")
    more = f" and {len(differences) - LISTED} other differences" if len(differences) > LISTED else ""
    return ", ".join(differences[:LISTED]) + more


@contextmanager
def start_workers(run: Run, templates: Templates) -> Iterator[Executor]:
    """Give the workers of a scheduler, or of a cluster made on this machine, ready to run jobs.

    Parameters
    ----------
    run : Run
    templates : mapping of str to NotebookNode

    Yields
    ------
    Executor

    Raises
    ------
    RefusedError
        When there is no scheduler or no worker, or one is not as this machine is; nothing has been run.

    """
    root, request = paths.project_root(), run.request
    required, lock = read_environment(), root / "requirements.lock"
    if lock.is_file():  # what is installed beyond the lock makes no figure, and may differ
        locked = {"Python", _LIBRARY, *re.findall(r"^([a-z0-9._-]+)==", lock.read_text("utf-8"), flags=re.MULTILINE)}
        required = {name: version for name, version in required.items() if name in locked}
    arguments = {**request.reading, "areas": request.areas, "languages": request.languages}
    # the next run of the same report of the same project has the same name
    name = f"ehelse-{input_hashes.digest_of([socket.gethostname(), str(root), request.name])[:10]}"
    with ExitStack() as ends:
        client = _connect(run, ends)
        try:
            environments = client.run(read_environment)
            differences = {worker: describe_differences(each, required) for worker, each in environments.items()}
            if any(differences.values()):
                raise RuntimeError("\n".join(f"worker {w} has {text}" for w, text in differences.items() if text))
            sent, packed = {part: getattr(run.inputs, part) for part, _ in _SENT}, io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
                for file in (f"{folder}/{file}" for part, folder in _SENT for file in sent[part]):
                    bundle.write(root / file, file)
            client.register_plugin(RunPlugin(name, packed.getvalue(), sent, required, arguments, run.limits))
        except (RuntimeError, ImportError, AttributeError, OSError) as error:
            remedy = "install the same requirements.lock and library on every worker"
            raise RefusedError(f"the workers cannot run this report; {remedy}:\n{error}") from error
        executor = _executor(client, name, templates, len(environments))
        try:
            yield executor
        finally:
            executor.cancel()
            with suppress(Exception):  # a scheduler that is gone has no plugin to remove
                client.unregister_worker_plugin(name)


def _connect(run: Run, ends: ExitStack) -> Client:
    """Return a client of the scheduler named, or of a cluster of this machine, encrypted against its other users."""
    options = run.cluster
    try:
        if options.workers:
            # what helps Python start processes inherits the environment, and notebooks can read it
            secrets = {name: os.environ.pop(name) for name in {*own_secrets(os.environ).values()}}
            ends.callback(os.environ.update, secrets)
            cluster = LocalCluster(
                n_workers=options.workers,
                threads_per_worker=-(-AT_ONCE // options.workers),
                dashboard_address="localhost:0",
                security=True,
                silence_logs=logging.ERROR,
            )
            return ends.enter_context(Client(ends.enter_context(cluster), set_as_default=False))
        client = ends.enter_context(Client(options.scheduler, timeout=ARRIVAL, set_as_default=False))
        client.wait_for_workers(1, timeout=ARRIVAL)
        return client
    except (OSError, TimeoutError, TypeError, ValueError) as error:  # TypeError: no certificates for tls://
        address = options.scheduler or "this machine"
        raise RefusedError(f"no scheduler with a worker answers at {address}: {error}") from error


def _executor(client: Client, plugin: str, templates: Templates, workers: int) -> Executor:
    """Return an executor that sends jobs to Dask, whose workers have the plugin."""
    pool = client.get_executor(pure=False, retries=RETRIES)
    texts = {name: nbformat.writes(template) for name, template in templates.items()}
    futures: WeakSet[Future[Any]] = WeakSet()

    def submit(job: Job) -> "Future[Any]":
        future = pool.submit(run_on_worker, plugin, asdict(job), texts[job.template])
        futures.add(future)
        return future

    def result(future: "Future[Any]") -> nbformat.NotebookNode:
        try:
            answer = future.result()
        except CancelledError as error:
            raise FailedError("the scheduler was lost, and the notebooks under way with it; run it again") from error
        except (KilledWorker, KernelServerError) as error:
            raise FailedError(f"a notebook found no worker that could run it: {error}") from error
        notebook = None if answer["notebook"] is None else nbformat.reads(answer["notebook"], as_version=4)
        if "failure" in answer:
            raise NotebookFailed(*answer["failure"], notebook)
        return notebook

    def cancel() -> None:
        for future in list(futures):
            future.cancel()

    description = f"{workers} {'worker' if workers == 1 else 'workers'}, {client.dashboard_link}"
    return Executor(submit, cancel, result, description)
