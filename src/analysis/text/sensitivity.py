"""The texts of the tables of sensitivity."""

from typing import Final

from analysis.text.catalogues import read_table

SENSITIVITY: Final = read_table("exploring.sensitivity")
