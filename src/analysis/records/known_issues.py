"""What is known not to add up, in the source report or between it and public sources.

``data/raw/known_issues.toml`` holds the oddities as data, so that a reader sees them instead of a silent choice.
"""

from pathlib import Path
from typing import Final, Literal

import pandas as pd
from pydantic import Field

from analysis.core import paths
from analysis.core.faults import Fault, RawDataError
from analysis.core.names import suggest
from analysis.records.documents import Slug, Text, Typed, as_row, line_of, read_document, twice_faults
from analysis.records.strategy import Strategy, read_strategy

FILE: Final = "known_issues.toml"
COLUMNS: Final = ("kind", "title_nb", "title_en", "text_nb", "text_en", "measures", "items", "sources")


class KnownIssueError(RawDataError):
    """The known issues cannot be read."""


class _Issue(Typed):
    id: Slug
    kind: Literal["report", "public-source"]
    title: Text
    text: Text
    measures: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    sources: tuple[str, ...] = Field(min_length=1)


class _Document(Typed):
    issues: tuple[_Issue, ...] = Field(alias="issue")


def read_known_issues(folder: Path | None = None, *, strategy: Strategy | None = None) -> pd.DataFrame:
    """Return the issues of ``known_issues.toml``, in file order.

    Parameters
    ----------
    folder : Path, optional
        The folder of the file; ``data/raw`` unless given.
    strategy : Strategy, optional
        The strategy whose measures and items the issues name; that of `folder` unless given.

    Returns
    -------
    DataFrame
        Index issue (a slug); kind (``report`` or ``public-source``), title_nb, title_en, text_nb, text_en, and the
        tuples measures, items and sources of the slugs concerned.

    Raises
    ------
    KnownIssueError
        Listing every malformed entry, repeated id, and measure or item that the strategy does not have.

    Examples
    --------
    >>> read_known_issues().loc["delays-must-not-be-summed", ["title_en", "items"]].tolist()
    ['The delays must not be summed', ('5.2', '5.3')]

    """
    folder = folder or paths.raw_folder()
    document, faults = read_document(folder / FILE, _Document, "known_issues")
    if document is None:
        raise KnownIssueError(faults)
    strategy = strategy or read_strategy(folder / "strategy.toml")
    # an issue of a measure or item that does not exist would be shown on no page
    faults += twice_faults(folder / FILE, "known_issues", "issue", "id", [issue.id for issue in document.issues])
    for number, issue in enumerate(document.issues):
        for kind, names, index in (
            ("measure", issue.measures, strategy.complete.measures.index),
            ("item", issue.items, strategy.complete.items.index),
        ):
            fault = Fault(
                "known_issues", f"is no {kind} of the strategy", "", FILE, column=f"issue '{issue.id}' > {kind}s"
            )
            for name in (name for name in names if name not in index):
                line = line_of(folder / FILE, ("issue", number, f"{kind}s"))
                faults.append(fault.at(value=name, line=line, **suggest(name, index)))
    if faults:
        raise KnownIssueError(faults)
    rows = [
        as_row(issue)
        | {"issue": issue.id}
        | {"measures": tuple(name for name in issue.measures if name in strategy.measures.index)}
        | {"items": tuple(name for name in issue.items if name in strategy.items.index)}
        for issue in document.issues
    ]
    return pd.DataFrame(rows, columns=["issue", *COLUMNS]).set_index("issue")
