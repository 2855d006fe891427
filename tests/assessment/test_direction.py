"""Rule 6: what one change with its interval says, each comparison from both sides.

Intervals of shares and p-values are those of statsmodels (``confint_proportions_2indep(method="newcomb")`` and
``proportions_ztest``), of counts those of scipy's ``binomtest``; the pairs of the report are in docs/method.md.
"""

import math

import pytest

from analysis.assessment.proposals import assess_measures, sensitivity
from analysis.assessment.trends import find_trends
from small import observations, small_strategy

EDGE = 2e-9  # just outside the tolerance of 1e-9
SHARE = {"slug": "m", "epsilon": 1.0, "rounding": 1.0, "minimum": 0, "maximum": 100}
STOCK = {"slug": "m", "epsilon": 1.0, "basis": "register", "unit": "kommuner"}
EVENTS = {"slug": "m", "epsilon": 15.0, "basis": "register", "unit": "søknader", "counting": "events"}
K_OF_N = {"slug": "m", "epsilon": 6.0, "rounding": 1.0, "basis": "census"}


def trends_of(measure, rows, as_of=None, **columns):
    """A strategy of one measure and its trends; rows are (period, value), (period, value, n) or cells by name."""
    strategy = small_strategy([measure])
    typed = [{"measure": "m"} | row if isinstance(row, dict) else ("m", *row) for row in rows]
    frame = observations(typed, strategy).assign(**columns)
    return strategy, find_trends(strategy, frame, as_of)


def answered(measure, rows, as_of=None, **columns):
    return assess_measures(*trends_of(measure, rows, as_of, **columns)).loc["m"]


def answered_all(*cases):
    """The answers of several measures at once, each with its rows: a strategy of them is read and assessed once."""
    strategy = small_strategy([measure | {"slug": f"m-{place}"} for place, (measure, _) in enumerate(cases)])
    typed = [(f"m-{place}", *row) for place, (_, rows) in enumerate(cases) for row in rows]
    return assess_measures(strategy, find_trends(strategy, observations(typed, strategy)))


def yearly(*values, first=2020):
    return [(str(first + place), value) for place, value in enumerate(values)]


def counted(*counts, of):
    """Rows of k of N, the value rounded to whole per cent."""
    return [
        {"period": str(2022 + place), "value": round(100 * k / of), "numerator": k, "denominator": of}
        for place, k in enumerate(counts)
    ]


def chip(row):
    return row["direction_colour"] + (f">{row['direction_towards']}" if row["direction_towards"] else "")


def chips(rows):
    return [chip(row) for _, row in rows.iterrows()]


@pytest.mark.parametrize(
    ("measure", "rows", "interval", "p", "answer", "expected"),
    [
        (SHARE, [("2022", 46, 1524), ("2023", 49, 1608)], (-0.50, 6.49), 0.093, "cannot_tell", "yellow"),
        (SHARE, [("2022", 26, 4997), ("2023", 28, 4505)], (0.21, 3.79), 0.028, "better", "green>yellow"),
        (SHARE, [("2022", 76, 4997), ("2023", 76, 4505)], (-1.72, 1.72), 1.0, "unchanged", "yellow"),
        (EVENTS, [("2022", 289), ("2023", 328)], (-10.7, 88.3), 0.126, "cannot_tell", "yellow"),
        (STOCK | {"epsilon": 1000}, [("2021", 16444), ("2022", 22200)], (5756, 5756), math.nan, "better", "green"),
        (SHARE, [("2022", 36), ("2023", 34)], (math.nan, math.nan), math.nan, "cannot_tell", "yellow"),
        (SHARE, [("2022", 36, 4847), ("2023", 34, 4370)], (-3.95, -0.05), 0.0447, "worse", "red>yellow"),
    ],
    ids=["46-49", "26-28", "76-76", "289-328", "16444-22200", "36-34", "36-34 with n"],
)
def test_the_pairs_of_the_report(measure, rows, interval, p, answer, expected):
    row = answered(measure, rows)
    assert row[["direction_low", "direction_high"]].tolist() == pytest.approx(interval, abs=0.05, nan_ok=True)
    assert row["direction_p"] == pytest.approx(p, abs=5e-4, nan_ok=True)
    assert (row["direction_answer"], chip(row)) == (answer, expected)
    assert row["direction_change"] == rows[1][1] - rows[0][1]
    assert row[["figures_state", "proposed", "proposed_reason"]].tolist() == ["outlined", "grey", "direction_only"]
    assert row[["direction_first_period", "direction_first_value"]].tolist() == list(rows[0][:2])
    assert row[["latest_period", "latest_value"]].tolist() == list(rows[1][:2])


