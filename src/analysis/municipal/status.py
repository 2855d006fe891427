"""One area in one hand: where it stands beside the country and its peers, how it moves, and what it rests on."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd

from analysis import text as words
from analysis.core import paths
from analysis.municipal import panels
from analysis.municipal import tables as shown
from analysis.municipal.figures import distances, funnel
from analysis.municipal.panels import Panel
from analysis.municipal.text import area_name, area_word, position_name
from analysis.records.areas import AreaError
from analysis.records.disclosure import WITHHELD
from analysis.records.observations import delivered_files
from analysis.statistics.funnels import OUTER, limits
from analysis.views import tables
from analysis.views.figures.canvas import picture
from analysis.views.tables import markup
from analysis.views.tables.markup import Block

IN_MEMORY: Final = 35_000_000  # bytes delivered, some 500 000 figures of areas: as measured in docs/large.md
MOST_FUNNELS: Final = 3  # pictures a page: the farthest from the centre; all measures stand in the table


@dataclass(frozen=True, repr=False)
class AreaStatus:
    """One area of a `Panel`: ``own`` is its standing (index measure), ``figures`` all its figures."""

    panel: Panel
    code: str
    language: str
    own: pd.DataFrame
    figures: pd.DataFrame

    def __repr__(self) -> str:
        """Return one line: the area, the quarter and how many figures it has."""
        return (
            f"<AreaStatus {self.code} {self.name} {self.panel.quarter} ({self.language}): {len(self.figures)} figures>"
        )

    @property
    def name(self) -> str:
        """The area's name, without its kind."""
        return self.panel.areas.at[self.code, "name"]

    def title(self, as_of: str = "") -> Block:
        """Return the page's heading, what the area lies within, and in one sentence what stands out."""
        name = area_name(self.panel.kind, self.name, self.language)
        around = self.panel.areas.at[self.code, "within"]
        code = self._say("code", code=self.code)
        if around:
            held = self.panel.register.register.loc[around]
            code += " " + self._say(f"within_{held['kind']}", name=held["name"])
        head = tables.title(name, self.panel.quarter, as_of, self.language)
        return head + markup.paragraph(self._summary()) + markup.paragraph(code, "note")

    def _summary(self) -> str:
        placed = self.own["p_value"].notna()
        counts = {
            "beyond": (self.own["zone"].abs() == 2).sum(),
            "placed": placed.sum(),
            "moving": (self.own["kind"] != "").sum(),
            "withheld": (self.own["withheld"] == WITHHELD).sum(),
            "missing": (self.own["withheld"] == "missing").sum(),
        }
        said = {name: words.number(int(count), self.language) for name, count in counts.items()}
        left = self._say("summary_left", **said) if counts["withheld"] or counts["missing"] else ""
        return self._say("summary", **said) + left

    def standing(self) -> Block:
        """Return where the area stands on every measure, as a picture and a table."""
        return self._picture() + shown.stand(self.own, self.panel.strategy, self.panel.kind, self.language)

    def _picture(self) -> Block:
        drawn = self.own[self.own["z"].notna()]
        if drawn.empty:
            return markup.EMPTY
        around = self.panel.areas.at[self.code, "within"]
        near = self.panel.areas.index[self.panel.areas["within"] == around].drop(self.code)
        places = pd.MultiIndex.from_product([drawn.index, near], names=self.panel.standing.index.names)
        rows = self.panel.standing.loc[self.panel.standing.index.intersection(places)].reset_index()
        said = {
            "kind": self._say(self.panel.kind),
            "around": self._say(f"around_{self.panel.kind}"),
            "name": area_name(self.panel.kind, self.name, self.language),
            "count": words.number(len(drawn), self.language),
            "points": " ".join(self._point(measure, row) for measure, row in drawn.iterrows()),
        }
        axes = distances(self.own, rows, self._names(), self.language)
        alt, caption = self._say("picture_alt", **said), self._say("picture_caption", **said)
        return picture(axes, alt, caption, self.language)

    def _point(self, measure: str, row: pd.Series) -> str:
        return f"{self._names()[measure]}: {position_name(row['zone'], self.language)}."

    def funnels(self) -> Block:
        """Return the funnel of each measure that lies beyond chance, the farthest first; else that none does."""
        beyond = self.own[self.own["zone"].abs() == 2].sort_values("z", key=abs, ascending=False, kind="stable")
        if beyond.empty:
            none = markup.paragraph(self._say("nothing_beyond"))
        else:
            none = markup.together(self._funnel(measure) for measure in beyond.index[:MOST_FUNNELS])
        chance = 1 - OUTER ** self.own["p_value"].notna().sum()
        share = words.percent(100 * chance, self.language, 0)
        return none + markup.paragraph(self._say("nothing_deviating", share=share), "note")

    def _funnel(self, measure: str) -> Block:
        rows = self.panel.standing.loc[measure]
        rows = rows.assign(around=self.panel.areas["within"])
        own, centre = rows.loc[self.code], rows.at[self.code, "centre"]
        low, high = (float(end[0]) for end in limits([own["denominator"]], centre / 100, OUTER))
        placed = rows["p_value"].notna().sum()
        said = {
            "measure": self._names()[measure],
            "name": self.name,
            "kind": self._say(self.panel.kind),
            "period": words.period(own["period"], self.language),
            "beyond": words.number(int((rows["zone"].abs() == 2).sum()), self.language),
            "count": words.number(int(placed), self.language),
            "expected": words.number((1 - OUTER) * placed, self.language, 1),
            "value": words.percent(own["value"], self.language, 1),
            "size": words.number(own["denominator"], self.language),
            "centre": words.percent(centre, self.language, 1),
            "low": words.percent(100 * low if low == low else 0.0, self.language, 1),
            "high": words.percent(100 * high if high == high else 100.0, self.language, 1),
        }
        axes = funnel(rows, self.code, self.name, self.language)
        return picture(axes, self._say("funnel_alt", **said), self._say("funnel_caption", **said), self.language)

    def movement(self) -> Block:
        """Return how every measure of the area moves, and the periods without a figure."""
        return shown.moves(self.own, self.figures, self.panel.strategy, self.language)

    def basis(self) -> Block:
        """Return the earlier codes that figures were carried from, and since when the area has its code."""
        if self.panel.kind != "kommune":
            return markup.paragraph(self._say("summed"))
        since = self.panel.areas.at[self.code, "since"]
        begun = self._say("begins", day=words.date(since, self.language)) if pd.notna(since) else ""
        joined = shown.joined(self.figures, self.language) or markup.paragraph(self._say("own_code"))
        return markup.paragraph(begun) + joined

    def sources(self) -> Block:
        """Return the sources of the figures of all areas."""
        return shown.origins(self.panel.sources, self.language)

    def _names(self) -> pd.Series:
        return self.panel.strategy.measures[f"name_{self.language}"]

    def _say(self, key: str, **filled: str) -> str:
        return area_word(key, self.language, **filled)


