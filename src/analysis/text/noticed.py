"""The remarks of the intake."""

from typing import Final

from analysis.text.catalogues import read_table

NOTICED: Final = read_table("codes.remarks")
