"""What the tables of sensitivity say: the same series under other limits and other offices' rules."""

from typing import Final

from analysis.text.books import Both

SENSITIVITY: Final = {
    "by-office": Both("Samme serie under andres regler", "The same series under others' rules"),
    "by-limit": Both("Forslaget når grensene flyttes med 0,05", "The proposal when the limits are moved by 0.05"),
    "answers": Both("Hvem som kan svare, og hvorfor ikke", "Who can answer, and why not"),
    "direction": Both("Retningen alene", "Direction alone"),
    "agreeing": Both("Enige", "Agreeing"),
    "of": Both("{agreeing} av {answering}", "{agreeing} of {answering}"),
    "lower": Both("Lavere grenser", "Lower limits"),
    "higher": Both("Høyere grenser", "Higher limits"),
    "stable": Both("Holder fargen?", "Does the colour hold?"),
    "yes": Both("ja", "yes"),
    "no": Both("nei", "no"),
    "answered": Both("Svarer", "Answers"),
    "unanswered": Both("Svarer ikke fordi", "Does not answer because"),
    "silent": Both("Ingen regel kan svare for: {names}.", "No rule can answer for: {names}."),
    "note": Both(
        "Kontorenes egne ord er oversatt til nærmeste farge her; oversettelsen er en konvensjon. Enige teller dem som "
        "gir samme farge som forslaget, eller som retningen alene der forslaget er grått.",
        "The offices' own words are turned into the nearest colour here; that is a convention. Agreeing counts those "
        "that give the proposed colour, or that of the direction alone where the proposal is grey.",
    ),
    "nobody": Both("ingen mål kan vurderes", "no measure can be assessed"),
}  # fmt: skip
