"""`check` ends as the report would: on what is published, on names of files, on names that nothing can hold."""

import os
import re
import shutil

import pytest

from analysis.quarter.published_lights import publish_quarter, vintage_of
from analysis.reports.check import check
from analysis.reports.input_hashes import misnamed
from analysis.reports.releases import clear_publications
from analysis.reports.request import RefusedError, Request
from analysis.reports.run import report
from analysis.views.status import read_status
from projects import make_project
from quarters import light
from real_project import called

LEFT = ".2024Q1.999999999.new"  # by a process that there is not
ITEMS = ("strategy", "goal-1", "goal-2", "1.1", "1.2", "2.1", "1A", "2A")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a project whose quarter is judged and published."""
    root = make_project(tmp_path_factory.mktemp("whole"))
    judged = root / "data" / "raw" / "judgements" / "2024Q1"
    judged.mkdir()
    (judged / "lights.toml").write_text('quarter = "2024Q1"\n' + "".join(map(light, ITEMS)), encoding="utf-8")
    for page in ("strategi", "maal-1", "maal-2"):
        for language in ("nb", "en"):
            (judged / f"{page}.{language}.md").write_text("", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHELSE_ROOT", str(root))
        status = read_status("2024Q1")
        publish_quarter("2024Q1", vintage_of(status.strategy, status.observations, status.lights))
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
        ("figures", lambda rows: [], "cannot be read"),
        ("method", lambda rows: rows[:1], "cannot be read"),
        ("lights", lambda rows: rows[:-1], "(absent)"),
        ("figures", lambda rows: [*rows, rows[-1]], "cannot be read (rows are there twice"),
        (
            "lights",
            lambda rows: [row.replace(",grey,", ",red,", 1) for row in rows],
            "colour: published 'red', now 'grey'",
        ),
    ],
)
def test_a_damaged_published_file_is_named(root, name, damage, message):
    file = published(root) / f"{name}.csv"
    file.write_text("".join(damage(file.read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8")
    named = lines(root)
    assert named and all(line.startswith("published/2024Q1: ") and message in line for line in named), named


def test_a_pipe_in_place_of_a_published_file_ends_every_command(root):
    (published(root) / "method.csv").unlink()
    os.mkfifo(published(root) / "method.csv")
    (line,) = lines(root)
    assert line.startswith("published/2024Q1: published/2024Q1 cannot be read (no regular file: method.csv)")
    assert "restore it from version control" in line
    assert called(root, "check").exit_code == 1
    done = called(root, "publish", "2024Q1")
    assert done.exit_code == 2
    assert "cannot be read" in done.stderr


def test_what_a_killed_publication_left_is_no_quarter(root):
    for name in (LEFT, f".2024Q1.{10**20}.new", ".2024Q1-x"):
        left = published(root).with_name(name)
        left.mkdir()
        (left / "lights.csv").write_bytes(b"item,colo")
    assert lines(root) == []
    clear_publications(left.parent)  # as the next report does
    assert {entry.name for entry in left.parent.iterdir()} == {"2024Q1", ".2024Q1-x"}  # no command names any so


def test_what_no_killed_publication_left_stays(root, tmp_path):
    (tmp_path / "thesis").mkdir()
    published(root).with_name(LEFT).symlink_to(tmp_path / "thesis")
    for name in (f".2024Q1.{os.getppid()}.new", ".gitignore", "2024Q1-2", ".2024Q1"):
        published(root).with_name(name).mkdir()
    before = sorted(published(root).parent.iterdir())
    clear_publications(published(root).parent)
    assert sorted(published(root).parent.iterdir()) == before and len(before) == 6


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
