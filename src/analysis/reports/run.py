"""One run from start to end: check, lock, validate, run notebooks, write pages, publish; or change nothing and say why.

What is large is imported only when there is something to do, and while the kernel server imports its own.
"""

import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.core import paths
from analysis.reports import input_hashes, releases
from analysis.reports.releases import Log, ReportFolder
from analysis.reports.request import (
    ClusterOptions,
    Deadline,
    FailedError,
    Limits,
    NotebooksFailed,
    Outcome,
    Progress,
    RefusedError,
    Request,
    Run,
    check_cluster,
    check_request,
    home_folder,
    kernel_environment,
)

if TYPE_CHECKING:
    from analysis.reports.kernels.pool import Kernels
    from analysis.reports.pages.render import Renderer

SECONDS_PER_AREA: Final = 20  # a run of areas may take so much for each page, far above what one needs
NO_DOWNLOADS: Final = {"key": "", "files": [], "left_out": []}
Counts = tuple[int, int, list[str]]  # pages made, pages used again, what was left out


def report(
    request: Request,
    *,
    force: bool = False,
    progress: Progress = lambda *_: None,
    limits: Limits | None = None,
    cluster: ClusterOptions | None = None,
) -> Outcome:
    """Run and publish a report; pages whose inputs have not changed are taken from the last release.

    Parameters
    ----------
    request : Request
    force : bool
        Make every page anew.
    progress : callable
        Called with the number of notebooks run, the number of all, and where they run.
    limits : Limits, optional
    cluster : ClusterOptions, optional
        Where notebooks run, if not in threads of this machine.

    Returns
    -------
    Outcome

    Raises
    ------
    RefusedError
        For a quarter, part, parameter or raw file that is not right.
    BusyError
        When another run is writing the same report.
    FailedError
        When a notebook did not run whole, or the report could not be written; what there is of it is kept.

    """
    started = time.monotonic()
    root = paths.project_root()
    request, cluster = check_request(request, root), cluster or ClusterOptions()
    check_cluster(cluster)
    releases.clear_publications(root / "data" / "processed" / "published")
    # the last release may already be the report that is asked for
    current = input_hashes.read_inputs(root)
    folder = ReportFolder(root / "data" / "processed", request.name)
    last = folder.current_id()
    previous = releases.read_manifest(folder.releases / last) if last and not force else None
    if previous and previous["key"] == current.key(**asdict(request)):
        notes = tuple(previous["downloads"]["left_out"] + previous["paper"]["left_out"])
        seconds = round(time.monotonic() - started, 1)
        return Outcome("UNCHANGED", folder.current, previous["run"], 0, len(previous["pages"]), seconds, notes)

    run_id = releases.new_id(last)
    with releases.lock_report(folder) as died:
        for killed in died:
            Log(folder, killed).end_killed()
        work_folder, log = releases.work_folder_of(folder, run_id), Log(folder, run_id)
        run = Run(request, run_id, folder, work_folder, current, previous, progress, log, limits or Limits(), cluster)
        made, reused, notes = _run_logged(run)
    seconds = round(time.monotonic() - started, 1)
    return Outcome("COMPLETE", folder.current, run_id, made, reused, seconds, tuple(notes))


def _run_logged(run: Run) -> Counts:
    """Run, with one end in the log for each start, and leave no private folder behind; a refusal leaves no trace."""
    try:
        releases.make_work_folder(run.work_folder)
        scratch = releases.scratch_of(run.work_folder)
        if home_folder() is None:  # Jupyter's libraries ask for one as they are imported
            os.environ["HOME"] = str(scratch)
        from analysis.reports.kernels.pool import start_kernels

        environment = kernel_environment(scratch, run.request.quarter)
        with start_kernels(scratch, environment, paths.notebooks_folder(), run.limits) as kernels:
            renderer, manifest, made = _make_report(run, kernels)
        if not kernels.swept:
            raise FailedError(
                "the kernel server was killed by a notebook or from outside; nothing it left is published"
            )
        releases.remove_scratch(run.work_folder)  # nothing that notebooks have started may change the files any more
        reused = len(manifest["pages"]) - made
        _publish(run, renderer, manifest, made, reused)
        notes = [*manifest["downloads"]["left_out"], *manifest["paper"]["left_out"]]
        return made, reused, [kernels.note, *notes] if kernels.note else notes
    except RefusedError:
        raise
    except Exception as error:
        reason = str(error)
        if isinstance(error, NotebooksFailed):
            reason += f"\n{releases.keep_failed(run.folder, run.id, reason, error.notebooks)}"
        elif isinstance(error, OSError):
            reason = f"the report could not be written: {error.strerror or error}"
        elif not isinstance(error, FailedError | releases.PublishError):
            reason = f"the runner itself broke: {type(error).__name__}: {error}"
            reason += f"\n{releases.keep_failed(run.folder, run.id, traceback.format_exc(), {})}"
        run.log.end("FAIL", reason=reason)
        raise FailedError(reason) from error
    except BaseException as error:
        run.log.end("ABORT", reason=str(error) or type(error).__name__)
        raise
    finally:
        releases.remove_work_folder(run.work_folder)


