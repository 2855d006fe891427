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

from analysis.core.lazy_names import import_lazily

_MODULES = {
    "assessment.comparisons": "find_changes",
    "assessment.lights": "assess better_than_figures",
    "assessment.other_offices": "verdicts",
    "assessment.proposals": "ambition_bands ambition_curve assess_measures sensitivity",
    "assessment.trends": "find_trends",
    "municipal.status": "read_area_status",
    "quarter.changes": "diff",
    "records.areas": "read_areas",
    "records.judgements": "read_judgements",
    "records.observations": "find_observations read_known_issues read_observations",
    "records.sources": "read_sources",
    "records.strategy": "read_strategy",
    "text.prose": "read_prose",
    "views.status": "read_status",
}
# modules that are public as a whole, under their own name or another
_WHOLE = "assessment.comparisons quarter.changes statistics.surveys views.desk views.figures views.tables views.what_if"
_WHOLE = {module.rpartition(".")[2]: module for module in _WHOLE.split()}
_WHOLE |= {"published_methods": "assessment.other_offices", "words": "text"}

__all__, __getattr__, __dir__ = import_lazily(__name__, _MODULES, _WHOLE)
