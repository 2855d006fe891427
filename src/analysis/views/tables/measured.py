"""Tables of figures: latest values, changes, whole series with their raw rows, evidence, age, and what is missing."""

import base64
from collections.abc import Iterable
from functools import partial

import numpy as np
import pandas as pd

from analysis import text as words
from analysis.assessment.ambition import ambition_bands
from analysis.assessment.evidence import EVIDENCE_LINES
from analysis.assessment.evidence import evidence as evidence_of
from analysis.assessment.limits import HALF_WIDTH_Z
from analysis.records.observations import current
from analysis.records.strategy import Strategy
from analysis.statistics.surveys import composition_gaps
from analysis.text import label
from analysis.views.tables import markup
from analysis.views.tables.links import link_to, measure_link, origin, row_id
from analysis.views.tables.markup import NOTHING, Block, Cell, Column, Row

NORMAL = 1.96  # half a 95 % interval in standard errors, as the surveys print their margins
_SPARK = "#3B7EA6"  # stands out from white and from black alike: a picture cannot know the page's scheme


def measures(
    strategy: Strategy, trends: pd.DataFrame, indicator: str, language: str = "nb", role: str = "assessed"
) -> Block:
    """Return the measures that decide an indicator: latest value, change, promise and kind of source.

    With `role` ``context`` those shown beside it, which never count in a colour; nothing where there are none.
    """
    rows = [
        (
            measure_link(slug, promise[f"name_{language}"]),
            latest_cell(promise, trends.loc[slug], language),
            change_cell(trends.loc[slug], language, brief=True),
            promise_cell(promise, language),
            basis_cell(promise, language),
        )
        for slug, promise in strategy.measures_of(indicator, role).iterrows()
    ]
    widths = {"measure": 26, "latest": 16, "change": 28, "promise": 15, "basis": 15}
    caption = label(f"measures_{role}_caption", language, indicator=_indicator_id(strategy, indicator))
    return markup.table(caption, [Column(label(n, language), width=w) for n, w in widths.items()], rows)


