import sys
from datetime import date

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.intake import respondents
from analysis.intake.respondents import Questionnaire, plain_columns, read_columns, read_respondents

ASKED = Questionnaire("id", "bolge", "vekt", ("gruppe",), {"svar": frozenset({1.0, 2.0, 3.0, 4.0, 5.0})})
HEADER = "id,bolge,gruppe,vekt,svar"
ROWS = [f"r{i:03d},2024Q1,{'lege' if i % 2 else 'sykepleier'},{w},{1 + i % 5}" for i, w in enumerate([0.9, 1.1] * 6)]


def read(tmp_path, *rows: str, header: str = HEADER, end: str = "\n"):
    file = tmp_path / "svar.csv"
    file.write_text(end.join([header, *rows, ""]), encoding="utf-8", newline="")
    return read_respondents(file, ASKED, tmp_path)


def faults_of(respondents) -> list[tuple]:
    return [(fault.rule, fault.severity, fault.line, fault.column) for fault in respondents.faults]


def test_weights_and_codes_are_numbers_and_ids_are_text(tmp_path):
    found = read(tmp_path, *[row.replace("r0", "0") for row in ROWS])
    assert faults_of(found) == []
    assert found.rows["id"].tolist()[:2] == ["000", "001"]
    assert found.rows["vekt"].tolist()[:2] == [0.9, 1.1]
    assert found.rows["svar"].tolist()[:5] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert found.rows.index.tolist()[:2] == [2, 3]


def test_nineteen_digit_ids_stay_apart(tmp_path):
    rows = [row.replace("r0", "12345678901234567") for row in ROWS]
    assert read(tmp_path, *rows).rows["id"].is_unique


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("r999,2024Q1,lege,-0.9,5", ("weight", "reject", 14, "vekt")),
        ("r999,2024Q1,lege,,5", ("weight", "reject", 14, "vekt")),
        ("r999,2024Q1,lege,høy,5", ("number", "reject", 14, "vekt")),
        ("r999,2024Q1,lege,inf,5", ("finite", "reject", 14, "vekt")),
        ("r999,2024Q1,lege,900,5", ("weight", "warn", 14, "vekt")),
        ("r999,2024Q1,lege,1.0,0", ("answer_code", "reject", 14, "svar")),
        ("r999,2024Q1,lege,1.0,7", ("answer_code", "reject", 14, "svar")),
        ("r999,2024Q1,lege,1.0,Helt enig", ("answer_code", "reject", 14, "svar")),
        ("r000,2024Q1,lege,1.0,5", ("duplicate_key", "reject", 14, "id")),
        (",2024Q1,lege,1.0,5", ("unknown_id", "reject", 14, "id")),
        ("r999,2024Q5,lege,1.0,5", ("period", "reject", 14, "bolge")),
        ('r999,2024Q1,"jordmor, Utsira",1.0,5', ("small_cell", "warn", 14, "gruppe")),
        ("r999,2024Q1,lege,1.0", ("row_shape", "reject", 14, "")),
        ("01859010071,2024Q1,lege,1.0,5", ("pii", "reject", 14, "id")),
        ("a@b.no,2024Q1,lege,1.0,5", ("pii", "reject", 14, "id")),
        ("+4791234567,2024Q1,lege,1.0,5", ("pii", "reject", 14, "id")),
    ],
)
def test_one_row_that_must_not_be_used_is_found_among_good_ones(tmp_path, row, fault):
    found = read(tmp_path, *ROWS, row)
    assert fault in faults_of(found)
    assert all("01859010071" not in str(f) and "a@b.no" not in str(f) for f in found.faults)


def test_no_weight_at_all_is_refused(tmp_path):
    rows = [row.replace(",0.9,", ",0,").replace(",1.1,", ",0,") for row in ROWS]
    assert ("weight", "reject", None, "vekt") in faults_of(read(tmp_path, *rows))


def test_the_same_respondent_may_answer_in_two_waves(tmp_path):
    assert faults_of(read(tmp_path, *ROWS, *[row.replace("2024Q1", "2023Q1") for row in ROWS])) == []


def test_answers_left_out_are_missing_and_never_zero(tmp_path):
    found = read(tmp_path, *ROWS, "r999,2024Q1,lege,1.0,")
    assert faults_of(found) == []
    assert np.isnan(found.rows["svar"].iloc[-1])


def test_personal_data_in_an_unread_column_refuse_the_file(tmp_path):
    for name, text in (("epost", "x"), ("kommentar", "ring 912 34 567"), ("kommentar", "01859010071"), ("fnr", "1")):
        found = read(tmp_path, *[f"{row},{text}" for row in ROWS], header=f"{HEADER},{name}")
        assert ("pii", "reject") in [fault[:2] for fault in faults_of(found)]


