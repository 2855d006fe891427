"""Headings, column names and set phrases of the pages, keyed by what they label."""

from typing import Final

from analysis.words.books import Both, say


def label(key: str, language: str, **filled: str) -> str:
    """Return a page's set text, with its places filled.

    Raises:
        WordError: for a key nobody has put into words.

    """
    text = say(LABELS, key, language, "labels")
    return text.format(**filled) if filled else text


LABELS: Final = {
    # columns
    "goal": Both("Mål", "Goal"),
    "indicator": Both("Indikator", "Indicator"),
    "subgoal": Both("Delmål", "Sub-goal"),
    "measure": Both("Måltall", "Measure"),
    "light": Both("Status", "Status"),
    "proposal": Both("Tallene tilsier", "The figures suggest"),
    "judged": Both("Vurdert", "Judged"),
    "movement": Both("Bevegelse", "Movement"),
    "certainty": Both("Sikkerhet", "Certainty"),
    "latest": Both("Siste verdi", "Latest value"),
    "change": Both("Endring", "Change"),
    "comment": Both("Kommentar", "Comment"),
    "reason": Both("Grunn", "Reason"),
    "period": Both("Periode", "Period"),
    "value": Both("Verdi", "Value"),
    "n": Both("Antall svar", "Respondents"),
    "count": Both("Antall", "Count"),
    "share": Both("Teller og nevner", "Numerator and denominator"),
    "breakdown": Both("Fordeling", "Breakdown"),
    "published": Both("Publisert", "Published"),
    "source": Both("Kilde", "Source"),
    "row": Both("Rad i rådata", "Raw data row"),
    "note": Both("Merknad", "Note"),
    "use": Both("Bruk", "Use"),
    "direction": Both("Retning", "Direction"),
    "promise": Both("Mål og frist", "Target and deadline"),
    "cadence": Both("Måles hvert", "Measured every"),
    "basis": Both("Grunnlag", "Basis"),
    "grade": Both("Grunnlagsgrad", "Evidence grade"),
    "age": Both("Alder", "Age"),
    "age_ratio": Both("Alder mot målehyppighet", "Age against cadence"),
    "publisher": Both("Utgiver", "Publisher"),
    "licence": Both("Lisens", "Licence"),
    "accessed": Both("Hentet", "Accessed"),
    "rows": Both("Rader", "Rows"),
    "pages": Both("Brukes på", "Used on"),
    "issue": Both("Forhold", "Issue"),
    "handling": Both("Slik er det håndtert", "How it is handled"),
    "number": Both("Nr.", "No."),
    "concerns": Both("Gjelder", "Concerns"),
    "candidate": Both("Kandidat", "Candidate"),
    "kind": Both("Type", "Type"),
    "method": Both("Metode", "Method"),
    "verdict": Both("Utslag", "Verdict"),
    "detail": Both("Regnestykket", "The sum"),
    "target": Both("Ambisjon", "Ambition"),
    "colour_would_be": Both("Da blir fargen", "The colour would be"),
    "conflict_value": Both("Motstridende verdi", "Conflicting value"),
    "used_value": Both("Verdi i serien", "Value in the series"),
    "earlier_value": Both("Tidligere utgave", "Earlier edition"),
    "later_value": Both("Senere utgave", "Later edition"),
    "component": Both("Del", "Part"),
    "question": Both("Spørsmål", "Question"),
    "answer": Both("Svar", "Answer"),
    "then": Both("{quarter}, slik den ble publisert", "{quarter}, as published"),
    "then_corrected": Both("{quarter}, slik den vurderes nå", "{quarter}, as seen now"),
    # units of time
    "years": Both("{number} år", "{number} years"),
    "year": Both("hvert år", "every year"),
    "every_years": Both("hvert {number}. år", "every {number} years"),
    # legends and phrases
    "judgement": Both("fagfolk har vurdert", "judged by experts"),
    "proposed": Both("forslag fra tallene; ingen vurdering foreligger", "proposed by the figures; no judgement exists"),
    "context": Both("vises ved siden av, teller ikke i fargen", "shown beside, does not count in the colour"),
    "assessed": Both("teller i fargen", "counts in the colour"),
    "missing_value": Both("ikke oppgitt", "not stated"),
    "total": Both("i alt", "total"),
    "of": Both("{part} av {whole}", "{part} of {whole}"),
    "in": Both("{value} i {period}", "{value} in {period}"),
    "and_more": Both("og {count} til", "and {count} more"),
}
