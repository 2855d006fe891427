"""What was measured: read, parsed strictly, checked, and as known at a date.

Every file of ``data/raw/observations`` is read as text; nothing is coerced, clipped, carried forward or dropped. One
fault anywhere keeps everything out, and all faults of all files are reported at once. What is known not to add up, in
the source report or between it and public sources, is data in ``known_issues.toml``, so that a reader sees it instead
of a silent choice.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import pandas as pd
from pydantic import Field

from analysis.core import paths, periods
from analysis.core.faults import Fault, RawDataError, as_frame, rejections
from analysis.core.names import UnknownNameError, nearest, suggest
from analysis.intake import jumps, row_rules, table_layout
from analysis.intake.files import is_left_behind
from analysis.records import disclosure
from analysis.records.areas import FOLDER, AreaError, Areas, read_areas, unknown_area_faults
from analysis.records.documents import Slug, Text, Typed, as_row, line_of, place_of, read_document, twice_faults
from analysis.records.judgements import before_corrections
from analysis.records.sources import inspect_sources, read_sources, suggest_source
from analysis.records.strategy import Strategy, StrategyError, read_strategy

LAYOUT: Final = table_layout.Layout(
    ("measure", "period", "breakdown", "value", "unit", "numerator", "denominator", "n",
     "qualifier", "standing", "published", "source", "note"),
    optional=("area", "note_nb"),  # a note without a translation is shown in English
    long=("note", "note_nb"),
)  # fmt: skip
COLUMNS: Final = (*LAYOUT.names, "note_nb", "time", "file", "line")
KEY: Final = ("measure", "area", "period", "breakdown", "published", "source")
SERIES: Final = ("measure", "period", "breakdown")
AREA_COLUMNS: Final = ("area", *COLUMNS)
ISSUE_COLUMNS: Final = ("kind", "title_nb", "title_en", "text_nb", "text_en", "measures", "items", "sources")


class ObservationError(RawDataError):
    """The observations cannot be used."""


def read_observations(
    as_of: str | None = None, *, strategy: Strategy | None = None, folder: Path | None = None
) -> pd.DataFrame:
    """Return every edition of every national figure known on a day.

    A figure is known when it is published; the respondents of a survey wave as soon as any figure of that wave is. What
    is disclosive has no figures and the standing ``withheld``, see `analysis.records.disclosure.withhold`.

    Parameters
    ----------
    as_of : str, optional
        A quarter (its last day) or an ISO date; every figure unless given.
    strategy : Strategy, optional
        The strategy whose measures are observed; that of `folder` unless given.
    folder : Path, optional
        The folder of the raw material; ``data/raw`` unless given.

    Returns
    -------
    DataFrame
        `COLUMNS`, sorted by measure, breakdown, time and publication. value, numerator, denominator and n are floats
        (NaN where absent), published is datetime64, time a decimal year by the measure's timing, file is relative to
        `folder`.

    Raises
    ------
    ObservationError
        Listing every fault of every file.
    SettingsError
        When ``disclosure.toml`` cannot be read.
    PeriodError
        When `as_of` is neither quarter nor date.

    Examples
    --------
    >>> known, later = read_observations(as_of="2023Q4"), read_observations(as_of="2024Q1")
    >>> [len(rows[rows["measure"] == "tilgang-pasientinformasjon"]) for rows in (known, later)]
    [0, 2]

    """
    return read_with_warnings(as_of, strategy=strategy, folder=folder)[0]


def read_with_warnings(
    as_of: str | None = None,
    *,
    strategy: Strategy | None = None,
    folder: Path | None = None,
    undone: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the observations as `read_observations` does, and what the intake warns of in them.

    A warning of a whole file is kept where a row of that file is known, one of a row where the row is; figures are
    compared with earlier ones as they were known that day. Measures without any figure are left out, for the trends
    report them, and so are withheld rows, for warnings quote. Corrections that are `undone` leave the figures as they
    were before; other parameters, and errors, are those of `read_observations`.

    Returns
    -------
    observations : DataFrame
        As `read_observations` returns them.
    warnings : DataFrame
        As `analysis.core.faults.as_frame` returns them.

    """
    folder = folder or paths.raw_folder()
    strategy = strategy or read_strategy(folder / "strategy.toml").at(None if as_of is None else periods.day_of(as_of))
    typed = strategy.complete  # a file has rows of measures that are not in force on the day
    rows, faults = _read(typed, read_areas(folder), folder)
    if rejected := rejections(faults):
        raise ObservationError(rejected)
    national = _with_time(rows[rows["area"] == ""], typed)
    national = national if undone is None else before_corrections(national, undone)
    publishers, limits = read_sources(folder)["publisher"], disclosure.read_limits(folder)
    # withheld before anything is cut off by date: what an edition shows depends on those before it
    observations = disclosure.withhold(national, typed.measures, publishers, limits)
    observations = known_at(observations, pd.Timestamp.max if as_of is None else periods.day_of(as_of), strategy)
    visible = observations[observations["standing"] != disclosure.WITHHELD]
    hidden = _places(rows) - _places(visible)
    files = set(observations["file"])
    warnings = [fault for fault in faults if fault.file in files and (fault.file, fault.line) not in hidden]
    warnings += jumps.edition_faults(visible)
    return _sorted(observations)[list(COLUMNS)], as_frame(warnings)


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

    Parameters
    ----------
    as_of, strategy, folder
        As in `read_observations`; a figure is known when it is published.
    areas : Areas, optional
        The register of areas; that of `folder` unless given.

    Returns
    -------
    DataFrame
        `AREA_COLUMNS`, sorted by area first.

    Raises
    ------
    ObservationError
        Listing every fault of every file, unknown areas and areas not in force among them.
    AreaError, PeriodError
        As `read_areas` and `read_observations`.

    """
    folder = folder or paths.raw_folder()
    strategy = strategy or read_strategy(folder / "strategy.toml")
    rows, faults = _read(strategy.complete, areas or read_areas(folder), folder)
    if rejected := rejections(faults):
        raise ObservationError(rejected)
    observations = _sorted(_with_time(rows[rows["area"] != ""], strategy.complete))
    is_known = observations["published"] <= (pd.Timestamp.max if as_of is None else periods.day_of(as_of))
    return observations[is_known & observations["measure"].isin(strategy.measures.index)].reset_index(drop=True)


def find_observations(
    strategy: Strategy,
    observations: pd.DataFrame,
    item: str | int | None = None,
    *,
    source: str | None = None,
    breakdown: str | None = None,
    country: str | None = None,
) -> pd.DataFrame:
    """Return the rows that meet every condition, in their order.

    Parameters
    ----------
    strategy : Strategy
        The strategy that names the items.
    observations : DataFrame
        As `read_observations` returns them.
    item : str or int, optional
        A measure's slug, or a goal's number or an id or slug of the strategy, with all that is shown under it.
    source : str, optional
        A source's slug.
    breakdown : str, optional
        A group (``malgruppe=kommuner``), a kind of group (``malgruppe``) or "" for the whole.
    country : str, optional
        A neighbour's code (``DK``).

    Returns
    -------
    DataFrame
        Rows of `observations`.

    Raises
    ------
    UnknownNameError
        Naming the nearest measure or item, source, group or country.

    Examples
    --------
    >>> strategy, observations = read_strategy(), read_observations()
    >>> find_observations(strategy, observations, "eurostat-time-paa-nett", country="DK")["value"].tolist()
    [37.54, 66.44, 59.1]
    >>> find_observations(strategy, observations, 4, source="helsepersonell-2022")["measure"].unique().tolist()
    ['enkel-tilgang-opplysninger', 'sikker-tilgang-opplysninger']

    """
    rows, measures = observations, strategy.measures.index
    if item is not None:
        try:
            slugs = [item] if item in measures else strategy.measures_of(item).index
        except UnknownNameError as error:
            remedy = nearest(str(item), [*measures, *strategy.items.index, *strategy.items["slug"]])
            raise UnknownNameError(f"'{item}' is no measure and no item of the strategy{remedy}") from error
        rows = rows[rows["measure"].isin(slugs)]
    if source is not None:
        rows = rows[_equals(rows["source"], source, "source")]
    if country is not None:
        breakdown = f"land={country}"
    if breakdown is not None:
        kinds = rows["breakdown"].str.partition("=")[0]
        is_kind = breakdown != "" and "=" not in breakdown
        rows = rows[_equals(kinds if is_kind else rows["breakdown"], breakdown, "breakdown")]
    return rows


def _equals(column: pd.Series, name: str, what: str) -> pd.Series:
    # an empty frame would look as if nothing had been measured
    names = column.unique()
    if name not in names:
        raise UnknownNameError(f"no observation here has the {what} '{name}'{nearest(name, filter(None, names))}")
    return column == name


def current(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the latest edition of each measure, period and breakdown (and area, if any) that is in use.

    Parameters
    ----------
    observations : DataFrame
        As `read_observations` or `read_area_observations` returns them.

    Returns
    -------
    DataFrame
        Rows of `observations` whose standing is "", in their order.

    """
    counting = observations[observations["standing"] == ""]
    series = [name for name in ("area", *SERIES) if name in observations]
    # one counting edition a day is all that is let in, so the day alone decides
    latest = counting[[*series, "published"]].sort_values("published", kind="stable")
    latest = latest.drop_duplicates(series, keep="last")
    return counting.loc[counting.index.isin(latest.index)].reset_index(drop=True)