def test_a_column_of_mobile_numbers_is_refused_by_its_form(tmp_path):
    rows = [row.replace(row[:4], f"9123456{i % 10}" if i < 10 else f"4123456{i % 10}") for i, row in enumerate(ROWS)]
    assert ("pii", "reject", None, "id") in faults_of(read(tmp_path, *rows))


def test_semicolons_decimal_commas_and_quotes_read_the_same(tmp_path):
    plain = read(tmp_path, *ROWS).rows
    semicolons = [row.replace(",", ";").replace(".", ",") for row in ROWS]
    other = read(tmp_path, *semicolons, header=HEADER.replace(",", ";"), end="\r\n")
    assert faults_of(other) == []
    assert other.rows["vekt"].tolist() == plain["vekt"].tolist()
    quoted = [row.replace("0.9", '"0,9"').replace("1.1", '"1,1"') for row in ROWS]
    assert read(tmp_path, *quoted).rows["vekt"].tolist() == plain["vekt"].tolist()


def test_three_decimals_need_another_weight_to_prove_the_mark(tmp_path):
    doubtful = [row.replace("1.1", "2.250").replace("0.9", "1.125") for row in ROWS]
    assert {fault[0] for fault in faults_of(read(tmp_path, *doubtful))} == {"number_ambiguous"}
    proved = read(tmp_path, *doubtful, "r999,2024Q1,lege,0.875,5")
    assert faults_of(proved) == []
    assert proved.rows["vekt"].tolist()[:2] == [1.125, 2.25]


def test_a_point_after_four_digits_proves_the_mark(tmp_path):
    weights = ["1.000", "1000.000", "2.500"]
    found = read(tmp_path, *[f"r{i},2024Q1,lege,{weight},1" for i, weight in enumerate(weights)])
    assert not [fault for fault in faults_of(found) if fault[1] == "reject"]
    assert found.rows["vekt"].tolist() == [1, 1000, 2.5]


def test_only_plain_files_are_called_plain():
    good = f"{HEADER}\n{ROWS[0]}\n{ROWS[1]}\n".encode()
    assert plain_columns(good, 10) == HEADER.split(",")
    assert plain_columns(good, 1) == []
    for spoilt in (
        good.replace(b"lege", b'"lege"'),
        good.replace(b"lege", b" lege"),
        good.replace(b"\n", b"\r\n"),
        good.rstrip(b"\n"),
        good.replace(b"0.9,", b"0.9,,"),
        good.replace(b"r000,", b"").replace(b"r001", b"r001,r000"),
        good.replace(b"r000", b"01859010071"),
        good.replace(b"r000", b"004791234567"),
        good.replace(b"r000", b"x@y"),
        good.replace(b"lege", b"tlf 22334455"),
        good.replace(b"lege", b"l\x00ge"),
        good.replace(b"lege", "lége".encode("cp1252")),
    ):
        assert plain_columns(spoilt, 10) == [], spoilt


marks = st.sampled_from(["", "0", "1", "10", "007"])
weights = st.one_of(
    st.decimals(min_value=0, max_value=99999, places=4, allow_nan=False).map(str),
    st.decimals(min_value=1, max_value=999, places=3, allow_nan=False).map(str),
    st.text(alphabet="0123456789.-eE", max_size=8),
    marks,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(weights, min_size=2, max_size=6))
def test_plain_and_strict_reading_agree(tmp_path, monkeypatch, given_weights):
    rows = [f"r{i},2024Q1,lege,{weight},1" for i, weight in enumerate(given_weights)]
    quick = read(tmp_path, *rows)
    with monkeypatch.context() as patch:
        patch.setattr(respondents, "plain_columns", lambda data, limit: [])
        strict = read(tmp_path, *rows)
    assert faults_of(quick) == faults_of(strict)
    if not any(fault.severity == "reject" for fault in strict.faults):
        assert quick.rows["vekt"].tolist() == strict.rows["vekt"].tolist()


@pytest.mark.parametrize("answer", ["3", ""])
def test_arrow_and_pandas_read_the_same_texts_and_categories(monkeypatch, answer):
    lines = [HEADER, *ROWS, f"007,2024Q1,ærfugl NA,0.5,{answer}", ""]
    columns = ["\n".join(lines).encode(), ["id", "gruppe", "svar"], "id"]
    by_arrow = read_columns(*columns)
    monkeypatch.setitem(sys.modules, "pyarrow.csv", None)
    pd.testing.assert_frame_equal(by_arrow, read_columns(*columns))
    assert by_arrow.iloc[-1].tolist() == ["007", "ærfugl NA", answer]


