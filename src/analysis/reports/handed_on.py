"""Write the files that a whole report hands on beside its pages, in a process of their own while notebooks run.

It is forked like a kernel, so that nothing is read or imported again, and leaves its answer in a file.
"""

import json
import shutil
import traceback
from pathlib import Path
from typing import Any

from analysis.exports import Export, write_exports
from analysis.exports.package import FOLDER as UNPACKED
from analysis.reports.publish import DOWNLOADS, HANDED_ON, NO_ROOM
from analysis.views.status import read_status


def hand_on(quarter: str, as_of: str, languages: list[str], folder: str) -> None:
    """Write ``downloads/`` into `folder`, and ``handed_on.json`` beside it.

    The answer holds ``files`` (kind, language, name, size in bytes) and ``left_out`` (sentences); or ``failed``: what a
    format cannot hold, or where the library broke.
    """
    try:
        answer = _handed_on(quarter, as_of, languages, Path(folder, DOWNLOADS))
    except OSError:
        raise SystemExit(NO_ROOM) from None
    except ValueError as error:
        answer = {"failed": str(error)}
    except Exception:
        answer = {"failed": traceback.format_exc().strip().splitlines()[-1]}
    try:
        Path(folder, HANDED_ON).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    except OSError:
        raise SystemExit(NO_ROOM) from None


def _handed_on(quarter: str, as_of: str, languages: list[str], folder: Path) -> dict[str, Any]:
    statuses = {language: read_status(quarter, language, as_of) for language in languages}
    exports = write_exports(statuses, folder)
    shutil.rmtree(folder / UNPACKED)  # the archive beside it holds the same
    files = [_described(export) for export in exports if export.file is not None and export.file.is_file()]
    return {"files": files, "left_out": [export.left_out for export in exports if export.file is None]}


def _described(export: Export) -> dict[str, Any]:
    name, size = export.file.name, export.file.stat().st_size
    return {"kind": export.kind, "language": export.language, "name": name, "size": size}
