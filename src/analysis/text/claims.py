"""Words that claim something in running text: numbers in letters, and words that say how a figure has moved."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from analysis.text.books import COUNTING, known


class Said(NamedTuple):
    """Something said in a text: where it begins and ends, what is said, and its number where it is one."""

    start: int
    end: int
    what: str
    value: float = float("nan")


# --- numbers in letters -------------------------------------------------------------

_TENS: Final = {
    "nb": "tretten fjorten femten seksten sytten atten nitten tjue tretti førti femti seksti sytti åtti nitti",
    "en": "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy "
    "eighty ninety",
}
_TEN_VALUES: Final = (13, 14, 15, 16, 17, 18, 19, 20, 30, 40, 50, 60, 70, 80, 90)
# en and et are articles; only the accent, or the doubled letter, makes them a number
_ONES: Final = {"nb": {"én": 1, "ett": 1, "syv": 7, "tyve": 20, "tredve": 30}, "en": {"one": 1}}
_SCALES: Final = {
    "nb": {"hundre": 100, "tusen": 1_000, "million": 1_000_000, "millioner": 1_000_000},
    "en": {"hundred": 100, "thousand": 1_000, "million": 1_000_000},
}
_AND: Final = {"nb": "og", "en": "and"}
_PARTS: Final = {
    "nb": {"halvparten": 1 / 2, "tredjedel": 1 / 3, "tredjedeler": 1 / 3, "tredel": 1 / 3, "tredeler": 1 / 3,
           "fjerdedel": 1 / 4, "fjerdedeler": 1 / 4, "firedel": 1 / 4, "femtedel": 1 / 5, "femtedeler": 1 / 5,
           "tidel": 1 / 10, "tidedel": 1 / 10},
    "en": {"half": 1 / 2, "third": 1 / 3, "thirds": 1 / 3, "fourth": 1 / 4, "quarter": 1 / 4, "quarters": 1 / 4,
           "fifth": 1 / 5, "fifths": 1 / 5, "tenth": 1 / 10},
}  # fmt: skip
_PART_OF: Final = {"nb": r"(?:\s+av\b|\b)", "en": r"\s+(?:of|the)\b(?!\s+\d)"}
_OF: Final = {"nb": r"\s+av(?:\s+de)?\s+", "en": r"\s+(?:of|in|out of)\s+(?:the\s+)?"}
# "no one", "one another" and the like name nobody's number
_NO_NUMBER: Final = {
    "nb": r"(?!)",
    "en": r"\b(?:no|any|every|each|this|that|the|which) one\b|\bone(?: another|self|'s)\b",
}
_AGO: Final = {
    "nb": r"\s+(?:år|kvartal(?:er)?|måned(?:er)?|uker?|dag(?:er)?)\s+(?:tidligere|siden|før|senere|etter)\b",
    "en": r"\s+(?:years?|quarters?|months?|weeks?|days?)\s+(?:ago|earlier|before|later|after)\b",
}
STRUCTURE: Final = {
    "nb": (("indicator", r"indikator"), ("subgoal", r"delmål"), ("goal", r"mål(?:ene)?\b")),
    "en": (("indicator", r"indicators?\b"), ("subgoal", r"sub-?goals?\b"), ("goal", r"goals?\b")),
}
_BETWEEN: Final = r"\s+(?:[\w-]+\s+){0,2}"


def numbers_in_words(text: str, language: str) -> Iterator[Said]:
    """Yield the numbers a text spells out: whole numbers (``what`` is ``count``) and parts of a whole (``share``).

    A share's value is in per cent. Numbers that only say how long ago something was are times, and left out.

    >>> [said.value for said in numbers_in_words("Tjueåtte av to hundre og ti kommuner", "nb")]
    [13.333333333333334]
    >>> [said.value for said in numbers_in_words("two hundred and eighty-nine; half of them", "en")]
    [289.0, 50.0]
    """
    word, values = _spelling(known(language)), _values(language)
    skipped = [match.span() for match in re.finditer(_NO_NUMBER[language], text, re.IGNORECASE)]
    count = rf"(?<!\d\s)(?<![\w-]){word}(?![\w-])"
    pattern = rf"(?P<part>{count})(?:{_OF[language]}(?P<whole>{count}))|{_share(language, count)}|(?P<count>{count})"
    for match in re.finditer(pattern, text, re.IGNORECASE):
        if any(start <= match.start() < end for start, end in skipped):
            continue
        if re.match(_AGO[language], text[match.end() :], re.IGNORECASE):
            continue
        yield _number(match, values, language)


def _number(match: re.Match, values: dict[str, int], language: str) -> Said:
    if match["count"]:
        return Said(match.start(), match.end(), "count", float(_worth(match["count"], values, language)))
    if match["whole"]:
        part, whole = (_worth(match[name], values, language) for name in ("part", "whole"))
        return Said(match.start(), match.end(), "share", 100.0 * part / whole)
    times = _worth(match["times"], values, language) if match["times"] else 1
    return Said(match.start(), match.end(), "share", 100.0 * times * _PARTS[language][match["of"].lower()])


def _share(language: str, count: str) -> str:
    parts = "|".join(sorted(_PARTS[language], key=len, reverse=True))
    return rf"(?:(?P<times>{count})[\s-]+)?(?<!\w)(?P<of>{parts})(?={_PART_OF[language]})"


def _values(language: str) -> dict[str, int]:
    small = dict(zip(getattr(COUNTING, language).split()[2:], range(2, 13), strict=True))
    return small | dict(zip(_TENS[language].split(), _TEN_VALUES, strict=True)) | _ONES[language]


def _spelling(language: str) -> str:
    """Return a pattern for a number in letters, written in one word or several."""
    words = sorted({*_values(language), *_SCALES[language]}, key=len, reverse=True)
    one = "(?:" + "|".join(map(re.escape, words)) + ")"
    return rf"{one}(?:(?:[\s-]+{_AND[language]}[\s-]+|[\s-]*){one})*"


def _worth(text: str, values: dict[str, int], language: str) -> int:
    scales = _SCALES[language]
    names = sorted({*values, *scales}, key=len, reverse=True)
    total = group = 0
    for name in re.findall("|".join(map(re.escape, names)), text.lower()):
        if name not in scales:
            group += values[name]
        elif scales[name] == 100:
            group = max(group, 1) * 100
        else:
            total, group = total + max(group, 1) * scales[name], 0
    return total + group


def counted_structure(text: str, end: int, language: str) -> str:
    """Return which of the strategy's own parts the number ending at `end` counts (``subgoal`` …), empty for others."""
    for kind, pattern in STRUCTURE[known(language)]:
        if re.match(rf"{_BETWEEN}{pattern}", text[end : end + 60], re.IGNORECASE):
            return kind
    return ""