def test_26_to_28_per_cent_is_fragile():
    measure, rows = SHARE | {"kind": "reach"}, [("2022", 26, 4997), ("2023", 28, 4505)]
    row = answered(measure, rows)
    assert (row["direction_fragile"], row["proposed_reason"], row["grade"]) == (True, "no_target", "C")
    moved = sensitivity(*trends_of(measure, rows)).loc["m"]
    assert moved["undoing_deff"] == pytest.approx(1.25, abs=0.005)
    assert moved[["half_epsilon", "direction_colour", "double_epsilon"]].tolist() == ["green", "green", "yellow"]


@pytest.mark.parametrize(
    ("measure", "rows", "answer"),
    [
        (K_OF_N, counted(5, 10, of=17), "cannot_tell"),  # -3.5 to 54.8 around 29 points
        (K_OF_N, counted(5, 12, of=17), "better"),  # 7.6 to 64.0
        (K_OF_N | {"direction": -1}, counted(5, 10, of=17), "cannot_tell"),
        (K_OF_N | {"direction": -1}, counted(5, 12, of=17), "worse"),
        (SHARE, [("2022", 0, 276), ("2023", 2, 52)], "cannot_tell"),  # p = 0.019, but -0.14 to 10.1
        (SHARE | {"direction": -1}, [("2022", 0, 276), ("2023", 2, 52)], "cannot_tell"),
        (SHARE, [("2022", 39.58, 10), ("2023", 81.14, 11)], "cannot_tell"),  # 0.3 to 66.7, but p = 0.051
        (SHARE | {"direction": -1}, [("2022", 39.58, 10), ("2023", 81.14, 11)], "cannot_tell"),
    ],
)
def test_better_and_worse_need_an_interval_without_zero(measure, rows, answer):
    """Better and worse need an interval on one side of zero, and of surveys the pooled test too."""
    assert answered(measure, rows)["direction_answer"] == answer


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_better_and_worse_need_more_than_epsilon(direction, scale):
    measure = STOCK | {"epsilon": 2.0, "direction": direction, "scale": scale}
    up, down = ("better", "worse") if direction == 1 else ("worse", "better")
    rows = answered_all(*((measure, [("2018", 50), ("2023", to)]) for to in (52, 52 + EDGE, 48, 48 - EDGE)))
    assert rows["direction_answer"].tolist() == ["unchanged", up, "unchanged", down]


@pytest.mark.parametrize("direction", [1, -1])
def test_unchanged_is_an_interval_within_two_epsilons(direction):
    # 76 to 76 per cent: -1.7219 to 1.7173
    waves = [("2022", 76, 4997), ("2023", 76, 4505)]
    rows = answered_all(
        *((SHARE | {"epsilon": epsilon, "direction": direction}, waves) for epsilon in (0.8610, 0.8609))
    )
    assert rows["direction_answer"].tolist() == ["unchanged", "cannot_tell"]


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [(8, 12, "unchanged"), (8 - EDGE, 12, "cannot_tell"), (8, 12 + EDGE, "cannot_tell")],
)
def test_two_epsilons_themselves_are_unchanged(low, high, answer):
    """10 to circa 10, of which the range is stated: the interval is that range less 10."""
    row = answered(STOCK, yearly(10, 10), low=[math.nan, low], high=[math.nan, high])
    assert row["direction_answer"] == answer


@pytest.mark.parametrize("to", [52, 48])
def test_rounding_undoes_a_change_barely_beyond_epsilon(to):
    """Each figure moved half a step against the change must leave more than epsilon."""
    measure, by = STOCK | {"rounding": 1.0}, EDGE if to > 50 else -EDGE
    edge, beyond = yearly(50, to), yearly(50, to + by)
    rows = answered_all((measure, edge), (measure, beyond), (measure | {"rounding": 0.0}, edge))
    assert rows["direction_fragile"].tolist() == [True, False, False]


