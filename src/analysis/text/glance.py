"""What the front page says at one look: key figures, the overview's headings and the notes that stand below it."""

from typing import Final

from analysis.text.books import Both, say

GLANCE: Final = {
    # the overview
    "caption": Both(
        "Målene, indikatorene og delmålene: ved forrige rapport og nå",
        "Goals, indicators and sub-goals: at the previous report and now",
    ),
    "figures": Both("Tallene tilsier", "The figures suggest"),
    "parts": Both("Indikatorer og delmål", "Indicators and sub-goals"),
    "tile": Both("{item} {name}: {light}; bevegelse: {movement}", "{item} {name}: {light}; movement: {movement}"),
    "tiles-note": Both(
        "Rutene i siste kolonne er indikatorene (1.1 …) og delmålene (1A …). Tegnet viser fargen, pilen bevegelsen "
        "siden forrige rapport. Stiplet ramme: kilden oppgir verken farge, retning eller endring.",
        "The tiles in the last column are the indicators (1.1 …) and sub-goals (1A …). The sign shows the colour, the "
        "arrow the movement since the previous report. Dashed frame: the source states no colour, direction or change.",
    ),
    "note": Both("Merknad {number}", "Note {number}"),
    "not_on_record": Both(
        "Fargen er ikke dokumentert i kildene. Den kan ha vært satt, men er ikke gjengitt i det som er offentlig.",
        "The colour is not on record in the sources. One may have been set, but what is public does not show it.",
    ),
    "thin_basis": Both(
        "For få av indikatorene har farge fra tallene til at målet får en. Da er det heller ingen sikkerhet å beregne.",
        "Too few of the indicators have a colour from the figures for the goal to have one, so there is no certainty "
        "to calculate either.",
    ),
    "first_report": Both("Ingen tidligere rapport.", "No earlier report."),
    "not_calculated": Both(
        "Sikkerheten er ikke beregnet: tallene bak fargen har ingen utvalgsfeil, eller den er ikke oppgitt.",
        "Certainty is not calculated: the figures behind the colour have no sampling error, or it is not stated.",
    ),
    # the key figures
    "goals_better": Both("mål er vurdert som bedre enn ved forrige rapport", "goals judged better than last time"),
    "indicators_better": Both(
        "indikatorer er vurdert som bedre, {down} som svakere, {split} som delt, {unchanged} som uendret",
        "indicators judged better, {down} weaker, {split} split, {unchanged} unchanged",
    ),
    "documented": Both(
        "mål, indikatorer og delmål har en dokumentert farge", "goals, indicators and sub-goals have a colour on record"
    ),
    "judged_rows": Both(
        "mål, indikatorer og delmål er vurdert for kvartalet", "goals, indicators and sub-goals judged for the quarter"
    ),
    "measured": Both(
        "indikatorer har et publisert tall; {proposed} får farge av tallene alene",
        "indicators have a published figure; {proposed} given a colour by the figures alone",
    ),
    "share": Both("{part} av {whole}", "{part} of {whole}"),
    # the distribution
    "colours_caption": Both("Hvor mange har hver farge", "How many have each colour"),
    "movements_caption": Both("Hvor mange har hver bevegelse", "How many have each movement"),
    "rows": Both("Gruppe", "Group"),
    "goals": Both("Mål", "Goals"),
    "indicators": Both("Indikatorer", "Indicators"),
    "subgoals": Both("Delmål", "Sub-goals"),
    "by_figures": Both("Indikatorer, det tallene tilsier", "Indicators, as the figures suggest"),
    # what a reader should not lean on
    "uncertain": Both("Usikre farger", "Uncertain colours"),
    "none_uncertain": Both(
        "Ingen: ingen av fargene som tallene gir, ligger nær en grense.",
        "None: no colour that the figures give lies close to a limit.",
    ),
    "overdue": Both("Forsinkede målinger", "Overdue measurements"),
    "overdue_by": Both(
        "Siste tall gjelder {period} og er {age} år gammelt. Det skal måles {cadence}.",
        "The latest figure is for {period} and {age} years old. It is to be measured {cadence}.",
    ),
    "none_overdue": Both("Ingen: alle tall er fra siste runde.", "None: every figure is from the latest round."),
    "unmeasured": Both("Indikatorer uten tall", "Indicators without figures"),
    "none_unmeasured": Both("Ingen: alle måltall har et tall.", "None: every measure has a figure."),
    "conflict": Both("Kilder som motsier hverandre", "Sources that contradict each other"),
    "said_conflict": Both(
        "En annen kilde oppgir {value} for {period}. Rapporten bruker {used} for {latest}.",
        "Another source states {value} for {period}. The report uses {used} for {latest}.",
    ),
    "said_excluded": Both(
        "{value} for {period} er holdt utenfor. Rapporten bruker {used} for {latest}.",
        "{value} for {period} is left out. The report uses {used} for {latest}.",
    ),
    "none_conflict": Both("Ingen av tallene er motsagt.", "None of the figures is contradicted."),
    # what has changed
    "since_caption": Both(
        "Det som er nytt siden {earlier}, og hvorfor", "What is new since {earlier}, and why"
    ),
    "changed": Both("Det som er nytt", "What is new"),
    "why": Both("Hvorfor, og hva som kan sies", "Why, and what may be said"),
    "nothing_new": Both("Ingenting er endret siden {earlier}.", "Nothing has changed since {earlier}."),
    "no_earlier": Both("Det finnes ingen tidligere rapport å holde denne opp mot.", "There is no earlier report."),
    "unknown_before": Both(
        "Grå betyr her at fargen i {earlier} ikke er dokumentert. Om den faktisk er endret siden da, kan ikke sies.",
        "Grey here means that the colour in {earlier} is not on record. Whether it has changed since cannot be said.",
    ),
    "new_figure": Both("Tall for {period}:", "Figure for {period}:"),
    "new_edition": Both("Rettet tall for {period}:", "Revised figure for {period}:"),
    "corrected": Both("Vurderingen av {quarter} er rettet i ettertid", "The judgement of {quarter} is corrected"),
    "was": Both("før {value}", "before {value}"),
}  # fmt: skip


def glance(key: str, language: str, **filled: object) -> str:
    """Return a text of the front page, with its places filled."""
    return say(GLANCE, key, language, "glance").format(**filled)
