"""The phrases of files."""

from analysis.text.phrases import phrase

__all__ = ["phrase"]
