"""One area's frames in one object: where it lies beside the country and its peers, how it moves, its sources."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd

from analysis import text as words
from analysis.core import paths
from analysis.core.cache import Cache
from analysis.core.faults import Fault
from analysis.municipal import panels
from analysis.municipal import tables as area_tables
from analysis.municipal.figures import distances, funnel
from analysis.municipal.panels import Panel
from analysis.municipal.tables import area_name, area_word, position_name
from analysis.records.areas import AreaError
from analysis.records.disclosure import WITHHELD
from analysis.records.observations import delivered_files
from analysis.statistics.funnels import OUTER, limits
from analysis.views import tables
from analysis.views.figures.canvas import picture
from analysis.views.tables import markup
from analysis.views.tables.markup import Block

IN_MEMORY: Final = 35_000_000  # bytes delivered, some 500 000 figures of areas: as measured in docs/large.md
MOST_FUNNELS: Final = 3  # pictures a page: the farthest from the centre; all measures are in the table
cache: Final = Cache()  # of `read_panel`; the kernel server turns it on


@dataclass(frozen=True, repr=False)
class AreaStatus:
    """One area of a `Panel`: ``own`` is its part of the standing (index measure), ``figures`` all its figures."""

    panel: Panel
    code: str
    language: str
    own: pd.DataFrame
    figures: pd.DataFrame

    def __repr__(self) -> str:
        """Return one line: the area, the quarter and how many figures it has."""
        place = f"{self.code} {self.name} {self.panel.quarter} ({self.language})"
        return f"<AreaStatus {place}: {len(self.figures)} figures>"

    @property
    def name(self) -> str:
        """The area's name, without its kind."""
        return self.panel.areas.at[self.code, "name"]

    def title(self, as_of: str = "") -> Block:
        """Return the page's heading, what the area lies within, and in one sentence what differs."""
        name = area_name(self.panel.kind, self.name, self.language)
        code = self._text("code", code=self.code)
        if around := self.panel.areas.at[self.code, "within"]:
            larger = self.panel.register.register.loc[around]
            code += " " + self._text(f"within_{larger['kind']}", name=larger["name"])
        counts = {
            "beyond": (self.own["zone"].abs() == 2).sum(),
            "placed": self.own["p_value"].notna().sum(),
            "moving": (self.own["kind"] != "").sum(),
            "withheld": (self.own["withheld"] == WITHHELD).sum(),
            "missing": (self.own["withheld"] == "missing").sum(),
        }
        numbers = {name: words.number(int(count), self.language) for name, count in counts.items()}
        summary = self._text("summary", **numbers)
        if counts["withheld"] or counts["missing"]:
            summary += self._text("summary_left", **numbers)
        head = tables.title(name, self.panel.quarter, as_of, self.language)
        return head + markup.paragraph(summary) + markup.paragraph(code, "note")

    def standing(self) -> Block:
        """Return where the area lies on every measure, as a picture and a table."""
        table = area_tables.stand(self.own, self.panel.strategy, self.panel.kind, self.language)
        places = self.own["zone"][self.own["z"].notna()]
        if places.empty:
            return table
        around = self.panel.areas.at[self.code, "within"]
        # the others within the same larger area, as dots behind
        near = self.panel.areas.index[self.panel.areas["within"] == around].drop(self.code)
        peers = self.panel.standing.reset_index().loc[lambda rows: rows["area"].isin(near)]
        names = self._names()
        points = (f"{names[measure]}: {position_name(zone, self.language)}." for measure, zone in places.items())
        texts = {
            "kind": self._text(self.panel.kind),
            "around": self._text(f"around_{self.panel.kind}"),
            "name": area_name(self.panel.kind, self.name, self.language),
            "count": words.number(len(places), self.language),
            "points": " ".join(points),
        }
        axes = distances(self.own, peers, names, self.language)
        alt, caption = self._text("picture_alt", **texts), self._text("picture_caption", **texts)
        return picture(axes, alt, caption, self.language) + table

    def funnels(self) -> Block:
        """Return the funnel of each measure that lies beyond chance, the farthest first; else that none does."""
        beyond = self.own[self.own["zone"].abs() == 2].sort_values("z", key=abs, ascending=False, kind="stable")
        if beyond.empty:
            block = markup.paragraph(self._text("nothing_beyond"))
        else:
            block = markup.together(self._funnel(measure) for measure in beyond.index[:MOST_FUNNELS])
        # of many measures one lies beyond by chance sooner or later: how likely that is stands below
        chance = 1 - OUTER ** self.own["p_value"].notna().sum()
        share = words.percent(100 * chance, self.language, 1)
        return block + markup.paragraph(self._text("nothing_deviating", share=share), "note")

    def _funnel(self, measure: str) -> Block:
        rows = self.panel.standing.loc[measure].assign(around=self.panel.areas["within"])
        own, centre = rows.loc[self.code], rows.at[self.code, "centre"]
        ends = limits([own["denominator"]], centre / 100, OUTER, own["dispersion"])
        low, high = (float(end[0]) for end in ends)
        count = rows["p_value"].notna().sum()
        texts = {
            "measure": self._names()[measure],
            "name": self.name,
            "kind": self._text(self.panel.kind),
            "period": words.period(own["period"], self.language),
            "beyond": words.number(int((rows["zone"].abs() == 2).sum()), self.language),
            "count": words.number(int(count), self.language),
            "expected": words.number((1 - OUTER) * count, self.language, 1),
            "value": words.percent(own["value"], self.language, 1),
            "size": words.number(own["denominator"], self.language),
            "centre": words.percent(centre, self.language, 1),
            "low": words.percent(0.0 if pd.isna(low) else 100 * low, self.language, 1),
            "high": words.percent(100.0 if pd.isna(high) else 100 * high, self.language, 1),
        }
        axes = funnel(rows, self.code, self.name, self.language)
        return picture(axes, self._text("funnel_alt", **texts), self._text("funnel_caption", **texts), self.language)

    def movement(self) -> Block:
        """Return how every measure of the area moves, and the periods without a figure."""
        return area_tables.moves(self.own, self.figures, self.panel.strategy, self.language)

    def basis(self) -> Block:
        """Return the earlier codes that figures were carried from, and since when the area has its code."""
        if self.panel.kind != "kommune":
            return markup.paragraph(self._text("summed"))
        since = self.panel.areas.at[self.code, "since"]
        begun = self._text("begins", day=words.date(since, self.language)) if pd.notna(since) else ""
        joined = area_tables.joined(self.figures, self.language) or markup.paragraph(self._text("own_code"))
        return markup.paragraph(begun) + joined

    def sources(self) -> Block:
        """Return the sources of the figures of all areas."""
        return area_tables.origins(self.panel.sources, self.language)

    def _names(self) -> pd.Series:
        return self.panel.strategy.measures[f"name_{self.language}"]

    def _text(self, key: str, **places: str) -> str:
        return area_word(key, self.language, **places)


