import copy
from dataclasses import replace

import pandas as pd
import pytest

from analysis import find_trends, read_observations, read_status, read_strategy, tables, words
from analysis.core.cache import between_pages
from analysis.records.judgements import later_corrections
from small import observations


def test_later_corrections_leave_colours_as_published(quarter):
    then, now = read_status("2023Q1", as_of="2024-03-30"), read_status("2023Q1")
    assert then.corrections.empty
    made = [["2023Q1", "2024Q1", "goal-5", "down"]]
    later = later_corrections("2023Q1", strategy=now.strategy)
    for corrections in (now.corrections, later, quarter.corrections):  # on both pages
        assert corrections[["quarter", "made_in", "item", "direction"]].values.tolist() == made
    judged = ["judged", "movement", "record", "previous_quarter", "previous_correction"]
    pd.testing.assert_frame_equal(now.lights[judged], then.lights[judged])


def test_report_and_readme_say_the_same_of_every_measure(quarter):
    """The ten lines of the README word a change from a bound or a derived value as the report does."""
    strategy, observations = read_strategy(), read_observations(as_of="2024Q1")
    trends = find_trends(strategy, observations)
    for indicator in strategy.indicators["indicator"]:
        for role in ("assessed", "context"):
            readme = tables.measures(strategy, trends, indicator, role=role)
            assert readme.text == quarter.measures(indicator, role=role).text
    sentences = trends.loc[["velferdsteknologi-uten-alarm", "helsenorge-innlogginger"]].apply(
        lambda trend: words.change_sentence(trend, "en"), axis=1
    )
    assert "16,444 (derived)" in sentences.iloc[0] and "Poisson" not in sentences.iloc[0]
    assert "a bound only" in sentences.iloc[1]


def test_what_has_no_words_is_computed_once_for_both_languages(quarter, english, monkeypatch):
    slug = "helseregistre"
    with between_pages.keeping():
        before = quarter.ambitions(slug)
        monkeypatch.setattr("analysis.views.status.ambition_curve", None)
        assert english.ambitions(slug).text != before.text
        with pytest.raises(TypeError):  # other frames, other curves
            replace(quarter, trends=quarter.trends.copy()).ambitions(slug)


def test_zero_twice_leaves_no_ambition_to_draw(english):
    slug = "bruk-helsenorge-medvirkning"
    rows = observations([(slug, "2022", 0), (slug, "2023", 0)], english.strategy)
    zero = replace(english, observations=rows, trends=find_trends(english.strategy, rows, "2024Q1"))
    page = zero.ambitions(slug)._repr_html_()
    assert "<figure" not in page
    assert "nan" not in page


def test_a_status_gives_a_table_what_it_holds(english):
    status, slug = english, "tilgang-pasientinformasjon"
    assert status.measures(slug).html == tables.measures(status.strategy, status.trends, slug, "en").html
    beside = tables.measures(status.strategy, status.trends, slug, "en", role="context")
    assert status.measures(slug, role="context").html == beside.html
    assert status.section("measures_heading", beside).html == tables.section("measures_heading", beside, "en").html
    own = status.lights.query("goal == 5")
    assert status.distribution(lights=own).html == tables.distribution(own, "en").html


def test_a_status_refuses_what_a_table_does_not_take(quarter):
    with pytest.raises(TypeError, match="too many positional arguments"):
        quarter.evidence("tilgang-pasientinformasjon", 1, 2)
    with pytest.raises(AttributeError, match="did you mean 'measures'"):
        quarter.mesures("tilgang-pasientinformasjon")
    assert {"measures", "trends", "pictures"} <= {*dir(quarter)}
    assert len(copy.deepcopy(quarter).lights) == len(quarter.lights)
