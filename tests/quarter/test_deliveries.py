"""What others deliver, as rows of observations: the library, and the commands that an analyst types."""

import io
import json
import shutil

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

from analysis.__main__ import main
from analysis.core.faults import RawDataError
from analysis.core.paths import raw_folder
from analysis.intake.jsonstat import read_jsonstat
from analysis.intake.respondents import Questionnaire, Respondents, read_respondents
from analysis.quarter.deliveries import Provenance, Share, describe, from_respondents, from_table, read_owner_limits
from analysis.records.observations import ObservationError
from analysis.records.sources import read_sources

EUROSTAT = Provenance("eurostat-time-paa-nett", "2024-03-31", "eurostat-iuapr")
SURVEY = Provenance("tilgang-pasientinformasjon", "2024-03-31", "status-2024q1")
ASKED = Questionnaire("id", "bolge", "vekt", ("malgruppe",), {"svar": frozenset({1.0, 2.0})})
TABLE = {
    "version": "2.0",
    "class": "dataset",
    "label": "Booked on the web",
    "updated": "2024-02-21",
    "id": ["geo", "unit", "time"],
    "size": [2, 2, 2],
    "role": {"time": ["time"]},
    "dimension": {
        "geo": {"category": {"index": ["DK", "SE"], "label": {"DK": "Denmark", "SE": "SE"}}},
        "unit": {"category": {"index": ["PC", "N"], "label": {"PC": "per cent", "N": "persons"}}},
        "time": {"category": {"index": ["2022", "2023"]}},
    },
    "value": [30.5, 31, 999, 999, 22.2, None, 999, 999],
    "status": {"0": "p", "5": ":"},
}


def table(tmp_path, document=TABLE):
    (tmp_path / "t.json").write_text(json.dumps(document))
    return read_jsonstat(tmp_path / "t.json", tmp_path)


def test_chosen_cells_become_rows_with_status_and_notes(tmp_path):
    rows = from_table(table(tmp_path), EUROSTAT, {"unit": "PC"}, {"land": "geo"})
    columns = ["measure", "period", "breakdown", "value", "unit", "published", "source", "note", "note_nb"]
    same = ["2024-03-31", "eurostat-iuapr"]
    assert rows.cells[columns].to_numpy().tolist() == [
        [
            "eurostat-time-paa-nett",
            "2022",
            "land=DK",
            "30.5",
            "prosent",
            *same,
            "Status as delivered: p",
            "Status fra avsenderen: p",
        ],
        ["eurostat-time-paa-nett", "2023", "land=DK", "31", "prosent", *same, "", ""],
        ["eurostat-time-paa-nett", "2022", "land=SE", "22.2", "prosent", *same, "", ""],
    ]
    assert rows.notes == ("no figure: SE, PC, 2023 (:)",)
    assert "area" not in rows.csv().splitlines()[0]


def test_a_table_says_what_there_is_to_choose_from(tmp_path):
    assert describe(table(tmp_path)).splitlines() == [
        "Booked on the web, updated 2024-02-21",
        "  geo: DK (Denmark), SE",
        "  unit: PC (per cent), N (persons)",
        "  time: 2022, 2023",
    ]


@pytest.mark.parametrize(
    ("where", "breakdown", "said"),
    [
        ({}, {"land": "geo"}, "column unit: has 2 codes, and nothing says which is meant"),
        ({"unitt": "PC"}, {"land": "geo"}, "'unitt': is no dimension of the table; did you mean 'unit'?"),
        ({"unit": "PCT"}, {"land": "geo"}, "'PCT': is no code of the dimension; did you mean 'PC'?"),
        ({"unit": "PC"}, {"land": "xyzzy"}, "'xyzzy': is no dimension of the table; known: geo, unit, time"),
    ],
)
def test_a_choice_that_leaves_a_doubt_is_refused(tmp_path, where, breakdown, said):
    with pytest.raises(RawDataError) as caught:
        from_table(table(tmp_path), EUROSTAT, where, breakdown)
    assert said in str(caught.value)


def test_rows_meet_the_rules_of_deliveries_each_fault_once(tmp_path):
    wrong = Provenance("eurostat-time-paa-nett", "31.03.24", "eurostat-iuap")
    with pytest.raises(ObservationError) as caught:
        from_table(table(tmp_path), wrong, {"unit": "N"}, {"land": "geo"})
    assert [(fault.rule, fault.value) for fault in caught.value.faults] == [
        ("unit_mismatch", "persons"),
        ("range", "999"),
        ("date", "31.03.24"),
        ("unknown_source", "eurostat-iuap"),
    ]
    with pytest.raises(RawDataError, match=r"column measure: 'tilgang': is no measure"):
        from_table(
            table(tmp_path), Provenance("tilgang", "2024-03-31", "eurostat-iuapr"), {"unit": "PC"}, {"land": "geo"}
        )


