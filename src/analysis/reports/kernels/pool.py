"""Where notebooks run: kernels forked from a server that has imported everything, or ordinary ones.

Either way papermill is handed a class of kernel manager; every notebook gets a fresh process of its own, and none
outlives the run. Both kinds offer the same: ``prepare`` reads and validates the raw material, ``manager(name)`` is the
class for one notebook's kernel, ``exit_code(name)`` says how that kernel ended, ``hand_on`` begins to write the
downloads and ``handed_on`` waits for them, ``kill`` ends them all.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self
from uuid import uuid4

from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from analysis.reports.kernels.server import MESSAGE

START_LIMIT: Final = 120  # seconds for the server, or a kernel, to start
_HANDING_ON = "downloads"
_SOCKET_NAME = 107  # bytes that the name of a unix socket may have
INLINE = (
    "--InlineBackend.print_figure_kwargs={'bbox_inches': None}"  # the default, a tight box, draws every figure twice
)


@dataclass(frozen=True)
class Limits:
    """What a run may take: seconds for one cell, seconds for all of it, bytes of memory for one notebook."""

    cell: int = 120
    run: int = 1800
    memory: int = 4 << 30


class KernelServerError(RuntimeError):
    """The server that kernels are forked from could not start or is gone; the message ends with its last words."""


def start_kernels(
    scratch: Path, environment: Mapping[str, str], folder: Path, limits: Limits
) -> "ForkedKernels | OrdinaryKernels":
    """Return kernels that run with this environment in this working folder, and keep their files in `scratch`.

    On Linux they are forked; elsewhere they are ordinary kernels, and ``note`` says so.
    """
    kind = ForkedKernels if sys.platform == "linux" else OrdinaryKernels
    return kind(scratch, environment, folder, limits)


def ended_for_memory() -> int:
    """Return how many processes the system has ended for want of memory since it started, in control groups too."""
    counters = dict(line.split() for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines())
    return int(counters.get("oom_kill", 0))


class ForkedProcess:
    """A child of the server, seen from the run, with the part of `subprocess.Popen` that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        """Take the number of the process; `end` is called when the server says it has ended."""
        self.pid = pid
        self.returncode: int | None = None
        self._ended = threading.Event()

    def end(self, code: int) -> None:
        """Note how the process ended."""
        self.returncode = code
        self._ended.set()

    def poll(self) -> int | None:
        """Return the exit code, None while the process lives."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Return the exit code once the process has ended, None when it has not within `timeout` seconds."""
        self._ended.wait(timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Signal the process and whatever it has started; nothing happens when it has ended."""
        if self.returncode is None:
            try:
                os.killpg(self.pid, number)
            except ProcessLookupError:  # it has not reached its own session yet, or has just ended
                _signal_one(self.pid, number)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


def _signal_one(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


class ForkedKernels:
    """The server that has imported everything, and the kernels forked from it. Use it as a context manager.

    Enter it in the thread that outlives all kernels: the operating system ends them with that thread.
    """

    note = ""

    def __init__(self, scratch: Path, environment: Mapping[str, str], folder: Path, limits: Limits):
        """Keep connection files, sockets and logs in `scratch`; in a deep one kernels listen on ports instead."""
        self.limits = limits
        self._scratch, self._environment, self._folder = scratch, dict(environment), folder
        self._log = scratch / "server.log"
        self._processes: dict[int, ForkedProcess] = {}
        self._names: dict[str, ForkedProcess] = {}
        self._started: dict[int, int] = {}
        self._ready = self._gone = self._closed = False
        self._news = threading.Condition()
        self._number = 0
        self._prepared: int | None = None
        self._ended_for_memory = ended_for_memory()

    def __enter__(self) -> Self:
        """Start the server; it imports while the caller goes on."""
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "analysis.reports.kernels.server", str(theirs.fileno()), str(os.getpid())]
        with self._log.open("ab") as log, theirs:
            self._server = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._listener = threading.Thread(target=self._listen, name="kernel server", daemon=True)
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End every kernel and the server."""
        self.kill()
        self._server.kill()
        self._server.wait()
        self._listener.join()
        self._channel.close()

    def _listen(self) -> None:
        with suppress(ConnectionError):  # reset, where the server was killed before it read what it was sent
            while said := self._channel.recv(MESSAGE):
                self._hear(json.loads(said))
        with self._news:
            self._gone = True
            for process in self._processes.values():
                process.end(-signal.SIGKILL)
            self._news.notify_all()

    def _hear(self, message: dict) -> None:
        with self._news:
            if "ready" in message:
                self._ready = True
            elif "prepared" in message:
                self._prepared = message["prepared"]
            elif "started" in message:
                self._processes[message["started"]] = ForkedProcess(message["started"])
                self._started[message["number"]] = message["started"]
            else:
                self._processes.pop(message["ended"]).end(message["code"])
            self._news.notify_all()

    def prepare(self, **arguments: Any) -> int:
        """Return the code that `analysis.reports.prepare.prepare` ended with; the kernels inherit what it has read.

        Raises:
            KernelServerError: when the server is gone, or reading takes longer than the whole run may.

        """
        with self._news:
            self._wait(lambda: self._ready)
            self._ask({"prepare": arguments})
            self._wait(lambda: self._prepared is not None, self.limits.run)
            return self._prepared

    def hand_on(self, **arguments: Any) -> None:
        """Begin to write the files handed on, `analysis.reports.handed_on.hand_on`, in a process beside the kernels."""
        self.fork(_HANDING_ON, hand_on=arguments)

    def handed_on(self, seconds: float) -> int | None:
        """Return the code that writing ended with, None when it has not within these seconds."""
        return self._names[_HANDING_ON].wait(seconds)

    def fork(self, name: str, **task: Any) -> ForkedProcess:
        """Return a new process that is an ipykernel with the arguments ``argv``, or does another `task` of the server.

        Raises:
            KernelServerError: when the server is gone.

        """
        with self._news:
            if self._closed:
                raise KernelServerError("the run has been stopped; no more kernels are started")
            self._number = number = self._number + 1
            request = {
                "number": number,
                "environment": self._environment,
                "folder": str(self._folder),
                "log": str(self._scratch / f"{name}.log"),
                "memory": self.limits.memory,
                **task,
            }
            self._wait(lambda: self._ready)
            self._ask(request)
            self._wait(lambda: number in self._started)
            process = self._processes.get(self._started[number]) or ForkedProcess(self._started[number])
            self._names[name] = process
            return process

    def _ask(self, request: Mapping[str, Any]) -> None:
        with suppress(ConnectionError):  # the server is gone, as waiting for its answer will tell
            self._channel.send(json.dumps(request).encode())

    def _wait(self, condition: Any, seconds: float = START_LIMIT) -> None:
        arrived = self._news.wait_for(lambda: self._gone or condition(), seconds)
        if self._gone or not arrived:
            words = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["it said nothing"]
            ended = "ended" if self._gone else f"did not answer within {seconds} seconds"
            raise KernelServerError(f"the kernel server {ended}: {words[-1]}")

    def manager(self, name: str) -> type[AsyncKernelManager]:
        """Return the class of kernel manager for the notebook called `name`."""
        return type("ForkedKernelManager", (_ForkedKernelManager,), {"kernels": self, "name": name})

    def connection_file(self, name: str) -> str:
        """Return where the kernel called `name` keeps its connection file; its sockets lie beside it."""
        return str(self._scratch / f"{uuid4().hex[:8]}.json")

    def exit_code(self, name: str) -> int | None:
        """Return how the kernel called `name` ended, None when it has not or never started."""
        return self._names[name].poll() if name in self._names else None

    @property
    def gone(self) -> bool:
        """Whether the server has ended, and every kernel with it."""
        return self._gone

    def memory_ran_out(self) -> bool:
        """Return whether the system has ended a process for want of memory since the server was started."""
        return ended_for_memory() > self._ended_for_memory

    def last_words(self, name: str) -> str:
        """Return the last line the kernel called `name` wrote outside its cells, empty when there is none."""
        log = self._scratch / f"{name}.log"
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
        return lines[-1] if lines else ""

    def kill(self) -> None:
        """End every kernel at once, and start no more."""
        with self._news:
            self._closed = True
            living = list(self._processes.values())
        for process in living:
            process.kill()


class _ForkProvisioner(LocalProvisioner):
    async def launch_kernel(self, cmd: list[str], **_: Any) -> dict:
        manager = self.parent
        self.process = manager.kernels.fork(manager.name, argv=cmd[cmd.index("-f") :])
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        if self.process:
            self.process.send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(5)


class _ForkedKernelManager(AsyncKernelManager):
    kernels: ForkedKernels
    name: str

    def __init__(self, **kwargs: Any):
        file = self.kernels.connection_file(self.name)
        near = len(os.fsencode(file)) < _SOCKET_NAME  # its sockets' names are longer by one; no other user reaches them
        super().__init__(transport="ipc" if near else "tcp", connection_file=file, **kwargs)
        self.kernel_id = str(uuid4())
        self.provisioner = _ForkProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)


