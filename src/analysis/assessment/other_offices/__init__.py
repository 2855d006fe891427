"""What other offices' published rules would say about the same series.

Each function takes frames or arrays and returns the office's own words (lower case, underscores), so that a verdict can
be compared with what the office printed. `verdicts` applies every rule to all measures; `sensitivity` shows the answers
side by side. None of these rules decides a colour in the report: they show how far a colour depends on the method.
"""

from analysis.assessment.other_offices.charts import fingertips_trend
from analysis.assessment.other_offices.growth import (
    annual_growth,
    canada_growth_ratio,
    canada_verdict,
    eustat_growth,
    growth_ratio,
    natural_limit_damping,
    who_growth_path,
)
from analysis.assessment.other_offices.verdicts import COLOURS, TOWARDS, sensitivity, verdicts
from analysis.assessment.other_offices.weather import destatis_weather

__all__ = [
    "COLOURS",
    "TOWARDS",
    "annual_growth",
    "canada_growth_ratio",
    "canada_verdict",
    "destatis_weather",
    "eustat_growth",
    "fingertips_trend",
    "growth_ratio",
    "natural_limit_damping",
    "sensitivity",
    "verdicts",
    "who_growth_path",
]
