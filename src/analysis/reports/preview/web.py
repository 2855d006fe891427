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
from typing import Any, Final

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketHandler
from watchfiles import DefaultFilter, awatch

from analysis.core import paths
from analysis.reports import publish
from analysis.reports.inputs import SOURCES
from analysis.reports.preview import START
from analysis.reports.request import Request
from analysis.text import look_up

_LIBRARY: Final = Path(__file__).parents[2]
_SCRIPT: Final = Path(__file__).parent / "preview.js"
_KINDS: Final = {".html": "text/html; charset=utf-8", ".ipynb": "application/x-ipynb+json"}
_POLICY: Final = "default-src 'none';"  # the pages' own, to which the preview's script is added
_NO_PAGE: Final = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Preview</title>
<meta http-equiv="Content-Security-Policy" content="{_POLICY} style-src 'unsafe-inline'"></head>
<body><p>There is no such page, or it is being made: then it appears here.</p></body></html>"""
_END: Final = """
import shutil, sys, time
from pathlib import Path
from analysis.reports.publish import remove_work_folder
sys.stdin.read()
around, folder = map(Path, sys.argv[1:])
while around.exists():
    remove_work_folder(folder)
    shutil.rmtree(around, ignore_errors=True)
    time.sleep(0.05)
"""


class Preview:
    """What is shown: the version of each page, the fault of the last save, and the browsers that are connected."""

    def __init__(self, request: Request, folder: Path, port: int):
        self.request, self.folder, self.host = request, folder, f"127.0.0.1:{port}"
        self.token = secrets.token_urlsafe(24)
        self.versions: dict[str, str] = {}
        self.feeds: dict[_Feed, str] = {}
        self._fault: dict[str, Any] | None = None
        self._worker: asyncio.subprocess.Process | None = None
        self._library_saved = asyncio.Event()

    def tell(self, feeds: Iterable["_Feed"]) -> None:
        """Send browsers the version of their page and the fault."""
        for feed in list(feeds):
            feed.send({"version": self.versions.get(self.feeds[feed], ""), "fault": self._fault})

    def ask(self, saved: bool) -> None:
        """Tell the worker which pages are looked at, and whether something was saved."""
        if self._worker is not None:
            line = json.dumps({"pages": sorted(set(self.feeds.values())), "saved": saved})
            with suppress(ConnectionError):  # it has just ended, which is noticed where its reports are read
                self._worker.stdin.write(line.encode() + b"\n")

    def close(self) -> None:
        """End the worker, and with it every process it has started."""
        if self._worker is not None:
            with suppress(ProcessLookupError):
                self._worker.kill()

    async def watch(self) -> None:
        """Have made anew what each save changes; a changed library takes a new worker."""
        root = paths.project_root()
        published, raw, notebooks = root / "data/processed/published", root / "data/raw", root / "notebooks"
        ignored = DefaultFilter()

        def is_input(change: Any, path: str) -> bool:
            file = Path(path)
            if file.is_relative_to(_LIBRARY):
                return file.suffix in SOURCES and ignored(change, path)
            template = file.parent == notebooks and file.suffix == ".ipynb"
            return ignored(change, path) and (template or file.is_relative_to(raw) or file.is_relative_to(published))

        # not data/raw: it may be moved away and back
        async for changes in awatch(root / "data", root / "notebooks", _LIBRARY, watch_filter=is_input, step=20):
            if any(Path(path).is_relative_to(_LIBRARY) for _, path in changes):
                self._library_saved.set()
                if self._worker is not None:
                    self._worker.kill()
            else:
                self.ask(saved=True)

    async def work(self) -> None:
        """Keep a worker running, and pass on what it reports."""
        arguments = [str(self.folder), str(os.getpid()), json.dumps(asdict(self.request))]
        log = publish.scratch_of(self.folder) / "worker.log"
        while True:
            self._library_saved.clear()
            with log.open("wb") as errors:
                self._worker = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "analysis.reports.preview.worker", *arguments),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=errors,
                    start_new_session=True,  # Ctrl-C reaches every process of the terminal; this one decides what ends
                    limit=1 << 24,
                )
            self.ask(saved=False)
            async for line in self._worker.stdout:
                self._take(json.loads(line))
            await self._worker.wait()
            self._worker = None
            if not self._library_saved.is_set():
                text = log.read_text(encoding="utf-8", errors="replace")
                heading = look_up("preview.tasks", "faulty", self.request.languages[0])
                self._take({"fault": {"heading": heading, "text": text or "the worker was killed", "faults": []}})
                await self._library_saved.wait()

    def _take(self, report: dict[str, Any]) -> None:
        if "fault" in report:
            self._fault = report["fault"]
            self.tell(self.feeds)
        else:
            self.versions[report["made"]] = report["version"]
            self.tell(feed for feed, page in self.feeds.items() if page == report["made"])


class _Guarded(RequestHandler):
    """Answers the holder of the token alone."""

    def initialize(self, preview: Preview) -> None:
        """Know what is shown."""
        self.preview = preview

    def prepare(self) -> None:
        """Refuse other hosts, other sites and wrong tokens; a link from elsewhere may be followed."""
        headers, own = self.request.headers, f"http://{self.preview.host}"
        elsewhere = headers.get("Sec-Fetch-Site", "none") in ("cross-site", "same-site")
        followed = headers.get("Sec-Fetch-Mode") == "navigate"
        if headers.get_list("Host") != [self.preview.host] or headers.get("Origin", own) != own:
            raise HTTPError(403)
        if elsewhere and not followed:
            raise HTTPError(403)
        if not hmac.compare_digest(self.path_args[0].encode(), self.preview.token.encode()):
            raise HTTPError(404)

    def set_default_headers(self) -> None:
        """Keep pages, and the token in their address, to this browser."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        # it may be shown beside a notebook, in JupyterLab of this machine
        self.set_header("Content-Security-Policy", "frame-ancestors 'self' http://127.0.0.1:* http://localhost:*")