def test_areas_are_those_of_the_register(tmp_path):
    document = json.loads(json.dumps(TABLE).replace('"DK"', '"0301"').replace('"SE"', '"9999"'))
    with pytest.raises(ObservationError) as caught:
        from_table(table(tmp_path, document), EUROSTAT, {"unit": "PC"}, {}, area="geo")
    assert {(fault.rule, fault.value) for fault in caught.value.faults} == {("area", "9999")}
    rows = from_table(table(tmp_path, document), EUROSTAT, {"unit": "PC", "geo": "0301"}, {}, area="geo")
    assert pd.read_csv(io.StringIO(rows.csv()), dtype=str)["area"].tolist() == ["0301", "0301"]


# 20 hospital doctors of weight 1, 5 of them with access; 20 of weight 3, 10 of them with access; 4 midwives
PERSONS = [
    *[("leger", 1.0, 1 if i < 5 else 2) for i in range(20)],
    *[("sykepleiere", 3.0, 1 if i < 10 else 2) for i in range(20)],
    *[("jordmodre", 1.0, 1) for _ in range(4)],
]


def respondents(tmp_path, persons=PERSONS):
    lines = [f"p{i},2023,{group},{weight},{answer}" for i, (group, weight, answer) in enumerate(persons)]
    (tmp_path / "svar.csv").write_text("\n".join(["id,bolge,malgruppe,vekt,svar", *lines, ""]))
    return read_respondents(tmp_path / "svar.csv", ASKED, tmp_path)


def test_respondents_become_weighted_shares_without_small_counts(tmp_path):
    read = respondents(tmp_path)
    rows = from_respondents(read, ASKED, Share(frozenset({1.0}), by="malgruppe"), SURVEY)
    # by hand: 39/84; 5/20, error sqrt(.25*.75/20*44/43); 10/20, error sqrt(.25/20*44/43): groups of one sample of 44
    assert rows.cells[["period", "breakdown", "value", "n"]].to_numpy().tolist() == [
        ["2023", "", "46.4", "44"],
        ["2023", "malgruppe=leger", "25", "20"],
        ["2023", "malgruppe=sykepleiere", "50", "20"],
    ]
    assert [note.split()[-2] for note in rows.cells["note"]][1:] == ["9.79", "11.31"]
    assert [note.split()[-2] for note in rows.cells["note_nb"]][1:] == ["9,79", "11,31"]
    assert "too few to be shown: 2023 malgruppe=jordmodre" in rows.notes


def test_groups_are_named_in_plain_letters(tmp_path):
    groups = {"leger": "Nord Norge", "sykepleiere": "Sør-Norge", "jordmodre": "Øst"}
    persons = [(groups[group], weight, answer) for group, weight, answer in PERSONS]
    share = Share(frozenset({1.0}), by="malgruppe")
    rows = from_respondents(respondents(tmp_path, persons), ASKED, share, SURVEY)
    assert rows.cells["breakdown"].tolist() == ["", "malgruppe=nord-norge", "malgruppe=sor-norge"]
    assert "malgruppe=nord-norge is 'Nord Norge' in the file" in rows.notes
    alike = respondents(tmp_path, [("Nord/Norge", 1.0, 1), *persons])
    with pytest.raises(RawDataError, match="'Nord Norge': and 'Nord/Norge' would both be called malgruppe=nord-norge"):
        from_respondents(alike, ASKED, share, SURVEY)


def test_the_limits_of_the_owner_decide_which_groups_are_rows(tmp_path):
    folder = tmp_path / "raw"
    shutil.copytree(raw_folder(), folder)
    publisher = read_sources(folder).loc[SURVEY.source, "publisher"]
    rule = f'[[owner]]\nname = "{publisher}"\nthreshold = 8\nbase = 20\nrule = "stated"\n'
    (folder / "disclosure.toml").write_text(rule, encoding="utf-8")
    assert read_owner_limits(SURVEY.source, folder) == (8, 20)
    assert read_owner_limits("nobody", folder) == (5, 10)
    share = Share(frozenset({1.0}), by="malgruppe")
    rows = from_respondents(respondents(tmp_path), ASKED, share, SURVEY, folder)
    assert rows.cells["breakdown"].tolist() == ["", "malgruppe=sykepleiere"]  # 5 of 20 doctors are fewer than 8


