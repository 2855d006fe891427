"""The notes of the raw material in Norwegian: they are typed once, in English, beside the row or source they explain.

A note is made of parts, each ended by a semicolon or a full stop. One that is not in the book stays as it was typed,
and is marked as English, so that a new note needs no word here to be shown.
"""

import re
from typing import Final

from analysis.text.numbers import date

_PARTS: Final = re.compile(r"; |\. (?=[A-Z])")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_RULES: Final = (
    (re.compile(r"Publication day not stated, entered as (.+)"), "Publiseringsdagen er ikke oppgitt, ført som {}"),
    (re.compile(r"Day not stated, entered as (.+)"), "Dagen er ikke oppgitt, ført som {}"),
    (re.compile(r"Entered as (.+)"), "Ført som {}"),
    (re.compile(r"Figures for (\d{4})"), "Tall for {}"),
    (re.compile(r"Edition (\d{4})"), "Utgaven fra {}"),
    (re.compile(r"Annual report for (\d{4})"), "Årsrapport for {}"),
    (re.compile(r"Computed: (\d+) of (\d+) recipients"), "Beregnet: {} av {} mottakere"),
    (re.compile(r"Computed: (\d+) less the (three|six) percentage points the source states"),
     "Beregnet: {} minus de {} prosentpoengene kilden oppgir"),
    (re.compile(r"Computed: ([\d ]+) less ([\d ]+)"), "Beregnet: {} minus {}"),
    (re.compile(r"Computed: ([\d .]+) / ([\d.]+)"), "Beregnet: {} / {}"),
    (re.compile(r"(\d+) per cent more than in (\d{4})"), "{} prosent mer enn i {}"),
    (re.compile(r"The source gives growth of (\d+) per cent"), "Kilden oppgir en vekst på {} prosent"),
    (re.compile(r"(\d+) per cent of the wave"), "{} prosent av runden"),
    (re.compile(r"Main goal (\d) only"), "Bare hovedmål {}"),
    (re.compile(r"The report gives the count (\d) by cause"), "Rapporten oppgir antallet {} fordelt på årsak"),
    (re.compile(r"The rounded figures give (\d+)"), "De avrundede tallene gir {}"),
)  # fmt: skip
_WORDS: Final = {"three": "tre", "six": "seks"}


def note(text: str, language: str) -> tuple[str, str]:
    """Return a note as a reader of `language` should meet it, and the language it is in where that is another.

    >>> note("Cumulative; publication day not stated, entered as 2023-12-31", "nb")
    ('Akkumulert. Publiseringsdagen er ikke oppgitt, ført som 31.\\xa0desember 2023.', '')
    >>> note("Never seen before", "nb")
    ('Never seen before', 'en')
    """
    if not text or language == "en":
        return text, ""
    said = [_said(part[:1].upper() + part[1:]) for part in _PARTS.split(text.rstrip("."))]
    return (". ".join(said) + ".", "") if all(said) else (text, "en")


def _said(part: str) -> str:
    """Return one part in Norwegian, empty when nobody has put it into words."""
    if part in NOTES:
        return NOTES[part]
    for rule, said in _RULES:
        if found := rule.fullmatch(part):
            filled = (_WORDS.get(group, group).replace(".", ",") for group in found.groups())
            return said.format(*(date(group, "nb") if _DAY.fullmatch(group) else group for group in filled))
    return ""