@pytest.mark.parametrize(("undone_at", "fragile"), [(1.49, True), (1.51, False)])
def test_a_design_effect_of_one_and_a_half_undoes(undone_at, fragile):
    # 26 to 28 per cent is undone at 1.2531 with 4 997 and 4 505 respondents, and in proportion with more
    more = undone_at / 1.2531
    row = answered(SHARE | {"rounding": 0.0}, [("2022", 26, 4997 * more), ("2023", 28, 4505 * more)])
    assert (row["direction_answer"], row["direction_fragile"]) == ("better", fragile)


def test_a_stated_design_effect_above_that_is_not_added_to():
    row = answered(SHARE | {"rounding": 0.0, "deff": 2.0}, [("2022", 26, 9994), ("2023", 28, 9010)])
    assert (row["direction_answer"], row["direction_fragile"]) == ("better", False)


@pytest.mark.parametrize(("to", "fragile"), [(150, False), (140, True)])
def test_of_events_halved_counts_undo(to, fragile):
    # binomtest: 150 of 250 p = 0.002, 75 of 125 p = 0.03; 140 of 240 p = 0.012, 70 of 120 p = 0.08
    row = answered(EVENTS, yearly(100, to))
    assert (row["direction_answer"], row["direction_fragile"]) == ("better", fragile)
    assert chip(row) == ("green>yellow" if fragile else "green")


def test_the_last_two_points_temper_the_answer():
    expected = {
        (0, 5, 3): "green>yellow",  # better, but worse of late
        (0, 5, 4): "green",  # down by epsilon only
        (5, 0, 2): "yellow",  # worse, but better of late
        (5, 0, 1): "red",
        (5, 3, 1): "red",
        (0, 3, 5): "green",
    }
    rows = answered_all(*((STOCK, yearly(*values)) for values in expected))
    assert dict(zip(expected, chips(rows), strict=True)) == expected


def test_no_established_change_is_yellow():
    """No established change is yellow, pointing to red only where a rise had time and room."""
    cases = [
        ({}, (10, 10, 10), "yellow>red"),
        ({}, (10, 12, 11 - EDGE), "yellow>red"),
        ({}, (10, 12, 11), "yellow"),  # the interval reaches epsilon
        ({}, (10, 10), "yellow"),
        ({"cadence": 1.0 + EDGE}, (10, 10, 10), "yellow"),  # less than two cadences
        ({"maximum": 11}, (10, 10, 10), "yellow"),  # nowhere left to rise
        ({"maximum": 11 + EDGE}, (10, 10, 10), "yellow>red"),
        ({"direction": -1, "minimum": 9}, (10, 10, 10), "yellow"),
        ({"direction": -1, "minimum": 9 - EDGE}, (10, 10, 10), "yellow>red"),
        ({"direction": -1, "maximum": 10}, (10, 10, 10), "yellow>red"),
        ({"kind": "hold"}, (10, 10, 10), "green"),
        ({"kind": "hold"}, (10, 10, 8), "red"),
    ]
    rows = answered_all(*((STOCK | more, yearly(*values)) for more, values, _ in cases))
    assert list(zip(chips(rows), cases, strict=True)) == [(case[2], case) for case in cases]


def test_two_points_far_apart_show_no_lack_of_a_rise():
    ends, between = [("2020", 10), ("2023", 10)], ("2021", 10)
    assert chips(answered_all((STOCK, ends), (STOCK, [*ends, between]))) == ["yellow", "yellow>red"]


def test_a_level_that_cannot_be_told_points_nowhere():
    waves = [("2020", 46, 300), ("2021", 46, 300), ("2022", 46, 300)]
    # -6.49 to 0.50: not worse, but no rise beyond epsilon either, which a level to hold need not show
    lower, hold = [("2020", 49, 1608), ("2021", 48, 1600), ("2022", 46, 1524)], SHARE | {"kind": "hold"}
    rows = answered_all((hold, waves), (SHARE, waves), (hold, lower), (SHARE, lower))
    assert chips(rows) == ["yellow", "yellow", "yellow", "yellow>red"]


@pytest.mark.parametrize("kind", ["direction", "hold", "reach"])
def test_shares_without_respondents_are_yellow_and_d(kind):
    """Found in the audit: 50, 55, 60 per cent without n came out green with evidence B."""
    row = answered(SHARE | {"kind": kind}, yearly(50, 55, 60))
    assert (chip(row), row["direction_answer"], row["grade"]) == ("yellow", "cannot_tell", "D")
    assert (row["direction_basis"], row["certainty"]) == ("survey_unknown_n", "")
    held = answered(SHARE | {"kind": "hold", "target": {"period": "2025", "value": 55}}, yearly(50, 55, 60))
    assert held[["proposed", "proposed_reason", "figures_state"]].tolist() == ["grey", "grade_d", "not_measured"]


