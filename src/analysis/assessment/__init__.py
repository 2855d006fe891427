"""A colour for every row of the report: where it is heading, how sure and well founded it is, and why.

The figures propose and the experts decide. `assess_measures` holds each measure against its promise and proposes a
colour; `assess` gathers measures into indicators, indicators and sub-goals into goals, goals into the strategy, and
lays the experts' judgement beside every proposal. No limit of the method was ever published for these indicators: all
are conventions, gathered with their reasons in `limits`, and `sensitivity` shows what moving them would change.
docs/method.md tells the same to a reader.
"""

from analysis.assessment.ambition import ambition_bands, ambition_curve
from analysis.assessment.cases import LightsError
from analysis.assessment.evidence import evidence
from analysis.assessment.goals import Summary, distributions, overall, summarise
from analysis.assessment.lights import JudgementDiffersError, assess, better_than_figures, override_rate
from analysis.assessment.proposals import assess_measures, sensitivity
from analysis.assessment.ratios import path_value

__all__ = [
    "JudgementDiffersError",
    "LightsError",
    "Summary",
    "ambition_bands",
    "ambition_curve",
    "assess",
    "assess_measures",
    "better_than_figures",
    "distributions",
    "evidence",
    "overall",
    "override_rate",
    "path_value",
    "sensitivity",
    "summarise",
]
