"""What other statistical offices' methods and verdicts are called, and why a rule may not apply."""

from typing import Final

from analysis.text.books import Both, say

OFFICES: Final = {
    ("statistics_canada", "growth_ratio"): Both("Statistics Canada: vekstforhold", "Statistics Canada: growth ratio"),
    ("eurostat", "growth_ratio"): Both("Eurostat: vekstforhold", "Eurostat: growth ratio"),
    ("destatis", "weather"): Both("Destatis (Tyskland): værsymboler", "Destatis (Germany): weather symbols"),
    ("fingertips", "trend_marker"): Both("Fingertips (England): trendmerker", "Fingertips (England): trend markers"),
    ("nhs_england", "variation"): Both("NHS England: variasjon", "NHS England: variation"),
    ("nhs_england", "assurance"): Both("NHS England: måloppnåelse", "NHS England: assurance"),
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
    "sun": Both("sol", "sun"),
    "slightly_cloudy": Both("sol og sky", "sun and cloud"),
    "cloud": Both("sky", "cloud"),
    "thunderstorm": Both("torden", "thunderstorm"),
    "increasing_and_getting_better": Both("stiger, blir bedre", "increasing and getting better"),
    "decreasing_and_getting_better": Both("synker, blir bedre", "decreasing and getting better"),
    "increasing_and_getting_worse": Both("stiger, blir verre", "increasing and getting worse"),
    "decreasing_and_getting_worse": Both("synker, blir verre", "decreasing and getting worse"),
    "no_change": Both("ingen påvist endring", "no significant change"),
    "improvement": Both("bedring ut over tilfeldig variasjon", "improvement beyond chance"),
    "concern": Both("forverring ut over tilfeldig variasjon", "deterioration beyond chance"),
    "common_cause": Both("tilfeldig variasjon", "common cause variation"),
    "consistent_pass": Both("når målet stabilt", "consistently meets the target"),
    "inconsistent": Both("når målet av og til", "meets the target at times"),
    "consistent_fail": Both("når ikke målet", "consistently misses the target"),
}

HINDRANCES: Final = {
    "unmeasured": Both("ikke målt", "not measured"),
    "no_observation": Both("ingen offentlig verdi på rapportdatoen", "no public figure at the report date"),
    "withheld": Both("siste tall er holdt tilbake", "the latest figure is withheld"),
    "no_direction": Both("ingen retning er bedre", "neither direction is better"),
    "bound": Both("verdien er en grense", "the value is a bound"),
    "one_point": Both("bare én måling", "one measurement only"),
    "break": Both("brudd i serien", "the series is broken"),
    "few_points": Both("for få målinger for regelen", "too few measurements for the rule"),
    "zero_base": Both("utgangspunktet er null", "the baseline is zero"),
    "at_target": Both("målet var nådd i utgangspunktet", "the target was met at the baseline"),
    "no_sampling_error": Both("usikkerheten er ikke oppgitt", "the uncertainty is not stated"),
    "extreme_share": Both("andelen er 0 eller 100 prosent", "the share is 0 or 100 per cent"),
    "no_target": Both("ingen offentlig ambisjon", "no public ambition"),
}


def office(name: str, method: str, language: str) -> str:
    """Return what an office's method is called."""
    return say(OFFICES, (name, method), language, "offices")


def verdict(code: str, language: str) -> str:
    """Return what an office's verdict means."""
    return say(VERDICTS, code, language, "verdicts")


def hindrance(code: str, language: str) -> str:
    """Return why an office's rule says nothing about a measure."""
    return say(HINDRANCES, code, language, "hindrances")
