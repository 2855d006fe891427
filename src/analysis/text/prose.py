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
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.core import paths
from analysis.core.faults import Fault, RawDataError, refusal
from analysis.core.names import suggest
from analysis.core.periods import quarter_of
from analysis.intake.forbidden_text import mark_faults, private_faults
from analysis.records.disclosure import WITHHELD
from analysis.records.observations import current
from analysis.records.strategy import Strategy, read_strategy
from analysis.text.catalogues import LANGUAGES
from analysis.text.numbers import difference_unit, number, percent_change, qualified, quantity

COLUMNS: Final = ("item", "key", "text", "references", "file", "line")

_REFERENCE: Final = re.compile(
    r"\{(?P<measure>[a-z0-9-]+)@(?:(?P<since>[\dQ-]+)\.\.)?(?P<period>[\dQ-]+)"
    r"(?:\[(?P<breakdown>[^\]{}]+)\])?(?:\|(?P<aspect>[a-z]+))?\}"
)
_NUMBER: Final = re.compile(r"\d+$")
_BRACED: Final = re.compile(r"\{[^{}]*\}|[{}]")
_COMMENT: Final = re.compile(r"<!--.*?-->", flags=re.DOTALL)
_HEADING: Final = re.compile(r"##\s+(?P<key>.+?)\s*")
_TYPED_NUMBER: Final = re.compile(r"(?<![\w-])\d[\d .,\u00a0]*\d(?!\w)|(?<![\w-])\d(?!\w)")
_BLANK: Final = "[ \u00a0\u202f]"  # also those that keep a date together
# What may be typed: dates, quarters and years, which place a figure in time, and the numbers of a list.
_TIMES: Final = re.compile(
    rf"\b\d{{4}}-\d\d(?:-\d\d)?\b|\b\d{{1,2}}\.?{_BLANK}[a-z]+{_BLANK}(?:19|20)\d\d\b"
    rf"|\b(?:19|20)\d\dQ[1-4]\b|\bQ[1-4]{_BLANK}(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d\b|^\d+\. ",
    flags=re.IGNORECASE,
)
# The sections of a page, and how each may be numbered; what is suggested in place of another key.
_STRATEGY_KEYS: Final = ("summary-1", "summary-2", "summary-3", "movements", "status", "follow-up", "insight")
_GOAL_KEYS: Final = ("status", "note", "insight", "theme-1", "theme-2", "theme-3")
_COUNTS: Final = ("n", "numerator", "denominator")
_DIFFERENCES: Final = ("change", "growth")
_refusal = partial(refusal, "judgements")


class ProseError(RawDataError):
    """Texts that cannot be published as they are."""


@dataclass(frozen=True, kw_only=True)
class Inserted:
    """A reference as typed (`text`), its parts, the `value`, the `words` it became, and the raw row it came from.

    `since` is the earlier period of a difference, `breakdown` empty for the total. `file` (relative to ``data/raw``)
    and `line` are those of the row, of the later one for a difference; `origins` names every row used as (file, line);
    `start` is where the words begin in the filled text.
    """

    text: str
    measure: str
    period: str
    since: str
    breakdown: str
    aspect: str
    value: float
    words: str
    file: str
    line: int
    origins: tuple[tuple[str, int], ...]
    start: int = 0


def read_prose(
    quarter: str,
    language: str,
    observations: pd.DataFrame,
    strategy: Strategy | None = None,
    folder: Path | None = None,
) -> pd.DataFrame:
    """Return the texts of a quarter in one language, filled from `observations`, one row a text, in report order.

    Parameters
    ----------
    quarter : str
        As ``2024Q1``.
    language : str
        One of `LANGUAGES`.
    observations : DataFrame
        As `read_observations` gives them for the day of the report.
    strategy : Strategy, optional
        Left out, the project's.
    folder : Path, optional
        The folder of all judgements; left out, ``data/raw/judgements``.

    Returns
    -------
    DataFrame
        Index (item, key): a comment is (``1.2``, ``comment``); the blocks of a goal (``goal-1``, ``status``), ``note``,
        ``insight``, ``theme-1`` …; those of the whole (``strategy``, ``summary-1``), ``movements``, ``status``,
        ``follow-up``, ``insight``. Columns: text (Markdown), references (tuple of `Inserted`, in the order of the
        text), file and line where the section stands. Empty for a quarter without texts.

    Raises
    ------
    PeriodError
        When `quarter` is no quarter.
    ProseError
        Listing every fault: unknown files and sections, references that nothing answers, numbers typed.

    Examples
    --------
    >>> read_prose("2024Q1", "en", observations).index[0]
    ('strategy', 'summary-1')
    """
    place = (folder or paths.raw_folder() / "judgements") / str(quarter_of(quarter))
    strategy = strategy or read_strategy()
    pages, faults = _find_pages(place, language, strategy)
    # a withheld figure is refused by name, but an edition in use comes before one that is withheld
    rows = pd.concat([observations[observations["standing"] == WITHHELD], current(observations)])
    cells = {(row.measure, row.period, row.breakdown): row for row in rows.itertuples()}
    texts = []
    for page, file in pages.items():
        item, name = "strategy" if page == "strategi" else page.replace("maal-", "goal-"), f"{place.name}/{file.name}"
        sections, file_faults = _read_sections(file, item, strategy)
        for (key, line), lines in sections.items():
            text, inserted, section_faults = _fill(lines, line + 1, cells, strategy, language)
            owner = (key, "comment") if key[0].isdigit() else (item, key)
            texts.append((*owner, text, inserted, name, line))
            file_faults += section_faults
        faults += [fault.at(file=f"judgements/{name}") for fault in file_faults]
    if faults:
        raise ProseError(faults)
    return pd.DataFrame(texts, columns=list(COLUMNS)).set_index(["item", "key"])


