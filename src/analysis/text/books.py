"""Every word of the report, in closed books keyed by the code the other rooms use, both languages side by side."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from analysis.core.names import nearest

LANGUAGES: Final = ("nb", "en")
SPACE: Final = "\u00a0"  # between thousands in Norwegian, and between a number and its unit
MINUS: Final = "\u2212"

SYMBOL: Final = {"green": "●", "yellow": "▲", "red": "■", "grey": "–"}
HEX: Final = {"green": "#00695C", "yellow": "#FFC107", "red": "#B3261E", "grey": "#616161"}


class WordError(LookupError):
    """A code or language nobody has put into words; the message names the book, the code and the nearest known."""


class Both(NamedTuple):
    """One text in both languages."""

    nb: str
    en: str


class Unit(NamedTuple):
    """A unit's name for one and for many in both languages, and the Norwegian word for one of it (én or ett)."""

    nb_one: str
    nb_many: str
    en_one: str
    en_many: str
    one: str = "én"


UNITS: Final = {
    "prosent": Unit("prosent", "prosent", "per cent", "per cent", "én"),
    "prosentpoeng": Unit("prosentpoeng", "prosentpoeng", "percentage point", "percentage points", "ett"),
    "personer": Unit("person", "personer", "person", "people"),
    "innbyggere": Unit("innbygger", "innbyggere", "inhabitant", "inhabitants"),
    "pasienter": Unit("pasient", "pasienter", "patient", "patients"),
    "respondenter": Unit("respondent", "respondenter", "respondent", "respondents"),
    "leger": Unit("lege", "leger", "doctor", "doctors"),
    "fastleger": Unit("fastlege", "fastleger", "general practitioner", "general practitioners"),
    "sykepleiere": Unit("sykepleier", "sykepleiere", "nurse", "nurses"),
    "helsepersonell": Unit("helsepersonell", "helsepersonell", "health worker", "health workers"),
    "kommuner": Unit("kommune", "kommuner", "municipality", "municipalities"),
    "helsefellesskap": Unit("helsefellesskap", "helsefellesskap", "health community", "health communities", "ett"),
    "helseforetak": Unit("helseforetak", "helseforetak", "hospital trust", "hospital trusts", "ett"),
    "prosjekter": Unit("prosjekt", "prosjekter", "project", "projects", "ett"),
    "tiltak": Unit("tiltak", "tiltak", "initiative", "initiatives", "ett"),
    "forsinkelser": Unit("forsinkelse", "forsinkelser", "delay", "delays"),
    "søknader": Unit("søknad", "søknader", "application", "applications"),
    "vedtak": Unit("vedtak", "vedtak", "decision", "decisions", "ett"),
    "utleveringer": Unit("utlevering", "utleveringer", "data release", "data releases"),
    "oppslag": Unit("oppslag", "oppslag", "look-up", "look-ups", "ett"),
    "oppslag per uke": Unit("oppslag per uke", "oppslag per uke", "look-up a week", "look-ups a week", "ett"),
    "dager": Unit("dag", "dager", "day", "days"),
    "måneder": Unit("måned", "måneder", "month", "months"),
    "år": Unit("år", "år", "year", "years", "ett"),
    "besøk": Unit("besøk", "besøk", "visit", "visits", "ett"),
    "mill. besøk": Unit("million besøk", "millioner besøk", "million visits", "million visits"),
    "mill. besøk per måned": Unit(
        "million besøk per måned", "millioner besøk per måned", "million visits a month", "million visits a month"
    ),
    "mill. innlogginger": Unit("million innlogginger", "millioner innlogginger", "million log-ins", "million log-ins"),
    "mill. meldinger": Unit("million meldinger", "millioner meldinger", "million messages", "million messages"),
    "kr": Unit("krone", "kroner", "krone", "kroner"),
    "mill. kr": Unit("million kroner", "millioner kroner", "million kroner", "million kroner"),
    "mrd. kr": Unit("milliard kroner", "milliarder kroner", "billion kroner", "billion kroner"),
    "poeng": Unit("poeng", "poeng", "point", "points", "ett"),
    "skår 0-100": Unit(
        "poeng (skala 0–100)", "poeng (skala 0–100)", "point (scale 0–100)", "points (scale 0–100)", "ett"
    ),
}
DIFFERENCE: Final = {"prosent": "prosentpoeng", "skår": "poeng"}

COUNTING: Final = Both(
    "null én to tre fire fem seks sju åtte ni ti elleve tolv",
    "zero one two three four five six seven eight nine ten eleven twelve",
)
WITHHELD: Final = Both("holdt tilbake", "withheld")
MONTHS: Final = Both(
    "januar februar mars april mai juni juli august september oktober november desember",
    "January February March April May June July August September October November December",
)

