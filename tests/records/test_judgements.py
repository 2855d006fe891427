import re

import pandas as pd
import pytest

from analysis.core.periods import PeriodError
from analysis.records.judgements import JudgementError, judged_quarters, later_corrections, made_after, read_judgements
from small import small_strategy
from typed_cases import listed

STRATEGY = small_strategy([{"slug": "tilgang"}, {"slug": "utbredelse"}], subgoals=("1A", "1B"))
OPEN = '[[light]]\nitem = "1.2"\ncolour = ""\n'
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


def test_all_that_a_judgement_says_comes_out(judged):
    text = (
        'by = "Rådet"\ndate = 2024-03-20\n'
        '[[light]]\nitem = "1.2"\ncolour = "yellow"\ntowards = "green"\nweak = true\nmovement = "up"\n'
        'components = [{ measure = "utbredelse", colour = "green" }]\nsecond = "Direktoratet"\n'
        'reason_code = "known-event"\nreason = { nb = "Ny lov", en = "New act" }\n'
        '[[light]]\nitem = "1A"\ncolour = "green"\nby = "Utvalget"\ndate = 2024-03-22\n'
    )
    lights = read(judged(**{"2024Q1": text}))
    assert lights.loc["1.2"].drop(lights.filter(like="previous").columns).to_dict() == {
        "colour": "yellow", "towards": "green", "weak": True, "movement": "up", "record": "explicit",
        "components": (("utbredelse", "green"),), "second": "Direktoratet",
        "reason_code": "known-event", "reason_nb": "Ny lov", "reason_en": "New act",
        "by": "Rådet", "date": "2024-03-20",
    }  # fmt: skip
    assert lights.loc["1A", ["by", "date"]].tolist() == ["Utvalget", "2024-03-22"]
    # nobody judged the others
    assert lights.index.tolist() == ["strategy", "goal-1", "1.1", "1.2", "1A", "1B"]
    assert lights["colour"].notna().tolist() == [False, False, False, True, True, False]
    assert lights.loc["1.1", ["towards", "movement", "record", "reason_code", "second"]].tolist() == [""] * 5
    assert lights["weak"].dtype == bool


def test_the_quarter_judged_last_is_the_predecessor(judged):
    folder = judged(**{"2023Q1": YELLOW.replace("yellow", "red"), "2024Q1": YELLOW, "2024Q2": OPEN})
    lights = read(folder, "2024Q4")  # not judged itself; the one before is open throughout
    assert lights["colour"].isna().all()
    assert set(lights["previous_quarter"]) == {"2024Q1"}
    assert lights["previous_colour"].dropna().to_dict() == {"1.1": "yellow"}
    first = read(folder, "2023Q1")
    assert set(first["previous_quarter"]) == {""}
    assert first["previous_colour"].isna().all()
    weak = '[[light]]\nitem = "1.1"\ncolour = "yellow"\ntowards = "red"\nweak = true\n'
    row = read(judged(**{"2023Q1": weak})).loc["1.1"]
    assert row[["previous_towards", "previous_weak"]].tolist() == ["red", "weak"]


def test_a_correction_leaves_the_original(judged):
    green = '[[light]]\nitem = "1.1"\ncolour = "green"\n'
    folder = judged(**{"2023Q1": green, "2024Q1": YELLOW + CORRECTION.replace(NOTE, f'new = "yellow"\n{NOTE}')})
    row = read(folder).loc["1.1"]
    columns = ["colour", "correction", "corrected_colour", "note_nb", "note_en"]
    assert row[[f"previous_{name}" for name in columns]].tolist() == [
        *("green", "down", "yellow", "For lyst", "Too bright"),
    ]
    assert read(folder, "2023Q1").loc["1.1", "colour"] == "green"
    (corrected,) = later_corrections("2023Q1", folder, strategy=STRATEGY).to_dict("records")
    assert {name: value for name, value in corrected.items() if value} == {
        "quarter": "2023Q1", "made_in": "2024Q1", "item": "1.1", "field": "colour", "new": "yellow",
        "direction": "down", "note_nb": "For lyst", "note_en": "Too bright",
    }  # fmt: skip
    assert later_corrections("2024Q1", folder, strategy=STRATEGY).empty
    unsaid = read(judged(**{"2023Q1": YELLOW, "2024Q1": YELLOW + CORRECTION})).loc["1.1"]
    assert unsaid[["previous_correction", "previous_corrected_colour"]].tolist() == ["down", ""]


