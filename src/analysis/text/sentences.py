"""Colours, reasons and sentences about change, put together so that none says more than the method allows."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from analysis.text.books import (
    BANDS,
    CERTAINTIES,
    COLOURS,
    COUNTING,
    GRADE_REASONS,
    GRADES,
    HUES,
    MOVEMENTS,
    OVERRIDES,
    REASONS,
    RECORDS,
    TOWARDS,
    Both,
    known,
    say,
)
from analysis.text.numbers import (
    difference_unit,
    interval,
    number,
    p_value,
    percent_change,
    period,
    qualified,
    quantity,
    sample,
    spelled,
    within,
)


def colour(name: str, language: str) -> str:
    """Return the word for a colour."""
    return say(COLOURS, name, language, "colours")


def hue(name: str, language: str) -> str:
    """Return the word for a colour as a noun: ``grønt``."""
    return say(HUES, name, language, "hues")


def pointing(towards: str, weak: bool, language: str, shown: str | None = None) -> str:
    """Return where a colour points: ``peker svakt mot grønt``; `shown` stands in for the colour's own word."""
    return say(TOWARDS, bool(weak), language).format(shown or hue(towards, language))


def light(name: str, language: str, towards: str = "", weak: bool = False) -> str:
    """Return a colour with its tendency: ``gul, peker mot grønt``."""
    said = colour(name, language)
    return f"{said}, {pointing(towards, weak, language)}" if towards else said


def sentence(text: str) -> str:
    """Return a text as a sentence: a capital first and a full stop last, unless it ends with a mark of its own."""
    return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".!?:" else ".")


def band(code: str, language: str) -> str:
    """Return the words for a probability in the five bands of the method (section 7)."""
    return say(BANDS, code, language, "bands")


def movement(code: str, language: str) -> str:
    """Return the word for a movement since the previous report."""
    return say(MOVEMENTS, code, language, "movements")


def certainty(code: str, language: str) -> str:
    """Return the word for how sure a proposed colour is."""
    return say(CERTAINTIES, code, language, "certainties")


def reason(code: str, language: str) -> str:
    """Return why a light has no colour, or why it is red."""
    return say(REASONS, code, language, "reasons")


def override(code: str, language: str) -> str:
    """Return the reason experts gave for differing from the figures."""
    return say(OVERRIDES, code, language, "overrides")


def record(code: str, language: str) -> str:
    """Return what the record holds about a judged colour."""
    return say(RECORDS, code, language, "records")


def grade(code: str, language: str) -> str:
    """Return an evidence grade with its word."""
    return say(GRADES, code, language, "grades")


def grade_reason(code: str, language: str) -> str:
    """Return which line of the evidence table pulls a grade down."""
    return say(GRADE_REASONS, code, language, "grade reasons")