def known_at(observations: pd.DataFrame, day: pd.Timestamp | pd.Series, strategy: Strategy) -> pd.DataFrame:
    """Return the strategy's observations known on a day; respondents are known with the first figure of their wave.

    Parameters
    ----------
    observations : DataFrame
        As `read_observations` returns them.
    day : Timestamp or Series
        The day, or one for each measure.
    strategy : Strategy
        Says which measures are in force, and which of them counts the respondents of which survey.

    Returns
    -------
    DataFrame
        Rows of `observations`.

    """
    # a name that was never typed stays, to be refused where measures are looked up
    others = strategy.complete.measures.index.difference(strategy.measures.index)
    observations = observations[~observations["measure"].isin(others)].reset_index(drop=True)
    survey = observations["measure"].map(strategy.measures["survey"])
    respondents = dict(zip(strategy.surveys["respondents"], strategy.surveys.index, strict=True))
    day = observations["measure"].map(day) if isinstance(day, pd.Series) else day
    published = observations["published"] <= day
    waves = set(zip(survey[published], observations.loc[published, "period"], strict=True))
    wave = zip(observations["measure"].map(respondents), observations["period"], strict=True)
    # a measure outside all surveys maps to NaN, which must not meet another NaN
    counted = pd.Series([pd.notna(place[0]) and place in waves for place in wave], index=observations.index, dtype=bool)
    return observations[published | counted].reset_index(drop=True)


