"""What was written: the experts' comments in both languages, with every number inserted from the data by reference.

A quarter's texts lie beside its colours as ``strategi.nb.md``, ``maal-1.nb.md`` … and the same in ``en``. Each holds
sections, ``## key`` and Markdown below it. Numbers are not typed but referred to, so that text and table agree:

- ``{measure@2023}``: the value with its unit; ``{measure@2023|value}``: the number alone
- ``{measure@2023|n}``, ``|numerator``, ``|denominator``: the other counts of the same row
- ``{measure@2024Q1[key=value]|value}``: a cell of a breakdown, with any aspect
- ``{measure@2022..2023|change}``, ``|growth``: the size of a difference or relative change; the verb says which way

What stands between ``<!--`` and ``-->`` is for the authors only; a section that holds nothing else is still open.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from analysis import text as words
from analysis.core import paths
from analysis.core.names import nearest
from analysis.core.periods import quarter_of
from analysis.records.disclosure import WITHHELD
from analysis.records.observations import current
from analysis.records.strategy import Strategy, read_strategy
from analysis.text.books import QUALIFIERS

COLUMNS: Final = ("item", "key", "text", "references", "file", "line")

_REFERENCE: Final = re.compile(
    r"\{(?P<measure>[a-z0-9-]+)@(?:(?P<since>[\dQ-]+)\.\.)?(?P<period>[\dQ-]+)"
    r"(?:\[(?P<breakdown>[^\]{}]+)\])?(?:\|(?P<aspect>[a-z]+))?\}"
)
_BRACED: Final = re.compile(r"\{[^{}]*\}|[{}]")
_COMMENT: Final = re.compile(r"<!--.*?-->", flags=re.DOTALL)
_HEADING: Final = re.compile(r"##\s+(?P<key>.+?)\s*")
_FILE: Final = re.compile(r"(?P<page>strategi|maal-\d+)\.(?P<language>[a-z]+)\.md")
_TYPED_NUMBER: Final = re.compile(r"(?<![\w-])\d[\d .,\u00a0]*\d(?!\w)|(?<![\w-])\d(?!\w)")
# What may be typed: dates, quarters and years, which place a figure in time, and the numbers of a list.
_TIMES: Final = re.compile(
    r"\b\d{4}-\d\d(?:-\d\d)?\b|\b\d{1,2}\.? [a-z]+ (?:19|20)\d\d\b|\b(?:19|20)\d\dQ[1-4]\b|\bQ[1-4] (?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d\b|^\d+\. ",
    flags=re.IGNORECASE,
)
_STRATEGY_KEYS: Final = re.compile(r"summary-\d+|movements|status|follow-up|insight")
_GOAL_KEYS: Final = re.compile(r"status|note|insight|theme-\d+")
_EXAMPLE_KEYS: Final = {
    "strategy": ("summary-1", "summary-2", "summary-3", "movements", "status", "follow-up", "insight"),
    "goal": ("status", "note", "insight", "theme-1", "theme-2", "theme-3"),
}


class ProseError(ValueError):
    """Texts that cannot be published as typed; the message lists every fault with file, line, text and remedy."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One reference as typed. `since` is the earlier period of a difference, `breakdown` empty for the total."""

    text: str
    measure: str
    period: str
    since: str = ""
    breakdown: str = ""
    aspect: str = ""


@dataclass(frozen=True, kw_only=True)
class Inserted(Reference):
    """A reference filled: the `value`, the `words` it became, and the raw row it came from.

    `file` (relative to ``data/raw``) and `line` are those of the row, of the later one for a difference; `origins`
    names every row used as (file, line); `start` is where the words begin in the filled text.
    """

    value: float
    words: str
    file: str
    line: int
    origins: tuple[tuple[str, int], ...]
    start: int = 0


class _Fault(ValueError):
    """Why one reference cannot be filled."""


class _Section(NamedTuple):
    key: str
    line: int
    lines: tuple[str, ...]
    open: bool


