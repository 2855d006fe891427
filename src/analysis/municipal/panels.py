"""Every area's figures for a quarter, side by side: one frame of figures, one of where each area stands.

What would tell of few persons is withheld here, once, before anything is shown, by the rules of `disclosure`. Nothing
is calculated from a withheld figure but the share of all areas and of what most have in common, which are told no more
closely than ten persons, or twice the owner's limit, would move them.
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
from analysis.intake.rules import register_of
from analysis.municipal.disclosure import find_revealing_areas
from analysis.records.areas import KINDS, AreaError, Areas, carried, delivered_or_summed, kinds_of, read_areas
from analysis.records.disclosure import WITHHELD, Limits, read_limits
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

    ``areas``: those in force (index code; kind, name, within, since, until). ``figures``: one row for each measure,
    area and period, with value, numerator, denominator (missing where withheld), source, parts (the codes it came from,
    both joined by "+") and withheld ("" or `WITHHELD`; why is not told apart). ``standing``: one row for each measure
    and area, see `standing`. ``sources``: the sources used, with their `rows`.
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

    def __repr__(self) -> str:
        """Return one line: the quarter, the kind, and how many areas and figures there are."""
        return f"<Panel {self.quarter}: {len(self.areas)} {self.kind}, {len(self.figures)} figures>"


def read_panel(quarter: str, kind: str, as_of: str = "") -> Panel:
    """Return the panel of all areas of a `kind` (one of `KINDS`), from what was published by the quarter's last day.

    Raises:
        PeriodError, StrategyError, AreaError, ObservationError: listing what is wrong with the raw material.
        AreaError: when no figure of such areas is known, or there is no such kind.

    """
    strategy, areas, day = read_strategy(), read_areas(), as_of_date(quarter, as_of or None)
    known = (read_area_observations(as_of=at, strategy=strategy, areas=areas) for at in [day.date().isoformat()])
    return panel_of(known, quarter, kind, day, strategy, areas)


def panel_of(
    parts: Iterable[pd.DataFrame], quarter: str, kind: str, day: pd.Timestamp, strategy: Strategy, areas: Areas
) -> Panel:
    """Return the panel of observations known on `day` that come in parts, each with all there is of its measures.

    Raises:
        AreaError: when no figure of such areas is known, or there is no such kind.

    """
    held, made, counts = areas.in_force(kind, day), [], []
    sources, limits = read_sources(), read_limits(paths.raw_folder())
    for observations in parts:
        made.append(figures_of(observations, strategy, areas, kind, day, limits, sources["publisher"]))
        counts.append(observations["source"].value_counts())
    figures, around = (
        pd.concat(level).sort_values([*_KEY, "time"], ignore_index=True) for level in zip(*made, strict=True)
    )
    if figures.empty:
        problem = f"no figure of any {kind} was published by {day.date()}"
        raise AreaError([Fault("area", problem, "see docs/areas.md on delivering them")])
    return Panel(
        quarter=quarter,
        kind=kind,
        day=day,
        strategy=strategy,
        register=areas,
        areas=held,
        figures=_blank(figures).drop(columns="threshold"),
        standing=standing(figures, around, held),
        sources=sources.join(pd.concat(counts).groupby(level=0).sum().rename("rows"), how="inner"),
    )


def figures_of(
    observations: pd.DataFrame,
    strategy: Strategy,
    areas: Areas,
    kind: str,
    day: pd.Timestamp,
    limits: Limits,
    publishers: pd.Series,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the figures of a kind of area, and of the next larger kind (none around regions), as known on `day`.

    Under the codes of `day`: delivered, carried across changes, or summed; a figure delivered for a larger area stands
    before the sum of what lies within it. One row for each measure, area and period, with `time` (last day), `withheld`
    and `threshold` (the count below which persons are protected; 0 where none are counted). Breakdowns are left out.
    """
    counted = observations[(observations["breakdown"] == "") & (observations["standing"] == "")]
    counted = counted.assign(whole=counted["measure"].map(register_of(strategy.measures)["whole"]).astype(bool))
    counted = counted.join(limits.of(publishers)[["threshold", "base"]], on="source")
    persons = counted["measure"].map(limits.counts_persons(strategy.measures)).astype(bool)
    revealing = find_revealing_areas(counted[persons], areas, day)
    thresholds = counted[persons].groupby("measure")["threshold"].max()
    found = []
    for level in _levels(current(counted), areas, kind, day):
        codes = level["parts"] if kind == KINDS[-1] and not found else level["area"]
        names = pd.MultiIndex.from_arrays([level["measure"], level["period"], codes])
        time = level["period"].map({span: last_day(span) for span in level["period"].unique()})
        withheld = np.where(names.isin(revealing), WITHHELD, "")
        protected = level["measure"].map(thresholds).fillna(0).astype(int)
        found.append(level.assign(time=time, withheld=withheld, threshold=protected)[list(_FIGURES)])
    return found[0], found[1] if len(found) > 1 else found[0][:0]


