"""Tables of typed cases, kept as CSV or TOML beside the test that reads them."""

import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest


def rows_of(beside: str, name: str) -> list[dict[str, str]]:
    """Return the rows of a table beside a test; all cells are texts."""
    text = Path(beside).with_name(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(keepends=True)))


def cases(beside: str, name: str) -> pytest.MarkDecorator:
    """Return the mark that runs a test once a row of a table beside it; its columns are the arguments."""
    rows = rows_of(beside, name)
    return pytest.mark.parametrize(list(rows[0]), [tuple(row.values()) for row in rows])


def read_cases(file: Path) -> list[dict[str, Any]]:
    """Return typed cases by column: of a table as texts without what is empty, of a document its list `case`."""
    if file.suffix == ".toml":
        return tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    return [{column: cell for column, cell in row.items() if cell} for row in rows_of(str(file), file.name)]


def read_list(beside: str, name: str, table: str) -> list[dict[str, Any]]:
    """Return a list in a TOML document beside a test."""
    return tomllib.loads(Path(beside).with_name(name).read_text(encoding="utf-8"))[table]


def listed(beside: str, name: str, table: str) -> pytest.MarkDecorator:
    """Return the mark that runs a test once a case of such a list; its keys are the arguments, None if left out."""
    typed = read_list(beside, name, table)
    keys = list(dict.fromkeys(key for case in typed for key in case))
    return pytest.mark.parametrize(keys, [tuple(map(case.get, keys)) for case in typed])