def test_a_faulty_respondent_file_gives_no_rows(tmp_path):
    read = respondents(tmp_path, [*PERSONS, ("leger", -1.0, 3)])
    with pytest.raises(ObservationError) as caught:
        from_respondents(read, ASKED, Share(frozenset({1.0})), SURVEY)
    assert {fault.rule for fault in caught.value.faults} == {"weight", "answer_code"}


def test_answers_declared_missing_are_out_of_the_base():
    persons = pd.DataFrame({"id": [f"p{i}" for i in range(25)], "svar": [1.0] * 10 + [2.0] * 10 + [np.nan] * 5})
    missing = pd.DataFrame({"svar": [np.nan] * 20 + [9.0] * 5})
    asked = Questionnaire("id", answers={"svar": None})
    read = Respondents(persons, missing, {"svar": {9.0: "vet ikke"}}, ())
    rows = from_respondents(read, asked, Share(frozenset({1.0}), period="2023"), SURVEY)
    assert rows.cells[["value", "n"]].to_numpy().tolist() == [["50", "20"]]
    assert rows.notes == ("not in the base: 5 answered 9 (vet ikke)",)


def test_a_question_whose_codes_nobody_named_is_refused(tmp_path):
    respondents(tmp_path)
    read = read_respondents(tmp_path / "svar.csv", Questionnaire("id", answers={"svar": None}), tmp_path)
    assert [(fault.rule, fault.column) for fault in read.faults] == [("answer_code", "svar")]


def command(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


PLACE = ("--published", "2024-03-31", "--source", "status-2024q1", "--measure")


def test_the_command_for_respondents_gives_rows_or_ends_with_2(tmp_path):
    respondents(tmp_path)
    asked = ("--respondent", "id", "--question", "svar", "--code", 1, "--code", 2, "--counting", 1, "--weight", "vekt")
    given = ("from-respondents", tmp_path / "svar.csv", *asked, *PLACE, SURVEY.measure)
    done = command(*given, "--wave", "bolge")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1].startswith("tilgang-pasientinformasjon,2023,,46.4,prosent,,,44,")
    for wrong in ((*given, "--wave", "bolge", "--period", "2023"), given, (*given, "--wave", "runde")):
        ended = command(*wrong)
        assert (ended.exit_code, ended.stdout) == (2, ""), wrong


def test_the_command_for_tables_shows_and_writes_or_ends_with_2(tmp_path):
    (tmp_path / "t.json").write_text(json.dumps(TABLE))
    assert "geo: DK (Denmark), SE" in command("from-table", tmp_path / "t.json").stdout
    given = ("from-table", tmp_path / "t.json", "--where", "unit", "PC", "--breakdown", "land", "geo", *PLACE)
    to = ("--to", tmp_path / "rader.csv")
    assert command(*given, EUROSTAT.measure, *to).exit_code == 0
    assert len((tmp_path / "rader.csv").read_text().splitlines()) == 4
    for wrong, said in (
        ((*given, EUROSTAT.measure, *to), "rader.csv"),
        ((*given, "eurostat-time-paa-net"), "did you mean 'eurostat-time-paa-nett'?"),
        (("from-table", tmp_path / "nei.json"), "nei.json: cannot be read"),
        (("from-table", "https://127.0.0.1:9/t"), "an address is not fetched"),
    ):
        ended = command(*wrong)
        assert (ended.exit_code, ended.stdout, said in ended.stderr) == (2, "", True), wrong


def test_a_place_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "t.json").write_text(json.dumps(TABLE))
    given = ("from-table", tmp_path / "t.json", "--where", "unit", "PC", "--breakdown", "land", "geo", *PLACE)
    ended = command(*given, EUROSTAT.measure, "--to", tmp_path / "t.json" / "rader.csv")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "nothing was written" in ended.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["t.json"]


ANSWERS = ("--respondent", "id", "--question", "q", "--period", 2024, *PLACE, SURVEY.measure)


def sav(tmp_path, frame, **about):
    """Write 40 respondents: 20 answer 1, 20 answer 2."""
    ids = [f"r{i:03d}" for i in range(40)]
    answers = [1.0] * 20 + [2.0] * 20
    about = {"variable_value_labels": {"q": {1.0: "nei", 2.0: "ja"}}} | about
    pyreadstat.write_sav(pd.DataFrame({"id": ids, "q": answers} | frame), tmp_path / "svar.sav", **about)
    return tmp_path / "svar.sav"


