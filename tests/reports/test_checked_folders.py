"""`check` ends as the report would: on what is published, on names of files, on names that nothing can hold."""

import os
import re
import shutil

import pytest

from analysis.reports.check import check
from analysis.reports.input_hashes import misnamed
from analysis.reports.releases import clear_publications
from analysis.reports.request import RefusedError, Request
from analysis.reports.run import report
from projects import make_project
from quarters import publish
from real_project import called


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a project whose quarter is judged and published."""
    root = make_project(tmp_path_factory.mktemp("whole"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHELSE_ROOT", str(root))
        publish(root, "2024Q1")
    (published(root) / "hashes.csv").unlink()  # as an earlier version published it
    return root


@pytest.fixture
def root(whole, tmp_path, monkeypatch):
    root = shutil.copytree(whole, tmp_path / "project")
    monkeypatch.setenv("EHELSE_ROOT", str(root))
    return root


def published(root):
    return root / "data" / "processed" / "published" / "2024Q1"


def lines(root):
    return [str(fault) for fault in check(root / "data" / "raw") if fault.severity == "reject"]


@pytest.mark.parametrize(
    ("name", "damage", "message"),
    [
        ("figures", lambda text: "", "cannot be read"),
        ("method", lambda text: text.partition("\n")[0], "cannot be read"),
        ("lights", lambda text: text[: text.rindex("\n", 0, -1) + 1], "(absent)"),
        ("figures", lambda text: text + text.splitlines(keepends=True)[-1], "cannot be read (rows are there twice"),
        ("lights", lambda text: text.replace(",grey,", ",red,", 1), "colour: published 'red', now 'grey'"),
    ],
)
def test_a_damaged_published_file_is_named(root, name, damage, message):
    file = published(root) / f"{name}.csv"
    file.write_text(damage(file.read_text(encoding="utf-8")), encoding="utf-8")
    named = lines(root)
    assert named and all(line.startswith("published/2024Q1: ") and message in line for line in named), named


def test_a_pipe_in_place_of_a_published_file_ends_every_command(root):
    (published(root) / "method.csv").unlink()
    os.mkfifo(published(root) / "method.csv")
    (line,) = lines(root)
    assert line.startswith("published/2024Q1: published/2024Q1 cannot be read (no regular file: method.csv)")
    assert "restore it from version control" in line
    done = called(root, "publish", "2024Q1")
    assert (done.exit_code, "cannot be read" in done.stderr) == (2, True)


def test_what_a_killed_publication_left_is_cleared_and_no_more(root, tmp_path):
    place = published(root).parent
    for name in (".2024Q1.999999999.new", f".2024Q1.{10**20}.new"):  # by processes that there are not
        (place / name).mkdir()
        (place / name / "lights.csv").write_bytes(b"item,colo")
    others = {f".2024Q1.{os.getppid()}.new", ".2024Q1-x", ".2024Q1", ".gitignore"}
    for name in others:
        (place / name).mkdir()
    assert lines(root) == []  # none is a published quarter
    (tmp_path / "thesis").mkdir()
    (place / ".2024Q1.999999998.new").symlink_to(tmp_path / "thesis")
    (place / "2024Q1-2").mkdir()
    clear_publications(place)  # as the next report does
    assert {entry.name for entry in place.iterdir()} == others | {"2024Q1", "2024Q1-2", ".2024Q1.999999998.new"}


@pytest.mark.parametrize("name", [b"m\xe5lt.csv", b"a\nb.csv", "a\u202egpj.csv".encode()])
def test_a_name_no_text_can_hold_is_refused_by_check_and_report(root, name):
    raw = root / "data" / "raw"
    (raw / "Årsrapport for Tromsø (2).txt").touch()  # which is fine
    with open(os.path.join(os.fsencode(raw / "observations"), name), "wb"):
        pass
    (shown,) = misnamed(raw)
    assert shown.isascii() and shown.isprintable()
    (line,) = lines(root)
    assert line.startswith(f"{shown}: the name of this file")
    with pytest.raises(RefusedError, match="rename it"):
        report(Request("2024Q1"))


def test_a_name_of_2000_characters_is_refused(root):
    file = root / "data" / "raw" / "strategy.toml"
    text = file.read_text(encoding="utf-8")
    names = "Liten strategi|The goal 1|The indicator 1.1|Delmålet 1A"
    file.write_text(re.sub(names, lambda name: name[0][4] * 200, text), encoding="utf-8")
    assert lines(root) == []
    file.write_text(re.sub(names, lambda name: name[0][4] * 2000, text), encoding="utf-8")
    long = [line for line in lines(root) if "(2000 characters)': is longer than 200 characters; shorten it" in line]
    assert len(long) == 4
