"""The only room that speaks: numbers, dates, names of colours, reasons and sentences, in Norwegian bokmål and English.

Everything is looked up in closed books keyed by the code the other rooms use, with both languages side by side. A code
or a language that a book does not hold is a `WordError`, never a silent fallback.
"""

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, NamedTuple

import pandas as pd

from analysis.periods import form_of
from analysis.strategy import nearest

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
_DIFFERENCE: Final = {"prosent": "prosentpoeng", "skår 0-100": "poeng"}

_COUNTING: Final = Both(
    "null én to tre fire fem seks sju åtte ni ti elleve tolv",
    "zero one two three four five six seven eight nine ten eleven twelve",
)
_MONTHS: Final = Both(
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
    "grey": Both("ikke satt", "not set"),
}
_TOWARDS: Final = {
    "strong": Both("{colour}, peker mot {towards}", "{colour}, pointing to {towards}"),
    "weak": Both("{colour}, peker svakt mot {towards}", "{colour}, pointing weakly to {towards}"),
    "unknown": Both("ingen farge, men peker mot {towards}", "no colour, but pointing to {towards}"),
    "unknown-weak": Both("ingen farge, men peker svakt mot {towards}", "no colour, but pointing weakly to {towards}"),
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
    "not_on_record": Both("fargen er ikke dokumentert i kildene", "the colour is not on record in the sources"),
    "no_judgement": Both("ingen vurdering foreligger for kvartalet", "no judgement exists for the quarter"),
    "no_target": Both("tallfestet ambisjon er ikke offentlig", "the numeric ambition is not public"),
    "unmeasured": Both("måles ikke ennå", "not measured yet"),
    "no_observation": Both("ingen offentlig verdi på rapportdatoen", "no public figure at the report date"),
    "no_figures": Both("vurderes av fagfolk, uten egne tall", "judged by experts, without figures of its own"),
    "stale": Both("siste måling er for gammel", "the latest measurement is too old"),
    "break": Both("brudd i serien etter utgangspunktet", "the series is broken after its baseline"),
    "one_point": Both("bare én måling", "one measurement only"),
    "thin_basis": Both("for få av indikatorene har farge", "too few of the indicators have a colour"),
    "grade_d": Both("grunnlaget er for svakt til grønn", "the evidence is too weak for green"),
    "too_slow": Both("går riktig vei, men for sakte", "moving the right way, but too slowly"),
    "wrong_way": Both("går feil vei", "moving the wrong way"),
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
    "explicit": Both("fargen står i kilden", "the colour is stated in the source"),
    "tendency": Both("kilden oppgir retning, ikke full farge", "the source states a direction, not a full colour"),
    "change": Both("kilden oppgir bare endring", "the source states change only"),
    "narrative": Both("kilden beskriver, uten farge eller endring", "the source describes, without colour or change"),
    "none": Both("kilden sier ingenting om fargen", "the source is silent about the colour"),
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
        "usikkerheten er stor mot avstanden til målet", "uncertainty is large against the distance to target"
    ),
    "source": Both("kildens type", "the type of source"),
    "comparability": Both("brudd eller endring i serien", "a break or change in the series"),
    "target": Both("målet er ikke vedtatt eller ikke kjent", "the target is not adopted or not known"),
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
}
PROBABILITY_BANDS: Final = (
    (0.10, Both("svært lite sannsynlig (under 10 %)", "very unlikely (below 10%)")),
    (0.33, Both("lite sannsynlig (10–33 %)", "unlikely (10–33%)")),
    (0.66, Both("omtrent like sannsynlig som ikke (33–66 %)", "about as likely as not (33–66%)")),
    (0.90, Both("sannsynlig (66–90 %)", "likely (66–90%)")),
    (math.inf, Both("svært sannsynlig (over 90 %)", "very likely (above 90%)")),
)


def say(book: Mapping[Any, Both], code: Any, language: str, name: str = "words") -> str:
    """Return what a book says for a code in a language.

    Raises:
        WordError: when the book has no such code, or nobody speaks the language.

    """
    if language not in LANGUAGES:
        raise WordError(f"'{language}' is no language of the report; write nb or en")
    if code not in book:
        raise WordError(f"{name}: nobody has put '{code}' into words{nearest(str(code), [str(c) for c in book])}")
    return getattr(book[code], language)