def shares(ended):
    """Return breakdown, value and n of the rows that a command printed."""
    assert ended.exit_code == 0, ended.stderr
    rows = pd.read_csv(io.StringIO(ended.stdout), dtype=str, keep_default_na=False)
    return rows[["breakdown", "value", "n"]].to_numpy().tolist()


def test_weights_declared_missing_leave_their_respondents_out(tmp_path):
    # 20 of weight 1 answered 1; of those who answered 2 ten have weight 1, ten the code 9: 10 of 30
    file = sav(tmp_path, {"vekt": [1.0] * 30 + [9.0] * 10}, missing_ranges={"vekt": [9.0]})
    ended = command("from-respondents", file, "--counting", 2, "--weight", "vekt", *ANSWERS)
    assert shares(ended) == [["", "33.3", "30"]]
    assert "not in the base: 10 have the weight 9" in ended.stderr


def test_a_group_declared_missing_is_no_row(tmp_path):
    labels = {"q": {1.0: "nei", 2.0: "ja"}, "kjonn": {1.0: "mann", 2.0: "kvinne", 9.0: "ikke oppgitt"}}
    about = {"variable_value_labels": labels, "missing_ranges": {"kjonn": [9.0]}}
    file = sav(tmp_path, {"kjonn": [1.0, 2.0] * 14 + [9.0] * 12}, **about)
    ended = command("from-respondents", file, "--counting", 2, "--by", "kjonn", *ANSWERS)
    # the first 20 answered 1: among the 28 in a group 4 of 14 men and 4 of 14 women answered 2, in all 20 of 40
    assert shares(ended)[:1] == [["", "50", "40"]]
    assert shares(ended)[1:] == []
    assert "in no group: 12 respondents" in ended.stderr
    assert "kjonn=1 is 'mann' in the file" in ended.stderr


@pytest.mark.parametrize("code", [3, 9])
def test_a_code_that_is_none_cannot_be_counted(tmp_path, code):
    file = sav(tmp_path, {"q": [1.0, 2.0] * 15 + [9.0] * 10}, missing_ranges={"q": [9.0]})
    ended = command("from-respondents", file, "--counting", code, *ANSWERS)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert f"'{code}': is none of the codes 1, 2" in ended.stderr


@pytest.mark.parametrize("name", ["counted", "counts", "weight", "group", "wave", "line", "seen", "estimate", "n"])
def test_columns_of_a_file_are_not_taken_for_others(tmp_path, name):
    # each weight is as often with 1 as with 2, so that half answered 1
    lines = [f"r{i},{1 + i % 4},{1 + i // 20}" for i in range(40)]
    (tmp_path / "svar.csv").write_text("\n".join([f"id,{name},q", *lines, ""]))
    given = ("from-respondents", tmp_path / "svar.csv", "--code", 1, "--code", 2, "--counting", 1, *ANSWERS)
    assert shares(command(*given, "--weight", name)) == [["", "50", "40"]]
    groups = [[f"{name}={number}", "50", "10"] for number in (1, 2, 3, 4)]
    assert shares(command(*given, "--by", name)) == [["", "50", "40"], *groups]
    assert shares(command(*given, "--strata", name)) == [["", "50", "40"]]


@pytest.mark.parametrize("column", ["Kjønn", "Kjønn (reg.)", "a=b"])
def test_a_breakdown_may_have_another_name_than_its_column(tmp_path, column):
    lines = [f"r{i},{'mann' if i % 2 else 'kvinne'},{1 + i // 20}" for i in range(40)]
    (tmp_path / "svar.csv").write_text("\n".join([f"id,{column},q", *lines, ""]), encoding="utf-8")
    given = ("from-respondents", tmp_path / "svar.csv", "--code", 1, "--code", 2, "--counting", 1, *ANSWERS)
    named = shares(command(*given, "--by", f"kjonn={column}"))
    assert named == [["", "50", "40"], ["kjonn=kvinne", "50", "20"], ["kjonn=mann", "50", "20"]]
    if "=" not in column:
        assert "--by kjonn" in command(*given, "--by", column).stderr


