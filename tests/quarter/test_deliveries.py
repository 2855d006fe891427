"""What others deliver, as rows of observations: the library, and the commands that an analyst types."""

import io
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

from analysis.__main__ import main
from analysis.core.faults import RawDataError
from analysis.intake.jsonstat import read_jsonstat
from analysis.intake.respondents import Questionnaire, read_respondents
from analysis.quarter.deliveries import Provenance, Share, describe, from_respondents, from_table, read_owner_limits
from analysis.records.observations import ObservationError
from analysis.records.sources import read_sources
from countries import write
from projects import SOURCES, make_project
from small import strategy_text
from typed_cases import cases, read_cases

EUROSTAT = Provenance("eurostat-time-paa-nett", "2024-03-31", "eurostat-iuapr")
SURVEY = Provenance("tilgang-pasientinformasjon", "2024-03-31", "status-2024q1")
RECIPIENTS = "velferdsteknologi-mottakere"
MEASURES = [
    {"slug": EUROSTAT.measure, "role": "context", "basis": "register"},
    {"slug": SURVEY.measure},
    {"slug": RECIPIENTS, "unit": "personer", "basis": "register"},
]
ASKED = Questionnaire("id", "bolge", "vekt", ("malgruppe",), {"svar": frozenset({1.0, 2.0})})
FOLDER = Path(__file__).parent
SHARES, THOUSANDS = ((FOLDER / f"{name}.json").read_text() for name in ("shares", "thousands"))


