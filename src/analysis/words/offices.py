"""What other statistical offices' methods and verdicts are called."""

from typing import Final

from analysis.words.books import Both, say

OFFICES: Final = {
    "eurostat": Both(
        "Eurostat, vekstforhold (slik EUSTAT bruker det)", "Eurostat, growth ratio (as EUSTAT applies it)"
    ),
    "canada": Both("Statistics Canada, vekstforhold", "Statistics Canada, growth ratio"),
    "destatis": Both("Destatis, værsymboler", "Destatis, weather symbols"),
    "fingertips": Both("Fingertips (England), trendmerker", "Fingertips (England), trend markers"),
    "nhs": Both("NHS England, prosessdiagram", "NHS England, process chart"),
}

VERDICTS: Final = {
    "target_achieved": Both("målet er nådd", "target achieved"),
    "substantial_progress": Both("betydelig fremgang", "substantial progress"),
    "significant_progress": Both("klar fremgang", "significant progress"),
    "moderate_progress": Both("moderat fremgang", "moderate progress"),
    "limited_progress": Both("liten fremgang", "limited progress"),
    "no_progress": Both("ingen fremgang", "no progress"),
    "moderate_deterioration": Both("moderat tilbakegang", "moderate deterioration"),
    "significant_deterioration": Both("klar tilbakegang", "significant deterioration"),
    "deterioration": Both("tilbakegang", "deterioration"),
    "not_available": Both("kan ikke beregnes", "cannot be calculated"),
    "sun": Both("sol", "sun"),
    "slightly_cloudy": Both("sol og sky", "sun and cloud"),
    "cloud": Both("sky", "cloud"),
    "thunderstorm": Both("torden", "thunderstorm"),
    "increasing": Both("stiger", "increasing"),
    "decreasing": Both("synker", "decreasing"),
    "no_change": Both("ingen sikker endring", "no significant change"),
    "too_few_4": Both("krever minst fire målinger", "needs at least four measurements"),
    "too_few_5": Both("krever minst fem målinger", "needs at least five measurements"),
    "too_few_12": Both("krever minst tolv målinger", "needs at least twelve measurements"),
}


def office(code: str, language: str) -> str:
    """Return which office and method a code stands for."""
    return say(OFFICES, code, language, "offices")


def verdict(code: str, language: str) -> str:
    """Return what an office's verdict means."""
    return say(VERDICTS, code, language, "verdicts")
