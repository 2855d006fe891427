"""The texts of the front page."""

from typing import Final

from analysis.text.catalogues import read_table
from analysis.text.phrases import glance

__all__ = ["GLANCE", "glance"]

GLANCE: Final = read_table("pages.front_page")