@pytest.fixture(scope="module", autouse=True)
def raw(tmp_path_factory):
    """Return the raw material of a small project in use, with two of the real sources and a small country's areas."""
    root = make_project(tmp_path_factory.mktemp("project"))
    folder = root / "data" / "raw"
    (folder / "strategy.toml").write_text(strategy_text(MEASURES), encoding="utf-8")
    sources = "".join(SOURCES.replace('"kilde"', f'"{each.source}"') for each in (EUROSTAT, SURVEY))
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    write(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHELSE_ROOT", str(root))
        yield folder


def saved(folder, document=SHARES):
    (folder / "t.json").write_text(document)
    return folder / "t.json"


@pytest.fixture
def table(tmp_path):
    return lambda document=SHARES: read_jsonstat(saved(tmp_path, document), tmp_path)


def test_chosen_cells_become_rows_with_status_and_notes(table):
    rows = from_table(table(), EUROSTAT, {"unit": "PC"}, {"land": "geo"})
    assert set(rows.cells[["measure", "unit", "published", "source"]].agg(" ".join, axis=1)) == {
        "eurostat-time-paa-nett prosent 2024-03-31 eurostat-iuapr"
    }
    assert rows.cells[["period", "breakdown", "value", "note", "note_nb"]].to_numpy().tolist() == [
        ["2022", "land=DK", "30.5", "Status as delivered: p", "Status fra avsenderen: p"],
        ["2023", "land=DK", "31", "", ""],
        ["2022", "land=SE", "22.2", "", ""],
    ]
    assert rows.notes == ("no figure: SE, PC, 2023 (:)",)
    assert "area" not in rows.csv().splitlines()[0]
    assert describe(table()).splitlines() == [
        "Booked on the web, updated 2024-02-21",
        "  geo: DK (Denmark), SE",
        "  unit: PC (per cent), N (persons)",
        "  time: 2022, 2023",
    ]


@pytest.mark.parametrize("case", read_cases(FOLDER / "refused_choices.toml"), ids=lambda case: case["message"])
def test_a_choice_that_leaves_a_doubt_is_refused(table, case):
    with pytest.raises(RawDataError, match=re.escape(case["message"])):
        from_table(table(), EUROSTAT, case["where"], case["breakdown"])


def test_rows_meet_the_rules_of_deliveries_each_fault_once(table):
    wrong = Provenance("eurostat-time-paa-nett", "31.03.24", "eurostat-iuap")
    with pytest.raises(ObservationError) as caught:
        from_table(table(), wrong, {"unit": "N"}, {"land": "geo"})
    assert [(fault.rule, fault.value) for fault in caught.value.faults] == [
        ("unit_mismatch", "persons"),
        ("range", "999"),
        ("date", "31.03.24"),
        ("unknown_source", "eurostat-iuap"),
    ]


def test_areas_are_those_of_the_register(table):
    document = SHARES.replace('"DK"', '"1"').replace('"SE"', '"9999"')
    with pytest.raises(ObservationError) as caught:
        from_table(table(document), EUROSTAT, {"unit": "PC"}, {}, area="geo")
    assert {(fault.rule, fault.value) for fault in caught.value.faults} == {("area", "9999")}
    rows = from_table(table(document), EUROSTAT, {"unit": "PC", "geo": "1"}, {}, area="geo")
    assert pd.read_csv(io.StringIO(rows.csv()), dtype=str)["area"].tolist() == ["1", "1"]


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


def test_the_limits_of_the_owner_decide_which_groups_are_rows(raw, tmp_path):
    folder = shutil.copytree(raw, tmp_path / "raw")
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
    unnamed = read_respondents(tmp_path / "svar.csv", Questionnaire("id", answers={"svar": None}), tmp_path)
    assert [(fault.rule, fault.column) for fault in unnamed.faults] == [("answer_code", "svar")]


PLACE = ("--published", "2024-03-31", "--source", "status-2024q1", "--measure")
CODES = ("--code", 1, "--code", 2, "--counting", 1)
ANSWERS = ("--respondent", "id", "--question", "q", "--period", 2024, *PLACE, SURVEY.measure)


def command(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def tabled(file, *options, measure=EUROSTAT.measure):
    """Run the command for tables on the shares of each country in per cent, unless other options are chosen."""
    chosen = options or ("--where", "unit", "PC", "--breakdown", "land", "geo")
    return command("from-table", file, *chosen, *PLACE, measure)


def shares(*arguments):
    """Return breakdown, value and n of the rows that the command for respondents prints, and its other output."""
    ended = command("from-respondents", *arguments, *ANSWERS)
    assert ended.exit_code == 0, ended.stderr
    rows = pd.read_csv(io.StringIO(ended.stdout), dtype=str, keep_default_na=False)
    return rows[["breakdown", "value", "n"]].to_numpy().tolist(), ended.output


def test_the_command_for_respondents_gives_rows_or_ends_with_2(tmp_path):
    respondents(tmp_path)
    asked = ("--respondent", "id", "--question", "svar", *CODES, "--weight", "vekt")
    options = ("from-respondents", tmp_path / "svar.csv", *asked, *PLACE, SURVEY.measure)
    done = command(*options, "--wave", "bolge")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1].startswith("tilgang-pasientinformasjon,2023,,46.4,prosent,,,44,")
    by_weight = ("--wave", "bolge", "--by", "vekt")
    for wrong in (("--wave", "bolge", "--period", "2023"), (), ("--wave", "runde"), by_weight):
        ended = command(*options, *wrong)
        assert (ended.exit_code, ended.stdout) == (2, ""), wrong


def test_the_command_for_tables_shows_and_writes_or_ends_with_2(tmp_path):
    file, to = saved(tmp_path), ("--to", tmp_path / "rader.csv", "--where", "unit", "PC", "--breakdown", "land", "geo")
    assert "geo: DK (Denmark), SE" in command("from-table", file).stdout
    assert tabled(file, *to).exit_code == 0
    assert len((tmp_path / "rader.csv").read_text().splitlines()) == 4
    for ended, message in (
        (tabled(file, *to), "rader.csv"),
        (tabled(file, measure="eurostat-time-paa-net"), "did you mean 'eurostat-time-paa-nett'?"),
        (command("from-table", tmp_path / "nei.json"), "nei.json: cannot be read"),
        (command("from-table", "https://127.0.0.1:9/t"), "an address is not fetched"),
    ):
        assert (ended.exit_code, ended.stdout, message in ended.stderr) == (2, "", True), message
    ended = tabled(file, *to, "--to", file / "rader.csv")  # a place that cannot be written
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "nothing was written" in ended.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["rader.csv", "t.json"]


def sav(tmp_path, frame, **about):
    """Write 40 respondents: 20 answer 1, 20 answer 2."""
    people = {"id": [f"r{i:03d}" for i in range(40)], "q": [1.0] * 20 + [2.0] * 20}
    about = {"variable_value_labels": {"q": {1.0: "nei", 2.0: "ja"}}} | about
    pyreadstat.write_sav(pd.DataFrame(people | frame), tmp_path / "svar.sav", **about)
    return tmp_path / "svar.sav"


def test_weights_and_groups_declared_missing_are_left_out(tmp_path):
    # 20 of weight 1 answered 1; of those who answered 2 ten have weight 1, ten the code 9: 10 of 30
    file = sav(tmp_path, {"vekt": [1.0] * 30 + [9.0] * 10}, missing_ranges={"vekt": [9.0]})
    rows, output = shares(file, "--counting", 2, "--weight", "vekt")
    assert rows == [["", "33.3", "30"]]
    assert "not in the base: 10 have the weight 9" in output
    labels = {"q": {1.0: "nei", 2.0: "ja"}, "kjonn": {1.0: "mann", 2.0: "kvinne", 9.0: "ikke oppgitt"}}
    about = {"variable_value_labels": labels, "missing_ranges": {"kjonn": [9.0]}}
    file = sav(tmp_path, {"kjonn": [1.0, 2.0] * 14 + [9.0] * 12}, **about)
    rows, output = shares(file, "--counting", 2, "--by", "kjonn")
    # the first 20 answered 1: among the 28 in a group 4 of 14 men and 4 of 14 women answered 2, in all 20 of 40
    assert rows == [["", "50", "40"]]
    assert "in no group: 12 respondents" in output
    assert "kjonn=1 is 'mann' in the file" in output


def test_a_code_that_is_none_cannot_be_counted(tmp_path):
    file = sav(tmp_path, {"q": [1.0, 2.0] * 15 + [9.0] * 10}, missing_ranges={"q": [9.0]})
    ended = command("from-respondents", file, "--counting", 3, "--counting", 9, *ANSWERS)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "'3, 9': is none of the codes 1, 2" in ended.stderr


def answered(tmp_path, column, groups, answers=(1, 2)):
    """Write a file of 40 respondents with these groups in turn, the first 20 of whom give the first of two answers."""
    lines = [f"r{i},{groups[i % len(groups)]},{answers[i // 20]}" for i in range(40)]
    (tmp_path / "svar.csv").write_text("\n".join([f"id,{column},q", *lines, ""]), encoding="utf-8")
    return tmp_path / "svar.csv"


@pytest.mark.parametrize("name", ["counted", "counts", "weight", "group", "wave", "line", "seen", "estimate", "n"])
def test_columns_of_a_file_are_not_taken_for_others(tmp_path, name):
    # each weight is as often with 1 as with 2, so that half answered 1
    file = answered(tmp_path, name, [1, 2, 3, 4])
    assert shares(file, *CODES, "--weight", name, "--strata", name)[0] == [["", "50", "40"]]
    groups = [[f"{name}={number}", "50", "10"] for number in (1, 2, 3, 4)]
    assert shares(file, *CODES, "--by", name)[0] == [["", "50", "40"], *groups]


@pytest.mark.parametrize("column", ["Kjønn", "Kjønn (reg.)", "a=b"])
def test_a_breakdown_may_have_another_name_than_its_column(tmp_path, column):
    file = answered(tmp_path, column, ["kvinne", "mann"])
    rows, _ = shares(file, *CODES, "--by", f"kjonn={column}")
    assert rows == [["", "50", "40"], ["kjonn=kvinne", "50", "20"], ["kjonn=mann", "50", "20"]]
    if "=" not in column:
        assert "--by kjonn" in command("from-respondents", file, *CODES, *ANSWERS, "--by", column).stderr


@pytest.mark.parametrize("answer, value", [(1, "100"), (2, "0")])
def test_none_or_all_have_the_error_of_half_a_respondent(tmp_path, answer, value):
    rows, output = shares(answered(tmp_path, "g", ["a"], [answer] * 2), *CODES)
    assert rows == [["", value, "40"]]
    # by hand: p = 0.5 / 41, sqrt(p (1 - p) / 39) = 0.01757
    assert "standard error 1.76 points" in output


def test_a_table_in_another_unit_is_asked_about(tmp_path):
    file, year = saved(tmp_path, THOUSANDS), ("--where", "Tid", "2023")
    assert "Tid: 1998, 2023" in command("from-table", file).stdout
    ended = tabled(file, *year, measure=RECIPIENTS)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "'1 000 personer': is the unit of the table, and 'personer' that of the measure" in ended.stderr
    done = tabled(file, *year, "--unit", "1 000 personer", 1000, measure=RECIPIENTS)
    assert done.exit_code == 0  # years that are not asked for are not judged
    assert ",2023,,251100,personer," in done.stdout
    ended = tabled(file, *year, "--unit", "1000 personer", 1000, measure=RECIPIENTS)
    assert "did you mean '1 000 personer'?" in ended.stderr
    ended = tabled(file, "--unit", "1 000 personer", 1000, measure=RECIPIENTS)
    assert (ended.exit_code, "column Tid: '1998': lies outside 2000-2060" in ended.stderr) == (2, True)
    for unit in ("personer", "Personer", "antall personer"):  # that of the measure: only the figure is no whole number
        ended = tabled(saved(tmp_path, THOUSANDS.replace("1 000 personer", unit)), *year, measure=RECIPIENTS)
        assert ",2023,,251,personer," in ended.stdout or "a count of personer is whole" in ended.stderr


@cases(__file__, "asked_units.csv")
def test_a_share_is_known_by_its_unit_and_a_change_is_none(tmp_path, unit, asked):
    ended = tabled(saved(tmp_path, SHARES.replace('"per cent"', json.dumps(unit))))
    assert ("is the unit of the table" in ended.stderr) is (asked == "yes")
    assert ended.exit_code == (2 if asked == "yes" else 0)


@pytest.mark.parametrize("name", ["period", "value", "status", "unit", "breakdown", "fault"])
def test_dimensions_may_have_any_name(tmp_path, name):
    document = SHARES.replace('"unit"', '"enhet"').replace('"geo"', f'"{name}"')
    if name == "unit":
        document = document.replace('"Denmark"', '"prosent"').replace('"SE": "SE"', '"SE": "prosent"')
        document = document.replace(', "label": {"PC": "per cent", "N": "persons"}', "")
    ended = tabled(saved(tmp_path, document), "--where", "enhet", "PC", "--breakdown", "land", name)
    assert ended.exit_code == 0, ended.stderr
    assert "eurostat-time-paa-nett,2022,land=SE,22.2,prosent," in ended.stdout
