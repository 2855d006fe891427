"""Respondents and figures of areas beyond memory: checked part by part, kept as Parquet, summed by DuckDB.

The strict readers check, as they do in memory, and what comes out are pandas frames no larger than a report needs.
Needs the extra ``large``. ``docs/large.md`` says which path is right at which size, from a measurement.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis.core import paths
from analysis.core.faults import WARN, Fault, RawDataError, rejections
from analysis.core.periods import as_of_date
from analysis.intake.files import name_in, read_bytes
from analysis.intake.respondents import HEAVY, LISTED, Questionnaire, read_respondents
from analysis.municipal.panels import Panel, panel_of
from analysis.records.areas import read_areas
from analysis.records.observations import AREA_COLUMNS, ObservationError, delivered_files, read_area_observations
from analysis.records.strategy import read_strategy
from analysis.statistics.surveys import Design, SurveyError, korn_graubard

try:
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("files beyond memory need the extra: pip install 'ehelse-status[large]'") from error

PART: Final = 16_000_000  # bytes checked at a time: no more rows than the strict reader takes, some 200 MB of memory
PART_ROWS: Final = 250_000  # of a Parquet file
MEMORY: Final = "500MB"  # for DuckDB, which goes on on disk beyond it
_WHOLE: Final = ("duplicate_key", "small_cell")  # rules that only the whole file can answer
_TYPES: Final = dict.fromkeys(("value", "numerator", "denominator", "n", "time"), pa.float64()) | {
    "published": pa.timestamp("us"),
    "line": pa.int64(),
}
_FIGURES: Final = pa.schema([(name, _TYPES.get(name, pa.string())) for name in AREA_COLUMNS])


def store_respondents(path: Path, questionnaire: Questionnaire, folder: Path, into: Path) -> tuple[Fault, ...]:
    """Write the respondents of a file into a Parquet file, unless a fault keeps them out.

    The rules are those of `analysis.intake.respondents.read_respondents`, row by row and over the whole file. A fault
    that concerns many rows is listed once for each part of the file.

    Parameters
    ----------
    path : Path
        A .csv, .tsv, .txt or .parquet file.
    questionnaire : Questionnaire
    folder : Path
        The folder of deliveries that `path` must be in.
    into : Path
        The file to write; with a rejection nothing is written.

    Returns
    -------
    tuple of Fault
        Every fault.

    """
    name = name_in(folder, path)
    try:
        read_bytes(path, folder, limit=0)  # checks all but the size, which is why it refuses all but an empty file
        return (Fault("empty", "holds no respondents", "deliver them", name),)
    except RawDataError as error:
        if error.faults[0].rule != "size":
            return error.at(file=name).faults
    figures = {questionnaire.weight, *questionnaire.answers}
    columns = [(column, pa.float64() if column in figures else pa.string()) for column in questionnaire.columns]
    faults: dict[Fault, None] = {}
    with tempfile.TemporaryDirectory(dir=into.parent) as place:
        stored = Path(place, "respondents.parquet")
        with pq.ParquetWriter(stored, pa.schema([*columns, ("line", pa.int64())])) as writer:
            for first, part in _parts(path):
                faults |= dict.fromkeys(_store_part(part, first - 2, questionnaire, writer, Path(place)))
        # what one part cannot answer; skipped where rows are missing, for then every answer would be wrong
        if not rejections(faults):
            with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": place}) as base:
                base.read_parquet(str(stored)).create_view("respondents")
                faults |= dict.fromkeys(_faults_between_rows(base, questionnaire))
        if not rejections(faults):
            stored.replace(into)
    return tuple(fault.at(file=name) for fault in faults)


def _parts(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the file as CSV in parts, each with the header and the line of its first row."""
    line = 2
    if path.suffix.lower() == ".parquet":
        for batch in pq.ParquetFile(path).iter_batches(PART_ROWS):
            yield line, batch.to_pandas().to_csv(index=False).encode()
            line += batch.num_rows
        return
    with path.open("rb") as file:
        header = file.readline(PART)
        while part := file.read(PART):
            part += file.readline(PART)
            while part.count(b'"') % 2 and (more := file.readline(PART)):  # within a cell of several lines
                part += more
            yield line, header + part
            line += part.count(b"\n")


