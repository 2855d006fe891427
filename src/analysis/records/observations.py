"""What was measured: read, parsed strictly, checked, and as known at a date.

Every file of ``data/raw/observations`` is read as text; nothing is coerced, clipped, carried forward or dropped. One
fault anywhere keeps everything out, and all faults of all files are told at once.
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.core import paths, periods
from analysis.core.faults import Fault, as_frame, listing, rejections
from analysis.core.names import UnknownNameError, nearest
from analysis.intake import editions, rules, tables
from analysis.records import disclosure
from analysis.records.areas import FOLDER, AreaError, Areas, read_areas, stranger_faults
from analysis.records.strategy import Strategy, StrategyError, read_strategy

LAYOUT: Final = tables.Layout(
    names=(
        "measure", "period", "breakdown", "value", "unit", "numerator", "denominator", "n",
        "qualifier", "standing", "published", "source", "note",
    ),
    optional=("area",),
    long=("note",),
)  # fmt: skip
COLUMNS: Final = (*LAYOUT.names, "time", "file", "line")
KEY: Final = ("measure", "area", "period", "breakdown", "published", "source")
SERIES: Final = ("measure", "period", "breakdown")
AREA_COLUMNS: Final = ("area", *COLUMNS)


class ObservationError(ValueError):
    """The observations or sources cannot be read as they stand; `faults` holds every fault, the message lists them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(listing(self.faults))


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    title: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    address: str = Field(min_length=1)
    accessed: date
    licence: str = Field(min_length=1)
    published: date | None = None
    note: str = ""


def read_sources(folder: Path | None = None) -> pd.DataFrame:
    """Return the sources of ``sources.toml`` in `folder` (``data/raw``): index source, one row each.

    Columns title, publisher, address, accessed, licence, published, note; dates as datetime64, NaT where unknown.

    >>> read_sources().loc["eurostat-iuapr", ["publisher", "licence"]].tolist()
    ['Eurostat', 'CC BY 4.0']

    Raises:
        ObservationError: listing every fault of the file.

    """
    sources, faults = _sources(folder or paths.raw_folder())
    if faults:
        raise ObservationError(faults)
    return sources


def _sources(folder: Path) -> tuple[pd.DataFrame, list[Fault]]:
    typed, faults = [], []
    try:
        document = tomllib.loads((folder / "sources.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        document, faults = {}, [Fault("sources", f"cannot be read: {error}", "mend it", "sources.toml")]
    for number, entry in enumerate(document.get("source", ()), start=1):
        try:
            typed.append(_Source.model_validate(entry))
        except ValidationError as error:
            name = entry.get("slug", f"source {number}") if isinstance(entry, dict) else f"source {number}"
            faults += [_source_fault(name, fault) for fault in error.errors()]
    names = [source.slug for source in typed]
    twice = sorted({name for name in names if names.count(name) > 1})
    faults += [Fault("sources", "stands twice", "keep one", "sources.toml", value=name) for name in twice]
    frame = pd.DataFrame([source.model_dump() for source in typed], columns=list(_Source.model_fields))
    frame = frame.rename(columns={"slug": "source"}).set_index("source")
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("accessed", "published")}), faults


def _source_fault(name: str, fault: dict) -> Fault:
    column = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "missing":
        return Fault("sources", f"source '{name}' has none", f"write {column} = …", "sources.toml", column=column)
    if fault["type"] == "extra_forbidden":
        problem = f"source '{name}': is no field of a source{nearest(column, _Source.model_fields)}"
        return Fault("sources", problem, "", "sources.toml", value=column)
    problem, found = f"source '{name}': {fault['msg']}", str(fault["input"])
    return Fault("sources", problem, "mend it", "sources.toml", column=column, value=found)


def read_observations(
    as_of: str | None = None, *, strategy: Strategy | None = None, folder: Path | None = None
) -> pd.DataFrame:
    """Return every edition of every national figure known at `as_of`, by measure, breakdown, time and publication.

    `as_of` is a quarter (its last day), an ISO date, or None for all. A figure is known when it is published; the
    respondents of a survey wave as soon as any figure of that wave is. What would tell of few persons has no figures
    and the standing withheld, see `disclosure.withhold`. Columns: `COLUMNS`; value, numerator, denominator and n are
    floats (NaN where absent), published is datetime64, time a decimal year by the measure's timing, file is relative
    to `folder` (``data/raw``).

    >>> known, later = read_observations(as_of="2023Q4"), read_observations(as_of="2024Q1")
    >>> [len(rows[rows["measure"] == "tilgang-pasientinformasjon"]) for rows in (known, later)]
    [0, 2]

    Raises:
        ObservationError: listing every fault of every file.
        SettingsError: when ``disclosure.toml`` cannot be read.
        PeriodError: when `as_of` is neither quarter nor date.

    """
    return read_with_warnings(as_of, strategy=strategy, folder=folder)[0]


