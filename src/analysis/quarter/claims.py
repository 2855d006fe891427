"""What the texts claim, held against the data: every number traced to a row, every word of change to a trend.

Nothing here changes a text. It shows the author what a reader could object to: a number that no row holds, a rise that
the project's own rule does not call one.
"""

import re
import textwrap
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pandas as pd

from analysis import text as words
from analysis.assessment.trends import find_trends
from analysis.records.observations import current
from analysis.statistics.surveys import SIGNIFICANCE, composition_gaps, vanishing_deff
from analysis.text import look_up, read_table
from analysis.text.claims import Passage, claims_of_change, counted_structure, numbers_in_words
from analysis.views.status import Status, read_status
from analysis.views.tables.measured import group_sizes

NUMBERS: Final = ("item", "key", "language", "place", "sentence", "text", "form", "value", "measure", "datum")
CLAIMS: Final = (
    *("item", "key", "language", "place", "sentence", "phrase", "claim", "measure", "verdict", "trend"),
    *("change", "low", "high", "p_value", "fragile"),
)
PLAIN_DESIGN: Final = 1.5  # a common design effect of national surveys with weights; none is published for these
PLAIN_GAP: Final = 20.0  # points between groups of staff on one question; the surveys' own pages show gaps like it
WIDTH: Final = 100  # of a line in a terminal
SHARE_STEP: Final = 2.5  # per cent: "one in four" is the nearest plain fraction of anything within so much

_SENTENCE: Final = re.compile(r"[^\n.!?]*(?:[.!?](?!\s+[A-ZÆØÅ]|\s*$)[^\n.!?]*)*(?:[.!?]+|$|(?=\n))")
_DIGITS: Final = re.compile(r"(?<![\w-])\d[\d\u00a0 ]*\d(?:[.,]\d+)*(?!\w)|(?<![\w-])\d(?:[.,]\d+)?(?!\w)")
_TIMES: Final = re.compile(
    r"\b\d{4}-\d\d(?:-\d\d)?\b|\b\d{1,2}\.? [a-zæøå]+ (?:19|20)\d\d\b|\b(?:19|20)\d\dQ[1-4]\b|\bQ[1-4] (?:19|20)\d\d\b"
    r"|\b[1-4]\. kvartal\b|\b(?:19|20)\d\d\b|^\d+\. ",
    flags=re.IGNORECASE | re.MULTILINE,
)
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class _Text(NamedTuple):
    """One text as its author wrote it, filled: where it stands, and the references in it."""

    item: str
    key: str
    place: str
    text: str
    references: tuple


class _Ruling(NamedTuple):
    verdict: str
    measure: str
    row: Any


class Found(NamedTuple):
    """What a quarter's texts claim: every word of change, every number, in these languages."""

    claims: pd.DataFrame
    numbers: pd.DataFrame
    languages: tuple[str, ...]

    def of(self, language: str) -> "Found":
        """Return what one language's texts claim."""
        both = (frame[frame["language"] == language].reset_index(drop=True) for frame in (self.claims, self.numbers))
        return Found(*both, (language,))


def read_claims(quarter: str) -> Found:
    """Return what the texts of a quarter claim, in both languages.

    Raises:
        PeriodError, and what `read_status` raises, when quarter or raw material is not right.

    """
    both = [read_status(quarter, language) for language in words.LANGUAGES]
    frames = (pd.concat([found(status) for status in both], ignore_index=True) for found in (claims, numbers))
    return Found(*frames, words.LANGUAGES)


def records(found: Found) -> dict[str, Any]:
    """Return what is found as plain values for JSON: missing is null."""
    tables = {"claims": found.claims, "numbers": found.numbers}
    plain = {name: frame.astype(object).where(frame.notna(), None).to_dict("records") for name, frame in tables.items()}
    counts = {name: int((found.claims["verdict"] == name).sum()) for name in read_table("quarter.verdicts")}
    return {"counts": counts | {"untraced": len(untraced(found.numbers))}, **plain}


def texts(status: Status) -> list[_Text]:
    """Return every text a quarter's authors wrote in one language: comments, blocks, reasons and corrections' notes."""
    prose = [
        _Text(item, key, f"{row.file}:{row.line}", row.text, row.references)
        for (item, key), row in zip(status.prose.index, status.prose.itertuples(index=False), strict=True)
    ]
    notes = [
        _Text(item, key, f"{status.quarter}/lights.toml", row[column], ())
        for key, column in (("reason", f"reason_{status.language}"), ("note", f"previous_note_{status.language}"))
        for item, row in status.judgements.iterrows()
        if row[column]
    ]
    return prose + notes


# --- numbers -------------------------------------------------------------------------


