"""The labels of the pages."""

from typing import Final

from analysis.text.catalogues import read_table
from analysis.text.phrases import label

__all__ = ["LABELS", "label"]

LABELS: Final = read_table("pages.labels")