def check(folder: Path | None = None) -> pd.DataFrame:
    """Return everything that is wrong or odd in the raw material; no row: all is well.

    Covers ``strategy.toml``, ``sources.toml``, ``areas`` and every delivery of ``observations``. Nothing is raised for
    faults.

    Parameters
    ----------
    folder : Path, optional
        The folder of the raw material; ``data/raw`` unless given.

    Returns
    -------
    DataFrame
        As `analysis.core.faults.as_frame` returns it.

    """
    return as_frame(inspect(folder)[2])


def inspect(folder: Path | None = None) -> tuple[Strategy | None, pd.DataFrame, list[Fault]]:
    """Return the strategy (None where it cannot be read), the national rows that can be used, and every fault."""
    folder, nothing = folder or paths.raw_folder(), pd.DataFrame(columns=list(COLUMNS))
    try:
        strategy = read_strategy(folder / "strategy.toml")
    except StrategyError as error:
        return None, nothing, [*error.faults, *inspect_sources(folder)[1]]
    try:
        areas = read_areas(folder)
    except AreaError as error:
        return strategy, nothing, list(error.faults)
    rows, faults = _read(strategy, areas, folder)
    if (folder / FOLDER / "sources.toml").is_file():
        faults += [fault.at(file=f"{FOLDER}/{fault.file}") for fault in inspect_sources(folder / FOLDER)[1]]
    rows = _with_time(rows, strategy)
    faults += jumps.edition_faults(_by_area(rows)) + jumps.gap_faults(_by_area(rows))
    national = _sorted(rows[rows["area"] == ""])[list(COLUMNS)]
    if not rejections(faults):
        measured = strategy.measures.index[strategy.measures["unmeasured_nb"] == ""]
        faults += [fault.at(file="observations") for fault in jumps.missing_faults(national, measured)]
    return strategy, national, faults


