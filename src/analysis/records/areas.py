"""Where something was measured: regions, health communities and municipalities, and how their codes change over time.

``data/raw/areas/areas.csv`` holds the areas with the days between which each code is in force, ``changes.csv`` which
codes became which on which day: a new number, a merger, or a split. Figures are carried from one code to the next only
where nothing is lost or guessed: a new number takes its series along, a merger the sum of all its parts, a split
nothing at all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.typing import DataFrameGroupBy

from analysis.core import paths, periods
from analysis.core.faults import Fault, listing, rejections
from analysis.core.names import nearest
from analysis.intake import tables

KINDS: Final = ("region", "helsefellesskap", "kommune")  # from large to small; each lies within one of the kind before
FOLDER: Final = "areas"
AREAS: Final = tables.Layout(("code", "kind", "name", "within", "since", "until", "source"))
CHANGES: Final = tables.Layout(("date", "old", "new", "source"))
COUNTS: Final = ("numerator", "denominator")


class AreaError(ValueError):
    """The register of areas cannot be read as it stands, or holds no such area; the message lists every fault."""

    def __init__(self, message: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


@dataclass(frozen=True, repr=False)
class Areas:
    """The register of areas and the changes of their codes.

    ``register``: index code; kind, name, within (the code of the area around it, "" for a region), since and until (the
    first and last day in force, NaT where open). ``changes``: date, old, new; one row for each pair of codes.
    """

    register: pd.DataFrame
    changes: pd.DataFrame

    def __repr__(self) -> str:
        """Return one line: how many codes of each kind, and how many changes."""
        sizes = ", ".join(f"{count} {kind}" for kind, count in self.register["kind"].value_counts().items())
        return f"<Areas: {sizes}; {len(self.changes)} changes of codes>"

    def in_force(self, kind: str, day: pd.Timestamp) -> pd.DataFrame:
        """Return the areas of a kind in force on a day, in order of code.

        Raises:
            AreaError: for a kind that is none.

        """
        if kind not in KINDS:
            raise AreaError(f"'{kind}' is no kind of area{nearest(kind, KINDS)}")
        held = self.register[self.register["kind"] == kind]
        return held[~(held["since"] > day) & ~(held["until"] < day)].sort_index()

    def area(self, code: str, day: pd.Timestamp) -> pd.Series:
        """Return one area in force on a day.

        Raises:
            AreaError: for a code that is none, or is not in force then; the message names its successors.

        """
        if code not in self.register.index:
            raise AreaError(f"'{code}' is the code of no area{nearest(code, self.register.index)}")
        row = self.register.loc[code]
        if row["since"] > day or row["until"] < day:
            raise AreaError(f"'{code}' ({row['name']}) is not in force on {day.date()}{self._since(code)}")
        return row

    def heirs(self, day: pd.Timestamp) -> pd.Series:
        """Return the code in force on `day` that each code lives on in whole (index code); "" where it was split.

        A code that took in a part of a split area starts anew on that day: what lay before it is not all of it.
        """
        known = [*self.register.index, *self.changes["old"]]
        heirs = pd.Series(known, index=known)[lambda all_: ~all_.index.duplicated()]
        for _, change in self.changes[self.changes["date"] <= day].sort_values("date").groupby("date"):
            split = set(change.loc[change["old"].duplicated(keep=False), "old"])
            torn = set(change.loc[change["old"].isin(split), "new"])  # whoever took in a part of a split area
            new = dict(zip(change["old"], change["new"].where(~change["new"].isin(torn), ""), strict=True))
            heirs = heirs.mask(heirs.isin(torn), "").map(lambda code, new=new: new.get(code, code))
            heirs.update(pd.Series({code: code for code in torn}))  # from here on they are themselves again
        return heirs

    def _since(self, code: str) -> str:
        change = self.changes[self.changes["old"] == code]
        later = f"; from {change['date'].min().date()} it is {' and '.join(change['new'])}" if len(change) else ""
        return later or "; see data/raw/areas/areas.csv"


def read_areas(folder: Path | None = None) -> Areas:
    """Return the areas of ``areas/areas.csv`` and ``areas/changes.csv`` in `folder` (``data/raw``); none without files.

    >>> read_areas()
    <Areas: 471 kommune, 19 helsefellesskap, 4 region; 429 changes of codes>

    Raises:
        AreaError: listing every fault: form, repeated codes, unknown kinds, areas within none, impossible days.

    """
    folder = folder or paths.raw_folder()
    if not (folder / FOLDER).is_dir():
        return Areas(_register([]), _changes([]))
    faults: list[Fault] = []
    cells = []
    for name, layout in (("areas.csv", AREAS), ("changes.csv", CHANGES)):
        if name == "changes.csv" and not (folder / FOLDER / name).exists():
            cells.append([])  # codes that have never changed
            continue
        table = tables.read_table(folder / FOLDER / name, layout, folder)
        faults += table.faults
        cells.append(table.cells.to_dict("records"))
    faults += [*_area_faults(cells[0]), *_change_faults(cells[1], {row["code"] for row in cells[0]})]
    if rejected := rejections(faults):
        raise AreaError(listing(rejected), rejected)
    return Areas(_register(cells[0]), _changes(cells[1]))


def _register(rows: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(AREAS.names)).set_index("code").drop(columns="source")
    return frame.assign(**{name: pd.to_datetime(frame[name].replace("", None)) for name in ("since", "until")})


def _changes(rows: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(CHANGES.names)).drop(columns="source")
    return frame.assign(date=pd.to_datetime(frame["date"]))


def _area_faults(rows: list[dict]) -> Iterator[Fault]:
    kinds: dict[str, str] = {}
    for row in rows:  # an area stands below the one it lies within
        place = {"file": row["file"], "line": row["line"], "value": row["code"]}
        around = kinds.get(row["within"], "")
        if row["code"] in kinds:
            yield Fault("areas", "stands twice", "keep one", **place)
        if row["kind"] not in KINDS:
            yield Fault("areas", f"is of the kind '{row['kind']}'", f"write {', '.join(KINDS)}", **place)
        elif around != ("", *KINDS)[KINDS.index(row["kind"])]:
            remedy = "name the area around it, which stands above it, one kind larger"
            yield Fault("areas", f"lies within '{row['within']}'", remedy, **place)
        if not row["name"]:
            yield Fault("areas", "has no name", "write it", **place)
        yield from _day_faults(row, ("since", "until"), place)
        if row["since"] and row["until"] and row["since"] > row["until"]:
            yield Fault("areas", "ends before it begins", "mend the days", **place)
        kinds[row["code"]] = row["kind"]


def _change_faults(rows: list[dict], known: set[str]) -> Iterator[Fault]:
    for row in rows:
        place = {"file": row["file"], "line": row["line"], "value": f"{row['old']} {row['new']}"}
        yield from _day_faults(row, ("date",), place)
        if row["new"] not in known:
            yield Fault("areas", f"became '{row['new']}', which is no area{nearest(row['new'], known)}", **place)


def _day_faults(row: dict, columns: Iterable[str], place: dict) -> Iterator[Fault]:
    for column in columns:
        if row[column] and not _is_day(row[column]):
            yield Fault("areas", f"{column} '{row[column]}' is no date", "write it as 2024-01-01", **place)


def _is_day(text: str) -> bool:
    try:
        return periods.form_of(text) == "day" and bool(periods.normalise(text))
    except periods.PeriodError:
        return False


def stranger_faults(rows: pd.DataFrame, areas: Areas) -> list[Fault]:
    """Return a rejection for every row whose area is unknown, or not in force in its period; "" is the country."""
    pairs = rows.loc[rows["area"] != "", ["area", "period"]].drop_duplicates()
    if pairs.empty:
        return []
    spans = _spans(areas).reindex(pairs["area"])
    days = pairs["period"].map({period: periods.last_day(period) for period in pairs["period"].unique()}).to_numpy()
    unknown = ~pairs["area"].isin(_spans(areas).index).to_numpy()
    odd = unknown | (spans["since"].to_numpy() > days) | (spans["until"].to_numpy() < days)
    wrong = {tuple(pair): _stranger(*pair, areas) for pair in pairs[odd].itertuples(index=False)}
    if not any(wrong.values()):
        return []
    named = rows[["area", "period", "file", "sheet", "line"]].to_dict("records")
    found = [(row, wrong.get((row["area"], row["period"]))) for row in named]
    place = ("file", "sheet", "line")
    return [f.at(column="area", value=row["area"], **{n: row[n] for n in place}) for row, f in found if f]


def _spans(areas: Areas) -> pd.DataFrame:
    """Return the first and last day of every code (index code), those known only from the changes among them."""
    ended = areas.changes.groupby("old")["date"].min() - pd.Timedelta(days=1)
    old = pd.DataFrame({"since": pd.NaT, "until": ended[~ended.index.isin(areas.register.index)]})
    return pd.concat([areas.register[["since", "until"]], old.astype({"since": ended.dtype})])


def _stranger(code: str, period: str, areas: Areas) -> Fault:
    changes, spans = areas.changes, _spans(areas)
    if code not in spans.index:
        return Fault("area", "is the code of no area", nearest(code, areas.register.index)[2:])
    if spans.at[code, "until"] < periods.last_day(period):
        new = " and ".join(changes.loc[changes["old"] == code, "new"]) or "its heir"
        problem = f"ended with {spans.at[code, 'until'].date()}, {period} goes on"
        return Fault("area", problem, f"deliver it under {new}")
    old = " and ".join(changes.loc[changes["new"] == code, "old"]) or "its forebear"
    problem = f"began on {spans.at[code, 'since'].date()}, after {period}"
    return Fault("area", problem, f"deliver it under {old}")


def carried(rows: pd.DataFrame, areas: Areas, day: pd.Timestamp) -> pd.DataFrame:
    """Return figures under the codes in force on `day`: what was renumbered as it is, what was merged summed.

    `rows` has one row for each measure, period and area (code), with value, numerator and denominator, and `whole`: it
    is a count, not a share. Added is `parts`, the codes that the figure came from, joined by "+". A merged area has a
    figure where all its parts have their counts, its share computed anew; nothing is carried across a split.
    """
    heirs = areas.heirs(day)
    held = rows.assign(heir=rows["area"].map(heirs).fillna(""))
    held = held[held["heir"] != ""]
    wanted = _expected(heirs, areas, held["period"].unique())
    return _summed(held, "heir", wanted).rename(columns={"heir": "area"})


def _expected(heirs: pd.Series, areas: Areas, spans: Iterable[str]) -> pd.DataFrame:
    """Return the codes that must all report for an heir's figure: period, heir, code."""
    ends = areas.changes.groupby("old")["date"].max() - pd.Timedelta(days=1)
    codes = pd.DataFrame({"heir": heirs, "code": heirs.index})[heirs.to_numpy() != ""]
    since = areas.register["since"].reindex(codes["code"]).to_numpy()
    until = areas.register["until"].reindex(codes["code"]).fillna(ends[~ends.index.isin(areas.register.index)])
    codes = codes.assign(since=since, until=until.to_numpy())
    days = {span: periods.last_day(span) for span in spans}
    live = [codes[~(codes["since"] > d) & ~(codes["until"] < d)].assign(period=span) for span, d in days.items()]
    return pd.concat(live, ignore_index=True) if live else codes.assign(period="")


