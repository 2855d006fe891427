"""The grade of the evidence, line by line."""

import pytest
from typed_trends import EDGE, NAN, ROAD, half_way, propose, trend, trends_of

from analysis.assessment.evidence import evidence
from small import small_strategy

SAMPLE = {"slug": "m", "target": {"period": "2026", "value": 19.6}}


def line(name, measure=SAMPLE, points=None, **more):
    strategy = small_strategy([measure])
    points = half_way(5, 1.0) if points is None else points
    return evidence(strategy, trends_of(strategy, {"m": trend(points, **more)})).loc["m", name]


@pytest.mark.parametrize(("count", "grade"), [(5, "A"), (4, "A"), (3, "B"), (2, "C"), (1, "D")])
def test_evidence_by_number_of_comparable_points(count, grade):
    assert line("points", points=[(2020.5 + year, 5, 1.0) for year in range(count)]) == grade


@pytest.mark.parametrize(
    ("age", "grade"),
    [(0, "A"), (1, "A"), (1 + EDGE, "B"), (1.5, "B"), (1.5 + EDGE, "C"), (2.5, "C"), (2.5 + EDGE, "D"), (9, "D")],
)
def test_evidence_by_age_in_cadences(age, grade):
    assert line("age", age=age) == grade
    assert line("age", SAMPLE | {"cadence": 2.0}, age=2 * age) == grade


@pytest.mark.parametrize(
    ("error", "grade"),
    [(2.5, "A"), (2.5 + 1e-7, "B"), (5, "B"), (5 + 1e-7, "C"), (10, "C"), (10 + 1e-7, "D"), (NAN, "D")],
)
def test_evidence_by_the_margin_against_the_way_to_go(error, grade):  # 1.96 * error against 19.6
    assert line("precision", points=half_way(5, error)) == grade


def test_the_way_to_go_is_asked_of_samples_on_their_way_only():
    assert line("precision", SAMPLE | {"basis": "register"}, half_way(5)) == "A"
    assert line("precision", SAMPLE | {"kind": "hold"}) == ""
    assert line("precision", {"slug": "m", "kind": "direction"}) == ""
    assert line("precision", {"slug": "m", "kind": "reach"}) == ""


@pytest.mark.parametrize(
    ("basis", "grade"),
    [
        *(("register", "A"), ("census", "A"), ("survey", "A")),
        *(("survey-low-response", "B"), ("self-report", "C"), ("judgement", "D")),
    ],
)
def test_evidence_by_source(basis, grade):
    assert line("source", SAMPLE | {"basis": basis}) == grade


@pytest.mark.parametrize(("kind", "grade"), [("", "A"), ("minor", "B"), ("suspected", "C"), ("break", "D")])
def test_evidence_by_comparability(kind, grade):
    assert line("comparability", kind_of_break=kind) == grade


@pytest.mark.parametrize(("status", "grade"), [("adopted", "A"), ("interpreted", "B"), ("working", "C")])
def test_evidence_by_the_standing_of_the_target(status, grade):
    assert line("target", SAMPLE | {"target": {"period": "2026", "value": 19.6, "status": status}}) == grade


def test_a_target_is_asked_of_all_but_direction():
    assert line("target", {"slug": "m", "kind": "reach"}) == "D"
    assert line("target", {"slug": "m", "kind": "direction"}) == ""


def test_the_worst_line_decides_and_is_named():
    measure = SAMPLE | {"basis": "survey-low-response"}
    four = [(2021.5 + year, 5, 1.0) for year in range(4)]
    assert (line("grade", points=four), line("grade_reasons", points=four)) == ("A", ())
    assert (line("grade", measure, four), line("grade_reasons", measure, four)) == ("B", ("source",))
    assert line("grade_reasons", measure, half_way(5, 7.0)) == ("points", "precision")


def test_nothing_measured_has_no_grade():
    assert (line("grade", points=[]), line("grade_reasons", points=[])) == ("", ())


def test_grade_d_never_gives_green_but_other_colours():
    """Grade d never gives an automatic green but leaves other colours."""
    judged = ROAD | {"basis": "judgement"}
    row = propose(judged, half_way(1))
    assert row[["proposed", "proposed_towards", "proposed_reason", "grade"]].tolist() == ["grey", "", "grade_d", "D"]
    assert [propose(judged, half_way(value))["proposed"] for value in (0.8, 0.1)] == ["yellow", "red"]
