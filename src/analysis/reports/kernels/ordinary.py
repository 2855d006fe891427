"""Kernels started one by one, for systems that cannot fork: each imports everything itself."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from jupyter_client import AsyncKernelManager

from analysis.reports.request import Limits


class OrdinaryKernels:
    """The same as `analysis.reports.kernels.pool.ForkedKernels`, without a server. Use it as a context manager."""

    gone, swept = False, True  # there is no server that could be, and nothing is known of what notebooks start
    note = "this machine cannot fork kernels; each notebook imports everything itself, which takes four times as long"

    def __init__(self, scratch: Path, environment: Mapping[str, str], folder: Path, limits: Limits):
        self.limits = limits  # that on memory cannot be set for them
        self._scratch, self._environment, self._folder = scratch, dict(environment), folder
        self._managers: list[AsyncKernelManager] = []
        self._code_of_downloads = 0

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every kernel."""
        self.kill()

    def prepare(self, **arguments: Any) -> int:
        """Return the code that `analysis.reports.prepare.prepare` ended with."""
        from analysis.reports.prepare import prepare  # all of the library; only needed where nothing else imports it

        return _exit_code_of(prepare, arguments)

    def begin_downloads(self, **arguments: Any) -> None:
        """Write the downloads, before any kernel is started."""
        from analysis.reports.downloads import write_downloads

        self._code_of_downloads = _exit_code_of(write_downloads, arguments)

    def wait_for_downloads(self, seconds: float) -> int:
        """Return the code that writing ended with."""
        return self._code_of_downloads

    def manager(self, name: str) -> type[AsyncKernelManager]:
        """Return the class of kernel manager for the notebook called `name`."""
        started = {"env": self._environment, "cwd": str(self._folder)}
        managers, file = self._managers, str(self._scratch / f"{uuid4().hex[:8]}.json")

        class OrdinaryKernelManager(AsyncKernelManager):
            def __init__(self, **kwargs: Any):
                super().__init__(connection_file=file, **kwargs)
                managers.append(self)

            async def start_kernel(self, **kwargs: Any) -> None:
                await super().start_kernel(**kwargs | started)

        return OrdinaryKernelManager

    def exit_code(self, name: str) -> int | None:
        """Return None: how an ordinary kernel ended is not known."""
        return None

    def memory_ran_out(self) -> bool:
        """Return False: it is not known."""
        return False

    def last_log_line(self, name: str) -> str:
        """Return nothing: an ordinary kernel writes to the run's own streams."""
        return ""

    def kill(self) -> None:
        """End every kernel at once."""
        for manager in self._managers:
            if manager.provisioner is not None and manager.provisioner.process is not None:
                manager.provisioner.process.kill()


def _exit_code_of(function: Callable[..., None], arguments: Mapping[str, Any]) -> int:
    try:
        function(**arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0
