"""What the keys and values of breakdowns are called; in the data they are ASCII slugs (``aarsak=finansiering``)."""

from typing import Final

from analysis.text.books import Both, say
from analysis.text.labels import label

KEYS: Final = {
    "aarsak": Both("årsak", "cause"),
    "alder": Both("alder", "age"),
    "grense": Both("grense", "limit"),
    "gruppe": Both("gruppe", "group"),
    "helseforetak": Both("helseforetak", "hospital trust"),
    "helseregion": Both("helseregion", "health region"),
    "hovedmaal": Both("hovedmål", "main goal"),
    "kanal": Both("kanal", "channel"),
    "kjonn": Both("kjønn", "sex"),
    "land": Both("land", "country"),
    "malgruppe": Both("målgruppe", "target group"),
    "myndighet": Both("myndighet", "authority"),
    "region": Both("region", "region"),
    "sektor": Both("sektor", "sector"),
    "stilling": Both("stilling", "position"),
    "svar": Both("svar", "answer"),
    "type": Both("type", "type"),
}

VALUES: Final = {
    "aarsak=andre": Both("andre årsaker", "other causes"),
    "aarsak=finansiering": Both("finansiering", "funding"),
    "aarsak=leverandoer": Both("leverandørutfordringer", "supplier problems"),
    "aarsak=regelverk": Both("behov for regelverksutvikling", "need for new regulation"),
    "alder=30-44": Both("30–44 år", "30–44 years"),
    "alder=45-59": Both("45–59 år", "45–59 years"),
    "alder=60+": Both("60 år og eldre", "60 years and over"),
    "alder=under-30": Both("under 30 år", "under 30 years"),
    "grense=nedre": Both("nedre", "lower"),
    "grense=oevre": Both("øvre", "upper"),
    "gruppe=avtalespesialister": Both("avtalespesialister", "contract specialists"),
    "gruppe=fastleger": Both("fastleger", "general practitioners"),
    "gruppe=leger-haraldsplass": Both("leger ved Haraldsplass", "doctors at Haraldsplass"),
    "gruppe=leger-mottaksklinikken-haukeland": Both(
        "leger ved mottaksklinikken på Haukeland", "doctors at Haukeland's emergency clinic"
    ),
    "gruppe=sykehjemsleger": Both("sykehjemsleger", "nursing home doctors"),
    "helseforetak=helse-nord": Both("Helse Nord", "Helse Nord"),
    "helseforetak=helse-vest": Both("Helse Vest", "Helse Vest"),
    "helseregion=midt-norge": Both("Midt-Norge", "Central Norway"),
    "helseregion=nord": Both("Nord", "North"),
    "helseregion=soer-oest": Both("Sør-Øst", "South-East"),
    "helseregion=vest": Both("Vest", "West"),
    "hovedmaal=maal-2": Both("mål 2", "goal 2"),
    "hovedmaal=maal-4": Both("mål 4", "goal 4"),
    "kanal=skriftlig-digital": Both("skriftlig digital", "written, digital"),
    "kanal=telefon": Both("telefon", "telephone"),
    "kanal=videosamtaler": Both("videosamtaler", "video calls"),
    "kjonn=kvinner": Both("kvinner", "women"),
    "kjonn=menn": Both("menn", "men"),
    "land=DK": Both("Danmark", "Denmark"),
    "land=EU27": Both("EU (27 land)", "EU (27 countries)"),
    "land=FI": Both("Finland", "Finland"),
    "land=NO": Both("Norge", "Norway"),
    "land=SE": Both("Sverige", "Sweden"),
    "malgruppe=fastleger": Both("fastleger", "general practitioners"),
    "malgruppe=helseforetak": Both("helseforetak", "hospital trusts"),
    "malgruppe=kommuner": Both("kommuner", "municipalities"),
    "myndighet=egen": Both("egen vedtaksmyndighet", "own authority to decide"),
    "region=hoeyeste": Both("høyeste", "highest"),
    "region=laveste": Both("laveste", "lowest"),
    "sektor=helseregionene": Both("helseregionene", "the health regions"),
    "sektor=kommuner": Both("kommuner", "municipalities"),
    "sektor=nasjonale-virksomheter": Both("nasjonale virksomheter", "national bodies"),
    "stilling=helsesekretaerer": Both("helsesekretærer", "medical secretaries"),
    "svar=ikke-svart": Both("ikke svart", "no answer"),
    "svar=ja": Both("ja", "yes"),
    "svar=nei": Both("nei", "no"),
    "svar=uenig": Both("uenig", "disagree"),
    "type=anonyme": Both("anonyme", "anonymous"),
    "type=digitalt-tilsyn": Both("digitalt tilsyn", "digital supervision"),
    "type=lokaliseringsteknologi": Both("lokaliseringsteknologi", "location technology"),
    "type=medisineringsstoette": Both("medisineringsstøtte", "medication support"),
    "type=personidentifiserbare": Both("personidentifiserbare", "person-identifiable"),
    "type=trygghetsalarm": Both("trygghetsalarm", "safety alarm"),
}


def breakdown(text: str, language: str) -> str:
    """Return a breakdown as people say it, ``årsak: finansiering``; the whole is ``i alt``.

    Raises:
        WordError: for a key or value nobody has put into words.

    """
    if not text:
        return label("total", language)
    pairs = [(pair.partition("=")[0], pair) for pair in text.split(";")]
    return "; ".join(f"{say(KEYS, key, language)}: {say(VALUES, pair, language)}" for key, pair in pairs)
