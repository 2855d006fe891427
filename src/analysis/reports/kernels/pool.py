"""Kernels of this machine: forked from a server that has imported everything, or ordinary ones.

Either way papermill is given a class of kernel manager; every notebook gets a fresh process of its own, and none
outlives the run. Both kinds offer the same: ``prepare`` reads and validates the raw material, ``manager(name)`` is the
class for one notebook's kernel, ``describe_death(name)`` says how that kernel ended, ``fork`` calls a function beside
them, ``kill`` ends them all.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, Self
from uuid import uuid4

from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from analysis.reports.kernels.server import MESSAGE, call_function, set_dumpable
from analysis.reports.request import FailedError, Limits

SERVER: Final = "analysis.reports.kernels.server"
PREPARE: Final = "analysis.reports.prepare:prepare"
START_LIMIT: Final = 120  # seconds for the server, or a kernel, to start
END_LIMIT: Final = 30  # seconds for the server to end what notebooks have started
_SOCKET_NAME: Final = 107  # bytes that the name of a unix socket may have
# the default, a tight box, draws every figure twice
INLINE: Final = "--InlineBackend.print_figure_kwargs={'bbox_inches': None}"


class KernelServerError(FailedError):
    """The server that kernels are forked from could not start or is gone; the message ends with its log's last line."""


def ended_for_memory() -> int:
    """Return how many processes the system has ended for want of memory since it started, in control groups too."""
    counters = dict(line.split() for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines())
    return int(counters.get("oom_kill", 0))