class _Page(_Guarded):
    def get(self, token: str, name: str) -> None:
        """Answer with a page or notebook, or with the script."""
        name = name or START
        if name == "preview.js":
            self.set_header("Content-Type", "text/javascript; charset=utf-8")
            self.finish(_SCRIPT.read_bytes())
            return
        known = name in self.preview.versions
        text = (self.preview.folder / name).read_text(encoding="utf-8") if known else _NO_PAGE
        suffix = Path(name).suffix if known else ".html"
        self.set_status(200 if known else 404)
        self.set_header("Content-Type", _KINDS[suffix])
        self.finish(self._with_script(name, text) if suffix == ".html" else text)

    def _with_script(self, name: str, text: str) -> str:
        """Return a page with the script that keeps it new."""
        host, root = self.preview.host, f"/{self.preview.token}/"
        data = {
            "src": f"{root}preview.js",
            "data-page": name,
            "data-version": self.preview.versions.get(name, ""),
            "data-feed": f"ws://{host}{root}feed",
            "data-start": root,
            "data-list": look_up("preview.tasks", "title", self.preview.request.languages[0]),
        }
        script = " ".join(f'{key}="{escape(value)}"' for key, value in data.items())
        allowed = f"{_POLICY} script-src 'self'; connect-src ws://{host};"
        return text.replace(_POLICY, allowed, 1).replace("</body>", f"<script {script}></script>\n</body>", 1)


class _Feed(_Guarded, WebSocketHandler):
    """A browser's connection: it says which page it shows, and is sent that page's state."""

    def check_origin(self, origin: str) -> bool:
        """Accept the preview's own pages."""
        return origin == f"http://{self.preview.host}"

    def on_message(self, message: str | bytes) -> None:
        """Note which page is shown, and send its state."""
        self.preview.feeds[self] = str(message)
        self.preview.ask(saved=False)
        self.preview.tell([self])

    def on_close(self) -> None:
        """Forget the browser."""
        self.preview.feeds.pop(self, None)
        self.preview.ask(saved=False)

    def send(self, state: dict[str, Any]) -> None:
        """Send a state, unless the browser has just gone."""
        if self.ws_connection is not None:
            self.write_message(json.dumps(state))


def serve(request: Request) -> int:
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
    return asyncio.run(_serve(request))


async def _serve(request: Request) -> int:
    around, run = Path(tempfile.mkdtemp(prefix="ehelse-preview-")), publish.new_id()
    report = publish.ReportFolder(around, request.name)
    folder = publish.work_folder_of(report, run)
    # however this process ends, that one notices, ends what is left and removes the files
    command = [sys.executable, "-c", _END, str(around), str(folder)]
    ending = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, cwd="/")
    report.releases.mkdir(parents=True)
    publish.make_work_folder(folder, run)
    (listener,) = bind_sockets(0, "127.0.0.1")
    preview = Preview(request, folder, listener.getsockname()[1])
    handlers = [
        (r"/([^/]*)/feed", _Feed, {"preview": preview}),
        (r"/([^/]*)/(.*)", _Page, {"preview": preview}),
    ]
    server = HTTPServer(Application(handlers, log_function=lambda _: None))
    server.add_socket(listener)
    loop, ended = asyncio.get_running_loop(), asyncio.Future()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, lambda number=number: ended.done() or ended.set_result(number))
    tasks = [asyncio.create_task(preview.watch()), asyncio.create_task(preview.work())]
    print(f"http://{preview.host}/{preview.token}/", flush=True)
    try:
        await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
        return ended.result()
    finally:
        server.stop()
        preview.close()
        ending.stdin.close()
        ending.wait()