def read_with_warnings(
    as_of: str | None = None, *, strategy: Strategy | None = None, folder: Path | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the observations as `read_observations` does, and what the intake noticed about the rows among them.

    The warnings have the columns of `faults.as_frame`. One of a whole file is kept where a row of that file is known at
    `as_of`, one of a row where the row is; figures are held against earlier ones as they were known that day. What has
    no figure at all is not among them: the trends tell that. Of a withheld row nothing is told, for warnings quote.

    Raises:
        ObservationError, SettingsError, PeriodError: as `read_observations`.

    """
    folder = folder or paths.raw_folder()
    strategy = strategy or read_strategy(folder / "strategy.toml")
    rows, faults = _gather(strategy, read_areas(folder), folder)
    if rejected := rejections(faults):
        raise ObservationError(rejected)
    national = _with_time(rows[rows["area"] == ""], strategy)
    publishers, limits = read_sources(folder)["publisher"], disclosure.read_limits(folder)
    national = disclosure.withhold(national, strategy.measures, publishers, limits)
    known = national if as_of is None else known_at(national, _day(as_of), strategy)
    told = known[known["standing"] != disclosure.WITHHELD]
    unknown = _places(rows) - _places(told)
    files = set(known["file"])
    warned = [fault for fault in faults if fault.file in files and (fault.file, fault.line) not in unknown]
    return _arranged(known)[list(COLUMNS)], as_frame([*warned, *editions.edition_faults(_counting(known))])


def _places(rows: pd.DataFrame) -> set[tuple[str, int]]:
    return set(zip(rows["file"], rows["line"], strict=True))


def read_area_observations(
    as_of: str | None = None,
    *,
    strategy: Strategy | None = None,
    areas: Areas | None = None,
    folder: Path | None = None,
) -> pd.DataFrame:
    """Return every edition of every figure that carries an area code, as `read_observations` does for the country.

    Columns: `AREA_COLUMNS`, sorted by area first. A figure is known when it is published.

    Raises:
        ObservationError: listing every fault of every file, unknown areas and areas not in force among them.
        AreaError, PeriodError: as `read_areas` and `read_observations`.

    """
    folder = folder or paths.raw_folder()
    strategy = strategy or read_strategy(folder / "strategy.toml")
    rows = _without_faults(strategy, areas or read_areas(folder), folder)
    observations = _arranged(_with_time(rows[rows["area"] != ""], strategy))
    if as_of is None:
        return observations
    return observations[observations["published"] <= _day(as_of)].reset_index(drop=True)


def _without_faults(strategy: Strategy, areas: Areas, folder: Path) -> pd.DataFrame:
    rows, faults = _gather(strategy, areas, folder)
    if rejected := rejections(faults):
        raise ObservationError(rejected)
    return rows


def find_observations(
    strategy: Strategy,
    observations: pd.DataFrame,
    item: str | int | None = None,
    *,
    source: str | None = None,
    breakdown: str | None = None,
    country: str | None = None,
) -> pd.DataFrame:
    """Return the rows that answer to everything asked for, in their order; what is left out is not asked.

    `item` is a measure's slug, or a goal's number or an id or slug of the strategy, with all that is shown under it;
    `source` a source's slug; `breakdown` a group (``malgruppe=kommuner``), a kind of group (``malgruppe``) or "" for
    the whole; `country` a neighbour's code (``DK``).

    >>> strategy, observations = read_strategy(), read_observations()
    >>> find_observations(strategy, observations, "eurostat-time-paa-nett", country="DK")["value"].tolist()
    [37.54, 66.44, 59.1]
    >>> find_observations(strategy, observations, 4, source="helsepersonell-2022")["measure"].unique().tolist()
    ['enkel-tilgang-opplysninger', 'sikker-tilgang-opplysninger']

    Raises:
        UnknownNameError: naming the nearest measure or item, source, group or country.

    """
    found = observations
    if item is not None:
        found = found[found["measure"].isin(_shown_under(strategy, item))]
    if source is not None:
        found = found[_named(found["source"], source, "source")]
    if country is not None:
        breakdown = f"land={country}"
    if breakdown is not None:
        kinds = found["breakdown"].str.partition("=")[0]
        kind = breakdown != "" and "=" not in breakdown
        found = found[_named(kinds if kind else found["breakdown"], breakdown, "breakdown")]
    return found


def _shown_under(strategy: Strategy, item: str | int) -> list[str]:
    measures = strategy.measures.index
    if item in measures:
        return [item]
    try:
        return strategy.measures_of(item).index.tolist()
    except UnknownNameError as error:
        remedy = nearest(str(item), [*measures, *strategy.items.index, *strategy.items["slug"]])
        raise UnknownNameError(f"'{item}' is no measure and no item of the strategy{remedy}") from error


def _named(column: pd.Series, wanted: str, what: str) -> pd.Series:
    known = column.unique()
    if wanted not in known:
        raise UnknownNameError(f"no observation here has the {what} '{wanted}'{nearest(wanted, filter(None, known))}")
    return column == wanted


def current(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the latest edition of each measure, period and breakdown (and area, if any) that counts (standing "")."""
    counting = observations[observations["standing"] == ""]
    series = [name for name in ("area", *SERIES) if name in observations]
    latest = counting.sort_values("published", kind="stable").drop_duplicates(series, keep="last")
    return counting.loc[counting.index.isin(latest.index)].reset_index(drop=True)


def known_at(observations: pd.DataFrame, day: pd.Timestamp, strategy: Strategy) -> pd.DataFrame:
    """Return the observations known on `day`; respondents are known with the first figure of their wave."""
    survey = observations["measure"].map(strategy.measures["survey"])
    respondents = dict(zip(strategy.surveys["respondents"], strategy.surveys.index, strict=True))
    published = observations["published"] <= day
    if published.all():
        return observations
    waves = set(zip(survey[published], observations.loc[published, "period"], strict=True))
    wave = zip(observations["measure"].map(respondents), observations["period"], strict=True)
    # a measure outside all surveys maps to NaN, which must not meet another NaN
    counted = pd.Series([pd.notna(place[0]) and place in waves for place in wave], index=observations.index, dtype=bool)
    return observations[published | counted].reset_index(drop=True)


def _day(as_of: str) -> pd.Timestamp:
    return periods.as_of_date(as_of) if periods.QUARTER.fullmatch(as_of) else periods.as_of_date("", as_of)


def check(folder: Path | None = None) -> pd.DataFrame:
    """Return everything that is wrong or odd in the raw material, as `faults.as_frame` gives it; no row: all is well.

    Covers ``strategy.toml``, ``sources.toml`` and every delivery of ``observations``. Nothing is raised for faults.
    """
    return as_frame(inspect(folder).faults)


class Inspected(NamedTuple):
    """What can be read of the raw material, every edition of every figure, and all that is wrong or odd with it."""

    strategy: Strategy | None
    observations: pd.DataFrame
    faults: list[Fault]


def inspect(folder: Path | None = None) -> Inspected:
    """Return the strategy (None where it cannot be read), the rows that can be used, and every fault."""
    folder = folder or paths.raw_folder()
    try:
        strategy = read_strategy(folder / "strategy.toml")
    except StrategyError as error:
        _, faults = _sources(folder)
        lines = (line.removeprefix("strategy.toml: ") for line in str(error).splitlines())
        told = [Fault("strategy", line, file="strategy.toml") for line in lines]
        return Inspected(None, pd.DataFrame(columns=list(COLUMNS)), [*told, *faults])
    try:
        areas = read_areas(folder)
    except AreaError as error:
        return Inspected(strategy, pd.DataFrame(columns=list(COLUMNS)), list(error.faults))
    rows, faults = _gather(strategy, areas, folder)
    if (folder / FOLDER / "sources.toml").is_file():
        faults += [fault.at(file=f"{FOLDER}/{fault.file}") for fault in _sources(folder / FOLDER)[1]]
    rows = _with_time(rows, strategy)
    faults += editions.edition_faults(_by_area(_counting(rows)))
    national = _arranged(rows[rows["area"] == ""])[list(COLUMNS)]
    if not rejections(faults):
        measured = strategy.measures.index[strategy.measures["unmeasured_nb"] == ""]
        faults += [fault.at(file="observations") for fault in editions.missing_faults(national, measured)]
    return Inspected(strategy, national, faults)


def _gather(strategy: Strategy, areas: Areas, folder: Path) -> tuple[pd.DataFrame, list[Fault]]:
    sources, faults = _sources(folder)
    known = None if faults else sources.index  # against a torn list every row of a source would be told, too
    delivered = [tables.read_table(path, LAYOUT, folder) for path in delivered_files(folder)]
    if not delivered:
        faults.append(Fault("empty", "holds no deliveries", "put the observations there", "observations"))
    faults += [fault for table in delivered for fault in table.faults]
    cells = [table.cells for table in delivered if len(table.cells)]
    nothing = pd.DataFrame(columns=[*LAYOUT.all, "line", "file", "sheet"])
    together = pd.concat(cells, ignore_index=True) if cells else nothing
    rows, found = judged(together, strategy, areas, known)
    return rows, [*faults, *rules.untold(found, faults), *_target_faults(rows, strategy)]


def _target_faults(rows: pd.DataFrame, strategy: Strategy) -> list[Fault]:
    """Return a fault for each value to be reached before its first figure, where no baseline is stated.

    The first figure is then the baseline, and no path runs backwards in time. Figures of areas are left out: the
    promise is the country's.
    """
    counted = (rows["area"] == "") & (rows["breakdown"] == "") & (rows["standing"] == "")
    first = _with_time(rows[counted], strategy).sort_values("time").drop_duplicates("measure").set_index("measure")
    promised = strategy.measures[strategy.measures["kind"].eq("reach") & strategy.measures["baseline_period"].isna()]
    targets = strategy.points[strategy.points["point"] == "target"].set_index("measure")
    targets = targets[targets.index.isin(promised.index)].join(first[["time", "period"]].add_prefix("first_"))
    return [
        Fault(
            "strategy",
            f"measure '{row.Index}': its first figure, of {row.first_period}, is from after its target",
            "state its baseline, or mend the target's period",
            "strategy.toml",
            column="target",
            value=row.period,
        )
        for row in targets[targets["time"] < targets["first_time"]].itertuples()
    ]


def judged(
    cells: pd.DataFrame, strategy: Strategy, areas: Areas, sources: pd.Index | None
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows of `cells` (text; columns of `LAYOUT`, file, sheet and line) that can be used, and every fault.

    Each cell, each row, and the rows among themselves; not against earlier editions. `sources` are those a row may
    name; None lets any pass.
    """
    rows, faults = rules.typed_rows(cells, rules.register_of(strategy.measures), sources)
    return rows, [*faults, *stranger_faults(rows, areas), *_table_faults(rows)]


def _table_faults(rows: pd.DataFrame) -> list[Fault]:
    faults = rules.duplicate_faults(rows, KEY)
    told = {(fault.file, fault.line) for fault in faults}
    rivals = rules.duplicate_faults(rows[rows["standing"] == ""], ("area", *SERIES, "published"))
    faults += [fault for fault in rivals if (fault.file, fault.line) not in told]
    return [*faults, *rules.partition_faults(_by_area(rows))]


def _by_area(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in which each area's series goes by a name of its own."""
    own = rows["measure"].where(rows["area"] == "", rows["measure"] + " in " + rows["area"])
    return rows.assign(measure=own)


def delivered_files(folder: Path) -> list[Path]:
    """Return the deliveries in ``observations`` of `folder`, in the order they are read in."""
    # what editors and offices leave behind (.gitkeep, ~$lock, #autosave) is no delivery
    return sorted(path for path in (folder / "observations").glob("*") if not path.name.startswith((".", "~$", "#")))


def _with_time(rows: pd.DataFrame, strategy: Strategy) -> pd.DataFrame:
    places = list(zip(rows["period"], rows["measure"].map(strategy.measures["timing"]), strict=True))
    decimal = {place: periods.decimal_year(*place) for place in set(places)}
    time = [decimal[place] for place in places]
    numbers = {name: rows[name].astype(float) for name in ("value", "numerator", "denominator", "n")}
    return rows.assign(**numbers, published=pd.to_datetime(rows["published"]), time=time, line=rows["line"].astype(int))


def _counting(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["standing"] == ""]


def _arranged(rows: pd.DataFrame) -> pd.DataFrame:
    by = ["area", "measure", "breakdown", "time", "published", "source"]
    return rows.sort_values(by, kind="stable", ignore_index=True)[list(AREA_COLUMNS)]
