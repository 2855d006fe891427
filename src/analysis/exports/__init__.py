"""What is handed on beside the pages: a workbook, a data package, slides, a document, and pages on paper.

Each is a function from a status to a file, and gives the same bytes for the same status. Slides and document need the
extra ``office``; where it is absent they are left out, and the answer says so.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from analysis.exports.pdf import Print, PrintError, print_pdf

if TYPE_CHECKING:  # who only prints, as the runner does, need not wait for what reads and draws
    from analysis.views.status import Status

__all__ = ["Export", "Print", "PrintError", "print_pdf", "write_exports"]

_OFFICE: Final = {"slides": ("pptx", "python-pptx"), "document": ("docx", "python-docx")}


@dataclass(frozen=True)
class Export:
    """One file handed on: its kind, its language (empty for all), and the file, or why it was left out."""

    kind: str
    language: str
    file: Path | None
    left_out: str = ""


def write_exports(status_by_language: Mapping[str, "Status"], folder: Path) -> list[Export]:
    """Write workbook, slides and document of each language and the data package into a folder; return what came of it.

    Files are called ``status-2024Q1-nb.xlsx`` and so on; the package is ``datapackage/`` and ``datapackage.zip``. What
    a missing extra leaves out stands in the list without a file and with the reason.

    Raises:
        FewPersonsError: before anything is written, when a figure tells about too few people.
        WorkbookError, SlidesError, PackageError: for what a format cannot hold.

    """
    from analysis.exports.few import refuse_few_persons
    from analysis.exports.package import write_package

    for status in status_by_language.values():
        refuse_few_persons(status)
    exports = [
        _write(kind, status, folder / f"status-{status.quarter}-{language}")
        for language, status in status_by_language.items()
        for kind in ("workbook", *_OFFICE)
    ]
    return exports + [Export("package", "", file) for file in write_package(status_by_language, folder)]


def _write(kind: str, status: "Status", file: Path) -> Export:
    if kind == "workbook":
        from analysis.exports.workbook import write_workbook

        return Export(kind, status.language, write_workbook(status, file.with_name(f"{file.name}.xlsx")))
    suffix, package = _OFFICE[kind]
    try:
        importlib.import_module(suffix)
    except ImportError:
        remedy = f"{package} is not installed; install the extra with: pip install 'ehelse-status[office]'"
        return Export(kind, status.language, None, f"no {kind} in {status.language}: {remedy}")
    writer = getattr(importlib.import_module(f"analysis.exports.{kind}"), f"write_{kind}")
    return Export(kind, status.language, writer(status, file.with_name(f"{file.name}.{suffix}")))
