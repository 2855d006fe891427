"""What each page depends on: a hash of the rows shown on it, so that a changed figure remakes only its own pages.

Raw files that reach every page (strategy, sources, known issues, areas) are not in these hashes; they are part of every
page's key beside them, as are template, parameters, library and lock: `analysis.reports.plan.page_key`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pandas as pd

from analysis.quarter.changes import by_edition
from analysis.quarter.published_lights import read_published
from analysis.records.editions import edition_of
from analysis.reports.input_hashes import digest_of
from analysis.views.status import Status

EVERYTHING = ""  # stands for pages without a digest of their own, which show something of all rows


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
    kinds = items["kind"]
    goals = {f"maal-{goal}": items.index[items["goal"] == goal] for goal in status.strategy.goals["goal"]}
    indicators = items[kinds == "indicator"]
    alone = {f"indikator-{slug}": [item] for item, slug in indicators["slug"].items()}
    by_measure = {
        "observations": _rows_by_key(status.observations, status.observations["measure"]),
        "trends": _rows_by_key(status.trends, status.trends.index),
        "verdicts": _rows_by_key(status.verdicts, status.verdicts["measure"]),
    }
    by_item = {
        "lights": _rows_by_key(status.lights, status.lights.index),
        "corrections": _rows_by_key(status.corrections, status.corrections["item"]),
        "prose": _rows_by_key(status.prose["text"].reset_index(), status.prose.index.get_level_values("item")),
    }
    measures_of = {item: status.strategy.measures_of(item).index for item in items.index if kinds[item] != "subgoal"}
    # every page says when nobody has judged, and which edition it is of
    judged = bool((status.lights["colour_source"] == "judgement").any()), edition_of(status.quarter, status.corrections)
    digests = {}
    for page, own_items in (goals | alone | {EVERYTHING: items.index}).items():
        measures = {measure for item in own_items for measure in measures_of.get(item, ())}
        surveys = status.strategy.measures.loc[sorted(measures), "survey"].dropna()
        respondents = status.strategy.surveys.loc[surveys.unique(), "respondents"]  # a page states how many answered
        rows = [_choose(by_measure, measures | set(respondents)), _choose(by_item, own_items)]
        digests[page] = digest_of([judged, status.strategy.draft, *rows])
    # the front page is compared with the previous quarter as it was published, and the data page shows warnings
    quarter = status.lights["previous_quarter"].max()
    vintage = read_published(quarter) if quarter else None
    before = [frame.to_csv() for frame in vars(vintage).values()] if vintage else []
    parts = [digests[EVERYTHING], before, by_edition(status).html, status.noticed.to_csv()]
    return digests | {EVERYTHING: digest_of(parts)}


def _rows_by_key(frame: pd.DataFrame, keys: Iterable[str]) -> dict[str, list[str]]:
    """Return a frame's rows as exact texts, by key; a page does not depend on where in the frame they are."""
    rows = defaultdict(list)
    for key, row in zip(keys, frame.itertuples(index=False, name=None), strict=True):
        rows[key].append(repr(row))
    return rows


def _choose(frames: Mapping[str, Mapping[str, list[str]]], keys: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    keys = sorted(keys)
    return {name: {key: rows[key] for key in keys if key in rows} for name, rows in frames.items()}
