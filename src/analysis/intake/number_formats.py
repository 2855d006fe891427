"""Number formats of spreadsheets, read as a grammar: a sign means nothing within quotation marks or brackets.

References
----------
ECMA-376, part 1, section 18.8.31 (numFmts).

"""

import math
import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<end>;)|AM/PM|A/P'
    r"|(?P<date>y+|m+|d+|h+|s+)|(?P<general>General)|(?P<mark>[0#?,.])|(?P<percent>%)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9.]+)")
_CURRENCY: Final = re.compile(r"\$([^-]*)(-.*)?", re.DOTALL)  # [$kr-414]: the text, and the locale
_SCALE: Final = re.compile(r"[0#?],+(?![0#?,])")  # commas after the last digit: each leaves out three
_SCALE_WORDS: Final = re.compile(r"mill|mrd|tusen|‰|^\W*[kKmM]\W*$")
_ORDER: Final = {
    "<": float.__lt__,
    "<=": float.__le__,
    ">": float.__gt__,
    ">=": float.__ge__,
    "=": float.__eq__,
    "<>": float.__ne__,
}


@dataclass(frozen=True)
class Section:
    """What one section of a format shows.

    Parameters
    ----------
    text : str
        What it shows beside the figure or date, as written there.
    percents : int
        Signs that multiply what is shown by a hundred each.
    is_scaled : bool
        Whether thousands, or more, are left out of what is shown.
    shows_number, shows_day : bool
        Whether the figure is shown; and the day of the month.
    condition : (str, float) or None
        The comparison that chooses the section.

    """

    text: str
    percents: int
    is_scaled: bool
    shows_number: bool
    shows_day: bool
    condition: tuple[str, float] | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether it shows nothing at all."""
        return not (self.text.strip() or self.percents or self.shows_number or self.shows_day)


def section_of(number_format: str, value: float) -> Section:
    """Return the section of a number format that shows a value.

    Parameters
    ----------
    number_format : str
        As in ``#,##0.0 "kr";[Red]-0``.
    value : float
        The number in the cell; a date is one, too.

    Returns
    -------
    Section

    Examples
    --------
    >>> section_of('0.0"%"', 0.5).percents, section_of("0.0%", 0.5).percents
    (0, 1)
    >>> section_of("[$-da-DK]mmmm yyyy;@", 44256.0).shows_day
    False

    """
    tokens: list[list[re.Match]] = [[]]
    for token in _TOKEN.finditer(number_format):
        if token["end"]:
            tokens.append([])
        else:
            tokens[-1].append(token)
    sections, value = [_section(each) for each in tokens], float(value)
    if any(section.condition for section in sections):
        conditions = ((section, *(section.condition or ("<", math.inf))) for section in sections)
        return next((each for each, order, limit in conditions if _ORDER[order](value, limit)), sections[-1])
    if len(sections) > 2 and value == 0:
        return sections[2]
    return sections[1] if len(sections) > 1 and value < 0 else sections[0]


def _section(tokens: list[re.Match]) -> Section:
    text, marks, dates, condition = "", "", [], None
    for token in tokens:
        bracket = token["bracket"]
        if bracket is not None:
            if compared := _CONDITION.fullmatch(bracket):
                condition = compared[1], float(compared[2])
            elif currency := _CURRENCY.fullmatch(bracket):
                text += currency[1]
        elif token["date"]:
            dates.append(token["date"].lower())
        else:
            text += token["quoted"] or token["escaped"] or token["other"] or ""
            marks += token["mark"] or ""
    return Section(
        text,
        percents=sum(token["percent"] is not None for token in tokens),
        is_scaled=bool(_SCALE.search(marks) or _SCALE_WORDS.search(text.strip())),
        shows_number=any(token["general"] or token[0] in ("0", "#", "?", "@") for token in tokens),
        shows_day=bool({"d", "dd"} & set(dates)),  # ddd is the name of a day of the week
        condition=condition,
    )
