"""The work between claiming a report and publishing it: validate, plan, run what has changed, render, hand over."""

import json
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import nbformat

from analysis.core import paths
from analysis.reports import downloads, inputs, publish
from analysis.reports.execute import NotebookFailed, quiet
from analysis.reports.inputs import Inputs
from analysis.reports.kernels.places import Place, Templates, place_of
from analysis.reports.kernels.pool import ForkedKernels, OrdinaryKernels
from analysis.reports.leaks import find_leaks, own_names
from analysis.reports.pages.render import STATEMENT, Renderer
from analysis.reports.plan import (
    AREA_TEMPLATE,
    TEMPLATES,
    Job,
    PlanError,
    area_plan,
    check_parameters,
    plan,
    read_templates,
)
from analysis.reports.printing import PRINTED, Press
from analysis.reports.run import Ask, FailedError, RefusedError, Run

SECONDS_A_PAGE: Final = 20  # a run of areas may take so much for each, far above what a page needs
_REACH_ROWS: Final = ("observations/", "judgements/")  # raw files of which a page depends on the rows it shows alone
Kernels = ForkedKernels | OrdinaryKernels


def make(run: Run, kernels: Kernels) -> tuple[int, int, list[str]]:
    """Make and publish the report of a run; return how many pages were made, how many used again, what was left out.

    Raises:
        RefusedError: when raw material, quarter, part or parameters are not right; no kernel has been started then.
        FailedError: when a notebook did not run whole; notebooks and summary are kept aside.

    """
    started = time.monotonic()
    quiet()
    contents = _prepare(run, kernels)
    templates, jobs = _plan(run.ask, contents)
    seconds = max(kernels.limits.run, SECONDS_A_PAGE * len(jobs) if run.ask.areas else 0)
    keys = {job.html: _key(run.found, job, contents["digests"][job.language]) for job in jobs}
    renderer = Renderer(run.ask.quarter, contents, jobs, whole=run.ask.whole)
    changed = [job for job in jobs if not _used_again(run, job, keys[job.html])]
    with Press(run, renderer, jobs, keys, changed) as press:
        with place_of(run, templates if changed else {}, kernels, _private(run)) as place:
            run.log.start(asked=asdict(run.ask))
            handed = downloads.begin(run, kernels, contents)
            if not _run_all(run, changed, place, renderer, press, started + seconds):
                raise FailedError(f"the run took longer than its {seconds} seconds")
        handed = handed or downloads.finish(run, kernels, contents, started + seconds - time.monotonic())
        printed = press.finish()
    made, reused = len(changed), len(jobs) - len(changed)
    manifest = _manifest(run, contents, keys) | {"downloads": handed, "paper": printed}
    files = [*printed["files"], *handed["files"]]
    _write(run.workplace / "index.html", renderer.index(_facts(run, contents, manifest["git"]), files))
    for language in dict.fromkeys(job.language for job in jobs):
        _write(run.workplace / language / STATEMENT, renderer.statement(language))
    _refuse_leaks(run)
    with publish.uninterrupted():
        publish.publish(run.shelf, run.workplace, run.id, manifest)
        run.log.end("COMPLETE", made=made, reused=reused)
    return made, reused, [*handed["left_out"], *printed["left_out"]]


def _prepare(run: Run, kernels: Kernels) -> dict[str, Any]:
    """Return the answer of `analysis.reports.prepare.prepare`, with the tables written."""
    ask, folder = run.ask, run.workplace
    asked = {"quarter": ask.quarter, "as_of": ask.as_of, "languages": list(ask.languages), "folder": str(folder)}
    asked |= {"areas": ask.areas}
    code = kernels.prepare(**asked)
    answer = folder / publish.ANSWER
    if code == publish.NO_ROOM:
        raise FailedError("the tables could not be written: the disk is full, or files may not grow as large")
    if code or not answer.is_file():
        raise FailedError(f"validation of the raw material ended with code {code} and no answer")
    contents = json.loads(answer.read_text(encoding="utf-8"))
    answer.unlink()
    if "refused" in contents:
        raise RefusedError(contents["refused"])
    if "failed" in contents:
        publish.set_aside(run.shelf, run.id, contents["failed"], {})
        raise FailedError(f"the library broke on the raw material: {contents['failed'].strip().splitlines()[-1]}")
    return contents


def _plan(ask: Ask, contents: Mapping[str, Any]) -> tuple[Templates, list[Job]]:
    try:
        templates = read_templates(paths.notebooks_folder(), (AREA_TEMPLATE,) if ask.areas else TEMPLATES)
        jobs = _jobs(ask, contents)
        for job in jobs:
            check_parameters(job.template, templates[job.template], job.parameters)
    except PlanError as error:
        raise RefusedError(str(error)) from error
    return templates, jobs


