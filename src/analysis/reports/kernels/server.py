"""The process that kernels are forked from: it has imported the scientific stack once, so that no kernel has to.

`analysis.reports.kernels.pool` starts it as ``python -m analysis.reports.kernels.server CHANNEL PARENT``. Over the
channel it is asked to fork, and says when a child has started and how it ended. Before that it is asked to read and
validate the raw material itself, once: the kernels inherit what it has read. It is not the fork server of
`multiprocessing`: that one takes no environment of its own, imports the caller's main module into every child, starts a
second helper process, and leaves the folder of its socket behind when the run is killed. Linux only.
"""

import ctypes
import functools
import gc
import importlib
import io
import json
import os
import random
import resource
import selectors
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import analysis

MESSAGE = 1 << 20
_STACK = (
    *("numpy", "pandas", "matplotlib.pyplot", "seaborn"),
    *("ipykernel.ipkernel", "ipykernel.kernelapp", "ipykernel.zmqshell"),
    # what a kernel would otherwise import after the fork, half of its start-up; never matplotlib_inline: imported
    # before there is a shell it does not hook into it, and figures vanish
    *("ipykernel.debugger", "IPython.core.completerlib", "IPython.extensions.storemagic", "IPython.core.pylabtools"),
    *("psutil", "sqlite3"),
)
_PR_SET_PDEATHSIG = 1


def main(channel: int, parent: int) -> None:
    """Serve fork requests from `parent` over the socket numbered `channel` until it is closed."""
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    preload()
    with socket.socket(fileno=channel) as requests:
        _serve(requests)


def die_with(parent: int) -> None:
    """Have the operating system kill this process when its parent, process `parent`, is gone.

    A kernel that holds Python's lock in C code notices no lost parent by itself and would go on for ever. The signal is
    bound to the parent's thread that started this process, so that thread must outlive it.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the parent went before the signal was asked for
        os._exit(1)


def preload() -> None:
    """Import what the notebooks use, without starting a thread, and draw once so that fonts are found.

    Raises:
        RuntimeError: when an import started a thread; a fork would copy its locks but not the thread.

    """
    sys.modules["debugpy"] = None  # every kernel would load it, and nobody debugs here
    for name in (*_STACK, "analysis.exports"):
        importlib.import_module(name)
    for name in analysis.__all__:
        getattr(analysis, name)
    analysis.words.read_catalogues()  # once, for every kernel forked from here
    _draw_once()
    if threading.active_count() > 1:
        raise RuntimeError(f"an import started {threading.enumerate()[1:]}: the server cannot fork")
    gc.collect()
    gc.freeze()  # children then do not copy the pages of everything imported by collecting garbage


def _draw_once() -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], label="æøå")
    axes.set(title="Title", xlabel="x", ylabel="y")
    axes.legend()
    for form in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=form)


def _serve(requests: socket.socket) -> None:
    woken, wake = socket.socketpair()
    woken.setblocking(False)
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler of any kind makes the wake-up fire
    selector = selectors.DefaultSelector()
    selector.register(requests, selectors.EVENT_READ)
    selector.register(woken, selectors.EVENT_READ)
    _say(requests, ready=os.getpid())
    while True:
        ready = {key.fileobj for key, _ in selector.select()}
        if woken in ready:
            woken.recv(4096)
            _report_ended(requests)
        if requests in ready:
            received = requests.recv(MESSAGE)
            if not received:
                return
            request = json.loads(received)
            if "prepare" in request:
                _say(requests, prepared=_prepare(request["prepare"]))
                continue
            server = os.getpid()
            pid = os.fork()
            if pid == 0:
                for inherited in (selector, requests, woken, wake):
                    inherited.close()
                _be_child(request, server)
            _say(requests, started=pid, number=request["number"])


def _prepare(arguments: dict) -> int:
    """Return the code that validation ends with; what it has read, the kernels forked from here need not read again.

    Only here may `read_status` and `read_panel` remember: this process lives for one run, whose inputs must not change.
    """
    status = importlib.import_module("analysis.views.status")
    status.read_status = _remembering(status.read_status)
    areas = importlib.import_module("analysis.municipal.status")
    areas.read_panel = functools.cache(areas.read_panel)
    try:
        importlib.import_module("analysis.reports.prepare").prepare(**arguments)
    except SystemExit as end:
        return int(end.code or 0)
    gc.collect()
    gc.freeze()
    return 0


def _remembering(read: Callable) -> Callable:
    """Return `read_status` so that nothing is read twice, and for a second language its prose only."""
    first = {}

    @functools.cache
    def read_status(quarter: str, language: str = "nb", as_of: str = "") -> Any:
        if (quarter, as_of) in first:
            return first[quarter, as_of].in_language(language)
        return first.setdefault((quarter, as_of), read(quarter, language, as_of))

    return read_status


def _say(channel: socket.socket, **message: int) -> None:
    channel.send(json.dumps(message).encode())


def _report_ended(channel: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say(channel, ended=pid, code=os.waitstatus_to_exitcode(status))


def _be_child(request: dict, server: int) -> None:
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        die_with(server)
        _settle(request)
        if "hand_on" in request:
            importlib.import_module("analysis.reports.handed_on").hand_on(**request["hand_on"])
        else:
            kernel(request["argv"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _settle(request: dict) -> None:
    """Give the child what a process started afresh would have: session, environment, folder, streams, limits, seeds."""
    os.setsid()
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["folder"])
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, target)
    os.close(log)
    os.close(nothing)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (request["memory"], request["memory"]))
    random.seed()
    sys.modules["numpy"].random.seed()  # fork copies the state of the legacy generator


def kernel(argv: list[str]) -> None:
    """Be an ordinary ipykernel with these arguments until it is shut down."""
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = ["ipykernel_launcher", *argv]
    application = IPKernelApp.instance(parent_handle=os.getppid())
    application.initialize(argv)
    application.start()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
