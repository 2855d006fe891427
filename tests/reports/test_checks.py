"""The check of everything typed or delivered; and which warnings reach the report's reader."""

import ast
import json
import os
from pathlib import Path

import pandas as pd
import pytest

import countries
from analysis import tables as show
from analysis import words
from analysis.core.faults import RULES, WARN
from analysis.intake import files, forbidden_text, jumps, row_rules, table_layout, workbooks
from analysis.records.observations import read_with_warnings
from analysis.records.strategy import read_strategy
from analysis.reports import compose
from analysis.reports.check import check, wordless
from analysis.reports.input_hashes import LARGEST
from analysis.reports.prepare import prepare
from analysis.reports.releases import PREPARED
from projects import make_project
from quarters import light, write
from real_project import called
from small import observations, small_strategy
from typed_cases import read_cases


def warnings_of(module) -> set[str]:
    """Return the rules by which a module warns: read off its source, so that no new one is forgotten."""
    warned = set()
    for function in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and any("WARN" in ast.unparse(k.value) for k in call.keywords):
                named = [call.args[0]] if isinstance(call.args[0], ast.Constant) else ast.walk(function)
                warned |= {node.value for node in named if isinstance(node, ast.Constant) and node.value in RULES}
    return warned


def test_every_warning_has_words_in_both_languages():
    warned = set().union(*map(warnings_of, (files, table_layout, workbooks, forbidden_text, row_rules, jumps)))
    # a measure without any figure is shown by the trends; a gap is for those who deliver
    remarks = words.read_table("codes.remarks")
    assert warned - {"missing_indicator", "gap"} == set(remarks)
    assert all(words.noticed(rule, language) for rule in remarks for language in words.LANGUAGES)


@pytest.mark.parametrize(
    "case", read_cases(Path(__file__).with_name("faulty_files.toml")), ids=lambda case: case.get("new", "gone")
)
def test_each_faulty_file_is_named_once_with_its_fault(tmp_path, case):
    raw = countries.write(make_project(tmp_path) / "data" / "raw")
    file = raw / case["file"]
    file.parent.mkdir(exist_ok=True)
    if "new" in case:
        text = file.read_text(encoding="utf-8").replace(case["old"], case["new"], 1) if "old" in case else case["new"]
        file.write_text(text, encoding="utf-8")
    else:
        file.unlink()
    messages = [str(fault) for fault in check(raw)]
    for message, part in zip(messages, case["parts"], strict=True):
        assert message.startswith(case["file"]) and message.count(case["file"]) == 1 and part in message, messages


def test_the_reader_sees_each_warning_and_its_place(tmp_path):
    raw = make_project(tmp_path) / "data" / "raw"
    figures = raw / "observations" / "maalt.csv"
    figures.write_bytes(
        figures.read_text().replace(",28,", ",2.8E+01,").replace("kilde,\n", "kilde,Tromsø\n").encode("cp1252")
    )
    rows, noticed = read_with_warnings("2024Q1", folder=raw)
    strategy = read_strategy(raw / "strategy.toml")
    for language, remark in (("nb", "potens av"), ("en", "power of")):
        shown = show.noticed(strategy, rows, noticed, language).text
        assert all(part in shown for part in (remark, "2.8E+01", "maalt.csv", "cp1252")), shown


def test_byte_order_marks_and_what_systems_leave_are_no_faults(tmp_path):
    raw = make_project(tmp_path) / "data" / "raw"
    for file in (*raw.glob("*.toml"), *(raw / "observations").glob("*.csv")):
        file.write_text("\ufeff" + file.read_text(encoding="utf-8"), encoding="utf-8")
    for folder in (raw, raw / "observations", raw / "judgements"):
        for name in ("Thumbs.db", "thumbs.db", "desktop.ini", ".DS_Store", "~$maalt.xlsx", "ehthumbs.db"):
            (folder / name).write_bytes(b"\xd0\xcf\x11\xe0")
    (raw / "judgements" / "__MACOSX").mkdir()
    assert check(raw) == []


def test_each_report_is_counted_before_it_is_composed(project, monkeypatch):
    monkeypatch.setattr(compose, "compose_report", lambda *_, **__: [])
    seen = []
    compose.check_report("2024Q1", progress=lambda *each: seen.append(each))
    assert seen == [(0, 2, "Composing every page of 2024Q1"), (1, 2, "Composing every page of 2024Q2")]
    done = called(project, "check", "2024Q1")
    assert done.output == "Every raw file is as it should be.\nEvery page of 2024Q1 and 2024Q2 can be made.\n"


