import re

import pandas as pd
import pytest

from analysis.core.periods import PeriodError
from analysis.records.judgements import JudgementError, judged_quarters, later_corrections, made_after, read_judgements
from small import small_strategy

STRATEGY = small_strategy([{"slug": "tilgang"}, {"slug": "utbredelse"}], subgoals=("1A", "1B"))
ITEMS = ["strategy", "goal-1", "1.1", "1.2", "1A", "1B"]
YELLOW = '[[light]]\nitem = "1.1"\ncolour = "yellow"\n'
NOTE = 'note = { nb = "For lyst", en = "Too bright" }\n'
CORRECTION = f'[[correction]]\nquarter = "2023Q1"\nitem = "1.1"\ndirection = "down"\n{NOTE}'


@pytest.fixture
def judged(tmp_path):
    """Write quarters of judgements: judged(**{"2024Q1": text}); the quarter's own line is put on top."""

    def write(**quarters):
        for quarter, text in quarters.items():
            (tmp_path / quarter).mkdir(exist_ok=True)
            head = "" if "quarter = " in text.split("[[")[0] else f'quarter = "{quarter}"\n'
            (tmp_path / quarter / "lights.toml").write_text(head + text, encoding="utf-8")
        return tmp_path

    return write


def read(folder, quarter="2024Q1"):
    return read_judgements(quarter, strategy=STRATEGY, folder=folder)


def faults(folder, quarter="2024Q1"):
    with pytest.raises(JudgementError) as caught:
        read(folder, quarter)
    return str(caught.value).split("\n")


def test_items_nobody_judged_have_a_row_without_colour(judged):
    lights = read(judged(**{"2024Q1": YELLOW}))
    assert lights.index.tolist() == ITEMS
    assert lights["colour"].notna().tolist() == [False, False, True, False, False, False]
    assert lights.loc["1.1", "colour"] == "yellow"
    assert lights.loc["1.1", "record"] == "explicit"
    assert lights.loc["1.2", ["towards", "movement", "record", "reason_code", "second"]].tolist() == [""] * 5
    assert lights["weak"].dtype == bool


def test_all_that_a_judgement_says_comes_out(judged):
    text = (
        'by = "Rådet"\ndate = 2024-03-20\n'
        '[[light]]\nitem = "1.2"\ncolour = "yellow"\ntowards = "green"\nweak = true\nmovement = "up"\n'
        'components = [{ measure = "utbredelse", colour = "green" }]\nsecond = "Direktoratet"\n'
        'reason_code = "known-event"\nreason = { nb = "Ny lov", en = "New act" }\n'
        '[[light]]\nitem = "1A"\ncolour = "green"\nby = "Utvalget"\ndate = 2024-03-22\n'
    )
    lights = read(judged(**{"2024Q1": text}))
    row = lights.loc["1.2"]
    assert row[["colour", "towards", "movement", "second"]].tolist() == ["yellow", "green", "up", "Direktoratet"]
    assert row["weak"]
    assert row["components"] == (("utbredelse", "green"),)
    assert row[["reason_code", "reason_nb", "reason_en"]].tolist() == ["known-event", "Ny lov", "New act"]
    assert row[["by", "date"]].tolist() == ["Rådet", "2024-03-20"]
    assert lights.loc["1A", ["by", "date"]].tolist() == ["Utvalget", "2024-03-22"]


def test_without_folder_only_predecessors_colours(judged):
    lights = read(judged(**{"2023Q1": '[[light]]\nitem = "1.1"\ncolour = "red"\n', "2024Q1": YELLOW}), "2024Q4")
    assert lights["colour"].isna().all()
    assert set(lights["previous_quarter"]) == {"2024Q1"}
    assert lights.loc["1.1", "previous_colour"] == "yellow"
    assert lights["previous_colour"].notna().sum() == 1


def test_the_first_quarter_has_no_predecessor(judged):
    lights = read(judged(**{"2024Q1": YELLOW, "2024Q4": YELLOW}))
    assert set(lights["previous_quarter"]) == {""}
    assert lights["previous_colour"].isna().all()


