"""Status reports for Norway's national e-health strategy: the names an analyst types.

>>> from analysis import assess, figures, find_trends, read_judgements, read_observations, read_strategy, tables
>>> strategy, observations = read_strategy(), read_observations(as_of="2024Q1")
>>> trends = find_trends(strategy, observations)
>>> lights = assess(strategy, trends, read_judgements("2024Q1"))
>>> lights.loc["1.5", ["proposed", "colour", "reason"]].tolist()
['yellow', 'grey', 'not_on_record']

The figures propose and the experts decide. ``read_…`` reads the raw material, ``find_trends`` computes how each measure
moves, ``assess`` compares that with the promise and the judgements, and ``tables`` and ``figures`` show the result;
``read_status`` does the first three for a whole quarter. Each name is imported on first use, so ``import analysis`` is
quick and silent.
"""

import difflib
import importlib

_HOMES = {
    "ambition_bands": "assessment.proposals",
    "ambition_curve": "assessment.proposals",
    "assess": "assessment.lights",
    "assess_measures": "assessment.proposals",
    "better_than_figures": "assessment.lights",
    "changes": "quarter.changes",
    "comparisons": "assessment.comparisons",
    "desk": "views.desk",
    "diff": "quarter.changes",
    "figures": "views.figures",
    "find_observations": "records.observations",
    "find_changes": "assessment.comparisons",
    "find_trends": "assessment.trends",
    "published_methods": "assessment.other_offices",
    "read_area_status": "municipal.status",
    "read_areas": "records.areas",
    "read_judgements": "records.judgements",
    "read_known_issues": "records.observations",
    "read_observations": "records.observations",
    "read_prose": "text.prose",
    "read_sources": "records.sources",
    "read_status": "views.status",
    "read_strategy": "records.strategy",
    "sensitivity": "assessment.proposals",
    "surveys": "statistics.surveys",
    "tables": "views.tables",
    "verdicts": "assessment.other_offices",
    "what_if": "views.what_if",
    "words": "text",
}
_MODULES = {"changes", "comparisons", "desk", "figures", "published_methods", "surveys", "tables", "what_if", "words"}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    """Return a public name from the module that defines it; some names are modules themselves."""
    if name in _HOMES:
        module = importlib.import_module(f"analysis.{_HOMES[name]}")
        return module if name in _MODULES else getattr(module, name)
    hints = [f"; did you mean '{nearest}'?" for nearest in difflib.get_close_matches(name, __all__, n=1)]
    raise AttributeError(f"module 'analysis' has no attribute '{name}'{''.join(hints)}")


def __dir__() -> list[str]:
    """Return the names an analyst can type."""
    return sorted(__all__)