def read_prose(
    quarter: str,
    language: str,
    observations: pd.DataFrame,
    strategy: Strategy | None = None,
    folder: Path | None = None,
) -> pd.DataFrame:
    """Return the texts of a quarter in one language, filled from `observations`, one row a text, in report order.

    Index (item, key): a comment is (``1.2``, ``comment``); the blocks of a goal (``goal-1``, ``status``), ``note``,
    ``insight``, ``theme-1`` …; those of the whole (``strategy``, ``summary-1``), ``movements``, ``status``,
    ``follow-up``, ``insight``. Columns: text (Markdown), references (tuple of `Inserted`, in the order of the text),
    file and line where the section stands. Empty for a quarter without texts. `folder` is that of all judgements.

    >>> read_prose("2024Q1", "en", observations).index[0]
    ('strategy', 'summary-1')

    Raises:
        PeriodError: when `quarter` is no quarter.
        ProseError: listing every fault: unknown files and sections, references that nothing answers, numbers typed.

    """
    place = (folder or paths.raw_folder() / "judgements") / str(quarter_of(quarter))
    strategy = strategy or read_strategy()
    pages, faults = _pages(place, language, strategy)
    withheld = observations[observations["standing"] == WITHHELD]
    known = pd.concat([withheld, current(observations)])  # an edition in use stands before one that is withheld
    cells = {(row.measure, row.period, row.breakdown): row for row in known.itertuples()}
    rows = []
    for page, file in pages.items():
        sections, section_faults = _sections(file, _item(page), strategy)
        filled = [_filled(section, file, cells, strategy, language) for section in sections]
        faults += [f"{place.name}/{file.name}, {fault}" for fault in section_faults]
        faults += [f"{place.name}/{file.name}, {fault}" for *_, own in filled for fault in own]
        rows += [
            (*_place(section.key, _item(page)), text, inserted, f"{place.name}/{file.name}", section.line)
            for section, (text, inserted, _) in zip(sections, filled, strict=True)
        ]
    if faults:
        raise ProseError("\n".join(faults))
    return pd.DataFrame(rows, columns=list(COLUMNS)).set_index(["item", "key"])


def references(text: str) -> tuple[Reference, ...]:
    """Return the references of a text, in order, unfilled.

    >>> references("26 is {tilgang@2022}")[0].measure
    'tilgang'
    """
    return tuple(_reference(match) for match in _REFERENCE.finditer(text))


def _reference(match: re.Match) -> Reference:
    return Reference(text=match[0], **{name: part or "" for name, part in match.groupdict().items()})


# --- files and sections ------------------------------------------------------------


def _pages(place: Path, language: str, strategy: Strategy) -> tuple[dict[str, Path], list[str]]:
    """Return the pages of one language in report order, and what is wrong with the files of the folder."""
    known = ["strategi", *(f"maal-{goal}" for goal in strategy.goals["goal"])]
    names = {f"{page}.{spoken}.md": page for page in known for spoken in words.LANGUAGES}
    found = sorted(file.name for file in place.glob("*.md") if not file.name.startswith("."))
    faults = [
        f"{place.name}/{name}: is no page of the report{nearest(name, names)}" for name in found if name not in names
    ]
    faults += [
        f"{place.name}/{page}.{spoken}.md: is missing, but the page exists in another language"
        for page in known
        for spoken in words.LANGUAGES
        if f"{page}.{spoken}.md" not in found and any(f"{page}.{other}.md" in found for other in words.LANGUAGES)
    ]
    pages = {page: place / f"{page}.{language}.md" for page in known if f"{page}.{language}.md" in found}
    return pages, faults


def _item(page: str) -> str:
    return "strategy" if page == "strategi" else page.replace("maal-", "goal-")


def _place(key: str, item: str) -> tuple[str, str]:
    return (key, "comment") if key[0].isdigit() else (item, key)


_Keys = tuple[list[str], re.Pattern, tuple[str, ...]]  # items with a comment, other keys, examples of those


