"""Make the pages of a preview, those being looked at first; a save in between starts again.

`analysis.reports.preview.web` starts it as ``python -m analysis.reports.preview.worker FOLDER PARENT REQUEST``. Each
line on its input asks for something, each line of its output reports something, as JSON.
"""

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final

import nbformat
from jinja2 import Environment, FileSystemLoader

from analysis.core import paths
from analysis.reports import inputs, publish
from analysis.reports.kernels.executors import AT_ONCE, run_jobs, start_threads
from analysis.reports.kernels.pool import ForkedKernels, ForkedProcess
from analysis.reports.kernels.server import die_with
from analysis.reports.pages.render import FOLDER, STATEMENT, Renderer, tidy
from analysis.reports.plan import Job, PlanError, Templates, page_key, plan_request
from analysis.reports.preview import START, TASKS
from analysis.reports.publish import PREPARED, ReportFolder
from analysis.reports.request import Deadline, FailedError, Limits, RefusedError, Request, kernel_environment
from analysis.reports.run import private_folders, read_answer
from analysis.text import label, look_up, period

_BACKGROUND: Final = 10  # pages that nobody looks at stand back behind the browser
_DRAFTS: Final = "analysis.reports.preview.drafts"


class _Superseded(Exception):
    """Something was saved while pages were being made."""


