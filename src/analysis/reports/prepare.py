"""Validate all raw material and write the tidy tables, before any notebook is run.

It runs in the kernel server, where the library is imported already, and leaves its answer in files.
"""

import json
import traceback
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.core.periods import as_of_date
from analysis.exports.few import refuse_few_persons
from analysis.municipal.status import read_panel
from analysis.municipal.text import area_name, area_word, position_name
from analysis.quarter.vintages import refuse_rewriting, vintage_of
from analysis.records.strategy import Strategy
from analysis.reports.dependencies import EVERYTHING, page_digests
from analysis.reports.inputs import digest_of
from analysis.reports.publish import ANSWER, NO_ROOM
from analysis.text import LANGUAGES
from analysis.views.status import read_status

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class NothingKnownError(ValueError):
    """A quarter for which there is neither a figure nor a judgement."""


def prepare(quarter: str, as_of: str, languages: list[str], folder: str, areas: str = "") -> None:
    """Write ``tables/*.csv`` and the answer, ``prepared.json``, into `folder`; `areas` is a kind of them, or none.

    The answer holds ``strategy`` (names), ``goals`` and ``indicators`` in report order, ``as_of``, the ``rows`` of each
    table, and the ``digests`` of what each page shows in each language; of areas the names; or ``refused``: what is
    wrong with the raw material or the quarter; or ``failed``: where the library itself broke.
    """
    try:
        asked = quarter, as_of, languages, Path(folder)
        answer = _prepared_areas(areas, *asked) if areas else _prepared(*asked)
    except (ValueError, LookupError, FileNotFoundError) as error:
        answer = {"refused": str(error)} if _is_ours(error) else {"failed": traceback.format_exc()}
    except OSError:
        raise SystemExit(NO_ROOM) from None
    except Exception:
        answer = {"failed": traceback.format_exc()}
    try:
        Path(folder, ANSWER).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    except OSError:
        raise SystemExit(NO_ROOM) from None


def _is_ours(error: Exception) -> bool:
    return type(error).__module__.startswith("analysis.") or isinstance(error, FileNotFoundError)


def _prepared(quarter: str, as_of: str, languages: list[str], folder: Path) -> dict[str, Any]:
    statuses = {language: read_status(quarter, language, as_of) for language in languages}
    status, day = statuses[languages[0]], as_of_date(quarter, as_of or None).date().isoformat()
    refuse_few_persons(status)
    if status.observations.empty and not (status.lights["colour_source"] == "judgement").any():
        raise NothingKnownError(f"{quarter}: no figure was published by {day}, and there are no judgements of it")
    if day == as_of_date(quarter).date().isoformat():  # as known at another day, it is not what was published
        refuse_rewriting(quarter, vintage_of(status.strategy, status.observations, status.lights), status.strategy)
    tables = {
        "lights": status.lights.reset_index(),
        "trends": status.trends.reset_index(),
        "observations": status.observations,
    }
    for name, table in tables.items():
        write_table(table, folder / "tables" / f"{name}.csv")
    return {
        **_contents(status.strategy),
        "as_of": day,
        "rows": {name: len(table) for name, table in tables.items()},
        "digests": {language: page_digests(status) for language, status in statuses.items()},
    }


def _prepared_areas(kind: str, quarter: str, as_of: str, languages: list[str], folder: Path) -> dict[str, Any]:
    panel = read_panel(quarter, kind, as_of)
    tables = {"standing": panel.standing.reset_index(), "figures": panel.figures, "areas": panel.areas.reset_index()}
    for name, table in tables.items():
        write_table(table, folder / "tables" / f"{name}.csv")
    whole = digest_of({name: table.to_csv() for name, table in tables.items()})  # every page shows every area's place
    around, strategy = panel.register.register["name"], panel.strategy.name
    return {
        **_contents(panel.strategy),
        "strategy": {
            language: area_word("site", language, strategy=strategy[language], kind=area_word(kind, language))
            for language in LANGUAGES
        },
        "areas": [
            {"code": code, "around": around.get(row["within"], "")}
            | {f"name_{language}": area_name(kind, row["name"], language) for language in LANGUAGES}
            for code, row in panel.areas[panel.areas.index.isin(panel.figures["area"])].iterrows()
        ],
        "as_of": panel.day.date().isoformat(),
        "rows": {name: len(table) for name, table in tables.items()},
        "digests": {language: {EVERYTHING: whole} for language in languages},
    }


def _contents(strategy: Strategy) -> dict[str, Any]:
    names = ["slug", "name_nb", "name_en"]
    return {
        "strategy": strategy.name,
        "goals": strategy.goals[["goal", *names]].to_dict("records"),
        "indicators": strategy.indicators[["indicator", "goal", *names]].to_dict("records"),
    }


def write_table(table: pd.DataFrame, file: Path) -> None:
    """Write a table as UTF-8 CSV in which no text is taken for a formula and every list is JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    texts = table.select_dtypes(exclude=["number", "bool", "datetime"]).columns
    guarded = table.assign(**{name: table[name].map(_cell) for name in texts})
    guarded.to_csv(file, index=False, encoding="utf-8", lineterminator="\n", date_format="%Y-%m-%d")


def _cell(value: Any) -> Any:
    """Return a text as a spreadsheet should show it; an apostrophe keeps what looks like a formula from being one."""
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, str):
        guarded = f"'{value}" if value.startswith(_FORMULA) else value
        return guarded.replace("\r", "\n")  # a bare carriage return is not quoted, and would end the row
    return value