@pytest.fixture
def sav(tmp_path):
    def write(frame: pd.DataFrame, **about):
        file = tmp_path / "svar.sav"
        pyreadstat.write_sav(frame, file, **about)
        return file

    return write


LABELS = {1.0: "uenig", 2.0: "enig", 9.0: "vet ikke"}


def spss_frame() -> pd.DataFrame:
    return pd.DataFrame({"id": [f"{i:04d}" for i in range(6)], "vekt": [0.9, 1.125] * 3, "q": [1, 2, 9, 2, None, 1.0]})


def test_spss_keeps_labels_and_what_respondents_declined_to_say(sav, tmp_path):
    file = sav(spss_frame(), variable_value_labels={"q": LABELS}, missing_ranges={"q": [9]})
    found = read_respondents(file, Questionnaire("id", weight="vekt", answers={"q": None}), tmp_path)
    assert found.faults == ()
    assert found.labels["q"] == LABELS
    assert found.rows["id"].tolist()[0] == "0000"
    assert found.rows["vekt"].tolist() == [0.9, 1.125] * 3
    assert found.rows["q"].fillna(-1).tolist() == [1, 2, -1, 2, -1, 1]
    assert found.missing["q"].dropna().to_dict() == {3: 9.0}


def test_spss_codes_without_a_label_are_refused(sav, tmp_path):
    file = sav(spss_frame(), variable_value_labels={"q": {1.0: "uenig", 2.0: "enig"}})
    found = read_respondents(file, Questionnaire("id", weight="vekt", answers={"q": None}), tmp_path)
    assert faults_of(found) == [("answer_code", "reject", 3, "q")]


