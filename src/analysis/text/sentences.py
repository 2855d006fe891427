"""Sentences about change, put together so that none says more than the method allows."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import pandas as pd

from analysis.text import numbers
from analysis.text.catalogues import check_language, look_up, read_table
from analysis.text.codes import colour, reason
from analysis.text.dates import period, within
from analysis.text.phrases import label

Row = Mapping[str, Any] | pd.Series
_text = partial(look_up, "sentences.change")

# The title of a picture for each sentence about a change; the others have no change to put into a title.
_TITLES: Final = {
    **{key: f"title-{key}" for key in ("up", "down", "same", "not-significant", "unknown-error")},
    "same-survey": "title-same",
    "events-unclear": "title-not-significant",
}


def sentence(text: str) -> str:
    """Return a text as a sentence: a capital first and a full stop last, unless it ends with a mark of its own."""
    return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".!?:" else ".")


def change_sentence(row: Row, language: str, *, brief: bool = False) -> str:
    """Return what a row of trends allows to be said about the latest change, and nothing more.

    One point, a bound, a broken series, missing uncertainty and a difference within sampling error are each said as
    what they are; the verb for a change is used only where the change is significant (surveys) or counted without
    sampling error (registers). Words from the method, section 6.

    Parameters
    ----------
    row : mapping or Series
        A row of `find_trends`.
    language : str
        One of `LANGUAGES`.
    brief : bool
        Whether the latest value, and that there is only one, are beside it already.
    """
    if row["missing"]:
        return sentence(reason(row["missing"], language))
    key, places = _change_key(row), _places(row, language)
    if brief and key == "one":
        return ""
    sentences = [] if brief or key not in ("one", "one-break", "bound") else ["latest"]
    sentences = [sentence(_text(each, language, **places)) for each in (*sentences, key)]
    if key in ("up", "down") and row["significant"]:
        sentences.append(_text("significant", language))
        if "bh_flag" in row:
            sentences.append(_text("stands" if row["bh_flag"] else "stands-not", language))
        # values are published rounded; unrounded, the same change may not have been significant
        if pd.notna(row["p_high"]) and row["p_high"] >= 0.05:
            low, high = (
                numbers.qualified(numbers.p_number(p, language), "under" if p < numbers.LEAST_P else "", language)
                for p in (row["p_low"], row["p_high"])
            )
            sentences.append(_text("rounding", language, low=low, high=high))
    if key in ("up", "down") and _is_tested_as_events(row):
        sentences.append(_text("poisson", language, p=numbers.p_value(row["poisson_p"], language)))
    return " ".join(filter(None, [*sentences, trend_sentence(row, language)]))


def finding(row: Row, language: str) -> str:
    """Return the latest value and change of a row of trends as the title of a picture; empty without a value.

    It claims what `change_sentence` does: up and down only where that says so, a trend where that is established and
    the latest change is not.

    Parameters
    ----------
    row : mapping or Series
        A row of `find_trends`.
    language : str
        One of `LANGUAGES`.
    """
    if row["missing"]:
        return ""
    key = _TITLES.get(_change_key(row), "title-latest")
    if key not in ("title-up", "title-down") and _is_established(row):
        key = "title-trend"
    title = _text(key, language, **_places(row, language), **_course(row, language))
    return title[:1].upper() + title[1:]


def trend_sentence(row: Row, language: str) -> str:
    """Return what three or more comparable points allow to be said; empty below three.

    Three and four points have a direction but no trend; from five a slope counts when it passes 99.8 % and keeps its
    sign leaving out each point (method, section 6).

    Parameters
    ----------
    row : mapping or Series
        A row of `find_trends`.
    language : str
        One of `LANGUAGES`.
    """
    course = {} if row["missing"] else _course(row, language)
    if not course:
        return ""
    key = "direction" if row["word"] == "direction" else "slope-yes" if _is_established(row) else "slope-no"
    return _text(key, language, **course)


def correction(row: Row, language: str) -> str:
    """Return what a correction changes: the field with its old and new value, or the direction where none is stated.

    Parameters
    ----------
    row : mapping
        A row of `read_corrections`.
    language : {"nb", "en"}

    Returns
    -------
    str

    """
    if not (row["old"] or row["new"]) or (row["direction"] and not row["old"]):
        return label(f"judged_{row['direction']}", language)
    places = {name: _corrected_value(row[name], language) for name in ("old", "new")}
    places["field"] = look_up("codes.corrected", row["field"], language)
    if not row["measure"]:
        return label("corrected_values", language, **places)
    places["measure"] = row.get(f"name_{language}") or row["measure"]
    places["period"] = ", ".join(filter(None, [period(row["period"], language), row["breakdown"]]))
    return label("corrected_figure", language, **places)


def _corrected_value(text: str, language: str) -> str:
    """Return a value that was typed as text: the word for a colour, a number as people write it, or the text."""
    if text in read_table("codes.colours"):
        return colour(text, language)
    value = pd.to_numeric(text, errors="coerce")
    return numbers.number(float(value), language) if pd.notna(value) else text or label("missing_value", language)


def _course(row: Row, language: str) -> dict[str, str]:
    """Return which way a series of three or more points goes, and over how many; nothing below three."""
    if row["n_points"] < 3 or pd.isna(row["slope"]):
        return {}
    way = "flat" if row["slope"] == 0 else "rising" if row["slope"] > 0 else "falling"
    # a slope is that of the latest points only; of a mere direction all points are named
    count = int(row["n_points"]) if row["word"] == "direction" else min(int(row["n_points"]), 5)
    numerals = read_table("numbers.lists")["numerals"][check_language(language)]
    return {"count": numerals[count], "way": _text(way, language)}


def _is_established(row: Row) -> bool:
    if row["n_points"] < 3 or row["word"] == "direction" or pd.isna(row["slope"]):
        return False
    # 99.8 %, and no single point may carry the sign: England's rule for its trend markers
    return bool(row["slope_chi2_p"] < 0.002 and row["slope_sign_stable"])


def _change_key(row: Row) -> str:
    """Return which sentence a change allows, the most cautious first."""
    if {row["latest_qualifier"], row.get("previous_qualifier", "")} & {"over", "under"}:
        return "bound"
    if pd.isna(row["previous_value"]):
        return "one-break" if row["break_after_baseline"] else "one"
    counted = row["previous_se"] == 0 and row["latest_se"] == 0
    if row["change"] == 0:
        return "same" if pd.isna(row["change_low"]) or counted else "same-survey"
    # what may be chance is no rise, however exactly it was counted
    if _is_tested_as_events(row) and row["poisson_p"] >= 0.05:
        return "events-unclear"
    if counted or row["significant"]:
        return "up" if row["change"] > 0 else "down"
    return "unknown-error" if pd.isna(row["p_value"]) else "not-significant"


def _is_tested_as_events(row: Row) -> bool:
    # a derived value is no count of events; and what has no better way, as the size of a sample, is not tested
    exact = not row["latest_qualifier"] and not row.get("previous_qualifier", "")
    return bool(exact and row.get("direction", 1) != 0 and pd.notna(row["poisson_p"]))


def _places(row: Row, language: str) -> dict[str, str]:
    """Return what fills the places of the sentences; without a previous value only what is known of the latest."""
    places = {
        "latest": numbers.quantity(row["latest_value"], row["unit"], language, row["latest_qualifier"]),
        "when": period(row["latest_period"], language),
        "when_in": within(row["latest_period"], language),
    }
    old = row["previous_value"]
    if pd.isna(old):
        return places
    if pd.isna(row["change_low"]) or row["latest_se"] == 0:
        # growth in per cent of a share would be taken for percentage points
        grows = row["unit"] != "prosent" and old != 0 and row["change"] != 0
        details = [numbers.percent_change(old, row["latest_value"], language)] if grows else []
        details.append(_text("no-sampling", language))
    else:
        details = [numbers.interval(row["change_low"], row["change_high"], language)]
        if pd.notna(row["p_value"]) and row["change"] != 0:
            details.append(numbers.p_value(row["p_value"], language))
        if pd.notna(row["previous_n"]) and pd.notna(row["latest_n"]):
            latest_n = numbers.number(row["latest_n"], language, 0)
            details.append(f"{numbers.sample(row['previous_n'], language)} {_text('and', language)} {latest_n}")
    qualifier = row.get("previous_qualifier", "")
    return places | {
        "old": numbers.qualified(numbers.number(old, language), qualifier, language),
        "old_full": numbers.quantity(old, row["unit"], language, qualifier),
        "then": period(row["previous_period"], language),
        "then_in": within(row["previous_period"], language),
        "size": numbers.spelled(row["change"], numbers.difference_unit(row["unit"]), language),
        "detail": "; ".join(details),
        "p": numbers.p_value(row["poisson_p"], language) if pd.notna(row["poisson_p"]) else "",
    }
