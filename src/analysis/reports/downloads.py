"""The files a whole report hands on, seen from the run: used again, or written beside the notebooks and waited for."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from analysis.reports import inputs, publish
from analysis.reports.kernels.pool import ForkedKernels, OrdinaryKernels
from analysis.reports.run import FailedError, Run

NOTHING: Final = {"key": "", "files": [], "left_out": []}


def begin(run: Run, kernels: ForkedKernels | OrdinaryKernels, contents: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the manifest says of the files when nothing needs to be written, None when writing has begun."""
    if not run.ask.whole:
        return dict(NOTHING)
    last = (run.previous or {}).get("downloads", NOTHING)
    if last["key"] == _key(run, contents):
        (run.workplace / publish.DOWNLOADS).mkdir(exist_ok=True)
        for file in last["files"]:
            place = Path(publish.DOWNLOADS, file["name"])
            shutil.copyfile(run.shelf.current / place, run.workplace / place)
        return last
    ask, folder = run.ask, str(run.workplace)
    kernels.hand_on(quarter=ask.quarter, as_of=ask.as_of, languages=list(ask.languages), folder=folder)
    return None


def finish(
    run: Run, kernels: ForkedKernels | OrdinaryKernels, contents: Mapping[str, Any], seconds: float
) -> dict[str, Any]:
    """Return what the manifest says of the files once they are written: ``key``, ``files`` and ``left_out``.

    Raises:
        FailedError: when they could not be written, or not within these seconds.

    """
    code, answer = kernels.handed_on(max(0.0, seconds)), run.workplace / publish.HANDED_ON
    if code is None:
        raise FailedError("the downloads were not written within the seconds of the run")
    if code == publish.NO_ROOM:
        raise FailedError("the downloads could not be written: the disk is full, or files may not grow as large")
    if code or not answer.is_file():
        raise FailedError(f"writing the downloads ended with code {code} and no answer")
    said = json.loads(answer.read_text(encoding="utf-8"))
    answer.unlink()
    if "failed" in said:
        raise FailedError(f"the downloads could not be written: {said['failed']}")
    return {"key": _key(run, contents), **said}


def _key(run: Run, contents: Mapping[str, Any]) -> str:
    """Return the hash of all that the files are made of, which is everything but the notebooks."""
    found = {name: getattr(run.found, name) for name in ("raw", "library", "lock", "packages", "python")}
    return inputs.digest_of({"found": found, "digests": contents["digests"], "as_of": contents["as_of"]})