def _store_part(
    part: bytes, moved: int, questionnaire: Questionnaire, writer: pq.ParquetWriter, place: Path
) -> Iterator[Fault]:
    """Write a part's rows; yield its faults by the lines of the whole file, without those the whole must answer."""
    file = place / "part.csv"
    file.write_bytes(part)
    read = read_respondents(file, questionnaire, place)
    own = []
    for fault in read.faults:
        # of the whole file: who is there twice, groups, all weights, all answers
        of_all = fault.rule in ("weight", "missing_value") and fault.line is None
        if not (fault.rule in _WHOLE or of_all or (fault.rule == "weight" and fault.severity == WARN)):
            own.append(fault)
    if not rejections(own):
        rows = read.rows.assign(line=read.rows.index + moved)
        writer.write_table(pa.Table.from_pandas(rows, schema=writer.schema, preserve_index=False))
    for fault in own:
        # the header, line 1, is the same in every part
        yield fault.at(line=fault.line + moved if fault.line and fault.line > 1 else fault.line)


def _faults_between_rows(base: duckdb.DuckDBPyConnection, questionnaire: Questionnaire) -> Iterator[Fault]:
    """Yield who answered twice in a wave, what is wrong with all weights, and the groups of few persons."""
    keys = _names(questionnaire.respondent, questionnaire.wave)
    base.execute(f"CREATE TEMP TABLE twice AS SELECT {keys} FROM respondents GROUP BY {keys} HAVING count(*) > 1")
    again = f"SELECT line, row_number() OVER (PARTITION BY {keys} ORDER BY line) AS turn"
    query = f"SELECT line FROM ({again} FROM respondents SEMI JOIN twice USING ({keys})) WHERE turn > 1 ORDER BY line"
    if lines := [line for (line,) in base.execute(query).fetchmany(LISTED + 1)]:
        fault = Fault("duplicate_key", "the same respondent stands in the wave already", "keep one")
        yield _of_many_lines(fault.at(column=questionnaire.respondent), lines)
    if questionnaire.weight:
        yield from _weight_faults(base, questionnaire)
    for question in questionnaire.answers:
        if not base.execute(f"SELECT count({_names(question)}) FROM respondents").fetchone()[0]:  # NULLs do not count
            problem = "nobody has answered: every answer is missing"
            yield Fault("missing_value", problem, "deliver the answers", column=question)
    for group in questionnaire.groups:
        keys = _names(questionnaire.wave, group)
        counted = f"SELECT {_names(group)}, count(*) AS n, min(line) FROM respondents GROUP BY {keys}"
        for name, _, line in base.execute(
            f"SELECT * FROM ({counted}) WHERE n < {questionnaire.smallest_group} ORDER BY 3"
        ).fetchall():
            problem = f"has fewer than {questionnaire.smallest_group} respondents; its figures must not be shown"
            fault = Fault("small_cell", problem, "pool it with another group", column=group, severity=WARN)
            yield fault.at(line=line, value=name)


def _weight_faults(base: duckdb.DuckDBPyConnection, questionnaire: Questionnaire) -> Iterator[Fault]:
    weight = _names(questionnaire.weight)
    # the median of distinct weights by their running number: sorting every row would not fit in memory
    sizes = f"SELECT {weight} AS weight, count(*) AS n FROM respondents WHERE {weight} > 0 GROUP BY weight"
    ranks = f"SELECT weight, sum(n) OVER (ORDER BY weight) AS upto, sum(n) OVER () AS n FROM ({sizes})"
    middles = [f"min(weight) FILTER (upto >= {place})" for place in ("(n + 1) // 2", "n // 2 + 1")]
    median = base.execute(f"SELECT ({' + '.join(middles)}) / 2 FROM ({ranks})").fetchone()[0]
    if median is None:
        yield Fault("weight", "all weights are zero", "deliver the weights", column=questionnaire.weight)
        return
    query = f"SELECT line, {weight} FROM respondents WHERE {weight} > {HEAVY * median!r} ORDER BY line"
    if heavy := base.execute(query).fetchmany(LISTED + 1):
        problem = f"is more than {HEAVY:g} times the median weight: few respondents carry the survey"
        fault = Fault("weight", problem, "trim it, or say why", column=questionnaire.weight, severity=WARN)
        yield _of_many_lines(fault.at(value=f"{heavy[0][1]:g}"), [line for line, _ in heavy])


