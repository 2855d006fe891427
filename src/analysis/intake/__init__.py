"""Strict reading of deliveries: nothing wrong gets in silently, and nothing right is turned away.

Every file is opened within limits, read as text, parsed by one strict parser, and checked by named rules. What is wrong
becomes a `analysis.core.faults.Fault` with its place, rule and remedy; all faults of all files are reported at once.
"""

import tomllib
from pathlib import Path
from typing import Final

RECOGNISED: Final = tomllib.loads(Path(__file__).with_name("recognised.toml").read_text(encoding="utf-8"))
