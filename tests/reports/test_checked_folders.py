"""`check` ends as the report would: on what is published, on names of files, on names that nothing can hold."""

import os

import pytest
from click.testing import CliRunner

from analysis.__main__ import main
from analysis.quarter.published_lights import publish_quarter, vintage_of
from analysis.reports.check import check
from analysis.reports.input_hashes import misnamed
from analysis.reports.releases import clear_publications
from analysis.reports.request import RefusedError, Request
from analysis.reports.run import report
from analysis.views.status import read_status
from projects import make_project
from quarters import light

ITEMS = ("strategy", "goal-1", "goal-2", "1.1", "1.2", "2.1", "1A", "2A")


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Return a project whose quarter is judged and published."""
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    judged = tmp_path / "data" / "raw" / "judgements" / "2024Q1"
    judged.mkdir()
    (judged / "lights.toml").write_text('quarter = "2024Q1"\n' + "".join(map(light, ITEMS)), encoding="utf-8")
    for page in ("strategi", "maal-1", "maal-2"):
        for language in ("nb", "en"):
            (judged / f"{page}.{language}.md").write_text("", encoding="utf-8")
    status = read_status("2024Q1")
    publish_quarter("2024Q1", vintage_of(status.strategy, status.observations, status.lights))
    (published(tmp_path) / "hashes.csv").unlink()  # as an earlier version published it
    return tmp_path


def published(root):
    return root / "data" / "processed" / "published" / "2024Q1"


def lines(root):
    return [str(fault) for fault in check(root / "data" / "raw") if fault.severity == "reject"]


def test_a_published_quarter_that_is_whole_has_no_fault(root):
    assert lines(root) == []


@pytest.mark.parametrize("name", ["lights", "figures", "method"])
def test_an_emptied_published_file_is_named_by_every_command(root, name):
    (published(root) / f"{name}.csv").write_bytes(b"")
    (line,) = lines(root)
    assert line.startswith("published/2024Q1: published/2024Q1 cannot be read")
    assert "restore it from version control" in line
    assert CliRunner().invoke(main, ["check"]).exit_code == 1
    done = CliRunner().invoke(main, ["publish", "2024Q1"])
    assert done.exit_code == 2
    assert "cannot be read" in done.stderr


def test_a_published_light_that_would_differ_is_named(root):
    file = published(root) / "lights.csv"
    first, row, *rest = file.read_text(encoding="utf-8").splitlines(keepends=True)
    item, colour, after = row.split(",", 2)
    file.write_text("".join([first, f"{item},red,{after}", *rest]), encoding="utf-8")
    assert colour != "red"
    (line,) = lines(root)
    assert line.startswith(
        f"published/2024Q1: 2024Q1 is published; item '{item}', colour: published 'red', now '{colour}'"
    )


def test_a_file_cut_at_the_end_of_a_row_is_named(root):
    file = published(root) / "lights.csv"
    file.write_text("".join(file.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    assert [line for line in lines(root) if "now" in line and "(absent)" in line]


@pytest.mark.parametrize("name", ["lights", "figures"])
def test_a_row_that_is_there_twice_is_named(root, name):
    file = published(root) / f"{name}.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + text.splitlines(keepends=True)[-1], encoding="utf-8")
    assert [line for line in lines(root) if "cannot be read (rows are there twice" in line]


def test_a_method_without_rows_and_a_pipe_are_named(root):
    file = published(root) / "method.csv"
    file.write_text("subject,field,value\n", encoding="utf-8")
    assert [line for line in lines(root) if "cannot be read" in line]
    file.unlink()
    os.mkfifo(file)
    assert [line for line in lines(root) if "cannot be read (no regular file: method.csv)" in line]


@pytest.mark.parametrize("name", [".2024Q1-x", ".2024Q1.999999999.new", f".2024Q1.{10**20}.new"])
def test_what_a_killed_publication_left_is_no_quarter(root, name):
    left = published(root).with_name(name)
    left.mkdir()
    (left / "lights.csv").write_bytes(b"item,colo")
    assert lines(root) == []
    clear_publications(left.parent)  # as the next report does
    assert [entry.name for entry in left.parent.iterdir()] == ["2024Q1"]


@pytest.mark.parametrize("name", [".2024Q1-x", f".2024Q1.{os.getppid()}.new", ".gitignore", "2024Q1-2", ".2024Q1"])
def test_what_no_killed_publication_left_stays(root, tmp_path, name):
    left = published(root).with_name(name)
    if name == ".2024Q1-x":
        (tmp_path / "thesis").mkdir()
        left.symlink_to(tmp_path / "thesis")
    else:
        left.mkdir()
    clear_publications(left.parent)
    assert left.exists()


@pytest.mark.parametrize("name", [b"m\xe5lt.csv", b"a\nb.csv", "a\u202egpj.csv".encode()])
def test_a_name_no_text_can_hold_is_refused_by_check_and_report(root, name):
    folder = os.fsencode(root / "data" / "raw" / "observations")
    with open(os.path.join(folder, name), "wb"):
        pass
    (shown,) = misnamed(root / "data" / "raw")
    assert shown.isascii() and shown.isprintable()
    (line,) = lines(root)
    assert line.startswith(f"{shown}: the name of this file")
    with pytest.raises(RefusedError, match="rename it"):
        report(Request("2024Q1"))


def test_norwegian_names_of_files_are_fine(root):
    (root / "data" / "raw" / "Årsrapport for Tromsø (2).txt").touch()
    assert misnamed(root / "data" / "raw") == []


@pytest.mark.parametrize("name", ["Liten strategi", "The goal 1", "The indicator 1.1", "Delmålet 1A"])
def test_a_name_of_2000_characters_is_refused(root, name):
    file = root / "data" / "raw" / "strategy.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f'"{name}"', f'"{"n" * 200}"'), encoding="utf-8")
    assert lines(root) == []
    file.write_text(text.replace(f'"{name}"', f'"{"n" * 2000}"'), encoding="utf-8")
    (line,) = lines(root)
    assert "(2000 characters)': is longer than 200 characters; shorten it" in line
