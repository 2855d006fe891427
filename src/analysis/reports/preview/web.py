"""Show the pages of a preview to this machine's own browsers, watch files, and keep a worker running.

What answers is bound to 127.0.0.1 and asks for a token in the address. It serves files that the worker has reported, by
their exact names, and nothing else. Requests for another host (a name that was made to lead here) and from pages of
other sites are refused.
"""

import asyncio
import hmac
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Final

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketHandler
from watchfiles import DefaultFilter, awatch

from analysis.core import paths
from analysis.reports import releases
from analysis.reports.kernels.server import set_dumpable
from analysis.reports.preview import START
from analysis.reports.request import Request
from analysis.text import look_up

_LIBRARY: Final = Path(__file__).parents[2]
_SCRIPT: Final = Path(__file__).parent / "preview.js"
_POLICY: Final = "default-src 'none';"  # the pages' own, to which the preview's script is added
_NO_PAGE: Final = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Preview</title>
<meta http-equiv="Content-Security-Policy" content="{_POLICY} style-src 'unsafe-inline'"></head>
<body><p>There is no such page, or it is being made: then it appears here.</p></body></html>"""
_HEADERS: Final = {
    # pages, and the token in their address, stay in this browser
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    # a page may be shown beside a notebook, in JupyterLab of this machine
    "Content-Security-Policy": "frame-ancestors 'self' http://127.0.0.1:* http://localhost:*",
}
# a page is HTML; all else has a policy of its own, for it is opened by itself
_TYPES: Final = {
    ".ipynb": "application/x-ipynb+json",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
}
_ALONE: Final = f"{_HEADERS['Content-Security-Policy']}; {_POLICY} style-src 'unsafe-inline'"
# run beside a preview: when that has ended, in whatever way, it ends what is left of it and removes its files
_CLEAN_UP: Final = """
import shutil, sys, time
from pathlib import Path
from analysis.reports.releases import remove_work_folder, scratch_of
sys.stdin.read()
around, folder = map(Path, sys.argv[1:])
places = around, scratch_of(folder)
while any(place.exists() for place in places):  # what is ending may still write
    remove_work_folder(folder)
    for place in places:
        shutil.rmtree(place, ignore_errors=True)
    time.sleep(0.05)
