import re
from textwrap import dedent

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from analysis.core.names import UnknownNameError, nearest
from analysis.records.strategy import StrategyError, read_strategy

PROMISE = """
name = { nb = "Strategi", en = "Strategy" }
slug = "strategi"
year = 2025

[[goal]]
number = 1
slug = "medvirkning"
name = { nb = "Medvirkning", en = "Participation" }

[[goal.indicator]]
id = "1.1"
slug = "tilgang"
name = { nb = "Tilgang", en = "Access" }

[[goal.indicator.measure]]
slug = "tilgang"
name = { nb = "Tilgang", en = "Access" }
unit = "prosent"
direction = 1
kind = "reach"
timing = "average"
cadence = 1
epsilon = 1
basis = "survey"
survey = "undersokelsen"
baseline = { period = "2022", value = 26 }
target = { period = "2025", value = 35, status = "working", source = "a-plan" }

[[goal.subgoal]]
id = "1A"
slug = "dialog"
name = { nb = "Dialog", en = "Dialogue" }

[[goal.candidate_indicator]]
id = "1.i1"
slug = "innsyn"
name = { nb = "Innsyn", en = "Insight" }

[[survey]]
slug = "undersokelsen"
name = { nb = "Undersøkelsen", en = "The survey" }
respondents = "respondenter"
design = { nb = "Uveid utvalg", en = "Unweighted sample" }

[[context]]
slug = "respondenter"
name = { nb = "Respondenter", en = "Respondents" }
unit = "personer"
direction = 0
timing = "average"
cadence = 1
epsilon = 0
basis = "register"
goal = 1
indicators = ["1.1"]
"""


@pytest.fixture
def promise(tmp_path):
    def write(*changes: tuple[str, str]):
        text = dedent(PROMISE)
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
    assert strategy.measure("tilgang")["direction"] == 1
    assert strategy.points[["point", "value", "time"]].values.tolist() == [
        ["baseline", 26, 2022.5],
        ["target", 35, 2025.5],
    ]


def test_items_are_found_by_id_number_and_slug(promise):
    strategy = read_strategy(promise())
    assert [strategy.item(name) for name in ("1.1", "tilgang", 1, "goal-1", "1A")] == [
        "1.1",
        "1.1",
        "goal-1",
        "goal-1",
        "1A",
    ]


def test_a_context_measure_is_shown_but_never_assessed(promise):
    strategy = read_strategy(promise())
    assert list(strategy.measures_of("1.1").index) == ["tilgang", "respondenter"]
    assert list(strategy.measures_of("1.1", role="assessed").index) == ["tilgang"]
    assert list(strategy.measures_of("strategy").index) == list(strategy.measures_of("goal-1").index)


def test_an_unknown_name_is_met_with_the_nearest(promise):
    strategy = read_strategy(promise())
    with pytest.raises(UnknownNameError, match="'tilgagn' is no item of the strategy; did you mean 'tilgang'"):
        strategy.item("tilgagn")
    with pytest.raises(UnknownNameError, match="did you mean 'respondenter'"):
        strategy.measure("respondentar")


def test_an_item_asked_for_as_a_measure_is_met_with_its_measures(promise):
    strategy = read_strategy(promise())
    with pytest.raises(UnknownNameError, match=r"'1\.1' is no measure .* an item with the measures tilgang, resp"):
        strategy["1.1"]
    with pytest.raises(UnknownNameError, match="'1A' is no measure of the strategy but an item without measures"):
        strategy["1A"]


def test_where_there_is_no_name_to_choose_none_is_offered():
    assert nearest("yrke", []) == "; there is none to choose from"
    assert nearest("xyz", ["geo", "unit"]) == "; known: geo, unit"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("direction = 1\n", "", r"measure '[a-z-]+' > direction: is missing; write direction ="),
        ("direction = 1\n", "direction = 0\n", "line 20, .*direction: an assessed measure needs 1"),
        ('kind = "reach"', 'kind = "approach"', "kind: 'approach': is not among reach, hold, direction"),
        ('kind = "reach"', 'kind = "direction"', "kind 'direction' promises no value"),
        ('target = { period = "2025"', 'target = { period = "2021"', "must follow each other in time"),
        ('period = "2022", value = 26', 'period = "2022", value = 0', "a log scale has no place for zero"),
        ('survey = "undersokelsen"\n', "", "names the survey it is asked in"),
        ('survey = "undersokelsen"', 'survey = "undersokelse"', "did you mean 'undersokelsen'"),
        ('id = "1A"', 'id = "2A"', "'2A': stands under goal 1"),
        ('slug = "respondenter"', 'slug = "tilgang"', "measure slug: 'tilgang': stands twice"),
        ('respondents = "respondenter"', 'respondents = "svar"', "'svar': is no measure slug"),
        ('indicators = ["1.1"]', 'indicators = ["1.2"]', "'1.2': is no id of this file; did you mean '1.1'"),
        ("epsilon = 1\n", "epsilon = 1\nepsilom = 2\n", r"line \d+, .*epsilom: no such field; did you mean 'epsilon'"),
        ("target = {", "target2 = {", "measure 'tilgang' > target2: no such field; write a milestone: milestones ="),
        ('period = "2022"', 'period = "2022Q7"', "'2022Q7': is no period"),
        ("value = 35", "value = nan", "line 28, field .*target > value: 'nan': Input should be a finite number; write"),
        ("value = 35", "value = inf", "line 28, .*finite number; write the figure"),
        (
            "value = 35",
            "value = 1e308",
            "line 28, .*'1e.308': cannot be shown as a figure; write one of less than 1e.12, or 0 .str",
        ),
        ("value = 35", "value = 1e15", "cannot be shown as a figure"),
        ("value = 35", "value = 1e-300", "cannot be shown as a figure"),
        ("value = 35", "value = -0.0", "'-0.0': is zero with a sign; write 0"),
        ("value = 35", "value = 101", r"line 28, field measure 'tilgang' > value: '101': .*can be \(from 0 to 100\)"),
        (
            '"2022", value = 26',
            '"2022", value = -1',
            r"line 27, .*'-1': is outside what the measure can be \(from 0 to",
        ),
        ("epsilon = 1\n", "epsilon = 1e300\n", "line 24, .*epsilon: '1e.300': cannot be shown as a figure"),
        ("year = 2025", "year = ", "cannot be read as TOML"),
    ],
)
def test_a_faulty_strategy_names_field_value_and_remedy(promise, old, new, message):
    changes = [(old, new)]
    if "log scale" in message:
        changes.append(("basis =", 'scale = "log"\nbasis ='))
    with pytest.raises(StrategyError, match=message):
        read_strategy(promise(*changes))


