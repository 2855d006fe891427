"""Where something was measured: regions, health communities and municipalities, and how their codes change over time.

``data/raw/areas/areas.csv`` holds the areas with the days between which each code is in force, ``changes.csv`` which
codes became which on which day: a new number, a merger, or a split. Figures are carried from one code to the next only
where nothing is lost or guessed: a new number takes its series along, a merger the sum of all its parts, a split
nothing at all.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.typing import DataFrameGroupBy

from analysis.core import paths, periods
from analysis.core.faults import Fault, RawDataError, rejections
from analysis.core.names import suggest
from analysis.intake import table_layout
from analysis.intake.cells import read_period
from analysis.intake.forbidden_text import text_faults
from analysis.records.documents import NAME_LIMIT

KINDS: Final = ("region", "helsefellesskap", "kommune")  # from large to small; each lies within one of the kind before
FOLDER: Final = "areas"
AREAS: Final = table_layout.Layout(("code", "kind", "name", "within", "since", "until", "source"))
CHANGES: Final = table_layout.Layout(("date", "old", "new", "source"))
COUNTS: Final = ("numerator", "denominator")
_CODE: Final = re.compile("[A-Za-z0-9][A-Za-z0-9-]{0,39}")


class AreaError(RawDataError):
    """The register of areas cannot be used, or it has no such area."""


@dataclass(frozen=True, repr=False)
class Areas:
    """The register of areas and the changes of their codes.

    Parameters
    ----------
    register : DataFrame
        Index code; kind (of `KINDS`), name, within (the code of the area around it, "" for a region), since and until
        (the first and last day in force, NaT where open).
    changes : DataFrame
        date, old, new; one row for each pair of codes.

    """

    register: pd.DataFrame
    changes: pd.DataFrame

    def __repr__(self) -> str:
        """Return one line: how many codes of each kind, and how many changes."""
        sizes = ", ".join(f"{count} {kind}" for kind, count in self.register["kind"].value_counts().items())
        return f"<Areas: {sizes}; {len(self.changes)} changes of codes>"

    def in_force(self, kind: str, day: pd.Timestamp) -> pd.DataFrame:
        """Return the areas of a kind in force on a day: rows of ``register``, in order of code.

        Raises
        ------
        AreaError
            For a kind that does not exist.

        """
        if kind not in KINDS:
            raise AreaError([Fault("area", "is no kind of area", value=kind, **suggest(kind, KINDS))])
        areas = self.register[self.register["kind"] == kind]
        return _live(areas, day).sort_index()

    def area(self, code: str, day: pd.Timestamp) -> pd.Series:
        """Return one area in force on a day: a row of ``register``.

        Raises
        ------
        AreaError
            For a code that does not exist, or is not in force then; the message names its successors.

        """
        if code not in self.register.index:
            near = suggest(code, self.register.index)
            raise AreaError([Fault("area", "is the code of no area", value=code, **near)])
        row = self.register.loc[code]
        if row["since"] > day or row["until"] < day:
            change = self.changes[self.changes["old"] == code]
            remedy = "see data/raw/areas/areas.csv"
            if len(change):
                remedy = f"from {change['date'].min().date()} it is {' and '.join(change['new'])}"
            raise AreaError([Fault("area", f"{row['name']} is not in force on {day.date()}", remedy, value=code)])
        return row

    def successors(self, day: pd.Timestamp) -> pd.Series:
        """Return the code in force on a day that each code has become as a whole.

        A code that took in a part of a split area starts anew on that day: what was measured before is not all of it.

        Parameters
        ----------
        day : Timestamp
            Changes up to this day count.

        Returns
        -------
        Series of str
            Index code, those of the changes included; "" where the area was split.

        """
        codes = pd.Index([*self.register.index, *self.changes["old"]]).drop_duplicates()
        successors = codes.to_series()
        for _, change in self.changes[self.changes["date"] <= day].sort_values("date").groupby("date"):
            split = set(change.loc[change["old"].duplicated(keep=False), "old"])
            incomplete = set(change.loc[change["old"].isin(split), "new"])
            new = dict(zip(change["old"], change["new"].where(~change["new"].isin(incomplete), ""), strict=True))
            successors = successors.mask(successors.isin(incomplete), "").map(lambda code, new=new: new.get(code, code))
            successors.update(pd.Series({code: code for code in incomplete}))  # from here on they are themselves again
        return successors


def read_areas(folder: Path | None = None) -> Areas:
    """Return the areas of ``areas/areas.csv`` and ``areas/changes.csv``; none without files.

    Parameters
    ----------
    folder : Path, optional
        The folder of ``areas``; ``data/raw`` unless given.

    Returns
    -------
    Areas

    Raises
    ------
    AreaError
        Listing every fault: form, repeated codes, unknown kinds, areas within none, impossible days.

    Examples
    --------
    >>> read_areas()
    <Areas: 471 kommune, 19 helsefellesskap, 4 region; 429 changes of codes>

    """
    folder = folder or paths.raw_folder()
    faults: list[Fault] = []
    rows: dict[str, list[dict]] = {"areas.csv": [], "changes.csv": []}
    for name, layout in (("areas.csv", AREAS), ("changes.csv", CHANGES)):
        place = folder / FOLDER / name
        # a country may have no areas, and codes that have never changed
        if place.exists() or (name == "areas.csv" and place.parent.is_dir()):
            table = table_layout.read_table(place, layout, folder)
            faults += table.faults
            rows[name] = table.cells.to_dict("records")
    faults += _register_faults(rows["areas.csv"], rows["changes.csv"])
    if rejected := rejections(faults):
        raise AreaError(rejected)
    register = pd.DataFrame(rows["areas.csv"], columns=list(AREAS.names)).set_index("code").drop(columns="source")
    days = {name: pd.to_datetime(register[name].replace("", None)) for name in ("since", "until")}
    changes = pd.DataFrame(rows["changes.csv"], columns=list(CHANGES.names)).drop(columns="source")
    return Areas(register.assign(**days), changes.assign(date=pd.to_datetime(changes["date"])))


def _register_faults(areas: list[dict], changes: list[dict]) -> Iterator[Fault]:
    """Yield what is wrong between the rows of the register, and with its days."""
    kinds: dict[str, str] = {}
    for row in areas:  # an area stands below the one it lies within
        fault = Fault("areas", "", file=row["file"], line=row["line"], value=row["code"])
        around = kinds.get(row["within"], "")
        rules = [
            (row["code"] in kinds, "stands twice", "keep one"),
            (row["kind"] not in KINDS, f"is of the kind '{row['kind']}'", f"write {', '.join(KINDS)}"),
            ((around, row["kind"]) not in pairwise(("", *KINDS)) and row["kind"] in KINDS,
             f"lies within '{row['within']}'", "name the area around it, which stands above it, one kind larger"),
            (not row["name"], "has no name", "write it"),
            (not _CODE.fullmatch(row["code"]), "is no code", "write letters, digits and hyphens, at most 40"),
        ]  # fmt: skip
        yield from (fault.at(problem=problem, remedy=remedy) for is_broken, problem, remedy in rules if is_broken)
        # pages, files and their names are made with it
        odd = [each.problem.removesuffix("; shown as plain text") for each in text_faults(row["name"])]
        odd += [f"is longer than {NAME_LIMIT} characters"] if len(row["name"]) > NAME_LIMIT else []
        yield from (fault.at(problem=f"has a name that {problem}", remedy="write it plainly") for problem in odd)
        yield from _day_faults(row, ("since", "until"), fault)
        if row["since"] and row["until"] and row["since"] > row["until"]:
            yield fault.at(problem="ends before it begins", remedy="correct the days")
        kinds[row["code"]] = row["kind"]
    for row in changes:
        fault = Fault("areas", "", file=row["file"], line=row["line"], value=f"{row['old']} {row['new']}")
        yield from _day_faults(row, ("date",), fault)
        if row["new"] not in kinds:
            yield fault.at(problem=f"became '{row['new']}', which is no area", **suggest(row["new"], kinds))


def _day_faults(row: dict, columns: Iterable[str], fault: Fault) -> Iterator[Fault]:
    for column in columns:
        try:
            if row[column]:
                read_period(row[column], "day")
        except RawDataError:
            yield fault.at(problem=f"{column} '{row[column]}' is no date", remedy="write it as 2024-01-01")


def unknown_area_faults(rows: pd.DataFrame, areas: Areas) -> list[Fault]:
    """Return a rejection for every row whose area is unknown, or not in force in its period.

    Parameters
    ----------
    rows : DataFrame
        Typed rows: area ("" is the country), period, file, sheet and line.
    areas : Areas
        As `read_areas` returns them.

    Returns
    -------
    list of Fault

    """
    # half a million rows of areas have a few thousand pairs: each pair is looked up once
    pairs = rows.loc[rows["area"] != "", ["area", "period"]].drop_duplicates()
    if pairs.empty:
        return []
    spans = _spans(areas)
    days = pairs["period"].map({period: periods.last_day(period) for period in pairs["period"].unique()})
    own = spans.reindex(pairs["area"]).set_axis(pairs.index)
    wrong = pairs[~pairs["area"].isin(spans.index) | (own["since"] > days) | (own["until"] < days)]
    faults, changes = {}, areas.changes
    for code, period in wrong.itertuples(index=False, name=None):
        fault = Fault("area", "is the code of no area", column="area", value=code)
        if code not in spans.index:
            fault = fault.at(**suggest(code, areas.register.index))
        elif spans.at[code, "until"] < periods.last_day(period):
            new = " and ".join(changes.loc[changes["old"] == code, "new"]) or "its successor"
            problem = f"ended with {spans.at[code, 'until'].date()}, {period} goes on"
            fault = fault.at(problem=problem, remedy=f"deliver it under {new}")
        else:
            old = " and ".join(changes.loc[changes["new"] == code, "old"]) or "its predecessor"
            problem = f"began on {spans.at[code, 'since'].date()}, after {period}"
            fault = fault.at(problem=problem, remedy=f"deliver it under {old}")
        faults[code, period] = fault
    return [faults[row["area"], row["period"]].in_row(row) for row in rows.merge(wrong).to_dict("records")]


def _spans(areas: Areas) -> pd.DataFrame:
    """Return the first and last day of every code (index code), those known only from the changes among them."""
    ended = areas.changes.groupby("old")["date"].min() - pd.Timedelta(days=1)
    old = pd.DataFrame({"since": pd.NaT, "until": ended[~ended.index.isin(areas.register.index)]})
    return pd.concat([areas.register[["since", "until"]], old.astype({"since": ended.dtype})])


def carried(rows: pd.DataFrame, areas: Areas, day: pd.Timestamp) -> pd.DataFrame:
    """Return figures under the codes in force on a day: what was renumbered as it is, what was merged summed.

    A merged area has a figure where all its parts have their counts, its share computed anew; nothing is carried across
    a split.

    Parameters
    ----------
    rows : DataFrame
        One row for each measure, period and area (code): value, numerator, denominator, unit, source, published, and
        whole (whether it is a count, not a share).
    areas : Areas
        As `read_areas` returns them.
    day : Timestamp
        The day.

    Returns
    -------
    DataFrame
        The same columns, and parts: the codes that the figure came from, joined by "+".

    """
    successors = areas.successors(day)
    current = rows.assign(successor=rows["area"].map(successors).fillna(""))
    codes = _spans(areas).reindex(successors.index).assign(successor=successors)
    # every code that has become the same area must have its figure, where it was in force in the period
    return _summed(current[current["successor"] != ""], "successor", codes[codes["successor"] != ""])


def within(rows: pd.DataFrame, areas: Areas, kind: str) -> pd.DataFrame:
    """Return figures of the areas of a larger kind, summed from all that lay within each in the period.

    An area has a figure only where every area within it that was in force in the period has its counts; codes from
    before the register's first day are left out.

    Parameters
    ----------
    rows : DataFrame
        Figures of the next smaller kind, as `carried` takes them.
    areas : Areas
        As `read_areas` returns them.
    kind : {"region", "helsefellesskap"}
        The larger kind.

    Returns
    -------
    DataFrame
        As `carried` returns it.

    """
    smaller = areas.register[areas.register["kind"] == KINDS[KINDS.index(kind) + 1]]
    inner = rows.assign(within=rows["area"].map(smaller["within"])).dropna(subset="within")
    return _summed(inner, "within", smaller)


def delivered_or_summed(delivered: pd.DataFrame, smaller: pd.DataFrame, areas: Areas, kind: str) -> pd.DataFrame:
    """Return the figures of a larger kind of area: as delivered, else the sum of all areas within.

    Parameters
    ----------
    delivered, smaller : DataFrame
        Figures of the kind and of the next smaller one, as `carried` takes them.
    areas : Areas
        As `read_areas` returns them.
    kind : {"region", "helsefellesskap"}
        The larger kind.

    Returns
    -------
    DataFrame
        As `carried` returns it.

    """
    both = pd.concat([delivered.assign(parts=delivered["area"]), within(smaller, areas, kind)], ignore_index=True)
    return both.drop_duplicates(["measure", "period", "area"], ignore_index=True)


def kinds_of(codes: pd.Series, areas: Areas) -> pd.Series:
    """Return the kind of area of each code; codes from before the register's first day are of municipalities."""
    return codes.map(areas.register["kind"]).fillna(KINDS[-1])


