"""Set phrases of the files that are handed on: workbook, slides and document."""

from typing import Final

from analysis.text.books import Both, say


def phrase(key: str, language: str, **filled: str) -> str:
    """Return a set phrase of the files, with its places filled.

    Raises:
        WordError: for a key nobody has put into words.

    """
    return say(FILES, key, language, "files").format(**filled)


FILES: Final = {
    # titles
    "title": Both("Status for {name}, {quarter}", "Status of {name}, {quarter}"),
    "status_of": Both("Status {quarter}", "Status {quarter}"),
    "goal_of": Both("Mål {number} av {count}", "Goal {number} of {count}"),
    "goal_title": Both("Mål {number}: {name}", "Goal {number}: {name}"),
    "continued": Both("{title} (fortsatt)", "{title} (continued)"),
    "front": Both("De strategiske målene: da og nå", "The strategic goals: then and now"),
    "assessment": Both("Helhetsvurdering", "Overall assessment"),
    "summary": Both("Oppsummering i tre temaer", "Summary in three themes"),
    "discussion": Both("Strategiske temaer til drøfting", "Strategic themes for discussion"),
    "reading": Both("Slik leses rapporten", "How to read the report"),
    "insight": Both("Annen innsikt", "Other insight"),
    "figures": Both("Tallene", "The figures"),
    # column heads
    "item": Both("Rad", "Item"),
    "kind": Both("Type", "Type"),
    "name": Both("Navn", "Name"),
    "goal": Both("Mål", "Goal"),
    "indicator": Both("Indikator", "Indicator"),
    "subgoal": Both("Delmål", "Sub-goal"),
    "measure": Both("Måltall", "Measure"),
    "code": Both("Kode", "Code"),
    "status": Both("Status", "Status"),
    "tendency": Both("Tendens", "Tendency"),
    "movement": Both("Bevegelse siden forrige rapport", "Movement since the previous report"),
    "comment": Both("Kommentar", "Comment"),
    "topic": Both("Emne", "Topic"),
    "theme": Both("Tema", "Theme"),
    "colour_source": Both("Hvor fargen kommer fra", "Where the colour comes from"),
    "reason": Both("Hvorfor grå", "Why grey"),
    "record": Both("Det som er dokumentert", "What is on record"),
    "proposal": Both("Tallene tilsier", "The figures suggest"),
    "proposal_reason": Both("Regel eller grunn", "Rule or reason"),
    "certainty": Both("Hvor sikker fargen fra tallene er", "How sure the colour from the figures is"),
    "p_green": Both("Sannsynlighet grønn", "Probability green"),
    "p_yellow": Both("Sannsynlighet gul", "Probability yellow"),
    "p_red": Both("Sannsynlighet rød", "Probability red"),
    "p_target": Both("Sannsynlighet for å nå målet", "Probability of meeting the target"),
    "grade": Both("Grunnlagsgrad", "Evidence grade"),
    "grade_reasons": Both("Hva som svekker grunnlaget", "What weakens the evidence"),
    "override": Both("Hvorfor fagfolk avviker fra tallene", "Why experts differ from the figures"),
    "previous_quarter": Both("Forrige rapport", "Previous report"),
    "previous": Both("Status i forrige rapport", "Status in the previous report"),
    "corrected": Both("Rettet i ettertid", "Corrected since"),
    "role": Both("Bruk", "Use"),
    "unit": Both("Enhet", "Unit"),
    "direction": Both("Retning", "Direction"),
    "latest_period": Both("Siste periode", "Latest period"),
    "latest": Both("Siste verdi", "Latest value"),
    "qualifier": Both("Forbehold", "Qualifier"),
    "latest_n": Both("Antall svar, siste", "Respondents, latest"),
    "latest_source": Both("Kilde, siste", "Source, latest"),
    "latest_published": Both("Publisert, siste", "Published, latest"),
    "previous_period": Both("Forrige periode", "Previous period"),
    "previous_value": Both("Forrige verdi", "Previous value"),
    "previous_n": Both("Antall svar, forrige", "Respondents, previous"),
    "change": Both("Endring", "Change"),
    "change_low": Both("Endring, nedre 95 %", "Change, lower 95%"),
    "change_high": Both("Endring, øvre 95 %", "Change, upper 95%"),
    "p_value": Both("p-verdi", "p-value"),
    "significant": Both("Statistisk signifikant", "Statistically significant"),
    "points": Both("Sammenlignbare målinger", "Comparable measurements"),
    "target_period": Both("Frist", "Deadline"),
    "target_value": Both("Tallfestet ambisjon", "Numeric ambition"),
    "target_status": Both("Ambisjonens status", "Status of the ambition"),
    "age": Both("Alder i år", "Age in years"),
    "sentence": Both("Det som kan sies", "What may be said"),
    "course": Both("Utviklingen", "The series"),
    "period": Both("Periode", "Period"),
    "period_code": Both("Periodekode", "Period code"),
    "breakdown": Both("Fordeling", "Breakdown"),
    "value": Both("Verdi", "Value"),
    "standing": Both("Bruk av verdien", "Use of the value"),
    "numerator": Both("Teller", "Numerator"),
    "denominator": Both("Nevner", "Denominator"),
    "n": Both("Antall svar", "Respondents"),
    "published": Both("Publisert (utgave)", "Published (edition)"),
    "source": Both("Kilde", "Source"),
    "source_code": Both("Kildekode", "Source code"),
    "file": Both("Fil i rådata", "Raw data file"),
    "line": Both("Linje", "Line"),
    "note": Both("Merknad (engelsk)", "Note"),
    "title_column": Both("Tittel", "Title"),
    "publisher": Both("Utgiver", "Publisher"),
    "address": Both("Adresse", "Address"),
    "licence": Both("Lisens", "Licence"),
    "accessed": Both("Hentet", "Accessed"),
    "rows": Both("Rader i observasjonene", "Rows in the observations"),
    "issue": Both("Forhold", "Issue"),
    "description": Both("Beskrivelse", "Description"),
    "measures": Both("Måltall det gjelder", "Measures concerned"),
    "items": Both("Rader det gjelder", "Items concerned"),
    "sources": Both("Kilder", "Sources"),
    # sheets
    "sheet_notes": Both("Les først", "Read first"),
    "sheet_lights": Both("Status", "Status"),
    "sheet_trends": Both("Utvikling", "Trends"),
    "sheet_observations": Both("Observasjoner", "Observations"),
    "sheet_sources": Both("Kilder", "Sources"),
    "sheet_issues": Both("Kjente forhold", "Known issues"),
    # captions and heads of parts
    "indicators_of": Both("Indikatorer for mål {goal}", "Indicators of goal {goal}"),
    "subgoals_of": Both("Strategiske delmål for mål {goal}", "Strategic sub-goals of goal {goal}"),
    "changes_of": Both("Hva som er endret siden forrige måling", "What has changed since the previous measurement"),
    "known_issues": Both("Kjente forhold i kildene", "Known issues in the sources"),
    "sources_of_figures": Both("Kildene tallene er hentet fra", "The sources of the figures"),
    "part_status": Both("Overordnet status", "Overall status"),
    "part_movements": Both("Positive bevegelser", "Positive movements"),
    "part_follow-up": Both("Oppfølgingspunkter", "Points to follow up"),
    "part_insight": Both("Annen innsikt", "Other insight"),
    # words in cells
    "role_assessed": Both("teller i fargen", "counts in the colour"),
    "role_context": Both("vises ved siden av", "shown beside"),
    "yes": Both("ja", "yes"),
    "no": Both("nei", "no"),
    "not_tested": Both("ikke testet", "not tested"),
    "not_stated": Both("ikke oppgitt", "not stated"),
    "withheld": Both("holdt tilbake", "withheld"),
    "no_movement": Both("endring ikke oppgitt", "change not stated"),
    "not_applicable": Both("ikke aktuelt", "not applicable"),
    "not_calculated": Both("ikke beregnet", "not calculated"),
    "not_public": Both("ikke offentlig", "not public"),
    "no_figure": Both("ingen verdi", "no figure"),
    "no_earlier": Both("ingen tidligere", "none earlier"),
    "total": Both("i alt", "total"),
    "no_correction": Both("ikke rettet", "not corrected"),
    "corrected_down": Both("ble vurdert for positivt", "was judged too positively"),
    "corrected_up": Both("ble vurdert for negativt", "was judged too negatively"),
    "kind_strategy": Both("strategien samlet", "the whole strategy"),
    "kind_goal": Both("mål", "goal"),
    "kind_indicator": Both("indikator", "indicator"),
    "kind_subgoal": Both("delmål", "sub-goal"),
    "issue_report": Both("i rapporten", "in the report"),
    "issue_public-source": Both("mot offentlige kilder", "against public sources"),
    "the_whole": Both("Strategien samlet", "The strategy as a whole"),
    "judged": Both("vurdert av fagfolk", "judged by experts"),
    "proposed": Both("forslag fra tallene", "proposed by the figures"),
    "no_comment": Both("Ingen kommentar er skrevet.", "No comment was written."),
    "no_text": Both("Ikke skrevet for kvartalet.", "Not written for the quarter."),
    "no_goal_status": Both(
        "Ingen samlet statustekst er skrevet for målet.", "No overall status text was written for the goal."
    ),
    # sentences
    "published_by": Both("Tall publisert senest {day}", "Figures published no later than {day}"),
    "now": Both("Status nå: {light}", "Status now: {light}"),
    "then_short": Both("{quarter}: {light}", "{quarter}: {light}"),
    "figures_say": Both("Tallene: {light}", "Figures: {light}"),
    "grey_means": Both("– grå: {reason}.", "– grey: {reason}."),
    "movement_is": Both("Bevegelse: {movement}.", "Movement: {movement}."),
    "corrected_is": Both("Rettet i ettertid: {correction}.", "Corrected since: {correction}."),
    "bars": Both("Stolpediagram: {name}, i {unit}. {values}.", "Bar chart: {name}, in {unit}. {values}."),
    "bar": Both("{period}: {value}", "{period}: {value}"),
    "bar_interval": Both(" (95 % konfidensintervall {low} til {high})", " (95% confidence interval {low} to {high})"),
    "latest_bars": Both("Siste verdi for {items}", "Latest value of {items}"),
    "lower_better": Both("Lavere er bedre", "Lower is better"),
    "lower_better_of": Both("Lavere er bedre for {items}", "Lower is better for {items}"),
    "interval_note": Both("Streken er 95 % konfidensintervall", "The line is a 95% confidence interval"),
    "derived_note": Both("{periods} er beregnet", "{periods} is derived"),
    "source_is": Both("Kilde: {source}", "Source: {source}"),
    "sources_are": Both("Kilder: {sources}", "Sources: {sources}"),
    "n_is": Both("n = {n}", "n = {n}"),
    "and": Both("og", "and"),
    "n_missing": Both("antall svar ikke oppgitt", "number of respondents not stated"),
    "no_chart": Both("Ingen offentlige tall å tegne for dette målet.", "No public figures to draw for this goal."),
    "table_of": Both("Tabell: {title}", "Table: {title}"),
    "page": Both("Side", "Page"),
    "known_figures": Both("Siste verdi", "Latest value"),
    # the notes sheet and the reading slide
    "about": Both("Hva dette er", "What this is"),
    "about_text": Both(
        "Status for strategiens mål, indikatorer og delmål i {quarter}. Tallene foreslår en farge, fagfolk bestemmer, "
        "og begge deler vises.",
        "Status of the strategy's goals, indicators and sub-goals in {quarter}. The figures propose a colour, experts "
        "decide, and both are shown.",
    ),
    "made_with": Both(
        "Laget med ehelse-status {version} og metoden i samme versjon.",
        "Made with ehelse-status {version} and the method of the same version.",
    ),
    "edition": Both("Utgave", "Edition"),
    "colours": Both("Farger", "Colours"),
    "colours_text": Both(
        "● grønn: i rute eller nådd. ▲ gul: noe bak planen. ■ rød: langt bak planen, eller går feil vei. – grå: ingen "
        "farge, og grunnen er oppgitt.",
        "● green: on track or met. ▲ yellow: somewhat behind the plan. ■ red: far behind the plan, or moving the wrong "
        "way. – grey: no colour, and the reason is given.",
    ),
    "grey_is": Both("Grå er ikke null", "Grey is not zero"),
    "grey_text": Both(
        "Det som ikke er kjent, står som ukjent med grunn. Ingen farge, ambisjon eller utvalgsstørrelse er anslått.",
        "What is not known is given as unknown, with the reason. No colour, ambition or sample size has been guessed.",
    ),
    "method": Both("Metode", "Method"),
    "method_text": Both(
        "Prosjektets egne grenser avgjør fargen tallene foreslår; ingen offisielle grenser er publisert. Endringer "
        "i utvalgsundersøkelser testes på 95-prosentnivå. Uten oppgitt antall svar testes ingenting.",
        "The project's own limits decide the colour the figures propose; no official limits have been published. "
        "Changes in sample surveys are tested at the 95 per cent level. Without a stated sample size nothing is "
        "tested.",
    ),
    "licence_head": Both("Lisens", "Licence"),
    "licence_text": Both(
        "Tallene tilhører utgiverne. Lisensen står ved hver kilde; «ikke oppgitt» betyr at ingen lisens er funnet. "
        "Oppgi kilden når et tall brukes.",
        "The figures belong to their publishers. The licence stands beside each source; \"not stated\" means that none "
        "was found. Name the source when using a figure.",
    ),
    "not_public_text": Both(
        "Ambisjonene for 2024 og 2025 finnes, men er ikke offentlige. De fleste indikatorene får derfor ingen farge "
        "fra tallene. Fargene i kilderapporten er bare kjent der teksten nevner dem.",
        "The ambitions for 2024 and 2025 exist but are not public, so most indicators get no colour from the figures. "
        "The colours of the source report are known only where its text names them.",
    ),
    "ambition_head": Both("Ambisjonene er ikke offentlige", "The ambitions are not public"),
    "columns_head": Both("Slik er arkene bygd", "How the sheets are built"),
    "columns_text": Both(
        "Første rad er kolonneoverskrifter. Tall og datoer er ekte tall og datoer. Der noe mangler, står det med ord. "
        "Ingen celler har formler.",
        "The first row holds the column heads. Numbers and dates are real numbers and dates. Where something is "
        "missing, the cell says so in words. No cell holds a formula.",
    ),
    "raw_head": Both("Tilbake til rådata", "Back to the raw data"),
    "raw_text": Both(
        "Hver observasjon oppgir fil og linje i rådataene, kilden og dagen utgaven ble publisert.",
        "Each observation names its file and line in the raw data, its source and the day its edition was published.",
    ),
}  # fmt: skip