# --- files and sections ------------------------------------------------------------


def _find_pages(place: Path, language: str, strategy: Strategy) -> tuple[dict[str, Path], list[Fault]]:
    """Return the pages of one language in report order, and what is wrong with the files of the folder."""
    pages = ["strategi", *(f"maal-{goal}" for goal in strategy.goals["goal"])]
    expected = {f"{page}.{each}.md": page for page in pages for each in LANGUAGES}
    names = {file.name for file in place.glob("*.md") if not file.name.startswith(".")}
    faults = [
        Fault("judgements", "is no page of the report", file=name, **suggest(name, expected))
        for name in sorted(names - expected.keys())
    ]
    # a page in one language only would leave a hole in the other report
    written = {expected[name] for name in names & expected.keys()}
    missing = [name for name, page in expected.items() if page in written and name not in names]
    problem = "is missing, but the page exists in another language"
    faults += [Fault("judgements", problem, "write it", name) for name in missing]
    faults = [fault.at(file=f"judgements/{place.name}/{fault.file}") for fault in faults]
    return {page: place / f"{page}.{language}.md" for page in pages if f"{page}.{language}.md" in names}, faults


def _read_sections(file: Path, item: str, strategy: Strategy) -> tuple[dict[tuple[str, int], list[str]], list[Fault]]:
    """Return the lines of the sections of a page that hold a text, by key and line of the heading, and all faults."""
    try:
        typed = file.read_text(encoding="utf-8-sig")  # without the mark that Windows editors put before it
    except UnicodeDecodeError as error:
        return {}, [Fault("judgements", f"cannot be read as UTF-8: {error}", "save it as UTF-8")]
    if faults := mark_faults(typed, "judgements"):
        return {}, faults
    # the whole has no comments on items of its own; a goal has those of its indicators and sub-goals
    items = strategy.items
    own = (items["goal"] == items.at[item, "goal"]) & items["kind"].isin(["indicator", "subgoal"])
    commented, keys = list(items.index[own]), _STRATEGY_KEYS if item == "strategy" else _GOAL_KEYS
    # a comment leaves its line breaks, so that lines keep their numbers
    with_comments = typed.splitlines()
    lines = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), typed).splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("#")]
    sections, faults, earlier = {}, private_faults(lines, "judgements"), set()
    if any(line.strip() for line in lines[: starts[0] if starts else None]):
        faults.append(Fault("judgements", "text before the first '## key'", "move it below a heading", line=1))
    for start, end in zip(starts, [*starts, len(lines)][1:], strict=True):
        heading = _HEADING.fullmatch(lines[start])
        key = heading["key"] if heading else ""
        has_text, has_any = (any(map(str.strip, each[start + 1 : end])) for each in (lines, with_comments))
        fault = Fault("judgements", "", line=start + 1)
        if not key:
            faults.append(fault.at(problem=f"'{lines[start]}' is no section", remedy="write '## key'"))
        elif key in earlier:
            faults.append(fault.at(problem=f"section '{key}' stands twice", remedy="write both texts under one"))
        elif not has_any:
            remedy = "write its text or leave the section out"
            faults.append(fault.at(problem=f"section '{key}' is empty", remedy=remedy))
        elif key not in strategy.items.index and key in strategy.complete.items.index:
            # a section that nobody filled in is left behind when its item is retired
            if has_text:
                remedy = "remove it, or correct from and until in strategy.toml"
                faults.append(fault.at(problem=f"section '{key}' is not in force in the quarter", remedy=remedy))
        elif key not in commented and _NUMBER.sub("1", key) not in keys:
            near = suggest(key, [*commented, *keys])
            faults.append(fault.at(problem=f"section '{key}' has no place here", **near))
        else:
            earlier.add(key)
            if has_text:
                sections[key, start + 1] = lines[start + 1 : end]
    return sections, faults


# --- references ------------------------------------------------------------


