"""The report of 2024Q1 under the example's ambitions: the colours that docs/method.md gives, and what marks them."""

from dataclasses import replace
from pathlib import Path

import pytest

from analysis import tables
from analysis.assessment.evidence import evidence
from analysis.assessment.lights import JudgementDiffersError, assess
from analysis.assessment.trends import find_trends
from analysis.records.strategy import Ambitions
from blocks import plain, rows
from small import judgements, observations, small_strategy
from typed_cases import read_cases


@pytest.mark.parametrize("case", read_cases(Path(__file__).with_name("scenario_colours.csv")), ids=lambda c: c["item"])
def test_the_example_gives_the_colours_of_the_method(scenario, case):
    """From its last lines: colour, pointing to, weakly, and the share of the planned way."""
    light = scenario.lights.loc[case["item"]]
    assert (light["proposed"], light["proposed_towards"]) == (case["colour"], case.get("towards", ""))
    assert bool(light["proposed_weak"]) == ("weak" in case)
    assert "way" not in case or light["R"] == pytest.approx(float(case["way"]), abs=0.01)


def test_the_example_has_reasons_chances_and_no_grade_above_c(scenario):
    assert scenario.lights.loc["2.3", "proposed_reason"] == "too_slow"
    assert scenario.lights.loc["3.1", "p_green"] == pytest.approx(0.7, abs=0.02)
    assert set(scenario.lights["grade"]) <= {"", "C", "D"}
    assert scenario.lights.loc[["1.5", "1.6", "3.1"], "grade"].tolist() == ["C", "C", "C"]


def small(*, scenario: bool):
    """Return a register's counts, exactly on their way to an adopted target, and their trends."""
    target = {"period": "2025-12-31", "value": 50}
    strategy = small_strategy([{"slug": "antall", "basis": "register", "timing": "stock", "target": target}])
    counts = [("antall", f"{year}-12-31", 10 + 8 * (year - 2020)) for year in range(2020, 2025)]
    trends = find_trends(strategy, observations(counts, strategy), "2024Q4")
    return replace(strategy, ambitions=Ambitions("proeve", scenario=scenario)), trends


def test_the_best_evidence_is_c_in_a_scenario():
    for scenario, grade in ((False, "A"), (True, "C")):
        assert evidence(*small(scenario=scenario)).loc["antall", ["grade", "target"]].tolist() == [grade, grade]


def test_a_judgement_needs_no_reason_to_differ_from_a_scenario():
    strategy, trends = small(scenario=False)
    judged = judgements(strategy, **{"1.1": {"colour": "yellow"}})
    with pytest.raises(JudgementDiffersError):
        assess(strategy, trends, judged)
    lights = assess(*small(scenario=True), judged)
    assert lights.loc["1.1", ["proposed", "colour"]].tolist() == ["green", "yellow"]


def test_the_banner_names_the_set_and_whose_it_is_not(scenario, quarter):
    norwegian, english = (tables.scenario(scenario.strategy, language) for language in ("nb", "en"))
    assert all(words in plain(norwegian.text) for words in ("Scenario «eksempel»", "ingens ambisjon", "høyst C"))
    assert all(words in plain(english.text) for words in ("Scenario “example”", "nobody's", "at most C"))
    assert "border:" in norwegian.html  # it is seen where style sheets are dropped
    assert not tables.scenario(quarter.strategy)  # a report without a set


def test_the_reports_words_are_beside_what_the_example_gives(scenario, quarter):
    goal_2, access, goal_5 = rows(tables.scenario_words(scenario.strategy, scenario.lights))
    assert "Mål 2" in goal_2[0] and "peker mot" in goal_2[1] and "rødt" in goal_2[1]
    assert access[0].startswith("4.1")
    # the source's own words
    assert "svakt mot" in access[1] and "rød" in access[2] and "svakt mot" in access[2]
    assert "gul" in goal_5[1] and "grønt" in goal_5[1]
    assert not tables.scenario_words(quarter.strategy, quarter.lights)
