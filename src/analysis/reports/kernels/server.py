"""The process that kernels are forked from: it has imported the scientific stack once, so that no kernel has to.

`analysis.reports.kernels.pool` starts it as ``python -P -m analysis.reports.kernels.server CHANNEL PARENT``. Over the
channel it is asked to fork, and reports when a child has started and how it ended. Before that it is asked to read and
validate the raw material itself, once: the kernels inherit what it has read. It is not the fork server of
`multiprocessing`: that one takes no environment of its own, imports the caller's main module into every child, starts a
second helper process, and leaves the folder of its socket behind when the run is killed. Linux only.
"""

import ctypes
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
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psutil

import analysis
from analysis.core.cache import between_pages

MESSAGE = 1 << 20  # bytes a message over the channel may have
_STACK = (
    *("numpy", "pandas", "matplotlib.pyplot", "seaborn"),
    *("ipykernel.ipkernel", "ipykernel.kernelapp", "ipykernel.zmqshell"),
    # what a kernel would otherwise import after the fork, half of its start-up; never matplotlib_inline: imported
    # before there is a shell it does not hook into it, and figures vanish
    *("ipykernel.debugger", "IPython.core.completerlib", "IPython.extensions.storemagic", "IPython.core.pylabtools"),
    *("IPython.core.debugger", "IPython.core.oinspect", "IPython.core.logger", "tornado.platform.asyncio"),
    *("faulthandler", "pandas.io.formats.html", "pandas.io.formats.string", "psutil", "sqlite3"),
)
_PR_SET_PDEATHSIG, _PR_GET_DUMPABLE, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 1, 3, 4, 36  # linux/prctl.h
_SWEEP_LIMIT = 5  # seconds; only a process that waits for a broken disk takes longer to end


def main(channel: int, parent: int) -> None:
    """Serve fork requests from process `parent` over the socket numbered `channel` until it is closed, or asked to end.

    What notebooks have started and not ended becomes a child of this process, and ends before it.
    """
    _be_server(parent)
    preload()
    _serve_to_the_end(channel)


def _be_server(parent: int) -> None:
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    set_dumpable(False)
    # Ctrl-C reaches every process of the terminal; the run decides what ends
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _end())
    die_with(parent, signal.SIGTERM)


def _serve_to_the_end(channel: int) -> None:
    try:
        with suppress(ConnectionError), socket.socket(fileno=channel) as requests:
            serve(requests)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        _end()


def _end() -> None:
    """End with everything that comes from this process; an exception could be raised while that is under way."""
    signal.set_wakeup_fd(-1)
    os._exit(0 if end_descendants() else 1)


def _prctl(option: int, value: int = 0) -> int:
    return ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def set_dumpable(dumpable: bool) -> bool:
    """Let other processes of this user read this one's memory and environment, or not; return whether they could."""
    before = bool(_prctl(_PR_GET_DUMPABLE))
    _prctl(_PR_SET_DUMPABLE, int(dumpable))
    return before


def die_with(parent: int, number: int = signal.SIGKILL) -> None:
    """Have the operating system signal this process when its parent, process `parent`, is gone.

    A kernel that holds Python's lock in C code notices no lost parent by itself and would go on for ever. The signal is
    bound to the parent's thread that started this process, so that thread must outlive it.
    """
    _prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:  # the parent ended before the signal was asked for
        os._exit(1)


def end_descendants() -> bool:
    """End every process that comes from this one, also those in a session of their own; return whether all have."""
    deadline = time.monotonic() + _SWEEP_LIMIT
    while (living := psutil.Process().children(recursive=True)) and time.monotonic() < deadline:
        for process in living:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:  # what has ended stays a child until it is asked for
                pass
        time.sleep(0.005)
    return not living


