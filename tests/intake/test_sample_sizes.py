"""The answers of groups beside those of the whole: what cannot be, and what is merely odd."""

import pandas as pd
import pytest

from analysis.intake.row_rules import sample_faults

DAY, LATER = "2024-03-31", "2024-07-31"


@pytest.mark.parametrize("whole, groups, expected", [
    (900, {"kjonn=menn": 400, "kjonn=kvinner": 500}, None),
    (900, {"kjonn=menn": 400}, None),  # there are others
    (900, {"kjonn=menn": 901}, ("reject", 3, "is more than the 900 of all, on line 2")),
    (90, {"alder=0-29": 400, "alder=30+": 500}, ("reject", 4, "is more than the 90 of all, on line 2")),
    (900, {"kjonn=menn": 420, "kjonn=kvinner": 500},
     ("warn", 4, "with the other groups of kjonn makes 920, more than the 900 of all, on line 2")),
    (900, {"svar=ja": 900, "svar=nei": 900}, None),  # one question's answers rest on one sample
    (900, {"land=DK": 5000}, None),  # no part of the whole
    (900, {"kjonn=menn": 420, "alder=0-29": 500}, None),
    (None, {"kjonn=menn": 420}, None),
])  # fmt: skip
@pytest.mark.parametrize("published", [DAY, LATER])
def test_groups_have_no_more_answers_than_the_whole(whole, groups, expected, published):
    rows = pd.DataFrame({"breakdown": ["", *groups], "n": [whole, *groups.values()]}).astype({"n": float})
    days = [DAY, *[published] * len(groups)]
    rows = rows.assign(
        measure="q", period="2023", source="s", standing="", file="a.csv", sheet="", line=range(2, len(rows) + 2),
        unit="prosent", value=20.0, published=pd.to_datetime(days),
    )  # fmt: skip
    if expected and published == LATER:
        expected = ("warn", *expected[1:])  # the whole may be revised
    found = [(fault.severity, fault.line, fault.problem) for fault in sample_faults(rows)]
    assert found == ([expected] if expected else [])
    # what is in conflict with another source counts for nothing
    assert sample_faults(rows.assign(standing="conflict")) == []
