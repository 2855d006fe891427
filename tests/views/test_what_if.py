"""What if: every light that moves, none that does not, and no argument is changed."""

import pandas as pd
import pytest

from analysis.core.names import UnknownNameError
from analysis.core.periods import PeriodError
from analysis.views.what_if import colours_over, lights_moved, with_figure, with_judgement, with_target
from quarters import light, status, write
from small import read_small

STRATEGY, ROWS = read_small(__file__, "what_if.toml")


@pytest.fixture
def quarter(tmp_path, monkeypatch):
    write(tmp_path, "2024Q1", light("1A", "yellow"))
    monkeypatch.setattr("analysis.records.judgements._folder", lambda: tmp_path)
    return status("2024Q1", STRATEGY, ROWS, tmp_path)


@pytest.mark.parametrize(
    ("changed", "item", "field", "after"),
    [
        ({"figures": {("dho", "2024-03-31"): 19}}, "1.2", "proposed", "green"),  # the target is met
        # from 26 in mid-2022 to 60 in mid-2025: a third of the time is gone, two of 34 points: R = 2 / (34 / 3) = 0.18
        ({"targets": {("tilgang", 2025): 60}}, "1.1", "proposed", "red"),  # a year may be a number
        ({"judgements": {"1A": "red"}}, "1A", "colour", "red"),
        ({"judgements": {"1.2": "red"}}, "1.2", "colour", "red"),  # against the figures: no reason is needed
        ({"judgements": {"1A": ""}}, "1A", "colour", "grey"),
    ],
)
def test_what_is_changed_moves_its_own_light(quarter, changed, item, field, after):
    frames = (quarter.observations, quarter.judgements, quarter.lights, STRATEGY.measures, STRATEGY.points)
    kept = [frame.copy(deep=True) for frame in frames]
    moved = lights_moved(quarter, **changed).set_index(["item", "field"])
    assert moved.loc[(item, field), ["before", "after"]].tolist() == [quarter.lights.at[item, field], after]
    assert {*moved.index.unique("item")} <= {item, "goal-1", "strategy"}
    for frame, before in zip(frames, kept, strict=True):  # no argument is changed
        pd.testing.assert_frame_equal(frame, before)


def test_a_changed_figure_keeps_its_respondents():
    same = with_figure(STRATEGY, ROWS, "tilgang", "2023", 31)
    assert same[["value", "n"]].iloc[-1].tolist() == [31, 4505]
    new = with_figure(STRATEGY, ROWS, "tilgang", "2024", (31, 4000))
    assert new[["value", "n"]].iloc[-1].tolist() == [31, 4000]
    assert len(new) == len(ROWS) + 1
    rows = with_figure(STRATEGY, ROWS, "dho", "2024-03-31", 19)  # an edition of the same day gives way
    assert rows.loc[rows["measure"] == "dho", "value"].tolist() == [17, 19]


def test_a_target_replaces_the_one_that_was():
    changed = with_target(STRATEGY, "dho", "2025", 25)
    points = changed.points[changed.points["measure"] == "dho"]
    assert points[["point", "period", "value", "status"]].values.tolist() == [["target", "2025", 25.0, "working"]]
    assert changed.measure("dho")["target_value"] == 25
    assert STRATEGY.measure("dho")["target_value"] == 19


def test_harder_ambitions_never_give_a_better_colour(quarter):
    assert lights_moved(quarter).empty  # where nothing is changed
    limits = [(0.8, 0.4), (0.95, 0.6), (1.1, 0.9)]
    colours = colours_over(STRATEGY, quarter.trends, "tilgang", "2025", [28, 32, 36, 44, 60], limits)
    ranks = colours.replace({"green": 2, "yellow": 1, "red": 0}).astype(int)
    assert (ranks.diff(axis=1).iloc[:, 1:] <= 0).all(axis=None)
    assert (ranks.diff().iloc[1:] <= 0).all(axis=None)
    assert ranks.nunique().max() > 1
    with pytest.raises(ValueError, match="above the limit of green"):
        colours_over(STRATEGY, quarter.trends, "tilgang", "2025", [30], [(0.5, 0.9)])


def test_mistyped_names_are_answered_with_the_nearest(quarter):
    with pytest.raises(UnknownNameError, match="'tilgang'"):
        lights_moved(quarter, figures={("tilgan", "2023"): 31})
    with pytest.raises(UnknownNameError, match="'1A'"):
        with_judgement(quarter.judgements, "1a", "red")
    with pytest.raises(UnknownNameError, match="'green'"):
        lights_moved(quarter, judgements={"1A": "gren"})
    with pytest.raises(PeriodError, match="first half"):
        lights_moved(quarter, targets={("tilgang", "first half"): 40})