# --- words of change ----------------------------------------------------------------

_THEN: Final = {
    "nb": r"(?:i|ved|før|tidligere|sist|forrige|året|for \w+ år siden)\b",
    "en": r"(?:in|at|before|earlier|last|previous|the (?:year|previous|last|first)|a year)\b",
}
_CLAIMS: Final = {
    "nb": (
        ("significant", r"signifikan\w+"),
        ("unchanged", r"uendre[td]e?|uforandre[td]e?|stabilt?|stabile|ingen endring(?:er)?|st(?:år|o|ått) stille|"
                      r"(?:på )?samme nivå|ligger fast"),
        ("better", rf"bedre enn {_THEN['nb']}|bedring(?:en)?|forbedre[tr]|positiv(?:e)? (?:utvikling|endring)\w*|"
                   r"utvikling(?:en)? er positiv|(?:endret seg(?: \w+)? )?i positiv retning|bedrer seg"),
        ("worse", rf"(?:dårligere|svakere) enn {_THEN['nb']}|forverr(?:er|et|ing)\w*|negativ utvikling|"
                  r"i negativ retning|tilbakegang"),
        ("up", r"øker|økte|økt|økende|øk(?:n)?ing(?:en|er)?|stiger|steg|steget|stigende|stigning(?:en)?|vokser|"
               rf"vokste|vokst|voksende|vekst(?:en)?|(?:går|gikk|gått) opp|"
               rf"(?:høyere|større|flere|mer|oftere) enn {_THEN['nb']}|"
               r"stadig (?:mer|flere)"),
        ("down", r"synker|sank|sunket|synkende|faller|falt|fallende|nedgang(?:en)?|reduseres|redusert|reduksjon(?:en)?|"
                 rf"avtar|avtok|avtatt|minsker|(?:går|gikk|gått) ned|(?:lavere|mindre|færre) enn {_THEN['nb']}|"
                 r"stadig (?:mindre|færre)"),
        ("changed", r"endret seg"),
    ),
    "en": (
        ("significant", r"significant(?:ly)?"),
        ("unchanged", r"unchanged|stable|no change|the same level|at the same level|stands still|flat"),
        ("better", rf"better than {_THEN['en']}|improved|improving|improvement|positive (?:development|change)|"
                   r"development is positive|changed \w+ for the better|for the better"),
        ("worse", rf"(?:worse|weaker) than {_THEN['en']}|worsen(?:s|ed|ing)|deteriorat\w+|negative development|"
                  r"for the worse"),
        ("up", r"increas(?:e|es|ed|ing)|ris(?:es|en|ing)|rose|rise|grows|grew|grown|growing|growth|climb(?:s|ed)|"
               rf"(?:goes|went|gone) up|(?:higher|greater|larger|more|more often) than {_THEN['en']}|more and more"),
        ("down", r"decreas(?:e|es|ed|ing)|fall(?:s|en|ing)|fell|drop(?:s|ped)|declin(?:e|es|ed|ing)|reduc(?:ed|tion)|"
                 rf"shr(?:inks|ank|unk)|(?:goes|went|gone) down|(?:lower|smaller|fewer|less) than {_THEN['en']}|"
                 r"fewer and fewer|less and less"),
        ("changed", r"has changed|have changed"),
    ),
}  # fmt: skip
_NOT: Final = {"nb": r"(?:ikke|ingen|verken|aldri)", "en": r"(?:not|no|never|neither|n't)"}
# an aim or an expectation is no claim about what has happened
_WISHED: Final = {
    "nb": r"(?:skal|bør|må|kan|vil|kunne|skulle|ville|å)\s+(?:\w+\s+){0,2}$",
    "en": r"(?:shall|should|must|can|may|will|could|would|to)\s+(?:\w+\s+){0,2}$",
}
_EXPECTED: Final = {
    "nb": r"\s+(?:\w+\s+){0,4}?(?:ventet|forventet|planlagt|ambisjone\w+|målet)\b",
    "en": r"\s+(?:\w+\s+){0,4}?(?:expected|planned|ambitions?|target)\b",
}