def test_a_correction_leaves_the_original(judged):
    green = '[[light]]\nitem = "1.1"\ncolour = "green"\n'
    folder = judged(**{"2023Q1": green, "2024Q1": YELLOW + CORRECTION.replace(NOTE, f'new = "yellow"\n{NOTE}')})
    row = read(folder).loc["1.1"]
    assert row[["previous_colour", "previous_correction", "previous_corrected_colour"]].tolist() == [
        "green",
        "down",
        "yellow",
    ]
    assert row[["previous_note_nb", "previous_note_en"]].tolist() == ["For lyst", "Too bright"]
    assert read(folder, "2023Q1").loc["1.1", "colour"] == "green"
    corrected = later_corrections("2023Q1", folder, strategy=STRATEGY)
    assert corrected.to_dict("records") == [
        {
            "quarter": "2023Q1",
            "made_in": "2024Q1",
            "item": "1.1",
            **dict.fromkeys(("measure", "period", "breakdown", "old", "by", "date"), ""),
            "field": "colour",
            "new": "yellow",
            "direction": "down",
            "note_nb": "For lyst",
            "note_en": "Too bright",
        }
    ]
    assert later_corrections("2024Q1", folder, strategy=STRATEGY).empty


def test_a_slight_tendency_is_still_slight_a_quarter_later(judged):
    weak = '[[light]]\nitem = "1.1"\ncolour = "yellow"\ntowards = "red"\nweak = true\n'
    row = read(judged(**{"2023Q1": weak, "2024Q1": YELLOW})).loc["1.1"]
    assert row[["previous_towards", "previous_weak"]].tolist() == ["red", "weak"]


def test_each_quarter_is_shown_only_what_corrects_it(judged):
    second = CORRECTION.replace("2023Q1", "2024Q1").replace("down", "up")
    folder = judged(**{"2023Q1": YELLOW, "2024Q1": YELLOW, "2024Q4": YELLOW + CORRECTION + second})
    for quarter, direction in (("2023Q1", "down"), ("2024Q1", "up")):
        corrected = later_corrections(quarter, folder, strategy=STRATEGY)
        assert corrected[["made_in", "direction"]].values.tolist() == [["2024Q4", direction]]
    assert read(folder, "2024Q4").loc["1.1", ["previous_quarter", "previous_correction"]].tolist() == ["2024Q1", "up"]


def test_a_correction_may_leave_the_colour_unsaid(judged):
    row = read(judged(**{"2023Q1": YELLOW, "2024Q1": YELLOW + CORRECTION})).loc["1.1"]
    assert row[["previous_correction", "previous_corrected_colour"]].tolist() == ["down", ""]


def test_a_colour_not_on_record_may_still_point_anywhere(judged):
    for towards in ("green", "yellow", "red"):
        text = f'[[light]]\nitem = "1.1"\ncolour = "grey"\ntowards = "{towards}"\nrecord = "tendency"\n'
        assert read(judged(**{"2024Q1": text})).loc["1.1", "towards"] == towards


NEIGHBOURS = {("green", "yellow"), ("yellow", "green"), ("yellow", "red"), ("red", "yellow")}


