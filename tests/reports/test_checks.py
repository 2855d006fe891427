"""The check of everything typed or delivered; and which warnings reach the report's reader."""

import ast
from pathlib import Path

import pytest

from analysis import tables as show
from analysis import words
from analysis.core.faults import RULES
from analysis.intake import files, forbidden_text, jumps, row_rules, table_layout, workbooks
from analysis.records.observations import read_with_warnings
from analysis.records.strategy import read_strategy
from analysis.reports.check import check
from projects import make_project


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


def test_every_fault_is_listed_with_its_place(tmp_path):
    root = make_project(tmp_path)
    raw = root / "data" / "raw"
    quarter = raw / "judgements" / "2024Q1"
    quarter.mkdir()
    (quarter / "lights.toml").write_text('quarter = "2024Q1"\n[[light]]\nitem = "1.9"\ncolour = "green"\n')
    (quarter / "maal-1.nb.md").write_text("# 1.1 Kommentar\n\nAndelen er {andel-forste@2023}.\n", encoding="utf-8")
    faults = [(fault.rule, fault.file, fault.line) for fault in check(raw)]
    assert ("judgements", "judgements/2024Q1/lights.toml", 3) in faults
    assert "judgements/2024Q1/maal-1.nb.md" in {file for _, file, _ in faults}
    figures = raw / "observations" / "maalt.csv"
    figures.write_text(figures.read_text().replace(",28,", ",2B,"))
    assert [(fault.rule, fault.file, fault.line) for fault in check(raw)] == [("number", "observations/maalt.csv", 3)]


AREAS = (
    "code,kind,name,within,since,until,source\n01,region,Nord,,2020-01-01,,kilde\n02,komune,By,01,2020-01-01,,kilde\n"
)


@pytest.mark.parametrize(
    ("file", "old", "new", "parts"),
    [
        (
            "strategy.toml",
            "direction = 1",
            'direction = "opp"',
            ["indicator 'foerste' > measure 'andel-foerste' > dir"],
        ),
        ("sources.toml", "licence =", "licens =", ["is missing; write licence =", "did you mean 'licence'?"]),
        ("disclosure.toml", "", "[default]\nthreshold = 1\nbas = 2\n", ["default > threshold", "default > bas"]),
        ("disclosure.toml", "", "[default", ["cannot be read"]),
        ("disclosure.toml", "", '[[owner]]\nname = "Kilde "', ["is no publisher in sources.toml"]),
        ("known_issues.toml", "issue = []", "issue = 1", ["issue"]),
        ("areas/areas.csv", "", AREAS, ["line 3: '02': is of the kind 'komune'"]),
        ("areas/sources.toml", "", "[[source]]\n", ["slug", "title", "publisher", "address", "accessed", "licence"]),
    ],
)
def test_each_faulty_file_is_named_once_with_its_fault(tmp_path, file, old, new, parts):
    raw = make_project(tmp_path) / "data" / "raw"
    (raw / file).parent.mkdir(exist_ok=True)
    if file.startswith("areas"):
        (raw / "areas" / "areas.csv").write_text(AREAS.replace("komune", "helsefellesskap"), encoding="utf-8")
    text = (raw / file).read_text(encoding="utf-8") if old else ""
    (raw / file).write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")
    messages = [str(fault) for fault in check(raw)]
    for message, part in zip(messages, parts, strict=True):
        assert message.startswith(file) and message.count(file) == 1 and part in message, messages


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


@pytest.mark.parametrize("name", ["Thumbs.db", "thumbs.db", "desktop.ini", ".DS_Store", "~$maalt.xlsx", "ehthumbs.db"])
def test_what_systems_leave_in_folders_is_ignored(tmp_path, name):
    raw = make_project(tmp_path) / "data" / "raw"
    for folder in (raw, raw / "observations", raw / "judgements"):
        (folder / name).write_bytes(b"\xd0\xcf\x11\xe0")
    (raw / "judgements" / "__MACOSX").mkdir()
    assert check(raw) == []


def test_files_with_a_byte_order_mark_are_read(tmp_path):
    raw = make_project(tmp_path) / "data" / "raw"
    for file in (*raw.glob("*.toml"), *(raw / "observations").glob("*.csv")):
        file.write_text("\ufeff" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert check(raw) == []
