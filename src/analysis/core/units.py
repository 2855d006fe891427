"""The units that rules depend on."""

from typing import Final

SHARE_UNIT: Final = "prosent"  # the one unit that a survey's share comes in
