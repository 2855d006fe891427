"""The report's look in office files: colours, letters, and the tags of its languages."""

from typing import Final

from analysis.text import HEX

FILL: Final = {colour: code.removeprefix("#") for colour, code in HEX.items()}  # as office files write a colour
# The fill of a cell that holds a colour's word in dark ink, and the ink of its edge: at least 3 to 1 on that fill. A
# direction has an edge all round and no fill; where there is no colour the fill is the paper's, so that in black and
# white only a colour is shaded.
TINT: Final = {"green": "CDE7E2", "yellow": "FFDD80", "red": "F7D4D1", "state": "FFFFFF"}
EDGE: Final = {"green": FILL["green"], "yellow": "7A5600", "red": FILL["red"], "state": "8A96A3"}
FRAME: Final = {f"outlined_{colour}": EDGE[colour] for colour in ("green", "yellow", "red")}
INK: Final = "1F2933"
QUIET: Final = "52606D"
ACCENT: Final = "1F4E79"
WARNING: Final = "6B2C91"  # of a scenario's banner: no colour of a light
HAIRLINE: Final = "C5CCD3"
FONT: Final = "Arial"  # on every machine that opens office files
LANGUAGE_TAG: Final = {"nb": "nb-NO", "en": "en-GB"}  # as screen readers and spelling checkers know them
