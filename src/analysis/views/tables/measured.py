"""Tables of figures: latest values, changes, age and what is missing; and of what a colour rests on.

That is the size of the samples, the evidence line by line, the ambitions that would change the colour, and other
offices' rules.
"""

import base64
from typing import Final

import numpy as np
import pandas as pd

from analysis import text as words
from analysis.assessment.comparisons import group_sizes
from analysis.assessment.evidence import EVIDENCE_LINES
from analysis.assessment.evidence import evidence as evidence_of
from analysis.assessment.proposals import ambition_bands
from analysis.records.strategy import Strategy
from analysis.statistics.surveys import PRINTED_Z, composition_gaps
from analysis.text import label
from analysis.text.without_target import LARGE
from analysis.views.tables import markup
from analysis.views.tables.markup import Block, Cell, Column, Markup, link_to, measure_link, named_measure, tag

_COLOUR: Final = "#3B7EA6"  # stands out from white and from black alike: a picture cannot know the page's scheme
_WIDTH, _HEIGHT, _MARGIN = 96, 32, 5
# how a band is written, by whether it has a lower and an upper end
_FORMS: Final = {(True, True): "between", (True, False): "above", (False, True): "below", (False, False): "any_target"}
_BREAKS: Final = {"break": "break_after_baseline", "suspected": "suspected_break", "minor": "minor_break"}


def measures(
    strategy: Strategy, trends: pd.DataFrame, indicator: str, language: str = "nb", role: str = "assessed"
) -> Block:
    """Return the measures that decide an indicator, or those shown beside it.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    indicator : str
        Id or slug of the indicator.
    language : {"nb", "en"}, optional
        Language of the words and numbers.
    role : {"assessed", "context"}, optional
        ``context`` for those shown beside it, which never count in a colour.

    Returns
    -------
    Block
        A row a measure: latest value, change, promise, kind of source; nothing where there are none.

    """
    rows = []
    for slug, promise in strategy.measures_of(indicator, role).iterrows():
        basis = words.look_up("codes.bases", promise["basis"], language)
        rows.append(
            {
                "measure": named_measure(strategy, slug, language),
                "latest": latest_cell(promise, trends.loc[slug], language),
                "change": change_cell(trends.loc[slug], language, brief=True),
                "promise": promise_cell(promise, strategy.points[strategy.points["measure"] == slug], language),
                "basis": markup.within(basis, cadence(promise["cadence"], language)),
            }
        )
    widths, item = (26, 16, 28, 15, 15), strategy.item(indicator)
    return markup.labelled(f"measures_{role}_caption", rows, language, widths=widths, indicator=item)