def numbers(status: Status) -> pd.DataFrame:
    """Return every number in a quarter's texts, one row each: where it stands and which datum it is.

    Columns `NUMBERS`: form is ``reference``, ``digits`` or ``words``; value is in per cent for shares in words; datum
    is the raw row as ``observations/file.csv:line`` (``strategy.toml`` for the number of the strategy's own parts),
    empty where no figure of the item's measures is that number. Years, dates and quarters are times and left out.
    """
    known = _known(status)
    rows = [row for text in texts(status) for row in _numbers_of(text, known, status)]
    return pd.DataFrame(rows, columns=list(NUMBERS))


def _numbers_of(text: _Text, known: pd.DataFrame, status: Status) -> Iterator[tuple]:
    taken = [(each.start, each.start + len(each.words)) for each in text.references]
    for each in text.references:
        datum = f"{each.file}:{each.line}"
        yield _number(text, status, each.start, each.words, "reference", each.value, each.measure, datum)
    own = known[known["measure"].isin(_measures_of(text.item, status))]
    for form, said in _typed(text.text, status.language, taken):
        measure, datum = _trace(said, text, own, status)
        yield _number(text, status, said.start, text.text[said.start : said.end], form, said.value, measure, datum)


def _number(text: _Text, status: Status, start: int, *found: Any) -> tuple:
    return text.item, text.key, status.language, text.place, sentence_at(text.text, start), *found


def _typed(text: str, language: str, taken: list[tuple[int, int]]) -> Iterator[tuple[str, Passage]]:
    times = [match.span() for match in _TIMES.finditer(text)]
    for match in _DIGITS.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in [*taken, *times]):
            yield "digits", Passage(match.start(), match.end(), "count", _figure(match[0], language))
    for said in numbers_in_words(text, language):
        if not any(start < said.end and said.start < end for start, end in taken):
            yield "words", said


def _figure(text: str, language: str) -> float:
    thousands, decimal = {"nb": ("  ", ","), "en": (", ", ".")}[language]
    for mark in {*thousands, "\u00a0"}:
        text = text.replace(mark, "")
    try:
        return float(text.replace(decimal, "."))
    except ValueError:
        return float("nan")


def _trace(said: Passage, text: _Text, own: pd.DataFrame, status: Status) -> tuple[str, str]:
    """Return measure and datum of a number that was typed: one of the item's own figures, or none."""
    part = counted_structure(text.text, said.end, status.language) if said.what == "count" else ""
    if part:
        return "", "strategy.toml" if said.value <= len(getattr(status.strategy, f"{part}s")) else ""
    if said.what == "share":
        found = own[(own["unit"] == "prosent") & ((own["number"] - said.value).abs() <= SHARE_STEP)]
    else:
        found = own[(own["number"] - said.value).abs() <= 0.5 * 10.0 ** -_decimals(text.text[said.start : said.end])]
    if found.empty:
        return "", ""
    nearest = found.loc[(found["number"] - said.value).abs().idxmin()]
    return nearest["measure"], nearest["datum"]


def _decimals(text: str) -> int:
    parts = re.split(r"[.,]", text)
    return len(parts[-1]) if len(parts) > 1 and len(parts[-1]) != 3 else 0


def _measures_of(item: str, status: Status) -> pd.Index:
    return status.strategy.measures_of(item).index


def _known(status: Status) -> pd.DataFrame:
    """Return every number the known figures hold: measure, unit, number, datum (file:line)."""
    rows = current(status.observations)
    datum = rows["file"] + ":" + rows["line"].astype(str)
    frames = [
        pd.DataFrame({"measure": rows["measure"], "unit": rows["unit"], "number": rows[column], "datum": datum})
        for column in ("value", "n", "numerator", "denominator")
    ]
    series = rows[rows["breakdown"] == ""]
    change = series.groupby("measure")["value"].diff().abs()
    frames.append(
        pd.DataFrame({"measure": series["measure"], "unit": "", "number": change, "datum": datum[series.index]})
    )
    return pd.concat(frames, ignore_index=True).dropna(subset="number")


