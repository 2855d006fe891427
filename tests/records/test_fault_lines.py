"""Faults of promises name their line, and a source that nobody has listed is to be listed."""

import pytest

from analysis.records.observations import inspect
from analysis.reports.check import check
from projects import make_project

TARGET = (
    'target = {{ period = "{}", value = 40, kind = "reach", status = "adopted", source = "{}", decided = 2021-02-01 }}'
)
SET = """\
name = {{ nb = "sett", en = "set" }}
note = {{ nb = "Et sett.", en = "A set." }}

[[target]]
measure = "andel-tredje"
kind = "reach"
period = "2025"
value = 45
status = "working"
reason = {{ nb = "Prøve.", en = "Trial." }}

[[target]]
measure = "andel-andre"
kind = "reach"
period = "{}"
value = 45
status = "working"
reason = {{ nb = "Prøve.", en = "Trial." }}
"""


def promise(root, period="2025", source="kilde"):
    file = root / "data" / "raw" / "strategy.toml"
    text = file.read_text(encoding="utf-8")
    first = 'slug = "andel-foerste"\n'
    line = text[: text.index(first)].count("\n") + 2
    file.write_text(text.replace(first, f"{first}{TARGET.format(period, source)}\n"), encoding="utf-8")
    return line


@pytest.mark.parametrize("source, remedy", [
    ("kilden", "did you mean 'kilde'?"), ("stortinget-2024", "write a [[source]] with slug = 'stortinget-2024' there"),
])  # fmt: skip
def test_an_unknown_source_of_a_target(tmp_path, source, remedy):
    line = promise(make_project(tmp_path), source=source)
    (fault,) = [fault for fault in inspect(tmp_path / "data" / "raw")[2] if fault.severity == "reject"]
    assert (fault.file, fault.line, fault.value, fault.remedy) == ("strategy.toml", line, source, remedy)


def test_a_target_before_its_first_figure(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    line = promise(tmp_path, period="2021")
    (fault,) = [fault for fault in check() if fault.severity == "reject"]
    assert (fault.file, fault.line, fault.value) == ("strategy.toml", line, "2021")
    strategy = tmp_path / "data" / "raw" / "strategy.toml"
    strategy.write_text(strategy.read_text(encoding="utf-8").replace('"2021"', '"2025"'), encoding="utf-8")
    (tmp_path / "data" / "raw" / "ambitions").mkdir()
    (tmp_path / "data" / "raw" / "ambitions" / "sett.toml").write_text(SET.format("2021"), encoding="utf-8")
    (fault,) = [fault for fault in check() if fault.rule == "ambitions" and fault.line]
    assert (fault.file, fault.line, fault.value) == ("ambitions/sett.toml", 15, "2021")