NOTES: Final = {
    # beside an observation
    "Unweighted": "Uvektet",
    "Under-reported: 13 municipalities missing and a change of record system":
        "Underrapportert: 13 kommuner mangler, og journalsystem er byttet",
    "Quoted second-hand": "Gjengitt etter en annen kilde",
    "Computed share": "Beregnet andel",
    "Computed as the remainder": "Beregnet som resten",
    "The table was cut off in the copy": "Tabellen var avkuttet i kopien",
    "Not reported before 2019: the source's 0 is no count": "Ikke rapportert før 2019: kildens 0 er ikke en opptelling",
    "Year inferred": "Året er utledet",
    "The year is inferred": "Året er utledet",
    "First edition": "Første utgave",
    "N from the 2023 method page": "Antall svar er hentet fra metodesiden for 2023",
    "N from the survey's method page": "Antall svar er hentet fra undersøkelsens metodeside",
    "To about July": "Til omtrent juli",
    "Pilot 2018–2021": "Utprøving 2018–2021",
    "Cumulative at its end": "Akkumulert ved slutten",
    "Cumulative": "Akkumulert",
    "Undated page, about spring 2022": "Udatert side, omtrent våren 2022",
    "Another survey": "En annen undersøkelse",
    "Not to be spliced": "Skal ikke skjøtes sammen med andre",
    "Number of answers from the survey's method page: all respondents":
        "Antall svar er hentet fra undersøkelsens metodeside: alle som svarte",
    "Number of answers from the survey's method page": "Antall svar er hentet fra undersøkelsens metodeside",
    "Number of answers not given": "Antall svar er ikke oppgitt",
    "Sum over types, one person may count several times": "Sum over typer, én person kan telle flere ganger",
    "Almost half": "Nesten halvparten",
    "About half": "Om lag halvparten",
    "More than half": "Mer enn halvparten",
    "The reverse of indicator 4.1": "Det motsatte av indikator 4.1",
    "Computed: 13 of 16": "Beregnet: 13 av 16",
    "Not in the series: the status report's later-dated 18 must be an older count":
        "Ikke med i serien: statusrapportens 18, som har senere dato, må være en eldre telling",
    "Not in the series: the status report's later-dated 16 must be an older count":
        "Ikke med i serien: statusrapportens 16, som har senere dato, må være en eldre telling",
    "The 19 communities are public knowledge, the report gives 18 only":
        "De 19 helsefellesskapene er allment kjent, rapporten oppgir bare 18",
    "The public portfolio page had all 19 four months earlier":
        "Den offentlige porteføljesiden hadde alle 19 fire måneder tidligere",
    "The public portfolio page had 17 projects four months earlier":
        "Den offentlige porteføljesiden hadde 17 prosjekter fire måneder tidligere",
    "The report gives no date for its status": "Rapporten oppgir ingen dato for statusen",
    "The source says more than 250": "Kilden sier mer enn 250",
    "Start of December, year inferred": "Begynnelsen av desember, året er utledet",
    "A picture caption calls this half of the municipalities, which is half of the population":
        "En bildetekst kaller dette halvparten av kommunene, men det er halvparten av befolkningen",
    "The source calls the rise considerable": "Kilden kaller økningen betydelig",
    "The source finds 54 to 57 within the margin of error": "Kilden finner at 54 til 57 er innenfor feilmarginen",
    "The report calls it weaker than expected": "Rapporten kaller det svakere enn ventet",
    "The source says over 7 of 10": "Kilden sier over 7 av 10",
    "The 2023 figure was not seen": "Tallet for 2023 er ikke sett",
    "Almost 6 of 10": "Nesten 6 av 10",
    "Close to 6 of 10": "Nær 6 av 10",
    "6 of 10": "6 av 10",
    "3 of 10, as in 2021": "3 av 10, som i 2021",
    "4 of 10, as in 2021": "4 av 10, som i 2021",
    "Negative experience grew from 2022, most in Helse Midt-Norge":
        "De negative erfaringene økte fra 2022, mest i Helse Midt-Norge",
    "44 points down from 2022, probably a break": "44 poeng ned fra 2022, trolig et brudd",
    "The copy has no flags": "Kopien har ingen merknader til tallene",
    "2 of 17 is 11.8 per cent": "2 av 17 er 11,8 prosent",
    "5 of 17 is 29.4 per cent": "5 av 17 er 29,4 prosent",
    "Process of application changed in 2023": "Søknadsprosessen ble endret i 2023",
    "The web site of Helsedataservice states another figure for the same year":
        "Nettstedet til Helsedataservice oppgir et annet tall for samme år",
    "The status report has 328": "Statusrapporten har 328",
    "The status report has 25 000": "Statusrapporten har 25 000",
    "This may count only the applications that Helsedataservice itself decides, which is not confirmed":
        "Her er det kanskje bare søknadene Helsedataservice selv avgjør, men det er ikke bekreftet",
    "Computed: 39 more than 289": "Beregnet: 39 mer enn 289",
    "All kinds": "Alle slag",
    "598 data sources applied for": "598 datakilder er søkt om",
    "Applications Helsedataservice decides itself": "Søknader Helsedataservice selv avgjør",
    "88 per cent new": "88 prosent nye",
    "58 per cent new, 42 per cent amendments": "58 prosent nye, 42 prosent endringer",
    "About 40 a month": "Om lag 40 i måneden",
    "Almost 700, about 300 a year": "Nesten 700, om lag 300 i året",
    "Lower end of the range 5–8 months": "Nedre ende av spennet 5–8 måneder",
    "Upper end of the range 5–8 months": "Øvre ende av spennet 5–8 måneder",
    "99.3 per cent granted": "99,3 prosent innvilget",
    "A little above": "Litt over",
    "51 per cent more than in 2015": "51 prosent mer enn i 2015",
    "Other pages round this to 72": "Andre sider runder av til 72",
    "The e-health monitor has a little over 110": "E-helsemonitoren har litt over 110",
    "The survey report has 109.5": "Undersøkelsen har 109,5",
    "February against February of the year before": "Februar mot februar året før",
    "May to December against the same months of 2022, while the year's total fell":
        "Mai til desember mot de samme månedene i 2022, mens summen for året falt",
    "A single month": "Én enkelt måned",
    "The source says close to 43": "Kilden sier nær 43",
    "First published value": "Den først publiserte verdien",
    "Revised value, starred in the source": "Revidert verdi, merket med stjerne i kilden",
    "The source: no change from 2022 to 2023": "Kilden: ingen endring fra 2022 til 2023",
    "The source: no change from 2022": "Kilden: ingen endring fra 2022",
    "The text alternative of the picture adds up to 108": "Tekstalternativet til bildet summerer til 108",
    "Very dissatisfied must be 3, not 11": "Svært misfornøyd må være 3, ikke 11",
    "Four respondents did not state their group": "Fire av dem som svarte, oppga ikke gruppe",
    "Almost 15": "Nesten 15",
    "The three parts sum to 14.95": "De tre delene summerer til 14,95",
    "28 per cent more than the year before": "28 prosent mer enn året før",
    "The source says more than 20 per cent growth": "Kilden sier mer enn 20 prosent vekst",
    "In use or technically ready": "I bruk eller teknisk klar",
    "Of an estimated need of 274 000": "Av et anslått behov på 274 000",
    "Counts not given": "Antallene er ikke oppgitt",
    "The report speaks of a clear rise without an earlier figure":
        "Rapporten omtaler en klar økning uten å oppgi et tidligere tall",
    "Computed from the shares: 63 / (63 + 21)": "Beregnet av andelene: 63 / (63 + 21)",
    "The report says December": "Rapporten sier desember",
    "Towards the turn of the year, Bergen": "Mot årsskiftet, Bergen",
    "Known from the 2024 report": "Kjent fra rapporten for 2024",
    "Measure changed from a scale value to per cent": "Måltallet er endret fra skalaverdi til prosent",
    "86 per cent with contact and 11 with information only": "86 prosent med kontakt og 11 bare med informasjon",
    "Three percentage points up from 2022": "Tre prosentpoeng opp fra 2022",
    "The report calls the rise statistically significant": "Rapporten kaller økningen statistisk signifikant",
    "At least 226": "Minst 226",
    "The numerator is under-reported": "Telleren er underrapportert",
    "A lower bound, printed twice in the report: in the overall assessment and under 1B":
        "En nedre grense som står to steder i rapporten: i helhetsvurderingen og under 1B",
    "The year's reporting was incomplete": "Rapporteringen dette året var ufullstendig",
    "The table does not mark it": "Tabellen merker det ikke",
    "2019 is under-reported": "2019 er underrapportert",
    "Computed: 22 200 / 1.35, with rounding 16 347 to 16 543":
        "Beregnet: 22 200 / 1,35; med avrunding mellom 16 347 og 16 543",
    "Assumes that the growth is from 2021": "Forutsetter at veksten er fra 2021",
    "Printed 22.200, the dot being a thousands mark": "Trykt som 22.200, der punktumet skiller tusener",
    "Year of comparison not given": "Sammenligningsåret er ikke oppgitt",
    # beside a source
    "Day not stated": "Dagen er ikke oppgitt",
    "The last day of the report's quarter": "Ført som siste dag i rapportens kvartal",
    "Read from a text export in which the colour icons are lost":
        "Lest fra en teksteksport der fargeikonene er gått tapt",
    "The number of respondents is not in the report": "Antall svar står ikke i rapporten",
    "It comes from the survey's method page": "Det er hentet fra undersøkelsens metodeside",
    "Published in 2024, day not stated": "Publisert i 2024, dagen er ikke oppgitt",
    "The status report of the first quarter already uses the wave, so entered as 2024-03-31":
        "Statusrapporten for første kvartal bruker allerede runden, derfor ført som 31. mars 2024",
    "Wave of autumn 2022": "Runden høsten 2022",
    "The text speaks of 2023 as last year": "Teksten omtaler 2023 som i fjor",
    "States the 95 per cent level at which differences are tested":
        "Oppgir at forskjeller er prøvd på 95 prosents nivå",
    "Kept in the survey's design text": "Tatt inn i beskrivelsen av undersøkelsen",
    "The picture's text alternative gives shares that add up to 108":
        "Tekstalternativet til bildet gir andeler som summerer til 108",
    "See the known issues": "Se kjente forhold i kildene",
    "The year 2014 is inferred": "Året 2014 er utledet",
    "The page itself names Helsenorge as the source of visits":
        "Siden selv oppgir Helsenorge som kilde til antall besøk",
    "The address dates it to March 2017": "Adressen tidfester den til mars 2017",
    "The address dates it to November 2021": "Adressen tidfester den til november 2021",
    "Publisher inferred": "Utgiveren er utledet",
    "Written in December, the year 2022 inferred": "Skrevet i desember, året 2022 er utledet",
    "A picture caption contradicts the text": "En bildetekst motsier teksten",
    "Commissioned for 1 July 2023, supplements for 1 August":
        "Bestilt til 1. juli 2023, tillegg til 1. august",
    "Reports the third gains report of the national programme":
        "Gjengir den tredje gevinstrapporten fra det nasjonale programmet",
    "Status on the page: under control, risk medium, goal 1": "Status på siden: under kontroll, middels risiko, mål 1",
    "Status at the end of 2024": "Status ved utgangen av 2024",
    "The day is the last professional update shown in the report":
        "Dagen er den siste faglige oppdateringen som vises i rapporten",
    "The day is the last professional update shown on the page":
        "Dagen er den siste faglige oppdateringen som vises på siden",
    "Figures for 2021 and 2022 were read from the earlier edition at the same address, entered as 2023-12-31":
        "Tallene for 2021 og 2022 er lest fra den tidligere utgaven på samme adresse, ført som 31. desember 2023",
    "Ambitions only": "Bare ambisjoner",
    "Target only": "Bare et mål",
    "They stand in strategy.toml": "De står i strategy.toml",
    "It stands in strategy.toml": "Det står i strategy.toml",
    "Dated by its summer notice for weeks 26–31": "Tidfestet etter sommervarselet for uke 26–31",
    "Undated, about spring 2022": "Udatert, omtrent våren 2022",
    "Values from a copy of 6 September 2026, without flags":
        "Verdiene er fra en kopi av 6. september 2026, uten merknader til tallene",
    "Later revisions cannot be told from first editions": "Senere revisjoner kan ikke skilles fra første utgave",
    "Each wave is entered as the end of the following year, the last plausible day":
        "Hver runde er ført som slutten av året etter, den siste rimelige dagen",
    "As for the other Eurostat items": "Som for de andre tallene fra Eurostat",
    "Second-hand: quoted in a public note of 4 September 2026 whose repository is not identified":
        "Annenhånds: gjengitt i et offentlig notat av 4. september 2026 der arkivet ikke er oppgitt",
    "Where it overlaps with the copy, the values agree": "Der det finnes i begge, stemmer verdiene med kopien",
    "Values from a copy of 6 September 2026": "Verdiene er fra en kopi av 6. september 2026",
    "Norway is not in it": "Norge er ikke med",
    "Each year is entered as the end of the following year, the latest as the copy's day":
        "Hvert år er ført som slutten av året etter, det siste som dagen for kopien",
}  # fmt: skip

_LICENCES: Final = {
    "not stated": "ikke oppgitt",
    "Free copying with the source named": "Fri kopiering når kilden oppgis",
}


def licence(name: str, language: str) -> str:
    """Return a licence as it is called in `language`; names of licences are the same in all."""
    return _LICENCES.get(name, name) if language == "nb" else name