@pytest.mark.parametrize("sizes", [(0, 900), (900, 0)])
def test_a_wave_that_nobody_answered_has_no_interval(sizes):
    row = answered(SHARE, [("2022", 50, sizes[0]), ("2023", 60, sizes[1])])
    assert row[["direction_basis", "direction_answer"]].tolist() == ["survey_unknown_n", "cannot_tell"]
    assert row[["direction_low", "direction_high"]].isna().all()


def test_unknown_respondents_are_never_red():
    row = answered(SHARE, yearly(90, 50, 10))
    assert (chip(row), row["direction_low"]) == ("yellow", pytest.approx(math.nan, nan_ok=True))


@pytest.mark.parametrize(
    ("years", "values", "answer"),
    [((2021, 2023), (50, 53), "better"), ((2022, 2023), (50, 53), "better")],
)
def test_epsilon_is_compared_with_the_change_not_a_pace(years, values, answer):
    """Found in the audit: 50 to 53 over two years with epsilon 2 was yellow, over one year green."""
    rows = [(str(year), value) for year, value in zip(years, values, strict=True)]
    assert answered(STOCK | {"epsilon": 2.0}, rows)["direction_answer"] == answer


def test_a_slow_and_steady_rise_is_green():
    """Found in the audit: 40 to 44.5 per cent in six years of 5 000 respondents was red."""
    waves = [(str(2018 + place), 40 + 0.9 * place, 5000) for place in range(6)]
    assert chip(answered(SHARE | {"rounding": 0.1}, waves)) == "green"


def test_the_change_runs_over_at_most_six_points():
    row = answered(STOCK, yearly(0, 20, 10, 11, 12, 13, 14, 22))
    assert (row["direction_first_period"], row["direction_change"]) == ("2022", 12)


def test_below_a_yearly_cadence_like_seasons_are_compared():
    measure = STOCK | {"cadence": 0.25, "timing": "stock"}
    rows = [("2022Q4", 90), ("2023Q1", 10), ("2023Q2", 50), ("2023Q4", 99), ("2024Q1", 12)]
    row = answered(measure, rows)
    assert (row["direction_first_period"], row["direction_change"]) == ("2023Q1", 2)
    alone = answered(measure, rows[2:])
    assert alone[["figures_state", "direction_answer"]].tolist() == ["one_figure", ""]
    assert answered(measure | {"cadence": 1.0}, rows)["direction_first_period"] == "2022Q4"


def test_no_change_runs_over_a_break():
    measure = STOCK | {"breaks": [{"period": "2021", "kind": "break"}]}
    assert answered(measure, yearly(50, 10, 12))["direction_change"] == 2
    after = answered(STOCK | {"breaks": [{"period": "2022", "kind": "break"}]}, yearly(10, 12), "2022-12-31")
    assert after[["proposed_reason", "figures_state", "direction_answer"]].tolist() == ["break", "not_measured", ""]


@pytest.mark.parametrize(
    ("direction", "qualifiers", "interval", "answer"),
    [
        (1, ("", "over"), (5, math.inf), "better"),
        (1, ("", "under"), (-math.inf, 5), "cannot_tell"),
        (1, ("under", ""), (5, math.inf), "better"),
        (1, ("over", ""), (-math.inf, 5), "cannot_tell"),
        (-1, ("", "over"), (5, math.inf), "worse"),
        (1, ("over", "over"), (-math.inf, math.inf), "cannot_tell"),
        (1, ("", "circa"), (5, 5), "better"),
    ],
)
def test_a_bound_opens_one_end_of_the_interval(direction, qualifiers, interval, answer):
    rows = [
        {"period": str(2022 + place), "value": value, "qualifier": word}
        for place, (value, word) in enumerate(zip((10, 15), qualifiers, strict=True))
    ]
    row = answered(STOCK | {"direction": direction}, rows)
    assert row[["direction_low", "direction_high", "direction_answer"]].tolist() == [*interval, answer]
    assert row["direction_basis"] == ("stock" if "circa" in qualifiers else "bound")