class Worker:
    """Makes pages whenever it is asked to, in a thread of its own; `look` is all that other threads call."""

    def __init__(self, folder: Path, request: Request, base: ForkedKernels):
        self._folder, self._request, self._base = folder, request, base
        self._root, self._limits = paths.project_root(), base.limits
        self._private = private_folders(folder)
        self._asked = threading.Condition()
        self._saves, self._looked_at, self._kernels = 1, (), None
        self._figures, self._figures_key = ExitStack(), ""
        self._planned_key = ""
        self._made_of: inputs.Inputs | None = None
        self._keys: dict[str, str] = {}
        release = ReportFolder(self._root / "data" / "processed", request.name).current
        self._release, manifest = release.resolve(), publish.read_manifest(release)
        self._published = manifest["pages"] if manifest else {}

    def look(self, pages: Iterable[str], saved: bool) -> None:
        """Note which pages are looked at; after a save stop what is being made, and begin anew."""
        with self._asked:
            self._looked_at = tuple(pages)
            if saved:
                self._saves += 1
                if self._kernels is not None:
                    self._kernels.kill()
                self._asked.notify()

    def run(self) -> None:
        """Make pages after each save, for ever."""
        made = 0
        while True:
            with self._asked:
                self._asked.wait_for(lambda made=made: self._saves > made)
                made = self._saves
            fault = None
            try:
                self._make(made)
            except _Superseded:
                continue
            except (RefusedError, PlanError, FailedError) as error:
                fault = {"text": str(error), "faults": getattr(error, "faults", ())}
            except Exception:
                fault = {"text": traceback.format_exc(), "faults": ()}
            if made == self._saves:  # what was ended by a later save is no fault
                heading = look_up("preview.tasks", "faulty", self._request.languages[0])
                tell(fault=fault and {"heading": heading, **fault})

    def _make(self, save: int) -> None:
        """Make what the save numbered `save` has changed."""
        current = inputs.read_inputs(self._root)
        if current == self._made_of:
            return
        self._made_of = None
        self._read_figures(current)
        with self._server.fork_server() as kernels:
            with self._asked:
                if save != self._saves:
                    raise _Superseded
                self._kernels = kernels
            try:
                self._make_pages(current, kernels)
            finally:
                self._kernels = None
        self._made_of = current

    def _read_figures(self, current: inputs.Inputs) -> None:
        """Have a server with all that is not a text read, unless that has not changed."""
        others = {name: each for name, each in current.raw.items() if not name.endswith(".md")}
        if (key := inputs.digest_of([others, current.published])) != self._figures_key:
            self._figures.close()
            self._figures_key = ""
            self._server = self._figures.enter_context(self._base.fork_server())
            self._read(self._server, "read_figures")
            self._figures_key = key

    def _read(self, kernels: ForkedKernels, function: str) -> dict[str, Any]:
        code = kernels.prepare(f"{_DRAFTS}:{function}", **self._arguments())
        return self._answer(PREPARED, code)

    def _answer(self, name: str, code: int) -> dict[str, Any]:
        answer = read_answer(self._folder / name, code, "validation of the raw material", "answer")
        if "refused" in answer:
            raise RefusedError(answer["refused"], answer["faults"])
        if "failed" in answer:
            raise FailedError(answer["failed"])
        return answer

    def _arguments(self) -> dict[str, Any]:
        return {
            "quarter": self._request.quarter,
            "languages": list(self._request.languages),
            "folder": str(self._folder),
        }

    def _make_pages(self, current: inputs.Inputs, kernels: ForkedKernels) -> None:
        contents = self._read(kernels, "read_texts")
        templates, jobs, renderer = self._plan(current, contents)
        keys = {job.html: page_key(job, current, contents["digests"]) for job in jobs}
        changed = [job for job in jobs if self._keys.get(job.html) != keys[job.html]]
        changed = [job for job in changed if not self._use_published(job, keys[job.html])]
        deadline = Deadline(time.monotonic(), self._limits.run)
        with start_threads(templates, kernels, self._private) as executor:
            looked_at = [job for job in changed if job.html in self._looked_at]
            self._run(looked_at, keys, executor, renderer, deadline)
            kernels.nice = _BACKGROUND
            tasks = kernels.fork("tasks", call=f"{_DRAFTS}:list_tasks", arguments=self._arguments())
            if listed := START in self._looked_at or not looked_at:
                self._write_others(tasks, renderer, contents, jobs)
            while rest := [job for job in changed if self._keys.get(job.html) != keys[job.html]]:
                # which page is looked at may have changed
                rest.sort(key=lambda job: job.html not in self._looked_at)
                self._run(rest[:AT_ONCE], keys, executor, renderer, deadline)
        if not listed:
            self._write_others(tasks, renderer, contents, jobs)

    def _plan(self, current: inputs.Inputs, contents: dict[str, Any]) -> tuple[Templates, list[Job], Renderer]:
        """Return the templates, the jobs and what renders their pages; the same as before where names are the same."""
        names = {key: value for key, value in contents.items() if key != "digests"}
        if (key := inputs.digest_of([names, current.templates])) != self._planned_key:
            self._planned_key = ""
            templates, jobs = plan_request(self._request, contents, self._root / "notebooks")
            self._planned = templates, jobs, Renderer(self._request.quarter, contents, jobs, whole=True)
            self._planned_key = key
        return self._planned

    def _use_published(self, job: Job, key: str) -> bool:
        """Show a page of the published report where it is the same; return whether it is."""
        if self._published.get(job.html) != key:
            return False
        with suppress(OSError):  # a later release may have replaced it
            for name in (job.html, job.notebook):
                self._write(name, (self._release / name).read_text(encoding="utf-8"))
            self._keys[job.html] = key
        return job.html in self._keys

    def _run(self, jobs: list[Job], keys: Mapping[str, str], executor: Any, renderer: Renderer, deadline: Any) -> None:
        for job, notebook in run_jobs(executor, jobs, deadline, lambda *_: None):
            self._write(job.html, renderer.page(job, notebook))
            self._write(job.notebook, nbformat.writes(notebook) + "\n")
            self._keys[job.html] = keys[job.html]

    def _write_others(self, listing: ForkedProcess, renderer: Renderer, contents: dict, jobs: list[Job]) -> None:
        """Write the list of tasks that a process makes, the front page and the statements on accessibility."""
        tasks = self._answer(TASKS, listing.wait(self._limits.run))
        language, quarter = self._request.languages[0], self._request.quarter
        environment = Environment(loader=FileSystemLoader([Path(__file__).parent, FOLDER]), autoescape=True)
        environment.globals |= {"look_up": look_up, "label": label}
        titles = {job.html: renderer.title(job) for job in jobs}
        html = environment.get_template("tasks.html.j2").render(
            language=language,
            site=contents["strategy"][language],
            when=period(quarter, language),
            style=(FOLDER / "page.css").read_text(encoding="utf-8"),
            tasks=tasks,
            titles=titles,
        )
        self._write(START, tidy(html))
        self._write("index.html", renderer.index({}, ()))
        for each in self._request.languages:
            self._write(f"{each}/{STATEMENT}", renderer.statement(each))

    def _write(self, name: str, text: str) -> None:
        """Put a file in place in one step, for it may be being read, and report it."""
        file, draft = self._folder / name, self._folder / "draft"
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.rename(file)
        tell(made=name, version=inputs.digest_of(text)[:16])


def tell(**message: Any) -> None:
    """Report one thing to the process that shows the pages."""
    _reports.write(json.dumps(message) + "\n")
    _reports.flush()


def main(folder: Path, parent: int, asked: dict[str, Any]) -> None:
    """Serve the lines of the input until it ends."""
    die_with(parent)
    request = Request(**asked | {"languages": tuple(asked["languages"])})
    scratch = publish.scratch_of(folder)
    environment = kernel_environment(scratch, request.quarter)
    # the servers end with the thread that started them: this one lives as long as the process
    with ForkedKernels(scratch, environment, paths.notebooks_folder(), Limits()) as base:
        worker = Worker(folder, request, base)
        threading.Thread(target=worker.run, daemon=True).start()
        for line in sys.stdin:
            worker.look(**json.loads(line))
    os._exit(0)


if __name__ == "__main__":
    # what a library prints goes to the log, not between the reports
    _reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    main(Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]))
