"""What a preview reads, in servers forked from one another, and the list of what is left to do in a quarter."""

from pathlib import Path
from typing import Any

from analysis.core.periods import as_of_date
from analysis.exports import refuse_small_counts
from analysis.quarter.claims import claimed, claims
from analysis.quarter.new_quarter import find_due
from analysis.quarter.vintages import refuse_rewriting, vintage_of
from analysis.reports.prepare import describe_pages, write_answer
from analysis.reports.preview import TASKS
from analysis.reports.publish import PREPARED
from analysis.text import look_up
from analysis.views import status as statuses


def read_figures(quarter: str, languages: list[str], folder: str) -> None:
    """Read the quarter in every language, so that a server forked from here need not; the answer says what is wrong."""

    def read() -> dict[str, Any]:
        for language in languages:
            statuses.read_status(quarter, language)
        return {}

    write_answer(Path(folder, PREPARED), read)


def read_texts(quarter: str, languages: list[str], folder: str) -> None:
    """Read the experts' texts anew, beside figures that have been read; the answer is `describe_pages`."""

    def read() -> dict[str, Any]:
        statuses.cache.change(lambda status: status.in_language(status.language))
        both = {language: statuses.read_status(quarter, language) for language in languages}
        return describe_pages(both, as_of_date(quarter).date().isoformat())

    write_answer(Path(folder, PREPARED), read)


def list_tasks(quarter: str, languages: list[str], folder: str) -> None:
    """Write ``tasks.json``: ``claims`` that the figures contradict, rows still ``open``, measures ``overdue``.

    Each has the ``page`` where it is seen, its ``place`` in the raw material, and ``words``. What keeps a report from
    being published although its pages can be made is refused here.

    Parameters
    ----------
    quarter : str
    languages : list of {"nb", "en"}
    folder : str
        The preview's.

    """
    write_answer(Path(folder, TASKS), lambda: _tasks(quarter, languages))


def _tasks(quarter: str, languages: list[str]) -> dict[str, Any]:
    both = [statuses.read_status(quarter, language) for language in languages]
    status, language = both[0], languages[0]
    refuse_small_counts(status)
    refuse_rewriting(quarter, vintage_of(status.strategy, status.observations, status.lights), status.strategy)
    items, name = status.strategy.items, f"name_{language}"

    def page_of(item: str) -> str:
        row = items.loc[item] if item in items.index else {"kind": "strategy"}
        goal = f"maal-{row['goal']}" if row["kind"] in ("goal", "subgoal") else "strategi"
        return f"indikator-{row['slug']}" if row["kind"] == "indicator" else goal

    contradicted = []
    for written in both:
        found = claims(written)
        for row in found[found["verdict"] == "contradicted"].itertuples():
            claim = f"{row.phrase}: {claimed(row.claim, row.language)}"
            page = f"{row.language}/{page_of(row.item)}.html"
            contradicted.append({"page": page, "place": row.place, "words": [row.sentence, claim, row.trend]})
    lights, due = status.lights, find_due(status.strategy, status.trends, status.observations, quarter)
    unjudged = lights[lights["colour_source"] != "judgement"]
    overdue = due[due["state"] == "overdue"]
    names = status.strategy.measures[name]
    last = [look_up("preview.tasks", "last", language, period=period) for period in overdue["latest_period"]]
    return {
        "claims": contradicted,
        "open": [
            {"page": f"{language}/{page_of(item)}.html", "place": item, "words": [row[name]]}
            for item, row in unjudged.iterrows()
        ],
        "overdue": [
            {"page": f"{language}/{page_of(row.item)}.html", "place": row.item, "words": [names[row.measure], words]}
            for row, words in zip(overdue.itertuples(), last, strict=True)
        ],
    }
