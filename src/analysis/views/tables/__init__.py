"""What a reader sees in words and numbers: accessible tables, prose and headings, in either language.

Every function takes the frames it shows and a `language`, and returns a `Block`: HTML in a notebook, text in a
terminal. `markup` makes the tags and links, the others hold tables by what they show. Each name is imported on first
use, so that what needs only `markup` does not import the tables with it.
"""

from typing import Final

from analysis.core.lazy_names import import_lazily

# functions by the module that defines them
_MODULES: Final = {
    "expert_text": (
        "comment_block end_of_report heading item_title page_title prose_block prose_blocks prose_note scenario "
        "section standfirst title"
    ),
    "front_page": "distribution doubts key_figures overview quarters",
    "light_tables": (
        "basis candidates corrected_since goal_status indicator_status indicators judgement_against_figures legend "
        "lights scenario_words standing subgoals"
    ),
    "markup": "Block",
    "measured": "age ambition changes composition evidence headline measures missing needed other_offices warnings",
    "raw_material": "conflicts issues_of known_issues noticed raw_rows revisions series series_of sources sources_of",
}

__all__, __getattr__, __dir__ = import_lazily(__name__, _MODULES, {"compared": "compared", "explored": "explored"})