@pytest.mark.parametrize(("word", "rule"), [("over", "met"), ("", "met_adverse")])
def test_a_bound_open_to_the_good_side_is_never_adverse(word, rule):
    measure = STOCK | {"kind": "hold", "target": {"period": "2026", "value": 5}}
    rows = [{"period": "2022", "value": 10}, {"period": "2023", "value": 8, "qualifier": word}]
    assert answered(measure, rows)["rule"] == rule


@pytest.mark.parametrize(
    ("latest", "low", "high", "answer"),
    [
        (15, 12, 18, "better"),
        (15, 10, 18, "cannot_tell"),
        (15, 10.5, 18, "better"),
        (5, 2, 8, "worse"),
        (5, 2, 10, "cannot_tell"),
        (5, 2, 9.5, "worse"),
    ],
)
def test_a_stated_range_counts_by_its_least_favourable_ends(latest, low, high, answer):
    row = answered(STOCK, yearly(10, latest), low=[math.nan, low], high=[math.nan, high])
    assert row[["direction_low", "direction_high"]].tolist() == [low - 10, high - 10]
    assert row["direction_answer"] == answer


def test_only_shares_of_few_things_move_by_chance():
    # 40 of 99 to 45 of 99 cannot be told apart; 100 things counted in full can
    few = answered(K_OF_N | {"epsilon": 1.0}, counted(40, 45, of=99))
    assert few[["direction_answer", "direction_basis"]].tolist() == ["cannot_tell", "k_of_n"]
    assert math.isnan(few["direction_p"])
    row = answered(K_OF_N | {"epsilon": 1.0}, counted(40, 45, of=100))
    assert row[["direction_answer", "direction_basis"]].tolist() == ["better", "stock"]
    whole = answered(STOCK | {"basis": "census"}, counted(5, 7, of=17))
    assert whole["direction_basis"] == "stock"  # a count in its own unit is what is there


def test_events_of_unlike_periods_are_compared_as_rates():
    row = answered(EVENTS | {"epsilon": 5.0}, [("2023", 289), ("2024Q1", 80)])
    assert row["direction_change"] == pytest.approx(80 - 289 / 4)
    # binomtest(80, 369, 1 / 5): p = 0.43
    assert row["direction_answer"] == "cannot_tell"
    assert answered(EVENTS, [("2023", 289), ("2024Q1", 289)])["direction_answer"] == "better"


def test_a_census_of_a_finite_population_has_no_error():
    row = answered(SHARE | {"population": 1000}, [("2022", 40, 1000), ("2023", 43, 1000)])
    assert row[["direction_low", "direction_high"]].tolist() == pytest.approx([3, 3], abs=1e-6)


@pytest.mark.parametrize(
    ("measure", "row", "interval"),
    [
        (K_OF_N, counted(5, of=17)[0], (13.3, 53.1)),
        (K_OF_N, counted(2, of=17)[0], (3.3, 34.3)),
        (EVENTS, ("2022", 10), (4.80, 18.39)),  # Garwood's table
        (STOCK, ("2022", 10), (10, 10)),
        (SHARE, ("2022", 60), (math.nan, math.nan)),
        (SHARE, {"period": "2022", "value": 70, "n": 1524, "qualifier": "over"}, (67.65, 100)),
        (STOCK, {"period": "2022", "value": 70, "qualifier": "under"}, (-math.inf, 70)),
    ],
)
def test_one_figure_has_a_level_with_its_interval(measure, row, interval):
    found = answered(measure, [row])
    assert found[["level_low", "level_high"]].tolist() == pytest.approx(interval, abs=0.05, nan_ok=True)
    assert found[["figures_state", "direction_answer", "direction_colour"]].tolist() == ["one_figure", "", ""]


@pytest.mark.parametrize(
    ("direction", "low", "high", "rule"),
    [
        (1, 8, 12, "nearly_met"),
        (1, 8, 12 - EDGE, "not_met"),
        (-1, 8, 12, "nearly_met"),
        (-1, 8 + EDGE, 12, "not_met"),
    ],
)
def test_a_level_at_the_end_of_its_interval_is_nearly_met(direction, low, high, rule):
    """Circa 10 with its range, against 12 or, where lower is better, 8."""
    target = {"period": "2026", "value": 12 if direction == 1 else 8}
    measure = STOCK | {"kind": "hold", "direction": direction, "target": target}
    row = answered(measure, yearly(10, 10), low=[math.nan, low], high=[math.nan, high])
    assert row["rule"] == rule


