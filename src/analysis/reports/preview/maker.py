"""Make the pages of a preview that a save has changed, those being looked at first; a save in between starts again."""

import hashlib
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader

from analysis.core import paths
from analysis.reports import input_hashes, releases
from analysis.reports.execute import AT_ONCE, run_jobs, start_threads
from analysis.reports.kernels.pool import ForkedKernels
from analysis.reports.pages.render import FOLDER, STATEMENT, STYLE, Renderer, tidy
from analysis.reports.plan import Job, page_key, plan_request
from analysis.reports.preview import START, TASKS
from analysis.reports.request import Deadline, FailedError, NotebooksFailed, RefusedError, Request
from analysis.reports.run import private_folders, read_answer
from analysis.text import label, look_up, period

_BACKGROUND: Final = 5  # pages that nobody looks at stand back behind the browser, as nice(1) counts
_DRAFTS: Final = "analysis.reports.preview.drafts"


class Maker:
    """Makes pages after each save, in a thread that calls `run`; others call `look`.

    Parameters
    ----------
    folder : Path
        The preview's, where pages are written.
    request : Request
    base : ForkedKernels
        Their server has read nothing.
    tell : callable
        Called with ``made`` and ``version`` after each file, and with the ``fault`` after each save, empty for none.

    """

    def __init__(self, folder: Path, request: Request, base: ForkedKernels, tell: Callable[..., None]):
        self._folder, self._request, self._base, self._tell = folder, request, base, tell
        self._root, self._private = paths.project_root(), private_folders(folder)
        self._arguments = {"reading": request.reading, "languages": request.languages, "folder": str(folder)}
        self._changed = threading.Condition()
        self._saves, self._looked_at = 1, frozenset()
        self._kernels = self._figures = base
        self._reading, self._read_from = ExitStack(), ""  # the server that has read the figures, and their key
        self._made_of: input_hashes.Inputs | None = None
        self._notebook_failed = False
        self._keys: dict[str, str] = {}

    def look(self, pages: Iterable[str], saved: bool) -> None:
        """Note which pages are looked at; after a save stop what is being made, and begin anew."""
        with self._changed:
            self._looked_at = frozenset(pages)
            if saved:
                self._saves += 1
                if self._kernels is not self._base:
                    self._kernels.kill()
                self._changed.notify()

    def run(self) -> None:
        """Make pages after each save, for ever."""
        made = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda made=made: self._saves > made)
                made = self._saves
            fault, notebook_failed = "", False
            try:
                self._make(made)
            except (RefusedError, FailedError) as error:
                fault, notebook_failed = str(error), isinstance(error, NotebooksFailed)
            except Exception:
                fault = traceback.format_exc()
            if made == self._saves:  # what was ended by a later save is no fault
                if self._base.gone:  # this process is started again at the next save
                    print(fault, file=sys.stderr, flush=True)
                    os._exit(1)
                self._notebook_failed = notebook_failed
                self._tell(fault=fault)

    def _make(self, save: int) -> None:
        """Make what the save numbered `save` has changed."""
        current = input_hashes.read_inputs(self._root)
        if current == self._made_of:
            return
        self._made_of = None
        if files := input_hashes.unusable(self._root / "data" / "raw"):
            raise RefusedError("\n".join(f"{name}: {problem}" for name, problem in files))
        # figures are read by a server that is kept; one is forked from it for each save, and reads the texts
        others = {name: each for name, each in current.raw.items() if not name.endswith(".md")}
        with ExitStack() as replaced:  # ended at last: that takes its time
            if (key := input_hashes.digest_of([others, current.published])) != self._read_from or self._figures.gone:
                replaced.push(self._reading)
                self._reading, self._read_from = ExitStack(), ""
                self._figures = self._reading.enter_context(self._base.fork_server())
                self._read(self._figures, texts=False)
                self._read_from = key
            with self._figures.fork_server() as self._kernels:
                if save != self._saves:
                    return
                self._make_pages(current, self._kernels)
        self._made_of = current

    def _read(self, kernels: ForkedKernels, texts: bool) -> dict[str, Any]:
        code = kernels.prepare(f"{_DRAFTS}:read_quarter", **self._arguments, texts=texts)
        return self._answer(releases.PREPARED, code)

    def _answer(self, name: str, code: int | None) -> dict[str, Any]:
        answer = read_answer(self._folder / name, code, "reading the raw material", "answer")
        if "failed" in answer:
            raise FailedError(answer["failed"])
        return answer

    def _make_pages(self, current: input_hashes.Inputs, kernels: ForkedKernels) -> None:
        contents, deadline = self._read(kernels, texts=True), Deadline(time.monotonic(), kernels.limits.run)
        templates, jobs = plan_request(self._request, contents, self._root / "notebooks")
        renderer = Renderer(self._request.quarter, contents, jobs, whole=True)
        keys = {job.html: page_key(job, current, contents["digests"]) for job in jobs}

        def make(jobs: list[Job]) -> None:
            for job, notebook in run_jobs(executor, jobs, deadline, lambda *_: None):
                for name, text in renderer.files(job, notebook).items():
                    self._write(name, text)
                self._keys[job.html] = keys[job.html]

        with start_threads(templates, kernels, self._private) as executor:
            changed = [job for job in jobs if self._keys.get(job.html) != keys[job.html]]
            make([job for job in changed if job.html in self._looked_at])
            kernels.nice = _BACKGROUND
            listing = kernels.fork("tasks", call=f"{_DRAFTS}:list_tasks", arguments=self._arguments)
            tasks = self._answer(TASKS, listing.wait(deadline.left()))
            self._write_others(renderer, jobs, tasks, contents["strategy"])
            if not self._notebook_failed:  # what that one is made of may still be wrong
                self._tell(fault="")
            while rest := [job for job in changed if self._keys.get(job.html) != keys[job.html]]:
                # which page is looked at may have changed
                make(sorted(rest, key=lambda job: job.html not in self._looked_at)[:AT_ONCE])

    def _write_others(self, renderer: Renderer, jobs: list[Job], tasks: dict, names: dict[str, str]) -> None:
        """Write the list of tasks, the front page and the statements on accessibility."""
        language = self._request.languages[0]
        environment = Environment(loader=FileSystemLoader([Path(__file__).parent, FOLDER]), autoescape=True)
        environment.globals |= {"look_up": look_up, "label": label, "language": language, "tasks": tasks}
        html = environment.get_template("tasks.html.j2").render(
            site=names[language],
            when=period(self._request.quarter, language),
            style=STYLE,
            titles={job.html: renderer.title(job) for job in jobs},
        )
        self._write(START, tidy(html))
        self._write("index.html", renderer.index({}, ()))
        for each in self._request.languages:
            self._write(f"{each}/{STATEMENT}", renderer.statement(each))

    def _write(self, name: str, content: str | bytes) -> None:
        """Put a file in place in one step, for it may be being read, and report it."""
        file, draft = self._folder / name, self._folder / "draft"
        file.parent.mkdir(parents=True, exist_ok=True)
        content = content.encode() if isinstance(content, str) else content
        draft.write_bytes(content)
        draft.rename(file)
        self._tell(made=name, version=hashlib.sha256(content).hexdigest()[:16])
