"""The chances of colours and targets, by hand and by the method's check values."""

import numpy as np
from typed_trends import CHECK, EDGE, NAN, propose, propose_all, share_error, trend, waves

from analysis.assessment.evidence import band, flag


def test_measures_have_the_chances_that_each_has_alone():
    near = CHECK | {"target": {"period": "2025", "value": 29}}  # met by some draws and not by others
    rows = [(waves(1000), 1000), (waves(4000), 4000), ([(2022.5, 26, 1.0), (2024.5, 28.5, 1.5)], 900)]
    together = propose_all([near] * 3, [trend(points, n=n) for points, n in rows])
    for place, (points, n) in enumerate(rows):
        alone = propose(near, points, n=n)[["p_green", "p_yellow", "p_red"]]
        assert together.loc[f"m-{place}", alone.index].tolist() == alone.tolist() and 0 < alone["p_green"] < 1


def test_the_draws_are_those_of_the_stated_seed_and_number():
    # 26 -> 30 % towards 35 %, two of three years gone: 10 000 draws and their mirror images, counted here anew
    drawn = np.random.default_rng(2025).standard_normal((2, 10_000))
    drawn = np.concatenate([drawn, -drawn], axis=1)
    start, latest = (share + share_error(share, 1000) * z for share, z in zip((26, 30), drawn, strict=True))
    ratio = (latest - start) / (2 / 3 * (35 - start))
    row = propose(CHECK, waves(1000))
    assert (row["p_green"], row["p_red"]) == ((ratio >= 0.95).mean(), (ratio < 0.60).mean())


def test_the_flag_follows_the_chance_of_the_colour_shown():
    chances = np.array([1.0, 0.80, 0.80 - EDGE, 0.50, 0.50 - EDGE, 0.0, NAN])
    expected = ["robust", "robust", "uncertain", "uncertain", "borderline", "borderline", ""]
    assert flag(chances).tolist() == expected


def test_chances_fall_in_five_bands():
    edges = [0.10 - EDGE, 0.10, 0.33 - EDGE, 0.33, 0.66 - EDGE, 0.66, 0.90 - EDGE, 0.90, NAN]
    names = ["very_unlikely", "unlikely", "about_even", "likely", "very_likely"]
    assert band(np.array(edges)).tolist() == [*[name for name in names for _ in range(2)][1:-1], ""]
