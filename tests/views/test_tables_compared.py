"""Tables of sensitivity: every office beside the proposal, what cannot be answered, and limits moved."""

import pandas as pd
import pytest

from analysis.views.tables import compared
from blocks import rows
from small import small_strategy
from typed_cases import rows_of

OFFICES = ["statistics_canada growth_ratio", "destatis weather"]


@pytest.fixture(scope="module")
def strategy():
    return small_strategy([{"slug": "tilgang", "name": "Tilgang"}, {"slug": "tomt", "name": "Tomt"}])


@pytest.fixture(scope="module")
def wide():
    rows = [["grey", "green", "green", "grey", 1, 1], ["grey", "grey", "grey", "grey", 0, 0]]
    columns = ["proposed", "direction", *OFFICES, "answering", "agreeing"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(["tilgang", "tomt"], name="measure"))


def test_each_office_has_a_column(strategy, wide):
    block = compared.by_office(strategy, wide, "en")
    assert "Statistics Canada: growth ratio" in block.text
    assert rows(block)[0][1:5] == ["–", "direction only / ○ green", "● green", "–"]
    assert "1 of 1" in block.text


def test_unanswered_measures_are_named_below_the_table(strategy, wide):
    block = compared.by_office(strategy, wide)
    assert "Ingen regel kan svare for: Tomt." in block.text
    assert block.html.count("Tomt") == 1


def test_limits_moved_show_whether_the_colour_holds(strategy):
    colours = [("green", "yellow", "yellow", False), ("grey", "grey", "grey", True)]
    moved = pd.DataFrame(colours, columns=["lower", "proposed", "higher", "stable"], index=["tilgang", "tomt"])
    block = compared.by_limit(strategy, moved, "en")
    # a grey proposal has no limits to move
    assert rows(block) == [["Tilgang", "● green", "▲ yellow", "▲ yellow", "no"]]
    assert "no measure can be assessed" in compared.by_limit(strategy, moved.loc[["tomt"]], "en").text


def test_every_rule_says_how_many_it_answers_for_and_why_not():
    verdicts = pd.DataFrame(rows_of(__file__, "answers.csv"))
    block = compared.answers(verdicts, pd.Index(["a", "b", "c"]), "en")
    assert rows(block) == [["Destatis (Germany): weather symbols", "1", "too few measurements for the rule: 2"]]