def read_panel(quarter: str, kind: str, as_of: str = "") -> Panel:
    """Return what `analysis.municipal.panels.read_panel` does; through Parquet when memory is too small.

    Raises:
        AreaError: when that file is needed and the extra ``large`` is not there; else what `read_panel` raises.

    """
    if sum(file.lstat().st_size for file in delivered_files(paths.raw_folder())) <= IN_MEMORY:
        return panels.read_panel(quarter, kind, as_of)
    try:
        from analysis.municipal.storage import store_areas, stored_panel
    except ModuleNotFoundError as error:
        raise AreaError(f"the figures of areas are more than memory takes: {error}") from error
    with TemporaryDirectory() as place:
        stored = Path(place, "areas.parquet")
        store_areas(stored)
        return stored_panel(stored, quarter, kind, as_of)


def read_area_status(quarter: str, area: str, kind: str, language: str = "nb", as_of: str = "") -> AreaStatus:
    """Return everything the page of one area shows; `kind` is kommune, helsefellesskap or region.

    >>> read_area_status("2024Q1", "0301", "kommune")  # no open figures of areas come with the project
    Traceback (most recent call last):
    analysis.records.areas.AreaError: no figure of any kommune was published by 2024-03-31; see docs/areas.md on ...

    Raises:
        AreaError: when there is no such area on the day, or no figure of its kind; what `read_panel` raises.

    """
    panel = read_panel(quarter, kind, as_of)
    panel.register.area(area, panel.day)
    own = panel.standing.xs(area, level="area").reindex(_in_order(panel))
    figures = panel.figures[panel.figures["area"] == area]
    return AreaStatus(panel, area, language, own.dropna(subset="period"), figures)


def _in_order(panel: Panel) -> pd.Index:
    """Return the measures in the order of the strategy."""
    measures = panel.strategy.measures.index
    return measures[measures.isin(panel.standing.index.unique("measure"))]
