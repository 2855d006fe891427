"""Every area's figures for a quarter, side by side: one frame of figures, one of where each area stands.

What rests on few persons is withheld here, once, before anything is shown: by the intake's rule, and, where a single
figure of a larger area is withheld, the smallest beside it too, so that it cannot be had as a difference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis import funnels
from analysis.areas import KINDS, AreaError, Areas, carried, read_areas, within
from analysis.intake.rules import FEW, few, register_of
from analysis.observations import current, read_area_observations, read_sources
from analysis.periods import as_of_date, last_day
from analysis.strategy import Strategy, read_strategy

SHOWN: Final = ("value", "numerator", "denominator")
_KEY: Final = ["measure", "area"]


@dataclass(frozen=True, repr=False)
class Panel:
    """All areas of a kind, as known at a day.

    ``areas``: those in force (index code; kind, name, within, since, until). ``figures``: one row for each measure,
    area and period, with value, numerator, denominator (missing where withheld), parts (the codes it came from) and
    withheld ("", few or secondary). ``standing``: one row for each measure and area, see `standing`. ``sources``: the
    sources used, with their `rows`.
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
    for observations in parts:
        made.append(figures_of(observations, strategy, areas, kind, day))
        counts.append(observations["source"].value_counts())
    figures = pd.concat(made).sort_values([*_KEY, "time"], kind="stable", ignore_index=True)
    if figures.empty:
        raise AreaError(f"no figure of any {kind} was published by {day.date()}; see docs/areas.md on delivering them")
    whole = standing(figures, held)
    return Panel(
        quarter=quarter,
        kind=kind,
        day=day,
        strategy=strategy,
        register=areas,
        areas=held,
        figures=_withheld_blank(figures),
        standing=whole,
        sources=read_sources().join(pd.concat(counts).groupby(level=0).sum().rename("rows"), how="inner"),
    )


def figures_of(
    observations: pd.DataFrame, strategy: Strategy, areas: Areas, kind: str, day: pd.Timestamp
) -> pd.DataFrame:
    """Return the figures of a kind of area under the codes of `day`: delivered, carried across changes, or summed.

    One row for each measure, area and period, in that order, with `time` (last day) and `withheld`; breakdowns are left
    out. A figure delivered for a larger area stands before the sum of what lies within it.
    """
    rules = register_of(strategy.measures)
    rows = current(observations[observations["breakdown"] == ""])
    rows = rows.assign(whole=rows["measure"].map(rules["whole"]).astype(bool))
    rows = rows[[*("measure", "period", "area", "unit", "published", "whole"), *SHOWN]]
    kinds = rows["area"].map(areas.register["kind"]).fillna("kommune")  # codes from before the register's first day
    made = rows[kinds == "kommune"]
    if kind == "kommune":
        made = carried(made, areas, day)
    for larger in reversed(KINDS[KINDS.index(kind) : -1]):
        delivered = rows[kinds == larger]
        delivered = delivered.assign(parts=delivered["area"])
        made = pd.concat([delivered, within(made, areas, larger)], ignore_index=True)
        made = made.drop_duplicates(["measure", "period", "area"], ignore_index=True)
    time = made["period"].map({span: last_day(span) for span in made["period"].unique()})
    persons = made["measure"].map(rules["persons"] | strategy.measures["basis"].str.startswith("survey")).astype(bool)
    made = made.assign(time=time, withheld=_withheld(made, persons, areas))
    return made.sort_values([*_KEY, "time"], kind="stable", ignore_index=True)


def _withheld(rows: pd.DataFrame, persons: pd.Series, areas: Areas) -> pd.Series:
    """Return "few" where a figure tells about few persons, "secondary" where it would give such a one away, else ""."""
    counted = rows["whole"] & rows["denominator"].isna()
    little = pd.Series(few(rows["numerator"], rows["denominator"]), index=rows.index)
    little = little.mask(counted, (rows["value"] > 0) & (rows["value"] < FEW)) & persons
    around = [rows["measure"], rows["period"], rows["area"].map(areas.register["within"]).fillna("")]
    alone = persons & ~little & (little.groupby(around).transform("sum") == 1)
    size = rows["numerator"].fillna(rows["value"]).where(alone)
    smallest = size.groupby(around).rank(method="first") == 1
    return pd.Series(np.where(little, "few", np.where(smallest, "secondary", "")), index=rows.index)


def _withheld_blank(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{name: rows[name].where(rows["withheld"] == "") for name in SHOWN})


def standing(figures: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return where each area stands on each measure in the measure's latest period; missing where nothing was reported.

    Index measure, area. period, value, numerator, denominator, withheld; all (the share of all areas together, in per
    cent), centre (that of the funnel, `funnels.centre`) and reported (how many areas they are); peers (the share of the
    areas within the same larger one) and peers_n; zone, p_value, z (`funnels.position`); kind, way, since, move_p
    (`funnels.movement`, since is a period); points and missing (the periods of the measure, from the area's first
    figure on, without one). What is withheld has neither a value nor a zone, nor a movement.
    """
    parts = [_one_measure(measure, rows, areas) for measure, rows in figures.groupby("measure", sort=True)]
    return pd.concat(parts).set_index(_KEY)


def _one_measure(measure: str, rows: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    spans = rows.drop_duplicates("period").sort_values("time")["period"]
    latest = rows[rows["period"] == spans.iloc[-1]].set_index("area").reindex(areas.index)
    counts = latest["numerator"].where(~latest["whole"].eq(True))
    sizes = latest["denominator"].where(~latest["whole"].eq(True))
    based = counts.notna() & sizes.notna()
    centre = funnels.centre(counts, sizes)
    together = counts[based].sum() / sizes[based].sum() if based.any() else np.nan
    place = funnels.position(counts, sizes, centre)
    silent = latest["withheld"].isin(["few", "secondary"])
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
            **_peers(counts, sizes, silent, areas),
            "zone": np.where(silent, 0, place.zone),
            "p_value": np.where(silent, np.nan, place.p_value),
            "z": np.where(silent, np.nan, place.z),
        }
    ).set_index("area", drop=False)
    return found.assign(**_moves(rows, areas, list(spans), silent)).reset_index(drop=True)


def _peers(counts: pd.Series, sizes: pd.Series, silent: pd.Series, areas: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the share of the areas around each, together, and how many they are; none where it would give one away."""
    around, based = areas["within"], counts.notna() & sizes.notna()
    sums = [series.where(based).groupby(around).transform("sum") for series in (counts, sizes)]
    hidden = silent.groupby(around).transform("sum") == 1
    number = based.groupby(around).transform("sum")
    return {"peers": (100 * sums[0] / sums[1]).mask(hidden | (number < 2)), "peers_n": number.astype(int)}


def _moves(rows: pd.DataFrame, areas: pd.DataFrame, spans: list[str], silent: pd.Series) -> dict[str, object]:
    wide = {n: rows.pivot(index="area", columns="period", values=n).reindex(areas.index, columns=spans) for n in SHOWN}
    moved = funnels.movement(wide["numerator"], wide["denominator"])
    known = wide["value"].notna().to_numpy()
    whole = rows["whole"].iloc[0] or silent.to_numpy()
    begun = known.cumsum(axis=1) > 0
    names = np.array(spans, dtype=object)
    return {
        "kind": np.where(whole, "", moved.kind),
        "way": np.where(whole, 0, moved.way),
        "since": [names[at] if at >= 0 else "" for at in np.where(whole, -1, moved.at)],
        "move_p": np.where(whole, np.nan, moved.p_value),
        "points": known.sum(axis=1),
        "missing": [tuple(names[gap]) for gap in begun & ~known],
    }
