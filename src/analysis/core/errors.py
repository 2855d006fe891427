"""Errors whose message says all: what is wrong, where, and what to do about it."""


class ExplainedError(Exception):
    """An error that a notebook shows as its message alone, without the way through the library that led to it."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython prints instead of a traceback."""
        return [f"{type(self).__name__}: {self}"]
