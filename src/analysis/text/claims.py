"""Words that claim something in running text: numbers in letters, and words that say how a figure has moved."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from analysis.text.catalogues import check_language, read_table

_BETWEEN: Final = r"\s+(?:[\w-]+\s+){0,2}"  # a number and what it counts may have two words between them


class Passage(NamedTuple):
    """A passage of a text: where it begins and ends, what it claims, and its number where it is one."""

    start: int
    end: int
    what: str
    value: float = float("nan")


# --- numbers in letters -------------------------------------------------------------


def numbers_in_words(text: str, language: str) -> Iterator[Passage]:
    """Yield the numbers a text spells out.

    Numbers that only say how long ago something was are times, and left out.

    Parameters
    ----------
    text : str
        Running text.
    language : str
        One of `LANGUAGES`.

    Yields
    ------
    Passage
        ``what`` is ``count`` for whole numbers, ``share`` for parts of a whole, whose value is in per cent.

    Examples
    --------
    >>> [passage.value for passage in numbers_in_words("Tjueåtte av to hundre og ti kommuner", "nb")]
    [13.333333333333334]
    >>> [passage.value for passage in numbers_in_words("two hundred and eighty-nine; half of them", "en")]
    [289.0, 50.0]
    """
    patterns, parts = _patterns(check_language(language)), _numbers_by_word("claims.parts", language)
    ignored = [match.span() for match in patterns["no_number"].finditer(text)]
    for match in re.finditer(_number_pattern(language), text, re.IGNORECASE):
        # "no one" and "one another" name nobody's number
        if any(start <= match.start() < end for start, end in ignored) or patterns["ago"].match(text, match.end()):
            continue
        if match["count"]:
            yield Passage(match.start(), match.end(), "count", float(_value(match["count"], language)))
        elif match["whole"]:
            share = 100.0 * _value(match["part"], language) / _value(match["whole"], language)
            yield Passage(match.start(), match.end(), "share", share)
        else:
            times = _value(match["times"], language) if match["times"] else 1
            yield Passage(match.start(), match.end(), "share", 100.0 * times / parts[match["of"].lower()])


@cache
def _patterns(language: str) -> dict[str, re.Pattern]:
    entries = read_table("claims.patterns").items()
    return {key: re.compile(pattern[language], re.IGNORECASE) for key, pattern in entries}


@cache
def _numbers_by_word(table: str, language: str) -> dict[str, int]:
    entries = read_table(table).items()
    return {word: int(value) for value, words in entries for word in words[language].split()}


@cache
def _numerals(language: str) -> dict[str, int]:
    # zero is no claim, and one an article or a pronoun unless the catalogue says otherwise
    counted = enumerate(read_table("numbers.lists")["numerals"][language])
    return {word: value for value, word in counted if value > 1} | _numbers_by_word("claims.numerals", language)


@cache
def _number_pattern(language: str) -> str:
    """Return a pattern for a count, a part of a whole in two counts (part, whole), or a fraction (times, of)."""
    patterns = {key: pattern.pattern for key, pattern in _patterns(language).items()}
    word = _any_of([*_numerals(language), *_numbers_by_word("claims.scales", language)])
    # numbers are written in one word or several: "tjueåtte", "two hundred and ten"; after a digit they are its unit
    number = rf"(?<!\d\s)(?<![\w-]){word}(?:(?:[\s-]+{patterns['and']}[\s-]+|[\s-]*){word})*(?![\w-])"
    fraction = rf"(?<!\w)(?P<of>{_any_of(_numbers_by_word('claims.parts', language))})(?={patterns['of_part']})"
    return (
        rf"(?P<part>{number})(?:{patterns['of_count']}(?P<whole>{number}))"
        rf"|(?:(?P<times>{number})[\s-]+)?{fraction}|(?P<count>{number})"
    )


def _any_of(words: Iterable[str]) -> str:
    # longest first, or "seks" would be found in "seksten"
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


def _value(text: str, language: str) -> int:
    numerals, scales = _numerals(language), _numbers_by_word("claims.scales", language)
    total = group = 0
    for word in re.findall(_any_of([*numerals, *scales]), text.lower()):
        if word in numerals:
            group += numerals[word]  # twenty-eight
        elif scales[word] == 100:
            group = max(group, 1) * 100  # two hundred; a bare hundred is one
        else:  # a thousand or more closes its group
            total, group = total + max(group, 1) * scales[word], 0
    return total + group


def counted_structure(text: str, end: int, language: str) -> str:
    """Return which of the strategy's own parts the number ending at `end` counts.

    Parameters
    ----------
    text : str
        Running text.
    end : int
        Where the number ends in it.
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    {"indicator", "subgoal", "goal", ""}
        Empty where it counts something else.
    """
    check_language(language)
    for kind, pattern in read_table("claims.structure").items():
        if re.match(f"{_BETWEEN}{pattern[language]}", text[end : end + 60], re.IGNORECASE):
            return kind
    return ""


# --- words of change ----------------------------------------------------------------


def claims_of_change(sentence: str, language: str) -> Iterator[Passage]:
    """Yield the words of a sentence that claim how something has moved.

    Comparisons count when they are with an earlier time; aims ("should increase") and comparisons with what was
    expected or planned do not.

    Parameters
    ----------
    sentence : str
        One sentence.
    language : str
        One of `LANGUAGES`.

    Yields
    ------
    Passage
        ``what`` is ``up``, ``down``, ``doubled``, ``halved``, ``changed``, ``unchanged``, ``better``, ``worse``,
        ``significant``, or one of these with ``not-`` before it; ``unread`` where a denial is in the clause and it is
        not sure what it denies.

    Examples
    --------
    >>> [passage.what for passage in claims_of_change("Andelen har ikke økt, og er lavere enn i 2022.", "nb")]
    ['not-up', 'down']
    >>> [passage.what for passage in claims_of_change("Andelen økte ikke, heller ikke falt antallet.", "nb")]
    ['not-up', 'not-down']
    """
    patterns = _patterns(check_language(language))
    spans: list[tuple[int, int]] = []
    claims = []
    for claim, words in read_table("claims.changes").items():
        pattern = words[language].replace("EARLIER", patterns["earlier"].pattern)
        for match in re.finditer(rf"(?<![\w-])(?:{pattern})(?![\w-])", sentence, re.IGNORECASE):
            # "better than before" is one claim, not also the "more" within it
            if any(start < match.end() and match.start() < end for start, end in spans):
                continue
            spans.append(match.span())
            before, after = sentence[: match.start()], sentence[match.end() :]
            # an aim or an expectation is no claim about what has happened
            if patterns["wished"].search(before) or patterns["expected"].match(after):
                continue
            claims.append(Passage(match.start(), match.end(), _denied(claim, before, match[0], after, patterns)))
    yield from sorted(claims)


def _denied(claim: str, before: str, phrase: str, after: str, patterns: dict[str, re.Pattern]) -> str:
    """Return a claim as its clause has it: as it is, denied, or unread."""
    # "no change" is no denial of a change's absence
    inner = re.sub(r"^(?:ingen|no)\b", "", phrase, flags=re.IGNORECASE) if claim == "unchanged" else phrase
    # what stands between commas is not the clause: "has not, as many believe, risen"
    plain = re.sub(r"\s*(?:,[^,;:–()]+,|\([^()]*\)|–[^,;:–()]+–)\s*$", " ", before)
    start, end = patterns["clause"].split(plain)[-1], patterns["clause"].split(after)[0]
    denial = patterns["denial"]
    # "has not risen and fallen" may deny both
    shared = not start.strip() and denial.search(re.split(r"[,;:–()]", before.rstrip())[-1])
    doubt = re.search(rf"{patterns['doubt'].pattern}(?:\s+\w+){{0,4}}\s*$", start, re.IGNORECASE)
    doubt = doubt or re.match(rf"\s*(?:\w+\s+){{0,2}}{patterns['doubt'].pattern}", end, re.IGNORECASE)
    finite = patterns["finite"].fullmatch(phrase)
    if not finite:  # "the rise is not significant" claims a rise
        end = patterns["denied_significance"].sub("", end)
    if denial.search(start):  # "neither risen nor fallen" is one denial
        end = patterns["paired_denial"].sub("", end)
    denials = sum(len(denial.findall(text)) for text in (start, inner, end))
    changed = claim != "significant" and patterns["moved_change"].search(start)
    if claim == "unread" or doubt or changed or "?" in after or (shared and not denials):
        return "unread"
    if not denials:
        return claim
    follows = finite and patterns["denied_after"].match(end)
    sure = denials == 1 and (patterns["denied_before"].search(start) or denial.search(inner) or follows)
    return f"not-{claim}" if sure else "unread"