def _levels(rows: pd.DataFrame, areas: Areas, kind: str, day: pd.Timestamp) -> list[pd.DataFrame]:
    """Return the figures of a kind of area and of the next larger, if there is one."""
    kinds = kinds_of(rows["area"], areas)
    smaller = rows[kinds == KINDS[-1]]
    levels = {KINDS[-1]: carried(smaller, areas, day)} if kind == KINDS[-1] else {}
    for larger in reversed(KINDS[:-1]):
        smaller = delivered_or_summed(rows[kinds == larger], smaller, areas, larger)
        levels[larger] = smaller
    return [levels[each] for each in reversed(KINDS[: KINDS.index(kind) + 1])][:2]


def _blank(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{name: rows[name].where(rows["withheld"] == "") for name in SHOWN})


def standing(figures: pd.DataFrame, around: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return where each area stands on each measure in the measure's latest period; missing where nothing was reported.

    Index measure, area. period, value, numerator, denominator, withheld; all (the share of all areas together, in per
    cent), centre (that of the funnel, `funnels.centre`) and reported (how many areas they are); peers (the share of the
    larger area around, where all within it have reported) and peers_n (how many have); zone, p_value, z
    (`funnels.position`); kind, way, since, move_p (`funnels.movement`, since is a period); points, and missing (the
    periods of the measure, from the area's first figure on, without one). What is withheld has neither a value nor a
    zone, nor a movement, and is no point of one.
    """
    larger = dict(iter(around.groupby("measure")))
    parts = [
        _one_measure(measure, rows, larger.get(measure, around[:0]), areas)
        for measure, rows in figures.groupby("measure", sort=True)
    ]
    return pd.concat(parts).set_index(_KEY)


def _one_measure(measure: str, rows: pd.DataFrame, around: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    spans = rows.drop_duplicates("period").sort_values("time")["period"]
    latest = rows[rows["period"] == spans.iloc[-1]].set_index("area").reindex(areas.index)
    silent = latest["withheld"].eq(WITHHELD)
    counts = latest["numerator"].where(~latest["whole"].eq(True))
    sizes = latest["denominator"].where(~latest["whole"].eq(True))
    based, least = counts.notna() & sizes.notna(), rows["threshold"].iloc[0]
    together = _told(counts[based].sum() / sizes[based].sum() if based.any() else np.nan, sizes[based].sum(), least)
    centre = _told(funnels.centre(counts, sizes), sizes[based].sum(), least)
    place = funnels.position(counts.mask(silent), sizes.mask(silent), centre)
    found = pd.DataFrame(
        {
            "measure": measure,
            "area": areas.index,
            "period": spans.iloc[-1],
            **{name: latest[name].mask(silent) for name in SHOWN},
            "withheld": latest["withheld"].fillna("missing"),
            "all": 100 * together,
            "centre": 100 * centre,
            "reported": int(latest["value"].notna().sum()),
            **_peers(latest["value"].notna(), around[around["period"] == spans.iloc[-1]], areas, 100 * together),
            "zone": place.zone,
            "p_value": place.p_value,
            "z": place.z,
        }
    ).set_index("area", drop=False)
    return found.assign(**_moves(rows, areas, list(spans), silent)).reset_index(drop=True)


def _told(share: ArrayLike, size: ArrayLike, threshold: int) -> NDArray:
    """Return shares of so many persons with the decimals that twice `threshold` persons do not reach; 0 leaves all.

    No withheld count can be had from a share so told, in this release or beside any other.

    >>> _told([0.12345, 0.12345], [300_000, 2_000], 5).tolist()
    [0.1234, 0.12]
    """
    share, size = np.asarray(share, dtype=float), np.asarray(size, dtype=float)
    if not threshold:
        return share
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 10 ** np.floor(np.log10(size / (2 * threshold)))
        return np.where(scale > 1, np.round(share * scale) / scale, np.nan)


def _peers(reported: pd.Series, around: pd.DataFrame, areas: pd.DataFrame, together: float) -> dict[str, ArrayLike]:
    """Return the share of the larger area around each, and how many areas within it have reported.

    Around a region are all of them, `together`. There is no share where it is withheld, or of one area alone.
    """
    held = _blank(around).set_index("area").reindex(areas["within"])
    number = reported.groupby(areas["within"]).transform("sum").astype(int)
    share = np.where(areas["within"] == "", together, 100 * held["numerator"] / held["denominator"])
    return {"peers": np.where(number > 1, share, np.nan), "peers_n": number}


def _moves(rows: pd.DataFrame, areas: pd.DataFrame, spans: list[str], silent: pd.Series) -> dict[str, object]:
    shown = _blank(rows)
    wide = {n: shown.pivot(index="area", columns="period", values=n).reindex(areas.index, columns=spans) for n in SHOWN}
    moved = funnels.movement(wide["numerator"], wide["denominator"])
    known = rows.pivot(index="area", columns="period", values="value").reindex(areas.index, columns=spans).notna()
    known = known.to_numpy()
    whole = rows["whole"].iloc[0] or silent.to_numpy()
    begun = known.cumsum(axis=1) > 0
    names = np.array(spans, dtype=object)
    return {
        "kind": np.where(whole, "", moved.kind),
        "way": np.where(whole, 0, moved.way),
        "since": [names[at] if at >= 0 else "" for at in np.where(whole, -1, moved.at)],
        "move_p": np.where(whole, np.nan, moved.p_value),
        "points": wide["value"].notna().to_numpy().sum(axis=1),
        "missing": [tuple(names[gap]) for gap in begun & ~known],
    }
