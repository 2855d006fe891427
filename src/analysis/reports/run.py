"""One run from start to end: check, claim, run, verify, render, publish; or leave everything as it was and say why.

What is large is imported only when there is something to do.
"""

import difflib
import os
import re
import sys
import time
import tomllib
import traceback
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from analysis.core import paths
from analysis.reports import inputs, publish
from analysis.reports.inputs import Inputs
from analysis.reports.publish import Shelf

if TYPE_CHECKING:
    from analysis.reports.kernels.pool import Limits

Progress = Callable[[int, int, str], None]
_QUARTER: Final = re.compile(r"\d{4}Q[1-4]", re.ASCII)
AREA_KINDS: Final = ("kommune", "helsefellesskap", "region")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LET_THROUGH: Final = (
    *("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR"),
    *("SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PYTHONDONTWRITEBYTECODE"),
)


class RefusedError(ValueError):
    """What was asked for, or the raw material, is not right; nothing was started. The message lists every fault."""


class FailedError(RuntimeError):
    """The report was not published; the message says in three lines for each failure where and why."""


@dataclass(frozen=True)
class Ask:
    """What is asked for: a quarter as known at a day, in these languages; the whole, a goal, an indicator, or areas."""

    quarter: str
    languages: tuple[str, ...] = ("nb", "en")
    goal: int | None = None
    indicator: str | None = None
    as_of: str = ""
    areas: str = ""

    @property
    def whole(self) -> bool:
        """Whether it is the whole report, not one goal or indicator of it, and not the areas' pages."""
        return self.goal is None and self.indicator is None and not self.areas

    @property
    def name(self) -> str:
        """The name the report is published under; a part, or another day, never takes the whole's place."""
        part = f"maal-{self.goal}" if self.goal is not None else ""
        part = f"indikator-{self.indicator}" if self.indicator is not None else self.areas or part
        language = self.languages[0] if len(self.languages) == 1 else ""
        return "-".join(filter(None, [self.quarter, part, language, self.as_of and f"per-{self.as_of}"]))


@dataclass(frozen=True)
class Where:
    """Where notebooks run: threads of this machine unless a scheduler's address or a number of workers is given."""

    scheduler: str = ""
    workers: int = 0

    @property
    def elsewhere(self) -> bool:
        """Whether Dask runs the notebooks."""
        return bool(self.scheduler or self.workers)


@dataclass(frozen=True)
class Outcome:
    """What came of a run: COMPLETE, or UNCHANGED when the published report was already the one asked for."""

    state: str
    folder: Path
    release: str
    made: int = 0
    reused: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """What the steps of one run share; `previous` is the manifest of the release whose pages may be used again."""

    ask: Ask
    id: str
    shelf: Shelf
    workplace: Path
    found: Inputs
    previous: Mapping[str, Any] | None
    progress: Progress
    log: publish.Log
    where: Where = Where()


def report(
    ask: Ask,
    *,
    force: bool = False,
    progress: Progress = lambda *_: None,
    limits: "Limits | None" = None,
    where: Where = Where(),
) -> Outcome:
    """Run and publish a report; pages whose inputs have not changed are taken from the last release unless `force`.

    Raises:
        RefusedError: for a quarter, part, parameter or raw file that is not right.
        BusyError: when another run is at the same report.
        FailedError: when a notebook did not run whole, or the report could not be written; it is kept aside.

    """
    started = time.monotonic()
    root = paths.project_root()
    _check(ask, root)
    if where.scheduler and where.workers:
        raise RefusedError("name a scheduler or a number of workers of this machine, not both")
    if where.elsewhere and find_spec("distributed") is None:
        raise RefusedError("running on Dask's workers needs the extra: pip install 'ehelse-status[cluster]'")
    if ask.as_of == _last_day(ask.quarter):
        ask = replace(ask, as_of="")
    found = inputs.read_inputs(root)
    shelf = Shelf(root / "data" / "processed", ask.name)
    previous = None if force else publish.read_manifest(shelf.current)
    if previous and previous["key"] == found.key(**asdict(ask)):
        notes = tuple(previous["downloads"]["left_out"] + previous["paper"]["left_out"])
        return Outcome("UNCHANGED", shelf.current, previous["run"], 0, len(previous["pages"]), _since(started), notes)
    number = publish.new_id()
    with publish.claimed(shelf) as died:
        for dead in died:
            publish.Log(shelf, dead).bury()
        workplace, log = publish.workplace_of(shelf, number), publish.Log(shelf, number)
        made, reused, notes = _logged(Run(ask, number, shelf, workplace, found, previous, progress, log, where), limits)
    return Outcome("COMPLETE", shelf.current, number, made, reused, _since(started), notes)


def _last_day(quarter: str) -> str:
    year, month = int(quarter[:4]), 3 * int(quarter[-1])
    return date(year, month, monthrange(year, month)[1]).isoformat()


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)


