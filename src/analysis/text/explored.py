"""The texts of the exploring notebooks."""

from typing import Final

from analysis.text.catalogues import read_table

HEADINGS: Final = read_table("exploring.headings")
CAPTIONS: Final = read_table("exploring.captions")
FIELDS: Final = read_table("exploring.fields")
ALLOWS: Final = read_table("exploring.allowed")
CONTROLS: Final = read_table("exploring.controls")