def number(value: float, language: str, decimals: int | None = None) -> str:
    """Return a number as people write it: ``22 200`` and ``28,4`` in Norwegian, ``22,200`` and ``28.4`` in English.

    Rounded half away from zero to `decimals`; left out, whole numbers show none, others one, and two below one.

    >>> number(22200, "nb"), number(-1.25, "en"), number(0.5, "nb", 2)
    ('22\\xa0200', '−1.3', '0,50')

    Raises:
        ValueError: for a missing or infinite value, which has a reason but no number.

    """
    if not math.isfinite(value):
        raise ValueError("a missing value has no number to print; say why it is missing")
    exact = Decimal(repr(float(value)))
    if decimals is None:
        decimals = 0 if exact == exact.to_integral_value() else 1 if abs(exact) >= 1 else 2
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    whole, _, part = f"{abs(rounded):,}".partition(".")
    thousands, point = {"nb": (SPACE, ","), "en": (",", ".")}[_known(language)]
    return (MINUS if rounded < 0 else "") + whole.replace(",", thousands) + (point + part if part else "")


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise WordError(f"'{language}' is no language of the report; write nb or en")
    return language


def unit(name: str, language: str, count: float = 2) -> str:
    """Return a unit's name in a language, singular when `count` is one.

    Raises:
        WordError: for a unit nobody has named.

    """
    if name not in UNITS:
        raise WordError(f"units: nobody has put '{name}' into words{nearest(name, UNITS)}")
    return getattr(UNITS[name], f"{_known(language)}_{'one' if abs(count) == 1 else 'many'}")


def difference_unit(name: str) -> str:
    """Return the unit in which two values differ: percentage points for per cent, else the unit itself."""
    return _DIFFERENCE.get(name, name)


def quantity(value: float, unit_name: str, language: str, qualifier: str = "", decimals: int | None = None) -> str:
    """Return a value with its unit and, where it is a bound or approximate, the word that says so.

    >>> quantity(300, "kommuner", "nb", "over")
    'over 300\\xa0kommuner'
    """
    shown = f"{number(value, language, decimals)}{SPACE}{unit(unit_name, language, value)}"
    return say(QUALIFIERS, qualifier, language, "qualifiers").format(shown)


def spelled(value: float, unit_name: str, language: str) -> str:
    """Return a quantity with whole numbers up to twelve in letters, as in running text: ``to prosentpoeng``."""
    words = getattr(_COUNTING, _known(language)).split()
    size = abs(value)
    if size != int(size) or size >= len(words):
        return quantity(size, unit_name, language)
    word = UNITS[unit_name].one if language == "nb" and size == 1 and unit_name in UNITS else words[int(size)]
    return f"{word} {unit(unit_name, language, size)}"


def signed(value: float, unit_name: str, language: str) -> str:
    """Return a change with its sign and the unit of a difference: ``+2 prosentpoeng``."""
    return ("+" if value > 0 else "") + quantity(value, difference_unit(unit_name), language)


def percent(value: float, language: str, decimals: int | None = None) -> str:
    """Return a percentage in words: ``13,5 prosent``."""
    return quantity(value, "prosent", language, decimals=decimals)


def percent_sign(value: float, language: str, decimals: int | None = None) -> str:
    """Return a percentage as tables show it: ``28 %`` in Norwegian, ``28%`` in English."""
    return number(value, language, decimals) + {"nb": f"{SPACE}%", "en": "%"}[language]


def percent_change(old: float, new: float, language: str) -> str:
    """Return the relative change from old to new, with one decimal: ``13,5 prosent``; the sign is the caller's verb.

    Raises:
        ValueError: when the old value is zero, from which nothing grows in per cent.

    """
    if old == 0:
        raise ValueError("nothing grows in per cent from zero")
    return percent(abs(100 * (new - old) / old), language, 1)


def sample(n: float, language: str) -> str:
    """Return a sample size as ``n = 4 997``."""
    return f"n{SPACE}={SPACE}{number(n, language, 0)}"


def p_value(p: float, language: str) -> str:
    """Return a p-value with three decimals, or as below the smallest printed: ``p = 0,028``, ``p < 0,001``."""
    if p < 0.001:
        return f"p{SPACE}<{SPACE}{number(0.001, language, 3)}"
    return f"p{SPACE}={SPACE}{number(p, language, 3 if p < 0.1 else 2)}"


