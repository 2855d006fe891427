"""A report while it is being written: each save becomes a new page in the browser; nothing is published.

`web` shows pages to this machine alone and watches files. It keeps a process running, `worker`, in which `maker` makes
the pages that a save has changed; `drafts` is what the servers of its kernels read.
"""

from typing import Final

START: Final = "start.html"  # the page it begins with
TASKS: Final = "tasks.json"  # what is listed there