def headline(strategy: Strategy, trends: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return the latest value of each measure that decides an indicator, large.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    indicator : str
        Id or slug of the indicator.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        Each value with what it is of; measures without a figure are left out.

    """
    cards = []
    for slug, promise in strategy.measures_of(indicator, "assessed").iterrows():
        row = trends.loc[slug]
        if not row["missing"]:
            caption = f"{promise[f'name_{language}']}, {words.period(row['latest_period'], language)}"
            cards.append((_latest_link(promise, row, language), caption))
    return markup.keys(cards, width=17)


def changes(strategy: Strategy, trends: pd.DataFrame, language: str = "nb") -> Block:
    """Return every assessed measure that can be compared with an earlier one, and what may be said of the change.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a measure.

    """
    chosen = trends[(trends["role"] == "assessed") & trends["change"].notna()]
    rows = []
    for slug, row in chosen.iterrows():
        size = words.signed(row["change"], row["unit"], language)
        # without sampling error there is no interval
        sampled = pd.notna(row["change_low"]) and row["latest_se"] != 0
        interval = words.interval(row["change_low"], row["change_high"], language) if sampled else ""
        rows.append(
            {
                "indicator": link_to(strategy, row["indicator"], language),
                "measure": named_measure(strategy, slug, language),
                "change": markup.within(size, interval),
                "may_be_said": change_cell(row, language),
            }
        )
    return markup.labelled("changes_caption", rows, language, empty="none_comparable")


def overdue(strategy: Strategy, trends: pd.DataFrame) -> list[str]:
    """Return the measures that should have been measured again by now, the longest overdue first.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.

    Returns
    -------
    list of str
        Slugs.

    """
    ages = _ages(strategy, trends)
    return list(ages.index[ages > 1])


def _ages(strategy: Strategy, trends: pd.DataFrame) -> pd.Series:
    """Return the age of each assessed measure's latest figure in rounds of measurement, oldest first."""
    measured = trends[(trends["role"] == "assessed") & trends["age"].notna()]
    # a figure of two years is old for a quarterly count and fresh for a survey every third year
    rounds = measured["age"] / strategy.measures["cadence"].reindex(measured.index)
    return rounds.sort_values(ascending=False, kind="stable")


def age(strategy: Strategy, trends: pd.DataFrame, language: str = "nb") -> Block:
    """Return how old the latest figure of each assessed measure is against how often it is measured, oldest first.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a measure.

    """
    rows = []
    for slug, rounds in _ages(strategy, trends).items():
        years = trends.at[slug, "age"]
        # an age that would be printed as 0.0 is written as less than a tenth
        below = "<\N{NO-BREAK SPACE}" if years < 0.05 else ""
        number = below + words.number(max(years, 0.1), language, 1)
        rows.append(
            {
                "measure": named_measure(strategy, slug, language),
                "latest_figure": words.period(trends.at[slug, "latest_period"], language),
                "age": label("years", language, number=number),
                "cadence": cadence(strategy.measures.at[slug, "cadence"], language),
                "verdict_of_age": label("overdue" if rounds > 1 else "in_time", language),
            }
        )
    return markup.labelled("age_caption", rows, language)


def missing(strategy: Strategy, trends: pd.DataFrame, language: str = "nb") -> Block:
    """Return the assessed measures without a figure, and why each has none.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a measure.

    """
    chosen = trends[(trends["role"] == "assessed") & (trends["missing"] != "")]
    rows = (
        {
            "indicator": link_to(strategy, row["indicator"], language),
            "measure": strategy.measure(slug)[f"name_{language}"],
            "reason": why_missing(strategy.measure(slug), row["missing"], language),
        }
        for slug, row in chosen.iterrows()
    )
    return markup.labelled("missing_caption", rows, language, empty="none_missing")


def warnings(strategy: Strategy, trends: pd.DataFrame, language: str = "nb") -> Block:
    """Return the assessed measures whose change or colour rests on less than a reader may think, and why.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a measure.

    """
    chosen = trends[(trends["role"] == "assessed") & (trends["n_points"] >= 1)]
    rows = []
    for slug, row in chosen.iterrows():
        # the first four weaken the statement of a change, the last two the comparison with the baseline
        conditions = {
            "warn_one_point": row["n_points"] == 1,
            "warn_no_n": strategy.measure(slug)["basis"].startswith("survey") and pd.isna(row["latest_n"]),
            # significant as printed, but not for every value that rounds to what is printed
            "warn_rounding": bool(row["significant"]) and row["p_high"] >= 0.05,
            "warn_qualifier": row["latest_qualifier"] != "",
            "warn_break": bool(row["break_after_baseline"]) or bool(row["suspected_break"]),
            "warn_minor": bool(row["minor_break"]),
        }
        if any(conditions.values()):
            texts = markup.lines(label(key, language) for key, holds in conditions.items() if holds)
            rows.append({"measure": named_measure(strategy, slug, language), "warnings_heading": texts})
    return markup.labelled("warnings_caption", rows, language, empty="none", note="warnings_note")


# --- cells --------------------------------------------------------------------------


def latest_cell(promise: pd.Series, row: pd.Series, language: str, named: bool = False) -> Cell:
    """Return a measure's latest value with period and n, leading to its raw rows; without one, why there is none.

    Parameters
    ----------
    promise : Series
        The measure's row of ``strategy.measures``.
    row : Series
        The measure's row of the trends.
    language : {"nb", "en"}
        Language of the words and numbers.
    named : bool, optional
        Whether the measure's name is above it.

    Returns
    -------
    str or Markup

    """
    name = markup.small(f"{promise[f'name_{language}']}:") if named else ""
    if row["missing"]:
        # what is shown beside an indicator may be published by country or group only
        beside = promise["role"] == "context" and row["missing"] == "no_observation"
        why = label("no_total", language) if beside else why_missing(promise, row["missing"], language)
        return markup.lines([name, markup.small(why)])
    when = words.period(row["latest_period"], language)
    size = f", {words.sample(row['latest_n'], language)}" if pd.notna(row["latest_n"]) else ""
    return markup.lines([name, markup.figure(_latest_link(promise, row, language)), markup.small(when + size)])


def _latest_link(promise: pd.Series, row: pd.Series, language: str) -> Cell:
    value = words.quantity(row["latest_value"], row["unit"], language, row["latest_qualifier"])
    return measure_link(promise.name, value)


def figure_cell(promise: pd.Series, row: pd.Series, language: str, named: bool = False) -> Cell:
    """Return a measure's latest value, a small picture of its course and what may be said of its change.

    Parameters
    ----------
    promise : Series
        The measure's row of ``strategy.measures``.
    row : Series
        The measure's row of the trends.
    language : {"nb", "en"}
        Language of the words and numbers.
    named : bool, optional
        Whether the measure's name is above it.

    Returns
    -------
    str or Markup

    """
    picture = sparkline(promise, row, language)
    return markup.lines([latest_cell(promise, row, language, named), picture, change_cell(row, language, brief=True)])


def change_cell(row: pd.Series, language: str, *, brief: bool = False) -> Cell:
    """Return what may be said about a measure's change.

    Parameters
    ----------
    row : Series
        The measure's row of the trends.
    language : {"nb", "en"}
        Language of the words and numbers.
    brief : bool, optional
        Whether the latest value is beside it already.

    Returns
    -------
    str or Markup

    """
    return "" if row["missing"] else markup.small(words.change_sentence(row, language, brief=brief))


def promise_cell(promise: pd.Series, points: pd.DataFrame, language: str) -> Cell:
    """Return a measure's target and milestones with date and status, or that none is public, and which way is better.

    `points` are the measure's rows of ``strategy.points``.
    """
    way = words.look_up("codes.directions", promise["direction"], language)
    status = words.look_up("codes.targets", promise["target_status"], language)
    if pd.isna(promise["target_value"]):
        none = "" if promise["kind"] == "direction" else label("target_none", language, status=status)
        # a measure that is only to move one way has no target to be silent about
        return markup.within(none, way)
    ahead = []
    for point in points[points["point"] != "baseline"].itertuples():
        key = "milestone_by" if point.point == "milestone" else "target_by"
        if promise["kind"] == "hold" and point.point == "target":
            key = "target_at_least" if promise["direction"] > 0 else "target_at_most"
        value = words.quantity(point.value, promise["unit"], language)
        ahead.append(label(key, language, value=value, period=words.period(point.period, language)))
    return markup.within("; ".join(ahead), f"{status}; {way}")


def cadence(years: float, language: str) -> str:
    """Return how often something is measured: ``hvert år``."""
    if years == 1:
        return label("year", language)
    return label("every_years", language, number=words.number(years, language))


def why_missing(promise: pd.Series, code: str, language: str) -> str:
    """Return the reason a measure has no figure, in the strategy's words where it has some.

    Parameters
    ----------
    promise : Series
        The measure's row of ``strategy.measures``.
    code : str
        Why there is none, as in the trends.
    language : {"nb", "en"}
        Language of the words and numbers.

    Returns
    -------
    str

    """
    stated = promise[f"unmeasured_{language}"]
    # what the strategy says holds only while nothing is measured
    return stated if code == "unmeasured" and stated else words.sentence(words.reason(code, language))


def sparkline(promise: pd.Series, row: pd.Series, language: str) -> Cell:
    """Return a small picture of a measure's comparable points with their uncertainty.

    Parameters
    ----------
    promise : Series
        The measure's row of ``strategy.measures``.
    row : Series
        The measure's row of the trends.
    language : {"nb", "en"}
        Language of the words and numbers.

    Returns
    -------
    str or Markup
        Nothing below two points.

    """
    if row["n_points"] < 2:
        return ""
    times, values, errors = (np.array(column, dtype=float) for column in zip(*row["points"], strict=True))
    halves = PRINTED_Z * np.nan_to_num(errors)
    count = words.number(len(values), language)
    first, latest = (words.quantity(float(values[place]), row["unit"], language) for place in (0, -1))
    alt = label("spark_alt", language, measure=promise[f"name_{language}"], count=count, first=first, latest=latest)
    if halves.any():
        alt += f" {label('spark_interval', language)}"
    picture = base64.b64encode(_drawing(times, values, halves).encode()).decode()
    size = {"width": str(_WIDTH), "height": str(_HEIGHT)}
    return tag("img", None, class_="spark", src=f"data:image/svg+xml;base64,{picture}", **size, alt=alt)


def _drawing(times: np.ndarray, values: np.ndarray, halves: np.ndarray) -> str:
    """Return a line, a stroke for each interval (`halves` is half their width) and the latest value as a dot, as SVG.

    Written directly, because a page holds many and matplotlib would take longer over each than over its whole table.
    """
    low, high = (values - halves).min(), (values + halves).max()
    span = max(high - low, np.abs(values).max() / 5) or 1  # so that a small change is not drawn as a large one
    scale = (_HEIGHT - 2 * _MARGIN) / span
    across = _MARGIN + (times - times[0]) / (times[-1] - times[0]) * (_WIDTH - 2 * _MARGIN)
    down = _HEIGHT / 2 - (values - (high + low) / 2) * scale
    line = tag("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True)))
    strokes = Markup().join(
        tag("path", d=f"M{x:.1f} {y - half:.1f}V{y + half:.1f}", stroke_width="1.5")
        for x, y, half in zip(across, down, halves * scale, strict=True)
        if half
    )
    course = tag("g", line + strokes, fill="none", stroke=_COLOUR, stroke_width="2", stroke_linejoin="round")
    dot = tag("circle", cx=f"{across[-1]:.1f}", cy=f"{down[-1]:.1f}", r="3.5", fill=_COLOUR)
    return tag("svg", course + dot, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {_WIDTH} {_HEIGHT}")


# --- samples ------------------------------------------------------------------------


def needed(strategy: Strategy, trends: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return how many respondents a wave each change of an indicator's survey measures needs to be significant.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    indicator : str
        Id or slug of the indicator.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A paragraph a measure.

    """
    chosen = trends.loc[strategy.measures_of(indicator, role="assessed").index]
    sentences = []
    for _, row in chosen[chosen["required_n"].notna()].iterrows():
        answers = row[["previous_n", "latest_n"]]
        places = {
            "change": words.quantity(abs(row["change"]), words.difference_unit(row["unit"]), language),
            "needed": words.number(row["required_n"], language, 0),
        }
        stated = answers.notna().all()
        if stated:
            places["previous"], places["latest"] = (words.number(n, language, 0) for n in answers)
        sentences.append(label("needed" if stated else "needed_unknown", language, **places))
    return markup.together(markup.paragraph(sentence) for sentence in sentences)


def composition(
    strategy: Strategy, observations: pd.DataFrame, trends: pd.DataFrame, indicator: str, language: str = "nb"
) -> Block:
    """Return, where a sample changed its mix of groups, which gap between them would explain the whole change.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    indicator : str
        Id or slug of the indicator.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A table a measure, a row a group.

    """
    tables = []
    for slug, promise in strategy.measures_of(indicator, role="assessed").iterrows():
        row = trends.loc[slug]
        waves = group_sizes(strategy, observations, slug, row["previous_period"], row["latest_period"])
        # no mix of groups has to explain a change of nothing
        if waves is not None and pd.notna(row["change"]) and row["change"] != 0:
            caption = label("composition_caption", language, measure=promise[f"name_{language}"])
            tables.append(gaps_table(composition_gaps(*waves, row["change"]), row, caption, language))
    return markup.together(tables)


def gaps_table(gaps: pd.DataFrame, row: pd.Series, caption: str, language: str) -> Block:
    """Return the gaps of a measure whose sample changed its mix of groups, as a table.

    Parameters
    ----------
    gaps : DataFrame
        As `surveys.composition_gaps` returns them.
    row : Series
        The measure's row of the trends, which names the two waves.
    caption : str
        What the table shows.
    language : {"nb", "en"}
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    rows = []
    for group, gap in gaps.iterrows():
        if pd.isna(gap["gap"]):
            size = label("no_shift", language)
        elif not gap["possible"]:  # two shares cannot lie more than a hundred points apart
            size = label("gap_beyond", language)
        else:
            size = words.signed(round(gap["gap"]), "prosentpoeng", language)
        shares = (words.percent_sign(gap[name], language, 1) for name in ("share_before", "share_after"))
        shift = words.signed(gap["shift"], "prosentpoeng", language, decimals=1)
        answer = label("possible" if gap["possible"] else "impossible", language)
        rows.append((words.breakdown(group, language), *shares, shift, size, answer))
    then, now = (words.period(row[name], language) for name in ("previous_period", "latest_period"))
    numbers = [Column(name, numeric=True) for name in (then, now, label("shift", language), label("gap", language))]
    heads = [label("group", language), *numbers, label("explains", language)]
    return markup.table(caption, heads, rows, note=label("composition_note", language))


# --- what a colour rests on ---------------------------------------------------------


def evidence(strategy: Strategy, trends: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return the evidence of each measure of an indicator line by line with what it rests on.

    The worst line is the grade. A measure without figures has no evidence to grade and is left out.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    indicator : str
        Id or slug of the indicator.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A table a measure.

    """
    graded = evidence_of(strategy, trends)
    tables = []
    for slug, promise in strategy.measures_of(indicator, role="assessed").iterrows():
        grades = graded.loc[slug]
        if not grades["grade"]:
            continue
        rows = [
            {
                "evidence_line": label(f"evidence_{line}", language),
                "evidence_grade": grades[line] or label("not_asked", language),
                "rests_on": _why_graded(line, promise, trends.loc[slug], grades[line], language),
            }
            for line in EVIDENCE_LINES
        ]
        reasons = words.sentence(", ".join(words.grade_reason(code, language) for code in grades["grade_reasons"]))
        # last and heavy, as a total is
        worst = markup.strong(words.grade(grades["grade"], language))
        total = markup.strong(label("grade", language))
        rows.append({"evidence_line": total, "evidence_grade": worst, "rests_on": reasons})
        measure = promise[f"name_{language}"]
        tables.append(markup.labelled("evidence_caption", rows, language, widths=(22, 18, 60), measure=measure))
    note = markup.paragraph(label("evidence_note", language), "note") if tables else markup.EMPTY
    return markup.together(tables) + note


def _why_graded(line: str, promise: pd.Series, row: pd.Series, grade: str, language: str) -> str:
    """Return what one line of the evidence rests on, from the data."""
    match line:
        case "points":
            count = words.number(row["n_points"], language, 0)
            return label("one_point" if row["n_points"] == 1 else "points", language, count=count)
        case "age":
            often = cadence(promise["cadence"], language)
            if row["age"] < 0.05:  # of a year: would be printed as none
                return label("fresh", language, cadence=often)
            years = label("years", language, number=words.number(row["age"], language, 1))
            return label("aged", language, age=years, cadence=often)
        case "precision":
            return _why_precise(promise, row, grade, language)
        case "source":
            return words.sentence(words.look_up("codes.bases", promise["basis"], language))
        case "comparability":
            kinds = [words.look_up("codes.breaks", kind, language) for kind, column in _BREAKS.items() if row[column]]
            breaks = label("broken", language, kind=kinds[0]) if kinds else label("unbroken", language)
            mixed = grade == "C" and not row["suspected_break"]
            return f"{breaks} {_why_mixed(promise, row, language)}" if mixed else breaks
    status = words.look_up("codes.targets", promise["target_status"], language)
    return words.sentence(label("ambition_is", language, status=status))


def _why_mixed(promise: pd.Series, row: pd.Series, language: str) -> str:
    """Return how the sample's mix of groups moved, and what of a change that could alone have made."""
    first, _, latest = row["compared"]
    places = {name: words.period(end.period, language) for name, end in (("first", first), ("latest", latest))}
    change = max(abs(latest.value - first.value), promise["epsilon"])
    sizes = {"shift": round(row["mix_shift"], 1), "gap": round(100 * change / row["mix_shift"]), "change": change}
    places |= {name: words.quantity(size, "prosentpoeng", language) for name, size in sizes.items()}
    if pd.isna(row["mix_effect"]):
        return label("mixed_unknown", language, **places)
    effect = words.signed(row["mix_effect"], "prosentpoeng", language, decimals=1)
    return label("mixed_known", language, effect=effect, **places)


def _why_precise(promise: pd.Series, row: pd.Series, grade: str, language: str) -> str:
    """Return how wide the latest value's interval is against the way to the target, or what else it is held against."""
    # a share of few has no sampling error, and is graded as if chance decided
    if row["latest_se"] == 0:
        return label("exact" if grade == "A" else "exact_of_few", language)
    way = promise["target_value"] - row["latest_value" if promise["kind"] == "hold" else "baseline_value"]
    if promise["kind"] == "direction" or pd.isna(promise["target_value"]):
        return label("no_way", language)
    if pd.isna(row["latest_se"]) or pd.isna(way) or way == 0:
        return label("unknown_margin", language)
    share = words.percent_sign(100 * PRINTED_Z * row["latest_se"] / abs(way), language, 0)
    return label("margin", language, share=share)


def ambition(strategy: Strategy, trends: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return which ambitions for the strategy's last year would give an indicator's measures which colour.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    indicator : str
        Id or slug of the indicator.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A table for each measure without a public target.

    """
    chosen = strategy.measures_of(indicator, role="assessed")
    # one point has no way behind it to continue
    chosen = chosen[chosen["target_value"].isna() & (trends["n_points"].reindex(chosen.index) >= 2)]
    period = str(strategy.year)
    tables = []
    for slug, promise in chosen.iterrows():
        rows, bands = [], ambition_bands(trends.loc[slug], period, promise)
        for band in bands[bands["colour"] != "grey"].to_dict("records"):  # grey for a series that has ended
            low, high = sorted((band["easiest"], band["hardest"]))
            ends = {}
            for name, end, limit in (("low", low, promise["minimum"]), ("high", high, promise["maximum"])):
                # the end of the scale is no limit of a band
                bounded = np.isfinite(end) and end != limit
                ends[name] = words.number(round(end, 1 if abs(end) < LARGE else 0), language) if bounded else ""
            form = _FORMS[bool(ends["low"]), bool(ends["high"])]
            target = label(form, language, **ends, unit=words.unit(promise["unit"], language))
            rows.append({"target": target, "colour_would_be": markup.chip(band["colour"], language)})
        named = {"measure": promise[f"name_{language}"], "period": period}
        tables.append(markup.labelled("ambition_caption", rows, language, note="ambition_note", **named))
    return markup.together(tables)


def other_offices(strategy: Strategy, verdicts: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return what other offices' published rules say of an indicator's measures, or why they say nothing.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    verdicts : DataFrame
        As `published_methods.verdicts` returns them.
    indicator : str
        Id or slug of the indicator.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A table a measure.

    """
    blocks = []
    for slug, promise in strategy.measures_of(indicator, role="assessed").iterrows():
        measure, answers = promise[f"name_{language}"], verdicts[verdicts["measure"] == slug]
        # a table of refusals would be longer than the sentence and say no more
        if (answers["verdict"] == "").all():
            reasons = ", ".join(dict.fromkeys(words.hindrance(reason, language) for reason in answers["reason"]))
            blocks.append(markup.paragraph(label("offices_silent", language, measure=measure, reasons=reasons)))
            continue
        rows = []
        for row in answers.to_dict("records"):
            verdict = words.verdict if row["verdict"] else words.hindrance
            rows.append(
                {
                    "method": words.office(row["office"], row["method"], language),
                    "verdict": verdict(row["verdict"] or row["reason"], language),
                    "nearest_colour": markup.chip(row["colour"], language),
                }
            )
        blocks.append(markup.labelled("offices_caption", rows, language, note="offices_note", measure=measure))
    return markup.together(blocks)