def _make_report(run: Run, kernels: "Kernels") -> tuple["Renderer", dict[str, Any], int]:
    """Make the report's pages and files; return what renders it, its manifest, and how many pages were made."""
    # while these are imported, the kernel server imports the notebooks' libraries on another core
    from analysis.reports.execute import run_jobs, start_threads
    from analysis.reports.pages.render import Renderer
    from analysis.reports.plan import page_key, plan_request
    from analysis.reports.printing import PRINTED, Printer

    started = time.monotonic()
    # validate the raw material and write the tables, plan the pages, use again what has not changed
    contents = _prepare(run, kernels)
    templates, jobs = plan_request(run.request, contents, paths.notebooks_folder())
    keys = {job.html: page_key(job, run.inputs, contents["digests"]) for job in jobs}
    last = run.previous or {"pages": {}}
    same = [job for job in jobs if last["pages"].get(job.html) == keys[job.html]]
    same = [job for job in same if run.copy_again(job.html, job.notebook, *last["beside"][job.html])]
    beside = {job.html: last["beside"][job.html] for job in same}
    changed = [job for job in jobs if job.html not in beside]
    # what is printed comes first: printing then goes on beside the rest
    changed.sort(key=lambda job: job.template not in PRINTED)

    # run the notebooks; beside them downloads are written, and a PDF is printed as soon as its last page is there
    deadline = Deadline(started, max(run.limits.run, SECONDS_PER_AREA * len(jobs) if run.request.areas else 0))
    renderer = Renderer(run.request.quarter, contents, jobs, whole=run.request.printed)
    if run.cluster.wanted and changed:
        from analysis.reports.kernels.cluster import start_workers  # Dask is large, and an extra

        start_executor = start_workers(run, templates)
    else:
        start_executor = start_threads(templates, kernels, private_folders(run.work_folder))
    with Printer(run, renderer, jobs, keys, changed) as printer:
        with start_executor as executor:
            run.log.start(asked=asdict(run.request))  # not before: workers that cannot be had are a refusal
            finish_downloads = _begin_downloads(run, kernels, contents)
            for job, notebook in run_jobs(executor, changed, deadline, run.progress):
                files = renderer.files(job, notebook)
                for name, text in files.items():
                    run.written[name] = releases.write_new(run.work_folder / name, text)
                beside[job.html] = sorted(files.keys() - {job.html, job.notebook})
                printer.add_page(job, files[job.html])
        written = finish_downloads(deadline)
        printed = printer.finish()

    made_of = {"pages": keys, "beside": beside, "downloads": written, "paper": printed}
    return renderer, _manifest(run, contents) | made_of, len(changed)


def _prepare(run: Run, kernels: "Kernels") -> dict[str, Any]:
    """Return the answer of `analysis.reports.prepare.prepare`, which also writes the tables."""
    request, folder = run.request, str(run.work_folder)
    code = kernels.prepare(languages=request.languages, folder=folder, areas=request.areas, **request.reading)
    contents = read_answer(run.work_folder / releases.PREPARED, code, "validation of the raw material", "tables")
    if "failed" in contents:
        releases.keep_failed(run.folder, run.id, contents["failed"], {})
        raise FailedError(f"the library broke on the raw material: {contents['failed'].strip().splitlines()[-1]}")
    run.written.update(releases.digests(run.work_folder))  # the tables, before any notebook runs
    return contents


def read_answer(file: Path, code: int, task: str, files: str) -> dict[str, Any]:
    """Return the answer of a process that ended with `code`, and remove its file; raise what it refuses."""
    if code == releases.DISK_FULL:
        raise FailedError(f"the {files} could not be written: the disk is full, or files may not grow as large")
    if code or not file.is_file():
        raise FailedError(f"{task} ended with code {code} and no answer")
    answer = json.loads(file.read_text(encoding="utf-8"))
    file.unlink()  # it is no part of the release
    if "refused" in answer:
        raise RefusedError(answer["refused"])
    return answer


