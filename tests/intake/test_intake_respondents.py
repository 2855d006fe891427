import sys
from datetime import date

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.intake.respondents import Questionnaire, plain_columns, read_columns, read_respondents
from typed_cases import cases

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
    table = read(tmp_path, *[row.replace("r0", "0") for row in ROWS], "99,2024Q1,lege,1.0,")
    assert faults_of(table) == []
    assert table.rows["id"].tolist()[:2] == ["000", "001"]
    assert table.rows["vekt"].tolist()[:2] == [0.9, 1.1]
    assert table.rows["svar"].tolist()[:5] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert np.isnan(table.rows["svar"].iloc[-1])  # an answer left out is missing, never zero
    assert table.rows.index.tolist()[:2] == [2, 3]
    assert read(tmp_path, *[row.replace("r0", "12345678901234567") for row in ROWS]).rows["id"].is_unique
    waves = [row.replace("2024Q1", "2023Q1") for row in ROWS]
    assert faults_of(read(tmp_path, *ROWS, *waves)) == []  # one respondent may answer in two waves


@cases(__file__, "respondents.csv")
def test_one_row_that_must_not_be_used_is_found(tmp_path, id, bolge, gruppe, vekt, svar, rule, severity, column):
    table = read(tmp_path, *ROWS, f'{id},{bolge},"{gruppe}",{vekt},{svar}')
    assert (rule, severity, 14, column) in faults_of(table)
    assert all("01859010071" not in str(f) and "a@b.no" not in str(f) for f in table.faults)


def test_a_short_row_is_found_among_good_ones(tmp_path):
    assert faults_of(read(tmp_path, *ROWS, "r999,2024Q1,lege,1.0")) == [("row_shape", "reject", 14, "")]


def test_a_file_without_weights_or_answers_is_refused(tmp_path):
    weightless = [row.replace(",0.9,", ",0,").replace(",1.1,", ",0,") for row in ROWS]
    assert ("weight", "reject", None, "vekt") in faults_of(read(tmp_path, *weightless))
    silent = [row.rpartition(",")[0] + "," for row in ROWS]
    assert faults_of(read(tmp_path, *silent)) == [("missing_value", "reject", None, "svar")]


@pytest.mark.parametrize("column, text", [
    ("epost", "x"), ("fnr", "1"), ("kommentar", "ring 912 34 567"), ("kommentar", "01859010071"),
    ("file", "01859010071"),
])  # fmt: skip
def test_personal_data_in_an_unread_column_refuse_the_file(tmp_path, column, text):
    table = read(tmp_path, *[f"{row},{text}" for row in ROWS], header=f"{HEADER},{column}")
    assert ("pii", "reject") in [fault[:2] for fault in faults_of(table)]


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
    commas = [row.replace(",", ";").replace(".", ",") for row in (*doubtful, "r999,2024Q1,lege,0.875,5")]
    proved = read(tmp_path, *commas, header=HEADER.replace(",", ";"))
    assert faults_of(proved) == []
    assert proved.rows["vekt"].tolist()[:2] == [1.125, 2.25]
    # a point after four digits proves it, too
    table = read(tmp_path, *[f"r{i},2024Q1,lege,{w},1" for i, w in enumerate(["1.000", "1000.000", "2.500"])])
    assert not [fault for fault in faults_of(table) if fault[1] == "reject"]
    assert table.rows["vekt"].tolist() == [1, 1000, 2.5]


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
def test_plain_and_strict_reading_agree(tmp_path, given_weights):
    quick, strict = (  # a file with quotation marks is not plain
        read(tmp_path, *[f"{mark}r{i}{mark},2024Q1,lege,{weight},1" for i, weight in enumerate(given_weights)])
        for mark in ("", '"')
    )
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


LABELS = {1.0: "uenig", 2.0: "enig", 9.0: "vet ikke"}
Q = Questionnaire("id", answers={"q": None})
CODES = {"q": frozenset({1.0, 2.0, 9.0})}
WEIGHTED = Questionnaire("id", weight="vekt", answers={"q": None})
IN_GROUPS = Questionnaire("id", weight="vekt", groups=("kjonn",), answers={"q": None}, smallest_group=2)


@pytest.fixture
def spss(tmp_path):
    """Return a function that writes six respondents as SPSS does, with these columns, and reads them."""

    def read(asked, labels=None, missing=None, **columns):
        frame = {"id": [f"{i:04d}" for i in range(6)], "vekt": [0.9, 1.125] * 3, "q": [1, 2, 9, 2, None, 1.0]} | columns
        frame = pd.DataFrame({name: column for name, column in frame.items() if column})
        file = tmp_path / "svar.sav"
        pyreadstat.write_sav(frame, file, variable_value_labels=labels or {}, missing_ranges=missing or {})
        return read_respondents(file, asked, tmp_path)

    return read


