"""The process that makes the pages of a preview: it ends with the one that shows them, and can be started again.

`analysis.reports.preview.web` starts it as ``python -m analysis.reports.preview.worker FOLDER PARENT REQUEST``. Each
line of its input asks for something, each line of its output reports something, as JSON.
"""

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from analysis.core import paths
from analysis.reports import releases
from analysis.reports.kernels.pool import ForkedKernels
from analysis.reports.kernels.server import die_with
from analysis.reports.request import Limits, Request, kernel_environment


def main(folder: Path, parent: int, request_fields: dict[str, Any]) -> None:
    """Serve the lines of the input until it ends."""
    die_with(parent)
    # what a library prints goes to the log, not between the reports
    reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(**report: str) -> None:
        print(json.dumps(report), file=reports, flush=True)

    request = Request(**request_fields | {"languages": tuple(request_fields["languages"])})
    scratch = releases.scratch_of(folder)
    environment = kernel_environment(scratch, request.quarter)
    # servers end with the thread that started them: this one lives as long as the process
    with ForkedKernels(scratch, environment, paths.notebooks_folder(), Limits()) as base:
        from analysis.reports.preview.maker import Maker  # while the server imports its own, on another core

        maker = Maker(folder, request, base, tell)
        threading.Thread(target=maker.run, daemon=True).start()
        for line in sys.stdin:
            maker.look(**json.loads(line))
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]))
