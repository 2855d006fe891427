"""What a reader sees in words and numbers: accessible tables, prose and headings, in either language.

Every function takes the frames it shows and a `language`, and returns a `Block`: HTML in a notebook, text in a
terminal. `markup` writes the tags, `links` knows where every number leads, the others hold tables by what they show.
"""

from analysis.tables.colours import (
    candidates,
    distribution,
    goal_status,
    indicator_status,
    indicators,
    judgement_against_figures,
    legend,
    lights,
    overview,
    subgoals,
    uncertain,
)
from analysis.tables.markup import Block, Table
from analysis.tables.material import conflicts, issues_of, known_issues, revisions, sources
from analysis.tables.measured import (
    age,
    ambition,
    changes,
    composition,
    evidence,
    measures,
    missing,
    needed,
    other_offices,
    raw_rows,
    series,
    series_of,
)
from analysis.tables.written import end_of_report, heading, item_title, prose_block, prose_blocks, text, title

__all__ = [
    "Block",
    "Table",
    "age",
    "ambition",
    "candidates",
    "changes",
    "composition",
    "conflicts",
    "distribution",
    "end_of_report",
    "evidence",
    "goal_status",
    "heading",
    "indicator_status",
    "indicators",
    "issues_of",
    "item_title",
    "judgement_against_figures",
    "known_issues",
    "legend",
    "lights",
    "measures",
    "missing",
    "needed",
    "other_offices",
    "overview",
    "prose_block",
    "prose_blocks",
    "raw_rows",
    "revisions",
    "series",
    "series_of",
    "sources",
    "subgoals",
    "text",
    "title",
    "uncertain",
]
