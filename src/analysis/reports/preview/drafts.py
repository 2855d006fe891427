"""What a preview reads, in servers forked from one another, and the list of what is left to do in a quarter."""

from pathlib import Path
from typing import Any

from analysis.quarter.claims import claimed, claims
from analysis.quarter.new_quarter import find_due
from analysis.reports.prepare import describe_pages, refuse_unpublishable, write_answer
from analysis.reports.preview import TASKS
from analysis.reports.releases import PREPARED
from analysis.text import look_up
from analysis.views.status import Status, cache, read_status


def read_quarter(reading: dict[str, str], languages: list[str], folder: str, texts: bool) -> None:
    """Read a quarter, or only its texts anew where the rest has been read; the answer is that of `describe_pages`.

    Parameters
    ----------
    reading : dict
        What `read_status` is asked for beside the language.
    languages : list of {"nb", "en"}
    folder : str
        The preview's.
    texts : bool
        Read only the experts' texts.

    """

    def read() -> dict[str, Any]:
        if texts:
            cache.change(lambda status: status.in_language(status.language))
        statuses = {language: read_status(**reading, language=language) for language in languages}
        return describe_pages(statuses) if texts else {}

    write_answer(Path(folder, PREPARED), read)


def list_tasks(reading: dict[str, str], languages: list[str], folder: str) -> None:
    """Write ``tasks.json``: ``claims`` that the figures contradict, rows still ``open``, measures ``overdue``.

    Each has the ``page`` where it is seen, its ``place`` in the raw material, and ``words``. What keeps a report from
    being published although its pages can be made is refused here.

    Parameters
    ----------
    reading : dict
        What `read_status` is asked for beside the language.
    languages : list of {"nb", "en"}
    folder : str
        The preview's.

    """

    def find() -> dict[str, Any]:
        language = languages[0]
        last = "preview.tasks", "last", language
        statuses = [read_status(**reading, language=each) for each in languages]
        status, name = statuses[0], f"name_{language}"
        refuse_unpublishable(status)
        lights, due = status.lights, find_due(status.strategy, status.trends, status.observations, status.quarter)
        unjudged = lights[lights["colour_source"] != "judgement"]
        names = status.strategy.measures[name]
        return {
            "claims": [
                _task(
                    each,
                    row.item,
                    row.place,
                    row.sentence,
                    f"{row.phrase}: {claimed(row.claim, each.language)}",
                    row.trend,
                )
                for each in statuses
                for row in claims(each).query("verdict == 'contradicted'").itertuples()
            ],
            "open": [_task(status, item, item, row[name]) for item, row in unjudged.iterrows()],
            "overdue": [
                _task(status, row.item, row.item, names[row.measure], look_up(*last, period=row.latest_period))
                for row in due[due["state"] == "overdue"].itertuples()
            ],
        }

    write_answer(Path(folder, TASKS), find)


def _task(status: Status, item: str, place: str, *words: str) -> dict[str, Any]:
    row = status.strategy.items.loc[item] if item in status.strategy.items.index else {"kind": "strategy"}
    page = f"maal-{row['goal']}" if row["kind"] in ("goal", "subgoal") else "strategi"
    page = f"indikator-{row['slug']}" if row["kind"] == "indicator" else page
    return {"page": f"{status.language}/{page}.html", "place": place, "words": words}
