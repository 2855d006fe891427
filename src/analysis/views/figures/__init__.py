"""What the reader sees as pictures: series, groups and colours, each with an alternative text made from its data.

Every drawing takes the frames it shows, a `language` and perhaps `ax`, and returns the axes it drew on; every ``alt_``
function says the same in words; `picture` makes one figure of a page of both.
"""

from analysis.core.names import nearest
from analysis.views.figures.bars import (
    alt_ambition,
    alt_breakdown,
    alt_changes,
    alt_counted,
    alt_development,
    alt_probability,
    ambition_curve,
    breakdown,
    changes,
    counted,
    development,
    probability,
)
from analysis.views.figures.canvas import picture
from analysis.views.figures.series import alt_multiples, alt_neighbours, alt_trend, multiples, neighbours, trend

# every drawing, and what says the same in words
__all__ = [name for name, member in globals().items() if getattr(member, "__module__", "").startswith(f"{__name__}.")]


def __getattr__(name: str) -> object:
    """Refuse a name that is not here with the nearest one that is."""
    drawings = [drawing for drawing in __all__ if not drawing.startswith("alt_")]
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'{nearest(name, drawings)}")