def preload() -> None:
    """Import what the notebooks use, without starting a thread, and draw once so that fonts are loaded.

    Raises
    ------
    RuntimeError
        When an import started a thread; a fork would copy its locks but not the thread.

    """
    for name in (*_STACK, "analysis.exports"):
        importlib.import_module(name)
    # a page picks few rows from small tables, thousands of times: of Arrow's texts that takes three times as long
    importlib.import_module("pandas").set_option("mode.string_storage", "python")
    for package in (analysis, analysis.tables, analysis.figures):
        for name in package.__all__:
            getattr(package, name)
    analysis.words.read_catalogues()  # once, for every kernel forked from here

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
    if threading.active_count() > 1:
        raise RuntimeError(f"an import started {threading.enumerate()[1:]}: the server cannot fork")
    gc.collect()
    gc.freeze()  # children then do not copy the pages of everything imported by collecting garbage


def serve(requests: socket.socket) -> None:
    """Answer requests until their socket is closed; a child that was forked never returns from here."""
    # a child's end is a signal, a request is a message: the signal is turned into a byte on a socket, so that one
    # selector waits for both
    woken, wake = socket.socketpair()
    woken.setblocking(False)
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler of any kind makes the wake-up work
    selector = selectors.DefaultSelector()
    selector.register(requests, selectors.EVENT_READ)
    selector.register(woken, selectors.EVENT_READ)
    _send(requests, ready=os.getpid())
    while True:
        ready = {key.fileobj for key, _ in selector.select()}
        if woken in ready:
            woken.recv(4096)
            with suppress(ChildProcessError):  # no child is left
                while (ended := os.waitpid(-1, os.WNOHANG))[0]:  # one signal may stand for several children
                    _send(requests, ended=ended[0], code=os.waitstatus_to_exitcode(ended[1]))
        if requests in ready:
            received, channels, _, _ = socket.recv_fds(requests, MESSAGE, 1)
            if not received:
                return
            request = json.loads(received)
            if "prepare" in request:
                # what validation reads, the kernels forked from here need not read again
                # this process lives for one run, whose inputs must not change
                for name in ("analysis.views.status", "analysis.municipal.status"):
                    importlib.import_module(name).cache.keep()
                between_pages.keep()
                _send(requests, prepared=call_function(request["prepare"], request["arguments"]))
                gc.collect()
                gc.freeze()
                continue
            server = os.getpid()
            pid = os.fork()
            if pid == 0:
                for inherited in (selector, requests, woken, wake):
                    inherited.close()
                _be_child(request, channels, server)
            for channel in channels:
                os.close(channel)
            _send(requests, started=pid, number=request["number"])


def call_function(function: str, arguments: Mapping[str, Any]) -> int:
    """Call the function named ``module:name``; return the code that it ends with, 0 where it returns."""
    module, name = function.split(":")
    try:
        getattr(importlib.import_module(module), name)(**arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _send(channel: socket.socket, **message: int) -> None:
    channel.send(json.dumps(message).encode())


def _be_child(request: dict, channels: list[int], server: int) -> None:
    """Be the process that was asked for, and end; never return into the server's loop.

    It is a kernel, calls a function, or, given a channel, is a server itself, which has what this one has read.
    """
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        die_with(server)
        set_dumpable(True)  # nothing of the run's environment is in here, and a later run may have to recognise it
        # what a process started afresh would have: session, environment, folder, streams, limits, seeds
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
        os.nice(request["nice"])
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (request["memory"], request["memory"]))
        random.seed()
        sys.modules["numpy"].random.seed()  # fork copies the state of the legacy generator
        if channels:
            _be_server(server)
            _serve_to_the_end(channels[0])
        elif "call" in request:
            code = call_function(request["call"], request["arguments"])
        else:
            run_kernel(request["argv"])
            code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def run_kernel(argv: list[str]) -> None:
    """Be an ordinary ipykernel with these arguments until it is shut down."""
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = ["ipykernel_launcher", *argv]
    application = IPKernelApp.instance(parent_handle=os.getppid())
    application.initialize(argv)
    application.start()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