@pytest.mark.parametrize("towards", ["green", "yellow", "red"])
@pytest.mark.parametrize("colour", ["green", "yellow", "red"])
def test_a_colour_points_to_its_neighbour_and_nowhere_else(judged, colour, towards):
    folder = judged(**{"2024Q1": f'[[light]]\nitem = "1.1"\ncolour = "{colour}"\ntowards = "{towards}"\n'})
    if (colour, towards) in NEIGHBOURS:
        assert read(folder).loc["1.1", "towards"] == towards
    else:
        assert f"towards: '{towards}': is no neighbour of {colour}" in faults(folder)[0]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ('item = "1.11"\ncolour = "green"', "item: '1.11': is no item of the strategy; did you mean '1.1'?"),
        ('item = "1b"\ncolour = "green"', "item: '1b': is no item of the strategy; did you mean '1B'?"),
        ('item = "indicator-1-2"\ncolour = "green"', "'indicator-1-2': is no item of the strategy; did you mean '1.2'"),
        ('item = 1.1\ncolour = "green"', "item: '1.1': Input should be a valid string"),
        ('item = "1.1"', "item '1.1' > colour: is missing"),
        ('item = "1.1"\ncolour = "yelow"', "'yelow': is not among green, yellow, red, grey; did you mean 'yellow'?"),
        ('item = "1.1"\ncolour = "Green"', "'Green': is not among green, yellow, red, grey; did you mean 'green'?"),
        ('item = "1.1"\ncolour = "lilla"', "colour: 'lilla': is not among green, yellow, red, grey"),
        ('item = "1.1"\ncolour = "green"\ntoward = "yellow"', "toward: no such field; did you mean 'towards'?"),
        ('item = "1.1"\ncolour = "green"\nmovement = "opp"', "'opp': is not among up, down, unchanged, split"),
        ('item = "1.1"\ncolour = "green"\nweak = true', "weak: true qualifies a tendency"),
        ('item = "1.1"\ncolour = "green"\nweak = "yes"', "weak: 'yes': Input should be a valid boolean"),
        ('item = "1.1"\ncolour = "grey"\nrecord = "explicit"', "record: 'explicit': does not go with colour 'grey'"),
        ('item = "1.1"\ncolour = "red"\nrecord = "none"', "record: 'none': does not go with colour 'red'"),
        ('item = "1.1"\ncolour = "grey"\nrecord = "tendency"', "towards: is empty, but record is 'tendency'"),
        ('item = "1.1"\ncolour = "grey"\nrecord = "change"', "movement: is empty, but record is 'change'"),
        ('item = "1.1"\ncolour = "red"\nreason_code = "other"', "reason: is missing; reason_code 'other' needs"),
        (
            'item = "1.1"\ncolour = "red"\nreason = { nb = "a", en = "b" }',
            "reason_code: is missing; choose among data-error, known-event",
        ),
        (
            'item = "1.1"\ncolour = "red"\nreason_code = "contexts"',
            "reason_code: 'contexts': is not among data-error, known-event, definition, context, other; did you mean",
        ),
        ('item = "1.1"\ncolour = "red"\nreason_code = "other"\nreason = { nb = "a" }', "reason > en: is missing"),
        (
            'item = "1.2"\ncolour = "red"\ncomponents = [{ measure = "utbredelsen", colour = "red" }]',
            "components: 'utbredelsen': is no measure of '1.2'; did you mean 'utbredelse'?",
        ),
        (
            'item = "1.2"\ncolour = "red"\ncomponents = [{ measure = "tilgang", colour = "red" }]',
            "components: 'tilgang': is no measure of '1.2'",
        ),
        ('item = "1.1"\ncolour = "red"\ndate = "20.03.2024"', "date: '20.03.2024': "),
        (
            'item = "1.1"\ncolour = "red"\nreason = "Prøve | Trial"',
            'reason: \'Prøve | Trial\': is not a table; write { nb = "…", en = "…" }',
        ),
    ],
)
def test_a_faulty_judgement_names_file_item_field_and_value(judged, typed, message):
    (fault,) = faults(judged(**{"2024Q1": f"[[light]]\n{typed}\n"}))
    assert re.match("judgements/2024Q1/lights.toml, line [2-6], field ", fault)
    assert message in fault


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('item = "1.1"', 'item = "1C"', "item: '1C': is no item of the strategy"),
        (
            'quarter = "2023Q1"',
            'quarter = "2024Q1"',
            "quarter: '2024Q1': is no earlier quarter with judgements; it can be",
        ),
        ('quarter = "2023Q1"', 'quarter = "2022Q1"', "it can be 2023Q1"),
        ('quarter = "2023Q1"', 'quarter = "2023"', "'2023': is no quarter"),
        ('direction = "down"', 'direction = "ned"', "direction: 'ned': is not among down, up"),
        (
            'direction = "down"\n',
            "",
            "item '1.1' > old: is not stated, or new is not; write old = … and new = …; direction",
        ),
        (NOTE, "", "item '1.1' > note: is missing"),
    ],
)
def test_a_faulty_correction_is_refused(judged, old, new, message):
    correction = CORRECTION.replace(old, new)
    (fault,) = faults(judged(**{"2023Q1": YELLOW, "2024Q1": YELLOW + correction}))
    assert message in fault


def test_the_same_item_judged_or_corrected_twice_is_refused(judged):
    message = faults(judged(**{"2023Q1": YELLOW, "2024Q1": YELLOW + YELLOW + CORRECTION + CORRECTION}))
    assert [line.partition("lights.toml, ")[2] for line in message] == [
        "line 6, field item: '1.1': stands 2 times; keep one [judgements]",
        "line 13, field correction of '1.1': '2023Q1': is corrected 2 times; keep one [judgements]",
    ]


def test_all_faults_come_at_once(judged):
    text = '[[light]]\nitem = "9.9"\ncolour = "blue"\n[[light]]\nitem = "1.1"\ncolour = "green"\ntowards = "red"\n'
    message = "\n".join(faults(judged(**{"2024Q1": text})))
    assert "lights.toml, line 4, field light 1, item '9.9' > colour: 'blue': is not among" in message
    assert "'9.9': is no item" in message
    assert "'red': is no neighbour of green" in message


def test_a_wrong_folder_no_toml_and_no_file_are_refused(judged, tmp_path):
    (fault,) = faults(judged(**{"2024Q1": f'quarter = "2023Q4"\n{YELLOW}'}))
    assert "2024Q1/lights.toml, line 1, field quarter: '2023Q4': stands in the folder of 2024Q1" in fault
    assert "cannot be read as TOML" in faults(judged(**{"2024Q1": "[[light\n"}))[0]
    (tmp_path / "2024Q2").mkdir()
    assert "2024Q2/lights.toml: no such file" in faults(tmp_path, "2024Q2")[0]


