"""What the pages of areas say: kinds of areas, where they stand, how they move, what is missing or withheld."""

from typing import Final

from analysis.text.books import Both, say
from analysis.text.numbers import period


def area_word(key: str, language: str, **filled: str) -> str:
    """Return a set text of the pages of areas, with its places filled.

    Raises:
        WordError: for a key nobody has put into words.

    """
    text = say(AREAS, key, language, "areas")
    return text.format(**filled) if filled else text


def area_name(kind: str, name: str, language: str) -> str:
    """Return an area's name with its kind, as a title.

    >>> area_name("kommune", "Halden", "nb"), area_name("kommune", "Halden", "en")
    ('Halden kommune', 'Halden municipality')
    """
    return area_word(f"title_{kind}", language, name=name)


def placed(zone: int, language: str) -> str:
    """Return where a figure stands in the funnel, -2 to 2."""
    return say(ZONES, int(zone), language, "zones")


def moving(kind: str, way: int, since: str, language: str) -> str:
    """Return how a series moves: its kind ("" for nothing beyond chance), its way, and since when it has stepped."""
    text = say(MOVES, (kind, int(way)), language, "moves")
    return text.format(since=period(since, language)) if since else text


AREAS: Final = {
    "kommune": Both("kommuner", "municipalities"),
    "helsefellesskap": Both("helsefellesskap", "health communities"),
    "region": Both("helseregioner", "health regions"),
    "title_kommune": Both("{name} kommune", "{name} municipality"),
    "title_helsefellesskap": Both("Helsefellesskapet i området til {name}", "Health community in the area of {name}"),
    "title_region": Both("Helseregionen {name}", "Health region {name}"),
    "within_helsefellesskap": Both(
        "Ligger i helsefellesskapet i området til {name}.", "Part of the health community in the area of {name}."
    ),
    "within_region": Both("Ligger i helseregionen {name}.", "Part of the health region {name}."),
    "code": Both("Områdekode {code}.", "Area code {code}."),
    "site": Both("{strategy}: {kind}", "{strategy}: {kind}"),
    # columns
    "measure": Both("Måltall", "Measure"),
    "own": Both("Her", "Here"),
    "all": Both("Alle {kind}", "All {kind}"),
    "peers": Both("Samme {around}", "Same {around}"),
    "around_kommune": Both("helsefellesskap", "health community"),
    "around_helsefellesskap": Both("helseregion", "health region"),
    "around_region": Both("land", "country"),
    "position": Both("Plassering", "Position"),
    "year_before": Both("Ett år før", "A year earlier"),
    "latest": Both("Siste", "Latest"),
    "movement": Both("Bevegelse", "Movement"),
    "gaps": Both("Perioder uten tall", "Periods without a figure"),
    "period": Both("Periode", "Period"),
    "codes": Both("Tallet er levert under", "Delivered under"),
    "source": Both("Kilde", "Source"),
    "publisher": Both("Utgiver", "Publisher"),
    "licence": Both("Lisens", "Licence"),
    # cells
    "count_of": Both("{part} av {whole}", "{part} of {whole}"),
    "areas_of": Both("{count} av {all}", "{count} of {all}"),
    "of_areas": Both("fra {count} områder", "from {count} areas"),
    "withheld": Both("holdt tilbake av hensyn til personvernet", "withheld to protect privacy"),
    "missing": Both("ikke rapportert for {period}", "not reported for {period}"),
    "no_base": Both("kan ikke sammenlignes: nevner mangler", "cannot be compared: no denominator"),
    "short": Both("for få målinger ({count})", "too few measurements ({count})"),
    "none": Both("ingen", "none"),
    # sentences
    "summary": Both(
        "Utenfor det tilfeldigheter gir: {beyond} av {placed} måltall. Beveger seg mer enn tilfeldigheter gir: "
        "{moving}.",
        "Beyond what chance gives: {beyond} of {placed} measures. Moving more than chance gives: {moving}.",
    ),
    "summary_left": Both(
        " Holdt tilbake av hensyn til personvernet: {withheld}. Ikke rapportert for siste periode: {missing}.",
        " Withheld to protect privacy: {withheld}. Not reported for the latest period: {missing}.",
    ),
    "standing_caption": Both("Hvor området står, i siste periode", "Where the area stands, in the latest period"),
    "standing_note": Both(
        "Små områder svinger mye ved ren tilfeldighet. Derfor rangeres ingen. Et tall er utenfor når et område med "
        "samme andel som de fleste ville havne der i færre enn 1 av 500 "
        "tilfeller; 1 av 20 ligger i ytterkanten.",
        "Small areas vary much by chance alone, so none is ranked. A figure lies beyond when an area with the "
        "common share would end there in fewer than 1 case in 500; 1 in 20 lies at the edge.",
    ),
    "picture_caption": Both(
        "Avstand fra det de fleste {kind} har felles, målt i det tilfeldigheter gir for et område av denne størrelsen. "
        "Indre bånd: 95 prosent, ytre bånd: 99,8 prosent. Grå prikker: områder i samme {around}.",
        "Distance from what most {kind} have in common, measured in what chance gives for an area of this size. Inner "
        "band: 95 per cent, outer band: 99.8 per cent. Grey dots: areas in the same {around}.",
    ),
    "picture_alt": Both(
        "Punktdiagram: {name} ved siden av alle {kind} på {count} måltall. {points}",
        "Dot plot: {name} beside all {kind} on {count} measures. {points}",
    ),
    "picture_low": Both("lavere", "lower"),
    "picture_high": Both("høyere", "higher"),
    "picture_all": Both("felles", "in common"),
    "funnel_caption": Both(
        "{measure}, {period}: {beyond} av {count} {kind} ligger utenfor 99,8-prosentgrensene; ved ren tilfeldighet "
        "ville det vært omtrent {expected}.",
        "{measure}, {period}: {beyond} of {count} {kind} lie beyond the 99.8 per cent limits; by chance alone it would "
        "be about {expected}.",
    ),
    "funnel_alt": Both(
        "Traktdiagram: {measure}. {name} har {value} av {size} personer, mot {centre} felles for de fleste; grensene "
        "for tilfeldighet ved denne størrelsen er {low} til {high}.",
        "Funnel plot: {measure}. {name} has {value} of {size} persons, against {centre} common to most; the limits of "
        "chance at this size are {low} to {high}.",
    ),
    "funnel_x": Both("personer i nevneren", "persons in the denominator"),
    "nothing_beyond": Both(
        "Ingen måltall ligger utenfor det tilfeldigheter gir.", "No measure lies beyond what chance gives."
    ),
    "nothing_deviating": Both(
        "Et område uten et eneste avvik har likevel omtrent {share} sannsynlighet for å få minst ett tall merket her.",
        "An area with nothing out of the ordinary still has a chance of about {share} of one figure marked here.",
    ),
    "movement_caption": Both("Hvordan måltallene beveger seg", "How the measures move"),
    "movement_note": Both(
        "Et hopp kan være en endring i praksis eller i hvordan det telles; tallene alene kan ikke skille dem. En "
        "bevegelse nevnes når tilfeldigheter ville gitt den i færre enn 1 av 500 jevne serier. Perioder uten tall er "
        "ikke null.",
        "A step may be a change of practice or of how it is counted; the figures alone cannot tell. A movement is "
        "named when chance would give it in fewer than 1 of 500 steady series. Periods without a figure are not zero.",
    ),
    "joined_caption": Both("Tall fra tidligere koder", "Figures from earlier codes"),
    "joined_note": Both(
        "Ved sammenslåing er tallene summen av alle de tidligere kommunene, og mangler når én av dem mangler. Tall "
        "føres aldri over en deling.",
        "After a merger the figures are the sum of all former municipalities, and missing when one of them is. No "
        "figure is carried across a split.",
    ),
    "own_code": Both("Alle tall er levert under dagens kode.", "All figures were delivered under the present code."),
    "begins": Both(
        "Området fikk sin nåværende kode {day}.",
        "The area got its present code on {day}.",
    ),
    "summed": Both(
        "Tall for større områder er summen av alle kommunene i området, og mangler når én av dem ikke har rapportert.",
        "Figures of larger areas are the sum of all municipalities within, and missing when one has not reported.",
    ),
    "sources_caption": Both("Kilder for alle områdetall", "Sources of all figures of areas"),
}  # fmt: skip

ZONES: Final = {
    0: Both("innenfor det tilfeldigheter gir", "within what chance gives"),
    1: Both("i ytterkanten, høyt", "at the edge, high"),
    -1: Both("i ytterkanten, lavt", "at the edge, low"),
    2: Both("høyere enn tilfeldigheter gir", "higher than chance gives"),
    -2: Both("lavere enn tilfeldigheter gir", "lower than chance gives"),
}

MOVES: Final = {
    ("", 0): Both("ikke mer enn tilfeldigheter gir", "no more than chance gives"),
    ("trend", 1): Both("stiger", "rising"),
    ("trend", -1): Both("synker", "falling"),
    ("step", 1): Both("hopp opp fra {since}", "step up from {since}"),
    ("step", -1): Both("hopp ned fra {since}", "step down from {since}"),
}