def _of_many_lines(fault: Fault, lines: list[int]) -> Fault:
    named = f" (lines {', '.join(map(str, lines[:LISTED]))}{' …' if len(lines) > LISTED else ''})"
    return fault.at(line=lines[0], problem=fault.problem + (named if len(lines) > 1 else ""))


def _names(*names: str) -> str:
    """Return column names as SQL takes them, empty ones left out."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names if name)


def stored_share(stored: Path, answers: str, design: Design, by: str | None = None) -> pd.DataFrame:
    """Return what `analysis.statistics.surveys.weighted_share` does, from a file that `store_respondents` has written.

    DuckDB sums weights and their squares by stratum, group and answer; the rest is done on those sums.

    Parameters
    ----------
    stored : Path
    answers, design, by
        As in `weighted_share`.

    Returns
    -------
    DataFrame

    Raises
    ------
    SurveyError
        For a design with clusters or populations, which needs the rows themselves, and for strata with a single
        respondent.

    """
    if design.clusters or design.populations:
        raise SurveyError("clusters and populations need the rows: read the columns into memory, then weighted_share")
    stratum, group = (_names(name or "") or "''" for name in (design.strata, by))
    weight = _names(design.weight or "") or "1.0"
    columns = f'{stratum} AS stratum, {group} AS "group", {_names(answers)} AS answer, count(*) AS drawn'
    sums = f"count(*) FILTER ({weight} > 0) AS n, sum({weight}) AS w, sum({weight} * {weight}) AS ww"
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(stored.parent)}) as base:
        base.read_parquet(str(stored)).create_view("respondents")
        cells = base.execute(f"SELECT {columns}, {sums} FROM respondents GROUP BY ALL ORDER BY ALL").df()
    drawn = cells.groupby("stratum")["drawn"].sum()
    if (drawn < 2).any():
        raise SurveyError(f"strata '{design.strata}': {(drawn < 2).sum()} with a single unit drawn; join some")
    answered = cells.dropna(subset=["answer", "group"])
    names = sorted(answered["answer"].unique())
    shares = {
        (group, answer): _share(rows, answer, drawn) for group, rows in answered.groupby("group") for answer in names
    }
    table = pd.DataFrame.from_dict(shares, orient="index").rename_axis(["group", "answer"])
    low, high = korn_graubard(table["estimate"], table["se"], table["n"], table["degrees"])
    return table.assign(low=low, high=high)[["estimate", "se", "low", "high", "deff", "n", "population"]].sort_index()


def _share(rows: pd.DataFrame, answer: float, drawn: pd.Series) -> dict[str, float]:
    """Return the linearised estimate of one answer in one group, from its sums (n, w, ww: of weights and squares)."""
    every = rows.groupby("stratum")[["n", "w", "ww"]].sum()
    chosen = rows[rows["answer"] == answer].groupby("stratum")[["w", "ww"]].sum().reindex(every.index, fill_value=0.0)
    population, n = every["w"].sum(), int(every["n"].sum())
    if not population > 0:
        return {"estimate": np.nan, "se": np.nan, "deff": np.nan, "n": n, "population": population, "degrees": 0}
    share = chosen["w"].sum() / population
    # of each stratum the sum of the scores w (x - share) / population and of their squares, where x is 1 or 0
    sums = (chosen["w"] - share * every["w"]) / population
    squares = (chosen["ww"] * (1 - share) ** 2 + (every["ww"] - chosen["ww"]) * share**2) / population**2
    among = drawn.reindex(every.index)
    variance = (among / (among - 1) * (squares - sums**2 / among)).sum()
    plain = share * (1 - share) / (n - 1) if n > 1 else np.nan
    deff = variance / plain if plain > 0 else np.nan
    degrees = n - int((every["n"] > 0).sum())  # as in memory: each respondent is a unit
    se = np.sqrt(variance) if degrees else np.nan
    return {"estimate": share, "se": se, "deff": deff, "n": n, "population": population, "degrees": degrees}


def store_areas(into: Path, folder: Path | None = None) -> int:
    """Write every figure of areas delivered into a Parquet file.

    Each file of ``observations`` is read by itself, by the strict reader; no more than one is in memory. The rules that
    hold between rows are about one measure, so all its figures must be in one file.

    Parameters
    ----------
    into : Path
        The file to write.
    folder : Path, optional
        By default ``data/raw``.

    Returns
    -------
    int
        How many figures were written.

    Raises
    ------
    ObservationError
        Listing every fault of every file, and measures that are in several; nothing is written.

    """
    folder = folder or paths.raw_folder()
    strategy, areas = read_strategy(folder / "strategy.toml"), read_areas(folder)
    faults: dict[Fault, None] = {}
    file_of: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=into.parent) as place:
        stored = Path(place, "areas.parquet")
        with pq.ParquetWriter(stored, _FIGURES) as writer:
            for file in delivered_files(folder):
                try:
                    rows = read_area_observations(strategy=strategy, areas=areas, folder=_alone(file, folder, place))
                except ObservationError as error:
                    faults |= dict.fromkeys(error.faults)
                    continue
                for measure in rows["measure"].unique():
                    first = file_of.setdefault(measure, file.name)
                    if first != file.name:
                        problem = f"has figures in observations/{first} too"
                        fault = Fault("duplicate_key", problem, "put all figures of a measure in one file")
                        faults[fault.at(file=f"observations/{file.name}", column="measure", value=measure)] = None
                writer.write_table(pa.Table.from_pandas(rows, schema=_FIGURES, preserve_index=False))
        if faults:
            raise ObservationError(faults)
        stored.replace(into)
    return pq.read_metadata(into).num_rows


def _alone(file: Path, folder: Path, place: str) -> Path:
    """Return a folder like `folder`, in which `file` is the only delivery."""
    root = Path(place, "alone")
    shutil.rmtree(root, ignore_errors=True)  # of the file before
    shutil.copytree(folder / "areas", root / "areas")
    (root / "observations").mkdir()
    for name in ("strategy.toml", "sources.toml", f"observations/{file.name}"):
        shutil.copy(folder / name, root / name, follow_symlinks=False)
    return root


def stored_panel(stored: Path, quarter: str, kind: str, as_of: str = "") -> Panel:
    """Return what `analysis.municipal.panels.read_panel` does, from a file of `store_areas`, measure by measure.

    Parameters
    ----------
    stored : Path
    quarter, kind, as_of
        As in `read_panel`.

    Returns
    -------
    Panel

    Raises
    ------
    StrategyError, AreaError, PeriodError
        As `read_panel`.

    """
    areas, day = read_areas(), as_of_date(quarter, as_of or None)
    strategy = read_strategy().at(day)
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(stored.parent)}) as base:
        base.read_parquet(str(stored)).create_view("figures")
        # a measure at a time: disclosure control needs all figures of a measure, and no more than those
        measures = [name for (name,) in base.execute("SELECT DISTINCT measure FROM figures ORDER BY 1").fetchall()]
        measures = [name for name in measures if name in strategy.measures.index]
        query = "SELECT * FROM figures WHERE measure = ? AND published <= ?"
        parts = (base.execute(query, [measure, day]).df() for measure in measures or [""])
        return panel_of(parts, quarter, kind, day, strategy, areas)