def read_panel(quarter: str, kind: str, as_of: str = "") -> Panel:
    """Return what `analysis.municipal.panels.read_panel` does; through Parquet when memory is too small.

    Raises
    ------
    AreaError
        When that file is needed and the extra ``large`` is not there; else what `panels.read_panel` raises.

    """

    def read() -> Panel:
        if sum(file.lstat().st_size for file in delivered_files(paths.raw_folder())) <= IN_MEMORY:
            return panels.read_panel(quarter, kind, as_of)
        try:
            from analysis.municipal.storage import store_areas, stored_panel
        except ModuleNotFoundError as error:
            raise AreaError([Fault("area", f"the figures of areas are more than memory takes: {error}")]) from error
        # the file is a means, not a product: it holds figures that are withheld later
        with TemporaryDirectory() as place:
            stored = Path(place, "areas.parquet")
            store_areas(stored)
            return stored_panel(stored, quarter, kind, as_of)

    return cache.read((quarter, kind, as_of), read)


def read_area_status(quarter: str, area: str, kind: str, language: str = "nb", as_of: str = "") -> AreaStatus:
    """Return everything the page of one area shows.

    Parameters
    ----------
    quarter, area : str
        Quarter, and the area's code.
    kind : {"kommune", "helsefellesskap", "region"}
    language : {"nb", "en"}
    as_of : str
        ISO date up to which publications count; by default the quarter's last day.

    Returns
    -------
    AreaStatus

    Raises
    ------
    AreaError
        When there is no such area on the day, or no figure of its kind; and what `read_panel` raises.

    Examples
    --------
    >>> read_area_status("2024Q1", "0301", "kommune")  # no open figures of areas come with the project
    Traceback (most recent call last):
    analysis.records.areas.AreaError: no figure of any kommune was published by 2024-03-31; see docs/areas.md on ...

    """
    panel = read_panel(quarter, kind, as_of)
    panel.register.area(area, panel.day)  # refuses an unknown code
    own = panel.standing.xs(area, level="area")
    own = own.reindex([measure for measure in panel.strategy.measures.index if measure in own.index])
    figures = panel.figures.iloc[panel.places.get(area, [])]
    return AreaStatus(panel, area, language, own.dropna(subset="period"), figures)
