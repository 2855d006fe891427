"""What must not be published: planted in every kind of file, and found without being repeated."""

import html
import json
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.core.paths import project_root
from analysis.exports import write_exports
from analysis.reports.leaks import find_leaks, own_names, own_secrets
from analysis.views.status import read_status
from typed_cases import cases, read_cases, rows_of

# by its kind; the synthetic national id, whose month has 80 added, is nobody's
PLANTED = {row["kind"]: row["text"] for row in rows_of(__file__, "planted.csv")}
PRIVATE, NAMES = ("/srv/prosjekt-x",), ("knordmann",)


def leaks(folder) -> list[str]:
    return find_leaks(folder, PRIVATE, NAMES)


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize("name", ["side.html", "notat.ipynb", "tabell.csv", "manifest.json"])
def test_a_leak_in_a_file_of_text_is_named_by_file_and_kind(tmp_path, kind, name):
    (tmp_path / "nb").mkdir()
    (tmp_path / "nb" / name).write_text(f"<p>Se {PLANTED[kind]} i dag.</p>", encoding="utf-8")
    assert leaks(tmp_path) == [f"nb/{name}: {kind}"]


@pytest.mark.slow
def test_a_leak_in_a_text_is_found_in_every_exported_file(tmp_path):
    status = read_status("2024Q1", "nb")
    spoiled = status.prose.copy()
    spoiled.loc[("1A", "comment"), "text"] = " og ".join(PLANTED.values())
    write_exports({"nb": replace(status, prose=spoiled)}, tmp_path)
    lines = leaks(tmp_path)
    forms = ("status-2024Q1-nb.xlsx > xl/", "status-2024Q1-nb.docx > word/", "status-2024Q1-nb.pptx > ppt/slides/")
    for start in (*forms, "datapackage.zip > texts.csv", "datapackage/texts.csv"):
        kinds = {line.rsplit(": ", 1)[1] for line in lines if line.startswith(start)}
        assert kinds == set(PLANTED), start
    assert not [value for value in PLANTED.values() if value in "\n".join(lines)]


@pytest.mark.parametrize("case", read_cases(Path(__file__).with_name("leaks.toml")), ids=lambda case: case["text"])
def test_a_leak_written_in_another_way_is_found_too(tmp_path, case):
    """And what only looks like a leak is left alone."""
    (tmp_path / "side.html").write_text(f"<p>Se {case['text']} i dag.</p>", encoding="utf-8")
    assert leaks(tmp_path) == ([f"side.html: {case['kind']}"] if "kind" in case else [])


@pytest.mark.parametrize(
    "name", ["ehelse-status", "helse", "rapport", "status", "statistikk", "Helsedirektoratet", "mars"]
)
def test_only_names_that_are_no_word_of_the_report_are_secret(monkeypatch, name):
    monkeypatch.setattr("socket.gethostname", lambda: f"{name}.example.no")
    monkeypatch.setenv("LOGNAME", name)
    assert own_names(project_root()) == (f"{name}.example.no",)
    monkeypatch.setattr("socket.gethostname", lambda: "srv-4711.example.no")
    monkeypatch.setenv("LOGNAME", "knordmann")
    assert own_names(project_root()) == ("knordmann", "srv-4711", "srv-4711.example.no")


TOKEN = 'ghp_9fK2x"Q7/+mZ'  # 18 characters, one of which notebooks and pages write otherwise
DIVIDED = f"{html.escape(TOKEN[:5])}<b>{html.escape(TOKEN[5:])}</b>"
WRITTEN = {"a.html": DIVIDED, "a.ipynb": json.dumps(TOKEN), "a.csv": TOKEN}


@pytest.mark.parametrize("name", ["GH_TOKEN", "db_password", "CLIENT_SECRET", "API_KEY", "KEYCLOAK"])
@pytest.mark.parametrize("file", WRITTEN)
def test_a_secret_of_the_environment_is_found_by_its_name(tmp_path, name, file):
    (tmp_path / file).write_text(f"<p>before {WRITTEN[file]} after</p>", encoding="utf-8")
    leaks = find_leaks(tmp_path, secrets=own_secrets({name: TOKEN, "PATH": "/usr/bin"}))
    assert leaks == [f"{file}: the value of {name} in the environment"]


@cases(__file__, "secrets.csv")
def test_a_key_like_a_path_or_of_several_lines_is_found(tmp_path, name, value):
    (tmp_path / "a.ipynb").write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    assert find_leaks(tmp_path, secrets=own_secrets({name: value}))


@cases(__file__, "no_secrets.csv")
def test_words_paths_and_short_values_are_no_secrets(name, value):
    assert own_secrets({name: value}) == {}
