"""The catalogues of texts: every entry in every language, with the same places, and none that nobody uses."""

import ast
import re
import string
import tomllib
from pathlib import Path

import pytest

from analysis import read_observations, words
from typed_cases import read_cases

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*(ROOT / "src" / "analysis").rglob("*.py"), *(ROOT / "src" / "analysis").rglob("*.j2")]
SOURCES += [*(ROOT / "notebooks").rglob("*.ipynb"), ROOT / "src" / "analysis" / "exports" / "sheets.toml"]

# Patterns, not texts: a language may have no word of its own for a number.
PATTERNS = "claims."
# Keys that no source file spells out, by table and beginning, and functions that look up a key of one table.
TYPED = tomllib.loads(Path(__file__).with_name("keys.toml").read_text(encoding="utf-8"))
BUILT, FUNCTIONS = TYPED["built"], TYPED["functions"]


def entries(table, name=""):
    """Yield (name of the table, key, text by language) of every entry below a table."""
    for key, value in table.items():
        if all(isinstance(each, dict) for each in value.values()):
            yield from entries(value, f"{name}.{key}" if name else key)
        else:
            yield name, key, value


def faults_of(table, key, texts):
    """Return what is wrong with one entry."""
    if set(texts) != set(words.LANGUAGES):
        return [f"{table}: '{key}' is in {', '.join(texts)}, not in {', '.join(words.LANGUAGES)}"]
    if table.startswith(PATTERNS):
        return [] if all(re.compile(text) for text in texts.values()) else [key]
    shapes = [shape_of(text) for text in texts.values()]
    faults = [f"{table}: '{key}' differs between languages: {shapes}"] if shapes[1:] != shapes[:-1] else []
    return faults + [f"{table}: '{key}' has a place without a name" for shape in shapes if "" in shape]


def shape_of(text):
    """Return what languages must agree on: places, or the length of a list; and that there is a text."""
    if isinstance(text, list):
        return ["list", len(text)]
    return [str(bool(text)), *sorted(place for _, place, _, _ in string.Formatter().parse(text) if place is not None)]


ENTRIES = list(entries(words.read_catalogues()))


def test_every_entry_is_whole():
    assert len(ENTRIES) > 1000
    assert [fault for entry in ENTRIES for fault in faults_of(*entry)] == []


@pytest.mark.parametrize("texts", read_cases(Path(__file__).with_name("incomplete_entries.toml")))
def test_an_entry_that_is_not_whole_is_found(texts):
    assert faults_of("pages.labels", "of", texts)


def written(file):
    """Return every text that a source file spells out."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".toml":  # keys of columns, and texts
        return set(re.findall(r"[\w-]+", text))
    if file.suffix != ".py":
        return set(re.findall(r"""['"]([\w-]+)\\?['"]""", text))
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant | ast.keyword)]
    texts = [node.value if isinstance(node, ast.Constant) else node.arg for node in nodes]
    return {text for text in texts if isinstance(text, str)}


def test_every_key_is_used():
    spelled = set().union(*map(written, SOURCES))
    unused = {(table, key) for table, key, _ in ENTRIES if key not in spelled}
    assert sorted((t, k) for t, k in unused if not k.startswith(tuple(BUILT.get(t, ["\0"])))) == []
    assert {table for table, _, _ in ENTRIES} - spelled == set()
    # and each exception excuses a key
    exceptions = {(table, beginning) for table, beginnings in BUILT.items() for beginning in beginnings}
    excusing = {(table, start) for table, start in exceptions for t, k in unused if t == table and k.startswith(start)}
    assert exceptions - excusing == set()


def test_every_key_that_is_looked_up_is_there():
    call = re.compile(rf"\b({'|'.join(FUNCTIONS)})\(\\?[\"']([\w-]+)\\?[\"'],")
    calls = {(FUNCTIONS[name], key) for file in SOURCES for name, key in call.findall(file.read_text(encoding="utf-8"))}
    assert len(calls) > 200
    assert calls - {(table, key) for table, key, _ in ENTRIES} == set()


def test_breakdowns_of_the_data_have_names_and_no_others_do():
    pairs = {pair for breakdown in read_observations()["breakdown"] for pair in breakdown.split(";") if pair}
    names = {table: {key for name, key, _ in ENTRIES if name == table} for table in BUILT}
    assert names["codes.breakdown_values"] == pairs
    assert names["codes.breakdown_keys"] == {pair.partition("=")[0] for pair in pairs}