def untraced(found: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers that no datum answers to."""
    return found[found["datum"] == ""].reset_index(drop=True)


def sentence_at(text: str, place: int) -> str:
    """Return the sentence around a place in a text, on one line."""
    return next((said for start, end, said in sentences(text) if start <= place < end), text.strip())


def sentences(text: str) -> list[tuple[int, int, str]]:
    """Return the sentences of a text as (start, end, sentence)."""
    found = ((match.start(), match.end(), match[0].strip(" -*\n")) for match in _SENTENCE.finditer(text))
    return [each for each in found if each[2]]


# --- claims of change ----------------------------------------------------------------


def claims(status: Status) -> pd.DataFrame:
    """Return every word of change in a quarter's texts, held against the figures by the project's one rule.

    One row a word; columns `CLAIMS`: claim as `analysis.text.claims.claims_of_change` names it; measure (the one that
    decides, empty without one); verdict ``holds``, ``fragile`` (holds, but rounding, design or composition could undo
    it: `fragile` says which), ``contradicted`` or ``unsupported`` (no comparable figures, or none at all); trend, the
    sentence the figures allow; change, low, high, p_value of the change meant.

    A sentence is held against the measures it refers to, else against the assessed measures of its comment's item, over
    the periods it names, else the latest two; one measure that bears it out is enough. The status of a goal and of the
    whole is no figure: it is held against the movement that was judged.
    """
    rows = [row for text in texts(status) for row in _claims_of(text, status)]
    return pd.DataFrame(rows, columns=list(CLAIMS))


def _claims_of(text: _Text, status: Status) -> Iterator[tuple]:
    for start, end, sentence in sentences(text.text):
        inside = [each for each in text.references if start <= each.start < end]
        for said in claims_of_change(sentence, status.language):
            head = (text.item, text.key, status.language, text.place, sentence, sentence[said.start : said.end])
            yield (*head, said.what, *_ruled(said.what, text, sentence, inside, status))


def _ruled(claim: str, text: _Text, sentence: str, inside: list, status: Status) -> tuple:
    measures = _spoken_of(text, inside, status)
    if not measures and text.key == "status" and (judged := _judged(claim, text.item, status)):
        return judged
    rulings = [_ruling(claim, measure, sentence, inside, status) for measure in measures]
    if not rulings:
        return _empty("unsupported", look_up("quarter.unsupported", "no_measure", status.language))
    best = min(rulings, key=lambda ruling: ("holds", "contradicted", "unsupported").index(ruling.verdict))
    trend, row = words.change_sentence(best.row, status.language), best.row
    fragile = _fragile(claim, best, status) if best.verdict == "holds" else ()
    verdict = "fragile" if fragile else best.verdict
    figures = (row["change"], row["change_low"], row["change_high"], row["p_value"])
    return best.measure, verdict, trend, *figures, fragile


def _spoken_of(text: _Text, inside: list, status: Status) -> list[str]:
    measures = status.strategy.measures
    assessed = list(dict.fromkeys(each.measure for each in inside if measures.at[each.measure, "role"] == "assessed"))
    if assessed or text.key not in ("comment", "reason"):
        return assessed
    return list(status.strategy.measures_of(text.item, role="assessed").index)


def _empty(verdict: str, trend: str) -> tuple:
    return "", verdict, trend, *[float("nan")] * 4, ()


def _judged(claim: str, item: str, status: Status) -> tuple | None:
    light = status.lights.loc[item]
    meant = {"better": "up", "up": "up", "worse": "down", "down": "down", "unchanged": "unchanged"}.get(claim)
    if meant is None or light["colour_source"] != "judgement" or not light["movement"]:
        return None
    verdict = "holds" if light["movement"] in (meant, "split") else "contradicted"
    said = words.movement(light["movement"], status.language)
    return _empty(verdict, look_up("quarter.unsupported", "judged", status.language, movement=said))


def _ruling(claim: str, measure: str, sentence: str, inside: list, status: Status) -> _Ruling:
    row = _trend(measure, sentence, [each for each in inside if each.measure == measure], status)
    return _Ruling(verdict(claim, row), measure, row)


def _trend(measure: str, sentence: str, inside: list, status: Status) -> pd.Series:
    """Return the trend of a measure over the periods that a sentence names, by the rule of `find_trends`."""
    own = status.trends.loc[measure]
    points = current(status.observations)
    points = points[(points["measure"] == measure) & (points["breakdown"] == "")]
    referred = {period for each in inside for period in (each.since, each.period) if period}
    years = set(_YEAR.findall(sentence))
    named = points[points["period"].isin(referred) | points["period"].str[:4].isin(years)]
    if named.empty or own["missing"]:
        return own
    ends = {named["period"].iloc[0], named["period"].iloc[-1]}
    if len(ends) == 1 and own["latest_period"] not in ends:
        ends.add(own["latest_period"])
    if len(ends) == 1 or ends == {own["previous_period"], own["latest_period"]}:
        return own
    chosen = points[points["period"].isin(ends)]
    return find_trends(status.strategy, chosen, chosen["published"].max()).loc[measure]


def verdict(claim: str, row: Any) -> str:
    """Return whether a row of trends bears a claim out: ``holds``, ``contradicted`` or ``unsupported``.

    Survey shares move when their change is significant, counts when it is larger than nothing; what was never tested
    can bear nothing out.
    """
    moved = movement(row)
    plain = claim.removeprefix("not-")
    if moved == "":
        return "unsupported"
    if plain == "significant":
        if pd.isna(row["p_value"]):
            return "unsupported"
        answer = bool(row["significant"])
    else:
        wanted = {"better": "up" if row["direction"] > 0 else "down", "worse": "down" if row["direction"] > 0 else "up"}
        meant = wanted.get(plain, plain)
        answer = moved != "unchanged" if meant == "changed" else moved == meant
    return "holds" if answer != (plain != claim) else "contradicted"


def movement(row: Any) -> str:
    """Return ``up``, ``down`` or ``unchanged`` of a row of trends, empty where the rule can tell nothing."""
    if pd.isna(row["change"]) or row["latest_qualifier"] in ("over", "under"):
        return ""
    if row["previous_se"] == 0 and row["latest_se"] == 0:
        moved = row["change"] != 0
    elif pd.isna(row["p_value"]):
        return ""
    else:
        moved = bool(row["significant"])
    return ("up" if row["change"] > 0 else "down") if moved else "unchanged"


def _fragile(claim: str, ruling: _Ruling, status: Status) -> tuple[str, ...]:
    """Return what could undo a change that was tested and found: sentences, none for what was only counted."""
    row, language = ruling.row, status.language
    if not row["significant"]:
        return ()
    said = []
    if row["p_high"] >= SIGNIFICANCE:
        said.append(look_up("quarter.fragile", "rounding", language, high=words.number(row["p_high"], language, 2)))
    shares = row["previous_value"] / 100, row["latest_value"] / 100
    limit = float(vanishing_deff(*shares, row["previous_n"], row["latest_n"]))
    if limit < PLAIN_DESIGN * row["deff"]:
        said.append(look_up("quarter.fragile", "design", language, deff=words.number(limit, language, 2)))
    return (*said, *_composition(ruling, status))


def _composition(ruling: _Ruling, status: Status) -> Iterator[str]:
    row = ruling.row
    waves = group_sizes(
        status.strategy, status.observations, ruling.measure, row["previous_period"], row["latest_period"]
    )
    if waves is None:
        return
    gaps = composition_gaps(*waves, row["change"])["gap"].abs()
    if gaps.min() <= PLAIN_GAP:
        group = words.breakdown(gaps.idxmin(), status.language)
        gap = words.number(gaps.min(), status.language, 0)
        yield look_up("quarter.fragile", "composition", status.language, gap=gap, group=group)


# --- what is shown -------------------------------------------------------------------


def told(found: Found, quarter: str, language: str, verdicts: tuple[str, ...] = ()) -> str:
    """Return one language's claims, the most pressing first, and its untraced numbers, as text an author can act on.

    Claims of all verdicts are told unless some are named.
    """
    own = found.of(language)
    chosen = own.claims[own.claims["verdict"].isin(verdicts or _PRESSING)]
    chosen = chosen.assign(order=chosen["verdict"].map(_PRESSING.index)).sort_values("order", kind="stable")
    lines = [_heading("claims", quarter, language), *(_claim_told(row, language) for row in chosen.itertuples())]
    missing = untraced(own.numbers)
    lines += [] if len(chosen) else [f"  {look_up('quarter.headings', 'no_claims', language)}"]
    lines += [_heading("untraced", quarter, language), *(_number_told(row, language) for row in missing.itertuples())]
    lines += [] if len(missing) else [f"  {look_up('quarter.headings', 'all_traced', language)}"]
    return "\n".join(lines)


_PRESSING: Final = ("contradicted", "fragile", "unsupported", "holds")


def _heading(code: str, quarter: str, language: str) -> str:
    return look_up("quarter.headings", code, language, quarter=quarter)


def _claim_told(row: Any, language: str) -> str:
    ruled = f"{row.item}  {row.place}  {look_up('quarter.verdicts', row.verdict, language)}"
    claim = f"“{row.sentence}” ({row.phrase}: {claimed(row.claim, language)})"
    return "\n".join(["", f"  {ruled}", *(_wrapped(line) for line in (claim, row.trend, *row.fragile))])


def _number_told(row: Any, language: str) -> str:
    place = f"  {row.item}  {row.place}  {row.text} ({look_up('quarter.untraced', row.form, language)})"
    return "\n".join(["", place, _wrapped(f"“{row.sentence}”")])


def _wrapped(line: str) -> str:
    return textwrap.fill(line, WIDTH, initial_indent="    ", subsequent_indent="    ")


def claimed(claim: str, language: str) -> str:
    """Return a claim in words: ``ikke høyere``."""
    said = look_up("quarter.claimed", claim.removeprefix("not-"), language)
    return look_up("quarter.claimed", "negated", language, claim=said) if claim.startswith("not-") else said
