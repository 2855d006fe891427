"""Tables as CSV, in which a spreadsheet program takes no text for a formula."""

import json
import re
from typing import Any, Final

import pandas as pd

# Where a spreadsheet finds the start of a formula: at the start of a text, also in East Asian width; and inside it,
# where a program that divides cells at semicolons or tabs, as Excel does in Norwegian, begins a cell: quotes in the
# middle of its own cells mean nothing to it. Not after commas, as who divides there sees our quotes.
_FORMULA: Final = re.compile(r"^(?=[=+\-@\t\r\n＝＋－＠])|(?<=[;\t\r\n])(?=\"*[=+\-@＝＋－＠])")


def guard_formula(text: str) -> str:
    """Return a text with an apostrophe before what a spreadsheet would take for a formula.

    Examples
    --------
    >>> guard_formula("=1+1"), guard_formula("28"), guard_formula("a;=1+1")
    ("'=1+1", '28', "a;'=1+1")
    """
    return _FORMULA.sub("'", text)


def to_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV without its index: dot as decimal mark, ISO dates, lists as JSON, empty where missing.

    Parameters
    ----------
    table : DataFrame
        Texts that a spreadsheet would take for formulas get an apostrophe before them; numbers never do.

    Returns
    -------
    str

    Examples
    --------
    >>> print(to_csv(pd.DataFrame({"group": ["=ja"], "share": [63.0]})), end="")
    group,share
    '=ja,63.0
    """

    def guard(value: Any) -> Any:
        if isinstance(value, dict | list | tuple):
            return guard_formula(json.dumps(value, ensure_ascii=False, default=str))
        if isinstance(value, str):
            # a bare carriage return is not quoted, and would end the row
            return guard_formula(value).replace("\r", "\n")
        return value

    texts = table.select_dtypes(exclude=["number", "bool", "datetime"]).columns
    guarded = table.assign(**{name: table[name].map(guard) for name in texts})
    return guarded.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