class ForkedProcess:
    """A child of the server, seen from the run, with the part of `subprocess.Popen` that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
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
        if self.returncode is not None:
            return
        with suppress(ProcessLookupError):
            try:
                os.killpg(self.pid, number)
            except ProcessLookupError:  # it has not reached its own session yet, or has just ended
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


@dataclass(eq=False)
class ForkedKernels:
    """The server that has imported everything, and the kernels forked from it. Use it as a context manager.

    Enter it in the thread that outlives all kernels: the operating system ends them with that thread. The attributes
    are those of `start_kernels`; the server is forked from that of `origin`, where there is one.
    """

    scratch: Path
    environment: Mapping[str, str]
    folder: Path
    limits: Limits
    origin: "ForkedKernels | None" = None

    note = ""
    nice = 0  # how far processes forked from now on stand back behind others, as nice(1) counts
    gone = False  # whether the server has ended, and every kernel with it
    swept = False  # whether the server has ended all that notebooks had started, known once the block is left

    def __post_init__(self) -> None:
        self._log = self.scratch / "server.log"
        self._processes: dict[int, ForkedProcess] = {}
        self._names: dict[str, ForkedProcess] = {}
        self._started: dict[int, ForkedProcess] = {}
        self._ready = self._closed = False
        self._changed = threading.Condition()
        self._number = 0
        self._prepared: int | None = None
        self._ended_for_memory = ended_for_memory()

    def __enter__(self) -> Self:
        """Start the server; it imports while the caller goes on."""
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._dumpable = set_dumpable(False)  # what notebooks run could read the environment of this process
        # without the working folder on its path: a file there, as seaborn.py, would be run in place of the library
        command = [sys.executable, "-P", "-m", SERVER, str(theirs.fileno()), str(os.getpid())]
        with theirs, self._log.open("ab") as log:
            if self.origin is not None:
                self._server = self.origin.fork("server", theirs.fileno(), log=str(self._log))
            else:
                streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
                self._server = subprocess.Popen(
                    command, pass_fds=[theirs.fileno()], env=self.environment, start_new_session=True, **streams
                )
        self._listener = threading.Thread(target=self._listen, name="kernel server", daemon=True)
        self._listener.start()
        return self

    def fork_server(self) -> "ForkedKernels":
        """Return kernels of another server, forked from this one with what this one has read.

        Returns
        -------
        ForkedKernels
            To be used as a context manager; it ends with this one.

        """
        return type(self)(self.scratch, self.environment, self.folder, self.limits, origin=self)

    def __exit__(self, *_: object) -> None:
        """End every kernel, whatever they have started, and the server."""
        self.kill()
        self._server.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._server.wait(END_LIMIT)
        if self._server.returncode is None:
            self._server.kill()
            self._server.wait()
        self.swept = self._server.returncode == 0
        set_dumpable(self._dumpable)
        self._listener.join()
        self._channel.close()

    def _listen(self) -> None:
        with suppress(ConnectionError):  # reset, where the server was killed before it read what it was sent
            while received := self._channel.recv(MESSAGE):
                message = json.loads(received)
                with self._changed:
                    if "ready" in message:
                        self._ready = True
                    elif "prepared" in message:
                        self._prepared = message["prepared"]
                    elif "started" in message:
                        process = ForkedProcess(message["started"])
                        self._processes[process.pid] = self._started[message["number"]] = process
                        if self._closed:  # asked for before all were ended, started only now
                            process.kill()
                    elif process := self._processes.pop(message["ended"], None):  # None: a notebook had started it
                        process.end(message["code"])
                    self._changed.notify_all()
        with self._changed:
            self.gone = True
            for process in self._processes.values():
                process.end(-signal.SIGKILL)
            self._changed.notify_all()

    def prepare(self, function: str = PREPARE, **arguments: Any) -> int:
        """Return the code that a function called in the server ended with; the kernels inherit what it has read.

        Raises
        ------
        KernelServerError
            When the server is gone, or reading takes longer than the whole run may.

        """
        with self._changed:
            self._wait(lambda: self._ready)
            self._send({"prepare": function, "arguments": arguments})
            self._wait(lambda: self._prepared is not None, self.limits.run)
            return self._prepared

    def fork(self, name: str, *channels: int, **task: Any) -> ForkedProcess:
        """Return a new process: a kernel with arguments ``argv``, one that makes a ``call``, or a server on a channel.

        Raises
        ------
        KernelServerError
            When the server is gone, or the run has been stopped.

        """
        with self._changed:
            if self._closed:
                raise KernelServerError("the run has been stopped; no more kernels are started")
            self._number = number = self._number + 1
            request = {
                "number": number,
                "environment": dict(self.environment),
                "folder": str(self.folder),
                "log": str(self.scratch / f"{name}.log"),
                "memory": self.limits.memory,
                "nice": self.nice,
                **task,
            }
            self._wait(lambda: self._ready)
            self._send(request, *channels)
            self._wait(lambda: number in self._started)
            self._names[name] = process = self._started.pop(number)
            return process

    def _send(self, request: Mapping[str, Any], *channels: int) -> None:
        with suppress(ConnectionError):  # the server is gone, as waiting for its answer will show
            socket.send_fds(self._channel, [json.dumps(request).encode()], channels)

    def _wait(self, condition: Callable[[], bool], seconds: float = START_LIMIT) -> None:
        arrived = self._changed.wait_for(lambda: self.gone or condition(), seconds)
        if self.gone or not arrived:
            ended = "ended" if self.gone else f"did not answer within {seconds} seconds"
            raise KernelServerError(f"the kernel server {ended}: {_last_line(self._log) or 'it said nothing'}")

    def manager(self, name: str) -> type[AsyncKernelManager]:
        """Return the class of kernel manager for the notebook called `name`."""
        file = str(self.scratch / f"{uuid4().hex[:8]}.json")
        return type("ForkedKernelManager", (_ForkedKernelManager,), {"kernels": self, "name": name, "file": file})

    def describe_death(self, name: str) -> str:
        """Return in words how the kernel called `name` ended in the middle of a cell."""
        code = self._names[name].poll() if name in self._names else None
        if code == -signal.SIGKILL and ended_for_memory() > self._ended_for_memory:
            return "the kernel was killed (signal 9): the machine, or the control group of this run, ran out of memory"
        if code == -signal.SIGKILL:
            return "the kernel was killed (signal 9), and not for want of memory, as far as the system tells"
        death = "the kernel died" if code is None else f"the kernel ended in the middle of a cell with exit code {code}"
        return ": ".join(filter(None, [death, _last_line(self.scratch / f"{name}.log")]))

    def kill(self) -> None:
        """End every kernel at once, and start no more."""
        with self._changed:
            self._closed = True
            living = list(self._processes.values())
        for process in living:
            process.kill()


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else ""


class _ForkProvisioner(LocalProvisioner):
    async def launch_kernel(self, cmd: list[str], **_: Any) -> dict:
        manager = self.parent
        self.process = manager.kernels.fork(manager.name, argv=cmd[cmd.index("-f") :])
        self.pid = self.process.pid  # without that of its group: the process itself signals whatever it has started
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(5)


class _ForkedKernelManager(AsyncKernelManager):
    kernels: ForkedKernels
    name: str
    file: str

    def __init__(self, **kwargs: Any):
        # sockets lie beside the connection file, where no other user reaches them, with names longer by one; in a
        # folder too deep for that kernels listen on ports
        short = len(os.fsencode(self.file)) < _SOCKET_NAME
        super().__init__(transport="ipc" if short else "tcp", connection_file=self.file, **kwargs)
        self.kernel_id = str(uuid4())
        self.provisioner = _ForkProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)


class OrdinaryKernels:
    """The same as `ForkedKernels`, without a server. Use it as a context manager."""

    gone, swept = False, True  # there is no server that could be, and nothing is known of what notebooks start
    note = "this machine cannot fork kernels; each notebook imports everything itself, which takes four times as long"

    def __init__(self, scratch: Path, environment: Mapping[str, str], folder: Path, limits: Limits):
        self.limits = limits  # that on memory cannot be set for them
        self._scratch, self._environment, self._folder = scratch, dict(environment), folder
        self._managers: list[AsyncKernelManager] = []

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every kernel."""
        self.kill()

    def prepare(self, function: str = PREPARE, **arguments: Any) -> int:
        """Return the code that a function ended with, called in this process, where kernels inherit nothing from it."""
        return call_function(function, arguments)

    def fork(self, name: str, call: str, arguments: Mapping[str, Any]) -> SimpleNamespace:
        """Call a function at once; return what is waited for elsewhere, with the code that it ended with."""
        code = self.prepare(call, **arguments)
        return SimpleNamespace(wait=lambda seconds: code)

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

    def describe_death(self, name: str) -> str:
        """Return that a kernel died; of an ordinary one no more is known."""
        return "the kernel died"

    def kill(self) -> None:
        """End every kernel at once."""
        for manager in self._managers:
            if manager.provisioner is not None and manager.provisioner.process is not None:
                manager.provisioner.process.kill()


Kernels = ForkedKernels | OrdinaryKernels


def start_kernels(scratch: Path, environment: Mapping[str, str], folder: Path, limits: Limits) -> Kernels:
    """Return kernels of this machine: forked on Linux, elsewhere ordinary ones, whose ``note`` says so.

    Parameters
    ----------
    scratch : Path
        Where connection files, sockets and logs are kept.
    environment : mapping of str to str
        All that the kernels see, of `analysis.reports.request.kernel_environment`.
    folder : Path
        Where notebooks run.
    limits : Limits

    Returns
    -------
    ForkedKernels or OrdinaryKernels
        To be used as a context manager.

    """
    kind = ForkedKernels if sys.platform == "linux" else OrdinaryKernels
    return kind(scratch, environment, folder, limits)
