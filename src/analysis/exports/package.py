"""The frames behind the report as a data package: CSV files, and one file that describes every column of them.

Follows the Data Package and Table Schema standards, so that tools read types, keys, licences and sources by themselves.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.core.spreadsheets import guard_formula
from analysis.exports import archives, content
from analysis.views.status import Status

FOLDER: Final = "datapackage"
_CODEBOOK: Final = tomllib.loads(Path(__file__).with_name("codebook.toml").read_text(encoding="utf-8"))


class PackageError(ValueError):
    """A frame whose columns the codebook does not describe; the message names frame and columns."""


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
    texts = [each.prose.reset_index().assign(language=language) for language, each in status_by_language.items()]
    frames = {
        "lights": status.lights.reset_index(),
        "trends": status.trends.reset_index(),
        "observations": status.observations,
        "measures": status.strategy.measures.reset_index(),
        "sources": status.sources.reset_index(),
        "issues": status.issues.reset_index(),
        "texts": pd.concat(texts).drop(columns="references"),
    }
    if len(status.corrections):
        frames["corrections"] = status.corrections.drop(columns=["name_nb", "name_en"])
    files = {f"{name}.csv": to_csv(name, frame).encode("utf-8") for name, frame in frames.items()}
    used = content.used_sources(status)
    sources = [{"title": f"{row['publisher']}: {row['title']}", "path": row["address"]} for _, row in used.iterrows()]
    for source in sources:
        if not source["path"].startswith(("https://", "http://")):  # a sentence that says where it was found
            del source["path"]
    name = f"Status of {status.lights.at['strategy', 'name_en']}, {status.quarter}"
    descriptor = {
        "profile": "tabular-data-package",
        "name": f"{status.lights.at['strategy', 'slug']}-{status.quarter.lower()}",
        "title": " – ".join([name, *content.marks(status, "en")]),
        "description": _CODEBOOK["package"]["description"],
        "version": status.quarter,
        # the day of the figures, not of the file: the same figures give the same bytes
        "created": f"{content.edition(status).date().isoformat()}T00:00:00Z",
        "licenses": [licence for name, licence in _CODEBOOK["licences"].items() if name in set(used["licence"])],
        "sources": sources,
        "resources": [_describe(name, len(files[f"{name}.csv"])) for name in frames],
    }
    described = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
    files = {"datapackage.json": described.encode("utf-8"), **files}
    written = [archives.write(folder / FOLDER / name, text) for name, text in files.items()]
    return [*written, archives.write(folder / f"{FOLDER}.zip", archives.pack(list(files.items())))]


def to_csv(name: str, frame: pd.DataFrame) -> str:
    """Return a table of the package as CSV: dot as decimal mark, ISO dates, lists as JSON, empty for what is missing.

    A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers never do.

    Raises
    ------
    PackageError
        For a column that nobody has described, or a described one that is absent.
    """
    fields = _CODEBOOK[name]
    if undescribed := set(frame.columns) ^ set(fields):
        title = _CODEBOOK["tables"][name]["title"]
        raise PackageError(f"{title}: frame and codebook differ in {', '.join(sorted(undescribed))}")
    cells = {column: [_cell(value, field["type"]) for value in frame[column]] for column, field in fields.items()}
    return pd.DataFrame(cells).to_csv(index=False, lineterminator="\n")


def _cell(value: Any, kind: str) -> str:
    if kind == "array":  # first, as pandas compares arrays cell by cell
        # JSON has no word for a missing number, which Python writes as one all the same
        plain = json.loads(json.dumps(value), parse_constant=lambda _: None)
        return guard_formula(json.dumps(plain, ensure_ascii=False))
    if pd.isna(value):
        return ""
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "date":
        return pd.Timestamp(value).date().isoformat()
    if kind in ("integer", "number"):
        return repr(float(value)).removesuffix(".0")
    return guard_formula(str(value))


def _describe(name: str, size: int) -> dict[str, Any]:
    table, fields = _CODEBOOK["tables"][name], []
    for column, field in _CODEBOOK[name].items():
        filled = column in table["key"] and column not in table.get("empty", ())
        required = {"constraints": {"required": True}} if filled else {}
        fields.append({"name": column, **field, **required})
    foreign = [
        {"fields": column, "reference": {"resource": other, "fields": "item" if other == "lights" else column}}
        for column, other in table["refers"].items()
    ]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": table["title"],
        "path": f"{name}.csv",
        **_CODEBOOK["file"],
        "bytes": size,
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {"fields": fields, "missingValues": [""], "primaryKey": table["key"], "foreignKeys": foreign},
    }