def test_spss_files_with_persons_gaps_or_damage_are_refused(sav, tmp_path):
    asked = Questionnaire("id", weight="vekt", answers={"q": None})
    persons = sav(spss_frame().assign(epost="kari@example.no"))
    assert ("pii", "reject", 1, "epost") in faults_of(read_respondents(persons, asked, tmp_path))
    short = sav(spss_frame().drop(columns="vekt"))
    assert [fault[0] for fault in faults_of(read_respondents(short, asked, tmp_path))] == ["missing_column"]
    whole = sav(spss_frame()).read_bytes()
    (tmp_path / "svar.sav").write_bytes(whole[: len(whole) // 2])
    assert "reject" in [fault[1] for fault in faults_of(read_respondents(tmp_path / "svar.sav", asked, tmp_path))]
    (tmp_path / "svar.sav").write_bytes(b"navn,verdi\n")
    assert [fault[0] for fault in faults_of(read_respondents(tmp_path / "svar.sav", asked, tmp_path))] == ["format"]


def test_a_file_that_brings_down_the_reader_is_refused(sav, tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.intake.spss.TIME", 0.01)
    found = read_respondents(sav(spss_frame()), Questionnaire("id", answers={"q": None}), tmp_path)
    assert [fault[0] for fault in faults_of(found)] == ["size"]


def test_spss_weights_declared_missing_are_no_weights(sav, tmp_path):
    frame = spss_frame().assign(vekt=[1.0, 2.0, 99.0, 1.0, 2.0, 99.0])
    asked = Questionnaire("id", weight="vekt", answers={"q": frozenset({1.0, 2.0, 9.0})})
    found = read_respondents(sav(frame, missing_ranges={"vekt": [{"lo": 90, "hi": 99}]}), asked, tmp_path)
    assert faults_of(found) == []
    assert found.rows["vekt"].fillna(-1).tolist() == [1, 2, -1, 1, 2, -1]
    assert found.missing["vekt"].dropna().tolist() == [99.0, 99.0]


def test_spss_weights_with_words_are_codes(sav, tmp_path):
    frame = spss_frame().assign(vekt=[1.0, 2.0, 9.0, 1.0, 2.0, 9.0])
    asked = Questionnaire("id", weight="vekt", answers={"q": frozenset({1.0, 2.0, 9.0})})
    found = read_respondents(sav(frame, variable_value_labels={"vekt": {9.0: "ubesvart"}}), asked, tmp_path)
    assert faults_of(found) == [("weight", "reject", 3, "vekt")]


@pytest.mark.parametrize(("codes", "missing"), [([1.0, 2.0, 9.0], 9.0), (["m", "k", "x"], "x")])
def test_spss_groups_declared_missing_are_no_groups(sav, tmp_path, codes, missing):
    frame = spss_frame().assign(kjonn=codes * 2)
    asked = Questionnaire("id", groups=("kjonn",), answers={"q": frozenset({1.0, 2.0, 9.0})}, smallest_group=2)
    found = read_respondents(sav(frame, missing_ranges={"kjonn": [missing]}), asked, tmp_path)
    assert faults_of(found) == []
    assert found.rows["kjonn"].tolist()[2::3] == ["", ""]
    assert "" not in found.rows["kjonn"].tolist()[:2]


def test_spss_groups_without_words_among_others_are_refused(sav, tmp_path):
    frame = spss_frame().assign(kjonn=[1.0, 2.0, 3.0] * 2)
    asked = Questionnaire("id", groups=("kjonn",), answers={"q": frozenset({1.0, 2.0, 9.0})}, smallest_group=2)
    file = sav(frame, variable_value_labels={"kjonn": {1.0: "mann", 2.0: "kvinne"}})
    assert faults_of(read_respondents(file, asked, tmp_path)) == [("answer_code", "reject", 3, "kjonn")]


def test_spss_answers_that_are_texts_have_missing_codes_too(sav, tmp_path):
    frame = spss_frame().assign(q=["1", "2", "9", "2", "", "1"])
    labels = {"q": {"1": "uenig", "2": "enig", "9": "vet ikke"}}
    file = sav(frame, variable_value_labels=labels, missing_ranges={"q": ["9"]})
    found = read_respondents(file, Questionnaire("id", answers={"q": None}), tmp_path)
    assert faults_of(found) == []
    assert found.rows["q"].fillna(-1).tolist() == [1, 2, -1, 2, -1, 1]
    assert found.codes == {"q": frozenset({1.0, 2.0})}


def test_spss_waves_are_read_from_days_and_from_the_words_of_codes(sav, tmp_path):
    asked = Questionnaire("id", "bolge", answers={"q": frozenset({1.0, 2.0})})
    frame = spss_frame().assign(q=[1.0, 2.0] * 3)
    days = frame.assign(bolge=[date(2024, 3, 31)] * 5 + [None])
    found = read_respondents(sav(days), asked, tmp_path)
    assert found.rows["bolge"].tolist()[:5] == ["2024-03-31"] * 5
    assert faults_of(found) == [("period", "reject", 6, "bolge")]
    codes, words = (
        frame.assign(bolge=[1.0, 1.0, 1.0, 2.0, 2.0, 2023.0]),
        {1.0: "2022", 2.0: "2023K1", 2023.0: "Runde 3"},
    )
    found = read_respondents(sav(codes, variable_value_labels={"bolge": words}), asked, tmp_path)
    assert found.rows["bolge"].tolist() == ["2022", "2022", "2022", "2023Q1", "2023Q1", "2023"]
    found = read_respondents(sav(codes, variable_value_labels={"bolge": {1.0: "Runde 1"}}), asked, tmp_path)
    assert faults_of(found) == [("period", "reject", 1, "bolge"), ("period", "reject", 4, "bolge")]


def test_a_scale_with_words_at_its_ends_only_says_what_to_do(sav, tmp_path):
    file = sav(spss_frame().assign(q=[1.0, 3.0, 5.0] * 2), variable_value_labels={"q": {1.0: "uenig", 5.0: "enig"}})
    (fault,) = read_respondents(file, Questionnaire("id", answers={"q": None}), tmp_path).faults
    assert (fault.value, fault.line) == ("3", 2)
    assert fault.remedy == "correct it, declare it missing, or name or label all codes there are"


def test_a_file_in_which_nobody_answered_is_refused(sav, tmp_path):
    rows = [row.rpartition(",")[0] + "," for row in ROWS]
    assert faults_of(read(tmp_path, *rows)) == [("missing_value", "reject", None, "svar")]
    file = sav(spss_frame().assign(q=9.0), missing_ranges={"q": [9]}, variable_value_labels={"q": LABELS})
    found = read_respondents(file, Questionnaire("id", answers={"q": None}), tmp_path)
    assert faults_of(found) == [("missing_value", "reject", None, "q")]


@pytest.mark.parametrize("name", ["line", "file", "sheet", "self", "index", "counts", "wave"])
@pytest.mark.parametrize("ending", ["", '"'])
def test_columns_may_have_any_name(tmp_path, name, ending):
    lines = [f"{name},q,weight"] + [f"{ending}r{i:02d}{ending},{1 + i % 2},1.5" for i in range(12)]
    (tmp_path / "svar.csv").write_text("\n".join([*lines, ""]))
    asked = Questionnaire(name, weight="weight", answers={"q": frozenset({1.0, 2.0})})
    found = read_respondents(tmp_path / "svar.csv", asked, tmp_path)
    assert faults_of(found) == []
    assert (found.rows[name].tolist()[:2], found.rows.index.tolist()[:2]) == (["r00", "r01"], [2, 3])


def test_personal_data_are_found_in_a_column_called_file(tmp_path):
    found = read(tmp_path, *[f"{row},01859010071" for row in ROWS], header=f"{HEADER},file")
    assert ("pii", "reject") in [fault[:2] for fault in faults_of(found)]
