"""The values of breakdowns."""

from typing import Final

from analysis.text.catalogues import read_table

VALUES: Final = read_table("codes.breakdown_values")