_SENTENCES: Final = {
    "latest": Both("{latest} {when_in}.", "{latest} {when_in}."),
    "one": Both("Det finnes bare én sammenlignbar måling, så endringen kan ikke beregnes.",
                "There is only one comparable measurement, so no change can be calculated."),
    "one-break": Both("Serien er brutt, så tidligere målinger kan ikke sammenlignes med denne.",
                      "The series is broken, so earlier measurements cannot be compared with it."),
    "bound": Both("Kilden oppgir bare en grense, så endringen kan ikke beregnes.",
                  "The source gives a bound only, so the change cannot be calculated."),
    "up": Both("Økte fra {old} til {latest} mellom {then} og {when}, en endring på {size} ({detail}).",
               "Rose from {old} to {latest} between {then} and {when}, a change of {size} ({detail})."),
    "down": Both("Falt fra {old} til {latest} mellom {then} og {when}, en endring på {size} ({detail}).",
                 "Fell from {old} to {latest} between {then} and {when}, a change of {size} ({detail})."),
    "significant": Both("Endringen er statistisk signifikant.", "The change is statistically significant."),
    "not-significant": Both(
        "{old_full} {then_in} og {latest} {when_in}: forskjellen på {size} er ikke statistisk signifikant ({detail}), "
        "så det kan ikke sies at nivået er endret.",
        "{old_full} {then_in} and {latest} {when_in}: the difference of {size} is not statistically significant "
        "({detail}), so the level cannot be said to have changed."),
    "same-survey": Both("{latest} både {then_in} og {when_in}: ingen målt endring ({detail}).",
                        "{latest} both {then_in} and {when_in}: no measured change ({detail})."),
    "same": Both("{latest} både {then_in} og {when_in}: ingen endring.",
                 "{latest} both {then_in} and {when_in}: no change."),
    "unknown-error": Both(
        "{old_full} {then_in} og {latest} {when_in}. Usikkerheten er ikke oppgitt, så det kan ikke sies om forskjellen "
        "på {size} er mer enn tilfeldig.",
        "{old_full} {then_in} and {latest} {when_in}. The uncertainty is not stated, so it cannot be said whether the "
        "difference of {size} is more than chance."),
    "rounding": Both("Men tallene er avrundet: uavrundet kunne p ha vært alt fra {low} til {high}.",
                     "But the figures are rounded: unrounded, p could have been anything from {low} to {high}."),
    "stands": Both("Den står seg også når alle testene i rapporten ses samlet.",
                   "It also stands when all tests of the report are looked at together."),
    "stands-not": Both("Når alle testene i rapporten ses samlet, kan den likevel være tilfeldig.",
                       "When all tests of the report are looked at together, it may still be chance."),
    "poisson": Both("En forskjell på denne størrelsen {verdict} (Poisson-test, {p}).",
                    "A difference of this size {verdict} (Poisson test, {p})."),
    "poisson-yes": Both("er neppe tilfeldig", "is hardly chance"),
    "poisson-no": Both("kan være tilfeldig", "may be chance"),
    "title-up": Both("{latest} {when_in}, opp fra {old} {then_in}", "{latest} {when_in}, up from {old} {then_in}"),
    "title-down": Both("{latest} {when_in}, ned fra {old} {then_in}", "{latest} {when_in}, down from {old} {then_in}"),
    "title-same": Both("{latest} både {then_in} og {when_in}", "{latest} both {then_in} and {when_in}"),
    "title-not-significant": Both("{latest} {when_in} og {old} {then_in}: ingen påvist endring",
                                  "{latest} {when_in} and {old} {then_in}: no change established"),
    "title-unknown-error": Both("{latest} {when_in} og {old} {then_in}: usikkerheten er ikke oppgitt",
                                "{latest} {when_in} and {old} {then_in}: uncertainty not stated"),
    "title-trend": Both("{latest} {when_in}, {way} trend over de siste {count} målingene",
                        "{latest} {when_in}, a {way} trend over the latest {count} measurements"),
    "title-latest": Both("{latest} {when_in}", "{latest} {when_in}"),
    "no-sampling": Both("opptelling, uten utvalgsfeil", "a count, without sampling error"),
    "and": Both("og", "and"),
    "direction": Both("Over {count} målinger er retningen {way}, men det er for få målinger til å påvise en trend.",
                      "Over {count} measurements the direction is {way}, but they are too few to establish a trend."),
    "slope-yes": Both("De siste {count} målingene viser en {way} trend.",
                      "The latest {count} measurements show a {way} trend."),
    "slope-no": Both("De siste {count} målingene viser ingen sikker trend.",
                     "The latest {count} measurements show no established trend."),
    "rising": Both("stigende", "rising"),
    "falling": Both("fallende", "falling"),
    "flat": Both("flat", "flat"),
}  # fmt: skip


def change_sentence(row: Mapping[str, Any] | pd.Series, language: str, *, brief: bool = False) -> str:
    """Return what a row of trends allows to be said about the latest change, and nothing more.

    Where there is no change to tell, the latest value comes first, unless the sentence is to be `brief`.

    One point, a bound, a broken series, missing uncertainty and a difference within sampling error are each said as
    what they are; the verb for a change is used only where the change is significant (surveys) or counted without
    sampling error (registers). Words from the method, section 6.
    """
    if row["missing"]:
        return sentence(reason(row["missing"], language))
    facts, key = _facts(row, language), _change_key(row)
    first = [_sentence("latest", facts, language)] if key in ("one", "one-break", "bound") and not brief else []
    sentences = [
        *first,
        _sentence(key, facts, language),
        *_qualifications(key, row, language),
        trend_sentence(row, language),
    ]
    return " ".join(s for s in sentences if s)