@pytest.mark.parametrize(
    ("taken", "refused"),
    [
        ("cadence = 0.25", "cadence = 0"),
        ("cadence = 10", "cadence = 10.5"),
        ("epsilon = 0", "epsilon = -0.5"),
        ("rounding = 0", "rounding = -0.5"),
        ("deff = 1.0", "deff = 0.995"),
        ("population = 1", "population = 0"),
    ],
)
def test_numbers_of_a_measure_keep_within_their_bounds(promise, taken, refused):
    name = taken.split()[0]
    stated = {"cadence": "cadence = 1", "epsilon": "epsilon = 1"}.get(name, 'basis = "survey"')
    kept = "" if stated.startswith(name) else stated + "\n"
    assert read_strategy(promise((stated, kept + taken))).measure("tilgang")[name] == float(taken.split()[-1])
    with pytest.raises(StrategyError, match=rf"measure '[a-z0-9-]+' > {name}: '[^']*': Input should be"):
        read_strategy(promise((stated, kept + refused)))


def test_unstated_design_and_rounding_change_nothing(promise):
    assert read_strategy(promise()).measure("tilgang")[["deff", "rounding"]].tolist() == [1, 0]


def test_goals_are_numbered_from_one(promise):
    for stated, field in (("number = 1", "goal '[a-z0-9-]+' > number"), ("goal = 1\n", "context '[a-z]+' > goal")):
        with pytest.raises(StrategyError, match=f"{field}: '0': Input should be greater than or equal to 1"):
            read_strategy(promise((stated, stated.replace("1", "0"))))


def test_a_target_in_the_period_of_its_baseline_is_refused(promise):
    with pytest.raises(StrategyError, match="must follow each other in time"):
        read_strategy(promise(('target = { period = "2025"', 'target = { period = "2022"')))


def test_a_log_scale_takes_a_half_but_nothing_below_zero(promise):
    log = ("basis =", 'scale = "log"\nbasis =')
    assert read_strategy(promise(log, ("value = 26", "value = 0.5"))).measure("tilgang")["scale"] == "log"
    with pytest.raises(StrategyError, match="a log scale has no place for zero"):
        read_strategy(promise(log, ("value = 26", "value = -0.5")))


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
    shell = InteractiveShell.instance()
    shell.user_ns["strategy"] = read_strategy(promise())

    def completed(text):  # what the kernel answers when the tabulator is pressed
        with provisionalcompleter():
            return {completion.text.strip('"].') for completion in shell.Completer.completions(text, len(text))}

    assert completed('strategy["') == {"tilgang", "respondenter"}
    assert "measures_of" in completed("strategy.meas")
    assert shell.user_ns["strategy"]["tilgang"]["unit"] == "prosent"


def test_without_candidates_their_frame_is_empty(tmp_path):
    file = tmp_path / "strategy.toml"
    file.write_text(re.sub(r"\[\[goal\.candidate_indicator\]\]\n(?:.+\n)+", "", PROMISE), encoding="utf-8")
    candidates = read_strategy(file).candidates
    assert candidates[candidates["goal"] == 1].empty


def test_a_candidate_that_has_ended_is_in_earlier_quarters_only(tmp_path):
    file = tmp_path / "strategy.toml"
    file.write_text(PROMISE.replace('id = "1.i1"', 'id = "1.i1"\nuntil = "2023Q4"'), encoding="utf-8")
    candidates = [list(read_strategy(file, as_of=quarter).candidates["candidate"]) for quarter in ("2023Q4", "2024Q1")]
    assert candidates == [["1.i1"], []]
