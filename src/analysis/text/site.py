"""The texts around the pages."""

from analysis.text.phrases import around, statement

__all__ = ["around", "statement"]
