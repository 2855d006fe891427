"""What the quarter's own pages say: kinds of change, verdicts on claims, and why; in both languages."""

from typing import Final

from analysis.text.books import Both

KINDS_OF_CHANGE: Final = {
    "figure": Both("nytt tall", "new figure"),
    "revision": Both("revisjon", "revision"),
    "method": Both("metode", "method"),
    "judgement": Both("vurdering", "judgement"),
    "correction": Both("retting", "correction"),
    "time": Both("tiden er gått", "time has passed"),
}
WHAT: Final = {
    "value": Both("Verdi", "Value"),
    "proposed": Both("Det tallene tilsier", "What the figures suggest"),
    "colour": Both("Vurdert farge", "Judged colour"),
    "movement": Both("Bevegelse", "Movement"),
    "series": Both("Serien", "The series"),
}
WHY: Final = {
    "published": Both("Publisert {day}.", "Published {day}."),
    "revised": Both("Ny utgave publisert {day}.", "New edition published {day}."),
    "edited": Both("Endret i filen etter publisering.", "Edited in its file after publication."),
    "parts": Both("Følger av indikatorene og delmålene.", "Follows from its indicators and sub-goals."),
    "new_figure": Both("Nytt tall: {measures}.", "New figure: {measures}."),
    "revision": Both("Revidert tall: {measures}.", "Revised figure: {measures}."),
    "method": Both("Metoden er endret: {fields}.", "The method has changed: {fields}."),
    "time": Both("Ingen nye tall; {reason}.", "No new figures; {reason}."),
    "elapsed": Both("fristen eller alderen teller annerledes nå", "deadline or age counts differently now"),
    "first_judged": Both("Vurdert for første gang.", "Judged for the first time."),
    "unjudged": Both("Ikke vurdert ennå.", "Not judged yet."),
    "no_reason": Both("Ingen grunn er oppgitt.", "No reason is given."),
    "down": Both("lavere", "lower"),
    "up": Both("høyere", "higher"),
    "nothing": Both("ingen", "none"),
}  # fmt: skip
CLAIMED: Final = {
    "up": Both("høyere", "higher"),
    "down": Both("lavere", "lower"),
    "changed": Both("endret", "changed"),
    "unchanged": Both("uendret", "unchanged"),
    "better": Both("bedre", "better"),
    "worse": Both("svakere", "worse"),
    "significant": Both("signifikant", "significant"),
}
NEGATED: Final = Both("ikke {}", "not {}")
VERDICTS: Final = {
    "holds": Both("holder", "holds"),
    "fragile": Both("holder så vidt", "holds, but is fragile"),
    "contradicted": Both("motsies av tallene", "contradicted by the figures"),
    "unsupported": Both("kan ikke etterprøves", "cannot be checked"),
}
FRAGILE: Final = {
    "rounding": Both(
        "avrundingen alene kunne gitt p opp til {high}", "rounding alone could have given p of up to {high}"
    ),
    "design": Both(
        "en designeffekt over {deff} ville tatt den bort", "a design effect above {deff} would take it away"
    ),
    "composition": Both(
        "en forskjell på {gap} prosentpoeng mellom gruppene ({group}) ville forklart hele endringen",
        "a gap of {gap} percentage points between the groups ({group}) would explain the whole change",
    ),
}
UNSUPPORTED: Final = {
    "no_measure": Both("Teksten hører ikke til noe måltall.", "The text belongs to no measure."),
    "judged": Both("Vurdert bevegelse: {movement}.", "Judged movement: {movement}."),
}
UNTRACED: Final = {
    "digits": Both("skrevet med sifre", "written in digits"),
    "words": Both("skrevet med bokstaver", "written in letters"),
    "reference": Both("hentet ved henvisning", "inserted by a reference"),
}
HEADINGS: Final = {
    "diff": Both("Hva som er endret fra {earlier} til {later}", "What changed from {earlier} to {later}"),
    "items": Both("Endret i strategien, målene, indikatorene og delmålene",
                  "Changed in the strategy, its goals, indicators and sub-goals"),
    "context": Both("Endret i det som vises ved siden av", "Changed in what is shown beside"),
    "elsewhere": Both("{count} endringer i det som vises ved siden av: se --html eller --json.",
                      "{count} changes in what is shown beside: see --html or --json."),
    "no_changes": Both("ingenting er endret.", "nothing has changed."),
    "subject": Both("Gjelder", "Concerns"),
    "kind": Both("Slag", "Kind"),
    "what": Both("Hva", "What"),
    "from": Both("Fra", "From"),
    "to": Both("Til", "To"),
    "why": Both("Hvorfor", "Why"),
    "source": Both("Kilde", "Source"),
    "claims": Both("Utsagn om endring mot tallene, {quarter}", "Claims of change held against figures, {quarter}"),
    "no_claims": Both("ingen.", "none."),
    "untraced": Both("Tall uten rad i rådata, {quarter}", "Numbers without a row in the raw data, {quarter}"),
    "all_traced": Both("ingen; alle er sporet.", "none; all are traced."),
}  # fmt: skip