def _sections(file: Path, item: str, strategy: Strategy) -> tuple[list[_Section], list[str]]:
    try:
        typed = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return [], [f"cannot be read as UTF-8: {error}"]
    # a comment leaves its line breaks, so that lines keep their numbers
    noted, lines = typed.splitlines(), _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), typed).splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("#")]
    sections, faults, keys = [], [], _keys(item, strategy)
    if any(line.strip() for line in lines[: starts[0] if starts else None]):
        faults.append("line 1: text before the first '## key'")
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        heading = _HEADING.fullmatch(lines[start])
        said, anything = (any(line.strip() for line in text[start + 1 : end]) for text in (lines, noted))
        key = heading["key"] if heading else ""
        section = _Section(key, start + 1, tuple(lines[start + 1 : end]), open=anything and not said)
        fault = _section_fault(section, lines[start], keys, [earlier.key for earlier in sections])
        faults += [f"line {section.line}: {fault}"] if fault else []
        sections += [] if fault else [section]
    return [section for section in sections if not section.open], faults


def _section_fault(section: _Section, heading: str, keys: _Keys, earlier: list[str]) -> str:
    if not section.key:
        return f"'{heading}' is no section; write '## key'"
    if section.key in earlier:
        return f"section '{section.key}' stands twice"
    if not section.open and not any(line.strip() for line in section.lines):
        return f"section '{section.key}' is empty; write its text or leave the section out"
    commented, pattern, examples = keys
    if section.key in commented or pattern.fullmatch(section.key):
        return ""
    return f"section '{section.key}' has no place here{nearest(section.key, [*commented, *examples])}"


def _keys(item: str, strategy: Strategy) -> _Keys:
    if item == "strategy":
        return [], _STRATEGY_KEYS, _EXAMPLE_KEYS["strategy"]
    goal = strategy.items["goal"] == int(item.removeprefix("goal-"))
    commented = strategy.items.index[goal & strategy.items["kind"].isin(["indicator", "subgoal"])]
    return list(commented), _GOAL_KEYS, _EXAMPLE_KEYS["goal"]


# --- references ------------------------------------------------------------


def _filled(
    section: _Section, file: Path, cells: Mapping[tuple, Any], strategy: Strategy, language: str
) -> tuple[str, tuple[Inserted, ...], list[str]]:
    inserted, faults = [], []
    for number, line in enumerate(section.lines, start=section.line + 1):
        faults += [f"line {number}: {fault}" for fault in _typed_faults(line)]
        for match in _REFERENCE.finditer(line):
            try:
                inserted.append(_insert(_reference(match), cells, strategy, language))
            except _Fault as fault:
                faults.append(f"line {number}: {match[0]}: {fault}")
    if faults:
        return "", (), faults
    return *_replaced("\n".join(section.lines).strip(), inserted), []


def _replaced(text: str, inserted: list[Inserted]) -> tuple[str, tuple[Inserted, ...]]:
    filled, placed, rest = "", [], 0
    for match, each in zip(_REFERENCE.finditer(text), inserted, strict=True):
        filled += text[rest : match.start()]
        placed.append(replace(each, start=len(filled)))
        filled, rest = filled + each.words, match.end()
    return filled + text[rest:], tuple(placed)


def _typed_faults(line: str) -> Iterator[str]:
    for match in _BRACED.finditer(line):
        if not _REFERENCE.fullmatch(match[0]):
            yield f"'{match[0]}' is no reference; write {{measure@period}}, with |value and the like after the period"
    said = _TIMES.sub("", _BRACED.sub("", line))
    for match in _TYPED_NUMBER.finditer(said):
        yield f"'{match[0]}' is typed; insert the number by a reference such as {{measure@period|value}}"


