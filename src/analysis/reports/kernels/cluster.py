"""The same plan on other machines: notebooks and inputs travel to Dask's workers, executed notebooks come back.

No disk is shared. Each worker unpacks the raw material into a folder of its own, forks kernels from a server of its own
and answers with the text of the executed notebook; publishing stays with the run. Dask hands a lost worker's notebooks
to the others, a bounded number of times. Needs the extra ``cluster``.
"""

import io
import logging
import re
import shutil
import socket
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

import nbformat
from distributed import Client, KilledWorker, LocalCluster, Worker, WorkerPlugin, get_worker

from analysis.core import paths
from analysis.reports import inputs
from analysis.reports.execute import Failure, NotebookFailed, execute, quiet
from analysis.reports.kernels.places import AT_ONCE, Templates
from analysis.reports.kernels.pool import KernelServerError, Limits, start_kernels
from analysis.reports.plan import Job
from analysis.reports.run import FailedError, RefusedError, Run, Where, kernel_environment

RETRIES: Final = 2  # of a notebook whose worker could not start kernels; one that itself fails is not tried again
ARRIVAL: Final = 60  # seconds to wait for the scheduler and its first worker
LISTED: Final = 3  # differences named of each worker
_TRAVEL: Final = (("raw", "data/raw"), ("published", "data/processed/published"))  # what notebooks read, and where


class Station(WorkerPlugin):
    """What a worker holds for one run: the raw material in a folder of its own, and kernels that have read it.

    It is named after the report, not the run: whatever a killed run left on a worker goes when the next one comes.
    """

    def __init__(self, name: str, bundle: bytes, wanted: Mapping[str, Any], asked: Mapping[str, Any], limits: Limits):
        """Take the zipped material, what worker and material must be like, and the report that is asked for."""
        self.name = name
        self._bundle, self._wanted, self._asked, self._limits = bundle, dict(wanted), dict(asked), limits
        self.ready = False

    def setup(self, worker: Worker) -> None:
        """Check, unpack and start the server that kernels are forked from, which lives as long as the worker.

        Raises:
            RuntimeError: when the worker's environment, or what has arrived, is not the run's.

        """
        if told := differences(found_here(), self._wanted):
            raise RuntimeError(f"it has {told}")
        self._lock, self._prepared = threading.Lock(), False
        self._root = Path(worker.local_directory) / self.name
        for folder in ("notebooks", "scratch", "work"):
            (self._root / folder).mkdir(parents=True)
        with zipfile.ZipFile(io.BytesIO(self._bundle)) as bundle:
            bundle.extractall(self._root)
        arrived = inputs.read_inputs(self._root)
        if any(getattr(arrived, part) != self._wanted[part] for part, _ in _TRAVEL):
            raise RuntimeError("the raw material did not arrive as it was sent, or was changed meanwhile")
        environment = kernel_environment(self._root / "scratch", self._asked["quarter"], self._root)
        self._kernels = start_kernels(self._root / "scratch", environment, self._root / "notebooks", self._limits)
        self._kernels.__enter__()
        quiet()
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

        Raises:
            KernelServerError: when this worker cannot run notebooks.

        """
        self._prepare()
        private = tuple(str(p) for p in (self._root, Path(sys.prefix), Path.home()) if len(p.parts) > 2)
        try:
            return {"notebook": nbformat.writes(execute(job, template, self._kernels, private))}
        except NotebookFailed as error:
            if self._kernels.gone:
                raise KernelServerError("the kernel server of this worker ended, and the notebook with it") from error
            text = None if error.notebook is None else nbformat.writes(error.notebook)
            return {"notebook": text, "failure": asdict(error.failure)}

    def _prepare(self) -> None:
        """Have the server read and validate the material, once: every kernel inherits what it has read."""
        if not self.ready:
            raise KernelServerError("this worker is not as the run's machine is, or has been told to stop")
        with self._lock:
            if not self._prepared and self._kernels.prepare(**self._asked, folder=str(self._root / "work")):
                raise KernelServerError("the raw material could not be read on this worker")
            self._prepared = True


def run_here(station: str, job: Mapping[str, Any], template: str) -> dict[str, Any]:
    """Run a job at this worker's station; this is what travels. A worker that cannot run any leaves the cluster.

    Raises:
        KernelServerError: when it cannot; Dask then tries another worker.

    """
    worker = get_worker()
    try:
        if station not in worker.plugins:
            raise KernelServerError("this worker has no station of the run")
        return worker.plugins[station].run(Job(**job), nbformat.reads(template, as_version=4))
    except KernelServerError as error:
        worker.loop.add_callback(worker.close, nanny=False, reason=str(error))  # a nanny starts it anew
        raise


def found_here() -> dict[str, Any]:
    """Return what must be the same on every machine: the library's hash, Python, and the installed packages."""
    found = inputs.read_inputs(Path(__file__).parent)  # no project: only what is installed
    return {"library": found.library, "python": found.python, "packages": inputs.packages()}