class OrdinaryKernels:
    """Kernels started one by one, each importing everything itself. Use it as a context manager."""

    gone = False  # there is no server that could be
    note = "this machine cannot fork kernels; each notebook imports everything itself, which takes four times as long"

    def __init__(self, scratch: Path, environment: Mapping[str, str], folder: Path, limits: Limits):
        """Keep connection files in `scratch`; the limit on memory is not to be had for them."""
        self.limits = limits
        self._scratch, self._environment, self._folder = scratch, dict(environment), folder
        self._managers: list[AsyncKernelManager] = []

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every kernel."""
        self.kill()

    def prepare(self, **arguments: Any) -> int:
        """Return the code that `analysis.reports.prepare.prepare` ended with."""
        from analysis.reports.prepare import prepare  # all of the library; only needed where nothing else imports it

        try:
            prepare(**arguments)
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    def hand_on(self, **arguments: Any) -> None:
        """Write the files handed on, before any kernel is started."""
        from analysis.reports.handed_on import hand_on

        self._handed_on = 0
        try:
            hand_on(**arguments)
        except SystemExit as end:
            self._handed_on = int(end.code or 0)

    def handed_on(self, seconds: float) -> int:
        """Return the code that writing ended with."""
        return self._handed_on

    def manager(self, name: str) -> type[AsyncKernelManager]:
        """Return the class of kernel manager for the notebook called `name`."""
        started = {"env": self._environment, "cwd": str(self._folder)}
        managers, file = self._managers, str(self._scratch / f"{uuid4().hex[:8]}.json")

        class OrdinaryKernelManager(AsyncKernelManager):
            def __init__(self, **kwargs: Any):
                super().__init__(connection_file=file, **kwargs)
                managers.append(self)

            async def start_kernel(self, **kwargs: Any) -> None:
                await super().start_kernel(**kwargs | started)

        return OrdinaryKernelManager

    def exit_code(self, name: str) -> int | None:
        """Return None: how an ordinary kernel ended is not known."""
        return None

    def memory_ran_out(self) -> bool:
        """Return False: it is not known."""
        return False

    def last_words(self, name: str) -> str:
        """Return nothing: an ordinary kernel writes to the run's own streams."""
        return ""

    def kill(self) -> None:
        """End every kernel at once."""
        for manager in self._managers:
            if manager.provisioner is not None and manager.provisioner.process is not None:
                manager.provisioner.process.kill()
