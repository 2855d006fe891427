"""The grade of the evidence, line by line."""

import pytest
from typed_trends import EDGE, LEVEL, NAN, RISE, ROAD, half_way, propose, trend, trends_of

from analysis.assessment.evidence import evidence
from analysis.assessment.trends import find_trends
from small import observations, small_strategy

SAMPLE = {"slug": "m", "target": {"period": "2026", "value": 19.6}}


def line(name, measure=SAMPLE, points=None, **more):
    strategy = small_strategy([measure])
    points = half_way(5, 1.0) if points is None else points
    return evidence(strategy, trends_of(strategy, {"m": trend(points, **more)})).loc["m", name]


@pytest.mark.parametrize(("count", "grade"), [(5, "A"), (4, "A"), (3, "B"), (2, "C"), (1, "D")])
def test_evidence_by_number_of_comparable_points(count, grade):
    points = [(2020.5 + year, 5, 1.0) for year in range(count)]
    assert line("points", points=points) == grade
    assert line("points", RISE, points=points) == grade


def test_one_point_is_enough_to_say_whether_a_level_is_held():
    assert line("points", LEVEL, [(2024.5, 1)]) == "C"
    assert line("points", points=[(2024.5, 19.6)]) == "C"
    assert line("points", points=[(2024.5, 19.6 - EDGE)]) == "D"
    assert line("points", {"slug": "m", "kind": "hold"}, [(2024.5, 1)]) == "D"


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
    assert line("precision", points=half_way(5, error), n=NAN if error != error else 1000) == grade


def test_what_is_counted_in_full_passes():
    for measure in (SAMPLE, SAMPLE | {"kind": "hold"}, {"slug": "m", "kind": "direction"}):
        assert line("precision", measure | {"basis": "register"}, half_way(5)) == "A"


@pytest.mark.parametrize(("error", "grade"), [(2.5, "A"), (5, "B"), (10, "C"), (10.1, "D")])
def test_of_a_level_the_margin_is_asked_against_its_distance(error, grade):
    measure = SAMPLE | {"kind": "hold", "target": {"period": "2026", "value": 30}}  # 1.96 * error against 19.6
    assert line("precision", measure, half_way(10.4, error), n=1000) == grade


@pytest.mark.parametrize(
    ("epsilon", "to", "n", "grade"),
    [  # statsmodels: 46 to 49 %, n 1 600: half-width 3.46; 46 to 60 %: 3.43; 46 to 60 %, n 16 000: 1.09
        *((1, 49, 1600, "D"), (3.5, 49, 1600, "C"), (7, 49, 1600, "B"), (14, 49, 1600, "A")),
        *((1, 60, 1600, "A"), (1, 60, 16_000, "A"), (1, 60, NAN, "D"), (14, 60, NAN, "D")),
    ],
)
def test_of_a_direction_the_margin_is_asked_against_the_change(epsilon, to, n, grade):
    """The interval's half-width against the change, or epsilon where that is more."""
    points = [(2022.5, 46, 1.2), (2023.5, to, 1.2)]
    for kind in ("direction", "reach", "hold"):
        measure = {"slug": "m", "kind": kind, "epsilon": float(epsilon)}
        assert line("precision", measure, points, n=n) == grade


@pytest.mark.parametrize(("target", "grade"), [(200, "A"), (150, "B"), (130, "C"), (110, "D")])
def test_of_events_the_margin_is_that_of_a_poisson_count(target, grade):
    # Garwood: 100 lies between 81.4 and 121.6, so 20.1 to either side; the way runs from 50, 100, 110 or 10
    measure = ROAD | {"counting": "events", "unit": "vedtak", "target": {"period": "2026", "value": target}}
    start = {200: 110, 150: 100, 130: 100, 110: 100}[target]
    assert line("precision", measure, [(2022.5, start), (2024.5, 100)]) == grade


def test_of_few_things_the_margin_is_that_of_their_share():
    # Wilson: 5 of 17 is 13.3 to 53.1, so 19.9 to either side
    measure = SAMPLE | {"basis": "census", "direction": -1, "kind": "hold"}
    for target, grade in ((9.0, "C"), (10.0, "D")):
        aimed = measure | {"target": {"period": "2026", "value": target}}
        assert line("precision", aimed, [(2024.5, 500 / 17)], of=17) == grade


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


def test_a_target_is_not_asked_of_a_direction():
    for kind in ("reach", "hold", "direction"):
        assert line("target", {"slug": "m", "kind": kind}) == ""


def test_the_worst_line_decides_and_is_named():
    measure = SAMPLE | {"basis": "survey-low-response"}
    four = [(2021.5 + year, 5, 1.0) for year in range(4)]
    assert (line("grade", points=four, n=9), line("grade_reasons", points=four, n=9)) == ("A", ())
    assert (line("grade", measure, four, n=9), line("grade_reasons", measure, four, n=9)) == ("B", ("source",))
    assert line("grade_reasons", measure, half_way(5, 7.0), n=9) == ("points", "precision")


