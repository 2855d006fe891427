"""What is known not to add up, in the source report or between it and public sources.

``data/raw/known_issues.toml`` holds the oddities as data, so that a reader sees them instead of a silent choice.
"""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.core import paths
from analysis.core.names import nearest
from analysis.records.strategy import Slug, Strategy, Text, read_strategy

FILE: Final = "known_issues.toml"
COLUMNS: Final = ("kind", "title_nb", "title_en", "text_nb", "text_en", "measures", "items", "sources")


class KnownIssueError(ValueError):
    """The known issues cannot be read as they stand; the message lists every fault with its remedy."""


class _Issue(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: Slug
    kind: Literal["report", "public-source"]
    title: Text
    text: Text
    measures: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    sources: tuple[str, ...] = Field(min_length=1)


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    issues: tuple[_Issue, ...] = Field(alias="issue")


def read_known_issues(folder: Path | None = None, *, strategy: Strategy | None = None) -> pd.DataFrame:
    """Return the issues of ``known_issues.toml`` in `folder` (``data/raw``), in file order.

    Index issue (a slug); columns kind (``report`` or ``public-source``), title_nb, title_en, text_nb, text_en, and the
    tuples measures, items and sources of the slugs concerned.

    >>> read_known_issues().loc["delays-must-not-be-summed", ["title_en", "items"]].tolist()
    ['The delays must not be summed', ('5.2', '5.3')]

    Raises:
        KnownIssueError: listing every malformed entry, repeated id, and measure or item the strategy does not hold.

    """
    folder = folder or paths.raw_folder()
    issues = _read(folder / FILE)
    strategy = strategy or read_strategy(folder / "strategy.toml")
    if faults := [*_repeated(issues), *_strangers(issues, strategy)]:
        raise KnownIssueError("\n".join(f"{FILE}: {fault}" for fault in faults))
    rows = [
        {"issue": issue.id, **_both(issue.title, "title"), **_both(issue.text, "text")}
        | issue.model_dump(include={"kind", "measures", "items", "sources"})
        for issue in issues
    ]
    return pd.DataFrame(rows, columns=["issue", *COLUMNS]).set_index("issue")


def _read(file: Path) -> tuple[_Issue, ...]:
    try:
        return _Document.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).issues
    except OSError as error:
        raise KnownIssueError(f"{FILE}: cannot be opened ({error.strerror})") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnownIssueError(f"{FILE}: cannot be read as TOML: {error}") from error
    except ValidationError as error:
        raise KnownIssueError("\n".join(_explain(fault) for fault in error.errors())) from error


def _explain(fault: dict) -> str:
    place = " > ".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
    return f"{FILE}: {place}: {fault['msg']}"


def _repeated(issues: tuple[_Issue, ...]) -> list[str]:
    ids = [issue.id for issue in issues]
    return [f"issue '{name}' stands twice" for name in dict.fromkeys(ids) if ids.count(name) > 1]


def _strangers(issues: tuple[_Issue, ...], strategy: Strategy) -> Iterator[str]:
    for issue in issues:
        yield from _unknown(issue.id, "measure", issue.measures, strategy.measures.index)
        yield from _unknown(issue.id, "item", issue.items, strategy.items.index)


def _unknown(issue: str, kind: str, names: tuple[str, ...], known: Iterable[str]) -> Iterator[str]:
    known = list(known)
    for name in names:
        if name not in known:
            yield f"issue '{issue}': '{name}' is no {kind} of the strategy{nearest(name, known)}"


def _both(text: Text, name: str) -> dict[str, str]:
    return {f"{name}_nb": text.nb, f"{name}_en": text.en}