def test_each_quarter_is_shown_only_what_corrects_it(judged):
    second = CORRECTION.replace("2023Q1", "2024Q1").replace("down", "up")
    folder = judged(**{"2023Q1": YELLOW, "2024Q1": YELLOW, "2024Q4": YELLOW + CORRECTION + second})
    for quarter, direction in (("2023Q1", "down"), ("2024Q1", "up")):
        corrected = later_corrections(quarter, folder, strategy=STRATEGY)
        assert corrected[["made_in", "direction"]].values.tolist() == [["2024Q4", direction]]
    assert read(folder, "2024Q4").loc["1.1", ["previous_quarter", "previous_correction"]].tolist() == ["2024Q1", "up"]


NEIGHBOURS = {("green", "yellow"), ("yellow", "green"), ("yellow", "red"), ("red", "yellow")}


@pytest.mark.parametrize("towards", ["green", "yellow", "red"])
@pytest.mark.parametrize("colour", ["green", "yellow", "red", "grey"])
def test_a_colour_points_to_its_neighbour_and_nowhere_else(judged, colour, towards):
    record = 'record = "tendency"\n' if colour == "grey" else ""  # a colour that is lost may have pointed anywhere
    text = f'[[light]]\nitem = "1.1"\ncolour = "{colour}"\ntowards = "{towards}"\n{record}'
    folder = judged(**{"2024Q1": text})
    if colour == "grey" or (colour, towards) in NEIGHBOURS:
        assert read(folder).loc["1.1", "towards"] == towards
    else:
        assert f"towards: '{towards}': is no neighbour of {colour}" in faults(folder)[0]


@listed(__file__, "faulty_judgements.toml", "cases")
def test_a_faulty_judgement_names_file_item_field_and_value(judged, typed, message):
    row = typed.replace(" / ", "\n")
    (fault,) = faults(judged(**{"2024Q1": f"[[light]]\n{row}\n"}))
    assert re.match("judgements/2024Q1/lights.toml, line [2-6], field ", fault)
    assert message in fault


@listed(__file__, "faulty_judgements.toml", "corrections")
def test_a_faulty_correction_is_refused(judged, old, new, message):
    (fault,) = faults(judged(**{"2023Q1": YELLOW, "2024Q1": YELLOW + CORRECTION.replace(old, new)}))
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
    with pytest.raises(PeriodError):
        read(tmp_path, "2024")
    # a folder is named as its quarter
    (tmp_path / ".ipynb_checkpoints").mkdir()
    assert judged_quarters(tmp_path) == ["2024Q1", "2024Q2"]
    (tmp_path / "2024q3").mkdir()
    with pytest.raises(JudgementError, match="did you mean '2024Q3'"):
        judged_quarters(tmp_path)


# --- the real files: what report is on record (its words; the colour icons did not survive) --------------------------


def test_the_judgements_of_2024_are_those_stated():
    lights = read_judgements("2024Q1")
    assert len(lights) == 37
    coloured = lights.loc[lights["colour"] != "grey", ["colour", "towards"]]
    assert coloured.agg(" ".join, axis=1).to_dict() == {"1.2": "yellow ", "3B": "yellow ", "goal-5": "yellow green"}
    assert lights.loc["1.2", "components"] == (("digihelsestasjon-kommuner", "green"),)
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
    # a year before, no colours, and one correction of it in 2024
    assert set(read_judgements("2023Q1")["colour"]) == {"grey"}
    corrected = later_corrections("2023Q1")
    assert corrected[["made_in", "item", "direction", "new"]].values.tolist() == [["2024Q1", "goal-5", "down", ""]]
    assert lights.loc["goal-5", "previous_correction"] == "down"


def test_an_open_row_is_as_if_it_were_not_there(judged):
    closed, opened = (read(judged(**{"2024Q1": YELLOW + more})) for more in ("", OPEN))
    pd.testing.assert_frame_equal(opened, closed)
    assert opened["colour"].notna().sum() == 1
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
