"""Status reports for Norway's national e-health strategy: the names an analyst types.

>>> from analysis import assess, figures, find_trends, read_judgements, read_observations, read_strategy, tables
>>> strategy, observations = read_strategy(), read_observations(as_of="2024Q1")
>>> trends = find_trends(strategy, observations)
>>> lights = assess(strategy, trends, read_judgements("2024Q1"))
>>> lights.loc["1.5", ["proposed", "colour", "reason"]].tolist()
['yellow', 'grey', 'not_on_record']

Figures propose and experts decide: ``read_…`` the raw material, ``find_trends`` in it, ``assess`` them against the
promise, and show the result with ``tables`` and ``figures``; ``read_status`` does the first three for a whole quarter.
Each name is imported when it is first asked for, so that ``import analysis`` is quick and silent.
"""

import difflib
import importlib

_HOMES = {
    "ambition_bands": "lights",
    "ambition_curve": "lights",
    "assess": "lights",
    "assess_measures": "lights",
    "better_than_figures": "lights",
    "diff": "changes",
    "find_observations": "observations",
    "find_trends": "trends",
    "read_area_status": "area_status",
    "read_areas": "areas",
    "read_judgements": "judgements",
    "read_known_issues": "known_issues",
    "read_observations": "observations",
    "read_prose": "prose",
    "read_sources": "observations",
    "read_status": "status",
    "read_strategy": "strategy",
    "sensitivity": "lights",
    "verdicts": "published_methods",
}
_ROOMS = ("changes", "comparisons", "desk", "figures", "published_methods", "surveys", "tables", "what_if", "words")

__all__ = [*_HOMES, *_ROOMS]


def __getattr__(name: str) -> object:
    """Return a name of the front door from the room where it lives."""
    if name in _ROOMS:
        return importlib.import_module(f"analysis.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"analysis.{_HOMES[name]}"), name)
    close = [f"; did you mean '{known}'?" for known in difflib.get_close_matches(name, __all__, n=1)]
    raise AttributeError(f"module 'analysis' has no attribute '{name}'{''.join(close)}")


def __dir__() -> list[str]:
    """Return the names an analyst can type."""
    return sorted(__all__)
