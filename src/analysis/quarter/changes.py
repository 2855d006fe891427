"""What changed between two quarters, and why: new figure, revision, method, judgement, correction, or time alone."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import pandas as pd

from analysis import text as words
from analysis.core.periods import as_of_date
from analysis.quarter.vintages import Vintage, method_changes, read_published, vintage_of
from analysis.records.judgements import later_corrections
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.text import look_up, read_table
from analysis.text.phrases import front_text
from analysis.views.status import Status, read_status
from analysis.views.tables import markup
from analysis.views.tables.links import link_to, value_link
from analysis.views.tables.markup import Block, Cell

COLUMNS: Final = (
    *("item", "measure", "breakdown", "kind", "what", "period", "from", "from_towards", "from_weak"),
    *("to", "to_towards", "to_weak", "unit", "role", "why", "source"),
)
KINDS: Final = ("figure", "revision", "method", "judgement", "correction", "time")
_SERIES: Final = ["measure", "breakdown"]


class DiffError(ValueError):
    """Two quarters that cannot be compared."""


def diff(earlier: Status, later: Status, published: Vintage | None = None) -> pd.DataFrame:
    """Return one row for each thing that differs between two quarters, in report order, in the later's language.

    Columns `COLUMNS`: item (of the report; empty for context measures without one), measure, breakdown; kind (one of
    `KINDS`); what (``value``, ``proposed``, ``colour``, ``movement``, ``series``, or a field of the method); period;
    from and to (numbers in `unit`, colours, or texts; missing where there was or is none) with from_towards and
    to_towards for colours, from_weak and to_weak saying ``weak`` where that is slight; role (``assessed``, ``context``,
    or ``item``); why (a sentence); source (a source's slug, or the file that says so). `published` is the earlier
    quarter as it was published: figures edited since then count as revisions, promise and limits are compared, and its
    lights are the ones the later lights are held against.

    >>> news = diff(read_status("2023Q4"), status)
    >>> news.query("measure == 'dho-helsefellesskap'")[["kind", "from", "to"]].values.tolist()
    [['figure', 17.0, 18.0]]

    Raises:
        DiffError: when the later quarter does not come after the earlier.

    """
    if not earlier.quarter < later.quarter:
        raise DiffError(f"{later.quarter} does not come after {earlier.quarter}; name the earlier quarter first")
    figures = pd.DataFrame([*_figures(earlier, later), *_edited(earlier, published, later)], columns=list(COLUMNS))
    method = pd.DataFrame([*_breaks(earlier, later), *_method(published, later)], columns=list(COLUMNS))
    causes = pd.concat([figures, method]) if len(method) else figures
    lights = [*_proposals(earlier, later, published, causes), *_judged(earlier, later, published)]
    rest = pd.DataFrame([*lights, *_corrections(earlier, later)], columns=list(COLUMNS))
    parts = [part for part in (figures, method, rest) if len(part)]
    return _ordered(pd.concat(parts, ignore_index=True) if parts else figures, later.strategy)


def _ordered(changes: pd.DataFrame, strategy: Strategy) -> pd.DataFrame:
    items = {item: place for place, item in enumerate(strategy.items.index)}
    measures = {measure: place for place, measure in enumerate(strategy.measures.index)}
    places = changes.assign(
        _item=changes["item"].map(items).fillna(len(items)),
        _measure=changes["measure"].map(measures).fillna(-1),
        _kind=changes["kind"].map(KINDS.index),
    )
    by = ["_item", "_measure", "breakdown", "period", "_kind"]
    return places.sort_values(by, kind="stable", ignore_index=True)[list(COLUMNS)]


# --- figures -------------------------------------------------------------------------


def _figures(earlier: Status, later: Status) -> Iterator[dict]:
    """Yield the figures that are new, and those whose later edition says otherwise."""
    then = {_cell(row): row for row in current(earlier.observations).itertuples()}
    now = current(later.observations).sort_values([*_SERIES, "time"], kind="stable")
    before = now.groupby(_SERIES, sort=False)[["value", "period"]].shift()
    for row, value in zip(now.itertuples(), before["value"], strict=True):
        known = then.get(_cell(row))
        if known is None:
            yield _figure(row, "figure", value, later, _news(row, later))
        elif (known.value, known.unit, known.qualifier) != (row.value, row.unit, row.qualifier):
            yield _figure(row, "revision", known.value, later, _edition(row, later.language))


def _cell(row: Any) -> tuple[str, str, str]:
    return row.measure, row.period, row.breakdown


def _figure(row: Any, kind: str, before: float, status: Status, why: str) -> dict:
    measure = status.strategy.measures.loc[row.measure]
    return _row(
        item=measure["indicator"] or next(iter(measure["indicators"]), ""),
        measure=row.measure,
        breakdown=row.breakdown,
        kind=kind,
        what="value",
        period=row.period,
        **{"from": before, "to": row.value},
        unit=row.unit,
        role=measure["role"],
        why=why,
        source=row.source,
    )


def _row(**filled: Any) -> dict:
    return {**dict.fromkeys(COLUMNS, ""), **filled}


def _news(row: Any, later: Status) -> str:
    """Return what the newest figure of an assessed measure allows to be said; of others, when they were published."""
    trend = later.trends.loc[row.measure]
    if row.breakdown == "" and trend["role"] == "assessed" and trend["latest_period"] == row.period:
        return words.change_sentence(trend, later.language)
    return look_up("quarter.why", "published", later.language, day=words.date(row.published, later.language))


def _edition(row: Any, language: str) -> str:
    return words.note(row._asdict(), language)[0] or look_up(
        "quarter.why", "revised", language, day=words.date(row.published, language)
    )


def _edited(earlier: Status, published: Vintage | None, later: Status) -> Iterator[dict]:
    """Yield the figures known then whose row has been edited since the earlier quarter was published."""
    if published is None:
        return
    then = published.figures.set_index(["measure", "period", "breakdown"])["value"]
    for row in current(earlier.observations).itertuples():
        before = float(then.get(_cell(row), float("nan")))
        if before != row.value:
            why = look_up("quarter.why", "edited", later.language)
            yield _figure(row, "revision", before, later, f"{why} {row.file}:{row.line}")


# --- method --------------------------------------------------------------------------


def _breaks(earlier: Status, later: Status) -> Iterator[dict]:
    """Yield the breaks of series that begin with a period measured between the two quarters."""
    since, until = (as_of_date(status.quarter) for status in (earlier, later))
    for row in later.strategy.breaks.itertuples():
        if since < as_of_date("", _first_day(row.period)) <= until:
            measure = later.strategy.measures.loc[row.measure]
            yield _row(
                item=measure["indicator"] or next(iter(measure["indicators"]), ""),
                measure=row.measure,
                kind="method",
                what="series",
                period=row.period,
                to=look_up("codes.breaks", row.kind, later.language),
                role=measure["role"],
                why=getattr(row, f"note_{later.language}"),
                source="strategy.toml",
            )


def _first_day(period: str) -> str:
    return pd.Period(period).start_time.date().isoformat()


def _method(published: Vintage | None, later: Status) -> Iterator[dict]:
    if published is None:
        return
    for row in method_changes(published, _vintage(later)).itertuples():
        promised = row.subject in later.strategy.measures.index
        yield _row(
            item=later.strategy.measures.at[row.subject, "indicator"] if promised else "",
            measure=row.subject if promised else "",
            kind="method",
            what=row.field,
            **{"from": row.published, "to": row.now},
            role=later.strategy.measures.at[row.subject, "role"] if promised else "item",
            why=look_up("quarter.why", "method", later.language, fields=row.field),
            source="strategy.toml" if promised else "lights/limits.py",
        )


def _vintage(status: Status) -> Vintage:
    return vintage_of(status.strategy, status.observations, status.lights)


# --- lights --------------------------------------------------------------------------


def _lights(earlier: Status, published: Vintage | None) -> pd.DataFrame:
    return earlier.lights if published is None else published.lights


def _proposals(earlier: Status, later: Status, published: Vintage | None, causes: pd.DataFrame) -> Iterator[dict]:
    """Yield the items whose figures propose another light than then, with what made them do so."""
    then = _lights(earlier, published)
    for item, row in later.lights.iterrows():
        if item not in then.index:
            continue
        before = then.loc[item]
        if (before["proposed"], before["proposed_towards"]) == (row["proposed"], row["proposed_towards"]):
            continue
        kind, why = _cause(item, row, causes, later)
        yield _light(item, row, "proposed", before, row, kind, why, "")


def _light(item: str, row: Any, what: str, before: Any, after: Any, kind: str, why: str, source: str) -> dict:
    prefix = "" if what == "colour" else f"{what}_"
    ends = {
        name: value
        for end, light in (("from", before), ("to", after))
        for name, value in (
            (end, light[what]),
            (f"{end}_towards", light[f"{prefix}towards"]),
            (f"{end}_weak", "weak" if str(light[f"{prefix}weak"]) == "True" else ""),  # a vintage holds texts
        )
    }
    return _row(item=item, kind=kind, what=what, role="item", why=why, source=source, **ends)


def _cause(item: str, row: Any, causes: pd.DataFrame, later: Status) -> tuple[str, str]:
    """Return why a proposal differs: its parts, or the first of new figure, revision and method that concerns it."""
    if row["kind"] in ("strategy", "goal"):
        return "judgement", look_up("quarter.why", "parts", later.language)
    own = causes[causes["measure"].isin(later.strategy.measures_of(item, role="assessed").index)]
    for kind, code in (("figure", "new_figure"), ("revision", "revision"), ("method", "method")):
        found = own[(own["kind"] == kind) & (own["breakdown"] == "")]
        if len(found):
            named = dict.fromkeys(later.strategy.measures.at[m, f"name_{later.language}"] for m in found["measure"])
            fields = dict.fromkeys(found["what"])
            why = look_up("quarter.why", code, later.language, measures=", ".join(named), fields=", ".join(fields))
            return kind, why
    limits = causes[(causes["kind"] == "method") & (causes["measure"] == "")]
    if len(limits):
        return "method", look_up("quarter.why", "method", later.language, fields=", ".join(limits["what"]))
    reason = words.reason(row["proposed_reason"], later.language) or look_up("quarter.why", "elapsed", later.language)
    return "time", look_up("quarter.why", "time", later.language, reason=reason)


def _judged(earlier: Status, later: Status, published: Vintage | None) -> Iterator[dict]:
    """Yield the items that the experts gave another colour or tendency than then, or whose movement they name."""
    then, file = _lights(earlier, published), f"judgements/{later.quarter}/lights.toml"
    for item, row in later.lights.iterrows():
        before = then.loc[item] if item in then.index else _NOTHING
        was, judged = before["colour_source"] == "judgement", row["colour_source"] == "judgement"
        bare = before["colour"] in (None, "grey") and not before["towards"]
        if not judged and (not was or bare):
            continue  # that a colour nobody has on record is still not judged is no change
        if (was, before["colour"], before["towards"]) != (judged, row["colour"], row["towards"]):
            old = before if was else _NOTHING
            new = row if judged else _NOTHING
            yield _light(item, row, "colour", old, new, "judgement", _because(row, was, judged, later), file)
        if judged and row["record"] != "" and row["movement"] and _said(later, item):
            moved = _row(item=item, kind="judgement", what="movement", to=row["movement"], role="item", source=file)
            yield moved | {"why": words.record(row["record"], later.language)}


_NOTHING: Final = {"colour": None, "towards": "", "weak": False, "colour_source": ""}


def _said(later: Status, item: str) -> bool:
    return bool(later.judgements.at[item, "movement"])


def _because(row: Any, was: bool, judged: bool, later: Status) -> str:
    if judged and row["reason_code"]:
        return f"{words.override(row['reason_code'], later.language)}: {row[f'reason_{later.language}']}"
    if not judged:
        return look_up("quarter.why", "unjudged", later.language)
    if not was:
        return look_up("quarter.why", "first_judged", later.language)
    return words.record(row["record"], later.language)


def _corrections(earlier: Status, later: Status) -> Iterator[dict]:
    """Yield what the quarters up to the later one say of colours set in the earlier."""
    found = later_corrections(earlier.quarter, strategy=later.strategy)
    for row in found[found["made_in"] <= later.quarter].itertuples():
        yield _row(
            item=row.item,
            kind="correction",
            what="colour",
            period=earlier.quarter,
            **{"from": earlier.lights.at[row.item, "colour"]},
            from_towards=earlier.lights.at[row.item, "towards"],
            to=row.colour or look_up("quarter.why", row.direction, later.language),
            role="item",
            why=getattr(row, f"note_{later.language}"),
            source=f"judgements/{row.made_in}/lights.toml",
        )


# --- what is shown -------------------------------------------------------------------


def tables(
    changes: pd.DataFrame, earlier: str, later: str, strategy: Strategy, language: str = "nb"
) -> tuple[Block, Block]:
    """Return the changes as two accessible tables: those of the report's items, and those of what is shown beside."""
    return (
        _table(changes[changes["role"] != "context"], _title(earlier, later, language), strategy, language),
        _table(
            changes[changes["role"] == "context"], look_up("quarter.headings", "context", language), strategy, language
        ),
    )


def _title(earlier: str, later: str, language: str) -> str:
    quarters = {"earlier": words.period(earlier, language), "later": words.period(later, language)}
    return look_up("quarter.headings", "diff", language, **quarters)


def since_previous(later: Status) -> Block:
    """Return `since` the report before a quarter's, as it is read today; a sentence where there was none."""
    quarter = later.lights["previous_quarter"].max()
    if not quarter:
        return markup.paragraph(front_text("no_earlier", later.language))
    return since(read_status(quarter, later.language), later, read_published(quarter))


def since(earlier: Status, later: Status, published: Vintage | None = None) -> Block:
    """Return what changed between two quarters, and why: colours, corrections and the newest figure of each measure.

    One row a change, led by its item; movements and what is shown beside the indicators are left to other tables.
    """
    language, found = later.language, diff(earlier, later, published)
    found = found[(found["role"] != "context") & (found["breakdown"] == "") & (found["what"] != "movement")]
    new = found[found["kind"] == "figure"].drop_duplicates("measure", keep="last")  # a measure's periods are in order
    found = found[(found["kind"] != "figure") | (found["what"] != "value") | found.index.isin(new.index)]
    places = {_cell(row): (row.file, row.line) for row in current(later.observations).itertuples()}
    rows = [
        (_item(row, later.strategy, language), _news_of(row, places, language), markup.text(words.sentence(row["why"])))
        for row in found.to_dict("records")
    ]
    heads = [
        look_up("quarter.headings", "subject", language),
        front_text("changed", language),
        front_text("why", language),
    ]
    columns = [markup.Column(h, width=w) for h, w in zip(heads, (28, 26, 46), strict=True)]
    said = {
        name: front_text(name, language, earlier=words.period(earlier.quarter, language))
        for name in ("since_caption", "nothing_new", "unknown_before")
    }
    unknown = ((found["what"] == "colour") & (found["kind"] == "judgement") & (found["from"] == "grey")).any()
    note = said["unknown_before"] if unknown else ""
    return markup.table(said["since_caption"], columns, rows, note=note) or markup.paragraph(said["nothing_new"])


def _item(row: dict, strategy: Strategy, language: str) -> Cell:
    """Return the item a change belongs to as a link, and the measure where the change is in one."""
    item = link_to(strategy, row["item"], language) if row["item"] else markup.NOTHING
    return markup.within(item, strategy.measures.at[row["measure"], f"name_{language}"] if row["measure"] else "")


def _news_of(row: dict, places: dict[tuple[str, str, str], tuple[str, int]], language: str) -> Cell:
    """Return what is new in a few words: ``Tall for 2023: 49 prosent``, or what it was and became.

    A figure leads to its raw row, whose file and line `places` tells by measure, period and breakdown.
    """
    if row["what"] == "value":
        key = "new_figure" if row["kind"] == "figure" else "new_edition"
        said = front_text(key, language, period=words.period(row["period"], language))
        value = words.quantity(row["to"], row["unit"], language)
        place = places[row["measure"], row["period"], row["breakdown"]]
        new = markup.lines([markup.text(said), markup.figure(value_link(*place, value))])
        known = row["kind"] == "revision" and pd.notna(row["from"])
        before = words.quantity(row["from"], row["unit"], language) if known else ""
        return markup.within(new, front_text("was", language, value=before) if known else "")
    if row["kind"] == "correction":
        said = markup.text(front_text("corrected", language, quarter=words.period(row["period"], language)))
        return markup.lines([said, shown(row, "to", language) if row["to"] in words.SYMBOL else markup.NOTHING])
    arrow = Cell('<span aria-hidden="true">→</span>', "→")
    ends = shown(row, "from", language) + arrow + shown(row, "to", language)
    return markup.lines([_what(row, language), ends])


def page(changes: pd.DataFrame, earlier: str, later: str, strategy: Strategy, language: str = "nb") -> str:
    """Return the changes as a web page of its own: no scripts, nothing loaded, readable by assistive technology."""
    parts = {"items": changes[changes["role"] != "context"], "context": changes[changes["role"] == "context"]}
    shown = (
        _table(rows, look_up("quarter.headings", key, language), strategy, language) for key, rows in parts.items()
    )
    return _PAGE.format(
        language=words.check_language(language),
        title=markup.escape(_title(earlier, later, language)),
        style=_STYLE,
        body=markup.together(shown).html,
    )


# a table of seven columns: below its width each row becomes a card, every cell with its heading before it
_STYLE: Final = """\
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 90rem; padding: 1rem 1.25rem 3rem; }
h1 { line-height: 1.2; text-wrap: balance; }
table { font-size: .9375rem; }
caption { padding-left: 0 !important; }
td:last-child { overflow-wrap: anywhere; }
@media screen and (max-width: 60rem) {
  table, caption, tbody, tr, th, td { display: block; width: auto !important; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { border: 0 !important; border-top: 2px solid !important; padding: .625rem 0; }
  tbody th, td { padding: .25rem 0 !important; }
  td { display: grid; grid-template-columns: minmax(5rem, 9rem) minmax(0, 1fr); column-gap: .75rem; }
  td::before { content: attr(data-label); }
}
@page { size: A4 landscape; margin: 14mm; }
@media print { body { font-size: .75rem; padding: 0; } tr { break-inside: avoid; } }
"""
_PAGE: Final = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def elsewhere(changes: pd.DataFrame, language: str) -> str:
    """Return how many changes concern only what is shown beside, in words."""
    return look_up("quarter.headings", "elsewhere", language, count=int((changes["role"] == "context").sum()))


def _table(changes: pd.DataFrame, caption: str, strategy: Strategy, language: str) -> Block:
    widths = {"subject": 20, "kind": 8, "what": 9, "from": 10, "to": 11, "why": 30, "source": 12}
    heads = [markup.Column(look_up("quarter.headings", name, language), width=width) for name, width in widths.items()]
    rows = [_cells(row, strategy, language) for row in changes.to_dict("records")]
    return markup.table(caption, heads, rows, empty=look_up("quarter.headings", "no_changes", language))


def _cells(row: dict, strategy: Strategy, language: str) -> tuple[Cell, ...]:
    return (
        _subject(row, strategy, language),
        markup.text(look_up("quarter.kinds", row["kind"], language)),
        _what(row, language),
        shown(row, "from", language),
        shown(row, "to", language),
        markup.text(words.sentence(row["why"])),
        Cell(markup.escape(row["source"]).replace("/", "/<wbr>"), row["source"]),
    )


def _subject(row: dict, strategy: Strategy, language: str) -> Cell:
    if row["measure"]:
        name = strategy.measures.at[row["measure"], f"name_{language}"]
        cut = f" ({words.breakdown(row['breakdown'], language)})" if row["breakdown"] else ""
        return markup.text(f"{row['item']} {name}{cut}".strip())
    if not row["item"]:
        return markup.text(row["what"])
    item = strategy.items.loc[row["item"]]
    number = {"strategy": "", "goal": words.label("goal_number", language, number=str(item["goal"]))}
    return markup.text(f"{number.get(item['kind'], row['item'])} {item[f'name_{language}']}".strip())


def _what(row: dict, language: str) -> Cell:
    said = look_up("quarter.what", row["what"], language) if row["what"] in read_table("quarter.what") else row["what"]
    period = words.period(row["period"], language) if row["period"] else ""
    return markup.text(f"{said} {period}".strip())


def shown(row: dict, end: str, language: str) -> Cell:
    """Return one end of a change (``from`` or ``to``) as a cell: a quantity, a light, or a text."""
    value = row[end]
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return markup.text(look_up("quarter.why", "nothing", language))
    if row["what"] == "value":
        return markup.text(words.quantity(value, row["unit"], language))
    if value in words.SYMBOL:
        return markup.light(value, language, row[f"{end}_towards"] or "", bool(row[f"{end}_weak"]))
    return markup.text(words.movement(value, language) if row["what"] == "movement" else value)


def records(changes: pd.DataFrame) -> list[dict]:
    """Return the changes as plain records for JSON: missing is null."""
    return [{key: _plain(value) for key, value in row.items()} for row in changes.to_dict("records")]


def _plain(value: Any) -> Any:
    return None if value is None or (isinstance(value, float) and pd.isna(value)) else value


def counts(changes: pd.DataFrame, kinds: Iterable[str] = KINDS) -> dict[str, int]:
    """Return how many changes there are of each kind."""
    return {kind: int((changes["kind"] == kind).sum()) for kind in kinds}