def claims_of_change(sentence: str, language: str) -> Iterator[Said]:
    """Yield the words of a sentence that claim how something has moved; ``what`` is the claim.

    ``up``, ``down``, ``changed``, ``unchanged``, ``better``, ``worse``, ``significant``, or one of these with ``not-``
    before it. Comparisons count when they are with an earlier time; aims ("should increase") and comparisons with what
    was expected or planned do not.

    >>> [said.what for said in claims_of_change("Andelen har ikke økt, og er lavere enn i 2022.", "nb")]
    ['not-up', 'down']
    """
    taken: list[tuple[int, int]] = []
    found = []
    for claim, pattern in _CLAIMS[known(language)]:
        for match in re.finditer(rf"(?<![\w-])(?:{pattern})(?![\w-])", sentence, re.IGNORECASE):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            if not _is_wish(sentence, match, language):
                found.append(Said(match.start(), match.end(), _negated(sentence, match, claim, language)))
    yield from sorted(found)


def _is_wish(sentence: str, match: re.Match, language: str) -> bool:
    before, after = sentence[: match.start()], sentence[match.end() :]
    return bool(
        re.search(rf"(?<!\w){_WISHED[language]}", before, re.IGNORECASE)
        or re.match(_EXPECTED[language], after, re.IGNORECASE)
    )


def _negated(sentence: str, match: re.Match, claim: str, language: str) -> str:
    before = re.split(r"[,;:–]", sentence[: match.start()])[-1]
    negated = re.search(rf"(?<!\w){_NOT[language]}\s+(?:\w+\s+){{0,2}}$", before, re.IGNORECASE)
    return f"not-{claim}" if negated else claim
