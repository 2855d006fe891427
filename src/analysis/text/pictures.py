"""The texts of pictures."""

from typing import Final

from analysis.text.catalogues import read_table
from analysis.text.numbers import short

__all__ = ["PICTURES", "short"]

PICTURES: Final = read_table("pages.pictures")
