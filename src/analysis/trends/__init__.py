"""How each measure moves: one row a measure (`find_trends`), and the tests and charts it is drawn from.

Words follow the number of comparable points (method, section 6): two a change, three or four a direction, five to
eleven a slope, twelve or more a process. Every function but `find_trends` works on arrays whose last axis is time.
"""

from analysis.trends.measures import COLUMNS, find_trends
from analysis.trends.process import (
    Limits,
    Rules,
    assurance,
    backfill,
    p_chart_limits,
    run_ends,
    trend_ends,
    two_of_three,
    variation,
    xmr_limits,
    xmr_rules,
)
from analysis.trends.slopes import (
    CHI_SQUARE,
    MannKendall,
    Slope,
    mann_kendall,
    mann_kendall_tail,
    proportion_trend,
    theil_sen,
    weighted_slope,
)

__all__ = [
    "CHI_SQUARE",
    "COLUMNS",
    "Limits",
    "MannKendall",
    "Rules",
    "Slope",
    "assurance",
    "backfill",
    "find_trends",
    "mann_kendall",
    "mann_kendall_tail",
    "p_chart_limits",
    "proportion_trend",
    "run_ends",
    "theil_sen",
    "trend_ends",
    "two_of_three",
    "variation",
    "weighted_slope",
    "xmr_limits",
    "xmr_rules",
]
