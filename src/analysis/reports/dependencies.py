"""What each page depends on: a hash of the rows shown on it, so that a changed figure remakes only its own pages.

The whole files that every page reads (strategy, sources, known issues) are not in these hashes; they are part of every
page's key beside them, as are template, parameters, library and lock.
"""

from collections.abc import Iterable

from analysis.reports.inputs import digest_of
from analysis.status import Status
from analysis.vintages import read_published

EVERYTHING = ""


def page_digests(status: Status) -> dict[str, str]:
    """Return the hash of what each goal's and indicator's page shows, and under ``EVERYTHING`` of all there is."""
    items = status.strategy.items
    goals = {f"maal-{goal}": items.index[items["goal"] == goal] for goal in status.strategy.goals["goal"]}
    indicators = items[items["kind"] == "indicator"]
    alone = {f"indikator-{slug}": [item] for item, slug in indicators["slug"].items()}
    pages = {page: _digest(status, shown) for page, shown in (goals | alone).items()}
    return pages | {EVERYTHING: digest_of([_digest(status, items.index), _published_before(status)])}


def _published_before(status: Status) -> list[str]:
    """Return the previous quarter as it was published, which the front page is held against; empty when it is not."""
    quarter = status.lights["previous_quarter"].max()
    vintage = read_published(quarter) if quarter else None
    return [frame.to_csv() for frame in (vintage.lights, vintage.figures, vintage.method)] if vintage else []


def _digest(status: Status, items: Iterable[str]) -> str:
    items = list(items)
    measures = _measures(status, items)
    frames = {
        "observations": status.observations[status.observations["measure"].isin(measures)],
        "trends": status.trends[status.trends.index.isin(measures)],
        "lights": status.lights[status.lights.index.isin(items)],
        "verdicts": status.verdicts[status.verdicts["measure"].isin(measures)],
        "prose": status.prose.loc[status.prose.index.get_level_values("item").isin(items), "text"],
    }
    judged = bool((status.lights["colour_source"] == "judgement").any())  # every page says when nobody has judged
    return digest_of({"judged": judged} | {name: frame.to_csv() for name, frame in frames.items()})


def _measures(status: Status, items: Iterable[str]) -> set[str]:
    """Return the measures shown on the items' page, and the respondents of the surveys they are asked in."""
    kinds = status.strategy.items["kind"]
    shown = {m for item in items if kinds[item] != "subgoal" for m in status.strategy.measures_of(item).index}
    surveys = status.strategy.measures.loc[sorted(shown), "survey"].dropna()
    return shown | set(status.strategy.surveys.loc[surveys.unique(), "respondents"])