def test_a_folder_is_named_as_its_quarter(judged, tmp_path):
    judged(**{"2023Q1": YELLOW, "2024Q1": YELLOW})
    (tmp_path / ".ipynb_checkpoints").mkdir()
    assert judged_quarters(tmp_path) == ["2023Q1", "2024Q1"]
    (tmp_path / "2024q3").mkdir()
    with pytest.raises(JudgementError, match="did you mean '2024Q3'"):
        judged_quarters(tmp_path)


def test_what_is_no_quarter_is_refused_as_such(judged):
    with pytest.raises(PeriodError):
        read(judged(**{"2024Q1": YELLOW}), "2024")


def test_reading_changes_nothing(judged):
    folder = judged(**{"2023Q1": YELLOW, "2024Q1": YELLOW + CORRECTION})
    pd.testing.assert_frame_equal(read(folder), read(folder))


# --- the real files: what report is on record (its words; the colour icons did not survive) --------------------------


def test_three_cells_of_2024_have_a_colour_on_record():
    lights = read_judgements("2024Q1")
    assert len(lights) == 37
    coloured = lights.loc[lights["colour"] != "grey", ["colour", "towards"]]
    assert coloured.to_dict("index") == {
        "1.2": {"colour": "yellow", "towards": ""},
        "3B": {"colour": "yellow", "towards": ""},
        "goal-5": {"colour": "yellow", "towards": "green"},
    }
    assert lights.loc["1.2", "components"] == (("digihelsestasjon-kommuner", "green"),)


def test_tendencies_and_movements_of_2024_are_those_stated():
    lights = read_judgements("2024Q1")
    tendencies = lights.loc[lights["record"] == "tendency", ["towards", "weak"]]
    assert tendencies.to_dict("index") == {
        "goal-2": {"towards": "red", "weak": False},
        "4.1": {"towards": "yellow", "weak": True},
    }
    moved = {word: set(rows.index) for word, rows in lights.groupby("movement") if word}
    assert moved == {
        "up": {"1.1", "1.4", "3.1", "4.1", "5.4", "goal-2", "goal-3", "goal-4"},
        "unchanged": {"strategy", "1.3", "1.6", "2.3"},
        "split": {"2.1", "2.2"},
    }


def test_2023_has_no_colours_and_one_correction_a_year_later():
    assert set(read_judgements("2023Q1")["colour"]) == {"grey"}
    corrected = later_corrections("2023Q1")
    assert corrected[["made_in", "item", "direction", "new"]].values.tolist() == [["2024Q1", "goal-5", "down", ""]]
    assert read_judgements("2024Q1").loc["goal-5", "previous_correction"] == "down"


OPEN = '[[light]]\nitem = "1.2"\ncolour = ""\n'


def test_an_open_row_is_as_if_it_were_not_there(judged):
    folder = judged(**{"2024Q1": YELLOW, "2024Q2": 'by = "Rådet"\n' + YELLOW + OPEN})
    pd.testing.assert_frame_equal(
        read(folder, "2024Q2"), read(judged(**{"2024Q2": 'by = "Rådet"\n' + YELLOW}), "2024Q2")
    )
    assert read(folder, "2024Q2")["colour"].notna().sum() == 1


def test_a_quarter_open_throughout_is_no_predecessor(judged):
    lights = read(judged(**{"2024Q1": YELLOW, "2024Q2": OPEN, "2024Q3": YELLOW}), "2024Q3")
    assert set(lights["previous_quarter"]) == {"2024Q1"}


def test_an_open_row_may_not_be_half_filled_in(judged):
    (fault,) = faults(judged(**{"2024Q1": OPEN + 'movement = "up"\ntowards = "green"\n'}))
    assert "item '1.2'" in fault
    assert "colour: is empty, which leaves the row open, but movement, towards is filled in" in fault


@pytest.mark.parametrize(
    ("as_of", "made_in"),
    [("2023-03-31", []), ("2024-03-30", []), ("2024-03-31", ["2024Q1"]), ("2024-12-31", ["2024Q1", "2024Q4"])],
)
def test_a_correction_is_known_from_its_quarters_last_day(judged, as_of, made_in):
    folder = judged(**{"2023Q1": YELLOW, "2024Q1": YELLOW + CORRECTION, "2024Q4": YELLOW + CORRECTION})
    corrected = later_corrections("2023Q1", folder, strategy=STRATEGY)
    unknown = made_after(corrected, "2023Q1", pd.Timestamp(as_of))
    assert corrected.drop(unknown.index)["made_in"].tolist() == made_in
