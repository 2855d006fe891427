"""Units that rules depend on."""

from typing import Final

SHARE_UNIT: Final = "prosent"  # the unit of every share: from 0 to 100, compared in percentage points
