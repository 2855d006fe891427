import re
from pathlib import Path

import pytest

from analysis.core.names import UnknownNameError, nearest
from analysis.records.strategy import StrategyError, read_strategy
from typed_cases import listed

PROMISE = Path(__file__).with_name("promise.toml").read_text(encoding="utf-8")


@pytest.fixture
def promise(tmp_path):
    def write(*changes: tuple[str, str]):
        text = PROMISE
        for old, new in changes:
            assert text.count(old) >= 1
            text = text.replace(old, new, 1)
        file = tmp_path / "strategy.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_the_strategy_is_frames_in_report_order(promise):
    strategy = read_strategy(promise())
    assert list(strategy.items.index) == ["strategy", "goal-1", "1.1", "1A"]
    assert list(strategy.measures.index) == ["tilgang", "respondenter"]
    assert strategy.points[["point", "value", "time"]].values.tolist() == [
        ["baseline", 26, 2022.5],
        ["target", 35, 2025.5],
    ]
    names = {"1.1": "1.1", "tilgang": "1.1", 1: "goal-1", "goal-1": "goal-1", "1A": "1A"}
    assert {name: strategy.item(name) for name in names} == names
    # a design effect and a rounding that are not stated change nothing
    assert strategy.measure("tilgang")[["direction", "deff", "rounding"]].tolist() == [1, 1, 0]


def test_a_context_measure_is_shown_but_never_assessed(promise):
    strategy = read_strategy(promise())
    assert list(strategy.measures_of("1.1").index) == ["tilgang", "respondenter"]
    assert list(strategy.measures_of("1.1", role="assessed").index) == ["tilgang"]
    assert list(strategy.measures_of("strategy").index) == list(strategy.measures_of("goal-1").index)


def test_an_unknown_name_is_met_with_the_nearest(promise):
    strategy = read_strategy(promise())
    for look, name, message in (
        (strategy.item, "tilgagn", "'tilgagn' is no item of the strategy; did you mean 'tilgang'"),
        (strategy.measure, "respondentar", "did you mean 'respondenter'"),
        (strategy.measure, "1.1", r"'1\.1' is no measure .* an item with the measures tilgang, resp"),
        (strategy.measure, "1A", "'1A' is no measure of the strategy but an item without measures"),
    ):
        with pytest.raises(UnknownNameError, match=message):
            look(name)


def test_where_there_is_no_name_to_choose_none_is_offered():
    assert nearest("yrke", []) == "; there is none to choose from"
    assert nearest("xyz", ["geo", "unit"]) == "; known: geo, unit"


@listed(__file__, "faulty_promises.toml", "cases")
def test_a_faulty_strategy_names_field_value_and_remedy(promise, old, new, message):
    scale = [("basis =", 'scale = "log"\nbasis =')] if "log scale" in message else []
    with pytest.raises(StrategyError, match=message):
        read_strategy(promise((old, new), *scale))


@pytest.mark.parametrize("taken, refused", [
    ("cadence = 0.25", "cadence = 0"), ("cadence = 10", "cadence = 10.5"), ("epsilon = 0", "epsilon = -0.5"),
    ("rounding = 0", "rounding = -0.5"), ("deff = 1.0", "deff = 0.995"), ("population = 1", "population = 0"),
])  # fmt: skip
def test_numbers_of_a_measure_keep_within_their_bounds(promise, taken, refused):
    name = taken.split()[0]
    stated = {"cadence": "cadence = 1", "epsilon": "epsilon = 1"}.get(name, 'basis = "survey"')
    kept = "" if stated.startswith(name) else stated + "\n"
    assert read_strategy(promise((stated, kept + taken))).measure("tilgang")[name] == float(taken.split()[-1])
    with pytest.raises(StrategyError, match=rf"measure '[a-z0-9-]+' > {name}: '[^']*': Input should be"):
        read_strategy(promise((stated, kept + refused)))


def test_a_log_scale_takes_a_half(promise):
    log = read_strategy(promise(("basis =", 'scale = "log"\nbasis ='), ("value = 26", "value = 0.5")))
    assert log.measure("tilgang")["scale"] == "log"


def test_all_faults_come_at_once(promise):
    with pytest.raises(StrategyError) as caught:
        read_strategy(promise(('timing = "average"', 'timing = "mean"'), ("cadence = 1", "cadence = 0")))
    assert len(str(caught.value).splitlines()) == 2


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(StrategyError, match=r"strategy\.toml: no such file"):
        read_strategy(tmp_path / "strategy.toml")


def test_the_strategy_shows_its_frames(promise):
    strategy = read_strategy(promise())
    assert "1 indicators" in repr(strategy)
    shown = strategy._repr_html_()
    assert "<strong>Strategi (2025)</strong>" in shown
    assert all(f"<th>{frame}</th>" in shown for frame in ("goals", "indicators", "measures", "points", "items"))
    assert "measure, indicator, indicators, goal, name_nb" in shown  # every column is named, none cut off
    assert "..." not in shown


def test_a_notebook_completes_measures_after_a_quote(promise):
    strategy = read_strategy(promise())
    assert strategy._ipython_key_completions_() == ["tilgang", "respondenter"]  # as IPython asks
    assert strategy["tilgang"]["unit"] == "prosent"


def test_candidates_may_end_or_be_left_out(promise):
    file = promise(('id = "1.i1"', 'id = "1.i1"\nuntil = "2023Q4"'))
    candidates = [list(read_strategy(file, as_of=quarter).candidates["candidate"]) for quarter in ("2023Q4", "2024Q1")]
    assert candidates == [["1.i1"], []]
    file.write_text(re.sub(r"\[\[goal\.candidate_indicator\]\]\n(?:.+\n)+", "", PROMISE), encoding="utf-8")
    assert read_strategy(file).candidates.query("goal == 1").empty