def test_spss_keeps_labels_and_what_respondents_declined_to_say(spss):
    table = spss(WEIGHTED, {"q": LABELS}, {"q": [9]})
    assert table.faults == ()
    assert table.labels["q"] == LABELS
    assert table.rows["id"].tolist()[0] == "0000"
    assert table.rows["vekt"].tolist() == [0.9, 1.125] * 3
    assert table.rows["q"].fillna(-1).tolist() == [1, 2, -1, 2, -1, 1]
    assert table.missing["q"].dropna().to_dict() == {3: 9.0}
    # answers that are texts have missing codes, too
    labels = {"1": "uenig", "2": "enig", "9": "vet ikke"}
    texts = spss(Q, {"q": labels}, {"q": ["9"]}, q=["1", "2", "9", "2", "", "1"])
    assert faults_of(texts) == []
    assert texts.rows["q"].fillna(-1).tolist() == [1, 2, -1, 2, -1, 1]
    assert texts.codes == {"q": frozenset({1.0, 2.0})}


def test_spss_weights_and_groups_declared_missing_are_none(spss):
    for codes in ([1.0, 2.0, 9.0], ["m", "k", "x"]):
        missing = {"vekt": [{"lo": 90, "hi": 99}], "kjonn": codes[2:]}
        table = spss(IN_GROUPS, {"q": LABELS}, missing, vekt=[1.0, 2.0, 99.0] * 2, kjonn=codes * 2)
        assert faults_of(table) == []
        assert table.rows["vekt"].fillna(-1).tolist() == [1, 2, -1, 1, 2, -1]
        assert table.missing["vekt"].dropna().tolist() == [99.0, 99.0]
        assert table.rows["kjonn"].tolist()[2::3] == ["", ""]
        assert "" not in table.rows["kjonn"].tolist()[:2]


def test_spss_files_that_say_too_much_or_too_little_are_refused(spss):
    """A weight with words is a code; a code without words is none, though a scale may have words at its ends only."""
    labels = {"q": {1.0: "uenig", 2.0: "enig"}, "vekt": {3.0: "ubesvart"}, "kjonn": {1.0: "mann", 2.0: "kvinne"}}
    threes, addresses = [1.0, 2.0, 3.0] * 2, ["kari@example.no"] * 6
    table = spss(IN_GROUPS, labels, vekt=threes, kjonn=threes, epost=addresses)
    assert faults_of(table) == [
        ("pii", "reject", 1, "epost"),
        ("weight", "reject", 3, "vekt"),
        ("answer_code", "reject", 3, "kjonn"),
        ("answer_code", "reject", 3, "q"),
    ]
    assert table.faults[-1].value == "9"
    assert table.faults[-1].remedy == "correct it, declare it missing, or name or label all codes there are"
    nobody = spss(Q, {"q": LABELS}, {"q": [9]}, q=[9.0] * 6)
    assert faults_of(nobody) == [("missing_value", "reject", None, "q")]
    assert faults_of(spss(WEIGHTED, {"q": LABELS}, vekt=None)) == [("missing_column", "reject", None, "")]


def test_spss_waves_are_read_from_days_and_words_of_codes(spss):
    asked = Questionnaire("id", "bolge", answers=CODES)
    table = spss(asked, bolge=[date(2024, 3, 31)] * 5 + [None])
    assert table.rows["bolge"].tolist()[:5] == ["2024-03-31"] * 5
    assert faults_of(table) == [("period", "reject", 6, "bolge")]
    words = {1.0: "2022", 2.0: "2023K1", 2023.0: "Runde 3", 3.0: "Runde 1"}
    table = spss(asked, {"bolge": words}, bolge=[1.0, 1.0, 2.0, 2023.0, 3.0, 4.0])
    assert table.rows["bolge"].tolist()[:4] == ["2022", "2022", "2023Q1", "2023"]
    assert faults_of(table) == [("period", "reject", 5, "bolge"), ("period", "reject", 6, "bolge")]


@pytest.mark.parametrize("name", ["line", "file", "sheet", "self", "index", "counts", "wave"])
@pytest.mark.parametrize("ending", ["", '"'])
def test_columns_may_have_any_name(tmp_path, name, ending):
    lines = [f"{name},q,weight"] + [f"{ending}r{i:02d}{ending},{1 + i % 2},1.5" for i in range(12)]
    (tmp_path / "svar.csv").write_text("\n".join([*lines, ""]))
    asked = Questionnaire(name, weight="weight", answers={"q": frozenset({1.0, 2.0})})
    table = read_respondents(tmp_path / "svar.csv", asked, tmp_path)
    assert faults_of(table) == []
    assert (table.rows[name].tolist()[:2], table.rows.index.tolist()[:2]) == (["r00", "r01"], [2, 3])
