"""What the texts claim against the data: every number traced to a row, every word of change compared with a trend.

Nothing here changes a text. It shows the author what a reader could object to: a number that no row has, a rise that
the project's own rule does not call one.
"""

import re
import textwrap
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pandas as pd

from analysis import text as words
from analysis.assessment.comparisons import group_sizes
from analysis.assessment.limits import MIX_GAP
from analysis.assessment.trends import find_trends
from analysis.records.observations import current
from analysis.statistics.surveys import SIGNIFICANCE, composition_gaps, vanishing_deff
from analysis.text import look_up, read_table
from analysis.text.claims import Passage, claims_of_change, counted_structure, numbers_in_words
from analysis.views.status import Status, read_status

NUMBERS: Final = ("item", "key", "language", "place", "sentence", "text", "form", "value", "measure", "datum")
CLAIMS: Final = (
    *("item", "key", "language", "place", "sentence", "phrase", "claim", "measure", "verdict", "trend"),
    *("change", "low", "high", "p_value", "fragile"),
)
PLAIN_DESIGN: Final = 1.5  # a common design effect of national surveys with weights; none is published for these
FACTORS: Final = {"doubled": (1.9, float("inf")), "halved": (0.0, 0.55)}  # of what was before, of what holds
WIDTH: Final = 100  # of a line in a terminal
SHARE_STEP: Final = 2.5  # per cent: "one in four" is the nearest plain fraction of anything within so much

_SENTENCE: Final = re.compile(r"[^\n.!?]*(?:[.!?](?!\s+[A-ZÆØÅ]|\s*$)[^\n.!?]*)*(?:[.!?]+|$|(?=\n))")
_DIGITS: Final = re.compile(r"(?<![\w-])\d[\d\u00a0 ]*\d(?:[.,]\d+)*(?!\w)|(?<![\w-])\d(?:[.,]\d+)?(?!\w)")
_TIMES: Final = re.compile(
    r"\b\d{4}-\d\d(?:-\d\d)?\b|\b\d{1,2}\.?\s[a-zæøå]+\s(?:19|20)\d\d\b|\b(?:19|20)\d\dQ[1-4]\b"
    r"|\bQ[1-4]\s(?:19|20)\d\d\b|\b[1-4]\.\skvartal\b|\b(?:19|20)\d\d\b|^\d+\. ",
    flags=re.IGNORECASE | re.MULTILINE,
)
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class Written(NamedTuple):
    """One text as its author wrote it, filled: its item and section, its file and line, and the references in it."""

    item: str
    key: str
    place: str
    text: str
    references: tuple


class TextClaims(NamedTuple):
    """What a quarter's texts claim: every word of change (`CLAIMS`), every number (`NUMBERS`), in these languages."""

    claims: pd.DataFrame
    numbers: pd.DataFrame
    languages: tuple[str, ...]

    def of(self, language: str) -> "TextClaims":
        """Return what one language's texts claim."""
        both = (frame[frame["language"] == language].reset_index(drop=True) for frame in (self.claims, self.numbers))
        return TextClaims(*both, (language,))


def read_claims(quarter: str) -> TextClaims:
    """Return what the texts of a quarter claim, in both languages.

    Raises
    ------
    PeriodError, RawDataError
        When quarter or raw material is not right, as `read_status` raises them.

    """
    both = [read_status(quarter, language) for language in words.LANGUAGES]
    frames = (pd.concat([find(status) for status in both], ignore_index=True) for find in (claims, numbers))
    return TextClaims(*frames, words.LANGUAGES)


def records(checked: TextClaims) -> dict[str, Any]:
    """Return claims and numbers as plain values for JSON: missing is null."""
    tables = {"claims": checked.claims, "numbers": checked.numbers}
    plain = {name: frame.astype(object).where(frame.notna(), None).to_dict("records") for name, frame in tables.items()}
    counts = {name: int((checked.claims["verdict"] == name).sum()) for name in read_table("quarter.verdicts")}
    return {"counts": counts | {"untraced": len(untraced(checked.numbers))}, **plain}


def texts(status: Status) -> list[Written]:
    """Return every text a quarter's authors wrote in one language: comments, blocks, reasons and corrections' notes."""
    prose = [
        Written(item, key, f"{row.file}:{row.line}", row.text, row.references)
        for (item, key), row in zip(status.prose.index, status.prose.itertuples(index=False), strict=True)
    ]
    notes = [
        Written(item, key, f"{status.quarter}/lights.toml", row[column], ())
        for key, column in (("reason", f"reason_{status.language}"), ("note", f"previous_note_{status.language}"))
        for item, row in status.judgements.iterrows()
        if row[column]
    ]
    return prose + notes


# --- numbers -------------------------------------------------------------------------