@pytest.mark.parametrize(("counting", "value"), [(1, "100"), (2, "0")])
def test_none_or_all_have_the_error_of_half_a_respondent(tmp_path, counting, value):
    file = sav(tmp_path, {"q": [1.0] * 40})
    ended = command("from-respondents", file, "--counting", counting, *ANSWERS)
    assert shares(ended) == [["", value, "40"]]
    # by hand: p = 0.5 / 41, sqrt(p (1 - p) / 39) = 0.01757
    assert "standard error 1.76 points" in ended.stdout


PERSONS_IN_THOUSANDS = {
    "version": "2.0",
    "class": "dataset",
    "id": ["ContentsCode", "Tid"],
    "size": [1, 2],
    "dimension": {
        "ContentsCode": {"category": {"index": ["P"], "unit": {"P": {"base": "1 000 personer", "decimals": 1}}}},
        "Tid": {"category": {"index": ["1998", "2023"]}},
    },
    "value": [9e99, 251.1],
}
RECIPIENTS = (*PLACE, "velferdsteknologi-mottakere")


def test_a_table_in_another_unit_is_asked_about(tmp_path):
    (tmp_path / "t.json").write_text(json.dumps(PERSONS_IN_THOUSANDS))
    given = ("from-table", tmp_path / "t.json", "--where", "Tid", "2023", *RECIPIENTS)
    ended = command(*given)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "'1 000 personer': is the unit of the table, and 'personer' that of the measure" in ended.stderr
    assert ",2023,,251100,personer," in command(*given, "--unit", "1 000 personer", 1000).stdout
    assert "did you mean '1 000 personer'?" in command(*given, "--unit", "1000 personer", 1000).stderr


@pytest.mark.parametrize("unit", ["personer", "Personer", "antall personer"])
def test_the_unit_of_the_measure_needs_no_question(tmp_path, unit):
    (tmp_path / "t.json").write_text(json.dumps(PERSONS_IN_THOUSANDS).replace("1 000 personer", unit))
    ended = command("from-table", tmp_path / "t.json", "--where", "Tid", "2023", *RECIPIENTS)
    assert ",2023,,251,personer," in ended.stdout or "a count of personer is whole" in ended.stderr


@pytest.mark.parametrize(
    ("unit", "asked"),
    [
        *((unit, False) for unit in ("prosent", "%", "Per cent", "Percentage of individuals", "Prosent av bedrifter")),
        *((unit, True) for unit in ("prosentpoeng", "Percent change", "Persons", "1 000 personer", "Index, 2015=100")),
    ],
)
def test_a_share_is_known_by_its_unit_and_a_change_is_none(tmp_path, unit, asked):
    document = json.loads(json.dumps(TABLE))
    document["dimension"]["unit"]["category"]["label"]["PC"] = unit
    (tmp_path / "t.json").write_text(json.dumps(document))
    given = ("from-table", tmp_path / "t.json", "--where", "unit", "PC", "--breakdown", "land", "geo", *PLACE)
    ended = command(*given, EUROSTAT.measure)
    assert ("is the unit of the table" in ended.stderr, ended.exit_code) == ((True, 2) if asked else (False, 0))


def test_years_that_are_not_asked_for_are_not_judged(tmp_path):
    (tmp_path / "t.json").write_text(json.dumps(PERSONS_IN_THOUSANDS))
    assert "Tid: 1998, 2023" in command("from-table", tmp_path / "t.json").stdout
    given = ("from-table", tmp_path / "t.json", "--unit", "1 000 personer", 1000, *RECIPIENTS)
    assert command(*given, "--where", "Tid", "2023").exit_code == 0
    ended = command(*given)
    assert ended.exit_code == 2
    assert "column Tid: '1998': lies outside 2000-2060" in ended.stderr


@pytest.mark.parametrize("name", ["period", "value", "status", "unit", "breakdown"])
def test_dimensions_may_have_any_name(tmp_path, name):
    document = json.loads(json.dumps(TABLE).replace('"unit"', '"enhet"').replace('"geo"', f'"{name}"'))
    if name == "unit":
        document["dimension"]["unit"]["category"]["label"] = {"DK": "prosent", "SE": "prosent"}
        document["dimension"]["enhet"]["category"].pop("label")
    (tmp_path / "t.json").write_text(json.dumps(document))
    given = ("from-table", tmp_path / "t.json", "--where", "enhet", "PC", "--breakdown", "land", name, *PLACE)
    ended = command(*given, EUROSTAT.measure)
    assert ended.exit_code == 0, ended.stderr
    assert "eurostat-time-paa-nett,2022,land=SE,22.2,prosent," in ended.stdout
