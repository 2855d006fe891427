"""What stands around the pages: the way through them, the footer, the front pages and the accessibility statement."""

from typing import Final

from analysis.text.books import Both, say

SITE: Final = {
    "home": Both("Forsiden", "Front page"),
    "here": Both("Du er her", "You are here"),
    "on_this_page": Both("På denne siden", "On this page"),
    "turn": Both("Forrige og neste side", "Previous and next page"),
    "previous_page": Both("Forrige", "Previous"),
    "next_page": Both("Neste", "Next"),
    "other_quarters": Both("Samme side i andre kvartaler", "The same page in other quarters"),
    "report_kind": Both("Statusrapport", "Status report"),
    "report_of": Both("Statusrapport for {quarter}", "Status report for {quarter}"),
    "read_report": Both("Les rapporten", "Read the report"),
    "foot_known": Both(
        "Rapporten bruker tall som var publisert til og med {day}. Hvert tall leder til raden og kilden det er fra.",
        "The report uses figures published by {day}. Every number leads to the row and the source it comes from.",
    ),
    "foot_made": Both(
        "Statusrapport for {quarter}, laget med ehelse-status {version} og metoden i samme versjon.",
        "Status report for {quarter}, made with ehelse-status {version} and the method of the same version.",
    ),
    "foot_data": Both("Tall og kilder", "Figures and sources"),
    "foot_rights": Both(
        "Tallene tilhører dem som har publisert dem; vilkårene står ved hver kilde.",
        "The figures belong to their publishers; the terms stand with each source.",
    ),
    "accessibility": Both("Tilgjengelighet", "Accessibility"),
    "lead": Both(
        "Fem mål, 15 indikatorer og 16 delmål: hvor de står, hvor sikkert det er, og hvilke tall det bygger på.",
        "Five goals, 15 indicators and 16 sub-goals: where they stand, how sure it is, and which figures it rests on.",
    ),
    "all_quarters": Both("Alle kvartaler", "All quarters"),
    "quarters_heading": Both("Velg kvartal", "Choose a quarter"),
    "find": Both("Finn en indikator", "Find an indicator"),
    "find_hint": Both("Skriv et ord, for eksempel «ferdigheter»", "Write a word, for example “skills”"),
    "found_none": Both("Ingen indikator passer.", "No indicator fits."),
    "pages_heading": Both("Innhold", "Contents"),
    "front_of_quarter": Both("Innhold og filer", "Contents and files"),
}

# The statement, heading by heading. What it claims of tests is what tests/test_pages.py does.
STATEMENT: Final = {
    "lead": Both(
        "Hvem rapporten kan brukes av, hvordan det er prøvd, og hva som ikke er det.",
        "Who can use the report, how that was tested, and what was not.",
    ),
    "demand": Both("Kravet", "The requirement"),
    "demand_text": Both(
        "Offentlige virksomheter i Norge skal følge WCAG 2.1 på nivå A og AA. Sidene er laget for å gjøre det. "
        "Denne teksten er prosjektets egen redegjørelse og erstatter ikke tilgjengelighetserklæringen som den som står "
        "bak nettstedet, skal ha hos Tilsynet for universell utforming av ikt.",
        "Public bodies in Norway must follow WCAG 2.1 at levels A and AA. The pages are made to do so. This is the "
        "project’s own account. It does not replace the accessibility statement that the body behind the website "
        "must keep with the Norwegian supervisory authority for universal design of ICT.",
    ),
    "made": Both("Slik er sidene laget", "How the pages are made"),
    "made_1": Both(
        "Farge står aldri alene: hvert lys har tegn, ord og farge.",
        "Colour never stands alone: every light has a symbol, a word and a colour.",
    ),
    "made_2": Both(
        "Hver figur har en tekst som sier det samme, satt sammen av de samme tallene, og tallene står i en tabell.",
        "Every figure has a text that says the same, composed of the same numbers, and the numbers stand in a table.",
    ),
    "made_3": Both(
        "Tabeller har tittel og overskrifter for rader og kolonner. På smale skjermer blir hver rad et kort.",
        "Tables have a caption and headings for rows and columns. On narrow screens each row becomes a card.",
    ),
    "made_4": Both(
        "Alt kan nås med tastatur. Sidene følger systemets valg av lyst eller mørkt og av mindre bevegelse. De trenger "
        "verken skript eller nett for å leses.",
        "Everything can be reached by keyboard. The pages follow the system’s choice of light or dark and of reduced "
        "motion, and need neither scripts nor a network to be read.",
    ),
    "tested": Both("Slik er de prøvd", "How they were tested"),
    "tested_1": Both(
        "Hver side prøves med axe-core i Chromium, på bokmål og engelsk, lyst og mørkt, 320 og 1280 piksler bred. "
        "En side med feil stopper publiseringen av en ny versjon av programmet.",
        "Every page is tested with axe-core in Chromium, in bokmål and English, light and dark, 320 and 1280 pixels "
        "wide. A page with a violation stops a new version of the program.",
    ),
    "tested_2": Both(
        "Egne prøver ser etter det axe ikke ser: språk, alternativ tekst, rekkefølge på overskrifter, tabelltitler, "
        "farge uten ord, og om siden må rulles sidelengs på en telefon.",
        "Separate tests look for what axe cannot see: language, alternative text, order of headings, captions, colour "
        "without words, and whether a telephone must scroll sideways.",
    ),
    "untested": Both("Det som ikke er prøvd", "What was not tested"),
    "untested_1": Both(
        "Ingen bruker med funksjonsnedsettelse har prøvd sidene, og de er ikke lest med skjermleser.",
        "No user with a disability has tried the pages, and they have not been read with a screen reader.",
    ),
    "untested_2": Both(
        "Filene for Word, PowerPoint og Excel har overskrifter, språk og alternativ tekst, men er ikke prøvd med "
        "hjelpemidler. Nettsiden er den fullstendige utgaven.",
        "The files for Word, PowerPoint and Excel have headings, language and alternative text, but were not tried "
        "with assistive technology. The website is the complete edition.",
    ),
    "tell": Both("Meld fra", "Tell us"),
    "tell_text": Both(
        "Er det noe du ikke får brukt? Si fra til virksomheten som har publisert rapporten. Hvert tall finnes også som "
        "regneark eller CSV under nedlastinger.",
        "Is there something you cannot use? Tell the body that published the report. Every number also exists as a "
        "spreadsheet or CSV among the downloads.",
    ),
}


def around(key: str, language: str, **filled: str) -> str:
    """Return a text that stands around the pages, with its places filled.

    Raises:
        WordError: for a key nobody has put into words.

    """
    return say(SITE, key, language, "site").format(**filled)


def statement(key: str, language: str) -> str:
    """Return one heading or paragraph of the accessibility statement.

    Raises:
        WordError: for a key nobody has put into words.

    """
    return say(STATEMENT, key, language, "statement")