def differences(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """Return in words how a worker's environment differs from the one wanted, empty when it does not.

    Packages that it has beyond those wanted are no matter.
    """
    told = []
    if found["python"] != wanted["python"]:
        told.append(f"Python {found['python'].split(' (')[0]} instead of {wanted['python'].split(' (')[0]}")
    pairs = {name: (found["packages"].get(name), version) for name, version in wanted["packages"].items()}
    told += [f"{n} {has} instead of {v}" if has else f"no {n}" for n, (has, v) in pairs.items() if has != v]
    if found["library"] != wanted["library"]:
        told.append("another version of this project's library")
    more = f" and {len(told) - LISTED} other differences" if len(told) > LISTED else ""
    return ", ".join(told[:LISTED]) + more


def _wanted() -> dict[str, Any]:
    """Return what workers must have: this machine's library and Python, and those of its packages that are locked."""
    here, lock = found_here(), paths.project_root() / "requirements.lock"
    if lock.is_file():
        locked = set(re.findall(r"^([a-z0-9._-]+)==", lock.read_text(encoding="utf-8"), flags=re.MULTILINE))
        here["packages"] = {name: version for name, version in here["packages"].items() if name in locked}
    return here


@contextmanager
def on_workers(run: Run, templates: Templates, limits: Limits) -> Iterator["Workers"]:
    """Give the workers of a scheduler, or of a cluster made on this machine, ready to run jobs.

    Raises:
        RefusedError: when there is no scheduler or no worker, or one is not as this machine is; nothing has been run.

    """
    with ExitStack() as ends:
        client = _client(run.where, ends)
        wanted = _wanted()
        try:
            seen = client.run(found_here)
            if wrong := [f"worker {w} has {told}" for w, found in seen.items() if (told := differences(found, wanted))]:
                raise RuntimeError("\n".join(wrong))
            travels = {part: getattr(run.found, part) for part, _ in _TRAVEL}
            station = Station(_station(run), _bundle(), wanted | travels, _asked(run), limits)
            client.register_plugin(station)
        except (RuntimeError, ImportError, AttributeError, OSError) as error:
            remedy = "install the same requirements.lock and library on every worker"
            raise RefusedError(f"the workers cannot run this report; {remedy}:\n{error}") from error
        ends.callback(_leave, client, station.name)
        workers = Workers(client, station.name, templates, len(seen))
        ends.callback(workers.stop)
        yield workers


def _client(where: Where, ends: ExitStack) -> Client:
    """Return a client of the scheduler named, or of a cluster of this machine's own, encrypted against its other users.

    Raises:
        RefusedError: when there is no such scheduler, or it has no worker.

    """
    try:
        if where.workers:
            threads = -(-AT_ONCE // where.workers)
            cluster = LocalCluster(
                n_workers=where.workers,
                threads_per_worker=threads,
                dashboard_address="localhost:0",
                security=True,
                silence_logs=logging.ERROR,
            )
            return ends.enter_context(Client(ends.enter_context(cluster), set_as_default=False))
        client = ends.enter_context(Client(where.scheduler, timeout=ARRIVAL, set_as_default=False))
        client.wait_for_workers(1, timeout=ARRIVAL)
        return client
    except (OSError, TimeoutError, ValueError) as error:
        where_asked = where.scheduler or "this machine"
        raise RefusedError(f"no scheduler with a worker answers at {where_asked}: {error}") from error


def _leave(client: Client, station: str) -> None:
    with suppress(Exception):  # a scheduler that is gone has no station to take down
        client.unregister_worker_plugin(station)


def _station(run: Run) -> str:
    """Return a name that the next run of the same report of the same project has too."""
    place = [socket.gethostname(), str(paths.project_root()), run.ask.name]
    return f"ehelse-{inputs.digest_of(place)[:10]}"


def _bundle() -> bytes:
    """Return what notebooks read of this project, zipped."""
    root, packed = paths.project_root(), io.BytesIO()
    found = inputs.read_inputs(root)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for part, folder in _TRAVEL:
            for name in getattr(found, part):
                bundle.write(root / folder / name, f"{folder}/{name}")
    return packed.getvalue()


def _asked(run: Run) -> dict[str, Any]:
    ask = run.ask
    return {"quarter": ask.quarter, "as_of": ask.as_of, "languages": list(ask.languages), "areas": ask.areas}


class Workers:
    """Where jobs are run elsewhere, as `analysis.reports.kernels.places.Place` says."""

    def __init__(self, client: Client, station: str, templates: Templates, count: int):
        """Take a client whose workers have their station."""
        self._pool = client.get_executor(pure=False, retries=RETRIES)
        self._station, self._texts = station, {name: nbformat.writes(t) for name, t in templates.items()}
        self._sent: WeakSet[Future[Any]] = WeakSet()
        self.told = f"{count} {'worker' if count == 1 else 'workers'}, {client.dashboard_link}"

    def submit(self, job: Job) -> "Future[Any]":
        """Send a job; Dask gives it to a worker, and to another when that one is lost."""
        future = self._pool.submit(run_here, self._station, asdict(job), self._texts[job.template])
        self._sent.add(future)
        return future

    def read(self, future: "Future[Any]") -> nbformat.NotebookNode:
        """Return the executed notebook that came back.

        Raises:
            NotebookFailed: when it did not run whole.
            FailedError: when workers or scheduler were lost too often.

        """
        try:
            answer = future.result()
        except CancelledError as error:
            raise FailedError("the scheduler was lost, and the notebooks under way with it; run it again") from error
        except (KilledWorker, KernelServerError) as error:
            raise FailedError(f"a notebook found no worker that could run it: {error}") from error
        notebook = None if answer["notebook"] is None else nbformat.reads(answer["notebook"], as_version=4)
        if "failure" in answer:
            raise NotebookFailed(Failure(**answer["failure"]), notebook)
        return notebook

    def stop(self) -> None:
        """Call off everything that has not come back."""
        for future in list(self._sent):
            future.cancel()
