"""What a reader sees in words and numbers: accessible tables, prose and headings, in either language.

Every function takes the frames it shows and a `language`, and returns a `Block`: HTML in a notebook, text in a
terminal. `markup` makes the tags, `links` knows where every number leads, the others hold tables by what they show.
"""

from analysis.core.names import nearest
from analysis.views.tables import compared, explored
from analysis.views.tables.delivered_rows import raw_rows, series, series_of
from analysis.views.tables.doubts import doubts
from analysis.views.tables.expert_text import (
    comment_block,
    end_of_report,
    heading,
    item_title,
    page_title,
    prose_block,
    prose_blocks,
    prose_note,
    section,
    standfirst,
    text,
    title,
)
from analysis.views.tables.front_page import distribution, key_figures, overview, quarters
from analysis.views.tables.light_tables import (
    basis,
    candidates,
    corrected_since,
    goal_status,
    indicator_status,
    indicators,
    judgement_against_figures,
    legend,
    lights,
    standing,
    subgoals,
)
from analysis.views.tables.markup import Block
from analysis.views.tables.measured import age, changes, composition, headline, measures, missing, needed, warnings
from analysis.views.tables.raw_material import (
    conflicts,
    issues_of,
    known_issues,
    noticed,
    revisions,
    sources,
    sources_of,
)
from analysis.views.tables.scenario import scenario, scenario_words
from analysis.views.tables.support import ambition, evidence, other_offices

__all__ = [
    "Block",
    "age",
    "ambition",
    "basis",
    "candidates",
    "changes",
    "comment_block",
    "compared",
    "composition",
    "conflicts",
    "corrected_since",
    "distribution",
    "doubts",
    "end_of_report",
    "evidence",
    "explored",
    "goal_status",
    "heading",
    "headline",
    "indicator_status",
    "indicators",
    "issues_of",
    "item_title",
    "judgement_against_figures",
    "key_figures",
    "known_issues",
    "legend",
    "lights",
    "measures",
    "missing",
    "needed",
    "noticed",
    "other_offices",
    "overview",
    "page_title",
    "prose_block",
    "prose_blocks",
    "prose_note",
    "quarters",
    "raw_rows",
    "revisions",
    "scenario",
    "scenario_words",
    "section",
    "series",
    "series_of",
    "sources",
    "sources_of",
    "standfirst",
    "standing",
    "subgoals",
    "text",
    "title",
    "warnings",
]


def __getattr__(name: str) -> object:
    """Refuse a name that is not here with the nearest one that is."""
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'{nearest(name, __all__)}")