def _summed(rows: pd.DataFrame, by: str, codes: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each measure, period and area: the figure itself if it has one part, else the sum of all.

    The area is that of the column `by`; `codes` has a row for each code of it, which must report for the sum of each
    period in which it is in force.
    """
    in_force = {period: _live(codes, periods.last_day(period)).groupby(by).size() for period in rows["period"].unique()}
    needed = pd.concat(in_force, names=["period"]) if in_force else pd.Series(dtype=int)
    groups = rows.groupby(["measure", "period", by], sort=False)
    sums = groups[[*COUNTS, "value"]].sum(min_count=1)  # nothing reported is missing, not zero
    firsts = groups[["unit", "whole", "value", *COUNTS]].first()
    texts = {"parts": _joined(rows["area"], groups), "source": _joined(rows["source"], groups)}
    others = {"published": groups["published"].max(), "unit": firsts["unit"], "whole": firsts["whole"].astype(bool)}
    result = pd.DataFrame(texts | others)
    needed = needed.reindex(result.index.droplevel("measure")).set_axis(result.index)
    is_complete = groups[[*COUNTS, "value"]].count().eq(needed, axis=0)
    sums = sums.where(is_complete)
    # shares cannot be summed: a merged share is that of the summed counts
    share = 100 * sums["numerator"] / sums["denominator"]
    sums["value"] = sums["value"].where(result["whole"], share)
    is_alone = (groups.size() == 1) & (needed == 1)
    figures = firsts[[*COUNTS, "value"]].where(is_alone, sums)
    return result.join(figures).dropna(subset="value").reset_index().rename(columns={by: "area"})


def _live(areas: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    return areas[~(areas["since"] > day) & ~(areas["until"] < day)]


def _joined(texts: pd.Series, groups: DataFrameGroupBy) -> NDArray:
    """Return the different texts of each group, in their order, joined by "+"."""
    # far quicker than an aggregation of pandas, which would call Python for every group
    members: list[dict[str, None]] = [{} for _ in range(groups.ngroups)]
    for group, text in zip(groups.ngroup().to_numpy(), texts.to_numpy(dtype=object), strict=True):
        members[group][text] = None
    each = ["+".join(dict.fromkeys("+".join(own).split("+"))) if len(own) > 1 else next(iter(own)) for own in members]
    return np.array(each, dtype=object)
