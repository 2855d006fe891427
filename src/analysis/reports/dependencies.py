"""What each page depends on: a hash of the rows shown on it, so that a changed figure remakes only its own pages.

Raw files that reach every page (strategy, sources, known issues, areas) are not in these hashes; they are part of every
page's key beside them, as are template, parameters, library and lock.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pandas as pd

from analysis.quarter.vintages import read_published
from analysis.reports.inputs import digest_of
from analysis.views.status import Status

EVERYTHING = ""


def page_digests(status: Status) -> dict[str, str]:
    """Return the hash of what each goal's and indicator's page shows, and under ``EVERYTHING`` of all there is."""
    items = status.strategy.items
    goals = {f"maal-{goal}": items.index[items["goal"] == goal] for goal in status.strategy.goals["goal"]}
    indicators = items[items["kind"] == "indicator"]
    alone = {f"indikator-{slug}": [item] for item, slug in indicators["slug"].items()}
    pages = goals | alone | {EVERYTHING: items.index}
    by_measure = {
        "observations": _rows(status.observations, status.observations["measure"]),
        "trends": _rows(status.trends, status.trends.index),
        "verdicts": _rows(status.verdicts, status.verdicts["measure"]),
    }
    by_item = {
        "lights": _rows(status.lights, status.lights.index),
        "prose": _rows(status.prose["text"].reset_index(), status.prose.index.get_level_values("item")),
    }
    judged = bool((status.lights["colour_source"] == "judgement").any())  # every page says when nobody has judged
    found = {
        page: digest_of([judged, _chosen(by_measure, _measures(status, shown)), _chosen(by_item, shown)])
        for page, shown in pages.items()
    }
    told = [_published_before(status), status.noticed.to_csv()]
    return found | {EVERYTHING: digest_of([found[EVERYTHING], *told])}


def _published_before(status: Status) -> list[str]:
    """Return the previous quarter as it was published, which the front page is held against; empty when it is not."""
    quarter = status.lights["previous_quarter"].max()
    vintage = read_published(quarter) if quarter else None
    return [frame.to_csv() for frame in (vintage.lights, vintage.figures, vintage.method)] if vintage else []


def _rows(frame: pd.DataFrame, keys: Iterable[str]) -> dict[str, list[str]]:
    """Return a frame's rows as exact texts, by key; their place in the frame is none of a page's business."""
    found = defaultdict(list)
    for key, row in zip(keys, frame.itertuples(index=False, name=None), strict=True):
        found[key].append(repr(row))
    return found


def _chosen(frames: Mapping[str, Mapping[str, list[str]]], keys: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    keys = sorted(keys)
    return {name: {key: rows[key] for key in keys if key in rows} for name, rows in frames.items()}


def _measures(status: Status, items: Iterable[str]) -> set[str]:
    """Return the measures shown on the items' page, and the respondents of the surveys they are asked in."""
    kinds = status.strategy.items["kind"]
    shown = {m for item in items if kinds[item] != "subgoal" for m in status.strategy.measures_of(item).index}
    surveys = status.strategy.measures.loc[sorted(shown), "survey"].dropna()
    return shown | set(status.strategy.surveys.loc[surveys.unique(), "respondents"])