def within(rows: pd.DataFrame, areas: Areas, kind: str) -> pd.DataFrame:
    """Return figures of the areas of a larger kind, summed from all that lay within each in the period.

    `rows` are of the next smaller kind, as `carried` takes them. An area has a figure only where every area within it
    that was in force in the period has its counts; codes from before the register's first day are left out.
    """
    smaller = areas.register[areas.register["kind"] == KINDS[KINDS.index(kind) + 1]]
    held = rows.assign(around=rows["area"].map(smaller["within"])).dropna(subset="around")
    days = {span: periods.last_day(span) for span in held["period"].unique()}
    wanted = [
        pd.DataFrame({"around": live["within"], "code": live.index, "period": span})
        for span, day in days.items()
        for live in [smaller[~(smaller["since"] > day) & ~(smaller["until"] < day)]]
    ]
    nothing = pd.DataFrame(columns=["around", "code", "period"])
    return _summed(held, "around", pd.concat(wanted) if wanted else nothing).rename(columns={"around": "area"})


def delivered_or_summed(delivered: pd.DataFrame, smaller: pd.DataFrame, areas: Areas, kind: str) -> pd.DataFrame:
    """Return the figures of a larger kind of area: as delivered, else the sum of all within; `parts` says of which."""
    both = pd.concat([delivered.assign(parts=delivered["area"]), within(smaller, areas, kind)], ignore_index=True)
    return both.drop_duplicates(["measure", "period", "area"], ignore_index=True)