def interval(low: float, high: float, language: str) -> str:
    """Return a 95 % interval with one decimal: ``95 % KI 0,2 til 3,8``."""
    form = Both(f"95{SPACE}%{SPACE}KI {{}} til {{}}", f"95%{SPACE}CI {{}} to {{}}")
    return getattr(form, _known(language)).format(number(low, language, 1), number(high, language, 1))


def probability(p: float, language: str) -> str:
    """Return a probability as a whole percentage, never 0 or 100."""
    bounded = min(max(p, 0.01), 0.99)
    sign = "<" if p < 0.01 else ">" if p > 0.99 else ""
    return sign + percent_sign(100 * bounded, language, 0)


def probability_band(p: float, language: str) -> str:
    """Return the words for a probability, in the five bands of the method (section 7)."""
    band = next(words for limit, words in PROBABILITY_BANDS if p < limit)
    return getattr(band, _known(language))


def period(text: str, language: str) -> str:
    """Return a period of measurement as people say it.

    >>> period("2024Q1", "nb"), period("2023-12", "en"), period("2023-12-31", "nb"), period("2023", "en")
    ('1. kvartal 2024', 'December 2023', '31. desember 2023', '2023')
    """
    form, year = form_of(text), text[:4]
    if form == "year":
        return year
    if form == "quarter":
        return {"nb": f"{text[5]}. kvartal {year}", "en": f"Q{text[5]} {year}"}[_known(language)]
    month = getattr(_MONTHS, _known(language)).split()[int(text[5:7]) - 1]
    if form == "month":
        return f"{month} {year}"
    return f"{int(text[8:])}{'.' if language == 'nb' else ''} {month} {year}"


def date(day: pd.Timestamp | str, language: str) -> str:
    """Return a day as people write it: ``31. mars 2024``."""
    return period(pd.Timestamp(day).date().isoformat(), language)


def colour(name: str, language: str) -> str:
    """Return the word for a colour; grey is said as what it means, that no colour is set."""
    return say(COLOURS, name, language, "colours")


def light(name: str, language: str, towards: str = "", weak: bool = False) -> str:
    """Return a colour with its tendency: ``gul, peker mot grønn``."""
    if not towards:
        return colour(name, language)
    form = ("unknown-weak" if weak else "unknown") if name == "grey" else "weak" if weak else "strong"
    said = say(_TOWARDS, form, language)
    return said.format(colour=colour(name, language), towards=colour(towards, language))


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
    "latest": Both("{latest} i {when}", "{latest} in {when}"),
    "one": Both("{latest} i {when}. Én sammenlignbar måling, så ingen endring kan beregnes.",
                "{latest} in {when}. One comparable measurement, so no change can be calculated."),
    "one-break": Both("{latest} i {when}. Serien er brutt, så tidligere målinger kan ikke sammenlignes med denne.",
                      "{latest} in {when}. The series is broken, so earlier measurements cannot be compared with it."),
    "bound": Both("{latest} i {when}. Verdien er oppgitt som en grense, så endringen kan ikke beregnes.",
                  "{latest} in {when}. The value is given as a bound, so the change cannot be calculated."),
    "up": Both("Økte fra {old} til {latest} mellom {then} og {when}, en endring på {size} ({detail}).",
               "Rose from {old} to {latest} between {then} and {when}, a change of {size} ({detail})."),
    "down": Both("Falt fra {old} til {latest} mellom {then} og {when}, en endring på {size} ({detail}).",
                 "Fell from {old} to {latest} between {then} and {when}, a change of {size} ({detail})."),
    "significant": Both("Endringen er statistisk signifikant.", "The change is statistically significant."),
    "not-significant": Both(
        "{old_full} i {then} og {latest} i {when}: forskjellen på {size} er ikke statistisk signifikant ({detail}), "
        "så det kan ikke sies at nivået er endret.",
        "{old_full} in {then} and {latest} in {when}: the difference of {size} is not statistically significant "
        "({detail}), so the level cannot be said to have changed."),
    "same-survey": Both("{latest} både i {then} og i {when}: ingen målt endring ({detail}).",
                        "{latest} in both {then} and {when}: no measured change ({detail})."),
    "same": Both("{latest} både i {then} og i {when}: ingen endring.",
                 "{latest} in both {then} and {when}: no change."),
    "unknown-error": Both(
        "{old_full} i {then} og {latest} i {when}. Usikkerheten er ikke oppgitt, så det kan ikke sies om forskjellen "
        "på {size} er mer enn tilfeldig.",
        "{old_full} in {then} and {latest} in {when}. The uncertainty is not stated, so it cannot be said whether the "
        "difference of {size} is more than chance."),
    "rounding": Both("Tallene er avrundet; de uavrundede kunne gitt p mellom {low} og {high}.",
                     "The figures are rounded; the unrounded ones could have given p between {low} and {high}."),
    "poisson": Both("Regnet som tilfeldige hendelser skiller tallene seg {verdict} (Poisson, {p}).",
                    "Taken as random events the counts {verdict} (Poisson, {p})."),
    "poisson-yes": Both("klart fra hverandre", "differ clearly"),
    "poisson-no": Both("ikke klart fra hverandre", "do not differ clearly"),
    "no-sampling": Both("ingen utvalgsfeil", "no sampling error"),
    "and": Both("og", "and"),
    "direction": Both("Retningen over {count} målinger er {way}; det er for få til å påvise en trend.",
                      "The direction over {count} measurements is {way}; too few to establish a trend."),
    "slope-yes": Both("De siste {count} målingene viser en {way} trend.",
                      "The latest {count} measurements show a {way} trend."),
    "slope-no": Both("De siste {count} målingene viser ingen sikker trend.",
                     "The latest {count} measurements show no established trend."),
    "rising": Both("stigende", "rising"),
    "falling": Both("fallende", "falling"),
    "flat": Both("flat", "flat"),
}  # fmt: skip


