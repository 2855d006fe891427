"""What the reader sees as pictures: series, groups and colours, each with an alternative text made from its data.

Every drawing takes the frames it shows, a `language` and perhaps `ax`, and returns the axes it drew on; every ``alt_``
function says the same in words; `picture` makes one figure of a page of both.
"""

from typing import Final

from analysis.core.lazy_names import import_lazily

_MODULES: Final = {
    "bars": (
        "alt_ambition alt_breakdown alt_changes alt_counted alt_development alt_probability ambition_curve breakdown "
        "changes counted development probability"
    ),
    "canvas": "picture",
    "series": "alt_multiples alt_neighbours alt_trend multiples neighbours trend",
}

__all__, __getattr__, __dir__ = import_lazily(__name__, _MODULES, {})
