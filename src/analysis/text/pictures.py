"""What is written on pictures, and the sentences that alternative texts are composed of."""

from typing import Final

from analysis.text.books import Both
from analysis.text.numbers import number, percent_sign

PICTURES: Final = {
    # written on the picture
    "target": Both("mål: {value}", "target: {value}"),
    "milestone": Both("delmål: {value}", "milestone: {value}"),
    "conflict": Both("annen kilde: {value}", "another source: {value}"),
    "excluded": Both("holdt utenfor: {value}", "left out: {value}"),
    "total": Both("alle: {value}", "all: {value}"),
    "with-interval": Both("{unit}, med 95 % konfidensintervall", "{unit}, with 95% confidence interval"),
    "latest": Both("siste verdi: {value}", "latest value: {value}"),
    "empty": Both("ingen offentlig verdi", "no public figure"),
    "ambition-axis": Both("ambisjon for {period} ({unit})", "ambition for {period} ({unit})"),
    "probability-axis": Both("sannsynlighet", "probability"),
    # alternative texts
    "line": Both("Linjediagram: {name}, i {unit}.", "Line chart: {name}, in {unit}."),
    "one-point": Both("Diagram med én måling: {name}, i {unit}.", "Chart with one measurement: {name}, in {unit}."),
    "nothing": Both("Tomt diagram: {name} har ingen offentlig verdi.", "Empty chart: {name} has no public figure."),
    "point": Both("{period}: {value}.", "{period}: {value}."),
    "between": Both(
        "{count} målinger fra {first} i {start} til {latest} i {end}, lavest {low} ({low_when}) og høyest {high} "
        "({high_when}).",
        "{count} measurements from {first} in {start} to {latest} in {end}, lowest {low} ({low_when}) and highest "
        "{high} ({high_when}).",
    ),
    "at-break": Both("{kind} fra {period}: {note}", "{kind} from {period}: {note}"),
    "promised": Both("Målet er {value} innen {period}.", "The target is {value} by {period}."),
    "passing": Both("Delmål på veien: {value} innen {period}.", "Milestone on the way: {value} by {period}."),
    "crossed": Both(
        "Kryss: en annen kilde oppgir {value} for {period}.", "Cross: another source states {value} for {period}."
    ),
    "hollow": Both(
        "Hul sirkel: {value} for {period} er holdt utenfor.", "Hollow circle: {value} for {period} is left out."
    ),
    "bars": Both("Stolpediagram: {name}, {period}, i {unit}.", "Bar chart: {name}, {period}, in {unit}."),
    "neighbours": Both(
        "Linjediagram med flere land: {name}, i {unit}.", "Line chart of several countries: {name}, in {unit}."
    ),
    "country": Both("{country}: {series}.", "{country}: {series}."),
    "in-year": Both("{value} i {period}", "{value} in {period}"),
    "ambition": Both(
        "Fargebånd: hvilken farge {name} ville fått under ulike ambisjoner for {period}.",
        "Band of colours: which colour {name} would have under different ambitions for {period}.",
    ),
    "band-inside": Both("{colour} fra {low} til {high}", "{colour} from {low} to {high}"),
    "band-below": Both("{colour} opp til {high}", "{colour} up to {high}"),
    "band-above": Both("{colour} fra {low} og oppover", "{colour} from {low} upwards"),
    "chances": Both(
        "Stolpe med sannsynligheten for hver farge: {shares}.", "Bar of each colour's probability: {shares}."
    ),
    "overview": Both(
        "Oversikt: fargen for hvert mål, {quarters}.", "Overview: the colour of each goal, {quarters}."
    ),
    "goal": Both("Mål {number}, {name}: {lights}.", "Goal {number}, {name}: {lights}."),
    "light-in": Both("{light} i {quarter}", "{light} in {quarter}"),
}  # fmt: skip


def short(value: float, unit_name: str, language: str, qualifier: str = "") -> str:
    """Return a value as it is written beside a point: ``28 %``, ``> 300``.

    >>> short(28, "prosent", "en"), short(300, "kommuner", "nb", "over")
    ('28%', '> 300')
    """
    shown = percent_sign(value, language) if unit_name == "prosent" else number(value, language)
    return {"over": "> ", "under": "< ", "circa": "≈ "}.get(qualifier, "") + shown
