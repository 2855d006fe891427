"""What was published stays published: the lights of each quarter, written once, and held against every recomputation.

``data/processed/published/<quarter>`` holds three tables: ``lights.csv`` (what each row of the report showed),
``figures.csv`` (the figures known then) and ``method.csv`` (promise and limits then). They are written by
``publish_quarter`` alone and never written over. A revised figure is a new row with a later publication and cannot
reach back; what can (a row edited in its file, a judgement changed, another limit) is an error that names the lights,
unless a later quarter records a correction of that item.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.assessment import limits
from analysis.core import paths
from analysis.core.periods import QUARTER, quarter_of
from analysis.records.judgements import later_corrections
from analysis.records.observations import current
from analysis.records.strategy import Strategy

JUDGED: Final = ("colour", "towards", "weak", "colour_source", "reason", "movement")
PROPOSED: Final = ("proposed", "proposed_towards", "proposed_weak", "proposed_reason", "certainty", "grade")
LIGHTS: Final = (*JUDGED, *PROPOSED, "measure")
FIGURES: Final = ("measure", "period", "breakdown", "value", "unit", "n", "qualifier", "published", "source")
KEY: Final = ["measure", "period", "breakdown"]


class VintageError(ValueError):
    """A published quarter would be published otherwise; the message names each light: published, now, why."""


@dataclass(frozen=True)
class Vintage:
    """A quarter as it is published: `lights` (index item), `figures` and `method` (subject, field, value), as text."""

    lights: pd.DataFrame
    figures: pd.DataFrame
    method: pd.DataFrame


def vintage_of(strategy: Strategy, observations: pd.DataFrame, lights: pd.DataFrame) -> Vintage:
    """Return what would be published of a quarter's frames: every cell text, so that it survives being written."""
    known = current(observations)[list(FIGURES)].assign(published=lambda f: f["published"].dt.strftime("%Y-%m-%d"))
    return Vintage(_texts(lights[list(LIGHTS)]), _texts(known), method_of(strategy))


def method_of(strategy: Strategy) -> pd.DataFrame:
    """Return promise and limits as one table of text: subject (a measure, or ``limits``), field, value."""
    names = {"name_nb", "name_en", "note_nb", "note_en", "unmeasured_nb", "unmeasured_en", "indicators"}
    promise = strategy.measures.drop(columns=[n for n in strategy.measures if n in names])
    rows = [(measure, field, value) for measure, row in promise.iterrows() for field, value in row.items()]
    rows += [(p.measure, f"{p.point} {p.period}", p.value) for p in strategy.points.itertuples()]
    rows += [(b.measure, f"break {b.period}", b.kind) for b in strategy.breaks.itertuples()]
    fixed = {name: value for name, value in vars(limits).items() if name.isupper()}
    rows += [("limits", name, value) for name, value in sorted(fixed.items())]
    return _texts(pd.DataFrame(rows, columns=["subject", "field", "value"]))