def numbers(status: Status) -> pd.DataFrame:
    """Return every number in a quarter's texts, and which datum it is.

    Years, dates and quarters are times and left out.

    Parameters
    ----------
    status : Status
        The quarter in one language, as `read_status` returns it.

    Returns
    -------
    DataFrame
        One row a number, `NUMBERS`: form is ``reference``, ``digits`` or ``words``; value is in per cent for shares in
        words; datum is the raw row as ``observations/file.csv:line`` (``strategy.toml`` for the number of the
        strategy's own parts), empty where no figure of the item's measures is that number.

    """
    rows = current(status.observations)
    rows["datum"] = rows["file"] + ":" + rows["line"].astype(str)
    figures = rows.melt(["measure", "unit", "datum"], ["value", "n", "numerator", "denominator"], value_name="number")
    changes = rows[rows["breakdown"] == ""].assign(unit="")
    changes["number"] = changes.groupby("measure")["value"].diff().abs()
    every = pd.concat([figures, changes], ignore_index=True).dropna(subset="number")
    traced = [row for text in texts(status) for row in _numbers_in(text, every, status)]
    return pd.DataFrame(traced, columns=list(NUMBERS))


def _numbers_in(text: Written, figures: pd.DataFrame, status: Status) -> Iterator[tuple]:
    """Yield a row of `NUMBERS` for each number of a text: those that references inserted, in digits, in letters."""
    own = figures[figures["measure"].isin(status.strategy.measures_of(text.item).index)]
    inserted = [(each.start, each.start + len(each.words)) for each in text.references]
    times = [match.span() for match in _TIMES.finditer(text.text)]
    rows = [
        (each.start, each.words, "reference", each.value, each.measure, f"{each.file}:{each.line}")
        for each in text.references
    ]
    thousands, decimal = {"nb": (" ", ","), "en": (",", ".")}[status.language]
    typed = []
    for match in _DIGITS.finditer(text.text):
        plain = match[0].replace("\u00a0", "").replace(" ", "").replace(thousands, "").replace(decimal, ".")
        value = pd.to_numeric(plain, errors="coerce")  # what is no number is still shown, as one that no row has
        typed.append(("digits", Passage(*match.span(), "count", float(value)), [*inserted, *times]))
    typed += [("words", number, inserted) for number in numbers_in_words(text.text, status.language)]
    for form, number, spans in typed:
        # the words of a reference hold a number that is traced already
        if not any(start < number.end and number.start < end for start, end in spans):
            passage = text.text[number.start : number.end]
            rows.append((number.start, passage, form, number.value, *_trace(number, text, own, status)))
    for start, *cells in rows:
        around = (each for first, end, each in sentences(text.text) if first <= start < end)
        yield text.item, text.key, status.language, text.place, next(around, text.text.strip()), *cells


def _trace(number: Passage, text: Written, own: pd.DataFrame, status: Status) -> tuple[str, str]:
    """Return measure and datum of a number that was typed: one of the item's own figures, or none."""
    # "the four goals" counts the strategy, not anything that was measured
    part = counted_structure(text.text, number.end, status.language) if number.what == "count" else ""
    if part:
        return "", "strategy.toml" if number.value <= len(getattr(status.strategy, f"{part}s")) else ""
    distance = (own["number"] - number.value).abs()
    if number.what == "share":
        near = (own["unit"] == "prosent") & (distance <= SHARE_STEP)
    else:
        # three digits after the last mark are thousands, and a number is as exact as its decimals
        parts = re.split(r"[.,]", text.text[number.start : number.end])
        decimals = len(parts[-1]) if len(parts) > 1 and len(parts[-1]) != 3 else 0
        near = distance <= 0.5 * 10.0**-decimals
    if not near.any():
        return "", ""
    return tuple(own.loc[distance[near].idxmin(), ["measure", "datum"]])


