"""An edit of what is published is named, whatever it is of; what has no hashes is read as it is."""

import pytest

from analysis.quarter.published_lights import VintageError, publish_quarter, read_published
from analysis.reports.check import check
from analysis.reports.prepare import refuse_unpublishable
from analysis.views.status import cache, read_status
from projects import make_project
from quarters import correction, judge, publish, record

EDITIONS = ("2024Q1", "2024Q1-2")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Return the folder of what is published: two editions of 2024Q1, the second with a correction."""
    root = make_project(tmp_path_factory.mktemp("project"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHELSE_ROOT", str(root))
        publish(root, "2024Q1", {"1A": "green"})
        judge(root, "2024Q2", {"1A": "green"}, correction("1A", "green", "yellow"))
        publish(root, "2024Q1", {"1A": "yellow"})
        yield root / "data" / "processed" / "published"


@pytest.fixture
def edit(published):
    """Return a function that replaces a text in a published file until the test ends, or the file where none is."""
    before = {}

    def change(name, old="", new=""):
        file = published / name
        before[file] = file.read_bytes()
        file.unlink()
        if old:
            assert old.encode() in before[file]
            file.write_bytes(before[file].replace(old.encode(), new.encode()))

    yield change
    for file, typed in before.items():
        file.write_bytes(typed)


@pytest.mark.parametrize("name, old, new", [
    ("2024Q1-2/method.csv", "epsilon,1", "epsilon,2"),
    ("2024Q1-2/corrections.csv", "Wrong", "Right"),
    ("2024Q1-2/figures.csv", "2024-02-01", "2024-02-02"),
    ("2024Q1/lights.csv", "green", "red"),  # not the edition that a recomputation is compared with
    ("2024Q1-2/hashes.csv", "lights.csv,", "lights.csv,0"),
])  # fmt: skip
def test_an_edit_is_named(edit, name, old, new):
    edit(name, old, new)
    edited = name.replace("hashes", "lights")
    with pytest.raises(VintageError, match=rf"^published/{edited} is not as it was published; type git restore"):
        read_published("2024Q1")


def test_check_report_and_publish_end_so(published, edit):
    names = ["corrections.csv", "figures.csv", "hashes.csv", "lights.csv", "method.csv"]
    assert [sorted(file.name for file in (published / edition).iterdir()) for edition in EDITIONS] == [names] * 2
    with cache.keeping():
        status, now = read_status("2024Q1"), record("2024Q1")
    refuse_unpublishable(status)  # as it was published
    for edition in EDITIONS:
        edit(f"{edition}/method.csv", "epsilon,1", "epsilon,2")
    remedy = "and record what is wrong in it as a [[correction]] in a later quarter's lights.toml"
    assert [fault.problem for fault in check() if fault.rule == "published"] == [
        f"published/{edition}/method.csv is not as it was published; "
        f"type git restore data/processed/published/{edition}/method.csv, {remedy}"
        for edition in EDITIONS
    ]
    for refusing in (lambda: refuse_unpublishable(status), lambda: publish_quarter("2024Q1", now)):
        with pytest.raises(VintageError, match="is not as it was published"):
            refusing()
    for edition in EDITIONS:  # as an earlier version published
        edit(f"{edition}/hashes.csv")
    assert set(read_published("2024Q1").method.query("field == 'epsilon'")["value"]) == {"2"}


@pytest.mark.parametrize("name, old", [("2024Q1/hashes.csv", "sha256"), ("2024Q1-2/lights.csv", "colour_source")])
def test_a_table_that_cannot_be_read_is_named(edit, name, old):
    edit(name, old, "x")
    with pytest.raises(VintageError, match=r"cannot be read .*; restore it from version control"):
        read_published("2024Q1")
