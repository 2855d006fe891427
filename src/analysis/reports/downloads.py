"""Write the downloads of a whole report, in a process of their own while notebooks run.

It is forked like a kernel, so that nothing is read or imported again, and answers by a file.
"""

import json
import shutil
import traceback
from pathlib import Path

from analysis.exports import write_exports
from analysis.exports.package import FOLDER as UNPACKED
from analysis.reports.releases import DISK_FULL, DOWNLOADS, WRITTEN
from analysis.views.status import read_status


def write_downloads(quarter: str, as_of: str, languages: list[str], folder: str, ambitions: str = "") -> None:
    """Write ``downloads/`` into a run's private folder, and the answer beside it.

    The answer holds ``files`` (kind, language, name, size in bytes) and ``left_out`` (sentences); or ``failed``: what a
    format cannot hold, or where the library broke.

    Parameters
    ----------
    quarter : str
    as_of : str
        A day; empty: the quarter's last.
    languages : list of {"nb", "en"}
    folder : str
    ambitions : str
        A set of ambitions whose targets are used, too; empty: none.

    """
    downloads = Path(folder, DOWNLOADS)
    try:
        exports = write_exports({code: read_status(quarter, code, as_of, ambitions) for code in languages}, downloads)
        shutil.rmtree(downloads / UNPACKED)  # the archive beside it holds the same
        files = [
            {"kind": each.kind, "language": each.language, "name": each.file.name, "size": each.file.stat().st_size}
            for each in exports
            if each.file is not None and each.file.is_file()
        ]
        answer = {"files": files, "left_out": [each.left_out for each in exports if each.file is None]}
    except OSError:
        raise SystemExit(DISK_FULL) from None
    except ValueError as error:
        answer = {"failed": str(error)}
    except Exception:
        answer = {"failed": traceback.format_exc().strip().splitlines()[-1]}
    try:
        Path(folder, WRITTEN).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    except OSError:
        raise SystemExit(DISK_FULL) from None