QUALIFIERS: Final = {
    "": Both("{}", "{}"),
    "over": Both("over {}", "over {}"),
    "under": Both("under {}", "under {}"),
    "circa": Both("om lag {}", "about {}"),
    "derived": Both("{} (beregnet)", "{} (derived)"),
}

COLOURS: Final = {
    "green": Both("grønn", "green"),
    "yellow": Both("gul", "yellow"),
    "red": Both("rød", "red"),
    "grey": Both("grå", "grey"),
}
HUES: Final = {  # the colour as a noun, which is what a tendency points to
    "green": Both("grønt", "green"),
    "yellow": Both("gult", "yellow"),
    "red": Both("rødt", "red"),
}
TOWARDS: Final = {  # keyed by weak
    False: Both("peker mot {}", "pointing to {}"),
    True: Both("peker svakt mot {}", "pointing weakly to {}"),
}
MOVEMENTS: Final = {
    "up": Both("bedre", "better"),
    "down": Both("svakere", "weaker"),
    "unchanged": Both("uendret", "unchanged"),
    "split": Both("delt: noe bedre, noe svakere", "split: some better, some weaker"),
    "": Both("ikke oppgitt", "not stated"),
}
MOVEMENT_SYMBOL: Final = {"up": "↑", "down": "↓", "unchanged": "→", "split": "↕", "": ""}
DIRECTIONS: Final = {
    1: Both("høyere er bedre", "higher is better"),
    -1: Both("lavere er bedre", "lower is better"),
    0: Both("ingen retning er bedre", "neither direction is better"),
}
KINDS: Final = {
    "reach": Both("nå en verdi innen en dato", "reach a value by a date"),
    "hold": Both("holde et nivå", "hold a level"),
    "direction": Both("gå i riktig retning", "move the right way"),
}
TARGETS: Final = {
    "adopted": Both("vedtatt", "adopted"),
    "interpreted": Both("vedtatt, tolket", "adopted, interpreted"),
    "working": Both("arbeidsmål", "working figure"),
    "none": Both("ikke offentlig", "not public"),
}
CERTAINTIES: Final = {
    "robust": Both("sikker", "robust"),
    "uncertain": Both("usikker", "uncertain"),
    "borderline": Both("på grensen", "borderline"),
    "": Both("ikke beregnet", "not calculated"),
}
REASONS: Final = {
    # why a light is grey
    "not_on_record": Both("ikke dokumentert i kildene", "not on record in the sources"),
    "no_judgement": Both("ingen vurdering foreligger for kvartalet", "no judgement exists for the quarter"),
    "no_target": Both("tallfestet ambisjon er ikke offentlig", "the numeric ambition is not public"),
    "unmeasured": Both("måles ikke, eller tallet publiseres ikke", "not measured, or the figure is not published"),
    "no_observation": Both("ingen offentlig verdi på rapportdatoen", "no public figure at the report date"),
    "withheld": Both(
        "siste tall er holdt tilbake: det gjelder få personer, eller ville røpe et tall som gjør det",
        "the latest figure is withheld: it tells of few persons, or would give such a figure away",
    ),
    "no_figures": Both("vurderes av fagfolk, uten egne tall", "judged by experts, without figures of its own"),
    "no_baseline": Both("utgangspunktet har ingen verdi", "the baseline has no value"),
    "stale": Both("siste måling er for gammel", "the latest measurement is too old"),
    "break": Both("brudd i serien etter utgangspunktet", "the series is broken after its baseline"),
    "one_point": Both("bare én måling", "one measurement only"),
    "thin_basis": Both("for få av indikatorene har farge", "too few of the indicators have a colour"),
    # which rule gave a colour
    "met": Both("målet er nådd", "the target is met"),
    "met_adverse": Both("målet er nådd, men utviklingen går feil vei", "the target is met, but moving the wrong way"),
    "approaching": Both("målet er ikke nådd, men nærmer seg", "the target is not met, but drawing nearer"),
    "not_met": Both("målet er ikke nådd og nærmer seg ikke", "the target is not met and not drawing nearer"),
    "deadline_near": Both("fristen er ute, målet er nesten nådd", "the deadline has passed, the target nearly met"),
    "deadline_part": Both("fristen er ute, målet er delvis nådd", "the deadline has passed, the target partly met"),
    "deadline_missed": Both("fristen er ute uten at målet er nådd", "the deadline has passed, the target missed"),
    "on_path": Both("følger banen mot målet", "on the path to the target"),
    "behind_path": Both("henger etter banen mot målet", "behind the path to the target"),
    "too_slow": Both("går riktig vei, men for sakte", "moving the right way, but too slowly"),
    "wrong_way": Both("går feil vei", "moving the wrong way"),
    "improving": Both("bedres, også siste gang", "improving, the last time too"),
    "improving_stalled": Both("bedres, men ikke siste gang", "improving, but not the last time"),
    "mixed": Both("blandet utvikling", "mixed development"),
    "not_improving": Both("bedres ikke", "not improving"),
    "bound": Both("verdien er bare oppgitt som en grense", "the value is given as a bound only"),
    "grade_d": Both("grunnlaget er for svakt til grønn", "the evidence is too weak for green"),
    "": Both("", ""),
}
OVERRIDES: Final = {
    "data-error": Both("feil i tallene", "an error in the figures"),
    "known-event": Both("kjent hendelse fremover", "a known event ahead"),
    "definition": Both("definisjonen dekker ikke formålet", "the definition misses the purpose"),
    "context": Both("sammenhengen tilsier det", "the context calls for it"),
    "other": Both("annet", "other"),
    "": Both("", ""),
}
RECORDS: Final = {
    "explicit": Both("fagfolk har satt fargen", "experts set the colour"),
    "tendency": Both("kilden oppgir en retning, men ingen farge", "the source states a direction, but no colour"),
    "change": Both("kilden oppgir bare bevegelsen", "the source states the movement only"),
    "narrative": Both(
        "kilden beskriver, men oppgir verken farge eller bevegelse",
        "the source describes, but states neither colour nor movement",
    ),
    "none": Both("kilden sier ingenting om status", "the source says nothing of the status"),
    "": Both("ingen vurdering foreligger", "no judgement exists"),
}
GRADES: Final = {
    "A": Both("A – solid", "A – solid"),
    "B": Both("B – god", "B – good"),
    "C": Both("C – begrenset", "C – limited"),
    "D": Both("D – svak", "D – weak"),
    "": Both("ikke gradert", "not graded"),
}
GRADE_REASONS: Final = {
    "points": Both("få sammenlignbare målinger", "few comparable measurements"),
    "age": Both("siste måling er gammel", "the latest measurement is old"),
    "precision": Both(
        "usikkerheten er stor mot avstanden til målet", "uncertainty is large against the way to the target"
    ),
    "source": Both("kildens type", "the type of source"),
    "comparability": Both("brudd eller endring i serien", "a break or change in the series"),
    "target": Both("ambisjonen er ikke offentlig eller ikke vedtatt", "the ambition is not public or not adopted"),
}
BASES: Final = {
    "register": Both("register", "register"),
    "census": Both("fulltelling", "full count"),
    "survey": Both("utvalgsundersøkelse", "sample survey"),
    "survey-low-response": Both("utvalgsundersøkelse med lav svarandel", "sample survey with low response"),
    "self-report": Both("egenrapportering", "self-report"),
    "judgement": Both("skjønn", "judgement"),
}
BREAKS: Final = {
    "break": Both("brudd", "break"),
    "suspected": Both("mulig brudd", "suspected break"),
    "minor": Both("mindre endring", "minor change"),
}
STANDINGS: Final = {
    "": Both("i bruk", "in use"),
    "conflict": Both("motstridende kilde, vises bare", "conflicting source, shown only"),
    "excluded": Both("holdt utenfor", "left out"),
    "withheld": Both(
        "holdt tilbake: gjelder få personer, eller ville røpe et tall som gjør det",
        "withheld: tells of few persons, or would give such a figure away",
    ),
}
BANDS: Final = {
    "very_unlikely": Both("svært lite sannsynlig (under 10 %)", "very unlikely (below 10%)"),
    "unlikely": Both("lite sannsynlig (10–33 %)", "unlikely (10–33%)"),
    "about_even": Both("omtrent like sannsynlig som ikke (33–66 %)", "about as likely as not (33–66%)"),
    "likely": Both("sannsynlig (66–90 %)", "likely (66–90%)"),
    "very_likely": Both("svært sannsynlig (over 90 %)", "very likely (above 90%)"),
    "": Both("ikke beregnet", "not calculated"),
}


def known(language: str) -> str:
    """Return the language if it is one of the report's.

    Raises:
        WordError: when nobody speaks it.

    """
    if language not in LANGUAGES:
        raise WordError(f"'{language}' is no language of the report; write nb or en")
    return language


def say(book: Mapping[Any, Both], code: Any, language: str, name: str = "words") -> str:
    """Return what a book says for a code in a language.

    Raises:
        WordError: when the book has no such code, or nobody speaks the language.

    """
    if code not in book:
        raise WordError(f"{name}: nobody has put '{code}' into words{nearest(str(code), [str(c) for c in book])}")
    return getattr(book[code], known(language))