def finding(row: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Return the latest value and change of a row of trends as the title of a picture; empty without a value.

    It claims what `change_sentence` does: up and down only where that says so, a trend where that is established and
    the latest change is not.
    """
    if row["missing"]:
        return ""
    key = _TITLES.get(_change_key(row), "title-latest")
    if key not in ("title-up", "title-down") and _established(row):
        key = "title-trend"
    said = say(_SENTENCES, key, language).format(**_facts(row, language), **_course(row, language))
    return said[:1].upper() + said[1:]


def trend_sentence(row: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Return what three or more comparable points allow to be said; empty below three.

    Three and four points have a direction but no trend; from five a slope counts when it passes 99.8 % and keeps its
    sign leaving out each point (method, section 6).
    """
    if row["missing"] or not _course(row, language):
        return ""
    key = "direction" if row["word"] == "direction" else "slope-yes" if _established(row) else "slope-no"
    return say(_SENTENCES, key, language).format(**_course(row, language))


def _course(row: Mapping[str, Any] | pd.Series, language: str) -> dict[str, str]:
    """Return which way a series of three or more points goes, and over how many; nothing below three."""
    if row["n_points"] < 3 or pd.isna(row["slope"]):
        return {}
    way = "flat" if row["slope"] == 0 else "rising" if row["slope"] > 0 else "falling"
    count = int(row["n_points"]) if row["word"] == "direction" else min(int(row["n_points"]), 5)
    counted = getattr(COUNTING, known(language)).split()[count]
    return {"count": counted, "way": say(_SENTENCES, way, language)}


def _established(row: Mapping[str, Any] | pd.Series) -> bool:
    if row["n_points"] < 3 or row["word"] == "direction" or pd.isna(row["slope"]):
        return False
    return bool(row["slope_chi2_p"] < 0.002 and row["slope_sign_stable"])


_TITLES: Final = {
    **{key: f"title-{key}" for key in ("up", "down", "same", "not-significant", "unknown-error")},
    "same-survey": "title-same",
}


def _change_key(row: Mapping[str, Any] | pd.Series) -> str:
    if {row["latest_qualifier"], row.get("previous_qualifier", "")} & {"over", "under"}:
        return "bound"
    if pd.isna(row["previous_value"]):
        return "one-break" if row["break_after_baseline"] else "one"
    registered = row["previous_se"] == 0 and row["latest_se"] == 0
    if row["change"] == 0:
        return "same" if pd.isna(row["change_low"]) or registered else "same-survey"
    if registered or row["significant"]:
        return "up" if row["change"] > 0 else "down"
    return "unknown-error" if pd.isna(row["p_value"]) else "not-significant"


def _facts(row: Mapping[str, Any] | pd.Series, language: str) -> dict[str, str]:
    facts = {
        "latest": quantity(row["latest_value"], row["unit"], language, row["latest_qualifier"]),
        "when": period(row["latest_period"], language),
        "when_in": within(row["latest_period"], language),
    }
    if pd.isna(row["previous_value"]):
        return facts
    return facts | {
        "old": qualified(number(row["previous_value"], language), row.get("previous_qualifier", ""), language),
        "old_full": quantity(row["previous_value"], row["unit"], language, row.get("previous_qualifier", "")),
        "then": period(row["previous_period"], language),
        "then_in": within(row["previous_period"], language),
        "size": spelled(row["change"], difference_unit(row["unit"]), language),
        "detail": _detail(row, language),
    }


def _detail(row: Mapping[str, Any] | pd.Series, language: str) -> str:
    if pd.isna(row["change_low"]) or row["latest_se"] == 0:
        grown = row["unit"] != "prosent" and row["previous_value"] != 0 and row["change"] != 0
        growth = [percent_change(row["previous_value"], row["latest_value"], language)] if grown else []
        return "; ".join([*growth, say(_SENTENCES, "no-sampling", language)])
    parts = [interval(row["change_low"], row["change_high"], language)]
    if pd.notna(row["p_value"]) and row["change"] != 0:
        parts.append(p_value(row["p_value"], language))
    if pd.notna(row["previous_n"]) and pd.notna(row["latest_n"]):
        latest = number(row["latest_n"], language, 0)
        parts.append(f"{sample(row['previous_n'], language)} {say(_SENTENCES, 'and', language)} {latest}")
    return "; ".join(parts)


def _qualifications(key: str, row: Mapping[str, Any] | pd.Series, language: str) -> list[str]:
    said = []
    if key in ("up", "down") and row["significant"]:
        said.append(say(_SENTENCES, "significant", language))
        if "bh_flag" in row:
            said.append(say(_SENTENCES, "stands" if row["bh_flag"] else "stands-not", language))
        if pd.notna(row["p_high"]) and row["p_high"] >= 0.05:
            low, high = (_p_number(row[end], language) for end in ("p_low", "p_high"))
            said.append(say(_SENTENCES, "rounding", language).format(low=low, high=high))
    exact = not row["latest_qualifier"] and not row.get("previous_qualifier", "")
    judged = row.get("direction", 1) != 0  # of what has no better and worse, as the size of a sample, nothing is tested
    if key in ("up", "down") and exact and judged and pd.notna(row["poisson_p"]):
        verdict = say(_SENTENCES, "poisson-yes" if row["poisson_p"] < 0.05 else "poisson-no", language)
        said.append(say(_SENTENCES, "poisson", language).format(verdict=verdict, p=p_value(row["poisson_p"], language)))
    return said


def _p_number(p: float, language: str) -> str:
    shown = number(max(p, 0.001), language, 3 if p < 0.1 else 2)
    return qualified(shown, "under" if p < 0.001 else "", language)


def _sentence(key: str, facts: Mapping[str, str], language: str) -> str:
    return sentence(say(_SENTENCES, key, language).format(**facts))