def headline(strategy: Strategy, trends: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return the latest value of each measure that decides an indicator, large, what it is of, and the difference.

    Measures without a figure are left out; nothing where none has one.
    """
    chosen = strategy.measures_of(indicator, "assessed")
    known = chosen[chosen.index.isin(trends.index[trends["missing"] == ""])]
    cards = (
        (_latest_link(promise, trends.loc[slug], language), _told(promise, trends.loc[slug], language))
        for slug, promise in known.iterrows()
    )
    return markup.keys(cards, width=17)


def _told(promise: pd.Series, row: pd.Series, language: str) -> str:
    """Return a measure's name and period, and how far the value before lies from it, where neither is a bound."""
    said = f"{promise[f'name_{language}']}, {words.period(row['latest_period'], language)}"
    if pd.isna(row["change"]) or {row["latest_qualifier"], row.get("previous_qualifier", "")} & {"over", "under"}:
        return said
    size = words.signed(row["change"], row["unit"], language)
    if pd.notna(row["change_low"]) and row["latest_se"] != 0:
        size += f" ({words.interval(row['change_low'], row['change_high'], language)})"
    then = words.period(row["previous_period"], language)
    return f"{said}. {label('difference', language, then=then, size=size)}"


def series(strategy: Strategy, observations: pd.DataFrame, measure: str, language: str = "nb") -> Block:
    """Return every observation of a measure, newest first: value, n, edition, source and the raw row it stands in."""
    promise = strategy.measure(measure)
    chosen = observations[observations["measure"] == measure].sort_values(
        ["time", "published", "breakdown"], ascending=[False, False, True], kind="stable"
    )
    columns = _series_columns(chosen)
    rows = [Row(tuple(columns[name](row, language) for name in columns)) for row in chosen.to_dict("records")]
    caption = label("series_caption", language, measure=promise[f"name_{language}"])
    heads = [Column(label(n, language), numeric=n in ("value", "n")) for n in columns]
    return markup.table(caption, heads, rows, empty=_why_empty(promise, language), note=promise[f"note_{language}"])


def raw_rows(
    strategy: Strategy, observations: pd.DataFrame, language: str = "nb", *, prose: pd.DataFrame | None = None
) -> Block:
    """Return every raw row of every measure, each at the place that links lead to, with the pages that use it.

    `prose` names pages whose texts use a measure, too. A measure of an indicator that has no row is there too, with
    why: pages lead to it all the same.
    """
    told = _told_in(strategy, prose)
    by_measure = dict(list(observations.groupby("measure", sort=False)))
    shown = [slug for slug, of in strategy.measures["indicator"].items() if slug in by_measure or pd.notna(of)]
    return markup.together(
        _raw_rows(strategy, by_measure.get(slug, observations.iloc[:0]), slug, told.get(slug, []), language)
        for slug in shown
    )


def _raw_rows(strategy: Strategy, chosen: pd.DataFrame, slug: str, told: Iterable[str], language: str) -> Block:
    promise = strategy.measure(slug)
    before = markup.heading(promise[f"name_{language}"], 3, slug) + _used_on(strategy, promise, told, language)
    if chosen.empty:
        return before + markup.paragraph(_why_empty(promise, language))
    columns = _series_columns(chosen) | {"source": partial(origin, here=True)}
    rows = [
        Row(tuple(columns[name](row, language) for name in columns), row_id(row["file"], row["line"]))
        for row in chosen.to_dict("records")
    ]
    heads = [Column(label(n, language), numeric=n in ("value", "n")) for n in columns]
    return before + markup.table(label("raw_caption", language, measure=slug), heads, rows)


def changes(strategy: Strategy, trends: pd.DataFrame, language: str = "nb") -> Block:
    """Return every assessed measure that can be compared with an earlier one, and what may be said of the change."""
    chosen = trends[(trends["role"] == "assessed") & trends["change"].notna()]
    rows = [
        (
            link_to(strategy, row["indicator"], language),
            measure_link(slug, strategy.measure(slug)[f"name_{language}"]),
            _change_size(row, language),
            change_cell(row, language),
        )
        for slug, row in chosen.iterrows()
    ]
    names = ("indicator", "measure", "change", "may_be_said")
    heads = [label(n, language) for n in names]
    return markup.table(label("changes_caption", language), heads, rows, empty=label("none_comparable", language))


def overdue(strategy: Strategy, trends: pd.DataFrame) -> list[str]:
    """Return the measures that should have been measured again by now, the longest overdue first."""
    ages = _ages(strategy, trends)
    return list(ages.index[ages > 1])


def _ages(strategy: Strategy, trends: pd.DataFrame) -> pd.Series:
    """Return the age of each assessed measure's latest figure in rounds of measurement, oldest first."""
    measured = trends[(trends["role"] == "assessed") & trends["age"].notna()]
    rounds = measured["age"] / strategy.measures["cadence"].reindex(measured.index)
    return rounds.sort_values(ascending=False, kind="stable")


def age(strategy: Strategy, trends: pd.DataFrame, language: str = "nb") -> Block:
    """Return how old the latest figure of each assessed measure is against how often it is measured, oldest first."""
    rows = [
        (
            measure_link(slug, strategy.measure(slug)[f"name_{language}"]),
            markup.text(words.period(trends.at[slug, "latest_period"], language)),
            markup.text(label("years", language, number=_years(trends.at[slug, "age"], language))),
            markup.text(cadence(strategy.measures.at[slug, "cadence"], language)),
            markup.text(label("overdue" if rounds > 1 else "in_time", language)),
        )
        for slug, rounds in _ages(strategy, trends).items()
    ]
    names = ("measure", "latest_figure", "age", "cadence", "verdict_of_age")
    return markup.table(label("age_caption", language), [label(n, language) for n in names], rows)


def _years(age_: float, language: str) -> str:
    least = 0.1  # less would be printed as none
    below = "<\N{NO-BREAK SPACE}" if age_ < least / 2 else ""
    return below + words.number(max(age_, least), language, 1)


def missing(strategy: Strategy, trends: pd.DataFrame, language: str = "nb") -> Block:
    """Return the assessed measures without a figure, and why each has none."""
    chosen = trends[(trends["role"] == "assessed") & (trends["missing"] != "")]
    rows = [
        (
            link_to(strategy, row["indicator"], language),
            markup.text(strategy.measure(slug)[f"name_{language}"]),
            markup.text(why_missing(strategy.measure(slug), row["missing"], language)),
        )
        for slug, row in chosen.iterrows()
    ]
    names = ("indicator", "measure", "reason")
    caption = label("missing_caption", language)
    return markup.table(caption, [label(n, language) for n in names], rows, empty=label("none_missing", language))


def evidence(strategy: Strategy, trends: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return the evidence of each measure of an indicator line by line with what it rests on; the worst is the grade.

    A measure without figures has no evidence to grade and is left out.
    """
    graded = evidence_of(strategy, trends)
    chosen = strategy.measures_of(indicator, role="assessed")
    shown = [slug for slug in chosen.index if graded.at[slug, "grade"]]
    tables = (_evidence(chosen.loc[slug], trends.loc[slug], graded.loc[slug], language) for slug in shown)
    note = markup.paragraph(label("evidence_note", language), "note") if shown else markup.EMPTY
    return markup.together(tables) + note


def _evidence(promise: pd.Series, row: pd.Series, graded: pd.Series, language: str) -> Block:
    rows = [
        (
            markup.text(label(f"evidence_{line}", language)),
            markup.text(graded[line] or label("not_asked", language)),
            markup.text(_why_graded(line, promise, row, language)),
        )
        for line in EVIDENCE_LINES
    ]
    all_ = markup.strong(label("grade", language)), markup.strong(words.grade(graded["grade"], language))
    reasons = ", ".join(words.grade_reason(code, language) for code in graded["grade_reasons"])
    rows.append((*all_, markup.text(words.sentence(reasons))))
    caption = label("evidence_caption", language, measure=promise[f"name_{language}"])
    widths = {"evidence_line": 22, "evidence_grade": 18, "rests_on": 60}
    return markup.table(caption, [Column(label(n, language), width=w) for n, w in widths.items()], rows)


def _why_graded(line: str, promise: pd.Series, row: pd.Series, language: str) -> str:
    """Return what one line of the evidence rests on, from the data."""
    if line == "points":
        one = row["n_points"] == 1
        return label("one_point" if one else "points", language, count=words.number(row["n_points"], language, 0))
    if line == "age":
        often = cadence(promise["cadence"], language)
        if row["age"] < 0.05:  # of a year: would be printed as none
            return label("fresh", language, cadence=often)
        age = label("years", language, number=words.number(row["age"], language, 1))
        return label("aged", language, age=age, cadence=often)
    if line == "precision":
        return _why_precise(promise, row, language)
    if line == "source":
        return words.sentence(words.look_up("codes.bases", promise["basis"], language))
    if line == "comparability":
        kinds = {"break": "break_after_baseline", "suspected": "suspected_break", "minor": "minor_break"}
        found = [words.look_up("codes.breaks", kind, language) for kind, name in kinds.items() if row[name]]
        return label("broken", language, kind=found[0]) if found else label("unbroken", language)
    return words.sentence(
        label("ambition_is", language, status=words.look_up("codes.targets", promise["target_status"], language))
    )


def _why_precise(promise: pd.Series, row: pd.Series, language: str) -> str:
    way = promise["target_value"] - row["baseline_value"]
    if promise["kind"] != "reach" or pd.isna(way):
        return label("no_way", language)
    if row["latest_se"] == 0:
        return label("exact", language)
    if pd.isna(row["latest_se"]) or way == 0:
        return label("unknown_margin", language)
    share = words.percent_sign(100 * HALF_WIDTH_Z * row["latest_se"] / abs(way), language, 0)
    return label("margin", language, share=share)


def ambition(strategy: Strategy, trends: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return, for measures without a public target, which ambitions for the strategy's last year give which colour."""
    chosen = strategy.measures_of(indicator, role="assessed")
    chosen = chosen[chosen["target_value"].isna() & (trends["n_points"].reindex(chosen.index) >= 2)]
    period = str(strategy.year)
    return markup.together(
        _ambition(promise, ambition_bands(trends.loc[slug], period, promise), period, language)
        for slug, promise in chosen.iterrows()
    )


def _ambition(promise: pd.Series, bands: pd.DataFrame, period: str, language: str) -> Block:
    rows = [
        (markup.text(_span(band, promise, language)), markup.chip(band["colour"], language))
        for band in bands.to_dict("records")
    ]
    caption = label("ambition_caption", language, measure=promise[f"name_{language}"], period=period)
    heads = [label(n, language) for n in ("target", "colour_would_be")]
    return markup.table(caption, heads, rows, note=label("ambition_note", language))


_LARGE = 1000  # from here on a tenth says nothing


def _span(band: dict, promise: pd.Series, language: str) -> str:
    low, high = sorted((band["easiest"], band["hardest"]))
    bounded = {
        "low": np.isfinite(low) and low != promise["minimum"],
        "high": np.isfinite(high) and high != promise["maximum"],
    }
    ends = {
        name: words.number(round(end, 1 if abs(end) < _LARGE else 0), language) if bounded[name] else ""
        for name, end in (("low", low), ("high", high))
    }
    form = {(True, True): "between", (True, False): "above", (False, True): "below"}.get(tuple(bounded.values()))
    return label(form or "any_target", language, **ends, unit=words.unit(promise["unit"], language))


def warnings(strategy: Strategy, trends: pd.DataFrame, language: str = "nb") -> Block:
    """Return the assessed measures whose change or colour rests on less than a reader may think, and why."""
    chosen = trends[(trends["role"] == "assessed") & (trends["n_points"] >= 1)]
    rows = [
        (measure_link(slug, strategy.measure(slug)[f"name_{language}"]), markup.lines(map(markup.text, said)))
        for slug, row in chosen.iterrows()
        if (said := _warnings(strategy.measure(slug), row, language))
    ]
    caption, heads = label("warnings_caption", language), [label(n, language) for n in ("measure", "warnings_heading")]
    return markup.table(caption, heads, rows, empty=label("none", language), note=label("warnings_note", language))


def _warnings(promise: pd.Series, row: pd.Series, language: str) -> list[str]:
    conditions = {
        "warn_one_point": row["n_points"] == 1,
        "warn_no_n": promise["basis"].startswith("survey") and pd.isna(row["latest_n"]),
        "warn_rounding": bool(row["significant"]) and row["p_high"] >= 0.05,
        "warn_qualifier": row["latest_qualifier"] != "",
        "warn_break": bool(row["break_after_baseline"]) or bool(row["suspected_break"]),
        "warn_minor": bool(row["minor_break"]),
    }
    return [label(key, language) for key, holds in conditions.items() if holds]


# --- cells --------------------------------------------------------------------------


def latest_cell(promise: pd.Series, row: pd.Series, language: str, named: bool = False) -> Cell:
    """Return a measure's latest value with period and n, leading to its raw rows; without one, why there is none."""
    name = markup.small(f"{promise[f'name_{language}']}:") if named else NOTHING
    if row["missing"]:
        beside = promise["role"] == "context" and row["missing"] == "no_observation"  # may be known by country or group
        why = label("no_total", language) if beside else why_missing(promise, row["missing"], language)
        return markup.lines([name, markup.small(why)])
    when = words.period(row["latest_period"], language)
    size = f", {words.sample(row['latest_n'], language)}" if pd.notna(row["latest_n"]) else ""
    return markup.lines([name, markup.figure(_latest_link(promise, row, language)), markup.small(when + size)])


def _latest_link(promise: pd.Series, row: pd.Series, language: str) -> Cell:
    shown = words.quantity(row["latest_value"], row["unit"], language, row["latest_qualifier"])
    return measure_link(promise.name, shown)


def figure_cell(promise: pd.Series, row: pd.Series, language: str, named: bool = False) -> Cell:
    """Return a measure's latest value, a small picture of its course and what may be said of its change."""
    picture = trend_picture(promise, row, language)
    return markup.lines([latest_cell(promise, row, language, named), picture, change_cell(row, language, brief=True)])


def change_cell(row: pd.Series, language: str, *, brief: bool = False) -> Cell:
    """Return what may be said about a measure's change; `brief` where the latest value stands beside it."""
    return NOTHING if row["missing"] else markup.small(words.change_sentence(row, language, brief=brief))


def promise_cell(promise: pd.Series, language: str) -> Cell:
    """Return a measure's target with its date and status, or that none is public, and which way is better."""
    way = words.look_up("codes.directions", promise["direction"], language)
    status = words.look_up("codes.targets", promise["target_status"], language)
    if pd.isna(promise["target_value"]):
        said = "" if promise["kind"] == "direction" else label("target_none", language, status=status)
        return markup.lines([markup.text(said), markup.small(way)])
    value = words.quantity(promise["target_value"], promise["unit"], language)
    when = words.period(promise["target_period"], language)
    said = label("target_by", language, value=value, period=when)
    return markup.lines([markup.text(said), markup.small(f"{status}; {way}")])


def basis_cell(promise: pd.Series, language: str) -> Cell:
    """Return what kind of source a measure has, and how often it is measured."""
    basis = words.look_up("codes.bases", promise["basis"], language)
    return markup.within(markup.text(basis), cadence(promise["cadence"], language))


def trend_picture(promise: pd.Series, row: pd.Series, language: str) -> Cell:
    """Return a small picture of a measure's comparable points with their uncertainty; nothing below two points."""
    if row["n_points"] < 2:
        return NOTHING
    points = [(time, value, 0.0 if np.isnan(se) else NORMAL * se) for time, value, se in row["points"]]
    name, count = promise[f"name_{language}"], words.number(len(points), language)
    first, latest = (words.quantity(points[place][1], row["unit"], language) for place in (0, -1))
    alt = label("spark_alt", language, measure=name, count=count, first=first, latest=latest)
    if any(half for _, _, half in points):
        alt += f" {label('spark_interval', language)}"
    picture = base64.b64encode(_spark(points).encode()).decode()
    source = f'src="data:image/svg+xml;base64,{picture}" width="96" height="32"'
    return Cell(f'<img class="spark" {source} alt="{markup.escape(alt)}">', "")


def _spark(points: list[tuple[float, float, float]], width: int = 96, height: int = 32, edge: int = 5) -> str:
    """Return a drawing of (time, value, half the interval): a line, a stroke an interval, the latest value as a dot."""
    times, values, halves = (np.array(column) for column in zip(*points, strict=True))
    low, high = (values - halves).min(), (values + halves).max()
    room = max(high - low, np.abs(values).max() / 5) or 1  # so that a ripple is not drawn as a wave
    across = edge + (times - times[0]) / (times[-1] - times[0]) * (width - 2 * edge)
    scale = (height - 2 * edge) / room
    down = height / 2 - (values - (high + low) / 2) * scale
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
    strokes = "".join(
        f'<path d="M{x:.1f} {y - half * scale:.1f}V{y + half * scale:.1f}" stroke-width="1.5"/>'
        for x, y, half in zip(across, down, halves, strict=True)
        if half
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><g fill="none" stroke="{_SPARK}" '
        f'stroke-width="2" stroke-linejoin="round"><polyline points="{line}"/>{strokes}</g>'
        f'<circle cx="{across[-1]:.1f}" cy="{down[-1]:.1f}" r="3.5" fill="{_SPARK}"/></svg>'
    )


# --- parts of a series --------------------------------------------------------------


def _series_columns(rows: pd.DataFrame) -> dict:
    """Return the columns a series needs, each with what fills it; those that would be empty throughout are left out."""
    asked = {
        "period": True,
        "breakdown": rows["breakdown"].ne("").any(),
        "value": True,
        "share": rows["denominator"].notna().any() or rows["numerator"].notna().any(),
        "n": rows["n"].notna().any(),
        "source": True,
        "note": rows["note"].ne("").any() or rows["standing"].ne("").any(),
    }
    return {name: _SERIES_CELLS[name] for name, wanted in asked.items() if wanted}


def _value(row: dict, language: str) -> Cell:
    return markup.text(words.quantity(row["value"], row["unit"], language, row["qualifier"]))


def _share(row: dict, language: str) -> Cell:
    part, whole = (words.number(row[n], language) if pd.notna(row[n]) else "" for n in ("numerator", "denominator"))
    return markup.text(label("of", language, part=part, whole=whole) if part and whole else part or whole)


def _note(row: dict, language: str) -> Cell:
    standing = words.look_up("codes.standings", row["standing"], language) if row["standing"] else ""
    if row["standing"] == "withheld":  # its note says the same, in English
        return markup.small(standing)
    return markup.lines([markup.small(standing), markup.small(*words.note(row, language))])


_SERIES_CELLS = {
    "period": lambda row, language: markup.text(words.period(row["period"], language)),
    "breakdown": lambda row, language: markup.text(words.breakdown(row["breakdown"], language)),
    "value": _value,
    "share": _share,
    "n": lambda row, language: markup.text(words.number(row["n"], language, 0) if pd.notna(row["n"]) else ""),
    "source": origin,
    "note": _note,
}


def _used_on(strategy: Strategy, promise: pd.Series, told: Iterable[str], language: str) -> Block:
    """Return the pages that show a measure or tell of it; what is assessed colours its goal and the whole."""
    items = [*promise["indicators"], *told]
    items += [] if items and promise["role"] == "context" else [f"goal-{promise['goal']}"]
    items += ["strategy"] if promise["role"] == "assessed" else []
    pages = [link_to(strategy, item, language) for item in dict.fromkeys(items)]
    return markup.cell_block(markup.text(f"{label('pages', language)}:") + _listed(pages))


def _told_in(strategy: Strategy, prose: pd.DataFrame | None) -> dict[str, list[str]]:
    """Return the items whose pages tell of each measure in words; an indicator's comment stands on its goal's too."""
    told: dict[str, list[str]] = {}
    for (item, _), references in () if prose is None else prose["references"].items():
        kind, goal = strategy.items.loc[item, ["kind", "goal"]]
        pages = [item, f"goal-{goal}"] if kind == "indicator" else [f"goal-{goal}" if kind == "subgoal" else item]
        for reference in references:
            told.setdefault(reference.measure, []).extend(pages)
    return told


def _listed(cells: Iterable[Cell]) -> Cell:
    cells = list(cells)
    return Cell(", ".join(cell.html for cell in cells), ", ".join(cell.text for cell in cells))


def _indicator_id(strategy: Strategy, indicator: str) -> str:
    return strategy.item(indicator)


def _change_size(row: pd.Series, language: str) -> Cell:
    shown = markup.text(words.signed(row["change"], row["unit"], language))
    if pd.isna(row["change_low"]) or row["latest_se"] == 0:
        return shown
    return markup.within(shown, words.interval(row["change_low"], row["change_high"], language))


def cadence(years: float, language: str) -> str:
    """Return how often something is measured: ``hvert år``."""
    return (
        label("year", language) if years == 1 else label("every_years", language, number=words.number(years, language))
    )


def why_missing(promise: pd.Series, code: str, language: str) -> str:
    """Return the reason a measure has no figure, in the strategy's words where it has some."""
    stated = promise[f"unmeasured_{language}"]
    return stated if code == "unmeasured" and stated else words.sentence(words.reason(code, language))


def _why_empty(promise: pd.Series, language: str) -> str:
    return promise[f"unmeasured_{language}"] or words.sentence(words.reason("no_observation", language))


# --- what stands beside the colours -------------------------------------------------


def series_of(
    strategy: Strategy, observations: pd.DataFrame, indicator: str, role: str | None = None, language: str = "nb"
) -> Block:
    """Return the whole series of every measure shown under an indicator, one table each."""
    chosen = strategy.measures_of(indicator, role)
    if chosen.empty:
        return markup.paragraph(words.sentence(label("none", language)))
    return markup.together(series(strategy, observations, measure, language) for measure in chosen.index)


def needed(strategy: Strategy, trends: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return how many respondents a wave each change of an indicator's survey measures needs to be significant."""
    chosen = trends.loc[strategy.measures_of(indicator, role="assessed").index]
    chosen = chosen[chosen["required_n"].notna()]
    return markup.together(markup.paragraph(_needed(row, language)) for _, row in chosen.iterrows())


def _needed(row: pd.Series, language: str) -> str:
    return label(
        "needed",
        language,
        change=words.quantity(abs(row["change"]), words.difference_unit(row["unit"]), language),
        needed=words.number(row["required_n"], language, 0),
        previous=words.number(row["previous_n"], language, 0),
        latest=words.number(row["latest_n"], language, 0),
    )


def composition(
    strategy: Strategy, observations: pd.DataFrame, trends: pd.DataFrame, indicator: str, language: str = "nb"
) -> Block:
    """Return, where a sample changed its mix of groups, which gap between them would explain the whole change."""
    chosen = strategy.measures_of(indicator, role="assessed")
    checks = (_composition(strategy, observations, trends.loc[slug], slug, language) for slug in chosen.index)
    return markup.together(checks)


def _composition(strategy: Strategy, observations: pd.DataFrame, row: pd.Series, measure: str, language: str) -> Block:
    waves = group_sizes(strategy, observations, measure, row["previous_period"], row["latest_period"])
    if waves is None or pd.isna(row["change"]) or row["change"] == 0:
        return markup.EMPTY
    gaps = composition_gaps(*waves, row["change"])
    rows = [
        (
            markup.text(words.breakdown(group, language)),
            markup.text(words.percent_sign(gap["share_before"], language, 1)),
            markup.text(words.percent_sign(gap["share_after"], language, 1)),
            markup.text(words.signed(gap["shift"], "prosentpoeng", language, decimals=1)),
            markup.text(_gap(gap, language)),
            markup.text(label("possible" if gap["possible"] else "impossible", language)),
        )
        for group, gap in gaps.iterrows()
    ]
    then, now = (words.period(row[name], language) for name in ("previous_period", "latest_period"))
    heads = [label("group", language), Column(then, True), Column(now, True), Column(label("shift", language), True)]
    heads += [Column(label("gap", language), True), label("explains", language)]
    caption = label("composition_caption", language, measure=strategy.measure(measure)[f"name_{language}"])
    return markup.table(caption, heads, rows, note=label("composition_note", language))


def _gap(gap: pd.Series, language: str) -> str:
    """Return the gap that a group's shift would need to explain a change; one that no shares can have, in words."""
    if pd.isna(gap["gap"]):
        return label("no_shift", language)
    if not gap["possible"]:
        return label("gap_beyond", language)
    return words.signed(round(gap["gap"]), "prosentpoeng", language)


def group_sizes(
    strategy: Strategy, observations: pd.DataFrame, measure: str, before: str | None, after: str | None
) -> tuple[pd.Series, pd.Series] | None:
    """Return the respondents of each group in two waves of a measure's survey; None where they are not published."""
    survey = strategy.measure(measure)["survey"]
    if survey is None or pd.isna(survey) or not strategy.surveys.at[survey, "group"]:
        return None
    rows = current(observations)
    rows = rows[rows["measure"] == strategy.surveys.at[survey, "respondents"]]
    rows = rows[rows["breakdown"].str.startswith(f"{strategy.surveys.at[survey, 'group']}=")]
    waves = [rows[rows["period"] == period].set_index("breakdown")["value"] for period in (before, after)]
    return (waves[0], waves[1]) if len(waves[0]) and set(waves[0].index) == set(waves[1].index) else None


def other_offices(strategy: Strategy, verdicts: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return what other offices' published rules say of an indicator's measures, or why they say nothing.

    `verdicts` is the frame of `analysis.assessment.published.verdicts`.
    """
    chosen = strategy.measures_of(indicator, role="assessed")
    return markup.together(
        _offices(verdicts[verdicts["measure"] == slug], promise[f"name_{language}"], language)
        for slug, promise in chosen.iterrows()
    )


def _offices(answers: pd.DataFrame, measure: str, language: str) -> Block:
    caption = label("offices_caption", language, measure=measure)
    if (answers["verdict"] == "").all():
        reasons = dict.fromkeys(words.hindrance(reason, language) for reason in answers["reason"])
        return markup.paragraph(label("offices_silent", language, measure=measure, reasons=", ".join(reasons)))
    rows = [_verdict(row, language) for row in answers.to_dict("records")]
    heads = [label(n, language) for n in ("method", "verdict", "nearest_colour")]
    return markup.table(caption, heads, rows, note=label("offices_note", language))


def _verdict(row: dict, language: str) -> tuple[Cell, Cell, Cell]:
    office = words.office(row["office"], row["method"], language)
    said = words.verdict(row["verdict"], language) if row["verdict"] else words.hindrance(row["reason"], language)
    return markup.text(office), markup.text(said), markup.chip(row["colour"], language) if row["verdict"] else NOTHING
