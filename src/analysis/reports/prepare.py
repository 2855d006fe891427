"""What a run does beside its notebooks: validate the raw material, write tables and downloads, hash what pages show.

It runs in the kernel server or is forked from it, so that nothing is imported again, and answers by files.

A page is hashed by the rows shown on it, so that a changed figure remakes only its own pages. Raw files that reach
every page (strategy, sources, known issues, areas) are not in these hashes; they are part of every page's key beside
them, as are template, parameters, library and lock: `analysis.reports.plan.page_key`.
"""

import json
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd

from analysis.core.cache import between_pages
from analysis.core.faults import RawDataError
from analysis.core.periods import as_of_date
from analysis.core.spreadsheets import to_csv
from analysis.core.writing import digest, write_file
from analysis.exports import refuse_small_counts, write_exports
from analysis.municipal.status import read_panel
from analysis.municipal.tables import area_name, area_word
from analysis.quarter.changes import by_edition
from analysis.quarter.published_lights import read_published, refuse_rewriting, vintage_of
from analysis.records.judgements import edition_of
from analysis.records.strategy import Strategy
from analysis.reports.check import long_names
from analysis.reports.input_hashes import digest_of
from analysis.reports.releases import DISK_FULL, DOWNLOADS, PREPARED, WRITTEN
from analysis.text import LANGUAGES, scenario_text
from analysis.views.status import Status, read_status

EVERYTHING: Final = ""  # stands for pages without a digest of their own, which show something of all rows


class NothingKnownError(ValueError):
    """A quarter for which there is neither a figure nor a judgement."""


def prepare(quarter: str, as_of: str, languages: list[str], folder: str, areas: str = "", ambitions: str = "") -> None:
    """Write ``tables/*.csv`` and the answer, ``prepared.json``.

    The answer holds ``strategy`` (names), ``goals`` and ``indicators`` in report order, ``as_of``, the ``rows`` of each
    table, and the ``digests`` of what each page shows in each language; of areas the names; or ``refused``: what is
    wrong with the raw material or the quarter; or ``failed``: where the library itself broke.

    Parameters
    ----------
    quarter : str
    as_of : str
        A day; empty: the quarter's last.
    languages : list of {"nb", "en"}
    folder : str
        The run's private folder.
    areas : {"", "kommune", "helsefellesskap", "region"}
        The kind of areas the report is about, or none.
    ambitions : str
        A set of ambitions whose targets are used, too; empty: none.

    """

    def read() -> dict[str, Any]:
        if areas:
            tables, answer = _read_areas(areas, quarter, as_of)
        else:
            statuses = {language: read_status(quarter, language, as_of, ambitions) for language in languages}
            status = statuses[languages[0]]
            refuse_unpublishable(status)
            tables = {"lights": status.lights.reset_index(), "trends": status.trends.reset_index()}
            tables, answer = tables | {"observations": status.observations}, describe_pages(statuses)
        written = Path(folder, "tables")
        written.mkdir(exist_ok=True)
        for name, table in tables.items():
            (written / f"{name}.csv").write_text(to_csv(table), encoding="utf-8")
        return answer | {"rows": {name: len(table) for name, table in tables.items()}}

    write_answer(Path(folder, PREPARED), read)


