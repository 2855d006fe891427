"""Which figures of areas are withheld: few persons, and what sums over larger areas and mergers would give away."""

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.records.areas import KINDS, Areas, carried, delivered_or_summed, kinds_of
from analysis.records.disclosure.suppression import counts_of, is_small_count, sums_of_members, suppress_complementary

_NAMES = ["measure", "period", "codes"]


def find_revealing_areas(rows: pd.DataFrame, areas: Areas, day: pd.Timestamp) -> pd.MultiIndex:
    """Return the figures of areas to withhold.

    Municipalities, what they were merged into, health communities and regions make sums in each period. They are taken
    by the days on which they could first be shown: what is withheld once stays withheld, and what has been published
    cannot be withheld to protect another.

    Parameters
    ----------
    rows : DataFrame
        The editions known on `day` of figures of persons, with threshold and base, and `whole` as `areas.carried` takes
        it.
    areas : Areas
    day : Timestamp

    Returns
    -------
    MultiIndex
        (measure, period, codes); the codes of a merged area are joined by "+".

    References
    ----------
    docs/disclosure.md.

    """
    rows = rows.assign(group=rows.groupby(["measure", "period"], sort=False).ngroup())
    # by day of change, the codes that then lived on in a merged area: they and their sum could be shown side by side
    changes, merged = areas.changes[areas.changes["date"] <= day], {}
    for date, change in changes.groupby("date"):
        successors = areas.successors(date)
        codes = set(successors.index[successors.isin(set(change.loc[change["new"].duplicated(), "new"]))])
        if codes:
            merged[date] = codes
    hidden = public = pd.MultiIndex.from_arrays([[]] * len(_NAMES), names=_NAMES)
    for _, days in _turns(rows, merged).groupby("turn"):
        latest = rows.assign(now=rows["group"].map(days.set_index("group")["day"]))
        latest = latest[latest["published"] <= latest["now"]].sort_values("published", kind="stable")
        latest = latest.drop_duplicates(["group", "area"], keep="last").sort_index()
        cells, members = _cells(latest, areas, merged)
        names = pd.MultiIndex.from_frame(cells[_NAMES])
        small = is_small_count(*(cells[n] for n in ("part", "whole", "threshold", "base"))) | names.isin(hidden)
        # within a table the strictest owner's limit protects all: a sum gives away the figures of every owner
        tables = cells.assign(**{name: cells.groupby("group")[name].transform("max") for name in ("threshold", "base")})
        withheld = suppress_complementary(tables, sums_of_members(cells, members), small, names.isin(public))
        hidden, public = hidden.append(names[withheld]).unique(), public.append(names[~withheld])
    return hidden


def figures_of_kinds(rows: pd.DataFrame, areas: Areas) -> dict[str, pd.DataFrame]:
    """Return the figures of each kind of area, from the smallest up: delivered, or the sum of the kind below.

    Parameters
    ----------
    rows : DataFrame
        Figures of areas of all kinds, one for each measure, area and period.
    areas : Areas

    Returns
    -------
    dict of str to DataFrame

    """
    kinds = kinds_of(rows["area"], areas)
    figures = {KINDS[-1]: rows[kinds == KINDS[-1]]}
    for smaller, kind in pairwise(reversed(KINDS)):
        figures[kind] = delivered_or_summed(rows[kinds == kind], figures[smaller], areas, kind)
    return figures


def _turns(rows: pd.DataFrame, merged: dict[pd.Timestamp, set[str]]) -> pd.DataFrame:
    """Return the days on which something of a table became known, or could be shown as merged: group, day and turn."""
    days = rows[["group", "published"]].drop_duplicates().set_axis(["group", "day"], axis=1)
    first = days.groupby("group")["day"].min()
    for date, codes in merged.items():
        groups = rows.loc[rows["area"].isin(codes), "group"].unique()
        days = pd.concat([days, pd.DataFrame({"group": groups, "day": first[groups].clip(lower=date).to_numpy()})])
    days = days.drop_duplicates(ignore_index=True)
    return days.assign(turn=days.groupby("group")["day"].rank("dense").astype(int))


def _cells(rows: pd.DataFrame, areas: Areas, merged: dict[pd.Timestamp, set[str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every figure that `rows` could be shown as, and which are parts and total of which sum.

    Cells: measure, period, codes, group; part, whole and slack; threshold and base (of a sum the strictest).
    """
    kinds = figures_of_kinds(rows, areas)
    smaller = kinds[KINDS[-1]]
    levels = [level.assign(codes=level["area"]) for level in kinds.values()]
    # merged areas' figures, of the tables that can be shown on or after the day of the merger
    joined = [smaller[:0].assign(parts="", codes="")]
    for date, codes in merged.items():
        made = carried(smaller[smaller["area"].isin(codes) & (smaller["now"] >= date)], areas, date)
        made = made[made["parts"].str.contains("+", regex=False)]
        joined.append(made.assign(codes=made["parts"]))
    levels.insert(1, pd.concat(joined).drop_duplicates(_NAMES))
    cells = pd.concat(levels, ignore_index=True)
    tables = rows.groupby(["measure", "period"])[["group", "threshold", "base"]].max()
    limits = cells[["measure", "period"]].join(tables, on=["measure", "period"])
    cells = cells.assign(**{name: cells[name].fillna(limits[name]).astype(int) for name in tables})
    cells = cells.drop(columns="whole").join(counts_of(cells))
    cells = cells.assign(rest=cells["whole"] - cells["part"])
    return cells, _members(cells, areas)


def _members(cells: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """Return the members of each sum: its number (that of its total), their place among the cells, which is total."""
    place = pd.Series(np.arange(len(cells)), index=pd.MultiIndex.from_frame(cells[["group", "codes"]]))
    around = cells["codes"].map(areas.register["within"]).fillna("")
    totals = [place.reindex(pd.MultiIndex.from_arrays([cells["group"], around])).to_numpy()]
    parts = [np.arange(len(cells))]
    # a merged area is another sum of the same municipalities
    mergers = cells[cells["codes"].str.contains("+", regex=False)]
    if len(mergers):
        each = mergers.assign(code=mergers["codes"].str.split("+")).explode("code")
        parts.append(place.reindex(pd.MultiIndex.from_frame(each[["group", "code"]])).to_numpy())
        totals.append(each.index.to_numpy(dtype=float))
    members = pd.DataFrame({"sum": np.concatenate(totals), "place": np.concatenate(parts), "total": False})
    members = members.dropna(subset="sum").astype({"sum": int, "place": int})
    numbers = members["sum"].unique()
    return pd.concat([members, pd.DataFrame({"sum": numbers, "place": numbers, "total": True})], ignore_index=True)
