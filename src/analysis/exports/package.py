"""The frames behind the report as a data package: CSV files, and one file that describes every column of them.

Follows the Data Package and Table Schema standards (https://specs.frictionlessdata.io), so that tools read types,
keys, licences and sources without being told.
"""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from analysis.exports import archives, codebook, wording
from analysis.exports.codebook import Field
from analysis.views.status import Status

FOLDER: Final = "datapackage"
_LIVE: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula
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


class PackageError(ValueError):
    """A frame whose columns the codebook does not describe; the message names frame and columns."""


class Resource(NamedTuple):
    """A table of the package: its title, frame, codebook, primary key, and foreign keys as (field, table)."""

    title: str
    frame: pd.DataFrame
    fields: Mapping[str, Field]
    key: tuple[str, ...]
    refers: tuple[tuple[str, str], ...] = ()


def write_package(status_by_language: Mapping[str, Status], folder: Path) -> list[Path]:
    """Write the package into ``folder/datapackage`` and, for one download, ``folder/datapackage.zip``.

    Return the files, ``datapackage.json`` first, the archive last. The same statuses give the same bytes.

    Raises:
        PackageError: for a column that nobody has described.

    """
    status = next(iter(status_by_language.values()))
    tables = _resources(status, status_by_language)
    contents = {f"{name}.csv": to_csv(resource).encode("utf-8") for name, resource in tables.items()}
    described = json.dumps(_descriptor(status, tables, contents), ensure_ascii=False, indent=2) + "\n"
    contents = {"datapackage.json": described.encode("utf-8"), **contents}
    files = [archives.write(folder / FOLDER / name, content) for name, content in contents.items()]
    return [*files, archives.write(folder / f"{FOLDER}.zip", archives.pack(list(contents.items())))]


def _resources(status: Status, status_by_language: Mapping[str, Status]) -> dict[str, Resource]:
    written = {language: each.prose.reset_index() for language, each in status_by_language.items()}
    prose = pd.concat([frame.assign(language=language) for language, frame in written.items()])
    measure, source = ("measure", "measures"), ("source", "sources")
    return {
        "lights": Resource("Lights", status.lights.reset_index(), codebook.LIGHTS, ("item",)),
        "trends": Resource("Trends", status.trends.reset_index(), codebook.TRENDS, ("measure",), (measure,)),
        "observations": Resource(
            "Observations",
            status.observations,
            codebook.OBSERVATIONS,
            ("measure", "period", "breakdown", "published", "source"),
            (measure, source),
        ),
        "measures": Resource("Measures", status.strategy.measures.reset_index(), codebook.MEASURES, ("measure",)),
        "sources": Resource("Sources", status.sources.reset_index(), codebook.SOURCES, ("source",)),
        "issues": Resource("Known issues", status.issues.reset_index(), codebook.ISSUES, ("issue",)),
        "texts": Resource(
            "Texts",
            prose.drop(columns="references"),
            codebook.TEXTS,
            ("language", "item", "key"),
            (("item", "lights"),),
        ),
    }


def to_csv(resource: Resource) -> str:
    """Return a table as CSV: dot as decimal mark, ISO dates, lists as JSON, empty for what is missing.

    A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers never do.

    Raises:
        PackageError: for a column that nobody has described, or a described one that is absent.

    """
    if strangers := set(resource.frame.columns) ^ set(resource.fields):
        raise PackageError(f"{resource.title}: frame and codebook differ in {', '.join(sorted(strangers))}")
    with io.StringIO(newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(resource.fields)
        kinds = [field.type for field in resource.fields.values()]
        for row in resource.frame[list(resource.fields)].itertuples(index=False, name=None):
            writer.writerow(_cell(value, kind) for value, kind in zip(row, kinds, strict=True))
        return file.getvalue()


def _cell(value: Any, kind: str) -> str:
    if kind == "array":
        return json.dumps(_plain(value), ensure_ascii=False)
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
    return f"'{value}" if str(value).startswith(_LIVE) else str(value)


def _plain(value: Any) -> Any:
    """Return nested tuples as lists of what JSON knows; a missing number is null."""
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    return value


def _descriptor(status: Status, tables: Mapping[str, Resource], contents: Mapping[str, bytes]) -> dict[str, Any]:
    used = status.sources.loc[sorted(set(status.observations["source"]))]
    return {
        "profile": "tabular-data-package",
        "name": f"{status.lights.at['strategy', 'slug']}-{status.quarter.lower()}",
        "title": f"Status of {status.lights.at['strategy', 'name_en']}, {status.quarter}",
        "description": (
            "Figures, trends and colours behind the status report. Empty means not known or not applicable, never "
            "zero. A text that starts like a formula has an apostrophe before it. The figures belong to their "
            "publishers: sources.csv names the licence of each, and 'not stated' means that none was found."
        ),
        "version": status.quarter,
        "created": f"{wording.edition(status).date().isoformat()}T00:00:00Z",
        "licenses": [licence for name, licence in _LICENCES.items() if name in set(used["licence"])],
        "sources": [_source(row) for _, row in used.iterrows()],
        "resources": [_resource(name, each, len(contents[f"{name}.csv"])) for name, each in tables.items()],
    }


def _source(row: pd.Series) -> dict[str, str]:
    found = {"title": f"{row['publisher']}: {row['title']}"}
    return found | ({"path": row["address"]} if row["address"].startswith(("https://", "http://")) else {})


def _resource(name: str, resource: Resource, size: int) -> dict[str, Any]:
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
            "fields": [
                {"name": key, "type": field.type, "description": field.description}
                | ({"constraints": {"required": True}} if key in resource.key and key != "breakdown" else {})
                for key, field in resource.fields.items()
            ],
            "missingValues": [""],
            "primaryKey": list(resource.key),
            "foreignKeys": [
                {"fields": field, "reference": {"resource": table, "fields": {"lights": "item"}.get(table, field)}}
                for field, table in resource.refers
            ],
        },
    }
