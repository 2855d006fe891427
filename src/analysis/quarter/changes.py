"""What changed between two quarters, and why: new figure, revision, method, judgement, correction, or time alone."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

import pandas as pd

from analysis import text as words
from analysis.core.periods import as_of_date
from analysis.intake.jumps import FIELDS
from analysis.quarter.published_lights import KEY, Vintage, edition_of, method_changes, read_published, vintage_of
from analysis.quarter.templates import fill
from analysis.records.judgements import before_corrections, later_corrections, made_after, read_corrections
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.text import front_text, look_up, read_table
from analysis.views.status import Status, read_status
from analysis.views.tables import markup
from analysis.views.tables.markup import link_to, value_link

COLUMNS: Final = (
    *("item", "measure", "breakdown", "kind", "what", "period", "from", "from_towards", "from_weak"),
    *("to", "to_towards", "to_weak", "unit", "role", "why", "source"),
)
POINTS: Final = ("baseline", "milestone", "target")  # of a measure's path, each with a period and a value
KINDS: Final = ("figure", "revision", "method", "judgement", "correction", "time")


class DiffError(ValueError):
    """Two quarters that cannot be compared."""


def diff(earlier: Status, later: Status, published: Vintage | None = None) -> pd.DataFrame:
    """Return one row for each thing that differs between two quarters, in report order, in the later's language.

    Parameters
    ----------
    earlier, later : Status
        The quarters, as `read_status` returns them; a colour that is corrected after the later one is compared as it
        was judged.
    published : Vintage, optional
        The earlier quarter as it was published: figures edited since then count as revisions, strategy and limits are
        compared, and its lights are the ones the later lights are compared with.

    Returns
    -------
    DataFrame
        `COLUMNS`: item (of the report; empty for context measures without one), measure, breakdown; kind (one of
        `KINDS`); what (``value``, ``proposed``, ``colour``, ``movement``, ``series``, or a field of the method);
        period; from and to (numbers in `unit`; colours, ``outlined_`` and a colour for a direction only, or a state;
        or texts; missing where there was or is none) with from_towards
        and to_towards for colours, from_weak and to_weak being ``weak`` where that is slight; role (``assessed``,
        ``context``, or ``item``); why (a sentence); source (a source's slug, or the file that says so).

    Raises
    ------
    DiffError
        When the later quarter does not come after the earlier.

    Examples
    --------
    >>> news = diff(read_status("2023Q4"), status)
    >>> news.query("measure == 'dho-helsefellesskap'")[["kind", "from", "to"]].values.tolist()
    [['figure', 17.0, 18.0]]

    """
    if not earlier.quarter < later.quarter:
        raise DiffError(f"{later.quarter} does not come after {earlier.quarter}; name the earlier quarter first")
    then = _judged_then(earlier, later, published)
    rows = [*_figures(earlier, later, published), *_method(earlier, later, published)]
    # a proposal differs for what has changed in figures and method, so these come first
    causes = pd.DataFrame(rows, columns=list(COLUMNS))
    for item, row in later.lights.iterrows():
        if item not in then.index:
            continue  # an item that is new in the strategy had no proposal to differ from
        before, fields = then.loc[item], ["figures_state", "proposed", "proposed_towards", "direction_colour"]
        if before[fields].tolist() != row[fields].tolist():
            kind, why = _cause(item, row, causes, later)
            rows.append(_row(kind, "proposed", why, "", item=item, **_ends("proposed", before, row)))
    rows += [*_judged(then, later), *_corrections(earlier, later)]
    changes = pd.DataFrame(rows, columns=list(COLUMNS))
    # report order: items, then measures within them; what belongs to no item comes last
    order = {"item": later.strategy.items.index, "measure": ["", *later.strategy.measures.index], "kind": KINDS}
    ranks = {name: {value: rank for rank, value in enumerate(values)} for name, values in order.items()}
    return changes.sort_values(
        ["item", "measure", "breakdown", "period", "kind"],
        key=lambda column: column.map(ranks[column.name]) if column.name in ranks else column,
        kind="stable",
        ignore_index=True,
    )


# --- figures and method --------------------------------------------------------------


def _figures(earlier: Status, later: Status, published: Vintage | None) -> Iterator[dict]:
    """Yield the figures that are new, those whose later edition differs, and those whose row has been edited since."""
    language, series = later.language, ["measure", "breakdown"]
    then = {_key(row): row for row in current(earlier.observations).itertuples()}
    now = current(later.observations).sort_values([*series, "time"], kind="stable")
    now["before"] = now.groupby(series, sort=False)["value"].shift()
    editions = later.observations.value_counts(KEY)
    for row in now.itertuples():
        note, day = words.note(row._asdict(), language)[0], words.date(row.published, language)
        if _key(row) not in then:
            # the newest figure of an assessed measure comes with what it allows to be said
            trend, why = later.trends.loc[row.measure], look_up("quarter.why", "published", language, day=day)
            if row.breakdown == "" and trend["role"] == "assessed" and trend["latest_period"] == row.period:
                why = words.change_sentence(trend, language)
            elif editions[_key(row)] > 1:  # a day that was corrected is an edition of its own, whose note says so
                why = f"{why} {note}".rstrip()
            yield _figure(row, "figure", row.before, later, why)
            continue
        for field in FIELDS:
            before, after = getattr(then[_key(row)], field), getattr(row, field)
            if before != after and not (pd.isna(before) and pd.isna(after)):
                why = note or look_up("quarter.why", "revised", language, day=day)
                yield _figure(row, "revision", before, later, why) | {"what": field, "to": after}
    yield from _standings(earlier, later)
    # only a published quarter is a record of what a row said before it was edited
    if published is None:
        return
    recorded = published.figures.set_index(KEY)["value"]
    in_force = earlier.observations["measure"].isin(later.strategy.measures.index)
    for row in current(earlier.observations[in_force]).itertuples():
        value = float(recorded.get(_key(row), float("nan")))
        if value != row.value:
            why = look_up("quarter.why", "edited", language)
            yield _figure(row, "revision", value, later, f"{why} {row.file}:{row.line}")


def _standings(earlier: Status, later: Status) -> Iterator[dict]:
    """Yield the figures whose newest edition from their source is used otherwise than the one known before."""
    key, language = [*KEY, "source"], later.language
    then, now = (s.observations.drop_duplicates(key, keep="last").set_index(key) for s in (earlier, later))
    both = now.join(then["standing"].rename("standing_then"), how="inner")
    for row in both[both["standing"] != both["standing_then"]].reset_index().itertuples():
        ends = (look_up("codes.standings", code, language) for code in (row.standing_then, row.standing))
        why = words.note(row._asdict(), language)[0]
        cells = dict(zip(("from", "to"), ends, strict=True)) | {"what": "standing"}
        yield _figure(row, "revision", float("nan"), later, why) | cells


def _key(row: Any) -> tuple[str, str, str]:
    return row.measure, row.period, row.breakdown


def _figure(row: Any, kind: str, before: float, status: Status, why: str) -> dict:
    figure = {"breakdown": row.breakdown, "period": row.period, "unit": row.unit, "from": before, "to": row.value}
    return _row(kind, "value", why, row.source, **figure, **_of_measure(row.measure, status))


def _of_measure(slug: str, status: Status) -> dict:
    measure = status.strategy.complete.measures.loc[slug]
    item = measure["indicator"] or next(iter(measure["indicators"]), "")
    return {"item": item, "measure": slug, "role": measure["role"]}


def _row(kind: str, what: str, why: str, source: str, **cells: Any) -> dict:
    named = {"kind": kind, "what": what, "why": why, "source": source, "role": "item"}
    return {**dict.fromkeys(COLUMNS, ""), **named, **cells}


def _method(earlier: Status, later: Status, published: Vintage | None) -> Iterator[dict]:
    """Yield the breaks of series that begin between the two quarters, and what has changed in strategy and limits."""
    since, until = (as_of_date(status.quarter) for status in (earlier, later))
    # a break concerns the reader of this report if the period that begins with it is new since the last
    for row in later.strategy.breaks.itertuples():
        if since < pd.Period(row.period).start_time <= until:
            to, why = look_up("codes.breaks", row.kind, later.language), getattr(row, f"note_{later.language}")
            series = {"period": row.period, "to": to, **_of_measure(row.measure, later)}
            yield _row("method", "series", why, "strategy.toml", **series)
    if published is None:
        return
    now, measures = vintage_of(later.strategy, later.observations, later.lights), later.strategy.measures
    changed, subjects = method_changes(published, now), [set(record.method["subject"]) for record in (published, now)]
    # a measure that begins or ends is one change, not one of each of its fields
    for slug in sorted(subjects[0] ^ subjects[1]):
        states = [look_up("quarter.scope", str(slug in each).lower(), later.language) for each in subjects]
        why = look_up("quarter.why", "begun" if slug in subjects[1] else "ended", later.language)
        ends = dict(zip(("from", "to"), states, strict=True))
        yield _row("method", "scope", why, "strategy.toml", **ends, **_of_measure(slug, later))
    for row in changed[~changed["subject"].isin(subjects[0] ^ subjects[1])].itertuples():
        if row.subject not in measures.index:
            why = look_up("quarter.why", "method", later.language, fields=row.field)
            yield _row("method", row.field, why, "assessment/limits.py", **{"from": row.published, "to": row.now})
        elif row.field not in ("target_period", "target_value"):  # the point `target 2025` has both
            measure, (what, _, period) = measures.loc[row.subject], row.field.partition(" ")
            ends = {"from": row.published, "to": row.now}
            if what in POINTS:
                ends = {end: float(value) if value else None for end, value in ends.items()}
            why = look_up("quarter.why", "strategy", later.language, fields=_field(what, later.language))
            cells = {"item": measure["indicator"], "measure": row.subject, "role": measure["role"]}
            yield _row("method", what, why, "strategy.toml", period=period, unit=measure["unit"], **ends, **cells)


# --- lights --------------------------------------------------------------------------


def _ends(what: str, before: Any, after: Any) -> dict:
    """Return the cells of a change from one light to another; `what` is ``proposed`` or ``colour``."""
    prefix, ends = "" if what == "colour" else f"{what}_", {}
    for end, light in (("from", before), ("to", after)):
        # a vintage has texts in place of truth values
        weak = "weak" if str(light[f"{prefix}weak"]) == "True" else ""
        ends |= {end: _place(what, light), f"{end}_towards": light[f"{prefix}towards"], f"{end}_weak": weak}
    return ends


def _place(what: str, light: Any) -> str | None:
    """Return what a place shows: a colour, ``outlined_`` and a colour, or the state that it is in."""
    if what == "colour":
        states = {"colour_lost": "colour_lost", "not_judged": None}
        return states.get(light["judgement_state"], light["colour"])
    places = {"filled": light["proposed"], "outlined": f"outlined_{light['direction_colour']}"}
    return places.get(light["figures_state"], light["figures_state"])


def _cause(item: str, row: Any, causes: pd.DataFrame, later: Status) -> tuple[str, str]:
    """Return why a proposal differs: its parts, or the first of new figure, revision and method that concerns it."""
    language, names = later.language, later.strategy.measures[f"name_{later.language}"]
    if row["kind"] in ("strategy", "goal"):
        return "judgement", look_up("quarter.why", "parts", language)
    own = causes[causes["measure"].isin(later.strategy.measures_of(item, role="assessed").index)]
    for kind, code in (("figure", "new_figure"), ("revision", "revision"), ("method", "strategy")):
        cause = own[(own["kind"] == kind) & (own["breakdown"] == "")]
        if len(cause):
            measures = ", ".join(dict.fromkeys(names[measure] for measure in cause["measure"]))
            fields = ", ".join(dict.fromkeys(_field(what, language) for what in cause["what"]))
            return kind, look_up("quarter.why", code, language, measures=measures, fields=fields)
    # limits concern all measures, so they explain only what nothing of its own does
    limits = causes[(causes["kind"] == "method") & (causes["measure"] == "")]
    if len(limits):
        return "method", look_up("quarter.why", "method", language, fields=", ".join(limits["what"]))
    reason = words.reason(row["proposed_reason"], language) or look_up("quarter.why", "elapsed", language)
    return "time", look_up("quarter.why", "time", language, reason=reason)


_NOTHING: Final = {"colour": None, "towards": "", "weak": False, "judgement_state": "not_judged"}


def _judged(then: pd.DataFrame, later: Status) -> Iterator[dict]:
    """Yield the items that the experts gave another colour or tendency than then, or whose movement they name."""
    file, language = f"judgements/{later.quarter}/lights.toml", later.language
    for item, row in later.lights.iterrows():
        before = then.loc[item] if item in then.index else _NOTHING
        was, judged = before["judgement_state"] != "not_judged", row["judgement_state"] != "not_judged"
        off_record = before["colour"] in (None, "grey") and not before["towards"]
        if not judged and (not was or off_record):
            continue  # that a colour nobody has on record is still not judged is no change
        record = words.record(row["record"], language) if judged and row["record"] else ""
        if (was, before["colour"], before["towards"]) != (judged, row["colour"], row["towards"]):
            if row["reason_code"]:
                why = f"{words.override(row['reason_code'], language)}: {row[f'reason_{language}']}"
            else:
                code = "first_judged" if judged else "unjudged"
                why = record if judged and was else look_up("quarter.why", code, language)
            ends = _ends("colour", before if was else _NOTHING, row if judged else _NOTHING)
            yield _row("judgement", "colour", why, file, item=item, **ends)
        # a movement that follows from the colours is shown by them; one that the experts name is a change of its own
        if record and row["movement"] and later.judgements.at[item, "movement"]:
            yield _row("judgement", "movement", record, file, item=item, to=row["movement"])


def _judged_then(earlier: Status, later: Status, published: Vintage | None) -> pd.DataFrame:
    """Return the earlier quarter's lights as the later one knew them: what is corrected after it has its old colour."""
    # a record has no more of a judgement than its colour, and a published judgement is not changed
    then = earlier.lights.copy() if published is None else published.lights.join(earlier.lights["judgement_state"])
    corrected = later_corrections(earlier.quarter, strategy=later.strategy)
    stated = corrected["field"].eq("colour") & corrected["old"].ne("")
    corrected = corrected[stated & corrected["item"].isin(then.index)]
    by_then = corrected["made_in"] <= later.quarter
    colours = dict(corrected.loc[by_then, ["item", "new"]].values)
    colours |= dict(corrected.loc[~by_then, ["item", "old"]].values[::-1])  # the first one states what was judged
    for item, colour in colours.items():
        then.loc[item, ["colour", "judgement_state"]] = [colour, "colour_lost" if colour == "grey" else "judged"]
    return then


def _corrections(earlier: Status, later: Status) -> Iterator[dict]:
    """Yield what the quarters up to the later one say of colours set in the earlier."""
    corrected = later_corrections(earlier.quarter, strategy=later.strategy)
    for row in corrected[corrected["made_in"] <= later.quarter].itertuples():
        light, why = earlier.lights.loc[row.item], getattr(row, f"note_{later.language}")
        # a corrected row has the new colour by now
        ends = {"from": row.old} if row.old else {"from": _place("colour", light), "from_towards": light["towards"]}
        ends["to"] = row.new or look_up("quarter.why", row.direction, later.language)
        if row.field != "colour":
            ends, why = {"from": row.old, "to": row.new}, f"{words.correction(row._asdict(), later.language)}. {why}"
        file = f"judgements/{row.made_in}/lights.toml"
        cells = {"item": row.item, "measure": row.measure, "period": earlier.quarter}
        yield _row("correction", "colour", why, file, **cells, **ends)


# --- what is shown -------------------------------------------------------------------


def tables(
    changes: pd.DataFrame, earlier: str, later: str, strategy: Strategy, language: str = "nb", caption: str = ""
) -> tuple[markup.Block, markup.Block]:
    """Return the changes as two accessible tables.

    Parameters
    ----------
    changes : DataFrame
        As `diff` returns them.
    earlier, later : str
        The quarters compared.
    strategy : Strategy
        Has the names of items and measures.
    language : {"nb", "en"}
        The language.
    caption : str, optional
        Of the first table; unless given, it names the two quarters.

    Returns
    -------
    tuple of markup.Block
        The changes of the report's items, and those of what is shown beside.

    """
    widths = {"subject": 20, "kind": 8, "what": 9, "from": 10, "to": 11, "why": 30, "source": 12}
    heads = [markup.Column(look_up("quarter.headings", name, language), width=width) for name, width in widths.items()]
    empty, parts = look_up("quarter.headings", "no_changes", language), {False: [], True: []}
    for row in changes.to_dict("records"):
        cells = (
            _subject(row, strategy, language),
            look_up("quarter.kinds", row["kind"], language),
            _what(row, language),
            _end(row, "from", language),
            _end(row, "to", language),
            words.sentence(row["why"]),
            markup.escape(row["source"]).replace("/", markup.Markup("/<wbr>")),
        )
        parts[row["role"] == "context"].append(cells)
    of_items = markup.table(caption or _title(earlier, later, language), heads, parts[False], empty=empty)
    beside = markup.table(look_up("quarter.headings", "context", language), heads, parts[True], empty=empty)
    return of_items, beside


def _title(earlier: str, later: str, language: str) -> str:
    quarters = {"earlier": words.period(earlier, language), "later": words.period(later, language)}
    return look_up("quarter.headings", "diff", language, **quarters)


def since_previous(later: Status) -> markup.Block:
    """Return `since` the report before a quarter's, as it is read today; a sentence where there was none."""
    quarter = later.lights["previous_quarter"].max()
    if not quarter:
        return markup.paragraph(front_text("no_earlier", later.language)) + by_edition(later)
    ambitions = later.strategy.ambitions
    # a scenario is compared with the same scenario: nothing of it was published
    published = None if ambitions.scenario else read_published(quarter)
    earlier = read_status(quarter, later.language, ambitions=ambitions.slug)
    if later.as_of:
        day = as_of_date(quarter, later.as_of)
        undone = made_after(read_corrections(strategy=later.strategy), later.quarter, day)
        earlier = replace(earlier, observations=before_corrections(earlier.observations, undone))
    return since(earlier, later, published) + by_edition(later)


def by_edition(status: Status) -> markup.Block:
    """Return where the method proposes otherwise than the edition that a quarter was published with; else nothing.

    Parameters
    ----------
    status : Status
        The quarter, as `read_status` returns it.

    Returns
    -------
    markup.Block
        A table of the items whose published proposal differs: as published, and by this edition.

    """
    published, language = read_published(status.quarter), status.language
    # as known at another day, or with other ambitions, it is not what was published
    other_day = as_of_date(status.quarter, status.as_of or None) != as_of_date(status.quarter)
    if published is None or other_day or status.strategy.ambitions.scenario:
        return markup.EMPTY
    now = edition_of(vintage_of(status.strategy, status.observations, status.lights))
    editions, rows = {"then": edition_of(published), "now": now}, []
    for item in status.lights.index.intersection(published.lights.index, sort=False) if now > editions["then"] else ():
        ends = _ends("proposed", published.lights.loc[item], status.lights.loc[item]) | {"what": "proposed"}
        if (ends["from"], ends["from_towards"], ends["from_weak"]) != (ends["to"], ends["to_towards"], ends["to_weak"]):
            places = [_end(ends, end, language) for end in ("from", "to")]
            rows.append((link_to(status.strategy, item, language), *places))
    caption, *heads = (
        look_up("quarter.headings", name, language, **editions)
        for name in ("editions", "subject", "edition_then", "edition_now")
    )
    return markup.table(caption, [*map(markup.Column, heads)], rows)


def since(earlier: Status, later: Status, published: Vintage | None = None) -> markup.Block:
    """Return what changed between two quarters, and why: colours, corrections and the newest figure of each measure.

    Movements and what is shown beside the indicators are left to other tables.

    Parameters
    ----------
    earlier, later, published
        As in `diff`.

    Returns
    -------
    markup.Block
        A table of one row an item, with its changes; a sentence where nothing is new.

    """
    language, news = later.language, diff(earlier, later, published)
    news = news[(news["role"] != "context") & (news["breakdown"] == "") & (news["what"] != "movement")]
    newest = news[news["kind"] == "figure"].drop_duplicates("measure", keep="last")  # a measure's periods are in order
    news = news[(news["kind"] != "figure") | (news["what"] != "value") | news.index.isin(newest.index)]
    places = {_key(row): (row.file, row.line) for row in current(later.observations).itertuples()}
    names, rows = later.strategy.complete.measures[f"name_{language}"], []
    for item, changed in groupby(news.to_dict("records"), lambda row: row["item"] or names[row["measure"]]):
        changed = list(changed)
        has_figure = any(row["what"] == "value" for row in changed)
        cells = [
            markup.within(_news_of(row, places, language), names[row["measure"]] if row["measure"] else "")
            for row in changed
        ]
        # that a colour follows from a new figure needs no sentence where that figure is among the changes
        reasons = [row["why"] for row in changed if not has_figure or row["kind"] != "figure" or row["what"] == "value"]
        subject = link_to(later.strategy, item, language) if item in later.strategy.items.index else item
        rows.append((subject, markup.parts(cells), markup.parts(map(words.sentence, reasons))))
    columns = [
        markup.Column(look_up("quarter.headings", "subject", language), width=28),
        markup.Column(front_text("changed", language), width=26),
        markup.Column(front_text("why", language), width=46),
    ]
    quarter = words.period(earlier.quarter, language)
    unknown = ((news["what"] == "colour") & (news["kind"] == "judgement") & (news["from"] == "colour_lost")).any()
    note = front_text("unknown_before", language, earlier=quarter) if unknown else ""
    table = markup.table(front_text("since_caption", language, earlier=quarter), columns, rows, note=note)
    return table or markup.paragraph(front_text("nothing_new", language, earlier=quarter))


def _news_of(row: dict, places: dict[tuple[str, str, str], tuple[str, int]], language: str) -> markup.Cell:
    """Return what is new in few words: ``Tall for 2023: 49 prosent``, or what it was and became.

    A figure links to its raw row, whose file and line are in `places` by measure, period and breakdown.
    """
    if row["what"] == "value":
        key = "new_figure" if row["kind"] == "figure" else "new_edition"
        period = front_text(key, language, period=words.period(row["period"], language))
        value = words.quantity(row["to"], row["unit"], language)
        before = ""
        if row["kind"] == "revision" and pd.notna(row["from"]):
            before = front_text("was", language, value=words.quantity(row["from"], row["unit"], language))
        link = value_link(*places[row["measure"], row["period"], row["breakdown"]], value)
        return markup.within(markup.lines([period, markup.figure(link)]), before)
    if row["kind"] == "correction":
        quarter = front_text("corrected", language, quarter=words.period(row["period"], language))
        return markup.lines([quarter, _end(row, "to", language) if row["to"] in words.SYMBOL else ""])
    ends = markup.spaced(_end(row, "from", language), markup.signed("→", ""), _end(row, "to", language))
    return markup.lines([_what(row, language), ends])


def page(changes: pd.DataFrame, earlier: str, later: str, strategy: Strategy, language: str = "nb") -> str:
    """Return the changes as a web page of its own: no scripts, nothing loaded, readable by assistive technology.

    Parameters are those of `tables`.

    Returns
    -------
    str
        HTML.

    """
    caption = look_up("quarter.headings", "items", language)
    body = markup.together(tables(changes, earlier, later, strategy, language, caption)).html
    language = words.check_language(language)
    return fill("changes.html.j2", language=language, title=_title(earlier, later, language), body=body)


def elsewhere(changes: pd.DataFrame, language: str) -> str:
    """Return how many changes concern only what is shown beside, in words."""
    return look_up("quarter.headings", "elsewhere", language, count=int((changes["role"] == "context").sum()))


def _subject(row: dict, strategy: Strategy, language: str) -> markup.Cell:
    if row["measure"]:
        name = strategy.complete.measures.at[row["measure"], f"name_{language}"]
        cut = f" ({words.breakdown(row['breakdown'], language)})" if row["breakdown"] else ""
        return f"{row['item']} {name}{cut}".strip()
    if not row["item"]:
        return row["what"]
    item = strategy.items.loc[row["item"]]
    number = {"strategy": "", "goal": words.label("goal_number", language, number=str(item["goal"]))}
    return f"{number.get(item['kind'], row['item'])} {item[f'name_{language}']}".strip()


def _field(what: str, language: str) -> str:
    """Return what has changed in words; fields of the method have none."""
    tables = [table for table in ("quarter.what", "codes.corrected") if what in read_table(table)]
    return look_up(tables[0], what, language) if tables else what


def _what(row: dict, language: str) -> markup.Cell:
    what = _field(row["what"], language)
    period = words.period(row["period"], language) if row["period"] else ""
    return f"{what[:1].upper()}{what[1:]} {period}".strip()


def _end(row: dict, end: str, language: str) -> markup.Cell:
    """Return one end of a change (``from`` or ``to``) as a cell: a quantity, a light, or a text."""
    value = row[end]
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return look_up("quarter.why", "nothing", language)
    if row["what"] in ("value", *POINTS):
        return words.quantity(value, row["unit"], language)
    if str(value).startswith("outlined_"):
        return markup.hollow(value.removeprefix("outlined_"), language)
    if value in words.SYMBOL or value in words.STATE_SYMBOL:
        return markup.light(value, language, row[f"{end}_towards"] or "", bool(row[f"{end}_weak"]))
    if isinstance(value, float):
        return words.number(value, language)
    if row["what"] == "target_status":
        return look_up("codes.targets", value, language)
    return words.movement(value, language) if row["what"] == "movement" else value


def records(changes: pd.DataFrame) -> list[dict]:
    """Return the changes as plain records for JSON: missing is null."""
    return [{key: None if pd.isna(v) else v for key, v in row.items()} for row in changes.to_dict("records")]


def counts(changes: pd.DataFrame) -> dict[str, int]:
    """Return how many changes there are of each kind."""
    return changes["kind"].value_counts().reindex(KINDS, fill_value=0).to_dict()
