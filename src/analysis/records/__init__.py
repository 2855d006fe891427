"""The raw material as checked frames: what was promised, measured and judged, and what may be shown of it."""
