"""What is asked of a run, what the steps of a run share, and what comes of it.

Only the standard library and other quick modules are imported: a run with nothing to do ends within half a second.
"""

import os
import re
import sysconfig
import time
import tomllib
from calendar import monthrange
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from analysis.core import paths
from analysis.core.clock import today
from analysis.core.names import nearest
from analysis.reports.input_hashes import Inputs, unusable
from analysis.reports.releases import Log, ReportFolder, copy_published

Progress = Callable[[int, int, str], None]
AREA_KINDS: Final = ("kommune", "helsefellesskap", "region")
_QUARTER: Final = re.compile(r"\d{4}Q[1-4]", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ENCRYPTED: Final = ("tls", "wss")
_ENVIRONMENT: Final = Path(__file__).parent / "kernels" / "environment.toml"


class RefusedError(ValueError):
    """The request or the raw material is not right; nothing was started. The message lists every fault."""


class FailedError(RuntimeError):
    """The report was not published; the message says in three lines for each failure where and why."""


class NotebooksFailed(FailedError):
    """Notebooks did not run whole; `notebooks` has the text of each as far as it came, by file name."""

    def __init__(self, message: str, notebooks: dict[str, str]):
        super().__init__(message)
        self.notebooks = notebooks


@dataclass(frozen=True)
class Request:
    """A quarter as known at a day, in these languages; the whole, a goal, an indicator, areas of a kind, or in brief.

    `ambitions` names a set of ambitions whose targets are used, too; `brief` is one sheet.
    """

    quarter: str
    languages: tuple[str, ...] = ("nb", "en")
    goal: int | None = None
    indicator: str | None = None
    as_of: str = ""
    areas: str = ""
    ambitions: str = ""
    brief: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is the whole report, not one goal or indicator of it, not the areas' pages, and not one sheet."""
        return self.goal is None and self.indicator is None and not self.areas and not self.brief

    @property
    def printed(self) -> bool:
        """Whether a PDF is made of it."""
        return self.whole or self.brief

    @property
    def reading(self) -> dict[str, str]:
        """What `analysis.read_status` is asked for beside the language."""
        return {"quarter": self.quarter, "as_of": self.as_of, "ambitions": self.ambitions}

    @property
    def name(self) -> str:
        """The name the report is published under; a part, another day or other ambitions never replace the whole."""
        part = f"maal-{self.goal}" if self.goal is not None else "kort" if self.brief else ""
        part = f"indikator-{self.indicator}" if self.indicator is not None else self.areas or part
        language = self.languages[0] if len(self.languages) == 1 else ""
        parts = [self.quarter, self.ambitions, part, language, self.as_of and f"per-{self.as_of}"]
        return "-".join(filter(None, parts))


@dataclass(frozen=True)
class ClusterOptions:
    """The address of a Dask scheduler, or a number of Dask workers of this machine; neither: threads run notebooks."""

    scheduler: str = ""
    workers: int = 0

    @property
    def wanted(self) -> bool:
        """Whether Dask runs the notebooks."""
        return bool(self.scheduler or self.workers)


@dataclass(frozen=True)
class Limits:
    """What a run may take: seconds for one cell, seconds for all of it, bytes of memory for one notebook."""

    cell: int = 120
    run: int = 1800
    memory: int = 4 << 30


@dataclass(frozen=True)
class Deadline:
    """The seconds that notebooks and downloads have from `started` on, on the clock of `time.monotonic`."""

    started: float
    seconds: int

    def left(self) -> float:
        """Return the seconds left, never less than 0."""
        return max(0.0, self.started + self.seconds - time.monotonic())


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
    """What the steps of one run share; `previous` is the manifest of the release whose pages may be used again.

    `written` has the hashes that tables, pages and notebooks had when they were written, by their place.
    """

    request: Request
    id: str
    folder: ReportFolder
    work_folder: Path
    inputs: Inputs
    previous: Mapping[str, Any] | None
    progress: Progress
    log: Log
    limits: Limits
    cluster: ClusterOptions
    written: dict[str, str] = field(default_factory=dict)

    def copy_again(self, *names: str) -> bool:
        """Copy files from the last release; return whether each copy is what was published."""
        outputs = (self.previous or {}).get("outputs", {})
        copied = all(copy_published(self.folder.current, name, self.work_folder, outputs[name]) for name in names)
        self.written.update({name: outputs[name] for name in names} if copied else {})
        return copied


def check_request(request: Request, root: Path) -> Request:
    """Refuse at once what is plainly wrong, before names of folders are made of it; the rest is checked on the way.

    Parameters
    ----------
    request : Request
    root : Path
        The project's folder, whose strategy holds the goals and indicators.

    Returns
    -------
    Request
        The same, without a day that is the quarter's last: that report is the whole.

    Raises
    ------
    RefusedError
        Naming the nearest right spelling.

    """
    if not _QUARTER.fullmatch(request.quarter):
        raise RefusedError(f"'{request.quarter}' is no quarter; write the year, Q and 1-4, as in 2024Q1")
    year, last_month = int(request.quarter[:4]), 3 * int(request.quarter[-1])
    if (first := date(year, last_month - 2, 1)) > today():
        raise RefusedError(f"{request.quarter} begins on {first}; a report is of a quarter that has begun")
    if request.as_of and not _DAY.fullmatch(request.as_of):
        raise RefusedError(f"'{request.as_of}' is no date; write it as 2024-03-31")
    raw = root / "data" / "raw"
    if files := unusable(raw):
        raise RefusedError("\n".join(f"{name}: {problem}" for name, problem in files))
    # goal and indicator become part of the name of a folder; a strategy that cannot be read is reported later, in full
    try:
        document = tomllib.loads((raw / "strategy.toml").read_text(encoding="utf-8-sig"))
        goals = [str(goal["number"]) for goal in document["goal"]]
        indicators = [indicator["slug"] for goal in document["goal"] for indicator in goal["indicator"]]
    except (OSError, ValueError, LookupError, TypeError):
        goals, indicators = [], []
    for kind, name, names in (("goal", request.goal, goals), ("indicator", request.indicator, indicators)):
        if name is not None and names and str(name) not in names:
            raise RefusedError(f"'{name}' is no {kind} of the strategy{nearest(str(name), names)}")
    sets = sorted(file.stem for file in (raw / "ambitions").glob("*.toml"))
    if request.ambitions and request.ambitions not in sets:
        remedy = nearest(request.ambitions, sets) if sets else "; there is none in data/raw/ambitions"
        raise RefusedError(f"'{request.ambitions}' is no set of ambitions{remedy}")
    if request.areas and request.ambitions:
        raise RefusedError("the pages of areas show no targets; leave out the set of ambitions")
    if request.areas and request.areas not in AREA_KINDS:
        raise RefusedError(f"'{request.areas}' is no kind of area; write {', '.join(AREA_KINDS)}")
    if request.areas and (request.goal is not None or request.indicator is not None):
        raise RefusedError("the pages of areas show every indicator; leave out the goal and the indicator")
    if request.brief and (request.areas or request.goal is not None or request.indicator is not None):
        raise RefusedError("the brief is of the whole strategy; leave out the goal, the indicator and the areas")
    if request.goal is not None and request.indicator is not None:
        raise RefusedError("name a goal or an indicator, not both: an indicator belongs to one goal")
    last_day = date(year, last_month, monthrange(year, last_month)[1]).isoformat()
    return replace(request, as_of="") if request.as_of == last_day else request


def check_cluster(cluster: ClusterOptions) -> None:
    """Refuse what notebooks cannot, or must not, be sent to: whoever reads a connection to Dask can run code by it.

    Raises
    ------
    RefusedError
        For a scheduler beside workers, one of another machine without encryption, and where Dask is not installed.

    """
    if cluster.scheduler and cluster.workers:
        raise RefusedError("name a scheduler or a number of workers of this machine, not both")
    kind, _, place = cluster.scheduler.rpartition("://")
    host = urlsplit(f"//{place}").hostname or ""
    is_this_machine = host == "localhost"
    with suppress(ValueError):  # a name is no address
        is_this_machine = is_this_machine or ip_address(host).is_loopback
    if cluster.scheduler and kind not in _ENCRYPTED and not is_this_machine:
        remedy = "use tls://, or lead a port of this machine there and name that (docs/cluster.md)"
        raise RefusedError(f"{cluster.scheduler} is on another machine, and not encrypted; {remedy}")
    if cluster.wanted and find_spec("distributed") is None:
        raise RefusedError("running on Dask's workers needs the extra: pip install 'ehelse-status[cluster]'")


def home_folder() -> Path | None:
    """Return the user's home folder; None for a user id without one, as a container may have."""
    with suppress(RuntimeError):
        return Path.home()
    return None


def kernel_environment(scratch: Path, quarter: str, root: Path | None = None) -> dict[str, str]:
    """Return the environment notebooks run in: the same on every machine, for every user, on every day.

    Parameters
    ----------
    scratch : Path
        The temporary folder of the run.
    quarter : str
        As in ``2024Q1``; what asks for the time of making gets a noon of it.
    root : Path, optional
        The project that notebooks read; this one unless another is named.

    Returns
    -------
    dict
        What is the same for all runs is in ``kernels/environment.toml``.

    """
    settings = tomllib.loads(_ENVIRONMENT.read_text(encoding="utf-8"))
    matplotlib = Path(find_spec("matplotlib").origin).parent  # not imported: that takes half a second
    library = Path(__file__).resolve().parents[2]
    noon = datetime(int(quarter[:4]), 3 * int(quarter[-1]), 28, 12, tzinfo=UTC)
    return {
        **{name: os.environ[name] for name in settings["passed_on"] if name in os.environ},
        **settings["fixed"],
        # this library and nothing else; where packages are installed Python looks anyway
        **({} if library == Path(sysconfig.get_path("purelib")).resolve() else {"PYTHONPATH": str(library)}),
        "EHELSE_ROOT": str(root or paths.project_root()),
        "EHELSE_TODAY": today().isoformat(),
        "IPYTHONDIR": str(scratch / "ipython"),
        "MATPLOTLIBRC": str(matplotlib / "mpl-data" / "matplotlibrc"),
        "SOURCE_DATE_EPOCH": str(int(noon.timestamp())),
        "TMPDIR": str(scratch),
    }
