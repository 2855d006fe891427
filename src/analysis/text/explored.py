"""What the exploring notebooks' tables and controls are called, keyed by the column or table they name."""

from typing import Final

from analysis.text.books import Both

HEADINGS: Final = {
    "period": Both("Periode", "Period"),
    "measure": Both("Måltall", "Measure"),
    "n": Both("Antall svar", "Respondents"),
    "share": Both("Andel", "Share"),
    "share_low": Both("Fra", "From"),
    "share_high": Both("Til", "To"),
    "low": Both("Nedre grense", "Lower limit"),
    "high": Both("Øvre grense", "Upper limit"),
    "change": Both("Endring", "Change"),
    "p_value": Both("p", "p"),
    "p_low": Both("Laveste p, uavrundet", "Lowest p, unrounded"),
    "p_high": Both("Høyeste p, uavrundet", "Highest p, unrounded"),
    "deff_limit": Both("Tåler designeffekt", "Survives a design effect of"),
    "needed": Both("Svar per runde som trengs", "Respondents needed a wave"),
    "flagged": Both("Står seg blant alle", "Stands among all"),
    "before": Both("Før", "Before"),
    "after": Both("Etter", "After"),
    "z": Both("z", "z"),
    "significant": Both("Statistisk sikker", "Significant"),
    "deff": Both("Designeffekt", "Design effect"),
    "gap": Both("Gruppen ligger lavere med", "The group lies lower by"),
    "from_mix": Both("Skyldes hvem som svarte", "Due to who answered"),
    "remaining": Both("Endring som står igjen", "Change that remains"),
    "power": Both("Sjanse for å finne den", "Chance of finding it"),
    "indicator": Both("Indikator", "Indicator"),
    "n_points": Both("Sammenlignbare målinger", "Comparable measurements"),
    "word": Both("Det lengden tillater", "What the length allows"),
    "lacking": Both("Mangler til prosessgrenser", "Lacking for process limits"),
    "mk_p": Both("p for jevn utvikling", "p of a steady course"),
    "country": Both("Land", "Country"),
    "own": Both("Norge", "Norway"),
    "other": Both("Nabo", "Neighbour"),
    "difference": Both("Norge minus nabo", "Norway less neighbour"),
    "broken": Both("Brudd i serien", "Break in the series"),
    "item": Both("Rad", "Item"),
    "name": Both("Navn", "Name"),
    "field": Both("Hva som flytter seg", "What moves"),
    "limits": Both("Grønn fra / gul fra", "Green from / yellow from"),
}

CAPTIONS: Final = {
    "waves": Both("Rundene med 95 % intervall", "The waves with a 95 % interval"),
    "tested": Both("Alle endringer som kan testes", "Every change that can be tested"),
    "rounding": Both("Endringen slik den kan ha vært før avrunding", "The change as it may have been before rounding"),
    "design": Both("Endringen under ulike designeffekter", "The change under different design effects"),
    "mix": Both("Endringen med samme sammensetning i begge runder", "The change with the same mix in both waves"),
    "next": Both("Hva neste runde kan finne", "What the next wave can find"),
    "lengths": Both("De lengste seriene", "The longest series"),
    "neighbours": Both("Avstanden til naboene: {measure}", "The distance to the neighbours: {measure}"),
    "by-country": Both("Land for land: {measure}", "Country by country: {measure}"),
    "moved": Both("Lys som flytter seg", "Lights that move"),
    "grid": Both("Farge etter ambisjon og grenser: {measure}", "Colour by ambition and limits: {measure}"),
    "nothing": Both("ingen", "none"),
    "yes": Both("ja", "yes"),
    "no": Both("nei", "no"),
}

FIELDS: Final = {
    "proposed": Both("det tallene tilsier", "what the figures suggest"),
    "proposed_towards": Both("tallenes retning", "the figures' tendency"),
    "colour": Both("fargen i rapporten", "the colour in the report"),
    "towards": Both("retningen i rapporten", "the tendency in the report"),
    "certainty": Both("hvor sikker fargen er", "how sure the colour is"),
    "movement": Both("bevegelsen siden sist", "the movement since last"),
}

ALLOWS: Final = {
    "none": Both("ingenting", "nothing"),
    "point": Both("et nivå", "a level"),
    "change": Both("en endring", "a change"),
    "direction": Both("en retning", "a direction"),
    "slope": Both("en trend", "a trend"),
    "process": Both("prosessgrenser", "process limits"),
}

CONTROLS: Final = {
    "target": Both("Ambisjon for {period}", "Ambition for {period}"),
    "green": Both("Grønn fra", "Green from"),
    "yellow": Both("Gul fra", "Yellow from"),
    "answer": Both(
        "Er ambisjonen {target} for {period}, gir {latest} i {when}:",
        "With an ambition of {target} for {period}, {latest} in {when} gives:",
    ),
    "swapped": Both(
        "Gul kan ikke begynne høyere enn grønn. Flytt én av grensene.",
        "Yellow cannot begin above green. Move one of the limits.",
    ),
}