def write_downloads(quarter: str, as_of: str, languages: list[str], folder: str, ambitions: str = "") -> None:
    """Write ``downloads/`` into a run's private folder, and the answer beside it.

    The answer holds ``files`` (kind, language, name, size in bytes, hash) and ``left_out`` (sentences); or ``failed``:
    what a format cannot hold, or where the library broke.

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

    def write(unfinished: Path) -> dict[str, Any]:
        try:
            statuses = {code: read_status(quarter, code, as_of, ambitions) for code in languages}
            exports = write_exports(statuses, unfinished)
        except OSError:
            raise
        except ValueError as error:
            return {"failed": str(error)}
        except Exception:
            return {"failed": traceback.format_exc().strip().splitlines()[-1]}
        downloads, files = Path(folder, DOWNLOADS), []
        downloads.mkdir(exist_ok=True)
        for each in exports:
            # of the package the archive is enough; a missing extra leaves out others
            if each.file is not None and each.file.is_file() and each.file.parent == unfinished:
                facts = {"size": each.file.stat().st_size, "sha256": digest(each.file)}
                files.append({"kind": each.kind, "language": each.language, "name": each.file.name, **facts})
                each.file.replace(downloads / each.file.name)
        return {"files": files, "left_out": [each.left_out for each in exports if each.file is None]}

    # in a folder whose name no notebook knows beforehand: a pipe put in the place of a file waits for ever
    with TemporaryDirectory(dir=folder) as unfinished:
        write_answer(Path(folder, WRITTEN), lambda: write(Path(unfinished)))


def write_answer(file: Path, read: Callable[[], dict[str, Any]]) -> None:
    """Write what `read` returns as JSON; or ``refused``, or ``failed``, where it raises.

    Parameters
    ----------
    file : Path
    read : callable
        Called without arguments.

    Raises
    ------
    SystemExit
        With `DISK_FULL`, when not even that can be written.

    """
    try:
        answer = read()
    except (ValueError, LookupError, FileNotFoundError) as error:
        # the library's own errors are about the raw material, others about the library
        own = type(error).__module__.startswith("analysis.") or isinstance(error, FileNotFoundError)
        answer = {"refused": str(error)} if own else {"failed": traceback.format_exc()}
    except OSError:
        raise SystemExit(DISK_FULL) from None
    except Exception:
        answer = {"failed": traceback.format_exc()}
    try:
        write_file(file, json.dumps(answer, ensure_ascii=False), replace=True)
    except OSError:
        raise SystemExit(DISK_FULL) from None


def refuse_unpublishable(status: Status) -> None:
    """Refuse what pages can be made of but must not be published.

    Parameters
    ----------
    status : Status

    Raises
    ------
    RawDataError, SmallCountError, NothingKnownError, VintageError
        For names that are too long, figures of few persons, a quarter of which nothing is known, and a quarter that
        differs from what was published of it.

    """
    quarter, day = status.quarter, _day_of(status)
    if faults := long_names(status.strategy):
        raise RawDataError(faults)
    refuse_small_counts(status)
    if status.observations.empty and not (status.lights["colour_source"] == "judgement").any():
        raise NothingKnownError(f"{quarter}: no figure was published by {day}, and there are no judgements of it")
    # as known at another day, or with other ambitions, it is not what was published
    if day == as_of_date(quarter).date().isoformat() and not status.strategy.ambitions.scenario:
        refuse_rewriting(quarter, vintage_of(status.strategy, status.observations, status.lights), status.strategy)


def describe_pages(statuses: Mapping[str, Status]) -> dict[str, Any]:
    """Return what the pages of a quarter are called, and the digest of what each shows.

    Parameters
    ----------
    statuses : mapping of str to Status
        The quarter by language.

    """
    digests = {language: page_digests(status) for language, status in statuses.items()}
    first = next(iter(statuses.values()))
    return {**_names_of(first.strategy), "as_of": _day_of(first), "digests": digests}


def page_digests(status: Status) -> dict[str, str]:
    """Return a hash of what each page shows.

    Parameters
    ----------
    status : Status

    Returns
    -------
    dict
        By page: each goal's, each indicator's, and `EVERYTHING`.

    """
    items = status.strategy.items
    goals = {f"maal-{goal}": items.index[items["goal"] == goal] for goal in status.strategy.goals["goal"]}
    alone = {f"indikator-{slug}": [item] for item, slug in items["slug"][items["kind"] == "indicator"].items()}
    by_measure = [_rows_of("measure", each) for each in (status.observations, status.trends, status.verdicts)]
    prose = status.prose["text"].reset_index()
    by_item = [_rows_of("item", each) for each in (status.lights, status.corrections, prose)]
    measures_of = {item: status.strategy.measures_of(item).index for item in items.index[items["kind"] != "subgoal"]}
    # every page says when nobody has judged, and which edition it is of
    judged = bool((status.lights["colour_source"] == "judgement").any()), edition_of(status.quarter, status.corrections)
    digests = {}
    for page, own_items in (goals | alone | {EVERYTHING: items.index}).items():
        measures = {measure for item in own_items for measure in measures_of.get(item, ())}
        surveys = status.strategy.measures.loc[sorted(measures), "survey"].dropna()
        respondents = status.strategy.surveys.loc[surveys.unique(), "respondents"]  # a page states how many answered
        rows = [[rows.get(key) for key in sorted(measures | set(respondents))] for rows in by_measure]
        rows += [[rows.get(key) for key in sorted(own_items)] for rows in by_item]
        digests[page] = digest_of([judged, status.strategy.draft, *rows])
    # the front page is compared with the previous quarter as it was published, and the data page shows warnings
    quarter = status.lights["previous_quarter"].max()
    vintage = read_published(quarter) if quarter else None
    before = [frame.to_csv() for frame in vars(vintage).values()] if vintage else []
    parts = [digests[EVERYTHING], before, by_edition(status).html, status.noticed.to_csv()]
    return digests | {EVERYTHING: digest_of(parts)}


@between_pages.shared  # by the languages of a quarter, whose frames are the same
def _rows_of(column: str, frame: pd.DataFrame) -> dict[str, str]:
    """Return the rows of a frame as exact texts, by a column; a page does not depend on where in it they are."""
    frame = (frame if column in frame else frame.reset_index()).astype(object)
    rows = pd.Series([*map(repr, frame.itertuples(index=False, name=None))], index=frame[column], dtype=object)
    return rows.groupby(level=0).agg("".join).to_dict()


def _day_of(status: Status) -> str:
    """Return the day up to which publications count."""
    return as_of_date(status.quarter, status.as_of or None).date().isoformat()


def _read_areas(kind: str, quarter: str, as_of: str) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    panel = read_panel(quarter, kind, as_of)
    tables = {"standing": panel.standing.reset_index(), "figures": panel.figures, "areas": panel.areas.reset_index()}
    names, strategy = panel.register.register["name"], panel.strategy.name
    site = {
        language: area_word("site", language, strategy=strategy[language], kind=area_word(kind, language))
        for language in LANGUAGES
    }
    areas = []
    for code, row in panel.areas[panel.areas.index.isin(panel.figures["area"])].iterrows():
        own = {f"name_{language}": area_name(kind, row["name"], language) for language in LANGUAGES}
        areas.append({"code": code, "around": names.get(row["within"], ""), **own})
    # every page shows every area's place, so each depends on all rows
    whole = digest_of({name: table.to_csv() for name, table in tables.items()})
    digests, day = {language: {EVERYTHING: whole} for language in LANGUAGES}, panel.day.date().isoformat()
    return tables, _names_of(panel.strategy) | {"strategy": site, "areas": areas, "as_of": day, "digests": digests}


def _names_of(strategy: Strategy) -> dict[str, Any]:
    names = ["slug", "name_nb", "name_en"]
    return {
        "strategy": strategy.name,
        "scenario": {
            code: {"banner": scenario_text(strategy, code), "short": scenario_text(strategy, code, short=True)}
            for code in LANGUAGES
        },
        "goals": strategy.goals[["goal", *names]].to_dict("records"),
        "indicators": strategy.indicators[["indicator", "goal", *names]].to_dict("records"),
    }
