"""Validate all raw material and write the tidy tables, before any notebook is run.

It runs in the kernel server, where the library is imported already, and answers by files.
"""

import json
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.core.faults import RawDataError
from analysis.core.periods import as_of_date
from analysis.core.spreadsheets import to_csv
from analysis.exports import refuse_small_counts
from analysis.municipal.status import read_panel
from analysis.municipal.text import area_name, area_word
from analysis.quarter.published_lights import refuse_rewriting, vintage_of
from analysis.records.strategy import Strategy
from analysis.reports.check import long_names
from analysis.reports.input_hashes import digest_of
from analysis.reports.page_hashes import EVERYTHING, page_digests
from analysis.reports.releases import DISK_FULL, PREPARED
from analysis.text import LANGUAGES, scenario_text
from analysis.views.status import Status, read_status


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
        for name, table in tables.items():
            write_table(table, Path(folder, "tables", f"{name}.csv"))
        return answer | {"rows": {name: len(table) for name, table in tables.items()}}

    write_answer(Path(folder, PREPARED), read)


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
        file.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
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


def write_table(table: pd.DataFrame, file: Path) -> None:
    """Write a table as UTF-8 CSV in which no text is taken for a formula and every list is JSON.

    Parameters
    ----------
    table : DataFrame
    file : Path
        Its folder is made.

    """
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(to_csv(table), encoding="utf-8")