def _begin_downloads(run: Run, kernels: "Kernels", contents: Mapping[str, Any]) -> Callable[[Deadline], dict[str, Any]]:
    """Begin to write the downloads, if they are new; return what waits for them and says what the manifest has."""
    if not run.request.whole:
        return lambda _: dict(NO_DOWNLOADS)
    # all that they are made of, which is everything but the notebooks
    made_of = {name: getattr(run.inputs, name) for name in ("raw", "library", "lock", "packages", "python")}
    key = input_hashes.digest_of({"found": made_of, "digests": contents["digests"], "as_of": contents["as_of"]})
    last = (run.previous or {}).get("downloads", NO_DOWNLOADS)
    if last["key"] == key and run.copy_again(*(f"{releases.DOWNLOADS}/{file['name']}" for file in last["files"])):
        return lambda _: last
    arguments = {"languages": run.request.languages, "folder": str(run.work_folder), **run.request.reading}
    writing = kernels.fork("downloads", call="analysis.reports.prepare:write_downloads", arguments=arguments)

    def finish(deadline: Deadline) -> dict[str, Any]:
        code = writing.wait(deadline.left())
        if code is None:
            raise FailedError("the downloads were not written within the seconds of the run")
        written = read_answer(run.work_folder / releases.WRITTEN, code, "writing the downloads", "downloads")
        if "failed" in written:
            raise FailedError(f"the downloads could not be written: {written['failed']}")
        run.written.update({f"{releases.DOWNLOADS}/{file['name']}": file["sha256"] for file in written["files"]})
        return {"key": key, **written}

    return finish


def private_folders(work_folder: Path) -> tuple[str, ...]:
    """Return the folders of this machine that no page made in `work_folder` may show."""
    folders = {paths.project_root(), releases.scratch_of(work_folder), Path(sys.prefix), home_folder()}
    # "/usr" is on every machine
    return tuple(sorted(str(folder) for folder in folders if folder and len(folder.parts) > 2))


def _manifest(run: Run, contents: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the release is made of; refuse to mix what was read before and after a change."""
    root = paths.project_root()
    now = input_hashes.read_inputs(root)
    if (now.raw, now.templates) != (run.inputs.raw, run.inputs.templates):
        raise FailedError("raw material or notebooks were changed while the report was being made; run it again")
    return {
        "state": "COMPLETE",
        "key": run.inputs.key(**asdict(run.request)),
        "asked": asdict(run.request),
        "as_of": contents["as_of"],
        "rows": contents["rows"],
        "inputs": asdict(run.inputs),
        "packages": input_hashes.packages(),
        "git": input_hashes.commit(root),
    }


def _publish(run: Run, renderer: "Renderer", manifest: dict[str, Any], made: int, reused: int) -> None:
    """Write the front page and the statements on accessibility, look at every finished file, and publish."""
    from analysis.reports.leaks import find_leaks, own_names, own_secrets
    from analysis.reports.pages.render import STATEMENT

    # nothing of when or where: equal inputs must give equal pages
    git = manifest["git"]
    facts = {
        "Quarter": run.request.quarter,
        "Known as of": manifest["as_of"],
        "Commit": f"{git['commit'][:12]}{' with local changes' if git['dirty'] else ''}",
        "Raw material": input_hashes.digest_of(run.inputs.raw)[:12],
    }
    files = [*manifest["paper"]["files"], *manifest["downloads"]["files"]]
    texts = {f"{language}/{STATEMENT}": renderer.statement(language) for language in run.request.languages}
    for name, text in {"index.html": renderer.index(facts, files), **texts}.items():
        run.written[name] = releases.write_new(run.work_folder / name, text)
    planned = [*run.written, *(f"{releases.DOWNLOADS}/{file['name']}" for file in files)]
    releases.check_files(run.work_folder, planned, run.written)  # before files of any size are read
    names = own_names(paths.project_root())
    if leaks := find_leaks(run.work_folder, private_folders(run.work_folder), names, own_secrets(os.environ)):
        remedy = "not published, for what its files hold; take it out of the raw material:"
        raise FailedError("\n".join([remedy, *leaks]))
    with releases.uninterrupted():
        releases.publish(run.folder, run.work_folder, manifest, planned, run.written)
        run.log.end("COMPLETE", made=made, reused=reused)  # a signal in between would log it as stopped
