"""Headings, column names and set phrases of the pages, keyed by what they label."""

from typing import Final

from analysis.text.books import Both, say


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
    "latest_figure": Both("Siste tall gjelder", "Latest figure is for"),
    "verdict_of_age": Both("I tide", "In time"),
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
    "years": Both("{number}\u00a0år", "{number}\u00a0years"),
    "year": Both("hvert år", "every year"),
    "every_years": Both("hvert {number}. år", "every {number} years"),
    # legends and phrases
    "judgement": Both("fagfolk har vurdert", "judged by experts"),
    "proposed": Both("forslag fra tallene; ingen vurdering foreligger", "proposed by the figures; no judgement exists"),
    "missing_value": Both("ikke oppgitt", "not stated"),
    "total": Both("i alt", "total"),
    "of": Both("{part} av {whole}", "{part} of {whole}"),
    "in": Both("{value} i {period}", "{value} in {period}"),
    "and_more": Both("og {count} til", "and {count} more"),
    # captions and sentences
    "item": Both("Rad", "Item"),
    "record": Both("Det som er dokumentert", "What is on record"),
    "p_target": Both("Sjanse for å nå målet", "Chance of meeting the target"),
    "override": Both("Hvorfor fagfolk avviker fra tallene", "Why experts differ from the figures"),
    "previous_report": Both("Forrige rapport", "Previous report"),
    "no_previous": Both("ingen tidligere rapport", "no earlier report"),
    "the_whole": Both("Strategien samlet", "The strategy as a whole"),
    "corrected_down": Both(
        "Rettet i ettertid: ble vurdert for positivt.", "Corrected since: it was judged too positively."
    ),
    "corrected_up": Both(
        "Rettet i ettertid: ble vurdert for negativt.", "Corrected since: it was judged too negatively."
    ),
    "judged_down": Both("ble vurdert for positivt", "it was judged too positively"),
    "judged_up": Both("ble vurdert for negativt", "it was judged too negatively"),
    "corrected_in": Both("Rettet i rapporten for", "Corrected in the report for"),
    "as_seen_now": Both("Slik den vurderes nå", "As seen now"),
    "corrections_caption": Both("Rettet i senere rapporter", "Corrected in later reports"),
    "corrections_note": Both(
        "Vurderingene ellers på siden står slik de ble gitt.",
        "The judgements elsewhere on this page stand as they were given.",
    ),
    "direction_alone": Both("Retningen alene ville gitt {colour}.", "The direction alone would give {colour}."),
    "no_chance_grey": Both("Tallene gir ingen farge å være sikker på.", "The figures give no colour to be sure of."),
    "no_chance": Both(
        "Tallene har ingen utvalgsfeil, eller den er ikke oppgitt.",
        "The figures have no sampling error, or it is not stated.",
    ),
    "certainty_note": Both("Fargen er {certainty}.", "The colour is {certainty}."),
    "indicators": Both("Indikatorer", "Indicators"),
    "subgoals": Both("Delmål", "Sub-goals"),
    "indicative": Both("Veiledende: færre enn fire målinger.", "Indicative: fewer than four measurements."),
    "lights_caption": Both(
        "Alle lys: vurderingen og det tallene tilsier", "Every light: judgement and what the figures suggest"
    ),
    "indicators_caption": Both(
        "Status, tall og kommentar for indikatorene under mål {goal}",
        "Status, figures and comments of the indicators of goal {goal}",
    ),
    "subgoals_caption": Both(
        "Status og kommentar for delmålene under mål {goal}", "Status and comments of the sub-goals of goal {goal}"
    ),
    "candidates_caption": Both("Kandidater for mål {goal}", "Candidates for goal {goal}"),
    "candidate_indicator": Both("Indikator", "Indicator"),
    "candidate_subgoal": Both("Delmål", "Sub-goal"),
    "no_candidate_indicator": Both("Ingen kandidater til nye indikatorer.", "No candidates for new indicators."),
    "no_candidate_subgoal": Both("Ingen kandidater til nye delmål.", "No candidates for new sub-goals."),
    "no_comparable": Both(
        "Ingen rad har både en vurdert farge og en farge fra tallene, så det er ikke noe å sammenligne.",
        "No row has both a judged colour and one from the figures, so there is nothing to compare.",
    ),
    "override_rate": Both(
        "{comparable} rader har farge både fra fagfolk og fra tallene. {overrides} av dem er ulike: {better} er "
        "vurdert bedre enn tallene og {worse} svakere.",
        "{comparable} rows have a colour both from experts and from the figures. {overrides} of them differ: {better} "
        "judged better than the figures and {worse} weaker.",
    ),
    "experts_say": Both("Fagfolk oppgir", "Experts state"),
    "figures_say": Both("Tallene viser", "The figures show"),
    "comparison": Both("Samsvar", "Agreement"),
    "alike": Both("samme bevegelse", "the same movement"),
    "unlike": Both("ulik bevegelse", "a different movement"),
    "movements_against_caption": Both(
        "Bevegelsen siden forrige rapport, og endringen i tallene",
        "The movement since the previous report, and the change in the figures",
    ),
    "movements_against_note": Both(
        "Tallene er uendret når forskjellen fra forrige måling ikke er større enn usikkerheten, eller enn det som "
        "regnes som en endring. Fagfolk kan vurdere mer enn det som måles.",
        "The figures are unchanged when the difference from the previous measurement is no larger than the "
        "uncertainty, or than what counts as a change. Experts may judge more than what is measured.",
    ),
    "watermelon_caption": Both("Vurdert bedre enn tallene tilsier", "Judged better than the figures suggest"),
    "none": Both("ingen.", "none."),
    "none_comparable": Both(
        "ingen måltall kan sammenlignes med en tidligere måling.", "no measure can be compared with an earlier one."
    ),
    "none_missing": Both("ingen.", "none."),
    "none_used": Both("ingen verdi er brukt", "no value is used"),
    "legend_green": Both("i rute eller nådd", "on track or met"),
    "legend_yellow": Both("noe bak planen", "somewhat behind the plan"),
    "legend_red": Both("langt bak planen, eller går feil vei", "far behind the plan, or moving the wrong way"),
    "legend_grey": Both("ingen farge; grunnen står ved siden av", "no colour; the reason stands beside it"),
    "legend_towards": Both("fargen er på vei mot en annen", "the colour is heading for another"),
    "own_limits": Both(
        "Ingen grenser for fargene er publisert for disse indikatorene. Grensene her er prosjektets egne. Tallene "
        "foreslår, fagfolk bestemmer, og begge deler vises.",
        "No limits for the colours have been published for these indicators. The limits here are this project's own. "
        "The figures propose, experts decide, and both are shown.",
    ),
    "measures_assessed_caption": Both(
        "Måltall som avgjør fargen på indikator {indicator}", "Measures that decide the colour of indicator {indicator}"
    ),
    "measures_context_caption": Both(
        "Vises ved siden av indikator {indicator} og teller ikke i fargen",
        "Shown beside indicator {indicator}, not counted in its colour",
    ),
    "series_caption": Both("Alle målinger: {measure}", "Every observation: {measure}"),
    "raw_caption": Both("Rådata: {measure}", "Raw data: {measure}"),
    "changes_caption": Both(
        "Hva som er endret siden forrige måling", "What has changed since the previous measurement"
    ),
    "may_be_said": Both("Det som kan sies", "What may be said"),
    "age_caption": Both("Siste tall for hvert måltall, eldst først", "The latest figure of each measure, oldest first"),
    "overdue": Both("moden for ny måling", "overdue"),
    "in_time": Both("ikke forsinket", "in time"),
    "missing_caption": Both("Måltall uten verdi på rapportdatoen", "Measures without a figure at the report date"),
    "evidence_caption": Both("Grunnlaget, punkt for punkt: {measure}", "The evidence, point by point: {measure}"),
    "evidence_line": Both("Punkt", "Point"),
    "evidence_grade": Both("Grad", "Grade"),
    "rests_on": Both("Hva graden bygger på", "What the grade rests on"),
    "points": Both("{count} sammenlignbare målinger.", "{count} comparable measurements."),
    "one_point": Both("Én sammenlignbar måling.", "One comparable measurement."),
    "aged": Both(
        "Siste tall er {age} gammelt og måles {cadence}.", "The latest figure is {age} old, measured {cadence}."
    ),
    "difference": Both("Forskjell fra {then}: {size}.", "Difference from {then}: {size}."),
    "fresh": Both("Siste tall er nytt og måles {cadence}.", "The latest figure is new, measured {cadence}."),
    "no_total": Both("Ingen samlet verdi på rapportdatoen.", "No overall figure at the report date."),
    "no_way": Both(
        "Uten en offentlig ambisjon er det ingen avstand å holde usikkerheten opp mot.",
        "Without a public ambition there is no distance to hold the uncertainty against.",
    ),
    "exact": Both("Opptelling uten utvalgsfeil.", "A count without sampling error."),
    "unknown_margin": Both("Feilmarginen er ikke oppgitt.", "The margin of error is not stated."),
    "margin": Both(
        "Feilmarginen er {share} av veien fra utgangspunktet til målet.",
        "The margin of error is {share} of the way from the baseline to the target.",
    ),
    "unbroken": Both("Ingen kjente brudd i serien.", "No known break in the series."),
    "broken": Both("Serien har et {kind}.", "The series has a {kind}."),
    "ambition_is": Both("ambisjonen er {status}", "the ambition is {status}"),
    "evidence_note": Both(
        "A er best og D svakest. Det svakeste punktet avgjør grunnlagsgraden. Gradene er prosjektets egne.",
        "A is best and D weakest. The weakest point decides the evidence grade. The grades are this project's own.",
    ),
    "evidence_points": Both("Målinger", "Measurements"),
    "evidence_age": Both("Alder", "Age"),
    "evidence_precision": Both("Presisjon", "Precision"),
    "evidence_source": Both("Kildetype", "Type of source"),
    "evidence_comparability": Both("Sammenlignbarhet", "Comparability"),
    "evidence_target": Both("Ambisjon", "Ambition"),
    "not_asked": Both("ikke aktuelt", "not asked"),
    "ambition_caption": Both(
        "Hvilken ambisjon for {period} ville gitt hvilken farge: {measure}",
        "Which ambition for {period} would give which colour: {measure}",
    ),
    "curve_caption": Both("Båndet viser fargen for hver ambisjon.", "The band shows the colour for each ambition."),
    "curve_caption_sampled": Both(
        "Båndet viser fargen for hver ambisjon, og feltene under hvor sannsynlig hver farge er.",
        "The band shows the colour for each ambition, and the areas below how likely each colour is.",
    ),
    "ambition_note": Both(
        "Den offisielle ambisjonen er ikke publisert. Tabellen viser hva fargen ville vært for en ambisjon du selv "
        "velger; den er ikke en vurdering.",
        "The official ambition is not published. The table shows what the colour would be for an ambition of your own "
        "choice; it is no judgement.",
    ),
    "between": Both("{low} til {high} {unit}", "{low} to {high} {unit}"),
    "above": Both("{low} {unit} eller mer", "{low} {unit} or more"),
    "below": Both("inntil {high} {unit}", "up to {high} {unit}"),
    "any_target": Both("enhver ambisjon", "any ambition"),
    "target_none": Both("Tallfestet ambisjon er {status}", "The numeric ambition is {status}"),
    "target_by": Both("{value} innen {period}", "{value} by {period}"),
    "spark_interval": Both("Strekene viser 95 % konfidensintervall.", "The strokes show 95% confidence intervals."),
    "spark_alt": Both(
        "Liten kurve for {measure}: {count} målinger, fra {first} til {latest}.",
        "Small curve of {measure}: {count} measurements, from {first} to {latest}.",
    ),
    "sources_caption": Both("Kildene tallene er hentet fra", "The sources of the figures"),
    "conflicts_caption": Both("Verdier som er motsagt eller holdt utenfor", "Values that are contradicted or left out"),
    "revisions_caption": Both("Verdier som er rettet i en senere utgave", "Values that a later edition changed"),
    "edition": Both("utgave {date}", "edition {date}"),
    "no_comment": Both("Ingen kommentar er skrevet for kvartalet.", "No comment was written for the quarter."),
    "no_prose": Both("Ingen tekst foreligger for kvartalet.", "There is no text for the quarter."),
    # the frame of a page
    "skip": Both("Hopp til innholdet", "Skip to content"),
    "pages_of_report": Both("Sidene i rapporten", "Pages of the report"),
    "in_this_language": Both("På norsk", "In English"),
    "report_in_language": Both("Rapporten på norsk, {quarter}", "The report in English, {quarter}"),
    "built_from": Both("Hva rapporten er bygd av", "What the report is built from"),
    "figures_propose": Both(
        "Tallene foreslår, fagfolk bestemmer. Ethvert tall kan følges tilbake til raden og kilden det kom fra.",
        "The figures propose, experts decide. Every number can be followed back to the row and source it came from.",
    ),
    "notebook_of_page": Both("Notatboken bak denne siden (.ipynb)", "The notebook behind this page (.ipynb)"),
    "to_downloads": Both(
        "Last ned rapporten: Excel, PowerPoint, Word og data", "Download the report: Excel, PowerPoint, Word and data"
    ),
    "downloads": Both("Last ned", "Download"),
    "download_paper": Both("Helheten og målene, til utskrift (.pdf)", "The whole and the goals, to print (.pdf)"),
    "download_workbook": Both("Arbeidsbok for Excel (.xlsx)", "Workbook for Excel (.xlsx)"),
    "download_slides": Both("Lysbilder for PowerPoint (.pptx)", "Slides for PowerPoint (.pptx)"),
    "download_document": Both("Dokument for Word (.docx)", "Document for Word (.docx)"),
    "download_package": Both("Datapakke: CSV med beskrivelse (.zip)", "Data package: CSV with descriptions (.zip)"),
    # an indicator's page
    "needed": Both(
        "For at en endring på {change} skal være statistisk signifikant, må hver runde ha minst {needed} svar. De to "
        "siste rundene hadde {previous} og {latest}.",
        "For a change of {change} to be statistically significant, each wave needs at least {needed} respondents. The "
        "latest two waves had {previous} and {latest}.",
    ),
    "group": Both("Gruppe", "Group"),
    "shift": Both("Forskyvning", "Shift"),
    "gap": Both("Forskjell som måtte til", "Gap that it would take"),
    "explains": Both("Kan forklare hele endringen", "Can explain the whole change"),
    "possible": Both("mulig", "possible"),
    "impossible": Both("umulig", "impossible"),
    "no_shift": Both("andelen er den samme", "the share is the same"),
    "gap_beyond": Both("mer enn 100 prosentpoeng", "more than 100 percentage points"),
    "composition_caption": Both(
        "Kan endringen skyldes hvem som svarte? {measure}", "Could the change be who answered? {measure}"
    ),
    "composition_note": Both(
        "Tabellen viser hvor stor del av svarene som kom fra hver gruppe i de to rundene. «Forskjell som måtte til» er "
        "hvor mye høyere alle andre måtte ligge enn gruppen, i begge runder, for at hele endringen skulle skyldes at "
        "utvalget var satt sammen på en annen måte. Ingen andeler kan skille seg med mer enn 100 prosentpoeng.",
        "The table shows the share of respondents from each group in the two waves. The gap is how much higher all "
        "others would have to lie than the group, in both waves, for the whole change to come from the changed mix of "
        "the sample. No two shares can differ by more than 100 percentage points.",
    ),
    "progress": Both("Forholdstall", "Ratio"),
    "offices_caption": Both(
        "Samme tall under andre statistikkbyråers regler: {measure}",
        "The same figures under other statistical offices' rules: {measure}",
    ),
    "offices_note": Both(
        "Reglene er publisert av andre statistikkbyråer og er ikke brukt i fargene her. De viser hvor mye utslaget "
        "avhenger av metoden.",
        "The rules are published by other statistical offices and are not used for the colours here. They show how far "
        "the verdict depends on the method.",
    ),
    # titles and headings
    "known_by": Both(
        "Status per {quarter}, med tall publisert til og med {day}.",
        "Status as of {quarter}, with figures published up to and including {day}.",
    ),
    "goal_number": Both("Mål {number}:", "Goal {number}:"),
    "description": Both("Hva det er", "What it is"),
    "issues_caption": Both("Kjente forhold i kildene", "Known issues in the sources"),
    "data_title": Both("Datagrunnlag", "The data behind the report"),
    "goals_heading": Both("Målene i dag og ved forrige rapport", "The goals today and at the previous report"),
    "legend_heading": Both("Slik leses fargene", "How to read the colours"),
    "assessment_heading": Both("Helhetsvurdering", "Overall assessment"),
    "themes_heading": Both("Oppsummering i tre temaer", "Summary in three themes"),
    "movements_heading": Both("Positive bevegelser", "Positive movements"),
    "follow_up_heading": Both("Oppfølgingspunkter", "Points to follow up"),
    "insight_heading": Both("Annen innsikt", "Other insight"),
    "changes_heading": Both("Hva er endret, og hvorfor", "What has changed, and why"),
    "doubt_heading": Both("Hva er usikkert, forsinket eller motsagt", "What is uncertain, overdue or in conflict"),
    "against_heading": Both("Vurderingen holdt opp mot tallene", "The judgement held against the figures"),
    "status_heading": Both("Status", "Status"),
    "indicators_heading": Both("Indikatorer", "Indicators"),
    "subgoals_heading": Both("Strategiske delmål", "Strategic sub-goals"),
    "strategic_themes_heading": Both("Strategiske temaer", "Strategic themes"),
    "candidates_heading": Both(
        "Kandidater til nye indikatorer og delmål", "Candidates for new indicators and sub-goals"
    ),
    "comment_heading": Both("Kommentar", "Comment"),
    "area_standing_heading": Both("Ved siden av landet og naboene", "Beside the country and its peers"),
    "area_funnels_heading": Both("Utenfor det tilfeldigheter gir", "Beyond what chance gives"),
    "area_movement_heading": Both("Utviklingen, og det som mangler", "How it moves, and what is missing"),
    "area_basis_heading": Both("Hva tallene bygger på", "What the figures rest on"),
    "figures_heading": Both("Utviklingen", "How it has developed"),
    "series_heading": Both("Alle målinger", "Every observation"),
    "beside_heading": Both("Sammenligninger og sammenheng", "Comparisons and context"),
    "ambition_heading": Both("Hvilken ambisjon ville gitt hvilken farge", "Which ambition would give which colour"),
    "evidence_heading": Both("Hvor godt grunnlaget er", "How good the evidence is"),
    "sampling_heading": Both("Utvalg og usikkerhet", "Sample and uncertainty"),
    "offices_heading": Both(
        "Hva andre statistikkbyråers regler ville sagt", "What other statistical offices' rules would say"
    ),
    "issues_heading": Both("Kjente forhold i kildene", "Known issues in the sources"),
    "sources_heading": Both("Kilder", "Sources"),
    "age_heading": Both("Hvor gamle tallene er", "How old the figures are"),
    "missing_heading": Both("Hva som mangler", "What is missing"),
    "conflicts_heading": Both("Hva som motsier hverandre", "What contradicts what"),
    "revisions_heading": Both("Hva som er rettet i senere utgaver", "What later editions have changed"),
    "noticed_heading": Both("Merknader fra innlesingen", "What the intake noticed"),
    "noticed_caption": Both("Rader og filer med merknad", "Rows and files with a remark"),
    "noticed_note": Both(
        "Merknadene er gjort maskinelt da filene ble lest. Ingen av dem har endret et tall.",
        "The remarks were made by machine when the files were read. None of them has changed a figure.",
    ),
    "noticed": Both("Merknad", "Remark"),
    "found": Both("Slik står det", "As it stands"),
    "raw_heading": Both("Rådata: alle rader", "Raw data: every row"),
    "distribution_heading": Both("Fordelingen av farger og bevegelser", "How colours and movements are distributed"),
    "nearest_colour": Both("Nærmeste farge her", "Nearest colour here"),
    "proposals_only": Both(
        "Ingen vurdering er gjort for dette kvartalet. Alle farger er forslag fra tallene alene.",
        "No judgement has been made for this quarter. Every colour is proposed by the figures alone.",
    ),
    "measures_heading": Both("Måltallene", "The measures"),
    "warnings_note": Both(
        "Endringer uten oppgitt usikkerhet er aldri testet. Der det mangler antall svar, kan det ikke sies om en "
        "forskjell er mer enn tilfeldig, og fargen får ingen beregnet sikkerhet.",
        "Changes without a stated uncertainty are never tested. Where the number of respondents is missing, it cannot "
        "be said whether a difference is more than chance, and the colour has no calculated certainty.",
    ),
    "warnings_heading": Both("Tall å være varsom med", "Figures to handle with care"),
    "progress_note": Both(
        "Ambisjonene for 2024 og 2025 finnes, men er ikke offentlige. Derfor får de fleste indikatorene ingen farge "
        "fra tallene. Det sier noe om åpenheten, ikke om fremdriften.",
        "The ambitions for 2024 and 2025 exist but are not public. That is why most indicators get no colour from the "
        "figures. It says something about openness, not about progress.",
    ),
    "warnings_caption": Both("Måltall som hviler på lite", "Measures that rest on little"),
    "warn_one_point": Both("Én sammenlignbar måling: ingen endring.", "One comparable measurement: no change."),
    "warn_no_n": Both("Antall svar er ikke oppgitt.", "The number of respondents is not stated."),
    "warn_rounding": Both(
        "Signifikansen avhenger av avrundingen til hele prosent.",
        "The significance depends on rounding to whole per cent.",
    ),
    "warn_qualifier": Both(
        "Verdien er en grense, omtrentlig eller beregnet.", "The value is a bound, approximate or derived."
    ),
    "warn_break": Both("Brudd eller mulig brudd i serien.", "A break or suspected break in the series."),
    "warn_minor": Both("Mindre endring i hvem som ble spurt.", "A minor change in who was asked."),
    "latest_and_change": Both("Siste verdi og endring", "Latest value and change"),
    "no_status": Both(
        "Kilden har ingen setning om samlet status.", "The source has no sentence on the overall status."
    ),
    "no_judged_status": Both(
        "Ingen samlet vurdering er skrevet for kvartalet.", "No overall assessment was written for the quarter."
    ),
    "not_here": Both("Ikke aktuelt her.", "Does not apply here."),
    "no_figures_heading": Both("Det finnes ingen tall å tegne.", "There are no figures to draw."),
    "no_ambition_heading": Both(
        "Vises bare når det finnes minst to målinger og ambisjonen ikke er offentlig.",
        "Shown only where there are at least two measurements and the ambition is not public.",
    ),
    "no_evidence_heading": Both(
        "Uten tall er det ikke noe grunnlag å gradere.", "Without figures there is no evidence."
    ),
    "no_sampling_heading": Both(
        "Gjelder bare utvalgsundersøkelser der to runder oppgir antall svar og forskjellen kan prøves.",
        "Applies only to sample surveys where two waves state their respondents and the difference can be tested.",
    ),
    "no_beside_heading": Both(
        "Ingen andre tall vises ved siden av denne indikatoren.", "No other figures are shown beside this indicator."
    ),
    "picture_source": Both("Kilde: {sources}.", "Source: {sources}."),
    "certainty_caption": Both("Hvor sikker fargen er: {measure}", "How sure the colour is: {measure}"),
    "offices_silent": Both(
        "Ingen av de andre byråenes regler kan brukes på «{measure}»: {reasons}.",
        "None of the other offices' rules can be used on “{measure}”: {reasons}.",
    ),
    "groups_caption": Both("{measure}, fordelt på grupper", "{measure}, by group"),
}
