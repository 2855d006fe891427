"""The frames behind the report as a data package: CSV files, and one file that describes every column of them.

Follows the Data Package and Table Schema standards, so that tools read types, keys, licences and sources by themselves.
"""

import csv
import io
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.core.spreadsheets import guard_formula
from analysis.exports import archives, content
from analysis.text import scenario_text
from analysis.views.status import Status

FOLDER: Final = "datapackage"
_CODEBOOK: Final = Path(__file__).with_name("codebook.toml")
_LICENCES: Final = {
    "NLOD": {
        "name": "NLOD-2.0",
        "path": "https://data.norge.no/nlod/en/2.0",
        "title": "Norwegian Licence for Open Government Data",
    },
    "CC BY 4.0": {
        "name": "CC-BY-4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
        "title": "Creative Commons Attribution 4.0",
    },
}
_DESCRIPTION: Final = (
    "Figures, trends and colours behind the status report. Empty means not known or not applicable, never zero. A text "
    "that starts like a formula has an apostrophe before it. The figures belong to their publishers: sources.csv names "
    "the licence of each, and 'not stated' means that none was found."
)


class PackageError(ValueError):
    """A frame whose columns the codebook does not describe; the message names frame and columns."""


@dataclass(frozen=True)
class Resource:
    """A table of the package.

    Parameters
    ----------
    title
        What it is called.
    frame
        Its rows.
    fields
        For each column its ``type`` in Table Schema and its ``description``.
    key
        The columns whose values name a row.
    refers
        Columns whose values name a row of another table, as (column, table).
    """

    title: str
    frame: pd.DataFrame
    fields: Mapping[str, Mapping[str, str]]
    key: tuple[str, ...]
    refers: tuple[tuple[str, str], ...] = ()


def write_package(status_by_language: Mapping[str, Status], folder: Path) -> list[Path]:
    """Write the package into ``folder/datapackage`` and, for one download, ``folder/datapackage.zip``.

    The same statuses give the same bytes.

    Parameters
    ----------
    status_by_language
        The same quarter in each language; they differ in the experts' texts alone.
    folder
        Where to write; made where needed.

    Returns
    -------
    list of Path
        The files, ``datapackage.json`` first, the archive last.

    Raises
    ------
    PackageError
        For a column that nobody has described.
    """
    status = next(iter(status_by_language.values()))
    tables = _resources(status, status_by_language)
    files = {f"{name}.csv": to_csv(resource).encode("utf-8") for name, resource in tables.items()}
    used = status.sources.loc[sorted(set(status.observations["source"]))]
    sources = [{"title": f"{row['publisher']}: {row['title']}", "path": row["address"]} for _, row in used.iterrows()]
    for source in sources:
        if not source["path"].startswith(("https://", "http://")):  # a sentence that says where it was found
            del source["path"]
    scenario = scenario_text(status.strategy, "en", short=True)
    descriptor = {
        "profile": "tabular-data-package",
        "name": f"{status.lights.at['strategy', 'slug']}-{status.quarter.lower()}",
        "title": " – ".join(
            filter(None, [f"Status of {status.lights.at['strategy', 'name_en']}, {status.quarter}", scenario])
        ),
        "description": _DESCRIPTION,
        "version": status.quarter,
        # the day of the figures, not of the file: the same figures give the same bytes
        "created": f"{content.edition(status).date().isoformat()}T00:00:00Z",
        "licenses": [licence for name, licence in _LICENCES.items() if name in set(used["licence"])],
        "sources": sources,
        "resources": [_describe(name, each, len(files[f"{name}.csv"])) for name, each in tables.items()],
    }
    described = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
    files = {"datapackage.json": described.encode("utf-8"), **files}
    written = [archives.write(folder / FOLDER / name, text) for name, text in files.items()]
    return [*written, archives.write(folder / f"{FOLDER}.zip", archives.pack(list(files.items())))]


def _resources(status: Status, status_by_language: Mapping[str, Status]) -> dict[str, Resource]:
    texts = [each.prose.reset_index().assign(language=language) for language, each in status_by_language.items()]
    frames = {
        "lights": ("Lights", status.lights.reset_index(), ("item",), ()),
        "trends": ("Trends", status.trends.reset_index(), ("measure",), (("measure", "measures"),)),
        "observations": (
            "Observations",
            status.observations,
            ("measure", "period", "breakdown", "published", "source"),
            (("measure", "measures"), ("source", "sources")),
        ),
        "measures": ("Measures", status.strategy.measures.reset_index(), ("measure",), ()),
        "sources": ("Sources", status.sources.reset_index(), ("source",), ()),
        "issues": ("Known issues", status.issues.reset_index(), ("issue",), ()),
        "texts": (
            "Texts",
            pd.concat(texts).drop(columns="references"),
            ("language", "item", "key"),
            (("item", "lights"),),
        ),
    }
    codebook = tomllib.loads(_CODEBOOK.read_text(encoding="utf-8"))
    return {
        name: Resource(title, frame, codebook[name], key, refers)
        for name, (title, frame, key, refers) in frames.items()
    }


def to_csv(resource: Resource) -> str:
    """Return a table as CSV: dot as decimal mark, ISO dates, lists as JSON, empty for what is missing.

    A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers never do.

    Raises
    ------
    PackageError
        For a column that nobody has described, or a described one that is absent.
    """
    if undescribed := set(resource.frame.columns) ^ set(resource.fields):
        raise PackageError(f"{resource.title}: frame and codebook differ in {', '.join(sorted(undescribed))}")
    with io.StringIO(newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(resource.fields)
        kinds = [field["type"] for field in resource.fields.values()]
        for row in resource.frame[list(resource.fields)].itertuples(index=False, name=None):
            writer.writerow(_cell(value, kind) for value, kind in zip(row, kinds, strict=True))
        return file.getvalue()


def _cell(value: Any, kind: str) -> str:
    if kind == "array":  # first, as pandas compares arrays cell by cell
        return json.dumps(_as_json(value), ensure_ascii=False)
    if pd.isna(value):
        return ""
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "date":
        return pd.Timestamp(value).date().isoformat()
    if kind == "integer":
        return str(int(value))
    if kind == "number":
        return repr(float(value)).removesuffix(".0")
    return guard_formula(str(value))


def _as_json(value: Any) -> Any:
    """Return nested tuples as lists of what JSON has; a missing number is null."""
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    return value


def _describe(name: str, resource: Resource, size: int) -> dict[str, Any]:
    fields = []
    for column, field in resource.fields.items():
        # a breakdown is part of the key, and empty for a total
        required = {"constraints": {"required": True}} if column in resource.key and column != "breakdown" else {}
        fields.append({"name": column, **field, **required})
    foreign = [
        {"fields": column, "reference": {"resource": table, "fields": "item" if table == "lights" else column}}
        for column, table in resource.refers
    ]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": resource.title,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {
            "fields": fields,
            "missingValues": [""],
            "primaryKey": list(resource.key),
            "foreignKeys": foreign,
        },
    }