def _read(strategy: Strategy, areas: Areas, folder: Path) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows of all deliveries that can be used, and every fault of sources and deliveries."""
    sources, faults = inspect_sources(folder)
    # against a list of sources that cannot be read every row of a source would be a fault, too
    names = None if faults else sources.index
    try:
        limits = disclosure.read_limits(folder).of(sources["publisher"])
    except disclosure.SettingsError:  # `check` reports it; until it is corrected, the default limits hold
        limits = None
    delivered = [table_layout.read_table(path, LAYOUT, folder) for path in delivered_files(folder)]
    if not delivered:
        faults.append(Fault("empty", "holds no deliveries", "put the observations there", "observations"))
    faults += [fault for table in delivered for fault in table.faults]
    nothing = pd.DataFrame(columns=[*LAYOUT.all, "line", "file", "sheet"])
    cells = pd.concat([table.cells for table in delivered if len(table.cells)] or [nothing], ignore_index=True)
    rows, row_faults = judged(cells, strategy, areas, names, limits)
    # the promise is the country's
    national = _with_time(rows[rows["area"] == ""], strategy)
    if names is not None:
        faults += _unlisted_sources(strategy, names, folder / "strategy.toml")
    return rows, [*faults, *row_rules.drop_repeated(row_faults, faults), *target_faults(national, strategy, folder)]


def _unlisted_sources(strategy: Strategy, names: pd.Index, file: Path) -> Iterator[Fault]:
    """Yield each source of a target or milestone that is not in the list of sources."""
    for measure in strategy.document.measures:
        for point in measure.promised:
            if point.source not in names:
                place = place_of(strategy.document, point)
                kind = next(part for part in reversed(place) if isinstance(part, str))
                fault = Fault("strategy", "is not in sources.toml", "", file.name, value=point.source)
                fault = fault.at(column=f"measure '{measure.slug}' > {kind} > source")
                yield fault.at(line=line_of(file, (*place, "source")), **suggest_source(point.source, names))


def target_faults(observations: pd.DataFrame, strategy: Strategy, folder: Path | None = None) -> list[Fault]:
    """Return a fault for each value to be reached before its first figure, where no baseline is stated.

    The first figure is then the baseline, and no path runs backwards in time.

    Parameters
    ----------
    observations : DataFrame
        As `read_observations` returns them.
    strategy : Strategy
        The strategy, perhaps with a set of ambitions, whose file is then named.
    folder : Path, optional
        The folder of the raw material, in whose files lines are looked for; ``data/raw`` unless given.

    Returns
    -------
    list of Fault

    """
    folder = folder or paths.raw_folder()
    counted = (observations["breakdown"] == "") & (observations["standing"] == "")
    first = observations[counted].sort_values("time").drop_duplicates("measure").set_index("measure")
    promised = strategy.measures[strategy.measures["kind"].eq("reach") & strategy.measures["baseline_period"].isna()]
    targets = strategy.points[strategy.points["point"] == "target"].set_index("measure")
    targets = targets[targets.index.isin(promised.index)].join(first[["time", "period"]].add_prefix("first_"))
    remedy = "state its baseline, or correct the target's period"
    own = Fault("strategy", "", remedy, "strategy.toml", column="target")
    file, faults = f"ambitions/{strategy.ambitions.slug}.toml", []
    for row in targets[targets["time"] < targets["first_time"]].itertuples():
        if row.Index in strategy.ambitions.measures:
            fault, place = own.at(rule="ambitions", file=file), ("target", strategy.ambitions.places[row.Index])
        else:
            measures = strategy.document.measures
            fault, place = own, place_of(strategy.document, next(m for m in measures if m.slug == row.Index).target)
        problem = f"measure '{row.Index}': its first figure, of {row.first_period}, is from after its target"
        line = line_of(folder / fault.file, (*place, "period"))
        faults.append(fault.at(problem=problem, value=row.period, line=line))
    return faults


def judged(
    cells: pd.DataFrame, strategy: Strategy, areas: Areas, sources: pd.Index | None, limits: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows that can be used, and every fault: of each cell, each row, and the rows among themselves.

    Earlier editions are not compared.

    Parameters
    ----------
    cells : DataFrame
        Text: the columns of `LAYOUT`, file, sheet and line.
    strategy : Strategy
        The strategy whose measures a row may name.
    areas : Areas
        The register of the areas a row may name.
    sources : Index or None
        The sources a row may name; None lets any pass.
    limits : DataFrame, optional
        The limits of small counts, by source; the default limits hold for all unless given.

    Returns
    -------
    rows : DataFrame
        Typed rows, as `analysis.intake.row_rules.typed_rows` returns them.
    faults : list of Fault

    """
    rows, faults = row_rules.typed_rows(cells, row_rules.register_of(strategy.measures), sources, limits)
    faults += [*unknown_area_faults(rows, areas), *row_rules.date_faults(cells)]
    # two sources may not both count in one edition; a repeated row is reported once, not as its own rival too
    duplicates = row_rules.duplicate_faults(rows, KEY)
    places = {(fault.file, fault.line) for fault in duplicates}
    rivals = row_rules.duplicate_faults(rows[rows["standing"] == ""], ("area", *SERIES, "published"))
    faults += [*duplicates, *(fault for fault in rivals if (fault.file, fault.line) not in places)]
    by_area = _by_area(rows)
    tables = (row_rules.partition_faults, row_rules.outside_faults, row_rules.sample_faults)
    return rows, [*faults, *(fault for find in tables for fault in find(by_area))]


