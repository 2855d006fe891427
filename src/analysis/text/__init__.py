"""How the report says it: numbers, dates, names of codes, set phrases and sentences, in Norwegian bokmål and English.

The texts stand in the catalogues; `numbers`, `dates`, `codes`, `phrases` and `sentences` choose, fill and join them. A
code or a language without a text is a `WordError`, never a silent fallback.
"""

from analysis.text.catalogues import LANGUAGES, WordError, check_language, look_up, read_catalogues, read_table
from analysis.text.codes import (
    FRAME,
    HEX,
    HOLLOW,
    MOVEMENT_SYMBOL,
    STATE_SYMBOL,
    SYMBOL,
    answer,
    band,
    breakdown,
    breakdown_value,
    certainty,
    colour,
    direction,
    experts_place,
    figures_place,
    grade,
    grade_reason,
    hindrance,
    hue,
    light,
    movement,
    noticed,
    office,
    override,
    pointing,
    reason,
    record,
    state,
    verdict,
)
from analysis.text.dates import date, period
from analysis.text.numbers import (
    difference_unit,
    file_size,
    interval,
    number,
    p_value,
    percent,
    percent_change,
    percent_sign,
    probability,
    qualified,
    quantity,
    sample,
    short,
    signed,
    spelled,
    unit,
)
from analysis.text.phrases import front_text, label, licence, note, phrase, scenario_text, site_text, statement
from analysis.text.sentences import change_sentence, correction, finding, sentence, trend_sentence
from analysis.text.without_target import base, break_even, change_since_first, level