def _jobs(ask: Ask, contents: Mapping[str, Any]) -> list[Job]:
    if ask.areas:
        return area_plan(ask.quarter, ask.areas, [a["code"] for a in contents["areas"]], ask.languages, ask.as_of)
    indicators = [(i["slug"], i["goal"]) for i in contents["indicators"]]
    return plan(
        ask.quarter, indicators, languages=ask.languages, as_of=ask.as_of, goal=ask.goal, indicator=ask.indicator
    )


def _key(found: Inputs, job: Job, digests: Mapping[str, str]) -> str:
    """Return the hash of all that a page is made of: rows, files every page reads, template, parameters, code, lock."""
    shared = {name: file for name, file in found.raw.items() if not name.startswith(_REACH_ROWS)}
    made_by = {"library": found.library, "lock": found.lock, "packages": found.packages, "python": found.python}
    template = {"template": found.templates[job.template], "parameters": dict(job.parameters)}
    return inputs.digest_of({"rows": digests.get(job.page, digests[""]), "files": shared, **made_by, **template})


def _used_again(run: Run, job: Job, key: str) -> bool:
    """Copy the notebook and page of a job from the last release when its key is the same; say whether it was."""
    if run.previous is None or run.previous["pages"].get(job.html) != key:
        return False
    for name in (job.html, job.notebook):
        target = run.workplace / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run.shelf.current / name, target)
    return True


def _run_all(run: Run, jobs: Sequence[Job], place: Place, renderer: Renderer, press: Press, deadline: float) -> bool:
    """Run the jobs and write their pages; return whether all were done by the deadline.

    What goes on paper comes first, so that it is printed beside the rest.

    Raises:
        FailedError: when a notebook did not run whole, after those under way have ended.

    """
    failed: list[NotebookFailed] = []
    run.progress(0, len(jobs), place.told)
    running = {place.submit(job): job for job in sorted(jobs, key=lambda job: job.template not in PRINTED)}
    done = as_completed(list(running), timeout=max(0.0, deadline - time.monotonic()))
    while running:
        try:
            future = next(done)
        except TimeoutError:
            return False
        if job := running.pop(future, None):  # None: called off
            failed += [error] if (error := _finish(run, place, future, job, renderer, press)) else []
            run.progress(len(jobs) - len(running), len(jobs), place.told)
        if failed:
            place.stop()
            running = {future: job for future, job in running.items() if not future.cancelled()}
    if failed:
        _give_up(run, failed)
    return True


def _private(run: Run) -> tuple[str, ...]:
    """Return the folders of this machine that no page may show."""
    places = {paths.project_root(), publish.scratch_of(run.workplace), Path(sys.prefix), Path.home()}
    return tuple(sorted(str(place) for place in places if len(place.parts) > 2))


def _finish(
    run: Run, place: Place, future: "Future[Any]", job: Job, renderer: Renderer, press: Press
) -> NotebookFailed | None:
    try:
        notebook = place.read(future)
    except NotebookFailed as error:
        return error
    _write(run.workplace / job.notebook, nbformat.writes(notebook) + "\n")
    _write(run.workplace / job.html, renderer.page(job, notebook))
    press.written(job)
    return None


def _refuse_leaks(run: Run) -> None:
    """Raise FailedError when a finished file holds what must not leave the house; its message repeats no value."""
    if found := find_leaks(run.workplace, _private(run), own_names()):
        raise FailedError(
            "not published, for what its files hold; take it out of the raw material:\n" + "\n".join(found)
        )


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _give_up(run: Run, failed: Sequence[NotebookFailed]) -> None:
    summary = "\n".join(str(error.failure) for error in failed)
    notebooks = {
        f"{error.failure.page}.ipynb": nbformat.writes(error.notebook) for error in failed if error.notebook is not None
    }
    raise FailedError(f"{summary}\n{publish.set_aside(run.shelf, run.id, summary, notebooks)}")


def _manifest(run: Run, contents: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """Return what the release is made of; refuse to mix what was read before and after a change."""
    now = inputs.read_inputs(paths.project_root())
    if (now.raw, now.templates) != (run.found.raw, run.found.templates):
        raise FailedError("raw material or notebooks were changed while the report was being made; run it again")
    return {
        "state": "COMPLETE",
        "key": run.found.key(**asdict(run.ask)),
        "asked": asdict(run.ask),
        "as_of": contents["as_of"],
        "rows": contents["rows"],
        "pages": dict(keys),
        "inputs": asdict(run.found),
        "packages": inputs.packages(),
        "git": inputs.commit(paths.project_root()),
    }


def _facts(run: Run, contents: Mapping[str, Any], git: Mapping[str, Any]) -> dict[str, str]:
    """Return what the front page says of its making; nothing of when or where, so that equal reports are equal."""
    return {
        "Quarter": run.ask.quarter,
        "Known as of": contents["as_of"],
        "Commit": f"{git['commit'][:12]}{' with local changes' if git['dirty'] else ''}",
        "Raw material": inputs.digest_of(run.found.raw)[:12],
    }