def test_nothing_measured_has_no_grade():
    assert (line("grade", points=[]), line("grade_reasons", points=[])) == ("", ())


def test_grade_d_never_gives_green_but_other_colours():
    """Grade d never gives an automatic green but leaves other colours."""
    judged = ROAD | {"basis": "judgement"}
    row = propose(judged, half_way(1))
    assert row[["proposed", "proposed_towards", "proposed_reason", "grade"]].tolist() == ["grey", "", "grade_d", "D"]
    assert [propose(judged, half_way(value))["proposed"] for value in (0.8, 0.1)] == ["yellow", "red"]


def mixed(figures, sizes, own=()):
    """The trends of a share in 2022 and 2023, with respondents by group and, where given, the groups' own figures."""
    strategy = small_strategy([{"slug": "m", "epsilon": 1.0}])
    rows = [("m", year, value, 1000) for year, value in zip(("2022", "2023"), figures, strict=True)]
    for slug, cells in (("respondents", sizes), ("m", own)):
        rows += [
            {"measure": slug, "period": year, "breakdown": f"gruppe={group}", "value": value}
            for group, values in dict(cells).items()
            for year, value in zip(("2022", "2023"), values, strict=True)
            if value is not None
        ]
    return strategy, find_trends(strategy, observations(rows, strategy))


PERSONNEL = {"fastleger": (119, 118), "kommuner": (1584, 750), "helseforetak": (3294, 3633)}


@pytest.mark.parametrize(("latest", "grade"), [(28, "C"), (29, "C"), (29.01, "A"), (26, "C")])
def test_another_mix_may_alone_have_made_a_change(latest, grade):
    """Personnel of 2022 and 2023, by hand: +0.240, -15.036 and +14.796; 20 points apart they make 3.007."""
    strategy, trends = mixed((26, latest), PERSONNEL)
    assert trends.loc["m", "mix_shift"] == pytest.approx(15.036, abs=0.001)
    assert trends.loc["m", ["mix_effect"]].isna().all()
    assert evidence(strategy, trends).loc["m", "comparability"] == grade


@pytest.mark.parametrize(
    ("figures", "own", "effect", "grade"),
    [
        # a tenth of the sample moved from a to b, which lies 20 points higher: 2 points, the whole change
        ((54, 56), {"a": (40, 40), "b": (60, 60)}, 2.0, "C"),
        # published for one wave only
        ((54, 56), {"a": (None, 40), "b": (60, None)}, 2.0, "C"),
        # the groups rose by 2: the mean of 41 and 61, still 20 apart, made 2 of 4
        ((54, 58), {"a": (40, 42), "b": (60, 62)}, 2.0, "A"),
        # 3 less 2 leaves epsilon, and 3.01 more
        ((54, 57), {"a": (40, 40), "b": (60, 60)}, 2.0, "C"),
        ((54, 57.01), {"a": (40, 40), "b": (60, 60)}, 2.0, "A"),
        # the mix turned a fall into a rise
        ((50, 52), {"a": (30, 30), "b": (70, 70)}, 4.0, "C"),
        # groups that are alike move nothing
        ((50, 52), {"a": (50, 52), "b": (50, 52)}, 0.0, "A"),
        # the mix hid a fall of all groups
        ((54, 54), {"a": (40, 38), "b": (60, 58)}, 2.0, "C"),
    ],
)
def test_the_groups_own_figures_say_what_the_mix_did(figures, own, effect, grade):
    strategy, trends = mixed(figures, {"a": (30, 20), "b": (70, 80)}, own)
    assert trends.loc["m", ["mix_shift", "mix_effect"]].tolist() == pytest.approx([10, effect])
    assert evidence(strategy, trends).loc["m", "comparability"] == grade


@pytest.mark.parametrize(
    ("change", "shift", "grade"),
    [(2, 10, "C"), (2, 10 - 1e-7, "A"), (-2, 10, "C"), (0, 5, "C"), (0, 5 - 1e-7, "A"), (0, 0, "A"), (0, NAN, "A")],
)
def test_a_mix_counts_from_what_twenty_points_can_make(change, shift, grade):
    """Twenty points between groups times what moved, against the change, or epsilon (here 1) where that is more."""
    strategy = small_strategy([RISE | {"basis": "survey", "epsilon": 1.0}])
    trends = trends_of(strategy, {"m": trend(half_way(change, 1.0))}).assign(mix_shift=shift)
    assert evidence(strategy, trends).loc["m", "comparability"] == grade


def test_without_any_shift_there_is_no_mix_to_ask_about():
    _, trends = mixed((26, 28), {"a": (30, 60), "b": (70, 140)})
    assert trends.loc["m", "mix_shift"] == 0
    strategy = small_strategy([{"slug": "m"}])  # epsilon zero
    same = trends_of(strategy, {"m": trend(half_way(0, 1.0))}).assign(mix_shift=0.0)
    assert evidence(strategy, same).loc["m", "comparability"] == "A"
