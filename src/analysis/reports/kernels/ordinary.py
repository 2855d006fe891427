"""Kernels started one by one, for systems that cannot fork: each imports everything itself."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, Self
from uuid import uuid4

from jupyter_client import AsyncKernelManager

from analysis.reports.kernels.server import call_function
from analysis.reports.request import Limits

PREPARE: Final = "analysis.reports.prepare:prepare"


class OrdinaryKernels:
    """The same as `analysis.reports.kernels.pool.ForkedKernels`, without a server. Use it as a context manager."""

    gone, swept = False, True  # there is no server that could be, and nothing is known of what notebooks start
    note = "this machine cannot fork kernels; each notebook imports everything itself, which takes four times as long"

    def __init__(self, scratch: Path, environment: Mapping[str, str], folder: Path, limits: Limits):
        self.limits = limits  # that on memory cannot be set for them
        self._scratch, self._environment, self._folder = scratch, dict(environment), folder
        self._managers: list[AsyncKernelManager] = []

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every kernel."""
        self.kill()

    def prepare(self, function: str = PREPARE, **arguments: Any) -> int:
        """Return the code that a function ended with, called in this process, where kernels inherit nothing from it."""
        return call_function(function, arguments)

    def fork(self, name: str, call: str, arguments: Mapping[str, Any]) -> SimpleNamespace:
        """Call a function at once; return what is waited for elsewhere, with the code that it ended with."""
        code = self.prepare(call, **arguments)
        return SimpleNamespace(wait=lambda seconds: code)

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

    def describe_death(self, name: str) -> str:
        """Return that a kernel died; of an ordinary one no more is known."""
        return "the kernel died"

    def kill(self) -> None:
        """End every kernel at once."""
        for manager in self._managers:
            if manager.provisioner is not None and manager.provisioner.process is not None:
                manager.provisioner.process.kill()
