"""The texts of changes and claims."""

from typing import Final

from analysis.text.catalogues import read_table

KINDS_OF_CHANGE: Final = read_table("quarter.kinds")
WHAT: Final = read_table("quarter.what")
WHY: Final = read_table("quarter.why")
CLAIMED: Final = read_table("quarter.claimed")
VERDICTS: Final = read_table("quarter.verdicts")
FRAGILE: Final = read_table("quarter.fragile")
UNSUPPORTED: Final = read_table("quarter.unsupported")
UNTRACED: Final = read_table("quarter.untraced")
HEADINGS: Final = read_table("quarter.headings")