def change_sentence(row: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Return what a row of trends allows to be said about the latest change, and nothing more.

    One point, a bound, a broken series, missing uncertainty and a difference within sampling error are each said as
    what they are; the verb for a change is used only where the change is significant (surveys) or counted without
    sampling error (registers). Words from the method, section 6.
    """
    if row["missing"]:
        return _sentence_case(reason(row["missing"], language)) + "."
    facts = _facts(row, language)
    if row["latest_qualifier"] in ("over", "under"):
        key = "bound"
    elif pd.isna(row["previous_value"]):
        key = "one-break" if row["break_after_baseline"] else "one"
    else:
        key = _change_key(row)
    sentences = [_sentence(key, facts, language), *_qualifications(key, row, language), trend_sentence(row, language)]
    return " ".join(s for s in sentences if s)


def trend_sentence(row: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Return what three or more comparable points allow to be said; empty below three.

    Three and four points have a direction but no trend; from five a slope counts when it passes 99.8 % and keeps its
    sign leaving out each point (method, section 6).
    """
    if row["missing"] or row["n_points"] < 3 or pd.isna(row["slope"]):
        return ""
    slope = row["slope"]
    way = "flat" if slope == 0 else "rising" if slope > 0 else "falling"
    if row["word"] == "direction":
        count, key = int(row["n_points"]), "direction"
    else:
        count = min(int(row["n_points"]), 5)
        established = row["slope_chi2_p"] < 0.002 and bool(row["slope_sign_stable"])
        key = "slope-yes" if established else "slope-no"
    counted = getattr(_COUNTING, _known(language)).split()[count]
    return say(_SENTENCES, key, language).format(count=counted, way=say(_SENTENCES, way, language))


def _change_key(row: Mapping[str, Any] | pd.Series) -> str:
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
    }
    if pd.isna(row["previous_value"]):
        return facts
    return facts | {
        "old": number(row["previous_value"], language),
        "old_full": quantity(row["previous_value"], row["unit"], language),
        "then": period(row["previous_period"], language),
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
        if pd.notna(row["p_high"]) and row["p_high"] >= 0.05:
            low, high = (p_value(row[end], language).removeprefix(f"p{SPACE}=").strip() for end in ("p_low", "p_high"))
            said.append(say(_SENTENCES, "rounding", language).format(low=low.removeprefix(f"p{SPACE}"), high=high))
    if key in ("up", "down") and pd.notna(row["poisson_p"]):
        verdict = say(_SENTENCES, "poisson-yes" if row["poisson_p"] < 0.05 else "poisson-no", language)
        said.append(say(_SENTENCES, "poisson", language).format(verdict=verdict, p=p_value(row["poisson_p"], language)))
    return said


def _sentence(key: str, facts: Mapping[str, str], language: str) -> str:
    return _sentence_case(say(_SENTENCES, key, language).format(**facts))


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