"""


class Preview:
    """What is shown: the version of each page, the fault of the last save, and which browsers show which page."""

    def __init__(self, request: Request, folder: Path, port: int):
        self.request, self.folder, self.host = request, folder, f"127.0.0.1:{port}"
        self.token, self.fault = secrets.token_urlsafe(24), ""
        self.versions: dict[str, str] = {}
        self.feeds: dict[_Feed, str] = {}
        self.worker: asyncio.subprocess.Process | None = None
        self._restart = asyncio.Event()

    def text(self, key: str) -> str:
        """Return a text in the first language of the preview."""
        return look_up("preview.tasks", key, self.request.languages[0])

    def tell(self, feeds: Iterable["_Feed"]) -> None:
        """Send browsers the version of their page and the fault."""
        for feed in feeds:
            if feed.ws_connection is not None:  # it may have gone just now
                feed.write_message({"version": self.versions.get(self.feeds[feed], ""), "fault": self.fault})

    def ask(self, saved: bool) -> None:
        """Tell the worker which pages are looked at, and whether something was saved."""
        if self.worker is not None:
            line = json.dumps({"pages": sorted(set(self.feeds.values())), "saved": saved})
            self.worker.stdin.write(line.encode() + b"\n")

    async def watch(self) -> None:
        """Have made anew what each save changes; a changed library takes a new worker."""
        root, ignored = paths.project_root(), DefaultFilter()
        inputs = (_LIBRARY, root / "notebooks", root / "data" / "raw", root / "data" / "processed" / "published")

        def is_input(change: object, path: str) -> bool:
            return ignored(change, path) and any(Path(path).is_relative_to(place) for place in inputs)

        # data/raw may be moved away and back, so the folder around it is watched
        async for changes in awatch(root / "data", root / "notebooks", _LIBRARY, watch_filter=is_input, step=20):
            if self.worker is None or any(Path(path).is_relative_to(_LIBRARY) for _, path in changes):
                self._restart.set()
                self.end()
            else:
                self.ask(saved=True)

    async def work(self) -> None:
        """Keep a worker running, and pass on what it reports."""
        arguments = [str(self.folder), str(os.getpid()), json.dumps(asdict(self.request))]
        log = releases.scratch_of(self.folder) / "worker.log"
        while True:
            self._restart.clear()
            with log.open("wb") as errors:
                self.worker = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "analysis.reports.preview.worker", *arguments),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=errors,
                    start_new_session=True,  # Ctrl-C reaches all processes of the terminal; this one decides what ends
                )
            self.ask(saved=False)
            async for line in self.worker.stdout:
                report = json.loads(line)
                self.fault = report.get("fault", self.fault)
                if made := report.get("made"):
                    self.versions[made] = report["version"]
                self.tell([feed for feed, page in self.feeds.items() if page == made or "fault" in report])
            await self.worker.wait()
            self.worker = None
            if not self._restart.is_set():
                self.fault = log.read_text(encoding="utf-8", errors="replace") or "the worker was killed"
                self.tell(self.feeds)
                await self._restart.wait()

    def end(self) -> None:
        """End the worker, and with it every process it has started."""
        if self.worker is not None:
            with suppress(ProcessLookupError):
                self.worker.kill()


class _Guarded(RequestHandler):
    """Answers the holder of the token alone."""

    def initialize(self, preview: Preview) -> None:
        """Know what is shown."""
        self.preview = preview

    def prepare(self) -> None:
        """Refuse other hosts, other sites and wrong tokens; a link from elsewhere may be followed."""
        headers, own = self.request.headers, f"http://{self.preview.host}"
        elsewhere = headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
        embedded = elsewhere and headers.get("Sec-Fetch-Mode") != "navigate"
        if headers.get("Host") != self.preview.host or headers.get("Origin", own) != own or embedded:
            raise HTTPError(403)
        if not hmac.compare_digest(self.path_args[0].encode(), self.preview.token.encode()):
            raise HTTPError(404)

    def set_default_headers(self) -> None:
        """Set what every answer has."""
        for name, value in _HEADERS.items():
            self.set_header(name, value)


class _Page(_Guarded):
    def get(self, token: str, name: str) -> None:
        """Answer with a page, a notebook, a file of a figure, or with the script."""
        preview, name = self.preview, name or START
        if name == "preview.js":
            self.set_header("Content-Type", "text/javascript; charset=utf-8")
            self.finish(_SCRIPT.read_bytes())
        elif name in preview.versions and (kind := _TYPES.get(Path(name).suffix)):
            self.set_header("Content-Type", kind)
            self.set_header("Content-Security-Policy", _ALONE)
            self.finish((preview.folder / name).read_bytes())
        elif name in preview.versions:
            self.finish(self._with_script(name, (preview.folder / name).read_text(encoding="utf-8")))
        else:
            self.set_status(404)
            self.finish(self._with_script(name, _NO_PAGE))

    def _with_script(self, name: str, text: str) -> str:
        """Return a page with the script that keeps it new."""
        host, root = self.preview.host, f"/{self.preview.token}/"
        data = {
            "src": f"{root}preview.js",
            "data-page": name,
            "data-version": self.preview.versions.get(name, ""),
            "data-feed": f"ws://{host}{root}feed",
            "data-start": root,
            "data-list": self.preview.text("title"),
            "data-faulty": self.preview.text("faulty"),
        }
        script = " ".join(f'{key}="{escape(value)}"' for key, value in data.items())
        allowed = f"{_POLICY} script-src 'self'; connect-src ws://{host};"
        return text.replace(_POLICY, allowed, 1).replace("</body>", f"<script {script}></script>\n</body>", 1)


class _Feed(_Guarded, WebSocketHandler):
    """A browser's connection: it says which page it shows, and is sent that page's state."""

    def on_message(self, message: str | bytes) -> None:
        """Note which page is shown, and send its state."""
        self.preview.feeds[self] = str(message)
        self.preview.ask(saved=False)
        self.preview.tell([self])

    def on_close(self) -> None:
        """Forget the browser."""
        self.preview.feeds.pop(self, None)
        self.preview.ask(saved=False)


async def serve(request: Request) -> int:
    """Show a preview until a signal ends it; print its address.

    Parameters
    ----------
    request : Request
        A whole quarter, in one language or both.

    Returns
    -------
    int
        The number of the signal.

    """
    set_dumpable(False)  # what notebooks run could read the environment and the token
    around = Path(tempfile.mkdtemp(prefix="ehelse-preview-"))
    report = releases.ReportFolder(around, request.name)
    folder = releases.work_folder_of(report, releases.new_id())
    command = [sys.executable, "-c", _CLEAN_UP, str(around), str(folder)]
    cleaning = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    (listener,) = bind_sockets(0, "127.0.0.1")
    preview = Preview(request, folder, listener.getsockname()[1])
    try:
        report.releases.mkdir(parents=True)
        releases.make_work_folder(folder)
        handlers = [(r"/([^/]*)/feed", _Feed), (r"/([^/]*)/(.*)", _Page)]
        application = Application([(*each, {"preview": preview}) for each in handlers], log_function=lambda _: None)
        HTTPServer(application).add_socket(listener)
        loop, ended = asyncio.get_running_loop(), asyncio.Future()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, lambda number=number: ended.done() or ended.set_result(number))
        tasks = [ended, asyncio.create_task(preview.watch()), asyncio.create_task(preview.work())]
        print(f"http://{preview.host}/{preview.token}/", flush=True)
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        preview.end()
        cleaning.stdin.close()
        cleaning.wait()
