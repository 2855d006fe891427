"""What the intake may notice about a figure or file that it lets in, as the report's reader is told it."""

from typing import Final

from analysis.text.books import Both, say

NOTICED: Final = {
    "encoding": Both(
        "Filen er ikke lagret som UTF-8. Tegnene er lest som Windows-tekst (cp1252).",
        "The file is not stored as UTF-8. Its characters were read as Windows text (cp1252).",
    ),
    "extra_column": Both("Filen har en kolonne som ikke er lest.", "The file has a column that was not read."),
    "header": Both("Et kolonnenavn har mellomrom rundt seg.", "A column name has blanks around it."),
    "blank_row": Both("En tom rad er utelatt.", "A blank row was left out."),
    "sheet": Both("Arbeidsboken har ark som ikke er lest.", "The workbook has sheets that were not read."),
    "hidden": Both(
        "Arbeidsboken har et skjult ark, en skjult rad eller en skjult kolonne.",
        "The workbook has a hidden sheet, row or column.",
    ),
    "crossed_out": Both(
        "Cellen er gjennomstreket eller har en kommentar. Tallet er brukt likevel.",
        "The cell is struck through or carries a comment. Its figure is used all the same.",
    ),
    "formula": Both(
        "Tallet er resultatet av en formel som ikke er regnet etter.",
        "The figure is the result of a formula that has not been recalculated.",
    ),
    "number": Both(
        "Tallet er skrevet som potens av ti og kan være avrundet.",
        "The figure is written as a power of ten and may be rounded.",
    ),
    "small_cell": Both("Tallet hviler på færre enn fem personer.", "The figure rests on fewer than five persons."),
    "ratio_incomplete": Both(
        "Telleren er oppgitt, men ikke nevneren.", "The numerator is given, but not the denominator."
    ),
    "text": Both(
        "Teksten har tegn eller koder som ikke hører hjemme der. De vises som ren tekst.",
        "The text holds marks or code that do not belong there. They are shown as plain text.",
    ),
    "revision": Both(
        "Tallet er endret siden forrige utgave, og grunnen er ikke oppgitt.",
        "The figure has changed since the edition before, and no reason is given.",
    ),
    "jump": Both(
        "Tallet er mange ganger større eller mindre enn det forrige, og grunnen er ikke oppgitt.",
        "The figure is many times larger or smaller than the one before it, and no reason is given.",
    ),
    "scale_jump": Both(
        "Tallet er så mye større eller mindre enn det forrige at det kan være oppgitt i en annen enhet.",
        "The figure is so much larger or smaller than the one before it that it may be in another unit.",
    ),
    "stale": Both(
        "De nyeste tallene i filen er helt like de forrige. Det kan være en gammel fil.",
        "The newest figures in the file equal the ones before exactly. It may be an old file.",
    ),
}


def noticed(rule: str, language: str) -> str:
    """Return what a rule of the intake noticed, as one sentence.

    Raises:
        WordError: for a rule nobody has put into words.

    """
    return say(NOTICED, rule, language, "what the intake notices")