def test_the_break_even_ambitions_of_26_to_28_per_cent():
    """Method, section 4b: green if the ambition for 2025 is at most 32.3 %, yellow up to 36 %."""
    measure = SHARE | {"kind": "reach"}
    row = answered(measure, [("2022", 26, 4997), ("2023", 28, 4505)])
    assert row[["break_even_green", "break_even_yellow"]].tolist() == pytest.approx([32.3, 36.0], abs=0.05)
    mirrored = answered(measure | {"direction": -1}, [("2022", 74, 4997), ("2023", 72, 4505)])
    assert mirrored[["break_even_green", "break_even_yellow"]].tolist() == pytest.approx([67.7, 64.0], abs=0.05)


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ({}, [("2022", 28, 4997), ("2023", 26, 4505)]),  # for the worse
        ({}, [("2022", 28, 4997)]),
        ({"kind": "hold"}, [("2022", 26, 4997), ("2023", 28, 4505)]),
        ({"epsilon": 11.0}, [("2022", 26, 4997), ("2023", 28, 4505)]),  # R is undefined so near the baseline
    ],
)
def test_where_no_ambition_is_kept_there_is_no_break_even(more, rows):
    row = answered(SHARE | {"kind": "reach"} | more, rows)
    assert row[["break_even_green", "break_even_yellow"]].isna().all()


def test_a_break_even_lies_within_what_the_measure_can_be():
    row = answered(SHARE | {"kind": "reach"}, [("2022", 50, 4997), ("2023", 80, 4505)])
    assert row[["break_even_green", "break_even_yellow"]].tolist() == [100, 100]


def test_grade_d_outlines_no_green():
    row = answered(STOCK | {"basis": "judgement"}, yearly(10, 20))
    assert row[["figures_state", "direction_colour", "proposed_reason"]].tolist() == ["not_measured", "", "grade_d"]


@pytest.mark.parametrize(
    ("rows", "as_of", "reason"),
    [
        ([], "2024-12-31", "no_observation"),
        (yearly(40, 50, first=2018), "2024-12-31", "stale"),  # found in the audit: green
        (yearly(40, 50, first=2018), "2021-12-31", ""),
        ([("2022", 50)], "2022-12-31", "one_point"),
    ],
)
def test_every_earlier_reason_greys_the_direction_too(rows, as_of, reason):
    row = answered(STOCK | {"kind": "reach"}, rows, as_of)
    assert row["proposed_reason"] == (reason or "no_target")
    assert (row["direction_colour"] == "") == bool(reason)


@pytest.mark.parametrize(
    ("more", "reason", "state"),
    [
        ({"kind": "reach"}, "break", "not_measured"),
        ({"kind": "hold"}, "", "filled"),
        ({"kind": "reach", "baseline": None}, "", "filled"),
        ({"kind": "reach", "target": None}, "no_target", "outlined"),
        ({"kind": "hold", "target": None}, "no_target", "outlined"),
    ],
)
def test_a_break_after_a_stated_baseline_greys_a_way_only(more, reason, state):
    measure = STOCK | {
        "baseline": {"period": "2020", "value": 10},
        "target": {"period": "2026", "value": 12},
        "breaks": [{"period": "2021", "kind": "break"}],
    }
    measure = {name: value for name, value in (measure | more).items() if value is not None}
    row = answered(measure, yearly(10, 10, 14, 15))
    assert row[["proposed_reason", "figures_state"]].tolist() == [reason, state]


def test_a_level_needs_its_own_respondents_only():
    """A latest value with respondents has an interval, though the change from one without has none."""
    row = answered(SHARE, [("2022", 50), ("2023", 60, 1000)])
    assert row["direction_answer"] == "cannot_tell"
    # statsmodels, proportion_confint(600, 1000, method="wilson"): 0.5693 to 0.6299
    assert row[["level_low", "level_high"]].tolist() == pytest.approx([56.93, 62.99], abs=0.005)
    mean = {"slug": "m", "unit": "skår", "epsilon": 1.0}
    assert answered(mean, [("2022", 50, 900), ("2023", 60, 1000)])[["level_low", "direction_low"]].isna().all()
