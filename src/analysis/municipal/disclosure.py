"""Which figures of areas are withheld: few persons, and what sums over larger areas and mergers would give away."""

import numpy as np
import pandas as pd

from analysis.records.areas import KINDS, Areas, carried, delivered_or_summed, kinds_of
from analysis.records.disclosure.nested import sums_of_members, suppress_complementary
from analysis.records.disclosure.sums import counts_of
from analysis.records.disclosure.suppression import is_small_count

_NAMES = ["measure", "period", "codes"]


def find_revealing_areas(rows: pd.DataFrame, areas: Areas, day: pd.Timestamp) -> pd.MultiIndex:
    """Return the figures to withhold as (measure, period, codes); those of a merged area are joined by "+".

    `rows` are the editions known on `day` of figures of persons, with threshold and base, and `whole` as
    `areas.carried` takes it. Municipalities, what they were merged into, health communities and regions make sums in
    each period. They are taken by the days on which they could first be shown: what is withheld once stays withheld,
    and what is out gives way to nothing.
    """
    rows = rows.assign(group=rows.groupby(["measure", "period"], sort=False).ngroup())
    merged = _mergers(areas, day)
    turns = _turns(rows, merged)
    hidden = shown = pd.MultiIndex.from_arrays([[]] * len(_NAMES), names=_NAMES)
    for _, days in turns.groupby("turn"):
        known = rows.assign(now=rows["group"].map(days.set_index("group")["day"]))
        known = known[known["published"] <= known["now"]].sort_values("published", kind="stable")
        latest = known.drop_duplicates(["group", "area"], keep="last").sort_index()
        cells, members = _cells(latest, areas, merged)
        names = pd.MultiIndex.from_frame(cells[_NAMES])
        own = is_small_count(*(cells[n] for n in ("part", "whole", "threshold", "base"))) | names.isin(hidden)
        tables = cells.assign(**{name: cells.groupby("group")[name].transform("max") for name in ("threshold", "base")})
        found = suppress_complementary(tables, sums_of_members(cells, members), own, names.isin(shown))
        hidden, shown = hidden.append(names[found]).unique(), shown.append(names[~found])
    return hidden


def _mergers(areas: Areas, day: pd.Timestamp) -> dict[pd.Timestamp, set[str]]:
    """Return for each day up to `day` on which areas were merged the codes that then lived on in a merged area."""
    changes, found = areas.changes[areas.changes["date"] <= day], {}
    for date, change in changes.groupby("date"):
        successors = areas.successors(date)
        found[date] = set(successors.index[successors.isin(set(change.loc[change["new"].duplicated(), "new"]))])
    return {date: codes for date, codes in found.items() if codes}


def _turns(rows: pd.DataFrame, merged: dict[pd.Timestamp, set[str]]) -> pd.DataFrame:
    """Return the days on which something of a table became known, or could be shown as merged: group, day and turn."""
    seen = rows[["group", "published"]].drop_duplicates().set_axis(["group", "day"], axis=1)
    first = seen.groupby("group")["day"].min()
    for date, codes in merged.items():
        groups = rows.loc[rows["area"].isin(codes), "group"].unique()
        seen = pd.concat([seen, pd.DataFrame({"group": groups, "day": first[groups].clip(lower=date).to_numpy()})])
    seen = seen.drop_duplicates(ignore_index=True)
    return seen.assign(turn=seen.groupby("group")["day"].rank("dense").astype(int))


def _cells(rows: pd.DataFrame, areas: Areas, merged: dict[pd.Timestamp, set[str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every figure that `rows` could be shown as, and which are parts and total of which sum.

    Cells: measure, period, codes, group; part, whole and slack; threshold and base (of a sum the strictest).
    """
    kinds = kinds_of(rows["area"], areas)
    smaller = rows[kinds == KINDS[-1]]
    levels = [smaller.assign(codes=smaller["area"])]
    joined = [_joined(smaller[smaller["area"].isin(codes)], areas, date) for date, codes in merged.items()]
    levels.append(pd.concat([smaller[:0].assign(parts="", codes=""), *joined]).drop_duplicates(_NAMES))
    for kind in reversed(KINDS[:-1]):
        smaller = delivered_or_summed(rows[kinds == kind], smaller, areas, kind)
        levels.append(smaller.assign(codes=smaller["area"]))
    cells = pd.concat(levels, ignore_index=True)
    tables = rows.groupby(["measure", "period"])[["group", "threshold", "base"]].max()
    limits = cells[["measure", "period"]].join(tables, on=["measure", "period"])
    cells = cells.assign(**{name: cells[name].fillna(limits[name]).astype(int) for name in tables})
    cells = cells.drop(columns="whole").join(counts_of(cells))
    cells = cells.assign(rest=cells["whole"] - cells["part"])
    return cells, _members(cells, levels[1], areas)


def _joined(rows: pd.DataFrame, areas: Areas, date: pd.Timestamp) -> pd.DataFrame:
    """Return the merged areas' figures, for the tables that can be shown on or after the day of the merger."""
    made = carried(rows[rows["now"] >= date], areas, date)
    return made[made["parts"].str.contains("+", regex=False)].assign(codes=lambda all_: all_["parts"])


def _members(cells: pd.DataFrame, joined: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """Return the members of each sum: its number (that of its total), their place among the cells, which is total."""
    place = pd.Series(np.arange(len(cells)), index=pd.MultiIndex.from_frame(cells[["group", "codes"]]))
    around = cells["codes"].map(areas.register["within"]).fillna("")
    totals = [place.reindex(pd.MultiIndex.from_arrays([cells["group"], around])).to_numpy()]
    parts = [np.arange(len(cells))]
    if len(joined):
        sums = cells[cells["codes"].str.contains("+", regex=False)]
        each = sums.assign(code=sums["codes"].str.split("+")).explode("code")
        parts.append(place.reindex(pd.MultiIndex.from_frame(each[["group", "code"]])).to_numpy())
        totals.append(each.index.to_numpy(dtype=float))
    found = pd.DataFrame({"sum": np.concatenate(totals), "place": np.concatenate(parts), "total": False})
    found = found.dropna(subset="sum").astype({"sum": int, "place": int})
    numbers = found["sum"].unique()
    return pd.concat([found, pd.DataFrame({"sum": numbers, "place": numbers, "total": True})], ignore_index=True)
