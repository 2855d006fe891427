"""Files beside the pages: a workbook, a data package, slides, a document, and pages on paper.

Each is a function from a status to a file, and gives the same bytes for the same status. Slides and document need the
extra ``office``; where it is absent they are left out, and the answer says so.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

from analysis.exports.pdf import Print, PrintError

if TYPE_CHECKING:  # who only prints, as the runner does, need not wait for what reads and draws
    from analysis.views.status import Status

__all__ = ["Export", "Print", "PrintError", "SmallCountError", "refuse_small_counts", "write_exports", "write_file"]

_SUFFIXES: Final = {"workbook": "xlsx", "slides": "pptx", "document": "docx"}
_OFFICE: Final = ("pptx", "docx")  # also the names of the packages that write them


class SmallCountError(ValueError):
    """Figures about too few people; the message names measure, period and raw row, and does not repeat the figure."""


@dataclass(frozen=True)
class Export:
    """One file: its kind, its language (empty for all), and the file, or why it was left out."""

    kind: str
    language: str
    file: Path | None
    left_out: str = ""


def write_exports(status_by_language: Mapping[str, "Status"], folder: Path) -> list[Export]:
    """Write workbook, slides and document of each language and the data package into a folder.

    Parameters
    ----------
    status_by_language
        The same quarter in each language.
    folder
        Where to write, made where needed. Files are called ``status-2024Q1-nb.xlsx`` and so on; the package is
        ``datapackage/`` and ``datapackage.zip``.

    Returns
    -------
    list of Export
        What came of each; what a missing extra leaves out is in the list without a file and with the reason.

    Raises
    ------
    SmallCountError
        Before anything is written, when a figure tells about too few people.
    WorkbookError, SlidesError, PackageError
        For what a format cannot hold.
    """
    from analysis.exports.package import write_package

    # before anything is written, so that no file is left of what must not be shown
    for status in status_by_language.values():
        refuse_small_counts(status)
    exports = []
    for status, (kind, suffix) in product(status_by_language.values(), _SUFFIXES.items()):
        if suffix in _OFFICE and find_spec(suffix) is None:
            remedy = f"python-{suffix} is not installed; install the extra with: pip install 'ehelse-status[office]'"
            exports.append(Export(kind, status.language, None, f"no {kind} in {status.language}: {remedy}"))
            continue
        name = "-".join(filter(None, ["status", status.quarter, status.strategy.ambitions.slug, status.language]))
        exports.append(Export(kind, status.language, write_file(kind, status, folder / f"{name}.{suffix}")))
    return exports + [Export("package", "", file) for file in write_package(status_by_language, folder)]


def write_file(kind: str, status: "Status", file: Path) -> Path:
    """Write the workbook, slides or document of a status; the same status gives the same bytes.

    Parameters
    ----------
    kind : {"workbook", "slides", "document"}
        What to write.
    status
        The quarter, in the language of the file.
    file
        Where to write; its folder is made where needed.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    WorkbookError, SlidesError
        For a text that a cell or a slide cannot hold.
    """
    from analysis.exports import archives, content

    make = getattr(importlib.import_module(f"analysis.exports.{kind}"), f"make_{kind}")
    return archives.save(make(status), file, content.edition(status).to_pydatetime())


def refuse_small_counts(status: "Status") -> None:
    """Refuse figures that tell of few persons, or would give such a figure away, by each owner's limits.

    What `read_observations` returns is withheld where it must be; a frame of another making may not be.

    Raises
    ------
    SmallCountError
        Listing every such row by measure, period, file and line.
    SettingsError
        When the limits cannot be read.
    """
    from analysis.core import paths
    from analysis.records.disclosure import find_disclosive, read_limits

    rows, limits = status.observations, read_limits(paths.raw_folder())
    small = rows[find_disclosive(rows, status.strategy.measures, status.sources["publisher"], limits)]
    if len(small):
        places = (f"{r.measure}, {r.period} ({r.file}:{r.line})" for r in small.itertuples())
        raise SmallCountError("too few people to be shown: " + "; ".join(places))