def _fill(
    lines: list[str], first: int, cells: Mapping[tuple, Any], strategy: Strategy, language: str
) -> tuple[str, tuple[Inserted, ...], list[Fault]]:
    """Return the text of lines from number `first` on with its references filled, these, and its faults.

    Without a text for any fault.
    """
    filled, inserted, faults = "", [], []
    for line_number, line in enumerate(lines, start=first):
        unknown = [each for each in _BRACED.findall(line) if not _REFERENCE.fullmatch(each)]
        typed = _TYPED_NUMBER.findall(_TIMES.sub("", _BRACED.sub("", line)))
        remedy = "write {measure@period}, with |value and the like after the period"
        faults += [Fault("judgements", f"'{each}' is no reference", remedy, line=line_number) for each in unknown]
        remedy = "insert the number by a reference such as {measure@period|value}"
        faults += [Fault("judgements", f"'{each}' is typed", remedy, line=line_number) for each in typed]
        end = 0
        for match in _REFERENCE.finditer(line):
            filled, end = filled + line[end : match.start()], match.end()
            try:
                reference = _insert(match, cells, strategy, language)
            except RawDataError as error:
                faults += error.at(line=line_number, value=match[0]).faults
                continue
            inserted.append(replace(reference, start=len(filled.lstrip())))  # the text begins at its first letter
            filled += reference.words
        filled += line[end:] + "\n"
    # a half filled text is none
    return ("", (), faults) if faults else (filled.strip(), tuple(inserted), [])


def _insert(match: re.Match, cells: Mapping[tuple, Any], strategy: Strategy, language: str) -> Inserted:
    parts = {name: part or "" for name, part in match.groupdict().items()}
    aspect, since, aspects = parts["aspect"], parts["since"], ("value", *_COUNTS, *_DIFFERENCES)
    if aspect and aspect not in aspects:
        raise _refusal(f"there is no aspect '{aspect}'", **suggest(aspect, aspects))
    if bool(since) != (aspect in _DIFFERENCES):
        raise _refusal(f"{' and '.join(_DIFFERENCES)} need two periods, as in 2022..2023, and nothing else has two")
    periods = filter(None, [since, parts["period"]])
    rows = [_find_row(parts["measure"], period, parts["breakdown"], cells, strategy) for period in periods]
    row, value = rows[-1], rows[-1].value
    if since:
        value, words = _difference(aspect, *rows, language)
    elif aspect in _COUNTS:
        value = getattr(row, aspect)
        if pd.isna(value):
            raise _refusal(f"the row has no {aspect} ({row.file}, line {row.line})")
        words = number(value, language)
    elif aspect == "value":
        words = qualified(number(value, language), row.qualifier, language)
    else:
        words = quantity(value, row.unit, language, row.qualifier)
    origins = tuple((each.file, each.line) for each in rows)
    return Inserted(text=match[0], **parts, value=value, words=words, file=row.file, line=row.line, origins=origins)


def _find_row(measure: str, period: str, breakdown: str, cells: Mapping[tuple, Any], strategy: Strategy) -> Any:
    """Return the row that a reference names, which must be there and may be shown."""
    if (measure, period, breakdown) in cells:
        row = cells[measure, period, breakdown]
        if row.standing != WITHHELD:
            return row
        name, group = strategy.measures.at[measure, "name_nb"], f"{period} [{breakdown}]" if breakdown else period
        raise _refusal(
            f"the figure of '{name}' for {group} is withheld ({row.file}, line {row.line}): it tells of few persons, "
            "or would give such a figure away",
            "leave it out of the text",
        )
    if measure not in strategy.measures.index:
        raise _refusal(f"'{measure}' is no measure of the strategy", **suggest(measure, strategy.measures.index))
    # what is withheld is not suggested in place of what is not there
    own = [(when, cell) for (name, when, cell), row in cells.items() if name == measure and row.standing != WITHHELD]
    if not own:
        raise _refusal(f"'{measure}' has no figure known at the date of the report")
    periods = dict.fromkeys(when for when, _ in own)
    if period not in periods:
        raise _refusal(f"'{measure}' has no figure for '{period}'", **suggest(period, periods))
    at = [f"[{cell}]" if cell else f"{measure}@{period} without brackets" for when, cell in own if when == period]
    raise _refusal(f"'{measure}' has no '[{breakdown}]' in {period}", **suggest(f"[{breakdown}]", at))


def _difference(aspect: str, old: Any, new: Any, language: str) -> tuple[float, str]:
    """Return the change or growth from one row to a later one, as a number and in words."""
    for row in (old, new):
        if row.qualifier in ("over", "under"):
            raise _refusal(f"the figure of {row.period} is a bound ('{row.qualifier}'), which has no difference")
    change = new.value - old.value
    # the words give the size only: the author's verb says which way
    if aspect == "change":
        return change, quantity(abs(change), difference_unit(new.unit), language)
    if old.value == 0:
        raise _refusal("nothing grows in per cent from zero")
    return 100 * change / old.value, percent_change(old.value, new.value, language)
