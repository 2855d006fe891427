"""What a colour rests on: evidence line by line, ambitions that would change it, and other offices' rules."""

from typing import Final

import numpy as np
import pandas as pd

from analysis import text as words
from analysis.assessment.evidence import EVIDENCE_LINES
from analysis.assessment.evidence import evidence as evidence_of
from analysis.assessment.proposals import ambition_bands
from analysis.records.strategy import Strategy
from analysis.statistics.surveys import PRINTED_Z
from analysis.text import label
from analysis.text.without_target import LARGE
from analysis.views.tables import markup
from analysis.views.tables.markup import Block
from analysis.views.tables.measured import cadence

# how a band is written, by whether it has a lower and an upper end
_FORMS: Final = {(True, True): "between", (True, False): "above", (False, True): "below", (False, False): "any_target"}
_BREAKS: Final = {"break": "break_after_baseline", "suspected": "suspected_break", "minor": "minor_break"}


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
    return label(
        "mixed_known", language, effect=effect, first=places["first"], latest=places["latest"], shift=places["shift"]
    )


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
            verdict, colour = "", ""
            if row["verdict"]:
                verdict, colour = words.verdict(row["verdict"], language), markup.chip(row["colour"], language)
            rows.append(
                {
                    "method": words.office(row["office"], row["method"], language),
                    "verdict": verdict or words.hindrance(row["reason"], language),
                    "nearest_colour": colour,
                }
            )
        blocks.append(markup.labelled("offices_caption", rows, language, note="offices_note", measure=measure))
    return markup.together(blocks)
