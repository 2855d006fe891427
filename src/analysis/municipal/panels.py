"""Every area's figures for a quarter, side by side: one frame of figures, one of where each area lies among the others.

What would tell of few persons is withheld here, once, before anything is shown, by the rules of `disclosure`. Nothing
is calculated from a withheld figure but the share of all areas and of what most have in common, which are rounded so
that ten persons, or twice the owner's limit, do not move them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.core import paths
from analysis.core.faults import Fault
from analysis.core.periods import as_of_date, last_day
from analysis.intake.row_rules import register_of
from analysis.municipal.disclosure import figures_of_kinds, find_revealing_areas
from analysis.records.areas import KINDS, AreaError, Areas, carried, read_areas
from analysis.records.disclosure import WITHHELD, read_limits
from analysis.records.observations import current, read_area_observations, read_sources
from analysis.records.strategy import Strategy, read_strategy
from analysis.statistics import funnels

SHOWN: Final = ("value", "numerator", "denominator")
_KEY: Final = ["measure", "area"]
_FIGURES: Final = (
    *("measure", "period", "area", "unit", "published", "source", "whole"),
    *(*SHOWN, "parts", "time", "withheld", "threshold"),
)


@dataclass(frozen=True, repr=False)
class Panel:
    """All areas of a kind, as known at a day.

    Attributes
    ----------
    quarter, kind : str
    day : Timestamp
    strategy : Strategy
    register : Areas
    areas : DataFrame
        Those in force: index code; kind, name, within, since, until.
    figures : DataFrame
        One row for each measure, area and period: value, numerator, denominator (missing where withheld), source, parts
        (the codes it came from, both joined by "+") and withheld ("" or `WITHHELD`, whatever the reason).
    standing : DataFrame
        One row for each measure and area, see `standing`.
    sources : DataFrame
        The sources used, with their `rows`.
    places : dict of str to array
        Where the rows of each area are in `figures`: searched for once, not for every page.

    """

    quarter: str
    kind: str
    day: pd.Timestamp
    strategy: Strategy
    register: Areas
    areas: pd.DataFrame
    figures: pd.DataFrame
    standing: pd.DataFrame
    sources: pd.DataFrame
    places: dict[str, NDArray]

    def __repr__(self) -> str:
        """Return one line: the quarter, the kind, and how many areas and figures there are."""
        return f"<Panel {self.quarter}: {len(self.areas)} {self.kind}, {len(self.figures)} figures>"


def read_panel(quarter: str, kind: str, as_of: str = "") -> Panel:
    """Return the panel of all areas of a kind.

    Parameters
    ----------
    quarter : str
    kind : str
        One of `KINDS`.
    as_of : str
        ISO date up to which publications count; by default the quarter's last day.

    Returns
    -------
    Panel

    Raises
    ------
    PeriodError, StrategyError, AreaError, ObservationError
        Listing what is wrong with the raw material.
    AreaError
        When no figure of such areas is known, or there is no such kind.

    """
    areas, day = read_areas(), as_of_date(quarter, as_of or None)
    strategy = read_strategy().at(day)
    observations = read_area_observations(as_of=day.date().isoformat(), strategy=strategy, areas=areas)
    return panel_of([observations], quarter, kind, day, strategy, areas)


def panel_of(
    parts: Iterable[pd.DataFrame], quarter: str, kind: str, day: pd.Timestamp, strategy: Strategy, areas: Areas
) -> Panel:
    """Return the panel of observations known on a day.

    Parameters
    ----------
    parts : iterable of DataFrame
        Observations, each part with all there is of its measures.
    quarter, kind, day, strategy, areas
        As in `Panel`.

    Returns
    -------
    Panel

    Raises
    ------
    AreaError
        When no figure of such areas is known, or there is no such kind.

    """
    in_force, sources, limits = areas.in_force(kind, day), read_sources(), read_limits(paths.raw_folder())
    protection = limits.of(sources["publisher"])[["threshold", "base"]]
    whole, persons = register_of(strategy.measures)["whole"], limits.counts_persons(strategy.measures)
    own, around, counts = [], [], []
    for part in parts:
        rows = part[(part["breakdown"] == "") & (part["standing"] == "")].join(protection, on="source")
        rows = rows.assign(whole=rows["measure"].map(whole).astype(bool))
        rows = rows.assign(persons=rows["measure"].map(persons).astype(bool))
        levels = _figures(rows, areas, kind, day)
        own.append(levels[0])
        around.append(levels[1] if len(levels) > 1 else levels[0][:0])  # nothing lies around a region
        counts.append(part["source"].value_counts())  # of all rows read, those that are not shown too
    figures, larger = (pd.concat(level).sort_values([*_KEY, "time"], ignore_index=True) for level in (own, around))
    if figures.empty:
        problem = f"no figure of any {kind} was published by {day.date()}"
        raise AreaError([Fault("area", problem, "see docs/areas.md on delivering them")])
    public = _blank(figures).drop(columns="threshold")
    return Panel(
        quarter=quarter,
        kind=kind,
        day=day,
        strategy=strategy,
        register=areas,
        areas=in_force,
        figures=public,
        standing=standing(figures, larger, in_force),
        sources=sources.join(pd.concat(counts).groupby(level=0).sum().rename("rows"), how="inner"),
        places=public.groupby("area").indices,
    )


def _figures(rows: pd.DataFrame, areas: Areas, kind: str, day: pd.Timestamp) -> list[pd.DataFrame]:
    """Return the figures of a kind of area, and of the next larger kind if there is one, as known on `day`.

    Under the codes of `day`: delivered, carried across changes, or summed; a figure delivered for a larger area comes
    before the sum of what lies within it. One row for each measure, area and period, with `time` (last day), `withheld`
    and `threshold` (the count below which persons are protected; 0 where none are counted).
    """
    counted = rows[rows["persons"]]
    revealing = find_revealing_areas(counted, areas, day)
    thresholds = counted.groupby("measure")["threshold"].max()
    latest = current(rows)
    levels = figures_of_kinds(latest, areas)
    if kind == KINDS[-1]:
        levels[kind] = carried(levels[kind], areas, day)
    figures = []
    for name in reversed(KINDS[: KINDS.index(kind) + 1]):
        level = levels[name]
        # a merged municipality is withheld by the codes its figure is the sum of
        codes = level["parts" if name == KINDS[-1] else "area"]
        keys = pd.MultiIndex.from_arrays([level["measure"], level["period"], codes])
        time = level["period"].map({span: last_day(span) for span in level["period"].unique()})
        withheld = np.where(keys.isin(revealing), WITHHELD, "")
        protected = level["measure"].map(thresholds).fillna(0).astype(int)
        figures.append(level.assign(time=time, withheld=withheld, threshold=protected)[list(_FIGURES)])
    return figures[:2]


def _blank(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{name: rows[name].where(rows["withheld"] == "") for name in SHOWN})


def standing(figures: pd.DataFrame, around: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return where each area lies among the others on each measure, in the measure's latest period.

    Parameters
    ----------
    figures, around : DataFrame
        Figures of the areas, and of the larger areas around them.
    areas : DataFrame
        Those in force.

    Returns
    -------
    DataFrame
        Index measure, area. Missing where nothing was reported; what is withheld has neither a value nor a zone, nor a
        movement, and is no point of one. Columns:

        - period, value, numerator, denominator, withheld.
        - all (the share of all areas together, in per cent), centre (that of the funnel, `funnels.centre`), dispersion
          (`funnels.dispersion`, of the areas that are not withheld) and reported (how many areas they are); peers (the
          share of the larger area around, where all within it have reported) and peers_n (how many have).
        - zone, p_value, z (`funnels.position`).
        - kind, way, since, move_p (`funnels.movement`, since is a period); points, and missing (the periods of the
          measure, from the area's first figure on, without one).

    """
    larger = dict(iter(around.groupby("measure")))
    measures = {
        measure: _standing_on_measure(rows, larger.get(measure, around[:0]), areas)
        for measure, rows in figures.groupby("measure", sort=True)
    }
    return pd.concat(measures, names=_KEY)