def test_files_of_ten_gigabytes_are_named_at_once(tmp_path):
    root = make_project(tmp_path)
    names = ("observations/stor.csv", "stor.bin", "strategy.toml", "judgements/2024Q1/maal-1.nb.md")
    for file in [root / "data" / "raw" / name for name in names]:
        file.parent.mkdir(exist_ok=True)
        file.touch()
        os.truncate(file, 10 * LARGEST)  # nothing of it is on disk
    for command, code in (("check", 1), ("report", 2)):
        done = called(root, command, "2024Q1")
        assert done.exit_code == code
        assert all(f"{name}: is larger than 1,000,000,000 bytes" in done.output for name in names)
    assert list((root / "data" / "processed").iterdir()) == []


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_new_words_are_shown_as_typed(language):
    assert words.unit("årsverk", language) == words.unit("årsverk", language, 1) == "årsverk"
    assert words.breakdown_value("malgruppe=leger", language) == "leger"
    assert words.breakdown("skonummer=38", language) == "skonummer: 38"
    assert words.quantity(3, "årsverk", language) == "3\u00a0årsverk"


def test_each_missing_word_is_named_once_with_its_place():
    strategy = small_strategy([{"slug": "andel"}, {"slug": "arbeid", "unit": "årsverk", "basis": "register"}])
    rows = [dict(measure="andel", period=year, value=31, breakdown="malgruppe=leger") for year in ("2022", "2023")]
    rows.append(dict(measure="andel", period="2023", value=31, breakdown="skonummer=38"))
    faults = wordless(strategy, observations(rows, strategy))
    assert [(fault.value, fault.severity) for fault in faults] == [
        *((value, WARN) for value in ("malgruppe=leger", "skonummer", "skonummer=38", "årsverk", "årsverk"))
    ]
    assert (faults[0].file, faults[0].line, faults[0].column) == ("observations/small.csv", 2, "breakdown")
    assert '"malgruppe=leger" = { nb = …, en = … } under [breakdown_values]' in faults[0].remedy
    assert "catalogues/codes.toml" in faults[0].remedy
    assert "[units.one]" in faults[-2].remedy and "[units.many]" in faults[-1].remedy


# --- before any notebook: the tables of a quarter, or what is wrong with the raw material


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(tmp_path))
    return make_project(tmp_path)


def answer(project, quarter="2024Q1", as_of=""):
    prepare(quarter, as_of, ["nb", "en"], str(project))
    return json.loads((project / PREPARED).read_text(encoding="utf-8"))


def test_the_tables_hold_every_item_measure_and_figure(project):
    contents = answer(project)
    # the strategy, 2 goals, 3 indicators, 2 sub-goals; 3 measures; 4 typed rows
    assert contents["rows"] == {"lights": 8, "trends": 3, "observations": 4}
    assert [goal["goal"] for goal in contents["goals"]] == [1, 2]
    assert [row["indicator"] for row in contents["indicators"]] == ["1.1", "1.2", "2.1"]
    assert contents["as_of"] == "2024-03-31"
    for name, rows in contents["rows"].items():
        assert len(pd.read_csv(project / "tables" / f"{name}.csv")) == rows


def test_an_earlier_quarter_uses_what_was_published_by_a_day(project):
    for as_of, day, rows in (("", "2023-03-31", 1), ("2024-02-01", "2024-02-01", 4)):
        contents = answer(project, "2023Q1", as_of)
        assert (contents["as_of"], contents["rows"]["observations"]) == (day, rows)
    message = "no figure was published by 2004-03-31, and there are no judgements of it"
    assert message in answer(project, "2004Q1")["refused"]


def test_faulty_raw_material_is_refused_with_file_and_place(project):
    raw = project / "data" / "raw"
    write(raw / "judgements", "2024Q1", light("1.1"), "## 1.1\n\nAndelen er {andel-forste@2023}.\n")
    refused = answer(project)["refused"]
    assert "maal-1.nb.md, line 3" in refused and "did you mean 'andel-foerste'" in refused
    assert ("judgements/2024Q1/maal-1.nb.md", 3) in [(fault.file, fault.line) for fault in check(raw)]
    (raw / "sources.toml").unlink()
    assert "sources.toml" in answer(project)["refused"]