def _by_area(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in which each area's series has a name of its own."""
    own = rows["measure"].where(rows["area"] == "", rows["measure"] + " in " + rows["area"])
    return rows.assign(measure=own)


def delivered_files(folder: Path) -> list[Path]:
    """Return the deliveries in ``observations`` of `folder` (``data/raw``), in the order they are read in."""
    return sorted(path for path in (folder / "observations").glob("*") if not is_left_behind(path.name))


def _with_time(rows: pd.DataFrame, strategy: Strategy) -> pd.DataFrame:
    places = list(zip(rows["period"], rows["measure"].map(strategy.measures["timing"]), strict=True))
    # half a million figures of areas have a few hundred periods
    decimal = {place: periods.decimal_year(*place) for place in set(places)}
    time = [decimal[place] for place in places]
    numbers = {name: rows[name].astype(float) for name in ("value", "numerator", "denominator", "n")}
    return rows.assign(**numbers, published=pd.to_datetime(rows["published"]), time=time, line=rows["line"].astype(int))


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    by = ["area", "measure", "breakdown", "time", "published", "source"]
    return rows.sort_values(by, kind="stable", ignore_index=True)[list(AREA_COLUMNS)]


# --- what is known not to add up ----------------------------------------------------


class KnownIssueError(RawDataError):
    """The known issues cannot be read."""


class _Issue(Typed):
    id: Slug
    kind: Literal["report", "public-source"]
    title: Text
    text: Text
    measures: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    sources: tuple[str, ...] = Field(min_length=1)


class _KnownIssues(Typed):
    issues: tuple[_Issue, ...] = Field(alias="issue")


def read_known_issues(folder: Path | None = None, *, strategy: Strategy | None = None) -> pd.DataFrame:
    """Return the issues of ``known_issues.toml``, in file order.

    Parameters
    ----------
    folder : Path, optional
        The folder of the file; ``data/raw`` unless given.
    strategy : Strategy, optional
        The strategy whose measures and items the issues name; that of `folder` unless given.

    Returns
    -------
    DataFrame
        Index issue (a slug); kind (``report`` or ``public-source``), title_nb, title_en, text_nb, text_en, and the
        tuples measures, items and sources of the slugs concerned.

    Raises
    ------
    KnownIssueError
        Listing every malformed entry, repeated id, and measure or item that the strategy does not have.

    Examples
    --------
    >>> read_known_issues().loc["delays-must-not-be-summed", ["title_en", "items"]].tolist()
    ['The delays must not be summed', ('5.2', '5.3')]

    """
    folder = folder or paths.raw_folder()
    file = folder / "known_issues.toml"
    document, faults = read_document(file, _KnownIssues, "known_issues")
    if document is None:
        raise KnownIssueError(faults)
    strategy = strategy or read_strategy(folder / "strategy.toml")
    # an issue of a measure or item that does not exist would be shown on no page
    faults += twice_faults(file, "known_issues", "issue", "id", [issue.id for issue in document.issues])
    indexes = {"measures": strategy.complete.measures.index, "items": strategy.complete.items.index}
    for number, issue in enumerate(document.issues):
        for field, index in indexes.items():
            fault = Fault("known_issues", f"is no {field.removesuffix('s')} of the strategy", file=file.name)
            fault = fault.at(column=f"issue '{issue.id}' > {field}", line=line_of(file, ("issue", number, field)))
            unknown = [name for name in getattr(issue, field) if name not in index]
            faults += [fault.at(value=name, **suggest(name, index)) for name in unknown]
    if faults:
        raise KnownIssueError(faults)
    rows = [
        as_row(issue)
        | {"measures": tuple(name for name in issue.measures if name in strategy.measures.index)}
        | {"items": tuple(name for name in issue.items if name in strategy.items.index)}
        for issue in document.issues
    ]
    return pd.DataFrame(rows, columns=["id", *ISSUE_COLUMNS]).set_index("id").rename_axis("issue")