def _standing_on_measure(rows: pd.DataFrame, around: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    periods = list(rows.drop_duplicates("period").sort_values("time")["period"])
    latest = rows[rows["period"] == periods[-1]].set_index("area").reindex(areas.index)
    silent = latest["withheld"].eq(WITHHELD)
    # a count is no share of anything: it is shown, and not compared
    counts, sizes = (latest[name].where(~latest["whole"].eq(True)) for name in ("numerator", "denominator"))
    based, threshold = counts.notna() & sizes.notna(), rows["threshold"].iloc[0]
    total = sizes[based].sum()
    # withheld areas belong to all, so both shares are rounded; their own place is never calculated
    together = _rounded(counts[based].sum() / total if based.any() else np.nan, total, threshold)
    centre = _rounded(funnels.centre(counts, sizes), total, threshold)
    compared = counts.mask(silent), sizes.mask(silent)
    excess = funnels.dispersion(*compared, centre)
    place = funnels.position(*compared, centre, excess)

    # peers: the larger area around each, unless withheld or of one area alone; around a region are all of them
    reported = latest["value"].notna()
    peers_n = reported.groupby(areas["within"]).transform("sum").astype(int)
    larger = _blank(around[around["period"] == periods[-1]]).set_index("area").reindex(areas["within"])
    peers = np.where(areas["within"] == "", 100 * together, 100 * larger["numerator"] / larger["denominator"])
    table = pd.DataFrame(
        {
            "period": periods[-1],
            **{name: latest[name].mask(silent) for name in SHOWN},
            "withheld": latest["withheld"].fillna("missing"),
            "all": 100 * together,
            "centre": 100 * centre,
            "dispersion": excess,
            "reported": int(reported.sum()),
            "peers": np.where(peers_n > 1, peers, np.nan),
            "peers_n": peers_n,
            "zone": place.zone,
            "p_value": place.p_value,
            "z": place.z,
        },
        index=areas.index,
    )
    return table.assign(**_moves(rows, areas, periods, silent))


def _rounded(share: ArrayLike, size: ArrayLike, threshold: int) -> NDArray:
    """Return shares of so many persons with the decimals that twice `threshold` persons do not reach; 0 leaves all.

    No withheld count can be had from a share so rounded, in this release or beside any other.

    >>> _rounded([0.12345, 0.12345], [300_000, 2_000], 5).tolist()
    [0.1234, 0.12]
    """
    share, size = np.asarray(share, dtype=float), np.asarray(size, dtype=float)
    if not threshold:
        return share
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 10 ** np.floor(np.log10(size / (2 * threshold)))
        return np.where(scale > 1, np.round(share * scale) / scale, np.nan)


def _moves(rows: pd.DataFrame, areas: pd.DataFrame, periods: list[str], silent: pd.Series) -> dict[str, object]:
    """Return the columns of `standing` on how series move; `silent` areas are withheld, and do not."""
    cells = _blank(rows.assign(reported=rows["value"]))
    wide = {
        name: cells.pivot(index="area", columns="period", values=name).reindex(areas.index, columns=periods)
        for name in (*SHOWN, "reported")
    }
    moved = funnels.movement(wide["numerator"], wide["denominator"])
    reported = wide["reported"].notna().to_numpy()
    begun = reported.cumsum(axis=1) > 0  # before its first figure an area is not missing, it does not deliver yet
    unmoved = rows["whole"].iloc[0] or silent.to_numpy()
    names = np.array(periods, dtype=object)
    return {
        "kind": np.where(unmoved, "", moved.kind),
        "way": np.where(unmoved, 0, moved.way),
        "since": [names[at] if at >= 0 else "" for at in np.where(unmoved, -1, moved.at)],
        "move_p": np.where(unmoved, np.nan, moved.p_value),
        "points": wide["value"].notna().to_numpy().sum(axis=1),
        "missing": [tuple(names[gap]) for gap in begun & ~reported],
    }
