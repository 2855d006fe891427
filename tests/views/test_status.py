import copy
from dataclasses import replace

import pandas as pd
import pytest

from analysis import find_trends, read_observations, read_status, read_strategy, tables
from analysis.core.cache import between_pages
from projects import make_project
from quarters import correction, judge
from small import observations


def test_later_corrections_leave_colours_as_published(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    judge(tmp_path, "2023Q4", {"1A": "green"})
    judge(tmp_path, "2024Q1", more=correction("1A", "green", "yellow", "2023Q4"))
    then, now = read_status("2023Q4", as_of="2024-03-30"), read_status("2023Q4")
    assert then.corrections.empty
    for corrections in (now.corrections, read_status("2024Q1").corrections):  # on both pages
        assert corrections[["quarter", "made_in", "item"]].values.tolist() == [["2023Q4", "2024Q1", "1A"]]
    judged = ["judged", "movement", "record", "previous_quarter", "previous_correction"]
    pd.testing.assert_frame_equal(now.lights[judged], then.lights[judged])


def test_report_and_readme_say_the_same_of_every_measure(quarter):
    """The ten lines of the README read what the report reads, and word it as the report does."""
    strategy, observations = read_strategy(), read_observations(as_of="2024Q1")
    trends = find_trends(strategy, observations)
    pd.testing.assert_frame_equal(trends.drop(columns="age"), quarter.trends.drop(columns="age"))
    assert tables.measures(strategy, trends, "velferdsteknologi").text == quarter.measures("velferdsteknologi").text


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