def kinds_of(codes: pd.Series, areas: Areas) -> pd.Series:
    """Return the kind of area of each code; codes from before the register's first day are of municipalities."""
    return codes.map(areas.register["kind"]).fillna(KINDS[-1])


def _summed(held: pd.DataFrame, by: str, wanted: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each measure, period and `by`: the figure itself if it has one part, else the sum of all."""
    keys = ["measure", "period", by]
    needed = wanted.groupby(["period", by]).size().rename("needed")
    groups = held.groupby(keys, sort=False)
    sums = groups[[*COUNTS, "value"]].sum(min_count=1)
    firsts = groups[["unit", "whole", "value", "numerator", "denominator"]].first()
    known = groups[[*COUNTS, "value"]].count()
    made = pd.DataFrame(
        {
            **{name: _joined(held[column], groups) for name, column in (("parts", "area"), ("source", "source"))},
            "count": groups.size(),
            "published": groups["published"].max(),
            "unit": firsts["unit"],
            "whole": firsts["whole"].astype(bool),
        }
    ).join(needed, on=["period", by])
    alone = (made["count"] == 1) & (made["needed"] == 1)
    for name in COUNTS:
        made[name] = sums[name].where(known[name] == made["needed"])
    share = 100 * made["numerator"] / made["denominator"]
    total = sums["value"].where((known["value"] == made["needed"]) & made["whole"])
    made["value"] = share.where(~made["whole"], total)
    for name in ("value", *COUNTS):
        made[name] = firsts[name].where(alone, made[name])
    return made.dropna(subset="value").drop(columns=["count", "needed"]).reset_index()


def _joined(texts: pd.Series, groups: DataFrameGroupBy) -> NDArray:
    """Return the different texts of each group, in their order, joined by "+"; far quicker than to aggregate them."""
    found: list[dict[str, None]] = [{} for _ in range(groups.ngroups)]
    for group, text in zip(groups.ngroup().to_numpy(), texts.to_numpy(dtype=object), strict=True):
        found[group][text] = None
    each = ["+".join(dict.fromkeys("+".join(own).split("+"))) if len(own) > 1 else next(iter(own)) for own in found]
    return np.array(each, dtype=object)
