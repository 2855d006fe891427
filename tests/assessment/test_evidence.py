"""The grade of the evidence, line by line."""

import pytest
from typed_trends import MEASURES, NAN, RISE, ROAD, differing, half_way, propose, read_cases, trend, trends_of, typed

from analysis.assessment.evidence import evidence
from analysis.assessment.trends import find_trends
from small import observations, small_strategy

SAMPLE = {"slug": "m", "target": {"period": "2026", "value": 19.6}}
CASES = read_cases("evidence.csv")


def graded(measures, rows):
    strategy = small_strategy([measure | {"slug": f"m-{place}"} for place, measure in enumerate(measures)])
    return evidence(strategy, trends_of(strategy, {f"m-{place}": row for place, row in enumerate(rows)}))


@pytest.fixture(scope="module")
def grades():
    return graded(*zip(*(typed(case, MEASURES | {"sample": SAMPLE}) for case in CASES), strict=True))


@pytest.mark.parametrize("place", range(len(CASES)), ids=[case["about"] for case in CASES])
def test_evidence_is_graded_line_by_line(grades, place):
    assert differing(grades.iloc[place], CASES[place]["expected"]) == {}


def test_evidence_by_the_standing_of_the_target():
    standings = {"adopted": "A", "interpreted": "B", "working": "C"}
    measures = [SAMPLE | {"target": SAMPLE["target"] | {"status": standing}} for standing in standings]
    assert graded(measures, [trend(half_way(5, 1.0))] * 3)["target"].tolist() == [*standings.values()]


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