def _check(ask: Ask, root: Path) -> None:
    """Refuse at once what is plainly wrong, before names of folders are made of it; the rest is checked on the way.

    Raises:
        RefusedError: naming the nearest right spelling.

    """
    if not _QUARTER.fullmatch(ask.quarter):
        raise RefusedError(f"'{ask.quarter}' is no quarter; write the year, Q and 1-4, as in 2024Q1")
    if ask.as_of and not _DAY.fullmatch(ask.as_of):
        raise RefusedError(f"'{ask.as_of}' is no date; write it as 2024-03-31")
    goals, indicators = _known(root)
    for kind, asked, known in (("goal", ask.goal, goals), ("indicator", ask.indicator, indicators)):
        if asked is not None and known and str(asked) not in known:
            close = difflib.get_close_matches(str(asked), known, n=1) or known
            raise RefusedError(f"'{asked}' is no {kind} of the strategy; did you mean '{close[0]}'?")
    if ask.areas and ask.areas not in AREA_KINDS:
        raise RefusedError(f"'{ask.areas}' is no kind of area; write {', '.join(AREA_KINDS)}")
    if ask.areas and (ask.goal is not None or ask.indicator is not None):
        raise RefusedError("the pages of areas show every indicator; leave out the goal and the indicator")
    if ask.goal is not None and ask.indicator is not None:
        raise RefusedError("name a goal or an indicator, not both: an indicator belongs to one goal")


def _known(root: Path) -> tuple[list[str], list[str]]:
    """Return the strategy's goals and indicators as far as its file can be read; what is wrong in it is said later."""
    try:
        document = tomllib.loads((root / "data" / "raw" / "strategy.toml").read_text(encoding="utf-8"))
        goals = document["goal"]
        return [str(goal["number"]) for goal in goals], [i["slug"] for goal in goals for i in goal["indicator"]]
    except (OSError, ValueError, LookupError, TypeError):
        return [], []


def _logged(run: Run, limits: "Limits | None") -> tuple[int, int, tuple[str, ...]]:
    """Run, with one end in the log for each start, and leave no private folder behind; a refusal leaves no trace."""
    try:
        publish.make_workplace(run.workplace, run.id)
        made, reused, notes = _in_kernels(run, limits)
    except RefusedError:
        raise
    except FailedError as error:
        run.log.end("FAIL", reason=str(error))
        raise
    except (publish.PublishError, OSError) as error:
        run.log.end("FAIL", reason=_told(error))
        raise FailedError(_told(error)) from error
    except Exception as error:
        told = f"the runner itself broke: {type(error).__name__}: {error}"
        run.log.end("FAIL", reason=told)
        raise FailedError(f"{told}\n{publish.set_aside(run.shelf, run.id, traceback.format_exc(), {})}") from error
    except BaseException as error:
        run.log.end("ABORT", reason=str(error) or type(error).__name__)
        raise
    finally:
        publish.remove_workplace(run.workplace)
    return made, reused, notes


def _told(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"the report could not be written: {error.strerror or error}"
    return str(error)


def _in_kernels(run: Run, limits: "Limits | None") -> tuple[int, int, tuple[str, ...]]:
    from analysis.reports.kernels.pool import KernelServerError, Limits, start_kernels

    scratch = publish.scratch_of(run.workplace)
    environment = kernel_environment(scratch, run.ask.quarter)
    try:
        with start_kernels(scratch, environment, paths.notebooks_folder(), limits or Limits()) as kernels:
            made, reused, left_out = _import_work().make(run, kernels)
    except KernelServerError as error:
        raise FailedError(str(error)) from error
    return made, reused, tuple(filter(None, [kernels.note, *left_out]))


def _import_work() -> ModuleType:
    """Import the runner's own large libraries, while the kernel server imports the notebooks'.

    nbformat's validator compiles a grammar of internet addresses on import: two seconds for a check that no notebook
    asks for. Where that package cannot be imported it does without.
    """
    grammar = "rfc3987_syntax"
    hidden = sys.modules.setdefault(grammar, None) is None
    try:
        from analysis.reports import work
    finally:
        if hidden:
            del sys.modules[grammar]
    return work


def kernel_environment(scratch: Path, quarter: str, root: Path | None = None) -> dict[str, str]:
    """Return the environment notebooks run in: the same on every machine, for every user, on every day.

    `root` is the project they read, this one unless another is named.

    Little is let through from outside, so no secret of it can end up in a report.
    """
    matplotlib = Path(find_spec("matplotlib").origin).parent  # not imported: that takes half a second
    noon = datetime(int(quarter[:4]), 3 * int(quarter[-1]), 28, 12, tzinfo=UTC)
    return {name: os.environ[name] for name in _LET_THROUGH if name in os.environ} | {
        "EHELSE_ROOT": str(root or paths.project_root()),
        "IPYTHONDIR": str(scratch / "ipython"),
        "LC_ALL": "C.UTF-8",
        "MATPLOTLIBRC": str(matplotlib / "mpl-data" / "matplotlibrc"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "SOURCE_DATE_EPOCH": str(int(noon.timestamp())),
        "TMPDIR": str(scratch),
        "TZ": "Europe/Oslo",
    }