def _insert(reference: Reference, cells: Mapping[tuple, Any], strategy: Strategy, language: str) -> Inserted:
    known = [name for name in (*_OF_ONE, *_OF_TWO) if name]
    if reference.aspect and reference.aspect not in known:
        raise _Fault(f"there is no aspect '{reference.aspect}'{nearest(reference.aspect, known)}")
    if bool(reference.since) != (reference.aspect in _OF_TWO):
        raise _Fault(f"{' and '.join(_OF_TWO)} need two periods, as in 2022..2023, and nothing else has two")
    periods = [reference.since, reference.period] if reference.since else [reference.period]
    rows = [_row(reference, period, cells, strategy) for period in periods]
    value, said = (_OF_TWO if reference.since else _OF_ONE)[reference.aspect](*rows, language)
    return Inserted(
        **vars(reference),
        value=value,
        words=said,
        file=rows[-1].file,
        line=rows[-1].line,
        origins=tuple((row.file, row.line) for row in rows),
    )


def _row(reference: Reference, period: str, cells: Mapping[tuple, Any], strategy: Strategy) -> Any:
    measure, breakdown = reference.measure, reference.breakdown
    if (measure, period, breakdown) in cells:
        return _shown(cells[measure, period, breakdown], strategy)
    if measure not in strategy.measures.index:
        raise _Fault(f"'{measure}' is no measure of the strategy{nearest(measure, strategy.measures.index)}")
    own = [(when, cell) for (name, when, cell), row in cells.items() if name == measure and row.standing != WITHHELD]
    if not own:
        raise _Fault(f"'{measure}' has no figure known at the date of the report")
    if period not in {when for when, _ in own}:
        raise _Fault(f"'{measure}' has no figure for '{period}'{nearest(period, dict.fromkeys(w for w, _ in own))}")
    at = [f"[{cell}]" if cell else f"{measure}@{period} without brackets" for when, cell in own if when == period]
    raise _Fault(f"'{measure}' has no '[{breakdown}]' in {period}{nearest(f'[{breakdown}]', at)}")


def _shown(row: Any, strategy: Strategy) -> Any:
    """Return a row whose figure may be told."""
    if row.standing != WITHHELD:
        return row
    name = strategy.measures.at[row.measure, "name_nb"]
    group = f"{row.period} [{row.breakdown}]" if row.breakdown else row.period
    raise _Fault(
        f"the figure of '{name}' for {group} is withheld ({row.file}, line {row.line}): it tells of few persons, or "
        "would give such a figure away; leave it out of the text"
    )


def _quantity(row: Any, language: str) -> tuple[float, str]:
    return row.value, words.quantity(row.value, row.unit, language, row.qualifier)


def _value(row: Any, language: str) -> tuple[float, str]:
    said = words.number(row.value, language)
    return row.value, words.say(QUALIFIERS, row.qualifier, language, "qualifiers").format(said)


def _count(column: str) -> Callable[[Any, str], tuple[float, str]]:
    def counted(row: Any, language: str) -> tuple[float, str]:
        count = getattr(row, column)
        if pd.isna(count):
            raise _Fault(f"the row has no {column} ({row.file}, line {row.line})")
        return count, words.number(count, language)

    return counted


def _change(old: Any, new: Any, language: str) -> tuple[float, str]:
    _refuse_bounds(old, new)
    change = new.value - old.value
    return change, words.quantity(abs(change), words.difference_unit(new.unit), language)


def _growth(old: Any, new: Any, language: str) -> tuple[float, str]:
    _refuse_bounds(old, new)
    if old.value == 0:
        raise _Fault("nothing grows in per cent from zero")
    return 100 * (new.value - old.value) / old.value, words.percent_change(old.value, new.value, language)


def _refuse_bounds(old: Any, new: Any) -> None:
    for row in (old, new):
        if row.qualifier in ("over", "under"):
            raise _Fault(f"the figure of {row.period} is a bound ('{row.qualifier}'), which has no difference")


_OF_ONE: Final = {
    "": _quantity,
    "value": _value,
    "n": _count("n"),
    "numerator": _count("numerator"),
    "denominator": _count("denominator"),
}
_OF_TWO: Final = {"change": _change, "growth": _growth}