def publish_quarter(quarter: str, vintage: Vintage, folder: Path | None = None) -> Path:
    """Write a quarter's vintage to its own folder in `folder` (``data/processed/published``), whole and once.

    Raises:
        VintageError: when the quarter is published already, or rows are open.

    """
    place = (folder or published_folder()) / str(quarter_of(quarter))
    open_rows = vintage.lights.index[vintage.lights["colour_source"] != "judgement"]
    if place.exists():
        raise VintageError(f"{quarter} is published already; what is published is never written over")
    if len(open_rows):
        raise VintageError(
            f"{quarter}: nobody has judged {', '.join(open_rows)}; give each a colour in "
            f"data/raw/judgements/{quarter}/lights.toml (grey when none is to be given)"
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    written = Path(tempfile.mkdtemp(prefix=f".{quarter}-", dir=place.parent))
    try:
        for name in ("lights", "figures", "method"):
            table = getattr(vintage, name)
            table.to_csv(written / f"{name}.csv", index=name == "lights", encoding="utf-8", lineterminator="\n")
        written.chmod(0o755)
        os.rename(written, place)
    except OSError:
        shutil.rmtree(written, ignore_errors=True)
        raise
    return place


def read_published(quarter: str, folder: Path | None = None) -> Vintage | None:
    """Return a quarter as published, None when it is not.

    Raises:
        VintageError: when its folder is not as it was written.

    """
    place = (folder or published_folder()) / str(quarter_of(quarter))
    if not place.exists():
        return None
    try:
        lights, figures, method = (_read(place / f"{name}.csv") for name in ("lights", "figures", "method"))
        frames = lights.set_index("item")[list(LIGHTS)], figures[list(FIGURES)], method
    except (OSError, KeyError, ValueError) as error:
        raise VintageError(f"published/{quarter} cannot be read ({error}); restore it from version control") from error
    return Vintage(*(frame.astype(object) for frame in frames))


def published_quarters(folder: Path | None = None) -> list[str]:
    """Return the quarters that are published, earliest first."""
    folder = folder or published_folder()
    places = folder.iterdir() if folder.is_dir() else ()
    return sorted(place.name for place in places if QUARTER.fullmatch(place.name))


def published_folder() -> Path:
    """Return ``data/processed/published``, the one part of the processed material that is never deleted."""
    return paths.processed_folder() / "published"


def differences(published: Vintage, now: Vintage, strategy: Strategy) -> pd.DataFrame:
    """Return where a recomputation differs from what was published, one row a light and field.

    Columns item, field, published, now, why (``the judgement``, a figure, a part of the method, or ``the code``).
    """
    items = published.lights.index.union(now.lights.index, sort=False)
    then, here = (v.lights.reindex(items).fillna("(absent)") for v in (published, now))
    fields = [*JUDGED, *PROPOSED]
    rows = [
        (item, field, then.at[item, field], here.at[item, field], _why(item, field, published, now, strategy))
        for item in items
        for field in fields
        if then.at[item, field] != here.at[item, field]
    ]
    return pd.DataFrame(rows, columns=["item", "field", "published", "now", "why"])


def figure_changes(published: Vintage, now: Vintage) -> pd.DataFrame:
    """Return the figures that differ: measure, period, breakdown, published and now (empty where there is none)."""
    then, here = (_stated(v.figures.set_index(KEY)) for v in (published, now))
    both = pd.DataFrame({"published": then, "now": here}).fillna("")
    return both[both["published"] != both["now"]].reset_index()


def _stated(figures: pd.DataFrame) -> pd.Series:
    said = figures["qualifier"] + " " + figures["value"] + " " + figures["unit"]
    return said.str.strip() + (", n = " + figures["n"]).where(figures["n"] != "", "")


def method_changes(published: Vintage, now: Vintage) -> pd.DataFrame:
    """Return the parts of promise and limits that differ: subject, field, published, now."""
    then, here = (v.method.set_index(["subject", "field"])["value"] for v in (published, now))
    both = pd.DataFrame({"published": then, "now": here}).fillna("")
    return both[both["published"] != both["now"]].reset_index()


def refuse_rewriting(
    quarter: str,
    now: Vintage,
    strategy: Strategy,
    *,
    folder: Path | None = None,
    judgements: Path | None = None,
) -> None:
    """Do nothing for a quarter that is not published, or is recomputed as it was published.

    Items that a later quarter records a correction of may differ, and so may the goal and the whole above them.

    Raises:
        VintageError: naming every light that differs, with what was published, what it is now, and why.

    """
    published = read_published(quarter, folder)
    if published is None:
        return
    found = differences(published, now, strategy)
    if found.empty:
        return
    corrected = later_corrections(quarter, judgements, strategy=strategy)["item"]
    excused = {*corrected, *(above for item in corrected for above in _above(item, strategy))}
    wrong = found[~found["item"].isin(excused)]
    if len(wrong):
        raise VintageError("\n".join(_told(quarter, row) for row in wrong.itertuples()))


def _told(quarter: str, row: Any) -> str:
    return (
        f"{quarter} is published; item '{row.item}', {row.field}: published '{row.published}', now '{row.now}' "
        f"({row.why}); undo it, or record a [[correction]] of {quarter} in a later quarter's lights.toml"
    )


def _above(item: str, strategy: Strategy) -> list[str]:
    goal = strategy.items.at[item, "goal"]
    return [name for name in ("strategy", f"goal-{goal}") if name != item]


def _why(item: str, field: str, published: Vintage, now: Vintage, strategy: Strategy) -> str:
    if field in JUDGED and "judgement" in (
        now.lights["colour_source"].get(item),
        published.lights["colour_source"].get(item),
    ):
        return "the judgement was changed"
    measures = list(strategy.measures_of(item, role="assessed").index) if item in strategy.items.index else []
    figures = figure_changes(published, now)
    for row in figures[figures["measure"].isin(measures)].itertuples():
        where = f"{row.measure} {row.period}{f' [{row.breakdown}]' if row.breakdown else ''}"
        return f"the figure of {where} was {row.published or 'absent'}, is {row.now or 'absent'}"
    method = method_changes(published, now)
    for row in method[method["subject"].isin([*measures, "limits"])].itertuples():
        return f"{row.subject}: {row.field} was {row.published or 'absent'}, is {row.now or 'absent'}"
    return "the code"


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.map(_text).astype(object)


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NaT:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")