def untraced(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `numbers` that no datum answers to."""
    return numbers[numbers["datum"] == ""].reset_index(drop=True)


def sentences(text: str) -> list[tuple[int, int, str]]:
    """Return the sentences of a text as (start, end, sentence)."""
    passages = ((match.start(), match.end(), match[0].strip(" -*\n")) for match in _SENTENCE.finditer(text))
    return [each for each in passages if each[2]]


# --- claims of change ----------------------------------------------------------------


def claims(status: Status) -> pd.DataFrame:
    """Return every word of change in a quarter's texts, compared with the figures by the project's one rule.

    A sentence is compared with the measures it refers to, else with the assessed measures of its comment's item, over
    the periods it names, else the latest two; one measure that confirms it is enough. The status of a goal and of the
    whole is no figure: it is compared with the movement that was judged.

    Parameters
    ----------
    status : Status
        The quarter in one language, as `read_status` returns it.

    Returns
    -------
    DataFrame
        One row a word, `CLAIMS`: claim as `analysis.text.claims.claims_of_change` names it; measure (the one that
        decides, empty without one); verdict ``holds``, ``fragile`` (holds, but rounding, design or composition could
        undo it: `fragile` says which), ``contradicted`` or ``unsupported`` (no comparable figures, or none at all);
        trend, the sentence the figures allow; change, low, high, p_value of the change meant.

    """
    rows = []
    for text in texts(status):
        for start, end, sentence in sentences(text.text):
            references = [each for each in text.references if start <= each.start < end]
            for claim in claims_of_change(sentence, status.language):
                phrase = sentence[claim.start : claim.end]
                place = (text.item, text.key, status.language, text.place, sentence, phrase, claim.what)
                ruling = _ruled(claim.what, text, sentence, references, status)
                # what is compared with no figure ends before the cells of one
                rows.append({"fragile": ()} | dict(zip(CLAIMS, (*place, *ruling), strict=False)))
    return pd.DataFrame(rows, columns=list(CLAIMS))


def _ruled(claim: str, text: Written, sentence: str, references: list, status: Status) -> tuple:
    """Return the cells of `CLAIMS` from measure on: the first measure by which the claim holds, or else is refuted."""
    language = status.language
    if claim == "unread":
        return "", "unsupported", look_up("quarter.unsupported", "unread", language)
    roles = status.strategy.measures["role"]
    measures = dict.fromkeys(each.measure for each in references if roles[each.measure] == "assessed")
    if not measures and text.key in ("comment", "reason"):
        measures = status.strategy.measures_of(text.item, role="assessed").index
    if len(measures) == 0:
        # the status of a goal and of the whole is no figure: only the movement that was judged can confirm it
        light = status.lights.loc[text.item]
        moved = light["movement"] if text.key == "status" and light["colour_source"] == "judgement" else ""
        meant = {"better": "up", "up": "up", "worse": "down", "down": "down", "unchanged": "unchanged"}.get(claim)
        if not (moved and meant):
            return "", "unsupported", look_up("quarter.unsupported", "no_measure", language)
        judged = look_up("quarter.unsupported", "judged", language, movement=words.movement(moved, language))
        return "", "holds" if moved in (meant, "split") else "contradicted", judged
    rulings = []
    for measure in measures:
        row = _trend(measure, sentence, [each for each in references if each.measure == measure], status)
        rulings.append((verdict(claim, row), measure, row))
    # a sentence may speak of any of its measures: the author had one of them in mind
    order = ("holds", "contradicted", "unsupported")
    ruling, measure, row = min(rulings, key=lambda each: order.index(each[0]))
    fragile = _fragile(measure, row, status) if ruling == "holds" else ()
    figures = (row["change"], row["change_low"], row["change_high"], row["p_value"])
    return measure, "fragile" if fragile else ruling, words.change_sentence(row, language), *figures, fragile


def _trend(measure: str, sentence: str, references: list, status: Status) -> pd.Series:
    """Return the trend of a measure over the periods that a sentence names, by the rule of `find_trends`."""
    own = status.trends.loc[measure]
    points = current(status.observations)
    points = points[(points["measure"] == measure) & (points["breakdown"] == "")]
    referred = {period for each in references for period in (each.since, each.period) if period}
    years = set(_YEAR.findall(sentence))
    named = points[points["period"].isin(referred) | points["period"].str[:4].isin(years)]
    if named.empty or own["missing"]:
        return own
    ends = {named["period"].iloc[0], named["period"].iloc[-1]}
    if len(ends) == 1:
        ends.add(own["latest_period"])  # one period named is compared with the latest
    if len(ends) == 1 or ends == {own["previous_period"], own["latest_period"]}:
        return own
    chosen = points[points["period"].isin(ends)]
    return find_trends(status.strategy, chosen, chosen["published"].max()).loc[measure]


def verdict(claim: str, row: Any) -> str:
    """Return whether a trend confirms a claim.

    Survey shares move when their change is significant, counts when it is larger than nothing; what was never tested
    can confirm nothing.

    Parameters
    ----------
    claim : str
        As `analysis.text.claims.claims_of_change` names it.
    row : Series or mapping
        A row of trends.

    Returns
    -------
    {"holds", "contradicted", "unsupported"}

    """
    moved = movement(row)
    plain = claim.removeprefix("not-")
    if moved == "" or (plain == "significant" and pd.isna(row["p_value"])):
        return "unsupported"
    if plain == "significant":
        confirmed = bool(row["significant"])
    elif plain in FACTORS:
        low, high = FACTORS[plain]
        confirmed = moved in ("up", "down") and low * row["previous_value"] <= row["latest_value"]
        confirmed = confirmed and row["latest_value"] <= high * row["previous_value"]
    else:
        better, worse = ("up", "down") if row["direction"] > 0 else ("down", "up")
        meant = {"better": better, "worse": worse}.get(plain, plain)
        confirmed = moved != "unchanged" if meant == "changed" else moved == meant
    return "holds" if confirmed != (plain != claim) else "contradicted"


def movement(row: Any) -> str:
    """Return ``up``, ``down`` or ``unchanged`` of a row of trends, empty where the rule allows no answer."""
    # a bound says at least or at most: the difference to it is unknown
    if pd.isna(row["change"]) or row["latest_qualifier"] in ("over", "under"):
        return ""
    # what counts everybody has no sampling error: any difference is a change
    if row["previous_se"] == 0 and row["latest_se"] == 0:
        moved = row["change"] != 0
    elif pd.isna(row["p_value"]):
        return ""
    else:
        moved = bool(row["significant"])
    return ("up" if row["change"] > 0 else "down") if moved else "unchanged"


def _fragile(measure: str, row: pd.Series, status: Status) -> tuple[str, ...]:
    """Return what could undo a change that was tested and is significant: sentences, none for what is only counted."""
    language, reasons = status.language, []
    if not row["significant"]:
        return ()
    if row["p_high"] >= SIGNIFICANCE:
        high = words.number(row["p_high"], language, 2)
        reasons.append(look_up("quarter.fragile", "rounding", language, high=high))
    shares = row["previous_value"] / 100, row["latest_value"] / 100
    population = status.strategy.measure(measure)["population"]
    limit = float(vanishing_deff(*shares, row["previous_n"], row["latest_n"], population))
    if limit < PLAIN_DESIGN * row["deff"]:
        reasons.append(look_up("quarter.fragile", "design", language, deff=words.number(limit, language, 2)))
    waves = group_sizes(status.strategy, status.observations, measure, row["previous_period"], row["latest_period"])
    # another mix of groups in the sample moves a share in which no group has changed
    if waves is not None:
        gaps = composition_gaps(*waves, row["change"])["gap"].abs()
        if gaps.min() <= MIX_GAP:
            group, gap = words.breakdown(gaps.idxmin(), language), words.number(gaps.min(), language, 0)
            reasons.append(look_up("quarter.fragile", "composition", language, gap=gap, group=group))
    return tuple(reasons)


# --- what is shown -------------------------------------------------------------------

_PRESSING: Final = ("contradicted", "fragile", "unsupported", "holds")


def describe(checked: TextClaims, quarter: str, language: str, verdicts: tuple[str, ...] = ()) -> str:
    """Return one language's claims, the most pressing first, and its untraced numbers, as text an author can act on.

    Parameters
    ----------
    checked : TextClaims
        As `read_claims` returns it.
    quarter : str
        As in ``2024Q1``.
    language : {"nb", "en"}
        The language.
    verdicts : tuple of str
        The verdicts of the claims that are shown; all unless some are named.

    Returns
    -------
    str

    """
    own = checked.of(language)
    chosen = own.claims[own.claims["verdict"].isin(verdicts or _PRESSING)]
    chosen = chosen.sort_values("verdict", key=lambda names: names.map(_PRESSING.index), kind="stable")
    missing = untraced(own.numbers)
    lines = [look_up("quarter.headings", "claims", language, quarter=quarter)]
    hidden = int((own.claims["verdict"] == "holds").sum()) if verdicts and "holds" not in verdicts else 0
    if hidden:
        lines.append("  " + look_up("quarter.headings", "held", language, count=hidden))
    elif chosen.empty:
        lines.append("  " + look_up("quarter.headings", "no_claims", language))
    for row in chosen.itertuples():
        claim = f"“{row.sentence}” ({row.phrase}: {claimed(row.claim, language)})"
        lines += ["", f"  {row.item}  {row.place}  {look_up('quarter.verdicts', row.verdict, language)}"]
        lines += [_wrapped(line) for line in (claim, row.trend, *row.fragile)]
    lines.append(look_up("quarter.headings", "untraced", language, quarter=quarter))
    if missing.empty:
        lines.append("  " + look_up("quarter.headings", "all_traced", language))
    for row in missing.itertuples():
        form = look_up("quarter.untraced", row.form, language)
        lines += ["", f"  {row.item}  {row.place}  {row.text} ({form})", _wrapped(f"“{row.sentence}”")]
    return "\n".join(lines)


def _wrapped(line: str) -> str:
    return textwrap.fill(line, WIDTH, initial_indent="    ", subsequent_indent="    ")


def claimed(claim: str, language: str) -> str:
    """Return a claim in words: ``ikke høyere``."""
    plain = look_up("quarter.claimed", claim.removeprefix("not-"), language)
    return look_up("quarter.claimed", "negated", language, claim=plain) if claim.startswith("not-") else plain
